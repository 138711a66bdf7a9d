"""The page with what is new, by day: reports, corrections, outcomes, and changes of meetings."""

import datetime as dt
from collections.abc import Iterator
from functools import cached_property
from heapq import nsmallest
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Literal, get_args

import msgspec

from lscbsite.i18n import N_, get_translations
from lscbsite.model import (
    Answer,
    Artifact,
    Input,
    LinkedReport,
    MarkedText,
    PublishedReport,
    Report,
    SiteIndex,
)
from lscbsite.outputs.declaration import OutputKind
from lscbsite.outputs.pages.archives import YearLink, make_year_links
from lscbsite.outputs.pages.ask_components import OutcomeView, build_recorded_outcomes
from lscbsite.outputs.pages.components import (
    Card,
    build_report_card,
    index_reports,
    join_board_names,
    list_summaries,
    make_year_url,
)
from lscbsite.outputs.pages.frame import Day, Frame, make_page_frame, render_page
from lscbsite.outputs.site_context import MenuLink, SiteView

if TYPE_CHECKING:  # slow to import, and not needed to plan
    from lscbsite.theme import Theme

# Entries shown: some months of a busy site, some years of a quiet one.
_ENTRIES = 50

# In the order of a day.
_Kind = Literal["report", "cancelled", "withdrawn", "correction", "outcome", "moved"]
_RANKS = {kind: rank for rank, kind in enumerate(get_args(_Kind))}


class Change(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Something new on a day; ``day`` is None if it is not known when it was announced.

    ``report`` is the id of the report that is new or changed, or that announced the change; '' for a
    plan. ``note`` is the text of a correction. A meeting of ``boards`` was moved from the day ``before``
    to the day ``after``, or is no longer planned if there is none.
    """

    day: dt.date | None
    kind: _Kind
    report: str
    note: MarkedText | None = None
    answer: Answer | None = None
    boards: tuple[str, ...] = ()
    before: dt.date | None = None
    after: dt.date | None = None


class ChangeView(msgspec.Struct, frozen=True):
    """Something new as the page shows it: with the card of its report, if there is one."""

    kind: str
    card: Card | None
    note: MarkedText
    outcome: OutcomeView | None
    board: str
    before: Day | None
    after: Day | None


class NewView(msgspec.Struct, frozen=True, array_like=True, dict=True):
    """The page: ``changes`` are the newest ones, ``undated`` are of meetings still to come.

    ``reports`` are those that they name. ``is_cut`` tells that there are older ones.
    """

    frame: Frame
    changes: tuple[Change, ...]
    undated: tuple[Change, ...]
    reports: tuple[Input[PublishedReport], ...]
    years: tuple[YearLink, ...]
    is_cut: bool

    @cached_property
    def days(self) -> tuple[tuple[Day, tuple[ChangeView, ...]], ...]:
        """The changes of each day, the newest first."""
        language = self._site.language
        return tuple(
            (Day(day, language), tuple(map(self._build_change_view, group)))
            for day, group in groupby(self.changes, attrgetter("day"))
        )

    @cached_property
    def moved_meetings(self) -> tuple[ChangeView, ...]:
        """Meetings ahead that a plan moved; the day of the change is not known."""
        return tuple(map(self._build_change_view, self.undated))

    def _build_change_view(self, change: Change) -> ChangeView:
        report = self._reports.get(change.report)
        outcomes = build_recorded_outcomes(self._site, filter(None, [change.answer]), self._reports)
        return ChangeView(
            change.kind,
            build_report_card(self._site, report) if report else None,
            change.note or MarkedText(""),
            next(outcomes, None),
            join_board_names(self._site, change.boards),
            self._make_day(change.before),
            self._make_day(change.after),
        )

    def _make_day(self, day: dt.date | None) -> Day | None:
        return Day(day, self._site.language) if day else None

    @cached_property
    def _reports(self) -> dict[str, Report]:
        return index_reports(self.reports)

    @property
    def _site(self) -> SiteView:
        return self.frame.site.value


def plan_new(site: SiteIndex, site_view: Input[SiteView]) -> Iterator[Artifact]:
    """Plan the page with what is new."""
    words = get_translations(site.config.site.language)
    description = words.gettext(
        "The newest reports, corrections and outcomes, and meetings that were moved or cancelled"
    )
    frame = make_page_frame(site_view, NEW.url, words.gettext(NEW.title), description)
    changes = [*_list_changes(site), *_list_moves(site)]
    dated = [change for change in changes if change.day]
    newest = tuple(nsmallest(_ENTRIES, dated, key=_sort_newest_first))
    undated = tuple(
        change
        for change in changes
        if change.day is None and change.after and change.after >= site.today
    )
    view = NewView(
        frame,
        newest,
        undated,
        list_summaries(site, _list_reports((*newest, *undated))),
        make_year_links(site.reports, make_year_url),
        is_cut=len(dated) > len(newest),
    )
    yield Artifact(f"{frame.url}index.html", view, render_new)


def _sort_newest_first(change: Change) -> tuple[int, int]:
    assert change.day
    return -change.day.toordinal(), _RANKS[change.kind]


def _list_changes(site: SiteIndex) -> Iterator[Change]:
    """Yield the changes that reports and agendas bring, the latest meetings first."""
    for linked_report in reversed(site.reports):
        report = linked_report.report
        if report.front.withdrawn:
            day, reason = report.front.withdrawn.date, report.front.withdrawn.reason
            yield Change(day, "withdrawn", report.id, reason)
            continue
        yield Change(
            report.published,
            "cancelled" if report.front.cancelled else "report",
            report.id,
            report.front.cancelled,
            before=linked_report.announced,
        )
        yield from _list_additions(linked_report, report.published)
    for linked_report in site.agendas:
        yield from _list_additions(linked_report, linked_report.report.front.published)


def _list_additions(linked_report: LinkedReport, published: dt.date | None) -> Iterator[Change]:
    """Yield the corrections of a report or agenda, and the outcomes that it records."""
    report = linked_report.report
    for correction in reversed(report.front.corrections):
        yield Change(correction.date, "correction", report.id, correction.note)
    for answer in linked_report.answers:
        yield Change(published, "outcome", report.id, answer=answer)


def _list_moves(site: SiteIndex) -> Iterator[Change]:
    """Yield the meetings that were moved before they were held."""
    for moved in site.moved:
        yield Change(
            moved.known,
            "moved",
            moved.report or "",
            boards=moved.boards,
            before=moved.announced,
            after=moved.date,
        )


def _list_reports(changes: tuple[Change, ...]) -> Iterator[str]:
    """Yield the ids of the reports that are shown."""
    for change in changes:
        if change.report:
            yield change.report
        if change.answer:
            yield change.answer.ask_report


def render_new(view: NewView, theme: "Theme") -> bytes:
    """Return the page with what is new."""
    return render_page(theme, "new.html", view)


NEW = OutputKind(
    addresses=("new/",),
    renderers=(render_new,),
    plan=plan_new,
    title=N_("What is new"),
    linkable=True,
    sitemap=True,
    menu=MenuLink(N_("What is new"), 7, footer=True),
)
