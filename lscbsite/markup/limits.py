"""Refuse texts that the parser would recurse on too deeply, or make too large."""

import re

# No person nests as deeply; the parser recurses.
DEEPEST = 100
# A page with so many is of no use to anybody.
MOST_CELLS = 500_000
_TABLE_RULE = re.compile(r"(?m)^[ >]*\|?[ :]*-[ |:-]*$")
# The depth that a line or a paragraph may have at most, by its markers alone.
_DEEPEST_QUOTATION, _DEEPEST_INLINE = 500, 5000
_QUOTE_MARKERS = re.compile(r"[ >]*")
_EMPHASIS, _BRACKETS = re.compile(r"[*_~]+"), re.compile(r"[\[\]]")
_BLOCK_END = re.compile(r"\n[ \t]*\n|\n(?=[ \t]*\|)")


class NestedTooDeeplyError(Exception):
    """A text nests quotations, lists or emphasis too deeply; ``line`` is where (from 1)."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class TooManyCellsError(Exception):
    """A table has more cells than a page can hold; ``line`` is where (from 1)."""

    def __init__(self, line: int, cells: int) -> None:
        super().__init__(line, cells)
        self.line, self.cells = line, cells


def check_depth(text: str) -> None:
    """Refuse texts whose markers could make the parser's stack overflow.

    Raises:
        NestedTooDeeplyError: the text is nested more deeply than the parser allows.

    """
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


def check_tables(text: str) -> None:
    """Refuse tables whose short rows the parser would fill up with millions of cells.

    Raises:
        TooManyCellsError: a table has more than ``MOST_CELLS`` cells.

    """
    for match in _TABLE_RULE.finditer(text):
        end = text.find("\n\n", match.end())
        rows = text.count("\n", match.end(), end if end >= 0 else len(text)) + 1
        cells = (match[0].count("|") + 1) * rows
        if cells > MOST_CELLS:
            raise TooManyCellsError(text.count("\n", 0, match.start()) + 1, cells)


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
