"""The plans of feeds and of their entries."""

import datetime as dt

import msgspec

from lscbsite.model import Ask, Html, Input, MarkedText, PublishedReport
from lscbsite.outputs.site_context import SiteView


class _Base(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """What all entries have: an identity and a report.

    ``withdrawn`` is the day of the last change to a report that was withdrawn.
    """

    guid: str
    report: Input[PublishedReport]
    withdrawn: dt.date | None


class ReportEntry(_Base, frozen=True, array_like=True):
    """A whole report."""

    html: Input[Html] | None


class TopicEntry(_Base, frozen=True, array_like=True):
    """What a report says on a topic: ranges of its sections; none for the whole report."""

    topic: str
    sections: tuple[tuple[int, int], ...]
    html: Input[Html] | None


class AskEntry(_Base, frozen=True, array_like=True):
    """An ask of the report; or with ``outcomes``, what the report records of another report's ask.

    ``anchor`` is where that is on the report's page.
    """

    ask: Ask
    asking_report: Input[PublishedReport]
    outcomes: tuple[MarkedText, ...] = ()
    anchor: str = ""


class RetractedEntry(_Base, frozen=True, array_like=True):
    """An entry that was withdrawn with the report."""


Entry = ReportEntry | TopicEntry | AskEntry | RetractedEntry


class FeedPlan(msgspec.Struct, frozen=True, array_like=True):
    """A feed in ``folder``; ``home`` is the address of the page that it is about.

    ``guid`` is its identity, wherever it is moved. ``name`` says what it is about.
    """

    site: Input[SiteView]
    folder: str
    home: str
    guid: str
    name: str
    description: str
    entries: tuple[Entry, ...]
