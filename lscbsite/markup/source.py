"""Positions in a body, and problems at them."""

import re

from comrak import AstNode

from lscbsite.markup.gfm import Parsed
from lscbsite.model import Position
from lscbsite.problems import Problem, Problems, merge_problems

_TAG_POSITION = re.compile(r'<[^<>]*?data-at="(\d+):(\d+)"')
_POSITION = re.compile(r"\d{1,9}:\d{1,9}", re.ASCII)
_TAG_TARGET = re.compile(r'<[^<>]*?data-to="(\d+):(\d+)"')


# Kinds that authors repeat through a text.
_MERGED = frozenset({"M002", "M003", "M006", "M007", "M008", "M009", "M010", "M011"})


class SourceText:
    """Turns lines and columns of a body into positions in its file."""

    def __init__(self, path: str, first_line: int, problems: Problems) -> None:
        self._path, self._first_line = path, first_line
        self._problems = problems
        self._parsed: Parsed | None = None
        self._alike: dict[tuple[str, str], list[Problem]] = {}
        self.words: list[AstNode] = []

    def set_parsed(self, parsed: Parsed, words: list[AstNode]) -> None:
        """Set the parsed text, and the nodes of its words outside of code."""
        self._parsed, self.words = parsed, words

    def locate(self, line: int, column: int) -> Position:
        """Return the position of a line and column of the body."""
        return Position(self._first_line + line - 1, column)

    def locate_text(self, node: AstNode, offset: int) -> Position:
        """Return the position of an offset in the text of a node."""
        assert self._parsed
        line, _ = self._parsed.get_start(node)
        return self.locate(line, self._parsed.get_text_column(node, offset))

    def locate_attribute(self, value: str) -> Position:
        """Return the position that an element's attribute gives as ``line:column``."""
        line, _, column = value.partition(":")
        if not _POSITION.fullmatch(value):
            return self.locate(1, 1)
        return self.locate(int(line), int(column))

    def locate_tag(self, tag: str) -> Position:
        """Return the position of a tag's address, or else of the tag, from its attributes."""
        match = _TAG_TARGET.match(tag) or _TAG_POSITION.match(tag)
        return self.locate(int(match[1]), int(match[2])) if match else self.locate(1, 1)

    def report(self, position: Position, code: str, found: str, expected: str, fix: str) -> None:
        """Report a problem at a position, a merged one when ``finish`` is called."""
        self.add(Problem(self._path, position.line, position.column, code, found, expected, fix))

    def add(self, problem: Problem) -> None:
        """Report a problem, a merged one when ``finish`` is called."""
        if problem.code in _MERGED:
            self._alike.setdefault((problem.code, problem.expected), []).append(problem)
        else:
            self._problems.add(problem)

    def finish(self) -> None:
        """Report each kind that authors repeat through a text once."""
        for problems in self._alike.values():
            self._problems.add(merge_problems(problems))
        self._alike.clear()
