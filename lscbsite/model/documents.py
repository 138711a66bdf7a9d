"""What was read and parsed: each file alone."""

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal
from urllib.parse import quote

import msgspec
from msgspec.structs import replace

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


class Mark(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A place in a file: line and column, both from 1, the column in characters."""

    line: int
    column: int


_MARKS = msgspec.msgpack.Decoder(dict[str, Mark])


class Source(msgspec.Struct, frozen=True, array_like=True):
    """A file that the site is made from: its path in the site, what the system says of it.

    Size, times (in nanoseconds) and number on the disk tell whether the file is still the same;
    ``digest`` is that of its content, empty where nobody has read it yet.
    """

    path: str
    size: int
    modified: int
    changed: int
    number: int
    digest: bytes = b""

    @property
    def kind(self) -> Literal["report", "page"]:
        """What a Markdown file is, which its folder says."""
        return "report" if self.path.startswith("reports/") else "page"


class Attachment(msgspec.Struct, frozen=True):
    """One file under files/: its path in the site, and its content's digest."""

    path: str
    digest: bytes


class Sources(msgspec.Struct, frozen=True):
    """Everything that the site's folder holds, in order of path.

    ``documents`` are the reports and pages, ``attachments`` the files under files/,
    ``templates`` the site's own, ``settings`` what is written about the site.
    """

    documents: tuple[Source, ...]
    attachments: tuple[Source, ...]
    templates: tuple[Source, ...]
    settings: tuple[Source, ...]


class Reference(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A link in a body that only the whole site can resolve.

    ``name`` links name a report (``[[2012-09-11#topic]]``), ``path`` links a file by its path.
    """

    kind: Literal["name", "path"]
    target: str
    fragment: str
    mark: Mark
    picture: bool = False


class Section(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A heading and what stands under it, up to the next heading of any level.

    The text before the first heading is a section of level 0 without a heading. ``key`` is what
    a topic's name would be told by (``topic_key``), ``anchors`` are ids in the text, ``mark`` is
    the heading's place in the file. With the sections under it, it is ``span`` sections, whose
    HTML has at most ``size`` bytes.
    """

    id: str
    title: str
    level: int
    key: str
    span: int
    size: int
    anchors: tuple[str, ...] = ()
    mark: Mark = Mark(1, 1)


class Html(msgspec.Struct, frozen=True, array_like=True):
    """A body's HTML: heading and text of each section, and the footnotes.

    A link to be resolved has the address ``ref:N``, N its place in the body's ``references``.
    """

    sections: tuple[tuple[str, str], ...] = ()
    footnotes: str = ""


class Acronym(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An acronym in a text, how often it stands there, and where first."""

    word: str
    count: int
    mark: Mark


class Body(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What is to be known of a Markdown body while its HTML is not at hand.

    ``html`` is the digest of its ``Html``, empty if there is none; ``acronyms`` are those that
    the text itself does not explain, with those of a report's front matter.
    """

    sections: tuple[Section, ...] = ()
    references: tuple[Reference, ...] = ()
    first_paragraph: str = ""
    acronyms: tuple[Acronym, ...] = ()
    html: bytes = b""


@lru_cache(maxsize=4096)
def report_url(id_: str) -> str:
    """Return the address of a report's page, below the base URL."""
    return f"reports/{quote(id_)}/"


class Report(msgspec.Struct, frozen=True):
    """One report, alone: what its file says, but its HTML.

    ``places`` says where, encoded: see ``mark``. ``broken`` if the front matter has faults: what could be read is there, so that
    the rest of the site is still looked at, but nothing is concluded from what is missing.
    """

    id: str
    board: str
    path: str
    title: str
    front: FrontMatter
    body: Body
    places: bytes
    broken: bool = False

    @property
    def url(self) -> str:
        """The page's address below the base URL."""
        return report_url(self.id)

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
        if not self.front.corrections and not self.front.withdrawn:
            return self.published
        days = [self.published, *(entry.date for entry in self.front.corrections)]
        if self.front.withdrawn:
            days.append(self.front.withdrawn.date)
        return max(days)

    @property
    def summary(self) -> str:
        """The summary, or else the first paragraph, as plain text."""
        return self.front.summary or self.body.first_paragraph

    @property
    def order(self) -> tuple[dt.date, dt.time, str]:
        """By meeting date, then time, then id."""
        return (self.front.date, self.front.time or dt.time.min, self.id)

    @property
    def published_order(self) -> tuple[dt.date, tuple[dt.date, dt.time, str]]:
        """By publication, then meeting."""
        return (self.published, self.order)

    @property
    def marks(self) -> dict[str, Mark]:
        """Where each field (such as ``outcomes.0.ask``) stands in the file."""
        return _MARKS.decode(self.places)

    def mark(self, field: str) -> Mark:
        """Where ``field`` (such as ``outcomes.0.ask``) stands in the file."""
        return self.marks.get(field, Mark(1, 1))

    def problem(self, field: str, code: str, found: str, expected: str, fix: str) -> Problem:
        """Return a problem with ``field``, at its place in the file."""
        mark = self.mark(field)
        return Problem(self.path, mark.line, mark.column, code, found, expected, fix)


_NOWHERE = Mark(1, 1)


def bones(report: Report) -> Report:
    """Return what others may know of a report: all but its HTML, and where things stand.

    On what relations there are nothing else has an influence.
    """
    body = report.body
    return replace(
        report,
        places=b"\x80",
        body=replace(
            body,
            sections=tuple([replace(one, mark=_NOWHERE) for one in body.sections]),
            references=tuple([replace(one, mark=_NOWHERE) for one in body.references]),
            acronyms=tuple([replace(one, mark=_NOWHERE) for one in body.acronyms]),
            html=b"+" if body.html else b"",
        ),
    )


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


class Parsed(msgspec.Struct, frozen=True, array_like=True):
    """What one file gave: a report or a page."""

    report: Report | None
    page: Page | None


class Entry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What is known of a file that was parsed, while what it gave is not at hand.

    ``number`` says where the cache keeps that; ``digest`` is that of the contents, ``own`` that
    of what they gave, ``bones`` that of a report's bones (of all that a page gave).
    """

    number: int
    digest: bytes
    own: bytes
    bones: bytes
    problems: tuple[Problem, ...] = ()


class Documents(msgspec.Struct, frozen=True):
    """All reports and pages, each alone, in order of path.

    ``entries`` are what is known of their files, by path.
    """

    reports: tuple[Report, ...]
    pages: tuple[Page, ...]
    entries: Mapping[str, Entry]
