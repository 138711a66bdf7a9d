"""What an author writes about the site: site.yaml, topics.yaml, glossary.yaml and so on."""

import datetime as dt
import re
from functools import lru_cache
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from lscbsite.model.documents import Position, Reference
from lscbsite.model.marked_text import MarkedText
from lscbsite.model.meetings import PlannedMeeting, RuleDays
from lscbsite.model.people import Person

# "3. Budget", "4.2 Budget", "5) Budget": items of an agenda.
_NUMBERED = re.compile(r"^\s*(?:\d{1,3}[.)]|\d{1,3}(?:\.\d{1,3})+\.?)\s+(?=\S)")


# The address of a new site until its author knows the real one. Nobody can publish there.
PLACEHOLDER_BASE_URL = "https://example.org/"
# Stands for the address of the reader's page in ``contact``.
PAGE_PLACEHOLDER = "{page}"
# How the report of a new site begins.
FIRST_TEXT = (
    "This is the first report of this site, to try it out. Put what was said at your meeting in its"
    " place, beginning with a paragraph that says the most important thing."
)


class Board(msgspec.Struct, frozen=True):
    """A body whose meetings are reported."""

    name: Annotated[
        str, Meta(description="The board's full name.", examples=["Safeguarding Children Board"])
    ]
    description: Annotated[
        str | None,
        Meta(
            description="What the board does, in one sentence.",
            examples=["It checks how well the borough protects its children."],
        ),
    ] = None
    default_length: Annotated[
        dt.timedelta | None,
        Meta(
            description="How long its meetings take, where nothing says when one ends. Default: the"
            " site's.",
            examples=["90 minutes"],
            extra={"kind": "duration"},
        ),
    ] = None
    folder: Annotated[
        str | None,
        Meta(
            description=". for the one board whose reports are directly in reports/, as on a site that"
            " had only this board. Default: the folder of the board's id.",
            examples=["."],
            extra={"kind": "board_folder"},
        ),
    ] = None
    formerly: Annotated[
        tuple[Annotated[str, Meta(extra={"kind": "former_board"})], ...],
        Meta(
            description="Earlier ids of this board, the oldest first; . if its reports were directly in"
            " reports/. Its reports keep their earlier addresses and identities, and its page, feeds"
            " and calendar their earlier addresses.",
            examples=["[lscb]", "[., lscb]"],
        ),
    ] = ()


def list_board_folders(id_: str, board: Board) -> list[str]:
    """Return the folders of a board's page, feeds and calendar, the oldest first, its own the last."""
    former = [f"boards/{old}/" for old in board.formerly if old != "."]
    return [*former, f"boards/{id_}/"]


class SharingPicture(msgspec.Struct, frozen=True):
    """A picture that other sites show beside a link to this one."""

    file: Annotated[
        str,
        Meta(
            description="A picture in files/: PNG, JPEG, WebP or GIF, ideally 1200 by 630 pixels.",
            examples=["files/town-hall.jpg"],
        ),
    ]
    alt: Annotated[
        str,
        Meta(
            description="A description, for people who cannot see the picture.",
            examples=["The town hall of Eastmoor, where the board meets"],
        ),
    ]


class SiteConfig(msgspec.Struct, frozen=True, kw_only=True):
    """site.yaml."""

    title: Annotated[str, Meta(description="The site's name.", examples=["Eastmoor board reports"])]
    base_url: Annotated[
        str,
        Meta(
            description="The full address of the home page, with http or https. It can have a path.",
            examples=["https://example.org/reports/"],
            extra={"kind": "base_url"},
        ),
    ]
    description: Annotated[
        str | None,
        Meta(
            description="Whose reports these are, and what they are for.",
            examples=["What our representative heard, and what we need from you"],
        ),
    ] = None
    language: Annotated[
        str,
        Meta(
            description="The language of the site: of its headings, buttons and dates.",
            examples=["en-GB", "cy"],
            extra={"kind": "language"},
        ),
    ] = "en-GB"
    timezone: Annotated[
        str,
        Meta(
            description="The time zone of the meetings, which also decides when a new day begins.",
            examples=["Europe/London"],
            extra={"kind": "timezone"},
        ),
    ] = "Europe/London"
    notice: Annotated[
        MarkedText | None,
        Meta(
            description="Shown at the top of every page.",
            examples=["These reports are unofficial; the minutes are the board's own."],
        ),
    ] = None
    formerly: Annotated[
        tuple[Annotated[str, Meta(extra={"kind": "base_url"})], ...],
        Meta(
            description="Earlier addresses of the home page, the oldest first. Links to them count as"
            " links to this site. If one is below base_url, pages there lead to the new ones, and"
            " feeds and calendars stay there.",
            examples=["[https://example.org/reports/]"],
        ),
    ] = ()
    uid: Annotated[
        str | None,
        Meta(
            description="A name that identifies this site's feed entries: no other site may use it,"
            " and it must never change. Choose it before you first publish, or never: a change"
            " shows every report to subscribers as new.",
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
        Meta(
            description="Only if there are several boards: the folder, name and description of each."
        ),
    ] = {}
    default_length: Annotated[
        dt.timedelta,
        Meta(
            description="How long meetings take, where nothing says when one ends. Default: 2 hours.",
            examples=["2h", "90 minutes"],
            extra={"kind": "duration"},
        ),
    ] = dt.timedelta(hours=2)
    feed_size: Annotated[
        int,
        Meta(description="How many reports the feed contains.", examples=["20"], ge=1, le=1000),
    ] = 20
    accent: Annotated[
        str | None,
        Meta(description="The site's colour.", examples=['"#1d5b79"'], extra={"kind": "colour"}),
    ] = None
    logo: Annotated[
        str | None, Meta(description="A picture in files/.", examples=["files/logo.svg"])
    ] = None
    sharing_picture: Annotated[
        SharingPicture | None,
        Meta(
            description="The picture that social media and messaging apps show beside a link to any page of"
            " this site. Default: pictures with the title and the day of the meeting on the site's colour.",
        ),
    ] = None
    active_files: Annotated[
        tuple[str, ...],
        Meta(
            description="Paths of files in files/ to publish although browsers or web servers can run"
            " them, such as a web page or an SVG picture with a script. They can do whatever the"
            " site's own pages can: list only files that you made or checked yourself.",
            examples=["[files/map.html]"],
        ),
    ] = ()
    publish: Annotated[
        tuple[str, ...],
        Meta(
            description="Files in files/ to publish although nothing that is published refers to them."
            " * stands for any letters within a name, ** for any folders. A wildcard publishes no file"
            " that a draft, a scheduled or a withdrawn report refers to.",
            examples=["[files/forms/*.pdf]"],
        ),
    ] = ()
    picture_width: Annotated[
        int,
        Meta(
            description="The width of the widest pictures, in pixels: wider ones are scaled.",
            examples=["1600"],
            ge=200,
            le=10000,
        ),
    ] = 2000
    search: Annotated[
        bool,
        Meta(
            description="Whether readers can search the reports.",
            examples=["true"],
        ),
    ] = True
    attendance: Annotated[
        bool,
        Meta(
            description="Whether the site has a page that shows who attended each meeting.",
            examples=["true"],
        ),
    ] = False
    repository: Annotated[
        str | None,
        Meta(
            description="The repository with the reports, for links to a page's history. No page has"
            " such links yet.",
            examples=["https://git.example/owner/site"],
            extra={"kind": "url"},
        ),
    ] = None
    contact: Annotated[
        str | None,
        Meta(
            title="Contact",
            description="Where readers can write to you: an email address, or the web address of a form."
            " A link at the foot of every page asks them to report problems there. In the address of a form,"
            " `{page}` stands for the address of the reader's page. What you write here is public.",
            examples=["reports@example.org", "https://forms.example/mistakes?page={page}"],
            extra={
                "hint": "An email address or a web address. It is shown at the foot of every page.",
                "kind": "contact",
            },
        ),
    ] = None
    email: Annotated[
        str | None,
        Meta(
            title="Sign-up by email",
            description="Where readers sign up for emails about new reports: the web address of a"
            " mailing list's page, or the address to which they write. Default: readers ask at"
            " `contact`, if there is one.",
            examples=[
                "https://lists.example/board",
                "board-join@lists.example",
                "mailto:board-request@lists.example?subject=subscribe",
            ],
            extra={
                "hint": "The page of a mailing list, or the address to which readers write to join it.",
                "kind": "sign_up",
            },
        ),
    ] = None
    rules: Annotated[
        dict[str, Literal["error", "warning", "off"]],
        Meta(
            description="How this site treats a problem: its code, and error, warning or off.",
            examples=["{C101: off}"],
        ),
    ] = {}


class Topic(msgspec.Struct, frozen=True):
    """A subject followed through reports."""

    name: Annotated[
        str,
        Meta(
            title="Name",
            description="The topic's name, as headings write it.",
            examples=["Domestic violence"],
        ),
    ]
    aliases: Annotated[
        tuple[str, ...],
        Meta(
            title="Other headings",
            description="Other headings that mean this topic.",
            examples=["[Domestic abuse, Domestic violence matrix]"],
        ),
    ] = ()
    formerly: Annotated[
        tuple[Annotated[str, Meta(extra={"kind": "id"})], ...],
        Meta(
            title="Earlier ids",
            description="Earlier ids of this topic, the oldest first. Their addresses lead to the"
            " topic.",
            examples=["[domestic-abuse]"],
        ),
    ] = ()
    description: Annotated[
        str | None,
        Meta(
            title="Description",
            description="What the topic is about, in one sentence.",
            examples=["How services respond to children who live with violence at home."],
        ),
    ] = None


@lru_cache(4096)
def make_topic_key(name: str) -> str:
    """Return the key for comparing names of topics, or '' for a name without letters.

    Capitals, accents, punctuation and a number in front make no difference.
    """
    from slugify import slugify

    name = _NUMBERED.sub("", name.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
    return slugify(name, max_length=100)


def list_topic_names(id_: str, topic: Topic) -> tuple[str, ...]:
    """Return a topic's id, name, aliases and former ids."""
    return (id_, topic.name, *topic.aliases, *topic.formerly)


class Config(msgspec.Struct, frozen=True):
    """Everything authors write about the site, except reports and pages.

    ``notice_references`` are the references of its notice, which is at ``notice_position``;
    ``base_url_position`` is that of the site's address.
    ``meetings`` are those of meetings.yaml by board ('' if there is only one), in order of the file;
    those of a rule follow each other. ``meeting_positions`` has the position of the entry of each,
    ``meeting_rules`` the rules in order of the file.
    """

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
        Meta(
            description="Subjects that come back meeting after meeting. Each has a page and feeds."
        ),
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
        Meta(
            description="Terms and what they mean. Each page explains a term where it first uses it,"
            " and links to the glossary. Terms with two capitals in a word are matched as they"
            " are written, and in the plural; for other terms, capitals make no difference."
        ),
    ] = {}
    people: Annotated[
        dict[
            Annotated[str, Meta(description="A name, as reports write it.", examples=["Ada Moss"])],
            Person,
        ],
        Meta(
            description="A register of people. However a report writes a name or one of its aliases,"
            " pages show the name as it is here, or the former name of that time. People whose"
            " organisation a report leaves out get the one that they had on the day of the meeting."
        ),
    ] = {}
    meetings: dict[str, tuple[PlannedMeeting, ...]] = {}
    meeting_positions: dict[str, tuple[Position, ...]] = {}
    meeting_rules: tuple[RuleDays, ...] = ()
    notice_references: tuple[Reference, ...] = ()
    notice_position: Position = Position(1, 1)
    base_url_position: Position = Position(1, 1)
