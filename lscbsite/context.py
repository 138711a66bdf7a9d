"""Options, context and result of a build, and what its stages pass on."""

import datetime as dt
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from lscbsite.incremental.artifacts import StoredArtifact
from lscbsite.incremental.fingerprint import digest_values
from lscbsite.incremental.state import (
    BuildState,
    BuildSummary,
    OutputStat,
    WriteSummary,
    list_contents,
)
from lscbsite.incremental.store import Store
from lscbsite.model import Config, FormFiles, ParsedFile, Source, Sources
from lscbsite.problems import Problem, Problems
from lscbsite.progress import Progress
from lscbsite.workers import Workers

if TYPE_CHECKING:  # slow to import, and not needed where nothing changed
    from concurrent.futures import Executor


def _ignore(_files: dict[str, bytes]) -> None:
    pass


class Options(msgspec.Struct, frozen=True):
    """How to build: ``today`` is the clock (None: today in the site's time zone).

    Without an output folder, everything is done but the writing. ``jobs`` is the number of
    processes that may work; ``executor`` makes what works in their place. ``allow_removal`` lets
    the build remove most of the published reports. ``preview``, used with ``drafts``, is a build for
    the author alone: scheduled reports are shown, too, and it has a store of its own. ``on_first`` gets
    the contents of the outputs ``first`` by path, changed or not, before all else is planned.
    ``keep_index``, used without the store, makes the site's index a part of the result.
    """

    site_dir: Path
    output_dir: Path | None
    base_url: str | None = None
    today: dt.date | None = None
    drafts: bool = False
    jobs: int = 1
    cached: bool = True
    executor: "Callable[[], Executor] | None" = None
    allow_removal: bool = False
    preview: bool = False
    first: frozenset[str] = frozenset()
    on_first: Callable[[dict[str, bytes]], None] = _ignore
    keep_index: bool = False


class BuildResult(msgspec.Struct, frozen=True):
    """What a build reports, and what it did to the output folder.

    ``index`` is the site's index, if it was built and is small, or ``Options.keep_index`` asks for it.
    Freeing it is slow; leave it to process exit.
    ``is_first`` tells that no build wrote into the output folder before.
    """

    summary: BuildSummary
    files: WriteSummary
    index: Any = None
    is_first: bool = False


class BuildContext(NamedTuple):
    """What all stages of a build use; ``closing`` is left when the build ends.

    ``program`` is the digest of the program, which filled the store. ``written`` gets what was written,
    also where a damaged store ends a build afterwards and it is repeated.
    """

    program: bytes
    store: Store
    workers: Workers
    problems: Problems
    progress: Progress
    closing: ExitStack
    written: list[WriteSummary]


class BuildInputs(NamedTuple):
    """The site's files, and what the last build left.

    ``clock`` is the time on the store's disk (nanoseconds since 1970). ``known`` are the files as
    the last build saw them, ``outputs`` the outputs that are as it wrote them; ``faults`` are the
    problems with the files themselves. ``ledger`` are the bytes of the ledger; ``foreign_ledger`` is
    true if the last plan neither was made from them nor is to leave them.
    """

    clock: int
    known: dict[str, Source]
    sources: Sources
    state: BuildState | None
    outputs: Mapping[str, OutputStat]
    faults: tuple[Problem, ...]
    ledger: bytes
    foreign_ledger: bool

    def digest_all(self, options: Options, sources: Sources) -> bytes:
        """Return the digest of all that the outputs depend on, but the day and the ledger."""
        contents = list_contents(sources)
        shown = options.drafts, options.preview
        return digest_values(options.base_url, *shown, contents, self.faults)


class Templates(NamedTuple):
    """The site's own templates by name, and the digest of them and the program.

    ``cache_dir`` is the folder of compiled templates.
    """

    texts: tuple[tuple[str, str], ...]
    base_digest: bytes
    cache_dir: str | None


class ParsedSite(NamedTuple):
    """The site in ``folder`` with every file parsed: ``files`` are all of them, by path.

    ``inputs`` is the digest of all that the outputs depend on, but day and ledger. ``ledger`` is that of
    the site's folder and of the store together; ``foreign_ledger`` is as in ``BuildInputs``, and
    ``ledger_file`` its ``ledger``. ``form`` is the form for editing in a browser, if there is one.
    """

    folder: Path
    config: Config
    today: dt.date
    inputs: bytes
    sources: Sources
    files: dict[str, ParsedFile]
    templates: Templates
    ledger: bytes
    ledger_file: bytes
    foreign_ledger: bool
    form: FormFiles | None

    @property
    def needs_people(self) -> bool:
        """Whether any output but a report's own page depends on who was there."""
        return bool(self.config.people) or self.config.site.attendance or self.form is not None


class CurrentPlan(NamedTuple):
    """The plan of this build: what it reports, and the digest of its artifacts, b"" for errors.

    ``artifacts`` are the artifacts by id, if they are loaded, ``index`` is the index that the plan
    was made from, if it is new. Freeing that is slow.
    """

    summary: BuildSummary
    digest: bytes
    artifacts: Mapping[int, StoredArtifact] | None = None
    index: Any = None
