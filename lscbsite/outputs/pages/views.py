"""The views: everything that a page may show, dates already in words.

Text is escaped by the templates; fields that end in ``html`` are HTML already.
"""

from typing import Literal

import msgspec

from lscbsite.markup import Term
from lscbsite.model import Attendee


class Day(msgspec.Struct, frozen=True):
    """A day for machines (ISO 8601) and in words; ``weekday`` in words, too."""

    iso: str
    text: str
    weekday: str


class Link(msgspec.Struct, frozen=True):
    """An address below the base URL, and its text; ``language`` if it is not the site's."""

    url: str
    text: str
    language: str = ""


class Frame(msgspec.Struct, frozen=True):
    """What every page shows around its content, and says about itself to machines.

    ``root`` leads from the page to the home page; ``url`` is the page's place below the base
    URL; ``feeds`` are the folders that hold feeds of what the page is about; ``terms`` are those
    of the glossary that the page explains; ``board`` stands beside the title, where titles alone
    do not tell pages apart.
    """

    site_title: str
    site_description: str
    notice: str
    language: str
    timezone: str
    base_url: str
    logo: str
    root: str
    url: str
    title: str
    description: str
    navigation: tuple[Link, ...]
    boards: tuple[Link, ...]
    feeds: tuple[Link, ...]
    footer: tuple[Link, ...]
    terms: tuple[Term, ...]
    board: str = ""
    kind: Literal["website", "article"] = "website"
    previous: str = ""
    next: str = ""
    indexed: bool = True

    @property
    def canonical(self) -> str:
        """The page's absolute address."""
        return self.base_url + self.url


class Reply(msgspec.Struct, frozen=True):
    """A reply route: an address to follow ('' for plain words), its text, and words around it."""

    href: str
    text: str
    before: str = ""
    after: str = ""


class AskView(msgspec.Struct, frozen=True):
    """An ask as pages show it; ``days_left`` counts to the deadline, 0 on its day.

    ``asked`` is the day on which it was published, ``asked_by`` names the author, '' if unknown.
    """

    anchor: str
    url: str
    ask: str
    audience: str
    deadline: Day | None
    days_left: int | None
    reply: Reply | None
    state: str
    source: Link
    board: str
    asked: Day
    asked_by: str
    outcomes: tuple["OutcomeView", ...]


class OutcomeView(msgspec.Struct, frozen=True):
    """An outcome: the text, the ask, the reports that asked and that record it."""

    anchor: str
    text: str
    ask: str
    ask_url: str
    asked_in: Link
    recorded_in: Link
    recorded: Day


class NextView(msgspec.Struct, frozen=True):
    """The next meeting and what became of it; ``event_url`` leads to it as a calendar's event."""

    state: str
    day: Day | None
    time: str
    place: str
    href: str
    held_on: Day | None
    report: Link | None
    event_url: str


class Card(msgspec.Struct, frozen=True):
    """A report as other pages list it; the summary is in the language of the link."""

    link: Link
    day: Day
    time: str
    board: str
    summary: str
    state: str
    asks: int


class Digest(msgspec.Struct, frozen=True):
    """What the report before this one said: generated, dated and linked."""

    card: Card
    headings: tuple[Link, ...]
    asks: tuple[AskView, ...]


class Notes(msgspec.Struct, frozen=True):
    """A dated public note: a correction or the withdrawal."""

    day: Day
    text: str


class ThreadPlace(msgspec.Struct, frozen=True):
    """Where a section or report stands in a topic's thread, and what comes before and after."""

    topic: Link
    number: int
    meetings: int
    earlier: Link | None
    later: Link | None


class SectionView(msgspec.Struct, frozen=True):
    """A section with its links resolved."""

    id: str
    level: int
    title: str
    heading_html: str
    html: str
    threads: tuple[ThreadPlace, ...] = ()


class ReportView(msgspec.Struct, frozen=True):
    """Everything the page of a report shows; ``language`` if it is not the site's."""

    frame: Frame
    language: str
    board: Link | None
    year: Link
    day: Day
    time: str
    place: str
    published: Day
    author: str
    summary: str
    cancelled: str
    withdrawn: Notes | None
    announced: Day | None
    asks: tuple[AskView, ...]
    outcomes: tuple[OutcomeView, ...]
    next_meeting: NextView | None
    topics: tuple[ThreadPlace, ...]
    attendees: tuple[Attendee, ...]
    apologies: tuple[Attendee, ...]
    corrections: tuple[Notes, ...]
    contents: tuple[SectionView, ...]
    sections: tuple[SectionView, ...]
    footnotes_html: str
    backlinks: tuple[Card, ...]
    last_time: Digest | None
    previous: Card | None
    next: Card | None
    facts: str


class YearLink(msgspec.Struct, frozen=True):
    """A year, and how many meetings it holds."""

    link: Link
    meetings: int


class TopicLink(msgspec.Struct, frozen=True):
    """A topic, and when it was last discussed."""

    link: Link
    last: Day


class HomeView(msgspec.Struct, frozen=True):
    """Everything the home page shows; ``open_asks`` is how many there are in all."""

    frame: Frame
    asks: tuple[AskView, ...]
    open_asks: int
    meetings: tuple[tuple[str, NextView], ...]
    newest: Card | None
    latest: tuple[Card, ...]
    topics: tuple[TopicLink, ...]
    years: tuple[YearLink, ...]
    facts: str


class ArchiveView(msgspec.Struct, frozen=True):
    """A year's or a board's meetings, newest first; ``years`` where they are on several pages."""

    frame: Frame
    heading: str
    introduction: str
    groups: tuple[tuple[str, tuple[Card, ...]], ...]
    meetings: tuple[tuple[str, NextView], ...]
    years: tuple[YearLink, ...]
    follow: str
    previous: Link | None
    next: Link | None


class PageView(msgspec.Struct, frozen=True):
    """An ordinary page."""

    frame: Frame
    sections: tuple[SectionView, ...]
    footnotes_html: str


class NotFoundView(msgspec.Struct, frozen=True):
    """The page for addresses that lead nowhere."""

    frame: Frame
