"""Read front matter strictly."""

import contextlib
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from lscbsite import dates
from lscbsite.model import (
    Ask,
    Attendee,
    FrontMatter,
    MarkedText,
    NextMeeting,
    Position,
    TextReference,
)
from lscbsite.parsing.attendees import convert_attendee
from lscbsite.parsing.fences import Split, report_unclosed
from lscbsite.parsing.marked_texts import convert_marked_text, report_marked_title
from lscbsite.parsing.reply_addresses import convert_reply
from lscbsite.parsing.yaml_reader import (
    LANGUAGES_OF_KEYS,
    Convert,
    Document,
    MappingNode,
    Missing,
    Node,
    ScalarNode,
    YamlReader,
    compose,
    read_key,
    require_mapping,
)
from lscbsite.problems import Problem, Problems, join_words, quote_value


class ReadFrontMatter(NamedTuple):
    """Front matter, the positions of its fields and the references in its texts."""

    front: Any
    positions: dict[str, Position]
    text_references: tuple[TextReference, ...]


def read_front_matter(
    parts: Split,
    path: str,
    problems: Problems,
    type_: type,
    stand_in: Mapping[str, Any],
    language: str = "en",
) -> ReadFrontMatter:
    """Read front matter as a ``type_`` (FrontMatter or PageFrontMatter).

    Fields that cannot be read are reported and left out; required ones get the values of
    ``stand_in``, so that the rest of the file is still checked. ``language`` is the site's: dates
    are read in it, in the report's own and in English.
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
        languages = _list_languages(node, language)
        front = YamlReader(document, _KINDS, _STRUCTS, languages).read_struct(
            node, type_, "", description, stand_in
        )
        if isinstance(front, FrontMatter):
            _check_reason(node, document)
            front = _add_ask_ids(front, document)
        report_marked_title(document, front.title)
    sorted_problems = file_problems.list_sorted()
    if unclosed := report_unclosed(parts, path, sorted_problems):
        # Problems below are only a result of reading the text as keys.
        problem, text_line = unclosed
        sorted_problems = (
            *(earlier for earlier in sorted_problems if earlier.line < text_line),
            problem,
        )
    problems.extend(sorted_problems)
    return ReadFrontMatter(front, document.positions, tuple(document.text_references))


def _list_languages(node: MappingNode, language: str) -> tuple[str, ...]:
    """Return the languages of dates: the report's own, if it has one, then the site's."""
    for key, value in node.pairs:
        if (
            _names(key, "language")
            and isinstance(value, ScalarNode)
            and dates.is_language(value.value)
        ):
            return value.value, language
    return (language,)


def _names(key: Node, field: str) -> bool:
    """Return whether a key is the name of a field, in any of the languages that are read."""
    return isinstance(key, ScalarNode) and bool(read_key(key.value, (field,), LANGUAGES_OF_KEYS))


def _check_reason(node: MappingNode, document: Document) -> None:
    """Report a ``cancelled`` without a reason, such as "true": readers see the reason."""
    for key, value in node.pairs:
        if not _names(key, "cancelled"):
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
        words = ask.ask.plain
        name = ask.id or slugify(words, max_length=50, word_boundary=True) or f"ask-{number + 1}"
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


# --- fields that can be written in more than one way ---------------------------------------

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
        return NextMeeting(dates.read_date(text, reader.languages))
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


_HOUR = r"(?i:\d ?[ap]\.?m\b|\d[:.]\d\d\b|\b(?:noon|midday|midnight|uhr|o'clock)\b)"
_WRITE_DAY = "write the last day to reply, as 2012-12-14, or leave the line out"


def _convert_deadline(reader: YamlReader, node: Node, where: str) -> Any:
    """Read the last day to reply; report an hour, which pages do not show (F043)."""
    text = reader.read_text(node, "a date")
    if isinstance(text, Missing):
        return text
    bare = re.sub(r"(?i)^by\s+", "", text)
    try:
        return dates.read_date(bare, reader.languages)
    except dates.NotReadError as error:
        if error.code != "F030" or "did you mean" in error.fix or "year" in error.expected:
            return reader.report(node, error.code, error.found, error.expected, error.fix)
    if parts := _split_hour(bare, reader.languages):
        day, hour = parts
        found = f"the hour {quote_value(hour)} in a deadline, which pages do not show"
        fix = f'put the hour into the question, as "ask: ... (by {hour})", and write "deadline: {day}"'
        reader.report(node, "F043", found, "a day alone", fix)
        return dates.read_date(day, reader.languages)
    if re.search(_HOUR, text):
        fix = 'write only the day, as 2012-12-14; put the hour into the question, as "ask: ... (by 5pm)"'
        return reader.report(node, "F030", f"{quote_value(text)}", "a day alone", fix)
    return reader.report(node, "F030", quote_value(text), "a date", _WRITE_DAY)


def _split_hour(text: str, languages: Sequence[str]) -> tuple[str, str] | None:
    """Return the day and the hour of '5 April 2013, 5pm' or '5pm on 5 April 2013', or None."""
    flat = " ".join(text.split())
    if (parts := dates.split_date(flat, languages)) and parts[1] and not parts[2]:
        return parts[0], parts[1]
    for separator in re.finditer(r"(?i),? on |, | ", flat):
        hour, day = flat[: separator.start()], flat[separator.end() :]
        with contextlib.suppress(dates.NotReadError):
            dates.read_time(hour)
            dates.read_date(day, languages)
            return day, hour
    return None


_KINDS: Mapping[str, Convert] = {"deadline": _convert_deadline, "reply": convert_reply}
_STRUCTS: Mapping[type, Convert] = {
    Attendee: convert_attendee,
    MarkedText: convert_marked_text,
    NextMeeting: _convert_next_meeting,
}
