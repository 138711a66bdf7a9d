"""Test ``lscbsite check``: its exit codes, its formats for programs, and what it leaves alone."""

import json
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest
import yaml
from click.testing import CliRunner
from conftest import ROOT, TESTS, Project

from lscbsite import __version__
from lscbsite.cli import main
from lscbsite.problem_formats import format_problems
from lscbsite.problems import Problem, Problems
from lscbsite.rules import RULES

SARIF = jsonschema.Draft4Validator(
    json.loads((TESTS / "schemas" / "sarif-2.1.0.json").read_text("utf-8"))
)

# What a hook can have (https://pre-commit.com, "Creating new hooks").
HOOK_KEYS = {
    *("id", "name", "entry", "language", "files", "exclude", "types", "types_or"),
    *("exclude_types", "always_run", "fail_fast", "verbose", "pass_filenames", "require_serial"),
    *("description", "language_version", "minimum_pre_commit_version", "args", "stages"),
}


def read_sarif(text: str) -> Any:
    """Validate a SARIF log; return its one run."""
    log = json.loads(text)
    SARIF.validate(log)
    (run,) = log["runs"]
    return run


# --- exit codes -------------------------------------------------------------------------------


def test_warnings_fail_a_check_only_when_it_is_strict(project: Project) -> None:
    project.report("2012-11-13", body="<TBD>")
    assert project.run("check").exit_code == 0
    strict = project.run("check", "--strict")
    assert strict.exit_code == 1
    assert "error M002" in strict.stderr
    report = str(project.folder / "reports/2012-11-13.md")
    assert project.run("check", "--strict", report).exit_code == 1


def test_an_error_fails_a_check_of_the_site_and_of_its_file(project: Project) -> None:
    project.report("2012-11-13", "speaker: x")
    assert project.run("check").exit_code == 1
    assert project.run("check", str(project.folder / "reports/2012-11-13.md")).exit_code == 1


# --- SARIF ------------------------------------------------------------------------------------


def test_sarif_has_every_problem_with_its_place(project: Project) -> None:
    project.report("2012-11-13", "speaker: x", "Tŷ 😀 <TBD>\n")
    result = project.run("check", "--format", "sarif")
    assert result.exit_code == 1
    run = read_sarif(result.stderr)
    assert run["tool"]["driver"]["name"] == "lscbsite"
    assert run["tool"]["driver"]["semanticVersion"] == __version__
    found = []
    for row in run["results"]:
        (location,) = row["locations"]
        place = location["physicalLocation"]
        region = place["region"]
        rule = run["tool"]["driver"]["rules"][row["ruleIndex"]]
        assert rule["id"] == row["ruleId"]
        assert rule["shortDescription"]["text"] == RULES[row["ruleId"]].title
        assert RULES[row["ruleId"]].right in rule["help"]["text"]
        position = (region["startLine"], region["startColumn"])
        found.append((place["artifactLocation"]["uri"], *position, row["ruleId"], row["level"]))
    assert run["columnKind"] == "unicodeCodePoints"
    assert found == [
        ("reports/2012-11-13.md", 3, 1, "F020", "error"),
        ("reports/2012-11-13.md", 5, 6, "M002", "warning"),
    ]


def test_sarif_of_a_strict_check_has_errors_only(project: Project) -> None:
    project.report("2012-11-13", body="<TBD>")
    run = read_sarif(project.run("check", "--strict", "--format", "sarif").stderr)
    assert [row["level"] for row in run["results"]] == ["error"]
    assert run["tool"]["driver"]["rules"][0]["defaultConfiguration"] == {"level": "warning"}


def test_sarif_is_printed_when_there_are_no_problems(project: Project) -> None:
    project.report("2012-11-13")
    result = project.run("check", "--format", "sarif")
    assert result.exit_code == 0
    assert read_sarif(result.stderr)["results"] == []


def test_sarif_names_files_from_where_the_command_runs(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.report("2012-11-13", "speaker: x")
    monkeypatch.chdir(project.folder.parent)
    (row,) = read_sarif(project.run("check", "--format", "sarif").stderr)["results"]
    place = row["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place == {"uri": "site/reports/2012-11-13.md"}


def test_sarif_can_hold_every_rule_and_every_character() -> None:
    problems = Problems()
    path = "a:b/ŷ %20\x1b\ufffe😀#?.md"
    for number, code in enumerate(RULES):
        problems.add(Problem(path, number, number, code, "{0} of {x}\x1b", "y\nz", "do this"))
    text = format_problems(problems, "sarif")
    assert text.isascii()
    run = read_sarif(text)
    assert {row["ruleId"] for row in run["results"]} == set(RULES)
    for row in run["results"]:
        # Single braces would be placeholders.
        assert row["message"]["text"].startswith("found {{0}} of {{x}}<U+001B>; expected y<U+000A>")
        uri = row["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert unquote(uri) == path
        assert not set(uri) & set(": #?")


# --- pre-commit -------------------------------------------------------------------------------


def test_the_hook_for_pre_commit_is_a_check_of_the_whole_site(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    # pre-commit needs the first four, and refuses a key that it does not know.
    assert {"id", "name", "entry", "language"} <= set(hook) <= HOOK_KEYS
    assert (hook["id"], hook["language"]) == ("lscbsite-check", "python")
    # A commit that only takes files out has no files to pass, and is checked as well.
    assert (hook["pass_filenames"], hook["always_run"]) == (False, True)
    assert f"- id: {hook['id']}\n" in (ROOT / "docs" / "deployment.md").read_text("utf-8")

    program, *arguments = hook["entry"].split()
    assert (
        program in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]
    )
    project.report("2012-11-13", body="See [[2012-09-11]].\n")
    monkeypatch.chdir(project.folder)
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1
    assert "error L001" in result.stderr


# --- a folder that is not a site --------------------------------------------------------------


@pytest.mark.parametrize("command", ["check", "build"])
def test_nothing_is_left_in_a_folder_that_is_not_a_site(command: str, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "2012-11-13.md").write_text("Dear all\n")
    result = CliRunner().invoke(main, [command, "--site", str(tmp_path)])
    assert result.exit_code == 1
    assert "error S001" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["letters"]
