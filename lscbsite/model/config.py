"""What an author writes about the site: site.yaml, topics.yaml, glossary.yaml, people.yaml."""

import re
from functools import lru_cache
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from lscbsite.model.documents import Position, Reference
from lscbsite.model.marked_text import MarkedText

# "3. Budget", "4.2 Budget", "5) Budget": items of an agenda.
_NUMBERED = re.compile(r"^\s*(?:\d{1,3}[.)]|\d{1,3}(?:\.\d{1,3})+\.?)\s+(?=\S)")


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


class SiteConfig(msgspec.Struct, frozen=True, kw_only=True):
    """site.yaml."""

    title: Annotated[
        str, Meta(description="The site's name.", examples=["Ardenshire board reports"])
    ]
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
        Meta(description="The topic's name, as headings write it.", examples=["Domestic violence"]),
    ]
    aliases: Annotated[
        tuple[str, ...],
        Meta(
            description="Other headings that mean this topic.",
            examples=["[Domestic abuse, Domestic violence matrix]"],
        ),
    ] = ()
    formerly: Annotated[
        tuple[Annotated[str, Meta(extra={"kind": "id"})], ...],
        Meta(
            description="Earlier ids of this topic, the oldest first. Their addresses lead to the"
            " topic.",
            examples=["[domestic-abuse]"],
        ),
    ] = ()
    description: Annotated[
        str | None,
        Meta(
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


def make_person_key(name: str) -> str:
    """Return the key for comparing names of people and organisations.

    Only capitals and spaces make no difference, so that nobody is mistaken for another person.
    """
    return " ".join(name.casefold().split())


def turn_name(name: str) -> str | None:
    """Return 'Ruth Hallam' for 'Hallam, Ruth', or None for a name that is not written like this."""
    surname, comma, given = name.partition(", ")
    words = surname.split()
    is_surname = len(words) == 1 or (len(words) == 2 and words[0] in _PARTICLES)
    return f"{given} {surname}" if comma and given and is_surname and "," not in given else None


_PARTICLES = {"van", "von", "de", "del", "al", "ap"}


class Person(msgspec.Struct, frozen=True):
    """A person of the register."""

    organisation: Annotated[
        str | None,
        Meta(description="The group or body they speak for.", examples=["Ardenshire Carers"]),
    ] = None
    aliases: Annotated[
        tuple[str, ...],
        Meta(description="Other ways to write the name.", examples=["[A. Moss]"]),
    ] = ()


class Config(msgspec.Struct, frozen=True):
    """Everything authors write about the site, except reports and pages.

    ``notice_references`` are the references of its notice, which is at ``notice_position``.
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
            " pages show the name as it is here. People whose organisation a report leaves out"
            " get the one given here."
        ),
    ] = {}
    notice_references: tuple[Reference, ...] = ()
    notice_position: Position = Position(1, 1)
