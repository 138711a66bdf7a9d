"""What the feeds hold: the entries of the site, its boards and topics, and of its asks.

Nothing here depends on the day of the build: that a day passed makes no entry new.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from functools import partial
from html import escape
from urllib.parse import quote

from msgspec.structs import replace

from lscbsite import dates
from lscbsite.markup import excerpt, fill, html_of
from lscbsite.model import (
    Answer,
    Ask,
    AskState,
    LinkedReport,
    Output,
    Report,
    Site,
    Thread,
    ask_identity,
    identity,
    outcome_identity,
    withdrawal_note,
)
from lscbsite.outputs.feeds.formats import (
    FeedEntry,
    FeedView,
    encode_atom,
    encode_json,
    encode_rss,
)
from lscbsite.outputs.pages.parts import reply_route, report_language, report_link, topic_url

_FORMATS = (("feed.xml", encode_rss), ("feed.atom", encode_atom), ("feed.json", encode_json))


def plan_feeds(site: Site) -> Iterator[Output]:
    """The feeds of the site, of each board and topic, in three formats; that of the asks.

    A topic's feeds stand under its former ids, too, so that who follows them loses nothing.
    """
    config = site.config.site
    newest = _newest(site.reports)
    made: dict[str, FeedEntry] = {}

    def reports(chosen: Iterable[LinkedReport]) -> Iterator[FeedEntry]:
        for linked in list(chosen)[: config.feed_size]:
            id_ = linked.report.id
            if id_ not in made:
                made[id_] = _report_entry(site, linked)
            yield made[id_]

    yield from _in_all_formats(_view(site, "", "", config.description or "", reports(newest)))
    for board_id, board in config.boards.items():
        mine = (linked for linked in newest if linked.report.board == board_id)
        folder = f"boards/{board_id}/"
        view = _view(site, folder, board.name, board.description or "", reports(mine))
        yield from _in_all_formats(view, folder)
    for thread in site.threads:
        folder = topic_url(thread.id)
        name, about = thread.topic.name, thread.topic.description or ""
        lasting = topic_url(_origin(thread))
        view = _view(site, folder, name, about, _topic_entries(site, thread), lasting)
        for id_ in dict.fromkeys((thread.id, *thread.topic.formerly)):
            own = topic_url(id_)
            here = replace(view, folder_url=config.base_url + own)
            yield from _in_all_formats(here, own)
    about = "What is asked of readers, and what came of it"
    view = _view(site, "asks/", "Asks and outcomes", about, _ask_entries(site))
    yield Output("asks/feed.xml", view, encode_rss)


def _in_all_formats(view: FeedView, folder: str = "") -> Iterator[Output]:
    for name, encoder in _FORMATS:
        yield Output(folder + name, view, encoder)


def _view(
    site: Site,
    folder: str,
    name: str,
    description: str,
    entries: Iterable[FeedEntry],
    lasting: str = "",
) -> FeedView:
    """Return a feed named after what it is about and whose it is.

    ``lasting`` is the folder that identifies it, if it had another one before. Without a ``uid``,
    all sites would have the same feeds: then the address tells them apart.
    """
    config = site.config.site
    id_ = config.base_url + (lasting or folder)
    if config.uid:
        id_ = identity(site.config, "feeds", lasting or folder).urn
    title = f"{name}: {config.title}" if name and name != config.title else config.title
    return FeedView(
        id_,
        title,
        description or title,
        config.language,
        config.title,
        config.base_url + folder,
        config.base_url + folder,
        tuple(entries),
    )


def _newest(reports: Iterable[LinkedReport]) -> list[LinkedReport]:
    """Return reports in order of publication, the last one first."""
    return sorted(reports, key=lambda linked: linked.report.published_order, reverse=True)


# --- entries ------------------------------------------------------------------------------


def _entry(
    site: Site,
    linked: LinkedReport,
    url: str,
    guid: uuid.UUID,
    title: str,
    summary: str,
    content: str,
) -> FeedEntry:
    """Return an entry that is published and changed with a report.

    ``guid`` identifies it for ever.
    """
    report, config = linked.report, site.config.site
    language = report_language(site, report)
    if language:
        content = f'<div lang="{escape(language)}">{content}</div>'
    return FeedEntry(
        guid.urn,
        url,
        title,
        summary,
        content,
        report.front.author or "",
        language or config.language,
        _midnight(site, report.published),
        _updated(site, report),
    )


def _midnight(site: Site, day: dt.date) -> dt.datetime:
    """Return the start of a day on the site's clock."""
    return dates.moment(day, dt.time.min, site.config.site.timezone)


def _updated(site: Site, report: Report) -> dt.datetime:
    """Return when a report was last changed: another moment for every change that it tells of.

    The days are all that authors give; of several changes, each counts as a second.
    """
    if report.front.withdrawn:
        # Its corrections count no more; all of them were before this minute.
        changed = next(one.changed for one in site.retractions if one.report == report.id)
        return _midnight(site, changed) + dt.timedelta(minutes=1)
    later = len(report.front.corrections) - (report.changed != report.published)
    return _midnight(site, report.changed) + dt.timedelta(seconds=max(later, 0))


def _report_entry(site: Site, linked: LinkedReport) -> FeedEntry:
    report = linked.report
    url = site.config.site.base_url + report.url
    guid = identity(site.config, "reports", report.id)
    title = report_link(site, report, board=True).text
    make = partial(_entry, site, linked, url, guid, title)
    if told := _withdrawn(site, report):
        return make(told, f"<p>{escape(told)}</p>")
    body = [*html_of(report.body.sections), report.body.footnotes]
    content = [*_notes(site, report), *_asks(site, report, url), *_filled(site, linked, body)]
    return make(report.summary or report.title, "\n".join(part for part in content if part))


def _withdrawn(site: Site, report: Report) -> str:
    return withdrawal_note(report.front, site.config.site.language)


def _corrected(site: Site, report: Report) -> Iterator[str]:
    """What was corrected, the last correction first."""
    for correction in sorted(report.front.corrections, key=lambda one: one.date, reverse=True):
        day = dates.local_date(correction.date, site.config.site.language)
        yield f"<p><strong>Corrected on {day}:</strong> {escape(correction.note)}</p>"


def _notes(site: Site, report: Report) -> Iterator[str]:
    """What was corrected; whether the meeting took place."""
    yield from _corrected(site, report)
    if report.front.cancelled:
        reason = escape(report.front.cancelled)
        yield f"<p><strong>This meeting did not take place:</strong> {reason}</p>"


def _asks(site: Site, report: Report, url: str) -> Iterator[str]:
    if not report.front.feedback:
        return
    yield "<h2>What is asked of you</h2>\n<ul>"
    for ask in report.front.feedback:
        link = f'<a href="{escape(url)}#ask:{escape(ask.id)}">{escape(ask.ask)}</a>'
        yield f"<li>{' '.join([link, *_how_to_reply(site, ask)])}</li>"
    yield "</ul>"


def _how_to_reply(site: Site, ask: Ask) -> Iterator[str]:
    if ask.deadline:
        day = dates.local_date(ask.deadline, site.config.site.language)
        yield f"<strong>Reply by {day}.</strong>"
    if ask.reply_to:
        route = reply_route(ask.reply_to, ask.ask)
        text = escape(route.text)
        link = f'<a href="{escape(route.href)}">{text}</a>' if route.href else text
        yield f"Reply to: {escape(route.before)}{link}{escape(route.after)}"


def _filled(site: Site, linked: LinkedReport, parts: Iterable[str]) -> Iterator[str]:
    base = site.config.site.base_url
    for part in parts:
        yield fill(part, linked.urls, linked.labels, base, base + linked.report.url)


def _origin(thread: Thread) -> str:
    """Return the first id that a topic ever had: a new one makes nothing new."""
    return [*thread.topic.formerly, thread.id][0]


def _topic_entries(site: Site, thread: Thread) -> Iterator[FeedEntry]:
    """The sections on a topic, an entry a report."""
    origin = _origin(thread)
    spots: dict[str, list[str]] = {}
    for passage in thread.passages:
        spots.setdefault(passage.spot.report, []).append(passage.spot.section)
    spots |= {one.report: [] for one in site.retractions if thread.id in one.topics}
    for linked in _newest(site.by_id[id_] for id_ in spots)[: site.config.site.feed_size]:
        report = linked.report
        sections = [id_ for id_ in spots[report.id] if id_]
        url = site.config.site.base_url + report.url
        if sections:
            url = f"{url}#{quote(sections[0])}"
        if told := _withdrawn(site, report):
            summary, content = told, f"<p>{escape(told)}</p>"
        else:
            chosen = [one for id_ in sections for one in report.passage(id_)]
            parts = list(_filled(site, linked, html_of(chosen)))
            summary = excerpt("\n".join(parts[1:])) or report.summary or report.title
            parts = parts or [f"<p>{escape(summary)}</p>"]
            content = "\n".join([*_notes(site, report), *parts])
        guid = identity(site.config, "topics", f"{origin}/{report.id}")
        title = f"{thread.topic.name}: {report_link(site, report, board=True).text}"
        yield _entry(site, linked, url, guid, title, summary, content)


def _ask_entries(site: Site) -> Iterator[FeedEntry]:
    """An entry when an ask appears, one when it is answered; all those of the newest reports.

    So many reports count as ``feed_size`` says, that have asks or answers.
    """
    retracted = {one.report: one.entries for one in site.retractions}
    asks = {
        (linked.report.id, state.ask.id): state for linked in site.reports for state in linked.asks
    }
    telling = [one for one in site.reports if one.asks or one.answers or one.report.id in retracted]
    for linked in _newest(telling)[: site.config.site.feed_size]:
        for answers in _by_ask(linked.answers):
            yield _answer_entry(site, linked, asks[answers[0].ask_report, answers[0].ask], answers)
        for state in linked.asks:
            yield _ask_entry(site, linked, state)
        told = _withdrawn(site, linked.report)
        for guid in retracted.get(linked.report.id, ()):
            url = site.config.site.base_url + linked.report.url
            title = f"Withdrawn: {report_link(site, linked.report, board=True).text}"
            yield _entry(site, linked, url, guid, title, told, f"<p>{escape(told)}</p>")


def _by_ask(answers: Iterable[Answer]) -> list[list[Answer]]:
    groups: dict[tuple[str, str], list[Answer]] = {}
    for answer in answers:
        groups.setdefault((answer.ask_report, answer.ask), []).append(answer)
    return list(groups.values())


def _ask_entry(site: Site, linked: LinkedReport, state: AskState) -> FeedEntry:
    ask, report = state.ask, linked.report
    url = f"{site.config.site.base_url}{report.url}#ask:{quote(ask.id)}"
    parts = [*_how_to_reply(site, ask)]
    if ask.audience:
        parts.append(f"Asked of: {escape(ask.audience)}.")
    told = [f"<p>{part}</p>" for part in (escape(ask.ask), *parts, _asked_in(site, report))]
    content = "\n".join([*_corrected(site, report), *told])
    guid = ask_identity(site.config, report.id, ask.id)
    return _entry(site, linked, url, guid, f"Asked: {ask.ask}", ask.ask, content)


def _answer_entry(
    site: Site, linked: LinkedReport, state: AskState, answers: list[Answer]
) -> FeedEntry:
    asked = site.by_id[state.report].report
    anchor = quote(f"{state.report}/{state.ask.id}")
    url = f"{site.config.site.base_url}{linked.report.url}#outcome:{anchor}"
    outcome = "\n".join(answer.outcome for answer in answers)
    parts = [f"<strong>{escape(state.ask.ask)}</strong>"]
    parts += [escape(answer.outcome) for answer in answers]
    told = [f"<p>{part}</p>" for part in (*parts, _asked_in(site, asked))]
    content = "\n".join([*_corrected(site, linked.report), *told])
    guid = outcome_identity(site.config, answers[0])
    title = f"What came of it: {state.ask.ask}"
    return _entry(site, linked, url, guid, title, outcome, content)


def _asked_in(site: Site, report: Report) -> str:
    url = escape(site.config.site.base_url + report.url)
    title = report_link(site, report, board=True).text
    return f'Asked in <a href="{url}">{escape(title)}</a>.'
