"""Asks and outcomes as several pages show them."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping

import msgspec
from msgspec.structs import replace

from lscbsite.model import (
    AWAITED_DAYS,
    Answer,
    AskState,
    MarkedText,
    Report,
    SiteIndex,
    make_ask_url,
    make_former_ask_anchor,
)
from lscbsite.outputs.linked_texts import Reply, parse_reply_route
from lscbsite.outputs.pages.components import get_board_name, make_report_link
from lscbsite.outputs.pages.frame import Day
from lscbsite.outputs.site_context import Link, SiteView


class OutcomeView(msgspec.Struct, frozen=True):
    """An outcome as pages show it, with the ask and the reports that asked and that record it.

    ``former_anchor`` is the id that earlier versions gave it on the page of the report.
    """

    anchor: str
    former_anchor: str
    text: MarkedText
    ask: MarkedText
    ask_url: str
    asked_in: Link
    recorded_in: Link
    recorded: Day


class AskView(msgspec.Struct, frozen=True):
    """An ask as pages show it.

    ``former_anchor`` is the id that earlier versions gave it on the page of its report.
    ``extended_from`` is the deadline that it had before. ``days_left`` counts to the deadline and is 0
    on its day. An outcome is awaited until ``awaited_until``; afterwards a closed ask ``is_overdue``.
    ``asked`` is the day on which the report was published; ``asked_by`` is its author, '' if unknown.
    ``source`` leads to the ask in its report if the ask has links of its own, and so cannot be the text
    of one.
    """

    anchor: str
    former_anchor: str
    url: str
    ask: MarkedText
    audience: str
    deadline: Day | None
    extended_from: Day | None
    days_left: int | None
    reply: Reply | None
    state: str
    awaited_until: str
    is_overdue: bool
    source: Link
    board: str
    asked: Day
    asked_by: str
    outcomes: tuple[OutcomeView, ...]


def find_awaited_day(day: dt.date) -> dt.date:
    """Return the last day on which readers can expect what should follow a day."""
    return dt.date.fromordinal(min(day.toordinal() + AWAITED_DAYS, dt.date.max.toordinal()))


def list_open_asks(site: SiteIndex) -> list[AskState]:
    """Return the open asks, the soonest deadline first; then those without one, newest first."""
    asks = [
        ask
        for linked_report in reversed(site.asking)
        for ask in linked_report.asks
        if ask.state == "open"
    ]
    return sorted(asks, key=lambda ask: ask.ask.deadline or dt.date.max)


def list_reports_of_asks(asks: Iterable[AskState]) -> Iterator[str]:
    """Yield the ids of the reports that asked, and of those that record the outcomes."""
    for ask in asks:
        yield ask.report
        for answer in ask.outcomes:
            yield answer.report


def build_ask_view(site: SiteView, state: AskState, reports: Mapping[str, Report]) -> AskView:
    """Return an ask as pages show it; ``reports`` has those of ``list_reports_of_asks``."""
    ask, report = state.ask, reports[state.report]
    url = make_ask_url(report, ask.id)
    source = make_report_link(site, report)
    return AskView(
        anchor=url.partition("#")[2],
        former_anchor=make_former_ask_anchor(ask.id),
        url=url,
        ask=ask.ask,
        audience=ask.audience or "",
        deadline=Day(ask.deadline, site.language) if ask.deadline else None,
        extended_from=Day(ask.extended_from, site.language) if ask.extended_from else None,
        days_left=state.days_left,
        reply=parse_reply_route(ask.reply_to, ask.ask.plain) if ask.reply_to else None,
        state=state.state,
        awaited_until=find_awaited_day(ask.deadline).isoformat() if ask.deadline else "",
        is_overdue=state.is_overdue,
        source=replace(source, url=url) if ask.ask.has_links else source,
        board=get_board_name(site, report),
        asked=Day(report.published, site.language),
        asked_by=report.front.author or "",
        outcomes=tuple(
            _build_outcome_view(site, answer, ask.ask, reports) for answer in state.outcomes
        ),
    )


def build_recorded_outcomes(
    site: SiteView, answers: Iterable[Answer], reports: Mapping[str, Report]
) -> Iterator[OutcomeView]:
    """Yield the outcomes that a report records, with the text of each ask.

    Only the first outcome of an ask has an anchor: ids must be unique.
    """
    anchors: set[str] = set()
    asks: dict[str, dict[str, MarkedText]] = {}
    for answer in answers:
        if answer.ask_report not in asks:
            feedback = reports[answer.ask_report].front.feedback
            asks[answer.ask_report] = {ask.id: ask.ask for ask in feedback}
        view = _build_outcome_view(site, answer, asks[answer.ask_report][answer.ask], reports)
        is_repeated = view.anchor in anchors
        anchors.add(view.anchor)
        yield replace(view, anchor="", former_anchor="") if is_repeated else view


def _build_outcome_view(
    site: SiteView, answer: Answer, ask: MarkedText, reports: Mapping[str, Report]
) -> OutcomeView:
    """Return an outcome as pages show it; ``ask`` is the text of the ask."""
    asking_report, recording_report = reports[answer.ask_report], reports[answer.report]
    return OutcomeView(
        anchor=answer.anchor,
        former_anchor=answer.former_anchor,
        text=answer.outcome,
        ask=ask,
        ask_url=make_ask_url(asking_report, answer.ask),
        asked_in=make_report_link(site, asking_report, board=True),
        recorded_in=make_report_link(site, recording_report, board=True),
        recorded=Day(recording_report.published, site.language),
    )
