"""What outputs know about the site: links, the menu and the site's view."""

from html import escape
from typing import Literal

import msgspec

from lscbsite.markup import Term
from lscbsite.model import MarkedText, Safe
from lscbsite.pictures.drawing import HEIGHT, WIDTH

_NOTHING = Safe("")


class Link(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An address below the base URL, and its text; ``language`` if it is not the site's."""

    url: str
    text: str
    language: str = ""

    @property
    def lang(self) -> Safe:
        """The attribute for the language, '' if it is the site's."""
        return Safe(f' lang="{escape(self.language)}"') if self.language else _NOTHING


class MenuLink(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A link in header or footer to a page of this program.

    ``label`` is its text in English, which is translated for each page. Links are sorted by
    ``position``. In the header, the link is ``before`` or ``after`` those to ordinary pages; it
    ``folds`` away on small screens. ``url`` is empty in a page's declaration, which has the address.
    """

    label: str
    position: int
    header: Literal["", "before", "after"] = ""
    footer: bool = False
    folds: bool = False
    url: str = ""


class SharedPicture(msgspec.Struct, frozen=True, array_like=True):
    """A picture that other sites show beside a link: its address below the base URL, size and text."""

    url: str
    width: int
    height: int
    alt: str


# The name of pictures for sharing that are made.
PICTURE_NAME = "sharing.png"


def make_own_picture(folder: str, alt: str) -> SharedPicture:
    """Return the picture that is made for the page in a folder."""
    return SharedPicture(folder + PICTURE_NAME, WIDTH, HEIGHT, alt)


class SiteView(msgspec.Struct, frozen=True):
    """What every page can show of the site; ``board_names`` are the names of boards by id.

    ``language`` is that of the page, ``content_language`` the site's, in which authors write unless
    a report names another. ``navigation`` and ``footer`` lead to ordinary pages, ``menu`` to the
    program's. ``topics``, ``attendance`` and ``search`` tell whether the site has these pages.
    ``contact`` is where readers write to, ``email`` where they sign up for emails about new reports.
    ``sharing_picture`` is the author's.
    """

    title: str
    description: str
    notice: MarkedText
    language: str
    timezone: str
    base_url: str
    logo: str
    navigation: tuple[Link, ...]
    boards: tuple[Link, ...]
    footer: tuple[Link, ...]
    menu: tuple[MenuLink, ...]
    topics: bool
    attendance: bool
    search: bool
    terms: tuple[Term, ...]
    board_names: dict[str, str]
    content_language: str
    contact: str
    email: str
    sharing_picture: SharedPicture | None
