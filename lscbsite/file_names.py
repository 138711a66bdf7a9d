"""What the names of files say: leftovers of programs, copies, dates, patterns."""

import re
from functools import lru_cache
from unicodedata import normalize

from lscbsite.dates import MONTHS

# Files that programs leave beside others, by their names in lower case.
_LEFTOVER_ENDINGS = {
    "a backup copy": (".bak", ".bck", ".backup", ".orig", ".old", ".save", ".sav", ".wbk", ".rej"),
    "a temporary file": (".tmp", ".temp", ".swp", ".swo", ".swn", ".swx", ".kate-swp", ".asd"),
    "an unfinished download": (".part", ".partial", ".crdownload", ".download"),
}
_SYSTEM_NAMES = {
    *("thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini", ".ds_store", "icon\r"),
    *("__macosx", "@eadir", "$recycle.bin", "system volume information", "lost+found"),
}
_WILDCARD = re.compile(r"[*?]")
_DATE = re.compile(
    r"(?:\d{4}([-._ ])\d{1,2}\1\d{1,2}|\d{1,2}([-._ ])\d{1,2}\2(?:\d{4}|\d{2})"
    r"|(?:1\d|2[01])\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?!\d)"
)
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?!\d)")
# What programs add to the names of copies: Windows, macOS, browsers, Dropbox, Syncthing, Nextcloud.
_COPY = re.compile(
    r"(?i)[ _.-]*\((?:[^()]* )?(?:conflicted copy|conflict|in konflikt stehende kopie)[^()]*\)"
    r"|[ _.-]+(?:conflicted copy|sync-conflict-\d+-\d+-\w+)\b[^()]*"
    r"|[ _.-]+(?:copy|kopie|copi)(?: ?\(?\d{1,2}\)?)?"
    r"|[ _-]*\((?:copy|kopie)(?: \d{1,2})?\)"
    r"|[ _-]*\(\d{1,2}\)"
)
_COPY_FIRST = re.compile(r"(?i)(?:copy(?: \(\d+\))? of|kopie von|copi o) +")
# macOS: "2026-09-22 2.md"; a number after a hyphen is what authors write for a second meeting.
_NUMBERED_DATE = re.compile(r"(\d{4}-\d{2}-\d{2}) \d{1,2}")
_USUAL_WORDS = frozenset(
    [
        "board",
        "meeting",
        "meetings",
        "minutes",
        "notes",
        "report",
        "reports",
        "update",
        "agenda",
        "the",
        "of",
        "our",
        "monthly",
    ]
)


def explain_leftover(name: str) -> str:
    """Return what a file or folder is that a program left, '' if its name does not say so."""
    folded = name.casefold()
    if folded in _SYSTEM_NAMES:
        return "a file of the system"
    if folded.startswith(("~$", ".~lock.")):
        return "a lock file with the name of whoever has the document open"
    if folded.endswith("~") or (len(name) > 2 and name.startswith("#") and name.endswith("#")):
        return "a backup copy"
    if folded.startswith("~") and folded.endswith(".tmp"):
        return "a temporary file"
    for kind, endings in _LEFTOVER_ENDINGS.items():
        if folded.endswith(endings) and folded not in endings:
            return kind
    return ""


def is_pattern(text: str) -> bool:
    """Return whether a path of ``publish`` names several files: by a wildcard, or a folder."""
    return text.endswith("/") or _WILDCARD.search(text) is not None


def match_pattern(path: str, pattern: str) -> bool:
    """Return whether a path matches a pattern.

    ``*`` and ``?`` stay within a folder, ``**`` goes through all folders below; a pattern that
    ends in a slash is all of that folder.
    """
    return _compile_pattern(pattern).fullmatch(normalize("NFC", path)) is not None


@lru_cache
def _compile_pattern(pattern: str) -> re.Pattern[str]:
    pattern = normalize("NFC", pattern)
    signs = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    whole = f"{pattern}**" if pattern.endswith("/") else pattern
    parts = re.split(r"(\*\*/|\*\*|[*?])", whole)
    return re.compile("".join(signs.get(part, re.escape(part)) for part in parts), re.DOTALL)


def is_dated(name: str) -> bool:
    """Return whether a name begins with a date in numbers."""
    return _DATE.match(name) is not None


def find_misspelt_date(stem: str) -> str:
    """Return the date that a report's name has in another form than 2012-11-13, '' if there is none.

    A month in words counts beside a number ("4 October", "October 2012") or in a name that says
    no more than what every report is ("October meeting").
    """
    if _ISO_DATE.match(stem):
        return ""
    if match := _DATE.match(stem):
        return match[0]
    words = [match[0] for match in re.finditer(r"[^\W_]+", stem)]
    for index, word in enumerate(words):
        parts = re.fullmatch(r"(?:\d{1,2}(?:st|nd|rd|th)?)?([^\W\d_]+)\d*", word)
        if parts is None or not _is_month(parts[1]):
            continue
        around = words[max(index - 1, 0) : index + 2]
        is_numbered = any(re.fullmatch(r"\d{1,4}(?:st|nd|rd|th)?", near) for near in around)
        others = [other.casefold() for other in words if other != word]
        if is_numbered or parts[1] != word or _USUAL_WORDS.issuperset(others):
            return word
    return ""


def _is_month(word: str) -> bool:
    folded = word.casefold()
    return any(folded in (month, month[:3], month[:4]) for month in MONTHS)


def is_ignored_report(path: str) -> bool:
    """Return whether a file in reports/ is no report: a README, or below a name with "_"."""
    *_, name = parts = path.split("/")
    return any(part.startswith("_") for part in parts) or name.casefold().startswith(
        ("readme.", "read me.")
    )


def find_copied_name(name: str) -> str:
    """Return the name of the file that a Markdown file is a copy of, '' if it is not a copy."""
    stem = name.removesuffix(".md")
    first = _COPY_FIRST.sub("", stem, count=1) if _COPY_FIRST.match(stem) else stem
    if numbered := _NUMBERED_DATE.fullmatch(first):
        first = numbered[1]
    start = next(
        (match.start() for match in _COPY.finditer(first) if match.end() == len(first)), None
    )
    original = first if start is None else first[:start].rstrip()
    return f"{original}.md" if original and original != stem else ""
