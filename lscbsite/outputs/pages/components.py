"""Parts that several pages share: links, cards, sections, positions in threads."""

import datetime as dt
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import quote

import msgspec
from msgspec.structs import replace

from lscbsite import dates
from lscbsite.i18n import find_catalogue, find_interface_language
from lscbsite.markup import resolve_references
from lscbsite.model import (
    Html,
    Input,
    MarkedText,
    PublishedReport,
    Report,
    ReportMetadata,
    Safe,
    Section,
    SectionRef,
    SiteIndex,
    TopicMention,
    make_report_url,
)
from lscbsite.outputs.pages.frame import Day, render_dated_title
from lscbsite.outputs.site_context import Link, SiteView


def format_meeting_time(site: SiteView, time: dt.time | None, end: dt.time | None = None) -> str:
    """Return from when to when a meeting lasts, as the site's language writes it, '' if unknown."""
    return dates.format_times(time, end, site.language) if time else ""


def get_board_name(site: SiteView, report: Report | ReportMetadata) -> str:
    """Return the name of a report's board or boards, '' where the site has no boards."""
    return join_board_names(site, report.boards)


def join_board_names(site: SiteView, boards: Iterable[str]) -> str:
    """Return the names of boards as one text."""
    return ", ".join(site.board_names[board] for board in boards if board in site.board_names)


def make_day(site: SiteView, report: Report | ReportMetadata) -> Day:
    """Return the day or days of a report's meeting."""
    return Day(report.date, site.language, report.front.last_day)


def make_report_link(site: SiteView, report: Report, *, board: bool = False) -> Link:
    """Return a link to a report, whose text is the report's headline and date.

    With ``board`` the text names the board, for lists with reports of several boards.
    """
    text = make_dated_headline(site, report, get_board_name(site, report) if board else "")
    return Link(report.url, text, get_report_language(site, report))


def make_dated_headline(site: SiteView, report: Report, board: str = "", headline: str = "") -> str:
    """Return a report's headline with the day of the meeting, if it is not there already.

    Reports on the same subjects differ in that. The day is in the headline's language, so that one
    ``lang`` is right for both. The name of a ``board`` follows. Where the report's own ``headline``
    says too much, give another.
    """
    headline = headline or report.headline
    language = report.front.language or site.content_language
    days = {
        dates.format_days(report.date, report.front.last_day, each)
        for each in (site.language, find_interface_language(language, site.content_language))
    }
    day = dates.format_days(report.date, report.front.last_day, language)
    if any(each in headline for each in (day, *days)):
        day = ""
    details = ", ".join(filter(None, (day, board)))
    return f"{headline} ({details})" if details else headline


def get_report_language(site: SiteView, report: Report | ReportMetadata) -> str:
    """Return the language of a report's text, '' if it is the page's."""
    return get_other_language(site, report.front.language or site.content_language)


def get_other_language(site: SiteView, language: str) -> str:
    """Return a language, or '' if it is the page's."""
    return "" if language.casefold() == site.language.casefold() else language


def localize_site(site: SiteView, report: Report) -> SiteView:
    """Return the site's view in a report's language.

    Without a catalogue for that language, it stays in the site's.
    """
    language = report.front.language or ""
    catalogue = find_catalogue(language)
    if not catalogue or catalogue == find_catalogue(site.language):
        return site
    return replace(site, language=language)


def list_summaries(site: SiteIndex, ids: Iterable[str]) -> tuple[Input[PublishedReport], ...]:
    """Return the summaries of some reports, each once."""
    return tuple([site.by_id[id_].summary for id_ in dict.fromkeys(ids)])


def index_reports(reports: Iterable[Input[PublishedReport]]) -> dict[str, Report]:
    """Return reports by id."""
    return {report.value.report.id: report.value.report for report in reports}


def make_year_url(year: int) -> str:
    """Return the address of a year's archive page, below the base URL."""
    return f"years/{year}/"


class Card(msgspec.Struct, frozen=True):
    """A report as lists show it; the summary is in the language of the link."""

    link: Link
    headline: str
    day: Day
    time: str
    board: str
    summary: MarkedText
    state: str
    asks: int

    @property
    def title(self) -> Safe:
        """The report's headline as HTML; a date in it is machine-readable."""
        return render_dated_title(self.headline, self.day)


def build_report_card(
    site: SiteView, report: Report, *, boards: bool = True, summary: bool = True
) -> Card:
    """Return a report's card, with the names of boards and the summary if asked for."""
    front = report.front
    return Card(
        make_report_link(site, report),
        report.headline,
        make_day(site, report),
        format_meeting_time(site, front.time, front.end),
        get_board_name(site, report) if boards else "",
        report.summary if summary else MarkedText(""),
        "withdrawn" if front.withdrawn else "cancelled" if front.cancelled else "",
        len(front.feedback),
    )


class ThreadPosition(msgspec.Struct, frozen=True):
    """The position of a section or report in a topic's thread, with links to its neighbours."""

    topic: Link
    number: int
    earlier: Link | None
    later: Link | None


_CONTENTS_FROM = 3
# Longer contents begin with so many; a few more are listed, too.
_LISTED = 12
_FEW_MORE = 3


class SectionView(msgspec.Struct, frozen=True):
    """A section with its links resolved."""

    id: str
    level: int
    title: str
    heading_html: str
    html: str
    threads: tuple[ThreadPosition, ...] = ()


class Contents(msgspec.Struct, frozen=True):
    """The list of a report's main sections: the first ones, and in a long list the rest."""

    sections: tuple[SectionView, ...] = ()
    more: tuple[SectionView, ...] = ()


def build_contents(sections: tuple[SectionView, ...], level: int) -> Contents:
    """Return the contents, of the headings of this level; those of a short report are empty."""
    main = tuple(section for section in sections if section.level == level)
    if len(main) < _CONTENTS_FROM:
        return Contents()
    listed = len(main) if len(main) <= _LISTED + _FEW_MORE else _LISTED
    return Contents(main[:listed], main[listed:])


def build_section_views(
    sections: Iterable[Section],
    html: Input[Html] | None,
    urls: tuple[str | None, ...],
    labels: tuple[str, ...],
    root: str,
) -> tuple[SectionView, ...]:
    """Return a body's sections with its references resolved.

    ``root`` leads to the home page.
    """
    parts = html.value.sections if html else ()
    return tuple(
        SectionView(
            section.id,
            section.level,
            section.title,
            resolve_references(heading, urls, labels, root, ""),
            resolve_references(text, urls, labels, root, ""),
        )
        for section, (heading, text) in zip(sections, parts, strict=True)
    )


def build_thread_positions(
    site: SiteView, mentions: tuple[TopicMention, ...], topics: tuple[str, ...]
) -> dict[str, tuple[ThreadPosition, ...]]:
    """Return a report's positions in the threads of its topics, by section ('': whole report).

    ``topics`` are the names of the mentions' topics.
    """
    language = get_other_language(site, site.content_language)
    positions: dict[str, tuple[ThreadPosition, ...]] = {}
    for mention, name in zip(mentions, topics, strict=True):
        position = ThreadPosition(
            Link(make_topic_url(mention.topic), name, language),
            mention.number,
            _make_section_link(site, mention.earlier),
            _make_section_link(site, mention.later),
        )
        positions[mention.ref.section] = (*positions.get(mention.ref.section, ()), position)
    return positions


def _make_section_link(site: SiteView, ref: SectionRef | None) -> Link | None:
    if ref is None:
        return None
    return Link(make_section_url(ref.report, ref.section), Day(ref.date, site.language).text)


@lru_cache(maxsize=4096)
def make_section_url(report: str, section: str) -> str:
    """Return the address of a section of a report (ids), of the report itself for ''."""
    url = make_report_url(report)
    return f"{url}#{quote(section)}" if section else url


def make_topic_url(topic: str) -> str:
    """Return the address of a topic's page, below the base URL."""
    return f"topics/{topic}/"


def make_main_section_links(site: SiteView, report: Report) -> tuple[Link, ...]:
    """Return links to a report's main sections."""
    main = report.body.main_level
    language = get_report_language(site, report)
    return tuple(
        Link(make_section_url(report.id, section.id), section.title, language)
        for section in report.body.sections
        if section.level == main
    )


def make_sort_key(text: str) -> str:
    """Return the sort key of a text, without capitals and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))
