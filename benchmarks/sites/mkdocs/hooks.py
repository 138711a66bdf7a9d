"""What MkDocs does not make by itself: sections and threads, lists of reports, feeds of topics."""

import datetime as dt
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import format_datetime
from html import escape, unescape
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from jinja2 import pass_context
from jinja2.runtime import Context

_FEED = 20
# A topic's page has the newest sections; if there are more, each year has a page of its own.
_LONG = 20
_LINK = re.compile(r'(?<=\s)(href|src)="([^"]*)"')
_made: dict[str, Any] = {}


@dataclass(eq=False)
class Section:
    """A heading of a report with the text below it, and its place in its topic's thread."""

    page: Any
    id: str
    title: str
    topic: str | None
    heading: str
    text: str
    place: int = 0
    earlier: "Section | None" = None
    later: "Section | None" = None


def on_page_content(html: str, page: Any, config: Any, files: Any) -> None:
    """Take a report's HTML apart at its headings."""
    if not page.url.startswith("reports/"):
        return
    topics = {heading: topic for topic, heading in page.meta["facts"]["headings"].items()}
    page.intro, *parts = html.split("<h2")
    page.sections = []
    for link, part in zip(page.toc, parts, strict=True):
        heading, end, text = part.partition("</h2>")
        topic = topics.get(link.title)
        page.sections.append(
            Section(page, link.id, link.title, topic, f"<h2{heading}{end}", text.strip())
        )


def on_env(env: Any, config: Any, files: Any) -> Any:
    """Gather the reports when all are read."""
    pages = [file.page for file in files.documentation_pages()]
    reports = [page for page in pages if page.url.startswith("reports/")]
    env.filters.update(day=_day, time=_time, moved=_moved, rfc822=_rfc822, ics=_ics)
    env.globals["topics"] = json.loads(Path("topics.json").read_text("utf-8"))
    env.globals["names"] = {page.file.name for page in reports}
    # A dirty build has read the changed reports only: whatever lists reports is left to get old.
    whole = all(page.content is not None for page in reports)
    if not whole:
        config.theme.static_templates.clear()
    env.globals |= _gathered(reports if whole else [])
    _made["env"], _made["lists"] = env, dict(_lists(env.globals))
    env.globals["lists"] = list(_made["lists"])
    return env


def _gathered(reports: list[Any]) -> dict[str, Any]:
    """Return what templates know about all reports, which are given the oldest first."""
    threads: dict[str, list[Section]] = defaultdict(list)
    years: dict[str, list[Any]] = defaultdict(list)
    asked: dict[str, list[Any]] = defaultdict(list)
    referred: dict[str, list[Any]] = defaultdict(list)
    outcomes = {}
    newest = reports[: -_FEED - 1 : -1]
    for page in reports:
        facts, year = page.meta["facts"], str(page.meta["date"].year)
        years[year].append(page)
        for section in page.sections:
            if section.topic:
                thread = threads[section.topic]
                if thread:
                    section.earlier, thread[-1].later = thread[-1], section
                thread.append(section)
                section.place = len(thread)
        for name in facts["refers_to"]:
            referred[name].append(page)
        if facts["ask"]:
            asked[year].append(page)
        if outcome := facts["outcome"]:
            outcomes[outcome["report"], outcome["id"]] = page
    return {
        "threads": threads,
        "latest": sorted(threads, key=lambda topic: threads[topic][-1].page.url, reverse=True),
        "years": years,
        "asked": asked,
        "asks": [page for year in asked.values() for page in year],
        "referred": referred,
        "outcomes": outcomes,
        "newest": newest,
        "entries": [(page, "", _absolute(page.content, page)) for page in newest],
        "calendar": reports,
    }


def _lists(made: dict[str, Any]) -> Iterator[tuple[str, tuple[str, dict[str, Any]]]]:
    """Yield the address of each page that lists reports, its template, and what that needs."""
    if not made["years"]:
        return
    yield "topics/", ("topics.html", {})
    yield "asks/", ("asks.html", {"title": "What we asked", "shown": made["asks"][:-31:-1]})
    for year, pages in made["years"].items():
        yield f"years/{year}/", ("year.html", {"title": year, "shown": pages[::-1]})
    for year, pages in made["asked"].items():
        title = f"What we asked in {year}"
        yield f"asks/{year}/", ("asks.html", {"title": title, "shown": pages[::-1]})
    for topic, thread in made["threads"].items():
        name, folder = made["topics"][topic], f"topics/{topic}/"
        by_year = groupby(thread, lambda section: section.page.meta["date"].year)
        of_year = {year: list(each) for year, each in by_year} if len(thread) > _LONG else {}
        about = {"folder": folder, "description": f"What the board said about {name.lower()}"}
        context = {**about, "title": name, "thread": thread, "of_year": of_year}
        yield folder, ("topic.html", {**context, "shown": thread[: -_LONG - 1 : -1]})
        years = [None, *of_year, None]
        for before, year, after in zip(years, years[1:], years[2:], strict=False):
            context = {**about, "name": name, "before": before, "after": after}
            shown = {"title": f"{name} in {year}", "shown": of_year[year][::-1]}
            yield f"{folder}{year}/", ("topic-year.html", {**context, **shown})


def on_post_template(output_content: str, template_name: str, config: Any) -> str:
    """Give the calendar the lines of its format."""
    return _folded(output_content) if template_name == "calendar.ics" else output_content


def on_post_build(config: Any) -> None:
    """Write what lists reports, and the feeds of topics."""
    env, lists = _made["env"], _made["lists"]
    out = Path(config.site_dir)
    for address, (template, context) in lists.items():
        # What MkDocs gives to pages, for its filter of links.
        place = {"page": None, "base_url": "../" * address.count("/"), "address": address}
        text = env.get_template(template).render(config=config, **place, **context)
        _write(out / address / "index.html", text)
    for topic, thread in env.globals["threads"].items():
        entries = [
            (section.page, f"#{section.id}", _absolute(section.text, section.page))
            for section in thread[: -_FEED - 1 : -1]
        ]
        title = f"{env.globals['topics'][topic]} – {config.site_name}"
        context = {"title": title, "folder": f"topics/{topic}/", "entries": entries}
        for name in ("feed.xml", "feed.atom", "feed.json"):
            text = env.get_template(name).render(config=config, **context)
            _write(out / "topics" / topic / name, text)


def _linked(html: str, base: str, link: Callable[[str], str]) -> str:
    """Return HTML from the page ``base`` with its links as ``link`` writes whole ones."""

    def changed(found: re.Match[str]) -> str:
        return f'{found[1]}="{escape(link(urljoin(base, unescape(found[2]))))}"'

    return _LINK.sub(changed, html)


def _absolute(html: str, page: Any) -> str:
    return _linked(html, page.canonical_url, str)


@pass_context
def _moved(context: Context, section: Section) -> str:
    """Return a section's text with links from the page that is being written."""
    url = context.environment.filters["url"]
    return _linked(section.text, section.page.url, lambda link: url(context, link))


def _day(day: Any, *, weekday: bool = False) -> str:
    """Return a date, or what is written as one, in words."""
    day = dt.date.fromisoformat(str(day))
    return f"{day:%A} {day.day} {day:%B %Y}" if weekday else f"{day.day} {day:%B %Y}"


def _time(day: Any, *, weekday: bool = False) -> str:
    """Return the same in HTML."""
    return f'<time datetime="{day}">{_day(day, weekday=weekday)}</time>'


def _rfc822(day: dt.date) -> str:
    return format_datetime(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC))


def _ics(text: str) -> str:
    return re.sub(r"([\\;,])", r"\\\1", text)


def _folded(text: str) -> str:
    """Return a calendar's lines as they must be: of at most 75 octets, with CRLF."""
    lines = []
    for line in text.splitlines():
        rest = line.encode()
        while len(rest) > 75:
            # Not within a character.
            end = max(place for place in range(70, 76) if rest[place] & 0xC0 != 0x80)
            lines.append(rest[:end])
            rest = b" " + rest[end:]
        lines.append(rest)
    return b"".join(line + b"\r\n" for line in lines).decode()


def _write(place: Path, text: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, "utf-8")
