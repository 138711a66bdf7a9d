"""Python-Markdown with less work: the same HTML, without looking for what is not there.

Most of the engine's time goes to syntax that a text does not use: each block is shown to every
block processor, each run of text to every inline pattern. Here they run only where there is a
character that they need to find anything. The engine's own processors do the work. The few that are
rewritten here take the same steps in the same order, with the same depth of calls, so that the same
texts are refused as nested too deeply.

Where the engine compares a sign with all that follows it, again for each sign, the partners are
found once for the whole text, or the comparisons are counted (see ``limits``).

This is known of one version of the engine (``COMPARED`` in ``engine``), and used with no other.
"""

from typing import Any

from markdown.inlinepatterns import (
    BACKTICK_RE,
    IMAGE_LINK_RE,
    IMAGE_REFERENCE_RE,
    LINK_RE,
    REFERENCE_RE,
)

from lscbsite.markup.fast_blocks import Blocks, Tables, Underlined
from lscbsite.markup.fast_inline import Backticks, Emphasis, Runs
from lscbsite.markup.fast_links import (
    ImageReferences,
    Images,
    Links,
    NoteMarks,
    Pairs,
    References,
    ShortImageReferences,
    ShortReferences,
)
from lscbsite.markup.fast_preprocessors import FencedCode, HtmlBlocks, Whitespace
from lscbsite.markup.fast_trees import Abbreviations, AttributeLists, Prettify, Unescape, serialize
from lscbsite.markup.limits import CountingMarkdown


class FasterMarkdown(CountingMarkdown):
    """Python-Markdown that makes the same HTML in less time."""

    def __init__(self, extensions: list[Any]) -> None:
        super().__init__(extensions=extensions)
        self._blocks.blockprocessors.register(Underlined(self._blocks), "setextheader", 60)
        tables: Any = self._blocks.blockprocessors["table"]
        self._blocks.blockprocessors.register(Tables(self._blocks, tables.config), "table", 75)
        self._blocks.prepare()
        html = HtmlBlocks(self)
        fenced: Any = self.preprocessors["fenced_code_block"]
        self.preprocessors.register(Whitespace(self), "normalize_whitespace", 30)
        self.preprocessors.register(FencedCode(self, fenced.config), "fenced_code_block", 25)
        self.preprocessors.register(html, "html_block", 20)
        pairs = Pairs()
        patterns = self.inlinePatterns
        patterns.register(Backticks(BACKTICK_RE), "backtick", 190)
        notes: Any = patterns["footnote"]
        patterns.register(NoteMarks(notes.pattern, notes.footnotes), "footnote", 175)
        patterns.register(References(REFERENCE_RE, self, pairs), "reference", 170)
        patterns.register(Links(LINK_RE, self, pairs), "link", 160)
        patterns.register(Images(IMAGE_LINK_RE, self, pairs), "image_link", 150)
        patterns.register(ImageReferences(IMAGE_REFERENCE_RE, self, pairs), "image_reference", 140)
        patterns.register(ShortReferences(REFERENCE_RE, self, pairs), "short_reference", 130)
        patterns.register(
            ShortImageReferences(IMAGE_REFERENCE_RE, self, pairs), "short_image_ref", 125
        )
        abbreviations: Any = self.treeprocessors["abbr"]
        self.treeprocessors.register(Abbreviations(self, abbreviations.abbrs), "abbr", 7)
        emphasis = Emphasis("*", "strong,em", self)
        emphasis.add("_", "strong,em", smart=True)
        self.inlinePatterns.register(emphasis, "em_strong", 60)
        self.treeprocessors.register(Runs(self), "inline", 20)
        self.treeprocessors.register(Prettify(self), "prettify", 10)
        self.treeprocessors.register(AttributeLists(self, html), "attr_list", 8)
        self.treeprocessors.register(Unescape(self, html), "unescape", 0)
        self.serializer = serialize

    def build_parser(self) -> "FasterMarkdown":
        """Make the processors, and give those for blocks a parser of ours."""
        super().build_parser()
        self._blocks = Blocks(self)
        self._blocks.blockprocessors = self.parser.blockprocessors
        for processor in self.parser.blockprocessors:
            processor.parser = self._blocks
        self.parser = self._blocks
        return self
