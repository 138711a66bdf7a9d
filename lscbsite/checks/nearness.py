"""Names that are nearly the same: what is a slip of the pen, and what is another name.

Nothing is concluded from nearness; authors are asked what they meant.
"""

import difflib
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import lru_cache

from lscbsite.problems import Comparisons

_TITLES = frozenset(["mr", "mrs", "ms", "miss", "dr", "prof", "professor", "cllr", "councillor"])
_TITLES |= frozenset(["sir", "dame", "lord", "lady", "rev", "revd", "canon", "judge", "sgt", "pc"])
# In a shorter name a letter makes too much of a difference.
_SHORTEST = 6
# Given two words that differ: how many slips lead from one to the other, 0 if none do. The third
# argument says whether it is the last word of the name.
Slips = Callable[[str, str, bool], int]


class NearNames:
    """Finds the known name that another one nearly is.

    Only names of as many words, with the same first letters, are compared letter by letter, so
    that looking for a name takes the same time among ten names and among thousands.
    """

    def __init__(self, names: Iterable[str], slips: Slips, most: int) -> None:
        """Take the known names; ``most`` words of a name may differ, each by ``slips``."""
        self._slips, self._most = slips, most
        self._comparisons = Comparisons()
        self._by_letters: dict[str, str] = {}
        self._by_initials: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
        for name in names:
            if words := _words(name):
                self._by_letters.setdefault("".join(words), name)
                self._by_initials[_initials(words)].append((words, name))

    def near(self, name: str) -> str | None:
        """Return the known name that is nearest to ``name``, None if none is near."""
        words = _words(name)
        same = self._by_letters.get("".join(words))
        if same is not None or not words:
            return same
        alike = self._by_initials.get(_initials(words), ())
        if not self._comparisons.spend(5 * len(alike)):
            return None
        found = [
            (slips, known) for other, known in alike if (slips := self._distance(words, other))
        ]
        return min(found)[1] if found else None

    def _distance(self, words: tuple[str, ...], other: tuple[str, ...]) -> int:
        differing = [place for place, word in enumerate(words) if word != other[place]]
        if len(differing) > self._most:
            return 0
        total = 0
        for place in differing:
            last = place == len(words) - 1
            if not (slips := self._slips(words[place], other[place], last)):
                return 0
            total += slips
        return total


class OneSlip:
    """Finds the known name of a person that another one is but for one letter, a title or initial.

    Each known name is kept under all that is left of it when a letter is dropped: two names with
    something in common there are at most two letters apart, and few enough to be compared.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._known: dict[str, set[str]] = defaultdict(set)
        self._initials: dict[tuple[str, str], str] = {}
        for name in sorted(names, key=lambda name: (-len(name), name)):
            words = _words(name)
            for left in _shortened(" ".join(words)):
                self._known[left].add(name)
            if len(words) > 1:
                self._initials.setdefault((words[0][0], words[-1]), name)

    def near(self, name: str) -> str | None:
        """Return the known name that ``name`` nearly is, None if it is none."""
        words = tuple(word for word in _words(name) if word not in _TITLES)
        text = " ".join(words)
        if len(text) < _SHORTEST:
            return None
        found = {known for left in _shortened(text) for known in self._known.get(left, ())}
        ranked = sorted((self._slips(words, _words(known)), known) for known in found)
        if ranked and ranked[0][0] < 2:
            return ranked[0][1]
        # "A. Moss" and "Ada J. Moss" can be Ada Moss.
        first = [word for word in words[:-1] if len(word) > 1]
        known = self._initials.get((words[0][0], words[-1]))
        if known is None or len(words) < 2:
            return None
        same = not first or first[:1] == list(_words(known)[:1])
        return known if same and len(first) < len(words) - 1 else None

    def _slips(self, words: tuple[str, ...], known: tuple[str, ...]) -> int:
        """Count slips; another letter in a first name makes another name (Julie and Julia)."""
        first, its = words[0], known[0]
        if len(words) > 1 and first != its and sorted(first) != sorted(its):
            return 2 if len(first) == len(its) else _edits(" ".join(words), " ".join(known))
        return _edits(" ".join(words), " ".join(known))


def _shortened(text: str) -> set[str]:
    return {text, *(text[:place] + text[place + 1 :] for place in range(len(text)))}


def slips_in_term(word: str, known: str, last: bool) -> int:
    """Count the slips between words of terms: a letter or two, or the s of a plural."""
    short, long = sorted((word, known), key=len)
    if len(short) > 3 and _is_plural(short, long):
        return 1
    return _slips(short, long)


def slips_in_person(word: str, known: str, last: bool) -> int:
    """Count the slips between words of people's names.

    First names are of few letters, and many are one letter apart (Julie and Julia, Louis and
    Louise): there only letters that changed places, or slips in long names, count.
    """
    short, long = sorted((word, known), key=len)
    if len(short) > 3 and _edits(short, long) == 1 and sorted(short) == sorted(long):
        return 1
    if not last:
        return 0 if long.startswith(short) else _slips(short, long)
    edits = _edits(short, long) if len(short) > 4 else 0
    return edits if edits == 1 or (edits == 2 and _ratio(short, long) >= 0.8) else 0


def plain(text: str) -> str:
    """Return a name as it is compared: without regard to capitals, blanks and apostrophes' form."""
    return " ".join(text.replace("’", "'").casefold().split())


def _slips(short: str, long: str) -> int:
    """Count the slips between two words, 0 where they are rather two words of the language."""
    if len(short) < 5 or len(long) > len(short) + 2:
        return 0
    if any(character.isdigit() for character in short + long):
        return 0
    edits = _edits(short, long)
    if edits == 1:
        # Police and policy, drive and driver.
        changed = len(short) == len(long) and sorted(short) != sorted(long)
        derived = long.startswith(short) and long[-1] in "dry"
        return 0 if derived or (changed and len(short) < 8) else 1
    # Commission and commissioner, preventing and prevention.
    derived = long.startswith(short[:-3])
    near = edits == 2 and len(short) > 9 and not derived and _ratio(short, long) >= 0.88
    return 2 if near else 0


def _is_plural(short: str, long: str) -> bool:
    ies = short.endswith("y") and long == f"{short[:-1]}ies"
    return ies or long in (f"{short}s", f"{short}es")


def _ratio(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()


@lru_cache(10_000)
def _edits(one: str, other: str) -> int:
    """Return how many letters to add, drop, change or swap with the next; 3 stands for more."""
    if abs(len(one) - len(other)) > 2:
        return 3
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        above, row = row, [i]
        for j, its in enumerate(other, 1):
            cost = min(above[j] + 1, row[-1] + 1, above[j - 1] + (letter != its))
            if i > 1 and j > 1 and letter == other[j - 2] and its == one[i - 2]:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        # No later row has a smaller number than both of these have.
        if min(row) > 2 and min(above) > 2:
            return 3
        before = above
    return min(row[-1], 3)


def _words(name: str) -> tuple[str, ...]:
    """Return the words of a name in plain letters, without "and" and "the"."""
    letters = unicodedata.normalize("NFKD", name.casefold().replace("&", " and "))
    kept = "".join(
        letter if letter.isalnum() else " "
        for letter in letters
        if letter not in "'’‘ʼ`" and not unicodedata.combining(letter)
    )
    return tuple(word for word in kept.split() if word not in ("and", "the"))


def _initials(words: tuple[str, ...]) -> str:
    return "".join(word[0] for word in words)
