"""The glossary's page."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from lscbsite.i18n import N_, get_translations
from lscbsite.markup import Term
from lscbsite.model import Artifact, Input, SiteIndex
from lscbsite.outputs.declaration import OutputKind
from lscbsite.outputs.pages.components import make_sort_key
from lscbsite.outputs.pages.frame import Frame, make_page_frame, render_page
from lscbsite.outputs.site_context import MenuLink, SiteView

if TYPE_CHECKING:  # slow to import, and not needed to plan
    from lscbsite.theme import Theme

# A glossary with more terms than this has links to its letters.
_WITHOUT_LETTERS = 25


class GlossaryView(msgspec.Struct, frozen=True):
    """The terms in order. ``letters`` has each first letter, and the id of its first term."""

    frame: Frame
    terms: tuple[Term, ...]
    letters: tuple[tuple[str, str], ...]


def plan_glossary(site: SiteIndex, site_view: Input[SiteView]) -> Iterator[Artifact]:
    """Plan the glossary's page, if the site has a glossary."""
    words = get_translations(site.config.site.language)
    description = words.gettext("%(site)s: terms and what they mean") % {
        "site": site.config.site.title
    }
    frame = make_page_frame(site_view, GLOSSARY.url, words.gettext(GLOSSARY.title), description)
    if not frame.terms:
        return
    terms = tuple(sorted(frame.terms, key=lambda term: make_sort_key(term.name)))
    letters: dict[str, str] = {}
    if len(terms) > _WITHOUT_LETTERS:
        for term in terms:
            letters.setdefault(_get_letter(term.name), term.id)
    view = GlossaryView(
        msgspec.structs.replace(frame, explained=False), terms, tuple(letters.items())
    )
    yield Artifact(f"{frame.url}index.html", view, render_glossary)


def _get_letter(name: str) -> str:
    """Return the letter under which a term is listed, one sign for all other characters."""
    first = make_sort_key(name)[0].upper()
    return first if first.isalpha() else "0–9"


def render_glossary(view: GlossaryView, theme: "Theme") -> bytes:
    """Return the glossary's page."""
    return render_page(theme, "glossary.html", view)


GLOSSARY = OutputKind(
    addresses=("glossary/",),
    renderers=(render_glossary,),
    plan=plan_glossary,
    title=N_("Glossary"),
    exists=lambda scope: bool(scope.config.glossary),
    linkable=True,
    sitemap=True,
    menu=MenuLink(N_("Glossary"), 3, footer=True),
)
