"""Tree processors and the serializer of the faster Markdown."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import HTML_EMPTY, Element

from markdown import Markdown
from markdown.extensions.abbr import AbbrTreeprocessor
from markdown.extensions.attr_list import AttrListTreeprocessor
from markdown.serializers import RE_AMP
from markdown.treeprocessors import PrettifyTreeprocessor, UnescapeTreeprocessor
from markdown.util import AtomicString

from lscbsite.markup.fast_preprocessors import HtmlBlocks


class _Words:
    """Finds words as the engine's expression for abbreviations does, however many there are."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = words
        self._lengths = sorted({len(word) for word in words}, reverse=True)
        firsts = "".join(sorted({word[0] for word in words}))
        self._begin = re.compile(rf"\b(?=[{re.escape(firsts)}])")
        self._edge = re.compile(r"\b")

    def find(self, text: str) -> Iterator[tuple[int, str]]:
        """Yield the longest word at each place where one begins, and the place."""
        start = 0
        while match := self._begin.search(text, start):
            index = match.start()
            start = index + 1
            for length in self._lengths:
                word = text[index : index + length]
                if word in self._words and self._edge.match(text, index + len(word)):
                    start = index + len(word)
                    yield index, word
                    break


class Abbreviations(AbbrTreeprocessor):
    """Cuts each text once, where the engine cuts what is left of it at each abbreviation."""

    def run(self, root: Element) -> None:
        """Put <abbr> around the abbreviations."""
        if self.abbrs:
            self._words = _Words(self.abbrs)
            self.iter_element(root)

    def iter_element(
        self,
        el: Element,
        parent: Element | None = None,  # noqa: ARG002 (the engine's signature)
    ) -> None:
        """Do so in the texts in an element."""
        if len(el):
            children = []
            for child in el:
                self.iter_element(child, el)
                children += [child, *self._cut_tail(child)]
            if len(children) > len(el):
                el[:] = children
        text = el.text
        if text and not isinstance(text, AtomicString):
            el.text, elements = self._cut(text)
            el[:0] = elements

    def _cut_tail(self, child: Element) -> list[Element]:
        tail = child.tail
        if not tail or isinstance(tail, AtomicString):
            return []
        child.tail, elements = self._cut(tail)
        return elements

    def _cut(self, text: str) -> tuple[str, list[Element]]:
        """Return a text up to its first abbreviation, and the elements of all."""
        matches = [(index, word) for index, word in self._words.find(text) if self.abbrs[word]]
        if not matches:
            return text, []
        ends = [index for index, _ in matches[1:]] + [len(text)]
        elements = [
            self.create_element(self.abbrs[word], word, text[index + len(word) : end])
            for (index, word), end in zip(matches, ends, strict=True)
        ]
        return text[: matches[0][0]], elements


class Prettify(PrettifyTreeprocessor):
    """Looks names up in a set, where the engine searches a list."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        self._block_level = frozenset(md.block_level_elements)

    def _prettifyETree(self, elem: Element) -> None:  # noqa: N802 (the engine's name)
        block_level = self._block_level
        if len(elem) and elem.tag in block_level and elem.tag not in ("code", "pre"):
            if elem[0].tag in block_level and not (elem.text and elem.text.strip()):
                elem.text = "\n"
            for child in elem:
                if child.tag in block_level:
                    self._prettifyETree(child)
        if not (elem.tail and elem.tail.strip()):
            elem.tail = "\n"


class AttributeLists(AttrListTreeprocessor):
    """Read attribute lists only in texts that have a brace."""

    def __init__(self, md: Markdown, html: HtmlBlocks) -> None:
        super().__init__(md)
        self._html = html

    def run(self, doc: Element) -> None:
        """Set the attributes."""
        if "{" in self._html.text:
            super().run(doc)


class Unescape(UnescapeTreeprocessor):
    """Gives escaped characters back: only a backslash escapes one."""

    def __init__(self, md: Markdown, html: HtmlBlocks) -> None:
        super().__init__(md)
        self._html = html

    def run(self, root: Element) -> None:
        """Unescape the texts of a tree."""
        if "\\" in self._html.text:
            super().run(root)


def serialize(root: Element) -> str:
    """Return a tree as HTML; the engine's serialiser also knows trees that the engine never makes.

    Those have comments, processing instructions, names with a namespace, or scripts and styles.
    """
    pieces: list[str] = []
    rest: list[Any] = [root]
    while rest:
        node = rest.pop()
        if isinstance(node, str):
            pieces.append(node)
            continue
        tag, text, tail = node.tag, node.text, node.tail
        opening = (
            tag + "".join(map(_format_attribute, sorted(node.items()))) if node.attrib else tag
        )
        after = _escape(tail) if tail and tail != "\n" else tail or ""
        if tag in HTML_EMPTY:
            pieces.append(f"<{opening} />{after}")
            continue
        inner = _escape(text) if text else ""
        if len(node):
            pieces.append(f"<{opening}>{inner}")
            rest.append(f"</{tag}>{after}")
            rest.extend(reversed(node))
        else:
            pieces.append(f"<{opening}>{inner}</{tag}>{after}")
    return "".join(pieces)


def _format_attribute(item: tuple[str, str | None]) -> str:
    name, value = item
    if value is None:
        return f" {name}"
    escaped = _escape(value).replace('"', "&quot;")
    return f' {name}="{escaped}"'


def _escape(text: str) -> str:
    if "&" in text:
        text = RE_AMP.sub("&amp;", text)
    return text.replace("<", "&lt;").replace(">", "&gt;")
