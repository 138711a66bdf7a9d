"""The pages: a module for each kind, with its planner and encoder.

``plans`` has the home page, the reports and the ordinary pages. ``views`` has the views that they
share, ``parts`` their makers, ``facts`` what a page says to machines.
"""

from lscbsite.outputs.pages.archives import plan_boards, plan_years
from lscbsite.outputs.pages.asks import plan_asks, plan_asks_of_years
from lscbsite.outputs.pages.components import build_site_view, parse_reply_route
from lscbsite.outputs.pages.plans import plan_home, plan_not_found, plan_pages, plan_reports
from lscbsite.outputs.pages.registers import list_register_urls, plan_attendance, plan_glossary
from lscbsite.outputs.pages.subscribe import plan_subscribe
from lscbsite.outputs.pages.topics import plan_threads, plan_topics

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
    "plan_subscribe",
    "plan_threads",
    "plan_topics",
    "plan_years",
]
