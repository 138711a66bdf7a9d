"""Settings for Pelican."""

from datetime import date

SITENAME = "Ardenshire board reports"
SITESUBTITLE = "What our representative heard, and what we need from you"
SITEURL = "https://example.org/board"
TIMEZONE = "Europe/London"
DEFAULT_LANG = "en-GB"
DEFAULT_DATE_FORMAT = "%A %-d %B %Y"
PATH = "content"
ARTICLE_PATHS = ["reports"]
OUTPUT_PATH = "output"
THEME = "theme"
THEME_STATIC_PATHS: list[str] = []
STATIC_PATHS: list[str] = []
FORMATTED_FIELDS: list[str] = []
# The syntax that all have.
_SYNTAX = ("abbr", "attr_list", "fenced_code", "footnotes", "sane_lists", "tables", "toc")
MARKDOWN = {
    "extension_configs": {f"markdown.extensions.{name}": {} for name in _SYNTAX},
    "output_format": "html5",
}
PLUGIN_PATHS = ["plugins"]
PLUGINS = ["threads"]
# Asks with an earlier deadline are not open any more.
TODAY = date(2026, 1, 10)
# So many sections are on a topic's first page; if there are more, each year has a page.
TOPIC_SECTIONS = 20

ARTICLE_URL = "reports/{slug}/"
ARTICLE_SAVE_AS = "reports/{slug}/index.html"
TAG_URL = "topics/{slug}/"
TAG_SAVE_AS = "topics/{slug}/index.html"
TAGS_SAVE_AS = "topics/index.html"
YEAR_ARCHIVE_URL = "years/{date:%Y}/"
YEAR_ARCHIVE_SAVE_AS = "years/{date:%Y}/index.html"
CATEGORY_SAVE_AS = ""
AUTHOR_SAVE_AS = ""
ASKS_SAVE_AS = "asks/index.html"
SITEMAP_SAVE_AS = "sitemap.xml"
DIRECT_TEMPLATES = ["index", "tags", "asks", "sitemap"]
TEMPLATE_EXTENSIONS = [".html", ".xml"]

FEED_DOMAIN = SITEURL
FEED_ALL_RSS = "feed.xml"
FEED_ALL_ATOM = "feed.atom"
FEED_MAX_ITEMS = 20
RSS_FEED_SUMMARY_ONLY = False
CATEGORY_FEED_ATOM = None
TRANSLATION_FEED_ATOM = None
AUTHOR_FEED_ATOM = None
AUTHOR_FEED_RSS = None
