"""Parse how to reply to an ask: an e-mail or web address, a telephone number or plain words."""

import re
from urllib.parse import quote

import msgspec

from lscbsite.addresses import normalize_url

_MAIL = re.compile(r"[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>().,;]+")
_NAMED_MAIL = re.compile(rf"[^<>]+<({_MAIL.pattern})>")
_ADDRESS = re.compile(rf"(?:mailto:)?{_MAIL.pattern}|(?:https?://|www\.)[^\s<>\"]+", re.IGNORECASE)
_SUBJECT_LENGTH = 100
_PHONE = re.compile(r"\+?[\d\s()/.-]{6,}")


class Reply(msgspec.Struct, frozen=True):
    """A reply route: a link ('' for plain words), its text, and the words around it."""

    href: str
    text: str
    before: str = ""
    after: str = ""


def parse_reply_route(text: str, ask: str) -> Reply:
    """Make a link of an e-mail or web address or a telephone number; in plain words, of the first.

    The subject of an e-mail is the ask (RFC 6068).
    """
    named_mail = _NAMED_MAIL.fullmatch(text)
    match = None if named_mail else _ADDRESS.search(text)
    if named_mail:
        return Reply(_make_mail_link(named_mail[1], ask), text)
    if match:
        link_text = match[0].rstrip(".,;:!?)'\"")
        address = re.sub("^mailto:", "", link_text, flags=re.IGNORECASE)
        if _MAIL.fullmatch(address):
            href = _make_mail_link(address, ask)
        else:
            web = f"https://{link_text}" if link_text[:4].lower() == "www." else link_text
            href = normalize_url(web[:8].lower() + web[8:]) or ""
        end = match.start() + len(link_text)
        return Reply(
            href, address if href[:1] == "m" else link_text, text[: match.start()], text[end:]
        )
    phone = re.sub("^tel:", "", text, flags=re.IGNORECASE)
    if _PHONE.fullmatch(phone) and sum(character.isdigit() for character in phone) >= 6:
        number = phone.replace("(0)", "") if phone.startswith("+") else phone
        return Reply("tel:" + re.sub(r"(?!^\+)\D", "", number), phone)
    return Reply("", text)


def _make_mail_link(address: str, ask: str) -> str:
    return f"mailto:{quote(address, safe='@+')}?subject={quote(_make_subject(ask), safe='')}"


def _make_subject(ask: str) -> str:
    flat = " ".join(ask.split())
    return flat if len(flat) <= _SUBJECT_LENGTH else flat[:_SUBJECT_LENGTH].rsplit(" ", 1)[0] + " …"
