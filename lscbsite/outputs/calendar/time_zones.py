"""Compute the offsets of a time zone that a calendar needs (VTIMEZONE, RFC 5545 3.6.5).

icalendar's VTIMEZONE leaves out changes less than 64 days apart, as in
Africa/Casablanca, and gives onsets in the new offset instead of the old one.
"""

import datetime as dt
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

import msgspec

from lscbsite import dates
from lscbsite.model import Meeting

_SECOND = dt.timedelta(seconds=1)
DAY = dt.timedelta(days=1)
_WEEK = dt.timedelta(weeks=1)
# A calendar needs a component: without events it has its time zone as of this year.
_EMPTY = 1970
# Some offsets move the first and the last year out of Python's range.
_YEARS = {*range(dt.MINYEAR + 1, dt.MAXYEAR + 1)}


class Change(msgspec.Struct, frozen=True):
    """A clock set from one offset from UTC to another, at ``onset`` by the old offset."""

    onset: dt.datetime
    before: dt.timedelta
    after: dt.timedelta
    name: str
    daylight: bool

    @property
    def kind(self) -> tuple[dt.timedelta, dt.timedelta, str, bool]:
        """The key that all changes of one observance share."""
        return self.before, self.after, self.name, self.daylight

    @property
    def weeks(self) -> frozenset[int]:
        """The day's week in its month: 1 to 4, and -1 for the last, as rules count weekdays."""
        last = {-1} if (self.onset + _WEEK).month != self.onset.month else set()
        return frozenset({(self.onset.day + 6) // 7, *last} - {5})


class Observance(msgspec.Struct, frozen=True):
    """One change, or a rule: changes of one kind, a year apart (RFC 5545 3.6.5).

    ``week`` says on which of its weekdays in the month a rule's changes are; it is 0 for one change.
    ``lasting`` is true if a rule continues after the last of its changes.
    """

    changes: tuple[Change, ...]
    week: int = 0
    lasting: bool = False


def build_observances(timezone: str, events: Sequence[Meeting]) -> tuple[Observance, ...]:
    """Return the offsets from UTC on the days of events; none if no event has a time.

    Changes a year apart make a rule, which some programs need. Each other change is an observance
    of its own: ical.js, which Thunderbird uses, ignores the first of several (DTSTART with RDATE).
    """
    years = {event.date.year for event in events if event.time} if events else {_EMPTY}
    return _load_observances(timezone, frozenset(years))


@lru_cache
def _load_observances(timezone: str, years: frozenset[int]) -> tuple[Observance, ...]:
    around = sorted({near for year in years for near in (year - 1, year, year + 1)} & _YEARS)
    runs: dict[object, list[list[Change]]] = defaultdict(list)
    for change in _list_changes(timezone, around):
        onset = change.onset
        like = runs[change.kind, onset.month, onset.weekday(), onset.time()]
        if like and like[-1][-1].onset.year == onset.year - 1 and _find_weeks([*like[-1], change]):
            like[-1].append(change)
        else:
            like.append([change])
    observances = []
    for run in (run for like in runs.values() for run in like):
        if len(run) > 1:
            lasting = run[-1].onset.year == around[-1]
            observances.append(Observance(tuple(run), min(_find_weeks(run)), lasting))
        else:
            observances.append(Observance(tuple(run)))
    return tuple(sorted(observances, key=lambda observance: _find_first_onset(observance.changes)))


def _find_first_onset(changes: Sequence[Change]) -> dt.datetime:
    return changes[0].onset


def _find_weeks(changes: Iterable[Change]) -> frozenset[int]:
    """Return the weeks of the month that all changes share."""
    return frozenset.intersection(*(change.weeks for change in changes))


def _list_changes(timezone: str, years: Iterable[int]) -> list[Change]:
    """Return the changes of a clock in some years, in their order.

    The state at the beginning, and after years that are left out, is a change, too.
    """
    zone = dates.get_zone(timezone)
    changes: list[Change] = []
    for year in years:
        start = dt.datetime(year, 1, 1, tzinfo=dt.UTC)
        before = changes[-1].after if changes else _get_offset(start, zone)
        if not changes or _get_offset(start, zone) != before:
            changes.append(_make_change(start, before, zone))
        changes.extend(_list_changes_in(timezone, year))
    return changes


@lru_cache(maxsize=1024)
def _list_changes_in(timezone: str, year: int) -> tuple[Change, ...]:
    """Return the changes of a clock in a year.

    Two changes within a day would be missed; no clock ever had that.
    """
    zone = dates.get_zone(timezone)
    start = dt.datetime(year, 1, 1, tzinfo=dt.UTC)
    length = (dt.date(year, 12, 31) - start.date()).days + (year < dt.MAXYEAR)
    changes = []
    for early, late in pairwise(start + number * DAY for number in range(length + 1)):
        before = _get_offset(early, zone)
        if _get_offset(late, zone) != before:
            changes.append(_make_change(_find_first_other(early, before, zone), before, zone))
    return tuple(changes)


def _find_first_other(early: dt.datetime, before: dt.timedelta, zone: dt.tzinfo) -> dt.datetime:
    """Return the first second, within a day, at which the offset is not ``before``."""
    seconds = range(int(DAY.total_seconds()))
    number = bisect_left(
        seconds, True, key=lambda second: _get_offset(early + second * _SECOND, zone) != before
    )
    return early + number * _SECOND


def _make_change(moment: dt.datetime, before: dt.timedelta, zone: dt.tzinfo) -> Change:
    """Return the change at a moment (in UTC).

    Where winter time counts as the exception (Europe/Dublin), it is turned the usual way round,
    as many programs know no other.
    """
    now, earlier = moment.astimezone(zone), (moment - _SECOND).astimezone(zone)
    none = dt.timedelta()
    saved, was = now.dst() or none, earlier.dst() or none
    return Change(
        (moment + before).replace(tzinfo=None),
        before,
        _get_offset(moment, zone),
        now.tzname() or "",
        saved > none or (saved == none and was < none),
    )


def _get_offset(moment: dt.datetime, zone: dt.tzinfo) -> dt.timedelta:
    return moment.astimezone(zone).utcoffset() or dt.timedelta()
