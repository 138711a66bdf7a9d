"""Inline patterns of the faster Markdown: runs of text, code and emphasis."""

import re
from bisect import bisect_left
from collections import deque
from itertools import chain, groupby
from typing import Any
from xml.etree.ElementTree import Element

from markdown.inlinepatterns import (
    BacktickInlineProcessor,
    DelimiterProcessor,
)
from markdown.treeprocessors import Treeprocessor
from markdown.util import (
    INLINE_PLACEHOLDER,
    INLINE_PLACEHOLDER_PREFIX,
    INLINE_PLACEHOLDER_RE,
    STX,
    AtomicString,
)

from lscbsite.markup.limits import JOIN, CountingMarkdown

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
# What a pattern's matches end with, where that is one sign: after the last of these in a run of
# text nothing is looked for, as each sign that begins one would be compared with all that follows.
_ENDS = {"footnote": "]", "autolink": ">", "automail": ">", "html": ">", "entity": ";"}
# A backtick that begins code although there is a backslash before it, as another escapes that.
_TICK = re.compile(r"(?:(\\\\)|`)")
_TICKS = re.compile("`+")
# Emphasis, or strong emphasis, of words that hold no sign of either.
_PLAIN_EMPHASIS = re.compile(r"(?<!\*)(\*\*?)(?![\s*])([^*_]++)(?<!\s)\1(?!\*)")


class Runs(Treeprocessor):
    """Applies the inline patterns to each run of text, but only those that may match in it.

    The engine's processor, step by step, but for what does nothing here: no pattern of ours is kept
    out of certain elements, or of the old kind. Where a pattern matches, a placeholder is put and
    the element kept in ``stashed_nodes``, where patterns look for it; then elements take the places
    of placeholders. No placeholder has a character of ``_IN_RUNS``: what is not in a run of text at
    first never is.
    """

    def __init__(self, md: CountingMarkdown) -> None:
        super().__init__(md)
        self._effort = md.effort
        patterns: Any = md.inlinePatterns
        self._ends = {patterns[name]: sign for name, sign in _ENDS.items()}
        self._backticks = patterns["backtick"]
        self._emphasis = patterns["em_strong"]
        known = {patterns[name]: needed for name, needed in _IN_RUNS.items()}
        steps = [(*known[pattern], number, pattern) for number, pattern in enumerate(patterns)]
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
            new_children = []
            before = list(parent)
            rest = before[::-1]
            after = []
            while rest:
                child = rest.pop()
                after.append(child)
                text, tail = child.text, child.tail
                if text and is_special(text) and not isinstance(text, AtomicString):
                    child.text = None
                    nodes = self._unstash(self._stash(text, 0), child, is_text=True)
                    waiting += nodes
                    new_children.append((child, nodes))
                if tail and is_special(tail):
                    held = Element("d")
                    child.tail = None
                    nodes = self._unstash(self._stash(tail, 0), held, is_text=False)
                    if held.tail:
                        child.tail = held.tail
                    rest += reversed(nodes)
                if len(child):
                    waiting.append(child)
            if len(after) > len(before):
                parent[:] = after
            for child, nodes in new_children:
                child[:0] = nodes

    def _stash(self, data: str, first: int) -> str:
        """Return a run of text with placeholders for what patterns match, from the first on."""
        if first > self._last or isinstance(data, AtomicString):
            return data
        for sign, other, group in self._groups:
            if sign not in data and other not in data:
                continue
            for _, needed, number, pattern in group:
                if number >= first and needed in data:
                    data = self._apply(pattern, data, number)
        return data

    def _apply(self, pattern: Any, data: str, number: int) -> str:
        """Return a run of text with placeholders for all that one pattern matches."""
        sign = self._ends.get(pattern)
        stop = data.rfind(sign) + 1 if sign else len(data)
        find = pattern.compiled_re.finditer
        pieces: list[str] = []
        copied = 0
        matches = find(data, 0, stop)
        while True:
            for match in matches:
                node, begin, end = pattern.handleMatch(match, data)
                # Else the pattern wants no more of this match.
                if begin is not None and end is not None:
                    break
            else:
                return "".join([*pieces, data[copied:]]) if pieces else data
            start = end
            if node is not None:
                if not isinstance(node, str) and not isinstance(node.text, AtomicString):
                    for child in (node, *node):
                        if child.text:
                            child.text = self._stash(child.text, number + 1)
                        if child.tail:
                            child.tail = self._stash(child.tail, number)
                key = f"{len(self.stashed_nodes):04}"
                self.stashed_nodes[key] = node
                placeholder = INLINE_PLACEHOLDER % key
                # Emphasis is paired by places in the text, and by the character before each sign.
                if pattern is self._emphasis and (
                    pattern.regions or data.startswith(("*", "_"), end)
                ):
                    self._effort.spend(len(data) // JOIN, data)
                    data = f"{data[:begin]}{placeholder}{data[end:]}"
                    start, stop = begin + len(placeholder), len(data)
                else:
                    # The engine puts placeholders into the text at once. That makes no difference,
                    # as nothing is looked for behind them (but see below).
                    pieces += [data[copied:begin], placeholder]
                    if end < 0:
                        # So the engine takes a link whose title is not closed: what follows goes.
                        data, end = data[end:], 0
                        stop = len(data)
                    copied = start = end
                    if pattern is self._backticks and end == match.end():
                        # Backslashes became a placeholder: they escape no backtick any more.
                        tick = _TICK.finditer(data, start, start + 1)
                        matches = chain(tick, find(data, start))
                        continue
            if start != match.end():
                # A pattern can look at more, or less, than what begins it.
                matches = find(data, start, stop)

    def _unstash(self, data: str, parent: Element, *, is_text: bool) -> list[Element]:
        """Return the elements that placeholders in a text or tail stand for.

        Text before the first one goes back into the text or tail of ``parent``, text after one into
        its tail.
        """
        nodes: list[Element] = []
        pieces: list[str] = []  # of the text after the last of the nodes

        def attach_text() -> None:
            if pieces:
                _join(pieces, nodes[-1] if nodes else parent, tail=bool(nodes) or not is_text)

        start = 0
        while (index := data.find(INLINE_PLACEHOLDER_PREFIX, start)) >= 0:
            match = INLINE_PLACEHOLDER_RE.search(data, index)
            node = self.stashed_nodes.get(match[1]) if match else None
            if match is None or node is None:
                end = index + len(INLINE_PLACEHOLDER_PREFIX)
                pieces.append(data[start:end])
                start = end
                continue
            if start < index:
                pieces.append(data[start:index])
            start = match.end()
            if isinstance(node, str):
                if node:
                    pieces.append(node)
                continue
            attach_text()
            first: list[Element] = []
            after: list[Element] = []
            for child in (node, *node):
                if child is not node:
                    after.append(child)
                text, tail = child.text, child.tail
                if tail and INLINE_PLACEHOLDER_PREFIX in tail:
                    child.tail = None
                    inner = self._unstash(tail, child, is_text=False)
                    if child is node:
                        first = inner
                    else:
                        after += inner
                if text and INLINE_PLACEHOLDER_PREFIX in text:
                    child.text = None
                    inner = self._unstash(text, child, is_text=True)
                    if child is node:
                        first = inner + first
                    else:
                        child[:0] = inner
            if len(first) + len(after) > len(node):
                node[:] = first + after
            nodes.append(node)
        rest = data[start:]
        if rest:
            pieces.append(AtomicString(rest) if isinstance(data, AtomicString) else rest)
        attach_text()
        return nodes


class Backticks(BacktickInlineProcessor):
    """Finds the end of code at once, where the engine looks at each character behind its begin."""

    def __init__(self, pattern: str) -> None:
        super().__init__(pattern)
        self._text = ""
        self._starts: list[int] = []  # of all runs of backticks
        self._by_length: dict[int, list[int]] = {}  # where those of a length start
        self._longest: list[int] = []  # for each run, the first of the longest from there on

    def find_code_spans(  # type: ignore[override]  # (declared too narrowly)
        self, start: int, text: str
    ) -> tuple[int, int | None]:
        """Return from where to where there is code; None if there is none."""
        if text is not self._text:
            self._index_runs(text)
        opening = _TICKS.match(text, start)
        assert opening
        ticks, begin = len(opening[0]), opening.end()
        same = self._by_length.get(ticks, [])
        index = bisect_left(same, begin)
        if index < len(same):
            return begin, same[index]
        index = bisect_left(self._starts, begin)
        if index < len(self._starts):
            first = self._longest[index]
            length = len(_TICKS.match(text, first)[0])  # type: ignore[index]
            if length < ticks:
                return begin - (ticks - length), first
        return begin + ticks, None

    def _index_runs(self, text: str) -> None:
        runs = [run.span() for run in _TICKS.finditer(text)]
        self._text = text
        self._starts = [start for start, _ in runs]
        self._by_length = {}
        self._longest = []
        most, first = 0, -1
        for start, end in runs:
            self._by_length.setdefault(end - start, []).append(start)
        for start, end in reversed(runs):
            if end - start >= most:
                most, first = end - start, start
            self._longest.append(first)
        self._longest.reverse()


def _join(pieces: list[str], element: Element, *, tail: bool) -> None:
    """Put pieces of text behind the text or tail of an element; take them from the list."""
    text = pieces[0] if len(pieces) == 1 else "".join(pieces)
    pieces.clear()
    if tail:
        element.tail = element.tail + text if element.tail else text
    else:
        element.text = element.text + text if element.text else text


class Emphasis(DelimiterProcessor):
    """Knows at a glance what the engine would find out about the usual case."""

    def handleMatch(  # type: ignore[override]  # noqa: N802 (the engine's name)
        self, m: re.Match[str], data: str
    ) -> tuple[Element | None, int | None, int | None]:
        """Return the element that begins here, as the engine pairs it.

        Where two signs are of the same length, the first can open, the second can close, and there
        is none between them, the engine pairs the two, and looks no further.
        """
        # "regions" are what the engine has paired, but not given yet.
        match = None if self.regions else _PLAIN_EMPHASIS.match(data, m.start())
        if match is None:
            return super().handleMatch(m, data)
        element = Element("strong" if len(match[1]) == 2 else "em")
        element.text = match[2]
        return element, match.start(), match.end()
