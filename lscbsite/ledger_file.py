"""Read and write ledger.jsonl, the ledger of a site: a line of JSON for each calendar event.

Lines that cannot be read are skipped, and of two lines for one event the later version counts. So two
versions that git merged, with its conflict markers or without, are read rightly.
"""

import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import msgspec

from lscbsite.model import LedgerEntry

LEDGER = "ledger.jsonl"
# Larger than the ledger of any site.
_LARGEST = 64_000_000
_DECODER = msgspec.json.Decoder(LedgerEntry)


def read_ledger(site_dir: Path) -> bytes:
    """Return the bytes of the ledger, b"" if there is none that can be read."""
    path = site_dir / LEDGER
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > _LARGEST:
            return b""
        return path.read_bytes()
    except OSError:
        return b""


def decode_ledger(data: bytes) -> tuple[LedgerEntry, ...]:
    """Return the entries of a ledger, in order of day."""
    entries: dict[str, LedgerEntry] = {}
    for line in data.splitlines():
        with suppress(msgspec.MsgspecError, ValueError):
            entry = _DECODER.decode(line)
            known = entries.get(entry.uid)
            if known is None or known.sequence <= entry.sequence:
                entries[entry.uid] = entry
    return tuple(sorted(entries.values(), key=lambda entry: (entry.day, entry.uid)))


def join_ledgers(kept: bytes, written: bytes) -> bytes:
    """Return two ledgers as one: of two entries for an event the later version, or the written one.

    The store keeps one where a site's folder is made anew for each build.
    """
    return kept + b"\n" + written if kept and kept != written else written


def encode_ledger(entries: Iterable[LedgerEntry]) -> bytes:
    """Return the bytes of a ledger."""
    return b"".join(msgspec.json.encode(entry) + b"\n" for entry in entries)


def write_ledger(site_dir: Path, data: bytes) -> bool:
    """Replace the ledger; return False if the site's folder cannot be written."""
    path = site_dir / LEDGER
    if path.is_symlink() or (path.exists() and not path.is_file()):
        return False
    temporary = ""
    try:
        descriptor, temporary = tempfile.mkstemp(prefix=f".{LEDGER}.", dir=site_dir)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            # A temporary file is readable by its owner alone.
            if hasattr(os, "fchmod"):
                os.fchmod(file.fileno(), 0o644)
        Path(temporary).replace(path)
    except OSError:
        with suppress(OSError):
            if temporary:
                Path(temporary).unlink()
        return False
    return True
