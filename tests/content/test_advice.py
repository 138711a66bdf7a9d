"""Test the advice that authors get, and above all what they are not troubled with.

The exact words of each advice are in ``tests/invalid``.
"""

import re

import pytest
from conftest import PNG, Project

from lscbsite.lint import similarity
from lscbsite.rules import RULES

ASKED = "feedback: [{ask: How many?, deadline: 2013-04-05, reply_to: Ada}]"


def advice(project: Project, code: str, *arguments: str) -> list[tuple[str, int]]:
    """Check the site; return the path and line of each warning or error of that code."""
    result = project.run("check", "--today", "2013-03-01", *arguments)
    assert result.exit_code == (1 if " error " in result.stderr else 0), result.stderr
    matches = re.findall(rf"^(\S+?):(\d+):\d+: \w+ {code}:", result.stderr, re.MULTILINE)
    return [(path, int(line)) for path, line in matches]


def acronyms(project: Project) -> list[str]:
    """Return the acronyms that are reported as unexplained."""
    result = project.run("check", "--today", "2013-03-01")
    found = re.findall(r" C108: found (.*?); expected", result.stderr)
    return re.findall(r'"([^"]*)"', " ".join(found))


# --- whom it is for ---------------------------------------------------------------------------


@pytest.mark.parametrize("hidden", ["draft: true", "published: 2013-03-02"])
def test_a_report_is_advised_before_it_is_public(hidden: str, project: Project) -> None:
    project.report("2013-02-05", f"{hidden}\nfeedback: [{{ask: How many?}}]", "MASH and MASH.\n")
    assert advice(project, "C103") == [("reports/2013-02-05.md", 4)]
    assert advice(project, "C104") == [("reports/2013-02-05.md", 4)]
    assert advice(project, "C108") == [("reports/2013-02-05.md", 6)]


def test_dates_of_a_draft_are_looked_at(project: Project) -> None:
    project.report("2013-02-05", "draft: true\npublished: 2013-02-04")
    assert advice(project, "C101") == [("reports/2013-02-05.md", 4)]


def test_what_is_withdrawn_or_cannot_be_read_is_not_advised(project: Project) -> None:
    front = "author: Ada Mose\nfeedback: [{ask: How many?}]\n"
    body = "## Domestic voilence\n\nMASH and MASH.\n"
    project.write("people.yaml", "Ada Moss: {organisation: Open Door}\n")
    project.write("topics.yaml", "violence: {name: Domestic violence}\n")
    project.report("2012-11-13", f"{front}withdrawn: {{date: 2012-12-01, reason: x}}", body)
    project.report("2012-12-13", f"{front}autor: x", body)
    for code in ("C103", "C104", "C107", "C108", "C109"):
        assert advice(project, code) == []


def test_only_what_would_be_published_wrong_cannot_be_set() -> None:
    ours = [rule for code, rule in RULES.items() if code.startswith("C1")]
    assert [rule.code for rule in ours if not rule.configurable] == ["C105"]
    assert [rule.code for rule in ours if rule.severity == "error"] == ["C105", "C121", "C122"]


def test_advice_can_be_switched_off(project: Project) -> None:
    project.report("2012-11-13", "feedback: [{ask: How many?}]")
    with (project.folder / "site.yaml").open("a") as file:
        file.write("rules: {C103: off, C104: off}\n")
    assert advice(project, "C10[34]") == []


# --- asks and dates ---------------------------------------------------------------------------


def test_an_ask_that_can_be_answered_is_fine(project: Project) -> None:
    project.report("2012-11-13", ASKED)
    assert advice(project, "C10.") == []


def test_the_day_of_publication_is_a_deadline(project: Project) -> None:
    ask = "feedback: [{ask: How many?, deadline: 2012-11-20, reply_to: Ada}]"
    project.report("2012-11-13", f"published: 2012-11-20\n{ask}")
    assert advice(project, "C105") == []
    project.report("2012-11-13", f"published: 2012-11-21\n{ask}")
    assert advice(project, "C105") == [("reports/2012-11-13.md", 4)]


def test_the_day_of_the_build_is_not_ahead(project: Project) -> None:
    project.report("2012-11-13", "corrections: [{date: 2013-03-01, note: x}]")
    project.report("2012-12-13", "withdrawn: {date: 2013-03-01, reason: x}")
    assert advice(project, "C106") == []
    project.report("2012-12-13", "withdrawn: {date: 2013-03-02, reason: x}")
    assert advice(project, "C106") == [("reports/2012-12-13.md", 3)]


# --- headings ---------------------------------------------------------------------------------

TOPICS = """\
violence: {name: Domestic violence, aliases: [Domestic abuse], formerly: [violence-at-home]}
health: {name: Health and safety}
budget: {name: Budget}
phase: {name: Phase 2}
section: {name: Section 47}
planning: {name: Planning}
reviews: {name: Child protection reviews}
services: {name: Children's services}
police: {name: Police}
training: {name: Safeguarding training}
early-help: {name: Early help}
"""


@pytest.mark.parametrize(
    "heading",
    [
        "Domestic Voilence",
        "Domestic violnce",
        "Domestic abusse",
        "Domestc voilence",
        "Health & safety",
        "Health & Saftey",
        "Budgets",
        "Budegt",
        "Child protection review",
        "Childrens services",
        "Safe guarding training",
        "Safegarding training",
    ],
)
def test_a_heading_that_is_nearly_a_topic_is_reported(heading: str, project: Project) -> None:
    project.write("topics.yaml", TOPICS)
    project.report("2012-11-13", body=f"Text.\n\n## {heading}\n\nText.\n")
    assert advice(project, "C107") == [("reports/2012-11-13.md", 6)]


@pytest.mark.parametrize(
    "heading",
    [
        "Domestic violence",
        "DOMESTIC VIOLENCE",
        "Domestic *abuse*",
        "Domestic-violence!",
        "Violence",
        "Violence at home",
        "Budget 2013",
        "Budget conference",
        "Phase 1",
        "Phase 22",
        "Section 46",
        "Section 47a",
        "Training",
        "Policy",
        "Early years",
        "Domestic violence matrix",
        "Child protection plans",
        "Safeguarding trainers",
        "Any other business",
        "日本",
        "!",
    ],
)
def test_another_heading_is_not(heading: str, project: Project) -> None:
    project.write("topics.yaml", TOPICS)
    project.report("2012-11-13", body=f"## {heading}\n\nText.\n")
    assert advice(project, "C107") == []


def test_without_topics_headings_are_free(project: Project) -> None:
    project.report("2012-11-13", body="## Domestic violence\n\n## Domestic voilence\n")
    assert advice(project, "C107") == []


BODY = """\
Domestic Voilence and Budgget come first.

```
## Budgget
```

    ## Budgget

<!-- ## Budgget -->
> ## Budgget

## *Domestic* [Voilence](x.md "y") {#dv}

Budgget is not the title.

Budgget
=======

<h3>Budgget</h3>

## Domestic Voilence ##

##Domestic Voilence##
"""
HEADINGS = (
    '## *Domestic* [Voilence](x.md "y") {#dv}',
    "Budgget",
    "<h3>Budgget</h3>",
    "## Domestic Voilence ##",
)


def test_a_heading_is_reported_in_its_own_line(project: Project) -> None:
    project.write("topics.yaml", TOPICS)
    project.report("2012-11-13", body=BODY)
    lines = BODY.split("\n")
    assert [lines.index(line) + 4 for line in HEADINGS] == [
        line for _, line in advice(project, "C107")
    ]


def test_a_heading_whose_words_the_source_has_not_does_not_confuse_the_others(
    project: Project,
) -> None:
    project.write("topics.yaml", TOPICS)
    body = "## Notes[^1]\n\n## Budgget\n\n## Notes[^1]\n\n## Budgget\n\n[^1]: Note.\n"
    project.report("2012-11-13", body=body)
    assert [line for _, line in advice(project, "C107")] == [6, 10]


# --- acronyms ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The LSCB and the LSCB.", ["LSCB"]),
        ("The LSCBs, an LSCB's or LSCB’s plan.", ["LSCB"]),
        ("LINCs and LINCs", ["LINC"]),
        ("A VCS-led group of non-VCS people", ["VCS"]),
        ("the (VCS), 'VCS', “VCS”", ["VCS"]),
        ("DfE and DfE", ["DfE"]),
        ("C&A or C&A", ["C&A"]),
        ("ΑΒΓ and ΑΒΓ", ["ΑΒΓ"]),
        ("an LSCB/VCS, LSCB/VCS", ["LSCB", "VCS"]),
        ("## MASH\n\n| a | b |\n|---|---|\n| MASH | x |\n", ["MASH"]),
        ("Text[^1].\n\n[^1]: The MASH and the MASH.\n", ["MASH"]),
        ("![MASH](x.png) Once MASH", []),
        ("Only one MASH", []),
        ("MASH, VCS, MASH, VCS, NCC and NCC", ["MASH", "VCS", "NCC"]),
        ("TSC: TSC members vote. The CTC and the CTC: both.", ["TSC", "CTC"]),
        ("The group met the PPG.\n\nThe PPG asks.", ["PPG"]),
        ("Rod (TSC), Ann (TSC)", ["TSC"]),
        ("- CDLA - Susan\n- CDLA - may move", ["CDLA"]),
        ("McDonald McDonald MacBeth MacBeth O'Neil O'Neil O’NEIL O’NEIL", []),
        ("Part II, part II, XIV XIV, MMXII MMXII", []),
        ("UK UK, IT IT, PhD PhD, TVs TVs, A&E A&E, AOB AOB", []),
        ("10AM 10AM 5GB 5GB A4 A4 B12 B12 M25 M25", []),
        ("AB12 3CD and AB12 3CD", []),
        # Names of versions, parts and rooms
        ("COVID-19 or COVID-19, KS2 KS2, ES2015 ES2015, WP7 WP7, T1 T1", []),
        # Words that all readers know
        ("The CEO and the CEO of the NHS and the NHS, an OS or OSs, 9am EST, 9am EST", []),
        # Words in capitals that are not acronyms
        ("ACTION: Ann writes.\n\nACTION: Bo pays.", []),
        ("A poll of two.\n\n- POLL: Shall we?\n- POLL: Must we?", []),
        ("BUDGET\n\nThe budget\n\nBUDGET", []),
        # Initials
        ("- Kit Kay\n- Jo Bo Lee\n\nKK: We need a day.\n\nJBL agreed with KK, JL and JBL. JL", []),
        ("* Mihai Nita - Tea Co (MIH)\n\nMIH: Yes. Thanks to MIH.", []),
        ("* NCH: Neil Chue Hong (Tea Co)\n\nNCH thanked NCH.", []),
        ("SFC: Yes.\n\nAnn: No.\n\nSFC: Well, SFC.", []),
        ("AR: Yes.\n\nBN: a\n\nBN: b\n\nJF: a\n\nJF: b\n\nLW: a\n\nLW: b\n\nAR said AR.", []),
        ("- Present: Ada, LJ, CJ Moss and Bo\n\nLJ and CJ spoke; LJ and CJ agreed.", []),
        ("Nicolas THIER; Erik BRAY; Hans FANGER\n\nErik BRAY; Hans FANGER; Nicolas THIER", []),
        # What the text itself explains
        ("The Association of Local Councils (ALC). ALC members, ALC.", []),
        ("The ALC (Association of Local Councils), an ALC.", []),
        ("The Safeguarding Children Board met.\n\nThe SCB agreed. The SCB left.", []),
        ("It met in Cary, NC, not Apex, NC.", []),
        ("J.K. Rowling, J.K. Rowling, U.N.E.S. and U.N.E.S.", []),
        ("Plan A, plan A, I I I", []),
        ("PLEASE REPLY by May, PLEASE REPLY", []),
        ("YOU SAID WE DID.\n\nYOU SAID WE DID.", []),
        ("## CSE PLAN\n\n## CSE PLAN\n", []),
        ("`MASH` and `MASH`, <kbd>MASH</kbd>", []),
        ("    MASH MASH\n", []),
        ("<https://example.org/MASH> https://example.org/MASH", []),
        ("MASH@example.org and ada@MASH.org, www.MASH.org", []),
        ("[a](https://example.org/MASH) [b](/MASH)", []),
        ("MASH and MASHs.\n\n*[MASH]: the hub\n", []),
        ('<abbr title="the hub">MASH</abbr>, MASH, MASH', []),
    ],
)
def test_acronyms_are_found(text: str, found: list[str], project: Project) -> None:
    project.write("files/x.png", b"")
    project.report("2012-11-13", body=f"{text}\n")
    assert acronyms(project) == found


@pytest.mark.parametrize("term", ["LINC", "LINCs"])
def test_the_glossary_explains_a_word_and_its_plural(term: str, project: Project) -> None:
    project.write("glossary.yaml", f"{term}: a network\n")
    project.report("2012-11-13", body="A LINC of LINCs is a LINC's LINC.\n")
    assert acronyms(project) == []


def test_the_glossary_knows_capitals(project: Project) -> None:
    project.write("glossary.yaml", "Mash: food\n")
    project.report("2012-11-13", body="MASH or MASH.\n")
    assert acronyms(project) == ["MASH"]


def test_an_acronym_is_reported_once_where_the_newest_report_has_it_first(project: Project) -> None:
    project.report("2012-09-11", body="MASH.\n")
    project.report("2012-11-13", "summary: MASH", body="MASH or MASH.\n")
    project.report("2012-12-13", ASKED.replace("How many", "MASH"), body="Of the MASH.\n")
    assert advice(project, "C108") == [("reports/2012-12-13.md", 3)]
    assert "6 times" in project.run("check").stderr


def test_uses_in_two_reports_count_together(project: Project) -> None:
    project.report("2012-09-11", body="MASH.\n")
    assert advice(project, "C108") == []
    project.report("2012-11-13", body="Text.\n\n[MASH](https://example.org/MASH) [x](/MASH).\n")
    assert advice(project, "C108") == [("reports/2012-11-13.md", 6)]


def test_a_report_that_explains_an_acronym_does_not_explain_it_in_others(project: Project) -> None:
    project.report("2012-09-11", body="The Patient Group (PG). PG, PG.\n")
    project.report("2012-11-13", body="The PG.\n")
    assert acronyms(project) == []
    project.report("2012-12-13", body="The PG.\n")
    assert "twice" in project.run("check").stderr


def test_the_acronyms_of_a_report_are_one_warning(project: Project) -> None:
    names = [f"{first}XQ" for first in "BCDFGHJKLMN"]
    project.report("2012-11-13", body=f"We met {', '.join(names * 2)}.\n")
    assert advice(project, "C108") == [("reports/2012-11-13.md", 4)]
    found = project.run("check").stderr
    assert 'the acronym "BXQ", which the reports use twice; also "CXQ", "DXQ"' in found
    assert '"LXQ" and 2 more' in found


def test_the_initials_of_a_known_person_are_no_acronym(project: Project) -> None:
    project.write("people.yaml", "Ada Moss: {organisation: Open Door}\n")
    project.report("2012-11-13", "attendees: [Bo Lee (Carers)]", "AM and AM met BL and BL.")
    assert acronyms(project) == []


def test_the_letters_of_a_name_are_no_acronym(project: Project) -> None:
    project.report("2012-11-13", "author: AJ Moss\nattendees: [CJ Lee (Carers)]", "AJ, AJ, CJ, CJ")
    assert acronyms(project) == []


# --- people -----------------------------------------------------------------------------------

PEOPLE = """\
Ann Smith: {organisation: Barnardo's}
Deb Johns: {organisation: Open Door}
Ruth Hallam: {organisation: Health and Care, aliases: [R. Hallam]}
Julia Brown: {organisation: Ward 12 Carers}
Anne-Marie Lee:
"""


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Deb Jones", True),
        ("Ruht Hallam", True),
        ("Ruth Halam", True),
        ("R Hallam", True),
        ("Ann Smyth", True),
        ("Ann Smiith", True),
        ("Rutth Hallam", True),
        ("Cllr Ruth Hallam", True),
        ("Ruth E. Hallam", True),
        ("Anne Marie Lee", True),
        ("Ann Smith", False),
        ("ann  smith", False),
        ("R. Hallam", False),
        ("Ann Jones", False),
        ("Dan Smith", False),
        ("Ann Hallam", False),
        ("Julie Brown", False),
        ("Ruth", False),
        ("Ruth Hall", False),
        ("Somebody Else", False),
    ],
)
def test_a_name_that_is_nearly_a_persons_is_reported(
    name: str, told: bool, project: Project
) -> None:
    project.write("people.yaml", PEOPLE)
    project.report("2012-11-13", f"apologies:\n  - {{name: {name}, organisation: Council}}")
    assert advice(project, "C109") == ([("reports/2012-11-13.md", 4)] if told else [])


def test_names_that_are_too_many_to_be_compared_are_reported_once(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(similarity, "MOST_EFFORT", 0)
    project.write("people.yaml", PEOPLE)
    names = "[Ruth Halam, Deb Jones, Somebody Else]"
    project.report("2012-11-13", f"apologies: {names}\nattendees: {names}")
    (line,) = [line for line in project.build().stderr.splitlines() if " C109: " in line]
    assert line == (
        "people.yaml:1:1: warning C109: found so many names here that are nearly alike that 2 of the"
        ' reports could not be compared with them, "Deb Jones" among them; expected names that'
        " differ in more than a letter or two. Look at these names yourself, or make this list"
        " shorter."
    )


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Barnado's", True),
        ("Barnardos", True),
        ("Open Doors", True),
        ("Health & Care", True),
        ("Barnardo’s", False),
        ("open door", False),
        ("Ward 13 Carers", False),
        ("Open Space", False),
        ("Door", False),
    ],
)
def test_a_near_organisation_is_reported(name: str, told: bool, project: Project) -> None:
    project.write("people.yaml", PEOPLE)
    project.report("2012-11-13", f"attendees:\n  - Cara Lund ({name})")
    assert advice(project, "C110") == ([("reports/2012-11-13.md", 4)] if told else [])


def test_without_a_register_names_are_free(project: Project) -> None:
    project.report("2012-11-13", "attendees: [Ann Smith (Carers), Ann Smyth (Carer)]")
    assert advice(project, "C1(09|10)") == []


# --- the registers ----------------------------------------------------------------------------


def test_a_topic_or_person_may_repeat_its_own_names(project: Project) -> None:
    project.write(
        "topics.yaml",
        """\
        budget: {name: Budget, aliases: [budget, BUDGET!], formerly: [budget]}
        more: {name: More budget}
        """,
    )
    project.write("people.yaml", "Ada Moss: {aliases: [ada moss, A. Moss]}\nA Moss:\n")
    project.report("2012-11-13")
    assert advice(project, "S0(09|10)") == []


# --- drafts -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("front", "body", "todo"),
    [
        ("", "", ["a text", "attendees", "the day of the next meeting"]),
        ("", "<!-- Write here. -->\n", ["a text", "attendees", "the day of the next meeting"]),
        ("next_meeting: none", "Text.\n", ["attendees"]),
        ("attendees: [Ada Moss]\nnext_meetings: [2012-12-11]", "", ["a text"]),
        ("attendees: [Ada Moss]\nnext_meeting: none", "Text.\n", []),
        ("cancelled: Snow", "", []),
        ("agenda: true", "", []),
    ],
)
def test_c125_what_is_to_do_in_a_draft(
    front: str, body: str, todo: list[str], project: Project
) -> None:
    project.report("2012-10-16", "attendees: [Ada Moss]\nnext_meeting: 2012-11-13")
    project.report("2012-11-13", f"draft: true\n{front}", body)
    text = project.run("check", "--today", "2013-03-01").stderr
    assert re.findall("C125: found a draft without (.*?);", text) == todo


def test_c125_does_not_ask_for_a_day_that_is_planned(project: Project) -> None:
    project.report("2012-11-13", "draft: true", "")
    assert "the day of the next meeting" in project.run("check").stderr
    project.write("meetings.yaml", "[2012-11-13]\n")
    assert "the day of the next meeting" in project.run("check").stderr
    project.write("meetings.yaml", "[2012-11-13, 2012-12-11]\n")
    assert "the day of the next meeting" not in project.run("check").stderr


def test_c125_not_what_no_report_of_the_board_has(project: Project) -> None:
    project.report("2012-10-16")
    project.report("2012-11-13", "draft: true")
    assert advice(project, "C125") == []


def test_c125_not_for_the_draft_of_an_announcement(project: Project) -> None:
    project.report("2013-03-05", "draft: true\nplace: Hall", "")
    assert advice(project, "C125") == []


# --- reports without a text ---------------------------------------------------------------------

HIDDEN = "<!-- The board agreed to the plan for the winter.\n\nAll members were there. -->\n"


@pytest.mark.parametrize("body", ["", "\n\n", "<!-- Write here. -->\n", "# A title\n", HIDDEN])
def test_m012_a_report_without_a_text(body: str, project: Project) -> None:
    line = 5 if body.strip() else 4
    project.report("2012-11-13", "attendees: [Ada Moss]", body)
    assert advice(project, "M012") == [("reports/2012-11-13.md", line)]
    assert advice(project, "M013") == []


@pytest.mark.parametrize(
    "front",
    [
        "draft: true",
        "agenda: true",
        "cancelled: Snow",
        "withdrawn: {date: 2012-12-01, reason: x}",
        "summary: The board met.",
        "feedback: [{ask: How many?}]",
        "outcomes: [{ask: 2012-10-16/venue, outcome: Here.}]",
    ],
)
def test_m012_not_where_there_is_something_else_to_read(front: str, project: Project) -> None:
    project.report("2012-10-16", "feedback: [{ask: Where?, id: venue}]")
    project.report("2012-11-13", f"{front}\nattendees: [Ada Moss]", "<!-- Write here. -->\n")
    # The file has only a day: it is an agenda.
    project.report("2013-04-16", body="")
    assert advice(project, "M012") == []


@pytest.mark.parametrize(
    "body",
    [
        "![The hall](../files/hall.png)\n",
        "---\n",
        "| a |\n|---|\n| b |\n",
        "Text[^1].\n\n[^1]: x\n",
    ],
)
def test_m012_not_where_there_is_anything_to_see(body: str, project: Project) -> None:
    project.write("files/hall.png", PNG)
    project.report("2012-11-13", body=body)
    assert advice(project, "M012") == []


def test_m012_not_where_the_text_cannot_be_read(project: Project) -> None:
    project.report("2012-11-13", body=">" * 3000 + " text\n")
    assert "M001" in project.run("check").stderr
    assert advice(project, "M012") == []


@pytest.mark.parametrize(
    "comment",
    [
        HIDDEN,
        "<!-- Ask Tom.\n\nThe board met.\n\n<!-- Ask Ann. -->\n",
        "<!--\nThe board agreed to the plan for the winter.\n## Training\n-->\n",
        f"<!-- The board agreed to {'very ' * 50} good plans. -->\n",
        f"More <!-- the board agreed to {'very ' * 50} good plans --> text.\n",
    ],
)
def test_m013_a_comment_that_has_swallowed_a_text(comment: str, project: Project) -> None:
    project.report("2012-11-13", body=f"Text.\n\n{comment}")
    assert advice(project, "M013") == [("reports/2012-11-13.md", 6)]
    project.report("2012-11-13", "draft: true", body=f"Text.\n\n{comment}")
    assert advice(project, "M013") == []
    project.write("pages/about.md", f"---\ntitle: About\n---\nText.\n\n{comment}")
    assert advice(project, "M013") == [("pages/about.md", 6)]


@pytest.mark.parametrize(
    "comment",
    [
        "<!-- Ask Tom whether the figure of last year is right, as Ann has another. -->",
        "<!-- Ask Tom whether the figure of last year is right,\nas Ann has another in her notes. -->",
        "<!--\n- Ask Tom about the figures of last year\n\n- Ask Ann\n-->",
        "<!-- one -->\n<!-- two -->",
        "<!-- ## Training -->",
        "```\n<!-- The board agreed to the plan for the winter.\n\nAll met. -->\n```",
    ],
)
def test_m013_not_for_a_remark(comment: str, project: Project) -> None:
    project.report("2012-11-13", body=f"Text.\n\n{comment}\n")
    assert advice(project, "M013") == []
