"""Test the search: its indexes, which contain what is published and change little, and its page.

The indexes are files that Pagefind makes; what readers find in them is tried in a real browser.
"""

import datetime as dt
import gettext
import gzip
import json
import os
import random
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

import msgspec
import pytest
from browsing import BASE, PATIENT, Served, serving
from conftest import HUNT, PNG, ROOT, SITE_YAML, Project, parsed, text, tree
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from page_checks import AXE, NARROW, STANDARD, resize, violations
from playwright.sync_api import Browser, Locator, Page, expect

from lscbsite.outputs import search_index, search_names, search_words
from lscbsite.stopping import UNABLE

# Without "search: false": a site has a search unless it says otherwise.
SEARCHED = SITE_YAML.replace("search: false\n", "")
# What is in an index but for its program, all of it compressed.
INDEXED = {".pf_fragment", ".pf_index", ".pf_filter", ".pf_meta"}
POLICY = "'wasm-unsafe-eval'"
LOCALE = ROOT / "lscbsite" / "locale"
HUNTED = pytest.mark.skipif(HUNT == 1, reason="large sites: make test-long")


@pytest.fixture
def searched(project: Project) -> Project:
    """An empty site that has a search."""
    project.write("site.yaml", SEARCHED)
    return project


def indexes(output: Path) -> dict[str, bytes]:
    """Return the files of all indexes, by their paths below search/."""
    files = tree(output / "search")
    return {path: data for path, data in files.items() if path != "index.html"}


def said(output: Path) -> bytes:
    """Return all decompressed text of the indexes, and the names of their files."""
    files = indexes(output)
    held = [gzip.decompress(data) for path, data in files.items() if Path(path).suffix in INDEXED]
    assert held
    return b"\n".join([*held, *map(str.encode, files)])


def fragments(output: Path) -> dict[str, list[str]]:
    """Return the addresses of the reports in each index, in order, by the index's name."""
    urls_by_index: dict[str, list[str]] = {}
    for path, data in indexes(output).items():
        if path.endswith(".pf_fragment"):
            fragment = gzip.decompress(data).removeprefix(b"pagefind_dcd")
            urls_by_index.setdefault(path.partition("/")[0], []).append(json.loads(fragment)["url"])
    return {name: sorted(urls) for name, urls in urls_by_index.items()}


def sizes(output: Path) -> list[int]:
    """Return how many reports each index has, the oldest first; check that each is in one only."""
    urls_by_index = fragments(output)
    every = [url for urls in urls_by_index.values() for url in urls]
    pages = [
        f"{page.parent.relative_to(output).as_posix()}/"
        for page in (output / "reports").rglob("*/index.html")
    ]
    assert sorted(every) == sorted(pages)
    assert {folder.name for folder in (output / "search").iterdir() if folder.is_dir()} == {
        *urls_by_index
    }
    assert "head" in urls_by_index
    return [len(urls) for _, urls in sorted(urls_by_index.items())]


def modified(output: Path) -> dict[str, int]:
    """Return when each file of the indexes was last written."""
    return {path: (output / "search" / path).stat().st_mtime_ns for path in indexes(output)}


def every_day(first: dt.date, count: int, step: int = 1) -> list[dt.date]:
    return [first + dt.timedelta(step * number) for number in range(count)]


def fill(project: Project, days: list[dt.date]) -> None:
    for number, day in enumerate(days):
        project.report(f"{day}", body=f"Said {number}.\n")


# --- whether there is a search ----------------------------------------------------------------


def leads_to_search(output: Path) -> set[str]:
    """Return the pages that have a form or a link to the search."""
    pages = set()
    for file in output.rglob("*.html"):
        root = parsed(file.read_bytes())
        ways = [form.get("action", "") for form in root.iter("form")]
        ways += [link.get("href", "") for link in root.iter("a")]
        if any(re.fullmatch(r"(\.\./)*search/|\./|/a/b/search/", way) for way in ways if way):
            pages.add(file.relative_to(output).as_posix())
    return pages


@pytest.mark.parametrize("setting", ["", "search: true\n"])
def test_a_site_has_a_search(searched: Project, setting: str) -> None:
    searched.write("site.yaml", SEARCHED + setting)
    searched.report("2012-11-13")
    output = searched.built()
    assert (output / "search.js").is_file()
    assert [*fragments(output)] == ["head"]
    pages = {file.relative_to(output).as_posix() for file in output.rglob("*.html")}
    assert {"index.html", "404.html", "reports/2012-11-13/index.html", "search/index.html"} <= pages
    assert leads_to_search(output) >= pages - {"search/index.html"}
    forms = re.compile(r'<form class="search(?:ing)?" role="search" action="([^"]*)"')
    assert forms.findall(searched.page("reports/2012-11-13")) == ["../../search/"]
    assert forms.findall(searched.page("search")) == ["./"]
    assert "https://example.org/a/b/search/<" in searched.page("sitemap.xml")


def test_a_site_without_search_has_nothing_of_it(searched: Project) -> None:
    searched.report("2012-11-13")
    with_search = tree(searched.built())
    searched.write("site.yaml", SITE_YAML)
    output = searched.built()
    assert not (output / "search").exists(), "what an earlier build has made is gone"
    assert not (output / "search.js").exists()
    assert "search" not in searched.page("sitemap.xml")
    for file in output.rglob("*.html"):
        page = file.read_text("utf-8")
        assert not re.search(r"""search/|search\.js|["']search["']""", page), file
    assert tree(output).keys() < with_search.keys()


def test_only_the_page_of_the_search_may_run_its_program(searched: Project) -> None:
    searched.report("2012-11-13")
    output = searched.built()
    allowed = {
        file.relative_to(output).as_posix()
        for file in output.rglob("*.html")
        if POLICY in file.read_text("utf-8")
    }
    assert allowed == {"search/index.html"}
    assert "'unsafe-eval'" not in searched.page("search")
    assert "'unsafe-inline'" not in searched.page("search")


# --- what is in the indexes -------------------------------------------------------------------

HIDDEN = ("draft", "scheduled", "withdrawn", "refused")


def test_nothing_hidden_is_in_an_index(searched: Project) -> None:
    """Not in the index, not in the text of results, and not in the filters."""
    searched.write("topics.yaml", "".join(f"{it}: {{name: Kv{it}topic}}\n" for it in HIDDEN))
    state = {
        "draft": "draft: true",
        "scheduled": "published: 2013-03-02",
        "withdrawn": "withdrawn: {date: 2013-02-01, reason: Kvreason}",
        "refused": "withdrawn: {date: 2013-02-01, reason: Kvreason}\ndraft: true",
    }
    for number, (name, line) in enumerate(state.items()):
        front = [f"title: Kv{name}title", f"summary: Kv{name}summary", line, "feedback:"]
        front += [f"  - {{id: kv{name}id, ask: Kv{name}ask, deadline: 2013-04-01, reply_to: me}}"]
        body = f"Kv{name}text\n\n## Kv{name}topic\n\nMore.\n"
        searched.report(f"2012-0{number + 1}-13", "\n".join(front), body)
    searched.report("2012-11-13", "summary: Kvshownsummary", "Kvshowntext\n")
    output = searched.built()
    held = said(output).lower()
    assert b"kvshownsummary" in held
    assert b"kvshowntext" in held
    assert not [word for word in (*HIDDEN, "reason") if f"kv{word}".encode() in held]
    page = searched.page("search").lower()
    assert not [word for word in (*HIDDEN, "reason") if f"kv{word}text" in page]
    assert fragments(output) == {"head": ["reports/2012-11-13/"]}

    held = said(searched.built("--drafts")).lower()
    for kind in ("title", "summary", "id", "ask", "text", "topic"):
        assert f"kvdraft{kind}".encode() in held, kind
    assert not [word for word in HIDDEN[1:] if f"kv{word}".encode() in held]

    held = said(searched.built()).lower()
    assert b"kvdraft" not in held


def test_a_report_that_is_withdrawn_is_gone_from_the_index(searched: Project) -> None:
    searched.report("2012-09-11", body="Kvkept.\n")
    searched.report("2012-11-13", "summary: Kvsummary", "Kvtext.\n\n## Kvheading\n\nMore.\n")
    output = searched.built()
    before = indexes(output)
    held = said(output).lower()
    for word in (b"kvkept", b"kvsummary", b"kvtext", b"kvheading"):
        assert word in held
    front = "summary: Kvsummary\nwithdrawn: {date: 2013-02-01, reason: It named a child}"
    searched.report("2012-11-13", front, "Kvtext.\n\n## Kvheading\n\nMore.\n")
    searched.built()
    held = said(output).lower()
    assert b"kvkept" in held
    for word in (b"kvsummary", b"kvtext", b"kvheading", b"2012-11-13"):
        assert word not in held
    gone = before.keys() - indexes(output).keys()
    assert [path for path in gone if path.endswith(".pf_fragment")]


def words_in_index(project: Project) -> set[str]:
    """Return the words with "kv" in front that the site's only report is found by."""
    (fragment,) = [
        gzip.decompress(data).decode()
        for path, data in indexes(project.built()).items()
        if path.endswith(".pf_fragment")
    ]
    content = json.loads(fragment.removeprefix("pagefind_dcd"))["content"].lower()
    return set(re.findall(r"kv[a-z]+", content))


def test_a_reports_words_are_in_the_index(searched: Project) -> None:
    """However they are marked up; words that readers see apart stay apart."""
    searched.report(
        "2012-11-13",
        body="""\
            Kv**bo**ld kvbefore<br>kvafter [kvlinked](https://example.org/kvhref)

            - kvitem
                - kvinner

            | kvhead | kvother |
            |---|---|
            | kvcell | kvnote[^1] |

            > kvquoted

            ```
            kvcode
            ```

            <details><summary>kvsummary</summary>kvdetail</details>

            [^1]: Kvfootnote.
            """,
    )
    assert words_in_index(searched) == {
        *("kvbold", "kvbefore", "kvafter", "kvlinked", "kvitem", "kvinner", "kvhead", "kvother"),
        *("kvcell", "kvnote", "kvquoted", "kvcode", "kvsummary", "kvdetail", "kvfootnote"),
    }


def test_the_words_of_front_matter_are_in_the_index(searched: Project) -> None:
    searched.write("topics.yaml", "kvlisted: {name: Kvsubject}\n")
    searched.report(
        "2012-11-13",
        """\
        title: Kvtitle
        summary: Kvsummary
        attendees: [Kvpresent (Kvgroup)]
        apologies: [{name: Kvabsent, organisation: Kvother, role: Kvchair}]
        topics: [kvlisted]
        feedback: [{id: one, ask: Kvask, audience: Kvaudience}]
        corrections: [{date: 2012-12-01, note: Kvnote}]
        """,
    )
    assert words_in_index(searched) == {
        *("kvtitle", "kvsummary", "kvpresent", "kvgroup", "kvabsent", "kvother", "kvchair"),
        *("kvsubject", "kvask", "kvaudience", "kvnote"),
    }


# --- the same site, the same bytes ------------------------------------------------------------


def test_a_report_is_found_by_the_name_of_today_and_by_the_one_it_shows(searched: Project) -> None:
    people = "Ada Kvmoss: {formerly: {name: Ada Kvreed, until: 2012}}\n"
    searched.write("people.yaml", people)
    searched.report("2012-11-13", "author: Ada Kvmoss")
    assert words_in_index(searched) == {"kvmoss", "kvreed"}


def test_the_same_site_has_the_same_indexes(tmp_path: Path) -> None:
    """Wherever it is built, by however many processes, in whatever order files were written."""
    outputs = []
    for jobs in ("1", "2"):
        folder = tmp_path / f"site-{jobs}"
        folder.mkdir()
        project = Project(folder)
        boards = "boards: {north: {name: North}, south: {name: South}, east: {name: East}}\n"
        project.write("site.yaml", SEARCHED + boards)
        topics = ("training", "budget", "rooms", "transport", "schools")
        project.write("topics.yaml", "".join(f"{it}: {{name: {it.title()}}}\n" for it in topics))
        days = every_day(dt.date(2009, 1, 6), 130, 11)
        for number, day in sorted(enumerate(days), reverse=jobs == "2"):
            body = f"Said {number}.\n\n## {topics[number % 5].title()}\n\nMore {number % 7}.\n"
            project.report(f"{('north', 'south', 'east')[number % 3]}/{day}", body=body)
        outputs.append(tree(project.built("--no-cache", "--jobs", jobs)))
    assert len([path for path in outputs[0] if path.endswith("pagefind-entry.json")]) >= 2
    assert outputs[0].keys() == outputs[1].keys()
    assert [path for path in outputs[0] if outputs[0][path] != outputs[1][path]] == []


class World(msgspec.Struct):
    """What is written for a site with a search: reports as front matter and body, and names."""

    reports: dict[str, tuple[list[str], str]]
    topics: dict[str, str]
    boards: dict[str, str]
    serial: int = 0

    def write(self, project: Project) -> None:
        """Write all of it."""
        boards = "".join(f"  {it}: {{name: {name}}}\n" for it, name in self.boards.items())
        project.write("site.yaml", f"{SEARCHED}boards:\n{boards}".encode())
        topics = "".join(f"{it}: {{name: {name}}}\n" for it, name in self.topics.items())
        project.write("topics.yaml", topics)
        shutil.rmtree(project.folder / "reports", ignore_errors=True)
        for name, (front, body) in self.reports.items():
            project.report(name, "\n".join(front), body)

    def fresh(self) -> int:
        """Return a number that was not used before."""
        self.serial += 1
        return self.serial

    def some(self, chance: Random) -> str:
        """Return the name of a report."""
        return chance.choice(sorted(self.reports))


def new_world() -> World:
    world = World({}, {"a": "Training", "b": "Budget"}, {"north": "North", "south": "South"})
    for number, day in enumerate(every_day(dt.date(2010, 11, 2), 16, 41)):
        board, topic = ("north", "south")[number % 2], "ab"[number % 3 == 0]
        world.reports[f"{board}/{day}"] = [f"topics: [{topic}]"], f"Text {number}.\n"
    return world


def a_text_is_changed(world: World, chance: Random) -> None:
    name = world.some(chance)
    front, body = world.reports[name]
    world.reports[name] = front, f"{body}\n## Heading {world.fresh()}\n\nMore.\n"


def reports_are_added(world: World, chance: Random) -> None:
    first = dt.date(2010, 9, 1) + dt.timedelta(chance.randint(0, 880))
    for day in every_day(first, chance.choice([1, 1, 7]), chance.choice([1, 4])):
        world.reports[f"{chance.choice(sorted(world.boards))}/{day}"] = [], f"{world.fresh()}.\n"


def reports_are_deleted(world: World, chance: Random) -> None:
    for _ in range(chance.choice([1, 1, 7])):
        if len(world.reports) > 1:
            del world.reports[world.some(chance)]


def a_report_is_withdrawn_or_back(world: World, chance: Random) -> None:
    front, _ = world.reports[world.some(chance)]
    line = "withdrawn: {date: 2013-02-01, reason: It named a child}"
    front.remove(line) if line in front else front.append(line)


def the_newest_is_a_draft_or_not(world: World, chance: Random) -> None:
    front, _ = world.reports[max(world.reports, key=lambda name: name.partition("/")[2])]
    front.remove("draft: true") if "draft: true" in front else front.append("draft: true")


def a_topic_is_renamed(world: World, chance: Random) -> None:
    world.topics[chance.choice(sorted(world.topics))] = f"Topic {world.fresh()}"


def a_board_is_renamed(world: World, chance: Random) -> None:
    world.boards[chance.choice(sorted(world.boards))] = f"Board {world.fresh()}"


EDITS: list[Callable[[World, Random], None]] = [
    *(a_text_is_changed, reports_are_added, reports_are_deleted, a_report_is_withdrawn_or_back),
    *(the_newest_is_a_draft_or_not, a_topic_is_renamed, a_board_is_renamed),
]


@settings(
    max_examples=2 * HUNT,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.permutations(EDITS), st.integers(0, 2**32))
def test_after_edits_the_indexes_are_those_of_a_clean_build(
    monkeypatch: pytest.MonkeyPatch, order: list[Callable[[World, Random], None]], seed: int
) -> None:
    """Where indexes are of a few reports, a small site has many of them, which come and go."""
    monkeypatch.setattr(search_index, "REPORTS_PER_SHARD", 5)
    monkeypatch.setattr(search_index, "REPORTS_PER_NEW_SHARD", 3)
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        project, clean = Project(Path(folder)), Path(folder) / "clean"
        world = new_world()
        edit_names = []
        for edits in ([], order[:3], order[3:]):
            for edit in edits:
                edit(world, chance)
                edit_names.append(edit.__name__)
            world.write(project)
            files = tree(project.built("--jobs", "1"))
            project.built("--jobs", "1", "--no-cache", "--output", str(clean))
            wanted = tree(clean)
            shutil.rmtree(clean)
            paths = files.keys() | wanted.keys()
            assert [it for it in sorted(paths) if files.get(it) != wanted.get(it)] == [], edit_names


# --- how much of it changes -------------------------------------------------------------------


@pytest.fixture
def years(searched: Project) -> Project:
    """A site with 132 reports of eleven years, built; what changes in it, is new."""
    fill(searched, every_day(dt.date(2002, 3, 4), 132, 30))
    searched.built()
    return searched


def newest(project: Project) -> str:
    return max(file.stem for file in (project.folder / "reports").iterdir())


def changed(project: Project, edit: Callable[[], object]) -> set[str]:
    """Build after an edit; return the indexes of which a file is another, or written anew."""
    before, times = indexes(project.output), modified(project.output)
    edit()
    project.built()
    after, then = indexes(project.output), modified(project.output)
    paths = before.keys() | after.keys()
    return {
        path.partition("/")[0]
        for path in paths - {"names.json", "words.json"}  # of all reports
        if before.get(path) != after.get(path) or times.get(path) != then.get(path)
    }


def test_a_change_of_the_newest_report_changes_the_newest_index_only(years: Project) -> None:
    assert len(sizes(years.output)) == 2
    name = newest(years)
    assert changed(years, lambda: years.report(name, body="Kvother words.\n")) == {"head"}
    assert b"kvother" in said(years.output).lower()


def test_another_report_changes_the_newest_index_only(years: Project) -> None:
    later = str(dt.date.fromisoformat(newest(years)) + dt.timedelta(3))
    assert changed(years, lambda: years.report(later, body="Kvlater.\n")) == {"head"}
    assert b"kvlater" in said(years.output).lower()


def test_a_change_of_an_old_report_changes_its_index_only(years: Project) -> None:
    assert "head" not in changed(years, lambda: years.report("2002-03-04", body="Kvolder.\n"))
    assert b"kvolder" in said(years.output).lower()


def test_nothing_is_written_where_nothing_changed(years: Project) -> None:
    assert changed(years, lambda: None) == set()
    again = years.write("reports/2002-03-04.md", b"---\ndate: 2002-03-04\n---\nSaid 0.\n")
    os.utime(again, ns=(1, 1))
    assert changed(years, lambda: None) == set()


@pytest.mark.parametrize("arguments", [[], ["--no-cache"]], ids=["cached", "without cache"])
def test_an_index_that_somebody_damaged_is_made_whole(years: Project, arguments: list[str]) -> None:
    whole = tree(years.output)
    kinds = {
        (path.split("/")[1], path.rpartition(".")[2]): path
        for path in whole
        if path.startswith("search/") and path != "search/index.html"
    }
    assert len(kinds) >= 12
    for number, path in enumerate(sorted(kinds.values())):
        place = years.output / path
        if number % 2:
            place.unlink()
        else:
            place.write_bytes(place.read_bytes()[:-1] + b"?")
        if number % 4 == 3:  # one by one, and some at a time
            years.built(*arguments)
            assert tree(years.output) == whole, path
    shutil.rmtree(years.output / "search" / "head")
    years.built(*arguments)
    assert tree(years.output) == whole


def test_an_index_that_is_no_more_leaves_nothing_behind(years: Project) -> None:
    old = next(name for name in fragments(years.output) if name != "head")
    for file in sorted((years.folder / "reports").iterdir())[:40]:
        file.unlink()
    years.built()
    assert sizes(years.output) == [92]
    assert not (years.output / "search" / old).exists()
    assert {file.name for file in (years.output / "search").iterdir()} == {
        *("head", "index.html", "names.json", "words.json")
    }
    for file in (years.folder / "reports").iterdir():
        file.unlink()
    years.built()
    assert {file.name for file in (years.output / "search").iterdir()} == {"index.html"}


# --- which reports are in which index ---------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (every_day(dt.date(2011, 3, 1), 1), [1]),
        (every_day(dt.date(2003, 3, 1), 100, 33), [100]),
        ([*every_day(dt.date(2003, 3, 1), 92, 33), *every_day(dt.date(2013, 1, 1), 9)], [92, 9]),
        ([*every_day(dt.date(2011, 9, 1), 122), *every_day(dt.date(2012, 1, 1), 101)], [122, 91, 10]),
        (every_day(dt.date(2012, 1, 1), 101), [91, 10]),
    ],
    ids=["one", "a hundred", "more", "more in the newest year", "all in one year"],
)  # fmt: skip
def test_the_newest_reports_are_apart(
    searched: Project, days: list[dt.date], expected: list[int]
) -> None:
    fill(searched, days)
    output = searched.built(today="2013-03-01")
    assert sizes(output) == expected


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (range(12, 22), [20, 60]),
        (range(12, 28), [20, 96]),
        (range(12, 32), [20, 54, 66]),
        (range(21, 32), [20, 66]),
        (range(22, 32), [20, 60]),
        ([1, *range(14, 32)], [20, 48, 66]),
    ],
    ids=str,
)
def test_much_in_the_newest_month_is_in_thirds(
    searched: Project, days: Iterable[int], expected: list[int]
) -> None:
    """Six reports a day, and some earlier in the year; the last third goes to the 31st."""
    fill(searched, every_day(dt.date(2012, 2, 1), 20))
    for day in days:
        for number in range(6):
            searched.report(f"2012-12-{day:02}-{number}", f"time: '1{number}:00'")
    reports_by_index = sizes(searched.built())
    assert reports_by_index == (expected if sum(expected) > 100 else [sum(expected)])


@HUNTED
def test_no_index_is_large(searched: Project) -> None:
    """1,200 reports of 46 years: what was long ago is in indexes of about 500."""
    fill(searched, every_day(dt.date(1967, 1, 4), 1200, 14))
    output = searched.built("--no-cache", today="2013-03-01")
    reports_by_index = sizes(output)
    assert sum(reports_by_index) == 1200
    assert max(reports_by_index) <= 500
    assert len(reports_by_index) <= 4
    assert reports_by_index[-1] <= 27, "the newest year"


# --- the program that makes them --------------------------------------------------------------


@pytest.mark.parametrize(
    "program",
    [
        *("#!/bin/sh\nexit 1\n", "#!/bin/sh\necho Sorry,\n", "#!/bin/sh\necho W10=,\n"),
        *("no program", None),
    ],
    ids=["ends at once", "says what it should not", "speaks otherwise", "no program", "missing"],
)
def test_a_site_can_do_without_pagefind(
    searched: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str | None
) -> None:
    """If its program fails, the author is told, and the old site stays."""
    searched.report("2012-09-11")
    before = tree(searched.built())
    searched.report("2012-11-13")
    place = tmp_path / "pagefind"
    if program is not None:
        place.write_text(program, "utf-8")
        place.chmod(0o755)
    monkeypatch.setattr("pagefind.service.get_executable", lambda: place)
    result = searched.build("--jobs", "1")
    assert result.exit_code == UNABLE
    assert isinstance(result.exception, SystemExit)
    assert result.stderr.startswith("lscbsite: cannot build the search index")
    assert '"search: false" into site.yaml' in result.stderr
    assert "Traceback" not in result.output
    assert result.stderr.count("\n") == 1
    assert tree(searched.output) == before

    searched.write("site.yaml", SITE_YAML)
    assert "reports/2012-11-13/index.html" in tree(searched.built("--jobs", "1"))
    searched.write("site.yaml", SEARCHED)
    monkeypatch.undo()
    assert len(fragments(searched.built("--jobs", "1"))["head"]) == 2


# --- the page of the search: the site -----------------------------------------------------------

# Names with all that could be in the way of a filter, but for what stands for itself below.
BOARDS = {"north": "North Board", "head": "Health, care & <families>: it's the [Head] Board"}
TOPICS = {"money": "Food, drink & <rest>", "size": "Größe: [S]", "rooms": "Rooms"}
# Of how many reports one has each of these words, about.
COMMON = {"velvet": 1, "marble": 2, "copper": 4, "timber": 9, "garnet": 25, "indigo": 60}


def in_words(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"


class CorpusReport(msgspec.Struct, frozen=True):
    """What a report was written to say.

    ``summary`` is a word that only this report contains, and so are ``own_words``, by the anchor of
    their section; ``common`` are words that many reports contain.
    """

    name: str
    title: str
    day: dt.date
    board: str
    topics: frozenset[str]
    summary: str
    own_words: dict[str, str]
    common: frozenset[str]

    @property
    def path(self) -> str:
        """The address below the site's."""
        return f"reports/{self.name}/"

    @property
    def in_words(self) -> str:
        """The day of the meeting as readers see it."""
        return in_words(self.day)


class Corpus(msgspec.Struct, frozen=True):
    """A built site with its reports in order, served to a browser."""

    site: Served
    reports: list[CorpusReport]


def own_word(number: int) -> str:
    """Return a word that no rule of English makes shorter, none the beginning of another."""
    sounds = [f"{sound}{vowel}" for sound in "bdfgkmpt" for vowel in "aeiu"]
    high, low = divmod(number, len(sounds))
    return f"zu{sounds[high]}{sounds[low]}ko"


def meeting_days() -> list[dt.date]:
    """Days of three indexes: of earlier years, of the newest year, of its last month."""
    old = [dt.date(1898, 2, 10), dt.date(1951, 7, 4), *every_day(dt.date(2009, 1, 14), 18, 58)]
    return [*old, *every_day(dt.date(2012, 1, 3), 92, 3), *every_day(dt.date(2012, 12, 1), 25)]


def write_corpus(project: Project) -> list[CorpusReport]:
    """Write a site by chance, the same each time; return what its reports say."""
    boards = "".join(f"  {it}: {{name: {json.dumps(name)}}}\n" for it, name in BOARDS.items())
    project.write("site.yaml", f"{SEARCHED}boards:\n{boards}".encode())
    topics = "".join(f"{it}: {{name: {json.dumps(name)}}}\n" for it, name in TOPICS.items())
    project.write("topics.yaml", topics.encode())
    chance = random.Random(1)
    reports: list[CorpusReport] = []
    earlier: dict[str, str] = {}
    for number, day in enumerate(meeting_days()):
        board = ("north", "head", "head")[number % 3]
        first, heading, ask, outcome, summary = (own_word(5 * number + it) for it in range(5))
        common = frozenset(it for it, one_of in COMMON.items() if not chance.randrange(one_of))
        headed = chance.choice([*TOPICS, ""])
        listed = chance.choice([*TOPICS, "", "", ""])
        own_words = {"": first, f"#about-{heading}": heading, "#who": ask}
        front = [f"summary: In short {summary}.", f"topics: [{listed}]"]
        front += ["feedback:", f"  - {{id: who, ask: Who has {ask}?, reply_to: me, deadline: "]
        front[-1] += f"{day + dt.timedelta(30)}}}"
        title = f"Report from {in_words(day)} meeting"
        if number % 2:
            title = f"Meeting no. {number}"
            front.append(f"title: {title}")
        if board in earlier:
            front += ["outcomes:", f"  - {{ask: {earlier[board]}/who, outcome: All {outcome}.}}"]
            own_words["#part:outcomes"] = outcome
        name = f"{board}/{day}"
        earlier[board] = name
        body = [f"Opening {first}.", f"## {TOPICS[headed]}" if headed else "## Other"]
        body += ["Nothing new. " * 9, f"## About {heading}", " and ".join(sorted(common)), "End."]
        project.report(name, "\n".join(front), "\n\n".join([*body, ""]))
        about = frozenset(TOPICS[it] for it in (headed, listed) if it)
        reports.append(
            CorpusReport(name, title, day, BOARDS[board], about, summary, own_words, common)
        )
    return reports


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    project = Project(tmp_path_factory.mktemp("corpus"))
    reports = write_corpus(project)
    output = project.built("--base-url", f"https://example.org{BASE}")
    assert sizes(output) == [20, 92, 25]
    with serving(output) as served:
        yield Corpus(served, [read_title(output, report) for report in reports])


def read_title(output: Path, report: CorpusReport) -> CorpusReport:
    """Return a report with the title that its page has: its first subjects, if it has none."""
    heading = parsed((output / report.path / "index.html").read_bytes()).find(".//main//h1")
    return msgspec.structs.replace(report, title=text(heading))


class Result(msgspec.Struct, frozen=True):
    """An entry of the list of results: where it leads to, and what it says."""

    address: str
    title: str
    about: str
    excerpt: str
    marked: list[str]

    @property
    def report(self) -> str:
        """The report's name."""
        return self.address.partition("reports/")[2].partition("/#")[0].rstrip("/")


RESULTS = """entries => entries.map(entry => ({
    address: entry.querySelector("h2 a").href,
    title: entry.querySelector("h2").textContent,
    about: entry.querySelector(".meta")?.textContent ?? "",
    excerpt: entry.querySelector("p:not(.meta)")?.textContent ?? "",
    marked: [...entry.querySelectorAll("mark")].map(mark => mark.textContent),
}))"""


class Searching:
    """A reader on the search page; ``faults`` has what goes wrong there."""

    def __init__(self, page: Page, site: Served) -> None:
        self.page = page
        self.site = site
        self.field: Locator = page.locator("form.searching input[type=search]")
        self.more: Locator = page.get_by_role("button", name="More results")
        self.faults: list[str] = []
        listeners: dict[str, Callable[[Any], None]] = {
            "console": lambda told: self.faults.append(f"{told.type}: {told.text}"),
            "pageerror": lambda error: self.faults.append(str(error)),
            "requestfailed": self._failed,
            "request": self._seen,
            "response": self._answered,
        }
        for event, listener in listeners.items():
            page.on(event, listener)  # type: ignore[call-overload]

    def _seen(self, request: Any) -> None:
        if not request.url.startswith(self.site.address):
            self.faults.append(f"foreign: {request.url}")

    def _failed(self, request: Any) -> None:
        if request.failure != "net::ERR_ABORTED":  # the reader has gone on
            self.faults.append(f"{request.failure}: {request.url}")

    def _answered(self, answer: Any) -> None:
        if answer.status >= 400:
            self.faults.append(f"{answer.status}: {answer.url}")

    def open(self, query: str = "") -> None:
        """Open the page; where something is asked for, wait for the answer."""
        self.page.goto(f"{self.site.address}search/{query}")
        if query:
            self.answered()

    def answered(self) -> str:
        """Wait until results are told, and return how."""
        count = self.page.locator("p.count:not(:empty)")
        count.wait_for()
        return count.inner_text()

    def ask(self, words: str | None = None, **filters: str) -> str:
        """Choose values and type words; what is not given stays. Return what is told of the results.

        Something must be asked for then.
        """
        answer = ""
        for name, value in filters.items():
            self._forget()
            self._choose(name, value)
            answer = self.answered()
        if words is not None:
            self._forget()
            self.field.fill(words)
            answer = self.answered()
        return answer

    def _choose(self, name: str, value: str) -> None:
        """Choose what is called so, or has this value."""
        field = self.page.locator(f"select[name={name}]")
        value_of_option = field.locator("option").evaluate_all(
            "(options, name) => (options.find(one => one.text.replace(/ \\(\\d+\\)$/, '') === name)"
            " || {value: name}).value",
            value,
        )
        field.select_option(value=value_of_option)

    def clear(self, name: str) -> None:
        """Take back the only thing that is asked for."""
        self.page.locator(f"select[name={name}]").select_option(value="")
        self.page.locator("p.count:empty").wait_for(state="attached")

    def _forget(self) -> None:
        self.page.evaluate("document.querySelector('p.count').textContent = ''")

    def results(self) -> list[Result]:
        """Return the results that are shown."""
        items = self.page.locator("ol.results > li:not(.name)").evaluate_all(RESULTS)
        return msgspec.convert(items, list[Result])

    def names(self) -> list[tuple[str, str]]:
        """Return the names that come before the results, with their addresses below the site's."""
        # Nothing but other names is before a name.
        names = self.page.locator("ol.results > li.name:not(li:not(.name) ~ li) h2")
        found = names.evaluate_all(
            "all => all.map(one => [one.textContent, one.querySelector('a').href])"
        )
        return [(name, address.removeprefix(self.site.address)) for name, address in found]

    def every(self) -> list[str]:
        """Return the names of all reports that were found, once each, in order."""
        shown = len(self.results())
        while self.more.is_visible():
            self.more.click()
            self.page.locator(f"ol.results > li:nth-child({shown + 1})").wait_for()
            shown = len(self.results())
        return [*dict.fromkeys(result.report for result in self.results())]


@contextmanager
def searching(browser: Browser, site: Served, width: int = STANDARD) -> Iterator[Searching]:
    """Yield a reader on the search page; check that nothing goes wrong there."""
    with browser.new_context(viewport={"width": width, "height": 900}) as context:
        context.add_init_script(PATIENT)
        reader = Searching(context.new_page(), site)
        yield reader
        assert reader.faults == []


def counted(number: int) -> str:
    return (
        f"Found in {number} report{'s' if number != 1 else ''}" if number else "No results found."
    )


# --- the page of the search: words ----------------------------------------------------------------


def test_a_word_leads_to_where_it_stands(browser: Browser, corpus: Corpus) -> None:
    """In reports of each index: the first and the last, and some between."""
    kinds = set()
    with searching(browser, corpus.site) as reader:
        reader.open()
        for number in (0, 1, 7, 19, 20, 60, 111, 112, 130, -1):
            report = corpus.reports[number]
            page = (corpus.site.folder / report.path / "index.html").read_text("utf-8")
            for anchor, word in report.own_words.items():
                if not anchor:
                    continue
                kinds.add(anchor[:4])
                assert reader.ask(word) == counted(1), (report.name, anchor)
                first, *others = reader.results()
                assert others == []
                assert unquote(first.address) == f"{corpus.site.address}{report.path}{anchor}"
                assert f'id="{anchor[1:]}"' in page
                assert first.about.startswith(f"{report.title} · ")
                assert report.in_words in first.about
                assert first.about.endswith(f" · {report.board}")
                assert word in first.title or word in first.excerpt
                assert [re.sub(r"\W", "", it) for it in first.marked] == [word]
        assert kinds == {"#abo", "#who", "#par"}
        reader.page.locator("ol.results h2 a").click()
        reader.page.wait_for_url(f"**/{corpus.reports[-1].path}*")


def test_a_word_before_the_first_heading_leads_to_the_report(
    browser: Browser, corpus: Corpus
) -> None:
    """To its beginning, where its summary stands, too; and not to the asks."""
    with searching(browser, corpus.site) as reader:
        reader.open()
        for report in corpus.reports[::40]:
            for word in (report.summary, report.own_words[""]):
                assert reader.ask(word) == counted(1), report.name
                (result,) = reader.results()
                assert result.address == f"{corpus.site.address}{report.path}"
                assert result.title == report.title
                assert result.about == f"{report.in_words} · {report.board}"
                assert word in result.excerpt


def test_words_that_are_in_no_report_are_named(browser: Browser, corpus: Corpus) -> None:
    known = corpus.reports[3].own_words[""]
    unknown = "No report contains: "
    with searching(browser, corpus.site) as reader:
        reader.open()
        summary = reader.ask(f"{known} qqnowhere")
        assert summary.startswith(counted(1))
        assert summary.endswith(f"{unknown}qqnowhere")
        assert [result.report for result in reader.results()] == [corpus.reports[3].name]
        summary = reader.ask("qqnowhere qqxyzzyq")
        assert summary == f"No results found.\n{unknown}qqnowhere, qqxyzzyq"
        assert reader.results() == []
        for signs in ("?", '"', '""', "<", "-", "\\", "%", "/"):
            assert reader.ask(signs) == "No results found.", signs
            assert reader.results() == []


def test_a_phrase_is_found_as_it_stands(browser: Browser, corpus: Corpus) -> None:
    report = corpus.reports[50]
    ask = report.own_words["#who"]
    with searching(browser, corpus.site) as reader:
        reader.open()
        for query in (
            f'"who has {ask}"',
            f"“who has {ask}”",
            f"„who has {ask}“",
            f'"has {ask}"',
        ):
            assert reader.ask(query) == counted(1), query
            assert unquote(reader.results()[0].address).endswith(f"{report.path}#who")
        for query in (f'"{ask} has who"', f'"who {ask}"', f"„who {ask}“", '"velvet opening"'):
            assert reader.ask(query) == counted(0), query
        assert reader.ask('"copper and marble"') == counted(
            sum(
                {"copper", "marble"} <= it.common and not it.common & {"garnet", "indigo"}
                for it in corpus.reports
            )
        )


def test_reports_that_have_all_the_words_are_found(browser: Browser, corpus: Corpus) -> None:
    """However rare or common they are, and in whichever indexes."""
    queries = ["indigo velvet", "garnet marble", "garnet timber", "velvet copper timber"]
    queries += ["indigo", "velvet", "indigo garnet", f"velvet {corpus.reports[0].own_words['']}"]
    queries += [f"{corpus.reports[0].own_words['']} {corpus.reports[-1].own_words['']}"]
    seen = Counter[bool]()
    with searching(browser, corpus.site) as reader:
        reader.open()
        for query in queries:
            words = set(query.split())
            wanted = {
                report.name
                for report in corpus.reports
                if words <= report.common | {*report.own_words.values()}
            }
            some = "No report contains all of these words. These contain some of them:"
            assert reader.ask(query) == (counted(len(wanted)) if wanted else some), query
            if wanted:
                assert sorted(reader.every()) == sorted(wanted), query
            seen[bool(wanted)] += 1
    assert seen[True] > 5
    assert seen[False] > 0


# --- the page of the search: filters, the rest, the address ----------------------------------


def choices(reader: Searching, name: str) -> dict[str, int]:
    """Return the values of a filter as they are told, and how many reports each has."""
    options = reader.page.locator(f"select[name={name}] option").all_inner_texts()[1:]
    matches = [re.fullmatch(r"(.*) \((\d+)\)", option) for option in options]
    return {it[1]: int(it[2]) for it in matches if it}


def test_filters_alone_and_with_words(browser: Browser, corpus: Corpus) -> None:
    filters: dict[str, Callable[[CorpusReport], Iterable[str]]] = {
        "year": lambda report: [str(report.day.year)],
        "topic": lambda report: report.topics,
        "board": lambda report: [report.board],
    }
    with searching(browser, corpus.site) as reader:
        reader.open()
        for name, values in filters.items():
            expected = Counter(value for report in corpus.reports for value in values(report))
            assert choices(reader, name) == expected
            for value, number in expected.items():
                assert reader.ask(**{name: value}) == counted(number), value
                both = [
                    it for it in corpus.reports if value in values(it) and "copper" in it.common
                ]
                assert reader.ask("copper") == counted(len(both)), value
                assert {it.report for it in reader.results()} <= {it.name for it in both}
                assert reader.ask("") == counted(number), value
            reader.clear(name)
        wanted = [
            report.name
            for report in corpus.reports
            if report.day.year == 2012
            and report.board == BOARDS["head"]
            and TOPICS["money"] in report.topics
        ]
        reader.ask(year="2012", board=BOARDS["head"])
        assert reader.ask(topic=TOPICS["money"]) == counted(len(wanted))
        # What is only filtered is in the order of the meetings, the newest first.
        assert reader.every() == wanted[::-1]


def test_names_in_quotation_marks_can_be_chosen(browser: Browser, project: Project) -> None:
    project.write("topics.yaml", 'a: {name: "The \\"big\\" room"}\nb: {name: "Two  spaces"}\n')
    boards = '{one: {name: "The \\"old\\" board"}, two: {name: "C:\\\\new"}}'
    project.write("site.yaml", f"{SEARCHED}boards: {boards}\n")
    project.report("one/2012-09-11", "topics: [a]")
    project.report("two/2012-11-13", "topics: [b]")
    with serving(project.built()) as site, searching(browser, site) as reader:
        reader.open()
        for name in ("board", "topic"):
            values = reader.page.locator(f"select[name={name}] option").evaluate_all(
                "options => options.map(option => option.value)"
            )
            assert len(values) == 3
            for value in values[1:]:
                assert reader.ask(**{name: value}) == counted(1), value
            reader.clear(name)


def test_there_are_more_results(browser: Browser, corpus: Corpus) -> None:
    with searching(browser, corpus.site) as reader:
        reader.open()
        assert reader.ask("velvet") == counted(len(corpus.reports))
        first = reader.results()
        assert len({result.report for result in first}) == 10
        assert reader.more.is_visible()
        reader.more.click()
        reader.page.locator(f"ol.results > li:nth-child({len(first) + 1})").wait_for()
        second = reader.results()
        assert second[: len(first)] == first
        link = reader.page.locator(f"ol.results > li:nth-child({len(first) + 1}) h2 a")
        expect(link).to_be_focused()
        assert len({result.report for result in second}) == 20
        assert reader.ask("indigo velvet") != counted(0)
        assert not reader.more.is_visible()


def test_the_address_keeps_what_is_asked(browser: Browser, corpus: Corpus) -> None:
    with searching(browser, corpus.site) as reader:
        reader.open()
        reader.ask(board=BOARDS["head"])
        summary = reader.ask("copper timber & café")
        summary = reader.ask("copper timber")
        results = reader.results()
        assert results
        asked = parse_qs(urlsplit(reader.page.url).query)
        assert asked == {"q": ["copper timber"], "board": ["head"]}
        reader.page.reload()
        assert reader.answered() == summary
        assert reader.results() == results
        assert reader.field.input_value() == "copper timber"
        reader.page.locator("ol.results h2 a").first.click()
        reader.page.wait_for_url("**/reports/**")
        reader.page.go_back()
        assert reader.answered() == summary
        assert reader.results() == results
        # What is taken back is out of the address, too.
        reader.page.locator("select[name=board]").select_option(value="")
        reader.field.fill("")
        reader.page.wait_for_url(f"{corpus.site.address}search/")
        assert reader.page.locator("ol.results > li").count() == 0
        assert not reader.more.is_visible()


def test_an_address_that_somebody_made_up(browser: Browser, corpus: Corpus) -> None:
    with searching(browser, corpus.site) as reader:
        for query in ({"year": "1234"}, {"topic": '"]'}, {"nothing": "x"}, {"q": ""}):
            reader.page.goto(f"{corpus.site.address}search/?{urlencode(query)}")
            assert reader.page.locator("ol.results > li").count() == 0
            assert reader.ask("copper").startswith("Found in ")
        reader.open(f"?q={quote('<img src=x onerror=alert(1)> copper')}")
        assert reader.page.locator("main img").count() == 0


# --- the keyboard, other pages, other readers -------------------------------------------------

FOCUSED = "document.activeElement.name || document.activeElement.tagName"


def test_the_search_in_the_header_leads_to_results(browser: Browser, corpus: Corpus) -> None:
    word = corpus.reports[4].own_words[""]
    with searching(browser, corpus.site) as reader:
        page = reader.page
        page.goto(corpus.site.address + corpus.reports[30].path)
        button = page.locator("form.search button")
        assert button.get_attribute("type") == "submit"
        page.locator("form.search input").fill(word)
        button.click()
        page.wait_for_url(f"**/search/?q={word}")
        assert reader.answered() == counted(1)
        assert reader.field.input_value() == word
        assert reader.results()[0].report == corpus.reports[4].name


def test_on_a_small_screen_the_link_opens_the_field_in_the_header(
    browser: Browser, corpus: Corpus
) -> None:
    """One tap less, and the results are there at once: they were loaded meanwhile."""
    word = corpus.reports[4].own_words[""]
    with searching(browser, corpus.site, NARROW) as reader:
        page = reader.page
        page.goto(corpus.site.address + corpus.reports[30].path)
        assert not page.locator("form.search").is_visible()
        page.locator("header.site nav li:not(details li) [href$='search/']").click()
        assert page.evaluate(FOCUSED) == "q"
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.textContent") == "Search"
        assert not page.locator("form.search").is_visible()
        page.keyboard.press("Enter")
        assert page.evaluate(FOCUSED) == "q"
        hidden = page.frame_locator("iframe[hidden]")
        page.keyboard.type(word[:3])
        expect(hidden.locator("form.searching")).to_be_attached()
        with page.expect_response(f"**/search/?q={word}"):
            page.keyboard.type(word[3:])
        expect(hidden.locator(".results h2 a")).to_have_count(1)
        assert page.evaluate("document.documentElement.scrollWidth") == NARROW
        assert page.evaluate("history.length") == 2
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/search/?q={word}")
        assert reader.answered() == counted(1)


def test_no_letter_is_a_shortcut(browser: Browser, corpus: Corpus) -> None:
    """Who speaks to a computer would set one off by chance (WCAG 2.1.4)."""
    with searching(browser, corpus.site) as reader:
        page = reader.page
        for path in ("", corpus.reports[30].path, "404.html", "search/?q=velvet"):
            page.goto(corpus.site.address + path)
            before = page.evaluate(FOCUSED)
            for key in "/sSfkg?.1":
                page.keyboard.press(key)
            assert page.evaluate(FOCUSED) == before == "BODY", path
            assert page.url == corpus.site.address + path
            assert page.locator("[aria-keyshortcuts]").count() == 0


@pytest.mark.parametrize("width", [NARROW, STANDARD])
def test_the_results_are_accessible(browser: Browser, corpus: Corpus, width: int) -> None:
    with searching(browser, corpus.site, width) as reader:
        reader.open("?q=copper&year=2012")
        assert len(reader.results()) >= 10
        assert reader.page.evaluate("document.documentElement.scrollWidth") <= width
        assert reader.page.locator("p.count").get_attribute("role") == "status"
        reader.page.evaluate(AXE)
        for scheme in ("light", "dark"):
            reader.page.emulate_media(color_scheme=scheme)
            assert [*violations(reader.page)] == [], scheme
        resize(reader.page, NARROW + STANDARD - width)
        assert reader.page.locator("ol.results > li").first.is_visible()


@pytest.mark.parametrize(
    "lost",
    [
        *("pagefind.js", "pagefind-entry.json", "wasm.*", "pagefind.*.pf_meta", "index/*"),
        "fragment/*",
    ][:: 2 if HUNT == 1 else 1],
)
def test_an_index_that_cannot_be_loaded_is_reported(
    browser: Browser, corpus: Corpus, lost: str
) -> None:
    """When the connection is back, so is the search."""
    with browser.new_context() as context:
        context.add_init_script(PATIENT)
        reader = Searching(context.new_page(), corpus.site)
        reader.page.set_default_timeout(60_000)
        context.route(f"**/search/*/{lost}*", lambda route: route.abort())
        reader.page.goto(f"{corpus.site.address}search/?q=copper+timber")
        assert reader.answered().startswith("The search did not load.")
        assert reader.results() == []
        context.unroute_all()
        assert reader.ask("velvet") == counted(len(corpus.reports))


def test_without_script_the_page_leads_on(browser: Browser, corpus: Corpus) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{corpus.site.address}search/?q=copper")
        assert "Search needs JavaScript" in page.locator("main").inner_text()
        assert not page.locator("form").first.is_visible()
        links = page.locator("main a").evaluate_all("links => links.map(link => link.href)")
        years = {report.day.year for report in corpus.reports}
        wanted = [*(f"topics/{it}/" for it in TOPICS), *(f"years/{it}/" for it in years)]
        assert sorted(links) == sorted(corpus.site.address + it for it in wanted)
        page.goto(corpus.site.address)
        assert not page.locator("form.search").is_visible()
        assert page.locator("header.site nav [href$='search/']").is_visible()


def test_topics_and_years_appear_while_there_are_no_results(
    browser: Browser, corpus: Corpus
) -> None:
    with searching(browser, corpus.site) as reader:
        reader.open()
        browse = reader.page.locator(".browse")
        assert browse.is_visible()
        reader.ask("velvet")
        assert not browse.is_visible()
        reader.ask("xyzzy")
        assert browse.is_visible()


def test_a_site_without_reports_has_nothing_to_look_for(browser: Browser, project: Project) -> None:
    project.write("site.yaml", SEARCHED)
    project.write("reports/2012-11-13.md", "---\ndate: 2012-11-13\ndraft: true\n---\nText.\n")
    output = project.built()
    assert indexes(output) == {}
    assert text(parsed((output / "search/index.html").read_bytes()).find(".//main")) == (
        "Search No report has been published yet."
    )
    with serving(output) as site, browser.new_context() as context:
        page = context.new_page()
        for path in ("search/", "search/?q=x"):
            page.goto(site.address + path)
            assert page.locator("main form").count() == 0
            page.evaluate(AXE)
            assert [*violations(page)] == []


# --- what comes first -------------------------------------------------------------------------

LOREM = "Lorem ipsum dolor. " * 20
# What is looked for, and the first results that are wanted, below reports/.
FIRST = {
    # As it stands before longer words that begin with it, in other reports and in the same one.
    "art": ["2012-01-10/#fire", "2012-01-18/#artists", "2012-01-17/#artists"],
    "tax": ["2012-02-14/#money", "2012-02-14/#taxonomy"],
    # All of the words before one of them many times, however far apart they are.
    "copper timber": ["2012-03-13/#far-apart", "2012-03-13/#copper"],
    "the timber": ["2012-03-13/#far-apart"],
    # Side by side, in other reports and in the same one.
    "section 47": ["2012-04-10/#inquiries", "2012-04-10/#rules", "2012-05-08/#rules"],
    # What is only told of many reports comes last.
    "well-being": ["2012-05-08/#hyphens", "2012-06-12/"],
    "hall": ["2012-05-08/#hyphens", "2012-06-12/"],
    "was there": ["2012-06-12/#plans"],
}


def test_the_best_sections_come_first(browser: Browser, project: Project) -> None:
    boards = "boards: {a: {name: Town Board}, b: {name: Well-being Partnership}}\n"
    project.write("site.yaml", SEARCHED + boards)
    project.report("a/2012-01-10", body=f"## Fire\n\nThe art of it. {LOREM * 5}\n")
    for day in range(12, 19):
        body = "## Artists\n\nArtists, artistic articles.\n"
        project.report(f"a/2012-01-{day}", "attendees: [Ada Moss]", body)
    body = f"## Taxonomy\n\nTaxonomies, taxonomic.\n\n## Money\n\nA tax. {LOREM}\n"
    project.report("a/2012-02-14", body=body)
    body = f"## Copper\n\n{'The copper. ' * 9}\n\n## Far apart\n\nCopper. {LOREM * 3} Timber.\n"
    project.report("a/2012-03-13", body=body)
    body = "## Rules\n\nSection 12 and rule 47, rule 47.\n\n## Inquiries\n\nSection 47.\n"
    project.report("a/2012-04-10", body=body)
    body = f"## Rules\n\nSection 12, 47 rules.\n\n## Hyphens\n\nWell-being, a hall. {LOREM}\n"
    project.report("a/2012-05-08", body=body)
    body = f"## Plans\n\nA plan was there. {LOREM}\n"
    project.report("b/2012-06-12", "place: Hall\nattendees: [Ada Moss]", body)
    with serving(project.built()) as site, searching(browser, site) as reader:
        reader.open()
        for query, wanted in FIRST.items():
            reader.ask(query)
            results = [it.address.partition("reports/")[2][2:] for it in reader.results()]
            assert results[: len(wanted)] == wanted, query


def test_a_short_word_does_not_stand_for_a_long_one(browser: Browser, project: Project) -> None:
    """The beginning of a word finds it, and so does one with another ending; no other does."""
    project.write("site.yaml", SEARCHED)
    project.report("2012-01-10", body="Of the training in March; the allotments.\n")
    with serving(project.built()) as site, searching(browser, site) as reader:
        reader.open()
        for query in ("alloti", "allotmentz", "trainin", "traini", "allotmen"):
            assert reader.ask(query).split("\n")[-1] == counted(1), query
        for query in ("Ofsted", "therapist", "marching-band", "trainingdesks"):
            assert reader.ask(query).startswith("No results found."), query
            assert reader.ask(query).endswith(f"No report contains: {query.lower()}")
        summary = reader.ask("Ofsted training")
        assert summary.split("\n") == [counted(1), "No report contains: ofsted"]


def test_what_a_page_shows_is_found_where_it_stands(browser: Browser, project: Project) -> None:
    project.write("site.yaml", SEARCHED)
    project.write("files/a.png", PNG)
    project.report(
        "2012-09-11",
        """\
        title: Autumn meeting
        place: Kvhouse
        author: Kvauthor
        next_meeting: {date: 2012-11-13, place: Kvlodge}
        feedback: [{id: who, ask: Who?, reply_to: Kvclerk}]
        """,
        "## One\n\nHere[^a] and there[^b]. ![Kvfirst](../files/a.png)\n\n"
        "## Two\n\n![Kvsecond](../files/a.png) End[^a].\n\n"
        "[^a]: Kvnote.[^c]\n[^b]: Kvother.\n[^c]: Kvnested.\n[^d]: Kvlonely.\n",
    )
    expected = {
        "kvnote": "#one",
        "kvother": "#one",
        "kvfirst": "#one",
        "kvsecond": "#two",
        "kvnested": "#two",
        "kvlonely": "#two",
        "kvclerk": "#who",
        **dict.fromkeys(("kvhouse", "kvauthor", "kvlodge", "11 September 2012"), ""),
    }
    with serving(project.built()) as site, searching(browser, site) as reader:
        reader.open()
        for query, place in expected.items():
            assert reader.ask(query) == counted(1), query
            (result, *_) = reader.results()
            assert result.address == f"{site.address}reports/2012-09-11/{place}", query
            assert "↩" not in result.excerpt


def test_days_are_shown_in_the_words_of_the_site(browser: Browser, project: Project) -> None:
    """Not in the browser's, which may have none of that language; and found in the report's, too."""
    project.write("site.yaml", SEARCHED + "language: cy\n")
    project.report("2012-03-13", "title: Kvone", "Kvtext\n")
    project.report("2012-04-10", "title: Kvtwo\nlanguage: en", "Kvtext\n")
    with serving(project.built()) as site, searching(browser, site) as reader:
        reader.open()
        reader.ask("kvtext")
        shown = {result.about for result in reader.results()}
        assert shown == {"10 Ebrill 2012 · Saesneg", "13 Mawrth 2012"}
        days = reader.page.locator(".results time").evaluate_all(
            "all => all.map(it => it.dateTime)"
        )
        assert {*days} == {"2012-04-10", "2012-03-13"}
        for query, title in {"10 Ebrill": "Kvtwo", "April": "Kvtwo", "mawrth": "Kvone"}.items():
            reader.ask(query)
            assert [result.title for result in reader.results()] == [title], query


# --- other languages, odd reports -------------------------------------------------------------


def test_a_report_in_another_language_is_found(browser: Browser, project: Project) -> None:
    project.write("site.yaml", SEARCHED)
    project.report("2012-09-11", "language: cy", "Bu’r cyfarfodydd yn ddiogel.\n\n## Tŷ\n\nGŵyl.\n")
    project.report("2012-10-09", "language: de-CH", "## Größe\n\nDie Straße ist für alle.\n")
    project.report("2012-11-13", "language: zh-Hant", "## 兒童\n\n討論了\n")
    project.report("2012-12-11", body="The meetings were safe.\n")
    expected = {
        **dict.fromkeys(("cyfarfodydd", "Cyfarfodydd", "tŷ", "gŵyl", "ddiogel"), "2012-09-11"),
        **dict.fromkeys(("größe", "straße", "Straße für"), "2012-10-09"),
        **dict.fromkeys(("兒童", "討論了"), "2012-11-13"),
        "safe meetings": "2012-12-11",
    }
    with serving(project.built()) as site, searching(browser, site) as reader:
        reader.open()
        for query, name in expected.items():
            reader.ask(query)
            assert [*dict.fromkeys(it.report for it in reader.results())] == [name], query


@pytest.mark.parametrize("language", ["cy"] if HUNT == 1 else ["cy", "de-CH", "ar"])
def test_a_site_in_another_language(browser: Browser, project: Project, language: str) -> None:
    """There is a search, which speaks that language where there are words of it."""
    project.report("2012-09-11", body="## Tŷ\n\nKvgyda pawb.\n")
    project.report("2012-10-09", body="Kvgyda neb.\n")
    project.write("site.yaml", SEARCHED)
    project.built()
    project.write("site.yaml", f"{SEARCHED}language: {language}\n")
    words = gettext.translation("lscbsite", LOCALE, [language.partition("-")[0]], fallback=True)
    with serving(project.built()) as site, searching(browser, site) as reader:
        reader.open()
        assert reader.page.locator("html").get_attribute("lang") == language
        label = reader.page.locator("form.searching label").first.inner_text()
        assert label == words.gettext("Search for")
        summary = reader.ask("kvgyda")
        wanted = words.ngettext("Found in %(count)s report", "Found in %(count)s reports", 2)
        assert summary == wanted.replace("%(count)s", "2")
        summary = reader.ask("kvgyda tŷ qqnowhere")
        wanted = words.ngettext("Found in %(count)s report", "Found in %(count)s reports", 1)
        assert summary.startswith(wanted.replace("%(count)s", "1"))
        assert summary.endswith("qqnowhere")
        assert reader.results()[0].address.endswith("/reports/2012-09-11/#ty")


@HUNTED
def test_odd_reports_are_found(browser: Browser, project: Project) -> None:
    project.write("site.yaml", SEARCHED)
    title = 'A <b>bold</b> & "quoted" title\'s <mark>'
    project.report("2012-09-11", f"title: {json.dumps(title)}", "")
    project.report(
        "2012-09-11-evening", "", "## <em>Kvem</em> & `<kvcode>` <!-- kvno -->\n\n&lt;b>\n"
    )
    project.report("1000-01-01", "", "Kvold text.\n")
    project.report(
        "2012-10-09", "", f"Kvbegin. {'Lorem ipsum dolor. ' * 22_500}\n\n## Kvend\n\nE.\n"
    )
    project.report("2012-11-13", "", "## Über uns\n\nKvone\n\n## Über uns\n\nKvtwo\n\n# Kvthree\n")
    project.report(
        "Sitzung über Größe", "date: 2012-12-11", "## [Kvlink](https://example.org)\n\nE.\n"
    )
    expected = {
        "quoted": "2012-09-11/",
        "kvem": "2012-09-11-evening/#kvem-kvcode",
        "kvcode": "2012-09-11-evening/#kvem-kvcode",
        "kvold": "1000-01-01/",
        "kvbegin": "2012-10-09/",
        "kvend": "2012-10-09/#kvend",
        "kvone": "2012-11-13/#uber-uns",
        "kvtwo": "2012-11-13/#uber-uns-2",
        "kvthree": "2012-11-13/#kvthree",
        "kvlink": "Sitzung über Größe/#kvlink",
    }
    with serving(project.built()) as site, searching(browser, site) as reader:
        reader.open()
        for query, address in expected.items():
            assert reader.ask(query) == counted(1), query
            first = reader.results()[0]
            assert unquote(first.address) == f"{site.address}reports/{address}", query
            if query == "quoted":
                assert first.title == title
            if query == "kvcode":
                assert first.title == "Kvem & <kvcode>"
            reader.page.locator("ol.results h2 a").first.click()
            reader.page.wait_for_url("**/reports/**")
            if "#" in address:
                assert reader.page.locator(":target").count() == 1, address
            reader.open()
        assert reader.ask("kvno") != counted(1)


def test_a_person_is_found_first_where_something_is_said_of_them(
    browser: Browser, project: Project
) -> None:
    """Then among those who were there, each where the page has it."""
    project.write("site.yaml", SEARCHED)
    present = "attendees: [Kvanna Kvberg (Kvgroup), {name: Ian Other, role: Kvchair}]"
    project.report("2012-09-11", present, "## Kvanna Kvberg retires\n\nThanks.\n")
    project.report("2012-11-13", present, "## Rooms\n\nNothing.\n")
    corrected = "corrections: [{date: 2012-12-20, note: Kvmistake}]\napologies: [Kvabsent]"
    project.report("2012-12-11", corrected, "## Rooms\n\nNothing.\n")
    expected = {
        "kvanna kvberg": [
            "2012-09-11/#kvanna-kvberg-retires",
            "2012-09-11/#part:attendees",
            "2012-11-13/#part:attendees",
        ],
        "kvabsent": ["2012-12-11/#part:attendees"],
        "kvmistake": ["2012-12-11/#part:corrections"],
    }
    with serving(project.built()) as site, searching(browser, site) as reader:
        reader.open()
        for query, addresses in expected.items():
            reader.ask(query)
            results = [result.address for result in reader.results()]
            assert results == [f"{site.address}reports/{it}" for it in addresses], query
            reader.page.locator("ol.results h2 a").last.click()
            reader.page.wait_for_url("**/reports/**")
            assert reader.page.locator(":target").count() == 1, query
            reader.open()


def test_a_text_that_looks_like_html_is_shown_as_it_is(browser: Browser, project: Project) -> None:
    project.write("site.yaml", SEARCHED)
    project.report("2012-09-11", body="Kvcode `<b> &amp; <i>` and `<mark>` & so on.\n")
    with serving(project.built()) as site, searching(browser, site) as reader:
        reader.open("?q=kvcode")
        (result,) = reader.results()
        assert "Kvcode <b> &amp; <i> and <mark> & so on." in result.excerpt
        assert result.marked == ["Kvcode"]


# --- names, dates, other spellings, misspelt words ------------------------------------------------


def listed(output: Path) -> str:
    """Return the names and the words beside the indexes, as one text."""
    files = [(output / "search" / name).read_text("utf-8") for name in ("names.json", "words.json")]
    return "\n".join(files).lower()


def test_nothing_hidden_is_in_the_lists_of_names_and_words(searched: Project) -> None:
    searched.write("site.yaml", SEARCHED + "attendance: true\n")
    searched.write(
        "people.yaml",
        "Kvshown Moss: {aliases: [Kvalias Moss], formerly: [{name: Kvformer Moss, until: 2011-01-01},"
        " {name: Kvnever Moss, until: 1999-01-01}]}\nKvnobody Reed: {aliases: [Kvother Reed]}\n",
    )
    searched.write("files/kvlinked.csv", "a")
    for name in ("draft", "scheduled", "withdrawn", "lonely"):
        searched.write(f"files/kv{name}.csv", "a")
    state = {
        "draft": "draft: true",
        "scheduled": "published: 2013-03-02",
        "withdrawn": "withdrawn: {date: 2013-02-01, reason: Kvreason}",
    }
    for number, (name, line) in enumerate(state.items()):
        front = f"{line}\nattendees: [Kv{name} Person]\nfeedback: [{{id: q, ask: Kv{name}ask?}}]"
        body = f"Kv{name}text [file](../files/kv{name}.csv)\n"
        searched.report(f"2012-0{number + 1}-13", front, body)
    searched.report("2010-05-11", "attendees: [Kvshown Moss]", "[A file](../files/kvlinked.csv)\n")
    outcomes = "outcomes: [{ask: 2012-03-13/q, outcome: Kvoutcome.}]"
    searched.report("2012-11-13", f"{outcomes}\nattendees: [Kvalias Moss]", "Kvtext\n")
    output = searched.built()
    held = listed(output)
    for word in ("kvshown", "kvalias", "kvformer", "kvlinked.csv", "kvtext"):
        assert word in held, word
    hidden = ("draft", "scheduled", "withdrawn", "reason", "lonely", "nobody", "other", "never")
    assert not [word for word in (*hidden, "outcome") if f"kv{word}" in held]
    assert b"kvoutcome" not in said(output).lower()
    # Who is in no report any more is in no list.
    searched.report("2010-05-11", "", "")
    searched.report("2012-11-13", "", "Kvtext\n")
    held = listed(searched.built())
    assert not [word for word in ("shown", "alias", "former", "linked") if f"kv{word}" in held]


def test_the_list_of_words_is_bounded(searched: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """The most frequent ones are kept, with capitals only if they always have them."""
    monkeypatch.setattr(search_words, "MOST_WORDS", 3)
    searched.report("2012-11-13", body="Zebra zebra zebra zebra. Kvtown Kvtown. Once.\n")
    searched.report("2012-12-11", body="Meeting, report, zebra.\n")
    words = json.loads((searched.built("--jobs", "1") / "search/words.json").read_bytes())
    assert len(" ".join(words["words"]).split()) == 3
    assert words["words"][2] == "zebra"
    assert words["days"] == [dt.date(2012, 11, 13).toordinal(), 28]


def test_the_words_of_pages_are_bounded(searched: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_names, "MOST_PAGE_WORDS", 4)
    searched.report("2012-11-13")
    for name in "abc":
        searched.write(f"pages/{name}.md", f"---\ntitle: {name}\n---\nKvone kvone kv{name}.\n")
    names = json.loads((searched.built("--jobs", "1") / "search/names.json").read_bytes())
    assert names["texts"] == {"a/": "kva kvone", "b/": "kvb kvone"}


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A site in English, with what has a name, and one report in Welsh."""
    project = Project(tmp_path_factory.mktemp("named"))
    project.write("site.yaml", SEARCHED + "attendance: true\n")
    project.write(
        "topics.yaml",
        "abuse: {name: Domestic violence, aliases: [Domestic abuse, DV]}\n"
        "rooms: {name: Rooms}\ntraining: {name: Safeguarding training, aliases: [Training]}\n",
    )
    project.write("glossary.yaml", "MARAC: a meeting about people at risk\nVCS: Voluntary sector\n")
    project.write("people.yaml", "Zoë Ng: {aliases: [Zoe Smith]}\n")
    project.write(
        "pages/help.md", "---\ntitle: How to read these reports\n---\nSlowly, in *large print*.\n"
    )
    project.write("files/booking-form 2012.csv", "a")
    text = (
        "## Domestic violence\n\nThe police heard of Barnardo's. Workshops and Barnardo's staff.\n"
    )
    project.report("2012-09-11", "attendees: [Zoë Ng]", f"{text}\n## Training\n\nMore training.\n")
    body = "Book with the [form](<../files/booking-form 2012.csv>). A single Barnado's.\n"
    project.report("2012-11-13", "attendees: [Zoë Ng, Ada Moss]", f"Volunteers met. {body}")
    days = "---\ndate: 15-16 January 2013\nlanguage: cy\n---\nKvword, cyfarfod.\n"
    project.write("reports/2013-01-15.md", days)
    project.report("2013-02-05", "", "## Rooms\n\nBarnardo's training of volunteers. Barnardo's.\n")
    with serving(project.built("--base-url", f"https://example.org{BASE}")) as served:
        yield served


NAMES = {
    "domestic violence": ("Topic: Domestic violence, 1 meeting", "topics/abuse/"),
    "Domestic Abuse": ("Topic: Domestic violence, 1 meeting", "topics/abuse/"),
    "dv": ("Topic: Domestic violence, 1 meeting", "topics/abuse/"),
    "room": ("Topic: Rooms, 1 meeting", "topics/rooms/"),
    "what does MARAC mean?": ("Glossary: MARAC, a meeting about people at risk", "glossary/#marac"),
    "voluntary sector": ("Glossary: VCS, Voluntary sector", "glossary/#vcs"),
    "how to read": ("Page: How to read these reports", "help/"),
    "large prints": ("Page: How to read these reports", "help/"),
    "how do I read it slowly": ("Page: How to read these reports", "help/"),
    "domestic voilence": ("Topic: Domestic violence, 1 meeting", "topics/abuse/"),
    "zoe ng": ("Person: Zoë Ng, in 2 reports", "attendance/#:~:text=Zo%C3%AB%20Ng"),
    "Ng, Zoë": ("Person: Zoë Ng, in 2 reports", "attendance/#:~:text=Zo%C3%AB%20Ng"),
    "Zoe Smith": ("Person: Zoë Ng, in 2 reports", "attendance/#:~:text=Zo%C3%AB%20Ng"),
    "booking-form 2012.csv": (
        "File: booking-form 2012.csv, linked from 1 report",
        "files/booking-form%202012.csv",
    ),
}


def test_what_has_the_typed_name_comes_first(browser: Browser, named: Served) -> None:
    with searching(browser, named) as reader:
        reader.open()
        for query, wanted in NAMES.items():
            reader.ask(query)
            assert reader.names()[:1] == [wanted], query
            page = named.folder / wanted[1].partition("#")[0]
            assert page.is_dir() or (named.folder / unquote(wanted[1])).is_file()
        for query in ("volunteers", "large police", "in"):
            reader.ask(query)
            assert reader.names() == [], query
        reader.ask("domestic violence", year="2012")
        assert reader.names() == []


def test_misspelt_words_lead_to_what_was_meant(browser: Browser, named: Served) -> None:
    meant = {
        "trianing": "training",
        "polcie": "police",
        "domestc violnce": "domestic violence",
        "safe guarding": "Safeguarding",
        "Barnados trianing": "Barnardo's training",
        "work shops": "workshops",
    }
    with searching(browser, named) as reader:
        reader.open()
        for query, words in meant.items():
            told = reader.ask(query).split("\n")[0]
            assert told.lower() == f"did you mean {words}?".lower(), query
            assert reader.results() or reader.names(), query
        # Few reports have a word that another one is often written for: those are shown.
        assert reader.ask("barnado's").endswith(counted(1))
        link = reader.page.locator("p.count a")
        assert link.inner_text() == "Barnardo's"
        link.click()
        reader.page.wait_for_url("**/search/?q=Barnardo*")
        assert reader.answered() == counted(2)


def test_dates_are_read_as_people_write_them(browser: Browser, named: Served) -> None:
    ways = [
        "13/11/2012",
        "13.11.2012",
        "13-11-12",
        "2012-11-13",
        "13th November 2012",
        "13 Nov 2012",
    ]
    ways += ["Tuesday 13 November 2012", "November 13, 2012", "meeting of 13 Tachwedd 2012"]
    ways += ["November 2012", "11/2012", "11/13/2012"]
    with searching(browser, named) as reader:
        reader.open()
        for query in ways:
            reader.ask(query)
            assert reader.results()[0].report == "2012-11-13", query
        # The second day of a meeting is found, too.
        reader.ask("16 January 2013")
        assert reader.results()[0].report == "2013-01-15"
        near = ["2012-11-13", "2013-01-15"]
        for query, wanted in {"14/11/2012": near, "December 2012": near[::-1]}.items():
            told = reader.ask(query)
            assert told == "We have no report of a meeting on that date. The nearest are:", query
            assert [result.report for result in reader.results()] == wanted, query
        assert reader.ask("31/02/2012 zzqqy").startswith("No results found.")


@HUNTED
def test_the_newest_can_come_first(browser: Browser, corpus: Corpus) -> None:
    """In reports of all indexes; the address keeps it."""
    with searching(browser, corpus.site) as reader:
        reader.open("?q=timber&sort=newest")
        found = reader.every()
        days = [name.rpartition("/")[2] for name in found]
        assert len(days) > 9
        assert days == sorted(days, reverse=True)
        reader.ask(sort="")
        assert sorted(reader.every()) == sorted(found)
        assert "sort" not in parse_qs(urlsplit(reader.page.url).query)


def test_a_result_says_its_language(browser: Browser, named: Served) -> None:
    with searching(browser, named) as reader:
        reader.open("?q=kvword")
        (result,) = reader.results()
        assert result.about.endswith(" · Welsh")
        marked = reader.page.locator("ol.results [lang=cy]").all_inner_texts()
        assert any("Kvword" in text for text in marked)
        reader.ask("volunteers")
        assert reader.page.locator("ol.results [lang]").count() == 0


def test_excerpts_begin_and_end_at_words_of_their_section(
    browser: Browser, project: Project
) -> None:
    project.write("site.yaml", SEARCHED)
    long = "First words of it. " + "Many other words follow here. " * 6
    project.report(
        "2012-09-11", body=f"## One\n\n{long}Kvword, and it ends. {long}\n\n## Two\n\nX.\n"
    )
    with serving(project.built()) as site, searching(browser, site) as reader:
        reader.open("?q=kvword")
        (result,) = reader.results()
        assert result.title == "One"
        assert result.excerpt.startswith("… Kvword, and it ends. First words of it. Many other")
        assert result.excerpt.endswith(" …")
        words = f"… {long} Kvword, and it ends.".split()
        assert set(result.excerpt.split()) <= set(words)
        assert result.marked == ["Kvword"]


SPELLINGS = {
    "de": (
        "Die Straße. Viele Gefährdungen. Der Kinderschutz wirkt. Grosse Mueller-Halle.",
        ["Strasse", "gefaehrdung", "Schutz", "große", "Müller"],
    ),
    "cy": (
        "Yng Nghaerdydd, ym Mangor. Y bont a'r ardd. Dwy ferch.",
        ["Caerdydd", "Bangor", "pont", "gardd", "merch", "Gaerdydd", "Fangor"],
    ),
}


@pytest.mark.parametrize("language", SPELLINGS)
def test_other_spellings_of_a_language_are_found(
    browser: Browser, project: Project, language: str
) -> None:
    """Also in one report of a site in another language."""
    said_here, queries = SPELLINGS[language]
    project.write("site.yaml", SEARCHED)
    project.report("2012-09-11", f"language: {language}", f"{said_here}\n")
    project.report("2012-11-13", "", "Nothing of the kind.\n")
    for setting in ("", f"language: {language}\n"):
        project.write("site.yaml", SEARCHED + setting)
        with serving(project.built()) as site, searching(browser, site) as reader:
            reader.open()
            for query in queries:
                reader.ask(query)
                assert [it.report for it in reader.results()] == ["2012-09-11"], (setting, query)


def test_names_that_look_like_a_program_are_shown_as_they_are(
    browser: Browser, project: Project
) -> None:
    name = "<img src=x onerror=alert(1)> & 'so' \"on\" </script>"
    project.write("site.yaml", SEARCHED)
    project.write("topics.yaml", f"odd: {{name: {json.dumps(name)}, aliases: [Kvodd, 'ردود']}}\n")
    project.report("2012-09-11", "topics: [odd]", "Text.\n")
    with serving(project.built()) as site, searching(browser, site) as reader:
        reader.open()
        for query in ("kvodd", "ردود", name):
            reader.ask(query)
            assert reader.names()[0][0] == f"Topic: {name}, 1 meeting", query
            assert reader.page.locator("main img").count() == 0
        reader.ask(f"{'long ' * 2000}{'x' * 5000}")
        assert reader.page.evaluate("document.documentElement.scrollWidth") <= STANDARD


# --- an index that cannot be loaded ---------------------------------------------------------------

SLOW = "The search is taking a long time. You can wait, or browse by topic or year."
FAILED = "The search did not load. Try again, or browse by topic or year."


@pytest.mark.parametrize(
    "file", ["search-index.js", "wasm.*", "pagefind.*.pf_meta", "index/*"][:: 4 if HUNT == 1 else 1]
)
def test_an_index_that_takes_long_is_reported_within_three_seconds(
    browser: Browser, corpus: Corpus, file: str
) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        held: list[Any] = []
        is_slow = True

        def hold(route: Any) -> None:
            if is_slow:
                held.append(route)
            else:
                route.continue_()

        context.route(f"**/{file}", hold)
        page.goto(f"{corpus.site.address}search/?q=copper", wait_until="commit")
        expect(page.locator("p.count")).to_have_text(SLOW)
        assert page.locator(".browse").is_visible()
        is_slow = False
        for route in held:
            route.continue_()
        expect(page.locator("p.count")).to_contain_text("Found in")


def test_nobody_waits_for_more_than_three_seconds_without_a_word(corpus: Corpus) -> None:
    """When that is, the machine decides; the pages begin to count at once."""
    script = (corpus.site.folder / "search.js").read_text("utf-8")
    assert re.search(r"\bPATIENCE = 2000\b", script)
    style = (corpus.site.folder / "style.css").read_text("utf-8")
    assert re.search(r"\.late\b[^}]*\b3s\b", style)


@pytest.mark.parametrize("query", ["", "?q=copper"])
@pytest.mark.parametrize("way", ["policy", "file"])
def test_what_may_not_run_is_reported_within_three_seconds(
    browser: Browser, corpus: Corpus, way: str, query: str
) -> None:
    """Under a policy without what Pagefind needs, and where the page was opened as a file."""

    def restrict(route: Any) -> None:
        answer = route.fetch()
        policy = {"content-security-policy": "default-src 'self'"}
        route.fulfill(response=answer, headers={**answer.headers, **policy})

    with browser.new_context() as context:
        page = context.new_page()
        address = f"{corpus.site.address}search/{query}"
        if way == "file":
            address = f"{(corpus.site.folder / 'search/index.html').as_uri()}{query}"
        else:
            context.route(address, restrict)
        page.goto(address, wait_until="commit")
        expect(page.locator("p.count")).to_have_text(FAILED)
        assert page.locator(".browse a").first.is_visible()


def test_without_the_pages_own_script_there_is_a_message(browser: Browser, corpus: Corpus) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        context.route("**/search.js", lambda route: route.abort())
        page.goto(f"{corpus.site.address}search/?q=copper")
        expect(page.get_by_text(FAILED)).to_be_visible()
        context.unroute_all()
        page.goto(f"{corpus.site.address}search/?q=copper")
        expect(page.locator("p.count")).to_contain_text("Found in")
        assert not page.locator(".late").is_visible()


@pytest.mark.parametrize("lost", ["names.json", "words.json"])
def test_without_the_lists_words_are_found_all_the_same(
    browser: Browser, corpus: Corpus, lost: str
) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        context.route(f"**/search/{lost}", lambda route: route.fulfill(status=404, body="no"))
        page.goto(f"{corpus.site.address}search/?q=copper+qqnowhere")
        expect(page.locator("p.count")).to_contain_text("No report contains: qqnowhere")
        assert page.locator("ol.results > li").count() >= 10
