"""The topics: a list of all, and each one's thread through the reports."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby

import msgspec

from lscbsite.markup import elsewhere, excerpt
from lscbsite.model import LinkedReport, Output, Report, Section, Site, Spot, Thread
from lscbsite.outputs.pages.archives import part_link
from lscbsite.outputs.pages.parts import (
    board_name,
    local_day,
    page_frame,
    rendered,
    report_language,
    section_view,
    spot_url,
    topic_url,
)
from lscbsite.outputs.pages.views import Day, Frame, Link, SectionView, YearLink
from lscbsite.theme import Theme

# In bytes of HTML, so that no page gets heavy. A longer thread has a page for each year, and its
# own shows the newest sections; what one report says is told in its first words if it is longer.
_THREAD, _NEWEST, _SECTION = 120_000, 60_000, 50_000
_NEWEST_ENTRIES = 12
# What an entry and a heading add.
_CHROME, _HEADING = 700, 60
# In pixels: what a meeting adds to a bar, and the highest bar.
_BAR_UNIT, _BAR_HEIGHT = 5.0, 26
# Where the oldest entry stands; for the script, the wish to see it first.
OLDEST_FIRST = "part:oldest-first"


class ThreadEntry(msgspec.Struct, frozen=True):
    """What one report says on a topic.

    ``excerpt`` stands in for sections that are too long, or, where ``section`` is false, for the
    whole report, which has no section on the topic. ``heading`` is the heading's own anchor.
    """

    anchor: str
    heading: str
    link: Link
    day: Day
    board: str
    sections: tuple[SectionView, ...]
    excerpt: str
    section: bool


class YearBar(msgspec.Struct, frozen=True):
    """A topic's meetings in one year: its place among the site's years, the bar's height."""

    year: int
    meetings: int
    place: int
    height: int


class TopicView(msgspec.Struct, frozen=True):
    """A page of a topic's thread, newest first.

    ``name`` is that of the part, '' on the topic's own page; ``years`` lead to all years, where
    there are several pages, and ``parts`` to all parts of this one, where it has several;
    ``oldest_url`` to the part that begins with the oldest entry.
    """

    frame: Frame
    topic: Link
    heading: str
    description: str
    first: tuple[Link, Day] | None
    last: tuple[Link, Day] | None
    meetings: int
    entries: tuple[ThreadEntry, ...]
    name: str
    oldest_url: str
    years: tuple[YearLink, ...]
    parts: tuple[Link, ...]
    previous: Link | None
    next: Link | None


class TopicRow(msgspec.Struct, frozen=True):
    """A topic in the list of all."""

    link: Link
    description: str
    meetings: int
    first: Day | None
    last: Day | None
    bars: tuple[YearBar, ...]


class TopicsView(msgspec.Struct, frozen=True):
    """All topics, by name."""

    frame: Frame
    rows: tuple[TopicRow, ...]
    years: tuple[int, ...]


def plan_topics(site: Site) -> Iterator[Output]:
    """The list of topics, and the pages of each one's thread."""
    if not site.threads:
        return
    yield Output("topics/index.html", _topics_view(site), encode_topics)
    for thread in site.threads:
        yield from _thread_pages(site, thread)


def _topics_view(site: Site) -> TopicsView:
    heading = "Topics"
    about = f"{site.config.site.title}: what the meetings are about, subject by subject"
    years = _span(site)
    rows = []
    for thread in site.threads:
        ids = dict.fromkeys(passage.spot.report for passage in thread.passages)
        reports = [site.by_id[id_].report for id_ in ids]
        rows.append(
            TopicRow(
                Link(topic_url(thread.id), thread.topic.name),
                thread.topic.description or "",
                len(reports),
                local_day(site, reports[0].date) if reports else None,
                local_day(site, reports[-1].date) if reports else None,
                _bars(reports, years),
            )
        )
    return TopicsView(page_frame(site, "topics/", heading, about), tuple(rows), years)


def _span(site: Site) -> tuple[int, ...]:
    """The years from the site's first meeting to its last."""
    years = [linked.report.date.year for linked in site.reports]
    return tuple(range(min(years), max(years) + 1)) if years else ()


def _bars(reports: list[Report], years: tuple[int, ...]) -> tuple[YearBar, ...]:
    """Return a bar for each of ``years`` that has reports, each of them of one height."""
    counts = Counter(report.date.year for report in reports)
    unit = min(_BAR_UNIT, _BAR_HEIGHT / max(counts.values(), default=1))
    return tuple(
        YearBar(year, counts[year], place, max(round(counts[year] * unit), 2))
        for place, year in enumerate(years)
        if counts[year]
    )


def _thread_pages(site: Site, thread: Thread) -> Iterator[Output]:
    """Yield the pages of a thread: its own, and one or more for each year of a long one."""
    said = list(_said(site, thread))
    url = topic_url(thread.id)
    if sum(one.size for one in said) <= _THREAD:
        yield _thread_page(site, thread, url, said)
        return
    pages: list[tuple[Link, int, list[_Said]]] = []
    counts: dict[int, int] = {}
    for year, group in groupby(said, key=lambda one: one.linked.report.date.year):
        for number, part in enumerate(_parts(group, _THREAD), 1):
            counts[year] = counts.get(year, 0) + len(part)
            pages.append((part_link(url, year, number), year, part))
    links = [link for link, _, _ in pages]
    years = tuple(
        YearLink(Link(f"{url}{year}/", str(year)), count) for year, count in counts.items()
    )
    newest = next(_parts(said[:_NEWEST_ENTRIES], _NEWEST))
    yield _thread_page(site, thread, url, newest, oldest=links[-1].url, years=years)
    for place, (link, year, part) in enumerate(pages):
        yield _thread_page(
            site,
            thread,
            link.url,
            part,
            name=link.text,
            oldest=links[-1].url,
            years=years,
            parts=tuple(other for other, its_year, _ in pages if its_year == year),
            previous=links[place + 1] if place + 1 < len(links) else None,
            next_=links[place - 1] if place else None,
        )


class _Said(msgspec.Struct, frozen=True):
    """What one report says on a topic: its sections, each with those under it.

    ``section`` is the id of the first, '' if there is none; ``size`` is in bytes of HTML.
    """

    linked: LinkedReport
    section: str
    passages: tuple[tuple[Section, ...], ...]
    size: int

    @property
    def is_long(self) -> bool:
        """Whether it is told in its first words only."""
        return self.size >= _SECTION


def _said(site: Site, thread: Thread) -> Iterator[_Said]:
    """Yield what each report says, the newest first."""
    for id_, passages in groupby(reversed(thread.passages), key=lambda one: one.spot.report):
        linked = site.by_id[id_]
        ids = [one.spot.section for one in reversed(list(passages))]
        told = tuple(linked.report.passage(section) for section in ids if section)
        size = _CHROME + sum(_size(section) for passage in told for section in passage)
        yield _Said(linked, ids[0], told, min(size, _SECTION))


def _size(section: Section) -> int:
    return _HEADING + len(section.heading.encode()) + len(section.html.encode())


def _parts(said: Iterable[_Said], most: int) -> Iterator[list[_Said]]:
    """Yield parts of at most so many bytes, or of one report."""
    part: list[_Said] = []
    for one in said:
        if part and sum(other.size for other in part) + one.size > most:
            yield part
            part = []
        part.append(one)
    yield part


def _thread_page(
    site: Site,
    thread: Thread,
    url: str,
    said: list[_Said],
    *,
    name: str = "",
    oldest: str = "",
    years: tuple[YearLink, ...] = (),
    parts: tuple[Link, ...] = (),
    previous: Link | None = None,
    next_: Link | None = None,
) -> Output:
    """Return a page of a thread, of the part ``name`` ('' for the topic's own page)."""
    topic, own = thread.topic, topic_url(thread.id)
    ends = [_dated(site, one.spot) for one in (*thread.passages[:1], *thread.passages[-1:])]
    title = f"{topic.name}: {name}" if name else topic.name
    about = topic.description or f"{topic.name}: what was said, meeting by meeting"
    frame = page_frame(
        site, url, title, about, (Link(own, f"{topic.name}: {site.config.site.title}"),)
    )
    view = TopicView(
        frame,
        Link(own, topic.name),
        title,
        "" if name else topic.description or "",
        ends[0] if ends else None,
        ends[-1] if ends else None,
        thread.passages[0].meetings if ends else 0,
        tuple(_entry(site, thread, one, frame.root) for one in said),
        name,
        f"{oldest}#{OLDEST_FIRST}",
        years,
        parts if len(parts) > 1 else (),
        previous,
        next_,
    )
    return Output(f"{url}index.html", view, encode_topic)


def _dated(site: Site, spot: Spot) -> tuple[Link, Day]:
    report = site.by_id[spot.report].report
    return Link(spot_url(report, spot.section), report.title), local_day(site, report.date)


def _entry(site: Site, thread: Thread, said: _Said, root: str) -> ThreadEntry:
    """Return an entry: headings under h2, ids that hold among those of other reports."""
    linked, report = said.linked, said.linked.report
    shown: list[SectionView] = []
    if not said.is_long:
        for passage in said.passages:
            shown += _sections(linked, passage, thread.topic.name, root)
    said_html = "".join(section.html for passage in said.passages for section in passage)
    words = "" if shown else excerpt(said_html) or report.summary
    return ThreadEntry(
        report.id,
        f"{report.id}:",
        Link(spot_url(report, said.section), report.title, report_language(site, report)),
        local_day(site, report.date),
        board_name(site, report),
        tuple(shown),
        words,
        bool(said.passages),
    )


def _sections(
    linked: LinkedReport, sections: tuple[Section, ...], topic: str, root: str
) -> Iterator[SectionView]:
    """Yield a section with those under it, for the page of a topic.

    A heading that only repeats what the page is about is not shown; tables in its section are
    named by the entry's heading then.
    """
    report = linked.report
    # No id of the theme looks like these, whatever the report is called.
    prefix, heading = f"{report.id}::", f"{report.id}:"
    top = sections[0]
    hidden = {top.id} if top.title.casefold() == topic.casefold() else set()
    deeper = (2 if hidden else 3) - top.level
    for section in sections:
        view = section_view(section, linked.urls, linked.labels, root)
        place = (prefix, root + report.url, hidden, heading, deeper)
        yield SectionView(
            prefix + section.id,
            0 if section.id in hidden else min(section.level + deeper, 6),
            section.title,
            elsewhere(view.heading_html, *place),
            elsewhere(view.html, *place),
        )


def encode_topics(view: TopicsView, theme: Theme) -> bytes:
    """Return the list of topics."""
    return rendered(theme, "topics.html", view)


def encode_topic(view: TopicView, theme: Theme) -> bytes:
    """Return a page of a thread."""
    return rendered(theme, "topic.html", view)
