"""What reports have to do with each other, and the files that Pelican does not write by itself.

Pelican makes the pages of reports, topics and years, and the feeds of the whole site. The feeds of
topics hold sections rather than whole reports, for which its own writer is used.
"""

import datetime as dt
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

from pelican import signals  # type: ignore[import-not-found]

_SECTION = re.compile(r' id="([^"]*)">(.*?)</h2>(.*)', re.S)


@dataclass(eq=False)
class Section:
    """What a report says below a heading; ``tag`` is its topic, if any. Feeds take it for a report.

    ``newer`` and ``older`` are the sections next to it in the thread of its topic, in which it has a
    ``place``; the oldest has the first.
    """

    report: Any
    tag: Any
    id: str
    heading: str
    text: str
    place: int = 0
    newer: "Section | None" = None
    older: "Section | None" = None

    def __post_init__(self) -> None:
        self.title, self.date = self.report.title, self.report.date
        self.summary, self.url = self.report.summary, f"{self.report.url}#{self.id}"

    def get_content(self, _siteurl: str) -> str:
        """Return the HTML of the section."""
        return f"<h2>{self.heading}</h2>{self.text}"


def _gather(generator: Any) -> None:
    """Tell reports of each other, when all are read; the newest is the first everywhere."""
    reports = generator.articles
    names = {report.slug: report for report in reports}
    threads: dict[str, list[Section]] = defaultdict(list)
    for report in reports:
        report.facts = json.loads(report.facts)
        if report.facts["ask"]:
            report.facts["ask"]["deadline"] = dt.date.fromisoformat(report.facts["ask"]["deadline"])
        if report.facts["next_meeting"]:
            report.facts["next_meeting"] = dt.date.fromisoformat(report.facts["next_meeting"])
        report.facts["attendees"] = [_person(each) for each in report.facts["attendees"]]
        report.next_report = names.get(f"{report.facts['next_meeting']}")
        report.newer = report.older = report.answers = report.answered_by = None
        report.referred_by = []
        report.intro, report.sections = _split(report)
        for section in report.sections:
            if section.tag:
                threads[section.tag.slug].append(section)
    for report in reports:
        for name in report.facts["refers_to"]:
            if name in names:
                names[name].referred_by.append(report)
        outcome = report.facts["outcome"]
        if outcome and outcome["report"] in names:
            report.answers = names[outcome["report"]]
            report.answers.answered_by = report
    for thread in (reports, *threads.values()):
        for newer, older in pairwise(thread):
            newer.older, older.newer = older, newer
    for thread in threads.values():
        for place, section in enumerate(reversed(thread), 1):
            section.place = place
    generator.context["threads"] = threads
    generator.context["asks"] = [report for report in reports if report.facts["ask"]]


def _person(text: str) -> tuple[str, str]:
    """Return a name and the organisation in brackets after it, if any."""
    name, _, organisation = text.removesuffix(")").partition(" (")
    return name, organisation


def _split(report: Any) -> tuple[str, list[Section]]:
    """Return the text above the first heading, and the sections."""
    intro, *parts = report.content.split("<h2")
    topics = {heading: topic for topic, heading in report.facts["headings"].items()}
    tags = {tag.slug: tag for tag in report.tags}
    found = (match.groups() for match in map(_SECTION.match, parts) if match)
    return intro, [
        Section(report, tags.get(topics.get(heading, "")), id_, heading, text)
        for id_, heading, text in found
    ]


def _write(generator: Any, writer: Any) -> None:
    """Write what is missing, when Pelican has written its own pages."""
    context, output = generator.context, Path(writer.output_path)
    site, url, most = context["SITENAME"], context["SITEURL"], context["FEED_MAX_ITEMS"]
    _json_feed(output, url, "", site, generator.articles[:most])
    for tag, _ in context["tags"]:
        thread, base = context["threads"][tag.slug], tag.url
        if len(thread) > context["TOPIC_SECTIONS"]:
            _write_years(generator, writer, base, "tag_year", thread, tag=tag)
        writer.write_feed(thread, context, f"{base}feed.atom", feed_title=tag.name)
        writer.write_feed(thread, context, f"{base}feed.xml", feed_type="rss", feed_title=tag.name)
        _json_feed(output, url, base, f"{site} - {tag.name}", thread[:most])
    _write_years(generator, writer, "asks/", "asks_year", context["asks"])
    lines = _calendar(site, url, generator.articles)
    (output / "calendar.ics").write_bytes(b"".join(map(_folded, lines)))


def _write_years(
    generator: Any, writer: Any, base: str, template: str, entries: Sequence[Any], **more: Any
) -> None:
    """Write a page for each year that has entries, below the page that has the newest."""
    shown = {year: list(of_year) for year, of_year in groupby(entries, lambda one: one.date.year)}
    years = list(shown)
    for newer, year, older in zip([None, *years], years, [*years[1:], None], strict=False):
        writer.write_file(
            f"{base}{year}/index.html",
            generator.get_template(template),
            generator.context,
            base=base,
            year=year,
            newer=newer,
            older=older,
            shown=shown[year],
            **more,
        )


def _json_feed(output: Path, siteurl: str, base: str, title: str, entries: Iterable[Any]) -> None:
    """Write a JSON Feed, of which Pelican knows nothing, of reports or sections."""
    items = [
        {
            "id": f"{siteurl}/{entry.url}",
            "url": f"{siteurl}/{entry.url}",
            "title": entry.title,
            "summary": entry.summary,
            "content_html": entry.get_content(siteurl),
            "date_published": entry.date.isoformat(),
        }
        for entry in entries
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": f"{siteurl}/{base}",
        "feed_url": f"{siteurl}/{base}feed.json",
        "items": items,
    }
    (output / base / "feed.json").write_text(json.dumps(feed, ensure_ascii=False), "utf-8")


def _calendar(title: str, siteurl: str, reports: Iterable[Any]) -> Iterator[str]:
    """Yield the lines of a calendar of the meetings."""
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//{_escaped(title)}//EN")
    for report in reports:
        yield "BEGIN:VEVENT"
        yield f"UID:{siteurl}/{report.url}"
        yield f"DTSTAMP:{report.date:%Y%m%d}T000000Z"
        yield f"DTSTART;VALUE=DATE:{report.date:%Y%m%d}"
        yield f"SUMMARY:{_escaped(report.title)}"
        yield f"DESCRIPTION:{_escaped(report.summary)}"
        yield f"URL:{siteurl}/{report.url}"
        yield "END:VEVENT"
    yield "END:VCALENDAR"


def _escaped(text: str) -> str:
    return re.sub(r"([\\;,])", r"\\\1", text)


def _folded(line: str) -> bytes:
    """Return a line of a calendar, broken where it has more than 75 octets."""
    data, folded = line.encode(), b""
    while len(data) > 75:
        end = 75
        while data[end] & 0xC0 == 0x80:  # within a character
            end -= 1
        folded, data = folded + data[:end] + b"\r\n", b" " + data[end:]
    return folded + data + b"\r\n"


def register() -> None:
    """Ask to be called when all reports are read, and when all pages are written."""
    signals.article_generator_finalized.connect(_gather)
    signals.article_writer_finalized.connect(_write)
