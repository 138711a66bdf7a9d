"""Build the preview again and again, and remember what its pages need to know."""

import datetime as dt
import os
import shutil
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

from lscbsite.build import Options, build
from lscbsite.dates import get_zone
from lscbsite.incremental.state import ClockError
from lscbsite.model import make_report_url
from lscbsite.problems import Problems, ProblemsFoundError
from lscbsite.progress import Progress
from lscbsite.workers import WorkersFailedError
from lscbsite.write import OutputRefusedError

# Below the site's folder: hidden, so it is never read, and never the folder that is published.
_FOLDER = Path(".lscbsite", "preview")


class Shortcoming(NamedTuple):
    """A problem as the overlay shows it: its place, if it has one, and what to do."""

    place: str
    message: str


class Preview(NamedTuple):
    """What is served: ``version`` changes whenever a file does.

    There are no pages before the first build that was finished (``has_pages``). ``base`` is the path of
    ``base_url``. ``notices`` are those of single pages, by path; ``shortcomings`` is why the pages are
    older than the site's files. While a build is going on, ``early`` has the files that are finished
    already, by path, and ``early_version`` is theirs.
    """

    version: str
    has_pages: bool = False
    base: str = "/"
    notices: dict[str, str] = {}  # noqa: RUF012 (never changed)
    shortcomings: tuple[Shortcoming, ...] = ()
    early: dict[str, bytes] = {}  # noqa: RUF012 (never changed)
    early_version: str = ""

    def get_version(self, path: str) -> str:
        """Return the version of a file."""
        return self.early_version if path in self.early else self.version


class Rebuilt(NamedTuple):
    """What one build reports: its problems, and the number of changed files, if it was finished.

    If it was not, ``has_pages`` is whether there are pages of an earlier one; ``failure`` is what
    stopped it, if that is not in a file of the site.
    """

    problems: Problems
    changed: int | None
    seconds: float
    has_pages: bool
    failure: str = ""


class Builder:
    """Builds a site into a folder of its own; ``preview`` is what was built last.

    ``is_stopping`` says that nobody wants what is being built.
    """

    def __init__(self, options: Options) -> None:
        """Prepare a folder; ``options`` say how to build, but for the output.

        Raises:
            OSError: neither the site's folder nor one for temporary files can be written.

        """
        self.folder = options.site_dir / _FOLDER
        self._lock = _lock(self.folder.parent) if _make_folder(self.folder) else None
        self._temporary = self._lock is None
        if self._temporary:
            self.folder = Path(tempfile.mkdtemp(prefix="lscbsite-"))
        self._options = options
        self._run = f"{time.time_ns():x}"
        self._number = 0
        self.preview = Preview(self._make_version())
        # Until a build says where the site is.
        self._timezone, self._day = "UTC", dt.date.min
        self.is_stopping = False

    def is_outdated(self) -> bool:
        """Whether another day has begun since the last build."""
        return self._options.today is None and self._day != _get_day(time.time(), self._timezone)

    def stop(self) -> None:
        """End the build that is going on, if there is any, as soon as it can be left."""
        self.is_stopping = True

    def build(
        self,
        progress: Progress,
        jobs: int = 1,
        looked_at: frozenset[str] = frozenset(),
        on_early: Callable[[], None] = lambda: None,
    ) -> Rebuilt:
        """Build once, and replace ``preview``; with any problem, the last good pages stay.

        The pages ``looked_at`` are rendered first, and then ``on_early`` is called.
        """

        def show_early(files: dict[str, bytes]) -> None:
            changed = {path: data for path, data in files.items() if self._differs(path, data)}
            if changed:
                self._number += 1
                version = self._make_version()
                self.preview = self.preview._replace(early=changed, early_version=version)
                on_early()

        options = self._options
        problems = Problems()
        start, moment = time.monotonic(), time.time()
        changed, failure = None, ""
        try:
            options.site_dir.stat()
            # Nothing else makes this folder: a site that is moved away now is not made again.
            self.folder.parent.mkdir(exist_ok=True)
            result = build(
                Options(
                    options.site_dir,
                    self.folder,
                    today=options.today,
                    drafts=True,
                    jobs=jobs,
                    allow_removal=True,
                    preview=True,
                    first=looked_at if self.preview.has_pages else frozenset(),
                    on_first=show_early,
                ),
                problems,
                _StoppableProgress(progress, lambda: self.is_stopping),
            )
        except _StoppedError:
            pass
        except ProblemsFoundError:
            self._keep_last(_list_errors(problems))
        except (ClockError, OutputRefusedError, WorkersFailedError) as error:
            failure = str(error)
        except OSError as error:
            failure = f"cannot use {error.filename}: {error.strerror or error}"
        except Exception as error:
            # A defect of the program; the preview goes on, as the next change may avoid it.
            failure = "".join(traceback.format_exception(error))
        else:
            summary, files = result.summary, result.files
            self._timezone = summary.timezone
            changed = files.written + files.removed
            notices = {
                f"{make_report_url(id_)}index.html": _word_notice(reason)
                for id_, reason in summary.previews.items()
            }
            base = unquote(urlsplit(summary.base_url).path) or "/"
            before = self.preview
            known = (before.has_pages, before.base, before.notices)
            if (changed and not before.early) or known != (True, base, notices):
                self._number += 1
            self.preview = Preview(self._make_version(), True, base, notices)
        self._day = _get_day(moment, self._timezone)
        if failure:
            last_line = failure.rstrip().rpartition("\n")[2]
            self._keep_last((Shortcoming("", last_line),))
        seconds = time.monotonic() - start
        return Rebuilt(problems, changed, seconds, self.preview.has_pages, failure)

    def _differs(self, path: str, data: bytes) -> bool:
        try:
            return (self.folder / path).read_bytes() != data
        except OSError:
            return True

    def _keep_last(self, shortcomings: tuple[Shortcoming, ...]) -> None:
        """Go on with the pages of the last build; take back what was shown early."""
        before = self.preview
        if before.early:
            self._number += 1
        self.preview = Preview(
            self._make_version(), before.has_pages, before.base, before.notices, shortcomings
        )

    def _make_version(self) -> str:
        return f"{self._run}-{self._number}"

    def close(self) -> None:
        """Remove the folder, if it is a temporary one."""
        if self._lock is not None:
            os.close(self._lock)
        if self._temporary:
            shutil.rmtree(self.folder, ignore_errors=True)


class _StoppedError(Exception):
    """Nobody wants the build any more."""


class _StoppableProgress(Progress):
    """Passes on how far a build is, and ends it between two steps when it is to stop."""

    def __init__(self, progress: Progress, is_stopping: Callable[[], bool]) -> None:
        super().__init__()
        self._progress = progress
        self._is_stopping = is_stopping

    def begin(self, stage: str, steps: int = 0) -> None:
        """Begin a stage."""
        self._check()
        self._progress.begin(stage, steps)

    def advance(self, steps: int) -> None:
        """Count steps that were done."""
        self._check()
        self._progress.advance(steps)

    def _check(self) -> None:
        if self._is_stopping():
            raise _StoppedError


def _get_day(moment: float, timezone: str) -> dt.date:
    """Return the day of a moment (seconds since 1970) in a time zone."""
    return dt.datetime.fromtimestamp(moment, get_zone(timezone)).date()


def _make_folder(folder: Path) -> bool:
    """Return whether a folder can be made where its path says, and not where a link leads."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return not (folder.is_symlink() or folder.parent.is_symlink())


def _lock(folder: Path) -> int | None:
    """Lock a folder against other previews; return what holds the lock, None if another one does.

    Two in one folder would each take what the other one writes for its own.
    """
    handle = os.open(os.devnull if fcntl is None else folder, os.O_RDONLY)
    if fcntl is None:
        return handle
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    except OSError:  # a file system without locks
        pass
    return handle


def warm_up() -> None:
    """Import what a build imports only when something changed, before something does."""
    import lscbsite.config
    import lscbsite.markup.engine
    import lscbsite.parsing.documents
    import lscbsite.plan
    import lscbsite.render
    import lscbsite.site_templates  # noqa: F401 (the import is all)


def _list_errors(problems: Problems) -> tuple[Shortcoming, ...]:
    return tuple(
        Shortcoming(f"{problem.path}:{problem.line}:{problem.column}", problem.message)
        for problem in problems.list_sorted()
        if problems.get_severity(problem) == "error"
    )


def _word_notice(reason: str) -> str:
    """Return a reason as a sentence: "Draft: not published"."""
    return f"{reason[0].upper()}{reason[1:]}: not published{'' if reason == 'draft' else ' yet'}"
