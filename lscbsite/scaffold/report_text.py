"""Write the text of a new report, with what the author may need as comments."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from unicodedata import category

from lscbsite.dates import MONTHS, format_date
from lscbsite.model import AskState, Attendee, NextMeeting
from lscbsite.parsing.attendees import parse_attendee

# Comments are in English, whatever the language of the site.
_ENGLISH = "en-GB"
# Words that YAML takes as they are, and as a text: no sign, number, date or truth value.
_PLAIN = re.compile(
    r"(?!(?:y|yes|n|no|true|false|on|off|null|nan|inf)$)[A-Za-z][A-Za-z '’-]*[a-z]", re.I
)
# The name of an ask, which has a slash: so it is no date or number.
_ASK = re.compile(
    r"[a-z0-9][a-z0-9-]*(?:/[a-z0-9-]*[a-z][a-z0-9-]*)+|\d{4}-\d\d-\d\d/[a-z][a-z0-9-]*"
)
# A person in words: nothing that YAML could read as a sign.
_PERSON = re.compile(r"[^\W\d_][\w '’.-]*(?:\([\w '’.&-]+\))?(?:, [\w '’.-]+)?")
# What would end a comment in Markdown too early, or could not be read as one line.
_UNSAFE_IN_COMMENT = re.compile(r"--|[<>\\`\r\n\x00-\x1f]|^-|-$")
# Categories of Unicode: controls, and what ends a line or a paragraph.
_BREAKS = {"Cc", "Zl", "Zp"}
# More questions than these are listed on the page of questions.
_MOST_QUESTIONS = 10
_A_WEEK, _A_MONTH = dt.timedelta(days=7), dt.timedelta(days=31)


class NewReport(NamedTuple):
    """What a new report can take over.

    ``name`` is its own, as ``lscbsite rename`` takes it. ``announced_in`` names the file that
    announced the meeting, '' if none did. Then ``other`` is the one that was announced and that this
    may be, and ``last`` when and where the last meeting was. ``boards`` are those of a joint meeting,
    ``attendees`` those of an earlier meeting, with its day. ``next_day`` is the meeting after this
    one, ``next_from`` the file that plans it, '' for a guess. ``language`` is that of the last
    report, if it is not the site's.
    """

    name: str
    meeting: NextMeeting
    announced_in: str
    other: NextMeeting | None
    last: NextMeeting | None
    boards: tuple[str, ...]
    author: str | None
    attendees: tuple[dt.date, tuple[Attendee, ...]]
    questions: tuple[AskState, ...]
    topics: tuple[str, ...]
    next_day: dt.date | None
    next_from: str
    language: str | None = None


def write_report(report: NewReport) -> str:
    """Return the text of the file: a draft that has no errors."""
    lines = ["---", *_list_front_matter(report), "---", "", *_list_body(report)]
    # No name of a file and no text of another report can begin a line here.
    return "".join(f"{_join_lines(line)}\n" for line in lines)


def quote_yaml(text: str) -> str:
    """Return a text as YAML, on one line, in quotation marks where it needs them.

    It has no backslashes in double quotation marks, which front matter must not have.
    """
    line = _join_lines(text)
    if _PLAIN.fullmatch(line):
        return line
    if '"' in line or "\\" in line:
        return "'" + line.replace("'", "''") + "'"
    return f'"{line}"'


def _join_lines(text: str) -> str:
    """Return a text with a space in place of each sign that ends a line or controls a terminal."""
    return "".join(" " if category(sign) in _BREAKS else sign for sign in text)


def _list_front_matter(report: NewReport) -> Iterator[str]:
    meeting = report.meeting
    assert meeting.date is not None
    yield '# Lines that begin with "#" are for you; readers never see them.'
    yield '# To use one of the lines below that begin with "#" and a field, delete its "#".'
    yield ""
    yield from _list_day(report)
    yield from _list_details(report)
    if report.boards:
        yield "# The report that announced this meeting was of several boards together. If this one is,"
        yield "# too, use this line:"
        yield f"#boards: [{', '.join(report.boards)}]"
    if report.language:
        yield f"language: {report.language}"
    yield ""
    yield "# The report appears nowhere until you delete this line:"
    yield "draft: true"
    yield "# The day on which you publish it, if that is not the day of the meeting:"
    yield "#published:"
    if report.author:
        yield f"#author: {quote_yaml(report.author)}"
    yield ""
    yield from _list_attendees(*report.attendees)
    yield "# What you want to know from your readers:"
    yield "#feedback:"
    yield "#  - ask:"
    yield "#    deadline:"
    yield "#    reply_to:"
    yield ""
    yield from _list_outcomes(report.questions)
    yield from _list_next_meeting(report)


def _list_day(report: NewReport) -> Iterator[str]:
    """Yield the date, and how to say that it is not the announced one."""
    meeting = report.meeting
    assert meeting.date is not None
    days = meeting.date.isoformat()
    days = f"{days} to {meeting.last_day.isoformat()}" if meeting.last_day else days
    if report.announced_in:
        new = min(meeting.date, dt.date.max - _A_WEEK) + _A_WEEK
        yield f"# The day as announced in {report.announced_in}. If the meeting was moved, correct the"
        yield "# day, use the line below it, and rename this file, as in:"
        yield f"# lscbsite rename {report.name} {new.isoformat()}"
    yield f"date: {days}"
    if report.announced_in:
        yield f"#announced_for: {meeting.date.isoformat()}"
    elif report.other and report.other.date:
        day = format_date(report.other.date, _ENGLISH)
        yield f"# A meeting was announced for {day}. If it was moved to this day, use this line:"
        yield f"#announced_for: {report.other.date.isoformat()}"
        yield "# If this is an extra meeting, use this line:"
        yield "#announced_for: none"


def _list_details(report: NewReport) -> Iterator[str]:
    """Yield time, place and so on, as comments where they are those of another meeting."""
    meeting, mark = report.meeting, ""
    if not report.announced_in:
        mark = "#"
        other, last = report.other, report.last
        if other and other.date and _has_details(other):
            yield f"# As announced for {format_date(other.date, _ENGLISH)}:"
            meeting = other
        elif last and last.date and _has_details(last):
            yield f"# As at the meeting of {format_date(last.date, _ENGLISH)}:"
            meeting = last
    if meeting.time:
        yield f"{mark}time: {meeting.time:%H:%M}"
        if meeting.end:
            yield f"{mark}end: {meeting.end:%H:%M}"
    if meeting.place:
        yield f"{mark}place: {quote_yaml(meeting.place)}"
    for field, value in (
        ("url", meeting.url),
        ("dial_in", meeting.dial_in),
        ("title", meeting.title),
    ):
        if value:
            yield f"#{field}: {quote_yaml(value)}"


def _has_details(meeting: NextMeeting) -> bool:
    return any((meeting.time, meeting.place, meeting.url, meeting.dial_in, meeting.title))


def _list_attendees(held: dt.date, attendees: Iterable[Attendee]) -> Iterator[str]:
    people = [f"#  - {_format_person(person)}" for person in attendees]
    if people:
        day = format_date(held, _ENGLISH)
        yield f"# Who was there? These people were at the meeting of {day}:"
    else:
        yield '# Who was there? Write each like this: "- Ada Moss (Eastmoor Carers)".'
    yield "#attendees:"
    yield from people or ["#  -"]
    yield "# Who sent apologies?"
    yield "#apologies:"
    yield "#  -"
    yield ""


def _format_person(person: Attendee) -> str:
    """Return a person as YAML; when they were there is not taken over."""
    whole = Attendee(person.name, person.organisation, person.role)
    text = f"{person.name} ({person.organisation})" if person.organisation else person.name
    text = f"{text}, {person.role}" if person.role else text
    plain = _PERSON.fullmatch(text) and (" " in text or _PLAIN.fullmatch(text))
    if plain and parse_attendee(text, "attendees") == whole:
        return text
    pairs = [("name", person.name), ("organisation", person.organisation), ("role", person.role)]
    return "{" + ", ".join(f"{key}: {quote_yaml(value)}" for key, value in pairs if value) + "}"


def _list_outcomes(questions: Iterable[AskState]) -> Iterator[str]:
    """Yield the questions that have no outcome, the latest first."""
    latest = list(questions)[:_MOST_QUESTIONS]
    if not latest:
        return
    yield "# What came of earlier questions? Keep those that you can report on now:"
    yield "#outcomes:"
    for question in latest:
        words = " ".join(question.ask.ask.plain.split())
        yield f"#  # {words}"
        name = f"{question.report}/{question.ask.id}"
        yield f"#  - ask: {name if _ASK.fullmatch(name) else quote_yaml(name)}"
        yield "#    outcome:"
    yield ""


def _list_next_meeting(report: NewReport) -> Iterator[str]:
    if report.next_day is None:
        assert report.meeting.date is not None
        month = min(report.meeting.date, dt.date.max - _A_MONTH) + _A_MONTH
        example = f"{MONTHS[month.month - 1].capitalize()} {month.year}"
        yield f'# When is the next meeting? A day, "{example}", "to be confirmed", or "none":'
        yield "#next_meeting:"
        return
    day = format_date(report.next_day, _ENGLISH)
    if report.next_from:
        yield f"# When is the next meeting? {report.next_from} has {day}:"
    else:
        yield f"# When is the next meeting? {day} is a guess from the days of the last ones:"
    yield f"#next_meeting: {report.next_day.isoformat()}"


def _list_body(report: NewReport) -> Iterator[str]:
    yield "<!-- Write the report below this line, which readers do not see. -->"
    topics = [topic for topic in report.topics if not _UNSAFE_IN_COMMENT.search(topic)]
    if topics:
        yield ""
        yield "<!-- Topics of the last reports. To use one as a heading, delete the marks around it. -->"
        for topic in topics:
            yield ""
            yield f"<!-- ## {topic} -->"
