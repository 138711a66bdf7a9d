"""Checks of how texts are marked up: what readers who cannot see the page would miss.

They are found where the Markdown is read (``markup/obstacles.py``), of ordinary pages as well.
"""

import re
from collections.abc import Iterator

from lscbsite.checks.content import advised
from lscbsite.model import Documents, Obstacle, Outline, Page, Site
from lscbsite.problems import Problem, shown


def undescribed_picture(documents: Documents, site: Site) -> Iterator[Problem]:
    """C112: a screen reader says a picture's description, or nothing of any use."""
    for document, field, one in _obstacles(documents, "picture"):
        name = f"described as {shown(one.words)}" if one.words else "without a description"
        yield document.problem(
            field,
            "C112",
            f"a picture {name}",
            "what it shows, in words, for people who cannot see it",
            "write that between the square brackets: ![Twenty people around three tables](...)",
        )


def skipped_level(documents: Documents, site: Site) -> Iterator[Problem]:
    """C113: who goes from heading to heading looks for what was left out."""
    for document, field, one in _obstacles(documents, "heading"):
        wanted = "#" * (one.above + 1)
        yield document.problem(
            field,
            "C113",
            f"the heading {shown(one.words)} with {'#' * one.level} under one with"
            f" {'#' * one.above}",
            f"{wanted} there, as no level can be left out",
            f"write {wanted} in front of the heading",
        )


def empty_link_words(documents: Documents, site: Site) -> Iterator[Problem]:
    """C114: links are also read as a list, without the words around them."""
    for document, field, one in _obstacles(documents, "link"):
        yield document.problem(
            field,
            "C114",
            f"a link that is called {shown(one.words)}",
            "words that tell where it leads, also when they are read by themselves",
            "take the words that name what is there: [the minutes of May](...)",
        )


def headless_table(documents: Documents, site: Site) -> Iterator[Problem]:
    """C115: a cell is read out with the heading of its column."""
    for document, field, one in _obstacles(documents, "table"):
        begin = f", which begins with {shown(one.words)}" if one.words else ""
        found = f"a table without headings for its columns{begin}"
        # Only where Markdown made no table do its words begin with a bar.
        if one.words.startswith("|"):
            found = f"a table that is shown as text, from {shown(one.words)} on"
        yield document.problem(
            field,
            "C115",
            found,
            "a first row that says what stands in each column",
            "write that row, as in | Date | Place |, with an empty line above it and |---|---| below"
            " it; in HTML, its cells are <th>...</th>",
        )


def bold_heading(documents: Documents, site: Site) -> Iterator[Problem]:
    """C116: bold words are in no list of contents, and nobody can go to them."""
    for document, field, one in _obstacles(documents, "bold"):
        yield document.problem(
            field,
            "C116",
            f"a paragraph in bold, {shown(one.words)}, where a heading seems to be meant",
            "## or ### in front of a heading",
            "write it so, without the ** around it",
        )


def typed_list(documents: Documents, site: Site) -> Iterator[Problem]:
    """C117: entries that run together are hard to read for everybody."""
    for document, field, one in _obstacles(documents, "list"):
        sign = re.findall(r"^(?:\(?\w{1,4}[.)]|.)", one.words)[0]
        is_known = sign in ("-", "*", "+") or (sign.endswith(".") and sign[:-1].isdigit())
        space = "" if one.words[len(sign)] == " " else " "
        wanted = f'"{"1." if sign[-1] in ".)" else "-"}{space}"'
        is_right = is_known and not space
        replaced = "" if is_right else f"write {wanted} in place of {shown(sign)}, and "
        yield document.problem(
            field,
            "C117",
            f"a list that is shown as one paragraph, from {shown(one.words)} on",
            'an empty line above a list, and "-" or "1." in front of each entry',
            f"{replaced}leave an empty line above the first entry; a list in a list has four"
            " spaces in front of each entry, too",
        )


def _obstacles(documents: Documents, kind: str) -> Iterator[tuple[Outline | Page, str, Obstacle]]:
    """Yield the obstacles of a kind, with the report or page that each is in, and its field."""
    every: tuple[Outline | Page, ...] = (*advised(documents), *documents.pages)
    for document in every:
        for place, one in enumerate(document.obstacles):
            if one.kind == kind:
                yield document, f"obstacles.{place}", one
