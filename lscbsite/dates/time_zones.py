"""Time zones, from the package tzdata, so that all machines know the same ones."""

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
    """Return a file of the package tzdata; None if there is no such package."""
    # importlib.resources does the same, and takes longer to import than to read with.
    from pkgutil import get_data

    return get_data("tzdata", path)


@lru_cache
def get_zone(timezone: str) -> "ZoneInfo":
    """Return a time zone by its IANA name, from the package tzdata if it has it.

    Names that only the machine knows are taken from there.
    """
    from zoneinfo import ZoneInfo

    try:
        data = _open_tzdata(f"zoneinfo/{timezone}")
    except OSError:
        data = None
    return ZoneInfo.from_file(io.BytesIO(data), key=timezone) if data else ZoneInfo(timezone)


def make_moment(day: dt.date, time: dt.time, timezone: str) -> dt.datetime:
    """Return a moment on the clock of a time zone (an IANA name), with its offset from UTC.

    Offsets with seconds, as of local mean time before the railways, have no form in RFC 5322
    and ISO 8601: such a moment is given in UTC.
    """
    local = dt.datetime.combine(day, time, get_zone(timezone))
    offset = local.utcoffset() or dt.timedelta()
    if offset % dt.timedelta(minutes=1):
        return local.astimezone(dt.UTC)
    return local.replace(tzinfo=dt.timezone(offset))
