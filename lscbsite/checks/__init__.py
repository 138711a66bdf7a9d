"""Stage 4: what the house advises. CHECKS is a tuple of generators, one a rule.

A check looks at all reports, those that readers cannot see yet included, and at the linked site,
and yields problems; the site sets what each counts as (``rules`` in site.yaml).
"""

from collections.abc import Callable, Iterator

from lscbsite.checks import content, people, words
from lscbsite.model import Documents, Site
from lscbsite.problems import Problem, Problems

CHECKS: tuple[Callable[[Documents, Site], Iterator[Problem]], ...] = (
    content.published_before_held,
    content.changed_before_published,
    content.ask_without_deadline,
    content.ask_without_reply_route,
    content.deadline_before_published,
    content.changed_after_today,
    content.outcome_before_ask,
    words.heading_near_topic,
    words.unexplained_acronym,
    people.name_near_person,
    people.organisation_near_another,
)


def check(documents: Documents, site: Site, problems: Problems) -> None:
    """Run every check."""
    for one in CHECKS:
        problems.extend(one(documents, site))
