"""Test which paragraph of a body is chosen as its summary."""

import pytest

from lscbsite.markup.summary import choose_summary

PROSE = "The board agreed to train in the evening."


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
