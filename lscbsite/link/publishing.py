"""What readers can see of a report, and the forms in which views hold it."""

from typing import TypeVar

from msgspec.structs import replace

from lscbsite.digests import digest_of
from lscbsite.link.people import Register
from lscbsite.markup import named
from lscbsite.model import (
    BRIEF,
    HTML,
    WHOLE,
    Body,
    Config,
    Entry,
    Html,
    Page,
    Published,
    Report,
    Shared,
    bones,
    default_title,
)

_Document = TypeVar("_Document", Report, Page)


class Publisher:
    """Makes of what a file says what readers can see."""

    def __init__(self, config: Config) -> None:
        self._language = config.site.language
        self._register = Register(config.people)

    def shown(self, report: Report) -> Report:
        """Return a report with its registered names, or what is left of it once withdrawn."""
        return self._register.registered(self._tombstone(report))

    def published(
        self, report: Report, urls: tuple[str | None, ...], labels: tuple[str, ...]
    ) -> Published:
        """Return a report, as ``shown`` returns it, with the answers to its references."""
        return Published(told(report, labels), urls, labels)

    def _tombstone(self, report: Report) -> Report:
        """A withdrawn report keeps when the meeting and the next one are, and why it was."""
        if report.front.withdrawn is None:
            return report
        front = report.front
        kept = type(front)(
            date=front.date,
            time=front.time,
            published=front.published,
            next_meeting=front.next_meeting and replace(front.next_meeting, place=None, url=None),
            cancelled=front.cancelled,
            withdrawn=front.withdrawn,
            aliases=front.aliases,
            language=front.language,
        )
        return Report(
            report.id,
            report.board,
            report.path,
            default_title(kept, front.language or self._language),
            kept,
            Body(),
            report.places,
            report.broken,
        )


def told(document: _Document, labels: tuple[str, ...]) -> _Document:
    """Return a report or page whose first paragraph has the names of what it refers to."""
    first = document.body.first_paragraph
    if "\0" not in first:
        return document
    return replace(document, body=replace(document.body, first_paragraph=named(first, labels)))


def shared_forms(
    published: Published, report: Report, entry: Entry
) -> tuple[Shared[Published], Shared[Published], Shared[Html] | None]:
    """Return the forms in which views hold a report: whole, in brief, its HTML.

    ``report`` is what its file says, ``entry`` what is known of that.
    """
    path = report.path.encode()
    own, brief = entry.own, entry.bones
    if published.report is not report:
        own, brief = digest_of(published.report), digest_of(bones(published.report))
    if published.urls:
        own = digest_of(own, published.urls, published.labels)
    return (
        Shared(own, published, WHOLE + path),
        Shared(brief, published, BRIEF + path),
        shared_html(published.report),
    )


def shared_html(document: Report | Page) -> Shared[Html] | None:
    """Return the HTML of a report or page as views hold it, None if there is none."""
    html = document.body.html
    return Shared(html, None, HTML + document.path.encode()) if html else None
