"""Render the entries of feeds."""

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

from lscbsite import dates
from lscbsite.i18n import find_interface_language, get_translations
from lscbsite.markup import make_excerpt, render_feed_html, resolve_references
from lscbsite.model import (
    Ask,
    Html,
    MarkedText,
    PublishedReport,
    Report,
    format_withdrawal_note,
    make_ask_url,
)
from lscbsite.outputs.feeds.formats import (
    FeedEntry,
    FeedNote,
    FeedView,
    write_atom,
    write_json,
    write_rss,
)
from lscbsite.outputs.feeds.plans import (
    AskEntry,
    Entry,
    FeedPlan,
    ReportEntry,
    RetractedEntry,
    TopicEntry,
)
from lscbsite.outputs.linked_texts import parse_reply_route
from lscbsite.outputs.pages.components import (
    get_board_name,
    get_report_language,
    localize_site,
    make_dated_headline,
    make_report_link,
)
from lscbsite.outputs.site_context import SiteView

if TYPE_CHECKING:  # slow to import, and not needed to plan
    from lscbsite.theme import Theme


def render_rss(view: FeedPlan, theme: "Theme") -> bytes:
    """Return a feed as RSS 2.0."""
    return write_rss(_build_feed(view))


def render_atom(view: FeedPlan, theme: "Theme") -> bytes:
    """Return a feed as Atom."""
    return write_atom(_build_feed(view))


def render_json(view: FeedPlan, theme: "Theme") -> bytes:
    """Return a feed as JSON Feed."""
    return write_json(_build_feed(view))


FORMATS = (("feed.xml", render_rss), ("feed.atom", render_atom), ("feed.json", render_json))


@lru_cache(maxsize=1)  # the formats of a feed are rendered one after the other
def _build_feed(plan: FeedPlan) -> FeedView:
    """Return a feed; its title names its subject and the site."""
    site = plan.site.value
    name = plan.name
    title = f"{name}: {site.title}" if name and name != site.title else site.title
    return FeedView(
        plan.guid,
        title,
        plan.description or title,
        site.language,
        site.title,
        site.base_url + plan.home,
        site.base_url + plan.folder,
        tuple(_build_entry(site, entry) for entry in plan.entries),
        _build_note(site, plan.folder),
    )


def _build_note(site: SiteView, folder: str) -> FeedNote:
    """Return the note for readers who open the feed of a folder in a browser."""
    words = get_translations(site.language)
    return FeedNote(
        words.gettext(
            "This is a feed, for an app that tells you when there is something new. To use it, copy the"
            " address of this page into the app."
        ),
        words.gettext("Which apps read feeds, and other ways to get updates"),
        f"{site.base_url}subscribe/",
        "../" * folder.count("/"),
        find_interface_language(site.language, "en"),
    )


def _build_entry(site: SiteView, plan: Entry) -> FeedEntry:
    """Return an entry; its dates are those of its report."""
    report = plan.report.value.report
    url, title, summary, content = _describe_entry(localize_site(site, report), plan)
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
    """Return when a report was last changed.

    Authors give only days, so each correction adds a second: readers notice every change.
    """
    if withdrawn is not None:
        # Later than any correction: each added only a second.
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
        return report.url, title, withdrawn.plain, _render_paragraph(site, withdrawn)
    if isinstance(plan, AskEntry):
        describe = _describe_outcomes if plan.outcomes else _describe_ask
        return describe(site, report, plan)
    title = link.text
    if isinstance(plan, TopicEntry):
        if report.subjects:  # they are not what the entry is about
            board = get_board_name(site, report)
            title = make_dated_headline(site, report, board, plan.topic)
        else:
            title = f"{plan.topic}: {title}"
    if withdrawn:
        return report.url, title, withdrawn.plain, _render_paragraph(site, withdrawn)
    if isinstance(plan, ReportEntry):
        return (
            report.url,
            title,
            report.summary.plain or report.headline,
            _render_report(site, plan),
        )
    url = report.url
    if plan.sections:
        first = report.body.sections[plan.sections[0][0]]
        url = f"{url}#{quote(first.id)}"
    parts = list(_resolve_links(site, plan.report.value, _select_sections(plan)))
    summary = make_excerpt("\n".join(parts[1:])) or report.summary.plain or report.headline
    parts = parts or [_render_paragraph(site, report.summary or MarkedText(report.headline))]
    return url, title, summary, "\n".join([*_render_notes(site, report), *parts])


def _render_paragraph(site: SiteView, text: MarkedText) -> str:
    return f"<p>{text.render(site.base_url)}</p>"


def _render_report(site: SiteView, plan: ReportEntry) -> str:
    report = plan.report.value.report
    html = plan.html.value if plan.html else Html()
    body = [
        *render_feed_html(zip(report.body.sections, html.sections, strict=True)),
        html.footnotes,
    ]
    content = [
        *_render_notes(site, report),
        *_render_asks(site, report),
        *_resolve_links(site, plan.report.value, body),
    ]
    return "\n".join(part for part in content if part)


def _select_sections(plan: TopicEntry) -> Iterator[str]:
    sections = plan.report.value.report.body.sections
    html = plan.html.value.sections if plan.html else ()
    indexes = [index for start, stop in plan.sections for index in range(start, stop)]
    return render_feed_html((sections[index], html[index]) for index in indexes)


def _render_corrections(site: SiteView, report: Report) -> Iterator[str]:
    """Yield the corrections, the last one first."""
    for correction in sorted(report.front.corrections, key=lambda entry: entry.date, reverse=True):
        day = dates.format_date(correction.date, site.language)
        label = get_translations(site.language).gettext("Corrected on %(day)s") % {"day": day}
        yield f"<p><strong>{label}:</strong> {correction.note.render(site.base_url)}</p>"


def _render_notes(site: SiteView, report: Report) -> Iterator[str]:
    """Yield the corrections, and a note where the meeting was cancelled."""
    yield from _render_corrections(site, report)
    if report.front.cancelled:
        label = get_translations(site.language).gettext("This meeting was cancelled")
        reason = report.front.cancelled.render(site.base_url)
        yield f"<p><strong>{label}:</strong> {reason}</p>"


def _render_asks(site: SiteView, report: Report) -> Iterator[str]:
    if not report.front.feedback:
        return
    heading = get_translations(site.language).gettext("Questions for you")
    yield f"<h2>{heading}</h2>\n<ul>"
    for ask in report.front.feedback:
        words = ask.ask.render(site.base_url)
        if not ask.ask.has_links:
            url = site.base_url + make_ask_url(report, ask.id)
            words = f'<a href="{escape(url)}">{words}</a>'
        yield f"<li>{' '.join([words, *_render_reply_route(site, ask)])}</li>"
    yield "</ul>"


def _render_reply_route(site: SiteView, ask: Ask) -> Iterator[str]:
    words = get_translations(site.language)
    if ask.deadline:
        day = dates.format_date(ask.deadline, site.language)
        label = words.gettext("Reply by %(day)s.") % {"day": day}
        if ask.extended_from:
            earlier = dates.format_date(ask.extended_from, site.language)
            values = {"day": day, "earlier": earlier}
            label = words.gettext("Reply by %(day)s (extended from %(earlier)s).") % values
        yield f"<strong>{label}</strong>"
    if ask.reply_to:
        route = parse_reply_route(ask.reply_to, ask.ask.plain)
        parts = [
            f'<a href="{escape(part.href)}">{escape(part.text)}</a>'
            if part.href
            else escape(part.text)
            for part in route.parts
        ]
        label = words.gettext("Reply to") if route.is_link else words.gettext("How to reply")
        yield f"{label}: {''.join(parts)}"


def _resolve_links(
    site: SiteView, published: PublishedReport, parts: Iterable[str]
) -> Iterator[str]:
    page = site.base_url + published.report.url
    for part in parts:
        yield resolve_references(part, published.urls, published.labels, site.base_url, page)


def _describe_ask(site: SiteView, report: Report, plan: AskEntry) -> tuple[str, str, str, str]:
    ask = plan.ask
    words = get_translations(site.language)
    parts = [*_render_reply_route(site, ask)]
    if ask.audience:
        label = words.gettext("For")
        parts.append(f"{label}: {escape(ask.audience)}.")
    question = ask.ask.render(site.base_url)
    paragraphs = [f"<p>{part}</p>" for part in (question, *parts, _render_source(site, report))]
    content = "\n".join([*_render_corrections(site, report), *paragraphs])
    title = words.gettext("Question for you: %(ask)s") % {"ask": ask.ask.plain}
    return make_ask_url(report, ask.id), title, ask.ask.plain, content


def _describe_outcomes(site: SiteView, report: Report, plan: AskEntry) -> tuple[str, str, str, str]:
    asking_report = plan.asking_report.value.report
    outcomes = [outcome.render(site.base_url) for outcome in plan.outcomes]
    parts = [f"<strong>{plan.ask.ask.render(site.base_url)}</strong>", *outcomes]
    paragraphs = [f"<p>{part}</p>" for part in (*parts, _render_source(site, asking_report))]
    return (
        f"{report.url}#{plan.anchor}",
        get_translations(site.language).gettext("Outcome: %(ask)s") % {"ask": plan.ask.ask.plain},
        "\n".join(outcome.plain for outcome in plan.outcomes),
        "\n".join([*_render_corrections(site, report), *paragraphs]),
    )


def _render_source(site: SiteView, report: Report) -> str:
    url = escape(site.base_url + report.url)
    title = make_report_link(site, report, board=True).text
    link = f'<a href="{url}">{escape(title)}</a>'
    return get_translations(site.language).gettext("From: %(report)s.") % {"report": link}
