"""Make the changes of a renaming: all of them, or none."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path

from lscbsite.rename.changes import Changes
from lscbsite.rename.renaming import RenameError
from lscbsite.source_files import list_folders
from lscbsite.stopping import finish_first


class WorkTree:
    """The git work tree that a site's folder is in, if it is in one and git is installed."""

    def __init__(self, site_dir: Path) -> None:
        self._site_dir = site_dir
        self._git = shutil.which("git")
        answer = self._run("rev-parse", "--is-inside-work-tree")
        self.exists = answer is not None and answer.strip() == b"true"

    def list_conflicts(self) -> list[str]:
        """Return the files with conflicts that nobody has resolved."""
        answer = self._run("diff", "--name-only", "--diff-filter=U", "-z", "--relative") or b""
        return [os.fsdecode(name) for name in answer.split(b"\0") if name]

    def is_tracked(self, path: str) -> bool:
        """Return whether git knows a file, or a file in a folder."""
        return self.exists and bool(self._run("ls-files", "-z", "--", path))

    def can_compare(self, paths: Iterable[str]) -> bool:
        """Return whether git knows all of these files and folders, and has a commit to compare with."""
        if not self.exists or self._run("rev-parse", "--verify", "-q", "HEAD") is None:
            return False
        known = set()
        for name in (self._run("ls-files", "-z") or b"").split(b"\0"):
            path = os.fsdecode(name)
            known |= {path, *list_folders(path)}
        return known.issuperset(paths)

    def move(self, old: str, new: str) -> None:
        """Move a file or folder, and tell git.

        Raises:
            RenameError: git refuses.

        """
        assert self._git
        done = self._start("mv", "--", old, new)
        if done.returncode:
            reason = " ".join(done.stderr.decode("utf-8", "replace").split())
            raise RenameError(f"git cannot move {old}: {reason}")

    def _run(self, *arguments: str) -> bytes | None:
        """Return what git prints, None if it fails or is not installed."""
        if self._git is None:
            return None
        done = self._start(*arguments)
        return None if done.returncode else done.stdout

    def _start(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        assert self._git
        environment = {**os.environ, "GIT_LITERAL_PATHSPECS": "1"}
        return subprocess.run(  # noqa: S603 (our own arguments, and paths after "--")
            [self._git, "-C", str(self._site_dir), *arguments],
            capture_output=True,
            check=False,
            env=environment,
            stdin=subprocess.DEVNULL,
        )


def apply_changes(site_dir: Path, changes: Changes, tree: WorkTree) -> None:
    """Move and change the files; if a step fails, take back those before it.

    Raises:
        RenameError: git refuses a step.
        OSError: a file cannot be moved or written.

    """
    undo: list[Callable[[], None]] = []
    with finish_first():
        try:
            for old, new in changes.moves:
                _move(site_dir, tree, old, new, undo)
            for path, data in changes.contents.items():
                place = site_dir / changes.get_path(path)
                _check_unchanged(place, changes.before[path])
                undo.append(partial(_write, place, changes.before[path]))
                _write(place, data)
        except BaseException:
            for step in reversed(undo):
                with suppress(OSError, RenameError):
                    step()
            raise
    for old, _ in changes.moves:
        _remove_empty_folders(site_dir, old)


def _check_unchanged(place: Path, before: bytes) -> None:
    if place.read_bytes() != before:
        raise RenameError(f"{place} was changed in the meantime; try again")


def _move(
    site_dir: Path, tree: WorkTree, old: str, new: str, undo: list[Callable[[], None]]
) -> None:
    target = site_dir / new
    missing = [folder for folder in target.parents if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir()
        undo.append(folder.rmdir)
    if os.path.lexists(target):
        raise RenameError(f"there is already {new}; nothing was renamed")
    if tree.is_tracked(old):
        tree.move(old, new)
        undo.append(partial(tree.move, new, old))
    else:
        source = site_dir / old
        os.rename(source, target)  # noqa: PTH104 (returns nothing, so that it can be undone alike)
        undo.append(partial(os.rename, target, source))


def _write(place: Path, data: bytes) -> None:
    """Replace a file, or the target of a link, in one step; keep its rights."""
    place = Path(os.path.realpath(place))
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=".lscbsite-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        shutil.copymode(place, name)
        Path(name).replace(place)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _remove_empty_folders(site_dir: Path, path: str) -> None:
    """Remove the folders that a moved file leaves empty, below reports/."""
    with suppress(OSError):
        for folder in Path(path).parents:
            if len(folder.parts) < 2:
                return
            (site_dir / folder).rmdir()
