"""What the readers of README and docs/ do with each block of commands.

A story is what one reader does with a page: its blocks in order, and between them what the reader
writes and sees.
"""

import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

from command_blocks import Block, Machine
from conftest import ROOT

from lscbsite.model import FIRST_TEXT
from tools.move_sample import find_reference_day, read_sample

NEW_SITE = "README.md of a new site"
FIRST_WORDS = FIRST_TEXT.partition(",")[0]
FROM_GIT = "git+https://github.com/lscbsite/lscbsite@v0.1.0"
PIPX = f"pipx install {FROM_GIT}"
# The addresses of a network's machines are this machine's.
CLUSTER = {"10.0.0.1": "127.26.4.20", "--nworkers 16": "--nworkers 1"}
FEW_REPORTS = {"--sizes 1000,10000,100000": "--sizes 10,20", "--sizes 1000": "--sizes 10"}


# --- what the reader does between two blocks --------------------------------------------------


def begin_site(machine: Machine, options: str = "") -> None:
    """Make a site, where the page supposes one, and go there."""
    text = f"lscbsite init {options} board-reports\ncd board-reports"
    machine.run(Block("(setting)", 0, "sh", text))


def introduce_author(machine: Machine) -> None:
    """Tell git who commits, where the page supposes that it knows."""
    machine.git("config", "--global", "user.name", "Ada Moss")
    machine.git("config", "--global", "user.email", "ada@example.org")


def edit_first_report(machine: Machine) -> None:
    [report] = (machine.here / "reports").glob("*.md")
    text = report.read_text("utf-8")
    front, fence, _ = text.rpartition("---\n")
    report.write_text(f"{front}{fence}The board agreed to meet in the evening.\n", "utf-8")


def write_reports(machine: Machine, names: tuple[str, ...], front: str = "") -> None:
    folder = machine.here / "reports"
    for name in names:
        (folder / f"{name}.md").write_text(
            f"---\ndate: {name}\n{front}---\nText of {name}.\n", "utf-8"
        )


def write_mistaken_report(machine: Machine) -> None:
    """The report of docs/deployment.md that is refused."""
    (machine.here / "reports/2013-03-12.md").write_text(
        "---\ndate: 03/04/2013\n---\nText.\n", "utf-8"
    )
    machine.git("add", "--all")
    machine.git("commit", "--quiet", "--message", "Add the report of March")


def publish_from_another_clone(machine: Machine) -> None:
    """Commit two reports in a clone of the author."""
    machine.here = machine.home
    introduce_author(machine)
    begin_site(machine, "--base-url https://reports.example.org/")
    write_reports(machine, ("2012-11-13", "2013-01-31"))
    machine.git("add", ".")
    machine.git("commit", "--quiet", "--message", "Begin")
    served = machine.hosts / "reports.example.org/reports.git"
    served.parent.mkdir(parents=True)
    served.symlink_to(machine.folder / "srv/git/reports.git")


def use_a_runner_of_codeberg(machine: Machine) -> None:
    workflow = machine.here / ".forgejo/workflows/pages.yml"
    text = workflow.read_text("utf-8")
    assert "runs-on: docker\n" in text
    workflow.write_text(text.replace("runs-on: docker\n", "runs-on: codeberg-small\n"), "utf-8")


def enter_environment(machine: Machine) -> None:
    """Make an environment with nothing in it, in which ``python`` is that of the page."""
    machine.run(Block("(setting)", 0, "sh", "python3 -m venv .venv\n. .venv/bin/activate"))


def enter_clone(machine: Machine) -> None:
    """Go to a clone in which make has installed everything."""
    machine.here = machine.home
    machine.git("clone", "--quiet", "https://github.com/lscbsite/lscbsite")
    machine.here /= "lscbsite"
    (machine.here / ".venv").symlink_to(sys.prefix)
    machine.env["PYTHONPATH"] = str(machine.here)


def have_dask(machine: Machine) -> None:
    """Put Dask on the path, beside this checkout."""
    machine.install("dask", f'PYTHONPATH="{ROOT}" exec "{sys.executable}" -m dask "$@"')


# --- what the reader sees ---------------------------------------------------------------------


def shows(page: str, words: str) -> Callable[[Machine], None]:
    """Check that a file of the machine contains words."""

    def check(machine: Machine) -> None:
        assert words in (machine.here / page).read_text("utf-8")

    return check


def pushed(repository: str, *paths: str) -> Callable[[Machine], None]:
    """Check that the files are in a host's repository, and that all is committed and pushed."""

    def check(machine: Machine) -> None:
        there = str(machine.hosts / repository)
        listed = machine.git("-C", there, "ls-tree", "-r", "--name-only", "main").splitlines()
        assert {"site.yaml", *paths} <= set(listed)
        assert machine.git("status", "--porcelain", "--branch") == "## main...origin/main"

    return check


def has_program(machine: Machine) -> None:
    """Check that the installed program builds a site, and that none of this checkout is used."""
    machine.here = machine.home
    begin_site(machine, "--host github")
    machine.run(Block("(proof)", 0, "sh", "lscbsite check && lscbsite build"))
    assert (machine.here / "output/index.html").exists()
    requirement = (machine.here / "requirements-lscbsite.txt").read_text("utf-8").splitlines()[-1]
    tagged = machine.git("ls-remote", "https://github.com/lscbsite/lscbsite", "v0.1.0").split()[0]
    assert requirement.endswith(f"git+https://github.com/lscbsite/lscbsite@{tagged}")


def published(report: str) -> Callable[[Machine], None]:
    """Check that the web server's folder has a report."""

    def check(machine: Machine) -> None:
        assert (machine.folder / f"srv/www/reports/reports/{report}/index.html").exists()

    return check


def not_published(report: str) -> Callable[[Machine], None]:
    """Check that the web server's folder does not have a report."""

    def check(machine: Machine) -> None:
        assert not (machine.folder / f"srv/www/reports/reports/{report}").exists()

    return check


def build_with_environment(machine: Machine) -> None:
    """Check that the environment's program, and no other, builds the site."""
    machine.run(Block("(proof)", 0, "sh", "python -m lscbsite build"))
    assert (machine.here / "output/index.html").exists()
    [program] = (machine.here / ".venv/lib").glob("python*/site-packages/lscbsite")
    assert program.is_dir()


# --- stories ----------------------------------------------------------------------------------


class Run(NamedTuple):
    """Run a block, named by its first line; ``exchange`` puts real words in place of others."""

    name: str
    exchange: Mapping[str, str] = {}


class Preview(NamedTuple):
    """Run a block that ends with ``lscbsite serve``, look at the home page, and press Ctrl-C."""

    name: str
    words: str
    exchange: Mapping[str, str] = {}


class Start(NamedTuple):
    """Run a block whose program goes on, until it prints what is ``ready``."""

    name: str
    ready: str
    exchange: Mapping[str, str] = {}


Step = Run | Preview | Start | Callable[[Machine], None]


class Story(NamedTuple):
    """What a reader of a page does. ``long``: it takes more than some seconds."""

    page: str
    steps: tuple[Step, ...]
    long: bool = False
    # Whether the story installs the program.
    real: bool = False
    day: str = "2026-04-20"
    # Whether it fetches the program from git.
    fetches: bool = False
    stand_ins: tuple[str, ...] = ()
    # Empty repositories that the reader has made at a host.
    repositories: tuple[str, ...] = ()


def begin_on(host: str, address: str) -> tuple[Step, ...]:
    """Return the story of docs/start.md until the site is committed.

    The answers to the questions are given as options; test_init answers them at a terminal.
    """
    answers = f"lscbsite init --host {host} --base-url {address}"
    return (
        Run("lscbsite init board-reports", {"lscbsite init": answers}),
        Preview("lscbsite serve", FIRST_WORDS),
        edit_first_report,
        Run('git config --global user.name "Your Name"'),
    )


STORIES: Mapping[str, Story] = {
    "README, pipx": Story(
        "README.md", (Preview(PIPX, FIRST_WORDS), has_program), long=True, real=True
    ),
    "README, uv": Story(
        "README.md",
        (
            Run(f"uvx --from {FROM_GIT} lscbsite init board-reports"),
            shows("board-reports/site.yaml", "base_url:"),
        ),
        long=True,
        real=True,
    ),
    "README, sample": Story(
        "README.md",
        (
            Run("git clone https://github.com/lscbsite/lscbsite && cd lscbsite"),
            shows("output/index.html", "Ardenshire"),
        ),
        # What the sample reports was held by then.
        day=find_reference_day(read_sample(ROOT)).isoformat(),
        long=True,
        real=True,
    ),
    "start, Debian": Story(
        "docs/start.md", (Run("sudo apt install git pipx"),), stand_ins=("sudo",)
    ),
    "start, macOS": Story("docs/start.md", (Run("brew install git pipx"),), stand_ins=("brew",)),
    "start, Windows": Story(
        "docs/start.md",
        (Run("py -m pip install --user pipx"), Run(PIPX), has_program),
        long=True,
        real=True,
    ),
    "start, uv": Story(
        "docs/start.md", (Run(f"uv tool install {FROM_GIT}"), has_program), long=True, real=True
    ),
    "start, pip": Story(
        "docs/start.md",
        (Run("python3 -m venv lscbsite-program"), has_program),
        long=True,
        real=True,
    ),
    "start, pip on Windows": Story(
        "docs/start.md", (Run("py -m venv lscbsite-program"), has_program), long=True, real=True
    ),
    "start, GitHub": Story(
        "docs/start.md",
        (
            *begin_on("github", "https://YOU.github.io/board-reports/"),
            Run("git remote add origin https://github.com/YOU/board-reports.git"),
            pushed("github.com/YOU/board-reports.git", ".github/workflows/pages.yml"),
            Run("lscbsite new 12 May 2026"),
            Run("lscbsite check"),
            pushed("github.com/YOU/board-reports.git", "reports/2026-05-12.md"),
        ),
        repositories=("github.com/YOU/board-reports.git",),
    ),
    "start, GitLab": Story(
        "docs/start.md",
        (
            *begin_on("gitlab", "https://example.org/"),
            Run("git remote add origin https://gitlab.com/YOU/board-reports.git"),
            pushed("gitlab.com/YOU/board-reports.git", ".gitlab-ci.yml"),
        ),
        repositories=("gitlab.com/YOU/board-reports.git",),
    ),
    "start, Codeberg": Story(
        "docs/start.md",
        (
            *begin_on("forgejo", "https://YOU.codeberg.page/board-reports/"),
            use_a_runner_of_codeberg,
            Run("git add ."),
            pushed("codeberg.org/YOU/board-reports.git", ".forgejo/workflows/pages.yml"),
        ),
        repositories=("codeberg.org/YOU/board-reports.git",),
    ),
    "start, web space": Story(
        "docs/start.md",
        (
            begin_site,
            Run("lscbsite build"),
            Run("rsync --recursive --delete output/ you@example.org:public_html/board-reports/"),
        ),
        stand_ins=("rsync",),
    ),
    "guide": Story(
        "docs/authors-guide.md",
        (
            begin_site,
            partial(write_reports, names=("2013-03-12",), front="next_meeting: 16 April 2013\n"),
            Run("lscbsite check"),
            Preview("lscbsite serve", "Text of 2013-03-12."),
            Run("lscbsite new"),
            shows("reports/2013-04-16.md", "draft: true"),
        ),
        day="2013-03-01",
    ),
    "guide, a day": Story(
        "docs/authors-guide.md",
        (
            begin_site,
            Run("lscbsite new 16 April 2013"),
            shows("reports/2013-04-16.md", "draft: true"),
        ),
        day="2013-03-01",
    ),
    "guide, renaming": Story(
        "docs/authors-guide.md",
        (
            begin_site,
            partial(write_reports, names=("2012-11-31",)),
            Run("lscbsite rename 2012-11-31 2012-11-30"),
            shows("reports/2012-11-30.md", "formerly: [2012-11-31]"),
        ),
        day="2013-03-01",
    ),
    "form": Story(
        "docs/deployment.md",
        (begin_site, Run("lscbsite cms"), shows("admin/config.yml", "repo: OWNER/REPOSITORY")),
    ),
    "publishing": Story(
        "docs/deployment.md",
        (Run("lscbsite init board-reports"), shows("board-reports/site.yaml", "base_url:")),
    ),
    "publishing, requirements": Story(
        "docs/deployment.md",
        (
            begin_site,
            enter_environment,
            Run("python -m pip install --require-hashes --no-deps -r requirements.txt"),
            build_with_environment,
        ),
        long=True,
    ),
    "publishing, server": Story(
        "docs/deployment.md",
        (
            Run("apt-get install git make python3-venv nginx"),
            Run("git init --bare --initial-branch=main /srv/git/reports.git"),
            publish_from_another_clone,
            Run("$ git remote add site git@reports.example.org:reports.git"),
            published("2013-01-31"),
            Run("5 0 * * * /srv/git/reports.git/hooks/post-receive --now >/dev/null"),
            write_mistaken_report,
            Run("$ git push"),
            not_published("2013-03-12"),
            Run("git revert COMMIT", {"COMMIT": "HEAD"}),
            Run("git -C /opt/lscbsite fetch --tags", {"NEW_VERSION": "v0.1.0"}),
            published("2013-01-31"),
        ),
        fetches=True,
        stand_ins=("apt-get", "adduser", "install", "su", "make"),
    ),
    "large sites, Dask": Story(
        "docs/scale.md",
        (
            begin_site,
            have_dask,
            Start("dask scheduler --host 10.0.0.1", r"Scheduler at:\s+tcp://\S+:8786", CLUSTER),
            Start(
                "dask worker --nworkers 16 --nthreads 1 tcp://10.0.0.1:8786",
                "Registered to",
                CLUSTER,
            ),
            Run("lscbsite build --executor dask://10.0.0.1:8786", CLUSTER),
            shows("output/index.html", FIRST_WORDS),
        ),
        long=True,
    ),
    "large sites, growth": Story(
        "docs/scale.md",
        (
            enter_clone,
            Run(".venv/bin/python -m benchmarks --growth --sizes 1000,10000,100000", FEW_REPORTS),
        ),
        long=True,
    ),
    "benchmarks": Story(
        "docs/benchmarks.md",
        (
            enter_clone,
            # The whole takes an hour.
            Run("make bench", {"make bench": "make --dry-run bench"}),
            Run(
                ".venv/bin/python -m benchmarks --sizes 1000 --rounds 3 --only lscbsite,hugo",
                FEW_REPORTS,
            ),
        ),
        long=True,
    ),
    "contributing": Story(
        "CONTRIBUTING.md",
        (
            Run("git clone https://github.com/YOU/lscbsite && cd lscbsite"),
            Run('git grep -n "def test_.*deadline" tests'),
            Run("pre-commit install"),
            Run(
                ".venv/bin/python -m pytest -n auto tests/content/test_invalid.py"
                " tests/content/test_advice.py tests/docs"
            ),
        ),
        long=True,
        real=True,
        stand_ins=("pre-commit",),
    ),
    "new site": Story(
        NEW_SITE,
        (
            partial(begin_site, options="--host github"),
            introduce_author,
            Run(
                "git remote add origin ADDRESS",
                {"ADDRESS": "https://github.com/YOU/board-reports.git"},
            ),
            Run("lscbsite new 2026-05-18"),
            Preview("lscbsite serve", FIRST_WORDS),
            Run("lscbsite check"),
            Run("git add ."),
            pushed("github.com/YOU/board-reports.git", "reports/2026-05-18.md"),
        ),
        repositories=("github.com/YOU/board-reports.git",),
    ),
    "new site, without a host": Story(
        NEW_SITE, (begin_site, Run("lscbsite build"), shows("output/index.html", FIRST_WORDS))
    ),
    "new site, installing": Story(
        NEW_SITE,
        (begin_site, Run("python3 -m venv .venv"), shows("output/index.html", FIRST_WORDS)),
        long=True,
    ),
    "new site, installing on Windows": Story(
        NEW_SITE,
        (begin_site, Run("py -m venv .venv"), shows("output/index.html", FIRST_WORDS)),
        long=True,
    ),
}
