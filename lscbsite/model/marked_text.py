"""Texts of front matter in which Markdown's links and emphasis work."""

import re
from html import escape, unescape

import msgspec

# Addresses within the site begin with this in the HTML of a ``MarkedText``: it has no page yet.
SITE_SCHEME = "site:"
_SITE_LINK = f'href="{SITE_SCHEME}'
# A link as ``markup`` writes it: no value or text in it has a bracket.
_LINK = re.compile(r'<a href="([^"]*)"[^>]*>(.*?)</a>')
_LINK_TAG = re.compile(r"</?a\b[^>]*>")
_TAG = re.compile(r"<[^>]*>")


class Safe(str):
    """HTML that templates need not escape."""

    __slots__ = ()

    def __html__(self) -> str:
        """Return the text unescaped; MarkupSafe calls this."""
        return self


class MarkedText(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A text of front matter, with and without its marks.

    ``plain`` are its words. ``html`` is the same as safe inline HTML, '' if it has no elements: then
    it is ``plain``, escaped. An unresolved link in it has the address ``ref:N``, where N is its index
    in the text references of its file; a resolved one within the site begins with ``site:``.
    """

    plain: str
    html: str = ""

    def __bool__(self) -> bool:
        """Return whether there is any text."""
        return bool(self.plain)

    def __str__(self) -> str:
        """Return the words, for templates that know nothing of marks."""
        return self.plain

    @property
    def has_links(self) -> bool:
        """Whether the text has links of its own, so that it cannot be the text of another one."""
        return "<a " in self.html

    def render(self, root: str) -> str:
        """Return the text as HTML; ``root`` leads to the home page."""
        if not self.html:
            return escape(self.plain)
        return self.html.replace(_SITE_LINK, f'href="{escape(root)}')

    def show(self, root: str) -> str:
        """Return the text for a template; ``root`` leads to the home page."""
        return Safe(self.render(root)) if self.html else self.plain

    def show_words(self) -> str:
        """Return the text for a template, without links, which the text of a link must not have."""
        return Safe(_LINK_TAG.sub("", self.html)) if self.html else self.plain

    def write_out(self, root: str) -> str:
        """Return the words, each link followed by its address, where there can be only text.

        A link whose words are its address is that address.
        """
        if not self.has_links:
            return self.plain

        def add_address(link: re.Match[str]) -> str:
            address, words = (unescape(_TAG.sub("", part)) for part in link.groups())
            if words in (address, address.partition(":")[2].removeprefix("//")):
                return link[2]
            return f"{link[2]} ({link[1]})"

        return unescape(_TAG.sub("", _LINK.sub(add_address, self.render(root))))

    def prefix(self, words: str) -> "MarkedText":
        """Return the text with words before it."""
        html = f"{escape(words)}{self.html}" if self.html else ""
        return MarkedText(f"{words}{self.plain}", html)
