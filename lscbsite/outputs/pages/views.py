"""The views: everything that a page may show.

Where there are many pages, what they are made from is told by a plan, which holds reports whole
and by their digests; its encoder makes the view for the template from it. Text is escaped by the
templates; fields that end in ``html`` are HTML already.
"""

import datetime as dt
from functools import lru_cache
from html import escape
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from lscbsite import dates
from lscbsite.markup import Term
from lscbsite.model import (
    Ask,
    Attendee,
    Html,
    Input,
    NextMeeting,
    PublishedReport,
    Section,
    TopicMention,
)
from lscbsite.outputs.site_context import Link, Safe, SiteView


class Day(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A day for machines (ISO 8601), and in words of a language."""

    date: dt.date
    language: str

    @property
    def iso(self) -> str:
        """The day for machines: 2012-11-13."""
        return self.date.isoformat()

    @property
    def text(self) -> str:
        """The day in words: 13 November 2012."""
        return dates.format_date(self.date, self.language)

    def __html__(self) -> str:
        """Return the day as an element: for people, and for machines."""
        return _render_time(self.date, self.language, "long")

    @property
    def full(self) -> Safe:
        """The same with the weekday: Tuesday, 13 November 2012."""
        return Safe(_render_time(self.date, self.language, "full"))


@lru_cache(maxsize=16_384)
def _render_time(day: dt.date, language: str, form: dates.Form) -> str:
    words = escape(dates.format_date(day, language, form))
    return f'<time datetime="{day.isoformat()}">{words}</time>'


def format_dated(title: str, day: Day) -> Safe:
    """Return a title as HTML; its date, if it has one, is a date for machines, too."""
    before, date, after = title.partition(day.text)
    if not date or before[-1:].isdigit():
        return Safe(escape(title))
    return Safe(f"{escape(before)}{day.__html__()}{escape(after)}")


class Frame(msgspec.Struct, frozen=True, array_like=True):
    """What every page shows around its content, and says about itself to machines.

    ``url`` is the page's place below the base URL; ``own_feeds`` are the folders that hold feeds
    of what the page is about, beside those of the site; ``board`` stands beside the title, where
    titles alone do not tell pages apart. ``absolute``: links hold wherever the page is shown.
    ``explained``: the page explains the terms of the glossary. ``spoken`` is the language of its
    words, where that is not the site's.
    """

    site: Input[SiteView]
    url: str
    title: str
    description: str
    own_feeds: tuple[Link, ...] = ()
    board: str = ""
    kind: Literal["website", "article"] = "website"
    previous: str = ""
    next: str = ""
    indexed: bool = True
    absolute: bool = False
    explained: bool = True
    spoken: str = ""

    @property
    def canonical(self) -> str:
        """The page's absolute address."""
        return self.site.value.base_url + self.url

    @property
    def root(self) -> str:
        """What leads from the page to the home page."""
        if self.absolute:
            return urlsplit(self.site.value.base_url).path
        return "../" * self.url.count("/") or "./"

    @property
    def feeds(self) -> tuple[Link, ...]:
        """The folders that hold feeds of what the page is about."""
        return (*self.own_feeds, Link("", self.site.value.title))

    @property
    def site_title(self) -> str:
        """The site's title."""
        return self.site.value.title

    @property
    def site_description(self) -> str:
        """What the site says about itself."""
        return self.site.value.description

    @property
    def notice(self) -> str:
        """What stands at the top of every page."""
        return self.site.value.notice

    @property
    def language(self) -> str:
        """The language of the page's words."""
        return self.spoken or self.site.value.language

    @property
    def direction(self) -> str:
        """In which direction that is written: ltr or rtl."""
        return dates.get_direction(self.language)

    @property
    def site_lang(self) -> Safe:
        """The attribute for what is in the site's language, '' if the page is, too."""
        return Link("", "", self.site.value.language if self.spoken else "").lang

    @property
    def timezone(self) -> str:
        """The site's time zone."""
        return self.site.value.timezone

    @property
    def base_url(self) -> str:
        """The site's address."""
        return self.site.value.base_url

    @property
    def logo(self) -> str:
        """The site's picture, below the base URL."""
        return self.site.value.logo

    @property
    def navigation(self) -> tuple[Link, ...]:
        """The ordinary pages that every page leads to."""
        return self.site.value.navigation

    @property
    def boards(self) -> tuple[Link, ...]:
        """The links to the boards."""
        return self.site.value.boards

    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms of the glossary that the page explains."""
        return self.site.value.terms if self.explained else ()


class AskPlan(msgspec.Struct, frozen=True, array_like=True):
    """An ask of a report, and how it stands; ``days_left`` counts to the deadline."""

    report: Input[PublishedReport]
    ask: Ask
    state: str
    days_left: int | None
    outcomes: tuple["OutcomePlan", ...]


class OutcomePlan(msgspec.Struct, frozen=True, array_like=True):
    """What one report records as the outcome of an ask of another (``ask`` is its id)."""

    asked: Input[PublishedReport]
    ask: str
    recorded: Input[PublishedReport]
    outcome: str


class NextPlan(msgspec.Struct, frozen=True, array_like=True):
    """An announced meeting and what became of it."""

    state: str
    meeting: NextMeeting
    report: Input[PublishedReport] | None
    event_url: str


class ReportPlan(msgspec.Struct, frozen=True, array_like=True):
    """What the page of a report is made from; ``topics`` are the names of the passages'."""

    site: Input[SiteView]
    report: Input[PublishedReport]
    html: Input[Html] | None
    announced: dt.date | None
    next_meeting: NextPlan | None
    asks: tuple[AskPlan, ...]
    outcomes: tuple[OutcomePlan, ...]
    passages: tuple[TopicMention, ...]
    topics: tuple[str, ...]
    backlinks: tuple[Input[PublishedReport], ...]
    previous: Input[PublishedReport] | None
    previous_asks: tuple[AskPlan, ...]
    next: Input[PublishedReport] | None


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

    @property
    def title(self) -> Safe:
        """The report's title, in which its date is a date for machines, too."""
        return format_dated(self.link.text, self.day)


class PreviousReport(msgspec.Struct, frozen=True):
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
    last_time: PreviousReport | None
    previous: Card | None
    next: Card | None
    facts: str

    @property
    def title(self) -> Safe:
        """The report's title, in which its date is a date for machines, too."""
        return format_dated(self.frame.title, self.day)


class YearLink(msgspec.Struct, frozen=True):
    """A year, and how many meetings it holds."""

    link: Link
    meetings: int


class TimelineColumn(msgspec.Struct, frozen=True, array_like=True):
    """A meeting or a year."""

    url: str
    text: str


class TimelineMark(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Where a subject was discussed: ``size`` from 1 to 5 says at what length."""

    url: str
    text: str
    size: int


class TimelineRow(msgspec.Struct, frozen=True, array_like=True):
    """A subject; a mark, or none, for each column."""

    topic: Link
    dots: tuple[TimelineMark | None, ...]


class Timeline(msgspec.Struct, frozen=True, array_like=True):
    """Which subjects were discussed when; the newest column comes first."""

    columns: tuple[TimelineColumn, ...]
    rows: tuple[TimelineRow, ...]


class HomePlan(msgspec.Struct, frozen=True, array_like=True):
    """What the home page is made from; ``open_asks`` is how many there are in all."""

    frame: Frame
    asks: tuple[AskPlan, ...]
    open_asks: int
    meetings: tuple[tuple[str, NextPlan], ...]
    newest: Input[PublishedReport] | None
    latest: tuple[Input[PublishedReport], ...]
    picture: Timeline | None
    years: tuple[YearLink, ...]


class HomeView(msgspec.Struct, frozen=True):
    """Everything the home page shows; ``open_asks`` is how many there are in all."""

    frame: Frame
    asks: tuple[AskView, ...]
    open_asks: int
    meetings: tuple[tuple[str, NextView], ...]
    newest: Card | None
    latest: tuple[Card, ...]
    picture: Timeline | None
    years: tuple[YearLink, ...]
    facts: str


class ArchivePlan(msgspec.Struct, frozen=True, array_like=True):
    """A year's or a board's meetings, newest first; ``years`` where they are on several pages.

    ``boards`` if reports of several boards may stand in it.
    """

    frame: Frame
    heading: str
    introduction: str
    groups: tuple[tuple[str, tuple[Input[PublishedReport], ...]], ...]
    meetings: tuple[tuple[str, NextPlan], ...]
    years: tuple[YearLink, ...]
    follow: str
    previous: Link | None
    next: Link | None
    boards: bool


class ArchiveView(msgspec.Struct, frozen=True):
    """An archive as its template wants it."""

    frame: Frame
    heading: str
    introduction: str
    groups: tuple[tuple[str, tuple[Card, ...]], ...]
    meetings: tuple[tuple[str, NextView], ...]
    years: tuple[YearLink, ...]
    follow: str
    previous: Link | None
    next: Link | None


class PagePlan(msgspec.Struct, frozen=True, array_like=True):
    """What an ordinary page is made from."""

    frame: Frame
    sections: tuple[Section, ...]
    html: Input[Html] | None
    urls: tuple[str | None, ...]
    labels: tuple[str, ...]


class PageView(msgspec.Struct, frozen=True):
    """An ordinary page."""

    frame: Frame
    sections: tuple[SectionView, ...]
    footnotes_html: str


class NotFoundView(msgspec.Struct, frozen=True):
    """The page for addresses that lead nowhere."""

    frame: Frame
