"""What keeps readers out of a text is told in its own line, and nothing else is.

The exact words of each advice are in ``tests/invalid``.
"""

import re

import pytest
from conftest import Project

PLACE = re.compile(r"^(\S+?):(\d+):(\d+): warning (C11[2-7]):", re.MULTILINE)
FIRST = 4  # the line in which a report's body begins


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
        ("# A\n\n### B\n", [("C113", 3, 5)]),
        ("## A\n\n#### B\n\n#### C\n\n## D\n\n### E\n", [("C113", 3, 6), ("C113", 5, 6)]),
        ("> [Here!](/) and [**more**](/)\n", [("C114", 1, 3), ("C114", 1, 18)]),
        ("`[here](/)` <a href='/'>Here</a>\n", [("C114", 1, 13)]),
        ("[Hier klicken][x], [the plan](/)\n\n[x]: /\n", [("C114", 1, 1)]),
        ("[[2012-11-13|read more]]\n", [("C114", 1, 1)]),
        ("| a | b |\n|---|---|\n| c | d |\n\n| | |\n|-|-|\n| e | f |\n", [("C115", 5, 1)]),
        ("| | |\n|-|-|\n| e | [f](/) |\n", [("C115", 1, 1)]),
        ("Text.\n\n__Any other business__\n\n- None\n", [("C116", 3, 1)]),
        ("***Training***\n\nCourses begin in May, in the evening.\n\nEnd.\n", [("C116", 1, 1)]),
        ("Text\n* one\n* two `a`\n", [("C117", 2, 1)]),
        ("Text\n1. *one*\n2. two\n", [("C117", 2, 1)]),
        ("Text\n\n•\tone\n•\ttwo\n", [("C117", 3, 1)]),
        ("• one\n\n• two\n", [("C117", 1, 1)]),
        ("o One\no Two\n", [("C117", 1, 1)]),
        ("> Text\n> – one\n> – two\n", [("C117", 2, 3)]),
        ("a) one\nb) two\n", [("C117", 1, 1)]),
        ("Text\ni. one\nii. two\n", [("C117", 2, 1)]),
    ],
)
def test_it_is_told_where_it_stands(
    body: str, found: list[tuple[str, int, int]], project: Project
) -> None:
    assert advice(project, body) == found


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
    project.write("site.yaml", "title: x\nbase_url: https://example.org/\nrules: {C114: off}\n")
    assert project.run("check").stderr == ""


def test_it_is_told_at_its_new_place_after_lines_were_added_above(project: Project) -> None:
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
    ],
)
def test_what_is_fine_is_not_told(body: str, project: Project) -> None:
    assert advice(project, f"{body}\n") == []
