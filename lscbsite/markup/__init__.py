"""Render Markdown as safe HTML in sections. Only this package imports Markdown and the sanitizer.

``render`` in ``engine`` has four steps: Python-Markdown converts the text to HTML; ``escape_html``
turns unknown HTML into text, so that nothing an author wrote is lost; nh3 makes the result safe
and well-formed, by the tables in ``elements``; ``sections`` walks over the tags, splits the body
into sections, demotes headings, assigns ids and collects links.

When the whole site is known, ``resolve_links`` fills in the addresses, and ``glossary`` links the
terms in finished pages.
"""

import re
from typing import TYPE_CHECKING

from lscbsite.markup.former_links import (
    refer_to_site,
    refer_to_site_in_body,
    strip_base_url,
)
from lscbsite.markup.glossary import Term, link_terms, make_terms
from lscbsite.markup.headline import choose_headline
from lscbsite.markup.resolve_links import (
    adapt_fragment,
    has_unnamed_links,
    make_excerpt,
    make_written_name,
    render_feed_html,
    resolve_names,
    resolve_references,
)
from lscbsite.model import Rendered
from lscbsite.problems import Problems

if TYPE_CHECKING:
    from lscbsite.markup.marked_texts import ReadText

__all__ = [
    "Term",
    "adapt_fragment",
    "choose_headline",
    "has_unnamed_links",
    "link_terms",
    "make_excerpt",
    "make_terms",
    "make_written_name",
    "read_marked_text",
    "refer_to_site",
    "refer_to_site_in_body",
    "render_body",
    "render_feed_html",
    "resolve_names",
    "resolve_references",
    "strip_base_url",
]


def render_body(
    text: str, path: str, first_line: int, problems: Problems, title: str = ""
) -> Rendered:
    """Render a Markdown text that begins at ``first_line`` of the file ``path``.

    ``title`` is that of the front matter. Problems: M001 (nested too deeply; the Body is empty
    then), M002 to M009, L005, L006, L014, L015.
    """
    # Import the engine, which loads slowly, only if a file has changed.
    from lscbsite.markup.engine import render

    return render(text, path, first_line, problems, title)


# No text without any of these has a mark.
_MARKS = re.compile(r"[*_`~\[<@&\\]")
_ADDRESSES = ("://", "www.")


def read_marked_text(text: str, number: int) -> "ReadText | None":
    """Read the Markdown in a text of front matter; return None if it has none.

    ``number`` is that of its first reference.
    """
    if not _MARKS.search(text) and not any(sign in text for sign in _ADDRESSES):
        return None
    # Import the parser, which most texts do not need, only for the others.
    from lscbsite.markup.marked_texts import read_marks

    return read_marks(text, number)
