"""Calendars to subscribe to, and events to keep: iCalendar (RFC 5545, RFC 7986)."""

import datetime as dt
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any

import msgspec

from lscbsite import dates
from lscbsite.addresses import normalize_url
from lscbsite.i18n import get_translations
from lscbsite.incremental.serialization import make_fragment
from lscbsite.model import (
    Artifact,
    Config,
    Input,
    Meeting,
    PublishedReport,
    Report,
    SiteIndex,
    format_withdrawal_note,
    make_identity,
    make_identity_in,
)
from lscbsite.outputs.site_context import SiteView

if TYPE_CHECKING:  # slow to import, and not needed to plan
    from lscbsite.theme import Theme

# It names the program that made a file, for ever the same, so that a release changes no file.
_PRODID = "-//lscbsite//EN"
_SECOND = dt.timedelta(seconds=1)
_DAY = dt.timedelta(days=1)
_WEEK = dt.timedelta(weeks=1)
# The component of a calendar without events is its time zone, as it was in this year.
_EMPTY = 1970
# The first and the last year cannot be told in all offsets.
_YEARS = {*range(dt.MINYEAR + 1, dt.MAXYEAR + 1)}
# Lines of fewer octets stay as they are (RFC 5545 3.1).
_FOLDED = 75
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class EventView(msgspec.Struct, frozen=True):
    """One event; ``time`` (None: all day) is on the clock of the calendar's time zone.

    ``uid`` is a UUID, ``changed`` in UTC.
    """

    uid: str
    sequence: int
    cancelled: bool
    summary: str
    description: str
    place: str
    url: str
    date: dt.date
    time: dt.time | None
    changed: dt.datetime


class Change(msgspec.Struct, frozen=True):
    """A clock set from one offset from UTC to another, at ``onset`` by the old offset."""

    onset: dt.datetime
    before: dt.timedelta
    after: dt.timedelta
    name: str
    daylight: bool

    @property
    def kind(self) -> tuple[dt.timedelta, dt.timedelta, str, bool]:
        """What all changes of one observance have in common."""
        return self.before, self.after, self.name, self.daylight

    @property
    def weeks(self) -> frozenset[int]:
        """Which one of its weekdays the day is in its month: 1 to 4, or -1 for the last."""
        last = {-1} if (self.onset + _WEEK).month != self.onset.month else set()
        return frozenset({(self.onset.day + 6) // 7, *last} - {5})


class Observance(msgspec.Struct, frozen=True):
    """Changes of one kind (RFC 5545 3.6.5).

    ``week`` is not 0 if they are a year apart from each other, always on that weekday of the
    month; ``lasting`` if they go on so after the last one.
    """

    changes: tuple[Change, ...]
    week: int = 0
    lasting: bool = False


class CalendarView(msgspec.Struct, frozen=True):
    """A calendar; without ``name`` it is a file with an event, and not to be subscribed to."""

    timezone: str
    observances: tuple[Observance, ...]
    events: tuple[Input[bytes], ...]
    name: str = ""
    description: str = ""
    url: str = ""


def make_event_url(config: Config, meeting: Meeting) -> str:
    """Return the address, below the base URL, of the file with a meeting that is to come."""
    return f"meetings/{make_identity(config, meeting.kind, meeting.name)}.ics"


class EventsPlan(msgspec.Struct, frozen=True, array_like=True):
    """What events are made from: meetings, each with its report, or the one that announced it.

    ``uid`` is the site's, if it has one.
    """

    site: Input[SiteView]
    uid: str | None
    events: tuple[tuple[Meeting, Input[PublishedReport]], ...]


def plan_calendars(site: SiteIndex, about: Input[SiteView]) -> Iterator[Artifact]:
    """The calendar of all boards, one for each board, and a file for each unreported meeting."""
    config = site.config.site
    meetings = site.meetings
    for meeting in meetings:
        if meeting.report is None:
            path = make_event_url(site.config, meeting)
            events = [_make_events_input(site, about, path, [meeting])]
            yield Artifact(path, _build_view(config.timezone, [meeting], events), render_calendar)
    told = config.description or ""
    events = _group_by_month(site, about, "", meetings)
    everything = _build_view(config.timezone, meetings, events, config.title, told, config.base_url)
    yield Artifact("calendar.ics", everything, render_calendar)
    for name, board in config.boards.items():
        mine = [meeting for meeting in meetings if meeting.board == name]
        view = _build_view(
            config.timezone,
            mine,
            _group_by_month(site, about, name, mine),
            f"{board.name}: {config.title}",
            board.description or told,
            f"{config.base_url}boards/{name}/",
        )
        yield Artifact(f"boards/{name}/calendar.ics", view, render_calendar)


def _build_view(
    zone: str,
    meetings: Sequence[Meeting],
    events: Iterable[Input[bytes]],
    name: str = "",
    description: str = "",
    url: str = "",
) -> CalendarView:
    observances = _build_observances(zone, meetings)
    return CalendarView(
        zone, observances, tuple(events), _join_lines(name), _join_lines(description), url
    )


def _group_by_month(
    site: SiteIndex, about: Input[SiteView], board: str, meetings: Iterable[Meeting]
) -> list[Input[bytes]]:
    """Return the events of a board ('': of all), those of a month together."""
    return [
        _make_events_input(site, about, f"{board}/{year}-{month}", of_month)
        for (year, month), of_month in groupby(
            meetings, key=lambda meeting: (meeting.date.year, meeting.date.month)
        )
    ]


def _make_events_input(
    site: SiteIndex, about: Input[SiteView], name: str, meetings: Iterable[Meeting]
) -> Input[bytes]:
    told_in = [(one, one.report or one.announced_in or "") for one in meetings]
    events = tuple([(one, site.by_id[report].brief) for one, report in told_in])
    plan = EventsPlan(about, site.config.site.uid, events)
    return make_fragment(f"events {name}".encode(), plan, render_events)


def render_events(view: EventsPlan, theme: "Theme") -> bytes:
    """Return VEVENTs as they stand in calendars."""
    site = view.site.value
    return b"".join(
        render_event(
            _build_event_view(
                site,
                str(make_identity_in(view.uid, meeting.kind, meeting.name)),
                meeting,
                report.value.report,
            ),
            site.timezone,
        )
        for meeting, report in view.events
    )


def _build_event_view(site: SiteView, uid: str, meeting: Meeting, report: Report) -> EventView:
    words = get_translations(site.language)
    board = site.board_names.get(meeting.board) or site.title
    summary = words.gettext("%(board)s: meeting") % {"board": board}
    if meeting.cancelled:
        # Many programs do not show STATUS.
        summary = words.gettext("Cancelled: %(meeting)s") % {"meeting": summary}
    page = site.base_url + report.url
    if meeting.report:
        url = page
        told = f"{_describe(report, site.language)}\n{page}".lstrip()
    else:
        url = (normalize_url(meeting.url) if meeting.url else None) or page
        announced = words.gettext("Announced in %(report)s") % {"report": report.title}
        told = f"{announced}: {page}"
    return EventView(
        uid,
        meeting.sequence,
        meeting.cancelled,
        _join_lines(summary),
        _escape_text(told),
        _join_lines(meeting.place),
        url,
        meeting.date,
        meeting.time,
        dates.make_moment(meeting.changed, dt.time.min, site.timezone).astimezone(dt.UTC),
    )


def _describe(report: Report, language: str) -> str:
    if report.front.withdrawn:
        return format_withdrawal_note(report.front, language)
    if report.front.cancelled:
        told = get_translations(language).gettext("This meeting did not take place")
        return f"{told}: {report.front.cancelled}"
    return report.summary


def _join_lines(text: str) -> str:
    """Return a text as one line."""
    return " ".join(text.splitlines())


def _escape_text(text: str) -> str:
    """Return a text without rare line ends, at which some programs break a line of the file."""
    return "\n".join(text.splitlines())


# --- time zones --------------------------------------------------------------------------------
# The library can make a VTIMEZONE, too, but it passes over changes that are less than 64 days
# apart (Africa/Casablanca has such), and gives onsets in the new offset instead of the old one.


def _build_observances(timezone: str, events: Sequence[Meeting]) -> tuple[Observance, ...]:
    """Return what tells each event's offset from UTC; nothing if no event has a time.

    Changes a year apart make a rule, which some programs need; the others are listed.
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
    found = []
    listed: dict[object, list[Change]] = defaultdict(list)
    for run in sorted((run for like in runs.values() for run in like), key=_find_first_onset):
        if len(run) > 1:
            lasting = run[-1].onset.year == around[-1]
            found.append(Observance(tuple(run), min(_find_weeks(run)), lasting))
        else:
            listed[run[0].kind].append(run[0])
    found.extend(Observance(tuple(singles)) for singles in listed.values())
    return tuple(sorted(found, key=lambda one: _find_first_onset(one.changes)))


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
    found: list[Change] = []
    for year in years:
        start = dt.datetime(year, 1, 1, tzinfo=dt.UTC)
        before = found[-1].after if found else _format_offset(start, zone)
        if not found or _format_offset(start, zone) != before:
            found.append(_make_change(start, before, zone))
        found.extend(_list_changes_in(timezone, year))
    return found


@lru_cache(maxsize=1024)
def _list_changes_in(timezone: str, year: int) -> tuple[Change, ...]:
    """Return the changes of a clock in a year.

    A clock that is set twice within a day would not be noticed. None ever was.
    """
    zone = dates.get_zone(timezone)
    start = dt.datetime(year, 1, 1, tzinfo=dt.UTC)
    length = (dt.date(year, 12, 31) - start.date()).days + (year < dt.MAXYEAR)
    found = []
    for early, late in pairwise(start + number * _DAY for number in range(length + 1)):
        before = _format_offset(early, zone)
        if _format_offset(late, zone) != before:
            found.append(_make_change(_find_first_other(early, before, zone), before, zone))
    return tuple(found)


def _find_first_other(early: dt.datetime, before: dt.timedelta, zone: dt.tzinfo) -> dt.datetime:
    """Return the first second, within a day, at which the offset is not ``before``."""
    seconds = range(int(_DAY.total_seconds()))
    found = bisect_left(
        seconds, True, key=lambda second: _format_offset(early + second * _SECOND, zone) != before
    )
    return early + found * _SECOND


def _make_change(moment: dt.datetime, before: dt.timedelta, zone: dt.tzinfo) -> Change:
    """Return the change at a moment (in UTC).

    Where winter time counts as the exception (Europe/Dublin), it is told the usual way round,
    as many programs know no other.
    """
    now, earlier = moment.astimezone(zone), (moment - _SECOND).astimezone(zone)
    none = dt.timedelta()
    saved, was = now.dst() or none, earlier.dst() or none
    return Change(
        (moment + before).replace(tzinfo=None),
        before,
        _format_offset(moment, zone),
        now.tzname() or "",
        saved > none or (saved == none and was < none),
    )


def _format_offset(moment: dt.datetime, zone: dt.tzinfo) -> dt.timedelta:
    return moment.astimezone(zone).utcoffset() or dt.timedelta()


# --- the file ----------------------------------------------------------------------------------
# The library's components take long for what is written thousands of times. So events are put
# together here, in the order that it gives to properties, of values that it encodes.

_END = b"END:VCALENDAR\r\n"


def render_calendar(view: CalendarView, theme: "Theme") -> bytes:
    """Return an iCalendar object (RFC 5545 3.4); METHOD would make it a message to somebody."""
    parts = [_render_head(view.name, view.description, view.url, view.timezone)]
    if view.observances:
        parts.append(_render_zone(view.timezone, view.observances))
    parts.extend(event.value for event in view.events)
    return b"".join([*parts, _END])


@lru_cache
def _render_head(name: str, description: str, url: str, timezone: str) -> bytes:
    """Return what stands above the components."""
    import icalendar

    calendar = icalendar.Calendar()
    calendar.add("PRODID", _PRODID)
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    if name:
        # Properties of RFC 7986, and what programs read that are older. The library takes a value
        # of an X- property as it is, but these are texts.
        calendar.add("NAME", name)
        calendar.add("X-WR-CALNAME", icalendar.vText(name))
        if description:
            calendar.add("DESCRIPTION", description)
            calendar.add("X-WR-CALDESC", icalendar.vText(description))
        calendar.add("URL", url)
        calendar.add("REFRESH-INTERVAL", _DAY, {"VALUE": "DURATION"})
        calendar.add("X-PUBLISHED-TTL", "P1D")
        calendar.add("X-WR-TIMEZONE", timezone)
    return bytes(calendar.to_ical()).removesuffix(_END)


@lru_cache
def _render_zone(timezone: str, observances: tuple[Observance, ...]) -> bytes:
    """Return the VTIMEZONE (RFC 5545 3.6.5)."""
    import icalendar

    zone = icalendar.Timezone()
    zone.add("TZID", timezone)
    for observance in observances:
        first, *others = observance.changes
        part = icalendar.TimezoneDaylight() if first.daylight else icalendar.TimezoneStandard()
        part.add("DTSTART", first.onset)
        part.add("TZOFFSETFROM", first.before)
        part.add("TZOFFSETTO", first.after)
        part.add("TZNAME", first.name)
        if observance.week:
            day = f"{observance.week}{_WEEKDAYS[first.onset.weekday()]}"
            rule = {"FREQ": "YEARLY", "BYMONTH": first.onset.month, "BYDAY": day}
            if not observance.lasting:
                # Some programs take it for a local time; with a day more they find the same.
                rule["UNTIL"] = observance.changes[-1].onset.replace(tzinfo=dt.UTC) + _DAY
            part.add("RRULE", rule)
        elif others:
            part.add("RDATE", [change.onset for change in others])
        zone.add_component(part)
    return bytes(zone.to_ical())


def render_event(event: EventView, timezone: str) -> bytes:
    """Return a VEVENT (RFC 5545 3.6.1), as it stands in a calendar."""
    import icalendar

    lines = [b"BEGIN:VEVENT", _format_repetition("SUMMARY", event.summary)]
    if event.time:
        # A local time that is skipped or comes twice is the reader's to resolve (3.3.5).
        start = icalendar.vDatetime(dt.datetime.combine(event.date, event.time))
        start.params["TZID"] = timezone
        lines.append(_render_property("DTSTART", start))
    else:
        lines.append(b"DTSTART;VALUE=DATE:" + _encode_line(icalendar.vDate(event.date)))
        if event.date < dt.date.max:
            lines.append(b"DTEND;VALUE=DATE:" + _encode_line(icalendar.vDate(event.date + _DAY)))
    changed = _encode_line(icalendar.vDatetime(event.changed))
    lines += [
        b"DTSTAMP:" + changed,
        b"UID:" + event.uid.encode(),
        b"SEQUENCE:%d" % event.sequence,
        _render_property("DESCRIPTION", icalendar.vText(event.description)),
        b"LAST-MODIFIED:" + changed,
    ]
    if event.place:
        lines.append(_format_repetition("LOCATION", event.place))
    lines.append(b"STATUS:CANCELLED" if event.cancelled else b"STATUS:CONFIRMED")
    if not event.time:
        lines.append(b"TRANSP:TRANSPARENT")
    lines += [_render_property("URL", icalendar.vUri(event.url)), b"END:VEVENT", b""]
    return b"\r\n".join(lines)


@lru_cache(maxsize=1024)
def _format_repetition(name: str, text: str) -> bytes:
    """Return a property with a text that many events have."""
    import icalendar

    return _render_property(name, icalendar.vText(text))


def _render_property(name: str, value: Any) -> bytes:
    """Return a property with a value of the library's, folded where it is long (3.1)."""
    import icalendar.parser

    line = icalendar.parser.Contentline.from_parts(name, value.params, value)
    octets: bytes = line.encode()
    if len(octets) < _FOLDED:
        return octets
    return _fold_line(octets) if line.isascii() else _encode_line(line)


def _fold_line(octets: bytes) -> bytes:
    """Return a long line of ASCII, folded where the library folds it.

    That is not after a character that escapes the next one. The library counts the octets of each
    character by itself, which takes as long as the rest of an event.
    """
    parts = []
    start, most = 0, _FOLDED - 1
    while len(octets) - start > most:
        stop = start + most
        stop -= octets[stop - 1] in rb"\^"
        parts.append(octets[start:stop])
        start = stop
    return b"\r\n ".join([*parts, octets[start:]])


def _encode_line(value: Any) -> bytes:
    return bytes(value.to_ical())
