"""Problems in the files that authors write.

A problem has a position (path:line:column), a stable code, what was found, what was expected and
how to fix it. ``RULES`` declares every code once; ``docs/problems.md`` is generated from it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

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

Severity = Literal["error", "warning"]
SeveritySetting = Literal["error", "warning", "off"]


class Rule(msgspec.Struct, frozen=True):
    """One kind of problem: its code, its default severity and its meaning."""

    code: str
    severity: Severity
    title: str
    configurable: bool = False


def _index_rules(*rules: Rule) -> dict[str, Rule]:
    return {rule.code: rule for rule in rules}


RULES: dict[str, Rule] = _index_rules(
    Rule("F001", "error", "the file is not UTF-8 text"),
    Rule("F002", "error", "the file contains a NUL character"),
    Rule("F003", "warning", "control characters were left out", True),
    Rule("F004", "error", "the file cannot be read, or is a link out of the site"),
    Rule("F005", "warning", "a file under reports/ or pages/ is not Markdown", True),
    Rule("F006", "error", "the file name and the date disagree"),
    Rule("F007", "error", "two files would have the same address"),
    Rule("F008", "error", "an attachment that browsers or web servers can run"),
    Rule("F009", "warning", "a file that a program or system left behind", True),
    Rule("F010", "error", "the front matter is missing"),
    Rule("F011", "error", "the front matter is not closed"),
    Rule("F012", "error", "the front matter is not made of keys and values"),
    Rule("F013", "error", "the YAML cannot be read"),
    Rule("F014", "error", "YAML anchors, aliases, tags and directives are not used here"),
    Rule("F015", "warning", "text after # is a comment and is not read", True),
    Rule("F016", "error", "git's conflict markers"),
    Rule("F020", "error", "unknown key"),
    Rule("F021", "error", "duplicate key"),
    Rule("F022", "error", "a required key is missing"),
    Rule("F023", "error", "the wrong kind of value"),
    Rule("F024", "error", "an empty entry"),
    Rule("F030", "error", "not a date"),
    Rule("F031", "error", "an ambiguous date"),
    Rule("F032", "error", "an impossible date"),
    Rule("F033", "error", "the weekday is wrong for the date"),
    Rule("F034", "error", "not a time of day"),
    Rule("F035", "error", "an attendee that cannot be read"),
    Rule("F036", "error", "not true or false"),
    Rule("F037", "error", "not a whole number in range"),
    Rule("F038", "error", "not a language tag"),
    Rule("F039", "error", "not a valid id"),
    Rule("F040", "error", "two asks of one report have the same id"),
    Rule("F041", "error", "not an address on an earlier site"),
    Rule("F042", "error", "not a web address"),
    Rule("F043", "warning", "an hour in a deadline, which is not shown", True),
    Rule("F044", "error", "not an address to reply to"),
    Rule("F045", "warning", "an address that looks like a slip", True),
    Rule("F050", "error", "a name that is nearly one that the site reads"),
    Rule("F051", "error", "a report or page that the site would leave out"),
    Rule("F052", "error", "a copy of another file"),
    Rule("F053", "error", "a report's name with a date in another form"),
    Rule("F054", "error", "two reports of one meeting"),
    Rule("S001", "error", "site.yaml is missing"),
    Rule("S002", "error", "base_url is not an absolute web address"),
    Rule("S003", "error", "unknown time zone"),
    Rule("S004", "error", "not a colour"),
    Rule("S005", "error", "the logo does not exist"),
    Rule("S006", "error", "a report outside the folders of the boards"),
    Rule("S007", "error", "a rule that cannot be set"),
    Rule("S008", "error", "a template cannot be used"),
    Rule("S009", "error", "two topics have a name in common"),
    Rule("S010", "error", "two people have a name in common"),
    Rule("S011", "error", "a colour in which text is hard to read"),
    Rule("S012", "warning", "a language without headings and buttons", True),
    Rule("S013", "error", "active_files names a file that does not exist"),
    Rule("S014", "error", "publish names a file that does not exist"),
    Rule("S015", "warning", "a template that the site does not use", True),
    Rule("M001", "error", "the text is nested too deeply"),
    Rule("M002", "warning", "HTML that is shown as text", True),
    Rule("M003", "warning", "a picture from another site", True),
    Rule("M004", "error", "the text is too long"),
    Rule("M006", "warning", "a row with more cells than the table has columns", True),
    Rule("M007", "warning", "a footnote without its text, or two with one name", True),
    Rule("M008", "warning", "a link that is shown as text", True),
    Rule("M009", "warning", "a paragraph that is shown as code", True),
    Rule("M010", "warning", "a heading that is shown as text", True),
    Rule("M011", "warning", "a comment or Markdown in HTML that is shown as it was typed", True),
    Rule("L001", "error", "a reference to an unknown report"),
    Rule("L002", "error", "a link to an unknown page"),
    Rule("L003", "error", "a reference to an unknown section"),
    Rule("L004", "error", "a link to an unknown file"),
    Rule("L005", "warning", "a link that leads nowhere", True),
    Rule("L006", "warning", "a link of a kind that is not allowed", True),
    Rule(
        "L007", "error", "a link to a report, or an outcome for an ask, that readers cannot see yet"
    ),
    Rule("L008", "warning", "text in double brackets that is not the name of a report", True),
    Rule("L010", "error", "the next meeting is not after this one"),
    Rule("L011", "warning", "announced_for names a date that nobody announced", True),
    Rule("L012", "error", "an outcome for an unknown ask"),
    Rule("L013", "error", "an unknown topic"),
    Rule("L014", "error", "an address without https:// or mailto:"),
    Rule("L015", "error", "a link to a file that is only on the author's own computer"),
    Rule("R001", "error", "more than half of the published reports would disappear"),
    Rule("R002", "warning", "a published report is gone", True),
    Rule("D001", "error", "a picture that browsers cannot show"),
    Rule("D002", "warning", "a picture of many megabytes", True),
    Rule("D003", "warning", "a document with hidden data", True),
    Rule("O001", "error", "two pages or files at one address"),
    Rule("C101", "warning", "published before the meeting was held", True),
    Rule("C102", "warning", "corrected or withdrawn before it was published", True),
    Rule("C103", "warning", "an ask without a deadline", True),
    Rule("C104", "warning", "an ask that does not say where to reply", True),
    Rule("C105", "error", "a deadline before the report is published"),
    Rule("C106", "warning", "a correction or withdrawal dated in the future", True),
    Rule("C107", "warning", "a heading that is nearly a topic's name", True),
    Rule("C108", "warning", "an acronym that the glossary does not explain", True),
    Rule("C109", "warning", "a name that is nearly one in people.yaml", True),
    Rule("C110", "warning", "an organisation that is nearly one in people.yaml", True),
    Rule("C111", "warning", "an outcome before the meeting that asked", True),
    Rule("C112", "warning", "a picture without a description", True),
    Rule("C113", "warning", "headings of two levels that are shown at one", True),
    Rule("C114", "warning", "a link whose words do not say where it leads", True),
    Rule("C115", "warning", "a table without headings for its columns", True),
    Rule("C116", "warning", "a paragraph in bold in place of a heading", True),
    Rule("C117", "warning", "a list that is shown as a paragraph", True),
    Rule("C118", "warning", "a title with marks, which are shown as they are written", True),
    Rule("C120", "warning", "a date more than two years ahead", True),
    Rule("C121", "error", "a name that may begin with the surname", True),
    Rule("C122", "error", "an organisation that is a person in people.yaml", True),
)


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
    """Collects problems, with the severity that the site gives to each code."""

    def __init__(self) -> None:
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
        folders = tuple(f"{path}/" for path in wanted)
        result = Problems()
        result.configure(self._settings)
        result.extend(
            problem
            for problem in self._found
            if "." in wanted or problem.path in wanted or problem.path.startswith(folders)
        )
        return result

    def is_off(self, code: str) -> bool:
        """Return whether the site has switched a kind of problem off."""
        return self._settings.get(code) == "off"

    def get_severity(self, problem: Problem) -> SeveritySetting:
        """Return whether a problem is an error, a warning or off on this site."""
        return self._get_severity(problem.code)

    def _get_severity(self, code: str) -> SeveritySetting:
        return self._settings.get(code, RULES[code].severity)

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
