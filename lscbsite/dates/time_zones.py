"""Time zones from the package tzdata, which are the same on all machines."""

import datetime as dt
import io
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


@cache
def load_packaged_timezones() -> frozenset[str]:
    """Return the IANA names of the time zones in the package tzdata."""
    return frozenset((_open_tzdata("zones") or b"").decode().split())


def _open_tzdata(path: str) -> bytes | None:
    """Return a file of the package tzdata, or None if the package is not installed."""
    # importlib.resources does the same, but is slow to import.
    from pkgutil import get_data

    return get_data("tzdata", path)


@lru_cache
def get_zone(timezone: str) -> "ZoneInfo":
    """Return a time zone by its IANA name: from tzdata, or else from the machine."""
    from zoneinfo import ZoneInfo

    try:
        data = _open_tzdata(f"zoneinfo/{timezone}")
    except OSError:
        data = None
    return ZoneInfo.from_file(io.BytesIO(data), key=timezone) if data else ZoneInfo(timezone)


def make_moment(day: dt.date, time: dt.time, timezone: str) -> dt.datetime:
    """Return a local date and time with its offset from UTC.

    Moments whose offset has seconds (local mean time, before the railways) are returned in UTC,
    because RFC 5322 and ISO 8601 cannot express such offsets.
    """
    local = dt.datetime.combine(day, time, get_zone(timezone))
    offset = local.utcoffset() or dt.timedelta()
    if offset % dt.timedelta(minutes=1):
        return local.astimezone(dt.UTC)
    return local.replace(tzinfo=dt.timezone(offset))
