"""Plan and render calendars to subscribe to, and files with one event each."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import msgspec

from lscbsite.incremental.serialization import make_fragment
from lscbsite.model import (
    Artifact,
    Input,
    Meeting,
    PublishedReport,
    SiteIndex,
    list_board_folders,
)
from lscbsite.outputs.calendar.events import build_event_view, join_lines
from lscbsite.outputs.calendar.ical_format import (
    END,
    render_event,
    render_head,
    render_zone,
)
from lscbsite.outputs.calendar.time_zones import Observance, build_observances
from lscbsite.outputs.declaration import OutputKind
from lscbsite.outputs.site_context import SiteView

if TYPE_CHECKING:  # slow to import, and not needed to plan
    from lscbsite.theme import Theme


class CalendarView(msgspec.Struct, frozen=True):
    """A calendar to subscribe to, or without ``name`` a file with one event."""

    timezone: str
    observances: tuple[Observance, ...]
    events: tuple[Input[bytes], ...]
    name: str = ""
    description: str = ""
    url: str = ""


class EventsPlan(msgspec.Struct, frozen=True, array_like=True):
    """Some events of a calendar: meetings, each with its report or the one that announced it, if any."""

    site: Input[SiteView]
    events: tuple[tuple[Meeting, Input[PublishedReport] | None], ...]


def make_event_url(meeting: Meeting) -> str:
    """Return the address, below the base URL, of the file with one coming meeting."""
    return f"meetings/{meeting.uid}.ics"


def plan_calendars(site: SiteIndex, site_view: Input[SiteView]) -> Iterator[Artifact]:
    """Plan the calendar of all boards, one for each board, and a file for each meeting ahead."""
    config = site.config.site
    meetings = site.meetings
    for meeting in meetings:
        if meeting.report is None or meeting.agenda:
            path = make_event_url(meeting)
            events = [_make_events_input(site, site_view, path, [meeting])]
            yield Artifact(path, _build_view(config.timezone, [meeting], events), render_calendar)
    description = config.description or ""
    events = _group_by_month(site, site_view, "", meetings)
    view = _build_view(
        config.timezone, meetings, events, config.title, description, config.base_url
    )
    yield Artifact("calendar.ics", view, render_calendar)
    for name, board in config.boards.items():
        board_meetings = [meeting for meeting in meetings if name in meeting.boards]
        view = _build_view(
            config.timezone,
            board_meetings,
            _group_by_month(site, site_view, name, board_meetings),
            f"{board.name}: {config.title}",
            board.description or description,
            f"{config.base_url}boards/{name}/",
        )
        for folder in dict.fromkeys(list_board_folders(name, board)):
            yield Artifact(f"{folder}calendar.ics", view, render_calendar)


def _build_view(
    zone: str,
    meetings: Sequence[Meeting],
    events: Iterable[Input[bytes]],
    name: str = "",
    description: str = "",
    url: str = "",
) -> CalendarView:
    observances = build_observances(zone, meetings)
    return CalendarView(
        zone, observances, tuple(events), join_lines(name), join_lines(description), url
    )


def _group_by_month(
    site: SiteIndex, site_view: Input[SiteView], board: str, meetings: Iterable[Meeting]
) -> list[Input[bytes]]:
    """Return the events of a board ('': of all boards), grouped by month."""
    return [
        _make_events_input(site, site_view, f"{board}/{year}-{month}", of_month)
        for (year, month), of_month in groupby(
            meetings, key=lambda meeting: (meeting.date.year, meeting.date.month)
        )
    ]


def _make_events_input(
    site: SiteIndex, site_view: Input[SiteView], name: str, meetings: Iterable[Meeting]
) -> Input[bytes]:
    with_reports = [(meeting, meeting.report or meeting.announced_in) for meeting in meetings]
    events = tuple(
        [
            (meeting, site.by_id[report].summary if report else None)
            for meeting, report in with_reports
        ]
    )
    plan = EventsPlan(site_view, events)
    return make_fragment(f"events {name}".encode(), plan, render_events)


def render_events(view: EventsPlan, theme: "Theme") -> bytes:
    """Return the VEVENTs of some meetings."""
    site = view.site.value
    return b"".join(
        render_event(
            build_event_view(
                site,
                meeting,
                report.value.report if report else None,
            ),
            site.timezone,
        )
        for meeting, report in view.events
    )


def render_calendar(view: CalendarView, theme: "Theme") -> bytes:
    """Return an iCalendar object (RFC 5545 3.4). It has no METHOD, which would make it a message."""
    parts = [render_head(view.name, view.description, view.url, view.timezone)]
    if view.observances:
        parts.append(render_zone(view.timezone, view.observances))
    parts.extend(event.value for event in view.events)
    return b"".join([*parts, END])


CALENDARS = OutputKind(
    addresses=(
        "calendar.ics",
        "boards/{board}/calendar.ics",
        "boards/{former_board}/calendar.ics",
        "meetings/{meeting}.ics",
        "{former_path}/calendar.ics",
        "{former_path}/meetings/{meeting}.ics",
    ),
    renderers=(render_calendar, render_events),
    plan=plan_calendars,
    linkable=True,
)
