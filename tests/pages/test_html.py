"""Test every page of the golden sites: valid, complete, linked, and readable by machines."""

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin, urlsplit
from xml.etree.ElementTree import Element

import pytest
from conftest import PNG, TESTS, Project, text
from conftest import parsed as parse

from lscbsite.i18n import get_translations

BASE = "https://example.org/a/b/"
SITES = ("golden", "golden-boards", "golden-meetings")


def is_redirect(page: Path) -> bool:
    """Return whether a page only sends readers on (test_redirects.py): it says nothing by itself."""
    return b'http-equiv="refresh"' in page.read_bytes()


PAGES = [
    pytest.param(
        site,
        page.relative_to(TESTS / site).as_posix(),
        id=f"{site}/{page.parent.relative_to(TESTS / site)}/{page.name}",
    )
    for site in SITES
    for page in sorted((TESTS / site).rglob("*.html"))
    if not is_redirect(page)
]
HEADINGS = re.compile(r"h[1-6]")

each_page = pytest.mark.parametrize(("site", "path"), PAGES)


@cache
def parsed(site: str, path: str) -> Element:
    """Return the tree of a page of a golden site."""
    return parse((TESTS / site / path).read_bytes())


def address(path: str) -> str:
    """Return the address under which a file of the output is served."""
    return BASE + path.removesuffix("index.html")


def first(root: Element, path: str) -> Element:
    found = root.find(path)
    assert found is not None, f"no {path}"
    return found


def attribute(root: Element, path: str, name: str) -> str:
    value = first(root, path).get(name)
    assert value is not None, f"{path} without {name}"
    return value


def ids(root: Element) -> list[str]:
    return [value for element in root.iter() if (value := element.get("id")) is not None]


def output_of(site: str, url: str) -> str | None:
    """Return the file that a server answers an address of the site with; None if it has none."""
    assert url.startswith(BASE)
    path = unquote(urlsplit(url).path.removeprefix(urlsplit(BASE).path))
    if path.endswith("/") or not path:
        path += "index.html"
    return path if (TESTS / site / path).is_file() else None


def urls(root: Element) -> Iterator[str]:
    """Return every address in a page that a reader or browser would follow."""
    for element in root.iter():
        for name in ("href", "src", "data", "action", "poster", "cite"):
            if (value := element.get(name)) is not None:
                yield value
        if element.tag == "meta" and element.get("property") in ("og:url", "og:image"):
            yield element.get("content", "")


# --- the document ---------------------------------------------------------------------------


@each_page
def test_the_page_is_valid(site: str, path: str) -> None:
    source = (TESTS / site / path).read_text("utf-8")
    assert source.startswith("<!doctype html>\n")
    root = parsed(site, path)
    repeated = [name for name, count in Counter(ids(root)).items() if count > 1]
    assert not repeated, "an id stands for one element"
    assert attribute(root, "head/meta[@charset]", "charset") == "utf-8"
    assert "width=device-width" in attribute(root, "head/meta[@name='viewport']", "content")
    for element in root.iter():
        for name in ("aria-labelledby", "aria-describedby", "for"):
            for target in (element.get(name) or "").split():
                assert target in ids(root), f"{name} names {target}"


@each_page
def test_headings_are_an_outline(site: str, path: str) -> None:
    root = parsed(site, path)
    headings = [element for element in root.iter() if HEADINGS.fullmatch(str(element.tag))]
    levels = [int(heading.tag[1]) for heading in headings]
    assert levels.count(1) == 1
    assert levels[0] == 1, "nothing stands above the title"
    deeper = [
        text(one)
        for one, level, above in zip(headings[1:], levels[1:], levels, strict=False)
        if level > above + 1
    ]
    assert not deeper, "no level is skipped"
    assert all(text(heading) for heading in headings)
    assert text(first(root, ".//main//h1")) in text(first(root, "head/title"))


@each_page
def test_languages_are_declared(site: str, path: str) -> None:
    root = parsed(site, path)
    # There are words of the interface in Welsh, and none in Māori.
    welsh = (site, path) == ("golden", "reports/2013-02-20/index.html")
    own_language = "en-NZ" if site == "golden-boards" else "en-GB"
    assert root.get("lang") == ("cy" if welsh else own_language)
    foreign = {"golden": "cy", "golden-boards": "mi"}.get(site, "")
    words = re.compile("Adroddiad|Gymraeg|Cynhaliwyd|Diolch|Pūrongo|He hui|E hia|Kia ora")

    def walk(
        element: Element, language: str, *, authored: bool = False
    ) -> Iterator[tuple[str, str]]:
        own = element.get("lang", language)
        authored = authored or element.get("class") == "body"
        # The label that the tool gives to a link within an author's text is not marked.
        if not (authored and element.tag == "a"):
            yield own, element.text or ""
        for child in element:
            yield from walk(child, own, authored=authored)
            yield own, child.tail or ""

    for language, words_here in walk(first(root, "body"), root.get("lang", "")):
        if words.search(words_here):
            assert language == foreign, words_here
        if re.search("About this meeting|Next meeting|Published|Report from", words_here):
            assert language == own_language, words_here
        if re.search("Am y cyfarfod|Cyhoeddwyd|Cyfarfod nesaf", words_here):
            assert language == foreign, words_here


@each_page
def test_landmarks(site: str, path: str) -> None:
    root = parsed(site, path)
    body = first(root, "body")
    assert len(list(root.iter("main"))) == 1
    assert body.find("header") is not None
    assert body.find("footer") is not None
    navs = list(root.iter("nav"))
    names = [
        nav.get("aria-label") or text(first(root, f".//*[@id='{nav.get('aria-labelledby')}']"))
        for nav in navs
    ]
    assert names
    assert len(set(names)) == len(names), "two landmarks have one name"
    assert all(names)


@each_page
def test_the_skip_link_comes_first_and_leads_to_the_content(site: str, path: str) -> None:
    root = parsed(site, path)
    link = next(element for element in first(root, "body").iter() if element.tag in ("a", "button"))
    assert text(link) == get_translations(root.get("lang", "")).gettext("Skip to main content")
    target = first(root, f".//*[@id='{link.get('href', '').removeprefix('#')}']")
    assert target.tag == "main"
    assert target.get("tabindex") == "-1", "so that the focus moves there in every browser"


@each_page
def test_pictures_have_alternatives_and_dates_are_dates(site: str, path: str) -> None:
    root = parsed(site, path)
    assert all(image.get("alt") is not None for image in root.iter("img"))
    for time in root.iter("time"):
        stamp = time.get("datetime", "")
        day = dt.date.fromisoformat(stamp[:10])
        assert str(day.day) in text(time)
        assert str(day.day) in text(time)
        # The first of several days has no year of its own.
        assert str(day.year) in text(time) or (time.tail or "").startswith(" to ")
    for element in root.iter():
        if until := element.get("data-until"):
            dt.date.fromisoformat(until)
            assert element.get("data-after")


# --- links ----------------------------------------------------------------------------------


@each_page
def test_every_address_leads_somewhere(site: str, path: str) -> None:
    root = parsed(site, path)
    dead = []
    for url in urls(root):
        whole, fragment = urldefrag(urljoin(address(path), url))
        if not whole.startswith(BASE):
            assert urlsplit(whole).scheme in ("http", "https", "mailto", "tel", "webcal"), url
            continue
        target = output_of(site, whole)
        if target is None or (
            fragment
            and fragment != "top"
            and target.endswith(".html")
            and unquote(fragment) not in ids(parsed(site, target))
        ):
            dead.append(url)
    # A report writes an address of the site's host into its text, as text.
    assert not dead


@each_page
def test_links_are_addresses(site: str, path: str) -> None:
    for url in urls(parsed(site, path)):
        assert not re.search(r"[\s<>\"{}|\\^`]|[^\x21-\x7e]", url), url
        assert not urljoin(address(path), url).endswith("/index.html"), url


def test_every_page_is_reached_from_the_home_page() -> None:
    for site in SITES:
        seen, waiting = {"index.html"}, ["index.html"]
        while waiting:
            path = waiting.pop()
            for url in urls(parsed(site, path)):
                whole, _ = urldefrag(urljoin(address(path), url))
                target = output_of(site, whole) if whole.startswith(BASE) else None
                if target and target not in seen:
                    seen.add(target)
                    if target.endswith(".html"):
                        waiting.append(target)
        pages = {
            path.relative_to(TESTS / site).as_posix()
            for path in (TESTS / site).rglob("*.html")
            if not is_redirect(path)
        }
        # Nobody links to an ordinary page that is not in the navigation, unless an author does.
        assert pages - seen <= {"404.html", "contact/index.html"}


# --- what pages say to machines ---------------------------------------------------------------


@each_page
def test_the_head_describes_the_page(site: str, path: str) -> None:
    root = parsed(site, path)
    head = first(root, "head")
    title = text(first(head, "title"))
    description = attribute(head, "meta[@name='description']", "content")
    site_title = text(first(parsed(site, "index.html"), "head/title"))
    assert title.endswith(site_title)
    assert description.strip()

    graph = {meta.get("property"): meta.get("content") for meta in head.iter("meta")}
    assert graph["og:site_name"] == site_title
    assert title.startswith(graph["og:title"] or "none")
    assert text(first(root, ".//main//h1")) in title
    assert graph["og:description"] == description
    assert graph["og:url"] == address(path)
    assert graph["og:type"] == ("article" if re.match("reports/.+/", path) else "website")

    feeds = {
        urljoin(address(path), link.get("href", "")): link.get("type")
        for link in head.iterfind("link[@rel='alternate']")
    }
    kinds = {"xml": "application/rss+xml", "atom": "application/atom+xml"}
    kinds["json"] = "application/feed+json"
    assert {f"{BASE}feed.{ending}" for ending in kinds} <= feeds.keys()
    for url, kind in feeds.items():
        assert kind == kinds[url.rpartition(".")[2]]
        assert output_of(site, url)

    withheld = path == "404.html" or "was withdrawn on" in text(first(root, "body"))
    robots = head.find("meta[@name='robots']")
    canonical = head.find("link[@rel='canonical']")
    if withheld:
        assert robots is not None
        assert robots.get("content") == "noindex"
        assert canonical is None
    else:
        assert robots is None
        assert canonical is not None
        assert canonical.get("href") == address(path)


def chain(site: str, board: str = "") -> list[str]:
    """Return the reports of a board from the first to the last, by their links to the next."""
    folder = TESTS / site / "reports" / board
    paths = [page.relative_to(TESTS / site).as_posix() for page in folder.glob("*/index.html")]
    following = {path: neighbour(site, path, "next") for path in paths}
    starts = [path for path in paths if following[path] and not neighbour(site, path, "prev")]
    assert len(starts) == 1
    found = [starts[0]]
    while (path := following[found[-1]]) and path not in found:
        assert neighbour(site, path, "prev") == found[-1]
        found.append(path)
    return [path.split("/")[-2] for path in found]


def neighbour(site: str, path: str, rel: str) -> str | None:
    """Return the page that both the head and a visible link name as previous or next."""
    root = parsed(site, path)
    links = [
        urljoin(address(path), link.get("href", ""))
        for link in root.iter()
        if link.tag in ("a", "link") and link.get("rel") == rel
    ]
    assert len(links) in (0, 2)
    assert len(set(links)) < 2, "the head and the page agree"
    return output_of(site, links[0]) if links else None


def test_previous_and_next_follow_the_meetings_of_a_board() -> None:
    assert chain("golden") == [
        "2012-02-09",
        "2012-05-15",
        "budget-conference",
        "2012-09-11-afternoon",
        "2012-09-11-evening",
        "2012-10-16",
        "2012-11-13",
        "2013-02-07",
        "2013-02-20",
    ]
    assert chain("golden-boards", "safeguarding") == ["2012-11-13", "2013-02-12"]
    assert chain("golden-boards", "health-and-wellbeing") == ["2012-11-13", "2013-02-05"]


def facts(site: str, path: str) -> Any:
    script = first(parsed(site, path), "head/script[@type='application/ld+json']")
    return json.loads(script.text or "")


def event(report: str, site: str = "golden") -> dict[str, Any]:
    found: dict[str, Any] = facts(site, f"reports/{report}/index.html")["@graph"][0]
    assert found["@type"] == "Event"
    return found


@each_page
def test_facts_are_those_of_the_page(site: str, path: str) -> None:
    if path == "index.html":
        website, *events = facts(site, path)["@graph"]
        assert website["@type"] == "WebSite"
        assert website["url"] == BASE
        assert {event["@type"] for event in events} == {"Event"}
    if not re.match("reports/.+/", path):
        return
    meeting, *reports = facts(site, path)["@graph"]
    assert meeting["@type"] == "Event"
    assert re.fullmatch(
        r"https://schema\.org/Event(Scheduled|Cancelled|Rescheduled)", meeting["eventStatus"]
    )
    dt.datetime.fromisoformat(meeting["startDate"])
    assert ("previousStartDate" in meeting) == meeting["eventStatus"].endswith("Rescheduled")
    if not reports:
        assert "Agenda" in text(first(parsed(site, path), ".//main//header"))
        return
    (report,) = reports
    assert report["@type"] == "Report"
    assert report["url"] == address(path)
    assert report["headline"] == text(first(parsed(site, path), ".//main//h1"))
    assert report["about"][0] == {"@id": meeting["@id"]}
    assert report["about"][1:] == meeting.get("about", [])
    published = dt.date.fromisoformat(report["datePublished"])
    assert dt.date.fromisoformat(report["dateModified"]) >= published
    days = [time.get("datetime") for time in parsed(site, path).iter("time")]
    assert report["datePublished"] in days
    assert meeting["startDate"][:10] in days


def test_an_event_starts_on_the_clock_of_the_site() -> None:
    assert event("2012-09-11-evening")["startDate"] == "2012-09-11T19:30+01:00"
    assert event("2012-11-13")["startDate"] == "2012-11-13T14:00+00:00"
    assert event("2013-02-07")["startDate"] == "2013-02-07"
    board = event("health-and-wellbeing/2012-11-13", "golden-boards")
    assert board["startDate"] == "2012-11-13T16:00+13:00"


def test_an_event_tells_that_it_was_moved_or_cancelled() -> None:
    moved = event("2013-02-07")
    assert moved["eventStatus"] == "https://schema.org/EventRescheduled"
    assert moved["previousStartDate"] == "2013-01-31"
    assert event("budget-conference")["previousStartDate"] == "2012-04-17"
    assert event("2012-10-16")["eventStatus"] == "https://schema.org/EventCancelled"
    assert event("2012-11-13")["eventStatus"] == "https://schema.org/EventScheduled"


# --- what readers are told ---------------------------------------------------------------------


def glance(report: str, site: str = "golden") -> dict[str, str]:
    root = parsed(site, f"reports/{report}/index.html")
    box = first(root, ".//section[@class='glance']/dl")
    words = get_translations(root.get("lang", ""))
    names = {words.gettext(name): name for name in ("Held", "Next meeting", "PublishedReport")}
    rows = {text(first(row, "dt")): text(first(row, "dd")) for row in box}
    return {names.get(name, name): told for name, told in rows.items()}


@pytest.mark.parametrize(
    ("report", "told"),
    [
        ("2012-02-09", "Tuesday 26 June 2012 (moved from 17 April 2012)"),
        ("2012-05-15", "Planned for Tuesday 17 July 2012. We have no report of this meeting."),
        ("budget-conference", "Tuesday 11 September 2012"),
        ("2012-09-11-afternoon", "No further meeting is planned."),
        ("2012-09-11-evening", "Tuesday 16 October 2012 (cancelled)"),
        ("2012-10-16", "Tuesday 13 November 2012"),
        ("2012-11-13", "Thursday 7 February 2013 (moved from 31 January 2013)"),
        (
            "2013-02-07",
            "Tuesday 19 March 2013, 10am to midday, Annual meeting, Committee Room 2, Marlbury Civic Centre · Join online · By telephone: 01632 960 123, code 4567# · Add to calendar",
        ),
        ("2013-02-20", get_translations("cy").gettext("To be confirmed")),
    ],
)
def test_every_state_of_a_next_meeting(report: str, told: str) -> None:
    assert glance(report)["Next meeting"] == told


def test_a_moved_meeting_says_what_it_was_announced_for() -> None:
    held = glance("2013-02-07")["Held"]
    assert held.startswith("Thursday 7 February 2013")
    assert held.endswith("Moved from 31 January 2013")


def test_a_meeting_is_moved_for_both_reports_or_for_none() -> None:
    names = chain("golden")
    moved = [glance(name).get("Held", "").partition("Moved from ")[2] for name in names]
    announced = [glance(name)["Next meeting"] for name in names]
    for day in filter(None, moved):
        assert any(f"moved from {day})" in told for told in announced), day


def test_every_state_of_an_ask() -> None:
    def asks(path: str) -> list[tuple[str, str]]:
        boxes = parsed("golden", path).iterfind(".//div[@class]")
        found = [(box, (box.get("class") or "").split()) for box in boxes]
        return [
            (text(first(box, "p[@class='question']")), names[1])
            for box, names in found
            if names[0] == "ask"
        ]

    assert asks("reports/2012-02-09/index.html") == [
        ("Tell us how you check volunteers", "open"),
        ("Which of your staff would like a place on the course about chronologies?", "closed"),
    ]
    assert [state for _, state in asks("reports/2012-11-13/index.html")] == ["open", "answered"]
    lines = parsed("golden", "index.html").iterfind(".//ul[@class='lines']/li/p/a")
    assert [text(line) for line in lines] == [
        "What is missing from the draft strategy?",
        "Are evenings better than mornings?",
        "Send us stories of what went well",
        "Tell us how you check volunteers",
    ]


def test_every_way_to_reply() -> None:
    replies = {
        text(first(row, "dd")): first(row, "dd").find("a")
        for report in ("2012-02-09", "2012-09-11-afternoon", "2012-11-13", "2013-02-07")
        for row in parsed("golden", f"reports/{report}/index.html").iterfind(".//dl/div")
        if text(first(row, "dt")) == "Reply to"
    }
    assert {told: None if link is None else link.get("href") for told, link in replies.items()} == {
        "https://forms.example.org/ŵ?from=board&year=2012": (
            "https://forms.example.org/%C5%B5?from=board&year=2012"
        ),
        "Ada Jones <deb+board@example.org>": "mailto:deb+board@example.org?subject=Are"
        "%20evenings%20better%20than%20mornings%3F",
        "01632 960 002": "tel:01632960002",
    }


def test_two_meetings_of_one_day_are_told_apart() -> None:
    for path in ("index.html", "years/2012/index.html"):
        cards = [text(card) for card in parsed("golden", path).iter("article")]
        pair = [card for card in cards if "Tuesday 11 September 2012" in card]
        assert len(pair) == 2
        assert "7.30pm" in pair[0]
        assert "2pm" in pair[1]


def test_a_date_in_a_title_is_that_of_the_meeting(project: Project) -> None:
    project.report("2012-05-01", "title: Not on 11 May 2012")
    project.report("2012-05-02", "title: <b> 2 May 2012 & 2 May 2012")
    project.built()
    assert "<h1>Not on 11 May 2012</h1>" in project.page("reports/2012-05-01")
    day = '<time datetime="2012-05-02">2 May 2012</time>'
    assert f"<h1>&lt;b&gt; {day} &amp; 2 May 2012</h1>" in project.page("reports/2012-05-02")


def test_a_heading_that_is_a_picture_has_its_description_for_words(project: Project) -> None:
    """One without a description is a picture only."""
    project.write("files/a.png", PNG)
    picture = "(../files/a.png)"
    body = f"## One\n\nA.\n\n## ![A field &amp; sky]{picture}\n\nB.\n\n## ![]{picture}\n\n## Two\n\nC.\n"
    project.report("2012-11-13", body=body)
    project.built()
    root = project.parsed("reports/2012-11-13")
    links = root.findall(".//nav[@class='contents run-in']/ol//a")
    told = [(link.get("href"), text(link)) for link in links]
    assert told == [("#one", "One"), ("#a-field-sky", "A field & sky"), ("#two", "Two")]
    assert len(root.findall(".//div[@class='body']//img")) == 2
    assert root.find(".//div[@class='body']/p/img") is not None


def test_what_an_author_wrote_is_text_or_safe() -> None:
    page = Path(TESTS / "golden/reports/2012-09-11-evening/index.html").read_text("utf-8")
    assert "&lt;Not present&gt;" in page
    assert "&lt;script&gt;" in page
    assert "<details>" in page
    for unsafe in ("javascript:", "onclick", "style=", 'tracker.png" alt'):
        assert unsafe not in page


def test_what_the_script_adds_is_a_word_of_its_own() -> None:
    """The script writes into these elements; a blank must keep them from the word before.

    What is all of a heading has no word before it.
    """
    for site in ("golden", "golden-boards"):
        for page in sorted((TESTS / site).rglob("index.html")):
            for before in re.findall(
                r'(.)<span class="(?!asking)[^>]*data-until=', page.read_text("utf-8"), re.DOTALL
            ):
                assert before.isspace(), page
