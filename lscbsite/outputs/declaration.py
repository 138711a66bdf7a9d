"""Declare a kind of output: its addresses, planner, renderers and where it is listed.

Each kind of page or file is declared once, at the end of the module that has its view, planner and
renderer. The sitemap, header and footer, and the addresses that authors may link to follow from
the declarations.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

from lscbsite.model import Artifact, Input, SiteIndex, SiteScope
from lscbsite.outputs.site_context import MenuLink, SiteView

Planner = Callable[[SiteIndex, Input[SiteView]], Iterator[Artifact]]
Slicer = Callable[[SiteIndex, Input[SiteView]], Iterator[Any]]
SlicePlanner = Callable[[Any], Iterator[Artifact]]

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@cache
def _make_pattern(address: str) -> re.Pattern[str]:
    return re.compile(_PLACEHOLDER.sub(".+", re.sub(r"[.+]", r"\\\g<0>", address)))


def _exists(_scope: SiteScope) -> bool:
    return True


class OutputKind(NamedTuple):
    """One kind of page or file.

    ``addresses`` are below the base URL. The placeholders {year}, {board}, {topic} and {page} are
    replaced by each one that the site has. An address with any other placeholder, such as {part} for the
    further pages of a long list, cannot be listed: no sitemap, menu or author's link has it.

    ``plan`` plans its outputs all at once. Where there are many, ``slice_index`` yields frozen
    slices of the index instead, and ``plan_slice`` gets one of them and nothing else: it is called
    only for a slice that the last build did not have. ``title`` is the page's title as catalogues have it, '' if its content decides.
    ``exists`` tells whether a site has this kind. ``linkable``: authors may link to its addresses.
    ``sitemap``: they are in the sitemap; ``list_dated_urls`` lists them there instead, with the
    day of their last change.
    """

    addresses: tuple[str, ...]
    renderers: tuple[Callable[..., bytes], ...]
    plan: Planner | None = None
    slice_index: Slicer | None = None
    plan_slice: SlicePlanner | None = None
    title: str = ""
    exists: Callable[[SiteScope], bool] = _exists
    linkable: bool = False
    sitemap: bool = False
    list_dated_urls: Callable[[SiteIndex], Iterable[tuple[str, str]]] | None = None
    menu: MenuLink | None = None

    def may_have(self, path: str) -> bool:
        """Whether an output of this kind could be the file ``path``."""
        url = path.removesuffix("index.html")
        return any(_make_pattern(address).fullmatch(url) for address in self.addresses)

    @property
    def url(self) -> str:
        """The page's address, for a kind that has one page."""
        return self.addresses[0]

    def list_urls(self, scope: SiteScope) -> Iterator[str]:
        """Yield the addresses that can be listed, below the base URL."""
        if not self.exists(scope):
            return
        for address in self.addresses:
            placeholder = _PLACEHOLDER.search(address)
            if placeholder is None:
                yield address
            elif len(_PLACEHOLDER.findall(address)) == 1:
                for value in _list_values(placeholder[1], scope):
                    yield address.replace(placeholder[0], value)

    def list_sitemap_urls(self, site: SiteIndex) -> Iterable[tuple[str, str]]:
        """Return the addresses in the sitemap, each with the day of its last change, or ''."""
        if not self.sitemap:
            return ()
        if self.list_dated_urls:
            return self.list_dated_urls(site)
        return ((url, "") for url in self.list_urls(get_scope(site)))


def _list_values(placeholder: str, scope: SiteScope) -> Iterable[str]:
    match placeholder:
        case "year":
            return map(str, scope.years)
        case "board":
            return scope.config.site.boards
        case "topic":
            return scope.topics
        case "page":
            return (url.removesuffix("/") for url in scope.pages)
    return ()


def get_scope(site: SiteIndex) -> SiteScope:
    """Return the facts that decide which pages a site has."""
    return SiteScope(
        site.config,
        tuple(sorted({linked_report.report.date.year for linked_report in site.reports})),
        tuple(thread.id for thread in site.threads),
        tuple(linked_report.page.url for linked_report in site.pages),
    )
