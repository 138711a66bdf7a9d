"""Put meetings in order, and find the report of each announced meeting."""

import datetime as dt
import types
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from lscbsite.index.announcements import MOVED_WITHIN, Announcement
from lscbsite.model import NextMeeting, NextState, ReportMetadata


class Match(NamedTuple):
    """The report of an announced meeting, or its agenda; None if there is none.

    ``candidates`` are the reports that could be it, where nothing says which one is: then readers
    are not told that it was moved. ``report`` is the first of them if it was published before the
    others, as calendars have followed it by then. ``is_guess`` tells whether it is only near the
    announced day.
    """

    report: ReportMetadata | None
    candidates: tuple[ReportMetadata, ...] = ()
    is_guess: bool = False


class Chain:
    """The reports and agendas of one board in order of meeting.

    Withdrawn reports, agendas and second reports of a meeting have no place in the chain that readers
    follow, but they are of meetings that were announced. ``first_reports`` are the first reports of
    meetings by the second ones.
    """

    def __init__(
        self,
        reports: Sequence[ReportMetadata],
        agendas: Collection[str] = (),
        first_reports: Mapping[str, str] = types.MappingProxyType({}),
    ) -> None:
        self._agendas = agendas
        ids = {report.id for report in reports}
        self._first_reports = {
            report.id: first_reports[report.id]
            for report in reports
            if first_reports.get(report.id) in ids
        }
        self.reports = [
            report
            for report in reports
            if report.front.withdrawn is None
            and report.id not in self._agendas
            and report.id not in self._first_reports
        ]
        self._agendas_in_order = [report for report in reports if report.id in agendas]
        self._places = {report.id: number for number, report in enumerate(self.reports)}
        self._orders = [report.order for report in self.reports]
        self._by_day: dict[dt.date, list[ReportMetadata]] = defaultdict(list)
        self._by_announced: dict[dt.date, list[ReportMetadata]] = defaultdict(list)
        self._by_former_day: dict[str, ReportMetadata] = {}
        # Of two on one day, the one that is not withdrawn is preferred, and a report to an agenda.
        for report in sorted(reports, key=self._rank):
            self._by_day[report.date].append(report)
            if report.front.announced_for and report.front.withdrawn is None:
                self._by_announced[report.front.announced_for].append(report)
            for former_id in report.former_ids:
                self._by_former_day.setdefault(former_id.rpartition("/")[2][:10], report)

    def _rank(self, report: ReportMetadata) -> tuple[bool, bool, bool]:
        is_second = report.id in self._first_reports
        return report.front.withdrawn is not None, report.id in self._agendas, is_second

    def get_neighbours(self, report: ReportMetadata) -> tuple[str | None, str | None]:
        """Return the ids of the previous and the next report.

        A withdrawn report has none, an agenda only the one before, a second report those of the
        first one.
        """
        number = self._places.get(self._first_reports.get(report.id, report.id))
        if number is None:
            if report.id not in self._agendas:
                return None, None
            number = bisect_left(self._orders, report.order)
            return (self.reports[number - 1].id if number else None), None
        before = self.reports[number - 1].id if number else None
        after = self.reports[number + 1].id if number + 1 < len(self.reports) else None
        return before, after

    def list_after(self, report: ReportMetadata) -> Iterator[ReportMetadata]:
        """Yield the reports after this one, in order."""
        if report.front.withdrawn is not None:
            return iter(())
        number = bisect_right(self._orders, report.order)
        return (self.reports[later] for later in range(number, len(self.reports)))

    def list_between(self, start: dt.date, end: dt.date) -> Iterator[ReportMetadata]:
        """Yield the reports after one day, up to and including another, in order."""
        first = bisect_left(self._orders, start + dt.timedelta(days=1), key=lambda order: order[0])
        for number in range(first, len(self.reports)):
            if self.reports[number].date > end:
                break
            yield self.reports[number]

    def list_agendas_between(self, start: dt.date, end: dt.date) -> Iterator[ReportMetadata]:
        """Yield the agendas of meetings after one day, up to and including another."""
        for agenda in self._agendas_in_order:
            if start < agenda.date <= end:
                yield agenda

    def find_on(
        self, meeting: NextMeeting, but: ReportMetadata | None, others: Collection[dt.time]
    ) -> ReportMetadata | None:
        """Find the report or agenda of a meeting on the announced day, at the announced time first.

        ``others`` are the times of other meetings that were announced for that day. A report of one of
        them is not found; one without a time is of the first meeting of the day.
        """
        assert meeting.date is not None
        found = None
        for report in self._by_day.get(meeting.date, ()):
            if but is not None and report.id == but.id:
                continue
            time = report.front.time
            if meeting.time and time == meeting.time:
                return report
            if found is not None or (meeting.time and time in others):
                continue
            if time or not meeting.time or all(meeting.time < other for other in others):
                found = report
        return found

    def find_named_after(self, day: dt.date, after: ReportMetadata | None) -> ReportMetadata | None:
        """Find a later report or agenda that was named after a day before its date was changed."""
        report = self._by_former_day.get(day.isoformat())
        if report is None or report.date == day or (after and report.order <= after.order):
            return None
        return report

    def find_announced_for(
        self, day: dt.date, after: ReportMetadata | None
    ) -> ReportMetadata | None:
        """Find a later report whose ``announced_for`` is this day."""
        for report in self._by_announced.get(day, ()):
            if after is None or report.order > after.order:
                return report
        return None


class Chains:
    """The chains of all boards, and the days for which meetings of each board are announced."""

    def __init__(
        self,
        reports: Sequence[ReportMetadata],
        announcements: Iterable[Announcement],
        agendas: Collection[str],
        first_reports: Mapping[str, str],
    ) -> None:
        boards: dict[str, list[ReportMetadata]] = defaultdict(list)
        for report in reports:
            for board in report.boards:
                boards[board].append(report)
        self._chains = {
            board: Chain(members, agendas, first_reports) for board, members in boards.items()
        }
        self._announced: dict[str, dict[dt.date, list[Announcement]]] = defaultdict(dict)
        for announcement in announcements:
            for board in announcement.boards:
                if announcement.day:
                    self._announced[board].setdefault(announcement.day, []).append(announcement)
        self._groups = {
            board: {day: group_announcements(on_day) for day, on_day in days.items()}
            for board, days in self._announced.items()
        }

    def __getitem__(self, board: str) -> Chain:
        """Return the chain of a board."""
        return self._chains.get(board) or _NO_REPORTS

    def find_report(self, announcement: Announcement) -> Match:
        """Find the report or agenda of a meeting that was announced for a day, whatever today is.

        It is the one whose ``announced_for`` is that day, or the one on that day. If there is none,
        it is the board's next meeting within 60 days: one before the announced day counts only if it
        announces a later meeting, otherwise it may be an extra one, and the announced one is still
        ahead. A file that was named after the announced day comes before that.
        """
        day, source = announcement.day, announcement.source
        assert announcement.meeting is not None
        if day is None:
            return Match(None)
        days = [day, announcement.first_day] if announcement.first_day else [day]
        for board in announcement.boards:
            chain = self[board]
            named = (chain.find_announced_for(other, source) for other in days)
            others = self._list_other_times(announcement, board, day)
            on_day = chain.find_on(announcement.meeting, source, others)
            match = next(filter(None, named), None) or on_day
            if match:
                return Match(match)
        for board in announcement.boards:
            renamed = self[board].find_named_after(day, source)
            if renamed and _is_near(renamed, day) and not self._is_announced(renamed, announcement):
                return Match(renamed)
        for later in self._find_other_meetings(announcement):
            following = later.front.next_meeting
            ahead = following is not None and following.date and following.date > day
            if later.date > day or ahead:
                return self._consider(later, announcement)
        return Match(None)

    def _list_other_times(
        self, announcement: Announcement, board: str, day: dt.date
    ) -> set[dt.time]:
        """Return the times of the other meetings that were announced for the same day."""
        return {
            time
            for group in self._groups.get(board, {}).get(day, ())
            if announcement not in group
            for time in _list_times(group)
        }

    def find_brought_forward(self, announcement: Announcement) -> Match:
        """Return the next report if it can be that of an announced meeting whose day is over."""
        assert announcement.day is not None
        first = next(self._find_other_meetings(announcement), None)
        return self._consider(first, announcement) if first else Match(None)

    def _list_later(self, announcement: Announcement) -> Iterator[ReportMetadata]:
        """Yield the reports of later meetings, in a list those before the next one of the list."""
        chain = self[announcement.boards[0]]
        if announcement.source is not None and announcement.kind == "next-meetings":
            yield from chain.list_after(announcement.source)
            return
        assert announcement.day is not None
        start = max(announcement.start, announcement.day - MOVED_WITHIN, key=_get_ordinal)
        yield from chain.list_between(start, announcement.end - dt.timedelta(days=1))

    def _find_other_meetings(self, announcement: Announcement) -> Iterator[ReportMetadata]:
        """Yield later meetings that were held, except extra ones that announce the same day again.

        Nor is one that had been announced for its own day by then any other announced one, or one of
        the announced day itself: it would have been found before.
        """
        announced = announcement.day
        assert announced is not None
        for report in self._list_later(announcement):
            front = report.front
            following = front.next_meeting
            extra = (
                following is not None and following.date == announced and report.date < announced
            )
            on_day = report.date == announced
            is_other = on_day or front.cancelled or front.unannounced or front.meeting
            if not extra and not is_other and not self._is_announced(report, announcement):
                yield report

    def _is_announced(self, report: ReportMetadata, announcement: Announcement) -> bool:
        """Return whether another meeting had been announced for the day of a report.

        A later report of the same board that names that day may only say that the announced meeting
        is moved.
        """
        return any(
            other is not announcement
            and (
                other.source is None
                or other.source is announcement.source
                or other.order < announcement.order
                or not {*other.boards} & {*announcement.boards}
            )
            for board in {*report.boards, *announcement.boards}
            for other in self._announced[board].get(report.date, ())
        )

    def _consider(self, first: ReportMetadata, announcement: Announcement) -> Match:
        """Return a report as the match, unless it is too far away or others could be it, too."""
        day = announcement.day
        assert day is not None
        if not _is_near(first, day):
            return Match(None)
        chain = self[announcement.boards[0]]
        end = min(day + MOVED_WITHIN, announcement.end - dt.timedelta(days=1))
        others = [
            report
            for report in chain.list_between(max(first.date, day), end)
            if report.id != first.id
            and not report.front.cancelled
            and not report.front.meeting
            and not self._is_announced(report, announcement)
            and _is_near(report, day)
        ]
        at_once = any(report.published <= first.published for report in others)
        candidates = (first, *others) if others else ()
        return Match(None if at_once else first, candidates, is_guess=True)


def group_announcements(announcements: Sequence[Announcement]) -> list[list[Announcement]]:
    """Return the announcements for one day by meeting, each group in the given order.

    Those of one time that have a board in common are of one meeting, and one without a time is of the
    first. Another time is a changed one, unless one report or plan has both, or it could be that of
    several meetings.
    """
    groups: list[list[Announcement]] = []
    for unit in _group_by_time(announcements):
        near = [group for group in groups if _have_common_board(group[0], unit[0])]
        same = next((group for group in near if not _differ_in_time(group, unit)), None)
        if same is not None:
            same.extend(unit)
            continue
        changed = [group for group in near if not _have_common_source(group, unit)]
        if len(changed) == 1:
            changed[0].extend(unit)
        else:
            groups.append(unit)
    places = {announcement: place for place, announcement in enumerate(announcements)}
    return [sorted(group, key=places.__getitem__) for group in groups]


def _group_by_time(announcements: Iterable[Announcement]) -> list[list[Announcement]]:
    """Return the announcements of each time that have a board in common; others are alone."""
    units: list[list[Announcement]] = []
    for announcement in announcements:
        times = _list_times([announcement])
        for unit in units:
            same = times and times == _list_times(unit[:1])
            if same and _have_common_board(unit[0], announcement):
                unit.append(announcement)
                break
        else:
            units.append([announcement])
    return units


def _list_times(announcements: Iterable[Announcement]) -> set[dt.time]:
    meetings = (announcement.meeting for announcement in announcements)
    return {meeting.time for meeting in meetings if meeting and meeting.time is not None}


def _differ_in_time(group: list[Announcement], other: list[Announcement]) -> bool:
    times, other_times = _list_times(group), _list_times(other)
    return bool(times and other_times) and times.isdisjoint(other_times)


def _have_common_source(group: list[Announcement], other: list[Announcement]) -> bool:
    return any(one.source is two.source for one in group for two in other)


def _have_common_board(announcement: Announcement, other: Announcement) -> bool:
    return not {*announcement.boards}.isdisjoint(other.boards)


_NO_REPORTS = Chain(())


def _get_ordinal(day: dt.date) -> int:
    return day.toordinal()


def _is_near(report: ReportMetadata, announced: dt.date) -> bool:
    """Return whether a report can be that of a meeting announced for a day near its own."""
    front = report.front
    is_free = front.announced_for is None and not front.unannounced
    return is_free and abs(report.date - announced) <= MOVED_WITHIN


def resolve_announcement(
    announcement: Announcement, chains: Chains, agendas: Collection[str], today: dt.date
) -> NextState | None:
    """Return the state of an announced meeting on ``today``, None if a later list left it out."""
    meeting = announcement.meeting
    if meeting is None or meeting.planned == "none":
        return NextState("none", meeting) if meeting else None
    if meeting.date is None:
        return _resolve_undated(announcement, chains, today)
    match = chains.find_report(announcement)
    if match.candidates:
        return NextState("unknown", meeting)
    found = match.report
    if found is None and meeting.date >= today:
        return NextState("scheduled", meeting)
    if found is None:
        match = chains.find_brought_forward(announcement)
        found = None if match.candidates else match.report
    if found is None:
        return NextState("unknown", meeting)
    if found.id in agendas:
        ahead = (found.front.last_day or found.date) >= today
        return NextState("scheduled" if ahead else "unknown", meeting, found.id)
    if found.front.cancelled:
        return NextState("cancelled", meeting, found.id)
    return NextState("held" if found.date == meeting.date else "moved", meeting, found.id)


def _resolve_undated(announcement: Announcement, chains: Chains, today: dt.date) -> NextState:
    """Return the state of a meeting of which only the month is known, or nothing.

    It is the first one held in that time, or else, if no time was given, the next one held.
    """
    meeting, agenda = announcement.meeting, None
    assert meeting is not None
    chain = chains[announcement.boards[0]]
    if meeting.earliest and meeting.latest:
        before = max(meeting.earliest - dt.timedelta(days=1), announcement.start)
        later = chain.list_between(before, meeting.latest)
        agenda = next(chain.list_agendas_between(before, meeting.latest), None)
    elif announcement.source:
        later = chain.list_after(announcement.source)
    else:
        later = iter(())
    for report in later:
        if not report.front.cancelled and not report.front.unannounced:
            return NextState("held", meeting, report.id)
    if agenda is not None and (agenda.front.last_day or agenda.date) >= today:
        day = replace(meeting, date=agenda.date, last_day=agenda.front.last_day, planned="on")
        return NextState("scheduled", replace(day, time=agenda.front.time), agenda.id)
    over = meeting.latest is not None and meeting.latest < today
    return NextState("unknown" if over else "to be confirmed", meeting)


def list_moved_days(
    visible: Iterable[ReportMetadata], states: Iterable[NextState | None]
) -> dict[str, dt.date]:
    """Return the day that each moved meeting was announced for, by report id.

    ``states`` are those of all announced meetings.
    """
    announced: dict[str, dt.date] = {}
    for state in states:
        if state and state.state == "moved" and state.report and state.meeting.date:
            announced[state.report] = state.meeting.date
    for report in visible:
        if report.front.withdrawn:
            continue
        if report.front.announced_for and report.front.announced_for != report.date:
            announced[report.id] = report.front.announced_for
    return announced
