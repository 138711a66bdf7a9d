"""Make links of the addresses in short texts: how to reply to an ask, where a meeting is."""

import re

import msgspec

from lscbsite.addresses import make_mail_url, normalize_url

_MAIL = re.compile(r"[^\s@<>(),;:/?“”]+@[^\s@<>(),;:/?“”]+\.[^\s@<>(),;:/?“”.]+")
_NAMED_MAIL = re.compile(rf"[^<>]+<({_MAIL.pattern})>")
# What begins with "@" is a name on a social network.
_ADDRESS = re.compile(
    rf"(?:mailto:)?(?<![@\w.+-]){_MAIL.pattern}|(?:https?://|www\.)[^\s<>\"]+", re.IGNORECASE
)
_SUBJECT_LENGTH = 100
_PHONE = re.compile(r"\+?[\d\s()/.-]{6,}")
_PHONE_IN_TEXT = re.compile(r"\+?\(?\d[\d ()/.-]{5,}")


class TextPart(msgspec.Struct, frozen=True):
    """A part of a text: words, or the text of a link."""

    text: str
    href: str = ""


class Reply(msgspec.Struct, frozen=True):
    """A reply route: words and links, in the author's order."""

    parts: tuple[TextPart, ...]

    @property
    def is_link(self) -> bool:
        """Return whether the route is one link without words around it."""
        return len(self.parts) == 1 and bool(self.parts[0].href)


def parse_reply_route(text: str, ask: str) -> Reply:
    """Make links of the email and web addresses in a text, or of a telephone number.

    The subject of an email is the ask (RFC 6068).
    """
    if named_mail := _NAMED_MAIL.fullmatch(text):
        return Reply((TextPart(text, make_mail_url(named_mail[1], shorten_subject(ask))),))
    parts = link_addresses(text, ask)
    if len(parts) > 1 or parts[0].href:
        return Reply(parts)
    number = make_telephone_link(re.sub("^tel:", "", text, flags=re.IGNORECASE))
    return Reply((number or parts[0],))


def link_addresses(text: str, subject: str = "") -> tuple[TextPart, ...]:
    """Make links of the email and web addresses in a text; ``subject`` is that of an email."""
    parts: list[TextPart] = []
    end = 0
    for match in _ADDRESS.finditer(text):
        written = match[0].rstrip(".,;:!?)'\"")
        if match.start() > end:
            parts.append(TextPart(text[end : match.start()]))
        parts.append(_make_link(written, subject))
        end = match.start() + len(written)
    if end < len(text) or not parts:
        parts.append(TextPart(text[end:]))
    return tuple(parts)


def make_telephone_link(phone: str) -> TextPart | None:
    """Return the link to a telephone number (RFC 3966), None for any other text."""
    if not _PHONE.fullmatch(phone) or sum(character.isdigit() for character in phone) < 6:
        return None
    number = phone.replace("(0)", "") if phone.startswith("+") else phone
    return TextPart(phone, "tel:" + re.sub(r"(?!^\+)\D", "", number))


def link_telephone(text: str) -> tuple[TextPart, ...]:
    """Make a link of the first telephone number in how to join a meeting by telephone.

    What follows it, such as a code, stays text.
    """
    for match in _PHONE_IN_TEXT.finditer(text):
        written = match[0].rstrip(" ()/.-")
        if link := make_telephone_link(written):
            start, end = match.start(), match.start() + len(written)
            around = (TextPart(text[:start]), link, TextPart(text[end:]))
            return tuple(part for part in around if part.text)
    return (TextPart(text),)


def _make_link(written: str, ask: str) -> TextPart:
    """Return the link to an email or web address."""
    address = re.sub("^mailto:", "", written, flags=re.IGNORECASE)
    if _MAIL.fullmatch(address):
        return TextPart(address, make_mail_url(address, shorten_subject(ask)))
    web = f"https://{written}" if written[:4].lower() == "www." else written
    return TextPart(written, normalize_url(web[:8].lower() + web[8:]) or "")


def shorten_subject(text: str) -> str:
    """Return a text as the subject of an email: on one line, and cut after a word."""
    flat = " ".join(text.split())
    return flat if len(flat) <= _SUBJECT_LENGTH else flat[:_SUBJECT_LENGTH].rsplit(" ", 1)[0] + " …"
