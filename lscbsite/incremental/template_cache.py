"""The folder of compiled templates, which belongs to the user, never to the site."""

import contextlib
import os
import shutil
import time
from pathlib import Path

# Compiled templates of another version of the program are removed when they are unused this long.
_UNUSED_DAYS = 30


def make_template_cache_dir(site_dir: Path, program: bytes) -> str | None:
    """Return the folder for the compiled templates of a program, by its digest; make it.

    Compiled templates are programs, so they are kept in the user's cache folder, never in the
    site's, which others may have written. None if there is no folder that only this user can
    write.
    """
    from platformdirs import user_cache_path

    parent = Path(os.path.realpath(user_cache_path("lscbsite")))
    if parent.is_relative_to(os.path.realpath(site_dir)):
        return None
    folder = parent / f"templates-{program.hex()}"
    try:
        if not folder.is_dir():
            folder.mkdir(mode=0o700, parents=True)
            _remove_unused(parent)
        seen = folder.stat()
    except OSError:
        return None
    if hasattr(os, "geteuid") and (seen.st_uid != os.geteuid() or seen.st_mode & 0o022):
        return None
    return str(folder)


def _remove_unused(parent: Path) -> None:
    oldest = time.time() - _UNUSED_DAYS * 24 * 60 * 60
    for folder in parent.glob("templates-*"):
        with contextlib.suppress(OSError):
            if folder.stat().st_mtime < oldest:
                shutil.rmtree(folder, ignore_errors=True)
