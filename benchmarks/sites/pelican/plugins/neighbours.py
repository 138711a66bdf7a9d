"""Pelican does not link a report to the ones before and after it by itself."""

from itertools import pairwise
from typing import Any

from pelican import signals  # type: ignore[import-not-found]


def _link(generator: Any) -> None:
    for newer, older in pairwise(generator.articles):
        newer.older, older.newer = older, newer


def register() -> None:
    """Ask to be called when all reports are read."""
    signals.article_generator_finalized.connect(_link)
