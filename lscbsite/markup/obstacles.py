"""What of a body keeps out readers who cannot see how it looks: found in its clean HTML.

All is told by what became of the Markdown, so that code and comments are never meant. In most
bodies there is nothing of the kind: each search begins with a look that shows that soon, and the
patterns are texts, so that they are compiled only where they are needed. What may be meant
otherwise is passed over: advice that is wrong is worse than none.
"""

import html
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from urllib.parse import unquote

from lscbsite.markup.elements import TAG
from lscbsite.markup.filling import plain_text
from lscbsite.markup.source import SourceText
from lscbsite.model import Mark, Obstacle

_Found = Iterator[tuple[Obstacle, Mark]]

# Where these stand in the source: the place is that of the group "at", the words are in the other.
_PICTURE_AT = (
    r"(?i)(?P<at>)(?:!\[([^\[\]]*)\]|<img\b(?:[^<>]*?\salt\s*=\s*[\"']?([^\"'<>]*)|()[^<>]*))"
)
_LINK_AT = (
    r"(?i)(?P<at>)(?:\[([^\[\]]*)\](?!:)(?:\[[^\[\]]*\])?|\[\[[^\[\]|]*\|([^\[\]]*)\]\]"
    r"|<a\b[^<>]*>(.{0,80}?)</a\b)"
)
_HEADLESS_AT = r"(?m)^[ \t>]*(?P<at>)\|?[ \t]*(?:\|[ \t]*)+()\n[ \t>:|-]*-"
_HTML_TABLE_AT = r"(?is)(?P<at>)<table\b()(?:(?!<th\b|</?table\b).)*</table\b"
_BOLD_AT = r"(?m)^ {0,3}(?P<at>)((?:\*\*|__|<strong>|<p>).*)"
_ENTRY_AT = r"(?m)^[ \t>]*(?P<at>)((?:[-*+–•·▪●◦‣\uf0b7o]|\w{1,4}[.)])[ \t].*)"

_FILE_NAME = r"(?ia)\S+\.(?:jpe?g|png|gif|svg|webp|bmp|tiff?|heic|avif|pdf)"
# What tells the names that cameras and programs give from words.
_NAMED_BY_MACHINE = r"(?=\D*\d|[^_]*_)\S+"

# Link texts, in small letters without signs, that are the same wherever a link leads.
_EMPTY_WORDS = frozenset(
    [
        # English
        *("click", "click here", "please click here", "click this link", "follow this link"),
        *("here", "see here", "read here", "more", "more here", "read more", "see more"),
        *("learn more", "find out more", "read on", "more info", "more information"),
        *("link", "the link", "this link", "this page", "this site", "this website"),
        # Welsh
        *("yma", "cliciwch yma", "gweler yma", "mwy", "darllen mwy", "darllenwch fwy"),
        *("rhagor", "mwy o wybodaeth", "dolen", "y ddolen", "y ddolen hon", "y dudalen hon"),
        # German
        *("hier", "hier klicken", "klick hier", "klicken sie hier", "mehr", "mehr lesen"),
        *("weiterlesen", "mehr erfahren", "mehr infos", "mehr informationen"),
        *("der link", "dieser link", "diese seite"),
    ]
)

# What Markdown makes of a table begins so.
_HEADED = "<table>\n<thead>\n<tr>\n<th"

# A paragraph in bold, up to what it could be the heading of; no heading of nothing, or of another.
_BOLD = (
    r"<p><strong>(?:<em>)?([^<\n]{3,80})(?:</em>)?</strong></p>\s*"
    r"(?=<(?:p|ul|ol|dl|table|blockquote)\b)(?!<p><strong>[^<]*</strong></p>)"
)
# At the end of a text, what is so short belongs to a name.
_SIGNATURE = r"<p>.{0,40}</p>\s*(?:<div class=\"footnote|\Z)"
_BOX = r"<(/?)(?:blockquote|li|dd|td|th|div|figure|details)\b"
_SENTENCE_SIGNS = r"[:;@]|[.!?,…][\"'”’)]*$|\bwww\.|\d\.\d\d|\d ?[ap]\.?m\b"
# A sentence, or words before one, have some of these.
_SENTENCE_WORDS = frozenset(
    [
        *("is", "are", "was", "were", "be", "will", "has", "have", "had", "can", "must", "should"),
        *("we", "you", "please", "not", "note", "important", "warning", "update", "reminder"),
        *("mae", "bydd", "oedd", "yw", "pwysig", "noder", "sylwer"),
        *("ist", "sind", "war", "waren", "wird", "werden", "hat", "haben", "bitte", "wir", "sie"),
        *("hinweis", "achtung", "wichtig", "nicht"),
    ]
)

# What word processors put before the entries of lists; Markdown makes nothing of them.
_BULLETS = "•·▪●◦‣\uf0b7"
# A line that can be an entry: quick to search for, as it is searched for in every body.
_CAN_BE_ENTRY = re.compile(r"\n[^<](?:(?<!\w)|[.)] |(?<=o) )")
_CODE = r"(?s)<(code|kbd|samp)\b[^>]*>.*?</\1>"
_NEXT_BULLET = rf"</p>\s*<p>(?=[{_BULLETS}] )"
# "o" is a word in some languages, and "A." an initial.
_ENTRY = (
    rf" *(?:(?P<sign>[-*+–{_BULLETS}]|o(?= +[^\W\d_a-z]))"
    r"|(?P<number>\d\d?|[ivx]+|[a-z])(?P<end>[.)])|(?P<capital>[A-Z])\)) +(?=\S)"
)
_ROMAN = frozenset(pairwise(["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"]))


def obstacles(clean: str, source: SourceText) -> _Found:
    """Yield the paragraphs that should be headings or lists, and where they are."""
    if "<p><strong>" in clean:
        yield from _bold(clean, source)
    has_bullets = not clean.isascii() and any(sign in clean for sign in _BULLETS)
    if has_bullets or _CAN_BE_ENTRY.search(clean):
        yield from _lists(clean, source)


def undescribed(words: str, target: str, source: SourceText) -> _Found:
    """Yield the next picture with these words for a description, if they describe nothing."""
    words = words.strip()
    if words and not _is_file_name(words, unquote(target)):
        return
    at = source.said(_PICTURE_AT, words)
    # An empty alt is how HTML says that a picture has nothing to tell.
    if words or at is None or at[3] is None:
        yield Obstacle("picture", words), source.place(at)


def _is_file_name(words: str, target: str) -> bool:
    name = target.rpartition("/")[2]
    is_stem = words == name.rpartition(".")[0] and re.fullmatch(_NAMED_BY_MACHINE, words)
    return words == name or bool(is_stem or re.fullmatch(_FILE_NAME, words))


@lru_cache(4096)
def _says_nothing(words: str) -> bool:
    """Whether the words of a link could lead anywhere."""
    return re.sub(r"[\W_]+", " ", words).strip().casefold() in _EMPTY_WORDS


def unclear_link(words: str, source: SourceText) -> _Found:
    """Yield the next link with these words, if they are such."""
    if _says_nothing(words):
        yield Obstacle("link", words), source.place(source.said(_LINK_AT, words))


def headless_tables(clean: str, source: SourceText) -> _Found:
    """Yield the tables of a body's HTML whose columns have no headings, and where they are."""
    if "></th>" not in clean and clean.count(_HEADED) == clean.count("<table"):
        return
    for table in re.findall(r"(?s)<table\b[^>]*>(.*?)</table>", clean):
        heads = re.findall(r"(?s)<th\b[^>]*>(.*?)</th>", table)
        if any(plain_text(cell) or "<img" in cell for cell in heads) or "<table" in table:
            continue
        cells = re.findall(r"(?s)<td\b[^>]*>(.*?)</td>", table)
        rows = table.count("<tr")
        # One row or column is a frame rather than a table.
        if len(heads) < 2 and (rows < 2 or len(cells) < 2 * rows):
            continue
        at = source.said(_HEADLESS_AT, "") if heads else None
        words = next(filter(None, map(plain_text, cells)), "")
        yield Obstacle("table", words), source.place(at or source.said(_HTML_TABLE_AT, ""))


def _bold(clean: str, source: SourceText) -> _Found:
    depth = end = 0
    for bold in re.finditer(_BOLD, clean):
        boxes = re.findall(_BOX, clean[end : bold.start()])
        depth += len(boxes) - 2 * boxes.count("/")
        end = bold.start()
        text = plain_text(bold[1])
        before = clean[max(0, end - 20) : end].rstrip()
        if depth or before.endswith("</strong></p>") or re.match(_SIGNATURE, clean[bold.end() :]):
            continue
        if _could_be_heading(text):
            yield Obstacle("bold", text), source.place(source.said(_BOLD_AT, text))


def _could_be_heading(text: str) -> bool:
    if not text[:1].isalnum() or text[0].islower() or re.search(_SENTENCE_SIGNS, text):
        return False
    words = re.findall(r"[^\W\d_]+", text.casefold())
    return any(len(word) > 2 for word in words) and _SENTENCE_WORDS.isdisjoint(words)


def _lists(clean: str, source: SourceText) -> _Found:
    for paragraph in re.findall("(?s)<p>(.*?)</p>", re.sub(_NEXT_BULLET, "\n", clean)):
        if not _CAN_BE_ENTRY.search(paragraph):
            continue
        text = re.sub(_CODE, lambda code: code[0].replace("\n", " "), paragraph)
        text = re.sub(r"<sup\b[^>]*>.*?</sup>", "", text)
        lines = html.unescape(TAG.sub("", text)).split("\n")
        first = _first_entry(lines)
        if first is not None:
            words = " ".join(lines[first].split())
            yield Obstacle("list", words), source.place(source.said(_ENTRY_AT, words))


def _first_entry(lines: list[str]) -> int | None:
    """Return where a list begins in the lines of a paragraph; None if there is none.

    It has two entries of one kind; of those with numbers, the second has the next number.
    """
    before: dict[str, tuple[int, str]] = {}
    firsts = []
    for place, line in enumerate(lines):
        entry = re.match(_ENTRY, line)
        if entry is None:
            continue
        number = entry["number"] or entry["capital"] or ""
        kind = entry["sign"] or ("1" if number.isdigit() else "a") + (entry["end"] or "A")
        known = before.get(kind)
        if known is not None and (entry["sign"] or _follows(known[1], number)):
            firsts.append(known[0])
        else:
            before[kind] = place, number
    return min(firsts, default=None)


def _follows(one: str, other: str) -> bool:
    if one.isdigit():
        return int(other) == int(one) + 1 or one == other == "1"
    return (one, other) in _ROMAN or (len(one + other) == 2 and ord(other) == ord(one) + 1)
