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
_LEFT_ALONE = HEADINGS | frozenset(["a", "code", "pre", "kbd", "samp", "abbr", "time", "dt"])
_LEFT_ALONE |= frozenset(["button", "summary", "nav", "svg", "math", "label", "select", "template"])
# A comment, an element whose content is not HTML, or a tag: all of it, '/' if it ends, its name.
_TAG = re.compile(
    r"(<!--.*?-->"
    r"|<(?i:script|style|title|textarea)\b.*?</(?i:script|style|title|textarea)\s*>"
    r"|<(/?)([a-zA-Z][a-zA-Z0-9]*)[^>\"']*(?:\"[^\"]*\"[^>\"']*|'[^']*'[^>\"']*)*>)",
    re.DOTALL,
)
_OWN_ABBR = re.compile(r"<abbr\s[^>]*\btitle=[^>]*>(.*?)</abbr>", re.DOTALL)
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
def glossary_terms(entries: tuple[tuple[str, str], ...]) -> tuple[Term, ...]:
    """Return the terms of a glossary, given as terms and meanings, in the same order."""
    terms = []
    ids = UniqueIds()
    for name, meaning in entries:
        id_ = ids.add(slugify(name) or "term")
        terms.append(Term(" ".join(name.split()), " ".join(meaning.split()), id_))
    return tuple(terms)


def explain(page: str, terms: tuple[Term, ...], root: str) -> str:
    """Return a page in whose <main> the first use of each term has its meaning and a link.

    ``root`` leads from the page to the home page. The text of the page stays what it is. Left
    alone are what stands in ``_LEFT_ALONE``, and terms that an <abbr> of the page explains.
    """
    start, end = page.find("<main"), page.rfind("</main>") + len("</main>")
    if not terms or not 0 <= start < end:
        return page
    main = page[start:end]
    finder = _finder(terms)
    if next(finder.find(html.unescape(main)), None) is None:
        return page
    explained = {finder.whole(html.unescape(own)) for own in _OWN_ABBR.findall(main)}
    pieces = [page[:start]]
    copied = 0
    for begin, stop, place in finder.find(_masked(main)):
        if place in explained:
            continue
        explained.add(place)
        pieces += [
            main[copied:begin],
            f'<a class="term" href="{html.escape(root)}glossary/#{terms[place].id}">',
            f'<abbr title="{html.escape(terms[place].meaning)}">',
            main[begin:stop],
            "</abbr></a>",
        ]
        copied = stop
    return "".join([*pieces, main[copied:], page[end:]])


def _masked(main: str) -> str:
    """Return the text in which terms may be explained, each character where it stands in HTML.

    A character reference becomes its character as often as the reference is long.
    """
    split = iter(_TAG.split(main))
    pieces = []
    depth = 0
    for text, tag, ends, name in zip(split, split, split, split, strict=False):
        pieces += [_MASK * len(text) if depth else text, _MASK * len(tag)]
        if name and name.lower() in _LEFT_ALONE and not tag.endswith("/>"):
            depth = max(depth - 1, 0) if ends else depth + 1
    masked = "".join(pieces)
    return _REFERENCE.sub(_spread, masked) if "&" in masked else masked


def _spread(reference: re.Match[str]) -> str:
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
        places = sorted(range(len(terms)), key=lambda place: -len(terms[place].name))
        self._groups: dict[tuple[str, str], list[int]] = {}
        rest = places
        if len(terms) > _MANY:
            rest = []
            for place in places:
                words = _FIRST_WORDS.match(terms[place].name)
                if words:
                    key = words[1].lower(), words[2].lower()
                    self._groups.setdefault(key, []).append(place)
                else:
                    rest.append(place)
        self._rest = _Expression(self._names, rest)
        self._expressions: dict[tuple[str, str], _Expression] = {}

    def find(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Yield where each term begins, where it ends, and its place."""
        if not self._groups:
            yield from self._rest.find(text)
            return
        others = self._rest.find(text)
        other = next(others, None)
        end = 0
        for word in _WORD.finditer(text):
            start = word.start()
            if start < end:
                continue
            found = self._begins(text, start)
            if found is None:
                continue
            while other and other[0] < start:
                if other[0] >= end:
                    yield other
                    end = other[1]
                other = next(others, None)
            if start >= end:
                yield found
                end = found[1]
        while other:
            if other[0] >= end:
                yield other
                end = other[1]
            other = next(others, None)

    def _begins(self, text: str, start: int) -> tuple[int, int, int] | None:
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
            if found := self._expressions[key].match(text, start):
                return found
        return None

    def whole(self, text: str) -> int | None:
        """Return the term that a text is, in the singular or plural."""
        found = (self._begins(text, 0) if self._groups else None) or self._rest.match(text, 0)
        return found[2] if found and text[found[1] :] in ("", "s") else None


class _Expression:
    """One expression for some terms, given by their places, the longest first."""

    def __init__(self, names: Sequence[str], places: Iterable[int]) -> None:
        branches: dict[str, list[tuple[str, int]]] = {}
        for place in places:
            name = names[place]
            # In an acronym, case makes a difference.
            exact = any(sum(map(str.isupper, word)) > 1 for word in name.split())
            for first in {name[:1]} if exact else {name[:1].lower(), name[:1].upper()}:
                if len(first) == 1:
                    branches.setdefault(first, []).append((_rest(name, exact=exact), place))
        # Each branch begins with a plain character: so the search jumps from one of these to the
        # next, which makes it several times faster.
        self._pattern = re.compile(
            "|".join(
                _first(character) + f"(?:{'|'.join(rest for rest, _ in branch)})"
                for character, branch in branches.items()
            )
            or "(?!)"
        )
        self._places = [place for branch in branches.values() for _, place in branch]

    def find(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Yield where each term begins, where it ends, and its place."""
        for found in self._pattern.finditer(text):
            yield found.start(), found.end(), self._places[(found.lastindex or 0) - 1]

    def match(self, text: str, start: int) -> tuple[int, int, int] | None:
        """Return the same of a term that begins at a place, None if none does."""
        found = self._pattern.match(text, start)
        return (
            (found.start(), found.end(), self._places[(found.lastindex or 0) - 1])
            if found
            else None
        )


_finder = lru_cache(maxsize=8)(_Finder)


def _first(character: str) -> str:
    """Return the pattern of a term's first character, which does not stand within a word."""
    plain = _literal(character)
    return rf"{plain}(?<!\w{re.escape(character)})" if _IN_WORD.match(character) else plain


def _rest(name: str, *, exact: bool) -> str:
    """Return the pattern of what comes after a term's first character: a group, and an end."""
    rest = "".join(map(_literal, name[1:]))
    ends = (r"(?=s?(?!\w))" if exact else r"(?!\w)") if _IN_WORD.match(name[-1]) else ""
    return f"({rest if exact else f'(?i:{rest})'}){ends}"


def _literal(character: str) -> str:
    """Return the pattern of a character of a term, as it stands in a masked text."""
    if character == " ":
        return r"\s+"
    return re.escape(character) + ("+" if character in "&<>\"'" else "")
