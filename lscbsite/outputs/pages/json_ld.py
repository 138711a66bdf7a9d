"""Describe a report's page in the vocabulary of schema.org, as JSON-LD."""

import datetime as dt
from typing import Any

import msgspec

from lscbsite import dates
from lscbsite.i18n import get_translations
from lscbsite.model import Report
from lscbsite.outputs.pages.components import get_board_name
from lscbsite.outputs.pages.frame import Frame
from lscbsite.outputs.site_context import SiteView


def build_report_json_ld(
    site: SiteView, report: Report, announced: dt.date | None, frame: Frame
) -> Any:
    """Return the meeting as schema.org/Event and the report as schema.org/Report.

    ``announced`` is the day that a moved meeting was announced for; ``frame`` is that of the
    report's page.
    """
    front = report.front
    words = get_translations(site.language)
    day = dates.format_date(report.date, site.language)
    event: dict[str, Any] = {
        "@type": "Event",
        "@id": f"{frame.canonical}#meeting",
        "name": words.gettext("Meeting of %(day)s") % {"day": day},
        "startDate": _format_start(site, report.date, front.time),
        "organizer": {"@type": "Organization", "name": get_board_name(site, report) or site.title},
    }
    status = "EventScheduled"
    if front.cancelled:
        status = "EventCancelled"
    elif announced:
        status = "EventRescheduled"
        event["previousStartDate"] = announced.isoformat()
    event["eventStatus"] = f"https://schema.org/{status}"
    if front.place:
        event["location"] = {"@type": "Place", "name": front.place}
    document: dict[str, Any] = {
        "@type": "Report",
        "@id": f"{frame.canonical}#report",
        "url": frame.canonical,
        "headline": report.title,
        "description": frame.description,
        "inLanguage": front.language or site.language,
        "datePublished": report.published.isoformat(),
        "dateModified": report.changed.isoformat(),
        "about": {"@id": event["@id"]},
        "isPartOf": {"@type": "WebSite", "name": site.title, "url": site.base_url},
    }
    if front.author:
        document["author"] = {"@type": "Person", "name": front.author}
    return {"@context": "https://schema.org", "@graph": [event, document]}


def _format_start(site: SiteView, day: dt.date, time: dt.time | None) -> str:
    """Return the start in ISO 8601: the day, or if there is a time, the moment with its offset."""
    if time is None:
        return day.isoformat()
    return dates.make_moment(day, time, site.timezone).isoformat(timespec="minutes")


def encode_script_json(data: Any) -> str:
    """Return JSON for a script element, without any '<' that could end the element."""
    text = msgspec.json.encode(data).decode()
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
