"""Test builds on a Dask cluster: the same site, and clear messages for any fault of the cluster."""

import os
import pickle
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

import distributed
import pytest
from conftest import ROOT, Project, tree

from lscbsite import dask_executor


class Dask(NamedTuple):
    """A scheduler and its workers."""

    port: int
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]]

    @property
    def address(self) -> str:
        """Return the value for --executor."""
        return f"dask://127.0.0.1:{self.port}"


def dask(*arguments: str, log: Path, path: Path = ROOT) -> subprocess.Popen[bytes]:
    """Start a part of a cluster that imports lscbsite from a path."""
    with log.open("wb") as file:
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *arguments, "--no-dashboard", "--host", "127.0.0.1"],
            cwd=log.parent,
            env={**os.environ, "PYTHONPATH": str(path)},
            stdout=file,
            stderr=file,
        )


def heard(process: subprocess.Popen[bytes], log: Path, words: str) -> str:
    """Wait until a log says something; return the first group that ``words`` matches."""
    for _ in range(1800):
        if found := re.search(words, log.read_text("utf-8")):
            return found[1]
        assert process.poll() is None, log.read_text("utf-8")
        time.sleep(0.1)
    raise AssertionError(log.read_text("utf-8"))


def started(folder: Path, *paths: Path) -> Dask:
    """Start a scheduler, and a worker for each path that lscbsite is to be imported from."""
    log = folder / "scheduler.log"
    # What is only on the scheduler's path is none of its business: it needs no lscbsite.
    scheduler = dask("scheduler", "--port", "0", log=log, path=folder)
    port = heard(scheduler, log, r"Scheduler at: *tcp://[\d.]+:(\d+)")
    logs = [folder / f"worker-{number}.log" for number in range(len(paths))]
    options = ("--nthreads", "1", "--no-nanny", "--local-directory", str(folder))
    workers = [
        dask("worker", f"tcp://127.0.0.1:{port}", *options, log=log, path=path)
        for log, path in zip(logs, paths, strict=True)
    ]
    for worker, log in zip(workers, logs, strict=True):
        heard(worker, log, r"(Registered to)")
    return Dask(int(port), scheduler, workers)


def ended(one: Dask) -> None:
    """End all of a cluster."""
    for process in (*one.workers, one.scheduler):
        process.kill()
        process.wait()


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a scheduler on a busy machine the time to answer."""
    monkeypatch.setattr(dask_executor, "ANSWER_TIMEOUT", 60)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dask]:
    """A cluster of two workers."""
    one = started(tmp_path_factory.mktemp("dask"), ROOT, ROOT)
    yield one
    ended(one)


@pytest.fixture
def many(project: Project) -> Project:
    """A site large enough for a cluster."""
    for number in range(160):
        day = f"{2001 + number // 12}-{number % 12 + 1:02}-{number % 28 + 1:02}"
        body = f"## Topic {number % 7}\n\nText {number}, see [[{day}]].\n"
        project.report(day, f"title: Report {number}", body)
    return project


def refused(project: Project, address: str, *arguments: str) -> str:
    """Build, and expect to fail soon; return the one line that is printed."""
    start = time.monotonic()
    result = project.build("--no-cache", "--executor", address, *arguments)
    assert result.exit_code == 2, result.output
    assert time.monotonic() - start < 300
    assert "Traceback" not in result.output
    assert not project.output.exists()
    return result.stderr.splitlines()[-1]


def test_a_result_that_comes_just_after_its_time_is_taken(
    many: Project, two: Dask, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = []
    result = distributed.Future.result

    def come_late(future: Any, timeout: float | None = None) -> object:
        if future.key not in late:
            late.append(future.key)
            while not future.done():
                time.sleep(0.01)
            raise TimeoutError
        return result(future, timeout)

    monkeypatch.setattr(distributed.Future, "result", come_late)
    built = many.build("--no-cache", "--executor", two.address)
    assert (built.exit_code, built.stderr) == (0, "")
    assert late


def test_a_cluster_makes_the_same_site(
    many: Project, two: Dask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    call = dask_executor.RemoteCall

    def noted(program: bytes, work: bytes) -> dask_executor.RemoteCall:
        calls.append(work)
        return call(program, work)

    monkeypatch.setattr(dask_executor, "RemoteCall", noted)
    there, here = str(tmp_path / "there"), str(tmp_path / "here")
    result = many.build("--no-cache", "--executor", two.address, "--jobs", "1", "--output", there)
    assert result.exit_code == 0, result.stderr
    assert result.stderr == ""
    many.built("--no-cache", "--jobs", "1", "--output", here)
    assert tree(tmp_path / "there") == tree(tmp_path / "here")
    done = {pickle.loads(work)[0].__name__ for work in calls}
    assert done == {"parse_chunk", "warm_up", "render_chunk"}


def test_a_fault_in_a_template_is_reported_as_ever(many: Project, two: Dask) -> None:
    many.write("templates/report.html", '{% extends "theme/report.html" %}\n{{ nothing.here }}')
    many.write("templates/404.html", '{% extends "theme/404.html" %}{% block content %}{{ x.y }}')
    result = many.build("--no-cache", "--executor", two.address)
    assert result.exit_code == 1
    assert "error S008: found a template error" in result.stderr


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("127.0.0.1:8786", "is not the address of a Dask cluster: dask://HOST:PORT"),
        ("tcp://127.0.0.1:8786", "is not the address of a Dask cluster"),
        ("dask://127.0.0.1", "is not the address of a Dask cluster"),
        ("dask://:8786", "is not the address of a Dask cluster"),
        ("dask://127.0.0.1:99999", "is not the address of a Dask cluster"),
        ("dask://[::1:8786", "is not the address of a Dask cluster"),
        ("dask://127.0.0.1:8786/path", "has more in it than dask://HOST:PORT"),
        ("dask://me@127.0.0.1:8786", "has more in it than dask://HOST:PORT"),
        ("dask://127.0.0.1:1", "no Dask scheduler can be reached there (Connection refused)"),
        ("dask://nowhere.invalid:8786", "no Dask scheduler can be reached there ("),
    ],
)
def test_a_wrong_address(many: Project, address: str, words: str) -> None:
    assert words in refused(many, address)


def test_the_extra_is_missing(many: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert "pip install 'lscbsite[dask]'" in refused(many, "dask://127.0.0.1:8786")


@pytest.mark.parametrize("greeting", [b"", b"SSH-2.0-OpenSSH_9.2p1\r\n"])
def test_something_else_listens(
    many: Project, greeting: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not greeting:
        monkeypatch.setattr(dask_executor, "ANSWER_TIMEOUT", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"dask://127.0.0.1:{listener.getsockname()[1]}"
        # What says nothing is just not accepted.
        if greeting:

            def greet() -> None:
                connection, _ = listener.accept()
                with connection:
                    connection.sendall(greeting)

            Thread(target=greet, daemon=True).start()
        said = refused(many, address)
    words = "is not a Dask scheduler" if greeting else "no Dask scheduler answers there"
    assert words in said


def test_a_worker_with_another_program(many: Project, tmp_path: Path) -> None:
    other = tmp_path / "other"
    compiled = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "lscbsite", other / "lscbsite", ignore=compiled)
    shutil.copytree(ROOT / "templates", other / "templates")
    with (other / "lscbsite" / "i18n.py").open("a") as file:
        file.write("# changed\n")
    one = started(tmp_path, other)
    try:
        said = refused(many, one.address)
        assert "has another version of lscbsite, of a library or of Python" in said
    finally:
        ended(one)


def test_a_cluster_that_dies(
    many: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_executor, "NO_WORKERS_TIMEOUT", 1)
    one = started(tmp_path, ROOT)
    try:
        one.workers[0].send_signal(signal.SIGKILL)
        one.workers[0].wait()
        assert "it has no workers; start some" in refused(many, one.address)
        # A scheduler that goes away while a worker is awaited.
        monkeypatch.setattr(dask_executor, "NO_WORKERS_TIMEOUT", 60)
        client = distributed.Client.submit

        def lose(*arguments: Any, **options: Any) -> object:
            future = client(*arguments, **options)
            one.scheduler.kill()
            return future

        monkeypatch.setattr(distributed.Client, "submit", lose)
        assert "the connection to it was lost" in refused(many, one.address)
    finally:
        ended(one)
