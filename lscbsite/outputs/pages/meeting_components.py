"""Announced meetings as several pages show them."""

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterable
from operator import attrgetter

import msgspec

from lscbsite.addresses import normalize_url
from lscbsite.model import (
    Meeting,
    NextMeeting,
    NextState,
    Report,
    ReportMetadata,
    SiteIndex,
    make_report_url,
)
from lscbsite.outputs.calendar.calendars import make_event_url
from lscbsite.outputs.linked_texts import TextPart, link_addresses, link_telephone
from lscbsite.outputs.pages.components import (
    format_meeting_time,
    join_board_names,
    make_day,
)
from lscbsite.outputs.pages.frame import Day
from lscbsite.outputs.site_context import SiteView


class ComingMeeting(msgspec.Struct, frozen=True, array_like=True):
    """A meeting that is still ahead.

    ``boards`` are the names of its boards, '' where the site has no boards; ``event_url`` leads to
    the meeting as a calendar event.
    """

    boards: tuple[str, ...]
    state: NextState
    event_url: str


class NextView(msgspec.Struct, frozen=True):
    """An announced meeting as pages show it; ``event_url`` leads to its calendar event.

    ``title`` is its own. ``words`` say when it is, if no day is known. ``url`` leads to its report
    or its agenda, if there is one; ``held_on`` are the days of the meeting that was held.
    """

    state: str
    title: str
    day: Day | None
    words: str
    time: str
    place: tuple[TextPart, ...]
    href: str
    dial_in: tuple[TextPart, ...]
    held_on: Day | None
    url: str
    event_url: str


def build_next_view(
    site: SiteView, state: NextState, event_url: str, report: Report | None = None
) -> NextView:
    """Return an announced meeting as pages show it; ``report`` is the report of it, if any."""
    meeting = state.meeting
    return NextView(
        state=state.state,
        title=meeting.title or "",
        day=Day(meeting.date, site.language, meeting.last_day) if meeting.date else None,
        words=meeting.words,
        time=format_meeting_time(site, meeting.time, meeting.end),
        place=link_addresses(meeting.place) if meeting.place else (),
        href=normalize_url(meeting.url) or "" if meeting.url else "",
        dial_in=link_telephone(meeting.dial_in) if meeting.dial_in else (),
        held_on=make_day(site, report) if report else None,
        url=make_report_url(state.report) if state.report else "",
        event_url=event_url,
    )


def build_coming_views(
    site: SiteView, meetings: Iterable[ComingMeeting]
) -> tuple[tuple[str, NextView], ...]:
    """Return the meetings ahead as pages show them, each with the names of its boards."""
    return tuple(
        (
            join_board_names(site, meeting.boards),
            build_next_view(site, meeting.state, meeting.event_url),
        )
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
        if board in meeting.boards and _has_event_file(meeting):
            return make_event_url(meeting)
    return ""


def find_own_meeting(site: SiteIndex, report: ReportMetadata) -> ComingMeeting | None:
    """Find the meeting that an agenda is of, with what a plan says of it."""
    start = bisect_left(site.meetings, report.date, key=attrgetter("date"))
    for number in range(start, len(site.meetings)):
        meeting = site.meetings[number]
        if meeting.report == report.id:
            return ComingMeeting(meeting.boards, _make_state(meeting), make_event_url(meeting))
        if meeting.date != report.date:
            break
    return None


def _has_event_file(meeting: Meeting) -> bool:
    return not meeting.report or meeting.agenda


def list_coming_meetings(site: SiteIndex, board: str | None = None) -> list[ComingMeeting]:
    """Return the meetings ahead, of one board or of all, the soonest first.

    Those that were cancelled are among them until their day is over, and those of which only the
    month is known; these come before meetings on a day of that month.
    """
    ahead: list[tuple[dt.date, dt.time, tuple[str, ...], ComingMeeting]] = []
    for meeting in site.meetings:
        is_over = (meeting.last_day or meeting.date) < site.today
        is_reported = meeting.report and not meeting.agenda and not meeting.cancelled
        if is_over or is_reported or board not in (None, *meeting.boards):
            continue
        event_url = make_event_url(meeting) if _has_event_file(meeting) else ""
        time = meeting.time or dt.time.min
        coming = ComingMeeting(meeting.boards, _make_state(meeting), event_url)
        ahead.append((meeting.date, time, meeting.boards, coming))
    for undated in site.undated:
        if board in (None, *undated.boards):
            day = undated.meeting.earliest or dt.date.max
            state = NextState("to be confirmed", undated.meeting)
            coming = ComingMeeting(undated.boards, state, "")
            ahead.append((day, dt.time.min, undated.boards, coming))
    return [entry[-1] for entry in sorted(ahead, key=lambda entry: entry[:3])]


def _make_state(meeting: Meeting) -> NextState:
    """Return a meeting of the calendar as an announced one; its own title is that of its agenda."""
    announced = NextMeeting(
        date=meeting.date,
        last_day=meeting.last_day,
        time=meeting.time,
        end=meeting.end,
        place=meeting.place or None,
        url=meeting.url or None,
        dial_in=meeting.dial_in or None,
        title=meeting.title or None,
    )
    return NextState("cancelled" if meeting.cancelled else "scheduled", announced, meeting.report)
