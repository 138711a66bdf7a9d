"""The paragraphs of a body as text, for checks that look at what was typed."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import comrak
from comrak import AstNode

from lscbsite.markup.gfm import Parsed, get_value

_ESCAPED_ENTRY = re.compile(r"\(?\w{1,4}\\[.)]")
# A line that may be an entry, a row or in bold. All others begin with a word.
_MAY_BE_MEANT = re.compile(r"(?m)^[ >]*(?:[^ >A-Za-z]|\w{1,4}[.)]|o )|\t")
_BEGIN_BOLD = frozenset([comrak.Strong, comrak.Emph, comrak.HtmlInline])
_BOLD_TAGS = {"<b>": "</b>", "<strong>": "</strong>"}


class Line(NamedTuple):
    """A line of a paragraph, as text, and where it begins."""

    text: str
    line: int
    column: int


class TextBlock(NamedTuple):
    """A paragraph or the first paragraph of an entry.

    ``bold`` is its text if all of it is bold; ``after_bold``: the paragraph above is so, too.
    ``parent`` is the type of the node that it is in, ``following`` that of the node after it.
    ``is_plain``: no line of it can be an entry or a row.
    """

    lines: list[Line]
    bold: str
    after_bold: bool
    parent: str
    following: str
    is_plain: bool = False


def make_text_block(
    node: AstNode,
    parent: AstNode,
    before: AstNode | None,
    following: AstNode | None,
    parsed: Parsed,
) -> TextBlock:
    """Return a paragraph for the checks, from its node and its neighbours."""
    first, column = begin = parsed.get_start(node)
    source = parsed.lines[first - 1][column - 1 :]
    if (last := node.sourcepos.end.line) > first:
        source = "\n".join([source, *parsed.lines[first:last]])
    container = type(parent.node_value).__name__
    after = _describe(following) if following else ""
    if not _MAY_BE_MEANT.search(source):
        # Fast path: most paragraphs.
        return TextBlock([Line(source, *begin)], "", False, container, after, is_plain=True)
    children = node.children
    lines: list[Line] = []
    pieces: list[str] = []
    is_first = True
    for child in children:
        kind = type(child.node_value)
        if kind in (comrak.SoftBreak, comrak.LineBreak):
            lines.append(_make_line(pieces, begin, parsed.lines))
            pieces = []
            is_first = True
            begin = (child.sourcepos.start.line + 1, 1)
        else:
            if is_first:
                begin = parsed.get_start(child)
            is_first = False
            pieces += extract_texts(child, code="`")
    lines.append(_make_line(pieces, begin, parsed.lines))
    return TextBlock(
        lines,
        _extract_bold(node),
        before is not None and _describe(before) == "Bold",
        container,
        after,
    )


def _make_line(pieces: list[str], begin: tuple[int, int], source: list[str]) -> Line:
    """Return a line; one that begins with an escaped sign keeps the backslash."""
    line, column = begin
    typed = source[line - 1] if line <= len(source) else ""
    text = "".join(pieces)
    escaped = typed[column - 2 : column - 1] == "\\" if column > 1 else False
    if escaped or _ESCAPED_ENTRY.match(typed, column - 1):
        text = f"\\{text}"
    return Line(text, line, column)


def _describe(node: AstNode) -> str:
    """Return the type of a node; 'Bold' for a paragraph in bold."""
    if type(node.node_value) is comrak.Paragraph and _extract_bold(node):
        return "Bold"
    return type(node.node_value).__name__


def _extract_bold(node: AstNode) -> str:
    """Return the text of a paragraph of which all is bold, else ''."""
    children = node.children
    if not children or type(children[0].node_value) not in _BEGIN_BOLD:
        return ""
    if len(children) == 2 and _is_text(children[1], ":"):
        children = children[:1]
    while len(children) == 1 and type(children[0].node_value) is comrak.Emph:
        children = children[0].children
    if len(children) > 2 and type(children[0].node_value) is comrak.HtmlInline:
        end = children[-1].node_value
        begins, ends = get_value(children[0]), getattr(end, "value", "")
        if type(end) is comrak.HtmlInline and _BOLD_TAGS.get(begins.lower()) == str(ends).lower():
            return "".join(text for child in children for text in extract_texts(child))
    if len(children) != 1 or type(children[0].node_value) is not comrak.Strong:
        return ""
    return "".join(extract_texts(children[0]))


def _is_text(node: AstNode, text: str) -> bool:
    return type(node.node_value) is comrak.Text and get_value(node).strip() == text


def extract_texts(node: AstNode, code: str = "") -> Iterator[str]:
    """Yield the texts in a node, without footnote marks and HTML; ``code`` surrounds code."""
    stack = [node]
    while stack:
        node = stack.pop()
        kind = type(node.node_value)
        if kind is comrak.Text:
            yield get_value(node)
        elif kind is comrak.Code:
            yield f"{code}{get_value(node).literal}{code}"
        elif kind in (comrak.SoftBreak, comrak.LineBreak):
            yield " "
        stack.extend(reversed(node.children))
