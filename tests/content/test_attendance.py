"""Test the page of who attended each meeting: it exists only if site.yaml asks for it."""

import datetime as dt
from xml.etree.ElementTree import Element

import pytest
from conftest import SITE_YAML, Project, parsed, text

ON = SITE_YAML + "attendance: true\n"


@pytest.fixture
def site(project: Project) -> Project:
    project.write("site.yaml", ON)
    return project


def table_page(page: str) -> Element:
    """Return a page's tree; check that its ids are unique and its labels exist."""
    root = parsed(page)
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    for element in root.iter():
        if label := element.get("aria-labelledby"):
            assert label in ids
    return root


def rows(root: Element) -> list[str]:
    """Return the rows of all tables: the organisations, and each person's cells."""
    found = []
    for row in root.iter("tr"):
        if len(row) == 1:
            assert row[0].get("scope") == "rowgroup"
            found.append(text(row[0]))
        elif row[0].get("scope") == "row":
            found.append(" | ".join(mark(cell) for cell in row))
    return found


def mark(cell: Element) -> str:
    """Return what a cell says; for a mark, which links to the report, whether the person was present."""
    link = cell.find("a")
    if link is None:
        return text(cell)
    assert (link.get("href") or "").endswith("/#part:attendees")
    name, told = text(link).rsplit(": ", 1)
    assert name
    state, day = told.split(", ", 1)
    assert day[-4:].isdigit()
    kind = {"present": "present", "sent apologies": "apologies"}[state]
    assert (link.get("class") or "").split() == ["dot", kind]
    return {"present": "●", "apologies": "○"}[kind]


def columns(root: Element) -> list[tuple[str, str]]:
    """Return the meetings of all tables: the address and the words of each."""
    return [
        (link.get("href", ""), text(link))
        for head in root.iter("thead")
        for cell in head.iter("th")
        for link in cell.iter("a")
        if cell.get("scope") == "col"
    ]


def test_by_default_there_is_no_page(project: Project) -> None:
    project.report("2012-11-13", "attendees: [Ada Moss]")
    output = project.built()
    assert not (output / "attendance").exists()
    assert "attendance" not in project.page().casefold()
    assert "attendance" not in project.page("sitemap.xml")


def test_people_by_organisation_against_meetings(site: Project) -> None:
    site.report("2012-09-11", "attendees: [zoë ng (Refuge), Ada Moss (Carers), Ben Reed]")
    site.report("2012-11-13", "attendees: ['Zoë  Ng (REFUGE)']\napologies: [Ada Moss (Carers)]")
    site.report(
        "2012-10-16", "attendees: [Ada Moss (Open Door)]\napologies: [Ada Moss (Open Door)]"
    )
    site.built()
    root = table_page(site.page("attendance"))
    assert columns(root) == [
        ("../reports/2012-11-13/", "13 November 2012"),
        ("../reports/2012-10-16/", "16 October 2012"),
        ("../reports/2012-09-11/", "11 September 2012"),
    ]
    assert rows(root) == [
        "Carers",
        "Ada Moss | 1 | ○ |  | ●",
        "Open Door",
        "Ada Moss | 1 |  | ● | ",
        "Refuge",
        "zoë ng | 2 | ● |  | ●",
        "No organisation given",
        "Ben Reed | 1 |  |  | ●",
    ]
    words = [text(one) for one in root.iter("a") if "dot" in (one.get("class") or "")]
    assert "Ada Moss: sent apologies, 13 November 2012" in words
    (frame,) = (one for one in root.iter("div") if "table" in one.get("class", "").split())
    assert (frame.get("tabindex"), frame.get("role")) == ("0", "group")


def test_meetings_without_people_to_see(site: Project) -> None:
    site.report("2012-09-11", "attendees: [Ada Moss]")
    site.report("2012-10-16", "attendees: [Ada Moss]\ncancelled: Flooding.")
    site.report(
        "2012-11-13", "attendees: [Ada Moss]\nwithdrawn: {date: 2013-02-01, reason: A family.}"
    )
    site.report("2012-12-04", "attendees: [Ada Moss]\ndraft: true")
    site.built()
    assert columns(table_page(site.page("attendance"))) == [
        ("../reports/2012-09-11/", "11 September 2012")
    ]


def test_two_meetings_on_a_day_are_told_apart(site: Project) -> None:
    site.report("2012-09-11-b", 'time: "19:30"\nattendees: [Ada Moss]')
    site.report("2012-09-11-a", 'time: "14:00"\nattendees: [Ada Moss]')
    site.built()
    assert [words for _, words in columns(table_page(site.page("attendance")))] == [
        "11 September 2012, 7.30pm",
        "11 September 2012, 2pm",
    ]


def test_a_site_on_which_nobody_is_named(site: Project) -> None:
    site.built()
    assert "No report says who attended yet." in site.page("attendance")
    site.report("2012-09-11")
    site.built()
    assert "<table>" not in site.page("attendance")


def test_a_table_for_each_board(project: Project) -> None:
    boards = "boards: {one: {name: First}, two: {name: Second}, main: {name: Third}}\n"
    project.write("site.yaml", ON + boards)
    project.report("one/2012-09-11", "attendees: [Ada Moss]")
    project.report("main/2012-09-11", "attendees: [Ada Moss]")
    project.report("two/2012-09-12")
    project.built()
    root = table_page(project.page("attendance"))
    assert [text(heading) for heading in root.iter("h2")] == ["First", "Third"]
    assert [url for url, _ in columns(root)] == [
        "../reports/one/2012-09-11/",
        "../reports/main/2012-09-11/",
    ]


def test_many_meetings_go_by_year_and_no_page_is_heavy(site: Project) -> None:
    people = ", ".join(f"'Prof. Person Number {n} (Organisation {n % 10})'" for n in range(20))
    first = dt.date(2003, 6, 3)
    for week in range(500):
        day = first + dt.timedelta(weeks=week)
        site.report(day.isoformat(), f"attendees: [{people}]")
    output = site.built("--no-cache")
    pages = sorted((output / "attendance").rglob("index.html"))
    assert len(pages) == 11
    assert max(page.stat().st_size for page in pages) < 300_000
    newest = table_page(site.page("attendance"))
    assert columns(newest)[-1] == ("../reports/2012-01-03/", "3 January 2012")
    assert len(columns(newest)) == len(columns(table_page(site.page("attendance/2012")))) == 52
    (years,) = (nav for nav in newest.iter("nav") if nav.get("class") == "years")
    links = [link.get("href") for link in years.iter("a")]
    assert links == [f"../attendance/{year}/" for year in range(2012, 2002, -1)]
    for year in range(2003, 2013):
        page = f"attendance/{year}/"
        assert f"<loc>https://example.org/a/b/{page}</loc>" in site.page("sitemap.xml")
        assert all(words.endswith(str(year)) for _, words in columns(table_page(site.page(page))))


def test_seventeen_meetings_are_many(site: Project) -> None:
    for day in range(1, 17):
        site.report(f"2012-{day % 12 + 1:02}-{day:02}", "attendees: [Ada Moss]")
    output = site.built()
    assert not (output / "attendance/2012").exists()
    site.report("2011-05-05", "attendees: [Ada Moss]")
    site.built()
    assert columns(table_page(site.page("attendance/2011"))) == [
        ("../../reports/2011-05-05/", "5 May 2011")
    ]
    assert len(columns(table_page(site.page("attendance")))) == 16


def test_the_footer_and_the_sitemap_lead_to_the_page(site: Project) -> None:
    site.built()
    assert '<a href="attendance/">Attendance</a>' in site.page()
    assert "<loc>https://example.org/a/b/attendance/</loc>" in site.page("sitemap.xml")
