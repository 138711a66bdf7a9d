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
    draft, gone = result.stderr.splitlines()
    assert gone == (
        'site.yaml:1:1: warning R002: found no report "2012-09-11", which is published, so its'
        " address leads nowhere; expected a page at every address. Put reports/2012-09-11.md back; to"
        " take it back from readers, keep the file, and add to its front matter withdrawn: {date:"
        " ..., reason: ...}; if it has another name now, add there formerly: [2012-09-11]."
    )
    assert draft == (
        "reports/2012-10-16.md:1:1: warning R002: found a published report that is now a draft, so its"
        " address leads nowhere; expected a page at every address. To take it back, keep the file,"
        " and add to its front matter withdrawn: {date: ..., reason: ...}."
    )
    assert build(site).stderr == ""


def test_a_report_that_has_another_name_or_is_withdrawn_is_not_gone(site: Project) -> None:
    remove(site, DAYS[0], DAYS[1])
    site.report("2012-09-12", "aliases: [/reports/2012-09-11/]")
    site.report("2012-10-17", "formerly: [2012-10-16]")
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


def test_a_report_that_was_renamed_and_is_a_draft_now_is_said_to_be_one(site: Project) -> None:
    remove(site, DAYS[0])
    site.report("2012-09-12", f"formerly: [{DAYS[0]}]\ndraft: true")
    said = build(site).stderr
    assert said.startswith(
        "reports/2012-09-12.md:1:1: warning R002: found a published report that is now a draft,"
    )
    assert said.count("\n") == 1


TEXT = "The board looked at neglect, training for volunteers and the budget of next year.\n"


@pytest.fixture
def texts(project: Project) -> Project:
    """A site with four reports, each with words of its own, of two boards and on a topic."""
    project.write(
        "site.yaml",
        """\
        title: Test Board
        base_url: https://example.org/a/b/
        search: false
        boards: {lscb: {name: LSCB}, health: {name: Health}}
        """,
    )
    project.write("topics.yaml", "training: {name: Training}\n")
    for number, name in enumerate(("lscb/2012-09-11", "lscb/2012-11-13", "health/2012-11-13")):
        project.report(
            name, "", f"## Training\n\n{TEXT}\nNumber{number} of{number} words{number}.\n"
        )
    project.report("health/2012-12-11", "", "## Training\n\nNothing like the other reports.\n")
    project.built()
    return project


def move(site: Project, old: str, new: str, *changes: tuple[str, str]) -> None:
    source = site.folder / f"reports/{old}.md"
    text = source.read_text()
    for before, after in changes:
        text = text.replace(before, after)
    source.unlink()
    site.write(f"reports/{new}.md", text)


@pytest.mark.parametrize(
    ("new", "changes"),
    [
        # Another date, and a slip corrected; another folder; another end of the name.
        ("lscb/2012-11-30", [("2012-11-13", "2012-11-30"), ("neglect", "neglect,")]),
        ("lscb/2012/2012-11-13", []),
        ("lscb/2012-11-13-autumn", []),
        ("health/2012-11-14", [("2012-11-13", "2012-11-14"), ("Number1", "The minutes")]),
    ],
)
@pytest.mark.parametrize("cached", [True, False])
def test_a_renamed_report_is_named(
    texts: Project, new: str, changes: list[tuple[str, str]], cached: bool
) -> None:
    before = tree(texts.output)
    move(texts, "lscb/2012-11-13", new, *changes)
    said = (
        f"reports/{new}.md:1:1: warning R002: found a report that was probably published as"
        ' "lscb/2012-11-13", whose address leads nowhere now; expected its earlier name, so that links'
        " still work and subscribers do not get it again. Add to its front matter formerly:"
        " [lscb/2012-11-13].\n"
    )
    options = [] if cached else ["--no-cache"]
    if cached:
        assert texts.run("check", "--today", TODAY).stderr == said
    strict = build(texts, "--strict", *options)
    assert strict.exit_code == 1
    assert strict.stderr.startswith(said.replace("warning", "error"))
    assert tree(texts.output) == before
    result = build(texts, *options)
    assert (result.exit_code, result.stderr) == (0, said)

    source = texts.folder / f"reports/{new}.md"
    source.write_text(source.read_text().replace("---\n", "---\nformerly: [lscb/2012-11-13]\n", 1))
    assert build(texts, *options).stderr == ""
    # Nobody takes the old name out again.
    source.write_text(source.read_text().replace("formerly: [lscb/2012-11-13]\n", ""))
    assert build(texts, *options).stderr == (
        "site.yaml:1:1: warning R002: found no page at /reports/lscb/2012-11-13/, which led to a"
        " report; expected a page at every address. Put formerly: [lscb/2012-11-13] back into the"
        " report.\n"
    )


def test_a_renamed_board_is_one_warning(texts: Project) -> None:
    for name in ("2012-09-11", "2012-11-13"):
        move(texts, f"lscb/{name}", f"scp/{name}")
    site = (texts.folder / "site.yaml").read_text()
    texts.write("site.yaml", site.replace("lscb: {name: LSCB", "scp: {name: LSCB"))
    result = build(texts)
    assert result.stderr == (
        "site.yaml:1:1: warning S022: found 2 published reports of reports/lscb/ in reports/scp/;"
        " expected the board's earlier folder, so that links still work and subscribers get nothing"
        " again. Write in site.yaml, under the board scp, formerly: [lscb].\n"
    )
    texts.write(
        "site.yaml", site.replace("lscb: {name: LSCB", "scp: {name: LSCB, formerly: [lscb]")
    )
    assert build(texts).stderr == ""


def test_a_second_board_is_led_to_its_folder(site: Project) -> None:
    for day in DAYS:
        move(site, day, f"lscb/{day}")
    one = (site.folder / "site.yaml").read_text()
    boards = "boards: {lscb: {name: LSCB}, health: {name: Health}}\n"
    site.write("site.yaml", one + boards)
    result = build(site)
    assert result.exit_code == 1
    most, board, _ = result.stderr.splitlines()
    assert "R001" in most
    assert "do what the other messages say" in most.casefold()
    assert board == (
        "site.yaml:1:1: warning S022: found 4 published reports of reports/ in reports/lscb/;"
        " expected the board's earlier folder, so that links still work and subscribers get nothing"
        " again. Write in site.yaml, under the board lscb, formerly: [.]; or move them back, and write"
        " folder: . there."
    )
    site.write("site.yaml", one + boards.replace("LSCB}", "LSCB, formerly: [.]}"))
    assert build(site).stderr == ""


def test_a_board_or_topic_that_is_gone_is_warned_of(texts: Project) -> None:
    texts.write("topics.yaml", "training-courses: {name: Training}\n")
    for day in ("2012-11-13", "2012-12-11"):
        move(texts, f"health/{day}", f"lscb/{day}-b")
        source = texts.folder / f"reports/lscb/{day}-b.md"
        source.write_text(
            f"---\ntitle: {day}\nformerly: [health/{day}]\ndate: {day}\n---\n## Training\n"
        )
    site = (texts.folder / "site.yaml").read_text()
    texts.write("site.yaml", site.replace(", health: {name: Health}", ", care: {name: Care}"))
    result = build(texts)
    assert result.exit_code == 0
    assert result.stderr == (
        'site.yaml:1:1: warning S022: found no board "health", whose page, feeds and calendar are'
        " published; expected every board that was published. Put it back; if it has another id now,"
        " write under care formerly: [health].\n"
        'topics.yaml:1:1: warning S023: found no topic "training", whose page and feeds are published;'
        " expected every topic that was published. If it is renamed, write in topics.yaml, under"
        " training-courses, formerly: [training].\n"
    )
    assert build(texts).stderr == ""


def test_a_topic_that_no_report_mentions_any_more_is_not_gone(texts: Project) -> None:
    for name in ("lscb/2012-09-11", "lscb/2012-11-13", "health/2012-11-13", "health/2012-12-11"):
        move(texts, name, name, ("## Training", "## Budget"))
    assert build(texts).stderr == ""


def test_what_led_to_a_report_that_is_gone_is_one_warning_with_it(site: Project) -> None:
    config = "title: T\nbase_url: {}\nboards: {{lscb: {{name: L, formerly: [old, .]}}}}\n"
    site.write("site.yaml", config.format("https://example.org/reports/"))
    for day in DAYS:
        text = (site.folder / f"reports/{day}.md").read_text()
        site.write(f"reports/lscb/{day}.md", text)
    remove(site, *DAYS)
    moved = "https://example.org/\nformerly: [https://example.org/reports/]"
    site.write("site.yaml", config.format(moved))
    site.built()
    remove(site, f"lscb/{DAYS[0]}")
    lines = [line for line in build(site).stderr.splitlines() if "R002" in line]
    assert len(lines) == 1
    assert f'found no report "lscb/{DAYS[0]}"' in lines[0]


@pytest.mark.parametrize("command", ["build", "check"])
def test_every_warning_is_an_error_where_that_is_wanted(project: Project, command: str) -> None:
    project.report("2012-11-13", "feedback: [{ask: Who?, reply_to: Ann}]")
    loose = project.run(command, "--today", TODAY)
    assert loose.exit_code == 0
    assert ":3:18: warning C103: found an ask without a deadline" in loose.stderr
    for options in ([], ["--no-cache"]):
        before = tree(project.output)
        strict = project.run(command, "--today", TODAY, "--strict", *options)
        assert strict.exit_code == 1
        assert ":3:18: error C103: found an ask without a deadline" in strict.stderr
        assert tree(project.output) == before
    project.report("2012-11-13")
    assert project.run(command, "--today", TODAY, "--strict").exit_code == 0
    # A rule that the site switched off stays off.
    project.report("2012-11-13", "feedback: [{ask: Who?, reply_to: Ann}]")
    site = project.folder / "site.yaml"
    site.write_text(f"{site.read_text()}rules: {{C103: off}}\n")
    assert project.run(command, "--today", TODAY, "--strict").exit_code == 0
