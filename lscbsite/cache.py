"""The cache of parsed files: one SQLite file, always safe to delete."""

import contextlib
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path

_SCHEMA = "CREATE TABLE IF NOT EXISTS parsed (key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID"


class Cache:
    """Keeps bytes by key. Without a path, or where the file cannot be used, it keeps nothing."""

    def __init__(self, path: Path | None) -> None:
        self._database = _open(path) if path is not None else None

    def get(self, keys: Iterable[str]) -> dict[str, bytes]:
        """Return what is kept for the keys."""
        found: dict[str, bytes] = {}
        if self._database is not None:
            with contextlib.suppress(sqlite3.Error):
                for key in keys:
                    for (value,) in self._database.execute(
                        "SELECT value FROM parsed WHERE key = ?", (key,)
                    ):
                        found[key] = value
        return found

    def replace(self, entries: Mapping[str, bytes], keep: Iterable[str]) -> None:
        """Add entries, and forget all that are neither among them nor among ``keep``."""
        if self._database is None:
            return
        wanted = {*entries, *keep}
        with contextlib.suppress(sqlite3.Error), self._database:
            for (key,) in self._database.execute("SELECT key FROM parsed").fetchall():
                if key not in wanted:
                    self._database.execute("DELETE FROM parsed WHERE key = ?", (key,))
            self._database.executemany(
                "INSERT OR REPLACE INTO parsed VALUES (?, ?)", entries.items()
            )

    def close(self) -> None:
        """Close the file."""
        if self._database is not None:
            self._database.close()


def _open(path: Path) -> sqlite3.Connection | None:
    """Open or make the file; a damaged one is made anew; where none can be, None."""
    for _ in range(2):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            database = sqlite3.connect(path, timeout=1)
            database.execute(_SCHEMA)
            database.execute("SELECT count(*) FROM parsed").fetchone()
        except sqlite3.OperationalError:  # locked by another build, or not writable
            return None
        except sqlite3.DatabaseError:
            with contextlib.suppress(OSError):
                path.unlink()
        except OSError:
            return None
        else:
            return database
    return None
