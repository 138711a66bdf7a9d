"""What comes out. OUTPUTS is a tuple of planners; each plans outputs and has their encoders.

The planners of BLOCKS are for what there is much of: they plan blocks of outputs.
"""

from collections.abc import Callable, Iterator
from importlib import import_module

from lscbsite.model import Artifact, ArtifactGroup, Input, SiteIndex
from lscbsite.outputs import calendar, feeds, files, pages, redirects, search_index
from lscbsite.outputs.site_context import SiteView

OUTPUTS: tuple[Callable[[SiteIndex, Input[SiteView]], Iterator[Artifact]], ...] = (
    pages.plan_home,
    pages.plan_boards,
    pages.plan_topics,
    pages.plan_asks,
    pages.plan_glossary,
    pages.plan_attendance,
    pages.plan_pages,
    pages.plan_subscribe,
    pages.plan_not_found,
    feeds.plan_feeds,
    calendar.plan_calendars,
    files.plan_assets,
    files.plan_attachments,
    files.plan_sitemap,
    redirects.plan_redirects,
    pages.plan_search,
)
BLOCKS: tuple[Callable[[SiteIndex, Input[SiteView]], Iterator[ArtifactGroup]], ...] = (
    pages.plan_reports,
    pages.plan_threads,
    pages.plan_years,
    pages.plan_asks_of_years,
    search_index.plan_shards,
)


def warm_up(texts: tuple[tuple[str, str], ...], cache_dir: str | None, language: str) -> None:
    """Load what encoders need, and compile templates: what a process does before its first chunk.

    ``texts`` are the site's own templates, ``cache_dir`` is the folder of compiled ones,
    ``language`` is the site's.
    """
    from lscbsite.theme import load_theme

    for library in ("feedgen.feed", "icalendar"):
        import_module(library)
    names = ("report.html", "topic.html", "header.html", "footer.html")
    load_theme(texts, cache_dir).prepare(names, language)
