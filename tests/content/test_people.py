"""Test the register of people: one spelling for each person, and their organisation."""

import pytest
from conftest import Project

from lscbsite.index.people import PeopleRegister
from lscbsite.model import Attendee, People, Person

REGISTER = PeopleRegister(
    {
        "Ada Moss": Person("Ardenshire Carers", ("A. Moss", "Ada  Stone")),
        "Ben Reed": Person(None, ("Benjamin Reed", "The chair")),
        "Cara Lund": Person("Open Door", ("The chair", "Ben Reed")),
        "eve hart": Person("Here"),
        "Eve Hart": Person("There"),
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
    assert REGISTER.apply(people) == People(None, (registered,), (registered,))


def test_the_author_has_the_registered_name() -> None:
    assert REGISTER.apply(People("a. moss")) == People("Ada Moss")
    assert REGISTER.apply(People("Somebody")) == People("Somebody")


def test_where_nothing_changes_they_are_the_same() -> None:
    present = (Attendee("Ada Moss", "Ardenshire Carers"), Attendee("Zoë Ng"))
    one = People("Ada Moss", present)
    assert REGISTER.apply(one) is one
    assert PeopleRegister({}).apply(one) is one


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
