"""The front matter of reports and pages."""

import datetime as dt
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from lscbsite.model.marked_text import MarkedText


class Attendee(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A person and their organisation."""

    name: Annotated[str, Meta(description="The person's name.", examples=["Ada Moss"])]
    organisation: Annotated[
        str | None,
        Meta(description="The group or body they speak for.", examples=["Ardenshire Carers"]),
    ] = None
    role: Annotated[
        str | None, Meta(description="Their role in the meeting.", examples=["chair"])
    ] = None
    present: Annotated[
        str | None,
        Meta(
            description="When or how they were there, if not all the time.",
            examples=["until 3pm", "from item 4", "online"],
        ),
    ] = None


class Ask(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Something wanted from readers."""

    ask: Annotated[
        MarkedText,
        Meta(
            description="The question or request itself.",
            examples=["Who from your group would come to evening training?"],
        ),
    ]
    id: Annotated[
        str,
        Meta(
            description="A short name, for links and outcomes. Give one if you will report an outcome;"
            " do not change it afterwards. Default: made from the words of the ask.",
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
            description="The last day to reply. After that day, the ask is shown as closed.",
            examples=["2012-12-14"],
            extra={"kind": "deadline"},
        ),
    ] = None
    reply_to: Annotated[
        str | None,
        Meta(
            description="An e-mail address, a web address, a telephone number or plain words.",
            examples=["training@example.org", "01632 960178", "Tell Ada at the next forum"],
            extra={"kind": "reply"},
        ),
    ] = None


class Outcome(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What came of an earlier ask."""

    ask: Annotated[
        str,
        Meta(
            description="The ask: the name of the report that asked, without .md, then a slash and the"
            " ask's id. For another board's report, put its folder and a slash in front.",
            examples=["2012-09-11/venue", "lscb/2012-09-11/venue"],
        ),
    ]
    outcome: Annotated[
        MarkedText,
        Meta(
            description="What came of it.",
            examples=["Twelve groups answered, and the board will meet in the evening."],
        ),
    ]


class NextMeeting(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """The next meeting as it was announced."""

    date: Annotated[
        dt.date | None,
        Meta(description="The date. Default: to be confirmed.", examples=["2013-01-31"]),
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


class Correction(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A dated public note of a change after publication."""

    date: Annotated[
        dt.date, Meta(description="The day of the correction.", examples=["2012-12-03"])
    ]
    note: Annotated[
        MarkedText,
        Meta(
            description="What was changed, and why.",
            examples=["The deadline is 14 December, not 4 December as first published."],
        ),
    ]


class Withdrawal(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A report taken back."""

    date: Annotated[
        dt.date, Meta(description="The day of the withdrawal.", examples=["2013-02-01"])
    ]
    reason: Annotated[
        MarkedText,
        Meta(
            description="Why, in words for the public.",
            examples=["It could have identified a family."],
        ),
    ]


class Waiver(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Something that the publication gate found and somebody allowed."""

    rule: Annotated[str, Meta(description="The rule's code.", examples=["P104"])]
    text: Annotated[str, Meta(description="The words that are allowed.", examples=["01632 960178"])]
    reason: Annotated[str, Meta(description="Why.", examples=["It is the board's public number."])]


class FrontMatter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
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
            description="The day the report is published. Until that day the report is scheduled, and"
            " appears nowhere. Default: the date held.",
            examples=["2012-11-20"],
        ),
    ] = None
    author: Annotated[
        str | None, Meta(description="Who wrote the report.", examples=["Ada Moss"])
    ] = None
    summary: Annotated[
        MarkedText | None,
        Meta(
            description="One or two sentences in plain language, for the home page, the archives,"
            " the next report and the feed. Default: the first paragraph that says something, and that no other report has.",
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
                "Fay Ott (Mill Lane Hub), treasurer, until 3pm",
                "{name: Dev Shah, organisation: Ardenshire Council, role: chair}",
            ],
        ),
    ] = ()
    apologies: Annotated[
        tuple[Attendee, ...],
        Meta(
            description="Who sent apologies. Write them like the attendees.",
            examples=["Eve Hart (Fennimore Children's Trust)"],
        ),
    ] = ()
    feedback: Annotated[
        tuple[Ask, ...], Meta(description="The asks: what you want from readers.")
    ] = ()
    outcomes: Annotated[tuple[Outcome, ...], Meta(description="What came of earlier asks.")] = ()
    topics: Annotated[
        tuple[str, ...],
        Meta(
            description="Topics that the report covers without a heading for them: ids or names."
            " If there is a topics.yaml, each must be in it.",
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
            description="The day for which this meeting was announced, if it was moved by more than"
            " 60 days or to an earlier day. An earlier report must give that day as its"
            " next_meeting.",
            examples=["2012-08-14"],
        ),
    ] = None
    cancelled: Annotated[
        MarkedText | None,
        Meta(
            description="Why the meeting did not take place. The report then says so.",
            examples=["The Civic Centre was closed after flooding."],
        ),
    ] = None
    draft: Annotated[
        bool,
        Meta(
            description="true: the report appears nowhere unless you build with `--drafts`.",
            examples=["true"],
        ),
    ] = False
    corrections: Annotated[
        tuple[Correction, ...],
        Meta(
            description="Dated notes of changes after publication. They appear on the page and in"
            " the feed, where the report's entry is updated, not repeated."
        ),
    ] = ()
    withdrawn: Annotated[
        Withdrawal | None,
        Meta(
            description="Takes the report back: the page keeps its address, and the text is gone."
        ),
    ] = None
    aliases: Annotated[
        tuple[Annotated[str, Meta(extra={"kind": "path"})], ...],
        Meta(
            description="Addresses of this report on an earlier site, each starting with /. They"
            " lead to the report.",
            examples=["[/old/path/, /old/2012/february.html]"],
        ),
    ] = ()
    language: Annotated[
        str | None,
        Meta(
            description="The report's language, if it is not the site's.",
            examples=["cy"],
            extra={"kind": "language"},
        ),
    ] = None
    waivers: Annotated[
        tuple[Waiver, ...],
        Meta(
            description="What the publication gate found and you allowed. There is no such gate yet."
        ),
    ] = ()


class PageFrontMatter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The front matter of an ordinary page."""

    title: Annotated[str, Meta(description="The page's title.", examples=["About these reports"])]
    nav: Annotated[
        bool, Meta(description="true: the navigation on every page links to it.", examples=["true"])
    ] = False
    footer: Annotated[
        bool,
        Meta(
            description="true: the foot of every page links to it, as for an accessibility statement.",
            examples=["true"],
        ),
    ] = False
