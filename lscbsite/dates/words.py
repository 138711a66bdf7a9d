"""The small words of dates and times in each language that is read: "to", "and", "from"."""

from collections.abc import Sequence

Words = dict[str, tuple[str, ...]]

TO: Words = {
    "en": ("to", "until", "till", "through"),
    "de": ("bis zum", "bis"),
    "cy": ("hyd at", "hyd", "tan", "i"),
}
AND: Words = {"en": ("and",), "de": ("und",), "cy": ("a", "ac")}
OR: Words = {"en": ("or",), "de": ("oder",), "cy": ("neu",)}
FROM: Words = {
    "en": ("from", "between"),
    "de": ("vom", "von", "ab", "zwischen"),
    "cy": ("o", "rhwng"),
}


def list_words(words: Words, languages: Sequence[str]) -> list[str]:
    """Return the words of English and of ``languages`` (BCP 47 tags), longer ones first."""
    known = dict.fromkeys(("en", *(tag[:2].casefold() for tag in languages)))
    return sorted((word for tag in known for word in words.get(tag, ())), key=len, reverse=True)


def make_choice(words: Words, languages: Sequence[str]) -> str:
    """Return a regular expression for the words of English and of ``languages``."""
    return f"(?:{'|'.join(list_words(words, languages))})"
