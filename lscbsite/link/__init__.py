"""Stage 3: reports and pages, each alone -> the site: chain, next meetings, asks, references."""

import datetime as dt
import hashlib
from collections import defaultdict
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from lscbsite.dates import written
from lscbsite.link.asks import ask_states, match_outcomes, retractions
from lscbsite.link.calendar import calendar_meetings
from lscbsite.link.meetings import (
    announcements,
    board_chains,
    check_announcements,
    check_next_meetings,
    next_state,
)
from lscbsite.link.people import Register
from lscbsite.link.references import Resolver
from lscbsite.link.threads import (
    check_topics,
    known_topics,
    passages_by_report,
    topic_threads,
)
from lscbsite.markup import named
from lscbsite.model import (
    Answer,
    Attachment,
    Body,
    Config,
    Documents,
    Html,
    LinkedPage,
    LinkedReport,
    Page,
    Published,
    Report,
    Shared,
    Site,
    Withheld,
    default_title,
)
from lscbsite.problems import Problems

__all__ = ["link"]

_Document = TypeVar("_Document", Report, Page)


def link(
    documents: Documents,
    attachments: tuple[Attachment, ...],
    config: Config,
    problems: Problems,
    today: dt.date,
    *,
    drafts: bool,
) -> Site:
    """Return the site that readers can see on ``today``, with everything linked.

    Drafts (but for ``drafts``) and scheduled reports are in no part of it but ``withheld``. A
    withdrawn report keeps its place and no more (``_tombstone``).
    """
    withheld = tuple(
        Withheld(report.path, reason)
        for report in documents.reports
        if (reason := _withheld_because(report, today, drafts))
    )
    hidden = {entry.path: entry.reason for entry in withheld}
    whole = sorted(
        (report for report in documents.reports if report.path not in hidden),
        key=lambda report: report.order,
    )
    register = Register(config.people)
    visible = [register.registered(_tombstone(report, config)) for report in whole]
    original = {report.id: report for report in whole}
    topics = known_topics(visible, config)
    chains = board_chains(visible)
    states = {report.id: next_state(report, chains[report.board], today) for report in visible}
    announced = announcements(visible, states)
    check_announcements(documents.reports, problems)
    answers = match_outcomes(documents.reports, visible, problems)
    resolver = Resolver(documents, visible, hidden, attachments, config, topics, problems)
    check_topics(documents.reports, config, problems)
    check_next_meetings(documents.reports, problems)

    resolved = {report.id: resolver.resolve_report(report) for report in visible}
    for report in documents.reports:
        if report.path in hidden:
            resolver.resolve_report(report)
    backlinks: dict[str, list[str]] = defaultdict(list)
    for report in visible:
        for target in dict.fromkeys(resolved[report.id].targets):
            if target != report.id:
                backlinks[target].append(report.id)

    withdrawn = {report.id for report in visible if report.front.withdrawn}
    asked: dict[str, list[Answer]] = defaultdict(list)
    recorded: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        if withdrawn & {answer.ask_report, answer.report}:
            continue
        asked[answer.ask_report].append(answer)
        recorded[answer.report].append(answer)

    threads = topic_threads(visible, topics)
    passages = passages_by_report(threads)
    linked = []
    for report in visible:
        before, after = chains[report.board].neighbours(report)
        mine = resolved[report.id]
        told = _told(report, mine.labels)
        digest = documents.digests[report.path]
        if told is not original[report.id]:
            digest = _digest(told)
        published = Published(told, tuple(mine.urls), tuple(mine.labels))
        if mine.urls:
            digest = _digest((digest, mine.urls, mine.labels))
        linked.append(
            LinkedReport(
                Shared(digest, published),
                Shared(told.body.html) if told.body.html else None,
                before,
                after,
                states[report.id],
                announced.get(report.id),
                tuple(ask_states(report, asked[report.id], today)) if report.front.feedback else (),
                tuple(recorded.get(report.id, ())),
                tuple(backlinks.get(report.id, ())),
                passages.get(report.id, ()),
            )
        )
    pages = []
    for page in documents.pages:
        mine = resolver.resolve_page(page)
        html: Shared[Html] | None = Shared(page.body.html) if page.body.html else None
        pages.append(
            LinkedPage(_told(page, mine.labels), html, tuple(mine.urls), tuple(mine.labels))
        )
    meetings = calendar_meetings(whole, {report.id: report for report in visible}, config)
    return Site(
        config,
        today,
        tuple(linked),
        tuple(pages),
        attachments,
        withheld,
        {one.report.id: one for one in linked},
        threads,
        meetings,
        tuple(retractions(whole, answers, topics, config)),
    )


def _digest(value: Any) -> bytes:
    return hashlib.blake2b(msgspec.msgpack.encode(value), digest_size=16).digest()


def _told(document: _Document, labels: list[str]) -> _Document:
    """Return a report or page whose first paragraph has the names of what it refers to."""
    first = document.body.first_paragraph
    if "\0" not in first:
        return document
    return replace(document, body=replace(document.body, first_paragraph=named(first, labels)))


def _withheld_because(report: Report, today: dt.date, drafts: bool) -> str:
    if report.front.draft and not drafts:
        return "draft"
    if report.published > today:
        return f"scheduled for {written(report.published)}"
    return ""


def _tombstone(report: Report, config: Config) -> Report:
    """A withdrawn report keeps when the meeting and the next one are, and why it was withdrawn."""
    if report.front.withdrawn is None:
        return report
    front = report.front
    kept = type(front)(
        date=front.date,
        time=front.time,
        published=front.published,
        next_meeting=front.next_meeting and replace(front.next_meeting, place=None, url=None),
        cancelled=front.cancelled,
        withdrawn=front.withdrawn,
        aliases=front.aliases,
        language=front.language,
    )
    return Report(
        report.id,
        report.board,
        report.path,
        default_title(kept, front.language or config.site.language),
        kept,
        Body(),
        report.places,
        report.broken,
    )
