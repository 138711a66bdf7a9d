"""Which feeds there are, and which entries each of them has.

Nothing here depends on the day of the build: a new day makes no entry new.
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
    make_ask_identity,
    make_identity,
    make_outcome_identity,
)
from lscbsite.outputs.feeds.content import FORMATS, render_rss
from lscbsite.outputs.feeds.plans import (
    AnswerEntry,
    AskEntry,
    Entry,
    FeedPlan,
    ReportEntry,
    RetractedEntry,
    TopicEntry,
)
from lscbsite.outputs.pages.components import make_topic_url
from lscbsite.outputs.site_context import SiteView


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
    name = words.gettext("Asks and outcomes")
    told = words.gettext("What is asked of readers, and what came of it")
    feed = plan("asks/", name, told, _list_ask_entries(site, retracted))
    yield Artifact("asks/feed.xml", feed, render_rss)


def _plan_all_formats(plan: FeedPlan) -> Iterator[Artifact]:
    for name, encoder in FORMATS:
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
