"""Test what subscribers see of a site whose authors rename, move, replan, take back and correct.

Feeds are read as feed readers do, which remember ids, and calendars as three kinds of programs do. In
two years, each new thing arrives once, nothing twice, no event is replaced, every address answers.
"""

import json
import re
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import feedparser
import icalendar
import pytest
from conftest import HUNT, Project
from life_of_a_site import OLD_BASE, STEPS, Step

FEEDS = ("feed.xml", "feed.atom", "feed.json")
# Where feeds and calendars are in the end, and where they were.
MOVED = {
    "boards/scp/": ("boards/lscb/",),
    "boards/wellbeing/": ("boards/health/",),
    "topics/learning/": ("topics/training/",),
    "": ("reports/",),
    "asks/": ("reports/asks/",),
    "topics/neglect/": ("reports/topics/neglect/",),
}


# --- readers -----------------------------------------------------------------------------------


def read_feed(path: Path) -> list[tuple[str, str, str]]:
    """Return id, title and link of the entries of a feed in any format."""
    data = path.read_bytes()
    if path.suffix == ".json":
        items = json.loads(data)["items"]
        return [(item["id"], item["title"], item["url"]) for item in items]
    feed = feedparser.parse(data)
    assert not feed.bozo
    return [(entry.id, entry.title, entry.link) for entry in feed.entries]


def shorten(title: str) -> str:
    """Return a title without the board, the day and the topic."""
    title = re.sub(r" \([^()]*(Board|\d{4})\)$", "", title)
    return re.sub(r"^.*: (?=[A-Z])(?<!Question for you: )(?<!Outcome: )", "", title)


class FeedReader:
    """A reader that follows feeds by their addresses and keeps the ids that it has shown."""

    def __init__(self) -> None:
        self.seen: dict[str, set[str]] = {}

    def fetch(self, address: str, feed: Path) -> list[str]:
        """Return the titles of what is new in a feed, nothing when it is first read."""
        entries = read_feed(feed)
        ids = [id_ for id_, _, _ in entries]
        assert len(ids) == len({*ids}), f"{address} has an entry twice"
        seen = self.seen.get(address)
        new = [] if seen is None else [title for id_, title, _ in entries if id_ not in seen]
        self.seen[address] = (seen or set()) | {*ids}
        return new


class StrictCalendar:
    """A program that takes only newer versions of an event that it has (RFC 5546 2.1.5)."""

    def __init__(self) -> None:
        self.events: dict[str, Any] = {}

    def update(self, published: dict[str, Any]) -> None:
        """Take what is newer; at the same SEQUENCE, only a later DTSTAMP is."""
        for uid, event in published.items():
            known = self.events.get(uid)
            if known is None or version(event) > version(known):
                self.events[uid] = event
        self.events = {uid: self.events[uid] for uid in published}


def version(event: Any) -> tuple[int, object]:
    """Return what tells two versions of an event apart."""
    return event["SEQUENCE"], event["DTSTAMP"].dt


def read_calendar(path: Path) -> dict[str, Any]:
    """Return the events of a calendar by UID."""
    events = icalendar.Calendar.from_ical(path.read_bytes()).events
    by_uid = {str(event["UID"]): event for event in events}
    assert len(by_uid) == len(events)
    return by_uid


def shown(event: Any) -> tuple[str, ...]:
    """Return what a calendar shows of an event."""
    names = ("DTSTART", "DTEND", "SUMMARY", "LOCATION", "STATUS")
    return tuple(event[name].to_ical().decode() if name in event else "" for name in names)


def list_changes(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Return what became of the events of a calendar, as steps give it."""
    changes = []
    for uid in before.keys() | after.keys():
        old, new = before.get(uid), after.get(uid)
        if old is None or new is None:
            changes.append(f"- {day_of(old)}" if old else f"+ {day_of(new)}")
            continue
        if day_of(old) != day_of(new):
            changes.append(f"{day_of(old)} > {day_of(new)}")
        if old["STATUS"] != new["STATUS"]:
            changes.append(f"{'x' if new['STATUS'] == 'CANCELLED' else 'o'} {day_of(new)}")
    return sorted(changes)


def day_of(event: Any) -> str:
    """Return the day on which an event begins."""
    return str(event["DTSTART"].dt)[:10]


class Web:
    """The published site at its address, and all addresses at which it ever answered."""

    def __init__(self) -> None:
        self.output = Path()
        self.base = OLD_BASE
        self.known: set[str] = set()

    def publish(self, output: Path, step: Step) -> None:
        """Take a new build; every address must still answer, but those that were taken away."""
        self.output = output
        config = json.loads((self.output / "feed.json").read_text())
        self.base = config["feed_url"].removesuffix("feed.json")
        answering = {
            self.base + path.relative_to(self.output).as_posix().removesuffix("index.html")
            for path in self.output.rglob("*")
            if path.suffix in {".html", ".xml", ".atom", ".json", ".ics"}
            and path.name not in {"404.html", "sitemap.xml", ".lscbsite.json"}
            and path.parent.name != "meetings"  # those are there until the meeting is held
        }
        self.known |= answering
        lost = [address for address in self.known if self.find(address) is None]
        assert [address for address in lost if not address.endswith(step.gone or ("?",))] == []
        assert bool(lost) == bool(step.gone)

    def find(self, address: str) -> Path | None:
        """Return the file at an address, after all pages that lead on; None if there is none."""
        for _ in range(3):
            if not address.startswith(self.base):
                return None
            path = self.output / unquote(urlsplit(address[len(self.base) :]).path)
            path = path / "index.html" if path.is_dir() else path
            if not path.is_file():
                return None
            page = path.read_text() if path.suffix == ".html" else ""
            refresh = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page)
            if not refresh:
                return path
            address = urljoin(address, refresh[1])
        return None


# --- their two years ---------------------------------------------------------------------------


class Subscribers:
    """All who follow the site, each from its beginning or from when their feed was first there."""

    def __init__(self) -> None:
        self.reader = FeedReader()
        self.reader.seen = {name: set() for name in (*FEEDS, "asks/feed.xml")}
        self.strict = StrictCalendar()
        self.events: dict[str, Any] = {}

    def fetch(self, output: Path, step: Step) -> None:
        """Read a new build; it must bring what the step says, and nothing else."""
        asks = {title for title in step.new if title.startswith(("Question for you", "Outcome"))}
        for path in sorted(output.rglob("feed.*")):
            name = path.relative_to(output).as_posix()
            new = [shorten(title) for title in self.reader.fetch(name, path)]
            if name in FEEDS:
                assert sorted(new) == sorted({*step.new} - asks), name
            elif name == "asks/feed.xml":
                assert sorted(new) == sorted(asks)
            else:
                assert {*new} <= {*step.new}, name
        events = read_calendar(output / "calendar.ics")
        assert list_changes(self.events, events) == sorted(step.calendar)
        self.events = events
        self.strict.update(events)
        assert [shown(event) for event in self.strict.events.values()] == [
            shown(event) for event in events.values()
        ]
        for path in output.glob("boards/*/calendar.ics"):
            for uid, event in read_calendar(path).items():
                assert event.to_ical() == events[uid].to_ical()


def build_clone(project: Project, folder: Path, day: str, *, ledger: bool) -> Path:
    """Build a fresh copy of the site, as a machine does that keeps nothing; return the output."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(project.folder, folder)
    clone = Project.__new__(Project)
    clone.folder = folder
    result = clone.run("build", "--today", day)
    assert result.exit_code == 0, result.stderr
    if ledger:
        shutil.copy(folder / "ledger.jsonl", project.folder)
    return clone.output


@pytest.mark.parametrize("way", ["clones"] if HUNT == 1 else ["one folder", "clones"])
def test_each_new_thing_arrives_once_and_nothing_else(
    project: Project, tmp_path: Path, way: str
) -> None:
    subscribers, output = Subscribers(), project.output
    web = Web()
    for step in STEPS:
        step.do(project)
        if way == "clones":
            output = build_clone(project, tmp_path / "clone", step.day, ledger=True)
        else:
            result = project.run("build", "--today", step.day)
            assert result.exit_code == 0, result.stderr
        try:
            subscribers.fetch(output, step)
            web.publish(output, step)
        except AssertionError as error:
            error.add_note(f"{step.day}: {step.name}")
            raise
    for new, former in MOVED.items():
        for old in former:
            for name in (*FEEDS, "calendar.ics"):
                if (output / new / name).exists():
                    assert read_any(output / old / name) == read_any(output / new / name)


def read_any(path: Path) -> object:
    """Return the entries of a feed, or the bytes of a calendar."""
    return path.read_bytes() if path.suffix == ".ics" else read_feed(path)


@pytest.mark.skipif(HUNT == 1, reason="two years of builds: make test-long")
def test_feeds_and_addresses_need_no_ledger(project: Project, tmp_path: Path) -> None:
    subscribers, web = FeedReader(), Web()
    subscribers.seen = {name: set() for name in FEEDS}
    for step in STEPS:
        step.do(project)
        output = build_clone(project, tmp_path / "clone", step.day, ledger=False)
        asks = {title for title in step.new if title.startswith(("Question for you", "Outcome"))}
        for name in FEEDS:
            new = [shorten(title) for title in subscribers.fetch(name, output / name)]
            assert sorted(new) == sorted({*step.new} - asks), step.name
        web.publish(output, step)
