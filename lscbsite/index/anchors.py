"""The ids in a report or page that links may lead to."""

import re

from slugify import slugify

from lscbsite.model import Page, ReportMetadata, make_ask_anchors, make_former_ask_anchor
from lscbsite.problems import ComparisonBudget, KnownNames

# More headings than these are not listed in a message.
_LISTED = 20


class Anchors:
    """The ids in a report or page that links may lead to."""

    def __init__(self, document: ReportMetadata | Page, comparisons: ComparisonBudget) -> None:
        self._title = document.title
        self._sections = document.sections
        self._ids: set[str] = set()
        # The first section with this name at a git host, and the one with this id.
        self._by_name: dict[str, int] = {}
        self._by_id: dict[str, int] = {}
        self.titles: dict[str, str] = {}
        for number, section in enumerate(self._sections):
            self._ids.update((section.id, *section.anchors))
            self.titles.setdefault(section.id, section.title)
            if section.id:
                self._by_name.setdefault(_make_host_slug(section.title), number)
                self._by_id.setdefault(section.id, number)
        known = list(self._by_id)
        self.known_ids = KnownNames(known, comparisons)
        more = f" and {len(known) - _LISTED} more" if len(known) > _LISTED else ""
        listed = ", ".join(known[:_LISTED])
        self.headings_text = f"its headings are {listed}{more}" if known else "it has no headings"
        asks = make_ask_anchors(document) if isinstance(document, ReportMetadata) else {}
        self._asks = {anchor: anchor for anchor in asks.values()}
        self._asks |= {make_former_ask_anchor(ask): anchor for ask, anchor in asks.items()}

    def find_anchor(self, fragment: str) -> str | None:
        """Find the id that a fragment means: an id, an ask, or a heading as a git host names it."""
        wanted = re.sub(r"^user-content-", "", fragment)
        if wanted in self._ids:
            return wanted
        if ask := self._asks.get(wanted):
            return ask
        numbers = (self._by_name.get(wanted.casefold()), self._by_id.get(slugify(wanted)))
        number = min((number for number in numbers if number is not None), default=None)
        if number is not None:
            return self._sections[number].id
        # The heading of the title: browsers take "top" for the beginning of a page.
        names = (_make_host_slug(self._title), slugify(self._title))
        return "top" if wanted.casefold() in names or slugify(wanted) in names else None


def _make_host_slug(title: str) -> str:
    """Return the id that git hosts give a heading: lower case, without punctuation, '-' for spaces."""
    return re.sub(r"[^\w\- ]", "", title.casefold()).replace(" ", "-")
