"""The frame of every page: what is around its content, and how days are shown."""

import datetime as dt
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

import msgspec

from lscbsite import dates
from lscbsite.i18n import find_catalogue
from lscbsite.markup import Term, link_terms
from lscbsite.model import Input, MarkedText, Safe
from lscbsite.outputs.contact import SignUp, make_mistake_url, make_sign_up
from lscbsite.outputs.site_context import Link, SharedPicture, SiteView, make_own_picture

if TYPE_CHECKING:  # slow to import, and not needed to plan
    from lscbsite.theme import Theme


class Day(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A day, shown in a language, or several up to the ``last`` one."""

    date: dt.date
    language: str
    last: dt.date | None = None

    @property
    def iso(self) -> str:
        """The day in ISO 8601: 2012-11-13."""
        return self.date.isoformat()

    @property
    def until(self) -> str:
        """The last day in ISO 8601."""
        return (self.last or self.date).isoformat()

    @property
    def text(self) -> str:
        """The day in words: 13 November 2012."""
        return dates.format_days(self.date, self.last, self.language)

    def __html__(self) -> str:
        """Return the day as a ``time`` element, which is also machine-readable."""
        return _render_days(self.date, self.last, self.language, "long")

    @property
    def full(self) -> Safe:
        """The ``time`` element with the weekday: Tuesday 13 November 2012."""
        return Safe(_render_days(self.date, self.last, self.language, "full"))


def _render_days(first: dt.date, last: dt.date | None, language: str, form: dates.Form) -> str:
    if last is None:
        return _render_time(first, language, dates.format_date(first, language, form))
    start, between, end = dates.split_days(first, last, language, form)
    return f"{_render_time(first, language, start)}{between}{_render_time(last, language, end)}"


@lru_cache(maxsize=16_384)
def _render_time(day: dt.date, language: str, words: str) -> str:
    lang = ""
    if not find_catalogue(language):
        # The words around it are English.
        lang = f' lang="{escape(language)}" dir="{dates.get_direction(language)}"'
    return f'<time datetime="{day.isoformat()}"{lang}>{escape(words)}</time>'


def render_dated_title(title: str, day: Day) -> Safe:
    """Return a title as HTML, with its date in a ``time`` element."""
    before, date, after = title.partition(day.text)
    if not date or before[-1:].isdigit():
        return Safe(escape(title))
    return Safe(f"{escape(before)}{day.__html__()}{escape(after)}")


class Frame(msgspec.Struct, frozen=True, array_like=True):
    """What every page shows around its content, and its metadata.

    ``url`` is the page's address below the base URL. An article was ``published`` on one day and last
    ``modified`` on another (ISO 8601, '' if unknown); ``own_picture`` is shown beside links to it.
    ``day`` is that of a meeting, in words: on paper, it is at the foot. ``subject_feeds`` are the folders with feeds of
    the page's subject; ``board`` is added to titles that several boards can have. ``absolute`` links
    work wherever a server shows the page. On an ``explained`` page, terms of the glossary are
    explained. ``other_language`` is the page's, if it is not the site's.
    """

    site: Input[SiteView]
    url: str
    title: str
    description: str
    subject_feeds: tuple[Link, ...] = ()
    board: str = ""
    kind: Literal["website", "article"] = "website"
    previous: str = ""
    next: str = ""
    indexed: bool = True
    absolute: bool = False
    explained: bool = True
    other_language: str = ""
    published: str = ""
    modified: str = ""
    own_picture: SharedPicture | None = None
    day: str = ""

    @property
    def canonical(self) -> str:
        """The page's absolute address."""
        return self.site.value.base_url + self.url

    @property
    def root(self) -> str:
        """The relative address of the home page."""
        if self.absolute:
            return urlsplit(self.site.value.base_url).path
        return "../" * self.url.count("/") or "./"

    @property
    def feeds(self) -> tuple[Link, ...]:
        """The folders with feeds of the page's subject and of the site."""
        return (*self.subject_feeds, Link("", self.site.value.title))

    @property
    def site_title(self) -> str:
        """The site's title."""
        return self.site.value.title

    @property
    def site_description(self) -> str:
        """The site's description."""
        return self.site.value.description

    @property
    def notice(self) -> MarkedText:
        """The notice at the top of every page."""
        return self.site.value.notice

    @property
    def language(self) -> str:
        """The language of the page."""
        return self.other_language or self.site.value.language

    @property
    def locale(self) -> str:
        """The language of the page with its country, as Open Graph writes it: en_GB."""
        return dates.make_locale_name(self.language)

    @property
    def picture(self) -> SharedPicture:
        """The picture that other sites show beside a link to the page."""
        site = self.site.value
        return self.own_picture or site.sharing_picture or make_own_picture("", site.title)

    @property
    def direction(self) -> str:
        """The direction of the language: ltr or rtl."""
        return dates.get_direction(self.language)

    @property
    def site_lang(self) -> Safe:
        """The ``lang`` attribute of text in the site's language, '' if the page is in it."""
        return Link("", "", self.site.value.language if self.other_language else "").lang

    @property
    def mistake_url(self) -> str:
        """Where readers report a mistake on the page, '' if the site does not say."""
        # A page that a server shows at any address does not know its own.
        address = "" if self.absolute else self.canonical
        return make_mistake_url(self.site.value, self.language, self.title, address)

    @property
    def sign_up(self) -> SignUp | None:
        """How readers sign up for emails about new reports, None if the site does not say."""
        return make_sign_up(self.site.value, self.language)

    @property
    def timezone(self) -> str:
        """The site's time zone."""
        return self.site.value.timezone

    @property
    def base_url(self) -> str:
        """The site's address."""
        return self.site.value.base_url

    @property
    def logo(self) -> str:
        """The site's logo, below the base URL."""
        return self.site.value.logo

    @property
    def navigation(self) -> tuple[Link, ...]:
        """The ordinary pages in the navigation."""
        return self.site.value.navigation

    @property
    def boards(self) -> tuple[Link, ...]:
        """The links to the boards."""
        return self.site.value.boards

    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms of the glossary that the page explains."""
        return self.site.value.terms if self.explained else ()


def make_page_frame(
    site_view: Input[SiteView],
    url: str,
    title: str,
    description: str = "",
    feeds: tuple[Link, ...] = (),
) -> Frame:
    """Return the frame of the page at ``url``, below the base URL.

    The default description is the site's, or else its title. ``feeds`` are those of the page's
    subject.
    """
    site = site_view.value
    return Frame(site_view, url, title, description or site.description or site.title, feeds)


def render_page(theme: "Theme", name: str, view: Any) -> bytes:
    """Render a template with a view that has a ``frame``, and explain the terms of the glossary."""
    frame: Frame = view.frame
    page = theme.render(name, view)
    if not frame.terms:
        return page.encode()
    return link_terms(page, frame.terms, frame.root.removeprefix("./")).encode()
