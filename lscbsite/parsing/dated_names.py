"""Read organisations and former names of people, which can have periods."""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import pairwise
from typing import Any

from msgspec.structs import replace

from lscbsite import dates
from lscbsite.model import DatedName
from lscbsite.parsing.yaml_reader import (
    MISSING,
    Convert,
    ListNode,
    MappingNode,
    Missing,
    Node,
    ScalarNode,
    YamlReader,
)
from lscbsite.problems import quote_value

_DAY = dt.timedelta(days=1)
_YEAR = r"[1-9]\d{3}"
_ISO_MONTH = r"\d{4}-\d{1,2}"
_STILL = {"now", "today", "present", "the present", "to date", "current", "ongoing", "still"}


def _convert_dated_names(reader: YamlReader, node: Node, where: str) -> Any:
    """Read one name, or a list of names, each a text or keys; check that no two periods overlap."""
    items = node.items if isinstance(node, ListNode) else (node,)
    problems = reader.document.problems
    before = problems.list_sorted()
    names = []
    for number, item in enumerate(items):
        read = _read_entry(reader, item, f"{where}.{number}")
        if isinstance(read, Missing):
            return MISSING
        names.append(read)
    if problems.list_sorted() != before:  # a day that cannot be read says nothing about periods
        return tuple(names)
    positions = [item.index for item in items]
    if where.endswith(".formerly"):
        return tuple(_fit_former_names(reader, names, positions))
    return tuple(_fit_periods(reader, names, positions, "organisation"))


def _read_entry(reader: YamlReader, node: Node, where: str) -> DatedName | Missing:
    field = where.split(".")[-2]
    reader.document.positions[where] = reader.document.get_position(node.index)
    if isinstance(node, MappingNode):
        entry = reader.read_struct(node, DatedName, where, f'an entry of "{field}"')
        if not isinstance(entry, DatedName):
            return MISSING
        if (entry.since or dt.date.min) <= (entry.until or dt.date.max):
            return entry
        found = f"the last day {_format(entry.until)}, which is before the first, {_format(entry.since)}"
        position = reader.document.positions[f"{where}.until"]
        expected = 'a last day ("until") on or after the first ("from")'
        reader.document.report_at(position, "S031", found, expected, "correct one of the two")
        return MISSING
    text = reader.read_text(node)
    return text if isinstance(text, Missing) else DatedName(text)


def _format(day: dt.date | None) -> str:
    return dates.format_written(day) if day else ""


def _fit_former_names(
    reader: YamlReader, names: list[DatedName], positions: list[int]
) -> Iterator[DatedName]:
    """Yield former names; those without days are never shown, so they have no period."""
    dated = [number for number, name in enumerate(names) if name.since or name.until]
    fitted = _fit_periods(
        reader,
        [names[number] for number in dated],
        [positions[number] for number in dated],
        "former name",
    )
    by_number = dict(zip(dated, fitted, strict=True))
    for number, name in enumerate(names):
        yield by_number.get(number, name)


def _fit_periods(
    reader: YamlReader, names: list[DatedName], positions: list[int], kind: str
) -> list[DatedName]:
    """Return names with the open ends of their periods up to their neighbours; report overlaps (S030)."""
    begins = sorted(name.since for name in names if name.since)
    ends = sorted((name.until for name in names if name.until), reverse=True)
    fitted = []
    for name in names:
        since, until = name.since, name.until
        if until is None and (later := [day for day in begins if day > (since or dt.date.min)]):
            until = later[0] - _DAY
        if since is None and (
            earlier := [day for day in ends if day < (name.until or dt.date.max)]
        ):
            since = earlier[0] + _DAY
        fitted.append(replace(name, since=since, until=until))
    in_order = sorted(
        zip(fitted, positions, strict=True),
        key=lambda entry: (entry[0].since or dt.date.min, entry[0].until or dt.date.max),
    )
    for (earlier_name, _), (name, index) in pairwise(in_order):
        until = earlier_name.until or dt.date.max
        if (name.since or dt.date.min) <= until or until < (earlier_name.since or dt.date.min):
            reader.document.report(index, "S030", *_explain_overlap(earlier_name, name, kind))
            break
    return fitted


def _explain_overlap(earlier: DatedName, later: DatedName, kind: str) -> tuple[str, str, str]:
    """Return what was found and expected, and the fix, where two periods overlap."""
    first, second = quote_value(earlier.name), quote_value(later.name)
    expected = f"one {kind} on each day"
    if later.since is None or earlier.until is None or earlier.until < later.since:
        found = f"{first} and {second} at the same time"
        fix = 'write when the one ended, as "until: 2013-06-30", or when the other began, as "from: 2013-07-01"'
        return found, expected, fix
    found = (
        f"{second} from {_format(later.since)}, while {first} lasts until {_format(earlier.until)}"
    )
    fix = f'write "until: {(later.since - _DAY).isoformat()}" for {first}'
    if earlier.until < dt.date.max:
        fix += f', or "from: {(earlier.until + _DAY).isoformat()}" for {second}'
    return found, expected, fix


def _convert_day(reader: YamlReader, node: Node, where: str, *, last: bool) -> Any:
    """Read a day; a month or a year alone means its first or its last day."""
    text = reader.read_text(node, "a date")
    if isinstance(text, Missing):
        return text
    if isinstance(node, ScalarNode) and last and text.casefold().strip(".") in _STILL:
        expected = "the last day, a month or a year"
        fix = "if it still applies, take the line out"
        return reader.report(node, "F030", quote_value(text), expected, fix)
    flat = " ".join(text.split())
    if re.fullmatch(_YEAR, flat):
        return dt.date(int(flat), 12, 31) if last else dt.date(int(flat), 1, 1)
    try:
        return dates.read_date(text, reader.languages)
    except dates.NotReadError as error:
        first = _read_month(flat, reader)
        if first is None:
            fix = error.fix
            if error.code == "F030" and fix == dates.WRITE_ISO:
                fix = "write the day, the month or the year: 2013-06-30, June 2013 or 2013"
            return reader.report(node, error.code, error.found, error.expected, fix)
    if not last:
        return first
    from calendar import monthrange

    return first.replace(day=monthrange(first.year, first.month)[1])


def _read_month(text: str, reader: YamlReader) -> dt.date | None:
    """Return the first day of a month, such as 'June 2013' or 2013-06; None for other texts."""
    day = f"{text}-01" if re.fullmatch(_ISO_MONTH, text) else f"1 {text}"
    if re.match(r"\d", text) and not re.fullmatch(_ISO_MONTH, text):
        return None
    try:
        return dates.read_date(day, reader.languages)
    except dates.NotReadError:
        return None


_convert_first: Callable[..., Any] = partial(_convert_day, last=False)
_convert_last: Callable[..., Any] = partial(_convert_day, last=True)
DATED_NAME_KINDS: Mapping[str, Convert] = {
    "dated_names": _convert_dated_names,
    "first_day": _convert_first,
    "last_day": _convert_last,
}
