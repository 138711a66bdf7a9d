"""Test links and emphasis in texts of front matter, on every kind of output."""

import html
import json
import re
from xml.etree.ElementTree import Element

import pytest
from conftest import HUNT, SITE_YAML, TODAY, Project, text, tree
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

MARKED = "Fill in [our form](https://x.example/f?a=1&b=2) **today**"
WORDS = "Fill in our form today"
SHOWN = 'Fill in <a href="https://x.example/f?a=1&amp;b=2">our form</a> <strong>today</strong>'
OUT = "Fill in our form (https://x.example/f?a=1&b=2) today"
BASE = "https://example.org/a/b/"


def unfolded(calendar: str) -> str:
    """Return a calendar without its folds and escapes."""
    return calendar.replace("\n ", "").replace("\\,", ",").replace("\\;", ";")


def feed(project: Project, path: str = "feed.json") -> list[dict[str, str]]:
    items: list[dict[str, str]] = json.loads(project.page(path))["items"]
    return items


@pytest.fixture(name="marked")
def _marked(project: Project) -> Project:
    """A site with marks in each field that may have them."""
    project.write("site.yaml", f"{SITE_YAML}notice: {MARKED}\n")
    front = f"""
        summary: {MARKED}
        feedback:
          - ask: {MARKED}
            deadline: 2013-04-01
            reply_to: a@b.example
        corrections:
          - {{date: 2012-12-01, note: "{MARKED}"}}
        """
    project.report("2012-11-13", front)
    project.report(
        "2013-01-15",
        f"outcomes: [{{ask: 2012-11-13/fill-in-our-form-today, outcome: '{MARKED}'}}]",
    )
    project.report("2013-02-01", f"cancelled: {MARKED}")
    project.report("2013-02-02", f"withdrawn: {{date: 2013-02-20, reason: '{MARKED}'}}")
    project.built()
    return project


def test_marks_work_in_every_field(marked: Project) -> None:
    pages = {path for path in tree(marked.output) if path.endswith(".html")}
    for path in pages:
        page = marked.page(path)
        assert f"<p>{SHOWN}</p></aside>" in page, path  # the notice
        assert "**today" not in page, path
        assert "[our form" not in page, path
    asking, answering = marked.page("reports/2012-11-13"), marked.page("reports/2013-01-15")
    assert f'<p class="summary">{SHOWN}</p>' in asking
    assert f'<p class="question">{SHOWN}</p>' in asking
    assert f"</strong> <span>{SHOWN}</span></p>" in asking  # the correction
    assert f"<strong>Outcome:</strong> <span>{SHOWN}</span>" in asking
    assert f"<p>{SHOWN}</p>" in answering
    assert f"<span>{SHOWN}</span>" in marked.page("reports/2013-02-01")
    assert f"<span>{SHOWN}</span>" in marked.page("reports/2013-02-02")
    assert f"<p>{SHOWN}</p>" in marked.page("years/2012")  # the summary on a card


def test_an_open_ask_with_a_link_shows_it_on_the_home_page(project: Project) -> None:
    project.report("2013-02-12", f"feedback: [{{ask: '{MARKED}'}}, {{ask: '**Which** room?'}}]")
    project.built()
    page = project.page("asks")
    assert f'<p class="question">{SHOWN}</p>' in page
    # It cannot be a link itself, so the line below leads to it.
    assert 'reports/2013-02-12/#fill-in-our-form-today">Report from' in page
    assert '#which-room"><strong>Which</strong> room?</a></p>' in page
    # On the home page, it leads to the question.
    assert f'#fill-in-our-form-today">{WORDS}</a>' in project.page()
    assert '#which-room">Which room?</a>' in project.page()
    project.report("2013-02-13", "", "Later.\n")
    project.built()
    last_time = project.page("reports/2013-02-13").partition('class="last-time"')[2]
    assert '#fill-in-our-form-today">Fill in our form <strong>today</strong></a>' in last_time


def test_feeds_show_marks_and_titles_words(marked: Project) -> None:
    contents = {item["url"].removeprefix(BASE): item for item in feed(marked)}
    asking = contents["reports/2012-11-13/"]
    assert asking["summary"] == WORDS
    assert f"Corrected on 1 December 2012:</strong> {SHOWN}</p>" in asking["content_html"]
    assert f"<li>{SHOWN} <strong>Reply by" in asking["content_html"]
    assert f"</strong> {SHOWN}</p>" in contents["reports/2013-02-01/"]["content_html"]
    withdrawn = contents["reports/2013-02-02/"]
    assert withdrawn["content_html"].endswith(f": {SHOWN}</p>")
    assert withdrawn["summary"].endswith(f": {WORDS}")
    asks = marked.page("asks/feed.xml")
    assert f"<title>Question for you: {WORDS}</title>" in asks
    assert f"<title>Outcome: {WORDS}</title>" in asks
    assert f"<description>{WORDS}</description>" in asks
    assert f"<p><strong>{SHOWN}</strong></p>" in html.unescape(asks)
    assert f"<p>{SHOWN}</p>" in html.unescape(asks)


def test_calendars_show_addresses_after_the_words(marked: Project) -> None:
    calendar = unfolded(marked.page("calendar.ics"))
    assert f"DESCRIPTION:{OUT}\\n{BASE}reports/2012-11-13/" in calendar
    assert f"DESCRIPTION:This meeting was cancelled: {OUT}\\n" in calendar
    assert f": {OUT}\\n{BASE}reports/2013-02-02/" in calendar


def test_metadata_and_e_mail_subjects_are_words(marked: Project) -> None:
    page = marked.page("reports/2012-11-13")
    assert f'<meta name="description" content="{WORDS}">' in page
    assert f'"description":"{WORDS}"' in page
    ask = f"feedback: [{{ask: '{MARKED}', reply_to: a@b.example}}]"
    marked.report("2013-02-12", ask)
    marked.built()
    page = marked.page("reports/2013-02-12")
    assert "?subject=Fill%20in%20our%20form%20today" in page


def test_search_finds_the_words(project: Project) -> None:
    project.write("site.yaml", SITE_YAML.replace("search: false", "search: true"))
    project.report("2012-11-13", f"feedback: [{{ask: '{MARKED} xyzzy'}}]")
    project.built()
    fragments = b"".join(
        data for path, data in tree(project.output).items() if path.startswith("search/")
    )
    assert b"x.example" not in fragments


def test_addresses_are_links_by_themselves(project: Project) -> None:
    ask = "See https://x.example/a_b_c, www.y.example or ada@z.example."
    project.report("2013-02-12", f'summary: "{ask}"')
    project.built()
    summary = project.parsed("reports/2013-02-12").find(".//p[@class='summary']")
    assert summary is not None
    assert text(summary) == ask
    assert [link.get("href") for link in summary.iter("a")] == [
        "https://x.example/a_b_c",
        "http://www.y.example",
        "mailto:ada@z.example",
    ]
    assert f"DESCRIPTION:{ask}\\n" in unfolded(project.page("calendar.ics"))


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Q&A for 3 > 2", "Q&amp;A for 3 &gt; 2"),
        ("R&amp;D \\*starred\\*", "R&amp;D *starred*"),
        ("a <b>bold</b> <script>x</script> move", None),
        ("# not a heading", "# not a heading"),
        ("- no list", "- no list"),
        ("1. no list", "1. no list"),
        ("> no quotation", "&gt; no quotation"),
        ("snake_case_word and 5 * 3 * 2", "snake_case_word and 5 * 3 * 2"),
        ("see [[2012-11-13]] and [x]", "see [[2012-11-13]] and [x]"),
        ("~~old~~ `a<b` _new_", "<del>old</del> <code>a&lt;b</code> <em>new</em>"),
        ("![a map](https://x.example/m.png)", '<a href="https://x.example/m.png">a map</a>'),
        (
            "[](https://x.example/)",
            '<a href="https://x.example/" class="bare">https://x.example/</a>',
        ),
        ('[w](https://x.example/ "T<")', '<a href="https://x.example/" title="T&lt;">w</a>'),
    ],
)
def test_what_marks_are(project: Project, typed: str, shown: str | None) -> None:
    project.report("2013-02-12", f"summary: {json.dumps(typed)}")
    project.built()
    page = project.page("reports/2013-02-12")
    assert f'<p class="summary">{html.escape(typed) if shown is None else shown}</p>' in page


def test_a_text_in_several_lines_is_one_paragraph(project: Project) -> None:
    project.report("2013-02-12", "summary: |\n  We *ask\n  this* now.\n\n  - And\n  - that.\n")
    project.built()
    page = project.page("reports/2013-02-12")
    assert '<p class="summary">We <em>ask this</em> now. - And - that.</p>' in page


def test_a_text_without_marks_is_as_before(project: Project) -> None:
    ask = """What's "it", then (if any)?"""
    project.report("2013-02-12", f"feedback: [{{ask: {json.dumps(ask)}}}]")
    project.built()
    assert '<p class="question">What&#39;s &#34;it&#34;, then (if any)?</p>' in project.page(
        "reports/2013-02-12"
    )


# --- links within the site ----------------------------------------------------------------------


def test_a_linked_file_is_published_and_linked_from_everywhere(project: Project) -> None:
    for name in ("ask", "summary", "notice", "outcome", "full", "draft", "gone", "why"):
        project.write(f"files/{name}.csv", "a,b")
    project.write("site.yaml", f'{SITE_YAML}notice: "[n](files/notice.csv)"\n')
    project.report(
        "2012-11-13",
        """
        summary: "[s](../files/summary.csv)"
        feedback: [{id: q, ask: "[a](../files/ask.csv)"}]
        """,
    )
    project.report(
        "2013-01-15",
        f"""
        outcomes: [{{ask: 2012-11-13/q, outcome: "[o](../files/outcome.csv)"}}]
        corrections: [{{date: 2013-02-01, note: "{BASE}files/full.csv"}}]
        """,
    )
    project.report("2013-01-16", 'draft: true\nsummary: "[d](../files/draft.csv)"')
    project.report(
        "2013-01-17",
        """
        feedback: [{ask: "[g](../files/gone.csv)"}]
        withdrawn: {date: 2013-02-20, reason: "[w](../files/why.csv)"}
        """,
    )
    project.built()
    files = {path for path in tree(project.output) if path.startswith("files/")}
    assert files == {
        f"files/{name}.csv" for name in ("ask", "summary", "notice", "outcome", "full", "why")
    }
    assert '<a href="../../files/ask.csv">a</a>' in project.page("reports/2012-11-13")
    assert '<a href="../files/ask.csv">a</a>' in project.page("asks")
    assert '<a href="../files/outcome.csv">o</a>' in project.page("asks")
    assert '<a href="../../files/summary.csv">s</a>' in project.page("years/2012")
    assert '<a href="files/notice.csv">n</a>' in project.page()
    assert '<a href="/a/b/files/notice.csv">n</a>' in project.page("404.html")
    assert '<a href="../../files/why.csv">w</a>' in project.page("reports/2013-01-17")
    items = {item["url"]: item["content_html"] for item in feed(project)}
    assert f'<a href="{BASE}files/ask.csv">a</a>' in items[f"{BASE}reports/2012-11-13/"]
    assert f'<a href="{BASE}files/why.csv">w</a>' in items[f"{BASE}reports/2013-01-17/"]
    calendar = unfolded(project.page("calendar.ics"))
    assert f"DESCRIPTION:s ({BASE}files/summary.csv)" in calendar


def test_a_link_to_a_report_is_resolved_and_is_a_mention(project: Project) -> None:
    project.report("2012-11-13", "", "## Budget\n\nText.\n")
    project.report(
        "2013-01-15",
        'feedback: [{ask: "As [before](2012-11-13.md#budget), or [below](#rooms)?"}]',
        "## Rooms\n\nText.\n",
    )
    project.built()
    page = project.page("asks")
    assert '<a href="../reports/2012-11-13/#budget">before</a>' in page
    assert '<a href="../reports/2013-01-15/#rooms">below</a>' in page
    assert 'id="part:backlinks"' in project.page("reports/2012-11-13")


def test_the_link_follows_its_target_in_the_next_build(project: Project) -> None:
    project.report("2012-11-13", "", "## Budget\n\nText.\n")
    project.report("2013-01-15", 'summary: "[b](2012-11-13.md#budget)"')
    project.built()
    project.report("2012-11-13", "withdrawn: {date: 2013-02-20, reason: Why.}")
    project.built()
    changed = tree(project.output)
    assert '<a href="reports/2012-11-13/">b</a>' in project.page()
    project.built("--no-cache")
    assert tree(project.output) == changed


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("../files/no.pdf", "2:10: error L004"),
        ("2012-01-01.md", "2:10: error L002"),
        ("2013-06-01.md", "2:10: error L007"),
        ("form", "2:10: warning L005"),
        ("#nothing", "2:10: warning L005"),
        ("javascript:alert(1)", "2:10: warning L006"),
        ("", "2:10: warning L005"),
        ("//", "2:10: warning L005"),
        ("file:///C:/form.pdf", "2:10: error L015"),
        ("www.x.example", "2:10: error L014"),
    ],
)
def test_a_link_that_leads_nowhere_is_reported(
    project: Project, target: str, expected: str
) -> None:
    front = f'---\nsummary: "[our form]({target})"\ndate: 2013-02-12\n---\nText.\n'
    project.write("reports/2013-02-12.md", front)
    project.report("2013-06-01")
    result = project.build()
    assert f"reports/2013-02-12.md:{expected}" in result.stderr
    if "warning" in expected:
        assert '<p class="summary">our form</p>' in project.page("reports/2013-02-12")


def test_a_link_in_the_notice_that_leads_nowhere_is_reported(project: Project) -> None:
    project.write("site.yaml", f'{SITE_YAML}notice: "[form](files/form.pdf)"\n')
    project.report("2013-02-12")
    result = project.build()
    assert result.exit_code == 1
    assert "site.yaml:5:9: error L004" in result.stderr


# --- titles ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "title", ["Q&A on R & D", "2 * 3 and snake_case", "[Draft]", "C#", "www.x.org"]
)
def test_a_title_without_marks_is_no_problem(project: Project, title: str) -> None:
    project.report("2013-02-12", f'title: "{title}"')
    assert "C118" not in project.build().stderr


def test_titles_of_pages_and_of_the_site_are_checked(project: Project) -> None:
    project.write("site.yaml", SITE_YAML.replace("Test Board", '"*Test* Board"'))
    project.write("pages/about.md", "---\ntitle: About **us**\n---\nText.\n")
    project.report("2013-02-12")
    result = project.build()
    assert result.exit_code == 0
    assert "pages/about.md:2:8: warning C118" in result.stderr
    assert "Write it without the marks: About us." in result.stderr
    assert "site.yaml:1:8: warning C118" in result.stderr
    project.write("site.yaml", f"{SITE_YAML}rules: {{C118: off}}\n")
    assert "C118" not in project.build().stderr


# --- nothing is lost ------------------------------------------------------------------------------

PIECES = [
    *("*", "**", "_", "~", "~~", "`", "``", "[", "]", "](", "](https://x.example/)", ")", "!["),
    *("(", "<", ">", "<b>", "</b>", "<!--", "-->", "\\", "&", "&lt;", "&#0;", '"', "'", "!", "|"),
    *(" ", "  ", "\n", "#", "- ", "1. ", "> ", ":", "https://y.example/", "www.z.example", "@"),
    *("a@b.example", "é", "\u200b", "\xa0", "site:", 'href="site:', "ref:0"),
]


@settings(max_examples=4 * HUNT, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.lists(st.sampled_from(PIECES + ["word"] * 12), min_size=1, max_size=14),
        min_size=40,
        max_size=40,
    )
)
def test_no_words_are_lost(project: Project, drawn: list[list[str]]) -> None:
    texts = []
    for number, pieces in enumerate(drawn):
        typed = "".join(
            f"w{number}x{place}" if piece == "word" else piece for place, piece in enumerate(pieces)
        )
        texts.append(f"w{number} {typed}")
    asks = json.dumps([{"id": f"q{number}", "ask": ask} for number, ask in enumerate(texts)])
    project.report("2013-02-12", f"feedback: {asks}")
    # Links that the pieces form by chance may lead nowhere.
    result = project.build()
    if result.exit_code:
        assert re.search(r"error L0(02|04|14|15)", result.stderr), result.stderr
        return
    for number, typed in enumerate(texts):
        element = project.parsed("reports/2013-02-12").find(f".//*[@id='q{number}']/p")
        assert element is not None
        check_words(element, typed)


def check_words(element: Element, typed: str) -> None:
    """Check that all words that were typed are shown, and that nothing else but links is there."""
    shown = text(element)
    for word in re.findall(r"w\d+(?:x\d+)?", typed):
        assert word in shown or any(word in (link.get("href") or "") for link in element.iter("a"))
    assert {inner.tag for inner in element.iter()} <= {"p", "a", "em", "strong", "del", "code"}
    for link in element.iter("a"):
        assert re.match(r"https?://|mailto:|#|\.\./", link.get("href") or "#")


def test_deep_nesting_is_refused(project: Project) -> None:
    project.report("2013-02-12", f'summary: "{"*a " * 6000}{"b* " * 6000}"')
    result = project.build(today=TODAY)
    assert "reports/2013-02-12.md:3:10: error M001" in result.stderr
