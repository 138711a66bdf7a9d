"""Check the earlier days of meetings in a list that were moved."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from lscbsite import dates
from lscbsite.model import PlannedMeeting, Position
from lscbsite.parsing.yaml_reader import Document

# A day of a rule that is not further away can be the one that was meant.
_NEAR = dt.timedelta(days=7)


class Entry(NamedTuple):
    """One entry of a list: its meetings, its position, and its rule as written, if it is one.

    ``left_out`` are the days of the rule on which there is no meeting.
    """

    meetings: tuple[PlannedMeeting, ...]
    position: Position
    field: str
    rule: str = ""
    left_out: tuple[dt.date, ...] = ()


class _Moved(NamedTuple):
    """A meeting that was moved, with its earlier day and the position of that."""

    meeting: PlannedMeeting
    formerly: dt.date
    position: Position


def check_moved(document: Document, entries: Sequence[Entry]) -> None:
    """Report earlier days that cannot be right (F069), or on which a meeting is still planned (L016).

    ``entries`` are those of one list, with all days of its rules.
    """
    moved = [
        _Moved(meeting, meeting.formerly, position)
        for entry in entries
        for meeting in entry.meetings
        if meeting.formerly
        for position in (document.positions.get(f"{entry.field}.formerly", entry.position),)
    ]
    if not moved:
        return
    of_rules = {
        meeting.date
        for entry in entries
        if entry.rule
        for meeting in entry.meetings
        if meeting.date
    }
    left_out = {day for entry in entries for day in entry.left_out}
    known: dict[dt.date, list[_Moved]] = {}
    for each in moved:
        earlier = known.setdefault(each.formerly, [])
        if each.formerly == each.meeting.date:
            _report_same_day(document, each, of_rule=each.formerly in of_rules)
        elif others := [other for other in earlier if not _differ(each.meeting, other.meeting)]:
            day, line = dates.format_written(each.formerly), others[0].position.line
            found = f"a second meeting that was moved from {day} (first on line {line})"
            fix = (
                'correct one of the two days; if this is an extra meeting, take its "formerly" out'
            )
            document.report_at(each.position, "F069", found, "one meeting moved from a day", fix)
        elif each.formerly not in of_rules | left_out:
            taken = {other.formerly for other in moved}
            _ask_for_day(document, each, sorted(of_rules - taken), entries)
        earlier.append(each)


def _differ(meeting: PlannedMeeting, other: PlannedMeeting) -> bool:
    """Return whether two meetings are at different times."""
    return bool(meeting.time and other.time and meeting.time != other.time)


def _report_same_day(document: Document, moved: _Moved, *, of_rule: bool) -> None:
    day = dates.format_written(moved.formerly)
    found = f"{day} as the day of a meeting and as its earlier day"
    fix = 'correct one of the two, or take "formerly" out'
    if of_rule:
        fix = (
            f'correct one of the two; to change the time or place of one meeting of a rule, take "formerly"'
            f' out, and write "except: [{moved.formerly.isoformat()}]" in the rule'
        )
    document.report_at(moved.position, "F069", found, "two different days", fix)


def _ask_for_day(
    document: Document, moved: _Moved, days: Sequence[dt.date], entries: Sequence[Entry]
) -> None:
    """Ask about an earlier day that no rule gives, where a day near it or that day is planned."""
    for entry in entries:
        for other in entry.meetings:
            if other.date != moved.formerly or other.formerly or _differ(other, moved.meeting):
                continue
            day, line = dates.format_written(moved.formerly), entry.position.line
            found = f"a meeting moved from {day}, and one that is still on that day (line {line})"
            fix = "if there is only one meeting, take the other entry out"
            document.report_at(moved.position, "L016", found, "one meeting", fix)
            return
    near = min(days, key=lambda day: abs(day - moved.formerly), default=None)
    if near and abs(near - moved.formerly) <= _NEAR:
        found = (
            f"a meeting moved from {dates.format_written(moved.formerly)}, on which the rule gives none; its"
            f" meeting on {dates.format_written(near)} stays"
        )
        fix = f'did you mean "formerly: {near.isoformat()}"?'
        document.report_at(moved.position, "L016", found, "a day that the rule gives", fix)
