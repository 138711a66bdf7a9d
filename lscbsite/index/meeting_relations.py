"""Relate meetings to each other: chains, announcements and what became of them, agendas."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from lscbsite.index.announcements import Announcement, collect_announcements
from lscbsite.index.calendar import CalendarInputs, list_meetings
from lscbsite.index.meeting_problems import (
    check_announced_for,
    check_candidates,
    check_next_meetings,
    check_second_reports,
    find_first_report,
)
from lscbsite.index.meetings import Chains, list_moved_days, resolve_announcement
from lscbsite.index.names import index_other_names
from lscbsite.model import (
    Config,
    LedgerEntry,
    Meeting,
    MovedMeeting,
    NextState,
    ReportMetadata,
    UndatedMeeting,
)
from lscbsite.problems import Problems


class Visibility(NamedTuple):
    """Which reports readers can see: those published by ``today``; others where shown.

    ``drafts`` shows drafts, ``scheduled`` what is published later. ``ledger`` is what calendars were
    told before.
    """

    today: dt.date
    drafts: bool
    ledger: Sequence[LedgerEntry] = ()
    scheduled: bool = False


class MeetingRelations(NamedTuple):
    """What became of announced meetings, and which reports belong together.

    ``agendas`` are the ids of agendas. ``states`` has, by report id, the states of the meetings that a
    report announced, the next one first; ``announced`` the day that a moved meeting was announced for.
    ``other_reports`` are those of the same meeting.
    """

    agendas: frozenset[str]
    chains: Chains
    states: Mapping[str, tuple[NextState, ...]]
    announced: Mapping[str, dt.date]
    other_reports: Mapping[str, tuple[str, ...]]
    first_reports: Mapping[str, str]
    undated: tuple[UndatedMeeting, ...]
    moved: tuple[MovedMeeting, ...]
    meetings: tuple[Meeting, ...]

    def list_other_chains(
        self, report: ReportMetadata, config: Config
    ) -> tuple[tuple[str, str | None, str | None], ...]:
        """Return the name, the previous and the next report of each further board."""
        return tuple(
            (config.site.boards[board].name, *self.chains[board].get_neighbours(report))
            for board in report.boards[1:]
            if board in config.site.boards
        )


def relate_meetings(
    documents: Sequence[ReportMetadata],
    whole: Sequence[ReportMetadata],
    visible: Sequence[ReportMetadata],
    config: Config,
    visibility: Visibility,
    problems: Problems,
) -> MeetingRelations:
    """Return the relations of the visible reports' meetings today, and report contradictions.

    ``documents`` are all reports, ``whole`` the visible ones in order of meeting with the content of
    withdrawn ones, ``visible`` the same without it.
    """
    agendas = frozenset(report.id for report in visible if is_agenda(report))
    shown = {report.id for report in visible}
    names = index_other_names(documents, config.site.boards)
    names |= {report.id: report for report in documents}
    first_reports = {
        report.id: first.id
        for report in visible
        if report.front.meeting
        and (first := find_first_report(report, names))
        and first.id in shown
        and first.id not in agendas
    }
    announcements = collect_announcements(visible, config)
    chains = Chains(visible, announcements, agendas, first_reports)
    states = {
        announcement: resolve_announcement(announcement, chains, agendas, visibility.today)
        for announcement in announcements
    }
    check_announced_for(documents, collect_announcements(documents, config), problems)
    check_next_meetings(documents, problems)
    check_second_reports(documents, names, problems)
    check_candidates(announcements, chains, problems)
    # Withdrawn reports are of meetings as others are, so that a withdrawal changes no event.
    unredacted = [
        replace(report, front=replace(report.front, withdrawn=None))
        if report.front.withdrawn
        else report
        for report in whole
    ]
    all_announcements = collect_announcements(unredacted, config)
    inputs = CalendarInputs(
        unredacted,
        {report.id: report for report in visible},
        all_announcements,
        Chains(unredacted, all_announcements, agendas, first_reports),
        agendas,
        names,
        config,
        max((report.changed for report in visible if report.id not in agendas), default=None),
        {entry.report: entry for entry in visibility.ledger if entry.report},
        {uid for entry in visibility.ledger for uid in (entry.uid, entry.key)},
    )
    moved_days = list_moved_days(
        visible,
        [
            state
            for announcement, state in states.items()
            if announcement.source is None or announcement.source.front.withdrawn is None
        ],
    )
    return MeetingRelations(
        agendas,
        chains,
        _group_states(visible, states),
        moved_days,
        _list_other_reports(visible, first_reports),
        first_reports,
        _list_undated(states),
        _list_moved(states, [report for report in visible if report.id in agendas], moved_days),
        list_meetings(inputs),
    )


def is_agenda(report: ReportMetadata) -> bool:
    """Return whether a file is the agenda of a meeting, not a report: it says so, or nothing else."""
    front = report.front
    is_over = front.cancelled is not None or front.withdrawn is not None
    return (front.agenda or report.is_bare) and not is_over


def _group_states(
    visible: Iterable[ReportMetadata], states: Mapping[Announcement, NextState | None]
) -> dict[str, tuple[NextState, ...]]:
    """Return the states of the meetings that each report announces, or the plans of its board."""
    by_source: dict[str, list[NextState]] = defaultdict(list)
    planned: dict[str, list[NextState]] = defaultdict(list)
    for announcement, state in states.items():
        if state is None:
            continue
        if announcement.source is not None:
            by_source[announcement.source.id].append(state)
        else:
            planned[announcement.boards[0]].append(state)
    for report in visible:
        own = by_source.get(report.id)
        if own is None:
            following = (
                state
                for state in planned.get(report.board, ())
                if state.meeting.date and state.meeting.date > report.date
            )
            first = min(following, key=_get_day, default=None)
            if first:
                by_source[report.id] = [first]
        elif len(own) > 1:
            by_source[report.id] = _order_states(own)
    return {id_: tuple(found) for id_, found in by_source.items()}


def _order_states(states: Iterable[NextState]) -> list[NextState]:
    """Return the states of announced meetings in order, each meeting once."""
    meetings = {
        (state.meeting.date or state.meeting.words, state.meeting.time): state for state in states
    }
    return sorted(
        meetings.values(), key=lambda state: (_get_day(state), state.meeting.time or dt.time.min)
    )


def _get_day(state: NextState) -> dt.date:
    return state.meeting.date or state.meeting.earliest or dt.date.max


def _list_other_reports(
    visible: Sequence[ReportMetadata], first_reports: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """Return the other reports of each report's meeting, by id."""
    groups: dict[str, list[str]] = defaultdict(list)
    for report in visible:
        first = first_reports.get(report.id, report.id)
        groups[first].append(report.id)
    return {
        id_: tuple(other for other in group if other != id_)
        for group in groups.values()
        if len(group) > 1
        for id_ in group
    }


def _list_moved(
    announcements: Iterable[Announcement],
    agendas: Iterable[ReportMetadata],
    moved_days: Mapping[str, dt.date],
) -> tuple[MovedMeeting, ...]:
    """Return the meetings that were moved before they were held, as lists, plans and agendas say.

    What a withdrawn report said of it is left out, the earlier day included. A plan does not say when it
    was changed.
    """
    moved: list[MovedMeeting] = []
    for agenda in agendas:
        if day := moved_days.get(agenda.id):
            known = agenda.front.published
            moved.append(MovedMeeting(agenda.boards, day, agenda.date, known, agenda.id))
    said = {(entry.boards, entry.announced, entry.date) for entry in moved}
    for announcement in announcements:
        boards = announcement.boards
        named_by = announcement.source
        for day, new_day, source in announcement.moves:
            if all(
                report is None or report.front.withdrawn is None for report in (named_by, source)
            ):
                moved.append(MovedMeeting(boards, day, new_day, source.published, source.id))
            named_by = source
        day, new = announcement.first_day, announcement.day
        if announcement.source is None and day and new and (boards, day, new) not in said:
            moved.append(MovedMeeting(boards, day, new, None, None))
    # What follows a withdrawn list can follow another one, too.
    return tuple(dict.fromkeys(moved))


def _list_undated(states: Mapping[Announcement, NextState | None]) -> tuple[UndatedMeeting, ...]:
    """Return the meetings ahead of which no day is known, in order.

    One is left out if a meeting of the board has since been announced for a day of that month, and one
    of a report of which not even the month is known, if there is a later day.
    """
    days: dict[str, list[dt.date]] = defaultdict(list)
    for announcement in states:
        for board in announcement.boards:
            if announcement.day:
                days[board].append(announcement.day)
    undated: dict[tuple[object, ...], UndatedMeeting] = {}
    for announcement, state in states.items():
        meeting = announcement.meeting
        if state is None or meeting is None or state.state != "to be confirmed":
            continue
        if announcement.source is not None and not meeting.words:
            continue
        earliest, latest = meeting.earliest or announcement.start, meeting.latest or dt.date.max
        known = days[announcement.boards[0]]
        is_vague = announcement.source is None and meeting.earliest is None
        if not is_vague and any(
            earliest <= day <= latest and day > announcement.start for day in known
        ):
            continue
        key = (announcement.boards, meeting.words or announcement.name)
        undated[key] = UndatedMeeting(announcement.boards, meeting)
    return tuple(
        sorted(
            undated.values(),
            key=lambda entry: (entry.meeting.earliest or dt.date.max, entry.boards),
        )
    )
