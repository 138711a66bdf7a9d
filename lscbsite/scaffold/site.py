"""Make a new site: its settings, a first report, the usual pages, and how it is published."""

import datetime as dt
import json
import re
import shutil
import subprocess
import textwrap
import unicodedata
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from lscbsite.config import load_config
from lscbsite.json_schema import Subject, format_schema
from lscbsite.model import FIRST_TEXT, PLACEHOLDER_BASE_URL
from lscbsite.problems import Problems
from lscbsite.scaffold import DEFAULTS, Answers
from lscbsite.scaffold.new_file import write_new_file
from lscbsite.scaffold.program import REPOSITORY, find_program_source, is_pinned
from lscbsite.scan import scan
from lscbsite.text import fill_placeholders

_FILES = Path(__file__).parent / "files"
# In the wheel beside the other files; in a checkout where ``make lock`` writes it.
_LOCKED = (_FILES / "requirements.txt", Path(__file__).parents[2] / "requirements" / "site.txt")
_CAPITALS = re.compile(r"[A-Z][^\W_]*[A-Z]")
_A_MONTH = dt.timedelta(days=28)
# What Markdown would read as a mark, or HTML as a tag.
_MARK = re.compile(r"[\\`*_\[\]<>&~|#$]")


class Host(NamedTuple):
    """Where a site can be published: its name, the workflow's text and place.

    ``preparation`` and ``publishing`` are what the README says before and after the first push.
    """

    name: str
    file: str
    path: str
    preparation: str
    publishing: str


_DAILY = "The site is also built every day, so that reports with a later `published` date appear."
HOSTS: Mapping[str, Host] = {
    "github": Host(
        "GitHub",
        "github.yml",
        ".github/workflows/pages.yml",
        "",
        "Then open **Settings**, **Pages** there and set **Source** to **GitHub Actions**. The first run"
        " under **Actions** has a red cross, as it began before that: open it and click **Re-run jobs**."
        f" From then on, GitHub builds and publishes what is pushed to the branch `main`. {_DAILY}",
    ),
    "gitlab": Host(
        "GitLab",
        "gitlab.yml",
        ".gitlab-ci.yml",
        "",
        "GitLab builds and publishes what is pushed to the default branch. Once, open **Build**,"
        " **Pipeline schedules** and make a schedule for every day, so that reports with a later"
        " `published` date appear.",
    ),
    "forgejo": Host(
        "Codeberg, or another server with Forgejo",
        "forgejo.yml",
        ".forgejo/workflows/pages.yml",
        """
In its settings, switch on **Actions** (on Codeberg under **Units**). On Codeberg, also add a webhook of the
type Forgejo, with the site's address as its target and the branch filter `pages`. Then write the site's
address into `site.yaml`, and the label of a runner into `.forgejo/workflows/pages.yml`.
""",
        "Forgejo builds what is pushed to the branch `main`, and puts the site on the branch `pages`."
        f" {_DAILY}",
    ),
}
# The files that editors can complete. No editor reads a schema for the front matter of Markdown.
_SCHEMAS: tuple[Subject, ...] = ("site", "meetings", "topics", "people", "glossary")
_NO_HOST = """\
5. Build the site, and copy the folder `output/` to a web server:

   ```sh
   lscbsite build
   ```"""
_PUSH = """\
5. Commit and publish it:

   ```sh
   git add .
   git commit -m "Report of the meeting"
   git push
   ```

## Publish it for the first time

Create an empty repository on @name@, without a README or any other file.
@preparation@
The repository shows its address. Write it in place of ADDRESS:

```sh
git remote add origin ADDRESS
@form@git add .
git commit -m "Begin"
git push -u origin main
```

"""
_FORM = """\
In your browser, the form is at `admin/` of the site's address. On your own computer:

"""
# The form saves into the repository, whose address git has from then on.
_FORM_REPOSITORY = "lscbsite cms\n"
_FORM_PRIVACY = """
One page is different: the form at `admin/`, in which authors write. It exchanges the reports with the
service that keeps them, such as GitHub or GitLab. If an author signs in there, the key to that service
stays in that author's browser. Readers need not open this page.
"""
_NOT_PINNED = (
    "the exact version of the program is unknown, so requirements-lscbsite.txt names a release tag"
)


class NewSite(NamedTuple):
    """What was done: paths that were written, paths that were there already, and what to know.

    ``begun`` tells whether there is a new repository.
    """

    written: tuple[str, ...]
    left: tuple[str, ...]
    begun: bool
    notes: tuple[str, ...]


class FolderRefusedError(Exception):
    """No site can be begun in a folder; the text says why."""


def make_site(folder: Path, answers: Answers, today: dt.date) -> NewSite:
    """Write the files of a new site that are not in ``folder`` yet; nothing is overwritten.

    Raises:
        FolderRefusedError: files would be written where nobody expects them.
        OSError: the folder cannot be written.

    """
    if ".git" in folder.resolve().parts:
        raise FolderRefusedError(f"{folder} belongs to git; choose another folder")
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / "site.yaml").exists():
        answers = _read_answers(folder, answers)
    source = find_program_source()
    written, left = [], []
    files = _list_files(folder, answers, today, source)
    for path in files:
        _refuse_folders_of(folder, path)
    for path, text in files.items():
        try:
            write_new_file(folder / path, text)
        except FileExistsError:
            left.append(path)
        else:
            written.append(path)
    if _has_reports(folder) and not any(path.startswith("reports/") for path in (*written, *left)):
        left.append("reports/")
    repository = _begin_repository(folder)
    notes = tuple(_list_notes(folder, HOSTS.get(answers.host), repository))
    if not is_pinned(source):
        notes += (_NOT_PINNED,)
    return NewSite(tuple(written), tuple(left), repository.begun, notes)


def _refuse_folders_of(folder: Path, path: str) -> None:
    """Refuse a link in a path, as it leads to files that may be of something else, and a file."""
    for part in map(folder.joinpath, Path(path).parents[:-1]):
        if part.is_symlink():
            raise FolderRefusedError(
                f"{part} is a link to another folder; put a folder in its place"
            )
        if part.exists() and not part.is_dir():
            raise FolderRefusedError(
                f"{part} is a file, and a folder is needed there; rename the file"
            )


def _list_files(folder: Path, answers: Answers, today: dt.date, source: str) -> dict[str, str]:
    """Return the text of each file of a new site by path."""
    title = clean_words(answers.title) or DEFAULTS.title
    board = clean_words(answers.board) or DEFAULTS.board
    host = HOSTS.get(answers.host)
    unset = " This one is made up: write your own once you know it."
    # A name that only insiders can read needs an entry in a glossary first.
    spoken = "the board" if _CAPITALS.search(board) else _escape_marks(board)
    words = {
        "title": quote_yaml(title),
        "base_url": quote_yaml(answers.base_url),
        "address": unset if answers.base_url == PLACEHOLDER_BASE_URL else "",
        "description": quote_yaml(f"Reports of the meetings of {board}"),
        "uid": str(uuid.uuid4()),
        "date": today.isoformat(),
        "later": (today + _A_MONTH).isoformat(),
        "board": spoken,
        "form": _FORM if answers.form else "",
        "form_privacy": _FORM_PRIVACY if answers.form else "",
        "first_text": textwrap.fill(FIRST_TEXT, 100),
        "source": source,
        "repository": REPOSITORY,
        "publishing": _describe_publishing(host, answers) if host else _NO_HOST,
    }
    files = {"site.yaml": _fill("site.yaml", words)}
    if not _has_reports(folder):
        files[f"reports/{today.isoformat()}.md"] = _fill("report.md", words)
    for name in ("about", "accessibility", "privacy"):
        files[f"pages/{name}.md"] = _fill(f"{name}.md", words)
    files[".gitignore"] = _read("gitignore")
    files["README.md"] = _fill("README.md", {**words, "title": _escape_marks(title)})
    files["requirements.txt"] = _read("requirements-head.txt") + _read_locked()
    files["requirements-lscbsite.txt"] = _fill("requirements-lscbsite.txt", words)
    if host:
        files[host.path] = _read(host.file)
    return files | _list_editor_files()


def _describe_publishing(host: Host, answers: Answers) -> str:
    words = {
        "name": host.name,
        "preparation": host.preparation,
        "form": _FORM_REPOSITORY if answers.form else "",
    }
    return fill_placeholders(_PUSH, words) + host.publishing


def _list_editor_files() -> dict[str, str]:
    """Return the settings by which VS Code offers the keys of YAML files, and says what they mean.

    The extension is that of Red Hat; a path of a schema is relative to the folder that is open.
    """
    schemas = {f".vscode/schemas/{subject}.json": subject for subject in _SCHEMAS}
    settings = {"yaml.schemas": {f"./{path}": f"{schemas[path]}.yaml" for path in schemas}}
    recommended = {"recommendations": ["redhat.vscode-yaml"]}
    return {
        ".vscode/extensions.json": json.dumps(recommended, indent=2) + "\n",
        ".vscode/settings.json": json.dumps(settings, indent=2) + "\n",
        **{path: format_schema(subject) for path, subject in schemas.items()},
    }


def clean_words(text: str) -> str:
    """Return a text on one line, without characters that YAML or people cannot read."""
    text = " ".join(text.split())
    text = "".join(char for char in text if unicodedata.category(char) not in {"Cc", "Cs"})
    return text.translate(dict.fromkeys((0xFEFF, 0xFFFE, 0xFFFF))).strip()


def quote_yaml(text: str) -> str:
    """Return a text of one line as a scalar of YAML in double quotes."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _escape_marks(text: str) -> str:
    return _MARK.sub(r"\\\g<0>", text)


def _read(name: str) -> str:
    return (_FILES / name).read_text("utf-8")


def _fill(name: str, words: Mapping[str, str]) -> str:
    return fill_placeholders(_read(name), words)


def _read_locked() -> str:
    """Return the list of all packages that the program needs, with their hashes."""
    return next(path for path in _LOCKED if path.exists()).read_text("utf-8")


def _has_reports(folder: Path) -> bool:
    return any((folder / "reports").rglob("*"))


def _read_answers(folder: Path, answers: Answers) -> Answers:
    """Return what the site.yaml that is there says, for the other files."""
    problems = Problems()
    site = load_config(folder, scan(folder, {}, problems), problems).site
    return answers._replace(title=site.title or answers.title, base_url=site.base_url)


class _Repository(NamedTuple):
    """The repository that a folder is in: its top folder and branch, and whether it is new."""

    top: Path | None = None
    branch: str = ""
    begun: bool = False


def _begin_repository(folder: Path) -> _Repository:
    """Make a repository on the branch main, if git is there and the folder is in none."""
    if shutil.which("git") is None:
        return _Repository()
    top = _ask_git(folder, "rev-parse", "--show-toplevel")
    if top:
        return _Repository(Path(top), _ask_git(folder, "symbolic-ref", "--short", "HEAD") or "")
    # An older git knows no --initial-branch.
    if _ask_git(folder, "init", "--quiet") is None:
        return _Repository()
    _ask_git(folder, "symbolic-ref", "HEAD", "refs/heads/main")
    return _Repository(folder, "main", begun=True)


def _ask_git(folder: Path, *arguments: str) -> str | None:
    """Return what git prints, or None if it fails."""
    command = ["git", "-C", str(folder), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (no shell)
    return done.stdout.strip() if done.returncode == 0 else None


def _list_notes(folder: Path, host: Host | None, repository: _Repository) -> Iterator[str]:
    """Yield what keeps the site from being published as its files say."""
    if repository.top is None:
        if shutil.which("git"):
            yield "git could not make a repository here; to see why, run git init"
        else:
            yield "this folder is not in git; install git, then run the same command again"
    elif host:
        if repository.top.resolve() != folder.resolve():
            yield (
                f"{host.path} is not read here, as the top folder of the repository is"
                f" {repository.top}; move the site into a repository of its own"
            )
        if repository.branch != "main":
            yield (
                f"{host.path} publishes the branch main, and this one is"
                f" {repository.branch or 'none'}; to rename it: git branch -m main"
            )
    lines, place = ("output/", ".lscbsite/", ".venv/"), folder / ".gitignore"
    if not place.is_file():
        yield f".gitignore is no file; make one of it with these lines: {' '.join(lines)}"
        return
    ignored = place.read_text("utf-8", "replace").split()
    if missing := [line for line in lines if line not in ignored]:
        yield f"add to .gitignore, each on a line of its own: {' '.join(missing)}"
