"""Test that no build takes published reports away by accident."""

import shutil

import pytest
from click.testing import Result
from conftest import TODAY, Project, tree

DAYS = ["2012-09-11", "2012-10-16", "2012-11-13", "2012-12-11"]


@pytest.fixture
def site(project: Project) -> Project:
    """A site with four published reports."""
    for day in DAYS:
        project.report(day)
    project.built()
    return project


def build(site: Project, *arguments: str) -> Result:
    return site.run("build", "--today", TODAY, *arguments)


def remove(site: Project, *days: str) -> None:
    for day in days:
        (site.folder / f"reports/{day}.md").unlink()


@pytest.mark.parametrize("cached", [True, False])
@pytest.mark.parametrize("whole", [True, False])
def test_a_site_is_never_emptied(site: Project, cached: bool, whole: bool) -> None:
    before = tree(site.output)
    shutil.rmtree(site.folder / "reports")
    if not whole:
        (site.folder / "reports").mkdir()
    options = [] if cached else ["--no-cache"]
    for _ in range(2):
        result = build(site, *options)
        assert result.exit_code == 1
        assert result.stderr.startswith(
            "reports:1:1: error R001: found no report in reports/, though 4 reports are published"
        )
        assert tree(site.output) == before
    if cached:
        assert site.run("check", "--today", TODAY).exit_code == 1
    assert build(site, "--allow-removal", *options).exit_code == 0
    assert not (site.output / "reports/2012-09-11").exists()
    assert build(site, *options).exit_code == 0


def test_more_than_half_are_removed_only_if_that_is_allowed(site: Project) -> None:
    remove(site, *DAYS[:3])
    result = build(site)
    assert result.exit_code == 1
    [line, _] = result.stderr.splitlines()
    assert line == (
        "reports:1:1: error R001: found only 1 of the 4 reports that are published; expected more"
        " than half of them. To take reports back, keep the file, and add to its front matter"
        " withdrawn: {date: ..., reason: ...}; if that is what you want, build with --allow-removal;"
        ' for a push, write a line "Allow-removal: yes" into the message of the commit.'
    )
    assert (site.output / "reports/2012-09-11/index.html").exists()
    assert build(site, "--allow-removal").exit_code == 0
    assert not (site.output / "reports/2012-09-11").exists()


def test_a_report_that_is_gone_is_warned_of_once(site: Project) -> None:
    remove(site, DAYS[0])
    site.report(DAYS[1], "draft: true")
    result = build(site)
    assert result.exit_code == 0
    gone, draft = result.stderr.splitlines()
    assert gone == (
        "reports/2012-09-11.md:1:1: warning R002: found a published report that is gone, so its"
        " address leads nowhere; expected a page at every address. To take it back, keep the file,"
        " and add to its front matter withdrawn: {date: ..., reason: ...}; if it has another name"
        " now, add there aliases: [/reports/2012-09-11/]."
    )
    assert (
        "reports/2012-10-16.md:1:1: warning R002: found a published report that is draft" in draft
    )
    assert build(site).stderr == ""


def test_a_report_that_has_another_name_or_is_withdrawn_is_not_gone(site: Project) -> None:
    remove(site, DAYS[0], DAYS[1])
    site.report("2012-09-12", "aliases: [/reports/2012-09-11/]")
    site.report("2012-10-17", "aliases: [/reports/2012-10-16/]")
    site.report(DAYS[2], "withdrawn: {date: 2013-01-01, reason: It was wrong.}")
    assert build(site).stderr == ""


def test_drafts_that_were_only_previewed_are_not_gone(site: Project) -> None:
    site.report("2013-01-15", "draft: true")
    site.built("--drafts")
    assert build(site).stderr == ""


def test_what_a_restored_store_remembers_counts_without_an_output_folder(site: Project) -> None:
    shutil.rmtree(site.output)
    remove(site, *DAYS[:3])
    assert "error R001" in build(site).stderr
