"""Put meetings in order, and find the report of each announced meeting."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from lscbsite.dates import format_written
from lscbsite.model import NextState, ReportMetadata
from lscbsite.problems import Problems, suggest_name

MOVED_WITHIN = dt.timedelta(days=60)


class Chain:
    """The reports of one board in order of meeting, without the withdrawn ones."""

    def __init__(self, reports: list[ReportMetadata]) -> None:
        self.reports = [report for report in reports if report.front.withdrawn is None]
        self._places = {report.id: number for number, report in enumerate(self.reports)}
        withdrawn = [report for report in reports if report.front.withdrawn is not None]
        self._by_day: dict[dt.date, list[ReportMetadata]] = defaultdict(list)
        self._by_announced: dict[dt.date, list[ReportMetadata]] = defaultdict(list)
        for report in (*self.reports, *withdrawn):
            self._by_day[report.date].append(report)
        for report in self.reports:
            if report.front.announced_for:
                self._by_announced[report.front.announced_for].append(report)

    def get_neighbours(self, report: ReportMetadata) -> tuple[str | None, str | None]:
        """Return the ids of the previous and the next report."""
        number = self._places.get(report.id)
        if number is None:
            return None, None
        before = self.reports[number - 1].id if number else None
        after = self.reports[number + 1].id if number + 1 < len(self.reports) else None
        return before, after

    def list_after(self, report: ReportMetadata) -> Iterator[ReportMetadata]:
        """Yield the reports after this one, in order."""
        number = self._places.get(report.id, len(self.reports))
        return (self.reports[later] for later in range(number + 1, len(self.reports)))

    def find_on(self, day: dt.date, but: ReportMetadata) -> ReportMetadata | None:
        """Find another report of a meeting on a day; prefer one that is not withdrawn."""
        for report in self._by_day.get(day, ()):
            if report.id != but.id:
                return report
        return None

    def find_announced_for(self, day: dt.date, after: ReportMetadata) -> ReportMetadata | None:
        """Find a later report whose ``announced_for`` is this day."""
        for report in self._by_announced.get(day, ()):
            if report.order > after.order:
                return report
        return None


def build_chains(visible: list[ReportMetadata]) -> dict[str, Chain]:
    """Return the chain of each board, by the board's id, from the visible reports in order."""
    boards: dict[str, list[ReportMetadata]] = defaultdict(list)
    for report in visible:
        boards[report.board].append(report)
    return {board: Chain(reports) for board, reports in boards.items()}


def resolve_next_meeting(report: ReportMetadata, chain: Chain, today: dt.date) -> NextState | None:
    """Return the state of the meeting that a report announced, None if it announced none.

    ``chain`` is that of the report's board.
    """
    meeting = report.front.next_meeting
    if meeting is None or meeting.planned == "none":
        return NextState("none", meeting) if meeting else None
    if meeting.date is None:
        held = next(
            (later for later in chain.list_after(report) if not later.front.cancelled), None
        )
        if held is None:
            return NextState("to be confirmed", meeting)
        return NextState("held", meeting, held.id)
    match = find_report_of(report, chain)
    if match is None and meeting.date >= today:
        return NextState("scheduled", meeting)
    match = match or _find_brought_forward(meeting.date, chain.list_after(report))
    if match is None:
        return NextState("unknown", meeting)
    if match.front.cancelled:
        return NextState("cancelled", meeting, match.id)
    return NextState("held" if match.date == meeting.date else "moved", meeting, match.id)


def find_report_of(report: ReportMetadata, chain: Chain) -> ReportMetadata | None:
    """Find the report of the meeting that a report announced, whatever today's date is.

    If no meeting was held on the announced day, take the board's next meeting within 60 days. One
    before the announced day counts only if it announces a later meeting: otherwise it may be an
    extra meeting, and the announced one is still ahead.
    """
    meeting = report.front.next_meeting
    if meeting is None or meeting.date is None:
        return None
    if match := chain.find_announced_for(meeting.date, report) or chain.find_on(
        meeting.date, report
    ):
        return match
    for later in _find_other_meetings(meeting.date, chain.list_after(report)):
        following = later.front.next_meeting
        ahead = following is not None and following.date and following.date > meeting.date
        if later.date > meeting.date or ahead:
            return _accept_if_near(later, meeting.date)
    return None


def _find_brought_forward(
    announced: dt.date, later: Iterable[ReportMetadata]
) -> ReportMetadata | None:
    """Return the board's next report if its meeting can be the announced one, brought forward."""
    first = next(iter(_find_other_meetings(announced, later)), None)
    return _accept_if_near(first, announced) if first else None


def _find_other_meetings(
    announced: dt.date, later: Iterable[ReportMetadata]
) -> Iterator[ReportMetadata]:
    """Yield later meetings that were held, except extra ones that announce the same day again."""
    for report in later:
        following = report.front.next_meeting
        extra = following is not None and following.date == announced and report.date < announced
        if not extra and not report.front.cancelled:
            yield report


def _accept_if_near(report: ReportMetadata, announced: dt.date) -> ReportMetadata | None:
    """Return a report within 60 days of the announced day, if it has no ``announced_for``."""
    is_near = abs(report.date - announced) <= MOVED_WITHIN
    return report if is_near and report.front.announced_for is None else None


def list_announcements(
    visible: list[ReportMetadata], states: Mapping[str, NextState | None]
) -> dict[str, dt.date]:
    """Return the day that each moved meeting was announced for, by report id.

    ``states`` are those of the meetings that each report announced.
    """
    announced: dict[str, dt.date] = {}
    for report in visible:
        if report.front.withdrawn:
            continue
        state = states[report.id]
        if state and state.state == "moved" and state.report and state.meeting.date:
            announced[state.report] = state.meeting.date
        if report.front.announced_for and report.front.announced_for != report.date:
            announced[report.id] = report.front.announced_for
    return announced


def check_announcements(reports: Iterable[ReportMetadata], problems: Problems) -> None:
    """Report an ``announced_for`` that no earlier report of the board announces.

    The first report of a board is not checked, as its announcement may be on an earlier site.
    Reports that readers cannot see yet count as well.
    """
    boards: dict[str, list[ReportMetadata]] = defaultdict(list)
    for report in reports:
        boards[report.board].append(report)
    for board in boards.values():
        days = {
            earlier.front.next_meeting.date
            for earlier in board
            if earlier.front.next_meeting and earlier.front.next_meeting.date
        }
        first = min((earlier.order for earlier in board if not earlier.broken), default=None)
        for report in board:
            day = report.front.announced_for
            if day is None or day in days or any(earlier.broken for earlier in board):
                continue
            if report.order != first:
                problems.add(
                    report.make_problem(
                        "announced_for",
                        "L011",
                        f"announced_for {day.isoformat()}, which no other report announces",
                        'the date that an earlier report gives as "next_meeting"',
                        suggest_name(day.isoformat(), [other.isoformat() for other in days]),
                    )
                )


def check_next_meetings(reports: Iterable[ReportMetadata], problems: Problems) -> None:
    """Report next meetings that are not after the meeting of the report itself."""
    for report in reports:
        meeting = report.front.next_meeting
        if meeting and meeting.date and meeting.date <= report.date:
            problems.add(
                report.make_problem(
                    "next_meeting.date",
                    "L010",
                    f"a next meeting on {format_written(meeting.date)}, in the report of"
                    f" {format_written(report.date)}",
                    "a day after that",
                    "correct the year, the month or the day",
                )
            )
