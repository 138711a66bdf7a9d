"""What the page of a report or an agenda shows."""

import datetime as dt
import math
from collections.abc import Iterable, Iterator
from functools import cached_property
from operator import attrgetter

import msgspec
from msgspec.structs import replace

from lscbsite.addresses import normalize_url
from lscbsite.markup import resolve_references
from lscbsite.model import (
    Answer,
    AskState,
    FrontMatter,
    Html,
    Input,
    MarkedText,
    NextMeeting,
    NextState,
    PublishedReport,
    Report,
    Safe,
    TopicMention,
)
from lscbsite.outputs.linked_texts import TextPart, link_addresses, link_telephone
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
    format_meeting_time,
    get_board_name,
    get_report_language,
    index_reports,
    localize_site,
    make_dated_headline,
    make_day,
    make_main_section_links,
    make_year_url,
)
from lscbsite.outputs.pages.frame import (
    Day,
    Frame,
    make_page_frame,
    render_dated_title,
)
from lscbsite.outputs.pages.json_ld import build_report_json_ld, encode_script_json
from lscbsite.outputs.pages.meeting_components import (
    ComingMeeting,
    NextView,
    build_next_view,
)
from lscbsite.outputs.pages.sharing import make_report_picture
from lscbsite.outputs.site_context import Link, SiteView

# From so many bytes of HTML a text fills several screens of a phone.
_LONG = 6_000
# In characters: about seven lines on a phone.
_LONG_SUMMARY = 280
# In characters of summary, contents and first question: as much as a phone shows above the reply.
_FIRST_SCREEN = 400


class ReportPageKey(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Everything that decides the plan of a report's page; other reports are named by their ids.

    ``topics`` are the names of the topics of ``mentions``; ``further_states`` are those of the meetings
    announced after the next one, ``ahead`` tells whether the meeting's day is not over yet.
    ``event_url`` leads to the calendar event of the next meeting, ``own`` is an agenda's own
    meeting with what a plan says of it.
    ``last_held`` is the last meeting before that took place, with ``last_asks``.
    ``other_reports`` and ``other_chains`` are as in ``LinkedReport``. ``has_picture`` tells whether other
    sites show a picture of its own beside a link to it.
    """

    id: str
    announced: dt.date | None
    next_state: NextState | None
    event_url: str
    own: ComingMeeting | None
    asks: tuple[AskState, ...]
    answers: tuple[Answer, ...]
    mentions: tuple[TopicMention, ...]
    topics: tuple[str, ...]
    backlinks: tuple[str, ...]
    previous: str | None
    last_held: str | None
    last_asks: tuple[AskState, ...]
    next: str | None
    agenda: bool
    ahead: bool
    further_states: tuple[NextState, ...]
    other_reports: tuple[str, ...]
    other_chains: tuple[tuple[str, str | None, str | None], ...]
    has_picture: bool = False

    def list_reports(self) -> Iterator[str]:
        """Yield the ids of the reports that the page shows something of."""
        yield from list_reports_of_asks(self.asks)
        yield from list_reports_of_asks(self.last_asks)
        for answer in self.answers:
            yield from (answer.ask_report, answer.report)
        yield from self.backlinks
        yield from self.other_reports
        states = [*filter(None, [self.next_state]), *self.further_states]
        yield from filter(None, (state.report for state in states))
        yield from filter(None, (self.previous, self.last_held, self.next))
        for _, before, after in self.other_chains:
            yield from filter(None, (before, after))


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
        headline = make_dated_headline(self._site, report)
        description = report.summary.plain or headline
        frame = make_page_frame(self.site, report.url, headline, description)
        return replace(
            frame,
            board=get_board_name(self._site, report),
            other_language="" if self._site is self.site.value else self._site.language,
            kind="article",
            previous=previous.url if previous else "",
            next=following.url if following else "",
            indexed=report.front.withdrawn is None,
            day=self.day.text,
            # An agenda need not say when it was published.
            published=""
            if self.key.agenda and not report.front.published
            else report.published.isoformat(),
            modified=report.changed.isoformat() if report.front.corrections else "",
            own_picture=make_report_picture(self.site.value, report)
            if self.key.has_picture
            else None,
        )

    @property
    def title(self) -> Safe:
        """The headline as HTML; a date in it is machine-readable."""
        return render_dated_title(self._report.headline, self.day)

    @property
    def has_subjects(self) -> bool:
        """Whether the headline is made from the author's words."""
        return bool(self._report.subjects)

    @property
    def kicker_day(self) -> Day | None:
        """The day above the headline, None if the headline has it."""
        return None if self.day.text in self._report.headline else self.day

    @property
    def asks_first(self) -> bool:
        """Whether the questions come before the summary, which is too long for a phone's screen."""
        return self._is_asking and self._summary_length > _LONG_SUMMARY

    @property
    def contents_first(self) -> bool:
        """Whether a phone's screen has room for the contents above the first reply."""
        contents = sum(len(section.title) + len(" · ") for section in self.contents.sections)
        length = self._summary_length + contents
        return not self._is_asking or length + len(self.asks[0].ask.plain) <= _FIRST_SCREEN

    @property
    def _is_asking(self) -> bool:
        return any(ask.state == "open" for ask in self.asks)

    @property
    def _summary_length(self) -> int:
        return len(self.front.summary.plain) if self.front.summary else 0

    @property
    def language(self) -> str:
        """The language of what the author wrote, '' if it is the page's."""
        return get_report_language(self._site, self._report)

    @property
    def board(self) -> Link | None:
        """The link to the board's page, if the site has boards."""
        return next(iter(self.boards), None)

    @property
    def boards(self) -> tuple[Link, ...]:
        """The links to the pages of the boards that met, if the site has boards."""
        names = self._site.board_names
        return tuple(
            Link(f"boards/{board}/", names[board])
            for board in self._report.boards
            if board in names
        )

    @property
    def year(self) -> Link:
        """The link to the meetings of the year."""
        year = self._report.date.year
        return Link(make_year_url(year), str(year))

    @cached_property
    def day(self) -> Day:
        """The day or days of the meeting."""
        return make_day(self._site, self._report)

    @property
    def time(self) -> str:
        """From when to when the meeting lasts, '' if unknown."""
        return format_meeting_time(self._site, self._meeting.time, self._meeting.end)

    @property
    def place(self) -> tuple[TextPart, ...]:
        """Where the meeting is, with addresses as links."""
        return link_addresses(self._meeting.place) if self._meeting.place else ()

    @property
    def join_url(self) -> str:
        """The address for taking part online, '' if there is none."""
        return normalize_url(self._meeting.url) or "" if self._meeting.url else ""

    @property
    def dial_in(self) -> tuple[TextPart, ...]:
        """How to take part by telephone."""
        return link_telephone(self._meeting.dial_in) if self._meeting.dial_in else ()

    @property
    def event_url(self) -> str:
        """The address of an agenda's meeting as a calendar event."""
        return self.key.own.event_url if self.key.own else ""

    @property
    def other_reports(self) -> tuple[Card, ...]:
        """The other reports of the same meeting."""
        return self._build_cards(self.key.other_reports)

    @property
    def other_chains(self) -> tuple[tuple[str, Card | None, Card | None], ...]:
        """The name of each further board of a joint meeting, and the reports before and after."""
        return tuple(
            (name, self._build_card(before), self._build_card(after))
            for name, before, after in self.key.other_chains
        )

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
        """The asks of the report, the open ones first by deadline."""
        asks = sorted(
            self.key.asks,
            key=lambda state: (
                (state.ask.deadline or dt.date.max).toordinal()
                if state.state == "open"
                else math.inf
            ),
        )
        return self._build_ask_views(asks)

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

    @cached_property
    def further_meetings(self) -> tuple[NextView, ...]:
        """The meetings announced after the next one."""
        return tuple(
            build_next_view(self._site, state, "", self._find_report(state.report))
            for state in self.key.further_states
        )

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
        return build_contents(self.sections, self._report.body.main_level)

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
        return self._build_cards(self.key.backlinks)

    @cached_property
    def previous_report(self) -> PreviousReport | None:
        """What the report of the last meeting that took place said."""
        report = self._find_report(self.key.last_held)
        if report is None:
            return None
        return PreviousReport(
            build_report_card(self._site, report, boards=False),
            make_main_section_links(self._site, report),
            self._build_ask_views(self.key.last_asks),
        )

    @cached_property
    def previous(self) -> Card | None:
        """The report of the meeting before."""
        return self._build_card(self.key.previous)

    @cached_property
    def next(self) -> Card | None:
        """The report of the meeting after."""
        return self._build_card(self.key.next)

    @property
    def json_ld(self) -> str:
        """The meeting and the report in the vocabulary of schema.org."""
        graph = build_report_json_ld(self._site, self._report, self.key, self.frame)
        return encode_script_json(graph)

    @property
    def _meeting(self) -> FrontMatter | NextMeeting:
        """When and where the meeting is."""
        return self.key.own.state.meeting if self.key.own else self.front

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

    def _build_card(self, id_: str | None) -> Card | None:
        report = self._find_report(id_)
        return build_report_card(self._site, report) if report else None

    def _build_cards(self, ids: Iterable[str]) -> tuple[Card, ...]:
        return tuple(build_report_card(self._site, self._others[id_]) for id_ in ids)

    @cached_property
    def _thread_positions(self) -> dict[str, tuple[ThreadPosition, ...]]:
        return build_thread_positions(self._site, self.key.mentions, self.key.topics)

    def _make_day(self, date: dt.date) -> Day:
        return Day(date, self._site.language)

    def _build_ask_views(self, asks: Iterable[AskState]) -> tuple[AskView, ...]:
        return tuple(build_ask_view(self._site, ask, self._others) for ask in asks)
