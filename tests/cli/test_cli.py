"""Test the command line: what it prints, how it exits, and that no other output leaks."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import ROOT, Project, tree

from lscbsite import __version__
from lscbsite.cli import main


def run(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "lscbsite", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_version() -> None:
    result = CliRunner().invoke(main, ["--version"])
    assert (result.exit_code, result.stdout) == (0, f"lscbsite, version {__version__}\n")


def test_a_build_in_the_site_folder_writes_output_there(project: Project) -> None:
    project.report("2012-11-13")
    result = run("build", "--today", "20 November 2012", cwd=project.folder)
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    assert result.stdout.startswith("1 report read\n22 files written, 0 unchanged, 0 removed in ")
    assert "Report from 13 November 2012 meeting" in project.page("reports/2012-11-13")


def test_the_summary_names_what_is_not_published_and_why(project: Project) -> None:
    project.report("2012-11-13")
    project.report("2012-12-13", "draft: true")
    project.report("2013-01-31", "published: 2013-03-08")
    project.write("pages/about.md", "---\ntitle: About\n---\nText.\n")
    assert project.build().stdout.splitlines()[:4] == [
        "3 reports read, 1 page",
        "not published:",
        "  reports/2012-12-13.md: draft",
        "  reports/2013-01-31.md: scheduled for 8 March 2013",
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        ("build", "--today", "03/04/2013"),
        ("build", "--today", "soon"),
        ("build", "--base-url", "example.org"),
        ("build", "--base-url", "ftp://example.org/"),
        ("build", "--base-url", "https://example.org/?a=b"),
        ("build", "--site", "no/such/folder"),
        ("build", "--jobs", "0"),
        ("build", "--executor", "ray://127.0.0.1:1"),
        ("build", "--format", "xml"),
        ("build", "more"),
        ("check", "no/such/file.md"),
        ("check", "/"),
        ("no-such-command",),
    ],
)
def test_wrong_usage_exits_with_2(project: Project, arguments: tuple[str, ...]) -> None:
    result = run(*arguments, cwd=project.folder)
    assert result.returncode == 2, result.stderr
    assert "Traceback" not in result.stderr
    assert not project.output.exists()


def test_the_base_url_of_the_command_line_is_taken(project: Project) -> None:
    project.report("2012-11-13")
    project.built("--base-url", "https://host.example/x")
    assert '<link rel="canonical" href="https://host.example/x/">' in project.page()
    assert "example.org" not in "".join(
        data.decode("latin-1") for path, data in tree(project.output).items() if path != "style.css"
    )


def test_the_clock_is_an_argument_or_source_date_epoch(project: Project) -> None:
    project.report("2012-11-13", "published: 2013-03-02")
    for environment, shown in (("1362095999", False), ("1362182400", True)):
        result = run("build", cwd=project.folder, SOURCE_DATE_EPOCH=environment)
        assert result.returncode == 0, result.stderr
        assert (project.output / "reports/2012-11-13").exists() == shown
    options = ("--today", "2013-03-01", "--allow-removal")
    run("build", *options, cwd=project.folder, SOURCE_DATE_EPOCH="1362182400")
    assert not (project.output / "reports/2012-11-13").exists()
    assert run("build", cwd=project.folder, SOURCE_DATE_EPOCH="soon").returncode == 2


def test_check_writes_nothing_and_tells_the_problems_of_the_given_files(project: Project) -> None:
    project.report("2012-11-13", "speaker: x")
    project.report("2013-01-31", body="<TBD>")
    everything = project.run("check")
    assert everything.exit_code == 1
    assert "F020" in everything.stderr
    assert "M002" in everything.stderr
    one = project.run("check", str(project.folder / "reports/2013-01-31.md"))
    assert one.exit_code == 0
    assert "F020" not in one.stderr
    assert "M002" in one.stderr
    assert one.stdout == "2 reports checked: no errors, 1 warning\n"
    folder = project.run("check", str(project.folder / "reports"))
    assert folder.stderr == everything.stderr
    assert not project.output.exists()


def test_problems_for_github_name_paths_from_the_working_folder(project: Project) -> None:
    project.report("2012-11-13", "speaker: x")
    inside = run("build", "--site", "site", "--format", "github", cwd=project.folder.parent)
    assert inside.returncode == 1
    assert inside.stderr.startswith(
        "::error file=site/reports/2012-11-13.md,line=3,col=1,title=F020 "
    )


def test_problems_as_json(project: Project) -> None:
    project.report("2012-11-13", "speaker: x")
    result = project.build("--format", "json")
    problems = json.loads(result.stderr)
    assert [(p["path"], p["line"], p["column"], p["code"], p["severity"]) for p in problems] == [
        ("reports/2012-11-13.md", 3, 1, "F020", "error")
    ]


def test_a_rule_can_be_switched_off_or_made_an_error(project: Project) -> None:
    site = (project.folder / "site.yaml").read_text()
    project.report("2012-11-13", body="<TBD>")
    assert "warning M002" in project.build().stderr
    project.write("site.yaml", site + "rules: {M002: off}\n")
    assert project.build().stderr == ""
    project.write("site.yaml", site + "rules: {M002: error}\n")
    result = project.build()
    assert result.exit_code == 1
    assert "error M002" in result.stderr


def test_a_terminal_of_another_encoding_does_not_stop_the_telling(project: Project) -> None:
    project.report("2012-11-13", "Örtlichkeit: x")
    result = run("build", cwd=project.folder, PYTHONIOENCODING="ascii", LC_ALL="C")
    assert result.returncode == 1
    assert "reports/2012-11-13.md:3:1: error F020" in result.stderr
    assert "Traceback" not in result.stderr


def test_clock_zone_locale_hash_seed_and_jobs_leave_no_trace(
    project: Project, tmp_path: Path
) -> None:
    for number in range(60):
        day = f"2011-{number % 12 + 1:02}-{number // 12 + 1:02}"
        project.report(
            day, f"next_meeting: 2012-01-{number % 28 + 1:02}", f"## T{number}\n\nText.\n"
        )
    trees = []
    for number, (jobs, environment) in enumerate(
        [
            ("1", {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "1"}),
            ("2", {"TZ": "America/Adak", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "2"}),
        ]
    ):
        output = tmp_path / f"output-{number}"
        result = run(
            *("build", "--today", "2013-03-01", "--no-cache", "--jobs", jobs, "--output"),
            str(output),
            cwd=project.folder,
            **environment,
        )
        assert result.returncode == 0, result.stderr
        trees.append(tree(output))
    assert trees[0] == trees[1]


def test_a_damaged_cache_is_rebuilt(project: Project) -> None:
    project.report("2012-11-13")
    before = tree(project.built())
    cache = project.folder / ".lscbsite/cache.sqlite"
    cache.write_bytes(b"damaged" * 1000)
    assert tree(project.built()) == before
    assert cache.read_bytes().startswith(b"SQLite format 3")


def test_a_site_override_of_a_template_can_extend_the_original(project: Project) -> None:
    project.report("2012-11-13")
    project.write(
        "templates/404.html",
        '{% extends "theme/404.html" %}{% block content %}Mine. {{ super() }}{% endblock %}',
    )
    project.built()
    assert "Mine. <div" in project.page("404.html")
