"""Read the Markdown in texts of front matter: one line each, without blocks, pictures or HTML."""

from html import escape
from typing import NamedTuple

import comrak
from comrak import AstNode

from lscbsite.addresses import clean_address, get_scheme, is_written_out
from lscbsite.markup.gfm import get_value, parse_line
from lscbsite.markup.limits import DEEPEST, NestedTooDeeplyError
from lscbsite.markup.link_targets import explain_lost_link, read_target
from lscbsite.model import MarkedText, Reference
from lscbsite.text import remove_controls

_ELEMENTS = {comrak.Emph: "em", comrak.Strong: "strong", comrak.Strikethrough: "del"}


class ReadText(NamedTuple):
    """A text that was read, its references, and its problems: code, found, expected, fix."""

    text: MarkedText
    references: tuple[Reference, ...] = ()
    problems: tuple[tuple[str, str, str, str], ...] = ()


def read_marks(text: str, number: int) -> ReadText:
    """Read the Markdown in a text; ``number`` is that of its first reference."""
    line = " ".join(filter(None, (part.strip() for part in text.splitlines())))
    writer = _Writer(number)
    try:
        writer.write_all(parse_line(line))
    except NestedTooDeeplyError:
        fix = "take out the repeated characters"
        problem = (
            "M001",
            "brackets or emphasis nested too deeply",
            "text that a reader can follow",
            fix,
        )
        return ReadText(MarkedText(text), (), (problem,))
    plain = remove_controls("".join(writer.plain))
    if not plain.strip() or (plain == line and not writer.has_elements):
        return ReadText(MarkedText(text), (), tuple(writer.problems))
    html = remove_controls("".join(writer.html)) if writer.has_elements else ""
    return ReadText(MarkedText(plain, html), tuple(writer.references), tuple(writer.problems))


class _Writer:
    """Writes nodes as safe HTML and as plain text.

    The HTML has no other elements than links, emphasis and code, and everything in it is escaped.
    """

    def __init__(self, number: int) -> None:
        self.html: list[str] = []
        self.plain: list[str] = []
        self.references: list[Reference] = []
        self.problems: list[tuple[str, str, str, str]] = []
        self.has_elements = False
        self._number = number
        self._in_link = False
        self._depth = 0

    def write_all(self, nodes: list[AstNode]) -> None:
        """Write nodes one after the other."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise NestedTooDeeplyError(1)
        for node in nodes:
            self._write(node)
        self._depth -= 1

    def _write(self, node: AstNode) -> None:
        kind = type(node.node_value)
        if kind in (comrak.Text, comrak.HtmlInline):
            self._write_text(get_value(node))
        elif kind is comrak.Code:
            self._write_element("code", node)
        elif kind in _ELEMENTS:
            self._write_element(_ELEMENTS[kind], node)
        elif kind in (comrak.Link, comrak.Image):
            self._write_link(node)
        else:
            self.write_all(node.children)

    def _write_text(self, text: str) -> None:
        self.html.append(_escape(text))
        self.plain.append(text)

    def _write_element(self, name: str, node: AstNode) -> None:
        self.has_elements = True
        self.html.append(f"<{name}>")
        if name == "code":
            self._write_text(get_value(node).literal)
        else:
            self.write_all(node.children)
        self.html.append(f"</{name}>")

    def _write_link(self, node: AstNode) -> None:
        """Write a link; a picture is a link to it, or words if it is in a link itself."""
        if self._in_link:
            self.write_all(node.children)
            return
        details = get_value(node)
        target = clean_address(details.url)
        address = self._find_address(target)
        start, at = len(self.plain), len(self.html)
        self._in_link = True
        self.write_all(node.children)
        self._in_link = False
        if not "".join(self.plain[start:]).strip():
            self._write_text(target)
        if address is None:
            return
        self.has_elements = True
        title = f' title="{_escape(details.title)}"' if details.title else ""
        is_web = get_scheme(target) in ("http", "https")
        # Paper has the address once.
        if is_web and is_written_out(target, "".join(self.plain[start:])):
            title += ' class="bare"'
        self.html.insert(at, f'<a href="{_escape(address)}"{title}>')
        self.html.append("</a>")

    def _find_address(self, target: str) -> str | None:
        """Return the address for a link's target, ref:N, or None if it is not a link."""
        address = read_target(target)
        if isinstance(address, Reference):
            self.references.append(address)
            return f"ref:{self._number + len(self.references) - 1}"
        if address is None:
            self.problems.append(explain_lost_link(target))
        return address


def _escape(text: str) -> str:
    """Escape a text as the sanitizer does in bodies: an apostrophe stays."""
    return escape(text, quote=False).replace('"', "&quot;")
