"""Stage 5: the linked site -> every output; two at one address are a problem."""

from pathlib import PurePosixPath

from lscbsite.model import MANIFEST, Output, Site
from lscbsite.outputs import OUTPUTS
from lscbsite.problems import Problem, Problems


def plan(site: Site, problems: Problems) -> tuple[Output, ...]:
    """Return all outputs in order of path.

    Problems: O001, where two outputs would be one file, or one would be the folder of another;
    capitals make no difference, as on many systems.
    """
    outputs = sorted(
        (output for planner in OUTPUTS for output in planner(site)), key=lambda output: output.path
    )
    files: dict[str, Output] = {MANIFEST: Output(MANIFEST, None, bytes)}
    for output in outputs:
        other = files.setdefault(output.path.casefold(), output)
        if other is not output:
            _report(output, other, problems)
    for output in outputs:
        for folder in PurePosixPath(output.path.casefold()).parents:
            if str(folder) in files:
                _report(output, files[str(folder)], problems)
    return tuple(outputs)


def _report(one: Output, other: Output, problems: Problems) -> None:
    if one.source and one.source.casefold() == other.source.casefold():
        return  # the two files are told of already (F007)
    source = one.source or other.source
    partner = other if source == one.source else one
    problems.add(
        Problem(
            source or "site.yaml",
            1,
            1,
            "O001",
            f"the address /{one.path.removesuffix('index.html')}, which"
            f" {partner.source or 'a page of the tool'} has already",
            "an address of its own",
            "rename the file",
        )
    )
