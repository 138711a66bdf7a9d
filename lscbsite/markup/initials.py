"""Find the words in capitals that a text explains, or that are not acronyms in it.

Minutes call people by their initials ("KK: we need a day"), write labels in capitals, and spell
names out once. Advice to explain such a word is wrong, so doubtful ones count as explained.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator

from lscbsite.markup.known_words import STATES

# The end of a block or a line.
_END = "\0\n"
# A name: words with a capital, perhaps with an initial among them.
_NAME = re.compile(r"[^\W\d_a-z][\w'’]*(?:[ \-]+[^\W\d_a-z][\w'’]*\.?)+")
_WHOLE_WORD = re.compile(r"(?<![\w./#@-])[^\W\d_]+(?![\w@-]|\.\w)")
_ENDINGS = ("", "s", "es", "ed", "d", "ing")
_NAME_WORD = re.compile(r"[^\W\d_][\w'’]*")
# What begins a line: "KK: ...", also with a bullet that was typed.
_LABEL = re.compile(rf"(?:^|[{_END}])[^\w{_END}]{{0,4}}([^\W\d_]{{2,4}}):")
# Whoever speaks has the word twice or more; texts with this many speakers are transcripts.
_LABELS = 2
_SPEAKERS = 3
_BRACKETS = re.compile(rf"\(([^(){_END}]{{2,80}})\)")
# Lists of names in one line.
_PEOPLE = re.compile(
    rf"(?im)(?:^|(?<=[{_END}]))\W{{0,4}}(?:members |those |also |in )?(?:present|attend(?:ing|ees|ance|ed)|"
    rf"participants|apologies|regrets|absent|guests|others|anwesend|entschuldigt|gäste|yn bresennol|"
    rf"ymddiheuriadau)\b[^:{_END}]{{0,30}}:([^\0]*)"
)
# First name and surname in capitals.
_SURNAME = re.compile(r"[^\W\d_a-z][^\W\d_A-Z]+ ((?:[^\W\d_a-z]{2,}[ '-]?)+)(?=[;,\0\n]|$)")
_SURNAMES = 3


def find_explained(text: str, words: Collection[str]) -> set[str]:
    """Return those of the words in capitals that need no explanation in this text.

    Blocks end with NUL.
    """
    wanted = set(words)
    small = _list_small_words(text)
    explained = {word for word in wanted if _is_written_small(word, small) or _is_state(word, text)}
    explained.update(_find_initials(wanted, text))
    explained.update(_find_speakers(text) & wanted)
    explained.update(_find_expanded(wanted, text))
    for names in _PEOPLE.finditer(text):
        listed = {name.strip(" .") for name in re.split(r"[,;\n]|\band\b", names[1])}
        # "LJ", and "JF Bastien".
        explained.update(wanted & (listed | {name.partition(" ")[0] for name in listed}))
    surnames = [name[1] for name in _SURNAME.finditer(text)]
    if len(surnames) >= _SURNAMES:
        explained.update(wanted.intersection(re.split(r"[ '-]", " ".join(surnames))))
    return explained


def make_initials(name: str) -> str:
    """Return the initials of a person's name: all of them, in capitals."""
    return "".join(word[0] for word in _NAME_WORD.findall(name)).upper()


def _list_small_words(text: str) -> set[str]:
    """Return the words of a text that are not in capitals, in small letters."""
    return {word.lower() for word in _WHOLE_WORD.findall(text) if word[1:].islower()}


def _is_written_small(word: str, small_words: set[str]) -> bool:
    """Return whether the text has the word in small letters as well: "POLL" in a text on polls."""
    if len(word) < 3 or not word.isalpha() or not word.isupper():
        return False
    return any(word.lower() + ending in small_words for ending in _ENDINGS)


def _is_state(word: str, text: str) -> bool:
    """Return whether the word is a state after a town each time."""
    if word not in STATES:
        return False
    alone = rf"(?<!\w){word}(?!\w)"
    return len(re.findall(rf"(?<=[a-z], ){alone}", text)) == len(re.findall(alone, text))


def _find_initials(words: Collection[str], text: str) -> Iterator[str]:
    """Yield the words that are the initials of a name in the text.

    That includes the names of bodies that are written out.
    """
    known = set()
    for name in _NAME.finditer(text):
        parts = _NAME_WORD.findall(name[0])
        # A word in capitals does not explain another one.
        if sum(not (part.isupper() and len(part) > 1) for part in parts) > 1:
            known.add(make_initials(name[0]))
    # "Ann Mary Lee" is AML or AL.
    known.update([initials[0] + initials[-1] for initials in known if len(initials) == 3])
    for word in words:
        if any(word.upper() in initials for initials in known):
            yield word


def _find_speakers(text: str) -> set[str]:
    """Return the words that begin lines as the names of speakers do."""
    counts = Counter(label[1] for label in _LABEL.finditer(text))
    speakers = {label for label, count in counts.items() if count >= _LABELS}
    return set(counts) if len(speakers) >= _SPEAKERS else speakers


def _find_expanded(words: Collection[str], text: str) -> Iterator[str]:
    """Yield the words that the text spells out in brackets, before them or after them.

    As in "Board for Safety (BfS)", "BfS (Board for Safety)", "Ann Lee - Tea Co (AL)".
    """
    for brackets in _BRACKETS.finditer(text):
        inner = brackets[1].strip("\"'“”‘’ ")
        before = re.split(rf"[(){_END}]", text[max(0, brackets.start() - 120) : brackets.start()])[
            -1
        ]
        last = re.search(r"([\w&-]+?)(?:['’]?s)?\s*$", before)
        for word, phrase in ((inner.removesuffix("s"), before), (last[1] if last else "", inner)):
            if word in words and _spells_out(phrase, word):
                yield word


def _spells_out(phrase: str, acronym: str) -> bool:
    """Return whether the letters of an acronym are in a phrase, the first one beginning a word.

    This is the rule of Schwartz and Hearst (2003): compare from the end, in the nearest words.
    """
    nearest = phrase.split()[-min(len(acronym) + 5, 2 * len(acronym)) :]
    letters = " ".join(nearest).casefold()
    index = len(letters)
    for number, sign in enumerate(
        reversed([sign for sign in acronym.casefold() if sign.isalnum()])
    ):
        is_first = number == sum(map(str.isalnum, acronym)) - 1
        index = letters.rfind(sign, 0, index)
        while is_first and index > 0 and letters[index - 1].isalnum():
            index = letters.rfind(sign, 0, index)
        if index < 0:
            return False
    return True
