"""A planner for each kind of page, which makes its views from the linked site; the encoders."""

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from lscbsite.digests import digest_of
from lscbsite.markup import fill
from lscbsite.model import (
    Answer,
    AskState,
    Block,
    LinkedReport,
    NextState,
    Output,
    Passage,
    Shared,
    Site,
    Thread,
)
from lscbsite.outputs.pages.archives import year_links
from lscbsite.outputs.pages.facts import report_facts, script_json
from lscbsite.outputs.pages.parts import (
    ask_plan,
    ask_view,
    board_name,
    coming,
    event_address,
    local_time,
    next_plan,
    next_view,
    open_asks,
    outcome_plan,
    page_frame,
    recorded_outcomes,
    rendered,
    report_card,
    report_digest,
    report_language,
    section_views,
    spoken,
    thread_places,
    top_level,
    year_url,
)
from lscbsite.outputs.pages.picture import picture
from lscbsite.outputs.pages.views import (
    Day,
    HomePlan,
    HomeView,
    Notes,
    NotFoundView,
    PagePlan,
    PageView,
    ReportPlan,
    ReportView,
)
from lscbsite.outputs.siteview import Link, SiteView
from lscbsite.words import words_of

if TYPE_CHECKING:  # slow to import, and not needed to plan
    from lscbsite.theme import Theme

_CONTENTS_FROM = 3
_LATEST = 6
_ASKS = 10
_TOPICS = 12


def plan_home(site: Site, about: Shared[SiteView]) -> Iterator[Output]:
    """The home page: asks, next meetings, the newest report, the years."""
    shown = [linked for linked in site.reports if not linked.report.front.withdrawn]
    newest = max(
        (linked.report for linked in shown), key=attrgetter("published_order"), default=None
    )
    latest = [one for one in reversed(shown[-_LATEST - 1 :]) if one.report is not newest][:_LATEST]
    asked = open_asks(site)
    view = HomePlan(
        page_frame(about, "", site.config.site.title),
        tuple(ask_plan(site, ask) for ask in asked[:_ASKS]),
        len(asked),
        tuple(coming(site)),
        site.by_id[newest.id].brief if newest else None,
        tuple(linked.brief for linked in latest),
        picture(site, _latest_threads(site), glance=True),
        year_links(site.reports, year_url),
    )
    yield Output("index.html", view, encode_home)


def _latest_threads(site: Site) -> list[Thread]:
    """Return the topics that were discussed last, the latest first."""
    discussed = [thread for thread in site.threads if thread.passages]
    discussed.sort(key=lambda one: _last(site, one).report.order, reverse=True)
    return discussed[:_TOPICS]


def _last(site: Site, thread: Thread) -> LinkedReport:
    return site.by_id[thread.passages[-1].spot.report]


class _Kin(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """All that a report's page is planned from: what is said in others, and what is near it.

    Reports go by their ids; ``today`` decides how many days are left for open asks.
    """

    id: str
    html: bool
    announced: dt.date | None
    next_state: NextState | None
    event_url: str
    asks: tuple[AskState, ...]
    answers: tuple[Answer, ...]
    passages: tuple[Passage, ...]
    topics: tuple[str, ...]
    backlinks: tuple[str, ...]
    previous: str | None
    previous_asks: tuple[AskState, ...]
    next: str | None
    today: dt.date | None


def plan_reports(site: Site, about: Shared[SiteView]) -> Iterator[Block]:
    """A page for each report; those of a month are a block."""
    names = {thread.id: thread.topic.name for thread in site.threads}
    for _, month in groupby(site.reports, key=_month):
        kin = [_kin(site, names, linked) for linked in month]
        yield Block(digest_of("reports", about.digest, kin), partial(_pages, site, about, kin))


def _month(linked: LinkedReport) -> tuple[int, int]:
    return linked.report.date.year, linked.report.date.month


def _kin(site: Site, names: dict[str, str], linked: LinkedReport) -> _Kin:
    report, state = linked.report, linked.next_state
    if report.front.withdrawn:
        state = None
    asked = site.by_id[linked.previous].asks if linked.previous else ()
    return _Kin(
        report.id,
        linked.has_html,
        linked.announced,
        state,
        event_address(site, state, report.board) if state else "",
        linked.asks,
        linked.answers,
        linked.passages,
        tuple([names[passage.topic] for passage in linked.passages]),
        linked.backlinks,
        linked.previous,
        asked,
        linked.next,
        site.today if any(ask.state == "open" for ask in (*linked.asks, *asked)) else None,
    )


def _pages(site: Site, about: Shared[SiteView], kin: Iterable[_Kin]) -> Iterator[Output]:
    by_id = site.by_id
    for one in kin:
        linked = by_id[one.id]
        view = ReportPlan(
            about,
            linked.shared,
            linked.html,
            one.announced,
            next_plan(site, one.next_state, one.event_url) if one.next_state else None,
            tuple([ask_plan(site, ask) for ask in one.asks]),
            tuple([outcome_plan(site, answer) for answer in one.answers]),
            one.passages,
            one.topics,
            tuple([by_id[name].brief for name in one.backlinks]),
            by_id[one.previous].brief if one.previous else None,
            tuple([ask_plan(site, ask) for ask in one.previous_asks]),
            by_id[one.next].brief if one.next else None,
        )
        yield Output(f"reports/{one.id}/index.html", view, encode_report, linked.report.path)


def plan_pages(site: Site, about: Shared[SiteView]) -> Iterator[Output]:
    """The ordinary pages."""
    for linked in site.pages:
        page = linked.page
        view = PagePlan(
            page_frame(about, page.url, page.title, page.body.first_paragraph),
            page.body.sections,
            linked.html,
            linked.urls,
            linked.labels,
        )
        yield Output(f"{page.id}/index.html", view, encode_page, page.path)


def plan_not_found(site: Site, about: Shared[SiteView]) -> Iterator[Output]:
    """404.html, whose links hold wherever a server shows it: from the host's root on."""
    words = words_of(site.config.site.language)
    frame = page_frame(about, "404.html", words.gettext("Page not found"))
    frame = replace(frame, absolute=True, indexed=False)
    yield Output("404.html", NotFoundView(frame), encode_not_found)


def _report_view(plan: ReportPlan) -> ReportView:
    published = plan.report.value
    report, front = published.report, published.report.front
    site = spoken(plan.site.value, report)
    previous = plan.previous.value.report if plan.previous else None
    following = plan.next.value.report if plan.next else None
    frame = replace(
        page_frame(plan.site, report.url, report.title, report.summary or report.title),
        board=board_name(site, report),
        spoken="" if site is plan.site.value else site.language,
        kind="article",
        previous=previous.url if previous else "",
        next=following.url if following else "",
        indexed=front.withdrawn is None,
    )
    urls, labels, root = published.urls, published.labels, frame.root
    places = thread_places(site, plan.passages, plan.topics)
    sections = tuple(
        replace(section, threads=places[section.id])
        if section.level and section.id in places
        else section
        for section in section_views(report.body.sections, plan.html, urls, labels, root)
    )
    top = top_level(report)
    main = tuple(section for section in sections if section.level == top)
    language = site.language
    board = frame.board
    return ReportView(
        frame=frame,
        language=report_language(site, report),
        board=Link(f"boards/{report.board}/", board) if board else None,
        year=Link(year_url(report.date.year), str(report.date.year)),
        day=Day(report.date, language),
        time=local_time(site, front.time),
        place=front.place or "",
        published=Day(report.published, language),
        author=front.author or "",
        summary=front.summary or "",
        cancelled=front.cancelled or "",
        withdrawn=Notes(Day(front.withdrawn.date, language), front.withdrawn.reason)
        if front.withdrawn
        else None,
        announced=Day(plan.announced, language) if plan.announced else None,
        asks=tuple(ask_view(site, ask) for ask in plan.asks),
        outcomes=tuple(recorded_outcomes(site, plan.outcomes)),
        next_meeting=next_view(site, plan.next_meeting) if plan.next_meeting else None,
        topics=places.get("", ()),
        attendees=front.attendees,
        apologies=front.apologies,
        corrections=tuple(
            Notes(Day(entry.date, language), entry.note)
            for entry in sorted(front.corrections, key=lambda entry: entry.date, reverse=True)
        ),
        contents=main if len(main) >= _CONTENTS_FROM else (),
        sections=sections,
        footnotes_html=fill(plan.html.value.footnotes if plan.html else "", urls, labels, root, ""),
        backlinks=tuple(report_card(site, one.value.report) for one in plan.backlinks),
        last_time=report_digest(site, previous, plan.previous_asks) if previous else None,
        previous=report_card(site, previous) if previous else None,
        next=report_card(site, following) if following else None,
        facts=script_json(report_facts(site, report, plan.announced, frame)),
    )


def encode_home(view: HomePlan, theme: "Theme") -> bytes:
    """Return the home page."""
    site = view.frame.site.value
    facts = {
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": site.title,
        "url": site.base_url,
        "description": view.frame.description,
        "inLanguage": site.language,
    }
    page = HomeView(
        view.frame,
        tuple(ask_view(site, ask) for ask in view.asks),
        view.open_asks,
        tuple((board, next_view(site, meeting)) for board, meeting in view.meetings),
        report_card(site, view.newest.value.report) if view.newest else None,
        tuple(report_card(site, one.value.report) for one in view.latest),
        view.picture,
        view.years,
        script_json(facts),
    )
    return rendered(theme, "home.html", page)


def encode_report(view: ReportPlan, theme: "Theme") -> bytes:
    """Return a report's page."""
    return rendered(theme, "report.html", _report_view(view))


def encode_page(view: PagePlan, theme: "Theme") -> bytes:
    """Return an ordinary page."""
    root = view.frame.root
    page = PageView(
        view.frame,
        section_views(view.sections, view.html, view.urls, view.labels, root),
        fill(view.html.value.footnotes if view.html else "", view.urls, view.labels, root, ""),
    )
    return rendered(theme, "page.html", page)


def encode_not_found(view: NotFoundView, theme: "Theme") -> bytes:
    """Return 404.html."""
    return rendered(theme, "404.html", view)
