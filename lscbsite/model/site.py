"""The index of the site, and the inputs of views."""

import datetime as dt
import uuid
from collections.abc import Callable
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
from lscbsite.model.front_matter import Ask
from lscbsite.model.ledger import LedgerEntry
from lscbsite.model.marked_text import MarkedText
from lscbsite.model.meetings import NextMeeting
from lscbsite.model.sources import Attachment, FormFiles, UnpublishedFile

# The size of a digest, in bytes.
DIGEST_SIZE = 16

# The file in the output folder that lists what this tool wrote there.
MANIFEST = ".lscbsite.json"


# After this time, pages say that no outcome, or no new report, was published.
AWAITED_DAYS = 365

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
    day; None where the ask is not open or has no deadline. ``is_overdue`` tells that it closed over a
    year ago without an outcome.
    """

    ask: Ask
    report: str
    state: Literal["open", "closed", "answered"]
    days_left: int | None
    outcomes: tuple["Answer", ...] = ()
    is_overdue: bool = False


class Answer(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An outcome with the ids of its ask, of the report that asked and of the one that records it.

    ``anchor`` is its id on the page of the report that records it, ``former_anchor`` the one that
    earlier versions gave it.
    """

    ask_report: str
    ask: str
    report: str
    outcome: MarkedText
    anchor: str
    former_anchor: str


MeetingKind = Literal["meetings", "next-meetings", "listed-meetings", "planned-meetings"]


class Meeting(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A meeting, held or announced, as calendars list it, whatever today's date is.

    ``uid`` stays when the meeting is moved, reported, cancelled or its report withdrawn. ``kind`` is
    what it was made from. ``length`` is that of a meeting without ``end``, which is on the
    last day, or after midnight. ``title`` is that of the announcement.
    ``sequence`` rises with every change that the reports record; ``changed`` is the day of the
    last one. ``report`` is the id of its report or ``agenda``, ``announced_in`` of the report that
    announced it; a plan has no report.
    """

    kind: MeetingKind
    uid: str
    boards: tuple[str, ...]
    date: dt.date
    last_day: dt.date | None
    time: dt.time | None
    end: dt.time | None
    length: dt.timedelta
    place: str
    url: str
    dial_in: str
    title: str
    report: str | None
    agenda: bool
    announced_in: str | None
    cancelled: bool
    withdrawn: bool
    sequence: int
    changed: dt.date


class UndatedMeeting(msgspec.Struct, frozen=True, gc=False):
    """A meeting ahead of which no day is known, but perhaps the month."""

    boards: tuple[str, ...]
    meeting: NextMeeting


class MovedMeeting(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A meeting that was moved to another day, or dropped from a list: then ``date`` is None.

    ``report`` is the id of the report or agenda that says so, which was published on the day ``known``.
    A plan has no report, and says no day.
    """

    boards: tuple[str, ...]
    announced: dt.date
    date: dt.date | None
    known: dt.date | None
    report: str | None


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
    ``inputs`` are made from them once, as many pages hold a report. ``further_states`` are those of the
    meetings announced after the next one, ``other_reports`` the other reports of the same meeting,
    ``is_second`` tells whether the meeting has an earlier one that counts.
    ``previous`` and ``next`` are those of the report's board; ``other_chains`` has the name of each
    further board of a joint meeting with the previous and the next report there.
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
    further_states: tuple[NextState, ...] = ()
    is_second: bool = False
    other_reports: tuple[str, ...] = ()
    other_chains: tuple[tuple[str, str | None, str | None], ...] = ()

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
    """A report that is in no output, and the reason; ``former_ids`` are as in ``ReportMetadata``."""

    path: str
    reason: str
    former_ids: tuple[str, ...] = ()


class SiteIndex(msgspec.Struct, frozen=True):
    """The index of the site. ``reports`` are in order of meeting, ``by_id`` has the same by id.

    ``agendas`` are of meetings ahead, or without a report yet; ``by_id`` has them, too. ``undated`` are
    the meetings ahead that no calendar can show, ``moved`` the announced ones that were moved before
    they were held. ``ledger`` is what calendars are told of ``meetings``,
    and of earlier ones.
    ``threads`` are in order of the topics' names, ``meetings`` in order of date. ``attachments`` are
    the files that are published, ``unpublished`` the other files under files/. ``form`` is the form for
    editing in a browser, if the site has one.
    """

    config: Config
    today: dt.date
    reports: tuple[LinkedReport, ...]
    agendas: tuple[LinkedReport, ...]
    pages: tuple[LinkedPage, ...]
    attachments: tuple[Attachment, ...]
    unpublished: tuple[UnpublishedFile, ...]
    withheld: tuple[WithheldReport, ...]
    by_id: dict[str, LinkedReport]
    threads: tuple[Thread, ...]
    meetings: tuple[Meeting, ...]
    undated: tuple[UndatedMeeting, ...]
    moved: tuple[MovedMeeting, ...]
    ledger: tuple[LedgerEntry, ...]
    retractions: tuple[Retraction, ...]
    form: FormFiles | None = None

    @property
    def asking(self) -> tuple[LinkedReport, ...]:
        """Return the reports and agendas that can ask something, in order of meeting."""
        if not any(agenda.asks for agenda in self.agendas):
            return self.reports
        every = (*self.reports, *self.agendas)
        return tuple(sorted(every, key=lambda linked_report: linked_report.report.order))


class SiteScope(NamedTuple):
    """The facts that decide which pages a site has, known before references are resolved.

    ``years`` are those of its reports, ``topics`` the ids of its topics, ``pages`` the addresses of
    its ordinary pages below the base URL.
    """

    config: Config
    years: tuple[int, ...]
    topics: tuple[str, ...]
    pages: tuple[str, ...]


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
