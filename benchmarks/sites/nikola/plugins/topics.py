"""Topics as a taxonomy: /topics/, /topics/ID/ with its feeds, and /topics/ID/YEAR/."""

# ruff: noqa: ARG002 (the signatures are Nikola's)
# mypy: disable-error-code="import-not-found, misc, no-any-return"

from collections.abc import Iterable
from typing import Any

from nikola.plugin_categories import Taxonomy
from nikola.post import Post
from nikola.utils import slugify


class Topics(Taxonomy):
    """A post's tags, each with the year below it; posts are cut to what they say on the topic."""

    name = "classify_topics"
    classification_name = "topic"
    more_than_one_classifications_per_post = True
    has_hierarchy = True
    include_posts_from_subhierarchies = True
    template_for_single_list = "topic.tmpl"
    template_for_classification_overview = "topics.tmpl"
    path_handler_docstrings = dict.fromkeys(
        ("topic_index", "topic", "topic_atom", "topic_rss"), "Link to a topic, or its feed."
    )

    def classify(self, post: Post, lang: str) -> Iterable[str]:
        """Return a post's topics, with the year."""
        return [f"{tag}/{post.date.year}" for tag in post.tags_for_language(lang)]

    def extract_hierarchy(self, classification: str) -> list[str]:
        """Return the topic, and the year if there is one."""
        return classification.split("/")

    def recombine_classification_from_hierarchy(self, hierarchy: list[str]) -> str:
        """Return the classification of a topic, or of its year."""
        return "/".join(hierarchy)

    def get_classification_friendly_name(
        self, classification: str, lang: str, only_last_component: bool = False
    ) -> str:
        """Return the name of a topic, or of its year."""
        return classification.replace("/", ", ")

    def get_overview_path(self, lang: str, dest_type: str = "page") -> list[str]:
        """Return where all topics are listed."""
        return ["topics"]

    def get_path(
        self, classification: list[str], lang: str, dest_type: str = "page"
    ) -> tuple[list[str], str]:
        """Return where a topic is, or its feed."""
        path = ["topics", *(slugify(part, lang) for part in classification)]
        return (path, "auto") if dest_type == "page" else ([*path, "feed"], "never")

    def postprocess_posts_per_classification(
        self, posts_per_classification_per_language: dict[str, dict[str, list[Any]]], *_: Any
    ) -> None:
        """Put sections in the place of posts."""
        for found in posts_per_classification_per_language.values():
            for classification, posts in found.items():
                topic = self.extract_hierarchy(classification)[0]
                found[classification] = [self.site.board.section(post, topic) for post in posts]

    def provide_overview_context_and_uptodate(
        self, lang: str
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return what the page of all topics shows."""
        context = {"title": "Topics", "description": "", "topics": self.site.board.topics}
        return context, dict(context)

    def provide_context_and_uptodate(
        self, classification: str, lang: str, node: Any = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return what a topic's page shows beside the sections: years, and what is beside a year."""
        topic, *year = self.extract_hierarchy(classification)
        nodes = (node.parent if year else node).children
        place = nodes.index(node) if year else 0

        def linked(years: list[Any]) -> list[tuple[str, str]]:
            return [
                (each.name, self.site.link("topic", each.classification_name, lang))
                for each in years
            ]

        context = {
            "title": self.get_classification_friendly_name(classification, lang),
            "description": f"What the board said about {topic.lower()}.",
            "topic": topic,
            "year": year[0] if year else None,
            "years": linked(nodes[::-1] if not year and self._is_long(topic) else []),
            "shown": None if year else self.site.config["TOPIC_SECTIONS"],
            "earlier": linked(nodes[:place][-1:]),
            "later": linked(nodes[place + 1 :][:1] if year else []),
        }
        return context, dict(context)

    def _is_long(self, topic: str) -> bool:
        return len(self.site.board.threads[topic]) > self.site.config["TOPIC_SECTIONS"]

    def should_generate_classification_page(
        self, classification: str, post_list: list[Post], lang: str
    ) -> bool:
        """Tell that years have pages only where the topic's own page does not have everything."""
        topic, *year = self.extract_hierarchy(classification)
        return not year or self._is_long(topic)

    def should_generate_rss_for_classification_page(
        self, classification: str, post_list: list[Post], lang: str
    ) -> bool:
        """Tell that years have no feeds."""
        return "/" not in classification

    should_generate_atom_for_classification_page = should_generate_rss_for_classification_page
