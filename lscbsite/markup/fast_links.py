"""Links, images and footnote marks of the faster Markdown."""

import re
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown.extensions.footnotes import RE_REF_ID, FootnoteInlineProcessor
from markdown.inlinepatterns import (
    ImageInlineProcessor,
    ImageReferenceInlineProcessor,
    LinkInlineProcessor,
    ReferenceInlineProcessor,
    ShortImageReferenceInlineProcessor,
    ShortReferenceInlineProcessor,
)

from lscbsite.markup.limits import CountingMarkdown

_BRACKET = re.compile(r"[\[\]]")
_REFERENCE_FOLLOWS = re.compile(r"\s?\[")


class Pairs:
    """Knows which brackets of a run of text belong together; the engine counts from each."""

    def __init__(self) -> None:
        self._text = ""
        self._ends: dict[int, int] = {}

    def end(self, text: str, begin: int) -> int:
        """Return where the bracket is that closes the one before ``begin``; -1 if none does."""
        if text is not self._text:
            self._text = text
            self._ends = {}
            waiting = []
            for bracket in _BRACKET.finditer(text):
                if bracket[0] == "[":
                    waiting.append(bracket.end())
                elif waiting:
                    self._ends[waiting.pop()] = bracket.start()
        return self._ends.get(begin, -1)


class _Paired(LinkInlineProcessor):
    """Takes the text between brackets at once, and only where something of its kind follows."""

    md: CountingMarkdown

    def __init__(self, pattern: str, md: CountingMarkdown, pairs: Pairs) -> None:
        super().__init__(pattern, md)
        self._pairs = pairs

    def getText(self, data: str, index: int) -> tuple[str, int, bool]:  # noqa: N802
        """Return the text up to the closing bracket, where that ends, and whether it is there."""
        end = self._pairs.end(data, index)
        if end < 0 or not self._may_follow(data, end + 1):
            return "", index, False
        return data[index:end], end + 1, True

    def _may_follow(self, data: str, index: int) -> bool:
        """Return whether the text after the brackets can match."""
        return data.startswith("(", index)

    def getLink(self, data: str, index: int) -> tuple[str, str | None, int, bool]:  # noqa: N802
        """Return address, title, where they end, and whether they are there."""
        href, title, end, handled = super().getLink(data, index)
        self.md.effort.spend((end if end > index else len(data)) - index, data)
        return href, title, end, handled


class Links(_Paired):
    """Match [text](address)."""


class Images(_Paired, ImageInlineProcessor):
    """Match ![description](address)."""


class References(_Paired, ReferenceInlineProcessor):
    """Match [text][label]."""

    def _may_follow(self, data: str, index: int) -> bool:
        return bool(_REFERENCE_FOLLOWS.match(data, index))


class ShortReferences(_Paired, ShortReferenceInlineProcessor):
    """Match [label]."""

    def _may_follow(self, data: str, index: int) -> bool:  # noqa: ARG002 (nothing follows)
        return True


class ImageReferences(References, ImageReferenceInlineProcessor):
    """Match ![description][label]."""


class ShortImageReferences(ShortReferences, ShortImageReferenceInlineProcessor):
    """Match ![label]."""


class NoteMarks(FootnoteInlineProcessor):
    """Remembers numbers and ids of footnotes, where the engine counts them at each mark."""

    def __init__(self, pattern: str, footnotes: Any) -> None:
        super().__init__(pattern, footnotes)
        self._notes: Mapping[str, str] = {}
        self._numbers: dict[str, int] = {}
        self._last: dict[str, str] = {}  # the last id for a mark of each footnote

    def handleMatch(  # type: ignore[override]  # noqa: N802 (the engine's name)
        self,
        m: re.Match[str],
        data: str,  # noqa: ARG002 (the engine's signature)
    ) -> tuple[Element | None, int | None, int | None]:
        """Return the mark of a footnote that there is."""
        extension: Any = self.footnotes
        if extension.footnotes is not self._notes or len(self._notes) != len(self._numbers):
            self._notes = extension.footnotes
            self._numbers = {name: number for number, name in enumerate(self._notes, 1)}
            self._last = {}
        name = m[1]
        number = self._numbers.get(name)
        if number is None:
            return None, None, None
        above = Element("sup", {"id": self._make_mark_id(name)})
        mark = SubElement(above, "a")
        mark.set("href", "#" + extension.makeFootnoteId(name))
        mark.set("class", "footnote-ref")
        mark.text = extension.getConfig("SUPERSCRIPT_TEXT").format(number)
        return above, m.start(), m.end()

    def _make_mark_id(self, name: str) -> str:
        """Return the id of the next mark of a footnote, as the engine would number it."""
        extension: Any = self.footnotes
        first: str = extension.makeFootnoteRefId(name)
        if first not in extension.found_refs:
            extension.footnote_order.append(name)
        mark_id: str = self._last.get(first, first)
        while mark_id in extension.used_refs:
            before, rest = mark_id.split(":", 1)
            counted = RE_REF_ID.match(before)
            mark_id = (
                f"{counted[1]}{int(counted[2]) + 1}:{rest}" if counted else f"{before}2:{rest}"
            )
        self._last[first] = mark_id
        extension.used_refs.add(mark_id)
        extension.found_refs[first] = extension.found_refs.get(first, 0) + 1
        return mark_id
