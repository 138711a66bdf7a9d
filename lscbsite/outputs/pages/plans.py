"""A planner for each kind of page, which makes its views from the linked site; the encoders."""

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from lscbsite.i18n import get_translations
from lscbsite.incremental.fingerprint import digest_values
from lscbsite.markup import fill
from lscbsite.model import (
    Answer,
    Artifact,
    ArtifactGroup,
    AskState,
    Input,
    LinkedReport,
    NextState,
    SiteIndex,
    Thread,
    TopicMention,
)
from lscbsite.outputs.pages.archives import make_year_links
from lscbsite.outputs.pages.components import (
    build_ask_view,
    build_next_view,
    build_previous_report,
    build_recorded_outcomes,
    build_report_card,
    build_section_views,
    build_thread_places,
    find_event_url,
    find_top_level,
    format_meeting_time,
    get_board_name,
    get_report_language,
    list_coming_meetings,
    list_open_asks,
    localized,
    make_page_frame,
    make_year_url,
    plan_ask,
    plan_next_meeting,
    plan_outcome,
    render_page,
)
from lscbsite.outputs.pages.json_ld import build_report_facts, encode_script_json
from lscbsite.outputs.pages.timeline import build_timeline
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
from lscbsite.outputs.site_context import Link, SiteView

if TYPE_CHECKING:  # slow to import, and not needed to plan
    from lscbsite.theme import Theme

_CONTENTS_FROM = 3
_LATEST = 6
_ASKS = 10
_TOPICS = 12


def plan_home(site: SiteIndex, about: Input[SiteView]) -> Iterator[Artifact]:
    """The home page: asks, next meetings, the newest report, the years."""
    shown = [linked for linked in site.reports if not linked.report.front.withdrawn]
    newest = max(
        (linked.report for linked in shown), key=attrgetter("published_order"), default=None
    )
    latest = [one for one in reversed(shown[-_LATEST - 1 :]) if one.report is not newest][:_LATEST]
    asked = list_open_asks(site)
    view = HomePlan(
        make_page_frame(about, "", site.config.site.title),
        tuple(plan_ask(site, ask) for ask in asked[:_ASKS]),
        len(asked),
        tuple(list_coming_meetings(site)),
        site.by_id[newest.id].brief if newest else None,
        tuple(linked.brief for linked in latest),
        build_timeline(site, _select_latest_threads(site), glance=True),
        make_year_links(site.reports, make_year_url),
    )
    yield Artifact("index.html", view, render_home)


def _select_latest_threads(site: SiteIndex) -> list[Thread]:
    """Return the topics that were discussed last, the latest first."""
    discussed = [thread for thread in site.threads if thread.passages]
    discussed.sort(key=lambda one: _select_last(site, one).report.order, reverse=True)
    return discussed[:_TOPICS]


def _select_last(site: SiteIndex, thread: Thread) -> LinkedReport:
    return site.by_id[thread.passages[-1].spot.report]


class _ReportPageKey(msgspec.Struct, frozen=True, array_like=True, gc=False):
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
    passages: tuple[TopicMention, ...]
    topics: tuple[str, ...]
    backlinks: tuple[str, ...]
    previous: str | None
    previous_asks: tuple[AskState, ...]
    next: str | None
    today: dt.date | None


def plan_reports(site: SiteIndex, about: Input[SiteView]) -> Iterator[ArtifactGroup]:
    """A page for each report; those of a month are a block."""
    names = {thread.id: thread.topic.name for thread in site.threads}
    for _, month in groupby(site.reports, key=_plan_month):
        kin = [_make_report_page_key(site, names, linked) for linked in month]
        yield ArtifactGroup(
            digest_values("reports", about.digest, kin),
            partial(_plan_report_pages, site, about, kin),
        )


def _plan_month(linked: LinkedReport) -> tuple[int, int]:
    return linked.report.date.year, linked.report.date.month


def _make_report_page_key(
    site: SiteIndex, names: dict[str, str], linked: LinkedReport
) -> _ReportPageKey:
    report, state = linked.report, linked.next_state
    if report.front.withdrawn:
        state = None
    asked = site.by_id[linked.previous].asks if linked.previous else ()
    return _ReportPageKey(
        report.id,
        linked.has_html,
        linked.announced,
        state,
        find_event_url(site, state, report.board) if state else "",
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


def _plan_report_pages(
    site: SiteIndex, about: Input[SiteView], kin: Iterable[_ReportPageKey]
) -> Iterator[Artifact]:
    by_id = site.by_id
    for one in kin:
        linked = by_id[one.id]
        view = ReportPlan(
            about,
            linked.shared,
            linked.html,
            one.announced,
            plan_next_meeting(site, one.next_state, one.event_url) if one.next_state else None,
            tuple([plan_ask(site, ask) for ask in one.asks]),
            tuple([plan_outcome(site, answer) for answer in one.answers]),
            one.passages,
            one.topics,
            tuple([by_id[name].brief for name in one.backlinks]),
            by_id[one.previous].brief if one.previous else None,
            tuple([plan_ask(site, ask) for ask in one.previous_asks]),
            by_id[one.next].brief if one.next else None,
        )
        yield Artifact(f"reports/{one.id}/index.html", view, render_report, linked.report.path)


def plan_pages(site: SiteIndex, about: Input[SiteView]) -> Iterator[Artifact]:
    """The ordinary pages."""
    for linked in site.pages:
        page = linked.page
        view = PagePlan(
            make_page_frame(about, page.url, page.title, page.body.first_paragraph),
            page.body.sections,
            linked.html,
            linked.urls,
            linked.labels,
        )
        yield Artifact(f"{page.id}/index.html", view, render_ordinary_page, page.path)


def plan_not_found(site: SiteIndex, about: Input[SiteView]) -> Iterator[Artifact]:
    """404.html, whose links hold wherever a server shows it: from the host's root on."""
    words = get_translations(site.config.site.language)
    frame = make_page_frame(about, "404.html", words.gettext("Page not found"))
    frame = replace(frame, absolute=True, indexed=False)
    yield Artifact("404.html", NotFoundView(frame), render_not_found)


def _build_report_view(plan: ReportPlan) -> ReportView:
    published = plan.report.value
    report, front = published.report, published.report.front
    site = localized(plan.site.value, report)
    previous = plan.previous.value.report if plan.previous else None
    following = plan.next.value.report if plan.next else None
    frame = replace(
        make_page_frame(plan.site, report.url, report.title, report.summary or report.title),
        board=get_board_name(site, report),
        spoken="" if site is plan.site.value else site.language,
        kind="article",
        previous=previous.url if previous else "",
        next=following.url if following else "",
        indexed=front.withdrawn is None,
    )
    urls, labels, root = published.urls, published.labels, frame.root
    places = build_thread_places(site, plan.passages, plan.topics)
    sections = tuple(
        replace(section, threads=places[section.id])
        if section.level and section.id in places
        else section
        for section in build_section_views(report.body.sections, plan.html, urls, labels, root)
    )
    top = find_top_level(report)
    main = tuple(section for section in sections if section.level == top)
    language = site.language
    board = frame.board
    return ReportView(
        frame=frame,
        language=get_report_language(site, report),
        board=Link(f"boards/{report.board}/", board) if board else None,
        year=Link(make_year_url(report.date.year), str(report.date.year)),
        day=Day(report.date, language),
        time=format_meeting_time(site, front.time),
        place=front.place or "",
        published=Day(report.published, language),
        author=front.author or "",
        summary=front.summary or "",
        cancelled=front.cancelled or "",
        withdrawn=Notes(Day(front.withdrawn.date, language), front.withdrawn.reason)
        if front.withdrawn
        else None,
        announced=Day(plan.announced, language) if plan.announced else None,
        asks=tuple(build_ask_view(site, ask) for ask in plan.asks),
        outcomes=tuple(build_recorded_outcomes(site, plan.outcomes)),
        next_meeting=build_next_view(site, plan.next_meeting) if plan.next_meeting else None,
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
        backlinks=tuple(build_report_card(site, one.value.report) for one in plan.backlinks),
        last_time=build_previous_report(site, previous, plan.previous_asks) if previous else None,
        previous=build_report_card(site, previous) if previous else None,
        next=build_report_card(site, following) if following else None,
        facts=encode_script_json(build_report_facts(site, report, plan.announced, frame)),
    )


def render_home(view: HomePlan, theme: "Theme") -> bytes:
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
        tuple(build_ask_view(site, ask) for ask in view.asks),
        view.open_asks,
        tuple((board, build_next_view(site, meeting)) for board, meeting in view.meetings),
        build_report_card(site, view.newest.value.report) if view.newest else None,
        tuple(build_report_card(site, one.value.report) for one in view.latest),
        view.picture,
        view.years,
        encode_script_json(facts),
    )
    return render_page(theme, "home.html", page)


def render_report(view: ReportPlan, theme: "Theme") -> bytes:
    """Return a report's page."""
    return render_page(theme, "report.html", _build_report_view(view))


def render_ordinary_page(view: PagePlan, theme: "Theme") -> bytes:
    """Return an ordinary page."""
    root = view.frame.root
    page = PageView(
        view.frame,
        build_section_views(view.sections, view.html, view.urls, view.labels, root),
        fill(view.html.value.footnotes if view.html else "", view.urls, view.labels, root, ""),
    )
    return render_page(theme, "page.html", page)


def render_not_found(view: NotFoundView, theme: "Theme") -> bytes:
    """Return 404.html."""
    return render_page(theme, "404.html", view)
