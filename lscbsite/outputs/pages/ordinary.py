"""Ordinary pages, which authors write in pages/, and 404.html."""

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from lscbsite.i18n import N_, get_translations
from lscbsite.markup import resolve_references
from lscbsite.model import Artifact, Html, Input, Section, SiteIndex
from lscbsite.outputs.declaration import OutputKind
from lscbsite.outputs.pages.components import SectionView, build_section_views
from lscbsite.outputs.pages.frame import Frame, make_page_frame, render_page
from lscbsite.outputs.site_context import SiteView

if TYPE_CHECKING:  # slow to import, and not needed to plan
    from lscbsite.theme import Theme


class PageView(msgspec.Struct, frozen=True, array_like=True, dict=True):
    """An ordinary page; ``urls`` and ``labels`` are those of its references."""

    frame: Frame
    section_headers: tuple[Section, ...]
    html: Input[Html] | None
    urls: tuple[str | None, ...]
    labels: tuple[str, ...]

    @cached_property
    def sections(self) -> tuple[SectionView, ...]:
        """The sections, with links resolved."""
        return build_section_views(
            self.section_headers, self.html, self.urls, self.labels, self.frame.root
        )

    @property
    def footnotes_html(self) -> str:
        """The footnotes, with links resolved."""
        footnotes = self.html.value.footnotes if self.html else ""
        return resolve_references(footnotes, self.urls, self.labels, self.frame.root, "")


class NotFoundView(msgspec.Struct, frozen=True):
    """The page for unknown addresses."""

    frame: Frame


def plan_pages(site: SiteIndex, site_view: Input[SiteView]) -> Iterator[Artifact]:
    """Plan the ordinary pages."""
    for linked_page in site.pages:
        page = linked_page.page
        view = PageView(
            make_page_frame(site_view, page.url, page.title, page.body.summary),
            page.body.sections,
            linked_page.html,
            linked_page.urls,
            linked_page.labels,
        )
        yield Artifact(f"{page.id}/index.html", view, render_ordinary_page, page.path)


def plan_not_found(site: SiteIndex, site_view: Input[SiteView]) -> Iterator[Artifact]:
    """Plan 404.html, with absolute links, as a server shows it at any address."""
    words = get_translations(site.config.site.language)
    frame = make_page_frame(site_view, NOT_FOUND.url, words.gettext(NOT_FOUND.title))
    frame = replace(frame, absolute=True, indexed=False)
    yield Artifact(NOT_FOUND.url, NotFoundView(frame), render_not_found)


def render_ordinary_page(view: PageView, theme: "Theme") -> bytes:
    """Return an ordinary page."""
    return render_page(theme, "page.html", view)


def render_not_found(view: NotFoundView, theme: "Theme") -> bytes:
    """Return 404.html."""
    return render_page(theme, "404.html", view)


ORDINARY_PAGES = OutputKind(
    addresses=("{page}/",),
    renderers=(render_ordinary_page,),
    plan=plan_pages,
    linkable=True,
    sitemap=True,
)
# It is not linked: a server shows it at any address.
NOT_FOUND = OutputKind(
    addresses=("404.html",),
    renderers=(render_not_found,),
    plan=plan_not_found,
    title=N_("Page not found"),
)
