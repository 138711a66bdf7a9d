"""Report announced meetings that contradict the reports, and meetings that cannot be told apart."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from lscbsite.dates import format_written
from lscbsite.index.announcements import Announcement
from lscbsite.index.meetings import Chains
from lscbsite.model import ReportMetadata, RuleDays
from lscbsite.problems import Problems, join_words, suggest_name

_COUNTS = {2: "two", 3: "three"}


def check_announced_for(
    reports: Iterable[ReportMetadata],
    announcements: Iterable[Announcement],
    problems: Problems,
) -> None:
    """Report an ``announced_for`` that nothing of the board announces.

    The first report of a board is not checked, as its announcement may be on an earlier site.
    Reports that readers cannot see yet count as well.
    """
    days: dict[str, set[dt.date]] = defaultdict(set)
    for announcement in announcements:
        for board in announcement.boards:
            days[board].update(_list_days(announcement))
    boards: dict[str, list[ReportMetadata]] = defaultdict(list)
    for report in reports:
        boards[report.board].append(report)
    for board, members in boards.items():
        first = min((report.order for report in members if not report.broken), default=None)
        if any(report.broken for report in members):
            continue
        for report in members:
            day = report.front.announced_for
            if day is None or report.order == first:
                continue
            known = {known for board in report.boards for known in days[board]}
            if day in known:
                continue
            problems.add(
                report.make_problem(
                    "announced_for",
                    "L011",
                    f"announced_for {day.isoformat()}, which no other report announces",
                    'the date that an earlier report gives as "next_meeting"',
                    suggest_name(day.isoformat(), [other.isoformat() for other in sorted(known)]),
                )
            )


def _list_days(announcement: Announcement) -> Iterator[dt.date]:
    """Yield the days for which a meeting is or was announced."""
    if announcement.day:
        yield announcement.day
    if announcement.first_day:
        yield announcement.first_day


def check_next_meetings(reports: Iterable[ReportMetadata], problems: Problems) -> None:
    """Report next meetings that are not after the meeting of the report itself."""
    for report in reports:
        asked: set[tuple[int, str]] = set()
        meetings = [("next_meeting", report.front.next_meeting)]
        meetings += [
            (f"next_meetings.{number}", meeting)
            for number, meeting in enumerate(report.front.next_meetings)
        ]
        for field, meeting in meetings:
            day = (meeting.date or meeting.latest) if meeting else None
            if day is None or day > report.date:
                continue
            rule = next((rule for rule in report.meeting_rules if day in rule.days), None)
            if rule and (rule.line, rule.words) in asked:
                continue
            if rule:
                asked.add((rule.line, rule.words))
            position = f"{field}.date"
            problems.add(
                report.make_problem(
                    position if position in report.positions else field,
                    "L010",
                    f"a next meeting on {format_written(day)}, in the report of"
                    f" {format_written(report.date)}",
                    "a day after that",
                    _advise_later(rule, report.date),
                )
            )


def _advise_later(rule: RuleDays | None, held: dt.date) -> str:
    """Return what to do about a next meeting that is not after the report's own."""
    later = [day for day in rule.days if day > held] if rule else []
    if not later:
        return "correct the year, the month or the day"
    period = f"from {format_written(later[0])} to {format_written(later[-1])}"
    return f'write "{period}" as the period of the rule; a rule for a whole year goes into meetings.yaml'


def check_candidates(
    announcements: Iterable[Announcement], chains: Chains, problems: Problems
) -> None:
    """Ask which report is that of an announced meeting, where several could be (L035)."""
    asked: set[tuple[str, dt.date]] = set()
    for announcement in announcements:
        day = announcement.day
        if day is None or (announcement.boards[0], day) in asked:
            continue
        candidates = chains.find_report(announcement).candidates
        if not candidates:
            continue
        asked.add((announcement.boards[0], day))
        written = day.isoformat()
        count = _COUNTS.get(len(candidates), str(len(candidates)))
        others = join_words([report.path for report in candidates], "and")
        problems.add(
            candidates[0].make_problem(
                "date",
                "L035",
                f"{count} reports that could be about the meeting announced for {format_written(day)},"
                f" {others}",
                "one report that says which meeting it was",
                f'write "announced_for: {written}" in the report that it is; in a report of an extra'
                ' meeting, write "announced_for: none"',
            )
        )


def check_second_reports(
    reports: Sequence[ReportMetadata], names: Mapping[str, ReportMetadata], problems: Problems
) -> None:
    """Report a ``meeting`` that is no other report's name (L036), or is on another day (L037).

    ``names`` are all names of reports, former ones included.
    """
    for report in reports:
        if not report.front.meeting:
            continue
        first = find_first_report(report, names)
        if first is None or first.id == report.id or first.front.meeting:
            known = [
                other.id for other in reports if other.id != report.id and not other.front.meeting
            ]
            problems.add(
                report.make_problem(
                    "meeting",
                    "L036",
                    f'the meeting "{report.front.meeting}"',
                    "the name of the first report of this meeting, without .md",
                    suggest_name(
                        report.front.meeting,
                        known,
                        "write the name of the other report, or take the line out if there is none",
                    ),
                )
            )
        elif first.date != report.date and not first.broken and not report.broken:
            problems.add(
                report.make_problem(
                    "date",
                    "L037",
                    f"the day {format_written(report.date)}, but {first.path}, of the same meeting,"
                    f" has {format_written(first.date)}",
                    "one day for both reports of a meeting",
                    'correct one of the two, or take "meeting" out',
                )
            )


def find_first_report(
    report: ReportMetadata, names: Mapping[str, ReportMetadata]
) -> ReportMetadata | None:
    """Return the report that a second report of a meeting names, None if there is none."""
    name = report.front.meeting or ""
    return names.get(name) or names.get(f"{report.board}/{name}")
