"""Test what is read of meetings that end, that take several days, or whose day is not fixed."""

import datetime as dt
import time
from contextlib import suppress

import pytest
from conftest import HUNT
from hypothesis import given, settings
from hypothesis import strategies as st

from lscbsite.dates import (
    MONTHS,
    WEEKDAYS,
    NotReadError,
    find_time,
    is_undecided,
    list_days,
    read_date,
    read_days,
    read_duration,
    read_period,
    read_rule,
    read_times,
    split_date,
)

# --- several days -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "12-13 March 2013",
        "12–13 March 2013",
        "12 – 13 March 2013",
        "12th-13th March 2013",
        "12 to 13 March 2013",
        "from 12 to 13 March 2013",
        "12 and 13 March 2013",
        "12 & 13 March 2013",
        "between 12 and 13 March 2013",
        "12/13 March 2013",
        "12 March - 13 March 2013",
        "12 March 2013 to 13 March 2013",
        "12 March 2013 to 13 March",
        "Tuesday 12 - Wednesday 13 March 2013",
        "Tuesday 12 to Wednesday 13 March 2013.",
        "March 12-13, 2013",
        "March 12th to 13th, 2013",
        "2013-03-12 to 2013-03-13",
        "2013-03-12 - 2013-03-13",
        "2013-03-12/2013-03-13",
        "2013-03-12/13",
        "12-13/03/2013",
    ],
)
def test_two_days_are_read(text: str) -> None:
    assert read_days(text) == (dt.date(2013, 3, 12), dt.date(2013, 3, 13))


@pytest.mark.parametrize(
    ("language", "text", "first", "last"),
    [
        ("en", "30 April to 1 May 2013", "2013-04-30", "2013-05-01"),
        ("en", "30 December 2013 - 2 January 2014", "2013-12-30", "2014-01-02"),
        ("en", "Monday 30 December - 2 January 2014", "2013-12-30", "2014-01-02"),
        ("en", "30 December - 2 January 2014", "2013-12-30", "2014-01-02"),
        ("en", "2013-03-12/2013-03-15", "2013-03-12", "2013-03-15"),
        ("de", "12. bis 13. März 2013", "2013-03-12", "2013-03-13"),
        ("de", "vom 12. bis zum 13. März 2013", "2013-03-12", "2013-03-13"),
        ("de", "12. und 13. März 2013", "2013-03-12", "2013-03-13"),
        ("de", "12.-13.3.2013", "2013-03-12", "2013-03-13"),
        ("de", "30.4.-1.5.2013", "2013-04-30", "2013-05-01"),
        ("cy", "12-13 Mawrth 2013", "2013-03-12", "2013-03-13"),
        ("cy", "12 i 13 Mawrth 2013", "2013-03-12", "2013-03-13"),
        ("cy", "30 Ebrill hyd at 1 Mai 2013", "2013-04-30", "2013-05-01"),
    ],
)
def test_several_days_are_read(language: str, text: str, first: str, last: str) -> None:
    assert read_days(text, (language,)) == tuple(map(dt.date.fromisoformat, (first, last)))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("12 and 14 March 2013", "F062"),
        ("12/14 March 2013", "F062"),
        ("13-12 March 2013", "F062"),
        ("12-12 March 2013", "F062"),
        ("12 March - 13 May 2013", "F062"),
        ("12-31 April 2013", "F032"),
        ("30-32 March 2013", "F032"),
        ("Monday 12-13 March 2013", "F033"),
        ("2-3/04/2013", "F031"),
        ("12/03/2013 - 13/03/2013", "F031"),
        ("12-13 March", "F030"),
        ("12-13 March 13", "F030"),
        ("12-13-14 March 2013", "F030"),
        ("12-13 Marhc 2013", "F030"),
        ("8 December 2026, 6.30pm to 8.30pm", "F030"),
        ("12 to March 2013", "F030"),
        ("to 13 March 2013", "F030"),
    ],
)
def test_days_are_refused(text: str, code: str) -> None:
    with pytest.raises(NotReadError) as refused:
        read_days(text)
    assert refused.value.code == code


dates = st.dates(min_value=dt.date(1900, 2, 1), max_value=dt.date(2200, 1, 1))


def in_words(day: dt.date) -> str:
    return f"{day.day} {MONTHS[day.month - 1].capitalize()} {day.year}"


def shorten(day: dt.date, later: dt.date) -> st.SearchStrategy[str]:
    """Return the ways to write the first of two days, without what the other one says."""
    month = MONTHS[day.month - 1].capitalize()
    weekday = WEEKDAYS[day.weekday()].capitalize()
    forms = [in_words(day), f"{weekday} {in_words(day)}", day.isoformat()]
    if day.year == later.year or (later - day).days <= 31:
        forms += [f"{day.day} {month}", f"{weekday} {day.day} {month}"]
    if (day.year, day.month) == (later.year, later.month):
        forms += [f"{day.day}", f"{weekday} {day.day}", f"{day.day}."]
    return st.sampled_from(forms)


@settings(max_examples=300 * HUNT)
@given(st.data(), dates, st.integers(1, 30), st.sampled_from([" to ", " - ", "–", " until "]))
def test_any_two_days_are_read_as_they_are_meant(
    data: st.DataObject, first: dt.date, more: int, sign: str
) -> None:
    last = first + dt.timedelta(more)
    start = data.draw(shorten(first, last))
    end = data.draw(st.sampled_from([in_words(last), last.isoformat()]))
    assert read_days(f"{start}{sign}{end}") == (first, last)


@settings(max_examples=200 * HUNT)
@given(dates, dates, st.sampled_from([" to ", " - ", "/", "-", " and "]))
def test_days_as_numbers_are_read_in_one_way_only(first: dt.date, last: dt.date, sign: str) -> None:
    try:
        days = read_days(f"{first:%d/%m/%Y}{sign}{last:%d/%m/%Y}")
    except NotReadError:
        return
    assert days == (first, last)


# --- times with an end ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("6.30pm to 8.30pm", "18:30", "20:30"),
        ("18:30-20:30", "18:30", "20:30"),
        ("6.30pm – 8pm", "18:30", "20:00"),
        ("6.30 to 8.30pm", "18:30", "20:30"),
        ("11.30 to 1pm", "11:30", "13:00"),
        ("9 to 5pm", "09:00", "17:00"),
        ("6.30pm to 8.30", "18:30", "20:30"),
        ("10am until noon", "10:00", "12:00"),
        ("from 10 to 12 noon", "10:00", "12:00"),
        ("between 6 and 8pm", "18:00", "20:00"),
        ("18.30 bis 20.30 Uhr", "18:30", "20:30"),
        ("18 bis 24 Uhr", "18:00", "00:00"),
        ("6.30yh tan 8.30yh", "18:30", "20:30"),
        ("o 6 tan 8yh", "18:00", "20:00"),
        ("10pm to 1am", "22:00", "01:00"),
        ("6.30pm to midnight", "18:30", "00:00"),
        ("6.30pm to 12", "18:30", "00:00"),
        ("6.30pm to 8.30am", "18:30", "08:30"),
        # without am or pm, but clear
        ("9.30-11.30", "09:30", "11:30"),
        ("10-12", "10:00", "12:00"),
        ("12.30-2.30", "12:30", "14:30"),
        ("9-5", "09:00", "17:00"),
        ("9-11", "09:00", "11:00"),
        ("noon to 2", "12:00", "14:00"),
        ("8:30-16:30", "08:30", "16:30"),
        ("06:30-08:30", "06:30", "08:30"),
    ],
)
def test_a_time_with_an_end_is_read(text: str, start: str, end: str) -> None:
    expected = (dt.time.fromisoformat(start), dt.time.fromisoformat(end))
    assert read_times(text, ("de", "cy")) == expected


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("6-8", 'write "06:00 to 08:00" or "18:00 to 20:00"'),
        ("7.30-9.30", 'write "07:30 to 09:30" or "19:30 to 21:30"'),
        ("18:30-8.30", 'write "18:30 to 08:30" or "18:30 to 20:30"'),
        ("6.30-20.30", 'write "06:30 to 20:30" or "18:30 to 20:30"'),
        ("6.30", 'write "6.30pm", or "06:30" for the morning'),
        ("10 to 10", "correct one of the two, or leave the end out"),
        ("10:05 to 10:00", 'write "10:05 to 22:00" or "22:05 to 10:00"'),
        ("6pm to 6pm", "correct one of the two, or leave the end out"),
        ("6pm to late", 'write when the meeting begins, as "18:30" or "6.30pm"'),
        ("until 8pm", 'write when the meeting begins, as "18:30" or "6.30pm"'),
        ("18:30, 20:30", 'write when the meeting begins, as "18:30" or "6.30pm"'),
        ("13pm to 2pm", 'write when the meeting begins, as "18:30" or "6.30pm"'),
    ],
)
def test_a_time_with_an_end_is_refused(text: str, fix: str) -> None:
    with pytest.raises(NotReadError) as refused:
        read_times(text)
    assert refused.value.fix == fix


times = st.builds(dt.time, st.integers(0, 23), st.sampled_from([0, 5, 15, 30, 45]))


def with_half(time: dt.time) -> str:
    minutes = f".{time.minute:02}" if time.minute else ""
    return f"{time.hour % 12 or 12}{minutes}{'pm' if time.hour >= 12 else 'am'}"


def without_half(time: dt.time) -> str:
    return with_half(time)[:-2]


def measure(start: dt.time, end: dt.time) -> int:
    """Return the minutes from one time to the next one that is ``end``."""
    return ((end.hour - start.hour) * 60 + end.minute - start.minute) % (24 * 60)


@settings(max_examples=300 * HUNT)
@given(times, times, st.sampled_from([" to ", " - ", "-", "–", " until "]))
def test_times_with_am_or_pm_or_of_24_hours_are_read(
    start: dt.time, end: dt.time, sign: str
) -> None:
    for form in (with_half, "{:%H:%M}".format):
        text = f"{form(start)}{sign}{form(end)}"
        try:
            assert read_times(text) == (start, end)
        except NotReadError:
            # "10:00 to 23:00" can be meant for the evening.
            assert start == end or (form is not with_half and measure(start, end) > 9 * 60)


@settings(max_examples=300 * HUNT)
@given(times, times)
def test_a_time_without_am_or_pm_is_next_to_the_other_one(start: dt.time, end: dt.time) -> None:
    for text in (
        f"{without_half(start)} to {with_half(end)}",
        f"{with_half(start)} to {without_half(end)}",
    ):
        if measure(start, end) % (12 * 60) == 0:
            # Only one of the two halves is not the same time.
            first, last = read_times(text)
            assert last
            assert measure(first, last) == 12 * 60
        elif measure(start, end) < 12 * 60:
            assert read_times(text) == (start, end)
        else:
            first, last = read_times(text)
            assert last
            assert measure(first, last) < 12 * 60


@settings(max_examples=300 * HUNT)
@given(times, times)
def test_two_times_without_am_or_pm_are_by_day_or_refused(start: dt.time, end: dt.time) -> None:
    text = f"{without_half(start)} to {without_half(end)}"
    try:
        first, last = read_times(text)
    except NotReadError:
        by_halves = measure(start, end) % (12 * 60)
        assert start.hour % 12 in range(1, 9) or not 0 < by_halves <= 9 * 60
        return
    assert last
    assert 9 <= first.hour <= 12
    assert 0 < measure(first, last) <= 9 * 60


@settings(max_examples=300 * HUNT)
@given(times, times)
def test_clocks_of_12_and_24_hours_are_not_mixed_up(start: dt.time, end: dt.time) -> None:
    for text in (f"{without_half(start)}-{end:%H:%M}", f"{start:%H:%M}-{without_half(end)}"):
        try:
            first, last = read_times(text)
        except NotReadError:
            continue
        assert last
        assert (first.hour - start.hour) % 12 == (last.hour - end.hour) % 12 == 0
        exact = end if text.endswith(f"{end:%H:%M}") else start
        if not 10 <= exact.hour <= 12:
            assert exact in (first, last)


# --- days that are not fixed ------------------------------------------------------------------

AFTER = dt.date(2012, 11, 13)


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("July 2013", "2013-07-01", "2013-07-31"),
        ("in July 2013", "2013-07-01", "2013-07-31"),
        ("Jul. 2013", "2013-07-01", "2013-07-31"),
        ("2013-07", "2013-07-01", "2013-07-31"),
        ("July", "2013-07-01", "2013-07-31"),
        ("November", "2013-11-01", "2013-11-30"),
        ("early July 2013", "2013-07-01", "2013-07-10"),
        ("mid-July 2013", "2013-07-11", "2013-07-20"),
        ("late July 2013", "2013-07-21", "2013-07-31"),
        ("end of July 2013", "2013-07-21", "2013-07-31"),
        ("late February 2013", "2013-02-21", "2013-02-28"),
        ("week of 9 March 2026", "2026-03-09", "2026-03-15"),
        ("week of 11 March 2026", "2026-03-09", "2026-03-15"),
        ("week commencing 9 March 2026", "2026-03-09", "2026-03-15"),
        ("w/c Monday 9 March 2026", "2026-03-09", "2026-03-15"),
        ("week ending 13 March 2026", "2026-03-07", "2026-03-13"),
        ("first week of July 2013", "2013-07-01", "2013-07-07"),
        ("spring 2026", "2026-03-01", "2026-05-31"),
        ("autumn 2026", "2026-09-01", "2026-11-30"),
        ("winter 2026/27", "2026-12-01", "2027-02-28"),
        ("early 2026", "2026-01-01", "2026-04-30"),
        ("January or February 2014", "2014-01-01", "2014-02-28"),
        ("January/February 2014", "2014-01-01", "2014-02-28"),
        ("December or January 2014", "2013-12-01", "2014-01-31"),
        ("late January or early February 2014", "2014-01-21", "2014-02-10"),
        ("between March and May 2026", "2026-03-01", "2026-05-31"),
        ("to be confirmed (probably July)", "2013-07-01", "2013-07-31"),
        ("probably July", "2013-07-01", "2013-07-31"),
        ("TBC, March 2014", "2014-03-01", "2014-03-31"),
        ("July 2013 (date to be confirmed)", "2013-07-01", "2013-07-31"),
        ("probably 9 July 2013", "2013-07-09", "2013-07-09"),
        ("July 2013?", "2013-07-01", "2013-07-31"),
        ("9 July 2013?", "2013-07-09", "2013-07-09"),
        ("9 or 16 July 2013", "2013-07-09", "2013-07-16"),
        ("Tuesday 9th or 16th July 2013", "2013-07-09", "2013-07-16"),
        ("9 July or 6 August 2013", "2013-07-09", "2013-08-06"),
        ("9 July 2013 or 16 July 2013", "2013-07-09", "2013-07-16"),
        ("to be confirmed: 14 or 21 January 2014", "2014-01-14", "2014-01-21"),
        ("Juli 2013", "2013-07-01", "2013-07-31"),
        ("Ende Juli 2013", "2013-07-21", "2013-07-31"),
        ("voraussichtlich im Juli", "2013-07-01", "2013-07-31"),
        ("Woche vom 9. März 2026", "2026-03-09", "2026-03-15"),
        ("Herbst 2026", "2026-09-01", "2026-11-30"),
        ("Gorffennaf 2013", "2013-07-01", "2013-07-31"),
        ("diwedd Gorffennaf 2013", "2013-07-21", "2013-07-31"),
        ("Gwanwyn 2026", "2026-03-01", "2026-05-31"),
    ],
)
def test_what_is_known_of_a_day_is_read(text: str, earliest: str, latest: str) -> None:
    expected = tuple(map(dt.date.fromisoformat, (earliest, latest)))
    assert read_period(text, ("de", "cy"), AFTER) == expected


@pytest.mark.parametrize("text", ["to be confirmed (when the chair is back)", "TBC by e-mail"])
def test_other_words_to_be_confirmed_say_nothing_of_the_day(text: str) -> None:
    assert read_period(text, (), AFTER) == (None, None)


@pytest.mark.parametrize("text", ["to be confirmed", "TBC.", "(tba)", "To be agreed"])
def test_to_be_confirmed_says_nothing_else(text: str) -> None:
    assert is_undecided(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("winter 2026", "F031"),
        ("9 July 2013", "F030"),
        ("July or June 2013", "F030"),
        ("soon", "F030"),
        ("16 or 9 July 2013", "F030"),
        ("31 June or 7 July 2013", "F032"),
        ("2013", "F030"),
        ("July 2013, 6.30pm", "F030"),
        ("probably 31 April 2013", "F032"),
        ("week of 31 April 2013", "F032"),
        ("w/c Tuesday 9 March 2026", "F033"),
        ("TBC (03/04/2013)", "F031"),
    ],
)
def test_what_is_no_period_is_refused(text: str, code: str) -> None:
    with pytest.raises(NotReadError) as refused:
        read_period(text, (), AFTER)
    assert refused.value.code == code


def test_a_period_without_a_year_needs_a_day_to_come_after() -> None:
    with pytest.raises(NotReadError) as refused:
        read_period("July")
    assert refused.value.expected == "a month or week with its year"


@settings(max_examples=200 * HUNT)
@given(dates, st.sampled_from(MONTHS), st.sampled_from(["", "early ", "mid ", "late "]))
def test_a_period_without_a_year_is_the_first_after_a_day(
    after: dt.date, month: str, part: str
) -> None:
    period = read_period(f"{part}{month}", (), after)
    assert period.earliest
    assert period.latest
    assert after < period.earliest <= period.latest
    assert (period.earliest - after).days <= 366
    assert {day.month for day in period if day} == {MONTHS.index(month) + 1}


# --- rules ------------------------------------------------------------------------------------

YEAR = (dt.date(2013, 1, 1), dt.date(2013, 12, 31))


@pytest.mark.parametrize(
    ("text", "days"),
    [
        (
            "second Tuesday of each month except August",
            "01-08 02-12 03-12 04-09 05-14 06-11 07-09 09-10 10-08 11-12 12-10",
        ),
        ("2nd Tues of the month, except in August and from March to May 2013", ""),
        ("last Thursday of every second month", "01-31 03-28 05-30 07-25 09-26 11-28"),
        ("first Monday of March, June, September and December", "03-04 06-03 09-02 12-02"),
        ("third Tuesday of every month from March to May 2013", "03-19 04-16 05-21"),
        ("quarterly on the third Tuesday", "01-15 04-16 07-16 10-15"),
        ("every other Wednesday from 9 January to 20 February 2013", "01-09 01-23 02-06 02-20"),
        ("fortnightly on Wednesdays from 9 January 2013 until 1 February 2013", "01-09 01-23"),
        ("every Monday and Thursday until 10 January 2013", "01-03 01-07 01-10"),
        ("15th of each month until 30 April 2013", "01-15 02-15 03-15 04-15"),
        ("31st of each month until 31 May 2013", "01-31 03-31 05-31"),
        ("last day of each month until March 2013", "01-31 02-28 03-31"),
        ("first and third Friday of March and April", "03-01 03-15 04-05 04-19"),
        ("fifth Friday of each month", "03-29 05-31 08-30 11-29"),
        ("monthly on the 2nd Wednesday until 15 February 2013", "01-09 02-13"),
    ],
)
def test_a_rule_gives_its_days(text: str, days: str) -> None:
    if not days:
        with pytest.raises(NotReadError):
            read_rule(text)
        return
    expected = [dt.date.fromisoformat(f"2013-{day}") for day in days.split()]
    assert list(list_days(text, read_rule(text), YEAR)) == expected


def test_days_can_be_left_out_of_a_rule() -> None:
    rule = read_rule("second Tuesday of each month")
    april, may = dt.date(2013, 4, 9), dt.date(2013, 5, 14)
    assert may not in list_days("", rule, YEAR, [may])
    assert april in list_days("", rule, YEAR, [may])
    with pytest.raises(NotReadError) as refused:
        list_days("", rule, YEAR, [dt.date(2013, 5, 15)])
    assert refused.value.expected == "a day that the rule gives"


@settings(max_examples=200 * HUNT)
@given(
    st.integers(1, 4), st.sampled_from(WEEKDAYS), st.integers(1901, 2200), st.sampled_from(MONTHS)
)
def test_a_rule_for_each_month_gives_one_day_in_each(
    number: int, weekday: str, year: int, left_out: str
) -> None:
    word = ("first", "second", "third", "fourth")[number - 1]
    text = f"{word} {weekday} of each month except {left_out} in {year}"
    days = list_days(text, read_rule(text), (None, None))
    assert [day.month for day in days] == [
        month for month in range(1, 13) if month != MONTHS.index(left_out) + 1
    ]
    for day in days:
        assert day.year == year
        assert WEEKDAYS[day.weekday()] == weekday
        assert (day.day - 1) // 7 == number - 1


# --- how long ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("2h", 120),
        ("2 hours", 120),
        ("1 hour", 60),
        ("90 minutes", 90),
        ("90min", 90),
        ("1h30", 90),
        ("1h 30m", 90),
        ("1.5 hours", 90),
        ("1 hour 30 minutes", 90),
        ("1 hour and 30 minutes", 90),
        ("2:30 h", 150),
        ("2 Stunden", 120),
        ("5 minutes", 5),
        ("24 hours", 1440),
    ],
)
def test_a_length_is_read(text: str, minutes: int) -> None:
    assert read_duration(text) == dt.timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["2", "1.5", "4 minutes", "25h", "1h75", "two", "", "2:30", "0h"])
def test_a_length_is_refused(text: str) -> None:
    with pytest.raises(NotReadError):
        read_duration(text)


# --- whatever is written ----------------------------------------------------------------------

WORDS = (
    "first second third last 1st 2nd Tuesday Tues of each every other month months except August in"
    " 2013 9999 1000 from to until 9 12 13 31 January July April early late mid week w/c or and tbc"
    " probably the - / , . 6.30pm 18:30 6 noon midnight quarterly monthly on 15th day winter spring"
    " ( ) bis März Uhr tan i to be confirmed between not"
)
texts = st.one_of(
    st.lists(st.sampled_from(WORDS.split()), max_size=9).map(" ".join), st.text(max_size=30)
)


@settings(max_examples=1000 * HUNT)
@given(texts, dates)
def test_any_text_is_read_or_refused(text: str, after: dt.date) -> None:
    languages = ("de", "cy")
    for read in (
        lambda: read_days(text, languages),
        lambda: read_times(text, languages),
        lambda: read_period(text, languages, after),
        lambda: list_days(text, read_rule(text), YEAR),
        lambda: read_duration(text),
    ):
        with suppress(NotReadError):
            read()


@settings(max_examples=300 * HUNT)
@given(texts)
def test_a_date_alone_is_read_as_before(text: str) -> None:
    try:
        day = read_date(text)
    except NotReadError:
        return
    assert read_days(text) == (day, None)


@pytest.mark.parametrize(
    "part",
    ["12 to ", "first and ", "January or ", "in the ", "6 - ", "w/c 9 ", "tbc ", "except May "],
)
def test_a_long_text_is_refused_at_once(part: str) -> None:
    text = part * (200_000 // len(part)) + "13 March 2013x"
    began = time.process_time()
    for read in (read_days, read_times, read_period, read_rule):
        with pytest.raises(NotReadError):
            read(text)
    is_undecided(text)
    assert not split_date(text)
    assert not find_time(text)
    assert time.process_time() - began < 5
