"""Find the reports that have taken the place of published ones: the same under another name."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Set
from html import unescape
from pathlib import Path

from lscbsite.model import Board

ROOT = "."
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_MAIN = re.compile(r"<main\b.*?</main>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_WORD = re.compile(r"\w{3,}")
# So much of a report's words must be on the old page.
_ENOUGH = 0.8
# Comparing the words of more pairs takes too long.
_MOST_PAIRS = 2500


def find_successors(
    gone: Iterable[str], new: Iterable[str], site_dir: Path, output_dir: Path
) -> dict[str, str]:
    """Return the new reports that are probably published ones that are gone, by the old ids.

    Reports are compared by the end of their names, then by their words, and by the date in their
    names. The words of an old one are those of its page in the output folder.
    """
    found: dict[str, str] = {}
    left = sorted(new)
    by_end: dict[str, list[str]] = {}
    for name in left:
        by_end.setdefault(_get_end(name), []).append(name)
    for old in sorted(gone):
        alike = by_end.get(_get_end(old), [])
        if len(alike) == 1:
            found[old] = alike.pop()
            left.remove(found[old])
    others = [old for old in sorted(gone) if old not in found]
    if not others or len(others) * len(left) > _MOST_PAIRS:
        return found
    old_words = {old: _read_page_words(output_dir, old) for old in others}
    new_words = {name: _read_words(site_dir / f"reports/{name}.md") for name in left}
    pairs = sorted(
        (-_compare(old_words[old], new_words[name]), not _has_same_date(old, name), old, name)
        for old in others
        for name in left
    )
    for likeness, differs, old, name in pairs:
        is_likely = -likeness >= _ENOUGH or not differs
        if is_likely and old not in found and name not in found.values():
            found[old] = name
    return found


def find_renamed_boards(
    successors: Mapping[str, str], boards: Mapping[str, Board], before: Set[str]
) -> dict[str, str]:
    """Return the boards into whose folders all reports of another folder have gone, by that folder.

    ``boards`` are the site's, ``before`` the ids of those that it had; "." is reports/ itself.
    """
    folders = {board.folder or id_: id_ for id_, board in boards.items()}
    moves: dict[str, Counter[str]] = {}
    for old, new in successors.items():
        old_folder, new_folder = _get_folder(old, before), _get_folder(new, folders.keys())
        if old_folder != new_folder and _get_rest(old, old_folder) == _get_rest(new, new_folder):
            moves.setdefault(old_folder, Counter())[new_folder] += 1
    renamed = {}
    for old_folder, counts in moves.items():
        [(new_folder, _)] = counts.most_common(1)
        board = folders.get(new_folder)
        if board and board not in before and new_folder != ROOT and old_folder not in folders:
            renamed[old_folder] = board
    return renamed


def is_of_folder(name: str, folder: str, before: Set[str]) -> bool:
    """Return whether a report was in a board's folder; ``before`` are the boards that there were."""
    return _get_folder(name, before) == folder


def _get_folder(name: str, boards: Set[str]) -> str:
    folder, slash, _ = name.partition("/")
    return folder if slash and folder in boards else ROOT


def _get_rest(name: str, folder: str) -> str:
    return name if folder == ROOT else name.removeprefix(f"{folder}/")


def _get_end(name: str) -> str:
    return name.rpartition("/")[2]


def _has_same_date(old: str, new: str) -> bool:
    dates = [_DATE.search(name) for name in (old, new)]
    return all(dates) and dates[0][0] == dates[1][0]  # type: ignore[index]


def _compare(old: Set[str], new: Set[str]) -> float:
    """Return which part of a new report's words is on an old page."""
    return len(old & new) / len(new) if new else 0


def _read_page_words(output_dir: Path, name: str) -> Set[str]:
    """Return the words of a report's page as an earlier build has left it."""
    text = _read(output_dir / f"reports/{name}/index.html")
    main = _MAIN.search(text)
    return _find_words(unescape(_TAG.sub(" ", main[0] if main else text)))


def _read_words(path: Path) -> Set[str]:
    """Return the words of a report's text."""
    return _find_words(_TAG.sub(" ", _read(path).partition("\n---")[2]))


def _find_words(text: str) -> Set[str]:
    return set(_WORD.findall(text.casefold()))


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except OSError:
        return ""
