"""Find out what is renamed, and to what."""

import os
import posixpath
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize

from lscbsite.file_names import match_pattern
from lscbsite.model import make_person_key
from lscbsite.problems import KnownNames, quote_value
from lscbsite.rename.loaded_site import LoadedSite
from lscbsite.source_files import list_folders

KINDS = ("report", "board", "topic", "person")
# The file with each kind of thing that has no file of its own.
_FILES = {"board": "site.yaml", "topic": "topics.yaml", "person": "people.yaml"}
_ID = re.compile(r"(?!.{101})[a-z0-9]+(?:[-_][a-z0-9]+)*")
_PATTERN = re.compile(r"[*?]")
# What some system does not allow in names, or what has a meaning in addresses or double brackets.
_FORBIDDEN = re.compile(r'[\\\x00-\x1f\x7f\[\]|#:?*"<>]')


class RenameError(Exception):
    """Nothing is renamed; the message says why, and what to do."""


class UnknownNameError(RenameError):
    """OLD is nothing that the site has; ``files`` are the settings that could have it."""

    def __init__(self, message: str, files: tuple[str, ...]) -> None:
        super().__init__(message)
        self.files = files


class Renaming(NamedTuple):
    """What is renamed: a report, or several; a board; a topic; or a person.

    ``reports`` are the ids of reports before and after; those of a board's reports change with the
    name of its folder. ``old`` and ``new`` are the ids of the board or topic, or the person's names.
    ``moves`` are the paths of files or folders before and after.
    """

    kind: str
    old: str
    new: str
    reports: Mapping[str, str]
    moves: tuple[tuple[str, str], ...]

    def get_id(self, id_: str) -> str:
        """Return the id that a report has afterwards."""
        return self.reports.get(id_, id_)

    def get_path(self, path: str) -> str:
        """Return the path that a file has afterwards."""
        if path.startswith("reports/") and path.endswith(".md"):
            return f"reports/{self.get_id(path[8:-3])}.md"
        return path

    def get_board(self, board: str) -> str:
        """Return the id that a board has afterwards."""
        return self.new if self.kind == "board" and board == self.old else board

    def find_root_board(self, site: LoadedSite) -> str:
        """Return the id (before) of the board whose reports are directly in reports/, or ''."""
        boards = site.config.site.boards.items()
        return next((id_ for id_, board in boards if getattr(board, "folder", None)), "")


def find_renaming(site: LoadedSite, old: str, new: str) -> Renaming:
    """Find what OLD and NEW mean on a site.

    Raises:
        UnknownNameError: OLD is nothing.
        RenameError: OLD is several things, or NEW cannot be a name of that kind.

    """
    kind, old = _split_kind(old)
    new_kind, new = _split_kind(new)
    if kind and new_kind and kind != new_kind:
        raise RenameError(f"a {kind} cannot become a {new_kind}: write the same word before both")
    if not old.strip() or not new.strip():
        raise RenameError("a name is missing: write the old and the new one")
    found = {name: ids for name, ids in _find(site, old).items() if kind in ("", name)}
    if not found:
        files = tuple(file for name, file in _FILES.items() if kind in ("", name))
        raise UnknownNameError(_explain_unknown(site, old, kind), files)
    if len(found) > 1:
        meant = " or ".join(f'"{name}:{old}"' for name in found)
        whats = " and ".join(f"a {name}" for name in found)
        raise RenameError(f"{quote_value(old)} is {whats}: write {meant}")
    ((kind, ids),) = found.items()
    if kind == "report":
        return _rename_reports(site, ids, old, new)
    if kind == "person":
        return _rename_person(site, ids[0], new)
    return _rename_id(site, kind, ids[0], new)


def _split_kind(name: str) -> tuple[str, str]:
    kind, colon, rest = name.partition(":")
    return (kind, rest.strip()) if colon and kind in KINDS else ("", name.strip())


def _find(site: LoadedSite, old: str) -> dict[str, list[str]]:
    """Return the ids that a name can mean, by the kind of thing."""
    config = site.config
    name = clean_report_name(site.folder, old)
    reports = site.reports
    if _PATTERN.search(name) or name.endswith("/"):
        ids = [report.id for id_, report in reports.items() if match_pattern(id_, name)]
    else:
        ids = [reports[name].id] if name in reports else []
    found = {"report": ids}
    for kind, known in (("board", config.site.boards), ("topic", config.topics)):
        found[kind] = [old] if old in known else []
    key = make_person_key(old)
    found["person"] = [person for person in config.people if make_person_key(person) == key]
    return {kind: ids for kind, ids in found.items() if ids}


def _explain_unknown(site: LoadedSite, old: str, kind: str) -> str:
    config = site.config
    key = make_person_key(old)
    for name, person in config.people.items():
        if any(make_person_key(alias) == key for alias in person.aliases):
            return (
                f"{quote_value(old)} is an alias of {quote_value(name)} in people.yaml: rename that"
            )
    names = {
        "report": list(site.reports),
        "board": list(config.site.boards),
        "topic": list(config.topics),
        "person": list(config.people),
    }
    known = [name for each, of_kind in names.items() if kind in ("", each) for name in of_kind]
    name = clean_report_name(site.folder, old)
    hint = KnownNames(known).suggest(name, "write a name as the site's files have it")
    what = f"no {kind}" if kind else "no report, board, topic or person"
    if _PATTERN.search(name):
        return f"no report's name matches {quote_value(name)}"
    return f"there is {what} {quote_value(name)}; {hint}"


def clean_report_name(site_dir: Path, name: str) -> str:
    """Return the id in the name of a report, which may be the path of its file."""
    name = normalize("NFC", name).removeprefix("./")
    prefix = "" if str(site_dir) == "." else f"{site_dir.as_posix().rstrip('/')}/"
    name = name.removeprefix(normalize("NFC", prefix)).removeprefix("./")
    return name.removeprefix("reports/").removesuffix(".md")


def _rename_reports(site: LoadedSite, ids: list[str], old: str, new: str) -> Renaming:
    name = clean_report_name(site.folder, new)
    in_folder = name.endswith("/") or name in ("", ".")
    is_pattern = _PATTERN.search(old) or old.endswith("/")
    if is_pattern and not in_folder:
        raise RenameError(
            f'{quote_value(old)} can be several reports: write the folder they go into, as "{name}/"'
        )
    if not in_folder and "/" not in new and posixpath.basename(ids[0]) != name:
        # A new name alone stays in the folder; the old one alone moves the report out of it.
        name = posixpath.join(posixpath.dirname(ids[0]), name)
    folder = "" if name in ("", ".", "./") else name
    pairs = {id_: f"{folder}{posixpath.basename(id_)}" if in_folder else name for id_ in ids}
    pairs = {before: after for before, after in pairs.items() if before != after}
    if not pairs:
        raise RenameError(f"{quote_value(old)} has this name already")
    for after in pairs.values():
        _check_report_name(site, after, pairs)
    moves = tuple(
        (f"reports/{before}.md", f"reports/{after}.md") for before, after in pairs.items()
    )
    return Renaming("report", ids[0], "", pairs, moves)


def _check_report_name(site: LoadedSite, name: str, pairs: Mapping[str, str]) -> None:
    parts = name.split("/")
    if (
        "" in parts
        or any(part.startswith(".") for part in parts)
        or _FORBIDDEN.search(name)
        or name != name.strip()
    ):
        raise RenameError(
            f"{quote_value(name)} cannot be the name of a report: write it as 2012-11-13 or 2012/2012-11-13"
        )
    if list(pairs.values()).count(name) > 1:
        raise RenameError(f"two reports would have the name {quote_value(name)}; rename one first")
    _check_free(site, f"reports/{name}.md")


def _check_free(site: LoadedSite, path: str) -> None:
    if os.path.lexists(site.folder / path):
        raise RenameError(f"there is already {path}; nothing was renamed")
    for folder in list_folders(path):
        if os.path.lexists(site.folder / folder) and not (site.folder / folder).is_dir():
            raise RenameError(f"{folder} is a file, not a folder; choose another name")


def _rename_id(site: LoadedSite, kind: str, old: str, new: str) -> Renaming:
    if not _ID.fullmatch(new):
        guess = re.sub(r"[^a-z0-9]+", "-", new.casefold()).strip("-")
        hint = f'did you mean "{guess}"?' if guess else "write it as in child-protection"
        raise RenameError(
            f"{quote_value(new)} is no id of a {kind}: small letters a to z, digits and hyphens; {hint}"
        )
    boards = site.config.site.boards
    known = boards if kind == "board" else site.config.topics
    if old == new:
        raise RenameError(f"{quote_value(old)} has this name already")
    if new in known:
        raise RenameError(f"there is already a {kind} {quote_value(new)}; nothing was renamed")
    reports: dict[str, str] = {}
    moves: tuple[tuple[str, str], ...] = ()
    if kind == "board" and getattr(boards[old], "folder", None) is None:
        _check_free(site, f"reports/{new}")
        reports = {
            report.id: f"{new}/{report.id[len(old) + 1 :]}"
            for report in site.documents.reports
            if report.id.startswith(f"{old}/")
        }
        if (site.folder / "reports" / old).is_dir():
            moves = ((f"reports/{old}", f"reports/{new}"),)
    return Renaming(kind, old, new, reports, moves)


def _rename_person(site: LoadedSite, old: str, new: str) -> Renaming:
    new = " ".join(new.split())
    key = make_person_key(new)
    if new == old:
        raise RenameError(f"{quote_value(old)} has this name already")
    for name in site.config.people:
        if name != old and make_person_key(name) == key:
            raise RenameError(f"there is already a person {quote_value(name)}; nothing was renamed")
    return Renaming("person", old, new, {}, ())
