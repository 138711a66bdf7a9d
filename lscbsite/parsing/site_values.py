"""Converters for values of site.yaml: addresses, the time zone and the colour."""

import re
from collections.abc import Mapping
from typing import Any
from unicodedata import normalize
from urllib.parse import parse_qsl, quote, urlsplit

from lscbsite import dates
from lscbsite.addresses import (
    clean_address,
    complete_address,
    encode_host,
    make_mail_url,
    normalize_url,
)
from lscbsite.contrast import ENOUGH, LIGHT, compute_contrast, find_readable_colour
from lscbsite.model import PAGE_PLACEHOLDER
from lscbsite.parsing.reply_addresses import (
    find_mail_addresses,
    normalize_mail_address,
    report_slips,
)
from lscbsite.parsing.yaml_reader import Convert, Missing, Node, YamlReader
from lscbsite.problems import find_near_name, quote_value

BASE_URL_EXPECTED = "a full web address (http or https) without a password, ? or #"
_COLOUR = r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})"


def normalize_base_url(text: str) -> str | None:
    """Return an absolute http(s) address in ASCII, with a trailing slash, or None if it is not one.

    International hosts and paths become what browsers send (Punycode, percent-encoding).
    """
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        # A password would be published on every page.
        usable = usable and parts.username is None
    except ValueError:
        return None
    if not usable or parts.query or parts.fragment or re.search(r"[\s\"'<>\\^`{|}?#]", text):
        return None
    host = encode_host(parts.netloc)
    if host is None:
        return None
    if _PAGE_NAME.search(parts.path):
        return None
    path = quote(normalize("NFC", parts.path.rstrip("/")), safe="/:@!$&'()*+,;=~%-._")
    return f"{parts.scheme}://{host}{path}/"


def _convert_base_url(reader: YamlReader, node: Node, where: str) -> Any:
    text = reader.read_text(node)
    if isinstance(text, Missing):
        return text
    expected = BASE_URL_EXPECTED
    fix = correct_base_url(text)
    # Do not repeat the password: the log may be public.
    found = quote_value(re.sub("//[^/]*@", "//...@", text))
    if _PAGE_NAME.search(text):
        expected = "the address of the folder, without the name of a page"
    return normalize_base_url(text) or reader.report(node, "S002", found, expected, fix)


_PAGE_NAME = re.compile(r"/[^/]+\.(?:html?|php|aspx?)/?$", re.IGNORECASE)


def correct_base_url(text: str) -> str:
    """Return how to write a base URL that cannot be used."""
    text = text.strip("“”‘’\"'<> ")
    scheme = re.match(r"(?i)(?:https?|h[tp]{1,4}s?|ttps?)(?::/*|;//|//)", text)
    bare = text[scheme.end() :] if scheme else text.lstrip("/") if text.startswith("//") else text
    secure = "http" if scheme and scheme[0].lower() == "http://" else "https"
    guess = None
    if "." in bare.partition("/")[0] and "@" not in bare:
        guess = normalize_base_url(f"{secure}://{_PAGE_NAME.sub('/', bare)}")
    return f'did you mean "{guess}"?' if guess else "write it as https://example.org/reports/"


# Abbreviations, and the zones that people who write them live in.
_ABBREVIATED_ZONES = {
    **dict.fromkeys(
        ("gmt", "bst", "gb", "uk", "wet", "britain", "england", "wales"), "Europe/London"
    ),
    **dict.fromkeys(("cet", "cest", "met", "mez", "mesz"), "Europe/Berlin"),
    **dict.fromkeys(("eet", "eest"), "Europe/Athens"),
    **dict.fromkeys(("est", "edt", "et", "est5edt"), "America/New_York"),
    **dict.fromkeys(("cst", "cdt", "ct", "cst6cdt"), "America/Chicago"),
    **dict.fromkeys(("mst", "mdt", "mt", "mst7mdt"), "America/Denver"),
    **dict.fromkeys(("pst", "pdt", "pt", "pst8pdt"), "America/Los_Angeles"),
    **dict.fromkeys(("aest", "aedt"), "Australia/Sydney"),
    "ist": "Asia/Kolkata",
    "jst": "Asia/Tokyo",
}


def _convert_timezone(reader: YamlReader, node: Node, where: str) -> Any:
    text = reader.read_text(node)
    if isinstance(text, Missing):
        return text
    if zone := _ABBREVIATED_ZONES.get(text.casefold()):
        fix = f'did you mean "{zone}"?'
        found = f"{quote_value(text)}, which does not know when clocks change"
        return reader.report(node, "S003", found, "the name of a time zone", fix)
    if text in dates.load_packaged_timezones():
        return text
    from zoneinfo import available_timezones

    zones = available_timezones()
    if text in zones:
        return text
    # Abbreviations are similar to many names, but mean none of them.
    city = "/" + text.casefold().replace(" ", "_")
    cities = sorted(zone for zone in zones if not zone.startswith("Etc/"))
    near = next((zone for zone in cities if zone.casefold().endswith(city)), None)
    near = near or (find_near_name(text, zones) if len(text) > 6 else None)
    fix = f'did you mean "{near}"?' if near else "write it as Europe/London"
    return reader.report(node, "S003", quote_value(text), "the name of a time zone", fix)


def _convert_colour(reader: YamlReader, node: Node, where: str) -> Any:
    # YAML reads an unquoted colour as a comment; such an empty value never gets here.
    text = reader.read_text(node)
    if isinstance(text, Missing):
        return text
    if not re.fullmatch(_COLOUR, text):
        fix = 'write it in quotes, with the #, as "#1d5b79"'
        return reader.report(
            node, "S004", quote_value(text), "a colour, written as # and six digits", fix
        )
    if (ratio := compute_contrast(text, LIGHT)) < ENOUGH:
        found = f"{quote_value(text)}, which is hard to read on the page (its contrast is only {ratio:.2f} to 1)"
        expected = f"a contrast of at least {ENOUGH} to 1"
        fix = f'the nearest colour that is easy to read is "{find_readable_colour(text, LIGHT)}"'
        return reader.report(node, "S011", found, expected, fix)
    return text


_MAILTO = re.compile("(?i)mailto:")


def _convert_contact(reader: YamlReader, node: Node, where: str) -> Any:
    """Read where readers can write to: an email address, or the address of a web page."""
    text = reader.read_text(node)
    if isinstance(text, Missing):
        return text
    mail = normalize_mail_address(_MAILTO.sub("", text, count=1))
    if address := mail or _normalize_page_address(text, PAGE_PLACEHOLDER):
        report_slips(reader, node, text)
        return address
    fix = _correct_contact(text, "https://example.org/contact")
    if re.search("[{}]", text):
        fix = f"write {PAGE_PLACEHOLDER}, which stands for the address of the page, after the name of the host"
    return _report_contact(reader, node, text, fix)


def _convert_sign_up(reader: YamlReader, node: Node, where: str) -> Any:
    """Read where readers sign up: return the address of a web page, or one with ``mailto:``."""
    text = reader.read_text(node)
    if isinstance(text, Missing):
        return text
    if address := _normalize_sign_up_mail(text) or _normalize_page_address(text):
        report_slips(reader, node, text)
        return address
    fix = _correct_contact(text, "https://lists.example/board")
    if _MAILTO.match(text) and "?" in text:
        fix = "after the ?, write only subject=, body= or both"
    return _report_contact(reader, node, text, fix)


def _report_contact(reader: YamlReader, node: Node, text: str, fix: str) -> Missing:
    # Do not repeat a password: the log may be public.
    found = quote_value(re.sub("//[^/]*@", "//...@", text))
    expected = "one email address or the web address of one page, and nothing else"
    return reader.report(node, "S034", found, expected, fix)


def _normalize_page_address(text: str, placeholder: str = "") -> str | None:
    """Return the address of a web page, which may have a placeholder after its host."""
    if re.search(r"\s", text) or not re.match("(?i)https?://", text):
        return None
    address = normalize_url(text)
    if not address or "@" in urlsplit(address).netloc:  # a password would be published
        return None
    if not placeholder:
        return address
    address = address.replace(quote(placeholder), placeholder)
    has_others = re.search("[{}]", text.replace(placeholder, ""))
    return None if has_others or placeholder in urlsplit(address).netloc else address


def _normalize_sign_up_mail(text: str) -> str | None:
    """Return an email address as ``mailto:``, with its subject and text if there are any."""
    address, _, query = _MAILTO.sub("", text, count=1).partition("?")
    mail = normalize_mail_address(address)
    if mail is None or (query and not _MAILTO.match(text)):
        return None
    # A plus sign is itself here (RFC 6068 5).
    fields = parse_qsl(query.replace("+", "%2B"), keep_blank_values=True)
    names = [name.lower() for name, _ in fields]
    # Others could send copies to strangers.
    if not set(names) <= {"subject", "body"} or len(names) != len(set(names)):
        return None
    if query and not fields:
        return None
    return make_mail_url(mail, **{name.lower(): value for name, value in fields})


def _correct_contact(text: str, example: str) -> str:
    """Suggest how to correct an address to which readers write."""
    if re.search("//[^/]*@", text):
        return "take out what is before the @: every reader would see the password"
    if re.fullmatch(r"\+?[\d\s()/.-]{6,}", text):
        return "a telephone number belongs on a page, such as pages/about.md"
    addresses = find_mail_addresses(text)
    if len(addresses) == 1:
        return f'did you mean "{addresses[0]}"?'
    if addresses:
        return "write one of them: a mailing list can pass emails on to several people"
    flat = clean_address(text)
    completed = complete_address(flat)
    if completed and _normalize_page_address(completed):
        return f'did you mean "{completed}"?'
    return f"write it as reports@example.org or {example}"


SITE_KINDS: Mapping[str, Convert] = {
    "contact": _convert_contact,
    "sign_up": _convert_sign_up,
    "base_url": _convert_base_url,
    "timezone": _convert_timezone,
    "colour": _convert_colour,
}
