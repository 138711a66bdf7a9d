"""Test that a build after changes equals a clean build, byte for byte, whatever happened before."""

import copy
import datetime as dt
import inspect
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import Result
from conftest import HUNT, ROOT, TODAY, Project, tree
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jinja2 import Environment

from lscbsite.build import Options
from lscbsite.model import MANIFEST
from lscbsite.progress import Progress
from lscbsite.serve.builder import Builder

CACHE = ".lscbsite"
OLD = 1_000_000_000_000_000_000
COUNTS = re.compile(r"(\d+) files? written, (\d+) unchanged, (\d+) removed")
PROGRAM = ROOT
# No build of these sites takes longer; one that does waits for something that never comes.
PATIENCE = 120


@pytest.fixture(scope="module", autouse=True)
def templates_are_compiled_once() -> Iterator[None]:
    """Keep what Jinja2 makes of a source: most of the time of a build, the same in a language."""
    compiled: dict[tuple[object, ...], Any] = {}
    original = Environment.compile

    def kept(self: Any, source: Any, *arguments: Any, **options: Any) -> Any:
        key = (self.words, source, *arguments, *sorted(options.items()))
        if key not in compiled:
            compiled[key] = original(self, source, *arguments, **options)
        return compiled[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Environment, "compile", kept)
        yield


# --- what a build changes on the disk ------------------------------------------------------


class Killed(BaseException):
    """Stands for anything that ends a process in the middle of its work."""


def changes_disk(event: str, arguments: tuple[Any, ...]) -> bool:
    """Return whether one of Python's audit events announces a change on the disk."""
    if event == "open":
        path, _, flags = arguments
        return not isinstance(path, int) and flags & 3 != 0 and "__pycache__" not in str(path)
    return event in {
        *("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.symlink"),
        *("os.truncate", "os.utime", "os.chmod", "sqlite3.connect"),
    }


class Trap:
    """Does something just before the n-th change that this process makes to the disk."""

    def __init__(self) -> None:
        self.count = 0
        self._left = -1
        self._action: Callable[[], None] | None = None
        self._process = 0

    def hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Look at an event; ignore processes forked from this one."""
        action = self._action
        if action is None or os.getpid() != self._process or not changes_disk(event, arguments):
            return
        self.count += 1
        self._left -= 1
        if self._left == 0:
            self._action = None
            action()

    @contextmanager
    def set(self, number: int, action: Callable[[], None]) -> Iterator[None]:
        """Do it at the n-th change, once, while the context lasts."""
        if not self._process:
            sys.addaudithook(self.hook)  # for good: hooks cannot be taken out
        self._process = os.getpid()
        self.count, self._left, self._action = 0, number, action
        try:
            yield
        finally:
            self._action = None


TRAP = Trap()


def killed() -> None:
    """End the work."""
    raise Killed


def nothing_half_written(
    output: Path, old: dict[str, bytes], new: dict[str, bytes], killed_at: object
) -> None:
    """Check that each file is as it was or as it will be, hidden files aside."""
    files = tree(output)
    assert old.keys() & new.keys() <= files.keys(), killed_at
    for path, data in files.items():
        if path == MANIFEST:
            json.loads(data)
        elif not path.startswith(".lscbsite"):
            assert data in (old.get(path), new.get(path)), f"{path}, killed at {killed_at}"


# --- a site whose files are changed --------------------------------------------------------


@dataclass
class Entry:
    """A report or a page: its front matter as YAML, and the pieces of its text."""

    front: dict[str, str]
    body: list[str]
    asks: dict[str, str] = field(default_factory=dict)
    outcomes: dict[str, str] = field(default_factory=dict)

    def data(self) -> bytes:
        """Return the file."""
        lines = [f"{key}: {value}" for key, value in self.front.items()]
        if self.asks:
            lines += ["feedback:", *(f"  - {{id: {key}, {ask}}}" for key, ask in self.asks.items())]
        if self.outcomes:
            lines.append("outcomes:")
            lines += [f"  - {{ask: {key}, outcome: {it}}}" for key, it in self.outcomes.items()]
        return "\n".join(["---", *lines, "---", "\n\n".join(self.body), ""]).encode()

    @property
    def day(self) -> dt.date:
        """The day of the meeting."""
        return dt.date.fromisoformat(self.front["date"])


@dataclass
class World:
    """Everything that is written for a site, and how it is built."""

    boards: tuple[str, ...]
    reports: dict[str, Entry]
    pages: dict[str, Entry]
    site: dict[str, str]
    topics: dict[str, dict[str, str]]
    glossary: dict[str, str]
    people: dict[str, dict[str, str]]
    files: dict[str, bytes]
    templates: dict[str, str] = field(default_factory=dict)
    meetings: dict[str, list[str]] = field(default_factory=dict)
    today: str = TODAY
    base_url: str = ""
    drafts: bool = False
    jobs: int = 1
    serial: int = 0

    def text(self) -> dict[str, bytes]:
        """Return all files of the site."""
        made = {f"reports/{name}.md": entry.data() for name, entry in self.reports.items()}
        made |= {f"pages/{name}.md": entry.data() for name, entry in self.pages.items()}
        made |= {f"files/{name}": data for name, data in self.files.items()}
        made |= {f"templates/{name}": text.encode() for name, text in self.templates.items()}
        lines = [f"{key}: {value}" for key, value in self.site.items()]
        if self.files:
            lines.append("publish: [files/]")
        if any(self.boards):
            lines += ["boards:", *(f"  {board}: {{name: Board {board}}}" for board in self.boards)]
        made["site.yaml"] = "\n".join([*lines, ""]).encode()
        for name, table in (("topics", self.topics), ("people", self.people)):
            entries = (f"{key}: {{{_fields(value)}}}\n" for key, value in table.items())
            made[f"{name}.yaml"] = "".join(entries).encode()
        if self.meetings:
            several = any(self.boards)
            plans = (
                (f"{board}:\n" if several else "") + "".join(f"- {entry}\n" for entry in entries)
                for board, entries in self.meetings.items()
                if entries
            )
            made["meetings.yaml"] = "".join(plans).encode()
        made["glossary.yaml"] = "".join(f"{k}: {v}\n" for k, v in self.glossary.items()).encode()
        return made

    def options(self) -> list[str]:
        """Return the options of a build; nothing may depend on --jobs."""
        address = ["--base-url", self.base_url] if self.base_url else []
        return ["--today", self.today, *address, *(["--drafts"] if self.drafts else [])]

    def fresh(self) -> int:
        """Return a number that was not used before."""
        self.serial += 1
        return self.serial


def _fields(table: dict[str, str]) -> str:
    return ", ".join(f"{key}: {value}" for key, value in table.items())


def new_world(*boards: str) -> World:
    """Return a small site with some of every feature."""
    reports: dict[str, Entry] = {}
    for board in boards or ("",):
        folder = f"{board}/" if board else ""
        days = [dt.date(2012, 3, 6), dt.date(2012, 6, 12), dt.date(2012, 11, 13)]
        days += [] if boards else [dt.date(2013, 1, 15), dt.date(2013, 2, 19)]
        for number, day in enumerate(days):
            front = {"date": day.isoformat(), "next_meeting": "to be confirmed"}
            front["attendees"] = "[Ada Moss, Ben Reed (Mill Lane)]"
            body = [f"The board met, text {number}00.", "## Training", f"Courses, VCS {number}10."]
            if number:
                reports[f"{folder}{days[number - 1]}"].front["next_meeting"] = day.isoformat()
                body += [f"See [[{folder}{days[0]}#training]].", "## Budget", "- one\n- two"]
            reports[f"{folder}{day}"] = Entry(front, body)
        first, second = f"{folder}{days[0]}", f"{folder}{days[1]}"
        reports[first].asks["rooms"] = "ask: Who has a room?, deadline: 2012-07-31, reply_to: me"
        reports[second].outcomes[f"{first}/rooms"] = "Two groups have."
    page = Entry({"title": "About us", "nav": "true"}, ["Who we are.", "[form](/files/form.csv)"])
    return World(
        boards=boards,
        reports=reports,
        pages={"about": page},
        site={"title": "Test Board", "base_url": "https://example.org/a/"},
        topics={
            "training": {"name": "Training", "aliases": "[Courses]"},
            "budget": {"name": "Budget", "description": "Money."},
        },
        glossary={"VCS": "Voluntary and community sector"},
        people={"Ada Moss": {"organisation": "Carers", "aliases": "[A. Moss]"}},
        files={"form.csv": b"a,b\n1,2\n", "map.txt": b"map 1\n", "more/map.txt": b"map 2\n"},
    )


class Run:
    """A site in a folder, built again and again into the same output."""

    def __init__(self, folder: Path, world: World) -> None:
        self.folder = folder
        self.world = world
        (folder / "site").mkdir()
        self.project = Project(folder / "site")
        self.good = copy.deepcopy(world)
        self.earlier = copy.deepcopy(world)
        self.told: list[str] = []
        self._clean: dict[tuple[object, ...], tuple[Result, dict[str, bytes]]] = {}
        self._count = 0
        self.sync()

    def place(self, name: str) -> Path:
        """Return a path beside the site that was not used before."""
        self._count += 1
        return self.folder / f"{name}-{self._count}"

    def sync(self, chance: Random | None = None) -> None:
        """Bring the files on disk up to date, in one of several ways."""
        site = self.project.folder
        wanted = self.world.text()
        for folder in ("reports", "pages", "files", "templates"):
            for path in sorted((site / folder).rglob("*"), reverse=True):
                if path.is_dir():
                    with suppress(OSError):
                        path.rmdir()
                elif path.relative_to(site).as_posix() not in wanted:
                    path.unlink()
        stamp = chance.choice(["now", "now", "kept", "old"]) if chance else "now"
        exchanged = chance is not None and chance.choice([True, False])
        for name, data in wanted.items():
            path = site / name
            known = path.stat().st_mtime_ns if path.exists() else None
            if known is not None and path.read_bytes() == data:
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            if exchanged:
                new = path.with_name(".new")
                new.write_bytes(data)
                new.replace(path)
            else:
                path.write_bytes(data)
            if stamp == "old":
                os.utime(path, ns=(OLD, OLD))
            elif stamp == "kept" and known is not None:
                os.utime(path, ns=(known, known))

    def build(self, *arguments: str) -> Result:
        """Build into the output as an author does."""
        jobs = ["--jobs", str(self.world.jobs)]
        options = [*self.world.options(), "--allow-removal"]
        return self.project.run("build", *options, *jobs, *arguments)

    def clean(self) -> tuple[Result, dict[str, bytes]]:
        """Return what a clean build prints and writes."""
        ledger = self.project.folder / "ledger.jsonl"
        told = ledger.read_bytes() if ledger.is_file() else b""
        key = (*sorted(self.world.text().items()), *self.world.options(), told)
        if key not in self._clean:
            output = self.place("clean")
            options = [*self.world.options(), "--jobs", "1"]
            result = self.project.run("build", *options, "--no-cache", "--output", str(output))
            self._clean[key] = result, tree(output)
            shutil.rmtree(output, ignore_errors=True)
        return self._clean[key]

    def compare(self) -> bool:
        """Build, and compare with a clean build: the files and the messages.

        Returns whether the site could be built.
        """
        before = tree(self.project.output)
        result = self.build()
        after = tree(self.project.output)
        clean, wanted = self.clean()
        story = "\n".join(self.told)
        assert result.exit_code in (0, 1), story + result.output
        assert result.exit_code == clean.exit_code, story + result.output
        assert result.stderr == clean.stderr, story
        if result.exit_code:
            assert _different(after, before) == [], story
            return False
        assert _different(after, wanted) == [], story
        assert _said_before_counts(result) == _said_before_counts(clean), story
        assert _counts(result)[:2] == _counted(before, after), story
        self.earlier, self.good = self.good, copy.deepcopy(self.world)
        return True

    def step(self, edits: list[str], chance: Random) -> None:
        """Make some edits, then build and compare."""
        if self.world != self.good and chance.choice([True, True, False]):
            # Only what could not be built is still other than good.
            self.told.append("put right")
            self.world = copy.deepcopy(self.good)
        for name in edits:
            self.told.append(name)
            EDITS[name](self, chance)
        self.sync(chance)
        self.told.append("build")
        self.compare()

    def settle(self) -> None:
        """Check that a build without changes does nothing and reports the same."""
        clean, _ = self.clean()
        result = self.build()
        assert result.stderr == clean.stderr, self.told
        if result.exit_code == 0:
            assert _counts(result)[0] == _counts(result)[2] == 0, self.told


def _different(files: dict[str, bytes], other_files: dict[str, bytes]) -> list[str]:
    return sorted(
        path
        for path in files.keys() | other_files.keys()
        if files.get(path) != other_files.get(path)
    )


def _said_before_counts(result: Result) -> str:
    """Return what a build says of the site, without what it says of the output folder."""
    match = COUNTS.search(result.stdout)
    assert match, result.output
    return result.stdout[: match.start()]


def _counts(result: Result) -> tuple[int, int, int]:
    match = COUNTS.search(result.stdout)
    assert match, result.output
    return int(match[1]), int(match[2]), int(match[3])


def _counted(before: dict[str, bytes], after: dict[str, bytes]) -> tuple[int, int]:
    """Return how many files were written, and how many left as they were."""
    outputs = [path for path in after if path != MANIFEST]
    same = sum(before.get(path) == after[path] for path in outputs)
    return len(outputs) - same, same


# --- edits: what authors, editors, machines and accidents do between two builds --------------

Edit = Callable[[Run, Random], None]
EDITS: dict[str, Edit] = {}


def edit(function: Edit) -> Edit:
    EDITS[function.__name__] = function
    return function


def some(run: Run, chance: Random) -> Entry:
    return run.world.reports[chance.choice(sorted(run.world.reports))]


def on(day: dt.date, run: Run, chance: Random, ending: str = "") -> Entry:
    """Add a report of a day."""
    board = chance.choice(run.world.boards or ("",))
    name = f"{board}/{day}{ending}".lstrip("/")
    number = run.world.fresh()
    body = [f"Added {number}.", "## Training", f"More of it {number}."]
    return run.world.reports.setdefault(name, Entry({"date": day.isoformat()}, body))


def toggle(table: dict[str, str], key: str, value: str) -> None:
    if table.pop(key, None) is None:
        table[key] = value


@edit
def a_report_is_added_as_the_newest(run: Run, chance: Random) -> None:
    newest = max(entry.day for entry in run.world.reports.values())
    on(newest + dt.timedelta(chance.randint(1, 9)), run, chance)


@edit
def a_report_is_added_as_the_oldest(run: Run, chance: Random) -> None:
    oldest = min(entry.day for entry in run.world.reports.values())
    on(oldest - dt.timedelta(chance.randint(1, 400)), run, chance)


@edit
def a_report_is_added_in_between(run: Run, chance: Random) -> None:
    on(some(run, chance).day + dt.timedelta(chance.randint(-9, 9)), run, chance)


@edit
def a_report_is_added_on_the_same_day(run: Run, chance: Random) -> None:
    on(some(run, chance).day, run, chance, f"-{run.world.fresh()}").front["time"] = "18:30"


@edit
def a_report_is_copied(run: Run, chance: Random) -> None:
    report, other = some(run, chance), some(run, chance)
    other.body = list(report.body)


@edit
def a_report_is_deleted(run: Run, chance: Random) -> None:
    if len(run.world.reports) > 2:
        del run.world.reports[chance.choice(sorted(run.world.reports))]


@edit
def a_report_is_renamed(run: Run, chance: Random) -> None:
    reports = run.world.reports
    name = chance.choice(sorted(reports))
    new = f"{name.rpartition('/')[0]}/extra-{run.world.fresh()}".lstrip("/")
    reports[new] = reports.pop(name)
    if chance.choice([True, True, False]):
        follow(run, name, new)


@edit
def a_meeting_gets_another_date(run: Run, chance: Random) -> None:
    reports = run.world.reports
    name = chance.choice(sorted(reports))
    day = reports[name].day + dt.timedelta(chance.randint(-40, 40))
    reports[name].front["date"] = day.isoformat()
    if "extra" not in name:
        new = f"{name.rpartition('/')[0]}/{day}".lstrip("/")
        if new not in reports:
            reports[new] = reports.pop(name)
            follow(run, name, new)


def follow(run: Run, old: str, new: str) -> None:
    """Write the new name of a report wherever the old one stands."""
    for entry in run.world.reports.values():
        entry.body = [text.replace(f"[[{old}", f"[[{new}") for text in entry.body]
        outcomes = entry.outcomes.items()
        entry.outcomes = {key.replace(f"{old}/", f"{new}/"): text for key, text in outcomes}


@edit
def a_text_is_changed(run: Run, chance: Random) -> None:
    some(run, chance).body.append(f"And then {run.world.fresh()}.")


@edit
def a_text_keeps_its_length(run: Run, chance: Random) -> None:
    entry = some(run, chance)
    entry.body = [re.sub(r"\d(?=\.$)", str(chance.randint(0, 9)), text) for text in entry.body]


@edit
def a_heading_is_changed(run: Run, chance: Random) -> None:
    entry = some(run, chance)
    heading = chance.choice(["## Training", "## Trainings", "## Courses", "## Budget", "# News"])
    entry.body = [heading if text.startswith("#") else text for text in entry.body]


@edit
def a_section_is_added(run: Run, chance: Random) -> None:
    heading = chance.choice(["## Training", "### 3. Budget", "## Rooms"])
    some(run, chance).body += [heading, f"About it, {run.world.fresh()}."]


@edit
def a_field_is_changed(run: Run, chance: Random) -> None:
    entry = some(run, chance)
    number = run.world.fresh()
    later = entry.day + dt.timedelta(chance.randint(1, 90))
    other = some(run, chance)
    key, value = chance.choice(
        [
            ("title", f"Meeting {number}"),
            ("summary", f"In short {number}."),
            ("summary", f'"In *short*: [{number}](/reports/{other.front["date"]}/)"'),
            ("next_meeting", later.isoformat()),
            ("next_meeting", f"{{date: {later}, time: 18:30, place: Hall {number}}}"),
            ("next_meeting", "none"),
            ("announced_for", later.isoformat()),
            ("announced_for", other.front["date"]),
            ("cancelled", f"Snow {number}."),
            ("attendees", f"[A. Moss, Cara Lund {number}, Ada Mos]"),
            ("apologies", "[Ada Moss, {name: Dev Shah, organisation: Council, role: chair}]"),
            ("time", "09:15"),
            ("time", "9.15am to midday"),
            ("url", f"https://meet.example.org/{number}"),
            ("dial_in", f"01632 960 123, code {number}"),
            ("agenda", "true"),
            ("announced_for", "none"),
            ("meeting", next(key for key, it in run.world.reports.items() if it is other)),
            ("boards", f"[{', '.join(run.world.boards)}]"),
            ("formerly", f"[was-{number}]"),
            ("next_meeting", later.strftime("%B %Y")),
            ("next_meetings", f"[{later}, {later + dt.timedelta(30)}, week of {later}]"),
            ("next_meetings", f"[{entry.day + dt.timedelta(40)}, {entry.day + dt.timedelta(400)}]"),
            ("place", f"Hall {number}"),
            ("author", "Ada Moss"),
            ("language", "cy"),
            ("aliases", f"[/old/{number}/, /old/{number}.html]"),
            ("topics", "[budget]"),
            ("draft", "true"),
            ("published", later.isoformat()),
            ("published", "2013-03-05"),
            ("corrections", f"[{{date: {later}, note: Not {number}.}}]"),
            (
                "corrections",
                f"[{{date: {entry.day}, note: First {number}.}}, {{date: {later}, note: '[Now](/)'}}]",
            ),
            ("withdrawn", f"{{date: {later}, reason: A mistake {number}.}}"),
        ]
    )
    if chance.choice([True, True, False]):
        entry.front[key] = value
    else:
        toggle(entry.front, key, value)


@edit
def a_field_is_taken_out(run: Run, chance: Random) -> None:
    entry = some(run, chance)
    if optional := [key for key in entry.front if key != "date"]:
        del entry.front[chance.choice(optional)]


@edit
def a_plan_of_meetings_is_changed(run: Run, chance: Random) -> None:
    board = chance.choice(run.world.boards or ("",))
    entries = run.world.meetings.setdefault(board, [])
    day = dt.date(2013, chance.randint(1, 6), chance.randint(1, 28))
    if entries and chance.random() < 0.5:
        entries.pop(chance.randrange(len(entries)))
    entry = chance.choice(
        [
            f"{day}",
            f"{{date: {day}, time: 6pm to 8pm, title: Plan {run.world.fresh()}}}",
            f"{{date: {day}, formerly: {day - dt.timedelta(7)}}}",
        ]
    )
    if not any(f"{day}" in known for known in entries):
        entries.append(entry)


@edit
def a_report_is_withdrawn_or_put_back(run: Run, chance: Random) -> None:
    entry = some(run, chance)
    toggle(entry.front, "withdrawn", f"{{date: {entry.day}, reason: It was wrong.}}")


@edit
def an_ask_is_added(run: Run, chance: Random) -> None:
    entry = some(run, chance)
    number = run.world.fresh()
    deadline = entry.day + dt.timedelta(100)
    words = chance.choice([f"Who knows {number}?", f'"Who knows [{number}](#budget), or **it**?"'])
    entry.asks[f"ask-{number}"] = f"ask: {words}, deadline: {deadline}"


@edit
def an_ask_is_answered_or_not(run: Run, chance: Random) -> None:
    asks = [f"{name}/{ask}" for name, entry in run.world.reports.items() for ask in entry.asks]
    if asks:
        toggle(
            some(run, chance).outcomes, chance.choice(sorted(asks)), f"*Yes* {run.world.fresh()}."
        )


@edit
def an_ask_is_taken_out(run: Run, chance: Random) -> None:
    entry = some(run, chance)
    if entry.asks:
        del entry.asks[chance.choice(sorted(entry.asks))]


@edit
def a_reference_is_added(run: Run, chance: Random) -> None:
    target = chance.choice(sorted(run.world.reports))
    link = chance.choice(
        [
            *(f"[[{target}]]", f"[[{target}#training]]", f"[[{target}|words]]"),
            *("[about](/about/)", "[map](/files/map.txt)", "[asks](/asks/)", "[no](nowhere.html)"),
            "[topic](/topics/budget/)",
        ]
    )
    some(run, chance).body.append(f"See {link}.")


@edit
def references_are_taken_out(run: Run, chance: Random) -> None:
    entry = some(run, chance)
    entry.body = [text for text in entry.body if not text.startswith("See")]


@edit
def a_page_is_added_or_removed(run: Run, chance: Random) -> None:
    name = chance.choice(["about", "help", "help/more"])
    if run.world.pages.pop(name, None) is None:
        run.world.pages[name] = Entry({"title": f"Page {run.world.fresh()}"}, ["VCS helps."])


@edit
def a_page_is_changed(run: Run, chance: Random) -> None:
    if run.world.pages:
        page = run.world.pages[chance.choice(sorted(run.world.pages))]
        if chance.choice([True, False]):
            toggle(page.front, "nav", "true")
        else:
            page.body.append(f"Also {run.world.fresh()}.")


@edit
def an_attachment_is_changed(run: Run, chance: Random) -> None:
    name = chance.choice(sorted(run.world.files))
    run.world.files[name] = b"map %d\n" % (run.world.fresh() % 10)


@edit
def an_attachment_is_added_or_removed(run: Run, chance: Random) -> None:
    files = run.world.files
    name = chance.choice(["map.txt", "new.txt", "more/new.txt"])
    if files.pop(name, None) is None:
        files[name] = b"new\n"


@edit
def attachments_are_exchanged(run: Run, chance: Random) -> None:
    files = run.world.files
    path, other = chance.choice(sorted(files)), chance.choice(sorted(files))
    files[path], files[other] = files[other], files[path]


@edit
def a_topic_is_changed(run: Run, chance: Random) -> None:
    if not run.world.topics:
        return
    name = chance.choice(sorted(run.world.topics))
    topic = run.world.topics[name]
    number = run.world.fresh()
    match chance.choice(["name", "alias", "description", "id", "removed"]):
        case "name":
            topic["aliases"] = f"[{topic['name']}]"
            topic["name"] = f"Subject {number}"
        case "alias":
            toggle(topic, "aliases", f"[Rooms {number}, Courses {number}]")
        case "description":
            topic["description"] = f"What it is {number}."
        case "id":
            former = topic.pop("formerly", "[]").strip("[]")
            topic["formerly"] = f"[{f'{former}, ' if former else ''}{name}]"
            run.world.topics[f"{name}-{number}"] = run.world.topics.pop(name)
        case _:
            del run.world.topics[name]


@edit
def a_topic_is_added(run: Run, chance: Random) -> None:
    toggle(run.world.topics.setdefault("rooms", {"name": "Rooms"}), "description", "Where.")


@edit
def the_glossary_is_changed(run: Run, chance: Random) -> None:
    meaning = f"meaning {run.world.fresh()}"
    key = chance.choice(["VCS", "board", "Section 47"])
    if chance.choice([True, False]):
        run.world.glossary[key] = meaning
    else:
        toggle(run.world.glossary, key, meaning)


@edit
def the_register_is_changed(run: Run, chance: Random) -> None:
    people = run.world.people
    number = run.world.fresh()
    name = chance.choice(["Ada Moss", "Ben Reed", "Cara Lund"])
    if chance.choice([True, True, False]):
        people[name] = {"organisation": f"Carers {number}", "aliases": f"[{name[0]}. Moss]"}
    else:
        people.pop(name, None)


@edit
def the_site_is_changed(run: Run, chance: Random) -> None:
    number = run.world.fresh()
    key, value = chance.choice(
        [
            ("title", f"Board {number}"),
            ("base_url", f"https://example.org/{number}/"),
            ("description", f"What it said {number}"),
            ("accent", f'"#1d5b{number % 90 + 10}"'),
            ("timezone", chance.choice(["Europe/London", "Asia/Tokyo"])),
            ("feed_size", str(chance.randint(1, 4))),
            ("notice", f"Notice {number}"),
            ("uid", f"example.org,{number}"),
            ("attendance", "true"),
            ("logo", "files/map.txt"),
            ("contact", f"reports+{number}@example.org"),
            ("contact", f"https://forms.example/{number}?page={{page}}"),
            ("email", f"mailto:join{number}@lists.example"),
            ("language", chance.choice(["cy", "en-GB"])),
            ("rules", chance.choice(["{C103: off, C104: off}", "{C104: error}", "{L005: off}"])),
        ]
    )
    if key in ("title", "base_url") or chance.choice([True, False]):
        run.world.site[key] = value
    else:
        toggle(run.world.site, key, value)


@edit
def a_template_is_changed(run: Run, chance: Random) -> None:
    templates = run.world.templates
    number = run.world.fresh()
    match chance.choice(["extended", "included", "parts", "style", "icon", "script"]):
        case "extended":
            block = "{% block content %}{{ super() }}"
            text = f'{{% extends "theme/report.html" %}}{block}<p>{number}</p>{{% endblock %}}'
            templates["report.html"] = text
        case "included":
            templates["home.html"] = (
                '{% extends "theme/home.html" %}'
                '{% block head %}{% include "mine/head.html" %}{% endblock %}'
            )
            templates["mine/head.html"] = f'<meta name="mine" content="{number}">'
        case "parts":
            parts = (PROGRAM / "templates/parts.html").read_text("utf-8")
            templates["parts.html"] = parts.replace("Closed. Outcome", f"Closed. {number} Outcome")
        case "style":
            templates["style.css"] = f"p {{ margin: {number}px }}\n"
        case "icon":
            templates["icon.svg"] = f'<svg xmlns="http://www.w3.org/2000/svg" id="n{number}"/>'
        case _:
            templates["script.js"] = f"var n = {number};\n"


@edit
def a_template_is_taken_out(run: Run, chance: Random) -> None:
    if run.world.templates:
        del run.world.templates[chance.choice(sorted(run.world.templates))]


@edit
def a_template_is_faulty(run: Run, chance: Random) -> None:
    name = chance.choice(["page.html", "topic.html", "parts.html"])
    run.world.templates[name] = "{{ view.no_such_field }}"


@edit
def a_day_passes_or_comes_back(run: Run, chance: Random) -> None:
    days = ["2012-06-20", "2012-11-13", "2013-02-28", TODAY, "2013-03-05", "2013-04-01"]
    run.world.today = chance.choice(days)


@edit
def the_address_changes(run: Run, chance: Random) -> None:
    run.world.base_url = chance.choice(["", "http://localhost:8000/", "https://preview.example/x/"])


@edit
def drafts_are_shown_or_not(run: Run, chance: Random) -> None:
    run.world.drafts = not run.world.drafts


@edit
def the_number_of_processes_changes(run: Run, chance: Random) -> None:
    run.world.jobs = 3 - run.world.jobs


@edit
def the_last_edits_are_undone(run: Run, chance: Random) -> None:
    run.world = copy.deepcopy(run.earlier)


@edit
def a_report_cannot_be_read(run: Run, chance: Random) -> None:
    some(run, chance).front["no_such_field"] = "1"


# --- of the disk: these act at once ---


def sources(run: Run) -> list[Path]:
    run.sync()
    return [run.project.folder / path for path in sorted(run.world.text())]


def outputs(run: Run) -> list[Path]:
    paths = sorted(path for path in run.project.output.rglob("*") if path.is_file())
    return [path for path in paths if path.name != MANIFEST]


@edit
def files_are_touched(run: Run, chance: Random) -> None:
    stamp = chance.choice([time.time_ns(), OLD])
    for path in sources(run):
        if chance.choice([True, False]):
            os.utime(path, ns=(stamp, stamp))


@edit
def an_output_is_tampered_with(run: Run, chance: Random) -> None:
    paths = outputs(run)
    if not paths:
        return
    path = chance.choice(paths)
    stamp, data = path.stat().st_mtime_ns, path.read_bytes()
    match chance.choice(["size", "stamp", "empty", "gone", "longer"]):
        case "size":
            path.write_bytes(bytes(len(data)))
        case "stamp":
            path.write_bytes(bytes(len(data)))
            os.utime(path, ns=(stamp, stamp))
        case "empty":
            path.write_bytes(b"")
        case "longer":
            path.write_bytes(data + b" ")
        case _:
            path.unlink()


@edit
def outputs_are_exchanged(run: Run, chance: Random) -> None:
    if paths := outputs(run):
        path, other = chance.choice(paths), chance.choice(paths)
        spare = run.place("spare")
        path.rename(spare)
        if path != other:
            other.rename(path)
        spare.rename(other)


@edit
def the_output_is_removed(run: Run, chance: Random) -> None:
    shutil.rmtree(run.project.output, ignore_errors=True)


@edit
def the_cache_is_removed(run: Run, chance: Random) -> None:
    shutil.rmtree(run.project.folder / CACHE, ignore_errors=True)


@edit
def the_cache_is_damaged(run: Run, chance: Random) -> None:
    for path in sorted((run.project.folder / CACHE).rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            half = len(data) // 2
            noise = Random(len(data)).randbytes(len(data))
            path.write_bytes(chance.choice([noise, data[:half], b"", data[:half] + noise[half:]]))


@edit
def the_site_is_copied(run: Run, chance: Random) -> None:
    """Copy the site as a build server restores a cache: new times and inodes, perhaps no output."""
    run.sync()
    new = run.place("site")
    how = chance.choice([shutil.copy, shutil.copy2])
    shutil.copytree(run.project.folder, new, copy_function=how)
    if chance.choice([True, False]):
        shutil.rmtree(new / "output", ignore_errors=True)
    shutil.rmtree(run.project.folder)
    run.project.folder = new


@edit
def an_earlier_copy_is_restored(run: Run, chance: Random) -> None:
    """Restore an earlier cache, output, or both, which belong to another state of the site."""
    names = chance.choice([[CACHE], ["output"], [CACHE, "output"]])
    renamed = chance.choice([True, False])
    kept = run.place("kept")
    run.sync()
    for name in names:
        if (run.project.folder / name).is_dir():
            if renamed:
                kept.mkdir(exist_ok=True)
                (run.project.folder / name).rename(kept / name)
            else:
                shutil.copytree(run.project.folder / name, kept / name)
    a_text_is_changed(run, chance)
    the_site_is_changed(run, chance)
    run.sync()
    run.build()
    for name in names:
        if (kept / name).is_dir():
            shutil.rmtree(run.project.folder / name, ignore_errors=True)
            (kept / name).rename(run.project.folder / name)


@edit
def a_build_is_killed(run: Run, chance: Random) -> None:
    run.sync()
    old = tree(run.project.output)
    number = chance.randint(1, chance.choice([8, 90]))
    with suppress(Killed), TRAP.set(number, killed):
        run.build()
    _, new = run.clean()
    nothing_half_written(run.project.output, old, new, number)


@edit
def a_report_is_edited_while_a_build_runs(run: Run, chance: Random) -> None:
    run.sync()

    def changed() -> None:
        a_text_keeps_its_length(run, chance)
        a_text_is_changed(run, chance)
        run.sync()

    with TRAP.set(chance.randint(1, 60), changed):
        run.build()


@edit
def a_build_goes_elsewhere(run: Run, chance: Random) -> None:
    run.sync()
    run.build("--output", str(run.folder / "elsewhere"))


@edit
def a_build_without_cache_comes_between(run: Run, chance: Random) -> None:
    run.sync()
    run.build("--no-cache")


@edit
def a_check_comes_between(run: Run, chance: Random) -> None:
    run.sync()
    before = tree(run.project.output)
    run.project.run("check", "--today", "2013-06-01", "--drafts")
    assert tree(run.project.output) == before


# --- sequences of edits ----------------------------------------------------------------------


@contextmanager
def new_run(*boards: str) -> Iterator[Run]:
    """Make a site, build it, and check at the end that it comes to rest."""
    with tempfile.TemporaryDirectory() as folder:
        run = Run(Path(folder), new_world(*boards))
        assert run.compare()
        yield run
        run.settle()


BOARDS = pytest.mark.parametrize("boards", [(), ("safeguarding", "health")], ids=["one", "two"])


@BOARDS
@pytest.mark.parametrize("half", [0, 1])
def test_every_edit_leaves_what_a_clean_build_makes(boards: tuple[str, ...], half: int) -> None:
    if HUNT == 1 and len(boards) // 2 != half:
        pytest.skip("each half with one of the sites; the long hunt takes all")
    names = [name for number, name in enumerate(EDITS) if number % 2 == half]
    chance = random.Random(len(names))
    with new_run(*boards) as run:
        for name in names:
            run.step([name], chance)


steps = st.lists(
    st.lists(st.sampled_from(list(EDITS)), min_size=1, max_size=3), min_size=4, max_size=9
)


def sequences(number: int) -> settings:
    """How many sequences a test makes; to explain one would need too many more of them."""
    return settings(
        max_examples=number * HUNT if HUNT > 1 else number // 2,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[phase for phase in Phase if phase is not Phase.explain],
    )


@sequences(4)
@given(steps, st.randoms(use_true_random=False))
def test_after_any_edits_a_build_equals_a_clean_one(edits: list[list[str]], chance: Random) -> None:
    with new_run() as run:
        for names in edits:
            run.step(names, chance)


@sequences(4)
@given(steps, st.randoms(use_true_random=False))
def test_with_several_boards_a_build_equals_a_clean_one(
    edits: list[list[str]], chance: Random
) -> None:
    with new_run("safeguarding", "health") as run:
        for names in edits:
            run.step(names, chance)


# --- scenarios -------------------------------------------------------------------------------


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A site that was built once."""
    new = Run(tmp_path, new_world())
    assert new.compare()
    return new


def changed_by(run: Run) -> set[str]:
    """Build, compare with a clean build; return the paths of what was written or removed."""
    before = tree(run.project.output)
    run.sync()
    assert run.compare()
    return set(_different(before, tree(run.project.output)))


def test_a_new_report_reaches_every_page_that_has_to_do_with_it(run: Run) -> None:
    run.world.reports["2013-02-26"] = Entry(
        {"date": "2013-02-26", "next_meeting": "2013-04-09", "title": "The newest"},
        ["See [[2012-03-06]].", "## Training", "New."],
        {"it": "ask: Who comes?, deadline: 2013-03-20, reply_to: me"},
        {"2012-03-06/rooms": "A third."},
    )
    assert changed_by(run) >= {
        *("index.html", "reports/2013-02-26/index.html", "years/2013/index.html"),
        "reports/2013-02-19/index.html",  # the next meeting
        "reports/2012-03-06/index.html",  # who refers to it; its ask
        *("topics/training/index.html", "topics/training/feed.xml", "topics/index.html"),
        *("feed.xml", "feed.atom", "feed.json", "calendar.ics", "sitemap.xml"),
        *("asks/index.html", "asks/feed.xml", "new/index.html"),
    }


def test_a_correction_of_an_old_report_reaches_what_is_new(run: Run) -> None:
    """Also where only its words are changed."""
    entry = run.world.reports["2012-03-06"]
    for note in ("The room is 4.", "The room is 5."):
        entry.front["corrections"] = f"[{{date: 2013-02-25, note: {note}}}]"
        assert {"new/index.html", "reports/2012-03-06/index.html"} <= changed_by(run)
        assert note in run.project.page("new")


def test_a_deleted_report_leaves_no_trace(run: Run) -> None:
    del run.world.reports["2013-01-15"]
    changed = changed_by(run)
    assert {"index.html", "reports/2012-11-13/index.html", "topics/training/index.html"} <= changed
    for path, data in tree(run.project.output).items():
        if path.startswith("reports/"):
            assert b"../2013-01-15/" not in data, path


def test_a_new_title_of_the_site_reaches_every_page(run: Run) -> None:
    run.world.site["title"] = "Other Board"
    pages = {path for path in tree(run.project.output) if path.endswith(".html")}
    assert changed_by(run) >= pages


def test_every_setting_of_the_site_has_its_effect_at_once(run: Run) -> None:
    values = {
        "language": "cy",
        "timezone": "Asia/Tokyo",
        "notice": "Unofficial.",
        "feed_size": "1",
        "uid": "example.org,2012",
        "attendance": "true",
        "accent": '"#7a1f1f"',
        "logo": "files/map.txt",
        "base_url": "https://example.org/",
        "description": "What.",
        "contact": "reports@example.org",
        "email": "https://lists.example/board",
    }
    for key, value in values.items():
        before = run.world.site.get(key)
        run.world.site[key] = value
        assert changed_by(run) or key == "timezone", key
        if before is None:
            del run.world.site[key]
            changed_by(run)


def test_an_attachment_of_the_same_size_is_taken_again(run: Run) -> None:
    run.world.files["map.txt"] = b"map 7\n"
    assert changed_by(run) == {"files/map.txt"}


@pytest.mark.parametrize("path", ["reports/2013-02-19.md", "topics.yaml", "files/map.txt"])
def test_an_edit_that_keeps_size_and_time_is_noticed(run: Run, path: str) -> None:
    place = run.project.folder / path
    os.utime(place, ns=(OLD, OLD))
    assert run.compare()
    old = place.read_bytes()
    new = old.replace(b"Courses", b"Seminar").replace(b"map 1", b"map 2")
    assert len(new) == len(old)
    assert new != old
    place.write_bytes(new)
    os.utime(place, ns=(OLD, OLD))
    run.build()
    assert tree(run.project.output) == from_nothing(run.project)


def from_nothing(project: Project, *arguments: str) -> dict[str, bytes]:
    """Return the output of a build without a cache into a new folder."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "output")
        project.built("--no-cache", "--output", str(output), *arguments)
        return tree(output)


def test_edits_right_before_and_after_a_build_are_noticed(project: Project) -> None:
    for number in range(10, 16):
        project.report("2012-11-13", body=f"Text {number}.\n")
        project.built("--jobs", "1")
        assert f"Text {number}." in project.page("reports/2012-11-13")


def test_an_edit_while_a_build_runs_is_noticed_by_the_next(project: Project) -> None:
    place = project.report("2012-11-13", body="Text 1.\n")
    project.report("2012-12-13", body="Text 2.\n")
    for number in range(1, 40, 8 if HUNT == 1 else 1):
        # Again from the start, so that each build has something to write.
        place.write_bytes(place.read_bytes().replace(b"2.", b"1."))
        project.built()
        project.report("2012-12-13", body=f"Text {number}.\n")
        stamp = place.stat().st_mtime_ns

        def changed(stamp: int = stamp) -> None:
            place.write_bytes(place.read_bytes().replace(b"1.", b"2."))
            os.utime(place, ns=(stamp, stamp))

        with TRAP.set(number, changed):
            project.built()
        if b"2." not in place.read_bytes():
            break
        project.built()
        assert "Text 2." in project.page("reports/2012-11-13"), number


@pytest.mark.parametrize("folder", ["reports", "files"])
def test_a_file_behind_a_link_is_looked_at(project: Project, folder: str) -> None:
    project.report("2012-11-13", body="[it](../files/it.txt)\n")
    project.write("files/it.txt", "it\n")
    # Links in files/ lead to files there only.
    texts = "texts" if folder == "reports" else "files/texts"
    for name, word in (("one", "first"), ("two", "other")):
        place = project.write(f"{texts}/{name}", f"---\ndate: 2012-12-04\n---\nThe {word} text.\n")
        os.utime(place, ns=(OLD, OLD))
    link = project.folder / folder / ("2012-12-04.md" if folder == "reports" else "linked.txt")
    link.symlink_to(os.path.relpath(project.folder / texts / "one", link.parent))
    project.built()
    for text in (b"The later text.", b"The third text."):
        target = project.folder / texts / "one"
        data = re.sub(rb"The .* text\.", text, target.read_bytes())
        target.write_bytes(data)
        os.utime(target, ns=(OLD, OLD))
        project.built()
        assert tree(project.output) == from_nothing(project)
    link.unlink()
    link.symlink_to(os.path.relpath(project.folder / texts / "two", link.parent))
    project.built()
    assert tree(project.output) == from_nothing(project)


def test_folders_that_are_exchanged_are_noticed(project: Project) -> None:
    project.report("2012-11-13")
    for name in ("one", "two"):
        os.utime(project.write(f"files/{name}/it.txt", f"{name}\n"), ns=(OLD, OLD))
    project.publish()
    output = project.built()
    files = project.folder / "files"
    (files / "one").rename(files / "three")
    (files / "two").rename(files / "one")
    (files / "three").rename(files / "two")
    project.built()
    assert (output / "files/one/it.txt").read_text() == "two\n"
    assert (output / "files/two/it.txt").read_text() == "one\n"


def test_touched_files_are_not_written_again(run: Run) -> None:
    for path in sources(run):
        os.utime(path)
    result = run.build()
    assert _counts(result)[0] == _counts(result)[2] == 0


def test_a_second_build_touches_no_file(run: Run) -> None:
    def stamps() -> dict[Path, tuple[int, int]]:
        paths = (path for path in run.project.output.rglob("*") if path.is_file())
        return {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in paths}

    before = stamps()
    result = run.build()
    assert _counts(result) == (0, len(before) - 1, 0)
    assert stamps() == before


def test_a_build_without_cache_touches_no_file_that_is_right(run: Run) -> None:
    assert _counts(run.build("--no-cache"))[0] == 0


@pytest.mark.parametrize("what", ["gone", "empty", "size", "size and time", "link", "page"])
def test_an_output_that_was_tampered_with_is_put_right(run: Run, what: str) -> None:
    run.build()  # whatever is remembered of an output, is remembered by now
    place = run.project.output / "reports/2012-06-12/index.html"
    stamp, data = place.stat().st_mtime_ns, place.read_bytes()
    match what:
        case "gone":
            place.unlink()
        case "empty":
            place.write_bytes(b"")
        case "link":
            place.rename(run.folder / "moved")
            place.symlink_to(run.folder / "moved")
            (run.folder / "moved").write_bytes(bytes(len(data)))
        case "page":
            shutil.copy2(run.project.output / "index.html", place)
        case _:
            place.write_bytes(bytes(len(data)))
    if what == "size and time":
        os.utime(place, ns=(stamp, stamp))
    result = run.build()
    assert _counts(result)[0] == 1
    assert place.read_bytes() == data
    assert not place.is_symlink()


def test_all_outputs_but_the_manifest_come_back(run: Run) -> None:
    whole = tree(run.project.output)
    for path in outputs(run):
        path.unlink()
    assert run.compare()
    assert tree(run.project.output) == whole


@pytest.mark.parametrize("how", [shutil.copy, shutil.copy2])
@pytest.mark.parametrize("with_output", [True, False])
def test_a_restored_cache_gives_the_same_site(
    run: Run, how: Callable[[str, str], object], with_output: bool
) -> None:
    new = run.folder / "checkout"
    shutil.copytree(run.project.folder, new, copy_function=how)
    if not with_output:
        shutil.rmtree(new / "output")
    run.project.folder = new
    assert run.compare()
    a_text_is_changed(run, random.Random(1))
    run.sync()
    assert run.compare()


def test_a_cache_of_another_site_does_not_mislead(run: Run, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = Run(tmp_path / "other", new_world())
    other.world.reports["2013-02-19"].body = ["Other text."]
    other.world.site["title"] = "Other site"
    other.sync()
    shutil.copytree(run.project.folder / CACHE, other.project.folder / CACHE)
    shutil.copytree(run.project.output, other.project.output)
    assert other.compare()


@pytest.mark.parametrize("changed", ["a word", "noise", "the end"])
def test_a_cache_that_was_damaged_does_not_mislead(run: Run, changed: str) -> None:
    """A fault of the disk can leave a file that can be opened, with other contents."""
    word, number = b"Courses, VCS", random.Random(1)
    for share in range(0, 100, 15 if HUNT == 1 else 2):
        for path in sorted((run.project.folder / CACHE).rglob("*")):
            data = path.read_bytes() if path.is_file() else b""
            place = len(data) * share // 100
            match changed:
                case "a word":
                    data = data.replace(word, word.swapcase())
                case "noise":
                    data = data[:place] + number.randbytes(40) + data[place + 40 :]
                case "the end":
                    data = data[:place]
            if path.is_file():
                path.write_bytes(data)
        assert run.compare(), share


def test_an_earlier_output_is_brought_up_to_date(run: Run) -> None:
    kept = run.folder / "kept"
    run.project.output.rename(kept)
    run.world.site["title"] = "Later"
    run.sync()
    assert run.compare()
    shutil.rmtree(run.project.output)
    kept.rename(run.project.output)
    assert run.compare()


def test_two_output_folders_behind_one_link_are_told_apart(run: Run) -> None:
    for name in ("blue", "green"):
        (run.folder / name).mkdir()
    link = run.folder / "current"
    for number, name in enumerate(["blue", "green", "blue", "green"]):
        link.unlink(missing_ok=True)
        link.symlink_to(name)
        if number != 2:
            run.world.site["notice"] = f"Notice {number}"
        run.sync()
        run.build("--output", str(link))
        assert tree(run.folder / name) == run.clean()[1], number


def test_two_sites_share_an_output_in_turn(tmp_path: Path) -> None:
    shared = str(tmp_path / "shared")
    runs = []
    for name, boards in (("one", ()), ("two", ("safeguarding", "health"))):
        (tmp_path / name).mkdir()
        runs.append(Run(tmp_path / name, new_world(*boards)))
    for run in (runs[0], runs[1], runs[0], runs[0], runs[1]):
        result = run.build("--output", shared)
        assert result.exit_code == 0, result.output
        assert tree(Path(shared)) == run.clean()[1]


def test_a_site_has_two_outputs_in_turn(run: Run) -> None:
    other = run.folder / "other"
    for number in range(3):
        run.world.reports["2013-02-19"].body = [f"Text {number}."]
        run.sync()
        for output in (other, run.project.output):
            assert run.build("--output", str(output)).exit_code == 0
            assert tree(output) == run.clean()[1]


def test_a_check_between_builds_changes_nothing(run: Run) -> None:
    run.world.reports["2013-02-19"].body.append("New.")
    run.sync()
    before = tree(run.project.output)
    for arguments in ([], ["--drafts"], ["--no-cache"]):
        assert run.project.run("check", "--today", TODAY, *arguments).exit_code == 0
        assert tree(run.project.output) == before
    assert run.compare()


def test_builds_with_and_without_cache_take_turns(run: Run) -> None:
    for number in range(4):
        run.world.reports["2013-02-19"].body = [f"Text {number}."]
        run.sync()
        assert run.build(*(["--no-cache"] if number % 2 else [])).exit_code == 0
        assert tree(run.project.output) == run.clean()[1]


def test_drafts_that_were_shown_are_gone_in_the_next_build(run: Run) -> None:
    run.world.reports["2013-01-15"].front["next_meeting"] = "to be confirmed"
    run.sync()
    assert run.compare()
    run.world.reports["2013-02-19"].front["draft"] = "true"
    run.world.drafts = True
    assert "reports/2013-02-19/index.html" not in changed_by(run)
    run.world.drafts = False
    assert "reports/2013-02-19/index.html" in changed_by(run)
    data = b"".join(tree(run.project.output).values())
    assert b"2013-02-19" not in data
    assert b"text 400" not in data


def test_reports_with_the_same_text_stay_apart(run: Run) -> None:
    run.world.reports["2013-02-19"] = copy.deepcopy(run.world.reports["2013-01-15"])
    run.world.reports["2013-02-19"].front = {"date": "2013-02-19"}
    run.world.reports["2013-01-15"].front["next_meeting"] = "2013-02-19"
    changed_by(run)
    run.world.reports["2013-01-15"].body.append("Only here.")
    changed_by(run)
    assert "Only here." in run.project.page("reports/2013-01-15")
    assert "Only here." not in run.project.page("reports/2013-02-19")


def test_a_template_is_added_changed_and_taken_out(run: Run) -> None:
    whole = tree(run.project.output)
    reports = {f"reports/{name}/index.html" for name in run.world.reports}
    for text in ("one", "two"):
        block = f"{{% block head %}}<!-- {text} -->{{% endblock %}}"
        run.world.templates["report.html"] = f'{{% extends "theme/report.html" %}}{block}'
        assert changed_by(run) == reports
    run.world.templates.clear()
    assert changed_by(run) == reports
    assert tree(run.project.output) == whole


def test_a_file_that_a_template_includes_is_looked_at(run: Run) -> None:
    run.world.templates["home.html"] = (
        '{% extends "theme/home.html" %}{% block head %}{% include "it.txt" %}{% endblock %}'
    )
    for text in ("<!-- one -->", "<!-- two -->"):
        run.world.templates["it.txt"] = text
        assert changed_by(run) == {"index.html"}
        assert text in run.project.page()


def test_warnings_are_repeated_where_nothing_changed(run: Run) -> None:
    run.world.reports["2013-02-19"].asks["it"] = "ask: Who comes?"
    run.world.reports["2013-01-15"].body.append("See [it](nowhere.html).")
    run.sync()
    first = run.build()
    assert {code for code in ("C103", "C104", "L005") if f" {code}: " in first.stderr} == {
        *("C103", "C104", "L005")
    }
    assert run.build().stderr == first.stderr
    assert run.build("--no-cache").stderr == first.stderr


def test_a_build_that_failed_is_followed_by_one_that_is_right(run: Run) -> None:
    run.world.site["title"] = "Other Board"
    for fault in ("report", "template"):
        if fault == "report":
            run.world.reports["2013-02-19"].front["dat"] = "1"
        else:
            run.world.templates["topics.html"] = "{{ nope }}"
        run.sync()
        before = tree(run.project.output)
        for _ in range(2):
            assert run.build().exit_code == 1
            assert tree(run.project.output) == before
        run.world.reports["2013-02-19"].front.pop("dat", None)
        run.world.templates.clear()
        run.world.reports["2013-02-19"].body.append("More.")
        run.sync()
        assert run.compare()


def test_a_build_by_another_version_of_the_program_is_no_pattern(tmp_path: Path) -> None:
    """Everything is built again if the program's templates or code differ."""
    run = Run(tmp_path, new_world())
    program = tmp_path / "program"
    leave = shutil.ignore_patterns("__pycache__")
    for name in ("lscbsite", "templates"):
        shutil.copytree(PROGRAM / name, program / name, ignore=leave)

    def build(*arguments: str) -> None:
        assert started(run, *arguments, program=program).wait(PATIENCE) == 0

    def compared(number: int) -> dict[str, bytes]:
        build()
        build("--no-cache", "--output", f"{tmp_path}/clean-{number}")
        made = tree(run.project.output)
        assert made == tree(tmp_path / f"clean-{number}")
        return made

    build()
    template = program / "templates/report.html"
    template.write_text(
        template.read_text("utf-8").replace("About this meeting", "In short"), "utf-8"
    )
    made = compared(1)
    assert b"In short" in made["reports/2013-02-19/index.html"]
    old, new = "sitemaps.org/schemas/sitemap/0.9", "sitemaps.org/schemas/sitemap/0.8"
    for file in program.rglob("*.py"):
        file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")
    assert new.encode() in compared(2)["sitemap.xml"]


# --- builds that are killed --------------------------------------------------------------------


def started(
    run: Run, *arguments: str, before: str = "", program: Path = PROGRAM
) -> subprocess.Popen[bytes]:
    """Start a build in a process group of its own; ``before`` is run in it first."""
    code = f"{before}\nfrom lscbsite.cli import main\nmain()\n"
    site = ["--site", str(run.project.folder), "--jobs", str(run.world.jobs)]
    return subprocess.Popen(
        [
            sys.executable,
            "-c",
            code,
            "build",
            *site,
            *run.world.options(),
            "--allow-removal",
            *arguments,
        ],
        env={**os.environ, "PYTHONPATH": str(program)},
        cwd=run.folder,  # this folder's program would be taken else
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def end_all_of(process: subprocess.Popen[bytes]) -> None:
    """End the processes that a killed build left behind."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def turned(world: World) -> World:
    """Return a site in which nearly every output differs."""
    other = copy.deepcopy(world)
    other.site["title"] = "Turned Board"
    name = max(other.reports)
    other.reports["2013-02-26"] = Entry({"date": "2013-02-26"}, ["Added.", "## Rooms", "New."])
    del other.reports[name]
    other.topics["rooms"] = {"name": "Rooms"}
    other.files["map.txt"] = b"map 3\n"
    other.pages["new/page"] = other.pages.pop("about")
    return other


class Turns:
    """A site that goes to and fro between two states, one of them built."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self._other = turned(run.world)
        self._new = run.clean()[1]

    def turn(self) -> None:
        """Write the other state; it is not built yet."""
        self.run.world, self._other = self._other, self.run.world
        self._old = self._new
        self.run.sync()
        self._new = self.run.clean()[1]

    def check(self, killed_at: object, *, back: bool = False) -> None:
        """Check that the build of it left nothing half-written, and that the next is right."""
        nothing_half_written(self.run.project.output, self._old, self._new, killed_at)
        if back:  # what only the build that was killed has made must go again
            self.turn()
        assert self.run.compare(), killed_at


@pytest.mark.parametrize("cache", [True, False], ids=["cached", "without cache"])
def test_a_build_that_is_interrupted_anywhere_leaves_no_half_written_file(
    run: Run, cache: bool
) -> None:
    turns = Turns(run)
    arguments = [] if cache else ["--no-cache"]
    turns.turn()
    with TRAP.set(0, killed):
        run.build(*arguments)
    changes = TRAP.count
    for count, number in enumerate(range(1, changes, 1 if HUNT > 1 else max(changes // 7, 1))):
        turns.turn()
        with suppress(Killed), TRAP.set(number, killed):
            run.build(*arguments)
        turns.check(number, back=count % 2 == 1)


def test_a_build_that_is_killed_at_any_change_is_finished_by_the_next(run: Run) -> None:
    turns = Turns(run)
    turns.turn()
    with TRAP.set(0, killed):
        run.build()
    changes = TRAP.count
    source = inspect.getsource(changes_disk)
    for number in range(2, changes, 5 if HUNT > 1 else max(changes // 4, 1)):
        turns.turn()
        before = (
            f"import os, sys\nfrom typing import Any\n{source}\nmain, left = os.getpid(), {number}\n"
            "def hook(event, arguments):\n"
            "    global left\n"
            "    if os.getpid() == main and changes_disk(event, arguments):\n"
            "        left -= 1\n"
            "        if left == 0: os.kill(main, 9)\n"
            "sys.addaudithook(hook)\n"
        )
        process = started(run, before=before)
        try:
            process.wait(PATIENCE)
            turns.check(number)
        finally:
            end_all_of(process)


@pytest.mark.parametrize("signalled", [True, False], ids=["killed", "told"])
@pytest.mark.parametrize("limit", [0, 1000])
def test_a_build_that_ends_in_the_middle_of_a_file_leaves_no_half_written_file(
    run: Run, limit: int, signalled: bool
) -> None:
    """The system lets no file grow beyond a limit: a signal, or an error as of a full disk."""
    turns = Turns(run)
    turns.turn()
    handler = "SIG_DFL" if signalled else "SIG_IGN"
    process = started(
        run,
        before=(
            "import resource, signal\n"
            f"signal.signal(signal.SIGXFSZ, signal.{handler})\n"
            f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))\n"
        ),
    )
    try:
        assert process.wait(PATIENCE) != 0
        turns.check(limit)
    finally:
        end_all_of(process)


def test_a_site_that_is_moved_away_during_a_preview_is_not_made_again(
    project: Project, tmp_path: Path
) -> None:
    away = tmp_path / "away"

    def move() -> None:
        project.folder.rename(away)

    builder = Builder(Options(project.folder, None, today=dt.date.fromisoformat(TODAY)))
    try:
        for number in range(1, 200):
            project.report("2012-11-13", body=f"Text {number}.\n")
            with TRAP.set(number, move):
                rebuilt = builder.build(Progress())
            if not away.exists():
                break
            assert not project.folder.exists(), number
            away.rename(project.folder)
        assert number > 5
        assert rebuilt.changed
    finally:
        builder.close()


def test_a_build_that_is_killed_at_any_time_is_finished_by_the_next(run: Run) -> None:
    turns = Turns(run)
    turns.turn()
    start = time.monotonic()
    assert started(run).wait(PATIENCE) == 0
    whole = time.monotonic() - start
    for number in range(4 * HUNT):
        turns.turn()
        process = started(run)
        try:
            share = (0.6, 0.8, 0.9, 0.97)[number] if HUNT == 1 else 0.4 + 0.6 * number / (4 * HUNT)
            time.sleep(whole * share)
            process.kill()
            process.wait()
            turns.check(share)
        finally:
            end_all_of(process)


def test_a_large_site_that_is_killed_and_edited_is_finished_by_several_processes(
    tmp_path: Path,
) -> None:
    """Where a build has processes of its own, these may outlive it: they hold up no other."""
    world = new_world()
    for number in range(120):
        day = dt.date(2010, 1, 5) + dt.timedelta(6 * number)
        world.reports[f"{day}"] = Entry(
            {"date": f"{day}"}, [f"Text {number}.", "## Rooms", "More."]
        )
    world.jobs = 2
    run = Run(tmp_path, world)
    old: dict[str, bytes] = {}
    chance = random.Random(1)
    orphans = []
    try:
        for share in (0.5, 0.95) if HUNT == 1 else (0.1, 0.3, 0.5, 0.7, 0.9, 0.95, 0.99):
            run.sync()
            start = time.monotonic()
            _, new = run.clean()
            whole = time.monotonic() - start
            process = started(run)
            orphans.append(process)
            time.sleep(whole * share)
            process.kill()
            process.wait()
            nothing_half_written(run.project.output, old, new, share)
            for entry in ("2010-01-05", "2011-06-11", "2012-03-06"):
                run.world.reports[entry].body.append(f"And {share}.")
            an_attachment_is_changed(run, chance)
            run.sync()
            next_build = started(run)
            orphans.append(next_build)
            assert next_build.wait(PATIENCE) == 0
            old = tree(run.project.output)
            assert old == run.clean()[1]
            run.world.site["title"] = f"Board {share}"
    finally:
        for process in orphans:
            end_all_of(process)
