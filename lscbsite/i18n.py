"""Translations of the interface: GNU gettext catalogues, compiled with Babel.

Templates and code contain the words in English. Each folder of ``locale`` translates them into
one more language.
"""

import gettext
import io
from functools import cache
from pathlib import Path

_DOMAIN = "lscbsite"
_FOLDER = Path(__file__).parent / "locale"
# The language in which the words are written.
_SOURCE_LANGUAGE = "en"


@cache
def list_languages() -> tuple[str, ...]:
    """Return the languages that there are words in, in order: 'cy', 'de', 'en'."""
    return tuple(sorted([_SOURCE_LANGUAGE, *(file.parts[-3] for file in _FOLDER.glob("*/*/*.mo"))]))


@cache
def find_catalogue(language: str) -> str:
    """Return the language of the words that suit a BCP 47 tag best, '' if there are none.

    For en-GB that is 'en'.
    """
    known = {name.casefold(): name for name in list_languages()}
    parts = language.replace("_", "-").casefold().split("-")
    while parts:
        if catalogue := known.get("-".join(parts)):
            return catalogue
        parts.pop()
    return ""


def find_interface_language(language: str | None, otherwise: str) -> str:
    """Return a language (a BCP 47 tag) if there are words in it, or else the other one."""
    return language if language and find_catalogue(language) else otherwise


@cache
def read_catalogue(language: str) -> bytes:
    """Return the words in the language of a BCP 47 tag as a MO file; b"" for English ones."""
    name = find_catalogue(language)
    if name in {"", _SOURCE_LANGUAGE}:
        return b""
    return (_FOLDER / name / "LC_MESSAGES" / f"{_DOMAIN}.mo").read_bytes()


@cache
def get_translations(language: str) -> gettext.NullTranslations:
    """Return the words in the language of a BCP 47 tag; English ones where there are none."""
    words = read_catalogue(language)
    return gettext.GNUTranslations(io.BytesIO(words)) if words else gettext.NullTranslations()


def N_(message: str) -> str:  # noqa: N802 (gettext's own name, by which pybabel finds it)
    """Return a sentence as it is, marked for the catalogues: who shows it translates it."""
    return message


@cache
def load_plural_forms(language: str, singular: str, plural: str) -> tuple[str, tuple[str, ...]]:
    """Return which form of a sentence each number from 0 to 199 takes, as digits, and the forms.

    Numbers from 200 on take those of the numbers from 100 on with the same last two digits: the
    rules of all languages know no other (gettext manual, 11.2.6).
    """
    chosen = [
        get_translations(language).ngettext(singular, plural, number) for number in range(200)
    ]
    sentences = tuple(dict.fromkeys(chosen))
    return "".join(str(sentences.index(sentence)) for sentence in chosen), sentences
