"""Bodies have the structure and the words that GitHub's own renderer gives them."""

import html
import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import cmarkgfm
import html5lib
import pytest
from cmarkgfm.cmark import Options
from conftest import HUNT, ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from lscbsite.markup import render_body
from lscbsite.markup.extensions import create_engine
from lscbsite.problems import Problems

TEXTS = ROOT / "tests/markdown"
OPTIONS = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES
BLOCKS = frozenset(
    [
        "p",
        "div",
        "ul",
        "ol",
        "li",
        "blockquote",
        "pre",
        "table",
        "thead",
        "tbody",
        "tr",
        "td",
        "th",
        "hr",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "br",
        "details",
        "summary",
        "section",
    ]
)
# What is compared of an element, beside its name and its content.
ATTRIBUTES = ("href", "src", "title", "alt", "start", "align")

# The examples that differ, by number, each for its reason.
SPEC = dict(
    enumerate(
        re.findall(
            r"^`{32} example[^\n]*\n(.*?)^\.\n",
            (TEXTS / "spec.txt").read_text("utf-8"),
            re.M | re.S,
        ),
        1,
    )
)
LATER = "GitHub's renderer follows an earlier version of the specification"
REFERENCE = "[[...]] refers to a report"
WORD = "what has the form of a word is no address, so that no words are lost"
ESCAPED = "GitHub's renderer escapes these tags; here it is done after parsing"
EMAIL = "an escaped address is no link"
DIFFERENT = {
    **dict.fromkeys((170, 171, 172, 173, 176, 178), ESCAPED),
    **dict.fromkeys((548, 590), REFERENCE),
    28: LATER,
    354: LATER,
    **dict.fromkeys((194, 200, 203, 204), WORD),
    606: EMAIL,
}


def render_ours(text: str) -> str:
    engine, _ = create_engine()
    return engine.convert(text)


def render_on_github(text: str) -> str:
    result: str = cmarkgfm.github_flavored_markdown_to_html(text, OPTIONS)
    return result


Token = tuple[Any, ...]


def list_tokens(fragment: str) -> list[Token]:
    """Return the tags and texts of HTML; space between blocks does not count."""
    clean = re.sub(r' data-(?:at|to)="[^"]*"', "", fragment).strip()
    tokens: list[Token] = []
    for token in walk(html5lib.parseFragment(clean, namespaceHTMLElements=False)):
        if token[0] == "text" and tokens and tokens[-1][0] == "text":
            tokens.append(("text", tokens.pop()[1] + token[1]))
        else:
            tokens.append(token)
    result = []
    depth = 0
    for index, token in enumerate(tokens):
        depth += (token[0] == "pre") - (token[0] == "/pre")
        if token[0] != "text" or depth:
            result.append(token)
            continue
        text = re.sub(r"\s+", " ", token[1])
        if index == 0 or tokens[index - 1][0].lstrip("/") in BLOCKS:
            text = text.lstrip()
        if index + 1 == len(tokens) or tokens[index + 1][0].lstrip("/") in BLOCKS:
            text = text.rstrip()
        if text:
            result.append(("text", text))
    return result


def walk(element: Any) -> Iterator[Token]:
    yield "text", element.text or ""
    for child in element:
        if isinstance(child.tag, str):
            yield from walk_child(child)
        yield "text", child.tail or ""


def walk_child(child: Any) -> Iterator[Token]:
    if child.tag == "input":
        yield "text", "☑ " if "checked" in child.attrib else "☐ "
        return
    # The footnotes' own elements differ; their words do not.
    if child.tag in ("section", "sup") or child.get("class") in ("footnote", "footnotes"):
        for rule in child.findall("hr"):
            child.remove(rule)
        yield from walk(child)
        return
    if child.get("class") in ("footnote-backref",) or "data-footnote-backref" in child.attrib:
        return
    attributes = {
        name: unquote(html.unescape(child.get(name)))
        for name in ATTRIBUTES
        if child.get(name) and not child.get(name).startswith("#fn")
    }
    yield child.tag, tuple(sorted(attributes.items()))
    yield from walk(child)
    yield (f"/{child.tag}",)


@pytest.mark.parametrize("number", SPEC)
def test_the_examples_of_the_specification(number: int) -> None:
    text = SPEC[number].replace("→", "\t")
    same = list_tokens(render_ours(text)) == list_tokens(render_on_github(text))
    assert same != (number in DIFFERENT), DIFFERENT.get(number)


EXTENSIONS = json.loads((TEXTS / "gfm.json").read_text("utf-8"))


@pytest.mark.parametrize(
    "text", [text for kind, texts in EXTENSIONS.items() if kind != "notes" for text in texts]
)
def test_what_github_adds(text: str) -> None:
    assert list_tokens(render_ours(text)) == list_tokens(render_on_github(text))


@pytest.mark.parametrize("name", sorted(path.name for path in (TEXTS / "minutes").iterdir()))
def test_minutes_as_people_write_them(name: str) -> None:
    text = (TEXTS / "minutes" / name).read_text("utf-8")
    assert list_tokens(render_ours(text)) == list_tokens(render_on_github(text))


LINES = st.sampled_from(
    [
        "- Budget", "  - Rent", "1. Agreed", "   - by all", "2) later", "* *em* and **bold**",
        "> Ann said", "> > twice", "| a | b |", "|---|---|", "| c | d |", "", "", "Text here.",
        "    code", "```", "~~~ruby:a", "# Title", "## Money ##", "===", "---", "***",
        "See https://example.org/a and www.example.org.", "ann@example.org", "~~old~~ new",
        "- [x] done", "<div>", "</div>", "f(*args, **opt)", "a_b_c _d_", "\\* star", "x  ", "y\\",
        "[a](b 'c')", "![p](q.png)", "`code | x`", "&amp; &copy;", "<b>bold</b>", "\tTab",
    ]
)  # fmt: skip


@settings(max_examples=200 * HUNT, deadline=None)
@given(st.lists(LINES, max_size=12).map("\n".join))
def test_any_lines_have_the_structure_that_github_gives_them(text: str) -> None:
    assert list_tokens(render_ours(text)) == list_tokens(render_on_github(text))


def list_words(fragment: str) -> str:
    return re.sub(r"[\W_]+", "", html.unescape(re.sub(r"<[^>]*>", "", fragment)))


@settings(max_examples=100 * HUNT, deadline=None)
@given(st.lists(LINES, max_size=12).map("\n".join))
def test_no_words_are_lost_on_the_way_to_the_page(text: str) -> None:
    rendered = render_body(text, "reports/x.md", 1, Problems())
    page = "".join(part for section in rendered.html.sections for part in section)
    raw = list_words(render_ours(text))
    words = list_words(page + rendered.html.footnotes + rendered.title)
    assert not Counter(raw) - Counter(words)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[Ann]: agreed\n[Bo]: against\n", "<p>[Ann]: agreed\n[Bo]: against</p>"),
        ("> [Ann]: agreed.\n", "<blockquote>\n<p>[Ann]: agreed.</p>\n</blockquote>"),
        ("[Ann]: agreed\n\nSee [Ann].\n", "<p>[Ann]: agreed</p>\n<p>See [Ann].</p>"),
        ("- [Ann]: yes\n- [Ann]: no\n", "<ul>\n<li>[Ann]: yes</li>\n<li>[Ann]: no</li>\n</ul>"),
        ("[Ann]: 18:30\n[Bo]: 5/6\n[Cy] said\n", "<p>[Ann]: 18:30\n[Bo]: 5/6\n[Cy] said</p>"),
        ('[Ann]: yes\n"so be it"\nsaid Bo\n', '<p>[Ann]: yes\n"so be it"\nsaid Bo</p>'),
        ("[Vote]:\n12.5\n", "<p>[Vote]:\n12.5</p>"),
        ("[Ann]: yes\nHeading\n---\n", "<h2>[Ann]: yes\nHeading</h2>"),
        (
            "`[Ann]: yes`\n\n    [Ann]: yes\n",
            "<p><code>[Ann]: yes</code></p>\n<pre><code>[Ann]: yes\n</code></pre>",
        ),
        # Those with an address define links.
        ("[plan]: https://example.org/plan\n\nText.\n", "<p>Text.</p>"),
        (
            "[Ann]: agreed\n[plan]: plan.pdf\nThe [plan].\n",
            '<p>[Ann]: agreed</p>\n<p>The <a href="plan.pdf">plan</a>.</p>',
        ),
        (
            "[Ann]: agreed\n\n[plan]: plan.pdf\nThe [plan].\n\n```\ncode",
            '<p>[Ann]: agreed</p>\n<p>The <a href="plan.pdf">plan</a>.</p>\n<pre><code>code\n</code></pre>',
        ),
    ],
)
def test_what_only_looks_like_a_definition_is_shown(text: str, shown: str) -> None:
    assert re.sub(r' data-(?:at|to)="[^"]*"', "", render_ours(text)) == shown


def test_a_text_below_definitions_has_its_own_lines() -> None:
    rendered = render_ours("[plan]: plan.pdf\n[form]: form.pdf\nThe [plan] and\nthe [form].\n")
    assert re.findall(r'data-at="([^"]*)" data-to="([^"]*)"', rendered) == [
        ("3:5", "1:9"),
        ("4:5", "2:9"),
    ]


@pytest.mark.parametrize(
    "opener",
    ["[", "*", "> ", "<![CDATA[", "`a", "~~a ", "![a", "<a ", "|", "_a", "[^a]", "http://"],
)
def test_openers_without_an_end_are_read_at_once(opener: str) -> None:
    problems = Problems()
    render_body(opener * (100_000 // len(opener)), "reports/x.md", 1, problems)
    assert {problem.code for problem in problems.list_sorted()} <= {"M001", "M002", "M007"}
