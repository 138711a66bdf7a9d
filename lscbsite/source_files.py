"""Open the files of a site safely: plain files only, and links only where nothing can leak."""

import errno
import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from lscbsite.model import MANIFEST
from lscbsite.problems import Problem, RefusedError

# In bytes: what file systems accept, not counting the path of the output folder.
LONGEST_PATH = 800
# O_NONBLOCK: a pipe that has just replaced a file must not block the build.
# Windows has neither this flag nor O_NOFOLLOW.
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
# Where links in a folder must not lead: they would publish drafts, or settings.
_PRIVATE = {
    "templates": ("reports", "pages", "people.yaml", "site.yaml"),
    "pages": ("reports", "people.yaml", "site.yaml"),
}
# What must be in no name of a file: controls, and what ends a line or a paragraph.
CONTROL_CHARACTERS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# Characters that some systems ignore when they compare names (Default_Ignorable_Code_Point).
_IGNORED = re.compile(
    "[\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)


def make_name_key(path: str) -> str:
    """Return a key that is equal for paths that are the same file on some system.

    This is Unicode's canonical caseless match (D145) without invisible characters, as APFS, HFS+
    and casefolded folders of ext4 compare names; it is stricter than NTFS. No file system merges
    compatibility characters (NFKC), so they stay distinct.
    """
    return path.lower() if path.isascii() else _fold(path)


@lru_cache(4096)
def _fold(path: str) -> str:
    bare = _IGNORED.sub("", path)
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", bare).casefold())


def list_folders(path: str) -> Iterator[str]:
    """Yield the folders that a path is in, the innermost first."""
    while (end := path.rfind("/")) > 0:
        path = path[:end]
        yield path


def resolve_path(path: Path) -> Path:
    """Return a path without links; unlike ``Path.resolve``, do not raise for a loop of links."""
    return Path(os.path.realpath(path))


def read_file(site_dir: Path, path: str) -> bytes:
    """Return the contents of a plain file of the site.

    Raises:
        RefusedError: it cannot be read, or must not be.

    """
    with open_file(site_dir, path) as file:
        try:
            return file.read()
        except OSError as error:
            raise RefusedError(make_unreadable_problem(path, error)) from error


def open_file(site_dir: Path, path: str) -> BinaryIO:
    """Open a plain file of the site; refuse anything else before it is opened.

    Raises:
        RefusedError: it cannot be read, or must not be.

    """
    location = f"{site_dir}/{path}"
    try:
        seen = os.lstat(location)
        if stat.S_ISLNK(seen.st_mode):
            location = resolve_link(site_dir, path)
            seen = os.lstat(location)
        refuse_special(path, seen.st_mode)
        # O_NOFOLLOW: do not follow a link that has replaced the file since then.
        handle = os.open(location, _FLAGS)
    except OSError as error:
        raise RefusedError(make_unreadable_problem(path, error)) from error
    file = open(handle, "rb", buffering=0)  # noqa: PTH123, SIM115 (no path; the caller closes it)
    try:
        refuse_special(path, os.fstat(handle).st_mode)
    except RefusedError:
        file.close()
        raise
    return file


def refuse_special(path: str, mode: int) -> None:
    """Refuse anything but a plain file.

    Raises:
        RefusedError: it is not a plain file.

    """
    if stat.S_ISREG(mode):
        return
    kind = next((name for is_kind, name in _KINDS if is_kind(mode)), "something else")
    fix = "put a file in its place, or take it out"
    raise RefusedError(_make_problem(path, f"{kind} where a file belongs", "a plain file", fix))


def resolve_link(site_dir: Path, path: str) -> str:
    """Return the target of a symbolic link, if it is allowed.

    A link may lead to visible files of the site; from files/ only to other attachments, because
    they are published unchanged.

    Raises:
        RefusedError: it leads elsewhere, to a missing file, or in a circle.

    """
    copy = "put a copy of it here"
    try:
        target = os.path.realpath(f"{site_dir}/{path}", strict=True)
    except FileNotFoundError as error:
        found, fix = "a link to a file that is not there", f"{copy}, or take the link out"
        raise RefusedError(_make_problem(path, found, "a file of the site", fix)) from error
    except OSError as error:
        raise RefusedError(make_unreadable_problem(path, error)) from error
    site = os.path.realpath(site_dir)
    if not Path(target).is_relative_to(site):
        found = "a link to a place outside of the site's folder"
        raise RefusedError(_make_problem(path, found, "a file of the site", copy))
    parts = Path(target).relative_to(site).parts
    folder = path.partition("/")[0]
    within = parts[0] if parts else ""
    if any(part.startswith(".") for part in parts):
        found = "a link to a hidden file or folder (its name begins with a dot)"
    elif _is_output(site, parts):
        found = "a link into the folder that the site is built into"
    elif folder == "files" and (within != "files" or path == "files"):
        found = "a link to something that is not in the folder files"
    elif within in _PRIVATE.get(folder, ()):
        found = f"a link from the folder {folder} to {within}, which would publish its files"
    else:
        return target
    raise RefusedError(_make_problem(path, found, "a file that readers may see as it is", copy))


def _is_output(site: str, parts: tuple[str, ...]) -> bool:
    """Return whether a path in the site's folder is inside an output folder of any name."""
    folders = [Path(site, *parts[:end]) for end in range(1, len(parts) + 1)]
    return parts[:1] == ("output",) or any(os.path.lexists(folder / MANIFEST) for folder in folders)


def make_unreadable_problem(path: str, error: OSError) -> Problem:
    """Return the problem of a file or folder that cannot be read."""
    if error.errno == errno.ELOOP:
        fix = "put a copy of the file here, or take the link out"
        return _make_problem(path, "a link that leads in a circle", "a file", fix)
    if error.errno == errno.ENAMETOOLONG:
        return make_too_long_problem(path)
    if error.errno in (errno.ENOENT, errno.ESTALE):
        found = "something that was deleted or renamed while it was read"
        return _make_problem(
            path, found, "files that stay as they are during a build", "build again"
        )
    reason = error.strerror or type(error).__name__
    fix = "give everybody the right to read it, or take it out"
    return _make_problem(path, f"a file that cannot be read ({reason})", "a file that can", fix)


def make_too_long_problem(path: str) -> Problem:
    """Return the problem of a file or folder that is too deep, or whose name is too long."""
    cut = path if len(path) <= 100 else f"{path[:99]}…"
    fix = "give the file and its folders shorter names, or move it up"
    found = "a path that is too long"
    return _make_problem(cut, found, f"at most {LONGEST_PATH} letters, folders included", fix)


def make_changed_problem(path: str) -> Problem:
    """Return the problem of a file that changed during the build."""
    found = "a file that was changed while the site was built"
    return _make_problem(path, found, "files that stay as they are during a build", "build again")


def make_damaged_problem(path: str) -> Problem:
    """Return the problem of a picture that cannot be read."""
    found = "a damaged picture, from which the data of the camera cannot be taken out"
    fix = "save it again in a program for pictures, or take it out"
    return Problem(path, 1, 1, "D001", found, "a picture that can be read", fix)


def _make_problem(path: str, found: str, expected: str, fix: str) -> Problem:
    return Problem(path, 1, 1, "F004", found, expected, fix)
