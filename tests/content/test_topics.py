"""Test topics from end to end: what readers find on topic pages and on reports."""

import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin
from xml.etree.ElementTree import Element

import msgspec
import pytest
from browsing import Served, serving
from conftest import HUNT, PNG, Project, text, tree
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, expect

BASE = "https://example.org/a/b/"
TOPICS = """\
domestic-violence:
  name: Domestic violence
  aliases: [Domestic abuse, DV]
  formerly: [violence-at-home]
  description: How services respond.
funding:
  name: Funding
"""


class Place(msgspec.Struct, frozen=True):
    """What a report says about a section's place in a thread; addresses without the base URL."""

    topic: str
    spot: str
    number: int
    earlier: str
    later: str


class Entry(msgspec.Struct, frozen=True):
    """An entry of a topic's page: its day, where its heading leads, its words, its headings."""

    day: str
    href: str
    meta: str
    text: str
    headings: tuple[str, ...]


def ids(root: Element) -> list[str]:
    return [name for element in root.iter() if (name := element.get("id")) is not None]


def target(page: str, link: Element | None) -> str:
    """Return what a link on a page leads to, from the base URL on; '' for no link."""
    if link is None:
        return ""
    return unquote(urljoin(f"{BASE}{page}/", link.get("href", "")).removeprefix(BASE))


def places(project: Project, report: str) -> list[Place]:
    """Return what a report's page says of its places in threads, from top to bottom."""
    page = f"reports/{report}"
    report_places = []
    section = ""
    for element in project.parsed(page).iter():
        if re.fullmatch("h[2-6]", str(element.tag)):
            section = element.get("id", "")
        if element.get("class") != "place":
            continue
        links = list(element.iter("a"))
        steps = {text(link).partition(":")[0]: target(page, link) for link in links[1:]}
        number = re.search(r": (\d+)(?:st|nd|rd|th) meeting on this topic", text(element))
        assert number
        spot = f"{page}/#{section}" if not section.startswith("part:") else f"{page}/"
        report_places.append(
            Place(
                target(page, links[0]).split("/")[1],
                spot,
                int(number[1]),
                steps.get("Previous on this topic", ""),
                steps.get("Next on this topic", ""),
            )
        )
    return report_places


def entries(project: Project, topic: str) -> list[Entry]:
    """Return the entries of a topic's page, from top to bottom."""
    page = f"topics/{topic}"
    topic_entries = []
    for article in project.parsed(page).iterfind(".//article"):
        body = article.find("div[@class='body']")
        assert body is not None
        topic_entries.append(
            Entry(
                next(article.iter("time")).get("datetime", ""),
                target(page, article.find("h2/a")),
                text(article.find("p[@class='meta']")),
                text(body),
                tuple(
                    f"{element.tag} {text(element)}"
                    for element in body.iter()
                    if re.fullmatch("h[1-6]", str(element.tag))
                ),
            )
        )
    return topic_entries


def days(project: Project, topic: str) -> list[str]:
    return [entry.day for entry in entries(project, topic)]


def assert_well_made(project: Project, path: str) -> None:
    """Check that ids are unique, no heading level is skipped, and every link and label works."""
    root = project.parsed(path)
    repeated = [name for name, count in Counter(ids(root)).items() if count > 1]
    assert not repeated
    levels = [int(e.tag[1]) for e in root.iter() if re.fullmatch("h[1-6]", str(e.tag))]
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels)), levels
    for element in root.iter():
        for label in (element.get("aria-labelledby") or "").split():
            assert label in ids(root)
    for link in root.iter("a"):
        address, fragment = urldefrag(urljoin(f"{BASE}{path}/", link.get("href", "")))
        if not address.startswith(BASE):
            continue
        file = project.output / unquote(address.removeprefix(BASE))
        file = file / "index.html" if file.is_dir() else file
        assert file.is_file(), link.get("href")
        if fragment:
            folder = file.parent.relative_to(project.output).as_posix()
            assert unquote(fragment) in ids(project.parsed(folder)), link.get("href")


# --- which sections a thread has ----------------------------------------------------------------


@pytest.mark.parametrize(
    "heading",
    [
        "Domestic violence",
        "DOMESTIC Violence",
        "domestic-violence",
        "Domestic abuse",
        "dv",
        "Violence at home",
        "violence-at-home",
        "**Domestic** [violence](https://example.com/)",
        "Domestic violence {#mine}",
    ],
)
def test_a_heading_that_names_a_topic_opens_its_section(project: Project, heading: str) -> None:
    """By name, id, alias or former id, in whatever case."""
    project.write("topics.yaml", TOPICS)
    project.report("2012-11-13", body=f"Before.\n\n## {heading}\n\nSaid.\n\n## Other\n\nAfter.\n")
    project.built()
    (entry,) = entries(project, "domestic-violence")
    assert "Said." in entry.text
    assert "Before." not in entry.text
    assert "After." not in entry.text
    (place,) = places(project, "2012-11-13")
    assert (place.topic, place.spot) == ("domestic-violence", entry.href)
    assert_well_made(project, "topics/domestic-violence")


@pytest.mark.parametrize("heading", ["Domestic", "Domestic violence matters", "Not funding"])
def test_a_heading_that_only_resembles_a_topic_opens_nothing(
    project: Project, heading: str
) -> None:
    project.write("topics.yaml", TOPICS)
    project.report("2012-11-13", body=f"## {heading}\n\nSaid.\n")
    project.built()
    assert entries(project, "domestic-violence") == entries(project, "funding") == []
    assert "not been discussed yet" in project.page("topics/funding")


def test_a_section_comes_with_the_headings_under_it(project: Project) -> None:
    project.write("topics.yaml", TOPICS)
    body = """\
        ## Funding

        One.

        ### Grants

        Two.

        #### Small ones

        Three.

        ## Any other business

        Four.
        """
    project.report("2012-11-13", body=body)
    project.built()
    (entry,) = entries(project, "funding")
    assert entry.text == "One. Grants Two. Small ones Three."
    assert entry.headings == ("h3 Grants", "h4 Small ones")
    assert_well_made(project, "topics/funding")


def test_a_heading_is_left_out_only_where_it_repeats_the_topics_name(project: Project) -> None:
    project.write("topics.yaml", TOPICS)
    body = (
        "### DV\n\nOne.\n\n#### Deeper\n\nTwo.\n\n# domestic violence\n\nThree.\n\n## More\n\nX.\n"
    )
    project.report("2012-11-13", body=body)
    project.built()
    (entry,) = entries(project, "domestic-violence")
    assert entry.headings == ("h3 DV", "h4 Deeper", "h3 More")
    assert_well_made(project, "topics/domestic-violence")


def test_a_nested_heading_of_the_same_topic_opens_no_section(project: Project) -> None:
    project.write("topics.yaml", TOPICS)
    project.report("2012-11-13", body="## DV\n\nOne.\n\n### Figures\n\n#### DV\n\nTwo.\n")
    project.built()
    assert [place.spot for place in places(project, "2012-11-13")] == ["reports/2012-11-13/#dv"]
    (entry,) = entries(project, "domestic-violence")
    assert entry.text.count("Two.") == 1


def test_a_nested_heading_of_another_topic_is_in_both_threads(project: Project) -> None:
    project.write("topics.yaml", TOPICS)
    body = "## DV\n\nOne.\n\n### Funding\n\nTwo.\n\n#### DV\n\nThree.\n\n### Last\n\nFour.\n"
    project.report("2012-11-13", body=body)
    project.built()
    (outer,) = entries(project, "domestic-violence")
    (inner,) = entries(project, "funding")
    assert outer.text == "DV One. Funding Two. DV Three. Last Four."
    assert inner.text == "Two. DV Three."
    assert [place.topic for place in places(project, "2012-11-13")] == [
        "domestic-violence",
        "funding",
    ]
    for topic in ("domestic-violence", "funding"):
        assert_well_made(project, f"topics/{topic}")


def test_two_sections_of_one_report_are_one_meeting(project: Project) -> None:
    project.write("topics.yaml", TOPICS)
    project.report("2012-09-11", body="## Funding\n\nBefore.\n")
    project.report("2012-11-13", body="## Funding\n\nOne.\n\n## Other\n\n## funding\n\nTwo.\n")
    project.report("2013-01-31", body="## Funding\n\nAfter.\n")
    project.built()
    assert days(project, "funding") == ["2013-01-31", "2012-11-13", "2012-09-11"]
    assert entries(project, "funding")[1].text == "One. Two."
    first, second = places(project, "2012-11-13")
    assert (first.number, second.number) == (2, 2)
    assert first.earlier == "reports/2012-09-11/#funding"
    assert first.later == second.spot == "reports/2012-11-13/#funding-2"
    assert second.earlier == first.spot
    assert second.later == "reports/2013-01-31/#funding"


# --- topics of front matter ---------------------------------------------------------------------


def test_a_topic_of_front_matter_without_a_heading_links_to_the_whole_report(
    project: Project,
) -> None:
    project.write("topics.yaml", TOPICS)
    project.report("2012-09-11", body="## Funding\n\nSaid.\n")
    project.report("2012-11-13", "topics: [FUNDING]\nsummary: In short.", "Text.\n\n## Other\n")
    project.built()
    whole, section = entries(project, "funding")
    assert (whole.href, whole.text) == ("reports/2012-11-13/", "In short.")
    assert section.text == "Said."
    (place,) = places(project, "2012-11-13")
    assert (place.spot, place.number) == ("reports/2012-11-13/", 2)
    assert place.earlier == "reports/2012-09-11/#funding"
    assert places(project, "2012-09-11")[0].later == "reports/2012-11-13/"


def test_a_topic_of_front_matter_with_a_heading_has_its_section_only(project: Project) -> None:
    project.write("topics.yaml", TOPICS)
    project.report("2012-11-13", "topics: [funding, DV, Domestic abuse]", "## Funding\n\nSaid.\n")
    project.built()
    assert [(place.topic, place.spot) for place in places(project, "2012-11-13")] == [
        ("funding", "reports/2012-11-13/#funding"),
        ("domestic-violence", "reports/2012-11-13/"),
    ]


def test_without_a_register_topics_come_from_front_matter(project: Project) -> None:
    project.report("2012-09-11", body="## Young carers\n\nSaid early.\n\n## Not named\n")
    project.report("2012-11-13", "topics: [Young Carers, housing-costs]")
    project.built()
    listed = project.parsed("topics")
    assert [text(link) for link in listed.iterfind(".//main//li//a")] == [
        "Housing costs",
        "Young Carers",
    ]
    assert [entry.text for entry in entries(project, "young-carers")] == ["Text.", "Said early."]
    assert days(project, "housing-costs") == ["2012-11-13"]
    assert not (project.output / "topics/not-named").exists()


def test_a_topic_that_the_register_does_not_know_is_an_error(project: Project) -> None:
    project.write("topics.yaml", TOPICS)
    project.report("2012-11-13", "topics: [fundign]")
    result = project.build()
    assert result.exit_code == 1
    assert "error L013" in result.stderr
    assert "funding" in result.stderr.casefold()


def test_a_site_without_topics_shows_no_trace_of_them(project: Project) -> None:
    project.report("2012-11-13", body="## Funding\n\nSaid.\n")
    output = project.built()
    assert not (output / "topics").exists()
    for page in output.rglob("*.html"):
        assert "topics/" not in page.read_text("utf-8"), page


# --- what the pages tell ------------------------------------------------------------------------


def test_a_topics_page_is_newest_first_dated_linked_and_counted(project: Project) -> None:
    project.write("topics.yaml", TOPICS)
    for day in ("2012-09-11", "2011-05-10", "2013-01-31"):
        project.report(day, f"title: Meeting {day}", f"## Funding\n\nSaid on {day}.\n")
    project.report("2012-12-12")
    project.built()
    thread = entries(project, "funding")
    assert [entry.day for entry in thread] == ["2013-01-31", "2012-09-11", "2011-05-10"]
    for entry in thread:
        assert entry.href == f"reports/{entry.day}/#funding"
        assert entry.meta == f"Meeting {entry.day}"
        assert entry.text == f"Said on {entry.day}."
    facts = project.parsed("topics/funding").find(".//dl[@class='facts']")
    assert facts is not None
    rows = {text(row.find("dt")): row.find("dd") for row in facts}
    assert text(rows["First raised"]) == "10 May 2011"
    assert text(rows["Last discussed"]) == "31 January 2013"
    assert text(rows["Meetings"]) == "3"
    for row, day in (("First raised", "2011-05-10"), ("Last discussed", "2013-01-31")):
        cell = rows[row]
        assert cell is not None
        assert target("topics/funding", cell.find("a")) == f"reports/{day}/#funding"


def test_a_report_leads_to_the_sections_before_and_after_of_its_subject(project: Project) -> None:
    project.write("topics.yaml", TOPICS)
    for day in ("2012-09-11", "2012-11-13", "2013-01-31"):
        project.report(day, body="## Funding\n\nSaid.\n")
    project.report("2012-10-10", body="## Other\n")
    project.built()
    spot = "reports/{}/#funding"
    assert places(project, "2012-09-11") == [
        Place("funding", spot.format("2012-09-11"), 1, "", spot.format("2012-11-13"))
    ]
    assert places(project, "2012-11-13") == [
        Place(
            "funding",
            spot.format("2012-11-13"),
            2,
            spot.format("2012-09-11"),
            spot.format("2013-01-31"),
        )
    ]
    assert places(project, "2012-10-10") == []
    shown = project.parsed("reports/2012-11-13").find(".//p[@class='place']")
    assert (
        "Previous on this topic: 11 September 2012 · Next on this topic: 31 January 2013"
        in text(shown)
    )


@pytest.mark.parametrize(
    ("number", "language", "shown"),
    [
        (1, "en-GB", "1st meeting on this topic"),
        (2, "en-GB", "2nd meeting on this topic"),
        (3, "en-GB", "3rd meeting on this topic"),
        (4, "en-GB", "4th meeting on this topic"),
        (11, "en-GB", "11th meeting on this topic"),
        (12, "en-GB", "12th meeting on this topic"),
        (13, "en-GB", "13th meeting on this topic"),
        (21, "en-GB", "21st meeting on this topic"),
        (22, "en-GB", "22nd meeting on this topic"),
        (21, "de", "21. Sitzung zu diesem Thema"),
        (22, "cy", "cyfarfod 22 ar y pwnc hwn"),
    ],
)
def test_a_report_says_which_meeting_on_a_topic_it_is(
    project: Project, number: int, language: str, shown: str
) -> None:
    title = "title: Test\nbase_url: https://example.org/\n"
    project.write("site.yaml", f"{title}language: {language}\n")
    project.write("topics.yaml", TOPICS)
    for month in range(number):
        project.report(f"{2000 + month // 12}-{month % 12 + 1:02}-04", body="## Funding\n\nSaid.\n")
    project.built()
    last = f"{2000 + (number - 1) // 12}-{(number - 1) % 12 + 1:02}-04"
    place = project.parsed(f"reports/{last}").find(".//p[@class='place']")
    assert f"Funding: {shown}" in text(place)


def test_the_list_of_topics_has_counts_and_dates(project: Project) -> None:
    project.write("topics.yaml", TOPICS + "unheard:\n  name: Unheard of\n")
    project.report("2010-01-12", body="## Other\n")
    project.report("2011-05-10", body="## Funding\n\nx\n")
    project.report("2013-01-15", body="## Funding\n\nx\n\n## DV\n\ny\n")
    project.report("2013-01-31", body="## Funding\n\nx\n\n## Funding\n\nx\n")
    project.built()
    rows = project.parsed("topics").findall(".//main//li")
    assert [text(row.find("h2")) for row in rows] == ["Domestic violence", "Funding", "Unheard of"]
    assert "1 meeting, on 15 January 2013" in text(rows[0])
    assert "How services respond." in text(rows[0])
    assert "3 meetings, from 10 May 2011 to 31 January 2013" in text(rows[1])
    assert "Not discussed yet" in text(rows[2])
    for place, folder in enumerate(("domestic-violence", "funding", "unheard")):
        assert target("topics", rows[place].find("h2/a")) == f"topics/{folder}/"
        assert_well_made(project, f"topics/{folder}")


def test_a_sections_content_is_whole_and_leads_to_the_report(project: Project) -> None:
    """Footnotes, tables, anchors, links, pictures and headings in quotations."""
    project.write("topics.yaml", TOPICS)
    project.write("files/plan.pdf", "pdf")
    (project.folder / "files/plan.png").write_bytes(PNG)
    body = """\
        ## Funding

        Noted.[^1] <span id="spot">Here</span>, see [below](#below), [spot](#spot),
        [[{other}]], [it]({other}.md#funding), [file](../files/plan.pdf) and
        [there](https://example.com/#x). ![a plan](../files/plan.png)

        | a | b |
        |---|---|
        | 1 | 2 |

        > #### Quoted

        ### Below

        | c | d |
        |---|---|
        | 3 | 4 |

        Again.[^1]

        ## Elsewhere

        [^1]: The note.
        """
    pair = ("2012-09-11", "2012-11-13")
    for day, other in (pair, pair[::-1]):
        project.report(day, body=body.replace("{other}", other))
    project.built()
    assert_well_made(project, "topics/funding")
    root = project.parsed("topics/funding")
    articles = root.findall(".//article")
    assert len(articles) == 2
    for article, (day, other) in zip(articles, (pair[::-1], pair), strict=True):
        links = {text(link): target("topics/funding", link) for link in article.iterfind("div//a")}
        assert links == {
            "1": f"reports/{day}/#fn:1",
            "below": f"reports/{day}/#below",
            "spot": f"reports/{day}/#spot",
            f"Report from {'11 September' if other < day else '13 November'} 2012 meeting": (
                f"reports/{other}/"
            ),
            "it": f"reports/{other}/#funding",
            "file": "files/plan.pdf",
            "there": "https://example.com/#x",
        }
        (picture,) = article.iter("img")
        assert urljoin(f"{BASE}topics/funding/", picture.get("src", "")) == (
            f"{BASE}files/plan.png"
        )
        # Each table has the name of the heading above it, and not of all that the entry says.
        tables = article.findall(".//div[@class='table']")
        labels = [
            text(article.find(f".//*[@id='{table.get('aria-labelledby')}']")) for table in tables
        ]
        assert labels == [text(article.find("h2")), "Below"]


@pytest.mark.parametrize("name", ["main", "part", "newest-first", "open", "a/b"])
def test_whatever_a_report_is_called_no_id_is_given_twice(project: Project, name: str) -> None:
    project.write("topics.yaml", TOPICS)
    project.report(name, "date: 2012-11-13", "## Funding\n\n### Main\n\n### Newest first\n\nx\n")
    project.report("2012-12-13", body="## Funding\n\ny\n")
    project.built()
    assert_well_made(project, "topics/funding")


def test_a_report_in_another_language_says_so_in_the_thread(project: Project) -> None:
    project.write("topics.yaml", TOPICS)
    project.report("2012-11-13", "language: cy\ntitle: Adroddiad", "## Funding\n\nDiolch.\n")
    project.built()
    article = project.parsed("topics/funding").find(".//article")
    assert article is not None
    body = article.find("div[@class='body']")
    assert body is not None
    assert body.get("lang") == "cy"
    assert "Adroddiad" in [text(e) for e in article.iter() if e.get("lang") == "cy"]


def test_boards_mix_in_one_thread_and_each_is_named(project: Project) -> None:
    site = "boards: {north: {name: North Board}, south: {name: South Board}}\n"
    project.write("site.yaml", (project.folder / "site.yaml").read_text() + site)
    project.write("topics.yaml", TOPICS)
    for name in ("north/2012-09-11", "south/2012-11-13", "north/2012-11-13", "south/2013-01-31"):
        project.report(name, body=f"## Funding\n\nSaid in {name}.\n")
    project.built()
    thread = entries(project, "funding")
    names = ["south/2013-01-31", "south/2012-11-13", "north/2012-11-13", "north/2012-09-11"]
    assert [entry.text for entry in thread] == [f"Said in {name}." for name in names]
    for name, entry in zip(names, thread, strict=True):
        assert entry.meta.startswith("South Board" if "south" in name else "North Board")
        assert entry.href == f"reports/{name}/#funding"
    (place,) = places(project, "north/2012-11-13")
    assert place.number == 2
    assert place.earlier == "reports/north/2012-09-11/#funding"
    assert place.later == "reports/south/2012-11-13/#funding"
    assert_well_made(project, "topics/funding")


def test_what_nobody_can_see_is_in_no_thread(project: Project) -> None:
    project.write("topics.yaml", TOPICS)
    body = "## Funding\n\nSaid.\n"
    project.report("2012-01-10", body=body)
    project.report("2012-02-10", "draft: true", body)
    project.report("2012-03-10", "published: 2013-03-02", body)
    project.report("2012-04-10", "topics: [DV]\nwithdrawn: {date: 2012-05-01, reason: wrong}", body)
    project.report("2012-05-10", "cancelled: snow\ntopics: [Funding]", "")
    project.built()
    assert days(project, "funding") == ["2012-05-10", "2012-01-10"]
    assert entries(project, "domestic-violence") == []
    assert places(project, "2012-04-10") == []
    assert places(project, "2012-01-10")[0].later == "reports/2012-05-10/"
    project.built("--drafts", today="2013-03-02")
    assert days(project, "funding") == ["2012-05-10", "2012-03-10", "2012-02-10", "2012-01-10"]


def test_a_thread_of_the_withdrawn_only_is_a_topic_not_yet_discussed(project: Project) -> None:
    project.write("topics.yaml", TOPICS)
    gone = "withdrawn: {date: 2012-05-01, reason: wrong}"
    project.report("2012-04-10", gone, "## Funding\n\nSaid.\n")
    project.built()
    assert "not been discussed yet" in project.page("topics/funding")
    assert "Said." not in project.page("topics/funding")


def test_a_renamed_topic_keeps_its_thread(project: Project) -> None:
    project.write("topics.yaml", "money:\n  name: Money\n")
    project.report("2012-04-10", body="## Money\n\nOld.\n")
    project.built()
    project.write("topics.yaml", "funding:\n  name: Funding\n  formerly: [money]\n")
    project.report("2012-05-10", body="## Funding\n\nNew.\n")
    project.built()
    assert [entry.text for entry in entries(project, "funding")] == ["New.", "Money Old."]
    assert target("topics/money", project.parsed("topics/money").find(".//main//a")) == (
        "topics/funding/"
    )


# --- the order in the browser -------------------------------------------------------------------


LONG = "word " * 1500 + "\n\n"


def write_threads(project: Project) -> None:
    """Write reports on two topics, one so long that it is divided by year."""
    project.write("topics.yaml", TOPICS)
    for year in range(2001, 2011):
        for month in (3, 9):
            short = f"## DV\n\nSaid in {year}.\n\n" if year > 2008 else ""
            project.report(f"{year}-{month:02}-10", body=f"{short}## Funding\n\n{LONG}")


def test_a_new_year_of_a_long_topic_changes_only_the_year_before(project: Project) -> None:
    write_threads(project)
    before = tree(project.built())
    project.report("2011-01-10", body=f"## Funding\n\n{LONG}")
    after = tree(project.built())
    years = [path for path in after if re.fullmatch(r"topics/funding/\d+/index\.html", path)]
    assert len(years) == 11
    changed = {path for path in years if after[path] != before.get(path)}
    assert changed == {f"topics/funding/{year}/index.html" for year in (2010, 2011)}
    links = {
        text(link): link.get("href") for link in project.parsed("topics/funding/2001").iter("a")
    }
    assert links["All years"] == "../../../topics/funding/#part:years"
    (listed,) = project.parsed("topics/funding").iterfind(".//nav[@id='part:years']")
    assert [link.get("href") for link in listed.iter("a")] == [
        f"../../topics/funding/{year}/" for year in range(2011, 2000, -1)
    ]


@pytest.fixture(scope="module")
def threads(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A short thread, and one so long that it is divided by year."""
    folder = tmp_path_factory.mktemp("threads")
    project = Project(folder)
    write_threads(project)
    project.built()
    with serving(project.output) as served:
        yield served


SHORT = ["10 September 2010", "10 March 2010", "10 September 2009", "10 March 2009"]


def test_a_thread_can_be_turned_to_oldest_first_and_back(browser: Browser, threads: Served) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{threads.address}topics/domestic-violence/")
        headings = page.locator(".thread h2")
        current = page.locator(".order [aria-current]")
        expect(headings).to_have_text(SHORT)
        expect(current).to_have_text("Newest first")
        # The script hears of a new fragment only after the click has returned.
        page.get_by_role("link", name="Oldest first").click()
        expect(headings).to_have_text(SHORT[::-1])
        expect(current).to_have_text("Oldest first")
        page.reload()
        # The address keeps the order.
        expect(headings).to_have_text(SHORT[::-1])
        page.get_by_role("link", name="Newest first").click()
        expect(headings).to_have_text(SHORT)
        expect(current).to_have_text("Newest first")
        page.go_back()
        expect(headings).to_have_text(SHORT[::-1])


def test_without_script_the_switch_leads_to_the_oldest_entry(
    browser: Browser, threads: Served
) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{threads.address}topics/domestic-violence/")
        page.get_by_role("link", name="Oldest first").click()
        entry = page.locator("article", has=page.locator(":target"))
        assert entry.locator("h2").inner_text() == SHORT[-1]


@pytest.mark.parametrize("script", [True, False])
def test_the_switch_of_a_thread_by_year_leads_to_the_first_year(
    browser: Browser,
    threads: Served,
    script: bool,
) -> None:
    with browser.new_context(java_script_enabled=script) as context:
        page = context.new_page()
        page.goto(f"{threads.address}topics/funding/")
        assert page.locator(".thread h2").first.inner_text() == SHORT[0]
        with page.expect_navigation():
            page.get_by_role("link", name="Oldest first").click()
        assert page.url.partition("#")[0] == f"{threads.address}topics/funding/2001/"
        shown = page.locator(".thread h2").all_inner_texts()
        oldest = ["10 March 2001", "10 September 2001"]
        assert shown == (oldest if script else oldest[::-1])
        entry = page.locator("article", has=page.locator(":target"))
        assert entry.locator("h2").inner_text() == oldest[0]
        with page.expect_navigation():
            page.get_by_role("link", name="Newest first").click()
        assert page.url.partition("#")[0] == f"{threads.address}topics/funding/"
        assert page.locator(".thread h2").first.inner_text() == SHORT[0]


# --- whatever is written ------------------------------------------------------------------------

NAMED = {"Alpha": "alpha", "alpha": "alpha", "First": "alpha", "beta": "beta", "Gamma": ""}
headings = st.lists(st.tuples(st.integers(1, 4), st.sampled_from(sorted(NAMED))), max_size=6)


def opened(written: list[tuple[int, str]], named: list[str]) -> Iterator[tuple[str, int]]:
    """Yield each topic of a report with the number of the heading that opens it, -1 for none."""
    openings = []
    for number, (level, name) in enumerate(written):
        topic = NAMED[name]
        above, outer = level, []
        for other, title in reversed(written[:number]):
            if other < above:
                above = other
                outer.append(NAMED[title])
        if topic and topic not in outer:
            openings.append((topic, number))
    yield from openings
    for topic in dict.fromkeys(NAMED[name] for name in named):
        if topic and all(topic != other for other, _ in openings):
            yield topic, -1


@settings(max_examples=6 * HUNT, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(headings, st.lists(st.sampled_from(["First", "beta"]), max_size=2)),
        min_size=1,
        max_size=5,
    ),
    st.permutations(range(5)),
)
def test_a_thread_is_one_chain_in_order_of_meeting(
    reports: list[tuple[list[tuple[int, str]], list[str]]], months: list[int]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder))
        project.write("topics.yaml", "alpha: {name: Alpha, aliases: [First]}\nbeta: {name: Beta}\n")
        written = {}
        for month, (heads, named) in zip(months, reports, strict=False):
            name = f"2012-{month // 2 + 1:02}-1{month}"
            written[name] = (heads, named)
            body = "".join(
                f"{'#' * level} {title} {{#h{number}}}\n\nSaid {number}.\n\n"
                for number, (level, title) in enumerate(heads)
            )
            project.report(name, f"topics: [{', '.join(named)}]", f"Start.\n\n{body}")
        project.built()
        places_by_report = {name: places(project, name) for name in written}
        for topic in ("alpha", "beta"):
            wanted = [
                (name, f"reports/{name}/" + (f"#h{number}" if number >= 0 else ""))
                for name in sorted(written)
                for its, number in opened(*written[name])
                if its == topic
            ]
            spots = [spot for _, spot in wanted]
            order = list(dict.fromkeys(name for name, _ in wanted))
            by_spot = {
                place.spot: place
                for name in sorted(places_by_report)
                for place in places_by_report[name]
                if place.topic == topic
            }
            assert set(by_spot) == set(spots)
            for place, (name, spot) in enumerate(wanted):
                assert by_spot[spot] == Place(
                    topic,
                    spot,
                    order.index(name) + 1,
                    spots[place - 1] if place else "",
                    spots[place + 1] if place + 1 < len(spots) else "",
                )
            thread = entries(project, topic)
            assert [entry.href.split("/")[1] for entry in thread] == order[::-1]
            for entry in thread:
                assert entry.href == next(s for n, s in wanted if n == entry.href.split("/")[1])
            assert_well_made(project, f"topics/{topic}")
        for name in written:
            assert_well_made(project, f"reports/{name}")


def test_a_numbered_heading_opens_the_topic(project: Project) -> None:
    project.write("topics.yaml", "budget: {name: Budget}")
    headings = ("3. Budget", "4.2 Budget", "5) Budget")
    for month, heading in enumerate(headings, 1):
        project.report(f"2012-0{month}-10", body=f"## {heading}\n\nText.\n")
    project.report("2012-05-10", body="## 2012 Budget\n\nText.\n")
    project.built()
    assert re.findall(r'<article id="([^"]*)"', project.page("topics/budget")) == [
        "2012-03-10",
        "2012-02-10",
        "2012-01-10",
    ]


def test_a_very_long_topic_has_an_address_that_a_file_can_have(project: Project) -> None:
    project.report("2012-01-10", f"topics: [{'long ' * 100}]")
    (folder,) = [place for place in (project.built() / "topics").iterdir() if place.is_dir()]
    assert len(folder.name) <= 100
    project.write("topics.yaml", f"{'a' * 101}: {{name: A}}")
    assert "error F039" in project.build().stderr
