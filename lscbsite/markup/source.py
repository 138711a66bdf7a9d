"""The Markdown text that problems and links point into."""

import html
import re
from collections.abc import Iterator

from lscbsite.model import Mark
from lscbsite.problems import Problem, Problems

_CODE = re.compile(
    r"^(?P<fence>`{3,}|~{3,}).*?(?:^(?P=fence)|\Z)|(?P<ticks>`+)(?!`)[^\n]+?(?<!`)(?P=ticks)(?!`)|<!--.*?-->",
    re.DOTALL | re.MULTILINE,
)

# Headings: "## ..." and lines that can be underlined, also in lists and quotations; HTML.
_MARKS = r" {0,3}(?:(?:[>*+-]|\d{1,9}\.)[ \t]*){0,8}"
_ATX = re.compile(_MARKS + r"#{1,6}[ \t]*(\S.*)")
_UNDERLINED = re.compile(_MARKS + r"(\S.*)")
_UNDERLINE = re.compile(r"[ \t>]*(?:=+|-+)\s*")
_HTML_HEADING = re.compile(r"<[hH][1-6](?:\s[^<>]*)?>\s*")
_HTML_END = re.compile(r"</[hH]")
_LONGEST = 1000
# What of a heading's source is not in its title.
_UNTITLED = re.compile(
    r"!\[[^\[\]]*\]\([^()]*\)|\[\[[^\[\]|]*(?:\||\]\])|\]\([^()]*\)|\]\[[^\[\]]*\]"
    r"|\[\^[^\[\]]*\]|\{[^{}]*\}\s*$|</?[a-zA-Z][^<>]*>"
)
# Where the words of a link's target stand, not its text.
_TARGET_BEFORE = re.compile(r"://|\]\([^)]*$|\[\[[^|\]]*$|@|\{#[^}]*$|www\.")


class SourceText:
    """Finds the places of links and tags in the source: the engine does not tell them."""

    def __init__(self, text: str, path: str, first_line: int, problems: Problems) -> None:
        self._text, self._path, self._first_line = text, path, first_line
        self._problems = problems
        self._prose: str | None = None
        self._next: dict[tuple[str, str, str], int] = {}
        self._headings: list[tuple[int, str]] | None = None
        self._next_heading = 0

    def mark(self, needle: str, before: str = "", after: str = "") -> Mark:
        """Return the place of the next occurrence of ``needle`` outside of code.

        One between what the expressions ``before`` and ``after`` match is taken first.
        """
        prose = self._without_code()
        key = (needle, before, after)
        pattern = re.compile(f"(?:{before})({re.escape(needle)})(?:{after})")
        found = pattern.search(prose, self._next.get(key, 0))
        start = found.start(1) if found else prose.find(needle, self._next.get(key, 0))
        if start < 0:
            start = max(self._text.find(needle), 0)
        self._next[key] = start + len(needle)
        return self._place(start)

    def heading(self, title: str) -> Mark:
        """Return the place of the next heading whose text is ``title``; else of the next one."""
        if self._headings is None:
            self._headings = sorted(self._find_headings())
        letters = _letters(title)
        rest = range(self._next_heading, len(self._headings))
        same = next((n for n in rest if self._headings[n][1] == letters), None)
        if same is not None:
            self._next_heading = same + 1
            return self._place(self._headings[same][0])
        return self._place(self._headings[rest[0]][0] if rest else 0)

    def _find_headings(self) -> Iterator[tuple[int, str]]:
        """Yield where the text of each heading begins, and its letters."""
        prose = self._without_code()
        start = 0
        above: tuple[int, re.Match[str]] | None = None
        for line in prose.split("\n"):
            found = _ATX.match(line) if "#" in line else None
            if found is None and above and _UNDERLINE.fullmatch(line):
                begin, found = above
            else:
                begin = start
            if found:
                first, last = begin + found.start(1), begin + found.end(1)
                yield first, _letters(_UNTITLED.sub("", self._text[first:last]))
            begins_block = line and not line.isspace() and found is None
            above = (start, text) if begins_block and (text := _UNDERLINED.match(line)) else None
            start += len(line) + 1
        for opening in _HTML_HEADING.finditer(prose):
            start = opening.end()
            inner = _HTML_END.split(self._text[start : start + _LONGEST], maxsplit=1)[0]
            yield start, _letters(_UNTITLED.sub("", inner))

    def word(self, word: str) -> Mark:
        """Return the first place of a whole word, outside of code and of links' targets."""
        prose = self._without_code()
        first = -1
        for written in dict.fromkeys((word, html.escape(word))):
            start = prose.find(written)
            while start >= 0:
                end = start + len(written)
                if not (prose[start - 1 : start].isalnum() or prose[end : end + 1].isalnum()):
                    line = max(prose.rfind("\n", 0, start) + 1, start - _LONGEST)
                    if not _TARGET_BEFORE.search(prose[line:start].rpartition(" ")[2]):
                        return self._place(start)
                    first = start if first < 0 else first
                start = prose.find(written, end)
        return self._place(max(first, 0))

    def _without_code(self) -> str:
        """Return the text with blanks for code and comments."""
        if self._prose is None:
            self._prose = self._text
            if any(sign in self._text for sign in ("`", "~~~", "<!--")):
                self._prose = _CODE.sub(lambda code: re.sub(r"[^\n]", " ", code[0]), self._text)
        return self._prose

    def _place(self, start: int) -> Mark:
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


def _letters(text: str) -> str:
    """Return what of a heading's text does not depend on how it is marked up."""
    return re.sub(r"[\W_]+", "", html.unescape(text).casefold())
