"""Find names that are nearly the same: misspellings rather than other names.

They are only ever suggested to authors.
"""

import difflib
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import combinations, product

from lscbsite.problems import ComparisonBudget, Problem, quote_value

_TITLES = frozenset(["mr", "mrs", "ms", "miss", "dr", "prof", "professor", "cllr", "councillor"])
_TITLES |= frozenset(["sir", "dame", "lord", "lady", "rev", "revd", "canon", "judge", "sgt", "pc"])
# In shorter names, one letter makes too much of a difference.
_SHORTEST = 6
# Anything longer is an address or a list, not a word or a name.
_LONGEST_WORD = 50
_LONGEST_NAME = 200
# About two seconds for names that are all similar. Words two edits apart take longer to compare.
# Tests lower the limit.
MOST_EFFORT = 1_000_000
_EFFORT_OF_TWO = 3
# The keys of an index: 10,000 words of a dozen letters have this many.
_MOST_KEYS = 1_000_000
# A function that returns the number of slips between two different words, 0 if they are unrelated.
# The third argument is whether it is the last word of the name.
Slips = Callable[[str, str, bool], int]


class SimilarNames:
    """Finds the known name that a misspelt name stands for.

    Names are similar if they have the same number of words, with the same first letters, and only
    slips between them. A search looks up the similar words of each word and then the names made of
    them, so that it takes the same time among thousands of names as among ten.
    """

    def __init__(self, names: Iterable[str], slips: Slips, most: int) -> None:
        """Index the known names; up to ``most`` words of a name may differ, by ``slips`` each."""
        self._slips, self._most = slips, most
        self._effort = ComparisonBudget(MOST_EFFORT)
        self._by_letters: dict[str, str] = {}
        self._by_words: dict[tuple[str, ...], str] = {}
        for name in names:
            if words := _split_words(name):
                self._by_letters.setdefault("".join(words), name)
                self._by_words[words] = min(name, self._by_words.get(words, name))
        self._vocabulary = _Vocabulary({word for words in self._by_words for word in words})
        self._replacements: dict[tuple[str, bool, int], list[tuple[int, str]]] = {}
        self.not_compared: list[str] = []

    def find_near(self, name: str) -> str | None:
        """Return the known name most similar to ``name``, or None if none is similar.

        A name that takes too long is added to ``not_compared``.
        """
        words = _split_words(name)
        same = self._by_letters.get("".join(words))
        if same is not None or not words:
            return same
        try:
            # No name is nearer than one slip in one word.
            candidates = self._find_names(words, 1, 1) or self._find_names(words, self._most, 2)
        except _TooManyError:
            self.not_compared.append(name)
            return None
        return min(candidates)[1] if candidates else None

    def _find_names(self, words: tuple[str, ...], most: int, edits: int) -> list[tuple[int, str]]:
        """Return the known names of which at most ``most`` words differ, with the number of slips."""
        unknown = {
            position for position, word in enumerate(words) if word not in self._vocabulary.words
        }
        if len(unknown) > most:
            return []
        positions = unknown if len(unknown) == most else range(len(words))
        near = {
            position: self._find_words(words, position, edits) for position in sorted(positions)
        }
        near = {position: replacements for position, replacements in near.items() if replacements}
        self._spend(len(words) * sum(map(len, near.values())) ** most // 10)
        candidates = []
        for number in range(1, most + 1):
            for differing in combinations(near, number):
                if not unknown.issubset(differing):
                    continue
                for replacements in product(*(near[position] for position in differing)):
                    other = list(words)
                    for position, (_, word) in zip(differing, replacements, strict=True):
                        other[position] = word
                    if known := self._by_words.get(tuple(other)):
                        candidates.append((sum(slips for slips, _ in replacements), known))
        return candidates

    def _find_words(self, words: tuple[str, ...], number: int, edits: int) -> list[tuple[int, str]]:
        """Return the known words that a word may stand for, with the number of slips."""
        word, last = words[number], number == len(words) - 1
        key = word, last, edits
        if key not in self._replacements:
            self._replacements[key] = self._look_up(*key)
        return self._replacements[key]

    def _look_up(self, word: str, last: bool, edits: int) -> list[tuple[int, str]]:
        alike = self._vocabulary.find_alike(word, edits)
        self._spend(len(alike) * (1 if edits == 1 else _EFFORT_OF_TWO))
        candidates = []
        for known in alike:
            if known[0] == word[0] and known != word:
                if (
                    edits == 1
                    and _count_edits(word, known) > 1
                    and known not in _list_plurals(word)
                ):
                    continue
                if slips := self._slips(word, known, last):
                    candidates.append((slips, known))
        return candidates

    def _spend(self, effort: int) -> None:
        if not self._effort.spend(effort):
            raise _TooManyError


class _TooManyError(Exception):
    """Too many names are similar to compare them all."""


class _Vocabulary:
    """The words of known names, with an index of similar words."""

    def __init__(self, words: set[str]) -> None:
        self.words = words
        self._longest = max(map(len, words), default=0)
        self._indexes: dict[int, _Index] = {}

    def find_alike(self, word: str, edits: int) -> set[str]:
        """Return all words at most ``edits`` away from ``word``, its plurals, and some others.

        Raises:
            _TooManyError: there are too many words for the index.

        """
        if len(word) > self._longest + 2:
            return set()
        if edits not in self._indexes:
            self._indexes[edits] = _Index(self.words, edits, _LONGEST_WORD)
        return self._indexes[edits].find_alike(word) | (_list_plurals(word) & self.words)


class _Index:
    """Texts by all the strings that remain when up to ``dropped`` letters are deleted.

    Texts one edit apart share such a string when one letter is deleted, texts two edits apart
    when two are.
    """

    def __init__(self, texts: Iterable[str], dropped: int, longest: int) -> None:
        texts = sorted(texts)
        self._dropped = dropped
        # Longer texts may be similar to one that is not in the index.
        any_longer = any(len(text) > longest for text in texts)
        self._compared = longest - dropped if any_longer else longest + dropped
        self._texts: dict[int, str] = {}
        self._more: dict[int, list[str]] = defaultdict(list)
        self._complete = True
        for text in texts:
            if len(self._texts) > _MOST_KEYS:
                self._complete = False
                break
            for key in _make_keys(text, dropped) if len(text) <= longest else ():
                if self._texts.setdefault(key, text) != text:
                    self._more[key].append(text)

    def find_alike(self, text: str) -> set[str]:
        """Return all texts at most ``dropped`` edits away from ``text``, and some others.

        Raises:
            _TooManyError: there are too many texts for the index.

        """
        if not self._complete or len(text) > self._compared:
            raise _TooManyError
        matches: set[str] = set()
        for key in _make_keys(text, self._dropped):
            if key in self._texts:
                matches.add(self._texts[key])
                matches.update(self._more.get(key, ()))
        return matches


def _make_keys(text: str, dropped: int) -> set[int]:
    """Return the hashes of the strings that remain when up to ``dropped`` letters are deleted."""
    left = {text}
    for _ in range(dropped):
        left |= {
            word[:position] + word[position + 1 :] for word in left for position in range(len(word))
        }
    # Hashes take less memory than strings; a collision only costs a comparison.
    return set(map(hash, left))


class SimilarPeople:
    """Finds the known person whose name differs by one letter, a title or an initial.

    Names of more than 200 letters are not compared.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._effort = ComparisonBudget(MOST_EFFORT)
        self._initials: dict[tuple[str, str], str] = {}
        self._by_text: dict[str, str] = {}
        for name in sorted(names, key=lambda name: (-len(name), name)):
            words = _split_words(name)
            text = " ".join(words)
            if len(text) <= _LONGEST_NAME:
                self._by_text[text] = min(name, self._by_text.get(text, name))
            if len(words) > 1:
                self._initials.setdefault((words[0][0], words[-1]), name)
        self._index: _Index | None = None
        self.not_compared: list[str] = []

    def find_near(self, name: str) -> str | None:
        """Return the known name that ``name`` stands for, or None.

        A name that takes too long is added to ``not_compared``.
        """
        words = tuple(word for word in _split_words(name) if word not in _TITLES)
        text = " ".join(words)
        if not _SHORTEST <= len(text) <= _LONGEST_NAME:
            return None
        if self._index is None:
            self._index = _Index(self._by_text, 1, _LONGEST_NAME)
        try:
            similar_names = self._index.find_alike(text)
        except _TooManyError:
            similar_names = set()
            self.not_compared.append(name)
        if similar_names and not self._effort.spend(len(similar_names)):
            self.not_compared.append(name)
            return None
        ranked = [
            (self._count_person_slips(words, tuple(known_name.split())), self._by_text[known_name])
            for known_name in similar_names
        ]
        if ranked and min(ranked)[0] < 2:
            return min(ranked)[1]
        # "A. Moss" and "Ada J. Moss" can be Ada Moss.
        first = [word for word in words[:-1] if len(word) > 1]
        known = self._initials.get((words[0][0], words[-1]))
        if known is None or len(words) < 2:
            return None
        same = not first or first[:1] == list(_split_words(known)[:1])
        return known if same and len(first) < len(words) - 1 else None

    def _count_person_slips(self, words: tuple[str, ...], known: tuple[str, ...]) -> int:
        """Count slips; a different letter in a first name makes a different name (Julie, Julia)."""
        first, its = words[0], known[0]
        if len(words) > 1 and first != its and sorted(first) != sorted(its):
            return 2 if len(first) == len(its) else _count_edits(" ".join(words), " ".join(known))
        return _count_edits(" ".join(words), " ".join(known))


def report_not_compared(names: Iterable[str], code: str, path: str) -> Iterator[Problem]:
    """Report once that some names were not compared with those in a file."""
    if not_compared := sorted(set(names)):
        yield Problem(
            path,
            1,
            1,
            code,
            f"so many names here that are nearly alike that {len(not_compared):,} of the reports could not"
            f" be compared with them, {quote_value(not_compared[0])} among them",
            "names that differ in more than a letter or two",
            "look at these names yourself, or make this list shorter",
        )


def count_slips_in_term(word: str, known: str, last: bool) -> int:
    """Count the slips between words of terms: a letter or two, or the s of a plural."""
    short, long = sorted((word, known), key=len)
    if len(short) > 3 and _is_plural(short, long):
        return 1
    return _count_slips(short, long)


def count_slips_in_person(word: str, known: str, last: bool) -> int:
    """Count the slips between words of people's names.

    First names are short, and many differ by one letter (Julie and Julia, Louis and Louise), so
    only swapped letters and slips in long names count.
    """
    short, long = sorted((word, known), key=len)
    if len(short) > 3 and _count_edits(short, long) == 1 and sorted(short) == sorted(long):
        return 1
    if not last:
        return 0 if long.startswith(short) else _count_slips(short, long)
    edits = _count_edits(short, long) if len(short) > 4 else 0
    return edits if edits == 1 or (edits == 2 and _compute_ratio(short, long) >= 0.8) else 0


def simplify(text: str) -> str:
    """Return a name for comparison, without differences in case, spaces and apostrophes."""
    return " ".join(text.replace("’", "'").casefold().split())


def _count_slips(short: str, long: str) -> int:
    """Count the slips between two words; 0 if both are likely to be words of the language."""
    if len(short) < 5 or len(long) > len(short) + 2:
        return 0
    if any(character.isdigit() for character in short + long):
        return 0
    edits = _count_edits(short, long)
    if edits == 1:
        # Police and policy, drive and driver.
        changed = len(short) == len(long) and sorted(short) != sorted(long)
        derived = long.startswith(short) and long[-1] in "dry"
        return 0 if derived or (changed and len(short) < 8) else 1
    # Commission and commissioner, preventing and prevention.
    derived = long.startswith(short[:-3])
    near = edits == 2 and len(short) > 9 and not derived and _compute_ratio(short, long) >= 0.88
    return 2 if near else 0


def _is_plural(short: str, long: str) -> bool:
    ies = short.endswith("y") and long == f"{short[:-1]}ies"
    return ies or long in (f"{short}s", f"{short}es")


def _list_plurals(word: str) -> set[str]:
    """Return the possible plurals and singulars of a word."""
    plurals = {f"{word}s", f"{word}es"} | {word.removesuffix(end) for end in ("s", "es")}
    if word.endswith("y"):
        plurals.add(f"{word[:-1]}ies")
    if word.endswith("ies"):
        plurals.add(f"{word[:-3]}y")
    return plurals - {word, ""}


def _compute_ratio(first: str, second: str) -> float:
    return difflib.SequenceMatcher(None, first, second, autojunk=False).ratio()


@lru_cache(10_000)
def _count_edits(first: str, second: str) -> int:
    """Return how many letters to add, drop, change or swap; 3 means more than two."""
    if abs(len(first) - len(second)) > 2:
        return 3
    # Skip the letters that both begin or end with.
    start = _count_equal_letters(first, second)
    first, second = first[start:][::-1], second[start:][::-1]
    end = _count_equal_letters(first, second)
    first, second = first[end:], second[end:]
    before: list[int] = []
    row = list(range(len(second) + 1))
    for i, letter in enumerate(first, 1):
        above, row = row, [i]
        for j, its in enumerate(second, 1):
            cost = min(above[j] + 1, row[-1] + 1, above[j - 1] + (letter != its))
            if i > 1 and j > 1 and letter == second[j - 2] and its == first[i - 2]:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        # No later row can have a smaller minimum than these two.
        if min(row) > 2 and min(above) > 2:
            return 3
        before = above
    return min(row[-1], 3)


def _count_equal_letters(first: str, second: str) -> int:
    """Return how many letters at the beginning two words have in common."""
    differing = (
        position
        for position, letters in enumerate(zip(first, second, strict=False))
        if letters[0] != letters[1]
    )
    return next(differing, min(len(first), len(second)))


def _split_words(name: str) -> tuple[str, ...]:
    """Return the words of a name, without accents and case, and without "and" and "the"."""
    letters = unicodedata.normalize("NFKD", name.casefold().replace("&", " and "))
    spaced = "".join(
        letter if letter.isalnum() else " "
        for letter in letters
        if letter not in "'’‘ʼ`" and not unicodedata.combining(letter)
    )
    return tuple(word for word in spaced.split() if word not in ("and", "the"))
