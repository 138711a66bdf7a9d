"""Test that barriers for readers are reported at their lines, and nothing else is.

The exact words of each advice are in ``tests/invalid``.
"""

import re

import pytest
from conftest import Project

from lscbsite import lint

PLACE = re.compile(r"^(\S+?):(\d+):(\d+): warning (C11[2-7]):", re.MULTILINE)
FIRST = 4  # the line in which a report's body begins


@pytest.fixture
def _each_on_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Report each problem of a file, not only the first one of a kind."""
    monkeypatch.setattr(lint, "MERGED", frozenset())


def advice(project: Project, body: str) -> list[tuple[str, int, int]]:
    """Check a report; return the code, line of the body and column of each advice."""
    project.write("files/hall.png", b"")
    project.report("2012-11-13", body=body)
    found = PLACE.findall(project.run("check", "--today", "2013-03-01").stderr)
    return [(code, int(line) - FIRST + 1, int(column)) for _, line, column, code in found]


# --- what is told, and where ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("`![](a)` ![](../files/hall.png)\n", [("C112", 1, 10)]),
        ("Text\n\n![hall.png](../files/hall.png)\n", [("C112", 3, 1)]),
        ("![a hall](../files/hall.png) ![ ][h]\n\n[h]: ../files/hall.png\n", [("C112", 1, 30)]),
        ('<img src="../files/hall.png">\n', [("C112", 1, 1)]),
        ("## A\n\n#### B\n\n### C\n", [("C113", 3, 6)]),
        ("## A\n\n#### B\n\n### C\n\n##### D\n\n#### E\n", [("C113", 3, 6), ("C113", 7, 7)]),
        ("> [Here!](/) and [**more**](/)\n", [("C114", 1, 3), ("C114", 1, 18)]),
        ("`[here](/)` <a href='/'>Here</a>\n", [("C114", 1, 13)]),
        ("[Hier klicken][x], [the plan](/)\n\n[x]: /\n", [("C114", 1, 1)]),
        ("[[2012-11-13|read more]]\n", [("C114", 1, 1)]),
        ("| a | b |\n|---|---|\n| c | d |\n\n| | |\n|-|-|\n| e | f |\n", [("C115", 5, 1)]),
        ("| | |\n|-|-|\n| e | [f](/) |\n", [("C115", 1, 1)]),
        ("Text.\n\n__Any other business__\n\n- None\n", [("C116", 3, 1)]),
        ("***Training***\n\nCourses begin in May, in the evening.\n\nEnd.\n", [("C116", 1, 1)]),
        ("Text\n\n•\tone\n•\ttwo\n", [("C117", 3, 1)]),
        ("• one\n\n• two\n", [("C117", 1, 1)]),
        ("o One\no Two\n", [("C117", 1, 1)]),
        ("> Text\n> – one\n> – two\n", [("C117", 2, 3)]),
        ("a) one\nb) two\n", [("C117", 1, 1)]),
        ("Text\ni. one\nii. two\n", [("C117", 2, 1)]),
        # Pictures and links
        ('<img src="../files/hall.png" alt=" ">\n', [("C112", 1, 1)]),
        (
            "![IMG_1234](../files/hall.png) ![Photo 2](../files/hall.png)\n",
            [("C112", 1, 1), ("C112", 1, 32)],
        ),
        ('Text\n<a href="/"><img src="../files/hall.png" alt=""></a>\n', [("C112", 2, 13)]),
        ('[<img src="../files/hall.png" alt>](/)\n', [("C112", 1, 2)]),
        ("[![](../files/hall.png)](/)\n", [("C112", 1, 2)]),
        ("![here](../files/hall.png) [here](/)\n", [("C114", 1, 28)]),
        ("[here] we are, [here](/)\n", [("C114", 1, 16)]),
        ("We are [here].\n\n[here]: /\n", [("C114", 1, 8)]),
        (
            "[Click here to see the minutes](/), [to see them, click here](/)\n",
            [("C114", 1, 1), ("C114", 1, 37)],
        ),
        (
            "[Cliciwch yma i ddarllen](/) [Bitte hier klicken](/)\n",
            [("C114", 1, 1), ("C114", 1, 30)],
        ),
        ("[this](/) [Download](/) [→](/)\n", [("C114", 1, 1), ("C114", 1, 11), ("C114", 1, 25)]),
        # Tables
        ("Text\n\n| Date | Place |\n| a | b |\n", [("C115", 3, 1)]),
        ("| A | B |\n|---|---|\n| c | d |\n\n| A | B |\n| c | d |\n", [("C115", 5, 1)]),
        (
            "| A | B |\n|---|---|\n| c | d |\n\n---\n\n<table><tr><th></th><th>&nbsp;</th></tr><tr><td>a</td><td>b</td></tr></table>\n",
            [("C115", 7, 1)],
        ),
        (
            "|  |  |\n|---|---|\n| c | d |\n\n<table><tr><th></th><th></th></tr><tr><td>a</td><td>b</td></tr></table>\n",
            [("C115", 1, 1), ("C115", 5, 1)],
        ),
        # Bold paragraphs
        ("**Domestic violence**  \n\nText.\n", [("C116", 1, 1)]),
        ("**Training:**\n\nText.\n\nMore.\n", [("C116", 1, 1)]),
        ("**Training**:\n\nText.\n\nMore.\n", [("C116", 1, 1)]),
        ("**Training update**\n\nText.\n", [("C116", 1, 1)]),
        ("**What we heard**\n\nText.\n", [("C116", 1, 1)]),
        ("**How you can help**\n\nText.\n", [("C116", 1, 1)]),
        ("**Training for you**\n\nText.\n", [("C116", 1, 1)]),
        ("**1. Training**\n\nText.\n", [("C116", 1, 1)]),
        ("_**Training**_\n\nText.\n", [("C116", 1, 1)]),
        ("Text.\n\n<b>Training</b>\n\nText.\n", [("C116", 3, 1)]),
        ("Text.\n\n**Any other business**\n\nNone.\n", [("C116", 3, 1)]),
        ("Text.\n\n**Any other business**\n\nNone\n", [("C116", 3, 1)]),
        # Lists
        ("i) one\nii) two\niii) three\n", [("C117", 1, 1)]),
        ("Text\nii) two\niii) three\n", [("C117", 2, 1)]),
        ("Text\n10. x\n11. y\n", [("C117", 2, 1)]),
        ("•one\n•two\n", [("C117", 1, 1)]),
        ("-one\n-two\n", [("C117", 1, 1)]),
        ("*one\n*two\n", [("C117", 1, 1)]),
        ("1.one\n2.two\n", [("C117", 1, 1)]),
        ("1)one\n2)two\n", [("C117", 1, 1)]),
        ("·\u00a0\u00a0 one\n·\u00a0\u00a0 two\n", [("C117", 1, 1)]),
        ("Text\n1.\u00a0one\n2.\u00a0two\n", [("C117", 2, 1)]),
        ("(a) one\n(b) two\n", [("C117", 1, 1)]),
        ("Text\n(1) one\n(2) two\n", [("C117", 2, 1)]),
        ("(i) one\n(ii) two\n", [("C117", 1, 1)]),
        *((f"{sign} one\n{sign} two\n", [("C117", 1, 1)]) for sign in "○■►➢\uf0a7\uf0d8\uf0b7"),
        ("\uf0a7 one\n\n\uf0a7 two\n", [("C117", 1, 1)]),
        ("- Agreed\n• one\n• two\n", [("C117", 2, 1)]),
        ("– one\n\n– two\n", [("C117", 1, 1)]),
        ("Text\n– a form\n– a guide to it\n", [("C117", 2, 1)]),
        ("Agreed:\no One\no Two\n", [("C117", 2, 1)]),
    ],
)
@pytest.mark.usefixtures("_each_on_its_own")
def test_it_is_reported_where_it_is(
    body: str, found: list[tuple[str, int, int]], project: Project
) -> None:
    assert advice(project, body) == found


@pytest.mark.parametrize(
    ("count", "lines"),
    [
        (2, "and 1 more (line 7)"),
        (3, "and 2 more (lines 7 and 10)"),
        (6, "lines 7, 10, 13, 16 and 19"),
    ],
)
def test_what_a_file_repeats_is_one_warning(count: int, lines: str, project: Project) -> None:
    body = "".join(
        f"See [here](https://example.org/{number}).\n\nText.\n" for number in range(count)
    )
    assert advice(project, body) == [("C114", 1, 5)]
    assert lines in project.run("check").stderr


def test_many_lines_are_not_all_named(project: Project) -> None:
    assert advice(project, "[here](/)\n\n" * 46) == [("C114", 1, 1)]
    assert "and 45 more (lines 6, 8, 10, 12, 14 and others)" in project.run("check").stderr


def test_pages_and_drafts_are_looked_at_and_what_is_withdrawn_is_not(project: Project) -> None:
    project.write("pages/about.md", "---\ntitle: About\n---\n[here](/)\n")
    project.report("2012-09-11", "draft: true", "[here](/)\n")
    project.report("2012-10-16", "withdrawn: {date: 2012-12-01, reason: x}", "[here](/)\n")
    found = PLACE.findall(project.run("check", "--today", "2013-03-01").stderr)
    assert found == [
        ("pages/about.md", "4", "1", "C114"),
        ("reports/2012-09-11.md", "5", "1", "C114"),
    ]


def test_it_can_be_an_error_or_nothing(project: Project) -> None:
    project.report("2012-11-13", body="[here](/)\n")
    with (project.folder / "site.yaml").open("a") as file:
        file.write("rules: {C114: error}\n")
    assert project.run("check").exit_code == 1
    project.write("site.yaml", "title: x\nbase_url: https://example.org/x/\nrules: {C114: off}\n")
    assert project.run("check").stderr == ""


def test_it_is_reported_at_its_new_place_after_lines_were_added_above(project: Project) -> None:
    project.report("2012-11-13", body="[here](/)\n")
    assert ":4:1: warning C114:" in project.build().stderr
    project.report("2012-11-13", body="Text.\n\n[here](/)\n")
    assert ":6:1: warning C114:" in project.build().stderr
    project.report("2012-11-13", body="Text.\n\n[the plan](/)\n")
    assert project.build().stderr == ""


# --- what is nobody's fault -------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        # Skipped levels that the page mends
        "# A\n\n### B\n",
        "## A\n\n#### B\n\n#### C\n\n## D\n\n### E\n",
        "### A\n\n## B\n",
        # Lists and tables that a git host shows as such
        "Text\n* one\n* two `a`\n",
        "Text\n1. *one*\n2. two\n",
        "9) x\n10) y\n",
        "1. Agreed\n   - one\n   - two\n",
        "Text\n\n- one\n- two\n\nText\n- one\n- two\n",
        "Text\n| Date | Place |\n|---|---|\n| a | b |\n",
        "![A full hall](../files/hall.png)",
        "![hall](../files/hall.png)",
        '<img src="../files/hall.png" alt="">',
        "`![](x.png)`\n\n```\n![](x.png)\n```\n\n<!-- ![](x.png) -->",
        "Text.\n\n    ![](x.png)",
        "# A\n\n## B\n\n### C\n\n# D",
        "### A\n\n## B\n\n### C",
        "## A\n\n> #### B\n\n### C",
        "## A\n\n```\n#### B\n```",
        "[here is the plan](/), [mehr Geld](/), [the link road](/)",
        "<https://example.org/here>, [https://example.org/more](https://example.org/more)",
        "`[here](/)`\n\n<!-- [here](/) -->\n\nhere [and] more",
        "[here ![A hall](../files/hall.png)](/)",
        "| | Places |\n|---|---|\n| Evening | 12 |",
        "<table><tr><td>A frame around a text</td></tr></table>",
        "<table><tr><th>Evening</th><td>12</td></tr><tr><th>Day</th><td>9</td></tr></table>",
        "```\n| | |\n|-|-|\n| a | b |\n```",
        "**Domestic violence** was spoken of.\n\nText.",
        "**The matrix was adopted**\n\nText.",
        "**Reply by 5 April.**\n\nText.",
        "**Deadline: 5 April**\n\nText.",
        "**Civic Centre, 6.30pm**\n\nText.",
        "**Which evenings?**\n\nText.",
        "Text.\n\n**Ada Moss**",
        "Text.\n\n**Ada Moss**\n\nArdenshire Carers",
        "**Ada Moss**\n\n**Ben Lund**\n\nText.",
        "> **Domestic violence**\n>\n> The matrix was adopted, and will be used.",
        "- **Training**\n\n    Courses begin in May, in the evening.",
        "**Domestic violence**\n\n## Training\n\nText.",
        "Text:\n\n- one\n- two\n\n1. one\n2. two",
        "Text\n- and one more thought",
        "It was held in the year of\n12. They met in\n14. and after that not.",
        "Siaradodd y bwrdd am nifer\no bethau a chafodd adroddiad\no waith y grŵp.",
        "Present:  \nA. Moss  \nB. Lund  \nC. Hall",
        "```\nText\n- one\n- two\n```\n\n    Text\n    - one\n    - two",
        "<!-- Text\n- one\n- two -->",
        "Text `a\n- b\n- c` d",
        "## Heading\n- one\n- two",
        "<img src='../files/hall.png' alt>",
        '<a href="/"><img src="../files/hall.png" alt=""> the hall</a>',
        "![Picture of the hall](../files/hall.png)",
        "[Download the form](/), [this year](/), [the path → to go](/)",
        "Text.[^1]\n\n[^1]: A note.",
        "| Date | Place |\n|---|---|\n| a | b |",
        "```\n| Date | Place |\n| a | b |\n```\n\n`| a | b |`\n`| c | d |`",
        "The amount |x| is\n|y| at most.",
        "**Update from the chair:** all is well.\n\nText.",
        "**Note**\n\nText.",
        "**Important dates**\n\nText.",
        "**We need rooms for training**\n\nText.",
        "**The board agreed to fund the courses**\n\nText.",
        "**No new cases in May**\n\nText.",
        "**Thank you**\n\nText.",
        "**13. November**\n\nText.",
        "**Tuesday 13 November 2012**\n\nText.",
        "Text.\n\n**Training**\n\n**Costs**\n\nText.",
        "**Best wishes**\n\nAda",
        "\\- one\n\\- two",
        "Text\n1\\. one\n2\\. two",
        "They met am\n3. März und am\n4. April.",
        "They met on\n8. May and\n9. June",
        "The chair left\n– and she said so\n– but came back.",
        "Daeth pobl\no Fôn ac\no Ben Llŷn i'r cyfarfod.",
        "It was (as\n(a) said) or\n(c) not",
        "They came at 9\na.m. and at\nb.m. or so",
        "(Some of it)\n\n(More of it)\n\n– a thought",
        "Text\n\na) one\n\nb) two",
        "Text\n\n1) one\n\n2) two",
        "Text.\n\n**Resolved**\n\n- a\n\nText.\n\n**Resolved**\n\n- b",
        "Text.\n\n**Decisions:**\n\n- a\n- b",
        "**Tea Company**\n\nBoard Meeting\n\nText.",
        "- one\n\n- two",
        "1. one\n    - a\n    - b\n2. two",
    ],
)
def test_what_is_fine_is_not_reported(body: str, project: Project) -> None:
    assert advice(project, f"{body}\n") == []
