"""Stage 7: bytes -> the output folder, without ever losing or half-writing anything.

New contents are first written beside their places, into a staging folder; only when all of
them are there does each replace its file in one step. What is removed is only what the
manifest lists: the files that this tool wrote.
"""

import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

import msgspec

try:
    import fcntl
except ImportError:  # Windows has none
    fcntl = None  # type: ignore[assignment]

from lscbsite.model import MANIFEST

_STAGING = ".lscbsite-new"
_SOURCES = ("reports", "pages", "files", "templates")


class OutputRefusedError(Exception):
    """The output folder cannot be used; the message says why and what to do."""


class Written(msgspec.Struct, frozen=True):
    """How many files were written, left as they were, removed."""

    written: int
    unchanged: int
    removed: int


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


def write(outputs: Iterable[tuple[str, bytes]], output_dir: Path) -> Written:
    """Bring the output folder to the given outputs (path and bytes each).

    Files that this tool did not write are kept.

    Raises:
        OutputRefusedError: a foreign file stands where an output belongs.
        OSError: the disk is full, or the folder cannot be written.

    """
    output_dir.mkdir(parents=True, exist_ok=True)
    with _alone_in(output_dir):
        return _replace(outputs, output_dir)


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


def _replace(outputs: Iterable[tuple[str, bytes]], output_dir: Path) -> Written:
    ours = _manifest(output_dir)
    staging = output_dir / _STAGING
    _make_room(staging)
    try:
        changed: list[str] = []
        paths: set[str] = set()
        for path, data in outputs:
            paths.add(path)
            if _same(output_dir / path, data):
                continue
            _refuse_foreign(output_dir, path, ours)
            target = staging / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
            changed.append(path)
        # Should this be killed in between, the next build still knows all that is ours.
        if not paths <= ours:
            _write_manifest(output_dir, staging, ours | paths)
        removed = _prune(output_dir, ours - paths)
        for path in changed:
            (output_dir / path).parent.mkdir(parents=True, exist_ok=True)
            (staging / path).replace(output_dir / path)
        _write_manifest(output_dir, staging, paths)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return Written(len(changed), len(paths) - len(changed), removed)


def _make_room(staging: Path) -> None:
    if staging.is_symlink() or staging.is_file():
        raise OutputRefusedError(f"{staging} is in the way; take it out")
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir()


def _same(place: Path, data: bytes) -> bool:
    try:
        return place.stat().st_size == len(data) and place.read_bytes() == data
    except OSError:
        return False


def _refuse_foreign(output_dir: Path, path: str, ours: set[str]) -> None:
    """A file or link that this tool did not write is never replaced or written through."""
    place = output_dir
    for name in PurePosixPath(path).parts[:-1]:
        place = place / name
        known = place.relative_to(output_dir).as_posix() in ours
        if place.is_symlink() or (place.exists() and not place.is_dir() and not known):
            raise OutputRefusedError(
                f"{place} is no folder that this tool made, and {path} belongs in it;"
                " move it away or choose another folder with --output"
            )
    place = output_dir / path
    if path not in ours and os.path.lexists(place) and not _all_ours(place, output_dir, ours):
        raise OutputRefusedError(
            f"{place} was not written by this tool and would be overwritten;"
            " move it away or choose another folder with --output"
        )


def _all_ours(folder: Path, output_dir: Path, ours: set[str]) -> bool:
    """Whether a folder holds only files that will be pruned, and the folder with them."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    files = [path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()]
    return bool(files) and all(file.relative_to(output_dir).as_posix() in ours for file in files)


def _prune(output_dir: Path, paths: set[str]) -> int:
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


def _manifest(output_dir: Path) -> set[str]:
    """Return the paths that this tool wrote; a path that leads out of the folder is not ours."""
    try:
        listed = json.loads((output_dir / MANIFEST).read_bytes())["files"]
        paths = {path for path in listed if isinstance(path, str)}
    except (OSError, ValueError, KeyError, TypeError):
        return set()
    return {p for p in paths if p and not p.startswith("/") and ".." not in PurePosixPath(p).parts}


def _write_manifest(output_dir: Path, staging: Path, paths: set[str]) -> None:
    data = json.dumps({"files": sorted(paths)}, indent=0, ensure_ascii=False).encode() + b"\n"
    if not _same(output_dir / MANIFEST, data):
        (staging / MANIFEST).write_bytes(data)
        (staging / MANIFEST).replace(output_dir / MANIFEST)
