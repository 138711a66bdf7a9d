"""The pages of asks: open, closed, and answered with their outcomes."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from msgspec.structs import replace

from lscbsite.i18n import N_, get_translations
from lscbsite.model import (
    Artifact,
    AskState,
    Input,
    LinkedReport,
    PublishedReport,
    SiteIndex,
)
from lscbsite.outputs.declaration import OutputKind
from lscbsite.outputs.pages.archives import YearLink, group_by_year, make_part_link
from lscbsite.outputs.pages.ask_components import (
    AskView,
    build_ask_view,
    list_open_asks,
    list_reports_of_asks,
)
from lscbsite.outputs.pages.components import index_reports, list_summaries
from lscbsite.outputs.pages.frame import Frame, make_page_frame, render_page
from lscbsite.outputs.site_context import Link, MenuLink, SiteView

if TYPE_CHECKING:  # slow to import, and not needed to plan
    from lscbsite.theme import Theme

# With more asks than this, each year has its own pages.
_ON_ONE_PAGE = 50
_OPEN, _LATEST = 30, 10
_ON_A_YEARS_PAGE = 100


class AskGroups(NamedTuple):
    """Asks by state, in the order in which a page shows them."""

    open: list[AskState]
    closed: list[AskState]
    answered: list[AskState]


class AsksView(msgspec.Struct, frozen=True, array_like=True, dict=True):
    """A page of asks by state; ``reports`` are those that asked or record an outcome.

    ``more`` names the states of which other pages have more. ``years`` lead to all asks where this
    page has not all of them. ``current`` is the page of all years.
    """

    frame: Frame
    groups: AskGroups
    reports: tuple[Input[PublishedReport], ...]
    more: tuple[str, ...] = ()
    years: tuple[YearLink, ...] = ()
    current: bool = False
    previous: Link | None = None
    next: Link | None = None

    @cached_property
    def open(self) -> tuple[AskView, ...]:
        """The open asks."""
        return self._build_views(self.groups.open)

    @cached_property
    def closed(self) -> tuple[AskView, ...]:
        """The closed asks without an outcome."""
        return self._build_views(self.groups.closed)

    @cached_property
    def answered(self) -> tuple[AskView, ...]:
        """The asks with an outcome."""
        return self._build_views(self.groups.answered)

    def _build_views(self, asks: Iterable[AskState]) -> tuple[AskView, ...]:
        site, reports = self.frame.site.value, index_reports(self.reports)
        return tuple(build_ask_view(site, ask, reports) for ask in asks)


def plan_asks(site: SiteIndex, site_view: Input[SiteView]) -> Iterator[Artifact]:
    """Plan the page of asks. With many asks, it shows some and links to each year's page.

    Open asks are sorted by deadline, closed ones by the latest deadline, answered ones by the
    newest outcome.
    """
    every_ask = [ask for linked_report in site.asking for ask in linked_report.asks]
    groups = AskGroups(
        list_open_asks(site), _list_closed(every_ask), _list_answered(site, every_ask)
    )
    words = get_translations(site.config.site.language)
    heading = words.gettext(ASKS.title)
    description = words.gettext("%(site)s: questions for you, and what came of your answers") % {
        "site": site.config.site.title
    }
    frame = make_page_frame(site_view, ASKS.url, heading, description)
    if not _is_long(site):
        yield from plan_asks_page(replace(_build_view(site, frame, groups), current=True))
        return
    first = AskGroups(groups.open[:_OPEN], groups.closed[:_LATEST], groups.answered[:_LATEST])
    more = tuple(
        state
        for state, asks, first_asks in zip(AskGroups._fields, groups, first, strict=True)
        if len(first_asks) < len(asks)
    )
    links = tuple(
        YearLink(
            Link(f"{ASKS.url}{year}/", str(year)),
            sum(len(linked_report.asks) for linked_report in group),
        )
        for year, group in _group_by_year(site)
    )
    view = _build_view(site, frame, first)
    yield from plan_asks_page(replace(view, more=more, years=links, current=True))


def slice_asks_of_years(site: SiteIndex, site_view: Input[SiteView]) -> Iterator[AsksView]:
    """Yield the pages of each year with asks, if there are many."""
    if not _is_long(site):
        return
    pages = [
        (year, number, part)
        for year, group in _group_by_year(site)
        for number, part in _split_parts(
            [ask for linked_report in reversed(group) for ask in linked_report.asks]
        )
    ]
    language = site.config.site.language
    words = get_translations(language)
    links = [make_part_link(ASKS.url, year, number, language) for year, number, _ in pages]
    for number, (year, _, part) in enumerate(pages):
        groups = AskGroups(
            [ask for ask in part if ask.state == "open"],
            _list_closed(part),
            _list_answered(site, part),
        )
        link = links[number]
        title = words.gettext("Questions from the meetings in %(year)s") % {"year": link.text}
        values = {"site": site.config.site.title, "year": year}
        description = words.gettext("%(site)s: questions we asked in %(year)s") % values
        frame = make_page_frame(site_view, link.url, title, description)
        yield replace(
            _build_view(site, frame, groups),
            previous=links[number + 1] if number + 1 < len(links) else None,
            next=links[number - 1] if number else None,
        )


def plan_asks_page(view: AsksView) -> Iterator[Artifact]:
    """Plan a page of asks."""
    yield Artifact(f"{view.frame.url}index.html", view, render_asks)


def _is_long(site: SiteIndex) -> bool:
    """Return whether there are more asks than one page shows."""
    return sum(len(linked_report.asks) for linked_report in site.asking) > _ON_ONE_PAGE


def _group_by_year(site: SiteIndex) -> Iterator[tuple[int, list[LinkedReport]]]:
    """Group the reports with asks by year, the newest year first."""
    return reversed(
        group_by_year(linked_report for linked_report in site.asking if linked_report.asks)
    )


def _split_parts(asks: list[AskState]) -> Iterator[tuple[int, list[AskState]]]:
    """Yield the pages of a year's asks, numbered from 1."""
    for start in range(0, len(asks), _ON_A_YEARS_PAGE):
        yield start // _ON_A_YEARS_PAGE + 1, asks[start : start + _ON_A_YEARS_PAGE]


def _list_closed(asks: Iterable[AskState]) -> list[AskState]:
    closed = [ask for ask in asks if ask.state == "closed"]
    return sorted(closed, key=lambda ask: str(ask.ask.deadline), reverse=True)


def _list_answered(site: SiteIndex, asks: Iterable[AskState]) -> list[AskState]:
    answered = [ask for ask in asks if ask.state == "answered"]
    return sorted(
        answered,
        key=lambda ask: max(site.by_id[answer.report].report.order for answer in ask.outcomes),
        reverse=True,
    )


def _build_view(site: SiteIndex, frame: Frame, groups: AskGroups) -> AsksView:
    """Return a page of asks, without links to other pages of asks."""
    ids = (id_ for asks in groups for id_ in list_reports_of_asks(asks))
    return AsksView(frame, groups, list_summaries(site, ids))


def render_asks(view: AsksView, theme: "Theme") -> bytes:
    """Return a page of asks."""
    return render_page(theme, "asks.html", view)


ASKS = OutputKind(
    addresses=("asks/",),
    renderers=(render_asks,),
    plan=plan_asks,
    title=N_("Questions for you, and what came of your answers"),
    linkable=True,
    sitemap=True,
    menu=MenuLink(N_("Questions for you"), 1, header="before", footer=True),
)
# Sites with many asks have pages for each year.
ASKS_OF_YEARS = OutputKind(
    addresses=("asks/{part}/",),
    renderers=(render_asks,),
    slice_index=slice_asks_of_years,
    plan_slice=plan_asks_page,
)
