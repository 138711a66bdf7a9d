"""Build Python-Markdown's element tree from the syntax tree of GitHub Flavored Markdown."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element, SubElement

import comrak
from comrak import AstNode
from markdown.util import AtomicString

from lscbsite.markup.gfm import Parsed, get_value, list_blocks
from lscbsite.markup.inlines import (
    InlineBuilder,
    RawHtml,
    append_text,
    escape_ampersands,
    name_note_mark,
)
from lscbsite.markup.limits import DEEPEST, NestedTooDeeplyError
from lscbsite.markup.text_blocks import Line, TextBlock, make_text_block

_TASKS = {True: "☑ ", False: "☐ "}


class Tree(NamedTuple):
    """The element tree, and what checks need to know of the text.

    ``words`` are the nodes of all texts outside of code; ``repeated_notes`` are the footnotes with a
    label that another one has, ``empty_notes`` those without a text.
    """

    root: Element
    raw: list[RawHtml]
    blocks: list[TextBlock]
    words: list[AstNode]
    repeated_notes: list[Line]
    empty_notes: list[Line]


def build_tree(parsed: Parsed) -> Tree:
    """Build the element tree of a parsed text.

    Raises:
        NestedTooDeeplyError: quotations, lists or emphasis are nested too deeply.

    """
    return _TreeBuilder(parsed).build()


class _TreeBuilder(InlineBuilder):
    """Turns nodes into elements; each kind of node has a method."""

    def __init__(self, parsed: Parsed) -> None:
        super().__init__(parsed)
        self._blocks: list[TextBlock] = []
        self._notes: dict[str, list[AstNode]] = {}

    def build(self) -> Tree:
        root = Element("div")
        if "[^" in self._parsed.text:
            for node in list_blocks(self._parsed.tree):
                if type(node.node_value) is comrak.FootnoteDefinition:
                    self._notes.setdefault(get_value(node).name.casefold(), []).append(node)
        self._add_blocks(self._parsed.tree, root)
        self._add_notes(root)
        return Tree(
            root,
            self._raw,
            self._blocks,
            self._words,
            [self._locate_note(node) for nodes in self._notes.values() for node in nodes[1:]],
            [
                self._locate_note(node)
                for nodes in self._notes.values()
                for node in nodes
                if not node.children
            ],
        )

    def _locate_note(self, node: AstNode) -> Line:
        return Line(get_value(node).name, *self._parsed.get_start(node))

    # Blocks

    def _add_blocks(self, node: AstNode, parent: Element, *, tight: bool = False) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise NestedTooDeeplyError(node.sourcepos.start.line)
        children = node.children
        pieces: list[str] = []  # texts between elements are joined once
        for index, child in enumerate(children):
            kind = type(child.node_value)
            if kind is comrak.HtmlBlock:
                pieces += (self.hold_raw(child, get_value(child).literal.rstrip("\n")), "\n")
                continue
            append_text(parent, "".join(pieces))
            pieces = []
            if kind is comrak.Paragraph:
                following = children[index + 1] if index + 1 < len(children) else None
                before = children[index - 1] if index else None
                block = make_text_block(child, node, before, following, self._parsed)
                self._blocks.append(block)
                if tight:
                    self.add_inlines(child, parent)
                    continue
            if add := _BLOCKS.get(kind):
                add(self, child, parent)
                pieces.append("\n")
        append_text(parent, "".join(pieces))
        self._depth -= 1

    def _add_paragraph(self, node: AstNode, parent: Element) -> None:
        self.add_inlines(node, SubElement(parent, "p"))

    def _add_heading(self, node: AstNode, parent: Element) -> None:
        heading = SubElement(parent, f"h{get_value(node).level}")
        self.set_position(heading, node.children[0] if node.children else node)
        self.add_inlines(node, heading)

    def _add_quotation(self, node: AstNode, parent: Element) -> None:
        quotation = SubElement(parent, "blockquote")
        quotation.text = "\n"
        self._add_blocks(node, quotation)

    def _add_alert(self, node: AstNode, parent: Element) -> None:
        """Add a note: ``> [!NOTE]`` and the lines after it."""
        alert = get_value(node)
        quotation = SubElement(parent, "blockquote", {"class": "note"})
        quotation.text = "\n"
        label = SubElement(SubElement(quotation, "p"), "strong")
        label.text = alert.title or _get_name(alert.alert_type)
        quotation[0].tail = "\n"
        self._add_blocks(node, quotation)

    def _add_list(self, node: AstNode, parent: Element) -> None:
        details = get_value(node)
        is_ordered = details.list_type == comrak.ListType.Ordered
        list_ = SubElement(parent, "ol" if is_ordered else "ul")
        if is_ordered and details.start != 1:
            list_.set("start", str(details.start))
        list_.text = "\n"
        for entry in node.children:
            item = SubElement(list_, "li")
            item.tail = "\n"
            if not details.tight:
                item.text = "\n"
            if type(entry.node_value) is comrak.TaskItem:
                done = bool((get_value(entry).symbol or "").strip())
                append_text(item, _TASKS[done])
            self._add_blocks(entry, item, tight=details.tight)
            if details.tight:
                _strip_end(item)

    def _add_code_block(self, node: AstNode, parent: Element) -> None:
        details = get_value(node)
        code = SubElement(SubElement(parent, "pre"), "code")
        info = details.info.split()
        if info:
            code.set("class", escape_ampersands(f"language-{info[0]}"))
        literal = details.literal if details.literal.endswith("\n") else f"{details.literal}\n"
        code.text = AtomicString(escape_ampersands(literal if details.literal else ""))

    def _add_rule(self, _node: AstNode, parent: Element) -> None:
        SubElement(parent, "hr")

    def _add_table(self, node: AstNode, parent: Element) -> None:
        table = SubElement(parent, "table")
        self.set_position(table, node)
        table.text = "\n"
        part: Element | None = None
        alignments = [_get_name(alignment) for alignment in get_value(node).alignments]
        for row in node.children:
            is_head = get_value(row)
            if part is None or (part.tag == "thead" and not is_head):
                part = SubElement(table, "thead" if is_head else "tbody")
                part.text = part.tail = "\n"
            line = SubElement(part, "tr")
            line.text = line.tail = "\n"
            for cell, alignment in zip(row.children, alignments, strict=False):
                element = SubElement(line, "th" if is_head else "td")
                element.tail = "\n"
                if alignment.lower().rstrip("_") != "none":
                    element.set("align", alignment.lower())
                self.add_inlines(cell, element)

    # Footnotes, in the form of Python-Markdown's extension

    def _add_notes(self, root: Element) -> None:
        """Add the texts of the footnotes: first those referred to, in order."""
        if not self._notes:
            return
        box = SubElement(root, "div", {"class": "footnote"})
        box.text = "\n"
        SubElement(box, "hr").tail = "\n"
        list_ = SubElement(box, "ol")
        list_.text = list_.tail = "\n"
        # A footnote can refer to another one, which joins the row then.
        added = 0
        for rest in (None, *self._notes):
            if rest is not None:
                self.number_note(rest)
            while added < len(self._note_labels):
                label = self._note_labels[added]
                added += 1
                for count, node in enumerate(self._notes.get(label, [])):
                    self._add_note(node, label, f"{label}-{count + 1}" if count else label, list_)

    def _add_note(self, node: AstNode, label: str, name: str, list_: Element) -> None:
        note = SubElement(list_, "li", {"id": f"fn:{name}"})
        note.text = note.tail = "\n"
        self._add_blocks(node, note)
        last = note[-1] if len(note) else None
        if last is None or last.tag != "p":
            last = SubElement(note, "p")
            last.tail = "\n"
        uses = self._note_uses.get(label, 0) if name == label else 0
        for use in range(1, uses + 1):
            append_text(last, "\u00a0")
            back = SubElement(last, "a", {"class": "footnote-backref"})
            back.set("href", f"#{name_note_mark(label, use)}")
            back.set("title", f"Jump back to footnote {self.number_note(label)} in the text")
            back.text = "\u21a9"


def _get_name(member: object) -> str:
    """Return the name of a member of the parser's enumerations, which have no other."""
    return re.split("[.:]+", str(member))[-1]


def _strip_end(item: Element) -> None:
    """Remove the line end after the last block of a tight entry."""
    if len(item) and item[-1].tail and item[-1].tag in ("ul", "ol"):
        return
    if len(item) and item[-1].tail:
        item[-1].tail = item[-1].tail.rstrip("\n")


_Method = Callable[[Any, AstNode, Element], None]
_BLOCKS: dict[type, _Method] = {
    comrak.Alert: _TreeBuilder._add_alert,
    comrak.BlockQuote: _TreeBuilder._add_quotation,
    comrak.CodeBlock: _TreeBuilder._add_code_block,
    comrak.Heading: _TreeBuilder._add_heading,
    comrak.List: _TreeBuilder._add_list,
    comrak.Paragraph: _TreeBuilder._add_paragraph,
    comrak.Table: _TreeBuilder._add_table,
    comrak.ThematicBreak: _TreeBuilder._add_rule,
}
