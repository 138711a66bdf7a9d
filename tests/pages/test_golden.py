"""Test the golden sites: the output of tests/site, site-boards and site-meetings, byte for byte.

If you meant to change the output, ``make golden`` writes the golden trees again; the diff of
the commit then shows what readers will see of it.
"""

import difflib
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import TESTS, TODAY, tree

from lscbsite.cli import main
from lscbsite.model import FrontMatter, PageFrontMatter, SiteConfig
from lscbsite.parsing.yaml_reader.field_types import list_fields

SOURCES = {
    "golden": "site",
    "golden-boards": "site-boards",
    "golden-meetings": "site-meetings",
}
WITHDRAWN = "xyzzywithdrawn"
HIDDEN = ("xyzzydraft", "xyzzyscheduled")

every = pytest.mark.parametrize("name", SOURCES)


def build(source: Path, output: Path, *arguments: str) -> None:
    options = ["--site", str(source), "--output", str(output), "--today", TODAY, *arguments]
    result = CliRunner().invoke(main, ["build", "--no-cache", *options])
    assert result.exit_code == 0, result.stderr


def difference(path: str, golden: bytes, made: bytes) -> str:
    """Return a unified diff, shortened, or how two binary files differ."""
    try:
        was, now = (data.decode().splitlines(keepends=True) for data in (golden, made))
    except UnicodeDecodeError:
        return f"{path}: {len(golden)} bytes in the golden tree, {len(made)} bytes made"
    diff = list(difflib.unified_diff(was, now, f"golden/{path}", f"made/{path}", n=1))
    if not diff:
        return f"{path}: only the line ends differ"
    more = f"... and {len(diff) - 40} more lines\n" if len(diff) > 40 else ""
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in diff[:40]) + more


@every
def test_a_build_makes_the_golden_tree(name: str, tmp_path: Path) -> None:
    build(TESTS / SOURCES[name], tmp_path / "output")
    made, golden = tree(tmp_path / "output"), tree(TESTS / name)
    faults = [f"missing: {path}" for path in golden if path not in made]
    faults += [f"not in the golden tree: {path}" for path in made if path not in golden]
    faults += [
        difference(path, golden[path], made[path])
        for path in golden
        if path in made and golden[path] != made[path]
    ]
    hint = f"tests/{name} is not what a build makes; if the change is meant: make golden\n\n"
    assert not faults, hint + "\n".join(faults)


def mentions(folder: Path, word: str) -> list[str]:
    """Return the files that have a word in their name or content, in any writing."""
    return [
        path
        for path, data in tree(folder).items()
        if word in path.casefold() or word.encode() in data.lower()
    ]


def test_nothing_of_a_withdrawn_report_is_published(tmp_path: Path) -> None:
    build(TESTS / "site", tmp_path)
    assert not mentions(tmp_path, WITHDRAWN)
    tombstone = (tmp_path / "reports/2012-12-04/index.html").read_text("utf-8")
    assert "This report was withdrawn on" in tombstone
    assert "It named a family." in tombstone


@pytest.mark.parametrize("cached", [True, False], ids=["cached", "uncached"])
def test_a_withdrawal_takes_away_what_was_published_before(tmp_path: Path, *, cached: bool) -> None:
    site, output = tmp_path / "site", tmp_path / "output"
    shutil.copytree(TESTS / "site", site)
    report = site / "reports" / "2012-12-04.md"
    withdrawn = report.read_text("utf-8")
    front, _, rest = withdrawn.partition("withdrawn:\n")
    _, _, rest = rest.partition("aliases:")
    report.write_text(f"{front}aliases:{rest}", "utf-8")

    options = ["--site", str(site), "--output", str(output), "--today", TODAY]
    options += [] if cached else ["--no-cache"]
    assert CliRunner().invoke(main, ["build", *options]).exit_code == 0
    # As long as it stands, it is shown where readers and subscribers look.
    published = mentions(output, WITHDRAWN)
    feeds = {
        folder + name
        for folder in ("", "topics/budget/")
        for name in ("feed.xml", "feed.atom", "feed.json")
    }
    pages = {"index.html", "asks/index.html", "reports/2012-12-04/index.html"}
    assert feeds | pages | {"asks/feed.xml", "calendar.ics"} <= set(published)

    report.write_text(withdrawn, "utf-8")
    assert CliRunner().invoke(main, ["build", *options]).exit_code == 0
    assert not mentions(output, WITHDRAWN)
    build(TESTS / "site", tmp_path / "fresh")
    assert tree(output) == tree(tmp_path / "fresh"), "nothing is left over"


@pytest.mark.parametrize("word", HIDDEN)
def test_drafts_and_scheduled_reports_are_nowhere(word: str) -> None:
    sources = [
        path
        for path in (TESTS / "site" / "reports").iterdir()
        if word in path.read_text("utf-8").casefold()
    ]
    assert len(sources) == 1
    golden = TESTS / "golden"
    assert not mentions(golden, word)
    assert not mentions(golden, sources[0].stem), "the address is nowhere, either"


def test_a_draft_is_shown_where_it_is_asked_for(tmp_path: Path) -> None:
    build(TESTS / "site", tmp_path, "--drafts")
    assert "reports/2013-02-26/index.html" in mentions(tmp_path, "xyzzydraft")
    assert not mentions(tmp_path, "xyzzyscheduled")


# --- the sources are what they claim to be --------------------------------------------------


def test_the_source_uses_every_field() -> None:
    def used(struct: type, *texts: str) -> set[str]:
        lines = {line.partition(":")[0] for text in texts for line in text.splitlines()}
        return set(list_fields(struct).writable) - lines

    site = TESTS / "site"
    reports = [
        path.read_text("utf-8-sig")
        for name in SOURCES.values()
        for path in (TESTS / name).glob("reports/**/*.md")
    ]
    pages = [path.read_text("utf-8") for path in site.glob("pages/**/*.md")]
    configs = [(TESTS / name / "site.yaml").read_text("utf-8") for name in SOURCES.values()]
    assert used(FrontMatter, *reports) == set()
    assert used(PageFrontMatter, *pages) == set()
    assert used(SiteConfig, *configs) == set()


def test_the_source_keeps_its_byte_order_mark_and_line_ends() -> None:
    reports = TESTS / "site" / "reports"
    assert (reports / "2012-02-09.md").read_bytes().startswith(b"\xef\xbb\xbf---\n")
    lines = (reports / "2012-05-15.md").read_bytes().splitlines(keepends=True)
    assert all(line.endswith(b"\r\n") for line in lines)
