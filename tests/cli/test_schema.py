"""Test ``lscbsite schema``: it describes every field, and accepts whatever the parser reads."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from click.testing import CliRunner
from conftest import ROOT, SITE_YAML, TESTS, Project

from lscbsite.cli import main

FILES = ("site", "topics", "people", "glossary", "meetings")
SITES = sorted([ROOT, *TESTS.glob("site*")])


class Core(yaml.CSafeLoader):
    """Read YAML as editors do: with the core schema of YAML 1.2."""


Core.yaml_implicit_resolvers = {}

for tag, pattern, first in (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("int", r"^[-+]?[0-9]+$", "-+0123456789"),
    ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
    ("null", r"^(?:~|null|Null|NULL|)$", "~nN"),
):
    signs = [*first, *([""] if tag == "null" else [])]
    Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), signs)


@cache
def schema(subject: str) -> dict[str, Any]:
    """Return what the command prints."""
    result = CliRunner().invoke(main, ["schema", "--for", subject])
    assert result.exit_code == 0, result.output
    made = json.loads(result.stdout)
    jsonschema.Draft202012Validator.check_schema(made)
    return dict(made)


def errors(subject: str, text: str) -> list[str]:
    """Return what the schema finds in a text."""
    value = yaml.load(text, Core)
    checker = jsonschema.Draft202012Validator(schema(subject))
    return [f"{error.json_path}: {error.message[:200]}" for error in checker.iter_errors(value)]


def front(path: Path) -> str:
    return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").split("---\n")[1]


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.name)
def test_all_that_is_built_is_accepted(site: Path) -> None:
    for path in sorted(site.glob("reports/**/*.md")):
        assert not errors("report", front(path)), path
    for path in sorted(site.glob("pages/**/*.md")):
        assert not errors("page", front(path)), path
    for name in FILES:
        if (site / f"{name}.yaml").exists():
            assert not errors(name, (site / f"{name}.yaml").read_text("utf-8")), name


FORMS = """\
Date: Tuesday 12th March 2013
time: 6.30pm to 8.30pm
place: 12
attendees:
  - Treasurer: Ann Bell
  - Ada Moss (Carers)
  - {name: Dev Shah, role: chair}
apologies:
next meeting: {date: 2013-04-16, time: "18:30"}
next-meetings: [2013-05-14, {date: June 2013}, {every: first Monday of each month, from: 2013-06-01, until: 2013-12-31}]
draft: yes
"""


def test_every_form_that_the_parser_reads_is_accepted(project: Project) -> None:
    project.write("reports/2013-03-12.md", f"---\n{FORMS}---\nText.\n")
    assert project.run("check", "--today", "2013-03-20").exit_code == 0
    assert not errors("report", FORMS)
    german = "Datum: 2013-03-12\nOrt: Rathaus\n"
    assert not errors("report", german)
    boards = f"{SITE_YAML}boards: {{lscb: {{name: One}}}}\nrules: {{C101: Off}}\n"
    assert not errors("site", boards)
    assert not errors("meetings", "lscb: [second Tuesday of each month in 2013]\n")


@pytest.mark.parametrize(
    ("subject", "text", "path"),
    [
        ("report", "time: 18:30", "$"),
        ("report", "date: 2013-03-12\nvenue: Hall", "$"),
        ("report", "date: 2013-03-12\nattendees: Ada", "$.attendees"),
        ("report", "date: 2013-03-12\ndraft: perhaps", "$.draft"),
        ("report", "date: 2013-03-12\nfeedback: [{deadline: 2013-03-15}]", "$.feedback"),
        ("report", "date: 2013-03-12\nnext_meeting: {day: 2013-04-16}", "$.next_meeting"),
        ("page", "nav: true", "$"),
        ("site", "title: Board", "$"),
        ("site", f"{SITE_YAML}feed_size: 0", "$.feed_size"),
        ("site", f"{SITE_YAML}rules: {{C101: never}}", "$.rules"),
        ("topics", "rotas: {aliases: [Rota]}", "$.rotas"),
        ("people", "Ada Moss: {organization: Carers}", "$['Ada Moss']"),
    ],
)
def test_slips_are_found(subject: str, text: str, path: str) -> None:
    found = errors(subject, text)
    assert found
    assert all(error.startswith(path) for error in found)


def test_fields_have_hints() -> None:
    fields = schema("report")["$defs"]["FrontMatter"]["properties"]
    assert all(field["description"] for field in fields.values())
    assert "13 November 2012" in fields["date"]["examples"]
    assert "#" not in fields["next_meetings"]["description"]


def test_the_complete_examples_are_accepted() -> None:
    text = (ROOT / "docs" / "front-matter.md").read_text("utf-8")
    report, page = re.findall(r"^---\n(.*?)^---\n", text, re.M | re.S)
    assert not errors("report", report)
    # What is for special occasions is a comment there.
    assert not errors("report", re.sub("^#", "", report, flags=re.M))
    assert not errors("page", page)


def test_a_report_is_the_default() -> None:
    assert json.loads(CliRunner().invoke(main, ["schema"]).stdout) == schema("report")
