"""Reduce reports to what readers can see, and compute the digests that views depend on."""

from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import asdict, replace

from lscbsite.i18n import find_interface_language
from lscbsite.incremental.fingerprint import digest_values
from lscbsite.index.announcements import redact_meeting
from lscbsite.index.people import PeopleRegister
from lscbsite.index.references import ResolvedReferences
from lscbsite.markup import resolve_names, resolve_references
from lscbsite.model import (
    HTML,
    SITE_SCHEME,
    Body,
    Config,
    FrontMatter,
    Html,
    Input,
    LinkMetadata,
    MarkedText,
    Page,
    ParsedFile,
    People,
    PublishedOverrides,
    PublishedReport,
    Report,
    ReportMetadata,
    make_default_title,
)

_Document = TypeVar("_Document", Report, Page)
_Front = TypeVar("_Front", FrontMatter, LinkMetadata)
_AS_IT_IS = PublishedOverrides()
_NOBODY = People()
# The texts that a withdrawn report keeps.
_KEPT_TEXTS = frozenset({"cancelled", "withdrawn.reason"})


class Redactor:
    """Reduces reports to what readers can see."""

    def __init__(self, config: Config) -> None:
        self._language = config.site.language
        self._register = PeopleRegister(config.people)

    def redact_metadata(self, metadata: ReportMetadata) -> ReportMetadata:
        """Return a report's metadata, of a withdrawn one only the dates of its meetings."""
        if metadata.front.withdrawn is None:
            return metadata
        return ReportMetadata(
            metadata.id,
            metadata.board,
            metadata.path,
            self._make_title(metadata.front),
            _redact_front_matter(metadata.front),
            encoded_positions=metadata.encoded_positions,
            broken=metadata.broken,
            text_references=tuple(
                entry if entry and entry.field in _KEPT_TEXTS else None
                for entry in metadata.text_references
            ),
            former_ids=metadata.former_ids,
        )

    def compute_overrides(
        self,
        metadata: ReportMetadata,
        people: People | None,
        resolved: ResolvedReferences,
        summary: int,
    ) -> PublishedOverrides:
        """Return what readers see differently from the file.

        ``people`` are None if unchanged; ``summary`` is the number of the body's summary to show.
        """
        withdrawn = metadata.front.withdrawn is not None
        overriding_people = None
        if people is not None and not withdrawn:
            registered_people = self._register.apply(people, metadata.date)
            overriding_people = None if registered_people is people else registered_people
        urls, text_urls = tuple(resolved.urls), tuple(resolved.text_urls)
        if not (urls or text_urls or overriding_people or withdrawn or summary):
            return _AS_IT_IS
        labels = tuple(resolved.labels)
        return PublishedOverrides(urls, labels, overriding_people, withdrawn, text_urls, summary)

    def identify_people(
        self, metadata: ReportMetadata, people: People | None, overrides: PublishedOverrides
    ) -> People:
        """Return the people at a meeting, by the names in the register; none if it is withdrawn.

        ``people`` are those in the file, None if nothing depends on them.
        """
        if overrides.withdrawn or people is None:
            return _NOBODY
        if self._register.has_former_names:
            return self._register.identify(people, metadata.date)
        return overrides.people or people

    def publish(self, report: Report, overrides: PublishedOverrides) -> PublishedReport:
        """Return what readers can see of a report."""
        visible = self._make_tombstone(report) if overrides.withdrawn else report
        if overrides.people is not None:
            front = replace(visible.front, **asdict(overrides.people))
            visible = replace(visible, front=front)
        if overrides.summary:
            summaries = visible.body.summaries[overrides.summary :]
            visible = replace(visible, body=replace(visible.body, summaries=summaries))
        if overrides.text_urls:
            front = fill_texts(visible.front, overrides.text_urls, visible.url)
            visible = replace(visible, front=front)
        return PublishedReport(
            redact_labels(visible, overrides.labels), overrides.urls, overrides.labels
        )

    def _make_tombstone(self, report: Report) -> Report:
        front = _redact_front_matter(report.front)
        title = self._make_title(report.front)
        return Report(report.id, report.board, report.path, title, front, Body())

    def _make_title(self, front: FrontMatter | LinkMetadata) -> str:
        return make_default_title(front, find_interface_language(front.language, self._language))


def _redact_front_matter(front: _Front) -> _Front:
    """Return the front matter that a withdrawn report keeps."""
    meeting = front.next_meeting
    return type(front)(
        date=front.date,
        last_day=front.last_day,
        time=front.time,
        end=front.end,
        boards=front.boards,
        meeting=front.meeting,
        published=front.published,
        next_meeting=meeting and redact_meeting(meeting),
        next_meetings=tuple(redact_meeting(planned) for planned in front.next_meetings),
        cancelled=front.cancelled,
        withdrawn=front.withdrawn,
        aliases=front.aliases,
        formerly=front.formerly,
        language=front.language,
    )


def fill_texts(front: _Front, urls: tuple[str | None, ...], page: str) -> _Front:
    """Return front matter with the links in its texts resolved.

    ``urls`` are as in ``PublishedOverrides``, ``page`` is the address of the report.
    """

    def fill(value: Any) -> Any:
        if isinstance(value, MarkedText):
            return fill_text(value, urls, page)
        if isinstance(value, tuple):
            return tuple(map(fill, value))
        if isinstance(value, Struct):
            return replace(value, **{name: fill(part) for name, part in asdict(value).items()})
        return value

    filled: _Front = fill(front)
    return filled


def fill_text(text: MarkedText, urls: tuple[str | None, ...], page: str) -> MarkedText:
    """Return a text with its links resolved; ``urls`` and ``page`` are as in ``fill_texts``."""
    if not text.has_links:
        return text
    labels = ("",) * len(urls)
    html = resolve_references(text.html, urls, labels, SITE_SCHEME, SITE_SCHEME + page)
    return MarkedText(text.plain, html)


def redact_labels(document: _Document, labels: tuple[str, ...]) -> _Document:
    """Replace references in the summary by the names of their targets."""
    summary = document.body.summary
    if "\0" not in summary:
        return document
    summaries = (resolve_names(summary, labels),)
    return replace(document, body=replace(document.body, summaries=summaries))


def compute_view_digests(entry: ParsedFile, overrides: PublishedOverrides) -> bytes:
    """Return ``LinkedReport.view_digests`` for the cache entry of a report's file."""
    if overrides is _AS_IT_IS or overrides == _AS_IT_IS:
        return b"".join(
            [entry.report_digest, entry.report_digest, entry.summary_digest, entry.html]
        )
    whole_digest, summary_digest = (
        digest_values(entry.report_digest, overrides),
        digest_values(
            entry.summary_digest,
            overrides.labels,
            overrides.people,
            overrides.text_urls,
            overrides.summary,
        ),
    )
    return b"".join(
        [
            entry.report_digest,
            whole_digest,
            summary_digest,
            b"" if overrides.withdrawn else entry.html,
        ]
    )


def make_html_input(page: Page) -> Input[Html] | None:
    """Return the HTML of a page as views hold it, None if there is none."""
    html = page.body.html
    return Input(html, None, HTML + page.path.encode()) if html else None
