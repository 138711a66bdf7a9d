"""Test that the faster engine makes the same HTML as Python-Markdown alone, for any text."""

import json
import re
import subprocess
import sys
from functools import cache

import pytest
from conftest import HUNT, ROOT, TESTS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown import Markdown, __version_info__

from lscbsite.markup import render_body
from lscbsite.markup import sections as walk
from lscbsite.markup.engine import COMPARED, choose_engine_class, create_engine
from lscbsite.model import Body, Html, Rendered
from lscbsite.problems import Problems

OF_THE_ENGINE: dict[str, str] = json.loads((TESTS / "markdown" / "texts.json").read_text("utf-8"))
OF_REPORTS = {
    path.relative_to(ROOT).as_posix(): path.read_bytes().decode("utf-8", "replace")
    for folder in ("tests/site", "tests/site-boards", "tests/invalid", "reports", "pages", "docs")
    for path in sorted((ROOT / folder).rglob("*.md"))
}
TEXTS = OF_THE_ENGINE | OF_REPORTS


@cache
def engines() -> tuple[Markdown, Markdown]:
    """The original engine and ours; each is used for all texts."""
    return create_engine(Markdown), create_engine(choose_engine_class(COMPARED))


def html(engine: Markdown, text: str) -> str:
    """Return the HTML that an engine makes from a text, or how it gives up."""
    try:
        return engine.reset().convert(text)
    except RecursionError as reason:
        return type(reason).__name__


def assert_same(text: str) -> None:
    plain, faster = engines()
    assert html(faster, text) == html(plain, text), text


def test_the_installed_engine_is_the_one_that_was_compared() -> None:
    # If not: the site is right, but its reports take three times as long. Look at what changed in
    # the engine since, adapt faster.py, and name the new version in engine.py.
    assert __version_info__[:3] == COMPARED


def test_any_other_engine_is_used_as_it_is() -> None:
    assert choose_engine_class(COMPARED) is not Markdown
    for other in ((3, 8, 0, "final", 0), (3, 12, 0, "final", 0), (4, 0)):
        assert choose_engine_class(other) is Markdown


@pytest.mark.parametrize("file", dict.fromkeys(name.partition(":")[0] for name in TEXTS))
def test_a_text(file: str) -> None:
    for name, text in TEXTS.items():
        if name.partition(":")[0] == file:
            assert_same(text)


# Signs that begin something, words that end it, and what engines trip over.
PIECES = [
    *("word ", "word", "Ω", "é", "ß", "²", "٣. ", "𝒳", "\xa0", "©", "LSCB ", "it's ", "10:30"),
    *("\n", "\n\n", "\r\n", "\r", "  \n", "\t", " ", "    ", "\n    ", "\n  \n", "\n        "),
    *("\x02", "\x03", "\x0242\x03", "\x02klzzwxh:0000\x03", "\x02wzxhzdk:0\x03", "\x02amp\x03"),
    *("\x00", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\ufffe"),
    *("*", "**", "***", "_", "__", "___", "**a**", "*b*", "***c***", "_d_", "*a_b*", "** ", " *"),
    *("`", "``", "```", "`c`", "\\", "\\*", "\\_", "\\`", "\\[", "\\\\", "\\{", "\\|", "\\<"),
    *("# ", "## T\n", "###", "#\n", "\n===\n", "\n---\n", "* * *\n", "___\n", "- - -\n", "--- x\n"),
    *("- ", "* ", "+ ", "1. ", "7. ", "\n- a\n- b\n", "\n1. a\n2. b\n", "\n    - c\n", "> ", ">"),
    *("[", "]", "(", ")", "![", "[[", "]]", "](", "[a](b)", "[a](<b c> 'T')", '[a](b "T)', "[a]("),
    *("[a][b]", "[a][]", "[a]", "![a][b]", "![a](b.png)", "[b]: c.md\n", "\n[b]: <c> 'T'\n", "]: "),
    *("[[name]]", "[[name#part|words]]", "[[n]](", "[^1]", "\n[^1]: note\n", "[^2]: ", "[^"),
    *("\n*[LSCB]: Board\n", "*[", "]: ''", "///Footnotes Go Here///"),
    *("{: .c #i k=v }", "{#i}", "{.c}", "\n{: k='v w' }\n", "{", "}", "{ a }", " {: b }"),
    *("|", "a | b\n", "--|--\n", "|:-|-:|\n", "\n| a | b |\n|---|:-:|\n| c | d |\n", "\\|", "||"),
    *("\n```\n", "\n~~~\n", "\n``` py\n", "\n```{.c hl_lines='1'}\n", "\n    code\n", "~~~~\n"),
    *("<b>", "</b>", "<i x='y'>", "<div>", "</div>", "<p>", "</p>", "<br>", "<br/>", "<hr />"),
    *("<!--", "-->", "<!-- c -->", "<?p ?>", "<![CDATA[x]]>", "<!doctype html>", "<script>"),
    *("</script>", "<pre>", "</pre>", "<", ">", "</", "/>", "a<b", "<x:y>", "<a href='b'>", "</a>"),
    *("<https://e.org/a?b&c>", "<a@e.org>", "<mailto:a@e.org>", "://", "@", "<h", "http://e.org"),
    *("&", "&amp;", "&lt;", "&#65;", "&#x2;", "&copy", "&#2;", '"', "'", "=", "!", "^", "~", ":"),
]
soups = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)
# Few kinds of pieces meet more often.
stews = st.lists(st.sampled_from(PIECES), min_size=2, max_size=6, unique=True).flatmap(
    lambda few: st.lists(st.sampled_from([*few, "word "]), max_size=30).map("".join)
)


@settings(max_examples=600 * HUNT, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(soups, stews, st.text(max_size=100)))
def test_any_text(text: str) -> None:
    assert_same(text)


@settings(max_examples=100 * HUNT, deadline=None)
@given(st.text(alphabet="*_ ab\n.", max_size=24))
def test_any_emphasis(text: str) -> None:
    assert_same(text)


@settings(max_examples=200 * HUNT, deadline=None)
@given(st.text(alphabet="`|\\a", max_size=24))
def test_any_row(text: str) -> None:
    assert_same(f"a | b\n--|--\n{text}\n")


@settings(max_examples=200 * HUNT, deadline=None)
@given(st.text(alphabet="`\\[]()!'ab", max_size=24))
def test_any_brackets_and_backticks(text: str) -> None:
    assert_same(f"{text}\n\n[a]: b\n")


@settings(max_examples=50 * HUNT, deadline=None)
@given(st.lists(st.sampled_from(["# h", "## h ##", "#", "# a\\", "text", "---", "    c", "- a"])))
def test_any_long_block_with_headings(lines: list[str]) -> None:
    assert_same("\n".join(["# h", "words " * 200, *lines]))


# --- one engine for all texts -----------------------------------------------------------------

LEAVING = {
    "footnotes": "Text[^1] and[^1].\n\n[^1]: Note\n",
    "references": "[a][b]\n\n[b]: https://example.org/ 'T'\n",
    "abbreviations": "LSCB\n\n*[LSCB]: Board\n",
    "HTML": "<div>one</div>\n\ntwo <b>three</b> &amp; <!-- four -->\n",
    "code": "```\none\n```\n\n    two\n",
    "emphasis": "**a *b **c\n\n*d _e* f_ **g*\n",
    "attributes": "# T {: #i }\n\nText\n{: .c }\n",
    "escapes": "\\* \\{ \\\\\n",
    "depth": "[^1]: n\n\n*[LSCB]: Board\n\n[b]: c\n\n" + "- " * 1500 + "**text** <b>x</b>\n",
    "depth of a note": "<b>x</b>[^1]\n\n*[LSCB]: Board\n\n[^1]: " + "- " * 1500 + "text\n",
}
SHOWING = "Text[^1], [a][b], LSCB, *a* **b** \\* {: .c }\n\n<i>x</i>\n\n[^2]: Other\n\nMore[^2].\n"


@pytest.mark.parametrize("left", LEAVING)
def test_nothing_of_a_text_is_left_in_the_next(left: str) -> None:
    def shown() -> tuple[Rendered, object]:
        problems = Problems()
        return render_body(SHOWING, "reports/a.md", 1, problems), problems.list_sorted()

    at_first = shown()
    problems = Problems()
    render_body(LEAVING[left], "reports/b.md", 1, problems)
    assert shown() == at_first


def test_a_text_that_is_nested_too_deeply_is_reported_and_has_no_body() -> None:
    problems = Problems()
    rendered = render_body(LEAVING["depth"], "reports/a.md", 1, problems)
    assert rendered == Rendered(Body(), Html(), {}, {})
    assert [found.code for found in problems.list_sorted()] == ["M001"]


@pytest.mark.parametrize("option", ["linenums=True", "use_pygments=no", "guess_lang='x'"])
def test_options_for_a_highlighter_stop_no_build(option: str) -> None:
    problems = Problems()
    text = f"``` {{.python {option}}}\nprint()\n```\n"
    [(_, made)] = render_body(text, "reports/a.md", 1, problems).html.sections
    assert made == '<pre><code class="language-python">print()\n</code></pre>'
    assert problems.list_sorted() == ()


@pytest.mark.parametrize("deeper", ["- ", "> - ", "**a _b ", "["])
def test_texts_are_nested_too_deeply_from_the_same_depth_on(deeper: str) -> None:
    plain, faster = engines()
    low, high = 0, 600
    while high - low > 1:
        middle = (low + high) // 2
        result = html(plain, deeper * middle + "x\n\n*[x]: y\n")
        assert html(faster, deeper * middle + "x\n\n*[x]: y\n") == result
        low, high = (low, middle) if result == "RecursionError" else (middle, high)


# --- what is not needed is not loaded ---------------------------------------------------------


def test_the_engine_is_loaded_when_a_body_is_rendered() -> None:
    program = (
        "import sys, lscbsite.markup as markup\n"
        "slow = {'markdown', 'nh3', 'xml.etree.ElementTree'}\n"
        "print(sorted(slow & set(sys.modules)))\n"
        "from lscbsite.problems import Problems\n"
        "markup.render_body('Text', 'a.md', 1, Problems())\n"
        "print(sorted(slow & set(sys.modules)))\n"
    )
    shown = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True
    ).stdout
    assert shown.splitlines() == ["[]", "['markdown', 'nh3', 'xml.etree.ElementTree']"]


# --- blocks that are taken whole --------------------------------------------------------------

MARKUP = [
    *("<p>", "</p>", "<ul>", "</ul>", "<ol>", "</ol>", "<li>", "</li>", "<h2>", "</h2>"),
    *("<em>", "</em>", "<strong>", "</strong>", "<code>", "</code>", "<a href='b.md'>", "</a>"),
    *("word ", "\n", " ", "A *b* ", "\n\n", "- c\n", "&amp;", "<br>", "<details>", "</details>"),
    *("<h2>A</h2>", "\n\n### B\n\n", "\n\n# C\n\n", "<h4></h4>", "\n\nD\n---\n\n", "<h2>A</h3>"),
    *("<h3><em>E</em> F</h3>", "\n\n| a | *b* |\n|---|--:|\n| c | d |\n\n", "<table>", "</table>"),
    *("<thead><tr><th align='left'>a</th></tr></thead>", "<tbody><tr><td>b</td></tr></tbody>"),
    *("<td align='right'>c</td>", "<tr>", "</tr>", "<td align='middle'>d</td>", "> "),
]


@settings(max_examples=200 * HUNT, deadline=None)
@given(st.one_of(st.lists(st.sampled_from(MARKUP), max_size=30).map("".join), stews))
def test_blocks_that_stay_are_not_changed_by_being_taken_whole(text: str) -> None:
    def shown() -> object:
        problems = Problems()
        return render_body(text, "reports/a.md", 1, problems), problems.list_sorted()

    whole = shown()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(walk, "SIMPLE_BLOCKS", re.compile(r"(?!)"))
        assert shown() == whole
