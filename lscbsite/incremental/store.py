"""The store: the results of earlier builds. A step runs only if its key is not here."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

from lscbsite.incremental.database import TABLES, Database, StoreDamagedError, compute_checksum

__all__ = ["Store", "StoreDamagedError"]

_PROGRAM_KEY = "program"
# What the parser returned for a file, each in a table of its own.
_PARSED_VALUES = ("report_metadata", "reports", "html")


class Store(Database):
    """Parsed files, the plan's artifacts and rendered files of one version of the program."""

    def __init__(self, path: Path | None, program: bytes) -> None:
        """Open the file; empty it if another program, by its digest, filled it."""
        super().__init__(path)
        if self.get_metadata(_PROGRAM_KEY) != program:
            self.clear(TABLES)
            self.set_metadata(_PROGRAM_KEY, program)

    def get_metadata(self, name: str) -> bytes | None:
        """Return the value of a name, None if it has none."""
        return self.find_value("metadata", "name", name)

    def set_metadata(self, name: str, value: bytes) -> None:
        """Set the value of a name."""
        checksum = compute_checksum("metadata", name, value)
        self.execute("INSERT OR REPLACE INTO metadata VALUES (?, ?, ?)", name, value, checksum)

    # Parsed files

    def has_parsed(self) -> bool:
        """Whether there is any parsed file."""
        return bool(self.select("SELECT 1 FROM parsed LIMIT 1"))

    def list_parsed(self) -> Iterator[tuple[str, bytes]]:
        """Yield the path and the entry of each parsed file; a changed file can have two."""
        for path, entry, checksum in self.select("SELECT path, value, sum FROM parsed"):
            yield path, self.check_value("parsed", path, entry, checksum)

    def list_report_metadata(self, numbers: Collection[int]) -> Iterator[tuple[int, bytes]]:
        """Yield the metadata of reports, and the pages, by their numbers."""
        return self.list_values("report_metadata", numbers)

    def list_reports(self, numbers: Collection[int]) -> Iterator[tuple[int, bytes]]:
        """Yield reports by their numbers."""
        return self.list_values("reports", numbers)

    def get_report(self, number: int) -> bytes:
        """Return a report."""
        return self.get_value("reports", "id", number)

    def get_html(self, number: int) -> bytes:
        """Return the HTML of a parsed file."""
        return self.get_value("html", "id", number)

    def find_free_number(self) -> int:
        """Return a number above those of all parsed files."""
        ((last,),) = self.select("SELECT max(id) FROM parsed")
        return (last or 0) + 1

    def add_parsed(self, files: Sequence[tuple[int, str, bytes, bytes, bytes, bytes]]) -> None:
        """Add parsed files: number, path, entry, metadata, report and HTML each."""
        # The entries come last, so that what they refer to exists whenever this is interrupted.
        for column, table in enumerate(_PARSED_VALUES, 3):
            rows = []
            for file in files:
                number, value = file[0], bytes(file[column])  # type: ignore[arg-type]
                rows.append((number, value, compute_checksum(table, number, value)))
            self.execute_many(f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?)", rows)  # noqa: S608
        entries = (
            (number, path, entry, compute_checksum("parsed", path, entry))
            for number, path, entry, *_ in files
        )
        self.execute_many("INSERT INTO parsed VALUES (?, ?, ?, ?)", entries)

    def drop_parsed(self, numbers: Iterable[int]) -> None:
        """Delete parsed files."""
        unwanted = list(numbers)
        for table in ("parsed", *_PARSED_VALUES):
            self.drop(table, "id", unwanted)

    # Rendered files

    def list_rendered(self) -> set[bytes]:
        """Return the fingerprints of the artifacts whose bytes are here."""
        return {fingerprint for (fingerprint,) in self.select("SELECT fingerprint FROM files")}

    def get_rendered(self, fingerprint: bytes) -> bytes:
        """Return the bytes of a rendered artifact."""
        return self.get_value("files", "fingerprint", fingerprint)

    def add_rendered(self, fingerprint: bytes, data: bytes) -> None:
        """Add the bytes of a rendered artifact."""
        checksum = compute_checksum("files", fingerprint, data)
        self.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", fingerprint, data, checksum)

    def keep_rendered(self, fingerprints: Collection[bytes]) -> None:
        """Delete the bytes of all rendered artifacts but some."""
        self.keep("files", "fingerprint", fingerprints)
