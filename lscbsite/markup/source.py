"""Locate links, headings and words in the Markdown source of a body."""

import html
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from lscbsite.model import Position
from lscbsite.problems import Problem, Problems

_CODE = re.compile(
    r"^(?P<fence>`{3,}|~{3,}).*?(?:^(?P=fence)|\Z)|(?P<ticks>`+)(?!`)[^\n]+?(?<!`)(?P=ticks)(?!`)|<!--.*?-->",
    re.DOTALL | re.MULTILINE,
)
_CODE_BEGINS = re.compile(r"[`~<]")

# Headings: "## ...", underlined lines, also in lists and quotations, and HTML.
_MARKS = r" {0,3}(?:(?:[>*+-]|\d{1,9}\.)[ \t]*){0,8}"
_ATX = re.compile(_MARKS + r"#{1,6}[ \t]*(\S.*)")
_UNDERLINED = re.compile(_MARKS + r"(\S.*)")
# The underline of a heading, with the line end before it.
_LINE_UNDER = re.compile(r"\n[ \t>]*+(?:=++|-++)[^\S\n]*+(?!.)")
_HTML_HEADING = re.compile(r"<[hH][1-6](?:\s[^<>]*)?>\s*")
_HTML_END = re.compile(r"</[hH]")
_LONGEST = 1000
# A second or two for texts that are searched again and again.
MOST_SEARCHED = 2_000_000_000
# A failed attempt costs as much as searching this many characters at once.
_STEP = 200
# Parts of a heading's source that are not in its title.
_UNTITLED = re.compile(
    r"!\[[^\[\]]*\]\([^()]*\)|\[\[[^\[\]|]*(?:\||\]\])|\]\([^()]*\)|\]\[[^\[\]]*\]"
    r"|\[\^[^\[\]]*\]|\{[^{}]*\}\s*$|</?[a-zA-Z][^<>]*>"
)
# The text before a link's target, in Markdown and in HTML.
_OPENS_TARGET = r"\]\(\s*<?|\]:\s*<?|=\s*[\"']?"
# Targets up to their end, and tags.
_LITERALS = (re.compile(rf"(?:{_OPENS_TARGET})([^\s<>)\"']+)"), re.compile("(<[^<>]*>)"))
_ENDS_NAME = re.compile(r"\s*(?:[#|]|\]\])")
_NAME = re.compile(r"(?=\[\[\s*([^#|\[\]]*))")
# A run of letters and digits.
_RUN = re.compile(r"[^\W_]+")
# Characters that only unusual names have.
_UNUSUAL = re.compile(r"[#|\[\]]|^\s|\s$|^$")
# The definition of a link's label, which comes after its uses.
_DEFINITION = re.compile(r"\n {0,3}\[([^\[\]]*)\]:")
# The text before a word that is part of a link's target, not of the prose.
_TARGET_BEFORE = re.compile(r"://|\]\([^)]*$|\[\[[^|\]]*$|@|\{#[^}]*$|www\.")


class SourceText:
    """Finds the positions of links and tags in the source, which the engine does not report.

    Each search continues after the last match of the same kind.
    """

    def __init__(self, text: str, path: str, first_line: int, problems: Problems) -> None:
        self._text, self._path, self._first_line = text, path, first_line
        self._problems = problems
        self._prose: str | None = None
        self._next: dict[tuple[str, str], int] = {}  # kind and key -> where to continue
        self._line_starts: list[int] = []
        self._headings: list[tuple[int, str]] | None = None
        self._headings_by_letters: dict[str, list[int]] = defaultdict(list)
        self._next_heading = 0
        self._last = 0  # the offset of the last match
        self._remaining = MOST_SEARCHED
        self._literals: dict[str, list[int]] | None = None
        self._word_searches = 0
        self._runs: dict[str, list[int]] | None = None
        self._names: dict[str, list[int]] | None = None
        self._labels: dict[str, int] | None = None
        self._matches: dict[str, tuple[list[re.Match[str]], dict[str, list[int]]]] = {}
        self._next_match: dict[tuple[str, str], int] = {}

    def contains(self, needle: str) -> bool:
        """Return whether the text contains ``needle``."""
        return self._find_literal(needle, 0) >= 0 or needle in self._text

    def locate_text(self, needle: str) -> Position:
        """Return the position of the next ``needle`` outside of code."""
        return self._locate_next("", needle, needle, str.find)

    def locate_target(self, target: str) -> Position:
        """Return the position of the next link to ``target``, or else of its next mention."""

        def find(prose: str, target: str, start: int) -> int:
            # A target that begins like the text before a target needs the pattern.
            if not (target[0].isalnum() or target[0] in "./#?"):
                match = re.compile(f"(?:{_OPENS_TARGET})({re.escape(target)})").search(prose, start)
                return match.start(1) if match else -1
            offset = prose.find(target, start)
            while offset >= 0 and not _opens_target(prose, start, offset):
                self._remaining -= _STEP
                offset = prose.find(target, offset + 1) if self._remaining > 0 else -1
            return offset

        return self._locate_next("target", target, target, find)

    def locate_name(self, name: str) -> Position:
        """Return the position of the next ``[[name``, or else of the next ``[[``."""

        def find(prose: str, opening: str, start: int) -> int:
            if name[:1].isspace():
                after = rf"\s*{re.escape(name)}{_ENDS_NAME.pattern}"
                match = re.compile(rf"\[\[(?={after})").search(prose, start)
                return match.start() if match else -1
            if not _UNUSUAL.search(name):
                offsets = self._index_names().get(name, [])
                index = bisect_left(offsets, start)
                return offsets[index] if index < len(offsets) else -1
            offset = prose.find(opening, start)
            while offset >= 0:
                begin = offset + len(opening)
                while prose[begin : begin + 1].isspace():
                    begin += 1
                if prose.startswith(name, begin) and _ENDS_NAME.match(prose, begin + len(name)):
                    break
                offset = prose.find(opening, offset + 1)
            return offset

        return self._locate_next("name", name, "[[", find)

    def _index_names(self) -> dict[str, list[int]]:
        """Return the offsets of ``[[name`` for each name."""
        if self._names is None:
            self._names = defaultdict(list)
            prose = self._get_prose()
            for match in _NAME.finditer(prose):
                name = match[1].rstrip()
                if _ENDS_NAME.match(prose, match.start(1) + len(name)):
                    self._names[name].append(match.start())
        return self._names

    def _locate_next(
        self, kind: str, key: str, needle: str, find: Callable[[str, str, int], int]
    ) -> Position:
        after = self._next.get((kind, key), 0)
        start = self._find_literal(needle, after)
        if start < 0:
            start = self._search_text(needle, after, find)
        self._next[kind, key] = start + len(needle)
        self._last = start
        return self._make_position(start)

    def _find_literal(self, needle: str, after: int) -> int:
        """Return the offset of a link's target or a tag that is written literally, or -1."""
        if self._literals is None:
            self._literals = defaultdict(list)
            for pattern in _LITERALS:
                for match in pattern.finditer(self._get_prose()):
                    self._literals[match[1]].append(match.start(1))
        offsets = self._literals.get(needle, [])
        index = bisect_left(offsets, after)
        return offsets[index] if index < len(offsets) else -1

    def _search_text(self, needle: str, after: int, find: Callable[[str, str, int], int]) -> int:
        """Return the offset of a needle that is not written literally.

        A search can go through the whole text. When the budget is used up, return the offset of the
        last match, which is nearly always near.
        """
        if self._remaining <= 0:
            return max(self._last, after)
        prose = self._get_prose()
        start = find(prose, needle, after)
        if start < 0:
            self._remaining -= len(prose) - after
            start = prose.find(needle, after)
        if start < 0:
            self._remaining -= len(prose)
            start = max(self._text.find(needle), 0)
        self._remaining -= abs(start - after)
        return start

    def locate_heading(self, title: str) -> Position:
        """Return the position of the next heading with this title, or else of the next heading."""
        if self._headings is None:
            self._headings = sorted(self._find_headings())
            for number, (_, letters) in enumerate(self._headings):
                self._headings_by_letters[letters].append(number)
        same = self._headings_by_letters.get(_extract_letters(title), [])
        index = bisect_left(same, self._next_heading)
        number = self._next_heading
        if index < len(same):
            number = same[index]
            self._next_heading = number + 1
        return self._make_position(self._headings[number][0] if number < len(self._headings) else 0)

    def _find_headings(self) -> Iterator[tuple[int, str]]:
        """Yield the offset of each heading's text, and its letters."""
        prose = self._get_prose()
        before = -1  # the offset of the last line that is part of a heading
        for start, is_under in sorted([*_find_hash_lines(prose), *_find_underlines(prose)]):
            begin = prose.rfind("\n", 0, start - 1) + 1 if is_under else start
            end = start - 1 if is_under else prose.find("\n", start)
            line = prose[begin : end if end >= 0 else len(prose)]
            match = None
            if not is_under:
                match = _ATX.match(line)
            elif line and not line.isspace() and begin != before:
                match = _UNDERLINED.match(line)
            if match:
                first, last = begin + match.start(1), begin + match.end(1)
                yield first, _extract_source_letters(self._text[first:last])
                before = start
        for opening in _HTML_HEADING.finditer(prose):
            start = opening.end()
            inner = _HTML_END.split(self._text[start : start + _LONGEST], maxsplit=1)[0]
            yield start, _extract_source_letters(inner)

    def locate_word(self, word: str) -> Position:
        """Return the position of the first whole word outside of code and link targets."""
        prose = self._get_prose()
        first = -1
        for written in dict.fromkeys((word, html.escape(word))):
            for start in self._find_word_offsets(written):
                end = start + len(written)
                if not (prose[start - 1 : start].isalnum() or prose[end : end + 1].isalnum()):
                    line = max(prose.rfind("\n", 0, start) + 1, start - _LONGEST)
                    if not _TARGET_BEFORE.search(prose[line:start].rpartition(" ")[2]):
                        return self._make_position(start)
                    first = start if first < 0 else first
        return self._make_position(max(first, 0))

    def _find_word_offsets(self, word: str) -> Iterator[int]:
        """Yield the offsets where a whole word may be."""
        prose = self._get_prose()
        begin = _RUN.match(word)
        self._word_searches += 1
        # An index does not pay for a few words.
        if begin is None or self._word_searches < 20:
            start = prose.find(word)
            while start >= 0:
                yield start
                start = prose.find(word, start + len(word))
            return
        if self._runs is None:
            self._runs = defaultdict(list)
            for match in _RUN.finditer(prose):
                self._runs[match[0]].append(match.start())
        for start in self._runs.get(begin[0], ()):
            if prose.startswith(word, start):
                yield start

    def find_match(self, pattern: str, text: str) -> re.Match[str] | None:
        """Return the next match outside of code whose last group reads ``text``, or else the next match.

        Markup in the group is ignored.
        """
        if pattern not in self._matches:
            matches = list(self._find_matches(pattern))
            by_letters: dict[str, list[int]] = defaultdict(list)
            for number, match in enumerate(matches):
                words = self._text[slice(*match.span(match.lastindex or 0))]
                by_letters[_extract_source_letters(words)].append(number)
            self._matches[pattern] = matches, by_letters
        matches, by_letters = self._matches[pattern]
        letters = _extract_letters(text)
        after = self._next_match.get((pattern, letters), 0)
        same = by_letters.get(letters, [])
        index = bisect_left(same, after)
        number = same[index] if index < len(same) else after
        if number >= len(matches):
            return None
        self._next_match[pattern, letters] = number + 1
        return matches[number]

    def _find_matches(self, pattern: str) -> Iterator[re.Match[str]]:
        """Yield the matches of a pattern outside of code.

        A match with a group "label" counts only if the label is defined further down.
        """
        prose = self._get_prose()
        search = re.compile(pattern).search
        start = 0
        while match := search(prose, start):
            start = match.end()
            label = match["label"] if "label" in match.re.groupindex else None
            alone = label is not None and match[0] == f"[{label}]"
            if alone and self._find_last_definition(match["label"]) < match.end():
                start = match.start() + 1
            else:
                yield match

    def _find_last_definition(self, label: str) -> int:
        """Return the offset of the last definition of a link's label, or -1."""
        if self._labels is None:
            definitions = _DEFINITION.finditer(self._get_prose())
            self._labels = {definition[1].lower(): definition.start() for definition in definitions}
        return self._labels.get(label.lower(), -1)

    def locate_match(self, match: re.Match[str] | None) -> Position:
        """Return the position of the group ``at`` in a match of ``find_match``."""
        return self._make_position(match.start("at") if match else 0)

    def _get_prose(self) -> str:
        """Return the text, with spaces in place of code and comments."""
        if self._prose is None:
            pieces: list[str] = []
            end = 0
            for sign in _CODE_BEGINS.finditer(self._text):
                # Matching only here is several times as fast as searching.
                if sign.start() >= end and (code := _CODE.match(self._text, sign.start())):
                    pieces += [self._text[end : code.start()], re.sub(r"[^\n]", " ", code[0])]
                    end = code.end()
            self._prose = "".join([*pieces, self._text[end:]])
        return self._prose

    def _make_position(self, start: int) -> Position:
        if not self._line_starts:
            self._line_starts = [0, *(end.end() for end in re.finditer("\n", self._text))]
        line = bisect_right(self._line_starts, start) - 1
        return Position(self._first_line + line, start - self._line_starts[line] + 1)

    def report_problem(self, needle: str, code: str, found: str, expected: str, fix: str) -> None:
        """Report a problem at the next ``needle``."""
        position = self.locate_text(needle)
        self._problems.add(
            Problem(self._path, position.line, position.column, code, found, expected, fix)
        )

    def find_first_offset(self, needles: Iterable[str]) -> int:
        """Return the offset of the first needle that is in the text, or 0 if none is."""
        offsets = (self._text.find(needle) for needle in needles if needle)
        return next((offset for offset in offsets if offset >= 0), 0)

    def report_problem_at(self, start: int, code: str, found: str, expected: str, fix: str) -> None:
        """Report a problem at an offset in the text."""
        position = self._make_position(start)
        self._problems.add(
            Problem(self._path, position.line, position.column, code, found, expected, fix)
        )

    def report_deepest_line(self) -> None:
        """Report that the text is nested too deeply, at the line with the most markers."""
        lines = self._text.split("\n")
        deepest = max(range(len(lines)), key=lambda n: len(re.findall(r"[>*_\[\s]", lines[n])))
        self._problems.add(
            Problem(
                self._path,
                self._first_line + deepest,
                1,
                "M001",
                "quotations, lists or brackets nested too deeply",
                "text that a reader can follow",
                "take out the repeated characters at the start of this line",
            )
        )


def _find_hash_lines(prose: str) -> Iterator[tuple[int, bool]]:
    """Yield the offsets of lines that contain a "#"."""
    sign = prose.find("#")
    while sign >= 0:
        yield prose.rfind("\n", 0, sign) + 1, False
        end = prose.find("\n", sign)
        sign = prose.find("#", end) if end >= 0 else -1


def _find_underlines(prose: str) -> Iterator[tuple[int, bool]]:
    """Yield the offsets of lines that underline the line above."""
    for match in _LINE_UNDER.finditer(prose):
        yield match.start() + 1, True


@lru_cache(4096)
def _extract_source_letters(text: str) -> str:
    return _extract_letters(_UNTITLED.sub("", text))


@lru_cache(4096)
def _extract_letters(text: str) -> str:
    """Return the letters and digits of a text, which do not depend on its markup."""
    return re.sub(r"[\W_]+", "", html.unescape(text).casefold())


def _opens_target(prose: str, start: int, offset: int) -> bool:
    """Return whether ``_OPENS_TARGET`` matches between ``start`` and ``offset``, ending there.

    This is faster than compiling a pattern for each target.
    """
    sign = prose[offset - 1] if offset > start else ""
    openers: tuple[str, ...] = ("](", "]:", "=")
    end = offset
    if sign == "<":
        openers, end = ("](", "]:"), offset - 1
    elif sign in ("'", '"'):
        openers, end = ("=",), offset - 1
    while end > start and prose[end - 1].isspace():
        end -= 1
    return prose.endswith(openers, start, end)
