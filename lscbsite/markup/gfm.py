"""Parse GitHub Flavored Markdown with comrak; nothing else calls that parser.

``parse`` returns the syntax tree of a text, whose nodes have positions. Where GitHub's rules would
lose an author's words, or where our dialect has more than GitHub's, lines of the text are changed
first, so that each keeps its number: definitions of abbreviations are taken out, what only looks
like the definition of a link is shown as text, and a table gets columns for all its cells.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import comrak
from comrak import AstNode

from lscbsite.markup.limits import check_depth, check_tables

# GitHub's renderer expands links by definitions up to so many bytes at least.
_FEWEST_BYTES = 100_000
_EXTENSIONS = comrak.ExtensionOptions(
    alerts=True, autolink=True, footnotes=True, strikethrough=True, table=True, tasklist=True
)
# Definitions of footnotes that nothing refers to, or that are there twice, stay in the tree.
_PARSING = comrak.ParseOptions(leave_footnote_definitions=True)
# Blocks that hold no blocks.
_LEAVES = frozenset(
    [comrak.Paragraph, comrak.Heading, comrak.Table, comrak.CodeBlock, comrak.HtmlBlock]
)
# More abbreviations than these are a list, of which a text need not use each one.
_LISTED = 100
# With another "*", the line is emphasised.
_ABBREVIATION = re.compile(r" {0,3}\*\[([^\]\\]+)\][ ]?:[ ]*([^*]*)")
_CONTAINERS = r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*"
_LABEL = r"\[(?!\^)(?P<label>(?:[^\[\]\\]|\\.)+)\]:[ \t]*"
# What may be a definition: it has one word, and perhaps a title.
_DEFINITION = re.compile(
    rf"{_CONTAINERS}{_LABEL}(?P<address><[^<>]*>|[^ \t]*)(?:[ \t]+[\"'(].*)?[ \t]*$"
)
_LINK_DEFINITION = re.compile(
    rf"{_CONTAINERS}{_LABEL}[^ \t]+(?:[ \t]+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?[ \t]*"
)
_FULL_REFERENCE = re.compile(r"\]\[([^\[\]]+)\]|\[([^\[\]]+)\]\[\]")
# The title of a link, in the line below its address.
_TITLE = re.compile(r"[ >]*[\"'(]")
# What addresses have, and words do not.
_ADDRESS = re.compile(
    r"(?i)<?(?:[a-z][a-z0-9+.-]+:[^\s>]|www\.|\.{0,2}/|#[^\s\d]|[^\s@]+@[^\s@]+\.\w"
    r"|[a-z][\w-]*(?:\.[\w-]+)+/|[^\s<>]+\.(?:md|html?|pdf|docx?|xlsx?|pptx?|od[tsp]|csv|txt"
    r"|jpe?g|png|gif|svg|webp)(?:[#?]|>?$))"
)
_WORD = "x "
# So far into a text, its escapes are not counted.
_FAR = 500
_CHARACTER = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_MARKS = re.compile(r"&#(?:[xX]0*[23]|0*[23]);")
_NO_DIGITS = str.maketrans("23", "00")
_CELL_END = re.compile(r"(?<!\\)\|")


class Parsed(NamedTuple):
    """A parsed text: its lines as they were parsed, its tree, and its abbreviations.

    ``widened`` are the lines of table rows with more cells than the table's head, with the number
    of cells that the head has.
    """

    text: str
    lines: list[str]
    tree: AstNode
    abbreviations: dict[str, str]
    widened: list[tuple[int, int]]

    def get_start(self, node: AstNode) -> tuple[int, int]:
        """Return the line and column at which a node begins."""
        start = node.sourcepos.start
        return start.line, self.count_column(start.line, start.column)

    def get_text_column(self, node: AstNode, offset: int) -> int:
        """Return the column of an offset in a text, in whose source there may be more signs."""
        number, start = self.get_start(node)
        if offset > _FAR:  # before anything of the length of the text is copied
            return start + offset
        text = get_value(node)
        source = self.lines[number - 1][start - 1 :]
        at = passed = 0
        if source.startswith(text[:offset]):
            return start + offset
        while passed < offset and at < len(source):
            if match := _CHARACTER.match(source, at):
                at = match.end()
            elif source[at] == "\\" and text[passed : passed + 1] == source[at + 1 : at + 2]:
                at += 2
            else:
                at += 1
            passed += 1
        return start + at

    def count_column(self, line: int, column: int) -> int:
        """Return a column in characters: the parser counts bytes."""
        text = self.lines[line - 1]
        if text.isascii():
            return column
        # A character has at least one byte.
        return len(text[: column - 1].encode()[: column - 1].decode(errors="ignore")) + 1


def parse(text: str) -> Parsed:
    """Parse a text.

    Raises:
        NestedTooDeeplyError: the text is nested more deeply than the parser allows.
        TooManyCellsError: a table has more than ``MOST_CELLS`` cells.

    """
    if "&#" in text:
        # These two characters mark HTML in the tree; "&#0;" is as long and is no character.
        text = _MARKS.sub(lambda match: match[0].translate(_NO_DIGITS), text)
    check_depth(text)
    if "|" in text:
        check_tables(text)
    lines = text.split("\n")
    tree = _parse(lines)
    abbreviations = _take_abbreviations(lines, tree) if "*[" in text else {}
    if abbreviations:
        tree = _parse(lines)
    widened = _widen_tables(lines, tree) if "|" in text else []
    if "]:" in text and _settle_definitions(settled := list(lines), tree, can_move=True):
        settled_tree = _parse(settled)
        if _find_last_line(settled_tree) <= len(lines):
            return Parsed(text, settled, settled_tree, abbreviations, widened)
        # Below a fence without an end, what was moved would be code.
        _settle_definitions(lines, tree, can_move=False)
        tree = _parse(lines)
    elif widened:
        tree = _parse(lines)
    return Parsed(text, lines, tree, abbreviations, widened)


def parse_line(line: str) -> list[AstNode]:
    """Return the nodes of a text in one line, in which nothing begins a block.

    Raises:
        NestedTooDeeplyError: the text is nested more deeply than the parser allows.

    """
    check_depth(line)
    # After a word and a space, signs mean what they mean at the beginning of a paragraph.
    (paragraph,) = _parse([f"{_WORD}{line}"]).children
    nodes: list[AstNode] = paragraph.children
    nodes[0].node_value = comrak.Text(get_value(nodes[0]).removeprefix(_WORD))
    return nodes


def _parse(lines: list[str]) -> AstNode:
    text = "\n".join(lines)
    tree = None
    if "]:" in text and len(text) < min(_FEWEST_BYTES, _bound_expansion(lines)):
        # The parser expands links by definitions up to as many bytes as the text has.
        tree = _parse_text(f"{text}\n\n{' ' * _FEWEST_BYTES}")
        if _find_last_line(tree) > len(lines):
            tree = None  # a fence without an end has taken the spaces
    return tree or _parse_text(text)


def _bound_expansion(lines: list[str]) -> int:
    """Return how many bytes the addresses and titles of links by definitions have at most."""
    longest = max(len(line) + len(after) for line, after in pairwise([*lines, ""]) if "]:" in line)
    # A character has up to four bytes.
    return 4 * longest * sum(line.count("[") for line in lines)


def _parse_text(text: str) -> AstNode:
    tree = comrak.parse_document(text, _EXTENSIONS, _PARSING)
    # Nodes refer to their parents, and Python cannot free such circles of this library's.
    stack = [tree]
    while stack:
        node = stack.pop()
        node.parent = None
        stack += node.children
    return tree


def _find_last_line(tree: AstNode) -> int:
    return max((block.sourcepos.end.line for block in tree.children), default=0)


def get_value(node: AstNode) -> Any:
    """Return what a node holds: a text, or the details of its kind."""
    node_value: Any = node.node_value
    return node_value.value


def list_blocks(node: AstNode) -> Iterator[AstNode]:
    """Yield the blocks in a node, in their order."""
    stack = [node]
    while stack:
        node = stack.pop()
        yield node
        if type(node.node_value) not in _LEAVES:
            stack.extend(reversed(node.children))


def _take_abbreviations(lines: list[str], tree: AstNode) -> dict[str, str]:
    """Return the abbreviations that paragraphs define and the text uses, and empty their lines.

    What is not used, or has a meaning already, is shown as it is.
    """
    found: dict[int, tuple[str, str]] = {}
    for node in list_blocks(tree):
        if type(node.node_value) is comrak.Paragraph:
            for number in range(node.sourcepos.start.line - 1, node.sourcepos.end.line):
                match = _ABBREVIATION.fullmatch(lines[number])
                if match and match[2].strip():
                    found[number] = match[1].strip(), match[2].strip()
    rest = "\n".join(line for number, line in enumerate(lines) if number not in found)
    abbreviations: dict[str, str] = {}
    for number, (short, meaning) in found.items():
        # Each is looked for in the whole text, so not in a list of thousands.
        is_used = len(found) > _LISTED or re.search(rf"(?<!\w){re.escape(short)}(?!\w)", rest)
        if is_used and short not in abbreviations:
            abbreviations[short] = meaning
            lines[number] = ""
    return abbreviations


def _widen_tables(lines: list[str], tree: AstNode) -> list[tuple[int, int]]:
    """Give tables columns for cells beyond the head's, which would be on no page."""
    widened = []
    for node in list_blocks(tree):
        if type(node.node_value) is not comrak.Table:
            continue
        first, last = node.sourcepos.start.line - 1, node.sourcepos.end.line - 1
        columns = get_value(node).num_columns
        counts = [_count_cells(line) for line in lines[first : last + 1]]
        most = max(counts[2:], default=0)
        if most <= columns:
            continue
        for offset, count in enumerate(counts[2:], 2):
            if count > columns:
                widened.append((first + offset + 1, columns))
        missing = most - columns
        head = lines[first].rstrip()
        lines[first] = head + ("" if _ends_cell(head) else " |") + "   |" * missing
        rule = lines[first + 1].rstrip()
        lines[first + 1] = rule + ("" if _ends_cell(rule) else "|") + "---|" * missing
    return widened


def _ends_cell(line: str) -> bool:
    return line.endswith("|") and not line.endswith("\\|")


def _count_cells(line: str) -> int:
    """Return the number of cells in a row of a table."""
    row = line.strip().lstrip("> ").rstrip("| \t")
    return len(_CELL_END.findall(row)) + 1 - row.startswith("|")


def _settle_definitions(lines: list[str], tree: AstNode, *, can_move: bool) -> bool:
    """Show what only looks like the definition of a link, such as "[General]: agreed".

    Return whether a line was changed. A real definition below such a line, or directly above a text,
    moves below the last line, with all others: it cannot follow a text, and the parser counts the
    lines of a text from the definitions above it.
    """
    code, covered, leading = _find_covered_lines(lines, tree)
    # "[words][label]" and "[label][]" can be nothing else than links.
    used = {one or two for one, two in _FULL_REFERENCE.findall("\n".join(lines).casefold())}
    shown: list[int] = []
    definitions: list[int] = []
    swallowed = set(leading)  # lines that a text above or below makes its own
    for number, line in enumerate(lines):
        match = None if number in code else _DEFINITION.match(line)
        if match is None:
            continue
        address = match["address"] or _get_next_word(lines, number)
        is_used = match["label"].casefold() in used
        if address and not is_used and not _ADDRESS.match(address.strip()):
            shown.append(number)
            swallowed.add(number)
        elif number not in covered and _LINK_DEFINITION.fullmatch(line):
            definitions.append(number)
            if number - 1 in swallowed:
                swallowed.add(number)
    must_move = can_move and not swallowed.isdisjoint(definitions)
    if not shown and not must_move:
        return False
    for number in shown:
        start = lines[number].index("[")
        lines[number] = f"{lines[number][:start]}\\{lines[number][start:]}"
    if must_move:
        lines.append("")
        for number in definitions:
            start = lines[number].index("[")
            lines.append(lines[number][start:])
            lines[number] = lines[number][:start].rstrip(" ")
            if number + 1 not in covered and _TITLE.match(lines[number + 1]):
                lines.append(lines[number + 1].lstrip(" >"))
                lines[number + 1] = ""
    return True


def _get_next_word(lines: list[str], number: int) -> str:
    """Return the first word of the line after this one, which can be the address of a link."""
    words = lines[number + 1].lstrip(" >").split(" ") if number + 1 < len(lines) else []
    return words[0] if len(words) == 1 else ""


def _find_covered_lines(lines: list[str], tree: AstNode) -> tuple[set[int], set[int], set[int]]:
    """Return the lines of code, those of texts and code, and definitions directly above a text."""
    code: set[int] = set()
    covered: set[int] = set()
    leading: set[int] = set()
    for block in list_blocks(tree):
        kind = type(block.node_value)
        if kind not in _LEAVES:
            continue
        start, end = block.sourcepos.start.line - 1, block.sourcepos.end.line
        if kind in (comrak.CodeBlock, comrak.HtmlBlock):
            code.update(range(start, end))
        while (
            kind in (comrak.Paragraph, comrak.Heading)
            and start + 1 < end
            and _LINK_DEFINITION.fullmatch(lines[start])
            and not _TITLE.match(lines[start + 1])
        ):
            leading.add(start)
            start += 1
        covered.update(range(start, end))
    return code, covered, leading
