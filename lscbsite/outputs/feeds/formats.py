"""Write a feed as RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1.

RSS follows the Best Practices Profile (rssboard.org/rss-profile); JSON Feed jsonfeed.org.
"""

import datetime as dt
from functools import partial
from typing import Any

import msgspec

_XHTML = "{http://www.w3.org/1999/xhtml}"


class FeedEntry(msgspec.Struct, frozen=True):
    """One entry: ``guid`` never changes; the moments have the site's offset from UTC.

    ``updated`` is later than ``published`` if the entry was changed. ``summary`` is text.
    """

    guid: str
    url: str
    title: str
    summary: str
    content_html: str
    author: str
    language: str
    published: dt.datetime
    updated: dt.datetime


class FeedNote(msgspec.Struct, frozen=True):
    """A note for readers who open a feed in a browser: its text and a link.

    ``root`` is the way from the feed to the home page, where the style sheet is.
    """

    words: str
    link_words: str
    url: str
    root: str
    language: str


class FeedView(msgspec.Struct, frozen=True):
    """Everything in a feed; ``folder_url`` is the address of the folder that it is in.

    ``guid`` never changes, wherever the feed is moved (RFC 4287 4.2.6).
    """

    guid: str
    title: str
    description: str
    language: str
    author: str
    home_url: str
    folder_url: str
    entries: tuple[FeedEntry, ...]
    note: FeedNote

    @property
    def updated(self) -> dt.datetime | None:
        """When an entry was last changed; None for an empty feed."""
        return max((entry.updated for entry in self.entries), default=None)


def write_rss(view: FeedView) -> bytes:
    """Return an RSS 2.0 document."""
    feed = _create_generator(view, "feed.xml", "application/rss+xml")
    # It cannot be imported before feedgen.feed.
    from feedgen.ext.dc import DcEntryExtension, DcExtension

    feed.description(view.description)
    feed.register_extension("dc", DcExtension, None, rss=True, atom=False)
    updated = view.updated
    if updated is None:
        feed.register_extension("undated", _Undated, None, rss=True, atom=False)
    else:
        feed.lastBuildDate(updated)
        feed.pubDate(updated)
    for entry in view.entries:
        item = feed.add_entry(order="append")
        item.id(entry.guid)
        item.title(entry.title)
        item.link(href=entry.url)
        # A description is HTML, even where it is only text.
        item.description(_escape(entry.summary))
        item.content(entry.content_html, type="html")
        item.published(entry.published)
        if entry.author:
            # <author> wants an email address, and feedgen drops one without.
            item.register_extension("dc", DcEntryExtension, rss=True, atom=False)
            item.dc.dc_creator(entry.author)
    return _add_style_sheet(feed.rss_str(pretty=True), view)


def write_atom(view: FeedView) -> bytes:
    """Return an Atom document."""
    feed = _create_generator(view, "feed.atom", "application/atom+xml")
    feed.id(view.guid)
    feed.subtitle(view.description)
    feed.author(name=view.author)
    # "updated" is required; a feed that never had an entry was never changed.
    feed.updated(view.updated or dt.datetime(1970, 1, 1, tzinfo=dt.UTC))
    for entry in view.entries:
        item = feed.add_entry(order="append")
        item.id(entry.guid)
        item.title(entry.title)
        item.link(href=entry.url, rel="alternate", type="text/html")
        item.summary(entry.summary)
        item.content(entry.content_html, type="html")
        item.published(entry.published)
        item.updated(entry.updated)
        if entry.author:
            item.author(name=entry.author)
    return _add_style_sheet(feed.atom_str(pretty=True), view)


def write_json(view: FeedView) -> bytes:
    """Return a JSON Feed."""
    items = []
    for entry in view.entries:
        item: dict[str, Any] = {
            "id": entry.guid,
            "url": entry.url,
            "title": entry.title,
            "summary": entry.summary,
            "content_html": entry.content_html,
            "date_published": entry.published.isoformat(),
        }
        if entry.updated != entry.published:
            item["date_modified"] = entry.updated.isoformat()
        if entry.author:
            item["authors"] = [{"name": entry.author}]
        if entry.language != view.language:
            item["language"] = entry.language
        items.append(item)
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": view.title,
        "description": view.description,
        "home_page_url": view.home_url,
        "feed_url": view.folder_url + "feed.json",
        "language": view.language,
        "authors": [{"name": view.author}],
        "items": items,
    }
    return msgspec.json.format(msgspec.json.encode(feed), indent=2) + b"\n"


def _create_generator(view: FeedView, name: str, media_type: str) -> Any:
    """Return a generator with what RSS and Atom have in common."""
    from feedgen.feed import FeedGenerator

    feed = FeedGenerator()
    feed.title(view.title)
    feed.language(view.language)
    feed.generator("lscbsite")
    # Of RSS, the last link given becomes the channel's: the page, not the feed itself.
    feed.link(href=view.folder_url + name, rel="self", type=media_type)
    feed.link(href=view.home_url, rel="alternate")
    feed.register_extension("note", partial(_Note, view.note), None)
    return feed


def _add_style_sheet(data: bytes, view: FeedView) -> bytes:
    """Return a feed that browsers show as a list, by a style sheet in CSS (W3C, xml-stylesheet).

    They are about to drop XSLT (whatwg/html 11523).
    """
    declaration, rest = data.split(b"\n", 1)
    style_sheet = f'<?xml-stylesheet type="text/css" href="{view.note.root}feeds.css"?>'
    return b"\n".join([declaration, style_sheet.encode(), rest])


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class _Note:
    """Add a note in XHTML for people; feed readers ignore it."""

    def __init__(self, note: FeedNote) -> None:
        self._note = note

    def extend_ns(self) -> dict[str, str]:
        return {}

    def extend_rss(self, rss_feed: Any) -> Any:
        rss_feed.find("channel").append(self._make_element(rss_feed))
        return rss_feed

    def extend_atom(self, atom_feed: Any) -> Any:
        atom_feed.append(self._make_element(atom_feed))
        return atom_feed

    def _make_element(self, feed: Any) -> Any:
        language = {"{http://www.w3.org/XML/1998/namespace}lang": self._note.language}
        paragraph = feed.makeelement(f"{_XHTML}p", language, {"html": _XHTML[1:-1]})
        paragraph.text = f"{self._note.words} "
        link = feed.makeelement(f"{_XHTML}a", {"href": self._note.url})
        link.text = self._note.link_words
        paragraph.append(link)
        return paragraph


class _Undated:
    """Removes lastBuildDate from an empty feed, where feedgen writes the current time."""

    def extend_ns(self) -> dict[str, str]:
        return {}

    def extend_rss(self, rss_feed: Any) -> Any:
        for element in rss_feed.findall("channel/lastBuildDate"):
            element.getparent().remove(element)
        return rss_feed
