"""The blocks of commands in README and docs/, and a machine with an empty account to run them on."""

import calendar
import os
import re
import signal
import subprocess
import sys
import textwrap
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from conftest import ROOT

from lscbsite import __version__

# What a reader types into a terminal, and what is something else.
COMMANDS = {"sh", "console", "bat", "powershell", "cron"}
OTHERS = {"caddy", "html", "markdown", "nginx", "text", "yaml"}
_FENCE = re.compile(
    r"^(?P<indent> *)(?P<fence>`{3,}|~{3,}) *(?P<language>[^\n`]*)\n(?P<text>.*?)^ *(?P=fence) *$",
    re.M | re.S,
)
# Hosts whose repositories are folders of the machine.
_GIT_HOSTS = {
    "https://github.com/": "github.com",
    "https://gitlab.com/": "gitlab.com",
    "https://codeberg.org/": "codeberg.org",
    "git@reports.example.org:": "reports.example.org",
}


NOTHING: Mapping[str, str] = MappingProxyType({})


class Block(NamedTuple):
    """A fenced block of a page: the line it begins in, its language and its text."""

    page: str
    line: int
    language: str
    text: str

    @property
    def name(self) -> str:
        """The first line, by which stories name the block."""
        return self.text.partition("\n")[0]


def find_blocks(page: str, text: str) -> list[Block]:
    """Return the fenced blocks of a page."""
    return [
        Block(
            page,
            text.count("\n", 0, found.start()) + 1,
            found["language"].strip(),
            textwrap.dedent(found["text"]),
        )
        for found in _FENCE.finditer(text)
    ]


def read_pages() -> dict[str, str]:
    """Return the text of each page that a reader of the repository sees, by path."""
    paths = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    return {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in sorted(paths)}


class StandIn(NamedTuple):
    """A program that cannot be had: why, the arguments it must get, and what it does instead.

    ``arguments`` is a pattern of the shell's ``case``; ``action`` is shell code.
    """

    reason: str
    arguments: str
    action: str = ":"


_NO_ROOT = "nothing is installed on the machine that runs the tests, and nobody is root"
STAND_INS: Mapping[str, tuple[StandIn, ...]] = {
    "sudo": (StandIn(_NO_ROOT, '"apt install git pipx"'),),
    "brew": (StandIn("this is no Mac", '"install git pipx"'),),
    "rsync": (
        StandIn(
            "there is no web space",
            '"--recursive --delete output/ you@example.org:public_html/board-reports/"',
            'test -f "$3/index.html"',
        ),
    ),
    "apt-get": (StandIn(_NO_ROOT, '"install git make python3-venv nginx"'),),
    "adduser": (StandIn(_NO_ROOT, '"--disabled-password --gecos  --home "*"/srv/git git"'),),
    "install": (
        StandIn(
            "there is no account git",
            '"-d -o git -g git "*"/srv/www/reports"',
            'mkdir -p "$6"',
        ),
        StandIn(
            "the program itself follows on the path", '"-m 755 "*', 'exec /usr/bin/install "$@"'
        ),
    ),
    "su": (
        StandIn("there is no account git", '"--shell /bin/sh git --command "*', 'exec sh -c "$5"'),
    ),
    "make": (
        StandIn(
            "make is run for the README, and takes long",
            '"-C "*"/opt/lscbsite"',
            'mkdir -p "$2/.venv/bin" && ln -sf "$(command -v lscbsite)" "$2/.venv/bin/lscbsite"',
        ),
    ),
    "pre-commit": (StandIn("it is not among the tests' packages", '"install"'),),
}


class Machine:
    """An account of its own: an empty home, and programs that a story puts on its path.

    ``real`` says that the program must be installed first; otherwise ``lscbsite`` is this checkout.
    The git hosts are folders: what is pushed to them can be looked at in ``hosts``.
    """

    def __init__(self, folder: Path, *, real: bool, day: str = "2026-04-20") -> None:
        self.folder = folder
        self.home = folder / "home"
        self.bin = folder / "bin"
        self.hosts = folder / "hosts"
        self.here = self.home
        for path in (self.home, self.bin):
            path.mkdir()
        self.running: list[subprocess.Popen[str]] = []
        self.paths: dict[str, str] = {}
        left_out = ("GIT_", "PYTHON", "VIRTUAL_ENV", "XDG_", "PIPX_", "SOURCE_DATE_EPOCH", "HUNT")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
        self.env = {
            **kept,
            "PATH": f"{self.bin}:{self.home}/.local/bin:{os.environ['PATH']}",
            "HOME": str(self.home),
            "SHELL": "/bin/sh",
            "SOURCE_DATE_EPOCH": self._noon(day),
            "GIT_CONFIG_GLOBAL": str(self.home / ".gitconfig"),
            "GIT_CONFIG_SYSTEM": "/dev/null",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_EDITOR": "true",
            # uv asks GitHub for the commit otherwise, and not git.
            "UV_NO_GITHUB_FAST_PATH": "1",
        }
        # Not those beside which this checkout is installed.
        base = Path(sys.executable).resolve()
        for name in ("python", "python3"):
            (self.bin / name).symlink_to(base)
        for name in ("pipx", "uv", "uvx"):
            (self.bin / name).symlink_to(Path(sys.prefix) / "bin" / name)
        if not real:
            self.install(
                "lscbsite", f'PYTHONPATH="{ROOT}" exec "{sys.executable}" -m lscbsite "$@"'
            )
        for address, name in _GIT_HOSTS.items():
            self.git("config", "--global", f"url.{self.hosts / name}/.insteadOf", address)

    @staticmethod
    def _noon(day: str) -> str:
        return str(calendar.timegm(time.strptime(f"{day} 12", "%Y-%m-%d %H")))

    def install(self, name: str, script: str) -> None:
        """Put a program on the path."""
        place = self.bin / name
        place.write_text(f"#!/bin/sh\n{script}\n")
        place.chmod(0o755)

    def install_stand_ins(self, names: tuple[str, ...]) -> None:
        """Put stand-ins on the path, which fail for other arguments than those that are known."""
        for name in names:
            cases = "".join(
                f"{stand_in.arguments}) {stand_in.action} ;;\n" for stand_in in STAND_INS[name]
            )
            unknown = f'*) echo "{name}, a stand-in, does not know: $*" >&2; exit 97 ;;'
            self.install(name, f'case "$*" in\n{cases}{unknown}\nesac')

    def git(self, *arguments: str) -> str:
        """Run git where the last block ended."""
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.here,
            env=self.env,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    def make_repository(self, path: str) -> None:
        """Make an empty repository at a git host."""
        self.git("init", "--quiet", "--bare", "--initial-branch=main", str(self.hosts / path))

    def offer_program(self, program: Path) -> None:
        """Let a repository of the program be where the pages say, and be a contributor's fork."""
        for path in ("github.com/lscbsite/lscbsite", "github.com/YOU/lscbsite"):
            (self.hosts / path).parent.mkdir(parents=True, exist_ok=True)
            (self.hosts / path).symlink_to(program)

    def run(self, block: Block, exchange: Mapping[str, str] = NOTHING) -> str:
        """Run a block as its reader does, from where the last one ended; return what it printed."""
        script = self._script(block, exchange)
        save = f'pwd >"{self.folder}/cwd"; export -p >"{self.folder}/env"'
        done = subprocess.run(
            ["sh", "-e", "-c", f"{self._resume()}{script}\n{save}"],
            cwd=self.here,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{block.page}:{block.line}: {done.stdout}"
        self.here = Path((self.folder / "cwd").read_text().rstrip("\n"))
        return done.stdout

    def start(
        self, block: Block, ready: str, exchange: Mapping[str, str] = NOTHING
    ) -> "re.Match[str]":
        """Run a block whose last line does not end by itself, until it prints what is ``ready``."""
        lines = self._script(block, exchange).rstrip("\n").split("\n")
        save = f'pwd >"{self.folder}/cwd"; export -p >"{self.folder}/env"'
        log = self.folder / f"log-{len(self.running)}"
        with log.open("w") as opened:
            process = subprocess.Popen(
                [
                    "sh",
                    "-e",
                    "-c",
                    "\n".join([self._resume(), *lines[:-1], save, f"exec {lines[-1]}"]),
                ],
                cwd=self.here,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=opened,
                stderr=subprocess.STDOUT,
                text=True,
            )
        self.running.append(process)
        for _ in range(3000):
            found = re.search(ready, log.read_text())
            if found:
                self.here = Path((self.folder / "cwd").read_text().rstrip("\n"))
                return found
            assert process.poll() is None, f"{block.page}:{block.line}: {log.read_text()}"
            time.sleep(0.1)
        raise AssertionError(f"{block.page}:{block.line}: waited for {ready}: {log.read_text()}")

    def look_at_preview(self, block: Block, exchange: Mapping[str, str] = NOTHING) -> str:
        """Run a block that ends with ``lscbsite serve``; return the home page; press Ctrl-C."""
        address = self.start(block, r"http://[\d.]+:\d+/", exchange)[0]
        with urllib.request.urlopen(address) as answer:
            page: str = answer.read().decode()
        process = self.running.pop()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=300) == 0
        return page

    def stop(self) -> None:
        """End what still runs."""
        for process in reversed(self.running):
            process.terminate()
            process.wait(timeout=300)

    def _resume(self) -> str:
        place = self.folder / "env"
        return f'. "{place}"\n' if place.exists() else ""

    def _script(self, block: Block, exchange: Mapping[str, str]) -> str:
        text = block.text
        for old, new in {**self.paths, **exchange}.items():
            text = text.replace(old, new)
        if block.language == "console":
            lines = [line[2:] for line in text.split("\n") if line.startswith("$ ")]
            assert lines, block
            return "\n".join(lines)
        if block.language == "cron":
            return " ".join(text.split()[5:])
        if block.language in {"bat", "powershell"}:
            return _translate(text)
        return text


def _translate(text: str) -> str:
    """Return commands for Windows as ones for this system: there is no Windows to run them on."""
    text = text.replace("\\", "/").replace("/Scripts/", "/bin/")
    text = re.sub(r"^py ", "python3 ", text, flags=re.M)
    return re.sub(r"^(\S+/bin/activate)$", r". \1", text, flags=re.M)


def clone_program(folder: Path) -> Path:
    """Return a bare repository with this checkout as it is, under the tag of its version."""
    program = folder / "program.git"
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "safe.directory=*"]

    def run(*arguments: str, **env: str) -> str:
        done = subprocess.run(
            [*git, *arguments],
            cwd=ROOT,
            env={**os.environ, **env},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    run("clone", "--quiet", "--bare", str(ROOT), str(program))
    there = {"GIT_DIR": str(program), "GIT_WORK_TREE": str(ROOT)}
    run("read-tree", "HEAD", **there)
    run("add", "--all", **there)
    commit = run(
        "commit-tree", "-p", "HEAD", "-m", "This checkout", run("write-tree", **there), **there
    )
    run("update-ref", "refs/heads/main", commit, **there)
    run("symbolic-ref", "HEAD", "refs/heads/main", **there)
    run("tag", "--force", f"v{__version__}", commit, **there)
    return program
