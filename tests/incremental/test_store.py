"""Test the cache: whatever it contains, the output is the same, and it runs nothing."""

import os
import random
import resource
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from conftest import HUNT, TODAY, Project, tree

from lscbsite.incremental import state
from lscbsite.incremental.database import compute_checksum

PAGE = 65536


@pytest.fixture
def built(project: Project) -> tuple[Project, dict[str, bytes]]:
    """A site that was built, and what comes out after the next change."""
    project.write("topics.yaml", "rooms: {name: Rooms}\n")
    for month in range(1, 13):
        project.report(f"2012-{month:02}-13", "topics: [rooms]", f"## Rooms\n\nText {month}.\n")
    project.built()
    project.report("2012-12-13", body="Changed.\n")
    project.built("--no-cache", "--output", str(project.folder / "clean"))
    return project, tree(project.folder / "clean")


def cache_of(project: Project) -> Path:
    return project.folder / ".lscbsite/cache.sqlite"


def tables(database: sqlite3.Connection) -> dict[str, list[str]]:
    """Return the columns of each table."""
    names = database.execute("SELECT name FROM sqlite_master WHERE type='table'").fetchall()
    return {
        name: [row[1] for row in database.execute(f"PRAGMA table_info({name})")]
        for (name,) in names
    }


def swap_rows(database: sqlite3.Connection, table: str, columns: list[str]) -> None:
    """Put the values of one row, with their checksum, under the key of another."""
    key, *rest = columns
    query = f"SELECT {', '.join(columns)} FROM {table} ORDER BY {key} LIMIT 2"
    rows = database.execute(query).fetchall()
    if len(rows) == 2:
        change = f"UPDATE {table} SET {', '.join(f'{name} = ?' for name in rest)} WHERE {key} = ?"
        for (_, *values), (row, *_) in zip(rows, reversed(rows), strict=True):
            database.execute(change, (*values, row))
        database.commit()


def test_values_in_each_other_s_places_are_noticed(
    built: tuple[Project, dict[str, bytes]],
) -> None:
    project, clean = built
    saved = cache_of(project).read_bytes()
    with closing(sqlite3.connect(cache_of(project))) as database:
        checked = {name: columns for name, columns in tables(database).items() if "sum" in columns}
    assert len(checked) > 6
    for table, columns in checked.items():
        cache_of(project).write_bytes(saved)
        with closing(sqlite3.connect(cache_of(project))) as database:
            swap_rows(database, table, columns)
        assert tree(project.built()) == clean, table


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM edges WHERE rowid_of = 1",
        "UPDATE edges SET artifact = 99999 WHERE rowid_of = 1",
        "UPDATE edges SET input = 99999 WHERE rowid_of = 1",
        "DELETE FROM artifacts WHERE path LIKE 'reports/2012-12-13/%'",
        "DELETE FROM inputs WHERE name LIKE '%2012-12-13%'",
        "DELETE FROM views WHERE id IN (SELECT artifact FROM edges LIMIT 1)",
        "UPDATE artifacts SET fingerprint = CAST(fingerprint AS TEXT)",
        "UPDATE artifacts SET path = CAST(path AS BLOB)",
        "UPDATE inputs SET name = NULL",
    ][:: 3 if HUNT == 1 else 1],
)
def test_rows_that_are_lost_or_changed_are_noticed(
    change: str, built: tuple[Project, dict[str, bytes]]
) -> None:
    """Each edge in turn is one that would be missed after the next change of a text."""
    project, clean = built
    saved = cache_of(project).read_bytes()
    with closing(sqlite3.connect(cache_of(project))) as database:
        edges = database.execute("SELECT input, artifact FROM edges").fetchall()
    for input_, artifact in edges[::9] if "rowid_of" in change else edges[:1]:
        cache_of(project).write_bytes(saved)
        row = f"input = {input_} AND artifact = {artifact}"
        with closing(sqlite3.connect(cache_of(project))) as database:
            database.execute(change.replace("rowid_of = 1", row))
            database.commit()
        assert tree(project.built()) == clean, row


def test_pages_of_the_file_in_each_other_s_places_are_noticed(
    built: tuple[Project, dict[str, bytes]],
) -> None:
    project, clean = built
    saved = cache_of(project).read_bytes()
    pages = [saved[at : at + PAGE] for at in range(0, len(saved), PAGE)]
    assert len(pages) > 8
    chance = random.Random(1)
    for _ in range(12):
        one, other = chance.sample(range(len(pages)), 2)
        mixed = list(pages)
        mixed[one], mixed[other] = mixed[other], mixed[one]
        cache_of(project).write_bytes(b"".join(mixed))
        assert tree(project.built()) == clean, (one, other)


@pytest.mark.parametrize("garbage", [b"", b"\xc1", b"\x90", b"\x80", b"\x92\xa1x\x01"])
def test_values_that_cannot_be_decoded_are_damage(
    built: tuple[Project, dict[str, bytes]], garbage: bytes
) -> None:
    """Their checksums are right, as if another program had written them."""
    project, clean = built
    with closing(sqlite3.connect(cache_of(project))) as database:
        for table, columns in tables(database).items():
            if "value" not in columns:
                continue
            # All columns but the checksum; parsed files are checked without their number.
            checked = [name for name in columns if (table, name) != ("parsed", "id")][:-1]
            rows = database.execute(f"SELECT {', '.join(checked)} FROM {table}").fetchall()
            for row in rows:
                values = dict(zip(checked, row, strict=True)) | {"value": garbage}
                checksum = compute_checksum(table, *values.values())
                change = f"UPDATE {table} SET value = ?, sum = ? WHERE {checked[0]} = ?"
                database.execute(change, (garbage, checksum, row[0]))
        database.commit()
    result = project.build()
    assert result.exit_code == 0, result.stderr
    assert tree(project.output) == clean


def compiled_templates() -> list[Path]:
    folder = Path(os.environ["XDG_CACHE_HOME"], "lscbsite")
    return [path for path in folder.glob("templates-*/*") if path.is_file()]


def test_compiled_templates_are_kept_where_only_the_user_can_write(
    built: tuple[Project, dict[str, bytes]],
) -> None:
    project, clean = built
    assert compiled_templates()
    for path in compiled_templates():
        assert path.parent.stat().st_mode & 0o077 == 0
        path.write_bytes(b"no program")
    assert tree(project.built("--no-cache")) == clean
    # Nothing in the site's folder is a program.
    with closing(sqlite3.connect(cache_of(project))) as database:
        names = {row[0] for row in database.execute("SELECT name FROM metadata")}
    assert "compiled templates" not in names


@pytest.mark.parametrize("where", ["in the site", "writable by all", "a file"])
def test_without_a_safe_folder_templates_are_compiled_again(
    where: str, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.report("2012-11-13")
    above = project.folder / "home" if where == "in the site" else tmp_path / "home"
    monkeypatch.setenv("XDG_CACHE_HOME", str(above))
    if where == "writable by all":
        project.built()
        (folder,) = (above / "lscbsite").glob("templates-*")
        folder.chmod(0o777)
        for path in folder.iterdir():
            path.unlink()
    if where == "a file":
        above.write_text("x")
    project.built("--no-cache", "--output", str(tmp_path / "output"))
    assert not list(above.glob("lscbsite/templates-*/*"))


def test_a_clock_behind_the_last_build_is_an_error(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.report("2012-11-13")
    assert project.run("build").exit_code == 0
    before = tree(project.output)
    monkeypatch.setattr(state, "read_clock_day", lambda: "1970-01-01")
    for arguments in ((), ("--no-cache",)):
        result = project.run("build", *arguments)
        assert result.exit_code == 2
        assert result.stderr.startswith("lscbsite: the clock of this machine says 1970-01-01, but")
        assert tree(project.output) == before
    # A day that is given is taken at its word.
    assert project.build(today="1970-01-01").exit_code == 0
    assert project.run("build").exit_code == 2
    monkeypatch.undo()
    assert project.run("build").exit_code == 0
    assert tree(project.output) == before


def test_a_full_temporary_disk_is_a_message(project: Project) -> None:
    """The system lets no file grow so far as the database that stands in for the cache would."""
    for month in range(1, 13):
        project.report(f"2012-{month:02}-13", body="word " * 200_000)
    command = [sys.executable, "-m", "lscbsite", "build", "--no-cache", "--today", TODAY]
    done = subprocess.run(
        [*command, "--site", str(project.folder), "--jobs", "1"],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[-1].startswith("lscbsite: cannot use /")
    assert "temporary files cannot be written" in done.stderr
    assert not project.output.exists()


def test_a_view_in_the_place_of_a_table_is_damage(
    built: tuple[Project, dict[str, bytes]],
) -> None:
    project, clean = built
    endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)"
    with closing(sqlite3.connect(cache_of(project))) as database:
        database.execute("DROP TABLE metadata")
        database.execute(
            f"CREATE VIEW metadata AS {endless} SELECT x AS name, x AS value, x AS sum FROM c"
        )
        database.commit()
    assert tree(project.built()) == clean


@pytest.mark.parametrize("ending", ["", "-journal", "-wal"])
def test_a_pipe_in_the_place_of_the_cache_is_left_alone(ending: str, project: Project) -> None:
    project.report("2012-11-13")
    folder = project.folder / ".lscbsite"
    folder.mkdir()
    os.mkfifo(folder / f"cache.sqlite{ending}")
    project.built()


@pytest.mark.parametrize("link", [".lscbsite", ".lscbsite/cache.sqlite"])
def test_a_cache_that_is_a_link_is_not_used(link: str, project: Project, tmp_path: Path) -> None:
    project.report("2012-11-13")
    place = project.folder / link
    place.parent.mkdir(exist_ok=True)
    place.symlink_to(tmp_path / "elsewhere")
    project.built()
    assert not (tmp_path / "elsewhere").exists()
