"""Run rounds of builds in turn, so that disturbances affect all generators alike."""

import datetime as dt
import json
import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.check import differing, faults
from benchmarks.corpus import TODAY, Corpus, address, write
from benchmarks.peers import HERE, Peer, environment, lay_aside

# What is measured of everybody, in this order, and what of lscbsite besides.
SCENARIOS = ("cold", "nothing", "edited", "added")
OWN_SCENARIOS = ("version", "error", "restored", "restored-output", "next-day")
# Where, beside the sites, lies what is not wanted any more.
ASIDE = "aside"
_AGAIN = "This was looked at again in round"


def say(text: str) -> None:
    """Print progress."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


@dataclass(frozen=True)
class Run:
    """What one run took: seconds, processor seconds, and bytes of its largest process."""

    wall: float
    cpu: float
    memory: int


# By generator, number of reports and scenario.
Results = dict[tuple[str, int, str], list[Run]]


class FaultError(Exception):
    """A generator failed, or its output is wrong."""


def run(command: Sequence[str], folder: Path, expected: int = 0) -> Run:
    """Run a command in a folder."""
    # What others wrote must not reach the disk on this one's time.
    os.sync()
    log = folder.parent / f"{folder.name}.log"
    launcher = [sys.executable, "-I", "-S", str(HERE / "launch.py"), str(log)]
    done = subprocess.run(  # noqa: S603
        [*launcher, *command], cwd=folder, env=environment(), check=True, capture_output=True
    )
    taken = json.loads(done.stdout)
    if taken["code"] != expected:
        tail = log.read_text("utf-8", "replace")[-2000:]
        raise FaultError(f"{' '.join(command)} in {folder} ended with {taken['code']}:\n{tail}")
    return Run(taken["wall"], taken["cpu"], taken["memory"])


def version(peer: Peer) -> str:
    """Return a generator's version."""
    done = subprocess.run(  # noqa: S603
        peer.version, env=environment(), capture_output=True, text=True, check=True
    )
    found = re.search(r"\d+(\.\d+)+\S*", re.sub(r"\x1b\[\d+m", "", done.stdout))
    return found[0].partition("-")[0] if found else "?"


class Site:
    """A generator's site in a folder of its own."""

    def __init__(self, peer: Peer, corpus: Corpus, folder: Path) -> None:
        self.peer, self.corpus = peer, corpus
        self.folder = folder / peer.folder
        self.aside = folder.parent / ASIDE
        lay_aside(self.folder, self.aside)
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        peer.lay_out(corpus, self.folder)
        middle = corpus.report(corpus.size // 2)
        self._middle_page = f"{address(middle.name).strip('/')}/index.html"
        self._middle = self.folder / peer.path(middle.name)
        self._original = self._middle.read_text("utf-8")
        self._today = TODAY

    @property
    def output(self) -> Path:
        """Return the folder to which the generator writes."""
        return self.folder / self.peer.output

    def warm(self) -> None:
        """Read all files of the site into memory."""
        for path in self.folder.rglob("*"):
            if path.is_file():
                path.read_bytes()

    def measure(self, scenario: str, number: int) -> Run:
        """Prepare the site for a scenario, and build."""
        added = self.corpus.report(self.corpus.size)
        command = list(self.peer.command)
        match scenario:
            case "cold":
                self.peer.clean(self.folder, self.aside)
                (self.folder / self.peer.path(added.name)).unlink(missing_ok=True)
                self._write_middle(self._original)
                self._today = TODAY
            case "edited":
                # Below the first heading, which names a topic.
                again = rf"\1{_AGAIN} {number}.\n\n"
                self._write_middle(re.sub(r"(\n## .*\n\n)", again, self._original, count=1))
            case "added":
                text = self.peer.form(self.corpus, added)
                write(self.folder, iter([(self.peer.path(added.name), text)]))
            case "version":
                return run(self.peer.version, self.folder)
            case "error":
                good = self._middle.read_text("utf-8")
                self._write_middle(good.replace("---\n", "---\ncolour: red\n", 1))
                try:
                    return run(command, self.folder, expected=1)
                finally:
                    self._write_middle(good)
            case "next-day":
                self._today = TODAY + dt.timedelta(days=1)
                command[-1] = f"{self._today}"
        return run(command, self.folder)

    def measure_copy(self, copy: Path, with_output: bool) -> Run:
        """Build a copy of the site with new files, as after a cache is restored."""
        lay_aside(copy, self.aside)
        ignored = None if with_output else shutil.ignore_patterns(self.peer.output)
        # With copyfile, the copies get the time of their making.
        shutil.copytree(self.folder, copy, ignore=ignored, copy_function=shutil.copyfile)
        return run(self.peer.command, copy)

    def check(self, scenario: str, number: int) -> None:
        """Check that the output is complete."""
        reports = list(self.corpus.reports())
        if scenario == "added":
            reports.append(self.corpus.report(self.corpus.size))
        found = faults(self.output, reports)
        page = self.output / self._middle_page
        if scenario == "edited" and f"{_AGAIN} {number}." not in page.read_text("utf-8"):
            found.append(f"{page} is not edited")
        if found:
            shown = "\n".join(f"  {fault}" for fault in found[:20])
            raise FaultError(f"{self.peer.name}, {scenario}: {len(found)} faults\n{shown}")

    def build_clean(self, output: Path) -> None:
        """Build from nothing into another folder."""
        lay_aside(output, self.aside)
        command = [*self.peer.command[:-1], f"{self._today}"]
        run([*command, "--no-cache", "--output", str(output)], self.folder)

    def _write_middle(self, text: str) -> None:
        self._middle.write_text(text, "utf-8", newline="\n")


def measure(
    everybody: Iterable[Peer],
    size: int,
    rounds: int,
    folder: Path,
    *,
    scenarios: Sequence[str] = SCENARIOS,
    own: Sequence[str] = OWN_SCENARIOS,
    checked: bool = True,
    patience: float = 300,
) -> Results:
    """Measure generators; one that takes longer than ``patience`` for a build gets one round."""
    corpus, warm = Corpus(size), Corpus(30)
    results: Results = defaultdict(list)
    sites = []
    for peer in everybody:
        say(f"{size} reports: laying out {peer.name}")
        small = Site(peer, warm, folder / "warm")
        run(peer.command, small.folder)
        sites.append(Site(peer, corpus, folder / str(size)))
    for site in sites:
        site.warm()
    slow: set[str] = set()

    def note(site: Site, scenario: str, number: int, taken: Run) -> None:
        results[site.peer.name, size, scenario].append(taken)
        told = f"{taken.wall:.2f} s, CPU {taken.cpu:.2f} s, {taken.memory / 1e6:.0f} MB"
        say(f"{size} reports, round {number}: {site.peer.name}, {scenario}: {told}")
        if taken.wall > patience:
            slow.add(site.peer.name)

    for number in range(1, rounds + 1):
        turn = [site for site in sites if number == 1 or site.peer.name not in slow]
        looking = checked and number == 1
        for scenario in scenarios:
            for site in turn:
                note(site, scenario, number, site.measure(scenario, number))
            for site in turn:
                if looking and scenario != "nothing" and (site.peer.whole or scenario == "cold"):
                    site.check(scenario, number)
                if looking and site.peer.tool == "lscbsite" and scenario != "cold":
                    _compare(site, site.output, scenario)
        for site in turn:
            if site.peer.tool == "lscbsite":
                for scenario in own:
                    note(site, scenario, number, _measure_own(site, scenario, number, looking))
    return results


def _measure_own(site: Site, scenario: str, number: int, looking: bool) -> Run:
    copy = site.folder.with_name("copy")
    if scenario.startswith("restored"):
        taken = site.measure_copy(copy, scenario == "restored-output")
        built = copy / site.peer.output
    else:
        taken = site.measure(scenario, number)
        built = site.output
    if looking and scenario not in ("version", "error"):
        _compare(site, built, scenario)
    return taken


def _compare(site: Site, built: Path, scenario: str) -> None:
    """Compare an output with that of a clean build, byte for byte."""
    clean = site.folder.with_name("clean")
    site.build_clean(clean)
    if found := differing(built, clean):
        raise FaultError(f"{scenario}: not as from nothing: {' '.join(found[:20])} ({len(found)})")
    say(f"{scenario}: ok, the same as from nothing")
