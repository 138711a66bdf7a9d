"""State saved between builds."""

import datetime as dt
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec.structs import replace

from lscbsite.dates import get_zone
from lscbsite.incremental.store import Store
from lscbsite.model import (
    MANIFEST,
    Position,
    RuleDays,
    Source,
    Sources,
    UnpublishedFile,
    WithheldReport,
)
from lscbsite.problems import Problem
from lscbsite.rules import SeveritySetting
from lscbsite.source_files import resolve_path

_SOURCES = "sources"
# How coarse the clock of a disk may be, in nanoseconds: a file that is newer than this when it is
# read may change again without a new time. Sources can be on simple disks; outputs are new often.
_SOURCES_TICK, _OUTPUTS_TICK = 2_000_000_000, 50_000_000


class WriteSummary(msgspec.Struct, frozen=True):
    """How many files were written, left as they were, removed."""

    written: int
    unchanged: int
    removed: int


class OutputStat(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A file in the output folder as it was written: its digest, and what the system reports of it.

    While its size, times (in nanoseconds) and inode number are the same, so is the file.
    """

    size: int
    modified: int
    changed: int
    number: int
    digest: bytes


def is_output_path(path: str) -> bool:
    """Whether a path is one that outputs can have.

    It does not lead out of the folder, nor to the hidden files that writing needs there.
    """
    return bool(path) and path[0] != "/" and "//" not in path and "/." not in f"/{path}"


class BuildSummary(msgspec.Struct, frozen=True):
    """What a build reports: the number of documents, the problems, and the severities of rules.

    ``published`` are the ids of the reports with a page that readers can see; ``previews`` are those
    of the others with a page, with the reason. ``unpublished`` are the files under files/ that are in
    no output. ``meeting_rules`` are those in lists of meetings, ``proposed_uid`` is a ``uid`` for a
    site without one. ``placeholder`` is where ``base_url`` is, if it is made up, ``form_placeholder``
    where the form's repository is.
    """

    reports: int
    pages: int
    withheld: tuple[WithheldReport, ...]
    published: tuple[str, ...]
    unpublished: tuple[UnpublishedFile, ...]
    problems: tuple[Problem, ...]
    rules: dict[str, SeveritySetting]
    meeting_rules: tuple[RuleDays, ...] = ()
    proposed_uid: str = ""
    placeholder: Position | None = None
    base_url: str = ""
    timezone: str = "UTC"
    previews: Mapping[str, str] = {}
    form_placeholder: Position | None = None


class BuildState(msgspec.Struct, frozen=True):
    """What the last build wrote into an output folder.

    ``plan`` is the digest of the plan's artifacts, ``fingerprints`` are theirs by path,
    ``outputs`` the files as they were written. ``clock_day`` is the day (ISO 8601, UTC) that the
    machine's clock showed. ``reports`` are the ids of the reports with a page, but for drafts.
    """

    plan: bytes
    fingerprints: dict[str, bytes]
    outputs: Mapping[str, OutputStat]
    clock_day: str
    reports: tuple[str, ...] = ()


class ClockError(Exception):
    """The machine's clock cannot be right; the message says why and what to do."""


def read_clock_day() -> str:
    """Return the day that the machine's clock shows (ISO 8601, UTC)."""
    return dt.datetime.now(dt.UTC).date().isoformat()


def check_clock(state: BuildState | None, output_dir: Path | None) -> None:
    """Refuse a day before that of the last build: published reports would count as scheduled.

    Without a saved state, the day is that on which the manifest was written.

    Raises:
        ClockError: the clock is behind.

    """
    last, today = state.clock_day if state else "", read_clock_day()
    if state is None and output_dir is not None:
        with suppress(OSError, OverflowError, ValueError):
            seconds = (output_dir / MANIFEST).stat().st_mtime
            last = dt.datetime.fromtimestamp(seconds, dt.UTC).date().isoformat()
    if today < last:
        raise ClockError(
            f"the clock of this machine says {today}, but the site was built on {last};"
            " set the clock, or say which day it is with --today"
        )


def get_today(timezone: str) -> dt.date:
    """Return today in a time zone."""
    return dt.datetime.now(get_zone(timezone)).date()


def list_contents(sources: Sources) -> list[tuple[str, bytes]]:
    """Return the path of each file with the digest of its contents."""
    return [(source.path, source.digest) for source in _list_sources(sources)]


def _list_sources(sources: Sources) -> list[Source]:
    lists = (sources.documents, sources.attachments, sources.templates, sources.settings)
    return [source for listed in (*lists, sources.form) for source in listed]


def load_sources(store: Store) -> dict[str, Source]:
    """Return the site's files as the last build saw them, by path."""
    data = store.get_metadata(_SOURCES)
    return {source.path: source for source in _SOURCE_LIST.decode(data)} if data else {}


def save_sources(store: Store, sources: Sources, known: Mapping[str, Source], clock: int) -> None:
    """Save the site's files as they were when the clock of its disk showed ``clock``.

    A file that is as new as that may change without a new time (git calls such a file racy): an
    impossible inode number makes the next build read it again.
    """
    listed = _list_sources(sources)
    if len(listed) == len(known) and all(known.get(source.path) is source for source in listed):
        return
    oldest_racy = clock - _SOURCES_TICK
    saved = [
        replace(source, number=-1)
        if max(source.modified, source.changed) >= oldest_racy
        else source
        for source in listed
    ]
    store.set_metadata(_SOURCES, msgspec.msgpack.encode(saved))


def load_state(store: Store, output_dir: Path | None, site_dir: Path) -> BuildState | None:
    """Return the state of the last build into an output folder (None: the usual one)."""
    data = store.get_metadata(_name_state(output_dir or site_dir / "output", site_dir))
    return _STATE.decode(data) if data else None


def save_state(store: Store, state: BuildState, output_dir: Path, site_dir: Path) -> None:
    """Save the state of a build into an output folder, if the store is kept."""
    if not store.is_file:
        return
    newest = store.read_clock() - _OUTPUTS_TICK
    outputs = {
        path: replace(stat, number=-1) if stat.changed >= newest else stat
        for path, stat in state.outputs.items()
    }
    data = msgspec.msgpack.encode(replace(state, outputs=outputs))
    store.set_metadata(_name_state(output_dir, site_dir), data)


def _name_state(output_dir: Path, site_dir: Path) -> str:
    """Return the key of an output folder's state, the same wherever the site is moved."""
    output, site = resolve_path(output_dir), resolve_path(site_dir)
    return f"build {output.relative_to(site) if output.is_relative_to(site) else output}"


_SOURCE_LIST = msgspec.msgpack.Decoder(list[Source])
_STATE = msgspec.msgpack.Decoder(BuildState)
