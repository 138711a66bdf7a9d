"""The rules: every kind of problem with its code, declared once.

``docs/rules.md`` is generated from ``RULES``. A code that was published is never given another meaning.
"""

from lscbsite.rules.advice import ADVICE
from lscbsite.rules.declaration import Rule, Severity, SeveritySetting
from lscbsite.rules.files import FILES
from lscbsite.rules.links import LINKS
from lscbsite.rules.meetings import MEETINGS
from lscbsite.rules.settings import SETTINGS
from lscbsite.rules.text import TEXT
from lscbsite.rules.values import VALUES

__all__ = ["RULES", "Rule", "Severity", "SeveritySetting"]

RULES: dict[str, Rule] = {
    rule.code: rule
    for rules in (FILES, VALUES, MEETINGS, SETTINGS, TEXT, LINKS, ADVICE)
    for rule in rules
}
