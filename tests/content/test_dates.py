"""Test dates and times as people write them: what is read, what is refused, and why."""

import datetime as dt
import unicodedata

import pytest
from babel.dates import format_date as format_date_by_babel
from conftest import HUNT
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lscbsite.dates import (
    MONTHS,
    WEEKDAYS,
    WRITE_ISO,
    NotReadError,
    format_date,
    format_time,
    format_written,
    get_locale,
    make_moment,
    read_date,
    read_time,
)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        # as the first reports had them
        ("13 November 2012", "2012-11-13"),
        ("31ST January 2013", "2013-01-31"),
        ("Tuesday, November 13th, 2012", "2012-11-13"),
        # ISO 8601
        ("2012-11-13", "2012-11-13"),
        ("20121113", "2012-11-13"),
        ("2012/11/13", "2012-11-13"),
        ("2012.11.13", "2012-11-13"),
        ("2012-1-3", "2012-01-03"),
        # in words, the day first
        ("1 May 2012", "2012-05-01"),
        ("1st of May 2012", "2012-05-01"),
        ("the 2nd of May 2012", "2012-05-02"),
        ("3rd May, 2012", "2012-05-03"),
        ("04 may 2012", "2012-05-04"),
        ("13 NOVEMBER 2012", "2012-11-13"),
        ("13-Nov-2012", "2012-11-13"),
        ("13 Nov. 2012", "2012-11-13"),
        # the month first
        ("May 1, 2012", "2012-05-01"),
        ("May 1st 2012", "2012-05-01"),
        ("May the 1st, 2012", "2012-05-01"),
        ("Nov. 13 2012", "2012-11-13"),
        # all the ways to shorten September
        ("3 Sep 2012", "2012-09-03"),
        ("3 Sept 2012", "2012-09-03"),
        ("3 Sept. 2012", "2012-09-03"),
        ("Sept 3, 2012", "2012-09-03"),
        ("Sept. 3rd 2012", "2012-09-03"),
        ("Mon Sept 3 2012", "2012-09-03"),
        # with the right weekday
        ("Tuesday 13 November 2012", "2012-11-13"),
        ("Tue 13 Nov 2012", "2012-11-13"),
        ("Tues. 13 November 2012", "2012-11-13"),
        ("Thur 15 November 2012", "2012-11-15"),
        ("on Tuesday, 13th November 2012", "2012-11-13"),
        ("Tuesday the 13th of November 2012", "2012-11-13"),
        ("Weds 7 October 2026", "2026-10-07"),
        # the weekday behind, in brackets, or beside numbers
        ("22 September 2026 (Tuesday)", "2026-09-22"),
        ("22 September 2026, Tues.", "2026-09-22"),
        ("(Tuesday) 22 September 2026", "2026-09-22"),
        ("Tuesday, 22/09/2026", "2026-09-22"),
        ("Tue 2026-09-22", "2026-09-22"),
        # as in formal minutes, and typed in a hurry
        ("22 September 2026.", "2026-09-22"),
        ("13. November 2012", "2012-11-13"),
        ("the 22nd day of September, 2026", "2026-09-22"),
        ("22September2026", "2026-09-22"),
        ("2026 September 22", "2026-09-22"),
        ("2026-Sep-22", "2026-09-22"),
        ("22/Sep/2026", "2026-09-22"),
        # numbers that can be read in one way only
        ("13/11/2012", "2012-11-13"),
        ("11/13/2012", "2012-11-13"),
        ("13.11.2012", "2012-11-13"),
        ("13-11-2012", "2012-11-13"),
        ("3/3/2013", "2013-03-03"),
        # leap days
        ("29 February 2012", "2012-02-29"),
        ("29/02/2000", "2000-02-29"),
        # blanks, hyphens and digits of other kinds, and what nobody sees
        ("  13   November\t2012 ", "2012-11-13"),
        ("13\u00a0November\u00a02012", "2012-11-13"),
        ("13\nNovember\n2012", "2012-11-13"),
        ("2012–11–13", "2012-11-13"),
        ("2012\u201111\u201113", "2012-11-13"),
        ("\u200e13/11/2012", "2012-11-13"),
        ("2012-11-13\ufeff", "2012-11-13"),
        ("１３ November ２０１２", "2012-11-13"),
        ("13ᵗʰ November 2012", "2012-11-13"),
    ],
)
def test_a_date_is_read(text: str, day: str) -> None:
    assert read_date(text) == dt.date.fromisoformat(day)


@pytest.mark.parametrize(
    ("language", "text", "day"),
    [
        ("de", "12. März 2013", "2013-03-12"),
        ("de", "12.März 2013", "2013-03-12"),
        ("de", "12. Marz 2013", "2013-03-12"),
        ("de", "Dienstag, den 12. März 2013", "2013-03-12"),
        ("de", "Di., 12. Mrz. 2013", "2013-03-12"),
        ("de", "am Sonnabend, 16.03.2013", "2013-03-16"),
        ("de-AT", "3. Jänner 2013", "2013-01-03"),
        # in German, the day is always first
        ("de", "03.06.2025", "2025-06-03"),
        ("de", "Dienstag, 3. 6. 2025", "2025-06-03"),
        ("cy", "22 Medi 2026", "2026-09-22"),
        ("cy", "22ain o Fedi 2026", "2026-09-22"),
        ("cy", "Dydd Mawrth, 12 Mawrth 2013", "2013-03-12"),
        ("cy", "Mawrth 12 Mawrth 2013", "2013-03-12"),
        ("cy", "nos Fawrth 12fed o Fawrth 2013", "2013-03-12"),
        ("cy", "12 Mawrth 2013 (Mawrth)", "2013-03-12"),
        ("es", "12 de marzo de 2013", "2013-03-12"),
        ("fr", "1er août 2013", "2013-08-01"),
        ("fr", "mardi 12 mars 2013", "2013-03-12"),
        # English is read everywhere
        ("de", "Tuesday 12 March 2013", "2013-03-12"),
        ("cy", "12 May 2013", "2013-05-12"),
    ],
)
def test_a_date_is_read_in_the_languages_of_a_site(language: str, text: str, day: str) -> None:
    assert read_date(text, (language,)) == dt.date.fromisoformat(day)
    assert read_date(text, (language, "en-GB")) == dt.date.fromisoformat(day)
    assert read_date(text.upper(), (language,)) == dt.date.fromisoformat(day)


@pytest.mark.parametrize(
    ("languages", "text", "code"),
    [
        ((), "12. März 2013", "F030"),
        (("en-GB",), "03.06.2025", "F031"),
        (("en-GB", "de"), "03.06.2025", "F031"),
        (("de",), "03/06/2025", "F031"),
        (("de",), "11.13.2025", "F032"),
        (("de",), "Montag, 12. März 2013", "F033"),
        (("de",), "Montag, 12.03.2013", "F033"),
        (("cy",), "Dydd Llun 12 Mawrth 2013", "F033"),
        # October in Croatian, November in Polish
        (("hr", "pl"), "12 listopad 2013", "F031"),
        ((), "Wednesday 2026-09-22", "F033"),
        ((), "22 September 2026 (Wednesday)", "F033"),
        ((), "22 September 2026 (provisional)", "F030"),
        ((), "Tuesday 22 September", "F030"),
    ],
)
def test_a_date_is_refused_in_the_languages_of_a_site(
    languages: tuple[str, ...], text: str, code: str
) -> None:
    with pytest.raises(NotReadError) as refused:
        read_date(text, languages)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("text", "code", "found", "expected", "fix"),
    [
        # no date
        ("tomorrow", "F030", '"tomorrow"', "a date", WRITE_ISO),
        ("", "F030", '""', "a date", WRITE_ISO),
        ("2012", "F030", '"2012"', "a date", WRITE_ISO),
        ("November 2012", "F030", '"November 2012"', "a date", WRITE_ISO),
        ("2012-11/13", "F030", '"2012-11/13"', "a date", WRITE_ISO),
        ("2012-W46-2", "F030", '"2012-W46-2"', "a date", WRITE_ISO),
        ("I May 2012", "F030", '"I May 2012"', "a date", WRITE_ISO),
        ("a\nb", "F030", '"a b"', "a date", WRITE_ISO),
        ("x" * 99, "F030", f'"{"x" * 59}…"', "a date", WRITE_ISO),
        # something is missing, or too much
        ("13 November", "F030", '"13 November"', "a date with its year", WRITE_ISO),
        ("November 13th", "F030", '"November 13th"', "a date with its year", WRITE_ISO),
        ("13 Nov 12", "F030", '"13 Nov 12"', "a date with a year of four digits", WRITE_ISO),
        ("Nov 13 '12", "F030", '"Nov 13 \'12"', "a date with a year of four digits", WRITE_ISO),
        ("13/11/12", "F030", '"13/11/12"', "a date with a year of four digits", WRITE_ISO),
        ("13 Nov 20123", "F030", '"13 Nov 20123"', "a date with a year of four digits", WRITE_ISO),
        *(
            (
                text,
                "F030",
                f'"{text}", a date with a time',
                "a date alone",
                'write only the date; the time of the meeting goes on a line of its own, as "time: ..."',
            )
            for text in (
                "2012-11-13T18:30:00Z",
                "2012-11-13 18:30",
                "13 November 2012 at 6.30pm",
                "13 November 2012, 6 pm",
            )
        ),
        # misspelt
        (
            "13 Febuary 2012",
            "F030",
            '"13 Febuary 2012" with the unknown month "febuary"',
            "a date",
            'did you mean "February"?',
        ),
        (
            "13 Brumaire 2012",
            "F030",
            '"13 Brumaire 2012" with the unknown month "brumaire"',
            "a date",
            WRITE_ISO,
        ),
        (
            "1 Ma 2012",
            "F030",
            '"1 Ma 2012" with the unknown month "ma"',
            "a date",
            'did you mean "May"?',
        ),
        (
            "Wedneday 14 November 2012",
            "F030",
            '"Wedneday 14 November 2012" with the unknown weekday "wedneday"',
            "a date",
            'did you mean "Wednesday"?',
        ),
        # two readings
        (
            "03/04/2013",
            "F031",
            '"03/04/2013", which can be 3 April 2013 or 4 March 2013',
            "a date that can be read in one way only",
            "write 2013-04-03 or 2013-03-04",
        ),
        (
            "1.12.2012",
            "F031",
            '"1.12.2012", which can be 1 December 2012 or 12 January 2012',
            "a date that can be read in one way only",
            "write 2012-12-01 or 2012-01-12",
        ),
        # no such day
        (
            "30 February 2013",
            "F032",
            '"30 February 2013", with day 30',
            "a day that exists: February 2013 has 28 days",
            "correct the day or the month",
        ),
        (
            "29 February 2013",
            "F032",
            '"29 February 2013", with day 29',
            "a day that exists: February 2013 has 28 days",
            "correct the day or the month",
        ),
        (
            "29/2/1900",
            "F032",
            '"29/2/1900", with day 29',
            "a day that exists: February 1900 has 28 days",
            "correct the day or the month",
        ),
        (
            "Saturday 31st June 2012",
            "F032",
            '"Saturday 31st June 2012", with day 31',
            "a day that exists: June 2012 has 30 days",
            "correct the day or the month",
        ),
        (
            "2012-11-00",
            "F032",
            '"2012-11-00", with day 0',
            "a day that exists: November 2012 has 30 days",
            "correct the day or the month",
        ),
        (
            "2012-13-11",
            "F032",
            '"2012-13-11", with month 13',
            "a month from 1 to 12",
            WRITE_ISO,
        ),
        (
            "32/13/2012",
            "F032",
            '"32/13/2012", with month 13',
            "a month from 1 to 12",
            WRITE_ISO,
        ),
        ("0012-11-13", "F032", '"0012-11-13"', "a year from 1000 on", WRITE_ISO),
        ("01/02/0000", "F032", '"01/02/0000"', "a year from 1000 on", WRITE_ISO),
        # the wrong weekday
        (
            "Monday 13 November 2012",
            "F033",
            '"Monday 13 November 2012", but 13 November 2012 is a Tuesday',
            "the weekday of that date",
            "correct the weekday or the date, or leave the weekday out",
        ),
        (
            "Wed, Nov 13 2012",
            "F033",
            '"Wed, Nov 13 2012", but 13 November 2012 is a Tuesday',
            "the weekday of that date",
            "correct the weekday or the date, or leave the weekday out",
        ),
    ],
)
def test_a_date_is_refused(text: str, code: str, found: str, expected: str, fix: str) -> None:
    with pytest.raises(NotReadError) as refused:
        read_date(text)
    error = refused.value
    assert (error.code, error.found, error.expected, error.fix) == (code, found, expected, fix)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("18:30", "18:30"),
        ("18.30", "18:30"),
        ("06:30", "06:30"),
        ("07:00", "07:00"),
        ("0:15", "00:15"),
        ("6.30pm.", "18:30"),
        ("18.30 Uhr", "18:30"),
        ("18 Uhr", "18:00"),
        ("6.30 yh", "18:30"),
        ("midday", "12:00"),
        ("noon", "12:00"),
        ("0:00", "00:00"),
        ("23:59:59", "23:59:59"),
        ("6.30pm", "18:30"),
        ("6:30 PM", "18:30"),
        ("6.30 p.m.", "18:30"),
        ("6pm", "18:00"),
        ("6 am", "06:00"),
        ("12pm", "12:00"),
        ("12 a.m.", "00:00"),
        ("12.15am", "00:15"),
        ("６:３０\u00a0pm", "18:30"),
        ("\u200e18:30", "18:30"),
    ],
)
def test_a_time_is_read(text: str, time: str) -> None:
    assert read_time(text) == dt.time.fromisoformat(time)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "18",
        "1830",
        "18:3",
        "18:60",
        "24:00",
        "18:30:60",
        "13pm",
        "0am",
        "midnight",
        "18:30 to 20:00",
        "18:30Z",
        "18h30",
        "-1:00",
        "in the evening",
    ],
)
def test_a_time_is_refused(text: str) -> None:
    with pytest.raises(NotReadError) as refused:
        read_time(text)
    error = refused.value
    assert (error.code, error.found) == ("F034", f'"{text}"')
    assert error.expected == "a time of day"
    assert error.fix == 'write when the meeting begins, as "18:30" or "6.30pm"'


@pytest.mark.parametrize(
    ("text", "found", "fix"),
    [
        (
            "6.30",
            '"6.30", which can be 6.30am or 6.30pm',
            'write "6.30pm", or "06:30" for the morning',
        ),
        (
            "7.30",
            '"7.30", which can be 7.30am or 7.30pm',
            'write "7.30pm", or "07:30" for the morning',
        ),
        (
            "8:30",
            '"8:30", which can be 8.30am or 8.30pm',
            'write "8.30pm", or "08:30" for the morning',
        ),
        (
            "6:30",
            '"6:30", which can be 6.30am or 6.30pm',
            'write "6.30pm", or "06:30" for the morning',
        ),
        (
            "1:00",
            '"1:00", which can be 1.00am or 1.00pm',
            'write "1.00pm", or "01:00" for the morning',
        ),
    ],
)
def test_an_early_time_without_am_or_pm_is_asked_about(text: str, found: str, fix: str) -> None:
    with pytest.raises(NotReadError) as refused:
        read_time(text)
    assert (refused.value.code, refused.value.found, refused.value.fix) == ("F034", found, fix)


# --- properties -------------------------------------------------------------------------------

days = st.dates(min_value=dt.date(1000, 1, 1))


def ordinal(number: int) -> str:
    """Return a number with its ending: 1st, 2nd, 11th."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if 11 <= number <= 13 else ending}"


def styles(day: dt.date) -> list[str]:
    """Return the ways to write a day that are read, without weekday."""
    month = MONTHS[day.month - 1].capitalize()
    short, year = month[:3], f"{day.year:04}"
    return [
        day.isoformat(),
        day.strftime("%Y/%m/%d"),
        f"{year}{day.month:02}{day.day:02}",
        f"{year}.{day.month}.{day.day}",
        format_written(day),
        f"{day.day:02} {short} {year}",
        f"{day.day}-{short}-{year}",
        f"{ordinal(day.day)} {month} {year}",
        f"{ordinal(day.day).upper()} of {month}, {year}",
        f"the {ordinal(day.day)} of {short}. {year}",
        f"{month} {day.day}, {year}",
        f"{short}. {ordinal(day.day)} {year}",
        f"{month} the {ordinal(day.day)}, {year}",
        format_date(day, "en-GB"),
    ]


def weekdays(number: int) -> list[str]:
    """Return the ways to write a weekday before a date."""
    name = WEEKDAYS[number]
    return [name.capitalize(), f"{name.title()},", f"{name[:3].upper()}.", f"on {name[:4]},"]


@settings(max_examples=200 * HUNT)
@given(days, st.data())
@example(dt.date(1000, 1, 1), None)
@example(dt.date(9999, 12, 31), None)
def test_each_date_in_each_style_is_read_back(day: dt.date, data: st.DataObject | None) -> None:
    for text in styles(day):
        assert read_date(text) == day
        assert read_date(text.upper().replace(" ", "\u00a0 ")) == day
    if data is not None:
        weekday = data.draw(st.sampled_from(weekdays(day.weekday())))
        text = data.draw(st.sampled_from(styles(day)[4:]))
        assert read_date(f"{weekday} {text}") == day


@settings(max_examples=200 * HUNT)
@given(days, st.integers(1, 6), st.data())
def test_a_wrong_weekday_is_refused(day: dt.date, off: int, data: st.DataObject) -> None:
    weekday = data.draw(st.sampled_from(weekdays((day.weekday() + off) % 7)))
    text = data.draw(st.sampled_from(styles(day)[4:]))
    with pytest.raises(NotReadError) as refused:
        read_date(f"{weekday} {text}")
    assert refused.value.code == "F033"
    assert format_written(day) in refused.value.found
    assert WEEKDAYS[day.weekday()].capitalize() in refused.value.found


@settings(max_examples=200 * HUNT)
@given(days, st.sampled_from("-/."))
def test_numbers_are_read_if_they_can_be_read_in_one_way_only(day: dt.date, sign: str) -> None:
    for text in (
        f"{day.day:02}{sign}{day.month:02}{sign}{day.year:04}",
        f"{day.month}{sign}{day.day}{sign}{day.year:04}",
    ):
        if day.day > 12 or day.day == day.month:
            assert read_date(text) == day
        else:
            with pytest.raises(NotReadError) as refused:
                read_date(text)
            assert refused.value.code == "F031"
            assert day.isoformat() in refused.value.fix


pieces = st.sampled_from(
    [
        *MONTHS,
        *WEEKDAYS,
        *("sept", "nov", "tue", "st", "th", "of", "the", "on", "at", "am", "p.m.", "'12", "t", "z"),
        *("0", "1", "02", "12", "13", "29", "30", "31", "32", "99", "2012", "0000", "9999", "１"),
        *(" ", " ", "'", "-", "/", ".", ",", ":", "–", "\u00a0", "\u200b", "\n", "²", "½", "İ"),
    ]
)
texts = st.one_of(st.text(), st.lists(pieces, max_size=12).map("".join))


@settings(max_examples=2000 * HUNT)
@given(texts)
@example("13/04/0000")
@example("29/02/0100")
@example("Sept 3 2012")
@example("١٣/٤/٢٠١٣")
@example("JAN0'000")
@example("'1 January 2012")
def test_any_text_is_a_date_or_refused_with_reasons(text: str) -> None:
    try:
        day = read_date(text)
    except NotReadError as refused:
        told_well(refused, text, "F030", "F031", "F032", "F033")
    else:
        assert dt.date(1000, 1, 1) <= day
        assert str(day.year) in unicodedata.normalize("NFKC", digits_of(text))


@settings(max_examples=1000 * HUNT)
@given(texts)
def test_any_text_is_a_time_or_refused_with_reasons(text: str) -> None:
    try:
        time = read_time(text)
    except NotReadError as refused:
        told_well(refused, text, "F034")
    else:
        assert time.tzinfo is None
        # Noon and midnight have words of their own.
        spoken = time in (dt.time(0), dt.time(12))
        assert spoken or any(character.isdigit() for character in text)


def told_well(refused: NotReadError, text: str, *codes: str) -> None:
    """Check that a refusal shows what was written, on one line that is not too long."""
    assert refused.code in codes
    shown = " ".join(text.split())
    assert shown[:59] in refused.found
    assert refused.expected
    assert refused.fix
    for part in (refused.found, refused.expected, refused.fix):
        assert len(part) < 200
        assert not set(part) & {"\n", "\r", "\t"}


def digits_of(text: str) -> str:
    """Return a text with each digit, of whatever script, as 0 to 9."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(
        str(unicodedata.decimal(character)) if character.isdecimal() else character
        for character in plain
        if unicodedata.category(character) != "Cf"
    )


@given(st.times())
def test_each_time_is_read_back(time: dt.time) -> None:
    whole = time.replace(microsecond=0)
    assert read_time(whole.isoformat()) == whole
    minute = whole.replace(second=0)
    assert read_time(f"{minute:%H.%M}") == minute
    assert read_time(f"{minute.hour % 12 or 12}:{minute.minute:02}{minute:%p}") == minute


# --- as a site shows them ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en-GB", "13 November 2012"),
        ("en-US", "November 13, 2012"),
        ("cy", "13 Tachwedd 2012"),
        ("de", "13. November 2012"),
        ("fr-CA", "13 novembre 2012"),
        ("en-GB-oxendict", "13 November 2012"),
        ("xx", "13 November 2012"),
    ],
)
def test_a_date_is_shown_in_the_words_of_a_language(language: str, shown: str) -> None:
    assert format_date(dt.date(2012, 11, 13), language) == shown


@pytest.mark.parametrize(
    "language", ["en-GB", "cy", "fi", "ar-EG", "zh-Hant", "mi", "th", "ja", "lt", "he"]
)
def test_days_of_all_months_are_shown_as_the_locale_has_them(language: str) -> None:
    locale = get_locale(language)
    for day in (dt.date(1987 + 3 * number, number, 2 * number) for number in range(1, 13)):
        assert format_date(day, language) == format_date_by_babel(day, "long", locale)
        full = format_date_by_babel(day, "full", locale)
        if language == "en-GB":
            full = full.replace(",", "")
        assert format_date(day, language, "full") == full


def test_weekdays_and_times_are_shown_in_the_words_of_a_language() -> None:
    day = dt.date(2012, 11, 13)
    assert format_date(day, "en-GB", "full") == "Tuesday 13 November 2012"
    assert format_date(day, "en", "full") == "Tuesday 13 November 2012"
    assert format_date(day, "en-US", "full") == "Tuesday, November 13, 2012"
    assert format_date(day, "cy", "full") == "Dydd Mawrth, 13 Tachwedd 2012"


@pytest.mark.parametrize(
    ("time", "language", "shown"),
    [
        ("18:30", "en-GB", "6.30pm"),
        ("18:30", "en", "6.30pm"),
        ("14:00", "en-GB", "2pm"),
        ("09:05", "en-GB", "9.05am"),
        ("10:00", "en-GB", "10am"),
        ("12:00", "en-GB", "midday"),
        ("12:30", "en-GB", "12.30pm"),
        ("00:00", "en-GB", "midnight"),
        ("00:15", "en-GB", "12.15am"),
        ("18:30", "cy", "18:30"),
        ("18:30", "de", "18:30"),
        ("18:30", "en-US", "6:30\u202fPM"),
    ],
)
def test_times_are_shown_as_people_of_a_language_write_them(
    time: str, language: str, shown: str
) -> None:
    assert format_time(dt.time.fromisoformat(time), language) == shown


@given(time=st.times().map(lambda time: time.replace(second=0, microsecond=0)))
def test_a_british_time_is_read_as_what_it_was(time: dt.time) -> None:
    shown = format_time(time, "en-GB")
    assert shown == "midnight" or read_time(shown) == time


@pytest.mark.parametrize(
    ("language", "locale"),
    [("en-GB", "en_GB"), ("en-GB-oxendict", "en_GB"), ("zh-Hant", "zh_Hant"), ("xx-YY", "en_GB")],
)
def test_the_nearest_locale_is_taken(language: str, locale: str) -> None:
    assert str(get_locale(language)) == locale


@pytest.mark.parametrize(
    ("day", "zone", "shown"),
    [
        ("2012-11-13", "Europe/London", "2012-11-13T18:30:00+00:00"),
        ("2012-07-05", "Europe/London", "2012-07-05T18:30:00+01:00"),
        ("2012-07-05", "Asia/Kolkata", "2012-07-05T18:30:00+05:30"),
        # before the railways: an offset with seconds is given in UTC
        ("1800-07-05", "Europe/London", "1800-07-05T18:31:15+00:00"),
    ],
)
def test_a_moment_is_on_the_clock_of_its_zone(day: str, zone: str, shown: str) -> None:
    assert make_moment(dt.date.fromisoformat(day), dt.time(18, 30), zone).isoformat() == shown
