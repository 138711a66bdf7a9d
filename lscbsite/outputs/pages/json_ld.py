"""Describe meetings and reports in the vocabulary of schema.org, as JSON-LD."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import msgspec

from lscbsite import dates
from lscbsite.addresses import normalize_url
from lscbsite.i18n import get_translations
from lscbsite.model import Report, TopicMention, make_report_url
from lscbsite.outputs.calendar.events import compute_end_of
from lscbsite.outputs.pages.components import make_topic_url
from lscbsite.outputs.pages.frame import Frame
from lscbsite.outputs.pages.meeting_components import ComingMeeting
from lscbsite.outputs.site_context import SiteView

_CONTEXT = "https://schema.org"


class MeetingFacts(Protocol):
    """What a report's page knows of its meeting."""

    @property
    def announced(self) -> dt.date | None:
        """The day that a moved meeting was announced for."""
        ...

    @property
    def agenda(self) -> bool:
        """Whether the page is that of an agenda."""
        ...

    @property
    def mentions(self) -> tuple[TopicMention, ...]:
        """The topics that the report speaks of."""
        ...

    @property
    def topics(self) -> tuple[str, ...]:
        """The names of the topics of ``mentions``."""
        ...


def build_report_json_ld(
    site: SiteView, report: Report, facts: MeetingFacts, frame: Frame
) -> dict[str, Any]:
    """Return the meeting as schema.org/Event, and a report as schema.org/Report.

    ``frame`` is that of the report's page.
    """
    front = report.front
    words = get_translations(site.language)
    day = dates.format_days(report.date, front.last_day, site.language)
    name = front.title or words.gettext("Meeting of %(day)s") % {"day": day}
    if front.withdrawn:
        name = words.gettext("Meeting of %(day)s") % {"day": day}
    event = {
        "@type": "Event",
        "@id": f"{frame.canonical}#meeting",
        "name": " ".join(name.split()),
        **_describe_meeting(site, front, report.boards),
    }
    status = "EventScheduled"
    if front.cancelled:
        status = "EventCancelled"
    elif facts.announced:
        status = "EventRescheduled"
        event["previousStartDate"] = facts.announced.isoformat()
    event["eventStatus"] = f"{_CONTEXT}/{status}"
    topics = dict(zip((mention.topic for mention in facts.mentions), facts.topics, strict=True))
    if topics:
        event["about"] = _list_topics(site, topics)
    if facts.agenda:
        event["url"] = frame.canonical
        return {"@context": _CONTEXT, "@graph": [event]}
    document: dict[str, Any] = {
        "@type": "Report",
        "@id": f"{frame.canonical}#report",
        "url": frame.canonical,
        "headline": report.headline,
        "description": frame.description,
        "inLanguage": front.language or site.language,
        "datePublished": report.published.isoformat(),
        "dateModified": report.changed.isoformat(),
        "about": [{"@id": event["@id"]}, *_list_topics(site, topics)],
        "isPartOf": {"@type": "WebSite", "name": site.title, "url": site.base_url},
    }
    if front.author:
        document["author"] = {"@type": "Person", "name": front.author}
    return {"@context": _CONTEXT, "@graph": [event, document]}


def build_coming_json_ld(site: SiteView, meetings: Iterable[ComingMeeting]) -> list[Any]:
    """Return the meetings ahead whose day is known, each as schema.org/Event."""
    words = get_translations(site.language)
    events = []
    for coming in meetings:
        meeting, state = coming.state.meeting, coming.state
        if meeting.date is None:
            continue
        day = dates.format_days(meeting.date, meeting.last_day, site.language)
        status = "EventCancelled" if state.state == "cancelled" else "EventScheduled"
        event = {
            "@type": "Event",
            "name": meeting.title or words.gettext("Meeting of %(day)s") % {"day": day},
            **_describe_meeting(site, meeting, coming.boards),
            "eventStatus": f"{_CONTEXT}/{status}",
        }
        if state.report:
            event["@id"] = f"{site.base_url}{make_report_url(state.report)}#meeting"
            event["url"] = site.base_url + make_report_url(state.report)
        events.append(event)
    return events


def _describe_meeting(site: SiteView, meeting: Any, boards: Iterable[str]) -> dict[str, Any]:
    """Return when and where a meeting is, and whose it is.

    ``meeting`` is an announced one or the front matter of a report. An end that nobody gave is
    left out.
    """
    facts: dict[str, Any] = {"startDate": _format_moment(site, meeting.date, meeting.time)}
    if meeting.time and meeting.end:
        end = compute_end_of(meeting)
        if end:
            facts["endDate"] = _format_moment(site, end.date(), end.time())
    elif meeting.last_day:
        facts["endDate"] = meeting.last_day.isoformat()
    names = [
        (site.board_names[board], f"{site.base_url}boards/{board}/")
        for board in boards
        if board in site.board_names
    ]
    organizers = [
        {"@type": "Organization", "name": name, "url": url}
        for name, url in names or [(site.title, site.base_url)]
    ]
    facts["organizer"] = organizers[0] if len(organizers) == 1 else organizers
    places: list[dict[str, str]] = []
    if meeting.place:
        places.append({"@type": "Place", "name": meeting.place})
    url = normalize_url(meeting.url) if meeting.url else None
    if url:
        places.append({"@type": "VirtualLocation", "url": url})
    if places:
        facts["location"] = places[0] if len(places) == 1 else places
        mode = "Mixed" if len(places) > 1 else "Online" if url else "Offline"
        facts["eventAttendanceMode"] = f"{_CONTEXT}/{mode}EventAttendanceMode"
    return facts


def _list_topics(site: SiteView, topics: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the topics of a report as schema.org/Thing."""
    return [
        {"@type": "Thing", "name": name, "url": site.base_url + make_topic_url(topic)}
        for topic, name in topics.items()
    ]


def _format_moment(site: SiteView, day: dt.date, time: dt.time | None) -> str:
    """Return ISO 8601: the day, or if there is a time, the moment with its offset."""
    if time is None:
        return day.isoformat()
    return dates.make_moment(day, time, site.timezone).isoformat(timespec="minutes")


def encode_script_json(data: Any) -> str:
    """Return JSON for a script element, without any '<' that could end the element."""
    text = msgspec.json.encode(data).decode()
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
