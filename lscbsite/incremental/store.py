"""The store: what earlier builds made, in one SQLite file that is always safe to delete."""

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

# How long a build waits for another one that uses the store, in seconds; then it does without.
LOCK_TIMEOUT = 60
_TABLES = (
    "CREATE TABLE metadata (name TEXT PRIMARY KEY, value BLOB, sum INTEGER)",
    "CREATE TABLE parsed (id INTEGER PRIMARY KEY, path TEXT, value BLOB, sum INTEGER)",
    "CREATE TABLE report_metadata (id INTEGER PRIMARY KEY, value BLOB, sum INTEGER)",
    "CREATE TABLE reports (id INTEGER PRIMARY KEY, value BLOB, sum INTEGER)",
    "CREATE TABLE html (id INTEGER PRIMARY KEY, value BLOB, sum INTEGER)",
    "CREATE TABLE fragments (digest BLOB PRIMARY KEY, value BLOB, sum INTEGER)",
    "CREATE TABLE groups (key BLOB PRIMARY KEY, head BLOB, head_sum INTEGER, value BLOB, sum INTEGER)",
    "CREATE TABLE files (fingerprint BLOB PRIMARY KEY, value BLOB, sum INTEGER)",
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


_PROGRAM_KEY = "program"
# What a parsed file gave, each in a table of its own.
_VALUES = ("report_metadata", "reports", "html")


class StoreDamagedError(Exception):
    """The cache holds what was not written so: it was taken out, and the build begins anew."""


class Store:
    """Keeps parsed files, fragments and rendered files of one version of the program.

    Without a path, or where the file cannot be used, all is kept in a file that goes with the
    process. Every method raises StoreDamagedError.
    """

    def __init__(self, path: Path | None, program: bytes) -> None:
        """Open the file; drop what another program, whose digest is given, has left in it."""
        self._path = path
        self._guard = _Guard(self)
        database = _open_database(path) if path is not None else None
        self.is_file = database is not None
        with self._guard:
            self._database = database or _open_temporary_database()
            if self._value("metadata", "name", _PROGRAM_KEY) != program:
                for table in ("metadata", "parsed", *_VALUES, "fragments", "groups", "files"):
                    self._database.execute(f"DELETE FROM {table}")  # noqa: S608
                self.set_metadata(_PROGRAM_KEY, program)

    def get_metadata(self, name: str) -> bytes | None:
        """Return what was kept under a name."""
        with self._guard:
            return self._value("metadata", "name", name)

    def set_metadata(self, name: str, value: bytes) -> None:
        """Keep a value under a name."""
        with self._guard:
            row = (name, value, _compute_checksum("metadata", name, value))
            self._database.execute("INSERT OR REPLACE INTO metadata VALUES (?, ?, ?)", row)

    def is_empty(self) -> bool:
        """Whether no entry is kept."""
        with self._guard:
            return self._database.execute("SELECT 1 FROM parsed LIMIT 1").fetchone() is None

    def list_parsed(self) -> Iterator[tuple[str, bytes]]:
        """Yield the path and the entry of each file; files that are read anew can have two."""
        with self._guard:
            for path, entry, checksum in self._database.execute(
                "SELECT path, value, sum FROM parsed"
            ):
                yield path, self._sound("parsed", path, entry, checksum)

    def list_report_metadata(self, numbers: Collection[int]) -> Iterator[tuple[int, bytes]]:
        """Yield the outlines of reports, and the pages, by the numbers of their entries."""
        return self._numbered("report_metadata", numbers)

    def list_reports(self, numbers: Collection[int]) -> Iterator[tuple[int, bytes]]:
        """Yield the reports by the numbers of their entries."""
        return self._numbered("reports", numbers)

    def get_report(self, number: int) -> bytes:
        """Return a report by the number of its entry."""
        return self._there("reports", "id", number)

    def get_html(self, number: int) -> bytes:
        """Return the HTML of an entry by its number."""
        return self._there("html", "id", number)

    def find_free_number(self) -> int:
        """Return a number from which on no entry has one."""
        with self._guard:
            row = self._database.execute("SELECT max(id) FROM parsed").fetchone()
        return (row[0] or 0) + 1

    def add_parsed(self, files: Sequence[tuple[int, str, bytes, bytes, bytes, bytes]]) -> None:
        """Keep what files gave: of each a number, path, entry, outline, report and HTML."""
        # The entries come last: what they tell of is there then, whenever this is interrupted.
        with self._guard:
            for place, table in ((3, "report_metadata"), (4, "reports"), (5, "html")):
                rows = []
                for number, *values in files:
                    value = bytes(values[place - 1])  # type: ignore[arg-type]
                    rows.append((number, value, _compute_checksum(table, number, value)))
                self._database.executemany(f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?)", rows)  # noqa: S608
            self._database.executemany(
                "INSERT INTO parsed VALUES (?, ?, ?, ?)",
                [
                    (number, path, entry, _compute_checksum("parsed", path, entry))
                    for number, path, entry, *_ in files
                ],
            )

    def drop_parsed(self, numbers: Iterable[int]) -> None:
        """Drop entries, and what their files gave."""
        gone = list(numbers)
        for table in ("parsed", "report_metadata", "reports", "html"):
            self._drop(table, "id", gone)

    def get_fragments(self, digests: Iterable[bytes]) -> dict[bytes, bytes]:
        """Return those of the pieces that are kept."""
        wanted = set(digests)
        with self._guard:
            return {
                digest: self._sound("fragments", digest, value, checksum)
                for digest, value, checksum in self._database.execute("SELECT * FROM fragments")
                if digest in wanted
            }

    def add_fragments(self, pieces: Mapping[bytes, bytes]) -> None:
        """Add pieces."""
        rows = (
            (digest, value, _compute_checksum("fragments", digest, value))
            for digest, value in pieces.items()
        )
        with self._guard:
            self._database.executemany("INSERT OR REPLACE INTO fragments VALUES (?, ?, ?)", rows)

    def keep_fragments(self, wanted: Collection[bytes]) -> None:
        """Drop all pieces but some."""
        self._keep("fragments", "digest", wanted)

    def list_groups(self) -> Iterator[tuple[bytes, bytes]]:
        """Yield the heads of the blueprint's sheets, each with the key of its block."""
        with self._guard:
            for key, head, checksum in self._database.execute(
                "SELECT key, head, head_sum FROM groups"
            ):
                yield key, self._sound("heads", key, head, checksum)

    def get_group(self, key: bytes) -> bytes:
        """Return the rest of a sheet, by the key of its block."""
        return self._there("groups", "key", key)

    def add_group(self, key: bytes, head: bytes, rest: bytes) -> None:
        """Add a sheet, by the key of its block."""
        with self._guard:
            sums = _compute_checksum("heads", key, head), _compute_checksum("groups", key, rest)
            row = (key, head, sums[0], rest, sums[1])
            self._database.execute("INSERT OR REPLACE INTO groups VALUES (?, ?, ?, ?, ?)", row)

    def keep_groups(self, wanted: Collection[bytes]) -> None:
        """Drop all sheets but some."""
        self._keep("groups", "key", wanted)

    def list_fingerprints(self) -> set[bytes]:
        """Return the fingerprints of the files that were rendered and are kept."""
        with self._guard:
            return {row[0] for row in self._database.execute("SELECT fingerprint FROM files")}

    def get_file(self, fingerprint: bytes) -> bytes:
        """Return a file that was rendered."""
        return self._there("files", "fingerprint", fingerprint)

    def add_file(self, fingerprint: bytes, data: bytes) -> None:
        """Add a file that was rendered, unless there is no next build."""
        if self._path is None:
            return
        with self._guard:
            row = (fingerprint, data, _compute_checksum("files", fingerprint, data))
            self._database.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", row)

    def drop_files(self, fingerprints: Iterable[bytes]) -> None:
        """Drop files that were rendered."""
        self._drop("files", "fingerprint", fingerprints)

    def commit(self) -> None:
        """Make what was added last."""
        if not self.is_file:
            return
        with self._guard:
            self._database.execute("COMMIT")
            self._database.execute("BEGIN IMMEDIATE")

    def read_clock(self) -> int:
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
            database = sqlite3.connect(path, timeout=LOCK_TIMEOUT, isolation_level=None)
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
    """Make the tables, if there is nothing; return whether what there is can be used.

    A view or a trigger in the place of a table could do anything, and never end.
    """
    found = database.execute("SELECT sql FROM sqlite_master").fetchall()
    if not found:
        for table in _TABLES:
            database.execute(table)
        return True
    return sorted(sql for (sql,) in found if sql is not None) == sorted(_TABLES)
