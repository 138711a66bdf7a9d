"""Declare the HTML elements and attributes that a body may have."""

import re
from functools import lru_cache

from slugify import slugify

# Elements that are never closed.
VOID = frozenset({"br", "hr", "img", "wbr"})
# Elements that begin a section, outside of other blocks.
HEADINGS = frozenset(f"h{level}" for level in range(1, 7))
_PHRASING = frozenset(
    [
        "abbr",
        "b",
        "bdi",
        "bdo",
        "cite",
        "code",
        "dfn",
        "em",
        "i",
        "kbd",
        "mark",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "time",
        "u",
        "var",
        "wbr",
        "br",
        "img",
    ]
)
# Elements that may contain whatever their parent may contain.
TRANSPARENT = frozenset({"a", "ins", "del"})
# Block elements.
FLOW = (
    frozenset(
        ["p", "div", "ul", "ol", "dl", "table", "blockquote", "pre", "hr", "figure", "details"]
    )
    | HEADINGS
)
# Elements that are allowed only in certain parents.
INNER = {
    "li": frozenset({"ul", "ol"}),
    "dt": frozenset({"dl"}),
    "dd": frozenset({"dl"}),
    "figcaption": frozenset({"figure"}),
    "summary": frozenset({"details"}),
}
_TABLE = frozenset(["caption", "thead", "tbody", "tfoot", "tr", "th", "td"])
# Every element that a body may have.
ALLOWED = _PHRASING | TRANSPARENT | FLOW | INNER.keys() | _TABLE

# The attributes allowed for an element; '*' means every element.
ATTRIBUTES = {
    "*": {"id", "class", "title", "lang", "dir"},
    "a": {"href", "name"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start", "reversed"},
    "li": {"value"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan", "scope"},
    "details": {"open"},
    "time": {"datetime"},
}
# The patterns of attribute values; other attributes may have any value.
VALUES = {
    "lang": re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*"),
    "dir": re.compile(r"ltr|rtl|auto"),
    "width": re.compile(r"\d{1,5}"),
    "height": re.compile(r"\d{1,5}"),
    "start": re.compile(r"-?\d{1,9}"),
    "value": re.compile(r"-?\d{1,9}"),
    "colspan": re.compile(r"[1-9]\d{0,2}"),
    "rowspan": re.compile(r"[1-9]\d{0,2}"),
    "align": re.compile(r"left|right|center"),
    "scope": re.compile(r"row|col|rowgroup|colgroup"),
    "datetime": re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?:Z|[+-]\d\d:\d\d)?)?"),
}
# The scheme of [[...]] links between ``engine`` and ``sections``.
NAME_SCHEME = "report-name"

# A tag as nh3 writes it, which may have a ">" in a value.
TAG = re.compile(r'<(/?)([a-z0-9]+)([^>"]*+(?:"[^"]*+"[^>"]*+)*+)>')
_PLAIN_TITLE = re.compile("[A-Za-z0-9]+(?: [A-Za-z0-9]+)*")


@lru_cache(4096)
def make_slug(title: str) -> str:
    """Return the default id of a heading, '' if it has no letters or digits."""
    # Most titles are plain, and slugify is slow.
    if _PLAIN_TITLE.fullmatch(title):
        return title.lower().replace(" ", "-")
    return slugify(title)


class UniqueIds:
    """The ids of a page; repeated ids get a number."""

    def __init__(self) -> None:
        self.taken: set[str] = set()
        self._numbers: dict[str, int] = {}  # the first number that may be free

    def add(self, wanted: str) -> str:
        """Add an id, with a number if it is taken; return it."""
        name, number = wanted, self._numbers.get(wanted, 2)
        if name in self.taken:
            while (name := f"{wanted}-{number}") in self.taken:
                number += 1
            self._numbers[wanted] = number + 1
        self.taken.add(name)
        return name
