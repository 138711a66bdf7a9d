"""Whether an output has all that it must have, so that nobody is quick by doing less.

Every generator writes to the same addresses. What a page says and where it leads is read from the
text of the file, by patterns: ten thousand pages go through here for each generator.
"""

import html
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree

from benchmarks.corpus import BASE_URL, Report, address

_TAG = re.compile(r"<(?:script|style)\b.*?</(?:script|style)>|<[^>]+>", re.S)
_HREF = re.compile(r"""<[a-z]+\b[^>]*?\s(?:href|src)=(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_REL = re.compile(r"<a\b[^>]*?\brel=\"?(prev|next)\b[^>]*>")
_ENCODED = "{http://purl.org/rss/1.0/modules/content/}encoded"
_FEED = 20


class Page:
    """An HTML file of the output."""

    def __init__(self, folder: Path, path: str) -> None:
        self.path = path
        self._source = (folder / path).read_text("utf-8")
        self._url = BASE_URL + path.removesuffix("index.html")

    @property
    def text(self) -> str:
        """What the page says, on one line."""
        return plain(self._source)

    @cached_property
    def links(self) -> set[str]:
        """The addresses on this site that the page leads to, from the home page's / on."""
        return set(self._internal(self._source))

    def related(self, rel: str) -> set[str]:
        """Return where the page's links of a relation lead, such as "prev"."""
        tags = (found[0] for found in _REL.finditer(self._source) if found[1] == rel)
        return {url for tag in tags for url in self._internal(tag)}

    def _internal(self, source: str) -> Iterator[str]:
        for found in set(_HREF.findall(source)):
            whole = urljoin(self._url, html.unescape("".join(found)))
            if whole.startswith(BASE_URL):
                yield unquote(urlsplit(whole).path)


def plain(source: str) -> str:
    """Return the words of some HTML, on one line."""
    return " ".join(html.unescape(_TAG.sub("", source)).split())


def faults(folder: Path, reports: Iterable[Report]) -> list[str]:
    """Return what an output lacks; ``reports`` are all that the site has, the oldest first."""
    paths = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return list(_faults(folder, paths, list(reports)))


def _faults(folder: Path, paths: set[str], reports: list[Report]) -> Iterator[str]:
    places = {f"reports/{report.name}/index.html": n for n, report in enumerate(reports)}
    wanted: dict[str, set[str]] = defaultdict(set)
    for report in reports:
        wanted[f"years/{report.date.year}/"].add(address(report.name))
        for topic in report.topics:
            wanted[f"topics/{topic}/"].add(address(report.name))
    wanted[""] = {address(report.name) for report in reports[-5:]}
    needed = {*places, "feed.xml", *(f"{below}index.html" for below in wanted)}
    for path in sorted(needed - paths):
        yield f"there is no {path}"
    known = {f"/{path}" for path in paths}
    known |= {path.removesuffix("index.html") for path in known}
    listed: dict[str, set[str]] = defaultdict(set)
    for path in sorted(path for path in paths if path.endswith(".html")):
        page = Page(folder, path)
        for link in sorted(page.links - known):
            yield f"{path} links to {link}, which is not there"
        if path in places:
            yield from _report(page, reports, places[path])
        # A long list may be cut into several pages below its own.
        below = "/".join([*path.split("/")[:2], ""]) if path != "index.html" else ""
        if below in wanted:
            listed[below] |= page.links
        if path == "index.html":
            text = page.text
            for report in reports[-5:]:
                if report.summary not in text:
                    yield f"the home page lacks the summary of {report.name}"
    for below, links in wanted.items():
        for link in sorted(links - listed[below]):
            yield f"/{below} does not lead to {link}"
    if "feed.xml" in paths:
        yield from _feed(folder / "feed.xml", reports[: -_FEED - 1 : -1])


def _report(page: Page, reports: list[Report], place: int) -> Iterator[str]:
    report, text = reports[place], page.text
    for what, words in (("title", report.title), ("last paragraph", report.last)):
        if words not in text:
            yield f"{page.path} lacks its {what}: {words}"
    for rel, other in (("prev", place - 1), ("next", place + 1)):
        expected = {address(reports[other].name)} if 0 <= other < len(reports) else set()
        if page.related(rel) != expected:
            yield f"{page.path}: {rel} leads to {page.related(rel)}, not to {expected}"
    for topic in report.topics:
        if f"/topics/{topic}/" not in page.links:
            yield f"{page.path} does not link to the topic {topic}"


def _feed(path: Path, newest: list[Report]) -> Iterator[str]:
    items = ElementTree.parse(path).findall("channel/item")  # noqa: S314
    found = [urlsplit(item.findtext("link", "")).path for item in items]
    if found != [address(report.name) for report in newest]:
        yield f"feed.xml has {found}, not the newest {len(newest)}"
        return
    for item, report in zip(items, newest, strict=True):
        content = item.findtext(_ENCODED) or item.findtext("description") or ""
        if report.last not in plain(content):
            yield f"feed.xml lacks the whole text of {report.name}"


def differing(one: Path, other: Path) -> list[str]:
    """Return the paths of files that are not the same in two outputs; notes on the build aside."""
    paths = {
        path.relative_to(folder).as_posix()
        for folder in (one, other)
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".lscbsite")
    }
    return sorted(path for path in paths if _bytes(one / path) != _bytes(other / path))


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None
