"""The page of a report."""

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from lscbsite.markup import resolve_references
from lscbsite.model import (
    Answer,
    Artifact,
    AskState,
    FrontMatter,
    Html,
    Input,
    LinkedReport,
    MarkedText,
    NextState,
    PublishedReport,
    Report,
    Safe,
    SiteIndex,
    TopicMention,
)
from lscbsite.outputs.declaration import OutputKind
from lscbsite.outputs.pages.ask_components import (
    AskView,
    OutcomeView,
    build_ask_view,
    build_recorded_outcomes,
    list_reports_of_asks,
)
from lscbsite.outputs.pages.components import (
    Card,
    Contents,
    SectionView,
    ThreadPosition,
    build_contents,
    build_report_card,
    build_section_views,
    build_thread_positions,
    find_main_level,
    format_meeting_time,
    get_board_name,
    get_report_language,
    index_reports,
    list_summaries,
    localize_site,
    make_main_section_links,
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
    NextView,
    build_next_view,
    find_event_url,
)
from lscbsite.outputs.site_context import Link, SiteView

if TYPE_CHECKING:  # slow to import, and not needed to plan
    from lscbsite.theme import Theme

# From so many bytes of HTML a text fills several screens of a phone.
_LONG = 6_000


class ReportPageKey(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Everything that decides the plan of a report's page; other reports are named by their ids.

    ``topics`` are the names of the topics of ``mentions``.
    """

    id: str
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

    def list_reports(self) -> Iterator[str]:
        """Yield the ids of the reports that the page shows something of."""
        yield from list_reports_of_asks(self.asks)
        yield from list_reports_of_asks(self.previous_asks)
        for answer in self.answers:
            yield from (answer.ask_report, answer.report)
        yield from self.backlinks
        next_report = self.next_state.report if self.next_state else None
        yield from filter(None, (next_report, self.previous, self.next))


class DatedNote(msgspec.Struct, frozen=True):
    """A dated public note: a correction or the withdrawal."""

    day: Day
    text: MarkedText


class PreviousReport(msgspec.Struct, frozen=True):
    """What a page shows of the report before: its card, main headings and asks."""

    card: Card
    headings: tuple[Link, ...]
    asks: tuple[AskView, ...]


class ReportView(msgspec.Struct, frozen=True, array_like=True, dict=True):
    """The page of a report; ``reports`` are those that ``key`` names.

    What the template shows is computed when it is first used. Dates and links are in the language
    of the page, which can differ from the site's.
    """

    site: Input[SiteView]
    report: Input[PublishedReport]
    html: Input[Html] | None
    key: ReportPageKey
    reports: tuple[Input[PublishedReport], ...]

    @property
    def front(self) -> FrontMatter:
        """What the author wrote above the report."""
        return self._report.front

    @cached_property
    def frame(self) -> Frame:
        """The frame of the page."""
        report = self._report
        previous = self._find_report(self.key.previous)
        following = self._find_report(self.key.next)
        description = report.summary.plain or report.title
        frame = make_page_frame(self.site, report.url, report.title, description)
        return replace(
            frame,
            board=get_board_name(self._site, report),
            other_language="" if self._site is self.site.value else self._site.language,
            kind="article",
            previous=previous.url if previous else "",
            next=following.url if following else "",
            indexed=report.front.withdrawn is None,
        )

    @property
    def title(self) -> Safe:
        """The title as HTML; its date is machine-readable."""
        return render_dated_title(self.frame.title, self.day)

    @property
    def language(self) -> str:
        """The language of what the author wrote, '' if it is the page's."""
        return get_report_language(self._site, self._report)

    @property
    def board(self) -> Link | None:
        """The link to the board's page, if the site has boards."""
        name = self.frame.board
        return Link(f"boards/{self._report.board}/", name) if name else None

    @property
    def year(self) -> Link:
        """The link to the meetings of the year."""
        year = self._report.date.year
        return Link(make_year_url(year), str(year))

    @cached_property
    def day(self) -> Day:
        """The day of the meeting."""
        return self._make_day(self._report.date)

    @property
    def time(self) -> str:
        """The time of the meeting, '' if unknown."""
        return format_meeting_time(self._site, self.front.time)

    @property
    def published(self) -> Day:
        """The day of publication."""
        return self._make_day(self._report.published)

    @property
    def withdrawn(self) -> DatedNote | None:
        """The day of the withdrawal and its reason."""
        withdrawal = self.front.withdrawn
        return DatedNote(self._make_day(withdrawal.date), withdrawal.reason) if withdrawal else None

    @property
    def announced(self) -> Day | None:
        """The day that the meeting was moved from."""
        return self._make_day(self.key.announced) if self.key.announced else None

    @cached_property
    def asks(self) -> tuple[AskView, ...]:
        """The asks of the report."""
        return self._build_ask_views(self.key.asks)

    @cached_property
    def outcomes(self) -> tuple[OutcomeView, ...]:
        """The outcomes that the report records."""
        return tuple(build_recorded_outcomes(self._site, self.key.answers, self._others))

    @cached_property
    def next_meeting(self) -> NextView | None:
        """The next meeting, if the report announced one."""
        state = self.key.next_state
        if state is None:
            return None
        report = self._find_report(state.report)
        return build_next_view(self._site, state, self.key.event_url, report)

    @property
    def topics(self) -> tuple[ThreadPosition, ...]:
        """The report's positions in the threads of topics that no section is about."""
        return self._thread_positions.get("", ())

    @cached_property
    def corrections(self) -> tuple[DatedNote, ...]:
        """The corrections, the newest first."""
        corrections = sorted(self.front.corrections, key=attrgetter("date"), reverse=True)
        return tuple(DatedNote(self._make_day(entry.date), entry.note) for entry in corrections)

    @cached_property
    def contents(self) -> Contents:
        """The main sections, for the list of contents; none of a short report."""
        return build_contents(self.sections, find_main_level(self._report))

    @property
    def is_long(self) -> bool:
        """Whether readers lose sight of the contents."""
        size = sum(section.size for section in self._report.body.sections)
        return bool(self.contents.sections) and size > _LONG

    @cached_property
    def sections(self) -> tuple[SectionView, ...]:
        """The sections of the report, with their positions in threads."""
        published, positions = self.report.value, self._thread_positions
        sections = build_section_views(
            self._report.body.sections, self.html, published.urls, published.labels, self.frame.root
        )
        return tuple(
            replace(section, threads=positions[section.id])
            if section.level and section.id in positions
            else section
            for section in sections
        )

    @property
    def footnotes_html(self) -> str:
        """The footnotes, with links resolved."""
        published = self.report.value
        footnotes = self.html.value.footnotes if self.html else ""
        return resolve_references(footnotes, published.urls, published.labels, self.frame.root, "")

    @cached_property
    def backlinks(self) -> tuple[Card, ...]:
        """The reports that link to this one."""
        return tuple(build_report_card(self._site, self._others[id_]) for id_ in self.key.backlinks)

    @cached_property
    def previous_report(self) -> PreviousReport | None:
        """What the previous report said."""
        report = self._find_report(self.key.previous)
        if report is None:
            return None
        return PreviousReport(
            build_report_card(self._site, report, boards=False),
            make_main_section_links(self._site, report),
            self._build_ask_views(self.key.previous_asks),
        )

    @cached_property
    def previous(self) -> Card | None:
        """The report of the meeting before."""
        report = self._find_report(self.key.previous)
        return build_report_card(self._site, report) if report else None

    @cached_property
    def next(self) -> Card | None:
        """The report of the meeting after."""
        report = self._find_report(self.key.next)
        return build_report_card(self._site, report) if report else None

    @property
    def json_ld(self) -> str:
        """The meeting and the report in the vocabulary of schema.org."""
        graph = build_report_json_ld(self._site, self._report, self.key.announced, self.frame)
        return encode_script_json(graph)

    @property
    def _report(self) -> Report:
        return self.report.value.report

    @cached_property
    def _site(self) -> SiteView:
        return localize_site(self.site.value, self._report)

    @cached_property
    def _others(self) -> dict[str, Report]:
        return index_reports(self.reports)

    def _find_report(self, id_: str | None) -> Report | None:
        return self._others[id_] if id_ else None

    @cached_property
    def _thread_positions(self) -> dict[str, tuple[ThreadPosition, ...]]:
        return build_thread_positions(self._site, self.key.mentions, self.key.topics)

    def _make_day(self, date: dt.date) -> Day:
        return Day(date, self._site.language)

    def _build_ask_views(self, asks: Iterable[AskState]) -> tuple[AskView, ...]:
        return tuple(build_ask_view(self._site, ask, self._others) for ask in asks)


def slice_reports(
    site: SiteIndex, site_view: Input[SiteView]
) -> Iterator[list[tuple[str, ReportView]]]:
    """Yield the pages of the reports of each month, each with its author's file."""
    names = {thread.id: thread.topic.name for thread in site.threads}
    for _, month in groupby(site.reports, key=_get_month):
        pages = []
        for linked_report in month:
            key = _make_report_page_key(site, names, linked_report)
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
    site: SiteIndex, names: dict[str, str], linked_report: LinkedReport
) -> ReportPageKey:
    report, state = linked_report.report, linked_report.next_state
    if report.front.withdrawn:
        state = None
    previous_asks = site.by_id[linked_report.previous].asks if linked_report.previous else ()
    return ReportPageKey(
        report.id,
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


def render_report(view: ReportView, theme: "Theme") -> bytes:
    """Return a report's page."""
    return render_page(theme, "report.html", view)


def _list_dated_urls(site: SiteIndex) -> Iterator[tuple[str, str]]:
    """Yield the addresses of the reports, but withdrawn ones, with the day of the last change."""
    for linked_report in site.reports:
        if linked_report.report.front.withdrawn is None:
            yield linked_report.report.url, linked_report.report.changed.isoformat()


# References to reports are resolved by ``index``, which also needs their titles and sections.
REPORTS = OutputKind(
    addresses=("reports/{report}/",),
    renderers=(render_report,),
    slice_index=slice_reports,
    plan_slice=plan_reports,
    sitemap=True,
    list_dated_urls=_list_dated_urls,
)
