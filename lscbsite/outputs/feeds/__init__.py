"""The feeds: ``entries`` plans them from one list of entries, ``formats`` encodes them."""

from lscbsite.outputs.feeds.entries import FEED_OF_ASKS, FEEDS

__all__ = ["FEEDS", "FEED_OF_ASKS"]
