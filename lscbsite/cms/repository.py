"""Find the repository that a site is saved in: from site.yaml, from git, or from its workflow."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

Kind = Literal["github", "gitlab", "forgejo"]

# How git names a repository over ssh without a scheme: git@host:owner/name.git
_SSH = re.compile(r"(?:[\w.-]+@)?([\w.-]+):(?!//)(.+)")
_KINDS: dict[str, Kind] = {
    "github.com": "github",
    "gitlab.com": "gitlab",
    "codeberg.org": "forgejo",
}
_WORDS: dict[str, Kind] = {"gitlab": "gitlab", "forgejo": "forgejo", "gitea": "forgejo"}
# What each kind of host reads in a site that it publishes.
_WORKFLOWS: dict[str, Kind] = {
    ".github/workflows": "github",
    ".gitlab-ci.yml": "gitlab",
    ".forgejo/workflows": "forgejo",
}
_SERVER = re.compile(r"[\w.-]+(?::\d+)?")
_NAME = re.compile(r"[\w.-]+(?:/[\w.-]+)+")
HOMES: dict[Kind, str] = {
    "github": "https://github.com",
    "gitlab": "https://gitlab.com",
    "forgejo": "https://codeberg.org",
}


class Repository(NamedTuple):
    """A repository on a host: its kind, its address, its name there ('' if unknown), the branch."""

    kind: Kind
    home: str
    name: str
    branch: str


def find_repository(site_dir: Path, host: str, written: str | None) -> Repository:
    """Return the repository of a site.

    ``host`` is the kind of host that ``init`` was told, or "none"; ``written`` is ``repository`` of
    site.yaml. What nobody knows is that of the most common host, without a name.
    """
    branch = _ask_git(site_dir, "symbolic-ref", "--short", "HEAD") or "main"
    known: Kind | None = host if host in HOMES else _find_workflow(site_dir)
    for address in _list_addresses(site_dir, written):
        server, name = _split(address)
        kind = _KINDS.get(server) or next(
            (_WORDS[word] for word in _WORDS if word in server), known
        )
        if kind and _SERVER.fullmatch(server) and _NAME.fullmatch(name):
            return Repository(kind, f"https://{server}", name, branch)
    kind = known or "github"
    return Repository(kind, HOMES[kind], "", branch)


def _list_addresses(site_dir: Path, written: str | None) -> Iterator[str]:
    if written:
        yield written
    if remote := _ask_git(site_dir, "remote", "get-url", "origin"):
        yield remote


def _split(address: str) -> tuple[str, str]:
    """Return the host of a repository's address, and its name there; '' for no such address."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return "", ""
    if parts.scheme in ("https", "http", "ssh"):
        server, path = parts.hostname or "", parts.path
        if port and parts.scheme != "ssh":
            server += f":{port}"
    elif match := _SSH.fullmatch(address):
        server, path = match[1], match[2]
    else:
        return "", ""
    return server.lower(), path.strip("/").removesuffix(".git")


def _find_workflow(site_dir: Path) -> Kind | None:
    return next((kind for path, kind in _WORKFLOWS.items() if (site_dir / path).exists()), None)


def _ask_git(site_dir: Path, *arguments: str) -> str:
    """Return what git answers about the site's folder, '' if it does not."""
    git = shutil.which("git")
    if git is None:
        return ""
    command = [git, "-C", str(site_dir), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (no shell)
    return done.stdout.strip() if done.returncode == 0 else ""
