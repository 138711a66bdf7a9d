"""Checks of the markup: barriers for readers who cannot see the page.

``markup/accessibility.py`` finds them while it renders reports and ordinary pages.
"""

import re
from collections.abc import Iterator

from lscbsite.lint.content import list_advised_reports
from lscbsite.model import AccessibilityIssue, Documents, Page, ReportMetadata, SiteIndex
from lscbsite.problems import SPECIAL_SPACE, Problem, quote_value


def find_undescribed_pictures(documents: Documents, site: SiteIndex) -> Iterator[Problem]:
    """C112: screen readers can only read a picture's description."""
    for document, field, issue in _list_issues(documents, "picture"):
        name = (
            f"described as {quote_value(issue.words)}" if issue.words else "without a description"
        )
        yield document.make_problem(
            field,
            "C112",
            f"a picture {name}",
            "what it shows, in words, for people who cannot see it",
            "write that between the square brackets: ![Twenty people around three tables](...)",
        )


def find_skipped_levels(documents: Documents, site: SiteIndex) -> Iterator[Problem]:
    """C113: headings of two levels that are shown at one, as the first skips a level."""
    for document, field, issue in _list_issues(documents, "heading"):
        wanted = "#" * issue.beside
        yield document.make_problem(
            field,
            "C113",
            f"the heading {quote_value(issue.words)} with {'#' * issue.level}, shown at the same"
            f" level as a later one with {wanted}",
            "as many # as other headings of that level have",
            f"write {wanted} in front of the heading",
        )


def find_empty_link_words(documents: Documents, site: SiteIndex) -> Iterator[Problem]:
    """C114: links are also read as a list, without the words around them."""
    for document, field, issue in _list_issues(documents, "link"):
        yield document.make_problem(
            field,
            "C114",
            f"a link with the words {quote_value(issue.words)}",
            "words that say where it leads, even when they are read on their own",
            "name the page or file, as in [the minutes of May](...)",
        )


def find_headless_tables(documents: Documents, site: SiteIndex) -> Iterator[Problem]:
    """C115: a cell is read out with the heading of its column."""
    for document, field, issue in _list_issues(documents, "table"):
        begin = f", which begins with {quote_value(issue.words)}" if issue.words else ""
        found = f"a table without headings for its columns{begin}"
        expected = "a first row that says what is in each column"
        fix = (
            "add that row, as in | Date | Place |, with |---|---| below it; in HTML, its cells are"
            " <th>...</th>"
        )
        # A text that begins with a bar is a table that Markdown did not recognize.
        if issue.words.startswith("|"):
            found = f"a table that is shown as text, beginning with {quote_value(issue.words)}"
            expected = "a line of hyphens under the first row, which says what is in each column"
            fix = "write a line |---|---| under the first row, with --- for each column"
        yield document.make_problem(field, "C115", found, expected, fix)
    for document, field, issue in _list_issues(documents, "cells"):
        yield document.make_problem(
            field,
            "C115",
            f"a table that is shown as text, beginning with {quote_value(issue.words)}",
            "| between the cells, as in | Date | Place |",
            "write | in place of each tab, and a line |---|---| under the first row",
        )


def find_bold_headings(documents: Documents, site: SiteIndex) -> Iterator[Problem]:
    """C116: bold text is not in the contents, and no link or shortcut leads to it."""
    for document, field, issue in _list_issues(documents, "bold"):
        yield document.make_problem(
            field,
            "C116",
            f"a paragraph in bold, {quote_value(issue.words)}, that looks like a heading",
            "## or ### in front of a heading",
            "write it that way, without the ** around it",
        )


def find_typed_lists(documents: Documents, site: SiteIndex) -> Iterator[Problem]:
    """C117: a list that runs together is hard to read for everybody."""
    for document, field, issue in _list_issues(documents, "list"):
        sign = re.findall(r"^(?:\(?\w{1,4}[.)]|.)", issue.words)[0]
        is_known = sign in ("-", "*", "+") or sign[:-1].isdigit()
        space = "" if issue.words[len(sign)].isspace() else " "
        wanted = f'"{"1." if sign[-1] in ".)" else "-"}{space}"'
        fix = f"write {wanted} in place of {quote_value(sign)}"
        if is_known and not space:
            fix = "leave an empty line above the first entry"
        if is_known and re.match(SPECIAL_SPACE, issue.words[len(sign) :]):
            fix = f"type an ordinary space after {quote_value(sign)}: this one comes from Word"
        if re.match(r"\d+\.\d", issue.words):
            fix = "leave an empty line above each entry"
        yield document.make_problem(
            field,
            "C117",
            f"a list that is shown as one paragraph, beginning with {quote_value(issue.words)}",
            "a line of its own for each entry",
            fix,
        )


def _list_issues(
    documents: Documents, kind: str
) -> Iterator[tuple[ReportMetadata | Page, str, AccessibilityIssue]]:
    """Yield the issues of a kind, each with its report or page, and its field."""
    every: tuple[ReportMetadata | Page, ...] = (*list_advised_reports(documents), *documents.pages)
    for document in every:
        for number, issue in enumerate(document.issues):
            if issue.kind == kind:
                yield document, f"issues.{number}", issue
