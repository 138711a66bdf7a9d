"""Test the headline of a report without a title: its first subjects."""

import re
import time

import pytest
from conftest import Project

from lscbsite.markup import choose_headline

TEXT = "The board heard of the training, of chronologies and of domestic violence.\n"


def write_body(*headings: str, text: str = TEXT) -> str:
    return "".join(f"## {heading}\n\n{text}\n" for heading in headings)


def find_headline(project: Project, page: str = "reports/2012-11-13/index.html") -> str:
    found = re.search("<h1[^>]*>(.*?)</h1>", project.page(page))
    assert found
    return re.sub("<[^>]*>", "", found[1])


@pytest.mark.parametrize(
    ("headings", "text", "headline"),
    [
        (
            ["Training", "Chronologies", "Domestic violence", "Budget"],
            TEXT,
            "Training, chronologies and domestic violence",
        ),
        # What every meeting has is no subject; numbers and colons are no words.
        (
            ["1. Welcome and apologies", "2. Training:", "3.1 Domestic Violence", "4. AOB"],
            TEXT,
            "Training and domestic violence",
        ),
        (["Training"], TEXT, "Training"),
        (["Training", "TRAINING", "Budgeting"], TEXT, "Training and budgeting"),
        # Names keep their capitals; where that is not clear, all do.
        (["Training", "Ofsted"], "We wrote to Ofsted.", "Training and Ofsted"),
        (["Training", "Ofsted"], "Ofsted came.", "Training; Ofsted"),
        (["Training", "CSE"], TEXT, "Training and CSE"),
        (
            ["Training", "Family Group Conference"],
            "A family group met. The Family Group Conference is in May, a conference.",
            "Training and Family Group Conference",
        ),
        (["Fees, grants and loans", "Housing"], TEXT, "Fees, grants and loans; housing"),
        (
            ["Research & development", "*Early* help"],
            TEXT,
            "Research &amp; development and early help",
        ),
        # Capitals behind the first word are those of names if other words have none.
        (
            ["Training", "Reading Borough plan"],
            "We go on reading in every borough.",
            "Training; Reading Borough plan",
        ),
        (["Training", "Reading in winter"], "We go on reading.", "Training; Reading in winter"),
        (
            ["Training", "Report from Readingham"],
            "Ready to report.",
            "Training and report from Readingham",
        ),
        (["Training", "Nepal"], TEXT, "Training; Nepal"),
        # These only begin like what every meeting has.
        (
            ["Presentation: fire", "Attendance at school", "Introduction of fees"],
            "The presentation on attendance was an introduction.",
            "Presentation: fire, attendance at school and introduction of fees",
        ),
        (
            ["Declarations of interest", "Declaration of climate emergency", "Attendance"],
            TEXT,
            "Declaration of climate emergency",
        ),
        (["Agenda", "Closing of schools", "Closing of the meeting"], TEXT, "Closing of schools"),
        # A number is not one of the heading if it counts something, or is behind the first word.
        (["4.2 million homes"], TEXT, "4.2 million homes"),
        (["Strategy 2012. What next"], TEXT, "Strategy 2012. What next"),
        (["x" * 200], TEXT, "x" * 119 + "…"),
        (["Training " * 10, "Chronologies", "Housing"], TEXT, ("Training " * 10).strip()),
    ],
)
def test_it_is_the_first_subjects(
    headings: list[str], text: str, headline: str, project: Project
) -> None:
    project.report("2012-11-13", body=write_body(*headings, text=text))
    project.built()
    assert find_headline(project) == headline


@pytest.mark.parametrize(
    ("language", "headings", "headline"),
    [
        ("de", ["Begrüßung", "Haushalt", "Häusliche Gewalt"], "Haushalt und häusliche Gewalt"),
        ("cy", ["Croeso", "Hyfforddiant", "Trais"], "Hyfforddiant, trais"),
        ("fr", ["Formation", "Budget"], "Formation; Budget"),
    ],
)
def test_it_is_in_the_language_of_the_report(
    language: str, headings: list[str], headline: str, project: Project
) -> None:
    body = write_body(*headings, text="Es geht um häusliche Gewalt ac am y trais.")
    project.report("2012-11-13", f"language: {language}", body)
    project.built()
    assert find_headline(project) == headline
    assert f'<h1 lang="{language}"' in project.page("reports/2012-11-13/index.html") or (
        f'<html lang="{language}"' in project.page("reports/2012-11-13/index.html")
    )


def test_lists_and_feeds_have_it_with_the_date(project: Project) -> None:
    project.report("2012-09-11", body=write_body("Training", "Early help"))
    project.report(
        "2012-11-13",
        'feedback: [{id: venue, ask: "Where?"}]',
        "See [[2012-09-11]].\n\n" + write_body("Housing"),
    )
    project.built()
    dated = "Training and early help (11 September 2012)"
    assert f"<title>{dated}" in project.page("reports/2012-09-11/index.html")
    for feed in ("feed.xml", "feed.atom", "feed.json"):
        assert dated in project.page(feed)
    assert "Housing (13 November 2012)" in project.page("asks/index.html")
    assert "Housing (13 November 2012)" in project.page("reports/2012-09-11/index.html")
    for page in ("index.html", "reports/index.html", "years/2012/index.html"):
        assert re.search(
            r'">Training and early help</a></h[23]>\s*<p class="meta"><time[^>]*>Tuesday 11 September 2012',
            project.page(page),
        )
    # In a sentence, the words of the author are better.
    assert ">Report from 11 September 2012 meeting</a>" in project.page(
        "reports/2012-11-13/index.html"
    )


def test_a_heading_with_the_name_of_a_report_is_left_out(project: Project) -> None:
    project.report("2012-09-11", body=write_body("Training"))
    project.report(
        "2012-11-13",
        body=write_body("More on [[2012-09-11]]", "See [[2012-09-11|then]]", "Housing"),
    )
    project.built()
    assert find_headline(project) == "See then and housing"


@pytest.mark.parametrize(
    ("front", "headline"),
    [
        ("title: The budget", "The budget"),
        ("cancelled: Snow", "Meeting of 13 November 2012: cancelled"),
        ("withdrawn: {date: 2012-12-01, reason: Names}", "Report from 13 November 2012 meeting"),
    ],
)
def test_other_titles_stay(front: str, headline: str, project: Project) -> None:
    project.report("2012-11-13", front, write_body("Training", "Chronologies"))
    output = project.built()
    assert find_headline(project) == headline
    if "withdrawn" in front:
        for file in output.rglob("*"):
            assert not file.is_file() or b"chronologies" not in file.read_bytes()


def test_a_headline_is_no_title_in_calendars(project: Project) -> None:
    project.report("2012-11-13", body=write_body("Training", "Chronologies"))
    project.built()
    calendar = project.page("calendar.ics")
    assert "SUMMARY" in calendar
    assert "hronologies" not in re.findall("SUMMARY.*", calendar)[0]


def test_a_long_heading_takes_no_long_time() -> None:
    started = time.process_time()
    assert choose_headline(["1." * 50_000 + "x"], [], "en-GB").endswith("…")
    assert time.process_time() - started < 2
