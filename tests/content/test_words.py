"""Test that every word of every body is on its page."""

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from word_checks import count_source_words, find_lost_words

from lscbsite.markup import render_body
from lscbsite.problems import Problems

TESTS = Path(__file__).parent.parent
ROOT = TESTS.parent
_FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)


def read_body(path: Path) -> str:
    return _FRONT.sub("", path.read_text("utf-8-sig").replace("\r\n", "\n"))


def render(body: str) -> str:
    """Render a body alone."""
    rendered = render_body(body, "reports/2012-11-13.md", 1, Problems())
    made = rendered.html
    sections = [f"<h2>{heading}</h2>\n{text}" for heading, text in made.sections]
    return "\n".join([f"<h1>{rendered.title}</h1>", *sections, made.footnotes])


def list_published(site: str, golden: str) -> list[tuple[Path, Path]]:
    """Return the reports and pages of a site that are in its output, each with its page."""
    pairs = [
        (source, TESTS / golden / prefix / str(source.relative_to(folder).with_suffix("")))
        for prefix, folder in (
            ("reports", TESTS / site / "reports"),
            ("", TESTS / site / "pages"),
        )
        for source in sorted(folder.rglob("*.md"))
    ]
    return [(source, page / "index.html") for source, page in pairs if page.is_dir()]


PUBLISHED = [*list_published("site", "golden"), *list_published("site-boards", "golden-boards")]
SAMPLE = sorted(
    [
        *(ROOT / "reports").rglob("*.md"),
        *(ROOT / "pages").rglob("*.md"),
        *(TESTS / "markdown/minutes").rglob("*.md"),
    ]
)


@pytest.mark.parametrize(
    ("source", "page"), PUBLISHED, ids=[source.stem for source, _ in PUBLISHED]
)
def test_the_words_of_the_test_sites_are_on_their_pages(source: Path, page: Path) -> None:
    if "withdrawn:" in source.read_text("utf-8-sig"):
        return
    assert find_lost_words(read_body(source), page.read_text("utf-8")) == Counter()


def test_the_test_sites_have_pages() -> None:
    assert len(PUBLISHED) > 10


@pytest.mark.parametrize("source", SAMPLE, ids=[source.stem for source in SAMPLE])
def test_the_words_of_the_sample_and_of_minutes_are_kept(source: Path) -> None:
    body = read_body(source)
    assert find_lost_words(body, render(body)) == Counter()


# --- bodies that nobody wrote -----------------------------------------------------------------

WORDS = st.sampled_from(
    [
        "Ann",
        "Bo",
        "tea",
        "budget",
        "Gŵyl",
        "MASH",
        "x_sub",
        "3pm",
        "R&D",
        "Ann's",
        "1,000",
        "§4",
        "a/b",
    ]
)
LINE = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)
INLINE = st.lists(
    st.one_of(
        LINE,
        LINE.map("*{}*".format),
        LINE.map("**{}**".format),
        LINE.map("`{}`".format),
        LINE.map("[{}](https://example.org/)".format),
        LINE.map("({})".format),
        LINE.map('"{}"'.format),
        st.sampled_from(
            ["<br>", "<b>tea</b>", "<em>tea</em>", "<TBD>", "&amp;", "a < b", "[[so]]"]
        ),
    ),
    min_size=1,
    max_size=4,
).map(" ".join)


def _join_entries(mark: str, entries: list[str]) -> str:
    return "\n".join(f"{mark} {entry}" for entry in entries)


def _make_table(rows: list[list[str]]) -> str:
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], "|---|---|", *lines[1:]])


ENTRIES = st.lists(INLINE, min_size=1, max_size=4)
BLOCK = st.one_of(
    INLINE,
    LINE.map("## {}".format),
    LINE.map("#### {}".format),
    ENTRIES.map(lambda entries: _join_entries("-", entries)),
    ENTRIES.map(lambda entries: _join_entries("1.", entries)),
    INLINE.map("> {}".format),
    LINE.map("```\n{}\n```".format),
    st.lists(st.lists(LINE, min_size=2, max_size=2), min_size=2, max_size=4).map(_make_table),
    st.just("---"),
    LINE.map("<div>{}</div>".format),
)
BODIES = st.lists(BLOCK, min_size=1, max_size=8).map("\n\n".join)


@given(BODIES)
def test_the_words_of_any_body_are_kept(body: str) -> None:
    assert find_lost_words(f"{body}\n", render(f"{body}\n")) == Counter()


def test_a_day_marked_as_time_is_text() -> None:
    problems = Problems()
    body = "On <time datetime='2012-11-13' onclick='x'>13 November</time> we met.\n"
    made = render_body(body, "reports/2012-11-13.md", 1, problems).html
    assert '<time datetime="2012-11-13">13 November</time>' in made.sections[0][1]
    assert "onclick" not in made.sections[0][1]
    assert problems.list_sorted() == ()


# --- the checker itself -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("## Tea *and* `code`\n\n- [x] one\n2. two", "Tea and code one two"),
        ("[words](https://example.org/a_(b) 'title') ![a hall](../files/x.png)", "words a hall"),
        ("[a][b] [c]\n\n[b]: https://example.org/\n[c]: /", "a c"),
        ("[general]: agreed", "general agreed"),
        ("Said.[^1]\n\n[^1]: By Ann.", "Said By Ann"),
        ("un*like*ly \\*no\\* Ann&amp;Bo", "unlikely no Ann Bo"),
        ("Text {: .note} {#id} {a, b}", "Text a b"),
        ("<!-- no --> <b class='x'>yes</b> a < b", "yes a b"),
        ("[[2012-11-13|that meeting]] [[2012-11-13]]", "that meeting"),
        ("```ruby:a.rb\nputs\n```", "puts"),
    ],
)
def test_what_a_page_must_show_is_counted(body: str, words: str) -> None:
    assert count_source_words(body) == Counter(words.split())


def test_a_lost_word_is_found() -> None:
    assert find_lost_words("Ann, Bo and Bo", "<p title='and'>Ann <b>B</b>o</p>") == {"Bo": 1}
    assert find_lost_words("Ann", "<script>Ann</script><p>An</p><p>n</p>") == {"Ann": 1}
