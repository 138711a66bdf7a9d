"""Find the web addresses in what an author wrote, with their positions."""

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

from lscbsite.addresses import normalize_url

_ADDRESS = re.compile(r"https?://[^\s<>\"`\\^{}|\[\]]+", re.I)
# What ends a sentence or a value is not part of an address (GFM 6.9, extended autolinks).
_AFTER = ".,;:!?*_~'"
_FRONT_MATTER = re.compile(r"---[ \t]*\n.*?^---[ \t]*$", re.M | re.S)
_YAML_COMMENT = re.compile(r"(?:^|(?<=[ \t]))#.*", re.M)
# Code and comments, which are no links.
_NO_TEXT = re.compile(
    r"^ {0,3}(?P<fence>```+|~~~+).*?(?:^ {0,3}(?P=fence)[`~]*[ \t]*$|\Z)"
    r"|(?P<ticks>(?<!`)`+(?!`))(?:(?!\n\n).)+?(?<!`)(?P=ticks)(?!`)"
    r"|<!--.*?(?:-->|\Z)",
    re.M | re.S,
)


class WrittenLink(NamedTuple):
    """An address, without its fragment, and where it is written."""

    path: str
    line: int
    column: int
    address: str


def find_links(path: str, text: str) -> Iterator[WrittenLink]:
    """Yield the http and https addresses in the text of a file, but not those in code or comments."""
    front = _FRONT_MATTER.match(text) if path.endswith(".md") else None
    end = front.end() if front else len(text) if not path.endswith(".md") else 0
    readable = _YAML_COMMENT.sub(_blank, text[:end]) + _NO_TEXT.sub(_blank, text[end:])
    for number, line in enumerate(readable.split("\n"), 1):
        for match in _ADDRESS.finditer(line):
            written = html.unescape(_trim(match[0]))
            address = normalize_url(written.partition("#")[0])
            if address:
                yield WrittenLink(path, number, match.start() + 1, address)


def _trim(address: str) -> str:
    """Return an address without what follows it in a sentence."""
    while True:
        shorter = address.rstrip(_AFTER)
        if shorter.endswith(")") and shorter.count(")") > shorter.count("("):
            shorter = shorter[:-1]
        if shorter == address:
            # "[a](https://example.org)[b](...)" and the like end at the first unpaired parenthesis.
            return _cut_at_unpaired(address)
        address = shorter


def _cut_at_unpaired(address: str) -> str:
    depth = 0
    for place, character in enumerate(address):
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return address[:place]
    return address


def _blank(match: re.Match[str]) -> str:
    """Return spaces in place of a text, with its line ends."""
    return re.sub(r"[^\n]", " ", match[0])
