"""Find the day of the meeting that the next report is about, and guess the one after it."""

import calendar
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from lscbsite.index.announcements import collect_announcements, redact_meeting
from lscbsite.index.meeting_relations import is_agenda
from lscbsite.index.meetings import Chains, Match
from lscbsite.model import Config, NextMeeting, PlannedMeeting, ReportMetadata

# A rhythm shows in this many meetings, and older ones may have had another.
_FEWEST, _MOST = 3, 6


class Announced(NamedTuple):
    """A meeting that was announced, and where: a report's path, or meetings.yaml.

    ``boards`` are those of a joint meeting, if the report that announced it was of one.
    """

    meeting: NextMeeting
    path: str
    boards: tuple[str, ...] = ()


def is_unwritten(report: ReportMetadata) -> bool:
    """Return whether a file waits for its report: an agenda, or a draft without a text."""
    return is_agenda(report) or (report.front.draft and not report.sections)


def list_announced(
    written: Sequence[ReportMetadata], planned: Iterable[PlannedMeeting]
) -> list[Announced]:
    """Return the meetings announced for days after the last report, the most certain one first.

    These are the next meeting of the last report that has one, and then, by day, the meetings of the last list
    that a report has, and those of meetings.yaml.
    """
    after = _get_last_day(written)
    return [
        entry
        for entry in _list_all(written, planned)
        if entry.meeting.planned == "on" and entry.meeting.date and entry.meeting.date > after
    ]


def list_undated(
    written: Sequence[ReportMetadata], planned: Iterable[PlannedMeeting]
) -> list[Announced]:
    """Return the meetings announced without a day that can be after the last report, in order."""
    after = _get_last_day(written)
    found = [
        entry
        for entry in _list_all(written, planned)
        if entry.meeting.planned == "to be confirmed"
        and (entry.meeting.latest or dt.date.max) > after
        and not (
            entry.meeting.earliest
            and any(is_possible(report.date, entry.meeting) for report in written)
        )
    ]
    return sorted(found, key=lambda entry: entry.meeting.latest or dt.date.max)


def is_possible(day: dt.date, meeting: NextMeeting) -> bool:
    """Return whether a meeting without a day can be on this one, as far as its period says."""
    return (meeting.earliest or day) <= day <= (meeting.latest or day)


def _get_last_day(written: Sequence[ReportMetadata]) -> dt.date:
    return (written[-1].front.last_day or written[-1].date) if written else dt.date.min


def _list_all(
    written: Sequence[ReportMetadata], planned: Iterable[PlannedMeeting]
) -> Iterator[Announced]:
    listed = [Announced(meeting, "meetings.yaml") for meeting in planned]
    for report in reversed(written):
        # The report of an extra meeting may announce none.
        if meeting := report.front.next_meeting:
            # Of what a withdrawn report says of its next meeting, only the day is left.
            shown = redact_meeting(meeting) if report.front.withdrawn else meeting
            yield Announced(shown, report.path, _list_joint(report))
            break
    for report in reversed(written):
        if report.front.next_meetings and not report.front.withdrawn:
            joint = _list_joint(report)
            listed += [
                Announced(meeting, report.path, joint) for meeting in report.front.next_meetings
            ]
            break
    yield from sorted(listed, key=lambda entry: entry.meeting.date or dt.date.max)


def _list_joint(report: ReportMetadata) -> tuple[str, ...]:
    return report.boards if len(report.boards) > 1 else ()


def match_announced(
    reports: Iterable[ReportMetadata], config: Config, board: str
) -> dict[dt.date, Match]:
    """Return the files of a board's announced meetings, by the day for which each was announced.

    ``reports`` are all files of the site. A day whose meeting has no file is left out.
    """
    in_order = sorted(reports, key=lambda report: report.order)
    announcements = collect_announcements(in_order, config)
    agendas = {report.id for report in in_order if is_agenda(report)}
    chains = Chains(in_order, announcements, agendas, {})
    matches: dict[dt.date, Match] = {}
    for announcement in announcements:
        if announcement.day and board in announcement.boards:
            match = chains.find_report(announcement)
            is_better = announcement.day not in matches or not match.is_guess
            if (match.report or match.candidates) and is_better:
                matches[announcement.day] = match
    return matches


def guess_next_day(days: Iterable[dt.date], after: dt.date) -> dt.date | None:
    """Guess the first day after one from the rhythm of days; return None if they have none."""
    known = list(days)
    guess = _continue_rhythm(known)
    while guess and guess <= after:
        known.append(guess)
        guess = _continue_rhythm(known)
    return guess


def _continue_rhythm(days: Iterable[dt.date]) -> dt.date | None:
    """Return the day after the last of these, None if they have no rhythm.

    A rhythm is a number of weeks, a weekday of the month (the second Tuesday, the last Friday) or a
    day of the month, every so many months.
    """
    recent = sorted(set(days))[-_MOST:]
    if len(recent) < _FEWEST:
        return None
    gaps = {(later - day).days for day, later in pairwise(recent)}
    months = _count_months(recent)
    guess = None
    if months and len({(day.weekday(), _get_week(day)) for day in recent}) == 1:
        guess = _find_weekday(recent[-1], months, _get_week(recent[-1]))
    elif months and len({day.weekday() for day in recent}) == 1 and all(map(_is_last, recent)):
        guess = _find_weekday(recent[-1], months, -1)
    elif months and len({day.day for day in recent}) == 1:
        guess = _find_month_day(recent[-1], months)
    elif len(gaps) == 1 and not min(gaps) % 7:
        guess = _add_days(recent[-1], min(gaps))
    return guess


def _count_months(days: Sequence[dt.date]) -> int:
    """Return the usual number of months between days, 0 if it differs.

    A meeting can have been left out, as in August: then the most frequent number counts.
    """
    numbers = [day.year * 12 + day.month for day in days]
    gaps = [later - number for number, later in pairwise(numbers)]
    usual = min(gaps)
    return usual if gaps.count(usual) * 2 > len(gaps) else 0


def _get_week(day: dt.date) -> int:
    return (day.day - 1) // 7


def _is_last(day: dt.date) -> bool:
    return day.day + 7 > calendar.monthrange(day.year, day.month)[1]


def _find_weekday(day: dt.date, months: int, week: int) -> dt.date | None:
    """Return the same weekday in the same week of a later month, -1 for its last week."""
    month = _find_month(day, months)
    if month is None:
        return None
    length = calendar.monthrange(month.year, month.month)[1]
    days = [month.replace(day=number) for number in range(1, length + 1)]
    same = [other for other in days if other.weekday() == day.weekday()]
    return same[week] if week < len(same) else None


def _find_month_day(day: dt.date, months: int) -> dt.date | None:
    month = _find_month(day, months)
    if month is None or day.day > calendar.monthrange(month.year, month.month)[1]:
        return None
    return month.replace(day=day.day)


def _find_month(day: dt.date, months: int) -> dt.date | None:
    """Return the first day of a later month, None after the last year that there can be."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return dt.date(year, month + 1, 1) if year <= dt.MAXYEAR else None


def _add_days(day: dt.date, number: int) -> dt.date | None:
    try:
        return day + dt.timedelta(number)
    except OverflowError:
        return None
