"""The topics: a list of all, and each one's thread through the reports."""

from collections.abc import Iterable, Iterator
from itertools import groupby

import msgspec

from lscbsite.markup import elsewhere, excerpt
from lscbsite.model import LinkedReport, Output, Report, Section, Site, Thread
from lscbsite.outputs.pages.parts import (
    activity,
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
_CHROME = 700
# In pixels: what a meeting adds to a bar, and the highest bar.
_BAR_UNIT, _BAR_HEIGHT = 5.0, 26
# Where the oldest entry stands; for the script, the wish to see it first.
OLDEST_FIRST = "part:oldest-first"


class ThreadEntry(msgspec.Struct, frozen=True):
    """What one report says on a topic.

    ``excerpt`` stands in for sections that are too long, or, where ``section`` is false, for the
    whole report, which has no section on the topic.
    """

    anchor: str
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

    ``name`` is that of the part, '' on the topic's own page; ``years`` lead to all parts, where
    there are several; ``oldest_url`` to the part that begins with the oldest entry.
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
    rows = []
    for thread in site.threads:
        reports = [site.by_id[one.spot.report].report for one in thread.passages]
        rows.append(
            TopicRow(
                Link(topic_url(thread.id), thread.topic.name),
                thread.topic.description or "",
                thread.passages[0].meetings if reports else 0,
                local_day(site, reports[0].date) if reports else None,
                local_day(site, reports[-1].date) if reports else None,
                _bars(site, thread),
            )
        )
    return TopicsView(page_frame(site, "topics/", heading, about), tuple(rows), _span(site))


def _span(site: Site) -> tuple[int, ...]:
    """The years from the site's first meeting to its last."""
    years = [linked.report.date.year for linked in site.reports]
    return tuple(range(min(years), max(years) + 1)) if years else ()


def _bars(site: Site, thread: Thread) -> tuple[YearBar, ...]:
    """Return a bar for each year in which a topic was discussed, each meeting of one height."""
    counts = activity(site, thread)
    unit = min(_BAR_UNIT, _BAR_HEIGHT / max(counts.values(), default=1))
    return tuple(
        YearBar(year, counts[year], place, max(round(counts[year] * unit), 2))
        for place, year in enumerate(_span(site))
        if counts[year]
    )


def _thread_pages(site: Site, thread: Thread) -> Iterator[Output]:
    """Yield the pages of a thread: its own, and one for each year of a long one."""
    said = list(_said(site, thread))
    url = topic_url(thread.id)
    if sum(one.size for one in said) <= _THREAD:
        yield _thread_page(site, thread, url, said, ())
        return
    pages: list[tuple[str, str, list[_Said]]] = []
    counts: dict[int, int] = {}
    for year, group in groupby(said, key=lambda one: one.linked.report.date.year):
        for number, part in enumerate(_parts(group, _THREAD), 1):
            counts[year] = counts.get(year, 0) + len(part)
            more = number > 1
            name = f"{year}, part {number}" if more else str(year)
            pages.append((f"{url}{year}/" + (f"{number}/" if more else ""), name, part))
    years = tuple(
        YearLink(Link(f"{url}{year}/", str(year)), count) for year, count in counts.items()
    )
    newest = next(_parts(said[:_NEWEST_ENTRIES], _NEWEST))
    oldest = pages[-1][0]
    yield _thread_page(site, thread, url, newest, years, oldest=oldest)
    for page, name, part in pages:
        yield _thread_page(site, thread, page, part, years, name=name, oldest=oldest)


class _Said(msgspec.Struct, frozen=True):
    """What one report says on a topic; ``size`` is that of its HTML in characters."""

    linked: LinkedReport
    ids: tuple[str, ...]
    size: int

    @property
    def sections(self) -> tuple[Section, ...]:
        """The sections on the topic, with what stands under them."""
        return tuple(one for id_ in self.ids if id_ for one in self.linked.report.passage(id_))

    @property
    def is_long(self) -> bool:
        """Whether it is told in its first words only."""
        return self.size >= _SECTION


def _said(site: Site, thread: Thread) -> Iterator[_Said]:
    """Yield what each report says, the newest first."""
    for id_, passages in groupby(reversed(thread.passages), key=lambda one: one.spot.report):
        ids = tuple(one.spot.section for one in reversed(list(passages)))
        one = _Said(site.by_id[id_], ids, 0)
        size = _CHROME + sum(len(section.html.encode()) for section in one.sections)
        yield _Said(one.linked, ids, min(size, _SECTION))


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
    years: tuple[YearLink, ...],
    *,
    name: str = "",
    oldest: str = "",
) -> Output:
    """Return a page of a thread, of the part ``name`` ('' for the topic's own page)."""
    topic, own = thread.topic, topic_url(thread.id)
    reports = [site.by_id[one.spot.report].report for one in thread.passages]
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
        _dated(site, reports[0], thread.passages[0].spot.section) if reports else None,
        _dated(site, reports[-1], thread.passages[-1].spot.section) if reports else None,
        thread.passages[0].meetings if reports else 0,
        tuple(_entry(site, thread, one, frame.root) for one in said),
        name,
        f"{oldest}#{OLDEST_FIRST}",
        years,
    )
    return Output(f"{url}index.html", view, encode_topic)


def _dated(site: Site, report: Report, section: str) -> tuple[Link, Day]:
    return Link(spot_url(report, section), report.title), local_day(site, report.date)


def _entry(site: Site, thread: Thread, said: _Said, root: str) -> ThreadEntry:
    """Return an entry: headings under h2, ids that hold among those of other reports."""
    linked, report = said.linked, said.linked.report
    prefix = f"{report.id}:"
    shown: list[SectionView] = []
    if not said.is_long:
        # A heading that only repeats what the page is about is not shown; tables in its section
        # are named by the entry's heading then.
        names = {thread.topic.name.casefold()}
        own = {one.id for one in said.sections if one.title.casefold() in names}
        top = min((one.level for one in said.sections), default=2)
        for section in said.sections:
            view = section_view(section, linked.urls, linked.labels, root)
            page = root + report.url
            shown.append(
                SectionView(
                    prefix + section.id,
                    0 if section.id in own else min(section.level - top + 3, 6),
                    section.title,
                    elsewhere(view.heading_html, prefix, page, own, report.id, 3 - top),
                    elsewhere(view.html, prefix, page, own, report.id, 3 - top),
                )
            )
    words = "" if shown else excerpt("".join(one.html for one in said.sections)) or report.summary
    return ThreadEntry(
        report.id,
        Link(spot_url(report, said.ids[0]), report.title, report_language(site, report)),
        local_day(site, report.date),
        board_name(site, report),
        tuple(shown),
        words,
        bool(said.sections),
    )


def encode_topics(view: TopicsView, theme: Theme) -> bytes:
    """Return the list of topics."""
    return rendered(theme, "topics.html", view)


def encode_topic(view: TopicView, theme: Theme) -> bytes:
    """Return a page of a thread."""
    return rendered(theme, "topic.html", view)
