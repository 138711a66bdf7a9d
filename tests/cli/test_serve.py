"""Test ``lscbsite serve`` as an author uses it: a process, an editor that saves, a browser."""

import datetime as dt
import http.client
import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from browsing import BASE, reader
from conftest import HUNT, Project
from playwright.sync_api import Browser, Page

from lscbsite.build import Options
from lscbsite.incremental.store import Store
from lscbsite.progress import Progress
from lscbsite.serve.builder import Builder
from lscbsite.serve.watching import find_silent_file_system

TODAY = "2013-03-01"
LINES = "\n\n".join(f"Paragraph {number}." for number in range(200))


class Serving:
    """A running preview; ``lines`` are what it printed."""

    def __init__(self, process: subprocess.Popen[str], lines: list[str]) -> None:
        self.process = process
        self.lines = lines
        self.address = ""

    @property
    def port(self) -> int:
        """Return the port, which the printed address names."""
        return int(re.search(r":(\d+)/", self.address)[1])  # type: ignore[index]

    def wait_for(self, words: str, after: int = 0) -> str:
        """Return the first printed line with some words in it."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            for line in list(self.lines)[after:]:
                if words in line:
                    return line
            time.sleep(0.02)
        pytest.fail(f"never printed: {words}; but: {self.lines}")

    def ask(
        self, path: str, host: str = "", method: str = "GET", **headers: str
    ) -> tuple[int, str, dict[str, str]]:
        """Send a request exactly as it is given; return status, body and headers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.putrequest(method, path, skip_host=True)
        connection.putheader("Host", host or f"127.0.0.1:{self.port}")
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        response = connection.getresponse()
        body = response.read().decode("utf-8", "replace")
        connection.close()
        return response.status, body, {k.lower(): v for k, v in response.getheaders()}

    def wait_until(self, is_true: Callable[[], bool]) -> None:
        """Wait until something is true."""
        until = time.monotonic() + 60
        while not is_true():
            assert time.monotonic() < until, self.lines
            time.sleep(0.05)

    def get_problems(self) -> list[str]:
        """Return the places of the problems that an overlay shows."""
        with closing(socket.create_connection(("127.0.0.1", self.port), 60)) as connection:
            host = f"127.0.0.1:{self.port}".encode()
            connection.sendall(b"GET /.lscbsite/events HTTP/1.1\r\nHost: " + host + b"\r\n\r\n")
            data = b""
            while not (found := re.search(rb"data: (.*)\n", data)):
                data += connection.recv(65536) or pytest.fail("the stream has ended")
        return [problem["place"] for problem in json.loads(found[1])["problems"]]

    def stop(self, number: int = signal.SIGINT) -> int:
        """Stop it; return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(60)


@contextmanager
def previewing(
    folder: Path, *arguments: str, port: int = 0, today: str = TODAY, **environment: str
) -> Iterator[Serving]:
    command = [sys.executable, "-m", "lscbsite", "serve", "--site", str(folder)]
    command += ["--port", str(port), "--jobs", "1", *arguments]
    command += ["--today", today] if today else []
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", **environment}
    with subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    ) as process:
        lines: list[str] = []
        assert process.stdout is not None
        stream = process.stdout

        def collect() -> None:
            for line in stream:
                lines.append(line)  # noqa: PERF402 (each is wanted when it is there)

        thread = threading.Thread(target=collect)
        thread.start()
        serving = Serving(process, lines)
        try:
            serving.address = serving.wait_for("http://").split(" ")[0]
            # The watchers have begun, and what was warm is warm.
            time.sleep(0.5)
            yield serving
        finally:
            process.kill()
            thread.join()


@pytest.fixture
def site(project: Project) -> Project:
    project.report("2012-11-13", "title: First", f"## Training\n\nBefore.\n\n{LINES}\n")
    return project


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with reader(browser) as opened:
        opened.set_default_timeout(60_000)
        yield opened


def overlay(page: Page) -> str:
    """Return the words of the overlay, once it is there."""
    return page.locator("lscbsite-preview .problems").inner_text()


def test_a_change_is_shown_at_the_same_scroll_position(site: Project, page: Page) -> None:
    with previewing(site.folder) as serving:
        page.goto(f"{serving.address}reports/2012-11-13/")
        page.evaluate("scrollTo(0, 1500)")
        site.report("2012-11-13", "title: First", f"## Training\n\nAfter.\n\n{LINES}\n")
        page.get_by_text("After.", exact=True).wait_for(state="attached")
        # The page moves when it is laid out, and its policy forbids wait_for_function to look again.
        deadline = time.monotonic() + 60
        while page.evaluate("scrollY") != 1500 and time.monotonic() < deadline:
            page.wait_for_timeout(50)
        assert page.evaluate("scrollY") == 1500


def test_an_overlay_names_each_problem_over_the_last_good_page(site: Project, page: Page) -> None:
    good = (site.folder / "site.yaml").read_text()
    faults = {
        "reports/2012-11-13.md": ("---\ndate: 2012-11-13\ndraughts: 1\n---\nBefore.\n", ":3:1"),
        "site.yaml": (good + "colour: red\n", ":5:1"),
        "templates/report.html": ("{% if %}", ":1:1"),
    }
    with previewing(site.folder) as serving:
        page.goto(f"{serving.address}reports/2012-11-13/")
        for path, (fault, position) in faults.items():
            file = site.folder / path
            before = file.read_text() if file.exists() else None
            site.write(path, fault.encode())
            words = overlay(page)
            assert f"{path}{position}" in words, words
            assert "Before." in page.locator("main").inner_text()
            # Also on pages that are opened meanwhile.
            page.goto(f"{serving.address}reports/2012-11-13/")
            assert path in overlay(page)
            if before is None:
                file.unlink()
            else:
                file.write_text(before)
            page.locator("lscbsite-preview .problems").wait_for(state="detached")


def test_a_site_that_is_broken_at_first_is_shown_when_it_is_mended(
    site: Project, page: Page
) -> None:
    good = (site.folder / "site.yaml").read_text()
    for fault in (f"{good}colour: red\n", "title: [\n"):
        site.write("site.yaml", fault)
        with previewing(site.folder) as serving:
            serving.wait_for("The preview has no pages to show yet. Correct the errors above.")
            # Nor those of an earlier preview, which know nothing of what is a draft by now.
            for path in ("", BASE, f"{BASE}reports/2012-11-13/", f"{BASE}feed.xml"):
                status, body, _ = serving.ask(f"/{path.lstrip('/')}")
                assert status == 503, path
                assert "First" not in body, path
            page.goto(f"{serving.address}{BASE[1:]}reports/2012-11-13/")
            words = overlay(page)
            assert "site.yaml:" in words
            assert "The site will appear here when" in words
            assert "last good page" not in words
            site.write("site.yaml", good)
            page.get_by_role("heading", name="First").wait_for()
            page.locator("lscbsite-preview .problems").wait_for(state="detached")
            assert serving.ask("/")[2]["location"] == BASE
            before = len(serving.lines)
            site.write("site.yaml", fault)
            serving.wait_for("The preview still shows the last good pages", after=before)
            assert "This is the last good page." in overlay(page)
            assert page.get_by_role("heading", name="First").is_visible()


def test_a_site_that_was_previewed_before_appears_when_it_is_mended(
    site: Project, page: Page
) -> None:
    """Although no file of it has changed."""
    good = (site.folder / "site.yaml").read_text().replace(BASE, "/")
    site.write("site.yaml", good)
    with previewing(site.folder):
        pass
    site.write("site.yaml", f"{good}colour: red\n")
    with previewing(site.folder) as serving:
        page.goto(serving.address)
        assert "site.yaml:5:1" in overlay(page)
        site.write("site.yaml", good)
        page.get_by_text("Test Board").first.wait_for()


def test_the_page_that_stands_for_missing_ones_follows_changes(site: Project, page: Page) -> None:
    settings = site.folder / "site.yaml"
    with previewing(site.folder) as serving:
        page.goto(f"{serving.address}nothing/")
        page.get_by_role("heading", name="Page not found").wait_for()
        settings.write_text(settings.read_text().replace("Test Board", "Other Board"))
        page.get_by_text("Other Board").first.wait_for()


def test_a_new_base_url_is_followed(site: Project, page: Page) -> None:
    settings = site.folder / "site.yaml"
    with previewing(site.folder) as serving:
        page.goto(serving.address)
        before = len(serving.lines)
        settings.write_text(settings.read_text().replace("/a/b/", "/c/"))
        serving.wait_for("changed in", after=before)
        assert serving.ask("/")[2]["location"] == "/c/"
        assert serving.ask("/c/")[0] == 200


def test_the_page_that_is_looked_at_comes_first(site: Project, page: Page) -> None:
    """And is taken back when another page cannot be rendered."""
    for day in range(10, 28):
        site.report(f"2012-10-{day}", body="Text.\n\n- item\n")
    template = "{% extends 'theme/report.html' %}{% block content %}<p>New.</p>{{ super() }}"
    with previewing(site.folder) as serving:
        page.goto(f"{serving.address}reports/2012-11-13/")
        page.locator("lscbsite-preview").wait_for(state="attached")
        before = len(serving.lines)
        site.write("templates/report.html", f"{template}{{% endblock %}}".encode())
        page.get_by_text("New.", exact=True).wait_for()
        serving.wait_for("changed in", after=before)
        fault = "{% if view.frame.url == 'reports/2012-10-20/' %}{{ view.nothing }}{% endif %}"
        changed = template.replace("New.", "Newer.")
        site.write("templates/report.html", f"{changed}{fault}{{% endblock %}}".encode())
        assert "templates/report.html:1" in overlay(page)
        page.get_by_text("New.", exact=True).wait_for()
        site.write("templates/report.html", f"{changed}{{% endblock %}}".encode())
        page.get_by_text("Newer.", exact=True).wait_for()
        page.locator("lscbsite-preview .problems").wait_for(state="detached")


def test_drafts_and_scheduled_reports_are_marked(site: Project, page: Page) -> None:
    site.report("2012-12-04", "title: Hidden\ndraft: true")
    site.report("2013-02-05", "title: Later\npublished: 2013-03-12")
    with previewing(site.folder) as serving:
        notice = page.locator("lscbsite-preview .notice")
        page.goto(f"{serving.address}reports/2012-12-04/")
        assert notice.inner_text() == "Draft: not published"
        page.goto(f"{serving.address}reports/2013-02-05/")
        assert notice.inner_text() == "Scheduled for 12 March 2013: not published yet"
        page.goto(f"{serving.address}reports/2012-11-13/")
        page.locator("lscbsite-preview").wait_for(state="attached")
        assert notice.count() == 0
        assert "Hidden" in serving.ask(f"{BASE}years/2012/")[1]
    assert not (site.folder / "ledger.jsonl").exists()


def test_published_files_are_left_alone(site: Project) -> None:
    output = site.built()
    before = {path: path.stat().st_mtime_ns for path in output.rglob("*")}
    ledger = (site.folder / "ledger.jsonl").read_bytes()
    site.report("2012-12-04", "draft: true")
    with previewing(site.folder) as serving:
        before_change = len(serving.lines)
        site.report("2012-11-13", "title: First", "Changed.")
        serving.wait_for("changed in", after=before_change)
        status, body, _ = serving.ask(f"{BASE}reports/2012-11-13/")
        assert status == 200
        assert "Changed." in body
    assert {path: path.stat().st_mtime_ns for path in output.rglob("*")} == before
    assert (site.folder / "ledger.jsonl").read_bytes() == ledger
    assert "2012-12-04" not in site.built().joinpath("sitemap.xml").read_text()


def test_pages_are_as_published_plus_one_script(site: Project) -> None:
    published = site.built()
    with previewing(site.folder) as serving:
        body = serving.ask(f"{BASE}reports/2012-11-13/")[1]
        script = re.search(r'<script async src="/\.lscbsite/[^>]*></script>', body)
        assert script
        page = published / "reports/2012-11-13/index.html"
        assert body.replace(script[0], "") == page.read_text("utf-8")
        for name in ("feed.xml", "calendar.ics", "style.css", "sitemap.xml", "icon.svg"):
            assert serving.ask(f"{BASE}{name}")[1].encode() == (published / name).read_bytes()


def test_the_form_is_left_alone(site: Project) -> None:
    """Loading it again would lose what somebody is writing there."""
    result = site.run("cms")
    assert result.exit_code == 0, result.stderr
    with previewing(site.folder) as serving:
        status, body, _ = serving.ask(f"{BASE}admin/")
        assert (status, "preview.js" in body) == (200, False)
        before = len(serving.lines)
        file = site.folder / "admin/index.html"
        file.write_text(file.read_text().replace("<title>", "<title>New: "))
        serving.wait_for("changed in", after=before)
        status, body, _ = serving.ask(f"{BASE}admin/")
        assert (status, "preview.js" in body, "<title>New: " in body) == (200, False, True)


def test_files_saved_at_once_make_one_rebuild(site: Project) -> None:
    names = [f"2012-1{month}-{day:02}" for month in (0, 1) for day in range(14, 28)]
    with previewing(site.folder) as serving:

        def count_rebuilds(topic: str) -> int:
            before = len(serving.lines)
            for name in names:
                site.report(name, body=f"On {topic}.")
            site.write("topics.yaml", f"training: {{name: {topic}}}\n")
            serving.wait_for("changed in", after=before)
            time.sleep(1)
            return sum("changed in" in line for line in serving.lines[before:])

        # A busy machine can make a pause between any two of them.
        assert any(count_rebuilds(f"Topic {number}") == 1 for number in range(10))
        assert serving.ask(f"{BASE}reports/{names[-1]}/")[0] == 200


@pytest.mark.parametrize("arguments", [[], ["--poll"]], ids=["events", "polling"])
def test_all_ways_of_saving_are_noticed(site: Project, arguments: list[str]) -> None:
    report = site.folder / "reports/2012-11-13.md"
    with previewing(site.folder, *arguments) as serving:

        def saved(words: str) -> None:
            end = time.monotonic() + 60
            while words not in serving.ask(f"{BASE}reports/2012-11-13/")[1]:
                assert time.monotonic() < end, words
                time.sleep(0.05)

        text = "---\ndate: 2012-11-13\n---\n{}\n"
        report.write_text(text.format("In place."))
        saved("In place.")
        draft = report.with_name(".2012-11-13.md.swp")
        draft.write_text(text.format("By a rename."))
        draft.replace(report)
        saved("By a rename.")
        report.rename(report.with_name("2012-11-13.md~"))
        report.write_text(text.format("Beside a copy."))
        report.with_name("2012-11-13.md~").unlink()
        saved("Beside a copy.")
        # As git does when it changes branches.
        (site.folder / "reports").rename(site.folder.parent / "away")
        (site.folder / "reports").mkdir()
        report.write_text(text.format("In a new folder."))
        saved("In a new folder.")
        report.write_text(text.format("Still watched."))
        saved("Still watched.")
        # A setting.
        yaml = site.folder / "site.yaml"
        yaml.write_text(yaml.read_text().replace("Test Board", "Other Board"))
        saved("Other Board")


def test_a_request_for_another_host_or_from_another_site_is_refused(site: Project) -> None:
    with previewing(site.folder) as serving:
        port = serving.port
        for host in ("127.0.0.1", f"127.0.0.1:{port}", f"localhost:{port}", f"[::1]:{port}"):
            assert serving.ask(BASE, host)[0] == 200, host
        for host in (
            "evil.example",
            f"evil.example:{port}",
            f"127.0.0.1.evil.example:{port}",
            f"localhost@evil.example:{port}",
            f"192.168.0.1:{port}",
            f"127.0.0.1:{port}/@evil.example",
            "localhost:http",
            "[::1",
        ):
            for path in (BASE, "/.lscbsite/events", "/"):
                status, body, _ = serving.ask(path, host)
                assert status == 421, (host, path)
                assert "Test Board" not in body
        own = f"http://127.0.0.1:{port}"
        assert serving.ask(BASE, Origin=own)[0] == 200
        for origin in ("https://evil.example", "null", f"http://localhost:{port + 1}", own + "0"):
            assert serving.ask(BASE, Origin=origin)[0] == 403, origin
        assert serving.ask(BASE, Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="no-cors")[0] == 403
        assert serving.ask(BASE, Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate")[0] == 200
        for method in ("POST", "PUT", "DELETE", "OPTIONS"):
            assert serving.ask(BASE, method=method)[0] == 405, method


def test_nothing_outside_the_folder_is_served(site: Project) -> None:
    site.write("secret.txt", "SECRET")
    site.write("files/a.txt", "SECRET unpublished")
    with previewing(site.folder) as serving:
        preview = site.folder / ".lscbsite/preview"
        (preview / "link.txt").symlink_to(site.folder / "secret.txt")
        (preview / "folder").symlink_to(site.folder, target_is_directory=True)
        (preview / "index.html.d").mkdir()
        for path in (
            "../secret.txt",
            "../../secret.txt",
            "reports/../../../secret.txt",
            "%2e%2e/%2e%2e/secret.txt",
            "..%2f..%2fsecret.txt",
            "..%5c..%5csecret.txt",
            "%252e%252e/%252e%252e/secret.txt",
            "/../../secret.txt",
            f"/{site.folder}/secret.txt",
            f"%2f{site.folder}/secret.txt",
            "link.txt",
            "folder/secret.txt",
            "folder/",
            "files/a.txt",
            ".lscbsite.json",
            ".lscbsite/",
            ".lscbsite/cache.sqlite",
            "%00",
            "secret.txt%00.html",
            "index.html.d",
            "index.html/",
            "x" * 5000,
        ):
            status, body, _ = serving.ask(BASE + path)
            assert status in (307, 404), path
            assert "SECRET" not in body, path
        status, _, headers = serving.ask(f"{BASE}/evil.example")
        assert status == 404
        assert "location" not in headers
        for path in ("/", BASE.rstrip("/"), f"{BASE}reports/2012-11-13"):
            status, _, headers = serving.ask(path)
            assert (status, headers["location"][:5]) == (307, BASE), path
        # What is not there is the site's own page, with links that work.
        assert 'href="/a/b/' in serving.ask("/elsewhere")[1]


def test_only_this_machine_gets_answers(site: Project) -> None:
    with previewing(site.folder) as serving, socket.socket() as probe:
        probe.settimeout(2)
        # All of 127.0.0.0/8 is this machine; only one address of it is listened at.
        assert probe.connect_ex(("127.0.0.2", serving.port)) != 0
    with previewing(site.folder, "--host", "127.0.0.2") as serving, socket.socket() as probe:
        assert serving.address.startswith("http://127.0.0.2:")
        assert probe.connect_ex(("127.0.0.1", serving.port)) != 0


def test_an_address_that_cannot_be_used_is_named(site: Project) -> None:
    # RFC 5737 and RFC 6761: no machine has either of them.
    for host in ("203.0.113.9", "nobody.invalid"):
        result = site.run("serve", "--host", host)
        assert result.exit_code == 2
        assert f"cannot use the address {host}, port 8000: " in result.stderr
        assert len(result.stderr.splitlines()) == 1


def test_a_port_that_is_taken_is_left_for_the_next_one(site: Project) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with previewing(site.folder, port=port) as serving:
            assert serving.port > port
            serving.wait_for(f"port {port} is taken; using {serving.port}")
            assert serving.ask(BASE)[0] == 200


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopping_is_quiet(site: Project, page: Page, number: int) -> None:
    with previewing(site.folder) as serving:
        page.goto(serving.address)
        page.locator("lscbsite-preview").wait_for(state="attached")
        before = list(serving.lines)
        assert serving.stop(number) == 0
        time.sleep(0.1)
        assert serving.lines == before


def test_there_is_no_preview_of_nothing(project: Project) -> None:
    (project.folder / "site.yaml").unlink()
    result = project.run("serve")
    assert result.exit_code == 2
    assert "there is no site.yaml" in result.stderr
    assert not list(project.folder.iterdir())


def test_stopping_does_not_wait_for_a_build(site: Project) -> None:
    days = [f"2011-{month:02}-{day:02}" for month in (1, 2, 3) for day in range(1, 29)]
    for day in days:
        site.report(day)
    preview = site.folder / ".lscbsite/preview"
    staging = preview / ".lscbsite-new"
    # The first pages are rendered at once.
    slow = "{% if 'reports/2011-03' in view.frame.url %}{% for _ in range(1500000) %}{% endfor %}{% endif %}"
    template = "{% extends 'theme/report.html' %}{% block content %}New." + slow + "{% endblock %}"
    with previewing(site.folder) as serving:
        before = len(serving.lines)
        site.write("templates/report.html", template.encode())
        serving.wait_until(staging.exists)
        assert serving.stop() == 0
        assert serving.lines[before:] == []
    assert not staging.exists()
    for day in days:
        assert "New." not in (preview / f"reports/{day}/index.html").read_text()


def wait_for_event(stream: socket.socket) -> None:
    """Read from an event stream until there is an event; what it consists of may come in parts."""
    read = b""
    while b"data:" not in read:
        part = stream.recv(65536)
        assert part, read
        read += part


def test_stopping_is_quiet_after_the_first_pages_of_a_build(site: Project) -> None:
    for day in range(1, 29):
        site.report(f"2011-01-{day:02}")
    # Only the first pages are rendered at once.
    slow = (
        "{% if '2011-01' in view.frame.url %}{% for _ in range(1500000) %}{% endfor %}{% endif %}"
    )
    template = "{% extends 'theme/report.html' %}{% block content %}New." + slow + "{% endblock %}"
    with (
        previewing(site.folder) as serving,
        closing(socket.create_connection(("127.0.0.1", serving.port), 60)) as stream,
    ):
        path = "/.lscbsite/events?page=reports/2012-11-13/index.html"
        host = f"127.0.0.1:{serving.port}"
        stream.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        wait_for_event(stream)
        before = len(serving.lines)
        site.write("templates/report.html", template.encode())
        wait_for_event(stream)
        assert serving.stop() == 0
        assert serving.lines[before:] == []


def test_stopping_during_the_first_build_leaves_nothing(site: Project, tmp_path: Path) -> None:
    for day in range(1, 29):
        site.report(f"2011-01-{day:02}")
    # A second preview has its pages in a temporary folder.
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    with previewing(site.folder):
        command = [sys.executable, "-m", "lscbsite", "serve", "--site", str(site.folder)]
        # At its beginning, and when it writes; no signal may get lost.
        for number, awaited in (
            (signal.SIGINT, "lscbsite-*"),
            (signal.SIGTERM, "lscbsite-*/.lscbsite.json"),
            (signal.SIGINT, "lscbsite-*/.lscbsite.json"),
        ):
            with subprocess.Popen(
                [*command, "--port", "0", "--jobs", "1"],
                env={**os.environ, "TMPDIR": str(temporary)},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            ) as process:
                until = time.monotonic() + 60
                while not list(temporary.glob(awaited)):
                    assert time.monotonic() < until
                    time.sleep(0.001)
                process.send_signal(number)
                try:
                    printed = process.communicate(timeout=60)
                except subprocess.TimeoutExpired:
                    process.kill()
                    pytest.fail(f"it goes on after {number} during {awaited}")
            # It may have been a moment too late.
            assert process.returncode in (0, 130), printed
            assert "Traceback" not in printed[1]
            assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("command", ["serve", "rename"])
def test_a_signal_in_the_moment_a_folder_is_made_leaves_nothing(
    site: Project, tmp_path: Path, command: str
) -> None:
    (tmp_path / "startup").mkdir()
    (tmp_path / "startup/sitecustomize.py").write_text(
        "import signal, tempfile\n"
        "make = tempfile.mkdtemp\n"
        "def make_and_stop(*args, **options):\n"
        "    made = make(*args, **options)\n"
        "    signal.raise_signal(signal.SIGINT)\n"
        "    return made\n"
        "tempfile.mkdtemp = make_and_stop\n"
    )
    (tmp_path / "temporary").mkdir()
    arguments = ["--port", "0"] if command == "serve" else ["2012-11-13", "2012-11-14"]

    def list_files() -> list[Path]:
        # The preview that is there may still be at work.
        found = site.folder.rglob("*")
        return sorted(path for path in found if not path.name.endswith(("-journal", "-new")))

    with previewing(site.folder):
        before = list_files()
        stopped = subprocess.run(
            [sys.executable, "-m", "lscbsite", command, "--site", str(site.folder), *arguments],
            env={
                **os.environ,
                "TMPDIR": str(tmp_path / "temporary"),
                "PYTHONPATH": str(tmp_path / "startup"),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert stopped.returncode == 130, stopped.stderr
        assert "Traceback" not in stopped.stderr
        assert list((tmp_path / "temporary").iterdir()) == []
        assert list_files() == before


def test_two_previews_of_one_site_show_each_change(site: Project) -> None:
    with previewing(site.folder) as first, previewing(site.folder) as second:
        for number in range(3):
            words = f"Number {number}."
            before = len(first.lines), len(second.lines)
            site.report("2012-11-13", "title: First", words)
            for serving, lines in zip((first, second), before, strict=True):
                serving.wait_for("changed in", after=lines)
                assert words in serving.ask(f"{BASE}reports/2012-11-13/")[1]


@pytest.mark.skipif(HUNT == 1, reason="waits for midnight: make test-long")
def test_a_new_day_is_noticed(site: Project, tmp_path: Path) -> None:
    """In the time zone of the site: here one in which a day ends while the test runs."""
    now = dt.datetime.now(dt.UTC)
    second = (now.hour * 60 + now.minute) * 60 + now.second
    # Local time is 23:59:52.
    offset = (24 * 3600 - 8 - second + 12 * 3600) % (24 * 3600) - 12 * 3600
    day = (now + dt.timedelta(seconds=offset)).date() + dt.timedelta(days=1)
    zone = tmp_path / "zones/Test/Midnight"
    zone.parent.mkdir(parents=True)
    # RFC 9636: a file of version 1 with one type of local time.
    counts = struct.pack(">4sc15x6l", b"TZif", b"\0", 0, 0, 0, 0, 1, 4)
    zone.write_bytes(counts + struct.pack(">lbB", offset, 0, 0) + b"TST\0")
    site.write("site.yaml", (site.folder / "site.yaml").read_text() + "timezone: Test/Midnight\n")
    site.report("2012-12-04", f"published: {day}")
    with previewing(site.folder, today="", PYTHONTZPATH=str(zone.parent.parent)) as serving:
        notice = "Scheduled for"
        assert notice in serving.ask(f"{BASE}reports/2012-12-04/")[1]
        serving.wait_until(lambda: notice not in serving.ask(f"{BASE}reports/2012-12-04/")[1])
        assert serving.ask(f"{BASE}reports/2012-12-04/")[0] == 200


def test_a_preview_is_outdated_on_another_day(
    site: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = site.folder / "site.yaml"
    settings.write_text(f"{settings.read_text()}timezone: Europe/London\n")
    summer = dt.datetime(2013, 7, 1, 22, 59, tzinfo=dt.UTC).timestamp()  # 23:59 in London
    moments = {dt.date(2013, 3, 1): True, None: False}
    for today, stays in moments.items():
        builder = Builder(Options(site.folder, None, today=today))
        try:
            monkeypatch.setattr(time, "time", lambda: summer)
            builder.build(Progress())
            assert not builder.is_outdated()
            monkeypatch.setattr(time, "time", lambda: summer + 60)
            assert builder.is_outdated() != stays
            # A clock that was wrong.
            monkeypatch.setattr(time, "time", lambda: summer - 86400)
            assert builder.is_outdated() != stays
        finally:
            builder.close()


def test_a_half_written_file_is_no_problem_if_it_is_whole_in_a_moment(site: Project) -> None:
    report = site.folder / "reports/2012-11-13.md"
    settings = site.folder / "site.yaml"
    before = settings.read_text()
    with previewing(site.folder) as serving:

        def is_noticed(file: Path, whole: str, words: str) -> bool:
            """Save a file with a pause; return whether the preview took a part for the whole."""
            lines = len(serving.lines)
            with file.open("w") as opened:
                opened.write(whole[:20])
                opened.flush()
                time.sleep(0.08)
                opened.write(whole[20:])
            serving.wait_until(lambda: words in serving.ask(f"{BASE}reports/2012-11-13/")[1])
            return any("rror" in line for line in serving.lines[lines:])

        # A busy machine can make any pause a long one.
        saves = range(20)
        text = "---\ndate: 2012-11-13\n---\nNumber {}.\n"
        assert not all(is_noticed(report, text.format(n), f"Number {n}.") for n in saves)
        changed = before.replace("Test Board", "Board {}.")
        assert not all(is_noticed(settings, changed.format(n), f"Board {n}.") for n in saves)
        # One that stays as it is, is one.
        lines = len(serving.lines)
        report.write_text(text[:20])
        serving.wait_for("reports/2012-11-13.md:", after=lines)


def test_the_site_folder_can_be_moved_away_and_come_back(site: Project, tmp_path: Path) -> None:
    with previewing(site.folder) as serving:
        away = tmp_path / "away"
        before = len(serving.lines)
        site.folder.rename(away)
        serving.wait_for("No such file", after=before)
        assert not site.folder.exists()
        assert serving.ask(f"{BASE}reports/2012-11-13/")[0] in (200, 404)
        away.rename(site.folder)
        serving.wait_until(lambda: serving.get_problems() == [])
        site.report("2012-11-13", body="Back again.")
        serving.wait_until(lambda: "Back again." in serving.ask(f"{BASE}reports/2012-11-13/")[1])
        # Taken away at once: the preview may be writing into it.
        site.folder.rename(tmp_path / "gone")
        serving.wait_until(lambda: serving.get_problems() != [])
        assert not site.folder.exists()
        assert serving.stop() == 0


def test_settings_can_be_taken_away_and_put_back(site: Project) -> None:
    settings = site.folder / "site.yaml"
    with previewing(site.folder) as serving:
        text = settings.read_text()
        settings.unlink()
        serving.wait_until(lambda: serving.get_problems() != [])
        assert "Before." in serving.ask(f"{BASE}reports/2012-11-13/")[1]
        settings.write_text(text)
        serving.wait_until(lambda: serving.get_problems() == [])


def test_a_page_that_is_removed_while_it_is_open(site: Project, page: Page) -> None:
    site.report("2012-12-04", body="Later.")
    report = site.folder / "reports/2012-12-04.md"
    with previewing(site.folder) as serving:
        page.goto(f"{serving.address}reports/2012-12-04/")
        text = report.read_text()
        report.unlink()
        page.get_by_role("heading", name="Page not found").wait_for()
        report.write_text(text)
        page.get_by_text("Later.", exact=True).first.wait_for()


def test_builds_and_other_programs_start_no_rebuild(site: Project) -> None:
    with previewing(site.folder) as serving:
        before = len(serving.lines)
        for name in (".git/index", ".git/refs/heads/main", "output/index.html"):
            site.write(name, "x")
        for name in (".2012-11-13.md.swp", "2012-11-13.md~", ".#2012-11-13.md", "#2012-11-13.md#"):
            site.write(f"reports/{name}", b"x")
        site.write("reports/4913", b"")
        (site.folder / "reports/4913").unlink()
        shutil.rmtree(site.folder / "output")
        assert site.built().exists()
        # The ledger that a build begins is no change of the preview.
        time.sleep(1)
        assert not [line for line in serving.lines[before:] if "changed in" in line]
        names = "Anhörung im Mai.pdf"
        site.write(f"files/{names}", b"%PDF-1.4")
        site.report("2012-11-13", body=f"[Paper](<../files/{names}>)")
        serving.wait_for("changed in", after=before)
        assert serving.ask(f"{BASE}files/{quote(names)}")[0] == 200


def test_answers_are_those_of_a_web_server(site: Project) -> None:
    site.write("files/a.bin", b"0123456789")
    site.report("2012-11-13", body="[Paper](../files/a.bin)")
    with previewing(site.folder) as serving:
        status, body, headers = serving.ask(f"{BASE}style.css", method="HEAD")
        assert (status, body) == (200, "")
        assert int(headers["content-length"]) > 1000
        assert serving.ask(f"{BASE}style.css", If_None_Match=headers["etag"])[:2] == (304, "")
        assert serving.ask(f"{BASE}style.css", If_None_Match='"x"')[0] == 200
        assert serving.ask(f"{BASE}files/a.bin", Range="bytes=2-4")[:2] == (206, "234")
        assert serving.ask(f"{BASE}files/a.bin", Range="bytes=20-30")[0] == 416
        assert serving.ask(BASE, method="HEAD")[:2] == (200, "")
        assert serving.ask("/.lscbsite/events", method="HEAD")[:2] == (200, "")
        for path in ("/" + "x" * 60_000, f"{BASE}?{'x' * 60_000}", "*", "http://evil.example/"):
            assert serving.ask(path)[0] in (307, 400, 404, 200), path[:30]
        before = list(serving.lines)
        with closing(socket.create_connection(("127.0.0.1", serving.port), 60)) as connection:
            connection.sendall(b"\x16\x03\x01\0\xa5" + bytes(160))  # a browser that tries TLS
            assert connection.recv(12) == b"HTTP/1.1 400"
        assert serving.ask(BASE, Connection="Upgrade", Upgrade="websocket")[0] == 200
        time.sleep(0.1)
        assert serving.lines == before


def test_hosts_are_compared_as_names(site: Project) -> None:
    with previewing(site.folder) as serving:
        port = serving.port
        for host in (f"LOCALHOST:{port}", f"localhost.:{port}", "Localhost", f"[::1]:{port}"):
            assert serving.ask(BASE, host)[0] == 200, host
        origin = f"http://LOCALHOST:{port}"
        assert serving.ask("/", f"localhost:{port}", Origin=origin)[0] == 307
        for host in (
            "localhost..",
            "localhost.evil.example",
            "..",
            "[::ffff:127.0.0.1]",
            "0",
        ):
            assert serving.ask(BASE, f"{host}:{port}")[0] == 421, host


def test_many_open_streams_keep_nobody_out_for_long(site: Project) -> None:
    with previewing(site.folder) as serving:
        before = len(serving.lines)
        request = f"GET /.lscbsite/events HTTP/1.1\r\nHost: 127.0.0.1:{serving.port}\r\n\r\n"
        with ExitStack() as streams:
            for _ in range(500):
                connection = socket.create_connection(("127.0.0.1", serving.port), 60)
                streams.enter_context(closing(connection))
                connection.sendall(request.encode())
            site.report("2012-11-13", body="Changed.")
            serving.wait_for("changed in", after=before)
        serving.wait_until(lambda: serving.ask(BASE)[0] == 200)
        assert not [line for line in serving.lines if "Traceback" in line or "socket" in line]
        assert serving.stop() == 0


def test_what_cannot_be_read_or_written_is_shown(site: Project) -> None:
    report = site.folder / "reports/2012-11-13.md"
    with previewing(site.folder) as serving:
        text = report.read_text()
        report.unlink()
        os.mkfifo(report)
        serving.wait_until(lambda: serving.get_problems() != [])
        report.unlink()
        report.write_text(text)
        serving.wait_until(lambda: serving.get_problems() == [])
        blocked = site.folder / ".lscbsite/preview/reports/2012-12-04"
        blocked.mkdir()
        (blocked / "index.html").write_text("Somebody else's.")
        site.report("2012-12-04", body="New.")
        serving.wait_until(lambda: serving.get_problems() == [""])
        shutil.rmtree(blocked)
        site.report("2012-12-04", body="Newer.")
        serving.wait_until(lambda: serving.get_problems() == [])
        assert "Newer." in serving.ask(f"{BASE}reports/2012-12-04/")[1]


def test_a_change_is_shown_although_the_store_cannot_keep_it(
    site: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a full disk: the build is repeated, but writes the pages only the first time."""
    options = Options(site.folder, None, today=dt.date.fromisoformat(TODAY))
    builder = Builder(options)
    try:
        first = builder.build(Progress())
        version = builder.preview.version
        site.report("2012-11-13", body="Other.")

        def fail(store: Store) -> None:
            if store.is_file:
                raise store.report_damage()

        monkeypatch.setattr(Store, "commit", fail)
        second = builder.build(Progress())
    finally:
        builder.close()
    assert first.changed
    assert second.changed
    assert second.changed < first.changed
    assert builder.preview.version != version
    monkeypatch.undo()
    result = site.build()
    assert f"{first.changed} files written, 0 unchanged" in result.stdout
    monkeypatch.setattr(Store, "commit", fail)
    site.report("2012-11-13", body="Another.")
    counts = re.search(r"(\d+) files written, (\d+) unchanged", site.build().stdout)
    assert counts
    assert 0 < int(counts[1]) < int(counts[1]) + int(counts[2]) == first.changed


MOUNTS = r"""22 1 0:21 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:25 / /home/ann rw,nosuid shared:2 master:1 - nfs4 server:/home rw
31 30 0:26 / /home/ann/local rw - btrfs /dev/sdb rw
32 22 0:27 / /media/with\040space rw - cifs //server/share rw
33 22 0:28 / /mnt/c rw - 9p drvfs rw
34 22 0:29 / /mnt/ssh rw - fuse.sshfs host:/ rw
35 22 0:30 / /mnt/merged rw - fuse.mergerfs a:b rw
36 22 0:31 / /mnt/over rw - nfs server:/ rw
37 22 0:32 / /mnt/over rw - xfs /dev/sdc rw
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    {
        "/srv/site": "",
        "/home/ann/site": "nfs4",
        "/home/ann": "nfs4",
        "/home/annabel/site": "",
        "/home/ann/local/site": "",
        "/media/with space/site": "cifs",
        "/mnt/c/Users/Ann/site": "9p",
        "/mnt/ssh/site": "fuse.sshfs",
        "/mnt/merged/site": "",
        "/mnt/over/site": "",
    }.items(),
)
def test_file_systems_that_report_no_changes_are_known(folder: str, kind: str) -> None:
    assert find_silent_file_system(MOUNTS.replace("\\\\", "\\"), Path(folder)) == kind
