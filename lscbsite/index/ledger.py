"""Keep UID and SEQUENCE of events as calendars know them, whatever authors change.

A file says how things are, not how they were: where a cancellation is taken out, nothing in it tells
that a calendar was told otherwise before. So the ledger remembers what each event said, and which report
it was of. It is never needed: without it, UID and SEQUENCE are what the reports record
(``index/calendar.py``), which holds for all changes that are written down, but not where one is taken back.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec.structs import asdict, replace

from lscbsite.incremental.fingerprint import digest_values
from lscbsite.index.announcements import MOVED_WITHIN
from lscbsite.model import Config, LedgerEntry, Meeting, ReportMetadata

_IN_LISTS = ("listed-meetings", "planned-meetings")
# What a calendar need not take a new version for.
_NOT_SHOWN = ("uid", "kind", "boards", "sequence", "changed")


def apply_ledger(
    meetings: Sequence[Meeting],
    ledger: Sequence[LedgerEntry],
    reports: Mapping[str, ReportMetadata],
    config: Config,
    today: dt.date,
) -> tuple[tuple[Meeting, ...], tuple[LedgerEntry, ...]]:
    """Return the meetings as calendars are told of them, and the ledger after that.

    ``reports`` are the visible ones by id. SEQUENCE never falls, and rises where an event differs from
    what the ledger has (RFC 5545 3.8.7.4).
    """
    identities: dict[str | None, str] = {
        meeting.report: reports[meeting.report].identity for meeting in meetings if meeting.report
    }
    known = _Assignment(ledger, identities, today).assign(meetings)
    taken = {entry.uid for entry in known.values()}
    applied, entries = [], {entry.uid: entry for entry in ledger}
    for meeting in meetings:
        entry = known.get(meeting.uid)
        state = _digest_state(meeting, reports, config)
        uid, sequence = meeting.uid, meeting.sequence
        if entry:
            uid = entry.uid
            sequence = max(sequence, entry.sequence + (entry.state != state))
        elif uid in taken or uid in entries:
            # Another meeting has had it since, or had it and may come back.
            uid = str(uuid.uuid5(uuid.UUID(uid), meeting.date.isoformat()))
        entries[uid] = LedgerEntry(
            day=meeting.date,
            uid=uid,
            sequence=sequence,
            state=state,
            boards=tuple(filter(None, meeting.boards)),
            planned=meeting.kind in _IN_LISTS,
            made_from="" if uid == meeting.uid else meeting.uid,
            report=identities.get(meeting.report, "") if meeting.report else "",
        )
        applied.append(replace(meeting, uid=uid, sequence=sequence))
    return tuple(applied), tuple(sorted(entries.values(), key=lambda entry: (entry.day, entry.uid)))


class _Assignment:
    """Finds the entry of each meeting: the strongest evidence first, each entry once."""

    def __init__(
        self, ledger: Iterable[LedgerEntry], identities: Mapping[str | None, str], today: dt.date
    ) -> None:
        self._free = {entry.uid: entry for entry in ledger}
        self._identities = identities
        self._current = set(identities.values())
        self._today = today

    def assign(self, meetings: Iterable[Meeting]) -> dict[str, LedgerEntry]:
        """Return the entries of meetings, by the UID that each meeting has without the ledger."""
        assigned: dict[str, LedgerEntry] = {}
        for list_candidates in (
            self._list_of_report,
            self._list_unchanged,
            self._list_on_day,
            self._list_of_uid,
            self._list_near,
        ):
            self._assign_by(list_candidates, meetings, assigned)
        return assigned

    def _assign_by(
        self,
        list_candidates: Callable[[Iterable[Meeting]], Iterator[tuple[Meeting, LedgerEntry]]],
        meetings: Iterable[Meeting],
        assigned: dict[str, LedgerEntry],
    ) -> None:
        left = [meeting for meeting in meetings if meeting.uid not in assigned]
        for meeting, entry in list_candidates(left):
            if entry.uid in self._free and meeting.uid not in assigned:
                assigned[meeting.uid] = self._free.pop(entry.uid)

    def _list_of_report(self, meetings: Iterable[Meeting]) -> Iterator[tuple[Meeting, LedgerEntry]]:
        """Yield events that were of the same report or agenda."""
        entries = {entry.report: entry for entry in self._free.values() if entry.report}
        for meeting in meetings:
            if entry := entries.get(self._identities.get(meeting.report, "")):
                yield meeting, entry

    def _list_unchanged(self, meetings: Iterable[Meeting]) -> Iterator[tuple[Meeting, LedgerEntry]]:
        """Yield events that were made from the same announcement, on the same day."""
        for meeting, entry in self._list_of_uid(meetings):
            if entry.day == meeting.date:
                yield meeting, entry

    def _list_on_day(self, meetings: Iterable[Meeting]) -> Iterator[tuple[Meeting, LedgerEntry]]:
        """Yield events of the same boards on the same day that are of no other report."""
        on_day: dict[tuple[object, ...], list[LedgerEntry]] = defaultdict(list)
        for entry in self._free.values():
            if entry.report not in self._current:
                on_day[entry.day, entry.boards].append(entry)
        for meeting in meetings:
            boards = tuple(filter(None, meeting.boards))
            for entry in on_day.get((meeting.date, boards), ()):
                yield meeting, entry

    def _list_of_uid(self, meetings: Iterable[Meeting]) -> Iterator[tuple[Meeting, LedgerEntry]]:
        """Yield events that were made from the same announcement, and of no other report."""
        entries = {entry.key: entry for entry in self._free.values()}
        for meeting in meetings:
            entry = self._free.get(meeting.uid) or entries.get(meeting.uid)
            if entry and (entry.report not in self._current or not meeting.report):
                yield meeting, entry

    def _list_near(self, meetings: Iterable[Meeting]) -> Iterator[tuple[Meeting, LedgerEntry]]:
        """Yield the next event of a plan within 60 days: one that was moved to another month.

        One whose day is over took place or did not, whatever the plan says of later months.
        """
        planned = sorted(
            (
                entry
                for entry in self._free.values()
                if entry.planned and not entry.report and entry.day >= self._today
            ),
            key=lambda entry: (entry.day, entry.uid),
        )
        for meeting in meetings:
            if meeting.kind not in _IN_LISTS:
                continue
            boards = tuple(filter(None, meeting.boards))
            for entry in planned:
                near = abs(entry.day - meeting.date) <= MOVED_WITHIN
                if near and entry.boards == boards and entry.uid in self._free:
                    yield meeting, entry


def _digest_state(meeting: Meeting, reports: Mapping[str, ReportMetadata], config: Config) -> str:
    """Return a digest of what a calendar shows of a meeting."""
    shown = {name: value for name, value in asdict(meeting).items() if name not in _NOT_SHOWN}
    shown["length"] = meeting.length // dt.timedelta(minutes=1)
    if meeting.report:
        shown["title"] = reports[meeting.report].title
    names = [
        config.site.boards[board].name for board in meeting.boards if board in config.site.boards
    ]
    shown["board"] = names or [config.site.title]
    shown["zone"] = config.site.timezone
    return digest_values(shown).hex()[:16]
