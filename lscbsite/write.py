"""Stage 7: bytes -> the output folder, without ever losing or half-writing anything.

New contents are first written beside their places, into a staging folder; only when all of
them are there does each replace its file in one step. What is removed is only what the
manifest lists: the files that this tool wrote.
"""

import json
import os
import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

try:
    import fcntl
except ImportError:  # Windows has none
    fcntl = None  # type: ignore[assignment]

from lscbsite.digests import digest
from lscbsite.model import MANIFEST

_STAGING = ".lscbsite-new"
# Windows would change line ends.
_BINARY = getattr(os, "O_BINARY", 0)
_SOURCES = ("reports", "pages", "files", "templates")


class OutputRefusedError(Exception):
    """The output folder cannot be used; the message says why and what to do."""


class Written(msgspec.Struct, frozen=True):
    """How many files were written, left as they were, removed."""

    written: int
    unchanged: int
    removed: int


class Placed(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A file as it was put into the output folder: what the system says of it, its digest.

    Size, times (in nanoseconds) and number on the disk tell whether it is still the same.
    """

    size: int
    modified: int
    changed: int
    number: int
    digest: bytes


def check_output_dir(output_dir: Path, site_dir: Path) -> None:
    """Refuse an output folder in which a build would overwrite or read its own sources.

    Raises:
        OutputRefusedError: the folder is the site's, above it, or one of its source folders.

    """
    output, site = output_dir.resolve(), site_dir.resolve()
    if output.exists() and not output.is_dir():
        raise OutputRefusedError(f"{output_dir} is a file; choose a folder with --output")
    if output == site:
        raise OutputRefusedError(f"{output_dir} is the site's own folder; choose one within it")
    if site.is_relative_to(output):
        raise OutputRefusedError(f"{output_dir} holds the site's folder; choose another folder")
    for name in (*_SOURCES, ".git", ".lscbsite"):
        if output.is_relative_to((site / name).resolve()):
            raise OutputRefusedError(f"{output_dir} is in {name}/ of the site; choose another")


def moved(output_dir: Path, placed: Mapping[str, Placed]) -> dict[str, Placed | None]:
    """Return those files of which the system says something else than it did, by path.

    Their contents decide whether they still hold what was put there; None, if they do not.
    """
    found: dict[str, Placed | None] = {}
    root = str(output_dir)
    for path, before in placed.items():
        place = f"{root}/{path}"
        try:
            seen = os.stat(place, follow_symlinks=False)  # noqa: PTH116 (many files, every build)
        except OSError:
            found[path] = None
            continue
        if (
            seen.st_ino == before.number
            and seen.st_mtime_ns == before.modified
            and seen.st_ctime_ns == before.changed
            and seen.st_size == before.size
        ):
            continue
        found[path] = None
        if seen.st_size == before.size and stat.S_ISREG(seen.st_mode):
            with suppress(OSError):
                if digest(Path(place).read_bytes()) == before.digest:
                    found[path] = _placed(seen, before.digest)
    return found


def standing(
    placed: Mapping[str, Placed], found: Mapping[str, Placed | None]
) -> Mapping[str, Placed]:
    """Return those of the files that still hold what was put there, from what ``moved`` found."""
    if not found:
        return placed
    return {path: one for path in placed if (one := found.get(path, placed[path])) is not None}


def is_clean(output_dir: Path) -> bool:
    """Whether nothing is left behind in the output folder by a build that was killed."""
    return not os.path.lexists(output_dir / _STAGING)


def write(
    outputs: Iterable[tuple[str, bytes]],
    kept: Mapping[str, Placed],
    output_dir: Path,
    before: Mapping[str, Placed],
) -> tuple[Written, dict[str, Placed]]:
    """Bring the output folder to the given outputs (path and bytes each), and those ``kept``.

    ``kept`` are files that are there already, as ``standing`` found them, ``before`` all as they
    were placed last. Returned is how all files stand then. Files that this tool did not write are
    kept, too.

    Raises:
        OutputRefusedError: a foreign file stands where an output belongs.
        OSError: the disk is full, or the folder cannot be written.

    """
    output_dir.mkdir(parents=True, exist_ok=True)
    with _alone_in(output_dir):
        return _replace(outputs, kept, output_dir, before)


def _placed(seen: os.stat_result, own: bytes) -> Placed:
    return Placed(seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino, own)


@contextmanager
def _alone_in(output_dir: Path) -> Iterator[None]:
    """Wait for another build into the same folder, where the system has locks for that."""
    if fcntl is None:
        yield
        return
    handle = os.open(output_dir, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _replace(
    outputs: Iterable[tuple[str, bytes]],
    kept: Mapping[str, Placed],
    output_dir: Path,
    before: Mapping[str, Placed],
) -> tuple[Written, dict[str, Placed]]:
    manifest = _Manifest(output_dir, before)
    ours = manifest.paths
    guard = _Guard(output_dir, ours)
    staging = _Staging(output_dir / _STAGING)
    try:
        places = dict(kept)
        changed: dict[str, bytes] = {}
        for path, data in outputs:
            own = digest(data)
            if _same(output_dir, path, data):
                places[path] = _stat(output_dir, path, own)
                continue
            guard.check(path)
            staging.put(path, data)
            changed[path] = own
        paths = places.keys() | changed.keys()
        # Should this be killed in between, the next build still knows all that is ours.
        if not paths <= ours:
            manifest.put(ours | paths, staging)
        removed = _prune(output_dir, ours - paths)
        staging.move(output_dir)
        for path, own in changed.items():
            places[path] = _stat(output_dir, path, own)
        manifest.put(paths, staging)
        files = Written(len(changed), len(places) - len(changed), removed)
        places[MANIFEST] = manifest.placed()
    finally:
        staging.remove()
    return files, places


class _Staging:
    """New files, until all of them are there: as they will lie in the output folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)
        self._tree = f"{folder}/tree"
        self._folders: set[str] = set()
        if folder.is_symlink() or folder.is_file():
            raise OutputRefusedError(f"{folder} is in the way; take it out")
        shutil.rmtree(folder, ignore_errors=True)

    def put(self, path: str, data: bytes) -> None:
        """Write a file aside."""
        self._write(f"{self._tree}/{path}", data)

    def move(self, output_dir: Path) -> None:
        """Put all files where they belong, each in one step; a new folder with all that is in it."""
        if os.path.isdir(self._tree):  # noqa: PTH112 (many files, as quick as can be)
            self._move(self._tree, str(output_dir))

    def replace(self, place: Path, data: bytes) -> None:
        """Replace a file in one step."""
        aside = f"{self._folder}/{place.name}"
        self._write(aside, data)
        os.replace(aside, place)  # noqa: PTH105 (as above)

    def _write(self, place: str, data: bytes) -> None:
        folder = place[: place.rindex("/")]
        if folder not in self._folders:
            self._make(folder)
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, 0o666)
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(handle, rest) :]
        finally:
            os.close(handle)

    def _make(self, folder: str) -> None:
        """Make a folder below the one for new files, and those above it."""
        above = folder[: folder.rindex("/")]
        if folder != self._folder and above not in self._folders:
            self._make(above)
        with suppress(FileExistsError):
            os.mkdir(folder)  # noqa: PTH102 (as above)
        self._folders.add(folder)

    def _move(self, folder: str, target: str) -> None:
        for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
            place = f"{target}/{entry.name}"
            if entry.is_dir() and os.path.isdir(place):  # noqa: PTH112 (as above)
                self._move(entry.path, place)
            else:
                os.replace(entry.path, place)  # noqa: PTH105 (as above)

    def remove(self) -> None:
        """Take away the folders, and what is left in them."""
        shutil.rmtree(self._folder, ignore_errors=True)


def _same(output_dir: Path, path: str, data: bytes) -> bool:
    place = f"{output_dir}/{path}"
    try:
        seen = os.stat(place, follow_symlinks=False)  # noqa: PTH116 (as above)
        if not stat.S_ISREG(seen.st_mode) or seen.st_size != len(data):
            return False
        with open(place, "rb") as file:  # noqa: PTH123 (as above)
            return file.read() == data
    except OSError:
        return False


def _stat(output_dir: Path, path: str, own: bytes) -> Placed:
    return _placed(os.stat(f"{output_dir}/{path}"), own)  # noqa: PTH116 (as above)


class _Guard:
    """Refuses to replace or write through a file or link that this tool did not write."""

    def __init__(self, output_dir: Path, ours: Set[str]) -> None:
        self._output_dir = output_dir
        self._ours = ours
        self._there: dict[str, bool] = {"": True}

    def check(self, path: str) -> None:
        """Raise OutputRefusedError if an output cannot be put at a path."""
        if not self._is_there(path.rpartition("/")[0], path) or path in self._ours:
            return
        place = self._output_dir / path
        if os.path.lexists(place) and not _all_ours(place, self._output_dir, self._ours):
            raise OutputRefusedError(
                f"{place} was not written by this tool and would be overwritten;"
                " move it away or choose another folder with --output"
            )

    def _is_there(self, folder: str, path: str) -> bool:
        """Whether there is a folder, to which no link leads."""
        if folder not in self._there:
            self._there[folder] = self._is_there(folder.rpartition("/")[0], path) and (
                self._is_folder(folder, path)
            )
        return self._there[folder]

    def _is_folder(self, folder: str, path: str) -> bool:
        place = self._output_dir / folder
        try:
            mode = place.lstat().st_mode
        except OSError:
            return False
        if stat.S_ISLNK(mode) or not (stat.S_ISDIR(mode) or folder in self._ours):
            raise OutputRefusedError(
                f"{place} is no folder that this tool made, and {path} belongs in it;"
                " move it away or choose another folder with --output"
            )
        return stat.S_ISDIR(mode)


def _all_ours(folder: Path, output_dir: Path, ours: Set[str]) -> bool:
    """Whether a folder holds only files that will be pruned, and the folder with them."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    files = [path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()]
    return bool(files) and all(file.relative_to(output_dir).as_posix() in ours for file in files)


def _prune(output_dir: Path, paths: Set[str]) -> int:
    """Remove files that are ours, and the folders that are empty then; returns how many."""
    removed = 0
    for path in sorted(paths):
        place = output_dir / path
        if any(
            parent.is_symlink()
            for parent in place.parents
            if parent != output_dir and parent.is_relative_to(output_dir)
        ):
            continue
        if place.is_symlink() or place.is_file():
            place.unlink()
            removed += 1
        for folder in place.parents:
            if folder == output_dir or not folder.is_dir() or any(folder.iterdir()):
                break
            folder.rmdir()
    return removed


class _Manifest:
    """The list of the files that this tool wrote, which lies among them."""

    def __init__(self, output_dir: Path, before: Mapping[str, Placed]) -> None:
        self._place = output_dir / MANIFEST
        last = {MANIFEST: before[MANIFEST]} if MANIFEST in before else {}
        self._placed = standing(last, moved(output_dir, last)).get(MANIFEST)
        # If it stands as it was placed, it lists what was placed.
        self._listed: Set[str] | None = before.keys() - {MANIFEST} if self._placed else None
        self.paths = self._read() if self._listed is None else self._listed

    def _read(self) -> Set[str]:
        """Return the paths; one that leads out of the folder is not ours."""
        try:
            listed = json.loads(self._place.read_bytes())["files"]
            paths = {path for path in listed if isinstance(path, str)}
        except (OSError, ValueError, KeyError, TypeError):
            return set()
        return {
            path
            for path in paths
            if path and not path.startswith("/") and ".." not in path.split("/")
        }

    def placed(self) -> Placed:
        """Return how the list stands."""
        if self._placed is None:
            own = digest(self._place.read_bytes())
            self._placed = _stat(self._place.parent, MANIFEST, own)
        return self._placed

    def put(self, paths: Set[str], staging: _Staging) -> None:
        """Write the list anew, if it changed."""
        if paths == self._listed:
            return
        self._listed, self._placed = paths, None
        data = json.dumps({"files": sorted(paths)}, indent=0, ensure_ascii=False).encode() + b"\n"
        if not _same(self._place.parent, MANIFEST, data):
            staging.replace(self._place, data)
