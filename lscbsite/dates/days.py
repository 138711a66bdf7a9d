"""Read the days of a meeting that takes several: '12-13 March 2013'."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence

from lscbsite.dates.names import MONTHS
from lscbsite.dates.reading import (
    LONGEST_TEXT,
    NotReadError,
    fold,
    format_written,
    quote,
    read_date,
)
from lscbsite.dates.words import AND, FROM, TO, make_choice

# A longer meeting is a slip.
_MOST_DAYS = 31
_ISO_DAY = r"\d{4}-\d\d-\d\d"
_NUMBERS = r"\d{1,2}([./])\d{1,2}"
_MONTH_FIRST = r"(?:[^\W\d]+\.?,? )?[^\W\d]+\.? \d{1,2}(?:st|nd|rd|th)?"
_DAY_AND_YEAR = r"(\d{1,2})(?:st|nd|rd|th)?,? (\d{4})"

Days = tuple[dt.date, dt.date]


def read_days(text: str, languages: Sequence[str] = ()) -> tuple[dt.date, dt.date | None]:
    """Return the first and the last day that ``text`` names; no last one for a single day.

    Accepts what ``read_date`` does, and two such dates with "to" or a dash between them, of which
    one can leave out what the other one has: '12-13 March 2013', '30 April to 1 May 2013'. With
    "and" or a slash between them, the days must follow each other.

    Raises:
        NotReadError: not a date (F030), ambiguous (F031), impossible (F032), wrong weekday (F033),
            or days in the wrong order, too many of them, or some left out (F062).

    """
    try:
        return read_date(text, languages), None
    except NotReadError as error:
        if error.code != "F030" or len(text) > LONGEST_TEXT:
            raise
        refused = error
    for first, last, neighbours in _split_days(text, languages):
        try:
            days = _read_both(first, last, languages)
        except NotReadError as error:
            if error.code != "F030" and refused.code == "F030":
                refused = _name_whole(text, error)
            continue
        if days:
            check_days(text, *days, neighbours=neighbours)
            return days
    raise _find_missing_year(text, refused, languages)


def _name_whole(text: str, error: NotReadError) -> NotReadError:
    """Return the error of one of two days as one of the whole text, which its author wrote."""
    if error.code == "F031":
        return error
    found = re.sub('^"[^"]*"', lambda _: quote(text), error.found)
    return NotReadError(error.code, found, error.expected, error.fix)


def _find_missing_year(text: str, error: NotReadError, languages: Sequence[str]) -> NotReadError:
    """Return the error for two days without a year, or ``error`` if that is not the cause."""
    if error.code != "F030" or error.expected != "a date":
        return error
    for _, last, _ in _split_days(text, languages):
        try:
            read_date(last, languages)
        except NotReadError as fault:
            if "year" in fault.expected:
                fix = "write the days as 12-13 March 2013"
                return NotReadError("F030", quote(text), fault.expected, fix)
    return error


def check_days(text: str, first: dt.date, last: dt.date, *, neighbours: bool = False) -> None:
    """Refuse a last day that is not after the first one, or too long after it.

    Raises:
        NotReadError: with the code F062.

    """
    length = (last - first).days + 1
    if length < 2:
        raise NotReadError(
            "F062",
            f"{quote(text)}, from {format_written(first)} to {format_written(last)}",
            "a last day after the first one",
            "correct one of the two; for a single day, write that day alone",
        )
    if length > _MOST_DAYS:
        raise NotReadError(
            "F062",
            f"{quote(text)}, which is {length} days",
            f"a meeting of at most {_MOST_DAYS} days",
            "correct one of the two days; for two meetings, write two reports",
        )
    if neighbours and length > 2:
        raise NotReadError(
            "F062",
            f"{quote(text)}, two days that do not follow each other",
            "a day, or the first and the last day of one meeting",
            'for one meeting over all these days, write "to" between them; for two meetings, write'
            " two reports",
        )


def _split_days(text: str, languages: Sequence[str]) -> Iterator[tuple[str, str, bool]]:
    """Yield both halves of a text at each word or sign that can be between two days.

    The third value is whether the days must follow each other.
    """
    folded = fold(text).rstrip("., ")
    folded = re.sub(f"^{make_choice(FROM, languages)} ", "", folded)
    for pattern, neighbours in (
        (f" {make_choice(TO, languages)} | - ?| ?- ", False),
        (f" {make_choice(AND, languages)} | ?& ?", True),
        (" ?/ ?", True),
        ("-", False),
    ):
        for separator in re.finditer(pattern, folded):
            first, last = folded[: separator.start()], folded[separator.end() :]
            # ISO 8601 has a slash between the two days of a period.
            iso = re.fullmatch(_ISO_DAY, first) and separator[0] == "/"
            yield first, last, neighbours and not iso


def _read_both(first: str, last: str, languages: Sequence[str]) -> Days | None:
    """Return the days that two halves mean together, None if they are not two days."""
    end = _try_to_read(last, languages)
    start = _try_to_read(first, languages)
    if start and end:
        return start, end
    if end:
        return _read_start(first, last, end, languages)
    if start:
        if re.fullmatch(_ISO_DAY, first) and re.fullmatch(r"\d\d", last):
            return start, read_date(f"{first[:8]}{last}", languages)
        later = _try_to_read(f"{last} {start.year}", languages)
        return (start, later) if later else None
    # "March 12-13, 2013"
    day_and_year = re.fullmatch(_DAY_AND_YEAR, last)
    if day_and_year and re.fullmatch(_MONTH_FIRST, first):
        day, year = day_and_year.groups()
        if start := _try_to_read(f"{first} {year}", languages):
            return start, read_date(f"{day} {MONTHS[start.month - 1]} {year}", languages)
    return None


def _read_start(first: str, last: str, end: dt.date, languages: Sequence[str]) -> Days | None:
    """Return the days where the first one has no year, or only its number."""
    numbers, numbers_of_last = re.match(_NUMBERS, first), re.match(_NUMBERS, last)
    if numbers and numbers_of_last:
        sign = numbers[1]
        if sign != numbers_of_last[1] or first.rstrip(sign) != numbers[0]:
            return None
        first, before_year = numbers[0], sign
    else:
        before_year = " "
    if start := _find_start(f"{first}{before_year}", end, languages):
        return start, end
    start = _try_to_read(f"{first} {MONTHS[end.month - 1]} {end.year}", languages)
    return (start, end) if start else None


def _find_start(text: str, end: dt.date, languages: Sequence[str]) -> dt.date | None:
    """Return a day without its year: of the same year as ``end``, or of the one before.

    Raises:
        NotReadError: an impossible date, or one with the wrong weekday.

    """
    refused = None
    start = None
    for year in (end.year, end.year - 1):
        try:
            day = read_date(f"{text}{year}", languages)
        except NotReadError as error:
            refused = refused or error
            continue
        if 0 < (end - day).days < _MOST_DAYS:
            return day
        start = start or day
    if start is None and refused and refused.code != "F030":
        raise refused
    return start


def _try_to_read(text: str, languages: Sequence[str]) -> dt.date | None:
    """Return a date, or None for a text that is none; an impossible date is still refused."""
    try:
        return read_date(text, languages)
    except NotReadError as error:
        if error.code != "F030":
            raise
        return None
