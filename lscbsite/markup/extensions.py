"""Extensions of Python-Markdown: ``[[...]]`` references, and fenced code."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.fenced_code import FencedBlockPreprocessor, FencedCodeExtension
from markdown.inlinepatterns import InlineProcessor

from lscbsite.markup.elements import NAME_SCHEME

_REFERENCE = r"\[\[([^\[\]|#\n]*)(?:#([^\[\]|\n]+))?(?:\|([^\[\]\n]+))?\]\](?![(\[])"


class References(Extension):
    """``[[report]]``, ``[[report#section]]`` and ``[[report|text]]``."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (the engine's name)
        """Register with a lower priority than code spans and escapes, and a higher one than links."""
        md.inlinePatterns.register(_ReferenceProcessor(_REFERENCE, md), "report_reference", 175)


class FencedBlocks(FencedBlockPreprocessor):
    """Fenced code, without options for a highlighter, such as ``{linenums=True}``.

    The engine would write such values as HTML attributes, although they are not strings.
    """

    def handle_attrs(
        self, attrs: Iterable[tuple[str, Any]]
    ) -> tuple[str, list[str], dict[str, Any]]:
        """Return the id, the classes and the other attributes in braces."""
        id_, classes, rest = super().handle_attrs(attrs)
        return id_, classes, {name: value for name, value in rest.items() if type(value) is str}


class FencedCode(FencedCodeExtension):
    """Fenced code, read by ``FencedBlocks``."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (the engine's name)
        """Replace the engine's preprocessor with ours."""
        super().extendMarkdown(md)
        md.preprocessors.register(FencedBlocks(md, self.getConfigs()), "fenced_code_block", 25)


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
