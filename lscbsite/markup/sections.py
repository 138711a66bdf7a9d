"""Step 4: split clean HTML into sections, and collect its links, in one walk over the tags.

The walk relies on the form of nh3's output: attributes in double quotes, all elements closed. It
writes only allowed elements, attributes and addresses; everything else becomes text.
"""

import html
import re
from typing import NamedTuple
from urllib.parse import urlsplit

from lscbsite.addresses import clean_address, get_scheme, is_written_out
from lscbsite.markup.accessibility import (
    find_disguised_blocks,
    find_headless_tables,
    find_unclear_link,
    find_undescribed_picture,
)
from lscbsite.markup.acronyms import locate_acronyms
from lscbsite.markup.element_writer import LISTS, NOT_ANYWHERE, ElementWriter, escape_brackets
from lscbsite.markup.elements import ALLOWED, HEADINGS, TAG, make_slug
from lscbsite.markup.inlines import POSITION, TARGET
from lscbsite.markup.link_targets import explain_lost_link, read_target
from lscbsite.markup.resolve_links import (
    NOTE_MARK,
    extract_text,
    make_excerpt,
    make_name_placeholder,
)
from lscbsite.markup.simple_blocks import SIMPLE_BLOCKS, compute_spans, round_up_size
from lscbsite.markup.source import SourceText
from lscbsite.markup.summary import choose_summaries
from lscbsite.markup.text_blocks import TextBlock
from lscbsite.model import (
    AccessibilityIssue,
    Body,
    Html,
    Position,
    Reference,
    Rendered,
    Section,
    make_topic_key,
)
from lscbsite.problems import quote_value

_AFTER_TABLE = "</div>"
# From so many first paragraphs the default summary is chosen.
_CANDIDATES = 30
_TABLE_TAG = re.compile(r"<table[^>]*>")
_NOTE_CLASSES = frozenset({"footnote-ref", "footnote-backref"})
_DESCRIPTION = re.compile(r'<img [^>]*?alt="([^"]*)"')
_PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)
_ATTRIBUTE = re.compile(r'([^\s="]+)="([^"]*)"')
_NOTE_LINK = re.compile(r'<a href="#(fn(?:ref\d*)?:[^"]*)"([^>]*)>(.*?)</a>', re.DOTALL)


class _OpenSection(NamedTuple):
    """The current section's heading and its position; level 0 before the first heading."""

    id: str
    title: str
    level: int
    heading: str
    position: Position


class SectionBuilder(ElementWriter):
    """Walks over the tags of clean HTML and builds the sections of a body."""

    def __init__(self, source: SourceText, blocks: list[TextBlock], title: str = "") -> None:
        super().__init__()
        self._title = title
        self._source = source
        self._blocks = blocks
        self._sections: list[Section] = []
        self._html: list[tuple[str, str]] = []
        self._references: list[Reference] = []
        self._marks: dict[str, Position] = {}
        self._footnotes: list[str] = []
        self._heading_levels: list[int] = []
        self._outer_headings: list[tuple[int, str, Position]] = []  # outside of other blocks
        self._issues: list[tuple[AccessibilityIssue, Position]] = []
        self._may_be_headless = False  # whether a table has no headings
        self._open = _OpenSection("", "", 0, "", Position(1, 1))
        self._outer: list[list[str]] = []  # buffers saved while a heading is collected
        self._heading_positions: list[Position] = []  # of the headings that are collected
        self._link_positions: list[Position] = []  # of the open links
        self._doubtful_pictures: list[Position] = []  # decorative ones in the open link
        self._link_has_words = False
        self._paragraph: list[str] | None = None
        self._paragraphs: list[str] = []  # the HTML of the first ones
        self._in_note_mark = False

    def build(self, clean: str) -> Rendered:
        """Return the rendered body for clean HTML."""
        index = 0
        while index < len(clean):
            plain = (
                None if self._stack or self._wants_summary else SIMPLE_BLOCKS.match(clean, index)
            )
            if plain:
                self._add_simple_block(plain)
                index = plain.end()
            else:
                index = self._add_next(clean, index)
        self._flush()
        footnotes = _NOTE_LINK.sub(self._resolve_note_link, "".join(self._footnotes).strip())
        if footnotes and not self._sections:
            # Footnotes are shown below sections.
            self._out, footnotes = [footnotes], ""
            self._flush()
        summaries = choose_summaries(map(extract_text, self._paragraphs), self._title)
        body = Body(
            tuple(compute_spans(self._sections)),
            tuple(self._references),
            tuple(make_excerpt(html.escape(summary)) for summary in summaries),
        )
        self._issues += find_disguised_blocks(self._blocks, self._source)
        if self._may_be_headless:
            self._issues += find_headless_tables(clean, self._source)
        for number, (_, position) in enumerate(self._issues):
            self._marks[f"issues.{number}"] = position
        return Rendered(
            body,
            Html(tuple(self._html), footnotes),
            self._marks,
            locate_acronyms(clean, self._source),
            tuple([issue for issue, _ in self._issues]),
        )

    def _add_simple_block(self, plain: re.Match[str]) -> None:
        """Add a simple block, with the result that walking over its tags would give."""
        text = plain[0]
        if plain["level"]:
            self._out.append(text[: text.index("<")])
            position = self._source.locate_attribute(plain["heading_at"])
            rank = self._rank_heading(int(plain["level"]))
            self._add_heading(rank, "", plain["heading"].strip(), position)
            return
        if plain["table"]:
            text = text.replace("<th align=", "<th class=").replace("<td align=", "<td class=")
            text = _TABLE_TAG.sub(self._open_table_frame() + "<table>", text, count=1)
            text += _AFTER_TABLE
            if "></th>" in text:
                self._may_be_headless = True
        elif len(self._paragraphs) < _CANDIDATES:
            self._paragraphs += _PARAGRAPH.findall(text)
        self._out.append(text)

    def _add_next(self, clean: str, index: int) -> int:
        """Add the text up to the next tag, and the tag; return the index after it."""
        tag = TAG.search(clean, index)
        if tag is None:
            self._write_text(clean[index:])
            return len(clean)
        if tag.start() > index:
            self._write_text(clean[index : tag.start()])
        end, name, attributes = tag.groups()
        if name not in ALLOWED:
            self._write_text(tag[0])
        elif end:
            self._close(name)
        else:
            self._start(name, dict(_ATTRIBUTE.findall(attributes)) if attributes else {})
        return tag.end()

    def _resolve_note_link(self, link: re.Match[str]) -> str:
        """Drop the back link of a footnote that nothing refers to."""
        return link[0] if html.unescape(link[1]) in self._ids.taken else ""

    def _write_text(self, text: str) -> None:
        self._link_has_words = self._link_has_words or not text.isspace()
        self._write_inline(escape_brackets(text))

    def _write_inline(self, text: str) -> None:
        """Write inline HTML that is already safe."""
        written = self._written_elements
        is_between = self._wants_summary or (written and written[-1] in LISTS)
        if is_between and text and not text.isspace():
            self._supply_parent("")
        self._out.append(text)
        if self._paragraph is not None and not self._in_note_mark:
            self._paragraph.append(text)

    def _start(self, name: str, raw: dict[str, str]) -> None:
        written = self._written_elements
        if self._wants_summary or (written and written[-1] in LISTS):
            self._supply_parent(name)
        if name in NOT_ANYWHERE and not self._fits(name):
            self._push(name, "")
            return
        position = self._source.locate_attribute(raw.pop(POSITION, ""))
        target = raw.pop(TARGET, "")
        address_position = self._source.locate_attribute(target) if target else position
        attributes = self._clean_attributes(name, raw) if raw else {}
        if name in HEADINGS:
            self._start_heading(name, attributes, position)
        elif name == "a":
            self._link_positions.append(position)
            self._start_link(attributes, address_position)
        elif name == "img":
            self._write_picture(attributes, position, address_position)
        elif name == "table":
            self._may_be_headless = True
            self._out.append(self._open_table_frame())
            self._write(name, attributes, f"</table>{_AFTER_TABLE}")
        elif name == "div" and not self._stack and raw.get("class") == "footnote":
            self._outer.append(self._out)
            self._out = self._footnotes
            self._write(name, attributes, "</div>")
        else:
            if name == "p" and not self._stack and len(self._paragraphs) < _CANDIDATES:
                self._paragraph = []
            self._write(name, attributes, f"</{name}>")
            self._wants_summary = name == "details"

    def _open_table_frame(self) -> str:
        id_ = html.escape(self._open.id)
        label = f' role="group" aria-labelledby="{id_}"' if id_ else ""
        return f'<div class="table" tabindex="0"{label}>'

    # Headings and sections

    def _start_heading(self, name: str, attributes: dict[str, str], position: Position) -> None:
        self._outer.append(self._out)
        self._out = []
        self._heading_positions.append(position)
        self._push(name, f"{self._rank_heading(int(name[1]))} {attributes.get('id', '')}")

    def _rank_heading(self, level: int) -> int:
        """Return the level for a heading, at most one below the heading above."""
        while self._heading_levels and self._heading_levels[-1] >= level:
            self._heading_levels.pop()
        self._heading_levels.append(level)
        return min(len(self._heading_levels) + 1, 6)

    def _end_heading(self, closing: str) -> None:
        rank_text, _, chosen_id = closing.partition(" ")
        heading = "".join(self._out).strip()
        self._out = self._outer.pop()
        self._add_heading(int(rank_text), chosen_id, heading, self._heading_positions.pop())

    def _add_heading(self, rank: int, chosen_id: str, heading: str, position: Position) -> None:
        title = extract_text(NOTE_MARK.sub("", heading))
        # Screen readers use a picture's description as the title of a heading.
        title = title or " ".join(html.unescape(" ".join(_DESCRIPTION.findall(heading))).split())
        if not title:
            self._heading_levels.pop()
            if "<img" in heading:
                self._out.append(f"<p>{heading}</p>")
            return
        name = chosen_id or self._ids.add(make_slug(title) or "section")
        if self._stack:
            self._anchors.append(name)
            self._out.append(f'<h{rank} id="{name}">{heading}</h{rank}>')
            return
        self._check_level(self._heading_levels[-1], title, position)
        self._flush()
        self._open = _OpenSection(html.unescape(name), title, rank, heading, position)

    def _check_level(self, level: int, title: str, position: Position) -> None:
        """Report a heading that is shown at the level of this one, though its own is deeper."""
        outer, before = self._outer_headings, None
        while outer and outer[-1][0] >= level:
            before = outer.pop()
        if outer and before and before[0] > level:
            deeper, words, place = before
            self._issues.append((AccessibilityIssue("heading", words, deeper, level), place))
        outer.append((level, title, position))

    def _flush(self) -> None:
        text = "".join(self._out).strip()
        if text or self._open.level:
            opened = self._open
            self._html.append((opened.heading, text))
            self._marks[f"sections.{len(self._sections)}"] = opened.position
            self._sections.append(
                Section(
                    opened.id,
                    opened.title,
                    opened.level,
                    make_topic_key(opened.title) if opened.level else "",
                    1,
                    round_up_size(len(opened.heading.encode()) + len(text.encode())),
                    tuple(html.unescape(anchor) for anchor in self._anchors),
                )
            )
            self._anchors = []
        self._out = []

    # Links and pictures

    def _start_link(self, attributes: dict[str, str], position: Position) -> None:
        if "href" not in attributes:
            if "id" in attributes:
                self._write("a", attributes, "</a>")
            else:
                self._link_positions.pop()
                self._push("a", "")
            return
        target = clean_address(html.unescape(attributes["href"]))
        is_note = attributes.get("class") in _NOTE_CLASSES and target.startswith("#")
        address = target if is_note else self._resolve_address(target, position, picture=False)
        if address is None:
            if "id" in attributes:
                self._out.append(f'<a id="{attributes["id"]}"></a>')
            self._link_positions.pop()
            self._push("a", "")
            return
        start = len(self._out)
        self._link_has_words = False
        self._in_note_mark = attributes.get("class") == "footnote-ref"
        href = {"href": html.escape(address)}  # first, as ``resolve_references`` expects it
        self._write("a", href | {**attributes, **href}, f"</a>{start}")

    def _end_link(self, closing: str) -> None:
        """Close a link; use the address as the text of an empty one (a report's name comes later)."""
        start = int(closing.removeprefix("</a>") or -1)
        inner = "".join(self._out[start + 1 :]) if start >= 0 else " "
        words = extract_text(inner) if start >= 0 and "<img" not in inner else " "
        if self._doubtful_pictures and start >= 0 and not self._link_has_words:
            # An empty alt marks a decorative picture, but not if it is all that a link has.
            self._issues.append((AccessibilityIssue("picture", ""), self._doubtful_pictures[0]))
        self._doubtful_pictures = []
        self._issues += find_unclear_link(words, self._link_positions.pop())
        if start >= 0:
            self._mark_written_out(start, words)
        if not words:
            address = self._out[start].removeprefix('<a href="').partition('"')[0]
            if not address.startswith("ref:"):
                self._write_text(address)
            elif self._paragraph is not None:
                self._paragraph.append(make_name_placeholder(int(address[4:])))
        self._out.append("</a>")
        self._in_note_mark = False

    def _mark_written_out(self, start: int, words: str) -> None:
        """Give a link whose words are its address a class, so that paper has the address once."""
        tag = self._out[start]
        address = html.unescape(tag.removeprefix('<a href="').partition('"')[0])
        if address.startswith("ref:"):
            address = self._references[int(address[4:])].target
        is_web = get_scheme(address) in ("http", "https")
        if is_web and is_written_out(address, words or address):
            named = tag.replace(' class="', ' class="bare ', 1)
            self._out[start] = named if named != tag else f'{tag[:-1]} class="bare">'

    def _resolve_address(self, target: str, position: Position, *, picture: bool) -> str | None:
        """Return the address for a link's target: itself, ref:N, or None if it is not a link."""
        address = read_target(target, picture=picture)
        if isinstance(address, Reference):
            return self._add_reference(address, position)
        if address is None and not get_scheme(target):
            self._source.report(position, *explain_lost_link(target))
        return address

    def _add_reference(self, reference: Reference, position: Position) -> str:
        """Add a link that only the whole site can resolve; return what stands for its address."""
        number = len(self._references)
        self._marks[f"references.{number}"] = position
        self._references.append(reference)
        return f"ref:{number}"

    def _write_picture(
        self, attributes: dict[str, str], position: Position, address_position: Position
    ) -> None:
        source = clean_address(html.unescape(attributes.pop("src", "")))
        is_decorative = attributes.get("alt") == ""
        if is_decorative and "a" in self._written_elements:
            self._doubtful_pictures.append(position)
        alternative = attributes.pop("alt", "")
        if source and not is_decorative:
            description = html.unescape(alternative)
            self._issues += find_undescribed_picture(description, source, position)
        address = self._resolve_address(source, address_position, picture=True) if source else None
        if address is not None and address.startswith("ref:"):
            self._write("img", {"src": address, "alt": alternative, **attributes}, "")
            return
        text = escape_brackets(alternative)
        if address is not None and address.startswith("http"):
            found = f"a picture on another site, {quote_value(source)}"
            fix = "put the picture into files/; until then readers get a link to it"
            self._source.report(address_position, "M003", found, "a picture on this site", fix)
            text = text or html.escape(urlsplit(address).path.rpartition("/")[2] or address)
            if self._fits("a"):
                address = self._resolve_address(source, address_position, picture=False) or address
                text = f'<a href="{html.escape(address)}">{text}</a>'
        self._write_inline(text)

    def _end_element(self, name: str, closing: str) -> None:
        if name in HEADINGS and closing:
            self._end_heading(closing)
        elif name == "a" and closing:
            self._end_link(closing)
        elif closing:
            self._out.append(closing)
        if name == "p" and self._paragraph is not None and not self._stack:
            self._paragraphs.append("".join(self._paragraph))
            self._paragraph = None
        if name == "div" and not self._stack and self._out is self._footnotes:
            self._out = self._outer.pop()
