"""Find barriers in a body for readers who cannot see it.

The checks search the clean HTML, so code and comments do not count. Most bodies have no such
issue, so each check begins with a fast test, and patterns are compiled only when needed. Doubtful
cases are not reported: wrong advice is worse than none.
"""

import html
import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from urllib.parse import unquote

from lscbsite.dates import MONTHS, WEEKDAYS
from lscbsite.markup.elements import TAG
from lscbsite.markup.resolve_links import extract_text
from lscbsite.markup.source import SourceText
from lscbsite.model import AccessibilityIssue, Position

_Issues = Iterator[tuple[AccessibilityIssue, Position]]

# Patterns of these issues in the source: the position is that of the group "at", the words are in
# the group that ends last.
_PICTURE_AT = (
    r"(?i)(?P<link>(?:\[|<a\b[^<>]*>)\s*)?(?P<at>)(?:!\[([^\[\]]*)\]"
    r"|<img\b(?:[^<>]*?\salt(?:\s*=\s*[\"']?(?P<alt>[^\"'<>]*)|(?=[\s/>])(?P<bare>))|()[^<>]*))"
)
_LINK_AT = (
    r"(?i)(?P<at>)(?:(?<!!)\[(?P<label>[^\[\]]*)\](?:\(|\s?\[[^\[\]]*\]|(?!:))"
    r"|\[\[[^\[\]|]*\|([^\[\]]*)\]\]|<a\b[^<>]*>(.{0,80}?)</a\b)"
)
_HEADLESS_AT = r"(?m)^[ \t>]*(?P<at>)\|?[ \t]*(?:\|[ \t]*)+()\n[ \t>:|-]*-"
_HTML_TABLE_AT = (
    r"(?is)(?P<at>)<table\b()"
    r"(?:(?!<th\b[^<>]*>(?:\s|&nbsp;|<[^<>]*>(?<!</th>))*+[^<\s]|</?table\b).)*</table\b"
)
_BOLD_AT = r"(?m)^ {0,3}(?P<at>)((?:[*_]{2,}|<(?:strong|b|em|i|p)>).*)"

_FILE_NAME = r"(?ia)\S+\.(?:jpe?g|png|gif|svg|webp|bmp|tiff?|heic|avif|pdf)"
# A digit or an underscore, as in the file names that cameras and programs give.
_NAMED_BY_MACHINE = r"(?=\D*\d|[^_]*_)\S+"
# Descriptions that programs insert, or that would suit any picture.
_ANY_PICTURE = (
    r"(?i)(?:img|dsc[nf]?|pxl|image|photo|picture|pic|alt text|alternative text|delwedd|ffoto|llun"
    r"|bild|foto|alternativtext)[\W\d_]*"
)
# The end of a link that has only a picture.
_ENDS_LINK = r"[^<>]*>\s*(?:\]|</a\b)"

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

# The beginning of a table that Markdown rendered.
_HEADED = "\n<thead>\n<tr>\n<th"

# A paragraph in bold with a block below it that is not in bold as well.
_BEGINS_BOLD = ("<p><strong>", "<p><b>", "<p><em><strong>")
_OPENS_BOLD = r"<p>(?:<em>)?<(?:strong|b)>"
_ENDS_BOLD = r"</(?:strong|b)>(?:</em>)?:?\s*</p>\s*"
_BOLD = (
    rf"{_OPENS_BOLD}(?:<em>)?([^<\n]{{3,80}})(?:</em>)?{_ENDS_BOLD}"
    rf"(?=<(?:p|ul|ol|dl|table|blockquote)\b)(?!{_OPENS_BOLD}[^<]*{_ENDS_BOLD})"
)
# A short last paragraph is a signature, unless it is a sentence or says "none".
_SIGNATURE = r"<p>(?!(?:None|Nil|Dim|Keine)\b).{0,40}(?<![.!?])</p>\s*(?:<div class=\"footnote|\Z)"
# The lines of a title above a text: short, and not sentences.
_LETTERHEAD = r"<p>(?:(?!</p>).){1,60}(?<![.!?:,;])</p>\s*<p>"
_BOX = r"<(/?)(?:blockquote|li|dd|td|th|div|figure|details)\b"
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
# A fast test for every body: a line that may be an entry or a row, or a paragraph that may be an
# entry or a heading.
_CAN_BE_MEANT = re.compile(
    r"\n(?:[^<](?:[\divx]{0,3}+[.)]|(?<!\w)|(?<=o) )"
    rf"|<p>[^A-Z](?:[ivx\d]*\)|(?<=[(–{_BULLETS}])|(?:strong|b|em><strong)>))"
)
_CODE = r"(?s)<(code|kbd|samp)\b[^>]*>.*?</\1>"
_BLOCK = r"/?(?:p|li|ul|ol|dl|pre|table|div|blockquote|h\d)\b"
_PARAGRAPH_OR_ENTRY = rf"<(?:p|li)>([^<]*+(?:<(?!{_BLOCK})[^<]*+)*+)"
_NUMBER = r"\d\d?|[ivx]+|[a-z]"
# Paragraphs with numbers or letters, "a)" and "b)", are clear enough.
_NEXT_ENTRY = rf"</p>\s*<p>(?=[–{_BULLETS}])"
# A dash before these words belongs to a sentence.
_AFTER_DASH = "and|but|or|so|as|which|who|ac|ond|neu|und|oder|aber|sondern"
# "o" is a word in some languages, "A." an initial, and "3. April" a day.
_ENTRY = (
    rf"\s*(?:(?P<sign>[-*+{_BULLETS}]|–(?!\s+(?:{_AFTER_DASH})\b)|o(?=\s+[^\W\d_a-z]))"
    rf"|(?P<begin>\(?)(?P<number>{_NUMBER})(?P<end>[.)])(?!(?<=\d\.)\s*(?i:{'|'.join(sorted(_MONTHS))})\b)"
    r"|(?P<capital>[A-Z])\))"
    rf"(?:\s+(?=\S)|(?:(?<=[-*{_BULLETS}])|(?<=\d[.)]))(?=[^\W\d_]))"
)
_ROMAN = frozenset(pairwise(["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"]))
_ROW = r"\s*\|.+\|\s*$"
# The same in the source, where the bullet may be escaped. A row with a line of dashes below it is
# a real table.
_ENTRY_IN_SOURCE = rf"(?P<sign>\\?[-*+–{_BULLETS}o]|\(?\w{{1,4}}\\?[.)]).*"
_ROW_IN_SOURCE = r"\|.*$(?!\n[ \t>|:]*-)"
_ROW_BELOW_TEXT = r"\|.*"
_BEFORE_TEXT = r"(?m)^[ \t>]*(?:(?:[-*+]|\d+\.)[ \t]+)?"


def find_disguised_blocks(clean: str, source: SourceText) -> _Issues:
    """Yield paragraphs that should be headings, lists or tables, with their positions."""
    if clean.startswith(_BEGINS_BOLD) or _CAN_BE_MEANT.search(clean):
        yield from _find_bold_headings(clean, source)
        for lines in _split_texts(clean):
            yield from _find_typed_list(lines, source)
            yield from _find_typed_table(lines, source)


def find_undescribed_picture(words: str, target: str, source: SourceText) -> _Issues:
    """Yield the next picture with this description, if it describes nothing."""
    is_blank = words.isspace()
    words = words.strip()
    if words and not _describes_nothing(words, unquote(target)):
        return
    at = source.find_match(_PICTURE_AT, words)
    # An empty alt marks a decorative picture, but not if it is all that a link has.
    is_meant = at and at.lastgroup in ("alt", "bare") and not is_blank
    is_link = at and at["link"] and re.compile(_ENDS_LINK).match(at.string, at.end())
    if words or not is_meant or is_link:
        yield AccessibilityIssue("picture", words), source.locate_match(at)


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


def find_unclear_link(words: str, source: SourceText) -> _Issues:
    """Yield the next link with these words, if they do not say where it leads."""
    if _says_nothing(words):
        yield (
            AccessibilityIssue("link", words),
            source.locate_match(source.find_match(_LINK_AT, words)),
        )


def find_headless_tables(clean: str, source: SourceText) -> _Issues:
    """Yield tables whose columns have no headings, with their positions."""
    is_filled = "></th>" not in clean and "&nbsp;</th>" not in clean
    if is_filled and clean.count(f"<table>{_HEADED}") == clean.count("<table"):
        return
    for table in re.findall(r"(?s)<table\b[^>]*>(.*?)</table>", clean):
        heads = re.findall(r"(?s)<th\b[^>]*>(.*?)</th>", table)
        if any(extract_text(cell) or "<img" in cell for cell in heads) or "<table" in table:
            continue
        cells = re.findall(r"(?s)<td\b[^>]*>(.*?)</td>", table)
        rows = table.count("<tr")
        # A single row or column is a frame, not a table.
        if len(heads) < 2 and (rows < 2 or len(cells) < 2 * rows):
            continue
        at = source.find_match(_HEADLESS_AT, "") if table.startswith(_HEADED) else None
        words = next(filter(None, map(extract_text, cells)), "")
        yield (
            AccessibilityIssue("table", words),
            source.locate_match(at or source.find_match(_HTML_TABLE_AT, "")),
        )


def _find_bold_headings(clean: str, source: SourceText) -> _Issues:
    depth = end = 0
    texts = Counter(extract_text(bold[1]) for bold in re.finditer(_BOLD, clean))
    for bold in re.finditer(_BOLD, clean):
        boxes = re.findall(_BOX, clean[end : bold.start()])
        depth += len(boxes) - 2 * boxes.count("/")
        end = bold.start()
        text = extract_text(bold[1]).rstrip(": ")
        before = clean[max(0, end - 40) : end]
        if (
            depth
            or re.search(rf"{_ENDS_BOLD}\Z", before)
            or re.compile(_SIGNATURE).match(clean, bold.end())
            or _is_label(bold, texts[extract_text(bold[1])])
            or (not bold.start() and re.compile(_LETTERHEAD).match(clean, bold.end()))
        ):
            continue
        if _is_likely_heading(text):
            yield (
                AccessibilityIssue("bold", text),
                source.locate_match(source.find_match(_BOLD_AT, text)),
            )


def _is_label(bold: re.Match[str], count: int) -> bool:
    """Return whether a bold line is a label, such as "Resolved" above each list of decisions."""
    is_above_list = bold.string.startswith(("<ul", "<ol", "<dl", "<table"), bold.end())
    return count > 1 or (is_above_list and re.sub("<[^>]*>", "", bold[0]).strip().endswith(":"))


def _is_likely_heading(text: str) -> bool:
    if not text[:1].isalnum() or text[0].islower() or re.search(_SENTENCE_SIGNS, text):
        return False
    words = re.findall(r"[^\W\d_]+", text.casefold())
    if all(len(word) < 3 or word in _DAY_WORDS for word in words):
        return False
    if words[0] in _BEGINS_HEADING:
        return True
    return words[0] not in _BEGINS_SENTENCE and _SENTENCE_WORDS.isdisjoint(words[:-1])


def _split_texts(clean: str) -> Iterator[list[str]]:
    """Yield the lines of each paragraph or list entry that may be a list or a table.

    Adjacent paragraphs that begin like entries are joined, with an empty line between them.
    """
    for text in re.findall(_PARAGRAPH_OR_ENTRY, re.sub(_NEXT_ENTRY, "\n\n", clean)):
        if _CAN_BE_MEANT.search(text):
            prose = re.sub(_CODE, lambda code: code[0].replace("\n", " "), text)
            prose = re.sub(r"<sup\b[^>]*>.*?</sup>", "", prose)
            yield html.unescape(TAG.sub("", prose)).split("\n")


def _find_typed_list(lines: list[str], source: SourceText) -> _Issues:
    first = _find_first_entry(lines)
    if first is not None:
        at = _locate_line(_ENTRY_IN_SOURCE, lines, first, source)
        # An escaped bullet is not meant as one.
        if at is None or "\\" not in at["sign"]:
            yield (
                AccessibilityIssue("list", " ".join(lines[first].split())),
                source.locate_match(at),
            )


def _find_typed_table(lines: list[str], source: SourceText) -> _Issues:
    for index, (line, next_line) in enumerate(pairwise(lines)):
        if re.match(_ROW, line) and re.match(_ROW, next_line):
            row = _ROW_BELOW_TEXT if index else _ROW_IN_SOURCE
            at = _locate_line(row, lines, index, source)
            yield AccessibilityIssue("table", " ".join(line.split())), source.locate_match(at)
            return


def _locate_line(
    pattern: str, lines: list[str], first: int, source: SourceText
) -> re.Match[str] | None:
    """Return the match of a pattern in the source at the beginning of a line.

    A correct list can have the same line, so the line above is matched as well, if there is one.
    """
    above = lines[first - 1] if first else ""
    if above:
        both = rf"{_BEFORE_TEXT}(?=(.+\n[ \t>]*(?P<at>){pattern})).+"
        return source.find_match(both, f"{above} {lines[first]}")
    return source.find_match(rf"{_BEFORE_TEXT}(?P<at>)({pattern})", lines[first])


def _find_first_entry(lines: list[str]) -> int | None:
    """Return the index of the line where a list begins, or None.

    A list has at least two entries of a kind, with consecutive numbers if they are numbered. As "o"
    is a word, a list with "o" must begin the paragraph or follow a colon.
    """
    before: dict[str, tuple[int, str]] = {}
    firsts = []
    for index, line in enumerate(lines):
        entry = re.match(_ENTRY, line)
        if entry is None or (
            entry["sign"] == "o" and index and not _is_announced(lines[index - 1])
        ):
            continue
        number = entry["number"] or entry["capital"] or ""
        ends = f"{entry['begin']}{entry['end']}" if entry["number"] else "A"
        kind = entry["sign"] or ("1" if number.isdigit() else "a") + ends
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
