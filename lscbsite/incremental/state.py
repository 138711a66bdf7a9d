"""What is remembered of a build: enough to know what the next one need not do again."""

import datetime as dt
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec.structs import replace

from lscbsite.dates import get_zone
from lscbsite.incremental.store import Store
from lscbsite.model import MANIFEST, Source, Sources, WithheldReport
from lscbsite.problems import Problem, SeveritySetting

_SOURCES = "sources"
# What the clock of a disk may be behind, in nanoseconds: a file that is newer when it is looked at
# may be changed afterwards without a trace. Sources can be on simple disks; outputs are new often.
_SOURCES_TICK, _OUTPUTS_TICK = 2_000_000_000, 50_000_000


class OutputStat(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A file as it was put into the output folder: what the system says of it, its digest.

    Size, times (in nanoseconds) and number on the disk tell whether it is still the same.
    """

    size: int
    modified: int
    changed: int
    number: int
    digest: bytes


def is_output_path(path: str) -> bool:
    """Whether a path is that of a file in the output folder, which no build hides.

    So it does not lead out of the folder, and not to what the writing itself needs there.
    """
    return bool(path) and path[0] != "/" and "//" not in path and "/." not in f"/{path}"


class BuildSummary(msgspec.Struct, frozen=True):
    """What a build said: how much there was, and the problems with what each counts as."""

    reports: int
    pages: int
    withheld: tuple[WithheldReport, ...]
    problems: tuple[Problem, ...]
    rules: dict[str, SeveritySetting]


class BuildState(msgspec.Struct, frozen=True):
    """A build: what it was made from, what it said, what it put where.

    ``given`` is the digest of all that decides the result, but the day (ISO 8601); ``timezone``
    tells which day it is. ``prints`` are the outputs' fingerprints by path. ``clock_day`` is the
    day (ISO 8601, UTC) that the machine's clock showed.
    """

    given: bytes
    today: str
    timezone: str
    told: BuildSummary
    prints: dict[str, bytes]
    placed: Mapping[str, OutputStat]
    clock_day: str

    def is_of(self, given: bytes, today: dt.date | None) -> bool:
        """Whether a build on a day (None: today where the site is) would be the same."""
        return given == self.given and self.today == (today or get_today(self.timezone)).isoformat()


class ClockError(Exception):
    """The machine's clock cannot be right; the message says why and what to do."""


def read_clock_day() -> str:
    """Return the day that the machine's clock shows (ISO 8601, UTC)."""
    return dt.datetime.now(dt.UTC).date().isoformat()


def check_clock(record: BuildState | None, output_dir: Path | None) -> None:
    """Refuse a day before that of the last build: reports would seem to be scheduled, and go.

    Where that build is not on record, the age of its list of files tells the day.

    Raises:
        ClockError: the clock is behind.

    """
    last, today = record.clock_day if record else "", read_clock_day()
    if record is None and output_dir is not None:
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
    return [(one.path, one.digest) for one in _list_sources(sources)]


def _list_sources(sources: Sources) -> list[Source]:
    return [*sources.documents, *sources.attachments, *sources.templates, *sources.settings]


def load_sources(cache: Store) -> dict[str, Source]:
    """Return the site's files as the last build saw them, by path."""
    note = cache.note(_SOURCES)
    return {one.path: one for one in _SEEN.decode(note)} if note else {}


def save_sources(cache: Store, sources: Sources, known: Mapping[str, Source], clock: int) -> None:
    """Keep what was seen of the site's files when its disk's ``clock`` showed a moment.

    Of a file as new as that, it cannot be told later whether it was changed since: what the
    system says of it is not to be compared (git calls such a file racy).
    """
    every = _list_sources(sources)
    if len(every) == len(known) and all(known.get(one.path) is one for one in every):
        return
    seen = [
        replace(one, number=-1) if max(one.modified, one.changed) >= clock - _SOURCES_TICK else one
        for one in every
    ]
    cache.set_note(_SOURCES, msgspec.msgpack.encode(seen))


def load_state(cache: Store, output_dir: Path | None, site_dir: Path) -> BuildState | None:
    """Return the record of the last build into an output folder (None: the usual one)."""
    note = cache.note(_name_state(output_dir or site_dir / "output", site_dir))
    return _RECORD.decode(note) if note else None


def save_state(cache: Store, record: BuildState, output_dir: Path, site_dir: Path) -> None:
    """Keep the record of a build into an output folder, if there is a cache to keep it in."""
    if not cache.is_file:
        return
    newest = cache.clock() - _OUTPUTS_TICK
    placed = {
        path: replace(one, number=-1) if one.changed >= newest else one
        for path, one in record.placed.items()
    }
    note = msgspec.msgpack.encode(replace(record, placed=placed))
    cache.set_note(_name_state(output_dir, site_dir), note)


def _name_state(output_dir: Path, site_dir: Path) -> str:
    """Return the name of an output folder's record, the same wherever the site is moved."""
    output, site = (Path(os.path.realpath(folder)) for folder in (output_dir, site_dir))
    return f"build {output.relative_to(site) if output.is_relative_to(site) else output}"


_SEEN = msgspec.msgpack.Decoder(list[Source])
_RECORD = msgspec.msgpack.Decoder(BuildState)
