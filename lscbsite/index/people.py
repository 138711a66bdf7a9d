"""Apply the register of people: each person has one name, and an organisation."""

import msgspec

from lscbsite.model import Attendee, People, Person, make_person_key, turn_name


class PeopleRegister:
    """The people of ``people.yaml``, by name and alias; similar names are not matched."""

    def __init__(self, people: dict[str, Person]) -> None:
        self._people = people
        self._names: dict[str, str] = {}
        names = [(name, name) for name in people]
        aliases = [(alias, name) for name, person in people.items() for alias in person.aliases]
        # A name takes precedence over an alias. One that two people share means neither.
        for spellings in (aliases, names):
            owners: dict[str, set[str]] = {}
            for spelling, name in spellings:
                owners.setdefault(make_person_key(spelling), set()).add(name)
            for key, names_of_key in owners.items():
                self._names.pop(key, None)
                if len(names_of_key) == 1:
                    self._names[key] = names_of_key.pop()

    def apply(self, people: People) -> People:
        """Replace names by registered ones, and add missing organisations.

        Return the same object if nothing changes.
        """
        if not self._names:
            return people
        attendees = self._normalize_all(people.attendees)
        apologies = self._normalize_all(people.apologies)
        author = people.author and self._names.get(make_person_key(people.author), people.author)
        normalized = People(author, attendees, apologies)
        return people if normalized == people else normalized

    def _normalize_all(self, people: tuple[Attendee, ...]) -> tuple[Attendee, ...]:
        normalized = tuple(map(self._normalize_person, people))
        return people if normalized == people else normalized

    def _normalize_person(self, person: Attendee) -> Attendee:
        name = self._names.get(make_person_key(person.name))
        if name is None and (turned := turn_name(person.name)):
            name = self._names.get(make_person_key(turned))
        if name is None:
            return person
        organisation = person.organisation or self._people[name].organisation
        return msgspec.structs.replace(person, name=name, organisation=organisation)
