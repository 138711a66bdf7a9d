"""What all outputs know about the site."""

from html import escape
from typing import Literal

import msgspec

from lscbsite.markup import Term


class Safe(str):
    """HTML that templates need not escape."""

    __slots__ = ()

    def __html__(self) -> str:
        """Return it as it is (the protocol of MarkupSafe)."""
        return self


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


class SiteView(msgspec.Struct, frozen=True):
    """What every page may say of the site; ``board_names`` are the boards' names by id.

    ``language`` is that of the page's words, ``content_language`` that of what authors write where they do
    not say otherwise: the site's.

    ``navigation`` and ``footer`` lead to ordinary pages, ``menu`` to the others; ``topics``, ``attendance`` and ``search`` say
    whether there are such pages.
    """

    title: str
    description: str
    notice: str
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
