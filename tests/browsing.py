"""Helpers for tests in a real browser: sites served under a path, and their readers."""

import datetime as dt
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

BASE = "/a/b/"
# A script for pages that search: they wait for whatever is late, however busy the machine is, and
# tell their reader nothing about it.
PATIENT = """{ const later = window.setTimeout;
    window.setTimeout = (task, time, ...rest) => time >= 1000 ? 0 : later(task, time, ...rest); }"""
# The one without a window takes a third of the time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Handler(SimpleHTTPRequestHandler):
    """Serves a folder under a path, and its 404.html elsewhere, as static hosts do."""

    protocol_version = "HTTP/1.1"

    def handle(self) -> None:
        """Answer; a browser may hang up meanwhile."""
        with suppress(ConnectionError):
            super().handle()

    def translate_path(self, path: str) -> str:
        """Return the file for a path below the base, and a missing one for other paths."""
        if not path.startswith(BASE):
            return str(Path(self.directory) / "nowhere")
        return super().translate_path("/" + path.removeprefix(BASE))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002 (the library's signature)
        """Answer with the site's own page."""
        body = (Path(self.directory) / "404.html").read_bytes()
        self.send_response(code, message)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the library's name)
        """Keep quiet."""


class Served(msgspec.Struct, frozen=True):
    """A built site, and the address at which a browser finds it."""

    folder: Path
    address: str

    @property
    def pages(self) -> list[str]:
        """Return the addresses of all pages except redirects, below the site's."""
        files = sorted(
            file
            for file in self.folder.rglob("*.html")
            if b'http-equiv="refresh"' not in file.read_bytes()
        )
        names = [file.relative_to(self.folder).as_posix() for file in files]
        return [quote(name.removesuffix("index.html")) for name in names]


@contextmanager
def serving(folder: Path) -> Iterator[Served]:
    handler = partial(Handler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Served(folder, f"http://127.0.0.1:{server.server_port}{BASE}")
        server.shutdown()
        thread.join()


def chromium_program() -> str:
    """Return where the system's Chromium is; a test without one fails."""
    program = next((found for name in NAMES if (found := shutil.which(name))), None)
    if program is None:
        pytest.fail(
            f"no Chromium: none of {', '.join(NAMES)} is on the PATH; on Debian and Ubuntu:"
            " apt-get install chromium"
        )
    return program


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium_program(), args=ARGUMENTS)
        yield launched
        launched.close()


@contextmanager
def reader(browser: Browser, zone: str = "America/Los_Angeles") -> Iterator[Page]:
    """Return a page of a reader in some time zone."""
    with browser.new_context(timezone_id=zone) as context:
        yield context.new_page()


def read(page: Page, address: str, when: str) -> None:
    """Open a page while the reader's clock shows ``when``."""
    page.clock.set_fixed_time(dt.datetime.fromisoformat(when))
    page.goto(address)
