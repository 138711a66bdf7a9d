"""The outputs: OUTPUTS has the declaration of each kind of page and file."""

from collections.abc import Iterator

from lscbsite.model import Artifact, ArtifactGroup, Input, SiteIndex, SiteScope
from lscbsite.outputs.calendar import CALENDARS
from lscbsite.outputs.declaration import OutputKind
from lscbsite.outputs.feeds import FEEDS
from lscbsite.outputs.files import ASSETS, ATTACHMENTS, SITEMAP
from lscbsite.outputs.pages import PAGES
from lscbsite.outputs.pages.search import SEARCH_SCRIPT
from lscbsite.outputs.redirects import REDIRECTS
from lscbsite.outputs.search_index import SEARCH_INDEX
from lscbsite.outputs.site_context import SiteView

OUTPUTS: tuple[OutputKind, ...] = (
    *PAGES,
    *FEEDS,
    CALENDARS,
    ASSETS,
    ATTACHMENTS,
    SITEMAP,
    REDIRECTS,
    SEARCH_SCRIPT,
    SEARCH_INDEX,
)


# The renderers by name, as the store knows them.
RENDERERS = {renderer.__name__: renderer for kind in OUTPUTS for renderer in kind.renderers}


def plan_singles(site: SiteIndex, site_view: Input[SiteView]) -> Iterator[Artifact]:
    """Yield the outputs of the kinds that are planned in every build."""
    for kind in OUTPUTS:
        if kind.plan:
            yield from kind.plan(site, site_view)


def plan_groups(site: SiteIndex, site_view: Input[SiteView]) -> Iterator[ArtifactGroup]:
    """Yield the groups of outputs, each of which is planned only if its key is new."""
    for kind in OUTPUTS:
        if kind.plan_groups:
            yield from kind.plan_groups(site, site_view)


def list_linkable_urls(scope: SiteScope) -> Iterator[str]:
    """Yield the addresses below the base URL that authors may link to."""
    for kind in OUTPUTS:
        if kind.linkable:
            yield from kind.list_urls(scope)


def warm_up(texts: tuple[tuple[str, str], ...], cache_dir: str | None, language: str) -> None:
    """Import libraries and compile templates before a process renders its first chunk.

    ``texts`` are the site's own templates, ``cache_dir`` is the folder of compiled ones,
    ``language`` is the site's.
    """
    # Importing them is all that is wanted here.
    import feedgen.feed  # noqa: F401
    import icalendar  # noqa: F401

    from lscbsite.theme import load_theme

    names = ("report.html", "topic.html", "header.html", "footer.html")
    load_theme(texts, cache_dir).prepare(names, language)
