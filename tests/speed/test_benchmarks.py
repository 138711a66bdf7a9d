"""Test that the benchmark corpus is valid and the same everywhere, and that gaps are noticed."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import ROOT, tree

from benchmarks import corpus
from benchmarks.check import differing, faults
from benchmarks.corpus import TODAY, Corpus
from benchmarks.measure import Run
from benchmarks.peers import peers
from benchmarks.report import results, rows
from lscbsite.cli import main

CORPUS = Corpus(30)
MIDDLE = CORPUS.names[15]
TOPIC = CORPUS.report(29).topics[0]


def asked(place: int) -> str:
    """Return what a report asks, as a pattern."""
    ask = CORPUS.report(place).ask
    assert ask is not None
    return re.escape(ask.text)


def place(number: int) -> str:
    """Return which of how many meetings a report's was on its first topic."""
    name, [topic, *_] = CORPUS.names[number], CORPUS.report(number).topics
    thread = [report.name for report in CORPUS.reports() if topic in report.topics]
    return f"{thread.index(name) + 1} of {len(thread)}"


def build(folder: Path, of: Corpus) -> Path:
    """Lay out a site for lscbsite, and build it."""
    [ours, *_] = peers(("lscbsite",))
    ours.lay_out(of, folder)
    result = CliRunner().invoke(main, ["build", "--site", str(folder), "--today", f"{TODAY}"])
    assert result.exit_code == 0, result.stderr
    assert " warning " not in result.stderr
    return folder / ours.output


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of a small corpus."""
    return build(tmp_path_factory.mktemp("benchmarks") / "site", CORPUS)


def test_the_same_sites_are_laid_out_every_time(tmp_path: Path) -> None:
    trees = []
    for seed in ("1", "2"):
        folder = tmp_path / seed
        command = [sys.executable, "-m", "benchmarks", "--lay-out", "--sizes", "30", "--corpus"]
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        subprocess.run([*command, folder], cwd=ROOT, env=environment, check=True)
        trees.append(tree(folder))
    assert trees[0] == trees[1]
    sites = {path.split("/")[1] for path in trees[0]}
    assert sites >= {"lscbsite", "hugo", "eleventy", "pelican", "nikola", "mkdocs"}
    reports = [text for path, text in trees[0].items() if path.startswith("30/lscbsite/reports/")]
    assert len(reports) == 30
    assert all(2500 < len(text) < 4500 for text in reports)


def test_a_build_has_all_that_is_looked_for(built: Path) -> None:
    assert faults(built, CORPUS.reports()) == []


def test_a_corpus_may_have_several_meetings_a_day(tmp_path: Path) -> None:
    crowded = Corpus(16, longest=8)
    assert len(set(crowded.names)) == 17
    assert max(map(len, crowded.names)) > len("2012-11-13")
    assert faults(build(tmp_path / "site", crowded), crowded.reports()) == []


@pytest.mark.parametrize(
    ("path", "pattern", "instead", "expected"),
    [
        (f"reports/{MIDDLE}/index.html", "", "", f"there is no reports/{MIDDLE}/index.html"),
        ("feed.xml", "", "", "there is no feed.xml"),
        (f"reports/{MIDDLE}/index.html", r'rel="prev" href=', "title=", "prev leads to set()"),
        (f"reports/{MIDDLE}/index.html", r"topics/[a-z-]+/", "topics/", "link to the topic"),
        (f"reports/{MIDDLE}/index.html", r"Item 16 of", "Item of", "lacks its last paragraph"),
        (f"reports/{MIDDLE}/index.html", r"<h1>.*</h1>", "", "lacks its title"),
        ("years/2025/index.html", MIDDLE, "2025", f"does not lead to /reports/{MIDDLE}/"),
        ("index.html", re.escape(CORPUS.report(28).summary), "", "the home page lacks the summary"),
        ("about.html", "", '<a href="no/">', "links to /no/, which is not there"),
        ("about.html", "", '<a href="/asks/">', "links to https://example.org/asks/, which is not"),
        (f"reports/{MIDDLE}/index.html", r'name="description"', "", "description is None"),
        (f"reports/{MIDDLE}/index.html", r'<meta property="og:title"[^>]*>', "", "og:title is"),
        (
            f"reports/{MIDDLE}/index.html",
            r"(?s)<script type=.*?</script>",
            "",
            "Event.startDate is",
        ),
        (f"reports/{MIDDLE}/index.html", r'"Event","@id":"[^"]*"', '"Event"', "is not the event"),
        (f"reports/{MIDDLE}/index.html", "(Mon|Tues|Wednes|Thurs|Fri)day", "", "lacks its day"),
        (
            f"reports/{MIDDLE}/index.html",
            r"\d+(st|nd|rd|th) meeting on this topic",
            "",
            f"lacks {place(15)}",
        ),
        (f"reports/{MIDDLE}/index.html", r'<span class="meta">', "<!--", "lacks "),
        (f"reports/{CORPUS.names[29]}/index.html", "[?]subject=", "", "no link to answer by mail"),
        (
            f"reports/{CORPUS.names[16]}/index.html",
            f"{MIDDLE}/#[a-z-]+",
            f"{MIDDLE}/",
            "all sections",
        ),
        ("feed.json", r"https://example.org/board/reports/[\d-]+/#", "x/#", "has the link x/#"),
        ("feed.xml", r"(?s)<item>.*?</item>", "", "not the newest 20"),
        ("feed.xml", r"Item 30 of", "", f"feed.xml lacks what {CORPUS.names[29]} says"),
        ("feed.json", r'"url": "[^"]*reports', '"url": "', "feed.json has"),
        (f"topics/{TOPIC}/feed.atom", "", "", f"there is no topics/{TOPIC}/feed.atom"),
        (f"topics/{TOPIC}/feed.atom", r"(?s)<content.*?</content>", "", "feed.atom lacks what"),
        (f"topics/{TOPIC}/index.html", r"<p>[^<]*</p>", "", f"/topics/{TOPIC}/ lacks what"),
        (
            f"reports/{MIDDLE}/index.html",
            r'href="[^"]*#[a-z-]+">(Previous|Next) on',
            'href="">',
            "near it",
        ),
        (f"reports/{MIDDLE}/index.html", asked(15), "", "lacks What has"),
        ("asks/index.html", asked(27), "", "/asks/ lacks what"),
        ("calendar.ics", r"DTSTART;VALUE=DATE:2025\d+", "", "calendar.ics has"),
        ("sitemap.xml", f"reports/{MIDDLE}/", "", f"sitemap.xml lacks {MIDDLE}"),
    ],
)
def test_what_is_missing_is_noticed(
    built: Path, tmp_path: Path, path: str, pattern: str, instead: str, expected: str
) -> None:
    output = tmp_path / "output"
    shutil.copytree(built, output)
    place = output / path
    if pattern:
        text = place.read_text("utf-8")
        # A title also stands in the head of a page.
        text = re.sub(r"<title>.*</title>", "", text) if "h1" in pattern else text
        place.write_text(re.sub(pattern, instead, text, count="feed" in path), "utf-8")
    elif instead:
        place.write_text(instead, "utf-8")
    else:
        place.unlink()
    found = faults(output, CORPUS.reports())
    assert any(expected in fault for fault in found), found


def test_outputs_that_are_not_the_same_are_told_apart(tmp_path: Path) -> None:
    texts = {"one": {"a": "1", "b": "1", "c/d": "1"}, "other": {"a": "1", "b": "2", "e": "1"}}
    for folder, files in texts.items():
        corpus.write(tmp_path / folder, iter({".lscbsite.json": folder, **files}.items()))
    assert differing(tmp_path / "one", tmp_path / "other") == ["b", "c/d", "e"]


def test_figures_are_kept_as_they_are() -> None:
    figures = {("Hugo", 30, "cold"): [Run(1.5, 2.25, 3_000_000), Run(1.25, 2.0, 4_000_000)]}
    assert results(rows(figures)) == figures
