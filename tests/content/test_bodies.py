"""Test bodies that were written to lose words, to deceive or to stop a build."""

import re

import pytest
from conftest import Project

from lscbsite.markup import render_body
from lscbsite.problems import Problem, Problems


def render(body: str) -> tuple[str, tuple[Problem, ...]]:
    """Render a body; return the text of its page, with the title, and the problems."""
    problems = Problems()
    rendered = render_body(body, "reports/a.md", 1, problems)
    parts = [part for section in rendered.html.sections for part in section]
    html = " ".join([rendered.title, *parts, rendered.html.footnotes])
    return html, problems.list_sorted()


# Each word is on the page, however the text around it is read.
KEPT = {
    "labels in a list": ("- [General]: agreed\n- [Chair]: Ada\n", "agreed Ada"),
    "labels in a numbered list": ("1. [Action]: aleph\n2. [Action]: beth\n", "aleph beth"),
    "labels in a list in a quotation": ("> - [Note]: aleph\n", "aleph"),
    "a label above a text": ("[Action]: Ada\n[Decision]: Ben and Cas agreed\n", "Ada Ben"),
    "a label above a name in brackets": ("[Action]: Ada\n[Ben] said\n", "Ada Ben"),
    "a label above quotation marks": ('[Action]: Ada\n"quoted" text\n', "Ada quoted"),
    "one label several times": ("[Action]: Ada\n[Action]: Ben\n[Action]: Cas\n", "Ada Ben Cas"),
    "a label that code names": ("see `[Action]`\n\n[Action]: pi\n", "pi"),
    "a label with a no-break space": ("[chi]: psi\u00a0omega\n", "psi omega"),
    "a label with a number": ("[Vote]: 12.5\n\n[Ratio]: 5/6\n\n[Time]: 18:30\n", "12.5 5/6 18:30"),
    "a label that the text names": ("Text [Action]\n\n[Action]: Ada\n", "Ada"),
    "an emphasised label": ("*[Action]: Ada to write.*\n\n*[Decision]: agreed.*\n", "write agreed"),
    "an emphasised beginning": ("*[LSCB]: kaf* note\n", "kaf note"),
    "an abbreviation that nothing uses": ("*[LSCB]: Board\n\nText.\n", "LSCB Board"),
    "an abbreviation with two meanings": ("LSCB\n\n*[LSCB]: one\n*[LSCB]: two\n", "LSCB two"),
    "only a footnote": ("[^1]: beta\n", "beta"),
    "a title and a footnote": ("# Plans of March\n\n[^1]: beta\n", "Plans beta"),
    "footnotes that name each other": ("[^1]: theta [^2]\n\n[^2]: iota [^1]\n", "theta iota"),
    "footnotes in two cases": ("a[^a] b[^A]\n\n[^a]: one\n\n[^A]: two\n", "one two"),
    "braces in bold": ("**Budget**{: agreed by Ada } rest\n", "agreed by Ada rest"),
    "braces in a heading": ("## Budget {: not agreed}\n", "not agreed"),
    "braces with a number": ("## Budget {#2 of 3}\n", "of 3"),
    "braces below a paragraph": ("Para one\n{: gamma delta words}\n", "gamma delta words"),
    "two references with markup": (
        "[[2026-01-13|**x**]] and [[2026-01-13|**yod**]] end\n",
        "and yod end",
    ),
}


@pytest.mark.parametrize("name", KEPT)
def test_no_word_is_lost(name: str) -> None:
    body, words = KEPT[name]
    html, _ = render(body)
    text = re.sub(r"<[^>]*>", " ", html).replace("\u00a0", " ").replace("&nbsp;", " ")
    for word in words.split():
        # In order, and no word twice.
        _, found, text = text.partition(word)
        assert found, word


def test_two_references_with_markup_are_both_links() -> None:
    html, _ = render("[[2026-01-13|**x**]] and [[2026-01-13|**y**]]\n")
    assert html.count("<a ") == 2


def test_links_by_a_definition_work_however_often() -> None:
    html, _ = render("[a] " * 2_000 + "\n\n[a]: https://example.org/\n")
    assert html.count('<a href="https://example.org/">') == 2_000


@pytest.mark.parametrize(
    "body",
    [
        "x &#2;5&#3; y <b>z</b>\n",
        "<b>z</b> &#x02;0&#x3; alpha\n",
        "[x](https://example.com '&#2;0&#3;') <a href='https://example.org'>y</a>\n",
        "## H {: data-at=²:1 }\n",
        "## H {: data-at=1:99999999999999999999 }\n",
        "[a](https://example.org/){: data-to=77:7 }\n",
        "![" * 4_900 + "x" + "](https://example.com)" * 4_900,
    ],
)
def test_nothing_is_forged_or_stopped(body: str) -> None:
    html, _ = render(body)
    assert "data-at" not in html
    assert "data-to" not in html
    assert html.count("<b>") <= 1
    assert not re.search("[\x02\x03]", html)


def test_a_forged_position_moves_no_problem(project: Project) -> None:
    project.report("2012-11-13", body="first\n\n[a](nofile.md){: data-to=77:7 }\n")
    assert ":6:5: error L002" in project.build().stderr


@pytest.mark.parametrize(
    ("body", "code", "line", "column"),
    [
        ("Hello <!-- private:\n\nthe name\n\n--> bye\n", "M011", 1, 7),
        ("Text.\n\n<!-- unclosed\n\nnext\n", "M011", 3, 1),
        ("Text.\n\n<div>\n**bold** words\n</div>\n", "M011", 4, 1),
        ("<details>\n<summary>S</summary>\n- item\n</details>\n", "M011", 3, 1),
        ("Text.\n\n```\ncode\n\nmore\n", "M009", 3, 1),
        ("Text.\n\n    ## Budget\n\n    The budget was agreed by all members.\n", "M009", 3, 5),
        ("a &amp; b (x)[https://example.com]\n", "M008", 1, 11),
        ("a\\* (x)[https://example.com]\n", "M008", 1, 5),
        ("See ![The replies](/files/my chart.png).\n", "M008", 1, 5),
        ("![](/files/my chart (1).png)\n", "M008", 1, 1),
        ("See [it](chart (1).pdf).\n", "M008", 1, 5),
        ("![The replies] (/files/chart.png)\n", "M008", 1, 1),
    ],
)
def test_what_is_not_shown_as_meant_is_reported(
    body: str, code: str, line: int, column: int
) -> None:
    _, problems = render(body)
    assert [(found.code, found.line, found.column) for found in problems] == [(code, line, column)]


@pytest.mark.parametrize(
    "body",
    [
        "Text \\[^1\\] and \\[^2].\n",
        "<!-- hidden: **bold** -->\n\nText.\n",
        "<div>\n\n**bold**\n\n</div>\n",
        "<pre>\n- as it is\n</pre>\n",
        "```\ncode\n```\n\n~~~~\ncode\n~~~~\n",
        "| a | b |\n|---|---|\n| 1 | 2 |  |  |\n",
        "![The replies](/files/my%20chart(1).png) and [it](</files/a b.pdf>) and [b](/c (title)).\n",
        "\\![The replies](/files/chart.png) and [see](this one) [1] (a note)\n",
    ],
)
def test_what_is_meant_so_is_not_reported(body: str) -> None:
    assert not render(body)[1]


@pytest.mark.parametrize(
    "heading", ["Minutes", "1. Apologies", "...", "Mu ~~deleted~~ nu", "x" * 300]
)
def test_what_is_no_title_stays_a_heading(heading: str) -> None:
    problems = Problems()
    rendered = render_body(f"# {heading}\n\nText.\n\n## Budget\n", "reports/a.md", 1, problems)
    assert rendered.title == ""
    assert [section.level for section in rendered.body.sections][-1:] == [2]


def test_line_breaks_of_word_processors_do_not_join_words(project: Project) -> None:
    project.report("2012-11-13", body="one\x0bvertical\x0cform\x85feed\n")
    assert "F003" in project.build().stderr
    assert "one vertical form feed" in project.page("reports/2012-11-13/index.html")


def test_a_table_of_millions_of_cells_is_refused() -> None:
    table = "|a" * 5_000 + "\n" + "|-" * 5_000 + "\n" + "x\n" * 1_000
    _, problems = render(f"Text.\n\n{table}")
    assert [(found.code, found.line) for found in problems] == [("M004", 4)]
    _, problems = render("| a | b |\n|---|---|\n" + "| c | d |\n" * 5_000)
    assert not problems
