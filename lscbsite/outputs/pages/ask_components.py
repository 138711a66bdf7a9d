"""Questions and outcomes, as several pages show them."""

import datetime as dt
from collections.abc import Iterable, Iterator
from urllib.parse import quote

import msgspec
from msgspec.structs import replace

from lscbsite.model import Answer, AskState, Input, PublishedReport, Report, SiteIndex
from lscbsite.outputs.pages.components import get_board_name, make_report_link
from lscbsite.outputs.pages.frame import Day
from lscbsite.outputs.pages.reply import Reply, parse_reply_route
from lscbsite.outputs.site_context import Link, SiteView


class AskPlan(msgspec.Struct, frozen=True, array_like=True):
    """An ask, with the report that asks and those that record its outcomes, in their order."""

    state: AskState
    report: Input[PublishedReport]
    recorded_in: tuple[Input[PublishedReport], ...]


class OutcomePlan(msgspec.Struct, frozen=True, array_like=True):
    """An outcome, with the report that asked and the one that records it."""

    answer: Answer
    asked_in: Input[PublishedReport]
    recorded_in: Input[PublishedReport]


class AskView(msgspec.Struct, frozen=True):
    """An ask as pages show it; ``days_left`` counts to the deadline, 0 on its day.

    ``asked`` is the day on which it was published, ``asked_by`` names the author, '' if unknown.
    """

    anchor: str
    url: str
    ask: str
    audience: str
    deadline: Day | None
    days_left: int | None
    reply: Reply | None
    state: str
    source: Link
    board: str
    asked: Day
    asked_by: str
    outcomes: tuple["OutcomeView", ...]


class OutcomeView(msgspec.Struct, frozen=True):
    """An outcome: the text, the ask, the reports that asked and that record it."""

    anchor: str
    text: str
    ask: str
    ask_url: str
    asked_in: Link
    recorded_in: Link
    recorded: Day


def plan_ask(site: SiteIndex, state: AskState) -> AskPlan:
    """Return an ask with the reports that its view shows."""
    by_id = site.by_id
    recorded_in = tuple([by_id[answer.report].summary for answer in state.outcomes])
    return AskPlan(state, by_id[state.report].summary, recorded_in)


def plan_outcome(site: SiteIndex, answer: Answer) -> OutcomePlan:
    """Return an outcome with the reports that its view shows."""
    return OutcomePlan(
        answer, site.by_id[answer.ask_report].summary, site.by_id[answer.report].summary
    )


def list_open_asks(site: SiteIndex) -> list[AskState]:
    """Return the open asks, the soonest deadline first; then those without one, newest first."""
    asks = [
        ask
        for linked_report in reversed(site.reports)
        for ask in linked_report.asks
        if ask.state == "open"
    ]
    return sorted(asks, key=lambda ask: ask.ask.deadline or dt.date.max)


def build_ask_view(site: SiteView, plan: AskPlan) -> AskView:
    """Return an ask as pages show it, with its state, reply route and outcomes."""
    state, ask = plan.state, plan.state.ask
    report = plan.report.value.report
    anchor = f"ask:{ask.id}"
    return AskView(
        anchor=anchor,
        url=f"{report.url}#{quote(anchor, safe=':')}",
        ask=ask.ask,
        audience=ask.audience or "",
        deadline=Day(ask.deadline, site.language) if ask.deadline else None,
        days_left=state.days_left,
        reply=parse_reply_route(ask.reply_to, ask.ask) if ask.reply_to else None,
        state=state.state,
        source=make_report_link(site, report),
        board=get_board_name(site, report),
        asked=Day(report.published, site.language),
        asked_by=report.front.author or "",
        outcomes=tuple(
            _build_outcome_view(site, answer, ask.ask, report, recorded_in.value.report)
            for answer, recorded_in in zip(state.outcomes, plan.recorded_in, strict=True)
        ),
    )


def build_recorded_outcomes(site: SiteView, plans: Iterable[OutcomePlan]) -> Iterator[OutcomeView]:
    """Yield the outcomes that a report records, with the asks' own words.

    Of several for one ask, links lead to the first.
    """
    anchors: set[str] = set()
    words: dict[str, dict[str, str]] = {}
    for plan in plans:
        report = plan.asked_in.value.report
        if report.id not in words:
            words[report.id] = {ask.id: ask.ask for ask in report.front.feedback}
        ask = words[report.id][plan.answer.ask]
        recorded_in = plan.recorded_in.value.report
        view = _build_outcome_view(site, plan.answer, ask, report, recorded_in)
        repeated = view.anchor in anchors
        anchors.add(view.anchor)
        yield replace(view, anchor="") if repeated else view


def _build_outcome_view(
    site: SiteView, answer: Answer, ask: str, asked_in: Report, recorded_in: Report
) -> OutcomeView:
    """Return an outcome as pages show it; ``ask`` is the ask in its own words."""
    return OutcomeView(
        anchor=f"outcome:{answer.ask_report}/{answer.ask}",
        text=answer.outcome,
        ask=ask,
        ask_url=f"{asked_in.url}#ask:{quote(answer.ask)}",
        asked_in=make_report_link(site, asked_in, board=True),
        recorded_in=make_report_link(site, recorded_in, board=True),
        recorded=Day(recorded_in.published, site.language),
    )
