"""Rules about what reports say, as advice."""

from lscbsite.rules.declaration import Rule

ADVICE = (
    Rule(
        "C101",
        "warning",
        "published before the meeting was held",
        configurable=True,
        why="A report cannot be published before there is something to report.",
        wrong="published: 2012-11-01",
        right="published: 2012-11-20",
    ),
    Rule(
        "C102",
        "warning",
        "corrected or withdrawn before it was published",
        configurable=True,
        why="A correction comes after what it corrects.",
        wrong=(
            "published: 2012-11-20\n"
            "corrections:\n"
            "  - date: 2012-11-19\n"
            "    note: The rent rises by 3 per cent."
        ),
        right=(
            "published: 2012-11-20\n"
            "corrections:\n"
            "  - date: 2012-11-27\n"
            "    note: The rent rises by 3 per cent."
        ),
    ),
    Rule(
        "C103",
        "warning",
        "an ask without a deadline",
        configurable=True,
        why="Without a day to reply by, people put it off, and the question stays open for ever.",
        wrong=(
            "feedback:\n  - ask: How many people would come?\n    reply_to: training@example.org"
        ),
        right=(
            "feedback:\n"
            "  - ask: How many people would come?\n"
            "    deadline: 2012-12-14\n"
            "    reply_to: training@example.org"
        ),
    ),
    Rule(
        "C104",
        "warning",
        "an ask that does not say where to reply",
        configurable=True,
        why="Readers who do not know where to reply do not reply.",
        wrong=("feedback:\n  - ask: How many people would come?\n    deadline: 2012-12-14"),
        right=(
            "feedback:\n"
            "  - ask: How many people would come?\n"
            "    deadline: 2012-12-14\n"
            "    reply_to: training@example.org"
        ),
    ),
    Rule(
        "C105",
        "error",
        "a deadline before the report is published",
        why="Nobody could have replied in time.",
        wrong=(
            "published: 2012-11-20\n"
            "feedback:\n"
            "  - ask: How many people would come?\n"
            "    deadline: 2012-11-19"
        ),
        right=(
            "published: 2012-11-20\n"
            "feedback:\n"
            "  - ask: How many people would come?\n"
            "    deadline: 2012-12-14"
        ),
    ),
    Rule(
        "C106",
        "warning",
        "a correction or withdrawal dated in the future",
        configurable=True,
        why="The day of a change is one that has been.",
        wrong=("corrections:\n  - date: 2013-12-03\n    note: The rent rises by 3 per cent."),
        right=("corrections:\n  - date: 2012-12-03\n    note: The rent rises by 3 per cent."),
    ),
    Rule(
        "C107",
        "warning",
        "a heading that is nearly a topic's name",
        configurable=True,
        why=(
            "A section belongs to a topic by its heading. With a slip, it is missing from "
            "the topic's page."
        ),
        place="text",
        wrong="## Domestic voilence\n\nText.",
        right="## Domestic violence\n\nText.",
    ),
    Rule(
        "C108",
        "warning",
        "an acronym that the glossary does not explain",
        configurable=True,
        why="New readers do not know it.",
        place="text",
        wrong="MASH met. MASH will move. MASH is busy.",
        right="The LADO met. The LADO will move. The LADO is busy.",
    ),
    Rule(
        "C109",
        "warning",
        "a name that is nearly one in people.yaml",
        configurable=True,
        why="One person would be counted as two.",
        wrong="author: Ruth Halam",
        right="author: Ruth Hallam",
    ),
    Rule(
        "C110",
        "warning",
        "an organisation that is nearly one in people.yaml",
        configurable=True,
        why="One organisation would be counted as two.",
        wrong="attendees:\n  - Ruth Hallam (Ardenshire Carer)",
        right="attendees:\n  - Ruth Hallam (Ardenshire Carers)",
    ),
    Rule(
        "C111",
        "warning",
        "an outcome before the meeting that asked",
        configurable=True,
        why="An outcome is of a question that was asked before.",
        wrong="outcomes:\n  - {ask: 2013-01-10/venue, outcome: In the library.}",
        right="outcomes:\n  - {ask: 2012-09-11/venue, outcome: In the library.}",
    ),
    Rule(
        "C112",
        "warning",
        "a picture without a description",
        configurable=True,
        why="People who cannot see the picture hear its description.",
        place="text",
        wrong="![](../files/hall.png)",
        right="![The new hall, with a ramp](../files/hall.png)",
    ),
    Rule(
        "C113",
        "warning",
        "headings of two levels that are shown at one",
        configurable=True,
        why="Readers would take a part of a section for one of its own.",
        place="text",
        wrong="## Training\n\n#### Costs\n\n### Evenings",
        right="## Training\n\n### Costs\n\n### Evenings",
    ),
    Rule(
        "C114",
        "warning",
        "a link whose words do not say where it leads",
        configurable=True,
        why="Screen readers list a page's links, without the words around them.",
        place="text",
        wrong="Read more [here](https://example.org/plan).",
        right="Read [the plan for training](https://example.org/plan).",
    ),
    Rule(
        "C115",
        "warning",
        "a table without headings for its columns",
        configurable=True,
        why="Screen readers name the column of each cell.",
        place="text",
        wrong="| | |\n|---|---|\n| Under 5 | 12 |\n| Over 5 | 30 |",
        right="| Age | Children |\n|---|---|\n| Under 5 | 12 |\n| Over 5 | 30 |",
    ),
    Rule(
        "C116",
        "warning",
        "a paragraph in bold in place of a heading",
        configurable=True,
        why=(
            "A paragraph in bold is missing from the contents, and from what screen readers list."
        ),
        place="text",
        wrong="**Domestic violence**\n\nText.",
        right="## Domestic violence\n\nText.",
    ),
    Rule(
        "C117",
        "warning",
        "a list that is shown as a paragraph",
        configurable=True,
        why="Without marks at the left edge, a list becomes one long paragraph.",
        place="text",
        wrong="We heard of:\n\n• a leaflet\n• a film",
        right="We heard of:\n\n- a leaflet\n- a film",
    ),
    Rule(
        "C118",
        "warning",
        "a title with marks, which are shown as they are written",
        configurable=True,
        why="Titles are shown as plain words in feeds, tabs and searches.",
        wrong='title: "**Budget:** what we asked"',
        right='title: "Budget: what we asked"',
    ),
    Rule(
        "C120",
        "warning",
        "a date more than two years ahead",
        configurable=True,
        why="A wrong year would keep a question open for decades.",
        wrong="feedback:\n  - ask: Who would come?\n    deadline: 14 December 2062",
        right="feedback:\n  - ask: Who would come?\n    deadline: 14 December 2012",
    ),
    Rule(
        "C121",
        "error",
        "a name that may begin with the surname",
        configurable=True,
        why="It could be a person, or a person's organisation.",
        wrong="attendees:\n  - Bell, Ann",
        right="attendees:\n  - Ann Bell",
    ),
    Rule(
        "C122",
        "error",
        "an organisation that is a person in people.yaml",
        configurable=True,
        why="Two people on one line would be counted as one.",
        wrong='attendees: ["Xu Li, Bo Zhang"]',
        right="attendees:\n  - Xu Li\n  - Bo Zhang",
    ),
    Rule(
        "C123",
        "warning",
        "attendance at a meeting that was cancelled",
        configurable=True,
        why="Nobody can attend a meeting that did not take place.",
        wrong="cancelled: Snow\nattendees: [Ruth Hallam]",
        right="cancelled: Snow",
    ),
    Rule(
        "C124",
        "warning",
        "an agenda whose meeting is over",
        configurable=True,
        why="Readers wait for the report.",
        wrong="agenda: true",
        right="title: What we decided",
    ),
    Rule(
        "C125",
        "warning",
        "a draft that is not written yet",
        configurable=True,
        why="It lists what is still to do.",
        place="report",
        wrong="---\ndate: 2012-11-13\ndraft: true\n---\n<!-- Write here. -->",
        right="---\ndate: 2012-11-13\nnext_meeting: none\nattendees: [Ada Moss]\n---\nText.",
    ),
)
