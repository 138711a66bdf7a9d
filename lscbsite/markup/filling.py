"""What becomes of a body's HTML later: its references filled in, a feed's form, its text."""

import html
import re
from collections.abc import Iterator

from lscbsite.markup.elements import TAG
from lscbsite.model import Body

_LINK_TO_FILL = re.compile(r'<a href="ref:(\d+)"([^>]*)>(.*?)</a>', re.DOTALL)
_PICTURE_TO_FILL = re.compile(r'<img src="ref:(\d+)" alt="([^"]*)"([^>]*)>')
_ANCHOR_LINK = re.compile(r'(<a [^>]*href=")#')
_TABLE_FRAME = re.compile(r'<div class="table"[^>]*>')


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


def plain_text(fragment: str) -> str:
    """Return the text of an HTML fragment, on one line."""
    return " ".join(html.unescape(TAG.sub("", fragment)).split())
