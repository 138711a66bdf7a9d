"""Parse GitHub Flavored Markdown with comrak; nothing else in the program knows that parser.

``parse`` returns the syntax tree of a text, whose nodes have positions. Where GitHub's rules would
lose an author's words, or where our dialect has more than GitHub's, lines of the text are changed
first, without adding or removing any: definitions of abbreviations are taken out, a definition of
a link that nothing uses is shown as text, and a table gets columns for all its cells.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import comrak
from comrak import AstNode

# No person nests as deeply; the parser recurses.
DEEPEST = 100
# The depth that a line or a paragraph may have at most, by its markers alone.
_DEEPEST_QUOTATION, _DEEPEST_INLINE = 500, 5000
_QUOTE_MARKERS = re.compile(r"[ >]*")
_EMPHASIS, _BRACKETS = re.compile(r"[*_~]+"), re.compile(r"[\[\]]")
_BLOCK_END = re.compile(r"\n[ \t]*\n|\n(?=[ \t]*\|)")

_EXTENSIONS = comrak.ExtensionOptions(
    alerts=True, autolink=True, footnotes=True, strikethrough=True, table=True, tasklist=True
)
# Definitions of footnotes that nothing refers to, or that are there twice, stay in the tree.
_PARSING = comrak.ParseOptions(leave_footnote_definitions=True)
# Blocks that hold no blocks.
_LEAVES = frozenset(
    [comrak.Paragraph, comrak.Heading, comrak.Table, comrak.CodeBlock, comrak.HtmlBlock]
)
_ABBREVIATION = re.compile(r" {0,3}\*\[([^\]\\]+)\][ ]?:[ ]*(.*)")
_LINK_DEFINITION = re.compile(
    r"(?P<before>[ >]*)\[(?!\^)(?P<label>(?:[^\[\]\\]|\\.)+)\]:[ \t]*(?P<address>\S+)"
    r"(?:[ \t]+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?[ \t]*"
)
# The title of a link, in the line below its address.
_TITLE = re.compile(r"[ >]*[\"'(]")
# What addresses have, and words do not.
_ADDRESS_SIGN = re.compile(r"[/#@<:]|\.\w")
_WORD = "x "
_CELL_END = re.compile(r"(?<!\\)\|")


class NestedTooDeeplyError(Exception):
    """A text nests quotations, lists or emphasis too deeply; ``line`` is where (from 1)."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


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

    def count_column(self, line: int, column: int) -> int:
        """Return a column in characters: the parser counts bytes."""
        text = self.lines[line - 1]
        if text.isascii():
            return column
        return len(text.encode()[: column - 1].decode(errors="ignore")) + 1


def parse(text: str) -> Parsed:
    """Parse a text.

    Raises:
        NestedTooDeeplyError: the text is nested more deeply than the parser allows.

    """
    _check_depth(text)
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
    _check_depth(line)
    # After a word and a space, signs mean what they mean at the beginning of a paragraph.
    (paragraph,) = _parse([f"{_WORD}{line}"]).children
    nodes: list[AstNode] = paragraph.children
    nodes[0].node_value = comrak.Text(get_value(nodes[0]).removeprefix(_WORD))
    return nodes


def _parse(lines: list[str]) -> AstNode:
    tree = comrak.parse_document("\n".join(lines), _EXTENSIONS, _PARSING)
    # Nodes refer to their parents, and Python cannot free such circles of this library's.
    stack = [tree]
    while stack:
        node = stack.pop()
        node.parent = None
        stack += node.children
    return tree


def _find_last_line(tree: AstNode) -> int:
    return max((block.sourcepos.end.line for block in tree.children), default=0)


def _check_depth(text: str) -> None:
    """Refuse texts whose markers could make the parser's stack overflow."""
    if text.count(">") > _DEEPEST_QUOTATION:
        for number, line in enumerate(text.split("\n"), 1):
            markers = _QUOTE_MARKERS.match(line)
            if markers and markers[0].count(">") > _DEEPEST_QUOTATION:
                raise NestedTooDeeplyError(number)
    if all(text.count(sign) <= _DEEPEST_INLINE for sign in "*_~["):
        return
    start = 0
    for end in (*(match.end() for match in _BLOCK_END.finditer(text)), len(text)):
        if end - start > _DEEPEST_INLINE and _bound_depth(text[start:end]) > _DEEPEST_INLINE:
            raise NestedTooDeeplyError(text.count("\n", 0, start) + 1)
        start = end


def _bound_depth(block: str) -> int:
    """Return how deeply emphasis and brackets can nest in a block: what has no end does not."""
    return _bound_nesting(block, _EMPHASIS, "") + _bound_nesting(block, _BRACKETS, "]")


def _bound_nesting(block: str, delimiters: re.Pattern[str], closing: str) -> int:
    depth = deepest = ends = 0
    for match in delimiters.finditer(block):
        size = len(match[0])
        before, after = (
            block[match.start() - 1 : match.start()],
            block[match.end() : match.end() + 1],
        )
        opens = match[0] != closing and (
            closing or (after and not after.isspace() and (after.isalnum() or not before.isalnum()))
        )
        if opens:
            depth += size
            deepest = max(deepest, depth)
        else:
            ends += size
            depth = max(depth - size, 0)
    return min(deepest, ends)


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
    """Return the abbreviations that paragraphs define, and empty their lines."""
    abbreviations = {}
    for node in list_blocks(tree):
        if type(node.node_value) is comrak.Paragraph:
            start, end = node.sourcepos.start.line, node.sourcepos.end.line
            for number in range(start - 1, end):
                if (match := _ABBREVIATION.fullmatch(lines[number])) and match[2].strip():
                    abbreviations[match[1].strip()] = match[2].strip()
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
    row = line.strip().lstrip("> ").strip()
    cells = len(_CELL_END.findall(row)) + 1
    return cells - row.startswith("|") - (len(row) > 1 and _ends_cell(row))


def _settle_definitions(lines: list[str], tree: AstNode, *, can_move: bool) -> bool:
    """Show what only looks like the definition of a link: "[General]: agreed".

    Return whether a line was changed. Nothing uses such a line, and what would be its address is a
    word. A real definition beside it, or directly above a text, moves below the last line: it cannot
    follow a text, and the parser counts the lines of a text from the definitions above it.
    """
    covered, leading = _find_covered_lines(lines, tree)
    text = "\n".join(lines).casefold()
    moved: list[str] = []
    changed = False
    run: list[tuple[int, re.Match[str], bool]] = []
    for number in range(len(lines) + 1):
        match = None
        if number < len(lines) and number not in covered:
            match = _LINK_DEFINITION.fullmatch(lines[number])
        if match:
            is_text = not _ADDRESS_SIGN.search(match["address"])
            is_unused = text.count(f"[{match['label'].casefold()}]") == 1
            run.append((number, match, is_text and is_unused))
            continue
        has_text = any(is_shown or at in leading for at, _, is_shown in run)
        if has_text and (can_move or all(is_shown for _, _, is_shown in run)):
            changed = True
            for at, definition, is_shown in run:
                before, rest = definition["before"], lines[at][definition.end("before") :]
                lines[at] = f"{before}\\{rest}" if is_shown else before
                if not is_shown:
                    moved.append(rest)
        run = []
    if moved:
        lines += ["", *moved]
    return changed


def _find_covered_lines(lines: list[str], tree: AstNode) -> tuple[set[int], set[int]]:
    """Return the lines of all texts and code, and those of definitions directly above a text."""
    covered: set[int] = set()
    leading: set[int] = set()
    for block in list_blocks(tree):
        if type(block.node_value) not in _LEAVES:
            continue
        start, end = block.sourcepos.start.line - 1, block.sourcepos.end.line
        if type(block.node_value) is comrak.Paragraph:
            first = block.children[0].node_value if block.children else None
            words = first.value if type(first) is comrak.Text else ""
            while start + 1 < end and _LINK_DEFINITION.fullmatch(lines[start]):
                if words.startswith("[") or _TITLE.match(lines[start + 1]):
                    break
                leading.add(start)
                start += 1
        covered.update(range(start, end))
    return covered, leading
