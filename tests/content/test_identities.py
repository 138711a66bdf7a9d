"""Test that no ordinary change of a site breaks an address, or shows anything to subscribers again."""

import json
import re
from pathlib import Path

import pytest
from conftest import TODAY, Project, tree

SITE = "title: Test Board\nbase_url: https://example.org/a/b/\nsearch: false\nuid: test\n"
BOARDS = SITE + "boards:\n"


def list_identities(output: Path) -> dict[str, set[str]]:
    """Return the identities in each feed and calendar of a site, by path."""
    found = {}
    for path, data in tree(output).items():
        text = data.decode("utf-8", "replace")
        if path.endswith("feed.xml"):
            found[path] = set(re.findall(r"<guid[^>]*>([^<]*)<", text))
        elif path.endswith("feed.atom"):
            found[path] = set(re.findall(r"<id>([^<]*)</id>", text))
        elif path.endswith("feed.json"):
            found[path] = {item["id"] for item in json.loads(text)["items"]}
        elif path.endswith(".ics"):
            found[path] = set(re.findall(r"^UID:(.*?)\r?$", text, re.MULTILINE))
    return found


def check_nothing_breaks(before: dict[str, set[str]], addresses: set[str], output: Path) -> None:
    """Check that each feed and calendar is there with the same identities, and every address."""
    after = list_identities(output)
    for path, identities in before.items():
        assert after.get(path) == identities, path
    files = tree(output)
    missing = {path for path in addresses if path.endswith(".html") and path not in files}
    assert not missing


def remember(project: Project) -> tuple[dict[str, set[str]], set[str]]:
    output = project.built()
    return list_identities(output), set(tree(output))


def write_reports(project: Project, folder: str = "") -> None:
    """Write three reports with asks, an outcome, topics and next meetings."""
    project.write("topics.yaml", "training: {name: Training}\n")
    project.report(
        f"{folder}2012-09-11",
        "feedback: [{id: venue, ask: Where?, deadline: 2012-10-01, reply_to: Ann}]\n"
        "next_meeting: 2012-11-13",
        "## Training\n\nFirst.\n",
    )
    project.report(
        f"{folder}2012-11-13",
        "outcomes: [{ask: 2012-09-11/venue, outcome: Here.}]\nnext_meeting: 2013-04-09",
        "## Training\n\nSecond. [[2012-09-11#training]].\n",
    )
    project.report(
        f"{folder}2012-12-04", "withdrawn: {date: 2012-12-05, reason: A mistake.}", "## Training\n"
    )


def link_by_path(project: Project, folder: str = "") -> None:
    """Write a report that links to another by its file."""
    project.report(f"{folder}2013-01-31", "", "[That](2012-09-11.md#training) meeting.\n")


def move(project: Project, old: str, new: str, formerly: str = "") -> None:
    """Rename a report, and add its former names."""
    source, target = (project.folder / f"reports/{name}.md" for name in (old, new))
    text = source.read_text()
    if formerly:
        text = text.replace("---\n", f"---\nformerly: {formerly}\n", 1)
    source.unlink()
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)


def test_a_renamed_report_keeps_its_identities_and_addresses(project: Project) -> None:
    project.write("site.yaml", SITE)
    write_reports(project)
    link_by_path(project)
    known = remember(project)

    move(project, "2012-09-11", "2012/2012-09-11-training", "[2012-09-11]")
    move(project, "2012-12-04", "2012/2012-12-04", "[2012-12-04]")
    output = project.built()

    check_nothing_breaks(*known, output)
    page = project.page("reports/2012-09-11")
    assert "../../reports/2012/2012-09-11-training/" in page
    rules = project.page("_redirects")
    assert "/a/b/reports/2012-09-11/ /a/b/reports/2012/2012-09-11-training/ 301\n" in rules
    later = project.page("reports/2012-11-13")
    assert "../../reports/2012/2012-09-11-training/#training" in later
    assert 'id="outcome:2012-09-11/venue"' in later
    assert "../../reports/2012/2012-09-11-training/#training" in project.page("reports/2013-01-31")
    feed = project.page("asks/feed.xml")
    assert "reports/2012-11-13/#outcome-2012-09-11-venue" in feed
    assert 'id="2012-09-11"' in project.page("topics/training")


def test_boards_and_reports_may_be_renamed_in_any_order(project: Project) -> None:
    project.write("site.yaml", BOARDS + "  lscb: {name: LSCB}\n")
    write_reports(project, "lscb/")
    known = remember(project)

    # First a report, then the board.
    move(project, "lscb/2012-09-11", "scp/2012-09-11-a", "[lscb/2012-09-11]")
    # First the board, then the report.
    move(project, "lscb/2012-11-13", "scp/2012-11-13-b", "[scp/2012-11-13]")
    move(project, "lscb/2012-12-04", "scp/2012-12-04")
    project.write("site.yaml", BOARDS + "  scp: {name: SCP, formerly: [lscb]}\n")
    output = project.built()

    check_nothing_breaks(*known, output)
    assert "../../boards/scp/" in project.page("boards/lscb")
    assert "/a/b/boards/lscb/* /a/b/boards/scp/:splat 301\n" in project.page("_redirects")
    for name in ("feed.xml", "feed.atom", "feed.json", "calendar.ics"):
        old, new = (project.page(f"boards/{id_}/{name}") for id_ in ("lscb", "scp"))
        assert old.replace("/boards/lscb/", "/boards/scp/") == new

    # And once more, back to the first name.
    for name in ("2012-09-11-a", "2012-11-13-b", "2012-12-04"):
        move(project, f"scp/{name}", f"lscb/{name}")
    project.write("site.yaml", BOARDS + "  lscb: {name: SCP, formerly: [lscb, scp]}\n")
    check_nothing_breaks(*known, project.built())


@pytest.mark.parametrize("moves", [False, True])
def test_a_second_board_changes_nothing_of_the_first(project: Project, moves: bool) -> None:
    project.write("site.yaml", SITE)
    write_reports(project)
    move(project, "2012-11-13", "2012/2012-11-13", "[2012-11-13]")
    known = remember(project)

    first = "folder: ."
    if moves:
        first = "formerly: [.]"
        for name in ("2012-09-11", "2012-12-04", "2012/2012-11-13"):
            move(project, name, f"lscb/{name}")
    project.write(
        "site.yaml",
        BOARDS + f"  lscb: {{name: LSCB, {first}}}\n  health: {{name: Health}}\n",
    )
    output = project.built()
    check_nothing_breaks(*known, output)

    # A report of the second board is the only new thing.
    project.report("health/2012-09-11", "outcomes: [{ask: lscb/2012-09-11/venue, outcome: Yes.}]")
    project.built()
    after = list_identities(output)
    for path, identities in known[0].items():
        new = 1 if path.startswith(("feed", "calendar", "asks/")) else 0
        assert identities <= after[path]
        assert len(after[path] - identities) == new
    prefix = "lscb/" if moves else ""
    assert f'href="../../../reports/{prefix}2012-09-11/' in project.page(
        "reports/health/2012-09-11"
    )


@pytest.mark.parametrize("back", [False, True])
def test_a_board_in_the_folder_itself_can_be_renamed(project: Project, back: bool) -> None:
    health = "  health: {name: Health}\n"
    project.write("site.yaml", BOARDS + "  lscb: {name: LSCB, folder: .}\n" + health)
    write_reports(project)
    known = remember(project)

    project.write(
        "site.yaml", BOARDS + "  scp: {name: SCP, folder: ., formerly: [lscb]}\n" + health
    )
    check_nothing_breaks(*known, project.built())

    # Then it gets a folder of its own, and goes back.
    for name in ("2012-09-11", "2012-11-13", "2012-12-04"):
        move(project, name, f"scp/{name}")
    project.write("site.yaml", BOARDS + "  scp: {name: SCP, formerly: [lscb, .]}\n" + health)
    check_nothing_breaks(*known, project.built())
    if back:
        known = known[0], known[1] | set(tree(project.output))
        for name in ("2012-09-11", "2012-11-13", "2012-12-04"):
            move(project, f"scp/{name}", name)
        board = "  scp: {name: SCP, folder: ., formerly: [lscb, ., scp]}\n"
        project.write("site.yaml", BOARDS + board + health)
        check_nothing_breaks(*known, project.built())


def test_a_board_can_take_over_the_folder_itself(project: Project) -> None:
    project.write("site.yaml", BOARDS + "  lscb: {name: LSCB}\n  health: {name: Health}\n")
    write_reports(project, "lscb/")
    known = remember(project)

    names = ("2012-09-11", "2012-11-13", "2012-12-04")
    for name in names:
        move(project, f"lscb/{name}", name)
    board = "  lscb: {name: LSCB, folder: .}\n  health: {name: Health}\n"
    project.write("site.yaml", BOARDS + board)
    said = project.run("check", "--today", TODAY).stderr
    for name in names:
        assert f"Add to its front matter formerly: [lscb/{name}]" in said
        move(project, name, name, f"[lscb/{name}]")
    check_nothing_breaks(*known, project.built())
    assert "../../../reports/2012-09-11/" in project.page("reports/lscb/2012-09-11")


OLD = "https://example.org/a/b/old/"


@pytest.mark.parametrize("old", [OLD, "http://www.example.org/a/b/old"])
def test_a_site_that_moved_up_stays_at_its_old_addresses(project: Project, old: str) -> None:
    project.write("site.yaml", SITE.replace("/a/b/", "/a/b/old/"))
    write_reports(project)
    project.write("files/form.txt", "A form.\n")
    project.write("pages/about.md", "---\ntitle: About\n---\n[Form](../files/form.txt).\n")
    output = project.built()
    identities = list_identities(output)
    files = set(tree(output))

    project.write("site.yaml", f"{SITE}formerly: ['{old}']\n")
    output = project.built()
    moved = {f"old/{path}": found for path, found in identities.items()}
    pages = {f"old/{path}" for path in files - {"404.html"}}
    check_nothing_breaks(identities | moved, pages, output)
    assert project.page("old/files/form.txt") == "A form.\n"
    assert "../../../about/" not in project.page("old/about")
    assert 'href="../../about/"' in project.page("old/about")
    rules = project.page("_redirects")
    assert "/a/b/old/reports/* /a/b/reports/:splat 301\n" in rules
    assert '"feed_url": "https://example.org/a/b/old/feed.json"' in project.page("old/feed.json")

    # A report that was added only in the cache's time, and one whose address is an old one.
    project.report("2013-01-31")
    project.built()
    again = tree(output)
    project.built("--no-cache")
    assert tree(output) == again
    assert "old/reports/2013-01-31/index.html" in again


def test_a_page_of_the_site_is_never_replaced_by_an_old_address(project: Project) -> None:
    project.write(
        "site.yaml",
        f"{SITE}formerly: [https://example.org/a/b/reports/, https://other.example/x/]\n",
    )
    project.report("reports/2012-11-13", "", "The report itself.\n")
    project.report("2012-12-04", "", "The report itself.\n")
    output = project.built()

    assert "The report itself." in project.page("reports/reports/2012-11-13")
    assert 'href="../reports/2012-12-04/"' in project.page("reports")
    assert "../../../reports/2012-12-04/" in project.page("reports/reports/2012-12-04")
    assert (output / "reports/feed.xml").is_file()
    assert "/a/b/reports/reports/*" not in project.page("_redirects")
    assert "/a/b/reports/years/* /a/b/years/:splat 301\n" in project.page("_redirects")


def test_links_to_an_earlier_address_are_links_to_this_site(project: Project) -> None:
    old = "https://old.example/lscb"
    project.write(
        "site.yaml",
        f"title: Test Board\nbase_url: https://example.org/a/b/\nsearch: false\n"
        f"formerly: [{old}/, https://older.example]\nnotice: 'See [about]({old}/about/).'\n",
    )
    project.write(
        "pages/about.md", f"---\ntitle: About\n---\n[Home]({old}), [file]({old}/files/a.txt).\n"
    )
    project.write("files/a.txt", "A.\n")
    project.report("2012-09-11", "formerly: [2012-09-31]", "## Training\n\nText.\n")
    project.report(
        "2012-11-13",
        f"summary: 'As in [September]({old}/reports/2012-09-31/#training).'",
        f"[It](https://older.example/reports/2012-09-11/) and {old}/boards/x/ and\n"
        f"https://old.example/lscbs/.\n",
    )
    result = project.build()

    assert result.exit_code == 0
    assert result.stderr == (
        "reports/2012-11-13.md:5:53: warning L021: found a link to"
        ' "https://old.example/lscb/boards/x/", an earlier address of this site; expected the address'
        " of a page of this site. Correct it, or take it out; until then, it leads to the old"
        " address.\n"
    )
    page = project.page("reports/2012-11-13")
    assert '<a href="../../reports/2012-09-11/">It</a>' in page
    assert '<a href="../../reports/2012-09-11/#training">September</a>' in page
    assert '<a href="https://old.example/lscbs/"' in page
    assert "2012-11-13" in project.page("reports/2012-09-11").partition("Mentioned in")[2]
    about = project.page("about")
    assert '<a href="../">Home</a>' in about
    assert '<a href="../files/a.txt">file</a>' in about
    assert '<a href="../about/">about</a>' in about


def test_a_site_without_uid_keeps_the_identities_of_its_feeds(project: Project) -> None:
    site = SITE.replace("uid: test\n", "")
    project.write("site.yaml", site)
    write_reports(project)
    known = remember(project)
    new = site.replace("https://example.org/a/b/", "https://new.example/")
    project.write("site.yaml", f"{new}formerly: [https://example.org/a/b/]\n")
    check_nothing_breaks(*known, project.built())
    project.write(
        "site.yaml",
        f"{new}formerly: [https://example.org/a/b/]\nboards: {{b: {{name: B, folder: .}}}}\n",
    )
    check_nothing_breaks(*known, project.built())


def test_a_site_without_uid_is_told_before_it_is_published(project: Project) -> None:
    project.report("2012-11-13")
    assert "uid:" not in project.run("check").output
    first = project.build().stdout
    found = re.search(r"\n  uid: ([0-9a-f-]{36})\n", first)
    assert found
    assert "If it is published already, leave it out" in first
    assert "uid:" not in project.build().stdout
    assert found[0] in project.build("--output", str(project.folder / "other")).stdout

    site = project.folder / "site.yaml"
    site.write_text(f"{site.read_text()}uid: {found[1]}\n")
    assert "uid:" not in project.build("--output", str(project.folder / "third")).stdout
