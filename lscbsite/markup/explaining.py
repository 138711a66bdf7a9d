"""The glossary in a page: the first use of each term leads to what it means."""

import html
import re
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
    if not finder.pattern.search(html.unescape(main)):
        return page
    explained = {finder.whole(html.unescape(own)) for own in _OWN_ABBR.findall(main)}
    pieces = [page[:start]]
    copied = 0
    for found in finder.pattern.finditer(_masked(main)):
        place = finder.place(found)
        if place in explained:
            continue
        explained.add(place)
        pieces += [
            main[copied : found.start()],
            f'<a class="term" href="{html.escape(root)}glossary/#{terms[place].id}">',
            f'<abbr title="{html.escape(terms[place].meaning)}">',
            main[found.start() : found.end()],
            "</abbr></a>",
        ]
        copied = found.end()
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


class _Finder:
    """Finds terms in texts; where several begin, the longest. A term is told by its place."""

    def __init__(self, terms: tuple[Term, ...]) -> None:
        branches: dict[str, list[tuple[str, int]]] = {}
        for place in sorted(range(len(terms)), key=lambda place: -len(terms[place].name)):
            name = terms[place].name
            # In an acronym, case makes a difference.
            exact = any(sum(map(str.isupper, word)) > 1 for word in name.split())
            for first in {name[:1]} if exact else {name[:1].lower(), name[:1].upper()}:
                if len(first) == 1:
                    branches.setdefault(first, []).append((_rest(name, exact=exact), place))
        # Each branch begins with a plain character: so the search jumps from one of these to the
        # next, which makes it several times faster.
        self.pattern = re.compile(
            "|".join(
                _first(character) + f"(?:{'|'.join(rest for rest, _ in branch)})"
                for character, branch in branches.items()
            )
        )
        self._places = [place for branch in branches.values() for _, place in branch]

    def place(self, found: re.Match[str]) -> int:
        """Return the place of the term that a match of ``pattern`` is."""
        return self._places[(found.lastindex or 0) - 1]

    def whole(self, text: str) -> int | None:
        """Return the term that a text is, in the singular or plural."""
        found = self.pattern.match(text)
        return self.place(found) if found and text[found.end() :] in ("", "s") else None


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
