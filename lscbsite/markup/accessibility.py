"""Find barriers in a body for readers who cannot see it.

The checks search the clean HTML, so code and comments do not count. Most bodies have no such
issue, so each check begins with a fast test, and patterns are compiled only when needed. Doubtful
cases are not reported: wrong advice is worse than none.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise, zip_longest
from urllib.parse import unquote

from lscbsite.dates import MONTHS, WEEKDAYS
from lscbsite.markup.resolve_links import extract_text
from lscbsite.markup.source import SourceText
from lscbsite.markup.text_blocks import Line, TextBlock
from lscbsite.model import AccessibilityIssue, Position

_Issues = Iterator[tuple[AccessibilityIssue, Position]]

_FILE_NAME = r"(?ia)\S+\.(?:jpe?g|png|gif|svg|webp|bmp|tiff?|heic|avif|pdf)"
# A digit or an underscore, as in the file names that cameras and programs give.
_NAMED_BY_MACHINE = r"(?=\D*\d|[^_]*_)\S+"
# Descriptions that programs insert, or that would suit any picture.
_ANY_PICTURE = (
    r"(?i)(?:img|dsc[nf]?|pxl|image|photo|picture|pic|alt text|alternative text|delwedd|ffoto|llun"
    r"|bild|foto|alternativtext)[\W\d_]*"
)
# Link texts (lower case, no punctuation) that do not say where a link leads.
_EMPTY_WORDS = frozenset(
    [
        # English
        *("click", "click this link", "follow this link", "go here", "download", "download here"),
        *("here", "see here", "read here", "more", "more here", "read more", "see more"),
        *("learn more", "find out more", "read on", "more info", "more information"),
        *("link", "the link", "this", "this link", "this page", "this site", "this website"),
        *("this document", "this file"),
        # Welsh
        *("yma", "gweler yma", "mwy", "darllen mwy", "darllenwch fwy", "lawrlwytho"),
        *("rhagor", "mwy o wybodaeth", "dolen", "y ddolen", "y ddolen hon", "y dudalen hon"),
        *("hwn", "hon", "y ddogfen hon"),
        # German
        *("hier", "mehr", "mehr lesen", "weiterlesen", "mehr erfahren", "mehr infos"),
        *("mehr informationen", "der link", "dieser link", "diese seite", "dieses dokument"),
        *("herunterladen",),
        # Signs, of links that have no words
        *("→", "⇒", "➔", "»", "›", ">", ">>", "->", "-->", "…", "..."),
    ]
)
# Empty phrases at the beginning or the end of a link text, between spaces.
_EMPTY_PHRASES = (
    *(" click here ", " please click here ", " cliciwch yma ", " clicio yma "),
    *(" hier klicken ", " klick hier ", " klicken sie hier "),
)

# Blocks below a paragraph in bold, which may be meant as a heading.
_BELOW_HEADING = frozenset(["Paragraph", "List", "Table", "BlockQuote", "HtmlBlock"])
# A short last paragraph is a signature, unless it is a sentence or says "none".
_NONE = re.compile(r"(?:None|Nil|Dim|Keine)\b")
_LONGEST_SIGNATURE, _LONGEST_TITLE = 40, 60
_SENTENCE_SIGNS = r"[:;@]|[.!?,…][\"'”’)]*$|\bwww\.|\d\.\d\d|\d ?[ap]\.?m\b"
# Words that mark a sentence, or an introduction to one, if they are not the last word.
_SENTENCE_WORDS = frozenset(
    [
        *("is", "are", "was", "were", "be", "will", "has", "have", "had", "can", "must", "should"),
        *("we", "you", "please", "not", "agreed", "decided", "adopted", "approved", "discussed"),
        *("heard", "noted", "asked", "met", "said", "voted", "welcomed", "thanked", "wants"),
        *("mae", "bydd", "oedd", "yw"),
        *("ist", "sind", "war", "waren", "wird", "werden", "hat", "haben", "bitte", "wir", "sie"),
        *("nicht", "beschloss", "stimmte", "fordert"),
    ]
)
# First words of exclamations and sentences.
_BEGINS_SENTENCE = frozenset(
    [
        *("note", "important", "warning", "update", "reminder", "please", "thank", "thanks", "no"),
        *("pwysig", "noder", "sylwer", "diolch", "hinweis", "achtung", "wichtig", "danke", "bitte"),
        *("kein", "keine"),
    ]
)
# First words of headings that do not end like a sentence: "What we heard".
_BEGINS_HEADING = frozenset(
    [
        *("what", "how", "who", "why", "where", "beth", "sut", "pwy", "pam", "ble"),
        *("was", "wie", "wer", "warum", "wo"),
    ]
)
_MONTHS = frozenset(
    [
        *MONTHS,
        *("januar", "februar", "märz", "mai", "juni", "juli", "oktober", "dezember"),
        *("ionawr", "chwefror", "mawrth", "ebrill", "mehefin", "gorffennaf", "awst", "medi"),
        *("hydref", "tachwedd", "rhagfyr"),
    ]
)
# Words of dates.
_DAY_WORDS = _MONTHS.union(WEEKDAYS)

# Bullets of word processors, which Markdown ignores. The last are from symbol fonts.
_BULLETS = "•·▪●◦‣○■►➢➤\uf0b7\uf0a7\uf0d8\uf0fc\uf076"
_NUMBER = r"\d\d?|[ivx]+|[a-z]"
# A dash before these words belongs to a sentence.
_AFTER_DASH = "and|but|or|so|as|which|who|ac|ond|neu|und|oder|aber|sondern"
# "o" is a word in some languages, "A." an initial, and "3. April" a day.
_ENTRY = (
    rf"\s*(?:(?P<sign>[-*+{_BULLETS}]|–(?!\s+(?:{_AFTER_DASH})\b)|o(?=\s+[^\W\d_a-z]))"
    # "4.1 Rent", the paragraphs of minutes
    r"|(?P<item>\d{1,2}(?:\.\d{1,3})*\.)(?P<last>\d{1,3})(?=\s+[^\W\d_])"
    rf"|(?P<begin>\(?)(?P<number>{_NUMBER})(?P<end>[.)])(?!(?<=\d\.)\s*(?i:{'|'.join(sorted(_MONTHS))})\b)"
    r"|(?P<capital>[A-Z])\))"
    rf"(?:\s+(?=\S)|(?:(?<=[-*{_BULLETS}])|(?<=\d[.)]))(?=[^\W\d_]))"
)
_ENTRY_PATTERN = re.compile(_ENTRY)
_BULLET = re.compile(rf"[–{_BULLETS}]")
_ROMAN = frozenset(pairwise(["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"]))
_ROW = re.compile(r"\s*\|.+\|\s*$")
# Cells that were pasted from a spreadsheet or a document.
_CELLS = re.compile(r"\S ?\t+ ?\S")


def find_disguised_blocks(blocks: list[TextBlock], source: SourceText) -> _Issues:
    """Yield paragraphs that should be headings, lists or tables, with their positions."""
    bold_texts = Counter(block.bold for block in blocks if block.bold)
    for block, following in zip_longest(blocks, blocks[1:]):
        # A label, such as "Resolved", is above several lists.
        if bold_texts[block.bold] == 1 and not (
            block is blocks[0] and _is_letterhead(block, following)
        ):
            yield from _find_bold_heading(block, following, source)
    for lines in _join_entries(block for block in blocks if not block.is_plain):
        first = _find_first_entry([line.text for line in lines])
        if first is not None:
            words = re.sub(r"[ \t]+", " ", lines[first].text).strip(" ")
            yield AccessibilityIssue("list", words), _locate(lines[first], source)
        for line, next_line in pairwise(lines):
            if _ROW.match(line.text) and _ROW.match(next_line.text):
                words = " ".join(line.text.split())
                yield AccessibilityIssue("table", words), _locate(line, source)
                break
            if first is None and _CELLS.search(line.text) and _CELLS.search(next_line.text):
                words = " ".join(line.text.split())
                yield AccessibilityIssue("cells", words), _locate(line, source)
                break


def _locate(line: Line, source: SourceText) -> Position:
    return source.locate(line.line, line.column)


def _join_entries(blocks: Iterable[TextBlock]) -> Iterator[list[Line]]:
    """Yield the lines of each paragraph.

    Adjacent paragraphs that begin with a bullet are joined, with an empty line between them; those
    with numbers or letters, "a)" and "b)", are clear enough.
    """
    lines: list[Line] = []
    for block in blocks:
        if lines and _BULLET.match(block.lines[0].text) and _BULLET.match(lines[0].text):
            lines = [*lines, Line("", lines[-1].line, 1), *block.lines]
            continue
        if lines:
            yield lines
        lines = block.lines
    if lines:
        yield lines


def _is_letterhead(block: TextBlock, following: TextBlock | None) -> bool:
    """Return whether a paragraph is the title above a text: short lines that are no sentences."""
    if following is None or block.following != "Paragraph" or following.following != "Paragraph":
        return False
    words = " ".join(line.text for line in following.lines)
    return len(words) <= _LONGEST_TITLE and not words.endswith((".", "!", "?", ":", ",", ";"))


def _find_bold_heading(
    block: TextBlock, following: TextBlock | None, source: SourceText
) -> _Issues:
    text = " ".join(block.bold.split()).rstrip(": ")
    if block.parent != "Document" or block.following not in _BELOW_HEADING or block.after_bold:
        return
    if block.following in ("List", "Table") and block.lines[-1].text.rstrip().endswith(":"):
        return
    is_last = following is not None and following.following == "" and len(following.lines) == 1
    if block.following == "Paragraph" and following and is_last:
        words = following.lines[0].text.strip()
        ends = words.endswith((".", "!", "?"))
        if len(words) <= _LONGEST_SIGNATURE and not ends and not _NONE.match(words):
            return
    if 3 <= len(text) <= 80 and _is_likely_heading(text):
        yield AccessibilityIssue("bold", text), _locate(block.lines[0], source)


def find_undescribed_picture(words: str, target: str, position: Position) -> _Issues:
    """Yield a picture with this description, if it describes nothing."""
    words = words.strip()
    if not words or _describes_nothing(words, unquote(target)):
        yield AccessibilityIssue("picture", words), position


def _describes_nothing(words: str, target: str) -> bool:
    name = target.rpartition("/")[2]
    is_stem = words == name.rpartition(".")[0] and re.fullmatch(_NAMED_BY_MACHINE, words)
    return words == name or bool(
        is_stem or re.fullmatch(_FILE_NAME, words) or re.fullmatch(_ANY_PICTURE, words)
    )


@lru_cache(4096)
def _says_nothing(words: str) -> bool:
    """Return whether a link's words do not say where it leads."""
    said = re.sub(r"[\W_]+", " ", words).strip().casefold() or words
    between = f" {said} "
    return (
        said in _EMPTY_WORDS
        or between.startswith(_EMPTY_PHRASES)
        or between.endswith(_EMPTY_PHRASES)
    )


def find_unclear_link(words: str, position: Position) -> _Issues:
    """Yield a link with these words, if they do not say where it leads."""
    if _says_nothing(words):
        yield AccessibilityIssue("link", words), position


def find_headless_tables(clean: str, source: SourceText) -> _Issues:
    """Yield tables whose columns have no headings, with their positions."""
    for match in re.finditer(r"(?s)<table\b[^>]*>(.*?)</table>", clean):
        table = match[1]
        heads = re.findall(r"(?s)<th\b[^>]*>(.*?)</th>", table)
        if any(extract_text(cell) or "<img" in cell for cell in heads) or "<table" in table:
            continue
        cells = re.findall(r"(?s)<td\b[^>]*>(.*?)</td>", table)
        rows = table.count("<tr")
        # A single row or column is a frame, not a table.
        if len(heads) < 2 and (rows < 2 or len(cells) < 2 * rows):
            continue
        words = next(filter(None, map(extract_text, cells)), "")
        yield AccessibilityIssue("table", words), source.locate_tag(match[0])


def _is_likely_heading(text: str) -> bool:
    if not text[:1].isalnum() or text[0].islower() or re.search(_SENTENCE_SIGNS, text):
        return False
    words = re.findall(r"[^\W\d_]+", text.casefold())
    if all(len(word) < 3 or word in _DAY_WORDS for word in words):
        return False
    if words[0] in _BEGINS_HEADING:
        return True
    return words[0] not in _BEGINS_SENTENCE and _SENTENCE_WORDS.isdisjoint(words[:-1])


def _find_first_entry(lines: list[str]) -> int | None:
    """Return the index of the line where a list begins, or None.

    A list has at least two entries of a kind, with consecutive numbers if they are numbered. As "o"
    is a word, a list with "o" must begin the paragraph or follow a colon.
    """
    before: dict[str, tuple[int, str]] = {}
    firsts = []
    for index, line in enumerate(lines):
        entry = _ENTRY_PATTERN.match(line)
        if entry is None or (
            entry["sign"] == "o" and index and not _is_announced(lines[index - 1])
        ):
            continue
        number = entry["number"] or entry["capital"] or entry["last"] or ""
        ends = f"{entry['begin']}{entry['end']}" if entry["number"] else "A"
        kind = entry["sign"] or ("1" if number.isdigit() else "a") + (entry["item"] or ends)
        known = before.get(kind)
        if known is not None and (entry["sign"] or _is_next_number(known[1], number)):
            firsts.append(known[0])
        else:
            before[kind] = index, number
    return min(firsts, default=None)


def _is_announced(above: str) -> bool:
    """Return whether a list with the bullet "o" can begin or continue below this line."""
    return above.rstrip().endswith(":") or above.lstrip().startswith("o ")


def _is_next_number(number: str, next_number: str) -> bool:
    if number.isdigit():
        return int(next_number) == int(number) + 1 or number == next_number == "1"
    return (number, next_number) in _ROMAN or (
        len(number + next_number) == 2 and ord(next_number) == ord(number) + 1
    )
