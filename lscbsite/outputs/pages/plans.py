"""A planner for each kind of page, which makes its views from the linked site; the encoders."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import msgspec

from lscbsite.markup import fill
from lscbsite.model import LinkedReport, Output, Site
from lscbsite.outputs.pages.archives import year_links
from lscbsite.outputs.pages.facts import report_facts, script_json
from lscbsite.outputs.pages.parts import (
    ask_view,
    board_name,
    coming,
    local_day,
    local_time,
    next_view,
    open_asks,
    page_frame,
    recorded_outcomes,
    rendered,
    report_card,
    report_digest,
    report_language,
    section_view,
    thread_places,
    top_level,
    topic_url,
    year_url,
)
from lscbsite.outputs.pages.views import (
    HomeView,
    Link,
    Notes,
    NotFoundView,
    PageView,
    ReportView,
    TopicLink,
)
from lscbsite.theme import Theme

_CONTENTS_FROM = 3
_LATEST = 6
_ASKS = 10
_TOPICS = 12


def plan_home(site: Site) -> Iterator[Output]:
    """The home page: asks, next meetings, the newest report, the years."""
    shown = [linked for linked in site.reports if not linked.report.front.withdrawn]
    newest = max(shown, key=lambda linked: linked.report.published_order, default=None)
    latest = [linked for linked in reversed(shown) if linked is not newest][:_LATEST]
    asked = open_asks(site)
    frame = page_frame(site, "", site.config.site.title)
    facts = {
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": site.config.site.title,
        "url": site.config.site.base_url,
        "description": frame.description,
        "inLanguage": frame.language,
    }
    view = HomeView(
        frame,
        tuple(ask_view(site, ask) for ask in asked[:_ASKS]),
        len(asked),
        tuple(coming(site)),
        report_card(site, newest) if newest else None,
        tuple(report_card(site, linked) for linked in latest),
        tuple(_latest_topics(site)),
        year_links(site.reports, year_url),
        script_json(facts),
    )
    yield Output("index.html", view, encode_home)


def _latest_topics(site: Site) -> list[TopicLink]:
    """Return the topics that were discussed last, the latest first."""
    discussed = [
        (site.by_id[thread.passages[-1].spot.report].report, thread)
        for thread in site.threads
        if thread.passages
    ]
    discussed.sort(key=lambda one: one[0].order, reverse=True)
    return [
        TopicLink(Link(topic_url(thread.id), thread.topic.name), local_day(site, report.date))
        for report, thread in discussed[:_TOPICS]
    ]


def plan_reports(site: Site) -> Iterator[Output]:
    """A page for each report."""
    topics = {thread.id: thread.topic.name for thread in site.threads}
    for linked in site.reports:
        path = f"reports/{linked.report.id}/index.html"
        yield Output(path, _report_view(site, linked, topics), encode_report, linked.report.path)


def plan_pages(site: Site) -> Iterator[Output]:
    """The ordinary pages."""
    for linked in site.pages:
        page = linked.page
        frame = page_frame(site, page.url, page.title, page.body.first_paragraph)
        root = frame.root
        view = PageView(
            frame,
            tuple(
                section_view(section, linked.urls, linked.labels, root)
                for section in page.body.sections
            ),
            fill(page.body.footnotes, linked.urls, linked.labels, root, ""),
        )
        yield Output(f"{page.id}/index.html", view, encode_page, page.path)


def plan_not_found(site: Site) -> Iterator[Output]:
    """404.html, whose links hold wherever a server shows it: from the host's root on."""
    frame = page_frame(site, "404.html", "Page not found")
    root = urlsplit(site.config.site.base_url).path
    frame = msgspec.structs.replace(frame, root=root, indexed=False)
    yield Output("404.html", NotFoundView(frame), encode_not_found)


def _report_view(site: Site, linked: LinkedReport, topics: dict[str, str]) -> ReportView:
    report, front = linked.report, linked.report.front
    by_id = site.by_id
    previous = by_id[linked.previous] if linked.previous else None
    following = by_id[linked.next] if linked.next else None
    frame = page_frame(site, report.url, report.title, report.summary or report.title)
    frame = msgspec.structs.replace(
        frame,
        board=board_name(site, report),
        kind="article",
        previous=previous.report.url if previous else "",
        next=following.report.url if following else "",
        indexed=front.withdrawn is None,
    )
    places = thread_places(site, linked, topics)
    sections = tuple(
        section_view(
            section,
            linked.urls,
            linked.labels,
            frame.root,
            places.get(section.id, ()) if section.level else (),
        )
        for section in report.body.sections
    )
    top = top_level(report)
    main = tuple(section for section in sections if section.level == top)
    board = site.config.site.boards.get(report.board)
    return ReportView(
        frame=frame,
        language=report_language(site, report),
        board=Link(f"boards/{report.board}/", board.name) if board else None,
        year=Link(year_url(report.date.year), str(report.date.year)),
        day=local_day(site, report.date),
        time=local_time(site, front.time),
        place=front.place or "",
        published=local_day(site, report.published),
        author=front.author or "",
        summary=front.summary or "",
        cancelled=front.cancelled or "",
        withdrawn=Notes(local_day(site, front.withdrawn.date), front.withdrawn.reason)
        if front.withdrawn
        else None,
        announced=local_day(site, linked.announced) if linked.announced else None,
        asks=tuple(ask_view(site, ask) for ask in linked.asks),
        outcomes=tuple(recorded_outcomes(site, linked)),
        next_meeting=next_view(site, linked.next_state, report.board)
        if linked.next_state and not front.withdrawn
        else None,
        topics=places.get("", ()),
        attendees=front.attendees,
        apologies=front.apologies,
        corrections=tuple(
            Notes(local_day(site, entry.date), entry.note)
            for entry in sorted(front.corrections, key=lambda entry: entry.date, reverse=True)
        ),
        contents=main if len(main) >= _CONTENTS_FROM else (),
        sections=sections,
        footnotes_html=fill(report.body.footnotes, linked.urls, linked.labels, frame.root, ""),
        backlinks=tuple(report_card(site, by_id[name]) for name in linked.backlinks),
        last_time=report_digest(site, previous) if previous else None,
        previous=report_card(site, previous) if previous else None,
        next=report_card(site, following) if following else None,
        facts=script_json(report_facts(site, linked, frame)),
    )


def encode_home(view: HomeView, theme: Theme) -> bytes:
    """Return the home page."""
    return rendered(theme, "home.html", view)


def encode_report(view: ReportView, theme: Theme) -> bytes:
    """Return a report's page."""
    return rendered(theme, "report.html", view)


def encode_page(view: PageView, theme: Theme) -> bytes:
    """Return an ordinary page."""
    return rendered(theme, "page.html", view)


def encode_not_found(view: NotFoundView, theme: Theme) -> bytes:
    """Return 404.html."""
    return rendered(theme, "404.html", view)
