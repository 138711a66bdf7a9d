"""The index of the site, and the inputs of views."""

import datetime as dt
import uuid
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Generic, Literal, NamedTuple, TypeVar

import msgspec

from lscbsite.model.config import Config, Topic
from lscbsite.model.documents import (
    Html,
    Page,
    People,
    Position,
    Report,
    ReportMetadata,
)
from lscbsite.model.front_matter import Ask, NextMeeting
from lscbsite.model.marked_text import MarkedText
from lscbsite.model.sources import Attachment, UnpublishedFile

# The size of a digest, in bytes.
DIGEST_SIZE = 16

# The file in the output folder that lists what this tool wrote there.
MANIFEST = ".lscbsite.json"

# The name space of all identities that this tool makes (RFC 9562 5.5). It must never change.
_NAMESPACE = uuid.UUID("7f1a3c52-7f0e-5b7e-9a55-0d5b1c6f2e11")

_Value = TypeVar("_Value")
# Prefixes of the names of inputs that are made from a report's file.
WHOLE, SUMMARY, HTML = b"whole ", b"summary ", b"html "


class Input(Generic[_Value]):
    """A value that many views share; they contain its name.

    A value made from an author's file keeps its name when the file changes, and gets another
    ``digest``; the name of other values is their digest. ``source`` is the value, or the fragment
    whose bytes it is, or None if its name is enough to load it.
    """

    __slots__ = ("digest", "name", "source")

    def __init__(
        self, digest: bytes, source: "_Value | Artifact | None" = None, name: bytes | None = None
    ) -> None:
        self.digest = digest
        self.source = source
        self.name = digest if name is None else name

    @property
    def value(self) -> _Value:
        """Return the value, which must be loaded."""
        assert self.source is not None
        assert not isinstance(self.source, Artifact)
        return self.source


class PublishedReport(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A report as readers see it, with its references resolved.

    ``urls`` has, for each reference, an address below the base URL, an anchor, or None if the link
    becomes plain text; ``labels`` has the texts of links for which the author wrote none, and the
    sizes of pictures (800x600).
    """

    report: Report
    urls: tuple[str | None, ...] = ()
    labels: tuple[str, ...] = ()


class PublishedOverrides(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What readers see of a report that differs from its file.

    ``urls`` and ``labels`` are as in ``PublishedReport``, ``text_urls`` those of the texts in the front
    matter. A ``withdrawn`` report keeps only the dates of its meeting and the next one. ``summary``
    is the number of the body's summary that is shown.
    """

    urls: tuple[str | None, ...] = ()
    labels: tuple[str, ...] = ()
    people: People | None = None
    withdrawn: bool = False
    text_urls: tuple[str | None, ...] = ()
    summary: int = 0


class NextState(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The state of an announced meeting; ``report`` is the id of its report, if any."""

    state: Literal["held", "scheduled", "moved", "cancelled", "to be confirmed", "none", "unknown"]
    meeting: NextMeeting
    report: str | None = None


class AskState(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An ask and its state on the day of the build.

    ``report`` is the id of the report that asks. ``days_left`` counts to the deadline, 0 on its
    day; None where the ask is not open or has no deadline.
    """

    ask: Ask
    report: str
    state: Literal["open", "closed", "answered"]
    days_left: int | None
    outcomes: tuple["Answer", ...] = ()


class Answer(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An outcome with the ids of its ask, of the report that asked and of the one that records it."""

    ask_report: str
    ask: str
    report: str
    outcome: MarkedText


class Meeting(msgspec.Struct, frozen=True, gc=False):
    """A meeting, held or announced, as calendars list it, whatever today's date is.

    ``kind`` and ``name`` make its identity, which stays when the meeting is moved, reported,
    cancelled or its report withdrawn.
    ``sequence`` rises with every change that the reports record; ``changed`` is the day of the
    last one. ``report`` is the id of its report, ``announced_in`` of the one that announced it.
    """

    kind: Literal["meetings", "next-meetings"]
    name: str
    board: str
    date: dt.date
    time: dt.time | None
    place: str
    url: str
    report: str | None
    announced_in: str | None
    cancelled: bool
    sequence: int
    changed: dt.date


class SectionRef(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A section of a report, or the whole report: then ``section`` is '' and ``index`` is -1."""

    report: str
    section: str
    date: dt.date
    index: int


class TopicMention(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A section or report on a topic, and its position in the topic's thread.

    It is of the ``number``-th meeting that discussed the topic, 0 if the thread is too long for
    counting. ``earlier`` and ``later`` are the sections before and after it in the thread; ``span``
    and ``size`` are those of the section, 0 for a whole report.
    """

    topic: str
    ref: SectionRef
    number: int
    earlier: SectionRef | None
    later: SectionRef | None
    span: int
    size: int


class Thread(msgspec.Struct, frozen=True):
    """A topic with its mentions in order of meeting; ``meetings`` is the number of meetings."""

    id: str
    topic: Topic
    mentions: tuple[TopicMention, ...]
    meetings: int


class ReportInputs(NamedTuple):
    """A report as views hold it: whole, its summary for pages of other reports, and its HTML."""

    whole: Input[PublishedReport]
    summary: Input[PublishedReport]
    html: Input[Html] | None


def make_report_inputs(path: str, view_digests: bytes) -> ReportInputs:
    """Return the inputs of a report from its digests, as in ``LinkedReport``."""
    name, size = path.encode(), DIGEST_SIZE
    html_digest = view_digests[3 * size :]
    return ReportInputs(
        Input(view_digests[size : 2 * size], None, WHOLE + name),
        Input(view_digests[2 * size : 3 * size], None, SUMMARY + name),
        Input(html_digest, None, HTML + name) if html_digest else None,
    )


class LinkedReport(msgspec.Struct, frozen=True):
    """A report that readers can see, with its relations to other reports, which are ids.

    ``people`` is filled only if other pages than the report's depend on it. ``view_digests`` are four
    digests in a row: of the parsed file, the whole report, its summary, and the HTML if there is any.
    ``inputs`` are made from them once, as many pages hold a report.
    """

    report: ReportMetadata
    overrides: PublishedOverrides
    people: People
    view_digests: bytes
    inputs: ReportInputs
    previous: str | None
    next: str | None
    next_state: NextState | None
    announced: dt.date | None
    asks: tuple[AskState, ...]
    answers: tuple[Answer, ...]
    backlinks: tuple[str, ...]
    mentions: tuple[TopicMention, ...]

    @property
    def whole(self) -> Input[PublishedReport]:
        """Return the whole report."""
        return self.inputs.whole

    @property
    def summary(self) -> Input[PublishedReport]:
        """Return the report's summary: what pages of other reports may show."""
        return self.inputs.summary

    @property
    def html(self) -> Input[Html] | None:
        """Return the HTML of its body, None if there is none."""
        return self.inputs.html

    @property
    def took_place(self) -> bool:
        """Return whether the meeting took place and its report is not withdrawn."""
        return not self.report.front.withdrawn and not self.report.front.cancelled


class LinkedPage(msgspec.Struct, frozen=True):
    """An ordinary page with its references resolved, as in ``PublishedReport``."""

    page: Page
    html: Input[Html] | None
    urls: tuple[str | None, ...]
    labels: tuple[str, ...]


class Retraction(msgspec.Struct, frozen=True):
    """The feed entries that a withdrawn report had, so that feeds can take them back.

    ``topics`` are those of its sections, ``entries`` the identities of its asks and outcomes. Nothing
    here is text of the report. ``changed`` is the day of its last change or of the withdrawal.
    """

    report: str
    changed: dt.date
    topics: tuple[str, ...]
    entries: tuple[uuid.UUID, ...]


class WithheldReport(msgspec.Struct, frozen=True):
    """A report that is in no output, and the reason."""

    path: str
    reason: str


class SiteIndex(msgspec.Struct, frozen=True):
    """The index of the site. ``reports`` are in order of meeting, ``by_id`` has the same by id.

    ``threads`` are in order of the topics' names, ``meetings`` in order of date. ``attachments`` are
    the files that are published, ``unpublished`` the other files under files/.
    """

    config: Config
    today: dt.date
    reports: tuple[LinkedReport, ...]
    pages: tuple[LinkedPage, ...]
    attachments: tuple[Attachment, ...]
    unpublished: tuple[UnpublishedFile, ...]
    withheld: tuple[WithheldReport, ...]
    by_id: dict[str, LinkedReport]
    threads: tuple[Thread, ...]
    meetings: tuple[Meeting, ...]
    retractions: tuple[Retraction, ...]


class SiteScope(NamedTuple):
    """The facts that decide which pages a site has, known before references are resolved.

    ``years`` are those of its reports, ``topics`` the ids of its topics, ``pages`` the addresses of
    its ordinary pages below the base URL.
    """

    config: Config
    years: tuple[int, ...]
    topics: tuple[str, ...]
    pages: tuple[str, ...]


def make_identity(config: Config, kind: str, name: str) -> uuid.UUID:
    """Return the UUID of a part of this site, made from its name alone (RFC 9562 5.5).

    It survives every change of address and title; ``uid`` of site.yaml distinguishes sites.
    """
    return make_identity_in(config.site.uid, kind, name)


def make_identity_in(uid: str | None, kind: str, name: str) -> uuid.UUID:
    """Return the UUID of a part of the site with this ``uid``."""
    return uuid.uuid5(_make_namespace(uid), f"{kind}/{name}")


@lru_cache
def _make_namespace(uid: str | None) -> uuid.UUID:
    return uuid.uuid5(_NAMESPACE, uid) if uid else _NAMESPACE


def make_ask_identity(config: Config, report: str, ask: str) -> uuid.UUID:
    """Return the identity of an ask, from the ids of its report and of the ask."""
    return make_identity(config, "asks", f"{report}/{ask}")


def make_outcome_identity(config: Config, answer: Answer) -> uuid.UUID:
    """Return the identity of what one report records as the outcome of an ask."""
    return make_identity(config, "outcomes", f"{answer.ask_report}/{answer.ask}/{answer.report}")


class Artifact(msgspec.Struct, frozen=True):
    """A file to be written: its path, its renderer, and the view, which contains its inputs.

    If its path ends in a slash, it is a folder whose files the renderer returns together; without a
    path it is a fragment: part of other artifacts. Without a renderer, the author's file is copied.
    ``source`` is the author's file that it comes from, ``mark`` the position there.
    """

    path: str
    view: Any
    renderer: Callable[..., bytes] | None
    source: str = ""
    mark: Position = Position(1, 1)
