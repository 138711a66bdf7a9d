"""Station 4: one walk over the tags cuts clean HTML into sections and collects its links.

The walk relies on nh3's output form: every attribute in double quotes, no '<' or '>' in a
value, every element closed. Then a tag is whatever stands between '<' and '>'.
"""

import html
import re
from urllib.parse import unquote, urlsplit

from slugify import slugify

from lscbsite.markup.acronyms import acronyms
from lscbsite.markup.elements import (
    FLOW,
    HEADINGS,
    INNER,
    NAME_SCHEME,
    SCHEME,
    TAG,
    TRANSPARENT,
    VALUES,
    VOID,
    normal_url,
)
from lscbsite.markup.filling import excerpt, name_of, plain_text
from lscbsite.markup.source import SourceText
from lscbsite.model import Body, Reference, Section
from lscbsite.problems import shown

# A list item that an author left out: <ul>text</ul>.
_SUPPLIED_ITEM = "li, supplied"
_HOLDS_FLOW = frozenset(
    {"div", "blockquote", "li", "dd", "td", "th", "figure", "figcaption", "details"}
    | {_SUPPLIED_ITEM}
)

_ATTRIBUTE = re.compile(r'([^\s="]+)="([^"]*)"')
_NOTE_LINK = re.compile(r'<a href="#(fn(?:ref\d*)?:[^"]*)"([^>]*)>(.*?)</a>', re.DOTALL)

# What stands before a link's target in Markdown and in HTML.
_OPENS_TARGET = r"\]\(\s*<?|\]:\s*<?|=\s*[\"']?"


class Walk:
    """One walk over the tags of clean HTML: sections, headings, ids, links, pictures, tables."""

    def __init__(self, source: SourceText) -> None:
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
        for tag in TAG.finditer(clean):
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
            acronyms(clean, self._source),
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
        if name in HEADINGS:
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
        if name not in VOID:
            self._push(name, closing)

    def _push(self, name: str, closing: str) -> None:
        if name not in VOID:
            self._stack.append((name, closing))

    def _fits(self, name: str) -> bool:
        """Whether an element may stand here by HTML's content models."""
        parents = [element for element, closing in self._stack if closing]
        if name in INNER:
            return bool(parents) and parents[-1] in INNER[name]
        if name == "a":
            return "a" not in parents
        if name not in FLOW:
            return True
        while parents and parents[-1] in TRANSPARENT:
            parents.pop()
        return not parents or parents[-1] in _HOLDS_FLOW

    def _attributes(self, name: str, raw: dict[str, str]) -> dict[str, str]:
        result = {}
        for key, value in raw.items():
            if key in VALUES and not VALUES[key].fullmatch(value):
                continue
            if key in ("id", "name"):
                if unique := self._own_id(value):
                    result["id"] = unique
            elif key == "align":
                result["class"] = value
            else:
                result[key] = value
        if name not in HEADINGS and "id" in result:
            self._anchors.append(result["id"])
        return result

    def _own_id(self, wanted: str) -> str | None:
        """Return an id that an author chose, or None if it is taken or cannot be one."""
        name = html.unescape(wanted)
        if re.search(r"\s", name) or not name or name.startswith(("part:", "ask:", "outcome:")):
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
        mark = self._source.heading(title)
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
        names = (_host_slug(title),)
        self._open = Section(html.unescape(name), title, rank, heading, "", names, mark=mark)

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
                    opened.mark,
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
                self._paragraph.append(name_of(int(address[4:])))
        self._out.append("</a>")
        self._in_note_mark = False

    def _address(self, target: str, *, picture: bool) -> str | None:
        """Return the address to write for a link's target: itself, ref:N, or None for no link."""
        if target.startswith("//"):
            target = "https:" + target
        scheme = SCHEME.match(target)
        if scheme and scheme[1] != NAME_SCHEME:
            return normal_url(target)
        if not target:
            self._nowhere(target)
            return None
        path, _, fragment = target[len(scheme[0]) if scheme else 0 :].partition("#")
        path = unquote(path.partition("?")[0])
        fragment = unquote(fragment)
        if scheme:
            mark = self._source.mark("[[", after=rf"\s*{re.escape(path)}\s*(?:[#|]|\]\])")
        else:
            mark = self._source.mark(target, before=_OPENS_TARGET)
        reference = Reference("name" if scheme else "path", path, fragment, mark, picture)
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
            if element in HEADINGS and closing:
                self._end_heading(closing)
            elif element == "a" and closing:
                self._end_link(closing)
            elif closing:
                self._out.append(closing)
            if element == "p" and self._paragraph is not None and not self._stack:
                self._first_paragraph = excerpt("".join(self._paragraph))
                self._paragraph = None
            if element == "div" and not self._stack and self._out is self._footnotes:
                self._out = self._outer.pop()
            if element == name:
                return


def _host_slug(title: str) -> str:
    """Return the id that git hosts give a heading: case folded, punctuation out, blanks to '-'."""
    return re.sub(r"[^\w\- ]", "", title.casefold()).replace(" ", "-")
