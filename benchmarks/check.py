"""Check that an output is complete, so that no generator is quick by doing less.

Every generator writes to the same addresses. Page contents and links are read from the
text of the file, by patterns: ten thousand pages go through here for each generator.
"""

import datetime as dt
import html
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin
from xml.etree import ElementTree

from benchmarks.corpus import ANSWER, BASE_URL, TITLE, Ask, Report, address

_TAG = re.compile(r"<(?:script|style)\b.*?</(?:script|style)>|<[^>]+>", re.S)
_HREF = re.compile(r"""<[a-z]+\b[^>]*?\s(?:href|src)=(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_REL = re.compile(r"<a\b[^>]*?\brel=\"?(prev|next)\b[^>]*>")
_META = re.compile(r"<(meta|link)\b[^>]*>")
_ATTRIBUTE = re.compile(r"""\s([a-z:-]+)=(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_DATA = re.compile(r"""<script type=["']?application/ld\+json["']?>(.*?)</script>""", re.S)
_ENCODED = "{http://purl.org/rss/1.0/modules/content/}encoded"
_ATOM = "{http://www.w3.org/2005/Atom}"
_FEED = 20
_HOST = urljoin(BASE_URL, "/")
# Ordinals are shown only up to this many meetings.
_THREAD = 100


class Page:
    """An HTML file of the output."""

    def __init__(self, folder: Path, path: str) -> None:
        self.path = path
        self._source = (folder / path).read_text("utf-8")
        self._url = BASE_URL + path.removesuffix("index.html")

    @property
    def text(self) -> str:
        """Return the page's text on one line."""
        return plain(self._source)

    @cached_property
    def links(self) -> set[str]:
        """Return the addresses on this site that the page links to, as paths from the home page."""
        return set(self.anchors)

    @cached_property
    def anchors(self) -> dict[str, set[str]]:
        """Return the fragments of the page's links, by address on this site."""
        found: dict[str, set[str]] = defaultdict(set)
        for url in self._addresses(self._source):
            where, _, fragment = url.partition("#")
            found[where].add(fragment)
        return found

    @cached_property
    def head(self) -> dict[str, str]:
        """Return the page's metadata by name, property or relation, such as "og:title"."""
        found = {}
        for tag in _META.finditer(self._source):
            has = {name: "".join(value) for name, *value in _ATTRIBUTE.findall(tag[0])}
            name = has.get("name") or has.get("property") or has.get("rel") or ""
            found[name] = html.unescape(has.get("content") or has.get("href") or "")
        return found

    @property
    def data(self) -> dict[str, dict[str, Any]]:
        """Return the page's structured data by type."""
        found = _DATA.search(self._source)
        graph = json.loads(found[1])["@graph"] if found else []
        return {node["@type"]: node for node in graph}

    def asks_by_mail(self, ask: Ask) -> bool:
        """Return whether the page has a mail link with a subject."""
        return f"mailto:{ask.reply_to}?subject=" in html.unescape(self._source)

    def related(self, rel: str) -> set[str]:
        """Return the targets of the page's links with a relation such as "prev"."""
        tags = (found[0] for found in _REL.finditer(self._source) if found[1] == rel)
        return {url for tag in tags for url in self._internal(tag)}

    def _internal(self, source: str) -> Iterator[str]:
        return (url.partition("#")[0] for url in self._addresses(source))

    def _addresses(self, source: str) -> Iterator[str]:
        for found in set(_HREF.findall(source)):
            whole = urljoin(self._url, html.unescape("".join(found)))
            if whole.startswith(_HOST):
                yield local(whole)


def local(url: str) -> str:
    """Return an address below the base URL as a path from the home page, another one unchanged."""
    return f"/{unquote(url.removeprefix(BASE_URL))}" if url.startswith(BASE_URL) else url


def day_in_words(day: dt.date) -> str:
    """Return a day with its weekday as people in Britain write it, without commas."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def plain(source: str) -> str:
    """Return the words of some HTML, on one line."""
    return " ".join(html.unescape(_TAG.sub("", source)).split())


def faults(folder: Path, reports: Iterable[Report]) -> list[str]:
    """Return what an output lacks; ``reports`` are all reports, the oldest first."""
    paths = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return list(_faults(folder, paths, list(reports)))


def _faults(folder: Path, paths: set[str], reports: list[Report]) -> Iterator[str]:
    places = {f"reports/{report.name}/index.html": n for n, report in enumerate(reports)}
    wanted: dict[str, set[str]] = defaultdict(set)
    threads: dict[str, list[Report]] = defaultdict(list)
    for report in reports:
        wanted[f"years/{report.date.year}/"].add(address(report.name))
        for topic in report.topics:
            wanted[f"topics/{topic}/"].add(address(report.name))
            threads[topic].append(report)
        if report.ask:
            wanted["asks/"].add(address(report.name))
    wanted[""] = {address(report.name) for report in reports[-5:]}
    feeds = {"": reports, **{f"topics/{topic}/": thread for topic, thread in threads.items()}}
    needed = {*places, "calendar.ics", "sitemap.xml", *(f"{below}index.html" for below in wanted)}
    needed |= {f"{folder}feed.{kind}" for folder in feeds for kind in _FEEDS}
    for path in sorted(needed - paths):
        yield f"there is no {path}"
    known = {f"/{path}" for path in paths}
    known |= {path.removesuffix("index.html") for path in known}
    listed: dict[str, set[str]] = defaultdict(set)
    said: dict[str, list[str]] = defaultdict(list)
    near = _Near(reports, threads)
    for path in sorted(path for path in paths if path.endswith(".html")):
        page = Page(folder, path)
        for link in sorted(page.links - known):
            yield f"{path} links to {link}, which is not there"
        if path in places:
            yield from _report(page, reports, places[path])
            yield from near.missing(page, reports[places[path]])
        # A long list may be cut into several pages below its own.
        levels = 1 if path.startswith("asks/") else 2
        below = "/".join([*path.split("/")[:levels], ""]) if path != "index.html" else ""
        if below in wanted:
            listed[below] |= page.links
            said[below].append(page.text)
        if path == "index.html":
            text = page.text
            for report in reports[-5:]:
                if report.summary not in text:
                    yield f"the home page lacks the summary of {report.name}"
    for below, links in wanted.items():
        for link in sorted(links - listed[below]):
            yield f"/{below} does not lead to {link}"
    for topic, thread in threads.items():
        yield from _thread(topic, thread, " ".join(said[f"topics/{topic}/"]))
    asks = " ".join(said["asks/"])
    for report in reports[:: _step(reports)]:
        if report.ask and report.ask.text not in asks:
            yield f"/asks/ lacks what {report.name} asks"
    for below, told in feeds.items():
        for kind, read in _FEEDS.items():
            if f"{below}feed.{kind}" in paths:
                newest = told[: -_FEED - 1 : -1]
                yield from _feed(folder, f"{below}feed.{kind}", read, newest, whole=not below)
    if "calendar.ics" in paths:
        yield from _calendar((folder / "calendar.ics").read_text("utf-8"), reports)
    if "sitemap.xml" in paths:
        sitemap = (folder / "sitemap.xml").read_text("utf-8")
        for report in reports:
            if f"{BASE_URL}reports/{report.name}/<" not in sitemap:
                yield f"sitemap.xml lacks {report.name}"


def _step(reports: list[Report]) -> int:
    """Return how many reports to skip when checking all would take too long."""
    return max(1, len(reports) // 1000)


class _Near:
    """What each report's page shows of others: threads, mentions, and the last report."""

    def __init__(self, reports: list[Report], threads: dict[str, list[Report]]) -> None:
        self._links: dict[str, set[str]] = defaultdict(set)
        self._places: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self._last = {later.name: earlier for earlier, later in pairwise(reports)}
        self._answered = {report.outcome[0] for report in reports if report.outcome}
        names = {report.name for report in reports}
        for report in reports:
            for name in report.refers_to:
                if name in names:
                    self._links[name].add(address(report.name))
            if report.outcome:
                self._links[report.outcome[0]].add(address(report.name))
        for thread in threads.values():
            for place, report in enumerate(thread, 1):
                if len(thread) <= _THREAD:
                    self._places[report.name].append((place, len(thread)))
            for earlier, later in pairwise(thread):
                self._links[earlier.name].add(address(later.name))
                self._links[later.name].add(address(earlier.name))

    def missing(self, page: Page, report: Report) -> Iterator[str]:
        """Yield what a page lacks: links to its neighbours, and its author's words."""
        for link in sorted(self._links[report.name] - page.links):
            yield f"{page.path} does not lead to {link}, which is near it"
        wanted = []
        for person in report.attendees:
            name, _, organisation = person.removesuffix(")").partition(" (")
            wanted += [name, organisation]
        wanted += [report.ask.text] if report.ask else []
        wanted += [report.outcome[2], ANSWER] if report.outcome else []
        wanted += [ANSWER] if report.name in self._answered else []
        if last := self._last.get(report.name):
            wanted += [last.summary]
            wanted += [last.ask.text] if last.ask else []
            wanted += [ANSWER] if last.name in self._answered else []
            # Its topics, and any other business.
            if len(page.anchors[address(last.name)] - {""}) <= len(last.topics):
                yield f"{page.path} does not lead to all sections of the last report"
        text = page.text
        # Nobody is asked to answer what has closed.
        asked = None if "Replies were due by" in text else report.ask
        if asked and not page.asks_by_mail(asked):
            yield f"{page.path} has no link to answer by mail"
        for place, count in self._places[report.name]:
            if f"{place} of {count}" not in text and f"{_ordinal(place)} meeting" not in text:
                yield f"{page.path} lacks {place} of {count}"
        for words in wanted:
            if words not in text:
                yield f"{page.path} lacks {words}"


def _ordinal(number: int) -> str:
    ending = 0 if 10 < number % 100 < 14 else number % 10
    return str(number) + {1: "st", 2: "nd", 3: "rd"}.get(ending, "th")


def _thread(topic: str, thread: list[Report], text: str) -> Iterator[str]:
    for report in thread[:: _step(thread)]:
        if topic in report.says and report.says[topic] not in text:
            yield f"/topics/{topic}/ lacks what {report.name} says"


def _calendar(text: str, reports: list[Report]) -> Iterator[str]:
    text = text.replace("\r\n ", "").replace("\n ", "")
    days = Counter(re.findall(r"^DTSTART[^:\n]*:(\d{8})", text, re.M))
    held = Counter(f"{report.date:%Y%m%d}" for report in reports)
    for day, count in held.items():
        if days[day] < count:
            yield f"calendar.ics has {days[day]} of {count} meetings of {day}"


def _report(page: Page, reports: list[Report], place: int) -> Iterator[str]:
    report, text = reports[place], page.text
    url = f"{BASE_URL}reports/{report.name}/"
    for what, words in (("title", report.headline), ("last paragraph", report.last)):
        if words not in text:
            yield f"{page.path} lacks its {what}: {words}"
    if day_in_words(report.date) not in text.replace("day, ", "day "):
        yield f"{page.path} lacks its day: {day_in_words(report.date)}"
    for rel, other in (("prev", place - 1), ("next", place + 1)):
        expected = {address(reports[other].name)} if 0 <= other < len(reports) else set()
        if page.related(rel) != expected:
            yield f"{page.path}: {rel} leads to {page.related(rel)}, not to {expected}"
    for topic in report.topics:
        if f"/topics/{topic}/" not in page.links:
            yield f"{page.path} does not link to the topic {topic}"
    head = {
        "description": report.summary,
        "canonical": url,
        "og:title": report.title,
        "og:description": report.summary,
        "og:url": url,
        "og:site_name": TITLE,
    }
    for name, expected_text in head.items():
        if page.head.get(name) != expected_text:
            yield f"{page.path}: {name} is {page.head.get(name)}, not {expected_text}"
    said = page.data
    event = {"startDate": f"{report.date}", "organizer": TITLE}
    told = {
        "description": report.summary,
        "datePublished": f"{report.date}",
        "url": url,
    }
    for kind, wanted in (("Event", event), ("Report", told)):
        for key, value in wanted.items():
            found = said.get(kind, {}).get(key)
            if (found.get("name") if isinstance(found, dict) else found) != value:
                yield f"{page.path}: {kind}.{key} is {found}, not {value}"
    headline = said.get("Report", {}).get("headline")
    if headline not in (report.headline, report.title):
        yield f"{page.path}: Report.headline is {headline}, not {report.headline}"
    about = said.get("Report", {}).get("about", {})
    # lscbsite names the topics, too.
    first = about[0] if isinstance(about, list) and about else about
    if first != {"@id": said.get("Event", {}).get("@id", "")}:
        yield f"{page.path}: what the report is about is not the event"


def _rss(data: bytes) -> Iterator[tuple[str, str]]:
    for item in ElementTree.fromstring(data).findall("channel/item"):  # noqa: S314
        content = item.findtext(_ENCODED) or item.findtext("description") or ""
        yield item.findtext("link", ""), content


def _atom(data: bytes) -> Iterator[tuple[str, str]]:
    for entry in ElementTree.fromstring(data).findall(f"{_ATOM}entry"):  # noqa: S314
        link = entry.find(f"{_ATOM}link")
        yield (
            link.get("href", "") if link is not None else "",
            entry.findtext(f"{_ATOM}content", ""),
        )


def _json(data: bytes) -> Iterator[tuple[str, str]]:
    for item in json.loads(data)["items"]:
        yield item["url"], item["content_html"]


_FEEDS = {"xml": _rss, "atom": _atom, "json": _json}


def _feed(
    folder: Path,
    path: str,
    read: Callable[[bytes], Iterator[tuple[str, str]]],
    newest: list[Report],
    *,
    whole: bool,
) -> Iterator[str]:
    """Check a feed; if it need not have the ``whole`` text, check what is below the heading."""
    items = list(read((folder / path).read_bytes()))
    found = [local(link).partition("#")[0] for link, _ in items]
    if found != [address(report.name) for report in newest]:
        yield f"{path} has {found}, not the newest {len(newest)}"
        return
    topic = path.split("/")[-2] if "/" in path else ""
    for (_, content), report in zip(items, newest, strict=True):
        words = report.last if whole else report.says.get(topic, "")
        if words not in plain(content):
            yield f"{path} lacks what {report.name} says"
        for link in map("".join, _HREF.findall(content)):
            if not link.startswith(("https:", "mailto:", "#")):
                yield f"{path} has the link {link}, which leads nowhere from a feed reader"


def differing(one: Path, other: Path) -> list[str]:
    """Return the paths of files that differ between two outputs, except notes on the build."""
    paths = {
        path.relative_to(folder).as_posix()
        for folder in (one, other)
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".lscbsite")
    }
    return sorted(path for path in paths if _bytes(one / path) != _bytes(other / path))


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None
