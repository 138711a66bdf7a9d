"""Fixtures for all tests: a site to write files into and to build from the command line."""

import math
import os
import signal
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
import pytest
from browsing import BASE, Served, chromium, serving
from click.testing import CliRunner, Result
from hypothesis import settings
from playwright.sync_api import Browser, expect

from lscbsite import build, progress_bar
from lscbsite.cli import main
from lscbsite.incremental import fingerprint
from lscbsite.outputs.pages import sharing
from lscbsite.pictures import drawing
from tools.move_sample import find_reference_day, read_sample

TESTS = Path(__file__).parent
ROOT = TESTS.parent

# "make test-long" hunts for longer, each time elsewhere; what must pass is the same every time.
HUNT = int(os.environ.get("HUNT", "1"))
# No test fails for being slow: speed is measured in benchmarks/.
expect.set_options(timeout=60_000)
settings.register_profile("anew", deadline=None)
settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.load_profile("repeatable" if HUNT == 1 or os.environ.get("CI") else "anew")
TODAY = "2013-03-01"

PNG = (TESTS / "site/files/replies.png").read_bytes()

SITE_YAML = """\
title: Test Board
base_url: https://example.org/a/b/
description: What the board said
search: false
"""


def lives(process: int) -> bool:
    """Return whether a process is alive; a zombie is not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def run_on_full_disk(kilobytes: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of ``lscbsite`` for which no file may be larger, as if the disk were full."""
    command = ["sh", "-c", f'ulimit -f {2 * kilobytes} && exec "$@"', "sh"]
    command += [sys.executable, "-m", "lscbsite", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def at_terminal(command: list[str], environment: dict[str, str]) -> tuple[int, str]:
    """Run a command whose standard error is a terminal; return its exit code and what it shows."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=theirs
    ) as process:
        os.close(theirs)
        seen = read_terminal(ours)
    return process.returncode, seen


def read_terminal(ours: int) -> str:
    """Return what is shown at a terminal until its programs have ended, and close our end of it."""
    seen = b""
    while True:
        try:
            data = os.read(ours, 65536)
        except OSError:  # that is how a terminal ends
            break
        if not data:
            break
        seen += data
    os.close(ours)
    return seen.decode()


class Project:
    """A site's folder in which a test writes and builds."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("site.yaml", SITE_YAML)

    @property
    def output(self) -> Path:
        """Return the folder to which the site is written."""
        return self.folder / "output"

    def write(self, path: str, text: str | bytes) -> Path:
        """Write a file of the site; text is dedented."""
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        data = text if isinstance(text, bytes) else textwrap.dedent(text).encode()
        place.write_bytes(data)
        return place

    def report(self, name: str, front: str = "", body: str = "Text.\n") -> Path:
        """Write a report; its date is the file name's unless ``front`` has one."""
        lines = textwrap.dedent(front).strip("\n")
        if not any(line.startswith("date:") for line in lines.split("\n")):
            lines = f"date: {name.rpartition('/')[2][:10]}\n{lines}".rstrip("\n")
        text = f"---\n{lines}\n---\n{textwrap.dedent(body)}"
        return self.write(f"reports/{name}.md", text.encode())

    def publish(self, *patterns: str) -> None:
        """Let the site publish files that nothing refers to; '' for all of files/."""
        listed = ", ".join(f'"{pattern}"' for pattern in patterns or ["files/"])
        place = self.folder / "site.yaml"
        lines = [line for line in place.read_text().splitlines() if not line.startswith("publish:")]
        place.write_text("\n".join([*lines, f"publish: [{listed}]", ""]))

    def run(self, command: str, *arguments: str) -> Result:
        """Run a command of ``lscbsite`` on this site."""
        return CliRunner().invoke(main, [command, "--site", str(self.folder), *arguments])

    def build(self, *arguments: str, today: str = TODAY) -> Result:
        """Build; exit code, standard output and standard error are in the result.

        Reports may disappear: only ``test_removal`` is about that.
        """
        return self.run("build", "--today", today, "--allow-removal", *arguments)

    def built(self, *arguments: str, today: str = TODAY) -> Path:
        """Build a site that has no errors; return the output folder."""
        result = self.build(*arguments, today=today)
        assert result.exit_code == 0, result.stderr
        return self.output

    def parsed(self, path: str = "") -> Element:
        """Return the tree of what ``page`` returns; an error in its HTML raises."""
        return parsed(self.page(path))

    def page(self, path: str = "") -> str:
        """Return the text of an output, or of the page in a folder of the output."""
        place = self.output / path
        return (place / "index.html" if place.is_dir() else place).read_text("utf-8")


@pytest.fixture(scope="session", autouse=True)
def _user_cache() -> Iterator[None]:
    """Leave the cache folder of the person who runs the tests alone.

    Not pytest's own temporary folder: to use that, pytest first removes what earlier runs left
    there, which can take a minute, and a test that writes nothing need not wait for it.
    """
    with tempfile.TemporaryDirectory(prefix="lscbsite-tests-") as folder:
        os.environ["XDG_CACHE_HOME"] = folder
        # Builds would take it for today.
        os.environ.pop("SOURCE_DATE_EPOCH", None)
        if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
            # In the background of a script, where all that the tests start would not hear Ctrl-C.
            signal.signal(signal.SIGINT, signal.default_int_handler)
        yield


@pytest.fixture(scope="session", autouse=True)
def _once() -> Iterator[None]:
    """Do once for all tests of a process what is the same each time, and half of the smallest build.

    The same card is always the same picture, and the program does not change meanwhile. What a build
    prints does not depend on how busy the machine is.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "digest_program", cache(fingerprint.digest_program))
        patch.setattr(progress_bar, "LINE_INTERVAL", math.inf)
        for name in ("draw_card", "draw_letter"):
            patch.setattr(sharing, name, lru_cache(1000)(getattr(drawing, name)))
        yield


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """An empty site with a site.yaml."""
    folder = tmp_path / "site"
    folder.mkdir()
    return Project(folder)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    with chromium() as launched:
        yield launched


@pytest.fixture(scope="session")
def golden() -> Iterator[Served]:
    with serving(TESTS / "golden") as served:
        yield served


@pytest.fixture(scope="session")
def golden_boards() -> Iterator[Served]:
    with serving(TESTS / "golden-boards") as served:
        yield served


@pytest.fixture(scope="session")
def golden_meetings() -> Iterator[Served]:
    with serving(TESTS / "golden-meetings") as served:
        yield served


@pytest.fixture(scope="session")
def own_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The site of this repository."""
    folder = tmp_path_factory.mktemp("own")
    base = ["--base-url", f"https://example.org{BASE}"]
    today = find_reference_day(read_sample(ROOT)).isoformat()
    options = ["--site", str(ROOT), "--output", str(folder), "--no-cache", "--today", today, *base]
    result = CliRunner().invoke(main, ["build", *options])
    assert result.exit_code == 0, result.stderr
    with serving(folder) as served:
        yield served


@pytest.fixture(scope="session")
def own_report(own_site: Served) -> str:
    """The address of that site's report with the most open questions, below its own."""
    pages = own_site.folder.glob("reports/*/index.html")
    page = max(pages, key=lambda page: page.read_text("utf-8").count('class="ask open"'))
    return f"reports/{page.parent.name}/"


def parsed(page: str | bytes) -> Element:
    """Return a page's tree; raise on what the HTML standard calls a parse error."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    options = {} if isinstance(page, str) else {"transport_encoding": "utf-8"}
    root: Element = parser.parse(page, **options)
    return root


def text(element: Element | None) -> str:
    """Return what an element says, on one line; it must be there."""
    assert element is not None
    return " ".join("".join(element.itertext()).split())


def tree(folder: Path) -> dict[str, bytes]:
    """Return the contents of all files under a folder by path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
