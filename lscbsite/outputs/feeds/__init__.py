"""The feeds: ``entries`` plans them from one list of entries, ``formats`` encodes them."""

from lscbsite.outputs.feeds.entries import plan_feeds

__all__ = ["plan_feeds"]
