"""Rename a report, a board, a topic or a person, and mend what refers to it."""

from pathlib import Path
from typing import NamedTuple

from lscbsite.build import CACHE
from lscbsite.problems import Problems, RefusedError
from lscbsite.rename.apply import WorkTree, apply_changes
from lscbsite.rename.changes import (
    ChangedLine,
    Changes,
    SiteFaultsError,
    make_copy_folder,
    plan_changes,
    raise_settings_errors,
    try_changes,
)
from lscbsite.rename.loaded_site import load_site
from lscbsite.rename.renaming import RenameError, Renaming, UnknownNameError, find_renaming

__all__ = ["ChangedLine", "Changes", "RenameError", "RenameResult", "SiteFaultsError", "rename"]


class RenameResult(NamedTuple):
    """What was renamed, what was changed, and whether git can show and commit all of that."""

    renaming: Renaming
    changes: Changes
    in_git: bool


def rename(site_dir: Path, old: str, new: str, *, dry_run: bool, jobs: int) -> RenameResult:
    """Rename a thing of the site; with ``dry_run``, only work out what would change.

    All changes are worked out first and tried on a copy of the site. So nothing is half done, and
    afterwards the site builds and every reference leads to what it led to before.

    Raises:
        RenameError: OLD or NEW cannot be used, or git refuses.
        SiteFaultsError: the site has errors, or would have.
        OSError: a file cannot be moved or written; nothing was changed.

    """
    tree = WorkTree(site_dir)
    if conflicts := tree.list_conflicts():
        raise RenameError(f"git has conflicts that are not resolved, first in {conflicts[0]}")
    with make_copy_folder(site_dir) as copy:
        site = load_site(site_dir, copy / CACHE, jobs)
        try:
            renaming = find_renaming(site, old, new)
        except UnknownNameError as error:
            raise_settings_errors(site, error.files)
            raise
        try:
            changes = plan_changes(site, renaming)
        except RefusedError as error:
            problems = Problems()
            problems.add(error.problem)
            raise SiteFaultsError(problems, known=True) from error
        try_changes(site, renaming, changes, copy, jobs)
    if not dry_run:
        apply_changes(site_dir, changes, tree)
    changed = [new for _, new in changes.moves] + [*map(changes.get_path, changes.contents)]
    return RenameResult(renaming, changes, not dry_run and tree.can_compare(changed))
