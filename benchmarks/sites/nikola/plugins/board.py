"""What all reports say together: threads, references, asks and their outcomes."""

# mypy: disable-error-code="import-not-found, misc, no-any-return"

import datetime as dt
import json
import re
from collections import defaultdict
from functools import cached_property
from itertools import pairwise
from typing import Any
from urllib.parse import quote

from blinker import signal
from markdown.extensions.toc import slugify
from nikola.nikola import Nikola
from nikola.plugin_categories import SignalHandler
from nikola.post import Post
from nikola.utils import LocaleBorg

_HEADING = re.compile(r'<h2 id="([^"]+)">(.*?)</h2>')


def _day(date: dt.date) -> str:
    return LocaleBorg().formatted_date("d MMMM yyyy", date)


def _person(text: str) -> tuple[str, str]:
    """Return a name and the organisation in brackets after it, if any."""
    name, _, organisation = text.removesuffix(")").partition(" (")
    return name, organisation


class Section:
    """What a report says on a topic: a post to Nikola, with this section only as its text."""

    def __init__(self, board: "Board", post: Post, topic: str) -> None:
        self._board, self._post = board, post
        self._anchor = board.anchor(post, topic)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._post, name)

    def __repr__(self) -> str:
        return repr(self._post)

    def permalink(self, *args: Any, **keywords: Any) -> str:
        """Return the address of the section's heading."""
        return f"{self._post.permalink(*args, **keywords)}{self._anchor}"

    def deps(self, _lang: str) -> list[str]:
        """Return the files that a page with the section rests on."""
        return [self._post.base_path, self._post.source_path]

    def text(self, *_: Any, **__: Any) -> str:
        """Return the section's HTML, without an id: a page has many sections on a topic."""
        sections = self._board.parts(self._post)[1]
        return "".join(
            f"<h2>{heading}</h2>{text}"
            for id_, heading, text in sections
            if f"#{id_}" == self._anchor
        )


class Board:
    """Maps of all reports; each is made once, when the reports have been read."""

    def __init__(self, site: Nikola) -> None:
        self.site = site
        self._facts: dict[str, dict[str, Any]] = {}
        self._cards: dict[str, dict[str, Any]] = {}
        self._parts: dict[str, tuple[str, list[tuple[str, str, str]]]] = {}

    def facts(self, post: Post) -> dict[str, Any]:
        """Return what a report has beside its text."""
        if post.source_path not in self._facts:
            self._facts[post.source_path] = json.loads(post.meta("facts"))
        return self._facts[post.source_path]

    def card(self, post: Post) -> dict[str, Any]:
        """Return what a link to a report shows."""
        if post.source_path not in self._cards:
            self._cards[post.source_path] = {
                "title": post.title(),
                "url": post.permalink(),
                "date": f"{post.date:%Y-%m-%d}",
                "day": _day(post.date),
                "held": post.formatted_date(
                    self.site.config["DATE_FORMAT"](self.site.default_lang)
                ),
                "summary": post.description(),
            }
        return self._cards[post.source_path]

    def parts(self, post: Post) -> tuple[str, list[tuple[str, str, str]]]:
        """Return a report's HTML before its first heading, and id, heading and HTML of the others."""
        if post.source_path not in self._parts:
            lead, *found = _HEADING.split(post.text())
            sections = list(zip(found[::3], found[1::3], found[2::3], strict=True))
            self._parts[post.source_path] = lead, sections
        return self._parts[post.source_path]

    def section(self, post: Post, topic: str) -> Section:
        """Return what a report says on a topic, as a post."""
        return Section(self, post, topic)

    def anchor(self, post: Post, topic: str) -> str:
        """Return the fragment that leads to a topic's heading, as Markdown writes its id."""
        heading = self.facts(post)["headings"].get(slugify(topic, "-"))
        return f"#{slugify(heading, '-')}" if heading else ""

    @cached_property
    def threads(self) -> dict[str, list[Post]]:
        """The reports on each topic, the oldest first."""
        threads: dict[str, list[Post]] = defaultdict(list)
        for post in reversed(self.site.posts):
            for topic in post.tags:
                threads[topic].append(post)
        return threads

    @cached_property
    def topics(self) -> list[dict[str, Any]]:
        """All topics by name, with the first and the last report on each."""
        return [
            {
                "name": name,
                "url": self.site.link("topic", name),
                "count": len(thread),
                "first": self.card(thread[0]),
                "last": self.card(thread[-1]),
            }
            for name, thread in sorted(self.threads.items())
        ]

    @cached_property
    def _by_name(self) -> dict[str, Post]:
        return {post.meta("slug"): post for post in self.site.posts}

    @cached_property
    def _by_date(self) -> dict[str, Post]:
        return {f"{post.date:%Y-%m-%d}": post for post in self.site.posts}

    @cached_property
    def _places(self) -> dict[tuple[str, str], int]:
        """A report's place in a thread, by report and topic; the oldest has the first."""
        return {
            (post.source_path, topic): place
            for topic, thread in self.threads.items()
            for place, post in enumerate(thread, 1)
        }

    @cached_property
    def _beside(self) -> dict[tuple[str, str, str], dict[str, Any]]:
        """The reports beside a report in a thread, by "earlier" or "later", report and topic."""
        beside = {}
        for topic, thread in self.threads.items():
            for one, two in pairwise(thread):
                beside["later", one.source_path, topic] = self._section_link(two, topic)
                beside["earlier", two.source_path, topic] = self._section_link(one, topic)
        return beside

    def _section_link(self, post: Post, topic: str) -> dict[str, Any]:
        url = post.permalink() + self.anchor(post, topic)
        return {"url": url, "day": self.card(post)["day"]}

    @cached_property
    def _referring(self) -> dict[str, list[Post]]:
        """The reports that refer to a report, by its name."""
        referring: dict[str, list[Post]] = defaultdict(list)
        for post in reversed(self.site.posts):
            for name in self.facts(post)["refers_to"]:
                referring[name].append(post)
        return referring

    @cached_property
    def _outcomes(self) -> dict[tuple[str, str], dict[str, Any]]:
        """What came of an ask, by the report's name and the ask's id."""
        return {
            (outcome["report"], outcome["id"]): {"text": outcome["text"], "in": self.card(post)}
            for post in self.site.posts
            if (outcome := self.facts(post)["outcome"])
        }

    def slug_path(self, name: str, lang: str) -> list[str]:
        """Return where link://slug/NAME leads. Nikola's own handler looks at all posts each time."""
        post = self._by_name.get(name)
        return post.permalink(lang).split("/") if post else self.site.slug_path(name, lang)

    def ask(self, post: Post) -> dict[str, Any] | None:
        """Return what a report asks, and what came of it."""
        ask = self.facts(post)["ask"]
        return ask and {
            **ask,
            "open": ask["deadline"] >= self.site.config["TODAY"],
            "until": _day(dt.date.fromisoformat(ask["deadline"])),
            "mailto": f"mailto:{ask['reply_to']}?subject={quote(ask['text'])}",
            "url": f"{post.permalink()}#ask-{ask['id']}",
            "in": self.card(post),
            "outcome": self._outcomes.get((post.meta("slug"), ask["id"])),
        }

    @property
    def open_asks(self) -> list[dict[str, Any]]:
        """What is asked still, the newest first."""
        asks = [self.ask(post) for post in self.site.posts]
        return [ask for ask in asks if ask and ask["open"]]

    def outcome(self, post: Post) -> dict[str, Any] | None:
        """Return the outcome that a report gives of an earlier report's ask."""
        outcome = self.facts(post)["outcome"]
        asked = self._by_name.get(outcome["report"]) if outcome else None
        return asked and {**outcome, "url": f"{asked.permalink()}#ask-{outcome['id']}"}

    def next_meeting(self, post: Post) -> dict[str, Any] | None:
        """Return the day of the next meeting, and its report if there is one."""
        date = self.facts(post)["next_meeting"]
        return date and {
            "date": date,
            "day": _day(dt.date.fromisoformat(date)),
            "report": self.card(self._by_date[date]) if date in self._by_date else None,
        }

    def near(self, post: Post) -> dict[str, Any]:
        """Return what a report's page shows besides its text: plain data, to be compared."""
        beside, path = self._beside, post.source_path
        return {
            "attendees": [_person(each) for each in self.facts(post)["attendees"]],
            "ask": self.ask(post),
            "outcome": self.outcome(post),
            "next_meeting": self.next_meeting(post),
            "topics": [
                {
                    "name": topic,
                    "url": self.site.link("topic", topic),
                    "anchor": self.anchor(post, topic),
                    "place": self._places[path, topic],
                    "count": len(self.threads[topic]),
                    "earlier": beside.get(("earlier", path, topic)),
                    "later": beside.get(("later", path, topic)),
                }
                for topic in post.tags
            ],
            "referring": [self.card(each) for each in self._referring[post.meta("slug")]],
            "previous": post.prev_post and self.card(post.prev_post),
            "asked": post.prev_post and self.ask(post.prev_post),
            "next": post.next_post and self.card(post.next_post),
        }

    def linked_data(self, post: Post) -> str:
        """Return the meeting and its report in the terms of schema.org."""
        url, date = post.permalink(absolute=True), f"{post.date:%Y-%m-%d}"
        title = self.site.config["BLOG_TITLE"](self.site.default_lang)
        meeting = {
            "@type": "Event",
            "@id": f"{url}#meeting",
            "name": f"Meeting of {_day(post.date)}",
            "startDate": date,
            "organizer": {"@type": "Organization", "name": title},
            "eventStatus": "https://schema.org/EventScheduled",
        }
        report = {
            "@type": "Report",
            "@id": f"{url}#report",
            "url": url,
            "headline": post.title(),
            "description": post.description(),
            "inLanguage": "en-GB",
            "datePublished": date,
            "dateModified": f"{post.updated:%Y-%m-%d}",
            "about": {"@id": meeting["@id"]},
            "isPartOf": {"@type": "WebSite", "name": title, "url": self.site.abs_link("/")},
        }
        whole = {"@context": "https://schema.org", "@graph": [meeting, report]}
        return json.dumps(whole).replace("<", r"\u003c")


class BoardPlugin(SignalHandler):
    """Gives ``site.board`` to other plugins, and what is near a report to its page."""

    name = "board"

    def set_site(self, site: Nikola) -> None:
        """Set the site, and listen."""
        super().set_site(site)
        site.board = Board(site)
        site.path_handlers["slug"] = site.board.slug_path
        signal("scanned").connect(self._scanned)
        signal("render_post").connect(self._render_post)
        signal("generate_classification_page").connect(self._classification_page)

    def _scanned(self, site: Nikola) -> None:
        # A report's page has the headings of the one before.
        for post in site.posts:
            if post.prev_post:
                post.add_dependency(post.prev_post.base_path, "page")

    def _render_post(self, told: dict[str, Any]) -> None:
        # What is in a page's context is a dependency of the page; functions need not be.
        told["context"]["near"] = self.site.board.near(told["post"])
        for name in ("parts", "linked_data"):
            told["context"][name] = getattr(self.site.board, name)
            told["deps_dict"][name] = None

    def _classification_page(self, told: dict[str, Any]) -> None:
        # Nikola rebuilds an Atom feed only if the HTML of a post changed. A new title must count, too.
        # The representation of a post has a digest of its metadata.
        taxonomy, posts, kw = told["taxonomy"], told["posts"], told["kw"]
        if not taxonomy.always_disable_atom:
            kw["newest"] = [repr(post) for post in posts[: kw["feed_length"]]]
