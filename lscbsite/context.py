"""What is ordered of a build, what it works with, what it finds, and what it did."""

import datetime as dt
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from lscbsite.incremental.fingerprint import digest_values
from lscbsite.incremental.state import BuildState, BuildSummary, OutputStat, list_contents
from lscbsite.incremental.store import Store
from lscbsite.model import Source, Sources
from lscbsite.problems import Problem, Problems
from lscbsite.progress import Progress
from lscbsite.workers import Workers
from lscbsite.write import WriteSummary

if TYPE_CHECKING:  # slow to import, and not needed where nothing changed
    from concurrent.futures import Executor


class Options(msgspec.Struct, frozen=True):
    """What a build is told: the clock is ``today`` (None: today in the site's time zone).

    Without an output folder, all is done but the writing. ``jobs`` is the number of processes
    that may work; ``executor`` makes what works in their place.
    """

    site_dir: Path
    output_dir: Path | None
    base_url: str | None = None
    today: dt.date | None = None
    drafts: bool = False
    jobs: int = 1
    cached: bool = True
    executor: "Callable[[], Executor] | None" = None


class BuildResult(msgspec.Struct, frozen=True):
    """What a build said, and what it did to the output folder."""

    told: BuildSummary
    files: WriteSummary


class BuildContext(NamedTuple):
    """What all of a build works with; ``closing`` has what is left when the build ends."""

    cache: Store
    workers: Workers
    problems: Problems
    progress: Progress
    closing: ExitStack


class BuildInputs(NamedTuple):
    """What a build finds: the files, and what the one before left.

    ``clock`` is what the disk's showed then (nanoseconds since 1970); ``known`` are the files as
    they were seen before, ``placed`` the outputs that still are as they were written; ``faults``
    are the problems with the files themselves.
    """

    clock: int
    program: bytes
    known: dict[str, Source]
    sources: Sources
    record: BuildState | None
    placed: Mapping[str, OutputStat]
    faults: tuple[Problem, ...]

    def given(self, options: Options, sources: Sources) -> bytes:
        """Return the digest of all that decides what comes out, but the day."""
        contents = list_contents(sources)
        return digest_values(self.program, options.base_url, options.drafts, contents, self.faults)
