"""Check the boards in site.yaml, and guess them where it cannot be read."""

from collections.abc import Mapping

from lscbsite.model import Board, Sources
from lscbsite.parsing.yaml_reader import Document
from lscbsite.problems import quote_value


def guess_boards(sources: Sources) -> dict[str, Board]:
    """Guess the boards from the folders, for a site.yaml whose boards cannot be read."""
    reports = [source.path.split("/") for source in sources.documents if source.kind == "report"]
    if any(len(parts) == 2 for parts in reports):
        return {}
    return {name: Board(name) for name in sorted(parts[1] for parts in reports if len(parts) == 3)}


def check_boards(boards: Mapping[str, Board], document: Document) -> None:
    """Report ids and folders that two boards have or had (S021); "." is reports/ itself."""
    owners = {id_: id_ for id_ in boards}
    for id_, board in boards.items():
        if board.folder and owners.setdefault(board.folder, id_) != id_:
            _report_shared(f"boards.{id_}.folder", board.folder, owners[board.folder], document)
    for id_, board in boards.items():
        for number, old in enumerate(board.formerly):
            if owners.setdefault(old, id_) != id_:
                _report_shared(f"boards.{id_}.formerly.{number}", old, owners[old], document)


def _report_shared(field: str, name: str, owner: str, document: Document) -> None:
    document.report_at(
        document.positions[field],
        "S021",
        f'{quote_value(name)}, which the board "{owner}" has or had',
        "ids and folders that only one board has or had",
        "take it out of one of the two",
    )
