"""The home page: questions, next meetings, the newest report, topics and years."""

from collections.abc import Iterator
from operator import attrgetter
from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

from lscbsite.model import Artifact, Input, LinkedReport, PublishedReport, SiteIndex, Thread
from lscbsite.outputs.declaration import OutputKind
from lscbsite.outputs.pages.archives import YearLink, make_year_links
from lscbsite.outputs.pages.ask_components import (
    AskPlan,
    AskView,
    build_ask_view,
    list_open_asks,
    plan_ask,
)
from lscbsite.outputs.pages.components import Card, build_report_card, make_year_url
from lscbsite.outputs.pages.frame import Frame, make_page_frame, render_page
from lscbsite.outputs.pages.json_ld import encode_script_json
from lscbsite.outputs.pages.meeting_components import (
    NextPlan,
    NextView,
    build_next_view,
    list_coming_meetings,
)
from lscbsite.outputs.pages.timeline import Timeline, build_timeline
from lscbsite.outputs.site_context import SiteView

if TYPE_CHECKING:  # slow to import, and not needed to plan
    from lscbsite.theme import Theme

_LATEST = 6
_ASKS = 10
_TOPICS = 12


# What the home page shows of each ask, announced meeting and report.
_Ask = TypeVar("_Ask")
_Meeting = TypeVar("_Meeting")
_Report = TypeVar("_Report")


class HomePage(msgspec.Struct, Generic[_Ask, _Meeting, _Report], frozen=True, array_like=True):
    """The home page; ``open_asks`` is the number of all open asks.

    It is planned with plans and reports; its template shows it with their views and cards.
    """

    frame: Frame
    asks: tuple[_Ask, ...]
    open_asks: int
    meetings: tuple[tuple[str, _Meeting], ...]
    newest: _Report | None
    latest: tuple[_Report, ...]
    timeline: Timeline | None
    years: tuple[YearLink, ...]
    json_ld: str = ""


HomePlan = HomePage[AskPlan, NextPlan, Input[PublishedReport]]


def plan_home(site: SiteIndex, site_view: Input[SiteView]) -> Iterator[Artifact]:
    """Plan the home page: asks, next meetings, the newest report, the years."""
    readable_reports = [
        linked_report for linked_report in site.reports if not linked_report.report.front.withdrawn
    ]
    newest = max(
        (linked_report.report for linked_report in readable_reports),
        key=attrgetter("published_order"),
        default=None,
    )
    latest = [
        linked_report
        for linked_report in reversed(readable_reports[-_LATEST - 1 :])
        if linked_report.report is not newest
    ][:_LATEST]
    open_asks = list_open_asks(site)
    view = HomePlan(
        make_page_frame(site_view, "", site.config.site.title),
        tuple(plan_ask(site, ask) for ask in open_asks[:_ASKS]),
        len(open_asks),
        tuple(list_coming_meetings(site)),
        site.by_id[newest.id].summary if newest else None,
        tuple(linked_report.summary for linked_report in latest),
        build_timeline(site, _select_latest_threads(site), glance=True),
        make_year_links(site.reports, make_year_url),
    )
    yield Artifact("index.html", view, render_home)


def _select_latest_threads(site: SiteIndex) -> list[Thread]:
    """Return the topics that were discussed last, the latest first."""
    discussed = [thread for thread in site.threads if thread.mentions]
    discussed.sort(key=lambda thread: _select_last(site, thread).report.order, reverse=True)
    return discussed[:_TOPICS]


def _select_last(site: SiteIndex, thread: Thread) -> LinkedReport:
    return site.by_id[thread.mentions[-1].ref.report]


def render_home(view: HomePlan, theme: "Theme") -> bytes:
    """Return the home page."""
    site = view.frame.site.value
    json_ld = {
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": site.title,
        "url": site.base_url,
        "description": view.frame.description,
        "inLanguage": site.language,
    }
    page = HomePage[AskView, NextView, Card](
        frame=view.frame,
        asks=tuple(build_ask_view(site, ask) for ask in view.asks),
        open_asks=view.open_asks,
        meetings=tuple((board, build_next_view(site, meeting)) for board, meeting in view.meetings),
        newest=build_report_card(site, view.newest.value.report) if view.newest else None,
        latest=tuple(build_report_card(site, report.value.report) for report in view.latest),
        timeline=view.timeline,
        years=view.years,
        json_ld=encode_script_json(json_ld),
    )
    return render_page(theme, "home.html", page)


HOME = OutputKind(
    addresses=("",), renderers=(render_home,), plan=plan_home, linkable=True, sitemap=True
)
