"""Compare the words of a Markdown body with those of its page: none may be lost.

What a page does not show as words is taken out of the body first: addresses, tags, comments, the
names of footnotes and references, attribute lists, and the numbers of list entries.
"""

import html
import re
from collections import Counter
from html.parser import HTMLParser

_UNSHOWN = [
    re.compile(pattern, re.DOTALL | re.MULTILINE)
    for pattern in (
        r"<!--.*?-->",
        # Fences, with the language of the code
        r"^[ \t>]*(?:`{3,}|~{3,}).*?$",
        # Abbreviations, whose meanings are tooltips, and the boxes of tasks
        r"^\*\[[^\]\n]*\]:.*$",
        r"(?<=^[-*+] )\[[ xX]\](?=\s)",
        r"\[\^[^\]\n]*\]",
        # Targets of links and pictures, up to two brackets deep
        r"(?<=\])\((?:[^()\n]|\([^()\n]*\))*\)",
        r"(?<=\])\[[^\[\]\n]*\]",
        r"\[\[[^\[\]|\n]*(?:\||(?=\]\]))",
        r"</?[a-zA-Z](?:[^<>\"']|\"[^\"]*\"|'[^']*')*>",
        r"\{[:#.][^{}\n]*\}",
        r"^[ \t>]*(?:[-*+][ \t]+)*\d{1,9}[.)](?=\s)",
    )
]
# Elements within a word: "H<sub>2</sub>O" is one word.
_INLINE = ("em", "strong", "b", "i", "u", "del", "s", "abbr", "a", "sub", "sup", "wbr")
_INLINE_TAG = re.compile(rf"</?(?:{'|'.join(_INLINE)})\b[^<>]*>")
# The definition of a link, which is not shown if the text has the link.
_DEFINITION = re.compile(r"(?m)^[ \t>]{0,3}\[(?!\^)([^\]\n]*)\]:.*$")
_WORD = re.compile(r"[^\W_]+")
_SHOWN_ATTRIBUTES = ("alt", "title", "aria-label")
_HIDDEN = ("script", "style", "template", "head")


def count_words(text: str) -> Counter[str]:
    """Count the words of a plain text."""
    return Counter(_WORD.findall(text))


def count_source_words(body: str) -> Counter[str]:
    """Count the words of a Markdown body that its page must show."""
    folded = body.casefold()
    body = _DEFINITION.sub(
        lambda match: "" if folded.count(f"[{match[1].casefold()}]") > 1 else match[0], body
    )
    body = _INLINE_TAG.sub("", body)
    for pattern in _UNSHOWN:
        body = pattern.sub(" ", body)
    # "un*like*ly" is one word.
    return count_words(html.unescape(re.sub(r"\\(?=\W)|(?<=\w)[*~]+(?=\w)", "", body)))


class _PageWords(HTMLParser):
    """Collects the words that a page shows."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in _HIDDEN
        # The mark of a footnote ends a word, too.
        if tag not in _INLINE or (dict(attrs).get("id") or "").startswith("fnref"):
            self.pieces.append(" ")
        self.pieces += [
            f" {value} " for name, value in attrs if name in _SHOWN_ATTRIBUTES and value
        ]

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in _HIDDEN

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.pieces.append(data)


def count_page_words(page: str) -> Counter[str]:
    """Count the words of an HTML page, with those of pictures' descriptions and tooltips."""
    parser = _PageWords()
    parser.feed(page)
    parser.close()
    return count_words("".join(parser.pieces))


def find_lost_words(body: str, page: str) -> Counter[str]:
    """Return the words of a Markdown body that its page has not, or has less often."""
    return count_source_words(body) - count_page_words(page)
