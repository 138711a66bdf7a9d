"""Test whose fault a broken template is: the site's, reported as a problem, or ours."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, TODAY, Project


@pytest.fixture
def page(project: Project) -> Project:
    """A site with one ordinary page."""
    project.write("pages/about.md", "---\ntitle: About\n---\nText.\n")
    project.report("2012-11-13")
    return project


def build_with_our_template(project: Project, name: str, text: str, program: Path) -> str:
    """Build with a copy of the program in which a template has another text; return what it says."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "lscbsite", program / "lscbsite", ignore=ignored)
    shutil.copytree(ROOT / "templates", program / "templates")
    (program / "templates" / name).write_text(text, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "lscbsite", "build", "--no-cache", "--today", TODAY],
        cwd=project.folder,
        env={**os.environ, "PYTHONPATH": str(program)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    return done.stderr


BROKEN = '{% extends "base.html" %}\n{% block content %}{{ view.no_such_field }}{% endblock %}\n'


@pytest.mark.parametrize(
    "ours",
    [
        pytest.param(BROKEN, id="unknown field"),
        pytest.param('{% extends "base.html" %}\n{% if %}', id="syntax"),
        pytest.param('{% extends "gone.html" %}', id="unknown template"),
    ],
)
@pytest.mark.parametrize("extended", [False, True], ids=["alone", "extended by the site"])
def test_a_fault_in_our_template_is_not_blamed_on_the_site(
    ours: str, extended: bool, page: Project, tmp_path: Path
) -> None:
    if extended:
        page.write("templates/page.html", '{% extends "theme/page.html" %}\n')
    said = build_with_our_template(page, "page.html", ours, tmp_path / "program")
    assert "S008" not in said
    assert "not of your site" in said
    assert "templates/page.html" in said


def test_a_macro_that_the_sites_template_lacks_is_the_sites_fault(page: Project) -> None:
    """Our report.html imports parts.html; the site's own has nothing in it."""
    page.write("templates/parts.html", "{# nothing #}\n")
    result = page.build()
    assert result.exit_code == 1
    assert "templates/parts.html:1:1: error S008: found a template error (" in result.stderr


def test_of_several_templates_the_one_at_fault_is_named(page: Project) -> None:
    page.write("templates/header.html", '{% extends "theme/header.html" %}\n')
    page.write("templates/report.html", '{% extends "theme/report.html" %}\n')
    page.write("templates/parts.html", "{# nothing #}\n")
    assert "templates/parts.html:1:1: error S008" in page.build().stderr


def test_what_the_site_hands_to_our_template_is_the_sites_fault(page: Project) -> None:
    """The fault shows in our header, but without the site's template there is none."""
    page.write(
        "templates/page.html",
        '\n{% set site = nothing %}{% include "theme/header.html" %}\n',
    )
    assert "templates/page.html:2:1: error S008" in page.build().stderr
