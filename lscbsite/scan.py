"""Stage 1: list the files of a site, and reuse the digests of unchanged ones."""

import os
import stat
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from lscbsite.active_content import digest_rules, judge
from lscbsite.file_names import explain_leftover
from lscbsite.hidden_data import find_hidden_data
from lscbsite.incremental.fingerprint import digest, digest_file
from lscbsite.misplaced_files import report_misnamed, select_documents
from lscbsite.model import FORM_FOLDER, FORM_PAGE, FORM_SETTINGS, Source, Sources, Verdict
from lscbsite.pictures import read_picture
from lscbsite.problems import Problem, Problems, RefusedError
from lscbsite.source_files import (
    CONTROL_CHARACTERS,
    LONGEST_PATH,
    make_changed_problem,
    make_name_key,
    make_too_long_problem,
    make_unreadable_problem,
    open_file,
    read_file,
    refuse_special,
    resolve_link,
)

TEMPLATE_ENDINGS = (".html", ".css", ".js", ".svg")
SETTINGS = ("glossary.yaml", "meetings.yaml", "people.yaml", "site.yaml", "topics.yaml")


def scan(site_dir: Path, known: Mapping[str, Source], problems: Problems) -> Sources:
    """List the reports, pages, attachments, templates and settings of a site.

    ``known`` has the files of the last build: an unchanged file (same size, times and inode) keeps
    its digest. New reports and pages are digested when they are parsed, all other files here.

    Hidden files are ignored. Links are followed only where nothing can leak: a pushed link must
    publish neither a file of the machine nor a draft.
    """
    report_misnamed(site_dir, problems)
    documents = [
        *_list_documents(site_dir, "reports", "report", problems),
        *_list_documents(site_dir, "pages", "page", problems),
    ]
    attachments = _list_files(site_dir, "files", problems)
    templates = _list_files(site_dir, "templates", problems)
    form = _list_form(site_dir, problems)
    every = (*documents, *attachments, *templates, *form)
    _report_same_names([file.path for file in every], problems)
    # ``config`` reports the problems with these files.
    settings = list(_list_settings(site_dir))
    return Sources(
        tuple(_reuse_known(file.source, known) for file in documents),
        tuple(_judge_attachments(site_dir, attachments, known, problems)),
        tuple(_digest_files(site_dir, templates, known, problems)),
        tuple(_digest_files(site_dir, settings, known, Problems())),
        tuple(_digest_files(site_dir, form, known, problems)),
    )


def read_contents(site_dir: Path, source: Source, problems: Problems) -> bytes | None:
    """Return the contents of a file, or None, with a problem, if it cannot be read."""
    try:
        return read_file(site_dir, source.path)
    except RefusedError as error:
        problems.add(error.problem)
        return None


def report_active_content(
    attachments: Iterable[Source], allowed: Collection[str], problems: Problems
) -> None:
    """Report the attachments that can be run (F008), except those that the site allows."""
    for attachment in attachments:
        verdict = attachment.verdict
        if verdict is None or not verdict.found or attachment.path in allowed:
            continue
        fix = (
            f"{verdict.fix}; or, if you made or checked it yourself, allow it in site.yaml:"
            f' active_files: ["{attachment.path}"]'
        )
        expected = "a document, a picture or another file that cannot run anything"
        position = attachment.path, verdict.line, verdict.column
        problems.add(Problem(*position, "F008", verdict.found, expected, fix))


def add_missing_digests(site_dir: Path, sources: Sources, problems: Problems) -> Sources:
    """Return the sources with the digests of all reports and pages that can be read."""
    documents = []
    for source in sources.documents:
        if source.digest:
            documents.append(source)
        elif (data := read_contents(site_dir, source, problems)) is not None:
            documents.append(replace(source, digest=digest(data)))
    return replace(sources, documents=tuple(documents))


def add_digests(sources: Sources, digests: Mapping[str, bytes]) -> Sources:
    """Return the sources with only the reports and pages in ``digests``, each with its digest."""
    return replace(
        sources,
        documents=tuple(
            source if source.digest else replace(source, digest=digests[source.path])
            for source in sources.documents
            if source.path in digests
        ),
    )


def read_templates(
    site_dir: Path, templates: Iterable[Source], problems: Problems
) -> tuple[tuple[str, str], ...]:
    """Return the names and texts of the site's own templates."""
    from lscbsite.text import decode

    texts = []
    for source in templates:
        data = read_contents(site_dir, source, problems)
        if data is None:
            continue
        # Other files, such as images, need not be text.
        reported = problems if source.path.endswith(TEMPLATE_ENDINGS) else Problems()
        text = decode(data, source.path, reported)
        if text is not None:
            texts.append((source.path.removeprefix("templates/"), text))
    return tuple(texts)


class _SiteFile(NamedTuple):
    """A file of the site, with its status, or that of its target if it is a link."""

    path: str
    seen: os.stat_result
    link: bool

    @property
    def source(self) -> Source:
        """Return the file as a Source without digest; a link's target is read in every build."""
        number = -1 if self.link else self.seen.st_ino
        seen = self.seen
        return Source(self.path, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns, number)


def _reuse_known(source: Source, known: Mapping[str, Source]) -> Source:
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


def _digest_files(
    site_dir: Path, files: Iterable[_SiteFile], known: Mapping[str, Source], problems: Problems
) -> Iterator[Source]:
    """Yield files with their digests; report and skip files that cannot be read."""
    for file in files:
        source = _reuse_known(file.source, known)
        if source.digest:
            yield source
        elif file_digest := _digest_file(site_dir, file.path, problems):
            yield replace(source, digest=file_digest)


def _digest_file(site_dir: Path, path: str, problems: Problems) -> bytes:
    try:
        with open_file(site_dir, path) as file:
            return digest_file(file)
    except RefusedError as error:
        problems.add(error.problem)
    except OSError as error:
        problems.add(make_unreadable_problem(path, error))
    return b""


def _judge_attachments(
    site_dir: Path, files: Iterable[_SiteFile], known: Mapping[str, Source], problems: Problems
) -> Iterator[Source]:
    """Yield attachments with their digests and verdicts on whether they can be run.

    A verdict depends only on the name, the contents and the rules, so it is reused until one of
    these changes.
    """
    rules = digest_rules()
    for source in _digest_files(site_dir, files, known, problems):
        verdict = _find_known_verdict(source, known, rules)
        if verdict is None:
            verdict = _judge_file(site_dir, source, problems)
        if verdict is not None:
            yield source if verdict is source.verdict else replace(source, verdict=verdict)


def _judge_file(site_dir: Path, source: Source, problems: Problems) -> Verdict | None:
    try:
        with open_file(site_dir, source.path) as file:
            verdict = replace(
                judge(source.path, file),
                picture=read_picture(file),
                hidden=find_hidden_data(source.path, file),
            )
            seen = os.fstat(file.fileno())
    except RefusedError as error:
        problems.add(error.problem)
    except OSError as error:
        problems.add(make_unreadable_problem(source.path, error))
    else:
        # Keep the verdict only if it is about the digested contents.
        if (seen.st_size, seen.st_mtime_ns) == (source.size, source.modified):
            return verdict
        problems.add(make_changed_problem(source.path))
    return None


def _find_known_verdict(
    source: Source, known: Mapping[str, Source], rules: bytes
) -> Verdict | None:
    before = known.get(source.path)
    if before is None or before.digest != source.digest or before.verdict is None:
        return None
    return before.verdict if before.verdict.rules == rules else None


def _list_form(site_dir: Path, problems: Problems) -> list[_SiteFile]:
    """Return the files in admin/ if it is the form: a folder of that name can be anything else."""
    marks = (FORM_SETTINGS, f"{FORM_FOLDER}form.js")
    if (site_dir / FORM_FOLDER).is_dir() and not any(
        os.path.lexists(site_dir / mark) for mark in marks
    ):
        return []
    for path in (FORM_SETTINGS, FORM_PAGE):
        if (site_dir / path).is_dir():
            found, fix = "a folder where a file belongs", 'take it out, and run "lscbsite cms"'
            problems.add(Problem(path, 1, 1, "F004", found, f"a file {path}", fix))
    return _list_files(site_dir, FORM_FOLDER.rstrip("/"), problems)


def _list_settings(site_dir: Path) -> Iterator[_SiteFile]:
    for name in SETTINGS:
        try:
            seen = (site_dir / name).lstat()
            link = stat.S_ISLNK(seen.st_mode)
            yield _SiteFile(name, os.stat(resolve_link(site_dir, name)) if link else seen, link)  # noqa: PTH116
        except (OSError, RefusedError):
            continue


def _list_documents(site_dir: Path, folder: str, kind: str, problems: Problems) -> list[_SiteFile]:
    files = {file.path: file for file in _list_files(site_dir, folder, problems)}
    return [files[path] for path in select_documents(files, kind, problems)]


def _list_files(site_dir: Path, folder: str, problems: Problems) -> list[_SiteFile]:
    """Return the files in a folder and its subfolders, sorted by path.

    Hidden files are skipped; anything else that is not a plain file is reported.
    """
    files = []
    folders = [folder] if _is_usable(site_dir, folder, problems) else []
    while folders:
        path = folders.pop()
        try:
            with os.scandir(site_dir / path) as listed:
                entries = [entry for entry in listed if not entry.name.startswith(".")]
        except OSError as error:
            problems.add(make_unreadable_problem(path, error))
            continue
        for entry in entries:
            try:
                if leftover := explain_leftover(entry.name):
                    problems.add(_make_leftover_problem(f"{path}/{entry.name}", leftover))
                    continue
                file = _inspect_entry(site_dir, f"{path}/{entry.name}", entry)
            except RefusedError as error:
                problems.add(error.problem)
            except OSError as error:
                problems.add(make_unreadable_problem(f"{path}/{entry.name}", error))
            else:
                if file is None:
                    folders.append(f"{path}/{entry.name}")
                else:
                    files.append(file)
    return sorted(files, key=lambda file: file.path)


def _make_leftover_problem(path: str, kind: str) -> Problem:
    printable_path = path.encode("utf-8", "replace").decode()
    found, expected = f"{kind}, which is never published", "only files that somebody wants here"
    return Problem(printable_path, 1, 1, "F009", found, expected, "take it out")


def _is_usable(site_dir: Path, folder: str, problems: Problems) -> bool:
    """Return whether one of the site's folders exists and can be read."""
    location = site_dir / folder
    try:
        seen = location.lstat()
        if stat.S_ISLNK(seen.st_mode):
            seen = Path(resolve_link(site_dir, folder)).lstat()
    except FileNotFoundError:
        return False
    except OSError as error:
        problems.add(make_unreadable_problem(folder, error))
        return False
    except RefusedError as error:
        problems.add(error.problem)
        return False
    if stat.S_ISDIR(seen.st_mode):
        return True
    found, fix = "something else where a folder belongs", "rename it, or take it out"
    problems.add(Problem(folder, 1, 1, "F004", found, f"a folder {folder}", fix))
    return False


def _inspect_entry(site_dir: Path, path: str, entry: "os.DirEntry[str]") -> _SiteFile | None:
    """Return a file with its status, or None for a folder.

    Raises:
        RefusedError: it is neither a file nor a folder, or its name cannot be used.

    """
    try:
        length = len(path) if path.isascii() else len(path.encode())
    except UnicodeEncodeError:
        printable_path = path.encode("utf-8", "replace").decode()
        found, expected = "a file name that is not UTF-8", "a file name in plain letters"
        raise RefusedError(
            Problem(printable_path, 1, 1, "F004", found, expected, "rename the file")
        ) from None
    if CONTROL_CHARACTERS.search(entry.name):
        noun = "folder" if entry.is_dir(follow_symlinks=False) else "file"
        found = f"a line break, a tab or another control character in the name of a {noun}"
        raise RefusedError(
            Problem(path, 1, 1, "F055", found, "a name on one line", f"rename the {noun}")
        )
    if length > LONGEST_PATH:
        raise RefusedError(make_too_long_problem(path))
    if not entry.is_symlink():
        if entry.is_dir(follow_symlinks=False):
            return None
        seen = entry.stat(follow_symlinks=False)
        refuse_special(path, seen.st_mode)
        return _SiteFile(path, seen, link=False)
    seen = Path(resolve_link(site_dir, path)).lstat()
    if stat.S_ISDIR(seen.st_mode):
        fix = "put a copy of the folder here"
        found, expected = "a link to a folder, which is not followed", "a folder"
        raise RefusedError(Problem(path, 1, 1, "F004", found, expected, fix))
    refuse_special(path, seen.st_mode)
    return _SiteFile(path, seen, link=True)


def _report_same_names(paths: Iterable[str], problems: Problems) -> None:
    """Report names of files or folders that are the same on some systems.

    For two such folders, the files inside are not reported as well.
    """
    spelled: dict[str, str] = {}
    # Whether each folder is spelled as in its first occurrence.
    folders = {"": True}

    def is_first(name: str, folder: bool) -> bool:
        other = spelled.setdefault(make_name_key(name), name)
        if other != name:
            problems.add(_make_same_name_problem(name, other, folder=folder))
        return other == name

    def is_known(folder: str) -> bool:
        if folder not in folders:
            above = folder.rpartition("/")[0]
            folders[folder] = is_known(above) and is_first(folder, folder=True)
        return folders[folder]

    for path in paths:
        if is_known(path.rpartition("/")[0]):
            is_first(path, folder=False)


def _make_same_name_problem(name: str, other: str, *, folder: bool) -> Problem:
    if name.casefold() == other.casefold():
        how = f"that differs from {other} only in capitals"
    else:
        how = f"that looks like {other} and differs only in how its letters are stored"
    kind, expected = ("a folder", "one folder") if folder else ("a name", "a name of its own")
    fix = "move the files into one of the two" if folder else "rename one of the two"
    return Problem(name, 1, 1, "F007", f"{kind} {how}", expected, fix)
