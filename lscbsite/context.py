"""Options, context, inputs and result of a build."""

import datetime as dt
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from lscbsite.incremental.fingerprint import digest_values
from lscbsite.incremental.state import (
    BuildState,
    BuildSummary,
    OutputStat,
    WriteSummary,
    list_contents,
)
from lscbsite.incremental.store import Store
from lscbsite.model import Source, Sources
from lscbsite.problems import Problem, Problems
from lscbsite.progress import Progress
from lscbsite.workers import Workers

if TYPE_CHECKING:  # slow to import, and not needed where nothing changed
    from concurrent.futures import Executor


class Options(msgspec.Struct, frozen=True):
    """How to build: ``today`` is the clock (None: today in the site's time zone).

    Without an output folder, everything is done but the writing. ``jobs`` is the number of
    processes that may work; ``executor`` makes what works in their place.
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
    """What a build reports, and what it did to the output folder.

    ``origin`` is what it was made from. Freeing that is slow: it is left to the end of the process.
    """

    summary: BuildSummary
    files: WriteSummary
    origin: Any = None


class BuildContext(NamedTuple):
    """What all stages of a build use; ``closing`` is left when the build ends.

    ``program`` is the digest of the program, which everything in the store was made by.
    """

    program: bytes
    store: Store
    workers: Workers
    problems: Problems
    progress: Progress
    closing: ExitStack


class BuildInputs(NamedTuple):
    """What a build begins with: the site's files, and what the last build left.

    ``clock`` is the time on the store's disk (nanoseconds since 1970). ``known`` are the files as
    the last build saw them, ``outputs`` the outputs that are as it wrote them; ``faults`` are the
    problems with the files themselves.
    """

    clock: int
    known: dict[str, Source]
    sources: Sources
    state: BuildState | None
    outputs: Mapping[str, OutputStat]
    faults: tuple[Problem, ...]

    def digest_all(self, options: Options, sources: Sources) -> bytes:
        """Return the digest of all that decides what comes out, but the day."""
        contents = list_contents(sources)
        return digest_values(options.base_url, options.drafts, contents, self.faults)
