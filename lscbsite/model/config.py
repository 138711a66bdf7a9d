"""What an author writes about the site: site.yaml, topics.yaml, glossary.yaml, people.yaml."""

import re
from functools import lru_cache
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

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
    active_files: Annotated[
        tuple[str, ...],
        Meta(
            description="Files under files/ that browsers or web servers may run, such as a web page"
            " or an SVG picture with a script, and that are to be published all the same: each by its"
            " path. They can do all that the site's own pages can, in your readers' names: allow"
            " only what you made yourself or looked through.",
            examples=["[files/map.html]"],
        ),
    ] = ()
    search: Annotated[
        bool,
        Meta(
            description="Whether the reports can be searched, on a page and from the top of each.",
            examples=["true"],
        ),
    ] = True
    attendance: Annotated[
        bool,
        Meta(
            description="Whether the site has a page of who attended which meeting.",
            examples=["true"],
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
        Meta(
            description="Ids that this topic had before, the oldest first; add the newest at the"
            " end. Their addresses lead to the topic.",
            examples=["[domestic-abuse]"],
        ),
    ] = ()
    description: Annotated[
        str | None,
        Meta(
            description="What it is, in a sentence.",
            examples=["How services respond to children who live with violence at home."],
        ),
    ] = None


@lru_cache(4096)
def make_topic_key(name: str) -> str:
    """Return what all ways to write a topic's name have in common, '' if it has no letters.

    Capitals, accents, signs, the kind of apostrophe and a number before it make no difference.
    """
    from slugify import slugify

    name = _NUMBERED.sub("", name.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
    return slugify(name, max_length=100)


def list_topic_names(id_: str, topic: Topic) -> tuple[str, ...]:
    """Return all names that a topic goes by."""
    return (id_, topic.name, *topic.aliases, *topic.formerly)


def make_person_key(name: str) -> str:
    """Return what all ways to write a person's or an organisation's name have in common.

    Only capitals and blanks make no difference: nobody is taken for another by a guess.
    """
    return " ".join(name.casefold().split())


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
        Meta(
            description="Subjects that come back meeting after meeting; each has a page and feeds."
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
            description="Terms and what they mean. Each page explains a term where it is first"
            " used and links it to the glossary's page. Terms with two capitals in a word are"
            " found as they are written, and in the plural; others with capitals or without."
        ),
    ] = {}
    people: Annotated[
        dict[
            Annotated[str, Meta(description="A name, as reports write it.", examples=["Ada Moss"])],
            Person,
        ],
        Meta(
            description="A register of people. Reports may write a name, or another form of it, in"
            " capitals or not: pages show the name as it stands here. Who is named without an"
            " organisation gets the one of the register."
        ),
    ] = {}
