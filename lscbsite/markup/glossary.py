"""Link the first use of each glossary term in a page to its meaning."""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

import msgspec
from slugify import slugify

from lscbsite.markup.elements import HEADINGS, UniqueIds

# Terms are not linked in headings, links and other controls, code, and elements with a meaning of
# their own. An author's <abbr> is an explanation already.
_SKIPPED = HEADINGS | frozenset(["a", "code", "pre", "kbd", "samp", "abbr", "time", "dt"])
_SKIPPED |= frozenset(["button", "summary", "nav", "svg", "math", "label", "select", "template"])
# A comment, an element whose content is not HTML, or a tag. Groups: all of it, '/', its name.
_TAG = re.compile(
    r"(<!--.*?-->"
    r"|<(?i:script|style|title|textarea)\b.*?</(?i:script|style|title|textarea)\s*>"
    r"|<(/?)([a-zA-Z][a-zA-Z0-9]*)[^>\"']*(?:\"[^\"]*\"[^>\"']*|'[^']*'[^>\"']*)*>)",
    re.DOTALL,
)
_EXPLAINED_ABBR = re.compile(r"<abbr\s[^>]*\btitle=[^>]*>(.*?)</abbr>", re.DOTALL)
_REFERENCE = re.compile(r"&(?:#\d+|#[xX][\da-fA-F]+|[a-zA-Z][a-zA-Z\d]*);")
_IN_WORD = re.compile(r"\w")
_WORD = re.compile(r"\w+")
# Replaces text where no term may match; neither a letter nor white space.
_MASK = "\0"


class Term(msgspec.Struct, frozen=True):
    """A term, its meaning, and its id on the glossary page."""

    name: str
    meaning: str
    id: str


@lru_cache(maxsize=8)
def make_terms(entries: tuple[tuple[str, str], ...]) -> tuple[Term, ...]:
    """Return the terms of a glossary of (term, meaning) pairs, in the same order."""
    terms = []
    ids = UniqueIds()
    for name, meaning in entries:
        id_ = ids.add(slugify(name) or "term")
        terms.append(Term(" ".join(name.split()), " ".join(meaning.split()), id_))
    return tuple(terms)


def link_terms(page: str, terms: tuple[Term, ...], root: str) -> str:
    """Add the meaning and a link to the first use of each term in the <main> of a page.

    ``root`` leads from the page to the home page. The text of the page does not change. Elements in
    ``_SKIPPED`` are skipped, and so are terms that an <abbr> of the page explains.
    """
    start, end = page.find("<main"), page.rfind("</main>") + len("</main>")
    if not terms or not 0 <= start < end:
        return page
    main = page[start:end]
    finder = _get_finder(terms)
    if next(finder.find(html.unescape(main)), None) is None:
        return page
    explained = {
        finder.match_term(html.unescape(explained_text))
        for explained_text in _EXPLAINED_ABBR.findall(main)
    }
    pieces = [page[:start]]
    copied = 0
    for begin, stop, number in finder.find(_mask_markup(main)):
        if number in explained:
            continue
        explained.add(number)
        pieces += [
            main[copied:begin],
            f'<a class="term" href="{html.escape(root)}glossary/#{terms[number].id}">',
            f'<abbr title="{html.escape(terms[number].meaning)}">',
            main[begin:stop],
            "</abbr></a>",
        ]
        copied = stop
    return "".join([*pieces, main[copied:], page[end:]])


def _mask_markup(main: str) -> str:
    """Return the text in which terms may be linked, with the same offsets as the HTML.

    A character reference becomes its character, repeated to the length of the reference.
    """
    split = iter(_TAG.split(main))
    pieces = []
    depth = 0
    for text, tag, ends, name in zip(split, split, split, split, strict=False):
        pieces += [_MASK * len(text) if depth else text, _MASK * len(tag)]
        if name and name.lower() in _SKIPPED and not tag.endswith("/>"):
            depth = max(depth - 1, 0) if ends else depth + 1
    masked = "".join(pieces)
    return _REFERENCE.sub(_expand_character, masked) if "&" in masked else masked


def _expand_character(reference: re.Match[str]) -> str:
    character = html.unescape(reference[0])
    return (character if len(character) == 1 else _MASK) * len(reference[0])


# From this number on, terms are looked up by their first two words: a single expression would try
# each term at every word with the same first letter.
_MANY = 200
_FIRST_WORDS = re.compile(rf"(\w+)[^\w{_MASK}]*(\w*)")


class _Finder:
    """Finds the longest terms in texts; terms are identified by their indexes."""

    def __init__(self, terms: tuple[Term, ...]) -> None:
        self._names = [term.name for term in terms]
        numbers = sorted(range(len(terms)), key=lambda number: -len(terms[number].name))
        self._groups: dict[tuple[str, str], list[int]] = {}
        rest = numbers
        if len(terms) > _MANY:
            rest = []
            for number in numbers:
                words = _FIRST_WORDS.match(terms[number].name)
                if words:
                    key = words[1].lower(), words[2].lower()
                    self._groups.setdefault(key, []).append(number)
                else:
                    rest.append(number)
        self._others = _Expression(self._names, rest)
        self._expressions: dict[tuple[str, str], _Expression] = {}

    def find(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Yield the start, end and index of each term."""
        if not self._groups:
            yield from self._others.find(text)
            return
        others = self._others.find(text)
        other = next(others, None)
        end = 0
        for word in _WORD.finditer(text):
            start = word.start()
            if start < end:
                continue
            match = self._match_by_words(text, start)
            if match is None:
                continue
            while other and other[0] < start:
                if other[0] >= end:
                    yield other
                    end = other[1]
                other = next(others, None)
            if start >= end:
                yield match
                end = match[1]
        while other:
            if other[0] >= end:
                yield other
                end = other[1]
            other = next(others, None)

    def _match_by_words(self, text: str, start: int) -> tuple[int, int, int] | None:
        """Return the longest term that begins at ``start``."""
        words = _FIRST_WORDS.match(text, start)
        if words is None:
            return None
        first, second = words[1].lower(), words[2].lower()
        # Either word may be a plural; a term of one word matches whatever the second word is.
        for key in (
            (first, second),
            (first, second.removesuffix("s")),
            (first, ""),
            (first.removesuffix("s"), ""),
        ):
            if key not in self._groups:
                continue
            if key not in self._expressions:
                self._expressions[key] = _Expression(self._names, self._groups[key])
            if match := self._expressions[key].match(text, start):
                return match
        return None

    def match_term(self, text: str) -> int | None:
        """Return the index of the term that a text is, in the singular or plural."""
        match = (self._match_by_words(text, 0) if self._groups else None) or self._others.match(
            text, 0
        )
        return match[2] if match and text[match[1] :] in ("", "s") else None


class _Expression:
    """A regular expression for some terms, given by their indexes, the longest first."""

    def __init__(self, names: Sequence[str], numbers: Iterable[int]) -> None:
        branches: dict[str, list[tuple[str, int]]] = {}
        for number in numbers:
            name = names[number]
            # Acronyms are case-sensitive.
            exact = any(sum(map(str.isupper, word)) > 1 for word in name.split())
            for first in {name[:1]} if exact else {name[:1].lower(), name[:1].upper()}:
                if len(first) == 1:
                    branches.setdefault(first, []).append(
                        (_make_rest_pattern(name, exact=exact), number)
                    )
        # Each branch begins with a literal character, so that the search can jump to the next one,
        # which is several times faster.
        self._pattern = re.compile(
            "|".join(
                _make_first_pattern(character) + f"(?:{'|'.join(rest for rest, _ in branch)})"
                for character, branch in branches.items()
            )
            or "(?!)"
        )
        self._numbers = [number for branch in branches.values() for _, number in branch]

    def find(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Yield the start, end and index of each term."""
        for match in self._pattern.finditer(text):
            yield match.start(), match.end(), self._numbers[(match.lastindex or 0) - 1]

    def match(self, text: str, start: int) -> tuple[int, int, int] | None:
        """Return the start, end and index of the term at ``start``, or None."""
        match = self._pattern.match(text, start)
        return (
            (match.start(), match.end(), self._numbers[(match.lastindex or 0) - 1])
            if match
            else None
        )


_get_finder = lru_cache(maxsize=8)(_Finder)


def _make_first_pattern(character: str) -> str:
    """Return the pattern of a term's first character, at the beginning of a word."""
    plain = _escape_character(character)
    return rf"{plain}(?<!\w{re.escape(character)})" if _IN_WORD.match(character) else plain


def _make_rest_pattern(name: str, *, exact: bool) -> str:
    """Return the pattern of a term after its first character: a group, and the end of a word."""
    rest = "".join(map(_escape_character, name[1:]))
    ends = (r"(?=s?(?!\w))" if exact else r"(?!\w)") if _IN_WORD.match(name[-1]) else ""
    return f"({rest if exact else f'(?i:{rest})'}){ends}"


def _escape_character(character: str) -> str:
    """Return the pattern of a term's character in a masked text."""
    if character == " ":
        return r"\s+"
    return re.escape(character) + ("+" if character in "&<>\"'" else "")
