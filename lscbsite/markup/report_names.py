"""Tell references to reports, such as ``[[2012-11-13]]``, from other text in double brackets.

Authors also write ``[[citation needed]]``, the links of a wiki, or lists of numbers. Only what looks
like a date, or like the name of a report, is a reference.
"""

import re
from collections.abc import Iterator, Sequence

from lscbsite.dates import NotReadError, read_date
from lscbsite.problems import KnownNames

# A year with another number: "2012-09", "the minutes of 12 May 2012".
_DATE_IN_TEXT = re.compile(
    r"(?<!\d)(?:1[89]|2[01])\d\d(?!\d).*\d|\d.*(?<!\d)(?:1[89]|2[01])\d\d(?!\d)"
)
_IS_IMPOSSIBLE_DATE = ("F031", "F032", "F033")  # the codes of ``read_date``
# A report's name may have its board's id in front of it.
_BOARD = re.compile(r"([a-z][\w-]*/)?(.*)", re.DOTALL)
_PATH = re.compile(r"(?:\.{0,2}/)*(?:reports/)?(.*?)(?:\.md)?", re.DOTALL)


def list_report_ids(name: str, languages: Sequence[str]) -> Iterator[str]:
    """Yield the ids of the reports that a name in double brackets can mean, the likeliest first.

    ``languages`` are those in which a date may be written, besides English.
    """
    yield name
    board, day = _split_board(name)
    try:
        date = read_date(day, languages)
    except NotReadError:
        return
    if date.isoformat() != day:
        yield f"{board}{date.isoformat()}"


def looks_like_report(name: str, languages: Sequence[str], known: KnownNames) -> bool:
    """Return whether a name in double brackets is meant to be that of a report.

    ``known`` are the names of the reports that it can mean.
    """
    plain = _PATH.fullmatch(name)
    if plain and plain[1] != name:
        return True
    _, day = _split_board(name)
    try:
        read_date(day, languages)
    except NotReadError as error:
        is_date = error.code in _IS_IMPOSSIBLE_DATE or _DATE_IN_TEXT.search(day)
        return bool(is_date) or known.find_near(name) is not None
    return True


def _split_board(name: str) -> tuple[str, str]:
    parts = _BOARD.fullmatch(name)
    return (parts[1] or "", parts[2]) if parts else ("", name)


def explain_date(name: str, languages: Sequence[str]) -> str:
    """Return how to write an ambiguous or impossible date, '' for any other name."""
    try:
        read_date(_split_board(name)[1], languages)
    except NotReadError as error:
        return error.fix if error.code in _IS_IMPOSSIBLE_DATE else ""
    return ""
