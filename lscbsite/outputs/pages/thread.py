"""The pages of a topic, which show its thread."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from lscbsite.i18n import get_translations
from lscbsite.markup import adapt_fragment, make_excerpt, resolve_references
from lscbsite.model import (
    Artifact,
    Html,
    Input,
    PublishedReport,
    SectionRef,
    SiteIndex,
    Thread,
    Topic,
)
from lscbsite.outputs.declaration import OutputKind
from lscbsite.outputs.pages.archives import YearLink, make_part_link
from lscbsite.outputs.pages.components import (
    SectionView,
    get_board_name,
    get_report_language,
    make_day,
    make_section_url,
    make_topic_url,
)
from lscbsite.outputs.pages.frame import Day, Frame, make_page_frame, render_page
from lscbsite.outputs.site_context import Link, SiteView

if TYPE_CHECKING:  # slow to import, and not needed to plan
    from lscbsite.theme import Theme

# Limits in bytes of HTML, to keep pages light. A longer thread has a page for each year, and the
# topic's own page shows the newest entries. Of a longer section, the page shows the first words.
_THREAD, _NEWEST, _SECTION = 120_000, 60_000, 50_000
_NEWEST_ENTRIES = 12
# What an entry and a heading add to the size.
_CHROME, _HEADING = 700, 60
# The anchor of the oldest entry; it also makes the script show the oldest entry first.
OLDEST_FIRST = "part:oldest-first"


class ThreadEntry(msgspec.Struct, frozen=True):
    """What one report says on a topic.

    ``excerpt`` replaces sections that are too long, or, if ``section`` is false, the whole report,
    which has no section on the topic. ``heading`` is the anchor of the entry's heading.
    """

    anchor: str
    heading: str
    link: Link
    day: Day
    board: str
    sections: tuple[SectionView, ...]
    excerpt: str
    section: bool


class EntrySource(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The report of an entry, and the ranges of its sections on the topic.

    Without a range, the whole report is on the topic. ``name`` is the report's identity, which makes
    the ids on the page.
    """

    name: str
    report: Input[PublishedReport]
    html: Input[Html] | None
    spans: tuple[tuple[int, int], ...]


class TopicView(msgspec.Struct, frozen=True, array_like=True, dict=True):
    """A page of a topic's thread, newest first.

    A long thread has several pages: ``name`` is '' on the topic's own page, whose ``years`` lead to
    the others, and else names the part; ``parts`` lead to all parts of a year that has several.
    ``oldest_url`` leads to the oldest entry. ``ends`` are the first and the last section of the
    thread, each with its report; only the topic's own page has them.
    """

    frame: Frame
    topic: Link
    description: str
    ends: tuple[tuple[Input[PublishedReport], SectionRef], ...]
    meetings: int
    entry_sources: tuple[EntrySource, ...]
    name: str = ""
    oldest_url: str = f"#{OLDEST_FIRST}"
    years: tuple[YearLink, ...] = ()
    parts: tuple[Link, ...] = ()
    previous: Link | None = None
    next: Link | None = None

    @cached_property
    def first(self) -> tuple[Link, Day]:
        """The first section on the topic, and its day."""
        return self._build_end(0)

    @cached_property
    def last(self) -> tuple[Link, Day]:
        """The last section on the topic, and its day."""
        return self._build_end(-1)

    @cached_property
    def entries(self) -> tuple[ThreadEntry, ...]:
        """What each report says on the topic."""
        site, topic, root = self.frame.site.value, self.topic.text, self.frame.root
        return tuple(_build_entry(site, topic, source, root) for source in self.entry_sources)

    def _build_end(self, number: int) -> tuple[Link, Day]:
        report, ref = self.ends[number]
        link = Link(make_section_url(ref.report, ref.section), report.value.report.headline)
        return link, Day(ref.date, self.frame.language)


class MeasuredEntry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What one report says on a topic, how many bytes of HTML that is, and in which year."""

    source: EntrySource
    size: int
    year: int


class ThreadSlice(msgspec.Struct, frozen=True, array_like=True):
    """A topic's thread, the newest entry first; ``ends`` are its first and last section."""

    site: Input[SiteView]
    id: str
    topic: Topic
    meetings: int
    entries: list[MeasuredEntry]
    ends: tuple[tuple[Input[PublishedReport], SectionRef], ...]


def slice_threads(site: SiteIndex, site_view: Input[SiteView]) -> Iterator[ThreadSlice]:
    """Yield the thread of each topic."""
    for thread in site.threads:
        refs = [mention.ref for mention in thread.mentions]
        yield ThreadSlice(
            site_view,
            thread.id,
            thread.topic,
            thread.meetings,
            _measure_entries(site, thread),
            tuple((site.by_id[ref.report].summary, ref) for ref in (*refs[:1], *refs[-1:])),
        )


def _measure_entries(site: SiteIndex, thread: Thread) -> list[MeasuredEntry]:
    """Return what each report says, the newest first."""
    entries = []
    sections: list[tuple[int, int]] = []
    size = _CHROME
    mentions = thread.mentions
    for number in range(len(mentions) - 1, -1, -1):
        mention = mentions[number]
        ref = mention.ref
        if ref.index >= 0:
            sections.append((ref.index, ref.index + mention.span))
            size += _HEADING * mention.span + mention.size
        if number and mentions[number - 1].ref.report == ref.report:
            continue
        linked_report = site.by_id[ref.report]
        html = linked_report.html if sections else None
        source = EntrySource(
            linked_report.report.identity, linked_report.whole, html, tuple(sections[::-1])
        )
        entries.append(MeasuredEntry(source, min(size, _SECTION), ref.date.year))
        sections, size = [], _CHROME
    return entries


def plan_thread(thread: ThreadSlice) -> Iterator[Artifact]:
    """Plan the pages of a thread: its own, and one or more for each year of a long one."""
    url, language = make_topic_url(thread.id), thread.site.value.language
    if sum(entry.size for entry in thread.entries) <= _THREAD:
        yield _make_artifact(_build_view(thread, Link(url, ""), thread.entries))
        return
    pages: list[tuple[Link, int, list[MeasuredEntry]]] = []
    counts: dict[int, int] = {}
    for year, group in groupby(thread.entries, key=attrgetter("year")):
        for number, part in enumerate(_split_parts(group, _THREAD), 1):
            counts[year] = counts.get(year, 0) + len(part)
            pages.append((make_part_link(url, year, number, language), year, part))
    oldest_url = f"{pages[-1][0].url}#{OLDEST_FIRST}"
    years = tuple(
        YearLink(Link(f"{url}{year}/", str(year)), count) for year, count in counts.items()
    )
    newest = next(_split_parts(thread.entries[:_NEWEST_ENTRIES], _NEWEST))
    view = _build_view(thread, Link(url, ""), newest)
    yield _make_artifact(replace(view, oldest_url=oldest_url, years=years))
    # They lead to the years before and after only, so that a new year leaves most as they are.
    for number, (link, year, part) in enumerate(pages):
        parts = tuple(other for other, its_year, _ in pages if its_year == year)
        view = replace(
            _build_view(thread, link, part),
            name=link.text,
            oldest_url=oldest_url,
            parts=parts if len(parts) > 1 else (),
            previous=pages[number + 1][0] if number + 1 < len(pages) else None,
            next=pages[number - 1][0] if number else None,
        )
        yield _make_artifact(view)


def _make_artifact(view: TopicView) -> Artifact:
    return Artifact(f"{view.frame.url}index.html", view, render_topic)


def _split_parts(entries: Iterable[MeasuredEntry], most: int) -> Iterator[list[MeasuredEntry]]:
    """Yield parts of at most so many bytes, or of one report."""
    part: list[MeasuredEntry] = []
    size = 0
    for entry in entries:
        if part and size + entry.size > most:
            yield part
            part, size = [], 0
        part.append(entry)
        size += entry.size
    yield part


def _build_view(thread: ThreadSlice, link: Link, entries: list[MeasuredEntry]) -> TopicView:
    """Return a page of a thread without its neighbours; ``link`` names the part, '' for none."""
    site, topic, name = thread.site.value, thread.topic, link.text
    topic_link = Link(make_topic_url(thread.id), topic.name)
    title = f"{topic.name}: {name}" if name else topic.name
    words = get_translations(site.language)
    description = topic.description or words.gettext(
        "%(topic)s: what was said, meeting by meeting"
    ) % {"topic": topic.name}
    feeds = (Link(topic_link.url, f"{topic.name}: {site.title}"),)
    return TopicView(
        frame=make_page_frame(thread.site, link.url, title, description, feeds),
        topic=topic_link,
        description="" if name else topic.description or "",
        # The other pages do not show the ends, and would change with them.
        ends=() if name else thread.ends,
        meetings=len(entries) if name else thread.meetings,
        entry_sources=tuple([entry.source for entry in entries]),
    )


def _build_entry(site: SiteView, topic: str, source: EntrySource, root: str) -> ThreadEntry:
    """Return an entry, with headings below h2 and ids that are unique among those of all reports."""
    published = source.report.value
    report = published.report
    all_sections = report.body.sections
    indexes = [index for start, stop in source.spans for index in range(start, stop)]
    size = (
        _CHROME
        + _HEADING * len(indexes)
        + sum(all_sections[start].size for start, _ in source.spans)
    )
    sections: list[SectionView] = []
    words = ""
    html = source.html.value.sections if source.html else ()
    if size < _SECTION:
        for start, stop in source.spans:
            sections += _build_sections(source, html, range(start, stop), topic, root)
    if not sections:
        words = make_excerpt("".join(html[index][1] for index in indexes)) or report.summary.plain
    first = all_sections[indexes[0]].id if indexes else ""
    return ThreadEntry(
        source.name,
        f"{source.name}:",
        Link(
            make_section_url(report.id, first),
            report.headline,
            get_report_language(site, report),
        ),
        make_day(site, report),
        get_board_name(site, report),
        tuple(sections),
        words,
        bool(source.spans),
    )


def _build_sections(
    source: EntrySource,
    html: tuple[tuple[str, str], ...],
    indexes: range,
    topic: str,
    root: str,
) -> Iterator[SectionView]:
    """Yield a section with those under it, for the page of a topic.

    A heading that repeats the topic's name is left out. Then tables in its section are labelled by
    the entry's heading.
    """
    published = source.report.value
    report = published.report
    # These ids differ from all ids of the theme, whatever the report's id is.
    prefix, heading = f"{source.name}::", f"{source.name}:"
    top = report.body.sections[indexes.start]
    hidden = {top.id} if top.title.casefold() == topic.casefold() else set()
    deeper = (2 if hidden else 3) - top.level
    target = (prefix, root + report.url, hidden, heading, deeper)
    for index in indexes:
        section, (heading_html, text) = report.body.sections[index], html[index]
        filled = [
            resolve_references(part, published.urls, published.labels, root, "")
            for part in (heading_html, text)
        ]
        yield SectionView(
            prefix + section.id,
            0 if section.id in hidden else min(section.level + deeper, 6),
            section.title,
            adapt_fragment(filled[0], *target),
            adapt_fragment(filled[1], *target),
        )


def render_topic(view: TopicView, theme: "Theme") -> bytes:
    """Return a page of a thread."""
    return render_page(theme, "topic.html", view)


THREADS = OutputKind(
    addresses=("topics/{topic}/", "topics/{topic}/{part}/"),
    renderers=(render_topic,),
    slice_index=slice_threads,
    plan_slice=plan_thread,
    linkable=True,
    sitemap=True,
)
