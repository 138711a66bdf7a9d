"""Test what calendars are told of a meeting in the course of its life: ends, UID and SEQUENCE.

The subscriber is strict (RFC 5546 2.1.5): of an event it has, it takes a version only if its SEQUENCE is
not lower. Whatever authors do, it must see what the site shows.
"""

import datetime as dt
import json
import shutil
from pathlib import Path
from random import Random
from typing import Any

import icalendar
import pytest
from conftest import HUNT, Project

LEDGER = "ledger.jsonl"


def read(project: Project, path: str = "calendar.ics") -> dict[str, Any]:
    """Return the events of a calendar by UID."""
    calendar = icalendar.Calendar.from_ical((project.output / path).read_bytes())
    events = {str(event["UID"]): event for event in calendar.events}
    assert len(events) == len(calendar.events)
    return events


def only(project: Project, today: str = "2013-03-01") -> Any:
    """Build, and return the one event."""
    project.built(today=today)
    (event,) = read(project).values()
    return event


class Subscriber:
    """A calendar program that follows the site, and refuses versions that are older than its own."""

    def __init__(self) -> None:
        self.events: dict[str, Any] = {}

    def update(self, published: dict[str, Any]) -> None:
        """Take the published events; those that are gone are removed."""
        for uid, event in published.items():
            known = self.events.get(uid)
            assert known is None or event["SEQUENCE"] >= known["SEQUENCE"], "SEQUENCE fell"
            if known is None or event["SEQUENCE"] > known["SEQUENCE"]:
                self.events[uid] = event
        self.events = {uid: self.events[uid] for uid in published}

    def sees(self, published: dict[str, Any]) -> bool:
        """Return whether it shows what is published."""
        return all(shown(self.events[uid]) == shown(event) for uid, event in published.items())


def shown(event: Any) -> tuple[object, ...]:
    """Return what a calendar shows of an event."""
    names = ("DTSTART", "DTEND", "LOCATION", "STATUS", "SUMMARY")
    return tuple(event[name].to_ical() if name in event else None for name in names)


# --- ends --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "start", "end"),
    [
        ("time: 6.30pm to 8.30pm", "2013-03-12 18:30", "2013-03-12 20:30"),
        ("time: 18:30\nend: 20:00", "2013-03-12 18:30", "2013-03-12 20:00"),
        ("time: 10pm to 1am", "2013-03-12 22:00", "2013-03-13 01:00"),
        ("time: 6.30pm", "2013-03-12 18:30", "2013-03-12 20:30"),
        ("date: 12-13 March 2013\ntime: 9am to 4pm", "2013-03-12 09:00", "2013-03-13 16:00"),
        ("date: 12-13 March 2013\ntime: 9am", "2013-03-12 09:00", "2013-03-13 11:00"),
        ("date: 12-13 March 2013", "2013-03-12", "2013-03-14"),
        ("", "2013-03-12", "2013-03-13"),
    ],
)
def test_an_event_has_an_end(project: Project, fields: str, start: str, end: str) -> None:
    project.report("2013-03-12", f"published: 2013-03-01\ncancelled: Snow\n{fields}")
    event = only(project)
    assert [str(event[name].dt)[: len(start)] for name in ("DTSTART", "DTEND")] == [start, end]


def test_meetings_are_as_long_as_those_of_their_board(project: Project) -> None:
    config = (
        "title: T\nbase_url: https://example.org/\ndefault_length: 90 minutes\n"
        "boards: {lscb: {name: L}, health: {name: H, default_length: 3h}}\n"
    )
    project.write("site.yaml", config)
    project.report("lscb/2013-02-12", "time: 10am")
    project.report("health/2013-02-13", "time: 10am")
    project.built()
    ends = {str(event["DTEND"].dt)[11:16] for event in read(project).values()}
    assert ends == {"11:30", "13:00"}


def test_a_default_length_over_the_change_of_clocks_is_as_long(project: Project) -> None:
    for length in (1, 2, 3):  # clocks go back at 2am
        project.write(
            "site.yaml", f"title: T\nbase_url: https://a.example/\ndefault_length: {length}h\n"
        )
        project.report("2012-10-28", "time: 12.30am")
        event = only(project)
        start, end = (event[name].dt.astimezone(dt.UTC) for name in ("DTSTART", "DTEND"))
        assert end - start == dt.timedelta(hours=length)


# --- where and how -----------------------------------------------------------------------------


def test_how_to_take_part_is_where_programs_show_it(project: Project) -> None:
    fields = "url: https://meet.example.org/j/7\n  dial_in: 01632 960 123, code 45"
    project.report("2013-02-12", f"next_meeting:\n  date: 2013-04-09\n  {fields}")
    project.built()
    event = list(read(project).values())[-1]
    assert event["LOCATION"] == "https://meet.example.org/j/7"
    assert event["DESCRIPTION"].startswith(
        "Join online: https://meet.example.org/j/7\nJoin by telephone: 01632 960 123, code 45\n"
    )
    online, telephone = event["CONFERENCE"]
    assert str(online) == "https://meet.example.org/j/7"
    assert online.params["VALUE"] == "URI"
    assert online.params["FEATURE"] == ["AUDIO", "VIDEO"]
    assert str(telephone) == "tel:01632960123"
    project.report("2013-02-12", f"next_meeting:\n  date: 2013-04-09\n  place: Hall\n  {fields}")
    project.built()
    assert list(read(project).values())[-1]["LOCATION"] == "Hall"


def test_a_title_of_its_own_is_the_title_of_the_event(project: Project) -> None:
    project.report("2013-02-12", "title: Special meeting")
    project.report("2013-02-13", body="# Annual meeting\n\nText.\n")
    project.write("meetings.yaml", "- {date: 2013-04-09, title: Away day}\n- 2013-05-14\n")
    project.built()
    assert [str(event["SUMMARY"]) for event in read(project).values()] == [
        "Test Board: Special meeting",
        "Test Board: Annual meeting",
        "Test Board: Away day",
        "Test Board: meeting",
    ]


# --- one event for one meeting -----------------------------------------------------------------


def test_a_planned_meeting_is_one_event_from_plan_to_report(project: Project) -> None:
    plan = "- {date: 2013-04-09, time: 6.30pm, place: Hall}\n- 2013-05-14\n"
    project.write("meetings.yaml", plan)
    project.report("2013-02-12")
    project.built()
    before = read(project)
    project.report("2013-02-12", "next_meeting: 2013-04-09")
    project.report("2013-04-09", "published: 2013-03-25\nagenda: true")
    project.built(today="2013-03-26")
    agenda = read(project)
    project.report("2013-04-09", "next_meeting: 2013-05-14")
    project.built(today="2013-04-12")
    after = read(project)
    assert before.keys() == agenda.keys() == after.keys()
    assert [event.get("LOCATION") for event in after.values()] == [None, "Hall", None]


def test_a_replanned_meeting_stays_the_same_event(project: Project) -> None:
    project.report("2013-02-12")
    project.write("meetings.yaml", "- 2013-04-09\n- 2013-05-14\n- 2013-06-11\n")
    project.built()
    before = read(project)
    project.write("meetings.yaml", "- 2013-04-16\n- 2013-05-14\n- 2013-06-11\n- 2013-07-09\n")
    project.built()
    after = read(project)
    assert before.keys() < after.keys()
    moved = next(uid for uid, event in before.items() if str(event.start) == "2013-04-09")
    assert str(after[moved].start) == "2013-04-16"
    assert after[moved]["SEQUENCE"] > before[moved]["SEQUENCE"]


@pytest.mark.parametrize("kept", [True, False], ids=["ledger", "formerly"])
def test_a_meeting_that_moves_to_another_month_stays_the_same_event(
    project: Project, kept: bool
) -> None:
    project.report("2013-02-12")
    project.write("meetings.yaml", "- 2013-04-30\n- 2013-06-11\n")
    project.built()
    before = read(project)
    new = "2013-05-07" if kept else "{date: 2013-05-07, formerly: 2013-04-30}"
    if not kept:
        (project.folder / LEDGER).unlink()
    project.write("meetings.yaml", f"- {new}\n- 2013-06-11\n")
    for _ in range(2):
        project.built()
        after = read(project)
        assert [str(after[uid].start) for uid in before] == [
            "2013-02-12",
            "2013-05-07",
            "2013-06-11",
        ]
    moved = next(uid for uid, event in before.items() if str(event.start) == "2013-04-30")
    assert after[moved]["SEQUENCE"] > before[moved]["SEQUENCE"]


def test_a_plan_for_the_next_year_leaves_the_last_meeting_of_this_year_alone(
    project: Project,
) -> None:
    """A meeting whose day is over was held, or not: it did not move to the next month."""
    rule = "- every: second Tuesday of each month in {}\n"
    project.write("meetings.yaml", rule.format(2013))
    project.report("2013-02-12")
    project.built(today="2013-12-01")
    days = {str(event.start): uid for uid, event in read(project).items()}
    project.write("meetings.yaml", rule.format(2014))
    project.built(today="2014-01-02")
    january = next(event for event in read(project).values() if str(event.start) == "2014-01-14")
    assert str(january["UID"]) not in days.values()
    project.report("2013-12-10", "published: 2014-01-05")
    project.built(today="2014-01-05")
    after = {str(event.start): uid for uid, event in read(project).items()}
    assert after["2013-12-10"] == days["2013-12-10"]
    assert after["2014-01-14"] == str(january["UID"])


@pytest.mark.parametrize(("today", "same"), [("2013-04-30", True), ("2013-05-01", False)])
def test_a_meeting_can_move_to_another_month_until_its_day_is_over(
    project: Project, today: str, same: bool
) -> None:
    project.report("2013-02-12")
    project.write("meetings.yaml", "- 2013-04-30\n- 2013-06-11\n")
    project.built()
    before = read(project).keys()
    project.write("meetings.yaml", "- 2013-05-07\n- 2013-06-11\n")
    project.built(today=today)
    assert (read(project).keys() == before) == same


WORKSHOP = '{date: 2013-03-12, time: "10:00", place: Library, title: Workshop}'
EVENING = '{date: 2013-03-12, time: "18:30", place: Hall}'


def list_times(project: Project) -> list[str]:
    """Build, and return the times and names of the events on 12 March."""
    project.built("--no-cache", today="2013-03-01")
    return sorted(
        f"{event.start:%H:%M} {str(event['SUMMARY']).removeprefix('Test Board: ')}"
        for event in read(project).values()
        if str(event.start).startswith("2013-03-12 ")
    )


@pytest.mark.parametrize(
    ("plan", "january", "february", "times"),
    [
        ([WORKSHOP, EVENING], EVENING, [], ["10:00 Workshop", "18:30 meeting"]),
        ([], EVENING, [WORKSHOP, EVENING], ["10:00 Workshop", "18:30 meeting"]),
        ([WORKSHOP, EVENING], "2013-03-12", [], ["10:00 Workshop", "18:30 meeting"]),
        ([], "2013-03-12", [WORKSHOP, EVENING], ["10:00 Workshop", "18:30 meeting"]),
        (
            [WORKSHOP, EVENING],
            "none",
            [WORKSHOP, EVENING.replace("18:30", "19:00")],
            ["10:00 Workshop", "19:00 meeting"],
        ),
        (
            [WORKSHOP, EVENING],
            EVENING.replace("18:30", "19:00"),
            [],
            ["10:00 Workshop", "18:30 meeting", "19:00 meeting"],
        ),
        ([EVENING], EVENING.replace("18:30", "19:00"), [], ["19:00 meeting"]),
        (
            [],
            EVENING,
            [EVENING.replace("18:30", "19:00")],
            ["19:00 meeting"],
        ),
    ],
    ids=[
        "plan and report",
        "two reports",
        "plan, and no time",
        "no time, and two reports",
        "one of two at a new time",
        "perhaps a third one",
        "new time in a report",
        "new time in a list",
    ],
)
def test_two_meetings_on_one_day_are_two_events(
    project: Project, plan: list[str], january: str, february: list[str], times: list[str]
) -> None:
    project.write("meetings.yaml", f"[{', '.join(plan)}]\n")
    project.report("2013-01-08", f"next_meeting: {january}")
    project.report("2013-02-05", f"next_meetings: [{', '.join(february)}]" if february else "")
    assert list_times(project) == times


def test_a_list_in_a_later_report_moves_the_meetings_of_an_earlier_one(project: Project) -> None:
    project.report("2013-01-08", "next_meetings: [2013-02-12, 2013-04-09, 2013-05-14]")
    project.built()
    before = read(project)
    project.report("2013-02-12", "next_meetings: [2013-04-16, 2013-05-14]")
    project.built()
    after = read(project)
    assert before.keys() == after.keys()
    days = ["2013-01-08", "2013-02-12", "2013-04-16", "2013-05-14"]
    assert sorted(str(event.start) for event in after.values()) == days


def test_a_meeting_left_out_of_a_later_list_is_cancelled(project: Project) -> None:
    project.report("2013-01-08", "next_meetings: [2013-02-12, 2013-04-09, 2013-06-11]")
    project.report("2013-02-12", "next_meetings: [2013-06-11]")
    project.built()
    states = {str(event.start): event["STATUS"] for event in read(project).values()}
    assert states["2013-04-09"] == "CANCELLED"
    assert states["2013-06-11"] == "CONFIRMED"


def test_a_joint_meeting_is_one_event_in_both_calendars(project: Project) -> None:
    config = (
        "title: T\nbase_url: https://example.org/\nboards: {lscb: {name: L}, health: {name: H}}\n"
    )
    project.write("site.yaml", config)
    project.report("lscb/2013-01-08", "next_meeting: 2013-02-12")
    project.built()
    (announced,) = (
        set(read(project))
        - set(read(project, "boards/health/calendar.ics"))
        - {uid for uid, event in read(project).items() if str(event.start) == "2013-01-08"}
    )
    project.report("2013-02-12", "boards: [lscb, health]\ntitle: Joint")
    project.report("health/2013-02-12", "meeting: 2013-02-12")
    project.built()
    assert announced in read(project, "boards/health/calendar.ics")
    assert announced in read(project, "boards/lscb/calendar.ics")
    assert len(read(project)) == 2
    assert str(read(project)[announced]["SUMMARY"]) == "L, H: Joint"


def test_an_agenda_that_is_renamed_to_another_day_moves_the_meeting(project: Project) -> None:
    project.report("2013-02-12", "next_meeting: 2013-04-09")
    project.report("2013-04-09", "agenda: true\ntime: 6.30pm")
    project.built()
    before = read(project)
    assert project.run("rename", "2013-04-09", "2013-04-16").exit_code == 0
    for fields in ("agenda: true\ntime: 6.30pm", "time: 6.30pm"):
        project.report("2013-04-16", f"formerly: [2013-04-09]\n{fields}")
        project.built(today="2013-04-17")
        after = read(project)
        assert after.keys() == before.keys()
        days = {str(event.start)[:10] for event in after.values()}
        assert days == {"2013-02-12", "2013-04-16"}


def test_a_report_in_a_folder_of_its_year_is_still_of_one_meeting_only(project: Project) -> None:
    project.report("2013-02-12", "time: 2pm")
    project.write(
        "meetings.yaml", "- {date: 2013-02-12, time: 10am}\n- {date: 2013-02-12, time: 2pm}\n"
    )
    project.built()
    before = read(project)
    assert project.run("rename", "2013-*", "2013/").exit_code == 0
    project.built()
    assert len(before) == 2
    assert read(project).keys() == before.keys()


def test_a_joint_meeting_that_one_board_planned_is_no_moved_one_of_the_other(
    project: Project,
) -> None:
    config = (
        "title: T\nbase_url: https://example.org/\nboards: {lscb: {name: L}, health: {name: H}}\n"
    )
    project.write("site.yaml", config)
    project.write("meetings.yaml", "lscb: [2013-02-26]\n")
    project.report("health/2013-01-08", "next_meetings: [2013-01-22, 2013-05-14]")
    project.built()
    before = read(project)
    project.report("2013-02-26", "boards: [lscb, health]")
    project.built()
    assert read(project).keys() == before.keys()
    assert "moved" not in project.page("reports/2013-02-26/")


# --- SEQUENCE ----------------------------------------------------------------------------------

TAKEN_BACK = {
    "a cancellation": "cancelled: Snow",
    "a withdrawal": "withdrawn: {date: 2013-02-20, reason: Error}",
    "a place": "place: Hall",
    "an end": "time: 6.30pm to 8pm",
}


@pytest.mark.parametrize("fields", TAKEN_BACK.values(), ids=TAKEN_BACK)
def test_what_is_taken_back_is_a_newer_version(project: Project, fields: str) -> None:
    subscriber, last = Subscriber(), -1
    for front in ("place: Room\ntime: 6.30pm", fields, "place: Room\ntime: 6.30pm"):
        project.report("2013-02-12", front)
        event = only(project)
        assert event["SEQUENCE"] > last
        last = event["SEQUENCE"]
        subscriber.update(read(project))
        assert subscriber.sees(read(project))


def test_a_new_name_is_a_newer_version(project: Project) -> None:
    subscriber = Subscriber()
    boards = "title: T\nbase_url: https://a.example/\nboards: {lscb: {name: L, folder: .}}\n"
    for name, report in (
        ("title: T\nbase_url: https://a.example/\n", ""),
        ("title: U\nbase_url: https://a.example/\n", ""),
        (boards, ""),
        (boards, "title: Away day"),
        (boards.replace("name: L", "name: Learning"), "title: Away day"),
        (boards, "title: Away day\nwithdrawn: {date: 2013-02-20, reason: Error}"),
    ):
        project.write("site.yaml", name)
        project.report("2013-02-12", report)
        project.built()
        subscriber.update(read(project))
        assert subscriber.sees(read(project))


def test_a_report_that_becomes_a_draft_again_keeps_its_number(project: Project) -> None:
    project.report("2013-02-12", "cancelled: Snow")
    before = only(project)
    project.report("2013-02-12", "draft: true\ncancelled: Snow")
    project.built()
    assert read(project) == {}
    project.report("2013-02-12", "time: 6.30pm")
    assert only(project)["SEQUENCE"] > before["SEQUENCE"]


def test_a_build_of_the_same_site_changes_nothing(project: Project) -> None:
    project.report("2013-02-12", "cancelled: Snow")
    project.built()
    project.report("2013-02-12")
    project.built()
    told, calendar = (project.folder / LEDGER).read_bytes(), project.page("calendar.ics")
    for arguments in ((), ("--no-cache",), ("--drafts",)):
        project.built(*arguments)
        assert project.page("calendar.ics") == calendar
        assert (project.folder / LEDGER).read_bytes() == told
    shutil.rmtree(project.output)
    shutil.rmtree(project.folder / ".lscbsite")
    project.built()
    assert project.page("calendar.ics") == calendar


def test_checks_and_builds_without_cache_leave_the_ledger_alone(project: Project) -> None:
    project.report("2013-02-12")
    project.built("--no-cache")
    assert project.run("check").exit_code == 0
    assert not (project.folder / LEDGER).exists()
    project.built()
    told = (project.folder / LEDGER).read_bytes()
    project.report("2013-02-12", "time: 6.30pm")
    assert project.run("check", "--today", "2013-03-01").exit_code == 0
    assert (project.folder / LEDGER).read_bytes() == told
    project.built()
    assert (project.folder / LEDGER).read_bytes() != told, "also where a check came before"


def test_a_ledger_that_git_merged_is_read(project: Project) -> None:
    project.report("2013-02-12", "time: 6.30pm")
    low = only(project)["SEQUENCE"]
    line = json.loads((project.folder / LEDGER).read_text())
    higher = json.dumps({**line, "sequence": low + 7})
    conflict = f"<<<<<<< HEAD\n{json.dumps(line)}\n=======\n{higher}\n>>>>>>> theirs\nnot a line\n"
    project.write(LEDGER, conflict)
    assert only(project)["SEQUENCE"] == low + 7
    assert "<<<<<<<" not in (project.folder / LEDGER).read_text()


def test_a_site_whose_folder_cannot_hold_a_ledger_is_built(project: Project) -> None:
    (project.folder / LEDGER).mkdir()
    project.report("2013-02-12", "time: 6.30pm")
    assert only(project)["SEQUENCE"] == 1


# --- whole lives -------------------------------------------------------------------------------


def live(project: Project, chance: Random) -> None:
    """Write a random state of a site with three reports and a plan."""
    for day in ("2013-01-08", "2013-02-12", "2013-04-09"):
        fields = [
            chance.choice(["", "time: 6.30pm", "time: 6.30pm to 8pm", "time: 10am"]),
            chance.choice(["", "place: Hall", "place: Room 2"]),
            chance.choice(["", "", "", "cancelled: Snow", "draft: true"]),
            chance.choice(["", "", "withdrawn: {date: 2013-04-20, reason: Error}"]),
            chance.choice(["", "agenda: true"]) if day == "2013-04-09" else "",
            chance.choice(["", "next_meeting: 2013-06-11"]) if day == "2013-04-09" else "",
        ]
        project.report(day, "\n".join(["published: 2013-01-20", *filter(None, fields)]))
    days = [f"2013-{month:02}-{chance.choice([9, 10, 11])}" for month in (5, 6, 7)]
    if chance.random() < 0.3:
        days.remove(chance.choice(days))
    entries = [
        f"- {{date: {day}, title: {chance.choice(['Open evening', 'Meeting'])}}}\n" for day in days
    ]
    project.write("meetings.yaml", "".join(entries))


@pytest.mark.parametrize("seed", range(3 * HUNT))
def test_a_strict_subscriber_always_sees_what_the_site_shows(tmp_path: Path, seed: int) -> None:
    chance = Random(seed)
    (tmp_path / "site").mkdir()
    project, subscriber = Project(tmp_path / "site"), Subscriber()
    for _ in range(8):
        live(project, chance)
        project.built(today="2013-04-25")
        subscriber.update(read(project))
        assert subscriber.sees(read(project))
        before = project.page("calendar.ics")
        project.built("--no-cache", today="2013-04-25")
        assert project.page("calendar.ics") == before


def test_a_report_takes_the_place_of_one_announced_meeting_only(project: Project) -> None:
    """Of two meetings that one report announces, the later is not the one held before the other."""
    project.report("2013-02-07", "next_meeting: 2013-03-19\nnext_meetings: [2013-04-16]")
    project.built(today="2013-02-08")
    announced = {str(event["DTSTART"].dt): uid for uid, event in read(project).items()}
    project.report("2013-02-28", "next_meeting: 2013-05-14")
    for _ in range(2):
        project.built(today="2013-03-01")
        days = {str(event["DTSTART"].dt): uid for uid, event in read(project).items()}
        assert days.keys() == {"2013-02-07", "2013-02-28", "2013-04-16", "2013-05-14"}
        assert days["2013-02-28"] == announced["2013-03-19"]
        assert days["2013-04-16"] == announced["2013-04-16"]
    later = project.page("reports/2013-02-07").partition("Later meetings")[2]
    assert later.index("16 April 2013") < later.index("</dd>")
