"""Compute digests of bytes, of values and of the program itself, to notice changes."""

import hashlib
import os
import sys
from pathlib import Path
from typing import BinaryIO

import msgspec

from lscbsite.model import DIGEST_SIZE

_PACKAGE = Path(__file__).parent.parent
# In the wheel the templates lie inside the package, in a checkout beside it.
TEMPLATES = next(
    folder for folder in (_PACKAGE / "templates", _PACKAGE.parent / "templates") if folder.is_dir()
)
# The libraries whose versions can change a byte, as their metadata folders begin.
_LIBRARIES = (
    "babel",
    "comrak_ext",
    "feedgen",
    "icalendar",
    "jinja2",
    "lxml",
    "markdown",
    "markupsafe",
    "msgspec",
    "nh3",
    "pagefind",
    "pillow",
    "python_dateutil",
    "python_frontmatter",
    "python_slugify",
    "pyyaml",
    "text_unidecode",
    "tzdata",
)


def digest(data: bytes) -> bytes:
    """Return the digest of some bytes: SHA-256, which processors have a part for, cut short."""
    return hashlib.sha256(data).digest()[:DIGEST_SIZE]


def digest_file(file: BinaryIO) -> bytes:
    """Return the digest of what an open file holds, without having it in memory."""
    return hashlib.file_digest(file, "sha256").digest()[:DIGEST_SIZE]  # type: ignore[arg-type]


def digest_values(*values: object) -> bytes:
    """Return the digest of values that have a form in msgpack."""
    return digest(msgspec.msgpack.encode(values))


def digest_program() -> bytes:
    """Return a digest of the program.

    Its code, words, font and templates, its libraries' versions, and Python's.
    """
    seen = hashlib.sha256()
    seen.update(sys.version.encode())
    for folder in sys.path:
        seen.update(" ".join(_list_versions(folder)).encode())
    fonts = _list_files(str(_PACKAGE / "pictures"), ".woff2")
    code = _list_files(str(_PACKAGE), (".py", ".mo"))
    for file in [*code, *fonts, *_list_files(str(TEMPLATES), "")]:
        with open(file, "rb") as opened:  # noqa: PTH123 (a hundred files, in every build)
            seen.update(opened.read())
    return seen.digest()[:DIGEST_SIZE]


def _list_versions(folder: str) -> list[str]:
    """Return the metadata folders, which are named after name and version, of the libraries.

    The library for that (importlib.metadata) takes longer than a build in which nothing changed.
    """
    try:
        names = os.listdir(folder or ".")  # noqa: PTH208 (as above)
    except OSError:
        return []
    found = (
        name.lower().replace("-", "_")
        for name in names
        if name.endswith((".dist-info", ".egg-info"))
    )
    return sorted(name for name in found if name.startswith(_LIBRARIES))


def _list_files(folder: str, ending: str | tuple[str, ...]) -> list[str]:
    found = []
    for where, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        found += [os.path.join(where, name) for name in names if name.endswith(ending)]  # noqa: PTH118 (as above)
    return sorted(found)
