"""The search: its page, and what Pagefind finds in the reports.

There is not one index but some, each of a time: what changes is mostly new, and so in a small one.
The script of the page merges them in the browser.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

import msgspec

from lscbsite import dates
from lscbsite.i18n import get_translations, load_plural_forms
from lscbsite.incremental.fingerprint import digest_values
from lscbsite.incremental.serialization import pack_files
from lscbsite.markup import fill, html_of
from lscbsite.model import (
    Artifact,
    ArtifactGroup,
    Html,
    Input,
    LinkedReport,
    PublishedReport,
    Section,
    SiteIndex,
)
from lscbsite.outputs.pagefind import build_search_index
from lscbsite.outputs.pages.archives import make_year_links
from lscbsite.outputs.pages.components import (
    get_board_name,
    make_page_frame,
    make_topic_url,
    make_year_url,
    render_page,
)
from lscbsite.outputs.pages.views import Frame, YearLink
from lscbsite.outputs.site_context import Link, SiteView

if TYPE_CHECKING:  # slow to import, and not needed to plan
    from lscbsite.theme import Theme

# How many reports an index of earlier years has, about, and from how many on the newest month has
# one to itself, and then the newest days of it. Tests lower both, to have many indexes.
REPORTS_PER_SHARD, REPORTS_PER_NEW_SHARD = 500, 100
_HEAD = "head"
# What a ``SearchEntry`` has beside the report.
_About = tuple[str, tuple[str, ...], tuple[str, ...]]
# A picture is found by its description; in footnotes, each note, and its links back.
_PICTURE = re.compile(r'<img [^>]*?alt="([^"]*)"[^>]*>')
_NOTES = re.compile(r'(?=<li id="fn:)')
_NOTE = re.compile(r'<li id="([^"]*)".*', re.DOTALL)
_NOTE_MARK = re.compile(r'<a href="#([^"]*)" class="footnote-ref"')
_BACK = re.compile(r'<a [^>]*class="footnote-backref".*?</a>')


class SearchFilter(msgspec.Struct, frozen=True):
    """What can be chosen: the filter's name in the index, its values there, their names on the page.

    With each is told how many reports have it.
    """

    name: str
    values: tuple[tuple[str, str, int], ...]


class SearchView(msgspec.Struct, frozen=True):
    """The search page; ``tiers`` are the names of the indexes and how many reports they have.

    ``topics`` and ``years`` lead on without a search.
    """

    frame: Frame
    tiers: tuple[tuple[str, int], ...]
    filters: tuple[SearchFilter, ...]
    topics: tuple[Link, ...]
    years: tuple[YearLink, ...]

    @property
    def found(self) -> tuple[str, tuple[str, ...]]:
        """How results are counted: see ``forms_of``."""
        return load_plural_forms(self.frame.language, "In %(count)s report", "In %(count)s reports")


class SearchEntry(msgspec.Struct, frozen=True, array_like=True):
    """A report, with the name of its board ('': none) and the ids of its topics.

    ``subjects`` are the names of the topics that it has no heading of.
    """

    report: Input[PublishedReport]
    html: Input[Html] | None
    board: str
    topics: tuple[str, ...]
    subjects: tuple[str, ...]


class IndexShard(msgspec.Struct, frozen=True, array_like=True):
    """What an index is made from; ``language`` is the site's."""

    name: str
    language: str
    entries: tuple[SearchEntry, ...]


def plan_search(site: SiteIndex, about: Input[SiteView]) -> Iterator[Artifact]:
    """The page of the search, if there is one."""
    if not site.config.site.search:
        return
    words = get_translations(site.config.site.language)
    told = words.gettext("%(site)s: search the reports") % {"site": site.config.site.title}
    boards: Counter[str] = Counter()
    topics: Counter[str] = Counter()
    years: Counter[str] = Counter()
    tiers = _split_shards(site)
    for linked in (linked for _, tier in tiers for linked in tier):
        boards[linked.report.board] += 1
        years[str(linked.report.date.year)] += 1
        topics.update({passage.topic for passage in linked.passages})
    names = {
        "board": about.value.board_names,
        "year": {year: year for year in sorted(years, reverse=True)},
        "topic": {thread.id: thread.topic.name for thread in site.threads},
    }
    counts = {"board": boards, "year": years, "topic": topics}
    filters = (
        SearchFilter(
            kind,
            tuple(
                (id_, name, counts[kind][id_]) for id_, name in known.items() if counts[kind][id_]
            ),
        )
        for kind, known in names.items()
    )
    view = SearchView(
        make_page_frame(about, "search/", words.gettext("Search"), told),
        tuple((name, len(tier)) for name, tier in tiers),
        tuple(one for one in filters if len(one.values) > (one.name != "topic")),
        tuple(Link(make_topic_url(thread.id), thread.topic.name) for thread in site.threads),
        make_year_links(site.reports, make_year_url),
    )
    yield Artifact("search/index.html", view, render_search)
    yield Artifact("search.js", "search.js", render_script)


def plan_shards(site: SiteIndex, about: Input[SiteView]) -> Iterator[ArtifactGroup]:
    """The indexes, each a block."""
    if not site.config.site.search:
        return
    names = {thread.id: thread.topic.name for thread in site.threads}
    for name, tier in _split_shards(site):
        known = [(linked, _describe_shard(about, linked, names)) for linked in tier]
        kin = [(linked.report.id, linked.has_html, *told) for linked, told in known]
        key = digest_values("search", about.value.language, name, kin)
        yield ArtifactGroup(key, partial(_plan_index, about, name, known))


def _plan_index(
    about: Input[SiteView], name: str, tier: list[tuple[LinkedReport, _About]]
) -> Iterator[Artifact]:
    entries = tuple(SearchEntry(one.shared, one.html, *told) for one, told in tier)
    view = IndexShard(name, about.value.language, entries)
    yield Artifact(f"search/{name}/", view, render_index)


def _describe_shard(about: Input[SiteView], linked: LinkedReport, names: dict[str, str]) -> _About:
    topics = dict.fromkeys(passage.topic for passage in linked.passages)
    whole = [names[passage.topic] for passage in linked.passages if not passage.spot.section]
    return get_board_name(about.value, linked.report), tuple(topics), tuple(whole)


def _split_shards(site: SiteIndex) -> list[tuple[str, list[LinkedReport]]]:
    """Return the names and the reports of the indexes, the newest first.

    Few reports are in one. Where there are more, the newest year is kept apart, the newest month or
    a third of it, too, where there is much in it: a new report changes a small index.
    """
    every = [linked for linked in site.reports if linked.report.front.withdrawn is None]
    if len(every) <= REPORTS_PER_NEW_SHARD:
        return [(_HEAD, every)] if every else []
    newest = every[-1].report.date
    tiers: list[list[LinkedReport]] = []
    groups = groupby(every, key=lambda linked: linked.report.date.year == newest.year)
    for _, group in groups:
        tiers.append([])
        for _, month in groupby(group, key=_get_month):
            reports = list(month)
            if tiers[-1] and len(tiers[-1]) + len(reports) > REPORTS_PER_SHARD:
                tiers.append([])
            tiers[-1] += reports
    for period in (_get_month, _get_third):
        if len(tiers[-1]) > REPORTS_PER_NEW_SHARD:
            last = tiers.pop()
            apart = [linked for linked in last if period(linked) == period(last[-1])]
            tiers += [last[: -len(apart)], apart] if len(apart) < len(last) else [last]
    names = [f"{tier[0].report.date:%Y%m%d}" for tier in tiers[:-1]]
    return list(zip([*names, _HEAD], tiers, strict=True))[::-1]


def _get_month(linked: LinkedReport) -> tuple[int, int]:
    return linked.report.date.year, linked.report.date.month


def _get_third(linked: LinkedReport) -> tuple[int, int, int]:
    day: dt.date = linked.report.date
    return day.year, day.month, min((day.day - 1) // 10, 2)


# --- what is made from the plans -----------------------------------------------------------


def render_search(view: SearchView, theme: "Theme") -> bytes:
    """Return the search page."""
    return render_page(theme, "search.html", view)


def render_script(view: str, theme: "Theme") -> bytes:
    """Return the script of the search page."""
    return theme.render(view, None).encode()


def render_index(view: IndexShard, theme: "Theme") -> bytes:
    """Return an index: the files in its folder, packed (see ``unpacked``)."""
    # The words' stems are those of the site's language. Results are named after the language, and
    # so the script knows which index they are of.
    language = f"{view.language.partition('-')[0]}-x-{view.name}"
    # Where Pagefind finds two equally good, it keeps the order: the newest first.
    entries = reversed(view.entries)
    documents = (
        (entry.report.value.report.url, _render_document(view, entry)) for entry in entries
    )
    return pack_files(build_search_index(documents, language, program=view.name == _HEAD))


def _render_document(view: IndexShard, entry: SearchEntry) -> str:
    """Return a report as HTML to be indexed: what it says, each part under a heading with its id."""
    published = entry.report.value
    report, html = published.report, entry.html.value if entry.html else Html()
    front = report.front
    words = get_translations(front.language or view.language)
    # What a result tells is searched, too: the day for machines is one word, which nobody looks for.
    day = f"{report.date:%Y%m%d}"
    in_words = dict.fromkeys(
        dates.format_date(report.date, language)
        for language in (view.language, front.language or view.language)
    )
    told = [("meta", "date", day), ("meta", "day", next(iter(in_words)))]
    # Pagefind compares numbers of seven digits, not of eight.
    told += [("sort", "date", str(report.date.toordinal()))]
    told += [("filter", "year", day[:4]), ("filter", "board", report.board)]
    told += [("filter", "topic", topic) for topic in entry.topics]
    parts = [f"<h1>{escape(report.title)}</h1>"]
    parts += [
        f'<i data-pagefind-ignore data-pagefind-{kind}="{name}[data-told]" data-told="{escape(value)}"></i>'
        for kind, name, value in told
        if value
    ]
    parts += [f"<p>{escape(front.summary or '')}</p>", f"<p>{escape(front.cancelled or '')}</p>"]
    parts += [f"<p>{escape(subject)}</p>" for subject in entry.subjects]
    then = front.next_meeting.place if front.next_meeting else None
    parts += _render_details([*in_words, entry.board, front.place, front.author, then])
    parts += _render_body(report.body.sections, html, published)
    for ask in front.feedback:
        parts.append(f'<h2 id="ask:{escape(ask.id)}">{escape(ask.ask)}</h2>')
        parts += [f"<p>{escape(one or '')}</p>" for one in (ask.audience, ask.reply_to)]
    if front.outcomes:
        parts.append(_render_heading("part:outcomes", words.gettext("What came of earlier asks")))
        parts += [f"<p>{escape(one.outcome)}</p>" for one in front.outcomes]
    if front.corrections:
        parts.append(_render_heading("part:corrections", words.gettext("Corrections")))
        parts += [f"<p>{escape(one.note)}</p>" for one in front.corrections]
    if present := (*front.attendees, *front.apologies):
        parts.append(_render_heading("part:attendees", words.gettext("Who was there")))
        people = [(one.name, one.organisation or "", one.role or "") for one in present]
        parts += _render_details(", ".join(filter(None, person)) for person in people)
    return f"<html><body data-pagefind-body>{''.join(parts)}</body></html>"


def _render_details(texts: Iterable[str | None]) -> Iterator[str]:
    """Yield what is told of many reports: what is said in one of them is found before it."""
    for text in filter(None, texts):
        yield f'<p data-pagefind-weight="0.05">{escape(text)}</p>'


def _render_heading(name: str, text: str) -> str:
    return f'<h2 id="{name}" data-pagefind-weight="0.05">{escape(text)}</h2>'


def _render_body(
    sections: tuple[Section, ...], html: Html, published: PublishedReport
) -> Iterator[str]:
    """Yield the sections of a body, each with the footnotes that it is the first to refer to."""
    found = map(_NOTE.match, _NOTES.split(_BACK.sub("", html.footnotes)))
    notes = {note[1]: note[0] for note in found if note}
    for each in zip(sections, html.sections, strict=True):
        section = "".join(html_of([each]))
        # A summary's text is not told apart from what follows it otherwise.
        section = section.replace("</summary>", "</summary> ")
        yield fill(_PICTURE.sub(r" \1 ", section), published.urls, published.labels, "", "")
        for name in _NOTE_MARK.findall(section):
            yield notes.pop(name, "")
    # Notes of notes, and those that nothing refers to.
    yield from notes.values()
