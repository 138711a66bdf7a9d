"""How a rule is declared."""

from typing import Literal

import msgspec

Severity = Literal["error", "warning"]
SeveritySetting = Literal["error", "warning", "off"]


class Rule(msgspec.Struct, frozen=True):
    """One kind of problem: its code, its default severity and its meaning.

    ``why`` is the reason, ``wrong`` and ``right`` an example each. ``place`` says what they are:
    lines of a report's front matter, its ``text``, a whole ``report``, the ``names`` of files, lines
    of a file such as site.yaml (``site``: all of its lines), or ``words`` where an example cannot be
    shown.
    """

    code: str
    severity: Severity
    title: str
    why: str
    wrong: str
    right: str
    place: str = "front matter"
    configurable: bool = False
