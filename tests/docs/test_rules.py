"""Test that the examples of rules are true: the wrong one is reported, the right one is not."""

import json

import pytest
from conftest import PNG, SITE_YAML, TESTS, TODAY, Project

from lscbsite.rules import RULES, Rule

EXAMPLES = [rule for rule in RULES.values() if rule.place != "words"]

_OTHER = "---\ndate: 2012-10-16\n---\nOther text.\n"
_AGENDA = "---\ndate: 2013-01-10\nfeedback:\n  - {id: venue, ask: Where?}\n---\nText.\n"
_BOARDS = SITE_YAML + "boards:\n  lscb: {name: Safeguarding}\n  health: {name: Health}\n"
_BOARDS += "  care: {name: Care}\n"
# The site around an example.
SITE: dict[str, str | bytes] = {
    "site.yaml": SITE_YAML,
    "reports/2012-09-11.md": """\
---
date: 2012-09-11
next_meeting: 2012-11-05
feedback:
  - {id: venue, ask: Where shall we meet?, deadline: 2012-10-12, reply_to: Ask Ada}
---
## Training

Text.
""",
    "topics.yaml": "domestic-violence: {name: Domestic violence}\n",
    "people.yaml": "Ruth Hallam: {organisation: Ardenshire Carers}\nBo Zhang: {}\nXu Li: {}\n",
    "files/form.pdf": b"%PDF-1.4\n",
    "files/plan.pdf": b"%PDF-1.4\nplan",
    "files/hall.png": PNG,
    "files/town-hall.png": (TESTS / "golden/sharing.png").read_bytes(),
}
# What else an example needs to be one.
BESIDE: dict[str, dict[str, str]] = {
    "C108": {"glossary.yaml": "LADO: Local authority designated officer\n"},
    "C111": {"reports/2013-01-10.md": _AGENDA},
    "C124": {"reports/2012-11-13.md": ""},
    "L007": {"reports/2012-10-16.md": _OTHER.replace("16\n", "16\ndraft: true\n")},
    "L017": {"site.yaml": _BOARDS},
    "L021": {"site.yaml": SITE_YAML + "formerly: [https://old.example/board/]\n"},
    "L035": {
        "reports/2012-09-11.md": "---\ndate: 2012-09-11\nnext_meeting: 2012-10-16\n---\nText.\n",
        "reports/2012-10-30.md": _OTHER.replace("16", "30"),
    },
    "L036": {"reports/2012-11-13-tom.md": _OTHER.replace("10-16", "11-13")},
    "L037": {"reports/2012-10-16.md": _OTHER},
    "L038": {"site.yaml": _BOARDS},
    "L039": {"site.yaml": _BOARDS},
    "S006": {"site.yaml": _BOARDS},
    "S013": {"files/map.html": "<p>Map</p>\n"},
    "S016": {"site.yaml": _BOARDS},
}


def write(project: Project, rule: Rule, example: str) -> None:
    """Write an example into the site around it, in the place that the rule names."""
    text = f"{example}\n"
    beside = BESIDE.get(rule.code, {})
    folder = "reports/lscb" if "boards:" in beside.get("site.yaml", "") else "reports"
    report = f"{folder}/2012-11-13.md"
    for path, content in {**SITE, **beside}.items():
        kept = path.replace("reports/2012-09", f"{folder}/2012-09") if folder != "reports" else path
        project.write(kept, content)
    match rule.place:
        case "front matter":
            project.report(report.removeprefix("reports/").removesuffix(".md"), text)
        case "text":
            project.write(report, f"---\ndate: 2012-11-13\n---\n{text}")
        case "report":
            # Its name has a date only where that is the fault.
            named = report if rule.code == "F006" else "reports/report.md"
            project.write(named, text)
        case "site":
            project.write("site.yaml", text)
        case "site.yaml":
            project.write("site.yaml", SITE_YAML + text)
        case "names":
            for name in example.split("\n"):
                project.write(name, make_content(name))
        case _:
            project.write(rule.place, text)


def make_content(name: str) -> str:
    """Return what a file of this name can hold."""
    if name.startswith("pages/"):
        return "---\ntitle: Page\n---\nText.\n"
    day = "2013-01-15" if "2013-01-15" in name else "2013-02-19" if "2013" in name else "2012-10-20"
    day = "2012-10-16" if "2012-10-16" in name else day
    return f"---\ndate: {day}\n---\nText.\n" if name.startswith("reports/") else ""


def check(project: Project) -> list[tuple[str, str]]:
    """Return the code and severity of each problem."""
    result = project.run("check", "--format", "json", "--today", TODAY, "--no-cache")
    return [(row["code"], row["severity"]) for row in json.loads(result.stderr)]


@pytest.mark.parametrize("rule", EXAMPLES, ids=lambda rule: rule.code)
def test_the_wrong_example_is_reported(rule: Rule, project: Project) -> None:
    write(project, rule, rule.wrong)
    assert (rule.code, rule.severity) in check(project)


@pytest.mark.parametrize("rule", EXAMPLES, ids=lambda rule: rule.code)
def test_the_right_example_is_not(rule: Rule, project: Project) -> None:
    write(project, rule, rule.right)
    found = check(project)
    assert rule.code not in {code for code, _ in found}
    assert [code for code, severity in found if severity == "error"] == []


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_every_rule_says_why_in_a_sentence(rule: Rule) -> None:
    assert rule.why.endswith(".")
    assert rule.wrong != rule.right
