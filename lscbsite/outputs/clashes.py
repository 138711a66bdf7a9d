"""Report outputs that would be one file, or whose folders would be one on many systems."""

from collections.abc import Iterable
from pathlib import PurePosixPath

from lscbsite.model import MANIFEST, Artifact, Position
from lscbsite.outputs.redirects import RedirectView, get_address
from lscbsite.problems import Problem, Problems, quote_value
from lscbsite.source_files import list_folders, make_name_key


def has_clash(paths: Iterable[str]) -> bool:
    """Whether two paths are one file or folder where capitals and the form of letters do not count."""
    files = {MANIFEST}
    folders: dict[str, str] = {}
    seen: set[str] = set()
    for path in paths:
        name = make_name_key(path).rstrip("/")
        if name in files:
            return True
        files.add(name)
        folder = path.rstrip("/").rpartition("/")[0]
        while folder and folder not in seen:
            seen.add(folder)
            if folders.setdefault(make_name_key(folder), folder) != folder:
                return True
            folder = folder.rpartition("/")[0]
    return not files.isdisjoint(folders)


def report_clashes(outputs: Iterable[Artifact], problems: Problems) -> None:
    """Report clashes among all outputs.

    Problems: O001, where two outputs would be one file, or one would be the folder of another;
    F007, where folders would be one on many systems.
    """
    outputs = sorted(outputs, key=_is_alias)
    files: dict[str, Artifact] = {MANIFEST: Artifact(MANIFEST, None, None)}
    reported = set()
    for output in outputs:
        other = files.setdefault(make_name_key(output.path), output)
        if other is not output:
            reported.add(output.path)
            _report_clash(output, other, problems)
    for output in outputs:
        for folder in list_folders(output.path):
            if make_name_key(folder) in files:
                reported.add(output.path)
                _report_clash(output, files[make_name_key(folder)], problems)
    _report_folder_clashes([output for output in outputs if output.path not in reported], problems)


def _report_folder_clashes(outputs: list[Artifact], problems: Problems) -> None:
    """Report outputs whose folders are spelled in two ways that are one on many systems.

    What is wrong is the alias, if there is one; else the page: its folder has no other use.
    """
    first: dict[str, tuple[str, Artifact]] = {}
    for output in sorted(
        outputs, key=lambda output: (_is_alias(output), output.source[:6] == "pages/")
    ):
        for folder in list_folders(output.path):
            spelled, other = first.setdefault(make_name_key(folder), (folder, output))
            if spelled != folder:
                _report_folder_clash(output, other, folder, spelled, problems)
                break


def _report_folder_clash(
    wrong: Artifact, other: Artifact, folder: str, spelled: str, problems: Problems
) -> None:
    """Report an output whose folder is another's on many systems, though it is spelled otherwise.

    Folders of the author's that are so are reported by whoever lists them.
    """
    kinds = {output.source.partition("/")[0] for output in (wrong, other)}
    if not wrong.source or (len(kinds) == 1 and not _is_alias(wrong)):
        return
    mark = wrong.mark if _is_alias(wrong) else Position(1, 1)
    owner = other.source or "the site itself"
    problems.add(
        Problem(
            wrong.source,
            mark.line,
            mark.column,
            "F007",
            f"the address {quote_value(f'/{get_address(wrong.path)}')}, whose folder /{folder}/ many computers take for"
            f" /{spelled}/ of {owner}",
            "folders that differ by more than capitals or accents stored differently",
            "take the alias out" if _is_alias(wrong) else "rename the folder",
        )
    )


def _is_alias(output: Artifact) -> bool:
    return isinstance(output.view, RedirectView) and output.source != ""


def _report_clash(output: Artifact, other: Artifact, problems: Problems) -> None:
    """Report two outputs with one address: an alias is what is wrong, if there is one."""
    if aliases := [clashing for clashing in (output, other) if _is_alias(clashing)]:
        wrong = max(aliases, key=lambda alias: (alias.source, alias.mark.line, alias.mark.column))
        _report_alias_clash(wrong, other if wrong is output else output, problems)
        return
    if make_name_key(output.source) == make_name_key(other.source):
        return  # the two files (F007), or topics with one id (S009), are reported already
    source = output.source or other.source
    partner = other if source == output.source else output
    problems.add(
        Problem(
            source,
            1,
            1,
            "O001",
            f"the address /{get_address(output.path)}, which"
            f" {partner.source or 'the site itself'} already uses",
            "an address of its own",
            "rename the file",
        )
    )


def _report_alias_clash(wrong: Artifact, other: Artifact, problems: Problems) -> None:
    mine, taken = (PurePosixPath(make_name_key(output.path)) for output in (wrong, other))
    if mine in taken.parents:
        clash = f"which is the folder of /{get_address(other.path)}"
    elif taken in mine.parent.parents:
        clash = f"which is below the file /{get_address(other.path)}"
    elif _is_alias(other):
        clash = f"which is already an alias in {other.source}"
    elif wrong.source == other.source:
        clash = "which is the report's own address"
    else:
        clash = f"which {other.source or 'the site itself'} already uses"
    capitals = "; capitals make no difference" if mine == taken and wrong.path != other.path else ""
    problems.add(
        Problem(
            wrong.source,
            wrong.mark.line,
            wrong.mark.column,
            "O001",
            f"the alias {quote_value(f'/{get_address(wrong.path)}')}, {clash}",
            f"an address that is free{capitals}",
            "take it out",
        )
    )
