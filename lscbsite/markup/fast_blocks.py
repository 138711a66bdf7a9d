"""Block processors of the faster Markdown: tables, headings, and which processor a block needs."""

import re
from bisect import bisect_right
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown.blockparser import BlockParser
from markdown.blockprocessors import SetextHeaderProcessor
from markdown.extensions.tables import TableProcessor

from lscbsite.markup.limits import SEARCH, CountingMarkdown

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


class Blocks(BlockParser):
    """Asks only those processors about a block that may take it."""

    def __init__(self, md: CountingMarkdown) -> None:
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


class Tables(TableProcessor):
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


class Underlined(SetextHeaderProcessor):
    """Splits off the two lines that it wants, where the engine splits all."""

    def run(self, parent: Element, blocks: list[str]) -> None:
        """Take a heading and the line under it."""
        title, under, *rest = blocks.pop(0).split("\n", 2)
        SubElement(parent, "h1" if under.startswith("=") else "h2").text = title.strip()
        if rest:
            blocks.insert(0, rest[0])
