"""Read what is known of a day that is not fixed: 'July 2013', 'probably the week of 9 March 2026'."""

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from lscbsite.dates.names import find_names
from lscbsite.dates.reading import LONGEST_TEXT, NotReadError, fold, quote, read_date
from lscbsite.dates.words import AND, FROM, OR, TO, Words, list_words, make_choice

_UNDECIDED: Words = {
    "en": (
        *(
            "to be confirmed",
            "tbc",
            "to be announced",
            "tba",
            "to be decided",
            "tbd",
            "to be agreed",
        ),
        *("to be arranged", "not yet fixed", "not yet known", "provisional"),
    ),
    "de": ("noch offen", "steht noch nicht fest", "wird noch bekannt gegeben"),
    "cy": ("i'w gadarnhau", "i'w gyhoeddi"),
}
_PERHAPS: Words = {
    "en": (
        *("probably", "likely", "most likely", "possibly", "perhaps", "maybe", "provisionally"),
        *("expected", "hopefully", "around", "about", "approximately", "circa", "sometime"),
        *("some time", "at some point", "in", "on", "during", "the", "date"),
    ),
    "de": (
        "wahrscheinlich",
        "voraussichtlich",
        "vermutlich",
        "vielleicht",
        "etwa",
        "im",
        "am",
        "in",
        "der",
        "die",
    ),
    "cy": ("yn ôl pob tebyg", "mae'n debyg", "tua", "efallai", "ym", "yn", "yr", "y"),
}
# The first and the last day of a third of a month; the last third ends with the month.
_PARTS: dict[tuple[int, int], Words] = {
    (1, 10): {
        "en": ("early in", "early", "beginning of", "start of"),
        "de": ("anfang",),
        "cy": ("dechrau",),
    },
    (11, 20): {"en": ("mid", "middle of"), "de": ("mitte",), "cy": ("canol",)},
    (21, 31): {"en": ("late in", "late", "end of"), "de": ("ende",), "cy": ("diwedd",)},
}
_WEEK: Words = {
    "en": (
        *(
            "week commencing",
            "week beginning",
            "week starting",
            "week of",
            "week from",
            "w/c",
            "wc",
        ),
        *("w.c.", "w/b", "week"),
    ),
    "de": ("woche vom", "woche ab"),
    "cy": ("wythnos yn dechrau", "wythnos o", "wythnos"),
}
_WEEK_ENDING: Words = {"en": ("week ending", "w/e")}
_WEEKS = {
    "first": 1,
    "1st": 1,
    "second": 8,
    "2nd": 8,
    "third": 15,
    "3rd": 15,
    "fourth": 22,
    "4th": 22,
}
# The first month of each season, in Europe.
_SEASONS: dict[int, Words] = {
    3: {"en": ("spring",), "de": ("frühjahr", "frühling"), "cy": ("gwanwyn",)},
    6: {"en": ("summer",), "de": ("sommer",), "cy": ("haf",)},
    9: {"en": ("autumn", "fall"), "de": ("herbst",)},
    12: {"en": ("winter",), "de": ("winter",), "cy": ("gaeaf",)},
}
# In days: a longer time from one year to the next, as of "July or June 2013", is a slip.
_AROUND_NEW_YEAR = 184
_SIX_DAYS = dt.timedelta(days=6)
WRITE_MONTH = 'write it as "July 2013" or "week of 8 July 2013"'


class Period(NamedTuple):
    """The first and the last day that words about a day can mean; None where they say nothing."""

    earliest: dt.date | None
    latest: dt.date | None


Span = tuple[dt.date, dt.date]


class _Partial(NamedTuple):
    """A period, perhaps without its year; ``in_year`` gives it for any."""

    year: int | None
    in_year: Callable[[int], Span]


def is_undecided(text: str, languages: Sequence[str] = ()) -> bool:
    """Return whether a text only says that something is to be confirmed."""
    return fold(text).strip(" .()") in list_words(_UNDECIDED, languages)


def read_period(text: str, languages: Sequence[str] = (), after: dt.date | None = None) -> Period:
    """Return the days that words such as 'July 2013' or 'to be confirmed (probably July)' can mean.

    A period without a year is the first one after ``after``.

    Raises:
        NotReadError: not a period, or one without its year if ``after`` is None (F030), an ambiguous
            one (F031), or one with a date that is impossible (F032) or has the wrong weekday (F033).

    """
    if len(text) > LONGEST_TEXT:
        raise NotReadError("F030", quote(text), "a month or week", WRITE_MONTH)
    folded = fold(text).strip(" .")
    rest, undecided = _take_undecided(folded, languages)
    try:
        # A single day is no period, unless it is said to be uncertain.
        period = _read_partial(text, rest, languages, dated=undecided or rest != folded)
        return Period(*_place(text, period, after))
    except NotReadError as error:
        if undecided and error.code == "F030" and "year" not in error.expected:
            return Period(None, None)
        raise
    except (OverflowError, ValueError):  # after the year 9999
        raise NotReadError("F032", quote(text), "a year before 9999", "correct it") from None


def _take_undecided(folded: str, languages: Sequence[str]) -> tuple[str, bool]:
    """Return a text without 'to be confirmed' or the like, and whether it was there."""
    words = make_choice(_UNDECIDED, languages)
    bare = folded.replace("(", " ").replace(")", " ")
    bare = " ".join(bare.split())
    for pattern in (rf"{words}(?:[ ,;:-]+|$)(.*)", rf"(.*?)[ ,;:-]+(?:(?:date|is|but) )*{words}"):
        if match := re.fullmatch(pattern, bare):
            return match[1].strip(" ,;:"), True
    return folded, False


def _place(text: str, period: _Partial, after: dt.date | None) -> Span:
    """Return a period in its year, or in the first one after a day."""
    if period.year is not None:
        return period.in_year(period.year)
    if after is None:
        raise NotReadError("F030", quote(text), "a month or week with its year", WRITE_MONTH)
    years = range(after.year, min(after.year + 9, dt.MAXYEAR))
    for year in years:
        try:
            span = period.in_year(year)
        except NotReadError:
            # 29 February, or a weekday of another year.
            continue
        if span[0] > after:
            return span
    raise NotReadError("F030", quote(text), "a month or week with its year", WRITE_MONTH)


def _read_partial(text: str, folded: str, languages: Sequence[str], *, dated: bool) -> _Partial:
    """Return the period that a text without 'to be confirmed' names.

    ``dated`` is whether it can be a single day.
    """
    perhaps = make_choice(_PERHAPS, languages)
    bare = folded.rstrip("?. ")
    uncertain = dated or bare != folded.rstrip(". ")
    while match := re.match(f"{perhaps} ", bare):
        uncertain = True
        bare = bare[match.end() :]
    if single := _read_single(text, bare, languages, dated=uncertain):
        return single
    bare = re.sub(f"^{make_choice(FROM, languages)} ", "", bare)
    between = "|".join(make_choice(words, languages) for words in (OR, TO, AND))
    for sign in re.finditer(rf" (?:{between}) (?:in |the )*| ?[/-] ?", bare):
        words = bare[: sign.start()], bare[sign.end() :]
        one_of_two = bool(re.match(f" {make_choice(OR, languages)} ", sign[0]))
        if one_of_two and (month := re.match(r"\d{1,2}(?:st|nd|rd|th)?\.? (.+)", words[1])):
            # "9 or 16 July 2013"
            first_words = re.sub(r"\b(\d{1,2})(?:st|nd|rd|th)?\.?$", rf"\1 {month[1]}", words[0])
            words = first_words, words[1]
        first, last = (
            _read_single(text, part, languages, dated=uncertain or one_of_two) for part in words
        )
        if first and last:
            return _join(text, first, last)
    raise NotReadError("F030", quote(text), "a month or week", WRITE_MONTH)


def _join(text: str, first: _Partial, last: _Partial) -> _Partial:
    """Return the period from the beginning of one to the end of another."""

    def in_year(year: int) -> Span:
        end = last.in_year(last.year or year)
        start = first.in_year(first.year or end[1].year)
        if first.year is None and start[0] > end[1]:
            start = first.in_year(end[1].year - 1)
        limit = _AROUND_NEW_YEAR if start[0].year < end[1].year else 366
        if start[0] >= end[0] or (end[1] - start[0]).days > limit:
            found = f"{quote(text)}, of which the first is not before the second"
            raise NotReadError("F030", found, "a month or week, or two in their order", WRITE_MONTH)
        return start[0], end[1]

    year = last.year
    if year is None and first.year is not None:
        # "December 2013 or January"
        year = first.year
        if last.in_year(year)[0] < first.in_year(year)[0]:
            year += 1
    if year is not None:
        in_year(year)
    return _Partial(year, in_year)


def _read_single(text: str, bare: str, languages: Sequence[str], *, dated: bool) -> _Partial | None:
    """Return a month, a part of one, a week, a season or (if ``dated``) a day; else None."""
    return (
        _read_week(bare, languages)
        or _read_month(bare, languages)
        or _read_season(text, bare, languages)
        or (_read_day(bare, languages) if dated else None)
    )


def _read_month(bare: str, languages: Sequence[str]) -> _Partial | None:
    """Return a month or a part of it: 'July 2013', 'mid-July', '2013-07', 'early 2013'."""
    low, high = 1, 31
    for days, words in _PARTS.items():
        if match := re.match(rf"{make_choice(words, languages)}[ -]", bare):
            low, high = days
            bare = re.sub("^the ", "", bare[match.end() :])
    if iso := re.fullmatch(r"(\d{4})-(\d\d)", bare):
        year, month = map(int, iso.groups())
        return _make_month(year, month, low, high) if 1 <= month <= 12 and year >= 1000 else None
    if (low, high) != (1, 31) and re.fullmatch(r"[1-9]\d{3}", bare):
        # A third of a year.
        first, last = {1: (1, 4), 11: (5, 8), 21: (9, 12)}[low]
        return _Partial(int(bare), lambda year: (_begin(year, first), _end(year, last)))
    match = re.fullmatch(r"([^\W\d]+)\.?,?(?: (?:of )?([1-9]\d{3}))?", bare)
    months = find_names(match[1], "months", languages) if match else ()
    if not match or len(months) != 1:
        return None
    return _make_month(int(match[2]) if match[2] else None, min(months) + 1, low, high)


def _make_month(year: int | None, month: int, low: int, high: int) -> _Partial:
    """Return some days of a month."""

    def in_year(year: int) -> Span:
        last = monthrange(year, month)[1]
        return dt.date(year, month, low), dt.date(year, month, min(high, last))

    return _Partial(year, in_year)


def _begin(year: int, month: int) -> dt.date:
    return dt.date(year, month, 1)


def _end(year: int, month: int) -> dt.date:
    return dt.date(year, month, monthrange(year, month)[1])


def _read_week(bare: str, languages: Sequence[str]) -> _Partial | None:
    """Return a week: 'week of 9 March 2026', 'w/c 9 March 2026', 'first week of July 2013'."""
    ending = re.match(f"{make_choice(_WEEK_ENDING, languages)} ", bare)
    beginning = re.match(f"({make_choice(_WEEK, languages)}) ", bare)
    if match := ending or beginning:
        day = _read_day(bare[match.end() :], languages)
        if day is None:
            return None
        if ending:
            return _Partial(day.year, partial(_count_back_from, day))
        monday = match[1] in ("week of", "week", "wythnos")
        return _Partial(day.year, partial(_count_week_of, day, monday=monday))
    if match := re.fullmatch(rf"({'|'.join(_WEEKS)}|last) week (?:of|in) (.*)", bare):
        month = _read_month(match[2], languages)
        if not month:
            return None
        if match[1] == "last":
            return _Partial(month.year, partial(_count_back_from, month))
        first = _WEEKS[match[1]] - 1
        return _Partial(
            month.year,
            partial(_count_nth_week, month, first),
        )
    return None


def _count_nth_week(month: _Partial, days: int, year: int) -> Span:
    """Return the seven days that begin some days after the first of a month."""
    first = month.in_year(year)[0] + dt.timedelta(days)
    return first, first + _SIX_DAYS


def _count_week_of(day: _Partial, year: int, *, monday: bool) -> Span:
    """Return seven days: from a day on, or from the Monday before it."""
    first = day.in_year(year)[0]
    if monday:
        first -= dt.timedelta(first.weekday())
    return first, first + _SIX_DAYS


def _count_back_from(span: _Partial, year: int) -> Span:
    """Return the seven days that end with the last one of a period."""
    last = span.in_year(year)[1]
    return last - _SIX_DAYS, last


def _read_season(text: str, bare: str, languages: Sequence[str]) -> _Partial | None:
    match = re.fullmatch(r"([^\W\d]+)(?: (?:of )?([1-9]\d{3})(?:[/-](\d{2}|\d{4}))?)?", bare)
    if not match:
        return None
    for first, words in _SEASONS.items():
        if match[1] not in list_words(words, languages):
            continue
        year = int(match[2]) if match[2] else None
        if first < 12:
            return _make_season(year, first)
        if year is not None and not match[3]:
            found = f"{quote(text)}, which can be at the beginning or at the end of {year}"
            fix = f'write "winter {year - 1}/{year % 100:02}" or "winter {year}/{(year + 1) % 100:02}"'
            raise NotReadError("F031", found, "a season that can be read in one way only", fix)
        return _Partial(year, lambda year: (_begin(year, 12), _end(year + 1, 2)))
    return None


def _make_season(year: int | None, first: int) -> _Partial:
    """Return three months of one year, from the month ``first``."""
    return _Partial(year, lambda year: (_begin(year, first), _end(year, first + 2)))


def _read_day(bare: str, languages: Sequence[str]) -> _Partial | None:
    """Return a single day, perhaps without its year."""
    try:
        day = read_date(bare, languages)
    except NotReadError as error:
        if error.code != "F030":
            raise
        if "its year" not in error.expected:
            return None
        return _Partial(None, lambda year: (read_date(f"{bare} {year}", languages),) * 2)
    return _Partial(day.year, lambda _: (day, day))
