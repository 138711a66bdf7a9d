"""Test ``lscbsite cms``: what it writes, what builds publish of it, and what nobody may learn from it."""

import hashlib
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from click.testing import CliRunner, Result
from conftest import ROOT, SITE_YAML, Project, run_on_full_disk, tree

from lscbsite.cli import main
from lscbsite.cms.repository import find_repository
from lscbsite.json_schema import make_schema
from lscbsite.model import FrontMatter
from tools.vendor import FORBIDDEN, PACKAGES

VENDORED = ROOT / "lscbsite/cms/files"
OWN = {"config.yml", "form.js", "index.html", "vendored.json"}
LINE = re.compile(r"^# -+ lscbsite makes all below this line.*$", re.M)


def cms(project: Project, *arguments: str) -> Result:
    """Write the form; the exit code must be 0."""
    result = project.run("cms", *arguments)
    assert result.exit_code == 0, result.stderr
    return result


def config(project: Project) -> dict[str, Any]:
    """Return what is published as config.yml."""
    made: dict[str, Any] = yaml.safe_load(project.page("admin/config.yml"))
    return made


def fields(project: Project, number: int = 0) -> dict[str, Any]:
    """Return the fields of a collection by the name of the key, those of the group for special cases as well."""
    listed = config(project)["collections"][number]["fields"]
    whole = [*listed, *listed[-1].get("fields", [])]
    names = [field["name"].replace("heading", "title") for field in whole]
    return dict(zip(names, whole, strict=True))


def values(field: dict[str, Any]) -> list[str]:
    return [option["value"] for option in field["options"]]


@pytest.fixture
def board(project: Project) -> Project:
    """A site with a report whose people and question all may know, and others that none may."""
    project.write("topics.yaml", "training: {name: Training}\n")
    project.report(
        "2012-11-13",
        """
        attendees: [Ada Moss (Eastmoor Carers), {name: Dev Shah, role: chair}]
        apologies: ["Cara Lund, Open Door"]
        feedback: [{ask: Where shall we meet?, id: venue}, {ask: When?, id: hour}]
        next_meeting: {date: 2013-03-12, time: "18:30", place: Council House}
        """,
    )
    project.report("2013-01-15", "outcomes: [{ask: 2012-11-13/hour, outcome: At six.}]\ntitle: Two")
    secret = "attendees: [Hidden Person {0} (Secret Group {0})]\nfeedback: [{{ask: 'Hidden Person {0}?', id: s{0}}}]\n"
    project.report("2013-01-20", f"{secret.format(1)}draft: true\ntitle: A")
    project.report("2013-01-21", f"{secret.format(2)}published: 2013-06-01\ntitle: B")
    gone = "withdrawn: {date: 2013-02-01, reason: It was wrong.}\ntitle: C"
    project.report("2013-01-22", secret.format(3) + gone)
    return project


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1362139200")  # 1 March 2013


# --- what is vendored ----------------------------------------------------------------------------


@pytest.mark.parametrize("folder", sorted({package.folder for package in PACKAGES}))
def test_the_files_are_those_of_the_pinned_packages(folder: Path) -> None:
    recorded = json.loads((folder / "vendored.json").read_text())
    own = OWN if folder == VENDORED else {"vendored.json"}
    assert set(recorded) | own == {path.name for path in folder.iterdir()}
    packages = [package for package in PACKAGES if package.folder == folder]
    versions = {package.name: package.version for package in packages}
    for name, record in recorded.items():
        data = (folder / name).read_bytes()
        assert hashlib.sha256(data).hexdigest() == record["sha256"], name
        assert versions[record["package"]] == record["version"], name
        assert not FORBIDDEN.search(data), name
    for package in packages:
        assert recorded[package.licence]["package"] == package.name
        licence = " ".join((folder / package.licence).read_text().split())
        assert re.search("permission is hereby granted", licence, re.I), package.name


# --- the command ---------------------------------------------------------------------------------


@pytest.mark.parametrize("use", ["sveltia", "decap"])
def test_the_form_is_written_once_and_then_only_brought_up_to_date(
    board: Project, use: str
) -> None:
    first = cms(board, "--use", use).stdout
    assert f"written: admin/{use}-cms.js\n" in first
    assert "note: the form needs the name of your repository" in first
    written = tree(board.folder / "admin")
    again = cms(board).stdout
    assert again.startswith("kept, as it was there already: admin/index.html\n")
    assert "written:" not in again
    assert tree(board.folder / "admin") == written

    place = board.folder / "admin/config.yml"
    own, line, _ = re.split(f"({LINE.pattern})", place.read_text(), flags=re.M)
    place.write_text(f"{own}# mine\n{line}\nsomething: old\n")
    (board.folder / "admin/form.js").write_text("old")
    assert cms(board).stdout.startswith("written: admin/config.yml\nwritten: admin/form.js\n")
    assert "# mine\n" in place.read_text()
    assert tree(board.folder / "admin") | {"config.yml": b""} == written | {"config.yml": b""}
    assert place.read_text().replace("# mine\n", "").encode() == written["config.yml"]


def test_a_site_of_any_size_gets_a_form(board: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lscbsite.build.FEW", 0)  # the index is dropped to make room for rendering
    cms(board)
    assert "2012-11-13/venue" in (board.folder / "admin/config.yml").read_text()


def test_a_form_without_the_line_is_published_as_it_is(board: Project) -> None:
    board.write("admin/config.yml", "backend: {name: github}\ncollections: []  # all mine\n")
    cms(board)
    board.built()
    assert "all mine" in board.page("admin/config.yml")
    assert LINE.search(board.page("admin/config.yml")) is None


@pytest.mark.parametrize(("use", "other"), [("sveltia", "decap"), ("decap", "sveltia")])
def test_a_form_becomes_that_of_the_other_cms(board: Project, use: str, other: str) -> None:
    cms(board, "--use", use)
    folder = board.folder / "admin"
    place = folder / "config.yml"
    own = place.read_text()
    page = folder / "index.html"
    page.write_text(
        page.read_text().replace("https://api.github.com", "https://api.eastmoor.example")
    )

    said = cms(board, "--use", other).stdout
    assert f"removed: admin/{use}-cms.js\n" in said
    assert f"written: admin/{other}-cms.js\n" in said
    assert "written: admin/index.html\n" in said
    assert not [name for name in tree(folder) if use in name]
    assert "https://api.eastmoor.example;" in page.read_text()
    assert ("unsafe-eval" in page.read_text()) == (other == "decap")
    assert place.read_text() == own
    sign = {"sveltia": "-", "decap": "+"}[use]
    assert f"\n  {sign}   auth_methods: [token]\n" in said
    assert f"\n  {'+' if other == 'decap' else '-'} locale: en\n" in said
    # No file is missing (S027) or left over (S028).
    assert set(re.findall("S02.", board.run("check").stderr)) == {"S026"}
    # From now on, it is the one that is there.
    assert "removed:" not in cms(board).stdout


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "<title>",
            "<title>Our: ",
            (
                "lscbsite: you changed admin/index.html, and it loads sveltia-cms.js, so nothing was written."
                " For Decap CMS, let the page load decap-cms.js in place of sveltia-cms.js, and add"
                " 'unsafe-eval' after script-src 'self'; or delete it, and a new one is written. Then run"
                " this command again\n"
            ),
        ),
        (
            "sveltia-cms.js",
            "https://example.org/cms.js",
            (
                "lscbsite: admin/index.html loads neither CMS, so nothing was written. For Decap CMS, let the"
                " page load decap-cms.js; or delete it, and a new one is written. Then run this command"
                " again\n"
            ),
        ),
    ],
)
def test_a_page_of_the_authors_stays(board: Project, old: str, new: str, said: str) -> None:
    cms(board)
    page = board.folder / "admin/index.html"
    page.write_text(page.read_text().replace(old, new))
    before = tree(board.folder / "admin")
    result = board.run("cms", "--use", "decap")
    assert (result.exit_code, result.stderr) == (2, said)
    assert tree(board.folder / "admin") == before


@pytest.mark.parametrize("use", ["sveltia", "decap"])
def test_the_repository_is_filled_in_when_git_knows_it(board: Project, use: str) -> None:
    said = cms(board, "--use", use).stdout
    assert "Once git has its address, run\n  lscbsite cms again" in said
    place = board.folder / "admin/config.yml"
    place.write_text(place.read_text().replace("media_folder: files", "media_folder: files/new"))
    with board.folder.joinpath("site.yaml").open("a") as settings:
        settings.write("repository: https://codeberg.org/eastmoor/reports\n")
    said = cms(board).stdout
    assert "note:" not in said
    assert said.startswith("written: admin/config.yml\nwritten: admin/index.html\n")
    made = yaml.safe_load(place.read_text())
    assert made["media_folder"] == "files/new"
    known = {"name": "gitea", "repo": "eastmoor/reports", "branch": "main"}
    assert known.items() <= made["backend"].items()
    assert " https://codeberg.org;" in (board.folder / "admin/index.html").read_text()


def test_a_page_of_the_authors_has_to_name_the_host_that_is_filled_in(board: Project) -> None:
    cms(board)
    page = board.folder / "admin/index.html"
    page.write_text(page.read_text().replace("<title>", "<title>Our: "))
    with board.folder.joinpath("site.yaml").open("a") as settings:
        settings.write("repository: https://codeberg.org/eastmoor/reports\n")
    before = page.read_text()
    said = cms(board).stdout
    assert said.endswith("write into it, after\n  connect-src: https://codeberg.org\n")
    assert page.read_text() == before
    assert "note:" not in cms(board).stdout


@pytest.mark.parametrize("host", ["github", "gitlab"])
def test_only_the_name_is_filled_in_where_the_author_changed_the_rest(
    board: Project, host: str
) -> None:
    cms(board)
    place = board.folder / "admin/config.yml"
    text = place.read_text().replace("auth_methods: [token]", "base_url: https://sign-in.example")
    place.write_text(text)
    with board.folder.joinpath("site.yaml").open("a") as settings:
        settings.write(f"repository: https://{host}.com/eastmoor/reports\n")
    said = cms(board).stdout
    # Nobody knows the settings of a backend on another host.
    known = host == "github"
    assert ("note: the form needs the name of your repository" in said) != known
    filled = text.replace("OWNER/REPOSITORY", "eastmoor/reports")
    assert place.read_text() == (filled if known else text)


@pytest.mark.parametrize("begun", [True, False])
def test_settings_that_cannot_be_written_stay(board: Project, begun: bool) -> None:
    place = board.folder / "admin/config.yml"
    cms(board)
    place.write_text("# mine\n" * 200_000 + place.read_text())
    if begun:  # the repository is filled in
        board.write("site.yaml", f"{SITE_YAML}repository: https://codeberg.org/eastmoor/reports\n")
    else:
        board.write("topics.yaml", "training: {name: Training}\nbudget: {name: Budget}\n")
    before = tree(board.folder / "admin")
    done = run_on_full_disk(1024, "cms", "--site", str(board.folder))
    assert (done.returncode, done.stderr) == (2, "lscbsite: File too large\n")
    assert tree(board.folder / "admin") == before


def test_a_form_that_cannot_be_written_leaves_no_settings(board: Project) -> None:
    """Its page is a link into a folder that does not exist."""
    page = board.folder / "admin/index.html"
    page.parent.mkdir()
    page.symlink_to(board.folder / "elsewhere/index.html")
    assert board.run("cms").exit_code == 2
    assert list(page.parent.iterdir()) == [page]


def test_a_site_with_errors_gets_no_form(board: Project) -> None:
    board.write("pages/admin.md", "---\ntitle: Admin\n---\nText.\n")
    result = board.run("cms")
    assert result.exit_code == 1
    assert (
        "pages/admin.md:1:1: error O001: found the address /admin/, which the site" in result.stderr
    )
    assert result.stderr.endswith(
        "The form was not written. Correct the errors above, then run lscbsite cms.\n"
    )
    assert not (board.folder / "admin").exists()


def test_init_writes_the_form(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    command = ["init", str(folder), "--base-url", "https://reports.example/", "--host", "gitlab"]
    result = CliRunner().invoke(main, [*command, "--cms"])
    assert result.exit_code == 0, result.stderr
    assert "written: admin/ (the form for writing in a browser)\n" in result.stdout
    readme = (folder / "README.md").read_text("utf-8")
    assert "the form is at `admin/`" in readme
    assert "\ngit remote add origin ADDRESS\nlscbsite cms\ngit add .\n" in readme
    privacy = (folder / "pages/privacy.md").read_text("utf-8")
    assert "nothing from other sites." in privacy
    assert "\n\nOne page is different: the form at `admin/`" in privacy
    made = yaml.safe_load((folder / "admin/config.yml").read_text())
    assert made["backend"] == {
        "name": "gitlab",
        "repo": "OWNER/REPOSITORY",
        "branch": "main",
        "auth_methods": ["token"],
    }
    built = CliRunner().invoke(main, ["build", "--site", str(folder), "--strict"])
    assert built.exit_code == 0, built.stderr
    plain = tmp_path / "plain"
    assert CliRunner().invoke(main, ["init", str(plain), *command[2:]]).exit_code == 0
    assert "admin" not in (plain / "pages/privacy.md").read_text("utf-8")
    assert "lscbsite cms" not in (plain / "README.md").read_text("utf-8")


def test_init_says_what_it_wrote_before_the_form_failed(tmp_path: Path) -> None:
    page = tmp_path / "site/pages/admin.md"
    page.parent.mkdir(parents=True)
    page.write_text("---\ntitle: Admin\n---\nText.\n")
    command = ["init", str(tmp_path / "site"), "--base-url", "https://reports.example/", "--cms"]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 1
    assert result.stdout.startswith("written: site.yaml\n")
    assert "created: a git repository (branch main)\n" in result.stdout
    assert "admin" not in result.stdout
    assert "pages/admin.md:1:1: error O001" in result.stderr
    assert result.output.index("written: site.yaml") < result.output.index("error O001")
    assert result.stderr.endswith("Correct the errors above, then run lscbsite cms.\n")


@pytest.mark.parametrize(
    ("written", "remote", "host", "found"),
    [
        (None, None, "none", ("github", "https://github.com", "")),
        (None, None, "forgejo", ("forgejo", "https://codeberg.org", "")),
        (None, "git@github.com:eastmoor/reports.git", "none", ("github", "https://github.com", "eastmoor/reports")),
        (None, "ssh://git@gitlab.com/a/b/c.git", "none", ("gitlab", "https://gitlab.com", "a/b/c")),
        ("https://codeberg.org/eastmoor/reports", "git@github.com:x/y", "none", ("forgejo", "https://codeberg.org", "eastmoor/reports")),
        (None, "https://gitlab.eastmoor.example:8443/a/b", "none", ("gitlab", "https://gitlab.eastmoor.example:8443", "a/b")),
        ("https://git.eastmoor.example/a/b/", None, "forgejo", ("forgejo", "https://git.eastmoor.example", "a/b")),
        ("https://git.eastmoor.example/a/b", None, "none", ("github", "https://github.com", "")),
        (None, "https://git.eastmoor.example:port/a/b", "forgejo", ("forgejo", "https://codeberg.org", "")),
        (None, 'https://gitlab"onload="x/a/b', "none", ("github", "https://github.com", "")),
        (None, "/srv/git/reports.git", "none", ("github", "https://github.com", "")),
    ],
)  # fmt: skip
def test_the_repository_is_found(
    tmp_path: Path, written: str | None, remote: str | None, host: str, found: tuple[Any, ...]
) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    subprocess.run(
        ["git", "-C", str(tmp_path), "symbolic-ref", "HEAD", "refs/heads/site"], check=True
    )
    if remote:
        subprocess.run(["git", "-C", str(tmp_path), "remote", "add", "origin", remote], check=True)
    assert find_repository(tmp_path, host, written) == (*found, "site")


@pytest.mark.parametrize("use", ["sveltia", "decap"])
@pytest.mark.parametrize(
    ("repository", "backend", "asked"),
    [
        ("https://github.com/a/b", {"name": "github"}, "https://api.github.com"),
        ("https://gitlab.com/a/b", {"name": "gitlab"}, "https://gitlab.com"),
        (
            "https://gitlab.example.org/a/b",
            {
                "name": "gitlab",
                "api_root": "https://gitlab.example.org/api/v4",
                "base_url": "https://gitlab.example.org",
            },
            "https://gitlab.example.org",
        ),
        (
            "https://codeberg.org/a/b",
            {
                "name": "gitea",
                "api_root": "https://codeberg.org/api/v1",
                "base_url": "https://codeberg.org",
            },
            "https://codeberg.org",
        ),
    ],
)
def test_the_form_saves_on_the_sites_own_host(
    project: Project, use: str, repository: str, backend: dict[str, str], asked: str
) -> None:
    project.write(
        "site.yaml",
        f"title: T\nbase_url: https://example.org/\nsearch: false\nrepository: {repository}\n",
    )
    project.report("2012-11-13")
    cms(project, "--use", use)
    project.built()
    made = config(project)
    assert {**backend, "repo": "a/b", "branch": "main"}.items() <= made["backend"].items()
    page = project.page("admin")
    policy = re.search('Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    assert f"connect-src 'self' blob: data: {asked};" in policy[1]
    assert policy[1].startswith("default-src 'none'; script-src 'self'")
    assert ("unsafe-eval" in policy[1]) == (use == "decap")
    assert "S026" not in project.run("check").stderr


# --- what is published ---------------------------------------------------------------------------


def test_the_choices_are_what_all_may_know(board: Project) -> None:
    cms(board)
    board.built()
    made = fields(board)
    assert values(made["attendees_chosen"]) == [
        "Ada Moss (Eastmoor Carers)",
        "Cara Lund (Open Door)",
        "Dev Shah",
    ]
    assert values(made["topics_chosen"]) == ["training"]
    outcome = {field["name"]: field for field in made["outcomes"]["fields"]}
    assert values(outcome["ask_chosen"]) == ["2012-11-13/venue"]
    for path, data in tree(board.output).items():
        assert b"Hidden Person" not in data, path
        assert b"Secret Group" not in data, path
    for path, data in tree(board.folder / "admin").items():
        assert b"Hidden Person" not in data, path
        assert b"Secret Group" not in data, path


def test_the_next_report_begins_with_what_was_announced(project: Project) -> None:
    project.report(
        "2012-11-13", "next_meeting: {date: 2013-03-12, time: 6.30pm to 8pm, place: Hall}"
    )
    cms(project)
    project.built()
    made = fields(project)
    assert [made[name].get("default") for name in ("date", "time", "place", "draft")] == [
        "2013-03-12",
        "18:30 to 20:00",
        "Hall",
        True,
    ]


def test_boards_have_their_own_reports(project: Project) -> None:
    boards = "boards:\n  lscb: {name: 'Board: One', folder: .}\n  health: {name: Health}\n"
    project.write("site.yaml", f"title: T\nbase_url: https://example.org/\nsearch: false\n{boards}")
    project.report("2012-11-13")
    project.report("health/2012/2012-10-02")
    cms(project)
    project.built()
    made = config(project)["collections"]
    assert [(one["name"], one["label"], one.get("folder")) for one in made[:3]] == [
        ("reports-lscb", "Reports: Board: One", "reports"),
        ("reports-health--2013", "Reports: Health, 2013", "reports/health/2013"),
        ("reports-health--2012", "Reports: Health, 2012", "reports/health/2012"),
    ]
    assert values(fields(project)["boards_chosen"]) == ["lscb", "health"]


def test_each_folder_of_a_board_can_be_opened_and_none_of_another(project: Project) -> None:
    boards = "boards:\n  main: {name: Main, folder: .}\n  health: {name: Health}\n"
    project.write("site.yaml", f"title: T\nbase_url: https://example.org/\nsearch: false\n{boards}")
    project.report("2011/2011-03-01")
    project.report("2012/2012-11-13", "next_meeting: {date: 2014-01-07, place: Hall}")
    project.report("health/2011/2011-10-02")
    project.report("health/old & odd/2010-10-02")
    project.report("health/2012-10-02")
    project.report("health/hidden/2012-10-03", "draft: true")
    cms(project)
    project.built()
    made = config(project)["collections"]
    assert [(one["name"], one["folder"]) for one in made if one["name"].startswith("reports")] == [
        ("reports-main--2014", "reports/2014"),
        ("reports-main--2013", "reports/2013"),
        ("reports-main--2012", "reports/2012"),
        ("reports-main--2011", "reports/2011"),
        ("reports-health", "reports/health"),
        ("reports-health--2011", "reports/health/2011"),
        ("reports-health--old_20__26__20_odd", "reports/health/old & odd"),
    ]
    assert fields(project)["date"]["default"] == "2014-01-07"
    assert "default" not in fields(project, 1)["date"]
    assert [one["fields_of"] for one in made if "fields_of" in one] == ["reports-main--2013"] * 5


def test_the_form_and_the_schema_say_the_same(board: Project) -> None:
    cms(board)
    board.built()
    made = fields(board)
    described = make_schema("report")
    listed = described["$defs"]["FrontMatter"] if "$ref" in described else described
    for field in msgspec.structs.fields(FrontMatter):
        key = field.encode_name
        if key in listed["properties"] and key != "waivers":
            shown = made.get(f"{key}_chosen") or made.get(key)
            if key == "boards":
                assert shown is None  # there are none to choose from
                continue
            assert shown, key
            assert shown["label"] == listed["properties"][key]["title"], key
            assert shown.get("hint"), key


def list_hints(listed: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Yield the labels and hints of fields, and of those in them."""
    for field in listed:
        yield field["label"], field.get("hint", "")
        yield from list_hints(field.get("fields", []))


def test_hints_are_for_a_form_and_not_for_a_file(board: Project) -> None:
    board.write(
        "site.yaml",
        "title: T\nbase_url: https://example.org/\nboards: {a: {name: A, folder: .}, b: {name: B}}\n",
    )
    cms(board)
    board.built()
    files = [file for one in config(board)["collections"] for file in one.get("files", [one])]
    hints = [pair for file in files for pair in list_hints(file.get("fields", []))]
    assert len(hints) > 60
    for label, hint in hints:
        assert not re.search(r"\.md\b|\.yaml\b|`|\{|\bthe asks?\b|\bids or\b|next_|^[a-z]", hint), (
            hint
        )
        assert hint.removesuffix(".").casefold() != label.casefold()


def test_only_the_form_is_published_from_its_folder(board: Project) -> None:
    cms(board)
    page = board.folder / "admin/index.html"
    page.write_text(page.read_text().replace("<title>", '<link rel="icon" href="icon.svg"><title>'))
    written = set(tree(board.folder / "admin"))
    board.write("admin/icon.svg", "<svg/>")
    board.write("admin/notes.txt", "Who to ring.")
    board.write("admin/old/form.js", "")
    reported = board.build().stderr
    assert set(tree(board.output / "admin")) == written | {"icon.svg"}
    assert re.findall("(.*):1:1: warning S028", reported) == [
        "admin/notes.txt",
        "admin/old/form.js",
    ]
    assert "S027" not in reported


def test_nobody_is_led_to_the_form(board: Project) -> None:
    place = board.folder / "site.yaml"
    place.write_text(place.read_text().replace("search: false", "search: true"))
    assert board.built().joinpath("robots.txt").read_text().startswith("User-agent: *\nDisallow:\n")
    cms(board)
    board.built()
    assert board.page("robots.txt").startswith("User-agent: *\nDisallow: /a/b/admin/\n")
    assert '<meta name="robots" content="noindex">' in board.page("admin")
    for path, data in tree(board.output).items():
        if not path.startswith("admin/") and path not in ("robots.txt", ".lscbsite.json"):
            assert b"admin/" not in data, path


def test_builds_after_changes_make_the_form_of_a_clean_build(
    board: Project, tmp_path: Path
) -> None:
    cms(board)
    board.built()
    board.report(
        "2013-02-12", "attendees: [Eve Hart]\nfeedback: [{ask: 'Who?', id: who}]\ntitle: D"
    )
    for change in (
        "attendees: [Ian Moss]\ntitle: D",
        "attendees: [Ian Moss]\ndraft: true\ntitle: D",
    ):
        assert tree(board.built()) == tree_of_clean_build(board, tmp_path)
        board.report("2013-02-12", change)
    assert tree(board.built()) == tree_of_clean_build(board, tmp_path)
    assert "Eve Hart" not in values(fields(board)["attendees_chosen"])
    board.write("admin/config.yml", "backend: {name: github}\n")
    assert tree(board.built()) == tree_of_clean_build(board, tmp_path)


def test_a_new_year_gets_a_folder(project: Project) -> None:
    project.report("2012/2012-11-13")
    cms(project)
    project.built()
    project.built("--today", "2014-01-01")
    folders = [one["folder"] for one in config(project)["collections"] if "folder" in one]
    assert folders == ["reports/2014", "reports/2012", "pages"]


def tree_of_clean_build(project: Project, tmp_path: Path) -> dict[str, bytes]:
    project.built("--no-cache", "--output", str(tmp_path / "clean"))
    return tree(tmp_path / "clean")
