"""Split a file at its fences into front matter and body, and say where a fence is missing."""

import re
from functools import cache
from typing import Any

import msgspec

from lscbsite.model import FrontMatter, PageFrontMatter
from lscbsite.parsing.yaml_reader import is_key_name
from lscbsite.problems import Problem, Problems, quote_value

# Patterns are compiled on first use: a build from the cache needs none of them.
_HEADING = r"#{1,6}[ \t]+\S"


class Split(msgspec.Struct, frozen=True):
    """The texts of the front matter and of the body, each with the number of its first line."""

    front: str
    front_line: int
    body: str
    body_line: int


@cache
def _create_handler() -> Any:
    from frontmatter.default_handlers import YAMLHandler

    return YAMLHandler()


def _find_fence() -> re.Pattern[str]:
    pattern: re.Pattern[str] = _create_handler().FM_BOUNDARY
    return pattern


def split_front_matter(text: str, path: str, problems: Problems) -> Split | None:
    """Split a text at its fences; return None, with a problem, if a fence is missing."""
    first, _, rest = text.partition("\n")
    fence = _find_fence()
    if not fence.fullmatch(first):
        problems.add(_report_not_opened(text, path))
        return None
    try:
        front, body = _create_handler().split(text)
    except ValueError:
        rows = rest.split("\n")
        problems.add(_report_not_closed(rows, 2, path, _find_text_start(rows)))
        return None
    opened = fence.match(text)
    front_line = text.count("\n", 0, opened.end() if opened else 0) + 1
    return Split(front, front_line, body, text.count("\n", 0, len(text) - len(body)) + 1)


def _report_not_opened(text: str, path: str) -> Problem:
    """Return the problem of a file that does not begin with a fence (F010)."""
    rows = text.split("\n")
    number = next((number for number, row in enumerate(rows) if row.strip()), 0)
    row = rows[number]
    key = "title: ..." if path.startswith("pages/") else "date: ..."
    fix = f'begin the file with a line "---", then the keys ({key}), then another line "---"'
    found = quote_value(row) if row.strip() else "an empty file"
    fence = _find_fence()
    if fence.fullmatch(row):
        lines = "a blank line" if number == 1 else f"{number} blank lines"
        found, fix = f"{lines} above the front matter", "take them out"
        fix = "take it out" if number == 1 else fix
    elif row != (bare := row.lstrip("\ufeff\u200b\u200e\u2060 \t\xa0")) and fence.fullmatch(bare):
        found = f"{quote_value(row)} with a space or something invisible before it"
        fix = 'retype the line as "---" alone'
    elif re.fullmatch(_NEARLY_FENCE, row):
        fix = 'retype the line as "---" (three hyphens)'
    return Problem(path, number + 1, 1, "F010", found, 'a first line "---"', fix)


def _report_not_closed(rows: list[str], first_line: int, path: str, text: int | None) -> Problem:
    """Return the problem of a missing second fence (F011).

    It is at the line that was meant as the fence, or at ``text``, the line that the fence belongs
    above.
    """
    near_fence = _find_near_fence(rows)
    expected = 'a line "---" between the keys and the text'
    if near_fence is not None and (text is None or near_fence < text):
        found = f'"{rows[near_fence].rstrip()}" where the front matter ends'
        fix = 'retype the line as "---" (three hyphens)'
        return Problem(path, first_line + near_fence, 1, "F011", found, expected, fix)
    if text is not None:
        found = f'the text {quote_value(rows[text])}, with no second line "---" above it'
        fix = 'put a line "---" above it'
        return Problem(path, first_line + text, 1, "F011", found, expected, fix)
    last = max((number for number, row in enumerate(rows) if row.strip()), default=-1)
    fix = f'put a line "---" below {"this line" if last >= 0 else "the keys"}'
    line = first_line + last
    return Problem(path, line, 1, "F011", 'no second line "---"', expected, fix)


# A fence changed by autocorrection, a slip or another tool; one hyphen is an empty entry.
_NEARLY_FENCE = r"[ \t]+-{3,}\s*|\s*(?!-\s*$)[-‐‑‒–—−]+\s*|\.\.\.\s*"
# A web address is not a key.
_KEY = r"#?\s*(?P<key>[^\W\d][\w-]*(?P<more>(?: [\w-]+){1,2})?)\s*:(?!//)"


def _is_key_row(rows: list[str], number: int) -> bool:
    """Return whether a line begins with a key.

    Prose has lines like "Note: ..." too: below a blank line, a capital letter begins a key only
    if authors use that word for one.
    """
    match = re.match(_KEY, rows[number])
    if not match:
        return False
    if match["more"]:
        return is_key_name(match["key"], _KEYS)
    below_blank = number > 0 and not rows[number - 1].strip()
    return not (below_blank and match["key"][0].isupper()) or is_key_name(match["key"], _KEYS)


def _find_last_key(rows: list[str]) -> int:
    """Return the index of the last line that begins with a key, or -1."""
    return max((number for number in range(len(rows)) if _is_key_row(rows, number)), default=-1)


def _find_near_fence(rows: list[str]) -> int | None:
    below = range(_find_last_key(rows) + 1, len(rows))
    return next((number for number in below if re.fullmatch(_NEARLY_FENCE, rows[number])), None)


def _find_text_start(rows: list[str], *, closed: bool = False) -> int | None:
    """Return the index of the line below all keys that looks like the beginning of the text.

    It begins at the left margin, where the value of the last key cannot continue, unless that is a
    list or in quotes. A line with a single # can be a comment. With ``closed``, a line "---"
    follows, and a line directly below the keys is more likely a faulty key.
    """
    last = _find_last_key(rows)
    if last < 0:
        return None
    in_list = rows[last].rstrip().endswith(":")
    in_quotes = bool(re.search(r""":[ \t]+(?:"[^"]*|'[^']*)$""", rows[last]))
    for number in range(last + 1, len(rows)):
        row = rows[number]
        if not row.strip() or row[0] in " \t" or (in_list and row.startswith("-")):
            continue
        if re.match(r"#(?!#)", row) and not re.match(_HEADING, row):
            continue
        below_blank = not rows[number - 1].strip()
        certain = below_blank or re.match(_HEADING, row)
        if certain or not (closed or in_quotes or _may_end(row)):
            return number
    return None


def _may_end(row: str) -> bool:
    """Return whether a line could be a fence, or the end of a list in brackets."""
    return bool(re.fullmatch(_NEARLY_FENCE, row)) or row[0] in "]})-"


# The keys that a line of front matter can begin with.
_KEYS = (*FrontMatter.__struct_fields__, *PageFrontMatter.__struct_fields__)


def report_unclosed(
    parts: Split, path: str, problems: tuple[Problem, ...]
) -> tuple[Problem, int] | None:
    """Return the problem of a line "---" in the text that was read as the second fence (F011).

    Returns the problem and the text's first line.
    """
    worst = max((problem.line for problem in problems if problem.code in _OF_TEXT), default=0)
    if not worst and "\n##" not in parts.front:
        return None
    rows = parts.front.split("\n")
    text = _find_text_start(rows, closed=True)
    near_fence = _find_near_fence(rows)
    heading = text is not None and rows[text].startswith("##")
    for row_number in (text, near_fence):
        if row_number is not None and (heading or parts.front_line + row_number <= worst):
            return _report_not_closed(
                rows, parts.front_line, path, text
            ), parts.front_line + row_number
    return None


# The problems that prose has where keys are expected.
_OF_TEXT = frozenset({"F012", "F013", "F014", "F020"})
