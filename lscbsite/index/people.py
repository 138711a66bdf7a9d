"""The register of people: one name each, and their organisation."""

import msgspec

from lscbsite.model import Attendee, People, Person, make_person_key


class PeopleRegister:
    """The people of ``people.yaml``, found by name or alias; never by a guess."""

    def __init__(self, people: dict[str, Person]) -> None:
        self._people = people
        self._names: dict[str, str] = {}
        names = [(name, name) for name in people]
        aliases = [(alias, name) for name, person in people.items() for alias in person.aliases]
        # A name goes before an alias; what two people are called names neither of them.
        for spellings in (aliases, names):
            owners: dict[str, set[str]] = {}
            for spelling, name in spellings:
                owners.setdefault(make_person_key(spelling), set()).add(name)
            for key, names_of_key in owners.items():
                self._names.pop(key, None)
                if len(names_of_key) == 1:
                    self._names[key] = names_of_key.pop()

    def apply(self, people: People) -> People:
        """Return people with their registered names, the same if nothing changes.

        Who is named without an organisation gets that of the register.
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
        if name is None:
            return person
        organisation = person.organisation or self._people[name].organisation
        return msgspec.structs.replace(person, name=name, organisation=organisation)
