"""The ledger that the saved plan was made from, and the one that its build is to leave."""

from lscbsite.incremental.fingerprint import digest
from lscbsite.incremental.store import Store
from lscbsite.model import DIGEST_SIZE

_KEY = "ledger"


def save_ledger(store: Store, before: bytes, after: bytes) -> None:
    """Save which ledger the plan was made from, and the one that calendars are told from now on."""
    store.set_metadata(_KEY, digest(before) + after)


def load_ledger(store: Store) -> bytes | None:
    """Return the ledger that the build of the saved plan is to leave, None if nothing was planned."""
    data = store.get_metadata(_KEY)
    return data[DIGEST_SIZE:] if data else None


def is_foreign(store: Store, ledger: bytes) -> bool:
    """Return whether the saved plan may not be the one that this ledger leads to.

    It is the same before and after the build that writes the ledger.
    """
    data = store.get_metadata(_KEY)
    return not data or (not data.startswith(digest(ledger)) and data[DIGEST_SIZE:] != ledger)
