"""Test what authors write about meetings: ends, several days, the next ones, and meetings.yaml."""

import datetime as dt
import shlex
import time
from pathlib import Path
from typing import Any

import pytest
from conftest import HUNT, Project
from hypothesis import given, settings
from hypothesis import strategies as st

from lscbsite.config import load_config
from lscbsite.model import Config, FrontMatter, NextMeeting, PlannedMeeting, Sources
from lscbsite.parsing.fences import split_front_matter
from lscbsite.parsing.front_matter import read_front_matter
from lscbsite.parsing.meeting_lists import read_meetings_file
from lscbsite.parsing.yaml_reader import Document
from lscbsite.problems import Problems
from lscbsite.rules import RULES as CODES

BOARDS = """\
title: Reports
base_url: https://example.org/
boards:
  lscb: {name: Safeguarding, default_length: 90 minutes}
  health: {name: Health}
"""


def read(front: str, *, warnings: int = 0) -> FrontMatter:
    """Return the front matter of a report without problems."""
    problems = Problems()
    parts = split_front_matter(f"---\n{front}\n---\nText.\n", "reports/a.md", problems)
    assert parts is not None
    stand_in = {"date": dt.date.min}
    result = read_front_matter(parts, "reports/a.md", problems, FrontMatter, stand_in).front
    assert isinstance(result, FrontMatter)
    assert len(problems.list_sorted()) == warnings, problems.list_sorted()
    return result


def load(project: Project) -> Config:
    """Return the configuration of a site without problems."""
    problems = Problems()
    config = load_config(project.folder, Sources((), (), (), ()), problems)
    assert problems.list_sorted() == ()
    return config


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


# --- the meeting of a report ------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    ["12-13 March 2013", "{from: 12 March 2013, to: 2013-03-13}", "2013-03-12/2013-03-13"],
)
def test_a_meeting_can_take_several_days(written: str) -> None:
    front = read(f"date: {written}")
    assert (front.date, front.last_day) == (day("2013-03-12"), day("2013-03-13"))


@pytest.mark.parametrize(
    "written",
    ["time: 6.30pm to 8.30pm", "time: 18:30\nend: 20:30", "end: 8.30pm\ntime: 6.30pm"],
)
def test_a_meeting_has_an_end(written: str) -> None:
    front = read(f"date: 2013-03-12\n{written}")
    assert (front.time, front.end) == (dt.time(18, 30), dt.time(20, 30))


def test_an_end_can_be_after_midnight_or_on_another_day() -> None:
    front = read("date: 2013-03-12\ntime: 10pm to 1am")
    assert (front.time, front.end) == (dt.time(22), dt.time(1))
    front = read("date: 12-13 March 2013\ntime: 10am\nend: 10am")
    assert (front.time, front.end) == (dt.time(10), dt.time(10))
    read("date: 2013-03-12\ntime: 6.30pm to 8.30am", warnings=1)
    read("date: 12-13 March 2013\ntime: 6.30pm to 8.30am")


def test_an_end_whose_time_cannot_be_read_is_reported_once() -> None:
    read("date: 2013-03-12\ntime: soon\nend: 8.30pm", warnings=1)


def test_other_fields_of_a_meeting_are_read() -> None:
    front = read(
        "date: 2013-03-12\nurl: https://example.org/x\ndial-in: 01632 960 123\nboards: [lscb, health]\n"
        "meeting: 2012-11-13\nagenda: yes"
    )
    assert front.url == "https://example.org/x"
    assert front.dial_in == "01632 960 123"
    assert front.boards == ("lscb", "health")
    assert front.meeting == "2012-11-13"
    assert front.agenda is True


@pytest.mark.parametrize("words", ["none", "No", "nobody announced it", "not announced"])
def test_a_meeting_that_nobody_announced(words: str) -> None:
    front = read(f"date: 2013-03-12\nannounced_for: {words}")
    assert (front.announced_for, front.unannounced) == (None, True)
    front = read("date: 2013-03-12\nannounced_for: 5 March 2013")
    assert (front.announced_for, front.unannounced) == (day("2013-03-05"), False)


@pytest.mark.parametrize(
    ("front", "advice", "right"),
    [
        (
            "next_meeting: second Tuesday of February",
            "Write the day: 10 February 2026.",
            "next_meeting: 10 February 2026",
        ),
        (
            "next_meeting: second Tuesday of each month, in 2026",
            "Write the day: 10 February 2026; a rule for a whole year goes into meetings.yaml.",
            "next_meeting: 10 February 2026",
        ),
        (
            "next_meeting: {date: second Tuesday of each month}",
            '"  - second Tuesday of each month from 10 February 2026 to 8 December 2026".',
            "next_meetings:\n  - second Tuesday of each month from 10 February 2026 to 8 December 2026",
        ),
        (
            "next_meetings: [second Tuesday of each month]",
            'Write "from 10 February 2026 to 8 December 2026" after it.',
            "next_meetings: [second Tuesday of each month from 10 February 2026 to 8 December 2026]",
        ),
        (
            "next_meetings: [{every: second Tuesday of each month}]",
            'Write "from: 2026-02-10" and "until: 2026-12-08" below it.',
            "next_meetings: [{every: second Tuesday of each month, from: 2026-02-10, until: 2026-12-08}]",
        ),
        (
            'next_meetings: ["second Tuesday of each month, in 2026"]',
            'Write "from 10 February 2026 to 8 December 2026" as the period of the rule; ',
            "next_meetings: [second Tuesday of each month from 10 February 2026 to 8 December 2026]",
        ),
    ],
)
def test_advice_about_rules_can_be_followed(
    front: str, advice: str, right: str, project: Project
) -> None:
    project.report("2026-01-13", front)
    assert advice in project.build(today="2026-01-20").stderr
    project.report("2026-01-13", right)
    project.built(today="2026-01-20")


def test_a_rule_whose_first_days_are_over_is_reported_once(project: Project) -> None:
    project.report("2026-03-10", 'next_meetings: ["second Tuesday of each month, in 2026"]')
    assert project.build().stderr.count("L010") == 1


def test_a_file_is_named_after_the_first_of_several_days(project: Project) -> None:
    project.write("reports/2013-03-12.md", "---\ndate: 12-13 March 2013\n---\nText.\n")
    assert project.build().exit_code == 0
    project.write("reports/2013-03-13.md", "---\ndate: 12-13 March 2013\n---\nText.\n")
    assert "F006" in project.build().stderr


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("2013-03-12", "2013-03-12 2013-03-19"),
        ("2013/2013-03-12-b", "2013/2013-03-12-b 2013-03-19-b"),
        ("2013-03-12 evening", '"2013-03-12 evening" "2013-03-19 evening"'),
    ],
)
def test_the_command_for_a_file_with_another_date_works(
    name: str, command: str, project: Project
) -> None:
    project.write(f"reports/{name}.md", "---\ndate: 2013-03-19\n---\nText.\n")
    error = project.build().stderr.splitlines()[0]
    assert error.endswith(f"if it is right, rename the file (lscbsite rename {command}).")
    assert project.run("rename", *shlex.split(command)).exit_code == 0
    project.built()


@pytest.mark.parametrize(
    "written",
    [
        "deadline: 21 December 2012 (extended from 14 December 2012)",
        "deadline: 21 December 2012, extended from 14 December",
        "deadline: 21 December 2012 (was 14 December)",
        "deadline: {date: 21 December 2012, extended_from: 2012-12-14}",
        "deadline: 21 December 2012\n    extended_from: 14 December 2012",
        "deadline: 21. Dezember 2012 (verlängert vom 14. Dezember)",
        "deadline: 21 Rhagfyr 2012 (estynnwyd o 14 Rhagfyr)",
    ],
)
def test_a_deadline_can_be_extended(written: str) -> None:
    language = "de" if "verl" in written else "cy" if "Rhag" in written else "en"
    front = read(f"date: 2012-11-13\nlanguage: {language}\nfeedback:\n  - ask: Who?\n    {written}")
    (ask,) = front.feedback
    assert (ask.deadline, ask.extended_from) == (day("2012-12-21"), day("2012-12-14"))


def test_a_deadline_extended_over_new_year() -> None:
    front = read(
        "date: 2012-11-13\nfeedback:\n  - ask: Who?\n"
        "    deadline: 4 January 2013 (extended from 14 December)"
    )
    assert front.feedback[0].extended_from == day("2012-12-14")


# --- the next meeting -------------------------------------------------------------------------


def known(words: str, earliest: str, latest: str, **fields: Any) -> dict[str, Any]:
    return {
        "planned": "to be confirmed",
        "words": words,
        "earliest": day(earliest),
        "latest": day(latest),
        **fields,
    }


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2013-01-31", {"date": day("2013-01-31")}),
        (
            "31 January - 1 February 2013",
            {"date": day("2013-01-31"), "last_day": day("2013-02-01")},
        ),
        ("to be confirmed", {"planned": "to be confirmed"}),
        ("none", {"planned": "none"}),
        ("July 2013", known("July 2013", "2013-07-01", "2013-07-31")),
        ("July", known("July", "2013-07-01", "2013-07-31")),
        (
            "to be confirmed (probably July)",
            known("to be confirmed (probably July)", "2013-07-01", "2013-07-31"),
        ),
        ("week of 11 March 2013", known("week of 11 March 2013", "2013-03-11", "2013-03-17")),
        (
            "To be confirmed (when  the chair is back)",
            {"planned": "to be confirmed", "words": "To be confirmed (when the chair is back)"},
        ),
        (
            "{date: July 2013, time: 6 to 8pm, place: Hall, dial_in: 01632 960 123, title: AGM}",
            known(
                "July 2013",
                "2013-07-01",
                "2013-07-31",
                time=dt.time(18),
                end=dt.time(20),
                place="Hall",
                dial_in="01632 960 123",
                title="AGM",
            ),
        ),
        (
            "{date: {from: 2013-01-31, to: 2013-02-01}, time: 18:30, end: 20:30}",
            {
                "date": day("2013-01-31"),
                "last_day": day("2013-02-01"),
                "time": dt.time(18, 30),
                "end": dt.time(20, 30),
            },
        ),
        ("{date: to be confirmed, place: Hall}", {"planned": "to be confirmed", "place": "Hall"}),
        ("{place: Hall}", {"planned": "to be confirmed", "place": "Hall"}),
    ],
)
def test_the_next_meeting_is_read(written: str, expected: dict[str, Any]) -> None:
    assert read(f"date: 2012-11-13\nnext_meeting: {written}").next_meeting == NextMeeting(
        **expected
    )


def test_a_loosely_known_meeting_is_to_be_confirmed_on_pages(project: Project) -> None:
    project.write("reports/2012-11-13.md", "---\ndate: 2012-11-13\nnext_meeting: July\n---\nX.\n")
    assert project.build().exit_code == 0
    page = (project.output / "reports/2012-11-13/index.html").read_text("utf-8")
    assert "<dd>July</dd>" in page


# --- lists ------------------------------------------------------------------------------------


def test_next_meetings_are_read() -> None:
    front = read(
        """\
date: 2013-03-12
next_meetings:
  - 16 April 2013
  - {date: 2013-05-21, formerly: 2013-05-14, time: 6.30pm to 8.30pm}
  - second Tuesday of each month except August, from June to September 2013
  - every: 15th of each month
    from: 2013-10-01
    until: 2013-12-31
    except: [2013-11-15]
    time: 18:30
    place: Hall
  - February
"""
    )
    hall: dict[str, Any] = {"time": dt.time(18, 30), "place": "Hall"}
    assert front.next_meetings == (
        PlannedMeeting(day("2013-04-16")),
        PlannedMeeting(
            day("2013-05-21"), dt.time(18, 30), dt.time(20, 30), formerly=day("2013-05-14")
        ),
        PlannedMeeting(day("2013-06-11")),
        PlannedMeeting(day("2013-07-09")),
        PlannedMeeting(day("2013-09-10")),
        PlannedMeeting(day("2013-10-15"), **hall),
        PlannedMeeting(day("2013-12-15"), **hall),
        PlannedMeeting(**known("February", "2014-02-01", "2014-02-28")),
    )


def test_each_of_next_meetings_has_its_position() -> None:
    problems = Problems()
    text = (
        "---\ndate: 2013-03-12\nnext_meetings:\n  - 15th of each month in 2014\n  - July\n---\nX.\n"
    )
    parts = split_front_matter(text, "reports/a.md", problems)
    assert parts is not None
    positions = read_front_matter(
        parts, "reports/a.md", problems, FrontMatter, {"date": dt.date.min}
    ).positions
    assert positions["next_meetings.11"].line == 4
    assert positions["next_meetings.12.date"].line == 5


def test_the_meetings_of_a_board(project: Project) -> None:
    project.write(
        "meetings.yaml",
        """\
        - 16 April 2013
        - July 2013
        - every: third Tuesday of each month
          year: 2014
        """,
    )
    config = load(project)
    meetings = config.meetings[""]
    assert [meeting.date for meeting in meetings[:3]] == [
        day("2013-04-16"),
        None,
        day("2014-01-21"),
    ]
    assert len(meetings) == 14
    assert [position.line for position in config.meeting_positions[""]] == [1, 2, *[3] * 12]


def test_the_meetings_of_several_boards(project: Project) -> None:
    project.write("site.yaml", BOARDS)
    project.write("meetings.yaml", "health: [2013-04-16]\nlscb:\n  - 2013-04-16\n")
    config = load(project)
    assert config.meetings == {
        "health": (PlannedMeeting(day("2013-04-16")),),
        "lscb": (PlannedMeeting(day("2013-04-16")),),
    }
    assert config.site.default_length == dt.timedelta(hours=2)
    assert config.site.boards["lscb"].default_length == dt.timedelta(minutes=90)
    assert config.site.boards["health"].default_length is None


def test_a_moved_meeting_takes_the_place_of_the_one_of_a_rule(project: Project) -> None:
    project.write(
        "meetings.yaml",
        "- 15th of each month in 2014\n- {date: 2014-05-16, formerly: 2014-05-15}\n",
    )
    days = {meeting.date for meeting in load(project).meetings[""]}
    assert day("2014-05-15") not in days
    assert day("2014-05-16") in days
    assert len(days) == 12


TEN, HALF_PAST_SIX = dt.time(10), dt.time(18, 30)
TWO_RULES = """\
- {every: "second Tuesday of each month, in 2013", time: "10:00"}
- {every: "second Tuesday of each month, in 2013", time: "18:30"}
"""


@pytest.mark.parametrize(
    ("entries", "left"),
    [
        # the one at the time of the moved one
        (f'{TWO_RULES}- {{date: 2013-05-15, formerly: 2013-05-14, time: "18:30"}}', [TEN]),
        (
            f'{TWO_RULES}- {{date: 2013-05-15, formerly: 2013-05-14, time: "10:00"}}',
            [HALF_PAST_SIX],
        ),
        # both were moved, whatever their times are now
        (
            (
                f'{TWO_RULES}- {{date: 2013-05-15, formerly: 2013-05-14, time: "11:00"}}\n'
                '- {date: 2013-05-16, formerly: 2013-05-14, time: "19:00"}'
            ),
            [],
        ),
        # the one whose rule leaves the day out
        (
            (
                TWO_RULES.replace('30"', '30", except: [2013-05-14]')
                + '- {date: 2013-05-15, formerly: 2013-05-14, time: "19:00"}'
            ),
            [TEN],
        ),
        # a meeting that is no rule's stays
        (
            (
                f"{TWO_RULES.splitlines()[0]}\n"
                '- {date: 2013-05-14, time: "18:30"}\n'
                '- {date: 2013-05-15, formerly: 2013-05-14, time: "11:00"}'
            ),
            [HALF_PAST_SIX],
        ),
    ],
)
def test_only_the_meeting_that_was_moved_leaves_its_day(
    project: Project, entries: str, left: list[dt.time]
) -> None:
    project.write("meetings.yaml", f"{entries}\n")
    meetings = load(project).meetings[""]
    assert [meeting.time for meeting in meetings if meeting.date == day("2013-05-14")] == left


def test_no_meeting_leaves_its_day_if_it_is_unclear_which_was_moved(project: Project) -> None:
    project.report("2012-11-13")
    moved = '- {date: 2013-05-15, formerly: 2013-05-14, time: "19:00"}\n'
    project.write("meetings.yaml", TWO_RULES + moved)
    result = project.run("check", "--today", "2013-03-01")
    assert "warning L016" in result.stderr
    assert result.stdout.count("14 May") == 2
    # what the message says to write
    right = TWO_RULES.replace('30"', '30", except: [2013-05-14]')
    project.write("meetings.yaml", right + moved)
    result = project.run("check", "--today", "2013-03-01")
    assert result.stderr == ""
    assert result.stdout.count("14 May") == 1


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        (
            "every: every other Wednesday from 9 January 2013\n  year: 2013",
            ("2013-01-09", "2013-12-25"),
        ),
        (
            "every: first Monday of each month until May 2013\n  from: 2013-03-01",
            ("2013-03-04", "2013-05-06"),
        ),
    ],
)
def test_keys_say_what_the_period_in_a_rule_leaves_open(
    project: Project, rule: str, days: tuple[str, str]
) -> None:
    project.write("meetings.yaml", f"- {rule}\n")
    meetings = load(project).meetings[""]
    assert (meetings[0].date, meetings[-1].date) == (day(days[0]), day(days[1]))


@pytest.mark.parametrize(
    "entries",
    [
        "- 15th of each month in 2014\n- {date: 2014-05-16, formerly: 2014-05-15}",
        # a day that the rule leaves out, and one that is far from its days
        (
            "- {every: 15th of each month, year: 2014, except: [2014-05-15]}\n"
            "- {date: 2014-05-16, formerly: 2014-05-15}"
        ),
        "- 15th of each month in 2014\n- {date: 2014-05-27, formerly: 2014-05-29}",
        # two that changed places, two of one day at different times, and one of two that was moved
        "- {date: 2014-05-16, formerly: 2014-05-15}\n- {date: 2014-05-15, formerly: 2014-05-16}",
        (
            "- {date: 2014-05-16, formerly: 2014-05-15, time: 2pm}\n"
            "- {date: 2014-05-16, formerly: 2014-05-15, time: 6pm}"
        ),
        "- {date: 2014-05-16, formerly: 2014-05-15, time: 2pm}\n- {date: 2014-05-15, time: 6pm}",
        # no day to compare it with
        "- July 2014\n- {date: 2014-05-16, formerly: 2014-05-15}",
    ],
)
def test_what_is_right_of_moved_meetings_is_not_reported(project: Project, entries: str) -> None:
    project.write("meetings.yaml", f"{entries}\n")
    assert load(project).meetings[""]


def test_two_meetings_on_a_day_at_different_times(project: Project) -> None:
    project.write(
        "meetings.yaml", "- {date: 2013-04-16, time: 2pm}\n- {date: 2013-04-16, time: 6pm}\n"
    )
    assert len(load(project).meetings[""]) == 2


def test_dates_in_meetings_yaml_are_in_the_language_of_the_site(project: Project) -> None:
    project.write("site.yaml", "title: X\nbase_url: https://example.org/\nlanguage: de\n")
    project.write("meetings.yaml", "- 12. März 2013\n- Ende Juli 2013\n")
    meetings = load(project).meetings[""]
    assert meetings[0].date == day("2013-03-12")
    assert meetings[1].latest == day("2013-07-31")


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "~\n"])
def test_an_empty_file_of_meetings(project: Project, text: str) -> None:
    project.write("meetings.yaml", text)
    assert load(project).meetings == {}


@pytest.mark.parametrize("name", ["meetings.yml", "Meetings.yaml", "meeting.yaml"])
def test_a_file_of_meetings_with_another_name_is_reported(project: Project, name: str) -> None:
    project.write(name, "- 2013-04-16\n")
    assert f"{name}:1:1: error F050" in project.build().stderr


# --- what a check says ------------------------------------------------------------------------

RULES = """\
- 16 April 2013
- every: second Tuesday of each month except August
  from: 2013-09-01
  until: 2014-02-28
"""
LISTED = (
    "meetings.yaml:2: second Tuesday of each month except August: 10 September, 8 October,"
    " 12 November, 10 December 2013; 14 January, 11 February 2014\n"
)


def test_a_check_prints_the_days_of_each_rule(project: Project) -> None:
    project.write("reports/2013-02-12.md", "---\ndate: 2013-02-12\n---\nText.\n")
    project.write("meetings.yaml", RULES)
    for _ in range(2):  # the second time from the cache
        assert project.run("check", "--today", "2013-03-01").stdout.startswith(LISTED)
    project.write("meetings.yaml", RULES.replace("2014-02-28", "2014-01-31"))
    assert "14 January 2014\n" in project.run("check", "--today", "2013-03-01").stdout
    report = str(Path("reports/2013-02-12.md"))
    result = project.run("check", "--today", "2013-03-01", str(project.folder / report))
    assert "Tuesday" not in result.stdout
    assert LISTED not in project.build().stdout


def test_a_check_prints_the_days_of_the_rules_in_reports(project: Project) -> None:
    def check(*paths: str) -> list[str]:
        result = project.run(
            "check", "--today", "2013-03-01", *(str(project.folder / path) for path in paths)
        )
        assert result.exit_code == 0, result.stderr
        return result.stdout.splitlines()[:-1]

    rule = "second Tuesday of each month, from {} to December 2013"
    front = f"date: 2013-02-12\nnext_meetings:\n  - {rule.format('October')}\n"
    project.write("reports/2013-02-12.md", f"---\n{front}---\nText.\n")
    days = f"{rule.format('October')}: 8 October, 12 November, 10 December 2013"
    for _ in range(2):  # the second time from the cache
        assert check() == [f"reports/2013-02-12.md:4: {days}"]
    # only its line is another one
    project.write("reports/2013-02-12.md", f"---\n# A comment.\n{front}---\nText.\n")
    assert check() == [f"reports/2013-02-12.md:5: {days}"]
    project.write("meetings.yaml", RULES)
    assert check() == [LISTED.rstrip(), f"reports/2013-02-12.md:5: {days}"]
    assert check("reports") == [f"reports/2013-02-12.md:5: {days}"]
    assert check("meetings.yaml") == [LISTED.rstrip()]
    (project.folder / "meetings.yaml").unlink()
    # a later list replaces it
    later = f"---\ndate: 2013-02-26\nnext_meetings: ['{rule.format('November')}']\n---\nText.\n"
    project.write("reports/2013-02-26.md", later)
    days = f"{rule.format('November')}: 12 November, 10 December 2013"
    assert check() == [f"reports/2013-02-26.md:3: {days}"]


def test_a_fault_in_meetings_yaml_is_found_in_a_later_build(project: Project) -> None:
    project.write("reports/2013-02-12.md", "---\ndate: 2013-02-12\n---\nText.\n")
    assert project.build().exit_code == 0
    project.write("meetings.yaml", "- soon\n")
    assert "meetings.yaml:1:3: error F030" in project.build().stderr
    (project.folder / "meetings.yaml").unlink()
    assert project.build().exit_code == 0


REPEATED = ("12 March, ", "every May ", "cancelled (", " - ", "6pm to ", "and ", "to be ")


@pytest.mark.parametrize("part", REPEATED[::3] if HUNT == 1 else REPEATED)
def test_a_long_text_about_meetings_is_reported_at_once(part: str) -> None:
    text = part * (100_000 // len(part))
    began = time.process_time()
    for field in ("date", "time", "end", "meeting", "next_meeting", "next_meetings"):
        problems = Problems()
        parts = split_front_matter(
            f'---\n{field}: "{text}"\n---\nText.\n', "reports/a.md", problems
        )
        assert parts is not None
        read_front_matter(parts, "reports/a.md", problems, FrontMatter, {"date": dt.date.min})
    document = Document(
        f'- "{text}"\n- {{date: "{text}", status: "{text}"}}\n', "meetings.yaml", problems
    )
    read_meetings_file(document, (), "en")
    assert problems.list_sorted()
    assert time.process_time() - began < 5


# --- whatever is written ----------------------------------------------------------------------

PARTS = (
    "12 16 March April 2013 2013-03-12 2013-04-16 second Tuesday of each month every in except August from"
    " to and , ; at 6pm 8pm 18:30 9 noon Hall cancelled none approx tbc probably - ( ) [ ] { } :"
)
FIELDS = (
    "date time end boards meeting next_meeting next_meetings formerly every year from to until start"
    " except cancelled status in place"
)
values = st.lists(st.sampled_from(PARTS.split()), max_size=8).map(" ".join)
mappings = st.dictionaries(st.sampled_from(FIELDS.split()), values, max_size=4).map(
    lambda pairs: f"{{{', '.join(f'{key}: {value}' for key, value in pairs.items())}}}"
)
entries = st.one_of(values, mappings)


@settings(max_examples=300 * HUNT, deadline=None)
@given(
    st.sampled_from(["date", "time", "end", "meeting", "next_meeting", "next_meetings", "boards"]),
    st.one_of(entries, st.lists(entries, max_size=3).map(lambda listed: f"[{', '.join(listed)}]")),
    st.lists(entries, min_size=1, max_size=3),
)
def test_whatever_is_written_of_meetings_is_read_or_reported(
    field: str, value: str, listed: list[str]
) -> None:
    lines = "".join(f"  - {entry}\n" for entry in listed)
    front = f"{field}: {value}\nnext_meetings:\n{lines}"
    problems = Problems()
    parts = split_front_matter(f"---\n{front}---\nText.\n", "reports/a.md", problems)
    if parts is not None:
        stand_in = {"date": dt.date.min}
        read_front_matter(parts, "reports/a.md", problems, FrontMatter, stand_in)
    document = Document(
        "".join(line[2:] for line in lines.splitlines(True)), "meetings.yaml", problems
    )
    read_meetings_file(document, (), "en")
    for problem in problems.list_sorted():
        assert problem.code in CODES
        assert problem.line >= 1
