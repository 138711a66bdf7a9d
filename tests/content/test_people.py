"""Test the register of people: one spelling for each person, and their organisation."""

import datetime as dt
import shutil

import pytest
from conftest import Project, text, tree

from lscbsite.index.people import PeopleRegister
from lscbsite.model import Attendee, DatedName, People, Person

DAY = dt.date(2012, 11, 13)

REGISTER = PeopleRegister(
    {
        "Ada Moss": Person((DatedName("Ardenshire Carers"),), ("A. Moss", "Ada  Stone")),
        "Ben Reed": Person((), ("Benjamin Reed", "The chair")),
        "Cara Lund": Person((DatedName("Open Door"),), ("The chair", "Ben Reed")),
        "eve hart": Person((DatedName("Here"),)),
        "Eve Hart": Person((DatedName("There"),)),
    }
)


@pytest.mark.parametrize(
    ("written", "registered"),
    [
        (Attendee("Ada Moss"), Attendee("Ada Moss", "Ardenshire Carers")),
        (Attendee("ADA\u00a0 moss"), Attendee("Ada Moss", "Ardenshire Carers")),
        (Attendee("A. Moss", None, "chair"), Attendee("Ada Moss", "Ardenshire Carers", "chair")),
        (Attendee("Ada Stone", "Mill Lane"), Attendee("Ada Moss", "Mill Lane")),
        (Attendee("benjamin reed"), Attendee("Ben Reed")),
        # A name goes before another one's alias.
        (Attendee("Ben Reed"), Attendee("Ben Reed")),
        # Nobody is taken for another by a guess.
        (Attendee("Ada Mos"), Attendee("Ada Mos")),
        (Attendee("A Moss"), Attendee("A Moss")),
        (Attendee("The chair"), Attendee("The chair")),
        (Attendee("EVE HART"), Attendee("EVE HART")),
    ],
)
def test_who_is_named(written: Attendee, registered: Attendee) -> None:
    people = People(None, (written,), (written,))
    assert REGISTER.apply(people, DAY) == People(None, (registered,), (registered,))


def test_the_author_has_the_registered_name() -> None:
    assert REGISTER.apply(People("a. moss"), DAY) == People("Ada Moss")
    assert REGISTER.apply(People("Somebody"), DAY) == People("Somebody")


def test_where_nothing_changes_they_are_the_same() -> None:
    present = (Attendee("Ada Moss", "Ardenshire Carers"), Attendee("Zoë Ng"))
    one = People("Ada Moss", present)
    assert REGISTER.apply(one, DAY) is one
    assert PeopleRegister({}).apply(one, DAY) is one


def test_pages_show_people_as_they_are_registered(project: Project) -> None:
    project.write(
        "people.yaml", "Ada Moss: {organisation: Ardenshire Carers, aliases: [A. Moss]}\n"
    )
    project.report("2012-11-13", "author: A. MOSS\nattendees: [a. moss]\napologies: [A. Mos]")
    project.built()
    page = project.page("reports/2012-11-13")
    assert "Ada Moss (Ardenshire Carers)" in page
    assert ", by Ada Moss" in page
    assert "A. Mos<" in page


PERIODS = """\
Ada Moss:
  organisation:
    - {name: Mill Lane Centre, until: June 2013}
    - Ardenshire Carers
  aliases: [A. Moss]
  formerly:
    - {name: Ada Reed, until: 2011-05-01}
"""


@pytest.mark.parametrize(
    ("day", "written", "shown"),
    [
        ("2011-05-01", "A. Moss", "Ada Reed (Mill Lane Centre)"),
        ("2011-05-01", "ada reed", "Ada Reed (Mill Lane Centre)"),
        ("2011-05-02", "Ada Reed", "Ada Moss (Mill Lane Centre)"),
        ("2013-06-30", "Ada Moss", "Ada Moss (Mill Lane Centre)"),
        ("2013-07-01", "Ada Moss", "Ada Moss (Ardenshire Carers)"),
        ("2013-07-01", "Ada Moss (Open Door)", "Ada Moss (Open Door)"),
    ],
)
def test_pages_show_the_name_and_the_organisation_of_the_day(
    project: Project, day: str, written: str, shown: str
) -> None:
    project.write("people.yaml", PERIODS)
    project.report(day, f"author: Ada Reed\nattendees: [{written}]")
    project.built(today="2014-01-01")
    page = project.page(f"reports/{day}")
    assert shown in page
    assert f", by {shown.partition(' (')[0]}" in page


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Open Door", {"2005-01-01": "Open Door", "2015-01-01": "Open Door"}),
        ("[Open Door]", {"2005-01-01": "Open Door"}),
        ("{name: Open Door, from: 2010}", {"2009-12-31": "", "2010-01-01": "Open Door"}),
        (
            "[{name: A, from: 2010-03, until: June 2012}, {name: B, from: 2014}]",
            {"2010-02-28": "", "2010-03-01": "A", "2012-06-30": "A", "2012-07-01": "", "2014-01-01": "B"},
        ),
        # An open end reaches to the neighbour, in any order.
        ("[A, {name: B, from: 2013-07-01}]", {"2013-06-30": "A", "2013-07-01": "B"}),
        ("[{name: B, from: 2013-07-01}, A]", {"2013-06-30": "A", "2013-07-01": "B"}),
        ("[{name: A, until: 2010}, B, {name: C, from: 2013}]", {"2010-12-31": "A", "2011-01-01": "B", "2013-01-01": "C"}),
        ("[{name: A, from: 2010}, {name: B, from: 2012}]", {"2009-12-31": "", "2011-12-31": "A", "2012-01-01": "B"}),
        ("[{name: A, until: 2010}, {name: B, until: 2012}]", {"2010-12-31": "A", "2011-01-01": "B", "2013-01-01": ""}),
        ("[{name: A, until: 31 December 9999}, {name: B, until: 2012}]", {"2012-12-31": "B", "2013-01-01": "A"}),
        ("[{name: A, until: 31 December 9999}, {name: B, from: 2012}]", None),
        ("[{name: A, from: 2012, until: 2011}]", None),
        ("[{name: A, from: 2012}, {name: B, from: 2012}]", None),
    ],
)  # fmt: skip
def test_periods_of_organisations(
    project: Project, written: str, expected: dict[str, str] | None
) -> None:
    project.write("people.yaml", f"Ada Moss:\n  organisation: {written}\n")
    for number, day in enumerate(expected or {"2012-01-01": ""}):
        project.report(day, f"attendees: [Ada Moss]\ntitle: Number {number}", f"Text {number}.")
    result = project.build(today="2020-01-01")
    assert result.exit_code == (0 if expected else 1), result.stderr
    for day, organisation in (expected or {}).items():
        name = f"Ada Moss ({organisation})<" if organisation else "Ada Moss<"
        assert name in project.page(f"reports/{day}"), day


def test_dates_of_people_are_read_in_the_language_of_the_site(project: Project) -> None:
    project.write("site.yaml", "title: T\nbase_url: https://example.org/\nlanguage: de\n")
    project.write(
        "people.yaml", "Ada Moss:\n  organisation: [{name: A, until: Mai 2012}, {name: B}]\n"
    )
    project.report("2012-06-01", "attendees: [Ada Moss]")
    project.built()
    assert "Ada Moss (B)" in project.page("reports/2012-06-01")


def test_a_person_with_a_former_name_is_one_person(project: Project) -> None:
    project.write("people.yaml", PERIODS)
    project.write(
        "site.yaml", "title: T\nbase_url: https://example.org/\nattendance: true\nsearch: false\n"
    )
    project.report("2011-01-12", "attendees: [Ada Reed]", "One.")
    project.report("2011-06-12", "attendees: [Ada Moss]", "Two.")
    project.report("2012-06-12", "attendees: [Ada Rede]", "Three.")
    result = project.build()
    assert 'Did you mean "Ada Reed"?' in result.stderr
    rows = [text(row) for row in project.parsed("attendance").iter("tr")]
    assert sum("Ada Moss" in row for row in rows) == 1
    assert not any("Ada Reed" in row for row in rows)


def test_two_people_cannot_share_a_former_name(project: Project) -> None:
    project.write("people.yaml", f"{PERIODS}Ben Reed:\n  aliases: [Ada Reed]\n")
    project.report("2012-11-13")
    result = project.build()
    assert result.exit_code == 1
    assert 'people.yaml:9:13: error S010: found the alias "Ada Reed"' in result.stderr


def test_a_change_of_periods_reaches_every_page(project: Project) -> None:
    """An incremental build shows what a clean one shows."""
    project.write("site.yaml", "title: T\nbase_url: https://example.org/\nattendance: true\n")
    for day in ("2011-01-12", "2011-06-12", "2012-06-12"):
        project.report(day, "author: Ada Reed\nattendees: [Ada Reed]", f"Text of {day}.")
    for people in (
        "Ada Moss: {organisation: Open Door, aliases: [Ada Reed]}\n",
        PERIODS,
        PERIODS.replace("2011-05-01", "2011-06-30"),
        PERIODS.replace("June 2013", "2011"),
        PERIODS.replace("- {name: Ada Reed, until: 2011-05-01}", "- Ada Reed"),
    ):
        project.write("people.yaml", people)
        incremental = tree(project.built())
        assert tree(project.built("--no-cache")) == incremental
        shutil.rmtree(project.output)
        assert tree(project.built("--no-cache")) == incremental
