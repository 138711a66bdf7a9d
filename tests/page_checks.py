"""Checks of a page in a browser: whether it is accessible and fits the screen."""

from collections.abc import Iterator

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

AXE = Axe().axe_script
# Every rule of axe-core but those on trial: WCAG A to AAA and best practice.
RULES = {
    "resultTypes": ["violations"],
    "runOnly": [
        *("wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"),
    ],
}
NARROW, HALF, STANDARD = 320, 640, 1280
TWICE = "html { font-size: 212.5% !important }"  # the style sheet has 106.25%


def scroll_width(page: Page) -> int:
    width = page.evaluate("document.documentElement.scrollWidth")
    assert isinstance(width, int)
    return width


def resize(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})


def violations(page: Page) -> Iterator[str]:
    """Yield what axe-core finds; its script must have been evaluated in the page."""
    for found in page.evaluate("rules => axe.run(rules).then(found => found.violations)", RULES):
        for node in found["nodes"]:
            yield f"{found['id']}: {found['help']}: {node['html']}"
