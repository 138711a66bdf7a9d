"""Addresses of links: which schemes a page or feed may link to, and how an address is written."""

import re
from functools import lru_cache
from unicodedata import category
from urllib.parse import quote, urlsplit

# The schemes that authors may link to: none of them runs a script or reads a reader's files.
SCHEMES = frozenset(
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
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")


def clean_address(text: str) -> str:
    """Return an address without control characters, and without blanks around it.

    Browsers drop most of these themselves (WHATWG URL, basic URL parser), and this program drops
    the rest from its pages: what is left is the address that a reader's click follows.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    return "".join([character for character in text if not _is_dropped(character)]).strip()


def _is_dropped(character: str) -> bool:
    """Return whether a character is a control, a line separator or a noncharacter (Unicode 23.7)."""
    code = ord(character)
    is_noncharacter = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    return is_noncharacter or category(character) in ("Cc", "Zl", "Zp")


def get_scheme(address: str) -> str:
    """Return the scheme of a clean address in small letters, '' if it is a relative one."""
    match = _SCHEME.match(address)
    return match[1].lower() if match else ""


@lru_cache(maxsize=1024)
def normalize_url(text: str) -> str | None:
    """Return an absolute address as it may be written into a page, a feed or a calendar.

    Controls and blanks around it are gone, and what may not be in an address (RFC 3986 2) is
    percent-encoded, so that the result is ASCII. None if its scheme is not one of ``SCHEMES``,
    or if it names no host where it should.
    """
    address = clean_address(text)
    if get_scheme(address) not in SCHEMES:
        return None
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme in ("http", "https", "ftp") and (not host or re.search(r"[\s%<>]", host)):
        return None
    before, mark, fragment = address.partition("#")
    encoded = quote(before, safe="/:?@!$&'()*+,;=~%-._[]")
    authority = parts.netloc if "[" in parts.netloc else ""
    if not authority:
        encoded = encoded.replace("[", "%5B").replace("]", "%5D")
    result = encoded + mark + quote(fragment, safe="/:?@!$&'()*+,;=~%-._")
    return re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", result)
