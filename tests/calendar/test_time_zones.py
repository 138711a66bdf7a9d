"""Test that programs which read a calendar find the hours of its events, in any time zone."""

import datetime as dt
import re
from collections.abc import Iterable
from functools import partial
from importlib import resources

import pytest
from calendar_readers import (
    DAY,
    MINUTE,
    READERS,
    Times,
    find_changes,
    find_wrong_hours,
    load_zone,
    write_meetings,
)
from conftest import HUNT, Project
from hypothesis import given
from hypothesis import strategies as st
from random_sites import examples, new_project

FIRST, LAST = 1996, 2035
# When everything is in the past, and published.
TODAY = "2100-01-01"
EVENING = dt.time(18, 30)
ALL = [
    zone
    for zone in resources.files("tzdata").joinpath("zones").read_text("utf-8").split()
    if "/" in zone  # others are refused, such as "EST"
]
# Regular ones of both hemispheres; those whose changes depend on the moon, the sun's year or a
# government; half an hour; two hours; none; winter as the exception; a day left out.
ZONES = (
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/New_York",
    "America/Nuuk",
    "America/Santiago",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Antarctica/Troll",
    "Asia/Gaza",
    "Asia/Jerusalem",
    "Asia/Kathmandu",
    "Asia/Tehran",
    "Australia/Lord_Howe",
    "Europe/Dublin",
    "Europe/London",
    "Europe/Moscow",
    "Pacific/Apia",
    "UTC",
)


def pick_times(zone: str) -> list[Times]:
    """Return meetings around each change of a clock, and far from it."""
    info = load_zone(zone)
    local = {
        dt.datetime.combine(dt.date(year, month, 1), time)
        for year in range(FIRST, LAST + 1)
        for month, time in ((1, dt.time.min), (4, EVENING), (9, EVENING))
    }
    for change in find_changes(info, FIRST, LAST):
        last = (change - MINUTE).astimezone(info).replace(tzinfo=None)
        local |= {last, last + 30 * MINUTE}  # the second one may be skipped
        for minutes in (-90, 0, 90, 24 * 60):
            local.add((change + minutes * MINUTE).astimezone(info).replace(tzinfo=None))
    return [Times(moment) for moment in sorted(local)]


def find_faults(project: Project, zone: str, meetings: Iterable[Times]) -> list[str]:
    """Build a site with meetings, and return the hours that programs read wrong."""
    written = write_meetings(project, zone, meetings)
    path = project.built(today=TODAY) / "calendar.ics"
    info = load_zone(zone)
    return [
        f"{read.__name__}: {fault}"
        for read in READERS
        for fault in find_wrong_hours(read(path), written, info)
    ]


# In a short run, each zone has one of the two tests.
@pytest.mark.parametrize("zone", ZONES[::8] if HUNT == 1 else ALL)
def test_every_program_finds_the_hours_of_forty_years(project: Project, zone: str) -> None:
    assert not find_faults(project, zone, pick_times(zone))
    text = (project.output / "calendar.ics").read_text("utf-8")
    assert text.find("BEGIN:VEVENT") < 7000, "a change that follows no rule takes about 120 bytes"


def pick_ends(zone: str) -> list[Times]:
    """Return meetings with ends around changes of a clock: over midnight, of two days, all day."""
    meetings = []
    for change in find_changes(load_zone(zone), 2005, 2030):
        day = change.date() - DAY
        at = partial(dt.datetime.combine, day)
        meetings += [
            Times(at(dt.time(18)), at(dt.time(20, 45))),
            Times(at(dt.time(22)), at(dt.time(1, 30)) + DAY),
            Times(at(dt.time(9)), at(dt.time(16)) + 2 * DAY),
            Times(day, day + DAY),
            Times(day + 3 * DAY, day + 6 * DAY),
        ]
    return list({f"{meeting.start:%F %R}": meeting for meeting in meetings}.values())


@pytest.mark.parametrize("zone", ZONES[1::8] if HUNT == 1 else ZONES)
def test_every_program_finds_the_ends_of_meetings(project: Project, zone: str) -> None:
    assert not find_faults(project, zone, pick_ends(zone) or [Times(dt.date(2013, 3, 12))])


# Before 1972 some offsets had seconds, which ical.js ignores.
DAYS = st.dates(dt.date(1972, 1, 10), dt.date(2099, 12, 31))
TIMES = st.builds(dt.time, st.integers(0, 23), st.sampled_from([0, 30, 59]))


@examples(20)
@given(
    st.sampled_from(ALL),
    st.sets(st.builds(dt.datetime.combine, DAYS, TIMES), min_size=1, max_size=6),
)
def test_every_program_finds_the_hours_of_few_events_far_apart(
    zone: str, moments: set[dt.datetime]
) -> None:
    with new_project() as project:
        assert not find_faults(project, zone, map(Times, moments))


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York", "Australia/Lord_Howe"])
def test_a_zone_with_regular_changes_has_two_rules(project: Project, zone: str) -> None:
    days = [dt.date(year, 7, 1) for year in range(2010, 2100)]
    write_meetings(project, zone, [Times(dt.datetime.combine(day, EVENING)) for day in days])
    text = (project.built(today=TODAY) / "calendar.ics").read_text("utf-8")
    parts = re.findall(r"^BEGIN:(?:STANDARD|DAYLIGHT)\n(.*?)^END:", text, re.M | re.S)
    assert ["RRULE" in part for part in parts] == [False, True, True]
