"""Test the page about subscribing: every address on it exists."""

from collections.abc import Iterator
from itertools import pairwise
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

import pytest
from conftest import Project, text

BASE = "https://example.org/a/b/"
PAGE = f"{BASE}subscribe/"
BOARDS = "boards:\n  lscb: {name: Safeguarding}\n  health: {name: Health & Care <new>}\n"
TOPICS = (
    "budget: {name: Budget}\n"
    "domestic-abuse: {name: Domestic abuse & violence, formerly: [domestic-violence]}\n"
)
FEEDS = ("feed.xml", "feed.atom", "feed.json")


def main_of(root: Element) -> Element:
    found = root.find(".//main")
    assert found is not None
    return found


def links(root: Element) -> Iterator[tuple[str, str]]:
    """Yield address and text of each link of the content to another page."""
    for link in main_of(root).iter("a"):
        url = link.get("href", "")
        if not url.startswith("#"):
            yield urljoin(PAGE, url), text(link)


def subscriptions(*folders: str, calendars: tuple[str, ...]) -> set[str]:
    """Return what the page must link to: feeds of folders, calendars, what is new, and the asks."""
    found = {f"{BASE}{folder}feed.xml" for folder in folders} | {BASE + name for name in FEEDS}
    found |= {f"{BASE}{folder}calendar.ics" for folder in calendars}
    found |= {f"webcal://example.org/a/b/{folder}calendar.ics" for folder in calendars}
    return found | {f"{BASE}asks/feed.xml", f"{BASE}asks/", f"{BASE}new/"}


@pytest.fixture
def plain(project: Project) -> Project:
    """A site without boards and topics."""
    project.report("2012-11-13")
    project.built()
    return project


@pytest.fixture
def full(project: Project) -> Project:
    """A site with boards and topics."""
    project.write("site.yaml", f"title: Test Board\nbase_url: {BASE}\n{BOARDS}")
    project.write("topics.yaml", TOPICS)
    project.report("lscb/2012-11-13", "topics: [budget]")
    project.built()
    return project


def test_a_plain_site_has_its_feeds_and_its_calendar(plain: Project) -> None:
    root = plain.parsed("subscribe")
    assert {url for url, _ in links(root)} == subscriptions("", calendars=("",))
    assert not list(root.iter("table"))
    assert "board" not in " ".join(text(heading) for heading in root.iter("h3"))


def test_boards_have_feeds_and_calendars_and_topics_have_feeds(full: Project) -> None:
    folders = ("", "boards/lscb/", "boards/health/", "topics/budget/", "topics/domestic-abuse/")
    expected = subscriptions(*folders, calendars=("", "boards/lscb/", "boards/health/"))
    root = full.parsed("subscribe")
    assert {url for url, _ in links(root)} == expected
    names = [text(name) for name in root.iterfind(".//tbody//th")]
    assert names == ["Safeguarding", "Health & Care <new>", "Budget", "Domestic abuse & violence"]


def test_a_site_with_boards_and_no_topics(project: Project) -> None:
    project.write("site.yaml", f"title: Test Board\nbase_url: {BASE}\n{BOARDS}")
    project.built()
    root = project.parsed("subscribe")
    assert len(list(root.iter("table"))) == 1
    assert "One board only" in [text(heading) for heading in root.iter("h3")]


def test_a_site_with_topics_and_no_boards(project: Project) -> None:
    project.write("topics.yaml", TOPICS)
    project.built()
    root = project.parsed("subscribe")
    assert len(list(root.iter("table"))) == 1
    assert "One topic only" in [text(heading) for heading in root.iter("h3")]
    assert "calendar.ics" in text(main_of(root))


def test_every_address_leads_to_a_file_of_the_site(full: Project) -> None:
    for url, _ in links(full.parsed("subscribe")):
        path = urlsplit(url).path.removeprefix("/a/b/")
        assert (full.output / path).exists(), url


def test_addresses_are_written_out_to_be_copied(full: Project) -> None:
    root = full.parsed("subscribe")
    shown = {text(code) for code in root.iter("code")}
    for path in (*FEEDS, "asks/feed.xml", "calendar.ics", "boards/lscb/calendar.ics"):
        assert BASE + path in shown
    for url, words in links(root):
        if words.startswith("http"):
            assert words == url


def test_links_can_be_told_apart_by_their_names(full: Project) -> None:
    named: dict[str, str] = {}
    for link in main_of(full.parsed("subscribe")).iter("a"):
        name = link.get("aria-label") or text(link)
        assert named.setdefault(name, link.get("href", "")) == link.get("href")
        assert text(link) in name


@pytest.mark.parametrize("scheme", ["http", "https", "HTTPS"])
def test_a_calendar_program_is_called_by_its_scheme(scheme: str, project: Project) -> None:
    project.write("site.yaml", f"title: T\nbase_url: {scheme}://example.org:8080/http/\n")
    project.built()
    urls = [link.get("href", "") for link in main_of(project.parsed("subscribe")).iter("a")]
    assert [url for url in urls if "://" in url] == ["webcal://example.org:8080/http/calendar.ics"]


def test_every_page_leads_there_and_the_page_says_where_one_is(plain: Project) -> None:
    navigation = '<li><a href="../../subscribe/">Subscribe</a></li>'
    assert navigation in plain.page("reports/2012-11-13")
    assert '<a href="../subscribe/" aria-current="page">Subscribe</a>' in plain.page("subscribe")
    assert f"<loc>{PAGE}</loc>" in plain.page("sitemap.xml")
    root = plain.parsed("subscribe")
    levels = [int(str(one.tag)[1]) for one in root.iter() if str(one.tag) in ("h1", "h2", "h3")]
    assert levels[0] == 1
    assert all(later <= before + 1 for before, later in pairwise(levels))


def test_a_site_without_reports_has_the_page(project: Project) -> None:
    project.built()
    assert "Subscribe" in text(main_of(project.parsed("subscribe")))
