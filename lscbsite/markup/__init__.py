"""Markdown bodies -> safe HTML in sections; the only importer of Markdown and the sanitiser.

A body passes four stations, as ``render`` in ``engine`` tells: Python-Markdown makes HTML;
what is no HTML of ours becomes text, so that nothing an author wrote is lost (``as_text``); nh3
makes the result safe and well-formed, by the tables of ``elements``; one walk over its tags cuts
it into sections, demotes headings, gives ids and collects links (``walk``).

Later, when the whole site is known, ``filling`` puts the addresses in, and ``explaining`` the
glossary into the finished page.
"""

from lscbsite.markup.explaining import Term, explain, glossary_terms
from lscbsite.markup.filling import elsewhere, excerpt, fill, html_of, named
from lscbsite.markup.rendering import render_body

__all__ = [
    "Term",
    "elsewhere",
    "excerpt",
    "explain",
    "fill",
    "glossary_terms",
    "html_of",
    "named",
    "render_body",
]
