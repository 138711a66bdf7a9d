"""The outputs: OUTPUTS has the declaration of each kind of page and file."""

from collections.abc import Iterator, Set
from typing import Any, NamedTuple

from lscbsite.incremental.fingerprint import digest
from lscbsite.incremental.serialization import encode
from lscbsite.model import Artifact, Input, SiteIndex, SiteScope
from lscbsite.outputs.calendar import CALENDARS
from lscbsite.outputs.declaration import OutputKind
from lscbsite.outputs.feeds import FEEDS
from lscbsite.outputs.files import ASSETS, ATTACHMENTS, SITEMAP
from lscbsite.outputs.form import FORM_CONFIG, FORM_FILES
from lscbsite.outputs.pages import PAGES
from lscbsite.outputs.pages.search import SEARCH_SCRIPTS
from lscbsite.outputs.pages.sharing import SHARING
from lscbsite.outputs.redirects import REDIRECTS
from lscbsite.outputs.search_index import SEARCH_INDEX
from lscbsite.outputs.search_names import SEARCH_NAMES
from lscbsite.outputs.search_words import SEARCH_WORDS
from lscbsite.outputs.site_context import SiteView

OUTPUTS: tuple[OutputKind, ...] = (
    *PAGES,
    *FEEDS,
    CALENDARS,
    ASSETS,
    SHARING,
    ATTACHMENTS,
    SITEMAP,
    REDIRECTS,
    SEARCH_SCRIPTS,
    SEARCH_INDEX,
    SEARCH_NAMES,
    SEARCH_WORDS,
    FORM_CONFIG,
    FORM_FILES,
)


# The renderers by name, as the store knows them.
RENDERERS = {renderer.__name__: renderer for kind in OUTPUTS for renderer in kind.renderers}


class Slice(NamedTuple):
    """A part of the index, all that some outputs of a kind are planned from.

    ``key`` is its digest. The digests of inputs with names of their own are not part of it: where
    only these change, the plan stays, and the outputs get new fingerprints.
    """

    key: bytes
    kind: OutputKind
    value: Any

    def plan(self) -> Iterator[Artifact]:
        """Plan the outputs."""
        assert self.kind.plan_slice
        return self.kind.plan_slice(self.value)


def plan_singles(site: SiteIndex, site_view: Input[SiteView]) -> Iterator[Artifact]:
    """Yield the outputs of the kinds that are planned in every build."""
    for kind in OUTPUTS:
        if kind.plan:
            yield from kind.plan(site, site_view)


def slice_index(site: SiteIndex, site_view: Input[SiteView]) -> Iterator[Slice]:
    """Yield the slices of the index from which the other outputs are planned."""
    for kind in OUTPUTS:
        if kind.slice_index:
            for value in kind.slice_index(site, site_view):
                yield Slice(digest(kind.addresses[0].encode() + b"\0" + encode(value)), kind, value)


def plan_some(site: SiteIndex, site_view: Input[SiteView], paths: Set[str]) -> Iterator[Artifact]:
    """Yield the outputs that are the files ``paths``, without planning all others."""
    missing = set(paths)
    for kind in OUTPUTS:
        if not any(map(kind.may_have, missing)):
            continue
        for artifact in _plan_kind(kind, site, site_view):
            if artifact.path in missing:
                missing.remove(artifact.path)
                yield artifact
                if not any(map(kind.may_have, missing)):
                    break


def _plan_kind(kind: OutputKind, site: SiteIndex, site_view: Input[SiteView]) -> Iterator[Artifact]:
    if kind.plan:
        yield from kind.plan(site, site_view)
    if kind.slice_index and kind.plan_slice:
        for value in kind.slice_index(site, site_view):
            yield from kind.plan_slice(value)


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
