"""Announced meetings and what became of them, as several pages show them."""

from bisect import bisect_left
from collections.abc import Iterator
from operator import attrgetter

import msgspec

from lscbsite.addresses import normalize_url
from lscbsite.model import Input, NextState, PublishedReport, SiteIndex
from lscbsite.outputs.calendar.calendars import make_event_url
from lscbsite.outputs.pages.components import format_meeting_time, make_report_link
from lscbsite.outputs.pages.frame import Day
from lscbsite.outputs.site_context import Link, SiteView


class NextPlan(msgspec.Struct, frozen=True, array_like=True):
    """An announced meeting, with its report if there is one, and its address as an event."""

    state: NextState
    report: Input[PublishedReport] | None
    event_url: str


class NextView(msgspec.Struct, frozen=True):
    """The next meeting and what became of it; ``event_url`` leads to it as a calendar's event."""

    state: str
    day: Day | None
    time: str
    place: str
    href: str
    held_on: Day | None
    report: Link | None
    event_url: str


def plan_next_meeting(site: SiteIndex, state: NextState, event_url: str) -> NextPlan:
    """Return the next meeting that a report announced, and what became of it."""
    summary = site.by_id[state.report].summary if state.report else None
    return NextPlan(state, summary, event_url)


def build_next_view(site: SiteView, plan: NextPlan) -> NextView:
    """Return an announced meeting as pages show it."""
    meeting = plan.state.meeting
    report = plan.report.value.report if plan.report else None
    return NextView(
        plan.state.state,
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
    for number in range(start, len(site.meetings)):
        meeting = site.meetings[number]
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
    for linked_report in site.reports:
        state = linked_report.next_state
        if state and state.state == "scheduled" and board in (None, linked_report.report.board):
            ahead[linked_report.report.board, state.meeting.date] = state
    for (board_id, day), state in sorted(ahead.items(), key=lambda item: (item[0][1], item[0][0])):
        if day:
            named_board = site.config.site.boards.get(board_id)
            address = find_event_url(site, state, board_id)
            yield named_board.name if named_board else "", plan_next_meeting(site, state, address)
