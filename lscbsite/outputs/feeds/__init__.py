"""The feeds: ``entries`` plans them, ``content`` renders entries, ``formats`` writes the files."""

from lscbsite.outputs.feeds.entries import FEED_OF_ASKS, FEEDS

__all__ = ["FEEDS", "FEED_OF_ASKS"]
