"""Move the dates of the sample site, so that its questions are open when a version is released.

``python -m tools.move_sample [DAY]`` moves all dates by the same number of weeks, so that weekdays,
and the time from one date to the next, stay the same. The reference day, which a comment in site.yaml names,
becomes the release day (default: today), or a day of the week before it. It comes up to eight weeks
earlier if a meeting would otherwise fall into the summer or Christmas holidays.

All dates are moved, in front matter, text, comments and names of files. A month alone or "last summer"
depends on the calendar but is not a date, so it cannot be moved: it is listed, and nothing is written.
"""

import datetime as dt
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from lscbsite.dates import MONTHS, NotReadError, format_written, read_date

SITE = Path(__file__).resolve().parent.parent
_FILES = ("[!.]*.yaml", "pages/**/*.md", "reports/**/*.md", "files/**/*.csv")
_REFERENCE = re.compile(r"# The dates are as on (\d{4}-\d\d-\d\d)\b")
# In weeks: the most by which the reference day may come earlier.
EARLIER = 8
# A date without a year that is farther from the report's own day could be in another year.
_NEAR = dt.timedelta(days=150)

_MONTH = "|".join(month.capitalize() for month in MONTHS)
_ISO = re.compile(r"(?<!\d)\d{4}-\d\d-\d\d(?!\d)")
# "14 December 2012", "3 September", "12-13 March 2013", "30 April to 1 May"
_WRITTEN = re.compile(
    rf"(?<![\d.:])(?:(?P<first>\d{{1,2}})(?: (?P<first_month>{_MONTH}))?(?P<to> ?[-–] ?| (?:to|and|or) ))?"
    rf"(?P<last>\d{{1,2}})(?P<gap>\s+)(?P<month>{_MONTH})\b(?:(?P<year_gap>,?\s+)(?P<year>\d{{4}})\b)?"
)
# The year in the name of a law stays.
_LAW = re.compile(r"\b(?:Act|Regulations|Order)\s+\d{4}\b")
_UNMOVABLE = re.compile(
    rf"\b(?:{_MONTH}|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?|(?:19|20)\d\d)(?![\d,]*\d)"
    r"|(?i:\b(?:spring|summer|autumn|winter|christmas|easter|new year|half[- ]term"
    r"|(?:this|last|next)\s+year)\b)"
)

Texts = Mapping[Path, str]


class CannotMoveError(Exception):
    """Words that depend on the calendar cannot be moved; each line says where and why."""


def read_sample(site: Path) -> Texts:
    """Return the text of each file of the sample that can have dates, by its path below ``site``."""
    return {
        path.relative_to(site): path.read_bytes().decode()
        for pattern in _FILES
        for path in sorted(site.glob(pattern))
    }


def find_reference_day(texts: Texts) -> dt.date:
    """Return the sample's reference day, which a comment in site.yaml names.

    Raises:
        CannotMoveError: site.yaml names none.

    """
    found = _REFERENCE.search(texts.get(Path("site.yaml"), ""))
    if not found:
        raise CannotMoveError('site.yaml:1: write "# The dates are as on 2012-11-25" into it')
    return dt.date.fromisoformat(found[1])


def choose_weeks(texts: Texts, day: dt.date) -> int:
    """Return the number of weeks to move by for a release on ``day``.

    Raises:
        CannotMoveError: in each of the weeks before, a meeting would fall into the holidays.

    """
    latest = (day - find_reference_day(texts)).days // 7
    meetings = [dt.date.fromisoformat(text) for text in _list_meetings(texts)]
    for weeks in range(latest, latest - EARLIER - 1, -1):
        if not any(_is_in_holidays(meeting + dt.timedelta(weeks=weeks)) for meeting in meetings):
            return weeks
    raise CannotMoveError(
        f"In each of the {EARLIER} weeks before {format_written(day)}, some meeting would be in the holidays."
    )


def _list_meetings(texts: Texts) -> Iterator[str]:
    """Yield the days of all meetings, those ahead as well."""
    for path, text in texts.items():
        if path.parts[0] == "reports":
            yield from _ISO.findall(path.stem)
        elif path.name == "meetings.yaml":
            yield from _ISO.findall(text)


def _is_in_holidays(day: dt.date) -> bool:
    """Return whether schools in England are closed, at Christmas or in summer."""
    month_and_day = (day.month, day.day)
    return not (1, 3) < month_and_day < (12, 19) or (7, 22) <= month_and_day <= (9, 1)


def move_dates(texts: Texts, weeks: int) -> Texts:
    """Return the files with all dates moved, also those in their names.

    Raises:
        CannotMoveError: there is something that depends on the calendar and is no date.

    """
    shift = dt.timedelta(weeks=weeks)
    faults: list[str] = []
    moved = {}
    for path, text in texts.items():
        found: list[str] = []
        new_path = _move_text(path.as_posix(), None, shift, found)
        named = None if found else _ISO.search(path.name)
        near = dt.date.fromisoformat(named[0]) if named else None
        moved[Path(new_path)] = _move_text(text, near, shift, found)
        faults += [f"{path.as_posix()}:{fault}" for fault in found]
    if faults:
        raise CannotMoveError("\n".join(faults))
    return moved


def _move_text(text: str, near: dt.date | None, shift: dt.timedelta, faults: list[str]) -> str:
    """Return a text with its dates moved; add to ``faults`` what cannot be, with its line."""
    pieces: list[str] = []
    end = 0
    for match in _find_dates(text):
        pieces.append(text[end : match.start()])
        end = match.end()
        try:
            pieces.append(_move_date(match, near, shift))
        except ValueError as error:
            faults.append(f"{text.count(chr(10), 0, match.start()) + 1}: {match[0]!r}: {error}")
    return "".join([*pieces, text[end:]])


def _find_dates(text: str) -> Iterator[re.Match[str]]:
    """Yield the dates of a text in order, and whatever else depends on the calendar."""
    end = 0
    while matches := [m for p in (_ISO, _WRITTEN, _LAW, _UNMOVABLE) if (m := p.search(text, end))]:
        match = min(matches, key=lambda match: match.start())
        if match.re is not _LAW:
            yield match
        end = match.end()


def _move_date(match: re.Match[str], near: dt.date | None, shift: dt.timedelta) -> str:
    if match.re is _ISO:
        return (dt.date.fromisoformat(match[0]) + shift).isoformat()
    if match.re is _WRITTEN:
        return _move_written(match, near, shift)
    raise ValueError("write a whole date, such as 14 December, or leave it out")


def _move_written(match: re.Match[str], near: dt.date | None, shift: dt.timedelta) -> str:
    """Return a date in words, or two of them, after the move; only what changes is written anew."""
    last = _read_written(match, near)
    text = ""
    if match["first"]:
        if match["first_month"] == match["month"]:
            raise ValueError("leave the first month out")
        first_month = match["first_month"] or match["month"]
        year = last.year - (_number_month(first_month) > last.month)
        first = read_date(f"{match['first']} {first_month} {year}") + shift
        month = _name_month(first) if first.month != (last + shift).month else ""
        text = f"{first.day}{month and ' '}{month}{match['to']}"
    last += shift
    text += f"{last.day}{match['gap']}{_name_month(last)}"
    return text + (f"{match['year_gap']}{last.year}" if match["year"] else "")


def _read_written(match: re.Match[str], near: dt.date | None) -> dt.date:
    """Return the (last) day that is named; without a year, it is the one nearest to ``near``."""
    day = f"{match['last']} {match['month']}"
    if match["year"]:
        return read_date(f"{day} {match['year']}")
    if near:
        for year in (near.year - 1, near.year, near.year + 1):
            try:
                found = read_date(f"{day} {year}")
            except NotReadError:  # 29 February
                continue
            if abs(found - near) <= _NEAR:
                return found
    raise ValueError("write its year")


def _number_month(name: str) -> int:
    return MONTHS.index(name.lower()) + 1


def _name_month(day: dt.date) -> str:
    return MONTHS[day.month - 1].capitalize()


def write_sample(site: Path, before: Texts, after: Texts) -> None:
    """Write the moved files, then remove those that now have another name."""
    for path, text in after.items():
        if before.get(path) != text:
            (site / path).write_bytes(text.encode())
    for path in before.keys() - after.keys():
        (site / path).unlink()


def main(arguments: list[str], site: Path = SITE) -> None:
    """Move the sample for a release on the day that is given, or today.

    Raises:
        SystemExit: with a message, if there is no such day, or something cannot be moved.

    """
    try:
        day = read_date(" ".join(arguments)) if arguments else dt.datetime.now().astimezone().date()
        before = read_sample(site)
        move_dates(before, 0)  # that they can be read, the names of files among them
        weeks = choose_weeks(before, day)
        after = move_dates(before, weeks)
    except NotReadError as error:
        sys.exit(f"found {error.found}; expected {error.expected}: {error.fix}")
    except CannotMoveError as error:
        sys.exit(str(error))
    write_sample(site, before, after)
    reference = format_written(find_reference_day(after))
    number = f"{weeks} week" if abs(weeks) == 1 else f"{weeks} weeks"
    sys.stdout.write(f"Moved by {number}. The sample's dates are now as on {reference}.\n")


if __name__ == "__main__":
    main(sys.argv[1:])
