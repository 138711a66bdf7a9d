"""What Nikola has no task for: the home page as it is here, JSON feeds and the calendar."""

# mypy: disable-error-code="import-not-found, import-untyped, misc, no-any-return"

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import lxml.html
from nikola.plugin_categories import Task
from nikola.post import Post
from nikola.utils import config_changed, html_tostring_fragment

_SHOWN = 6
_TOPICS = 12


class More(Task):
    """Makes the home page, the JSON feeds and the calendar."""

    name = "render_more"

    def gen_tasks(self) -> Iterator[dict[str, Any]]:
        """Yield the tasks."""
        self.site.scan_posts()
        yield self.group_task()
        lang = self.site.default_lang
        yield self._home(lang)
        title = self.site.config["BLOG_TITLE"](lang)
        yield self._feed(title, "/", self.site.posts)
        topics = self.site.posts_per_classification["topic"][lang]
        for topic, sections in topics.items():
            if "/" not in topic:
                yield self._feed(f"{title} ({topic})", self.site.link("topic", topic), sections)
        yield self._calendar(title)

    def _task(self, path: str, action: Any, rests_on: dict[str, Any]) -> dict[str, Any]:
        output = str(Path(self.site.config["OUTPUT_FOLDER"], path))
        return {
            "basename": self.name,
            "name": output,
            "targets": [output],
            "actions": [(action, (Path(output), rests_on))],
            "uptodate": [config_changed(rests_on, f"more:{path}")],
            "clean": True,
        }

    def _home(self, lang: str) -> dict[str, Any]:
        board = self.site.board
        years = Counter(post.date.year for post in self.site.posts)
        latest = sorted(board.topics, key=lambda topic: topic["last"]["date"], reverse=True)
        context = {
            "permalink": "/",
            "asks": board.open_asks,
            "topics": latest[:_TOPICS],
            "years": [
                (year, self.site.link("archive", f"{year}", lang), count)
                for year, count in years.items()
            ],
        }
        output = str(Path(self.site.config["OUTPUT_FOLDER"], "index.html"))
        task = self.site.generic_post_list_renderer(
            lang,
            self.site.posts[:_SHOWN],
            output,
            "index.tmpl",
            self.site.config["FILTERS"],
            context,
        )
        return {**task, "basename": self.name}

    def _feed(self, title: str, url: str, posts: list[Post]) -> dict[str, Any]:
        newest = posts[: self.site.config["FEED_LENGTH"]]

        def write(output: Path, feed: dict[str, Any]) -> None:
            items = [
                {
                    "id": post.guid(),
                    "url": post.permalink(absolute=True),
                    "title": post.title(),
                    "summary": post.description(),
                    "date_published": post.formatted_date("webiso"),
                    "tags": post.tags,
                    "content_html": self._absolute(post),
                }
                for post in newest
            ]
            whole = {key: value for key, value in feed.items() if key != "posts"}
            text = json.dumps({**whole, "items": items}, ensure_ascii=False, indent=1)
            output.parent.mkdir(parents=True, exist_ok=True)
            output.write_text(text, "utf-8")

        address = self.site.abs_link(url)
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": title,
            "home_page_url": address,
            "feed_url": f"{address}feed.json",
            "language": self.site.default_lang,
            # The representation of a post has a digest of its metadata.
            "posts": [repr(post) for post in newest],
        }
        task = self._task(f"{url.strip('/')}/feed.json".lstrip("/"), write, feed)
        return {
            **task,
            "file_dep": sorted({post.base_path for post in newest}),
            "task_dep": ["render_posts"],
        }

    def _absolute(self, post: Post) -> str:
        """Return a post's HTML with the links that Nikola's own feeds have."""
        document = lxml.html.fragment_fromstring(post.text(), "body")
        self.site.rewrite_links(document, post.permalink(), self.site.default_lang, "absolute")
        return html_tostring_fragment(document)

    def _calendar(self, title: str) -> dict[str, Any]:
        events = [self.site.board.card(post) for post in reversed(self.site.posts)]
        return self._task("calendar.ics", self._write_calendar, {"title": title, "events": events})

    def _write_calendar(self, output: Path, told: dict[str, Any]) -> None:
        lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Nikola//EN"]
        lines.append(f"X-WR-CALNAME:{_escaped(told['title'])}")
        for event in told["events"]:
            url, day = self.site.abs_link(event["url"]), event["date"].replace("-", "")
            lines += [
                "BEGIN:VEVENT",
                f"UID:{url}",
                f"DTSTAMP:{day}T000000Z",
                f"DTSTART;VALUE=DATE:{day}",
                f"SUMMARY:{_escaped(event['title'])}",
                f"DESCRIPTION:{_escaped(event['summary'])}",
                f"URL:{url}",
                "END:VEVENT",
            ]
        lines.append("END:VCALENDAR")
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_bytes(b"".join(_folded(line.encode()) for line in lines))


def _escaped(text: str) -> str:
    for character in "\\;,":
        text = text.replace(character, f"\\{character}")
    return text.replace("\n", "\\n")


def _folded(line: bytes) -> bytes:
    """Return a line in pieces of 75 octets or less, and no character in two of them."""
    pieces = []
    while len(line) > 75:
        end = 75
        while line[end] & 0xC0 == 0x80:
            end -= 1
        pieces.append(line[:end])
        line = b" " + line[end:]
    return b"\r\n".join([*pieces, line, b""])
