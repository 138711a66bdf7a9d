"""Find the board of a report by its folder; look for faults of its name and of its text as a whole."""

import datetime as dt
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec

from lscbsite.file_names import find_misspelt_date
from lscbsite.model import FrontMatter, Position, SiteConfig
from lscbsite.problems import Problem, Problems, quote_value, suggest_name

if TYPE_CHECKING:  # slow to import, and not needed where no file changed
    from lscbsite.parsing.fences import Split

_DATED_NAME = re.compile(r"(\d{4})(-?)(\d{1,2})\2(\d{1,2})(?!\d)")


class ParseSettings(msgspec.Struct, frozen=True):
    """Settings of site.yaml that parsing depends on.

    ``boards`` are the ids of all boards, ``root_board`` that of the one whose reports are directly in
    reports/, '' if there is none. ``former_urls`` are earlier addresses of the home page,
    ``former_boards`` earlier folders of boards with the present ones.
    """

    language: str
    boards: tuple[str, ...]
    root_board: str = ""
    former_urls: tuple[str, ...] = ()
    former_boards: tuple[tuple[str, str], ...] = ()


def make_parse_settings(site: SiteConfig) -> ParseSettings:
    """Return what parsing takes from site.yaml."""
    former = [
        (old, id_)
        for id_, board in site.boards.items()
        for old in board.formerly
        if not board.folder and old not in site.boards
    ]
    root_board = next((id_ for id_, board in site.boards.items() if board.folder), "")
    return ParseSettings(
        site.language, tuple(site.boards), root_board, site.formerly, tuple(former)
    )


def find_board(
    name: str, path: str, joint: tuple[str, ...], settings: ParseSettings, problems: Problems
) -> str:
    """Return the id of the board that a report's folder names, or '' if there is only one board.

    A report of a ``joint`` meeting can be outside the boards' folders.
    """
    if not settings.boards:
        return ""
    board, slash, _ = name.partition("/")
    if slash and board in settings.boards:
        return board
    renamed = dict(settings.former_boards).get(board) if slash else None
    if settings.root_board and not renamed and (not joint or settings.root_board in joint):
        return settings.root_board
    if joint and joint[0] in settings.boards and not renamed:
        return joint[0]
    found = f'the folder "{board}"' if slash else "a report outside the boards' folders"
    boards = ", ".join(f"reports/{known}/" for known in settings.boards)
    if renamed:
        fix = f"rename the folder to reports/{renamed}/, as the board is called now"
    elif slash and not board.isdigit():
        fix = suggest_name(board, settings.boards, "move the file, or add the board to site.yaml")
    else:
        fix = (
            "move the file; or, if one board's reports are all in reports/ itself, write"
            ' "folder: ." in site.yaml under that board'
        )
    problems.add(Problem(path, 1, 1, "S006", found, f"a folder of a board: {boards}", fix))
    return board


def check_joint_boards(
    joint: tuple[str, ...],
    board: str,
    positions: dict[str, Position],
    path: str,
    settings: ParseSettings,
    problems: Problems,
) -> None:
    """Report boards of a joint meeting that the site does not have, or that its folder is not of."""
    if joint and not settings.boards:
        position = positions.get("boards", Position(1, 1))
        found, expected = "boards, but site.yaml names none", "no boards on a site with one board"
        fix = 'take the line out, or list the boards under "boards" in site.yaml'
        problems.add(Problem(path, position.line, position.column, "L038", found, expected, fix))
        return
    for number, name in enumerate(joint):
        position = positions.get(f"boards.{number}", Position(1, 1))
        if name in joint[:number]:
            found, expected = f'the board "{name}" a second time', "each board once"
            fix = "take it out, or correct it if another board was meant"
            problems.add(
                Problem(path, position.line, position.column, "L017", found, expected, fix)
            )
            continue
        if name in settings.boards:
            continue
        found, expected = f'the board "{name}"', "a board of site.yaml"
        fix = suggest_name(name, settings.boards, 'list it under "boards" in site.yaml')
        problems.add(Problem(path, position.line, position.column, "L038", found, expected, fix))
    if joint and board not in joint and all(name in settings.boards for name in joint):
        position = positions.get("boards", Position(1, 1))
        found = f'boards without "{board}", in whose folder the report is'
        fix = f'add "{board}", or move the file'
        expected = "the board of the folder, too"
        problems.add(Problem(path, position.line, position.column, "L039", found, expected, fix))


def check_name(
    name: str, front: FrontMatter, positions: dict[str, Position], path: str, problems: Problems
) -> None:
    """Report a date in a file's name that is not that of the meeting (F006), or misspelt (F053)."""
    if front.date == dt.date.min:
        return
    if written := find_misspelt_date(name.rpartition("/")[2]):
        folder = path.rpartition("/")[0]
        found = f"the date {quote_value(written)} in the name of the file"
        expected = "a name that begins with the date as year-month-day"
        fix = f"rename it to {folder}/{front.date.isoformat()}.md"
        problems.add(Problem(path, 1, 1, "F053", found, expected, fix))
        return
    dated = _DATED_NAME.match(name.rpartition("/")[2])
    if not dated:
        return
    year, month, day = int(dated[1]), int(dated[3]), int(dated[4])
    is_date = dated[2] or (len(dated[0]) == 8 and 1 <= month <= 12 and 1 <= day <= 31)
    if not is_date or (year, month, day) == (front.date.year, front.date.month, front.date.day):
        return
    position = positions.get("date", Position(1, 1))
    found = f"the date {front.date.isoformat()} in a file whose name starts with {dated[0]}"
    new = front.date.isoformat() + name.rpartition("/")[2].removeprefix(dated[0])
    words = " ".join(f'"{word}"' if " " in word else word for word in (name, new))
    fix = f"correct the date, or, if it is right, rename the file (lscbsite rename {words})"
    problems.add(Problem(path, position.line, position.column, "F006", found, "the same date", fix))


def report_missing_text(parts: "Split", path: str, problems: Problems) -> None:
    """Report a report that is to be published and has nothing to read (M012)."""
    found, line = "a report without a text", parts.front_line + parts.front.count("\n")
    fix = 'write it below the second "---"; until it is ready, write "draft: true" above'
    if parts.body.strip():
        above = parts.body[: len(parts.body) - len(parts.body.lstrip())]
        line = parts.body_line + above.count("\n")
    if "<!--" in parts.body:
        found = "a report whose whole text is in a comment, which readers do not see"
        fix = (
            'write the text outside of "<!--" and "-->", or delete these marks; until it is ready,'
            ' write "draft: true" above the second "---"'
        )
    problems.add(Problem(path, line, 1, "M012", found, "what was said at the meeting", fix))


def report_hidden_texts(
    hidden: Iterable[tuple[Position, str]], path: str, problems: Problems
) -> None:
    """Report comments that have swallowed a text (M013)."""
    for position, words in hidden:
        found = f"a text in a comment, which readers do not see: {quote_value(words)}"
        expected = "only short remarks between <!-- and -->"
        fix = 'if readers should see the text, delete "<!--" and "-->"; if not, delete the text'
        problems.add(Problem(path, position.line, position.column, "M013", found, expected, fix))
