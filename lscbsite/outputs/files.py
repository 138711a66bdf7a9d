"""Files beside the pages: style sheet and script, attachments, sitemap and robots.txt."""

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from lscbsite.contrast import BETTER, DARK, LIGHT, find_readable_colour
from lscbsite.i18n import get_translations, list_languages, load_plural_forms
from lscbsite.model import FORM_FOLDER, Artifact, AttachmentView, Input, SiteIndex
from lscbsite.outputs.declaration import OutputKind
from lscbsite.outputs.pages import PAGES
from lscbsite.outputs.pages.sharing import DEFAULT_ACCENT
from lscbsite.outputs.site_context import SiteView

if TYPE_CHECKING:  # slow to import, and not needed to plan
    from lscbsite.theme import Theme

_ASSETS = ("style.css", "script.js", "feeds.css")


class AssetView(msgspec.Struct, frozen=True):
    """A style sheet or script with the colours that it uses.

    ``link`` and ``link_on_dark`` are the shades of the site's colour that can be read in the light
    and the dark theme; ``light`` and ``dark`` are the backgrounds.
    """

    name: str
    accent: str
    link: str
    link_on_dark: str
    light: str = LIGHT
    dark: str = DARK

    @property
    def days_left_forms(self) -> list[tuple[str, str, tuple[str, ...], str]]:
        """How days left are counted, by language: see ``load_plural_forms``; and the last day's text."""
        singular, plural = "%(count)s day left", "%(count)s days left"
        return [
            (
                name,
                *load_plural_forms(name, singular, plural),
                get_translations(name).gettext("closes today"),
            )
            for name in list_languages()
        ]


class RobotsView(msgspec.Struct, frozen=True):
    """The address of the sitemap, and the path that crawlers are to leave alone, '' for none."""

    sitemap: str
    disallowed: str


class SitemapView(msgspec.Struct, frozen=True):
    """Absolute addresses with the day of their last change ('' if unknown)."""

    pages: tuple[tuple[str, str], ...]


def plan_assets(site: SiteIndex, site_view: Input[SiteView]) -> Iterator[Artifact]:
    """Plan the theme's style sheet and script."""
    accent = site.config.site.accent or DEFAULT_ACCENT
    links = find_readable_colour(accent, LIGHT, BETTER), find_readable_colour(accent, DARK, BETTER)
    for name in _ASSETS:
        yield Artifact(name, AssetView(name, accent, *links), render_asset)


def render_asset(view: AssetView, theme: "Theme") -> bytes:
    """Return a text asset."""
    return theme.render(view.name, view).encode()


def plan_attachments(site: SiteIndex, site_view: Input[SiteView]) -> Iterator[Artifact]:
    """Plan the attachments, which are copied; pictures without metadata, and scaled."""
    for attachment in site.attachments:
        picture = attachment.picture
        width = site.config.site.picture_width if picture else 0
        view = AttachmentView(attachment.path, attachment.digest, picture, width)
        yield Artifact(attachment.path, view, None, attachment.path)


def plan_sitemap(site: SiteIndex, site_view: Input[SiteView]) -> Iterator[Artifact]:
    """Plan sitemap.xml (sitemaps.org) and robots.txt.

    Each kind of page declares its addresses.
    """
    base = site.config.site.base_url
    pages = [(base + url, day) for kind in PAGES for url, day in kind.list_sitemap_urls(site)]
    yield Artifact("sitemap.xml", SitemapView(tuple(pages)), render_sitemap)
    form = f"{urlsplit(base).path}{FORM_FOLDER}" if site.form else ""
    yield Artifact("robots.txt", RobotsView(f"{base}sitemap.xml", form), render_robots)


def render_sitemap(view: SitemapView, theme: "Theme") -> bytes:
    """Return sitemap.xml."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
    ]
    for address, day in view.pages:
        changed = f"<lastmod>{day}</lastmod>" if day else ""
        lines.append(f"<url><loc>{escape(address, quote=False)}</loc>{changed}</url>")
    return "\n".join([*lines, "</urlset>", ""]).encode()


def render_robots(view: RobotsView, theme: "Theme") -> bytes:
    """Return robots.txt (RFC 9309), which allows all but the form and names the sitemap."""
    disallow = f"Disallow: {view.disallowed}".rstrip()
    return f"User-agent: *\n{disallow}\n\nSitemap: {view.sitemap}\n".encode()


ASSETS = OutputKind(addresses=_ASSETS, renderers=(render_asset,), plan=plan_assets)
# Authors refer to attachments by their path, which ``index`` looks up among the files.
ATTACHMENTS = OutputKind(
    addresses=("files/{file}", "{former_path}/files/{file}"), renderers=(), plan=plan_attachments
)
SITEMAP = OutputKind(
    addresses=("sitemap.xml", "robots.txt"),
    renderers=(render_sitemap, render_robots),
    plan=plan_sitemap,
)
