"""The page that tells how to follow the site: by feed, by calendar, or by neither."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from lscbsite.model import Output, Shared, Site
from lscbsite.outputs.pages.parts import page_frame, rendered, topic_url
from lscbsite.outputs.pages.views import Frame
from lscbsite.outputs.siteview import Link, SiteView
from lscbsite.words import words_of

if TYPE_CHECKING:  # slow to import, and not needed to plan
    from lscbsite.theme import Theme


class SubscribeView(msgspec.Struct, frozen=True):
    """Everything the page shows: the feeds and calendars stand in the folders of the links.

    ``webcal_url`` is the base URL as calendar programs know it, which subscribe by themselves.
    """

    frame: Frame
    webcal_url: str
    boards: tuple[Link, ...]
    topics: tuple[Link, ...]


def plan_subscribe(site: Site, about: Shared[SiteView]) -> Iterator[Output]:
    """How to subscribe, with all addresses."""
    config = site.config.site
    words = words_of(config.language)
    description = words.gettext(
        "How to hear of new reports and meetings, by feed or in your calendar"
    )
    frame = page_frame(about, "subscribe/", words.gettext("Subscribe"), description)
    view = SubscribeView(
        frame,
        "webcal:" + config.base_url.partition(":")[2],
        frame.boards,
        tuple(Link(topic_url(thread.id), thread.topic.name) for thread in site.threads),
    )
    yield Output("subscribe/index.html", view, encode_subscribe)


def encode_subscribe(view: SubscribeView, theme: "Theme") -> bytes:
    """Return the page about subscribing."""
    return rendered(theme, "subscribe.html", view)
