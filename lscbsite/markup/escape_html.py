"""Step 2: turn unknown HTML into text, and report links that will be lost."""

import html
import re
from collections import Counter

from lscbsite.addresses import clean_address, get_scheme, normalize_url
from lscbsite.markup.elements import ALLOWED, NAME_SCHEME, VOID
from lscbsite.markup.extensions import RawHtmlPostprocessor
from lscbsite.markup.link_targets import explain_lost_link
from lscbsite.markup.source import SourceText
from lscbsite.problems import quote_value

# Elements whose end tags are optional.
_OPTIONAL_END = frozenset(["p", "li", "dt", "dd", "td", "th", "tr", "thead", "tbody", "tfoot"])
# Presentational tags, which are removed silently; their content stays. Two are replaced.
_PRESENTATIONAL = frozenset(
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
_REPLACEMENTS = {"strike": "s", "tt": "code"}

_RAW_TAG = re.compile(
    r"<!--(?:-?>|.*?-->)|<(/?)([a-zA-Z][^\s/<>]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*+)>|<", re.DOTALL
)
_TAG_WITH_ATTRIBUTES = re.compile(
    r"<[a-zA-Z][^\s/<>]*(\s(?:[^<>\"']|\"[^\"]*\"|'[^']*')*+)>", re.DOTALL
)
_POSITION = re.compile(r' data-(?:at|to)="\d+:\d+"')
_ATTRIBUTE = re.compile(r"""\s([^\s=>"']+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_TARGETS = frozenset(["href", "src"])


def report_lost_links(raw: str, source: SourceText) -> None:
    """Report the addresses that the sanitizer will remove silently."""
    for tag in _TAG_WITH_ATTRIBUTES.finditer(raw):
        for name, *values in _ATTRIBUTE.findall(tag[1]):
            if name.lower() in _TARGETS:
                _report_lost_link("".join(values), tag[0], source)


def _report_lost_link(written: str, tag: str, source: SourceText) -> None:
    target = clean_address(html.unescape(written))
    if get_scheme(target) in ("", NAME_SCHEME) or normalize_url(target) is not None:
        return
    source.report(source.locate_tag(tag), *explain_lost_link(target))


def escape_unknown_html(raw: str, placed: RawHtmlPostprocessor, source: SourceText) -> str:
    """Escape and report unknown tags, unmatched tags, and a lone '<'."""
    # Without HTML of the author's, all tags are the engine's.
    if placed.is_empty or _is_balanced(raw):
        return raw
    tags = list(_RAW_TAG.finditer(raw))
    unbalanced = _find_unbalanced(tags)
    pieces: list[str] = []
    end = 0
    for index, tag in enumerate(tags):
        pieces.append(raw[end : tag.start()])
        pieces.append(_escape_tag(tag) if index in unbalanced else _normalize_tag(tag))
        end = tag.end()
    pieces.append(raw[end:])
    first = {tags[index][0]: tags[index].start() for index in sorted(unbalanced, reverse=True)}
    reported: set[str] = set()
    for text, offset in sorted(first.items(), key=lambda item: item[1]):
        # The end of what was reported is no second problem.
        if text != "<" and text not in reported:
            written = _POSITION.sub("", html.unescape(text))
            name = re.sub(r"[^a-z0-9].*", "", text.lower().lstrip("</"), flags=re.DOTALL)
            fix = "take it out; if readers are to see it, write &lt; in place of <"
            expected = "HTML that a report may use"
            if name in ALLOWED:
                partner = f"<{name}>" if text.startswith("</") else f"</{name}>"
                expected = f"the matching {partner} in the same paragraph or block"
            reported.add(f"</{name}>")
            position = source.locate(*placed.find(offset))
            source.report(position, "M002", f"{quote_value(written)}, shown as text", expected, fix)
    return "".join(pieces)


def _is_balanced(raw: str) -> bool:
    """Return whether all tags are known and matched: a fast check for the usual case."""
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


def _escape_tag(tag: re.Match[str]) -> str:
    return _POSITION.sub("", tag[0]).replace("<", "&lt;").replace(">", "&gt;")


def _normalize_tag(tag: re.Match[str]) -> str:
    name = (tag[2] or "").lower()
    if name in _REPLACEMENTS:
        return f"<{tag[1]}{_REPLACEMENTS[name]}>"
    if tag[2] and tag[3].endswith("/") and name not in VOID:
        return f"<{name}{tag[3][:-1]}></{name}>"
    return tag[0]


def _find_unbalanced(tags: list[re.Match[str]]) -> set[int]:
    """Return the indexes of the tags that are unknown or unmatched."""
    unbalanced: set[int] = set()
    stack: list[tuple[str, int]] = []
    is_open: Counter[str] = Counter()

    def close_until(until: str | None) -> None:
        while stack:
            name, index = stack.pop()
            is_open[name] -= 1
            if name == until:
                return
            if name not in _OPTIONAL_END:
                unbalanced.add(index)

    for index, tag in enumerate(tags):
        name = (tag[2] or "").lower()
        if not name:
            if not tag[0].startswith("<!--"):
                unbalanced.add(index)
        elif name not in ALLOWED and name not in _PRESENTATIONAL and name not in _REPLACEMENTS:
            unbalanced.add(index)
        elif name in VOID or tag[3].endswith("/"):
            continue
        elif not tag[1]:
            stack.append((name, index))
            is_open[name] += 1
        elif is_open[name]:
            close_until(name)
        elif name not in _OPTIONAL_END:
            unbalanced.add(index)
    close_until(None)
    return unbalanced
