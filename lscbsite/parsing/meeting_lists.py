"""Read lists of meetings to come, whose entries can be rules: next_meetings and meetings.yaml."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from msgspec.structs import asdict

from lscbsite import dates
from lscbsite.model import MeetingRule, PlannedMeeting, Position, RuleDays
from lscbsite.parsing.meeting_slips import (
    advise_entry,
    advise_list,
    advise_mapping,
    get_raw_text,
    list_following_days,
    sift_keys,
    write_period,
)
from lscbsite.parsing.meeting_times import check_times, convert_end, convert_times
from lscbsite.parsing.meetings import convert_dated_day, read_planned_day
from lscbsite.parsing.moved_meetings import Entry, check_moved
from lscbsite.parsing.yaml_reader import (
    MISSING,
    Document,
    ListNode,
    MappingNode,
    Missing,
    Node,
    ScalarNode,
    YamlReader,
    compose,
    read_field_type,
    read_key,
)
from lscbsite.problems import join_words, quote_value, suggest_name

# Fields of a rule that each of its meetings has.
_SHARED = ("time", "end", "place", "url", "dial_in", "title")


class MeetingsFile(NamedTuple):
    """What meetings.yaml says: see ``Config``."""

    meetings: dict[str, tuple[PlannedMeeting, ...]]
    meeting_positions: dict[str, tuple[Position, ...]]
    meeting_rules: tuple[RuleDays, ...]


def convert_meetings(reader: YamlReader, node: Node, where: str) -> Any:
    """Read a report's list of meetings; the position of each is recorded under its number."""
    entries = _read_entries(reader, node, where, dated=False)
    if isinstance(entries, Missing):
        return entries
    positions = reader.document.positions
    meetings: list[PlannedMeeting] = []
    for entry in entries:
        for meeting in entry.meetings:
            number = f"{where}.{len(meetings)}"
            for part in ("", ".date", ".time", ".formerly"):
                positions[number + part] = positions.get(entry.field + part, entry.position)
            meetings.append(meeting)
    return tuple(meetings)


def read_meetings_file(document: Document, boards: Collection[str], language: str) -> MeetingsFile:
    """Read meetings.yaml: a list, or a list for each of ``boards``; dates are in ``language``."""
    result = MeetingsFile({}, {}, ())
    node = compose(document)
    if node is None or isinstance(node, Missing) or (isinstance(node, ScalarNode) and node.empty):
        return result
    kinds = {"end": convert_end, "times": convert_times, "planned_day": convert_dated_day}
    reader = YamlReader(document, kinds, languages=(language,))
    for board, child in _list_boards(reader, node, boards):
        entries = _read_entries(reader, child, board or "meetings", dated=True)
        if isinstance(entries, Missing):
            continue
        pairs = [(meeting, entry.position) for entry in entries for meeting in entry.meetings]
        result.meetings[board] = tuple(meeting for meeting, _ in pairs)
        result.meeting_positions[board] = tuple(position for _, position in pairs)
    return result._replace(meeting_rules=tuple(document.rules))


def _list_boards(reader: YamlReader, node: Node, boards: Collection[str]) -> list[tuple[str, Node]]:
    """Return the list of each board; report boards that site.yaml does not have."""
    if not boards:
        return [("", node)]
    if not isinstance(node, MappingNode):
        first = next(iter(boards))
        found = "a list" if isinstance(node, ListNode) else "a text"
        fix = f'write "{first}:" above the meetings of that board, and two spaces before each "-"'
        reader.report(node, "F023", found, "a list for each board", fix)
        return []
    result = []
    keys = {key.value: key for key, _ in node.pairs if isinstance(key, ScalarNode)}
    for name, child in reader.read_pairs(node, None, "meetings.yaml"):
        if name in boards:
            result.append((name, child))
            continue
        fix = suggest_name(name, boards, f"the boards are {', '.join(boards)}")
        found, expected = f"the board {quote_value(name)}", "a board of site.yaml"
        reader.report(keys[name], "S016", found, expected, fix)
    return result


def _read_entries(
    reader: YamlReader, node: Node, where: str, *, dated: bool
) -> list[Entry] | Missing:
    """Return the entries of a list; what cannot be read is reported.

    ``dated`` is whether a month needs its year.
    """
    if not isinstance(node, ListNode):
        in_report = reader.document.path != "meetings.yaml"
        advice = ""
        if isinstance(node, MappingNode):
            advice = advise_mapping(node, reader.languages, in_report=in_report)
        elif not node.empty:
            text = get_raw_text(reader.document, node)
            advice = advise_list(text, reader.languages, in_report=in_report)
        return reader.report_no_list(node, read_field_type(PlannedMeeting), where, advice)
    entries = []
    complete = True
    for number, item in enumerate(node.items):
        entry = _read_entry(reader, item, f"{where}.entry{number}", dated=dated)
        if isinstance(entry, Missing):
            complete = False
        else:
            entries.append(entry)
    check_moved(reader.document, entries)
    entries = _replace_moved(reader.document, entries)
    _report_twice(reader.document, entries)
    if not complete:
        return MISSING
    for entry in entries:
        if entry.rule:
            days = tuple(meeting.date for meeting in entry.meetings if meeting.date)
            path, line = reader.document.path, entry.position.line
            reader.document.rules.append(RuleDays(path, line, entry.rule, days))
    return entries


def _read_entry(reader: YamlReader, node: Node, where: str, *, dated: bool) -> Entry | Missing:
    position = reader.document.get_position(node.index)
    if isinstance(node, ScalarNode) and node.empty:
        fix = "write it, or take it out"
        return reader.report(node, "F024", "an empty entry", "a meeting", fix)
    name = f'an entry of "{where.partition(".")[0]}"'
    if isinstance(node, MappingNode):
        fields = [
            read_key(key.value, ("every",)) for key, _ in node.pairs if isinstance(key, ScalarNode)
        ]
        before = reader.document.problems.list_sorted()
        node, misplaced = sift_keys(reader, node, where, name)
        if "every" in fields:
            rule = reader.read_struct(node, MeetingRule, where, name)
            if isinstance(rule, Missing):
                return rule
            complete = reader.document.problems.list_sorted() == before
            entry = _expand(reader, node, rule, where, complete=complete)
            return MISSING if misplaced else entry
        meeting = reader.read_struct(node, PlannedMeeting, where, name)
        if misplaced or not isinstance(meeting, PlannedMeeting):
            return MISSING
        check_times(meeting, reader.document, f"{where}.")
        if f"{where}.date" not in reader.document.positions:
            fix = 'write "date: ..."; for days by a rule, write "every: ..."'
            return reader.report(node, "F022", 'no key "date"', f'"date" in {name}', fix)
        return Entry((meeting,), position, where)
    text = reader.read_text(node)
    if isinstance(text, Missing) or not isinstance(node, ScalarNode):
        return MISSING
    if dates.is_rule(text):
        return _expand(reader, node, MeetingRule(every=text), where)
    try:
        planned = read_planned_day(text, reader.languages, dated=dated)
    except dates.NotReadError as error:
        return _report_day(reader, node, error, where)
    return Entry((PlannedMeeting(**planned.values),), position, where)


def _report_day(
    reader: YamlReader, node: ScalarNode, error: dates.NotReadError, where: str
) -> Missing:
    """Report an entry that is no day and no rule."""
    found, expected, fix = error.found, error.expected, error.fix
    if error.code in ("F030", "F062"):
        text = get_raw_text(reader.document, node)
        several, advice = advise_entry(text, reader.languages, reader.document, where)
        found, fix = several or found, advice or fix
        if several:
            expected = "one meeting in each entry"
        elif error.code == "F030" and "year" not in expected:
            expected = "a date, a month or week, a rule for days, or date, time and place"
    return reader.report(node, error.code, found, expected, fix)


def _expand(
    reader: YamlReader, node: Node, rule: MeetingRule, where: str, *, complete: bool = True
) -> Entry | Missing:
    """Return the meetings that a rule gives.

    If its keys are not ``complete``, because others were reported, its period may be among those.
    """
    period = (rule.from_, rule.until)
    if rule.year is not None:
        if rule.from_ or rule.until:
            found, expected = '"year" beside "from" or "until"', "one of the two"
            return reader.report(node, "F067", found, expected, "take one of the two out")
        period = (dt.date(rule.year, 1, 1), dt.date(rule.year, 12, 31))
    try:
        read = dates.read_rule(rule.every)
        if reported := _report_second_period(reader, node, rule, read, where):
            return reported
        days = dates.list_days(rule.every, read, period, rule.except_)
    except dates.NotReadError as error:
        position = reader.document.positions.get(f"{where}.every")
        position = position or reader.document.get_position(node.index)
        fix = error.fix
        if error.expected == dates.RULE_AND_PERIOD:
            if not complete:
                return MISSING
            days = list_following_days(rule.every, reader.held)
            if isinstance(node, MappingNode):
                fix = _advise_period(rule, days)
            elif days:
                fix = f'write "{write_period(days)}" after it'
        reader.document.report_at(position, error.code, error.found, error.expected, fix)
        return MISSING
    shared = {name: value for name, value in asdict(rule).items() if name in _SHARED}
    meetings = tuple(PlannedMeeting(date=day, **shared) for day in days)
    check_times(meetings[0], reader.document, f"{where}.")
    position = reader.document.get_position(node.index)
    return Entry(meetings, position, where, " ".join(rule.every.split()), rule.except_)


def _report_second_period(
    reader: YamlReader, node: Node, rule: MeetingRule, read: dates.Rule, where: str
) -> Missing | None:
    """Report keys that give the first or the last day of a period which the rule's words give, too.

    A rule can begin or end within its year: who meets every other week has to write the first day.
    """
    written = [day for day in (read.first, read.last) if day]
    within = len(written) == 1 and written[0].year == rule.year
    keys = [
        key
        for key, twice in (
            ("year", rule.year is not None and written and not within),
            ("from", rule.from_ and read.first),
            ("until", rule.until and read.last),
        )
        if twice
    ]
    if not keys:
        return None
    position = reader.document.positions.get(f"{where}.{keys[0]}")
    position = position or reader.document.get_position(node.index)
    names = join_words([f'"{key}"' for key in keys], "and")
    fix = f"take {names} out, or take the period out of the rule"
    if keys != ["year"]:
        fix = 'write the whole period in the rule, or all of it in "from" and "until"'
    found = f"a period in the rule and in {names}"
    reader.document.report_at(position, "F067", found, "one of the two", fix)
    return MISSING


def _advise_period(rule: MeetingRule, days: Sequence[dt.date]) -> str:
    """Return how to write the period of a rule with keys; ``days`` are an example of its days."""
    if rule.from_:
        return 'write the last day below it, as "until: 2013-12-18"'
    if days and not rule.until:
        return f'write "from: {days[0]}" and "until: {days[-1]}" below it'
    if rule.until:
        return 'write the first day below it, as "from: 2013-01-09"'
    return 'write "year: 2013" below it, or "from: 2013-01-09" and "until: 2013-12-18"'


def _replace_moved(document: Document, entries: list[Entry]) -> list[Entry]:
    """Return the entries without the meetings of rules that were moved to another day.

    Where it is unclear which of several was moved, all stay, and that is reported (L016).
    """
    moved: dict[dt.date, list[tuple[PlannedMeeting, Position]]] = {}
    for entry in entries:
        for meeting in entry.meetings:
            if meeting.formerly:
                position = document.positions.get(f"{entry.field}.formerly", entry.position)
                moved.setdefault(meeting.formerly, []).append((meeting, position))
    replaced = {
        (rule.field, day)
        for day, meetings in moved.items()
        for rule in _find_replaced(document, entries, day, meetings)
    }
    return [
        entry._replace(
            meetings=tuple(m for m in entry.meetings if (entry.field, m.date) not in replaced)
        )
        for entry in entries
    ]


def _find_replaced(
    document: Document,
    entries: Sequence[Entry],
    day: dt.date,
    moved: Sequence[tuple[PlannedMeeting, Position]],
) -> list[Entry]:
    """Return the rules whose meetings on a day were moved from it."""
    planned = [
        entry for entry in entries if entry.rule and any(m.date == day for m in entry.meetings)
    ]
    left_out = [entry for entry in entries if day in entry.left_out]
    if len(planned) + len(left_out) <= len(moved):
        return planned
    replaced = []
    for meeting, position in moved:
        # All meetings of a rule have one time.
        same = [entry for entry in planned if entry.meetings[0].time == meeting.time]
        if len(same) == 1:
            replaced += same
        elif planned and not left_out and meeting.date != day:
            lines = join_words([str(entry.position.line) for entry in planned], "and")
            found = (
                f"a meeting moved from {dates.format_written(day)}, on which each of the rules on lines"
                f" {lines} gives one"
            )
            fix = f'write "except: [{day.isoformat()}]" in the rule of the meeting that was moved'
            expected = "a sign of which one was moved"
            document.report_at(position, "L016", found, expected, fix)
    return replaced


def _report_twice(document: Document, entries: list[Entry]) -> None:
    """Report two meetings on one day (F068), unless they are at different times."""
    known: dict[dt.date, list[tuple[PlannedMeeting, Position]]] = {}
    for entry in entries:
        for meeting in entry.meetings:
            if meeting.date is None:
                continue
            others = known.setdefault(meeting.date, [])
            for other, first in others:
                if meeting.time and other.time and meeting.time != other.time:
                    continue
                day = dates.format_written(meeting.date)
                found = f"a second meeting on {day} (first on line {first.line})"
                fix = "take one of the two out; if there are two meetings, write the time of each"
                if entry.rule:
                    fix = f'{fix}; for a day that the rule should not give, write "except: [{meeting.date}]"'
                document.report_at(entry.position, "F068", found, "one meeting on a day", fix)
                break
            others.append((meeting, entry.position))
