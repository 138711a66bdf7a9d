"""Test hundreds of reports: every page stays readable, and everything can be found."""

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urljoin

import pytest
from conftest import Project

BASE = "https://example.org/a/b/"
MOST = 300_000
TOPICS = "funding:\n  name: Funding\n  aliases: [Money]\nrare:\n  name: Rare\n"
WORDS = "The board heard what had been done since it last met and asked for more of it. "


def monthly() -> list[dt.date]:
    """One meeting a month for more than forty years."""
    return [dt.date(1971 + n // 12, n % 12 + 1, 10) for n in range(500)]


def daily() -> list[dt.date]:
    """One meeting a day for a year and a half."""
    return [dt.date(2011, 9, 1) + dt.timedelta(days=n) for n in range(500)]


def fill(project: Project, days: list[dt.date]) -> set[str]:
    """Write reports with people, asks and outcomes; return those that have the topic's section."""
    discussed = set()
    for n, day in enumerate(days):
        close = (day + dt.timedelta(days=30)).isoformat()
        asks = [f"  - {{id: a, ask: 'Who would come to meeting {n}?', deadline: {close}}}"]
        asks += [f"  - {{id: b, ask: 'What of matter {n}, and who says so?', reply_to: a@b.org}}"]
        outcomes = []
        if n >= 10 and n % 2:
            before = days[n - 7].isoformat()
            outcomes = ["outcomes:", f"  - {{ask: {before}/a, outcome: 'All {n} of them came.'}}"]
        front = [
            "attendees:",
            *(f"  - Person {(n * 7 + k) % 60} (Organisation {k})" for k in range(12)),
            "feedback:",
            *asks,
            *outcomes,
            f"summary: {WORDS}",
        ]
        section = ""
        if n % 5 < 3:
            discussed.add(day.isoformat())
            heading = "Funding" if n % 2 else "Money"
            section = f"## {heading}\n\nSaid as number {n}q. {WORDS * 24}\n\n"
        body = f"## Opening\n\n{WORDS * 10}\n\n{section}## Any other business\n\n{WORDS * 10}\n"
        project.report(day.isoformat(), "\n".join(front), body)
    return discussed


def pages(output: Path) -> Iterator[tuple[str, str]]:
    """Yield the address of each page, below the base URL, and its text."""
    for file in sorted(output.rglob("*.html")):
        address = file.relative_to(output).as_posix().removesuffix("index.html")
        yield address, file.read_text("utf-8")


def assert_no_page_is_heavy(output: Path) -> None:
    heavy = {page: len(text.encode()) for page, text in pages(output)}
    assert not {page: size for page, size in heavy.items() if size >= MOST}


def followed(output: Path, page: str) -> set[str]:
    """Return the pages that a page links to, and its other files."""
    text = (output / page / "index.html").read_text("utf-8")
    urls = re.findall(r'<a [^>]*?href="([^"#]*)', text.partition("<main")[2])
    found = {unquote(urljoin(BASE + page, url)) for url in urls if url}
    return {url.removeprefix(BASE) for url in found if url.startswith(BASE)}


def within_two_clicks(output: Path, start: str) -> set[str]:
    """Return the pages below a page that it leads to by at most two clicks, and itself."""
    found, newest = {start}, {start}
    for _ in range(2):
        reached = {url for page in newest for url in followed(output, page)}
        newest = {url for url in reached - found if url.startswith(start) and url.endswith("/")}
        found |= newest
    return found


def assert_the_thread_is_whole(output: Path, topic: str, reports: set[str]) -> None:
    """Each section stands once on the pages by year; all of these are near the topic's own."""
    start = f"topics/{topic}/"
    near = within_two_clicks(output, start)
    assert near == {page for page, _ in pages(output) if page.startswith(start)}
    shown = [
        article
        for page in near - {start}
        for article in re.findall(
            r'<article id="([^"]*)">', (output / page / "index.html").read_text("utf-8")
        )
    ]
    assert sorted(shown) == sorted(reports)


@pytest.mark.parametrize("days", [monthly(), daily()], ids=["monthly", "daily"])
def test_with_500_reports_every_page_is_light_and_everything_is_found(
    project: Project,
    days: list[dt.date],
) -> None:
    project.write("topics.yaml", TOPICS)
    site = (project.folder / "site.yaml").read_text()
    project.write("site.yaml", f"{site}attendance: true\n")
    discussed = fill(project, days)
    assert len(discussed) == 300
    output = project.built(today="2013-03-01")
    assert_no_page_is_heavy(output)
    assert_the_thread_is_whole(output, "funding", discussed)
    said = "".join(
        text
        for page, text in pages(output)
        if page.startswith("topics/funding/") and page != "topics/funding/"
    )
    assert len(re.findall(r"Said as number \d+q\.", said)) == 300
    home = (output / "index.html").read_text("utf-8")
    assert len(home) < 60_000
    # Each ask is on a page of asks or of a year of them, which lead to one another.
    seen, waiting = {"asks/"}, ["asks/"]
    while waiting:
        reached = followed(output, waiting.pop()) - seen
        more = {url for url in reached if url.startswith("asks/") and url.endswith("/")}
        seen |= more
        waiting += more
    asked = set()
    for page in seen - {"asks/"}:
        text = (output / page / "index.html").read_text("utf-8")
        asked |= set(re.findall(r'href="[./]*reports/([\d-]+/#[ab])"', text))
    visible = [day.isoformat() for day in days if day <= dt.date(2013, 3, 1)]
    assert asked == {f"{day}/#{name}" for day in visible for name in "ab"}


def test_the_parts_of_a_long_thread_lead_to_one_another(project: Project) -> None:
    """A year with a hundred sections of 5 KB, and a short year on either side."""
    project.write("topics.yaml", TOPICS)
    days = [dt.date(2011, 5, 1)]
    days += [dt.date(2012, 1, 1) + dt.timedelta(days=3 * n) for n in range(100)]
    days += [dt.date(2013, 1, 1)]
    for day in days:
        project.report(day.isoformat(), body=f"## Funding\n\n{WORDS * 64}\n")
    output = project.built()
    assert_no_page_is_heavy(output)
    assert_the_thread_is_whole(output, "funding", {day.isoformat() for day in days})
    # From the oldest page on, one page leads to the next, in order of meeting.
    page, order = "topics/funding/2011/", list[str]()
    while page:
        text = (output / page / "index.html").read_text("utf-8")
        order += reversed(re.findall(r'<article id="([^"]*)">', text))
        step = re.search(r'<a rel="next" href="([^"]*)"', text)
        page = urljoin(BASE + page, step[1]).removeprefix(BASE) if step else ""
    assert order == [day.isoformat() for day in days]
    years = (output / "topics/funding/index.html").read_text("utf-8")
    assert re.findall(r'funding/(\d+)/">\d+</a> <span class="meta">(\d+)<', years) == [
        ("2013", "1"),
        ("2012", "100"),
        ("2011", "1"),
    ]


def test_a_section_that_would_fill_a_page_is_shown_by_its_first_words(project: Project) -> None:
    project.write("topics.yaml", TOPICS)
    project.report("2012-09-11", body=f"## Funding\n\nA long story. {WORDS * 2500}\n")
    project.report("2012-11-13", body="## Funding\n\nShort.\n\n## Rare\n\nOnce.\n")
    project.built()
    page = project.page("topics/funding")
    assert len(page.encode()) < 20_000
    assert "A long story." in page
    assert "Short." in page
    assert "Read the whole section in the report" in page
    assert page.count('href="../../reports/2012-09-11/#funding"') >= 2


def test_a_section_of_many_headings_is_weighed_with_them(project: Project) -> None:
    project.write("topics.yaml", TOPICS)
    for month in range(1, 13):
        heads = "".join(f"### A heading of some length, number {n}\n\n" for n in range(400))
        project.report(f"2012-{month:02}-10", body=f"## Funding\n\n{heads}")
    assert_no_page_is_heavy(project.built())


def test_a_board_with_many_reports_has_an_archive_by_year(project: Project) -> None:
    site = "boards: {north: {name: North Board}, south: {name: South Board}}\n"
    project.write("site.yaml", (project.folder / "site.yaml").read_text() + site)
    days = [dt.date(2007, 1, 10) + dt.timedelta(days=30 * n) for n in range(70)]
    for day in days:
        project.report(f"north/{day.isoformat()}", f"summary: {WORDS}")
    project.report("south/2012-11-13")
    output = project.built()
    shown = set()
    for page in followed(output, "boards/north/"):
        if re.fullmatch(r"boards/north/\d{4}/", page):
            shown |= {url for url in followed(output, page) if re.match("reports/.", url)}
    assert shown == {f"reports/north/{day.isoformat()}/" for day in days}
    newest = [url for url in followed(output, "boards/north/") if re.match("reports/.", url)]
    assert sorted(newest) == [f"reports/north/{day.isoformat()}/" for day in days[-12:]]
    assert "reports/south/2012-11-13/" in followed(output, "boards/south/")
    assert not (output / "boards/south/2012").exists()
