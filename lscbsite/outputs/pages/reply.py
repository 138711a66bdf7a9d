"""Parse how to reply to an ask: an e-mail or web address, a telephone number or plain words."""

import re
from urllib.parse import quote

import msgspec

from lscbsite.addresses import normalize_url

_MAIL = re.compile(r"[^\s@<>(),;:/?“”]+@[^\s@<>(),;:/?“”]+\.[^\s@<>(),;:/?“”.]+")
_NAMED_MAIL = re.compile(rf"[^<>]+<({_MAIL.pattern})>")
# What begins with "@" is a name on a social network.
_ADDRESS = re.compile(
    rf"(?:mailto:)?(?<![@\w.+-]){_MAIL.pattern}|(?:https?://|www\.)[^\s<>\"]+", re.IGNORECASE
)
_SUBJECT_LENGTH = 100
_PHONE = re.compile(r"\+?[\d\s()/.-]{6,}")


class ReplyPart(msgspec.Struct, frozen=True):
    """A part of a reply route: words, or the text of a link."""

    text: str
    href: str = ""


class Reply(msgspec.Struct, frozen=True):
    """A reply route: words and links, in the author's order."""

    parts: tuple[ReplyPart, ...]

    @property
    def is_link(self) -> bool:
        """Return whether the route is one link without words around it."""
        return len(self.parts) == 1 and bool(self.parts[0].href)


def parse_reply_route(text: str, ask: str) -> Reply:
    """Make links of the e-mail and web addresses in a text, or of a telephone number.

    The subject of an e-mail is the ask (RFC 6068).
    """
    if named_mail := _NAMED_MAIL.fullmatch(text):
        return Reply((ReplyPart(text, _make_mail_link(named_mail[1], ask)),))
    parts: list[ReplyPart] = []
    end = 0
    for match in _ADDRESS.finditer(text):
        link = _make_link(match[0].rstrip(".,;:!?)'\""), ask)
        if match.start() > end:
            parts.append(ReplyPart(text[end : match.start()]))
        parts.append(link)
        end = match.start() + len(match[0].rstrip(".,;:!?)'\""))
    if parts:
        return Reply((*parts, ReplyPart(text[end:])) if text[end:] else tuple(parts))
    phone = re.sub("^tel:", "", text, flags=re.IGNORECASE)
    if _PHONE.fullmatch(phone) and sum(character.isdigit() for character in phone) >= 6:
        number = phone.replace("(0)", "") if phone.startswith("+") else phone
        return Reply((ReplyPart(phone, "tel:" + re.sub(r"(?!^\+)\D", "", number)),))
    return Reply((ReplyPart(text),))


def _make_link(written: str, ask: str) -> ReplyPart:
    """Return the link to an e-mail or web address."""
    address = re.sub("^mailto:", "", written, flags=re.IGNORECASE)
    if _MAIL.fullmatch(address):
        return ReplyPart(address, _make_mail_link(address, ask))
    web = f"https://{written}" if written[:4].lower() == "www." else written
    return ReplyPart(written, normalize_url(web[:8].lower() + web[8:]) or "")


def _make_mail_link(address: str, ask: str) -> str:
    return f"mailto:{quote(address, safe='@+')}?subject={quote(_make_subject(ask), safe='')}"


def _make_subject(ask: str) -> str:
    flat = " ".join(ask.split())
    return flat if len(flat) <= _SUBJECT_LENGTH else flat[:_SUBJECT_LENGTH].rsplit(" ", 1)[0] + " …"
