"""Read dates and times as people write them, and format them as sites show them."""

from lscbsite.dates.days import check_days, read_days
from lscbsite.dates.formatting import (
    Form,
    find_language,
    format_date,
    format_days,
    format_list,
    format_time,
    format_times,
    get_direction,
    get_locale,
    is_language,
    make_locale_name,
    name_language,
    split_days,
)
from lscbsite.dates.names import MONTHS, WEEKDAYS, list_months, writes_month_first
from lscbsite.dates.periods import Period, is_undecided, read_period
from lscbsite.dates.reading import (
    LONGEST_TEXT,
    WRITE_ISO,
    NotReadError,
    format_written,
    read_date,
)
from lscbsite.dates.rules import RULE_AND_PERIOD, Rule, is_rule, list_days, read_rule
from lscbsite.dates.time_zones import (
    add_duration,
    get_zone,
    load_packaged_timezones,
    make_moment,
    resolve_ambiguous,
)
from lscbsite.dates.times import (
    WRITE_TIME,
    find_time,
    read_duration,
    read_time,
    read_times,
    split_date,
)

__all__ = [
    "LONGEST_TEXT",
    "MONTHS",
    "RULE_AND_PERIOD",
    "WEEKDAYS",
    "WRITE_ISO",
    "WRITE_TIME",
    "Form",
    "NotReadError",
    "Period",
    "Rule",
    "add_duration",
    "check_days",
    "find_language",
    "find_time",
    "format_date",
    "format_days",
    "format_list",
    "format_time",
    "format_times",
    "format_written",
    "get_direction",
    "get_locale",
    "get_zone",
    "is_language",
    "is_rule",
    "is_undecided",
    "list_days",
    "list_months",
    "load_packaged_timezones",
    "make_locale_name",
    "make_moment",
    "name_language",
    "read_date",
    "read_days",
    "read_duration",
    "read_period",
    "read_rule",
    "read_time",
    "read_times",
    "resolve_ambiguous",
    "split_date",
    "split_days",
    "writes_month_first",
]
