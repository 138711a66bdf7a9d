"""Python-Markdown with less work: the same HTML, without looking for what is not there.

Most of the engine's time goes to syntax that a text does not use: each block is shown to every
block processor, each run of text to every inline pattern. Here they are asked only where there is a
character without which they find nothing. What there is to do is done by the engine's own
processors; the few that are written anew take the same steps in the same order, and with as many
calls within each other, so that the same texts are nested too deeply.

Where the engine compares a sign with all that follows it, again for each sign, the partners are
found once for the whole text, or the comparisons are counted (see ``limits``).

This is known of one version of the engine (``COMPARED`` in ``engine``), and used with no other.
"""

import re
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterator, Mapping
from itertools import chain, groupby
from typing import Any
from xml.etree.ElementTree import HTML_EMPTY, Element, SubElement

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import SetextHeaderProcessor
from markdown.extensions.abbr import AbbrTreeprocessor
from markdown.extensions.attr_list import AttrListTreeprocessor
from markdown.extensions.footnotes import RE_REF_ID, FootnoteInlineProcessor
from markdown.extensions.tables import TableProcessor
from markdown.htmlparser import HTMLExtractor
from markdown.inlinepatterns import (
    BACKTICK_RE,
    IMAGE_LINK_RE,
    IMAGE_REFERENCE_RE,
    LINK_RE,
    REFERENCE_RE,
    BacktickInlineProcessor,
    DelimiterProcessor,
    ImageInlineProcessor,
    ImageReferenceInlineProcessor,
    LinkInlineProcessor,
    ReferenceInlineProcessor,
    ShortImageReferenceInlineProcessor,
    ShortReferenceInlineProcessor,
)
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
from lscbsite.markup.limits import COPY, JOIN, SEARCH, Effort

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
# A block without any of these that begins with a definition of an abbreviation is that, for none of
# the processors that are asked before takes it.
_NOT_AN_ABBREVIATION = re.compile(r"\n(?: {4}|[#=-])|[|>]|\[\^")
_RULE = re.compile(r"\n {0,3}([-_*])(?: {0,2}\1){2}")
_OTHER_LINE = re.compile(r"\n(?![^\W\d_])")
# As the engine's expression for headings, at the beginning of a text and of a line in it.
_HEADING = r"(#{1,6})((?:\\.|[^\\#]|#+(?=[^#\n]))*?)#*(?:\n|$)"
_FIRST_HEADING = re.compile(_HEADING)
_NEXT_HEADING = re.compile(r"\n" + _HEADING)
_LONG_BLOCK = 1000
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
# What a pattern's matches end with, where that is one sign: after the last of these in a run of
# text nothing is looked for, as each sign that begins one would be compared with all that follows.
_ENDS = {"footnote": "]", "autolink": ">", "automail": ">", "html": ">", "entity": ";"}
# A backtick that begins code although there is a backslash before it, as another escapes that.
_TICK = re.compile(r"(?:(\\\\)|`)")
_TICKS = re.compile("`+")
_FENCE = re.compile("`{3,}|~{3,}")
_BRACKET = re.compile(r"[\[\]]")
_REFERENCE_FOLLOWS = re.compile(r"\s?\[")
# Emphasis, or strong emphasis, of words that hold no sign of either.
_PLAIN_EMPHASIS = re.compile(r"(?<!\*)(\*\*?)(?![\s*])([^*_]++)(?<!\s)\1(?!\*)")


class FasterMarkdown(Markdown):
    """Python-Markdown that makes the same HTML in less time."""

    def __init__(self, extensions: list[Any]) -> None:
        self.effort = Effort()
        super().__init__(extensions=extensions)
        self._blocks.blockprocessors.register(_Underlined(self._blocks), "setextheader", 60)
        tables: Any = self._blocks.blockprocessors["table"]
        self._blocks.blockprocessors.register(_Tables(self._blocks, tables.config), "table", 75)
        self._blocks.prepare()
        html = _HtmlBlocks(self)
        fenced: Any = self.preprocessors["fenced_code_block"]
        self.preprocessors.register(_Whitespace(self), "normalize_whitespace", 30)
        self.preprocessors.register(_FencedCode(self, fenced.config), "fenced_code_block", 25)
        self.preprocessors.register(html, "html_block", 20)
        pairs = _Pairs()
        patterns = self.inlinePatterns
        patterns.register(_Backticks(BACKTICK_RE), "backtick", 190)
        notes: Any = patterns["footnote"]
        patterns.register(_NoteMarks(notes.pattern, notes.footnotes), "footnote", 175)
        patterns.register(_References(REFERENCE_RE, self, pairs), "reference", 170)
        patterns.register(_Links(LINK_RE, self, pairs), "link", 160)
        patterns.register(_Images(IMAGE_LINK_RE, self, pairs), "image_link", 150)
        patterns.register(_ImageReferences(IMAGE_REFERENCE_RE, self, pairs), "image_reference", 140)
        patterns.register(_ShortReferences(REFERENCE_RE, self, pairs), "short_reference", 130)
        patterns.register(
            _ShortImageReferences(IMAGE_REFERENCE_RE, self, pairs), "short_image_ref", 125
        )
        abbreviations: Any = self.treeprocessors["abbr"]
        self.treeprocessors.register(_Abbreviations(self, abbreviations.abbrs), "abbr", 7)
        emphasis = _Emphasis("*", "strong,em", self)
        emphasis.add("_", "strong,em", smart=True)
        self.inlinePatterns.register(emphasis, "em_strong", 60)
        self.treeprocessors.register(_Runs(self), "inline", 20)
        self.treeprocessors.register(_Prettify(self), "prettify", 10)
        self.treeprocessors.register(_AttributeLists(self, html), "attr_list", 8)
        self.treeprocessors.register(_Unescape(self, html), "unescape", 0)
        self.serializer = serialize

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

    md: FasterMarkdown

    def run(self, lines: list[str]) -> list[str]:
        source = "\n".join(lines).replace(STX, "").replace(ETX, "")
        self.md.effort.begin(len(source))
        source = source.replace("\r\n", "\n").replace("\r", "\n") + "\n\n"
        if "\t" in source:
            source = source.expandtabs(self.md.tab_length)
        if "\n " in source:
            source = _BLANK_LINE.sub("\n", source)
        return source.split("\n")


class _FencedCode(FencedBlocks):
    """Counts what fences without an end cost: each is compared with all that follows it."""

    md: FasterMarkdown

    def run(self, lines: list[str]) -> list[str]:
        """Take fenced code out of the text."""
        if not any(line.startswith(("```", "~~~")) for line in lines):
            return lines
        closing = set()
        length = 0
        for index in range(len(lines) - 1, -1, -1):
            line = lines[index]
            length += len(line) + 1
            fence = _FENCE.match(line)
            if fence and fence[0] not in closing:
                self.md.effort.spend(length // 4, "\n".join(lines[index : index + 1000]))
            if fence and fence[0] == line.rstrip(" "):
                closing.add(fence[0])
        return super().run(lines)


class _HtmlBlocks(HtmlBlockPreprocessor):
    """Remembers the text: what is not in it is in none of the elements made of it."""

    text = ""

    def run(self, lines: list[str]) -> list[str]:
        self.text = text = "\n".join(lines)
        # The engine's parser for HTML returns all else as it is, addresses in "<>" included.
        addresses = text.count("<https://") + text.count("<http://")
        has_html = "&#" in text or text.count("<") > addresses
        if not has_html:
            return lines
        parser = _Extractor(self.md)
        parser.feed(text)
        parser.close()
        return "".join(parser.cleandoc).split("\n")


class _Extractor(HTMLExtractor):
    """Counts what tags without an end cost: each is compared with all that follows it."""

    md: FasterMarkdown

    def check_for_whole_start_tag(self, i: int) -> int:
        """Return where a tag ends, -1 if it does not."""
        end: int = super().check_for_whole_start_tag(i)
        if end < 0:
            stop = self.rawdata.find(">", i)
            self._spend((stop if stop >= 0 else len(self.rawdata)) - i, i)
        return end

    def parse_html_declaration(self, i: int) -> int:
        """Return where a declaration ends, -1 if it does not."""
        end: int = super().parse_html_declaration(i)
        if end < 0:
            self._spend((len(self.rawdata) - i) // 10, i)
        return end

    def parse_pi(self, i: int) -> int:
        """Return where an instruction ends, -1 if it does not."""
        end: int = super().parse_pi(i)
        if end < 0:
            self._spend((len(self.rawdata) - i) // 10, i)
        return end

    def parse_endtag(self, i: int) -> int:
        """Return where an end tag ends."""
        self._spend((len(self.stack) + len(self.inline_stack)) // 4, i)
        self._spend((len(self.rawdata) - i) // COPY, i)
        end: int = super().parse_endtag(i)
        return end

    def inline_close_follows(self, text: str) -> bool:
        """Whether a tag that was opened before a comment is closed after it."""
        here = self.line_offset + self.offset
        self._spend(20 * len(self.inline_stack) + (len(self.rawdata) - here) // COPY, here)
        return super().inline_close_follows(text)

    def _spend(self, steps: int, index: int) -> None:
        self.md.effort.spend(steps, self.rawdata[index : index + 10_000])


class _Blocks(BlockParser):
    """Asks only those processors about a block that may take it."""

    def __init__(self, md: FasterMarkdown) -> None:
        super().__init__(md)
        self._effort = md.effort

    def prepare(self) -> None:
        """Put the processors in order, when all are there."""
        known = {self.blockprocessors[name]: signs for name, signs in _IN_BLOCKS.items()}
        self._processors = [
            (*known.get(processor, ("", "")), processor) for processor in self.blockprocessors
        ]
        self._rule = self.blockprocessors["hr"]
        self._abbreviations: Any = self.blockprocessors["abbr"]
        self._paragraph = self.blockprocessors["paragraph"]

    def parseBlocks(self, parent: Element, blocks: list[str]) -> None:  # noqa: N802
        """Give each block to the first processor that takes it."""
        while blocks:
            block = blocks[0]
            # In all but paragraphs and tables, some line begins with something else than a letter.
            if block[:1].isalpha() and "|" not in block and not _OTHER_LINE.search(block):
                self._paragraph.run(parent, blocks)
                continue
            if len(block) > _LONG_BLOCK and (
                self._take_headings(parent, blocks) or self._take_abbreviations(blocks)
            ):
                continue
            # What follows a rule or definition in the same block is looked at again.
            self._effort.spend(len(block) // SEARCH, block)
            lines = "\n" + block
            for sign, other, processor in self._processors:
                if (
                    (sign in lines or other in lines)
                    and (processor is not self._rule or _RULE.search(lines))
                    and processor.test(parent, block)
                    and processor.run(parent, blocks) is not False
                ):
                    break

    def _take_headings(self, parent: Element, blocks: list[str]) -> bool:
        """Take the headings of a long block; return whether there are any.

        The engine takes one, copies what follows, and shows that to all processors again.
        """
        block = blocks[0]
        if "#" not in block or "|" in block or self.state.isstate("looselist"):
            return False
        start = 0
        # These are for other processors.
        while not block.startswith(("    ", "\n"), start):
            match = _FIRST_HEADING.match(block, start) or _NEXT_HEADING.search(block, start)
            if match is None:
                break
            if match.start() > start:
                self.parseBlocks(parent, [block[start : match.start()]])
            SubElement(parent, f"h{len(match[1])}").text = match[2].strip()
            start = match.end()
        if not start:
            return False
        blocks[:1] = [block[start:]] if start < len(block) else []
        return True

    def _take_abbreviations(self, blocks: list[str]) -> bool:
        """Take the definitions that a long block begins with; return whether there are any.

        The engine takes one, copies what follows, and shows that to all processors again.
        """
        block = blocks[0]
        if not block.startswith("*[") or _NOT_AN_ABBREVIATION.search(block) or _RULE.search(block):
            return False
        start = 0
        while block.startswith("*[", start):
            match = self._abbreviations.RE.match(block, start)
            word, title = (match["abbr"].strip(), match["title"].strip()) if match else ("", "")
            if not (match and word and title):
                break
            if title in ("''", '""'):
                self._abbreviations.abbrs.pop(word, None)
            else:
                self._abbreviations.abbrs[word] = title
            start = match.end()
            while block.startswith("\n", start):
                start += 1
        if not start:
            return False
        rest = block[start:]
        blocks[:1] = [rest] if rest.strip() else []
        return True


class _Tables(TableProcessor):
    """Looks up which bars are in code, where the engine compares each with all code of its row."""

    def _split(self, row: str) -> list[str]:
        if "`" not in row:
            return super()._split(row)  # type: ignore[misc,no-any-return]
        bars = []
        ticks: list[tuple[int, int, int]] = []  # where they begin and end, how many are escaped
        for match in self.RE_CODE_PIPES.finditer(row):
            if match[2] or match[3]:
                ticks.append((*match.span(), 1 if match[2] else 0))
            elif match[5]:
                bars.append(match.start())
        # The number of the next run of backticks that is as long, for each.
        following: list[int | None] = [None] * len(ticks)
        latest: dict[int, int] = {}
        for number in range(len(ticks) - 1, -1, -1):
            begin, end, escaped = ticks[number]
            # A backtick that is escaped opens nothing; the engine takes off another as well.
            following[number] = latest.get(end - begin - 2 * escaped)
            latest[end - begin - escaped] = number
        starts: list[int] = []
        ends: list[int] = []
        number = 0
        while number < len(ticks):
            begin, end, escaped = ticks[number]
            close = following[number] if end - begin > 2 * escaped else None
            if close is not None:
                starts.append(begin)
                ends.append(ticks[close][1])
                number = close
            number += 1
        cells = []
        start = 0
        for bar in bars:
            region = bisect_right(starts, bar) - 1
            if region < 0 or bar >= ends[region]:
                cells.append(row[start:bar])
                start = bar + 1
        return [*cells, row[start:]]


class _Underlined(SetextHeaderProcessor):
    """Splits off the two lines that it wants, where the engine splits all."""

    def run(self, parent: Element, blocks: list[str]) -> None:
        """Take a heading and the line under it."""
        title, under, *rest = blocks.pop(0).split("\n", 2)
        SubElement(parent, "h1" if under.startswith("=") else "h2").text = title.strip()
        if rest:
            blocks.insert(0, rest[0])


class _Runs(Treeprocessor):
    """Applies the inline patterns to each run of text, but only those that may match in it.

    The engine's processor, step by step, but for what does nothing here: no pattern of ours is kept
    out of certain elements, or of the old kind. Where a pattern matches, a placeholder is put and
    the element kept in ``stashed_nodes``, where patterns look for it; then elements take the places
    of placeholders. No placeholder has a character of ``_IN_RUNS``: what is not in a run of text at
    first never is.
    """

    def __init__(self, md: FasterMarkdown) -> None:
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

        What stands before the first is put back into the text or tail of ``parent``, what stands
        after one into its tail.
        """
        nodes: list[Element] = []
        pieces: list[str] = []  # of the text after the last of the nodes

        def link() -> None:
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
            link()
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
        link()
        return nodes


class _Backticks(BacktickInlineProcessor):
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


class _Pairs:
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

    md: FasterMarkdown

    def __init__(self, pattern: str, md: FasterMarkdown, pairs: _Pairs) -> None:
        super().__init__(pattern, md)
        self._pairs = pairs

    def getText(self, data: str, index: int) -> tuple[str, int, bool]:  # noqa: N802
        """Return the text up to the closing bracket, where that ends, and whether it is there."""
        end = self._pairs.end(data, index)
        if end < 0 or not self._may_follow(data, end + 1):
            return "", index, False
        return data[index:end], end + 1, True

    def _may_follow(self, data: str, index: int) -> bool:
        """Whether there can be what this processor wants behind the brackets."""
        return data.startswith("(", index)

    def getLink(self, data: str, index: int) -> tuple[str, str | None, int, bool]:  # noqa: N802
        """Return address, title, where they end, and whether they are there."""
        href, title, end, handled = super().getLink(data, index)
        self.md.effort.spend((end if end > index else len(data)) - index, data)
        return href, title, end, handled


class _Links(_Paired):
    pass


class _Images(_Paired, ImageInlineProcessor):
    pass


class _References(_Paired, ReferenceInlineProcessor):
    def _may_follow(self, data: str, index: int) -> bool:
        return bool(_REFERENCE_FOLLOWS.match(data, index))


class _ShortReferences(_Paired, ShortReferenceInlineProcessor):
    def _may_follow(self, data: str, index: int) -> bool:  # noqa: ARG002 (nothing follows)
        return True


class _ImageReferences(_References, ImageReferenceInlineProcessor):
    pass


class _ShortImageReferences(_ShortReferences, ShortImageReferenceInlineProcessor):
    pass


class _NoteMarks(FootnoteInlineProcessor):
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


class _Abbreviations(AbbrTreeprocessor):
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


def _join(pieces: list[str], element: Element, *, tail: bool) -> None:
    """Put pieces of text behind the text or tail of an element; take them from the list."""
    text = pieces[0] if len(pieces) == 1 else "".join(pieces)
    pieces.clear()
    if tail:
        element.tail = element.tail + text if element.tail else text
    else:
        element.text = element.text + text if element.text else text


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
        match = None if self.regions else _PLAIN_EMPHASIS.match(data, m.start())
        if match is None:
            return super().handleMatch(m, data)
        element = Element("strong" if len(match[1]) == 2 else "em")
        element.text = match[2]
        return element, match.start(), match.end()


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
