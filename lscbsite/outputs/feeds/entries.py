"""What the feeds hold: the entries of the site, its boards and topics, and of its asks.

Nothing here depends on the day of the build: that a day passed makes no entry new.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import lru_cache
from html import escape
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec
from msgspec.structs import replace

from lscbsite import dates
from lscbsite.i18n import get_translations
from lscbsite.markup import excerpt, fill, html_of
from lscbsite.model import (
    Answer,
    Artifact,
    Ask,
    Html,
    Input,
    LinkedReport,
    PublishedReport,
    Report,
    SiteIndex,
    Thread,
    format_withdrawal_note,
    make_ask_identity,
    make_identity,
    make_outcome_identity,
)
from lscbsite.outputs.feeds.formats import FeedEntry, FeedView, write_atom, write_json, write_rss
from lscbsite.outputs.pages.components import (
    get_report_language,
    localized,
    make_report_link,
    make_topic_url,
    parse_reply_route,
)
from lscbsite.outputs.site_context import SiteView

if TYPE_CHECKING:  # slow to import, and not needed to plan
    from lscbsite.theme import Theme


class _Base(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """What every entry is made from: its identity, and the report that it comes with.

    ``withdrawn`` is the day of the last change to a report that was withdrawn.
    """

    guid: str
    report: Input[PublishedReport]
    withdrawn: dt.date | None


class ReportEntry(_Base, frozen=True, array_like=True):
    """A whole report."""

    html: Input[Html] | None


class TopicEntry(_Base, frozen=True, array_like=True):
    """What a report says on a topic: sections, by their places; none for the whole report."""

    topic: str
    sections: tuple[tuple[int, int], ...]
    html: Input[Html] | None


class AskEntry(_Base, frozen=True, array_like=True):
    """An ask of the report."""

    ask: Ask


class AnswerEntry(_Base, frozen=True, array_like=True):
    """What the report records as outcome of an ask of another."""

    asked: Input[PublishedReport]
    ask: Ask
    outcomes: tuple[str, ...]


class RetractedEntry(_Base, frozen=True, array_like=True):
    """What was taken back with the report."""


Entry = ReportEntry | TopicEntry | AskEntry | AnswerEntry | RetractedEntry


class FeedPlan(msgspec.Struct, frozen=True, array_like=True):
    """What a feed is made from; ``folder`` is the one that it is in, ``home`` its page's.

    ``lasting`` is the folder that identifies it, wherever it is moved; ``uid`` the identity that
    the site has given it, '' if it has none. ``name`` says what it is about.
    """

    site: Input[SiteView]
    folder: str
    home: str
    lasting: str
    uid: str
    name: str
    description: str
    entries: tuple[Entry, ...]


def plan_feeds(site: SiteIndex, about: Input[SiteView]) -> Iterator[Artifact]:
    """The feeds of the site, of each board and topic, in three formats; that of the asks.

    A topic's feeds stand under its former ids, too, so that who follows them loses nothing.
    """
    config = site.config.site
    newest = _sort_newest_first(site.reports)
    retracted = {one.report: one.changed for one in site.retractions}
    size = config.feed_size

    def reports(chosen: Iterable[LinkedReport]) -> Iterator[Entry]:
        for linked in islice(chosen, size):
            id_ = linked.report.id
            guid = make_identity(site.config, "reports", id_).urn
            yield ReportEntry(guid, linked.shared, retracted.get(id_), linked.html)

    def plan(
        folder: str, name: str, description: str, entries: Iterable[Entry], lasting: str = ""
    ) -> FeedPlan:
        lasting = lasting or folder
        uid = make_identity(site.config, "feeds", lasting).urn if config.uid else ""
        return FeedPlan(about, folder, folder, lasting, uid, name, description, tuple(entries))

    yield from _plan_all_formats(plan("", "", config.description or "", reports(newest)))
    for board_id, board in config.boards.items():
        mine = (linked for linked in newest if linked.report.board == board_id)
        folder = f"boards/{board_id}/"
        yield from _plan_all_formats(
            plan(folder, board.name, board.description or "", reports(mine))
        )
    newest_on = _group_newest_by_topic(site, newest)
    for thread in site.threads:
        folder = make_topic_url(thread.id)
        name, told = thread.topic.name, thread.topic.description or ""
        entries = tuple(_list_topic_entries(site, thread, newest_on[thread.id], retracted))
        feed = plan(folder, name, told, entries, make_topic_url(_get_first_id(thread)))
        for id_ in dict.fromkeys((thread.id, *thread.topic.formerly)):
            yield from _plan_all_formats(replace(feed, folder=make_topic_url(id_)))
    words = get_translations(config.language)
    name = words.gettext("Questions and outcomes")
    told = words.gettext("Questions for you, and what came of your answers")
    feed = plan("asks/", name, told, _list_ask_entries(site, retracted))
    yield Artifact("asks/feed.xml", feed, render_rss)


def _plan_all_formats(plan: FeedPlan) -> Iterator[Artifact]:
    for name, encoder in _FORMATS:
        yield Artifact(plan.folder + name, plan, encoder)


def _sort_newest_first(reports: Iterable[LinkedReport]) -> list[LinkedReport]:
    """Return reports in order of publication, the last one first."""
    return sorted(reports, key=lambda linked: linked.report.published_order, reverse=True)


def _get_first_id(thread: Thread) -> str:
    """Return the first id that a topic ever had: a new one makes nothing new."""
    return [*thread.topic.formerly, thread.id][0]


def _group_newest_by_topic(
    site: SiteIndex, newest: list[LinkedReport]
) -> dict[str, list[LinkedReport]]:
    """Return the reports on each topic that its feed tells of, by its id.

    Those that were withdrawn are among them, whose entries are taken back.
    """
    size = site.config.site.feed_size
    taken = {one.report: one.topics for one in site.retractions}
    left = {thread.id: min(thread.meetings, size) for thread in site.threads}
    for topics in taken.values():
        for topic in topics:
            left[topic] = min(left[topic] + 1, size)
    found: dict[str, list[LinkedReport]] = {topic: [] for topic in left}
    wanted = sum(left.values())
    for linked in newest:
        if not wanted:
            break
        topics = tuple([passage.topic for passage in linked.passages])
        for topic in dict.fromkeys(topics + taken.get(linked.report.id, ())):
            if left[topic]:
                left[topic] -= 1
                wanted -= 1
                found[topic].append(linked)
    return found


def _list_topic_entries(
    site: SiteIndex, thread: Thread, reports: list[LinkedReport], retracted: dict[str, dt.date]
) -> Iterator[Entry]:
    """The sections on a topic, an entry a report."""
    for linked in reports:
        report = linked.report
        guid = make_identity(site.config, "topics", f"{_get_first_id(thread)}/{report.id}").urn
        sections = tuple(
            [
                (one.spot.place, one.spot.place + one.span)
                for one in linked.passages
                if one.topic == thread.id and one.spot.place >= 0
            ]
        )
        html = linked.html if sections else None
        day = retracted.get(report.id)
        yield TopicEntry(guid, linked.shared, day, thread.topic.name, sections, html)


def _list_ask_entries(site: SiteIndex, retracted: dict[str, dt.date]) -> Iterator[Entry]:
    """An entry when an ask appears, one when it is answered; all those of the newest reports.

    So many reports count as ``feed_size`` says, that have asks or answers.
    """
    taken = {one.report: one.entries for one in site.retractions}
    asks: dict[str, dict[str, Ask]] = {}
    telling = [one for one in site.reports if one.asks or one.answers or one.report.id in taken]
    for linked in _sort_newest_first(telling)[: site.config.site.feed_size]:
        shared, day = linked.brief, retracted.get(linked.report.id)
        for answers in _group_by_ask(linked.answers):
            first = answers[0]
            asked = site.by_id[first.ask_report]
            if first.ask_report not in asks:
                asks[first.ask_report] = {one.ask.id: one.ask for one in asked.asks}
            ask = asks[first.ask_report][first.ask]
            guid = make_outcome_identity(site.config, first).urn
            outcomes = tuple(answer.outcome for answer in answers)
            yield AnswerEntry(guid, shared, day, asked.brief, ask, outcomes)
        for state in linked.asks:
            guid = make_ask_identity(site.config, linked.report.id, state.ask.id).urn
            yield AskEntry(guid, shared, day, state.ask)
        for entry in taken.get(linked.report.id, ()):
            yield RetractedEntry(entry.urn, shared, day)


def _group_by_ask(answers: Iterable[Answer]) -> list[list[Answer]]:
    groups: dict[tuple[str, str], list[Answer]] = {}
    for answer in answers:
        groups.setdefault((answer.ask_report, answer.ask), []).append(answer)
    return list(groups.values())


# --- what is made from the plans -----------------------------------------------------------


def render_rss(view: FeedPlan, theme: "Theme") -> bytes:
    """Return a feed as RSS 2.0."""
    return write_rss(_build_feed(view))


def render_atom(view: FeedPlan, theme: "Theme") -> bytes:
    """Return a feed as Atom."""
    return write_atom(_build_feed(view))


def render_json(view: FeedPlan, theme: "Theme") -> bytes:
    """Return a feed as JSON Feed."""
    return write_json(_build_feed(view))


_FORMATS = (("feed.xml", render_rss), ("feed.atom", render_atom), ("feed.json", render_json))


@lru_cache(maxsize=1)  # its formats are made one after the other
def _build_feed(plan: FeedPlan) -> FeedView:
    """Return a feed named after what it is about and whose it is.

    Without a ``uid``, all sites would have the same feeds: then the address tells them apart.
    """
    site = plan.site.value
    name = plan.name
    title = f"{name}: {site.title}" if name and name != site.title else site.title
    return FeedView(
        plan.uid or site.base_url + plan.lasting,
        title,
        plan.description or title,
        site.language,
        site.title,
        site.base_url + plan.home,
        site.base_url + plan.folder,
        tuple(_build_entry(site, entry) for entry in plan.entries),
    )


def _build_entry(site: SiteView, plan: Entry) -> FeedEntry:
    """Return an entry, which is published and changed with its report."""
    report = plan.report.value.report
    url, title, summary, content = _describe_entry(localized(site, report), plan)
    language = get_report_language(site, report)
    if language:
        content = f'<div lang="{escape(language)}">{content}</div>'
    return FeedEntry(
        plan.guid,
        site.base_url + url,
        title,
        summary,
        content,
        report.front.author or "",
        language or site.language,
        _make_midnight(site, report.published),
        _compute_updated(site, report, plan.withdrawn),
    )


def _make_midnight(site: SiteView, day: dt.date) -> dt.datetime:
    """Return the start of a day on the site's clock."""
    return dates.make_moment(day, dt.time.min, site.timezone)


def _compute_updated(site: SiteView, report: Report, withdrawn: dt.date | None) -> dt.datetime:
    """Return when a report was last changed: another moment for every change that it tells of.

    The days are all that authors give; of several changes, each counts as a second.
    """
    if withdrawn is not None:
        # Its corrections count no more; all of them were before this minute.
        return _make_midnight(site, withdrawn) + dt.timedelta(minutes=1)
    later = len(report.front.corrections) - (report.changed != report.published)
    return _make_midnight(site, report.changed) + dt.timedelta(seconds=max(later, 0))


def _describe_entry(site: SiteView, plan: Entry) -> tuple[str, str, str, str]:
    """Return the address below the base URL, the title, the summary and the content."""
    report = plan.report.value.report
    withdrawn = format_withdrawal_note(report.front, site.language)
    link = make_report_link(site, report, board=True)
    if isinstance(plan, RetractedEntry):
        title = get_translations(site.language).gettext("Withdrawn: %(report)s") % {
            "report": link.text
        }
        return report.url, title, withdrawn, _render_paragraph(withdrawn)
    if isinstance(plan, AskEntry):
        return _describe_ask(site, report, plan.ask)
    if isinstance(plan, AnswerEntry):
        return _describe_answer(site, report, plan)
    title = link.text
    if isinstance(plan, TopicEntry):
        title = f"{plan.topic}: {title}"
    if withdrawn:
        return report.url, title, withdrawn, _render_paragraph(withdrawn)
    if isinstance(plan, ReportEntry):
        return report.url, title, report.summary or report.title, _render_report(site, plan)
    url = report.url
    if plan.sections:
        first = report.body.sections[plan.sections[0][0]]
        url = f"{url}#{quote(first.id)}"
    parts = list(_resolve_links(site, plan.report.value, _select_sections(plan)))
    summary = excerpt("\n".join(parts[1:])) or report.summary or report.title
    parts = parts or [_render_paragraph(summary)]
    return url, title, summary, "\n".join([*_render_notes(site, report), *parts])


def _render_paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _render_report(site: SiteView, plan: ReportEntry) -> str:
    report = plan.report.value.report
    html = plan.html.value if plan.html else Html()
    body = [*html_of(zip(report.body.sections, html.sections, strict=True)), html.footnotes]
    content = [
        *_render_notes(site, report),
        *_render_asks(site, report),
        *_resolve_links(site, plan.report.value, body),
    ]
    return "\n".join(part for part in content if part)


def _select_sections(plan: TopicEntry) -> Iterator[str]:
    sections = plan.report.value.report.body.sections
    html = plan.html.value.sections if plan.html else ()
    places = [place for start, stop in plan.sections for place in range(start, stop)]
    return html_of((sections[place], html[place]) for place in places)


def _render_corrections(site: SiteView, report: Report) -> Iterator[str]:
    """What was corrected, the last correction first."""
    for correction in sorted(report.front.corrections, key=lambda one: one.date, reverse=True):
        day = dates.format_date(correction.date, site.language)
        told = get_translations(site.language).gettext("Corrected on %(day)s") % {"day": day}
        yield f"<p><strong>{told}:</strong> {escape(correction.note)}</p>"


def _render_notes(site: SiteView, report: Report) -> Iterator[str]:
    """What was corrected; whether the meeting took place."""
    yield from _render_corrections(site, report)
    if report.front.cancelled:
        told = get_translations(site.language).gettext("This meeting did not take place")
        yield f"<p><strong>{told}:</strong> {escape(report.front.cancelled)}</p>"


def _render_asks(site: SiteView, report: Report) -> Iterator[str]:
    if not report.front.feedback:
        return
    url = site.base_url + report.url
    heading = get_translations(site.language).gettext("Questions for you")
    yield f"<h2>{heading}</h2>\n<ul>"
    for ask in report.front.feedback:
        link = f'<a href="{escape(url)}#ask:{escape(ask.id)}">{escape(ask.ask)}</a>'
        yield f"<li>{' '.join([link, *_render_reply_route(site, ask)])}</li>"
    yield "</ul>"


def _render_reply_route(site: SiteView, ask: Ask) -> Iterator[str]:
    words = get_translations(site.language)
    if ask.deadline:
        day = dates.format_date(ask.deadline, site.language)
        told = words.gettext("Reply by %(day)s.") % {"day": day}
        yield f"<strong>{told}</strong>"
    if ask.reply_to:
        route = parse_reply_route(ask.reply_to, ask.ask)
        text = escape(route.text)
        link = f'<a href="{escape(route.href)}">{text}</a>' if route.href else text
        told = words.gettext("Reply to")
        yield f"{told}: {escape(route.before)}{link}{escape(route.after)}"


def _resolve_links(
    site: SiteView, published: PublishedReport, parts: Iterable[str]
) -> Iterator[str]:
    page = site.base_url + published.report.url
    for part in parts:
        yield fill(part, published.urls, published.labels, site.base_url, page)


def _describe_ask(site: SiteView, report: Report, ask: Ask) -> tuple[str, str, str, str]:
    words = get_translations(site.language)
    parts = [*_render_reply_route(site, ask)]
    if ask.audience:
        asked_of = words.gettext("For")
        parts.append(f"{asked_of}: {escape(ask.audience)}.")
    told = [f"<p>{part}</p>" for part in (escape(ask.ask), *parts, _render_source(site, report))]
    content = "\n".join([*_render_corrections(site, report), *told])
    title = words.gettext("Question for you: %(ask)s") % {"ask": ask.ask}
    return f"{report.url}#ask:{quote(ask.id)}", title, ask.ask, content


def _describe_answer(
    site: SiteView, report: Report, plan: AnswerEntry
) -> tuple[str, str, str, str]:
    asked = plan.asked.value.report
    anchor = quote(f"{asked.id}/{plan.ask.id}")
    parts = [f"<strong>{escape(plan.ask.ask)}</strong>", *map(escape, plan.outcomes)]
    told = [f"<p>{part}</p>" for part in (*parts, _render_source(site, asked))]
    return (
        f"{report.url}#outcome:{anchor}",
        get_translations(site.language).gettext("Outcome: %(ask)s") % {"ask": plan.ask.ask},
        "\n".join(plan.outcomes),
        "\n".join([*_render_corrections(site, report), *told]),
    )


def _render_source(site: SiteView, report: Report) -> str:
    url = escape(site.base_url + report.url)
    title = make_report_link(site, report, board=True).text
    link = f'<a href="{url}">{escape(title)}</a>'
    return get_translations(site.language).gettext("From: %(report)s.") % {"report": link}
