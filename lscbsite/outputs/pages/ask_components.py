"""Asks and outcomes, as several pages show them."""

import datetime as dt
from collections.abc import Iterable, Iterator
from urllib.parse import quote

import msgspec
from msgspec.structs import replace

from lscbsite.model import Answer, Ask, AskState, Input, PublishedReport, SiteIndex
from lscbsite.outputs.pages.components import get_board_name, make_report_link
from lscbsite.outputs.pages.frame import Day
from lscbsite.outputs.pages.reply import Reply, parse_reply_route
from lscbsite.outputs.site_context import Link, SiteView


class AskPlan(msgspec.Struct, frozen=True, array_like=True):
    """An ask of a report, and how it stands; ``days_left`` counts to the deadline."""

    report: Input[PublishedReport]
    ask: Ask
    state: str
    days_left: int | None
    outcomes: tuple["OutcomePlan", ...]


class OutcomePlan(msgspec.Struct, frozen=True, array_like=True):
    """What one report records as the outcome of an ask of another (``ask`` is its id)."""

    asked: Input[PublishedReport]
    ask: str
    recorded: Input[PublishedReport]
    outcome: str


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


def list_open_asks(site: SiteIndex) -> list[AskState]:
    """Return the open asks, the soonest deadline first; then those without one, newest first."""
    asks = [ask for linked in reversed(site.reports) for ask in linked.asks if ask.state == "open"]
    return sorted(asks, key=lambda ask: ask.ask.deadline or dt.date.max)


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
