"""Find the earlier ids of reports: those that their files name, and those that boards had."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar
from unicodedata import normalize

from msgspec.structs import replace

from lscbsite.model import Board, Config, ReportMetadata
from lscbsite.problems import Problems, quote_value

ROOT = "."
_Value = TypeVar("_Value")


def fill_former_ids(
    reports: tuple[ReportMetadata, ...], boards: Mapping[str, Board], problems: Problems
) -> tuple[ReportMetadata, ...]:
    """Return the reports with their ``former_ids``, the oldest first.

    Each name of a report in a folder that its board had, also had the board's earlier folders: so it
    makes no difference whether the board or the report was renamed first.
    Problems: L020, where a file names an id that is or was another report's. An id that only follows
    from a board's is left out there.
    """
    if not any(board.formerly for board in boards.values()) and not any(
        report.front.formerly for report in reports
    ):
        return reports
    owners = {normalize("NFC", report.id): report for report in reports}
    named = {report.path: list(_list_named(report, owners, problems)) for report in reports}
    folders = _BoardFolders(boards)
    filled = []
    for report in reports:
        former: dict[str, None] = {}
        for name in (*named[report.path], report.id):
            for older in folders.list_names(name):
                if owners.setdefault(normalize("NFC", older), report).path == report.path:
                    former[older] = None
        is_new = list(former) == [report.id]
        filled.append(report if is_new else replace(report, former_ids=tuple(former)))
    return tuple(filled)


def index_former_files(
    reports: Iterable[ReportMetadata], boards: Mapping[str, Board]
) -> dict[str, ReportMetadata]:
    """Return the reports by the names that their files had, also beside a file in a later folder.

    Where a board was renamed, its reports may still refer to each other by names from before.
    """
    names: dict[str, ReportMetadata] = {}
    folders = _BoardFolders(boards)
    for report in reports:
        for old in report.former_ids:
            for name in (old, *folders.list_moved(old)):
                names.setdefault(normalize("NFC", name), report)
    return names


def index_other_names(
    reports: Iterable[ReportMetadata], boards: Mapping[str, Board]
) -> dict[str, ReportMetadata]:
    """Return the reports by all names other than their ids by which authors may refer to them.

    These are the former ones and, for a board whose reports are directly in reports/, those with
    the board's id in front, as other boards' reports have it.
    """
    reports = list(reports)
    names = index_former_files(reports, boards)
    for report in reports:
        board = boards.get(report.board)
        if board and board.folder:
            names.setdefault(normalize("NFC", f"{report.board}/{report.id}"), report)
    return names


def get_first_folder(boards: Mapping[str, Board], id_: str) -> str:
    """Return the oldest folder of a board below reports/, "." for that of a site with one board."""
    board = boards.get(id_)
    return _list_folders(board, board.folder or id_)[0] if board else ROOT


def list_former_urls(config: Config) -> dict[str, str]:
    """Return the folders of boards and topics by those that they had earlier."""
    former = {
        f"boards/{old}": f"boards/{id_}"
        for id_, board in config.site.boards.items()
        for old in board.formerly
    }
    for id_, topic in config.topics.items():
        former |= {f"topics/{old}": f"topics/{id_}" for old in topic.formerly}
    current = [*config.site.boards, *config.topics]
    return {old: new for old, new in former.items() if old.partition("/")[2] not in current}


def add_composed(by_name: Mapping[str, _Value]) -> dict[str, _Value]:
    """Return what names stand for that Unicode composes differently (NFC), under those names."""
    return {
        composed: value
        for name, value in by_name.items()
        if not name.isascii() and (composed := normalize("NFC", name)) != name
    }


def _list_named(
    report: ReportMetadata, owners: dict[str, ReportMetadata], problems: Problems
) -> Iterator[str]:
    """Yield the ids in a report's ``formerly``, but for those of other reports."""
    for number, name in enumerate(report.front.formerly):
        owner = owners.setdefault(normalize("NFC", name), report)
        if owner.path == report.path:
            yield normalize("NFC", name)
            continue
        has = "has" if normalize("NFC", owner.id) == normalize("NFC", name) else "had"
        problems.add(
            report.make_problem(
                f"formerly.{number}",
                "L020",
                f"the earlier name {quote_value(name)}, which {owner.path} {has}",
                "names that no other report has or had",
                "take it out of one of the two, or give the other file another name",
            )
        )


class _BoardFolders:
    """The folders that boards have and had."""

    def __init__(self, boards: Mapping[str, Board]) -> None:
        # For each folder, those that the board had up to then, the oldest first.
        self._until: dict[str, list[str]] = {}
        self._present: dict[str, str] = {}
        for id_, board in boards.items():
            present = board.folder or id_
            folders = _list_folders(board, present)
            for number, folder in enumerate(folders, 1):
                self._until[folder] = folders[:number]
                self._present[folder] = present
            self._until[present] = folders

    def list_moved(self, name: str) -> Iterator[str]:
        """Yield a name with the present folder of its board in place of an earlier one."""
        folder, _, rest = name.partition("/")
        if not rest or folder not in self._until:
            folder, rest = ROOT, name
        present = self._present.get(folder, folder)
        if present != folder:
            yield rest if present == ROOT else f"{present}/{rest}"

    def list_names(self, name: str) -> Iterator[str]:
        """Yield the names that a report with this name had because of its board, the oldest first."""
        folder, _, rest = name.partition("/")
        if not rest or folder not in self._until:
            folder, rest = ROOT, name
        for older in self._until.get(folder, (folder,)):
            if older != ROOT:
                yield f"{older}/{rest}"
            elif rest == name or not self._is_of_board(rest):
                yield rest

    def _is_of_board(self, name: str) -> bool:
        """Return whether a name begins with the folder of a board: it was never in ``reports/``."""
        folder, _, rest = name.partition("/")
        return bool(rest) and folder in self._until


def _list_folders(board: Board, present: str) -> list[str]:
    """Return the folders that a board has and had, the oldest first.

    reports/ itself counts as the oldest: a site begins there while it has one board. The former ids
    of a board that is still there were never folders.
    """
    if present == ROOT and ROOT not in board.formerly:
        return [ROOT]
    folders = [*board.formerly, present]
    if ROOT in folders:
        folders = [ROOT, *(folder for folder in folders if folder != ROOT)]
    return folders
