"""Python-Markdown with less work: the same HTML, without looking for what is not there.

Most of the engine's time goes to syntax that a text does not use: each block is shown to every
block processor, each run of text to every inline pattern. Here they are asked only where there is a
character without which they find nothing. What there is to do is done by the engine's own
processors; the few that are written anew take the same steps in the same order, and with as many
calls within each other, so that the same texts are nested too deeply.

This is known of one version of the engine (``COMPARED`` in ``engine``), and used with no other.
"""

import re
from collections import deque
from itertools import groupby
from typing import Any
from xml.etree.ElementTree import HTML_EMPTY, Element

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.extensions.attr_list import AttrListTreeprocessor
from markdown.inlinepatterns import DelimiterProcessor
from markdown.preprocessors import HtmlBlockPreprocessor, NormalizeWhitespace
from markdown.serializers import RE_AMP
from markdown.treeprocessors import PrettifyTreeprocessor, Treeprocessor, UnescapeTreeprocessor
from markdown.util import (
    ETX,
    INLINE_PLACEHOLDER,
    INLINE_PLACEHOLDER_PREFIX,
    INLINE_PLACEHOLDER_RE,
    STX,
    AtomicString,
)

from lscbsite.markup.engine import FencedBlocks

# What there is one of in each block that a processor takes, by the processor's name: "\n" is the
# beginning of a line. Others may take any.
_IN_BLOCKS = {
    "indent": ("\n    ", "\n    "),
    "code": ("\n    ", "\n    "),
    "table": ("|", "|"),
    "hashheader": ("\n#", "\n#"),
    "setextheader": ("\n=", "\n-"),
    "quote": (">", ">"),
    "footnote": ("[^", "[^"),
    "abbr": ("\n*[", "\n*["),
    "reference": ("]:", "]:"),
}
_RULE = re.compile(r"\n {0,3}([-_*])(?: {0,2}\1){2}")
_OTHER_LINE = re.compile(r"\n(?![^\W\d_])")
_BLANK_LINE = re.compile(r"\n +(?=\n)")

# What there is in all that a pattern matches, by the pattern's name: one of these characters, and
# this text.
_IN_RUNS = {
    "backtick": ("`", "`"),
    "escape": ("\\", "\\"),
    "footnote": ("[", "[^"),
    "report_reference": ("[", "[["),
    "reference": ("[", "["),
    "link": ("[", "["),
    "image_link": ("[", "!["),
    "image_reference": ("[", "!["),
    "short_reference": ("[", "["),
    "short_image_ref": ("[", "!["),
    "autolink": ("<", "://"),
    "automail": ("<", "@"),
    "linebreak": ("\n", "  \n"),
    "html": ("<", "<"),
    "entity": ("&", "&"),
    "em_strong": ("*_", ""),
}
# Emphasis, or strong emphasis, of words that hold no sign of either.
_PLAIN_EMPHASIS = re.compile(r"(?<!\*)(\*\*?)(?![\s*])([^*_]++)(?<!\s)\1(?!\*)")


class FasterMarkdown(Markdown):
    """Python-Markdown that makes the same HTML in less time."""

    def __init__(self, extensions: list[Any]) -> None:
        super().__init__(extensions=extensions)
        self._blocks.prepare()
        html = _HtmlBlocks(self)
        fenced: Any = self.preprocessors["fenced_code_block"]
        self.preprocessors.register(_Whitespace(self), "normalize_whitespace", 30)
        self.preprocessors.register(_FencedCode(self, fenced.config), "fenced_code_block", 25)
        self.preprocessors.register(html, "html_block", 20)
        emphasis = _Emphasis("*", "strong,em", self)
        emphasis.add("_", "strong,em", smart=True)
        self.inlinePatterns.register(emphasis, "em_strong", 60)
        self.treeprocessors.register(_Runs(self), "inline", 20)
        self.treeprocessors.register(_Prettify(self), "prettify", 10)
        self.treeprocessors.register(_AttributeLists(self, html), "attr_list", 8)
        self.treeprocessors.register(_Unescape(self, html), "unescape", 0)
        self.serializer = serialized

    def build_parser(self) -> "FasterMarkdown":
        """Make the processors, and give those for blocks a parser of ours."""
        super().build_parser()
        self._blocks = _Blocks(self)
        self._blocks.blockprocessors = self.parser.blockprocessors
        for processor in self.parser.blockprocessors:
            processor.parser = self._blocks
        self.parser = self._blocks
        return self


class _Whitespace(NormalizeWhitespace):
    """Looks for blank lines at line ends only, where the engine does at each character."""

    def run(self, lines: list[str]) -> list[str]:
        source = "\n".join(lines).replace(STX, "").replace(ETX, "")
        source = source.replace("\r\n", "\n").replace("\r", "\n") + "\n\n"
        if "\t" in source:
            source = source.expandtabs(self.md.tab_length)
        if "\n " in source:
            source = _BLANK_LINE.sub("\n", source)
        return source.split("\n")


class _FencedCode(FencedBlocks):
    def run(self, lines: list[str]) -> list[str]:
        is_there = any(line.startswith(("```", "~~~")) for line in lines)
        return super().run(lines) if is_there else lines


class _HtmlBlocks(HtmlBlockPreprocessor):
    """Remembers the text: what is not in it is in none of the elements made of it."""

    text = ""

    def run(self, lines: list[str]) -> list[str]:
        self.text = text = "\n".join(lines)
        # The engine's parser for HTML returns all else as it is, addresses in "<>" included.
        addresses = text.count("<https://") + text.count("<http://")
        has_html = "&#" in text or text.count("<") > addresses
        return super().run(lines) if has_html else lines


class _Blocks(BlockParser):
    """Asks only those processors about a block that may take it."""

    def prepare(self) -> None:
        """Put the processors in order, when all are there."""
        known = {self.blockprocessors[name]: signs for name, signs in _IN_BLOCKS.items()}
        self._processors = [(*known.get(one, ("", "")), one) for one in self.blockprocessors]
        self._rule = self.blockprocessors["hr"]
        self._paragraph = self.blockprocessors["paragraph"]

    def parseBlocks(self, parent: Element, blocks: list[str]) -> None:  # noqa: N802
        """Give each block to the first processor that takes it."""
        while blocks:
            block = blocks[0]
            # In all but paragraphs and tables, some line begins with something else than a letter.
            if block[:1].isalpha() and "|" not in block and not _OTHER_LINE.search(block):
                self._paragraph.run(parent, blocks)
                continue
            lines = "\n" + block
            for sign, other, processor in self._processors:
                if (
                    (sign in lines or other in lines)
                    and (processor is not self._rule or _RULE.search(lines))
                    and processor.test(parent, block)
                    and processor.run(parent, blocks) is not False
                ):
                    break


class _Runs(Treeprocessor):
    """Applies the inline patterns to each run of text, but only those that may match in it.

    The engine's processor, step by step, but for what does nothing here: no pattern of ours is kept
    out of certain elements, or of the old kind. Where a pattern matches, a placeholder is put and
    the element kept in ``stashed_nodes``, where patterns look for it; then elements take the places
    of placeholders. No placeholder has a character of ``_IN_RUNS``: what is not in a run of text at
    first never is.
    """

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        patterns: Any = md.inlinePatterns
        known = {patterns[name]: needed for name, needed in _IN_RUNS.items()}
        steps = [(*known[one], number, one) for number, one in enumerate(patterns)]
        self._groups = [
            (signs[:1], signs[-1:], list(group))
            for signs, group in groupby(steps, key=lambda step: step[0])
        ]
        self._last = len(steps) - 1
        signs = {sign for signs, *_ in steps for sign in signs}
        self._is_special = re.compile(f"[{re.escape(''.join(sorted(signs)))}{STX}]").search
        self.stashed_nodes: dict[str, Element | str] = {}

    def run(self, root: Element) -> None:
        """Put elements into the tree for what the patterns match in its texts."""
        self.stashed_nodes = {}
        is_special = self._is_special
        waiting = deque([root])
        while waiting:
            parent = waiting.popleft()
            made = []
            for child in parent:
                text, tail = child.text, child.tail
                if text and is_special(text) and not isinstance(text, AtomicString):
                    child.text = None
                    nodes = self._placed(self._stashed(text, 0), child, is_text=True)
                    waiting += nodes
                    made.append((child, nodes))
                if tail and is_special(tail):
                    before = Element("d")
                    child.tail = None
                    nodes = self._placed(self._stashed(tail, 0), before, is_text=False)
                    if before.tail:
                        child.tail = before.tail
                    place = list(parent).index(child) + 1
                    for node in reversed(nodes):
                        parent.insert(place, node)
                if len(child):
                    waiting.append(child)
            for child, nodes in made:
                for place, node in enumerate(nodes):
                    child.insert(place, node)

    def _stashed(self, data: str, first: int) -> str:
        """Return a run of text with placeholders for what patterns match, from the first on."""
        if first > self._last or isinstance(data, AtomicString):
            return data
        for sign, other, group in self._groups:
            if sign not in data and other not in data:
                continue
            for _, needed, number, pattern in group:
                if number >= first and needed in data:
                    data = self._applied(pattern, data, number)
        return data

    def _applied(self, pattern: Any, data: str, number: int) -> str:
        """Return a run of text with placeholders for all that one pattern matches."""
        start = 0
        while True:
            for match in pattern.compiled_re.finditer(data, start):
                node, begin, end = pattern.handleMatch(match, data)
                # Else the pattern wants no more of this match.
                if begin is not None and end is not None:
                    break
            else:
                return data
            if node is None:
                start = end
                continue
            if not isinstance(node, str) and not isinstance(node.text, AtomicString):
                for child in (node, *node):
                    if child.text:
                        child.text = self._stashed(child.text, number + 1)
                    if child.tail:
                        child.tail = self._stashed(child.tail, number)
            key = f"{len(self.stashed_nodes):04}"
            self.stashed_nodes[key] = node
            placeholder = INLINE_PLACEHOLDER % key
            data = f"{data[:begin]}{placeholder}{data[end:]}"
            start = begin + len(placeholder)

    def _placed(self, data: str, parent: Element, *, is_text: bool) -> list[Element]:
        """Return the elements that placeholders in a text or tail stand for.

        What stands before the first is put back into the text or tail of ``parent``, what stands
        after one into its tail.
        """
        nodes: list[Element] = []

        def link(text: str) -> None:
            if not text:
                return
            if nodes:
                nodes[-1].tail = nodes[-1].tail + text if nodes[-1].tail else text
            elif is_text:
                parent.text = parent.text + text if parent.text else text
            else:
                parent.tail = parent.tail + text if parent.tail else text

        start = 0
        while (index := data.find(INLINE_PLACEHOLDER_PREFIX, start)) >= 0:
            found = INLINE_PLACEHOLDER_RE.search(data, index)
            node = self.stashed_nodes.get(found[1]) if found else None
            if found is None or node is None:
                end = index + len(INLINE_PLACEHOLDER_PREFIX)
                link(data[start:end])
                start = end
                continue
            link(data[start:index])
            start = found.end()
            if isinstance(node, str):
                link(node)
                continue
            for child in (node, *node):
                text, tail = child.text, child.tail
                if tail and INLINE_PLACEHOLDER_PREFIX in tail:
                    child.tail = None
                    inner = self._placed(tail, child, is_text=False)
                    place = list(node).index(child) + 1 if child is not node else 0
                    for one in reversed(inner):
                        node.insert(place, one)
                if text and INLINE_PLACEHOLDER_PREFIX in text:
                    child.text = None
                    for one in reversed(self._placed(text, child, is_text=True)):
                        child.insert(0, one)
            nodes.append(node)
        rest = data[start:]
        link(AtomicString(rest) if isinstance(data, AtomicString) else rest)
        return nodes


class _Emphasis(DelimiterProcessor):
    """Knows at a glance what the engine would find out about the usual case."""

    def handleMatch(  # type: ignore[override]  # noqa: N802 (the engine's name)
        self, m: re.Match[str], data: str
    ) -> tuple[Element | None, int | None, int | None]:
        """Return the element that begins here, as the engine pairs it.

        Where two signs are of the same length, the first can open, the second can close, and there
        is none between them, the engine pairs the two, and looks no further.
        """
        # "regions" are what the engine has paired, but not given yet.
        found = None if self.regions else _PLAIN_EMPHASIS.match(data, m.start())
        if found is None:
            return super().handleMatch(m, data)
        element = Element("strong" if len(found[1]) == 2 else "em")
        element.text = found[2]
        return element, found.start(), found.end()


class _Prettify(PrettifyTreeprocessor):
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


class _AttributeLists(AttrListTreeprocessor):
    def __init__(self, md: Markdown, html: _HtmlBlocks) -> None:
        super().__init__(md)
        self._html = html

    def run(self, doc: Element) -> None:
        if "{" in self._html.text:
            super().run(doc)


class _Unescape(UnescapeTreeprocessor):
    """Gives escaped characters back: only a backslash escapes one."""

    def __init__(self, md: Markdown, html: _HtmlBlocks) -> None:
        super().__init__(md)
        self._html = html

    def run(self, root: Element) -> None:
        if "\\" in self._html.text:
            super().run(root)


def serialized(root: Element) -> str:
    """Return a tree as HTML; the engine's serialiser also knows trees that the engine never makes.

    Those have comments, processing instructions, names with a namespace, or scripts and styles.
    """
    pieces: list[str] = []
    rest: list[Any] = [root]
    while rest:
        one = rest.pop()
        if isinstance(one, str):
            pieces.append(one)
            continue
        tag, text, tail = one.tag, one.text, one.tail
        opening = tag + "".join(map(_attribute, sorted(one.items()))) if one.attrib else tag
        after = _escaped(tail) if tail and tail != "\n" else tail or ""
        if tag in HTML_EMPTY:
            pieces.append(f"<{opening} />{after}")
            continue
        inner = _escaped(text) if text else ""
        if len(one):
            pieces.append(f"<{opening}>{inner}")
            rest.append(f"</{tag}>{after}")
            rest.extend(reversed(one))
        else:
            pieces.append(f"<{opening}>{inner}</{tag}>{after}")
    return "".join(pieces)


def _attribute(item: tuple[str, str | None]) -> str:
    name, value = item
    if value is None:
        return f" {name}"
    escaped = _escaped(value).replace('"', "&quot;")
    return f' {name}="{escaped}"'


def _escaped(text: str) -> str:
    if "&" in text:
        text = RE_AMP.sub("&amp;", text)
    return text.replace("<", "&lt;").replace(">", "&gt;")
