"""The page of a report."""

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from lscbsite.incremental.fingerprint import digest_values
from lscbsite.markup import resolve_references
from lscbsite.model import (
    Answer,
    Artifact,
    ArtifactGroup,
    AskState,
    Attendee,
    Html,
    Input,
    LinkedReport,
    NextState,
    PublishedReport,
    Report,
    SiteIndex,
    TopicMention,
)
from lscbsite.outputs.declaration import OutputKind
from lscbsite.outputs.pages.ask_components import (
    AskPlan,
    AskView,
    OutcomePlan,
    OutcomeView,
    build_ask_view,
    build_recorded_outcomes,
    plan_ask,
    plan_outcome,
)
from lscbsite.outputs.pages.components import (
    Card,
    SectionView,
    ThreadPosition,
    build_report_card,
    build_section_views,
    build_thread_positions,
    find_top_level,
    format_meeting_time,
    get_board_name,
    get_report_language,
    localize_site,
    make_section_url,
    make_year_url,
)
from lscbsite.outputs.pages.frame import (
    Day,
    Frame,
    make_page_frame,
    render_dated_title,
    render_page,
)
from lscbsite.outputs.pages.json_ld import build_report_json_ld, encode_script_json
from lscbsite.outputs.pages.meeting_components import (
    NextPlan,
    NextView,
    build_next_view,
    find_event_url,
    plan_next_meeting,
)
from lscbsite.outputs.site_context import Link, Safe, SiteView

if TYPE_CHECKING:  # slow to import, and not needed to plan
    from lscbsite.theme import Theme

_CONTENTS_FROM = 3


class _ReportPageKey(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Everything that decides the plan of a report's page; other reports are named by their ids."""

    id: str
    html: bool
    announced: dt.date | None
    next_state: NextState | None
    event_url: str
    asks: tuple[AskState, ...]
    answers: tuple[Answer, ...]
    mentions: tuple[TopicMention, ...]
    topics: tuple[str, ...]
    backlinks: tuple[str, ...]
    previous: str | None
    previous_asks: tuple[AskState, ...]
    next: str | None


class ReportPlan(msgspec.Struct, frozen=True, array_like=True):
    """The page of a report before rendering; ``topics`` are the names of the mentions' topics."""

    site: Input[SiteView]
    report: Input[PublishedReport]
    html: Input[Html] | None
    announced: dt.date | None
    next_meeting: NextPlan | None
    asks: tuple[AskPlan, ...]
    outcomes: tuple[OutcomePlan, ...]
    mentions: tuple[TopicMention, ...]
    topics: tuple[str, ...]
    backlinks: tuple[Input[PublishedReport], ...]
    previous: Input[PublishedReport] | None
    previous_asks: tuple[AskPlan, ...]
    next: Input[PublishedReport] | None


class DatedNote(msgspec.Struct, frozen=True):
    """A dated public note: a correction or the withdrawal."""

    day: Day
    text: str


class PreviousReport(msgspec.Struct, frozen=True):
    """A digest of the previous report, made from the report itself."""

    card: Card
    headings: tuple[Link, ...]
    asks: tuple[AskView, ...]


class ReportView(msgspec.Struct, frozen=True):
    """Everything the page of a report shows; ``language`` if it is not the site's."""

    frame: Frame
    language: str
    board: Link | None
    year: Link
    day: Day
    time: str
    place: str
    published: Day
    author: str
    summary: str
    cancelled: str
    withdrawn: DatedNote | None
    announced: Day | None
    asks: tuple[AskView, ...]
    outcomes: tuple[OutcomeView, ...]
    next_meeting: NextView | None
    topics: tuple[ThreadPosition, ...]
    attendees: tuple[Attendee, ...]
    apologies: tuple[Attendee, ...]
    corrections: tuple[DatedNote, ...]
    contents: tuple[SectionView, ...]
    sections: tuple[SectionView, ...]
    footnotes_html: str
    backlinks: tuple[Card, ...]
    previous_report: PreviousReport | None
    previous: Card | None
    next: Card | None
    json_ld: str

    @property
    def title(self) -> Safe:
        """The report's title, in which its date is a date for machines, too."""
        return render_dated_title(self.frame.title, self.day)


def plan_reports(site: SiteIndex, site_view: Input[SiteView]) -> Iterator[ArtifactGroup]:
    """Plan a page for each report; those of a month are a group."""
    names = {thread.id: thread.topic.name for thread in site.threads}
    for _, month in groupby(site.reports, key=_get_month):
        page_keys = [_make_report_page_key(site, names, linked_report) for linked_report in month]
        yield ArtifactGroup(
            digest_values("reports", site_view.digest, page_keys),
            partial(_plan_report_pages, site, site_view, page_keys),
        )


def _get_month(linked_report: LinkedReport) -> tuple[int, int]:
    return linked_report.report.date.year, linked_report.report.date.month


def _make_report_page_key(
    site: SiteIndex, names: dict[str, str], linked_report: LinkedReport
) -> _ReportPageKey:
    report, state = linked_report.report, linked_report.next_state
    if report.front.withdrawn:
        state = None
    previous_asks = site.by_id[linked_report.previous].asks if linked_report.previous else ()
    return _ReportPageKey(
        report.id,
        linked_report.has_html,
        linked_report.announced,
        state,
        find_event_url(site, state, report.board) if state else "",
        linked_report.asks,
        linked_report.answers,
        linked_report.mentions,
        tuple([names[mention.topic] for mention in linked_report.mentions]),
        linked_report.backlinks,
        linked_report.previous,
        previous_asks,
        linked_report.next,
    )


def _plan_report_pages(
    site: SiteIndex, site_view: Input[SiteView], page_keys: Iterable[_ReportPageKey]
) -> Iterator[Artifact]:
    by_id = site.by_id
    for key in page_keys:
        linked_report = by_id[key.id]
        view = ReportPlan(
            site_view,
            linked_report.whole,
            linked_report.html,
            key.announced,
            plan_next_meeting(site, key.next_state, key.event_url) if key.next_state else None,
            tuple([plan_ask(site, ask) for ask in key.asks]),
            tuple([plan_outcome(site, answer) for answer in key.answers]),
            key.mentions,
            key.topics,
            tuple([by_id[name].summary for name in key.backlinks]),
            by_id[key.previous].summary if key.previous else None,
            tuple([plan_ask(site, ask) for ask in key.previous_asks]),
            by_id[key.next].summary if key.next else None,
        )
        yield Artifact(
            f"reports/{key.id}/index.html", view, render_report, linked_report.report.path
        )


def _build_report_view(plan: ReportPlan) -> ReportView:
    published = plan.report.value
    report, front = published.report, published.report.front
    site = localize_site(plan.site.value, report)
    previous = plan.previous.value.report if plan.previous else None
    following = plan.next.value.report if plan.next else None
    frame = replace(
        make_page_frame(plan.site, report.url, report.title, report.summary or report.title),
        board=get_board_name(site, report),
        other_language="" if site is plan.site.value else site.language,
        kind="article",
        previous=previous.url if previous else "",
        next=following.url if following else "",
        indexed=front.withdrawn is None,
    )
    urls, labels, root = published.urls, published.labels, frame.root
    positions = build_thread_positions(site, plan.mentions, plan.topics)
    sections = tuple(
        replace(section, threads=positions[section.id])
        if section.level and section.id in positions
        else section
        for section in build_section_views(report.body.sections, plan.html, urls, labels, root)
    )
    top = find_top_level(report)
    main = tuple(section for section in sections if section.level == top)
    language = site.language
    board = frame.board
    return ReportView(
        frame=frame,
        language=get_report_language(site, report),
        board=Link(f"boards/{report.board}/", board) if board else None,
        year=Link(make_year_url(report.date.year), str(report.date.year)),
        day=Day(report.date, language),
        time=format_meeting_time(site, front.time),
        place=front.place or "",
        published=Day(report.published, language),
        author=front.author or "",
        summary=front.summary or "",
        cancelled=front.cancelled or "",
        withdrawn=DatedNote(Day(front.withdrawn.date, language), front.withdrawn.reason)
        if front.withdrawn
        else None,
        announced=Day(plan.announced, language) if plan.announced else None,
        asks=tuple(build_ask_view(site, ask) for ask in plan.asks),
        outcomes=tuple(build_recorded_outcomes(site, plan.outcomes)),
        next_meeting=build_next_view(site, plan.next_meeting) if plan.next_meeting else None,
        topics=positions.get("", ()),
        attendees=front.attendees,
        apologies=front.apologies,
        corrections=tuple(
            DatedNote(Day(entry.date, language), entry.note)
            for entry in sorted(front.corrections, key=lambda entry: entry.date, reverse=True)
        ),
        contents=main if len(main) >= _CONTENTS_FROM else (),
        sections=sections,
        footnotes_html=resolve_references(
            plan.html.value.footnotes if plan.html else "", urls, labels, root, ""
        ),
        backlinks=tuple(
            build_report_card(site, backlink.value.report) for backlink in plan.backlinks
        ),
        previous_report=build_previous_report(site, previous, plan.previous_asks)
        if previous
        else None,
        previous=build_report_card(site, previous) if previous else None,
        next=build_report_card(site, following) if following else None,
        json_ld=encode_script_json(build_report_json_ld(site, report, plan.announced, frame)),
    )


def build_previous_report(
    site: SiteView, report: Report, asks: tuple[AskPlan, ...]
) -> PreviousReport:
    """Return what a report said: its card, its main headings and its asks."""
    top = find_top_level(report)
    language = get_report_language(site, report)
    return PreviousReport(
        build_report_card(site, report, boards=False),
        tuple(
            Link(make_section_url(report.id, section.id), section.title, language)
            for section in report.body.sections
            if section.level == top
        ),
        tuple(build_ask_view(site, ask) for ask in asks),
    )


def render_report(view: ReportPlan, theme: "Theme") -> bytes:
    """Return a report's page."""
    return render_page(theme, "report.html", _build_report_view(view))


def _list_dated_urls(site: SiteIndex) -> Iterator[tuple[str, str]]:
    """Yield the addresses of the reports, but withdrawn ones, with the day of the last change."""
    for linked_report in site.reports:
        if linked_report.report.front.withdrawn is None:
            yield linked_report.report.url, linked_report.report.changed.isoformat()


# References to reports are resolved by ``index``, which also needs their titles and sections.
REPORTS = OutputKind(
    addresses=("reports/{report}/",),
    renderers=(render_report,),
    plan_groups=plan_reports,
    sitemap=True,
    list_dated_urls=_list_dated_urls,
)
