"""The pages: a module for each kind, with its planner and encoder.

``plans`` has the home page, the reports and the ordinary pages. ``views`` has the views that they
share, ``parts`` their makers, ``facts`` what a page says to machines.
"""

from lscbsite.outputs.pages.archives import plan_boards, plan_years
from lscbsite.outputs.pages.asks import plan_asks, plan_asks_of_years
from lscbsite.outputs.pages.attendance import list_register_urls, plan_attendance
from lscbsite.outputs.pages.components import build_site_view
from lscbsite.outputs.pages.glossary import plan_glossary
from lscbsite.outputs.pages.home import plan_home
from lscbsite.outputs.pages.ordinary import plan_not_found, plan_pages
from lscbsite.outputs.pages.reply import parse_reply_route
from lscbsite.outputs.pages.report import plan_reports
from lscbsite.outputs.pages.search import plan_search
from lscbsite.outputs.pages.subscribe import plan_subscribe
from lscbsite.outputs.pages.thread import plan_threads
from lscbsite.outputs.pages.topics import plan_topics

__all__ = [
    "build_site_view",
    "list_register_urls",
    "parse_reply_route",
    "plan_asks",
    "plan_asks_of_years",
    "plan_attendance",
    "plan_boards",
    "plan_glossary",
    "plan_home",
    "plan_not_found",
    "plan_pages",
    "plan_reports",
    "plan_search",
    "plan_subscribe",
    "plan_threads",
    "plan_topics",
    "plan_years",
]
