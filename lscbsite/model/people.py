"""The register of people, and how their names are compared."""

import datetime as dt
from typing import Annotated

import msgspec
from msgspec import Meta


def make_person_key(name: str) -> str:
    """Return the key for comparing names of people and organisations.

    Only capitals and spaces make no difference, so that nobody is mistaken for another person.
    """
    return " ".join(name.casefold().split())


def turn_name(name: str) -> str | None:
    """Return 'Ruth Hallam' for 'Hallam, Ruth', or None for a name that is not written like this."""
    surname, comma, given = name.partition(", ")
    words = surname.split()
    is_surname = len(words) == 1 or (len(words) == 2 and words[0] in _PARTICLES)
    return f"{given} {surname}" if comma and given and is_surname and "," not in given else None


_PARTICLES = {"van", "von", "de", "del", "al", "ap"}


class DatedName(msgspec.Struct, frozen=True, omit_defaults=True):
    """A name, and the first and the last day on which it applies; None: no such day was given.

    Authors write the first day as ``from``, which is a word of Python's.
    """

    name: Annotated[str, Meta(description="The name.", examples=["Station Road Centre"])]
    since: Annotated[
        dt.date | None,
        Meta(
            description="The first day. A month or a year alone means its first day."
            " Default: the day after the one before it ended, if there is one.",
            examples=["2011-05-01", "May 2011", "2011"],
            extra={"kind": "first_day"},
        ),
    ] = msgspec.field(default=None, name="from")
    until: Annotated[
        dt.date | None,
        Meta(
            description="The last day. A month or a year alone means its last day."
            " Default: the day before the next one begins, if there is one.",
            examples=["2013-06-30", "June 2013", "2013"],
            extra={"kind": "last_day"},
        ),
    ] = None

    def applies_on(self, day: dt.date) -> bool:
        """Return whether the name applies on a day."""
        return (self.since is None or self.since <= day) and (
            self.until is None or day <= self.until
        )


class Person(msgspec.Struct, frozen=True):
    """A person of the register; the periods of ``organisation`` do not overlap.

    Of ``formerly``, only names with a last day are shown, in reports of their time.
    """

    organisation: Annotated[
        tuple[DatedName, ...],
        Meta(
            title="Organisation",
            description="The group or body they speak for, or several with their periods.",
            examples=["{name: Station Road Centre, until: June 2013}", "Eastmoor Carers"],
            extra={"kind": "dated_names"},
        ),
    ] = ()
    aliases: Annotated[
        tuple[str, ...],
        Meta(
            title="Other ways to write the name",
            description="Other ways to write the name. The search finds the person by them, so they are"
            " published if a report names the person.",
            examples=["[A. Moss]"],
        ),
    ] = ()
    formerly: Annotated[
        tuple[DatedName, ...],
        Meta(
            title="Earlier names",
            description="Names that they had before. Reports of meetings up to the last day of such"
            " a name show it; the page of attendance and the search have one name for all.",
            examples=["{name: Ada Reed, until: 2011-05-01}"],
            extra={"kind": "dated_names"},
        ),
    ] = ()

    def find_organisation(self, day: dt.date) -> str | None:
        """Return the organisation on a day, None if none is known."""
        return next((entry.name for entry in self.organisation if entry.applies_on(day)), None)

    def find_name(self, name: str, day: dt.date) -> str:
        """Return what the person was called on a day; ``name`` is the name in the register."""
        dated = (entry for entry in self.formerly if entry.until is not None)
        return next((entry.name for entry in dated if entry.applies_on(day)), name)


def list_person_names(name: str, person: Person) -> tuple[str, ...]:
    """Return a person's name, aliases and former names."""
    return (name, *person.aliases, *(entry.name for entry in person.formerly))
