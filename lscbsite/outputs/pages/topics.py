"""The page with the list of all topics."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from lscbsite.i18n import N_, get_translations
from lscbsite.model import Artifact, Input, SiteIndex
from lscbsite.outputs.declaration import OutputKind
from lscbsite.outputs.pages.components import make_topic_url
from lscbsite.outputs.pages.frame import Day, Frame, make_page_frame, render_page
from lscbsite.outputs.pages.timeline import Timeline, build_timeline
from lscbsite.outputs.site_context import Link, MenuLink, SiteView

if TYPE_CHECKING:  # slow to import, and not needed to plan
    from lscbsite.theme import Theme


class TopicRow(msgspec.Struct, frozen=True):
    """A topic in the list of all."""

    link: Link
    description: str
    meetings: int
    first: Day | None
    last: Day | None


class TopicsView(msgspec.Struct, frozen=True):
    """All topics, by name."""

    frame: Frame
    timeline: Timeline | None
    rows: tuple[TopicRow, ...]


def plan_topics(site: SiteIndex, site_view: Input[SiteView]) -> Iterator[Artifact]:
    """Plan the list of topics, if there are any."""
    if site.threads:
        yield Artifact(
            f"{TOPICS.url}index.html", _build_topics_view(site, site_view), render_topics
        )


def _build_topics_view(site: SiteIndex, site_view: Input[SiteView]) -> TopicsView:
    language = site.config.site.language
    words = get_translations(language)
    heading = words.gettext(TOPICS.title)
    description = words.gettext("%(site)s: what the meetings are about, topic by topic") % {
        "site": site.config.site.title
    }
    rows = []
    for thread in site.threads:
        refs = [mention.ref for mention in thread.mentions]
        days = [
            ref.date
            for before, ref in zip([None, *refs], refs, strict=False)
            if before is None or before.report != ref.report
        ]
        rows.append(
            TopicRow(
                Link(make_topic_url(thread.id), thread.topic.name),
                thread.topic.description or "",
                len(days),
                Day(days[0], language) if days else None,
                Day(days[-1], language) if days else None,
            )
        )
    frame = make_page_frame(site_view, TOPICS.url, heading, description)
    return TopicsView(frame, build_timeline(site, site.threads), tuple(rows))


def render_topics(view: TopicsView, theme: "Theme") -> bytes:
    """Return the list of topics."""
    return render_page(theme, "topics.html", view)


TOPICS = OutputKind(
    addresses=("topics/",),
    renderers=(render_topics,),
    plan=plan_topics,
    title=N_("Topics"),
    exists=lambda scope: bool(scope.topics),
    linkable=True,
    sitemap=True,
    menu=MenuLink(N_("Topics"), 2, header="before", footer=True, folds=True),
)
