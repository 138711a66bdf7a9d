"""The Markdown engine with our ``[[...]]``, and the way of a body through the four stations."""

import re
from functools import cache
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element

import nh3
from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.tables import TableExtension
from markdown.inlinepatterns import InlineProcessor

from lscbsite.markup.as_text import report_lost_links, text_where_not_html
from lscbsite.markup.elements import ALLOWED, ATTRIBUTES, NAME_SCHEME, SCHEMES
from lscbsite.markup.source import SourceText
from lscbsite.markup.walk import Walk
from lscbsite.model import Body
from lscbsite.problems import Problems
from lscbsite.strict import CONTROL_CHARACTERS

_REFERENCE = r"\[\[([^\[\]|#\n]*)(?:#([^\[\]|\n]+))?(?:\|([^\[\]\n]+))?\]\](?![(\[])"


class _References(Extension):
    """``[[report]]``, ``[[report#section]]`` and ``[[report|text]]``."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (the engine's name)
        """Register below code spans and escapes, above links."""
        md.inlinePatterns.register(_ReferenceProcessor(_REFERENCE, md), "report_reference", 175)


class _ReferenceProcessor(InlineProcessor):
    def handleMatch(  # type: ignore[override]  # noqa: N802 (the engine's name)
        self,
        m: re.Match[str],
        data: str,  # noqa: ARG002 (the engine's signature)
    ) -> tuple[Element, int, int]:
        link = Element("a")
        fragment = f"#{quote(m[2].strip())}" if m[2] else ""
        link.set("href", f"{NAME_SCHEME}:{quote(m[1].strip())}{fragment}")
        link.text = (m[3] or "").strip()
        return link, m.start(0), m.end(0)


@cache
def _engine() -> Markdown:
    extensions: list[Any] = [
        TableExtension(use_align_attribute=True),
        "footnotes",
        "fenced_code",
        "attr_list",
        "abbr",
        "sane_lists",
        _References(),
    ]
    return Markdown(extensions=extensions)


def render_body(text: str, path: str, first_line: int, problems: Problems) -> Body:
    """Return a Markdown text, which begins in ``first_line`` of the file ``path``, as a Body.

    Problems: M001 (nested too deeply; the Body is empty then), M002, M003, L005, L006.
    """
    source = SourceText(text, path, first_line, problems)
    engine = _engine()
    try:
        raw = engine.reset().convert(text)
    except RecursionError:
        _engine.cache_clear()
        source.deepest()
        return Body()
    report_lost_links(raw, source)
    clean = nh3.clean(
        text_where_not_html(raw, source),
        tags=set(ALLOWED),
        attributes=ATTRIBUTES,
        url_schemes={*SCHEMES, NAME_SCHEME},
        link_rel=None,
    )
    return Walk(source).body(CONTROL_CHARACTERS.sub("", clean))
