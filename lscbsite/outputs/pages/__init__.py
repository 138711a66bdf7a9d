"""The pages: ``plans`` plans and encodes them; ``views`` has a view for each kind.

``parts`` makes what several views have, ``facts`` what a page says to machines.
"""

from lscbsite.outputs.pages.parts import reply_route
from lscbsite.outputs.pages.plans import (
    plan_boards,
    plan_home,
    plan_not_found,
    plan_pages,
    plan_reports,
    plan_years,
)

__all__ = [
    "plan_boards",
    "plan_home",
    "plan_not_found",
    "plan_pages",
    "plan_reports",
    "plan_years",
    "reply_route",
]
