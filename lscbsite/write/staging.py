"""Write new contents into a staging folder, out of the way of the files they will replace."""

import os
import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from lscbsite.incremental.fingerprint import digest
from lscbsite.incremental.state import OutputStat
from lscbsite.stopping import finish_first
from lscbsite.write.lock import OutputRefusedError
from lscbsite.write.manifest import Manifest, has_same_content, read_output_stat

_STAGING = ".lscbsite-new"
# Without it, Windows would change line ends.
_BINARY = getattr(os, "O_BINARY", 0)


def is_clean(output_dir: Path) -> bool:
    """Return whether the output folder has no staging folder, as a killed build leaves."""
    return not os.path.lexists(output_dir / _STAGING)


class Staged(NamedTuple):
    """Outputs that are ready to be moved into the output folder.

    ``intact`` has the status of files that need no change, ``changed`` the digests of files that
    are new or different, by path.
    """

    output_dir: Path
    staging: "Staging"
    manifest: "Manifest"
    intact: Mapping[str, OutputStat]
    changed: Mapping[str, bytes]


@contextmanager
def stage(
    outputs: Iterable[tuple[str, bytes]],
    intact: Mapping[str, OutputStat],
    output_dir: Path,
    before: Mapping[str, OutputStat],
) -> Iterator[Staged]:
    """Write the outputs (path and bytes) that differ from the output folder into the staging folder.

    ``intact`` has the outputs that are known to be unchanged, ``before`` all outputs of the last
    build. The output folder must be locked.

    Raises:
        OutputRefusedError: a file that this tool did not write is in an output's place.
        OSError: the disk is full, or the folder cannot be written.

    """
    manifest = Manifest(output_dir, before)
    guard = Guard(output_dir, manifest.paths)
    staging = Staging(output_dir / _STAGING)
    try:
        output_stats = dict(intact)
        changed: dict[str, bytes] = {}
        for path, data in outputs:
            content_digest = digest(data)
            if has_same_content(output_dir, path, data):
                output_stats[path] = read_output_stat(output_dir, path, content_digest)
                continue
            guard.check(path)
            staging.put(path, data)
            changed[path] = content_digest
        yield Staged(output_dir, staging, manifest, output_stats, changed)
    finally:
        with finish_first(then_stop=True):
            staging.remove()


class Staging:
    """A folder for new files, with the same tree as the output folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = str(folder)
        self._tree = f"{folder}/tree"
        self._folders: set[str] = set()
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            raise OutputRefusedError(f"{folder} is in the way; take it out")
        shutil.rmtree(folder, ignore_errors=True)

    def put(self, path: str, data: bytes) -> None:
        """Write an output into the staging folder."""
        self._write(f"{self._tree}/{path}", data)

    def put_aside(self, name: str, data: bytes) -> str:
        """Write a file that is not an output into the staging folder; return its path."""
        location = f"{self.folder}/{name}"
        self._write(location, data)
        return location

    def list_moves(self, output_dir: Path) -> Iterator[tuple[str, str]]:
        """Yield the source and target of each move; a new folder moves as a whole."""
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
        except OSError as error:  # for a full disk the system names no file
            error.filename = error.filename or self.folder
            raise
        finally:
            os.close(handle)

    def _make(self, folder: str) -> None:
        """Create a folder in the staging folder, and its parents."""
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
        """Remove the staging folder."""
        shutil.rmtree(self.folder, ignore_errors=True)


class Guard:
    """Refuses to replace files that this tool did not write, or to follow links."""

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
        """Return whether a folder exists, without links in its path."""
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
                f"{location} is not a folder that this tool made, and {path} belongs in it;"
                " move it away or choose another folder with --output"
            )
        return stat.S_ISDIR(mode)


def _is_all_ours(folder: Path, output_dir: Path, ours: Set[str]) -> bool:
    """Return whether a folder has only files that this tool wrote, so that it can be pruned."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    files = [path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()]
    return bool(files) and all(file.relative_to(output_dir).as_posix() in ours for file in files)
