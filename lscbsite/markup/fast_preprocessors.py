"""Preprocessors of the faster Markdown: white space, fenced code and HTML."""

import re

from markdown.htmlparser import HTMLExtractor
from markdown.preprocessors import HtmlBlockPreprocessor, NormalizeWhitespace
from markdown.util import (
    ETX,
    STX,
)

from lscbsite.markup.extensions import FencedBlocks
from lscbsite.markup.limits import COPY, CountingMarkdown

_BLANK_LINE = re.compile(r"\n +(?=\n)")
_FENCE = re.compile("`{3,}|~{3,}")


class Whitespace(NormalizeWhitespace):
    """Looks for blank lines at line ends only, where the engine does at each character."""

    md: CountingMarkdown

    def run(self, lines: list[str]) -> list[str]:
        """Normalize line ends, tabs and blank lines."""
        source = "\n".join(lines).replace(STX, "").replace(ETX, "")
        self.md.effort.begin(len(source))
        source = source.replace("\r\n", "\n").replace("\r", "\n") + "\n\n"
        if "\t" in source:
            source = source.expandtabs(self.md.tab_length)
        if "\n " in source:
            source = _BLANK_LINE.sub("\n", source)
        return source.split("\n")


class FencedCode(FencedBlocks):
    """Counts what fences without an end cost: each is compared with all that follows it."""

    md: CountingMarkdown

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


class HtmlBlocks(HtmlBlockPreprocessor):
    """Remembers the text: what is not in it is in none of the elements made of it."""

    text = ""

    def run(self, lines: list[str]) -> list[str]:
        """Take HTML blocks out of the text."""
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

    md: CountingMarkdown

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
