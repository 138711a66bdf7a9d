"""Build the site, or report that it is up to date."""

import gc
import os
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from lscbsite.context import (
    BuildContext,
    BuildInputs,
    BuildResult,
    CurrentPlan,
    Options,
    ParsedSite,
    Templates,
)
from lscbsite.incremental.dirty import Dirty, find_dirty
from lscbsite.incremental.fingerprint import digest_program, digest_values
from lscbsite.incremental.ledger import is_foreign, load_ledger
from lscbsite.incremental.plan import load_plan
from lscbsite.incremental.state import (
    BuildState,
    BuildSummary,
    OutputStat,
    WriteSummary,
    check_clock,
    get_today,
    load_sources,
    load_state,
    read_clock_day,
    save_sources,
    save_state,
)
from lscbsite.incremental.store import Store, StoreDamagedError
from lscbsite.incremental.template_cache import make_template_cache_dir
from lscbsite.ledger_file import join_ledgers, read_ledger, write_ledger
from lscbsite.model import FORM_SETTINGS, MANIFEST, PLACEHOLDER_BASE_URL
from lscbsite.problems import FaultError, Problem, Problems, ProblemsFoundError
from lscbsite.progress import Progress
from lscbsite.removal import check_removals
from lscbsite.scan import (
    add_digests,
    add_missing_digests,
    read_contents,
    read_templates,
    report_active_content,
    scan,
)
from lscbsite.stopping import finish_first
from lscbsite.workers import WORTH_PROCESSES, Workers, run_in_background
from lscbsite.write import (
    check_output_dir,
    find_changed_outputs,
    is_clean,
    lock_output,
    publish,
    select_intact_outputs,
    stage,
)

if TYPE_CHECKING:  # slow to import, and not needed where nothing changed
    from lscbsite.plan import Relations

__all__ = ["BuildResult", "Options", "build"]

CACHE = Path(".lscbsite", "cache.sqlite")
# A preview shows other reports: in one store, each build would plan what the other has planned.
_PREVIEW_CACHE = Path(".lscbsite", "preview.sqlite")
# What values from a damaged store lead to.
_UNREADABLE = (msgspec.MsgspecError, LookupError, ValueError)
# Few artifacts are rendered sooner than the index is freed.
FEW = 500
_NOTHING_WRITTEN = WriteSummary(0, 0, 0)
# Looking at this many outputs takes longer than starting a process for it.
_MANY = 2000


def build(options: Options, problems: Problems, progress: Progress) -> BuildResult:
    """Build the site into the output folder.

    Nothing is written while there is an error: ``problems`` holds all that was found.

    Raises:
        ProblemsFoundError: there are errors in what the author wrote.
        OutputRefusedError: the output folder cannot be used.
        OSError: the output folder cannot be written.
        ClockError: the machine's clock is behind the last build.
        WorkersFailedError: processes were ended, or the cluster cannot be used.

    """
    if options.output_dir is not None and not options.preview:
        check_output_dir(options.output_dir, options.site_dir)
    written: list[WriteSummary] = []
    for cached in (options.cached, options.cached, False):
        with (
            suppress(StoreDamagedError),
            ExitStack() as closing,
            _open_context(options, cached, problems, progress, closing, written) as context,
        ):
            # Look at the output folder only when no other build can change it.
            with _lock_output(options, progress):
                result = _run_build(options, context)
            # Whatever was built before, a build with an error fails. (A check goes on, to report
            # on some files only.)
            if options.output_dir is not None:
                problems.raise_if_errors()
            return result
    raise AssertionError("a store that keeps nothing cannot be damaged")


def _add_up(written: list[WriteSummary]) -> WriteSummary:
    """Return what was written in all, where a build had to be repeated."""
    if not written:
        return _NOTHING_WRITTEN
    number = sum(each.written for each in written)
    outputs = written[-1].written + written[-1].unchanged
    return WriteSummary(number, max(outputs - number, 0), sum(each.removed for each in written))


def _lock_output(options: Options, progress: Progress) -> AbstractContextManager[None]:
    if options.output_dir is None:
        return nullcontext()
    on_wait = partial(progress.begin, "wait")
    # A preview's site can be moved away at any time, and must not be made again where it was.
    return lock_output(options.output_dir, on_wait, parents=not options.preview)


def _run_build(options: Options, context: BuildContext) -> BuildResult:
    """Scan, parse, plan, render, write: each step only where its key is not in the store."""
    inputs = _scan(options, context)
    site: ParsedSite | None = None
    plan = _load_plan(options, context, inputs)
    if plan is None:
        site = _parse(options, context, inputs)
        plan = _build_plan(options, context, site)
    if options.output_dir is None:
        _report_placeholders(plan.summary, context.problems)
    if not plan.digest:  # there are errors
        return BuildResult(plan.summary, _NOTHING_WRITTEN, plan.index)
    outputs = None if options.output_dir is None else inputs.outputs
    dirty = find_dirty(context.store, plan.digest, plan.artifacts, inputs.state, outputs)
    check_removals(options, context, inputs, plan, dirty)
    if len(dirty.artifacts) > FEW:
        index = plan.index if options.keep_index else None
        plan = plan._replace(artifacts=None, index=index)  # make room for rendering
    folder = options.output_dir
    is_first = folder is not None and not inputs.state and not (folder / MANIFEST).exists()
    rendered: Iterator[tuple[str, bytes]] = iter(())
    with _report_fault(context.problems):
        if dirty.artifacts:
            site = site or _parse(options, context, inputs)
            rendered = _render(context, site, dirty)
        _write(options, context, inputs, plan.summary.published, dirty, rendered)
    # A build that leaves nothing behind keeps a ledger up to date, but does not begin one.
    keeps_ledger = options.cached or inputs.ledger
    if options.output_dir is not None and keeps_ledger and not options.drafts:
        _write_ledger(options, context, inputs)
    return BuildResult(plan.summary, _add_up(context.written), plan.index, is_first)


@contextmanager
def _report_fault(problems: Problems) -> Iterator[None]:
    """Report what cannot be rendered as a problem.

    Raises:
        ProblemsFoundError: there is such a fault.

    """
    try:
        yield
    except FaultError as fault:
        problems.add(fault.problem)
        raise ProblemsFoundError from fault


def _report_placeholders(summary: BuildSummary, problems: Problems) -> None:
    """Remind the author of a new site of what is not known yet; builds do not nag."""
    if position := summary.placeholder:
        found = f'"{PLACEHOLDER_BASE_URL}", which is only an example'
        expected = "the full address of the home page"
        fix = "Write it once you know it; until then, this is only a reminder"
        place = "site.yaml", position.line, position.column
        problems.add(Problem(*place, "S019", found, expected, fix))
    if position := summary.form_placeholder:
        found = "the name of a repository that is made up"
        expected = "the owner and the name of this site's repository, as in its address"
        fix = (
            'Run "lscbsite cms" again once git or site.yaml has the address, or write it here; until'
            " then, nobody can sign in to the form"
        )
        place = FORM_SETTINGS, position.line, position.column
        problems.add(Problem(*place, "S026", found, expected, fix))


def _write_ledger(options: Options, context: BuildContext, inputs: BuildInputs) -> None:
    """Write down what calendars are now told, if the site's folder can be written."""
    ledger = load_ledger(context.store)
    if ledger is not None and ledger != inputs.ledger:
        write_ledger(options.site_dir, ledger)


@contextmanager
def _open_context(
    options: Options,
    cached: bool,
    problems: Problems,
    progress: Progress,
    closing: ExitStack,
    written: list[WriteSummary],
) -> Iterator[BuildContext]:
    """Open the store and give what all stages use; parsed files are saved even if a build fails."""
    program = digest_program()
    path = options.site_dir / (_PREVIEW_CACHE if options.preview else CACHE)
    # A folder that is not a site, such as one that was given by mistake, stays as it is.
    keeps = cached and os.path.lexists(options.site_dir / "site.yaml")
    store = Store(path if keeps else None, program)
    workers = Workers(options.jobs, options.executor)
    # A build makes no reference cycles; looking for them would take much of its time.
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield BuildContext(program, store, workers, problems, progress, closing, written)
        store.commit()
    except StoreDamagedError:
        raise
    except _UNREADABLE as error:
        # If the store is not to blame, the same happens again without one.
        if store.is_file:
            raise store.report_damage() from error
        raise
    except (Exception, KeyboardInterrupt):
        store.commit()
        raise
    finally:
        if collecting:
            gc.enable()
        workers.close()
        store.close()


def _scan(options: Options, context: BuildContext) -> BuildInputs:
    """Look at the files of the site and of the output folder."""
    site_dir, output_dir, store = options.site_dir, options.output_dir, context.store
    context.progress.begin("scan")
    clock = store.read_clock()
    state = load_state(store, output_dir, site_dir)
    if options.today is None:
        check_clock(state, output_dir)
    outputs = state.outputs if state and output_dir else {}
    find_changed = partial(find_changed_outputs, output_dir or Path(), outputs)
    worth = len(outputs) >= _MANY and options.jobs > 1
    with run_in_background(find_changed, dict[str, OutputStat | None], worth=worth) as wait:
        known = load_sources(store)
        sources = scan(site_dir, known, context.problems)
        if store.has_parsed():
            sources = add_missing_digests(site_dir, sources, context.problems)
        intact = select_intact_outputs(outputs, wait())
    faults = context.problems.list_sorted()
    ledger = read_ledger(site_dir)
    foreign = is_foreign(store, ledger)
    return BuildInputs(clock, known, sources, state, intact, faults, ledger, foreign)


def _load_plan(options: Options, context: BuildContext, inputs: BuildInputs) -> CurrentPlan | None:
    """Return the last plan, if nothing that it depends on changed."""
    plan = load_plan(context.store)
    if (
        plan is None
        or inputs.foreign_ledger
        or not plan.is_current(inputs.digest_all(options, inputs.sources), options.today)
    ):
        return None
    save_sources(context.store, inputs.sources, inputs.known, inputs.clock)
    context.problems.configure(plan.summary.rules)
    context.problems.extend(plan.summary.problems)
    if context.problems.has_errors():  # this build is stricter than the last one
        return CurrentPlan(plan.summary, b"")
    return CurrentPlan(plan.summary, plan.artifacts)


def _parse(options: Options, context: BuildContext, inputs: BuildInputs) -> ParsedSite:
    """Read the settings and templates, and parse each file that the store does not know."""
    site_dir, store, problems = options.site_dir, context.store, context.problems
    new = sum(source.path not in inputs.known for source in inputs.sources.documents)
    if new >= WORTH_PROCESSES:
        context.workers.start(_import_parser)
    # Slow to import, and not needed where nothing changed.
    from lscbsite.config import load_config
    from lscbsite.form_files import read_form
    from lscbsite.parsing.documents import parse
    from lscbsite.site_templates import report_unused_templates

    config = load_config(site_dir, inputs.sources, problems)
    report_active_content(inputs.sources.attachments, config.site.active_files, problems)
    if options.base_url:
        config = replace(config, site=replace(config.site, base_url=options.base_url))
    texts = read_templates(site_dir, inputs.sources.templates, problems)
    report_unused_templates(inputs.sources.templates, texts, problems)
    read = partial(read_contents, site_dir, problems=problems)
    form = read_form(inputs.sources.form, read, problems)
    files = parse(context, inputs.sources, read, config)
    digests = {path: parsed.digest for path, parsed in files.items()}
    sources = add_digests(inputs.sources, digests)
    save_sources(store, sources, inputs.known, inputs.clock)
    base_digest = digest_values(context.program, texts)
    cache_dir = make_template_cache_dir(site_dir, context.program)
    return ParsedSite(
        site_dir,
        config,
        options.today or get_today(config.site.timezone),
        inputs.digest_all(options, sources),
        sources,
        files,
        Templates(texts, base_digest, cache_dir),
        join_ledgers(load_ledger(store) or b"", inputs.ledger),
        inputs.ledger,
        inputs.foreign_ledger,
        form,
    )


def _import_parser() -> None:
    """Import in a worker what parsing needs, while this process imports it, too."""
    import lscbsite.markup.engine
    import lscbsite.parsing.documents  # noqa: F401 (the import is all)


def _build_plan(options: Options, context: BuildContext, site: ParsedSite) -> CurrentPlan:
    # Slow to import, and not needed where nothing changed.
    from lscbsite.plan import load_or_build_plan, relate

    relations = relate(options, context, site)
    if options.first:
        _render_first(options, context, site, relations)
    return load_or_build_plan(options, context, site, relations)


def _render_first(
    options: Options, context: BuildContext, site: ParsedSite, relations: "Relations"
) -> None:
    """Hand over the outputs that are wanted first, unless there are errors already."""
    from lscbsite.plan import list_overrides, plan_first
    from lscbsite.render import render_first

    if context.problems.has_errors() or relations.problems.has_errors():
        return
    views = plan_first(context.store, relations, options.first)
    overrides = list_overrides(context.store, relations)
    with _report_fault(context.problems):
        options.on_first(render_first(context, site, views, overrides))


def _render(context: BuildContext, site: ParsedSite, dirty: Dirty) -> Iterator[tuple[str, bytes]]:
    # Slow to import, and not needed where nothing changed.
    from lscbsite.render import render

    return render(context, site, dirty)


def _write(
    options: Options,
    context: BuildContext,
    inputs: BuildInputs,
    reports: tuple[str, ...],
    dirty: Dirty,
    rendered: Iterable[tuple[str, bytes]],
) -> None:
    """Write what was rendered, remove what is no longer made, and save the state of the outputs."""
    site_dir, output_dir, state = options.site_dir, options.output_dir, inputs.state
    if output_dir is None:
        for _ in rendered:  # only for the problems
            pass
        return
    before = state.outputs if state else {}
    complete = dirty.intact.keys() | {MANIFEST} == before.keys() == inputs.outputs.keys()
    if complete and not dirty.artifacts and is_clean(output_dir):
        written, outputs = WriteSummary(0, len(dirty.intact), 0), inputs.outputs
    else:
        with stage(rendered, dirty.intact, output_dir, before) as staged:
            # From here on it takes moments, and what is begun must not be left half done: that
            # somebody wants the build to stop has no effect until it has ended. A preview would go
            # on after it, so it stops then.
            context.closing.enter_context(finish_first(then_stop=options.preview))
            context.progress.begin("write")
            written, outputs = publish(staged)
    context.written.append(written)
    new_state = BuildState(dirty.plan, dirty.fingerprints, outputs, read_clock_day(), reports)
    if new_state != state:
        save_state(context.store, new_state, output_dir, site_dir)
