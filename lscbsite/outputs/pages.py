"""The pages: a view for each kind, made from the linked site, and its encoder.

A view holds everything that its template may show, dates already in words. Text is escaped by
the templates; fields that end in ``html`` are HTML already.
"""

import datetime as dt
import html
import re
from collections.abc import Iterator
from typing import Any, Literal
from urllib.parse import quote, urlsplit

import msgspec

from lscbsite import dates
from lscbsite.markup import fill, normal_url
from lscbsite.model import (
    AskState,
    Attendee,
    LinkedReport,
    NextState,
    Output,
    Report,
    Section,
    Site,
)
from lscbsite.theme import Theme

_CONTENTS_FROM = 3
_LATEST = 6


class Day(msgspec.Struct, frozen=True):
    """A day for machines (ISO 8601) and in words; ``weekday`` in words, too."""

    iso: str
    text: str
    weekday: str


class Link(msgspec.Struct, frozen=True):
    """An address below the base URL, and its text; ``language`` if it is not the site's."""

    url: str
    text: str
    language: str = ""


class Frame(msgspec.Struct, frozen=True):
    """What every page shows around its content, and says about itself to machines.

    ``root`` leads from the page to the home page; ``url`` is the page's place below the base
    URL.
    """

    site_title: str
    site_description: str
    notice: str
    language: str
    timezone: str
    base_url: str
    logo: str
    root: str
    url: str
    title: str
    description: str
    navigation: tuple[Link, ...]
    boards: tuple[Link, ...]
    kind: Literal["website", "article"] = "website"
    previous: str = ""
    next: str = ""
    indexed: bool = True

    @property
    def canonical(self) -> str:
        """The page's absolute address."""
        return self.base_url + self.url


class Reply(msgspec.Struct, frozen=True):
    """A reply route: an address to follow ('' for plain words) and its text."""

    href: str
    text: str


class AskView(msgspec.Struct, frozen=True):
    """An ask as pages show it."""

    anchor: str
    url: str
    ask: str
    audience: str
    deadline: Day | None
    reply: Reply | None
    state: str
    source: Link
    outcomes: tuple["OutcomeView", ...]


class OutcomeView(msgspec.Struct, frozen=True):
    """An outcome: the text, the ask, who recorded it and when."""

    text: str
    ask: str
    ask_url: str
    asked_in: Link
    recorded_in: Link
    recorded_on: Day


class NextView(msgspec.Struct, frozen=True):
    """The next meeting and what became of it."""

    state: str
    day: Day | None
    time: str
    place: str
    href: str
    held_on: Day | None
    report: Link | None


class Card(msgspec.Struct, frozen=True):
    """A report as other pages list it; the summary is in the language of the link."""

    link: Link
    day: Day
    time: str
    board: str
    summary: str
    state: str
    asks: int


class Digest(msgspec.Struct, frozen=True):
    """What the report before this one said: generated, dated and linked."""

    card: Card
    headings: tuple[Link, ...]
    asks: tuple[AskView, ...]


class Notes(msgspec.Struct, frozen=True):
    """A dated public note: a correction or the withdrawal."""

    day: Day
    text: str


class SectionView(msgspec.Struct, frozen=True):
    """A section with its links resolved."""

    id: str
    level: int
    title: str
    heading_html: str
    html: str


class ReportView(msgspec.Struct, frozen=True):
    """Everything the page of a report shows; ``language`` if it is not the site's."""

    frame: Frame
    language: str
    board: Link | None
    year: Link
    day: Day
    time: str
    place: str
    published: Day
    author: str
    summary: str
    cancelled: str
    withdrawn: Notes | None
    announced: Day | None
    asks: tuple[AskView, ...]
    outcomes: tuple[OutcomeView, ...]
    next_meeting: NextView | None
    attendees: tuple[Attendee, ...]
    apologies: tuple[Attendee, ...]
    corrections: tuple[Notes, ...]
    contents: tuple[SectionView, ...]
    sections: tuple[SectionView, ...]
    footnotes_html: str
    backlinks: tuple[Card, ...]
    last_time: Digest | None
    previous: Card | None
    next: Card | None
    facts: str


class YearLink(msgspec.Struct, frozen=True):
    """A year, and how many meetings it holds."""

    link: Link
    meetings: int


class HomeView(msgspec.Struct, frozen=True):
    """Everything the home page shows."""

    frame: Frame
    asks: tuple[AskView, ...]
    meetings: tuple[tuple[str, NextView], ...]
    newest: Card | None
    latest: tuple[Card, ...]
    years: tuple[YearLink, ...]
    facts: str


class ArchiveView(msgspec.Struct, frozen=True):
    """A year's or a board's meetings, newest first."""

    frame: Frame
    heading: str
    introduction: str
    groups: tuple[tuple[str, tuple[Card, ...]], ...]
    meetings: tuple[tuple[str, NextView], ...]
    previous: Link | None
    next: Link | None


class PageView(msgspec.Struct, frozen=True):
    """An ordinary page."""

    frame: Frame
    sections: tuple[SectionView, ...]
    footnotes_html: str


class NotFoundView(msgspec.Struct, frozen=True):
    """The page for addresses that lead nowhere."""

    frame: Frame


# --- planners -----------------------------------------------------------------------------


def plan_home(site: Site) -> Iterator[Output]:
    """The home page: asks, next meetings, the newest report, the years."""
    shown = [linked for linked in site.reports if not linked.report.front.withdrawn]
    newest = max(
        shown, key=lambda linked: (linked.report.published, linked.report.order), default=None
    )
    latest = [linked for linked in reversed(shown) if linked is not newest][:_LATEST]
    frame = _frame(site, "", site.config.site.title)
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
        tuple(_open_asks(site)),
        tuple(_coming(site)),
        _card(site, newest) if newest else None,
        tuple(_card(site, linked) for linked in latest),
        tuple(
            YearLink(Link(_year_url(year), str(year)), len(group))
            for year, group in reversed(_by_year(list(site.reports)))
        ),
        _json(facts),
    )
    yield Output("index.html", view, encode_home)


def plan_reports(site: Site) -> Iterator[Output]:
    """A page for each report."""
    for linked in site.reports:
        path = f"reports/{linked.report.id}/index.html"
        yield Output(path, _report_view(site, linked), encode_report, linked.report.path)


def plan_years(site: Site) -> Iterator[Output]:
    """An archive page for each year in which a meeting was held."""
    years = _by_year(list(site.reports))
    for place, (year, group) in enumerate(years):
        before = years[place - 1][0] if place else None
        after = years[place + 1][0] if place + 1 < len(years) else None
        frame = _frame(
            site,
            _year_url(year),
            f"Meetings in {year}",
            f"{site.config.site.title}: the meetings of {year}",
        )
        view = ArchiveView(
            frame,
            f"Meetings in {year}",
            "",
            (("", tuple(_card(site, linked) for linked in reversed(group))),),
            (),
            Link(_year_url(before), str(before)) if before else None,
            Link(_year_url(after), str(after)) if after else None,
        )
        yield Output(f"years/{year}/index.html", view, encode_archive)


def plan_boards(site: Site) -> Iterator[Output]:
    """An archive page for each board, where there are several."""
    for board_id, board in site.config.site.boards.items():
        mine = [linked for linked in site.reports if linked.report.board == board_id]
        groups = tuple(
            (
                str(year),
                tuple(_card(site, linked, boards=False) for linked in reversed(group)),
            )
            for year, group in reversed(_by_year(mine))
        )
        view = ArchiveView(
            _frame(site, f"boards/{board_id}/", board.name, board.description or board.name),
            board.name,
            board.description or "",
            groups,
            tuple(_coming(site, board_id)),
            None,
            None,
        )
        yield Output(f"boards/{board_id}/index.html", view, encode_archive)


def plan_pages(site: Site) -> Iterator[Output]:
    """The ordinary pages."""
    for linked in site.pages:
        page = linked.page
        frame = _frame(site, page.url, page.title, page.body.first_paragraph)
        root = frame.root
        view = PageView(
            frame,
            tuple(
                _section(section, linked.urls, linked.labels, root)
                for section in page.body.sections
            ),
            fill(page.body.footnotes, linked.urls, linked.labels, root, ""),
        )
        yield Output(f"{page.id}/index.html", view, encode_page, page.path)


def plan_not_found(site: Site) -> Iterator[Output]:
    """404.html, whose links hold wherever a server shows it: from the host's root on."""
    frame = _frame(site, "404.html", "Page not found")
    root = urlsplit(site.config.site.base_url).path
    frame = msgspec.structs.replace(frame, root=root, indexed=False)
    yield Output("404.html", NotFoundView(frame), encode_not_found)


# --- encoders -----------------------------------------------------------------------------


def encode_home(view: HomeView, theme: Theme) -> bytes:
    """Return the home page."""
    return theme.render("home.html", view)


def encode_report(view: ReportView, theme: Theme) -> bytes:
    """Return a report's page."""
    return theme.render("report.html", view)


def encode_archive(view: ArchiveView, theme: Theme) -> bytes:
    """Return a year's or a board's page."""
    return theme.render("archive.html", view)


def encode_page(view: PageView, theme: Theme) -> bytes:
    """Return an ordinary page."""
    return theme.render("page.html", view)


def encode_not_found(view: NotFoundView, theme: Theme) -> bytes:
    """Return 404.html."""
    return theme.render("404.html", view)


# --- parts of views -----------------------------------------------------------------------


def _frame(site: Site, url: str, title: str, description: str = "") -> Frame:
    config = site.config.site
    return Frame(
        site_title=config.title,
        site_description=config.description or "",
        notice=config.notice or "",
        language=config.language,
        timezone=config.timezone,
        base_url=config.base_url,
        logo=quote(config.logo or ""),
        root="../" * url.count("/") or "./",
        url=url,
        title=title,
        description=description or config.description or config.title,
        navigation=tuple(
            Link(linked.page.url, linked.page.title) for linked in site.pages if linked.page.nav
        ),
        boards=tuple(
            Link(f"boards/{board_id}/", board.name) for board_id, board in config.boards.items()
        ),
    )


def _day(site: Site, day: dt.date) -> Day:
    language = site.config.site.language
    return Day(day.isoformat(), dates.local_date(day, language), dates.local_weekday(day, language))


def _time(site: Site, time: dt.time | None) -> str:
    return dates.local_time(time, site.config.site.language) if time else ""


def _board_name(site: Site, report: Report) -> str:
    board = site.config.site.boards.get(report.board)
    return board.name if board else ""


def _card(site: Site, linked: LinkedReport, *, boards: bool = True) -> Card:
    """A report's card; ``boards`` if reports of several boards may stand beside it."""
    report = linked.report
    front = report.front
    return Card(
        _link(site, report),
        _day(site, report.date),
        _time(site, front.time),
        _board_name(site, report) if boards else "",
        report.summary,
        "withdrawn" if front.withdrawn else "cancelled" if front.cancelled else "",
        len(linked.asks),
    )


def _link(site: Site, report: Report) -> Link:
    return Link(report.url, report.title, _language(site, report))


def _language(site: Site, report: Report) -> str:
    """The language of what a report says, '' where it is the site's."""
    language = report.front.language or ""
    return "" if language.casefold() == site.config.site.language.casefold() else language


def _year_url(year: int) -> str:
    return f"years/{year}/"


def _by_year(reports: list[LinkedReport]) -> list[tuple[int, list[LinkedReport]]]:
    years: dict[int, list[LinkedReport]] = {}
    for linked in reports:
        years.setdefault(linked.report.date.year, []).append(linked)
    return sorted(years.items())


def _open_asks(site: Site) -> list[AskView]:
    """The open asks, the soonest deadline first, those without one last."""
    asks = [ask for linked in site.reports for ask in linked.asks if ask.state == "open"]
    asks.sort(key=lambda ask: (ask.ask.deadline or dt.date.max, ask.report, ask.ask.id))
    return [_ask(site, ask) for ask in asks]


def _coming(site: Site, board: str | None = None) -> Iterator[tuple[str, NextView]]:
    """The meetings ahead, soonest first, each day of a board once, with the board's name."""
    ahead = {}
    for linked in site.reports:
        state = linked.next_state
        if state and state.state == "scheduled" and board in (None, linked.report.board):
            ahead[linked.report.board, state.meeting.date] = linked
    for (_, day), linked in sorted(ahead.items(), key=lambda item: (item[0][1], item[0][0])):
        if day and linked.next_state:
            yield _board_name(site, linked.report), _next(site, linked.next_state)


_MAIL = re.compile(r"[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>().,;]+")
_NAMED_MAIL = re.compile(rf"[^<>]+<({_MAIL.pattern})>")
_PHONE = re.compile(r"\+?[\d\s()/-]{6,}")


def reply_route(text: str) -> Reply:
    """Return how to reply: a link for an e-mail or web address or a telephone number."""
    if re.fullmatch(r"https?://[^\s]+", text):
        return Reply(normal_url(text) or "", text)
    if _MAIL.fullmatch(text):
        return Reply("mailto:" + quote(text, safe="@+"), text)
    if named := _NAMED_MAIL.fullmatch(text):
        return Reply("mailto:" + quote(named[1], safe="@+"), text)
    if _PHONE.fullmatch(text) and sum(character.isdigit() for character in text) >= 6:
        number = text.replace("(0)", "") if text.startswith("+") else text
        return Reply("tel:" + re.sub(r"(?!^\+)\D", "", number), text)
    return Reply("", text)


def _ask(site: Site, state: AskState) -> AskView:
    ask = state.ask
    source = site.by_id[state.report].report
    anchor = f"ask:{ask.id}"
    return AskView(
        anchor,
        f"{source.url}#{anchor}",
        ask.ask,
        ask.audience or "",
        _day(site, ask.deadline) if ask.deadline else None,
        reply_route(ask.reply_to) if ask.reply_to else None,
        state.state,
        _link(site, source),
        tuple(_outcomes(site, state)),
    )


def _outcomes(site: Site, state: AskState) -> Iterator[OutcomeView]:
    for answer in state.outcomes:
        yield _outcome(
            site, answer.ask_report, state.ask.id, state.ask.ask, answer.report, answer.outcome
        )


def _outcome(
    site: Site, asked_in: str, ask_id: str, ask: str, recorded_in: str, text: str
) -> OutcomeView:
    asked = site.by_id[asked_in].report
    recorded = site.by_id[recorded_in].report
    return OutcomeView(
        text,
        ask,
        f"{asked.url}#ask:{ask_id}",
        _link(site, asked),
        _link(site, recorded),
        _day(site, recorded.date),
    )


def _next(site: Site, state: NextState) -> NextView:
    meeting = state.meeting
    report = site.by_id[state.report].report if state.report else None
    return NextView(
        state.state,
        _day(site, meeting.date) if meeting.date else None,
        _time(site, meeting.time),
        meeting.place or "",
        normal_url(meeting.url) or "" if meeting.url else "",
        _day(site, report.date) if report else None,
        _link(site, report) if report else None,
    )


def _section(
    section: Section, urls: tuple[str | None, ...], labels: tuple[str, ...], root: str
) -> SectionView:
    return SectionView(
        section.id,
        section.level,
        section.title,
        fill(section.heading, urls, labels, root, ""),
        fill(section.html, urls, labels, root, ""),
    )


def _report_view(site: Site, linked: LinkedReport) -> ReportView:
    report, front = linked.report, linked.report.front
    by_id = site.by_id
    previous = by_id[linked.previous] if linked.previous else None
    following = by_id[linked.next] if linked.next else None
    frame = _frame(site, report.url, report.title, report.summary or report.title)
    frame = msgspec.structs.replace(
        frame,
        kind="article",
        previous=previous.report.url if previous else "",
        next=following.report.url if following else "",
        indexed=front.withdrawn is None,
    )
    sections = tuple(
        _section(section, linked.urls, linked.labels, frame.root)
        for section in report.body.sections
    )
    top = _top(report)
    main = tuple(section for section in sections if section.level == top)
    board = site.config.site.boards.get(report.board)
    return ReportView(
        frame=frame,
        language=_language(site, report),
        board=Link(f"boards/{report.board}/", board.name) if board else None,
        year=Link(_year_url(report.date.year), str(report.date.year)),
        day=_day(site, report.date),
        time=_time(site, front.time),
        place=front.place or "",
        published=_day(site, report.published),
        author=front.author or "",
        summary=front.summary or "",
        cancelled=front.cancelled or "",
        withdrawn=Notes(_day(site, front.withdrawn.date), front.withdrawn.reason)
        if front.withdrawn
        else None,
        announced=_day(site, linked.announced) if linked.announced else None,
        asks=tuple(_ask(site, ask) for ask in linked.asks),
        outcomes=tuple(_recorded(site, linked)),
        next_meeting=_next(site, linked.next_state) if linked.next_state else None,
        attendees=front.attendees,
        apologies=front.apologies,
        corrections=tuple(
            Notes(_day(site, entry.date), entry.note)
            for entry in sorted(front.corrections, key=lambda entry: entry.date, reverse=True)
        ),
        contents=main if len(main) >= _CONTENTS_FROM else (),
        sections=sections,
        footnotes_html=fill(report.body.footnotes, linked.urls, linked.labels, frame.root, ""),
        backlinks=tuple(_card(site, by_id[name]) for name in linked.backlinks),
        last_time=_digest(site, previous) if previous else None,
        previous=_card(site, previous) if previous else None,
        next=_card(site, following) if following else None,
        facts=_json(_facts(site, linked, frame)),
    )


def _top(report: Report) -> int:
    """The level of a report's main headings; -1 if it has none."""
    return min((section.level for section in report.body.sections if section.level), default=-1)


def _recorded(site: Site, linked: LinkedReport) -> Iterator[OutcomeView]:
    """The outcomes that a report records, with the asks' own words."""
    for answer in linked.answers:
        asked = site.by_id[answer.ask_report].report
        ask = next(ask.ask for ask in asked.front.feedback if ask.id == answer.ask)
        yield _outcome(site, asked.id, answer.ask, ask, answer.report, answer.outcome)


def _digest(site: Site, linked: LinkedReport) -> Digest:
    top = _top(linked.report)
    language = _language(site, linked.report)
    return Digest(
        _card(site, linked, boards=False),
        tuple(
            Link(f"{linked.report.url}#{quote(section.id)}", section.title, language)
            for section in linked.report.body.sections
            if section.level == top
        ),
        tuple(_ask(site, ask) for ask in linked.asks),
    )


# --- facts for machines (schema.org) --------------------------------------------------------


def _facts(site: Site, linked: LinkedReport, frame: Frame) -> Any:
    """The meeting as schema.org/Event, the report as schema.org/Report."""
    report, front = linked.report, linked.report.front
    config = site.config.site
    event: dict[str, Any] = {
        "@type": "Event",
        "@id": f"{frame.canonical}#meeting",
        "name": f"Meeting of {dates.local_date(report.date, config.language)}",
        "startDate": _start(site, report.date, front.time),
        "organizer": {"@type": "Organization", "name": _board_name(site, report) or config.title},
    }
    status = "EventScheduled"
    if front.cancelled:
        status = "EventCancelled"
    elif linked.announced:
        status = "EventRescheduled"
        event["previousStartDate"] = linked.announced.isoformat()
    event["eventStatus"] = f"https://schema.org/{status}"
    if front.place:
        event["location"] = {"@type": "Place", "name": front.place}
    document: dict[str, Any] = {
        "@type": "Report",
        "@id": f"{frame.canonical}#report",
        "url": frame.canonical,
        "headline": report.title,
        "description": frame.description,
        "inLanguage": front.language or config.language,
        "datePublished": report.published.isoformat(),
        "dateModified": report.changed.isoformat(),
        "about": {"@id": event["@id"]},
        "isPartOf": {"@type": "WebSite", "name": config.title, "url": config.base_url},
    }
    if front.author:
        document["author"] = {"@type": "Person", "name": front.author}
    return {"@context": "https://schema.org", "@graph": [event, document]}


def _start(site: Site, day: dt.date, time: dt.time | None) -> str:
    """ISO 8601: the day alone, or with the time and its offset from UTC on that day."""
    if time is None:
        return day.isoformat()
    return dates.moment(day, time, site.config.site.timezone).isoformat(timespec="minutes")


def _json(facts: Any) -> str:
    """Return JSON that can stand in a script element: no '<' that could end it."""
    text = msgspec.json.encode(facts).decode()
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def escape(text: str) -> str:
    """Return plain text as HTML."""
    return html.escape(text, quote=False)
