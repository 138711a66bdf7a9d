"""Resolve the references in a body's HTML, and convert it for feeds, other pages and excerpts."""

import html
import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from lscbsite.markup.elements import TAG
from lscbsite.model import Section

_LINK_TO_FILL = re.compile(r'<a href="ref:(\d+)"([^>]*)>(.*?)</a>', re.DOTALL)
_PICTURE_TO_FILL = re.compile(r'<img src="ref:(\d+)" alt="([^"]*)"([^>]*)>')
_SIZE = re.compile(r' (width|height)="(\d{1,5})"')
_ANCHOR_LINK = re.compile(r'(<a [^>]*href=")#')
_ID = re.compile(r' id="([^"]*)"')
_LABELLED_BY = re.compile(r' aria-labelledby="([^"]*)"')
# HTML that depends on its page: headings, ids and links to ids. Searching for these strings is
# faster than a pattern for all of them.
_POSITION_DEPENDENT = ("<h", ' id="', ' aria-labelledby="', ' href="#')
NOTE_MARK = re.compile(r'<sup id="fnref\d*:.*?</sup>')
_BLOCK = re.compile(r"<(?:p|li|d[dlt]|t[dhr]|div|h\d|br|blockquote|pre|hr|summary|figcaption)\b")
_EXCERPT_LENGTH = 300
_NAME = re.compile("\0(\\d+)\0")
_WRITTEN_NAME = re.compile(r"\[\[[^\[\]]*\]\]")
_TABLE_FRAME = re.compile(r'<div class="table"[^>]*>')


def resolve_references(
    fragment: str, urls: tuple[str | None, ...], labels: tuple[str, ...], root: str, page: str
) -> str:
    """Return a body's HTML with its references resolved.

    ``urls`` and ``labels`` are as in ``PublishedReport``. ``root`` (``../../`` or the base URL)
    is the prefix of paths within the site, ``page`` ('' or its URL) that of links within the page.
    """
    if "ref:" not in fragment:
        return _prefix_anchors(page, fragment)

    def resolve_address(number: str) -> str | None:
        url = urls[int(number)]
        if url is None:
            return None
        if url.startswith("#"):
            return html.escape(page + url)
        return html.escape(url if "://" in url else root + url)

    def replace_picture(match: re.Match[str]) -> str:
        url = resolve_address(match[1])
        if url is None:
            return match[2]
        size = _make_size(labels[int(match[1])], match[3])
        return f'<img src="{url}" alt="{match[2]}"{match[3]}{size}>'

    def replace_link(match: re.Match[str]) -> str:
        url, label = resolve_address(match[1]), labels[int(match[1])]
        text = match[3] if match[3].strip() else html.escape(label)
        if url is None and match[3].strip() and _WRITTEN_NAME.fullmatch(label):
            text = f"{html.escape(label.removesuffix(']]'))}|{match[3]}]]"
        return text if url is None else f'<a href="{url}"{match[2]}>{text}</a>'

    return _prefix_anchors(
        page, _LINK_TO_FILL.sub(replace_link, _PICTURE_TO_FILL.sub(replace_picture, fragment))
    )


def has_unnamed_links(fragment: str) -> bool:
    """Return whether a link in a body's HTML gets its words when its references are resolved."""
    return any(not link[3].strip() for link in _LINK_TO_FILL.finditer(fragment))


def _make_size(label: str, attributes: str) -> str:
    """Return the attributes for a picture's size, so that nothing moves when it has loaded.

    ``label`` is its size, as 800x600. Where the author gave the width or the height, as ``attributes``
    have it, the other follows from it.
    """
    width, _, height = label.partition("x")
    if not height:
        return ""
    given = {name: int(number) for name, number in _SIZE.findall(attributes)}
    if "width" in given and "height" in given:
        return ""
    if "width" in given:
        return f' height="{max(1, round(given["width"] * int(height) / int(width)))}"'
    if "height" in given:
        return f' width="{max(1, round(given["height"] * int(width) / int(height)))}"'
    if " width=" in attributes or " height=" in attributes:  # a part of the page, as 50%
        return ""
    return f' width="{width}" height="{height}"'


def _prefix_anchors(page: str, fragment: str) -> str:
    """Prefix the links within the page with ``page``."""
    if not page or 'href="#' not in fragment:
        return fragment
    return _ANCHOR_LINK.sub(lambda match: f"{match[1]}{page}#", fragment)


def render_feed_html(sections: Iterable[tuple[Section, tuple[str, str]]]) -> Iterator[str]:
    """Yield the HTML of sections for a feed, with headings, and references not resolved.

    Each section comes with its heading and text. The scrolling frames of wide tables are dropped.
    """
    for section, (heading, text) in sections:
        if section.level:
            name = html.escape(section.id)
            yield f'<h{section.level} id="{name}">{heading}</h{section.level}>'
        yield _TABLE_FRAME.sub("<div>", text)


def make_written_name(name: str) -> str:
    """Return a name as authors write it in double brackets.

    It is the label of text in double brackets that is no reference, and stays as it is.
    """
    return f"[[{name}]]"


def make_name_placeholder(number: int) -> str:
    """Return the placeholder for the name of a reference's target."""
    return f"\0{number}\0"


def resolve_names(text: str, labels: Sequence[str]) -> str:
    """Replace the placeholders of ``make_name_placeholder`` with the names."""
    return _NAME.sub(lambda match: labels[int(match[1])], text).replace("\0", "")


def extract_text(fragment: str) -> str:
    """Return the text of an HTML fragment, on one line."""
    return " ".join(html.unescape(TAG.sub("", fragment)).split())


def make_excerpt(fragment: str) -> str:
    """Return about 300 characters from the beginning of an HTML fragment's text."""
    text = extract_text(_BLOCK.sub(r" \g<0>", NOTE_MARK.sub("", fragment)))
    if len(text) <= _EXCERPT_LENGTH:
        return text
    cut = text[:_EXCERPT_LENGTH]
    return (cut[: cut.rfind(" ")] if " " in cut else cut).rstrip(" ,;:") + " …"


def adapt_fragment(
    fragment: str, prefix: str, page: str, hidden: Collection[str], instead: str, deeper: int
) -> str:
    """Adapt a section's HTML to a page other than its report's.

    Ids get a ``prefix``, links within the report lead to its ``page``, and headings move down by
    ``deeper`` levels. Tables labelled by one of the ``hidden`` headings are labelled by the element
    with the id ``instead``.
    """
    if not any(sign in fragment for sign in _POSITION_DEPENDENT):
        return fragment

    def rewrite_tag(tag: re.Match[str]) -> str:
        closing, name, attributes = tag.groups()
        if len(name) == 2 and name[0] == "h" and name[1].isdigit():
            name = f"h{min(max(int(name[1]) + deeper, 3), 6)}"
        if attributes:
            attributes = _ID.sub(lambda match: f' id="{prefix}{match[1]}"', attributes)
            attributes = _LABELLED_BY.sub(rewrite_label, attributes)
            attributes = attributes.replace(' href="#', f' href="{page}#')
        return f"<{closing}{name}{attributes}>"

    def rewrite_label(match: re.Match[str]) -> str:
        name = html.unescape(match[1])
        return f' aria-labelledby="{instead if name in hidden else prefix + match[1]}"'

    prefix, page, instead = (html.escape(text) for text in (prefix, page, instead))
    return TAG.sub(rewrite_tag, fragment)
