"""Check the output folder, and lock it for one build at a time."""

import errno
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows has none
    fcntl = None  # type: ignore[assignment]

from lscbsite.source_files import resolve_path

_SOURCES = ("reports", "pages", "files", "templates")
# In seconds: how long to wait for another build in the same output folder, and how often to retry.
_LOCK_TIMEOUT, _LOCK_INTERVAL = 600, 0.1


class OutputRefusedError(Exception):
    """The output folder cannot be used; the message says why and what to do."""


def check_output_dir(output_dir: Path, site_dir: Path) -> None:
    """Refuse an output folder that would mix outputs with the site's sources.

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
def lock_output(
    output_dir: Path, on_wait: Callable[[], None], *, parents: bool = True
) -> Iterator[None]:
    """Create the output folder, and lock it against other builds inside the block.

    ``on_wait`` is called if another build holds the lock. ``parents`` is whether the folders above
    are created, too. A new folder that is still empty at the end is removed.

    Raises:
        OutputRefusedError: another build does not finish.
        OSError: the folder cannot be created.

    """
    new_folders = [folder for folder in (output_dir, *output_dir.parents) if not folder.exists()]
    handle = _lock(output_dir, on_wait, parents)
    try:
        yield
    finally:
        for folder in new_folders:
            with suppress(OSError):  # it is not empty
                folder.rmdir()
        if handle is not None:
            os.close(handle)


def _lock(output_dir: Path, on_wait: Callable[[], None], parents: bool) -> int | None:
    """Create a folder and lock it; return the descriptor that holds the lock.

    Returns None on systems without locks.
    """
    until = time.monotonic() + _LOCK_TIMEOUT
    waits = False
    while True:
        output_dir.mkdir(parents=parents, exist_ok=True)
        if fcntl is None:
            return None
        handle = os.open(output_dir, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # The build that held the lock may have removed the folder.
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
