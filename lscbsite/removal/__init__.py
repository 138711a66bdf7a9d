"""Keep a build from taking published pages away by accident."""

import re
from collections.abc import Iterable, Set
from html import unescape
from pathlib import Path
from urllib.parse import quote, unquote, urljoin

from lscbsite.context import BuildContext, BuildInputs, CurrentPlan, Options
from lscbsite.incremental.dirty import Dirty
from lscbsite.model import SiteConfig, WithheldReport
from lscbsite.problems import Problem, Problems, find_near_name, quote_value
from lscbsite.write import list_written

_KINDS = ("reports/", "boards/", "topics/")
_WITHDRAW = "keep the file, and add to its front matter withdrawn: {date: ..., reason: ...}"
_ALLOW = (
    "if that is what you want, build with --allow-removal; for a push, write a line"
    ' "Allow-removal: yes" into the message of the commit'
)


def check_removals(
    options: Options, context: BuildContext, inputs: BuildInputs, plan: CurrentPlan, dirty: Dirty
) -> None:
    """Report the published reports, boards and topics whose pages this build would remove.

    A page at the old address that leads to the new one will do, too.

    Raises:
        ProblemsFoundError: it would remove more than half of the reports, and nobody allowed that;
            or it would remove any page, and the site makes that an error.

    """
    state, output_dir = inputs.state, options.output_dir or options.site_dir / "output"
    if options.allow_removal or (state and state.fingerprints is dirty.fingerprints):
        return
    pages: Set[str] = state.fingerprints.keys() if state else list_written(output_dir)
    missing = pages - dirty.fingerprints.keys()
    before = list(state.reports) if state else _list_reports(pages, missing, output_dir)
    if any(path.startswith(_KINDS) for path in missing):
        removal = _Removal(options, context.problems, inputs, pages, missing)
        _report_reports(removal, before, plan)
        _report_former_addresses(removal, before)
        _report_boards(removal)
        _report_topics(removal, dirty.fingerprints.keys())
    context.problems.raise_if_errors()


class _Removal:
    """What is needed to report pages that are gone.

    ``pages`` are the paths of those that were published, ``missing`` of those that are gone; neither has
    the copies at former addresses of the site. ``renamed`` are boards whose reports have all got a new
    folder, by the old one: they are reported.
    """

    def __init__(
        self,
        options: Options,
        problems: Problems,
        inputs: BuildInputs,
        pages: Set[str],
        missing: Set[str],
    ) -> None:
        # Slow to import, and not needed where nothing is gone.
        from lscbsite.config import load_config

        self.site_dir = options.site_dir
        self.output_dir = options.output_dir or options.site_dir / "output"
        self.config = load_config(options.site_dir, inputs.sources, Problems())
        copies = _list_copies(self.config.site, pages)
        self.pages, self.missing = pages - copies, missing - copies
        self.renamed: dict[str, str] = {}
        self._problems = problems

    def report(self, path: str, code: str, found: str, expected: str, fix: str) -> None:
        """Report a problem with a file."""
        self._problems.add(Problem(path, 1, 1, code, found, expected, fix))


def _list_copies(config: SiteConfig, pages: Set[str]) -> set[str]:
    """Return the pages that others have at former addresses of the site."""
    # Slow to import, and not needed where nothing is gone.
    from lscbsite.outputs.former_paths import list_former_paths

    return {
        path
        for former_path in list_former_paths(config)
        for path in pages
        if path.startswith(former_path) and path.removeprefix(former_path) in pages
    }


def _list_ids(kind: str, paths: Iterable[str]) -> list[str]:
    """Return the ids of the reports, boards or topics whose own pages are among some paths."""
    start, end = f"{kind}/", "/index.html"
    ids = [
        path[len(start) : -len(end)]
        for path in paths
        if path.startswith(start) and path.endswith(end) and path != f"{kind}{end}"
    ]
    return sorted(id_ for id_ in ids if kind == "reports" or "/" not in id_)


def _list_reports(pages: Set[str], missing: Set[str], output_dir: Path) -> list[str]:
    """Return the reports that were published; of those ``missing``, not what only led to one."""
    return [
        name
        for name in _list_ids("reports", pages)
        if f"reports/{name}/index.html" not in missing
        or not _leads_on(output_dir / f"reports/{name}/index.html")
    ]


def _report_reports(removal: _Removal, before: list[str], plan: CurrentPlan) -> None:
    """Report the reports that are gone: each one (R002), or too many of them (R001)."""
    gone = [name for name in before if f"reports/{name}/index.html" in removal.missing]
    if not gone:
        return
    from lscbsite.removal.successors import find_renamed_boards, find_successors, is_of_folder

    boards = set(_list_ids("boards", removal.pages))
    new = set(plan.summary.published).difference(before)
    successors = find_successors(gone, new, removal.site_dir, removal.output_dir)
    removal.renamed = find_renamed_boards(successors, removal.config.site.boards, boards)
    explained = set(successors)
    for old, id_ in removal.renamed.items():
        names = [name for name in successors if is_of_folder(name, old, boards)]
        _report_renamed_board(removal, old, id_, len(names))
        for name in names:
            del successors[name]
    for name, new_name in successors.items():
        _report_successor(removal, name, new_name)
    left = len(before) - len(gone)
    if left < len(gone):
        _report_most(removal, left, before, plan, explained=2 * len(explained) > len(gone))
        return
    withheld = {report.path: report for report in plan.summary.withheld}
    for report in plan.summary.withheld:
        withheld |= {f"reports/{old}.md": report for old in report.former_ids}
    for name in gone:
        if name not in explained:
            _report_lost(removal, name, withheld.get(f"reports/{name}.md"))


def _report_most(
    removal: _Removal, left: int, before: list[str], plan: CurrentPlan, *, explained: bool
) -> None:
    """Report that more than half of the reports are gone."""
    if not plan.summary.reports:
        are = "1 report is" if len(before) == 1 else f"{len(before)} reports are"
        found = f"no report in reports/, though {are} published"
        fix = f"look whether the folder reports is complete; {_ALLOW}"
        removal.report("reports", "R001", found, "the reports", fix)
        return
    found = f"only {left} of the {len(before)} reports that are published"
    if not left:
        found = "none of the reports that are published"
    fix = f"to take reports back, {_WITHDRAW}; {_ALLOW}"
    if explained:
        fix = f"do what the other messages say, so that they keep their addresses; {_ALLOW}"
    removal.report("reports", "R001", found, "more than half of them", fix)


def _report_successor(removal: _Removal, name: str, new_name: str) -> None:
    removal.report(
        f"reports/{new_name}.md",
        "R002",
        f"a report that was probably published as {quote_value(name)}, whose address leads nowhere now",
        "its earlier name, so that links still work and subscribers do not get it again",
        f"add to its front matter formerly: [{name}]",
    )


def _report_lost(removal: _Removal, name: str, withheld: WithheldReport | None) -> None:
    if withheld:
        reason = "a draft" if withheld.reason == "draft" else withheld.reason
        removal.report(
            withheld.path,
            "R002",
            f"a published report that is now {reason}, so its address leads nowhere",
            "a page at every address",
            f"to take it back, {_WITHDRAW}",
        )
        return
    removal.report(
        "site.yaml",
        "R002",
        f"no report {quote_value(name)}, which is published, so its address leads nowhere",
        "a page at every address",
        f"put reports/{name}.md back; to take it back from readers, {_WITHDRAW}; if it has another"
        f" name now, add there formerly: [{name}]",
    )


def _report_former_addresses(removal: _Removal, before: list[str]) -> None:
    """Report addresses of reports that led to their new ones, if those are not gone, too."""
    for name in _list_ids("reports", removal.missing):
        if name in before:
            continue
        target = _find_target(removal.output_dir, f"reports/{name}/index.html")
        if target is not None and target not in removal.missing:
            removal.report(
                "site.yaml",
                "R002",
                f"no page at /reports/{name}/, which led to a report",
                "a page at every address",
                f"put formerly: [{name}] back into the report",
            )


def _leads_on(page: Path) -> bool:
    try:
        return b'http-equiv="refresh"' in page.read_bytes()
    except OSError:
        return False


def _find_target(output_dir: Path, path: str) -> str | None:
    """Return the path of the page to which one in the output folder leads on, None if it does not."""
    try:
        page = (output_dir / path).read_text("utf-8")
    except (OSError, UnicodeError):
        return None
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]*)"', page)
    if not found:
        return None
    target = unquote(urljoin(f"/{quote(path)}", unescape(found[1])))
    return f"{target.removeprefix('/')}index.html"


def _report_renamed_board(removal: _Removal, old: str, id_: str, reports: int) -> None:
    """Report a board whose published reports were in another folder."""
    fix = f"write in site.yaml, under the board {id_}, formerly: [{old}]"
    if old == ".":
        fix += "; or move them back, and write folder: . there"
    removal.report(
        "site.yaml",
        "S022",
        f"{'1 published report' if reports == 1 else f'{reports} published reports'} of"
        f" {'reports/' if old == '.' else f'reports/{old}/'} in reports/{id_}/",
        "the board's earlier folder, so that links still work and subscribers get nothing again",
        fix,
    )


def _report_boards(removal: _Removal) -> None:
    """Report the boards that are gone (S022)."""
    boards = removal.config.site.boards
    new = [id_ for id_ in boards if f"boards/{id_}/index.html" not in removal.pages]
    for old in _list_ids("boards", removal.missing):
        if old not in removal.renamed:
            found = f"no board {quote_value(old)}, whose page, feeds and calendar are published"
            likely = _find_likely(old, new) or "its new id"
            fix = f"put it back; if it has another id now, write under {likely} formerly: [{old}]"
            removal.report("site.yaml", "S022", found, "every board that was published", fix)


def _report_topics(removal: _Removal, pages: Set[str]) -> None:
    """Report the topics that are gone (S023), but not those that no report mentions any more."""
    topics = removal.config.topics
    new = set(_list_ids("topics", pages)).difference(_list_ids("topics", removal.pages))
    path = "topics.yaml" if topics else "site.yaml"
    for old in _list_ids("topics", removal.missing):
        likely = _find_likely(old, new) if topics or find_near_name(old, new) else None
        if old in topics or not (topics or likely):
            continue
        found = f"no topic {quote_value(old)}, whose page and feeds are published"
        fix = f"write in topics.yaml, under {likely or 'its new id'}, formerly: [{old}]"
        removal.report(
            path, "S023", found, "every topic that was published", f"if it is renamed, {fix}"
        )


def _find_likely(old: str, new: Iterable[str]) -> str | None:
    """Return the new id that an old one has probably become."""
    new = list(new)
    return find_near_name(old, new) or (new[0] if len(new) == 1 else None)
