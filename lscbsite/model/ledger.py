"""The ledger: what calendars were told of each meeting."""

import datetime as dt
from typing import Annotated

import msgspec
from msgspec import Meta

_UUID = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
# SEQUENCE is an integer of 32 bits (RFC 5545 3.3.8); this leaves room for more changes than there are days.
_MOST = 2**30


class LedgerEntry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A published calendar event: its UID, its SEQUENCE, and a digest of what it said.

    ``made_from`` is the UID that its meeting would have without the ledger, if it is another;
    ``planned`` is true if a list or plan announced the meeting; ``report`` is the identity of its report or
    agenda. Anything else than a UUID, or than a number that calendars can count on from, is refused.
    """

    day: dt.date
    uid: Annotated[str, Meta(pattern=_UUID)]
    sequence: Annotated[int, Meta(ge=0, le=_MOST)]
    state: str
    boards: tuple[str, ...] = ()
    planned: bool = False
    made_from: Annotated[str, Meta(pattern=f"{_UUID}|^$")] = ""
    report: str = ""

    @property
    def key(self) -> str:
        """Return the UID that the event's meeting has without the ledger."""
        return self.made_from or self.uid
