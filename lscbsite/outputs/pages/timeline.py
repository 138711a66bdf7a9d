"""The timeline: topics down, meetings across, a mark where a topic was discussed."""

from collections.abc import Iterable

import msgspec

from lscbsite import dates
from lscbsite.i18n import get_translations
from lscbsite.model import LinkedReport, SiteIndex, Thread
from lscbsite.outputs.pages.components import make_section_url, make_topic_url, make_year_url
from lscbsite.outputs.site_context import Link

# With more meetings than the first number, a column is a year. The home page shows fewer columns.
_BY_MEETING, _AT_A_GLANCE = 40, 20
# A mark grows at these sizes, in bytes of HTML. A year counts as several meetings.
_SIZES = (400, 1000, 2000, 4000)
_YEAR = 4


class TimelineColumn(msgspec.Struct, frozen=True, array_like=True):
    """A meeting or a year."""

    url: str
    text: str


class TimelineMark(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A mark where a topic was discussed; ``size``, 1 to 5, shows the length."""

    url: str
    text: str
    size: int


class TimelineRow(msgspec.Struct, frozen=True, array_like=True):
    """A topic, with a mark or None for each column."""

    topic: Link
    marks: tuple[TimelineMark | None, ...]


class Timeline(msgspec.Struct, frozen=True, array_like=True):
    """The topics discussed at each meeting or in each year, the newest first."""

    columns: tuple[TimelineColumn, ...]
    rows: tuple[TimelineRow, ...]


def build_timeline(
    site: SiteIndex, threads: Iterable[Thread], *, glance: bool = False
) -> Timeline | None:
    """Build the timeline of some topics, by meeting, or by year if there are many meetings.

    With ``glance`` it has only the newest columns. Return None if there are too few meetings.
    """
    held = [linked_report for linked_report in reversed(site.reports) if linked_report.took_place]
    discussed = [thread for thread in threads if thread.mentions]
    if len(held) < 2 or not discussed:
        return None
    if len(held) <= _BY_MEETING:
        return _build_by_meeting(site, discussed, held[:_AT_A_GLANCE] if glance else held)
    years = list(dict.fromkeys(linked_report.report.date.year for linked_report in held))
    return _build_by_year(site, discussed, years[:_AT_A_GLANCE] if glance else years)


def _build_by_meeting(site: SiteIndex, threads: list[Thread], held: list[LinkedReport]) -> Timeline:
    language = site.config.site.language
    boards = site.config.site.boards
    columns, labels = [], {}
    for linked_report in held:
        report = linked_report.report
        columns.append(
            TimelineColumn(report.url, dates.format_date(report.date, language, "medium"))
        )
        board = boards.get(report.board)
        day = dates.format_date(report.date, language)
        labels[report.id] = f"{day}, {board.name}" if board else day
    rows = []
    for thread in threads:
        by_report: dict[str, tuple[str, int]] = {}
        for mention in thread.mentions:
            first, size = by_report.get(mention.ref.report, (mention.ref.section, 0))
            by_report[mention.ref.report] = first, size + mention.size
        marks = [
            TimelineMark(
                make_section_url(id_, by_report[id_][0]), day, _compute_size(by_report[id_][1], 1)
            )
            if id_ in by_report
            else None
            for id_, day in labels.items()
        ]
        rows.append(TimelineRow(Link(make_topic_url(thread.id), thread.topic.name), tuple(marks)))
    return Timeline(tuple(columns), tuple(rows))


def _build_by_year(site: SiteIndex, threads: list[Thread], years: list[int]) -> Timeline:
    words = get_translations(site.config.site.language)
    rows = []
    for thread in threads:
        by_year: dict[int, tuple[str, str, int, int]] = {}
        for mention in thread.mentions:
            ref = mention.ref
            last, _, meetings, size = by_year.get(ref.date.year, ("", "", 0, 0))
            # Of several sections of a report, the mark leads to the first.
            section = by_year[ref.date.year][1] if last == ref.report else ref.section
            meetings += last != ref.report
            by_year[ref.date.year] = ref.report, section, meetings, size + mention.size
        marks: list[TimelineMark | None] = []
        for year in years:
            if year not in by_year:
                marks.append(None)
                continue
            report, section, meetings, size = by_year[year]
            label = words.ngettext(
                "%(year)s, at %(count)s meeting",
                "%(year)s, at %(count)s meetings",
                meetings,
            ) % {"year": year, "count": meetings}
            marks.append(
                TimelineMark(make_section_url(report, section), label, _compute_size(size, _YEAR))
            )
        rows.append(TimelineRow(Link(make_topic_url(thread.id), thread.topic.name), tuple(marks)))
    return Timeline(
        tuple(TimelineColumn(make_year_url(year), str(year)) for year in years), tuple(rows)
    )


def _compute_size(length: int, meetings: int) -> int:
    return 1 + sum(length >= least * meetings for least in _SIZES)
