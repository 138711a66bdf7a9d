"""The feeds: ``entries`` plans them, ``content`` renders entries, ``formats`` writes the files."""

from lscbsite.outputs.feeds.entries import FEEDS

__all__ = ["FEEDS"]
