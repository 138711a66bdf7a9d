"""Normalize the addresses of links, and declare which schemes are allowed."""

import re
from functools import lru_cache
from unicodedata import category, normalize
from urllib.parse import quote, urlsplit

# The schemes that links may have: none runs a script or reads a reader's files.
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
_WEB = re.compile(r"^(?:https?://)?(?:www\.)?", re.IGNORECASE)


def clean_address(text: str) -> str:
    """Return an address without control characters and surrounding spaces.

    Browsers drop most of these (WHATWG URL, basic URL parser) and this program drops the others
    from its pages, so the result is the address that a click follows.
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
    """Return the scheme of a clean address in lower case, or '' for a relative address."""
    match = _SCHEME.match(address)
    return match[1].lower() if match else ""


@lru_cache(maxsize=1024)
def normalize_url(text: str) -> str | None:
    """Return an absolute address for a page, a feed or a calendar, in ASCII.

    Characters that are not allowed in an address (RFC 3986 2) are percent-encoded. Returns None
    if the scheme is not one of ``SCHEMES``, or if a host is missing.
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


def is_written_out(address: str, words: str) -> bool:
    """Return whether the words of a link say where it leads, with or without https and www."""
    return _WEB.sub("", words).rstrip("/") == _WEB.sub("", address).rstrip("/")


def make_mail_url(address: str, subject: str = "", body: str = "") -> str:
    """Return the address of a new email to ``address``, with line ends of RFC 6068 in its body."""
    fields = {"subject": subject, "body": "\r\n".join(body.splitlines())}
    written = [f"{name}={quote(text, safe='')}" for name, text in fields.items() if text]
    return f"mailto:{quote(address, safe='@+')}{'?' if written else ''}{'&'.join(written)}"


def encode_host(host: str) -> str | None:
    """Return a host, perhaps with a port, in ASCII, or None if a name in it cannot be encoded.

    The letters are those of UTS 46 in its non-transitional form: browsers keep an ß.
    """
    if host.isascii():
        return host
    name, colon, port = host.partition(":")
    labels = []
    for label in normalize("NFKC", name).lower().replace("\u3002", ".").split("."):
        if label.isascii():
            labels.append(label)
            continue
        if any(category(character)[0] not in "LMN" and character != "-" for character in label):
            return None
        labels.append("xn--" + label.encode("punycode").decode())
    if not all(0 < len(label) <= 63 for label in labels):
        return None
    return ".".join(labels) + colon + port


_MAIL = re.compile(
    r"(?:(?:e-?)?mail(?: ?to)?:? ?)?([^\s/@:<>\"(),;]+@[\w-]+(?:\.[\w-]+)+)(\?.*)?", re.I
)
# "http//", "htps://", "https:/" and the like.
_MISTYPED_SCHEME = re.compile(
    r"(?i)h{0,2}t{1,3}p(s{0,2})[:;.]*[/\\]{1,3}(?=[\w-]+\.)|https?:(?=\w)"
)
_HOST = re.compile(r"(?i)(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+([a-z]{2,24})(?::\d+)?(?=([/?#])|$)")
# The last part of a host's name where nothing follows it: it must not be the ending of a file.
_DOMAINS = frozenset(
    [
        "com",
        "org",
        "net",
        "edu",
        "gov",
        "int",
        "info",
        "biz",
        "eu",
        "uk",
        "ie",
        "de",
        "at",
        "ch",
        "fr",
        "nl",
        "be",
        "es",
        "it",
        "pl",
        "se",
        "no",
        "dk",
        "fi",
        "us",
        "ca",
        "au",
        "nz",
        "wales",
        "cymru",
        "scot",
        "london",
        "ngo",
        "charity",
        "foundation",
        "community",
        "coop",
        "example",
    ]
)


def complete_address(text: str) -> str | None:
    """Return a link's target with the "https://" or "mailto:" that it lacks, None if it lacks none."""
    if mail := _MAIL.fullmatch(text):
        return f"mailto:{mail[1]}{mail[2] or ''}"
    address = None
    if mistyped := _MISTYPED_SCHEME.match(text):
        rest = text[mistyped.end() :].replace("\\", "/")
        plain = mistyped[1] == "" and mistyped[0].lower().startswith("http")
        address = f"{'http' if plain else 'https'}://{rest}"
    elif host := _HOST.match(text):
        is_country = bool(host[2] and len(host[1]) == 2)
        if text.lower().startswith("www.") or is_country or host[1].lower() in _DOMAINS:
            address = f"https://{text}"
    return address if address != text and address and normalize_url(address) else None
