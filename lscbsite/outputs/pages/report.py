"""Plan and render the pages of reports and agendas."""

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from msgspec.structs import replace

from lscbsite.model import Artifact, Input, LinkedReport, SiteIndex
from lscbsite.outputs.declaration import OutputKind
from lscbsite.outputs.pages.components import list_summaries
from lscbsite.outputs.pages.frame import render_page
from lscbsite.outputs.pages.meeting_components import find_event_url, find_own_meeting
from lscbsite.outputs.pages.report_view import ReportPageKey, ReportView
from lscbsite.outputs.pages.sharing import find_pictured
from lscbsite.outputs.site_context import SiteView

if TYPE_CHECKING:  # slow to import, and not needed to plan
    from lscbsite.theme import Theme


def slice_reports(
    site: SiteIndex, site_view: Input[SiteView]
) -> Iterator[list[tuple[str, ReportView]]]:
    """Yield the pages of the reports of each month, each with its author's file."""
    pictured = find_pictured(site)
    names = {thread.id: thread.topic.name for thread in site.threads}
    agendas = {linked_report.report.id for linked_report in site.agendas}
    every = sorted([*site.reports, *site.agendas], key=_get_month) if site.agendas else site.reports
    for _, month in groupby(every, key=_get_month):
        pages = []
        for linked_report in month:
            agenda = linked_report.report.id in agendas
            key = _make_report_page_key(site, names, linked_report, agenda=agenda)
            key = replace(key, has_picture=linked_report.report.id in pictured)
            others = list_summaries(site, key.list_reports())
            view = ReportView(site_view, linked_report.whole, linked_report.html, key, others)
            pages.append((linked_report.report.path, view))
        yield pages


def plan_reports(pages: list[tuple[str, ReportView]]) -> Iterator[Artifact]:
    """Plan the pages of some reports."""
    for source, view in pages:
        yield Artifact(f"reports/{view.key.id}/index.html", view, render_report, source)


def _get_month(linked_report: LinkedReport) -> tuple[int, int]:
    return linked_report.report.date.year, linked_report.report.date.month


def _make_report_page_key(
    site: SiteIndex, names: dict[str, str], linked_report: LinkedReport, *, agenda: bool
) -> ReportPageKey:
    report, state = linked_report.report, linked_report.next_state
    if report.front.withdrawn:
        state = None
    last_held = _find_last_held(site, linked_report)
    return ReportPageKey(
        report.id,
        linked_report.announced,
        state,
        find_event_url(site, state, report.board) if state else "",
        find_own_meeting(site, report) if agenda else None,
        linked_report.asks,
        linked_report.answers,
        linked_report.mentions,
        tuple([names[mention.topic] for mention in linked_report.mentions]),
        linked_report.backlinks,
        linked_report.previous,
        last_held.report.id if last_held else None,
        last_held.asks if last_held else (),
        linked_report.next,
        agenda,
        (report.front.last_day or report.date) >= site.today,
        linked_report.further_states if state else (),
        linked_report.other_reports,
        linked_report.other_chains,
    )


def _find_last_held(site: SiteIndex, linked_report: LinkedReport) -> LinkedReport | None:
    """Return the report of the last meeting before that took place."""
    earlier = linked_report
    while earlier.previous:
        earlier = site.by_id[earlier.previous]
        if earlier.took_place:
            return earlier
    return None


def render_report(view: ReportView, theme: "Theme") -> bytes:
    """Return a report's page."""
    return render_page(theme, "report.html", view)


def _list_dated_urls(site: SiteIndex) -> Iterator[tuple[str, str]]:
    """Yield the addresses of the reports, but withdrawn ones, with the day of the last change."""
    for linked_report in site.reports:
        if linked_report.report.front.withdrawn is None:
            yield linked_report.report.url, linked_report.report.changed.isoformat()
    for linked_report in site.agendas:
        # The day of the meeting is ahead, and an agenda need not say when it was published.
        published = linked_report.report.front.published
        yield linked_report.report.url, published.isoformat() if published else ""


# References to reports are resolved by ``index``, which also needs their titles and sections.
REPORTS = OutputKind(
    addresses=("reports/{report}/",),
    renderers=(render_report,),
    slice_index=slice_reports,
    plan_slice=plan_reports,
    sitemap=True,
    list_dated_urls=_list_dated_urls,
)
