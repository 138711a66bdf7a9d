"""Choose a body's title, and the paragraph that says best what the report is about.

Minutes begin with labels, lists of names, addresses and their own title. The summary on a card or
in a feed is the first paragraph that tells readers something.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from lscbsite.markup.resolve_links import extract_text

_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*$")
# What begins a list that was typed, or a numbered heading: "1. Apologies", "a) Budget", "• tea".
_ENTRY = re.compile(
    r"(?:[-–—*+•·▪o]|\(?(?:\d{1,3}(?:\.\d{1,3})*|[a-z]|[ivx]{1,4})[.)])\s|\d{1,2}[.:]\d\d\s|--"
)
_ADDRESS = r"(?:https?://|www\.|mailto:)\S+|[\w.+-]+@[\w-]+\.[\w.-]+"
_MAY_BE_ADDRESS = re.compile("[:@]|www")
# "Present: ...", "Next meeting - ...", also without anything behind it.
_LABELS = re.compile(
    r"(?i)(?:members |those |also |in |non-?voting |called )?(?:present|attend(?:ing|ees|ance|ed)|participants|"
    r"apolog(?:y|ies)|regrets|absent|guests|observers|quorum|chair(?:man|person)?|scribes?|facilitator|notary|"
    r"minute[- ]taker|secretary|clerk|date|time|place|venue|where|when|location|host|contact|"
    r"(?:next|previous|last) meeting|meeting|agenda|minutes|notes?|transcript|recording|video|links?|"
    r"call|chat|wifi|repository|issue|status|author|etherpad|pad|connection info|"
    r"anwesend|entschuldigt|ort|zeit|datum|gäste|yn bresennol|ymddiheuriadau|dyddiad|lleoliad)\b"
    r"[\w ()/]{0,30}(?::|\s[-–—]\s|$)"
)
# Who speaks, or a short label, in front of a colon.
_NAMED = re.compile(r"[^\W\d_][\w.'’()-]*(?: [^\W_][\w.'’()-]*){0,2}:(?=\s)")
# A title: what kind of text this is, without a sentence.
_TITLE = re.compile(
    r"(?i)(?:the |draft |approved |unconfirmed )*(?:minutes|notes|report|agenda|protokoll|cofnodion)\b"
    r"(?! (?:were|was|are|is|have|has)\b)"
)
_EMPTY = re.compile(r"(?i)(?:none|nil|n/?a|tb[acd]|draft|nothing|dim|keine|as above|see above)\W*")
_DAY = re.compile(
    r"(?i)\W*(?:\w+day,? )?(?:\d{1,2}(?:st|nd|rd|th)? [a-z]+|[a-z]+ \d{1,2}(?:st|nd|rd|th)?),? \d{4}\b"
)
# How the text was made, and how to take part, is not what was said.
_NOTICE = re.compile(
    r"(?i)(?:this (?:pad|document|page|file|text) (?:is|was|contains)|extracted from|welcome to|posted after"
    r"|after each meeting|(?:these|the) (?:minutes|notes) (?:are|were|have been|will be) (?:draft|unapproved|"
    r"taken|archived)|(?:you can )?(?:find|see|read) (?:the )?(?:recording|minutes|notes|agenda)\b"
    r"|sent from my |the (?:meeting|chair) (?:was )?(?:opened|started|began|commenced|closed|welcomed)\b"
    r"|in attendance |apologies (?:were|was|had|for|from) |see (?:https?:|www\.)"
    r"|the minutes of the (?:previous|last) |draft (?:minutes|notes)\b|(?:the )?meeting (?:was )?held (?:at|in|on) "
    r"|click |please (?:find|add|register|sign|read|join|edit)|if you (?:are|would|want|cannot|can't|wish)|none |"
    r"no registration|join us|sign (?:in|up)|to (?:edit|join|add)|tl;?dr|no other |there being no)"
)
_QUORUM = re.compile(r"(?i)\bquorum\b")
# A list that was typed: entries, or the cells of a row.
_TYPED_LIST = re.compile(r"(?:(?:^|\s)(?:[*•]|[-*] \[[ x]\])\s.*){2}|^\|")
# What a paragraph is shows in its beginning; patterns take long on long words.
_MOST_CHARACTERS = 1_000
# A paragraph that other reports have as well is passed over, so there are several.
_CANDIDATES = 3
_FEW_WORDS = 4
_MANY_WORDS = 12

_LONE_HEADING = re.compile(r"\s*<h1([^>]*)>(.*?)</h1>", re.DOTALL)
_NEXT_HEADING = re.compile("<h([2-6])")
_ID = re.compile(r'\sid="([^"]*)"')
# What a title, which is plain text, would lose.
_MORE_THAN_WORDS = re.compile(r"<(?:a|img|sup|del|s)\b")
# Titles that any report could have; the default title has the date.
_GENERIC_TITLES = frozenset(
    [
        *("minutes", "notes", "report", "agenda", "meeting", "meetingminutes", "meetingnotes"),
        *("meetingreport", "minutesofmeeting", "minutesofthemeeting", "notesofthemeeting"),
        *("apologies", "present", "introduction", "summary", "cofnodion", "adroddiad"),
        *("protokoll", "bericht", "sitzungsprotokoll", "draftminutes", "draft"),
    ]
)
_NUMBERED = re.compile(r"\d{1,3}(?:\.\d{1,3})*[.)]?\s(?!\w+ \d{4})")
_LONGEST_TITLE = 200


class Titled(NamedTuple):
    """A body's own title, '' if it has none, and its HTML without the heading of that."""

    title: str
    html: str


def extract_title(clean: str, title: str) -> Titled:
    """Take a lone heading of the first level at the top as the body's title.

    Other headings move up: they are not below it. The heading stays if it differs from ``title``,
    which the front matter gives, if any report could have it ("Minutes"), or if it would lose more
    than its marks: a link, a picture, struck-out words.
    """
    heading = _LONE_HEADING.match(clean)
    if heading is None or clean.find("<h1", heading.end()) >= 0:
        return Titled("", clean)
    own, rest = extract_text(heading[2]), clean[heading.end() :]
    if not _is_title(own, heading[2]) or (title and _fold(own) != _fold(title)):
        level = min(map(int, _NEXT_HEADING.findall(rest)), default=1)
        attributes, words = heading[1], heading[2]
        return Titled("", f"<h{level}{attributes}>{words}</h{level}>{rest}")
    if chosen := _ID.search(heading[1]):
        rest = f"<p><span{chosen[0]}></span></p>{rest}"
    return Titled(own, rest)


def _is_title(text: str, inner: str) -> bool:
    """Return whether a heading says what the whole report is; ``inner`` is its HTML."""
    words = _fold(text)
    return bool(
        words
        and words not in _GENERIC_TITLES
        and len(text) <= _LONGEST_TITLE
        and not _NUMBERED.match(text)
        and not _MORE_THAN_WORDS.search(inner)
    )


def choose_summaries(paragraphs: Iterable[str], title: str) -> list[str]:
    """Return the paragraphs that suit as a summary, the best first: at most three.

    ``paragraphs`` are the texts of the paragraphs outside of other blocks, in their order. Those in
    sentences suit best; if there are none, the first with a few words does. ``title`` is the report's.
    """
    best: list[str] = []
    second = ""
    for paragraph in paragraphs:
        text = " ".join(paragraph.split())
        if not _is_prose(text, title):
            continue
        count = len(text.split())
        if count >= _FEW_WORDS and (_SENTENCE_END.search(text) or count >= _MANY_WORDS):
            best.append(text)
            if len(best) == _CANDIDATES:
                break
        elif _SENTENCE_END.search(text) or (count >= _FEW_WORDS and not _is_heading(text)):
            second = second or text
    return best or ([second] if second else [])


def _is_prose(text: str, title: str) -> bool:
    """Return whether a paragraph is neither a label, a list, an address, a notice nor a title."""
    if not text or text.endswith(":") or text.isupper() or _EMPTY.fullmatch(text):
        return False
    text = text[:_MOST_CHARACTERS]
    words = re.sub(_ADDRESS, "", text) if _MAY_BE_ADDRESS.search(text) else text
    if len(words.split()) * 2 < len(text.split()) or not re.search(r"[^\W\d_]{2}", words):
        return False
    if any(pattern.match(text) for pattern in (_ENTRY, _LABELS, _DAY, _NOTICE)):
        return False
    if re.match(rf"{_ADDRESS}|:\w+:", text):
        return False
    if _TYPED_LIST.search(text) or _lists_names(text):
        return False
    if _QUORUM.search(text) and len(text.split()) < _MANY_WORDS:
        return False
    if _TITLE.match(text) and not _SENTENCE_END.search(text):
        return False
    # "RCA: Presenting", "Chair: Ann Scribe: Bo"
    named = _NAMED.match(text)
    if named and (named[0][:-1].isupper() or len(text.split()) < _MANY_WORDS):
        return False
    if ":" in text and len(_NAMED.findall(text)) + text.count(": ") > 3:
        return False
    return not (title and _fold(text) == _fold(title))


def _lists_names(text: str) -> bool:
    """Return whether a paragraph is a list of names: short parts that begin with a capital."""
    parts = [part.strip() for part in re.split(r"[,;]", text) if part.strip()]
    names = [part for part in parts if len(part.split()) <= _FEW_WORDS and part[0].isupper()]
    return len(parts) > 2 and len(names) > 0.7 * len(parts)


def _is_heading(text: str) -> bool:
    """Return whether most words of a paragraph have capitals, as a title's have, or are numbers."""
    words = re.findall(r"\w+", text)
    small = [word for word in words if word[0].islower()]
    return 2 * len(small) < len(words)


def _fold(text: str) -> str:
    """Return the letters and digits of a text, in small letters."""
    return "".join(filter(str.isalnum, text.casefold()))
