"""The generators: how to install each, lay out its site, and run it."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpus import (
    TODAY,
    TOPICS,
    Corpus,
    Report,
    facts,
    markdown,
    plain_body,
    site_files,
    write,
)

HERE = Path(__file__).parent
ROOT = HERE.parent
CACHE = HERE / ".cache"
# Eleventy is pinned here: what npm writes to lock versions would name its registry.
ELEVENTY = {"@11ty/eleventy": "3.1.8", "markdown-it-footnote": "4.0.0"}
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "TZ": "UTC"}


class NotAvailableError(Exception):
    """A generator cannot be installed on this machine."""


@dataclass(frozen=True)
class Peer:
    """A generator, or one way of running it."""

    name: str
    tool: str
    command: tuple[str, ...]
    version: tuple[str, ...]
    # Where its reports lie, where it writes, and what else it keeps from run to run.
    reports: str
    output: str
    kept: tuple[str, ...]
    # The report in its own form.
    form: Callable[[Corpus, Report], str]
    told: str
    # Whether pages that list reports are rebuilt when one report changes.
    whole: bool = True

    @property
    def folder(self) -> str:
        """Return the name of its site's folder."""
        return re.sub(r"\W+", "-", self.name.lower())

    def path(self, name: str) -> str:
        """Return a report's path in the site's folder."""
        return f"{self.reports}/{name}.md"

    def lay_out(self, corpus: Corpus, folder: Path) -> None:
        """Write the site into a folder."""
        if (HERE / "sites" / self.tool).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(HERE / "sites" / self.tool, folder, ignore=ignored)
        write(folder, iter(_extras(self.tool).items()))
        texts = ((self.path(each.name), self.form(corpus, each)) for each in corpus.reports())
        write(folder, texts)

    def clean(self, folder: Path, aside: Path) -> None:
        """Move the output and the cache aside."""
        for name in (self.output, *self.kept):
            lay_aside(folder / name, aside)


def lay_aside(place: Path, aside: Path) -> None:
    """Move a file or folder, if it is there, into the folder ``aside`` on the same disk.

    It must not be deleted while anything is still to be measured: for some minutes ext4 looks
    through what was deleted before it makes a new file, which then takes several times as long.
    """
    if os.path.lexists(place):
        aside.mkdir(parents=True, exist_ok=True)
        place.rename(Path(tempfile.mkdtemp(dir=aside)) / place.name)


def _extras(tool: str) -> dict[str, str]:
    """Return the files of a site that depend on the topics."""
    match tool:
        case "lscbsite":
            return site_files()
        case "hugo":
            return {
                f"content/topics/{id_}/_index.md": f"---\ntitle: {name}\n---\n"
                for id_, name in TOPICS.items()
            }
        case "mkdocs":
            return {"topics.json": json.dumps(TOPICS)}
        case "eleventy":
            return {"_data/names.json": json.dumps(TOPICS)}
        case _:
            return {}


# --- forms ----------------------------------------------------------------------------------


def _lscbsite(corpus: Corpus, report: Report) -> str:
    return markdown(report)


def _yaml(corpus: Corpus, report: Report, *more: str) -> str:
    front = [
        f"title: {report.title}",
        f"date: {report.date}",
        f"summary: {json.dumps(report.summary)}",
        f"topics: {json.dumps(report.topics)}",
        f"facts: {json.dumps(facts(report))}",
        *more,
    ]
    return "\n".join(["---", *front, "---", plain_body(report, "{}.md".format)])


def _hugo(corpus: Corpus, report: Report) -> str:
    return _yaml(corpus, report, f'years: ["{report.date.year}"]')


def _eleventy(corpus: Corpus, report: Report) -> str:
    return _yaml(corpus, report, f'name: "{report.name}"')


def _tags(report: Report) -> str:
    return ", ".join(TOPICS[topic] for topic in report.topics)


def _pelican(corpus: Corpus, report: Report) -> str:
    front = [
        f"Title: {report.title}",
        f"Date: {report.date}",
        f"Slug: {report.name}",
        f"Tags: {_tags(report)}",
        f"Summary: {report.summary}",
        f"Facts: {json.dumps(facts(report))}",
    ]
    return "\n".join([*front, "", plain_body(report, "{{filename}}{}.md".format)])


def _nikola(corpus: Corpus, report: Report) -> str:
    front = [
        f".. title: {report.title}",
        f".. slug: {report.name}",
        f".. date: {report.date}",
        f".. tags: {_tags(report)}",
        f".. description: {report.summary}",
        f".. facts: {json.dumps(facts(report))}",
    ]
    return "\n".join([*front, "", plain_body(report, "link://slug/{}".format)])


# --- the generators -------------------------------------------------------------------------


def _bin(tool: str, program: str) -> str:
    return str(CACHE / tool / "bin" / program)


def peers(lscbsite: tuple[str, ...]) -> Iterator[Peer]:
    """Yield all generators; ``lscbsite`` is the command that runs ours."""
    yield Peer(
        name="lscbsite",
        tool="lscbsite",
        # The day comes last, so that measure.py can replace it.
        command=(*lscbsite, "build", "--today", f"{TODAY}"),
        version=(*lscbsite, "--version"),
        reports="reports",
        output="output",
        kept=(".lscbsite",),
        form=_lscbsite,
        told="as it is",
    )
    # Not the package's own command, which is a Python script that starts this program.
    python = f"python{sys.version_info.major}.{sys.version_info.minor}"
    hugo = str(CACHE / "hugo/lib" / python / "site-packages/hugo/binaries/hugo")
    yield Peer(
        name="Hugo",
        tool="hugo",
        command=(hugo, "--quiet"),
        version=(hugo, "version"),
        reports="content/reports",
        output="public",
        kept=("resources", ".hugo_build.lock"),
        form=_hugo,
        told="topics and years are taxonomies; its own link hook; long lists in numbered pages",
    )
    yield Peer(
        name="Eleventy",
        tool="eleventy",
        command=(str(CACHE / "eleventy/node_modules/.bin/eleventy"), "--quiet"),
        version=(str(CACHE / "eleventy/node_modules/.bin/eleventy"), "--version"),
        reports="reports",
        output="_site",
        kept=(),
        form=_eleventy,
        told="layouts in JavaScript; no templates in Markdown; threads and references found in one pass",
    )
    pelican = _bin("pelican", "pelican")
    yield Peer(
        name="Pelican",
        tool="pelican",
        command=(pelican, "--quiet"),
        version=(pelican, "--version"),
        reports="content/reports",
        output="output",
        kept=("cache", "__pycache__"),
        form=_pelican,
        told="topics are tags; {filename} links; a plugin finds the threads, and writes what else is missing",
    )
    yield Peer(
        name="Pelican, caching",
        tool="pelican",
        command=(pelican, "--quiet", "-e", "CACHE_CONTENT=true", "LOAD_CONTENT_CACHE=true"),
        version=(pelican, "--version"),
        reports="content/reports",
        output="output",
        kept=("cache", "__pycache__"),
        form=_pelican,
        told="the same with its cache of contents",
    )
    nikola = _bin("nikola", "nikola")
    yield Peer(
        name="Nikola",
        tool="nikola",
        command=(nikola, "build", "--verbosity", "0"),
        version=(nikola, "version"),
        reports="posts",
        output="output",
        kept=(
            "cache",
            ".doit.db",
            ".doit.db.db",
            ".doit.db.bak",
            ".doit.db.dat",
            ".doit.db.dir",
            "__pycache__",
        ),
        form=_nikola,
        told="topics and asks are taxonomies; link:// links, found at once by a plugin that adds the home page, JSON feeds and calendar",
    )
    mkdocs = _bin("mkdocs", "mkdocs")
    yield Peer(
        name="MkDocs",
        tool="mkdocs",
        command=(mkdocs, "--quiet", "build"),
        version=(mkdocs, "--version"),
        reports="docs/reports",
        output="site",
        kept=("__pycache__",),
        form=_yaml,
        told="no search; a hook makes threads, the lists of topics, years and asks, and their feeds",
    )
    yield Peer(
        name="MkDocs, dirty",
        tool="mkdocs",
        command=(mkdocs, "--quiet", "build", "--dirty"),
        version=(mkdocs, "--version"),
        reports="docs/reports",
        output="site",
        kept=("__pycache__",),
        form=_yaml,
        told="the same with --dirty: lists and feeds get old, changed pages lack threads and more",
        whole=False,
    )


def environment() -> dict[str, str]:
    """Return the environment for all generators."""
    return os.environ | ENVIRONMENT | {"NODE_PATH": str(CACHE / "eleventy/node_modules")}


# --- installing -----------------------------------------------------------------------------


def install(tool: str) -> None:
    """Install a generator, or the library that draws, into the cache, unless it is there.

    Raises:
        NotAvailableError: it cannot be installed on this machine.

    """
    if tool == "lscbsite":
        return
    if tool == "eleventy":
        wanted = json.dumps({"private": True, "dependencies": ELEVENTY})
    else:
        wanted = (ROOT / "requirements" / f"bench-{tool}.txt").read_text("utf-8")
    digest = hashlib.sha256(f"{sys.version}{wanted}".encode()).hexdigest()
    stamp = CACHE / tool / "stamp"
    if stamp.is_file() and stamp.read_text() == digest:
        return
    shutil.rmtree(CACHE / tool, ignore_errors=True)
    try:
        if tool == "eleventy":
            _npm(CACHE / tool, wanted)
        else:
            _pip(CACHE / tool, ROOT / "requirements" / f"bench-{tool}.txt")
    except subprocess.CalledProcessError as error:
        raise NotAvailableError(
            f"{tool} is left out: it could not be installed, as the message above says"
        ) from error
    stamp.write_text(digest)


def _pip(folder: Path, requirements: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)  # noqa: S603
    pip = [
        str(folder / "bin/python"),
        "-m",
        "pip",
        "--quiet",
        "--disable-pip-version-check",
        "install",
    ]
    subprocess.run([*pip, "--require-hashes", "--no-deps", "-r", requirements], check=True)  # noqa: S603


def _npm(folder: Path, package: str) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise NotAvailableError("eleventy is left out: there is no npm here")
    folder.mkdir(parents=True)
    (folder / "package.json").write_text(package)
    quiet = ["--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run([npm, "install", *quiet], cwd=folder, check=True)  # noqa: S603
