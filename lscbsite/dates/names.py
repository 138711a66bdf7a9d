"""Recognise the names of months and weekdays in the languages of a report."""

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Literal

from lscbsite.dates.formatting import get_locale

Kind = Literal["months", "days"]

MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
# Words of a date that say nothing: "on Tuesday, the 22nd day of September".
_FILLERS = {
    "en": {"on", "the", "of", "day"},
    "de": {"am", "den", "der", "dem", "vom"},
    "cy": {"ar", "y", "o", "dydd", "nos"},
}
# The endings of numbers: 22nd, 12fed.
_ORDINALS = {
    "en": {"st", "nd", "rd", "th"},
    "cy": {"af", "il", "ail", "ydd", "edd", "ed", "fed", "eg", "ain"},
    "fr": {"er", "e"},
    "es": {"o"},
}
# Names that CLDR does not list: spellings, and Welsh names after "o" and "nos" (mutated).
_MORE_NAMES: dict[tuple[str, Kind], dict[str, int]] = {
    ("de", "months"): {"janner": 0, "feber": 1, "maerz": 2, "mrz": 2, "jun": 5, "jul": 6},
    ("de", "days"): {"sonnabend": 5},
    ("cy", "months"): {
        "fawrth": 2,
        "fai": 4,
        "fehefin": 5,
        "orffennaf": 6,
        "fedi": 8,
        "dachwedd": 10,
        "ragfyr": 11,
    },
    ("cy", "days"): {
        "llun": 0,
        "lun": 0,
        "mawrth": 1,
        "fawrth": 1,
        "mercher": 2,
        "fercher": 2,
        "iau": 3,
        "gwener": 4,
        "wener": 4,
        "sadwrn": 5,
        "sul": 6,
    },
}


def find_names(word: str, kind: Kind, languages: Sequence[str]) -> frozenset[int]:
    """Return the numbers, from 0, of the months or weekdays that a word can mean.

    English names can be abbreviated to three letters or more.
    """
    english = find_english_name(word, MONTHS if kind == "months" else WEEKDAYS)
    meant = set() if english is None else {english}
    key = _fold_accents(word)
    for language in languages:
        if (
            not _is_english(language)
            and (number := _load_names(language, kind).get(key)) is not None
        ):
            meant.add(number)
    return frozenset(meant)


def find_english_name(word: str, names: Sequence[str]) -> int | None:
    """Return the index of the name that ``word`` is or abbreviates (with three letters or more)."""
    if len(word) < 3:
        return None
    short = {"sept": "sep", "weds": "wed"}.get(word, word)
    return next((number for number, name in enumerate(names) if name.startswith(short)), None)


def list_names(kind: Kind, languages: Sequence[str]) -> list[str]:
    """Return the names that a misspelt one can mean, in English and in ``languages``."""
    names = [name.capitalize() for name in (MONTHS if kind == "months" else WEEKDAYS)]
    for language in languages:
        if not _is_english(language):
            names += [name for name, _ in _list_cldr_names(language, kind) if len(name) > 4]
    return names


def is_filler(word: str, languages: Sequence[str]) -> bool:
    """Return whether a word in a date says nothing, such as "of"."""
    return word in _FILLERS["en"] or any(word in _load_fillers(tag) for tag in languages)


def is_ordinal(ending: str, languages: Sequence[str]) -> bool:
    """Return whether letters after a number make it an ordinal: 22nd."""
    return any(ending in _ORDINALS.get(tag[:2].casefold(), ()) for tag in ("en", *languages))


def list_months(languages: Sequence[str]) -> dict[str, int]:
    """Return the numbers, from 1, of the months by their names and abbreviations.

    The names are those in English and in ``languages``, in lower case and without accents. Of names
    that mean several months, the first of ``languages`` decides.
    """
    months = {name[:length]: number for number, name in enumerate(MONTHS) for length in (3, 4, 9)}
    for language in reversed(languages):
        if not _is_english(language):
            months |= _load_names(language, "months")
    return {name: number + 1 for name, number in sorted(months.items())}


@lru_cache
def writes_month_first(language: str) -> bool:
    """Return whether the month comes first in numeric dates of a language (CLDR): 11/13/2012."""
    pattern: str = get_locale(language).date_formats["short"].pattern
    return pattern.startswith("M")


@lru_cache
def writes_day_first(language: str) -> bool:
    """Return whether dates like 03.06.2025 always begin with the day in a language (CLDR)."""
    pattern = get_locale(language).date_formats["short"].pattern
    return pattern.startswith("d") and "." in pattern


def _is_english(language: str) -> bool:
    return language[:2].casefold() == "en"


@lru_cache
def _load_fillers(language: str) -> frozenset[str]:
    """Return the words in the dates of a language: its own, and those of CLDR ("de" in Spanish)."""
    if _is_english(language):
        return frozenset()
    pattern = get_locale(language).date_formats["long"].pattern
    return frozenset(_FILLERS.get(language[:2].casefold(), set())) | set(
        pattern.replace("''", "").split("'")[1::2]
    )


@lru_cache
def _load_names(language: str, kind: Kind) -> dict[str, int]:
    names = dict(_MORE_NAMES.get((language[:2].casefold(), kind), {}))
    for name, number in _list_cldr_names(language, kind):
        names.setdefault(_fold_accents(name), number)
    return names


def _list_cldr_names(language: str, kind: Kind) -> Iterator[tuple[str, int]]:
    """Yield the names of a language, and their numbers from 0."""
    locale = get_locale(language)
    first = 1 if kind == "months" else 0
    widths = locale.months if kind == "months" else locale.days
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in widths[context][width].items():
                yield name, number - first


def _fold_accents(word: str) -> str:
    """Return a name in lower case, without accents and full stops."""
    decomposed = unicodedata.normalize("NFKD", word.casefold()).rstrip(".")
    return "".join(c for c in decomposed if not unicodedata.combining(c))
