"""The Markdown text that problems and links point into."""

import re

from lscbsite.model import Mark
from lscbsite.problems import Problem, Problems

_CODE = re.compile(
    r"^(?P<fence>`{3,}|~{3,}).*?(?:^(?P=fence)|\Z)|(?P<ticks>`+)(?!`)[^\n]+?(?<!`)(?P=ticks)(?!`)|<!--.*?-->",
    re.DOTALL | re.MULTILINE,
)


class SourceText:
    """Finds the places of links and tags in the source: the engine does not tell them."""

    def __init__(self, text: str, path: str, first_line: int, problems: Problems) -> None:
        self._text, self._path, self._first_line = text, path, first_line
        self._problems = problems
        self._prose: str | None = None
        self._next: dict[tuple[str, str, str], int] = {}

    def mark(self, needle: str, before: str = "", after: str = "") -> Mark:
        """Return the place of the next occurrence of ``needle`` outside of code.

        One between what the expressions ``before`` and ``after`` match is taken first.
        """
        if self._prose is None:
            self._prose = _CODE.sub(lambda code: re.sub(r"[^\n]", " ", code[0]), self._text)
        key = (needle, before, after)
        pattern = re.compile(f"(?:{before})({re.escape(needle)})(?:{after})")
        found = pattern.search(self._prose, self._next.get(key, 0))
        start = found.start(1) if found else self._prose.find(needle, self._next.get(key, 0))
        if start < 0:
            start = max(self._text.find(needle), 0)
        self._next[key] = start + len(needle)
        line = self._text.count("\n", 0, start)
        return Mark(self._first_line + line, start - self._text.rfind("\n", 0, start))

    def fault(self, needle: str, code: str, found: str, expected: str, fix: str) -> None:
        """Report a problem at the next occurrence of ``needle``."""
        place = self.mark(needle)
        self._problems.add(
            Problem(self._path, place.line, place.column, code, found, expected, fix)
        )

    def deepest(self) -> None:
        """Report that the text is nested too deeply, at the line with the most markers."""
        lines = self._text.split("\n")
        deepest = max(range(len(lines)), key=lambda n: len(re.findall(r"[>*_\[\s]", lines[n])))
        self._problems.add(
            Problem(
                self._path,
                self._first_line + deepest,
                1,
                "M001",
                "quotations, lists or brackets within each other to a great depth",
                "text that a reader can follow",
                "take out the repeated characters at the start of this line",
            )
        )
