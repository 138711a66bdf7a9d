"""What was read and parsed: each file alone."""

import datetime as dt
from typing import Literal
from urllib.parse import quote

import msgspec

from lscbsite.dates import local_date
from lscbsite.model.front import FrontMatter
from lscbsite.problems import Problem


def default_title(front: FrontMatter, language: str) -> str:
    """Return the title of a report whose author gave none, with the date in ``language``."""
    day = local_date(front.date, language)
    return f"Meeting of {day}: cancelled" if front.cancelled else f"Report from {day} meeting"


def withdrawal_note(front: FrontMatter, language: str) -> str:
    """Return what is said in place of a withdrawn report, '' of any other."""
    if front.withdrawn is None:
        return ""
    day = local_date(front.withdrawn.date, language)
    return f"This report was withdrawn on {day}: {front.withdrawn.reason}"


class Mark(msgspec.Struct, frozen=True):
    """A place in a file: line and column, both from 1, the column in characters."""

    line: int
    column: int


class Source(msgspec.Struct, frozen=True):
    """One file as it was read: its path in the site, its bytes and their digest."""

    kind: Literal["report", "page"]
    path: str
    data: bytes
    digest: str


class Attachment(msgspec.Struct, frozen=True):
    """One file under files/: its path in the site, where it is, and its content's digest."""

    path: str
    location: str
    digest: str


class Sources(msgspec.Struct, frozen=True):
    """Everything that the site's folders hold, in order of path."""

    documents: tuple[Source, ...]
    attachments: tuple[Attachment, ...]


class Reference(msgspec.Struct, frozen=True):
    """A link in a body that only the whole site can resolve.

    ``name`` links name a report (``[[2012-09-11#topic]]``), ``path`` links a file by its path.
    """

    kind: Literal["name", "path"]
    target: str
    fragment: str
    mark: Mark
    picture: bool = False


class Section(msgspec.Struct, frozen=True):
    """A heading and what stands under it, up to the next heading of any level.

    The text before the first heading is a section of level 0 without a heading. ``names`` are
    other ids under which a git host would know the heading; ``anchors`` are ids in the text;
    ``mark`` is the heading's place in the file.
    """

    id: str
    title: str
    level: int
    heading: str
    html: str
    names: tuple[str, ...] = ()
    anchors: tuple[str, ...] = ()
    mark: Mark = Mark(1, 1)


class Acronym(msgspec.Struct, frozen=True):
    """An acronym in a text, how often it stands there, and where first."""

    word: str
    count: int
    mark: Mark


class Body(msgspec.Struct, frozen=True):
    """A Markdown body in HTML, cut at its headings, with the links that are to be resolved.

    A link to be resolved has the address ``ref:N``, N its place in ``references``.
    ``acronyms`` are those that the text itself does not explain.
    """

    sections: tuple[Section, ...] = ()
    footnotes: str = ""
    references: tuple[Reference, ...] = ()
    first_paragraph: str = ""
    acronyms: tuple[Acronym, ...] = ()


class Report(msgspec.Struct, frozen=True):
    """One report, alone: what its file says. ``marks`` says where: field -> place.

    ``broken`` if the front matter has faults: what could be read is there, so that the rest of
    the site is still looked at, but nothing is concluded from what is missing.
    """

    id: str
    board: str
    path: str
    title: str
    front: FrontMatter
    body: Body
    marks: dict[str, Mark]
    broken: bool = False

    @property
    def url(self) -> str:
        """The page's address below the base URL."""
        return f"reports/{quote(self.id)}/"

    @property
    def date(self) -> dt.date:
        """The day the meeting was held, or was to be held."""
        return self.front.date

    @property
    def published(self) -> dt.date:
        """The day of publication."""
        return self.front.published or self.front.date

    @property
    def changed(self) -> dt.date:
        """The day of publication, or of the last correction or the withdrawal."""
        days = [self.published, *(entry.date for entry in self.front.corrections)]
        if self.front.withdrawn:
            days.append(self.front.withdrawn.date)
        return max(days)

    @property
    def summary(self) -> str:
        """The summary, or else the first paragraph, as plain text."""
        return self.front.summary or self.body.first_paragraph

    def passage(self, section: str) -> tuple[Section, ...]:
        """Return a section with all sections under it."""
        found: list[Section] = []
        for one in self.body.sections:
            if found and one.level <= found[0].level:
                break
            if found or (one.level and one.id == section):
                found.append(one)
        return tuple(found)

    @property
    def order(self) -> tuple[dt.date, dt.time, str]:
        """By meeting date, then time, then id."""
        return (self.date, self.front.time or dt.time.min, self.id)

    @property
    def published_order(self) -> tuple[dt.date, tuple[dt.date, dt.time, str]]:
        """By publication, then meeting."""
        return (self.published, self.order)

    def mark(self, field: str) -> Mark:
        """Where ``field`` (such as ``outcomes.0.ask``) stands in the file."""
        return self.marks.get(field, Mark(1, 1))

    def problem(self, field: str, code: str, found: str, expected: str, fix: str) -> Problem:
        """Return a problem with ``field``, at its place in the file."""
        mark = self.mark(field)
        return Problem(self.path, mark.line, mark.column, code, found, expected, fix)


class Page(msgspec.Struct, frozen=True):
    """One ordinary page, alone."""

    id: str
    path: str
    title: str
    nav: bool
    body: Body

    @property
    def url(self) -> str:
        """The page's address below the base URL."""
        return f"{quote(self.id)}/"


class Parsed(msgspec.Struct, frozen=True):
    """What one file gave: a report or a page, and its problems."""

    report: Report | None
    page: Page | None
    problems: tuple[Problem, ...]


class Documents(msgspec.Struct, frozen=True):
    """All reports and pages, each alone, in order of path."""

    reports: tuple[Report, ...]
    pages: tuple[Page, ...]
