"""Rules about how files and their front matter are written."""

from lscbsite.rules.declaration import Rule

FILES = (
    Rule(
        "F001",
        "error",
        "the file is not UTF-8 text",
        why=(
            "Letters can be saved in several ways. Only UTF-8 is read, so that no letter is "
            "shown wrongly."
        ),
        place="words",
        wrong='A file that was saved as "ANSI" or "Windows-1252".',
        right='The same file, saved as "UTF-8".',
    ),
    Rule(
        "F002",
        "error",
        "the file contains a NUL character",
        why="A NUL character is the mark of a file that is no text, or of one that was damaged.",
        place="words",
        wrong="A Word document that was renamed to end in .md.",
        right="A file that a text editor saved.",
    ),
    Rule(
        "F003",
        "warning",
        "control characters were left out",
        configurable=True,
        why=(
            "Control characters cannot be seen, and pages cannot have them. They come with "
            "copied text."
        ),
        place="words",
        wrong='"Minutes", with a backspace character in the word.',
        right='"Minutes", typed again.',
    ),
    Rule(
        "F004",
        "error",
        "the file cannot be read, or is a link out of the site",
        why="A link in the file system could publish what was never meant for the site.",
        place="words",
        wrong="files/plan.pdf is a link to /home/ann/plan.pdf.",
        right="files/plan.pdf is a copy of the file.",
    ),
    Rule(
        "F005",
        "warning",
        "a file under reports/ or pages/ is not Markdown",
        configurable=True,
        why=(
            "Only Markdown files are reports and pages. Anything else there would be missed "
            "without a word."
        ),
        place="names",
        wrong="pages/notes.txt",
        right="pages/notes.md",
    ),
    Rule(
        "F006",
        "error",
        "the file name and the date disagree",
        why=(
            "Addresses come from the file's name, everything else from the date. If they "
            "differ, one is a slip."
        ),
        place="report",
        wrong="---\ndate: 2012-11-14\n---\nText.",
        right="---\ndate: 2012-11-13\n---\nText.",
    ),
    Rule(
        "F007",
        "error",
        "two files would have the same address",
        why=(
            "On many computers, and on some servers, capitals make no difference: one file "
            "would hide the other."
        ),
        place="names",
        wrong="files/plan.pdf\nfiles/Plan.pdf",
        right="files/plan.pdf\nfiles/plan-2013.pdf",
    ),
    Rule(
        "F008",
        "error",
        "an attachment that browsers or web servers can run",
        why="A file that runs in a browser can do what the site's own pages can do.",
        place="names",
        wrong="files/map.html",
        right="files/map.pdf",
    ),
    Rule(
        "F009",
        "warning",
        "a file that a program or system left behind",
        configurable=True,
        why="Such files often hold more than their author knows.",
        place="names",
        wrong="files/form.docx~",
        right="files/form.docx",
    ),
    Rule(
        "F010",
        "error",
        "the front matter is missing",
        why="The front matter says at least when the meeting was.",
        place="report",
        wrong="# Report of the meeting\n\nText.",
        right="---\ndate: 2012-11-13\n---\nText.",
    ),
    Rule(
        "F011",
        "error",
        "the front matter is not closed",
        why=(
            "Without its second line `---`, nobody can say where the front matter ends and "
            "the text begins."
        ),
        place="report",
        wrong="---\ndate: 2012-11-13\n\nWe met in the library.",
        right="---\ndate: 2012-11-13\n---\nWe met in the library.",
    ),
    Rule(
        "F012",
        "error",
        "the front matter is not made of keys and values",
        why="The front matter is read as fields with values.",
        place="report",
        wrong="---\nThe meeting of November\n---\nText.",
        right="---\ndate: 2012-11-13\ntitle: The meeting of November\n---\nText.",
    ),
    Rule(
        "F013",
        "error",
        "the YAML cannot be read",
        why="YAML gives some characters a meaning, such as a colon with a space after it.",
        wrong="title: Budget: an extraordinary meeting",
        right='title: "Budget: an extraordinary meeting"',
    ),
    Rule(
        "F014",
        "error",
        "YAML anchors, aliases, tags and directives are not used here",
        why="These parts of YAML are nearly always accidents, such as a star in front of a name.",
        wrong="place: *house",
        right='place: "*house"',
    ),
    Rule(
        "F015",
        "warning",
        "text after # is a comment and is not read",
        configurable=True,
        why="In YAML, what follows a space and # is a comment. Readers would not see it.",
        wrong="place: Room #3",
        right='place: "Room #3"',
    ),
    Rule(
        "F016",
        "error",
        "git's conflict markers",
        why=(
            "Git writes these lines where two people changed the same ones. They are not "
            "for readers."
        ),
        place="text",
        wrong=(
            "<<<<<<< HEAD\nWe met in the library.\n=======\nWe met in the town hall.\n>>>>>>> tom"
        ),
        right="We met in the library.",
    ),
    Rule(
        "F020",
        "error",
        "unknown key",
        why="A misspelt field would be left out without a word.",
        wrong="autor: Ruth Hallam",
        right="author: Ruth Hallam",
    ),
    Rule(
        "F021",
        "error",
        "duplicate key",
        why="Only one of the two values could count.",
        wrong="place: Library\nplace: Town hall",
        right="place: Library",
    ),
    Rule(
        "F022",
        "error",
        "a required key is missing",
        why="Without this field there is nothing to publish.",
        place="report",
        wrong="---\ntitle: The meeting of November\n---\nText.",
        right="---\ndate: 2012-11-13\n---\nText.",
    ),
    Rule(
        "F023",
        "error",
        "the wrong kind of value",
        why="A field takes one kind of value: words, a list or fields of its own.",
        wrong="apologies: none",
        right="apologies: [Ruth Hallam (Ardenshire Carers)]",
    ),
    Rule(
        "F024",
        "error",
        "an empty entry",
        why="An entry without a value is unfinished.",
        wrong="topics:\n  - domestic-violence\n  -",
        right="topics:\n  - domestic-violence",
    ),
)
