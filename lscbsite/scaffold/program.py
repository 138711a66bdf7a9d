"""Where the running program came from: what a site's requirements name."""

import json
import re
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from urllib.parse import urlsplit

from lscbsite import __version__

# The one address of the program's repository. README and docs/ name no other.
REPOSITORY = "https://github.com/lscbsite/lscbsite"
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def find_program_source() -> str:
    """Return the address of the program's repository, with ``@`` and the commit that is running.

    The installer wrote both down (PEP 610), if it installed from git. In a checkout, git knows the
    commit. If nobody knows it, the tag of the version takes its place.
    """
    address, commit = _read_direct_url()
    if not commit:
        commit = _ask_git()
    return f"{address or REPOSITORY}@{commit or f'v{__version__}'}"


def is_pinned(source: str) -> bool:
    """Whether what ``find_program_source`` returned names a commit, and not a tag."""
    return bool(_COMMIT.fullmatch(source.rpartition("@")[2]))


def _read_direct_url() -> tuple[str, str]:
    """Return the address and the commit that pip, pipx or uv installed from; '' if not from git."""
    try:
        found = json.loads(distribution("lscbsite").read_text("direct_url.json") or "{}")
        address, commit = found["url"], found["vcs_info"]["commit_id"]
        parts = urlsplit(address)
    except (PackageNotFoundError, OSError, ValueError, LookupError, TypeError):
        return "", ""
    # Anyone can fetch from there, and it contains no password.
    public = parts.scheme == "https" and "@" not in parts.netloc and not re.search(r"\s", address)
    return (address, commit) if public and _COMMIT.fullmatch(commit) else ("", "")


def _ask_git() -> str:
    """Return the commit of the checkout that the program runs in, or ''."""
    folder = Path(__file__).parents[2]
    git = shutil.which("git")
    if git is None or not (folder / ".git").exists():
        return ""
    command = [git, "-C", str(folder), "rev-parse", "HEAD"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (no text of others)
    commit = done.stdout.strip()
    return commit if _COMMIT.fullmatch(commit) else ""
