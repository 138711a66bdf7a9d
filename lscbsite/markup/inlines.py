"""Build elements for what is in a paragraph: links, emphasis, code, references, raw HTML."""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement

import comrak
from comrak import AstNode
from markdown.util import AtomicString

from lscbsite.markup.elements import NAME_SCHEME
from lscbsite.markup.gfm import Parsed, get_value
from lscbsite.markup.limits import DEEPEST, NestedTooDeeplyError
from lscbsite.markup.text_blocks import extract_texts

# The attribute with the position of an element, as "line:column"; it is never published.
POSITION = "data-at"
# That of its address, which may be further down in a definition.
TARGET = "data-to"
# Where raw HTML is put back in when the tree has been written.
_RAW = "\x02{}\x03"
# A reference whose label has markup: the beginning is in one text, the end in another.
_REFERENCE_BEGINS = re.compile(r"\[\[([^\[\]|#\n]*)(?:#([^\[\]|\n]+))?\|([^\[\]\n]*)$")
_REFERENCE_ENDS = re.compile(r"([^\[\]\n]*)\]\](?![(\[])")
# The definition of a link, with its address.
_DEFINITION = re.compile(r"(?m)^[ >]*\[[^\[\]\n]+\]:\s*<?(\S+?)>?(?:\s|$)")
_REFERENCE = re.compile(r"\[\[([^\[\]|#\n]*)(?:#([^\[\]|\n]+))?(?:\|([^\[\]\n]+))?\]\](?![(\[])")


class RawHtml(NamedTuple):
    """HTML as the author wrote it, and where it begins."""

    literal: str
    line: int
    column: int


class InlineBuilder:
    """Turns nodes in paragraphs, headings and cells into elements; each kind has a method."""

    def __init__(self, parsed: Parsed) -> None:
        self._parsed = parsed
        self._raw: list[RawHtml] = []
        self._words: list[AstNode] = []
        self._note_uses: dict[str, int] = {}
        self._note_labels: list[str] = []  # in the order of their numbers
        self._note_numbers: dict[str, int] = {}
        self._depth = 0
        # The positions of addresses in definitions.
        self._definitions: dict[str, str] = {}
        for number, line in enumerate(parsed.text.split("\n"), 1):
            if "]:" in line and (match := _DEFINITION.match(line)):
                self._definitions.setdefault(match[1], f"{number}:{match.start(1) + 1}")

    def add_inlines(self, node: AstNode, parent: Element) -> None:
        """Add what is in a node, a paragraph for instance, to an element."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise NestedTooDeeplyError(node.sourcepos.start.line)
        children = node.children
        pieces: list[str] = []  # texts in a row are joined once
        index = 0
        while index < len(children):
            child = children[index]
            kind = type(child.node_value)
            if kind is comrak.Text and "[[" not in get_value(child):
                self._words.append(child)
                pieces.append(get_value(child))
            elif kind is comrak.SoftBreak:
                pieces.append("\n")
            elif kind is comrak.HtmlInline:
                pieces.append(self.hold_raw(child, get_value(child)))
            else:
                append_text(parent, "".join(pieces))
                pieces = []
                if kind is comrak.Text:
                    index = self._add_text_with_references(children, index, parent)
                else:
                    _INLINES[kind](self, child, parent)
            index += 1
        append_text(parent, "".join(pieces))
        self._depth -= 1

    def _add_text_with_references(
        self, children: list[AstNode], index: int, parent: Element
    ) -> int:
        """Add a text, and the references with markup that begin in it; return the last index."""
        offset = 0
        while end := self._find_reference_end(children, index, offset):
            offset = self._add_marked_reference(children[index : end + 1], offset, parent)
            index = end
        node = children[index]
        self._words.append(node)
        self._write_text(node, get_value(node)[offset:], offset, parent)
        return index

    def _find_reference_end(self, children: list[AstNode], start: int, offset: int) -> int:
        """Return the index of the text that ends a reference with markup in its label, else 0."""
        if not _REFERENCE_BEGINS.search(get_value(children[start]), offset):
            return 0
        for index in range(start + 1, len(children)):
            value = children[index].node_value
            if type(value) is comrak.SoftBreak:
                return 0
            if type(value) is comrak.Text and ("[" in value.value or "]" in value.value):
                return index if _REFERENCE_ENDS.match(value.value) else 0
        return 0

    def _add_marked_reference(self, nodes: list[AstNode], offset: int, parent: Element) -> int:
        """Add a reference; return the offset in the last text at which it ends."""
        first, last = nodes[0], nodes[-1]
        begin = _REFERENCE_BEGINS.search(get_value(first), offset)
        end = _REFERENCE_ENDS.match(get_value(last))
        assert begin
        assert end
        line, column = self._parsed.get_start(first)
        self._write_text(first, get_value(first)[offset : begin.start()], offset, parent)
        link = self._add_reference(begin, parent)
        link.set(POSITION, f"{line}:{column + begin.start()}")
        for node in nodes[1:-1]:
            _INLINES[type(node.node_value)](self, node, link)
        append_text(link, end[1])
        self._words.append(first)
        return end.end()

    def _add_reference(self, match: re.Match[str], parent: Element) -> Element:
        link = SubElement(parent, "a")
        fragment = f"#{quote(match[2].strip())}" if match[2] else ""
        link.set("href", f"{NAME_SCHEME}:{quote(match[1].strip())}{fragment}")
        link.text = escape_ampersands((match[3] or "").lstrip())
        return link

    def _add_text(self, node: AstNode, parent: Element) -> None:
        self._words.append(node)
        self._write_text(node, get_value(node), 0, parent)

    def _write_text(self, node: AstNode, text: str, offset: int, parent: Element) -> None:
        """Write a part of a node's text, which begins at ``offset``, with its references."""
        if "[[" not in text:
            append_text(parent, text)
            return
        end = 0
        for match, line, column in self._find_references(text, offset, node):
            append_text(parent, text[end : match.start()])
            link = self._add_reference(match, parent)
            link.text = (link.text or "").rstrip()
            link.set(POSITION, f"{line}:{column}")
            end = match.end()
        append_text(parent, text[end:])

    def _find_references(
        self, text: str, offset: int, node: AstNode
    ) -> Iterator[tuple[re.Match[str], int, int]]:
        """Yield the references whose brackets are not escaped, each with its line and column."""
        number, start = self._parsed.get_start(node)
        line = self._parsed.lines[number - 1]
        after = start - 1 + offset
        for match in _REFERENCE.finditer(text):
            # In the source there may be more signs: those that escape others.
            for words in (match[0], match[0].replace("|", "\\|")):
                at = line.find(words, after)
                # The same words before a bracket are no reference.
                while at >= 0 and line[at + len(words) : at + len(words) + 1] in ("(", "["):
                    at = line.find(words, at + 1)
                if at >= 0:
                    after = at + len(words)
                    if line[at - 1 : at] != "\\":
                        yield match, number, at + 1
                    break

    def _add_emphasis(self, node: AstNode, parent: Element) -> None:
        self.add_inlines(node, SubElement(parent, "em"))

    def _add_strong(self, node: AstNode, parent: Element) -> None:
        # Strong text in strong text is not stronger, on GitHub neither.
        self.add_inlines(node, parent if parent.tag == "strong" else SubElement(parent, "strong"))

    def _add_deleted(self, node: AstNode, parent: Element) -> None:
        self.add_inlines(node, SubElement(parent, "del"))

    def _add_code(self, node: AstNode, parent: Element) -> None:
        literal = escape_ampersands(get_value(node).literal)
        SubElement(parent, "code").text = AtomicString(literal)

    def _add_link(self, node: AstNode, parent: Element) -> None:
        details = get_value(node)
        link = SubElement(parent, "a", {"href": escape_ampersands(details.url)})
        if details.title:
            link.set("title", escape_ampersands(details.title))
        self.set_position(link, node)
        self._set_target(link, node, details.url)
        self.add_inlines(node, link)

    def _add_picture(self, node: AstNode, parent: Element) -> None:
        details = get_value(node)
        picture = SubElement(parent, "img", {"src": escape_ampersands(details.url)})
        description = "".join(extract_texts(node))
        # Without a description there is no alt, which only HTML can leave empty on purpose.
        if description.strip():
            picture.set("alt", escape_ampersands(description))
        if details.title:
            picture.set("title", escape_ampersands(details.title))
        self.set_position(picture, node)
        self._set_target(picture, node, details.url)

    def set_position(self, element: Element, node: AstNode) -> None:
        """Give an element the position of a node."""
        element.set(POSITION, "{}:{}".format(*self._parsed.get_start(node)))

    def _set_target(self, element: Element, node: AstNode, url: str) -> None:
        """Set the position of a link's address: in the link, or where its label is defined."""
        begin, column = self._parsed.get_start(node)
        end = node.sourcepos.end
        disguised = self._definitions.get(url, "")
        for number in range(begin, end.line + 1):
            line = self._parsed.lines[number - 1]
            first = column - 1 if number == begin else 0
            last = len(line)
            if number == end.line:
                last = self._parsed.count_column(number, end.column)
            at = line.find(url, first, last) if url else -1
            if at >= 0:
                element.set(TARGET, f"{number}:{at + 1}")
                return
            if not disguised and (at := line.find("](", first, last)) >= 0:
                # There is no address, or it is written with character references.
                disguised = f"{number}:{at + 3}"
        if disguised:
            element.set(TARGET, disguised)

    def _add_line_break(self, _node: AstNode, parent: Element) -> None:
        SubElement(parent, "br").tail = "\n"

    def _add_html_inline(self, node: AstNode, parent: Element) -> None:
        append_text(parent, self.hold_raw(node, get_value(node)))

    def hold_raw(self, node: AstNode, literal: str) -> str:
        """Hold HTML as the author wrote it back; return what stands for it in the tree."""
        self._raw.append(RawHtml(literal, *self._parsed.get_start(node)))
        return _RAW.format(len(self._raw) - 1)

    def _add_note_mark(self, node: AstNode, parent: Element) -> None:
        name = get_value(node).name.casefold()
        self._note_uses[name] = self._note_uses.get(name, 0) + 1
        mark = SubElement(parent, "sup", {"id": name_note_mark(name, self._note_uses[name])})
        link = SubElement(mark, "a", {"class": "footnote-ref", "href": f"#fn:{name}"})
        link.text = str(self.number_note(name))

    def number_note(self, label: str) -> int:
        """Return the number of a footnote: the next one if it has none."""
        if label not in self._note_numbers:
            self._note_labels.append(label)
            self._note_numbers[label] = len(self._note_labels)
        return self._note_numbers[label]


def find_open_comment(html: str) -> int:
    """Return the offset of a comment without an end, -1 if there is none."""
    return html.find("<!--", max(html.rfind("-->"), 0))


def name_note_mark(name: str, use: int) -> str:
    """Return the id of the mark that refers to a footnote for the ``use``-th time."""
    return f"fnref{use if use > 1 else ''}:{name}"


def escape_ampersands(text: str) -> str:
    """Escape every "&": the serializer leaves those that look like the beginning of an entity."""
    return text.replace("&", "&amp;")


def append_text(parent: Element, text: str) -> None:
    """Append a text to the content of an element."""
    if not text:
        return
    if "&" in text:
        text = escape_ampersands(text)
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


_Method = Callable[[Any, AstNode, Element], None]
_INLINES: dict[type, _Method] = {
    comrak.Code: InlineBuilder._add_code,
    comrak.Emph: InlineBuilder._add_emphasis,
    comrak.FootnoteReference: InlineBuilder._add_note_mark,
    comrak.HtmlInline: InlineBuilder._add_html_inline,
    comrak.Image: InlineBuilder._add_picture,
    comrak.LineBreak: InlineBuilder._add_line_break,
    comrak.Link: InlineBuilder._add_link,
    comrak.Strikethrough: InlineBuilder._add_deleted,
    comrak.Strong: InlineBuilder._add_strong,
    comrak.Text: InlineBuilder._add_text,
}
