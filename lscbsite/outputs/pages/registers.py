"""The registers: the glossary, and who attended which meeting."""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from lscbsite import dates
from lscbsite.i18n import get_translations
from lscbsite.markup import Term
from lscbsite.model import Artifact, Attendee, Input, LinkedReport, SiteIndex, make_person_key
from lscbsite.outputs.pages.archives import group_by_year, make_part_link
from lscbsite.outputs.pages.components import make_page_frame, render_page
from lscbsite.outputs.pages.views import Day, Frame, YearLink
from lscbsite.outputs.site_context import Link, SiteView

if TYPE_CHECKING:  # slow to import, and not needed to plan
    from lscbsite.theme import Theme

# A glossary with more terms than this has links to its letters.
_WITHOUT_LETTERS = 25
# Of more meetings than this, each year has a page.
_ON_ONE_PAGE = 16
# What a page's tables may weigh, and what a mark and an empty cell do, in bytes of HTML.
_TABLE, _MARK, _CELL = 230_000, 170, 10
# The keys of an organisation and of a person.
_Who = tuple[str, str]


class GlossaryView(msgspec.Struct, frozen=True):
    """The terms in order; each of ``letters`` leads to the id of the first that begins so."""

    frame: Frame
    terms: tuple[Term, ...]
    letters: tuple[tuple[str, str], ...]


class Column(msgspec.Struct, frozen=True):
    """A meeting; ``time`` if another one was held on the day."""

    url: str
    day: Day
    time: str


class Row(msgspec.Struct, frozen=True):
    """A person: how often present, and for each meeting 'present', 'apologies' or ''."""

    name: str
    present: int
    marks: tuple[str, ...]


class Attendance(msgspec.Struct, frozen=True):
    """A table: its meetings, and its people by organisation ('' for the last group: none given).

    ``anchor`` is the id of its heading; the table of a site without boards has none.
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


def plan_glossary(site: SiteIndex, about: Input[SiteView]) -> Iterator[Artifact]:
    """The glossary, where there is one. Its own page explains no terms."""
    words = get_translations(site.config.site.language)
    told = words.gettext("%(site)s: terms and what they mean") % {"site": site.config.site.title}
    frame = make_page_frame(about, "glossary/", words.gettext("Glossary"), told)
    if not frame.terms:
        return
    terms = tuple(sorted(frame.terms, key=lambda term: _make_sort_key(term.name)))
    letters: dict[str, str] = {}
    if len(terms) > _WITHOUT_LETTERS:
        for term in terms:
            letters.setdefault(_get_letter(term.name), term.id)
    view = GlossaryView(
        msgspec.structs.replace(frame, explained=False), terms, tuple(letters.items())
    )
    yield Artifact("glossary/index.html", view, render_glossary)


def plan_attendance(site: SiteIndex, about: Input[SiteView]) -> Iterator[Artifact]:
    """Who attended which meeting, where site.yaml wants it; by year where there are many."""
    if not site.config.site.attendance:
        return
    held = [linked for linked in site.reports if linked.met]
    periods = _split_periods(site, held)
    words = get_translations(site.config.site.language)
    links = tuple(YearLink(link, len(meetings)) for link, meetings in periods)
    newest, meetings = (periods[0][0].text, periods[0][1]) if periods else ("", held)
    pages = [(Link("attendance/", newest), words.gettext("Attendance"), meetings)]
    in_year = words.gettext("Attendance in %(year)s")
    pages += [(link, in_year % {"year": link.text}, meetings) for link, meetings in periods]
    boards = [_Everybody(site, board, held) for board in _group_boards(site)]
    for link, title, meetings in pages:
        told = words.gettext("%(site)s: who attended each meeting")
        if link.text:
            told = words.gettext("%(site)s: who attended each meeting in %(year)s")
        told %= {"site": site.config.site.title, "year": link.text}
        tables = (board.table(meetings) for board in boards)
        view = AttendanceView(
            make_page_frame(about, link.url, title, told),
            link.text,
            tuple(table for table in tables if table.groups),
            links,
        )
        yield Artifact(f"{link.url}index.html", view, render_attendance)


def list_register_urls(site: SiteIndex) -> Iterator[str]:
    """Yield the addresses of the registers' pages, below the base URL."""
    if site.config.glossary:
        yield "glossary/"
    if site.config.site.attendance:
        yield "attendance/"
        held = [linked for linked in site.reports if linked.met]
        for link, _ in _split_periods(site, held):
            yield link.url


def _split_periods(
    site: SiteIndex, held: list[LinkedReport]
) -> list[tuple[Link, list[LinkedReport]]]:
    """Return the pages for parts of the meetings, the newest first; none where one page does.

    A part is a year, or less where many people met often.
    """
    periods = []
    language = site.config.site.language
    for year, group in group_by_year(held):
        for number, part in enumerate(_split_parts(group), 1):
            periods.append((make_part_link("attendance/", year, number, language), part))
    if len(held) <= _ON_ONE_PAGE and len(list(_split_parts(held))) == 1:
        return []
    return periods[::-1]


def _split_parts(held: list[LinkedReport]) -> Iterator[list[LinkedReport]]:
    """Yield meetings in parts whose tables are not too heavy."""
    part: list[LinkedReport] = []
    people: set[_Who] = set()
    marks = 0
    for linked in held:
        here = {
            _identify_person(one) for one in (*linked.people.attendees, *linked.people.apologies)
        }
        weight = _MARK * (marks + len(here)) + _CELL * (len(part) + 1) * len(people | here)
        if part and weight > _TABLE:
            yield part
            part, people, marks = [], set(), 0
        part.append(linked)
        people |= here
        marks += len(here)
    if part:
        yield part


def _group_boards(site: SiteIndex) -> list[str]:
    return list(site.config.site.boards) or [""]


class _Everybody:
    """The people at a board's meetings, each under the first spelling of their names."""

    def __init__(self, site: SiteIndex, board: str, held: list[LinkedReport]) -> None:
        self._site = site
        self._board = board
        self._names: dict[str, str] = {}
        for linked in held:
            if linked.report.board != board:
                continue
            for one in (*linked.people.attendees, *linked.people.apologies):
                for spelling in (one.name, one.organisation or ""):
                    self._names.setdefault(make_person_key(spelling), " ".join(spelling.split()))

    def table(self, meetings: list[LinkedReport]) -> Attendance:
        """Return the table of those of some meetings that are the board's, the newest first."""
        held = [linked for linked in reversed(meetings) if linked.report.board == self._board]
        marks: dict[_Who, dict[int, str]] = defaultdict(dict)
        for place, linked in enumerate(held):
            # Who is named as present, too, was there.
            for mark, people in (
                ("apologies", linked.people.apologies),
                ("present", linked.people.attendees),
            ):
                for one in people:
                    marks[_identify_person(one)][place] = mark
        groups: dict[str, list[Row]] = defaultdict(list)
        for organisation, name in sorted(marks, key=self._order):
            mine = marks[organisation, name]
            groups[self._names[organisation]].append(
                Row(
                    self._names[name],
                    sum(mark == "present" for mark in mine.values()),
                    tuple(mine.get(place, "") for place in range(len(held))),
                )
            )
        board = self._site.config.site.boards.get(self._board)
        return Attendance(
            f"part:board-{self._board}" if board else "",
            board.name if board else "",
            tuple(self._columns(held)),
            tuple((organisation, tuple(rows)) for organisation, rows in groups.items()),
        )

    def _order(self, who: _Who) -> tuple[bool, str, str]:
        """By organisation, those without one last, then by name."""
        organisation, name = who
        return (not organisation, _make_sort_key(organisation), _make_sort_key(name))

    def _columns(self, held: list[LinkedReport]) -> Iterator[Column]:
        on_day = Counter(linked.report.date for linked in held)
        for linked in held:
            report = linked.report
            own = report.front.time if on_day[report.date] > 1 else None
            time = dates.format_time(own, self._site.config.site.language) if own else ""
            yield Column(report.url, Day(report.date, self._site.config.site.language), time)


def _identify_person(one: Attendee) -> _Who:
    return make_person_key(one.organisation or ""), make_person_key(one.name)


def _make_sort_key(text: str) -> str:
    """Return what a text is put in order by: without capitals and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))


def _get_letter(name: str) -> str:
    """Return the letter under which a term is looked up; one sign for all that is no letter."""
    first = _make_sort_key(name)[0].upper()
    return first if first.isalpha() else "0–9"


def render_glossary(view: GlossaryView, theme: "Theme") -> bytes:
    """Return the glossary's page."""
    return render_page(theme, "glossary.html", view)


def render_attendance(view: AttendanceView, theme: "Theme") -> bytes:
    """Return a page of who attended."""
    return render_page(theme, "attendance.html", view)
