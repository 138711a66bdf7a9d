"""Files beside the pages: style sheet and script, attachments, sitemap and robots.txt."""

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

import msgspec

from lscbsite.codec import as_it_is
from lscbsite.colours import BETTER, DARK, LIGHT, readable
from lscbsite.model import Output, Shared, Site
from lscbsite.outputs.pages import register_urls
from lscbsite.outputs.pages.parts import topic_url
from lscbsite.outputs.siteview import SiteView
from lscbsite.words import forms_of, languages, words_of

if TYPE_CHECKING:  # slow to import, and not needed to plan
    from lscbsite.theme import Theme

_ASSETS = ("style.css", "script.js", "icon.svg")
_ACCENT = "#1d5b79"


class AssetView(msgspec.Struct, frozen=True):
    """A text asset of the theme and what it may depend on.

    That is the site's colour, its nearest shades that are easily read as links in the light theme
    and in the dark one, and the grounds there; how days left are counted, in each language.
    """

    name: str
    accent: str
    link: str
    link_on_dark: str
    light: str = LIGHT
    dark: str = DARK

    @property
    def left(self) -> list[tuple[str, str, tuple[str, ...], str]]:
        """By language: the form for each number (see ``forms_of``), the forms, the last day."""
        one, many = "%(count)s day left", "%(count)s days left"
        return [
            (name, *forms_of(name, one, many), words_of(name).gettext("last day"))
            for name in languages()
        ]


class SitemapView(msgspec.Struct, frozen=True):
    """Absolute addresses with the day of their last change ('' if unknown)."""

    pages: tuple[tuple[str, str], ...]


def plan_assets(site: Site, about: Shared[SiteView]) -> Iterator[Output]:
    """The theme's style sheet, scripts and icon."""
    accent = site.config.site.accent or _ACCENT
    links = readable(accent, LIGHT, BETTER), readable(accent, DARK, BETTER)
    for name in _ASSETS:
        yield Output(name, AssetView(name, accent, *links), encode_asset)


def encode_asset(view: AssetView, theme: "Theme") -> bytes:
    """Return a text asset."""
    return theme.render(view.name, view).encode()


def plan_attachments(site: Site, about: Shared[SiteView]) -> Iterator[Output]:
    """The files under files/, as they are."""
    for attachment in site.attachments:
        yield Output(attachment.path, attachment, as_it_is, attachment.path)


def plan_sitemap(site: Site, about: Shared[SiteView]) -> Iterator[Output]:
    """sitemap.xml (sitemaps.org) and robots.txt.

    Withdrawn reports are not listed, nor are the further pages of what is too long for one.
    """
    base = site.config.site.base_url
    pages = [(base, "")]
    pages += [
        (base + linked.report.url, linked.report.changed.isoformat())
        for linked in site.reports
        if linked.report.front.withdrawn is None
    ]
    pages += [(base + linked.page.url, "") for linked in site.pages]
    years = sorted({linked.report.date.year for linked in site.reports})
    pages += [(f"{base}years/{year}/", "") for year in years]
    pages += [(f"{base}boards/{board}/", "") for board in site.config.site.boards]
    pages += [(base + url, "") for url in register_urls(site)]
    if site.threads:
        pages.append((f"{base}topics/", ""))
    pages += [(base + topic_url(thread.id), "") for thread in site.threads]
    pages += [(f"{base}{name}/", "") for name in ("asks", "subscribe")]
    if site.config.site.search:
        pages.append((f"{base}search/", ""))
    yield Output("sitemap.xml", SitemapView(tuple(pages)), encode_sitemap)
    yield Output("robots.txt", f"{base}sitemap.xml", encode_robots)


def encode_sitemap(view: SitemapView, theme: "Theme") -> bytes:
    """Return sitemap.xml."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
    ]
    for address, day in view.pages:
        changed = f"<lastmod>{day}</lastmod>" if day else ""
        lines.append(f"<url><loc>{escape(address, quote=False)}</loc>{changed}</url>")
    return "\n".join([*lines, "</urlset>", ""]).encode()


def encode_robots(view: str, theme: "Theme") -> bytes:
    """Return robots.txt (RFC 9309), which allows all and names the sitemap."""
    return f"User-agent: *\nDisallow:\n\nSitemap: {view}\n".encode()
