"""Stage 1: the site's folder -> what there is, and what of it is still as it was."""

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from lscbsite.digests import digest, file_digest
from lscbsite.model import Source, Sources
from lscbsite.problems import Problem, Problems

TEMPLATE_ENDINGS = (".html", ".css", ".js", ".svg")
SETTINGS = ("glossary.yaml", "people.yaml", "site.yaml", "topics.yaml")


def read(site_dir: Path, known: Mapping[str, Source], problems: Problems) -> Sources:
    """List reports/, pages/, files/ and templates/ of a site's folder, and its settings.

    ``known`` are files as an earlier build saw them, with their digests: where the system says
    the same of a file, its digest is taken from there. Other reports and pages are left to be
    read by whoever needs their contents; of the rest the digest is made here.

    Hidden files are no part of a site. Links are followed only within the site's folder, so
    that a pushed link cannot publish a file of the machine.
    """
    documents = [
        *_documents(site_dir, "reports", "report", problems),
        *_documents(site_dir, "pages", "page", problems),
    ]
    settings = [_Found(name, site_dir / name) for name in SETTINGS if (site_dir / name).exists()]
    return Sources(
        tuple(_as_known(found.source(problems), known) for found in documents),
        tuple(_digested(site_dir, _files(site_dir, "files", problems), known, problems)),
        tuple(_digested(site_dir, _files(site_dir, "templates", problems), known, problems)),
        # Whoever reads them tells what is wrong with them.
        tuple(_digested(site_dir, settings, known, Problems())),
    )


def contents(site_dir: Path, source: Source, problems: Problems) -> bytes | None:
    """Return the contents of a file; None, with a problem, where it cannot be read."""
    try:
        with open(f"{site_dir}/{source.path}", "rb", buffering=0) as file:  # noqa: PTH123 (quicker)
            return file.read()
    except OSError as error:
        _unreadable(source.path, error, problems)
        return None


def digested(site_dir: Path, sources: Sources, problems: Problems) -> Sources:
    """Return the same with the digests of all reports and pages that can be read."""
    documents = []
    for source in sources.documents:
        if source.digest:
            documents.append(source)
        elif (data := contents(site_dir, source, problems)) is not None:
            documents.append(replace(source, digest=digest(data)))
    return replace(sources, documents=tuple(documents))


def with_digests(sources: Sources, digests: Mapping[str, bytes]) -> Sources:
    """Return the same with the digests of the reports and pages that are in ``digests``, by path."""
    return replace(
        sources,
        documents=tuple(
            one if one.digest else replace(one, digest=digests[one.path])
            for one in sources.documents
            if one.path in digests
        ),
    )


def template_texts(
    site_dir: Path, templates: Iterable[Source], problems: Problems
) -> tuple[tuple[str, str], ...]:
    """Return the names and texts of the site's own templates."""
    from lscbsite.strict import decode

    texts = []
    for source in templates:
        data = contents(site_dir, source, problems)
        if data is None:
            continue
        # Of other files it is nobody's fault if they are no text.
        told = problems if source.path.endswith(TEMPLATE_ENDINGS) else Problems()
        text = decode(data, source.path, told)
        if text is not None:
            texts.append((source.path.removeprefix("templates/"), text))
    return tuple(texts)


class _Found(NamedTuple):
    """A file of the site: its path there, and its place on the disk."""

    path: str
    place: "os.DirEntry[str] | Path"

    def source(self, problems: Problems) -> Source:
        """Return what the system says of the file, that of its target if it is a link."""
        try:
            seen = self.place.stat()
        except OSError as error:
            _unreadable(self.path, error, problems)
            return Source(self.path, 0, 0, 0, -1)
        number = -1 if self.place.is_symlink() else seen.st_ino
        return Source(self.path, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns, number)


def _as_known(source: Source, known: Mapping[str, Source]) -> Source:
    before = known.get(source.path)
    if before is None:
        return source
    same = (
        before.number == source.number != -1
        and before.size == source.size
        and before.modified == source.modified
        and before.changed == source.changed
    )
    return before if same else source


def _digested(
    site_dir: Path, found: list[_Found], known: Mapping[str, Source], problems: Problems
) -> Iterator[Source]:
    """Yield files with their digests; those that cannot be read are left out."""
    for one in found:
        source = _as_known(one.source(problems), known)
        if not source.digest:
            try:
                with (site_dir / one.path).open("rb") as file:
                    source = replace(source, digest=file_digest(file))
            except OSError as error:
                _unreadable(one.path, error, problems)
                continue
        yield source


def _documents(site_dir: Path, folder: str, kind: str, problems: Problems) -> list[_Found]:
    found = []
    for one in _files(site_dir, folder, problems):
        if one.path.endswith(".md"):
            found.append(one)
            continue
        fix = "rename it to end in .md, or move it to files/"
        problems.add(
            Problem(one.path, 1, 1, "F005", "a file that is not read", f"a {kind} (.md)", fix)
        )
    return found


def _files(site_dir: Path, folder: str, problems: Problems) -> list[_Found]:
    """Return the files in a folder, in the order of their names."""
    if _leads_out(site_dir, folder, problems):
        return []
    readable = []
    for one in _walk(site_dir / folder, folder, problems):
        try:
            one.path.encode("utf-8")
        except UnicodeEncodeError:
            shown = one.path.encode("utf-8", "replace").decode()
            found, expected = "a file name that is not UTF-8", "a file name in plain letters"
            problems.add(Problem(shown, 1, 1, "F004", found, expected, "rename the file"))
            continue
        link = one.place.is_symlink()
        if not (link and _leads_out(site_dir, one.path, problems)):
            readable.append(one)
    return sorted(readable, key=lambda one: one.path)


def _walk(folder: Path, path: str, problems: Problems) -> Iterator[_Found]:
    try:
        entries = list(os.scandir(folder))
    except OSError as error:
        if not isinstance(error, FileNotFoundError | NotADirectoryError):
            _unreadable(path, error, problems)
        return
    for entry in entries:
        name = entry.name
        if name.startswith("."):
            continue
        if not _is_folder(entry):
            yield _Found(f"{path}/{name}", entry)
        elif entry.is_symlink():
            fix = "put a copy of the folder here"
            found, expected = "a link to a folder, which is not followed", "a folder"
            problems.add(Problem(f"{path}/{name}", 1, 1, "F004", found, expected, fix))
        else:
            yield from _walk(folder / name, f"{path}/{name}", problems)


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _unreadable(path: str, error: OSError, problems: Problems) -> None:
    found = f"a file that cannot be read ({error.strerror})"
    fix = "give everybody the right to read it, or take it out"
    problems.add(Problem(path, 1, 1, "F004", found, "a file that can", fix))


def _leads_out(site_dir: Path, path: str, problems: Problems) -> bool:
    """Whether a link leads out of the site's folder (reported then)."""
    location = site_dir / path
    try:
        if not stat.S_ISLNK(location.lstat().st_mode):
            return False
    except OSError:
        return False
    if location.resolve().is_relative_to(site_dir.resolve()):
        return False
    found, expected = "a link to a place outside of the site's folder", "a file of the site"
    problems.add(Problem(path, 1, 1, "F004", found, expected, "put a copy of it here"))
    return True
