"""Acronyms in a text: which there are, how often, and where first."""

import html
import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache

from lscbsite.markup.elements import TAG
from lscbsite.markup.source import SourceText
from lscbsite.model import Position

# What is written for machines, and words that the text itself explains.
_UNREAD = re.compile(r"<(code|pre|kbd|samp|abbr)\b[^>]*>.*?</\1>", re.DOTALL)
_EXPLAINED = re.compile(r"<abbr [^>]*\btitle=\"[^\"]+\"[^>]*>(.*?)</abbr>", re.DOTALL)
# The names of these elements, as far as their beginnings tell.
_BEGINNING = re.compile("<(?:code|pre|kbd|samp|abbr)")
_BLOCK = re.compile(
    r"</?(?:p|div|[uo]l|li|dl|d[dt]|h[1-6]|t[dhr]|table|caption|blockquote|figcaption|summary"
    r"|br|hr)\b[^>]*>"
)

# A block's end is a NUL, which no file may hold.
_BLOCK_END = "\0"
_SENTENCE = re.compile(r"[^.!?]+[.!?]*")
# What can be a capital: all capitals of other scripts are beyond ASCII. Sets of single characters
# are searched several times as fast as classes such as \w; told by what is not in it, this one is
# quick to compile, too.
_LARGE = r"[^\x00-@\[-\x7f]"
_WORD = re.compile(
    rf"{_LARGE}(?<=\w)(?<![\w.@#&].)(?=[\w&'’-]*{_LARGE})"
    r"[^\W_]*+(?:[&'’-][^\W_]++)*+(?![_@]|\.\w)"
)
_RUN = re.compile(r"(?<!\w)[^\W\d_a-z]+(?:\s+[^\W\d_a-z]+)+(?!\w)")
# What stands in a run of words in capitals if one of them is long.
_LONG = re.compile(_LARGE + _LARGE + "{5}")
# Short ones with C, D or M are rather acronyms.
_ROMAN = re.compile(
    r"(?:XL|L?X{0,3})(?:I[XV]|V?I{0,3})"
    r"|(?=.{4})M{0,3}(?:C[MD]|D?C{0,3})(?:X[CL]|L?X{0,3})(?:I[XV]|V?I{0,3})"
)
_ADDRESS = re.compile(r"://|@|^www\.")
_POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b")

# What needs no explanation, and words that are written in capitals to be heard.
_COMMON = re.compile(
    "UK|EU|US|USA|UN|GB|OK|AM|PM|BC|AD|GMT|BST|UTC|TV|CD|DVD|PC|ID|IT|BBC|PDF|HTML|URL|WWW|USB|SMS"
    "|KB|MB|TB|KM|PS|NB|RE|CC|FAQ|TBC|TBA|RSVP|AOB|AGM|PO|VAT|MP|GBP|EUR|USD"
    "|BA|MA|BSc|MSc|BEd|MEd|PhD|MBE|OBE|CBE"
    "|A&E|Q&A|R&D"
    "|ALL|AND|ANY|ARE|BE|BUT|BY|CAN|DO|DRAFT|EVERY|FOR|FREE|FROM|HELP|HERE|IF|IN|IS|LAST"
    "|MUST|NEVER|NEW|NO|NOT|NOTE|NOW|OF|ON|ONE|ONLY|OPEN|OR|OUT|PLEASE|STOP|THE|THIS|TO|UPDATE|URGENT"
    "|WE|WILL|WITH|YES|YOU|YOUR"
)


def locate_acronyms(clean: str, source: SourceText) -> dict[str, tuple[int, Position]]:
    """Return the acronyms of a body's clean HTML that it does not explain itself.

    Of each there is told how often it stands there, and where first.
    """
    explained = set()
    prose = clean
    # In most bodies there are none, and that is quick to see.
    if _BEGINNING.search(clean):
        explained = {
            extract_acronym(html.unescape(match[1])) for match in _EXPLAINED.finditer(clean)
        }
        prose = _UNREAD.sub(" ", clean)
    prose = _BLOCK.sub(_BLOCK_END, prose)
    spellings_by_acronym = find_acronyms(html.unescape(TAG.sub("", prose)))
    return {
        word: (len(spellings), source.locate_word(spellings[0]))
        for word, spellings in sorted(spellings_by_acronym.items())
        if word not in explained
    }


def find_acronyms(text: str) -> dict[str, list[str]]:
    """Return the acronyms of a plain text, each with the forms in which it stands there."""
    spellings_by_acronym: dict[str, list[str]] = {}
    spans: list[tuple[int, int]] = []  # where there is shouting in the word's block
    end = -1  # of that block
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
    """Return the acronym that a word is, without a plural's or genitive's s; '' if it is none."""
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
    return "" if _COMMON.fullmatch(base) or _ROMAN.fullmatch(base) else base


@lru_cache(4096)
def _split_acronyms(word: str) -> tuple[tuple[str, str], ...]:
    """Return the parts of a word that are acronyms, each with the acronym that it is."""
    return tuple((part, base) for part in _split_compound(word) if (base := extract_acronym(part)))


def _split_compound(word: str) -> list[str]:
    """Return a word that is no more than an acronym as it is, a compound in its parts."""
    parts = word.split("-")
    if len(parts) == 1 or (
        extract_acronym(word) and any(len(p) == 1 or p.isdigit() for p in parts)
    ):
        return [word]
    return parts


def _find_shouting(text: str, start: int, end: int, *, has_long: bool) -> Iterator[tuple[int, int]]:
    """Yield from where to where there is shouting in the block from ``start`` to ``end``.

    That is a sentence in capitals, or neighbouring words in capitals, one of which is long: so
    there is none of these if not ``has_long``.
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
