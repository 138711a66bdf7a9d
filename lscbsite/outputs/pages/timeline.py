"""The timeline: topics down, meetings across, a mark where a topic was discussed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

import msgspec

from lscbsite import dates
from lscbsite.i18n import get_translations
from lscbsite.model import LinkedReport, SiteIndex, Thread, TopicMention
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
    """A topic, with a mark or None for each column; ``first`` and ``last`` are the days of its marks."""

    topic: Link
    marks: tuple[TimelineMark | None, ...]
    first: str
    last: str


class TimelineGroup(msgspec.Struct, frozen=True, array_like=True):
    """The topics of a board, None on a site without boards."""

    board: Link | None
    rows: tuple[TimelineRow, ...]


class Timeline(msgspec.Struct, frozen=True, array_like=True):
    """The topics discussed at each meeting or in each year, the newest first, by board.

    There are columns for the newest of ``total`` meetings or, if it is ``by_year``, years.
    """

    columns: tuple[TimelineColumn, ...]
    groups: tuple[TimelineGroup, ...]
    total: int
    by_year: bool


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
    most = _AT_A_GLANCE if glance else None
    if len(held) <= _BY_MEETING:
        columns, groups = _build_by_meeting(site, discussed, held[:most])
        return Timeline(columns, groups, len(held), by_year=False)
    years = list(dict.fromkeys(linked_report.report.date.year for linked_report in held))
    columns, groups = _build_by_year(site, discussed, years[:most])
    return Timeline(columns, groups, len(years), by_year=True)


_Columns = tuple[tuple[TimelineColumn, ...], tuple[TimelineGroup, ...]]


def _group_by_board(
    site: SiteIndex, threads: list[Thread]
) -> Iterator[tuple[Link | None, list[tuple[Thread, list[TopicMention]]]]]:
    """Yield each board with its topics and what was said of each; a joint meeting is one of each board."""
    boards = site.config.site.boards
    if not boards:
        yield None, [(thread, list(thread.mentions)) for thread in threads]
        return
    by_board: dict[str, list[tuple[Thread, list[TopicMention]]]] = defaultdict(list)
    for thread in threads:
        mentions: dict[str, list[TopicMention]] = defaultdict(list)
        for mention in thread.mentions:
            for id_ in site.by_id[mention.ref.report].report.boards:
                mentions[id_].append(mention)
        for id_, said in mentions.items():
            by_board[id_].append((thread, said))
    for id_, board in boards.items():
        yield Link(f"boards/{id_}/", board.name), by_board[id_]


def _make_groups(
    groups: Iterable[tuple[Link | None, list[TimelineRow]]],
) -> tuple[TimelineGroup, ...]:
    """Return the groups that have marks, without rows that have none."""
    marked = ((board, tuple(row for row in rows if any(row.marks))) for board, rows in groups)
    return tuple(TimelineGroup(board, rows) for board, rows in marked if rows)


def _make_row(
    thread: Thread, marks: list[TimelineMark | None], columns: list[TimelineColumn]
) -> TimelineRow:
    days = [column.text for column, mark in zip(columns, marks, strict=True) if mark]
    link = Link(make_topic_url(thread.id), thread.topic.name)
    return TimelineRow(link, tuple(marks), *((days[-1], days[0]) if days else ("", "")))


def _build_by_meeting(site: SiteIndex, threads: list[Thread], held: list[LinkedReport]) -> _Columns:
    language = site.config.site.language
    boards = site.config.site.boards
    columns, labels = [], {}
    for linked_report in held:
        report = linked_report.report
        columns.append(
            TimelineColumn(report.url, dates.format_date(report.date, language, "medium"))
        )
        names = [boards[board].name for board in report.boards if board in boards]
        day = dates.format_days(report.date, report.front.last_day, language)
        labels[report.id] = ", ".join([day, *names])

    def build_row(thread: Thread, mentions: list[TopicMention]) -> TimelineRow:
        by_report: dict[str, tuple[str, int]] = {}
        for mention in mentions:
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
        return _make_row(thread, marks, columns)

    grouped = _group_by_board(site, threads)
    rows = ((board, [build_row(*topic) for topic in topics]) for board, topics in grouped)
    return tuple(columns), _make_groups(rows)


def _build_by_year(site: SiteIndex, threads: list[Thread], years: list[int]) -> _Columns:
    words = get_translations(site.config.site.language)
    columns = [TimelineColumn(make_year_url(year), str(year)) for year in years]

    def build_row(thread: Thread, mentions: list[TopicMention]) -> TimelineRow:
        by_year: dict[int, tuple[str, str, int, int]] = {}
        for mention in mentions:
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
        return _make_row(thread, marks, columns)

    grouped = _group_by_board(site, threads)
    rows = ((board, [build_row(*topic) for topic in topics]) for board, topics in grouped)
    return tuple(columns), _make_groups(rows)


def _compute_size(length: int, meetings: int) -> int:
    return 1 + sum(length >= least * meetings for least in _SIZES)
