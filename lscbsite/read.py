"""Stage 1: the site's folders -> bytes."""

import hashlib
import os
from pathlib import Path
from typing import Literal

from lscbsite.model import Attachment, Source, Sources
from lscbsite.problems import Problem, Problems
from lscbsite.strict import decode

TEMPLATE_ENDINGS = (".html", ".css", ".js", ".svg")


def read(site_dir: Path, problems: Problems) -> Sources:
    """Read reports/, pages/ and files/ of a site's folder, and look at templates/.

    Hidden files are no part of a site. Links are followed only within the site's folder, so
    that a pushed link cannot publish a file of the machine.
    """
    documents = [
        *_documents(site_dir, "reports", "report", problems),
        *_documents(site_dir, "pages", "page", problems),
    ]
    attachments = []
    for path in _files(site_dir, "files", problems):
        data = _bytes(site_dir, path, problems)
        if data is not None:
            attachments.append(Attachment(path, str(site_dir / path), digest(data)))
    for path in _files(site_dir, "templates", problems):
        data = _bytes(site_dir, path, problems)
        if data is not None and path.endswith(TEMPLATE_ENDINGS):
            decode(data, path, problems)
    return Sources(tuple(documents), tuple(attachments))


def digest(data: bytes) -> str:
    """Return the digest by which contents are told apart."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _documents(
    site_dir: Path, folder: str, kind: Literal["report", "page"], problems: Problems
) -> list[Source]:
    found = []
    for path in _files(site_dir, folder, problems):
        if not path.endswith(".md"):
            fix = "rename it to end in .md, or move it to files/"
            problems.add(
                Problem(path, 1, 1, "F005", "a file that is not read", f"a {kind} (.md)", fix)
            )
            continue
        data = _bytes(site_dir, path, problems)
        if data is not None:
            found.append(Source(kind, path, data, digest(data)))
    return found


def _files(site_dir: Path, folder: str, problems: Problems) -> list[str]:
    """Return the paths of the files in a folder, in the order of their names."""
    paths: list[str] = []
    if _leads_out(site_dir, folder, problems):
        return []
    for where, folders, names in os.walk(site_dir / folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in [name for name in folders if (Path(where) / name).is_symlink()]:
            path = (Path(where) / name).relative_to(site_dir).as_posix()
            fix = "put a copy of the folder here"
            found, expected = "a link to a folder, which is not followed", "a folder"
            problems.add(Problem(path, 1, 1, "F004", found, expected, fix))
        paths += [
            (Path(where) / name).relative_to(site_dir).as_posix()
            for name in names
            if not name.startswith(".")
        ]
    readable = []
    for path in sorted(paths):
        try:
            path.encode("utf-8")
            readable.append(path)
        except UnicodeEncodeError:
            shown = path.encode("utf-8", "replace").decode()
            found, expected = "a file name that is not UTF-8", "a file name in plain letters"
            problems.add(Problem(shown, 1, 1, "F004", found, expected, "rename the file"))
    return readable


def _bytes(site_dir: Path, path: str, problems: Problems) -> bytes | None:
    if _leads_out(site_dir, path, problems):
        return None
    try:
        return (site_dir / path).read_bytes()
    except OSError as error:
        found = f"a file that cannot be read ({error.strerror})"
        fix = "give everybody the right to read it, or take it out"
        problems.add(Problem(path, 1, 1, "F004", found, "a file that can", fix))
        return None


def _leads_out(site_dir: Path, path: str, problems: Problems) -> bool:
    """Whether a link leads out of the site's folder (reported then)."""
    location = site_dir / path
    if not location.is_symlink() or location.resolve().is_relative_to(site_dir.resolve()):
        return False
    found, expected = "a link to a place outside of the site's folder", "a file of the site"
    problems.add(Problem(path, 1, 1, "F004", found, expected, "put a copy of it here"))
    return True
