"""Read dates and times as people write them, and format them as sites show them."""

from lscbsite.dates.formatting import (
    Form,
    find_language,
    format_date,
    format_time,
    get_direction,
    get_locale,
    is_language,
)
from lscbsite.dates.names import MONTHS, WEEKDAYS
from lscbsite.dates.reading import (
    WRITE_ISO,
    NotReadError,
    format_written,
    read_date,
    read_time,
    split_date,
)
from lscbsite.dates.time_zones import get_zone, load_packaged_timezones, make_moment

__all__ = [
    "MONTHS",
    "WEEKDAYS",
    "WRITE_ISO",
    "Form",
    "NotReadError",
    "find_language",
    "format_date",
    "format_time",
    "format_written",
    "get_direction",
    "get_locale",
    "get_zone",
    "is_language",
    "load_packaged_timezones",
    "make_moment",
    "read_date",
    "read_time",
    "split_date",
]
