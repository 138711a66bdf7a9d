"""Rules about names of files, and the days of meetings."""

from lscbsite.rules.declaration import Rule

MEETINGS = (
    Rule(
        "F050",
        "error",
        "a name that is nearly one that the site reads",
        why="Under a name that is only nearly right, the file would never be read.",
        place="names",
        wrong="people.yml",
        right="people.yaml",
    ),
    Rule(
        "F051",
        "error",
        "a report or page that the site would leave out",
        why="Only files whose name ends in .md are reports and pages.",
        place="names",
        wrong="reports/2013-02-19.md.txt",
        right="reports/2013-02-19.md",
    ),
    Rule(
        "F052",
        "error",
        "a copy of another file",
        why="A copy that a program left behind would be published as a second report.",
        place="names",
        wrong="reports/2012-10-16.md\nreports/2012-10-16 (1).md",
        right="reports/2012-10-16.md",
    ),
    Rule(
        "F053",
        "error",
        "a report's name with a date in another form",
        why=(
            "A report's name begins with year, month and day, so that files are in the "
            "order of time."
        ),
        place="names",
        wrong="reports/20-10-2012.md",
        right="reports/2012-10-20.md",
    ),
    Rule(
        "F054",
        "error",
        "two reports of one meeting",
        why="Subscribers would get the same meeting twice.",
        place="names",
        wrong="reports/2012-10-16.md\nreports/2012-10-16-tom.md",
        right="reports/2012-10-16.md",
    ),
    Rule(
        "F055",
        "error",
        "a file name with a line break or another control character",
        why=(
            "Nobody sees such a character, and what follows a line break in a name can pass for "
            "a line of its own."
        ),
        place="words",
        wrong="reports/2012-11-13.md, with a tab behind the date.",
        right="reports/2012-11-13.md, typed again.",
    ),
    Rule(
        "F060",
        "error",
        "two keys that say the same",
        why="If the two ever differed, nobody would know which one counts.",
        wrong="time: 6.30pm to 8.30pm\nend: 8.30pm",
        right="time: 6.30pm to 8.30pm",
    ),
    Rule(
        "F061",
        "error",
        "an end without a beginning",
        why="An end alone gives no meeting in a calendar.",
        wrong="end: 20:30",
        right="time: 18:30\nend: 20:30",
    ),
    Rule(
        "F062",
        "error",
        "days that cannot be those of one meeting",
        why="The last day of a meeting comes after the first, and not months later.",
        place="report",
        wrong="---\ndate: 13-12 March 2012\n---\nText.",
        right="---\ndate: 12-13 March 2012\n---\nText.",
    ),
    Rule(
        "F063",
        "warning",
        "a meeting of more than 12 hours",
        configurable=True,
        why="It is more likely that the end is a slip.",
        wrong="time: 18:30 to 08:30",
        right="time: 18:30 to 20:30",
    ),
    Rule(
        "F064",
        "error",
        "a meeting that ends when it begins",
        why="A meeting of no length cannot be seen in a calendar.",
        wrong="time: 6.30pm to 6.30pm",
        right="time: 6.30pm to 8.30pm",
    ),
    Rule(
        "F065",
        "error",
        "a deadline that was extended to an earlier day",
        why="A deadline that is extended becomes later.",
        wrong=(
            "feedback:\n"
            "  - ask: Who would come?\n"
            "    deadline: 14 December 2012 (extended from 21 December 2012)"
        ),
        right=(
            "feedback:\n"
            "  - ask: Who would come?\n"
            "    deadline: 21 December 2012 (extended from 14 December 2012)"
        ),
    ),
    Rule(
        "F066",
        "error",
        "not a rule for days",
        why="Days are worked out from the rule, so it must be one that can be read.",
        wrong="next_meetings:\n  - every full moon of 2013",
        right="next_meetings:\n  - second Tuesday of each month, in 2013",
    ),
    Rule(
        "F067",
        "error",
        "a rule without a period or with two, or one that gives no day or too many",
        why="A rule without a period would go on for ever.",
        wrong="next_meetings:\n  - second Tuesday of each month",
        right="next_meetings:\n  - second Tuesday of each month, in 2013",
    ),
    Rule(
        "F068",
        "error",
        "two meetings on one day",
        why=(
            "A board rarely meets twice on a day. Without times, it is more likely to be "
            "one meeting."
        ),
        place="meetings.yaml",
        wrong="- 2013-04-16\n- 16 April 2013",
        right="- 2013-04-16\n- 2013-05-14",
    ),
    Rule(
        "F069",
        "error",
        "an earlier day of a meeting that cannot be right",
        why="A meeting can move to one other day only, and not to the day that it had.",
        place="meetings.yaml",
        wrong=(
            "- second Tuesday of each month in 2013\n"
            "- {date: 2013-03-19, formerly: 2013-03-12}\n"
            "- {date: 2013-03-26, formerly: 2013-03-12}"
        ),
        right=(
            "- second Tuesday of each month in 2013\n- {date: 2013-03-19, formerly: 2013-03-12}"
        ),
    ),
    Rule(
        "F070",
        "error",
        "not an earlier name of a report",
        why="`formerly` has names of this report's file, not paths.",
        wrong="formerly: [reports/2012-11-31.md]",
        right="formerly: [2012-11-31]",
    ),
    Rule(
        "F075",
        "error",
        "an agenda with questions, without the day of publication",
        why="Readers need to know since when a question is open.",
        place="report",
        wrong=(
            "---\ndate: 2013-04-16\nagenda: true\nfeedback:\n  - ask: Who would come?\n---\nText."
        ),
        right=(
            "---\n"
            "date: 2013-04-16\n"
            "agenda: true\n"
            "published: 2013-02-26\n"
            "feedback:\n"
            "  - ask: Who would come?\n"
            "---\n"
            "Text."
        ),
    ),
    Rule(
        "F076",
        "error",
        "a meeting cancelled ahead, without the day of publication",
        why="Feeds and calendars say since when it is known that the meeting is off.",
        place="report",
        wrong="---\ndate: 2013-04-16\ncancelled: The hall is closed.\n---\nText.",
        right=(
            "---\n"
            "date: 2013-04-16\n"
            "cancelled: The hall is closed.\n"
            "published: 2013-02-26\n"
            "---\n"
            "Text."
        ),
    ),
)
