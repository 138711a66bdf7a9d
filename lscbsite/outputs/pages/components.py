"""The makers of what several views have: frame, card, ask, outcome, next meeting, section."""

import datetime as dt
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from msgspec.structs import replace

from lscbsite import dates
from lscbsite.addresses import normalize_url
from lscbsite.i18n import find_catalogue
from lscbsite.incremental.serialization import make_input
from lscbsite.markup import explain, fill, glossary_terms
from lscbsite.model import (
    Answer,
    AskState,
    Html,
    Input,
    NextState,
    Report,
    ReportMetadata,
    Section,
    SectionRef,
    SiteIndex,
    TopicMention,
    make_report_url,
)
from lscbsite.outputs.calendar import make_event_url
from lscbsite.outputs.pages.views import (
    AskPlan,
    AskView,
    Card,
    Day,
    Frame,
    NextPlan,
    NextView,
    OutcomePlan,
    OutcomeView,
    PreviousReport,
    Reply,
    SectionView,
    ThreadPlace,
)
from lscbsite.outputs.site_context import Link, SiteView

if TYPE_CHECKING:  # slow to import, and not needed to plan
    from lscbsite.theme import Theme

_MAIL = re.compile(r"[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>().,;]+")
_NAMED_MAIL = re.compile(rf"[^<>]+<({_MAIL.pattern})>")
_ADDRESS = re.compile(rf"(?:mailto:)?{_MAIL.pattern}|(?:https?://|www\.)[^\s<>\"]+", re.IGNORECASE)
_SUBJECT_LENGTH = 100
_PHONE = re.compile(r"\+?[\d\s()/.-]{6,}")


def build_site_view(site: SiteIndex) -> Input[SiteView]:
    """Return what every page may say of the site."""
    config = site.config.site
    boards = config.boards
    return make_input(
        SiteView(
            config.title,
            config.description or "",
            config.notice or "",
            config.language,
            config.timezone,
            config.base_url,
            quote(config.logo or ""),
            tuple(Link(one.page.url, one.page.title) for one in site.pages if one.page.nav),
            tuple(Link(f"boards/{board_id}/", board.name) for board_id, board in boards.items()),
            tuple(Link(one.page.url, one.page.title) for one in site.pages if one.page.footer),
            bool(site.threads),
            config.attendance,
            config.search,
            glossary_terms(tuple(site.config.glossary.items())),
            {board_id: board.name for board_id, board in boards.items()},
            config.language,
        )
    )


def make_page_frame(
    about: Input[SiteView],
    url: str,
    title: str,
    description: str = "",
    feeds: tuple[Link, ...] = (),
) -> Frame:
    """Return the frame of the page at ``url``, below the base URL.

    Without a description, the page has the site's, or else its title. ``feeds`` are feeds of its
    own, beside those of the site.
    """
    site = about.value
    return Frame(about, url, title, description or site.description or site.title, feeds)


def render_page(theme: "Theme", name: str, view: Any) -> bytes:
    """Return a page: the template ``name``, filled with a view that has a ``frame``.

    The terms of the glossary are explained in it.
    """
    frame: Frame = view.frame
    page = theme.render(name, view)
    if not frame.terms:
        return page.encode()
    return explain(page, frame.terms, frame.root.removeprefix("./")).encode()


def format_meeting_time(site: SiteView, time: dt.time | None) -> str:
    """Return a time of day as the site's language writes it, '' for None."""
    return dates.format_time(time, site.language) if time else ""


def get_board_name(site: SiteView, report: Report | ReportMetadata) -> str:
    """Return the name of a report's board, '' where the site has no boards."""
    return site.board_names.get(report.board, "")


def make_report_link(
    site: SiteView, report: Report | ReportMetadata, *, board: bool = False
) -> Link:
    """Return a link to a report, whose text is the report's title.

    ``board`` if it can stand among reports of several boards, with nothing else to tell which.
    """
    name = get_board_name(site, report) if board else ""
    text = f"{report.title} ({name})" if name else report.title
    return Link(report.url, text, get_report_language(site, report))


def get_report_language(site: SiteView, report: Report | ReportMetadata) -> str:
    """Return the language of what a report says, '' where it is the page's."""
    return _get_other_language(site, report.front.language or site.written)


def _get_other_language(site: SiteView, language: str) -> str:
    return "" if language.casefold() == site.language.casefold() else language


def localized(site: SiteView, report: Report) -> SiteView:
    """Return what the page of a report says of the site.

    The page speaks the report's language, where the interface has words in it. So it does not
    where that is the site's language, too, if perhaps of another country.
    """
    language = report.front.language or ""
    own = find_catalogue(language)
    if not own or own == find_catalogue(site.language):
        return site
    return replace(site, language=language)


def make_year_url(year: int) -> str:
    """Return the address of a year's archive page, below the base URL."""
    return f"years/{year}/"


def build_report_card(
    site: SiteView, report: Report, *, boards: bool = True, summary: bool = True
) -> Card:
    """Return a report's card; ``boards`` if reports of several boards may stand beside it.

    Without ``summary`` it is short, for long lists.
    """
    front = report.front
    return Card(
        make_report_link(site, report),
        Day(report.date, site.language),
        format_meeting_time(site, front.time),
        get_board_name(site, report) if boards else "",
        report.summary if summary else "",
        "withdrawn" if front.withdrawn else "cancelled" if front.cancelled else "",
        len(front.feedback),
    )


def build_section_views(
    sections: Iterable[Section],
    html: Input[Html] | None,
    urls: tuple[str | None, ...],
    labels: tuple[str, ...],
    root: str,
) -> tuple[SectionView, ...]:
    """Return a body's sections with the answers to its references filled in.

    ``root`` leads to the home page.
    """
    parts = html.value.sections if html else ()
    return tuple(
        SectionView(
            section.id,
            section.level,
            section.title,
            fill(heading, urls, labels, root, ""),
            fill(text, urls, labels, root, ""),
        )
        for section, (heading, text) in zip(sections, parts, strict=True)
    )


def build_thread_places(
    site: SiteView, passages: tuple[TopicMention, ...], topics: tuple[str, ...]
) -> dict[str, tuple[ThreadPlace, ...]]:
    """Return a report's places in the threads of its topics, by section ('': whole report).

    ``topics`` are the names of the passages' topics.
    """
    language = _get_other_language(site, site.written)
    places: dict[str, tuple[ThreadPlace, ...]] = {}
    for passage, name in zip(passages, topics, strict=True):
        place = ThreadPlace(
            Link(make_topic_url(passage.topic), name, language),
            passage.number,
            passage.meetings,
            _make_section_link(site, passage.earlier),
            _make_section_link(site, passage.later),
        )
        places[passage.spot.section] = (*places.get(passage.spot.section, ()), place)
    return places


def _make_section_link(site: SiteView, spot: SectionRef | None) -> Link | None:
    if spot is None:
        return None
    return Link(make_section_url(spot.report, spot.section), Day(spot.date, site.language).text)


@lru_cache(maxsize=4096)
def make_section_url(report: str, section: str) -> str:
    """Return the address of a section of a report (ids), of the report itself for ''."""
    url = make_report_url(report)
    return f"{url}#{quote(section)}" if section else url


def make_topic_url(topic: str) -> str:
    """Return the address of a topic's page, below the base URL."""
    return f"topics/{topic}/"


def find_top_level(report: Report) -> int:
    """Return the level of a report's main headings, -1 if it has none."""
    return min((section.level for section in report.body.sections if section.level), default=-1)


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


def plan_next_meeting(site: SiteIndex, state: NextState, event_url: str) -> NextPlan:
    """Return the next meeting that a report announced, and what became of it."""
    brief = site.by_id[state.report].brief if state.report else None
    return NextPlan(state.state, state.meeting, brief, event_url)


def build_next_view(site: SiteView, plan: NextPlan) -> NextView:
    """Return an announced meeting as pages show it."""
    meeting = plan.meeting
    report = plan.report.value.report if plan.report else None
    return NextView(
        plan.state,
        Day(meeting.date, site.language) if meeting.date else None,
        format_meeting_time(site, meeting.time),
        meeting.place or "",
        normalize_url(meeting.url) or "" if meeting.url else "",
        Day(report.date, site.language) if report else None,
        make_report_link(site, report) if report else None,
        plan.event_url,
    )


def find_event_url(site: SiteIndex, state: NextState, board: str) -> str:
    """Return the address of a board's scheduled meeting as an event for calendars, else ''."""
    day = state.meeting.date
    if state.state != "scheduled" or day is None:
        return ""
    start = bisect_left(site.meetings, day, key=attrgetter("date"))
    for place in range(start, len(site.meetings)):
        meeting = site.meetings[place]
        if meeting.date != day:
            break
        if meeting.board == board and not meeting.report:
            return make_event_url(site.config, meeting)
    return ""


def list_coming_meetings(
    site: SiteIndex, board: str | None = None
) -> Iterator[tuple[str, NextPlan]]:
    """Return the meetings ahead, of one board or all, each with its board's name.

    The soonest comes first; a day on which reports of a board agree comes once.
    """
    ahead = {}
    for linked in site.reports:
        state = linked.next_state
        if state and state.state == "scheduled" and board in (None, linked.report.board):
            ahead[linked.report.board, state.meeting.date] = state
    for (own, day), state in sorted(ahead.items(), key=lambda item: (item[0][1], item[0][0])):
        if day:
            named = site.config.site.boards.get(own)
            address = find_event_url(site, state, own)
            yield named.name if named else "", plan_next_meeting(site, state, address)


def plan_ask(site: SiteIndex, state: AskState) -> AskPlan:
    """Return an ask, and how it stands on the day of the build."""
    left = state.ask.deadline - site.today if state.ask.deadline else None
    return AskPlan(
        site.by_id[state.report].brief,
        state.ask,
        state.state,
        left.days if left is not None and state.state == "open" else None,
        tuple(plan_outcome(site, answer) for answer in state.outcomes),
    )


def plan_outcome(site: SiteIndex, answer: Answer) -> OutcomePlan:
    """Return an outcome with the reports that asked and that record it."""
    asked, recorded = site.by_id[answer.ask_report], site.by_id[answer.report]
    return OutcomePlan(asked.brief, answer.ask, recorded.brief, answer.outcome)


def build_ask_view(site: SiteView, plan: AskPlan) -> AskView:
    """Return an ask as pages show it: how to reply, how it stands, what came of it."""
    ask = plan.ask
    source = plan.report.value.report
    anchor = f"ask:{ask.id}"
    return AskView(
        anchor,
        f"{source.url}#{quote(anchor, safe=':')}",
        ask.ask,
        ask.audience or "",
        Day(ask.deadline, site.language) if ask.deadline else None,
        plan.days_left,
        parse_reply_route(ask.reply_to, ask.ask) if ask.reply_to else None,
        plan.state,
        make_report_link(site, source),
        get_board_name(site, source),
        Day(source.published, site.language),
        source.front.author or "",
        tuple(build_outcome_view(site, outcome, ask.ask) for outcome in plan.outcomes),
    )


def list_open_asks(site: SiteIndex) -> list[AskState]:
    """Return the open asks, the soonest deadline first; then those without one, newest first."""
    asks = [ask for linked in reversed(site.reports) for ask in linked.asks if ask.state == "open"]
    return sorted(asks, key=lambda ask: ask.ask.deadline or dt.date.max)


def build_recorded_outcomes(site: SiteView, plans: Iterable[OutcomePlan]) -> Iterator[OutcomeView]:
    """Return the outcomes that a report records, with the asks' own words.

    Of several for one ask, links lead to the first.
    """
    anchors: set[str] = set()
    words: dict[str, dict[str, str]] = {}
    for plan in plans:
        asked = plan.asked.value.report
        if asked.id not in words:
            words[asked.id] = {ask.id: ask.ask for ask in asked.front.feedback}
        view = build_outcome_view(site, plan, words[asked.id][plan.ask])
        repeated = view.anchor in anchors
        anchors.add(view.anchor)
        yield replace(view, anchor="") if repeated else view


def build_outcome_view(site: SiteView, plan: OutcomePlan, ask: str) -> OutcomeView:
    """Return an outcome as pages show it; ``ask`` is the ask in its own words."""
    asked, recorded = plan.asked.value.report, plan.recorded.value.report
    return OutcomeView(
        f"outcome:{asked.id}/{plan.ask}",
        plan.outcome,
        ask,
        f"{asked.url}#ask:{quote(plan.ask)}",
        make_report_link(site, asked, board=True),
        make_report_link(site, recorded, board=True),
        Day(recorded.published, site.language),
    )


def parse_reply_route(text: str, ask: str) -> Reply:
    """Return how to reply: a link for an e-mail or web address or a telephone number.

    A mail's subject is the ask (RFC 6068). Of plain words, the first address is a link.
    """
    named = _NAMED_MAIL.fullmatch(text)
    found = None if named else _ADDRESS.search(text)
    if named:
        return Reply(_make_mail_link(named[1], ask), text)
    if found:
        shown = found[0].rstrip(".,;:!?)'\"")
        address = re.sub("^mailto:", "", shown, flags=re.IGNORECASE)
        if _MAIL.fullmatch(address):
            href = _make_mail_link(address, ask)
        else:
            web = f"https://{shown}" if shown[:4].lower() == "www." else shown
            href = normalize_url(web[:8].lower() + web[8:]) or ""
        end = found.start() + len(shown)
        return Reply(href, address if href[:1] == "m" else shown, text[: found.start()], text[end:])
    phone = re.sub("^tel:", "", text, flags=re.IGNORECASE)
    if _PHONE.fullmatch(phone) and sum(character.isdigit() for character in phone) >= 6:
        number = phone.replace("(0)", "") if phone.startswith("+") else phone
        return Reply("tel:" + re.sub(r"(?!^\+)\D", "", number), phone)
    return Reply("", text)


def _make_mail_link(address: str, ask: str) -> str:
    return f"mailto:{quote(address, safe='@+')}?subject={quote(_make_subject(ask), safe='')}"


def _make_subject(ask: str) -> str:
    flat = " ".join(ask.split())
    return flat if len(flat) <= _SUBJECT_LENGTH else flat[:_SUBJECT_LENGTH].rsplit(" ", 1)[0] + " …"
