"""Checks of names against people.yaml: suggest a correction, but never make one."""

from collections.abc import Callable, Iterable, Iterator

from lscbsite.lint.content import list_advised_reports
from lscbsite.lint.similarity import (
    SimilarNames,
    SimilarPeople,
    count_slips_in_person,
    count_slips_in_term,
    report_not_compared,
    simplify,
)
from lscbsite.model import (
    Documents,
    ReportMetadata,
    SiteIndex,
    list_person_names,
    make_person_key,
    turn_name,
)
from lscbsite.problems import Problem, ask_whether_meant, quote_value


def find_names_near_people(documents: Documents, site: SiteIndex) -> Iterator[Problem]:
    """C109: a misspelt name makes two people of one."""
    people = site.config.people
    known = [name for key, person in people.items() for name in list_person_names(key, person)]
    if not known:
        return
    similar_names = SimilarNames(known, count_slips_in_person, most=1)
    similar_people = SimilarPeople(known)
    find_fix = _make_checker(
        known, lambda name: similar_names.find_near(name) or similar_people.find_near(name)
    )
    for report, field, written in _list_names(documents):
        name = turn_name(written) or written
        if fix := find_fix(name):
            found = f"the name {quote_value(name)}, which is nearly one in people.yaml"
            expected = "a name or alias in people.yaml, or a name that is less like one"
            yield report.make_problem(_name_field(report, *field), "C109", found, expected, fix)
    yield from report_not_compared(
        [*similar_names.not_compared, *similar_people.not_compared], "C109", "people.yaml"
    )


def find_organisations_near_others(documents: Documents, site: SiteIndex) -> Iterator[Problem]:
    """C110: a misspelt name makes two organisations of one."""
    known = [
        organisation.name
        for person in site.config.people.values()
        for organisation in person.organisation
    ]
    if not known:
        return
    similar_names = SimilarNames(known, count_slips_in_term, most=2)
    find_fix = _make_checker(known, similar_names.find_near)
    for report, field, name in _list_organisations(documents):
        if fix := find_fix(name):
            found = f"the organisation {quote_value(name)}, which is nearly one in people.yaml"
            expected = "an organisation as people.yaml spells it, or one that is less like it"
            yield report.make_problem(_name_field(report, *field), "C110", found, expected, fix)
    yield from report_not_compared(similar_names.not_compared, "C110", "people.yaml")


def find_people_as_organisations(documents: Documents, site: SiteIndex) -> Iterator[Problem]:
    """C122: in 'Ann Bell, Bob Cole', the second name is taken for an organisation."""
    people = site.config.people
    known = {
        make_person_key(name)
        for key, person in people.items()
        for name in list_person_names(key, person)
    }
    if not known:
        return
    for report, field, name in _list_organisations(documents):
        if make_person_key(name) in known:
            found = f"the organisation {quote_value(name)}, which is a person in people.yaml"
            fix = "if these are two people, write each on a line of its own"
            yield report.make_problem(
                _name_field(report, *field), "C122", found, "an organisation", fix
            )


def find_turned_names(documents: Documents, site: SiteIndex) -> Iterator[Problem]:
    """C121: 'Hallam, Ruth' is Ruth Hallam, or Hallam of the organisation Ruth."""
    people = site.config.people
    known = {
        make_person_key(name)
        for key, person in people.items()
        for name in list_person_names(key, person)
    }
    reports = list_advised_reports(documents)
    names = ((report, *entry) for report in reports for entry in report.turned_names)
    for report, field, name in names:
        turned = turn_name(name) or name
        if known & {make_person_key(name), make_person_key(turned)}:
            continue
        surname, _, given = name.partition(", ")
        yield report.make_problem(
            _name_field(report, field, "name"),
            "C121",
            f"{quote_value(name)}, which can be the person {quote_value(turned)}, or"
            f" {quote_value(surname)} from an organisation {quote_value(given)}",
            "the given name first",
            f'write "{turned}", or "{{name: {surname}, organisation: {given}}}"',
        )


def _make_checker(
    known: Iterable[str], find_similar: Callable[[str], str | None]
) -> Callable[[str], str]:
    """Return a function that suggests a known name for a name that is nearly the same."""
    equal = {simplify(name) for name in known}
    answers: dict[str, str] = {}

    def find_fix(name: str) -> str:
        if name not in answers:
            meant = None if simplify(name) in equal else find_similar(name)
            answers[name] = ask_whether_meant(meant) if meant else ""
        return answers[name]

    return find_fix


def _list_names(documents: Documents) -> Iterator[tuple[ReportMetadata, tuple[str, str], str]]:
    """Yield the names of people with their reports and fields (see ``_name_field``)."""
    for report in list_advised_reports(documents):
        people = documents.people[report.path]
        if people.author:
            yield report, ("author", ""), people.author
        for number, person in enumerate(people.attendees):
            yield report, (f"attendees.{number}", "name"), person.name
        for number, person in enumerate(people.apologies):
            yield report, (f"apologies.{number}", "name"), person.name


def _list_organisations(
    documents: Documents,
) -> Iterator[tuple[ReportMetadata, tuple[str, str], str]]:
    """Yield the organisations of attendees with their reports and fields (see ``_name_field``)."""
    for report in list_advised_reports(documents):
        people = documents.people[report.path]
        for field, people_of_field in (
            ("attendees", people.attendees),
            ("apologies", people.apologies),
        ):
            for number, person in enumerate(people_of_field):
                if person.organisation:
                    yield report, (f"{field}.{number}", "organisation"), person.organisation


def _name_field(report: ReportMetadata, entry: str, key: str) -> str:
    """Return the field of a key, or of the whole entry if that is written in one line."""
    return f"{entry}.{key}" if f"{entry}.{key}" in report.positions else entry
