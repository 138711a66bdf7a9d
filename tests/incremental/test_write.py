"""Test the output folder: no file is half-written, and files that are not ours stay."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, TODAY, Project, tree

from lscbsite.model import MANIFEST
from lscbsite.stopping import STOP_SIGNALS, raise_on_stop_signals


def test_unchanged_files_are_not_touched(project: Project) -> None:
    project.report("2012-11-13")
    output = project.built()
    before = {path: path.stat().st_mtime_ns for path in output.rglob("*") if path.is_file()}
    project.report("2013-01-31")
    result = project.build()
    touched = {
        path.relative_to(output).as_posix()
        for path, stamp in before.items()
        if path.stat().st_mtime_ns != stamp
    }
    assert touched == {
        *(
            "index.html",
            "reports/index.html",
            "new/index.html",
            "feed.xml",
            "feed.atom",
            "feed.json",
            "calendar.ics",
        ),
        *("sitemap.xml", MANIFEST),
        "reports/2012-11-13/index.html",
        # its link to the year after appears
        "years/2012/index.html",
    }
    assert "13 files written, 12 unchanged, 0 removed" in result.stdout
    assert "0 files written, 25 unchanged" in project.build().stdout


def test_what_is_no_longer_made_is_removed_with_its_empty_folders(project: Project) -> None:
    project.report("2012-11-13")
    gone = project.report("2011-01-31")
    output = project.built()
    gone.unlink()
    result = project.build()
    assert "3 removed" in result.stdout
    assert not (output / "reports/2011-01-31").exists()
    assert not (output / "years/2011").exists()
    assert (output / "reports/2012-11-13/index.html").exists()


def test_foreign_files_are_kept(project: Project) -> None:
    project.report("2012-11-13")
    project.write("output/CNAME", "example.org\n")
    project.write("output/reports/2012-11-13/mine.txt", "mine\n")
    project.write("output/old/.git/config", "mine\n")
    output = project.built()
    (project.folder / "reports/2012-11-13.md").unlink()
    project.built()
    assert (output / "CNAME").read_text() == "example.org\n"
    assert (output / "reports/2012-11-13/mine.txt").read_text() == "mine\n"
    assert (output / "old/.git/config").read_text() == "mine\n"
    assert not (output / "reports/2012-11-13/index.html").exists()


@pytest.mark.parametrize("path", ["index.html", "reports/2012-11-13/index.html"])
def test_a_foreign_file_in_the_place_of_an_output_is_not_overwritten(
    project: Project, path: str
) -> None:
    project.report("2012-11-13")
    project.write(f"output/{path}", "mine\n")
    result = project.build()
    assert result.exit_code == 2
    assert "was not written by this tool" in result.stderr
    assert tree(project.output) == {path: b"mine\n"}


def test_a_foreign_file_that_is_the_same_is_taken_over(project: Project) -> None:
    project.report("2012-11-13")
    output = project.built()
    whole = tree(output)
    (output / MANIFEST).unlink()
    project.built()
    assert tree(output) == whole


def test_nothing_is_written_through_a_link(project: Project, tmp_path: Path) -> None:
    project.report("2012-11-13")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    project.output.mkdir()
    (project.output / "reports").symlink_to(elsewhere)
    assert project.build().exit_code == 2
    assert not list(elsewhere.iterdir())


def test_a_manifest_cannot_make_the_tool_remove_files_elsewhere(
    project: Project, tmp_path: Path
) -> None:
    project.report("2012-11-13")
    output = project.built()
    outside = tmp_path / "outside.txt"
    outside.write_text("mine\n")
    listed = ["../../outside.txt", str(outside), "", ".", "no/such/file"]
    (output / MANIFEST).write_text(json.dumps({"files": listed}))
    for path in tree(output):
        if path != MANIFEST:
            (output / path).unlink()
    project.built()
    assert outside.read_text() == "mine\n"


@pytest.mark.parametrize("name", [MANIFEST, ".lscbsite-new"])
def test_a_pipe_where_the_tool_keeps_its_own_is_not_read(name: str, project: Project) -> None:
    project.report("2012-11-13")
    project.output.mkdir()
    os.mkfifo(project.output / name)
    result = project.build()
    assert result.exit_code in (0, 2)
    assert result.exit_code == 0 or "is in the way" in result.stderr


@pytest.mark.parametrize(
    "damage",
    [b"", b"[]", b"{", b'{"files": 3}', b"\xff\xfe", b'{"files": ["\\ud800"]}', b"[" * 200_000],
    ids=lambda data: repr(data[:20]),
)
def test_a_damaged_manifest_makes_nothing_ours(project: Project, damage: bytes) -> None:
    project.report("2012-11-13")
    output = project.built()
    (output / MANIFEST).write_bytes(damage)
    gone = project.folder / "reports/2012-11-13.md"
    gone.rename(project.folder / "reports/renamed.md")
    result = project.build()
    assert result.exit_code == 2
    assert (output / "reports/2012-11-13/index.html").exists()


@pytest.mark.parametrize(
    "output",
    [".", "..", "../..", "/", "reports", "reports/new", "pages", "files/x", "templates", ".git"],
)
def test_an_output_folder_that_holds_or_is_a_source_is_refused(
    project: Project, output: str
) -> None:
    project.report("2012-11-13")
    before = tree(project.folder)
    result = project.build("--output", str(project.folder / output))
    assert result.exit_code == 2
    assert "choose" in result.stderr
    assert tree(project.folder) == before


def test_a_link_to_the_site_is_refused_as_output(project: Project, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(project.folder)
    assert project.build("--output", str(tmp_path / "link")).exit_code == 2


def test_a_file_as_output_folder_is_refused(project: Project) -> None:
    project.write("output", "mine\n")
    assert project.build().exit_code == 2
    assert project.output.read_text() == "mine\n"


def test_a_failure_while_rendering_leaves_the_output_as_it_was(project: Project) -> None:
    project.report("2012-11-13")
    output = project.built()
    before = tree(output)
    project.report("2013-01-31")
    project.write("templates/page.html", "{{ view.no_such_field }}")
    project.write("pages/about.md", "---\ntitle: About\n---\nText.\n")
    result = project.build()
    assert result.exit_code == 1
    assert "templates/page.html:1:1: error S008" in result.stderr
    assert tree(output) == before


def test_being_killed_while_writing_loses_nothing_and_the_next_build_repairs(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.report("2012-11-13")
    project.report("2011-01-31")
    output = project.built()
    project.report("2013-01-31")
    (project.folder / "reports/2011-01-31.md").unlink()
    replace = os.replace
    allowed = 4

    class Killed(BaseException):
        pass

    def replaces_a_few(source: str, target: str) -> None:
        nonlocal allowed
        allowed -= 1
        if allowed < 0:
            raise Killed
        replace(source, target)

    monkeypatch.setattr(os, "replace", replaces_a_few)
    with pytest.raises(Killed):
        project.build()
    monkeypatch.undo()
    for path, data in tree(output).items():
        assert data, f"{path} is empty"
    project.built()
    after = tree(output)
    fresh = project.folder / "fresh"
    project.built("--output", str(fresh))
    assert after == tree(fresh)


def test_a_full_disk_is_reported_without_a_traceback(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.report("2012-11-13")

    def full(handle: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    result = project.build()
    assert result.exit_code == 2
    assert "No space left on device" in result.stderr
    monkeypatch.undo()
    assert not project.output.exists()


def test_a_step_that_fails_takes_back_those_before_it(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.report("2012-11-13")
    project.report("2011-01-31")
    project.write("files/a", "old\n")
    project.publish()
    before = tree(project.built())
    project.report("2013-01-31", body="New.\n")
    project.report("2012-11-13", body="Changed.\n")
    (project.folder / "reports/2011-01-31.md").unlink()
    (project.folder / "files/a").unlink()
    project.write("files/a/b", "new\n")
    replace = os.replace
    count = 0

    def fail_at(limit: int) -> None:
        nonlocal count
        count = 0

        def counted(source: str, target: str) -> None:
            nonlocal count
            count += 1
            if count == limit:
                raise PermissionError(13, "Permission denied", target)
            replace(source, target)

        monkeypatch.setattr(os, "replace", counted)

    fail_at(0)
    assert project.build("--output", str(project.folder / "other")).exit_code == 0
    limit = 0
    while True:
        limit += 1
        fail_at(limit)
        result = project.build()
        monkeypatch.undo()
        if result.exit_code == 0:
            break
        assert result.exit_code == 2
        assert "Permission denied" in result.stderr
        assert tree(project.output) == before, limit
    assert limit > 10
    assert tree(project.output) == tree(project.folder / "other")


def test_a_folder_without_rights_is_seen_before_anything_is_moved(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.report("2012-11-13")
    before = tree(project.built())
    project.report("2012-11-13", body="Changed.\n")
    access = os.access

    def denied(path: str, mode: int) -> bool:
        return not str(path).endswith("/reports/2012-11-13") and access(path, mode)

    moved: list[object] = []
    monkeypatch.setattr(os, "access", denied)
    monkeypatch.setattr(os, "replace", lambda *paths: moved.append(paths))
    result = project.build()
    monkeypatch.undo()
    assert result.exit_code == 2
    place = project.output / "reports/2012-11-13"
    assert result.stderr == f"lscbsite: cannot use {place}: Permission denied\n"
    assert moved == []
    assert tree(project.output) == before


def test_new_files_come_first_then_what_names_them_then_removals(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.report("2012-11-13")
    project.report("2012-09-11", "topics: [rooms]")
    project.write("topics.yaml", "rooms: {name: Rooms}\n")
    project.built()
    project.report("2013-01-31", body="[Form](../files/form.txt)\n")
    project.write("files/form.txt", "x\n")
    (project.folder / "reports/2012-09-11.md").unlink()
    replace = os.replace
    targets: list[str] = []

    def noted(source: str, target: str) -> None:
        if "/.lscbsite" in str(source) and str(target).startswith(str(project.output)):
            targets.append(str(target).removeprefix(f"{project.output}/"))
        elif ".lscbsite-new/saved" in str(target):
            targets.append("- " + str(source).removeprefix(f"{project.output}/"))
        replace(source, target)

    monkeypatch.setattr(os, "replace", noted)
    project.built()
    order = {name: place for place, name in enumerate(targets)}
    assert order["files"] < order["reports/2012-11-13/index.html"]
    assert order["reports/2013-01-31"] < order["reports/2012-11-13/index.html"]
    assert order["reports/2012-11-13/index.html"] < order["years/2012/index.html"]
    assert order["index.html"] < order["feed.xml"]
    assert order["feed.xml"] < order["- reports/2012-09-11/index.html"]
    assert targets[0] == targets[-1] == ".lscbsite.json"


def test_a_signal_while_files_are_moved_does_not_stop_that(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.report("2012-11-13")
    replace = os.replace

    def interrupted(source: str, target: str) -> None:
        for number in STOP_SIGNALS:
            signal.raise_signal(number)
        replace(source, target)

    handlers = {number: signal.getsignal(number) for number in STOP_SIGNALS}
    rmtree = shutil.rmtree

    def interrupted_too(folder: str, *, ignore_errors: bool) -> None:
        for number in STOP_SIGNALS if (project.output / "index.html").exists() else ():
            signal.raise_signal(number)
        rmtree(folder, ignore_errors=ignore_errors)

    monkeypatch.setattr(os, "replace", interrupted)
    monkeypatch.setattr(shutil, "rmtree", interrupted_too)
    try:
        raise_on_stop_signals()
        result = project.build()
        assert signal.getsignal(signal.SIGTERM) not in (signal.SIG_IGN, signal.SIG_DFL)
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    monkeypatch.undo()
    assert result.exit_code == 0
    project.built("--output", str(project.folder / "other"))
    assert tree(project.output) == tree(project.folder / "other")


def test_sites_that_are_built_into_one_folder_at_the_same_time_do_not_mix(tmp_path: Path) -> None:
    """The last one wins; what the other found before it is not taken for what is there."""
    sites = [Project(tmp_path / name) for name in ("one", "two")]
    output = tmp_path / "output"
    for site, title in zip(sites, ("One", "Two"), strict=True):
        site.folder.mkdir(exist_ok=True)
        site.write("site.yaml", f"title: {title}\nbase_url: https://example.org/\nsearch: false\n")
        for day in range(1, 13):
            site.report(f"2012-11-{day:02}", body=f"{title}.\n")
    for site in sites:
        site.built("--output", str(output))
    clean = []
    for site in sites:
        site.built("--output", str(site.folder / "clean"))
        clean.append(tree(site.folder / "clean"))
    command = [sys.executable, "-m", "lscbsite", "build", "--today", "2013-03-01"]
    for _ in range(6):
        builds = [
            subprocess.Popen(
                [*command, "--site", str(site.folder), "--output", str(output)],
                stdout=subprocess.DEVNULL,
            )
            for site in sites
        ]
        assert [build.wait(300) for build in builds] == [0, 0]
        assert tree(output) in clean


def test_an_error_is_never_a_success_whatever_was_built_before(
    project: Project, tmp_path: Path
) -> None:
    project.report("2012-11-13")
    before = tree(project.built())
    link = project.folder / "reports/x.md"
    link.symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").write_text("secret")
    for _ in range(2):
        result = project.build()
        assert result.exit_code == 1
        assert "error F004" in result.stderr
        assert project.run("check", "--today", "2013-03-01").exit_code == 1
    assert tree(project.output) == before
    link.unlink()
    assert project.build().stderr == ""


def test_a_warning_goes_with_the_file_that_it_is_about(project: Project) -> None:
    project.report("2012-11-13")
    odd = project.write("reports/notes.txt", "x")
    for _ in range(2):
        assert "F005" in project.build().stderr
    odd.unlink()
    assert project.build().stderr == ""


def test_an_output_folder_that_cannot_be_written_is_reported(project: Project) -> None:
    if os.geteuid() == 0:
        output = "/proc/lscbsite"
    else:
        locked = project.folder / "locked"
        locked.mkdir(mode=0o500)
        output = str(locked / "output")
    project.report("2012-11-13")
    result = project.build("--output", output)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"lscbsite: cannot use {output}")


def test_a_path_turns_from_a_file_into_a_folder_and_back(project: Project) -> None:
    project.report("2012-11-13")
    project.write("files/a", "file\n")
    project.publish()
    output = project.built()
    (project.folder / "files/a").unlink()
    project.write("files/a/b", "in a folder\n")
    project.built()
    assert (output / "files/a/b").read_text() == "in a folder\n"
    (project.folder / "files/a/b").unlink()
    (project.folder / "files/a").rmdir()
    project.write("files/a", "file\n")
    project.built()
    assert (output / "files/a").read_text() == "file\n"


def test_builds_at_the_same_time_do_not_disturb_each_other(project: Project) -> None:
    for number in range(1, 9):
        project.report(f"2012-0{number}-10", body=f"## One\n\nText {number}.\n")
    command = [sys.executable, "-m", "lscbsite", "build", "--today", TODAY, "--no-cache"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    builds = [subprocess.Popen(command, cwd=project.folder, env=environment) for _ in range(4)]
    assert [build.wait() for build in builds] == [0, 0, 0, 0]
    both = tree(project.output)
    fresh = project.folder / "fresh"
    project.built("--output", str(fresh))
    assert both == tree(fresh)


def test_a_template_that_is_a_link_out_of_the_site_is_refused(
    project: Project, tmp_path: Path
) -> None:
    project.report("2012-11-13")
    secret = tmp_path / "secret"
    secret.write_text("secret\n")
    (project.folder / "templates").mkdir()
    (project.folder / "templates/style.css").symlink_to(secret)
    result = project.build()
    assert result.exit_code == 1
    assert "templates/style.css:1:1: error F004" in result.stderr
    assert not project.output.exists()


def test_check_finds_the_faults_of_templates(project: Project) -> None:
    project.report("2012-11-13")
    project.write("templates/home.html", "\n{{ nope }}")
    for command in ("check", "build"):
        result = project.run(command)
        assert result.exit_code == 1
        assert "templates/home.html:2:1: error S008" in result.stderr


def test_what_was_parsed_for_another_language_is_not_taken_after_ctrl_c(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.report("2012-11-13")
    project.built()
    site = (project.folder / "site.yaml").read_text("utf-8")
    project.write("site.yaml", site + "language: cy\n")

    def stopped(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("lscbsite.parsing.documents.parse_chunk", stopped)
    assert project.build().stderr == "lscbsite: stopped\n"
    monkeypatch.undo()
    after = tree(project.built())
    fresh = project.folder / "fresh"
    project.built("--no-cache", "--output", str(fresh))
    assert after == tree(fresh)


def test_what_became_of_very_many_outputs_is_seen(project: Project) -> None:
    # So many that a process beside the build's looks at them, if there may be two.
    for number in range(2_000):
        project.write(f"files/{number}.txt", f"{number:04}")
    project.publish()
    output = project.built()
    before = tree(output)
    changed, gone, other, touched = (output / f"files/{number}.txt" for number in (7, 8, 9, 10))
    cases = [
        (1, "no process", ""),
        (2, "a process", ""),
        (2, "a process that fails", "os._exit(3)"),
        (2, "a process that the system refuses", "raise OSError"),
    ]
    for jobs, case, child in cases:
        changed.write_text("7000")
        gone.unlink()
        other.write_text("not as long as it was")
        os.utime(touched, (0, 0))
        refused = child.startswith("raise")
        code = f"""
import os, sys
from lscbsite import progress_bar
from lscbsite.cli import run
progress_bar.LINE_INTERVAL = float("inf")
fork = os.fork
def watched():
    sys.stderr.write("a process\\n")
    sys.stderr.flush()
    if {refused}:
        {child if refused else "pass"}
    number = fork()
    if number == 0:
        {"pass" if refused or not child else child}
    return number
os.fork = watched
run()
"""
        command = ["build", "--site", str(project.folder), "--today", TODAY, "--jobs", str(jobs)]
        done = subprocess.run(
            [sys.executable, "-c", code, *command], capture_output=True, text=True, check=True
        )
        assert done.stderr == ("a process\n" if jobs > 1 else ""), case
        assert "3 files written" in done.stdout, case
        assert tree(output) == before, case
        assert touched.stat().st_mtime == 0, case
