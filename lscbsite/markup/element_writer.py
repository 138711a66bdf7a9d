"""Write elements where HTML's content models allow them, and close them in order."""

import html
import re

from lscbsite.markup.elements import (
    ALLOWED,
    ATTRIBUTES,
    FLOW,
    HEADINGS,
    INNER,
    TRANSPARENT,
    VALUES,
    VOID,
    UniqueIds,
)

# A list item that the author left out: <ul>text</ul>.
_SUPPLIED_ITEM = "li, supplied"
# Elements that are not allowed everywhere.
NOT_ANYWHERE = FLOW | INNER.keys() | {"a"}
# Elements that need nothing but their end tag when they are closed.
_SIMPLE = ALLOWED - HEADINGS - {"a", "p", "div"}
LISTS = frozenset({"ul", "ol", _SUPPLIED_ITEM})
_HOLDS_FLOW = frozenset(
    {"div", "blockquote", "li", "dd", "td", "th", "figure", "figcaption", "details"}
    | {_SUPPLIED_ITEM}
)


class ElementWriter:
    """Writes elements with their allowed attributes, and keeps track of open ones."""

    def __init__(self) -> None:
        self._stack: list[tuple[str, str]] = []  # each open element, and its end tag
        self._written_elements: list[str] = []  # the open elements whose tags are written
        self._out: list[str] = []
        self._ids = UniqueIds()
        self._anchors: list[str] = []
        self._wants_summary = False

    def _get_parent(self) -> str:
        """Return the innermost open element, or ''."""
        return self._written_elements[-1] if self._written_elements else ""

    def _supply_parent(self, name: str) -> None:
        """Write the element that HTML requires between the parent and a child ('' for text)."""
        parent = self._get_parent()
        if self._wants_summary:
            self._wants_summary = False
            if name != "summary":
                self._out.append("<summary>…</summary>")
        elif parent in ("ul", "ol") and name != "li":
            self._out.append("<li>")
            self._push(_SUPPLIED_ITEM, "</li>")
        elif parent == _SUPPLIED_ITEM and name == "li":
            self._close(_SUPPLIED_ITEM)

    def _write(self, name: str, attributes: dict[str, str], closing: str) -> None:
        written = "".join(
            [f' {key}="{escape_brackets(value)}"' for key, value in attributes.items()]
        )
        self._out.append(f"<{name}{written}>")
        self._push(name, closing)

    def _push(self, name: str, closing: str) -> None:
        if name not in VOID:
            self._stack.append((name, closing))
            if closing:
                self._written_elements.append(name)

    def _fits(self, name: str) -> bool:
        """Return whether HTML's content models allow an element here."""
        if name in INNER:
            return self._get_parent() in INNER[name]
        if name == "a":
            return "a" not in self._written_elements
        for parent in reversed(self._written_elements):
            if parent not in TRANSPARENT:
                return parent in _HOLDS_FLOW
        return True

    def _clean_attributes(self, name: str, raw: dict[str, str]) -> dict[str, str]:
        result = {}
        allowed = ATTRIBUTES.get(name, set())
        for key, value in raw.items():
            if key not in ATTRIBUTES["*"] and key not in allowed:
                continue
            if key in VALUES and not VALUES[key].fullmatch(value):
                continue
            if key in ("id", "name"):
                if unique := self._accept_id(value):
                    result["id"] = unique
            elif key == "align":
                result["class"] = value
            else:
                result[key] = value
        if name not in HEADINGS and "id" in result:
            self._anchors.append(result["id"])
        return result

    def _accept_id(self, wanted: str) -> str | None:
        """Return an author's id, or None if it is taken or not valid."""
        name = html.unescape(wanted)
        if re.search(r"\s", name) or not name or name.startswith(("part:", "ask:", "outcome:")):
            return None
        if name in self._ids.taken:
            return None
        self._ids.add(name)
        return wanted

    def _close(self, name: str) -> None:
        """Close an element, and all that are open in it; do nothing if it is not open."""
        stack = self._stack
        if name in _SIMPLE and stack and stack[-1][0] == name:
            _, closing = stack.pop()
            if closing:
                self._written_elements.pop()
                self._out.append(closing)
            return
        if all(element != name for element, _ in stack):
            return
        while stack:
            element, closing = stack.pop()
            if closing:
                self._written_elements.pop()
            self._end_element(element, closing)
            if element == name:
                return

    def _end_element(self, name: str, closing: str) -> None:
        """Write the end of an element that was just taken from the stack."""
        raise NotImplementedError


def escape_brackets(text: str) -> str:
    """Escape the brackets in a text or value that nh3 has written, so that it has no tags."""
    if "<" in text or ">" in text:
        return text.replace("<", "&lt;").replace(">", "&gt;")
    return text
