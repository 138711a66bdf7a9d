"""Test the pages of the golden sites and our own site in a real browser, under a path."""

from collections.abc import Callable, Iterator
from typing import Any, Literal

import msgspec
import pytest
from browsing import Served, read, reader
from conftest import HUNT
from page_checks import AXE, HALF, NARROW, STANDARD, TWICE, resize, scroll_width, violations
from playwright.sync_api import Browser, Page, expect

# The narrowest, both sides of where the contents move to the margin, and some in between.
WIDTHS = (NARROW, 768, 1024, 1279, STANDARD)
Appearances = list[tuple[int, Literal["light", "dark"]]]
APPEARANCES: Appearances = [
    *((NARROW, "light"), (STANDARD, "dark")),
    *((NARROW, "dark"), (STANDARD, "light")),
]


# --- one visit to every page ------------------------------------------------------------------


class Visit(msgspec.Struct):
    """What a visit to a page found."""

    page: str
    told: list[str] = msgspec.field(default_factory=list)
    foreign: list[str] = msgspec.field(default_factory=list)
    failed: list[str] = msgspec.field(default_factory=list)
    too_wide: list[str] = msgspec.field(default_factory=list)
    inaccessible: list[str] = msgspec.field(default_factory=list)


def visit(page: Page, site: Served, path: str, appearances: Appearances) -> Visit:
    seen = Visit(path)
    listeners: dict[str, Callable[[Any], None]] = {
        "console": lambda told: seen.told.append(f"{told.type}: {told.text}"),
        "pageerror": lambda error: seen.told.append(str(error)),
        "request": lambda request: seen.foreign.append(request.url),
        # The search still fetches while the next page is asked for.
        "requestfailed": lambda request: (
            seen.failed.append(request.url) if request.failure != "net::ERR_ABORTED" else None
        ),
        "response": lambda answer: seen.failed.append(answer.url) if answer.status >= 400 else None,
    }
    for event, listener in listeners.items():
        page.on(event, listener)  # type: ignore[call-overload]
    page.emulate_media(color_scheme="light")
    resize(page, NARROW)
    page.goto(site.address + path, wait_until="load")
    for width in WIDTHS:
        resize(page, width)
        if (found := scroll_width(page)) > width:
            seen.too_wide.append(f"{found} px at {width} px")
    if appearances:
        page.evaluate(AXE)
    for width, scheme in appearances:
        resize(page, width)
        page.emulate_media(color_scheme=scheme)
        seen.inaccessible += [f"{scheme}, {width} px: {found}" for found in violations(page)]
    resize(page, HALF)
    # A style element would be against the page's own policy.
    page.evaluate(
        "rules => { const sheet = new CSSStyleSheet(); sheet.replaceSync(rules);"
        " document.adoptedStyleSheets = [sheet]; }",
        TWICE,
    )
    if (found := scroll_width(page)) > HALF:
        seen.too_wide.append(f"{found} px at {HALF} px with text of twice the size")
    for event, listener in listeners.items():
        page.remove_listener(event, listener)
    seen.foreign = [url for url in seen.foreign if not url.startswith(site.address)]
    return seen


def faults(visits: list[Visit], kind: str) -> Iterator[str]:
    """Yield the faults; a fault on several pages is reported once."""
    where: dict[str, list[str]] = {}
    for seen in visits:
        for fault in getattr(seen, kind):
            where.setdefault(fault, []).append(f"/{seen.page}")
    for fault, pages in where.items():
        more = f" and {len(pages) - 3} more" if len(pages) > 3 else ""
        yield f"{kind}: {fault}\n    on {', '.join(pages[:3])}{more}"


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("golden", 0),
        ("golden", 1),
        ("golden_boards", 0),
        ("golden_boards", 1),
        ("golden_meetings", 0),
        ("own_site", 0),
        ("own_site", 1),
    ],
)
def test_every_page(name: str, part: int, browser: Browser, request: pytest.FixtureRequest) -> None:
    """Nothing on the console, nothing fetched from elsewhere, nothing too wide, all accessible.

    In two parts a site, so that two workers share it. One page of each kind in any site is looked
    at for what is inaccessible in every appearance, the others of the golden sites in one each;
    there are none of another kind in the repository's own site. A short run looks at one page of each
    kind, and at every eighth of the others.
    """
    site: Served = request.getfixturevalue(name)
    first = {path.partition("/")[0]: path for path in reversed(site.pages)}
    visits = []
    with browser.new_context() as context:
        page = context.new_page()
        for number, path in enumerate(site.pages[part::2]):
            kind = path.partition("/")[0]
            if HUNT == 1 and first[kind] != path and number % 8:
                continue
            if name == "own_site":
                appearances = []
            elif first[kind] == path and (name == "golden" or kind == "boards"):
                appearances = APPEARANCES
            else:
                appearances = [APPEARANCES[number % len(APPEARANCES)]]
            visits.append(visit(page, site, path, appearances))
    assert len(visits) >= (2 if HUNT == 1 else 5)
    kinds = ("told", "foreign", "failed", "too_wide", "inaccessible")
    found = [fault for kind in kinds for fault in faults(visits, kind)]
    assert not found, "\n".join(["what a browser finds amiss:", *found])


def test_an_unknown_address_shows_the_way_home(browser: Browser, golden: Served) -> None:
    """404.html appears at any depth, and its style sheet and links work there, too."""
    with browser.new_context() as context:
        page = context.new_page()
        failed: list[str] = []
        page.on("requestfailed", lambda request: failed.append(request.url))
        page.on("response", lambda answer: failed.append(answer.url) if not answer.ok else None)
        unknown = f"{golden.address}reports/2001-01-01/with/depth"
        page.goto(unknown)
        assert failed == [unknown]
        assert page.locator("h1").inner_text() == "Page not found"
        assert page.evaluate("getComputedStyle(document.body).marginTop") == "0px"
        page.get_by_role("link", name="Go to the home page").click()
        assert page.url == golden.address


# --- the keyboard -----------------------------------------------------------------------------

VISIBLE = """element => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.left >= 0 && box.top >= 0 && box.right <= innerWidth;
}"""


@pytest.mark.parametrize("path", ["", "reports/2012-02-09/", "404.html"])
def test_the_skip_link_works_by_keyboard(browser: Browser, golden: Served, path: str) -> None:
    with browser.new_context(viewport={"width": NARROW, "height": 700}) as context:
        page = context.new_page()
        page.goto(golden.address + path)
        link = page.locator("a.skip")
        assert not link.evaluate(VISIBLE), "in nobody's way"
        page.keyboard.press("Tab")
        assert link.evaluate("element => element === document.activeElement")
        assert link.evaluate(VISIBLE)
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('main') !== null")


def test_whatever_has_the_focus_shows_it(browser: Browser, golden: Served) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(golden.address + "reports/budget-conference/")
        stops = []
        for _ in range(40):
            page.keyboard.press("Tab")
            stop = page.evaluate(
                """() => {
                    const element = document.activeElement;
                    const style = getComputedStyle(element);
                    return [element.outerHTML, style.outlineStyle, style.outlineWidth];
                }"""
            )
            if stop[0].startswith("<body"):
                break
            stops.append(stop)
        assert len(stops) > 10
        assert any(html.startswith('<div class="table"') for html, _, _ in stops)
        assert all(style == "solid" and width != "0px" for _, style, width in stops), stops


# --- time passes ------------------------------------------------------------------------------


def states(page: Page) -> list[str]:
    """Return what a reader sees of asks: their classes and the words beside the deadlines."""
    shown = []
    for ask in page.locator(".ask").all():
        word = ask.locator(".state")
        name = str(ask.get_attribute("class")).removeprefix("ask ")
        shown.append(f"{name}: {word.inner_text() if word.count() else ''}")
    return shown


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Pacific/Kiritimati"])
def test_an_ask_closes_when_its_last_day_is_over(
    browser: Browser, golden: Served, zone: str
) -> None:
    """At midnight where the board meets, wherever the reader is."""
    expected = {
        "2013-03-01T12:00:00+00:00": "open: ",
        "2013-03-15T23:59:59+00:00": "open: ",
        "2013-03-16T00:00:01+00:00": "closed: Closed. Outcome to follow",
        "2020-07-01T12:00:00+00:00": "closed: No outcome was published",
    }
    with reader(browser, zone) as page:
        for when, shown in expected.items():
            read(page, golden.address + "reports/2012-11-13/", when)
            assert states(page) == [shown, "answered: "], when


def test_midnight_is_that_of_the_site(browser: Browser, golden_boards: Served) -> None:
    with reader(browser, "Europe/London") as page:
        read(page, golden_boards.address, "2013-03-01T10:59:59+00:00")
        assert states(page) == ["open: "]
        read(page, golden_boards.address, "2013-03-01T11:00:01+00:00")
        assert states(page) == ["closed: Closed. Outcome to follow"]


def test_an_ask_without_a_deadline_stays_open(browser: Browser, golden: Served) -> None:
    with reader(browser) as page:
        read(page, golden.address, "2030-01-01T00:00:00+00:00")
        closed = "closed: No outcome was published"
        assert states(page) == ["open: ", "open: ", closed, closed], "open ones first"


@pytest.mark.parametrize("path", ["", "reports/2013-02-07/"])
def test_an_announced_meeting_passes(browser: Browser, golden: Served, path: str) -> None:
    expected = {
        "2013-03-01T12:00:00+00:00": False,
        "2013-03-19T23:59:59+00:00": False,
        "2013-03-20T00:00:01+00:00": True,
    }
    with reader(browser) as page:
        for when, passed in expected.items():
            read(page, golden.address + path, when)
            meeting = page.locator("p.meeting, .glance").first.inner_text()
            assert "Tuesday 19 March 2013" in meeting
            assert ("This date has passed" in meeting) == passed, when


# --- without script, on paper -----------------------------------------------------------------


def test_pages_say_the_same_without_script(browser: Browser, golden: Served) -> None:
    with reader(browser) as page, browser.new_context(java_script_enabled=False) as context:
        plain = context.new_page()
        for path in ("", "reports/2012-02-09/", "reports/2013-02-07/", "years/2012/"):
            read(page, golden.address + path, "2013-03-01T12:00:00+00:00")
            plain.goto(golden.address + path)
            told = page.locator("main").inner_text()
            told = told.replace(" Use the arrow keys to move between marks.", "")
            assert len(told) > 400
            assert plain.locator("main").inner_text() == told


def test_a_report_can_be_printed(browser: Browser, golden: Served) -> None:
    with browser.new_context(color_scheme="dark") as context:
        page = context.new_page()
        page.goto(golden.address + "reports/2012-11-13/")
        assert page.pdf(format="A4").startswith(b"%PDF-")

        page.emulate_media(media="print", color_scheme="dark")
        ink, paper = page.evaluate(
            "[getComputedStyle(document.querySelector('main')).color,"
            " getComputedStyle(document.body).backgroundColor]"
        )
        assert (ink, paper) == ("rgb(0, 0, 0)", "rgb(255, 255, 255)")
        for hidden in ("header nav", "nav.contents", "nav.chain", "footer"):
            assert not page.locator(hidden).is_visible()
        for shown in ("header .name", "h1", ".glance", ".asks", ".body", ".people"):
            assert page.locator(shown).first.is_visible()


def test_what_is_folded_up_is_unfolded_on_paper(browser: Browser, golden: Served) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(golden.address + "reports/2012-09-11-evening/")
        folded = page.locator("details p")
        assert not folded.is_visible()
        page.emulate_media(media="print")
        assert folded.is_visible()


def test_a_wide_table_is_whole_on_paper(browser: Browser, golden: Served) -> None:
    width = 642  # what A4 leaves between margins of 2 cm
    with browser.new_context(viewport={"width": width, "height": 900}) as context:
        page = context.new_page()
        page.emulate_media(media="print")
        page.goto(golden.address + "reports/budget-conference/")
        assert page.locator("table").evaluate("table => table.offsetWidth") <= width
