"""The cache: what earlier builds made, in one SQLite file that is always safe to delete."""

import contextlib
import errno
import os
import shutil
import sqlite3
import stat
import tempfile
import time
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

# Builds of one site wait for each other so long, in seconds; who waited longer does without.
_PATIENCE = 60
# The form of the tables, and of what is kept in them: a file with another one is of no use. Who
# changes a struct that is kept, or how digests are made, counts on.
_FORM = 13
_TABLES = (
    "CREATE TABLE notes (name TEXT PRIMARY KEY, value BLOB, sum INTEGER)",
    "CREATE TABLE entries (id INTEGER PRIMARY KEY, path TEXT, entry BLOB, sum INTEGER)",
    "CREATE TABLE outlines (id INTEGER PRIMARY KEY, value BLOB, sum INTEGER)",
    "CREATE TABLE reports (id INTEGER PRIMARY KEY, value BLOB, sum INTEGER)",
    "CREATE TABLE html (id INTEGER PRIMARY KEY, value BLOB, sum INTEGER)",
    "CREATE TABLE pieces (digest BLOB PRIMARY KEY, value BLOB, sum INTEGER)",
    "CREATE TABLE sheets (block BLOB PRIMARY KEY, head BLOB, head_sum INTEGER, value BLOB, sum INTEGER)",
    "CREATE TABLE files (print BLOB PRIMARY KEY, value BLOB, sum INTEGER)",
)
# Large pages: what changes are values of many KB, and each page is read or written by itself. No
# waiting for the disk: what a loss of power leaves behind does not have the right sums.
_SETTINGS = (
    "page_size = 65536",
    "trusted_schema = OFF",
    "synchronous = OFF",
    "secure_delete = OFF",
    "temp_store = FILE",
    "cache_size = -8000",
)


# Compiled templates of another version of the program go when nobody used them for so many days.
_UNUSED_DAYS = 30
# What a damaged file brings about; a message of SQLite's can quote what is no text.
_FAULTS = (sqlite3.Error, UnicodeError)


class StoreDamagedError(Exception):
    """The cache holds what was not written so: it was taken out, and the build begins anew."""


class Store:
    """Keeps what files gave, by path and digest of the file; pieces by digest; notes by name.

    Of the files that were rendered, it has those of the last build by fingerprint.
    Without a path, or where the file cannot be used, all is kept in a file that goes with the
    process. Every method raises CacheDamagedError.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._guard = _Guard(self)
        database = _open_database(path) if path is not None else None
        self.is_file = database is not None
        with self._guard:
            self._database = database or _open_temporary_database()

    def note(self, name: str) -> bytes | None:
        """Return what was kept under a name."""
        with self._guard:
            return self._value("notes", "name", name)

    def set_note(self, name: str, value: bytes) -> None:
        """Keep a value under a name."""
        with self._guard:
            row = (name, value, _compute_checksum("notes", name, value))
            self._database.execute("INSERT OR REPLACE INTO notes VALUES (?, ?, ?)", row)

    def is_empty(self) -> bool:
        """Whether no entry is kept."""
        with self._guard:
            return self._database.execute("SELECT 1 FROM entries LIMIT 1").fetchone() is None

    def entries(self) -> Iterator[tuple[str, bytes]]:
        """Yield the path and the entry of each file; files that are read anew can have two."""
        with self._guard:
            for path, entry, checksum in self._database.execute(
                "SELECT path, entry, sum FROM entries"
            ):
                yield path, self._sound("entries", path, entry, checksum)

    def outlines(self, numbers: Collection[int]) -> Iterator[tuple[int, bytes]]:
        """Yield the outlines of reports, and the pages, by the numbers of their entries."""
        return self._numbered("outlines", numbers)

    def reports(self, numbers: Collection[int]) -> Iterator[tuple[int, bytes]]:
        """Yield the reports by the numbers of their entries."""
        return self._numbered("reports", numbers)

    def report(self, number: int) -> bytes:
        """Return a report by the number of its entry."""
        return self._there("reports", "id", number)

    def html(self, number: int) -> bytes:
        """Return the HTML of an entry by its number."""
        return self._there("html", "id", number)

    def free_number(self) -> int:
        """Return a number from which on no entry has one."""
        with self._guard:
            row = self._database.execute("SELECT max(id) FROM entries").fetchone()
        return (row[0] or 0) + 1

    def add(self, files: Sequence[tuple[int, str, bytes, bytes, bytes, bytes]]) -> None:
        """Keep what files gave: of each a number, path, entry, outline, report and HTML."""
        # The entries come last: what they tell of is there then, whenever this is interrupted.
        with self._guard:
            for place, table in ((3, "outlines"), (4, "reports"), (5, "html")):
                rows = []
                for number, *values in files:
                    value = bytes(values[place - 1])  # type: ignore[arg-type]
                    rows.append((number, value, _compute_checksum(table, number, value)))
                self._database.executemany(f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?)", rows)  # noqa: S608
            self._database.executemany(
                "INSERT INTO entries VALUES (?, ?, ?, ?)",
                [
                    (number, path, entry, _compute_checksum("entries", path, entry))
                    for number, path, entry, *_ in files
                ],
            )

    def forget(self, numbers: Iterable[int]) -> None:
        """Drop entries, and what their files gave."""
        gone = list(numbers)
        for table in ("entries", "outlines", "reports", "html"):
            self._drop(table, "id", gone)

    def pieces(self, digests: Iterable[bytes]) -> dict[bytes, bytes]:
        """Return those of the pieces that are kept."""
        wanted = set(digests)
        with self._guard:
            return {
                digest: self._sound("pieces", digest, value, checksum)
                for digest, value, checksum in self._database.execute("SELECT * FROM pieces")
                if digest in wanted
            }

    def add_pieces(self, pieces: Mapping[bytes, bytes]) -> None:
        """Add pieces."""
        rows = (
            (digest, value, _compute_checksum("pieces", digest, value))
            for digest, value in pieces.items()
        )
        with self._guard:
            self._database.executemany("INSERT OR REPLACE INTO pieces VALUES (?, ?, ?)", rows)

    def keep_pieces(self, wanted: Collection[bytes]) -> None:
        """Drop all pieces but some."""
        self._keep("pieces", "digest", wanted)

    def sheets(self) -> Iterator[tuple[bytes, bytes]]:
        """Yield the heads of the blueprint's sheets, each with the key of its block."""
        with self._guard:
            for block, head, checksum in self._database.execute(
                "SELECT block, head, head_sum FROM sheets"
            ):
                yield block, self._sound("heads", block, head, checksum)

    def sheet(self, block: bytes) -> bytes:
        """Return the rest of a sheet, by the key of its block."""
        return self._there("sheets", "block", block)

    def add_sheet(self, block: bytes, head: bytes, rest: bytes) -> None:
        """Add a sheet, by the key of its block."""
        with self._guard:
            sums = _compute_checksum("heads", block, head), _compute_checksum("sheets", block, rest)
            row = (block, head, sums[0], rest, sums[1])
            self._database.execute("INSERT OR REPLACE INTO sheets VALUES (?, ?, ?, ?, ?)", row)

    def keep_sheets(self, wanted: Collection[bytes]) -> None:
        """Drop all sheets but some."""
        self._keep("sheets", "block", wanted)

    def prints(self) -> set[bytes]:
        """Return the fingerprints of the files that were rendered and are kept."""
        with self._guard:
            return {row[0] for row in self._database.execute("SELECT print FROM files")}

    def file(self, fingerprint: bytes) -> bytes:
        """Return a file that was rendered."""
        return self._there("files", "print", fingerprint)

    def add_file(self, fingerprint: bytes, data: bytes) -> None:
        """Add a file that was rendered, unless there is no next build."""
        if self._path is None:
            return
        with self._guard:
            row = (fingerprint, data, _compute_checksum("files", fingerprint, data))
            self._database.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", row)

    def drop_files(self, fingerprints: Iterable[bytes]) -> None:
        """Drop files that were rendered."""
        self._drop("files", "print", fingerprints)

    def commit(self) -> None:
        """Make what was added last."""
        if not self.is_file:
            return
        with self._guard:
            self._database.execute("COMMIT")
            self._database.execute("BEGIN IMMEDIATE")

    def clock(self) -> int:
        """Return what the clock of the cache's disk shows now, in nanoseconds since 1970."""
        if self._path is None:
            return 0
        try:
            os.utime(self._path)
            return self._path.stat().st_mtime_ns
        except OSError:
            return 0

    def close(self) -> None:
        """Close the file; what was not committed is dropped."""
        self._database.close()

    def _keep(self, table: str, key: str, wanted: Collection[bytes]) -> None:
        with self._guard:
            kept = [row[0] for row in self._database.execute(f"SELECT {key} FROM {table}")]  # noqa: S608
        self._drop(table, key, [one for one in kept if one not in wanted])

    def _drop(self, table: str, key: str, gone: Iterable[int | bytes]) -> None:
        rows = ((one,) for one in gone)
        with self._guard:
            self._database.executemany(f"DELETE FROM {table} WHERE {key} = ?", rows)  # noqa: S608

    def _numbered(self, table: str, numbers: Collection[int]) -> Iterator[tuple[int, bytes]]:
        with self._guard:
            left = len(numbers)
            for number, value, checksum in self._database.execute(
                f"SELECT id, value, sum FROM {table}"  # noqa: S608
            ):
                if number in numbers:
                    yield number, self._sound(table, number, value, checksum)
                    left -= 1
            if left:
                raise self.damaged()

    def _value(self, table: str, column: str, key: str | int | bytes) -> bytes | None:
        query = f"SELECT value, sum FROM {table} WHERE {column} = ?"  # noqa: S608
        row = self._database.execute(query, (key,)).fetchone()
        return self._sound(table, key, *row) if row else None

    def _there(self, table: str, column: str, key: int | bytes) -> bytes:
        with self._guard:
            value = self._value(table, column, key)
        if value is None:
            raise self.damaged()
        return value

    def _sound(self, table: str, key: str | int | bytes, value: bytes, checksum: int) -> bytes:
        if not isinstance(value, bytes) or _compute_checksum(table, key, value) != checksum:
            raise self.damaged()
        return value

    def damaged(self) -> StoreDamagedError:
        """Take the file out, and return what is to be raised then."""
        self.close()
        if self._path is not None:
            with contextlib.suppress(OSError):
                self._path.unlink()
        return StoreDamagedError()

    def failed(self, error: BaseException) -> Exception:
        """Return what is to be raised where the database fails."""
        if self.is_file:
            return self.damaged()
        # There is nothing in it that anybody could have damaged.
        folder = (
            os.environ.get("SQLITE_TMPDIR") or os.environ.get("TMPDIR") or tempfile.gettempdir()
        )
        return OSError(errno.ENOSPC, f"temporary files cannot be written ({error})", folder)


def _compute_checksum(table: str, key: str | int | bytes, value: bytes) -> int:
    """Return a checksum that also shows that a value is under its own key, in its own table."""
    name = key if isinstance(key, bytes) else str(key).encode()
    return zlib.crc32(value, zlib.crc32(name, zlib.crc32(table.encode())))


class _Guard:
    """Says of what goes wrong with the database that the cache is damaged.

    A function with ``contextmanager`` takes longer than most of what is asked.
    """

    def __init__(self, cache: Store) -> None:
        self._cache = cache

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, _FAULTS):
            raise self._cache.failed(error) from error


def make_template_cache_dir(site_dir: Path, program: bytes) -> str | None:
    """Return the folder for templates compiled by a program, whose digest is given; make it.

    Compiled templates are programs. So they are kept in the user's cache folder, never in the
    site's, which others may have written. None if there is no folder that only this user can
    write.
    """
    from platformdirs import user_cache_path

    above = Path(os.path.realpath(user_cache_path("lscbsite")))
    if above.is_relative_to(os.path.realpath(site_dir)):
        return None
    folder = above / f"templates-{program.hex()}"
    try:
        if not folder.is_dir():
            folder.mkdir(mode=0o700, parents=True)
            _remove_unused(above)
        seen = folder.stat()
    except OSError:
        return None
    if hasattr(os, "geteuid") and (seen.st_uid != os.geteuid() or seen.st_mode & 0o022):
        return None
    return str(folder)


def _remove_unused(above: Path) -> None:
    oldest = time.time() - _UNUSED_DAYS * 24 * 60 * 60
    for folder in above.glob("templates-*"):
        with contextlib.suppress(OSError):
            if folder.stat().st_mtime < oldest:
                shutil.rmtree(folder, ignore_errors=True)


def _open_database(path: Path) -> sqlite3.Connection | None:
    """Open or make the file, for this build alone; None where it cannot be used.

    A damaged file, or one of another form, is made anew.
    """
    for _ in range(2):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if not _is_ours(path):
                return None
            database = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
            _configure(database)
            database.execute("BEGIN IMMEDIATE")
            if _prepare_schema(database):
                return database
            database.close()
        except sqlite3.OperationalError:  # locked by another build, or not writable
            return None
        except _FAULTS:
            pass
        except OSError:
            return None
        with contextlib.suppress(OSError):
            path.unlink()
    return None


def _is_ours(path: Path) -> bool:
    """Whether the file, and those that SQLite puts beside it, are plain files, or not there yet.

    SQLite would wait for ever for what comes out of a pipe, and follow a link out of the site.
    """
    if path.parent.is_symlink():
        return False
    for ending in ("", "-journal", "-wal", "-shm"):
        try:
            if not stat.S_ISREG(os.lstat(f"{path}{ending}").st_mode):
                return False
        except FileNotFoundError:
            continue
    return True


def _open_temporary_database() -> sqlite3.Connection:
    database = sqlite3.connect("", isolation_level=None)
    _configure(database)
    database.execute("BEGIN")
    _prepare_schema(database)
    return database


def _configure(database: sqlite3.Connection) -> None:
    for setting in _SETTINGS:
        database.execute(f"PRAGMA {setting}")


def _prepare_schema(database: sqlite3.Connection) -> bool:
    """Make the tables, if there are none; returns whether those that there are can be used."""
    form = database.execute("PRAGMA user_version").fetchone()[0]
    if form != _FORM:
        if database.execute("SELECT 1 FROM sqlite_master").fetchone() is not None:
            return False
        for table in _TABLES:
            database.execute(table)
        database.execute(f"PRAGMA user_version = {_FORM}")
        return True
    # A view or a trigger in the place of a table could do anything, and never end.
    found = database.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return sorted(row[0] for row in found) == sorted(_TABLES)
