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


def resolve_ambiguous(local: dt.datetime, timezone: str) -> dt.datetime | None:
    """Return in UTC a local time that a clock skips or has twice; None for all others.

    The first of two is meant unless ``fold`` says the second. A skipped one is as far behind the last
    time before the gap as it says (RFC 5545 3.3.5).
    """
    aware = local.replace(tzinfo=get_zone(timezone))
    try:
        if aware.utcoffset() == aware.replace(fold=1 - aware.fold).utcoffset():
            return None
        return aware.astimezone(dt.UTC)
    except OverflowError:
        return None


def add_duration(local: dt.datetime, duration: dt.timedelta, timezone: str) -> dt.datetime:
    """Return what the clock shows so much later, with ``fold`` set the second time it does.

    Raises:
        OverflowError: that would be after the last of all days.

    """
    zone = get_zone(timezone)
    later = local.replace(tzinfo=zone).astimezone(dt.UTC) + duration
    return later.astimezone(zone).replace(tzinfo=None)
