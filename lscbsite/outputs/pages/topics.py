"""The topics: a list of all, and each one's thread through the reports."""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from lscbsite.i18n import get_translations
from lscbsite.incremental.fingerprint import digest_values
from lscbsite.markup import elsewhere, excerpt, fill
from lscbsite.model import (
    Artifact,
    ArtifactGroup,
    Html,
    Input,
    PublishedReport,
    SectionRef,
    SiteIndex,
    Thread,
)
from lscbsite.outputs.pages.archives import make_part_link
from lscbsite.outputs.pages.components import (
    get_board_name,
    get_report_language,
    make_page_frame,
    make_section_url,
    make_topic_url,
    render_page,
)
from lscbsite.outputs.pages.timeline import build_timeline
from lscbsite.outputs.pages.views import Day, Frame, SectionView, Timeline, YearLink
from lscbsite.outputs.site_context import Link, SiteView

if TYPE_CHECKING:  # slow to import, and not needed to plan
    from lscbsite.theme import Theme

# In bytes of HTML, so that no page gets heavy. A longer thread has a page for each year, and its
# own shows the newest sections; what one report says is told in its first words if it is longer.
_THREAD, _NEWEST, _SECTION = 120_000, 60_000, 50_000
_NEWEST_ENTRIES = 12
# What an entry and a heading add.
_CHROME, _HEADING = 700, 60
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


class EntryPlan(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What one report says on a topic: its passages, each by the places of its sections.

    Without a passage, the whole report is on the topic.
    """

    report: Input[PublishedReport]
    html: Input[Html] | None
    passages: tuple[tuple[int, int], ...]


class TopicPlan(msgspec.Struct, frozen=True, array_like=True):
    """What a page of a topic's thread is made from, newest first.

    ``name`` is that of the part, '' on the topic's own page, where ``years`` lead to all years if
    there are several pages; ``parts`` lead to all parts of a year that has several;
    ``oldest_url`` to the part that begins with the oldest entry. ``first`` and ``last`` are the
    reports at the ends of the whole thread, and their sections on the topic.
    """

    frame: Frame
    topic: Link
    heading: str
    description: str
    first: tuple[Input[PublishedReport], SectionRef] | None
    last: tuple[Input[PublishedReport], SectionRef] | None
    meetings: int
    entries: tuple[EntryPlan, ...]
    name: str
    oldest_url: str
    years: tuple[YearLink, ...]
    parts: tuple[Link, ...]
    previous: Link | None
    next: Link | None


class TopicView(msgspec.Struct, frozen=True):
    """A page of a topic's thread as its template wants it: see ``TopicPlan``."""

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


class TopicsView(msgspec.Struct, frozen=True):
    """All topics, by name."""

    frame: Frame
    picture: Timeline | None
    rows: tuple[TopicRow, ...]


def plan_topics(site: SiteIndex, about: Input[SiteView]) -> Iterator[Artifact]:
    """The list of topics."""
    if site.threads:
        yield Artifact("topics/index.html", _build_topics_view(site, about), render_topics)


def plan_threads(site: SiteIndex, about: Input[SiteView]) -> Iterator[ArtifactGroup]:
    """The pages of each topic's thread."""
    for thread in site.threads:
        said = [(one.spot, one.span, one.size) for one in thread.passages]
        key = digest_values("thread", about.digest, thread.id, thread.topic, thread.meetings, said)
        yield ArtifactGroup(key, partial(_plan_thread_pages, site, about, thread))


def _build_topics_view(site: SiteIndex, about: Input[SiteView]) -> TopicsView:
    language = site.config.site.language
    words = get_translations(language)
    heading = words.gettext("Topics")
    told = words.gettext("%(site)s: what the meetings are about, topic by topic") % {
        "site": site.config.site.title
    }
    rows = []
    for thread in site.threads:
        spots = [one.spot for one in thread.passages]
        days = [
            spot.date
            for before, spot in zip([None, *spots], spots, strict=False)
            if before is None or before.report != spot.report
        ]
        rows.append(
            TopicRow(
                Link(make_topic_url(thread.id), thread.topic.name),
                thread.topic.description or "",
                len(days),
                Day(days[0], language) if days else None,
                Day(days[-1], language) if days else None,
            )
        )
    frame = make_page_frame(about, "topics/", heading, told)
    return TopicsView(frame, build_timeline(site, site.threads), tuple(rows))


def _plan_thread_pages(
    site: SiteIndex, about: Input[SiteView], thread: Thread
) -> Iterator[Artifact]:
    """Yield the pages of a thread: its own, and one or more for each year of a long one."""
    said = _measure_entries(site, thread)
    url = make_topic_url(thread.id)
    if sum(one.size for one in said) <= _THREAD:
        yield _plan_thread_page(site, about, thread, url, said)
        return
    pages: list[tuple[Link, int, list[_TopicSize]]] = []
    counts: dict[int, int] = {}
    language = site.config.site.language
    for year, group in groupby(said, key=attrgetter("year")):
        for number, part in enumerate(_split_parts(group, _THREAD), 1):
            counts[year] = counts.get(year, 0) + len(part)
            pages.append((make_part_link(url, year, number, language), year, part))
    oldest = pages[-1][0].url
    years = tuple(
        YearLink(Link(f"{url}{year}/", str(year)), count) for year, count in counts.items()
    )
    newest = next(_split_parts(said[:_NEWEST_ENTRIES], _NEWEST))
    yield _plan_thread_page(site, about, thread, url, newest, oldest=oldest, years=years)
    # They lead to the years before and after only: a new year does not make all of them new.
    for place, (link, year, part) in enumerate(pages):
        yield _plan_thread_page(
            site,
            about,
            thread,
            link.url,
            part,
            name=link.text,
            oldest=oldest,
            parts=tuple(other for other, its_year, _ in pages if its_year == year),
            previous=pages[place + 1][0] if place + 1 < len(pages) else None,
            next_=pages[place - 1][0] if place else None,
        )


class _TopicSize(NamedTuple):
    """What one report says on a topic, how many bytes of HTML that is, and in which year."""

    plan: EntryPlan
    size: int
    year: int


def _measure_entries(site: SiteIndex, thread: Thread) -> list[_TopicSize]:
    """Return what each report says, the newest first."""
    said = []
    told: list[tuple[int, int]] = []
    size = _CHROME
    passages = thread.passages
    for number in range(len(passages) - 1, -1, -1):
        passage = passages[number]
        spot = passage.spot
        if spot.place >= 0:
            told.append((spot.place, spot.place + passage.span))
            size += _HEADING * passage.span + passage.size
        if number and passages[number - 1].spot.report == spot.report:
            continue
        linked = site.by_id[spot.report]
        plan = EntryPlan(linked.shared, linked.html if told else None, tuple(told[::-1]))
        said.append(_TopicSize(plan, min(size, _SECTION), spot.date.year))
        told, size = [], _CHROME
    return said


def _split_parts(said: Iterable[_TopicSize], most: int) -> Iterator[list[_TopicSize]]:
    """Yield parts of at most so many bytes, or of one report."""
    part: list[_TopicSize] = []
    size = 0
    for one in said:
        if part and size + one.size > most:
            yield part
            part, size = [], 0
        part.append(one)
        size += one.size
    yield part


def _plan_thread_page(
    site: SiteIndex,
    about: Input[SiteView],
    thread: Thread,
    url: str,
    said: list[_TopicSize],
    *,
    name: str = "",
    oldest: str = "",
    years: tuple[YearLink, ...] = (),
    parts: tuple[Link, ...] = (),
    previous: Link | None = None,
    next_: Link | None = None,
) -> Artifact:
    """Return a page of a thread, of the part ``name`` ('' for the topic's own page)."""
    topic, own = thread.topic, make_topic_url(thread.id)
    title = f"{topic.name}: {name}" if name else topic.name
    words = get_translations(site.config.site.language)
    told = topic.description or words.gettext("%(topic)s: what was said, meeting by meeting") % {
        "topic": topic.name
    }
    feeds = (Link(own, f"{topic.name}: {site.config.site.title}"),)
    first = last = None
    # The other pages do not show the ends, and would change with them.
    if thread.passages and not name:
        first, last = (
            (site.by_id[one.spot.report].brief, one.spot)
            for one in (thread.passages[0], thread.passages[-1])
        )
    view = TopicPlan(
        make_page_frame(about, url, title, told, feeds),
        Link(own, topic.name),
        title,
        "" if name else topic.description or "",
        first,
        last,
        len(said) if name else thread.meetings,
        tuple([one.plan for one in said]),
        name,
        f"{oldest}#{OLDEST_FIRST}",
        years,
        parts if len(parts) > 1 else (),
        previous,
        next_,
    )
    return Artifact(f"{url}index.html", view, render_topic)


def _format_dated(
    site: SiteView, end: tuple[Input[PublishedReport], SectionRef] | None
) -> tuple[Link, Day] | None:
    if end is None:
        return None
    report, spot = end
    return Link(make_section_url(spot.report, spot.section), report.value.report.title), Day(
        spot.date, site.language
    )


def _build_entry(site: SiteView, topic: str, plan: EntryPlan, root: str) -> ThreadEntry:
    """Return an entry: headings under h2, ids that hold among those of other reports."""
    published = plan.report.value
    report = published.report
    every = report.body.sections
    places = [place for start, stop in plan.passages for place in range(start, stop)]
    size = _CHROME + _HEADING * len(places) + sum(every[start].size for start, _ in plan.passages)
    shown: list[SectionView] = []
    words = ""
    html = plan.html.value.sections if plan.html else ()
    if size < _SECTION:
        for start, stop in plan.passages:
            shown += _build_sections(published, html, range(start, stop), topic, root)
    if not shown:
        words = excerpt("".join(html[place][1] for place in places)) or report.summary
    first = every[places[0]].id if places else ""
    return ThreadEntry(
        report.id,
        f"{report.id}:",
        Link(
            make_section_url(report.id, first),
            report.title,
            get_report_language(site, report),
        ),
        Day(report.date, site.language),
        get_board_name(site, report),
        tuple(shown),
        words,
        bool(plan.passages),
    )


def _build_sections(
    published: PublishedReport,
    html: tuple[tuple[str, str], ...],
    places: range,
    topic: str,
    root: str,
) -> Iterator[SectionView]:
    """Yield a section with those under it, for the page of a topic.

    A heading that only repeats what the page is about is not shown; tables in its section are
    named by the entry's heading then.
    """
    report = published.report
    # No id of the theme looks like these, whatever the report is called.
    prefix, heading = f"{report.id}::", f"{report.id}:"
    top = report.body.sections[places.start]
    hidden = {top.id} if top.title.casefold() == topic.casefold() else set()
    deeper = (2 if hidden else 3) - top.level
    where = (prefix, root + report.url, hidden, heading, deeper)
    for place in places:
        section, (own_heading, text) = report.body.sections[place], html[place]
        filled = [
            fill(part, published.urls, published.labels, root, "") for part in (own_heading, text)
        ]
        yield SectionView(
            prefix + section.id,
            0 if section.id in hidden else min(section.level + deeper, 6),
            section.title,
            elsewhere(filled[0], *where),
            elsewhere(filled[1], *where),
        )


def render_topics(view: TopicsView, theme: "Theme") -> bytes:
    """Return the list of topics."""
    return render_page(theme, "topics.html", view)


def render_topic(view: TopicPlan, theme: "Theme") -> bytes:
    """Return a page of a thread."""
    site = view.frame.site.value
    page = TopicView(
        view.frame,
        view.topic,
        view.heading,
        view.description,
        _format_dated(site, view.first),
        _format_dated(site, view.last),
        view.meetings,
        tuple(_build_entry(site, view.topic.text, one, view.frame.root) for one in view.entries),
        view.name,
        view.oldest_url,
        view.years,
        view.parts,
        view.previous,
        view.next,
    )
    return render_page(theme, "topic.html", page)
