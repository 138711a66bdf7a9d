"""Problems in the files that authors write.

A problem has a position (path:line:column), a stable code, what was found, what was expected and
how to fix it. ``RULES`` declares every code once (see ``rules``).
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from lscbsite.rules import RULES, SeveritySetting

# Controls, line separators, zero-width and bidirectional characters, fillers and noncharacters.
UNSEEN_CHARACTERS = (
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    + "".join(
        f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000)
    )
    + "]"
)
# Spaces that look like the ordinary one.
SPECIAL_SPACE = "[\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]"
# More lines than these are not listed in a message.
_LISTED_LINES = 5


class Problem(msgspec.Struct, frozen=True):
    """One fault: its position (line and column from 1; 0 for a whole file), and how to fix it."""

    path: str
    line: int
    column: int
    code: str
    found: str
    expected: str
    fix: str = ""

    @property
    def message(self) -> str:
        """Return the message, without position and code."""
        text = f"found {self.found}; expected {self.expected}."
        if self.fix:
            stop = "" if self.fix.endswith("?") else "."
            text = f"{text} {self.fix[0].upper()}{self.fix[1:]}{stop}"
        return escape_controls(text)


class ProblemsFoundError(Exception):
    """There are errors; the command line prints them."""


class FaultError(Exception):
    """Something cannot be used; ``problem`` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


class TemplateFaultError(FaultError):
    """A template of the site cannot be used."""


class RefusedError(FaultError):
    """A file of the site cannot be read, or must not be."""


class Problems:
    """Collects problems, with the severity that the site gives to each code.

    With ``strict``, every warning is an error.
    """

    def __init__(self, *, strict: bool = False) -> None:
        self._strict = strict
        self._found: set[Problem] = set()
        self._settings: Mapping[str, SeveritySetting] = {}

    def configure(self, settings: Mapping[str, SeveritySetting]) -> None:
        """Set the severities from ``rules`` in site.yaml: code -> error, warning or off."""
        self._settings = settings

    def add(self, problem: Problem) -> None:
        """Add a problem; duplicates count once."""
        self._found.add(problem)

    def extend(self, problems: Iterable[Problem]) -> None:
        """Add several problems."""
        self._found.update(problems)

    def select(self, paths: Iterable[str]) -> "Problems":
        """Return the problems of some files or folders."""
        wanted = set(paths)
        result = Problems(strict=self._strict)
        result.configure(self._settings)
        result.extend(problem for problem in self._found if is_selected(problem.path, wanted))
        return result

    def is_off(self, code: str) -> bool:
        """Return whether the site has switched a kind of problem off."""
        return self._settings.get(code) == "off"

    def get_severity(self, problem: Problem) -> SeveritySetting:
        """Return whether a problem is an error, a warning or off on this site."""
        return self._get_severity(problem.code)

    def _get_severity(self, code: str) -> SeveritySetting:
        severity = self._settings.get(code, RULES[code].severity)
        return "error" if self._strict and severity == "warning" else severity

    def list_sorted(self) -> tuple[Problem, ...]:
        """Return the problems that are not switched off, by path, line, column and code."""
        off = {code for code, setting in self._settings.items() if setting == "off"}
        enabled = [problem for problem in self._found if problem.code not in off]
        return tuple(sorted(enabled, key=msgspec.structs.astuple))

    def has_errors(self) -> bool:
        """Return whether any problem is an error."""
        codes = {problem.code for problem in self._found}
        return any(self._get_severity(code) == "error" for code in codes)

    def raise_if_errors(self) -> None:
        """Raise ProblemsFoundError if there are errors.

        Raises:
            ProblemsFoundError: there is at least one error.

        """
        if self.has_errors():
            raise ProblemsFoundError


def is_selected(path: str, wanted: Collection[str]) -> bool:
    """Return whether a file is one of the ``wanted`` files, or in one of these folders."""
    return "." in wanted or path in wanted or path.startswith(tuple(f"{name}/" for name in wanted))


def find_near_name(word: str, known: Iterable[str]) -> str | None:
    """Return the known name most similar to ``word``, or None if none is similar.

    Paths must be similar in their last part, not just in folder and ending. Dates must have
    nearly all digits in common.
    """
    return KnownNames(known).find_near(word)


class ComparisonBudget:
    """Limits how many names are compared letter by letter.

    Comparing thousands of names with thousands of others takes hours. Beyond the limit authors get
    no more suggestions, but every problem is still reported.
    """

    def __init__(self, most: int = 200_000) -> None:
        self._remaining = most

    def spend(self, count: int) -> bool:
        """Count comparisons; return whether they may be made."""
        self._remaining -= count
        return self._remaining >= 0


class KnownNames:
    """Known names, to suggest one for a misspelt word."""

    def __init__(self, known: Iterable[str], comparisons: ComparisonBudget | None = None) -> None:
        self._names = sorted(known)
        self._folded = {name.casefold(): name for name in reversed(self._names)}
        self._comparisons = comparisons or ComparisonBudget()
        self._found: dict[str, str | None] = {}

    def find_near(self, word: str) -> str | None:
        """Return the known name nearest to ``word``, None if none is near."""
        if word not in self._found:
            self._found[word] = self._find_near(word)
        return self._found[word]

    def _find_near(self, word: str) -> str | None:
        import difflib

        if not self._comparisons.spend(len(self._folded)):
            return None
        digits = sum(character.isdigit() for character in word)
        cutoff = 0.85 if 2 * digits > len(word) else 0.63
        folded = list(self._folded)
        for near in difflib.get_close_matches(word.casefold(), folded, n=5, cutoff=cutoff):
            if difflib.get_close_matches(_get_last_part(word), [_get_last_part(near)], cutoff=0.6):
                return self._folded[near]
        return None

    def suggest(self, word: str, otherwise: str = "") -> str:
        """Return 'did you mean ...' as a fix, or ``otherwise`` if nothing is near."""
        near = self.find_near(word)
        return ask_whether_meant(near) if near else otherwise

    def suggest_nearest(self, word: str, otherwise: str) -> str:
        """Return a fix that names the nearest known name, however different, then ``otherwise``."""
        near = self.find_near(word)
        # Without a cutoff, each comparison takes five times as long.
        if near or not self._names or not self._comparisons.spend(5 * len(self._names)):
            return self.suggest(word, otherwise)
        import difflib

        near = difflib.get_close_matches(word, self._names, n=1, cutoff=0)[0]
        return f'the nearest is "{escape_controls(near, spaces=True)}"; {otherwise}'


def ask_whether_meant(name: str) -> str:
    """Return 'did you mean ...', with invisible characters escaped."""
    return f'did you mean "{escape_controls(name, spaces=True)}"?'


def _get_last_part(path: str) -> str:
    return re.sub(r"\.\w{1,5}$", "", path.casefold().rpartition("/")[2])


def suggest_name(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return 'did you mean ...' as a fix, or ``otherwise`` if nothing is near."""
    return KnownNames(known).suggest(word, otherwise)


def quote_value(text: str, limit: int = 60) -> str:
    """Return ``text`` in quotes, on one line and shortened, for use in a message."""
    flat = " ".join(re.split("[ \t\r\n]+", text.strip(" \t\r\n")))
    flat = escape_controls(flat, spaces=True)
    if len(flat) > limit:
        flat = flat[: limit - 1] + "…"
    return f'"{flat}"'


def escape_controls(text: str, *, spaces: bool = False) -> str:
    """Escape invisible characters and those that control a terminal, as <U+200B>.

    Joiners stay, because emoji and some scripts need them. Special spaces are escaped only with
    ``spaces``.
    """
    if text.isascii() and text.isprintable():
        return text
    text = re.sub(UNSEEN_CHARACTERS, _name_character, text)
    return re.sub(SPECIAL_SPACE, _name_character, text) if spaces else text


def _name_character(match: re.Match[str]) -> str:
    return f"<U+{ord(match[0]):04X}>"


def join_words(words: Iterable[str], conjunction: str = "or") -> str:
    """Return words as an English list: 'a, b or c'."""
    *most, last = list(words)
    return f"{', '.join(most)} {conjunction} {last}" if most else last


def merge_problems(alike: Sequence[Problem]) -> Problem:
    """Return the first of some problems of one file, with the lines of the others."""
    first, *others = sorted(alike, key=lambda problem: (problem.line, problem.column))
    if not others:
        return first
    numbers = list(dict.fromkeys(str(problem.line) for problem in others))
    word = "line" if len(numbers) == 1 else "lines"
    if len(numbers) > _LISTED_LINES:
        numbers[_LISTED_LINES:] = ["others"]
    lines = join_words(numbers, "and")
    found = f"{first.found}, and {len(others)} more ({word} {lines})"
    return msgspec.structs.replace(first, found=found)
