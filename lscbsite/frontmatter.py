"""The strict front matter reader, on python-frontmatter: bytes -> struct, body, places."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec
from frontmatter.default_handlers import YAMLHandler
from slugify import slugify

from lscbsite import dates
from lscbsite.model import Ask, Attendee, FrontMatter, Mark, NextMeeting
from lscbsite.problems import Problem, Problems, shown
from lscbsite.strict import (
    Convert,
    Document,
    ListNode,
    MappingNode,
    Missing,
    Node,
    Reader,
    ScalarNode,
    compose,
)

_HANDLER = YAMLHandler()
_FENCE: re.Pattern[str] = _HANDLER.FM_BOUNDARY
_HEADING = re.compile(r"#{1,6}[ \t]+\S")


class Split(msgspec.Struct, frozen=True):
    """A file in two: the front matter's text and the body's, each with its first line."""

    front: str
    front_line: int
    body: str
    body_line: int


def split(text: str, path: str, problems: Problems) -> Split | None:
    """Cut a text at its fences; None, with a problem, where a fence is missing."""
    first = text.partition("\n")[0]
    if not _FENCE.fullmatch(first):
        line = next((n for n, row in enumerate(text.split("\n"), 1) if row.strip()), 1)
        row = text.split("\n")[line - 1]
        found = shown(row) if row.strip() else "an empty file"
        if _FENCE.fullmatch(row):
            found = f"{line - 1} blank lines above the front matter"
        fix = 'put a line "---" before and after the keys (date: ...) at the top of the file'
        problems.add(Problem(path, line, 1, "F010", found, 'a first line "---"', fix))
        return None
    try:
        front, body = _HANDLER.split(text)
    except ValueError:
        found = 'no second line "---"'
        expected = "the front matter closed before the text begins"
        fix = 'put a line "---" after the last key'
        problems.add(Problem(path, 1, 1, "F011", found, expected, fix))
        return None
    opened = _FENCE.match(text)
    front_line = text.count("\n", 0, opened.end() if opened else 0) + 1
    return Split(front, front_line, body, text.count("\n", 0, len(text) - len(body)) + 1)


def read_front_matter(
    parts: Split, path: str, problems: Problems, type_: type, stand_in: Mapping[str, Any]
) -> tuple[Any, dict[str, Mark]]:
    """Return a ``type_`` (FrontMatter or PageFrontMatter) and its fields' marks.

    What cannot be read is reported and left out; required fields that cannot be read get the
    values of ``stand_in``, so that the rest of the file is still looked at.
    """
    own = Problems()
    document = Document(parts.front, path, own, parts.front_line)
    node = compose(document)
    if unclosed := _unclosed(parts, path, own):
        problems.add(unclosed)
        return type_(**stand_in), {}
    problems.extend(own.sorted())
    document.problems = problems
    if isinstance(node, MappingNode):
        what = "the front matter of a " + ("report" if type_ is FrontMatter else "page")
        front = Reader(document, structs=_STRUCTS).struct(node, type_, "", what, stand_in)
        if isinstance(front, FrontMatter):
            front = _with_ask_ids(front, document)
        return front, document.marks
    if not isinstance(node, Missing):
        empty = node is None or (isinstance(node, ScalarNode) and node.empty)
        found = "nothing" if empty else "a list" if isinstance(node, ListNode) else "a text"
        fix = f'write lines like "{"date: 2012-11-13" if type_ is FrontMatter else "title: ..."}"'
        document.fault(node.index if node else 0, "F012", found, "keys and values", fix)
    return type_(**stand_in), {}


def _unclosed(parts: Split, path: str, found: Problems) -> Problem | None:
    """A syntax error below a Markdown heading: the author forgot the closing fence."""
    errors = [problem.line for problem in found.sorted() if problem.code == "F013"]
    for number, row in enumerate(parts.front.split("\n"), 1):
        if errors and number <= errors[0] and _HEADING.match(row):
            return Problem(
                path,
                1,
                1,
                "F011",
                f'no second line "---" above the heading in line {number}',
                "the front matter closed before the text begins",
                'put a line "---" after the last key',
            )
    return None


def _with_ask_ids(front: FrontMatter, document: Document) -> FrontMatter:
    """Give each ask its default id; two asks of one report must differ."""
    asks: list[Ask] = []
    for place, ask in enumerate(front.feedback):
        name = ask.id or slugify(ask.ask, max_length=50, word_boundary=True) or f"ask-{place + 1}"
        if name in {other.id for other in asks}:
            mark = document.marks[f"feedback.{place}"]
            found = f'a second ask with the id "{name}"'
            fix = 'give this one an "id" of its own'
            document.problems.add(
                Problem(
                    document.path, mark.line, mark.column, "F040", found, "an id for each ask", fix
                )
            )
        asks.append(msgspec.structs.replace(ask, id=name))
    return msgspec.structs.replace(front, feedback=tuple(asks))


# --- structs that can be written in more than one way ----------------------------------

_IN_BRACKETS = re.compile(r"(?P<name>[^()]+?)\s*\((?P<organisation>.+)\)(?:,\s*(?P<role>[^()]+))?")
_FROM = re.compile(r"(?P<name>.+?)\s+from\s+(?P<organisation>.+)", re.IGNORECASE)
_COMMA = re.compile(r"(?P<name>[^,]+?)\s*,\s*(?P<organisation>.+)")


def _attendee(reader: Reader, node: Node, where: str) -> Any:
    """Read 'Name (Organisation)', 'Name from Organisation', 'Name, Organisation' or keys."""
    if isinstance(node, MappingNode):
        return reader.struct(node, Attendee, where, "an attendee")
    text = reader.text(node)
    if isinstance(text, Missing):
        return text
    flat = " ".join(text.split())
    for pattern in (_IN_BRACKETS, _FROM, _COMMA):
        if (found := pattern.fullmatch(flat)) and _balanced(flat):
            return Attendee(**found.groupdict())
    if not re.search(r"[(),]", flat):
        return Attendee(flat)
    return reader.fault(
        node,
        "F035",
        shown(flat),
        "a name and an organisation",
        'write "Name (Organisation)", "Name from Organisation" or "Name, Organisation"',
    )


def _balanced(text: str) -> bool:
    depth = 0
    for character in text:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth < 0:
            return False
    return depth == 0


_UNDECIDED = {"to be confirmed", "tbc", "to be announced", "tba", "to be decided", "tbd"}
_NO_MORE = {"none", "no further meeting", "no further meetings"}


def _next_meeting(reader: Reader, node: Node, where: str) -> Any:
    """Read a date, 'to be confirmed', 'none', or keys (of which ``date`` is one)."""
    if isinstance(node, MappingNode):
        meeting = reader.struct(node, NextMeeting, where, '"next_meeting"')
        if isinstance(meeting, NextMeeting) and meeting.date is None:
            reader.document.marks[f"{where}.date"] = reader.document.mark(node.index)
            return msgspec.structs.replace(meeting, planned="to be confirmed")
        return meeting
    text = reader.text(node)
    if isinstance(text, Missing):
        return text
    reader.document.marks[f"{where}.date"] = reader.document.mark(node.index)
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
            expected = 'a date, "to be confirmed", "none", or date, time, place and url'
        return reader.fault(node, error.code, error.found, expected, error.fix)


_STRUCTS: Mapping[type, Convert] = {Attendee: _attendee, NextMeeting: _next_meeting}
