"""Station 2: what is no HTML of ours becomes text, and lost links are told."""

import html
import re
from collections import Counter
from collections.abc import Iterator

from lscbsite.addresses import SCHEMES, clean_address, get_scheme, normalize_url
from lscbsite.markup.elements import ALLOWED, NAME_SCHEME, VOID
from lscbsite.markup.source import SourceText
from lscbsite.problems import quote_value

# Their end tags may be left out.
_OPTIONAL_END = frozenset(["p", "li", "dt", "dd", "td", "th", "tr", "thead", "tbody", "tfoot"])
# Tags that only shape: their content stays, they go without a word. Two have a heir.
_SHAPE_ONLY = frozenset(
    [
        "center",
        "font",
        "big",
        "basefont",
        "nobr",
        "section",
        "article",
        "header",
        "footer",
        "main",
        "aside",
        "nav",
        "address",
    ]
)
_HEIRS = {"strike": "s", "tt": "code"}

_RAW_TAG = re.compile(
    r"<!--.*?-->|<(/?)([a-zA-Z][^\s/<>]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*+)>|<", re.DOTALL
)
_TARGETS = ("href", "src")
_TARGET = re.compile(r"""(?:href|src)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")


def report_lost_links(raw: str, source: SourceText) -> None:
    """Report the addresses that the sanitiser will take out without a word."""
    for found in _targets(raw):
        written = found[1] or found[2] or found[3] or ""
        target = clean_address(html.unescape(written))
        scheme = get_scheme(target)
        if scheme in ("", NAME_SCHEME):
            continue
        if scheme not in SCHEMES:
            expected = "a link that starts with https:, mailto: or tel:"
            code = "L006"
        elif normalize_url(target) is None:
            expected, code = "the address of a page", "L005"
        else:
            continue
        # As the author wrote it, disguise and all, if that is in the file.
        needle = written if source.has(written) else target
        source.fault(
            needle,
            code,
            f"a link to {quote_value(target)}",
            expected,
            "correct it; until then, readers see the words without a link",
        )


def _targets(raw: str) -> Iterator[re.Match[str]]:
    """Yield what ``_TARGET`` matches. There are few "=", so they are found sooner."""
    after = 0
    sign = raw.find("=")
    while sign >= 0:
        end = sign
        while end > after and raw[end - 1].isspace():
            end -= 1
        name = next((name for name in _TARGETS if raw.endswith(name, after, end)), "")
        found = _TARGET.match(raw, end - len(name)) if name else None
        if found:
            yield found
        after = found.end() if found else after
        sign = raw.find("=", max(after, sign + 1))


def text_where_not_html(raw: str, source: SourceText) -> str:
    """Escape what is no HTML of ours: unknown tags, tags without a partner, a lone '<'."""
    if _is_balanced(raw):
        return raw
    tags = list(_RAW_TAG.finditer(raw))
    as_text = _unbalanced(tags)
    pieces: list[str] = []
    end = 0
    for place, tag in enumerate(tags):
        pieces.append(raw[end : tag.start()])
        pieces.append(_escaped(tag) if place in as_text else _kept(tag))
        end = tag.end()
    pieces.append(raw[end:])
    for text in dict.fromkeys(tags[place][0] for place in sorted(as_text)):
        if text != "<":
            written = html.unescape(text)
            name = re.sub(r"[^a-z0-9].*", "", text.lower().lstrip("</"), flags=re.DOTALL)
            fix = "take it out; if readers are to see it, write &lt; in place of <"
            expected = "HTML that a report may use"
            if name in ALLOWED:
                partner = f"<{name}>" if text.startswith("</") else f"</{name}>"
                expected = f"the matching {partner} in the same paragraph or block"
            source.fault(written, "M002", f"{quote_value(written)}, shown as text", expected, fix)
    return "".join(pieces)


def _is_balanced(raw: str) -> bool:
    """Whether every tag is one of ours and has its partner: the usual case, and quick to see."""
    stack = []
    for end, name, rest in _RAW_TAG.findall(raw):
        if name in VOID:
            continue
        if name not in ALLOWED or rest.endswith("/"):
            return False
        if not end:
            stack.append(name)
        elif not stack or stack.pop() != name:
            return False
    return not stack


def _escaped(tag: re.Match[str]) -> str:
    return tag[0].replace("<", "&lt;").replace(">", "&gt;")


def _kept(tag: re.Match[str]) -> str:
    name = (tag[2] or "").lower()
    if name in _HEIRS:
        return f"<{tag[1]}{_HEIRS[name]}>"
    if tag[2] and tag[3].endswith("/") and name not in VOID:
        return f"<{name}{tag[3][:-1]}></{name}>"
    return tag[0]


def _unbalanced(tags: list[re.Match[str]]) -> set[int]:
    """Return the places of the tags that are unknown or have no partner."""
    as_text: set[int] = set()
    stack: list[tuple[str, int]] = []
    is_open: Counter[str] = Counter()

    def close(until: str | None) -> None:
        while stack:
            name, place = stack.pop()
            is_open[name] -= 1
            if name == until:
                return
            if name not in _OPTIONAL_END:
                as_text.add(place)

    for place, tag in enumerate(tags):
        name = (tag[2] or "").lower()
        if not name:
            if not tag[0].startswith("<!--"):
                as_text.add(place)
        elif name not in ALLOWED and name not in _SHAPE_ONLY and name not in _HEIRS:
            as_text.add(place)
        elif name in VOID or tag[3].endswith("/"):
            continue
        elif not tag[1]:
            stack.append((name, place))
            is_open[name] += 1
        elif is_open[name]:
            close(name)
        elif name not in _OPTIONAL_END:
            as_text.add(place)
    close(None)
    return as_text
