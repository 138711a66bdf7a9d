"""Markdown bodies -> safe HTML in sections; the only importer of Markdown and the sanitiser.

A body passes four stations, as ``render`` in ``engine`` tells: Python-Markdown makes HTML;
what is no HTML of ours becomes text, so that nothing an author wrote is lost (``escape_html``); nh3
makes the result safe and well-formed, by the tables of ``elements``; one walk over its tags cuts
it into sections, demotes headings, gives ids and collects links (``sections``).

Later, when the whole site is known, ``resolve_links`` puts the addresses in, and ``glossary`` the
glossary into the finished page.
"""

from lscbsite.markup.glossary import Term, link_terms, make_terms
from lscbsite.markup.resolve_links import (
    adapt_fragment,
    make_excerpt,
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
    "render_body",
    "render_feed_html",
    "resolve_names",
    "resolve_references",
]


def render_body(text: str, path: str, first_line: int, problems: Problems) -> Rendered:
    """Return a Markdown text, which begins in ``first_line`` of the file ``path``, rendered.

    Problems: M001 (nested too deeply; the Body is empty then), M002, M003, L005, L006.
    """
    # A build in which no file changed renders none, and does not wait for the engine to load.
    from lscbsite.markup.engine import render

    return render(text, path, first_line, problems)
