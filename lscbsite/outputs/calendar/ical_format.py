"""Render the components of a calendar file (RFC 5545, RFC 7986).

icalendar's components are slow for thousands of events. So events are put together here, with
properties in icalendar's order and values that it encodes.
"""

import datetime as dt
from functools import lru_cache
from typing import Any

import msgspec

from lscbsite import dates
from lscbsite.outputs.calendar.time_zones import DAY, Observance

# It has no version, so that a release changes no file.
_PRODID = "-//lscbsite//EN"
# Lines of fewer octets stay as they are (RFC 5545 3.1).
_FOLDED = 75
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
END = b"END:VCALENDAR\r\n"


class Conference(msgspec.Struct, frozen=True):
    """A way to take part from elsewhere: a URI, what it offers, and its label (RFC 7986 5.11)."""

    uri: str
    features: tuple[str, ...]
    label: str


class EventView(msgspec.Struct, frozen=True):
    """One event; ``time`` (None: all day) is on the clock of the calendar's time zone.

    ``end`` is a day and time on the same clock, or without a time the last day. ``conferences`` are
    ways to take part from elsewhere. ``uid`` is a UUID, ``changed`` in UTC.
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
    end: dt.datetime | dt.date
    conferences: tuple["Conference", ...]
    changed: dt.datetime


@lru_cache
def render_head(name: str, description: str, url: str, timezone: str) -> bytes:
    """Return the first lines of a calendar, above its components."""
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
        calendar.add("REFRESH-INTERVAL", DAY, {"VALUE": "DURATION"})
        calendar.add("X-PUBLISHED-TTL", "P1D")
        calendar.add("X-WR-TIMEZONE", timezone)
    return bytes(calendar.to_ical()).removesuffix(END)


@lru_cache
def render_zone(timezone: str, observances: tuple[Observance, ...]) -> bytes:
    """Return the VTIMEZONE (RFC 5545 3.6.5)."""
    import icalendar

    zone = icalendar.Timezone()
    zone.add("TZID", timezone)
    for observance in observances:
        first, last = observance.changes[0], observance.changes[-1]
        part = icalendar.TimezoneDaylight() if first.daylight else icalendar.TimezoneStandard()
        part.add("DTSTART", first.onset)
        part.add("TZOFFSETFROM", first.before)
        part.add("TZOFFSETTO", first.after)
        part.add("TZNAME", first.name)
        if observance.week:
            day = f"{observance.week}{_WEEKDAYS[first.onset.weekday()]}"
            rule = {"FREQ": "YEARLY", "BYMONTH": first.onset.month, "BYDAY": day}
            if not observance.lasting:
                # Some programs read it as a local time. One day later gives the same rule in both.
                rule["UNTIL"] = last.onset.replace(tzinfo=dt.UTC) + DAY
            part.add("RRULE", rule)
        zone.add_component(part)
    return bytes(zone.to_ical())


def render_event(event: EventView, timezone: str) -> bytes:
    """Return a VEVENT (RFC 5545 3.6.1)."""
    import icalendar

    lines = [b"BEGIN:VEVENT", _render_repeated_text("SUMMARY", event.summary)]
    if event.time:
        lines.append(
            _render_moment("DTSTART", dt.datetime.combine(event.date, event.time), timezone)
        )
        if isinstance(event.end, dt.datetime):
            lines.append(_render_moment("DTEND", event.end, timezone))
    else:
        lines.append(b"DTSTART;VALUE=DATE:" + _encode_line(icalendar.vDate(event.date)))
        if event.end < dt.date.max:
            # The end is the first day after it (3.8.2.2).
            lines.append(b"DTEND;VALUE=DATE:" + _encode_line(icalendar.vDate(event.end + DAY)))
    changed = _encode_line(icalendar.vDatetime(event.changed))
    lines += [
        b"DTSTAMP:" + changed,
        b"UID:" + event.uid.encode(),
        b"SEQUENCE:%d" % event.sequence,
    ]
    for conference in event.conferences:
        uri = icalendar.vUri(conference.uri)
        uri.params["VALUE"] = "URI"
        uri.params["FEATURE"] = list(conference.features)
        uri.params["LABEL"] = conference.label
        lines.append(_render_property("CONFERENCE", uri))
    lines += [
        _render_property("DESCRIPTION", icalendar.vText(event.description)),
        b"LAST-MODIFIED:" + changed,
    ]
    if event.place:
        lines.append(_render_repeated_text("LOCATION", event.place))
    lines.append(b"STATUS:CANCELLED" if event.cancelled else b"STATUS:CONFIRMED")
    if not event.time:
        lines.append(b"TRANSP:TRANSPARENT")
    lines.append(_render_property("URL", icalendar.vUri(event.url)))
    lines += [b"END:VEVENT", b""]
    return b"\r\n".join(lines)


def _render_moment(name: str, moment: dt.datetime, timezone: str) -> bytes:
    """Return a property with a local time of the calendar's time zone.

    One that the clock skips or has twice is given in UTC, as programs differ in what they make of it.
    """
    import icalendar

    instant = dates.resolve_ambiguous(moment, timezone)
    value = icalendar.vDatetime(instant or moment)
    if instant is None:
        value.params["TZID"] = timezone
    return _render_property(name, value)


@lru_cache(maxsize=1024)
def _render_repeated_text(name: str, text: str) -> bytes:
    """Return a property with a text that many events have."""
    import icalendar

    return _render_property(name, icalendar.vText(text))


def _render_property(name: str, value: Any) -> bytes:
    """Return a property with a value of the library, folded if it is long (3.1)."""
    import icalendar.parser

    line = icalendar.parser.Contentline.from_parts(name, value.params, value)
    octets: bytes = line.encode()
    if len(octets) < _FOLDED:
        return octets
    return _fold_line(octets) if line.isascii() else _encode_line(line)


def _fold_line(octets: bytes) -> bytes:
    """Fold a long line of ASCII where the library would, but never after an escape character.

    The library counts the octets of each character, which takes as long as the rest of an event.
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
