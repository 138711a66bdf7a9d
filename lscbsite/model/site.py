"""The linked site, and what is written of it."""

import datetime as dt
from collections.abc import Callable
from typing import Any, Literal

import msgspec

from lscbsite.model.config import Config
from lscbsite.model.documents import Attachment, Page, Report
from lscbsite.model.front import Ask, NextMeeting

# The file in the output folder that lists what this tool wrote there.
MANIFEST = ".lscbsite.json"


class NextState(msgspec.Struct, frozen=True):
    """What became of an announced meeting; ``report`` is the id of its report, if any."""

    state: Literal["held", "scheduled", "moved", "cancelled", "to be confirmed", "none", "unknown"]
    meeting: NextMeeting
    report: str | None = None


class AskState(msgspec.Struct, frozen=True):
    """An ask and its state on the day of the build."""

    ask: Ask
    report: str
    state: Literal["open", "closed", "answered"]
    outcomes: tuple["Answer", ...] = ()


class Answer(msgspec.Struct, frozen=True):
    """An outcome: the ask (report id and ask id), and the report that records it."""

    ask_report: str
    ask: str
    report: str
    outcome: str


class LinkedReport(msgspec.Struct, frozen=True):
    """A report that readers can see, with its relations to the others (ids of reports).

    ``urls`` answers the body's references, in their order: a path in the site, an anchor, or
    None where the link is to be shown as plain text; ``labels`` their texts where the author
    gave none.
    """

    report: Report
    previous: str | None
    next: str | None
    next_state: NextState | None
    announced: dt.date | None
    asks: tuple[AskState, ...]
    answers: tuple[Answer, ...]
    urls: tuple[str | None, ...]
    labels: tuple[str, ...]
    backlinks: tuple[str, ...]


class LinkedPage(msgspec.Struct, frozen=True):
    """An ordinary page with its links resolved, as in ``LinkedReport``."""

    page: Page
    urls: tuple[str | None, ...]
    labels: tuple[str, ...]


class Withheld(msgspec.Struct, frozen=True):
    """A report that is in no output, and why."""

    path: str
    reason: str


class Site(msgspec.Struct, frozen=True):
    """All of it, linked. ``reports`` are in order of meeting, ``by_id`` has the same by id."""

    config: Config
    today: dt.date
    reports: tuple[LinkedReport, ...]
    pages: tuple[LinkedPage, ...]
    attachments: tuple[Attachment, ...]
    withheld: tuple[Withheld, ...]
    by_id: dict[str, LinkedReport]


class Output(msgspec.Struct, frozen=True):
    """One file to be written: its path, all that its bytes may depend on, and its encoder."""

    path: str
    view: Any
    encoder: Callable[..., bytes]
    source: str = ""
