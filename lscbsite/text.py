"""Decode files, and refuse what is not text."""

import codecs
import re
from collections.abc import Iterator, Mapping

from lscbsite.problems import Problem, Problems, quote_value

_LOW = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff"
_HIGH = "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000)
)
# C0 and C1 controls but tab, LF and CR, and the noncharacters: HTML and XML forbid them.
# Matching a range first is much faster than matching the many high characters.
CONTROL_CHARACTERS = re.compile(f"[{_LOW}\U0001fffe-\U0010ffff](?<=[{_LOW}{_HIGH}])")


# Line breaks of word processors: without a space, the words around them would run together.
_BREAKS = dict.fromkeys("\x0b\x0c\x85", " ")
_PLACEHOLDER = re.compile(r"@(\w+)@")


def remove_controls(text: str) -> str:
    """Return a text without the characters that HTML and XML forbid."""
    return text if _is_plain(text) else CONTROL_CHARACTERS.sub("", text)


def fill_placeholders(text: str, words: Mapping[str, str]) -> str:
    """Return a text with words in place of their names between two "@": "@title@"."""
    return _PLACEHOLDER.sub(lambda found: words[found[1]], text)


def _is_plain(text: str) -> bool:
    """Return whether a quick check shows that a text has no control characters."""
    return text.replace("\n", " ").replace("\t", " ").isprintable()


def decode(data: bytes, path: str, problems: Problems) -> str | None:
    """Return a file's text with LF line ends, or None, with a problem, if it is not text.

    A byte order mark is skipped, CRLF and CR become LF. A NUL is an error, and so are git's conflict
    markers; other control characters are dropped with a warning, line breaks become a space.
    """
    if kind := _name_office_file(data):
        fix = "copy its text into a new file, and save that as plain text"
        problems.add(Problem(path, 1, 1, "F001", kind, "UTF-8 text", fix))
        return None
    save = 'save the file again with the encoding "UTF-8"'
    # In UTF-16 without a byte order mark, nearly every second byte is a NUL.
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or data.count(0) * 3 > len(data):
        problems.add(Problem(path, 1, 1, "F001", "a UTF-16 file", "UTF-8 text", save))
        return None
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line, column = _locate(_normalize_line_ends(data[: error.start].decode()))
        byte = data[error.start : error.start + 1]
        found = f"the byte 0x{byte.hex().upper()}"
        if meant := byte.decode("cp1252", "ignore"):
            found += f', perhaps "{meant}" as Windows saves it'
        problems.add(Problem(path, line, column, "F001", found, "UTF-8 text", save))
        return None
    text = _normalize_line_ends(text)
    if "\0" in text:
        line, column = _locate(text[: text.index("\0")])
        found = "an invisible character (NUL)"
        problems.add(Problem(path, line, column, "F002", found, "text", "take it out"))
        return None
    if "<<<<<<<" in text or ">>>>>>>" in text:
        conflicts = tuple(_find_conflicts(text, path))
        problems.extend(conflicts)
        if conflicts:
            return None
    if not _is_plain(text) and (dropped := CONTROL_CHARACTERS.findall(text)):
        start = CONTROL_CHARACTERS.search(text)
        line, column = _locate(text[: start.start()] if start else "")
        first = f"U+{ord(dropped[0]):04X}"
        # Windows' quotation marks, read as Latin 1, are such controls.
        meant = dropped[0].encode("latin-1", "ignore").decode("cp1252", "ignore")
        if meant not in ("", dropped[0]):
            first += f' (perhaps meant as "{meant}")'
        count = f", and {len(dropped) - 1} more like it" if len(dropped) > 1 else ""
        problems.add(
            Problem(
                path,
                line,
                column,
                "F003",
                f"the control character {first}{count}",
                "text without control characters",
                "take it out; the page leaves it out",
            )
        )
        text = CONTROL_CHARACTERS.sub(lambda match: _BREAKS.get(match[0], ""), text)
    return text


def _find_conflicts(text: str, path: str) -> Iterator[Problem]:
    """Yield a problem for each line with which git begins or ends one side of a conflict (F016)."""
    for number, row in enumerate(text.split("\n"), 1):
        if re.match(r"<{7}(?: |$)", row):
            fix = (
                'keep one of the two versions below, and take out the lines "<<<<<<<", "=======" and'
                ' ">>>>>>>"'
            )
        elif re.match(r">{7}(?: |$)", row):
            fix = "take the line out"
        else:
            continue
        found = f"{quote_value(row)}, with which git marks two versions of the same lines"
        yield Problem(path, number, 1, "F016", found, "one version", fix)


def _name_office_file(data: bytes) -> str:
    """Return the kind of an office file by its contents, or '' for other files."""
    if data.startswith(b"PK\x03\x04"):
        if b"vnd.oasis.opendocument" in data[:200]:
            return "an OpenDocument file"
        return "an Excel file" if b"xl/workbook" in data else "a Word file"
    starts = {
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "a Word file",
        b"{\\rtf": "an RTF file",
        b"%PDF-": "a PDF file",
    }
    return next((kind for start, kind in starts.items() if data.startswith(start)), "")


def _normalize_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _locate(before: str) -> tuple[int, int]:
    return before.count("\n") + 1, len(before) - before.rfind("\n")
