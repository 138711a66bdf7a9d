"""Test what other sites show beside a link, and the icons."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from unicodedata import category
from xml.etree import ElementTree

import pytest
from browsing import serving
from conftest import PNG, SITE_YAML, TESTS, Project, parsed, tree
from page_checks import AXE, scroll_width, violations
from PIL import Image, ImageFont
from playwright.sync_api import Browser, expect

from lscbsite.contrast import compute_contrast
from lscbsite.outputs.pages.sharing import PICTURED
from lscbsite.pictures.drawing import is_drawable

BASE = "https://example.org/a/b/"
# The third one has a picture of its own.
SITES = ("golden", "golden-boards")
FONT = Path(__file__).parents[2] / "lscbsite/pictures/files/inter-bold.woff2"


def read_metadata(page: str) -> dict[str, str]:
    """Return what a page tells other sites, by name."""
    found = {}
    for element in parsed(page).iter("meta"):
        name = element.get("property") or element.get("name") or ""
        if name.startswith(("og:", "article:", "twitter:")):
            assert name not in found
            found[name] = element.get("content", "")
    return found


def list_pages(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the address below the base URL and the text of each page."""
    for path in sorted(folder.rglob("*.html")):
        text = path.read_text("utf-8")
        if 'http-equiv="refresh"' not in text:
            yield path.relative_to(folder).as_posix().removesuffix("index.html"), text


def read_colours(picture: bytes) -> list[str]:
    """Return the colours of a picture in order of their frequency."""
    colours = Image.open(BytesIO(picture)).convert("RGB").getcolors(256)
    assert colours is not None
    return [
        f"#{bytes(colour).hex()}"
        for _, colour in sorted(colours, reverse=True)
        if isinstance(colour, tuple)
    ]


@pytest.mark.parametrize("site", SITES)
def test_every_page_has_a_picture_for_sharing(site: str) -> None:
    folder = TESTS / site
    own = set()
    for url, page in list_pages(folder):
        found = read_metadata(page)
        address = found["og:image"]
        assert address.startswith(BASE)
        data = (folder / address.removeprefix(BASE)).read_bytes()
        assert data.startswith(b"\x89PNG")
        size = Image.open(BytesIO(data)).size
        assert size == (1200, 630) == (int(found["og:image:width"]), int(found["og:image:height"]))
        assert len(data) < 15_000
        assert found["og:image:alt"]
        assert found["twitter:card"] == "summary_large_image"
        assert re.fullmatch("[a-z]{2}_[A-Z]{2}", found["og:locale"])
        is_report = bool(re.match("reports/.", url))
        assert ("article:published_time" in found) <= is_report
        if is_report and 'name="robots"' not in page:
            assert address == f"{BASE}{url}sharing.png"
            own.add(address)
        else:
            assert address == f"{BASE}sharing.png"
    made = {BASE + path.relative_to(folder).as_posix() for path in folder.rglob("sharing.png")}
    assert made == own | {f"{BASE}sharing.png"}


def test_a_report_says_when_it_was_published_and_corrected(project: Project) -> None:
    project.report("2012-11-13", "published: 2012-11-20")
    project.report(
        "2012-12-11", "published: 2012-12-13\ncorrections: [{date: 2012-12-15, note: 'No.'}]"
    )
    project.report("2013-04-16", "agenda: true")
    project.report("2013-04-17", "agenda: true\npublished: 2013-02-20")
    project.built()
    times = {
        name: [
            read_metadata(project.page(f"reports/{name}")).get(f"article:{kind}_time")
            for kind in ("published", "modified")
        ]
        for name in ("2012-11-13", "2012-12-11", "2013-04-16", "2013-04-17")
    }
    assert times == {
        "2012-11-13": ["2012-11-20", None],
        "2012-12-11": ["2012-12-13", "2012-12-15"],
        "2013-04-16": [None, None],
        "2013-04-17": ["2013-02-20", None],
    }


@pytest.mark.parametrize(
    ("language", "locale"),
    [
        ("en-GB", "en_GB"),
        ("en", "en_GB"),
        ("en-US", "en_US"),
        ("cy", "cy_GB"),
        ("de-AT", "de_AT"),
        ("ar", "ar_EG"),
    ],
)
def test_the_language_has_its_country(project: Project, language: str, locale: str) -> None:
    project.write("site.yaml", f"{SITE_YAML}language: {language}\n")
    project.report("2012-11-13", "language: gd")
    project.built()
    assert read_metadata(project.page())["og:locale"] == locale
    assert read_metadata(project.page("reports/2012-11-13"))["og:locale"] in (locale, "gd_GB")


def test_the_text_of_a_picture_is_what_it_shows(project: Project) -> None:
    project.write("site.yaml", f"{SITE_YAML}boards: {{a: {{name: Health board}}}}\n")
    project.report("a/2012-11-13", "title: Beds\nlanguage: cy")
    project.built()
    alt = read_metadata(project.page("reports/a/2012-11-13"))["og:image:alt"]
    assert alt == "Beds. Dydd Mawrth, 13 Tachwedd 2012. Health board"
    assert read_metadata(project.page())["og:image:alt"] == "Test Board"


def test_all_letters_that_are_drawn_are_in_the_font() -> None:
    font = ImageFont.truetype(FONT, 40, layout_engine=ImageFont.Layout.BASIC)
    missing = bytes(font.getmask("\U0010fffd"))
    drawn = [chr(code) for code in range(0x20, 0x30000) if is_drawable(chr(code))]
    visible = [letter for letter in drawn if letter.split() and category(letter) != "Cf"]
    assert [letter for letter in visible if bytes(font.getmask(letter)) == missing] == []
    for text in ("ŵŷŴŶâêîôû", "äöüßẞÄÖÜ–„“", "£€’…", "ŽčŁőț", "Привет Її", "Ελλάδα", "Ðþæø"):
        assert is_drawable(text)
    for text in ("العربية", "שלום", "會議", "हिन्दी", "👍", "q\u0308", "\ud7ff"):
        assert not is_drawable(text)
    assert is_drawable("w\u0302 Ca\u00ader\u200bdydd"), "composed, and without what nobody sees"


@pytest.mark.parametrize("title", ["اجتماع المجلس", "Budget 👍", "會議"])
def test_a_title_that_cannot_be_drawn_gets_the_picture_of_the_site(
    project: Project, title: str
) -> None:
    project.report("2012-11-13", f"title: {title}")
    project.report("2012-12-11", "title: 會")
    project.built()
    pictures = [
        project.output / f"reports/{name}/sharing.png" for name in ("2012-11-13", "2012-12-11")
    ]
    assert pictures[0].read_bytes() == pictures[1].read_bytes()
    assert read_metadata(project.page("reports/2012-11-13"))["og:image:alt"] == "Test Board"
    project.write("site.yaml", SITE_YAML.replace("Test Board", title))
    project.built()
    assert (project.output / "sharing.png").is_file()
    if title.startswith("B"):
        assert ">B</text>" in project.page("icon.svg")
        assert len(set(read_colours((project.output / "sharing.png").read_bytes()))) > 2


@pytest.mark.parametrize(
    "title",
    [
        "Training " * 80,
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 9,
        "i" * 5000,
        "W",
        "Ŵ" * 40,
    ],
)
def test_a_title_of_any_length_is_drawn(project: Project, title: str) -> None:
    project.report("2012-11-13", f"title: {title}")
    project.built()
    data = (project.output / "reports/2012-11-13/sharing.png").read_bytes()
    assert len(data) < 15_000
    shown = Image.open(BytesIO(data)).convert("L")
    ground = shown.getpixel((0, 0))
    # Nothing reaches the margins.
    for box in ((0, 0, 1200, 70), (0, 0, 70, 630), (1140, 0, 1200, 630), (0, 590, 1200, 630)):
        assert shown.crop(box).getextrema() == (ground, ground)
    # Nor does the title reach the line below it.
    assert shown.crop((180, 500, 1200, 520)).getextrema() == (ground, ground)


@pytest.mark.parametrize("accent", ["#1d5b79", "#000", "#4a6b00", "#7a2e4d"])
def test_letters_can_be_read_on_the_colour_of_the_site(project: Project, accent: str) -> None:
    project.write("site.yaml", f'{SITE_YAML}accent: "{accent}"\n')
    project.report("2012-11-13")
    output = project.built()
    icon = ElementTree.fromstring(project.page("icon.svg"))
    fills = [element.get("fill", "") for element in icon]
    colours = [fills]
    for name in ("apple-touch-icon.png", "sharing.png", "reports/2012-11-13/sharing.png"):
        found = read_colours((output / name).read_bytes())
        colours.append([found[0], found[1]])
    for ground, ink in colours:
        assert compute_contrast(ground, accent) == 1
        assert compute_contrast(ground, ink) >= 4.5


@pytest.mark.parametrize(
    ("title", "initial"),
    [
        ("Test Board", "T"),
        ("‘the’ board", "T"),
        ("ŵyth cyngor", "Ŵ"),
        ("w\u0302yth", "Ŵ"),
        ("3rd sector", "3"),
        ("ßtraße", "ß"),
        ("q\u0308 board", "Q\u0308"),
        ("مجلس", "م"),
        ("საბჭო", "ს"),
        ("<&> ...", None),
    ],
)
def test_the_icon_is_the_initial_of_the_site(
    project: Project, title: str, initial: str | None
) -> None:
    project.write("site.yaml", SITE_YAML.replace("title: Test Board", f'title: "{title}"'))
    project.report("2012-11-13")
    output = project.built()
    icon = ElementTree.fromstring(project.page("icon.svg"))
    assert [element.text for element in icon.iter("{http://www.w3.org/2000/svg}text")] == (
        [initial] if initial else []
    )
    touch = Image.open(output / "apple-touch-icon.png")
    assert touch.size == (180, 180)
    assert len(read_colours((output / "apple-touch-icon.png").read_bytes())) > 1
    page = parsed(project.page("reports/2012-11-13"))
    links = {link.get("rel"): link.get("href") for link in page.iter("link")}
    assert links["icon"] == "../../icon.svg"
    assert links["apple-touch-icon"] == "../../apple-touch-icon.png"


def test_only_the_newest_reports_have_pictures_of_their_own(project: Project) -> None:
    for number in range(PICTURED + 2):
        project.report(f"{2000 + number // 12}-{number % 12 + 1:02}-07", "published: 2012-01-01")
    # Published last, though the meeting was long ago.
    project.report("1999-01-01", "published: 2012-02-02")
    # Not published, or taken back.
    project.report("2011-01-01", "draft: true")
    project.report("2011-02-01", "withdrawn: {date: 2012-03-01, reason: XYZZY}")
    output = project.built()
    made = {path.parent.name for path in output.glob("reports/*/sharing.png")}
    assert len(made) == PICTURED
    assert {"1999-01-01"} < made
    assert not made & {"2000-01-07", "2000-02-07", "2000-03-07", "2011-01-01", "2011-02-01"}
    for url, page in list_pages(output):
        name = url.removeprefix("reports/").rstrip("/")
        wanted = (
            f"{url}sharing.png" if url.startswith("reports/") and name in made else "sharing.png"
        )
        assert read_metadata(page)["og:image"] == BASE + wanted
    # One more: the oldest loses its picture, and its page says so.
    project.report("2012-11-13")
    project.built()
    assert not (output / "reports/2000-04-07/sharing.png").exists()
    assert read_metadata(project.page("reports/2000-04-07"))["og:image"] == f"{BASE}sharing.png"
    before = tree(output)
    project.built("--no-cache")
    assert tree(output) == before


def test_a_withdrawn_report_loses_its_picture(project: Project) -> None:
    project.report("2012-11-13", "title: XYZZY")
    project.built()
    assert (project.output / "reports/2012-11-13/sharing.png").is_file()
    project.report("2012-11-13", "title: XYZZY\nwithdrawn: {date: 2013-02-01, reason: A mistake}")
    project.built()
    assert not (project.output / "reports/2012-11-13/sharing.png").exists()
    assert "XYZZY" not in str(read_metadata(project.page("reports/2012-11-13")))


def test_a_changed_headline_changes_the_picture_and_nothing_else_does(project: Project) -> None:
    project.report("2012-11-13", body="## Housing\n\nText.\n\n## Budget\n\nText.\n")
    picture = project.built() / "reports/2012-11-13/sharing.png"
    first = picture.read_bytes()
    project.report("2012-11-13", body="## Housing\n\nMore text.\n\n## Budget\n\nText.\n")
    project.built()
    assert picture.read_bytes() == first
    project.report("2012-11-13", body="## Homes\n\nText.\n\n## Budget\n\nText.\n")
    project.built()
    assert picture.read_bytes() != first


def test_a_picture_of_the_author_takes_the_place_of_all(project: Project) -> None:
    photograph = BytesIO()
    Image.new("RGB", (2400, 1200), "#345").save(photograph, "JPEG")
    project.write("files/the hall.jpg", photograph.getvalue())
    setting = "sharing_picture: {file: files/the hall.jpg, alt: The “town” hall}\n"
    project.write("site.yaml", SITE_YAML + setting)
    project.report("2012-11-13")
    output = project.built()
    assert list(output.rglob("sharing.png")) == []
    for _, page in list_pages(output):
        found = read_metadata(page)
        assert found["og:image"] == f"{BASE}files/the%20hall.jpg"
        assert (found["og:image:width"], found["og:image:height"]) == ("2000", "1000")
        assert found["og:image:alt"] == "The “town” hall"
    assert Image.open(output / "files/the hall.jpg").size == (2000, 1000)
    # And back.
    project.write("site.yaml", SITE_YAML)
    project.built()
    assert not (output / "files").exists()
    assert len(list(output.rglob("sharing.png"))) == 2


def test_a_damaged_picture_is_an_error(project: Project) -> None:
    project.write("files/hall.png", PNG[:30])
    project.write("site.yaml", SITE_YAML + "sharing_picture: {file: files/hall.png, alt: Hall}\n")
    project.report("2012-11-13")
    result = project.build()
    assert result.exit_code == 1
    assert "files/hall.png:1:1: error" in result.stderr


# --- copying the address of a heading -----------------------------------------------------------

BODY = """\
## Housing $& costs

### A long heading that goes on and on, over more than one line on any telephone, and then ends

> ## Quoted

Text.

## Wohnen [über](https://example.org/) alles
"""


def test_the_address_of_each_heading_can_be_copied(browser: Browser, project: Project) -> None:
    project.report("2013-02-20", body=BODY)
    project.write("pages/about.md", "---\ntitle: About\n---\n## Who we are\n\nText.\n")
    with serving(project.built()) as served, browser.new_context() as context:
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.new_page()
        page.goto(served.address + "reports/2013-02-20/")
        for name, anchor in (
            ("Housing $& costs", "housing-costs"),
            ("Quoted", "quoted"),
            ("Wohnen über alles", "wohnen-uber-alles"),
        ):
            heading = page.get_by_role("heading", name=name, exact=True)
            link = page.get_by_role("link", name=f"Copy link to {name}", exact=True)
            expect(heading).to_be_visible()
            expect(link).to_have_css("opacity", "0")
            heading.hover()
            expect(link).to_have_css("opacity", "1")
            link.click()
            expect(page.locator(".permalink [role=status]").last).to_have_text("Link copied")
            copied = page.evaluate("navigator.clipboard.readText()")
            assert copied == f"{served.address}reports/2013-02-20/#{anchor}"
            page.mouse.move(0, 0)
            page.reload()
        # With the keyboard, too.
        page.get_by_role("link", name="Copy link to Quoted").focus()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Copy link to Quoted")).to_have_css("opacity", "1")
        page.keyboard.press("Enter")
        expect(page.locator(".permalink [role=status]").last).to_have_text("Link copied")
        assert page.evaluate("navigator.clipboard.readText()").endswith("#quoted")
        page.goto(served.address + "about/")
        expect(page.get_by_role("link", name="Copy link to Who we are")).to_be_attached()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_on_a_telephone_the_link_is_always_there(
    browser: Browser, project: Project, theme: str
) -> None:
    project.report("2013-02-20", "feedback: [{id: q, ask: Who?}]", BODY)
    options = {"is_mobile": True, "has_touch": True, "color_scheme": theme}
    with (
        serving(project.built()) as served,
        browser.new_context(viewport={"width": 320, "height": 640}, **options) as context,  # type: ignore[arg-type]
    ):
        page = context.new_page()
        page.goto(served.address + "reports/2013-02-20/")
        headings, links = page.locator(".body [id]"), page.locator(".permalink a")
        assert links.count() == headings.count() == 4
        for heading, link in zip(headings.all(), links.all(), strict=True):
            expect(link).to_have_css("opacity", "1")
            box, around = link.bounding_box(), heading.bounding_box()
            assert box
            assert around
            assert min(box["width"], box["height"]) >= 24
            # At the end of the heading's last line, beside its words.
            assert abs(box["y"] + box["height"] - around["y"] - around["height"]) < 2
            assert box["x"] + box["width"] <= 320
            words = heading.evaluate(
                "it => { const range = document.createRange(); range.selectNodeContents(it);"
                " return Math.max(...[...range.getClientRects()].map(box => box.right)) }"
            )
            assert words <= box["x"]
        assert scroll_width(page) == 320
        page.evaluate(AXE)
        assert list(violations(page)) == []


def test_the_link_is_nowhere_but_on_the_screen(browser: Browser, project: Project) -> None:
    project.write("site.yaml", SITE_YAML.replace("search: false", "search: true"))
    project.report("2013-02-20", body=BODY)
    with serving(project.built()) as served:
        for script in (True, False):
            with browser.new_context(java_script_enabled=script) as context:
                page = context.new_page()
                page.goto(served.address + "reports/2013-02-20/")
                page.wait_for_load_state()
                assert page.locator(".permalink").count() == (4 if script else 0)
                places = page.locator(".body > *:not(.permalink)").evaluate_all(
                    "([first, ...others]) => others.map("
                    "it => Math.round(it.getBoundingClientRect().top - first.getBoundingClientRect().top))"
                )
                if script:
                    with_script = places
                    page.emulate_media(media="print")
                    assert not any(link.is_visible() for link in page.locator(".permalink").all())
        assert places == with_script, "it takes no room"
    assert "Copy link to" not in project.page("feed.xml")
