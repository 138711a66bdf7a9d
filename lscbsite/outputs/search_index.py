"""Plan and render the search index, which Pagefind builds from the reports.

It is split by time into shards: most changes are to new reports, so only a small shard is rebuilt.
The search page's script merges the shards in the browser.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

import msgspec

from lscbsite import dates
from lscbsite.i18n import get_translations
from lscbsite.incremental.serialization import pack_files
from lscbsite.markup import render_feed_html, resolve_references
from lscbsite.model import (
    Artifact,
    Html,
    Input,
    LinkedReport,
    PublishedReport,
    Section,
    SiteIndex,
    make_ask_anchors,
)
from lscbsite.outputs.declaration import OutputKind
from lscbsite.outputs.pagefind import build_search_index
from lscbsite.outputs.pages.components import get_board_name
from lscbsite.outputs.site_context import SiteView

if TYPE_CHECKING:  # slow to import, and not needed to plan
    from lscbsite.theme import Theme

# About how many reports a shard of earlier years has. With more reports than the second number, a
# year, a month or a third of the month gets its own shard.
REPORTS_PER_SHARD, REPORTS_PER_NEW_SHARD = 500, 100
_HEAD = "head"
# To index pictures by their description, and footnotes with the text that refers to them.
_PICTURE = re.compile(r'<img [^>]*?alt="([^"]*)"[^>]*>')
_NOTES = re.compile(r'(?=<li id="fn:)')
_NOTE = re.compile(r'<li id="([^"]*)".*', re.DOTALL)
_NOTE_MARK = re.compile(r'<a href="#([^"]*)" class="footnote-ref"')
_BACK = re.compile(r'<a [^>]*class="footnote-backref".*?</a>')


class SearchEntry(msgspec.Struct, frozen=True, array_like=True):
    """A report in the index, with the name of its board ('': none) and the ids of its topics.

    ``subjects`` are the names of topics that no heading of the report names, ``names`` those that
    people have today whom the report shows under former names. ``outcomes`` are those that its page
    shows: not those of questions that were withdrawn.
    """

    report: Input[PublishedReport]
    html: Input[Html] | None
    board: str
    topics: tuple[str, ...]
    subjects: tuple[str, ...]
    names: tuple[str, ...]
    outcomes: tuple[str, ...]


class IndexShard(msgspec.Struct, frozen=True, array_like=True):
    """A shard of the index before rendering; ``language`` is the site's."""

    name: str
    language: str
    entries: tuple[SearchEntry, ...]


def slice_shards(site: SiteIndex, site_view: Input[SiteView]) -> Iterator[IndexShard]:
    """Yield the shards of the index."""
    if not site.config.site.search:
        return
    names = {thread.id: thread.topic.name for thread in site.threads}
    for name, reports in split_shards(site):
        entries = tuple([_make_entry(site, site_view, report, names) for report in reports])
        yield IndexShard(name, site_view.value.language, entries)


def plan_shard(view: IndexShard) -> Iterator[Artifact]:
    """Plan a shard of the index."""
    yield Artifact(f"search/{view.name}/", view, render_index)


def _make_entry(
    site: SiteIndex,
    site_view: Input[SiteView],
    linked_report: LinkedReport,
    names: dict[str, str],
) -> SearchEntry:
    topics = dict.fromkeys(mention.topic for mention in linked_report.mentions)
    whole = [names[mention.topic] for mention in linked_report.mentions if not mention.ref.section]
    return SearchEntry(
        linked_report.whole,
        linked_report.html,
        get_board_name(site_view.value, linked_report.report),
        tuple(topics),
        tuple(whole),
        tuple(dict.fromkeys(_list_names_of_today(site, linked_report))),
        tuple(answer.outcome.plain for answer in linked_report.answers),
    )


def _list_names_of_today(site: SiteIndex, linked_report: LinkedReport) -> Iterator[str]:
    """Yield the names of today of people whom a report shows under former names."""
    people = linked_report.people
    names = (person.name for person in (*people.attendees, *people.apologies))
    for name in (people.author, *names):
        person = site.config.people.get(name) if name else None
        if name and person and person.find_name(name, linked_report.report.date) != name:
            yield name


def split_shards(site: SiteIndex) -> list[tuple[str, list[LinkedReport]]]:
    """Return the names and the reports of the shards, the newest first.

    Few reports are in one shard. With more, the newest year has its own; so has the newest month,
    or a third of it, if it has many. A new report then changes a small shard only.
    """
    every = [
        linked_report
        for linked_report in (*site.reports, *site.agendas)
        if linked_report.report.front.withdrawn is None
    ]
    if site.agendas:
        every.sort(key=lambda linked_report: linked_report.report.order)
    if len(every) <= REPORTS_PER_NEW_SHARD:
        return [(_HEAD, every)] if every else []
    newest = every[-1].report.date
    shards: list[list[LinkedReport]] = []
    groups = groupby(every, key=lambda linked_report: linked_report.report.date.year == newest.year)
    for _, group in groups:
        shards.append([])
        for _, month in groupby(group, key=_get_month):
            reports = list(month)
            if shards[-1] and len(shards[-1]) + len(reports) > REPORTS_PER_SHARD:
                shards.append([])
            shards[-1] += reports
    for period in (_get_month, _get_third):
        if len(shards[-1]) > REPORTS_PER_NEW_SHARD:
            last = shards.pop()
            apart = [
                linked_report for linked_report in last if period(linked_report) == period(last[-1])
            ]
            shards += [last[: -len(apart)], apart] if len(apart) < len(last) else [last]
    names = [f"{shard[0].report.date:%Y%m%d}" for shard in shards[:-1]]
    return list(zip([*names, _HEAD], shards, strict=True))[::-1]


def list_languages(site: SiteIndex) -> tuple[str, ...]:
    """Return the languages of the site and of the reports in the index, the site's first."""
    language = site.config.site.language
    written = {
        linked_report.report.front.language or language
        for _, shard in split_shards(site)
        for linked_report in shard
    }
    return (language, *sorted(written - {language}))


def _get_month(linked_report: LinkedReport) -> tuple[int, int]:
    return linked_report.report.date.year, linked_report.report.date.month


def _get_third(linked_report: LinkedReport) -> tuple[int, int, int]:
    day: dt.date = linked_report.report.date
    return day.year, day.month, min((day.day - 1) // 10, 2)


def render_index(view: IndexShard, theme: "Theme") -> bytes:
    """Return the files of an index, packed (see ``unpack_files``)."""
    # The words' stems are those of the site's language. Results are named after the language, and
    # so the script knows which index they are of.
    language = f"{view.language.partition('-')[0]}-x-{view.name}"
    # Where Pagefind finds two equally good, it keeps the order: the newest first.
    entries = reversed(view.entries)
    documents = ((entry.report.value.report.url, render_document(view, entry)) for entry in entries)
    return pack_files(build_search_index(documents, language, program=view.name == _HEAD))


def render_document(view: IndexShard, entry: SearchEntry) -> str:
    """Return a report as HTML for the index, each part under a heading with its id."""
    published = entry.report.value
    report, html = published.report, entry.html.value if entry.html else Html()
    front = report.front
    words = get_translations(front.language or view.language)
    # Metadata is searched, too. A day as eight digits is a word that nobody searches for.
    day = f"{report.date:%Y%m%d}"
    in_words = dict.fromkeys(
        dates.format_date(report.date, language)
        for language in (view.language, front.language or view.language)
    )
    marks = [("meta", "date", day), ("meta", "day", next(iter(in_words)))]
    further = ((front.last_day or report.date) - report.date).days
    further_days = (report.date + dt.timedelta(number) for number in range(1, further + 1))
    marks += [("meta", "days", " ".join(f"{later:%Y%m%d}" for later in further_days))]
    if front.language != view.language:
        marks += [("meta", "language", front.language or "")]
    # Pagefind compares numbers of seven digits, not of eight.
    marks += [("sort", "date", str(report.date.toordinal()))]
    marks += [("filter", "year", day[:4])]
    marks += [("filter", "board", board) for board in report.boards]
    marks += [("filter", "topic", topic) for topic in entry.topics]
    # Subjects are headings below, which the words should lead to.
    unsaid = ' data-pagefind-ignore data-pagefind-meta="title"' if report.subjects else ""
    parts = [f"<h1{unsaid}>{escape(report.headline)}</h1>"]
    parts += [
        f'<i data-pagefind-ignore data-pagefind-{kind}="{name}[data-told]" data-told="{escape(value)}"></i>'
        for kind, name, value in marks
        if value
    ]
    texts = (front.summary, front.cancelled)
    parts += [f"<p>{escape(text.plain if text else '')}</p>" for text in texts]
    parts += [f"<p>{escape(subject)}</p>" for subject in entry.subjects]
    next_place = front.next_meeting.place if front.next_meeting else None
    parts += _render_details([*in_words, entry.board, front.place, front.author, next_place])
    parts += _render_body(report.body.sections, html, published)
    anchors = make_ask_anchors(report)
    for ask in front.feedback:
        parts.append(f'<h2 id="{anchors[ask.id]}">{escape(ask.ask.plain)}</h2>')
        parts += [f"<p>{escape(text or '')}</p>" for text in (ask.audience, ask.reply_to)]
    if entry.outcomes:
        parts.append(
            _render_heading("part:outcomes", words.gettext("What came of earlier questions"))
        )
        parts += [f"<p>{escape(outcome)}</p>" for outcome in entry.outcomes]
    if front.corrections:
        parts.append(_render_heading("part:corrections", words.gettext("Corrections")))
        parts += [f"<p>{escape(correction.note.plain)}</p>" for correction in front.corrections]
    if present := (*front.attendees, *front.apologies):
        parts.append(_render_heading("part:attendees", words.gettext("Who was there")))
        people = [
            (person.name, person.organisation, person.role, person.present) for person in present
        ]
        parts += _render_details(", ".join(filter(None, person)) for person in people)
    parts += _render_details(entry.names)
    return f"<html><body data-pagefind-body>{''.join(parts)}</body></html>"


def _render_details(texts: Iterable[str | None]) -> Iterator[str]:
    """Yield details that many reports share, with little weight, so that reports' text ranks higher."""
    for text in filter(None, texts):
        yield f'<p data-pagefind-weight="0.05">{escape(text)}</p>'


def _render_heading(name: str, text: str) -> str:
    return f'<h2 id="{name}" data-pagefind-weight="0.05">{escape(text)}</h2>'


def _render_body(
    sections: tuple[Section, ...], html: Html, published: PublishedReport
) -> Iterator[str]:
    """Yield the sections of a body, each followed by the footnotes that it refers to first."""
    matches = map(_NOTE.match, _NOTES.split(_BACK.sub("", html.footnotes)))
    notes = {note[1]: note[0] for note in matches if note}
    for part in zip(sections, html.sections, strict=True):
        section = "".join(render_feed_html([part]))
        # Without the space, a summary's last word and the next word are indexed as one.
        section = section.replace("</summary>", "</summary> ")
        yield resolve_references(
            _PICTURE.sub(r" \1 ", section), published.urls, published.labels, "", ""
        )
        for name in _NOTE_MARK.findall(section):
            yield notes.pop(name, "")
    # Notes of notes, and those that nothing refers to.
    yield from notes.values()


SEARCH_INDEX = OutputKind(
    addresses=("search/{shard}/",),
    renderers=(render_index,),
    slice_index=slice_shards,
    plan_slice=plan_shard,
)
