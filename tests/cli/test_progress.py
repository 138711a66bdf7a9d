"""Test what a running build shows, and worker processes that end too early."""

import io
import json
import os
import pickle
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import pytest
from conftest import ROOT, TODAY, Project, at_terminal, lives, tree

from lscbsite import progress_bar as shown
from lscbsite.build import Options, build
from lscbsite.problems import Problem, Problems, TemplateFaultError
from lscbsite.progress import Progress
from lscbsite.workers import WorkersFailedError, start_processes

# The command line, but that nothing is too short for a bar.
EAGER = (
    "from lscbsite import cli, progress_bar; progress_bar.BAR_DELAY = progress_bar.BAR_INTERVAL = progress_bar.LINE_INTERVAL = 0;"
    " cli.main(prog_name='lscbsite')"
)
ENDLESS = """\
{% for _ in range(99999) %}{% for _ in range(99999) %}{% endfor %}{% endfor %}
{% extends "theme/report.html" %}
"""


def command(project: Project, *arguments: str, code: str = EAGER) -> list[str]:
    """Return the command of a build."""
    site = ["--site", str(project.folder), "--today", TODAY]
    return [sys.executable, "-c", code, "build", *site, *arguments]


def environment(**more: str) -> dict[str, str]:
    """Return an environment in which this checkout is imported."""
    kept = {name: text for name, text in os.environ.items() if name != "NO_COLOR"}
    return {**kept, "PYTHONPATH": str(ROOT), "TERM": "xterm", **more}


def on_terminal(arguments: list[str], **more: str) -> tuple[int, str]:
    """Run a command whose standard error is a terminal; return its exit code and what it shows."""
    return at_terminal(arguments, environment(**more))


def some(project: Project, count: int = 12) -> None:
    """Write some reports."""
    for number in range(count):
        day = f"{2001 + number // 12}-{number % 12 + 1:02}-{number % 28 + 1:02}"
        project.report(day, f"title: Report {number}", f"## One\n\nText {number}.\n")


# --- what is shown ----------------------------------------------------------------------------


def test_a_terminal_shows_a_bar_that_goes_before_problems_come(project: Project) -> None:
    some(project)
    project.report("2012-11-13", body="<TBD>")
    status, seen = on_terminal(command(project, "--no-cache"))
    assert status == 0
    for words in ("looking at the files", "reading reports", "13 of 13", "rendering pages"):
        assert words in seen
    bar, _, rest = seen.rpartition("\x1b[2K")
    assert "warning M002" in rest
    assert "pages" not in rest
    assert "M002" not in bar
    # The cursor is not left hidden, not even by a build that is killed.
    assert seen.count("\x1b[?25l") == 1
    assert seen.find("\x1b[?25h") < seen.find("reading reports")


def test_who_wants_no_colours_gets_none(project: Project) -> None:
    some(project)
    colours = r"\x1b\[(3|9)\d"
    assert re.search(colours, on_terminal(command(project, "--no-cache"))[1])
    _, seen = on_terminal(command(project, "--no-cache"), NO_COLOR="1")
    assert "writing pages" in seen
    assert not re.search(colours, seen)


@pytest.mark.parametrize(
    ("arguments", "terminal"), [((), "dumb"), (("--format", "github"), "xterm")]
)
def test_other_terminals_and_formats_get_lines(
    project: Project, arguments: tuple[str, ...], terminal: str
) -> None:
    some(project)
    status, seen = on_terminal(command(project, "--no-cache", *arguments), TERM=terminal)
    assert status == 0
    assert "\x1b" not in seen
    assert "reading reports: 12 of 12\r\n" in seen


def test_json_is_left_alone(project: Project) -> None:
    project.report("2012-11-13", "speaker: x")
    status, seen = on_terminal(command(project, "--format", "json"))
    assert status == 1
    assert json.loads(seen)[0]["code"] == "F020"


def test_a_short_build_shows_nothing_and_loads_no_bar(project: Project) -> None:
    project.report("2012-11-13")
    code = (
        "import atexit, sys; from lscbsite import cli, progress_bar; progress_bar.BAR_DELAY = 60;"
        " atexit.register(lambda: sys.exit('rich') if 'rich' in sys.modules else None);"
        " cli.main()"
    )
    assert on_terminal(command(project, code=code)) == (0, "")


def test_lines_come_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(shown, "LINE_INTERVAL", 10)
    stream = io.StringIO()
    progress = shown.create_progress(stream, terminal=False, silent=False)
    progress.begin("parse", 10_000)
    for _ in range(100):
        clock[0] += 0.25
        progress.advance(32)
    progress.begin("index")
    clock[0] += 10
    progress.begin("lint")
    assert stream.getvalue().splitlines() == [
        "reading reports: 1,280 of 10,000",
        "reading reports: 2,560 of 10,000",
        "checking reports",
    ]
    assert list(progress.end()) == ["parse", "index", "lint"]


def test_a_stream_that_is_gone_stops_nothing() -> None:
    stream = io.StringIO()
    for terminal in (True, False):
        progress = shown.create_progress(stream, terminal=terminal, silent=False)
        stream.close()
        for _ in range(3):
            progress.begin("index")
        assert list(progress.end()) == ["index"]
    assert type(shown.create_progress(None, terminal=True, silent=False)) is Progress


def test_timings(project: Project) -> None:
    project.report("2012-11-13")
    lines = project.build("--timings").stdout.splitlines()
    at = lines.index("seconds by stage:")
    assert any(line.startswith("22 files written") for line in lines[:at])
    names = [re.fullmatch(r"  (\w+) +\d+\.\d\d", line) for line in lines[at + 1 :]]
    stages = ["scan", "parse", "index", "lint", "plan", "render", "write", "total"]
    assert [name and name[1] for name in names] == stages
    assert len({len(line) for line in lines[at + 1 :]}) == 1
    assert "seconds by stage" not in project.build().stdout


# --- processes --------------------------------------------------------------------------------


@pytest.fixture
def stuck(project: Project) -> Iterator[subprocess.Popen[str]]:
    """A build whose two processes render for ever, while the output folder is locked."""
    some(project, 160)
    project.built("--jobs", "1")
    project.write("templates/report.html", ENDLESS)
    # Tests can run in the background, where Ctrl-C is ignored from the start.
    listening = "signal.signal(signal.SIGINT, signal.default_int_handler)"
    code = (
        f"import signal; {listening}; from lscbsite import progress_bar;"
        " progress_bar.LINE_INTERVAL = float('inf'); from lscbsite.cli import run; run()"
    )
    process = subprocess.Popen(
        command(project, "--jobs", "2", code=code),
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        for _ in range(1200):
            if len(children(process.pid)) == 2:
                break
            time.sleep(0.1)
        # They are at work, not only there.
        time.sleep(0.5)
        assert process.poll() is None
        assert len(children(process.pid)) == 2
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def children(number: int) -> list[int]:
    """Return the processes that a process started."""
    try:
        text = Path(f"/proc/{number}/task/{number}/children").read_text()
    except OSError:
        return []
    return [int(child) for child in text.split()]


def are_gone(numbers: list[int]) -> bool:
    """Return whether processes end soon."""
    for _ in range(600):
        if not any(lives(number) for number in numbers):
            return True
        time.sleep(0.1)
    return False


def test_working_processes_end_with_the_one_that_was_killed(
    project: Project, stuck: subprocess.Popen[str]
) -> None:
    workers = children(stuck.pid)
    stuck.kill()
    stuck.wait()
    (project.folder / "templates/report.html").unlink()
    # They held its lock of the output folder.
    again = command(project, code="from lscbsite.cli import main; main()")
    subprocess.run(again, env=environment(), check=True, timeout=300, capture_output=True)
    assert are_gone(workers)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("to_all", [True, False], ids=["all", "the first"])
def test_signals_to_stop_end_all_with_one_line(
    project: Project, stuck: subprocess.Popen[str], number: int, to_all: bool
) -> None:
    workers = children(stuck.pid)
    (os.killpg if to_all else os.kill)(stuck.pid, number)
    stdout, stderr = stuck.communicate(timeout=300)
    assert (stuck.returncode, stdout, stderr) == (130, "", "lscbsite: stopped\n")
    assert are_gone(workers)
    assert not (project.output / ".lscbsite-new").exists()


def test_a_working_process_that_the_system_ends(
    project: Project, stuck: subprocess.Popen[str]
) -> None:
    workers = children(stuck.pid)
    standing = {path: data for path, data in tree(project.output).items() if "-new/" not in path}
    os.kill(workers[0], signal.SIGKILL)
    _, stderr = stuck.communicate(timeout=300)
    assert stuck.returncode == 2
    assert stderr == (
        "lscbsite: a working process was ended by the system, perhaps for want of memory;"
        " try --jobs 1\n"
    )
    assert are_gone(workers)
    assert tree(project.output) == standing


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_processes_may_start_in_any_way(project: Project, tmp_path: Path, method: str) -> None:
    some(project, 160)
    make = partial(start_processes, 2, get_context(method))
    options = Options(project.folder, tmp_path / "other", cached=False, jobs=2, executor=make)
    build(options, Problems(), Progress())
    project.built("--no-cache", "--jobs", "1", today="2026-01-01")
    assert tree(tmp_path / "other") == tree(project.output)


def test_a_system_that_allows_no_process(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    some(project, 60)
    monkeypatch.setattr(os, "fork", refuse)
    # The way of starting that is not the same on all systems.
    make = partial(start_processes, 2, get_context("fork"))
    options = Options(project.folder, project.output, cached=False, jobs=2, executor=make)
    with pytest.raises(WorkersFailedError, match=r"does not let working .*; try --jobs 1"):
        build(options, Problems(), Progress())


def test_check_writes_no_pages(project: Project) -> None:
    some(project)
    check = [sys.executable, "-c", EAGER, "check", "--site", str(project.folder), "--no-cache"]
    seen = on_terminal(check)[1]
    assert "trying pages" in seen
    assert "writing pages" not in seen


def test_a_fault_of_a_template_travels() -> None:
    fault = TemplateFaultError(Problem("a", 1, 2, "S008", "x", "y", "z"))
    assert pickle.loads(pickle.dumps(fault)).problem == fault.problem
