"""Stage 5: the linked site -> every output; two at one address are a problem."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain
from operator import attrgetter
from pathlib import PurePosixPath

from lscbsite.model import MANIFEST, Mark, Output, Site
from lscbsite.outputs import BLOCKS, OUTPUTS
from lscbsite.outputs.pages import site_view
from lscbsite.outputs.redirects import RedirectView, address_of
from lscbsite.problems import Problem, Problems, shown
from lscbsite.source_files import name_key


def plan(
    site: Site, known: Mapping[bytes, Collection[str]], problems: Problems
) -> Iterator[tuple[bytes, tuple[Output, ...] | None]]:
    """Yield the outputs of each block, with its key; those of no block have the key b"".

    ``known`` are blocks that need not be planned, by their keys, with the paths of their outputs:
    for such a block None is yielded.

    Problems: O001, where two outputs would be one file, or one would be the folder of another;
    F007, where folders would be one on many systems. Capitals make no difference there, nor does
    how letters are stored.
    """
    about = site_view(site)
    single = _in_order(output for planner in OUTPUTS for output in planner(site, about))
    paths = [output.path for output in single]
    yield b"", single
    for block in (block for planner in BLOCKS for block in planner(site, about)):
        if block.key in known:
            paths += known[block.key]
            yield block.key, None
        else:
            outputs = _in_order(block.outputs())
            paths += [output.path for output in outputs]
            yield block.key, outputs
    if _clash(paths):
        every = (block.outputs() for planner in BLOCKS for block in planner(site, about))
        _report_clashes(_in_order(chain(single, *every)), problems)


def _in_order(outputs: Iterable[Output]) -> tuple[Output, ...]:
    return tuple(sorted(outputs, key=attrgetter("path")))


def _clash(paths: Iterable[str]) -> bool:
    files = {MANIFEST}
    folders: dict[str, str] = {}
    done: set[str] = set()
    for path in paths:
        name = name_key(path).rstrip("/")
        if name in files:
            return True
        files.add(name)
        folder = path.rstrip("/").rpartition("/")[0]
        while folder and folder not in done:
            done.add(folder)
            if folders.setdefault(name_key(folder), folder) != folder:
                return True
            folder = folder.rpartition("/")[0]
    return not files.isdisjoint(folders)


def _report_clashes(outputs: Iterable[Output], problems: Problems) -> None:
    outputs = sorted(outputs, key=_is_alias)
    files: dict[str, Output] = {MANIFEST: Output(MANIFEST, None, bytes)}
    told = set()
    for output in outputs:
        other = files.setdefault(name_key(output.path), output)
        if other is not output:
            told.add(output.path)
            _report(output, other, problems)
    for output in outputs:
        for folder in _folders(output.path):
            if name_key(folder) in files:
                told.add(output.path)
                _report(output, files[name_key(folder)], problems)
    _report_folders([one for one in outputs if one.path not in told], problems)


def _folders(path: str) -> Iterator[str]:
    """Yield the folders that an output is in, from its own up."""
    while (end := path.rfind("/")) > 0:
        path = path[:end]
        yield path


def _report_folders(outputs: list[Output], problems: Problems) -> None:
    """Report outputs whose folders are spelled in two ways that are one on many systems.

    What is wrong is the alias, if there is one; else the page: its folder has no other use.
    """
    first: dict[str, tuple[str, Output]] = {}
    for output in sorted(outputs, key=lambda one: (_is_alias(one), one.source[:6] == "pages/")):
        for folder in _folders(output.path):
            spelled, other = first.setdefault(name_key(folder), (folder, output))
            if spelled != folder:
                _report_folder(output, other, folder, spelled, problems)
                break


def _report_folder(
    wrong: Output, other: Output, folder: str, spelled: str, problems: Problems
) -> None:
    """Report an output whose folder is another's on many systems, though it is spelled otherwise.

    Folders of the author's that are so are reported by whoever lists them.
    """
    kinds = {one.source.partition("/")[0] for one in (wrong, other)}
    if not wrong.source or (len(kinds) == 1 and not _is_alias(wrong)):
        return
    mark = wrong.mark if _is_alias(wrong) else Mark(1, 1)
    owner = other.source or "the site itself"
    problems.add(
        Problem(
            wrong.source,
            mark.line,
            mark.column,
            "F007",
            f"the address {shown(f'/{address_of(wrong.path)}')}, whose folder /{folder}/ is one with"
            f" /{spelled}/ of {owner} on many systems",
            "folders that differ in more than capitals and the way letters are stored",
            "take the alias out" if _is_alias(wrong) else "rename the folder",
        )
    )


def _is_alias(output: Output) -> bool:
    return isinstance(output.view, RedirectView) and output.source != ""


def _report(one: Output, other: Output, problems: Problems) -> None:
    """Tell of two outputs with one address; an alias is what is wrong, if there is one."""
    if aliases := [output for output in (one, other) if _is_alias(output)]:
        wrong = max(aliases, key=lambda alias: (alias.source, alias.mark.line, alias.mark.column))
        _report_alias(wrong, other if wrong is one else one, problems)
        return
    if name_key(one.source) == name_key(other.source):
        return  # the two files (F007), or topics with one id (S009), are told of already
    source = one.source or other.source
    partner = other if source == one.source else one
    problems.add(
        Problem(
            source,
            1,
            1,
            "O001",
            f"the address /{address_of(one.path)}, which"
            f" {partner.source or 'a page of the tool'} has already",
            "an address of its own",
            "rename the file",
        )
    )


def _report_alias(wrong: Output, other: Output, problems: Problems) -> None:
    mine, taken = (PurePosixPath(name_key(output.path)) for output in (wrong, other))
    if mine in taken.parents:
        clash = f"which is the folder of /{address_of(other.path)}"
    elif taken in mine.parent.parents:
        clash = f"which lies below /{address_of(other.path)}, a file"
    elif _is_alias(other):
        clash = f"which is an alias in {other.source} already"
    elif wrong.source == other.source:
        clash = "which is the report's own address"
    else:
        clash = f"which {other.source or 'the site itself'} has already"
    capitals = "; capitals make no difference" if mine == taken and wrong.path != other.path else ""
    problems.add(
        Problem(
            wrong.source,
            wrong.mark.line,
            wrong.mark.column,
            "O001",
            f"the alias {shown(f'/{address_of(wrong.path)}')}, {clash}",
            f"an address that is free{capitals}",
            "take it out",
        )
    )
