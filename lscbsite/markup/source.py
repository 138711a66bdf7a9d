"""The Markdown text that problems and links point into."""

import html
import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from lscbsite.model import Mark
from lscbsite.problems import Problem, Problems

_CODE = re.compile(
    r"^(?P<fence>`{3,}|~{3,}).*?(?:^(?P=fence)|\Z)|(?P<ticks>`+)(?!`)[^\n]+?(?<!`)(?P=ticks)(?!`)|<!--.*?-->",
    re.DOTALL | re.MULTILINE,
)
_CODE_BEGINS = re.compile(r"[`~<]")

# Headings: "## ..." and lines that can be underlined, also in lists and quotations; HTML.
_MARKS = r" {0,3}(?:(?:[>*+-]|\d{1,9}\.)[ \t]*){0,8}"
_ATX = re.compile(_MARKS + r"#{1,6}[ \t]*(\S.*)")
_UNDERLINED = re.compile(_MARKS + r"(\S.*)")
# The line under a heading, with the line end before it.
_LINE_UNDER = re.compile(r"\n[ \t>]*+(?:=++|-++)[^\S\n]*+(?!.)")
_HTML_HEADING = re.compile(r"<[hH][1-6](?:\s[^<>]*)?>\s*")
_HTML_END = re.compile(r"</[hH]")
_LONGEST = 1000
# What of a heading's source is not in its title.
_UNTITLED = re.compile(
    r"!\[[^\[\]]*\]\([^()]*\)|\[\[[^\[\]|]*(?:\||\]\])|\]\([^()]*\)|\]\[[^\[\]]*\]"
    r"|\[\^[^\[\]]*\]|\{[^{}]*\}\s*$|</?[a-zA-Z][^<>]*>"
)
# What stands before a link's target in Markdown and in HTML, and after the name of a report.
_OPENS_TARGET = r"\]\(\s*<?|\]:\s*<?|=\s*[\"']?"
_ENDS_NAME = re.compile(r"\s*(?:[#|]|\]\])")
# Where the words of a link's target stand, not its text.
_TARGET_BEFORE = re.compile(r"://|\]\([^)]*$|\[\[[^|\]]*$|@|\{#[^}]*$|www\.")


class SourceText:
    """Finds the places of links and tags in the source: the engine does not tell them."""

    def __init__(self, text: str, path: str, first_line: int, problems: Problems) -> None:
        self._text, self._path, self._first_line = text, path, first_line
        self._problems = problems
        self._prose: str | None = None
        self._next: dict[tuple[str, str], int] = {}  # kind and key -> where to go on
        self._headings: list[tuple[int, str]] | None = None
        self._next_heading = 0

    def has(self, needle: str) -> bool:
        """Whether ``needle`` is in the text, letter for letter."""
        return needle in self._text

    def mark(self, needle: str) -> Mark:
        """Return the place of the next occurrence of ``needle`` outside of code."""
        return self._mark("", needle, needle, str.find)

    def target(self, target: str) -> Mark:
        """Return the place of the next link that leads to ``target``; else of its next mention."""

        def find(prose: str, target: str, start: int) -> int:
            # One that begins as what stands before a target does is for the expression to find.
            if not (target[0].isalnum() or target[0] in "./#?"):
                found = re.compile(f"(?:{_OPENS_TARGET})({re.escape(target)})").search(prose, start)
                return found.start(1) if found else -1
            place = prose.find(target, start)
            while place >= 0 and not _opens_target(prose, start, place):
                place = prose.find(target, place + 1)
            return place

        return self._mark("target", target, target, find)

    def name(self, name: str) -> Mark:
        """Return the place of the next ``[[name``; else of the next ``[[``."""

        def find(prose: str, opening: str, start: int) -> int:
            if name[:1].isspace():
                after = rf"\s*{re.escape(name)}{_ENDS_NAME.pattern}"
                found = re.compile(rf"\[\[(?={after})").search(prose, start)
                return found.start() if found else -1
            place = prose.find(opening, start)
            while place >= 0:
                begin = place + len(opening)
                while prose[begin : begin + 1].isspace():
                    begin += 1
                if prose.startswith(name, begin) and _ENDS_NAME.match(prose, begin + len(name)):
                    break
                place = prose.find(opening, place + 1)
            return place

        return self._mark("name", name, "[[", find)

    def _mark(self, kind: str, key: str, needle: str, find: Callable[[str, str, int], int]) -> Mark:
        prose = self._without_code()
        after = self._next.get((kind, key), 0)
        start = find(prose, needle, after)
        if start < 0:
            start = prose.find(needle, after)
        if start < 0:
            start = max(self._text.find(needle), 0)
        self._next[kind, key] = start + len(needle)
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
        before = -1  # where the last line begins that is part of a heading
        for start, is_under in sorted([*_signed(prose), *_underlined(prose)]):
            begin = prose.rfind("\n", 0, start - 1) + 1 if is_under else start
            end = start - 1 if is_under else prose.find("\n", start)
            line = prose[begin : end if end >= 0 else len(prose)]
            found = None
            if not is_under:
                found = _ATX.match(line)
            elif line and not line.isspace() and begin != before:
                found = _UNDERLINED.match(line)
            if found:
                first, last = begin + found.start(1), begin + found.end(1)
                yield first, _letters_of_source(self._text[first:last])
                before = start
        for opening in _HTML_HEADING.finditer(prose):
            start = opening.end()
            inner = _HTML_END.split(self._text[start : start + _LONGEST], maxsplit=1)[0]
            yield start, _letters_of_source(inner)

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

    def said(self, pattern: str, text: str) -> re.Match[str] | None:
        """Return the next match outside of code whose last group says ``text``; else the next one.

        How that is marked up makes no difference. There is none if nothing matches.
        """
        prose = self._without_code()
        letters = _letters(text)
        after = self._next.get((pattern, letters), 0)
        matches = re.compile(pattern).finditer(prose, after)
        first = found = next(matches, None)
        while found and letters != _letters_of_source(
            self._text[slice(*found.span(found.lastindex or 0))]
        ):
            found = next(matches, None)
        found = found or first
        if found:
            self._next[pattern, letters] = found.end()
        return found

    def place(self, found: re.Match[str] | None) -> Mark:
        """Return the place of a match of ``said``, which its group ``at`` marks."""
        return self._place(found.start("at") if found else 0)

    def _without_code(self) -> str:
        """Return the text with blanks for code and comments."""
        if self._prose is None:
            pieces: list[str] = []
            end = 0
            for sign in _CODE_BEGINS.finditer(self._text):
                # Trying at these places is several times as fast as searching.
                if sign.start() >= end and (code := _CODE.match(self._text, sign.start())):
                    pieces += [self._text[end : code.start()], re.sub(r"[^\n]", " ", code[0])]
                    end = code.end()
            self._prose = "".join([*pieces, self._text[end:]])
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


def _signed(prose: str) -> Iterator[tuple[int, bool]]:
    """Yield where lines begin that have a "#"."""
    sign = prose.find("#")
    while sign >= 0:
        yield prose.rfind("\n", 0, sign) + 1, False
        end = prose.find("\n", sign)
        sign = prose.find("#", end) if end >= 0 else -1


def _underlined(prose: str) -> Iterator[tuple[int, bool]]:
    """Yield where lines begin that underline another."""
    for found in _LINE_UNDER.finditer(prose):
        yield found.start() + 1, True


@lru_cache(4096)
def _letters_of_source(text: str) -> str:
    return _letters(_UNTITLED.sub("", text))


@lru_cache(4096)
def _letters(text: str) -> str:
    """Return what of a heading's text does not depend on how it is marked up."""
    return re.sub(r"[\W_]+", "", html.unescape(text).casefold())


def _opens_target(prose: str, start: int, place: int) -> bool:
    """Whether what ``_OPENS_TARGET`` matches ends at ``place`` and does not begin before ``start``.

    That is quicker to see than to compile an expression for each target.
    """
    sign = prose[place - 1] if place > start else ""
    openers: tuple[str, ...] = ("](", "]:", "=")
    end = place
    if sign == "<":
        openers, end = ("](", "]:"), place - 1
    elif sign in ("'", '"'):
        openers, end = ("=",), place - 1
    while end > start and prose[end - 1].isspace():
        end -= 1
    return prose.endswith(openers, start, end)
