"""One SQLite file, always safe to delete: opened, checked, and taken out where it is damaged."""

import contextlib
import errno
import os
import sqlite3
import stat
import tempfile
import zlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

# How long a build waits for another one that uses the store, in seconds; then it does without.
LOCK_TIMEOUT = 60
# The tables with their columns.
TABLES = {
    "metadata": "(name PRIMARY KEY, value, sum)",
    "parsed": "(id INTEGER PRIMARY KEY, path, value, sum)",
    "report_metadata": "(id INTEGER PRIMARY KEY, value, sum)",
    "reports": "(id INTEGER PRIMARY KEY, value, sum)",
    "html": "(id INTEGER PRIMARY KEY, value, sum)",
    "artifacts": "(id INTEGER PRIMARY KEY, path, plan_group, fingerprint)",
    "views": "(id INTEGER PRIMARY KEY, value, sum)",
    "inputs": "(id INTEGER PRIMARY KEY, name, digest, value, artifact, sum)",
    "edges": "(input, artifact, PRIMARY KEY (input, artifact)) WITHOUT ROWID",
    "files": "(fingerprint PRIMARY KEY, value, sum)",
}
# Large pages, as values are many KB long, and each page is read or written by itself. No waiting
# for the disk: what a loss of power leaves behind does not have the right checksums.
_SETTINGS = (
    "page_size = 65536",
    "trusted_schema = OFF",
    "synchronous = OFF",
    "secure_delete = OFF",
    "temp_store = FILE",
    "cache_size = -8000",
)
_encode = msgspec.msgpack.Encoder().encode
# What a damaged file leads to; a message of SQLite's can quote bytes that are no text.
_FAULTS = (sqlite3.Error, UnicodeError)


class StoreDamagedError(Exception):
    """The store holds values that were not written like this: it was removed; build again."""


class Database:
    """The file of the store, in which each value has a checksum.

    Without a path, or where the file cannot be used, a temporary file takes its place. Every
    method raises StoreDamagedError.
    """

    def __init__(self, path: Path | None) -> None:
        """Open the file for this build alone."""
        self._path = path
        connection = _open_file(path) if path is not None else None
        self.is_file = connection is not None
        self._guard = _Guard(self)
        with self._guard:
            self._connection = connection or _open_temporary_file()

    def select(self, query: str, *values: object) -> list[Any]:
        """Return the rows that a query finds."""
        with self._guard:
            return self._connection.execute(query, values).fetchall()

    def execute(self, statement: str, *values: object) -> None:
        """Run one statement."""
        with self._guard:
            self._connection.execute(statement, values)

    def execute_many(self, statement: str, rows: Iterable[tuple[object, ...]]) -> None:
        """Run one statement for each row of values."""
        with self._guard:
            self._connection.executemany(statement, rows)

    def find_value(self, table: str, column: str, key: str | int | bytes) -> bytes | None:
        """Return the value in a row of a table, None if there is no such row."""
        query = f"SELECT value, sum FROM {table} WHERE {column} = ?"  # noqa: S608
        with self._guard:
            row = self._connection.execute(query, (key,)).fetchone()
        return self.check_value(table, key, *row) if row else None

    def get_value(self, table: str, column: str, key: int | bytes) -> bytes:
        """Return the value in a row of a table that must be there."""
        value = self.find_value(table, column, key)
        if value is None:
            raise self.report_damage()
        return value

    def list_values(self, table: str, ids: Collection[int]) -> Iterator[tuple[int, bytes]]:
        """Yield the id and the value of rows that must be there, in the table's order."""
        missing = len(ids)
        query = f"SELECT id, value, sum FROM {table}"  # noqa: S608
        with self._guard:
            for id_, value, checksum in self._connection.execute(query):
                if id_ in ids:
                    yield id_, self.check_value(table, id_, value, checksum)
                    missing -= 1
        if missing:
            raise self.report_damage()

    def check_value(self, table: str, key: str | int | bytes, value: bytes, checksum: int) -> bytes:
        """Return a value if its checksum is right."""
        if not isinstance(value, bytes) or compute_checksum(table, key, value) != checksum:
            raise self.report_damage()
        return value

    def keep(self, table: str, column: str, wanted: Collection[object]) -> None:
        """Delete all rows but some."""
        query = f"SELECT {column} FROM {table}"  # noqa: S608
        self.drop(table, column, [key for (key,) in self.select(query) if key not in wanted])

    def drop(self, table: str, column: str, unwanted: Iterable[object]) -> None:
        """Delete rows."""
        statement = f"DELETE FROM {table} WHERE {column} = ?"  # noqa: S608
        self.execute_many(statement, ((key,) for key in unwanted))

    @contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """Undo the changes within where an exception ends them."""
        self.execute("SAVEPOINT changes")
        try:
            yield
        except StoreDamagedError:
            raise
        except BaseException:
            self.execute("ROLLBACK TO changes")
            raise
        finally:
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("RELEASE changes")

    def clear(self, tables: Iterable[str]) -> None:
        """Delete all rows of some tables."""
        for table in tables:
            self.execute(f"DELETE FROM {table}")  # noqa: S608

    def commit(self) -> None:
        """Make all changes last."""
        if self.is_file:
            self.execute("COMMIT")
            self.execute("BEGIN IMMEDIATE")

    def read_clock(self) -> int:
        """Return the time on the disk of the store, in nanoseconds since 1970; 0 without a file."""
        if self._path is None:
            return 0
        try:
            os.utime(self._path)
            return self._path.stat().st_mtime_ns
        except OSError:
            return 0

    def close(self) -> None:
        """Close the file; changes that were not committed are lost."""
        self._connection.close()

    def report_damage(self) -> StoreDamagedError:
        """Remove the file, and return the error to be raised."""
        self.close()
        if self._path is not None:
            with contextlib.suppress(OSError):
                self._path.unlink()
        return StoreDamagedError()

    def report_failure(self, error: BaseException) -> Exception:
        """Return the error to be raised where SQLite fails."""
        if self.is_file:
            return self.report_damage()
        # Nobody else could have damaged a temporary file.
        folder = (
            os.environ.get("SQLITE_TMPDIR") or os.environ.get("TMPDIR") or tempfile.gettempdir()
        )
        return OSError(errno.ENOSPC, f"temporary files cannot be written ({error})", folder)


class _Guard:
    """Turns the errors of SQLite into one that says that the store is damaged.

    It is a class because ``contextmanager`` takes longer than most queries.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, _FAULTS):
            raise self._database.report_failure(error) from error


def compute_checksum(table: str, *values: object) -> int:
    """Return a checksum of a row; it also shows that the values are in their own row and table."""
    return zlib.crc32(_encode((table, values)))


def _open_file(path: Path) -> sqlite3.Connection | None:
    """Open or make the file, for this build alone; return None where it cannot be used.

    A damaged file, or one with other tables, is replaced.
    """
    for _ in range(2):
        try:
            path.parent.mkdir(exist_ok=True)
            if not _is_plain_file(path):
                return None
            connection = sqlite3.connect(path, timeout=LOCK_TIMEOUT, isolation_level=None)
            _configure(connection)
            connection.execute("BEGIN IMMEDIATE")
            if _prepare_tables(connection):
                return connection
            connection.close()
        except sqlite3.OperationalError:  # locked by another build, or not writable
            return None
        except _FAULTS:
            pass
        except OSError:
            return None
        with contextlib.suppress(OSError):
            path.unlink()
    return None


def _is_plain_file(path: Path) -> bool:
    """Whether the file, and those that SQLite puts beside it, are plain files, or do not exist.

    SQLite would wait for ever for a pipe, and follow a link out of the site.
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


def _open_temporary_file() -> sqlite3.Connection:
    connection = sqlite3.connect("", isolation_level=None)
    _configure(connection)
    connection.execute("BEGIN")
    _prepare_tables(connection)
    return connection


def _configure(connection: sqlite3.Connection) -> None:
    for setting in _SETTINGS:
        connection.execute(f"PRAGMA {setting}")


def _prepare_tables(connection: sqlite3.Connection) -> bool:
    """Create the tables in an empty file; return whether the tables are the right ones.

    A view or a trigger in the place of a table could do anything, and never end.
    """
    wanted = [f"CREATE TABLE {name} {columns}" for name, columns in TABLES.items()]
    tables = connection.execute("SELECT sql FROM sqlite_master").fetchall()
    if not tables:
        for statement in wanted:
            connection.execute(statement)
        return True
    return sorted(sql for (sql,) in tables if sql is not None) == sorted(wanted)
