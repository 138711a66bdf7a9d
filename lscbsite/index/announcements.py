"""Collect the meetings that reports and boards' plans announce."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

import msgspec
from msgspec.structs import replace

from lscbsite.index.names import ROOT, get_first_folder
from lscbsite.model import Config, MeetingKind, NextMeeting, PlannedMeeting, ReportMetadata

_Meeting = TypeVar("_Meeting", bound=NextMeeting)

# A meeting that takes place more than this from the announced day is another one.
MOVED_WITHIN = dt.timedelta(days=60)


class Move(NamedTuple):
    """A change of an announced meeting from a day to another, or to none, by a later report."""

    day: dt.date
    new_day: dt.date | None
    source: ReportMetadata


class Announcement(msgspec.Struct, frozen=True, gc=False, eq=False):
    """A meeting that a report announces, or a board's plan: then ``source`` is None.

    ``kind`` and ``name`` identify its calendar event. It takes place after the day ``start`` and, in a
    list, before the next one of the list, ``end``. ``meeting`` is None if a later list left it out;
    ``first_day`` is the day for which it was announced at first, if that was another; ``moves`` are the
    changes of its day by later lists.
    """

    meeting: NextMeeting | None
    boards: tuple[str, ...]
    source: ReportMetadata | None
    kind: MeetingKind
    name: str
    start: dt.date
    end: dt.date = dt.date.max
    first_day: dt.date | None = None
    moves: tuple[Move, ...] = ()

    @property
    def day(self) -> dt.date | None:
        """The announced day, None if only a month or nothing is known."""
        return self.meeting.date if self.meeting else None

    @property
    def order(self) -> tuple[dt.date, dt.date, str]:
        """The sort key for order of publication; a plan comes before all reports."""
        if self.source is None:
            return dt.date.min, self.start, self.name
        return self.source.published, self.source.date, self.source.identity


def collect_announcements(reports: Iterable[ReportMetadata], config: Config) -> list[Announcement]:
    """Return what the reports, in order of meeting, and the plans of boards announce.

    In a list that replaces that of an earlier report, meetings keep their identity: see ``_replan``.
    """
    single: list[Announcement] = []
    lists: dict[tuple[str, ...], list[list[Announcement]]] = defaultdict(list)
    for board, plan in config.meetings.items():
        name = get_first_folder(config.site.boards, board)
        single += _list_planned(plan, (board,), None, "site" if name == ROOT else name)
    for report in reports:
        if meeting := report.front.next_meeting:
            single.append(
                Announcement(
                    meeting,
                    report.boards,
                    report,
                    "next-meetings",
                    report.identity,
                    report.date,
                )
            )
        if report.front.next_meetings:
            planned = _list_planned(
                report.front.next_meetings, report.boards, report, report.identity, meeting
            )
            lists[report.boards].append(planned)
    for board_lists in lists.values():
        single += _replan(board_lists)
    return single


def _list_planned(
    plan: Sequence[PlannedMeeting],
    boards: tuple[str, ...],
    source: ReportMetadata | None,
    name: str,
    beside: NextMeeting | None = None,
) -> list[Announcement]:
    """Return the meetings of a list; each is identified by its month, so that it can be moved.

    ``beside`` is what the same report announces as its next meeting: another one.
    """
    days = sorted(meeting.date for meeting in (*plan, beside) if meeting and meeting.date)
    slots: dict[str, int] = defaultdict(int)
    first = source.date if source else dt.date.min
    announcements = []
    for meeting in sorted(plan, key=_sort_planned):
        day = meeting.formerly or meeting.date or meeting.earliest
        slot = f"{day:%Y-%m}" if day else ""
        slots[slot] += 1
        start = max(
            (other for other in days if meeting.date and other < meeting.date), default=first
        )
        end = min(
            (other for other in days if meeting.date and other > meeting.date), default=dt.date.max
        )
        announcements.append(
            Announcement(
                meeting,
                boards,
                source,
                "listed-meetings" if source else "planned-meetings",
                f"{name}/{slot}/{slots[slot]}",
                max(first, start),
                end,
                meeting.formerly,
            )
        )
    return announcements


def _sort_planned(meeting: PlannedMeeting) -> tuple[dt.date, dt.time]:
    """Return the sort key for the day for which each meeting was planned at first."""
    day = meeting.formerly or meeting.date or meeting.earliest or dt.date.max
    return day, meeting.time or dt.time.min


def _replan(lists: list[list[Announcement]]) -> Iterator[Announcement]:
    """Yield the meetings of the lists in a board's reports, the older of which the newer ones replace.

    A meeting of an older list that takes place after the report with the newer one is, in the newer
    list, the one on the same day, or else the next new one in order within 60 days. If there is
    none, and the newer list goes further, the meeting was dropped.
    """
    for number, older in enumerate(lists):
        followed = older
        for later in range(number + 1, len(lists)):
            newer = lists[later]
            last = max((entry.day for entry in followed if entry.day), default=dt.date.min)
            if newer[0].start >= last:
                break  # all meetings of the older list are over by then
            followed = _follow(followed, newer)
        yield from followed


def _follow(older: list[Announcement], newer: list[Announcement]) -> list[Announcement]:
    source = newer[0].source
    known = {announcement.day for announcement in older}
    days = {announcement.day for announcement in newer}
    last = max((day for day in days if day), default=dt.date.min)
    added = [
        announcement for announcement in newer if announcement.day and announcement.day not in known
    ]
    result = []
    for announcement in older:
        day = announcement.day
        if not day or day in days or source is None or not source.date < day <= last:
            result.append(announcement)
            continue
        near = next((new for new in added if new.day and abs(new.day - day) <= MOVED_WITHIN), None)
        if near:
            added.remove(near)
        move = Move(day, near.day if near else None, source)
        result.append(
            replace(
                announcement,
                meeting=near.meeting if near else None,
                first_day=announcement.first_day or day,
                moves=(*announcement.moves, move),
            )
        )
    return result


def redact_meeting(meeting: _Meeting) -> _Meeting:
    """Return what stays of a meeting that a withdrawn report announced: when it is."""
    return replace(meeting, place=None, url=None, dial_in=None, title=None, words="")
