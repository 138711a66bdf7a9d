"""The nouns: what authors write (front matter, site.yaml ...) and the linked site. No I/O.

Each field of what an author writes is declared here once, with its documentation; the strict
reader, the reference page and the checks are made from these declarations.
"""

import datetime as dt
from collections.abc import Callable
from typing import Annotated, Any, Literal
from urllib.parse import quote

import msgspec
from msgspec import Meta

from lscbsite.problems import Problem

# The file in the output folder that lists what this tool wrote there.
MANIFEST = ".lscbsite.json"


class Mark(msgspec.Struct, frozen=True):
    """A place in a file: line and column, both from 1, the column in characters."""

    line: int
    column: int


# --- What an author writes in a report -------------------------------------------------


class Attendee(msgspec.Struct, frozen=True):
    """A person and their organisation."""

    name: Annotated[str, Meta(description="The person's name.", examples=["Ada Moss"])]
    organisation: Annotated[
        str | None,
        Meta(description="Whom they speak for.", examples=["Ardenshire Carers"]),
    ] = None
    role: Annotated[
        str | None, Meta(description="Their part in the meeting.", examples=["chair"])
    ] = None


class Ask(msgspec.Struct, frozen=True):
    """Something wanted from readers."""

    ask: Annotated[
        str,
        Meta(
            description="What is asked, as a question or a request.",
            examples=["Who from your group would come to evening training?"],
        ),
    ]
    id: Annotated[
        str,
        Meta(
            description="A short name, for links and outcomes. Give one if an outcome will refer"
            " to the ask; do not change it afterwards. Default: made from the words of the ask.",
            examples=["evening-training"],
            extra={"kind": "id"},
        ),
    ] = ""
    audience: Annotated[
        str | None, Meta(description="Who is asked.", examples=["all voluntary groups"])
    ] = None
    deadline: Annotated[
        dt.date | None,
        Meta(
            description="The last day on which an answer helps. After it the ask is shown as closed.",
            examples=["2012-12-14"],
        ),
    ] = None
    reply_to: Annotated[
        str | None,
        Meta(
            description="An e-mail address, a web address, a telephone number or plain words.",
            examples=["training@example.org", "01632 960178", "Tell Ada at the next forum"],
        ),
    ] = None


class Outcome(msgspec.Struct, frozen=True):
    """What came of an earlier ask."""

    ask: Annotated[
        str,
        Meta(
            description="The ask: the name of the report that asked, without .md, a slash, and the"
            " ask's id. For a report of another board, its folder and a slash stand before that.",
            examples=["2012-09-11/venue", "lscb/2012-09-11/venue"],
        ),
    ]
    outcome: Annotated[
        str,
        Meta(
            description="What came of it.",
            examples=["Twelve groups answered, and the board will meet in the evening."],
        ),
    ]


class NextMeeting(msgspec.Struct, frozen=True):
    """The next meeting as it was announced."""

    date: Annotated[
        dt.date | None,
        Meta(description="The day. Default: to be confirmed.", examples=["2013-01-31"]),
    ] = None
    time: Annotated[dt.time | None, Meta(description="When it begins.", examples=["18:30"])] = None
    place: Annotated[str | None, Meta(description="Where.", examples=["Council House"])] = None
    url: Annotated[
        str | None,
        Meta(
            description="A page about the meeting, or its video link.",
            examples=["https://example.org/meeting"],
            extra={"kind": "url"},
        ),
    ] = None
    planned: Literal["on", "to be confirmed", "none"] = "on"


class Correction(msgspec.Struct, frozen=True):
    """A dated public note of a change after publication."""

    date: Annotated[
        dt.date, Meta(description="The day of the correction.", examples=["2012-12-03"])
    ]
    note: Annotated[
        str,
        Meta(
            description="What was changed, and why.",
            examples=["The deadline is 14 December, not 4 December as first published."],
        ),
    ]


class Withdrawal(msgspec.Struct, frozen=True):
    """A report taken back."""

    date: Annotated[
        dt.date, Meta(description="The day of the withdrawal.", examples=["2013-02-01"])
    ]
    reason: Annotated[
        str,
        Meta(
            description="Why, in words for the public.",
            examples=["It could have identified a family."],
        ),
    ]


class Waiver(msgspec.Struct, frozen=True):
    """Something the publication gate found, that was looked at and allowed."""

    rule: Annotated[str, Meta(description="The rule's code.", examples=["P104"])]
    text: Annotated[str, Meta(description="The words that are allowed.", examples=["01632 960178"])]
    reason: Annotated[str, Meta(description="Why.", examples=["It is the board's public number."])]


class FrontMatter(msgspec.Struct, frozen=True, kw_only=True):
    """The front matter of a report."""

    date: Annotated[
        dt.date,
        Meta(
            description="The day the meeting was held.",
            examples=["2012-11-13", "13 November 2012", "Tuesday, November 13th, 2012"],
        ),
    ]
    time: Annotated[
        dt.time | None, Meta(description="When the meeting began.", examples=["18:30", "6.30pm"])
    ] = None
    place: Annotated[
        str | None,
        Meta(description="Where it was held.", examples=["Committee Room 2, Civic Centre"]),
    ] = None
    title: Annotated[
        str | None,
        Meta(
            description='The title. Default: "Report from 13 November 2012 meeting", with the date'
            " held.",
            examples=["Extraordinary meeting on the budget"],
        ),
    ] = None
    published: Annotated[
        dt.date | None,
        Meta(
            description="The day the report is published. While it lies in the future, the report"
            " is scheduled: it is in no output of any kind. Default: the date held.",
            examples=["2012-11-20"],
        ),
    ] = None
    author: Annotated[
        str | None, Meta(description="Who wrote the report.", examples=["Ada Moss"])
    ] = None
    summary: Annotated[
        str | None,
        Meta(
            description="One or two sentences in plain language, for the home page, the archives,"
            " the next report and the feed. Default: the first paragraph of the text.",
            examples=["The board asks which times suit you for training."],
        ),
    ] = None
    attendees: Annotated[
        tuple[Attendee, ...],
        Meta(
            description="Who was there.",
            examples=[
                "Ada Moss (Ardenshire Carers)",
                "Ben Reed from Mill Lane Family Centre",
                "Cara Lund, Open Door Ardenshire",
                "{name: Dev Shah, organisation: Ardenshire Council, role: chair}",
            ],
        ),
    ] = ()
    apologies: Annotated[
        tuple[Attendee, ...],
        Meta(
            description="Who sent apologies; written like the attendees.",
            examples=["Eve Hart (Fennimore Children's Trust)"],
        ),
    ] = ()
    feedback: Annotated[
        tuple[Ask, ...], Meta(description="The asks: what is wanted from readers.")
    ] = ()
    outcomes: Annotated[tuple[Outcome, ...], Meta(description="What came of earlier asks.")] = ()
    topics: Annotated[
        tuple[str, ...],
        Meta(
            description="Ids or names of topics that have no heading of their own in the text."
            " Where there is a topics.yaml, each must be in it. No page shows them yet.",
            examples=["[child-sexual-exploitation]"],
        ),
    ] = ()
    next_meeting: Annotated[
        NextMeeting | None,
        Meta(
            description='The next meeting: a date, "to be confirmed", "none", or more than the'
            " date.",
            examples=[
                "2013-01-31",
                "31st January 2013",
                "to be confirmed",
                "none",
                "{date: 2013-01-31, time: 18:30, place: Council House}",
            ],
        ),
    ] = None
    announced_for: Annotated[
        dt.date | None,
        Meta(
            description="The day this meeting had been announced for, where it was moved and"
            " cannot be matched by itself (held more than 60 days from that day). An earlier"
            " report must have that day as its next_meeting.",
            examples=["2012-08-14"],
        ),
    ] = None
    cancelled: Annotated[
        str | None,
        Meta(
            description="Why the meeting did not take place; the file stands for it.",
            examples=["The Civic Centre was closed after flooding."],
        ),
    ] = None
    draft: Annotated[
        bool,
        Meta(description="true: in no output unless `--drafts` is given.", examples=["true"]),
    ] = False
    corrections: Annotated[
        tuple[Correction, ...],
        Meta(
            description="Dated notes of changes after publication; shown on the page and in the"
            " feed, whose entry is changed and not repeated."
        ),
    ] = ()
    withdrawn: Annotated[
        Withdrawal | None,
        Meta(description="The report is taken back: the page keeps its address, the text is gone."),
    ] = None
    aliases: Annotated[
        tuple[Annotated[str, Meta(extra={"kind": "path"})], ...],
        Meta(
            description="Addresses of this report on an earlier site. No redirects are made yet.",
            examples=["[/old/path/]"],
        ),
    ] = ()
    language: Annotated[
        str | None,
        Meta(
            description="The report's language, where it differs from the site's.",
            examples=["cy"],
            extra={"kind": "language"},
        ),
    ] = None
    waivers: Annotated[
        tuple[Waiver, ...],
        Meta(
            description="What the publication gate found, that was looked at and allowed. There is"
            " no such gate yet."
        ),
    ] = ()


class PageFrontMatter(msgspec.Struct, frozen=True, kw_only=True):
    """The front matter of an ordinary page."""

    title: Annotated[str, Meta(description="The page's title.", examples=["About these reports"])]
    nav: Annotated[
        bool, Meta(description="true: linked from every page's navigation.", examples=["true"])
    ] = False


# --- What an author writes about the site ----------------------------------------------


class Board(msgspec.Struct, frozen=True):
    """A body whose meetings are reported."""

    name: Annotated[
        str, Meta(description="The board's full name.", examples=["Safeguarding Children Board"])
    ]
    description: Annotated[
        str | None,
        Meta(
            description="What it does, in a sentence.",
            examples=["It checks how well the borough protects its children."],
        ),
    ] = None


class SiteConfig(msgspec.Struct, frozen=True, kw_only=True):
    """site.yaml."""

    title: Annotated[
        str, Meta(description="The site's name.", examples=["Ardenshire board reports"])
    ]
    base_url: Annotated[
        str,
        Meta(
            description="The address of the home page: absolute, http or https; a path is fine.",
            examples=["https://example.org/reports/"],
            extra={"kind": "base_url"},
        ),
    ]
    description: Annotated[
        str | None,
        Meta(
            description="Whose reports, and what for.",
            examples=["What our representative heard, and what we need from you"],
        ),
    ] = None
    language: Annotated[
        str,
        Meta(
            description="The language of the reports, which dates are written in.",
            examples=["en-GB", "cy"],
            extra={"kind": "language"},
        ),
    ] = "en-GB"
    timezone: Annotated[
        str,
        Meta(
            description="The time zone of the meetings. A new day begins for the site when it"
            " begins there.",
            examples=["Europe/London"],
            extra={"kind": "timezone"},
        ),
    ] = "Europe/London"
    notice: Annotated[
        str | None,
        Meta(
            description="Shown at the top of every page.",
            examples=["These reports are unofficial; the minutes are the board's own."],
        ),
    ] = None
    uid: Annotated[
        str | None,
        Meta(
            description="A name for this site that no other site uses and that never changes;"
            " feed entries are identified by it. Choose it before the first publication or leave"
            " it out for ever: a change shows every report as new to subscribers.",
            examples=["example.org,2012"],
        ),
    ] = None
    boards: Annotated[
        dict[
            Annotated[
                str,
                Meta(
                    description="The name of a board's folder under reports/.",
                    examples=["lscb"],
                    extra={"kind": "id"},
                ),
            ],
            Board,
        ],
        Meta(description="Only where there are several: each board's folder, name, description."),
    ] = {}
    feed_size: Annotated[
        int,
        Meta(description="How many reports the feed holds.", examples=["20"], ge=1, le=1000),
    ] = 20
    accent: Annotated[
        str | None,
        Meta(description="The site's colour.", examples=['"#1d5b79"'], extra={"kind": "colour"}),
    ] = None
    logo: Annotated[
        str | None, Meta(description="A picture under files/.", examples=["files/logo.svg"])
    ] = None
    search: Annotated[
        bool,
        Meta(
            description="Whether the site has a search page. There is none yet.",
            examples=["true"],
        ),
    ] = True
    attendance: Annotated[
        bool,
        Meta(
            description="Whether the site has a page of who attended which meeting. There is none"
            " yet.",
            examples=["false"],
        ),
    ] = False
    repository: Annotated[
        str | None,
        Meta(
            description="Where the reports are kept, for links to a page's history. No page has"
            " such links yet.",
            examples=["https://git.example/owner/site"],
            extra={"kind": "url"},
        ),
    ] = None
    rules: Annotated[
        dict[str, Literal["error", "warning", "off"]],
        Meta(
            description="What a problem counts as on this site: its code, and error, warning or"
            " off.",
            examples=["{C101: off}"],
        ),
    ] = {}


class Topic(msgspec.Struct, frozen=True):
    """A subject followed through reports."""

    name: Annotated[
        str,
        Meta(description="The topic's name, as a heading has it.", examples=["Domestic violence"]),
    ]
    aliases: Annotated[
        tuple[str, ...],
        Meta(
            description="Other names for it in headings.",
            examples=["[Domestic abuse, Domestic violence matrix]"],
        ),
    ] = ()
    formerly: Annotated[
        tuple[Annotated[str, Meta(extra={"kind": "id"})], ...],
        Meta(description="Ids that this topic had before.", examples=["[domestic-abuse]"]),
    ] = ()
    description: Annotated[
        str | None,
        Meta(
            description="What it is, in a sentence.",
            examples=["How services respond to children who live with violence at home."],
        ),
    ] = None


class Person(msgspec.Struct, frozen=True):
    """A person of the register."""

    organisation: Annotated[
        str | None,
        Meta(description="Whom they speak for.", examples=["Ardenshire Carers"]),
    ] = None
    aliases: Annotated[
        tuple[str, ...],
        Meta(description="Other ways to write the name.", examples=["[A. Moss]"]),
    ] = ()


class Config(msgspec.Struct, frozen=True):
    """All that is written about the site, beside the reports and pages."""

    site: SiteConfig
    topics: Annotated[
        dict[
            Annotated[
                str,
                Meta(
                    description="A topic's id.",
                    examples=["domestic-violence"],
                    extra={"kind": "id"},
                ),
            ],
            Topic,
        ],
        Meta(description="Subjects that come back meeting after meeting. No page shows them yet."),
    ] = {}
    glossary: Annotated[
        dict[
            Annotated[
                str,
                Meta(description="A term, as reports write it.", examples=["VCS"]),
            ],
            Annotated[
                str,
                Meta(description="What it means.", examples=["voluntary and community sector"]),
            ],
        ],
        Meta(description="Terms and what they mean. No page shows them yet."),
    ] = {}
    people: Annotated[
        dict[
            Annotated[str, Meta(description="A name, as reports write it.", examples=["Ada Moss"])],
            Person,
        ],
        Meta(description="A register of people, against which no names are checked yet."),
    ] = {}


# --- What was read and parsed ----------------------------------------------------------


class Source(msgspec.Struct, frozen=True):
    """One file as it was read: its path in the site, its bytes and their digest."""

    kind: Literal["report", "page"]
    path: str
    data: bytes
    digest: str


class Attachment(msgspec.Struct, frozen=True):
    """One file under files/: its path in the site, where it is, and its content's digest."""

    path: str
    location: str
    digest: str


class Sources(msgspec.Struct, frozen=True):
    """Everything that the site's folders hold, in order of path."""

    documents: tuple[Source, ...]
    attachments: tuple[Attachment, ...]


class Reference(msgspec.Struct, frozen=True):
    """A link in a body that only the whole site can resolve.

    ``name`` links name a report (``[[2012-09-11#topic]]``), ``path`` links a file by its path.
    """

    kind: Literal["name", "path"]
    target: str
    fragment: str
    mark: Mark
    picture: bool = False


class Section(msgspec.Struct, frozen=True):
    """A heading and what stands under it, up to the next heading of any level.

    The text before the first heading is a section of level 0 without a heading. ``names`` are
    other ids under which a git host would know the heading; ``anchors`` are ids in the text.
    """

    id: str
    title: str
    level: int
    heading: str
    html: str
    names: tuple[str, ...] = ()
    anchors: tuple[str, ...] = ()


class Body(msgspec.Struct, frozen=True):
    """A Markdown body in HTML, cut at its headings, with the links that are to be resolved.

    A link to be resolved has the address ``ref:N``, N its place in ``references``.
    """

    sections: tuple[Section, ...] = ()
    footnotes: str = ""
    references: tuple[Reference, ...] = ()
    first_paragraph: str = ""


class Report(msgspec.Struct, frozen=True):
    """One report, alone: what its file says. ``marks`` says where: field -> place.

    ``broken`` if the front matter has faults: what could be read is there, so that the rest of
    the site is still looked at, but nothing is concluded from what is missing.
    """

    id: str
    board: str
    path: str
    title: str
    front: FrontMatter
    body: Body
    marks: dict[str, Mark]
    broken: bool = False

    @property
    def url(self) -> str:
        """The page's address below the base URL."""
        return f"reports/{quote(self.id)}/"

    @property
    def date(self) -> dt.date:
        """The day the meeting was held, or was to be held."""
        return self.front.date

    @property
    def published(self) -> dt.date:
        """The day of publication."""
        return self.front.published or self.front.date

    @property
    def changed(self) -> dt.date:
        """The day of publication, or of the last correction or the withdrawal."""
        days = [self.published, *(entry.date for entry in self.front.corrections)]
        if self.front.withdrawn:
            days.append(self.front.withdrawn.date)
        return max(days)

    @property
    def summary(self) -> str:
        """The summary, or else the first paragraph, as plain text."""
        return self.front.summary or self.body.first_paragraph

    @property
    def order(self) -> tuple[dt.date, dt.time, str]:
        """By meeting date, then time, then id."""
        return (self.date, self.front.time or dt.time.min, self.id)

    def mark(self, field: str) -> Mark:
        """Where ``field`` (such as ``outcomes.0.ask``) stands in the file."""
        return self.marks.get(field, Mark(1, 1))


class Page(msgspec.Struct, frozen=True):
    """One ordinary page, alone."""

    id: str
    path: str
    title: str
    nav: bool
    body: Body

    @property
    def url(self) -> str:
        """The page's address below the base URL."""
        return f"{quote(self.id)}/"


class Parsed(msgspec.Struct, frozen=True):
    """What one file gave: a report or a page, and its problems."""

    report: Report | None
    page: Page | None
    problems: tuple[Problem, ...]


class Documents(msgspec.Struct, frozen=True):
    """All reports and pages, each alone, in order of path."""

    reports: tuple[Report, ...]
    pages: tuple[Page, ...]


# --- The linked site ---------------------------------------------------------------------


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
    """All of it, linked. ``reports`` are in order of meeting; ``boards`` in that of site.yaml."""

    config: Config
    today: dt.date
    reports: tuple[LinkedReport, ...]
    pages: tuple[LinkedPage, ...]
    attachments: tuple[Attachment, ...]
    withheld: tuple[Withheld, ...]

    @property
    def by_id(self) -> dict[str, LinkedReport]:
        """The visible reports by id."""
        return {linked.report.id: linked for linked in self.reports}


class Output(msgspec.Struct, frozen=True):
    """One file to be written: its path, all that its bytes may depend on, and its encoder."""

    path: str
    view: Any
    encoder: Callable[..., bytes]
    source: str = ""
