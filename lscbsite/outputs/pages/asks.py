"""The asks: what is open, what is closed, and what came of what was asked."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from lscbsite.i18n import get_translations
from lscbsite.incremental.fingerprint import digest_values
from lscbsite.model import Artifact, ArtifactGroup, AskState, Input, LinkedReport, SiteIndex
from lscbsite.outputs.pages.archives import group_by_year, make_part_link
from lscbsite.outputs.pages.components import (
    build_ask_view,
    list_open_asks,
    make_page_frame,
    plan_ask,
    render_page,
)
from lscbsite.outputs.pages.views import AskPlan, AskView, Frame, YearLink
from lscbsite.outputs.site_context import Link, SiteView

if TYPE_CHECKING:  # slow to import, and not needed to plan
    from lscbsite.theme import Theme

# The page shows all asks up to so many; of more, each year has pages of its own.
_ON_ONE_PAGE = 50
_OPEN, _LATEST = 30, 10
_ON_A_YEARS_PAGE = 100

# Open, closed and answered ones.
_Groups = tuple[list[AskState], list[AskState], list[AskState]]


class AsksPlan(msgspec.Struct, frozen=True, array_like=True):
    """The asks by what became of them; ``more`` says of which kinds other pages have more.

    ``years`` lead to all asks where the page has not all of them.
    """

    frame: Frame
    heading: str
    open: tuple[AskPlan, ...]
    closed: tuple[AskPlan, ...]
    answered: tuple[AskPlan, ...]
    more: tuple[str, ...]
    years: tuple[YearLink, ...]
    current: bool
    previous: Link | None
    next: Link | None


class AsksView(msgspec.Struct, frozen=True):
    """A page of asks as its template wants it."""

    frame: Frame
    heading: str
    open: tuple[AskView, ...]
    closed: tuple[AskView, ...]
    answered: tuple[AskView, ...]
    more: tuple[str, ...]
    years: tuple[YearLink, ...]
    current: bool
    previous: Link | None
    next: Link | None


def plan_asks(site: SiteIndex, about: Input[SiteView]) -> Iterator[Artifact]:
    """The page of the asks; where they are many, of some, with links to those of each year.

    Open asks come by deadline, closed ones by it from the last one back, answered ones by the
    newest answer.
    """
    asked = list_open_asks(site)
    closed = _list_closed(ask for linked in site.reports for ask in linked.asks)
    answered = _list_answered(site, (ask for linked in site.reports for ask in linked.asks))
    words = get_translations(site.config.site.language)
    heading = words.gettext("Questions for you, and what came of your answers")
    told = words.gettext("%(site)s: questions for you, and what came of your answers") % {
        "site": site.config.site.title
    }
    frame = make_page_frame(about, "asks/", heading, told)
    if not _is_long(site):
        yield _plan_page(site, frame, heading, (asked, closed, answered), current=True)
        return
    chosen = (asked[:_OPEN], closed[:_LATEST], answered[:_LATEST])
    names = ("open", "closed", "answered")
    more = tuple(
        name
        for name, all_, some in zip(names, (asked, closed, answered), chosen, strict=True)
        if len(some) < len(all_)
    )
    links = tuple(
        YearLink(Link(f"asks/{year}/", str(year)), sum(len(linked.asks) for linked in group))
        for year, group in _group_by_year(site)
    )
    yield _plan_page(site, frame, heading, chosen, more=more, years=links, current=True)


def plan_asks_of_years(site: SiteIndex, about: Input[SiteView]) -> Iterator[ArtifactGroup]:
    """A page, or several, for each year in which something was asked, if it is much; each a block."""
    if not _is_long(site):
        return
    pages = [
        (year, number, part)
        for year, group in _group_by_year(site)
        for number, part in _split_parts([ask for linked in reversed(group) for ask in linked.asks])
    ]
    language = site.config.site.language
    links = [make_part_link("asks/", year, number, language) for year, number, _ in pages]
    for place, (year, _, part) in enumerate(pages):
        groups = (
            [ask for ask in part if ask.state == "open"],
            _list_closed(part),
            _list_answered(site, part),
        )
        older = links[place + 1] if place + 1 < len(links) else None
        newer = links[place - 1] if place else None
        # How many days are left is told of what is open.
        day = site.today if groups[0] else None
        key = digest_values("asks", about.digest, year, links[place], groups, older, newer, day)
        yield ArtifactGroup(
            key, partial(_plan_year_page, site, about, year, links[place], groups, older, newer)
        )


def _plan_year_page(
    site: SiteIndex,
    about: Input[SiteView],
    year: int,
    link: Link,
    groups: _Groups,
    older: Link | None,
    newer: Link | None,
) -> Iterator[Artifact]:
    words = get_translations(site.config.site.language)
    title = words.gettext("Questions from the meetings in %(year)s") % {"year": link.text}
    about_it = {"site": site.config.site.title, "year": year}
    told = words.gettext("%(site)s: questions we asked in %(year)s") % about_it
    frame = make_page_frame(about, link.url, title, told)
    yield _plan_page(site, frame, title, groups, previous=older, next_=newer)


def _is_long(site: SiteIndex) -> bool:
    """Whether there are more asks than the page shows."""
    return sum(len(linked.asks) for linked in site.reports) > _ON_ONE_PAGE


def _group_by_year(site: SiteIndex) -> Iterator[tuple[int, list[LinkedReport]]]:
    """Return the reports that ask by year, the newest year first."""
    return reversed(group_by_year(linked for linked in site.reports if linked.asks))


def _split_parts(asks: list[AskState]) -> Iterator[tuple[int, list[AskState]]]:
    """Yield the asks of a year in parts that are each a page, numbered from 1."""
    for start in range(0, len(asks), _ON_A_YEARS_PAGE):
        yield start // _ON_A_YEARS_PAGE + 1, asks[start : start + _ON_A_YEARS_PAGE]


def _list_closed(asks: Iterable[AskState]) -> list[AskState]:
    closed = [ask for ask in asks if ask.state == "closed"]
    return sorted(closed, key=lambda ask: str(ask.ask.deadline), reverse=True)


def _list_answered(site: SiteIndex, asks: Iterable[AskState]) -> list[AskState]:
    answered = [ask for ask in asks if ask.state == "answered"]
    return sorted(
        answered,
        key=lambda ask: max(site.by_id[one.report].report.order for one in ask.outcomes),
        reverse=True,
    )


def _plan_page(
    site: SiteIndex,
    frame: Frame,
    heading: str,
    groups: _Groups,
    *,
    more: tuple[str, ...] = (),
    years: tuple[YearLink, ...] = (),
    current: bool = False,
    previous: Link | None = None,
    next_: Link | None = None,
) -> Artifact:
    open_, closed, answered = (tuple([plan_ask(site, ask) for ask in group]) for group in groups)
    view = AsksPlan(frame, heading, open_, closed, answered, more, years, current, previous, next_)
    return Artifact(f"{frame.url}index.html", view, render_asks)


def render_asks(view: AsksPlan, theme: "Theme") -> bytes:
    """Return a page of asks."""
    site = view.frame.site.value
    open_, closed, answered = (
        tuple(build_ask_view(site, ask) for ask in group)
        for group in (view.open, view.closed, view.answered)
    )
    page = AsksView(
        view.frame,
        view.heading,
        open_,
        closed,
        answered,
        view.more,
        view.years,
        view.current,
        view.previous,
        view.next,
    )
    return render_page(theme, "asks.html", page)
