"""Split a file into front matter and body, and read the front matter strictly."""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

import msgspec

from lscbsite import dates
from lscbsite.model import Ask, Attendee, FrontMatter, NextMeeting, PageFrontMatter, Position
from lscbsite.parsing.yaml_reader import (
    Convert,
    Document,
    MappingNode,
    Missing,
    Node,
    ScalarNode,
    YamlReader,
    compose,
    is_key_name,
    is_placeholder,
    require_mapping,
)
from lscbsite.problems import Problem, Problems, find_near_name, join_words, quote_value

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
_KEY = r"#?\s*(?P<key>[A-Za-z_][\w-]*)\s*:(?!//)"


def _is_key_row(rows: list[str], number: int) -> bool:
    """Return whether a line begins with a key.

    Prose has lines like "Note: ..." too: below a blank line, a capital letter begins a key only
    if authors use that word for one.
    """
    match = re.match(_KEY, rows[number])
    if not match:
        return False
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


def read_front_matter(
    parts: Split, path: str, problems: Problems, type_: type, stand_in: Mapping[str, Any]
) -> tuple[Any, dict[str, Position]]:
    """Return a ``type_`` (FrontMatter or PageFrontMatter) and the positions of its fields.

    Fields that cannot be read are reported and left out; required ones get the values of
    ``stand_in``, so that the rest of the file is still checked.
    """
    file_problems = Problems()
    document = Document(parts.front, path, file_problems, parts.front_line)
    node = compose(document)
    front = type_(**stand_in)
    if not isinstance(node, Missing):
        example = "date: 2012-11-13" if type_ is FrontMatter else "title: ..."
        node = require_mapping(document, node, example)
    if isinstance(node, MappingNode):
        description = "the front matter of a " + ("report" if type_ is FrontMatter else "page")
        front = YamlReader(document, structs=_STRUCTS).read_struct(
            node, type_, "", description, stand_in
        )
        if isinstance(front, FrontMatter):
            _check_reason(node, document)
            front = _add_ask_ids(front, document)
    sorted_problems = file_problems.list_sorted()
    if unclosed := _report_unclosed(parts, path, sorted_problems):
        # Problems below are only a result of reading the text as keys.
        problem, text_line = unclosed
        sorted_problems = (
            *(earlier for earlier in sorted_problems if earlier.line < text_line),
            problem,
        )
    problems.extend(sorted_problems)
    return front, document.positions


def _report_unclosed(
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


def _check_reason(node: MappingNode, document: Document) -> None:
    """Report a ``cancelled`` without a reason, such as "true": readers see the reason."""
    for key, value in node.pairs:
        if not (isinstance(key, ScalarNode) and key.value == "cancelled"):
            continue
        if isinstance(value, ScalarNode) and (
            value.empty
            or value.value.strip().casefold() in ("true", "yes", "on", "false", "no", "off")
        ):
            found = "nothing" if value.empty else quote_value(value.value)
            fix = 'write it, or take "cancelled" out if the meeting took place'
            document.report(value.index, "F023", found, "the reason, in words for the public", fix)


def _add_ask_ids(front: FrontMatter, document: Document) -> FrontMatter:
    """Give each ask its default id, and report duplicates."""
    if not front.feedback:
        return front
    from slugify import slugify

    asks: list[Ask] = []
    taken: set[str] = set()
    for number, ask in enumerate(front.feedback):
        name = ask.id or slugify(ask.ask, max_length=50, word_boundary=True) or f"ask-{number + 1}"
        if name in taken:
            position = document.positions[f"feedback.{number}"]
            found = f'a second ask with the id "{name}"'
            fix = 'give this one an "id" of its own'
            document.problems.add(
                Problem(
                    document.path,
                    position.line,
                    position.column,
                    "F040",
                    found,
                    "a different id for each ask",
                    fix,
                )
            )
        taken.add(name)
        asks.append(msgspec.structs.replace(ask, id=name))
    return msgspec.structs.replace(front, feedback=tuple(asks))


# --- structs that can be written in more than one way ----------------------------------

_FROM = r"(?i:(?P<name>[^(),]+?),?\s+from\s+(?P<organisation>\S.*))"
_IN_BRACKETS = r"(?P<name>[^(),]+?)\s*\(\s*(?P<organisation>\S.*?)\s*\)(?:,\s*(?P<role>[^()]+))?"
_COMMA = r"(?P<name>[^(),]+?)\s*,\s*(?P<organisation>[^\s()].*)"


def _convert_attendee(reader: YamlReader, node: Node, where: str) -> Any:
    """Read 'Name (Organisation)', 'Name from Organisation', 'Name, Organisation' or keys."""
    if isinstance(node, MappingNode):
        keys = [key.value for key, _ in node.pairs if isinstance(key, ScalarNode)]
        if len(keys) == 1 and find_near_name(keys[0], ("name", "organisation", "role")) is None:
            return _report_attendee(reader, node, keys[0] + ": ...")
        return reader.read_struct(node, Attendee, where, "an attendee")
    text = reader.read_text(node, "a name and an organisation")
    if isinstance(text, Missing):
        return text
    flat = " ".join(text.split())
    if is_placeholder(flat):
        whom = "nobody sent apologies" if where.startswith("apologies") else "there is nobody"
        fix = f'if {whom}, take the whole list out, with "{where.partition(".")[0]}"'
        return reader.report(node, "F035", quote_value(flat), "a name and an organisation", fix)
    return _parse_attendee(flat) or _report_attendee(reader, node, flat)


@lru_cache(4096)  # the same people come to many meetings
def _parse_attendee(flat: str) -> Attendee | None:
    for pattern in (_FROM, _IN_BRACKETS, _COMMA):
        if (match := re.fullmatch(pattern, flat)) and _is_balanced(match["organisation"]):
            return Attendee(**match.groupdict())
    return None if re.search(r"[(),]|^from\b|\bfrom$", flat, re.IGNORECASE) else Attendee(flat)


def _report_attendee(reader: YamlReader, node: Node, text: str) -> Missing:
    fix = (
        'write "Name (Organisation)", "Name (Organisation), role", "Name from Organisation" or'
        ' "Name, Organisation"'
    )
    return reader.report(node, "F035", quote_value(text), "a name and an organisation", fix)


def _is_balanced(text: str) -> bool:
    depth = 0
    for bracket in re.findall("[()]", text):
        depth += 1 if bracket == "(" else -1
        if depth < 0:
            return False
    return depth == 0


_UNDECIDED = {"to be confirmed", "tbc", "to be announced", "tba", "to be decided", "tbd"}
_NO_MORE = {"none", "no further meeting", "no further meetings"}


def _convert_next_meeting(reader: YamlReader, node: Node, where: str) -> Any:
    """Read a date, 'to be confirmed', 'none', or keys (of which ``date`` is one)."""
    if isinstance(node, MappingNode):
        meeting = reader.read_struct(node, NextMeeting, where, '"next_meeting"')
        if isinstance(meeting, NextMeeting) and meeting.date is None:
            reader.document.positions[f"{where}.date"] = reader.document.get_position(node.index)
            return msgspec.structs.replace(meeting, planned="to be confirmed")
        return meeting
    text = reader.read_text(node)
    if isinstance(text, Missing):
        return text
    reader.document.positions[f"{where}.date"] = reader.document.get_position(node.index)
    folded = " ".join(text.casefold().rstrip(".").split())
    if folded in _UNDECIDED:
        return NextMeeting(planned="to be confirmed")
    if folded in _NO_MORE:
        return NextMeeting(planned="none")
    try:
        return NextMeeting(dates.read_date(text))
    except dates.NotReadError as error:
        expected = error.expected
        if error.code == "F030":
            if parts := dates.split_date(text):
                return _report_one_line(reader, node, text, parts)
            expected = 'a date, "to be confirmed", "none", or date, time, place and url'
        return reader.report(node, error.code, error.found, expected, error.fix)


def _report_one_line(
    reader: YamlReader, node: Node, text: str, parts: tuple[str, str, str]
) -> Missing:
    """Report a next meeting whose time or place is in one line with its date (F030)."""
    fields = zip(("date", "time", "place"), parts, strict=True)
    lines = [f'"  {field}: {part}"' for field, part in fields if part]
    numbers = {2: "three", 3: "four"}
    fix = f'write it in {numbers[len(lines)]} lines: "next_meeting:", {join_words(lines, "and")}'
    description = "a date with " + join_words(
        [name for name, part in zip(("a time", "a place"), parts[1:], strict=True) if part], "and"
    )
    return reader.report(node, "F030", f"{quote_value(text)}, {description}", "a date alone", fix)


_STRUCTS: Mapping[type, Convert] = {Attendee: _convert_attendee, NextMeeting: _convert_next_meeting}
