"""Choose the headline of a report without a title: its first subjects.

"Training, chronologies and domestic violence" tells readers of a list more than a date does.
"""

import re
import textwrap
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice

from lscbsite.dates import format_list, get_locale
from lscbsite.markup.resolve_links import extract_text

_SUBJECTS = 3
# In characters: a few lines on a phone.
_LONGEST = 90
_LONGEST_SUBJECT = 120

# "1. ", "4.2 ", "Item 3: ", "b) ", "iv. "
_NUMBER = re.compile(
    r"(?i)(?:(?:agenda )?item |punkt |top |eitem )?"
    r"(?:\d{1,3}(?:\.\d{1,3})+(?:[.):]|(?-i:(?=\s+[^\Wa-z])))|\d{1,3}[.):]|[a-z][.)]|[ivx]{2,4}[.)])\s+(?=\S)"
)
# Items of every meeting, which are not its subjects.
_PROCEDURE = re.compile(
    r"(?i)(?:welcomes?(?:$|[,:]| (?:and|by|from|to)\b)|introductions?(?:$|[,:]| and\b)|opening(?:$| (?:of the meeting|remarks|words))"
    r"|apolog(?:y|ies)|absen(?:t\b|ces?$)|present\b|in attendance|attendees|attendance(?:$|[,:]| list| and apologies)"
    r"|who (?:was|were) there|quorum|declarations?(?:$| of (?:\w+ )*interests?\b)|conflicts? of interest|interests$"
    r"|(?:approval of |draft |agree |agreement of )*(?:the )?(?:minutes|notes)(?:$| of| and| from)"
    r"|(?:previous|last) (?:minutes|meeting|report)|matters arising|(?:review of )?(?:outstanding )?actions?(?:$| log| points?| list| items?| from| arising)"
    r"|any other |other (?:business|matters|items|news)|a\.?o\.?b\.?$|urgent (?:business|items)"
    r"|(?:dates?|times?)(?: and \w+)* of (?:the )?(?:next|future)|(?:next|future) (?:meetings?|steps)|clos(?:e|ing)(?:$| (?:of )?(?:the )?meeting| remarks| words)"
    r"|feedback(?: required| needed| wanted)?$|questions?(?: for you| and answers| from the public)?$|public (?:questions|participation)"
    r"|what (?:it|this) means|(?:executive )?summary|overview(?! and scrutiny)|at a glance|background(?:$| (?:and|to)\b)|agenda(?:$| items?$)|contents?$|key points|main points"
    r"|decisions?(?: made| taken)?$|conclusions?$|outcomes?$|discussion$|reports?$|papers?$|documents?$|downloads?$|attachments?$"
    r"|further information|more information|contacts?(?: us)?$|links$|references$|notes?$|footnotes$|glossary|abbreviations|append(?:ix|ices)\b|annex(?:es)?\b"
    r"|miscellaneous|thanks|general$|items?$|topics?$|subjects?$|meeting$"
    # German
    r"|begrüßung|eröffnung(?:$| der sitzung| und begrüßung)|entschuldig|anwesen|teilnehme|beschlussfähigkeit|tagesordnung|genehmigung (?:des|der) (?:\w+ )*(?:protokoll|niederschrift|tagesordnung)|protokoll"
    r"|verschiedenes|sonstiges|nächste (?:sitzung|schritte)|termin(?:e)?$|termin der|einleitung|zusammenfassung|überblick|hintergrund"
    r"|rückmeldung|fragen(?: an sie)?$|beschlüsse$|ergebnisse$|schluss$|anhang|anlagen?$|kontakt$|weitere informationen"
    # Welsh
    r"|croeso|cyflwyniad(?:$|au$)|ymddiheuriadau|presennol|yn bresennol|datgan|cofnodion|materion yn codi|unrhyw fater|unrhyw fusnes"
    r"|dyddiad y cyfarfod|y cyfarfod nesaf|cyfarfod nesaf|camau nesaf|crynodeb|cefndir|diolch|adborth|cwestiynau|atodiad|cyswllt)"
)
# English words that are not names.
_COMMON_ENDING = re.compile(
    r"[a-z]{2,}(?:ing|ies|[ts]ions?|ments?|[ae]nce|ity|ness|ic|ical|al|ive|ous|ships?|ful|[ai]ble|ism|logy|ers|ors|ures?|ages?)"
)
_COMMON = frozenset(
    [
        "adult",
        "adults",
        "annual",
        "better",
        "board",
        "bus",
        "care",
        "carers",
        "child",
        "children",
        "community",
        "cost",
        "costs",
        "data",
        "digital",
        "domestic",
        "draft",
        "early",
        "event",
        "events",
        "families",
        "family",
        "fees",
        "fire",
        "flood",
        "floods",
        "food",
        "grant",
        "grants",
        "green",
        "health",
        "home",
        "homes",
        "joint",
        "library",
        "local",
        "member",
        "members",
        "mental",
        "money",
        "new",
        "older",
        "parent",
        "parents",
        "park",
        "parks",
        "path",
        "paths",
        "peer",
        "people",
        "plan",
        "plans",
        "play",
        "police",
        "policy",
        "poor",
        "public",
        "rail",
        "rent",
        "review",
        "risk",
        "risks",
        "road",
        "roads",
        "safe",
        "safer",
        "school",
        "schools",
        "shared",
        "sharing",
        "small",
        "social",
        "staff",
        "street",
        "streets",
        "support",
        "team",
        "traffic",
        "tree",
        "trees",
        "trustees",
        "volunteer",
        "volunteers",
        "waste",
        "water",
        "work",
        "young",
        "youth",
    ]
)
# Names that end or begin as other words do. In English, a heading with one stays as it is.
_NAMES = frozenset(
    [
        "april",
        "august",
        "barking",
        "barnes",
        "bath",
        "battle",
        "bengal",
        "bill",
        "bury",
        "canterbury",
        "catholic",
        "catholics",
        "celtic",
        "clarence",
        "clements",
        "clive",
        "cork",
        "corby",
        "deal",
        "derby",
        "dorking",
        "easter",
        "epping",
        "faith",
        "florence",
        "france",
        "frank",
        "gaelic",
        "goring",
        "grace",
        "havering",
        "hinduism",
        "hispanic",
        "hope",
        "hove",
        "hull",
        "islamic",
        "judaism",
        "kettering",
        "lancing",
        "march",
        "mark",
        "may",
        "nepal",
        "olive",
        "olympic",
        "olympics",
        "peters",
        "pickering",
        "poole",
        "portugal",
        "reading",
        "rivers",
        "rogers",
        "rose",
        "rugby",
        "sale",
        "sandwich",
        "saunders",
        "senegal",
        "skegness",
        "spalding",
        "tring",
        "trinity",
        "venice",
        "victoria",
        "wales",
        "wapping",
        "ware",
        "wells",
        "will",
        "woking",
        "worthing",
    ]
)
# In a title with such a word, capitals behind the first word are those of names.
_SMALL_WORD = re.compile(r"(?<![^\W\d_])[a-zß-öø-ÿ]{4,}")
# The end of a block ends a sentence.
_BLOCK = re.compile(r"<(?!/?(?:a|abbr|b|code|em|i|kbd|mark|q|s|small|span|strong|sub|sup)\b)[^>]*>")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def choose_headline(titles: Iterable[str], html: Iterable[str], language: str) -> str:
    """Return the first subjects as one line, '' if there are none.

    ``titles`` are those of the main sections, ``html`` are all texts below headings. Behind the first
    subject, others begin with a small letter if that is sure to be right: "Training and domestic
    violence". Otherwise all stay as they are: "Training; Ofsted".
    """
    subjects = list(islice(_select_subjects(titles), _SUBJECTS))
    while len(subjects) > 1 and sum(map(len, subjects)) > _LONGEST:
        subjects.pop()
    if len(subjects) < 2:
        return "".join(subjects)
    first, *others = subjects
    text = extract_text(_BLOCK.sub(". ", " ".join(html)))
    written = [_write_small(subject, text, language) for subject in others]
    if None in written:
        return "; ".join(subjects)
    subjects = [first, *filter(None, written)]
    if any(_is_listed(subject, language) for subject in subjects):
        return "; ".join(subjects)
    return format_list(subjects, language)


def _select_subjects(titles: Iterable[str]) -> Iterator[str]:
    """Yield the titles that name a subject, each once, without their numbers."""
    known: set[str] = set()
    for title in titles:
        subject = _drop_number(title).strip().rstrip(":.;,").strip()
        if _PROCEDURE.match(subject) or not any(map(str.isalpha, subject)):
            continue
        if subject.casefold() not in known:
            known.add(subject.casefold())
            yield _shorten(subject)


def _drop_number(title: str) -> str:
    number = _NUMBER.match(title)
    return title[number.end() :] if number else title


def _shorten(subject: str) -> str:
    """Cut a long subject between two words, or in a word that is too long itself."""
    shortened = textwrap.shorten(subject, _LONGEST_SUBJECT, placeholder="…")
    return f"{subject[: _LONGEST_SUBJECT - 1]}…" if shortened == "…" else shortened


def _write_small(subject: str, text: str, language: str) -> str | None:
    """Write a subject as a sentence of the report would, None if that is not clear."""
    words = [word for word in _WORD.findall(subject) if _is_capitalised(word)]
    if not words or not subject.startswith(words[0]):
        return subject
    if get_locale(language).language == "de":  # nouns begin with a capital
        return subject[0].lower() + subject[1:] if _is_small_in(words[0], text) else subject
    if _is_in_sentence(subject, text):  # a name of several words
        return subject
    if words[0].lower() in _NAMES:
        return None
    if len(words) > 1 and _SMALL_WORD.search(subject):  # the others are capitals of names
        if subject.startswith(f"{words[0]} {words[1]}"):
            return None
        words = words[:1]
    if all(_is_small_in(word, text) for word in words):
        return _WORD.sub(lambda word: word[0].lower() if word[0] in words else word[0], subject)
    if _is_in_sentence(words[0], text):
        return subject
    if len(words) == 1 and _is_common(words[0], language):
        return subject[0].lower() + subject[1:]
    return None


def _is_in_sentence(words: str, text: str) -> bool:
    """Return whether a text has the words as they are behind another word of a sentence."""
    # A pattern that begins with a literal is much faster than one that begins with the letter before.
    for found in re.finditer(rf"{re.escape(words)}\b", text):
        before = text[max(found.start() - 3, 0) : found.start()]
        if before.endswith(" ") and before[:-1].removesuffix(",")[-1:].isalpha():
            return True
    return False


def _is_capitalised(word: str) -> bool:
    """Return whether only the first letter is a capital: neither "CSE" nor "DfE"."""
    return len(word) > 1 and word[0].isupper() and word[1:].islower()


def _is_small_in(word: str, text: str) -> bool:
    """Return whether a text has a word with a small letter, perhaps with another ending."""
    stem = word.lower()[: max(4, len(word) - 3)]
    return re.search(rf"(?<![\w.@/-]){re.escape(stem)}", text) is not None


def _is_common(word: str, language: str) -> bool:
    """Return whether a word is known not to be a name in this language."""
    small = word.lower()
    is_english = get_locale(language).language == "en"
    return is_english and bool(small in _COMMON or _COMMON_ENDING.fullmatch(small))


def _is_listed(subject: str, language: str) -> bool:
    """Return whether a subject is a list itself, so that another needs other signs."""
    return "," in subject or _load_pair(language) in subject


@cache
def _load_pair(language: str) -> str:
    """Return what is between two things in a list: ' and '."""
    return " a " if get_locale(language).language == "cy" else format_list(["", ""], language)
