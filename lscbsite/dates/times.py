"""Read times of day as people write them, alone or with an end: '6.30pm to 8.30pm'."""

import datetime as dt
import re
from collections.abc import Sequence
from typing import NamedTuple

from lscbsite.dates.days import read_days
from lscbsite.dates.reading import LONGEST_TEXT, NotReadError, fold, quote
from lscbsite.dates.words import AND, FROM, TO, make_choice

# Patterns are compiled on first use: a build from the cache needs none of them.
_TIME = r"(\d{1,2})(?:[:.](\d{2}))?(?::(\d{2}))? ?(am|pm|a\.m|p\.m|yb|yh|yp|uhr)?"
_AFTER_DATE = (
    r"(?i:,? (?:at|in) |[,;] ?| [-–—] | \(|,? (?=(?:from|between) \d)"
    r"| (?=\d{1,2}[.:]?\d* ?[ap]\.?m|\d{1,2}[.:]\d\d)|T(?=\d))"
)
_ONE_TIME = r"(?:\d{1,2}(?:[:.]\d{2})?(?: ?[ap]\.?m\b\.?)?|\b(?:12 )?(?:noon|midday|midnight)\b)"
_TIME_IN_TEXT = (
    r"(?i:(?P<whole>(?:(?:from|between) )?"
    rf"(?P<both>(?P<start>{_ONE_TIME})(?: ?(?:-|–|—|to|until|till|and) ?{_ONE_TIME})?)))"
)
_BEFORE_PLACE = r"(?i:,? (?:at|in) |[,;] ?| [-–—] | |$)"
_AFTER_PLACE = r"(?i:,? (?:at|from) |[,;] ?| [-–—] |,? (?=between )| )"
_BEFORE_DATE = r"(?i:,? on (?:the )?|[,;] ?| [-–—] | )"
# The halves of the day in English and Welsh; "Uhr" follows the hours of a whole day.
_HALVES = {"am": "am", "a.m": "am", "yb": "am", "pm": "pm", "p.m": "pm", "yh": "pm", "yp": "pm"}
_NOON = {"midday", "noon", "12 noon", "12 midday", "mittag", "hanner dydd", "ganol dydd"}
_MIDNIGHT = {"midnight", "12 midnight", "mitternacht", "hanner nos"}
WRITE_TIME = 'write when the meeting begins, as "18:30" or "6.30pm"'
_HALF_DAY = dt.timedelta(hours=12)
# A time without am or pm that is earlier can be in the morning or in the evening; two times that are
# further apart can be by a clock of 24 hours.
_EARLIEST_ALONE = 9
_LONGEST_ALONE = dt.timedelta(hours=9)


def read_time(text: str) -> dt.time:
    """Return the time of day that ``text`` names: 18:30, 6.30pm, 6 pm, 18.30 Uhr.

    Raises:
        NotReadError: not a time of day, or one in the morning or in the evening (F034).

    """
    folded = fold(text)
    if folded in _NOON:
        return dt.time(12)
    if match := re.fullmatch(_TIME, folded.rstrip(".")):
        hour, minute, second = int(match[1]), int(match[2] or 0), int(match[3] or 0)
        half = _HALVES.get(match[4] or "", "")
        if half and 1 <= hour <= 12:
            hour = hour % 12 + (12 if half == "pm" else 0)
        elif half or not (match[2] or match[4]):
            hour = 24
        elif not match[4] and 1 <= hour < _EARLIEST_ALONE and match[1][0] != "0":
            raise _make_half_error(text, match)
        if hour < 24 and minute < 60 and second < 60:
            return dt.time(hour, minute, second)
    raise NotReadError("F034", quote(text), "a time of day", WRITE_TIME)


def _make_half_error(text: str, match: re.Match[str]) -> NotReadError:
    """Return the error for a time that is early in the morning, or meant for the evening."""
    short = match[0].replace(":", ".", 1)
    found = f"{quote(text)}, which can be {short}am or {short}pm"
    morning = f"0{match[0].replace('.', ':')}"
    fix = f'write "{short}pm", or "{morning}" for the morning'
    return NotReadError("F034", found, "a time with am or pm", fix)


class _Clock(NamedTuple):
    """The times that a text can mean.

    ``readings`` is one time, or both halves of the day. ``is_24h`` is true for a time that can only
    be one of a whole day's hours, such as 18:30 or 06:30, or ends in "Uhr".
    """

    readings: tuple[dt.time, ...]
    is_24h: bool


def read_times(text: str, languages: Sequence[str] = ()) -> tuple[dt.time, dt.time | None]:
    """Return the time when something begins, and when it ends, if ``text`` says so.

    Accepts what ``read_time`` does, and two times with "to" or a dash between them. Where one of the
    two has no am or pm, it is in the half of the day that is next to the other one: '6.30 to 8.30pm'
    is in the evening. An end before the beginning is after midnight.

    Raises:
        NotReadError: not a time of day, or one in the morning or in the evening (F034); an end that is
            the beginning (F064).

    """
    try:
        return read_time(text), None
    except NotReadError as error:
        if len(text) > LONGEST_TEXT:
            raise
        refused = error
    for first, last in _split_times(text, languages):
        start, end = _read_clock(first), _read_clock(last)
        if start and end:
            times = _match_times(text, start, end)
            if times[0] == times[1]:
                fix = "correct one of the two, or leave the end out"
                raise NotReadError("F064", quote(text), "an end after the beginning", fix)
            return times
    raise refused


def _split_times(text: str, languages: Sequence[str]) -> list[tuple[str, str]]:
    """Return the two halves of a text at each word or sign that can be between two times."""
    folded = fold(text).rstrip(".")
    bare = re.sub(f"^{make_choice(FROM, languages)} ", "", folded)
    words = make_choice(TO, languages)
    if re.match("(?:between|zwischen|rhwng) ", folded):
        words = make_choice(AND, languages)
    return [
        (bare[: sign.start()], bare[sign.end() :]) for sign in re.finditer(f" {words} | ?- ?", bare)
    ]


def _read_clock(text: str) -> _Clock | None:
    """Return the times that one of two texts can mean, None if it is no time."""
    if text in _NOON:
        return _Clock((dt.time(12),), is_24h=False)
    if text in _MIDNIGHT:
        return _Clock((dt.time(0),), is_24h=False)
    match = re.fullmatch(_TIME, text.rstrip("."))
    if not match:
        return None
    hour, minute, second = int(match[1]), int(match[2] or 0), int(match[3] or 0)
    if minute > 59 or second > 59:
        return None
    if half := _HALVES.get(match[4] or ""):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
        return _Clock((dt.time(hour, minute, second),), is_24h=False)
    if hour == 24 and not minute and not second:
        hour = 0
    if match[4] or match[1][0] == "0" or not 1 <= hour <= 12:
        return _Clock((dt.time(hour, minute, second),), is_24h=True) if hour < 24 else None
    halves = tuple(dt.time(hour % 12 + add, minute, second) for add in (0, 12))
    return _Clock(halves, is_24h=False)


def _match_times(text: str, start: _Clock, end: _Clock) -> tuple[dt.time, dt.time]:
    """Return the beginning and end that two texts mean together.

    Raises:
        NotReadError: the two can mean times in the morning or in the evening (F034).

    """
    pairs = [(first, last) for first in start.readings for last in end.readings]
    if len(pairs) == 1:
        return pairs[0]
    if len(pairs) == 4:
        # Both without am or pm: by day, if that is clear.
        first = min(start.readings) if start.readings[0].hour else max(start.readings)
        last = min(end.readings, key=lambda time: _measure(first, time) or _HALF_DAY * 2)
        if start.readings == end.readings:
            return first, first
        if first.hour >= _EARLIEST_ALONE and _measure(first, last) <= _LONGEST_ALONE:
            return first, last
        raise _make_range_error(text, [(first, last), (_turn(first), _turn(last))])
    # One without am or pm: in the half of the day next to the other one.
    nearest = min(pairs, key=lambda pair: _measure(*pair) or _HALF_DAY * 2)
    if start.is_24h or end.is_24h:
        # Who writes one of the two as 18:30 can mean by 8:30 the morning.
        as_24h = (_find_24h(start), _find_24h(end))
        if nearest != as_24h:
            raise _make_range_error(text, [as_24h, nearest])
    return nearest


def _find_24h(clock: _Clock) -> dt.time:
    """Return what a time means as one of a whole day's hours: 12:30 is after noon."""
    first, last = clock.readings[0], clock.readings[-1]
    return first if first.hour else last


def _turn(time: dt.time) -> dt.time:
    """Return the same time in the other half of the day."""
    return time.replace(hour=(time.hour + 12) % 24)


def _measure(first: dt.time, last: dt.time) -> dt.timedelta:
    """Return how long it takes from one time to the next one that is ``last``; 0 if it is the same."""
    seconds = [time.hour * 3600 + time.minute * 60 + time.second for time in (first, last)]
    return dt.timedelta(seconds=(seconds[1] - seconds[0]) % 86400)


def _make_range_error(text: str, pairs: Sequence[tuple[dt.time, dt.time]]) -> NotReadError:
    written = [" to ".join(f"{time:%H:%M}" for time in pair) for pair in pairs]
    found = f"{quote(text)}, which can be {written[0]} or {written[1]}"
    fix = f'write "{written[0]}" or "{written[1]}"'
    return NotReadError("F034", found, "times with am or pm", fix)


def find_time(text: str) -> str:
    """Return the only time of day, perhaps with its end, among other words: '20:30 approx'.

    Returns '' if there is none, if there are several, or if it is the end of a meeting.
    """
    flat = " ".join(text.split())
    if len(flat) > LONGEST_TEXT or re.match(r"(?i)(?:until|till|to) ", flat):
        return ""
    found = [
        written
        for match in re.finditer(rf"(?<![\w.:-]){_TIME_IN_TEXT}(?![\w:-])", flat)
        if (written := _choose_time(match))
    ]
    return found[0] if len(found) == 1 and found[0] != flat else ""


def _choose_time(match: re.Match[str]) -> str:
    """Return as much of a match of ``_TIME_IN_TEXT`` as is a time, '' if nothing is."""
    for written in (match["both"], match["whole"], match["start"]):
        try:
            read_times(written)
        except NotReadError:
            continue
        return written
    return ""


def split_date(text: str, languages: Sequence[str] = ()) -> tuple[str, str, str] | None:
    """Split '8 December 2026, 6.30pm, Council House' into its date, time and place.

    The time, perhaps with its end, can also be before the date or after the place. The time or the
    place may be missing (''). Returns None if the text does not begin with a date or a time and a
    date, or if nothing follows it.
    """
    flat = " ".join(text.split())
    if len(flat) > LONGEST_TEXT:
        return None
    if parts := _split_after_date(flat, languages):
        day, rest = parts
        if rest.count(")") > rest.count("("):
            rest = rest.removesuffix(")")
        return day, *_split_time(rest)
    match = re.match(_TIME_IN_TEXT, flat)
    time = _choose_time(match) if match else ""
    between = re.match(_BEFORE_DATE, flat[match.end() :]) if match else None
    if not time or not match or not between or time not in (match["both"], match["whole"]):
        return None
    rest = flat[match.end() + between.end() :]
    if _is_date(rest, languages):
        return rest, time, ""
    parts = _split_after_date(rest, languages)
    return (parts[0], time, parts[1]) if parts else None


def _split_after_date(flat: str, languages: Sequence[str]) -> tuple[str, str] | None:
    """Return the date, or two, with which a text begins, and the rest."""
    for separator in reversed(list(re.finditer(_AFTER_DATE, flat))):
        day, rest = flat[: separator.start()], flat[separator.end() :]
        if rest and _is_date(day, languages):
            return day, rest
    return None


def _is_date(text: str, languages: Sequence[str]) -> bool:
    try:
        read_days(text, languages)
    except NotReadError:
        return False
    return True


def _split_time(rest: str) -> tuple[str, str]:
    """Return the time and the place in what follows a date."""
    time = re.match(f"{_TIME_IN_TEXT}{_BEFORE_PLACE}", rest)
    if time and (written := _choose_time(time)):
        return written, rest[time.end() :]
    for separator in re.finditer(_AFTER_PLACE, rest):
        time = re.fullmatch(_TIME_IN_TEXT, rest[separator.end() :])
        if time and (written := _choose_time(time)) and written in (time["both"], time["whole"]):
            return written, rest[: separator.start()]
    return "", rest


# From five minutes to a day.
_SHORTEST, _LONGEST = 5, 24 * 60
_DURATION = (
    r"(?:(?P<hours>\d{1,2}(?:[.,]\d{1,2})?) ?(?:h|hrs?|hours?|std\.?|stunden?|awr)(?: ?(?:and )?"
    r"(?P<more>\d{1,2}) ?(?:m|mins?|minutes?|minuten|munud)?)?|(?P<minutes>\d{1,4}) ?"
    r"(?:m|mins?|minutes?|minuten|munud)|(?P<clock>\d{1,2}):(?P<past>\d\d) ?(?:h|hours))"
)


def read_duration(text: str) -> dt.timedelta:
    """Return the time that ``text`` names: 2h, 90 minutes, 1h30, 1.5 hours.

    Raises:
        NotReadError: not a time from 5 minutes to 24 hours, or one without a unit (S017).

    """
    folded = fold(text).rstrip(".")
    expected = "how long a meeting takes, from 5 minutes to 24 hours"
    fix = 'write it as "2h", "90 minutes" or "1h30"'
    if re.fullmatch(r"\d{1,4}(?:[.,]\d{1,2})?", folded):
        if units := _list_durations(folded):
            fix = f"write {' or '.join(units)}"
            raise NotReadError("S017", quote(text), "hours or minutes", fix)
        raise NotReadError("S017", quote(text), expected, fix)
    folded = {"an hour": "1h", "one hour": "1h", "two hours": "2h"}.get(folded, folded)
    match = re.fullmatch(_DURATION, folded)
    if not match:
        raise NotReadError("S017", quote(text), expected, fix)
    hours = float((match["hours"] or match["clock"] or "0").replace(",", "."))
    minutes = hours * 60 + int(match["more"] or match["past"] or match["minutes"] or 0)
    whole = int(match["more"] or match["past"] or 0) < 60 and not minutes % 1
    if not whole or not _SHORTEST <= minutes <= _LONGEST:
        raise NotReadError("S017", quote(text), expected, fix)
    return dt.timedelta(minutes=minutes)


def _list_durations(number: str) -> list[str]:
    """Return the ways to write a number as a duration that are one, in quotes."""
    units = ("hour", "minute") if number == "1" else ("hours", "minutes")
    result = []
    for unit in units:
        written = f"{number} {unit}"
        try:
            read_duration(written)
        except NotReadError:
            continue
        result.append(f'"{written}"')
    return result
