"""Stage 5: the linked site -> every output; two at one address are a problem."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain
from operator import attrgetter
from pathlib import PurePosixPath

from lscbsite.model import MANIFEST, Output, Site
from lscbsite.outputs import BLOCKS, OUTPUTS
from lscbsite.outputs.pages import site_view
from lscbsite.outputs.redirects import RedirectView, address_of
from lscbsite.problems import Problem, Problems, shown


def plan(
    site: Site, known: Mapping[bytes, Collection[str]], problems: Problems
) -> Iterator[tuple[bytes, tuple[Output, ...] | None]]:
    """Yield the outputs of each block, with its key; those of no block have the key b"".

    ``known`` are blocks that need not be planned, by their keys, with the paths of their outputs:
    for such a block None is yielded.

    Problems: O001, where two outputs would be one file, or one would be the folder of another;
    capitals make no difference, as on many systems.
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
    folders: set[str] = set()
    for path in paths:
        name = path.casefold().rstrip("/")
        if name in files:
            return True
        files.add(name)
        folder = name.rpartition("/")[0]
        while folder and folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    return not files.isdisjoint(folders)


def _report_clashes(outputs: Iterable[Output], problems: Problems) -> None:
    files: dict[str, Output] = {MANIFEST: Output(MANIFEST, None, bytes)}
    for output in sorted(outputs, key=_is_alias):
        other = files.setdefault(output.path.casefold(), output)
        if other is not output:
            _report(output, other, problems)
    for output in outputs:
        folder = output.path.casefold()
        while (end := folder.rfind("/")) > 0:
            folder = folder[:end]
            if folder in files:
                _report(output, files[folder], problems)


def _is_alias(output: Output) -> bool:
    return isinstance(output.view, RedirectView) and output.source != ""


def _report(one: Output, other: Output, problems: Problems) -> None:
    """Tell of two outputs with one address; an alias is what is wrong, if there is one."""
    if aliases := [output for output in (one, other) if _is_alias(output)]:
        wrong = max(aliases, key=lambda alias: (alias.source, alias.mark.line, alias.mark.column))
        _report_alias(wrong, other if wrong is one else one, problems)
        return
    if one.source.casefold() == other.source.casefold():
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
    mine, taken = (PurePosixPath(output.path.casefold()) for output in (wrong, other))
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
