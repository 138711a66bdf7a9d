"""Read front matter strictly."""

import datetime as dt
from collections.abc import Mapping, Sequence
from contextlib import suppress
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
    RuleDays,
    TextReference,
)
from lscbsite.parsing.attendees import convert_attendee
from lscbsite.parsing.deadlines import check_extension, convert_deadline
from lscbsite.parsing.fences import Split, report_unclosed
from lscbsite.parsing.marked_texts import convert_marked_text, report_marked_title
from lscbsite.parsing.meeting_lists import convert_meetings
from lscbsite.parsing.meeting_times import check_times, convert_end, convert_times
from lscbsite.parsing.meetings import (
    add_years,
    convert_agenda,
    convert_announced,
    convert_days,
    convert_meeting,
    convert_next_meeting,
    convert_planned_day,
)
from lscbsite.parsing.reply_addresses import convert_reply
from lscbsite.parsing.yaml_reader import (
    LANGUAGES_OF_KEYS,
    Convert,
    Document,
    ListNode,
    MappingNode,
    Missing,
    Node,
    ScalarNode,
    YamlReader,
    compose,
    read_key,
    require_mapping,
)
from lscbsite.problems import Problem, Problems, quote_value


class ReadFrontMatter(NamedTuple):
    """Front matter, the positions of its fields, the references in its texts, and rules for meetings."""

    front: Any
    positions: dict[str, Position]
    text_references: tuple[TextReference, ...]
    meeting_rules: tuple[RuleDays, ...] = ()


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
        reader = YamlReader(document, _KINDS, _STRUCTS, languages, _find_day(node, languages))
        front = reader.read_struct(node, type_, "", description, stand_in)
        if isinstance(front, FrontMatter):
            _check_reason(node, document)
            _check_boards(node, document)
            _check_last_meeting(front, document)
            front = _add_ask_ids(front, document)
            check_times(front, document, "")
            if "date" in document.positions:
                front = add_years(front, languages)
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
    return ReadFrontMatter(
        front, document.positions, tuple(document.text_references), tuple(document.rules)
    )


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


def _find_day(node: MappingNode, languages: Sequence[str]) -> dt.date | None:
    """Return the day of the meeting, None if it cannot be read."""
    for key, value in node.pairs:
        if _names(key, "date") and isinstance(value, ScalarNode):
            with suppress(dates.NotReadError):
                return dates.read_days(value.value, languages)[0]
    return None


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


def _check_boards(node: MappingNode, document: Document) -> None:
    """Report ``boards`` without one: a joint meeting has two or more."""
    for key, value in node.pairs:
        if _names(key, "boards") and isinstance(value, ListNode) and not value.items:
            fix = "write the boards of the joint meeting, or take the line out"
            document.report(value.index, "F023", "an empty list", "a list of boards", fix)


def _check_last_meeting(front: FrontMatter, document: Document) -> None:
    """Report a list of meetings to come beside the word that there is none (L018)."""
    if front.next_meetings and front.next_meeting and front.next_meeting.planned == "none":
        found = '"none" as the next meeting, beside meetings in "next_meetings"'
        fix = 'take "next_meeting" out, or "next_meetings" if no meeting is planned any more'
        position = document.positions["next_meeting"]
        document.report_at(position, "L018", found, "one of the two", fix)


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
        check_extension(ask, document, f"feedback.{number}")
        asks.append(msgspec.structs.replace(ask, id=name))
    return msgspec.structs.replace(front, feedback=tuple(asks))


# --- fields that can be written in more than one way ---------------------------------------

_KINDS: Mapping[str, Convert] = {
    "agenda": convert_agenda,
    "announced": convert_announced,
    "days": convert_days,
    "end": convert_end,
    "meeting": convert_meeting,
    "deadline": convert_deadline,
    "meetings": convert_meetings,
    "planned_day": convert_planned_day,
    "reply": convert_reply,
    "times": convert_times,
}
_STRUCTS: Mapping[type, Convert] = {
    Attendee: convert_attendee,
    MarkedText: convert_marked_text,
    NextMeeting: convert_next_meeting,
}
