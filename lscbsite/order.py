"""What is ordered of a build, what it works with, what it finds, and what it did."""

import datetime as dt
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from lscbsite.cache import Cache
from lscbsite.digests import digest_of
from lscbsite.model import Source, Sources
from lscbsite.problems import Problem, Problems
from lscbsite.progress import Progress
from lscbsite.record import Record, Told, contents_of
from lscbsite.workers import Workers
from lscbsite.write import Placed, Written

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


class Built(msgspec.Struct, frozen=True):
    """What a build said, and what it did to the output folder."""

    told: Told
    files: Written


class Tools(NamedTuple):
    """What all of a build works with; ``closing`` has what is left when the build ends."""

    cache: Cache
    workers: Workers
    problems: Problems
    progress: Progress
    closing: ExitStack


class Start(NamedTuple):
    """What a build finds: the files, and what the one before left.

    ``clock`` is what the disk's showed then (nanoseconds since 1970); ``known`` are the files as
    they were seen before, ``placed`` the outputs that still are as they were written; ``faults``
    are the problems with the files themselves.
    """

    clock: int
    program: bytes
    known: dict[str, Source]
    sources: Sources
    record: Record | None
    placed: Mapping[str, Placed]
    faults: tuple[Problem, ...]

    def given(self, options: Options, sources: Sources) -> bytes:
        """Return the digest of all that decides what comes out, but the day."""
        contents = contents_of(sources)
        return digest_of(self.program, options.base_url, options.drafts, contents, self.faults)
