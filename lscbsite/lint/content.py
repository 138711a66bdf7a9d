"""Checks of what reports say: dates that contradict each other, asks that cannot be answered."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator

from lscbsite.dates import format_written
from lscbsite.incremental.fingerprint import digest
from lscbsite.model import FIRST_TEXT, Ask, Documents, ReportMetadata, SiteIndex
from lscbsite.problems import Problem, quote_value
from lscbsite.source_files import make_name_key


def list_advised_reports(documents: Documents) -> Iterator[ReportMetadata]:
    """Yield the reports that are or will be published and could be parsed."""
    for report in documents.reports:
        if not report.broken and not report.front.withdrawn:
            yield report


def find_published_before_held(documents: Documents, site: SiteIndex) -> Iterator[Problem]:
    """C101: only an agenda and the notice of a cancelled meeting are published before its date."""
    agendas = {linked_report.report.id for linked_report in site.agendas}
    for report in documents.reports:
        early = report.published < report.date and not report.broken
        announces = report.front.cancelled or report.front.agenda or report.id in agendas
        if early and not announces:
            yield report.make_problem(
                "published",
                "C101",
                f"published {format_written(report.published)}, before the meeting of"
                f" {format_written(report.date)}",
                "a report that is published after its meeting",
                'correct one of the two dates; if the file announces the meeting, add "agenda: true"',
            )


def find_changed_before_published(documents: Documents, site: SiteIndex) -> Iterator[Problem]:
    """C102: a report cannot be corrected or withdrawn before it is published."""
    for report in documents.reports:
        if _is_undated_agenda(report):
            continue
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
                'add a line "reply_to: ..." to the ask, with an email address, a web address,'
                " a telephone number or plain words",
            )


def find_deadlines_before_published(documents: Documents, site: SiteIndex) -> Iterator[Problem]:
    """C105: nobody can answer before they are asked."""
    for report, number, ask in _list_asks(documents):
        if _is_undated_agenda(report):
            continue
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
        days += [
            (f"next_meetings.{number}.date", "the meeting on", listed.date, report.date)
            for number, listed in enumerate(report.front.next_meetings)
        ]
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


def _is_undated_agenda(report: ReportMetadata) -> bool:
    """Return whether a report is an agenda that does not say when it was published."""
    return report.front.agenda and report.front.published is None


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
        if front.draft or front.meeting:
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
                "take one of the two out; if both report it, write in this one"
                f' "meeting: {first.id}"; if they are two meetings, give each a time or a title',
            )


def find_attendance_at_cancelled(documents: Documents, site: SiteIndex) -> Iterator[Problem]:
    """C123: nobody can attend a meeting that did not take place."""
    for report in list_advised_reports(documents):
        if report.front.cancelled and "attendees" in report.positions:
            yield report.make_problem(
                "attendees",
                "C123",
                "people who attended a meeting that was cancelled",
                "no attendees, or a meeting that took place",
                'take "attendees" out, or "cancelled"',
            )


def find_agendas_without_day(documents: Documents, site: SiteIndex) -> Iterator[Problem]:
    """F075: questions are sent to subscribers with the day on which they were asked."""
    for report in list_advised_reports(documents):
        if _is_undated_agenda(report) and report.front.feedback:
            yield report.make_problem(
                "feedback",
                "F075",
                "questions in an agenda that does not say when it was published",
                "the day on which the questions were asked",
                'write a line "published: ...", with the day on which you publish the agenda',
            )


def find_silent_cancellations(documents: Documents, site: SiteIndex) -> Iterator[Problem]:
    """F076: without a day of publication, nobody would hear of it before the day of the meeting."""
    for report in list_advised_reports(documents):
        front = report.front
        if front.cancelled and front.published is None and report.date > site.today:
            yield report.make_problem(
                "cancelled",
                "F076",
                f"a meeting on {format_written(report.date)} that is cancelled ahead, without a day of"
                " publication",
                "the day from which readers are told",
                f'write a line "published: {site.today.isoformat()}", with the day on which you publish it',
            )


def find_agendas_of_the_past(documents: Documents, site: SiteIndex) -> Iterator[Problem]:
    """C124: readers wait for the report, or it is there and nobody can see it."""
    for agenda in site.agendas:
        report = agenda.report
        over = (site.today - (report.front.last_day or report.date)).days
        written = any(name in report.positions for name in ("attendees", "outcomes"))
        if over > _PATIENCE or (over > 0 and written):
            ago = "yesterday" if over == 1 else f"{over} days ago"
            yield report.make_problem(
                "agenda" if report.front.agenda else "date",
                "C124",
                f"the agenda of a meeting that was {ago}",
                "a report of it",
                'write the report into this file, and take "agenda: true" out; if the meeting did not'
                ' take place, write "cancelled: ..." with the reason',
            )


def find_unwritten_drafts(documents: Documents, site: SiteIndex) -> Iterator[Problem]:
    """C125: what is still to do in a draft, an entry each.

    Once it has a text, only what other reports of the board have is missing.
    """
    usual: dict[str, set[str]] = defaultdict(set)
    for report in list_advised_reports(documents):
        if not report.front.draft:
            usual[report.board].update(_list_usual_fields(report))
    for report in list_advised_reports(documents):
        front = report.front
        wanted = usual[report.board] if report.sections else {"attendees", "next_meeting"}
        needed = wanted - _list_usual_fields(report)
        planned = site.config.meetings.get(report.board, ())
        if any(meeting.date and meeting.date > report.date for meeting in planned):
            needed -= {"next_meeting"}
        is_ahead = report.is_bare and (front.last_day or report.date) > site.today
        if not front.draft or front.agenda or front.cancelled or is_ahead:
            continue
        # Problems at one place are in the order of their words: the text comes first.
        if not report.sections:
            yield report.make_problem(
                "draft",
                "C125",
                "a draft without a text",
                "what was said at the meeting",
                'write it below the second "---"; when the report is ready, delete "draft: true"',
            )
        if "attendees" in needed:
            yield report.make_problem(
                "draft",
                "C125",
                "a draft without attendees",
                "who was there",
                'list them under "attendees:", or go on without',
            )
        if "next_meeting" in needed:
            yield report.make_problem(
                "draft",
                "C125",
                "a draft without the day of the next meeting",
                'a line "next_meeting: ..."',
                'write the day there, or "to be confirmed" or "none"',
            )


def _list_usual_fields(report: ReportMetadata) -> set[str]:
    """Return which of the fields that most reports need this one has."""
    fields = {"attendees"} & report.positions.keys()
    if report.front.next_meeting or report.front.next_meetings:
        fields.add("next_meeting")
    return fields


def find_first_report(documents: Documents, site: SiteIndex) -> Iterator[Problem]:
    """S025: there are other reports now, and the one that ``init`` wrote is still public."""
    if len(documents.reports) == 1:
        return
    first = digest(FIRST_TEXT.encode())
    for report in list_advised_reports(documents):
        if first in report.summaries[:1] and not report.front.draft:
            yield report.make_problem(
                "date",
                "S025",
                "the report that every new site begins with",
                "reports of yours alone",
                "delete the file, or write what was said at that meeting",
            )


# After so many days, the report of a meeting may be expected.
_PATIENCE = 60
