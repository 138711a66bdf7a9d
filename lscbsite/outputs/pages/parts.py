"""The makers of what several views have: frame, card, ask, outcome, next meeting, section."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from lscbsite import dates
from lscbsite.markup import fill, normal_url
from lscbsite.model import AskState, LinkedReport, NextState, Report, Section, Site
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
)
from lscbsite.theme import Theme

_MAIL = re.compile(r"[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>().,;]+")
_NAMED_MAIL = re.compile(rf"[^<>]+<({_MAIL.pattern})>")
_PHONE = re.compile(r"\+?[\d\s()/-]{6,}")


def page_frame(site: Site, url: str, title: str, description: str = "") -> Frame:
    """Return the frame of the page at ``url``, below the base URL.

    Without a description, the page has the site's, or else its title.
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
        navigation=tuple(
            Link(linked.page.url, linked.page.title) for linked in site.pages if linked.page.nav
        ),
        boards=tuple(
            Link(f"boards/{board_id}/", board.name) for board_id, board in config.boards.items()
        ),
    )


def rendered(theme: Theme, name: str, view: Any) -> bytes:
    """Return a page: the template ``name``, filled with a view that has a ``frame``."""
    return theme.render(name, view)


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


def report_link(site: Site, report: Report) -> Link:
    """Return a link to a report, whose text is the report's title."""
    return Link(report.url, report.title, report_language(site, report))


def report_language(site: Site, report: Report) -> str:
    """Return the language of what a report says, '' where it is the site's."""
    language = report.front.language or ""
    return "" if language.casefold() == site.config.site.language.casefold() else language


def year_url(year: int) -> str:
    """Return the address of a year's archive page, below the base URL."""
    return f"years/{year}/"


def report_card(site: Site, linked: LinkedReport, *, boards: bool = True) -> Card:
    """Return a report's card; ``boards`` if reports of several boards may stand beside it."""
    report = linked.report
    front = report.front
    return Card(
        report_link(site, report),
        local_day(site, report.date),
        local_time(site, front.time),
        board_name(site, report) if boards else "",
        report.summary,
        "withdrawn" if front.withdrawn else "cancelled" if front.cancelled else "",
        len(linked.asks),
    )


def section_view(
    section: Section, urls: tuple[str | None, ...], labels: tuple[str, ...], root: str
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
    )


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


def next_view(site: Site, state: NextState) -> NextView:
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
    )


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
            yield board_name(site, linked.report), next_view(site, linked.next_state)


def ask_view(site: Site, state: AskState) -> AskView:
    """Return an ask as pages show it: how to reply, how it stands, what came of it."""
    ask = state.ask
    source = site.by_id[state.report].report
    anchor = f"ask:{ask.id}"
    return AskView(
        anchor,
        f"{source.url}#{anchor}",
        ask.ask,
        ask.audience or "",
        local_day(site, ask.deadline) if ask.deadline else None,
        reply_route(ask.reply_to) if ask.reply_to else None,
        state.state,
        report_link(site, source),
        tuple(_outcomes(site, state)),
    )


def open_asks(site: Site) -> list[AskView]:
    """Return the open asks, the soonest deadline first, those without one last."""
    asks = [ask for linked in site.reports for ask in linked.asks if ask.state == "open"]
    asks.sort(key=lambda ask: (ask.ask.deadline or dt.date.max, ask.report, ask.ask.id))
    return [ask_view(site, ask) for ask in asks]


def _outcomes(site: Site, state: AskState) -> Iterator[OutcomeView]:
    for answer in state.outcomes:
        yield _outcome(
            site, answer.ask_report, state.ask.id, state.ask.ask, answer.report, answer.outcome
        )


def recorded_outcomes(site: Site, linked: LinkedReport) -> Iterator[OutcomeView]:
    """Return the outcomes that a report records, with the asks' own words."""
    for answer in linked.answers:
        asked = site.by_id[answer.ask_report].report
        ask = next(ask.ask for ask in asked.front.feedback if ask.id == answer.ask)
        yield _outcome(site, asked.id, answer.ask, ask, answer.report, answer.outcome)


def _outcome(
    site: Site, asked_in: str, ask_id: str, ask: str, recorded_in: str, text: str
) -> OutcomeView:
    asked = site.by_id[asked_in].report
    recorded = site.by_id[recorded_in].report
    return OutcomeView(
        text,
        ask,
        f"{asked.url}#ask:{ask_id}",
        report_link(site, asked),
        report_link(site, recorded),
    )


def reply_route(text: str) -> Reply:
    """Return how to reply: a link for an e-mail or web address or a telephone number."""
    if re.fullmatch(r"https?://[^\s]+", text):
        return Reply(normal_url(text) or "", text)
    if _MAIL.fullmatch(text):
        return Reply("mailto:" + quote(text, safe="@+"), text)
    if named := _NAMED_MAIL.fullmatch(text):
        return Reply("mailto:" + quote(named[1], safe="@+"), text)
    if _PHONE.fullmatch(text) and sum(character.isdigit() for character in text) >= 6:
        number = text.replace("(0)", "") if text.startswith("+") else text
        return Reply("tel:" + re.sub(r"(?!^\+)\D", "", number), text)
    return Reply("", text)
