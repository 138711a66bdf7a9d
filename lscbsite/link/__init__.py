"""Stage 3: reports and pages, each alone -> the site: chain, next meetings, asks, references."""

import datetime as dt
from collections import defaultdict

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
from lscbsite.link.publishing import Publisher, forms_of, shared_html, told
from lscbsite.link.references import Resolver
from lscbsite.link.threads import (
    check_topics,
    known_topics,
    passages_by_report,
    topic_threads,
)
from lscbsite.model import (
    Answer,
    Attachment,
    Config,
    Documents,
    LinkedPage,
    LinkedReport,
    Outline,
    People,
    Site,
    Withheld,
)
from lscbsite.problems import Problems

__all__ = ["Publisher", "forms_of", "link"]

_NOBODY = People()


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
    withdrawn report keeps its place and no more (``Publisher``).
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
    publisher = Publisher(config)
    visible = [publisher.outline(report) for report in whole]
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
        people = documents.people.get(report.path)
        shown = publisher.shown(report, people, tuple(mine.urls), tuple(mine.labels))
        linked.append(
            LinkedReport(
                report,
                shown,
                (shown.people or people or _NOBODY) if not shown.withdrawn else _NOBODY,
                forms_of(documents.entries[report.path], shown),
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
        labels = tuple(mine.labels)
        pages.append(LinkedPage(told(page, labels), shared_html(page), tuple(mine.urls), labels))
    meetings = calendar_meetings(whole, {report.id: report for report in visible})
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


def _withheld_because(report: Outline, today: dt.date, drafts: bool) -> str:
    if report.front.draft and not drafts:
        return "draft"
    if report.published > today:
        return f"scheduled for {written(report.published)}"
    return ""
