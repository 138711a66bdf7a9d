"""Format dates and times in a language (CLDR)."""

import datetime as dt
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from babel import Locale

Form = Literal["medium", "long", "full"]


@lru_cache(maxsize=16_384)
def format_date(day: dt.date, language: str, form: Form = "long") -> str:
    """Return a date in ``language`` (a BCP 47 tag): '13 November 2012'.

    The ``full`` form has the weekday as well, the ``medium`` form abbreviates. The forms are those
    of CLDR, except that British English has no comma after the weekday: 'Tuesday 13 November 2012'.
    """
    months, short, weekdays = _load_names(language)
    parts = {
        "d": day.day,
        "dd": f"{day.day:02}",
        "M": day.month,
        "MM": f"{day.month:02}",
        "MMMM": months[day.month - 1],
        "MMM": short[day.month - 1],
        "y": day.year,
        "EEEE": weekdays[day.weekday()],
    }
    try:
        return _load_pattern(language, form) % parts
    except KeyError:
        # A few languages need more, such as an era.
        from babel.dates import format_date

        return format_date(day, form, get_locale(language))


def format_days(first: dt.date, last: dt.date | None, language: str, form: Form = "long") -> str:
    """Return the days of a meeting: '12 to 13 March 2013', or one day if ``last`` is None."""
    if last is None:
        return format_date(first, language, form)
    return "".join(split_days(first, last, language, form))


def split_days(
    first: dt.date, last: dt.date, language: str, form: Form = "long"
) -> tuple[str, str, str]:
    """Return the first of several days, what stands between them, and the last day.

    British English does not repeat month and year: '12', ' to ', '13 March 2013'.
    """
    start, end = format_date(first, language, form), format_date(last, language, form)
    if not _is_british(language):
        return start, " \N{EN DASH} ", end
    if first.year == last.year:
        start = start.removesuffix(f" {first.year}")
        if first.month == last.month:
            start = start.rpartition(" ")[0]
    return start, " to ", end


def format_times(start: dt.time, end: dt.time | None, language: str) -> str:
    """Return from when to when something lasts: '6.30pm to 8.30pm'."""
    first = format_time(start, language)
    if end is None:
        return first
    between = " to " if _is_british(language) else "\N{EN DASH}"
    return f"{first}{between}{format_time(end, language)}"


@lru_cache
def _load_pattern(language: str, form: Form) -> str:
    """Return the pattern of a date; filling it here is faster than in the library."""
    pattern: str = get_locale(language).date_formats[form].format
    if _is_british(language):
        return pattern.replace("%(EEEE)s, ", "%(EEEE)s ")
    return pattern


@lru_cache
def _load_names(language: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return the names of the months, their abbreviations, and the weekdays from Monday."""
    from babel.dates import format_date

    locale = get_locale(language)
    firsts = [dt.date(1970, 1 + n, 1) for n in range(12)]
    months = tuple(format_date(day, "MMMM", locale) for day in firsts)
    short = tuple(format_date(day, "MMM", locale) for day in firsts)
    # 1973 began on a Monday.
    weekdays = (format_date(dt.date(1973, 1, 1 + n), "EEEE", locale) for n in range(7))
    return months, short, tuple(weekdays)


def format_list(things: list[str], language: str) -> str:
    """Return things as a list in a sentence: 'training, housing and transport'.

    Welsh gets commas only: "a" or "ac", and a mutation, depend on what follows.
    """
    from babel import lists

    locale = get_locale(language)
    return (
        ", ".join(things) if locale.language == "cy" else lists.format_list(things, locale=locale)
    )


@lru_cache
def get_locale(language: str) -> "Locale":
    """Return the most specific CLDR locale for a BCP 47 tag: en-GB-oxendict gives en_GB.

    British English is the default, also for plain "en", which in CLDR is American.
    """
    from babel import Locale, UnknownLocaleError

    parts = language.replace("_", "-").split("-")
    while parts and parts != ["en"]:
        try:
            return Locale.parse("-".join(parts), sep="-")
        except (UnknownLocaleError, ValueError):
            parts.pop()
    return Locale("en", "GB")


def _is_british(language: str) -> bool:
    """Return whether ``language`` formats dates and times as British English does."""
    return str(get_locale(language)) == "en_GB"


@lru_cache(maxsize=2048)
def format_time(time: dt.time, language: str) -> str:
    """Return a time of day in ``language``, without seconds: '18:30'.

    The form is that of CLDR, except in British English: '6.30pm', '2pm', 'midday', 'midnight'.
    """
    if _is_british(language):
        if time.minute == 0 and time.hour % 12 == 0:
            return "midday" if time.hour else "midnight"
        minutes = f".{time.minute:02}" if time.minute else ""
        return f"{time.hour % 12 or 12}{minutes}{'pm' if time.hour >= 12 else 'am'}"
    from babel.dates import format_time

    return format_time(time, "short", locale=get_locale(language))


@lru_cache
def get_direction(language: str) -> Literal["ltr", "rtl"]:
    """Return the writing direction of a language (a BCP 47 tag)."""
    return "rtl" if get_locale(language).text_direction == "rtl" else "ltr"


def name_language(tag: str, language: str) -> str:
    """Return the name of a language (a BCP 47 tag) in another one, the tag where CLDR has none."""
    name: str | None = get_locale(language).languages.get(tag.partition("-")[0].casefold())
    return name or tag


@lru_cache
def make_locale_name(language: str) -> str:
    """Return a language (a BCP 47 tag) with its country, as Open Graph writes it: en_GB, cy_GB."""
    from babel.core import get_global

    locale = get_locale(language)
    likely = str(get_global("likely_subtags").get(locale.language, "")).rpartition("_")[2]
    country = locale.territory or likely
    return f"{locale.language}_{country}" if country else locale.language


def is_language(tag: str) -> bool:
    """Return whether a BCP 47 tag begins with a language that CLDR knows; 'gb' does not."""
    language = tag.partition("-")[0].casefold()
    if language == "en":
        # Loading the names is slow, and most sites are in English.
        return True
    from babel import Locale

    return language in Locale("en").languages


def find_language(name: str) -> str:
    """Return the code of a language by its name in English or in itself, or ''.

    Countries that people write in place of their language are read as well.
    """
    from babel import Locale

    folded = name.casefold().partition("(")[0].strip()
    if code := _COUNTRIES.get(folded):
        return code
    for code, english in Locale("en").languages.items():
        if english.casefold() == folded:
            return "en-GB" if code == "en" else code
    # Looking at each language's own name takes a while, but only in a message.
    for code in (
        "cy",
        "de",
        "fr",
        "es",
        "it",
        "pt",
        "nl",
        "pl",
        "ga",
        "gd",
        "ar",
        "ur",
        "zh",
        "ro",
    ):
        if Locale(code).languages.get(code, "").casefold() == folded:
            return code
    return ""


_COUNTRIES = {
    "gb": "en-GB",
    "en-uk": "en-GB",
    "en_uk": "en-GB",
    "british": "en-GB",
    "british english": "en-GB",
    "us": "en-US",
    "wales": "cy",
    "gymraeg": "cy",
}
