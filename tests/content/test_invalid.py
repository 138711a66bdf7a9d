"""Test what authors can do wrong: each message word for word, and that nothing else happens.

Each folder of ``tests/invalid`` is named after the code of a problem, or the code and a variant.
It holds either ``report.md`` or files in their places (``reports/...``, ``site.yaml`` ...), and
``expected.txt``: all that a build prints to standard error.

``PYTHONPATH=tests python tests/content/test_invalid.py`` writes every ``expected.txt`` again. Read the diff: a
volunteer who is no programmer must understand from each line what to do.
"""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import unquote

import pytest
from click.testing import Result
from conftest import HUNT, TESTS, TODAY, Project, at_terminal, tree
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import lscbsite
from lscbsite.problem_formats import format_problems
from lscbsite.problems import (
    Problem,
    Problems,
    find_near_name,
    quote_value,
)
from lscbsite.rules import RULES

INVALID = TESTS / "invalid"
CASES = sorted(folder.name for folder in INVALID.iterdir() if folder.is_dir())
# In test_pictures, test_removal and test_external_links.
ELSEWHERE = {"D002", "D003", "L060", "R001", "R002", "S022", "S023"}
STOPPED = "Nothing was written. Correct the errors above, then try again.\n"
GOOD = "---\ndate: 2012-11-13\n---\nText.\n"
_LINE = re.compile(r"\S.*?:\d+:\d+: (error|warning) [A-Z]\d{3}: found .+; expected .+[.?]")


def code(case: str) -> str:
    """Return the code that a folder's name begins with."""
    return case.partition("-")[0]


def put(case: str, project: Project) -> None:
    """Copy a case into a site that has only site.yaml."""
    for path, data in tree(INVALID / case).items():
        if path != "expected.txt":
            project.write("reports/report.md" if path == "report.md" else path, data)


def read_stderr(result: Result) -> str:
    """Check the exit code; return what was printed to standard error."""
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert result.exit_code == (1 if STOPPED in result.stderr else 0)
    return result.stderr


@pytest.mark.parametrize("case", CASES)
def test_a_fault_is_reported_word_for_word(case: str, project: Project) -> None:
    expected = (INVALID / case / "expected.txt").read_text("utf-8")
    put(case, project)

    first = read_stderr(project.build())
    assert first == expected
    if STOPPED in expected:
        assert tree(project.output) == {}

    # The same comes from the cache, and without it.
    assert read_stderr(project.build()) == expected
    assert read_stderr(project.build("--no-cache")) == expected


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A site that was built."""
    project = Project(tmp_path_factory.mktemp("published"))
    project.write("reports/2012-09-11.md", GOOD.replace("2012-11-13", "2012-09-11"))
    project.built()
    return project


@pytest.mark.parametrize("case", CASES[2::3] if HUNT == 1 else CASES)
def test_what_was_published_stays_while_there_is_an_error(
    case: str, project: Project, published: Project
) -> None:
    shutil.copytree(published.folder, project.folder, dirs_exist_ok=True)
    before = tree(project.output)
    shutil.rmtree(project.folder / "reports")
    put(case, project)

    stopped = STOPPED in read_stderr(project.build())

    assert stopped == any(" error " in line for line in expected_lines(case))
    if stopped:
        assert tree(project.output) == before


def expected_lines(case: str) -> list[str]:
    """Return the lines that report the problems of a case."""
    text = (INVALID / case / "expected.txt").read_text("utf-8")
    return text.removesuffix(STOPPED).splitlines()


@pytest.mark.parametrize("case", CASES)
def test_every_line_says_what_was_found_and_expected(case: str) -> None:
    lines = expected_lines(case)
    assert any(f" {code(case)}: " in line for line in lines)
    for line in lines:
        assert _LINE.fullmatch(line)


def test_every_code_has_a_case_or_a_test() -> None:
    tested = {
        found[1].upper() for name in globals() if (found := re.match(r"test_(.\d{3})_", name))
    }
    assert {code(case) for case in CASES} | tested | ELSEWHERE == set(RULES)


# --- what only a check says --------------------------------------------------------------------


def test_s026_a_repository_that_is_made_up(project: Project) -> None:
    project.write("reports/2012-11-13.md", GOOD)
    assert project.run("cms").exit_code == 0
    expected = (
        "admin/config.yml:8:9: warning S026: found the name of a repository that is made up; expected"
        ' the owner and the name of this site\'s repository, as in its address. Run "lscbsite cms"'
        " again once git or site.yaml has the address, or write it here; until then, nobody can sign in"
        " to the form.\n"
    )
    assert project.run("check").stderr.endswith(expected)
    assert "S026" not in project.build().stderr
    config = project.folder / "admin/config.yml"
    config.write_text(config.read_text().replace("OWNER/REPOSITORY", "eastmoor/reports"))
    assert "S026" not in project.run("check").stderr


def test_s019_an_address_that_is_made_up(project: Project) -> None:
    project.write("site.yaml", "title: Fennimore Board\nbase_url: https://example.org/\n")
    project.write("reports/2012-11-13.md", GOOD)
    expected = (
        'site.yaml:2:11: warning S019: found "https://example.org/", which is only an example;'
        " expected the full address of the home page. Write it once you know it; until then, this is"
        " only a reminder.\n"
    )
    # Of a build, the host knows the address.
    assert project.build().stderr == ""
    assert project.run("check").stderr.endswith(expected)
    assert project.run("check", "--no-cache").stderr.endswith(expected)
    project.report("2012-12-13", "date: 03/04/2012")
    assert "S019" in project.run("check").stderr
    assert "S019" not in project.build().stderr


# --- what is too long for a repository --------------------------------------------------------


def test_m004_a_text_that_is_too_long(project: Project) -> None:
    project.write("reports/2012-11-13.md", GOOD + "word word\n" * 500_001)
    assert only_line(project) == (
        "reports/2012-11-13.md:500004:4: error M004: found a text of 5,000,017 characters; expected"
        " at most 5,000,000. Split it into several files, or put the long part into files/ and link"
        " to it; the text over the limit begins here."
    )


# --- what a repository cannot hold on every system ------------------------------------------


def only_line(project: Project, *arguments: str) -> str:
    """Return the one problem of a build."""
    (line,) = read_stderr(project.build(*arguments)).removesuffix(STOPPED).splitlines()
    return line


OUTSIDE = (
    "error F004: found a link to a place outside of the site's folder; expected a file of the site."
    " Put a copy of it here."
)


def link(place: Path, target: Path) -> None:
    """Create a symbolic link, if the system allows it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        place.symlink_to(target)
    except OSError:
        pytest.skip("no symbolic links here")


@pytest.mark.parametrize(
    "path", ["files/secret.txt", "reports/secret.md", "pages/secret.md", "site.yaml", "people.yaml"]
)
def test_f004_a_link_out_of_the_site(path: str, project: Project, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("title: x\nbase_url: https://example.org/\n")
    (project.folder / path).unlink(missing_ok=True)
    link(project.folder / path, secret)
    assert only_line(project) == f"{path}:1:1: {OUTSIDE}"
    assert tree(project.output) == {}


@pytest.mark.parametrize("folder", ["files", "reports", "pages"])
def test_f004_a_folder_that_is_a_link_out_of_the_site(
    folder: str, project: Project, tmp_path: Path
) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "secret.md").write_text(GOOD)
    link(project.folder / folder, tmp_path / "secrets")
    assert only_line(project) == f"{folder}:1:1: {OUTSIDE}"


def test_f004_a_linked_folder_within_the_site(project: Project) -> None:
    project.write("files/plans/plan.txt", "A plan.\n")
    link(project.folder / "files" / "current", Path("plans"))
    assert only_line(project) == (
        "files/current:1:1: error F004: found a link to a folder, which is not followed; expected"
        " a folder. Put a copy of the folder here."
    )


def test_f004_a_link_within_the_site_is_followed(project: Project) -> None:
    project.write("files/plan-2012.txt", "A plan.\n")
    link(project.folder / "files" / "plan.txt", Path("plan-2012.txt"))
    project.publish()
    assert (project.built() / "files" / "plan.txt").read_text() == "A plan.\n"


def test_f004_a_link_to_nothing(project: Project) -> None:
    link(project.folder / "files" / "plan.txt", Path("plan-2011.txt"))
    assert only_line(project) == (
        "files/plan.txt:1:1: error F004: found a link to a file that is not there; expected a file of"
        " the site. Put a copy of it here, or take the link out."
    )


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser reads every file"
)
@pytest.mark.parametrize("path", ["reports/2012-11-13.md", "topics.yaml"])
def test_f004_a_file_that_nobody_may_read(path: str, project: Project) -> None:
    project.write(path, GOOD).chmod(stat.S_IWUSR)
    assert only_line(project).startswith(f"{path}:1:1: error F004: found ")


@pytest.mark.parametrize(
    "name", ["site.yaml", "topics.yaml", "glossary.yaml", "people.yaml", "meetings.yaml"]
)
def test_f004_a_folder_where_a_file_belongs(name: str, project: Project) -> None:
    (project.folder / name).unlink(missing_ok=True)
    (project.folder / name).mkdir()
    assert only_line(project) == (
        f"{name}:1:1: error F004: found a folder where a file belongs; expected a plain file. Put a"
        " file in its place, or take it out."
    )


def test_f004_a_file_name_that_is_not_utf_8(project: Project) -> None:
    try:
        project.write("files/" + os.fsdecode(b"caf\xe9.txt"), "x")
    except (OSError, UnicodeError):
        pytest.skip("no such file names here")
    assert only_line(project) == (
        "files/caf?.txt:1:1: error F004: found a file name that is not UTF-8; expected a file name"
        " in plain letters. Rename the file."
    )


@pytest.mark.parametrize("sign", ["\n", "\r", "\t", "\x0b", "\x1b", "\x85", "\u2028", "\u2029"])
@pytest.mark.parametrize(
    "path",
    [
        "reports/2012-11-13{}x.md",
        "reports/2012{}/2012-11-13.md",
        "pages/a{}b.md",
        "files/a{}b.pdf",
        "templates/a{}b.html",
    ],
)
def test_f055_a_file_name_with_a_sign_that_controls(path: str, sign: str, project: Project) -> None:
    project.write(path.format(sign), GOOD)
    line = only_line(project)
    named, _, rest = line.partition(":1:1: ")
    # The file, or the folder that has the sign.
    escaped = path.format(f"<U+{ord(sign):04X}>")
    assert escaped.startswith(named)
    assert "<U+" in named
    noun = "folder" if named != escaped else "file"
    assert rest == (
        f"error F055: found a line break, a tab or another control character in the name of a {noun};"
        f" expected a name on one line. Rename the {noun}."
    )


def test_f007_names_that_differ_only_in_capitals(project: Project) -> None:
    path = project.report("2012-11-13-Extra")
    other = project.report("2012-11-13-extra")
    if path.samefile(other):
        pytest.skip("no such file names here")
    assert (
        "reports/2012-11-13-extra.md:1:1: error F007: found a name that differs from"
        " reports/2012-11-13-Extra.md only in capitals; expected a name of its own. Rename one of"
        " the two.\n"
    ) in read_stderr(project.build())


def test_f007_pages_that_differ_only_in_capitals(project: Project) -> None:
    path = project.write("pages/About.md", "---\ntitle: About\n---\nText.\n")
    other = project.write("pages/about.md", "---\ntitle: About\n---\nText.\n")
    if path.samefile(other):
        pytest.skip("no such file names here")
    assert (
        "pages/about.md:1:1: error F007: found a name that differs from pages/About.md only in"
        " capitals; expected a name of its own. Rename one of the two.\n"
    ) in read_stderr(project.build())


def test_s001_no_site_yaml(project: Project) -> None:
    (project.folder / "site.yaml").unlink()
    project.report("2012-11-13", "", "See [[2012-09-11]].\n")
    expected = (
        "reports/2012-11-13.md:4:5: error L001: found a reference to"
        ' "[[2012-09-11]]"; expected the name of a report\'s file without .md. Look the name up in'
        " the folder reports/.\n"
        "site.yaml:1:1: error S001: found no site.yaml; expected a file site.yaml in the site's"
        ' folder. Change to the folder of your site, or begin a site there with "lscbsite init .".\n'
    )
    assert read_stderr(project.build()) == expected + STOPPED
    assert tree(project.output) == {}


def test_m001_text_nested_too_deeply(project: Project) -> None:
    depth = 300
    body = "Text.\n\n" + "".join(f"{'    ' * level}- x\n" for level in range(depth))
    project.report("2012-11-13", "", body)
    assert only_line(project) == (
        "reports/2012-11-13.md:104:1: error M001: found quotations, lists or brackets"
        " nested too deeply; expected text that a reader can follow. Take out the"
        " repeated characters at the start of this line."
    )


def test_s008_a_template_that_is_a_folder_or_unused_is_no_fault(project: Project) -> None:
    project.report("2012-11-13")
    project.write("templates/unused.html", "{% if %}")
    assert [line.split()[2] for line in read_stderr(project.build()).splitlines()] == ["S015:"]


# --- all of them, in order --------------------------------------------------------------------


def test_all_problems_of_all_files_are_reported_in_one_run_in_order(project: Project) -> None:
    project.write("site.yaml", "title: Test Board\nbase_url: example.org\ntimezone: London\n")
    project.write("topics.yaml", "- a list\n")
    project.write("glossary.yaml", "VCS: [x]\n")
    project.write("pages/about.md", "no front matter\n")
    project.write("pages/help.md", b"---\ntitle: Caf\xe9\n---\n")
    project.report("2012-09-11", "date: 11/12/2012\nautor: x\ntime: late", "[[2010-01]]\n")
    project.report("2012-10-16", "title: one: two\n", "![x](../files/no.png)\n")
    project.report("2012-11-13", "draft: perhaps", "<blink>x</blink> [[2012-09-11#no]]\n")
    project.write("reports/2012-12-04.md", "---\ndate: 2012-12-04\n")
    project.write("reports/notes.txt", "x")

    lines = read_stderr(project.build()).removesuffix(STOPPED).splitlines()

    places = [(m[1], int(m[2]), int(m[3]), m[4]) for m in map(_place, lines)]
    assert places == sorted(places)
    assert [(path, problem) for path, _, _, problem in places] == [
        ("glossary.yaml", "F023"),
        ("pages/about.md", "F010"),
        ("pages/help.md", "F001"),
        ("reports/2012-09-11.md", "F031"),
        ("reports/2012-09-11.md", "F020"),
        ("reports/2012-09-11.md", "F034"),
        ("reports/2012-09-11.md", "L001"),
        ("reports/2012-10-16.md", "F013"),
        ("reports/2012-10-16.md", "L004"),
        ("reports/2012-11-13.md", "F036"),
        ("reports/2012-11-13.md", "M002"),
        ("reports/2012-12-04.md", "F011"),
        ("reports/notes.txt", "F005"),
        ("site.yaml", "S002"),
        ("site.yaml", "S003"),
        ("topics.yaml", "F012"),
    ]
    assert tree(project.output) == {}


def _place(line: str) -> re.Match[str]:
    match = re.match(r"(\S+):(\d+):(\d+): \w+ (\w+): ", line)
    assert match, line
    return match


def test_many_broken_files_are_reported_in_one_run_by_many_processes(project: Project) -> None:
    for day in range(1, 31):
        for month in (9, 11):
            project.report(f"2012-{month:02}-{day:02}", "time: late", "[[2010-01]]\n")
    by_one_process = read_stderr(project.build("--no-cache", "--jobs", "1"))
    by_many_processes = read_stderr(project.build("--no-cache", "--jobs", "4"))
    assert by_one_process == by_many_processes
    assert by_one_process.count("error F034") == by_one_process.count("error L001") == 60


def test_a_check_tells_the_same_problems(project: Project) -> None:
    project.report("2012-11-13", "autor: x")
    built = read_stderr(project.build())
    checked = project.run("check", "--today", TODAY)
    assert checked.exit_code == 1
    assert checked.stderr + STOPPED == built


@pytest.mark.parametrize("front", ["no front matter", "---\ndate: 2012-09-11\nfeedback: x\n---\n"])
def test_an_outcome_of_an_ask_that_cannot_be_read_is_no_second_problem(
    front: str, project: Project
) -> None:
    project.write("reports/2012-09-11.md", front)
    project.report("2012-11-13", "outcomes: [{ask: 2012-09-11/venue, outcome: In the evening.}]")
    assert only_line(project).startswith("reports/2012-09-11.md:")


def test_s008_a_template_that_is_not_utf_8(project: Project) -> None:
    project.write("templates/home.html", b"<p>Caf\xe9</p>\n")
    assert only_line(project).startswith("templates/home.html:1:")


# --- places -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "case",
    [case for case in (CASES[1::3] if HUNT == 1 else CASES) if code(case) not in ("F001", "F002")],
)
def test_crlf_and_a_byte_order_mark_move_no_problem(case: str, project: Project) -> None:
    put(case, project)
    for path, data in tree(project.folder).items():
        if path.endswith((".md", ".yaml")) and data:
            mark = b"" if b"\r" in data else b"\xef\xbb\xbf"
            plain = data.replace(b"\r\n", b"\n")
            project.write(path, mark + plain.replace(b"\n", b"\r\n"))
    assert read_stderr(project.build()) == (INVALID / case / "expected.txt").read_text("utf-8")


@pytest.mark.parametrize(
    "letters", ["a", "é", "e\u0301", "😀", "👩🏽‍⚕️", "日本", "ﬁ", "\u2028", "\u00a0", "עברית"]
)
def test_columns_count_characters(letters: str, project: Project) -> None:
    project.report(
        "2012-11-13",
        f'title: "{letters}."\nfeedback: [{{ask: {letters}., id: B}}]',
        f"{letters}. [[nowhere]] {letters}. <blink>\n",
    )
    lines = read_stderr(project.build()).removesuffix(STOPPED).splitlines()
    assert [line.split(" ", 1)[0] for line in lines] == [
        f"reports/2012-11-13.md:4:{25 + len(letters)}:",
        f"reports/2012-11-13.md:6:{3 + len(letters)}:",
        f"reports/2012-11-13.md:6:{17 + 2 * len(letters)}:",
    ]


def test_lines_ended_by_carriage_returns_alone(project: Project) -> None:
    project.write("reports/2012-11-13.md", b"---\rdate: 2012-11-13\rautor: x\r---\rCaf\xe9\r")
    assert only_line(project).startswith("reports/2012-11-13.md:5:4: error F001: ")
    project.write("reports/2012-11-13.md", b"---\rdate: 2012-11-13\rautor: x\r---\rText\r")
    assert only_line(project).startswith("reports/2012-11-13.md:3:1: error F020: ")


# --- whatever is written ----------------------------------------------------------------------

WHOLE_SITE = {
    "site.yaml": (
        "title: Test Board\nbase_url: https://example.org/a/b/\ntimezone: Europe/London\n"
        'accent: "#1d5b79"\nfeed_size: 20\nsearch: true\nrules: {C101: off}\n'
    ),
    "topics.yaml": "domestic-violence:\n  name: Domestic violence\n  aliases: [Domestic abuse]\n",
    "glossary.yaml": "VCS: Voluntary and community sector\n",
    "people.yaml": "Ada Moss:\n  organisation: Ardenshire Carers\n",
    "meetings.yaml": (
        "- every: second Tuesday of each month except August\n  year: 2014\n"
        "- {date: 12-13 March 2013, time: 6.30pm to 8.30pm}\n- July 2015\n"
    ),
    "pages/about.md": "---\ntitle: About\nnav: true\n---\nText.\n",
    "reports/2012-09-11.md": (
        "---\ndate: 11 September 2012\nfeedback:\n  - {id: venue, ask: Where?}\n---\n"
        "## Venue\n\nText.\n"
    ),
    "reports/2012-11-13.md": """\
---
date: Tuesday, November 13th, 2012
time: 6.30 to 8.30pm
title: "Report: the thirteenth"
summary: >-
  Plain words
  over two lines.
attendees:
  - Ada Jones (Ardenshire Carers)
  - {name: Ada Moss, organisation: Ardenshire Carers, role: chair}
feedback:
  - id: training
    ask: How many people would come?
    deadline: 2012-12-14
    reply_to: training@example.org
topics: [domestic-violence]
next_meeting: {date: 31ST January 2013, time: 6.30pm, url: https://example.org/}
corrections:
  - date: 2012-12-01
    note: A name was corrected.
aliases: [/old/path/]
---
Intro [[2012-09-11]].

## Domestic violence

Text with [a link](2012-09-11.md#venue), <b>HTML</b> and `code`.
""",
}
SLIPS = st.sampled_from(
    [
        *"\t\n\r :'\"[]{}*&!|%@`,\\~\0\x0b\x85\u00a0\u200b\u2028\ufeff\uffffé😀ﷺ",
        *("  ", "\n\n", "\r\n", ": ", " #", "- ", "? ", "!!str ", ">-\n", "<<: ", "((", "[" * 60),
        *("---", "---\n", "...\n", "%YAML 1.1\n", "no", "2013-02-30", "03/04/2013"),
        *("<x>", "<b>", "<!--", "[[", "]]", "[[x]]", "```"),
        *("cancelled: ", "draft:\n", "withdrawn: "),
    ]
)


@settings(
    max_examples=100 * HUNT,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([*WHOLE_SITE, "reports/2012-11-13.md"]),
            st.floats(0, 1),
            st.integers(0, 9),
            st.one_of(SLIPS.map(str.encode), st.binary(max_size=3)),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_whatever_is_written_is_read_or_reported(
    slips: list[tuple[str, float, int, bytes]],
) -> None:
    files = {path: text.encode() for path, text in WHOLE_SITE.items()}
    for path, where, taken_out, put_in in slips:
        start = int(where * len(files[path]))
        files[path] = files[path][:start] + put_in + files[path][start + taken_out :]
    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder))
        for path, data in files.items():
            project.write(path, data)
        text = read_stderr(project.build("--no-cache"))
    for line in text.removesuffix(STOPPED).splitlines():
        assert _LINE.fullmatch(line), line
        path, row, column = _place(line).group(1, 2, 3)
        rows = re.split("\r\n|\r|\n", files[path].decode("utf-8-sig", "replace"))
        assert 1 <= int(column) <= len(rows[int(row) - 1]) + 1
    assert (STOPPED in text) == (": error " in text)


# --- for other programs -----------------------------------------------------------------------


def json_array(text: str) -> list[dict[str, object]]:
    """Return the JSON array with which a text begins."""
    rows, _ = json.JSONDecoder().raw_decode(text)
    assert isinstance(rows, list)
    return rows


@pytest.mark.parametrize("case", CASES[::3] if HUNT == 1 else CASES)
def test_all_formats_tell_the_same(case: str, project: Project) -> None:
    put(case, project)
    rows = json_array(project.build("--format", "json").stderr)
    commands = project.build("--format", "github").stderr.removesuffix(STOPPED).splitlines()
    as_text = [
        f"{row['path']}:{row['line']}:{row['column']}: {row['severity']} {row['code']}:"
        f" {row['message']}"
        for row in rows
    ]
    assert as_text == expected_lines(case)
    assert [_from_github(command) for command in commands] == expected_lines(case)


def _from_github(command: str) -> str:
    """Read a workflow command as GitHub's runner does, and return the line of the text format."""
    match = re.fullmatch(
        r"::(error|warning) file=([^,:]+),line=(\d+),col=(\d+),title=(\w+)[^,:]*::(.*)", command
    )
    assert match, command
    severity, path, line, column, problem, message = match.groups()
    return f"{unquote(path)}:{line}:{column}: {severity} {problem}: {unquote(message)}"


def problems(*listed: Problem) -> Problems:
    """Return some problems."""
    result = Problems()
    result.extend(listed)
    return result


def test_workflow_commands_are_escaped_as_the_runner_expects() -> None:
    problem = Problem("a,b:c%d\ne.md", 2, 3, "F020", "100% of x::y, z", "a\r\nb", "do this")
    assert format_problems(problems(problem), "github", prefix="site,1/") == (
        "::error file=site%2C1/a%2Cb%3Ac%25d%0Ae.md,line=2,col=3,title=F020 unknown key"
        "::found 100%25 of x::y, z; expected a<U+000D><U+000A>b. Do this.\n"
    )


def test_workflow_commands_name_files_from_where_the_command_runs(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.report("2012-11-13", "autor: x")
    monkeypatch.chdir(project.folder.parent)
    told_there = project.build("--format", "github").stderr
    assert told_there.startswith("::error file=site/reports/2012-11-13.md,line=3,col=1,title=F020 ")


def test_json_has_every_part_of_a_problem() -> None:
    problem = Problem("réports/a.md", 2, 3, "F015", 'the "x"', "y", "did you mean z?")
    (row,) = json_array(format_problems(problems(problem), "json"))
    assert row == {
        "path": "réports/a.md",
        "line": 2,
        "column": 3,
        "code": "F015",
        "found": 'the "x"',
        "expected": "y",
        "fix": "did you mean z?",
        "severity": "warning",
        "message": 'found the "x"; expected y. Did you mean z?',
    }
    assert format_problems(Problems(), "json") == "[]\n"


def test_json_is_printed_when_there_are_no_problems(project: Project) -> None:
    project.report("2012-11-13")
    assert project.build("--format", "json").stderr == "[]\n"


# --- for readers at a terminal ----------------------------------------------------------------


def with_caret(line: str, column: int, *, line_number: int = 2) -> list[str]:
    """Return what follows a problem in the second line of a file."""
    problem = Problem("a.md", line_number, column, "F020", "x", "y")
    text = format_problems(problems(problem), "text", source=lambda _: f"---\n{line}\n---\n")
    return text.splitlines()[1:]


def test_a_caret_is_under_the_fault() -> None:
    assert with_caret("autor: x", 1) == ["    autor: x", "    ^"]
    assert with_caret("autor: x", 8) == ["    autor: x", "           ^"]
    assert with_caret("autor: x", 9) == ["    autor: x", "            ^"]


def test_a_caret_is_under_the_fault_after_wide_and_combined_letters() -> None:
    assert with_caret("日本 x", 4) == ["    日本 x", "         ^"]
    assert with_caret("e\u0301 x", 4) == ["    e\u0301 x", "      ^"]
    assert with_caret("\tx", 2) == ["     x", "     ^"]


def test_a_long_line_is_cut_around_the_fault() -> None:
    line, caret = with_caret("a" * 500 + "b" + "c" * 500, 501)
    assert line == "    " + "a" * 60 + "b" + "c" * 39
    assert caret == "    " + " " * 60 + "^"


def test_without_a_source_or_such_a_line_there_is_no_caret() -> None:
    assert with_caret("x", 1, line_number=0) == []
    assert with_caret("x", 1, line_number=99) == []
    reported = problems(Problem("a.md", 1, 1, "F020", "x", "y"))
    assert format_problems(reported, "text", source=lambda _: None).count("\n") == 1


def test_nothing_an_author_writes_commands_a_terminal(project: Project) -> None:
    problem = Problem("a\x1b[2J\n::error::x.md", 2, 1, "F020", "\x1b[31mred\u202e", "y\nz")
    text = format_problems(problems(problem), "text", source=lambda _: "---\n\x1b[2Jx\n")
    assert text == (
        "a<U+001B>[2J<U+000A>::error::x.md:2:1: error F020: found <U+001B>[31mred<U+202E>;"
        " expected y<U+000A>z.\n    �[2Jx\n    ^\n"
    )


def shown_at_terminal(project: Project, *arguments: str) -> str:
    """Run a build as a program whose standard error is a terminal; return what it shows."""
    # Without bar and lines, which come in between where a busy machine takes long.
    code = (
        "from lscbsite import progress_bar; progress_bar.LINE_INTERVAL = float('inf');"
        " from lscbsite.cli import run; run()"
    )
    command = [sys.executable, "-c", code, "build", "--site", str(project.folder)]
    environment = os.environ | {
        "PYTHONPATH": str(Path(lscbsite.__file__).parents[1]),
        "PYTHONUTF8": "1",
        "TERM": "dumb",
    }
    status, shown_there = at_terminal([*command, "--today", TODAY, *arguments], environment)
    assert status == 1
    return shown_there.replace("\r\n", "\n")


def test_at_a_terminal_the_line_and_a_caret_follow(project: Project) -> None:
    project.write(
        "reports/2012-11-13.md",
        "\ufeff---\r\ndate: 2012-11-13\r\ntitle: Tŷ: Cyngor\r\n---\r\nText.\r\n".encode(),
    )
    assert shown_at_terminal(project) == (
        'reports/2012-11-13.md:3:10: error F013: found a colon and a space in the value of "title";'
        ' expected the value in quotes. Put the whole value in quotes: title: "Tŷ: Cyngor".\n'
        "    title: Tŷ: Cyngor\n"
        "             ^\n"
        f"{STOPPED}"
    )


def test_at_a_terminal_other_formats_are_as_ever(project: Project) -> None:
    project.report("2012-11-13", "autor: x")
    assert shown_at_terminal(project, "--format", "github") == (
        "::error file=reports/2012-11-13.md,line=3,col=1,title=F020 unknown key::found the unknown"
        ' key "autor"; expected a key of the front matter of a report. Did you mean "author"?\n'
    )


def test_a_terminal_of_another_encoding_does_not_stop_the_telling(project: Project) -> None:
    project.report("2012-11-13", "title: Tŷ: Cyngor")
    done = subprocess.run(
        [sys.executable, "-m", "lscbsite", "build", "--site", str(project.folder)],
        capture_output=True,
        env=os.environ
        | {"PYTHONPATH": str(Path(lscbsite.__file__).parents[1]), "PYTHONIOENCODING": "ascii"},
        check=False,
    )
    assert done.returncode == 1
    assert b'title: "T\\u0177: Cyngor".' in done.stderr
    assert b"Traceback" not in done.stderr


# --- the words --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "known", "near"),
    [
        ("autor", ["author", "date"], "author"),
        ("Date", ["date", "time"], "date"),
        ("weather", ["date", "time"], None),
        ("reports/2012-09-12.md", ["reports/2012-09-11.md", "pages/x.md"], "reports/2012-09-11.md"),
        ("reports/x.md", ["reports/draft.md"], None),
        ("files/a.pdf", ["files/z.pdf"], None),
        ("x", [], None),
        ("Ｄate", ["date"], "date"),
    ],
)
def test_only_what_is_near_is_suggested(word: str, known: list[str], near: str | None) -> None:
    assert find_near_name(word, known) == near


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("x", '"x"'),
        ("one\n  two\tthree ", '"one two three"'),
        ("a" * 61, f'"{"a" * 59}…"'),
        ("a\u00a0b\u200bc", '"a<U+00A0>b<U+200B>c"'),
        ("a\ufffeb\U0001fffec\u3164", '"a<U+FFFE>b<U+1FFFE>c<U+3164>"'),
        ("👩🏽‍⚕️", '"👩🏽‍⚕️"'),
    ],
)
def test_a_value_in_a_message_is_short_and_visible(text: str, quoted: str) -> None:
    assert quote_value(text) == quoted


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("\ufffe", "<U+FFFE>"),
        ("\u00a0", "<U+00A0>"),
        ("\U000e0041", "<U+E0041>"),
    ],
)
def test_a_suggestion_shows_characters_that_nobody_sees(
    character: str, name: str, project: Project
) -> None:
    project.write(f"files/agenda{character}.pdf", "x")
    project.write("reports/2012-11-13.md", GOOD + "\n[Agenda](../files/agenda.pdf)\n")
    assert only_line(project).endswith(f'Did you mean "../files/agenda{name}.pdf"?')
    assert name in project.build("--format", "github").stderr
    assert name in project.build("--format", "json").stderr


def test_json_escapes_characters_that_nobody_sees() -> None:
    reported = Problems()
    reported.add(Problem("a\x7f\ufffe\U000e0041\n.md", 1, 1, "F001", "a", "b"))
    text = format_problems(reported, "json")
    assert r'"a\u007f\ufffe\udb40\udc41\n.md"' in text
    assert json.loads(text)[0]["path"] == "a\x7f\ufffe\U000e0041\n.md"


def main() -> None:
    """Write every expected.txt again."""
    for case in CASES:
        with tempfile.TemporaryDirectory() as folder:
            project = Project(Path(folder))
            put(case, project)
            result = project.build()
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        (INVALID / case / "expected.txt").write_text(result.stderr, "utf-8", newline="\n")


if __name__ == "__main__":
    main()
