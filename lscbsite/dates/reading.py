"""Read dates and times as people write them."""

import datetime as dt
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass
MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
# Patterns are compiled on first use: a build from the cache needs none of them.
_ISO = r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})|(\d{4})(\d{2})(\d{2})"
_NUMERIC = r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})"
_WEEKDAY = r"(?:on )?([a-z]+)\.?,? (?:the )?(?=\d|[a-z]+\.? (?:the )?\d)"
_DAY_FIRST = r"(?:the )?(\d{1,2})(?:st|nd|rd|th)?[ -](?:of )?([a-z]+)\.?,?[ -](['’]?\d+)"
_MONTH_FIRST = r"([a-z]+)\.? (?:the )?(\d{1,2})(?:st|nd|rd|th)?,? (['’]?\d+)"
_NO_YEAR = (
    r"(\d{1,2})(?:st|nd|rd|th)? (?:of )?([a-z]+)|([a-z]+)\.? (?:the )?(\d{1,2})(?:st|nd|rd|th)?"
)
_WITH_TIME = (
    r"(?:\d{4}-\d\d-\d\d|.*\d{4})(?:t|,? at |,? )(?:\d{1,2}[:.]\d\d.*|\d{1,2} ?[ap]\.?m\.?)"
)
# Dashes that word processors write.
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
_TIME = r"(\d{1,2})(?:[:.](\d{2}))?(?::(\d{2}))? ?(am|pm|a\.m\.|p\.m\.)?"
_AFTER_DATE = r"(?i:,? at |[,;] ?| [-–—] | (?=\d{1,2}[.:]?\d* ?[ap]\.?m|\d{1,2}[.:]\d\d)|T(?=\d))"
_TIME_IN_TEXT = (
    r"(\d{1,2}(?:[:.]\d{2})?(?: ?[ap]\.?m\b\.?)?)"
    r"(?: ?(?:-|–|to|until) ?\d{1,2}(?:[:.]\d{2})?(?: ?[ap]\.?m\b\.?)?)?"
    r"(?:,? (?:at|in) |[,;] ?| [-–—] | |$)"
)
WRITE_ISO = "write the date as 2012-11-13 or 13 November 2012"


class NotReadError(ValueError):
    """A text is not a date or time; ``code``, ``found``, ``expected`` and ``fix`` say why."""

    def __init__(self, code: str, found: str, expected: str, fix: str) -> None:
        super().__init__(found)
        self.code, self.found, self.expected, self.fix = code, found, expected, fix


def format_written(day: dt.date) -> str:
    """Return a date in English words, for messages: '13 November 2012'."""
    return f"{day.day} {MONTHS[day.month - 1].capitalize()} {day.year}"


def read_date(text: str) -> dt.date:
    """Return the date that ``text`` names.

    Accepts ISO 8601 dates, dates with an English month name (day or month first, with or without
    ordinal endings and weekday), and numeric dates that are not ambiguous.

    Raises:
        NotReadError: not a date (F030), ambiguous (F031), impossible (F032), wrong weekday (F033).

    """
    folded = _fold(text)
    if iso := re.fullmatch(_ISO, folded):
        year, month, day = (
            int(part) for part in (iso[1] or iso[5], iso[3] or iso[6], iso[4] or iso[7])
        )
        return _make_date(text, year, month, day)
    if numeric := re.fullmatch(_NUMERIC, folded):
        return _read_numeric_date(text, int(numeric[1]), int(numeric[3]), numeric[4])
    weekday = None
    if (prefix := re.match(_WEEKDAY, folded)) and (
        weekday_number := _read_named_date(prefix[1], WEEKDAYS)
    ) is not None:
        weekday, folded = weekday_number, folded[prefix.end() :]
    if words := re.fullmatch(_DAY_FIRST, folded):
        number, name, year_text = words[1], words[2], words[3]
    elif words := re.fullmatch(_MONTH_FIRST, folded):
        name, number, year_text = words[1], words[2], words[3]
    else:
        raise _make_error(text, folded)
    named_month = _read_named_date(name, MONTHS)
    if named_month is None:
        unknown = f"{_quote(text)} with the unknown month {_quote(name)}"
        raise NotReadError("F030", unknown, "a date", _find_nearest(name, MONTHS) or WRITE_ISO)
    if len(year_text) != 4:
        raise _make_short_year_error(text)
    result = _make_date(text, int(year_text), named_month + 1, int(number))
    if weekday is not None and weekday != result.weekday():
        raise NotReadError(
            "F033",
            f"{_quote(text)}, but {format_written(result)} is a"
            f" {WEEKDAYS[result.weekday()].capitalize()}",
            "the weekday of that date",
            "correct the weekday or the date, or leave the weekday out",
        )
    return result


def _fold(text: str) -> str:
    """Return a text in lower case with plain spaces and hyphens, without invisible characters."""
    if text.isascii():
        return " ".join(text.casefold().split())
    seen = "".join(
        c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf"
    )
    return " ".join(seen.translate(_DASHES).casefold().split())


def _quote(text: str) -> str:
    """Return a text in quotes, on one line and shortened, for a message."""
    flat = " ".join(text.split())
    return f'"{flat[:59]}…"' if len(flat) > 60 else f'"{flat}"'


def _read_named_date(word: str, names: list[str]) -> int | None:
    """Return the index of the name that ``word`` is or abbreviates (with three letters or more)."""
    if len(word) < 3:
        return None
    short = "sep" if word == "sept" else word
    return next((number for number, name in enumerate(names) if name.startswith(short)), None)


def _find_nearest(word: str, names: list[str]) -> str:
    """Return 'did you mean ...', or '' if no name is similar."""
    import difflib

    near = difflib.get_close_matches(word, names, n=1, cutoff=0.7)
    return f'did you mean "{near[0].capitalize()}"?' if near else ""


def _make_error(text: str, folded: str) -> NotReadError:
    found = _quote(text)
    if re.fullmatch(_WITH_TIME, folded):
        fix = (
            'write only the date; the time of the meeting goes on a line of its own, as "time: ..."'
        )
        return NotReadError("F030", f"{found}, a date with a time", "a date alone", fix)
    if (prefix := re.match(_WEEKDAY, folded)) and (near := _find_nearest(prefix[1], WEEKDAYS)):
        found = f"{found} with the unknown weekday {_quote(prefix[1])}"
        return NotReadError("F030", found, "a date", near)
    yearless = re.fullmatch(_NO_YEAR, folded)
    if yearless and _read_named_date(yearless[2] or yearless[3], MONTHS) is not None:
        return NotReadError("F030", found, "a date with its year", WRITE_ISO)
    return NotReadError("F030", found, "a date", WRITE_ISO)


def _make_short_year_error(text: str) -> NotReadError:
    return NotReadError("F030", _quote(text), "a date with a year of four digits", WRITE_ISO)


def _read_numeric_date(text: str, first: int, second: int, year_text: str) -> dt.date:
    if len(year_text) != 4:
        raise _make_short_year_error(text)
    year = int(year_text)
    readings = []
    for day, month in ((first, second), (second, first)):
        if year >= 1000 and 1 <= month <= 12 and 1 <= day <= _get_last_day(year, month):
            readings.append(dt.date(year, month, day))
    if not readings:
        day, month = (second, first) if first <= 12 < second else (first, second)
        return _make_date(text, year, month, day)
    if len(set(readings)) == 1:
        return readings[0]
    first_reading, second_reading = readings
    raise NotReadError(
        "F031",
        f"{_quote(text)}, which can be {format_written(first_reading)} or {format_written(second_reading)}",
        "a date that can be read in one way only",
        f"write {first_reading.isoformat()} or {second_reading.isoformat()}",
    )


def _make_date(text: str, year: int, month: int, day: int) -> dt.date:
    if year < 1000:
        raise NotReadError("F032", _quote(text), "a year from 1000 on", WRITE_ISO)
    if not 1 <= month <= 12:
        raise NotReadError(
            "F032", f"{_quote(text)}, with month {month}", "a month from 1 to 12", WRITE_ISO
        )
    last = _get_last_day(year, month)
    if not 1 <= day <= last:
        name = MONTHS[month - 1].capitalize()
        raise NotReadError(
            "F032",
            f"{_quote(text)}, with day {day}",
            f"a day that exists: {name} {year} has {last} days",
            "correct the day or the month",
        )
    return dt.date(year, month, day)


def _get_last_day(year: int, month: int) -> int:
    from calendar import monthrange

    return monthrange(year, month)[1]


def read_time(text: str) -> dt.time:
    """Return the time of day that ``text`` names: 18:30, 6.30pm, 6 pm.

    Raises:
        NotReadError: not a time of day (F034).

    """
    folded = _fold(text)
    if match := re.fullmatch(_TIME, folded):
        hour, minute, second = int(match[1]), int(match[2] or 0), int(match[3] or 0)
        half = (match[4] or "").replace(".", "")
        if half and 1 <= hour <= 12:
            hour = hour % 12 + (12 if half == "pm" else 0)
        elif half or match[2] is None:
            hour = 24
        if hour < 24 and minute < 60 and second < 60:
            return dt.time(hour, minute, second)
    raise NotReadError(
        "F034",
        _quote(text),
        "a time of day",
        'write when the meeting begins, as "18:30" or "6.30pm"',
    )


def split_date(text: str) -> tuple[str, str, str] | None:
    """Split '8 December 2026, 6.30pm, Council House' into its date, time and place.

    The time or the place may be missing (''). Returns None if the text does not begin with a
    date, or if nothing follows it. An end time is dropped.
    """
    flat = " ".join(text.split())
    for separator in re.finditer(_AFTER_DATE, flat):
        day, rest = flat[: separator.start()], flat[separator.end() :]
        try:
            read_date(day)
        except NotReadError:
            continue
        time = re.match(_TIME_IN_TEXT, rest, re.IGNORECASE)
        if not time:
            return day, "", rest
        try:
            read_time(time[1])
        except NotReadError:
            return day, "", rest
        return day, time[1], rest[time.end() :]
    return None
