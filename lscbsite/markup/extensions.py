"""GitHub Flavored Markdown for Python-Markdown, with attribute lists and abbreviations.

Python-Markdown's own parsers of blocks and inlines are replaced; its tree, the processors that work
on that, and its serializer stay.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any
from xml.etree.ElementTree import Element, ElementTree

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.extensions import Extension
from markdown.extensions.abbr import AbbrTreeprocessor
from markdown.extensions.attr_list import AttrListTreeprocessor
from markdown.postprocessors import Postprocessor
from markdown.util import Registry

from lscbsite.markup.gfm import Parsed, parse
from lscbsite.markup.inlines import (
    POSITION,
    TARGET,
    RawHtml,
    escape_ampersands,
    find_open_comment,
)
from lscbsite.markup.tree import Tree, build_tree

_PLACEHOLDER = re.compile("\x02(\\d+)\x03")
# The tags whose positions are needed later.
_LOCATED = frozenset(["a", "img", "table", *(f"h{level}" for level in range(1, 7))])
# A whole tag: what looks like one in a value or a comment is none.
_TAG = re.compile(r"<(/?[a-zA-Z][^\s/<>]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*+)>", re.DOTALL)
_TAG_OR_COMMENT = re.compile(rf"<!--(?:-?>|.*?-->)|{_TAG.pattern}", re.DOTALL)
_POSITION = re.compile(
    rf"\s(?:{POSITION}|{TARGET})\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]+)", re.IGNORECASE
)
_ADDRESS = re.compile(r"[^<>]*?\s(?:href|src)\s*=\s*[\"']?", re.IGNORECASE)


class GitHubMarkdown(Extension):
    """Parses with ``gfm`` and ``tree``; ``parsed`` and ``tree`` are what they returned last."""

    parsed: Parsed
    tree: Tree

    def __init__(self) -> None:
        super().__init__()
        self.abbreviations: dict[str, str] = {}
        self.raw_html = RawHtmlPostprocessor()

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (the engine's name)
        """Replace the parsers of the engine."""
        md.parser = _Parser(md, self)
        md.preprocessors = Registry()
        md.inlinePatterns = Registry()
        md.treeprocessors = Registry()
        md.postprocessors = Registry()
        md.treeprocessors.register(_AttributeLists(md, self), "attr_list", 8)
        md.treeprocessors.register(AbbrTreeprocessor(md, self.abbreviations), "abbr", 7)
        md.postprocessors.register(self.raw_html, "raw_html", 30)


class _Parser(BlockParser):
    def __init__(self, md: Markdown, extension: GitHubMarkdown) -> None:
        super().__init__(md)
        self._extension = extension

    def parseDocument(self, lines: Iterable[str]) -> ElementTree:  # noqa: N802
        """Return the element tree of a document."""
        extension = self._extension
        extension.parsed = parse("\n".join(lines))
        extension.tree = build_tree(extension.parsed)
        extension.abbreviations.clear()
        extension.abbreviations.update(
            (escape_ampersands(short), escape_ampersands(long))
            for short, long in extension.parsed.abbreviations.items()
        )
        extension.raw_html.begin(extension.tree.raw)
        return ElementTree(extension.tree.root)


# What a list may have: {: #id .class key=value }. Anything else in braces is text.
_ATTRIBUTE = r"(?:[#.][^\s\}#.=\"',]+|[A-Za-z_][\w.-]*=(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s\}\"']+))"


class _AttributeLists(AttrListTreeprocessor):
    """Attribute lists that begin with ``{:`` or ``{#``: other braces are text, as on GitHub."""

    BASE_RE = rf"\{{(?:\:|(?=\#))[ ]*({_ATTRIBUTE}(?:[ ]+{_ATTRIBUTE})*)[ ]*\}}"  # type: ignore[misc]
    HEADER_RE = re.compile(rf"[ ]+{BASE_RE}[ ]*$")  # type: ignore[misc]
    BLOCK_RE = re.compile(rf"\n[ ]*{BASE_RE}[ ]*$")  # type: ignore[misc]
    INLINE_RE = re.compile(rf"^{BASE_RE}")  # type: ignore[misc]

    def __init__(self, md: Markdown, extension: "GitHubMarkdown") -> None:
        super().__init__(md)
        self._extension = extension

    def assign_attrs(self, elem: Element, attrs_string: str, *, strict: bool = False) -> str:
        """Give an element the attributes of a list, but no position."""
        positions = {name: elem.get(name) for name in (POSITION, TARGET)}
        rest: str = super().assign_attrs(elem, attrs_string, strict=strict)
        for name, value in positions.items():
            elem.attrib.pop(name, None)
            if value is not None:
                elem.set(name, value)
        return rest

    def run(self, doc: Element) -> None:
        """Apply the attribute lists of a tree."""
        if "{" in self._extension.parsed.text:
            super().run(doc)


class RawHtmlPostprocessor(Postprocessor):
    """Puts the HTML of authors back in, and remembers where it is in the result."""

    @property
    def is_empty(self) -> bool:
        """Whether the text has no HTML of the author's."""
        return not self._raw

    def begin(self, raw: list[RawHtml]) -> None:
        """Begin with the HTML of another text."""
        self._raw = raw
        # Where tags begin in the result, and in the source.
        self._offsets: list[int] = []
        self._positions: list[tuple[int, int]] = []

    def run(self, text: str) -> str:
        """Return the text with HTML in place of the placeholders."""
        pieces: list[str] = []
        length = end = 0
        for match in _PLACEHOLDER.finditer(text):
            before = text[end : match.start()]
            end = match.end()
            length += len(before)
            pieces.append(before)
            for piece, position in _add_positions(self._raw[int(match[1])]):
                self._offsets.append(length)
                self._positions.append(position)
                pieces.append(piece)
                length += len(piece)
        return "".join([*pieces, text[end:]])

    def find(self, offset: int) -> tuple[int, int]:
        """Return the line and column in the source of a tag that an author wrote, by its offset."""
        index = bisect_right(self._offsets, offset) - 1
        return self._positions[index] if index >= 0 else (1, 1)


def _add_positions(raw: RawHtml) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield HTML in pieces, each with its line and column; a tag begins a piece.

    The tags whose positions are needed later have them as an attribute.
    """
    literal = _POSITION.sub("", raw.literal)
    starts = [0, *(match.end() for match in re.finditer("\n", literal))]

    def locate(offset: int) -> tuple[int, int]:
        line = bisect_right(starts, offset) - 1
        return raw.line + line, offset - starts[line] + (1 if line else raw.column)

    # A comment without an end is text: what follows would be lost to readers.
    tail = find_open_comment(literal)
    comments_end = tail if tail >= 0 else len(literal)

    def escape_comments(start: int, end: int) -> str:
        return literal[start:end].replace("<!--", "&lt;!--")

    end = 0
    for match in chain(
        _TAG_OR_COMMENT.finditer(literal, 0, comments_end), _TAG.finditer(literal, comments_end)
    ):
        if match.start() > end:
            yield escape_comments(end, match.start()), locate(end)
        end = match.end()
        line, column = locate(match.start())
        if (match[1] or "").lower() not in _LOCATED:
            yield match[0], (line, column)
            continue
        address = _ADDRESS.match(literal, match.end(1), match.end())
        target = "{}:{}".format(*locate(address.end())) if address else ""
        attribute = f' {TARGET}="{target}"' if target else ""
        yield f'<{match[1]} {POSITION}="{line}:{column}"{attribute}{match[2]}>', (line, column)
    if end < len(literal):
        yield escape_comments(end, len(literal)), locate(end)


def create_engine() -> tuple[Markdown, GitHubMarkdown]:
    """Create an engine with the syntax that the authors' guide describes, and its extension."""
    extension = GitHubMarkdown()
    extensions: list[Any] = [extension]
    return Markdown(extensions=extensions), extension
