"""Settings for Nikola."""

from typing import Any

BLOG_TITLE = "Ardenshire board reports"
BLOG_AUTHOR = "Ardenshire"
BLOG_EMAIL = "reports@example.org"
BLOG_DESCRIPTION = "What our representative heard, and what we need from you"
SITE_URL = "https://example.org/board/"
DEFAULT_LANG = "en"
TIMEZONE = "Europe/London"
DATE_FORMAT = "EEEE d MMMM yyyy"
NAVIGATION_LINKS = {
    DEFAULT_LANG: (("/asks/", "Asks"), ("/topics/", "Topics"), ("/years/", "Years")),
}
POSTS = (("posts/*.md", "reports", "post.tmpl"),)
PAGES: tuple[Any, ...] = ()
COMPILERS = {"markdown": (".md",)}
# The syntax that all have.
_SYNTAX = ("abbr", "attr_list", "fenced_code", "footnotes", "sane_lists", "tables", "toc")
MARKDOWN_EXTENSIONS = [f"markdown.extensions.{name}" for name in _SYNTAX]
THEME = "plain"
DEMOTE_HEADERS = False
PRETTY_URLS = True
ARCHIVE_PATH = "years"
ARCHIVE_FILENAME = "index.html"
URL_TYPE = "full_path"
DISABLE_INDEXES = True
GENERATE_ATOM = True
ATOM_FILENAME_BASE = "feed"
RSS_FILENAME_BASE = "feed"
FEED_LENGTH = 20
FEED_TEASERS = False
COPY_SOURCES = False
USE_BUNDLES = False
ENABLE_AUTHOR_PAGES = False
DISABLED_PLUGINS = [
    "classify_categories",
    "classify_tags",
    "copy_assets",
    "copy_files",
    "create_bundles",
    "gzip",
    "post_render",
    "redirect",
    "render_galleries",
    "render_listings",
    "robots",
    "scale_images",
]
# What is asked until this day or a later one is shown on the home page.
TODAY = "2026-01-10"
# So many sections are on a topic's first page; if there are more, each year has a page.
TOPIC_SECTIONS = 20
GLOBAL_CONTEXT: dict[str, Any] = {}
