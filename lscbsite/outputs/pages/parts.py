"""The makers of what several views have: frame, card, ask, outcome, next meeting, section."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import msgspec

from lscbsite import dates
from lscbsite.markup import explain, fill, glossary_terms, normal_url
from lscbsite.model import (
    AskState,
    LinkedReport,
    NextMeeting,
    NextState,
    Report,
    Section,
    Site,
    Spot,
)
from lscbsite.outputs.calendar import event_url
from lscbsite.outputs.pages.views import (
    AskView,
    Card,
    Day,
    Digest,
    Frame,
    Link,
    NextView,
    OutcomeView,
    Reply,
    SectionView,
    ThreadPlace,
)
from lscbsite.theme import Theme

_MAIL = re.compile(r"[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>().,;]+")
_NAMED_MAIL = re.compile(rf"[^<>]+<({_MAIL.pattern})>")
_ADDRESS = re.compile(rf"(?:mailto:)?{_MAIL.pattern}|(?:https?://|www\.)[^\s<>\"]+", re.IGNORECASE)
_SUBJECT_LENGTH = 100
_PHONE = re.compile(r"\+?[\d\s()/.-]{6,}")


def page_frame(
    site: Site, url: str, title: str, description: str = "", feeds: tuple[Link, ...] = ()
) -> Frame:
    """Return the frame of the page at ``url``, below the base URL.

    Without a description, the page has the site's, or else its title. ``feeds`` are feeds of its
    own, beside those of the site.
    """
    config = site.config.site
    return Frame(
        site_title=config.title,
        site_description=config.description or "",
        notice=config.notice or "",
        language=config.language,
        timezone=config.timezone,
        base_url=config.base_url,
        logo=quote(config.logo or ""),
        root="../" * url.count("/") or "./",
        url=url,
        title=title,
        description=description or config.description or config.title,
        navigation=tuple(_navigation(site)),
        feeds=(*feeds, Link("", config.title)),
        boards=tuple(
            Link(f"boards/{board_id}/", board.name) for board_id, board in config.boards.items()
        ),
        footer=tuple(_footer(site)),
        terms=glossary_terms(tuple(site.config.glossary.items())),
    )


def _navigation(site: Site) -> Iterator[Link]:
    yield Link("asks/", "Asks")
    if site.threads:
        yield Link("topics/", "Topics")
    for linked in site.pages:
        if linked.page.nav:
            yield Link(linked.page.url, linked.page.title)


def _footer(site: Site) -> Iterator[Link]:
    if site.config.glossary:
        yield Link("glossary/", "Glossary")
    if site.config.site.attendance:
        yield Link("attendance/", "Attendance")


def rendered(theme: Theme, name: str, view: Any) -> bytes:
    """Return a page: the template ``name``, filled with a view that has a ``frame``.

    The terms of the glossary are explained in it.
    """
    page = theme.render(name, view)
    frame = view.frame
    if not frame.terms:
        return page
    return explain(page.decode(), frame.terms, frame.root.removeprefix("./")).encode()


def local_day(site: Site, day: dt.date) -> Day:
    """Return a day for machines, and in the words of the site's language."""
    language = site.config.site.language
    return Day(day.isoformat(), dates.local_date(day, language), dates.local_weekday(day, language))


def local_time(site: Site, time: dt.time | None) -> str:
    """Return a time of day as the site's language writes it, '' for None."""
    return dates.local_time(time, site.config.site.language) if time else ""


def board_name(site: Site, report: Report) -> str:
    """Return the name of a report's board, '' where the site has no boards."""
    board = site.config.site.boards.get(report.board)
    return board.name if board else ""


def report_link(site: Site, report: Report, *, board: bool = False) -> Link:
    """Return a link to a report, whose text is the report's title.

    ``board`` if it can stand among reports of several boards, with nothing else to tell which.
    """
    name = board_name(site, report) if board else ""
    text = f"{report.title} ({name})" if name else report.title
    return Link(report.url, text, report_language(site, report))


def report_language(site: Site, report: Report) -> str:
    """Return the language of what a report says, '' where it is the site's."""
    language = report.front.language or ""
    return "" if language.casefold() == site.config.site.language.casefold() else language


def year_url(year: int) -> str:
    """Return the address of a year's archive page, below the base URL."""
    return f"years/{year}/"


def report_card(
    site: Site, linked: LinkedReport, *, boards: bool = True, summary: bool = True
) -> Card:
    """Return a report's card; ``boards`` if reports of several boards may stand beside it.

    Without ``summary`` it is short, for long lists.
    """
    report = linked.report
    front = report.front
    return Card(
        report_link(site, report),
        local_day(site, report.date),
        local_time(site, front.time),
        board_name(site, report) if boards else "",
        report.summary if summary else "",
        "withdrawn" if front.withdrawn else "cancelled" if front.cancelled else "",
        len(linked.asks),
    )


def section_view(
    section: Section,
    urls: tuple[str | None, ...],
    labels: tuple[str, ...],
    root: str,
    threads: tuple[ThreadPlace, ...] = (),
) -> SectionView:
    """Return a section with the answers to its references filled in.

    ``urls`` and ``labels`` are those of the whole body; ``root`` leads to the home page.
    """
    return SectionView(
        section.id,
        section.level,
        section.title,
        fill(section.heading, urls, labels, root, ""),
        fill(section.html, urls, labels, root, ""),
        threads,
    )


def thread_places(
    site: Site, linked: LinkedReport, topics: dict[str, str]
) -> dict[str, tuple[ThreadPlace, ...]]:
    """Return a report's places in the threads of its topics, by section ('': whole report).

    ``topics`` are the names of all topics by id.
    """
    places: dict[str, tuple[ThreadPlace, ...]] = {}
    for passage in linked.passages:
        place = ThreadPlace(
            Link(topic_url(passage.topic), topics[passage.topic]),
            passage.number,
            passage.meetings,
            _spot_link(site, passage.earlier),
            _spot_link(site, passage.later),
        )
        places[passage.spot.section] = (*places.get(passage.spot.section, ()), place)
    return places


def _spot_link(site: Site, spot: Spot | None) -> Link | None:
    if spot is None:
        return None
    report = site.by_id[spot.report].report
    return Link(spot_url(report, spot.section), local_day(site, report.date).text)


def spot_url(report: Report, section: str) -> str:
    """Return the address of a section of a report, of the report itself for ''."""
    return f"{report.url}#{quote(section)}" if section else report.url


def topic_url(topic: str) -> str:
    """Return the address of a topic's page, below the base URL."""
    return f"topics/{topic}/"


def top_level(report: Report) -> int:
    """Return the level of a report's main headings, -1 if it has none."""
    return min((section.level for section in report.body.sections if section.level), default=-1)


def report_digest(site: Site, linked: LinkedReport) -> Digest:
    """Return what a report said: its card, its main headings and its asks."""
    top = top_level(linked.report)
    language = report_language(site, linked.report)
    return Digest(
        report_card(site, linked, boards=False),
        tuple(
            Link(f"{linked.report.url}#{quote(section.id)}", section.title, language)
            for section in linked.report.body.sections
            if section.level == top
        ),
        tuple(ask_view(site, ask) for ask in linked.asks),
    )


def next_view(site: Site, state: NextState, board: str) -> NextView:
    """Return the next meeting that a report announced, and what became of it."""
    meeting = state.meeting
    report = site.by_id[state.report].report if state.report else None
    return NextView(
        state.state,
        local_day(site, meeting.date) if meeting.date else None,
        local_time(site, meeting.time),
        meeting.place or "",
        normal_url(meeting.url) or "" if meeting.url else "",
        local_day(site, report.date) if report else None,
        report_link(site, report) if report else None,
        _event_url(site, meeting, board) if state.state == "scheduled" else "",
    )


def _event_url(site: Site, announced: NextMeeting, board: str) -> str:
    """Return the address of an announced meeting as an event for calendars."""
    for meeting in site.meetings:
        if meeting.date == announced.date and meeting.board == board and not meeting.report:
            return event_url(meeting)
    return ""


def coming(site: Site, board: str | None = None) -> Iterator[tuple[str, NextView]]:
    """Return the meetings ahead, of one board or all, each with its board's name.

    The soonest comes first; a day on which reports of a board agree comes once.
    """
    ahead = {}
    for linked in site.reports:
        state = linked.next_state
        if state and state.state == "scheduled" and board in (None, linked.report.board):
            ahead[linked.report.board, state.meeting.date] = linked
    for (_, day), linked in sorted(ahead.items(), key=lambda item: (item[0][1], item[0][0])):
        if day and linked.next_state:
            yield (
                board_name(site, linked.report),
                next_view(site, linked.next_state, linked.report.board),
            )


def ask_view(site: Site, state: AskState) -> AskView:
    """Return an ask as pages show it: how to reply, how it stands, what came of it."""
    ask = state.ask
    source = site.by_id[state.report].report
    anchor = f"ask:{ask.id}"
    return AskView(
        anchor,
        f"{source.url}#{quote(anchor, safe=':')}",
        ask.ask,
        ask.audience or "",
        local_day(site, ask.deadline) if ask.deadline else None,
        (ask.deadline - site.today).days if ask.deadline and state.state == "open" else None,
        reply_route(ask.reply_to, ask.ask) if ask.reply_to else None,
        state.state,
        report_link(site, source),
        board_name(site, source),
        local_day(site, source.published),
        source.front.author or "",
        tuple(_outcomes(site, state)),
    )


def open_asks(site: Site) -> list[AskState]:
    """Return the open asks, the soonest deadline first; then those without one, newest first."""
    asks = [ask for linked in reversed(site.reports) for ask in linked.asks if ask.state == "open"]
    return sorted(asks, key=lambda ask: ask.ask.deadline or dt.date.max)


def _outcomes(site: Site, state: AskState) -> Iterator[OutcomeView]:
    for answer in state.outcomes:
        yield _outcome(
            site, answer.ask_report, state.ask.id, state.ask.ask, answer.report, answer.outcome
        )


def recorded_outcomes(site: Site, linked: LinkedReport) -> Iterator[OutcomeView]:
    """Return the outcomes that a report records, with the asks' own words.

    Of several for one ask, links lead to the first.
    """
    anchors: set[str] = set()
    for answer in linked.answers:
        asked = site.by_id[answer.ask_report].report
        ask = next(ask.ask for ask in asked.front.feedback if ask.id == answer.ask)
        view = _outcome(site, asked.id, answer.ask, ask, answer.report, answer.outcome)
        repeated = view.anchor in anchors
        anchors.add(view.anchor)
        yield msgspec.structs.replace(view, anchor="") if repeated else view


def _outcome(
    site: Site, asked_in: str, ask_id: str, ask: str, recorded_in: str, text: str
) -> OutcomeView:
    asked = site.by_id[asked_in].report
    recorded = site.by_id[recorded_in].report
    return OutcomeView(
        f"outcome:{asked_in}/{ask_id}",
        text,
        ask,
        f"{asked.url}#ask:{quote(ask_id)}",
        report_link(site, asked, board=True),
        report_link(site, recorded, board=True),
        local_day(site, recorded.published),
    )


def reply_route(text: str, ask: str) -> Reply:
    """Return how to reply: a link for an e-mail or web address or a telephone number.

    A mail's subject is the ask (RFC 6068). Of plain words, the first address is a link.
    """
    named = _NAMED_MAIL.fullmatch(text)
    found = None if named else _ADDRESS.search(text)
    if named:
        return Reply(_mail_to(named[1], ask), text)
    if found:
        shown = found[0].rstrip(".,;:!?)'\"")
        address = re.sub("^mailto:", "", shown, flags=re.IGNORECASE)
        if _MAIL.fullmatch(address):
            href = _mail_to(address, ask)
        else:
            web = f"https://{shown}" if shown[:4].lower() == "www." else shown
            href = normal_url(web[:8].lower() + web[8:]) or ""
        end = found.start() + len(shown)
        return Reply(href, address if href[:1] == "m" else shown, text[: found.start()], text[end:])
    phone = re.sub("^tel:", "", text, flags=re.IGNORECASE)
    if _PHONE.fullmatch(phone) and sum(character.isdigit() for character in phone) >= 6:
        number = phone.replace("(0)", "") if phone.startswith("+") else phone
        return Reply("tel:" + re.sub(r"(?!^\+)\D", "", number), phone)
    return Reply("", text)


def _mail_to(address: str, ask: str) -> str:
    return f"mailto:{quote(address, safe='@+')}?subject={quote(_subject(ask), safe='')}"


def _subject(ask: str) -> str:
    flat = " ".join(ask.split())
    return flat if len(flat) <= _SUBJECT_LENGTH else flat[:_SUBJECT_LENGTH].rsplit(" ", 1)[0] + " …"
