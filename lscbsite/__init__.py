"""lscbsite: a static site generator for meeting reports."""

__version__ = "0.1.0"
