"""Notice changes of a site's files, whichever way an editor or a network folder makes them."""

import asyncio
import os
import re
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from fnmatch import fnmatchcase
from pathlib import Path

from watchfiles import Change, DefaultFilter, awatch

from lscbsite.source_files import resolve_path

_FOLDERS = ("reports", "pages", "files", "templates", "admin")
# How often watchfiles looks for events, in milliseconds; a look without any ends a series of them.
_STEP, _LONGEST_STEPS = 10, 1000
# In seconds. After the first changes, the other watcher may have some, too. Where many files change,
# a program is at work, such as git, and may pause for longer.
_PAUSE, _MANY, _LONG_PAUSE, _LONGEST_SERIES = 0.012, 4, 0.15, 5
# How often to look where the system reports no changes, and how long files may be saved together.
_POLLING, _SETTLING = 0.25, 0.05
# How long a watcher takes to begin.
_BEGINNING = 0.1
_MOUNTS = Path("/proc/self/mountinfo")
# File systems of other machines, as Linux calls them: of their changes, the system reports only
# those that are made here.
_SILENT = (
    *("9p", "afs", "beegfs", "ceph", "cifs", "coda", "drvfs", "fakeowner", "fuse", "fuse.*"),
    *("gfs2", "lustre", "ncpfs", "nfs", "nfs4", "ocfs2", "prl_fs", "smb*", "v9fs", "vboxsf"),
    *("virtiofs", "vmhgfs"),
)
# They are programs of this machine that pass on what is on its own disks.
_LOCAL = ("fuse.fuse-overlayfs", "fuse.bindfs", "fuse.mergerfs", "fuse.gocryptfs", "fuse.ntfs-3g")
_OCTAL = re.compile(r"\\([0-7]{3})")


class Changes:
    """The changes of a site's files; they come in series, as files are saved together."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self._number = 0
        self._last = time.monotonic()
        self._watching: asyncio.Task[None] | None = None

    def add(self, number: int) -> None:
        """Add so many changes to the series."""
        self._number += number
        self._last = time.monotonic()
        self._event.set()

    async def wait(self, seconds: float) -> bool:
        """Wait until a series has ended; return whether one began within so many seconds.

        Raises:
            Exception: watching has failed.

        """
        try:
            await asyncio.wait_for(self._event.wait(), seconds)
        except TimeoutError:
            return False
        until = time.monotonic() + _LONGEST_SERIES
        number = 0
        while number != self._number and time.monotonic() < until:
            number = self._number
            await asyncio.sleep(_PAUSE if number < _MANY else _LONG_PAUSE)
        if self._watching and self._watching.done():
            self._watching.result()  # raises: nothing else ends it
        self._event.clear()
        self._number = 0
        return True

    async def wait_for_more(self, seconds: float) -> bool:
        """Return whether there are more changes within so many seconds after the last ones."""
        with suppress(TimeoutError):
            left = self._last + seconds - time.monotonic()
            await asyncio.wait_for(self._event.wait(), max(left, 0))
        return self._event.is_set()

    def end_with(self, watching: "asyncio.Task[None]") -> None:
        """Let ``wait`` raise what ends a task."""
        self._watching = watching
        watching.add_done_callback(lambda _: self._event.set())


@asynccontextmanager
async def watch(
    site_dir: Path, *, poll: bool, say: Callable[[str], None]
) -> AsyncIterator[Changes]:
    """Give the changes of a site's files; the first is what changed before watching began.

    With ``poll``, and where the system reports no changes, look at the files again and again. The
    folder itself is watched without what is below it, as that may be a whole repository.
    """
    changes = Changes()
    watcher = _Watcher(resolve_path(site_dir), changes, poll=poll, say=say)
    watching = asyncio.create_task(watcher.run())
    changes.end_with(watching)
    try:
        yield changes
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching


class _Watcher:
    """Watches a site's folder and those in it."""

    def __init__(
        self, site: Path, changes: Changes, *, poll: bool, say: Callable[[str], None]
    ) -> None:
        self._site = site
        self._changes = changes
        self._poll = poll
        self._say = say

    async def run(self) -> None:
        """Watch; begin again when one of the folders is another one."""
        while not self._poll:
            folders = _list_folders(self._site)
            if not folders:  # the site's folder was moved away
                await asyncio.sleep(_POLLING)
                continue
            if kind := _find_silent_file_system(folders):
                self._say(f"changes in a folder of type {kind} are not reported; looking for them")
                self._poll = True
                break
            stop = asyncio.Event()
            tasks = [asyncio.create_task(self._watch_site(folders, stop))]
            if len(folders) > 1:
                tasks.append(asyncio.create_task(self._watch_folders(folders, stop)))
            try:
                await asyncio.sleep(_BEGINNING)
                # What happened between two watchers was seen by none.
                self._changes.add(1)
                await asyncio.gather(*tasks)
            except FileNotFoundError:  # a folder was moved away at this moment
                continue
            except (OSError, RuntimeError) as error:  # the system watches no more files
                self._say(f"the system reports no changes ({error}); looking at all files")
                self._poll = True
            finally:
                stop.set()
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
        await self._look_again_and_again()

    async def _look_again_and_again(self) -> None:
        """Compare what the system knows of each file; watchfiles would compare whole seconds."""
        before: dict[str, tuple[int, ...]] = {}
        self._changes.add(1)
        while True:
            start = time.monotonic()
            seen = await asyncio.to_thread(_look, self._site)
            duration = time.monotonic() - start
            if seen != before and before:
                # Others may be saved at this moment.
                await asyncio.sleep(_SETTLING)
                seen = await asyncio.to_thread(_look, self._site)
            if seen != before:
                self._changes.add(len(dict(seen.items() ^ before.items())))
            before = seen
            await asyncio.sleep(max(_POLLING, 3 * duration))

    async def _watch_site(self, folders: dict[Path, object], stop: asyncio.Event) -> None:
        async for changes in self._watch([self._site], stop, recursive=False):
            self._changes.add(len(changes))
            if _list_folders(self._site) != folders:
                stop.set()

    async def _watch_folders(self, folders: dict[Path, object], stop: asyncio.Event) -> None:
        below = [folder for folder in folders if folder != self._site]
        async for changes in self._watch(below, stop, recursive=True):
            self._changes.add(len(changes))

    def _watch(
        self, paths: Iterable[Path], stop: asyncio.Event, *, recursive: bool
    ) -> AsyncIterator[set[tuple[Change, str]]]:
        return awatch(
            *paths,
            watch_filter=_Filter(self._site),
            debounce=_LONGEST_STEPS,
            step=_STEP,
            stop_event=stop,
            recursive=recursive,
            force_polling=False,
            rust_timeout=1000,
            ignore_permission_denied=True,
        )


class _Filter(DefaultFilter):
    """Leaves out what editors and other programs put beside the files of a site."""

    def __init__(self, site: Path) -> None:
        super().__init__()
        self._site = site

    def __call__(self, change: Change, path: str) -> bool:
        """Whether a change may be one of the site."""
        place = Path(path)
        parts = place.relative_to(self._site).parts if place.is_relative_to(self._site) else ()
        # Outputs have a name of the author's choice, but are no files at the top.
        hidden = any(part.startswith(".") for part in parts) or parts[:1] == ("output",)
        return not hidden and super().__call__(change, path)


def _look(site: Path) -> dict[str, tuple[int, ...]]:
    """Return what the system knows of each file of a site."""
    keep = _Filter(site)
    seen: dict[str, tuple[int, ...]] = {}
    for top in _list_folders(site):
        for folder, names, files in os.walk(top):
            names[:] = [] if top == site else [name for name in names if name[0] != "."]
            for name in files:
                path = f"{folder}/{name}"
                if keep(Change.modified, path):
                    with suppress(OSError):
                        status = os.stat(path)  # noqa: PTH116 (each of thousands, and often)
                        seen[path] = (status.st_mtime_ns, status.st_size, status.st_ino)
    return seen


def _list_folders(site: Path) -> dict[Path, object]:
    """Return the site's folder and those with sources, if they exist, and which ones they are."""
    folders: dict[Path, object] = {}
    for folder in (site, *(resolve_path(site / name) for name in _FOLDERS)):
        with suppress(OSError):
            if folder.is_dir():
                status = folder.stat()
                folders[folder] = (status.st_dev, status.st_ino)
    return folders


def find_silent_file_system(mounts: str, folder: Path) -> str:
    """Return the kind of the file system that a folder is on, if it does not report all changes.

    ``mounts`` is the text of Linux's ``/proc/self/mountinfo`` (proc_pid_mountinfo(5)). Returns '' for
    any other kind.
    """
    kind, longest = "", -1
    for line in mounts.splitlines():
        fields, _, rest = line.partition(" - ")
        place = Path(_OCTAL.sub(lambda match: chr(int(match[1], 8)), fields.split(" ")[4]))
        # Of two at one place, the later one hides the other.
        if folder.is_relative_to(place) and len(place.parts) >= longest:
            kind, longest = rest.split(" ")[0], len(place.parts)
    silent = any(fnmatchcase(kind, pattern) for pattern in _SILENT) and kind not in _LOCAL
    return kind if silent else ""


def _find_silent_file_system(folders: Iterable[Path]) -> str:
    """Return the kind of file system of the first folder whose changes are not reported, or ''."""
    try:
        mounts = _MOUNTS.read_text("utf-8", "surrogateescape")
    except OSError:  # not on Linux
        return ""
    return next(filter(None, (find_silent_file_system(mounts, folder) for folder in folders)), "")
