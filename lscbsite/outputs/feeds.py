"""The feed: RSS 2.0 by the Best Practices Profile (rssboard.org/rss-profile), with feedgen."""

import datetime as dt
import uuid
from collections.abc import Iterator
from html import escape
from typing import Any

import msgspec
from feedgen.ext.base import BaseExtension
from feedgen.feed import FeedGenerator

from lscbsite import dates
from lscbsite.markup import fill, html_of
from lscbsite.model import LinkedReport, Output, Report, Site
from lscbsite.outputs.pages import reply_route
from lscbsite.theme import Theme

# The name space of all GUIDs that this tool makes (RFC 9562 5.5). It must never change.
_NAMESPACE = uuid.UUID("7f1a3c52-7f0e-5b7e-9a55-0d5b1c6f2e11")


class FeedEntry(msgspec.Struct, frozen=True):
    """One item: ``guid`` never changes; ``published`` has the site's offset from UTC."""

    guid: str
    url: str
    title: str
    summary_html: str
    content_html: str
    author: str
    published: dt.datetime


class FeedView(msgspec.Struct, frozen=True):
    """Everything in the feed; ``changed`` is None while there is nothing to tell."""

    title: str
    description: str
    language: str
    home_url: str
    self_url: str
    changed: dt.datetime | None
    entries: tuple[FeedEntry, ...]


def plan_feed(site: Site) -> Iterator[Output]:
    """The feed of the reports published last, ``feed_size`` of them."""
    config = site.config.site
    newest = sorted(
        site.reports,
        key=lambda linked: (linked.report.published, linked.report.order),
        reverse=True,
    )[: config.feed_size]
    changed = max((linked.report.changed for linked in newest), default=None)
    view = FeedView(
        config.title,
        config.description or config.title,
        config.language,
        config.base_url,
        config.base_url + "feed.xml",
        _midnight(site, changed) if changed else None,
        tuple(_entry(site, linked) for linked in newest),
    )
    yield Output("feed.xml", view, encode_rss)


def encode_rss(view: FeedView, theme: Theme) -> bytes:
    """Return an RSS 2.0 document."""
    feed = FeedGenerator()
    feed.title(view.title)
    feed.description(view.description)
    feed.language(view.language)
    feed.generator("lscbsite")
    # The last link given becomes the channel's: the home page, not the feed itself.
    feed.link(href=view.self_url, rel="self", type="application/rss+xml")
    feed.link(href=view.home_url, rel="alternate")
    feed.load_extension("dc", rss=True, atom=False)
    feed.register_extension("undated", _Undated, None, rss=view.changed is None, atom=False)
    if view.changed is not None:
        feed.lastBuildDate(view.changed)
        feed.pubDate(view.changed)
    for entry in view.entries:
        item = feed.add_entry(order="append")
        item.id(entry.guid)
        item.title(entry.title)
        item.link(href=entry.url)
        item.description(entry.summary_html)
        item.content(entry.content_html, type="html")
        item.published(entry.published)
        if entry.author:
            item.dc.dc_creator(entry.author)
    return bytes(feed.rss_str(pretty=True))


class _Undated(BaseExtension):  # type: ignore[misc]
    """Takes out lastBuildDate, which feedgen fills from the clock, where nothing has a date."""

    def extend_rss(self, rss_feed: Any) -> Any:
        for element in rss_feed.findall("channel/lastBuildDate"):
            element.getparent().remove(element)
        return rss_feed


def guid(site: Site, kind: str, name: str) -> str:
    """Return the identity of a thing of this site: a UUID URN (RFC 9562) from its name alone.

    It survives every change of address and title; ``uid`` of site.yaml tells sites apart.
    """
    space = uuid.uuid5(_NAMESPACE, site.config.site.uid) if site.config.site.uid else _NAMESPACE
    return uuid.uuid5(space, f"{kind}/{name}").urn


def _midnight(site: Site, day: dt.date) -> dt.datetime:
    """Return the start of a day on the site's clock."""
    return dates.moment(day, dt.time.min, site.config.site.timezone)


def _entry(site: Site, linked: LinkedReport) -> FeedEntry:
    report = linked.report
    url = site.config.site.base_url + report.url
    withdrawn = report.front.withdrawn
    if withdrawn:
        day = dates.local_date(withdrawn.date, site.config.site.language)
        summary = f"This report was withdrawn on {day}: {withdrawn.reason}"
        content = f"<p>{escape(summary)}</p>"
    else:
        summary = report.summary or report.title
        content = "\n".join(part for part in _content(site, linked, url) if part)
    return FeedEntry(
        guid(site, "reports", report.id),
        url,
        report.title,
        escape(summary, quote=False),
        content,
        report.front.author or "",
        _midnight(site, report.published),
    )


def _content(site: Site, linked: LinkedReport, url: str) -> Iterator[str]:
    """The item's content: what is asked, by when; what was corrected; the report."""
    report = linked.report
    yield from _asks(site, report, url)
    for correction in report.front.corrections:
        day = dates.local_date(correction.date, site.config.site.language)
        yield f"<p><strong>Corrected on {day}:</strong> {escape(correction.note)}</p>"
    if report.front.cancelled:
        reason = escape(report.front.cancelled)
        yield f"<p><strong>This meeting did not take place:</strong> {reason}</p>"
    base = site.config.site.base_url
    for part in html_of(report.body):
        yield fill(part, linked.urls, linked.labels, base, url)


def _asks(site: Site, report: Report, url: str) -> Iterator[str]:
    if not report.front.feedback:
        return
    yield "<h2>What is asked of you</h2>\n<ul>"
    for ask in report.front.feedback:
        parts = [f'<a href="{escape(url)}#ask:{escape(ask.id)}">{escape(ask.ask)}</a>']
        if ask.deadline:
            day = dates.local_date(ask.deadline, site.config.site.language)
            parts.append(f"<strong>Reply by {day}.</strong>")
        if ask.reply_to:
            route = reply_route(ask.reply_to)
            text = escape(route.text)
            link = f'<a href="{escape(route.href)}">{text}</a>' if route.href else text
            parts.append(f"Reply to: {link}")
        yield f"<li>{' '.join(parts)}</li>"
    yield "</ul>"
