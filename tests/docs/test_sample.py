"""Test the sample site at the root of the checkout, and that its dates can be moved."""

import datetime as dt
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from conftest import ROOT, parsed, text, tree
from hypothesis import given
from hypothesis import strategies as st

from lscbsite.cli import main as run_program
from lscbsite.dates import format_written
from tools import move_sample
from tools.move_sample import CannotMoveError, find_reference_day, move_dates, read_sample

SAMPLE = read_sample(ROOT)
REFERENCE = find_reference_day(SAMPLE)
# Days of all seasons, also those for which the reference day comes weeks earlier.
RELEASES = [REFERENCE + dt.timedelta(days=days) for days in (0, 5, 40, 101, 155, 200, 260, 1200)]


def copy_sample(folder: Path) -> Path:
    """Copy the sample alone, as git would check it out."""
    for path, content in SAMPLE.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode())
    shutil.copytree(ROOT / "files", folder / "files", dirs_exist_ok=True)
    return folder


def list_reports(texts: move_sample.Texts) -> list[dict[str, Any]]:
    """Return the front matter of each report, the newest first."""
    return [
        yaml.load(content.split("---\n")[1], yaml.BaseLoader)
        for path, content in sorted(texts.items(), reverse=True)
        if path.parts[0] == "reports"
    ]


def list_deadlines(texts: move_sample.Texts) -> Iterator[dt.date | None]:
    for report in list_reports(texts):
        for ask in report.get("feedback", []):
            deadline = ask.get("deadline")
            yield dt.date.fromisoformat(deadline.split()[0]) if deadline else None


# --- what the sample shows --------------------------------------------------------------------


def test_the_sample_shows_what_a_site_can_hold() -> None:
    reports = list_reports(SAMPLE)
    assert max(len(report.get("attendees", [])) for report in reports) == 15
    for key in ("agenda", "withdrawn", "cancelled", "corrections", "outcomes", "apologies"):
        assert any(key in report for report in reports), key
    with_attendees = [report for report in reports if len(report.get("attendees", [])) > 3]
    assert len(with_attendees) > len(reports) / 2
    (newest, *_) = [report for report in reports if "agenda" not in report]
    assert len(newest["feedback"]) == 3
    assert yaml.safe_load(SAMPLE[Path("site.yaml")])["attendance"] is True


@pytest.mark.parametrize("day", RELEASES, ids=str)
def test_on_the_day_of_a_release_the_sample_is_alive(tmp_path: Path, day: dt.date) -> None:
    site = copy_sample(tmp_path / "site")
    move_sample.main([str(day)], site)
    arguments = ["--site", str(site), "--today", str(day)]
    checked = CliRunner().invoke(run_program, ["check", "--strict", *arguments])
    assert (checked.exit_code, checked.stderr) == (0, ""), checked.stderr
    assert "no warnings" in checked.stdout
    built = CliRunner().invoke(run_program, ["build", *arguments])
    assert built.exit_code == 0, built.stderr

    moved = read_sample(site)
    deadlines = list(list_deadlines(moved))
    assert sum(deadline is None or deadline >= day for deadline in deadlines) >= 2
    assert None in deadlines
    reports = list_reports(moved)
    ahead = [dt.date.fromisoformat(report["date"]) for report in reports if "agenda" in report]
    assert ahead
    assert min(ahead) > day
    assert reports[0]["feedback"][0]["ask"] in text(
        parsed((site / "output/asks/index.html").read_bytes())
    )
    published = dt.date.fromisoformat(reports[1]["published"])
    assert dt.timedelta() < day - published < dt.timedelta(weeks=10)


def test_the_committed_sample_has_no_warning_on_its_reference_day() -> None:
    arguments = ["check", "--strict", "--site", str(ROOT), "--today", str(REFERENCE)]
    result = CliRunner().invoke(run_program, arguments)
    assert (result.exit_code, result.stderr) == (0, "")


# --- moving it --------------------------------------------------------------------------------


@pytest.mark.parametrize("weeks", [52, 1, -9, 313])
def test_moving_there_and_back_gives_the_same_bytes(weeks: int) -> None:
    there = move_dates(SAMPLE, weeks)
    assert there.keys() != SAMPLE.keys()
    assert find_reference_day(there) == REFERENCE + dt.timedelta(weeks=weeks)
    assert move_dates(there, -weeks) == SAMPLE


def test_the_files_are_renamed_and_nothing_else_changes(tmp_path: Path) -> None:
    site = copy_sample(tmp_path)
    before = tree(site)
    # By the time between two meetings: each new name is the old name of another report.
    move_sample.write_sample(site, SAMPLE, move_dates(SAMPLE, 11))
    after = read_sample(site)
    assert len(after) == len(SAMPLE)
    for path, content in after.items():
        if path.parts[0] == "reports":
            assert f"\ndate: {path.stem}\n" in content
    move_sample.write_sample(site, after, SAMPLE)
    assert tree(site) == before


def test_a_second_move_to_the_same_day_changes_nothing(tmp_path: Path) -> None:
    site = copy_sample(tmp_path)
    for day in RELEASES:
        move_sample.main([format_written(day)], site)
        once = tree(site)
        move_sample.main([format_written(day)], site)
        assert tree(site) == once


def test_make_builds_the_moved_sample_in_place_of_the_old_one(tmp_path: Path) -> None:
    found = re.search(r"\$\(LSCBSITE\) build (.*) \$\(if", (ROOT / "Makefile").read_text("utf-8"))
    assert found
    site = copy_sample(tmp_path)
    for day in RELEASES[:3]:
        move_sample.main([str(day)], site)
        arguments = [*found[1].split(), "--site", str(site), "--today", str(day)]
        built = CliRunner().invoke(run_program, ["build", *arguments])
        assert (built.exit_code, built.stderr) == (0, "")


def test_no_release_puts_a_meeting_into_the_holidays() -> None:
    held = [dt.date.fromisoformat(report["date"]) for report in list_reports(SAMPLE)]
    for week in range(52 * 8):
        weeks = move_sample.choose_weeks(SAMPLE, REFERENCE + dt.timedelta(weeks=week))
        assert week - move_sample.EARLIER <= weeks <= week
        for day in held:
            moved = day + dt.timedelta(weeks=weeks)
            assert moved.month != 8
            assert (moved.month, moved.day) < (12, 20)


def move_one(content: str, weeks: int, day: dt.date = dt.date(2012, 11, 13)) -> str:
    """Move the dates of a report's text."""
    (moved,) = move_dates({Path(f"reports/{day}.md"): content}, weeks).values()
    return moved


@pytest.mark.parametrize(
    ("before", "weeks", "after"),
    [
        ("date: 2012-11-13\n", 52, "date: 2013-11-12\n"),
        ("[[2012-09-11#a|then]]", 1, "[[2012-09-18#a|then]]"),
        ("ask: 2012-09-11/venue", 52, "ask: 2013-09-10/venue"),
        ("../reports/2012-09-11-evening.md", 1, "../reports/2012-09-18-evening.md"),
        (
            "deadline: 2012-12-14 (extended from 2012-12-07)",
            -1,
            "deadline: 2012-12-07 (extended from 2012-11-30)",
        ),
        ("Reply by Friday 14 December.", 52, "Reply by Friday 13 December."),
        # The nearest: of next year.
        ("Friday 1 March", 1, "Friday 8 March"),
        ("Friday 22 February", 1, "Friday 1 March"),
        ("12-13 March 2013", 1, "19-20 March 2013"),
        ("on 29 and 30 December 2012,", 0, "on 29 and 30 December 2012,"),
        ("on 29 and 30 December 2012", 1, "on 5 and 6 January 2013"),
        ("30 April to 1 May 2013", 1, "7 to 8 May 2013"),
        ("24-25 April 2013", 1, "1-2 May 2013"),
        ("25 to 28 April 2013", 0, "25 to 28 April 2013"),
        ("24-25 January", 1, "31 January-1 February"),
        ("31 December 2012 to 2 January 2013", 1, "7 January 2013 to 9 January 2013"),
        ("on 3\n  September 2012", 1, "on 10\n  September 2012"),
        ("2 December 2012, at 2pm", 1, "9 December 2012, at 2pm"),
        (
            "the Children Act 2004, 2,012 people, 01632 960142",
            9,
            "the Children Act 2004, 2,012 people, 01632 960142",
        ),
        ("it may march on", 9, "it may march on"),
    ],
)
def test_each_form_of_a_date_is_moved(before: str, weeks: int, after: str) -> None:
    day = dt.date(2012, 11, 13)
    assert move_one(before, weeks, day) == after
    assert move_one(after, -weeks, day + dt.timedelta(weeks=weeks)) == before


@given(
    st.dates(dt.date(2001, 1, 1), dt.date(2099, 1, 1)),
    st.integers(1, 20),
    st.integers(-500, 500),
    st.sampled_from(["-", "–", " to ", " and "]),
)
def test_days_in_words_move_there_and_back(day: dt.date, length: int, weeks: int, to: str) -> None:
    last = day + dt.timedelta(days=length)
    first_month = "" if day.month == last.month else format_written(day).split()[1]
    content = f"On {f'{day.day} {first_month}'.strip()}{to}{format_written(last)}."
    there = move_one(content, weeks)
    assert there.endswith(f"{format_written(last + dt.timedelta(weeks=weeks))}.")
    assert move_one(there, -weeks) == content


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("One.\nIn May we met.", "2: 'May'"),
        ("Dated 2012.", "1: '2012'"),
        ("13/11/2012", "1: '2012'"),
        ("Nov. 13th", "1: 'Nov.'"),
        ("since last summer", "1: 'summer'"),
        ("it was\n\nlast\nyear", "3: 'last\\nyear'"),
        ("on 31 February 2013", "1: '31 February 2013'"),
        ("on 1 June", "1: '1 June'"),
        ("12 March to 13 March 2013", "1: '12 March to 13 March 2013'"),
    ],
)
def test_what_cannot_be_moved_is_listed(content: str, found: str) -> None:
    with pytest.raises(CannotMoveError) as refused:
        move_one(content, 1)
    assert str(refused.value).startswith(f"reports/2012-11-13.md:{found}")


def test_a_sample_that_cannot_be_moved_stays_as_it_is(tmp_path: Path) -> None:
    site = copy_sample(tmp_path)
    about = site / "pages/about.md"
    about.write_text(about.read_text("utf-8") + "\nSince 23 April, and in spring.\n", "utf-8")
    (site / "reports/2025-02-30.md").write_text("---\ndate: 2025-02-28\n---\n", "utf-8")
    before = tree(site)
    with pytest.raises(SystemExit) as refused:
        move_sample.main(["2031-03-04"], site)
    lines = str(refused.value.code).splitlines()
    assert [line.split(": ")[1] for line in lines] == ["'23 April'", "'spring'", "'2025-02-30'"]
    assert [line.partition(":")[0] for line in lines] == [
        *["pages/about.md"] * 2,
        "reports/2025-02-30.md",
    ]
    assert tree(site) == before


def test_a_day_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="which can be 3 April 2027"):
        move_sample.main(["03/04/2027"], copy_sample(tmp_path))
