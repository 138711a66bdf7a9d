"""Rules about single values in front matter."""

from lscbsite.rules.declaration import Rule

VALUES = (
    Rule(
        "F030",
        "error",
        "not a date",
        why="Calendars, archives and the order of reports need a real date.",
        wrong="published: soon",
        right="published: 2012-11-20",
    ),
    Rule(
        "F031",
        "error",
        "an ambiguous date",
        why="In Britain and in America, the same digits are two days.",
        wrong="published: 03/12/2012",
        right="published: 3 December 2012",
    ),
    Rule(
        "F032",
        "error",
        "an impossible date",
        why="No calendar has this day.",
        wrong="published: 31 November 2012",
        right="published: 30 November 2012",
    ),
    Rule(
        "F033",
        "error",
        "the weekday is wrong for the date",
        why="If the weekday and the date disagree, one of the two is wrong.",
        wrong="published: Monday 20 November 2012",
        right="published: Tuesday 20 November 2012",
    ),
    Rule(
        "F034",
        "error",
        "not a time of day",
        why="Calendars need to know when a meeting begins.",
        wrong="time: in the evening",
        right="time: 6.30pm",
    ),
    Rule(
        "F035",
        "error",
        "an attendee that cannot be read",
        why="Attendance is counted by person and organisation.",
        wrong="attendees:\n  - Ada Jones (Ardenshire Carers",
        right="attendees:\n  - Ada Jones (Ardenshire Carers)",
    ),
    Rule(
        "F036",
        "error",
        "not true or false",
        why="The field is a switch.",
        wrong="draft: perhaps",
        right="draft: true",
    ),
    Rule(
        "F037",
        "error",
        "not a whole number in range",
        why="A number out of range makes no sense here.",
        place="site.yaml",
        wrong="feed_size: 0",
        right="feed_size: 20",
    ),
    Rule(
        "F038",
        "error",
        "not a language tag",
        why="Screen readers choose a voice by the language tag.",
        wrong="language: Welsh",
        right="language: cy",
    ),
    Rule(
        "F039",
        "error",
        "not a valid id",
        why="Ids are parts of web addresses.",
        wrong="feedback:\n  - id: CSE training\n    ask: Who would come?",
        right="feedback:\n  - id: cse-training\n    ask: Who would come?",
    ),
    Rule(
        "F040",
        "error",
        "two asks of one report have the same id",
        why="Outcomes refer to questions by their ids, so each needs its own.",
        wrong=(
            "feedback:\n"
            "  - id: training\n"
            "    ask: How many of you would come?\n"
            "  - id: training\n"
            "    ask: Which evening suits you?"
        ),
        right=(
            "feedback:\n"
            "  - id: training\n"
            "    ask: How many of you would come?\n"
            "  - id: evening\n"
            "    ask: Which evening suits you?"
        ),
    ),
    Rule(
        "F041",
        "error",
        "not an address on an earlier site",
        why="Aliases are addresses on an earlier site, from which readers are led to this page.",
        wrong="aliases: [old/path/]",
        right="aliases: [/old/path/]",
    ),
    Rule(
        "F042",
        "error",
        "not a web address",
        why="Without https:// it cannot be a link.",
        wrong="next_meeting:\n  date: 2013-04-16\n  url: www.example.org/meeting",
        right=("next_meeting:\n  date: 2013-04-16\n  url: https://www.example.org/meeting"),
    ),
    Rule(
        "F043",
        "warning",
        "an hour in a deadline, which is not shown",
        configurable=True,
        why="Pages show the day of a deadline only, so readers would miss the hour.",
        wrong=("feedback:\n  - ask: Who would come?\n    deadline: Friday 14 December 2012, 5pm"),
        right=(
            "feedback:\n  - ask: Who would come (by 5pm)?\n    deadline: Friday 14 December 2012"
        ),
    ),
    Rule(
        "F044",
        "error",
        "not an address to reply to",
        why="Answers to this address would be lost.",
        wrong="feedback:\n  - ask: Who would come?\n    reply_to: joan@@x.example",
        right="feedback:\n  - ask: Who would come?\n    reply_to: joan@x.example",
    ),
    Rule(
        "F045",
        "warning",
        "an address that looks like a slip",
        configurable=True,
        why="An address with a usual slip belongs to a stranger, or to nobody.",
        wrong="feedback:\n  - ask: Who would come?\n    reply_to: joan@gmial.com",
        right="feedback:\n  - ask: Who would come?\n    reply_to: joan@gmail.com",
    ),
)
