"""The glossary in a page: the first use of each term leads to what it means."""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

import msgspec
from slugify import slugify

from lscbsite.markup.elements import HEADINGS, UniqueIds

# No term is explained in these: headings, links and what else acts, code, what has a form of its
# own. An author's <abbr> explains already.
_SKIPPED = HEADINGS | frozenset(["a", "code", "pre", "kbd", "samp", "abbr", "time", "dt"])
_SKIPPED |= frozenset(["button", "summary", "nav", "svg", "math", "label", "select", "template"])
# A comment, an element whose content is not HTML, or a tag: all of it, '/' if it ends, its name.
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
# Stands where nothing is to be found; neither a letter nor white space.
_MASK = "\0"


class Term(msgspec.Struct, frozen=True):
    """A term, what it means, and its id on the glossary's page."""

    name: str
    meaning: str
    id: str


@lru_cache(maxsize=8)
def make_terms(entries: tuple[tuple[str, str], ...]) -> tuple[Term, ...]:
    """Return the terms of a glossary, given as terms and meanings, in the same order."""
    terms = []
    ids = UniqueIds()
    for name, meaning in entries:
        id_ = ids.add(slugify(name) or "term")
        terms.append(Term(" ".join(name.split()), " ".join(meaning.split()), id_))
    return tuple(terms)


def link_terms(page: str, terms: tuple[Term, ...], root: str) -> str:
    """Return a page in whose <main> the first use of each term has its meaning and a link.

    ``root`` leads from the page to the home page. The text of the page stays what it is. Left
    alone are what stands in ``_SKIPPED``, and terms that an <abbr> of the page explains.
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
    """Return the text in which terms may be explained, each character where it stands in HTML.

    A character reference becomes its character as often as the reference is long.
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


# From so many on, terms are looked up by their first two words: one expression for all would try
# each of them at every word that begins as they do.
_MANY = 200
_FIRST_WORDS = re.compile(rf"(\w+)[^\w{_MASK}]*(\w*)")


class _Finder:
    """Finds terms in texts; where several begin, the longest. A term is told by its place."""

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
        """Yield where each term begins, where it ends, and its place."""
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
        """Return the term that begins at a place, the longest one."""
        words = _FIRST_WORDS.match(text, start)
        if words is None:
            return None
        first, second = words[1].lower(), words[2].lower()
        # Either may be a plural; a term of one word is found whatever comes after it.
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
        """Return the term that a text is, in the singular or plural."""
        match = (self._match_by_words(text, 0) if self._groups else None) or self._others.match(
            text, 0
        )
        return match[2] if match and text[match[1] :] in ("", "s") else None


class _Expression:
    """One expression for some terms, given by their places, the longest first."""

    def __init__(self, names: Sequence[str], numbers: Iterable[int]) -> None:
        branches: dict[str, list[tuple[str, int]]] = {}
        for number in numbers:
            name = names[number]
            # In an acronym, case makes a difference.
            exact = any(sum(map(str.isupper, word)) > 1 for word in name.split())
            for first in {name[:1]} if exact else {name[:1].lower(), name[:1].upper()}:
                if len(first) == 1:
                    branches.setdefault(first, []).append(
                        (_make_rest_pattern(name, exact=exact), number)
                    )
        # Each branch begins with a plain character: so the search jumps from one of these to the
        # next, which makes it several times faster.
        self._pattern = re.compile(
            "|".join(
                _make_first_pattern(character) + f"(?:{'|'.join(rest for rest, _ in branch)})"
                for character, branch in branches.items()
            )
            or "(?!)"
        )
        self._numbers = [number for branch in branches.values() for _, number in branch]

    def find(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Yield where each term begins, where it ends, and its place."""
        for match in self._pattern.finditer(text):
            yield match.start(), match.end(), self._numbers[(match.lastindex or 0) - 1]

    def match(self, text: str, start: int) -> tuple[int, int, int] | None:
        """Return the same of a term that begins at a place, None if none does."""
        match = self._pattern.match(text, start)
        return (
            (match.start(), match.end(), self._numbers[(match.lastindex or 0) - 1])
            if match
            else None
        )


_get_finder = lru_cache(maxsize=8)(_Finder)


def _make_first_pattern(character: str) -> str:
    """Return the pattern of a term's first character, which does not stand within a word."""
    plain = _escape_character(character)
    return rf"{plain}(?<!\w{re.escape(character)})" if _IN_WORD.match(character) else plain


def _make_rest_pattern(name: str, *, exact: bool) -> str:
    """Return the pattern of what comes after a term's first character: a group, and an end."""
    rest = "".join(map(_escape_character, name[1:]))
    ends = (r"(?=s?(?!\w))" if exact else r"(?!\w)") if _IN_WORD.match(name[-1]) else ""
    return f"({rest if exact else f'(?i:{rest})'}){ends}"


def _escape_character(character: str) -> str:
    """Return the pattern of a character of a term, as it stands in a masked text."""
    if character == " ":
        return r"\s+"
    return re.escape(character) + ("+" if character in "&<>\"'" else "")
