"""Find links to earlier addresses of the site: they count as links to the site itself."""

import re
from collections.abc import Iterable
from html import escape, unescape

from msgspec.structs import replace

from lscbsite.model import Html, Position, Reference, Rendered

_LINK = re.compile(r'<a href="((?i:https?)://[^"]*)"')


def strip_base_url(address: str, base_urls: Iterable[str]) -> str | None:
    """Return what follows the first of some base URLs that an address begins with, None if none.

    http and https are the same here, and a base URL needs no slash at its end.
    """
    bare = address.partition("://")[2]
    for base_url in base_urls:
        start = base_url.partition("://")[2]
        if f"{bare}/" == start:
            return ""
        if bare.startswith(start):
            return bare.removeprefix(start)
    return None


def refer_to_site(html: str, former_urls: tuple[str, ...], references: list[Reference]) -> str:
    """Return HTML with references in place of links to earlier addresses of the site.

    The new references are added to those that the HTML has.
    """

    def replace_link(match: re.Match[str]) -> str:
        address = unescape(match[1])
        if strip_base_url(address, former_urls) is None:
            return match[0]
        references.append(Reference("address", address, ""))
        return f'<a href="{escape(f"ref:{len(references) - 1}")}"'

    return _LINK.sub(replace_link, html)


def refer_to_site_in_body(
    rendered: Rendered, text: str, first_line: int, former_urls: tuple[str, ...]
) -> Rendered:
    """Return a body with references in place of links to earlier addresses of the site.

    ``text`` is its Markdown, which begins at ``first_line`` of its file.
    """
    references = list(rendered.body.references)

    def refer(part: str) -> str:
        return refer_to_site(part, former_urls, references)

    html = Html(
        tuple((refer(heading), refer(words)) for heading, words in rendered.html.sections),
        refer(rendered.html.footnotes),
    )
    if html == rendered.html:
        return rendered
    new = range(len(rendered.body.references), len(references))
    positions = {
        f"references.{number}": _find_position(references[number].target, text, first_line)
        for number in new
    }
    return rendered._replace(
        body=replace(rendered.body, references=tuple(references)),
        html=html,
        positions=rendered.positions | positions,
    )


def _find_position(words: str, text: str, first_line: int) -> Position:
    """Return the position of some words in a text, its beginning if they are not there."""
    before, found, _ = text.partition(words)
    if not found:
        return Position(first_line, 1)
    return Position(first_line + before.count("\n"), len(before.rpartition("\n")[2]) + 1)
