"""Test ``lscbsite new``: the next report, with what is already known about the meeting."""

import datetime as dt
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result
from conftest import SITE_YAML, TESTS, Project, run_on_full_disk, tree
from hypothesis import assume, given
from hypothesis import strategies as st
from random_sites import examples, new_project

from lscbsite.cli import main
from lscbsite.model import Attendee, NextMeeting
from lscbsite.scaffold.report_text import NewReport, write_report

BOARDS = f"{SITE_YAML}boards:\n  lscb: {{name: One}}\n  other: {{name: Two}}\n"


@pytest.fixture(scope="module", autouse=True)
def clock() -> Iterator[None]:
    """Let it be 20 February 2013."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1361361600")
        yield


def new(project: Project, *arguments: str) -> Result:
    """Run the command; no traceback."""
    result = project.run("new", *arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def begun(project: Project, *arguments: str) -> str:
    """Begin a report; return the path that was printed, relative to the site."""
    before = tree(project.folder)
    result = new(project, *arguments)
    assert result.exit_code == 0, result.stderr
    added = tree(project.folder).keys() - before.keys()
    assert len(added) == 1
    path = added.pop()
    assert result.stdout.endswith(f"{path}\n")
    assert not result.stderr
    assert {name: data for name, data in tree(project.folder).items() if name != path} == before
    return path


def read(project: Project, path: str) -> str:
    return (project.folder / path).read_text("utf-8")


def front(text: str) -> dict[str, object]:
    """Return the fields of a report's front matter as any YAML parser reads them."""
    values = yaml.load(text.split("---\n")[1], yaml.BaseLoader)
    assert isinstance(values, dict)
    return values


def uncommented(text: str, *fields: str) -> str:
    """Return a text without the # before these fields and the lines that belong to them."""
    lines, within = [], False
    for line in text.split("\n"):
        if re.match(r"#[a-z_]+:", line):
            within = line[1:].partition(":")[0] in fields
        elif not line.startswith("#  "):
            within = False
        lines.append(line.removeprefix("#") if within else line)
    return "\n".join(lines)


def refused(project: Project, *arguments: str, status: int) -> str:
    """Be refused with this exit code, without a change; return the message."""
    before = tree(project.folder)
    result = new(project, *arguments)
    assert result.exit_code == status, result.output
    assert tree(project.folder) == before
    assert not result.stdout
    return result.stderr


def test_the_next_report_has_what_the_last_one_announced(project: Project) -> None:
    project.report(
        "2013-03-12",
        """
        author: Ruth Hallam
        attendees:
          - Ada Moss (Ardenshire Carers)
          - {name: Dev Shah, organisation: Council, role: chair, present: until 3pm}
        next_meeting: {date: 2013-04-16, time: 6.30pm to 8.30pm, place: "Room 2: the \\"Hall\\" #1"}
        """,
    )
    path = begun(project)
    assert path == "reports/2013-04-16.md"
    text = read(project, path)
    assert front(text) == {
        "date": "2013-04-16",
        "time": "18:30",
        "end": "20:30",
        "place": 'Room 2: the "Hall" #1',
        "draft": "true",
    }
    assert "# The day as announced in reports/2013-03-12.md" in text
    whole = front(uncommented(text, "attendees", "author"))
    assert whole["author"] == "Ruth Hallam"
    assert whole["attendees"] == [
        "Ada Moss (Ardenshire Carers)",
        "Dev Shah (Council), chair",
    ]


def test_a_new_report_is_published_nowhere(project: Project) -> None:
    project.report("2013-01-08", "next_meeting: 2013-02-05", body="## Rotas\n\nText.\n")
    project.built()
    before = tree(project.output)
    begun(project)
    project.built()
    assert tree(project.output) == before
    project.built("--drafts")
    page = project.page("reports/2013-02-05")
    assert "Write the report" not in page
    assert "delete" not in page


def test_a_report_that_was_not_written_is_not_published_unseen(project: Project) -> None:
    project.write("topics.yaml", "rotas: {name: Rotas}\n")
    project.report("2013-01-08", "next_meeting: 2013-02-05", body="## Rotas\n\nText.\n")
    path = begun(project)
    text = read(project, path).replace("draft: true\n", "")
    mark = "<!-- Write the report below this line, which readers do not see. -->"
    written = "The board agreed to all of the plans.\n"
    for wrong, code in (
        (text, "M012"),
        (text.replace(mark, f"<!-- {written} -->"), "M012"),
        (text.replace(mark, mark.replace("-->", f"\n\n{written}")) + written, "M013"),
    ):
        assert wrong != text or code == "M012"
        project.write(path, wrong)
        assert f" warning {code}: " in project.run("check", "--today", "2013-03-01").stderr
    project.write(path, text.replace(mark, f"{mark}\n\n{written}"))
    assert not project.run("check", "--today", "2013-03-01").stderr


def test_check_lists_what_is_to_do(project: Project) -> None:
    project.report("2013-01-08", "attendees: [Ada Moss]\nnext_meeting: 2013-02-05")
    path = begun(project)
    todo = project.run("check", "--today", "2013-03-01").stderr.splitlines()
    assert len(todo) == 3
    assert all(": warning C125: found a draft " in line for line in todo)
    place = project.folder / path
    text = place.read_text("utf-8")
    place.write_text(text + "\nThe board met.\n", "utf-8")
    lines = project.run("check", "--today", "2013-03-01").stderr
    assert re.findall("a draft without (.*?);", lines) == [
        "attendees",
        "the day of the next meeting",
    ]
    done = uncommented(text, "attendees").replace("#next_meeting:", "next_meeting: none")
    place.write_text(done + "\nThe board met.\n", "utf-8")
    assert project.run("check", "--today", "2013-03-01", "--strict").exit_code == 0
    place.write_text(text.replace("#next_meeting:", "next_meeting: none"), "utf-8")
    assert project.run("check", "--today", "2013-03-01").stderr.count("C125") == 2


def test_nothing_is_overwritten(project: Project) -> None:
    project.report("2013-01-08", "next_meeting: 2013-02-05")
    path = begun(project)
    message = f"lscbsite: {path} exists already: write the report of 5 February 2013 there\n"
    assert refused(project, status=2) == message
    assert refused(project, "2013-02-05", status=2) == message
    message = refused(project, "8 January 2013", status=2)
    assert "reports/2013-01-08.md is the report of 8 January 2013 already" in message
    assert message.endswith(
        "; for another meeting on that day, name the new file 2013-01-08-2.md\n"
    )
    project.write("reports/2013-05-01.md", "---\ndate: 2013-05-01\nagenda: true\n---\nItems\n")
    assert "reports/2013-05-01.md exists already" in refused(project, "2013-05-01", status=2)


def test_a_report_that_cannot_be_written_is_not_left_in_half(project: Project) -> None:
    project.write("topics.yaml", f"training: {{name: Training {'and more ' * 200_000}}}\n")
    project.report("2013-01-08", "next_meeting: 2013-02-05", "## training\n\nText.\n")
    before = tree(project.folder)
    done = run_on_full_disk(1024, "new", "--site", str(project.folder))
    assert (done.returncode, done.stderr) == (2, "lscbsite: File too large\n")
    assert tree(project.folder) == before


def test_an_agenda_is_named_where_the_report_belongs(project: Project) -> None:
    project.report("2013-01-08", "next_meeting: 2013-02-12")
    project.report("2013-02-12-agenda", "agenda: true")
    assert "reports/2013-02-12-agenda.md exists already" in refused(project, status=2)


def test_a_file_that_is_no_report_of_that_day_is_kept(project: Project) -> None:
    project.report("2013-01-08", "next_meeting: 2013-02-05")
    (project.folder / "reports/2013-02-05.md").mkdir()
    result = new(project)
    assert result.exit_code != 0
    assert not result.stdout


def test_the_plan_gives_the_day_and_the_one_after(project: Project) -> None:
    project.report("2013-01-08")
    project.write(
        "meetings.yaml",
        "- every: second Tuesday of each month\n  year: 2013\n  time: 18:30\n  place: Hall\n",
    )
    text = read(project, begun(project))
    assert front(text) == {"date": "2013-02-12", "time": "18:30", "place": "Hall", "draft": "true"}
    assert "# When is the next meeting? meetings.yaml has 12 March 2013:" in text
    assert front(uncommented(text, "next_meeting"))["next_meeting"] == "2013-03-12"


def test_a_list_of_an_earlier_report_counts(project: Project) -> None:
    project.report("2013-01-08", "next_meetings: [2013-02-05, 2013-03-05, 2013-04-09]")
    project.report("2013-02-05")
    text = read(project, begun(project))
    assert front(text)["date"] == "2013-03-05"
    assert "reports/2013-01-08.md has 9 April 2013" in text


@pytest.mark.parametrize(
    ("days", "guess"),
    [
        (("2013-01-08", "2013-02-12", "2013-03-12", "2013-04-09"), "2013-05-14"),
        (("2013-06-11", "2013-07-09", "2013-09-10", "2013-10-08"), "2013-11-12"),
        (("2013-01-25", "2013-02-22", "2013-03-29", "2013-04-26"), "2013-05-31"),
        (("2012-03-15", "2012-06-15", "2012-09-15", "2012-12-15"), "2013-03-15"),
        (("2013-01-02", "2013-01-16", "2013-01-30", "2013-02-13"), "2013-02-27"),
        (("2013-01-02", "2013-01-17", "2013-03-30", "2013-04-01"), ""),
        (("2013-01-08", "2013-02-12"), ""),
    ],
)
def test_the_day_after_is_guessed_from_the_rhythm(
    project: Project, days: tuple[str, ...], guess: str
) -> None:
    for day in days[:-1]:
        project.report(day)
    text = read(project, begun(project, days[-1]))
    found = front(uncommented(text, "next_meeting"))["next_meeting"]
    assert found == guess
    assert ("is a guess from the days of the last ones" in text) == bool(guess)


def test_open_questions_are_offered_as_outcomes(project: Project) -> None:
    project.report(
        "2013-01-08",
        """
        feedback:
          - {ask: "Who: *you*, # or [we](https://example.org)?", id: who}
          - {ask: Which evenings?, id: evenings, deadline: 2013-01-31}
        """,
    )
    project.report(
        "2013-02-05",
        """
        outcomes: [{ask: 2013-01-08/evenings, outcome: Mondays.}]
        feedback: [{ask: When shall we meet?}]
        next_meeting: 2013-03-05
        """,
    )
    path = begun(project)
    text = read(project, path)
    assert "#  # Who: you, # or we?\n#  - ask: 2013-01-08/who\n" in text
    assert "evenings" not in text
    asks = re.findall(r"#  - ask: (\S+)", text)
    assert asks == ["2013-02-05/when-shall-we-meet", "2013-01-08/who"]
    filled = uncommented(text, "outcomes").replace("    outcome:", "    outcome: Done.")
    project.write(path, filled.replace("draft: true\n", "") + "\nText.\n")
    project.built(today="2013-03-10")
    assert project.page("reports/2013-03-05").count("Done.") >= 2


def test_topics_of_late_are_headings_to_use(project: Project) -> None:
    project.write("topics.yaml", "rotas: {name: Rotas}\nodd: {name: 'A --> B'}\n")
    body = "## Rotas\n\nText.\n\n## A --> B\n\nText.\n"
    project.report("2013-01-08", "next_meeting: 2013-02-05", body=body)
    path = begun(project)
    text = read(project, path)
    assert "<!-- ## Rotas -->" in text
    assert "A --> B" not in text
    used = text.replace("<!-- ## Rotas -->", "## Rotas\n\nNew ones.")
    project.write(path, used.replace("draft: true\n", ""))
    project.built()
    assert "New ones." in project.page("topics/rotas")


def test_a_day_that_is_not_the_announced_one(project: Project) -> None:
    project.report("2013-01-08", "next_meeting: {date: 2013-02-12, time: 18:30, place: Hall}")
    text = read(project, begun(project, "Tuesday 5 February 2013"))
    assert front(text) == {"date": "2013-02-05", "draft": "true"}
    assert "# A meeting was announced for 12 February 2013. If it was moved to this day" in text
    assert "\n#announced_for: 2013-02-12\n" in text
    assert "\n#announced_for: none\n" in text
    assert "# As announced for 12 February 2013:\n#time: 18:30\n#place: Hall\n" in text


def use(text: str, *lines: str) -> str:
    """Return a text of which these comments are used."""
    for line in lines:
        assert f"\n#{line}\n" in text
        text = text.replace(f"\n#{line}\n", f"\n{line}\n")
    return text.replace("draft: true\n", "") + "\nThe board met.\n"


def test_an_extra_meeting_does_not_hide_the_announced_one(project: Project) -> None:
    project.report("2013-01-08", "next_meeting: {date: 2013-02-12, place: Hall}")
    project.report("2013-01-22", "announced_for: none")
    text = read(project, begun(project))
    assert front(text) == {"date": "2013-02-12", "place": "Hall", "draft": "true"}
    assert "as announced in reports/2013-01-08.md" in text


def test_a_moved_meeting_says_so(project: Project) -> None:
    """Even where it is held long after the announced day, and another meeting follows soon."""
    project.report("2013-01-08", "next_meeting: 2013-02-12")
    path = begun(project, "2013-04-16")
    project.write(path, use(read(project, path), "announced_for: 2013-02-12"))
    project.report("2013-04-23")
    assert "L035" not in project.build(today="2013-05-01").stderr
    assert "moved" in project.page("reports/2013-01-08")
    # The meeting that was announced has its report now.
    text = read(project, begun(project, "2013-05-07"))
    assert "announced_for" not in text


def test_an_announced_day_can_be_corrected(project: Project) -> None:
    project.report("2013-01-08", "next_meeting: 2013-02-12")
    path = begun(project)
    text = read(project, path)
    command = re.search(r"# lscbsite rename (\S+ \S+)\n", text)
    assert command
    assert command[1] == "2013-02-12 2013-02-19"
    text = use(text, "announced_for: 2013-02-12").replace(
        "\ndate: 2013-02-12", "\ndate: 2013-02-19"
    )
    project.write(path, text)
    assert project.run("rename", *command[1].split()).exit_code == 0
    project.built()
    assert "moved" in project.page("reports/2013-01-08")


def test_the_file_of_a_moved_meeting_is_that_of_the_announced_one(project: Project) -> None:
    project.report("2013-01-08", "next_meeting: 2013-02-12")
    moved = begun(project, "2013-02-19")
    assert f"{moved} exists already" in refused(project, status=2)
    assert begun(project, "2013-02-12") == "reports/2013-02-12.md"


@pytest.mark.parametrize("declared", ["announced_for: 2013-03-12\n", ""])
def test_a_moved_meeting_does_not_hide_the_rhythm(declared: str, project: Project) -> None:
    for day in ("2013-01-08", "2013-02-12"):
        project.report(day, "next_meeting: 2013-03-12" if day == "2013-02-12" else "")
    project.report("2013-03-19", declared)
    assert "2013-04-09" in refused(project, status=2)
    project.report("2013-04-02", "announced_for: none")
    text = read(project, begun(project, "2013-04-09"))
    assert "\n#next_meeting: 2013-05-14\n" in text


def test_the_day_after_a_moved_meeting_is_guessed(project: Project) -> None:
    for day in ("2013-01-08", "2013-02-12"):
        project.report(day)
    project.report("2013-03-12", "next_meeting: 2013-04-09")
    assert "\n#next_meeting: 2013-05-14\n" in read(project, begun(project, "2013-04-16"))


def test_a_day_of_a_longer_meeting_has_its_report(project: Project) -> None:
    project.report("2013-01-13", "date: 13-15 January 2013")
    message = "reports/2013-01-13.md is the report of 13 to 15 January 2013 already"
    for day in ("2013-01-14", "2013-01-15"):
        assert message in refused(project, day, status=2)
    assert begun(project, "2013-01-16")


def test_no_question_where_the_day_was_announced(project: Project) -> None:
    project.report("2013-01-08", "next_meeting: 2013-02-12")
    project.write("meetings.yaml", "- second Tuesday of each month in 2013\n")
    text = read(project, begun(project, "2013-03-12"))
    assert "# The day as announced in meetings.yaml." in text
    assert "none" not in text.replace('or "none"', "")
    project.write("meetings.yaml", "[]\n")
    project.report("2013-02-12")
    assert "announced_for" not in read(project, begun(project, "2013-01-22"))


def test_a_meeting_long_past_is_noted(project: Project) -> None:
    project.report("2012-11-13", "next_meeting: 2012-12-11")
    result = new(project)
    assert result.stdout == "reports/2012-12-11.md\n"
    assert result.stderr == (
        "lscbsite: 11 December 2012 is long past. If you meant another meeting, delete this file and"
        " give the day, as in lscbsite new 2013-02-20\n"
    )
    (project.folder / "reports/2012-12-11.md").unlink()
    assert begun(project, "2012-12-11")


def test_a_meeting_of_several_days(project: Project) -> None:
    project.report("2013-01-08", "next_meeting: 12-13 March 2013")
    path = begun(project)
    project.built("--drafts", today="2013-03-20")
    assert "13 March 2013" in project.page(path.removesuffix(".md"))


def test_without_a_known_day_one_must_be_given(project: Project) -> None:
    message = "the day of the meeting is not known, as there is no report yet: give it, as in"
    assert message in refused(project, status=2)
    assert begun(project, "2013-01-08") == "reports/2013-01-08.md"
    for day in ("2013-02-12", "2013-03-12"):
        project.report(day)
    project.report("2013-01-08")
    message = (
        "as in lscbsite new 2013-04-09; from the days of the last meetings it may be 2013-04-09"
    )
    assert message in refused(project, status=2)
    assert "12/03/2013" in refused(project, "12/03/2013", status=2)


@pytest.mark.parametrize(
    ("words", "said", "example"),
    [
        ("next_meeting: February 2013", 'says "February 2013", and no day', "2013-02-01"),
        ("next_meetings: [March 2013]", 'says "March 2013", and no day', "2013-03-01"),
        ("next_meeting: to be confirmed", 'says "to be confirmed", and no day', "2013-02-20"),
        ("next_meeting: none", "says that there is no next meeting", "2013-02-20"),
        ("", "does not say when the next meeting is", "2013-02-20"),
    ],
)
def test_what_was_announced_without_a_day_is_said(
    words: str, said: str, example: str, project: Project
) -> None:
    project.report("2013-01-08", words)
    message = f"as reports/2013-01-08.md {said}: give it, as in lscbsite new {example}\n"
    assert refused(project, status=2).endswith(message)


def test_the_day_that_is_given_as_an_example_has_no_report(project: Project) -> None:
    project.write("site.yaml", BOARDS)
    for day in ("2013-02-20", "2013-02-27"):
        project.report(f"other/{day}")
    message = "give it, as in lscbsite new --board other 2013-03-06\n"
    assert refused(project, "--board", "other", status=2).endswith(message)
    assert begun(project, "--board", "other", "2013-03-06") == "reports/other/2013-03-06.md"


def test_a_month_without_a_day_comes_before_the_meeting_after_it(project: Project) -> None:
    project.report("2013-01-08", "next_meeting: February 2013")
    project.write("meetings.yaml", "[2013-03-12]\n")
    assert "February 2013" in refused(project, status=2)
    project.write("meetings.yaml", "[March 2013, 2013-04-09, 2013-02-12]\n")
    assert begun(project) == "reports/2013-02-12.md"
    project.report("2013-02-12")
    assert '"March 2013"' in refused(project, status=2)
    project.report("2013-03-05")
    assert begun(project) == "reports/2013-04-09.md"


def test_a_day_can_be_several_words(project: Project) -> None:
    assert begun(project, "8", "January", "2013") == "reports/2013-01-08.md"
    assert begun(project, "Tuesday", "5th", "February", "2013") == "reports/2013-02-05.md"
    message = refused(project, "5", "February", status=2)
    assert '"5 February"' in message
    assert "write the date as 2013-02-20 or 20 February 2013" in message


def test_examples_of_dates_are_of_this_time(project: Project) -> None:
    assert "lscbsite new 2013-02-20" in refused(project, status=2)
    text = read(project, begun(project, "2015-11-10"))
    assert 'A day, "December 2015", ' in text


def test_each_board_has_its_own(project: Project) -> None:
    project.write("site.yaml", BOARDS)
    project.report("lscb/2013-01-08", "next_meeting: 2013-02-05")
    project.report("other/2013-01-09", "next_meeting: 2013-02-06")
    message = "say which board the report is of: --board with one of lscb, other"
    assert message in refused(project, status=2)
    assert 'no board "othr": did you mean "other"?' in refused(project, "--board=othr", status=2)
    assert begun(project, "--board", "other") == "reports/other/2013-02-06.md"
    assert begun(project, "--board", "lscb", "2013-03-05") == "reports/lscb/2013-03-05.md"


def test_one_board_needs_no_option(project: Project) -> None:
    assert "leave out --board" in refused(project, "--board", "lscb", status=2)
    project.write("site.yaml", f"{SITE_YAML}boards: {{lscb: {{name: One}}}}\n")
    assert begun(project, "2013-03-05") == "reports/lscb/2013-03-05.md"


def test_a_board_in_the_folder_of_reports(project: Project) -> None:
    project.write("site.yaml", BOARDS.replace("name: One", "name: One, folder: ."))
    project.report("2013-01-08", "next_meeting: 2013-02-05")
    assert begun(project, "--board", "lscb") == "reports/2013-02-05.md"


def test_folders_by_year(project: Project) -> None:
    project.report("2012/2012-12-11", "next_meeting: 2013-01-08")
    assert begun(project) == "reports/2013/2013-01-08.md"
    project.built("--drafts", today="2013-02-01")
    project.write("site.yaml", BOARDS)
    shutil.rmtree(project.folder / "reports")
    project.report("lscb/2012/2012-12-11", "next_meeting: 2012-12-28")
    assert begun(project, "--board", "lscb") == "reports/lscb/2012/2012-12-28.md"


def test_a_joint_meeting_counts_for_each_board(project: Project) -> None:
    project.write("site.yaml", BOARDS)
    project.report("lscb/2013/2013-01-08", "boards: [lscb, other]\nnext_meeting: 2013-02-05")
    assert begun(project, "--board", "other") == "reports/other/2013-02-05.md"
    project.write("site.yaml", BOARDS.replace("name: Two", "name: Two, folder: ."))
    (project.folder / "reports/other/2013-02-05.md").unlink()
    assert begun(project, "--board", "other") == "reports/2013-02-05.md"


def test_a_joint_meeting_gets_one_file(project: Project) -> None:
    project.write("site.yaml", BOARDS)
    project.report("lscb/2013-01-08", "boards: [lscb, other]\nnext_meeting: 2013-02-05")
    path = begun(project, "--board", "lscb")
    text = read(project, path)
    message = (
        f'{path} is of the same day: if the boards meet together, write "boards: [lscb, other]" in'
        " it; if not, give the day: lscbsite new --board other 2013-02-05\n"
    )
    assert refused(project, "--board", "other", status=2).endswith(message)
    assert begun(project, "--board", "other", "2013-02-05") == "reports/other/2013-02-05.md"
    (project.folder / "reports/other/2013-02-05.md").unlink()
    project.write(path, use(text, "boards: [lscb, other]"))
    assert "does not say when" in refused(project, "--board", "other", status=2)


def test_scheduled_and_drafted_reports_count(project: Project) -> None:
    project.report("2013-01-08", "draft: true\nnext_meeting: 2013-02-05")
    project.report("2013-02-05", "published: 2199-01-01\nnext_meeting: 2013-03-05")
    assert begun(project) == "reports/2013-03-05.md"


def test_who_was_at_a_withdrawn_report_is_not_taken_over(project: Project) -> None:
    project.report(
        "2013-01-08",
        """
        attendees: [Ada Moss]
        withdrawn: {date: 2013-01-20, reason: Wrong.}
        next_meeting: 2013-02-05
        """,
    )
    assert "Ada Moss" not in read(project, begun(project)).replace('"- Ada Moss (', "")


def test_where_a_withdrawn_report_was_is_not_taken_over(project: Project) -> None:
    project.report("2013-01-01", "place: Hall")
    project.report(
        "2013-01-08",
        """
        place: Secret barn
        withdrawn: {date: 2013-01-20, reason: Wrong.}
        next_meeting: {date: 2013-02-05, place: Secret barn}
        """,
    )
    assert "Secret" not in read(project, begun(project))
    text = read(project, begun(project, "2013-02-12"))
    assert "# As at the meeting of 1 January 2013:\n#place: Hall\n" in text
    assert "Secret" not in text


def test_people_are_of_the_meeting_that_is_named(project: Project) -> None:
    project.report("2013-01-01", "attendees: [Ada Moss]")
    project.report("2013-01-08", "next_meeting: 2013-02-05")
    assert "were at the meeting of 1 January 2013:\n#attendees:\n#  - Ada" in read(
        project, begun(project)
    )


def test_comments_are_in_english_and_words_of_the_report_are_kept(project: Project) -> None:
    project.write("site.yaml", f"{SITE_YAML}language: de\n")
    project.report(
        "2013-01-08", "language: cy\nnext_meeting: {date: 5. Februar 2013, place: Tŷ Mawr}"
    )
    path = begun(project)
    text = read(project, path)
    assert front(text)["language"] == "cy"
    assert front(text)["place"] == "Tŷ Mawr"
    assert "# When is the next meeting?" in text
    project.built("--drafts")


def test_errors_of_the_site_come_first(project: Project) -> None:
    project.report("2013-01-08", "dte: 2013-01-08\nnext_meeting: 2013-02-05")
    message = refused(project, status=1)
    assert re.match(r"reports/2013-01-08.md:\d+:1: error F020: ", message)
    assert message.endswith("Nothing was written. Correct the errors above, then try again.\n")


def test_problems_are_in_the_format_that_was_asked_for(project: Project) -> None:
    project.report("2013-01-08", "dte: 2013-01-08\nnext_meeting: 2013-02-05")
    [problem] = json.loads(refused(project, "--format", "json", status=1))
    assert problem["code"] == "F020"


def test_paths_are_those_in_the_site(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.report("2013-01-08", "next_meeting: 2013-02-05")
    monkeypatch.chdir(project.folder.parent)
    result = CliRunner().invoke(main, ["new", "--site", project.folder.name])
    assert result.stdout == "reports/2013-02-05.md\n"
    todo = CliRunner().invoke(main, ["check", "--site", project.folder.name]).stderr
    assert todo.startswith("reports/2013-02-05.md:")


def test_a_name_of_a_file_adds_no_line(project: Project) -> None:
    lines = "---\ndate: 2013-01-13\nnext_meeting: 2013-02-10\n---\nText.\n"
    project.write("reports/2013-01-13\nauthor: Mallory\n#.md", lines.encode())
    assert "error F055" in refused(project, status=1)


@given(
    st.text(st.sampled_from("\n\r\x0b\x0c\x1c\x85\u2028\u2029 #a:"), min_size=1),
    st.sampled_from(["", "a"]),
)
def test_no_value_adds_a_line(text: str, announced_in: str) -> None:
    """Even without the checks of file names and texts that come before."""
    day = dt.date(2013, 2, 5)
    meeting = NextMeeting(day, place=text, url=text, dial_in=text, title=text)
    person = Attendee(text, text, text)
    evil = NewReport(
        name=text,
        meeting=meeting,
        announced_in=announced_in and text,
        other=meeting,
        last=None,
        boards=(text, text),
        author=text,
        attendees=(day, (person,)),
        questions=(),
        topics=(text,),
        next_day=meeting.date,
        next_from=text,
        language="cy",
    )
    harmless = NextMeeting(meeting.date, place="a", url="a", dial_in="a", title="a")
    plain = evil._replace(
        name="a",
        meeting=harmless,
        other=harmless,
        announced_in=announced_in and "a",
        boards=("a", "a"),
        author="a",
        attendees=(day, (Attendee("a", "a", "a"),)),
        topics=(),
        next_from="a",
    )
    front = write_report(evil).split("---\n")[1]
    assert len(front.splitlines()) == len(write_report(plain).split("---\n")[1].splitlines())


def test_no_site(tmp_path: Path) -> None:
    project = Project(tmp_path)
    (tmp_path / "site.yaml").unlink()
    assert "S001" in refused(project, "2013-01-08", status=1)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["site", "site-boards", "site-meetings"])
def test_sites_of_the_tests(tmp_path: Path, name: str) -> None:
    shutil.copytree(TESTS / name, tmp_path / "site")
    project = Project.__new__(Project)
    project.folder = tmp_path / "site"
    boards = {"site": "", "site-boards": "safeguarding", "site-meetings": "lscb"}[name]
    path = begun(project, *(["--board", boards] if boards else []))
    project.built("--drafts", today="2013-03-01")
    assert project.run("check", "--today", "2013-03-01", path).exit_code in (0, 2)


_WORDS = st.text(
    st.one_of(
        st.sampled_from("\"'#:-,[]{}()&*!|>%@`~ \\/?<=.;éŵñ\u2028\u200b\u00a0\U0001f600"),
        st.characters(categories=("L", "N", "P", "S", "Zs", "M")),
    ),
    min_size=1,
    max_size=25,
)


@examples(20)
@given(name=_WORDS, organisation=_WORDS, role=_WORDS, place=_WORDS, ask=_WORDS, topic=_WORDS)
def test_whatever_the_last_report_says_the_new_one_can_be_read(
    name: str, organisation: str, role: str, place: str, ask: str, topic: str
) -> None:
    with new_project() as project:
        _check_words(project, name, organisation, role, place, ask, topic)


def _check_words(project: Project, *words: str) -> None:
    name, organisation, role, place, ask, topic = words
    values = {"author": name, "name": name, "org": organisation, "role": role, "place": place}
    quoted = {
        key: "'" + text.replace("'", "''") + "'" for key, text in {**values, "ask": ask}.items()
    }
    lines = [
        "---",
        "date: 2013-01-08",
        "author: {author}",
        "attendees:",
        "  - {{name: {name}, organisation: {org}, role: {role}}}",
        "feedback:",
        "  - ask: {ask}",
        "    id: one",
        "next_meeting: {{date: 2013-02-05, place: {place}, title: {role}}}",
        "---",
    ]
    text = "\n".join(lines).format_map(quoted) + f"\n## {topic}\n\nText.\n"
    project.write("reports/2013-01-08.md", text.encode())
    assume(project.run("check", "--today", "2013-03-01").exit_code == 0)
    path = begun(project)
    text = read(project, path)
    # A place of spaces alone is none.
    assert str(front(text).get("place", "")).split() == place.split()
    assert project.run("check", "--today", "2013-03-01", "--drafts").exit_code == 0
    everything = uncommented(text, "attendees", "author", "outcomes")
    whole = front(everything)
    attendees = whole["attendees"]
    assert isinstance(attendees, list)
    (person,) = attendees
    if isinstance(person, dict):
        found = [" ".join(str(value).split()) for value in person.values()]
        given_ = [" ".join(text.split()) for text in (name, organisation, role)]
        assert found == [text for text in given_ if text]
    project.write(path, everything.replace("    outcome:", "    outcome: Done."))
    result = project.run("check", "--today", "2013-03-01", "--drafts")
    assert result.exit_code == 0, result.stderr
    page = text.split("---\n", 2)[2]
    assert all(re.fullmatch(r"<!-- [^<>]* -->|", line) for line in page.split("\n"))
