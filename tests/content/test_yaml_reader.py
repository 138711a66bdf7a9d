"""The strict reader, where other tests do not come past every case."""

import sys
import unicodedata

from lscbsite.text import CONTROL_CHARACTERS

ALL = "".join(map(chr, range(sys.maxunicode + 1)))


def is_noncharacter(character: str) -> bool:
    """Whether Unicode promises that this will never be a character (chapter 23.7)."""
    return ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF


def test_control_characters_are_those_that_may_not_stand_in_a_page() -> None:
    expected = [
        character
        for character in ALL
        if is_noncharacter(character)
        or (unicodedata.category(character) == "Cc" and character not in "\t\n\r")
    ]
    assert CONTROL_CHARACTERS.findall(ALL) == expected
    assert len(CONTROL_CHARACTERS.sub("", ALL)) == len(ALL) - len(expected)


def test_nothing_that_can_be_printed_is_a_control_character() -> None:
    assert not any(found.isprintable() for found in CONTROL_CHARACTERS.findall(ALL))
