"""Take the pictures of docs/: pages of the sample site on its reference day, and the first steps of a new site.

``make screenshot`` runs this; it needs Playwright and the system's Chromium. With a folder as its
argument, it puts pictures of every kind of page there, to be looked at.
"""

import calendar
import html
import os
import pty
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import frontmatter
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tools.move_sample import find_reference_day, read_sample

DOCS = Path(__file__).resolve().parent
SITE = DOCS.parent
SAMPLE = read_sample(SITE)
# Questions are open then, and a meeting is ahead.
DAY = find_reference_day(SAMPLE).isoformat()
# The path of the site's base URL.
BASE = "/lscbsite/"
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def _find_open_report() -> str:
    """Return the page of the newest report of the sample with a question to answer by a day ahead."""
    for path, text in sorted(SAMPLE.items(), reverse=True):
        if path.parts[0] != "reports":
            continue
        front: Any = frontmatter.loads(text)
        deadlines = [str(ask.get("deadline", "")) for ask in front.get("feedback", [])]
        if "agenda" not in front and max(deadlines, default="") >= DAY:
            return f"{path.with_suffix('').as_posix()}/"
    sys.exit(f"No report of the sample has an open question on {DAY}. Run tools/move_sample.py.")


REPORT = _find_open_report()


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
    "year": f"years/{DAY[:4]}/",
    "search": "search/?q=training+evening",
    "subscribe": "subscribe/",
    "glossary": "glossary/",
    "attendance": "attendance/",
    "page": "accessibility/",
    "404": "404.html",
}
# A site on its first day, as docs/start.md makes it.
NEW_DAY = "2026-05-12"
ANSWERS = (
    "Riverside board reports",
    "https://ada-moss.github.io/board-reports/",
    "the Riverside Board",
    "github",
)
NEW_REPORT = f"reports/{NEW_DAY}"
OF_A_NEW_SITE = (
    Shot("start/home.png", "", 1000, 640),
    Shot("start/phone.png", f"{NEW_REPORT}/", 390, 700),
)
TERMINAL = """\
<!doctype html><meta charset="utf-8"><style>
body { margin: 0; padding: 1rem; background: #1e1e1e; color: #eee; width: fit-content; }
pre { margin: 0; font: 15px/1.4 monospace; } b { color: #fff; }
</style><pre>%s</pre>
"""
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


def _program(day: str, *arguments: str) -> dict[str, Any]:
    """Return what starts the program of this checkout on a day."""
    noon = calendar.timegm(time.strptime(f"{day} 12", "%Y-%m-%d %H"))
    environment = {"SOURCE_DATE_EPOCH": str(noon), "PYTHONPATH": str(SITE)}
    command = [sys.executable, "-m", "lscbsite", *arguments]
    return {"args": command, "env": {**os.environ, **environment}}


@contextmanager
def _served(site: Path, day: str) -> Iterator[str]:
    """Build a site for a day, and give the address at which it is served."""
    with TemporaryDirectory() as folder:
        handler = partial(_Handler, directory=folder)
        with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            address = f"http://127.0.0.1:{server.server_port}{BASE}"
            arguments = ("build", "--site", str(site), "--output", folder, "--no-cache")
            subprocess.run(**_program(day, *arguments), check=True)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield address
            server.shutdown()


def _begin_site(folder: Path) -> str:
    """Begin a site, answering the questions; return what the terminal showed."""
    ours, theirs = pty.openpty()
    start = _program(NEW_DAY, "init", "board-reports")
    with subprocess.Popen(**start, cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs):
        os.close(theirs)
        seen, answers = b"", iter(ANSWERS)
        while True:
            try:
                data = os.read(ours, 65536)
            except OSError:  # that is how a terminal ends
                break
            seen += data
            if seen.endswith(b": "):
                os.write(ours, f"{next(answers)}\n".encode())
        os.close(ours)
    return seen.decode().replace("\r", "")


@contextmanager
def _previewed(site: Path) -> Iterator[str]:
    """Serve a site with lscbsite serve, and give the address that it prints."""
    start = _program(NEW_DAY, "serve", "--site", str(site), "--port", "0")
    with subprocess.Popen(**start, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        found = next(filter(None, (re.search(r"http\S+", line) for line in process.stdout)))
        yield found[0]
        process.terminate()


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
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"]
        )
        with _served(SITE, DAY) as address:
            for shot in shots:
                _take(browser, address, shot, folder)
        if folder == DOCS:
            _take_new_site(browser)
        browser.close()


def _take_new_site(browser: Browser) -> None:
    """Begin a site, and photograph the terminal, its pages, and the preview of a mistake."""
    with TemporaryDirectory() as folder:
        dialogue = html.escape(_begin_site(Path(folder)))
        site = Path(folder, "board-reports")
        page = browser.new_page(viewport={"width": 100, "height": 100})
        page.set_content(TERMINAL % f"$ <b>lscbsite init board-reports</b>\n{dialogue}")
        _save(page, DOCS / "start/init.png", full_page=True)
        with _served(site, NEW_DAY) as address:
            for shot in OF_A_NEW_SITE:
                _take(browser, address, shot, DOCS, NEW_DAY)
        with _previewed(site) as address:
            page = browser.new_page(viewport={"width": 1000, "height": 640}, locale="en-GB")
            page.goto(f"{address}{NEW_REPORT}/")
            report = site / f"{NEW_REPORT}.md"
            text = report.read_text("utf-8")
            report.write_text(text.replace(f"date: {NEW_DAY}", "date: 12/05/2026"), "utf-8")
            page.locator(".problems").wait_for()
            _save(page, DOCS / "start/mistake.png")


def _take(browser: Browser, address: str, shot: Shot, folder: Path, day: str = DAY) -> None:
    page = browser.new_page(
        viewport={"width": shot.width, "height": shot.height or 900},
        color_scheme="light",
        locale="en-GB",
        bypass_csp=True,
    )
    page.clock.set_fixed_time(f"{day}T12:00:00Z")
    page.emulate_media(**shot.media)
    page.goto(address + shot.page, wait_until="networkidle")
    # A picture does not show the margins of a sheet by itself.
    margins = "body { padding: 2cm }" if shot.media.get("media") == "print" else ""
    _save(page, folder / shot.file, full_page=not shot.height, style=margins)


def _save(page: Page, place: Path, **options: Any) -> None:
    """Write a picture of the page, with few colours, and close the page."""
    place.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=place, **options)
    page.close()
    with Image.open(place) as picture:
        few = picture.convert("RGB").quantize(
            128, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE
        )
    few.save(place, optimize=True)


if __name__ == "__main__":
    main()
