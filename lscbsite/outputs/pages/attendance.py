"""The page of attendance: who attended each meeting."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from lscbsite import dates
from lscbsite.i18n import N_, get_translations
from lscbsite.model import Artifact, Attendee, Input, LinkedReport, SiteIndex, make_person_key
from lscbsite.outputs.declaration import OutputKind
from lscbsite.outputs.pages.archives import YearLink, group_by_year, make_part_link
from lscbsite.outputs.pages.components import make_sort_key
from lscbsite.outputs.pages.frame import Day, Frame, make_page_frame, render_page
from lscbsite.outputs.site_context import Link, MenuLink, SiteView

if TYPE_CHECKING:  # slow to import, and not needed to plan
    from lscbsite.theme import Theme

# Of more meetings than this, each year has a page.
_ON_ONE_PAGE = 16
# The largest size of a page's tables, and the sizes of a mark and an empty cell, in bytes of HTML.
_TABLE, _MARK, _CELL = 230_000, 170, 10
# The keys of an organisation and of a person.
_Who = tuple[str, str]


class Column(msgspec.Struct, frozen=True):
    """A meeting; it has a ``time`` only if the day had another meeting."""

    url: str
    day: Day
    time: str


class Row(msgspec.Struct, frozen=True):
    """A person: how often present, and 'present', 'apologies' or '' for each meeting.

    ``details`` are the role, and when the person was there, at each meeting; empty if nothing is known.
    """

    name: str
    present: int
    marks: tuple[str, ...]
    details: tuple[str, ...] = ()


class Attendance(msgspec.Struct, frozen=True):
    """A table of a board's meetings and the people there, by organisation ('': none given).

    ``anchor`` is the id of its heading, '' for a site without boards.
    """

    anchor: str
    heading: str
    columns: tuple[Column, ...]
    groups: tuple[tuple[str, tuple[Row, ...]], ...]


class AttendanceView(msgspec.Struct, frozen=True):
    """Who attended the meetings of ``year`` or a part of it, or of all years where it is ''."""

    frame: Frame
    year: str
    tables: tuple[Attendance, ...]
    years: tuple[YearLink, ...]


def plan_attendance(site: SiteIndex, site_view: Input[SiteView]) -> Iterator[Artifact]:
    """Plan the page of attendance if the site has it, and with many meetings a page for each year."""
    if not site.config.site.attendance:
        return
    held = [linked_report for linked_report in site.reports if linked_report.took_place]
    periods = _split_periods(site, held)
    words = get_translations(site.config.site.language)
    links = tuple(YearLink(link, len(meetings)) for link, meetings in periods)
    newest, meetings = (periods[0][0].text, periods[0][1]) if periods else ("", held)
    pages = [(Link(ATTENDANCE.url, newest), words.gettext(ATTENDANCE.title), meetings)]
    in_year = words.gettext("Attendance in %(year)s")
    pages += [(link, in_year % {"year": link.text}, meetings) for link, meetings in periods]
    boards = [_BoardAttendance(site, board, held) for board in _group_boards(site)]
    for link, title, meetings in pages:
        description = words.gettext("%(site)s: who attended each meeting")
        if link.text:
            description = words.gettext("%(site)s: who attended each meeting in %(year)s")
        description %= {"site": site.config.site.title, "year": link.text}
        tables = (board.build_table(meetings) for board in boards)
        view = AttendanceView(
            make_page_frame(site_view, link.url, title, description),
            link.text,
            tuple(table for table in tables if table.groups),
            links,
        )
        yield Artifact(f"{link.url}index.html", view, render_attendance)


def _split_periods(
    site: SiteIndex, held: list[LinkedReport]
) -> list[tuple[Link, list[LinkedReport]]]:
    """Split the meetings into pages, the newest first; return none if one page is enough.

    A page has the meetings of a year, or fewer if the table gets too large.
    """
    periods = []
    language = site.config.site.language
    for year, group in group_by_year(held):
        for number, part in enumerate(_split_parts(group), 1):
            periods.append((make_part_link(ATTENDANCE.url, year, number, language), part))
    if len(held) <= _ON_ONE_PAGE and len(list(_split_parts(held))) == 1:
        return []
    return periods[::-1]


def list_period_urls(site: SiteIndex) -> list[tuple[dt.date, str]]:
    """Return the first day of each page of attendance and its address, the earliest first.

    There is none without attendance; the newest one is at the address of all attendance.
    """
    held = [linked_report for linked_report in site.reports if linked_report.took_place]
    if not site.config.site.attendance or not held:
        return []
    periods = _split_periods(site, held)
    urls = [(meetings[0].report.date, link.url) for link, meetings in reversed(periods[1:])]
    newest = periods[0][1] if periods else held
    return [*urls, (newest[0].report.date, ATTENDANCE.url)]


def _split_parts(held: list[LinkedReport]) -> Iterator[list[LinkedReport]]:
    """Yield meetings in parts whose tables are not too large."""
    part: list[LinkedReport] = []
    people: set[_Who] = set()
    marks = 0
    for linked_report in held:
        here = {
            _identify_person(attendee)
            for attendee in (*linked_report.people.attendees, *linked_report.people.apologies)
        }
        size = _MARK * (marks + len(here)) + _CELL * (len(part) + 1) * len(people | here)
        if part and size > _TABLE:
            yield part
            part, people, marks = [], set(), 0
        part.append(linked_report)
        people |= here
        marks += len(here)
    if part:
        yield part


def _group_boards(site: SiteIndex) -> list[str]:
    return list(site.config.site.boards) or [""]


class _BoardAttendance:
    """The people at a board's meetings, by the first spelling of their names."""

    def __init__(self, site: SiteIndex, board: str, held: list[LinkedReport]) -> None:
        self._site = site
        self._board = board
        self._names: dict[str, str] = {}
        for linked_report in held:
            if board not in linked_report.report.boards:
                continue
            for attendee in (*linked_report.people.attendees, *linked_report.people.apologies):
                for spelling in (attendee.name, attendee.organisation or ""):
                    self._names.setdefault(make_person_key(spelling), " ".join(spelling.split()))

    def build_table(self, meetings: list[LinkedReport]) -> Attendance:
        """Return the table of the board's meetings among ``meetings``, the newest first."""
        held = [
            linked_report
            for linked_report in reversed(meetings)
            if self._board in linked_report.report.boards
        ]
        marks: dict[_Who, dict[int, str]] = defaultdict(dict)
        details: dict[_Who, dict[int, str]] = defaultdict(dict)
        for column, linked_report in enumerate(held):
            # Someone in both lists was present.
            for mark, people in (
                ("apologies", linked_report.people.apologies),
                ("present", linked_report.people.attendees),
            ):
                for attendee in people:
                    who = _identify_person(attendee)
                    marks[who][column] = mark
                    if detail := ", ".join(filter(None, (attendee.role, attendee.present))):
                        details[who][column] = f" ({detail})"
        groups: dict[str, list[Row]] = defaultdict(list)
        for organisation, name in sorted(marks, key=self._make_sort_key):
            marks_of_person = marks[organisation, name]
            groups[self._names[organisation]].append(
                Row(
                    self._names[name],
                    sum(mark == "present" for mark in marks_of_person.values()),
                    tuple(marks_of_person.get(column, "") for column in range(len(held))),
                    _list_details(details.get((organisation, name)), len(held)),
                )
            )
        board = self._site.config.site.boards.get(self._board)
        return Attendance(
            f"part:board-{self._board}" if board else "",
            board.name if board else "",
            tuple(self._list_columns(held)),
            tuple((organisation, tuple(rows)) for organisation, rows in groups.items()),
        )

    def _make_sort_key(self, who: _Who) -> tuple[bool, str, str]:
        """Return the key to sort people by organisation, then name; those without organisation come last."""
        organisation, name = who
        return (not organisation, make_sort_key(organisation), make_sort_key(name))

    def _list_columns(self, held: list[LinkedReport]) -> Iterator[Column]:
        on_day = Counter(linked_report.report.date for linked_report in held)
        for linked_report in held:
            report = linked_report.report
            start = report.front.time if on_day[report.date] > 1 else None
            time = dates.format_time(start, self._site.config.site.language) if start else ""
            yield Column(
                report.url,
                Day(report.date, self._site.config.site.language, report.front.last_day),
                time,
            )


def _list_details(details: dict[int, str] | None, count: int) -> tuple[str, ...]:
    return tuple(details.get(column, "") for column in range(count)) if details else ()


def _identify_person(attendee: Attendee) -> _Who:
    return make_person_key(attendee.organisation or ""), make_person_key(attendee.name)


def render_attendance(view: AttendanceView, theme: "Theme") -> bytes:
    """Return a page of attendance."""
    return render_page(theme, "attendance.html", view)


def _list_dated_urls(site: SiteIndex) -> Iterator[tuple[str, str]]:
    """Yield the addresses of all pages, as each year's table is on no other page."""
    if site.config.site.attendance:
        yield ATTENDANCE.url, ""
        held = [linked_report for linked_report in site.reports if linked_report.took_place]
        for link, _ in _split_periods(site, held):
            yield link.url, ""


ATTENDANCE = OutputKind(
    addresses=("attendance/", "attendance/{part}/"),
    renderers=(render_attendance,),
    plan=plan_attendance,
    title=N_("Attendance"),
    exists=lambda scope: scope.config.site.attendance,
    linkable=True,
    sitemap=True,
    list_dated_urls=_list_dated_urls,
    menu=MenuLink(N_("Attendance"), 4, footer=True),
)
