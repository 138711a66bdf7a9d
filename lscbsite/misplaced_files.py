"""Report files whose names or places keep them off the site, and say the right ones."""

import os
import re
from collections.abc import Collection, Iterable
from pathlib import Path

from lscbsite.file_names import find_copied_name, is_dated, is_ignored_report
from lscbsite.problems import Problem, Problems

_FOLDERS = {"report": "reports", "page": "pages", "file": "files", "template": "templates"}
_SETTINGS = {
    "site": "site",
    "topic": "topics",
    "topics": "topics",
    "meeting": "meetings",
    "meetings": "meetings",
    "people": "people",
    "person": "people",
    "persons": "people",
    "glossary": "glossary",
    "glossaries": "glossary",
}
_SETTINGS_NAME = re.compile(r"(?i)(\w+)\.(ya?ml|ya?ml\.txt)")
# Endings of Markdown that is not called ".md", and of documents that reports are written in.
_MARKDOWN = (".md.txt", ".md.md", ".markdown.txt", ".markdown", ".mdown", ".mkdn", ".mkd", ".md")
_TEXTS = (".txt", ".text")
_DOCUMENTS = (".docx", ".doc", ".odt", ".rtf", ".pages", ".docm", ".gdoc")


def report_misnamed(site_dir: Path, problems: Problems) -> None:
    """Report files and folders beside site.yaml that nearly have a name that the site reads."""
    try:
        entries = sorted(os.scandir(site_dir), key=lambda entry: entry.name)
    except OSError:
        return
    names = {entry.name for entry in entries}
    for entry in entries:
        is_folder = _is_folder(entry)
        right = _find_right_name(entry.name, is_folder, site_dir)
        if right and right != entry.name:
            kind = "folder" if is_folder else "file"
            fix = f"rename it to {right}"
            if right in names:
                fix = f"move what is in it into {right}, and take it out"
            found = f"a {kind} called {entry.name}"
            _report(problems, entry.name, "F050", found, f"the {kind} {right}", fix)
        # Without site.yaml, this may be the folder reports/ itself.
        elif (
            "site.yaml" in names
            and not is_folder
            and is_dated(entry.name)
            and find_document_name(entry.name)
        ):
            right = find_document_name(entry.name)
            fix = f"move it to reports/{right}"
            if entry.name.lower().endswith(_DOCUMENTS):
                fix = f"copy its text into a new file, reports/{right}"
            found = "a report beside site.yaml"
            _report(problems, entry.name, "F051", found, "a report in the folder reports", fix)


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link in a circle, which is reported where it is followed
        return False


def _find_right_name(name: str, is_folder: bool, site_dir: Path) -> str | None:
    """Return the name of ours that a file or folder has nearly, None if it has none."""
    folded = name.casefold()
    if is_folder:
        right = _FOLDERS.get(folded, folded if folded in _FOLDERS.values() else None)
        # A folder "report" can be anything else.
        if right and folded != right:
            return right if _has_reports(site_dir / name) else None
        return right
    return _find_settings_name(name)


def _find_settings_name(name: str) -> str | None:
    """Return the name of the site's own file that a file should have, None if it is none."""
    match = _SETTINGS_NAME.fullmatch(name)
    stem = _SETTINGS.get(match[1].casefold()) if match else None
    return f"{stem}.yaml" if stem else None


def _has_reports(folder: Path) -> bool:
    try:
        return any(is_dated(name) and name.endswith(".md") for name in os.listdir(folder))  # noqa: PTH208 (names only)
    except OSError:
        return False


def find_document_name(name: str) -> str:
    """Return the name with ".md" that a text should have, '' if it is not one by its ending."""
    folded = name.casefold()
    bare = name.rstrip(" .")
    if is_dated(name) and ("." not in name or (bare != name and bare.casefold().endswith(".md"))):
        return f"{bare.removesuffix('.md').rstrip()}.md"
    for ending in (*_MARKDOWN, *_TEXTS, *_DOCUMENTS):
        if folded.endswith(ending) and len(name) > len(ending):
            return f"{name[: -len(ending)].rstrip()}.md"
    return ""


def select_documents(paths: Iterable[str], kind: str, problems: Problems) -> list[str]:
    """Return the paths of the reports or pages among files; report the others.

    In reports/, a README and names that begin with "_" are no reports.
    """
    listed = list(paths)
    known = set(listed)
    documents = []
    for path in listed:
        if kind == "report" and is_ignored_report(path):
            continue
        if path.endswith(".md") and not path.endswith(".md.md"):
            if not _report_copy(path, known, kind, problems):
                documents.append(path)
        else:
            _report_other(path, known, kind, problems)
    return documents


def _report_copy(path: str, known: Collection[str], kind: str, problems: Problems) -> bool:
    """Report a copy of another file; return whether it is one."""
    folder, _, name = path.rpartition("/")
    original = find_copied_name(name)
    if not original:
        return False
    other = f"{folder}/{original}"
    if other in known:
        found = f"a copy of {other}"
        fix = f"compare it with {other}, keep one, and take the other out"
        if kind == "report":
            fix += f"; a second meeting on the day needs a name of its own, such as {original[:-3]}-evening.md"
    else:
        found, fix = "a name that a program gives to copies", f"rename it to {other}"
    _report(problems, path, "F052", found, f"one file for each {kind}", fix)
    return True


def _report_other(path: str, known: Collection[str], kind: str, problems: Problems) -> None:
    """Report a file in reports/ or pages/ that is not Markdown by its name."""
    folder, _, name = path.rpartition("/")
    if settings := _find_settings_name(name):
        fix = f"move it to the folder above {folder.partition('/')[0]}, as {settings}"
        if settings == "meetings.yaml" and "/" in folder:
            board = folder.partition("/")[2]
            fix = f'{fix}, and write "{board}:" above its list, if that is a board of site.yaml'
        found = f"a file called {name} in the folder {folder}"
        _report(problems, path, "S018", found, f"{settings} beside site.yaml", fix)
        return
    right = find_document_name(name)
    is_markdown = bool(right) and name.casefold().endswith(_MARKDOWN)
    if right and f"{folder}/{right}" not in known and (is_markdown or is_dated(name)):
        fix = f"rename it to {folder}/{right}"
        if name.casefold().endswith(_DOCUMENTS):
            fix = f"copy its text into a new file, {folder}/{right}, and move this one to files/"
        found = f"a {kind} whose name ends in {name[len(right) - 3 :].strip() or name}"
        _report(problems, path, "F051", found, "a name that ends in .md", fix)
        return
    fix = "give a text file a name that ends in .md; move any other file to files/"
    if right and f"{folder}/{right}" in known:
        fix = f"the site shows {folder}/{right}; move this file to files/, or take it out"
    _report(problems, path, "F005", "a file that the site does not use", f"a {kind} (.md)", fix)


def _report(problems: Problems, path: str, code: str, found: str, expected: str, fix: str) -> None:
    problems.add(Problem(path, 1, 1, code, found, expected, fix))
