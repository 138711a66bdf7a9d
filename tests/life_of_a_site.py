"""The life of a site, step by step as its authors live it, with what subscribers are to see of each step.

What is new in feeds is given by title, a change in a calendar by the days before and after it.
"""

from collections.abc import Callable
from typing import NamedTuple

from conftest import Project

OLD_BASE = "https://example.org/reports/"
NEW_BASE = "https://example.org/"

SITE = f"""\
title: Ardenshire board
base_url: {OLD_BASE}
description: What the board said
search: false
uid: ardenshire-2012
"""
TOPICS = "training:\n  name: Training\nneglect:\n  name: Neglect\n"
PEOPLE = "Ada Mos:\n  organisation: Ardenshire Carers\n"
PLAN = """\
- 2013-03-12
- {date: 2013-04-16, time: 10am, place: Civic Centre}
- 2013-05-14
- {date: 2013-07-09, time: 10am}
- 2013-09-10
- {date: 2013-12-10, time: 10am}
"""
BOARDS = """\
boards:
  lscb: {name: Safeguarding Children Board, folder: .}
  health: {name: Health and Wellbeing Board}
"""


class Step(NamedTuple):
    """What authors do on a day, and what subscribers see of it.

    ``new`` are the titles of new entries in the feeds of the site and of its asks. ``calendar`` has
    changes of days and states: ``+ day`` and ``- day`` for an event that is new or gone, ``day > day``
    for one that is moved, ``x day`` for one that is cancelled, ``o day`` for one that is not any more.
    ``gone`` are ends of addresses that lead nowhere, because the author took the report away.
    """

    day: str
    name: str
    do: Callable[[Project], None]
    new: tuple[str, ...] = ()
    calendar: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


def edit(project: Project, path: str, old: str, new: str) -> None:
    """Replace words of a file; they must be there."""
    place = project.folder / path
    text = place.read_text("utf-8")
    assert old in text, (path, old)
    place.write_text(text.replace(old, new, 1), "utf-8")


def rename(project: Project, old: str, new: str) -> None:
    """Run ``lscbsite rename``."""
    result = project.run("rename", old, new)
    assert result.exit_code == 0, result.output


# --- one board ---------------------------------------------------------------------------------


def write_first(project: Project) -> None:
    project.write("site.yaml", SITE)
    project.write("topics.yaml", TOPICS)
    project.write("people.yaml", PEOPLE)
    front = """\
        title: First
        published: 2012-09-12
        time: 10am
        attendees: [Ada Mos]
        feedback: [{id: venue, ask: Where shall we meet?, deadline: 2012-10-05, reply_to: a@example.org}]
        next_meeting: 2012-11-13
        """
    project.report("2012-09-11", front, "The board met.\n\n## Training\n\nIt is in May.\n")


def correct_first(project: Project) -> None:
    note = "title: First\ncorrections: [{date: 2012-09-20, note: It is in June.}]"
    edit(project, "reports/2012-09-11.md", "title: First", note)
    edit(project, "reports/2012-09-11.md", "It is in May", "It is in June")


def move_next(project: Project) -> None:
    new = "next_meeting: {date: 2012-11-20, time: 10am}"
    edit(project, "reports/2012-09-11.md", "next_meeting: 2012-11-13", new)
    note = "in June.}, {date: 2012-10-02, note: The next meeting is on 20 November.}"
    edit(project, "reports/2012-09-11.md", "in June.}", note)


def add_extra(project: Project) -> None:
    front = "title: Extra\npublished: 2012-10-14\ntime: 2pm\nannounced_for: none"
    project.report("2012-10-12", front, "An extra meeting, as in [[2012-09-11]].\n")


def write_agenda(project: Project) -> None:
    project.report("2012-11-20", "agenda: true\npublished: 2012-11-06\nplace: Civic Centre\n")


def write_second(project: Project) -> None:
    front = """\
        title: Second
        published: 2012-11-22
        time: 10am
        place: Civic Centre
        outcomes: [{ask: 2012-09-11/venue, outcome: In the library.}]
        feedback: [{id: evenings, ask: Which evenings?, deadline: 2012-12-14, reply_to: a@example.org}]
        next_meeting: {date: 2013-01-31, time: 10am}
        """
    project.report("2012-11-20", front, "We met.\n\n## Training\n\nSee [[2012-09-11#training]].\n")


def hide_second(project: Project) -> None:
    edit(project, "reports/2012-11-20.md", "title: Second", "draft: true\ntitle: Second")


def show_second(project: Project) -> None:
    edit(project, "reports/2012-11-20.md", "draft: true\n", "")
    edit(project, "reports/2012-11-20.md", "We met.", "We met again.")


def extend_deadline(project: Project) -> None:
    old, path = "deadline: 2012-12-14", "reports/2012-11-20.md"
    edit(project, path, old, "deadline: 21 December 2012 (extended from 14 December 2012)")
    note = "corrections: [{date: 2012-12-13, note: You have a week more.}]\ntitle: Second"
    edit(project, path, "title: Second", note)


def cancel(project: Project) -> None:
    front = "title: Third\npublished: 2013-01-10\ntime: 10am\ncancelled: Snow"
    project.report("2013-01-31", front, "")


def uncancel(project: Project) -> None:
    edit(project, "reports/2013-01-31.md", "cancelled: Snow\n", "")
    edit(project, "reports/2013-01-31.md", "title: Third\n", "")


def write_third(project: Project) -> None:
    front = "title: Third\npublished: 2013-02-01\ntime: 10am\nnext_meeting: 2013-03-12"
    project.report("2013-01-31", front, "It took place.\n\n## Neglect\n\nWords.\n")


def withdraw(project: Project) -> None:
    line = "withdrawn: {date: 2013-02-05, reason: It said too much.}\ntitle: Third"
    edit(project, "reports/2013-01-31.md", "title: Third", line)


def unwithdraw(project: Project) -> None:
    line = "withdrawn: {date: 2013-02-05, reason: It said too much.}\n"
    edit(project, "reports/2013-01-31.md", line, "")


# --- plans -------------------------------------------------------------------------------------


def add_plan(project: Project) -> None:
    project.write("meetings.yaml", PLAN)


def write_fourth(project: Project) -> None:
    front = "title: Fourth\ntime: 10am\nannounced_for: 2013-03-12"
    project.report("2013-03-14", front, "Two days late.\n\n## Training\n\nWords.\n")


def move_within_month(project: Project) -> None:
    edit(project, "meetings.yaml", "2013-04-16", "2013-04-23")


def move_to_next_month(project: Project) -> None:
    edit(project, "meetings.yaml", "2013-05-14", "2013-06-04")


def move_with_formerly(project: Project) -> None:
    edit(project, "meetings.yaml", "date: 2013-07-09", "date: 2013-08-06, formerly: 2013-07-09")


def write_fifth(project: Project) -> None:
    project.report("2013-04-23", "title: Fifth\ntime: 10am\npublished: 2013-04-25")


def add_rule(project: Project) -> None:
    rule = "- second Tuesday of March, June and September, in 2014\n"
    edit(project, "meetings.yaml", "- 2013-03-12\n", f"- 2013-03-12\n{rule}")


def change_rule(project: Project) -> None:
    edit(project, "meetings.yaml", "second Tuesday", "third Wednesday")


# --- two boards --------------------------------------------------------------------------------


def add_board(project: Project) -> None:
    project.write("site.yaml", SITE + BOARDS)
    plan = (project.folder / "meetings.yaml").read_text()
    project.write("meetings.yaml", "lscb:\n" + "".join(f"  {line}\n" for line in plan.splitlines()))
    front = "title: Health one\npublished: 2013-06-01\ntime: 2pm\n"
    front += "next_meetings: [2013-06-27, 2013-07-25, 2013-09-26]"
    project.report("health/2013-05-30", front, "See [[2013-04-23]].\n")


def write_sixth(project: Project) -> None:
    project.report(
        "2013-06-04",
        "title: Sixth\ntime: 10am\nfeedback: [{id: rooms, ask: Any rooms?, deadline: 2013-07-05, reply_to: a@example.org}]",
    )


def replace_list(project: Project) -> None:
    front = "title: Health two\ntime: 2pm\nnext_meetings: [2013-07-18, 2013-09-26, 2013-10-24]"
    project.report("health/2013-06-27", front)


def move_board(project: Project) -> None:
    reports = project.folder / "reports"
    (reports / "lscb").mkdir()
    for path in reports.glob("*.md"):
        path.rename(reports / "lscb" / path.name)
    edit(project, "site.yaml", "folder: .", "formerly: [.]")
    # The links in the reports themselves are by name, and found by the earlier ones.


def rename_board(project: Project) -> None:
    rename(project, "lscb", "scp")


def write_seventh(project: Project) -> None:
    front = "title: Seventh\ntime: 10am\npublished: 2013-08-08\n"
    front += "outcomes: [{ask: scp/2013-06-04/rooms, outcome: Two rooms.}]"
    project.report("scp/2013-08-07", front)


def correct_date(project: Project) -> None:
    rename(project, "scp/2013-08-07", "scp/2013-08-06")


def move_year(project: Project) -> None:
    rename(project, "scp/2012-*", "scp/2012/")


def write_joint(project: Project) -> None:
    front = "title: Joint\nboards: [scp, health]\ntime: 10am\npublished: 2013-09-12"
    project.report("2013-09-10", front, "Both met.\n\n## Training\n\nTogether.\n")


def write_second_report(project: Project) -> None:
    front = "title: Joint notes\nmeeting: 2013-09-10\npublished: 2013-09-16"
    project.report("health/2013-09-10", front)


def add_end(project: Project) -> None:
    edit(project, "reports/2013-09-10.md", "time: 10am", "time: 10am to 1pm")


def add_day(project: Project) -> None:
    edit(project, "reports/2013-09-10.md", "date: 2013-09-10", "date: 10-11 September 2013")


def add_links(project: Project) -> None:
    new = "time: 10am, url: https://meet.example.org/j, dial_in: 01632 960 123}"
    edit(project, "meetings.yaml", "{date: 2013-12-10, time: 10am}", "{date: 2013-12-10, " + new)


def rename_topic_and_person(project: Project) -> None:
    rename(project, "training", "learning")
    rename(project, "Ada Mos", "Ada Moss")


def rename_by_hand(project: Project) -> None:
    reports = project.folder / "reports"
    (reports / "health").rename(reports / "wellbeing")
    new = "wellbeing: {formerly: [health], "
    edit(project, "site.yaml", "health: {", new)
    edit(project, "reports/2013-09-10.md", "[scp, health]", "[scp, wellbeing]")


def move_site(project: Project) -> None:
    edit(project, "site.yaml", OLD_BASE, f"{NEW_BASE}\nformerly: [{OLD_BASE}]")


def write_eighth(project: Project) -> None:
    front = "title: Eighth\ntime: 10am to noon\npublished: 2013-12-11\n"
    front += "outcomes: [{ask: 2012-11-20/evenings, outcome: Tuesdays.}]"
    project.report("scp/2013-12-10", front, "The end.\n\n## Learning\n\nSee [[2012-09-11]].\n")


def cancel_planned(project: Project) -> None:
    project.report("scp/2014-03-19", "cancelled: Flood\npublished: 2014-03-10\ntitle: Ninth")


def uncancel_planned(project: Project) -> None:
    (project.folder / "reports/scp/2014-03-19.md").unlink()


def write_ninth(project: Project) -> None:
    project.report("scp/2014-03-19", "title: Ninth\npublished: 2014-03-21\ntime: 10am")


def drop_planned(project: Project) -> None:
    edit(project, "meetings.yaml", "June and September, in", "September, in")
    edit(project, "meetings.yaml", "March, September", "March and September")


ASK, OUTCOME = "Question for you: ", "Outcome: "
STEPS = (
    Step(
        "2012-09-12",
        "first report",
        write_first,
        ("First", f"{ASK}Where shall we meet?"),
        ("+ 2012-09-11", "+ 2012-11-13"),
    ),
    Step("2012-09-20", "correction", correct_first),
    Step("2012-10-02", "next meeting moved", move_next, (), ("2012-11-13 > 2012-11-20",)),
    Step("2012-10-15", "extraordinary meeting", add_extra, ("Extra",), ("+ 2012-10-12",)),
    Step("2012-11-06", "agenda", write_agenda),
    Step(
        "2012-11-22",
        "agenda becomes report, outcome",
        write_second,
        ("Second", f"{OUTCOME}Where shall we meet?", f"{ASK}Which evenings?"),
        ("+ 2013-01-31",),
    ),
    Step("2012-11-26", "a draft again", hide_second, (), ("- 2013-01-31",), ("/2012-11-20/",)),
    Step("2012-11-28", "published again", show_second, (), ("+ 2013-01-31",)),
    Step("2012-12-13", "deadline extended", extend_deadline),
    Step("2013-01-10", "cancelled ahead", cancel, ("Third",), ("x 2013-01-31",)),
    Step("2013-01-20", "un-cancelled", uncancel, (), ("o 2013-01-31",), ("years/2013/",)),
    Step("2013-02-01", "held after all", write_third, ("Third",), ("+ 2013-03-12",)),
    Step("2013-02-05", "withdrawn", withdraw),
    Step("2013-02-10", "un-withdrawn", unwithdraw),
    Step(
        "2013-02-20",
        "plan of the year",
        add_plan,
        (),
        ("+ 2013-04-16", "+ 2013-05-14", "+ 2013-07-09", "+ 2013-09-10", "+ 2013-12-10"),
    ),
    Step(
        "2013-03-15", "held two days late", write_fourth, ("Fourth",), ("2013-03-12 > 2013-03-14",)
    ),
    Step(
        "2013-03-20",
        "replanned within the month",
        move_within_month,
        (),
        ("2013-04-16 > 2013-04-23",),
    ),
    Step(
        "2013-03-25",
        "replanned to another month",
        move_to_next_month,
        (),
        ("2013-05-14 > 2013-06-04",),
    ),
    Step(
        "2013-04-02",
        "replanned with formerly",
        move_with_formerly,
        (),
        ("2013-07-09 > 2013-08-06",),
    ),
    Step("2013-04-25", "planned meeting held", write_fifth, ("Fifth",)),
    Step("2013-05-10", "a rule", add_rule, (), ("+ 2014-03-11", "+ 2014-06-10", "+ 2014-09-09")),
    Step(
        "2013-05-20",
        "another rule",
        change_rule,
        (),
        ("2014-03-11 > 2014-03-19", "2014-06-10 > 2014-06-18", "2014-09-09 > 2014-09-17"),
    ),
    Step(
        "2013-06-03",
        "second board",
        add_board,
        ("Health one",),
        ("+ 2013-05-30", "+ 2013-06-27", "+ 2013-07-25", "+ 2013-09-26"),
    ),
    Step("2013-06-05", "sixth report", write_sixth, ("Sixth", f"{ASK}Any rooms?")),
    Step(
        "2013-06-28",
        "list replaced",
        replace_list,
        ("Health two",),
        ("2013-07-25 > 2013-07-18", "+ 2013-10-24"),
    ),
    Step("2013-07-10", "first board gets a folder", move_board),
    Step("2013-07-20", "board renamed", rename_board),
    Step(
        "2013-08-08",
        "mistyped date",
        write_seventh,
        ("Seventh", f"{OUTCOME}Any rooms?"),
        ("2013-08-06 > 2013-08-07",),
    ),
    Step("2013-08-09", "date corrected", correct_date, (), ("2013-08-07 > 2013-08-06",)),
    Step("2013-08-15", "folder of a year", move_year),
    Step("2013-09-12", "joint meeting", write_joint, ("Joint",)),
    Step("2013-09-16", "second report of it", write_second_report, ("Joint notes",)),
    Step("2013-09-20", "an end", add_end),
    Step("2013-09-21", "a second day", add_day),
    Step("2013-10-01", "how to join", add_links),
    Step("2013-10-10", "topic and person renamed", rename_topic_and_person),
    Step("2013-10-20", "board renamed by hand", rename_by_hand),
    Step("2013-11-05", "site moved", move_site),
    Step("2013-12-11", "eighth report", write_eighth, ("Eighth", f"{OUTCOME}Which evenings?")),
    Step("2014-03-10", "planned meeting cancelled", cancel_planned, ("Ninth",), ("x 2014-03-19",)),
    Step(
        "2014-03-12",
        "un-cancelled",
        uncancel_planned,
        (),
        ("o 2014-03-19",),
        ("/2014-03-19/", "years/2014/"),
    ),
    Step("2014-03-21", "held after all", write_ninth, ("Ninth",)),
    Step("2014-05-02", "dropped from the plan", drop_planned, (), ("- 2014-06-18",)),
)
