"""What other sites and home screens show of this one: a picture beside a link, and icons."""

import heapq
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from lscbsite import dates
from lscbsite.contrast import choose_ink
from lscbsite.model import (
    Artifact,
    Input,
    LinkedReport,
    PublishedReport,
    Report,
    SiteIndex,
)
from lscbsite.outputs.declaration import OutputKind
from lscbsite.outputs.pages.components import get_board_name, localize_site
from lscbsite.outputs.site_context import (
    PICTURE_NAME,
    SharedPicture,
    SiteView,
    make_own_picture,
)
from lscbsite.pictures.drawing import HEIGHT, WIDTH, Card, draw_card, draw_letter, is_drawable

if TYPE_CHECKING:  # slow to import, and not needed to plan
    from lscbsite.theme import Theme

DEFAULT_ACCENT = "#1d5b79"
# Number of reports with a picture of their own: the newest, which people share. Each takes as long to draw
# as a page takes to render (docs/scale.md).
PICTURED = 60
_TOUCH_ICON = "apple-touch-icon.png"
# In pixels, as iOS and Android want it.
_TOUCH_SIZE = 180


class IconView(msgspec.Struct, frozen=True):
    """An icon of the site: its initial, '' if it has none, in ``ink`` on its colour."""

    initial: str
    accent: str
    ink: str


class CoverView(msgspec.Struct, frozen=True):
    """The picture of the whole site; ``icon`` takes its place if letters of the title cannot be drawn."""

    title: str
    icon: IconView


class ReportPictureView(msgspec.Struct, frozen=True, array_like=True):
    """The picture of a report; ``icon`` is as in ``CoverView``."""

    site: Input[SiteView]
    report: Input[PublishedReport]
    icon: IconView


class _Texts(NamedTuple):
    """What the picture of a report says: the board, or else the site; the headline; the day."""

    name: str
    headline: str
    day: str


def find_pictured(site: SiteIndex) -> set[str]:
    """Return the ids of the reports and agendas with pictures of their own: the newest."""
    if site.config.site.sharing_picture:
        return set()
    visible = (
        linked_report.report
        for linked_report in (*site.reports, *site.agendas)
        if linked_report.report.front.withdrawn is None
    )
    newest = heapq.nlargest(PICTURED, visible, key=lambda report: report.published_order)
    return {report.id for report in newest}


def make_report_picture(site: SiteView, report: Report) -> SharedPicture:
    """Return the picture of a report."""
    texts = _make_texts(site, report)
    alt = ". ".join(filter(None, (texts.headline, texts.day, texts.name)))
    if not is_drawable("".join(texts)):
        alt = site.title
    return make_own_picture(report.url, alt)


def _make_texts(site: SiteView, report: Report) -> _Texts:
    local = localize_site(site, report)
    day = dates.format_days(report.date, report.front.last_day, local.language, "full")
    return _Texts(get_board_name(local, report) or local.title, report.headline, day)


def plan_sharing(site: SiteIndex, site_view: Input[SiteView]) -> Iterator[Artifact]:
    """Plan the icons, and the pictures of the site and of its newest reports."""
    config = site.config.site
    accent = config.accent or DEFAULT_ACCENT
    icon = IconView(_find_initial(config.title), accent, choose_ink(accent))
    yield Artifact("icon.svg", icon, render_icon)
    yield Artifact(_TOUCH_ICON, icon, render_touch_icon)
    if config.sharing_picture:
        return
    yield Artifact(PICTURE_NAME, CoverView(config.title, icon), render_cover)
    pictured = find_pictured(site)
    every: tuple[LinkedReport, ...] = (*site.reports, *site.agendas)
    for linked_report in every:
        report = linked_report.report
        if report.id in pictured:
            view = ReportPictureView(site_view, linked_report.summary, icon)
            yield Artifact(f"reports/{report.id}/{PICTURE_NAME}", view, render_report_picture)


def _find_initial(title: str) -> str:
    """Return the first letter or digit of a title as a capital, with its accents; '' if it has none."""
    composed = unicodedata.normalize("NFC", title)
    start = next((at for at, letter in enumerate(composed) if letter.isalnum()), None)
    if start is None:
        return ""
    end = start + 1
    while end < len(composed) and unicodedata.category(composed[end])[0] == "M":
        end += 1
    # Of scripts with two kinds of capitals, such as Georgian, this is the one that begins a sentence.
    capital = composed[start].title()
    return (capital if len(capital) == 1 else composed[start]) + composed[start + 1 : end]


def render_icon(view: IconView, theme: "Theme") -> bytes:
    """Return the icon that browsers show beside the title."""
    return theme.render("icon.svg", view).encode()


def render_touch_icon(view: IconView, theme: "Theme") -> bytes:
    """Return the icon that telephones show on the home screen."""
    return draw_letter(view.initial, view.accent, _TOUCH_SIZE, _TOUCH_SIZE)


def render_cover(view: CoverView, theme: "Theme") -> bytes:
    """Return the picture of the site."""
    if is_drawable(view.title):
        return draw_card(Card("", view.title, "", view.icon.accent))
    return draw_letter(view.icon.initial, view.icon.accent, WIDTH, HEIGHT)


def render_report_picture(view: ReportPictureView, theme: "Theme") -> bytes:
    """Return the picture of a report."""
    texts = _make_texts(view.site.value, view.report.value.report)
    if is_drawable("".join(texts)):
        return draw_card(Card(*texts, view.icon.accent))
    return draw_letter(view.icon.initial, view.icon.accent, WIDTH, HEIGHT)


SHARING = OutputKind(
    addresses=("icon.svg", _TOUCH_ICON, PICTURE_NAME, f"reports/{{report}}/{PICTURE_NAME}"),
    renderers=(render_icon, render_touch_icon, render_cover, render_report_picture),
    plan=plan_sharing,
)
