"""Stage 4: what the house advises. CHECKS is a tuple of generators, one a rule.

A check looks at the linked site and yields problems; the site sets what each counts as
(``rules`` in site.yaml).
"""

from collections.abc import Callable, Iterator

from lscbsite.checks import content
from lscbsite.model import Site
from lscbsite.problems import Problem, Problems

CHECKS: tuple[Callable[[Site], Iterator[Problem]], ...] = (
    content.published_before_held,
    content.changed_before_published,
)


def check(site: Site, problems: Problems) -> None:
    """Run every check over the site."""
    for one in CHECKS:
        problems.extend(one(site))
