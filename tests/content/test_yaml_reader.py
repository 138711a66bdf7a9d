"""Test the cases of the strict reader that other tests do not cover."""

import datetime as dt
import sys
import unicodedata

import pytest

from lscbsite.dates import split_date
from lscbsite.model import (
    Ask,
    Attendee,
    Correction,
    FrontMatter,
    MeetingRule,
    NextMeeting,
    Outcome,
    PageFrontMatter,
    PlannedMeeting,
    SiteConfig,
    Withdrawal,
)
from lscbsite.parsing.fences import split_front_matter
from lscbsite.parsing.front_matter import read_front_matter
from lscbsite.parsing.yaml_reader.field_types import list_fields
from lscbsite.parsing.yaml_reader.key_names import (
    LANGUAGES_OF_KEYS,
    SYNONYMS,
    TRANSLATED,
    find_meant_key,
    normalize_key,
)
from lscbsite.problems import Problem, Problems
from lscbsite.text import CONTROL_CHARACTERS, decode

ALL = "".join(map(chr, range(sys.maxunicode + 1)))


def is_noncharacter(character: str) -> bool:
    """Return whether Unicode promises that this will never be a character (chapter 23.7)."""
    return ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF


def test_control_characters_are_those_that_must_not_be_in_a_page() -> None:
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


def faults_in(front: str) -> tuple[Problem, ...]:
    """Return the problems of a report with this front matter."""
    problems = Problems()
    parts = split_front_matter(f"---\n{front}---\nText.\n", "reports/a.md", problems)
    assert parts is not None
    read_front_matter(parts, "reports/a.md", problems, FrontMatter, {"date": dt.date.min})
    return problems.list_sorted()


@pytest.mark.parametrize("bullet", ["•", "·", "▪", "\uf0b7", "–", "—", "*", "+", "1.", "2)"])
@pytest.mark.parametrize("entry", ["Ada Jones", "name: Ada Jones"])
def test_a_bullet_is_named_at_its_line(bullet: str, entry: str) -> None:
    (fault,) = faults_in(f"date: 2012-11-13\nattendees:\n  {bullet} {entry}\n")
    assert (fault.line, fault.column, fault.code) == (4, 3, "F013")
    assert fault.expected == 'a "-" before each entry of a list'


def test_a_bullet_in_a_text_is_no_fault() -> None:
    text = "summary: |\n  We heard:\n  • chronologies\n  – training\n"
    assert faults_in(f"date: 2012-11-13\n{text}") == ()

    (fault,) = faults_in(f"date: 2012-11-13\n{text}title: Report: thirteenth\n")
    assert (fault.line, fault.found) == (7, 'a colon and a space in the value of "title"')


def test_curly_quotation_marks_in_a_text_are_no_fault() -> None:
    assert faults_in("date: 2012-11-13\ntitle: “Think Family” at the board\n") == ()


@pytest.mark.parametrize(
    "front",
    [
        "Date: 2012-11-13\nPLACE: Hall\nNext meeting: 2013-01-31\n",
        "date: 2012-11-13\nplace: Hall\nNext-Meeting: 31 January 2013\n",
        "Datum: 13. November 2012\nOrt: Hall\nNächste Sitzung: 31.1.2013\nSprache: de\n",
        "Dyddiad: 13 Tachwedd 2012\nLleoliad: Hall\nCyfarfod nesaf: 31 Ionawr 2013\nIaith: cy\n",
    ],
)
def test_keys_are_read_in_capitals_and_in_the_language_of_the_report(front: str) -> None:
    problems = Problems()
    parts = split_front_matter(f"---\n{front}---\nText.\n", "reports/a.md", problems)
    assert parts is not None
    stand_in = {"date": dt.date.min}
    read = read_front_matter(parts, "reports/a.md", problems, FrontMatter, stand_in)
    report, positions = read.front, read.positions
    assert problems.list_sorted() == ()
    assert (report.date, report.place) == (dt.date(2012, 11, 13), "Hall")
    assert report.next_meeting == NextMeeting(dt.date(2013, 1, 31))
    assert positions["place"].line == 3


def test_every_translated_key_is_a_field() -> None:
    structs = (FrontMatter, Ask, Outcome, NextMeeting, Attendee, Correction, Withdrawal, SiteConfig)
    fields = {name for struct in structs for name in struct.__struct_fields__}
    for language in LANGUAGES_OF_KEYS:
        for word, key in TRANSLATED[language].items():
            assert key in fields
            assert normalize_key(word) == word


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("venue", ("place", "topics"), "place"),
        ("Reply-To", ("reply_to", "deadline"), "reply_to"),
        ("E-mail", ("reply_to", "deadline"), "reply_to"),
        ("question", ("ask", "deadline"), "ask"),
        ("question", ("feedback", "topics"), "feedback"),
        ("asks", ("feedback", "aliases"), "feedback"),
        ("dedline", ("ask", "deadline"), "deadline"),
        ("weather", ("place", "topics"), None),
    ],
)
def test_other_words_for_keys_are_understood(
    word: str, known: tuple[str, ...], meant: str | None
) -> None:
    assert find_meant_key(word, known) == meant


def test_every_other_word_for_a_key_leads_to_a_key() -> None:
    keys: set[str] = set()
    for type_ in (FrontMatter, PageFrontMatter, Ask, Attendee, Outcome, NextMeeting, SiteConfig):
        keys.update(type_.__struct_fields__)
    keys |= set(list_fields(PlannedMeeting).writable) | set(list_fields(MeetingRule).writable)
    keys.add("to")  # beside "from", in a date
    for word, meant in SYNONYMS.items():
        assert word == normalize_key(word)
        assert set(meant) <= keys


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("8 December 2026, 6.30pm", ("8 December 2026", "6.30pm", "")),
        ("8 December 2026 6.30pm", ("8 December 2026", "6.30pm", "")),
        ("2026-12-08T18:30", ("2026-12-08", "18:30", "")),
        ("2026-12-08 at 6pm to 8pm", ("2026-12-08", "6pm to 8pm", "")),
        (
            "Tuesday, 8 December 2026, 18:30, Town Hall",
            ("Tuesday, 8 December 2026", "18:30", "Town Hall"),
        ),
        ("8 December 2026 at Council House", ("8 December 2026", "", "Council House")),
        ("8 December 2026 in Hall 2", ("8 December 2026", "", "Hall 2")),
        ("8 December 2026 from 6pm to 8pm", ("8 December 2026", "6pm to 8pm", "")),
        ("8 December 2026 at noon, Hall 2", ("8 December 2026", "noon", "Hall 2")),
        ("8-9 December 2026, Hall 2", ("8-9 December 2026", "", "Hall 2")),
        ("8 December 2026, Hall 2 at 6pm", ("8 December 2026", "6pm", "Hall 2")),
        (
            "8 December 2026, Room 5, 6 High Street",
            ("8 December 2026", "", "Room 5, 6 High Street"),
        ),
        ("6pm on 8 December 2026, Hall 2", ("8 December 2026", "6pm", "Hall 2")),
        ("9 or 16 December 2026", None),
        ("8 December 2026", None),
        ("in the new year", None),
    ],
)
def test_a_date_is_split_from_time_and_place(text: str, parts: tuple[str, str, str] | None) -> None:
    assert split_date(text) == parts


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"PK\x03\x04\x14\x00word/document.xml\x00\x00", "a Word file"),
        (b"PK\x03\x04\x14\x00xl/workbook.xml\x00", "an Excel file"),
        (
            b"PK\x03\x04" + b"\x00" * 26 + b"mimetypeapplication/vnd.oasis.opendocument.text",
            "an OpenDocument file",
        ),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\x00\x00", "a Word file"),
        (b"{\\rtf1\\ansi Text}", "an RTF file"),
    ],
)
def test_files_of_office_programs_are_named(data: bytes, kind: str) -> None:
    problems = Problems()
    assert decode(data, "reports/a.md", problems) is None
    (fault,) = problems.list_sorted()
    assert (fault.line, fault.code, fault.found) == (1, "F001", kind)
