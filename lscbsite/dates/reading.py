"""Read dates as people write them."""

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from lscbsite.dates.names import (
    MONTHS,
    WEEKDAYS,
    find_names,
    is_filler,
    is_ordinal,
    list_names,
    writes_day_first,
)

# Patterns are compiled on first use: a build from the cache needs none of them.
_ISO = r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})|(\d{4})(\d{2})(\d{2})"
_NUMERIC = r"(\d{1,2})([-/.]) ?(\d{1,2})\2 ?(\d{4}|\d{2})"
_PLAIN = r"(\d{1,2})(?:st|nd|rd|th)? ([a-z]+) (\d{4})"
_PIECE = r"(?P<word>[^\W\d_][^\s\d.,()/:'’-]*)|(?P<number>['’]\d\d(?!\d)|\d+)|[., ()/-]+"
_WITH_TIME = (
    r"(?:\d{4}-\d\d-\d\d|.*\d{4})(?:t|,? at | - |,? )(?:\d{1,2}[:.]\d\d.*|\d{1,2} ?[ap]\.?m\.?)"
)
# Dashes that word processors write.
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
# Longer texts are no days, times or rules. The steps that look for several would take long.
LONGEST_TEXT = 300
WRITE_ISO = "write the date as 2012-11-13 or 13 November 2012"


class NotReadError(ValueError):
    """A text is not a date, a time or what else it should be; ``code``, ``found``, ``expected`` and ``fix`` say why."""

    def __init__(self, code: str, found: str, expected: str, fix: str) -> None:
        super().__init__(found)
        self.code, self.found, self.expected, self.fix = code, found, expected, fix


def format_written(day: dt.date) -> str:
    """Return a date in English words, for messages: '13 November 2012'."""
    return f"{day.day} {MONTHS[day.month - 1].capitalize()} {day.year}"


def read_date(text: str, languages: Sequence[str] = ()) -> dt.date:
    """Return the date that ``text`` names.

    Accepts ISO 8601 dates, dates with the name of a month in English or one of ``languages`` (BCP 47
    tags), and numeric dates that are not ambiguous. Ordinal endings and a weekday may be there. The
    first of ``languages`` is that of the text: in German, 03.06.2025 is 3 June.

    Raises:
        NotReadError: not a date (F030), ambiguous (F031), impossible (F032), wrong weekday (F033).

    """
    folded = fold(text).rstrip("., ")
    if (plain := re.fullmatch(_PLAIN, folded)) and plain[2] in MONTHS:
        # The most frequent form, which needs none of the steps below.
        return _make_date(text, int(plain[3]), MONTHS.index(plain[2]) + 1, int(plain[1]))
    if iso := re.fullmatch(_ISO, folded):
        return _read_iso_date(text, iso)
    tokens = _split_tokens(folded, languages)
    weekday, core = _split_weekday(tokens)
    if iso := re.fullmatch(_ISO, numbers := _get_span(folded, core)):
        result = _read_iso_date(text, iso)
    elif numeric := re.fullmatch(_NUMERIC, numbers):
        day_first = numeric[2] == "." and bool(languages) and writes_day_first(languages[0])
        result = _read_numeric_date(text, numeric, day_first=day_first)
    elif parts := _find_parts(core):
        result = _read_named_date(text, parts, languages)
    else:
        raise _make_error(text, folded, tokens, languages)
    if weekday:
        _check_weekday(text, weekday, result, languages)
    return result


class _Parts(NamedTuple):
    """The words of a date."""

    day: str
    month: str
    year: str


def _read_iso_date(text: str, iso: re.Match[str]) -> dt.date:
    year, month, day = (
        int(part) for part in (iso[1] or iso[5], iso[3] or iso[6], iso[4] or iso[7])
    )
    return _make_date(text, year, month, day)


def _split_tokens(folded: str, languages: Sequence[str]) -> list[re.Match[str]]:
    """Return the words and numbers of a text, without words that say nothing.

    Returns none if there is anything else than words, numbers and punctuation of dates.
    """
    tokens: list[re.Match[str]] = []
    end = 0
    for token in re.finditer(_PIECE, folded):
        if token.start() != end:
            return []
        end = token.end()
        if not token.lastgroup:
            continue
        if token["word"]:
            after_number = tokens and tokens[-1]["number"] and tokens[-1].end() == token.start()
            if after_number and is_ordinal(token["word"], languages):
                continue
            if is_filler(token["word"], languages):
                continue
        tokens.append(token)
    return tokens if end == len(folded) else []


def _split_weekday(tokens: list[re.Match[str]]) -> tuple[str, list[re.Match[str]]]:
    """Return the word before or after a date, '' if there is none, and the date's own tokens."""
    for word, core in ((tokens[:1], tokens[1:]), (tokens[-1:], tokens[:-1])):
        if not word or not word[0]["word"]:
            continue
        if (len(core) == 1 and len(core[0][0]) == 8) or len(core) == 3:
            return word[0][0], core
    return "", tokens


def _get_span(folded: str, tokens: list[re.Match[str]]) -> str:
    """Return the text from the first to the last token."""
    return folded[tokens[0].start() : tokens[-1].end()] if tokens else ""


def _find_parts(tokens: list[re.Match[str]]) -> _Parts | None:
    """Return the parts of '13 November 2012', 'November 13 2012' or '2012 November 13'."""
    if len(tokens) != 3:
        return None
    first, second, third = (token[0] for token in tokens)
    kinds = [token.lastgroup for token in tokens]
    if kinds == ["number", "word", "number"]:
        if len(first) == 4 and len(third) <= 2:
            first, third = third, first
        return _Parts(first, second, third) if len(first) <= 2 else None
    if kinds == ["word", "number", "number"]:
        return _Parts(second, first, third) if len(second) <= 2 else None
    return None


def _read_named_date(text: str, parts: _Parts, languages: Sequence[str]) -> dt.date:
    """Return a date whose month is a word."""
    months = sorted(find_names(parts.month, "months", languages))
    if not months:
        unknown = f"{quote(text)} with the unknown month {quote(parts.month)}"
        near = _find_nearest(parts.month, list_names("months", languages))
        raise NotReadError("F030", unknown, "a date", near or WRITE_ISO)
    if len(parts.year) != 4:
        raise _make_short_year_error(text)
    readings = [_make_date(text, int(parts.year), month + 1, int(parts.day)) for month in months]
    if len(readings) > 1:
        raise _make_ambiguous_error(text, readings)
    return readings[0]


def _check_weekday(text: str, word: str, day: dt.date, languages: Sequence[str]) -> None:
    """Refuse a word beside a date that is no weekday, or not the date's."""
    numbers = find_names(word, "days", languages)
    if not numbers:
        found = quote(text)
        if near := _find_nearest(word, list_names("days", languages)):
            found = f"{found} with the unknown weekday {quote(word)}"
        raise NotReadError("F030", found, "a date", near or WRITE_ISO)
    if day.weekday() not in numbers:
        raise NotReadError(
            "F033",
            f"{quote(text)}, but {format_written(day)} is a {WEEKDAYS[day.weekday()].capitalize()}",
            "the weekday of that date",
            "correct the weekday or the date, or leave the weekday out",
        )


def fold(text: str) -> str:
    """Return a text in lower case with plain spaces and hyphens, without invisible characters."""
    if text.isascii():
        return " ".join(text.casefold().split())
    seen = "".join(
        c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf"
    )
    return " ".join(seen.translate(_DASHES).casefold().split())


def quote(text: str) -> str:
    """Return a text in quotes, on one line and shortened, for a message."""
    flat = " ".join(text.split())
    return f'"{flat[:59]}…"' if len(flat) > 60 else f'"{flat}"'


def _find_nearest(word: str, names: Sequence[str]) -> str:
    """Return 'did you mean ...', or '' if no name is similar."""
    import difflib

    spelled = {name.casefold(): name for name in reversed(names)}
    near = difflib.get_close_matches(word, spelled, n=1, cutoff=0.7)
    return f'did you mean "{spelled[near[0]]}"?' if near else ""


def _make_error(
    text: str, folded: str, tokens: list[re.Match[str]], languages: Sequence[str]
) -> NotReadError:
    found = quote(text)
    if re.fullmatch(_WITH_TIME, folded):
        fix = (
            'write only the date; the time of the meeting goes on a line of its own, as "time: ..."'
        )
        return NotReadError("F030", f"{found}, a date with a time", "a date alone", fix)
    words = [token[0] for token in tokens if token["word"]]
    numbers = [token[0] for token in tokens if token["number"]]
    named = any(find_names(word, "months", languages) for word in words)
    if named and len(numbers) == 1 and len(words) <= 2 and len(numbers[0]) <= 2:
        return NotReadError("F030", found, "a date with its year", WRITE_ISO)
    return NotReadError("F030", found, "a date", WRITE_ISO)


def _make_short_year_error(text: str) -> NotReadError:
    return NotReadError("F030", quote(text), "a date with a year of four digits", WRITE_ISO)


def _read_numeric_date(text: str, numeric: re.Match[str], *, day_first: bool) -> dt.date:
    """Return a date such as 13/11/2012; ``day_first`` if no other order is possible."""
    first, second, year_text = int(numeric[1]), int(numeric[3]), numeric[4]
    if len(year_text) != 4:
        raise _make_short_year_error(text)
    year = int(year_text)
    if day_first:
        return _make_date(text, year, second, first)
    readings = []
    for day, month in ((first, second), (second, first)):
        if year >= 1000 and 1 <= month <= 12 and 1 <= day <= _get_last_day(year, month):
            readings.append(dt.date(year, month, day))
    if not readings:
        day, month = (second, first) if first <= 12 < second else (first, second)
        return _make_date(text, year, month, day)
    if len(set(readings)) == 1:
        return readings[0]
    raise _make_ambiguous_error(text, readings)


def _make_ambiguous_error(text: str, readings: list[dt.date]) -> NotReadError:
    first, second = readings[:2]
    return NotReadError(
        "F031",
        f"{quote(text)}, which can be {format_written(first)} or {format_written(second)}",
        "a date that can be read in one way only",
        f"write {first.isoformat()} or {second.isoformat()}",
    )


def _make_date(text: str, year: int, month: int, day: int) -> dt.date:
    if year < 1000:
        raise NotReadError("F032", quote(text), "a year from 1000 on", WRITE_ISO)
    if not 1 <= month <= 12:
        raise NotReadError(
            "F032", f"{quote(text)}, with month {month}", "a month from 1 to 12", WRITE_ISO
        )
    last = _get_last_day(year, month)
    if not 1 <= day <= last:
        name = MONTHS[month - 1].capitalize()
        raise NotReadError(
            "F032",
            f"{quote(text)}, with day {day}",
            f"a day that exists: {name} {year} has {last} days",
            "correct the day or the month",
        )
    return dt.date(year, month, day)


def _get_last_day(year: int, month: int) -> int:
    from calendar import monthrange

    return monthrange(year, month)[1]
