"""Test ``lscbsite init``: what is in a new site, and that it works."""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from click.testing import CliRunner, Result
from conftest import HUNT, ROOT, parsed, read_terminal, run_on_full_disk, text

from lscbsite.cli import main
from lscbsite.cli.parameters import Asked
from lscbsite.scaffold import HOST_NAMES
from lscbsite.scaffold.program import REPOSITORY
from lscbsite.scaffold.site import HOSTS

EDITOR_FILES = {
    ".vscode/extensions.json",
    ".vscode/settings.json",
    *(
        f".vscode/schemas/{subject}.json"
        for subject in ("site", "meetings", "topics", "people", "glossary")
    ),
}
FILES = EDITOR_FILES | {
    ".gitignore",
    "README.md",
    "pages/about.md",
    "pages/accessibility.md",
    "pages/privacy.md",
    "reports/2013-03-01.md",
    "requirements-lscbsite.txt",
    "requirements.txt",
    "site.yaml",
}
ADDRESS = ("--base-url", "https://reports.example/a/")
GIT = {
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_SYSTEM": "/dev/null",
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org",
}


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1362139200")  # 1 March 2013
    for name, value in GIT.items():
        monkeypatch.setenv(name, value)


def init(folder: Path | str, *arguments: str) -> Result:
    """Begin a site in a folder; its exit code must be 0."""
    result = CliRunner().invoke(main, ["init", str(folder), *arguments])
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    return result


def run(folder: Path, command: str, *arguments: str) -> Result:
    """Run a command on a site."""
    return CliRunner().invoke(main, [command, "--site", str(folder), *arguments])


def files(folder: Path) -> set[str]:
    """Return the paths of a folder's files, but git's."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {name for path in found if (name := path.relative_to(folder).as_posix())[:5] != ".git/"}


def settings(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((folder / "site.yaml").read_text("utf-8"))
    return found


# --- a new folder ---------------------------------------------------------------------------


def test_a_new_site_has_all_files_and_builds_without_a_warning(tmp_path: Path) -> None:
    site = tmp_path / "new" / "board reports"
    result = init(site, *ADDRESS)
    assert files(site) == FILES
    lines = result.stdout.splitlines()
    assert {f"written: {path}" for path in FILES - EDITOR_FILES} <= set(lines)
    assert lines.count("written: .vscode/ (settings for the editor VS Code)") == 1
    for command in ("check", "build"):
        done = run(site, command, "--strict")
        assert (done.exit_code, done.stderr) == (0, "")
    assert "1 report read, 3 pages" in run(site, "build").stdout
    pages = sorted((site / "output").rglob("*.html"))
    for page in pages:
        parsed(page.read_bytes())
    assert len(pages) > 8
    home = text(parsed((site / "output/index.html").read_bytes()))
    assert "Meeting reports" in home
    assert "Accessibility statement" in home


@pytest.mark.parametrize("mark", ["#(?=[a-z_]+:|  )", "#(?:(?=[a-z_]+:)| (?= ))"])
def test_comments_can_be_used_without_their_mark(mark: str, tmp_path: Path) -> None:
    """Whether an author deletes the # alone, or a space behind it as well."""
    init(tmp_path, *ADDRESS)
    [report] = (tmp_path / "reports").iterdir()
    for path, names in (
        (report, {"title", "time", "place", "author", "attendees", "feedback", "next_meeting"}),
        (tmp_path / "site.yaml", {"notice", "accent", "logo", "attendance", "boards"}),
    ):
        text = path.read_text("utf-8")
        used = re.sub(f"(?m)^{mark}", "", text)
        fields = yaml.load(used.removeprefix("---\n").partition("---\n")[0], yaml.BaseLoader)
        assert names <= fields.keys()
        path.write_text(used, "utf-8")
    found = run(tmp_path, "check").stderr
    assert not {"F010", "F011", "F012", "F013", "F014", "F020"} & set(re.findall(r"F\d{3}", found))


def test_the_editor_knows_the_keys_of_yaml_files(tmp_path: Path) -> None:
    init(tmp_path, *ADDRESS)
    associated = json.loads((tmp_path / ".vscode/settings.json").read_text("utf-8"))["yaml.schemas"]
    assert sorted(associated.values()) == [
        "glossary.yaml",
        "meetings.yaml",
        "people.yaml",
        "site.yaml",
        "topics.yaml",
    ]
    for schema, file in associated.items():
        printed = CliRunner().invoke(main, ["schema", "--for", file.removesuffix(".yaml")]).stdout
        assert (tmp_path / schema).read_text("utf-8") == printed
        jsonschema.Draft202012Validator.check_schema(json.loads(printed))
    checker = jsonschema.Draft202012Validator(
        json.loads((tmp_path / ".vscode/schemas/site.json").read_text("utf-8"))
    )
    assert not list(checker.iter_errors(settings(tmp_path)))
    assert list(checker.iter_errors({**settings(tmp_path), "logoo": "files/logo.svg"}))


def test_what_init_prints_next_works(tmp_path: Path) -> None:
    result = init(tmp_path / "a site", *ADDRESS)
    _, _, rest = result.stdout.partition("Next:\n")
    lines = [line.strip() for line in rest.splitlines() if line.startswith("  ")]
    assert lines == [
        f"cd '{tmp_path}/a site'",
        "lscbsite serve",
        "git add .",
        "git commit --message Begin",
    ]
    program = f'lscbsite() {{ {shlex.quote(sys.executable)} -m lscbsite "$@"; }}'
    # The preview would run until it is stopped, and the build does what it does first.
    lines[1] = "lscbsite build"
    subprocess.run(
        ["sh", "-e", "-c", "\n".join([program, *lines])],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
        capture_output=True,
    )
    assert (tmp_path / "a site/output/index.html").exists()
    assert git(tmp_path / "a site", "status", "--porcelain") == ""


def test_in_the_current_folder_nobody_is_sent_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "Next:\n  lscbsite check\n  lscbsite serve\n" in init(Path()).stdout


def test_each_site_has_a_uid_of_its_own(tmp_path: Path) -> None:
    uids = set()
    for name in ("one", "two"):
        init(tmp_path / name)
        uids.add(settings(tmp_path / name)["uid"])
    assert len(uids) == 2
    assert all(re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f-]{21}", uid) for uid in uids)


def test_a_host_is_known_in_any_letters(tmp_path: Path) -> None:
    for name in ("GitHub", "github"):
        init(tmp_path / name, "--host", name)
    one, other = files(tmp_path / "GitHub"), files(tmp_path / "github")
    assert one == other
    assert any(".github/workflows/" in path for path in one)


def test_nothing_of_the_sample_is_in_a_new_site(tmp_path: Path) -> None:
    for host in HOST_NAMES:
        init(tmp_path, "--host", host)
    assert run(tmp_path, "new", "12 March 2013").exit_code == 0
    sample = re.compile("ardenshire|hallam|fairley|mill lane|@[a-z]+@", re.IGNORECASE)
    for path in files(tmp_path):
        assert not sample.search((tmp_path / path).read_text("utf-8")), path


def test_an_address_that_is_not_known_is_mentioned_by_check_alone(tmp_path: Path) -> None:
    init(tmp_path)
    assert run(tmp_path, "build", "--strict").stderr == ""
    for arguments in ((), ("--no-cache",)):
        done = run(tmp_path, "check", *arguments)
        assert done.exit_code == 0
        assert re.fullmatch(r"\S*site\.yaml:8:11: warning S019: found .*\n", done.stderr)
    assert run(tmp_path, "check", "--strict").exit_code == 1
    # Not even after a check.
    assert run(tmp_path, "build", "--strict").stderr == ""
    place = tmp_path / "site.yaml"
    words = place.read_text("utf-8")
    place.write_text(f"{words}rules: {{S019: off}}\n", "utf-8")
    assert run(tmp_path, "check", "--strict").stderr == ""
    place.write_text(words.replace("https://example.org/", "https://reports.example/"), "utf-8")
    assert run(tmp_path, "check", "--strict").stderr == ""


# --- answers --------------------------------------------------------------------------------

ODD = (
    'The "Board": what it said, [all] {of} #it',
    "It's *our* board & <you> | `us`",
    "\N{BUSTS IN SILHOUETTE} \N{HEBREW LETTER ALEF}\N{HEBREW LETTER BET} \N{RIGHT-TO-LEFT MARK}ok",
    "two\nlines\r\nand\u2028a\x85third\ttab",
    "back\\slash \\n @uid@ $x ${y} %s {{ title }}",
    "- ",
    "null",
    "12",
    "\x07\x1b[31mred\ufeff\uffff",
    "---",
)


@pytest.mark.parametrize("words", ODD)
def test_odd_answers_stay_what_they_are(tmp_path: Path, words: str) -> None:
    init(tmp_path, "--title", words, "--board", words, *ADDRESS)
    wanted = " ".join(re.sub("[\x07\x1b\ufeff\uffff]", "", words).split())
    assert settings(tmp_path)["title"] == wanted
    assert settings(tmp_path)["description"] == f"Reports of the meetings of {wanted}"
    done = run(tmp_path, "check")
    # The only advice there may be: marks in a title are shown as they are.
    assert all("C118" in line for line in done.stderr.splitlines())
    assert done.exit_code == 0
    run(tmp_path, "build")
    assert wanted in text(parsed((tmp_path / "output/index.html").read_bytes()))
    about = text(parsed((tmp_path / "output/about/index.html").read_bytes()))
    assert f"After each meeting of {wanted}," in about


@pytest.mark.parametrize("words", ["", "  ", "\n"])
def test_empty_answers_are_defaults(tmp_path: Path, words: str) -> None:
    init(tmp_path, "--title", words, "--board", words)
    assert settings(tmp_path)["title"] == "Meeting reports"
    assert settings(tmp_path)["description"] == "Reports of the meetings of the board"


def test_a_board_with_capitals_needs_no_glossary(tmp_path: Path) -> None:
    init(tmp_path, "--board", "LSCB", *ADDRESS)
    assert run(tmp_path, "check", "--strict").exit_code == 0
    assert "LSCB" in settings(tmp_path)["description"]


@pytest.mark.parametrize("arguments", [("--host", "nowhere"), ("--base-url", "here")])
def test_wrong_answers_write_nothing(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    result = CliRunner().invoke(main, ["init", str(tmp_path / "a"), *arguments])
    assert result.exit_code == 2
    assert not (tmp_path / "a").exists()


def test_a_file_is_not_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    result = CliRunner().invoke(main, ["init", str(tmp_path / "a")])
    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)


def converse(folder: Path, answers: str, *arguments: str) -> str:
    """Answer the questions at a terminal; return what it shows."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "lscbsite", "init", str(folder), *arguments]
    with subprocess.Popen(
        command,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        os.write(ours, answers.encode())
        seen = read_terminal(ours)
    assert process.returncode == 0, seen
    return seen


def test_at_a_terminal_there_are_four_questions(tmp_path: Path) -> None:
    seen = converse(tmp_path, "Our board\nnowhere\nhttps://reports.example\nthe forum\ngitlab\n")
    assert settings(tmp_path)["title"] == "Our board"
    assert settings(tmp_path)["base_url"] == "https://reports.example/"
    assert "the forum" in (tmp_path / "pages/about.md").read_text("utf-8")
    assert (tmp_path / ".gitlab-ci.yml").exists()
    assert '"nowhere" is not a full web address' in seen
    questions = [option for option in main.commands["init"].params if isinstance(option, Asked)]
    assert len(questions) == 4
    assert all(f"{option.prompt} " in seen for option in questions)


def test_at_a_terminal_what_is_known_is_not_asked(tmp_path: Path) -> None:
    seen = converse(tmp_path / "a", "\n\n", "--title", "Our board", "--host", "none")
    assert "The title" not in seen
    assert "Who publishes" not in seen
    assert settings(tmp_path / "a")["title"] == "Our board"
    # There is a site.yaml now.
    seen = converse(tmp_path / "a", "github\n")
    assert "The title" not in seen
    assert (tmp_path / "a/.github/workflows/pages.yml").exists()


@pytest.mark.parametrize("key", ["Ctrl-C", "Ctrl-D"])
def test_at_a_question_it_can_be_stopped(tmp_path: Path, key: str) -> None:
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "lscbsite", "init", str(tmp_path / "site")],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        seen = os.read(ours, 1000)
        while not seen.endswith(b": "):
            seen += os.read(ours, 1000)
        # A key that comes just before the program listens is lost: anybody presses it again.
        while process.poll() is None:
            if key == "Ctrl-C":
                process.send_signal(signal.SIGINT)
            else:
                os.write(ours, b"\x04")
            with suppress(subprocess.TimeoutExpired):
                process.wait(5)
        said = read_terminal(ours)
    assert (process.returncode, said.strip()) == (130, "lscbsite: stopped")
    assert not (tmp_path / "site").exists()


# --- a folder that is not empty -------------------------------------------------------------


def test_only_what_is_missing_is_added(tmp_path: Path) -> None:
    kept = {
        "site.yaml": "title: Old Forum\nbase_url: https://old.example/\n",
        "reports/2012-11-13.md": "---\ndate: 2012-11-13\n---\nText.\n",
        "pages/about.md": "---\ntitle: About\n---\nText.\n",
        "notes.txt": "mine",
        ".gitignore": "secret\n",
    }
    for path, words in kept.items():
        place = tmp_path / path
        place.parent.mkdir(exist_ok=True)
        place.write_text(words)
    result = init(tmp_path, "--title", "New")
    assert {path: (tmp_path / path).read_text() for path in kept} == kept
    assert files(tmp_path) == (FILES | kept.keys()) - {"reports/2013-03-01.md"}
    left = re.findall(r"^kept, as it was there already: (.+)$", result.stdout, re.MULTILINE)
    assert sorted(left) == [".gitignore", "pages/about.md", "reports/", "site.yaml"]
    assert (tmp_path / "README.md").read_text("utf-8").startswith("# Old Forum\n")
    assert run(tmp_path, "check", "--strict").stderr == ""


def test_a_second_time_nothing_is_written(tmp_path: Path) -> None:
    init(tmp_path)
    before = {path: (tmp_path / path).read_bytes() for path in files(tmp_path)}
    assert "written:" not in init(tmp_path, "--title", "Other").stdout
    assert {path: (tmp_path / path).read_bytes() for path in files(tmp_path)} == before


def test_a_broken_site_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text("title: [\n")
    assert "written: README.md" in init(tmp_path).stdout
    assert (tmp_path / "site.yaml").read_text() == "title: [\n"


@pytest.mark.parametrize("name", ["pages", "reports", ".github", ".vscode"])
def test_a_file_in_place_of_a_folder_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    result = CliRunner().invoke(main, ["init", str(tmp_path), "--host", "github"])
    assert result.exit_code == 2
    message = f"/{name} is a file, and a folder is needed there; rename the file\n"
    assert result.stderr.endswith(message)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ["pages", "reports", ".github", ".vscode"])
def test_a_folder_that_is_a_link_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "site" / name).symlink_to(tmp_path / "elsewhere")
    arguments = ["init", str(tmp_path / "site"), "--host", "github"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert result.stderr.endswith(
        f"/{name} is a link to another folder; put a folder in its place\n"
    )
    assert files(tmp_path) == set()


def test_the_folder_of_git_is_refused(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    before = files(tmp_path)
    for folder in (tmp_path / ".git", tmp_path / ".git/new"):
        result = CliRunner().invoke(main, ["init", str(folder)])
        assert (result.exit_code, "belongs to git" in result.stderr) == (2, True)
    assert files(tmp_path) == before
    assert not (tmp_path / ".git/site.yaml").exists()


def test_a_name_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["init", ""])
    assert (result.exit_code, files(tmp_path)) == (2, set())
    assert "write the name of a folder, or . for the one you are in" in result.stderr


def test_a_gitignore_that_is_there_is_told_what_to_add(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("secret\n.venv/\n")
    note = "note: add to .gitignore, each on a line of its own: output/ .lscbsite/\n"
    assert note in init(tmp_path).stdout
    (tmp_path / ".gitignore").write_text("output/\n.lscbsite/\n.venv/\n")
    assert "note: add" not in init(tmp_path).stdout


def test_a_gitignore_that_is_a_folder_stays(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").mkdir()
    said = init(tmp_path).stdout
    assert "kept, as it was there already: .gitignore\n" in said
    assert "note: .gitignore is no file; make one of it with these lines: output/ .lscb" in said


def test_a_file_that_cannot_be_written_is_not_left_in_half(tmp_path: Path) -> None:
    """The next time, nothing is missing."""
    done = run_on_full_disk(20, "init", str(tmp_path / "site"))
    assert (done.returncode, done.stderr) == (2, "lscbsite: File too large\n")
    left = files(tmp_path / "site")
    assert "README.md" in left
    assert "requirements.txt" not in left
    init(tmp_path / "site")
    init(tmp_path / "other")
    for name in FILES - {"site.yaml"}:
        assert (tmp_path / "site" / name).read_bytes() == (tmp_path / "other" / name).read_bytes()


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site/README.md").symlink_to(tmp_path / "elsewhere")
    init(tmp_path / "site")
    assert not (tmp_path / "elsewhere").exists()


# --- git ------------------------------------------------------------------------------------


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_the_site_is_a_repository_on_main_without_a_commit(tmp_path: Path) -> None:
    assert "created: a git repository" in init(tmp_path).stdout
    assert git(tmp_path, "symbolic-ref", "HEAD") == "refs/heads/main"
    run(tmp_path, "build")
    git(tmp_path, "add", ".")
    committed = set(git(tmp_path, "ls-files").splitlines())
    assert committed - {"ledger.jsonl"} == FILES
    (tmp_path / "ledger.jsonl").touch()
    assert "ledger.jsonl" in git(tmp_path, "ls-files", "--others", "--cached", "--exclude-standard")


def test_a_repository_that_is_there_stays(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "symbolic-ref", "HEAD", "refs/heads/trunk")
    assert "created" not in init(tmp_path / "site").stdout
    assert not (tmp_path / "site/.git").exists()
    assert git(tmp_path, "symbolic-ref", "HEAD") == "refs/heads/trunk"


def test_a_workflow_that_is_never_read_is_mentioned(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "symbolic-ref", "HEAD", "refs/heads/trunk")
    seen = init(tmp_path / "site", "--host", "github").stdout
    assert (
        "note: .github/workflows/pages.yml is not read here, as the top folder of the repository is"
        f" {tmp_path}; move the site into a repository of its own\n"
    ) in seen
    assert "pages.yml publishes the branch main, and this one is trunk; to rename it: git" in seen
    assert "note: " not in init(tmp_path / "other").stdout.replace("note: the exact", "")
    git(tmp_path, "symbolic-ref", "HEAD", "refs/heads/main")
    assert "publishes the branch" not in init(tmp_path, "--host", "github").stdout


ODD_NAMES = ('it\'s $HOME `id` "q"', "!x", "-dash", "~", "w\\x", "a b", "$(touch oops)", "*", "#")


@pytest.mark.parametrize("name", ODD_NAMES)
def test_the_command_that_is_printed_leads_into_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    printed = init("--", name).stdout
    [line] = [line.strip() for line in printed.splitlines() if line.startswith("  cd ")]
    shell = subprocess.run(
        ["sh", "-ec", f"{line}\npwd"], check=True, capture_output=True, text=True
    )
    assert shell.stdout == f"{tmp_path}/{name}\n"
    assert {path.name for path in tmp_path.iterdir()} == {name}


def test_without_git_there_is_a_site_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    result = init(tmp_path / "site", *ADDRESS)
    assert files(tmp_path / "site") == FILES
    assert "created" not in result.stdout
    assert "note: the exact version of the program is unknown" in result.stdout
    assert "note: this folder is not in git" in result.stdout
    requirement = (tmp_path / "site/requirements-lscbsite.txt").read_text().splitlines()[-1]
    assert re.fullmatch(r"lscbsite @ git\+https://\S+/lscbsite@v\d+\.\d+\.\d+", requirement)
    assert run(tmp_path / "site", "check", "--strict").exit_code == 0


def test_where_git_makes_no_repository_nobody_has_to_install_it(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("This is not a repository.\n")
    said = init(tmp_path).stdout
    assert "note: git could not make a repository here; to see why, run git init\n" in said
    assert "install git" not in said


# --- publishing -----------------------------------------------------------------------------


def test_the_requirements_have_all_packages_with_hashes_and_the_commit(tmp_path: Path) -> None:
    init(tmp_path)
    locked = (tmp_path / "requirements.txt").read_text("utf-8")
    assert locked.endswith((ROOT / "requirements/site.txt").read_text("utf-8"))
    entries = re.sub(r"^#.*\n", "", locked, flags=re.MULTILINE).replace("\\\n", " ").splitlines()
    assert len(entries) > 20
    assert all("==" in entry and "--hash=sha256:" in entry for entry in entries)
    requirement = (tmp_path / "requirements-lscbsite.txt").read_text("utf-8").splitlines()[-1]
    if (ROOT / ".git").exists():
        assert requirement.endswith(f"@{git(ROOT, 'rev-parse', 'HEAD')}")


@pytest.mark.parametrize("host", HOST_NAMES)
def test_each_host_gets_its_workflow_and_no_other(tmp_path: Path, host: str) -> None:
    init(tmp_path, "--host", host, *ADDRESS)
    path = {HOSTS[host].path} if host in HOSTS else set()
    assert files(tmp_path) == FILES | path
    assert run(tmp_path, "check", "--strict").exit_code == 0
    if path:
        assert yaml.safe_load((tmp_path / path.pop()).read_text("utf-8"))


def test_the_choices_are_the_hosts() -> None:
    [option] = [each for each in main.commands["init"].params if each.name == "host"]
    assert list(getattr(option.type, "choices", ())) == [*HOSTS, "none"]


# Stands for Python: makes an environment whose pip writes down what it was asked for.
PYTHON = """\
#!/bin/sh
case "$*" in
"-m venv "*)
    mkdir -p "$3/bin"; cp "$0" "$3/bin/python"
    printf '#!/bin/sh\\nexec "%s" -m lscbsite "$@"\\n' "$REAL" >"$3/bin/lscbsite"
    chmod +x "$3/bin/lscbsite" ;;
"-m pip "*)
    for last; do :; done; test -e "$last"; echo "$*" >>"$LOG" ;;
*) exit 1 ;;
esac
"""


def list_installed(environment: Path) -> set[str]:
    """Return the names of the packages in a virtual environment, but of those that come with it."""
    found = distributions(path=[str(next(environment.glob("lib/python*/site-packages")))])
    return {each.name.lower().replace("_", "-") for each in found} - {"pip", "setuptools"}


@pytest.mark.parametrize(
    "real",
    [
        False,
        pytest.param(True, marks=pytest.mark.skipif(HUNT == 1, reason="installs: make test-long")),
    ],
)
@pytest.mark.parametrize("host", HOSTS)
def test_the_steps_of_the_workflows_build_the_site(
    tmp_path: Path, host: str, *, real: bool
) -> None:
    """Run them in a clean checkout; Python is a stand-in, or installs what the site's files list."""
    site, checkout = tmp_path / "site", tmp_path / "a checkout"
    init(site, "--host", host, *ADDRESS)
    git(site, "add", ".")
    git(site, "commit", "--quiet", "--message", "Begin")
    repository = tmp_path / "server" / "owner" / "site"
    git(tmp_path, "clone", "--quiet", "--bare", str(site), str(repository))
    workflow = yaml.safe_load((site / HOSTS[host].path).read_text("utf-8"))
    if host == "gitlab":
        lines = [*workflow["before_script"], *workflow["pages"]["script"]]
    else:
        steps = workflow["jobs"]["build" if host == "github" else "site"]["steps"]
        # Each step begins in the checkout.
        lines = [f"({step['run']}\n)" for step in steps if "run" in step]
    if host == "forgejo":
        checkout.mkdir()
    else:
        git(tmp_path, "clone", "--quiet", str(repository), str(checkout))
    place = tmp_path / "opt"
    (tmp_path / "bin").mkdir()
    python = tmp_path / "bin/python"
    if real:
        python.symlink_to(Path(sys.executable).resolve())
    else:
        python.write_text(PYTHON)
        python.chmod(0o755)
    path = f"{tmp_path}/bin:{tmp_path}/runner/lscbsite/bin:{os.environ['PATH']}"
    environment = {
        **os.environ,
        "PATH": path,
        **({} if real else {"PYTHONPATH": str(ROOT), "REAL": sys.executable}),
        "LOG": str(tmp_path / "log"),
        # The program comes from this checkout, as if it were the address that the site names.
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{ROOT}.insteadOf",
        "GIT_CONFIG_VALUE_0": REPOSITORY,
        "RUNNER_TEMP": str(tmp_path / "runner"),
        "GITHUB_PATH": str(tmp_path / "path"),
        "GITHUB_SERVER_URL": f"file://{tmp_path}/server",
        "GITHUB_REPOSITORY": "owner/site",
        "GITHUB_SHA": git(site, "rev-parse", "HEAD"),
        "CI_PAGES_URL": "https://pages.example/site/",
        "TOKEN": "secret",
    }
    script = "\n".join(lines).replace("/opt/lscbsite", str(place))
    done = subprocess.run(
        ["sh", "-e", "-c", script],
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    output = checkout / ("public" if host == "gitlab" else "output")
    assert (output / "feed.xml").exists()
    if real:
        locked = re.findall(r"^([\w-]+)==", (site / "requirements.txt").read_text(), re.MULTILINE)
        installed = list_installed(tmp_path / "runner/lscbsite" if host == "github" else place)
        assert {"lscbsite"} <= installed <= {"lscbsite", *(name.lower() for name in locked)}
    else:
        pip = (tmp_path / "log").read_text().splitlines()
        assert [line.split(" -r ")[1] for line in pip] == [
            "requirements.txt",
            "requirements-lscbsite.txt",
        ]
    if host == "forgejo":
        published = git(repository, "ls-tree", "-r", "--name-only", "pages").splitlines()
        assert {"index.html", "feed.xml"} <= set(published)
        assert git(repository, "rev-list", "--count", "pages") == "1"
        # A second run replaces the first.
        shutil.rmtree(checkout)
        checkout.mkdir()
        subprocess.run(
            ["sh", "-e", "-c", script],
            cwd=checkout,
            env=environment,
            capture_output=True,
            check=True,
        )
        assert git(repository, "rev-list", "--count", "pages") == "1"
