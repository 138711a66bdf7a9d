"""The page about subscribing by email, calendar and feed."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from lscbsite.i18n import N_, get_translations
from lscbsite.model import Artifact, Input, SiteIndex
from lscbsite.outputs.declaration import OutputKind
from lscbsite.outputs.pages.components import make_topic_url
from lscbsite.outputs.pages.frame import Frame, make_page_frame, render_page
from lscbsite.outputs.site_context import Link, MenuLink, SiteView

if TYPE_CHECKING:  # slow to import, and not needed to plan
    from lscbsite.theme import Theme


class SubscribeView(msgspec.Struct, frozen=True):
    """The page about subscribing; links lead to the folders of feeds and calendars.

    ``webcal_url`` is the base URL with the scheme ``webcal``, which opens a calendar program.
    """

    frame: Frame
    webcal_url: str
    boards: tuple[Link, ...]
    topics: tuple[Link, ...]


def plan_subscribe(site: SiteIndex, site_view: Input[SiteView]) -> Iterator[Artifact]:
    """Plan the page about subscribing, with all feeds and calendars."""
    config = site.config.site
    words = get_translations(config.language)
    description = words.gettext("How to find out about new reports and meetings")
    frame = make_page_frame(site_view, SUBSCRIBE.url, words.gettext(SUBSCRIBE.title), description)
    view = SubscribeView(
        frame,
        "webcal:" + config.base_url.partition(":")[2],
        frame.boards,
        tuple(Link(make_topic_url(thread.id), thread.topic.name) for thread in site.threads),
    )
    yield Artifact(f"{frame.url}index.html", view, render_subscribe)


def render_subscribe(view: SubscribeView, theme: "Theme") -> bytes:
    """Return the page about subscribing."""
    return render_page(theme, "subscribe.html", view)


SUBSCRIBE = OutputKind(
    addresses=("subscribe/",),
    renderers=(render_subscribe,),
    plan=plan_subscribe,
    title=N_("Subscribe"),
    linkable=True,
    sitemap=True,
    menu=MenuLink(N_("Subscribe"), 5, header="after", footer=True, folds=True),
)
