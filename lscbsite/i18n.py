"""Translations of the interface: GNU gettext catalogues, compiled with Babel.

Templates and code are in English. Each folder of ``locale`` translates them into another language.
"""

import gettext
import io
import re
import unicodedata
from functools import cache
from pathlib import Path

_DOMAIN = "lscbsite"
_FOLDER = Path(__file__).parent / "locale"
# The language of the templates and the code.
_SOURCE_LANGUAGE = "en"


@cache
def list_languages() -> tuple[str, ...]:
    """Return the languages of the interface, sorted: 'cy', 'de', 'en'."""
    return tuple(sorted([_SOURCE_LANGUAGE, *(file.parts[-3] for file in _FOLDER.glob("*/*/*.mo"))]))


@cache
def find_catalogue(language: str) -> str:
    """Return the interface language that fits a BCP 47 tag best ('en' for en-GB), or ''."""
    known = {name.casefold(): name for name in list_languages()}
    parts = language.replace("_", "-").casefold().split("-")
    while parts:
        if catalogue := known.get("-".join(parts)):
            return catalogue
        parts.pop()
    return ""


def find_interface_language(language: str | None, otherwise: str) -> str:
    """Return a language (a BCP 47 tag) if the interface is translated into it, else ``otherwise``."""
    return language if language and find_catalogue(language) else otherwise


@cache
def read_catalogue(language: str) -> bytes:
    """Return the catalogue for a BCP 47 tag as an MO file; b"" for English."""
    name = find_catalogue(language)
    if name in {"", _SOURCE_LANGUAGE}:
        return b""
    return (_FOLDER / name / "LC_MESSAGES" / f"{_DOMAIN}.mo").read_bytes()


@cache
def get_translations(language: str) -> gettext.NullTranslations:
    """Return the translations for a BCP 47 tag; English where there are none."""
    words = read_catalogue(language)
    return gettext.GNUTranslations(io.BytesIO(words)) if words else gettext.NullTranslations()


# Around interface words in a language without a catalogue, until the page is complete. These
# noncharacters cannot be in what authors write.
_OPEN, _CLOSE = "\ufdd0", "\ufdd1"


class MarkedTranslations(gettext.NullTranslations):
    """English for a language without a catalogue; ``label_english`` finds the words in the page."""

    def gettext(self, message: str) -> str:
        """Return a message between marks."""
        return f"{_OPEN}{message}{_CLOSE}"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the singular or plural between marks."""
        return self.gettext(super().ngettext(msgid1, msgid2, n))


# Parts of a page where there can be no elements: tags, and what only has text.
_NO_ELEMENTS = (
    r"(<title\b.*?</title>|<(?:option|script|style)\b.*?</(?:option|script|style)>|<[^>]*>)"
)


def label_english(html: str) -> str:
    """Replace the marks in a page with <span lang="en" dir="ltr">, and drop those in attributes."""
    parts = re.split(_NO_ELEMENTS, html, flags=re.DOTALL)
    for number, part in enumerate(parts):
        opened, closed = ("", "") if number % 2 else ('<span lang="en" dir="ltr">', "</span>")
        parts[number] = part.replace(_OPEN, opened).replace(_CLOSE, closed)
    return "".join(parts)


def N_(message: str) -> str:  # noqa: N802 (gettext's own name, which pybabel looks for)
    """Mark a sentence for the catalogues; the code that shows it translates it."""
    return message


@cache
def load_plural_forms(language: str, singular: str, plural: str) -> tuple[str, tuple[str, ...]]:
    """Return the plural form (a digit) for each number from 0 to 199, and the forms themselves.

    Larger numbers take the form of the number from 100 to 199 with the same last two digits,
    which suits the rules of all languages (gettext manual, 11.2.6).
    """
    chosen = [
        get_translations(language).ngettext(singular, plural, number) for number in range(200)
    ]
    sentences = tuple(dict.fromkeys(chosen))
    return "".join(str(sentences.index(sentence)) for sentence in chosen), sentences


def isolate(text: str, direction: str) -> str:
    """Return a name, in <bdi> if it is written in the other direction than the page.

    Otherwise two such names in a line would change places.
    """
    if text.isascii() and direction == "ltr":
        return text
    kinds = (unicodedata.bidirectional(character) for character in text)
    first = next((kind for kind in kinds if kind in ("L", "R", "AL")), "")
    if not first or (first == "L") == (direction == "ltr"):
        return text
    from markupsafe import Markup

    return Markup("<bdi>%s</bdi>") % text
