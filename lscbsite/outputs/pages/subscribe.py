"""The page that tells how to follow the site: by feed, by calendar, or by neither."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from lscbsite.i18n import get_translations
from lscbsite.model import Artifact, Input, SiteIndex
from lscbsite.outputs.pages.components import make_page_frame, make_topic_url, render_page
from lscbsite.outputs.pages.views import Frame
from lscbsite.outputs.site_context import Link, SiteView

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


def plan_subscribe(site: SiteIndex, about: Input[SiteView]) -> Iterator[Artifact]:
    """How to subscribe, with all addresses."""
    config = site.config.site
    words = get_translations(config.language)
    description = words.gettext(
        "How to get told about new reports and meetings, by feed or in your calendar"
    )
    frame = make_page_frame(about, "subscribe/", words.gettext("Subscribe"), description)
    view = SubscribeView(
        frame,
        "webcal:" + config.base_url.partition(":")[2],
        frame.boards,
        tuple(Link(make_topic_url(thread.id), thread.topic.name) for thread in site.threads),
    )
    yield Artifact("subscribe/index.html", view, render_subscribe)


def render_subscribe(view: SubscribeView, theme: "Theme") -> bytes:
    """Return the page about subscribing."""
    return render_page(theme, "subscribe.html", view)
