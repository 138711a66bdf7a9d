"""Test ``lscbsite rename``: what it changes, that it changes nothing else, and what it refuses.

Sites are written, renamed by the command, and built again.
"""

import os
import re
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import SITE_YAML, Project, tree
from hypothesis import given
from hypothesis import strategies as st
from random_sites import examples, new_project, says, sites

from lscbsite.cli import main
from lscbsite.rename.apply import WorkTree, apply_changes
from lscbsite.rename.changes import Changes
from lscbsite.rename.renaming import RenameError

BOARDS = f"{SITE_YAML}boards:\n  lscb: {{name: One}}\n  other:\n    name: Two\n"
BOM = b"\xef\xbb\xbf"


def rename(project: Project, *arguments: str) -> Result:
    """Rename; no traceback."""
    result = project.run("rename", *arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def renamed(project: Project, *arguments: str) -> str:
    """Rename without errors, and build; return what was printed."""
    result = rename(project, *arguments)
    assert result.exit_code == 0, result.stderr
    project.built()
    return result.stdout


def git(project: Project, *arguments: str) -> str:
    """Run git in the site's folder."""
    command = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", *arguments]
    done = subprocess.run(command, cwd=project.folder, capture_output=True, check=True, text=True)
    return done.stdout


def commit(project: Project) -> None:
    """Make the site's folder a repository with all its files in it."""
    git(project, "init", "-q")
    git(project, "add", "-A")
    git(project, "commit", "-qm", "Site")


def sources(project: Project) -> dict[str, bytes]:
    """Return the files of a site, without hidden ones and output."""
    return {
        path: data
        for path, data in tree(project.folder).items()
        if not path.startswith((".", "output/"))
    }


def read(project: Project, path: str) -> str:
    """Return the text of a file of the site."""
    return (project.folder / path).read_bytes().decode()


# --- reports ------------------------------------------------------------------------------------


def test_a_mistyped_date_is_corrected(project: Project) -> None:
    """The report that says 31 November cannot be built before."""
    project.report("2012-11-31", "date: 2012-11-31  # typed late\ntitle: One")
    project.report("2012-12-04", "", "See [[2012-11-31]] and [it](2012-11-31.md).\n")
    said = renamed(project, "2012-11-31", "2012-11-30")
    assert "its date was 2012-11-31 and is now 2012-11-30" in said
    assert read(project, "reports/2012-11-30.md") == (
        "---\ndate: 2012-11-30  # typed late\nformerly: [2012-11-31]\ntitle: One\n---\nText.\n"
    )
    assert "See [[2012-11-30]] and [it](2012-11-30.md)." in read(project, "reports/2012-12-04.md")
    assert not (project.folder / "reports/2012-11-31.md").exists()


@pytest.mark.parametrize(
    "written", ["13 November 2012", "'2012-11-13'", "Tuesday 13 November 2012"]
)
def test_a_date_in_words_is_corrected_too(project: Project, written: str) -> None:
    project.report("2012-11-13", f"date: {written}")
    renamed(project, "reports/2012-11-13.md", "reports/2012-11-12.md")
    assert re.search("^date: '?2012-11-12'?$", read(project, "reports/2012-11-12.md"), re.M)


def test_another_date_stays(project: Project) -> None:
    """The name said nothing about the day."""
    project.report("first", "date: 2012-11-13")
    said = renamed(project, "first", "2012-11-13")
    assert "note:" not in said
    assert "date: 2012-11-13\n" in read(project, "reports/2012-11-13.md")


def test_every_kind_of_reference_is_mended(project: Project) -> None:
    project.write("files/form.pdf", b"%PDF-1.4")
    project.write("site.yaml", f"{SITE_YAML}notice: See [one](reports/2012-11-13.md).\n")
    project.write(
        "pages/about.md", "---\ntitle: About\n---\n[[2012-11-13]] [b](/reports/2012-11-13/#one)\n"
    )
    project.report(
        "2012-11-13",
        "feedback: [{id: it, ask: 'Fill in [form](../files/form.pdf)', deadline: 2012-12-01, reply_to: a@example.org}]",
        """\
        ## One

        [form](../files/form.pdf), [about](../pages/about.md), [next](2012-12-04.md), [[2012-12-04]],
        [[#one]], [[2012-11-13#one]], [here](#one), [self](2012-11-13.md#one)
        """,
    )
    body = """\
        | [[2012-11-13\\|it]] | [[13 November 2012]] |
        |---|---|
        | [[2012-11-13#one]] | <a href="2012-11-13.md#one">it</a> |

        [2012-11-13.md](2012-11-13.md "2012-11-13.md"), [a][ref], [c](./2012-11-13.md),
        [d](../reports/2012-11-13.md), [e](2012%2D11-13.md), [[2012-11-13#one|the *first*]], `[[2012-11-13]]`, \\[[2012-11-13]]

        Full: https://example.org/a/b/reports/2012-11-13/

        [ref]: 2012-11-13.md#one
        """
    project.report(
        "2012-12-04",
        "outcomes:\n  # Twelve answers\n  - ask: \"2012-11-13/it\"\n    outcome: 'All [came](2012-11-13.md#one)'",
        body,
    )
    renamed(project, "2012-11-13", "2012/2012-11-13-first")
    new = "2012/2012-11-13-first"
    assert f"[one](reports/{new}.md)" in read(project, "site.yaml")
    assert f"[[{new}]] [b](/reports/{new}/#one)" in read(project, "pages/about.md")
    moved = read(project, f"reports/{new}.md")
    assert "[form](../../files/form.pdf)', deadline" in moved
    assert (
        "[form](../../files/form.pdf), [about](../../pages/about.md), [next](../2012-12-04.md), [[2012-12-04]],\n"
        f"[[#one]], [[{new}#one]], [here](#one), [self](2012-11-13-first.md#one)\n"
    ) in moved
    other = read(project, "reports/2012-12-04.md")
    assert f"- ask: \"{new}/it\"\n    outcome: 'All [came]({new}.md#one)'" in other
    assert f"| [[{new}\\|it]] | [[{new}]] |" in other
    assert f'| [[{new}#one]] | <a href="{new}.md#one">it</a> |' in other
    assert f'[2012-11-13.md]({new}.md "2012-11-13.md"), [a][ref], [c](./{new}.md),' in other
    assert (
        f"[d]({new}.md), [e]({new}.md), [[{new}#one|the *first*]], `[[2012-11-13]]`, \\[[2012-11-13]]"
        in other
    )
    # An old address leads to the new one.
    assert "https://example.org/a/b/reports/2012-11-13/\n" in other
    assert f"[ref]: {new}.md#one" in other


@pytest.mark.parametrize(
    "steps",
    [
        ["lscb scp"],
        ["lscb/2012-11-13 lscb/2012-11-12"],
        ["lscb/* lscb/2012/"],
        ["lscb/2012-12-04 other/2012-12-04"],
        ["lscb scp", "scp/2012-11-13 scp/2012-11-12", "scp kids"],
        ["lscb/2012-11-13 lscb/2012-11-12", "lscb scp", "scp/* scp/2012/"],
        ["lscb scp", "scp lscb"],
        ["lscb/2012-11-13 lscb/2012-11-12", "lscb/2012-11-12 lscb/2012-11-13"],
        ["lscb scp", "scp/2012-12-04 other/2012-12-04", "other adults"],
    ],
)
def test_addresses_and_identities_outlive_renamings(project: Project, steps: list[str]) -> None:
    """Old addresses lead to the new ones, and feeds and calendars have the same ids."""
    project.write("site.yaml", BOARDS)
    project.report("lscb/2012-11-13", "", "One.\n")
    project.report("lscb/2012-12-04", "", "Two: [[2012-11-13]]\n")
    project.report("other/2012-12-11", "", "Three.\n")

    def list_ids() -> list[str]:
        project.built()
        feed, calendar = project.page("feed.atom"), project.page("calendar.ics")
        return re.findall("<id>(urn:uuid:.*?)</id>", feed) + re.findall("UID:(.*)", calendar)

    before = list_ids()
    pages = set(project.output.rglob("index.html"))
    for step in steps:
        result = rename(project, *step.split())
        assert result.exit_code == 0, result.stderr
        assert sorted(list_ids()) == sorted(before)
        pages |= set(project.output.rglob("index.html"))
        assert all(page.exists() for page in pages)


def test_a_draft_has_had_no_address(project: Project) -> None:
    project.report("2013-01-08", "draft: true", "See [[2013-02-05]].")
    project.report("2013-02-05", "draft: true", "See [[2013-01-08]].")
    renamed(project, "2013-01-08", "2013-01-15")
    assert read(project, "reports/2013-01-15.md") == (
        "---\ndate: 2013-01-15\ndraft: true\n---\nSee [[2013-02-05]]."
    )
    assert "[[2013-01-15]]" in read(project, "reports/2013-02-05.md")
    # Its earlier name was known.
    project.report("2013-03-05", "draft: true\nformerly: [2013-03-04]")
    renamed(project, "2013-03-05", "2013-03-12")
    assert "formerly: [2013-03-04, 2013-03-05]" in read(project, "reports/2013-03-12.md")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("lscb", "scp", "[[2012-12-04]] [[scp/2012-12-04]] [a](../2012-12-04.md)"),
        ("2012-12-04", "2012/2012-12-04", "[[2012/2012-12-04]] [[lscb/2012/2012-12-04]] [a](../2012/2012-12-04.md)"),
        ("2012-12-04", "other/2012-12-04", "[[2012-12-04]] [[other/2012-12-04]] [a](2012-12-04.md)"),
        ("other/2012-12-11", "2012-12-11", "[[2012-12-04]] [[lscb/2012-12-04]] [a](2012-12-04.md)"),
    ],
)  # fmt: skip
def test_a_board_that_owns_the_folder_of_all_reports(
    project: Project, old: str, new: str, expected: str
) -> None:
    boards = "boards:\n  lscb: {name: One, folder: .}\n  other: {name: Two}\n"
    project.write("site.yaml", SITE_YAML + boards)
    project.report(
        "2012-12-04",
        "feedback: [{id: it, ask: A?, deadline: 2013-01-01, reply_to: a@example.org}]",
        "Two.\n",
    )
    links = "[[2012-12-04]] [[lscb/2012-12-04]] [a](../2012-12-04.md)\n"
    project.report("other/2012-12-11", "outcomes: [{ask: lscb/2012-12-04/it, outcome: O}]", links)
    project.built()
    feed = project.page("feed.atom")
    renamed(project, old, new)
    if old == "lscb":
        assert "lscb" not in read(project, "site.yaml").replace("formerly: [., lscb]", "")
    path = "reports/2012-12-11.md" if new == "2012-12-11" else "reports/other/2012-12-11.md"
    assert expected in read(project, path)
    ids = "<id>(urn:uuid:.*?)</id>"
    assert re.findall(ids, project.page("feed.atom")) == re.findall(ids, feed)


def test_several_move_into_a_folder(project: Project) -> None:
    for day in ("2012-11-13", "2012-12-04", "2013-01-08"):
        project.report(
            day, "", f"Text of {day}: [[2012-11-13]] [x](2012-12-04.md) [y](2013-01-08.md)\n"
        )
    said = renamed(project, "2012-*", "2012/")
    assert "2 files moved" in said
    assert {path for path in sources(project) if path.startswith("reports")} == {
        "reports/2012/2012-11-13.md",
        "reports/2012/2012-12-04.md",
        "reports/2013-01-08.md",
    }
    line = "[[2012/2012-11-13]] [x](2012-12-04.md) [y](../2013-01-08.md)"
    assert line in read(project, "reports/2012/2012-12-04.md")
    line = "[[2012/2012-11-13]] [x](2012/2012-12-04.md) [y](2013-01-08.md)"
    assert line in read(project, "reports/2013-01-08.md")
    # And back; the folder that is empty then is gone.
    renamed(project, "2012/", "./")
    assert not (project.folder / "reports/2012").exists()
    assert "formerly: [2012-11-13, 2012/2012-11-13]" in read(project, "reports/2012-11-13.md")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("formerly: [a]", "formerly: [a, 2012-11-13]"),
        ("formerly: [ 'a', ]  # c", "formerly: [ 'a', 2012-11-13, ]  # c"),
        ("formerly: []", "formerly: [2012-11-13]"),
        ("formerly:", "formerly: [2012-11-13]"),
        ("formerly:  # none yet", "formerly: [2012-11-13]  # none yet"),
        ("formerly:\n- a\n- b  # c\nauthor: A", "formerly:\n- a\n- b  # c\n- 2012-11-13\nauthor: A"),
        ("formerly:\n  -   a\n\nauthor: A", "formerly:\n  -   a\n  -   2012-11-13\n\nauthor: A"),
        ("formerly: [2012-11-13]", "formerly: [2012-11-13]"),
    ],
)  # fmt: skip
def test_former_names_are_added_to_those_that_there_are(
    project: Project, before: str, after: str
) -> None:
    project.report("2012-11-13", before)
    assert rename(project, "2012-11-13", "2012-11-13-first").exit_code == 0
    assert read(project, "reports/2012-11-13-first.md") == (
        f"---\ndate: 2012-11-13\n{after}\n---\nText.\n"
    )


@pytest.mark.parametrize(
    ("front", "after"),
    [
        ("date: 2012-11-13", "date: 2012-11-13\nformerly: [2012-11-13]"),
        ("# Mine\ndate: 2012-11-13 # held\n# Next\ntitle: T", "# Mine\ndate: 2012-11-13 # held\nformerly: [2012-11-13]\n# Next\ntitle: T"),
        ("{date: 2012-11-13, title: T}", "{date: 2012-11-13, formerly: [2012-11-13], title: T}"),
        ("title: >-\n  Folded\n  text\n\ndate: 2012-11-13", "title: >-\n  Folded\n  text\n\ndate: 2012-11-13\nformerly: [2012-11-13]"),
        ("language: de\nDatum: 2012-11-13", "language: de\nDatum: 2012-11-13\nformerly: [2012-11-13]"),
    ],
)  # fmt: skip
def test_a_former_name_is_below_the_date(project: Project, front: str, after: str) -> None:
    project.write("reports/2012-11-13.md", f"---\n{front}\n---\nText.\n".encode())
    assert rename(project, "2012-11-13", "2012-11-13-first").exit_code == 0
    assert read(project, "reports/2012-11-13-first.md") == f"---\n{after}\n---\nText.\n"


def test_a_name_with_signs_of_yaml_and_markdown(project: Project) -> None:
    name, new = "2012-11-13 it's 1, & {really}", "2012-11-13 (first) & 100%"
    project.report(name)
    link = "2012-11-13%20it's%201,%20&%20%7Breally%7D.md"
    project.report("2012-12-04", "", f"[[{name}]] [a](<{name}.md>) [b]({link})\n")
    renamed(project, name, new)
    assert f'formerly: ["{name}"]' in read(project, f"reports/{new}.md")
    link = "2012-11-13%20%28first%29%20&%20100%25.md"
    assert f"[[{new}]] [a](<{link}>) [b]({link})\n" in read(project, "reports/2012-12-04.md")


# --- boards, topics, people ----------------------------------------------------------------------


def test_a_board(project: Project) -> None:
    project.write(
        "site.yaml", BOARDS.replace("lscb: {name: One}", '"lscb": {name: "One"}  # first')
    )
    project.write("reports/lscb/README.md", "About this folder.\n")
    project.report(
        "lscb/2012-11-13",
        "feedback: [{id: it, ask: A?, deadline: 2012-12-01, reply_to: a@example.org}]",
    )
    project.report(
        "lscb/2012-12-04",
        "outcomes: [{ask: 2012-11-13/it, outcome: O}]",
        "[[2012-11-13]] [[lscb/2012-11-13]] [a](2012-11-13.md) [b](/boards/lscb/) [c](../other/2012-11-20.md)\n",
    )
    project.report(
        "other/2012-11-20",
        "outcomes:\n  - {ask: lscb/2012-11-13/it, outcome: O}",
        "[[lscb/2012-11-13]] [a](../lscb/2012-11-13.md)\n",
    )
    said = renamed(project, "lscb", "scp")
    assert "reports/lscb -> reports/scp" in said
    settings = read(project, "site.yaml")
    assert '  "scp": {name: "One", formerly: [lscb]}  # first\n' in settings
    first = read(project, "reports/scp/2012-12-04.md")
    assert "outcomes: [{ask: 2012-11-13/it, outcome: O}]" in first
    assert "[[2012-11-13]] [[scp/2012-11-13]] [a](2012-11-13.md) [b](/boards/scp/)" in first
    other = read(project, "reports/other/2012-11-20.md")
    assert "{ask: scp/2012-11-13/it, outcome: O}" in other
    assert "[[scp/2012-11-13]] [a](../scp/2012-11-13.md)" in other
    assert (project.folder / "reports/scp/README.md").exists()
    assert not (project.folder / "reports/lscb").exists()
    assert "formerly" not in first


def test_a_report_moves_to_another_board(project: Project) -> None:
    project.write("site.yaml", BOARDS)
    project.report("lscb/2012-11-13", "", "One.\n")
    project.report("lscb/2012-12-04", "", "Two: [[2012-11-13]]\n")
    project.report("other/2012-12-11", "", "Three: [[lscb/2012-12-04]]\n")
    renamed(project, "lscb/2012-12-04", "other/2012-12-04")
    assert "[[lscb/2012-11-13]]" in read(project, "reports/other/2012-12-04.md")
    assert "Three: [[2012-12-04]]" in read(project, "reports/other/2012-12-11.md") or (
        "Three: [[other/2012-12-04]]" in read(project, "reports/other/2012-12-11.md")
    )


def test_a_topic(project: Project) -> None:
    topics = "# Ours\ndomestic-abuse:\n    name: 'Domestic abuse'   # as headings\n    aliases: [DV]\nbudget: {name: Budget}\n"
    project.write("topics.yaml", topics)
    project.report("2012-11-13", "", "## domestic-abuse\n\nText. [a](/topics/domestic-abuse/)\n")
    project.report("2012-12-04", "topics: [domestic-abuse, Budget]", "Other.\n")
    renamed(project, "domestic-abuse", "dv")
    assert read(project, "topics.yaml") == topics.replace("domestic-abuse:", "dv:").replace(
        "# as headings\n", "# as headings\n    formerly: [domestic-abuse]\n"
    )
    assert "topics: [dv, Budget]" in read(project, "reports/2012-12-04.md")
    # The former id still opens the section.
    assert "## domestic-abuse\n\nText. [a](/topics/dv/)" in read(project, "reports/2012-11-13.md")
    assert "reports/2012-11-13/#domestic-abuse" in project.page("topics/dv")
    assert "topics/dv/" in project.page("topics/domestic-abuse")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Ada Moss: {organisation: Here}\n", "Ada Reed: {organisation: Here, aliases: [Ada Moss]}\n"),
        ("Ada Moss:\n  organisation: Here\n", "Ada Reed:\n  organisation: Here\n  aliases: [Ada Moss]\n"),
        ("'Ada Moss':\n  aliases:\n    - A. Moss\n", "'Ada Reed':\n  aliases:\n    - A. Moss\n    - Ada Moss\n"),
        ("Ada Moss:\n", "Ada Reed: {aliases: [Ada Moss]}\n"),
        ("Ada Moss:", "Ada Reed: {aliases: [Ada Moss]}"),
        ("Ada Moss:\n  organisation:\n    - Here\n", "Ada Reed:\n  aliases: [Ada Moss]\n  organisation:\n    - Here\n"),
        ("Ada Moss: {organisation: [Here]}", "Ada Reed: {aliases: [Ada Moss], organisation: [Here]}"),
    ],
)  # fmt: skip
def test_a_person(project: Project, before: str, after: str) -> None:
    """Reports keep what was written."""
    project.write("people.yaml", before.encode())
    report = project.report("2012-11-13", "author: Ada Moss\nattendees: [Ada Moss]")
    text = report.read_bytes()
    renamed(project, "Ada Moss", "Ada Reed")
    assert read(project, "people.yaml") == after
    assert report.read_bytes() == text
    assert ", by Ada Reed" in project.page("reports/2012-11-13")


def test_a_name_can_be_of_several_kinds(project: Project) -> None:
    project.write("topics.yaml", "budget: {name: Budget}\n")
    project.write("people.yaml", "budget:\n")
    project.report("budget", "date: 2012-11-13")
    before = sources(project)
    result = rename(project, "budget", "money")
    assert result.exit_code == 2
    assert (
        '"budget" is a report and a topic and a person: write "report:budget" or "topic:budget" or "person:budget"'
        in result.stderr
    )
    assert sources(project) == before
    renamed(project, "topic:budget", "money")
    renamed(project, "report:budget", "2012-11-13")
    assert "money:" in read(project, "topics.yaml")
    assert (project.folder / "reports/2012-11-13.md").exists()


# --- bytes, git, dry runs -------------------------------------------------------------------------


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", BOM])
@pytest.mark.parametrize("last", ["", "\n", "  \n\n"])
def test_all_other_bytes_stay(project: Project, line_end: str, mark: bytes, last: str) -> None:
    def write(path: str, text: str) -> bytes:
        data = mark + text.replace("\n", line_end).encode()
        project.write(path, data)
        return data

    write("site.yaml", f"# Ours  \n{BOARDS}\n# The end")
    write("reports/lscb/2012-11-13.md", "---\n# c\ndate:   '2012-11-13'  \n---\n\n\tText.  \n")
    other = write(
        "reports/lscb/2012-12-04.md",
        "---\ndate: 2012-12-04   # é 漢\nauthor:  \"A\"  \n---\n"
        f"Ünï [[2012-11-13#x|é]] – [[ 2012-11-13 ]]  \n*   [é](<2012-11-13.md>  'é'){last}",
    ).replace(b"#x", b"")  # fmt: skip
    project.write("reports/lscb/2012-12-04.md", other)
    assert rename(project, "lscb/2012-11-13", "lscb/2012-11-12").exit_code == 0
    expected = "---\n# c\ndate:   '2012-11-12'  \nformerly: [lscb/2012-11-13]\n---\n\n\tText.  \n"
    moved = (project.folder / "reports/lscb/2012-11-12.md").read_bytes()
    assert moved == mark + expected.replace("\n", line_end).encode()
    changed = (project.folder / "reports/lscb/2012-12-04.md").read_bytes()
    assert changed == other.replace(b"2012-11-13", b"2012-11-12")
    settings = (project.folder / "site.yaml").read_bytes()
    assert rename(project, "other", "second").exit_code == 0
    assert (project.folder / "site.yaml").read_bytes() == settings.replace(
        b"other:", b"second:"
    ).replace(b"name: Two", b"name: Two" + f"{line_end}    formerly: [other]".encode())


def test_control_characters_stay(project: Project) -> None:
    data = b"---\ndate: 2012-12-04\n---\nA\x01\x0bB\x85C [[2012-11-13]]\x02.\n"
    project.report("2012-11-13")
    project.write("reports/2012-12-04.md", data.replace(b"\x85", "\x85".encode()))
    before = (project.folder / "reports/2012-12-04.md").read_bytes()
    renamed(project, "2012-11-13", "2012-11-12")
    after = (project.folder / "reports/2012-12-04.md").read_bytes()
    assert after == before.replace(b"11-13", b"11-12")


@pytest.mark.parametrize("in_git", [True, False])
def test_a_dry_run_changes_nothing_and_says_what_would_change(
    project: Project, in_git: bool
) -> None:
    project.report("2012-11-13")
    project.report("2012-12-04", "", "See [[2012-11-13]].\n")
    project.built()
    if in_git:
        project.write(".gitignore", "output\n.lscbsite\n")
        commit(project)
    before = tree(project.folder)
    result = rename(project, "2012-11-13", "2012/2012-11-13", "--dry-run")
    assert result.exit_code == 0
    assert tree(project.folder) == before
    said = result.stdout.splitlines()
    assert said == [
        "reports/2012-11-13.md -> reports/2012/2012-11-13.md",
        "reports/2012/2012-11-13.md:3:",
        "  + formerly: [2012-11-13]",
        "reports/2012-12-04.md:4:",
        "  - See [[2012-11-13]].",
        "  + See [[2012/2012-11-13]].",
        "1 file moved, 2 files changed, if you leave out --dry-run; nothing was changed",
    ]
    assert renamed(project, "2012-11-13", "2012/2012-11-13").splitlines()[:-1] == said[:-1]


def test_git_is_told_of_moves(project: Project) -> None:
    project.report("2012-11-13")
    project.report("2012-12-04", "", "See [[2012-11-13]].\n")
    project.write(".gitignore", "output\n.lscbsite\n")
    commit(project)
    project.report("2013-01-08", "", "Not yet committed.\n")
    renamed(project, "2012-11-13", "2012/2012-11-13")
    renamed(project, "2013-01-08", "2013/2013-01-08")
    status = git(project, "status", "--porcelain").splitlines()
    assert "RM reports/2012-11-13.md -> reports/2012/2012-11-13.md" in status
    assert " M reports/2012-12-04.md" in status
    assert "?? reports/2013/" in status


ADVICE = "; to look at it: git diff HEAD, to keep it: git commit -a"


def test_advice_for_git_is_given_where_it_works(project: Project) -> None:
    project.write("site.yaml", BOARDS)
    project.report("lscb/2012-11-13")
    project.write(".gitignore", "output\n.lscbsite\n")
    git(project, "init", "-q")
    # Nothing was ever committed.
    said = renamed(project, "lscb/2012-11-13", "lscb/2012-11-12")
    assert said.endswith("\n1 file moved, 1 file changed\n")
    git(project, "add", "-A")
    said = renamed(project, "lscb/2012-11-12", "lscb/2012-11-11")
    assert said.endswith("\n1 file moved, 1 file changed\n")
    git(project, "commit", "-qam", "Site")
    said = renamed(project, "lscb/2012-11-11", "lscb/2012-11-10")
    assert said.endswith(f"\n1 file moved, 1 file changed{ADVICE}\n")
    difference = git(project, "diff", "HEAD")
    assert all(f"reports/lscb/2012-11-{day}.md" in difference for day in (10, 11))
    git(project, "commit", "-qam", "Earlier")
    # A draft that was never added.
    project.report("lscb/2013-01-08", "draft: true", "See [[2012-11-10]].\n")
    said = renamed(project, "lscb/2013-01-08", "lscb/2013-01-15")
    assert said.endswith("\n1 file moved, 1 file changed\n")
    said = renamed(project, "lscb/2012-11-10", "lscb/2012-11-09")
    assert said.endswith("\n1 file moved, 2 files changed\n")
    # Another file that git does not know has no part in it.
    assert renamed(project, "other", "second").endswith(f"\n1 file changed{ADVICE}\n")


def test_a_site_in_a_part_of_a_repository(project: Project, tmp_path: Path) -> None:
    inner = Project(tmp_path / "inner")
    inner.report("2012-11-13")
    commit(Project(tmp_path))
    assert rename(inner, "2012-11-13", "2012-11-12").exit_code == 0
    status = git(Project(tmp_path), "status", "--porcelain").splitlines()
    assert "RM inner/reports/2012-11-13.md -> inner/reports/2012-11-12.md" in status


def test_a_board_in_git(project: Project) -> None:
    project.write("site.yaml", BOARDS)
    project.report("lscb/2012-11-13")
    commit(project)
    project.report("lscb/2012-12-04", "", "Not yet committed.\n")
    renamed(project, "lscb", "scp")
    assert (project.folder / "reports/scp/2012-12-04.md").exists()
    assert "R  reports/lscb/2012-11-13.md -> reports/scp/2012-11-13.md" in git(
        project, "status", "--porcelain"
    )


def test_it_runs_in_the_site_s_folder(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.report("2012-11-13")
    monkeypatch.chdir(project.folder)
    done = CliRunner().invoke(main, ["rename", "./reports/2012-11-13.md", "reports/2012/"])
    assert done.exit_code == 0, done.stderr
    assert (project.folder / "reports/2012/2012-11-13.md").exists()


def test_a_path_from_the_current_folder(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.report("2012-11-13")
    monkeypatch.chdir(project.folder.parent)
    site = project.folder.name
    paths = [f"{site}/reports/2012-11-13.md", f"{site}/reports/2012-11-12.md"]
    done = CliRunner().invoke(main, ["rename", "--site", site, *paths])
    assert done.exit_code == 0, done.stderr
    assert (project.folder / "reports/2012-11-12.md").exists()


# --- what is refused --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("2012-11-14", "2012-11-15", 'no report, board, topic or person "2012-11-14"; did you mean "2012-11-13"?'),
        ("2012-11-13", "2012-12-04", "there is already reports/2012-12-04.md"),
        ("2012-11-13", "2012-11-13", '"2012-11-13" has this name already'),
        ("2012-11-13", "../x", '"../x" cannot be the name of a report'),
        ("2012-11-13", ".hidden", "cannot be the name of a report"),
        ("2012-11-13", "a//b", "cannot be the name of a report"),
        ("2012-11-13", "a\\b", "cannot be the name of a report"),
        ("2012-11-13", "", "a name is missing"),
        ("2012-11-13", "2012-11-13 [first]", "cannot be the name of a report"),
        ("2012-11-13", "2012-11-13#1", "cannot be the name of a report"),
        ("2012-11-13", "2012-11-13: first", "cannot be the name of a report"),
        ("2012-11-13", "_draft", "is not read as a report"),
        ("2012-11-13", "README", "is not read as a report"),
        ("2012-11-13", "notes/2012-11-13", "reports/notes is a file, not a folder"),
        ("2012-*", "2012", 'write the folder they go into, as "2012/"'),
        ("2011-*", "2011/", 'no report\'s name matches "2011-*"'),
        ("{2012,x}/*", "y/", "no report's name matches"),
        ("*", "2012-11-13/2012-11-13/", "files moved"),
        ("budget", "Budget", 'no id of a topic: small letters a to z, digits and hyphens; did you mean "budget"?'),
        ("budget", "training", 'there is already a topic "training"'),
        ("board:budget", "x", 'there is no board "budget"'),
        ("topic:budget", "person:x", "a topic cannot become a person"),
        ("A. Moss", "Ada Reed", '"A. Moss" is an alias of "Ada Moss"'),
        ("Ada Moss", "Ben Reed", 'there is already a person "Ben Reed"'),
    ],
)  # fmt: skip
def test_what_cannot_be_renamed_stays(project: Project, old: str, new: str, message: str) -> None:
    project.write("topics.yaml", "budget: {name: Money}\ntraining: {name: Training}\n")
    project.write("people.yaml", "Ada Moss: {aliases: [A. Moss]}\nBen Reed:\n")
    project.write("reports/notes", "A file.\n")
    project.report("2012-11-13", "", "One.\n")
    project.report("2012-12-04", "", "Two.\n")
    before = sources(project)
    result = rename(project, old, new)
    assert message in result.stderr + result.stdout
    if result.exit_code == 0:
        assert message == "files moved"
        return
    assert result.exit_code == 2
    assert sources(project) == before


def test_a_site_with_errors_is_not_changed(project: Project) -> None:
    project.report("2012-11-13")
    project.report("2012-12-04", "place: [a]", "Two.\n")
    before = sources(project)
    result = rename(project, "2012-11-13", "2012-11-12")
    assert result.exit_code == 1
    assert "reports/2012-12-04.md:3:8: error F023" in result.stderr
    assert "Nothing was renamed. Correct the errors above, then try again." in result.stderr
    assert sources(project) == before


@pytest.mark.parametrize("arguments", [(), ("--dry-run",)])
@pytest.mark.parametrize(
    "text",
    [
        "---\ndate 2012-11-13\n---\nText.\n",
        "",
        "Text.\n",
        "---\n---\n",
        "---\n# nothing yet\n---\nText.\n",
        "---\n- a\n- b\n---\nText.\n",
        "---\ndate: 2012-11-13\nText.\n",
        "---\ntitle: [a\n---\nText.\n",
        "---\ntitle: {a: b\n---\nText.\n",
        "---\n{title: b\n---\nText.\n",
        "---\n{}\n---\nText.\n",
    ],
)
def test_a_report_without_front_matter_that_can_be_read_is_not_renamed(
    project: Project, text: str, arguments: tuple[str, ...]
) -> None:
    project.write("reports/2012-11-13.md", text.encode())
    errors = [line for line in project.run("check").stderr.splitlines() if ": error F0" in line]
    before = sources(project)
    result = rename(project, "2012-11-13", "2012-11-14", *arguments)
    assert result.exit_code == 1
    assert errors
    assert set(result.stderr.splitlines()) >= set(errors)
    assert "Nothing was renamed. Correct the errors above, then try again." in result.stderr
    assert sources(project) == before


def test_errors_are_where_they_are_now(project: Project) -> None:
    """On its copy, the report has another name, and one line more."""
    project.report("2012-11-13", "timme: x\nplacce: y")
    result = rename(project, "2012-11-13", "2012-11-12")
    assert result.exit_code == 1
    assert "reports/2012-11-13.md:3:1: error F020" in result.stderr
    assert "reports/2012-11-13.md:4:1: error F020" in result.stderr
    assert "2012-11-12" not in result.stderr


@pytest.mark.parametrize(
    ("path", "text", "old", "said"),
    [
        ("topics.yaml", "training:\n  nam: Training\n", "training", "topics.yaml:2:3: error F020"),
        ("topics.yaml", "training:\n  nam: Training\n", "topic:training", "topics.yaml:2:3: error F020"),
        ("people.yaml", "Ada Moss: {role: x\n", "Ada Moss", "people.yaml:"),
        ("site.yaml", BOARDS.replace("name: One", "nam: One"), "lscb", "site.yaml:6:10: error F020"),
    ],
)  # fmt: skip
def test_what_a_faulty_file_may_name_is_not_called_unknown(
    project: Project, path: str, text: str, old: str, said: str
) -> None:
    project.report("2012-11-13", "placce: x")
    project.write(path, text.encode())
    result = rename(project, old, "courses")
    assert result.exit_code == 1
    assert result.stderr.startswith(said)
    assert "there is no" not in result.stderr
    assert "reports/" not in result.stderr
    assert "Nothing was renamed. Correct the errors above, then try again." in result.stderr


def test_a_faulty_file_cannot_name_what_is_of_another_kind(project: Project) -> None:
    project.report("2012-11-13")
    project.write("topics.yaml", "training:\n  nam: Training\n")
    result = rename(project, "report:training", "courses")
    assert (result.exit_code, result.stderr.splitlines()[-1][:26]) == (
        2,
        "lscbsite: there is no repo",
    )


def test_a_renaming_that_leads_to_errors_is_not_done(project: Project) -> None:
    project.report("2012-11-13", "next_meeting: 2012-12-04")
    before = sources(project)
    result = rename(project, "2012-11-13", "2012-12-11")
    assert result.exit_code == 1
    assert "error L010" in result.stderr
    assert "Nothing was renamed: the site would have the errors above." in result.stderr
    assert sources(project) == before


def test_conflicts_come_first(project: Project) -> None:
    report = project.report("2012-11-13", "", "One.\n")
    project.write(".gitignore", "output\n.lscbsite\n")
    commit(project)
    git(project, "switch", "-qc", "other")
    report.write_text(report.read_text().replace("One", "Two"))
    git(project, "commit", "-qam", "Two")
    git(project, "switch", "-q", "-")
    report.write_text(report.read_text().replace("One", "Three"))
    git(project, "commit", "-qam", "Three")
    with pytest.raises(subprocess.CalledProcessError):
        git(project, "merge", "other")
    result = rename(project, "2012-11-13", "2012-11-12")
    assert result.exit_code == 2
    assert (
        "git has conflicts that are not resolved, first in reports/2012-11-13.md" in result.stderr
    )
    assert report.exists()


def test_where_git_refuses_nothing_is_changed(project: Project) -> None:
    project.report("2012-11-13")
    project.report("2012-12-04", "", "See [[2012-11-13]].\n")
    commit(project)
    (project.folder / ".git/index.lock").touch()
    before = sources(project)
    result = rename(project, "2012-11-13", "2012/2012-11-13")
    assert result.exit_code == 2
    assert "git cannot move reports/2012-11-13.md: fatal: Unable to create " in result.stderr
    assert "<U+" not in result.stderr
    assert sources(project) == before
    assert not (project.folder / "reports/2012").exists()


@pytest.mark.parametrize("in_git", [True, False])
def test_a_step_that_fails_takes_back_those_before(project: Project, in_git: bool) -> None:
    project.report("2012-11-13")
    project.report("2012-12-04", "", "See [[2012-11-13]].\n")
    if in_git:
        commit(project)
    before = sources(project)
    old = {path: before[path] for path in ("reports/2012-11-13.md", "reports/2012-12-04.md")}
    changes = Changes(
        (("reports/2012-11-13.md", "reports/2012/2012-11-13.md"),),
        {**old, "reports/2012-12-04.md": b"something else"},
        dict.fromkeys(old, b"new"),
        (),
    )
    with pytest.raises(RenameError, match="changed in the meantime"):
        apply_changes(project.folder, changes, WorkTree(project.folder))
    assert sources(project) == before
    assert not (project.folder / "reports/2012").exists()
    if in_git:
        assert git(project, "status", "--porcelain") == ""


def test_a_site_that_cannot_be_written_can_be_tried(project: Project) -> None:
    project.report("2012-11-13")
    project.folder.chmod(0o555)
    try:
        result = rename(project, "2012-11-13", "2012-11-12", "--dry-run")
    finally:
        project.folder.chmod(0o755)
    assert result.exit_code == 0, result.stderr
    assert os.listdir(project.folder / "reports") == ["2012-11-13.md"]  # noqa: PTH208


# --- any site -----------------------------------------------------------------------------------------


@examples(8)
@given(sites(), st.data())
def test_any_site_is_built_after_any_renaming(
    site: list[tuple[str, str, str]], data: st.DataObject
) -> None:
    with new_project() as project:
        for name, front, body in site:
            project.report(name, front, body)
        project.built(today="2014-01-01")
        before = sources(project)
        name = data.draw(st.sampled_from([name for name, _, _ in site]))
        new = data.draw(st.sampled_from([f"{name[:4]}/{name}", f"a/b/{name} x", f"{name}-new"]))
        result = rename(project, name, new)
        assert result.exit_code == 0, result.stderr
        project.built(today="2014-01-01")
        after = sources(project)
        assert after.keys() == (before.keys() - {f"reports/{name}.md"}) | {f"reports/{new}.md"}
        moved = after[f"reports/{new}.md"].decode()
        own = next(front for other, front, _ in site if other == name)
        was_published = not says(own, "draft") or says(own, "withdrawn") or says(own, "corrections")
        assert (f"formerly: [{name}]" in moved) == was_published
        for other, front, body in site:
            page = project.output / f"reports/{new if other == name else other}/index.html"
            refers = re.search(r"\[\[(.*)#one\]\]", body)
            if refers and page.exists() and not says(front, "withdrawn"):
                target = new if refers[1] == name else refers[1]
                assert (
                    f"reports/{target.replace(' ', '%20')}/" in page.read_text()
                    or other == refers[1]
                )


def test_a_new_name_alone_stays_in_the_folder(project: Project) -> None:
    project.report("2012/2012-11-30", "date: 2012-11-30")
    renamed(project, "2012/2012-11-30", "2012-11-29")
    text = (project.folder / "reports/2012/2012-11-29.md").read_text()
    assert "date: 2012-11-29" in text
    assert "formerly: [2012/2012-11-30]" in text


def test_a_renamed_board_is_mended_where_meetings_name_it(project: Project) -> None:
    boards = "boards:\n  lscb: {name: One}\n  health: {name: Two}\n"
    project.write("site.yaml", (project.folder / "site.yaml").read_text() + boards)
    project.write(
        "meetings.yaml", "# the plan\nlscb:\n  - 2013-04-09  # spring\nhealth:\n  - 2013-05-14\n"
    )
    project.report("lscb/2013-01-08", "boards: [lscb, health]  # joint")
    project.report("health/2013-01-08", "meeting: lscb/2013-01-08\ntitle: Notes")
    project.built()
    before = re.findall("UID:(.*)", (project.output / "calendar.ics").read_text())
    renamed(project, "lscb", "scp")

    plan = (project.folder / "meetings.yaml").read_text()
    assert plan == "# the plan\nscp:\n  - 2013-04-09  # spring\nhealth:\n  - 2013-05-14\n"
    joint = (project.folder / "reports/scp/2013-01-08.md").read_text()
    assert "boards: [scp, health]  # joint" in joint
    notes = (project.folder / "reports/health/2013-01-08.md").read_text()
    assert "meeting: scp/2013-01-08" in notes
    assert re.findall("UID:(.*)", (project.output / "calendar.ics").read_text()) == before
