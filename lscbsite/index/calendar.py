"""List meetings for calendars. A meeting stays one event if it is moved or cancelled."""

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping
from operator import attrgetter
from typing import Any

from msgspec.structs import replace

from lscbsite.index.meetings import MOVED_WITHIN, Chain, build_chains, find_report_of
from lscbsite.model import Meeting, NextMeeting, ReportMetadata

_PUBLISHED = attrgetter("published_order")


def list_meetings(
    whole: list[ReportMetadata], visible: Mapping[str, ReportMetadata]
) -> tuple[Meeting, ...]:
    """Return all meetings, held and announced, in order of date.

    ``whole`` are the visible reports in order of meeting; ``visible`` are the same by id, without
    the content of withdrawn ones. The whole ones decide which announcement became which meeting,
    so that a withdrawal changes no ``uid``.
    """
    chains = build_chains(
        [
            replace(report, front=replace(report.front, withdrawn=None))
            if report.front.withdrawn
            else report
            for report in whole
        ]
    )
    meetings = [meeting for chain in chains.values() for meeting in _build_meetings(chain, visible)]
    return tuple(
        sorted(
            meetings,
            key=lambda meeting: (
                meeting.date,
                meeting.time or dt.time.min,
                meeting.board,
                meeting.kind,
                meeting.name,
            ),
        )
    )


def _build_meetings(chain: Chain, visible: Mapping[str, ReportMetadata]) -> Iterator[Meeting]:
    announcing: dict[str, list[ReportMetadata]] = {}
    unreported: dict[dt.date, list[ReportMetadata]] = defaultdict(list)
    for report in chain.reports:
        if report.front.next_meeting and report.front.next_meeting.date:
            became = find_report_of(report, chain)
            if became:
                announcing.setdefault(became.id, []).append(report)
            else:
                unreported[report.front.next_meeting.date].append(report)
    days = [report.date.toordinal() for report in chain.reports]
    for report in chain.reports:
        announced = announcing.get(report.id, [])
        yield _build_held_meeting(report, announced, _count_candidates(announced, days), visible)
    for announcements in unreported.values():
        candidates = _count_candidates(announcements, days)
        if meeting := _build_announced_meeting(announcements, candidates, visible):
            yield meeting


def _count_candidates(announcing: list[ReportMetadata], days: list[int]) -> int:
    """Count the meetings that could be the announced one.

    ``days`` are the ordinals of all meetings. A new meeting that could change the match raises the
    count, so that calendar programs notice the change.
    """
    if not announcing:
        return 0
    first = _get_first_published(announcing)
    assert first.front.next_meeting is not None
    day = first.front.next_meeting.date
    assert day is not None
    start = max(day.toordinal() - MOVED_WITHIN.days - 1, first.date.toordinal())
    return bisect_right(days, day.toordinal() + MOVED_WITHIN.days) - bisect_right(days, start)


def _build_held_meeting(
    whole: ReportMetadata,
    announcing: list[ReportMetadata],
    candidates: int,
    visible: Mapping[str, ReportMetadata],
) -> Meeting:
    """Return the meeting of a report.

    If an announcement was published first, the meeting keeps the identity of the announced one. So
    the identity does not depend on the day of the build.
    """
    report = visible[whole.id]
    front = report.front
    published, date = report.published, front.date
    before = [announcement for announcement in announcing if announcement.published <= published]
    time, place = front.time, front.place
    place_is_final = place is not None or front.withdrawn is not None
    sequence = max(len(announcing), 1) + candidates + (front.cancelled is not None)
    changed = max(whole.changed, report.changed)
    for announcement in reversed(announcing):
        visible_announcement = visible[announcement.id]
        meeting = visible_announcement.front.next_meeting
        if meeting and meeting.date == date:
            time = time or meeting.time
            place = place if place_is_final else place or meeting.place
        sequence += _sum_changes(announcement, visible)
        changed = max(changed, announcement.changed, visible_announcement.changed)
    return Meeting(
        "next-meetings" if before else "meetings",
        _get_first_published(before).id if before else report.id,
        report.board,
        date,
        time,
        place or "",
        "",
        report.id,
        None,
        front.cancelled is not None,
        sequence + _sum_changes(whole, visible),
        changed,
    )


def _build_announced_meeting(
    announcing: list[ReportMetadata], candidates: int, visible: Mapping[str, ReportMetadata]
) -> Meeting | None:
    """Return a meeting that has no report; None if all reports that announced it are withdrawn."""
    announced = [
        (visible[announcement.id], meeting)
        for announcement in sorted(announcing, key=_PUBLISHED, reverse=True)
        if (meeting := visible[announcement.id].front.next_meeting)
    ]
    if not announced:
        return None
    report, newest = announced[0]
    known = [meeting for _, meeting in announced]
    assert newest.date is not None
    return Meeting(
        "next-meetings",
        _get_first_published(announcing).id,
        report.board,
        newest.date,
        _find_first("time", known),
        _find_first("place", known) or "",
        _find_first("url", known) or "",
        None,
        report.id,
        False,
        len(announcing)
        - 1
        + candidates
        + sum(_sum_changes(announcement, visible) for announcement in announcing),
        max(announcement.changed for announcement, _ in announced),
    )


def _get_first_published(announcing: list[ReportMetadata]) -> ReportMetadata:
    return announcing[0] if len(announcing) == 1 else min(announcing, key=_PUBLISHED)


def _sum_changes(whole: ReportMetadata, visible: Mapping[str, ReportMetadata]) -> int:
    """Return what corrections and a withdrawal add to the sequence: 2 each, a cancellation adds 1."""
    return 2 * (len(whole.front.corrections) + (visible[whole.id].front.withdrawn is not None))


def _find_first(field: str, meetings: list[NextMeeting]) -> Any:
    return next((value for meeting in meetings if (value := getattr(meeting, field))), None)
