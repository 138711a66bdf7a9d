"""Settings for Nikola."""

from typing import Any

BLOG_TITLE = "Ardenshire board reports"
BLOG_AUTHOR = "Ardenshire"
BLOG_EMAIL = "reports@example.org"
BLOG_DESCRIPTION = "What our representative heard, and what we need from you"
SITE_URL = "https://example.org/"
DEFAULT_LANG = "en"
TIMEZONE = "Europe/London"
POSTS = (("posts/*.md", "reports", "post.tmpl"),)
PAGES: tuple[Any, ...] = ()
COMPILERS = {"markdown": (".md",)}
MARKDOWN_EXTENSIONS = ["markdown.extensions.extra"]
THEME = "plain"
PRETTY_URLS = True
TAG_PATH = "topics"
ARCHIVE_PATH = "years"
ARCHIVE_FILENAME = "index.html"
INDEX_DISPLAY_POST_COUNT = 12
RSS_FILENAME_BASE = "feed"
FEED_LENGTH = 20
FEED_TEASERS = False
COPY_SOURCES = False
USE_BUNDLES = False
ENABLE_AUTHOR_PAGES = False
DISABLED_PLUGINS = [
    "classify_categories",
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
    "sitemap",
]
GLOBAL_CONTEXT: dict[str, Any] = {}
