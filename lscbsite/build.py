"""Build the site, or report that it is up to date."""

import gc
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from lscbsite.context import BuildContext, BuildInputs, BuildResult, Options
from lscbsite.incremental.fingerprint import digest_program, digest_values
from lscbsite.incremental.state import (
    BuildState,
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
from lscbsite.incremental.store import Store, StoreDamagedError, make_template_cache_dir
from lscbsite.model import MANIFEST
from lscbsite.problems import FaultError, Problems, ProblemsFoundError
from lscbsite.progress import Progress
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
    from lscbsite.planning import CurrentPlan, ParsedSite

__all__ = ["BuildResult", "Options", "build"]

CACHE = Path(".lscbsite", "cache.sqlite")
# What values from a damaged cache bring about.
_UNREADABLE = (msgspec.MsgspecError, LookupError, ValueError)
# So many artifacts are soon rendered.
_FEW = 500
_NOTHING_WRITTEN = WriteSummary(0, 0, 0)
# To look at so many outputs takes longer than to start a process that does.
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
    if options.output_dir is not None:
        check_output_dir(options.output_dir, options.site_dir)
    for cached in (options.cached, options.cached, False):
        with (
            suppress(StoreDamagedError),
            ExitStack() as closing,
            _open_context(options, cached, problems, progress, closing) as context,
        ):
            # What is in the output folder is looked at when no other build can change it.
            with _lock_output(options, progress):
                result = _run_build(options, context)
            # Whatever was built before: with an error there is no success. (A check goes on to
            # tell of some files only.)
            if options.output_dir is not None:
                problems.raise_if_errors()
            return result
    raise AssertionError("a store that keeps nothing cannot be damaged")


def _lock_output(options: Options, progress: Progress) -> AbstractContextManager[None]:
    if options.output_dir is None:
        return nullcontext()
    return lock_output(options.output_dir, partial(progress.begin, "wait"))


def _run_build(options: Options, context: BuildContext) -> BuildResult:
    """Scan, parse, plan, render, write: each from the store where nothing it rests on changed."""
    inputs = _collect_inputs(options, context)
    if result := _reuse_last_build(options, context, inputs):
        return result
    site = _parse_site(options, context, inputs)
    # Slow to import, and not needed where nothing changed.
    from lscbsite.planning import load_or_build_plan

    # Nothing here holds the plan, so that what it was made from can be freed before rendering.
    return _render_and_write(
        options, context, inputs, site, load_or_build_plan(options, context, site)
    )


@contextmanager
def _open_context(
    options: Options,
    cached: bool,
    problems: Problems,
    progress: Progress,
    closing: ExitStack,
) -> Iterator[BuildContext]:
    """Open the store and give what all stages use; what was parsed is kept, also if a build fails."""
    program = digest_program()
    store = Store(options.site_dir / CACHE if cached else None, program)
    workers = Workers(options.jobs, options.executor)
    # What a build makes has no cycles: looking for some would take a good part of its time.
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield BuildContext(program, store, workers, problems, progress, closing)
        store.commit()
    except StoreDamagedError:
        raise
    except _UNREADABLE as error:
        # If it was not the store's fault, it happens again without one.
        if store.is_file:
            raise store.damaged() from error
        raise
    except (Exception, KeyboardInterrupt):
        store.commit()
        raise
    finally:
        if collecting:
            gc.enable()
        workers.close()
        store.close()


def _collect_inputs(options: Options, context: BuildContext) -> BuildInputs:
    """Look at the files of the site and of the output folder."""
    site_dir, output_dir, store = options.site_dir, options.output_dir, context.store
    context.progress.begin("read")
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
        if not store.is_empty():
            sources = add_missing_digests(site_dir, sources, context.problems)
        intact = select_intact_outputs(outputs, wait())
    faults = context.problems.list_sorted()
    return BuildInputs(clock, known, sources, state, intact, faults)


def _reuse_last_build(
    options: Options, context: BuildContext, inputs: BuildInputs
) -> BuildResult | None:
    """Return what the last build did, if this one would do the same and nothing is missing."""
    state, output_dir = inputs.state, options.output_dir
    digest = inputs.digest_all(options, inputs.sources)
    if state is None or not state.is_of(digest, options.today):
        return None
    if output_dir is not None:
        if state.outputs.keys() != inputs.outputs.keys() or not is_clean(output_dir):
            return None
        if state.outputs != inputs.outputs:
            state = replace(state, outputs=inputs.outputs)
            save_state(context.store, state, output_dir, options.site_dir)
    save_sources(context.store, inputs.sources, inputs.known, inputs.clock)
    context.problems.configure(state.summary.rules)
    context.problems.extend(state.summary.problems)
    unchanged = len(state.outputs.keys() - {MANIFEST})
    return BuildResult(state.summary, WriteSummary(0, unchanged, 0))


def _parse_site(options: Options, context: BuildContext, inputs: BuildInputs) -> "ParsedSite":
    """Read the settings and templates, and parse each file that the store does not know."""
    site_dir, store, problems = options.site_dir, context.store, context.problems
    new = sum(source.path not in inputs.known for source in inputs.sources.documents)
    if new >= WORTH_PROCESSES:
        context.workers.start("lscbsite.markup.engine", "lscbsite.parsing.documents")
    # Slow to import, and not needed where nothing changed.
    from lscbsite.config import load_config
    from lscbsite.parsing.documents import parse
    from lscbsite.planning import ParsedSite
    from lscbsite.render import Templates

    config = load_config(site_dir, inputs.sources, problems)
    report_active_content(inputs.sources.attachments, config.site.active_files, problems)
    if options.base_url:
        config = replace(config, site=replace(config.site, base_url=options.base_url))
    texts = read_templates(site_dir, inputs.sources.templates, problems)
    load = partial(read_contents, site_dir, problems=problems)
    files = parse(context, inputs.sources, load, config)
    digests = {path: parsed.digest for path, parsed in files.items()}
    sources = add_digests(inputs.sources, digests)
    save_sources(store, sources, inputs.known, inputs.clock)
    base_digest = digest_values(context.program, texts)
    cache_dir = make_template_cache_dir(site_dir, context.program)
    today = options.today or get_today(config.site.timezone)
    return ParsedSite(config, today, sources, files, Templates(texts, base_digest, cache_dir))


def _render_and_write(
    options: Options,
    context: BuildContext,
    inputs: BuildInputs,
    site: "ParsedSite",
    plan: "CurrentPlan",
) -> BuildResult:
    """Render and write the artifacts that are missing or changed, and save the build's state."""
    from lscbsite.rendering import find_dirty, render_dirty

    if plan.groups is None:
        if options.output_dir is not None:
            raise ProblemsFoundError
        return BuildResult(plan.summary, _NOTHING_WRITTEN, plan.origin)
    dirty = find_dirty(options, inputs, plan)
    origin = plan.origin
    if len(dirty.paths) > _FEW:
        # Make room for what is to be rendered.
        origin = None
        plan = plan._replace(origin=None)
    rendered = render_dirty(options, context, site, plan, dirty)
    try:
        if options.output_dir is None:
            for _ in rendered:
                pass
            return BuildResult(plan.summary, _NOTHING_WRITTEN, origin)
        before = inputs.state.outputs if inputs.state else {}
        with stage(rendered, dirty.intact, options.output_dir, before) as staged:
            # From here on it takes moments, and what is begun must not be left half done: that
            # somebody wants the build to stop has no effect until it has ended.
            context.closing.enter_context(finish_first())
            files, outputs = publish(staged)
            state = BuildState(
                inputs.digest_all(options, site.sources),
                site.today.isoformat(),
                site.config.site.timezone,
                plan.summary,
                dirty.fingerprints,
                outputs,
                read_clock_day(),
            )
            save_state(context.store, state, options.output_dir, options.site_dir)
    except FaultError as fault:
        context.problems.add(fault.problem)
        raise ProblemsFoundError from fault
    return BuildResult(plan.summary, files, origin)
