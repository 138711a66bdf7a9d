"""Find characters that word processors insert: bullets, curly quotes, special spaces."""

import re

from lscbsite.problems import SPECIAL_SPACE, quote_value

# The arguments of Document.report: the index, the code, what was found and expected, and the fix.
Diagnosis = tuple[int, str, str, str, str]

_SPECIAL_SPACE_AFTER_KEY = re.compile(rf"^[\w-]+:({SPECIAL_SPACE})", re.MULTILINE)
# Before an entry or a key, or behind the hyphen of an entry.
_SPECIAL_SPACE_IN_INDENT = re.compile(
    rf"^[ \t]*(?:({SPECIAL_SPACE})\s*(?:-\s|[\w-]+:(?:\s|$))|-({SPECIAL_SPACE}))", re.MULTILINE
)
_SPECIAL_SPACE_IN_ROW = re.compile(rf"[ \t]*(?:-|(?:- +)*[\w-]+:)?({SPECIAL_SPACE})")
# Bullets and dashes of several programs, Markdown's other bullets, and numbers. Word's symbol font
# has its bullets among the characters for private use.
_BULLET = re.compile(
    "(?P<indent>[ \t]*)(?P<bullet>[•‣⁃◦▪▫■□●○·∙➢➤✓✔❖\ue000-\uf8ff](?=[ \t]*\\S)"
    "|(?:[–—―−‐‑‒*+]|o(?=\t)|[0-9]{1,2}[.)])(?=[ \t]+\\S)|-(?=[^\\W\\d_]))"
)
_OPENS_A_LIST = re.compile(r"(?P<indent>[ \t]*)(?:- +)?[\w-]+[ \t]*:[ \t]*(?:#.*)?")
_ENTRY = re.compile(r"(?P<indent>[ \t]*)-[ \t]")
_CURLY = "“”„‟«»‘’‚"
_ROW_WITH_CURLY_QUOTE = re.compile(
    rf"(?P<start>[ \t]*(?:- +)*(?:[\w-]+ *: +)?)[“„‟«](?P<words>[^{_CURLY}]*(?:’[^{_CURLY}]+)*)"
    r"(?P<end>[“”»\"]?)[ \t]*"
)


def find_special_space(text: str, *indexes: int) -> Diagnosis | None:
    """Find a special space, which YAML reads as a letter.

    It is in the line of one of the indexes, or further up before or after a key, which YAML does
    not see then.
    """
    end = text.find("\n", max(indexes))
    end = end if end >= 0 else len(text)
    match = _SPECIAL_SPACE_AFTER_KEY.search(text, 0, end)
    match = match or _SPECIAL_SPACE_IN_INDENT.search(text, 0, end)
    for index in indexes:
        match = match or _SPECIAL_SPACE_IN_ROW.match(text, text.rfind("\n", 0, index) + 1)
    if match is None:
        return None
    group = match.lastindex or 1
    space = f"a special space (U+{ord(match[group]):04X})"
    fix = "delete it and press the space bar"
    return match.start(group), "F013", space, "an ordinary space", fix


def begins_with_special_space(text: str) -> bool:
    """Return whether a text begins with a special space."""
    return bool(re.match(SPECIAL_SPACE, text))


def find_bullet(text: str, index: int) -> Diagnosis | None:
    """Find the first list entry, in the line of ``index`` or above, that begins with a bullet.

    A bullet inside a text of several lines is part of that text.
    """
    start = 0
    # The indent of the last line that can have entries below it; -1 if it cannot.
    opened = -1
    for row in text.split("\n"):
        if start > index:
            return None
        bullet = _BULLET.match(row)
        if bullet and 0 <= opened <= len(bullet["indent"]):
            return _report_bullet(start + bullet.start("bullet"), bullet["bullet"])
        if match := _OPENS_A_LIST.fullmatch(row) or _ENTRY.match(row):
            opened = len(match["indent"])
        elif row.strip() and len(row) - len(row.lstrip()) <= opened:
            opened = -1
        start += len(row) + 1
    return None


def _report_bullet(index: int, bullet: str) -> Diagnosis:
    name = quote_value(bullet)
    if "\ue000" <= bullet <= "\uf8ff":
        name = f"a bullet of a word processor (U+{ord(bullet):04X})"
    found, expected = f"a line that begins with {name}", 'a "-" before each entry of a list'
    fix = f'begin each entry with "- " (a hyphen and a space), in place of {name}'
    if bullet == "-":
        return (
            index,
            "F013",
            'a "-" without a space after it',
            expected,
            'write "- " (a hyphen and a space)',
        )
    if bullet in "*+":
        fix = f'write "-" in place of "{bullet}"'
    return index, "F013", found, expected, fix


def find_curly_quote(text: str, index: int) -> Diagnosis | None:
    """Find, in the line of ``index``, a value that begins with a curly quotation mark.

    YAML reads it as a letter, so that a colon inside the quotes ends a key.
    """
    start = text.rfind("\n", 0, index) + 1
    row = text[start:].partition("\n")[0]
    match = _ROW_WITH_CURLY_QUOTE.match(row)
    if not match:
        return None
    whole = match.end() == len(row) and match["end"]
    written = match["words"].replace("’", "'")
    fix = "replace them with straight ones"
    if whole and len(written) <= 60 and '"' not in written and "\\" not in written:
        fix = f'{fix}: {match["start"].strip()} "{written}"'
    found = "curly quotation marks, as word processors write them"
    return start + match.end("start"), "F013", found, "straight ones, or none", fix


def remove_curly_quotes(text: str) -> str:
    """Return a text without the curly quotation marks around it."""
    return text.strip(_CURLY).strip()
