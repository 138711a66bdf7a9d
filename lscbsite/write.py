"""Stage 7: bytes -> the output folder, without ever losing or half-writing anything.

New contents are first written beside their places, into a staging folder; only when all of
them are there does each replace its file in one step. If one of these steps fails, all are taken
back. What is removed is only what the manifest lists: the files that this tool wrote.
"""

import errno
import json
import os
import shutil
import stat
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

try:
    import fcntl
except ImportError:  # Windows has none
    fcntl = None  # type: ignore[assignment]

from lscbsite.incremental.fingerprint import digest
from lscbsite.incremental.state import OutputStat, WriteSummary, is_output_path
from lscbsite.model import MANIFEST
from lscbsite.source_files import resolve_path
from lscbsite.stopping import finish_first

_STAGING = ".lscbsite-new"
# Windows would change line ends.
_BINARY = getattr(os, "O_BINARY", 0)
_SOURCES = ("reports", "pages", "files", "templates")
# How long a build waits for another one in the same output folder, and how often it looks, in
# seconds.
_LOCK_TIMEOUT, _LOCK_INTERVAL = 600, 0.1
# What names other files, and so is replaced after them: first pages that list others, then what
# programs read to find all the rest.
_ENTRY_POINTS = ("index.html", "sitemap.xml", "_redirects")
_INDEX_NAMES = ("pagefind-entry.json", "calendar.ics", "feed.xml", "feed.atom", "feed.json")


class OutputRefusedError(Exception):
    """The output folder cannot be used; the message says why and what to do."""


def check_output_dir(output_dir: Path, site_dir: Path) -> None:
    """Refuse an output folder in which a build would overwrite or read its own sources.

    Raises:
        OutputRefusedError: the folder is the site's, above it, or one of its source folders.

    """
    output, site = resolve_path(output_dir), resolve_path(site_dir)
    if output.exists() and not output.is_dir():
        raise OutputRefusedError(f"{output_dir} is a file; choose a folder with --output")
    if output_dir.is_symlink() and not output_dir.exists():
        raise OutputRefusedError(f"{output_dir} is a link that leads nowhere; choose a folder")
    if output == site:
        raise OutputRefusedError(f"{output_dir} is the site's own folder; choose one within it")
    if site.is_relative_to(output):
        raise OutputRefusedError(f"{output_dir} holds the site's folder; choose another folder")
    for name in (*_SOURCES, ".git", ".lscbsite"):
        if output.is_relative_to(resolve_path(site / name)):
            raise OutputRefusedError(f"{output_dir} is in {name}/ of the site; choose another")


@contextmanager
def lock_output(output_dir: Path, on_wait: Callable[[], None]) -> Iterator[None]:
    """Make the output folder, and keep other builds out of it until this one is done.

    ``on_wait`` is called if another build has to be waited for. A folder that is still empty in
    the end is taken away again.

    Raises:
        OutputRefusedError: another build does not come to an end.
        OSError: the folder cannot be made.

    """
    new_folders = [folder for folder in (output_dir, *output_dir.parents) if not folder.exists()]
    handle = _lock(output_dir, on_wait)
    try:
        yield
    finally:
        for folder in new_folders:
            with suppress(OSError):  # it is not empty
                folder.rmdir()
        if handle is not None:
            os.close(handle)


def _lock(output_dir: Path, on_wait: Callable[[], None]) -> int | None:
    """Make a folder and lock it; return the descriptor that holds the lock, None without locks."""
    until = time.monotonic() + _LOCK_TIMEOUT
    waits = False
    while True:
        output_dir.mkdir(parents=True, exist_ok=True)
        if fcntl is None:
            return None
        handle = os.open(output_dir, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # The build before may have taken the folder away again.
            if _is_same_folder(handle, output_dir):
                return handle
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EACCES):
                return handle  # a file system without locks
        os.close(handle)
        if time.monotonic() > until:
            raise OutputRefusedError(
                f"another build has been at work in {output_dir} for {_LOCK_TIMEOUT // 60} minutes;"
                " end it, or choose another folder with --output"
            )
        if not waits:
            on_wait()
            waits = True
        time.sleep(_LOCK_INTERVAL)


def _is_same_folder(handle: int, folder: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), folder.stat())
    except FileNotFoundError:
        return False


def find_changed_outputs(
    output_dir: Path, outputs: Mapping[str, OutputStat]
) -> dict[str, OutputStat | None]:
    """Return those files of which the system says something else than it did, by path.

    Their contents decide whether they still hold what was put there; None, if they do not.
    """
    changed: dict[str, OutputStat | None] = {}
    root = str(output_dir)
    for path, before in outputs.items():
        location = f"{root}/{path}"
        try:
            seen = os.stat(location, follow_symlinks=False)  # noqa: PTH116 (many files, every build)
        except OSError:
            changed[path] = None
            continue
        if (
            seen.st_ino == before.number
            and seen.st_mtime_ns == before.modified
            and seen.st_ctime_ns == before.changed
            and seen.st_size == before.size
        ):
            continue
        changed[path] = None
        if seen.st_size == before.size and stat.S_ISREG(seen.st_mode):
            with suppress(OSError):
                if digest(Path(location).read_bytes()) == before.digest:
                    changed[path] = _make_output_stat(seen, before.digest)
    return changed


def select_intact_outputs(
    outputs: Mapping[str, OutputStat], changed: Mapping[str, OutputStat | None]
) -> Mapping[str, OutputStat]:
    """Return those of the files that still hold what was put there, from what ``moved`` found."""
    if not changed:
        return outputs
    return {
        path: output_stat
        for path in outputs
        if (output_stat := changed.get(path, outputs[path])) is not None
    }


def is_clean(output_dir: Path) -> bool:
    """Whether nothing is left behind in the output folder by a build that was killed."""
    return not os.path.lexists(output_dir / _STAGING)


class Staged(NamedTuple):
    """What is ready to be moved into the output folder.

    ``intact`` are files that are there already, ``changed`` the digests of those that are new or
    different, by path.
    """

    output_dir: Path
    staging: "_Staging"
    manifest: "_Manifest"
    intact: Mapping[str, OutputStat]
    changed: Mapping[str, bytes]


@contextmanager
def stage(
    outputs: Iterable[tuple[str, bytes]],
    intact: Mapping[str, OutputStat],
    output_dir: Path,
    before: Mapping[str, OutputStat],
) -> Iterator[Staged]:
    """Write outputs (path and bytes each) aside, as far as they are not in the folder already.

    ``intact`` are files that are there, as ``standing`` found them, ``before`` all as they were
    placed last. The output folder must be locked.

    Raises:
        OutputRefusedError: a foreign file is where an output belongs.
        OSError: the disk is full, or the folder cannot be written.

    """
    manifest = _Manifest(output_dir, before)
    guard = _Guard(output_dir, manifest.paths)
    staging = _Staging(output_dir / _STAGING)
    try:
        output_stats = dict(intact)
        changed: dict[str, bytes] = {}
        for path, data in outputs:
            content_digest = digest(data)
            if _is_same(output_dir, path, data):
                output_stats[path] = _read_output_stat(output_dir, path, content_digest)
                continue
            guard.check(path)
            staging.put(path, data)
            changed[path] = content_digest
        yield Staged(output_dir, staging, manifest, output_stats, changed)
    finally:
        with finish_first():
            staging.remove()


def publish(staged: Staged) -> tuple[WriteSummary, dict[str, OutputStat]]:
    """Move what was staged into the output folder, and remove what is no longer made.

    New files come first, then what names them, removals last: a reader who comes meanwhile finds
    what a page leads to. Returned is how all files are then. Files that this tool did not write
    are kept.

    Raises:
        OSError: a step failed; those before it were taken back, so that the old site is whole.

    """
    output_dir, staging, manifest = staged.output_dir, staged.staging, staged.manifest
    ours, paths = manifest.paths, staged.intact.keys() | staged.changed.keys()
    moves = sorted(staging.list_moves(output_dir), key=_rank_move)
    removed = sorted(path for path in ours - paths if _is_reached(output_dir, path))
    _check_rights(output_dir, [target for _, target in moves], removed)
    changes = _Changes(staging.folder)
    try:
        # Should this be killed in between, the next build still knows all that is ours.
        if not paths <= ours:
            changes.replace(*manifest.stage(ours | paths, staging))
        obstructing = _find_obstructing(removed, staged.changed.keys())
        for path in obstructing:
            changes.remove(f"{output_dir}/{path}")
            _clear_way(output_dir, path, staged.changed.keys())
        for source, target in moves:
            changes.replace(source, target)
        for path in removed:
            if path not in obstructing:
                changes.remove(f"{output_dir}/{path}")
        if manifest.differs(paths):
            changes.replace(*manifest.stage(paths, staging))
    except OSError:
        changes.take_back()
        raise
    for path in removed:
        _remove_empty(output_dir, path)
    output_stats = dict(staged.intact)
    for path, content_digest in staged.changed.items():
        output_stats[path] = _read_output_stat(output_dir, path, content_digest)
    count = len(staged.changed)
    files = WriteSummary(count, len(output_stats) - count, len(removed))
    output_stats[MANIFEST] = manifest.get_stat()
    return files, output_stats


def _make_output_stat(seen: os.stat_result, content_digest: bytes) -> OutputStat:
    return OutputStat(seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino, content_digest)


class _Staging:
    """New files, until all of them are there: as they will lie in the output folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = str(folder)
        self._tree = f"{folder}/tree"
        self._folders: set[str] = set()
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            raise OutputRefusedError(f"{folder} is in the way; take it out")
        shutil.rmtree(folder, ignore_errors=True)

    def put(self, path: str, data: bytes) -> None:
        """Write a file aside."""
        self._write(f"{self._tree}/{path}", data)

    def put_aside(self, name: str, data: bytes) -> str:
        """Write a file that is no output aside; return where it is."""
        location = f"{self.folder}/{name}"
        self._write(location, data)
        return location

    def list_moves(self, output_dir: Path) -> Iterator[tuple[str, str]]:
        """Yield from where to where to move each file; a new folder with all that is in it."""
        if os.path.isdir(self._tree):  # noqa: PTH112 (many files, as quick as can be)
            yield from self._list_moves(self._tree, str(output_dir))

    def _write(self, location: str, data: bytes) -> None:
        folder = location[: location.rindex("/")]
        if folder not in self._folders:
            self._make(folder)
        handle = os.open(location, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, 0o666)
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(handle, rest) :]
        except OSError as error:  # a full disk, of which the system does not say which one
            error.filename = error.filename or self.folder
            raise
        finally:
            os.close(handle)

    def _make(self, folder: str) -> None:
        """Make a folder below the one for new files, and those above it."""
        above = folder[: folder.rindex("/")]
        if folder != self.folder and above not in self._folders:
            self._make(above)
        with suppress(FileExistsError):
            os.mkdir(folder)  # noqa: PTH102 (as above)
        self._folders.add(folder)

    def _list_moves(self, folder: str, target: str) -> Iterator[tuple[str, str]]:
        for entry in os.scandir(folder):
            destination = f"{target}/{entry.name}"
            if entry.is_dir() and os.path.isdir(destination):  # noqa: PTH112 (as above)
                yield from self._list_moves(entry.path, destination)
            else:
                yield entry.path, destination

    def remove(self) -> None:
        """Take away the folders, and what is left in them."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _rank_move(move: tuple[str, str]) -> tuple[bool, int, str]:
    """Return the place of a move among the others: new files first, then what names them."""
    _, target = move
    name = target.rpartition("/")[2]
    is_report = "/reports/" in target
    rank = 2 if name in _INDEX_NAMES else 1 if name in _ENTRY_POINTS and not is_report else 0
    return os.path.lexists(target), rank, target


def _check_rights(output_dir: Path, targets: Iterable[str], removed: Iterable[str]) -> None:
    """Raise PermissionError if a folder in which something is to change cannot be changed."""
    folders = {target.rpartition("/")[0] for target in targets}
    folders.update(f"{output_dir}/{path}".rpartition("/")[0] for path in removed)
    for folder in sorted(folders):
        if os.path.isdir(folder) and not os.access(folder, os.W_OK | os.X_OK):  # noqa: PTH112 (as above)
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), folder)


def _find_obstructing(removed: Iterable[str], changed: Iterable[str]) -> set[str]:
    """Return the paths among ``gone`` that are a new file's folder, or in a folder of its name."""
    new = set(changed)
    folders: set[str] = set()
    for path in new:
        folder = path.rpartition("/")[0]
        while folder and folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    return {path for path in removed if path in folders or not new.isdisjoint(_list_folders(path))}


def _list_folders(path: str) -> Iterator[str]:
    while (end := path.rfind("/")) > 0:
        path = path[:end]
        yield path


class _Changes:
    """Changes of the output folder that can be taken back until the staging folder goes."""

    def __init__(self, staging: str) -> None:
        self._saved = f"{staging}/saved"
        # What was done, each with what takes it back: move the first path to the second.
        self._back: list[tuple[str, str]] = []
        self._count = 0

    def replace(self, source: str, target: str) -> None:
        """Move a file to its place in one step; a folder, to where none is."""
        if os.path.lexists(target):
            saved = self._make_saved_path()
            try:
                os.link(target, saved, follow_symlinks=False)
            except (OSError, NotImplementedError):  # a file system without links
                shutil.copy2(target, saved, follow_symlinks=False)
            os.replace(source, target)  # noqa: PTH105 (as above)
            self._back.append((saved, target))
        else:
            os.replace(source, target)  # noqa: PTH105 (as above)
            self._back.append((target, source))

    def remove(self, target: str) -> None:
        """Remove a file."""
        saved = self._make_saved_path()
        os.replace(target, saved)  # noqa: PTH105 (as above)
        self._back.append((saved, target))

    def take_back(self) -> None:
        """Undo all that was done, the last first, as far as the system allows."""
        for source, target in reversed(self._back):
            with suppress(OSError):
                os.makedirs(target.rpartition("/")[0], exist_ok=True)  # noqa: PTH103 (as above)
                os.replace(source, target)  # noqa: PTH105 (as above)

    def _make_saved_path(self) -> str:
        if not self._count:
            os.makedirs(self._saved, exist_ok=True)  # noqa: PTH103 (as above)
        self._count += 1
        return f"{self._saved}/{self._count}"


def _is_same(output_dir: Path, path: str, data: bytes) -> bool:
    location = f"{output_dir}/{path}"
    try:
        seen = os.stat(location, follow_symlinks=False)  # noqa: PTH116 (as above)
        if not stat.S_ISREG(seen.st_mode) or seen.st_size != len(data):
            return False
        with open(location, "rb") as file:  # noqa: PTH123 (as above)
            return file.read() == data
    except OSError:
        return False


def _read_output_stat(output_dir: Path, path: str, content_digest: bytes) -> OutputStat:
    return _make_output_stat(os.stat(f"{output_dir}/{path}"), content_digest)  # noqa: PTH116 (as above)


class _Guard:
    """Refuses to replace or write through a file or link that this tool did not write."""

    def __init__(self, output_dir: Path, ours: Set[str]) -> None:
        self._output_dir = output_dir
        self._ours = ours
        self._folders: dict[str, bool] = {"": True}

    def check(self, path: str) -> None:
        """Raise OutputRefusedError if an output cannot be put at a path."""
        if not self._is_real_folder(path.rpartition("/")[0], path) or path in self._ours:
            return
        location = self._output_dir / path
        if os.path.lexists(location) and not _is_all_ours(location, self._output_dir, self._ours):
            raise OutputRefusedError(
                f"{location} was not written by this tool and would be overwritten;"
                " move it away or choose another folder with --output"
            )

    def _is_real_folder(self, folder: str, path: str) -> bool:
        """Whether there is a folder, to which no link leads."""
        if folder not in self._folders:
            self._folders[folder] = self._is_real_folder(folder.rpartition("/")[0], path) and (
                self._is_folder(folder, path)
            )
        return self._folders[folder]

    def _is_folder(self, folder: str, path: str) -> bool:
        location = self._output_dir / folder
        try:
            mode = location.lstat().st_mode
        except OSError:
            return False
        if stat.S_ISLNK(mode) or not (stat.S_ISDIR(mode) or folder in self._ours):
            raise OutputRefusedError(
                f"{location} is no folder that this tool made, and {path} belongs in it;"
                " move it away or choose another folder with --output"
            )
        return stat.S_ISDIR(mode)


def _is_all_ours(folder: Path, output_dir: Path, ours: Set[str]) -> bool:
    """Whether a folder holds only files that will be pruned, and the folder with them."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    files = [path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()]
    return bool(files) and all(file.relative_to(output_dir).as_posix() in ours for file in files)


def _is_reached(output_dir: Path, path: str) -> bool:
    """Whether there is a file at a path, to which no link leads out of the folder."""
    location = output_dir / path
    if any(os.path.islink(output_dir / folder) for folder in _list_folders(path)):  # noqa: PTH114 (as above)
        return False
    return location.is_symlink() or location.is_file()


def _clear_way(output_dir: Path, path: str, new: Set[str]) -> None:
    """Remove the empty folders above a path, up to the one that is to become a file, if any is."""
    folders = list(_list_folders(path))
    for index, folder in enumerate(folders):
        if folder in new:
            for empty in folders[: index + 1]:
                with suppress(OSError):  # another file of the old site is still in it
                    os.rmdir(output_dir / empty)  # noqa: PTH106 (as above)


def _remove_empty(output_dir: Path, path: str) -> None:
    """Remove the folders above a path that are empty."""
    for folder in _list_folders(path):
        try:
            os.rmdir(output_dir / folder)  # noqa: PTH106 (as above)
        except OSError:
            return


class _Manifest:
    """The list of the files that this tool wrote, which lies among them."""

    def __init__(self, output_dir: Path, before: Mapping[str, OutputStat]) -> None:
        self._path = output_dir / MANIFEST
        last = {MANIFEST: before[MANIFEST]} if MANIFEST in before else {}
        self._stat = select_intact_outputs(last, find_changed_outputs(output_dir, last)).get(
            MANIFEST
        )
        # If it stands as it was placed, it lists what was placed.
        self._listed: Set[str] | None = None
        if self._stat:
            self._listed = {path for path in before if path != MANIFEST and is_output_path(path)}
        self.paths = self._read() if self._listed is None else self._listed

    def _read(self) -> Set[str]:
        """Return the paths; one that leads out of the folder is not ours."""
        try:
            # Of a pipe or a device, nothing is read.
            if not stat.S_ISREG(os.lstat(self._path).st_mode):
                return set()
            listed = json.loads(self._path.read_bytes())["files"]
            paths = {path for path in listed if isinstance(path, str)}
            "".join(paths).encode()
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return set()
        return {path for path in paths if is_output_path(path)}

    def get_stat(self) -> OutputStat:
        """Return how the list stands."""
        if self._stat is None:
            content_digest = digest(self._path.read_bytes())
            self._stat = _read_output_stat(self._path.parent, MANIFEST, content_digest)
        return self._stat

    def differs(self, paths: Set[str]) -> bool:
        """Whether the list that is there is another one."""
        return paths != self._listed and not _is_same(
            self._path.parent, MANIFEST, self._encode(paths)
        )

    def stage(self, paths: Set[str], staging: _Staging) -> tuple[str, str]:
        """Write the list aside; return where it is, and where it belongs."""
        self._listed, self._stat = paths, None
        return staging.put_aside(MANIFEST, self._encode(paths)), str(self._path)

    def _encode(self, paths: Set[str]) -> bytes:
        files = {"files": sorted(paths)}
        return json.dumps(files, indent=0, ensure_ascii=False).encode() + b"\n"
