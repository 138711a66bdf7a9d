"""Test which paragraph of a body is chosen as its summary."""

import re

import pytest
from conftest import Project

from lscbsite.markup.summary import choose_summaries

PROSE = "The board agreed to train in the evening."


def choose_summary(paragraphs: list[str], title: str) -> str:
    """Return the best summary, '' if there is none."""
    return next(iter(choose_summaries(paragraphs, title)), "")


@pytest.mark.parametrize(
    "paragraph",
    [
        "The board agreed:",
        "Present: Ann Lee, Bo Cole and Cy Dean.",
        "Apologies",
        "Date: 12 March 2013 Venue: Town Hall",
        "Chair: Ann Scribe: Bo",
        "KK: We need a day.",
        "Ann: Yes.",
        "https://example.org/minutes",
        "https://example.org/a -> walkthrough; examples",
        ":thumbsup: welcome!",
        "Recording: https://example.org/a",
        "ann@example.org",
        "Minutes of the March meeting of the board",
        "DRAFT Minutes of the board held at the Town Hall",
        "Training and budget",
        "HELD AT THE VILLAGE HALL",
        "THURSDAY JULY 2nd 2009",
        "June 23, 2016 (7:00am to 8:30am)",
        "1. Apologies for absence",
        "a) The hedge was cut.",
        "• tea • cake",
        "- [ ] Ann - [x] Bo",
        "| Date | 12 March |",
        "Ann Lee (Tea Co), Bo Cole (Tea Co), Cy Dean (chair), Dee East",
        "None",
        "None.",
        "TBC",
        "DRAFT",
        "Quorum achieved.",
        "Extracted from the issues of the project before the meeting.",
        "Please register on the page of the group before you come.",
        "Agenda",
        "7.35pm Cllr Moss arrived",
        "\u2013",
        "",
    ],
)
def test_what_says_nothing_is_passed_over(paragraph: str) -> None:
    assert choose_summary([paragraph, PROSE], "Training and Budget") == PROSE
    assert choose_summary([paragraph], "Training and Budget") == ""


@pytest.mark.parametrize(
    "paragraph",
    [
        PROSE,
        "Text.",
        "The minutes were approved without a change.",
        "Budget: the board agreed to pay for the cover of two more evenings in March.",
        "Ann Lee, Bo Cole and Cy Dean spoke about the form, which is ready.",
        "We met at the Town Hall and spoke of https://example.org/ and other sites.",
        "Who would come to training in the evening?",
        "Es versammelten sich heute zwölf Mitglieder im Klimabüro.",
        "2013 was a hard year for the network.",
        "A new plan was adopted.",
    ],
)
def test_prose_is_chosen(paragraph: str) -> None:
    assert choose_summary(["Agenda", paragraph], "") == paragraph


def test_sentences_come_before_other_words() -> None:
    assert choose_summary(["Reviewing plans for the term", PROSE], "") == PROSE
    assert choose_summary(["Agenda", "Reviewing plans for the term"], "") == (
        "Reviewing plans for the term"
    )


def test_spaces_and_lines_are_joined() -> None:
    assert choose_summary(["We  met\nin the hall."], "") == "We met in the hall."


NOTICE = "The council meets in public on the second Tuesday of each month in the village hall."


def read_summary(project: Project, report: str) -> str:
    """Return the description of a report's page."""
    page = project.page(f"reports/{report}/index.html")
    found = re.search(r'<meta name="description" content="([^"]*)"', page)
    assert found
    return found[1]


def test_a_paragraph_that_other_reports_have_is_passed_over(project: Project) -> None:
    rent, hedge = "The rent rises in May, said Ann.", "The hedge was cut, and the path is open."
    project.report("2012-11-13", body=f"{NOTICE}\n\n{rent}\n")
    project.report("2012-12-11", body=f"{NOTICE}\n\n{hedge}\n")
    project.report("2013-01-08", body=f"{NOTICE}\n")
    project.built()
    assert read_summary(project, "2012-11-13") == rent
    assert read_summary(project, "2012-12-11") == hedge
    # What has nothing of its own keeps it.
    assert read_summary(project, "2013-01-08") == NOTICE
    project.report("2012-12-11", body=f"{hedge}\n")
    project.report("2013-01-08", body="The bench by the church is mended at last.\n")
    project.built()
    assert read_summary(project, "2012-11-13") == NOTICE
