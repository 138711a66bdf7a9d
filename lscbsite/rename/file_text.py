"""Change a file at a few places, and leave every other byte as it is.

Places come from the parser, which sees the text without byte order mark, with LF line ends and
without control characters. ``FileText`` knows where each of its characters is in the file.
"""

import codecs
import re
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple

from lscbsite.model import Position
from lscbsite.problems import Problems
from lscbsite.text import decode


class Edit(NamedTuple):
    """The characters from ``start`` to ``end`` of a text are replaced by ``text``."""

    start: int
    end: int
    text: str


class FileText:
    """The text of a file as the parser sees it, and its bytes."""

    def __init__(self, path: str, data: bytes) -> None:
        self.path, self.data = path, data
        self.text = decode(data, path, Problems()) or ""
        rows = self.text.split("\n")
        self._starts = list(accumulate((len(row) + 1 for row in rows), initial=0))

    def find(self, position: Position) -> int:
        """Return the index of the character at a position."""
        line = min(position.line, len(self._starts) - 1) - 1
        return min(self._starts[line] + position.column - 1, len(self.text))

    def find_line_end(self, index: int) -> int:
        """Return the index of the end of the line that a character is in."""
        end = self.text.find("\n", index)
        return len(self.text) if end < 0 else end

    def apply(self, edits: Iterable[Edit]) -> bytes:
        """Return the file's bytes with changes, which must not overlap; the same one counts once."""
        mark = codecs.BOM_UTF8 if self.data.startswith(codecs.BOM_UTF8) else b""
        raw = self.data.removeprefix(mark).decode()
        indexes = self._map_to(raw)
        line_end = re.search(r"\r\n|\r|\n", raw)
        pieces: list[str] = []
        last = 0
        for edit in sorted(set(edits)):
            start, end = indexes[edit.start], indexes[edit.end]
            if start < last:
                raise ValueError(f"two changes at one place of {self.path}")
            text = edit.text.replace("\n", line_end[0] if line_end else "\n")
            pieces += [raw[last:start], text]
            last = end
        return mark + "".join([*pieces, raw[last:]]).encode()

    def _map_to(self, raw: str) -> Sequence[int]:
        """Return the index in ``raw`` of each character of the text, and of the end."""
        if raw == self.text:
            return range(len(raw) + 1)
        indexes = []
        at = 0
        for character in self.text:
            while not _is_read_as(raw[at], character):
                at += 1  # a control character, which the parser drops
            indexes.append(at)
            at += 2 if raw.startswith("\r\n", at) else 1
        return [*indexes, at]


def _is_read_as(raw: str, character: str) -> bool:
    return (
        raw == character
        or (raw == "\r" and character == "\n")
        or (raw in "\x0b\x0c\x85" and character == " ")
    )
