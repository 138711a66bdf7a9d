"""Work out all changes of a renaming, and try them on a copy of the site."""

import difflib
import os
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize

from lscbsite.build import CACHE, Options, build
from lscbsite.model import MANIFEST, make_report_url
from lscbsite.problems import Problem, Problems, ProblemsFoundError
from lscbsite.progress import Progress
from lscbsite.rename.fields import FieldMender
from lscbsite.rename.file_text import Edit
from lscbsite.rename.loaded_site import LoadedSite, Resolved, load_site, resolve_all
from lscbsite.rename.references import ReferenceMender, Unmended
from lscbsite.rename.renaming import RenameError, Renaming
from lscbsite.stopping import finish_first
from lscbsite.text import decode


class SiteFaultsError(Exception):
    """The site has errors (``problems``), or, unless they are ``known``, would have them."""

    def __init__(self, problems: Problems, *, known: bool) -> None:
        super().__init__(problems)
        self.problems = problems
        self.known = known


class ChangedLine(NamedTuple):
    """A changed part of a file: its first line's number, and the lines before and after."""

    path: str
    line: int
    before: tuple[str, ...]
    after: tuple[str, ...]


class Changes(NamedTuple):
    """What a renaming does: ``moves`` are paths of files and folders before and after.

    ``contents`` are the new contents of files and ``before`` the old ones, by the path before it is
    moved. ``notes`` say what else an author should know.
    """

    moves: tuple[tuple[str, str], ...]
    before: Mapping[str, bytes]
    contents: Mapping[str, bytes]
    notes: tuple[str, ...]

    def get_path(self, path: str) -> str:
        """Return the path of a file after the renaming."""
        for old, new in self.moves:
            if path == old or path.startswith(f"{old}/"):
                return new + path[len(old) :]
        return path

    def list_lines(self) -> Iterator[ChangedLine]:
        """Yield the changed lines; those of moved files have the new path."""
        for path, data in sorted(self.contents.items()):
            texts = [decode(each, path, Problems()) or "" for each in (self.before[path], data)]
            old, new = (text.split("\n") for text in texts)
            matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
            for tag, begin, end, new_begin, new_end in matcher.get_opcodes():
                if tag != "equal":
                    lines = tuple(old[begin:end]), tuple(new[new_begin:new_end])
                    yield ChangedLine(self.get_path(path), new_begin + 1, *lines)


def plan_changes(site: LoadedSite, renaming: Renaming) -> Changes:
    """Work out all changes of a renaming; nothing is written.

    Raises:
        RenameError: a reference cannot be mended; the message says what to write.
        RefusedError: a file cannot be read.

    """
    edits: dict[str, list[Edit]] = defaultdict(list)
    unmended: list[Unmended] = []
    references = ReferenceMender(site, renaming)
    if renaming.kind != "person":
        for found in references.list_edits():
            if isinstance(found, Unmended):
                unmended.append(found)
            else:
                edits[found[0]].append(found[1])
    if unmended:
        places = "; ".join(
            f'{entry.path}:{entry.position.line}:{entry.position.column}: "{entry.wanted}"'
            for entry in unmended
        )
        raise RenameError(
            f"these links cannot be changed: take them out, then write them again as {places}"
        )
    fields = FieldMender(site, renaming, references)
    for path, edit in fields.list_edits():
        edits[path].append(edit)
    try:
        contents = {path: site.read(path).apply(found) for path, found in edits.items()}
    except ValueError as error:
        raise RenameError(f"{error}: change one of them by hand, then rename") from error
    contents = {path: data for path, data in contents.items() if data != site.read(path).data}
    before = {path: site.read(path).data for path in contents}
    return Changes(renaming.moves, before, contents, tuple(fields.notes))


def try_changes(
    site: LoadedSite, renaming: Renaming, changes: Changes, copy: Path, jobs: int
) -> None:
    """Make the changes in ``copy``, an empty folder, and see whether everything leads where it did.

    Raises:
        SiteFaultsError: the site would have errors.
        RenameError: something would lead elsewhere.

    """
    _copy_site(site.folder, changes, copy)
    problems = Problems()
    with suppress(ProblemsFoundError):
        build(Options(copy, None, jobs=jobs, allow_removal=True), problems, Progress())
    if problems.has_errors():
        _raise_faults(site, changes, problems, jobs)
    _compare(site, load_site(copy, copy / CACHE, jobs), renaming)


def raise_settings_errors(site: LoadedSite, files: Iterable[str]) -> None:
    """Raise an error if some of the files with the settings have errors.

    Raises:
        SiteFaultsError: they have.

    """
    problems = site.problems.select(files)
    if errors := _select_errors(problems):
        raise _make_faults_error(site, errors, known=True)


def _raise_faults(site: LoadedSite, changes: Changes, problems: Problems, jobs: int) -> None:
    """Raise an error that says whether the site has the same errors now."""
    now = Problems()
    with suppress(ProblemsFoundError):
        build(
            Options(site.folder, None, jobs=jobs, cached=False, allow_removal=True), now, Progress()
        )
    errors = _select_errors(problems)
    found = {(each.path, each.code, each.found) for each in errors}
    # Paths and lines as they are now: those of the copy are of no use to an author.
    old = [
        each
        for each in _select_errors(now)
        if (changes.get_path(each.path), each.code, each.found) in found
    ]
    raise _make_faults_error(site, old or errors, known=bool(old))


def _make_faults_error(site: LoadedSite, errors: list[Problem], *, known: bool) -> SiteFaultsError:
    result = Problems()
    result.configure(site.config.site.rules)
    result.extend(errors)
    return SiteFaultsError(result, known=known)


def _select_errors(problems: Problems) -> list[Problem]:
    return [each for each in problems.list_sorted() if problems.get_severity(each) == "error"]


def _compare(before: LoadedSite, after: LoadedSite, renaming: Renaming) -> None:
    """Compare where all references of two sites lead; one that led nowhere may lead anywhere.

    Raises:
        RenameError: a report is not read any more, or a reference leads elsewhere.

    """
    expected = {normalize("NFC", renaming.get_id(report.id)) for report in before.reports.values()}
    if lost := expected - after.reports.keys():
        raise RenameError(f'"{min(lost)}" is not read as a report: choose another name')
    found = {normalize("NFC", path): resolved for path, resolved in resolve_all(after)}
    moved = {make_report_url(old): make_report_url(new) for old, new in renaming.reports.items()}
    for path, resolved in resolve_all(before):
        new_path = normalize("NFC", renaming.get_path(path))
        wanted = Resolved(
            tuple(_move_url(url, renaming, moved) for url in resolved.urls),
            tuple((renaming.get_id(report), ask) for report, ask in resolved.asks),
        )
        now = found[new_path]
        same = len(now.urls) == len(wanted.urls) and len(now.asks) == len(wanted.asks)
        pairs = [
            *zip(wanted.urls, now.urls, strict=False),
            *zip(wanted.asks, now.asks, strict=False),
        ]
        if not same or any(old != new for old, new in pairs if old and old[0]):
            raise RenameError(
                f"a reference in {path} would lead elsewhere than now; change it by hand, then rename"
            )


def _move_url(url: str | None, renaming: Renaming, moved: Mapping[str, str]) -> str | None:
    """Return the address that a reference leads to after the renaming."""
    if url is None:
        return None
    path, mark, fragment = url.partition("#")
    path = moved.get(path, path)
    if renaming.kind in ("board", "topic"):
        prefix = f"{renaming.kind}s/{renaming.old}/"
        if path.startswith(prefix):
            path = f"{renaming.kind}s/{renaming.new}/{path[len(prefix) :]}"
    return f"{path}{mark}{fragment}"


@contextmanager
def make_copy_folder(site_dir: Path) -> Iterator[Path]:
    """Make a folder for a copy of the site, with its cache; remove it afterwards."""
    cache_dir = site_dir / CACHE.parent
    is_new, copy = False, None
    try:
        # A signal must not come between the making of a folder and the knowledge of it.
        with finish_first(then_stop=True):
            try:
                with suppress(FileExistsError):
                    cache_dir.mkdir()
                    is_new = True
                copy = Path(tempfile.mkdtemp(prefix="rename-", dir=cache_dir))
            except OSError:  # a site that cannot be written
                copy = Path(tempfile.mkdtemp(prefix="lscbsite-rename-"))
        (copy / CACHE).parent.mkdir()
        with suppress(OSError):
            shutil.copyfile(site_dir / CACHE, copy / CACHE)
        yield copy
    finally:
        if copy:
            shutil.rmtree(copy, ignore_errors=True)
        if is_new:
            with suppress(OSError):
                cache_dir.rmdir()


def _copy_site(site_dir: Path, changes: Changes, copy: Path) -> None:
    """Copy what a site reads, with the changes.

    Attachments are linked if the system can do that, as they may be large.
    """
    for path in _list_files(site_dir):
        target = copy / changes.get_path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        if path in changes.contents:
            target.write_bytes(changes.contents[path])
        else:
            _copy_file(site_dir / path, target, linked=path.startswith("files/"))


def _list_files(site_dir: Path) -> Iterator[str]:
    """Yield the files of a site, but for hidden ones and for outputs."""
    for folder, folders, names in os.walk(site_dir):
        inside = Path(folder).relative_to(site_dir)
        folders[:] = [
            name
            for name in folders
            if not name.startswith(".") and not os.path.lexists(Path(folder, name, MANIFEST))
        ]
        links = [name for name in folders if Path(folder, name).is_symlink()]
        if inside == Path():
            # The build follows these, if they are links.
            for name in {"reports", "pages", "templates"}.intersection(links):
                links.remove(name)
                for path in _list_files(site_dir / name):
                    yield f"{name}/{path}"
        for name in (*names, *links):
            if not name.startswith("."):
                yield (inside / name).as_posix()


def _copy_file(source: Path, target: Path, *, linked: bool) -> None:
    with suppress(OSError):
        if source.is_symlink():
            target.symlink_to(source.readlink())
            return
        if not source.is_file():
            return  # a pipe or a device, which the build refuses
        if linked:
            os.link(source, target)
            return
    if not target.exists() and source.is_file():
        with suppress(OSError):
            shutil.copy2(source, target)
