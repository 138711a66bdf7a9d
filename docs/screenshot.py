"""Take the pictures of docs/: pages of the sample site, as they were built.

``make screenshot`` runs this after ``make``; it needs Playwright and the system's Chromium. With a
folder as its argument, it puts pictures of every kind of page there, to be looked at.
"""

import shutil
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, sync_playwright

DOCS = Path(__file__).resolve().parent
OUTPUT = DOCS.parent / "output"
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
    Shot("design/report-dark.png", REPORT, 1280, 900, {"color_scheme": "dark"}),
    Shot("design/report-telephone.png", REPORT, 320, 1100),
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


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main() -> None:
    """Serve the built site and photograph pages."""
    browser_path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser_path is None:
        sys.exit("There is no Chromium: install it first.")
    if not (OUTPUT / REPORT / "index.html").is_file():
        sys.exit(f"There is no {OUTPUT / REPORT}: build the site first, with make.")
    folder, shots = DOCS, OF_THE_DOCS
    if sys.argv[1:]:
        folder = Path(sys.argv[1])
        shots = tuple(
            Shot(f"{kind}-{width}-{name}.png", page, width, 0, media)
            for (kind, page), width, (name, media) in product(
                KINDS.items(), (320, 768, 1280), MEDIA.items()
            )
        )
    handler = partial(_Quiet, directory=str(OUTPUT))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"]
            )
            for shot in shots:
                _take(browser, f"http://127.0.0.1:{server.server_port}/", shot, folder)
            browser.close()
        server.shutdown()


def _take(browser: Browser, address: str, shot: Shot, folder: Path) -> None:
    page = browser.new_page(
        viewport={"width": shot.width, "height": shot.height or 900},
        color_scheme="light",
        locale="en-GB",
    )
    page.emulate_media(**shot.media)
    page.goto(address + shot.page, wait_until="networkidle")
    place = folder / shot.file
    place.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=place, full_page=not shot.height)
    page.close()


if __name__ == "__main__":
    main()
