"""The archive pages: meetings of a year, of a board, and of a board in a year."""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from lscbsite.i18n import N_, get_translations
from lscbsite.model import Artifact, Input, LinkedReport, PublishedReport, SiteIndex
from lscbsite.outputs.declaration import OutputKind
from lscbsite.outputs.pages.components import Card, build_report_card, make_year_url
from lscbsite.outputs.pages.frame import Frame, make_page_frame, render_page
from lscbsite.outputs.pages.meeting_components import (
    ComingMeeting,
    NextView,
    build_coming_views,
    list_coming_meetings,
)
from lscbsite.outputs.site_context import Link, MenuLink, SiteView

if TYPE_CHECKING:  # slow to import, and not needed to plan
    from lscbsite.theme import Theme

# A board with more meetings than this gets a page for each year.
_ON_ONE_PAGE = 60
_NEWEST = 12
# Reports on the page of all reports; earlier ones are on the pages of the years.
_ALL = 300
# Longer lists have no summaries.
_WITH_SUMMARIES = 100


class YearLink(msgspec.Struct, frozen=True):
    """A year, and how many meetings it holds."""

    link: Link
    meetings: int


class ArchiveView(msgspec.Struct, frozen=True, array_like=True, dict=True):
    """A page with the meetings of a year or a board, newest first.

    ``years`` lead to the other pages of a board with many meetings, ``follow`` to the folder of its
    feeds. ``boards`` is true if reports of several boards may be in it. ``board`` leads to the page
    of the board whose year this is; ``is_whole`` tells that this is the page of all reports, ``has_more`` that it does not have room
    for all.
    """

    frame: Frame
    introduction: str
    report_groups: tuple[tuple[str, tuple[Input[PublishedReport], ...]], ...]
    coming_meetings: tuple[ComingMeeting, ...]
    years: tuple[YearLink, ...]
    follow: str
    previous: Link | None
    next: Link | None
    boards: bool
    board: Link | None = None
    is_whole: bool = False
    has_more: bool = False

    @cached_property
    def groups(self) -> tuple[tuple[str, tuple[Card, ...]], ...]:
        """The cards of the reports, in groups with a heading each."""
        return tuple(
            (heading, self._build_cards(reports)) for heading, reports in self.report_groups
        )

    @cached_property
    def meetings(self) -> tuple[tuple[str, NextView], ...]:
        """The meetings ahead, each with its board's name."""
        return build_coming_views(self.frame.site.value, self.coming_meetings)

    def _build_cards(self, reports: tuple[Input[PublishedReport], ...]) -> tuple[Card, ...]:
        site = self.frame.site.value
        summary = not self.is_whole and len(reports) <= _WITH_SUMMARIES
        return tuple(
            build_report_card(site, report.value.report, boards=self.boards, summary=summary)
            for report in reports
        )


def plan_all_reports(site: SiteIndex, site_view: Input[SiteView]) -> Iterator[Artifact]:
    """Plan the page of all reports, which leads to those of the boards and years.

    With many reports it has the newest ones.
    """
    words = get_translations(site.config.site.language)
    description = words.gettext("%(site)s: all reports") % {"site": site.config.site.title}
    frame = make_page_frame(
        site_view, ALL_REPORTS.url, words.gettext(ALL_REPORTS.title), description
    )
    groups = tuple(
        (str(year), _sort_newest_first(group))
        for year, group in reversed(group_by_year(site.reports[-_ALL:]))
    )
    years = make_year_links(site.reports, make_year_url)
    view = ArchiveView(frame, "", groups, (), years, "", None, None, boards=True, is_whole=True)
    view = replace(view, has_more=len(site.reports) > _ALL)
    yield from plan_archive(view)


def slice_years(site: SiteIndex, site_view: Input[SiteView]) -> Iterator[ArchiveView]:
    """Yield the page of each year with meetings."""
    words = get_translations(site.config.site.language)
    for year, group, before, after in _make_steps(site.reports):
        heading = words.gettext("Meetings in %(year)s") % {"year": year}
        values = {"site": site.config.site.title, "year": year}
        description = words.gettext("%(site)s: the meetings of %(year)s") % values
        frame = make_page_frame(site_view, make_year_url(year), heading, description)
        yield _build_year_view(frame, group, make_year_url, before, after, boards=True)


def plan_archive(view: ArchiveView) -> Iterator[Artifact]:
    """Plan the page of a year or a board."""
    yield Artifact(f"{view.frame.url}index.html", view, render_archive)


def list_board_years(site: SiteIndex, board: str) -> list[int]:
    """Return the years of a board that have a page; none if its meetings are all on one page."""
    days = [linked.report.date for linked in site.reports if linked.report.board == board]
    return sorted({day.year for day in days}) if len(days) > _ON_ONE_PAGE else []


def plan_boards(site: SiteIndex, site_view: Input[SiteView]) -> Iterator[Artifact]:
    """Plan a page for each board, and one for each year of a board with many meetings."""
    words = get_translations(site.config.site.language)
    for board_id, board in site.config.site.boards.items():
        reports = [
            linked_report
            for linked_report in site.reports
            if board_id in linked_report.report.boards
        ]
        folder = f"boards/{board_id}/"
        feeds = (Link(folder, f"{board.name}: {site.config.site.title}"),)
        ahead = tuple(list_coming_meetings(site, board_id))
        description = board.description or ""
        frame = make_page_frame(site_view, folder, board.name, description or board.name, feeds)

        def make_url(year: int, folder: str = folder) -> str:
            return f"{folder}{year}/"

        if len(reports) <= _ON_ONE_PAGE:
            groups = tuple(
                (str(year), _sort_newest_first(group))
                for year, group in reversed(group_by_year(reports))
            )
            view = ArchiveView(
                frame, description, groups, ahead, (), folder, None, None, boards=False
            )
            yield from plan_archive(view)
            continue
        newest = ((words.gettext("Newest reports"), _sort_newest_first(reports[-_NEWEST:])),)
        years = make_year_links(reports, make_url)
        view = ArchiveView(
            frame, description, newest, ahead, years, folder, None, None, boards=False
        )
        yield from plan_archive(view)
        for year, group, before, after in _make_steps(reports):
            values = {"board": board.name, "year": year}
            heading = words.gettext("%(board)s: meetings in %(year)s") % values
            frame = make_page_frame(site_view, make_url(year), heading, heading, feeds)
            year_view = _build_year_view(frame, group, make_url, before, after, boards=False)
            board_link = Link(folder, board.name)
            yield from plan_archive(replace(year_view, board=board_link))


def _build_year_view(
    frame: Frame,
    group: list[LinkedReport],
    url: Callable[[int], str],
    before: int | None,
    after: int | None,
    *,
    boards: bool,
) -> ArchiveView:
    """Return the page of a year; ``url`` makes the address of a year's page."""
    return ArchiveView(
        frame,
        "",
        (("", _sort_newest_first(group)),),
        (),
        (),
        "",
        Link(url(before), str(before)) if before else None,
        Link(url(after), str(after)) if after else None,
        boards=boards,
    )


def group_by_year(reports: Iterable[LinkedReport]) -> list[tuple[int, list[LinkedReport]]]:
    """Group reports by the year of the meeting, in order."""
    years: dict[int, list[LinkedReport]] = {}
    for linked_report in reports:
        years.setdefault(linked_report.report.date.year, []).append(linked_report)
    return sorted(years.items())


def make_year_links(
    reports: Iterable[LinkedReport], url: Callable[[int], str]
) -> tuple[YearLink, ...]:
    """Return a link for each year with its number of meetings, the newest first."""
    return tuple(
        YearLink(Link(url(year), str(year)), _count_meetings(group))
        for year, group in reversed(group_by_year(reports))
    )


def _count_meetings(group: Iterable[LinkedReport]) -> int:
    """Count meetings: a second report of a meeting does not count."""
    return sum(not linked_report.is_second for linked_report in group)


def make_part_link(folder: str, year: int, number: int, language: str) -> Link:
    """Return a link to the page with part ``number`` (from 1) of a year, below ``folder``."""
    if number > 1:
        part = {"year": year, "number": number}
        text = get_translations(language).gettext("%(year)s, part %(number)s") % part
        return Link(f"{folder}{year}/{number}/", text)
    return Link(f"{folder}{year}/", str(year))


def _make_steps(
    reports: Iterable[LinkedReport],
) -> Iterator[tuple[int, list[LinkedReport], int | None, int | None]]:
    """Yield each year with its reports and the years before and after, if there are any."""
    years = group_by_year(reports)
    for number, (year, group) in enumerate(years):
        before = years[number - 1][0] if number else None
        after = years[number + 1][0] if number + 1 < len(years) else None
        yield year, group, before, after


def _sort_newest_first(group: list[LinkedReport]) -> tuple[Input[PublishedReport], ...]:
    return tuple([linked_report.summary for linked_report in reversed(group)])


def render_archive(view: ArchiveView, theme: "Theme") -> bytes:
    """Return a year's or a board's page."""
    return render_page(theme, "archive.html", view)


ALL_REPORTS = OutputKind(
    addresses=("reports/",),
    renderers=(render_archive,),
    plan=plan_all_reports,
    title=N_("Reports"),
    linkable=True,
    sitemap=True,
    menu=MenuLink(N_("Reports"), 0, header="before", footer=True),
)
YEARS = OutputKind(
    addresses=("years/{year}/",),
    renderers=(render_archive,),
    slice_index=slice_years,
    plan_slice=plan_archive,
    linkable=True,
    sitemap=True,
)
BOARDS = OutputKind(
    addresses=("boards/{board}/", "boards/{board}/{part}/"),
    renderers=(render_archive,),
    plan=plan_boards,
    linkable=True,
    sitemap=True,
)
