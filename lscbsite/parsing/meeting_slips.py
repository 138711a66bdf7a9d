"""Say what to write in place of what people often write wrongly about meetings to come."""

import datetime as dt
import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from lscbsite import dates
from lscbsite.model import MeetingRule, PlannedMeeting
from lscbsite.parsing.yaml_reader import (
    Document,
    ListNode,
    MappingNode,
    Node,
    ScalarNode,
    YamlReader,
    find_meant_key,
    is_placeholder,
    is_short,
    list_keys,
    normalize_key,
    read_key,
)
from lscbsite.problems import join_words, quote_value

_CANCELLED = (
    r"(?i)(.*?)[\s,;:(–-]*\b(?:cancell?ed|called off|abgesagt|(?:wedi'i )?ganslo|canslwyd)\b"
)
_MOVED_TO = r"(?i)(?P<former>.*\d.*?)\b(?:now|(?:moved|postponed|changed|put back|brought forward) to)\b(?P<day>.*\d[^)]*)\)?"
_MOVED_FROM = (
    r"(?i)(?P<day>.*\d.*?)\b(?:was|formerly|originally|instead of|previously|"
    r"(?:moved|postponed|changed|put back|brought forward) from)\b(?P<former>.*\d[^)]*)\)?"
)
# Keys for the new day of a meeting.
_MOVED = {"moved", "moved_to", "postponed", "postponed_to", "rescheduled", "new_date", "changed_to"}
_BETWEEN = r"\s*(?:[\n;,]|(?: |^)(?:and|&|und)(?: |$))\s*"
_NUMBERS = ("", "one", "two", "three")
# Keys that only a rule has.
_OF_RULES = ("every", "year", "from", "until", "except")
# More entries than these are not shown in a message.
_SHOWN_LINES = 3
# A longer text is no list of days.
_LONGEST_LIST = 2000


class Sifted(NamedTuple):
    """The keys of a meeting that are in their place, and whether others were reported."""

    node: MappingNode
    reported: bool


def get_raw_text(document: Document, node: ScalarNode) -> str:
    """Return a text with the line ends that its author wrote."""
    return document.text[node.index : node.end].strip() if node.plain else node.value.strip()


def split_meetings(text: str, languages: Sequence[str]) -> tuple[str, ...]:
    """Return the days of several meetings in one text, each as an entry of a list should say it.

    Returns none if the text does not name several, or something else beside them. A day can leave out
    the month or year that the last one has.
    """
    if len(text) > _LONGEST_LIST or _is_meeting(" ".join(text.split()), languages):
        return ()
    parts = [part for part in re.split(_BETWEEN, text) if part]
    if len(parts) < 2:
        return ()
    last = parts[-1].split()
    entries = []
    for part in parts:
        for number in range(min(len(last), 3)):
            entry = " ".join((*part.split(), *last[len(last) - number :]))
            if _is_meeting(entry, languages):
                entries.append(entry)
                break
        else:
            return ()
    return tuple(entries)


def _is_meeting(text: str, languages: Sequence[str]) -> bool:
    """Return whether a text can be one entry of a list: a day, a month, a week or a rule."""
    try:
        if dates.is_rule(text):
            dates.read_rule(text)
        else:
            dates.read_days(text, languages)
    except dates.NotReadError:
        try:
            dates.read_period(text, languages)
        except dates.NotReadError:
            return False
    return True


def advise_rule(rule: str, held: dt.date | None) -> str:
    """Return how to write a rule for days that is in place of the next meeting."""
    days = list_following_days(rule, held)
    if not days:
        return f'write the day; a rule goes under "next_meetings:", as "  - {rule}"'
    day = f"write the day: {dates.format_written(days[0])}"
    if len(days) == 1:
        return day
    read = dates.read_rule(rule)
    if read.first or read.last:
        return f"{day}; a rule for a whole year goes into meetings.yaml"
    entry = f"{rule} {write_period(days)}"
    return f'{day}; or write "next_meetings:" and, below it, "  - {entry}"'


def list_following_days(rule: str, held: dt.date | None) -> tuple[dt.date, ...]:
    """Return the days that a rule gives after a meeting, () if that is unclear.

    They are those until the end of its year, or, if there are not several, of the next year; of a
    meeting once a year it is the first.
    """
    if held is None or held.year == dt.MAXYEAR:
        return ()
    period = held + dt.timedelta(days=1), dt.date(held.year + 1, 12, 31)
    try:
        days = dates.list_days(rule, dates.read_rule(rule), period)
    except dates.NotReadError:
        return ()
    following = tuple(day for day in days if day > held)
    in_year = tuple(day for day in following if day.year == held.year)
    if len({day.year for day in following}) == len(following):
        return following[:1]
    return in_year if len(in_year) > 1 else following


def write_period(days: Sequence[dt.date]) -> str:
    """Return the period of days, as rules have it."""
    return f"from {dates.format_written(days[0])} to {dates.format_written(days[-1])}"


def write_entries(entries: Sequence[str], indent: str = "") -> str:
    """Return entries as lines of a list, in quotes, for a message."""
    lines = [f'"{indent}- {entry}"' for entry in entries[:_SHOWN_LINES]]
    if len(entries) > _SHOWN_LINES:
        return f"{', '.join(lines)} and so on"
    return join_words(lines, "and")


def write_fields(parts: tuple[str, str, str]) -> list[str]:
    """Return the date, time and place of a meeting as lines, without those that are missing."""
    fields = zip(("date", "time", "place"), parts, strict=True)
    return [f"{field}: {part}" for field, part in fields if part]


def advise_list(text: str, languages: Sequence[str], *, in_report: bool) -> str:
    """Return how to write a text that is in place of a list of meetings."""
    flat = " ".join(text.split())
    if is_placeholder(flat):
        if in_report:
            return 'take the line out; if no meeting is planned at all, write "next_meeting: none"'
        return "if none is planned, take it out"
    if entries := split_meetings(text, languages):
        return f"write each meeting on its own line, after a hyphen and a space: {write_entries(entries)}"
    if _is_meeting(flat, languages):
        return f'write it on a line of its own, after a hyphen and a space: "- {flat}"'
    if parts := dates.split_date(flat, languages):
        return f"write it as {_write_entry(parts)}"
    return 'write each meeting on its own line, after a hyphen and a space: "- 2013-04-16"'


def _write_entry(parts: tuple[str, str, str]) -> str:
    first, *others = write_fields(parts)
    return join_words([f'"- {first}"', *(f'"  {line}"' for line in others)], "and")


def advise_entry(
    text: str, languages: Sequence[str], document: Document, where: str
) -> tuple[str, str]:
    """Return what an entry that is no day and no rule is, and how to write it, '' where that is unclear."""
    flat = " ".join(text.split())
    if is_placeholder(flat):
        return (
            "",
            'take it out; if no meeting is planned at all, write "next_meeting: none" in a report',
        )
    if fix := advise_cancelled(flat, languages, document, where):
        return "", fix
    if fix := _advise_moved(flat, languages):
        return "", fix
    if entries := split_meetings(text, languages):
        fix = f"write each meeting on its own line: {write_entries(entries)}"
        return f"{quote_value(flat)}, more than one meeting", fix
    if parts := dates.split_date(flat, languages):
        return "", f"write it in {_NUMBERS[len(write_fields(parts))]} lines: {_write_entry(parts)}"
    return "", ""


def _advise_moved(text: str, languages: Sequence[str]) -> str:
    """Return how to write that a meeting was moved, '' if a text does not say so."""
    if len(text) > dates.LONGEST_TEXT:
        return ""
    for pattern in (_MOVED_TO, _MOVED_FROM):
        match = re.fullmatch(pattern, text)
        if not match:
            continue
        day, former = match["day"].strip(" ,;:-–("), match["former"].strip(" ,;:-–(")
        year = re.search(r"[1-9]\d{3}", day) or re.search(r"[1-9]\d{3}", former)
        lines = []
        for written in (day, former):
            candidates = (written, f"{written} {year[0]}" if year else written)
            lines += [other for other in candidates if _is_day(other, languages)][:1]
        if len(lines) == 2:
            return f'write it in two lines: "- date: {lines[0]}" and "  formerly: {lines[1]}"'
    return ""


def advise_mapping(node: MappingNode, languages: Sequence[str], *, in_report: bool) -> str:
    """Return how to write keys that are in place of a list of meetings, '' if nothing is clear."""
    names = [key.value for key, _ in node.pairs if isinstance(key, ScalarNode)]
    if not names:
        return ""
    if _is_meeting(names[0], languages):
        return f"write each day after a hyphen and a space, without a colon: {write_entries(names)}"
    fields = {*list_keys(PlannedMeeting), *list_keys(MeetingRule)}
    if read_key(names[0], fields, languages):
        more = ", and two spaces before each line below it" if len(names) > 1 else ""
        return f'write "- " before {quote_value(names[0])}{more}'
    lines = join_words([quote_value(f"{name}:") for name in names[:_SHOWN_LINES]], "and")
    line = "line" if len(names) == 1 else "lines"
    of_year = re.fullmatch(r"\d{4}", names[0])
    why = "" if in_report or of_year else ", as site.yaml names no boards"
    return f"take the {line} {lines} out{why}, and write all meetings in one list"


def advise_cancelled(text: str, languages: Sequence[str], document: Document, where: str) -> str:
    """Return how to cancel a meeting that a text calls cancelled, '' if it does not."""
    match = re.match(_CANCELLED, text) if len(text) <= dates.LONGEST_TEXT else None
    if not match:
        return ""
    return f"write only the day; {_advise_report(match[1], languages, document, where)}"


def _advise_report(day: str, languages: Sequence[str], document: Document, where: str) -> str:
    """Return how to say in a report that the meeting of ``day`` (a text, or '') is cancelled."""
    folder, _, name = document.path.rpartition("/")
    if not folder:
        board = where.partition(".")[0]
        folder = "reports" if name != "meetings.yaml" or board == "meetings" else f"reports/{board}"
    try:
        written = dates.read_days(day, languages)[0].isoformat()
        file = f"{folder}/{written}.md"
    except dates.NotReadError:
        written, file = "...", "named after it"
    return (
        f"that the meeting is cancelled is said in a report of that day, {file},"
        f' with "date: {written}", "published: ..." (the day on which you say so) and'
        ' "cancelled: ..." (the reason)'
    )


def sift_keys(reader: YamlReader, node: MappingNode, where: str, name: str) -> Sifted:
    """Return a meeting's keys without those that belong elsewhere, which are reported (F020, F030).

    ``name`` is that of the meeting in messages. An entry of a list can be a rule, a "next_meeting" not.
    """
    known = {*list_keys(PlannedMeeting), *list_keys(MeetingRule)}
    keys = {key: read_key(key.value, known, reader.languages) for key, _ in _list_pairs(node)}
    rule = next((key for key, meant in keys.items() if meant == "every"), None)
    taken: set[Node] = set()
    for key, value in _list_pairs(node):
        if not keys[key] and _says_cancelled(key, value):
            day = _find_day(node, reader)
            advice = _advise_report(day, reader.languages, reader.document, where)
            fix = f"take it out; {advice}"
            if rule:
                fix = f'{fix}; for days without a meeting from the beginning, write "except: [...]"'
            _report_key(reader, key, name, fix)
            taken.add(key)
        elif not keys[key] and (fix := _advise_key(key, value, reader.languages)):
            _report_key(reader, key, name, fix)
            taken.add(key)
    if rule and ".entry" not in where:
        value = next(value for key, value in node.pairs if key is rule)
        words = value.value if isinstance(value, ScalarNode) and is_short(value.value) else "..."
        _report_key(reader, rule, name, f'write it under "next_meetings", as "  - every: {words}"')
        taken.update(key for key, meant in keys.items() if meant in _OF_RULES)
    elif rule:
        taken.update(_report_months(reader, node, keys, rule))
    elif "date" not in keys.values():
        taken.update(_report_days(reader, node, keys, name))
    pairs = tuple((key, value) for key, value in node.pairs if key not in taken)
    return Sifted(MappingNode(pairs, node.index), bool(taken))


def _list_pairs(node: MappingNode) -> list[tuple[ScalarNode, Node]]:
    return [(key, value) for key, value in node.pairs if isinstance(key, ScalarNode)]


def _says_cancelled(key: ScalarNode, value: Node) -> bool:
    """Return whether a key says that a meeting is cancelled: 'cancelled: ...', 'status: cancelled'."""
    if find_meant_key(key.value, ("cancelled",)):
        return True
    return (
        key.value.casefold() in ("status", "state")
        and isinstance(value, ScalarNode)
        and bool(re.match(_CANCELLED, value.value[: dates.LONGEST_TEXT]))
    )


def _advise_key(key: ScalarNode, value: Node, languages: Sequence[str]) -> str:
    """Return what to do about a key that is a day, a new day or the name of a list, else ''."""
    if normalize_key(key.value) in _MOVED:
        return 'write the new day as "date: ...", and the one it was planned for at first as "formerly: ..."'
    if _is_meeting(key.value, languages):
        return f'write "date: {key.value}", and the time and the place in lines of their own, as "place: ..."'
    if isinstance(value, ListNode) and not find_meant_key(key.value, list_keys(PlannedMeeting)):
        return f"take {quote_value(f'{key.value}:')} out, and write all meetings in one list"
    return ""


def _find_day(node: MappingNode, reader: YamlReader) -> str:
    """Return what is written as the date of a meeting, '' if nothing is."""
    for key, value in _list_pairs(node):
        if read_key(key.value, ("date",), reader.languages) and isinstance(value, ScalarNode):
            return value.value
    return ""


def _report_key(reader: YamlReader, key: ScalarNode, name: str, fix: str) -> None:
    found = f"the unknown key {quote_value(key.value)}"
    reader.report(key, "F020", found, f"a key of {name}", fix)


def _report_days(
    reader: YamlReader, node: MappingNode, keys: dict[ScalarNode, str | None], name: str
) -> Collection[Node]:
    """Report the first and the last day that are beside the keys of a meeting, not in its date."""
    found: dict[str, tuple[ScalarNode, str]] = {}
    for key, value in _list_pairs(node):
        if keys[key] not in (None, "from", "until", "end") or not isinstance(value, ScalarNode):
            continue
        meant = find_meant_key(key.value, ("from", "to"))
        if meant and _is_day(value.value, reader.languages):
            found[meant] = key, value.value
    if len(found) < 2:
        return ()
    (first, first_day), (last, last_day) = found["from"], found["to"]
    written = f"{first_day} to {last_day}"
    fix = f'write both days in "date": "date: {written}"'
    if not _is_meeting(written, reader.languages):
        fix = 'write the day of the meeting, as "date: ..."; for days by a rule, write "every: ..."'
    text = f"the keys {quote_value(first.value)} and {quote_value(last.value)}"
    reader.report(first, "F020", text, f"keys of {name}", fix)
    return first, last


def _is_day(text: str, languages: Sequence[str]) -> bool:
    try:
        dates.read_date(text, languages)
    except dates.NotReadError:
        return False
    return True


def _report_months(
    reader: YamlReader,
    node: MappingNode,
    keys: dict[ScalarNode, str | None],
    rule: ScalarNode,
) -> Collection[Node]:
    """Report months among the days that a rule leaves out (F030)."""
    words = next(value for key, value in node.pairs if key is rule)
    taken = []
    for key, value in _list_pairs(node):
        if keys[key] != "except" or not isinstance(words, ScalarNode) or not is_short(words.value):
            continue
        items = value.items if isinstance(value, ListNode) else (value,)
        for item in items:
            if not isinstance(item, ScalarNode):
                continue
            month = re.sub(r"(?:,? \d{4})?$", "", item.value.strip())
            left = _read_rule(f"first Monday of each month except {month}")
            if not left:
                continue
            fix = _advise_month(" ".join(words.value.split()), month, left.months)
            if not fix:
                fix = "take it out, as the rule gives no day then"
            elif month != item.value.strip():
                fix = f"write the day itself, as 2013-05-14; for this month in every year, {fix}"
            reader.report(item, "F030", quote_value(item.value), "a date", fix)
            taken.append(key)
    return taken


def _advise_month(rule: str, month: str, left: Collection[int]) -> str:
    """Return how to leave a month out of a rule, '' if it gives no day then.

    ``left`` are the other months of a year.
    """
    read = _read_rule(rule)
    if read and read.months and set(read.months) <= set(left):
        return ""
    if read and read.names_months:
        return f"take {quote_value(month)} out of the months of the rule"
    before, _, period = rule.partition(",")
    joint = "and" if re.search(r"\bexcept\b", before) else "except"
    for written in (
        f"{before} {joint} {month}" + (f",{period}" if period else ""),
        f"{rule} and {month}",
    ):
        changed = _read_rule(written)
        if changed and not set(changed.months) - set(left):
            return f'write it in the rule: "every: {written}"'
    return 'write it in the rule, as "every: second Tuesday of each month except August"'


def _read_rule(text: str) -> dates.Rule | None:
    try:
        return dates.read_rule(text)
    except dates.NotReadError:
        return None
