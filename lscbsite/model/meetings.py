"""What authors write about meetings that are still to come."""

import datetime as dt
from typing import Annotated, Literal

import msgspec
from msgspec import Meta


class NextMeeting(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """The next meeting as it was announced.

    ``date`` is its first day, ``last_day`` its last one, if it has several. Where the day is not
    known, ``planned`` is "to be confirmed"; ``words`` are those of the author, if they say more than
    that, and ``earliest`` and ``latest`` are the first and last day that they can mean, if any.
    """

    date: Annotated[
        dt.date | None,
        Meta(
            title="Day or month",
            description="The day, the first and the last day, or what is known of it, such as the"
            " month. Default: to be confirmed.",
            examples=["2013-01-31"],
            extra={
                "hint": 'A date, a month or a week, "to be confirmed", or "none" if there will not be one.',
                "kind": "planned_day",
            },
        ),
    ] = None
    time: Annotated[
        dt.time | None,
        Meta(
            title="Time",
            description="When it begins, and perhaps when it ends.",
            examples=["18:30"],
            extra={"kind": "times"},
        ),
    ] = None
    end: Annotated[
        dt.time | None,
        Meta(
            title="End",
            description="When it ends, if `time` does not say so.",
            examples=["20:30"],
            extra={"hint": "When it ends, if the field Time does not say so.", "kind": "end"},
        ),
    ] = None
    place: Annotated[
        str | None, Meta(title="Place", description="Where.", examples=["Council House"])
    ] = None
    url: Annotated[
        str | None,
        Meta(
            title="Web link",
            description="A page about the meeting, or its video link.",
            examples=["https://example.org/meeting"],
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
    title: Annotated[
        str | None,
        Meta(
            title="Title",
            description="A title of its own, if it has one.",
            examples=["Annual meeting"],
        ),
    ] = None
    planned: Literal["on", "to be confirmed", "none"] = "on"
    last_day: dt.date | None = None
    words: str = ""
    earliest: dt.date | None = None
    latest: dt.date | None = None


class PlannedMeeting(NextMeeting, frozen=True, omit_defaults=True, gc=False):
    """A meeting of a list: that of a report, or of meetings.yaml."""

    formerly: Annotated[
        dt.date | None,
        Meta(
            title="Planned at first for",
            description="The day it was planned for at first, if it was moved.",
            examples=["2013-03-12"],
        ),
    ] = None


class MeetingRule(msgspec.Struct, frozen=True, kw_only=True):
    """Meetings on days by a rule, as authors write them in a list of meetings."""

    every: Annotated[
        str,
        Meta(
            description="The rule, in English.",
            examples=[
                "second Tuesday of each month except August",
                "first Monday of March, June, September and December",
                "every other Wednesday",
                "15th of each month",
            ],
        ),
    ]
    year: Annotated[
        int | None,
        Meta(
            description="The year of the meetings, in place of `from` and `until`.",
            examples=["2013"],
            ge=1900,
            le=2200,
        ),
    ] = None
    from_: Annotated[
        dt.date | None,
        Meta(description="The first day on which a meeting can be.", examples=["2013-01-01"]),
    ] = msgspec.field(default=None, name="from")
    until: Annotated[
        dt.date | None,
        Meta(description="The last day on which a meeting can be.", examples=["2013-12-31"]),
    ] = None
    except_: Annotated[
        tuple[dt.date, ...],
        Meta(
            description="Days of the rule on which there is no meeting.", examples=["[2013-05-14]"]
        ),
    ] = msgspec.field(default=(), name="except")
    time: Annotated[
        dt.time | None,
        Meta(
            description="When they begin, and perhaps when they end.",
            examples=["6.30pm to 8.30pm"],
            extra={"kind": "times"},
        ),
    ] = None
    end: Annotated[
        dt.time | None,
        Meta(
            description="When they end, if `time` does not say so.",
            examples=["20:30"],
            extra={"kind": "end"},
        ),
    ] = None
    place: Annotated[str | None, Meta(description="Where.", examples=["Council House"])] = None
    url: Annotated[
        str | None,
        Meta(
            description="A page about the meetings, or their video link.",
            examples=["https://example.org/meeting"],
            extra={"kind": "url"},
        ),
    ] = None
    dial_in: Annotated[
        str | None,
        Meta(
            description="How to join by telephone: the number and the code.",
            examples=["01632 960 123, code 4567"],
        ),
    ] = None
    title: Annotated[
        str | None,
        Meta(description="A title of their own, if they have one.", examples=["Open evening"]),
    ] = None


class RuleDays(msgspec.Struct, frozen=True, array_like=True):
    """A rule in a list of meetings as it is written, its file and line, and the days that it gives."""

    path: str
    line: int
    words: str
    days: tuple[dt.date, ...]
