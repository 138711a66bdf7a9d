"""Find the acronyms in a text, with their number and first position."""

import html
import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache

from lscbsite.markup.elements import TAG
from lscbsite.markup.gfm import get_value
from lscbsite.markup.initials import find_explained
from lscbsite.markup.known_words import KNOWN_WORDS
from lscbsite.markup.source import SourceText
from lscbsite.model import Position

# Code, and words that the text itself explains.
_UNREAD = re.compile(r"<(code|pre|kbd|samp|abbr)\b[^>]*>.*?</\1>", re.DOTALL)
_EXPLAINED = re.compile(r"<abbr [^>]*\btitle=\"[^\"]+\"[^>]*>(.*?)</abbr>", re.DOTALL)
# The beginnings of their tags.
_BEGINNING = re.compile("<(?:code|pre|kbd|samp|abbr)")
_BLOCK = re.compile(
    r"</?(?:p|div|[uo]l|li|dl|d[dt]|h[1-6]|t[dhr]|table|caption|blockquote|figcaption|summary"
    r"|br|hr)\b[^>]*>"
)

# NUL marks the end of a block; no file may contain one.
_BLOCK_END = "\0"
_SENTENCE = re.compile(r"[^.!?]+[.!?]*")
# A possible capital: ASCII capitals and all non-ASCII characters. Negated sets of characters are
# searched several times as fast as classes such as \w, and compile quickly.
_LARGE = r"[^\x00-@\[-\x7f]"
_WORD = re.compile(
    rf"{_LARGE}(?<=\w)(?<![\w.@#&].)(?=[\w&'’-]*{_LARGE})"
    r"[^\W_]*+(?:[&'’-][^\W_]++)*+(?![_@]|\.\w)"
)
_RUN = re.compile(r"(?<!\w)[^\W\d_a-z]+(?:\s+[^\W\d_a-z]+)+(?!\w)")
# The beginning of a long word in capitals.
_LONG = re.compile(_LARGE + _LARGE + "{5}")
# Roman numerals; short ones with C, D or M are more likely acronyms.
_ROMAN = re.compile(
    r"(?:XL|L?X{0,3})(?:I[XV]|V?I{0,3})"
    r"|(?=.{4})M{0,3}(?:C[MD]|D?C{0,3})(?:X[CL]|L?X{0,3})(?:I[XV]|V?I{0,3})"
)
_ADDRESS = re.compile(r"://|@|^www\.")
_POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b")

# Names of versions, rooms and parts of a project, which only look like acronyms: ES6, WP7, K22.
_NUMBERED = re.compile(r"[^\W\d_]+-?\d+")


def locate_acronyms(clean: str, source: SourceText) -> dict[str, tuple[int, Position]]:
    """Return the number and first position of each acronym that a body does not explain."""
    explained = set()
    prose = clean
    # A fast test: most bodies have none of these.
    if _BEGINNING.search(clean):
        explained = {
            extract_acronym(html.unescape(match[1])) for match in _EXPLAINED.finditer(clean)
        }
        prose = _UNREAD.sub(" ", clean)
    prose = _BLOCK.sub(_BLOCK_END, prose)
    text = html.unescape(TAG.sub("", prose))
    spellings_by_acronym = find_acronyms(text)
    if spellings_by_acronym:
        explained |= find_explained(text, spellings_by_acronym)
    wanted = {spellings[0] for spellings in spellings_by_acronym.values()}
    positions = _locate_spellings(wanted, source)
    start = source.locate(1, 1)
    return {
        word: (len(spellings), positions.get(spellings[0], start))
        for word, spellings in sorted(spellings_by_acronym.items())
        if word not in explained
    }


def _locate_spellings(wanted: set[str], source: SourceText) -> dict[str, Position]:
    """Return the first position of each of these words, as far as they are in one text."""
    positions: dict[str, Position] = {}
    for node in source.words if wanted else ():
        for word in _WORD.finditer(get_value(node)):
            for spelling, _ in _split_acronyms(word[0]):
                if spelling in wanted and spelling not in positions:
                    offset = word.start() + word[0].find(spelling)
                    positions[spelling] = source.locate_text(node, offset)
        if len(positions) == len(wanted):
            break
    return positions


def find_acronyms(text: str) -> dict[str, list[str]]:
    """Return the acronyms in a plain text, each with its spellings there."""
    spellings_by_acronym: dict[str, list[str]] = {}
    spans: list[tuple[int, int]] = []  # passages in capitals in the block of the word
    end = -1  # the end of that block
    has_long: bool | None = None
    for word in _WORD.finditer(text):
        start = word.start()
        acronym_parts = _split_acronyms(word[0])
        if not acronym_parts or _is_in_address(text, start):
            continue
        if not word[0].isalpha() and _POSTCODE.match(text, start):
            continue
        if start > end:
            if has_long is None:
                has_long = bool(_LONG.search(text))
            block_start = text.rfind(_BLOCK_END, 0, start) + 1
            end = text.find(_BLOCK_END, start)
            end = end if end >= 0 else len(text)
            spans = list(_find_shouting(text, block_start, end, has_long=has_long))
        before = bisect_right(spans, start, key=lambda span: span[0]) if spans else 0
        if not before or spans[before - 1][1] <= start:
            for spelling, base in acronym_parts:
                spellings_by_acronym.setdefault(base, []).append(spelling)
    return spellings_by_acronym


@lru_cache(4096)
def extract_acronym(word: str) -> str:
    """Return a word as an acronym, without a plural or genitive s, or '' if it is not one."""
    base, apostrophe, ending = word.replace("’", "'").partition("'")
    if apostrophe and ending not in ("s", "S", ""):
        return ""
    capitals = sum(character.isupper() for character in base)
    if base.endswith("s") and capitals > 1:
        base = base[:-1]
    small = sum(character.islower() for character in base)
    # Names such as McDonald have more small letters than capitals.
    if not (2 <= len(base) <= 8 and base[0].isupper() and capitals > max(1, small) and small < 3):
        return ""
    needless = base in KNOWN_WORDS or _ROMAN.fullmatch(base) or _NUMBERED.fullmatch(base)
    return "" if needless else base


@lru_cache(4096)
def _split_acronyms(word: str) -> tuple[tuple[str, str], ...]:
    """Return the parts of a word that are acronyms, each as spelt and as an acronym."""
    return tuple((part, base) for part in _split_compound(word) if (base := extract_acronym(part)))


def _split_compound(word: str) -> list[str]:
    """Return the parts of a compound, or the whole word if it is an acronym itself.

    A name with a number, such as COVID-19, has none.
    """
    if _NUMBERED.fullmatch(word):
        return []
    parts = word.split("-")
    if len(parts) == 1 or (
        extract_acronym(word) and any(len(p) == 1 or p.isdigit() for p in parts)
    ):
        return [word]
    return parts


def _find_shouting(text: str, start: int, end: int, *, has_long: bool) -> Iterator[tuple[int, int]]:
    """Yield the spans of shouting in the block from ``start`` to ``end``.

    Shouting is a sentence in capitals, or a run of words in capitals with a long one; without
    ``has_long`` there is no such run.
    """
    for sentence in _SENTENCE.finditer(text, start, end):
        if sentence[0].isupper():
            words = [word for word in sentence[0].split() if any(map(str.isalpha, word))]
            if len(words) > 1:
                yield sentence.span()
                continue
        if not has_long:
            continue
        for run in _RUN.finditer(text, *sentence.span()):
            if run[0].isupper() and max(map(len, run[0].split())) > 5:
                yield run.span()


def _is_in_address(text: str, index: int) -> bool:
    if not index or text[index - 1].isspace() or text[index - 1] == _BLOCK_END:
        return False
    before = text[max(0, index - 200) : index].replace(_BLOCK_END, " ")
    return bool(_ADDRESS.search(before.rsplit(None, 1)[-1]))
