"""Checks of what reports say: dates that contradict each other, asks that cannot be answered."""

import datetime as dt
from collections.abc import Iterator

from lscbsite.dates import format_written
from lscbsite.model import Ask, Documents, ReportMetadata, SiteIndex
from lscbsite.problems import Problem, quote_value
from lscbsite.source_files import make_name_key


def list_advised_reports(documents: Documents) -> Iterator[ReportMetadata]:
    """Yield the reports that are or will be published and could be parsed."""
    for report in documents.reports:
        if not report.broken and not report.front.withdrawn:
            yield report


def find_published_before_held(documents: Documents, site: SiteIndex) -> Iterator[Problem]:
    """C101: only the notice of a cancelled meeting is published before its date."""
    for report in documents.reports:
        if report.published < report.date and not report.front.cancelled and not report.broken:
            yield report.make_problem(
                "published",
                "C101",
                f"published {format_written(report.published)}, before the meeting of"
                f" {format_written(report.date)}",
                "a report that is published after its meeting",
                "correct one of the two dates",
            )


def find_changed_before_published(documents: Documents, site: SiteIndex) -> Iterator[Problem]:
    """C102: a report cannot be corrected or withdrawn before it is published."""
    for report in documents.reports:
        for field, day in _list_changes(report):
            if day < report.published:
                yield report.make_problem(
                    field,
                    "C102",
                    f"{format_written(day)}, before the publication on {format_written(report.published)}",
                    "a day on or after publication",
                    "correct the date",
                )


def find_asks_without_deadline(documents: Documents, site: SiteIndex) -> Iterator[Problem]:
    """C103: without a deadline, an ask stays open for ever."""
    for report, number, ask in _list_asks(documents):
        if ask.deadline is None:
            yield report.make_problem(
                f"feedback.{number}.ask",
                "C103",
                f"an ask without a deadline, {quote_value(ask.ask.plain)}",
                "the date to reply by",
                'add a line "deadline: ..." to the ask',
            )


def find_asks_without_reply_route(documents: Documents, site: SiteIndex) -> Iterator[Problem]:
    """C104: readers who want to answer must know where to reply."""
    for report, number, ask in _list_asks(documents):
        if ask.reply_to is None:
            yield report.make_problem(
                f"feedback.{number}.ask",
                "C104",
                f"an ask that does not say where to reply, {quote_value(ask.ask.plain)}",
                "a way to reply",
                'add a line "reply_to: ..." to the ask, with an e-mail address, a web address,'
                " a telephone number or plain words",
            )


def find_deadlines_before_published(documents: Documents, site: SiteIndex) -> Iterator[Problem]:
    """C105: nobody can answer before they are asked."""
    for report, number, ask in _list_asks(documents):
        if ask.deadline is not None and ask.deadline < report.published:
            yield report.make_problem(
                f"feedback.{number}.deadline",
                "C105",
                f"the deadline {format_written(ask.deadline)}, before the publication on"
                f" {format_written(report.published)}",
                "a day on or after publication",
                "correct one of the two dates",
            )


def find_changes_after_today(documents: Documents, site: SiteIndex) -> Iterator[Problem]:
    """C106: a change with a future date is shown as if it had already been made."""
    for report in documents.reports:
        for field, day in _list_changes(report):
            if day > site.today and not report.broken:
                yield report.make_problem(
                    field,
                    "C106",
                    f"{format_written(day)}, a date in the future (today is {format_written(site.today)})",
                    "the day of the change",
                    "correct the date",
                )


def find_outcomes_before_ask(documents: Documents, site: SiteIndex) -> Iterator[Problem]:
    """C111: the outcome of an ask cannot be known before the meeting that asked."""
    days = {report.id: report.date for report in documents.reports if not report.broken}
    for report in list_advised_reports(documents):
        for number, outcome in enumerate(report.front.outcomes):
            asked = outcome.ask.rpartition("/")[0]
            day = days.get(asked) or days.get(f"{report.board}/{asked}")
            if day is not None and day > report.date:
                yield report.make_problem(
                    f"outcomes.{number}.ask",
                    "C111",
                    f"an outcome for {quote_value(outcome.ask)}, asked after this meeting",
                    "an ask of an earlier meeting, or of this one",
                    "correct the name of the report, or move the outcome to a later one",
                )


def find_far_dates(documents: Documents, site: SiteIndex) -> Iterator[Problem]:
    """C120: a deadline or next meeting years ahead is nearly always a slip in the year."""
    for report in list_advised_reports(documents):
        days = [
            (f"feedback.{number}.deadline", "the deadline", ask.deadline, report.published)
            for number, ask in enumerate(report.front.feedback)
        ]
        meeting = report.front.next_meeting
        if meeting:
            days.append(("next_meeting.date", "the next meeting on", meeting.date, report.date))
        days.append(("published", "the publication on", report.front.published, site.today))
        for field, description, day, start in days:
            if day is not None and (day - start).days > _FAR:
                yield report.make_problem(
                    field,
                    "C120",
                    f"{description} {format_written(day)}, which is {(day - start).days // 365} years"
                    f" after {format_written(start)}",
                    "a day in the next two years",
                    "correct the year, if it is a slip",
                )


# Two years, in days.
_FAR = 731


def _list_asks(documents: Documents) -> Iterator[tuple[ReportMetadata, int, Ask]]:
    """Yield each ask with its report and its index there."""
    for report in list_advised_reports(documents):
        for number, ask in enumerate(report.front.feedback):
            yield report, number, ask


def _list_changes(report: ReportMetadata) -> Iterator[tuple[str, dt.date]]:
    """Yield the field and day of each correction, or of the withdrawal that ended them."""
    if report.front.withdrawn:
        yield "withdrawn.date", report.front.withdrawn.date
        return
    for number, correction in enumerate(report.front.corrections):
        yield f"corrections.{number}.date", correction.date


def find_reports_of_one_meeting(documents: Documents, site: SiteIndex) -> Iterator[Problem]:
    """F054: two reports of one board, day and time with one title cannot be told apart."""
    first_reports: dict[tuple[object, ...], ReportMetadata] = {}
    for report in list_advised_reports(documents):
        front = report.front
        if front.draft:
            continue
        meeting = report.board, report.date, front.time, report.title
        first = first_reports.setdefault(meeting, report)
        # Two names that are one file on some systems are F007.
        if make_name_key(first.path) != make_name_key(report.path):
            yield report.make_problem(
                "date",
                "F054",
                f"a second report of this meeting: {first.path} has the same date, time and title",
                "one report for each meeting",
                "take one of the two out; or, if they are two meetings, give each a time or a title",
            )
