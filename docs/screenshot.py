"""Take docs/screenshot.png: the sample site's report of 13 November 2012, as it was built.

``make screenshot`` runs this after ``make``; it needs Playwright and the system's Chromium.
"""

import shutil
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import sync_playwright

DOCS = Path(__file__).resolve().parent
OUTPUT = DOCS.parent / "output"
PAGE = "reports/2012-11-13/"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main() -> None:
    """Serve the built site and photograph the top of one page."""
    browser_path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser_path is None:
        sys.exit("There is no Chromium: install it first.")
    if not (OUTPUT / PAGE / "index.html").is_file():
        sys.exit(f"There is no {OUTPUT / PAGE}: build the site first, with make.")
    handler = partial(_Quiet, directory=str(OUTPUT))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"]
            )
            page = browser.new_page(
                viewport={"width": 1280, "height": 900}, color_scheme="light", locale="en-GB"
            )
            page.goto(f"http://127.0.0.1:{server.server_port}/{PAGE}", wait_until="networkidle")
            page.screenshot(path=DOCS / "screenshot.png")
            browser.close()
        server.shutdown()


if __name__ == "__main__":
    main()
