"""Test the calendars as a subscriber's program sees them, read back with icalendar."""

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from calendar_readers import find_instant, is_ambiguous, load_zone, zone_of
from click.testing import CliRunner
from conftest import TESTS, TODAY, Project, tree
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from random_sites import examples, new_project, says, sites

from lscbsite.cli import main
from lscbsite.outputs.calendar.ical_format import Conference, EventView, render_event

BASE = "https://example.org/a/b/"

# What identifies a meeting must never change: subscribers would have each meeting twice.
# Should a test with these values fail, the code is wrong, not the values.
UIDS = {
    "2012-02-09": "d6ab1a39-79b6-5523-852c-bd694adf2074",
    "2012-05-15": "afb624ec-a485-5825-8d16-28de269d1119",
    "2012-06-26": "a2aac28c-a2f2-58cc-b68d-93cc48fd9192",
    "2012-07-17": "5efc3641-842b-5c5c-b224-ad1c65f38f5e",
    "2012-09-11 14:00": "4b3dd10b-c975-52c9-aa72-571e25543c3b",
    "2012-09-11 19:30": "75584309-fd47-54ac-81aa-3c4de6eee416",
    "2012-10-16": "8492df20-6c8b-5240-89b9-ae722fab86e0",
    "2012-11-13": "6c965d91-72f6-570b-8716-da782ff1b41e",
    "2012-12-04": "cd65a515-956e-5c2f-b7f3-0acc9a2f2b74",
    "2013-02-07": "8a14b92a-a93c-5065-b0c6-bad7ef9f7f21",
    "2013-02-20": "c4174fda-ae22-5948-9da8-27d87e5ab04a",
    "2013-03-19": "69ac169d-cd42-5696-a307-c137d4cc433a",
    "2013-04-16": "e48d18c4-0e16-534a-b1f9-820953c77b4e",
    "2013-05-21": "b7dcab9e-c586-58c9-b6a8-e5d8a52d6131",
    "2013-06-11": "3e2c9b8f-eaf8-592b-bc99-76698e054fab",
    "2013-07-09": "354954fb-6d00-5f7d-b7b6-e8563b0fc792",
    "2013-09-10": "a855fa0e-6858-56ec-8782-2cc89fd6671b",
}


def read(folder: Path, path: str = "calendar.ics") -> Any:
    """Return a calendar of an output folder, each of its lines checked (RFC 5545 3.1)."""
    data = (folder / path).read_bytes()
    assert data.endswith(b"\r\n")
    for line in data.removesuffix(b"\r\n").split(b"\r\n"):
        assert len(line) <= 75
        assert not re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", line), line
        line.decode()  # not folded within a character
    calendar = icalendar.Calendar.from_ical(data)
    assert not [part.errors for part in calendar.walk() if part.errors]
    return calendar


def events(project: Project, today: str = TODAY, path: str = "calendar.ics") -> list[Any]:
    """Build, and return the events of a calendar."""
    calendar_events = list(read(project.built(today=today), path).events)
    uids = [str(event["UID"]) for event in calendar_events]
    assert len(set(uids)) == len(uids)
    return calendar_events


def only(project: Project, today: str = TODAY, path: str = "calendar.ics") -> Any:
    """Build, and return the one event of a calendar."""
    (event,) = events(project, today, path)
    return event


def uids(project: Project, today: str = TODAY) -> dict[str, str]:
    """Build, and return the UIDs by day."""
    return {str(event.start)[:10]: str(event["UID"]) for event in events(project, today)}


def utc(event: Any) -> str:
    """Return when an event begins, in UTC."""
    return f"{event['DTSTART'].dt.astimezone(dt.UTC):%Y-%m-%d %H:%M}"


# --- the golden site --------------------------------------------------------------------------


@pytest.fixture
def golden(tmp_path: Path) -> Path:
    """The output of the site with every feature."""
    options = ["--site", str(TESTS / "site"), "--output", str(tmp_path), "--no-cache"]
    assert CliRunner().invoke(main, ["build", *options, "--today", TODAY]).exit_code == 0
    return tmp_path


def test_uids_never_change(golden: Path) -> None:
    calendar_events = read(golden).events
    days = [str(event.start) for event in calendar_events]
    assert days == sorted(days)
    assert len(calendar_events) == len(UIDS)
    for key, uid in UIDS.items():
        assert [event["UID"] for event in calendar_events if str(event.start).startswith(key)] == [
            uid
        ]


def test_what_a_calendar_says_of_itself(golden: Path) -> None:
    calendar = read(golden)
    title = "Marlbury & District Safeguarding Board – reports for the voluntary sector"
    about = "What was said at the board, what is asked of local groups, and what came of it"
    assert calendar["VERSION"] == "2.0"
    assert calendar["PRODID"] == "-//lscbsite//EN"
    assert calendar["CALSCALE"] == "GREGORIAN"
    assert calendar["NAME"] == calendar["X-WR-CALNAME"] == title
    assert calendar["DESCRIPTION"] == about
    assert calendar["X-WR-CALDESC"] == about.replace(",", r"\,"), "the library leaves it escaped"
    assert calendar["URL"] == BASE
    assert calendar["REFRESH-INTERVAL"].dt == dt.timedelta(days=1)
    assert calendar["REFRESH-INTERVAL"].params == {"VALUE": "DURATION"}
    assert calendar["X-PUBLISHED-TTL"] == "P1D"
    assert calendar["X-WR-TIMEZONE"] == "Europe/London"
    assert "METHOD" not in calendar


def test_every_address_leads_somewhere(golden: Path) -> None:
    for event in read(golden).events:
        last = event["DESCRIPTION"].split()[-1]
        assert last.startswith(BASE)
        assert (golden / last.removeprefix(BASE) / "index.html").is_file()
        if event["URL"].startswith(BASE):
            assert event["URL"] == last
        else:
            assert event["URL"] == "https://example.org/cyfarfodydd/t%C5%B7?room=2&floor=1"


# --- the life of a meeting --------------------------------------------------------------------

ANNOUNCED = 'next_meeting: {date: 2012-07-10, time: "18:30", place: Town Hall}'


def announce(project: Project, front: str = ANNOUNCED) -> Any:
    """Announce a meeting in July in a report of June 2012; return that meeting's event."""
    project.report("2012-06-12", front)
    return events(project)[-1]


def test_an_announced_meeting_is_held(project: Project) -> None:
    before = announce(project)
    assert utc(before) == "2012-07-10 17:30", "it is summer"
    assert before["DTSTART"].params == {"TZID": "Europe/London"}
    assert before["DTEND"].dt - before["DTSTART"].dt == dt.timedelta(hours=2), "the default"
    assert before["SUMMARY"] == "Test Board: meeting"
    assert before["LOCATION"] == "Town Hall"
    page = f"{BASE}reports/2012-06-12/"
    assert before["URL"] == page
    description = f"Announced in Report from 12 June 2012 meeting: {page}"
    assert before["DESCRIPTION"] == description
    assert before["STATUS"] == "CONFIRMED"
    assert before["DTSTAMP"].dt == before["LAST-MODIFIED"].dt
    assert f"{before['DTSTAMP'].dt:%Y-%m-%d %H:%M %Z}" == "2012-06-11 23:00 UTC"

    project.report("2012-07-10", "published: 2012-07-12\nsummary: What was said")
    after = events(project)[-1]
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert utc(after) == "2012-07-10 17:30", "the report does not say when"
    assert after["LOCATION"] == "Town Hall"
    page = f"{BASE}reports/2012-07-10/"
    assert after["URL"] == page
    assert after["DESCRIPTION"] == f"What was said\n{page}"
    assert f"{after['DTSTAMP'].dt:%Y-%m-%d %H:%M %Z}" == "2012-07-11 23:00 UTC"


def test_the_report_knows_better_than_the_announcement(project: Project) -> None:
    announce(project)
    project.report("2012-07-10", 'time: "19:00"\nplace: School')
    event = events(project)[-1]
    assert utc(event) == "2012-07-10 18:00"
    assert event["LOCATION"] == "School"


def test_another_announcement_of_the_same_day_can_change_the_hour(project: Project) -> None:
    before = announce(project)
    project.report("2012-06-26", 'next_meeting: {date: 2012-07-10, time: "19:30"}')
    after = events(project)[-1]
    assert after["UID"] == before["UID"]
    assert utc(after) == "2012-07-10 18:30"
    assert after["LOCATION"] == "Town Hall"
    assert after["SEQUENCE"] > before["SEQUENCE"]
    project.report("2012-07-10")
    assert events(project)[-1]["SEQUENCE"] > after["SEQUENCE"]


def test_an_address_of_the_meeting_itself_goes_first_until_it_is_held(project: Project) -> None:
    front = "next_meeting: {date: 2012-07-10, url: 'https://example.com/a,b;c?d=é'}"
    assert announce(project, front)["URL"] == "https://example.com/a,b;c?d=%C3%A9"
    project.report("2012-07-10")
    assert events(project)[-1]["URL"] == f"{BASE}reports/2012-07-10/"


Write = Callable[[Project], object]

MOVES: dict[str, tuple[Write, str]] = {
    "its report says what it was announced for": (
        lambda project: project.report("2012-11-06", "announced_for: 2012-07-10"),
        "2012-11-06",
    ),
    "it was held some weeks later": (
        lambda project: project.report("2012-08-21"),
        "2012-08-21",
    ),
    "the announcement was corrected": (
        lambda project: project.report(
            "2012-06-12",
            "next_meeting: 2012-07-17\ncorrections: [{date: 2012-06-20, note: Not the 10th}]",
        ),
        "2012-07-17",
    ),
    "it was brought forward": (
        lambda project: project.report("2012-07-03", "next_meeting: 2012-09-04"),
        "2012-07-03",
    ),
    "it was brought forward, and its report says so": (
        lambda project: project.report("2012-07-03", "announced_for: 2012-07-10"),
        "2012-07-03",
    ),
    "it was cancelled": (
        lambda project: project.report("2012-07-10", "cancelled: Flood"),
        "2012-07-10",
    ),
    "its report was withdrawn": (
        lambda project: project.report(
            "2012-07-10", "withdrawn: {date: 2012-07-20, reason: Error}"
        ),
        "2012-07-10",
    ),
}


@pytest.mark.parametrize(("change", "day"), MOVES.values(), ids=MOVES)
def test_a_meeting_stays_the_same_event(project: Project, change: Write, day: str) -> None:
    before = announce(project)
    change(project)
    after = [event for event in events(project) if event["UID"] == before["UID"]]
    assert [str(event.start)[:10] for event in after] == [day]
    assert after[0]["SEQUENCE"] > before["SEQUENCE"]
    assert after[0]["LAST-MODIFIED"].dt > before["LAST-MODIFIED"].dt
    assert not [event for event in events(project) if str(event.start)[:10] == "2012-07-10" != day]


def test_a_cancelled_meeting_stays_for_ever_and_says_so(project: Project) -> None:
    project.report("2012-07-10", 'cancelled: "Flood; rain, wind"\ntime: "18:30"')
    for today in (TODAY, "2030-01-01"):
        event = only(project, today)
        assert event["STATUS"] == "CANCELLED"
        assert event["SUMMARY"] == "Cancelled: Test Board: meeting"
        assert event["DESCRIPTION"] == (
            f"This meeting was cancelled: Flood; rain, wind\n{BASE}reports/2012-07-10/"
        )


def test_nothing_of_a_withdrawn_report_is_left(project: Project) -> None:
    front = (
        'time: "18:30"\nplace: Xyzzyplace\nsummary: Xyzzysummary\nattendees: [Xyzzyname]\n'
        "feedback: [{ask: Xyzzyask}]\nnext_meeting: {date: 2012-12-04, place: Xyzzynext}\n"
    )
    project.report("2012-07-10", front, "Xyzzybody.\n")
    project.report("2012-12-04")
    before = events(project)
    text = (project.output / "calendar.ics").read_text("utf-8")
    assert all(word in text for word in ("Xyzzyplace", "Xyzzysummary", "Xyzzynext"))
    project.report(
        "2012-07-10",
        f"{front}withdrawn: {{date: 2012-08-01, reason: It named a child.}}",
        "Xyzzybody.\n",
    )
    after = events(project)
    assert not [
        path
        for path, data in tree(project.output).items()
        if path.endswith(".ics") and b"xyzzy" in data.replace(b"\r\n ", b"").lower()
    ]
    assert [event["UID"] for event in after] == [event["UID"] for event in before]
    assert after[0]["DESCRIPTION"] == (
        f"This report was withdrawn on 1 August 2012: It named a child.\n{BASE}reports/2012-07-10/"
    )
    assert all(new["SEQUENCE"] > old["SEQUENCE"] for new, old in zip(after, before, strict=True))


def test_a_meeting_that_only_a_withdrawn_report_announced_stays_without_its_place(
    project: Project,
) -> None:
    before = announce(project)
    project.report("2012-06-12", f"{ANNOUNCED}\nwithdrawn: {{date: 2012-06-20, reason: R}}")
    after = next(event for event in events(project) if event["UID"] == before["UID"])
    assert after["DTSTART"].dt == before["DTSTART"].dt
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert "LOCATION" not in after


def test_a_report_added_late_on_the_announced_day_is_another_event(project: Project) -> None:
    project.report("2012-02-10", "next_meeting: {date: 2012-04-16, time: 18:30}")
    project.report("2012-04-20", "time: 10am")
    before = events(project)
    project.report("2012-04-16", "time: 18:30")
    after = {event["UID"]: event for event in events(project)}
    moved = next(event for event in before if event["DTSTART"].dt.day == 20)
    assert after[moved["UID"]]["DTSTART"].dt.day == 20, "as calendars know it"
    assert len(after) == len(before) + 1


def test_a_correction_after_a_cancellation_is_a_newer_version(project: Project) -> None:
    announce(project)
    project.report("2012-07-10", "published: 2012-07-03\ncancelled: Flood")
    before = events(project)[-1]
    project.report("2012-07-10", "corrections: [{date: 2012-07-20, note: It was held.}]")
    after = events(project)[-1]
    assert (before["STATUS"], after["STATUS"]) == ("CANCELLED", "CONFIRMED")
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]


def test_a_report_added_late_leaves_the_others_alone(project: Project) -> None:
    project.report("2012-01-10", "next_meeting: 2012-04-10")
    project.report("2012-04-10", "next_meeting: 2012-07-10")
    project.report("2012-07-10", "next_meeting: 2013-04-09")
    before = uids(project)
    assert len(before) == 4
    project.report("2012-02-07", "published: 2013-01-01\nnext_meeting: 2012-04-10")
    project.report("2011-12-01", "published: 2013-01-01\nnext_meeting: 2012-01-10")
    project.report("2012-07-20", "published: 2013-01-01")
    after = uids(project)
    assert len(after) == 7
    assert before.items() <= after.items()


# --- several boards ---------------------------------------------------------------------------


def test_boards_have_a_calendar_each_and_one_together(project: Project) -> None:
    project.write(
        "site.yaml",
        f"title: Both\nbase_url: {BASE}\ndescription: All\nboards:\n"
        "  one: {name: First Board}\n  two: {name: 'Board, Second', description: Two}\n",
    )
    project.report("one/2012-07-10", "next_meeting: 2012-11-13")
    project.report("two/2012-07-10", "next_meeting: 2012-11-13")
    everything = events(project)
    assert [(str(event.start), event["SUMMARY"]) for event in everything] == [
        ("2012-07-10", "First Board: meeting"),
        ("2012-07-10", "Board, Second: meeting"),
        ("2012-11-13", "First Board: meeting"),
        ("2012-11-13", "Board, Second: meeting"),
    ]
    for board, name, about in (
        ("one", "First Board: Both", "All"),
        ("two", "Board, Second: Both", "Two"),
    ):
        calendar = read(project.output, f"boards/{board}/calendar.ics")
        assert calendar["NAME"] == name
        assert calendar["DESCRIPTION"] == about
        assert calendar["URL"] == f"{BASE}boards/{board}/"
        shown = [event for event in everything if f"/{board}/" in event["DESCRIPTION"]]
        assert [event.to_ical() for event in calendar.events] == [
            event.to_ical() for event in shown
        ]


def test_a_meeting_to_come_is_a_file_of_its_own(project: Project) -> None:
    event = announce(project)
    (path,) = (project.output / "meetings").iterdir()
    assert path.name == f"{event['UID']}.ics"
    calendar = read(project.output, f"meetings/{path.name}")
    assert [one.to_ical() for one in calendar.events] == [event.to_ical()]
    assert set(calendar) == {"VERSION", "PRODID", "CALSCALE"}, "to add to a calendar that is there"
    assert len(calendar.timezones) == 1
    project.report("2012-07-10")
    project.built()
    assert not (project.output / "meetings").exists()


# --- days, hours and zones --------------------------------------------------------------------


def test_a_meeting_without_a_time_is_all_day(project: Project) -> None:
    project.report("2012-12-31")
    event = only(project)
    assert event["DTSTART"].dt == dt.date(2012, 12, 31)
    assert event["DTSTART"].params == {"VALUE": "DATE"}
    assert event["DTEND"].dt == dt.date(2013, 1, 1), "the end is exclusive"
    assert event["TRANSP"] == "TRANSPARENT"
    assert read(project.output).timezones == []


def test_the_last_of_all_days(project: Project) -> None:
    project.report("2012-12-31", "next_meeting: 9999-12-31")
    event = events(project)[-1]
    assert event["DTSTART"].dt == dt.date.max
    assert "DTEND" not in event, "the library reads one day then, too"
    project.report("2012-12-31", 'next_meeting: {date: 9999-12-31, time: "23:59"}')
    assert utc(events(project)[-1]) == "9999-12-31 23:59"


# Their peculiarities: no changes; the other hemisphere; half an hour; changes a few weeks apart,
# every year on other days; winter as the exception; offsets with seconds; the end of all changes.
ZONES = {
    "Europe/London": ("1846-06-01", "1941-07-01", "1970-01-15", "2012-07-01", "2012-12-01"),
    "UTC": ("1900-01-01", "2012-07-01", "2040-07-01"),
    "Etc/UTC": ("2012-07-01", "2012-12-01"),
    "Asia/Kolkata": ("1943-01-01", "2012-07-01", "2012-12-01"),
    "Pacific/Auckland": ("2012-01-01", "2012-07-01", "2012-12-31"),
    "America/Sao_Paulo": ("2010-01-10", "2018-12-01", "2020-01-10"),
    "Australia/Lord_Howe": ("2012-01-01", "2012-07-01", "2050-01-01"),
    "Africa/Casablanca": ("2012-07-01", "2012-08-01", "2012-09-01", "2024-04-01", "2024-05-01"),
    "Europe/Dublin": ("1970-01-15", "2012-07-01", "2012-12-01", "2090-07-01"),
    "Africa/Monrovia": ("1971-01-01", "1972-01-06", "1972-01-08", "2012-01-01"),
    "Europe/Moscow": ("2010-01-10", "2010-07-10", "2011-12-01", "2012-12-01", "2015-01-10"),
    "Asia/Bishkek": ("2005-07-01", "2005-12-01"),
    "America/St_Johns": ("2008-01-01", "2008-07-01", "1000-07-01"),
}


@pytest.mark.parametrize("zone", ZONES)
def test_a_calendar_tells_its_time_zone_for_all_its_days(project: Project, zone: str) -> None:
    project.write("site.yaml", f"title: T\nbase_url: {BASE}\ntimezone: {zone}\n")
    for day in ZONES[zone]:
        project.report(day, f'time: "18:30"\npublished: {max(day, "1900-01-01")}')
    calendar_events = events(project, "2099-01-01")
    assert len(calendar_events) == len(ZONES[zone])
    calendar_zone = zone_of(read(project.output))
    for event in calendar_events:
        start = event["DTSTART"].dt.replace(tzinfo=None)
        assert f"{start:%H:%M}" == "18:30"
        expected = start.replace(tzinfo=ZoneInfo(zone))
        assert event["DTSTART"].dt.utcoffset() == expected.utcoffset()
        assert start.replace(tzinfo=calendar_zone).utcoffset() == expected.utcoffset()
    assert (project.output / "calendar.ics").stat().st_size < 6000


@pytest.mark.parametrize(
    ("zone", "summer", "winter"),
    [
        ("Europe/London", "2012-07-10 17:30", "2012-12-04 18:30"),
        ("Pacific/Auckland", "2012-07-10 06:30", "2012-12-04 05:30"),
    ],
)
def test_the_hour_on_the_clock(project: Project, zone: str, summer: str, winter: str) -> None:
    project.write("site.yaml", f"title: T\nbase_url: {BASE}\ntimezone: {zone}\n")
    project.report("2012-07-10", 'time: "18:30"')
    project.report("2012-12-04", 'time: "18:30"')
    assert [utc(event) for event in events(project)] == [summer, winter]


def test_onsets_are_written_in_the_clock_time_that_they_end(project: Project) -> None:
    project.report("2012-07-10", 'time: "18:30"')
    project.built()
    text = (project.output / "calendar.ics").read_text("utf-8")
    rules = re.findall(r"^DTSTART:\d+T(\d+)\n(?:RRULE:(.*)\n)?", text, re.M)
    assert rules == [
        ("000000", ""),
        ("010000", "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3"),
        ("020000", "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10"),
    ]


def test_hours_that_are_skipped_or_come_twice_are_in_utc(project: Project) -> None:
    project.report("2012-03-25", 'time: "01:30"\nend: "03:30"')
    project.report("2012-10-28", 'time: "01:30"\nend: "03:30"')
    project.built()
    text = (project.output / "calendar.ics").read_text("utf-8")
    assert "DTSTART:20120325T013000Z\nDTEND;TZID=Europe/London:20120325T033000" in text
    assert "DTSTART:20121028T003000Z\nDTEND;TZID=Europe/London:20121028T033000" in text


# --- what is in no calendar, and what is not written ------------------------------------------


def test_drafts_and_scheduled_reports_announce_nothing(project: Project) -> None:
    project.report("2012-07-10", "draft: true\nnext_meeting: 2012-08-10")
    project.report("2012-07-11", "published: 2013-03-02\nnext_meeting: 2012-09-10")
    assert events(project) == []
    assert not (project.output / "meetings").exists()
    assert [str(event.start) for event in events(project, "2013-03-02")] == [
        "2012-07-11",
        "2012-09-10",
    ]


def test_meetings_without_a_day_are_not_in_calendars(project: Project) -> None:
    project.report("2012-07-10", "next_meeting: to be confirmed")
    project.report("2012-09-10", "next_meeting: none")
    assert [str(event.start) for event in events(project)] == ["2012-07-10", "2012-09-10"]


def test_a_site_without_meetings_has_a_valid_calendar(project: Project) -> None:
    calendar = read(project.built())
    assert calendar.events == []
    assert [part.name for part in calendar.subcomponents] == ["VTIMEZONE"], (
        "RFC 5545 3.6: at least 1"
    )


def test_the_clock_is_not_in_the_calendar(project: Project) -> None:
    project.report("2012-01-10", 'next_meeting: {date: 2012-02-14, time: "18:30"}')
    project.report("2012-06-12", "next_meeting: 2012-09-11")
    project.report("2014-01-10")
    builds = set()
    for today in ("2012-06-12", "2012-09-10", "2012-09-11", "2012-09-12", "2013-12-31"):
        files = tree(project.built(today=today))
        builds.add(tuple(item for item in files.items() if item[0].endswith(".ics")))
    assert len(builds) == 1
    assert len(builds.pop()) == 3
    assert len(events(project, "2014-01-10")) == 5


def test_texts_are_kept_as_they_were_written(project: Project) -> None:
    title = 'Board, "A"; B\\C & é 😀' + "ŵ" * 80
    project.write(
        "site.yaml", f"title: '{title}'\nbase_url: {BASE}\ndescription: |\n  A, B;\n  C\n"
    )
    project.report(
        "2012-01-10",
        'place: "Room 1, Annex; \\\\ left\\nMill\\u2028\\tLane ŷ"\nsummary: "a\\\\nb: c"',
    )
    event = only(project)
    assert event["SUMMARY"] == f"{title}: meeting"
    assert event["LOCATION"] == "Room 1, Annex; \\ left Mill \tLane ŷ"
    assert event["DESCRIPTION"] == f"a\\nb: c\n{BASE}reports/2012-01-10/"
    calendar = read(project.output)
    assert calendar["NAME"] == title
    assert calendar["DESCRIPTION"].strip() == "A, B; C"


@examples(20)
@given(sites(), st.sampled_from(["Europe/London", "Pacific/Auckland", "America/St_Johns"]))
def test_any_set_of_reports_is_a_calendar_with_each_meeting_once(
    reports: list[tuple[str, str, str]], zone: str
) -> None:
    with new_project() as project:
        project.write("site.yaml", f"title: T\nbase_url: {BASE}\ntimezone: {zone}\n")
        for name, front, body in reports:
            project.report(name, front, body)
        calendar_events = events(project)
        ahead = project.output / "meetings"
        announced = [event for event in calendar_events if (ahead / f"{event['UID']}.ics").exists()]
        held = [event for event in calendar_events if event not in announced]
        shown = [name for name, front, _ in reports if not says(front, "draft")]
        assert sorted(event["URL"] for event in held) == sorted(
            f"{BASE}reports/{name}/" for name in shown
        )
        for event in held:
            assert str(event.start)[:10] == event["URL"].removeprefix(f"{BASE}reports/")[:10]
        files = [read(project.output, f"meetings/{event['UID']}.ics") for event in announced]
        assert [file.events[0].to_ical() for file in files] == [
            event.to_ical() for event in announced
        ]
        assert len({event.start for event in announced}) == len(announced)
        if any(type(event.start) is dt.datetime for event in calendar_events):
            calendar_zone = zone_of(read(project.output))
            for event in calendar_events:
                if isinstance(event.start, dt.datetime):
                    there = event.start.replace(tzinfo=calendar_zone)
                    gap = event.start.utcoffset() != event.start.replace(fold=1).utcoffset()
                    assert gap or there.utcoffset() == event.start.utcoffset()


def component(view: EventView, timezone: str) -> bytes:
    """Return an event as the library's own component writes it."""
    event = icalendar.Event()
    event.add("UID", view.uid)
    event.add("SEQUENCE", view.sequence)
    event.add("DTSTAMP", view.changed)
    event.add("LAST-MODIFIED", view.changed)
    event.add("STATUS", "CANCELLED" if view.cancelled else "CONFIRMED")
    event.add("SUMMARY", view.summary)
    event.add("DESCRIPTION", view.description)
    if view.place:
        event.add("LOCATION", view.place)
    event.add("URL", view.url)
    for conference in view.conferences:
        parameters = {"VALUE": "URI", "LABEL": conference.label}
        event.add("CONFERENCE", icalendar.vUri(conference.uri), parameters)
        event["CONFERENCE"].params["FEATURE"] = list(conference.features)
    if view.time:
        for name, local in (
            ("DTSTART", dt.datetime.combine(view.date, view.time)),
            ("DTEND", view.end),
        ):
            if isinstance(local, dt.datetime):
                zone = load_zone(timezone)
                if is_ambiguous(local, zone):
                    event.add(name, find_instant(local, zone))
                else:
                    event.add(name, local, {"TZID": timezone})
        return bytes(event.to_ical())
    event.add("DTSTART", view.date)
    if view.end < dt.date.max:
        event.add("DTEND", view.end + dt.timedelta(days=1))
    event.add("TRANSP", "TRANSPARENT")
    return bytes(event.to_ical())


# What is escaped, what a line is folded at and around, and what needs several octets.
TEXTS = st.text(
    st.one_of(
        st.sampled_from(",;:\\\"'^nN é漢\U0001f600\u200d\ufeff"), st.characters(codec="utf-8")
    ),
    max_size=200,
)
LINES = TEXTS.map(lambda text: "".join(text.splitlines()))
DATES = st.dates() | st.sampled_from([dt.date.min, dt.date.max])


ENDS = (st.none() | st.times()).flatmap(
    lambda time: st.tuples(st.just(time), st.datetimes() | DATES if time else DATES)
)


@given(
    st.builds(
        EventView,
        uid=st.uuids().map(str),
        sequence=st.integers(0, 10_000),
        cancelled=st.booleans(),
        summary=LINES,
        description=TEXTS,
        place=LINES,
        url=LINES.map("https://example.org/{}".format),
        date=DATES,
        time=st.none(),
        end=DATES,
        conferences=st.lists(
            st.builds(
                Conference,
                uri=LINES.map("https://example.org/{}".format),
                features=st.just(("AUDIO", "VIDEO")),
                label=st.sampled_from(["Join online", 'Ymuno: "ar-lein", nawr']),
            ),
            max_size=1,
        ).map(tuple),
        changed=st.datetimes(timezones=st.just(dt.UTC)),
    ),
    ENDS,
    st.sampled_from(["Europe/London", "America/New_York", "Etc/GMT+5", "UTC"]),
)
def test_an_event_is_written_as_the_library_writes_it(
    view: EventView, times: tuple[dt.time | None, dt.date], timezone: str
) -> None:
    view = replace(view, time=times[0], end=times[1])
    assert render_event(view, timezone) == component(view, timezone)
