"""Keep a build from taking published reports away by accident."""

from collections.abc import Set

from lscbsite.context import BuildContext, BuildInputs, CurrentPlan, Options
from lscbsite.incremental.dirty import Dirty
from lscbsite.problems import Problem, Problems
from lscbsite.write import list_written

_PREFIX, _SUFFIX = "reports/", "/index.html"
_WITHDRAW = "keep the file, and add to its front matter withdrawn: {date: ..., reason: ...}"
_ALLOW = (
    "if that is what you want, build with --allow-removal; for a push, write a line"
    ' "Allow-removal: yes" into the message of the commit'
)


def check_removals(
    options: Options, context: BuildContext, inputs: BuildInputs, plan: CurrentPlan, dirty: Dirty
) -> None:
    """Report the published reports whose pages this build would remove.

    Raises:
        ProblemsFoundError: it would remove more than half of them, and nobody allowed that.

    """
    state = inputs.state
    if state is not None:
        before = list(state.reports)
    elif options.output_dir is not None:
        before = _list_report_pages(list_written(options.output_dir))
    else:
        return
    gone = [name for name in before if f"{_PREFIX}{name}{_SUFFIX}" not in dirty.fingerprints]
    if not gone or options.allow_removal:
        return
    left = len(before) - len(gone)
    if not plan.summary.reports:
        found = f"no report in reports/, though {_count(before)} published"
        fix = f"look whether the folder reports is complete; {_ALLOW}"
        _report(context.problems, "reports", "R001", found, "the reports", fix)
    elif left < len(gone):
        found = f"only {left} of the {len(before)} reports that are published"
        fix = f"to take reports back, {_WITHDRAW}; {_ALLOW}"
        _report(context.problems, "reports", "R001", found, "more than half of them", fix)
    else:
        withheld = {report.path: report.reason for report in plan.summary.withheld}
        for name in gone:
            path = f"{_PREFIX}{name}.md"
            reason = withheld.get(path, "gone")
            found = f"a published report that is {reason}, so its address leads nowhere"
            fix = f"to take it back, {_WITHDRAW}"
            if path not in withheld:
                fix += f"; if it has another name now, add there aliases: [/{_PREFIX}{name}/]"
            _report(context.problems, path, "R002", found, "a page at every address", fix)
    context.problems.raise_if_errors()


def _count(reports: list[str]) -> str:
    return "1 report is" if len(reports) == 1 else f"{len(reports)} reports are"


def _list_report_pages(paths: Set[str]) -> list[str]:
    """Return the names of the reports whose pages are among the paths of outputs."""
    return sorted(
        path[len(_PREFIX) : -len(_SUFFIX)]
        for path in paths
        if path.startswith(_PREFIX) and path.endswith(_SUFFIX) and path != f"{_PREFIX}index.html"
    )


def _report(problems: Problems, path: str, code: str, found: str, expected: str, fix: str) -> None:
    problems.add(Problem(path, 1, 1, code, found, expected, fix))
