"""The chain of meetings: before and after, and what became of announced meetings."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping

from lscbsite.dates import written
from lscbsite.link.faults import fault
from lscbsite.model import NextState, Report
from lscbsite.problems import Problems, suggestion

MOVED_WITHIN = dt.timedelta(days=60)


class Chain:
    """The reports of one board in order of meeting, without the withdrawn ones."""

    def __init__(self, reports: list[Report]) -> None:
        self.reports = [report for report in reports if report.front.withdrawn is None]
        self._places = {report.id: place for place, report in enumerate(self.reports)}
        self._withdrawn = [report for report in reports if report.front.withdrawn is not None]

    def neighbours(self, report: Report) -> tuple[str | None, str | None]:
        """Return the ids of the reports before and after."""
        place = self._places.get(report.id)
        if place is None:
            return None, None
        before = self.reports[place - 1].id if place else None
        after = self.reports[place + 1].id if place + 1 < len(self.reports) else None
        return before, after

    def after(self, report: Report) -> list[Report]:
        """Return the reports after this one."""
        place = self._places.get(report.id)
        return [] if place is None else self.reports[place + 1 :]

    def on(self, day: dt.date, but: Report) -> Report | None:
        """Return the report of a day's meeting, a withdrawn one if there is no other."""
        found = (r for r in (*self.reports, *self._withdrawn) if r.date == day and r.id != but.id)
        return next(found, None)


def board_chains(visible: list[Report]) -> dict[str, Chain]:
    """Return the chain of each board, by the board's id, from the visible reports in order."""
    boards: dict[str, list[Report]] = defaultdict(list)
    for report in visible:
        boards[report.board].append(report)
    return {board: Chain(reports) for board, reports in boards.items()}


def next_state(report: Report, chain: Chain, today: dt.date) -> NextState | None:
    """Return what became of the meeting that a report announced, None if it announced none.

    ``chain`` is that of the report's board.
    """
    meeting = report.front.next_meeting
    if meeting is None or meeting.planned == "none":
        return NextState("none", meeting) if meeting else None
    later = chain.after(report)
    if meeting.date is None:
        held = next((r for r in later if not r.front.cancelled), None)
        if held is None:
            return NextState("to be confirmed", meeting)
        return NextState("held", meeting, held.id)
    match = next((r for r in later if r.front.announced_for == meeting.date), None)
    match = match or chain.on(meeting.date, report)
    if match is None and meeting.date >= today:
        return NextState("scheduled", meeting)
    if match is None:
        match = _moved_to(meeting.date, later)
    if match is None:
        return NextState("unknown", meeting)
    if match.front.cancelled:
        return NextState("cancelled", meeting, match.id)
    return NextState("held" if match.date == meeting.date else "moved", meeting, match.id)


def _moved_to(announced: dt.date, later: list[Report]) -> Report | None:
    """Return the board's next report if its meeting can be the one that was announced.

    A meeting in between that announces the same day again is an extra one, and one that says
    what it was announced for is not this one.
    """
    for report in later:
        following = report.front.next_meeting
        extra = following is not None and following.date == announced and report.date < announced
        if extra or report.front.cancelled:
            continue
        near = abs(report.date - announced) <= MOVED_WITHIN
        return report if near and report.front.announced_for is None else None
    return None


def announcements(
    chains: Mapping[str, Chain], problems: Problems, today: dt.date
) -> dict[str, dt.date]:
    """Return the day for which a moved meeting had been announced, by report id.

    An ``announced_for`` that no report announces is reported.
    """
    announced: dict[str, dt.date] = {}
    for chain in chains.values():
        days = {
            r.front.next_meeting.date
            for r in chain.reports
            if r.front.next_meeting and r.front.next_meeting.date
        }
        broken = any(report.broken for report in chain.reports)
        for report in chain.reports:
            state = next_state(report, chain, today)
            if state and state.state == "moved" and state.report and state.meeting.date:
                announced[state.report] = state.meeting.date
            day = report.front.announced_for
            if day is None:
                continue
            if day != report.date:
                announced[report.id] = day
            if day not in days and not broken:
                fault(
                    problems,
                    report,
                    "announced_for",
                    "L011",
                    f"announced_for {day.isoformat()}, which no earlier report announces",
                    'the date that an earlier report has as its "next_meeting"',
                    suggestion(day.isoformat(), [d.isoformat() for d in days if d]),
                )
    return announced


def check_next_meetings(reports: Iterable[Report], problems: Problems) -> None:
    """Report next meetings that are not after the meeting of the report itself."""
    for report in reports:
        meeting = report.front.next_meeting
        if meeting and meeting.date and meeting.date <= report.date:
            fault(
                problems,
                report,
                "next_meeting.date",
                "L010",
                f"a next meeting on {written(meeting.date)}, in the report of"
                f" {written(report.date)}",
                "a day after that",
                "correct the year, the month or the day",
            )
