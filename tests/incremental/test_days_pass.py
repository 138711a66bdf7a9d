"""Test what a daily build changes if nothing was published, and what it must not change."""

import datetime as dt
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import html5lib
import icalendar
import pytest
from conftest import HUNT, Project, text, tree
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

BASE = "https://example.org/a/b/"

# One report is scheduled for the eighth of these days; between the others nothing is published.
DAYS = (
    "2012-10-20",
    "2012-10-21",
    "2012-10-28",  # the clocks go back
    "2012-11-13",  # an announced meeting
    "2012-11-14",
    "2012-12-14",  # a deadline
    "2012-12-15",
    "2012-12-20",  # the scheduled report
    "2012-12-31",
    "2013-01-01",
    "2013-03-01",
    "2013-03-31",  # the clocks go forward
    "2013-06-01",  # everything has passed
)
SCHEDULED = "2012-12-20"
BEFORE, AFTER = [day for day in DAYS if day < SCHEDULED], [day for day in DAYS if day >= SCHEDULED]
QUIET = [*pairwise(BEFORE), *pairwise(AFTER)]


def write_site(project: Project) -> None:
    """Write a site in which as much as possible depends on the day."""
    project.write(
        "site.yaml",
        f"""
        title: Test Board
        base_url: {BASE}
        attendance: true
        boards:
          lscb: {{name: Safeguarding}}
          health: {{name: Health}}
        """,
    )
    project.write(
        "topics.yaml",
        """
        budget: {name: Budget, aliases: [Money], formerly: [finance]}
        violence: {name: Domestic violence}
        never: {name: Never discussed}
        """,
    )
    project.write("glossary.yaml", "VCS: Voluntary and community sector\n")
    project.write("pages/about.md", "---\ntitle: About\nnav: true\n---\nThe VCS.\n")
    project.report(
        "lscb/2012-07-10",
        """
        feedback:
          - {id: old, ask: What closed long ago?, deadline: 2012-08-01, reply_to: a@example.org}
          - {id: done, ask: What was answered?, deadline: 2012-12-14}
        next_meeting: 2012-09-04
        aliases: [/old/july/]
        """,
        "## Budget\n\nThe VCS.\n",
    )
    project.report(
        "lscb/2012-09-11",
        """
        time: "14:00"
        published: 2012-09-18
        author: Ada
        attendees: [Ada (Open Door)]
        feedback:
          - {id: soon, ask: What closes in December?, deadline: 2012-12-14, reply_to: Tell Ada}
          - {id: later, ask: What closes in March?, deadline: 2013-03-31}
          - {id: never, ask: What never closes?}
        outcomes: [{ask: 2012-07-10/done, outcome: Nothing.}]
        next_meeting: {date: 2012-11-13, time: "10:00", place: Civic Centre}
        corrections: [{date: 2012-09-20, note: It was a Tuesday.}]
        """,
        "The meeting was moved by a week.\n\n## Domestic violence\n\nMore of it.\n",
    )
    project.report(
        "lscb/2012-10-16",
        "published: 2012-10-12\ncancelled: No heating.\nnext_meeting: 2012-11-13",
    )
    project.report(
        "lscb/2012-12-11",
        f"""
        published: {SCHEDULED}
        feedback: [{{id: new, ask: What is new?, deadline: 2013-01-01}}]
        outcomes: [{{ask: 2012-09-11/soon, outcome: Something.}}]
        next_meeting: 2013-03-01
        """,
        "## Money\n\nNo news, see [[2012-09-11]].\n",
    )
    project.report("lscb/2012-12-12", "draft: true\nfeedback: [{ask: A draft?}]", "## Money\n")
    project.report(
        "health/2012-10-02",
        """
        topics: [violence]
        summary: The partnership met.
        feedback: [{id: beds, ask: How many beds?, deadline: 2012-10-28}]
        next_meeting: {date: 2012-12-31, url: "https://example.org/meeting"}
        """,
    )
    project.report(
        "health/2012-09-04",
        """
        next_meeting: to be confirmed
        feedback: [{id: gone, ask: Gone?, deadline: 2012-12-31}]
        topics: [budget]
        withdrawn: {date: 2012-09-10, reason: It named a family.}
        """,
    )


Tree = dict[str, bytes]


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Tree]:
    """Return the output of each day, each built over that of the day before."""
    project = Project(tmp_path_factory.mktemp("site"))
    write_site(project)
    return {day: tree(project.built(today=day)) for day in DAYS}


def changed(early: Tree, late: Tree) -> set[str]:
    return {path for path in early.keys() | late.keys() if early.get(path) != late.get(path)}


quiet = pytest.mark.parametrize(("early", "late"), QUIET)
TIMELESS = re.compile(
    r"(.*/)?feed\.(xml|atom|json)|.*\.ics|sitemap\.xml|robots\.txt|_redirects|404\.html"
    r"|(topics|glossary|about|subscribe|new|attendance|old|years)/.*|[^/]+\.(css|js|svg)"
)


@quiet
def test_a_day_without_a_publication_changes_only_what_the_date_changes(
    trees: dict[str, Tree], early: str, late: str
) -> None:
    assert trees[early].keys() == trees[late].keys()
    different = changed(trees[early], trees[late]) - {".lscbsite.json"}
    assert {path for path in different if TIMELESS.fullmatch(path)} == set()
    pages = {"index.html", "asks/index.html"}
    for path in different - pages:
        assert re.fullmatch(r"(reports|boards)/.*/index\.html", path)


def test_the_files_that_know_no_day_are_all_there(trees: dict[str, Tree]) -> None:
    timeless = {path for path in trees[DAYS[0]] if TIMELESS.fullmatch(path)}
    feeds = {path for path in timeless if "feed." in path}
    assert len(feeds) == 3 * (1 + 2 + 4) + 1
    calendars = {path for path in timeless if path.endswith(".ics")}
    assert {"calendar.ics", "boards/lscb/calendar.ics", "boards/health/calendar.ics"} < calendars
    rest = {"sitemap.xml", "_redirects", "glossary/index.html", "topics/budget/index.html"}
    assert rest | {"old/july/index.html", "attendance/index.html"} < timeless


def parsed(page: bytes) -> Element:
    root: Element = html5lib.parse(page.decode(), namespaceHTMLElements=False)
    return root


def has(element: Element, *names: str) -> bool:
    return bool(set(names) & set(element.get("class", "").split()))


def without(root: Element, *names: str) -> str:
    """Return a page without elements of some classes, and without its next meetings.

    Of an ask that stays, whether it is open is left out, too.
    """
    for parent in list(root.iter()):
        if has(parent, "ask"):
            parent.attrib.pop("class")
        labels = [text(child) for child in parent if child.tag == "dt"]
        if labels == ["Next meeting"]:
            parent.clear()
        for child in list(parent):
            is_told_to_machines = child.get("type") == "application/ld+json"
            if has(child, *names) or child.get("id") == "part:meetings" or is_told_to_machines:
                parent.remove(child)
    return " ".join(ElementTree.tostring(root, encoding="unicode").split())


@quiet
def test_pages_differ_only_in_days_left_in_what_is_open_and_in_meetings_that_passed(
    trees: dict[str, Tree], early: str, late: str
) -> None:
    for path in changed(trees[early], trees[late]) - {".lscbsite.json"}:
        one, other = parsed(trees[early][path]), parsed(trees[late][path])
        # Reports keep their asks, where they are; lists of asks do not.
        names = ["left", "state", "meeting", "meetings", "asking", "asks", "at-meeting"]
        if path in ("index.html", "asks/index.html"):
            names += ["ask", "empty"]
        assert without(one, *names) == without(other, *names), path


def asks(page: bytes) -> dict[str, str]:
    """Return the asks of the page of asks, by their state."""
    found = {}
    for section in parsed(page).iter("section"):
        state = section.get("aria-labelledby", "").removeprefix("part:")
        for link in section.iter("a"):
            if "#" in link.get("href", "") and "#outcome-" not in link.get("href", ""):
                found[text(link)] = state
    return found


def test_an_ask_is_open_through_its_last_day_and_closed_from_the_next_on(
    trees: dict[str, Tree],
) -> None:
    for day, files in trees.items():
        found = asks(files["asks/index.html"])
        new = {"What is new?"} if day >= SCHEDULED else set()
        known = {"closed long ago", "was answered", "closes in December", "closes in March"}
        expected = {f"What {rest}?" for rest in known} | {"What never closes?", "How many beds?"}
        assert set(found) == expected | new, "none comes or goes because a day passed"
        assert found["What closed long ago?"] == "closed"
        assert found["What was answered?"] == "answered"
        assert found["What never closes?"] == "open"
        assert found["How many beds?"] == ("open" if day <= "2012-10-28" else "closed")
        december = "open" if day <= "2012-12-14" else "closed"
        assert found["What closes in December?"] == ("answered" if new else december)
        assert found["What closes in March?"] == ("open" if day <= "2013-03-31" else "closed")


def uids(data: bytes) -> list[str]:
    events = icalendar.Calendar.from_ical(data).walk("VEVENT")
    return [str(event["UID"]) for event in events]


def test_a_scheduled_report_brings_exactly_its_items_each_once(trees: dict[str, Tree]) -> None:
    before, after = trees[BEFORE[-1]], trees[SCHEDULED]
    new = {}
    for path in before:
        if not path.endswith("feed.xml"):
            continue
        was, now = (
            {item.findtext("guid"): ElementTree.tostring(item) for item in root.iter("item")}
            for root in (ElementTree.fromstring(files[path]) for files in (before, after))
        )
        assert len(now) == after[path].count(b"<guid "), "no item comes twice"
        assert {guid: now.get(guid) for guid in was} == was, "what was there stays as it was"
        new[path] = sorted(
            item.findtext("link", "").removeprefix(f"{BASE}reports/lscb/2012-12-11/")
            for item in ElementTree.fromstring(after[path]).iter("item")
            if item.findtext("guid") not in was
        )
    assert {path: links for path, links in new.items() if links} == {
        "feed.xml": [""],
        "boards/lscb/feed.xml": [""],
        "topics/budget/feed.xml": ["#money"],
        "topics/finance/feed.xml": ["#money"],
        "asks/feed.xml": ["#new", "#outcome-lscb-2012-09-11-soon"],
    }
    for path in ("calendar.ics", "boards/lscb/calendar.ics"):
        early, late = uids(before[path]), uids(after[path])
        assert len(set(late)) == len(late)
        assert set(early) < set(late), "the announced meeting became the one that was held"
        assert len(late) == len(early) + 1, "the next one is announced"
    other = "boards/health/calendar.ics"
    assert before[other] == after[other]


def test_drafts_stay_away_on_every_day(trees: dict[str, Tree]) -> None:
    for day, files in trees.items():
        texts = b"".join(files.values())
        assert b"A draft?" not in texts
        assert (b"What is new?" in texts) == (day >= SCHEDULED)
        assert not [path for path in files if "2012-12-12" in path]


# --- any site, any two days -------------------------------------------------------------------

FIRST = dt.date(2012, 1, 1)
LENGTH = 500


def day(number: int) -> str:
    return (FIRST + dt.timedelta(days=number)).isoformat()


@st.composite
def reports(draw: st.DrawFn, board: str, held: int, announced: list[int]) -> tuple[int, str]:
    """A report of a meeting: on which day it is published, and its file."""
    numbers = st.integers(0, LENGTH)
    sometimes = st.sampled_from([True, False, False])
    published = max(0, held + draw(st.integers(-20, 60)))
    lines = [f"date: {day(held)}", f"published: {day(published)}"]
    if draw(st.booleans()):
        ahead = held + draw(st.integers(1, 90))
        announced.append(ahead)
        lines.append(f"next_meeting: {day(ahead)}")
    elif draw(sometimes):
        lines.append(f"next_meeting: {draw(st.sampled_from(['none', 'to be confirmed']))}")
    if draw(st.booleans()):
        deadline = max(held, published) + draw(numbers)
        lines.append(f"feedback: [{{id: it, ask: Who?, deadline: {day(deadline)}}}]")
    if draw(sometimes):
        lines.append(f"corrections: [{{date: {day(draw(numbers))}, note: N}}]")
    if draw(sometimes) and draw(st.booleans()):
        lines.append(f"withdrawn: {{date: {day(draw(numbers))}, reason: R}}")
    if draw(sometimes):
        lines.append("cancelled: Snow")
    if draw(sometimes):
        lines.append(f"topics: [{draw(st.sampled_from(['budget', 'violence']))}]")
    if draw(sometimes):
        lines.append('time: "01:30"')
    front = "\n".join(lines)
    return published, f"---\n{front}\n---\nText.\n\n## Budget\n\nMore.\n"


@st.composite
def sites(draw: st.DrawFn) -> tuple[dict[str, str], str, str]:
    """Reports of two boards by path, and two days between which none is published."""
    files: dict[str, str] = {}
    published: list[int] = []
    with_ask: list[tuple[int, str]] = []
    for board in ("a", "b"):
        announced: list[int] = []
        for held in sorted(draw(st.sets(st.integers(0, LENGTH), max_size=4))):
            planned = [number for number in announced if number != held]
            moment, text = draw(reports(board, held, announced))
            moved, answers = draw(st.booleans()), draw(st.booleans())
            if planned and moved:
                text = text.replace("---\n", f"---\nannounced_for: {day(planned[-1])}\n", 1)
            asked = [name for shown, name in with_ask if shown <= moment]
            if asked and answers:
                ask = f"{draw(st.sampled_from(asked))}/it"
                text = text.replace("---\n", f"---\noutcomes: [{{ask: {ask}, outcome: O}}]\n", 1)
            if "feedback" in text:
                with_ask.append((moment, f"{board}/{day(held)}"))
            published.append(moment)
            files[f"reports/{board}/{day(held)}.md"] = text
    early = draw(st.integers(0, LENGTH))
    following = min((one for one in published if one > early), default=2 * LENGTH)
    late = draw(st.integers(early + 1, max(early + 1, following - 1)))
    if following <= late:
        early, late = following, following  # the gap is too short for two days
    return files, day(early), day(late)


@contextmanager
def new_project() -> Iterator[Project]:
    with tempfile.TemporaryDirectory() as folder:
        yield Project(Path(folder))


@settings(max_examples=8 * HUNT, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sites())
def test_on_any_site_a_day_without_a_publication_makes_nothing_new(
    site: tuple[dict[str, str], str, str],
) -> None:
    files, early, late = site
    with new_project() as project:
        boards = "boards: {a: {name: Alpha}, b: {name: Beta}}"
        project.write("site.yaml", f"title: T\nbase_url: {BASE}\n{boards}\n")
        topics = "budget: {name: Budget, formerly: [money]}\nviolence: {name: Violence}\n"
        project.write("topics.yaml", topics)
        for path, text in files.items():
            project.write(path, text)
        before = tree(project.built(today=early))
        after = tree(project.built(today=late))
    assert before.keys() == after.keys()
    different = changed(before, after)
    assert {path for path in different if TIMELESS.fullmatch(path)} == set()
