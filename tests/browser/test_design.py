"""Test the design in a real browser: what readers see, reach and read, and how light pages are."""

import datetime as dt
import io
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

import pytest
from browsing import BASE, PATIENT, Served, serving
from conftest import HUNT, TESTS, Project, parsed
from hypothesis import given
from hypothesis import strategies as st
from page_checks import AXE, HALF, NARROW, STANDARD, TWICE, resize, scroll_width, violations
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect
from pypdf import PdfReader

from lscbsite.contrast import BETTER, DARK, ENOUGH, LIGHT, compute_contrast, find_readable_colour

WIDTHS = (NARROW, STANDARD)
# Windows: a small telephone's, and a laptop's.
TELEPHONE: ViewportSize = {"width": NARROW, "height": 640}
LAPTOP: ViewportSize = {"width": STANDARD, "height": 800}
MONTHS = [dt.date(2009 + place // 12, place % 12 + 1, 10) for place in range(45)]
SITE = f"title: Test Board\nbase_url: https://example.org{BASE}\n"
# The golden site's pages, one of each kind. The search has the focus if nothing is looked for.
KINDS = (
    *("", "reports/2012-11-13/", "topics/", "topics/budget/", "asks/", "attendance/"),
    *("glossary/", "subscribe/", "new/", "search/?q=budget", "404.html"),
)
# Texts of sections whose HTML is ever longer.
LENGTHS = (100, 700, 2200, 6000)


# --- the sites, served ------------------------------------------------------------------------


def new_project(factory: pytest.TempPathFactory) -> Project:
    return Project(factory.mktemp("site"))


def hold(project: Project, days: list[dt.date], topics: int, name: str = "Subject") -> None:
    """Write reports of meetings on some days, each of which covers a third of the topics."""
    entries = [f"t{number}: {{name: {name} {number}}}\n" for number in range(topics)]
    project.write("topics.yaml", "".join(entries))
    for place, day in enumerate(days):
        length = LENGTHS[place % len(LENGTHS)]
        body = [
            f"## {name} {number}\n\n{'Words. ' * (length // 7)}\n\n"
            for number in range(place % 3, topics, 3)
        ]
        project.report(day.isoformat(), body="".join(body))


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A site with as many meetings as can each have a column, and six topics."""
    project = new_project(tmp_path_factory)
    hold(project, MONTHS[:40], 6)
    with serving(project.built()) as served:
        yield served


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A site without reports."""
    project = new_project(tmp_path_factory)
    project.write("site.yaml", f"{SITE}description: What the board said\n")
    with serving(project.built()) as served:
        yield served


@pytest.fixture(scope="module")
def arabic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A site in a right-to-left language."""
    project = new_project(tmp_path_factory)
    project.write("site.yaml", SITE.replace("Test Board", "مجلس حماية الأطفال") + "language: ar\n")
    hold(project, MONTHS[:12], 6, "ميزانية المتطوعين")
    project.report(
        "2011-03-01",
        """\
        author: سعاد
        feedback:
          - {ask: متى يناسبكم التدريب, deadline: 2030-01-01, reply_to: a@example.org}
        next_meeting: 2030-05-01
        """,
        f"## ميزانية المتطوعين 1\n\n{'كلمات كثيرة عن الميزانية. ' * 40}\n\n"
        + "".join(f"## العنوان {number}\n\nنص.\n\n" for number in range(6)),
    )
    with serving(project.built()) as served:
        yield served


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page on a reader's laptop, without animation."""
    with browser.new_context(viewport=LAPTOP, reduced_motion="reduce") as context:
        yield context.new_page()


def sheet(page: Page, rules: str) -> None:
    """Add rules to a page; its own policy forbids a style element."""
    page.evaluate(
        "rules => { const sheet = new CSSStyleSheet(); sheet.replaceSync(rules);"
        " document.adoptedStyleSheets = [sheet]; }",
        rules,
    )


def colour(page: Page, selector: str, name: str, pseudo: str = "") -> str:
    """Return a computed colour as '#1d5b79'; a transparent one as it looks on the page."""
    computed = page.eval_on_selector(
        selector,
        "(element, [name, pseudo]) => getComputedStyle(element, pseudo || null)[name]",
        [name, pseudo],
    )
    *parts, share = [float(part) for part in re.findall(r"[\d.]+", computed + " 1")[:4]]
    beneath = channels(paper(page)) if share < 1 else parts
    mixed = [share * part + (1 - share) * under for part, under in zip(parts, beneath, strict=True)]
    return "#" + "".join(f"{round(part):02x}" for part in mixed)


def channels(text: str) -> list[int]:
    return [int(text[place : place + 2], 16) for place in (1, 3, 5)]


def paper(page: Page) -> str:
    return colour(page, "body", "backgroundColor")


def until(page: Page, condition: str) -> None:
    """Wait until a condition is true; the pages' policy forbids the library's own way."""
    for _ in range(3000):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(20)
    pytest.fail(f"{condition} does not come true")


def check_accessible(page: Page, *, but: str = "nothing") -> None:
    page.evaluate(AXE)
    faults = [fault for fault in violations(page) if not fault.startswith(but)]
    assert not faults, "\n".join([page.url, *faults])


def ids(site: Served, address: str) -> set[str]:
    """Return the ids on a page of a site."""
    path = unquote(address.removeprefix(site.address))
    root = parsed((site.folder / path / "index.html").read_text("utf-8"))
    return {name for element in root.iter() if (name := element.get("id"))}


def check_links(site: Served, page: Page, links: list[str]) -> None:
    """Check that each link leads to a page of the site, and to an anchor there if it names one."""
    known: dict[str, set[str]] = {}
    for link in links:
        address, anchor = urldefrag(urljoin(page.url, link))
        anchors = known.setdefault(address, ids(site, address))
        assert not anchor or unquote(anchor) in anchors, link


# --- the picture of subjects over time --------------------------------------------------------

# The words of marks that are on the screen.
SHOWN = """spans => spans.filter(span => {
    const range = document.createRange();
    range.selectNodeContents(span);
    return [...range.getClientRects()].some(box => box.right > 0 && box.left < innerWidth);
}).map(span => span.textContent)"""

# Whether all of an element's text is in the window, and nothing covers or clips it.
WHOLE = """element => {
    const range = document.createRange();
    range.selectNodeContents(element);
    return [...range.getClientRects()].every(box => {
        const middle = (box.top + box.bottom) / 2;
        return box.left >= 0 && box.right <= innerWidth && box.top >= 0 && box.bottom <= innerHeight
            && [box.left + 1, box.right - 1].every(
                x => element.contains(document.elementFromPoint(x, middle)));
    });
}"""


CENTRED = "element => element.scrollIntoView({block: 'center', behavior: 'instant'})"


def visible_texts(page: Page) -> list[str]:
    """Return the words of marks that a reader can see."""
    texts = page.eval_on_selector_all(".dot span", SHOWN)
    assert isinstance(texts, list)
    return texts


def frame(page: Page) -> Locator:
    return page.locator(".picture .table")


def at_picture(page: Page, address: str) -> None:
    """Open a page at its picture."""
    page.goto(address)
    page.locator(".picture").evaluate(CENTRED)


def columns(page: Page) -> list[str]:
    return page.locator(".picture thead th").all_inner_texts()


def english(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"


@pytest.mark.parametrize(("path", "count"), [("", 20), ("topics/", 40)])
def test_each_mark_leads_to_what_it_tells_of(
    page: Page, busy: Served, path: str, count: int
) -> None:
    page.goto(busy.address + path)
    marks = page.eval_on_selector_all(
        ".subjects .picture .dot",
        """marks => marks.map(mark => [
            mark.textContent,
            mark.getAttribute("href"),
            mark.closest("tr").querySelector("th a").textContent,
            mark.closest("table").rows[0].cells[mark.parentNode.cellIndex].querySelector("a").href,
        ])""",
    )
    check_links(busy, page, [href for _, href, _, _ in marks])
    days = set()
    for words, href, topic, column in marks:
        report, anchor = urldefrag(urljoin(page.url, href))
        assert report == column
        assert anchor == topic.lower().replace(" ", "-")
        day = dt.date.fromisoformat(report.rstrip("/").rpartition("/")[2])
        assert words == f"{topic}: {english(day)}"
        days.add(day)
    assert sorted(days) == MONTHS[:40][-count:]
    assert len(columns(page)) == count


def test_a_longer_section_has_a_larger_mark(page: Page, busy: Served) -> None:
    page.goto(busy.address + "topics/")
    sizes = page.eval_on_selector_all(
        ".dot",
        """marks => marks.map(mark => [
            mark.getAttribute("href"),
            parseFloat(getComputedStyle(mark, "::before").width),
        ])""",
    )
    by_length: dict[int, set[float]] = {}
    for href, size in sizes:
        day = dt.date.fromisoformat(href.split("/")[2])
        by_length.setdefault(LENGTHS[MONTHS.index(day) % len(LENGTHS)], set()).add(size)
    assert all(len(found) == 1 for found in by_length.values()), by_length
    drawn = [by_length[length].pop() for length in LENGTHS]
    assert drawn == sorted(set(drawn)), drawn
    assert drawn[-1] > 2 * drawn[0] > 6, "the smallest can be seen, the largest is no other's twin"


def test_above_forty_meetings_a_column_is_a_year(page: Page, project: Project) -> None:
    hold(project, MONTHS[:45], 4)
    with serving(project.built()) as site:
        page.goto(site.address + "topics/")
        assert columns(page) == ["2012", "2011", "2010", "2009"]
        marks = page.locator(".dot").all()
        check_links(site, page, [str(mark.get_attribute("href")) for mark in marks])
        assert marks[0].text_content() == "Subject 0: 2012, at 3 meetings"


def test_three_hundred_meetings_go_by_year(project: Project) -> None:
    days = [dt.date(2009, 1, 5) + dt.timedelta(days=5 * place) for place in range(300)]
    hold(project, days, 30)
    project.built()
    text = project.page("topics")
    assert len(text.encode()) < 200_000
    head = text.partition("<thead>")[2].partition("</thead>")[0]
    assert re.findall(r">(\d{4})<", head) == ["2013", "2012", "2011", "2010", "2009"]


def test_meetings_that_tell_nothing_are_no_columns(page: Page, project: Project) -> None:
    hold(project, MONTHS[:3], 3)
    project.report("2009-04-10", "cancelled: Snow")
    project.report(
        "2009-05-10", "withdrawn: {date: 2009-06-01, reason: An error}", "## Subject 1\n\nText.\n"
    )
    with serving(project.built()) as site:
        for path in ("", "topics/"):
            page.goto(site.address + path)
            assert columns(page) == ["10 Mar 2009", "10 Feb 2009", "10 Jan 2009"]


def test_there_is_no_picture_of_one_report(project: Project) -> None:
    hold(project, MONTHS[:1], 3)
    project.built()
    for path in ("", "topics"):
        assert "picture" not in project.page(path)
    hold(project, MONTHS[:2], 3)
    project.built()
    for path in ("", "topics"):
        assert 'class="picture timeline"' in project.page(path)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", ["", "topics/"])
def test_a_mark_tells_its_words_while_it_is_looked_at(
    page: Page, busy: Served, path: str, width: int
) -> None:
    page.set_viewport_size(TELEPHONE if width == NARROW else LAPTOP)
    at_picture(page, busy.address + path)
    assert visible_texts(page) == [], "in nobody's way"
    first = page.locator(".picture tbody tr:first-child .dot").first
    last = page.locator(".picture td:last-child .dot").last
    for mark in (first, last):
        words = mark.locator("span")
        mark.hover()
        assert visible_texts(page) == [words.text_content()]
        assert words.evaluate(WHOLE)
        assert scroll_width(page) == width
    page.mouse.move(0, 0)
    # For a moment they stay, as the pointer may be on its way to them.
    until(page, "!document.querySelector('.dot.told')")
    assert visible_texts(page) == []
    page.keyboard.press("Tab")
    for mark in (first, last):
        words = mark.locator("span")
        mark.focus()
        page.locator(".picture").evaluate(CENTRED)
        assert visible_texts(page) == [words.text_content()]
        assert words.evaluate(WHOLE)
    # Of the mark that has the focus and of the one beneath the pointer, one is told of.
    other = page.locator(".picture tbody tr:nth-child(2) .dot").last
    other.hover()
    assert visible_texts(page) == [other.text_content()]


@pytest.mark.parametrize("width", WIDTHS)
def test_the_words_are_seen_however_many_topics_there_are(
    page: Page, project: Project, width: int
) -> None:
    hold(project, MONTHS[:8], 40)
    page.set_viewport_size(TELEPHONE if width == NARROW else LAPTOP)
    with serving(project.built()) as site:
        page.goto(site.address + "topics/")
        mark = page.locator(".dot").first
        mark.evaluate(CENTRED)
        mark.hover()
        assert visible_texts(page) == [mark.text_content()]
        assert mark.locator("span").evaluate(WHOLE)
        page.mouse.move(0, 0)
        page.keyboard.press("Tab")
        mark.focus()
        assert visible_texts(page) == [mark.text_content()]
        assert mark.locator("span").evaluate(WHOLE)


@pytest.mark.parametrize("window", [TELEPHONE, LAPTOP], ids=["telephone", "laptop"])
def test_a_mark_is_not_covered_by_its_words(
    page: Page, project: Project, window: ViewportSize
) -> None:
    """Not even when the page is scrolled to it (WCAG 2.2, 2.4.11)."""
    hold(project, MONTHS[:4], 60)
    page.set_viewport_size(window)
    with serving(project.built()) as site:
        page.goto(site.address + "topics/")
        page.locator(".dot").first.focus()
        hidden = []
        for _ in range(59):
            page.keyboard.press("ArrowDown")
            hidden += page.evaluate(
                """() => {
                    const box = document.activeElement.getBoundingClientRect();
                    const x = box.left + box.width / 2;
                    return [box.top + 2, box.bottom - 2].filter(y =>
                        !document.activeElement.contains(document.elementFromPoint(x, y))
                        || document.elementFromPoint(x, y).matches(".dot span"));
                }"""
            )
    assert hidden == []


def test_the_words_of_a_mark_can_be_reached_and_put_away(page: Page, golden: Served) -> None:
    """WCAG 2.2, 1.4.13 requires this of anything that appears on hover."""
    at_picture(page, golden.address)
    mark = page.locator(".dot").first
    words = mark.locator("span")
    mark.hover()
    box = words.bounding_box()
    assert box
    assert box["x"] >= 0
    page.mouse.move(box["x"] + 60, box["y"] + box["height"] / 2)
    page.wait_for_timeout(1500)
    assert is_on_screen(words)
    page.keyboard.press("Escape")
    assert not is_on_screen(words)
    mark.focus()
    assert is_on_screen(words)
    page.keyboard.press("Escape")
    assert not is_on_screen(words)
    page.mouse.move(5, 5)
    page.locator(".dot").nth(1).hover()
    assert is_on_screen(page.locator(".dot").nth(1).locator("span"))


def is_on_screen(words: Locator) -> bool:
    box = words.bounding_box()
    return box is not None and box["x"] >= 0


@pytest.mark.parametrize("path", ["", "topics/"])
def test_on_a_telephone_each_topic_is_a_strip(page: Page, busy: Served, path: str) -> None:
    page.set_viewport_size(TELEPHONE)
    at_picture(page, busy.address + path)
    wide, seen = frame(page).evaluate("frame => [frame.scrollWidth, frame.clientWidth]")
    assert wide == seen, "nothing scrolls sideways"
    assert scroll_width(page) == NARROW
    assert not page.locator(".picture thead").is_visible()
    rows = page.locator(".picture tbody tr")
    assert rows.count() == 6
    for row in rows.all():
        name, marks = row.locator("th").bounding_box(), row.locator(".dot")
        boxes = [mark.bounding_box() for mark in marks.all()]
        assert name
        assert boxes
        places = []
        for box in boxes:
            assert box
            assert min(box["width"], box["height"]) >= 24
            assert box["y"] >= name["y"] + name["height"] - 1
            assert box["x"] + box["width"] <= NARROW
            places.append((round(box["y"]), box["x"]))
        assert places == sorted(places), "in the order of time, line by line"
        words = [mark.text_content() or "" for mark in marks.all()]
        days = [
            dt.datetime.strptime(word.partition(": ")[2], "%d %B %Y").replace(tzinfo=dt.UTC)
            for word in words
        ]
        assert days == sorted(days, reverse=True)
        ends = [f"{day.day} {day:%b %Y}".replace("Sep ", "Sept ") for day in (days[0], days[-1])]
        shown = row.locator(".ends").inner_text()
        assert shown == " – ".join(dict.fromkeys(ends))


def test_attendance_is_one_tab_stop_with_arrow_keys_inside(page: Page, golden: Served) -> None:
    page.goto(golden.address + "attendance/")
    frame = page.locator(".attendance").first
    assert frame.locator("a").count() > 10
    assert frame.locator("a[tabindex='0']").count() == 1
    mark = frame.locator(".dot").first
    mark.focus()
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.closest('thead') !== null")
    page.keyboard.press("ArrowDown")
    expect(mark).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("!document.activeElement.closest('.attendance')") or (
        page.locator(".attendance").count() > 1
    )


@pytest.mark.parametrize("width", [NARROW, STANDARD])
def test_the_picture_is_one_tab_stop_with_arrow_keys_inside(
    page: Page, busy: Served, width: int
) -> None:
    resize(page, width)
    page.goto(busy.address + "topics/")

    def focused() -> str:
        return str(page.evaluate("document.activeElement.textContent.trim()"))

    page.get_by_role("link", name="Skip the chart").focus()
    assert page.get_by_role("link", name="Skip the chart").bounding_box()["x"] >= 0  # type: ignore[index]
    page.keyboard.press("Tab")
    first = focused()
    assert first == page.locator(".picture .dot").first.text_content()
    page.keyboard.press("Tab")
    assert page.evaluate("!document.activeElement.closest('.picture table')")
    page.keyboard.press("Shift+Tab")
    assert focused() == first

    marks = page.locator(".picture tbody tr:first-child .dot").all_text_contents()
    page.keyboard.press("ArrowRight")
    assert focused() == marks[1]
    page.keyboard.press("End")
    assert focused() == marks[-1]
    page.keyboard.press("ArrowRight")
    assert focused() == marks[-1], "there is nothing more"
    page.keyboard.press("Home")
    assert focused().startswith("Subject 0")
    assert page.evaluate("document.activeElement.closest('th') !== null")
    page.keyboard.press("ArrowDown")
    assert focused().startswith("Subject 1")
    page.keyboard.press("ArrowUp")
    assert focused().startswith("Subject 0")
    page.keyboard.press("ArrowUp")
    # On a telephone there is no row of days above.
    assert page.evaluate("document.activeElement.closest('thead') !== null") == (width == STANDARD)
    # What had the focus last has it again.
    here = focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    assert focused() == here
    page.keyboard.press("ArrowDown" if width == STANDARD else "ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/(reports|topics/subject-0)/"))


def test_without_script_all_of_the_picture_can_be_reached(browser: Browser, busy: Served) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(busy.address + "topics/")
        assert page.locator(".picture a[tabindex], .picture [tabindex='-1'] a").count() == 0
        assert page.get_by_role("group", name="Topics over time").get_attribute("tabindex") == "0"
        assert "arrow keys" not in page.locator("main").inner_text()
        skip = page.get_by_role("link", name="Skip the chart")
        skip.focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('.topics') !== null")


def test_the_picture_says_what_it_shows(page: Page, busy: Served) -> None:
    page.goto(busy.address)
    legend = page.locator(".subjects > .meta")
    assert (
        "Each row is a topic. Each mark is a meeting where it was discussed" in legend.inner_text()
    )
    assert "Showing the newest 20 of 40 meetings. Show all" in legend.inner_text()
    legend.get_by_role("link", name="Show all").click()
    page.wait_for_url("**/topics/")
    assert len(columns(page)) == 40
    assert "newest 20" not in page.locator(".subjects > .meta").inner_text()


@pytest.mark.parametrize("number", [6, 45])
def test_boards_are_not_mixed_in_the_picture(page: Page, project: Project, number: int) -> None:
    boards = "boards: {a: {name: Board of A}, b: {name: Board of B}, c: {name: Board of C}}\n"
    project.write("site.yaml", SITE + "search: false\n" + boards)
    for place, day in enumerate(MONTHS[:number]):
        text = "## Housing\n\nText.\n" if place % 2 else "## Housing\n\nText.\n\n## Beds\n\nText.\n"
        front = "boards: [a, b]" if place == 4 else ""
        project.report(f"{'ba'[place % 2 or place == 4]}/{day}", front, text)
    project.write("topics.yaml", "housing: {name: Housing}\nbeds: {name: Beds}\n")
    with serving(project.built()) as site:
        for path in ("", "topics/"):
            page.goto(site.address + path)
            groups = page.locator(".picture tbody")
            heads = groups.locator("[scope=rowgroup]")
            assert heads.all_inner_texts() == ["Board of A", "Board of B"]
            assert heads.locator("a").first.get_attribute("href").endswith("boards/a/")  # type: ignore[union-attr]
            for group, board in zip(groups.all(), "ab", strict=True):
                for mark in group.locator(".dot").all():
                    folder = str(mark.get_attribute("href")).split("reports/")[1].split("/")[0]
                    assert folder == board or str(MONTHS[4]) in str(mark.get_attribute("href"))
            shared = page.locator(f".picture .dot[href*='{MONTHS[4]}']")
            if number == 6:
                assert shared.count() == 4, "the joint meeting is one of both boards"


def test_columns_are_as_narrow_as_their_upright_words(page: Page, golden: Served) -> None:
    """However the page is laid out: here it is first shown as a whole."""
    resize(page, HALF)
    for _ in range(3):
        page.goto(golden.address)
        page.screenshot(full_page=True)
        wide = page.locator(".picture thead th").nth(1).evaluate("it => it.offsetWidth")
        assert 32 <= wide <= 40


def test_the_picture_is_a_table_to_those_who_hear_it(page: Page, project: Project) -> None:
    hold(project, MONTHS[:2], 2)
    with serving(project.built()) as site:
        page.goto(site.address + "topics/")
        expect(page.locator(".picture")).to_match_aria_snapshot("""
            - group "Topics over time":
              - table:
                - rowgroup:
                  - row:
                    - cell
                    - columnheader "10 Feb 2009":
                      - link "10 Feb 2009"
                    - columnheader "10 Jan 2009":
                      - link "10 Jan 2009"
                - rowgroup:
                  - row:
                    - rowheader "Subject 0":
                      - link "Subject 0"
                    - cell
                    - 'cell "Subject 0: 10 January 2009"':
                      - 'link "Subject 0: 10 January 2009"'
                  - row:
                    - rowheader "Subject 1"
                    - 'cell "Subject 1: 10 February 2009"'
                    - cell
        """)


# --- light or dark ----------------------------------------------------------------------------


def pressed(page: Page) -> list[str]:
    """Return the buttons of the appearance that are pressed."""
    return page.locator(".themes [aria-pressed='true']").all_inner_texts()


def is_dark(page: Page) -> bool:
    ink = colour(page, "h1", "color")
    assert compute_contrast(ink, paper(page)) >= BETTER
    return compute_contrast(paper(page), "#ffffff") > compute_contrast(paper(page), "#000000")


def test_the_appearance_is_chosen_and_remembered(page: Page, golden: Served) -> None:
    page.emulate_media(color_scheme="light")
    page.goto(golden.address)
    assert pressed(page) == ["Same as my device"]
    assert not is_dark(page)
    page.get_by_role("button", name="Dark").click()
    assert is_dark(page)
    for address in (golden.address, golden.address + "reports/2012-11-13/"):
        page.goto(address)
        assert is_dark(page)
        assert pressed(page) == ["Dark"]
    page.get_by_role("button", name="Light").click()
    page.emulate_media(color_scheme="dark")
    page.reload()
    assert not is_dark(page)
    assert pressed(page) == ["Light"]

    page.get_by_role("button", name="Same as my device").click()
    assert pressed(page) == ["Same as my device"]
    assert is_dark(page)
    page.reload()
    assert is_dark(page)
    page.emulate_media(color_scheme="light")
    assert not is_dark(page)


def test_the_chosen_appearance_is_there_before_the_page_is(page: Page, golden: Served) -> None:
    """Nothing flashes: the first visible element comes after the choice."""
    page.emulate_media(color_scheme="light")
    page.add_init_script(
        """new MutationObserver((changes, observer) => {
            if (!document.body) return;
            window.first = document.documentElement.getAttribute("data-theme");
            observer.disconnect();
        }).observe(document, {childList: true, subtree: true});"""
    )
    page.goto(golden.address)
    assert page.evaluate("first") is None
    page.get_by_role("button", name="Dark").click()
    page.reload()
    assert page.evaluate("first") == "dark"


def test_the_appearance_can_be_chosen_where_nothing_may_be_stored(
    page: Page, golden: Served
) -> None:
    page.emulate_media(color_scheme="light")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage',"
        " { get() { throw new DOMException('forbidden', 'SecurityError'); } });"
    )
    page.goto(golden.address)
    for name in ("Dark", "Light", "Same as my device"):
        page.get_by_role("button", name=name).click()
        assert is_dark(page) == (name == "Dark")
        assert pressed(page) == [name]
    assert errors == []


def test_without_script_no_appearance_is_offered(browser: Browser, golden: Served) -> None:
    with browser.new_context(java_script_enabled=False, color_scheme="dark") as context:
        page = context.new_page()
        page.goto(golden.address)
        assert page.locator(".themes").count() == 1
        assert not page.locator(".themes").is_visible()


# --- the contents of a report -----------------------------------------------------------------

CURRENT = ".contents [aria-current='location']"
FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def current(page: Page) -> str:
    """Return the section that the contents mark as current, '' for none."""
    entry = page.locator(CURRENT)
    return entry.inner_text() if entry.count() else ""


def test_the_contents_stay_in_view_and_show_what_is_read(
    page: Page, own_site: Served, own_report: str
) -> None:
    page.goto(own_site.address + own_report)
    contents = page.locator(".contents")
    titles = contents.locator("a").all_inner_texts()
    assert len(titles) >= 4
    assert current(page) == ""
    for title in [*titles, *titles[-2::-1]]:
        page.locator(".report h2:not(.contents h2)", has_text=title).evaluate(
            "heading => scrollTo(0, heading.getBoundingClientRect().top + scrollY - 100)"
        )
        expect(contents.locator("a", has_text=title)).to_have_attribute("aria-current", "location")
        assert page.locator(CURRENT).count() == 1
        expect(contents).to_be_in_viewport(ratio=1)
    page.evaluate("scrollTo(0, 0)")
    expect(page.locator(CURRENT)).to_have_count(0)
    contents.locator("a").nth(2).click()
    expect(page.locator(CURRENT)).to_have_text(titles[2])


def test_the_contents_follow_slow_reading(page: Page, own_site: Served, own_report: str) -> None:
    page.goto(own_site.address + own_report)
    heading = page.locator(".body h2").nth(1)
    top = "heading => heading.getBoundingClientRect().top"
    start = heading.evaluate(f"{top} + scrollY")
    third = LAPTOP["height"] / 3
    page.evaluate("to => scrollTo(0, to)", start - third - 20)
    assert current(page) != heading.inner_text()
    while heading.evaluate(top) > third - 20:
        page.evaluate("scrollBy(0, 2)")
        page.evaluate(FRAMES)
    expect(page.locator(CURRENT)).to_have_text(heading.inner_text())


def test_what_is_read_can_be_seen_in_long_contents(page: Page, project: Project) -> None:
    body = "".join(f"## Section {number}\n\n{'Words. ' * 60}\n\n" for number in range(60))
    project.report("2012-11-13", body=body)
    with serving(project.built()) as site:
        page.goto(site.address + "reports/2012-11-13/")
        page.locator(".body h2").nth(50).evaluate("heading => heading.scrollIntoView()")
        expect(page.locator(CURRENT)).to_have_text("Section 50")
        expect(page.locator(CURRENT)).to_be_in_viewport()


SHORT, LONG = "Seven words of a summary stand here. ", "A question of some length, is it not? "


@pytest.mark.parametrize(
    ("summary", "question", "sections", "order"),
    [
        (SHORT * 3, LONG, 6, [".summary", ".contents", ".asks"]),
        (SHORT * 7, LONG, 6, [".summary", ".asks", ".contents"]),
        (SHORT * 3, LONG * 4, 6, [".summary", ".contents", ".asks"]),
        (SHORT * 3, LONG * 5, 6, [".summary", ".asks", ".contents"]),
        (SHORT * 3, LONG, 12, [".summary", ".asks", ".contents"]),
        (SHORT * 9, LONG, 6, [".asks", ".summary", ".contents"]),
    ],
    ids=["short", "summary", "full", "question", "sections", "long"],
)
def test_the_way_to_reply_is_on_a_telephones_first_screen(
    page: Page, project: Project, summary: str, question: str, sections: int, order: list[str]
) -> None:
    """So are the contents, where there is room."""
    front = (
        f"title: What we heard about training and housing\nsummary: {summary}\n"
        f"feedback: [{{ask: '{question}', deadline: 2062-03-30, reply_to: a@example.org}}]"
    )
    body = "".join(f"## Section of words {number}\n\nWords.\n\n" for number in range(sections))
    project.report("2013-01-01", front, body)
    page.set_viewport_size({"width": 390, "height": 844})
    with serving(project.built()) as site:
        page.goto(f"{site.address}reports/2013-01-01/")
        tops = {part: top(page, f".report {part}") for part in (*order, ".at-meeting", ".body")}
        assert list(tops) == sorted(tops, key=tops.__getitem__)
        assert page.locator(".asks .reply a").evaluate(WHOLE)


def top(page: Page, selector: str) -> float:
    found: float = page.locator(selector).evaluate(
        "element => element.getBoundingClientRect().top + scrollY"
    )
    return found


def test_on_a_narrow_screen_the_contents_are_a_paragraph(
    page: Page, own_site: Served, own_report: str
) -> None:
    page.set_viewport_size(TELEPHONE)
    page.goto(own_site.address + own_report)
    links = page.locator(".contents a")
    boxes = [box for link in links.all() if (box := link.bounding_box())]
    assert len({round(box["y"]) for box in boxes}) < len(boxes)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    assert not page.locator(".contents").evaluate(WHOLE)


# --- the way to other pages -------------------------------------------------------------------


def test_on_a_telephone_what_is_not_needed_at_once_is_folded_up(
    page: Page, golden_boards: Served
) -> None:
    """One press opens the rest, also by keyboard, and no link is lost."""
    page.goto(golden_boards.address)
    links = page.locator("header.site nav a:visible")
    every = links.all_inner_texts()
    assert {"Home", "Reports", "Boards", "Questions for you", "Subscribe"} <= {*every}
    more = page.get_by_text("More", exact=True)
    expect(more).not_to_be_visible()

    page.set_viewport_size(TELEPHONE)
    assert links.all_inner_texts() == ["Reports", "Questions for you"]
    place = more.bounding_box()
    more.focus()
    page.keyboard.press("Enter")
    # On a phone, the foot of the page is far away.
    mistake = "Something wrong on this page?"
    assert sorted(links.all_inner_texts()) == sorted([*every, mistake])
    assert more.bounding_box() == place
    check_accessible(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(more).to_be_focused()
    assert links.all_inner_texts() == ["Reports", "Questions for you"]
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/reports/#part:boards")


def test_a_site_with_few_pages_has_the_same_at_the_top(page: Page, bare: Served) -> None:
    page.set_viewport_size(TELEPHONE)
    page.goto(bare.address)
    links = page.locator("header.site nav a:visible").all_inner_texts()
    assert links == ["Reports", "Questions for you", "Search"]


# --- the measure ------------------------------------------------------------------------------

# How many characters each full line of the paragraphs has.
LINES = """() => {
    const lengths = [];
    for (const paragraph of document.querySelectorAll(".body > p:not(.place)")) {
        const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
        const lines = [0];
        let last = -1;
        while (walker.nextNode()) {
            for (let place = 0; place < walker.currentNode.length; place++) {
                const range = document.createRange();
                range.setStart(walker.currentNode, place);
                range.setEnd(walker.currentNode, place + 1);
                const box = range.getClientRects()[0];
                if (!box) continue;
                if (box.left < last) lines.push(0);
                last = box.left;
                lines[lines.length - 1]++;
            }
        }
        lengths.push(...lines.slice(0, -1));
    }
    return lengths;
}"""


def test_lines_are_neither_short_nor_long(page: Page, own_site: Served, own_report: str) -> None:
    page.goto(own_site.address + own_report)
    lines: list[int] = page.evaluate(LINES)
    assert len(lines) > 30
    assert 60 <= sum(lines) / len(lines) <= 75


# --- by keyboard ------------------------------------------------------------------------------

# All that can have the focus, in the order of the document.
COLLECT = """() => {
    window.stops = [...document.querySelectorAll(
        "a[href], button, input, select, textarea, summary, [tabindex='0']"
    )].filter(element => element.tabIndex >= 0 && element.checkVisibility({visibilityProperty: true}));
    return stops.length;
}"""

# What has the focus: its place among them, and what is amiss with it.
STOP = """() => {
    const element = document.activeElement, style = getComputedStyle(element), amiss = [];
    if (style.outlineStyle === "none" || !parseFloat(style.outlineWidth)) amiss.push("no outline");
    const box = element.getBoundingClientRect(), first = element.getClientRects()[0];
    const fits = box.height <= innerHeight && box.width <= innerWidth;
    const inside = box.left >= -1 && box.right <= innerWidth + 1
        && box.top >= -1 && box.bottom <= innerHeight + 1;
    if (fits && !inside) amiss.push("not in view");
    const x = (Math.max(first.left, 0) + Math.min(first.right, innerWidth)) / 2;
    const y = (Math.max(first.top, 0) + Math.min(first.bottom, innerHeight)) / 2;
    if (!element.contains(document.elementFromPoint(x, y))) amiss.push("covered");
    return [stops.indexOf(element), amiss.map(what => `${what}: ${element.outerHTML}`)];
}"""


@pytest.mark.parametrize("path", KINDS[::2] if HUNT == 1 else KINDS)
def test_all_of_a_page_is_reached_by_keyboard(page: Page, golden: Served, path: str) -> None:
    """Each control once, in document order and visible; then all the way back."""
    page.goto(golden.address + path)
    if "?" in path:
        page.locator(".results a").first.wait_for()
    count = page.evaluate(COLLECT)
    assert count > 8
    amiss: list[str] = []
    for place in range(count):
        page.keyboard.press("Tab")
        at, faults = page.evaluate(STOP)
        assert at == place, page.evaluate("document.activeElement.outerHTML")
        amiss += [f"forward, {fault}" for fault in faults]
        if not place:
            assert page.evaluate("document.activeElement.matches('a.skip')")

    page.set_viewport_size(TELEPHONE)
    count = page.evaluate(COLLECT)
    page.evaluate("stops.at(-1).focus()")
    for place in range(count - 2, -1, -1):
        page.keyboard.press("Shift+Tab")
        at, faults = page.evaluate(STOP)
        assert at == place, page.evaluate("document.activeElement.outerHTML")
        amiss += [f"back on a telephone, {fault}" for fault in faults]
    assert not amiss, "\n".join(amiss)

    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


# --- by finger --------------------------------------------------------------------------------

# Targets that are too small and too near to others (WCAG 2.2, 2.5.8). A link in a sentence may be.
TOO_SMALL = """() => {
    const targets = [...document.querySelectorAll("a[href], button, input, select, summary")]
        .filter(target => target.checkVisibility() && !target.matches(".skip, .past"));
    const boxes = new Map(targets.map(target => [target, target.getBoundingClientRect()]));
    const isSmall = box => box.width < 24 || box.height < 24;
    const centre = box => [box.x + box.width / 2, box.y + box.height / 2];
    function isInSentence(target) {
        if (getComputedStyle(target).display !== "inline") return false;
        let block = target.parentElement;
        while (getComputedStyle(block).display === "inline") block = block.parentElement;
        const rest = block.cloneNode(true);
        rest.querySelectorAll("a, button, select").forEach(other => other.remove());
        return /[\\p{L}\\p{N}]/u.test(rest.textContent);
    }
    return targets.filter(target => {
        const box = boxes.get(target);
        if (!isSmall(box) || isInSentence(target)) return false;
        const [x, y] = centre(box);
        return targets.some(other => {
            if (other === target) return false;
            // A link that goes on in the next line is as many boxes as lines.
            return [...other.getClientRects()].some(near => {
                const [otherX, otherY] = centre(near);
                if (isSmall(near) && Math.hypot(x - otherX, y - otherY) < 24) return true;
                const acrossX = Math.max(near.left - x, 0, x - near.right);
                const acrossY = Math.max(near.top - y, 0, y - near.bottom);
                return Math.hypot(acrossX, acrossY) < 12;
            });
        });
    }).map(target => {
        const box = boxes.get(target);
        return `${box.width.toFixed()} x ${box.height.toFixed()}: ${target.outerHTML}`;
    });
}"""


@pytest.mark.parametrize("width", WIDTHS)
def test_what_can_be_pressed_is_large_enough(
    page: Page, golden: Served, busy: Served, width: int
) -> None:
    resize(page, width)
    small: dict[str, str] = {}
    for site, paths in ((golden, KINDS), (busy, ("", "topics/"))):
        for path in paths:
            page.goto(site.address + path)
            for fault in page.evaluate(TOO_SMALL):
                small.setdefault(fault, path)
    assert not small, "\n".join(f"/{path}: {fault}" for fault, path in small.items())


# --- colours of the reader's own --------------------------------------------------------------


def test_everything_can_be_told_apart_in_the_readers_colours(page: Page, golden: Served) -> None:
    """The browser makes them readable; axe-core would ask for colours that are not shown."""
    page.emulate_media(forced_colors="active")
    page.goto(golden.address)
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    for selector in (".dot.size1", ".dot.size5"):
        assert (
            compute_contrast(colour(page, selector, "backgroundColor", "::before"), paper(page))
            >= 3
        )
    looks = page.eval_on_selector_all(
        ".themes button",
        """buttons => buttons.map(button => {
            const style = getComputedStyle(button);
            return [style.backgroundColor, style.color, style.borderTopWidth].join();
        })""",
    )
    assert looks[0] == looks[1] != looks[2], "the third is pressed"
    button = ".themes [aria-pressed='true']"
    ink, ground = (colour(page, button, name) for name in ("color", "backgroundColor"))
    assert compute_contrast(ink, ground) >= ENOUGH
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches(':focus-visible')")
    assert compute_contrast(colour(page, ":focus", "outlineColor"), paper(page)) >= 3
    check_accessible(page, but="color-contrast")

    page.goto(golden.address + "asks/")
    asks = page.eval_on_selector_all(
        ".ask",
        """asks => asks.map(ask => [
            ask.className,
            ask.querySelector(".state")?.textContent ?? "",
            getComputedStyle(ask).borderTopStyle,
        ])""",
    )
    assert {name for name, *_ in asks} == {"ask open", "ask closed"}
    for name, state, border in asks:
        assert (state == "") == (name == "ask open")
        assert border == "solid"
    check_accessible(page, but="color-contrast")


# --- larger text, and text with more space ----------------------------------------------------

SPACED = (
    "* { line-height: 1.5 !important; letter-spacing: .12em !important;"
    " word-spacing: .16em !important; } p { margin-block-end: 2em !important; }"
)
# Texts that are cut off or covered. What is for those who hear the page is left out.
CUT_OFF = """() => {
    const cut = [];
    for (const element of document.querySelectorAll("body *")) {
        if (!element.checkVisibility({visibilityProperty: true})) continue;
        if (element.closest(".skip, .past, form.search label, .dot, select, script, noscript")) continue;
        const texts = [...element.childNodes].filter(node => node.nodeType === 3
            && node.data.trim());
        if (!texts.length) continue;
        (element.closest("th, td") ?? element).scrollIntoView(
            {block: "center", inline: "end", behavior: "instant"});
        for (const text of texts) {
            const range = document.createRange();
            range.selectNodeContents(text);
            for (const box of range.getClientRects()) {
                if (box.width < 1 || box.top < 0 || box.bottom > innerHeight) continue;
                const hit = document.elementFromPoint(
                    box.left + box.width / 2, box.top + box.height / 2);
                if (box.left < -1 || box.right > innerWidth + 1 || !element.contains(hit)) {
                    cut.push(`${text.data.trim()} (${element.outerHTML.slice(0, 90)})`);
                    break;
                }
            }
        }
        const style = getComputedStyle(element);
        if (/hidden|clip/.test(style.overflowY) && element.scrollHeight > element.clientHeight + 1)
            cut.push(`taller than it may be: ${element.outerHTML.slice(0, 90)}`);
    }
    return cut;
}"""


@pytest.mark.parametrize("path", ["", "reports/2012-11-13/", "topics/", "asks/", "search/"])
def test_no_text_is_cut_off_that_is_larger_or_has_more_space(
    page: Page, golden: Served, path: str
) -> None:
    for width, rules in ((NARROW, ""), (NARROW, SPACED), (HALF, TWICE)):
        resize(page, width)
        page.goto(golden.address + path)
        sheet(page, rules)
        assert scroll_width(page) == width, rules
        assert page.evaluate(CUT_OFF) == [], rules


@pytest.mark.parametrize("path", ["", "reports/2012-11-13/", "topics/", "attendance/"])
def test_both_columns_of_a_wide_page_have_room_for_large_text(
    page: Page, golden: Served, path: str
) -> None:
    """Readers may enlarge only the text, which the page's width does not show."""
    page.goto(golden.address + path)
    sheet(page, TWICE)
    assert scroll_width(page) <= STANDARD


def test_a_text_that_is_cut_off_is_found(page: Page, golden: Served) -> None:
    """Show that the test above can fail."""
    page.set_viewport_size(TELEPHONE)
    page.goto(golden.address + "asks/")
    sheet(page, "h1 { inline-size: 1rem; overflow: hidden; white-space: nowrap; }")
    assert len(page.evaluate(CUT_OFF)) == 1


# --- the policy of the pages ------------------------------------------------------------------


def policy(file: Path) -> dict[str, list[str]]:
    """Return a page's directives; they must come before everything they apply to."""
    head = parsed(file.read_text("utf-8")).find("head")
    assert head is not None
    for element in head:
        if (element.get("http-equiv") or "").lower() == "content-security-policy":
            parts = [part.split() for part in (element.get("content") or "").split(";")]
            return {part[0]: part[1:] for part in parts}
        assert element.tag not in {"script", "link", "style", "base"}, file
    pytest.fail(f"no Content-Security-Policy in {file}")


def test_every_page_has_a_strict_policy() -> None:
    """Redirects and 404.html have one, too."""
    files = sorted((TESTS / "golden").rglob("*.html"))
    assert len(files) > 20
    for file in files:
        directives = policy(file)
        assert directives.pop("default-src") == ["'self'"]
        assert directives.pop("base-uri") == ["'none'"]
        assert directives.pop("object-src") == ["'none'"]
        assert directives.pop("form-action") in (["'self'"], ["'none'"])
        if file.parent.name == "search":
            assert directives.pop("script-src") == ["'self'", "'wasm-unsafe-eval'"]
        assert directives == {}, file


def test_no_page_has_anything_inline() -> None:
    for file in sorted((TESTS / "golden").rglob("*.html")):
        for element in parsed(file.read_text("utf-8")).iter():
            assert element.tag != "style", file
            if element.tag == "script":
                assert element.get("src") or element.get("type") == "application/ld+json", file
            given = [name for name in element.attrib if name == "style" or name.startswith("on")]
            assert not given, f"{file}: {given} of {element.tag}"
            for name in ("href", "src", "action"):
                value = (element.get(name) or "").strip().lower()
                assert not value.startswith(("javascript:", "data:")), file


@pytest.mark.parametrize("path", ["", "reports/2012-11-13/", "search/", "404.html"])
def test_what_is_smuggled_into_a_page_does_nothing(page: Page, golden: Served, path: str) -> None:
    page.goto(golden.address + path)
    page.evaluate("""() => {
        window.ran = [];
        const script = document.createElement("script");
        script.textContent = "ran.push('script')";
        const data = document.createElement("script");
        data.src = "data:text/javascript,ran.push('data')";
        const style = document.createElement("style");
        style.textContent = "h1 { color: rgb(1, 2, 3) }";
        const button = document.createElement("button");
        button.setAttribute("onclick", "ran.push('onclick')");
        button.setAttribute("style", "color: rgb(1, 2, 3)");
        const link = document.createElement("a");
        link.href = "javascript:ran.push('link')";
        document.querySelector("main").append(script, data, style, button, link);
        button.click();
        link.click();
    }""")
    page.wait_for_timeout(50)
    assert page.evaluate("ran") == []
    for selector in ("h1", "main > button"):
        assert colour(page, selector, "color") != "#010203"


# --- weight -----------------------------------------------------------------------------------


def test_a_report_is_light(own_site: Served) -> None:
    assets = [len((own_site.folder / name).read_bytes()) for name in ("style.css", "script.js")]
    assert assets[0] < 30_000
    reports = sorted(own_site.folder.glob("reports/*/index.html"))
    assert len(reports) > 10
    weights = [sum(assets) + len(file.read_bytes()) for file in reports]
    assert max(weights) < 66_000


def test_only_style_and_script_hold_a_page_up(
    page: Page, own_site: Served, own_report: str
) -> None:
    page.goto(own_site.address + own_report, wait_until="load")
    blocking = page.evaluate(
        "performance.getEntriesByType('resource')"
        ".filter(entry => entry.renderBlockingStatus === 'blocking').map(entry => entry.name)"
    )
    assert sorted(blocking) == [own_site.address + "script.js", own_site.address + "style.css"]


SHIFTS = """window.shift = 0;
new PerformanceObserver(list => {
    for (const entry of list.getEntries()) window.shift += entry.value;
}).observe({type: "layout-shift", buffered: true});"""


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_moves_while_a_page_is_loaded(
    page: Page, golden: Served, own_site: Served, width: int
) -> None:
    """Not on an old page, either: the golden site's readers come years later."""
    resize(page, width)
    page.add_init_script(SHIFTS)
    page.add_init_script(PATIENT)
    for site in (golden, own_site):
        for path in ("", "reports/2012-11-13/", "asks/", "search/?q=training"):
            page.goto(site.address + path, wait_until="load")
            if "?" in path:
                page.locator(".results a").first.wait_for()
            page.wait_for_timeout(100)
            assert page.evaluate("shift") == 0, page.url
    # What does move is seen.
    page.evaluate("document.body.prepend('A line that comes late')")
    until(page, "shift > 0")


# --- feeds ------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["feed.xml", "topics/budget/feed.xml", "asks/feed.xml"])
def test_a_feed_that_is_opened_says_what_it_is(page: Page, golden: Served, path: str) -> None:
    """A browser without XSLT shows the note, which leads on, and the titles; no tags and no HTML."""
    page.goto(golden.address + path)
    # An element of RSS has no innerText, but it can be selected and copied.
    seen = page.evaluate(
        "() => { const all = getSelection(); all.selectAllChildren(document.documentElement); return `${all}`; }"
    )
    assert "This is a feed, for an app" in seen
    assert "Marlbury & District" in seen
    assert "urn:uuid:" not in seen
    assert "<p>" not in seen
    links = page.evaluate(
        "() => [...document.getElementsByTagNameNS('*', 'a')]"
        ".filter(link => link.checkVisibility()).map(link => [link.textContent, link.href])"
    )
    words = "Which apps read feeds, and other ways to get updates"
    assert links == [[words, "https://example.org/a/b/subscribe/"]]


@pytest.mark.parametrize("script", [True, False])
def test_addresses_of_feeds_can_be_copied(browser: Browser, golden: Served, script: bool) -> None:
    """By a button where there is a script; the address is text in any case."""
    with browser.new_context(
        java_script_enabled=script, permissions=["clipboard-read", "clipboard-write"]
    ) as context:
        page = context.new_page()
        page.goto(golden.address + "subscribe/")
        line = page.locator(".address").filter(has_text="/feed.xml").first
        assert line.locator("code").inner_text() == "https://example.org/a/b/feed.xml"
        button = line.get_by_text("Copy address")
        assert button.is_visible() == script
        if script:
            button.click()
            expect(line.get_by_role("status")).to_have_text("Address copied")
            assert page.evaluate("navigator.clipboard.readText()") == golden.address + "feed.xml"


# --- where there is nothing yet ---------------------------------------------------------------


def check_told(page: Page) -> None:
    """Check that each section has its own words beside its heading."""
    sections = page.eval_on_selector_all(
        "main section, body:not(:has(main section)) main",
        """sections => sections.map(section => [section.innerText.trim(), [...section.querySelectorAll(
            "h1, h2, h3")].map(heading => heading.innerText).join("")])""",
    )
    for whole, headings in sections:
        assert len(whole) > len(headings) + 10, whole


def test_a_site_without_reports_says_what_will_appear_there(page: Page, bare: Served) -> None:
    expected = {
        "": [
            "There are no questions for you at the moment.",
            "New questions will appear here, with the date to reply by.",
            "No date has been announced.",
            "No report has been published yet. The first one will appear here.",
        ],
        "asks/": [
            "There are no questions for you at the moment.",
            "No question has closed yet.",
            "No outcome has been reported yet.",
        ],
        "search/": ["No report has been published yet."],
        "subscribe/": ["You can find out about new reports and meetings"],
        "new/": ["No report has been published yet. The first one will appear here."],
        "404.html": ["There is no page at this address."],
    }
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(f"{page.url}: {error}"))
    for path, words in expected.items():
        page.goto(bare.address + path, wait_until="load")
        text = page.locator("main").inner_text()
        for sentence in words:
            assert sentence in text, path
        check_told(page)
        check_accessible(page)
        assert scroll_width(page) <= STANDARD
    assert errors == []


def test_a_site_without_asks_and_dates_says_so(page: Page, project: Project) -> None:
    project.report("2012-11-13", body="## Budget\n\nText.\n")
    with serving(project.built()) as site:
        page.goto(site.address)
        text = page.locator("main").inner_text()
        assert "There are no questions for you at the moment." in text
        assert "No date has been announced." in text
        assert "Tuesday 13 November 2012" in text
        check_told(page)
        check_accessible(page)


# --- from right to left -----------------------------------------------------------------------


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", ["", "reports/2011-03-01/", "topics/"])
def test_a_site_is_mirrored(page: Page, arabic: Served, path: str, width: int) -> None:
    resize(page, width)
    page.goto(arabic.address + path)
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == [
        "ar",
        "rtl",
    ]
    assert scroll_width(page) == width
    # What hangs out on the left cannot be scrolled to, or the page is too wide.
    page.evaluate("scrollTo(-9999, 0)")
    assert page.evaluate("scrollX") == 0
    link = page.locator("a.skip")
    assert not link.evaluate(WHOLE)
    page.keyboard.press("Tab")
    assert link.evaluate(WHOLE)
    if width == NARROW:
        page.evaluate("document.activeElement.blur()")
        check_accessible(page)
    for selector in ("h1", "main p"):
        box = page.locator(selector).first.bounding_box()
        assert box
        assert box["x"] + box["width"] > width / 2


def test_the_first_column_stays_on_the_right(page: Page, arabic: Served) -> None:
    resize(page, HALF)
    at_picture(page, arabic.address + "topics/")
    group = frame(page)
    page.locator(".picture .dot").first.focus()
    first = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("ArrowLeft")
    left = "document.activeElement.getBoundingClientRect().left"
    assert page.evaluate(left) < page.locator(".picture .dot").first.evaluate(
        "mark => mark.getBoundingClientRect().left"
    )
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.textContent") == first
    group.evaluate("frame => frame.scrollTo(-99999, 0)")
    right = "element => element.getBoundingClientRect().right"
    for head in page.locator(".picture tbody th").all():
        assert head.evaluate(right) == group.evaluate(right)
        assert head.locator("a").evaluate(WHOLE)
    mark = page.locator(".picture td:last-child .dot").first
    mark.hover()
    assert visible_texts(page) == [mark.text_content()]
    assert mark.locator("span").evaluate(WHOLE)


def test_the_contents_are_mirrored(page: Page, arabic: Served) -> None:
    page.goto(arabic.address + "reports/2011-03-01/")
    contents, body = (page.locator(name).bounding_box() for name in (".contents", ".body"))
    assert contents
    assert body
    assert contents["x"] + contents["width"] <= body["x"]


# --- on paper ---------------------------------------------------------------------------------


def test_a_page_is_printed_dark_on_white_whatever_was_chosen(page: Page, golden: Served) -> None:
    page.goto(golden.address)
    page.get_by_role("button", name="Dark").click()
    for path in ("", "reports/2012-11-13/", "asks/", "topics/"):
        page.goto(golden.address + path)
        page.emulate_media(media="screen")
        assert is_dark(page)
        page.emulate_media(media="print")
        assert paper(page) == "#ffffff"
        colours = page.eval_on_selector_all(
            "main *",
            """elements => [...new Set(elements.filter(element => element.checkVisibility()
                && element.innerText?.trim()).map(element => getComputedStyle(element).color))]""",
        )
        for colour in colours:
            red, green, blue = map(int, re.findall(r"\d+", colour)[:3])
            assert compute_contrast(f"#{red:02x}{green:02x}{blue:02x}", "#ffffff") >= BETTER, colour


def test_what_is_only_of_use_on_a_screen_is_not_printed(page: Page, golden: Served) -> None:
    for path in ("", "reports/2012-11-13/", "asks/"):
        page.goto(golden.address + path)
        page.emulate_media(media="print")
        hidden = [
            *(".skip", "header.site nav", "form.search", ".themes", "nav.contents", "nav.chain"),
            *(".more", "nav.years", ".ask a[href^='#']", "main a[href$='.ics']", ".left"),
        ]
        for selector in hidden:
            for found in page.locator(selector).all():
                assert not found.is_visible(), f"{selector} on /{path}"
        assert page.locator("header.site nav").count() == page.locator(".themes").count() == 1
        page.emulate_media(media="screen")


def test_addresses_of_other_sites_are_printed(page: Page, project: Project) -> None:
    project.report(
        "2012-11-13",
        body="## Budget\n\nSee [the strategy](https://example.com/strategy), [below](#later) and\n"
        "[a leaflet](http://example.net/leaflet).\n\n## Later\n\nText.\n",
    )
    with serving(project.built()) as site:
        page.goto(site.address + "reports/2012-11-13/")
        after = """links => links.map(link => [link.getAttribute("href"),
            getComputedStyle(link, "::after").content])"""
        on_screen = page.eval_on_selector_all(".body a:not(.permalink a)", after)
        page.emulate_media(media="print")
        printed = dict(page.eval_on_selector_all(".body a:not(.permalink a)", after))
    assert {content for _, content in on_screen} == {"none"}
    assert printed == {
        "https://example.com/strategy": '" (https://example.com/strategy)"',
        "http://example.net/leaflet": '" (http://example.net/leaflet)"',
        "#later": "none",
    }


def read_sheets(page: Page, address: str) -> list[str]:
    """Return the text of each sheet of a printed page."""
    page.goto(address)
    return [
        it.extract_text() for it in PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    ]


def test_no_address_is_printed_twice(page: Page, project: Project) -> None:
    project.report(
        "2012-11-13",
        "summary: Like https://example.com/summary or [this](https://example.com/said)\n"
        "place: Online at https://example.com/room\nurl: https://example.com/join\n"
        "feedback: [{id: q, ask: 'Which of [these](https://example.com/form)?', deadline: 2062-12-14,"
        " reply_to: https://example.com/reply}]",
        body="https://example.com/bare and <http://example.com/angle/>, www.example.com/www,\n"
        "[example.com/short](https://www.example.com/short/), [](https://example.com/empty),\n"
        "[https://example.com/twice](https://example.com/twice){.mine}, ada@example.com,\n"
        "[a word](https://example.com/word), [example.com](https://example.com/other)\n",
    )
    with serving(project.built()) as site:
        printed = " ".join(read_sheets(page, site.address + "reports/2012-11-13/"))
    printed = re.sub(r"\s+", "", printed)
    once = ("summary", "said", "room", "join", "form", "reply", "bare", "angle", "www", "short")
    for name in (*once, "empty", "twice", "word", "other"):
        assert len(re.findall(rf"example\.com/{name}", printed)) == 1, name
    assert printed.count("ada@example.com") == 1


def test_each_sheet_has_the_address_and_the_day(page: Page, project: Project) -> None:
    project.report("2012-11-13", body="Lorem ipsum.\n\n" * 99)
    project.report("2013-02-05", "language: cy", "Lorem ipsum.\n\n" * 99)
    base = "https://example.org/a/b/"
    with serving(project.built()) as site:
        for path, day in (
            ("reports/2012-11-13/", " · 13 November 2012"),
            ("reports/2013-02-05/", " · 5 Chwefror 2013"),
            ("asks/", ""),
        ):
            sheets = read_sheets(page, site.address + path)
            assert len(sheets) > 2 or path == "asks/"
            for number, text in enumerate(sheets, start=1):
                said = " ".join(text.split())
                assert said.count(f"{base}{path}{day}") == said.count(base) == 1
                assert f"{number} / {len(sheets)}" in said
        # Browsers that have no foot for each sheet show it at the end.
        page.goto(site.address + "reports/2012-11-13/")
        page.emulate_media(media="print")
        rules = page.evaluate(
            "[...document.styleSheets[0].cssRules].filter(it => it.conditionText === 'print')"
            ".flatMap(it => [...it.cssRules].map(rule => rule.cssText))"
        )
        assert any(rule.startswith("html::after") and "attr(data-foot)" in rule for rule in rules)


def test_nothing_that_changes_with_the_days_is_printed(page: Page, project: Project) -> None:
    project.report(
        "2013-02-05",
        "feedback:\n"
        "  - {id: a, ask: 'A?', deadline: 2062-12-14, reply_to: me}\n"
        "  - {id: b, ask: 'B?', deadline: 2013-02-14, reply_to: me}\n"
        "  - {id: c, ask: 'C?', reply_to: me}\n"
        "next_meeting: 2013-03-05",
    )
    project.report("2062-03-12", "agenda: true\npublished: 2013-02-20")
    project.built()
    changing = re.compile(
        r"days? left|closes|\bopen\b|Closed|to follow|still to come|has passed|year old|No outcome",
        re.IGNORECASE,
    )
    with serving(project.output) as site:
        for path in ("", "asks/", "reports/2013-02-05/", "reports/2062-03-12/", "meetings/"):
            if not (project.output / path / "index.html").exists():
                continue
            text = " ".join(read_sheets(page, site.address + path))
            # Headings of the lists of open and closed questions are true on the day of printing.
            assert "?" in text or "2062" in text
            if path != "asks/":
                assert not changing.search(text), changing.search(text)
            assert "left" not in text


def test_no_sheet_has_only_the_last_line(page: Page, project: Project) -> None:
    ends = ("* a\n* b\n", "| A | B |\n|---|---|\n| 1 | 2 |\n", "End.\n")
    numbers = range(0, 45, 5 if HUNT == 1 else 1)
    days = [dt.date(2008, 1, 1) + dt.timedelta(30 * number) for number in numbers]
    for number, day in zip(numbers, days, strict=True):
        front = "feedback: [{id: q, ask: 'Who?', deadline: 2013-05-01}]" if number % 2 else ""
        body = "## One\n\n" + "Lorem ipsum.\n\n" * number + ends[number % 3]
        project.report(day.isoformat(), front, body)
    lengths = set()
    with serving(project.built()) as site:
        for day in days:
            sheets = read_sheets(page, f"{site.address}reports/{day}/")
            lengths.add(len(sheets))
            lines = [line for line in sheets[-1].splitlines() if line.strip()]
            last = [line for line in lines if not line.startswith("https:")]
            assert len(last) > 2, (day, last)
    assert {1, 2} <= lengths


def test_paper_is_a4_and_headings_keep_their_text(page: Page, project: Project) -> None:
    """So does the line about the topic, wherever a page ends."""
    sections = [(number, "##" if number % 3 else "###") for number in range(60)]
    body = "".join(
        f"{level} Subject {number}\n\n**Kvbegin{number}.** {'Lorem ipsum dolor. ' * (number % 17)}\n\n"
        for number, level in sections
    )
    topics = "".join(f"s{number}: {{name: Subject {number}}}\n" for number, _ in sections)
    project.write("topics.yaml", topics)
    for day in ("2012-09-11", "2012-11-13"):
        project.report(day, body=body)
    with serving(project.built()) as site:
        page.goto(site.address + "reports/2012-11-13/")
        printed = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert {(round(it.mediabox.width), round(it.mediabox.height)) for it in printed} == {(595, 842)}
    sheets = [it.extract_text() for it in printed]
    assert len(sheets) > 4
    for number, _ in sections:
        wanted = re.compile(
            rf"Subject {number}: 2nd meeting on this topic.*?Kvbegin{number}\.", re.DOTALL
        )
        assert [it for it in sheets if wanted.search(it)], f"Subject {number}, among {sheets}"


# --- the site's own colour --------------------------------------------------------------------


def test_links_are_easily_read_in_the_nearest_colour_that_is_allowed(
    page: Page, project: Project
) -> None:
    project.report("2012-11-13", body="## Budget\n\nText.\n")
    project.write("site.yaml", SITE + 'accent: "#00aa88"\nsearch: false\n')
    refused = project.build()
    assert refused.exit_code == 1
    nearest = re.search(r'nearest colour that is easy to read is "(#[0-9a-f]{6})"', refused.stderr)
    assert nearest, refused.stderr
    project.write("site.yaml", SITE + f'accent: "{nearest[1]}"\nsearch: false\n')
    with serving(project.built()) as site:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.goto(site.address)
            assert is_dark(page) == (scheme == "dark")
            panel = colour(page, "footer.site", "backgroundColor")
            for ground in (paper(page), panel):
                for selector in (".more a", ".card a"):
                    assert compute_contrast(colour(page, selector, "color"), ground) >= BETTER
                assert compute_contrast(colour(page, "body", "borderTopColor"), ground) >= ENOUGH
        page.emulate_media(color_scheme="light")
        assert colour(page, "body", "borderTopColor") == nearest[1]


def test_a_colour_of_three_digits_will_do(project: Project) -> None:
    project.report("2012-11-13")
    project.write("site.yaml", SITE + 'accent: "#057"\nsearch: false\n')
    assert "--accent: #057;" in (project.built() / "style.css").read_text()


COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


def test_contrast_is_that_of_the_guidelines() -> None:
    assert compute_contrast("#000000", "#ffffff") == pytest.approx(21)
    assert compute_contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert compute_contrast("#ffffff", "#0000ff") == pytest.approx(8.59, abs=0.005)
    assert compute_contrast("#1d5b79", "#1d5b79") == 1


@given(COLOURS, st.sampled_from([LIGHT, DARK]), st.sampled_from([ENOUGH, BETTER]))
def test_a_readable_colour_is_the_nearest_of_its_hue(
    given_colour: str, ground: str, enough: float
) -> None:
    readable = find_readable_colour(given_colour, ground, enough)
    assert compute_contrast(readable, ground) >= enough
    assert find_readable_colour(readable, ground, enough) == readable
    if compute_contrast(given_colour, ground) >= enough:
        assert readable == given_colour
    before, after = channels(given_colour), channels(readable)
    for channel in range(3):
        for other in range(3):
            assert before[channel] < before[other] or after[channel] >= after[other]
    # All channels go the same way: darker on a light ground, lighter on a dark one.
    darker = ground == LIGHT
    assert all(
        (new <= old) if darker else (new >= old) for old, new in zip(before, after, strict=True)
    )


@given(COLOURS, COLOURS)
def test_text_can_be_read_on_any_ground(given_colour: str, ground: str) -> None:
    assert compute_contrast(find_readable_colour(given_colour, ground), ground) >= ENOUGH
