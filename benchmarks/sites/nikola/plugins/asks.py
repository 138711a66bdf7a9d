"""Asks as a taxonomy: /asks/ and /asks/YEAR/."""

# ruff: noqa: ARG002 (the signatures are Nikola's)
# mypy: disable-error-code="import-not-found, misc"

from collections.abc import Iterable
from typing import Any

from nikola.plugin_categories import Taxonomy
from nikola.post import Post

_NEWEST = 30


class Asks(Taxonomy):
    """The reports that ask for something, by year."""

    name = "classify_asks"
    classification_name = "ask"
    has_hierarchy = True
    include_posts_from_subhierarchies = True
    include_posts_into_hierarchy_root = True
    always_disable_atom = True
    always_disable_rss = True
    template_for_single_list = "asks.tmpl"
    template_for_classification_overview = None
    path_handler_docstrings = {  # noqa: RUF012
        "ask": "Link to what was asked in a year.",
        "ask_index": False,
        "ask_atom": False,
        "ask_rss": False,
    }

    def get_implicit_classifications(self, lang: str) -> list[str]:
        """Return that of all asks."""
        return [""]

    def classify(self, post: Post, lang: str) -> Iterable[str]:
        """Return the year of a report that asks for something."""
        return [f"{post.date.year}"] if self.site.board.facts(post)["ask"] else []

    def extract_hierarchy(self, classification: str) -> list[str]:
        """Return the year, if any."""
        return [classification] if classification else []

    def recombine_classification_from_hierarchy(self, hierarchy: list[str]) -> str:
        """Return the year, if any."""
        return "".join(hierarchy)

    def get_classification_friendly_name(
        self, classification: str, lang: str, only_last_component: bool = False
    ) -> str:
        """Return a title."""
        return f"Asks of {classification}" if classification else "Asks"

    def get_path(
        self, classification: list[str], lang: str, dest_type: str = "page"
    ) -> tuple[list[str], str]:
        """Return where the asks of a year are, or the newest."""
        return ["asks", *classification], "always"

    def provide_context_and_uptodate(
        self, classification: str, lang: str, node: Any = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the asks, with outcomes that later reports tell."""
        found = self.site.posts_per_classification["ask"][lang]
        newest = found[classification][: None if classification else _NEWEST]
        context = {
            "title": self.get_classification_friendly_name(classification, lang),
            "description": "What was asked, and what came of it",
            "asks": [self.site.board.ask(post) for post in newest],
            "years": [
                (year, self.site.link("ask", year, lang))
                for year in sorted(found, reverse=True)
                if year
            ],
        }
        return context, dict(context)
