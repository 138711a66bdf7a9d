"""Begin the next report of a board: its file, with what is already known about the meeting."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from lscbsite.dates import format_date, format_days
from lscbsite.index.meetings import Match
from lscbsite.model import Board, NextMeeting, People, ReportMetadata
from lscbsite.problems import Problems, suggest_name
from lscbsite.scaffold.new_file import write_new_file
from lscbsite.scaffold.next_days import (
    Announced,
    guess_next_day,
    is_possible,
    is_unwritten,
    list_announced,
    list_undated,
    match_announced,
)
from lscbsite.scaffold.report_text import NewReport, write_report
from lscbsite.scaffold.site_facts import SiteFacts, load_facts

__all__ = ["ExistsError", "NotKnownError", "Wanted", "begin_report"]

# Topics of so many reports are offered as headings.
_RECENT = 5
# The report of an earlier meeting may not be the one that its author means.
_RECENT_DAYS = dt.timedelta(days=60)
_A_WEEK = dt.timedelta(days=7)
# Messages are in English, whatever the language of the site.
_ENGLISH = "en-GB"


class NotKnownError(Exception):
    """The board or the day of the next report is not known, and the author must say it."""


class ExistsError(Exception):
    """The file of the meeting exists already."""


class Wanted(NamedTuple):
    """What the author wants: the report of a day, of a board, if they say so. ``today`` is now."""

    day: dt.date | None
    board: str | None
    today: dt.date


class Begun(NamedTuple):
    """The path of a new report in the site, and what its author should know, '' if nothing."""

    path: str
    note: str


def begin_report(site_dir: Path, wanted: Wanted, jobs: int, problems: Problems) -> Begun:
    """Write the file of a board's next report.

    Without a day, it is about the meeting that the last report announced, or else the next one of
    the board's plans. A file that exists is never changed.

    Raises:
        ProblemsFoundError: the site has errors, which are in ``problems``.
        NotKnownError: the board or the day must be given.
        ExistsError: there is a file of that meeting already.
        OSError: the file cannot be written.

    """
    facts = load_facts(site_dir, wanted.today, jobs, problems)
    board, day = _choose_board(wanted.board, facts.config.site.boards), wanted.day
    reports = facts.list_reports(board)
    written = [report for report in reports if not is_unwritten(report)]
    if day is not None:
        written = [report for report in written if report.date <= day]
    planned = facts.config.meetings.get(board, ())
    announced = list_announced(written, planned)
    matches = match_announced(facts.documents.reports, facts.config, board)
    if day is None:
        ahead = [entry for entry in announced if not _has_file(entry, matches, board)]
        last = written[-1].date if written else dt.date.min
        waiting = [report for report in reports if is_unwritten(report) and report.date > last]
        found = _find_next(waiting, ahead)
        undated = list_undated(written, planned)
        if found is None or any(_is_before(entry, found) for entry in undated):
            raise _make_unknown_day_error(facts, board, written, undated, wanted.today)
        _refuse_separate(found, board, facts.documents.reports)
    else:
        named = (entry for entry in announced if entry.meeting.date == day)
        found = next(named, None) or Announced(NextMeeting(day), "")
    _refuse_existing(found.meeting, reports, given=day is not None)
    path = _make_path(found.meeting, board, facts, written)
    unclear = [entry for entry in announced if _is_unclear(entry, matches)]
    text = write_report(_collect(facts, path, board, found, written, (announced, unclear)))
    try:
        write_new_file(site_dir / path, text)
    except FileExistsError:
        raise ExistsError(f"{path} exists already: write the report there") from None
    note = "" if day else _make_note(facts, board, _get_day(found), wanted.today)
    return Begun(path, note)


def _make_note(facts: SiteFacts, board: str, day: dt.date, today: dt.date) -> str:
    """Return what to do if the file is of a meeting long ago, and another one was meant."""
    if today - day <= _RECENT_DAYS:
        return ""
    return (
        f"{format_date(day, _ENGLISH)} is long past. If you meant another meeting, delete this file"
        f" and give the day, as in {_write_command(facts, board, today)}"
    )


def _write_command(facts: SiteFacts, board: str, day: dt.date) -> str:
    """Return the command that begins a report of a board, of the first free day from one on."""
    taken = {report.date for report in facts.list_reports(board)}
    while day in taken and day <= dt.date.max - _A_WEEK:
        day += _A_WEEK
    option = f" --board {board}" if len(facts.config.site.boards) > 1 else ""
    return f"lscbsite new{option} {day}"


def _choose_board(board: str | None, boards: dict[str, Board]) -> str:
    """Return the board's id, '' on a site that has no boards."""
    names = ", ".join(boards)
    if board is None:
        if len(boards) > 1:
            raise NotKnownError(f"say which board the report is of: --board with one of {names}")
        return next(iter(boards), "")
    if board in boards:
        return board
    if not boards:
        raise NotKnownError("site.yaml names no boards: leave out --board")
    fix = suggest_name(board, boards, f"the boards are {names}")
    raise NotKnownError(f'site.yaml has no board "{board}": {fix}')


def _find_next(waiting: Iterable[ReportMetadata], ahead: Sequence[Announced]) -> Announced | None:
    """Return the first meeting after the last report: one that has no file yet, or one that waits.

    ``waiting`` are the agendas and empty drafts after the last report, ``ahead`` the announced
    meetings that have no file.
    """
    options = [Announced(NextMeeting(report.date), report.path) for report in waiting]
    return min((*options, *ahead[:1]), key=_get_day, default=None)


def _get_day(entry: Announced) -> dt.date:
    assert entry.meeting.date is not None
    return entry.meeting.date


def _is_before(undated: Announced, found: Announced) -> bool:
    """Return whether a meeting of which only the month or so is known is before another one."""
    return undated.meeting.latest is not None and undated.meeting.latest < _get_day(found)


def _has_file(entry: Announced, matches: Mapping[dt.date, Match], board: str) -> bool:
    """Return whether an announced meeting has a file of the board, or one that may be its own."""
    match = matches.get(_get_day(entry))
    return bool(match and (match.report is None or board in match.report.boards))


def _is_unclear(entry: Announced, matches: Mapping[dt.date, Match]) -> bool:
    """Return whether no report says that it is that of an announced meeting."""
    match = matches.get(_get_day(entry))
    return match is None or match.is_guess


def _make_unknown_day_error(
    facts: SiteFacts,
    board: str,
    written: Sequence[ReportMetadata],
    undated: Sequence[Announced],
    today: dt.date,
) -> NotKnownError:
    """Return the error that asks for the day, with what is known of it and with an example."""
    example, reason = today, "there is no report yet"
    if undated:
        meeting = undated[0].meeting
        example = meeting.earliest or today
        reason = f'{undated[0].path} says "{meeting.words or meeting.planned}", and no day'
    elif written:
        last = written[-1].front.next_meeting
        is_none = last is not None and last.planned == "none"
        words = "says that there is no" if is_none else "does not say when the"
        end = "" if is_none else " is"
        reason = f"{written[-1].path} {words} next meeting{end}"
    hint = ""
    guess = guess_next_day(_list_days(facts, written), written[-1].date) if written else None
    if guess and (not undated or is_possible(guess, undated[0].meeting)):
        example, hint = guess, f"; from the days of the last meetings it may be {guess}"
    return NotKnownError(
        f"the day of the meeting is not known, as {reason}: give it, as in"
        f" {_write_command(facts, board, example)}{hint}"
    )


def _list_days(facts: SiteFacts, written: Iterable[ReportMetadata]) -> list[dt.date]:
    """Return the days of regular meetings that took place: for a moved one, the announced day."""
    return [
        facts.site.by_id[report.id].announced or report.date
        for report in written
        if report.front.cancelled is None and not report.front.unannounced
    ]


def _refuse_existing(
    meeting: NextMeeting, reports: Sequence[ReportMetadata], *, given: bool
) -> None:
    assert meeting.date is not None
    for report in reports:
        last = report.front.last_day
        if not report.date <= meeting.date <= (last or report.date):
            continue
        days = format_days(report.date, last, _ENGLISH)
        if is_unwritten(report):
            raise ExistsError(f"{report.path} exists already: write the report of {days} there")
        name = f"{meeting.date}-2.md"
        advice = f"; for another meeting on that day, name the new file {name}" if given else ""
        raise ExistsError(f"{report.path} is the report of {days} already{advice}")


def _refuse_separate(found: Announced, board: str, reports: Iterable[ReportMetadata]) -> None:
    """Refuse a file for each board of a meeting that a report of both boards announced."""
    day = _get_day(found)
    for report in reports:
        if report.date == day and report.board in found.boards and board not in report.boards:
            joint = ", ".join(found.boards)
            raise ExistsError(
                f"{report.path} is of the same day: if the boards meet together, write"
                f' "boards: [{joint}]" in it; if not, give the day: lscbsite new --board {board} {day}'
            )


def _make_path(
    meeting: NextMeeting, board: str, facts: SiteFacts, written: Sequence[ReportMetadata]
) -> str:
    """Return the path of the new file; it is in a folder of its year if the last report is."""
    assert meeting.date is not None
    settings = facts.config.site.boards.get(board)
    base = "reports/" if not board or (settings and settings.folder) else f"reports/{board}/"
    folder = ""
    # The report of a joint meeting can be in the folder of another board.
    own = [report for report in written if report.board == board and report.path.startswith(base)]
    if own:
        *parts, _ = own[-1].path.removeprefix(base).split("/")
        if parts and parts[-1] == str(own[-1].date.year):
            folder = "/".join([*parts[:-1], str(meeting.date.year)]) + "/"
    return f"{base}{folder}{meeting.date.isoformat()}.md"


def _collect(
    facts: SiteFacts,
    path: str,
    board: str,
    found: Announced,
    written: Sequence[ReportMetadata],
    plans: tuple[Sequence[Announced], Sequence[Announced]],
) -> NewReport:
    """Return what the new report can take over from the board's reports.

    ``written`` are those up to the day of the new one, ``plans`` the meetings announced after them,
    and those of these that the new report may be about.
    """
    announced, unclear = plans
    last = written[-1] if written else None
    people = [
        (report.date, facts.documents.people.get(report.path, People()))
        for report in reversed(written)
        if not report.front.withdrawn
    ]
    day = found.meeting.date
    assert day is not None
    other = None if found.path else _find_nearest(day, unclear)
    later = [entry for entry in announced if entry.meeting.date and entry.meeting.date > day]
    following = min(later, key=lambda entry: entry.meeting.date or day, default=None)
    # If this is the meeting that was announced for another day, that one belongs to the rhythm.
    regular = min(day, other.meeting.date) if other and other.meeting.date else day
    guess = guess_next_day([*_list_days(facts, written), regular], day)
    return NewReport(
        path.removeprefix("reports/").removesuffix(".md"),
        found.meeting,
        found.path,
        other.meeting if other else None,
        _find_last_held(written),
        found.boards,
        next((entry.author for _, entry in people if entry.author), None),
        next(((held, entry.attendees) for held, entry in people if entry.attendees), (day, ())),
        tuple(
            ask
            for linked in sorted(facts.site.asking, key=lambda one: one.report.order, reverse=True)
            if board in linked.report.boards and linked.report.date <= day
            for ask in linked.asks
            if ask.state != "answered"
        ),
        tuple(_list_topics(facts, written[-_RECENT:])),
        following.meeting.date if following else guess,
        following.path if following else "",
        last.front.language if last else None,
    )


def _find_nearest(day: dt.date, entries: Iterable[Announced]) -> Announced | None:
    """Return the meeting that was announced for the day nearest to one, None if there is none."""
    return min(entries, key=lambda entry: abs((entry.meeting.date or day) - day), default=None)


def _find_last_held(written: Iterable[ReportMetadata]) -> NextMeeting | None:
    """Return when and where the last meeting was whose report can be read."""
    for report in reversed([*written]):
        front = report.front
        if not front.withdrawn and not front.cancelled:
            return NextMeeting(front.date, front.time, front.end, front.place)
    return None


def _list_topics(facts: SiteFacts, recent: Sequence[ReportMetadata]) -> list[str]:
    """Return the names of the topics of these reports."""
    ids = {report.id for report in recent}
    return [
        thread.topic.name
        for thread in facts.site.threads
        if any(mention.ref.report in ids for mention in thread.mentions)
    ]
