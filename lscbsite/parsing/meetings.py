"""Read on which days meetings are, and what is known of the next one."""

import datetime as dt
import re
from collections.abc import Sequence
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from lscbsite import dates
from lscbsite.model import FrontMatter, NextMeeting
from lscbsite.parsing.meeting_slips import (
    advise_cancelled,
    advise_rule,
    get_raw_text,
    sift_keys,
    split_meetings,
    write_entries,
    write_fields,
)
from lscbsite.parsing.meeting_times import check_times
from lscbsite.parsing.yaml_reader import (
    MISSING,
    FieldValues,
    ListNode,
    MappingNode,
    Missing,
    Node,
    ScalarNode,
    YamlReader,
    is_placeholder,
    read_boolean,
)
from lscbsite.problems import join_words, quote_value

_NO_MORE = {"none", "no further meeting", "no further meetings"}
_UNANNOUNCED = {
    *("nobody announced it", "no one announced it", "not announced", "unannounced", "never"),
    *("it was not announced", "an extra meeting", "extra meeting", "extra"),
}
_Planned = TypeVar("_Planned", bound=NextMeeting)
# Any day: to find out whether a period can be read.
_SOME_DAY = dt.date(2000, 1, 1)


class _FirstAndLast(msgspec.Struct, frozen=True):
    """The days of a meeting as keys."""

    first: Annotated[dt.date, Meta()] = msgspec.field(name="from")
    last: Annotated[dt.date, Meta()] = msgspec.field(name="to")


def convert_days(reader: YamlReader, node: Node, where: str) -> Any:
    """Read ``date``: a day, or the first and the last one, perhaps as ``from`` and ``to``."""
    if isinstance(node, MappingNode):
        days = reader.read_struct(node, _FirstAndLast, where, '"date"')
        if isinstance(days, Missing):
            return days
        try:
            written = f"from {days.first.isoformat()} to {days.last.isoformat()}"
            dates.check_days(written, days.first, days.last)
        except dates.NotReadError as error:
            return reader.report(node, error.code, error.found, error.expected, error.fix)
        return FieldValues({"date": days.first, "last_day": days.last})
    if isinstance(node, ListNode):
        return _report_listed_days(reader, node)
    text = reader.read_text(node, "a date")
    if isinstance(text, Missing):
        return text
    try:
        return _make_days(*dates.read_days(text, reader.languages))
    except dates.NotReadError as error:
        fix = _advise_lines(text, error, reader.languages) or error.fix
        return reader.report(node, error.code, error.found, error.expected, fix)


def _advise_lines(text: str, error: dates.NotReadError, languages: Sequence[str]) -> str:
    """Return how to write a date that has a time or a place beside it, '' if it has neither."""
    parts = dates.split_date(text, languages) if error.code == "F030" else None
    if not parts:
        return ""
    lines = [f'"{line}"' for line in write_fields(parts)]
    return f"write it in {('two', 'three')[len(lines) - 2]} lines: {join_words(lines, 'and')}"


def _report_listed_days(reader: YamlReader, node: ListNode) -> Missing:
    """Report a list in place of a day, or of the first and the last one (F023)."""
    texts = [item.value for item in node.items if isinstance(item, ScalarNode)]
    fix = "write one day here; each meeting has an entry or a report of its own"
    for written in (" to ".join(texts), *texts[:1]):
        try:
            dates.read_days(written, reader.languages)
        except dates.NotReadError:
            continue
        if len(texts) in (1, 2) and (len(texts) == 1 or written != texts[0]):
            fix = f'write it in one line: "date: {written}"'
        break
    return reader.report(node, "F023", "a list", "a date", fix)


def _make_days(first: dt.date, last: dt.date | None) -> FieldValues:
    values = {"date": first}
    return FieldValues(values if last is None else {**values, "last_day": last})


def convert_agenda(reader: YamlReader, node: Node, where: str) -> Any:
    """Read ``agenda``: whether the file is one. The agenda itself is the text of the file."""
    if isinstance(node, ScalarNode) and (answer := read_boolean(node.value)) is not None:
        return answer
    found = quote_value(node.value) if isinstance(node, ScalarNode) else "more than one word"
    fix = (
        'write the agenda in the text, below the second "---"; "agenda: true" says that the meeting is'
        " ahead"
    )
    return reader.report(node, "F036", found, "true or false", fix)


def convert_meeting(reader: YamlReader, node: Node, where: str) -> Any:
    """Read ``meeting``: the name of another report, without brackets."""
    expected = "the name of the first report of this meeting"
    bare = node
    while isinstance(bare, ListNode) and len(bare.items) == 1:
        bare = bare.items[0]
    if bare is not node and isinstance(bare, ScalarNode):
        fix = f'write it without brackets and "-": "meeting: {bare.value}"'
        return reader.report_wrong_kind(node, expected, fix)
    text = reader.read_text(node)
    if not isinstance(text, Missing) and (linked := re.fullmatch(r"\[\[?([^][|]+).*\]", text)):
        fix = f'write it without brackets: "meeting: {linked[1].strip()}"'
        return reader.report_wrong_kind(node, expected, fix)
    return text


def convert_announced(reader: YamlReader, node: Node, where: str) -> Any:
    """Read ``announced_for``: a day, or that nobody announced the meeting."""
    text = reader.read_text(node, "a date")
    if isinstance(text, Missing):
        return text
    if is_placeholder(text) or " ".join(text.casefold().strip(" .").split()) in _UNANNOUNCED:
        return FieldValues({"unannounced": True})
    try:
        return dates.read_date(text, reader.languages)
    except dates.NotReadError as error:
        expected = error.expected
        if expected == "a date":
            expected = 'the day for which it was announced, or "none"'
        return reader.report(node, error.code, error.found, expected, error.fix)


def convert_planned_day(reader: YamlReader, node: Node, where: str) -> Any:
    """Read the ``date`` of a meeting to come; a month without its year is a later report's."""
    return _read_planned_day(reader, node, where, dated=False)


def convert_dated_day(reader: YamlReader, node: Node, where: str) -> Any:
    """Read the ``date`` of a meeting in meetings.yaml, where a month needs its year."""
    return _read_planned_day(reader, node, where, dated=True)


def _read_planned_day(reader: YamlReader, node: Node, where: str, *, dated: bool) -> Any:
    if not isinstance(node, ScalarNode):
        return convert_days(reader, node, where)
    text = reader.read_text(node, "a date")
    if isinstance(text, Missing):
        return text
    try:
        return read_planned_day(text, reader.languages, dated=dated)
    except dates.NotReadError as error:
        expected = error.expected
        if error.code == "F030" and expected == "a date":
            expected = 'a date, a month or week, or "to be confirmed"'
        fix = error.fix
        if cancelled := advise_cancelled(text, reader.languages, reader.document, where):
            fix = cancelled
        elif lines := _advise_lines(text, error, reader.languages):
            fix = lines
        elif dates.is_rule(text):
            fix = f'for days by a rule, write "every: {text}"'
            if where.startswith("next_meeting."):
                fix = advise_rule(text, reader.held)
        return reader.report(node, error.code, error.found, expected, fix)


def read_planned_day(text: str, languages: Sequence[str], *, dated: bool) -> FieldValues:
    """Return the fields of a NextMeeting that words for its day fill.

    Raises:
        NotReadError: not a day, nor anything that is known of one (F030 to F033, F062); a month or
            week without its year, where it must be ``dated``, too.

    """
    if dates.is_undecided(text, languages):
        return FieldValues({"planned": "to be confirmed"})
    try:
        return _make_days(*dates.read_days(text, languages))
    except dates.NotReadError as error:
        if error.code != "F030":
            raise
        refused = error
    words = " ".join(text.split())
    values: dict[str, Any] = {"planned": "to be confirmed", "words": words}
    try:
        checked = dates.read_period(text, languages, None if dated else _SOME_DAY)
        period = checked if dated else _read_period_with_year(text, languages)
    except dates.NotReadError as error:
        if error.code == "F030" and "year" not in error.expected:
            raise refused from None
        raise
    if period and period.earliest:
        values |= {"earliest": period.earliest, "latest": period.latest}
    return FieldValues(values)


def _read_period_with_year(text: str, languages: Sequence[str]) -> dates.Period | None:
    """Return the period that words name, or None if they do not say the year."""
    try:
        return dates.read_period(text, languages)
    except dates.NotReadError:
        return None


def add_years(front: FrontMatter, languages: Sequence[str]) -> FrontMatter:
    """Return front matter whose months and weeks without a year are the first after its date."""

    def add_year(meeting: _Planned) -> _Planned:
        if not meeting.words or meeting.earliest:
            return meeting
        try:
            period = dates.read_period(meeting.words, languages, front.date)
        except dates.NotReadError:
            return meeting
        return replace(meeting, earliest=period.earliest, latest=period.latest)

    if front.next_meeting:
        front = replace(front, next_meeting=add_year(front.next_meeting))
    if front.next_meetings:
        front = replace(front, next_meetings=tuple(map(add_year, front.next_meetings)))
    return front


def convert_next_meeting(reader: YamlReader, node: Node, where: str) -> Any:
    """Read a day or what is known of it, 'none', or keys (of which ``date`` is one)."""
    positions, position = reader.document.positions, reader.document.get_position(node.index)
    if isinstance(node, MappingNode):
        node, misplaced = sift_keys(reader, node, where, '"next_meeting"')
        meeting = reader.read_struct(node, NextMeeting, where, '"next_meeting"')
        if misplaced:
            return MISSING
        if isinstance(meeting, NextMeeting):
            check_times(meeting, reader.document, f"{where}.")
            positions.setdefault(f"{where}.date", position)
            if meeting.date is None:
                return replace(meeting, planned="to be confirmed")
        return meeting
    if isinstance(node, ListNode):
        fix = 'write "next_meetings:" in place of "next_meeting:"; a list goes there'
        return reader.report(node, "F023", "a list", "one meeting", fix)
    text = reader.read_text(node)
    if isinstance(text, Missing):
        return text
    positions[f"{where}.date"] = position
    if " ".join(text.casefold().rstrip(".").split()) in _NO_MORE:
        return NextMeeting(planned="none")
    try:
        return NextMeeting(**read_planned_day(text, reader.languages, dated=False).values)
    except dates.NotReadError as error:
        return _report_next_meeting(reader, node, error, where)


def _report_next_meeting(
    reader: YamlReader, node: ScalarNode, error: dates.NotReadError, where: str
) -> Missing:
    """Report a text that does not say when one meeting is."""
    text, expected, fix = " ".join(node.value.split()), error.expected, error.fix
    entries = split_meetings(get_raw_text(reader.document, node), reader.languages)
    if error.code in ("F030", "F062") and entries:
        fix = f'write "next_meetings:" and, below it, {write_entries(entries, "  ")}'
        found = f"{quote_value(text)}, more than one meeting"
        return reader.report(node, error.code, found, "one meeting", fix)
    if error.code == "F030" and "year" not in expected:
        cancelled = advise_cancelled(text, reader.languages, reader.document, where)
        if not cancelled and (parts := dates.split_date(text, reader.languages)):
            return _report_one_line(reader, node, text, parts)
        expected = (
            'a date, a month or week, "to be confirmed", "none", or date, time, place and url'
        )
        fix = cancelled or fix
    if dates.is_rule(text):
        fix = advise_rule(text, reader.held)
    return reader.report(node, error.code, error.found, expected, fix)


def _report_one_line(
    reader: YamlReader, node: Node, text: str, parts: tuple[str, str, str]
) -> Missing:
    """Report a next meeting whose time or place is in one line with its date (F030)."""
    lines = [f'"  {line}"' for line in write_fields(parts)]
    numbers = {2: "three", 3: "four"}
    fix = f'write it in {numbers[len(lines)]} lines: "next_meeting:", {join_words(lines, "and")}'
    description = "a date with " + join_words(
        [name for name, part in zip(("a time", "a place"), parts[1:], strict=True) if part], "and"
    )
    return reader.report(node, "F030", f"{quote_value(text)}, {description}", "a date alone", fix)
