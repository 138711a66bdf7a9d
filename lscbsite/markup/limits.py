"""Limit the time that a text can take in Python-Markdown 3.

The engine compares some characters with all that follow, so that a short text of repeated
characters can take hours. ``fast_markdown`` avoids this where it can; elsewhere, ``Effort`` counts
the characters that are examined, and gives up far beyond what any report needs. Unlike a clock,
counting gives the same result on every machine. A parser that takes linear time would not need
this module.
"""

import re
from collections import Counter
from typing import Any

from markdown import Markdown

from lscbsite.markup.source import SourceText
from lscbsite.problems import quote_value

MOST_CHARACTERS = 5_000_000
# Python examines this many characters in one or two seconds; a report of 1 MB needs a tenth.
# Tests lower both numbers.
MOST_STEPS = 20_000_000
STEPS_PER_CHARACTER = 30
# Copying and searching are much faster than examining single characters.
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
    """Counts how many characters of a text the engine examines."""

    def __init__(self) -> None:
        self._remaining = MOST_STEPS

    def begin(self, length: int) -> None:
        """Start counting for a text of this length."""
        self._remaining = MOST_STEPS + STEPS_PER_CHARACTER * length

    def spend(self, steps: int, run: str) -> None:
        """Count the characters examined in a run of text.

        Raises:
            TooMuchEffortError: the text needs more than any report does.

        """
        self._remaining -= steps
        if self._remaining < 0:
            raise TooMuchEffortError(run)


class CountingMarkdown(Markdown):
    """Python-Markdown whose processors count their effort."""

    def __init__(self, extensions: list[Any]) -> None:
        self.effort = Effort()
        super().__init__(extensions=extensions)


def is_too_long(text: str, source: SourceText) -> bool:
    """Return whether a text is too long for one page, and report it if so."""
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
    """Report the character that is repeated so often that the text takes too long."""
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
