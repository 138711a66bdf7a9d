"""Test the cache: whatever it contains, the output is the same, and it runs nothing."""

import os
import random
import resource
import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from conftest import TODAY, Project, tree

from lscbsite.incremental import state
from lscbsite.incremental.serialization import find_renderer
from lscbsite.outputs.files import render_asset

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


def tables(database: sqlite3.Connection) -> Iterator[tuple[str, list[str]]]:
    """Yield each table and its columns of values."""
    for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type='table'").fetchall():
        columns = [row[1] for row in database.execute(f"PRAGMA table_info({name})")]
        yield name, [one for one in columns if one in ("value", "head")]


def swap_values(database: sqlite3.Connection, table: str, column: str) -> None:
    """Put the value of one row, with its checksum, into the place of another's."""
    total = f"{column}_sum" if column == "head" else "sum"
    query = f"SELECT rowid, {column}, {total} FROM {table} ORDER BY rowid LIMIT 2"
    rows = database.execute(query).fetchall()
    if len(rows) == 2:
        for (_, value, checksum), (row, *_) in zip(rows, reversed(rows), strict=True):
            change = f"UPDATE {table} SET {column} = ?, {total} = ? WHERE rowid = ?"
            database.execute(change, (value, checksum, row))
        database.commit()


def test_values_in_each_other_s_places_are_noticed(
    built: tuple[Project, dict[str, bytes]],
) -> None:
    project, clean = built
    saved = cache_of(project).read_bytes()
    with closing(sqlite3.connect(cache_of(project))) as database:
        places = [(table, column) for table, columns in tables(database) for column in columns]
    assert len(places) > 6
    for table, column in places:
        cache_of(project).write_bytes(saved)
        with closing(sqlite3.connect(cache_of(project))) as database:
            swap_values(database, table, column)
        assert tree(project.built()) == clean, (table, column)


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
        for table, columns in tables(database):
            for column in columns:
                total = f"{column}_sum" if column == "head" else "sum"
                checked = "heads" if column == "head" else table
                key = {"parsed": "path", "metadata": "name", "fragments": "digest", "groups": "key"}
                name = key.get(table, "fingerprint" if table == "files" else "id")
                for (row,) in database.execute(f"SELECT {name} FROM {table}").fetchall():
                    data = row if isinstance(row, bytes) else str(row).encode()
                    checksum = zlib.crc32(garbage, zlib.crc32(data, zlib.crc32(checked.encode())))
                    change = f"UPDATE {table} SET {column} = ?, {total} = ? WHERE {name} = ?"
                    database.execute(change, (garbage, checksum, row))
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


def test_a_cache_can_name_no_program() -> None:
    for name in ("os.system", "lscbsite.outputs.files.escape", "lscbsite.outputs.nothing.x", ""):
        with pytest.raises(LookupError):
            find_renderer(name)
    assert find_renderer("lscbsite.outputs.files.render_asset") is render_asset


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
    assert done.stderr.startswith("lscbsite: cannot use /")
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
