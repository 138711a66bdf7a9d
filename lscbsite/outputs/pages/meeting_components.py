"""Announced meetings as several pages show them."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from operator import attrgetter

import msgspec

from lscbsite.addresses import normalize_url
from lscbsite.model import NextState, Report, SiteIndex
from lscbsite.outputs.calendar.calendars import make_event_url
from lscbsite.outputs.pages.components import format_meeting_time, make_report_link
from lscbsite.outputs.pages.frame import Day
from lscbsite.outputs.site_context import Link, SiteView


class ComingMeeting(msgspec.Struct, frozen=True, array_like=True):
    """An announced meeting that is still ahead.

    ``board`` is the board's name, '' where the site has no boards; ``event_url`` leads to the
    meeting as a calendar event.
    """

    board: str
    state: NextState
    event_url: str


class NextView(msgspec.Struct, frozen=True):
    """An announced meeting as pages show it; ``event_url`` leads to its calendar event."""

    state: str
    day: Day | None
    time: str
    place: str
    href: str
    held_on: Day | None
    report: Link | None
    event_url: str


def build_next_view(
    site: SiteView, state: NextState, event_url: str, report: Report | None = None
) -> NextView:
    """Return an announced meeting as pages show it; ``report`` is the report of it, if any."""
    meeting = state.meeting
    return NextView(
        state.state,
        Day(meeting.date, site.language) if meeting.date else None,
        format_meeting_time(site, meeting.time),
        meeting.place or "",
        normalize_url(meeting.url) or "" if meeting.url else "",
        Day(report.date, site.language) if report else None,
        make_report_link(site, report) if report else None,
        event_url,
    )


def build_coming_views(
    site: SiteView, meetings: Iterable[ComingMeeting]
) -> tuple[tuple[str, NextView], ...]:
    """Return the meetings ahead as pages show them, each with its board's name."""
    return tuple(
        (meeting.board, build_next_view(site, meeting.state, meeting.event_url))
        for meeting in meetings
    )


def find_event_url(site: SiteIndex, state: NextState, board: str) -> str:
    """Find the address of a scheduled meeting's calendar event, '' if there is none."""
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


def list_coming_meetings(site: SiteIndex, board: str | None = None) -> Iterator[ComingMeeting]:
    """Yield the meetings ahead, of one board or of all, the soonest first.

    A meeting that several reports of a board announce is listed once.
    """
    ahead = {}
    for linked_report in site.reports:
        state = linked_report.next_state
        if state and state.state == "scheduled" and board in (None, linked_report.report.board):
            ahead[linked_report.report.board, state.meeting.date] = state
    for (board_id, day), state in sorted(ahead.items(), key=lambda item: (item[0][1], item[0][0])):
        if day:
            named_board = site.config.site.boards.get(board_id)
            event_url = find_event_url(site, state, board_id)
            yield ComingMeeting(named_board.name if named_board else "", state, event_url)
