"""The search page and its scripts."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from lscbsite import dates
from lscbsite.i18n import N_, get_translations, load_plural_forms
from lscbsite.model import Artifact, Input, SiteIndex, SiteScope
from lscbsite.outputs.declaration import OutputKind
from lscbsite.outputs.pages.archives import YearLink, make_year_links
from lscbsite.outputs.pages.components import make_topic_url, make_year_url
from lscbsite.outputs.pages.frame import Frame, make_page_frame, render_page
from lscbsite.outputs.search_index import list_languages, split_shards
from lscbsite.outputs.site_context import Link, MenuLink, SiteView

if TYPE_CHECKING:  # slow to import, and not needed to plan
    from lscbsite.theme import Theme


class SearchFilter(msgspec.Struct, frozen=True):
    """A filter of the search: its name in the index, and its values.

    Each value has its name in the index, its label and the number of its reports.
    """

    name: str
    values: tuple[tuple[str, str, int], ...]


class SearchView(msgspec.Struct, frozen=True):
    """The search page; ``shards`` are the names of the index shards and their numbers of reports.

    ``topics`` and ``years`` are links for browsing without a search. ``languages`` are those of the
    reports, the site's first, each with its name in the site's language.
    """

    frame: Frame
    shards: tuple[tuple[str, int], ...]
    filters: tuple[SearchFilter, ...]
    topics: tuple[Link, ...]
    years: tuple[YearLink, ...]
    languages: tuple[tuple[str, str], ...]

    @property
    def count_forms(self) -> tuple[str, tuple[str, ...]]:
        """How results are counted: see ``load_plural_forms``."""
        return load_plural_forms(
            self.frame.language, "Found in %(count)s report", "Found in %(count)s reports"
        )


def plan_search(site: SiteIndex, site_view: Input[SiteView]) -> Iterator[Artifact]:
    """Plan the search page, if the site has a search."""
    if not site.config.site.search:
        return
    words = get_translations(site.config.site.language)
    description = words.gettext("%(site)s: search the reports") % {"site": site.config.site.title}
    boards: Counter[str] = Counter()
    topics: Counter[str] = Counter()
    years: Counter[str] = Counter()
    shards = split_shards(site)
    for linked_report in (linked_report for _, shard in shards for linked_report in shard):
        boards.update(linked_report.report.boards)
        years[str(linked_report.report.date.year)] += 1
        topics.update({mention.topic for mention in linked_report.mentions})
    names = {
        "board": site_view.value.board_names,
        "year": {year: year for year in sorted(years, reverse=True)},
        "topic": {thread.id: thread.topic.name for thread in site.threads},
    }
    counts = {"board": boards, "year": years, "topic": topics}
    filters = (
        SearchFilter(
            kind,
            tuple(
                (id_, name, counts[kind][id_]) for id_, name in known.items() if counts[kind][id_]
            ),
        )
        for kind, known in names.items()
    )
    view = SearchView(
        make_page_frame(site_view, SEARCH.url, words.gettext(SEARCH.title), description),
        tuple((name, len(shard)) for name, shard in shards),
        tuple(filter_ for filter_ in filters if len(filter_.values) > (filter_.name != "topic")),
        tuple(Link(make_topic_url(thread.id), thread.topic.name) for thread in site.threads),
        make_year_links(site.reports, make_year_url),
        tuple(
            (tag, dates.name_language(tag, site.config.site.language))
            for tag in list_languages(site)
        ),
    )
    yield Artifact(f"{SEARCH.url}index.html", view, render_search)


def plan_scripts(site: SiteIndex, site_view: Input[SiteView]) -> Iterator[Artifact]:
    """Plan the scripts of the search page."""
    if site.config.site.search:
        for name in SEARCH_SCRIPTS.addresses:
            yield Artifact(name, name, render_script)


def render_search(view: SearchView, theme: "Theme") -> bytes:
    """Return the search page."""
    return render_page(theme, "search.html", view)


def render_script(view: str, theme: "Theme") -> bytes:
    """Return a script of the search page."""
    return theme.render(view, None).encode()


def _has_search(scope: SiteScope) -> bool:
    return scope.config.site.search


SEARCH = OutputKind(
    addresses=("search/",),
    renderers=(render_search,),
    plan=plan_search,
    title=N_("Search"),
    exists=_has_search,
    linkable=True,
    sitemap=True,
    menu=MenuLink(N_("Search"), 6, header="after"),
)
SEARCH_SCRIPTS = OutputKind(
    # The first is the page's; it loads the others.
    addresses=("search.js", "search-index.js", "search-words.js"),
    renderers=(render_script,),
    plan=plan_scripts,
    exists=_has_search,
)
