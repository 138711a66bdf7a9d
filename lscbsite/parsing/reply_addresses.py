"""Find email and web addresses that cannot be right, or that are usual slips, in a way to reply."""

import re
from collections.abc import Iterator
from typing import Any

from lscbsite.addresses import encode_host
from lscbsite.parsing.yaml_reader import Missing, Node, YamlReader
from lscbsite.problems import quote_value

_MAIL = r"[^\s@<>(),;:“”\"]+@(?:[^\W_](?:[\w-]*[^\W_])?\.)+(?:xn--[\w-]+|[^\W\d_]{2,})"
_HANDLE = r"@[\w-]+|@[\w.-]+@[\w-]+(?:\.[\w-]+)+"
_AROUND = "“”„«»‘’‚\"'<>()[]{}.,;:!?"
_CURLY = "[“”„«»‘’‚]"
# Endings of web addresses by which one without https:// is recognised.
_HOST = (
    r"(?:[a-z0-9-]+\.)+(?:uk|org|com|net|info|eu|de|wales|cymru|scot|ie|io|gov|edu|example)(?:/\S*)?"
    r"|(?:[a-z0-9-]+\.)+[a-z]{2,}/\S*"
)
# Slips in the names of the most frequent hosts of mail, and in the endings of addresses.
_MAIL_HOSTS = {
    **dict.fromkeys(
        ("gmial.com", "gmai.com", "gmal.com", "gnail.com", "gmaill.com", "gamil.com", "gmail.co"),
        "gmail.com",
    ),
    **dict.fromkeys(("gmail.con", "gmail.cm", "gmil.com", "gmail.om", "gmail.uk"), "gmail.com"),
    **dict.fromkeys(("googlemail.co", "goglemail.com"), "googlemail.com"),
    **dict.fromkeys(("hotmial.com", "hotmal.com", "hotmai.com", "hotmil.com"), "hotmail.com"),
    **dict.fromkeys(("hotmial.co.uk", "hotmal.co.uk"), "hotmail.co.uk"),
    **dict.fromkeys(("yaho.com", "yahooo.com", "yhoo.com"), "yahoo.com"),
    **dict.fromkeys(("yaho.co.uk", "yahooo.co.uk"), "yahoo.co.uk"),
    **dict.fromkeys(("outlok.com", "outllook.com", "outloook.com"), "outlook.com"),
    **dict.fromkeys(("iclod.com", "icoud.com"), "icloud.com"),
    **dict.fromkeys(("btinterent.com", "btinternet.co.uk", "btinernet.com"), "btinternet.com"),
}
_ENDINGS = {
    ".con": ".com",
    ".cmo": ".com",
    ".comm": ".com",
    ".ogr": ".org",
    ".orguk": ".org.uk",
    ".couk": ".co.uk",
    ".org.u": ".org.uk",
    ".co.u": ".co.uk",
    ".gov.u": ".gov.uk",
    ".org.ku": ".org.uk",
    ".co.ku": ".co.uk",
}
_SCHEME_SLIP = r"(?i)(?:h[tp]{1,4}s?|t?tps?)(?::/+|;//|//|:\\\\|:)(?=\S)|w{3,4}[.,](?=\S)"


def convert_reply(reader: YamlReader, node: Node, where: str) -> Any:
    """Read a way to reply; report addresses that are wrong (F044) or look like a slip (F045)."""
    text = reader.read_text(node)
    if isinstance(text, Missing):
        return text
    for wrong, right in _find_malformed(text):
        fix = (
            f'did you mean "{right}"?' if right else "write the whole address, as name@example.org"
        )
        found = f"{quote_value(wrong)}, which is not an address"
        return reader.report(node, "F044", found, "an email or web address, or plain words", fix)
    report_slips(reader, node, text)
    return text


def report_slips(reader: YamlReader, node: Node, text: str) -> None:
    """Report addresses in a text that look like a slip (F045)."""
    for wrong, right in _find_slips(text):
        found = f"{quote_value(wrong)}, which looks like a slip"
        if right == f"https://{wrong}":
            found = f"{quote_value(wrong)}, which is no link without https://"
        reader.report(node, "F045", found, "an address that works", f'did you mean "{right}"?')


def normalize_mail_address(text: str) -> str | None:
    """Return an email address with its host in ASCII, or None if a text is not just an address."""
    name, _, host = text.rpartition("@")
    if not re.fullmatch(_MAIL, text) or not _is_address(text) or re.search(r"[%?&#/\\]", name):
        return None
    encoded = encode_host(host)
    return f"{name}@{encoded}" if encoded else None


def find_mail_addresses(text: str) -> list[str]:
    """Return the email addresses in a text, in order."""
    found = (normalize_mail_address(match[0].strip(_AROUND)) for match in re.finditer(_MAIL, text))
    return [address for address in found if address]


def _find_malformed(text: str) -> Iterator[tuple[str, str]]:
    """Yield each address that cannot be right, with the right one, '' if it is not clear."""
    flat = " ".join(text.split())
    for match in re.finditer(r"\S+＠\S+", flat):
        yield match[0], match[0].replace("＠", "@")
    for match in re.finditer(rf"({_CURLY})?(\S*?(?:@|://)\S*?)({_CURLY})", flat):
        yield match[0], match[2].strip(_AROUND)
        return
    for match in re.finditer(r"(?i)https?://(?=\s|$)(?: \S+)?", flat):
        yield match[0], match[0].replace(" ", "") if " " in match[0] else ""
    tokens = [token for token in re.split(r"\s+", flat) if "://" not in token]
    for number, token in enumerate(tokens):
        if "@" not in token:
            continue
        before = tokens[number - 1] if number else ""
        after = tokens[number + 1] if number + 1 < len(tokens) else ""
        addresses = re.split(r"[,;|/]", re.sub("(?i)^mailto:", "", token.strip(_AROUND)))
        if all(_is_address(address) for address in addresses if "@" in address) and not (
            _is_broken_by_comma(addresses)
        ):
            continue
        yield _repair(token, before, after)


def _is_broken_by_comma(addresses: list[str]) -> bool:
    """Return whether a comma is in place of a dot, as in joan@millbrook,org.uk."""
    return (
        len(addresses) == 2
        and "@" in addresses[0]
        and "@" not in addresses[1]
        and bool(re.fullmatch(r"[a-z.]{2,12}", addresses[1]))
    )


def _is_address(text: str) -> bool:
    text = text.strip(_AROUND).partition("?")[0]
    if ".." in text or text.startswith(".") or ".@" in text:
        return False
    return bool(re.fullmatch(_MAIL, text) or re.fullmatch(_HANDLE, text))


def _repair(token: str, before: str, after: str) -> tuple[str, str]:
    """Return a broken email address as it was written, with its neighbours, and as it is meant."""
    bare = token.strip("“”„«»‘’‚\"'<>()[]{};:!?")
    written, guess = bare, bare
    if bare.startswith("@") and before:
        written, guess = f"{before} {bare}", f"{before}{bare}"
    if bare.endswith("@") and after:
        written, guess = f"{written} {after}", f"{guess}{after}"
    guess = re.sub("@+", "@", guess).replace(",", ".").strip(_AROUND)
    guess = re.sub(r"\.{2,}", ".", guess).replace(".@", "@").replace("@.", "@")
    return written, guess if re.fullmatch(_MAIL, guess) else ""


def _find_slips(text: str) -> Iterator[tuple[str, str]]:
    """Yield each address that is probably not meant like this, with the right one."""
    for token in text.split():
        bare = token.strip(_AROUND)
        name, at, host = bare.rpartition("@")
        if at:
            if right := _correct_host(host.casefold()):
                yield bare, f"{name}@{right}"
        elif match := re.match(_SCHEME_SLIP, bare):
            scheme = match[0].casefold()
            if scheme not in ("http://", "https://", "www."):
                start = "www." if scheme.startswith("ww") else "https://"
                yield bare, start + bare[match.end() :]
        elif re.fullmatch(_HOST, bare.casefold()) and not bare.casefold().startswith("www."):
            yield bare, f"https://{bare}"


def _correct_host(host: str) -> str:
    """Return the host of mail that is meant, or '' if there is no slip in it."""
    if host in _MAIL_HOSTS:
        return _MAIL_HOSTS[host]
    for wrong, right in _ENDINGS.items():
        if host.endswith(wrong):
            return host.removesuffix(wrong) + right
    return ""
