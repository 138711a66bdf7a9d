"""Move staged files into the output folder, and remove files that are no longer built."""

import errno
import os
import shutil
from collections.abc import Iterable, Set
from contextlib import suppress
from pathlib import Path

from lscbsite.incremental.state import OutputStat, WriteSummary
from lscbsite.model import MANIFEST
from lscbsite.source_files import list_folders
from lscbsite.write.manifest import Manifest, read_output_stat
from lscbsite.write.staging import Staged, Staging

# Files that link to other files are replaced after them: first pages that list others, then the
# indexes that programs read.
_ENTRY_POINTS = ("index.html", "sitemap.xml", "_redirects")
_INDEX_NAMES = ("pagefind-entry.json", "calendar.ics", "feed.xml", "feed.atom", "feed.json")


def publish(staged: Staged) -> tuple[WriteSummary, dict[str, OutputStat]]:
    """Move staged files into the output folder, and remove files that are no longer built.

    New files come first, then files that link to them, removals last, so that no link is broken
    meanwhile. Returns a summary and the status of all outputs. Files that this tool did not write
    stay.

    Raises:
        OSError: a step failed; the steps before it were undone, so the old site is intact.

    """
    output_dir, staging, manifest = staged.output_dir, staged.staging, staged.manifest
    ours, paths = manifest.paths, staged.intact.keys() | staged.changed.keys()
    moves = sorted(staging.list_moves(output_dir), key=_rank_move)
    removed = sorted(path for path in ours - paths if _is_reached(output_dir, path))
    _check_rights(output_dir, [target for _, target in moves], removed)
    changes = _Changes(staging.folder)
    try:
        # If this is killed half way, the manifest still lists every file that this tool wrote.
        if not paths <= ours:
            changes.replace(*_stage_manifest(manifest, ours | paths, staging))
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
            changes.replace(*_stage_manifest(manifest, paths, staging))
    except OSError:
        changes.undo()
        raise
    for path in removed:
        _remove_empty(output_dir, path)
    output_stats = dict(staged.intact)
    for path, content_digest in staged.changed.items():
        output_stats[path] = read_output_stat(output_dir, path, content_digest)
    count = len(staged.changed)
    files = WriteSummary(count, len(output_stats) - count, len(removed))
    output_stats[MANIFEST] = manifest.get_stat()
    return files, output_stats


def _stage_manifest(manifest: Manifest, paths: Set[str], staging: Staging) -> tuple[str, str]:
    """Write the manifest into the staging folder; return its path there and its final path."""
    return staging.put_aside(MANIFEST, manifest.update(paths)), str(manifest.path)


def _rank_move(move: tuple[str, str]) -> tuple[bool, int, str]:
    """Return the sort key of a move: new files first, then files that link to them."""
    _, target = move
    name = target.rpartition("/")[2]
    is_report = "/reports/" in target
    rank = 2 if name in _INDEX_NAMES else 1 if name in _ENTRY_POINTS and not is_report else 0
    return os.path.lexists(target), rank, target


def _check_rights(output_dir: Path, targets: Iterable[str], removed: Iterable[str]) -> None:
    """Raise PermissionError if a folder that must change is not writable."""
    folders = {target.rpartition("/")[0] for target in targets}
    folders.update(f"{output_dir}/{path}".rpartition("/")[0] for path in removed)
    for folder in sorted(folders):
        if os.path.isdir(folder) and not os.access(folder, os.W_OK | os.X_OK):  # noqa: PTH112 (many files, every build)
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), folder)


def _find_obstructing(removed: Iterable[str], changed: Iterable[str]) -> set[str]:
    """Return the removed paths that are in the way of a new file or of its folder."""
    new = set(changed)
    folders: set[str] = set()
    for path in new:
        folder = path.rpartition("/")[0]
        while folder and folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    return {path for path in removed if path in folders or not new.isdisjoint(list_folders(path))}


class _Changes:
    """Changes to the output folder that can be undone while the staging folder exists."""

    def __init__(self, staging: str) -> None:
        self._staging, self._saved = staging, f"{staging}/saved"
        # The moves (source, target) that undo the changes.
        self._back: list[tuple[str, str]] = []
        self._count = 0

    def replace(self, source: str, target: str) -> None:
        """Move a file to its target in one step; a folder only where there is none yet."""
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

    def undo(self) -> None:
        """Undo all changes, the last first, as far as the system allows."""
        for source, target in reversed(self._back):
            with suppress(OSError):
                if os.path.lexists(source):  # or the output folder itself was moved away
                    os.makedirs(target.rpartition("/")[0], exist_ok=True)  # noqa: PTH103 (as above)
                    os.replace(source, target)  # noqa: PTH105 (as above)

    def _make_saved_path(self) -> str:
        if not self._count:
            for folder in (self._staging, self._saved):
                with suppress(FileExistsError):
                    os.mkdir(folder)  # noqa: PTH102 (as above)
        self._count += 1
        return f"{self._saved}/{self._count}"


def _is_reached(output_dir: Path, path: str) -> bool:
    """Return whether a file exists at a path, without links in its folders."""
    location = output_dir / path
    if any(os.path.islink(output_dir / folder) for folder in list_folders(path)):  # noqa: PTH114 (as above)
        return False
    return location.is_symlink() or location.is_file()


def _clear_way(output_dir: Path, path: str, new: Set[str]) -> None:
    """Remove the empty folders above a path where a new file takes the place of one of them."""
    folders = list(list_folders(path))
    for index, folder in enumerate(folders):
        if folder in new:
            for empty in folders[: index + 1]:
                with suppress(OSError):  # another old file is still in it
                    os.rmdir(output_dir / empty)  # noqa: PTH106 (as above)


def _remove_empty(output_dir: Path, path: str) -> None:
    """Remove the empty folders above a path."""
    for folder in list_folders(path):
        try:
            os.rmdir(output_dir / folder)  # noqa: PTH106 (as above)
        except OSError:
            return
