"""Describe meetings as calendar events."""

import datetime as dt
from typing import Any

from lscbsite import dates
from lscbsite.addresses import normalize_url
from lscbsite.i18n import find_interface_language, get_translations
from lscbsite.model import (
    MarkedText,
    Meeting,
    Report,
    format_withdrawal_note,
    make_default_title,
)
from lscbsite.outputs.calendar.ical_format import Conference, EventView
from lscbsite.outputs.linked_texts import link_telephone
from lscbsite.outputs.site_context import SiteView


def build_event_view(site: SiteView, meeting: Meeting, report: Report | None) -> EventView:
    """Return a meeting as an event.

    ``report`` is the meeting's report or agenda, else the one that announced it, None if a plan did.
    """
    url, description = _describe(site, meeting, report)
    joining = [*_list_joining_lines(site, meeting)]
    place = meeting.place or meeting.url or meeting.dial_in
    return EventView(
        uid=meeting.uid,
        sequence=meeting.sequence,
        cancelled=meeting.cancelled,
        summary=join_lines(_summarize(site, meeting, report)),
        description=_escape_text("\n".join([*joining, description])),
        place=join_lines(place),
        url=url,
        date=meeting.date,
        time=meeting.time,
        end=compute_end(meeting, site.timezone),
        conferences=tuple(_list_conferences(site, meeting)),
        changed=dates.make_moment(meeting.changed, dt.time.min, site.timezone).astimezone(dt.UTC),
    )


def compute_end(meeting: Meeting, timezone: str) -> dt.datetime | dt.date:
    """Return when a meeting ends, on the clock of its time zone; without a time, its last day.

    A meeting without an end is as long as meetings of its board are.
    """
    last_day = meeting.last_day or meeting.date
    if meeting.time is None:
        return last_day
    if meeting.end is not None:
        return compute_end_of(meeting) or last_day
    start = dt.datetime.combine(last_day, meeting.time)
    try:
        return dates.add_duration(start, meeting.length, timezone)
    except OverflowError:
        # The last of all days.
        return last_day


def compute_end_of(meeting: Any) -> dt.datetime | None:
    """Return when a meeting with ``date``, ``last_day``, ``time`` and ``end`` ends, on the clock.

    On one day, an end before the beginning is after midnight; on the last of all days there is
    none.
    """
    last_day = meeting.last_day or meeting.date
    end = dt.datetime.combine(last_day, meeting.end)
    try:
        return end + dt.timedelta(days=meeting.last_day is None and meeting.end <= meeting.time)
    except OverflowError:
        return None


def _summarize(site: SiteView, meeting: Meeting, report: Report | None) -> str:
    """Return an event's title: its board's name, and the meeting's own title if it has one."""
    words = get_translations(site.language)
    names = [site.board_names[board] for board in meeting.boards if board in site.board_names]
    board = ", ".join(names) or site.title
    title = meeting.title
    if meeting.report and report:
        language = find_interface_language(report.front.language, site.language)
        default = make_default_title(report.front, language, agenda=meeting.agenda)
        title = title if report.title == default else report.title
    if meeting.report and report and report.front.withdrawn:
        title = ""
    if title:
        summary = words.gettext("%(board)s: %(title)s") % {"board": board, "title": title}
    else:
        summary = words.gettext("%(board)s: meeting") % {"board": board}
    if meeting.cancelled:
        # Many programs do not show STATUS.
        return words.gettext("Cancelled: %(meeting)s") % {"meeting": summary}
    return summary


def _describe(site: SiteView, meeting: Meeting, report: Report | None) -> tuple[str, str]:
    """Return an event's address and the text that describes it."""
    words = get_translations(site.language)
    own = normalize_url(meeting.url) if meeting.url else None
    if report is None:
        boards = [board for board in meeting.boards if board in site.board_names]
        page = site.base_url + (f"boards/{boards[0]}/" if boards else "")
        planned = words.gettext("From the board's plan of meetings")
        return own or page, f"{planned}: {page}"
    page = site.base_url + report.url
    if meeting.agenda:
        agenda = words.gettext("Agenda")
        return page, f"{agenda}: {page}"
    if meeting.report:
        text = _describe_report(report, site.language).write_out(site.base_url)
        return page, f"{text}\n{page}".lstrip()
    announced = words.gettext("Announced in %(report)s") % {"report": report.title}
    return own or page, f"{announced}: {page}"


def _describe_report(report: Report, language: str) -> MarkedText:
    if report.front.withdrawn:
        return format_withdrawal_note(report.front, language)
    if report.front.cancelled:
        # The words hold before the day of the meeting as well as after it.
        label = get_translations(language).gettext("This meeting was cancelled")
        return report.front.cancelled.prefix(f"{label}: ")
    return report.summary


def _list_joining_lines(site: SiteView, meeting: Meeting) -> list[str]:
    """Return how to take part from elsewhere: many programs show only the description."""
    words = get_translations(site.language)
    lines = []
    if meeting.url:
        lines.append(words.gettext("Join online: %(url)s") % {"url": meeting.url})
    if meeting.dial_in:
        lines.append(words.gettext("Join by telephone: %(number)s") % {"number": meeting.dial_in})
    return lines


def _list_conferences(site: SiteView, meeting: Meeting) -> list[Conference]:
    """Return the ways to take part from elsewhere (RFC 7986 5.11)."""
    words = get_translations(site.language)
    conferences = []
    url = normalize_url(meeting.url) if meeting.url else None
    if url:
        conferences.append(Conference(url, ("AUDIO", "VIDEO"), words.gettext("Join online")))
    for part in link_telephone(meeting.dial_in) if meeting.dial_in else ():
        if part.href:
            label = words.gettext("Join by telephone")
            conferences.append(Conference(part.href, ("AUDIO", "PHONE"), label))
    return conferences


def join_lines(text: str) -> str:
    """Return a text as one line."""
    return " ".join(text.splitlines())


def _escape_text(text: str) -> str:
    """Replace rare line separators, which some programs take for the end of the line."""
    return "\n".join(text.splitlines())
