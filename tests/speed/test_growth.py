"""Test that twice the text takes about twice the time: no short construct takes hours.

Growth is counted, as machines differ and are busy: how many functions are called for a text and for
one four times as long (``sys.setprofile`` sees Python's functions and those in C). What goes on
within an expression or a copy is no call; for those the ratio of the processor times of this process
is compared, generously and with retries, on texts that are made longer until there is something to
measure.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from conftest import HUNT, Project

from lscbsite.lint import similarity
from lscbsite.lint.similarity import (
    SimilarNames,
    SimilarPeople,
    count_slips_in_person,
    count_slips_in_term,
)
from lscbsite.markup import Term, link_terms, make_terms, read_marked_text, render_body
from lscbsite.problems import ComparisonBudget, KnownNames, Problems

# Four times as much may take that many times as long: some is done once, some n log n.
MOST_CALLS = 4**1.3
MOST_TIME = 4**1.6


def render(text: str) -> set[str]:
    """Render a body; return the codes of its problems."""
    problems = Problems()
    render_body(text, "reports/a.md", 1, problems)
    return {found.code for found in problems.list_sorted()}


def calls(run: Callable[[], object]) -> int:
    """Count the functions that are called, those written in C included."""
    count = 0

    def called(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        run()
    finally:
        sys.setprofile(before)
    return count


def numbered(pattern: str, end: str = "", start: str = "") -> Callable[[int], str]:
    """Return a maker of texts in which a pattern stands n times, with a number for each %d."""
    return lambda n: (
        start
        + "".join(pattern.replace("%d", str(number)) for number in range(n))
        + "".join(end.replace("%d", str(number)) for number in range(n if "%d" in end else 1))
    )


TEXTS: dict[str, Callable[[int], str]] = {
    **{
        f"{sign!r}": numbered(sign)
        for sign in [
            *("*", "**", "_", "`", "``", "~~~\n", "|", "!", "![", "[", "](", "]", "[[", "[[a|b"),
            *("[[a#b", "[a]", "[a][b]", "[a][", "![a][", "<", "<!--", "</", "&", "&#", "&amp;"),
            *("&copy;", "\\", "\\`", "{:", "[^", "[^1]", "[^1]:", "*[A]:", "> ", "#", "===\n"),
            *(
                "---\n",
                "\t",
                " ",
                "\n\n",
                "<br>",
                "<b>",
                "</b>",
                "<span>",
                "a`",
                "*a ",
                "**a ",
                "_a ",
            ),
            *(
                "*a *",
                "*a **",
                "a*",
                "(",
                ")",
                "x",
                "A",
                "A-",
                "A.",
                "AB ",
                "3. a\n",
                "- a\n",
                "o a\n",
            ),
            *("<https://e.org/> ", "<a@e.org> ", "http://", 'href="', "\\* ", "x<", "'", '"'),
        ]
    },
    "line breaks": numbered("x  \n"),
    "equal headings": numbered("## h\n\nx\n\n"),
    "equal headings in one block": numbered("## h\n"),
    "headings": numbered("## h%d\n\nx\n\n"),
    "headings in one block": numbered("## h%d\nx\n"),
    "underlined headings": numbered("h%d\n---\n\n"),
    "headings in HTML": numbered("<h2>h%d</h2>\n\n"),
    "headings of a picture": numbered("## ![a](b%d.png)\n\n"),
    "marks of one note": numbered("a[^1] ", "\n\n[^1]: n\n"),
    "notes": numbered("a[^%d] ", "\n\n[^%d]: n\n"),
    "abbreviations": numbered("*[A%d]: b\n", "\n\nA%d "),
    "links": numbered("[a](b%d.md) "),
    "links by name": numbered("[[a%d]] "),
    "unclear links": numbered("[here](b%d.md) "),
    "unclear links by label": numbered("[here][%d] ", "\n\n[%d]: b\n"),
    "pictures without a description": numbered("![](b%d.png) "),
    "pictures from a camera": numbered("![IMG_%d.jpg](IMG_%d.jpg) "),
    "links of an unknown kind": numbered("[a](foo:%d) "),
    # Of few words, as what is found out about a word is kept.
    "acronyms": lambda n: "".join(f"the LSC{number % 500}B is. " for number in range(n)),
    "ids": numbered('<span id="x%d">a</span> '),
    "attribute lists": numbered("a\n{: #x%d }\n\n"),
    "rows": numbered("| a%d | b |\n", start="| a | b |\n|---|---|\n"),
    "tables without headings": numbered("|  |  |\n|---|---|\n| c%d | d |\n\n"),
    "bold in place of headings": numbered("**Training %d**\n\ntext\n\n"),
    "bullets": numbered("text\n• item%d\n• item\n\n"),
    "code": numbered("`a%d` "),
    "code with bars in a row": numbered("`|", start="a|b\n-|-\n"),
    "unknown HTML": numbered("<x%d> "),
    "character references": numbered("a &amp; "),
    "HTML in a line": numbered("<b>a</b> "),
    "emphasis": numbered("*a%d* **b** _c_ "),
    "links without an end": numbered("[a]("),
    "links in brackets": numbered("[a](("),
    "tags": numbered("<a "),
    "tags with values": numbered('<a href="b" '),
    "comments in open tags": numbered("<b><!-- a -->\n\n"),
    "marked sections": numbered("\n<![CDATA["),
    "rules": numbered("***\n"),
    "labels": numbered("[Label %d]: agreed\n"),
    "labels above definitions": numbered("[Label]: agreed\n[x%d]: https://example.org/\n\n"),
    "escapes before missing notes": numbered("\\* [^%d] "),
    "open tags": numbered("<pre>\n"),
    "references with markup": numbered("[[a|**%d**]] "),
    "nested brackets": lambda n: "[" * n + "x" + "](b)" * n,
    "nested quotations of brackets": lambda n: "![" * n + "x" + "]" * n,
}


@pytest.mark.parametrize("name", [*TEXTS][::6] if HUNT == 1 else TEXTS)
def test_calls_grow_as_the_text_does(name: str) -> None:
    few, many = TEXTS[name](250), TEXTS[name](1000)
    # What is loaded, compiled or remembered at first is not counted.
    render(few)
    render(many)
    assert calls(lambda: render(many)) < MOST_CALLS * calls(lambda: render(few)) + 500


@pytest.mark.parametrize("name", TEXTS)
def test_calls_grow_as_a_text_of_front_matter_does(name: str) -> None:
    few, many = TEXTS[name](250), TEXTS[name](1000)
    read_marked_text(few, 0)
    read_marked_text(many, 0)
    most = MOST_CALLS * calls(lambda: read_marked_text(few, 0)) + 500
    assert calls(lambda: read_marked_text(many, 0)) < most


# Where the time goes into expressions and copies: they make one call, however long the text is.
WITHIN_C = [
    *(
        "'[^'",
        "'[a][b]'",
        "'&amp;'",
        "'`'",
        "'a`'",
        "'A-'",
        "'<!--'",
        "'[['",
        "'[[a|b'",
        "line breaks",
    ),
    *("unclear links by label", "headings in one block", "marks of one note"),
    *("bold in place of headings", "acronyms", "links by name", "rows"),
    *("emphasis", "links", "links of an unknown kind", "unknown HTML"),
    *("character references", "HTML in a line", "links without an end", "links in brackets"),
    *("tags", "tags with values", "comments in open tags", "marked sections", "rules"),
    *("labels", "escapes before missing notes", "open tags", "references with markup"),
]


@pytest.mark.skipif(HUNT == 1, reason="only in long hunts, as it takes time to measure")
@pytest.mark.parametrize("name", WITHIN_C)
def test_time_grows_as_the_text_does(name: str) -> None:
    def seconds(n: int) -> float:
        text = TEXTS[name](n)
        start = time.process_time()
        render(text)
        return time.process_time() - start

    n = 500
    while seconds(n) < 0.02 and n < 100_000:
        n *= 2
    # The best of each, as whatever else the machine does only adds.
    ratios = (
        min(seconds(4 * n) for _ in range(2)) / min(seconds(n) for _ in range(3)) for _ in range(8)
    )
    assert any(ratio < MOST_TIME for ratio in ratios)


# --- limits --------------------------------------------------------------------------------------

ORDINARY: dict[str, str] = {
    "minutes": "The board heard of *three* [plans](plan.md), **two** of them `new`.\n\n" * 14_000,
    "minutes without empty lines": "## Item\nThe board heard of three plans.\n" * 4_000,
    "a table": "| a | b | c |\n|---|---|---|\n" + "| one *two* | [three](a.md) | 4 |\n" * 5_000,
    "footnotes": "a[^1] " * 2_000
    + "".join(f"b[^n{n}] " for n in range(2_000))
    + "\n\n[^1]: one\n"
    + "".join(f"[^n{n}]: note\n" for n in range(2_000)),
    "a list": "- an entry of the list\n" * 10_000,
    "a loose list": "- an entry of the list\n\n" * 10_000,
    "HTML": "<div>\n<p>a <b>b</b></p>\n</div>\n\n<!-- c -->\n\n" * 2_000,
    "abbreviations": "".join(f"*[A{n}]: what it means\n" for n in range(20_000)),
    "emphasis": "*one* **two**, _three_ *of **four** words*. " * 5_000,
    "one paragraph": "The board heard of *three* [plans](plan.md), **two** of them `new`. " * 2_000,
}


@pytest.mark.parametrize("name", [*ORDINARY][::3] if HUNT == 1 else ORDINARY)
def test_no_limit_meets_what_people_write(name: str) -> None:
    assert not render(ORDINARY[name]) & {"M001", "M004"}


# --- front matter, and the site as a whole -------------------------------------------------------

TOP = "---\ndate: 2012-11-13\n"
OTHER = "---\ndate: 2012-09-11\n"


def asked(n: int) -> dict[str, str]:
    """Return a report with n questions, and one with as many outcomes."""
    asks = "".join(f"  - {{id: q{k}, ask: 'Question {k}?'}}\n" for k in range(n))
    outcomes = "".join(f"  - {{ask: 2012-09-11/q{k}, outcome: Done}}\n" for k in range(n))
    return {
        "reports/2012-09-11.md": f"{OTHER}feedback:\n{asks}---\nText\n",
        "reports/2012-11-13.md": f"{TOP}outcomes:\n{outcomes}---\nText\n",
    }


SITES: dict[str, Callable[[int], dict[str, str]]] = {
    "questions": lambda n: {
        "reports/2012-11-13.md": TOP
        + "feedback:\n"
        + "".join(f"  - ask: Question {k}?\n" for k in range(n))
        + "---\nText\n"
    },
    "outcomes": asked,
    "broken links to sections": lambda n: {
        "reports/2012-11-13.md": f"{TOP}---\n"
        + "".join(f"[a](#zzz{k}) " for k in range(n))
        + "\n\n## One heading\n"
    },
    "links to sections": lambda n: {
        "reports/2012-11-13.md": f"{TOP}---\n"
        + "".join(f"[a](#h{k}) " for k in range(n))
        + "\n\n"
        + "".join(f"## h{k}\n\nText\n\n" for k in range(n))
    },
    "unknown keys": lambda n: {
        "reports/2012-11-13.md": TOP + "".join(f"key{k}: a\n" for k in range(n)) + "---\nText\n"
    },
    "terms": lambda n: {
        "reports/2012-11-13.md": f"{TOP}---\nText\n",
        "glossary.yaml": "".join(f"Term {k}: what it means\n" for k in range(n)),
    },
}


@pytest.mark.parametrize("name", [*SITES][::2] if HUNT == 1 else SITES)
def test_calls_grow_as_the_site_does(name: str, project: Project) -> None:
    def built(n: int) -> int:
        for path, text in SITES[name](n).items():
            project.write(path, text)
        return calls(lambda: project.build("--no-cache", "--jobs", "1"))

    built(20)
    assert built(400) < MOST_CALLS * built(100) + 20_000


def test_missing_active_files_share_one_count_of_comparisons(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = 0
    begin = ComparisonBudget.__init__

    def counted(self: ComparisonBudget, *arguments: int) -> None:
        nonlocal counts
        counts += 1
        begin(self, *arguments)

    monkeypatch.setattr(ComparisonBudget, "__init__", counted)
    site = "title: T\nbase_url: https://example.org/\nactive_files:\n"
    project.write("site.yaml", site + "".join(f"  - files/form{k}.html\n" for k in range(50)))
    project.build("--no-cache", "--jobs", "1")
    assert 0 < counts < 20


@pytest.mark.skipif(HUNT == 1, reason="counts for long: make test-long")
def test_lines_run_grow_as_the_outcomes_do(project: Project) -> None:
    def run(n: int) -> int:
        for path, text in asked(n).items():
            project.write(path, text)
        count = 0

        # Each turn of a comprehension is a line, though not a call.
        def traced(frame: FrameType, event: str, argument: object) -> Any:
            nonlocal count
            count += event == "line"
            return traced if "/outputs/" in Path(frame.f_code.co_filename).as_posix() else None

        before = sys.gettrace()
        sys.settrace(traced)
        try:
            project.build("--no-cache", "--jobs", "1")
        finally:
            sys.settrace(before)
        return count

    run(20)
    assert run(400) < MOST_CALLS * run(100)


def test_names_are_compared_so_often_and_no_more() -> None:
    comparisons = ComparisonBudget()
    known = KnownNames([f"2012-{number}" for number in range(1000)], comparisons)
    assert known.find_near("2012-x1") == "2012-1"
    for number in range(250):
        known.find_near(f"word{number}")
    assert known.find_near("2012-x2") is None
    assert known.find_near("2012-x1") == "2012-1"
    assert known.suggest("2012-x3", "look it up") == "look it up"


def letters(number: int) -> str:
    """Return a number in letters, as numbers are no slips of the pen."""
    return "".join(chr(ord("a") + int(digit)) for digit in f"{number:04}")


NEAR: dict[str, Callable[[list[str]], SimilarNames | SimilarPeople]] = {
    "terms": lambda names: SimilarNames(names, count_slips_in_term, most=2),
    "people": lambda names: SimilarNames(names, count_slips_in_person, most=1),
    "one slip": SimilarPeople,
}


@pytest.mark.parametrize("kind", NEAR)
def test_names_are_found_among_many_as_among_few(kind: str) -> None:
    def found(n: int) -> int:
        names = NEAR[kind]([f"Adam {letters(k)}ington Moss" for k in range(n)])
        for k in range(n):
            assert (
                names.find_near(f"Adam {letters(k)}igton Moss") == f"Adam {letters(k)}ington Moss"
            )
        assert not names.not_compared
        return calls(lambda: [names.find_near(f"Adm {letters(k)}inton Mos") for k in range(250)])

    # More of them are alike where there are more, and that is all.
    assert found(4000) < 3 * found(1000)


@pytest.mark.parametrize("kind", NEAR)
def test_names_that_are_all_alike_are_reported_as_not_compared(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(similarity, "MOST_EFFORT", 5_000)
    known = [f"Ada Mossingt{one}n" for one in map(chr, range(0x4E00, 0x4F00))]
    names = NEAR[kind](known)
    wanted = [f"Ada Mossingt{one}n" for one in map(chr, range(0x5000, 0x5064))]
    found = [names.find_near(name) for name in wanted]
    assert found[0] == known[0]
    assert [name for name, near in zip(wanted, found, strict=True) if near is None] == (
        names.not_compared
    )
    assert names.not_compared


@pytest.mark.parametrize("kind", NEAR)
def test_long_names_are_compared_with_no_more_work(kind: str) -> None:
    names = NEAR[kind](["Ada Mossington", "M" * 2_000, "Ada " * 2_000])
    assert names.find_near("Ada Mosington") == "Ada Mossington"
    assert not names.not_compared
    assert calls(lambda: names.find_near("M" * 2_001)) < 10 * 2_001
    assert calls(lambda: names.find_near("Ade " * 2_000)) < 10 * 8_000


def test_equal_terms_get_their_ids_at_once() -> None:
    def number(n: int) -> int:
        entries = tuple((f"A{'!' * k}", "meaning") for k in range(n))
        return calls(lambda: make_terms(entries))

    assert number(2000) < MOST_CALLS * number(500)


def test_many_terms_are_found_as_few_are() -> None:
    def page(n: int) -> tuple[str, tuple[Term, ...]]:
        terms = make_terms(tuple((f"Term{k}", "meaning") for k in range(n)))
        return "<main>" + "".join(f"<p>Term{k} a</p>" for k in range(n)) + "</main>", terms

    def seconds(n: int) -> float:
        html, terms = page(n)
        start = time.process_time()
        link_terms(html, terms, "")
        return time.process_time() - start

    assert any(seconds(4000) < MOST_TIME * seconds(1000) for _ in range(20))


def test_terms_that_begin_with_one_word_are_looked_up_by_their_second() -> None:
    def explaining(count: int) -> Callable[[], object]:
        terms = make_terms(tuple((f"Term {n}", "m") for n in range(count)))
        pages = [f"<main><p>Of Term {n} and more terms.</p></main>" for n in range(count)]
        return lambda: [link_terms(page, terms, "") for page in pages]

    # What costs time is how many terms an expression has to try.
    few, many = explaining(250), explaining(1000)
    few()
    many()
    assert calls(many) < MOST_CALLS * calls(few)
    terms = make_terms(tuple((f"Term {n}", "m") for n in range(1000)))
    assert 'title="m">Term 12</abbr>' in link_terms("<main>Term 12, Term 3</main>", terms, "")
