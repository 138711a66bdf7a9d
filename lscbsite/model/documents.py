"""Parsed reports and pages, before they are linked with each other."""

import datetime as dt
from collections import Counter
from functools import lru_cache
from typing import Literal, NamedTuple
from urllib.parse import quote

import msgspec
from msgspec.structs import replace

from lscbsite.dates import format_date, format_days
from lscbsite.i18n import get_translations
from lscbsite.model.front_matter import (
    Ask,
    Attendee,
    Correction,
    FrontMatter,
    Outcome,
    Withdrawal,
)
from lscbsite.model.marked_text import MarkedText
from lscbsite.model.meetings import NextMeeting, PlannedMeeting, RuleDays
from lscbsite.problems import Problem


def make_default_title(
    front: "FrontMatter | LinkMetadata", language: str, *, agenda: bool = False
) -> str:
    """Return the title of a report or an agenda without ``title``, with the date in ``language``."""
    words = get_translations(language)
    title = words.gettext("Report from %(day)s meeting")
    if agenda:
        title = words.gettext("Agenda for %(day)s meeting")
    if front.cancelled:
        title = words.gettext("Meeting of %(day)s: cancelled")
    return title % {"day": format_days(front.date, front.last_day, language)}


def format_withdrawal_note(front: FrontMatter, language: str) -> MarkedText:
    """Return the text that replaces a withdrawn report, empty if it is not withdrawn."""
    if front.withdrawn is None:
        return MarkedText("")
    day = format_date(front.withdrawn.date, language)
    sentence = get_translations(language).gettext("This report was withdrawn on %(day)s") % {
        "day": day
    }
    return front.withdrawn.reason.prefix(f"{sentence}: ")


class Position(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A position in a file: line and column, counted from 1."""

    line: int
    column: int


_POSITIONS = msgspec.msgpack.Decoder(dict[str, Position])


class Reference(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A link in a body that only the whole site can resolve.

    ``name`` links name a report (``[[2012-09-11#topic]]``), ``path`` links a file by its path,
    ``address`` links have a full address, which may be that of a file of this site.
    """

    kind: Literal["name", "path", "address"]
    target: str
    fragment: str
    picture: bool = False


class TextReference(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A reference in a text of front matter; ``field`` is the text's, such as ``feedback.0.ask``."""

    field: str
    reference: Reference


class Section(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A heading and the text under it, up to the next heading of any level.

    The text before the first heading is a section of level 0 without a heading. ``key`` is the
    heading's key for comparing it with topics (``make_topic_key``); ``anchors`` are ids in the text.
    ``span`` counts the section and those under it, whose HTML has at most ``size`` bytes.
    """

    id: str
    title: str
    level: int
    key: str
    span: int
    size: int
    anchors: tuple[str, ...] = ()


class Html(msgspec.Struct, frozen=True, array_like=True):
    """A body's HTML: heading and text of each section, and the footnotes.

    An unresolved link has the address ``ref:N``, where N is its index in ``Body.references``.
    """

    sections: tuple[tuple[str, str], ...] = ()
    footnotes: str = ""


class Body(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Metadata of a Markdown body; its HTML is stored apart.

    ``html`` is the digest of its ``Html``, empty if there is none. ``summaries`` are beginnings of
    paragraphs that suit as a summary, the best first.
    """

    sections: tuple[Section, ...] = ()
    references: tuple[Reference, ...] = ()
    summaries: tuple[str, ...] = ()
    html: bytes = b""

    @property
    def summary(self) -> str:
        """Return the paragraph that suits best as a summary, '' if there is none."""
        return self.summaries[0] if self.summaries else ""

    @property
    def main_level(self) -> int:
        """Return the level of the main headings, -1 if there are none.

        A single heading above all others is not what readers look for.
        """
        levels = Counter(section.level for section in self.sections if section.level)
        return min(
            (level for level in levels if levels[level] > 1), default=min(levels, default=-1)
        )


class Rendered(NamedTuple):
    """A rendered body, without the digest of its HTML, and that HTML.

    ``positions`` are those of its sections and references (``sections.0``). ``acronyms`` are those
    that it does not explain, with their count and first position. ``title`` is its own title, a
    lone heading at its top, '' if it has none. ``hidden`` are the positions and words of texts in
    comments.
    """

    body: Body
    html: Html
    positions: dict[str, Position]
    acronyms: dict[str, tuple[int, Position]]
    issues: tuple["AccessibilityIssue", ...] = ()
    title: str = ""
    hidden: tuple[tuple[Position, str], ...] = ()


@lru_cache(maxsize=4096)
def make_report_url(id_: str) -> str:
    """Return the address of a report's page, below the base URL."""
    return f"reports/{quote(id_)}/"


# Problems of one file follow each other, so its positions are decoded once for all of them.
@lru_cache(maxsize=8)
def _decode_positions(encoded: bytes) -> dict[str, Position]:
    return _POSITIONS.decode(encoded)


class _Located:
    """A document that knows the positions of its parts in its file."""

    __slots__ = ()
    path: str
    encoded_positions: bytes

    @property
    def positions(self) -> dict[str, Position]:
        """Return the position of each part, such as ``outcomes.0.ask`` or ``sections.2``."""
        return _decode_positions(self.encoded_positions)

    def find_position(self, name: str) -> Position:
        """Return the position of a part of the file."""
        return self.positions.get(name, Position(1, 1))

    def make_problem(self, at: str, code: str, found: str, expected: str, fix: str) -> Problem:
        """Return a problem at the position of a part of the file."""
        mark = self.find_position(at)
        return Problem(self.path, mark.line, mark.column, code, found, expected, fix)


class _ReportBase:
    """A document with the front matter of a report."""

    __slots__ = ()
    id: str
    board: str
    front: "FrontMatter | LinkMetadata"

    @property
    def boards(self) -> tuple[str, ...]:
        """Return the ids of the boards that met: more than one if the meeting was a joint one."""
        if not self.front.boards:
            return (self.board,)
        return (self.board, *(board for board in self.front.boards if board != self.board))

    @property
    def url(self) -> str:
        """Return the page's address below the base URL."""
        return make_report_url(self.id)

    @property
    def date(self) -> dt.date:
        """Return the day the meeting was held, or was planned for."""
        return self.front.date

    @property
    def published(self) -> dt.date:
        """Return the day of publication."""
        return self.front.published or self.front.date

    @property
    def changed(self) -> dt.date:
        """Return the day of publication, or of the last correction or the withdrawal."""
        if not self.front.corrections and not self.front.withdrawn:
            return self.published
        days = [self.published, *(entry.date for entry in self.front.corrections)]
        if self.front.withdrawn:
            days.append(self.front.withdrawn.date)
        return max(days)

    @property
    def order(self) -> tuple[dt.date, dt.time, str]:
        """The sort key for order of meeting: date, time, id."""
        return (self.front.date, self.front.time or dt.time.min, self.id)

    @property
    def published_order(self) -> tuple[dt.date, tuple[dt.date, dt.time, str]]:
        """The sort key for order of publication."""
        return (self.published, self.order)


class Report(_ReportBase, msgspec.Struct, frozen=True):
    """A report as its file has it, without the HTML.

    ``subjects`` are its first ones as a line, '' if it has a title of its own.
    """

    id: str
    board: str
    path: str
    title: str
    front: FrontMatter
    body: Body
    subjects: str = ""

    @property
    def headline(self) -> str:
        """Return what a page or a list shows in large letters: what the report is about."""
        return self.subjects or self.title

    @property
    def sections(self) -> tuple[Section, ...]:
        """Return the sections of its body."""
        return self.body.sections

    @property
    def summary(self) -> MarkedText:
        """Return the summary, or else a paragraph of the body, which has no marks."""
        return self.front.summary or MarkedText(self.body.summary)


class _Titled(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The first fields of an encoded section."""

    id: str
    title: str


_SECTIONS = msgspec.msgpack.Decoder(tuple[Section, ...])
_TITLES = msgspec.msgpack.Decoder(tuple[_Titled, ...])


class Acronym(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An acronym that a report does not explain, and how often it uses it."""

    word: str
    count: int


class AccessibilityIssue(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Something in a body that readers with a screen reader cannot use.

    ``words`` are its first words. For a heading that skips a level, ``level`` is its own and
    ``beside`` that of a later one that is shown at the same level, both as the author wrote them.
    """

    kind: Literal["picture", "heading", "link", "table", "cells", "bold", "list"]
    words: str
    level: int = 0
    beside: int = 0


class LinkMetadata(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The fields of a report's front matter that other reports and lists depend on."""

    date: dt.date
    time: dt.time | None = None
    place: str | None = None
    published: dt.date | None = None
    feedback: tuple[Ask, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    topics: tuple[str, ...] = ()
    next_meeting: NextMeeting | None = None
    announced_for: dt.date | None = None
    cancelled: MarkedText | None = None
    draft: bool = False
    corrections: tuple[Correction, ...] = ()
    withdrawn: Withdrawal | None = None
    aliases: tuple[str, ...] = ()
    language: str | None = None
    last_day: dt.date | None = None
    end: dt.time | None = None
    url: str | None = None
    dial_in: str | None = None
    boards: tuple[str, ...] = ()
    meeting: str | None = None
    agenda: bool = False
    unannounced: bool = False
    next_meetings: tuple[PlannedMeeting, ...] = ()
    formerly: tuple[str, ...] = ()


class ReportMetadata(_ReportBase, _Located, msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Metadata of a report that other pages depend on; kept in memory for all reports.

    ``headings`` are its sections, encoded to save memory. ``broken`` is true if the front matter
    has faults. Then the fields that could be read are there, so that the rest of the site is still
    checked; a missing field means nothing. ``turned_names`` are the fields and names of people that
    may begin with the surname. ``is_bare`` is true if the file says nothing but when and where the
    meeting is. ``text_references`` are those in texts of the front matter, None where
    readers do not see the text. ``summaries`` are digests of the body's, if no other is given.
    ``former_ids`` are all earlier ids, also those that follow from its board's, the oldest first; its
    own is among them if it has an earlier id again. The index fills them in.
    ``meeting_rules`` are the rules among its meetings to come.
    """

    id: str
    board: str
    path: str
    title: str
    front: LinkMetadata
    headings: bytes = b"\x90"
    references: tuple[Reference, ...] = ()
    acronyms: tuple[Acronym, ...] = ()
    issues: tuple[AccessibilityIssue, ...] = ()
    encoded_positions: bytes = b"\x80"
    broken: bool = False
    turned_names: tuple[tuple[str, str], ...] = ()
    text_references: tuple[TextReference | None, ...] = ()
    summaries: tuple[bytes, ...] = ()
    is_bare: bool = False
    former_ids: tuple[str, ...] = ()
    meeting_rules: tuple[RuleDays, ...] = ()

    @property
    def identity(self) -> str:
        """Return its oldest id, from which all its identities are made: it never changes."""
        return self.former_ids[0] if self.former_ids else self.id

    @property
    def order(self) -> tuple[dt.date, dt.time, str]:
        """The sort key for order of meeting; the same after the report was renamed."""
        return (self.front.date, self.front.time or dt.time.min, self.identity)

    @property
    def sections(self) -> tuple[Section, ...]:
        """Return the sections of its body."""
        return _SECTIONS.decode(self.headings)

    @property
    def titles(self) -> tuple[str, ...]:
        """Return the titles of its sections."""
        return tuple([section.title for section in _TITLES.decode(self.headings)])


def extract_link_metadata(front: FrontMatter) -> LinkMetadata:
    """Return the fields of front matter that other reports and lists depend on."""
    return LinkMetadata(**{name: getattr(front, name) for name in LinkMetadata.__struct_fields__})


def summarize_report(report: Report) -> Report:
    """Return a report without its HTML, which is all that other pages may show."""
    return replace(report, body=replace(report.body, html=b"+" if report.body.html else b""))


class People(msgspec.Struct, frozen=True, gc=False):
    """The people in a report's front matter."""

    author: str | None = None
    attendees: tuple[Attendee, ...] = ()
    apologies: tuple[Attendee, ...] = ()


class Page(_Located, msgspec.Struct, frozen=True):
    """An ordinary page as its file has it."""

    id: str
    path: str
    title: str
    nav: bool
    footer: bool
    body: Body
    encoded_positions: bytes = b"\x80"
    issues: tuple[AccessibilityIssue, ...] = ()

    @property
    def url(self) -> str:
        """Return the page's address below the base URL."""
        return f"{quote(self.id)}/"

    @property
    def sections(self) -> tuple[Section, ...]:
        """Return the sections of its body."""
        return self.body.sections

    @property
    def references(self) -> tuple[Reference, ...]:
        """Return the references in its body."""
        return self.body.references
