"""List meetings for calendars. A meeting stays one event if it is moved or cancelled."""

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from lscbsite.index.announcements import MOVED_WITHIN, Announcement, redact_meeting
from lscbsite.index.meeting_problems import find_first_report
from lscbsite.index.meetings import Chains, group_announcements
from lscbsite.model import Config, LedgerEntry, Meeting, MeetingKind, ReportMetadata, make_identity

_ORDER = attrgetter("order")
_DEFAULT_LENGTH = dt.timedelta(hours=2)


class CalendarInputs(NamedTuple):
    """What the list of meetings is made from.

    ``whole`` are the visible reports in order of meeting; ``visible`` are the same by id, without
    the content of withdrawn ones. The whole ones decide which announcement became which meeting,
    so that a withdrawal changes no ``uid``. ``announcements`` are those of the whole ones;
    ``agendas`` are the ids of agendas; ``names`` has all reports by all their names, hidden ones
    included. ``last_change`` is the day of the last change to a report, None without reports;
    ``told`` are the events that the ledger has of reports, by their identity; ``known`` are the UIDs
    that its events have, or would have without it.
    """

    whole: Sequence[ReportMetadata]
    visible: Mapping[str, ReportMetadata]
    announcements: Sequence[Announcement]
    chains: Chains
    agendas: Collection[str]
    names: Mapping[str, ReportMetadata]
    config: Config
    last_change: dt.date | None
    told: Mapping[str, LedgerEntry]
    known: Collection[str]

    def get_last_change(self, day: dt.date) -> dt.date:
        """Return when a plan or an agenda is taken to have been published, if nothing says so.

        That is the day of the last change to a report, which is over; without any report, it is a day
        of the year before the meeting.
        """
        return self.last_change or dt.date(max(day.year - 1, dt.MINYEAR), 1, 1)


def list_meetings(inputs: CalendarInputs) -> tuple[Meeting, ...]:
    """Return all meetings, held and announced, in order of date."""
    return tuple(
        sorted(
            _build_meetings(inputs),
            key=lambda meeting: (
                meeting.date,
                meeting.time or dt.time.min,
                meeting.boards,
                meeting.uid,
            ),
        )
    )


def _build_meetings(inputs: CalendarInputs) -> Iterator[Meeting]:
    announcing: dict[str, list[Announcement]] = {}
    unreported: dict[dt.date, list[Announcement]] = defaultdict(list)
    for announcement in inputs.announcements:
        day = announcement.day
        if day is None:
            if announcement.first_day and announcement.meeting is None:
                yield _build_announced_meeting([announcement], 0, inputs, announcement.first_day)
            continue
        match = inputs.chains.find_report(announcement)
        first = _find_visible_first(match.report, inputs) if match.report else None
        if first and not (match.is_guess and _is_told_apart(announcement, first, inputs)):
            announcing.setdefault(first.id, []).append(announcement)
        else:
            unreported[day].append(announcement)
    days: dict[str, list[int]] = defaultdict(list)
    for report in inputs.whole:
        for board in report.boards:
            days[board].append(report.date.toordinal())
    second_reports: dict[str, list[ReportMetadata]] = defaultdict(list)
    for report in inputs.whole:
        first = _find_visible_first(report, inputs)
        if first is not report:
            second_reports[first.id].append(report)
    for report in inputs.whole:
        if _find_visible_first(report, inputs) is report:
            announced = announcing.get(report.id, [])
            candidates = _count_candidates(announced, days[report.board])
            reports = [report, *second_reports.get(report.id, ())]
            yield _build_held_meeting(reports, announced, candidates, inputs)
    for day, on_day in unreported.items():
        for announcements in group_announcements(on_day):
            board_days = days[announcements[0].boards[0]]
            yield _build_announced_meeting(
                announcements, _count_candidates(announcements, board_days), inputs, day
            )


def _find_visible_first(report: ReportMetadata, inputs: CalendarInputs) -> ReportMetadata:
    """Return the first report of a report's meeting that readers can see; often it is the report."""
    if not report.front.meeting:
        return report
    first = find_first_report(report, inputs.names)
    if first is None or first.id not in inputs.visible or first.front.meeting:
        return report
    return first


def _is_told_apart(
    announcement: Announcement, report: ReportMetadata, inputs: CalendarInputs
) -> bool:
    """Return whether calendars know the announced event, and another one of a report or its agenda."""
    told = inputs.told.get(report.identity)
    announced = str(make_identity(inputs.config, announcement.kind, announcement.name))
    is_known = announced in inputs.known
    return told is not None and is_known and announced not in (told.uid, told.key)


def _count_candidates(announcing: list[Announcement], days: list[int]) -> int:
    """Count the meetings that could be the announced one.

    ``days`` are the ordinals of all meetings. A new meeting that could change the match raises the
    count, so that calendar programs notice the change.
    """
    if not announcing:
        return 0
    first = min(announcing, key=_ORDER)
    day = first.day
    assert day is not None
    start = max(day.toordinal() - MOVED_WITHIN.days - 1, first.start.toordinal())
    return bisect_right(days, day.toordinal() + MOVED_WITHIN.days) - bisect_right(days, start)


def _build_held_meeting(
    reports: list[ReportMetadata],
    announcing: list[Announcement],
    candidates: int,
    inputs: CalendarInputs,
) -> Meeting:
    """Return the meeting of its reports, or of an agenda.

    If an announcement was published first, the meeting keeps the identity of the announced one. So
    the identity does not depend on the day of the build.
    """
    whole, visible = reports[0], inputs.visible
    report = visible[whole.id]
    front, is_agenda = report.front, report.id in inputs.agendas
    before = [entry for entry in announcing if entry.order[0] <= whole.published or is_agenda]
    seen = [visible[other.id].front for other in reports]
    sequence = max(len(announcing), 1) + candidates + (front.cancelled is not None)
    changed = [_get_changed(other, inputs) for other in (whole, report, *reports[1:])]
    sequence += sum(_sum_changes(other, visible) for other in reports) + len(reports) - 1
    for entry in announcing:
        sequence += _sum_changes(entry.source, visible) + (entry.first_day is not None)
        changed += _list_changed(entry, visible)
    ahead = [
        meeting
        for entry in reversed(announcing)
        if (meeting := _get_visible_meeting(entry, visible)) and meeting.date == front.date
    ]
    known = [*seen, *ahead]
    # A withdrawn report takes back what announcements said, too, and a link to join a meeting is
    # of no use once it is over.
    places = seen if front.withdrawn else known
    links = known if is_agenda else seen
    first = min(before, key=_ORDER) if before else None
    kind: MeetingKind = first.kind if first else "meetings"
    name = first.name if first else _get_identity(whole, inputs)
    time, end = _find_time(known)
    return Meeting(
        kind=kind,
        uid=str(make_identity(inputs.config, kind, name)),
        boards=tuple(dict.fromkeys(board for other in reports for board in other.boards)),
        date=front.date,
        last_day=front.last_day,
        time=time,
        end=end,
        length=_get_length(whole.board, inputs.config),
        place=_find_first("place", places) or "",
        url=_find_first("url", links) or "",
        dial_in=_find_first("dial_in", links) or "",
        title=_find_first("title", ahead) or "" if not front.withdrawn else "",
        report=report.id,
        agenda=is_agenda,
        announced_in=None,
        cancelled=front.cancelled is not None,
        withdrawn=front.withdrawn is not None,
        sequence=sequence,
        changed=max(changed),
    )


def _build_announced_meeting(
    announcing: list[Announcement], candidates: int, inputs: CalendarInputs, day: dt.date
) -> Meeting:
    """Return a meeting that has no report; it was dropped if no announcement has a meeting."""
    visible = inputs.visible
    announced = sorted(announcing, key=_ORDER, reverse=True)
    known = [meeting for entry in announced if (meeting := _get_visible_meeting(entry, visible))]
    first = announced[-1]
    in_reports = [entry.source.id for entry in announced if entry.source]
    changed = [changed for entry in announced for changed in _list_changed(entry, visible)]
    time, end = _find_time(known)
    sequence = len(announcing) - 1 + candidates
    for entry in announcing:
        sequence += _sum_changes(entry.source, visible) + (entry.first_day is not None)
    return Meeting(
        kind=first.kind,
        uid=str(make_identity(inputs.config, first.kind, first.name)),
        boards=tuple(dict.fromkeys(board for entry in announced for board in entry.boards)),
        date=day,
        last_day=_find_first("last_day", known),
        time=time,
        end=end,
        length=_get_length(first.boards[0], inputs.config),
        place=_find_first("place", known) or "",
        url=_find_first("url", known) or "",
        dial_in=_find_first("dial_in", known) or "",
        title=_find_first("title", known) or "",
        report=None,
        agenda=False,
        announced_in=in_reports[0] if in_reports else None,
        cancelled=not known and first.day is None,
        withdrawn=False,
        sequence=sequence + (first.day is None),
        changed=max(changed) if changed else inputs.get_last_change(day),
    )


def _get_visible_meeting(entry: Announcement, visible: Mapping[str, ReportMetadata]) -> Any:
    """Return an announced meeting as readers see it, without what a withdrawn report said of it."""
    if entry.source is None or entry.meeting is None:
        return entry.meeting
    if visible[entry.source.id].front.withdrawn is None:
        return entry.meeting
    return redact_meeting(entry.meeting)


def _get_identity(report: ReportMetadata, inputs: CalendarInputs) -> str:
    """Return the name of the meeting's first report, whether readers can see that one or not."""
    first = find_first_report(report, inputs.names) if report.front.meeting else None
    return (first or report).identity


def _get_changed(report: ReportMetadata, inputs: CalendarInputs) -> dt.date:
    if report.id in inputs.agendas and report.front.published is None:
        corrections = [entry.date for entry in report.front.corrections]
        return max([inputs.get_last_change(report.date), *corrections])
    return report.changed


def _list_changed(entry: Announcement, visible: Mapping[str, ReportMetadata]) -> list[dt.date]:
    if entry.source is None:
        return []
    return [entry.source.changed, visible[entry.source.id].changed]


def _get_length(board: str, config: Config) -> dt.timedelta:
    """Return the length of a board's meetings that have no end."""
    named = config.site.boards.get(board)
    length = named.default_length if named else None
    return length or config.site.default_length or _DEFAULT_LENGTH


def _sum_changes(whole: ReportMetadata | None, visible: Mapping[str, ReportMetadata]) -> int:
    """Return what corrections and a withdrawal add to the sequence: 2 each, a cancellation adds 1."""
    if whole is None:
        return 0
    return 2 * (len(whole.front.corrections) + (visible[whole.id].front.withdrawn is not None))


def _find_time(known: Iterable[Any]) -> tuple[dt.time | None, dt.time | None]:
    """Return the first known time and its end, so that no end belongs to another beginning."""
    ends: dict[dt.time, dt.time | None] = {}
    for meeting in known:
        if meeting.time is not None:
            ends.setdefault(meeting.time, meeting.end)
            ends[meeting.time] = ends[meeting.time] or meeting.end
    return next(iter(ends.items()), (None, None))


def _find_first(field: str, meetings: Iterable[Any]) -> Any:
    values = (getattr(meeting, field) for meeting in meetings)
    return next((value for value in values if value), None)
