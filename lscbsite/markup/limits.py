"""Limits that keep texts from taking too long: what is special to Python-Markdown 3.

The engine compares signs with all that follows them, so that a short text of repeated signs can
take hours. Where it is cheap to know the outcome beforehand, ``faster`` does not ask the engine;
for the rest, ``Effort`` counts how many characters are looked at, and gives up when they are many
times more than any report needs. Counting gives the same answer on every machine; a clock would
not. With a parser whose time grows as its text does, this module can go.
"""

import re
from collections import Counter
from typing import Any

from markdown import Markdown

from lscbsite.markup.source import SourceText
from lscbsite.problems import quote_value

MOST_CHARACTERS = 5_000_000
# Python looks at so many characters in one or two seconds. Tests lower both, to be quick. A report of 1 MB needs a tenth of it.
MOST_STEPS = 20_000_000
STEPS_PER_CHARACTER = 30
# Texts are copied and searched much faster than they are looked at one by one.
COPY = 4000
JOIN = 200
SEARCH = 15

_PLACEHOLDER = re.compile("\x02[^\x03]*\x03")
_LONGEST_EXCERPT = 40


class TooMuchEffortError(Exception):
    """A text takes too long; ``run`` is the part of it that does."""

    def __init__(self, run: str) -> None:
        super().__init__(run[:_LONGEST_EXCERPT])
        self.run = run


class Effort:
    """Counts how many characters of one text the engine looks at."""

    def __init__(self) -> None:
        self._left = MOST_STEPS

    def begin(self, length: int) -> None:
        """Start to count for a text of this length."""
        self._left = MOST_STEPS + STEPS_PER_CHARACTER * length

    def spend(self, steps: int, run: str) -> None:
        """Count the characters looked at in a run of text.

        Raises:
            TooMuchEffortError: the text needs more than any report does.

        """
        self._left -= steps
        if self._left < 0:
            raise TooMuchEffortError(run)


class CountingMarkdown(Markdown):
    """Python-Markdown whose processors count their effort."""

    def __init__(self, extensions: list[Any]) -> None:
        self.effort = Effort()
        super().__init__(extensions=extensions)


def is_too_long(text: str, source: SourceText) -> bool:
    """Report a text that is too long for one page; return whether it is."""
    if len(text) <= MOST_CHARACTERS:
        return False
    source.report_problem_at(
        MOST_CHARACTERS,
        "M004",
        f"a text of {len(text):,} characters",
        f"at most {MOST_CHARACTERS:,}",
        "split it into several files, or put the long part into files/ and link to it; the text"
        " over the limit begins here",
    )
    return True


def report_effort(error: TooMuchEffortError, source: SourceText) -> None:
    """Report signs that are repeated so often that the text takes too long."""
    words = _PLACEHOLDER.sub("\n", error.run)
    signs = Counter(re.findall(r"[^\w\s]", words) or re.findall(r"\S", words))
    sign, count = signs.most_common(1)[0] if signs else (" ", len(words))
    lines = [line.strip() for line in words.split("\n") if sign in line]
    source.report_problem_at(
        source.find_first_offset([line[:_LONGEST_EXCERPT] for line in lines[:5]] + [sign]),
        "M005",
        f"{quote_value(sign)} {count:,} times in one part of the text, which begins here",
        "characters in pairs, as in [words](address)",
        "take out the repeated ones; to show them as they are, put the lines between"
        ' two lines "```"',
    )
