"""The pages: a module for each kind, with its planner and encoder.

``plans`` has the home page, the reports and the ordinary pages. ``views`` has the views that they
share, ``parts`` their makers, ``facts`` what a page says to machines.
"""

from lscbsite.outputs.pages.archives import plan_boards, plan_years
from lscbsite.outputs.pages.asks import plan_asks, plan_asks_of_years
from lscbsite.outputs.pages.parts import reply_route, site_view
from lscbsite.outputs.pages.plans import plan_home, plan_not_found, plan_pages, plan_reports
from lscbsite.outputs.pages.registers import plan_attendance, plan_glossary, register_urls
from lscbsite.outputs.pages.subscribe import plan_subscribe
from lscbsite.outputs.pages.topics import plan_threads, plan_topics

__all__ = [
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
    "register_urls",
    "reply_route",
    "site_view",
]
