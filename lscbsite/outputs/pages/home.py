"""The home page: asks, next meetings, the newest report, topics and years."""

from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING

import msgspec

from lscbsite.model import (
    Artifact,
    AskState,
    Input,
    LinkedReport,
    PublishedReport,
    SiteIndex,
    Thread,
)
from lscbsite.outputs.declaration import OutputKind
from lscbsite.outputs.pages.archives import YearLink, make_year_links
from lscbsite.outputs.pages.ask_components import (
    AskView,
    build_ask_view,
    find_awaited_day,
    list_open_asks,
    list_reports_of_asks,
)
from lscbsite.outputs.pages.components import (
    Card,
    build_report_card,
    index_reports,
    list_summaries,
    make_year_url,
)
from lscbsite.outputs.pages.frame import Frame, make_page_frame, render_page
from lscbsite.outputs.pages.json_ld import build_coming_json_ld, encode_script_json
from lscbsite.outputs.pages.meeting_components import (
    ComingMeeting,
    NextView,
    build_coming_views,
    list_coming_meetings,
)
from lscbsite.outputs.pages.timeline import Timeline, build_timeline
from lscbsite.outputs.site_context import SiteView

if TYPE_CHECKING:  # slow to import, and not needed to plan
    from lscbsite.theme import Theme

_LATEST = 6
_ASKS = 4
_TOPICS = 12


class HomeView(msgspec.Struct, frozen=True, array_like=True, dict=True):
    """The home page; ``open_asks`` is the number of all open asks, ``ask_states`` are the first.

    ``reports`` are those that asked. ``newest_report`` was published last, over a year ago if it
    ``newest_is_old``; ``latest_reports`` are those of the latest meetings beside it.
    """

    frame: Frame
    ask_states: tuple[AskState, ...]
    reports: tuple[Input[PublishedReport], ...]
    open_asks: int
    coming_meetings: tuple[ComingMeeting, ...]
    newest_report: Input[PublishedReport] | None
    newest_is_old: bool
    latest_reports: tuple[Input[PublishedReport], ...]
    timeline: Timeline | None
    years: tuple[YearLink, ...]

    @cached_property
    def asks(self) -> tuple[AskView, ...]:
        """The open asks, the soonest deadline first."""
        reports = index_reports(self.reports)
        return tuple(build_ask_view(self._site, ask, reports) for ask in self.ask_states)

    @cached_property
    def meetings(self) -> tuple[tuple[str, NextView], ...]:
        """The meetings ahead, each with its board's name."""
        return build_coming_views(self._site, self.coming_meetings)

    @cached_property
    def newest(self) -> Card | None:
        """The card of the newest report."""
        if self.newest_report is None:
            return None
        return build_report_card(self._site, self.newest_report.value.report)

    @property
    def newest_until(self) -> str:
        """The last day on which the newest report is not old."""
        if self.newest_report is None:
            return ""
        return find_awaited_day(self.newest_report.value.report.published).isoformat()

    @cached_property
    def latest(self) -> tuple[Card, ...]:
        """The cards of the latest reports."""
        return tuple(
            build_report_card(self._site, report.value.report) for report in self.latest_reports
        )

    @property
    def json_ld(self) -> str:
        """The site and its meetings ahead in the vocabulary of schema.org."""
        website = {
            "@type": "WebSite",
            "name": self._site.title,
            "url": self._site.base_url,
            "description": self.frame.description,
            "inLanguage": self._site.language,
        }
        events = build_coming_json_ld(self._site, self.coming_meetings)
        return encode_script_json({"@context": "https://schema.org", "@graph": [website, *events]})

    @property
    def _site(self) -> SiteView:
        return self.frame.site.value


def plan_home(site: SiteIndex, site_view: Input[SiteView]) -> Iterator[Artifact]:
    """Plan the home page: asks, next meetings, the newest report, the years."""
    readable_reports = [
        linked_report for linked_report in site.reports if not linked_report.report.front.withdrawn
    ]
    newest = max(
        # A meeting that did not take place has no news; where there is nothing else, it is shown.
        [linked_report.report for linked_report in readable_reports if linked_report.took_place]
        or [linked_report.report for linked_report in readable_reports],
        key=attrgetter("published_order"),
        default=None,
    )
    earlier = (
        linked_report
        for linked_report in reversed(readable_reports)
        # A meeting that was cancelled is an earlier one when its day is over.
        if linked_report.report is not newest
        and (linked_report.took_place or linked_report.report.date < site.today)
    )
    open_asks = list_open_asks(site)
    first_asks = tuple(open_asks[:_ASKS])
    view = HomeView(
        make_page_frame(site_view, "", site.config.site.title),
        first_asks,
        list_summaries(site, list_reports_of_asks(first_asks)),
        len(open_asks),
        tuple(list_coming_meetings(site)),
        site.by_id[newest.id].summary if newest else None,
        newest is not None and find_awaited_day(newest.published) < site.today,
        tuple(linked_report.summary for linked_report in islice(earlier, _LATEST)),
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


def render_home(view: HomeView, theme: "Theme") -> bytes:
    """Return the home page."""
    return render_page(theme, "home.html", view)


HOME = OutputKind(
    addresses=("",), renderers=(render_home,), plan=plan_home, linkable=True, sitemap=True
)
