"""Take the pictures of docs/: pages of the sample site, as a reader saw them on a day of 2012.

``make screenshot`` runs this; it needs Playwright and the system's Chromium. With a folder as its
argument, it puts pictures of every kind of page there, to be looked at.
"""

import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from playwright.sync_api import Browser, sync_playwright

DOCS = Path(__file__).resolve().parent
SITE = DOCS.parent
# An ask was open then, and a meeting ahead.
DAY = "2012-11-25"
# The path of the site's base URL.
BASE = "/lscbsite/"
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
REPORT = "reports/2012-11-13/"


class Shot(NamedTuple):
    """A picture: its file, the page, the size of the window; ``height`` 0 for the whole page.

    ``media`` is what the browser is to pretend.
    """

    file: str
    page: str
    width: int
    height: int = 0
    media: dict[str, Any] = {}  # noqa: RUF012 (read only)


OF_THE_DOCS = (
    Shot("screenshot.png", REPORT, 1280, 900),
    Shot("design/home.png", "", 1280, 1500),
    Shot("design/home-telephone.png", "", 320, 1100),
    Shot("design/report-dark.png", REPORT, 1280, 900, {"color_scheme": "dark"}),
    Shot("design/report-telephone.png", REPORT, 320, 1100),
    Shot("design/report-paper.png", REPORT, 794, 1123, {"media": "print"}),
    Shot("design/topic.png", "topics/domestic-violence/", 1280, 900),
    Shot("design/asks.png", "asks/", 1280, 900),
    Shot("design/search.png", "search/?q=training+evening", 1280, 900),
    Shot("design/forced-colours.png", "", 1280, 1500, {"forced_colors": "active"}),
)
KINDS = {
    "home": "",
    "report": REPORT,
    "topics": "topics/",
    "topic": "topics/domestic-violence/",
    "asks": "asks/",
    "year": "years/2012/",
    "search": "search/?q=training+evening",
    "subscribe": "subscribe/",
    "glossary": "glossary/",
    "page": "accessibility/",
    "404": "404.html",
}
MEDIA: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced": {"forced_colors": "active"},
    "print": {"media": "print"},
}


class _Handler(SimpleHTTPRequestHandler):
    """Serves a folder below ``BASE``."""

    def translate_path(self, path: str) -> str:
        return super().translate_path("/" + path.removeprefix(BASE))

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def _served() -> Iterator[str]:
    """Build the sample site for the day, and give the address at which it is served."""
    with TemporaryDirectory() as folder:
        handler = partial(_Handler, directory=folder)
        with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            address = f"http://127.0.0.1:{server.server_port}{BASE}"
            command = ["lscbsite", "build", "--site", str(SITE), "--output", folder, "--no-cache"]
            program = [sys.executable, "-m", *command, "--today", DAY]
            subprocess.run(program, check=True)  # noqa: S603 (ours)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield address
            server.shutdown()


def main() -> None:
    """Photograph pages of the sample site."""
    browser_path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser_path is None:
        sys.exit("There is no Chromium: install it first.")
    folder, shots = DOCS, OF_THE_DOCS
    if sys.argv[1:]:
        folder = Path(sys.argv[1])
        shots = tuple(
            Shot(f"{kind}-{width}-{name}.png", page, width, 0, media)
            for (kind, page), width, (name, media) in product(
                KINDS.items(), (320, 768, 1280), MEDIA.items()
            )
        )
    with _served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"]
        )
        for shot in shots:
            _take(browser, address, shot, folder)
        browser.close()


def _take(browser: Browser, address: str, shot: Shot, folder: Path) -> None:
    page = browser.new_page(
        viewport={"width": shot.width, "height": shot.height or 900},
        color_scheme="light",
        locale="en-GB",
        bypass_csp=True,
    )
    page.clock.set_fixed_time(f"{DAY}T12:00:00Z")
    page.emulate_media(**shot.media)
    page.goto(address + shot.page, wait_until="networkidle")
    place = folder / shot.file
    place.parent.mkdir(parents=True, exist_ok=True)
    # A picture does not show the margins of a sheet by itself.
    margins = "body { padding: 2cm }" if shot.media.get("media") == "print" else ""
    page.screenshot(path=place, full_page=not shot.height, style=margins)
    page.close()


if __name__ == "__main__":
    main()
