"""Apply the register of people: each person has one name at a time, and an organisation."""

import datetime as dt

import msgspec

from lscbsite.model import (
    Attendee,
    People,
    Person,
    list_person_names,
    make_person_key,
    turn_name,
)


class PeopleRegister:
    """The people of ``people.yaml``, by name, alias and former name; similar names are not matched."""

    def __init__(self, people: dict[str, Person]) -> None:
        self._people = people
        self._names: dict[str, str] = {}
        self._renamed = any(person.formerly for person in people.values())
        names = [(name, name) for name in people]
        others = [
            (spelling, name)
            for name, person in people.items()
            for spelling in list_person_names(name, person)[1:]
        ]
        # A name takes precedence over an alias. One that two people share means neither.
        for spellings in (others, names):
            owners: dict[str, set[str]] = {}
            for spelling, name in spellings:
                owners.setdefault(make_person_key(spelling), set()).add(name)
            for key, names_of_key in owners.items():
                self._names.pop(key, None)
                if len(names_of_key) == 1:
                    self._names[key] = names_of_key.pop()

    def apply(self, people: People, day: dt.date) -> People:
        """Replace names by those that people had on the day of the meeting, and add organisations.

        Return the same object if nothing changes.
        """
        return self._normalize(people, day, day)

    def identify(self, people: People, day: dt.date) -> People:
        """Do the same, but with the one name that each person has in the register."""
        return self._normalize(people, day, None)

    @property
    def has_former_names(self) -> bool:
        """Return whether ``apply`` and ``identify`` can differ."""
        return self._renamed

    def _normalize(self, people: People, day: dt.date, named_on: dt.date | None) -> People:
        if not self._names:
            return people

        def normalize_all(attendees: tuple[Attendee, ...]) -> tuple[Attendee, ...]:
            return tuple([self._normalize_person(person, day, named_on) for person in attendees])

        author = people.author
        if author and (name := self._names.get(make_person_key(author))):
            author = self._get_name(name, named_on)
        normalized = People(
            author, normalize_all(people.attendees), normalize_all(people.apologies)
        )
        return people if normalized == people else normalized

    def _normalize_person(
        self, person: Attendee, day: dt.date, named_on: dt.date | None
    ) -> Attendee:
        name = self._names.get(make_person_key(person.name))
        if name is None and (turned := turn_name(person.name)):
            name = self._names.get(make_person_key(turned))
        if name is None:
            return person
        organisation = person.organisation or self._people[name].find_organisation(day)
        name = self._get_name(name, named_on)
        return msgspec.structs.replace(person, name=name, organisation=organisation)

    def _get_name(self, name: str, named_on: dt.date | None) -> str:
        """Return a person's name on a day, or that of the register for None."""
        return self._people[name].find_name(name, named_on) if named_on else name
