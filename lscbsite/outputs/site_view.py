"""Build what all pages show of the site, from its configuration and the declared pages."""

from operator import attrgetter
from urllib.parse import quote

from msgspec.structs import replace

from lscbsite.incremental.serialization import make_input
from lscbsite.markup import make_terms
from lscbsite.model import Input, MarkedText, SiteIndex
from lscbsite.outputs.declaration import get_scope
from lscbsite.outputs.pages import PAGES
from lscbsite.outputs.site_context import Link, MenuLink, SharedPicture, SiteView


def build_site_view(site: SiteIndex) -> Input[SiteView]:
    """Return what every page can show of the site."""
    config = site.config.site
    boards = config.boards
    pages = [linked_page.page for linked_page in site.pages]
    return make_input(
        SiteView(
            title=config.title,
            description=config.description or "",
            notice=config.notice or MarkedText(""),
            language=config.language,
            timezone=config.timezone,
            base_url=config.base_url,
            logo=quote(config.logo or ""),
            navigation=tuple(Link(page.url, page.title) for page in pages if page.nav),
            boards=tuple(Link(f"boards/{id_}/", board.name) for id_, board in boards.items()),
            footer=tuple(Link(page.url, page.title) for page in pages if page.footer),
            menu=_build_menu(site),
            topics=bool(site.threads),
            attendance=config.attendance,
            search=config.search,
            terms=make_terms(tuple(site.config.glossary.items())),
            board_names={id_: board.name for id_, board in boards.items()},
            content_language=config.language,
            contact=config.contact or "",
            email=config.email or "",
            sharing_picture=_find_sharing_picture(site),
        )
    )


def _find_sharing_picture(site: SiteIndex) -> SharedPicture | None:
    """Return the author's picture for sharing, in the size in which it is published."""
    config = site.config.site
    chosen = config.sharing_picture
    if chosen is None:
        return None
    picture = next(found.picture for found in site.attachments if found.path == chosen.file)
    assert picture is not None
    return SharedPicture(
        quote(chosen.file), *picture.compute_size(config.picture_width), chosen.alt
    )


def _build_menu(site: SiteIndex) -> tuple[MenuLink, ...]:
    """Return the links of header and footer to declared pages that the site has."""
    scope = get_scope(site)
    links = [replace(kind.menu, url=kind.url) for kind in PAGES if kind.menu and kind.exists(scope)]
    return tuple(sorted(links, key=attrgetter("position")))
