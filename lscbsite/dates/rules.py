"""Read rules for days, such as 'second Tuesday of each month except August', and list the days.

The only module that imports dateutil, and only when there is a rule.
"""

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Collection, Sequence
from typing import NamedTuple

from lscbsite.dates.names import MONTHS, WEEKDAYS, find_english_name
from lscbsite.dates.reading import LONGEST_TEXT, NotReadError, fold, quote, read_date

# More days than a board meets on: a rule that gives them is a slip.
MOST_DAYS = 200
_ORDINALS = {
    **{word: n for n, word in enumerate(("first", "second", "third", "fourth", "fifth"), 1)},
    **{word: n for n, word in enumerate(("1st", "2nd", "3rd", "4th", "5th"), 1)},
    "last": -1,
}
_INTERVALS = {
    **dict.fromkeys(("other", "second", "2nd", "two", "2"), 2),
    **dict.fromkeys(("third", "3rd", "three", "3"), 3),
    **dict.fromkeys(("fourth", "4th", "four", "4"), 4),
    **dict.fromkeys(("six", "6", "sixth", "6th"), 6),
}
_ORDINAL = f"(?:{'|'.join(_ORDINALS)})"
_WEEKDAY = r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*"
_WEEKDAYS_IN_WORDS = rf"{_WEEKDAY}(?:(?:, | and |, and | & ){_WEEKDAY})*"
_COUNT = f"(?:{'|'.join(_INTERVALS)})"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_MONTHS_IN_WORDS = rf"{_MONTH}(?:(?:, | and |, and | & ){_MONTH})*"
_HOW_OFTEN = rf"monthly|quarterly|(?:every|each) (?:month|{_COUNT} months?)"
_EXCEPT = "except(?:ing)?|but not|not|excluding|apart from|without|other than"
_YEAR = r"[12]\d{3}"
_LOOKS_LIKE_RULE = (
    r"\b(?:every|each|monthly|weekly|fortnightly|quarterly|alternate)\b"
    rf"|^(?:the )?{_ORDINAL} {_WEEKDAY}\b|^on the "
)
_EXAMPLES = (
    'write it as "second Tuesday of each month except August", "last Thursday of every second month",'
    ' "first Monday of March and September", "every other Wednesday" or "15th of each month"'
)
RULE_AND_PERIOD = "a rule and its period"
_WRITE_PERIOD = 'write "in 2013" after it, or "from 9 January 2013 to 18 December 2013"'


class Rule(NamedTuple):
    """A rule for days; ``first`` and ``last`` are those of its period, as far as its words say.

    The days are those of ``weekdays`` (each with its number in the month, 0 for every one) or of
    ``month_days``, in each ``interval``-th month, or in each ``interval``-th week if ``weekly``.
    ``names_months`` is whether its words name the months in which it has days.
    """

    weekly: bool
    interval: int = 1
    weekdays: tuple[tuple[int, int], ...] = ()
    month_days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    names_months: bool = False
    first: dt.date | None = None
    last: dt.date | None = None


def is_rule(text: str) -> bool:
    """Return whether a text is meant as a rule for days."""
    return bool(re.search(_LOOKS_LIKE_RULE, fold(text)))


def read_rule(text: str) -> Rule:
    """Return the rule that a text in English names.

    Raises:
        NotReadError: not a rule that is read (F066), or a date in it that is none (F030 to F033).

    """
    if len(text) > LONGEST_TEXT:
        raise NotReadError("F066", f"the rule {quote(text)}", "a rule for days", _EXAMPLES)
    rule = _find_rule(text)
    if rule is None:
        fix = _advise_quarter(text) or _advise_words(text) or _advise_period(text) or _EXAMPLES
        if re.search(r"\bat \d|\d ?[ap]\.?m\b|\d[:.]\d\d", _split_rule(text)[0]):
            fix = 'the time has a key of its own: write "- every: ..." and, below it, "  time: ..."'
        raise NotReadError("F066", f"the rule {quote(text)}", "a rule for days", fix)
    return rule


def _find_rule(text: str) -> Rule | None:
    """Return the rule that a text names, None if it is none that is read.

    Raises:
        NotReadError: as ``read_rule``.

    """
    words, period, left_out = _split_rule(text)
    rule = _find_core(text, words)
    if rule is None:
        return None
    rule = rule._replace(names_months=bool(rule.months))
    months = rule.months or tuple(range(1, 13))
    if unknown := [month for month in left_out if month not in months]:
        name = MONTHS[unknown[0] - 1].capitalize()
        found = f"{quote(text)}, of which {name} is no month"
        raise NotReadError("F066", found, "an exception from the rule", "correct it")
    if left_out:
        months = tuple(month for month in months if month not in left_out)
        rule = rule._replace(months=months)
    return rule._replace(first=period[0], last=period[1])


def _split_rule(
    text: str,
) -> tuple[str, tuple[dt.date | None, dt.date | None], tuple[int, ...]]:
    """Return a rule without its period and exceptions, its first and last day, and the months left out."""
    # The exceptions can be before the period or after it.
    rest, left_out = _take_exceptions(fold(text).strip(" ."), at_end=True)
    rest, first, last = _take_period(text, rest)
    if not left_out:
        rest, left_out = _take_exceptions(rest)
    return re.sub("^(?:on )?the ", "", rest.strip(" ,")), (first, last), left_out


def list_days(
    text: str,
    rule: Rule,
    period: tuple[dt.date | None, dt.date | None],
    left_out: Collection[dt.date] = (),
) -> tuple[dt.date, ...]:
    """Return the days that a rule gives in its period, without those that are ``left_out``.

    ``period`` takes the place of what the rule's words do not say.

    Raises:
        NotReadError: no period, no day or too many days (F067).

    """
    first, last = rule.first or period[0], rule.last or period[1]
    if not first or not last:
        missing = (
            "its year" if not (first or last) else "the last day" if first else "the first day"
        )
        found = f"the rule {quote(text)} without {missing}"
        raise NotReadError("F067", found, RULE_AND_PERIOD, _WRITE_PERIOD)
    if last < first:
        found = f"the rule {quote(text)}, whose last day is before its first one"
        raise NotReadError("F067", found, "a period", "correct one of the two days")
    if rule.weekly and rule.interval > 1 and first.weekday() not in [n for n, _ in rule.weekdays]:
        name = WEEKDAYS[first.weekday()].capitalize()
        found = f"the rule {quote(text)} from {first.day} {MONTHS[first.month - 1].capitalize()} {first.year} on, a {name}"
        expected = "the day of the first meeting as the first day"
        fix = 'write that day after it, as "every other Wednesday from 9 January 2013"'
        if not rule.first:
            fix = f'write that day as "from: 2013-01-09"; beside "year", {fix}'
        raise NotReadError("F067", found, expected, fix)
    days = _generate(rule, first, last)
    if strange := sorted(set(left_out) - set(days)):
        found = f"{strange[0].isoformat()} as an exception from the rule {quote(text)}"
        raise NotReadError("F067", found, "a day that the rule gives", "correct it, or take it out")
    days = [day for day in days if day not in left_out]
    if not days or len(days) > MOST_DAYS:
        found = f"the rule {quote(text)}, which gives no days"
        if len(days) > MOST_DAYS:
            found = f"the rule {quote(text)}, which gives more than {MOST_DAYS} days"
        fix = "correct the rule or its period"
        raise NotReadError("F067", found, f"a rule that gives 1 to {MOST_DAYS} days", fix)
    return tuple(days)


def _generate(rule: Rule, first: dt.date, last: dt.date) -> list[dt.date]:
    """Return the days of a rule, at most one more than are allowed and left out."""
    from itertools import islice

    from dateutil import rrule

    weekdays = [
        rrule.weekday(number, nth) if nth else rrule.weekday(number)
        for number, nth in rule.weekdays
    ]
    start = first
    if not rule.weekly and rule.interval > 1:
        start = first.replace(day=1)  # count months, not days, from the first one
    dates = rrule.rrule(
        rrule.WEEKLY if rule.weekly else rrule.MONTHLY,
        dtstart=dt.datetime.combine(start, dt.time()),
        until=dt.datetime.combine(last, dt.time()),
        interval=rule.interval,
        byweekday=weekdays or None,
        bymonthday=rule.month_days or None,
        bymonth=rule.months or None,
    )
    days = (moment.date() for moment in dates)
    return list(islice((day for day in days if day >= first), 2 * MOST_DAYS))


def _find_core(text: str, words: str) -> Rule | None:
    """Return the rule without its period and exceptions, None if it is none that is read.

    Raises:
        NotReadError: a rule that can be read in two ways, or has an impossible day (F066).

    """
    return _read_weekly(text, words) or _read_monthly(text, words)


def _can_be_read(text: str) -> bool:
    """Return whether a text is a rule, so that it can be proposed."""
    try:
        return bool(_find_rule(text))
    except NotReadError:
        return False


def _advise_quarter(text: str) -> str:
    """Return how to write a rule for quarters, whose months can be the first or the last ones, else ''."""
    flat = " ".join(text.split())
    if not re.search(r"(?i)\bquarter\b", flat):
        return ""
    last = "March, June, September and December"
    months = last if re.match("(?i)(?:the )?last ", flat) else "January, April, July and October"
    written = re.sub(r"(?i)\b(?:of|in) (?:(?:each|every|the) )?quarter\b", f"of {months}", flat)
    if not _can_be_read(written):
        written = f"last Friday of {last}"
    return f'name the months, for example "{written}"'


def _advise_words(text: str) -> str:
    """Return how to write a rule without its months, or with days that it leaves out, else ''."""
    flat = " ".join(text.split())
    exception = re.fullmatch(rf"(?i)(.*?)[, (]+(?:{_EXCEPT}) [^,]*\b\d{{1,2}}(?!\d).*", flat)
    if exception and is_rule(exception[1]):
        return (
            'single days go under "except": write "- every: ..." and, below it,'
            ' "  except: [2013-05-14]"'
        )
    written = re.sub(rf"(?i)^((?:the )?{_ORDINAL} {_WEEKDAY})(?=[ ,]|$)", r"\1 of each month", flat)
    return f'write it as "{written}"' if _can_be_read(written) else ""


def _advise_period(text: str) -> str:
    """Return how to write a rule that lacks only the word before its period, else ''."""
    flat = " ".join(text.split()).rstrip(".")
    months = rf"{_MONTH}(?: {_YEAR})? (?:to|until|till|-|–|through) {_MONTH} {_YEAR}"
    for pattern, word in ((months, "from"), (_YEAR, "in")):
        match = re.fullmatch(rf"(?i)(.*?)[,:]? \(?({pattern})\)?", flat)
        if not match or re.search(r"(?i) (?:in|for|from|during|throughout|of)$", match[1]):
            continue
        written = f"{match[1]} {word} {match[2]}"
        if _can_be_read(written):
            return f'write "{word}" before the period: "{written}"'
    return ""


def _read_weekly(text: str, words: str) -> Rule | None:
    """Return 'every other Wednesday', 'fortnightly on Wednesdays' or 'every three weeks on Friday'."""
    if match := re.fullmatch(rf"every (?:second|2nd) ({_WEEKDAY})", words):
        day = match[1].capitalize()
        raise NotReadError(
            "F066",
            f"the rule {quote(text)}, which can be a day in each fortnight or in each month",
            "a rule that can be read in one way only",
            f'write "every other {day}" or "second {day} of each month"',
        )
    for pattern, interval in (
        (rf"(?:every|each|weekly,?(?: on)?(?: every)?) ({_WEEKDAYS_IN_WORDS})", 1),
        (rf"(?:every other|alternate|fortnightly,?(?: on)?(?: every)?) ({_WEEKDAYS_IN_WORDS})", 2),
        (rf"every (?:other|second|two|2) weeks?,?(?: on)? ({_WEEKDAYS_IN_WORDS})", 2),
        (rf"every (?:third|three|3) weeks?,?(?: on)? ({_WEEKDAYS_IN_WORDS})", 3),
        (rf"every (?:fourth|four|4) weeks?,?(?: on)? ({_WEEKDAYS_IN_WORDS})", 4),
        (rf"every (?:third|3rd) ({_WEEKDAY})", 3),
    ):
        if match := re.fullmatch(pattern, words):
            numbers = _read_names(match[1], WEEKDAYS)
            if numbers:
                weekdays = tuple((number, 0) for number in numbers)
                return Rule(weekly=True, interval=interval, weekdays=weekdays)
    return None


def _read_monthly(text: str, words: str) -> Rule | None:
    """Return a rule for days of months, such as 'second Tuesday of each month'."""
    which = rf"(?P<days>{_ORDINAL}(?:(?: and |, ){_ORDINAL})* {_WEEKDAY}|(?:\d{{1,2}}(?:st|nd|rd|th)?|last day))"
    for pattern in (
        rf"(?:every |each )?(?:the )?{which},? (?:of|in) (?P<months>.+)",
        rf"(?P<months>{_HOW_OFTEN}),?(?: on)?(?: the)? {which}",
        rf"(?:the )?{which},? (?P<months>monthly|quarterly)",
    ):
        match = re.fullmatch(pattern, words)
        if match and (months := _read_months(match["months"])):
            interval, named = months
            rule = Rule(weekly=False, interval=interval, months=named)
            return _add_days(text, rule, match["days"])
    return None


def _add_days(text: str, rule: Rule, words: str) -> Rule | None:
    """Return a rule with its days of the month: 'second and fourth Tuesday', '15th', 'last day'."""
    if words == "last day":
        return rule._replace(month_days=(-1,))
    if number := re.match(r"\d{1,2}(?=st\b|nd\b|rd\b|th\b|$)", words):
        day = int(number[0])
        if re.fullmatch(r"\d{1,2}(?:st|nd|rd|th)?", words):
            if not 1 <= day <= 31:
                found = f"the rule {quote(text)}, with day {day}"
                raise NotReadError("F066", found, "a day from 1 to 31", "correct the day")
            return rule._replace(month_days=(day,))
    *ordinals, weekday = re.split(r" and |, | ", words)
    number_of_day = find_english_name(weekday.removesuffix("s"), WEEKDAYS)
    if number_of_day is None:
        number_of_day = find_english_name(weekday, WEEKDAYS)
    if number_of_day is None:
        return None
    weekdays = tuple((number_of_day, _ORDINALS[word]) for word in ordinals)
    return rule._replace(weekdays=weekdays)


def _read_months(words: str) -> tuple[int, tuple[int, ...]] | None:
    """Return how many months it is from one to the next, and the months, if they are named."""
    bare = words.removeprefix("the ")
    if bare in ("month", "monthly", "each month", "every month", "each calendar month", "months"):
        return 1, ()
    if bare == "quarterly":
        return 3, ()
    if match := re.fullmatch(rf"(?:every|each) ({_COUNT}) months?|(alternate) months?", bare):
        return _INTERVALS.get(match[1] or "", 2), ()
    if re.fullmatch(_MONTHS_IN_WORDS, bare) and (months := _read_names(bare, MONTHS)):
        return 1, tuple(sorted({number + 1 for number in months}))
    return None


def _read_names(words: str, names: Sequence[str]) -> tuple[int, ...]:
    """Return the numbers of the names in 'Monday and Thursday', none if one is not known."""
    numbers = []
    for word in re.split(r", and |, | and | & ", words):
        number = find_english_name(word, names)
        if number is None:
            number = find_english_name(word.removesuffix("s"), names)
        if number is None:
            return ()
        numbers.append(number)
    return tuple(numbers)


def _take_exceptions(words: str, *, at_end: bool = False) -> tuple[str, tuple[int, ...]]:
    """Return a rule without 'except August and December', and these months.

    With ``at_end``, nothing may follow them.
    """
    pattern = (
        rf",? \(?(?:{_EXCEPT})(?: for)?(?: in)?"
        rf" ({_MONTHS_IN_WORDS})\)?"
    )
    match = re.search(f"{pattern}$" if at_end else pattern, words)
    months = _read_names(match[1], MONTHS) if match else ()
    if not match or not months:
        return words, ()
    rest = (words[: match.start()] + words[match.end() :]).strip(" ,")
    return rest, tuple(number + 1 for number in months)


def _take_period(text: str, words: str) -> tuple[str, dt.date | None, dt.date | None]:
    """Return a rule without its period, and the period's first and last day, as far as it has them."""
    if match := re.search(rf",? (?:in|for|during|throughout) ({_YEAR})$", words):
        year = int(match[1])
        return words[: match.start()], dt.date(year, 1, 1), dt.date(year, 12, 31)
    first = last = None
    end = re.search(
        r",? (?:until|till|to|up to|through|-) ((?:[a-z]+,? )?(?:the )?[^ ]*\d.*|[a-z]+ \d{4})$",
        words,
    )
    if end and (last := _read_end(end[1])):
        words = words[: end.start()]
    start = re.search(
        r",? (?:from|starting|beginning|starting on|beginning on|as of|since) ([^,].*)$", words
    )
    if start:
        first = _read_start(start[1], last)
        if first:
            words = words[: start.start()]
    if start and not first:
        found, expected = f"{quote(start[1])} in the rule {quote(text)}", "a date or a month"
        raise NotReadError("F066", found, expected, _WRITE_PERIOD)
    return words, first, last


def _read_start(words: str, last: dt.date | None) -> dt.date | None:
    """Return the first day of a period: a date, or a month; the year can be that of ``last``."""
    for candidate in (words, f"{words} {last.year}" if last else words):
        if month := _read_month(candidate):
            return month
        try:
            return read_date(candidate)
        except NotReadError as error:
            if error.code != "F030":
                raise
    return None


def _read_end(words: str) -> dt.date | None:
    """Return the last day of a period: a date, or the last day of a month."""
    if month := _read_month(words):
        return month.replace(day=monthrange(month.year, month.month)[1])
    try:
        return read_date(words)
    except NotReadError as error:
        if error.code != "F030":
            raise
        return None


def _read_month(words: str) -> dt.date | None:
    match = re.fullmatch(rf"({_MONTH}),? ({_YEAR})", words)
    month = find_english_name(match[1], MONTHS) if match else None
    return dt.date(int(match[2]), month + 1, 1) if match and month is not None else None
