"""Render Markdown as safe HTML in sections. Only this package imports Markdown and the sanitizer.

``render`` in ``engine`` has four steps: Python-Markdown converts the text to HTML; ``escape_html``
turns unknown HTML into text, so that nothing an author wrote is lost; nh3 makes the result safe
and well-formed, by the tables in ``elements``; ``sections`` walks over the tags, splits the body
into sections, demotes headings, assigns ids and collects links.

When the whole site is known, ``resolve_links`` fills in the addresses, and ``glossary`` links the
terms in finished pages.
"""

from lscbsite.markup.glossary import Term, link_terms, make_terms
from lscbsite.markup.resolve_links import (
    adapt_fragment,
    make_excerpt,
    make_written_name,
    render_feed_html,
    resolve_names,
    resolve_references,
)
from lscbsite.model import Rendered
from lscbsite.problems import Problems

__all__ = [
    "Term",
    "adapt_fragment",
    "link_terms",
    "make_excerpt",
    "make_terms",
    "make_written_name",
    "render_body",
    "render_feed_html",
    "resolve_names",
    "resolve_references",
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
