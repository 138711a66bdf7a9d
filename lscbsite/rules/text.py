"""Rules about the text of reports and pages."""

from lscbsite.rules.declaration import Rule

TEXT = (
    Rule(
        "M001",
        "error",
        "the text is nested too deeply",
        why=(
            "A text nested hundreds of levels deep can only be an accident, and would keep "
            "a build busy."
        ),
        place="words",
        wrong="A list in a list, 300 levels deep.",
        right="A list of up to a few levels.",
    ),
    Rule(
        "M002",
        "warning",
        "HTML that is shown as text",
        configurable=True,
        why="Only HTML that is safe becomes part of a page.",
        place="text",
        wrong="We met <blink>twice</blink>.",
        right="We met **twice**.",
    ),
    Rule(
        "M003",
        "warning",
        "a picture from another site",
        configurable=True,
        why="A picture on another site lets that site see who reads the page, and can vanish.",
        place="text",
        wrong="![The hall](https://pictures.example/hall.jpg)",
        right="![The hall](../files/hall.png)",
    ),
    Rule(
        "M004",
        "error",
        "the text is too long",
        why=(
            "A text of more than 5,000,000 characters would keep a build, and each browser, "
            "busy for minutes."
        ),
        place="words",
        wrong="All minutes of ten years in one file.",
        right="A file for each report.",
    ),
    Rule(
        "M006",
        "warning",
        "a row with more cells than the table has columns",
        configurable=True,
        why="Cells without a column have no heading that says what they are.",
        place="text",
        wrong="| Date | Place |\n|---|---|\n| 9 March | Civic Centre | 2pm |",
        right=("| Date | Place | Time |\n|---|---|---|\n| 9 March | Civic Centre | 2pm |"),
    ),
    Rule(
        "M007",
        "warning",
        "a footnote without its text, or two with one name",
        configurable=True,
        why="A reader who follows the mark must find one text.",
        place="text",
        wrong="The rent rises.[^1]",
        right="The rent rises.[^1]\n\n[^1]: By 3 per cent.",
    ),
    Rule(
        "M008",
        "warning",
        "a link or a picture that is shown as text",
        configurable=True,
        why="Readers see the marks in place of the link.",
        place="text",
        wrong="Read (the plan)[https://example.org/plan].",
        right="Read [the plan](https://example.org/plan).",
    ),
    Rule(
        "M009",
        "warning",
        "a paragraph that is shown as code",
        configurable=True,
        why=(
            "Four spaces in front of a paragraph make it code, which has no links and does "
            "not wrap."
        ),
        place="text",
        wrong="The board met.\n\n    It was the first meeting in the new hall.",
        right="The board met.\n\nIt was the first meeting in the new hall.",
    ),
    Rule(
        "M010",
        "warning",
        "a heading that is shown as text",
        configurable=True,
        why="Without a space after the #, it is no heading: it is missing from the contents.",
        place="text",
        wrong="##Training",
        right="## Training",
    ),
    Rule(
        "M011",
        "warning",
        "a comment or Markdown in HTML that is shown as it was typed",
        configurable=True,
        why="Readers see what was meant to be hidden, or the marks of Markdown.",
        place="text",
        wrong="Text <!-- ask Tom\n\nabout this --> goes on.",
        right="Text goes on.\n\n<!-- ask Tom\nabout this -->",
    ),
    Rule(
        "M012",
        "warning",
        "a report without a text",
        configurable=True,
        why="Readers and subscribers would be led to an empty page.",
        place="text",
        wrong="<!-- Write here. -->",
        right="The board agreed to the plan.",
    ),
    Rule(
        "M013",
        "warning",
        "a text in a comment",
        configurable=True,
        why="Readers do not see comments. Where one has paragraphs, its end may have been deleted.",
        place="text",
        wrong=(
            "The board met.\n\n<!-- Ask Tom\n\nThe board agreed to the plan for the winter.\n\n"
            "<!-- Ask Ann -->"
        ),
        right=(
            "The board met.\n\n<!-- Ask Tom -->\n\nThe board agreed to the plan for the winter.\n\n"
            "<!-- Ask Ann -->"
        ),
    ),
)
