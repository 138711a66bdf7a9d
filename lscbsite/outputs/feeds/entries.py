"""Plan the feeds and choose their entries.

Nothing here depends on the day of the build, so a new day changes no feed.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import islice

from msgspec.structs import replace

from lscbsite.i18n import get_translations
from lscbsite.model import (
    Answer,
    Artifact,
    Ask,
    Input,
    LinkedReport,
    SiteIndex,
    Thread,
    list_board_folders,
    make_ask_identity,
    make_identity,
    make_outcome_identity,
)
from lscbsite.outputs.declaration import OutputKind
from lscbsite.outputs.feeds.content import FORMATS, render_rss
from lscbsite.outputs.feeds.plans import (
    AskEntry,
    Entry,
    FeedPlan,
    ReportEntry,
    RetractedEntry,
    TopicEntry,
)
from lscbsite.outputs.pages.components import make_topic_url
from lscbsite.outputs.site_context import Link, SiteView


def plan_feeds(site: SiteIndex, site_view: Input[SiteView]) -> Iterator[Artifact]:
    """Plan the feeds of the site, of each board and of each topic, in three formats.

    The feeds of boards and topics also stay at their former addresses, so that no subscriber loses
    them.
    """
    config = site.config.site
    newest = _sort_newest_first(site.reports)
    retracted = _list_retracted(site)

    def list_entries(reports: Iterable[LinkedReport]) -> Iterator[Entry]:
        for linked_report in islice(reports, config.feed_size):
            id_ = linked_report.report.id
            guid = _make_report_guid(site, linked_report)
            yield ReportEntry(guid, linked_report.whole, retracted.get(id_), linked_report.html)

    description = config.description or ""
    yield from _plan_all_formats(
        _plan_feed(site, site_view, Link("", ""), description, list_entries(newest))
    )
    for board_id, board in config.boards.items():
        on_board = (
            linked_report for linked_report in newest if board_id in linked_report.report.boards
        )
        link, entries = Link(f"boards/{board_id}/", board.name), list_entries(on_board)
        folders = list_board_folders(board_id, board)
        feed = _plan_feed(site, site_view, link, board.description or "", entries, folders[0])
        for folder in dict.fromkeys(folders):
            yield from _plan_all_formats(replace(feed, folder=folder))
    newest_by_topic = _group_newest_by_topic(site, newest)
    for thread in site.threads:
        topic = thread.topic
        link = Link(make_topic_url(thread.id), topic.name)
        entries = _list_topic_entries(site, thread, newest_by_topic[thread.id], retracted)
        identity_folder = make_topic_url(_get_first_id(thread))
        feed = _plan_feed(site, site_view, link, topic.description or "", entries, identity_folder)
        for id_ in dict.fromkeys((thread.id, *topic.formerly)):
            yield from _plan_all_formats(replace(feed, folder=make_topic_url(id_)))


def plan_feed_of_asks(site: SiteIndex, site_view: Input[SiteView]) -> Iterator[Artifact]:
    """Plan the feed of the asks and their outcomes."""
    words = get_translations(site.config.site.language)
    link = Link("asks/", words.gettext("Questions and outcomes"))
    description = words.gettext("Questions for you, and what came of your answers")
    entries = _list_ask_entries(site, _list_retracted(site))
    feed = _plan_feed(site, site_view, link, description, entries)
    yield Artifact(FEED_OF_ASKS.url, feed, render_rss)


def _make_report_guid(
    site: SiteIndex, linked_report: LinkedReport, thread: Thread | None = None
) -> str:
    """Return the identity of a report's entry, in the feed of a topic if there is one.

    A meeting that was cancelled ahead can take place after all: then its report is another entry than
    the news of the cancellation, which subscribers already have.
    """
    report = linked_report.report
    is_ahead = report.front.cancelled and report.published < report.date
    kind, name = "cancellations" if is_ahead else "reports", report.identity
    if thread:
        kind = "topic-cancellations" if is_ahead else "topics"
        name = f"{_get_first_id(thread)}/{name}"
    return make_identity(site.config, kind, name).urn


def _plan_feed(
    site: SiteIndex,
    site_view: Input[SiteView],
    link: Link,
    description: str,
    entries: Iterable[Entry],
    identity_folder: str = "",
) -> FeedPlan:
    """Return the feed of the page that ``link`` leads to; ``identity_folder`` is its first address."""
    folder, name = link.url, link.text
    identity_folder = identity_folder or folder
    config = site.config.site
    if config.uid:
        guid = make_identity(site.config, "feeds", identity_folder).urn
    else:
        # The feeds of all sites would have the same identity: their first address replaces it.
        guid = [*config.formerly, config.base_url][0] + identity_folder
    return FeedPlan(site_view, folder, folder, guid, name, description, tuple(entries))


def _list_retracted(site: SiteIndex) -> dict[str, dt.date]:
    """Return the day of the last change to each withdrawn report, by its id."""
    return {retraction.report: retraction.changed for retraction in site.retractions}


def _plan_all_formats(plan: FeedPlan) -> Iterator[Artifact]:
    for name, renderer in FORMATS:
        yield Artifact(plan.folder + name, plan, renderer)


def _sort_newest_first(reports: Iterable[LinkedReport]) -> list[LinkedReport]:
    """Return reports in order of publication, the last one first."""
    return sorted(
        reports, key=lambda linked_report: linked_report.report.published_order, reverse=True
    )


def _get_first_id(thread: Thread) -> str:
    """Return a topic's first id: its feed keeps this identity when the topic gets another id."""
    return [*thread.topic.formerly, thread.id][0]


def _group_newest_by_topic(
    site: SiteIndex, newest: list[LinkedReport]
) -> dict[str, list[LinkedReport]]:
    """Return the newest reports on each topic, by the topic's id: those in its feed.

    Withdrawn reports are included, because their entries are taken back.
    """
    size = site.config.site.feed_size
    retracted_topics = {retraction.report: retraction.topics for retraction in site.retractions}
    missing = {thread.id: min(thread.meetings, size) for thread in site.threads}
    for topics in retracted_topics.values():
        for topic in topics:
            missing[topic] = min(missing[topic] + 1, size)
    by_topic: dict[str, list[LinkedReport]] = {topic: [] for topic in missing}
    wanted = sum(missing.values())
    for linked_report in newest:
        if not wanted:
            break
        topics = tuple([mention.topic for mention in linked_report.mentions])
        for topic in dict.fromkeys(topics + retracted_topics.get(linked_report.report.id, ())):
            if missing[topic]:
                missing[topic] -= 1
                wanted -= 1
                by_topic[topic].append(linked_report)
    return by_topic


def _list_topic_entries(
    site: SiteIndex, thread: Thread, reports: list[LinkedReport], retracted: dict[str, dt.date]
) -> Iterator[Entry]:
    """Yield what each report says on a topic as an entry."""
    for linked_report in reports:
        report = linked_report.report
        guid = _make_report_guid(site, linked_report, thread)
        sections = tuple(
            [
                (mention.ref.index, mention.ref.index + mention.span)
                for mention in linked_report.mentions
                if mention.topic == thread.id and mention.ref.index >= 0
            ]
        )
        html = linked_report.html if sections else None
        day = retracted.get(report.id)
        yield TopicEntry(guid, linked_report.whole, day, thread.topic.name, sections, html)


def _list_ask_entries(site: SiteIndex, retracted: dict[str, dt.date]) -> Iterator[Entry]:
    """Yield an entry for each ask and for each outcome of the newest reports.

    Only the newest ``feed_size`` reports with asks or outcomes count.
    """
    retracted_entries = {retraction.report: retraction.entries for retraction in site.retractions}
    asks: dict[str, dict[str, Ask]] = {}
    reports = [
        linked_report
        for linked_report in site.asking
        if linked_report.asks
        or linked_report.answers
        or linked_report.report.id in retracted_entries
    ]
    for linked_report in _sort_newest_first(reports)[: site.config.site.feed_size]:
        summary, day = linked_report.summary, retracted.get(linked_report.report.id)
        for answers in _group_by_ask(linked_report.answers):
            first = answers[0]
            asking_report = site.by_id[first.ask_report]
            if first.ask_report not in asks:
                asks[first.ask_report] = {state.ask.id: state.ask for state in asking_report.asks}
            ask = asks[first.ask_report][first.ask]
            guid = make_outcome_identity(
                site.config, asking_report.report.identity, first.ask, linked_report.report.identity
            ).urn
            outcomes = tuple(answer.outcome for answer in answers)
            yield AskEntry(guid, summary, day, ask, asking_report.summary, outcomes, first.anchor)
        for state in linked_report.asks:
            guid = make_ask_identity(site.config, linked_report.report.identity, state.ask.id).urn
            yield AskEntry(guid, summary, day, state.ask, summary)
        for entry in retracted_entries.get(linked_report.report.id, ()):
            yield RetractedEntry(entry.urn, summary, day)


def _group_by_ask(answers: Iterable[Answer]) -> list[list[Answer]]:
    groups: dict[tuple[str, str], list[Answer]] = {}
    for answer in answers:
        groups.setdefault((answer.ask_report, answer.ask), []).append(answer)
    return list(groups.values())


# Feeds go on at the former addresses of boards and topics; new links lead to the new ones.
FEEDS_OF_REPORTS = OutputKind(
    addresses=tuple(
        folder + name
        for folder in (
            "",
            "boards/{board}/",
            "boards/{former_board}/",
            "topics/{topic}/",
            "topics/{former_topic}/",
            "{former_path}/",
        )
        for name, _ in FORMATS
    ),
    renderers=tuple(renderer for _, renderer in FORMATS),
    plan=plan_feeds,
    linkable=True,
)
FEED_OF_ASKS = OutputKind(
    addresses=("asks/feed.xml", "{former_path}/asks/feed.xml"),
    renderers=(render_rss,),
    plan=plan_feed_of_asks,
    linkable=True,
)
FEEDS = (FEEDS_OF_REPORTS, FEED_OF_ASKS)
