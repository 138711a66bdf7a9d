"""Configure the Markdown engine, with our ``[[...]]`` syntax, and render bodies in four steps."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element

import nh3
from markdown import Markdown, __version_info__
from markdown.extensions import Extension
from markdown.extensions.abbr import AbbrExtension
from markdown.extensions.attr_list import AttrListExtension
from markdown.extensions.fenced_code import FencedBlockPreprocessor, FencedCodeExtension
from markdown.extensions.footnotes import FootnoteExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markdown.inlinepatterns import InlineProcessor

from lscbsite.addresses import SCHEMES
from lscbsite.markup.elements import ALLOWED, ATTRIBUTES, NAME_SCHEME
from lscbsite.markup.escape_html import escape_unknown_html, report_lost_links
from lscbsite.markup.limits import TooMuchEffortError, is_too_long, report_effort
from lscbsite.markup.sections import SectionBuilder
from lscbsite.markup.source import SourceText
from lscbsite.model import Body, Html, Rendered
from lscbsite.problems import Problems
from lscbsite.text import remove_controls

# The version of Markdown that ``fast_markdown`` is tested against (test_fast_markdown.py).
COMPARED = (3, 11, 3)

_REFERENCE = r"\[\[([^\[\]|#\n]*)(?:#([^\[\]|\n]+))?(?:\|([^\[\]\n]+))?\]\](?![(\[])"


class _References(Extension):
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


class _FencedCode(FencedCodeExtension):
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


def create_engine(kind: type[Markdown]) -> Markdown:
    """Create an engine with the syntax that the authors' guide describes."""
    # Extensions given by name would be searched for in all installed libraries.
    extensions: list[Any] = [
        TableExtension(use_align_attribute=True),
        FootnoteExtension(),
        _FencedCode(),
        AttrListExtension(),
        AbbrExtension(),
        SaneListExtension(),
        _References(),
    ]
    return kind(extensions=extensions)


def choose_engine_class(version: tuple[Any, ...]) -> type[Markdown]:
    """Return the faster engine if it was tested with this version, else the plain one."""
    if version[:3] != COMPARED:
        return Markdown
    from lscbsite.markup.fast_markdown import FasterMarkdown

    return FasterMarkdown


@cache
def _get_engine() -> Markdown:
    return create_engine(choose_engine_class(__version_info__))


@cache
def _get_cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(ALLOWED),
        attributes=ATTRIBUTES,
        url_schemes={*SCHEMES, NAME_SCHEME},
        link_rel=None,
    )


def render(text: str, path: str, first_line: int, problems: Problems) -> Rendered:
    """Render a body in four steps; see ``render_body``."""
    source = SourceText(text, path, first_line, problems)
    nothing = Rendered(Body(), Html(), {}, {})
    if is_too_long(text, source):
        return nothing
    try:
        raw = _get_engine().reset().convert(text)
    except RecursionError:
        _get_engine.cache_clear()
        source.report_deepest_line()
        return nothing
    except TooMuchEffortError as error:
        _get_engine.cache_clear()
        report_effort(error, source)
        return nothing
    report_lost_links(raw, source)
    clean = remove_controls(_get_cleaner().clean(escape_unknown_html(raw, source)))
    return SectionBuilder(source).build(clean)
