"""Stage 4: what the house advises. CHECKS has a generator for each rule, by its code.

A check looks at all reports, those that readers cannot see yet included, and at the linked site,
and yields problems. Those of how texts are marked up look at the ordinary pages, too. The site sets
what each counts as (``rules`` in site.yaml).
"""

from collections.abc import Callable, Iterator

from lscbsite.checks import accessibility, content, people, words
from lscbsite.model import Documents, Site
from lscbsite.problems import Problem, Problems

CHECKS: dict[str, Callable[[Documents, Site], Iterator[Problem]]] = {
    "C101": content.published_before_held,
    "C102": content.changed_before_published,
    "C103": content.ask_without_deadline,
    "C104": content.ask_without_reply_route,
    "C105": content.deadline_before_published,
    "C106": content.changed_after_today,
    "C107": words.heading_near_topic,
    "C108": words.unexplained_acronym,
    "C109": people.name_near_person,
    "C110": people.organisation_near_another,
    "C111": content.outcome_before_ask,
    "C112": accessibility.undescribed_picture,
    "C113": accessibility.skipped_level,
    "C114": accessibility.empty_link_words,
    "C115": accessibility.headless_table,
    "C116": accessibility.bold_heading,
    "C117": accessibility.typed_list,
}


def check(documents: Documents, site: Site, problems: Problems) -> None:
    """Run every check that the site did not switch off."""
    for code, one in CHECKS.items():
        if not problems.is_off(code):
            problems.extend(one(documents, site))
