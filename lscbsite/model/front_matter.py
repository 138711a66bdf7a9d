"""The front matter of reports and pages."""

import datetime as dt
from typing import Annotated

import msgspec
from msgspec import Meta

from lscbsite.model.marked_text import MarkedText
from lscbsite.model.meetings import NextMeeting, PlannedMeeting


class Attendee(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A person and their organisation."""

    name: Annotated[
        str, Meta(title="Name", description="The person's name.", examples=["Ada Moss"])
    ]
    organisation: Annotated[
        str | None,
        Meta(
            title="Organisation",
            description="The group or body they speak for.",
            examples=["Eastmoor Carers"],
        ),
    ] = None
    role: Annotated[
        str | None, Meta(title="Role", description="Their role in the meeting.", examples=["chair"])
    ] = None
    present: Annotated[
        str | None,
        Meta(
            title="When they were there",
            description="When or how they were there, if not all the time.",
            examples=["until 3pm", "from item 4", "online"],
        ),
    ] = None


class Ask(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Something wanted from readers."""

    ask: Annotated[
        MarkedText,
        Meta(
            title="Question",
            description="The question or request itself.",
            examples=["Who from your group would come to evening training?"],
        ),
    ]
    id: Annotated[
        str,
        Meta(
            title="Short name",
            description="A short name, for links and outcomes. Give one if you will report an outcome;"
            " do not change it afterwards. Default: made from the words of the ask.",
            examples=["evening-training"],
            extra={
                "hint": "For links, and to report what came of the question: small letters and hyphens. Do not change it afterwards. If you leave it empty, it is made from the words of the question.",
                "kind": "id",
            },
        ),
    ] = ""
    audience: Annotated[
        str | None,
        Meta(title="For whom", description="Who is asked.", examples=["all voluntary groups"]),
    ] = None
    deadline: Annotated[
        dt.date | None,
        Meta(
            title="Reply by",
            description="The last day to reply. After that day, the ask is shown as closed.",
            examples=["2012-12-14", "21 December 2012 (extended from 14 December 2012)"],
            extra={
                "hint": "The last day to reply. After that day, the question is shown as closed.",
                "kind": "deadline",
            },
        ),
    ] = None
    extended_from: Annotated[
        dt.date | None,
        Meta(
            title="First deadline",
            description="The deadline at first, if you gave readers more time.",
            examples=["2012-12-07"],
        ),
    ] = None
    reply_to: Annotated[
        str | None,
        Meta(
            title="Reply to",
            description="An email address, a web address, a telephone number or plain words.",
            examples=["training@example.org", "01632 960178", "Tell Ada at the next forum"],
            extra={"kind": "reply"},
        ),
    ] = None


class Outcome(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What came of an earlier ask."""

    ask: Annotated[
        str,
        Meta(
            title="Question",
            description="The ask: the name of the report that asked, without .md, then a slash and the"
            " ask's id. For another board's report, put its folder and a slash in front.",
            examples=["2012-09-11/venue", "lscb/2012-09-11/venue"],
            extra={
                "hint": "If you cannot choose it: the day of the report that asked, a slash and the question's short name."
            },
        ),
    ]
    outcome: Annotated[
        MarkedText,
        Meta(
            title="What came of it",
            description="What came of it.",
            examples=["Twelve groups answered, and the board will meet in the evening."],
            extra={"hint": "One or two sentences for those who answered."},
        ),
    ]


class Correction(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A dated public note of a change after publication."""

    date: Annotated[
        dt.date,
        Meta(title="Day", description="The day of the correction.", examples=["2012-12-03"]),
    ]
    note: Annotated[
        MarkedText,
        Meta(
            title="What was changed",
            description="What was changed, and why.",
            examples=["The deadline is 14 December, not 4 December as first published."],
        ),
    ]


class Withdrawal(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A report taken back."""

    date: Annotated[
        dt.date,
        Meta(title="Day", description="The day of the withdrawal.", examples=["2013-02-01"]),
    ]
    reason: Annotated[
        MarkedText,
        Meta(
            title="Reason",
            description="Why, in words for the public.",
            examples=["It could have identified a family."],
        ),
    ]


class Waiver(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Something that the publication gate found and somebody allowed."""

    rule: Annotated[str, Meta(title="Rule", description="The rule's code.", examples=["P104"])]
    text: Annotated[
        str,
        Meta(title="Words", description="The words that are allowed.", examples=["01632 960178"]),
    ]
    reason: Annotated[
        str, Meta(title="Reason", description="Why.", examples=["It is the board's public number."])
    ]


class FrontMatter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The front matter of a report.

    ``date`` is the meeting's first day, ``last_day`` its last one, if it has several. ``unannounced``
    is true if the author says that nobody announced the meeting.
    """

    date: Annotated[
        dt.date,
        Meta(
            title="Day of the meeting",
            description="The day the meeting was held, or its first and last day.",
            examples=["2012-11-13", "13 November 2012", "Tuesday, November 13th, 2012"],
            extra={"kind": "days"},
        ),
    ]
    time: Annotated[
        dt.time | None,
        Meta(
            title="Time",
            description="When the meeting began, and perhaps when it ended.",
            examples=["18:30", "6.30pm", "6.30pm to 8.30pm"],
            extra={"kind": "times"},
        ),
    ] = None
    end: Annotated[
        dt.time | None,
        Meta(
            title="End",
            description="When the meeting ended, if `time` does not say so. An end before `time` is"
            " after midnight.",
            examples=["20:30"],
            extra={
                "hint": "When the meeting ended, if the field Time does not say so. An end before that time is after midnight.",
                "kind": "end",
            },
        ),
    ] = None
    place: Annotated[
        str | None,
        Meta(
            title="Place",
            description="Where it was held.",
            examples=["Committee Room 2, Civic Centre"],
        ),
    ] = None
    url: Annotated[
        str | None,
        Meta(
            title="Web link",
            description="Where to join it online, or to watch it.",
            examples=["https://example.org/webcast"],
            extra={"kind": "url"},
        ),
    ] = None
    dial_in: Annotated[
        str | None,
        Meta(
            title="Telephone",
            description="How to join by telephone: the number and the code.",
            examples=["01632 960 123, code 4567"],
        ),
    ] = None
    boards: Annotated[
        tuple[Annotated[str, Meta(extra={"kind": "id"})], ...],
        Meta(
            title="Boards of a joint meeting",
            description="The boards of a joint meeting, by their folders.",
            examples=["[lscb, health]"],
            extra={
                "hint": "Only if several boards met together: all of them, by their short names."
            },
        ),
    ] = ()
    meeting: Annotated[
        str | None,
        Meta(
            title="Second report of a meeting",
            description="For a second report of one meeting: the name of the first one, without .md.",
            examples=["2012-11-13"],
            extra={
                "hint": "Only if another report of this meeting was written first: the day of the meeting, or the name of that report.",
                "kind": "meeting",
            },
        ),
    ] = None
    agenda: Annotated[
        bool,
        Meta(
            title="Agenda",
            description="true: the meeting is ahead, and the file is its agenda.",
            examples=["true"],
            extra={
                "hint": "Switch this on if the meeting is ahead, and the text is its agenda.",
                "kind": "agenda",
            },
        ),
    ] = False
    title: Annotated[
        str | None,
        Meta(
            title="Title",
            description='The title. Default: the first subjects ("Training, chronologies and domestic'
            ' violence"); of a report without headings, "Report from 13 November 2012 meeting".',
            examples=["Extraordinary meeting on the budget"],
            extra={"hint": "Only if the first headings of the report do not say what it is about."},
        ),
    ] = None
    published: Annotated[
        dt.date | None,
        Meta(
            title="Publish on",
            description="The day the report is published. Until that day the report is scheduled, and"
            " appears nowhere. Default: the date held.",
            examples=["2012-11-20"],
        ),
    ] = None
    author: Annotated[
        str | None, Meta(title="Author", description="Who wrote the report.", examples=["Ada Moss"])
    ] = None
    summary: Annotated[
        MarkedText | None,
        Meta(
            title="Summary",
            description="One or two sentences in plain language, for the home page, the archives,"
            " the next report and the feed. Default: the first paragraph that says something, and that no other report has.",
            examples=["The board asks which times suit you for training."],
        ),
    ] = None
    attendees: Annotated[
        tuple[Attendee, ...],
        Meta(
            title="Who was there",
            description="Who was there.",
            examples=[
                "Ada Moss (Eastmoor Carers)",
                "Ben Reed from Station Road Family Centre",
                "Cara Lund, Open Door Eastmoor",
                "Fay Ott (Station Road Hub), treasurer, until 3pm",
                "{name: Dev Shah, organisation: Eastmoor Council, role: chair}",
            ],
            extra={"hint": "The name, the group in round brackets, then what else matters."},
        ),
    ] = ()
    apologies: Annotated[
        tuple[Attendee, ...],
        Meta(
            title="Apologies",
            description="Who sent apologies. Write them like the attendees.",
            examples=["Eve Hart (Fennimore Children's Trust)"],
            extra={"hint": "Who could not come, written in the same way."},
        ),
    ] = ()
    feedback: Annotated[
        tuple[Ask, ...],
        Meta(
            title="Questions for readers",
            description="The asks: what you want from readers.",
            extra={"hint": "What you want to know from readers: one entry for each question."},
        ),
    ] = ()
    outcomes: Annotated[
        tuple[Outcome, ...],
        Meta(
            title="What came of earlier questions",
            description="What came of earlier asks.",
            extra={"hint": "What happened with the answers to a question in an earlier report."},
        ),
    ] = ()
    topics: Annotated[
        tuple[str, ...],
        Meta(
            title="Topics",
            description="Topics that the report covers without a heading for them: ids or names."
            " If there is a topics.yaml, each must be in it.",
            examples=["[child-sexual-exploitation]"],
            extra={
                "hint": "Only what the report covers without a heading for it. If the site has a list under Topics, add a new one there first."
            },
        ),
    ] = ()
    next_meeting: Annotated[
        NextMeeting | None,
        Meta(
            title="Next meeting",
            description='The next meeting: a date, a month or week, "to be confirmed", "none", or'
            " more than the date.",
            examples=[
                "2013-01-31",
                "31st January 2013",
                "July 2013",
                "to be confirmed (probably July)",
                "to be confirmed",
                "none",
                "{date: 2013-01-31, time: 18:30, place: Council House}",
            ],
            extra={"hint": "What is known of it. Leave all of this empty if nothing is."},
        ),
    ] = None
    next_meetings: Annotated[
        tuple[PlannedMeeting, ...],
        Meta(
            title="More meetings to come",
            description="More meetings to come, such as those of a year. An entry can also be a"
            " [rule](#meetings-by-a-rule).",
            examples=[
                "2013-04-16",
                "{date: 2013-05-21, time: 18:30, place: Council House}",
                "second Tuesday of each month except August, from June to December 2013",
            ],
            extra={
                "hint": "Further dates, such as those of a year, or how often the board meets.",
                "kind": "meetings",
            },
        ),
    ] = ()
    announced_for: Annotated[
        dt.date | None,
        Meta(
            title="Announced for",
            description="The day for which this meeting was announced, if it was moved by more than"
            " 60 days or to an earlier day. An earlier report must give that day as its"
            ' next_meeting. "none": nobody announced it.',
            examples=["2012-08-14", "none"],
            extra={
                "hint": 'The day for which this meeting was announced, if it was moved by more than 60 days or to an earlier day. "none": nobody announced it.',
                "kind": "announced",
            },
        ),
    ] = None
    cancelled: Annotated[
        MarkedText | None,
        Meta(
            title="Cancelled",
            description="Why the meeting did not take place. The report then says so.",
            examples=["The Civic Centre was closed after flooding."],
        ),
    ] = None
    draft: Annotated[
        bool,
        Meta(
            title="Draft",
            description="true: the report appears nowhere unless you build with `--drafts`.",
            examples=["true"],
        ),
    ] = False
    corrections: Annotated[
        tuple[Correction, ...],
        Meta(
            title="Corrections",
            description="Dated notes of changes after publication. They appear on the page and in"
            " the feed, where the report's entry is updated, not repeated.",
        ),
    ] = ()
    withdrawn: Annotated[
        Withdrawal | None,
        Meta(
            title="Withdrawn",
            description="Takes the report back: the page keeps its address, and the text is gone.",
        ),
    ] = None
    aliases: Annotated[
        tuple[Annotated[str, Meta(extra={"kind": "path"})], ...],
        Meta(
            title="Earlier addresses",
            description="Addresses of this report on an earlier site, each starting with /. They"
            " lead to the report.",
            examples=["[/old/path/, /old/2012/february.html]"],
        ),
    ] = ()
    formerly: Annotated[
        tuple[Annotated[str, Meta(extra={"kind": "report_id"})], ...],
        Meta(
            title="Earlier names of the file",
            description="Earlier names of this report's file, the oldest first: each the path below"
            " reports/, without .md. Links to them lead to the report, and subscribers do not get it"
            " again.",
            examples=["[2012-11-31]", "[lscb/2012-11-31, scp/2012-11-31]"],
            extra={
                "hint": "Earlier names of this report, the oldest first. Links to them lead to the report, and subscribers do not get it again."
            },
        ),
    ] = ()
    language: Annotated[
        str | None,
        Meta(
            title="Language",
            description="The report's language, if it is not the site's.",
            examples=["cy"],
            extra={"kind": "language"},
        ),
    ] = None
    waivers: Annotated[
        tuple[Waiver, ...],
        Meta(
            title="Allowed by hand",
            description="What the publication gate found and you allowed. There is no such gate yet.",
        ),
    ] = ()
    last_day: dt.date | None = None
    unannounced: bool = False


class PageFrontMatter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The front matter of an ordinary page."""

    title: Annotated[
        str, Meta(title="Title", description="The page's title.", examples=["About these reports"])
    ]
    nav: Annotated[
        bool,
        Meta(
            title="In the navigation",
            description="true: the navigation on every page links to it.",
            examples=["true"],
        ),
    ] = False
    footer: Annotated[
        bool,
        Meta(
            title="In the footer",
            description="true: the foot of every page links to it, as for an accessibility statement.",
            examples=["true"],
        ),
    ] = False
