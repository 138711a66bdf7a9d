"""Test the way from a commit to the reader: real pushes to a real repository, set up as in docs/deployment.md.

The workflows for GitHub and GitLab cannot run here; what they call must at least exist.
"""

import ast
import datetime as dt
import fcntl
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import textwrap
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import feedparser
import jsonschema
import pytest
import yaml
from conftest import HUNT, ROOT, SITE_YAML, lives, tree

from lscbsite.cli import main
from lscbsite.scaffold.site import HOSTS

HOOK = ROOT / "lscbsite" / "deploy" / "post-receive"
GUIDE = (ROOT / "docs" / "deployment.md").read_text("utf-8")
ORDINARY_PATH = "/usr/local/bin:/usr/bin:/bin"


def epoch(day: str) -> str:
    """Return noon of a day, as in SOURCE_DATE_EPOCH."""
    noon = dt.datetime.combine(dt.date.fromisoformat(day), dt.time(12), dt.UTC)
    return str(int(noon.timestamp()))


def eventually(condition: Callable[[], bool]) -> None:
    """Wait until another process has done something."""
    for _ in range(6000):
        if condition():
            return
        time.sleep(0.05)
    pytest.fail("waited for five minutes")


def listen(process: "subprocess.Popen[str]", words: str = "") -> str:
    """Return what a process prints until it has said some words, or until it ends."""
    assert process.stdout is not None
    heard = ""
    while line := process.stdout.readline():
        heard += line
        if words and words in line:
            return heard
    assert not words, heard
    process.wait(300)
    return heard


class Server:
    """A bare repository with the hook, an author's clone, and the folder of the site.

    All paths contain spaces. ``env`` is the environment of the author and, as the repository is on
    the same machine, of the hook. It knows nothing of the user's settings for git.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.repository = folder / "git repositories" / "reports.git"
        self.output = folder / "web sites" / "the reports"
        self.program = folder / "a program" / "lscbsite"
        self.clone = folder / "the author's"
        self.scratch = folder / "scratch space"
        for path in (self.repository.parent, self.program.parent, self.clone, self.scratch):
            path.mkdir()
        self.env = {
            "PATH": os.environ.get("PATH", ORDINARY_PATH),
            "HOME": str(folder),
            "TMPDIR": str(self.scratch),
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_CONFIG_SYSTEM": "/dev/null",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_AUTHOR_NAME": "Ruth Hallam",
            "GIT_AUTHOR_EMAIL": "ruth@example.org",
            "GIT_COMMITTER_NAME": "Ruth Hallam",
            "GIT_COMMITTER_EMAIL": "ruth@example.org",
            "SOURCE_DATE_EPOCH": epoch("2013-03-01"),
            # A server knows nothing of UTF-8, perhaps, and Python is kept from guessing it.
            "LC_ALL": "C",
            "PYTHONUTF8": "0",
            "PYTHONCOERCECLOCALE": "0",
        }
        self.install(f'exec {shlex.quote(sys.executable)} -m lscbsite "$@"')
        self.git("init", "--quiet", "--initial-branch=main", cwd=self.clone)
        self.write("site.yaml", f"{SITE_YAML}uid: reports.example,2013\n")
        self.report("2012-11-13", body="The first meeting.")

    def install(self, script: str) -> None:
        """Put a program in place of what ``make`` installs."""
        lines = ["#!/bin/sh", f"PYTHONPATH={shlex.quote(str(ROOT))}; export PYTHONPATH", script, ""]
        self.program.write_text("\n".join(lines))
        self.program.chmod(0o755)

    def install_gate(self) -> Path:
        """Let each build wait until the returned file is made."""
        gate = self.folder / "gate"
        self.install(
            f"echo $PPID >{shlex.quote(str(self.folder))}/started-$$\n"
            f"until [ -e {shlex.quote(str(gate))} ]; do sleep 0.05; done\n"
            f'exec {shlex.quote(sys.executable)} -m lscbsite "$@"'
        )
        return gate

    def builds(self) -> int:
        """Return how many builds have come to the gate."""
        return len(list(self.folder.glob("started-*")))

    def hook_of_build(self) -> int:
        """Return the process of the hook whose build has come to the gate first."""
        (started,) = self.folder.glob("started-*")
        eventually(lambda: started.read_text().endswith("\n"))
        return int(started.read_text())

    def process_of_build(self) -> int:
        """Return the process of the build that has come to the gate first."""
        (started,) = self.folder.glob("started-*")
        return int(started.name.rpartition("-")[2])

    def left_over(self) -> list[Path]:
        """Return the scratch folders that exist."""
        return [*self.scratch.iterdir(), *self.repository.glob("lscbsite-scratch*")]

    def set_up(self) -> None:
        """Do step 2 of the guide, word for word except for the paths."""
        step = GUIDE[GUIDE.index("### 2. The repository and its hook") :]
        found = re.search(r"```sh\n(.*?)```", step, re.DOTALL)
        assert found
        script = found[1]
        for path, here in (
            ("/opt/lscbsite/.venv/bin/lscbsite", self.program),
            ("/opt/lscbsite", ROOT),
            ("/srv/git/reports.git", self.repository),
            ("/srv/www/reports", self.output),
        ):
            assert path in script
            script = script.replace(path, shlex.quote(str(here)))
        self.run("sh", "-e", "-c", script)

    def run(self, *command: str, cwd: Path | None = None, **env: str) -> str:
        """Run a command that must succeed; return what it printed, errors included."""
        done = self.attempt(*command, cwd=cwd, **env)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def attempt(
        self, *command: str, cwd: Path | None = None, **env: str
    ) -> "subprocess.CompletedProcess[str]":
        """Run a command that may fail."""
        return subprocess.run(
            command,
            cwd=cwd or self.folder,
            env=self.env | env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
            timeout=300,
        )

    def start(self, *command: str) -> "subprocess.Popen[str]":
        """Run a command beside the test."""
        return subprocess.Popen(
            command,
            cwd=self.clone,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )

    def git(self, *arguments: str, cwd: Path | None = None) -> str:
        """Run git in the clone, or elsewhere."""
        return self.run("git", *arguments, cwd=cwd or self.clone).strip()

    def config(self, *arguments: str) -> None:
        """Change the settings of the repository."""
        self.git("config", *arguments, cwd=self.repository)

    def write(self, path: str, text: str) -> None:
        """Write a file in the clone."""
        place = self.clone / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(textwrap.dedent(text), "utf-8")

    def report(self, name: str, *, front: str = "", date: str = "", body: str = "Text.") -> None:
        """Write a report in the clone."""
        lines = ["---", f"date: {date or name}", *([front] if front else []), "---", body, ""]
        self.write(f"reports/{name}.md", "\n".join(lines))

    def commit(self) -> str:
        """Commit everything; return the commit."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "A report")
        return self.git("rev-parse", "HEAD")

    def push(self, *refs: str) -> str:
        """Push; return what the author reads. git succeeds even if the hook fails."""
        return self.git("push", str(self.repository), *(refs or ("main",)))

    def start_push(self, commit: str) -> "subprocess.Popen[str]":
        """Push a commit beside the test."""
        return self.start("git", "push", str(self.repository), f"{commit}:refs/heads/main")

    def publish(self) -> str:
        """Commit and push."""
        self.commit()
        return self.push()

    def publish_change(self) -> str:
        """Change a file that is no report, commit and push."""
        self.write("notes.txt", f"{time.monotonic_ns()}")
        return self.publish()

    @staticmethod
    def last_line(said: str) -> str:
        """Return the last line that the hook said."""
        return [line for line in said.splitlines() if line.startswith("remote: ")][-1]

    @staticmethod
    def last_lines(said: str) -> list[str]:
        """Return what the hook said after the program's output."""
        lines = [line.rstrip() for line in said.splitlines() if line.startswith("remote: ")]
        prefix = "remote: lscbsite: "
        return [line.removeprefix(prefix) for line in lines[1:] if line.startswith(prefix)]

    def now(self, **env: str) -> "subprocess.CompletedProcess[str]":
        """Build without a push, as cron does: from any folder."""
        hook = self.repository / "hooks" / "post-receive"
        return self.attempt(str(hook), "--now", cwd=Path("/"), **env)

    def at(self, commit: str) -> bool:
        """Return whether the published branch of the repository is at a commit."""
        place = self.repository / "refs" / "heads" / "main"
        return place.exists() and place.read_text().strip() == commit

    def page(self, name: str) -> str:
        """Return a report's page as a reader gets it."""
        return (self.output / "reports" / name / "index.html").read_text("utf-8")

    def entries(self) -> dict[str, str]:
        """Return address and content of the feed's entries as a feed reader sees them."""
        feed = feedparser.parse((self.output / "feed.xml").read_bytes())
        assert not feed.bozo
        return {entry.link: entry.content[0].value for entry in feed.entries}


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Server]:
    """A server on which step 2 of the guide has not been done."""
    server = Server(tmp_path)
    yield server
    (server.folder / "gate").touch()  # a test that failed leaves nothing running
    assert not server.left_over(), "the hook left its scratch folder"


@pytest.fixture
def server(bare: Server) -> Server:
    """A server set up as in the guide."""
    bare.set_up()
    return bare


# --- one author ------------------------------------------------------------------------


def test_a_pushed_report_is_on_its_page_and_in_the_feed(server: Server) -> None:
    said = server.publish()
    assert re.search(r"^remote: lscbsite: building main at [0-9a-f]{7}", said, re.MULTILINE)
    assert re.search(r"^remote: 1 report read", said, re.MULTILINE)
    assert re.search(r"^remote: lscbsite: published", said, re.MULTILINE)
    assert "The first meeting." in server.page("2012-11-13")

    server.report("2013-01-31", body="The sœcond meeting.")
    server.publish()
    assert "The sœcond meeting." in server.page("2013-01-31")
    assert "reports/2013-01-31/" in (server.output / "index.html").read_text("utf-8")
    entries = server.entries()
    assert list(entries) == [
        "https://example.org/a/b/reports/2013-01-31/",
        "https://example.org/a/b/reports/2012-11-13/",
    ]
    assert "The sœcond meeting." in entries["https://example.org/a/b/reports/2013-01-31/"]


def test_a_mistake_leaves_the_site_as_it_was_and_the_author_reads_why(server: Server) -> None:
    server.publish()
    before = tree(server.output)

    server.report("2013-01-31", body="A good one.")
    server.report("2013-02-12", date="03/04/2013 (März)")
    server.report("2013-02-13", front="colour: red")
    said = server.publish()
    # Every mistake of every report, with its place, in the words of the report.
    assert re.search(
        r"^remote: reports/2013-02-12\.md:2:7: error F\d+: .*03/04/2013 \(März\)", said, re.M
    )
    assert re.search(r"^remote: reports/2013-02-13\.md:3:1: error F020: .*colour", said, re.M)
    assert re.search(r"^remote: lscbsite: the site stays as it was\.", said, re.M)
    assert "lscbsite: published" not in said
    assert tree(server.output) == before

    server.report("2013-02-12")
    server.report("2013-02-13", front="time: 18:30")
    assert "lscbsite: published" in server.publish()
    server.page("2013-02-12")
    assert "A good one." in server.page("2013-01-31")


def test_what_a_build_knew_is_there_for_the_next_push_and_none_that_was_pushed(
    server: Server,
) -> None:
    server.publish()
    kept = server.repository / "lscbsite-cache" / "cache.sqlite"
    first = kept.stat().st_ino
    server.write(".lscbsite/cache.sqlite", "not a cache\n")
    server.report("2012-11-13", body="The first meeting, told better.")
    said = server.publish()
    assert "remote: 1 report read" in said
    assert "told better" in server.page("2012-11-13")
    assert kept.stat().st_ino == first
    server.report("2013-01-31", front="colour: red")
    server.publish()
    assert kept.stat().st_ino == first


def comparable(said: str) -> list[str]:
    """Return what the hook and the program said, without commits, paths, numbers and times."""
    lines = [line.rstrip() for line in said.splitlines() if line.startswith("remote: ")]
    lines = [re.sub(r"(?<= at )[0-9a-f]{7}", "COMMIT", line) for line in lines]
    lines = [
        re.sub(r"\d+ (?=files|unchanged|removed)|\d+\.\d+ s: .*", "N ", line) for line in lines
    ]
    return [re.sub(r"https://.*", "ADDRESS", line) for line in lines]


def test_the_examples_in_the_guide_are_what_an_author_reads(server: Server) -> None:
    first, refused = (comparable(block) for block in guide_blocks("console"))
    server.report("2013-01-31")
    assert comparable(server.publish()) == first
    server.report("2013-03-12", date="03/04/2013")
    assert comparable(server.publish()) == refused


def test_the_messages_that_the_guide_explains_are_those_of_the_programs() -> None:
    """Every message in the table comes from us or from a program named here."""
    foreign = {
        "Get Pages site failed",
        'Branch "',
        '" is not allowed to deploy',
        "detected dubious ownership in repository",
        ": No such file or directory",
        ": Permission denied",
    }
    known = [*foreign, "remote: lscbsite:", "python3"]
    for path in [HOOK, *(ROOT / "lscbsite").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                known.append(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = [
                    str(part.value) if isinstance(part, ast.Constant) else "\0"
                    for part in node.values
                ]
                known.append("".join(parts))
    rows = re.findall(r"^\| (.*?`.*?) \| .* \|$", GUIDE[GUIDE.index("## Troubleshooting") :], re.M)
    assert len(rows) > 10
    for row in rows:
        for message in re.findall(r"`([^`]+)`", row):
            # What stands for a value, by which the texts of the programs are divided.
            said = re.split(r"\.\.\.|\b\d+\b|\bmain\b|(?<=python3)|timelimit", message)
            for part in filter(str.strip, said):
                assert any(part.strip() in text for text in known), message


def test_a_commit_taken_back_is_gone(server: Server) -> None:
    server.report("2013-01-31")
    server.publish()
    server.report("2013-02-28")
    server.publish()
    server.git("revert", "--no-edit", "HEAD")
    server.push()
    server.page("2013-01-31")
    assert not (server.output / "reports" / "2013-02-28").exists()


@pytest.mark.parametrize(
    "line", ["Allow-removal: yes", "allow-removal:  Yes  ", "Allow-removal: no"]
)
def test_most_reports_disappear_only_if_the_commit_says_so(server: Server, line: str) -> None:
    server.report("2013-01-31")
    server.publish()
    shutil.rmtree(server.clone / "reports")
    server.report("2013-02-28")
    said = server.publish()
    assert "error R001: found none of the reports that are published" in said
    assert "the site stays as it was" in server.last_line(said)
    server.page("2013-01-31")
    server.git("commit", "--quiet", "--amend", "--message", f"Begin again\n\n{line}\n\nSigned: A")
    said = server.push("+main")
    assert (server.output / "reports" / "2013-01-31").exists() == line.endswith("no")
    assert (server.output / "reports" / "2013-02-28").exists() != line.endswith("no")


def test_other_branches_and_tags_change_nothing(server: Server) -> None:
    server.publish()
    before = tree(server.output)

    server.git("switch", "--quiet", "--create", "draft")
    server.report("2013-01-31")
    server.commit()
    said = server.push("draft")
    assert "the site shows the branch main, which is not in this push" in said
    server.push("HEAD:refs/tags/main")
    assert tree(server.output) == before

    said = server.push("--delete", "draft")
    assert "[deleted]" in said
    assert "nothing to do" in said
    assert tree(server.output) == before


def test_several_branches_in_one_push(server: Server) -> None:
    server.commit()
    server.git("branch", "zebra")
    server.git("branch", "antelope")
    said = server.push("antelope", "main", "zebra")
    assert said.count("lscbsite: building") == 1
    server.page("2012-11-13")


def test_a_deleted_branch_leaves_the_site(server: Server) -> None:
    server.config("receive.denyDeleteCurrent", "ignore")
    server.publish()
    before = tree(server.output)
    assert "the branch main was deleted; the site stays" in server.push("--delete", "main")
    assert "there is no branch main" in server.now().stdout
    assert tree(server.output) == before


# --- the settings ----------------------------------------------------------------------


def test_without_an_output_folder_the_author_is_told_what_is_missing(server: Server) -> None:
    server.config("--unset", "lscbsite.output")
    said = server.publish()
    assert "remote: lscbsite: nothing was published: this repository does not say where" in said
    assert "git config lscbsite.output /full/path" in said
    assert server.now().returncode == 1

    server.config("lscbsite.output", str(server.output))
    assert server.now().returncode == 0
    server.page("2012-11-13")


@pytest.mark.parametrize(
    "wrong", ["site", ".", "{repository}/site", "{repository}", "{parent}", "/"]
)
def test_an_output_folder_that_would_show_the_repository(server: Server, wrong: str) -> None:
    places = {"repository": server.repository, "parent": server.repository.parent}
    server.config("lscbsite.output", wrong.format(**places))
    before = sorted(path.name for path in server.repository.iterdir())
    assert re.search(r"nothing was published: .*lscbsite\.output", server.publish())
    assert sorted(path.name for path in server.repository.iterdir()) == before


def test_a_file_in_the_way_is_kept(server: Server) -> None:
    server.output.mkdir(parents=True)
    (server.output / "index.html").write_text("Welcome to the web server!")
    said = server.publish()
    assert "was not written by this tool" in said
    assert "the site stays as it was" in said
    assert tree(server.output) == {"index.html": b"Welcome to the web server!"}


def test_branch_folder_and_address_can_be_set(server: Server) -> None:
    server.git("switch", "--quiet", "--create", "public")
    (server.clone / "the site").mkdir()
    for name in ("site.yaml", "reports"):
        (server.clone / name).rename(server.clone / "the site" / name)
    server.config("lscbsite.branch", "public")
    server.config("lscbsite.site", "the site")
    server.config("lscbsite.baseurl", "https://www.example.net/elsewhere")
    server.commit()
    assert server.last_lines(server.push("public")) == [
        "new: reports/2012-11-13.md",
        "published: https://www.example.net/elsewhere/",
    ]
    assert list(server.entries()) == ["https://www.example.net/elsewhere/reports/2012-11-13/"]


@pytest.mark.parametrize("site", ["nowhere", "..", "linked", "linked/deeper"])
def test_a_folder_outside_the_commit_is_not_published(server: Server, site: str) -> None:
    secret = server.folder / "secret" / "deeper"
    secret.mkdir(parents=True)
    for place in (secret, secret.parent):
        shutil.copy(server.clone / "site.yaml", place)
    (server.clone / "linked").symlink_to(secret.parent)
    server.config("lscbsite.site", site)
    assert f"there is no folder {site} in" in server.publish()
    assert not server.output.exists()


def test_a_shell_command_as_the_program(server: Server) -> None:
    server.env["PYTHONPATH"] = str(ROOT)
    server.config("lscbsite.command", f"{shlex.quote(sys.executable)} -m lscbsite")
    assert "lscbsite: published" in server.publish()


def test_what_is_pushed_is_not_run_as_the_program(server: Server) -> None:
    server.env["PYTHONPATH"] = str(ROOT)
    server.config("lscbsite.command", f"{shlex.quote(sys.executable)} -m lscbsite")
    for name in ("lscbsite.py", "click.py"):
        server.write(name, "raise SystemExit('taken in')\n")
    assert "lscbsite: published" in server.publish()


def test_a_program_that_is_not_there(server: Server) -> None:
    server.config("lscbsite.command", "/opt/no such program")
    said = server.publish()
    assert "/opt/no such program cannot be run" in said
    assert "git config lscbsite.command" in said


def test_every_file_of_the_commit_is_published(server: Server) -> None:
    server.write(".gitattributes", "*.md export-ignore\n*.txt export-subst\n")
    server.write("files/format of dates.txt", "$Format:%H$\n")
    server.report("2012-11-13", body="See [the dates](<../files/format of dates.txt>).")
    server.publish()
    server.page("2012-11-13")
    copied = (server.output / "files" / "format of dates.txt").read_text()
    assert copied == "$Format:%H$\n"


def test_git_s_own_variables_do_not_reach_the_program(server: Server) -> None:
    server.install("env >&2; exit 3")
    said = server.publish()
    assert not re.findall(r"remote: (?:GIT_DIR|GIT_QUARANTINE_PATH|GIT_INDEX_FILE)=", said)
    assert "remote: SOURCE_DATE_EPOCH=" in said
    assert "ended with status 3" in said


# --- by the clock ----------------------------------------------------------------------


def test_a_scheduled_report_appears_when_its_day_has_come(server: Server) -> None:
    server.report("2013-01-31", front="published: 2013-03-20", body="Not before spring.")
    said = server.publish()
    assert "scheduled for 20 March 2013" in said
    assert not [path for path, data in tree(server.output).items() if b"spring" in data]

    assert server.now(SOURCE_DATE_EPOCH=epoch("2013-03-19")).returncode == 0
    assert not (server.output / "reports" / "2013-01-31").exists()

    done = server.now(SOURCE_DATE_EPOCH=epoch("2013-03-20"))
    assert done.returncode == 0, done.stdout
    assert "Not before spring." in server.page("2013-01-31")
    assert "https://example.org/a/b/reports/2013-01-31/" in server.entries()


def test_cron_hears_of_failures_only(server: Server) -> None:
    hook = shlex.quote(str(server.repository / "hooks" / "post-receive"))
    found = re.search(r"^\d+ \d+ \* \* \* \S+( --now .*)$", GUIDE, re.MULTILINE)
    assert found
    cron = ("sh", "-c", hook + found[1])
    server.publish()
    assert server.run(*cron) == ""
    server.report("2013-01-31", front="colour: red")
    server.publish()
    done = server.attempt(*cron)
    assert done.returncode == 1
    assert "reports/2013-01-31.md:3:1: error F020" in done.stdout


@pytest.mark.parametrize("arguments", [["--later"], ["--now", "--now"], ["--now", "main"]])
def test_wrong_usage_is_reported(server: Server, arguments: list[str]) -> None:
    done = server.attempt(str(server.repository / "hooks" / "post-receive"), *arguments)
    assert done.returncode == 1
    assert "usage: " in done.stdout


# --- several at once -------------------------------------------------------------------


def test_of_two_pushes_that_wait_the_later_is_published(server: Server) -> None:
    server.publish()
    server.report("2013-01-31")
    earlier = server.commit()
    server.report("2013-02-28", body="The latest.")
    later = server.commit()

    # Somebody else is building: both have to wait, and nobody knows who comes first.
    with (server.repository / "lscbsite.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        pushes = []
        for commit in (earlier, later):
            pushes.append(server.start_push(commit))
            eventually(lambda commit=commit: server.at(commit))  # type: ignore[misc]
        time.sleep(0.2)
        assert [push.poll() for push in pushes] == [None, None]
    said = [push.communicate(timeout=300)[0] for push in pushes]
    for text in said:
        assert f"building main at {later[:7]}" in text
        assert "lscbsite: published" in text
    assert "The latest." in server.page("2013-02-28")


def test_a_push_during_a_build_is_published_after_it(server: Server) -> None:
    gate = server.install_gate()
    earlier = server.commit()
    first = server.start("git", "push", str(server.repository), f"{earlier}:refs/heads/main")
    eventually(lambda: server.builds() == 1)
    server.report("2013-01-31", body="The latest.")
    later = server.commit()
    second = server.start("git", "push", str(server.repository), f"{later}:refs/heads/main")
    said = listen(second, "waiting for another build to finish")
    assert server.builds() == 1
    gate.touch()
    assert f"building main at {earlier[:7]}" in first.communicate(timeout=300)[0]
    said += listen(second)
    assert f"building main at {later[:7]}" in said
    assert "The latest." in server.page("2013-01-31")


def test_a_report_is_published_even_if_the_author_s_connection_breaks(server: Server) -> None:
    commit = server.commit()
    server.git("fetch", "--quiet", str(server.clone), "main:main", cwd=server.repository)
    reading, writing = os.pipe()
    os.close(reading)
    subprocess.run(
        [server.repository / "hooks" / "post-receive"],
        input=f"{'0' * 40} {commit} refs/heads/main\n".encode(),
        stdout=writing,
        stderr=writing,
        env=server.env,
        check=False,
        timeout=300,
        # As a shell would start it; Python itself ignores the signal.
        restore_signals=True,
    )
    os.close(writing)
    server.page("2012-11-13")


def test_a_line_that_hangs_up_stops_no_build(server: Server) -> None:
    gate = server.install_gate()
    push = server.start_push(server.commit())
    eventually(lambda: server.builds() == 1)
    os.kill(server.hook_of_build(), signal.SIGHUP)
    gate.touch()
    assert "lscbsite: published" in push.communicate(timeout=300)[0]


def test_a_build_that_is_stopped_leaves_nothing_behind(server: Server) -> None:
    server.publish()
    before = tree(server.output)
    server.install("kill -TERM $PPID; exit 1")
    assert server.now().returncode == 128 + signal.SIGTERM
    assert tree(server.output) == before
    assert not server.left_over()


# --- builds that go wrong --------------------------------------------------------------


def test_while_the_build_of_a_killed_hook_goes_on_the_next_push_waits(server: Server) -> None:
    server.publish()
    kept = (server.repository / "lscbsite-cache" / "cache.sqlite").stat().st_ino
    gate = server.install_gate()
    server.report("2012-11-13", body="An older text.")
    first = server.start_push(server.commit())
    eventually(lambda: server.builds() == 1)
    os.kill(server.hook_of_build(), signal.SIGKILL)
    first.communicate(timeout=300)

    server.report("2012-11-13", body="The newest text.")
    later = server.commit()
    second = server.start_push(later)
    said = listen(second, "waiting for another build to finish")
    assert server.builds() == 1
    gate.touch()
    said += listen(second)
    assert "lscbsite: published" in said
    assert "The newest text." in server.page("2012-11-13")
    assert not server.left_over()
    assert (server.repository / "lscbsite-cache" / "cache.sqlite").stat().st_ino == kept


def test_what_a_killed_hook_and_build_left_is_cleared_and_the_cache_kept(server: Server) -> None:
    server.publish()
    kept = (server.repository / "lscbsite-cache" / "cache.sqlite").stat().st_ino
    gate = server.install_gate()
    server.report("2013-01-31")
    push = server.start_push(server.commit())
    eventually(lambda: server.builds() == 1)
    for process in (server.hook_of_build(), server.process_of_build()):
        os.kill(process, signal.SIGKILL)
    push.communicate(timeout=300)
    assert server.left_over()

    gate.touch()
    server.report("2013-02-28", body="The latest.")
    assert "lscbsite: published" in server.publish()
    assert "The latest." in server.page("2013-02-28")
    assert not server.left_over()
    assert (server.repository / "lscbsite-cache" / "cache.sqlite").stat().st_ino == kept


def test_a_pushed_cache_is_not_taken_from_a_scratch_folder_that_was_left(server: Server) -> None:
    # The hook was killed after it had checked the commit out.
    pushed = server.repository / "lscbsite-scratch" / "commit" / ".lscbsite"
    pushed.mkdir(parents=True)
    (pushed / "evil").touch()
    server.publish()
    assert not server.left_over()
    assert not (server.repository / "lscbsite-cache" / "evil").exists()


@pytest.mark.skipif(HUNT == 1, reason="waits: make test-long")
def test_a_build_that_hangs_is_ended_with_all_its_processes(server: Server) -> None:
    server.publish()
    before = tree(server.output)
    server.config("lscbsite.timelimit", "15")
    pids = server.folder / "pids"
    # One process does not listen, one is in the background, one has left the group.
    server.install(
        "trap '' TERM\n"
        f"sleep 1000 & echo $! $$ >{shlex.quote(str(pids))}\n"
        f"setsid sh -c 'echo $$ >>\"$0\"; exec sleep 1000' {shlex.quote(str(pids))} &\n"
        "while :; do sleep 1; done"
    )
    server.report("2013-01-31")
    said = server.publish()
    assert re.fullmatch(
        r"remote: lscbsite: the site stays as it was: the build was ended after 15 seconds\."
        r".* git config lscbsite\.timelimit \d+ *",
        server.last_line(said),
    )
    found = pids.read_text().split()
    assert len(found) == 3
    assert not [process for process in found if lives(int(process))]
    assert tree(server.output) == before
    assert not server.left_over()


@pytest.mark.skipif(HUNT == 1, reason="waits: make test-long")
def test_a_build_that_hangs_and_whose_hook_was_killed_does_not_block_pushes(
    server: Server,
) -> None:
    server.config("lscbsite.timelimit", "15")
    server.install_gate()
    first = server.start_push(server.commit())
    eventually(lambda: server.builds() == 1)
    os.kill(server.hook_of_build(), signal.SIGKILL)
    first.communicate(timeout=300)
    hanging = server.process_of_build()
    assert lives(hanging)
    server.config("--unset", "lscbsite.timelimit")
    server.install(f'exec {shlex.quote(sys.executable)} -m lscbsite "$@"')
    server.report("2013-01-31")
    assert "lscbsite: published" in server.publish()
    assert not lives(hanging)
    server.page("2013-01-31")


def test_what_a_build_leaves_running_is_ended(server: Server) -> None:
    pid = server.folder / "pid"
    program = f'{shlex.quote(sys.executable)} -m lscbsite "$@"'
    server.install(f"sleep 1000 & echo $! >{shlex.quote(str(pid))}\n{program}")
    assert "lscbsite: published" in server.publish()
    assert not lives(int(pid.read_text()))
    assert server.now().returncode == 0


@pytest.mark.parametrize(
    "script",
    [
        "bytearray(200 << 20)",
        # Each for itself would be within the limit.
        """\
        import os, signal
        for _ in range(4):
            if not os.fork():
                held = b"x" * (40 << 20)
                signal.pause()
        signal.pause()
        """,
    ],
    ids=["one process", "several together"],
)
def test_a_build_that_takes_too_much_memory_is_ended(server: Server, script: str) -> None:
    server.publish()
    before = tree(server.output)
    server.config("lscbsite.memorylimit", "100m")
    script = textwrap.dedent(script)
    server.install(f"exec {shlex.quote(sys.executable)} -c {shlex.quote(script)}")
    said = server.publish_change()
    assert re.fullmatch(
        r"remote: lscbsite: the site stays as it was: the build was ended, as it needs more than"
        r" 100 MB of memory\. .* git config lscbsite\.memorylimit 200m *",
        server.last_line(said),
    )
    assert tree(server.output) == before
    assert not server.left_over()


def test_the_limits_of_the_guide_are_those_of_the_hook(server: Server) -> None:
    code = (
        "import importlib.machinery as m, types, sys; hook = types.ModuleType('hook');"
        "m.SourceFileLoader('hook', sys.argv[1]).exec_module(hook);"
        "print(hook.TIME_LIMIT, hook.MEMORY_LIMIT >> 30, hook.MEMORY_PER_PROCESSOR >> 20)"
    )
    said = server.run(sys.executable, "-B", "-c", code, str(HOOK))
    rows = re.findall(r"^\| `lscbsite\.\w+limit` \|.*\| (.*) \|$", GUIDE, re.MULTILINE)
    assert re.findall(r"`(\d+)", " ".join(rows)) == said.split()


@pytest.mark.parametrize("name", ["timelimit", "memorylimit"])
@pytest.mark.parametrize("value", ["ten"] if HUNT == 1 else ["", "ten", "-1", "5 minutes"])
def test_a_limit_that_is_no_number_is_reported(server: Server, name: str, value: str) -> None:
    server.config(f"lscbsite.{name}", value)
    said = server.publish()
    assert f"nothing was published: lscbsite.{name} must be a number" in server.last_line(said)
    server.config(f"lscbsite.{name}", "0")
    assert server.now().returncode == 0


def test_a_memory_limit_in_megabytes_is_reported(server: Server) -> None:
    server.config("lscbsite.memorylimit", "2048")
    assert "git config lscbsite.memorylimit 2g" in server.last_line(server.publish())


@pytest.mark.parametrize(
    ("status", "line", "told"),
    [
        (2, "lscbsite: there is not enough memory; try --jobs 1", True),
        (1, "MemoryError", True),
        (134, "memory allocation of 4096 bytes failed", True),
        (2, "lscbsite: another build has been at work", False),
        (1, "reports/2012-11-13.md:1:1: error: there is not enough memory", False),
        (1, "MemoryError\nNothing was written. Correct the errors above, then try again.", False),
    ],
)
def test_a_build_to_which_the_system_refused_memory_says_so(
    server: Server, status: int, line: str, *, told: bool
) -> None:
    server.install(f"printf '%s\\n' {shlex.quote(line)} >&2; exit {status}")
    last = server.last_line(server.publish())
    assert ("git config lscbsite.memorylimit" in last) == told


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (1, r"the site stays as it was\. Correct what is named above"),
        (2, r"the site stays as it was: .* ended with status 2"),
        (130, r"the site stays as it was: the build was stopped\. .*--now"),
    ],
)
def test_only_a_build_without_problems_is_published(
    server: Server, status: int, words: str
) -> None:
    server.install(f"echo one; echo two >&2; exit {status}")
    said = server.publish()
    assert "lscbsite: published" not in said
    assert re.match(f"remote: lscbsite: {words}", server.last_line(said))
    assert server.now().returncode == 1


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_hook_that_is_stopped_ends_its_build_and_tidies_up(
    server: Server, number: int, status: int
) -> None:
    server.publish()
    before = tree(server.output)
    kept = (server.repository / "lscbsite-cache" / "cache.sqlite").stat().st_ino
    server.install_gate()
    hook = server.start(str(server.repository / "hooks" / "post-receive"), "--now")
    eventually(lambda: server.builds() == 1)
    hook.send_signal(number)
    said = hook.communicate(timeout=300)[0]
    assert hook.returncode == status
    assert said.splitlines()[-1].startswith("lscbsite: the site stays as it was")
    assert not lives(server.process_of_build())
    assert not server.left_over()
    assert (server.repository / "lscbsite-cache" / "cache.sqlite").stat().st_ino == kept
    assert tree(server.output) == before


def test_an_author_s_connection_that_hangs_does_not_block_the_next_build(server: Server) -> None:
    started = server.folder / "started"
    server.install(f"touch {shlex.quote(str(started))}; yes | head -c 1000000; exit 1")
    server.commit()
    server.git("fetch", "--quiet", str(server.clone), "main:main", cwd=server.repository)
    # Nobody reads what this one says.
    stuck = server.start(str(server.repository / "hooks" / "post-receive"), "--now")
    eventually(started.exists)
    server.install(f'exec {shlex.quote(sys.executable)} -m lscbsite "$@"')
    assert server.now().returncode == 0
    assert stuck.poll() is None
    stuck.kill()
    stuck.communicate(timeout=300)


# --- what changed ----------------------------------------------------------------------


def test_the_last_lines_say_what_changed_since_the_last_publication_and_where(
    server: Server,
) -> None:
    server.report("2013-01-31", body="A text long enough to be known again after a move.")
    assert server.last_lines(server.publish()) == [
        "new: reports/2012-11-13.md",
        "new: reports/2013-01-31.md",
        "published: https://example.org/a/b/",
    ]
    assert server.now().stdout.splitlines()[-2:] == [
        "lscbsite: no report has changed since the site was last published",
        "lscbsite: published: https://example.org/a/b/",
    ]
    # What was refused is named when it is published.
    server.report("2012-11-13", body="Corrected.")
    server.report("2013-02-12", front="colour: red")
    assert "colour" in server.publish()
    (server.clone / "reports" / "2013-01-31.md").rename(
        server.clone / "reports" / "2013-01-31-board.md"
    )
    server.report("2013-02-12")
    assert server.last_lines(server.publish()) == [
        "changed: reports/2012-11-13.md",
        "renamed: reports/2013-01-31-board.md",
        "new: reports/2013-02-12.md",
        "published: https://example.org/a/b/",
    ]
    server.config("lscbsite.baseurl", "https://www.example.net/")
    (server.clone / "reports" / "2013-02-12.md").unlink()
    assert server.last_lines(server.publish()) == [
        "taken out: reports/2013-02-12.md",
        "published: https://www.example.net/",
    ]


def test_of_many_reports_the_first_are_named(server: Server) -> None:
    for day in range(1, 13):
        server.report(f"2013-01-{day:02}")
    said = server.last_lines(server.publish())
    assert len(said) == 12
    assert said[-2:] == ["and 3 more", "published: https://example.org/a/b/"]


def test_a_last_publication_that_git_has_forgotten_is_none(server: Server) -> None:
    for text in ("", "f" * 40, "not a commit"):
        (server.repository / "lscbsite-published").write_text(text)
        assert server.last_lines(server.publish_change())[0] == "new: reports/2012-11-13.md"


def test_names_of_files_cannot_pretend_to_be_lines_of_the_hook(server: Server) -> None:
    server.install("printf 'a\\033[2Jb\\rc\\td\\n'; mkdir -p \"$5\"")
    server.write("reports/a\n::x\x1b[2J.md", "Text.")
    said = server.publish()
    assert r"remote: lscbsite: new: reports/a\n::x\x1b[2J.md" in said
    assert "remote: a\\x1b[2Jb\\rc\td" in said
    assert "\x1b[2J" not in said


# --- what is shipped -------------------------------------------------------------------


def test_the_hook_needs_an_old_python_and_its_standard_library_only() -> None:
    source = HOOK.read_text("utf-8")
    modules = set()
    for node in ast.walk(ast.parse(source, feature_version=(3, 9))):
        if isinstance(node, ast.Import):
            modules |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            modules.add(str(node.module).split(".")[0])
    assert modules - {"__future__"} <= set(sys.stdlib_module_names)
    assert "lscbsite" not in modules
    assert source.startswith("#!/usr/bin/env python3\n")


def test_the_hook_imports_nothing_that_lies_about(server: Server) -> None:
    trap = server.folder / "trap"
    trap.mkdir()
    for name in ("json", "secrets", "fcntl", "resource"):
        (trap / f"{name}.py").write_text("raise SystemExit('taken in')\n")
    server.install(
        f"unset PYTHONPATH; PYTHONPATH={shlex.quote(str(ROOT))} exec "
        f'{shlex.quote(sys.executable)} -m lscbsite "$@"'
    )
    server.env["PYTHONPATH"] = str(trap)
    assert "lscbsite: published" in server.publish()


def test_the_hook_is_in_the_wheel(tmp_path: Path) -> None:
    pytest.importorskip("hatchling", reason="hatchling builds the wheel")
    command = (sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path))
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        assert archive.read("lscbsite/deploy/post-receive") == HOOK.read_bytes()


SCAFFOLD = ROOT / "lscbsite" / "scaffold" / "files"
# All that a recipe may install: packages with hashes, and one commit of the program.
INSTALLS = (
    " -m pip install --quiet --require-hashes --no-deps -r requirements.txt",
    " -m pip install --quiet --no-deps --no-build-isolation -r requirements-lscbsite.txt",
)
WORKFLOWS = (".github/workflows/pages.yml", ".github/workflows/test.yml", ".gitlab-ci.yml")


def guide_blocks(language: str) -> list[str]:
    """Return the blocks of a language in the guide, but settings of a site."""
    blocks = re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)
    return [block for block in blocks if not block.startswith("title:")]


def load(text: str) -> Any:
    """Read YAML; in its version 1.1, "on" is true."""
    value = yaml.safe_load(text)
    return {("on" if key is True else key): part for key, part in value.items()}


def scripts(text: str) -> list[str]:
    """Return the command lines that a workflow of GitHub or GitLab runs."""
    found: list[str] = []
    jobs = load(text)
    for job in [jobs, *jobs.get("jobs", {}).values(), *jobs.values()]:
        if isinstance(job, dict):
            found += [step["run"] for step in job.get("steps", []) if "run" in step]
            found += job.get("script", []) + job.get("before_script", [])
    return [line for script in found for line in script.splitlines()]


def all_workflows() -> dict[str, str]:
    """Return the texts of the workflows and of the guide's recipes, by what they are."""
    files = {path: (ROOT / path).read_text("utf-8") for path in WORKFLOWS}
    return files | {f"recipe for {name}": recipe(name) for name in HOSTS}


def recipe(name: str) -> str:
    """Return the workflow that ``init`` writes for a host."""
    return (SCAFFOLD / HOSTS[name].file).read_text("utf-8")


def test_the_guides_recipes_are_the_workflows_that_init_writes() -> None:
    # The settings of pre-commit are in the guide as well.
    blocks = [block for block in guide_blocks("yaml") if not block.startswith("repos:")]
    assert blocks == [recipe(name) for name in HOSTS]


def find_schema_errors(name: str, workflow: Any) -> list[str]:
    """Return what the host's JSON Schema says of a workflow; Forgejo's are as GitHub's."""
    file = "gitlab-ci.json" if "gitlab" in name else "github-workflow.json"
    schema = json.loads((ROOT / "tests/schemas" / file).read_text("utf-8"))
    found = jsonschema.Draft7Validator(schema).iter_errors(workflow)
    return [f"{error.json_path}: {error.message}" for error in found]


@pytest.mark.parametrize("name", list(all_workflows()))
def test_the_workflows_are_valid_by_the_hosts_schemas(name: str) -> None:
    workflow = load(all_workflows()[name])
    assert find_schema_errors(name, workflow) == []
    job = workflow["pages"] if "gitlab" in name else next(iter(workflow["jobs"].values()))
    job["artefacts"] = {"path": "public"}
    assert find_schema_errors(name, workflow) != []


def commands() -> list[str]:
    """Return all command lines of the workflows and the guide."""
    lines = [line for text in all_workflows().values() for line in scripts(text)]
    lines += [line for block in guide_blocks("sh") for line in block.splitlines()]
    return lines


def test_all_commands_exist() -> None:
    targets = set(re.findall(r"^(\S+):(?!=)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    made, used = set(), set()
    for line in commands():
        if found := re.match(r"make(?: -C \S+)?(?: ([a-z.][^ =]*))?(?: |$)", line):
            assert found[1] is None or found[1] in targets, line
            made.add(found[1])
        if found := re.match(r"(?:\.venv/bin/)?lscbsite ([a-z]+)(.*)", line):
            command = main.commands[found[1]]
            options = {
                name
                for parameter in command.params
                if isinstance(parameter, click.Option)
                for name in parameter.opts
            }
            for option in re.findall(r"(?<!\S)(?:\$\{\w+:\+)?(--[a-z-]+)", found[2]):
                assert option in options, line
                used.add(option)
    # The expressions above find what they are meant to find.
    assert made == {None, "site", "test", ".venv/site.stamp"}
    assert used == {"--format", "--base-url", "--output"}


def test_what_is_published_on_github_and_when() -> None:
    ours = load((ROOT / ".github/workflows/pages.yml").read_text("utf-8"))
    # The guide's, for a repository with only reports, differs in how the program is installed.
    theirs = load(recipe("github"))
    for workflow in (ours, theirs):
        assert set(workflow["on"]) == {"push", "pull_request", "schedule", "workflow_dispatch"}
        assert workflow["permissions"] == {}
        build, publish = workflow["jobs"]["build"], workflow["jobs"]["publish"]
        assert build["permissions"] == {"contents": "read", "pages": "read"}
        assert publish["permissions"] == {"pages": "write", "id-token": "write"}
        assert publish["needs"] == "build"
        # Nothing of a pull request is published.
        uses = {step["uses"].split("@")[0]: step for step in build["steps"] if "uses" in step}
        for part in (
            publish,
            uses["actions/configure-pages"],
            uses["actions/upload-pages-artifact"],
        ):
            assert part["if"] == "github.event_name != 'pull_request'"
        assert uses["actions/upload-pages-artifact"]["with"] == {"path": "output"}
    for part in ("on", "permissions", "concurrency"):
        assert ours[part] == theirs[part]
    assert ours["jobs"]["publish"] == theirs["jobs"]["publish"]


def test_what_is_published_on_gitlab_and_when() -> None:
    ours = load((ROOT / ".gitlab-ci.yml").read_text("utf-8"))
    theirs = load(recipe("gitlab"))
    for pipeline in (ours, theirs):
        assert pipeline["pages"]["artifacts"] == {"paths": ["public"]}
        assert pipeline["pages"]["rules"] == [{"if": "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH"}]
        assert any("$CI_PAGES_URL" in line for line in pipeline["pages"]["script"])
        assert pipeline["check"]["rules"] == [
            {"if": '$CI_PIPELINE_SOURCE == "merge_request_event"'}
        ]
    assert ours["workflow"] == theirs["workflow"]


@pytest.mark.parametrize("name", list(all_workflows()))
def test_what_the_workflows_use_cannot_become_something_else(name: str) -> None:
    text = all_workflows()[name]
    pinned = re.findall(r"^ *(?:- )?(uses|image): (.*)$", text, re.MULTILINE)
    assert pinned
    for kind, what in pinned:
        if kind == "uses":
            # With the version for people, and for what proposes newer ones.
            assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", what), what
        else:
            assert re.fullmatch(r"python:\d+\.\d+\.\d+@sha256:[0-9a-f]{64}", what), what
    for line in scripts(text):
        if "recipe" in name and " -m pip " in line:
            assert line.endswith(INSTALLS), line
            continue
        assert not re.search(r"\bpip\b|\bcurl\b|\bwget\b|\bdocker\b", line), line
    jobs = load(text).get("jobs", {}).values()
    steps = [step for job in jobs for step in job["steps"]]
    for step in steps:
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False
    if steps and "forgejo" not in name:  # Forgejo has no permissions
        assert load(text)["permissions"] in ({}, {"contents": "read"})


def test_all_versions_of_an_action_are_the_same() -> None:
    used = set(re.findall(r"(?:uses|image): (.*)", "\n".join(all_workflows().values())))
    assert len(used) == len({re.split("[@:]", what)[0] for what in used})


def test_newer_actions_are_proposed() -> None:
    updates = load((ROOT / ".github/dependabot.yml").read_text("utf-8"))["updates"]
    assert [(each["package-ecosystem"], each["directory"]) for each in updates] == [
        ("github-actions", "/")
    ]


@pytest.mark.parametrize("name", [name for name in all_workflows() if "test" not in name])
@pytest.mark.parametrize("committed", [True, False])
def test_a_cache_or_a_site_that_was_committed_is_never_used(
    bare: Server, name: str, *, committed: bool
) -> None:
    text = all_workflows()[name]
    workflow = load(text)
    if steps := workflow.get("jobs", {}).get("build", {}).get("steps"):
        # GitHub restores what was kept in a step: what was committed is gone before it.
        names = [step.get("uses", "").split("@")[0] or step["run"] for step in steps]
        line = "rm -rf .lscbsite output"
        assert names.index("actions/checkout") < names.index(line) < names.index("actions/cache")
    elif steps := workflow.get("jobs", {}).get("site", {}).get("steps"):
        # Forgejo's keeps nothing.
        line = "rm -rf .lscbsite output"
        fetch, remove, *_ = [step["run"] for step in steps]
        assert "fetch" in fetch
        assert remove == line
    else:
        # GitLab does so before all scripts: there, git says whether one was committed.
        line = workflow["before_script"][0]
    output = line.split()[-1]
    if committed:
        bare.write(".lscbsite/cache.sqlite", "evil")
        bare.write(f"{output}/evil.html", "evil")
        bare.commit()
    else:
        bare.commit()
        bare.write(".lscbsite/cache.sqlite", "kept")
        bare.write(f"{output}/index.html", "kept")
    bare.run("sh", "-e", "-c", line, cwd=bare.clone)
    for folder in (".lscbsite", output):
        assert (bare.clone / folder).exists() == (not committed and "git" in line)
    if "git" in line:
        # Where git cannot say, none is used.
        shutil.rmtree(bare.clone / ".git")
        bare.write(".lscbsite/cache.sqlite", "kept")
        bare.run("sh", "-e", "-c", line, cwd=bare.clone)
        assert not (bare.clone / ".lscbsite").exists()


def test_an_empty_address_is_that_of_site_yaml(tmp_path: Path) -> None:
    # A pull request's build has an empty BASE_URL.
    (line,) = (line for block in guide_blocks("yaml") for line in scripts(block) if ":+" in line)
    script = "lscbsite() { printf '<%s>' \"$@\"; }\n" + line
    for address, options in (
        ("", ""),
        ("https://a.example/b", "<--base-url><https://a.example/b>"),
    ):
        env = {"PATH": ORDINARY_PATH, "BASE_URL": address}
        done = subprocess.run(
            ["sh", "-c", script], env=env, cwd=tmp_path, capture_output=True, text=True, check=True
        )
        assert done.stdout == f"<build>{options}"


# --- the web servers -------------------------------------------------------------------


Block = list[tuple[list[str], "Block | None"]]


def parse_blocks(text: str) -> Block:
    """Read a configuration of nginx or Caddy: statements, each with the block that follows it."""
    text = re.sub(r"(?m)(?:^|(?<=\s))#.*$", "", text)
    tokens = re.findall(r"\n|;|\{(?=\s)|\}|(?:\"[^\"]*\"|\\[{};]|[^\s;])+", text)
    position = 0

    def read(*, inner: bool) -> Block:
        nonlocal position
        block: Block = []
        words: list[str] = []
        while position < len(tokens):
            token = tokens[position]
            position += 1
            if token == "}":
                assert inner, "there is no { for this }"
                assert not words
                return block
            if token == "{":
                assert words, "a block of nothing"
                block.append((words, read(inner=True)))
                words = []
            elif token in "\n;":
                if words:
                    block.append((words, None))
                words = []
            else:
                words.append(token)
        assert not inner, "there is no } for this {"
        return block

    return read(inner=False)


def find_block(block: Block, *words: str) -> Block:
    """Return the block of a statement, wherever it is."""
    for statement, inner in block:
        if inner is not None:
            if statement == list(words):
                return inner
            if found := find_block(inner, *words):
                return found
    return []


NOSNIFF = ["X-Content-Type-Options", "nosniff"]
SANDBOX = ["Content-Security-Policy", "sandbox"]


def test_nginx_sandboxes_attachments() -> None:
    own, below = (parse_blocks(text) for text in guide_blocks("nginx"))
    for config, folder in ((own, "/files/"), (below, "/reports/files/")):
        block = find_block(config, "location", folder)
        headers = [words[1:] for words, _ in block if words[0] == "add_header"]
        assert headers == [SANDBOX, NOSNIFF]
        # A block with headers of its own inherits none.
        pdf = find_block(block, "location", "~*", r"\.pdf$")
        assert [words for words, _ in pdf] == [["add_header", *NOSNIFF]]
        # "^~" would switch off the expression that hides files.
        assert not find_block(config, "location", "^~", folder)
    assert find_block(own, "location", "~", r"/\.(?!well-known/)") == [(["return", "404"], None)]
    assert find_block(below, "location", "~", r"/\.") == [(["return", "404"], None)]


def test_caddy_sandboxes_attachments() -> None:
    own, below = (parse_blocks(text) for text in guide_blocks("caddy"))
    for block in (
        find_block(own, "reports.example.org"),
        find_block(below, "handle_path", "/reports/*"),
    ):
        statements = [words for words, _ in block]
        assert ["header", "/files/*", *NOSNIFF] in statements
        assert ["header", "@attachments", *SANDBOX] in statements
        assert find_block(block, "@attachments") == [
            (["path", "/files/*"], None),
            (["not", "path", "*.pdf"], None),
        ]
        assert ["error", "@hidden", "404"] in statements
        assert ["root", "*", "/srv/www/reports"] in statements
        for words in statements:
            # Caddy takes what does not begin so for no matcher, but for a header or a message.
            if words[0] in {"header", "error"}:
                assert words[1][0] in "/@", words
    for config in (own, below):
        assert find_block(config, "handle_errors")
