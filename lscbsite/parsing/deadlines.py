"""Read the deadlines of asks, and deadlines that were extended."""

import contextlib
import datetime as dt
import re
from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from lscbsite import dates
from lscbsite.model import Ask
from lscbsite.parsing.yaml_reader import (
    Document,
    FieldValues,
    MappingNode,
    Missing,
    Node,
    YamlReader,
)
from lscbsite.problems import quote_value

# What follows a deadline that was extended, in English, German and Welsh.
_EXTENDED = (
    r"(?i)(?P<day>.+?)[,;:]? ?\(?\b(?:(?:now )?(?:extended|moved|changed|postponed|put back) from|"
    r"instead of|previously|originally|formerly|at first|was|verlängert (?:vom|von)|ursprünglich|"
    r"bisher|(?:wedi'i )?(?:h?estyn|estynnwyd) o|yn wreiddiol)(?: the)? (?P<former>[^()]+?)\)?"
)

_HOUR = r"(?i:\d ?[ap]\.?m\b|\d[:.]\d\d\b|\b(?:noon|midday|midnight|uhr|o'clock)\b)"
_WRITE_DAY = "write the last day to reply, as 2012-12-14, or leave the line out"


class _Extended(msgspec.Struct, frozen=True):
    """A deadline that was extended, as keys."""

    date: Annotated[dt.date, Meta()]
    extended_from: Annotated[dt.date | None, Meta()] = None


def convert_deadline(reader: YamlReader, node: Node, where: str) -> Any:
    """Read the last day to reply; report an hour, which pages do not show (F043)."""
    if isinstance(node, MappingNode):
        both = reader.read_struct(node, _Extended, where, '"deadline"')
        if isinstance(both, Missing):
            return both
        if both.extended_from is None:
            return both.date
        return FieldValues({"deadline": both.date, "extended_from": both.extended_from})
    text = reader.read_text(node, "a date")
    if isinstance(text, Missing):
        return text
    bare = re.sub(r"(?i)^by\s+", "", text)
    try:
        if len(bare) <= dates.LONGEST_TEXT and (
            extended := re.fullmatch(_EXTENDED, " ".join(bare.split()))
        ):
            return _read_extended(extended["day"], extended["former"], reader.languages)
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


def _read_extended(text: str, former: str, languages: Sequence[str]) -> FieldValues:
    """Return a deadline and the one before it, which can leave out the year.

    Raises:
        NotReadError: one of the two is not a date.

    """
    day = dates.read_date(text, languages)
    try:
        earlier = dates.read_date(former, languages)
    except dates.NotReadError as error:
        if "its year" not in error.expected:
            raise
        earlier = dates.read_date(f"{former} {day.year}", languages)
        if earlier > day:
            earlier = dates.read_date(f"{former} {day.year - 1}", languages)
    return FieldValues({"deadline": day, "extended_from": earlier})


def check_extension(ask: Ask, document: Document, where: str) -> None:
    """Report a deadline that was extended to an earlier day, or that is not there (F065)."""
    if ask.extended_from is None:
        return
    positions = document.positions
    position = positions.get(f"{where}.extended_from") or positions[f"{where}.deadline"]
    if ask.deadline is None:
        if f"{where}.deadline" not in positions:
            fix = 'write the new day above it, as "deadline: 2012-12-21"'
            found, expected = '"extended_from" without "deadline"', "both"
            document.report_at(position, "F065", found, expected, fix)
        return
    if ask.extended_from >= ask.deadline:
        days = map(dates.format_written, (ask.extended_from, ask.deadline))
        found = "a deadline extended from {} to {}".format(*days)
        fix = "correct one of the two"
        document.report_at(position, "F065", found, "a later day than at first", fix)


def _split_hour(text: str, languages: Sequence[str]) -> tuple[str, str] | None:
    """Return the day and the hour of '5 April 2013, 5pm' or '5pm on 5 April 2013', or None."""
    flat = " ".join(text.split())
    if (parts := dates.split_date(flat, languages)) and parts[1] and not parts[2]:
        with contextlib.suppress(dates.NotReadError):  # two days
            dates.read_date(parts[0], languages)
            return parts[0], parts[1]
    for separator in re.finditer(r"(?i),? on |, | ", flat):
        hour, day = flat[: separator.start()], flat[separator.end() :]
        with contextlib.suppress(dates.NotReadError):
            dates.read_time(hour)
            dates.read_date(day, languages)
            return day, hour
    return None
