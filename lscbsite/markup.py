"""Markdown bodies -> safe HTML in sections; the only importer of Markdown and the sanitiser.

A body passes four stations: Python-Markdown makes HTML; what is no HTML of ours becomes text
(so that nothing an author wrote is lost); nh3 makes the result safe and well-formed; one walk
over its tags cuts it into sections, demotes headings, gives ids and collects links.

The walk relies on nh3's output form: every attribute in double quotes, no '<' or '>' in a
value, every element closed. Then a tag is whatever stands between '<' and '>'.
"""

import html
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import quote, unquote, urlsplit
from xml.etree.ElementTree import Element

import nh3
from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.tables import TableExtension
from markdown.inlinepatterns import InlineProcessor
from slugify import slugify

from lscbsite.model import Body, Mark, Reference, Section
from lscbsite.problems import Problem, Problems, shown
from lscbsite.strict import CONTROL_CHARACTERS

_VOID = frozenset({"br", "hr", "img", "wbr"})
_OPTIONAL_END = frozenset(["p", "li", "dt", "dd", "td", "th", "tr", "thead", "tbody", "tfoot"])
_HEADINGS = frozenset(f"h{level}" for level in range(1, 7))
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
        "u",
        "var",
        "wbr",
        "br",
        "img",
    ]
)
_TRANSPARENT = frozenset({"a", "ins", "del"})
_FLOW = (
    frozenset(
        ["p", "div", "ul", "ol", "dl", "table", "blockquote", "pre", "hr", "figure", "details"]
    )
    | _HEADINGS
)
_INNER = {
    "li": frozenset({"ul", "ol"}),
    "dt": frozenset({"dl"}),
    "dd": frozenset({"dl"}),
    "figcaption": frozenset({"figure"}),
    "summary": frozenset({"details"}),
}
_TABLE = frozenset(["caption", "thead", "tbody", "tfoot", "tr", "th", "td"])
_ALLOWED = _PHRASING | _TRANSPARENT | _FLOW | _INNER.keys() | _TABLE
# A list item that an author left out: <ul>text</ul>.
_SUPPLIED_ITEM = "li, supplied"
_HOLDS_FLOW = frozenset(
    {"div", "blockquote", "li", "dd", "td", "th", "figure", "figcaption", "details"}
    | {_SUPPLIED_ITEM}
)

# Tags that only shape: their content stays, they go without a word. Two have a heir.
_SHAPE_ONLY = frozenset(
    [
        "center",
        "font",
        "big",
        "basefont",
        "nobr",
        "section",
        "article",
        "header",
        "footer",
        "main",
        "aside",
        "nav",
        "address",
    ]
)
_HEIRS = {"strike": "s", "tt": "code"}

_ATTRIBUTES = {
    "*": {"id", "class", "title", "lang", "dir"},
    "a": {"href", "name"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start", "reversed"},
    "li": {"value"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan", "scope"},
    "details": {"open"},
}
_VALUES = {
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
}
_SCHEMES = frozenset(
    [
        "http",
        "https",
        "mailto",
        "tel",
        "sms",
        "ftp",
        "irc",
        "ircs",
        "xmpp",
        "matrix",
        "geo",
        "webcal",
    ]
)
_NAME_SCHEME = "report-name"

_RAW_TAG = re.compile(
    r"<!--.*?-->|<(/?)([a-zA-Z][^\s/<>]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*+)>|<", re.DOTALL
)
_TAG = re.compile(r"<(/?)([a-z0-9]+)([^>]*)>")
_ATTRIBUTE = re.compile(r'([^\s="]+)="([^"]*)"')
_TARGET = re.compile(r"""(?:href|src)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
_CODE = re.compile(
    r"^(?P<fence>`{3,}|~{3,}).*?(?:^(?P=fence)|\Z)|(?P<ticks>`+)(?!`)[^\n]+?(?<!`)(?P=ticks)(?!`)|<!--.*?-->",
    re.DOTALL | re.MULTILINE,
)
_REFERENCE = r"\[\[([^\[\]|#\n]*)(?:#([^\[\]|\n]+))?(?:\|([^\[\]\n]+))?\]\](?![(\[])"
_NOTE_LINK = re.compile(r'<a href="#(fn(?:ref\d*)?:[^"]*)"([^>]*)>(.*?)</a>', re.DOTALL)
_SUMMARY_LENGTH = 300


class _References(Extension):
    """``[[report]]``, ``[[report#section]]`` and ``[[report|text]]``."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (the engine's name)
        """Register below code spans and escapes, above links."""
        md.inlinePatterns.register(_ReferenceProcessor(_REFERENCE, md), "report_reference", 175)


class _ReferenceProcessor(InlineProcessor):
    def handleMatch(  # type: ignore[override]  # noqa: N802 (the engine's name)
        self,
        m: re.Match[str],
        data: str,  # noqa: ARG002 (the engine's signature)
    ) -> tuple[Element, int, int]:
        link = Element("a")
        fragment = f"#{quote(m[2].strip())}" if m[2] else ""
        link.set("href", f"{_NAME_SCHEME}:{quote(m[1].strip())}{fragment}")
        link.text = (m[3] or "").strip()
        return link, m.start(0), m.end(0)


@cache
def _engine() -> Markdown:
    extensions: list[Any] = [
        TableExtension(use_align_attribute=True),
        "footnotes",
        "fenced_code",
        "attr_list",
        "abbr",
        "sane_lists",
        _References(),
    ]
    return Markdown(extensions=extensions)


def render_body(text: str, path: str, first_line: int, problems: Problems) -> Body:
    """Return a Markdown text, which begins in ``first_line`` of the file ``path``, as a Body.

    Problems: M001 (nested too deeply; the Body is empty then), M002, M003, L005, L006.
    """
    source = _Locator(text, path, first_line, problems)
    engine = _engine()
    try:
        raw = engine.reset().convert(text)
    except RecursionError:
        _engine.cache_clear()
        source.deepest()
        return Body()
    _report_lost_links(raw, source)
    clean = nh3.clean(
        _text_where_not_html(raw, source),
        tags=set(_ALLOWED),
        attributes=_ATTRIBUTES,
        url_schemes={*_SCHEMES, _NAME_SCHEME},
        link_rel=None,
    )
    return _Walk(source).body(CONTROL_CHARACTERS.sub("", clean))


def _report_lost_links(raw: str, source: "_Locator") -> None:
    """Report the addresses that the sanitiser will take out without a word."""
    for found in _TARGET.finditer(raw):
        target = html.unescape(found[1] or found[2] or found[3] or "").strip()
        scheme = _SCHEME.match(target)
        if not scheme or scheme[1] == _NAME_SCHEME:
            continue
        if scheme[1].lower() not in _SCHEMES:
            expected = "a link that starts with https:, mailto: or tel:"
            code = "L006"
        elif normal_url(target) is None:
            expected, code = "the address of a page", "L005"
        else:
            continue
        source.fault(
            target, code, f"a link to {shown(target)}", expected, "the text stays, unlinked"
        )


class _Locator:
    """Finds the places of links and tags in the source: the engine does not tell them."""

    def __init__(self, text: str, path: str, first_line: int, problems: Problems) -> None:
        self._text, self._path, self._first_line = text, path, first_line
        self._problems = problems
        self._prose: str | None = None
        self._next: dict[str, int] = {}

    def mark(self, needle: str) -> Mark:
        """Return the place of the next occurrence of ``needle`` outside of code."""
        if self._prose is None:
            self._prose = _CODE.sub(lambda code: re.sub(r"[^\n]", " ", code[0]), self._text)
        start = self._prose.find(needle, self._next.get(needle, 0))
        if start < 0:
            start = max(self._text.find(needle), 0)
        self._next[needle] = start + len(needle)
        line = self._text.count("\n", 0, start)
        return Mark(self._first_line + line, start - self._text.rfind("\n", 0, start))

    def fault(self, needle: str, code: str, found: str, expected: str, fix: str) -> None:
        """Report a problem at the next occurrence of ``needle``."""
        place = self.mark(needle)
        self._problems.add(
            Problem(self._path, place.line, place.column, code, found, expected, fix)
        )

    def deepest(self) -> None:
        """Report that the text is nested too deeply, at the line with the most markers."""
        lines = self._text.split("\n")
        deepest = max(range(len(lines)), key=lambda n: len(re.findall(r"[>*_\[\s]", lines[n])))
        self._problems.add(
            Problem(
                self._path,
                self._first_line + deepest,
                1,
                "M001",
                "quotations, lists or brackets within each other to a great depth",
                "text that a reader can follow",
                "take out the repeated characters at the start of this line",
            )
        )


def _text_where_not_html(raw: str, source: _Locator) -> str:
    """Escape what is no HTML of ours: unknown tags, tags without a partner, a lone '<'."""
    tags = list(_RAW_TAG.finditer(raw))
    if not tags:
        return raw
    as_text = _unbalanced(tags)
    pieces: list[str] = []
    end = 0
    for place, tag in enumerate(tags):
        pieces.append(raw[end : tag.start()])
        pieces.append(_escaped(tag) if place in as_text else _kept(tag))
        end = tag.end()
    pieces.append(raw[end:])
    for text in dict.fromkeys(tags[place][0] for place in sorted(as_text)):
        if text != "<":
            written = html.unescape(text)
            name = re.sub(r"[^a-z0-9].*", "", text.lower().lstrip("</"), flags=re.DOTALL)
            fix = "the characters < and > are shown; write &lt; for the < if they are meant"
            expected = "HTML that a report may use"
            if name in _ALLOWED:
                partner = f"<{name}>" if text.startswith("</") else f"</{name}>"
                expected = f"its partner {partner} in the same paragraph or block"
            source.fault(written, "M002", f"{shown(written)}, shown as text", expected, fix)
    return "".join(pieces)


def _escaped(tag: re.Match[str]) -> str:
    return tag[0].replace("<", "&lt;").replace(">", "&gt;")


def _kept(tag: re.Match[str]) -> str:
    name = (tag[2] or "").lower()
    if name in _HEIRS:
        return f"<{tag[1]}{_HEIRS[name]}>"
    if tag[2] and tag[3].endswith("/") and name not in _VOID:
        return f"<{name}{tag[3][:-1]}></{name}>"
    return tag[0]


def _unbalanced(tags: list[re.Match[str]]) -> set[int]:
    """Return the places of the tags that are unknown or have no partner."""
    as_text: set[int] = set()
    stack: list[tuple[str, int]] = []
    is_open: Counter[str] = Counter()

    def close(until: str | None) -> None:
        while stack:
            name, place = stack.pop()
            is_open[name] -= 1
            if name == until:
                return
            if name not in _OPTIONAL_END:
                as_text.add(place)

    for place, tag in enumerate(tags):
        name = (tag[2] or "").lower()
        if not name:
            if not tag[0].startswith("<!--"):
                as_text.add(place)
        elif name not in _ALLOWED and name not in _SHAPE_ONLY and name not in _HEIRS:
            as_text.add(place)
        elif name in _VOID or tag[3].endswith("/"):
            continue
        elif not tag[1]:
            stack.append((name, place))
            is_open[name] += 1
        elif is_open[name]:
            close(name)
        elif name not in _OPTIONAL_END:
            as_text.add(place)
    close(None)
    return as_text


def normal_url(url: str) -> str | None:
    """Return an absolute URL with what may not stand in one percent-encoded, None if unusable."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme in ("http", "https", "ftp") and (not host or re.search(r"[\s%<>]", host)):
        return None
    before, mark, fragment = url.partition("#")
    encoded = quote(before, safe="/:?@!$&'()*+,;=~%-._[]")
    authority = parts.netloc if "[" in parts.netloc else ""
    if not authority:
        encoded = encoded.replace("[", "%5B").replace("]", "%5D")
    result = encoded + mark + quote(fragment, safe="/:?@!$&'()*+,;=~%-._")
    return re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", result)


class _Walk:
    """One walk over the tags of clean HTML: sections, headings, ids, links, pictures, tables."""

    def __init__(self, source: _Locator) -> None:
        self._source = source
        self._sections: list[Section] = []
        self._references: list[Reference] = []
        self._footnotes: list[str] = []
        self._ids: set[str] = set()
        self._outline: list[int] = []
        self._stack: list[tuple[str, str]] = []  # element, what to write when it closes
        self._open = Section("", "", 0, "", "")
        self._out: list[str] = []
        self._outer: list[list[str]] = []  # buffers put aside while a heading is collected
        self._anchors: list[str] = []
        self._paragraph: list[str] | None = None
        self._first_paragraph = ""
        self._in_note_mark = False
        self._wants_summary = False

    def body(self, clean: str) -> Body:
        """Return the Body that ``clean`` is."""
        end = 0
        for tag in _TAG.finditer(clean):
            self._text(clean[end : tag.start()])
            end = tag.end()
            if tag[1]:
                self._close(tag[2])
            else:
                self._start(tag[2], dict(_ATTRIBUTE.findall(tag[3])))
        self._text(clean[end:])
        self._flush()
        return Body(
            tuple(self._sections),
            _NOTE_LINK.sub(self._note_link, "".join(self._footnotes).strip()),
            tuple(self._references),
            self._first_paragraph,
        )

    def _note_link(self, link: re.Match[str]) -> str:
        """Leave out the way back from a footnote that nothing refers to."""
        return link[0] if html.unescape(link[1]) in self._ids else ""

    def _text(self, text: str) -> None:
        if text and not text.isspace():
            self._supply_parent("")
        self._out.append(text)
        if self._paragraph is not None and not self._in_note_mark:
            self._paragraph.append(text)

    def _supply_parent(self, name: str) -> None:
        """Write what HTML wants between a parent and a child (``name``, or '' for text)."""
        parent = next((element for element, closing in reversed(self._stack) if closing), "")
        if self._wants_summary:
            self._wants_summary = False
            if name != "summary":
                self._out.append("<summary>…</summary>")
        elif parent in ("ul", "ol") and name != "li":
            self._out.append("<li>")
            self._push(_SUPPLIED_ITEM, "</li>")
        elif parent == _SUPPLIED_ITEM and name == "li":
            self._close(_SUPPLIED_ITEM)

    def _start(self, name: str, raw: dict[str, str]) -> None:
        self._supply_parent(name)
        if not self._fits(name):
            self._push(name, "")
            return
        attributes = self._attributes(name, raw)
        if name in _HEADINGS:
            self._start_heading(name, attributes)
        elif name == "a":
            self._start_link(attributes)
        elif name == "img":
            self._picture(attributes)
        elif name == "table":
            label = f' role="group" aria-labelledby="{self._open.id}"' if self._open.id else ""
            self._out.append(f'<div class="table" tabindex="0"{label}>')
            self._write(name, attributes, "</table></div>")
        elif name == "div" and not self._stack and raw.get("class") == "footnote":
            self._outer.append(self._out)
            self._out = self._footnotes
            self._write(name, attributes, "</div>")
        else:
            if name == "p" and not self._stack and not self._first_paragraph:
                self._paragraph = []
            self._write(name, attributes, f"</{name}>")
            self._wants_summary = name == "details"

    def _write(self, name: str, attributes: dict[str, str], closing: str) -> None:
        written = "".join(f' {key}="{value}"' for key, value in attributes.items())
        self._out.append(f"<{name}{written}>")
        if name not in _VOID:
            self._push(name, closing)

    def _push(self, name: str, closing: str) -> None:
        if name not in _VOID:
            self._stack.append((name, closing))

    def _fits(self, name: str) -> bool:
        """Whether an element may stand here by HTML's content models."""
        parents = [element for element, closing in self._stack if closing]
        if name in _INNER:
            return bool(parents) and parents[-1] in _INNER[name]
        if name == "a":
            return "a" not in parents
        if name not in _FLOW:
            return True
        while parents and parents[-1] in _TRANSPARENT:
            parents.pop()
        return not parents or parents[-1] in _HOLDS_FLOW

    def _attributes(self, name: str, raw: dict[str, str]) -> dict[str, str]:
        result = {}
        for key, value in raw.items():
            if key in _VALUES and not _VALUES[key].fullmatch(value):
                continue
            if key in ("id", "name"):
                if unique := self._own_id(value):
                    result["id"] = unique
            elif key == "align":
                result["class"] = value
            else:
                result[key] = value
        if name not in _HEADINGS and "id" in result:
            self._anchors.append(result["id"])
        return result

    def _own_id(self, wanted: str) -> str | None:
        """Return an id that an author chose, or None if it is taken or cannot be one."""
        name = html.unescape(wanted)
        if re.search(r"\s", name) or not name or name.startswith(("part:", "ask:")):
            return None
        if name in self._ids:
            return None
        self._ids.add(name)
        return wanted

    # Headings and sections

    def _start_heading(self, name: str, attributes: dict[str, str]) -> None:
        self._outer.append(self._out)
        self._out = []
        level = int(name[1])
        while self._outline and self._outline[-1] >= level:
            self._outline.pop()
        self._outline.append(level)
        own = attributes.get("id", "")
        self._push(name, f"{min(len(self._outline) + 1, 6)} {own}")

    def _end_heading(self, closing: str) -> None:
        rank_text, _, own = closing.partition(" ")
        heading = "".join(self._out).strip()
        self._out = self._outer.pop()
        title = plain_text(heading)
        if not title and "<img" not in heading:
            self._outline.pop()
            return
        rank = int(rank_text)
        name = own or self._heading_id(title)
        if self._stack:
            self._anchors.append(name)
            self._out.append(f'<h{rank} id="{name}">{heading}</h{rank}>')
            return
        self._flush()
        self._open = Section(html.unescape(name), title, rank, heading, "", (_host_slug(title),))

    def _heading_id(self, title: str) -> str:
        base = slugify(title) or "section"
        name, number = base, 2
        while name in self._ids:
            name, number = f"{base}-{number}", number + 1
        self._ids.add(name)
        return name

    def _flush(self) -> None:
        text = "".join(self._out).strip()
        if text or self._open.level:
            opened = self._open
            self._sections.append(
                Section(
                    opened.id,
                    opened.title,
                    opened.level,
                    opened.heading,
                    text,
                    opened.names,
                    tuple(html.unescape(anchor) for anchor in self._anchors),
                )
            )
        self._out, self._anchors = [], []

    # Links and pictures

    def _start_link(self, attributes: dict[str, str]) -> None:
        if "href" not in attributes:
            if "id" in attributes:
                self._write("a", attributes, "</a>")
            else:
                self._push("a", "")
            return
        target = html.unescape(attributes["href"]).strip()
        is_note = attributes.get("class") in ("footnote-ref", "footnote-backref")
        address = target if is_note else self._address(target, picture=False)
        if address is None:
            if "id" in attributes:
                self._out.append(f'<a id="{attributes["id"]}"></a>')
            self._push("a", "")
            return
        start = len(self._out)
        self._in_note_mark = attributes.get("class") == "footnote-ref"
        href = {"href": html.escape(address)}  # first, as ``fill`` expects it
        self._write("a", href | {**attributes, **href}, f"</a>{start}")

    def _end_link(self, closing: str) -> None:
        """A link with nothing to see gets its address as text; a report's name comes later."""
        start = int(closing.removeprefix("</a>") or -1)
        inner = "".join(self._out[start + 1 :]) if start >= 0 else " "
        if start >= 0 and not plain_text(inner) and "<img" not in inner:
            address = self._out[start].removeprefix('<a href="').partition('"')[0]
            if not address.startswith("ref:"):
                self._text(address)
            elif self._paragraph is not None:
                self._paragraph.append(self._references[int(address[4:])].target)
        self._out.append("</a>")
        self._in_note_mark = False

    def _address(self, target: str, *, picture: bool) -> str | None:
        """Return the address to write for a link's target: itself, ref:N, or None for no link."""
        if target.startswith("//"):
            target = "https:" + target
        scheme = _SCHEME.match(target)
        if scheme and scheme[1] != _NAME_SCHEME:
            return normal_url(target)
        if not target:
            self._nowhere(target)
            return None
        kind = "name" if scheme else "path"
        path, _, fragment = target[len(scheme[0]) if scheme else 0 :].partition("#")
        path = unquote(path.partition("?")[0])
        fragment = unquote(fragment)
        needle = f"[[{path}" if scheme else target
        reference = Reference(
            "name" if kind == "name" else "path", path, fragment, self._source.mark(needle), picture
        )
        self._references.append(reference)
        return f"ref:{len(self._references) - 1}"

    def _nowhere(self, target: str) -> None:
        found = f"a link to {shown(target)}" if target else "a link without an address"
        fix = "complete the address; until then the text stays, unlinked"
        self._source.fault(target or "]()", "L005", found, "the address of a page", fix)

    def _picture(self, attributes: dict[str, str]) -> None:
        source = html.unescape(attributes.pop("src", "")).strip()
        alternative = attributes.pop("alt", "")
        address = self._address(source, picture=True) if source else None
        if address is not None and address.startswith("ref:"):
            self._write("img", {"src": address, "alt": alternative, **attributes}, "")
            return
        text = alternative
        if address is not None and address.startswith("http"):
            found = f"a picture on another site, {shown(source)}"
            fix = "put the picture into files/; until then readers get a link to it"
            self._source.fault(source, "M003", found, "a picture of this site", fix)
            text = text or html.escape(urlsplit(address).path.rpartition("/")[2] or address)
            if self._fits("a"):
                text = f'<a href="{html.escape(address)}">{text}</a>'
        self._text(text)

    def _close(self, name: str) -> None:
        if name not in (element for element, _ in self._stack):
            return
        while self._stack:
            element, closing = self._stack.pop()
            if element in _HEADINGS and closing:
                self._end_heading(closing)
            elif element == "a" and closing:
                self._end_link(closing)
            elif closing:
                self._out.append(closing)
            if element == "p" and self._paragraph is not None and not self._stack:
                self._first_paragraph = _shortened(plain_text("".join(self._paragraph)))
                self._paragraph = None
            if element == "div" and not self._stack and self._out is self._footnotes:
                self._out = self._outer.pop()
            if element == name:
                return


def plain_text(fragment: str) -> str:
    """Return the text of an HTML fragment, on one line."""
    return " ".join(html.unescape(_TAG.sub("", fragment)).split())


def _shortened(text: str) -> str:
    if len(text) <= _SUMMARY_LENGTH:
        return text
    cut = text[:_SUMMARY_LENGTH]
    return (cut[: cut.rfind(" ")] if " " in cut else cut).rstrip(" ,;:") + " …"


def _host_slug(title: str) -> str:
    """Return the id that git hosts give a heading: case folded, punctuation out, blanks to '-'."""
    return re.sub(r"[^\w\- ]", "", title.casefold()).replace(" ", "-")


# --- filling in what the whole site knows --------------------------------------------------

_LINK_TO_FILL = re.compile(r'<a href="ref:(\d+)"([^>]*)>(.*?)</a>', re.DOTALL)
_PICTURE_TO_FILL = re.compile(r'<img src="ref:(\d+)" alt="([^"]*)"([^>]*)>')
_ANCHOR_LINK = re.compile(r'(<a [^>]*href=")#')


def fill(
    fragment: str, urls: tuple[str | None, ...], labels: tuple[str, ...], root: str, page: str
) -> str:
    """Return a body's HTML with its references resolved.

    ``urls`` and ``labels`` answer the references; ``root`` is put before each path in the site
    (``../../`` or the base URL), ``page`` before each link within the page ('' or its URL).
    """

    def address(number: str) -> str | None:
        url = urls[int(number)]
        if url is None:
            return None
        return html.escape(page + url if url.startswith("#") else root + url)

    def picture(found: re.Match[str]) -> str:
        url = address(found[1])
        return found[2] if url is None else f'<img src="{url}" alt="{found[2]}"{found[3]}>'

    def link(found: re.Match[str]) -> str:
        url = address(found[1])
        text = found[3] if found[3].strip() else html.escape(labels[int(found[1])])
        return text if url is None else f'<a href="{url}"{found[2]}>{text}</a>'

    filled = _LINK_TO_FILL.sub(link, _PICTURE_TO_FILL.sub(picture, fragment))
    return _ANCHOR_LINK.sub(rf"\1{page}#", filled) if page else filled


_TABLE_FRAME = re.compile(r'<div class="table"[^>]*>')


def html_of(body: Body) -> Iterator[str]:
    """Yield a body's HTML for a feed: headings included, references not resolved.

    The frames in which a page scrolls wide tables mean nothing there.
    """
    for section in body.sections:
        if section.level:
            name = html.escape(section.id)
            yield f'<h{section.level} id="{name}">{section.heading}</h{section.level}>'
        yield _TABLE_FRAME.sub("<div>", section.html)
    yield body.footnotes
