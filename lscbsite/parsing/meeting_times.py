"""Read when meetings begin and end."""

import datetime as dt
import re
from typing import Any

from lscbsite import dates
from lscbsite.model import FrontMatter, NextMeeting
from lscbsite.parsing.yaml_reader import (
    Document,
    FieldValues,
    ListNode,
    MappingNode,
    Missing,
    Node,
    ScalarNode,
    YamlReader,
)

# On a single day, a meeting that takes longer is probably a slip.
_LONGEST = dt.timedelta(hours=12)


def convert_times(reader: YamlReader, node: Node, where: str) -> Any:
    """Read ``time``: the beginning of a meeting, and perhaps its end."""
    if not isinstance(node, ScalarNode):
        fix = f'write it in one line: "time: {_join_times(reader, node) or "6.30pm to 8.30pm"}"'
        return reader.report_wrong_kind(node, "a time of day", fix)
    text = reader.read_text(node, "a time of day")
    if isinstance(text, Missing):
        return text
    try:
        start, end = dates.read_times(text, reader.languages)
    except dates.NotReadError as error:
        fix = error.fix
        if fix == dates.WRITE_TIME and (time := dates.find_time(text)):
            fix = f'write only the time, as "time: {time}"'
        return reader.report(node, error.code, error.found, error.expected, fix)
    return start if end is None else FieldValues({"time": start, "end": end})


def _join_times(reader: YamlReader, node: ListNode | MappingNode) -> str:
    """Return the one or two times in a list or under keys as one text, '' if they are none."""
    items = node.items if isinstance(node, ListNode) else [value for _, value in node.pairs]
    written = " to ".join(item.value.strip() for item in items if isinstance(item, ScalarNode))
    try:
        dates.read_times(written, reader.languages)
    except dates.NotReadError:
        return ""
    return written


def convert_end(reader: YamlReader, node: Node, where: str) -> Any:
    """Read ``end``: the time at which a meeting ends."""
    fix = 'write when the meeting ends, as "20:30" or "8.30pm"'
    if not isinstance(node, ScalarNode):
        return reader.report_wrong_kind(node, "a time of day", fix)
    text = reader.read_text(node, "a time of day")
    if isinstance(text, Missing):
        return text
    try:
        return dates.read_time(text)
    except dates.NotReadError as error:
        if error.fix == dates.WRITE_TIME:
            fix = _advise_end(reader, text, where) or fix
        else:
            fix = error.fix
        return reader.report(node, error.code, error.found, error.expected, fix)


def _advise_end(reader: YamlReader, text: str, where: str) -> str:
    """Return how to write the end of a meeting where a text is no time, '' if nothing is clear."""
    for read in (dates.read_times, dates.read_days):
        try:
            read(text, reader.languages)
        except dates.NotReadError:
            continue
        if read is dates.read_times:
            return f'write both in "time", as "time: {text}", and take "end" out'
        if ".entry" in where:
            return (
                f'for the last day of a rule, write "until: {text}"; for a meeting of several days, write'
                ' both in "date", as "12-13 March 2013"'
            )
        return 'for a meeting of several days, write both days in "date", as "12-13 March 2013"'
    bare = re.sub(r"(?i)^(?:until|till|to|by|at) ", "", text)
    for time in (bare, dates.find_time(bare)):
        try:
            dates.read_time(time)
        except dates.NotReadError:
            continue
        return f'write only the time, as "end: {time}"'
    return ""


def check_times(meeting: FrontMatter | NextMeeting, document: Document, where: str) -> None:
    """Report an end without a beginning (F061), at it (F064) or long after it (F063).

    ``where`` is the field of the meeting, followed by a dot, or ''.
    """
    if meeting.end is None:
        return
    positions = document.positions
    position = positions.get(f"{where}end") or positions[f"{where}time"]
    if meeting.time is None:
        if f"{where}time" not in positions:  # else it could not be read
            fix = 'write the beginning above it, as "time: 18:30", or take it out'
            document.report_at(position, "F061", '"end" without "time"', "both", fix)
        return
    if meeting.last_day:
        return
    if meeting.end == meeting.time:
        found = f'"{meeting.end:%H:%M}" as the beginning and the end'
        fix = "correct one of the two, or leave the end out"
        document.report_at(position, "F064", found, "an end after the beginning", fix)
        return
    length = _measure(meeting.time, meeting.end)
    if length <= _LONGEST:
        return
    found = (
        f"a meeting from {meeting.time:%H:%M} to {meeting.end:%H:%M}"
        f"{' the next day' if meeting.end < meeting.time else ''}"
    )
    fix = "correct one of the two"
    other = meeting.end.replace(hour=(meeting.end.hour + 12) % 24)
    if dt.timedelta() < _measure(meeting.time, other) <= _LONGEST:
        fix = f'did you mean "{meeting.time:%H:%M} to {other:%H:%M}"?'
    document.report_at(position, "F063", found, "a meeting of at most 12 hours", fix)


def _measure(start: dt.time, end: dt.time) -> dt.timedelta:
    """Return the time from one time of day to another, perhaps on the next day."""
    minutes = (end.hour - start.hour) * 60 + end.minute - start.minute
    return dt.timedelta(minutes=minutes % (24 * 60))
