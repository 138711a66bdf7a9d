"""A build: look at what there is, and make what is not there as it should be."""

import gc
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from functools import partial
from pathlib import Path

import msgspec
from msgspec.structs import replace

from lscbsite.context import BuildContext, BuildInputs, BuildResult, Options
from lscbsite.incremental.fingerprint import digest_program
from lscbsite.incremental.state import (
    OutputStat,
    check_clock,
    load_sources,
    load_state,
    save_sources,
    save_state,
)
from lscbsite.incremental.store import Store, StoreDamagedError
from lscbsite.model import MANIFEST
from lscbsite.problems import Problems
from lscbsite.progress import Progress
from lscbsite.scan import add_missing_digests, scan
from lscbsite.workers import WORTH_PROCESSES, Workers, run_in_background
from lscbsite.write import (
    WriteSummary,
    check_output_dir,
    find_changed_outputs,
    is_clean,
    lock_output,
    select_intact_outputs,
)

__all__ = ["BuildResult", "Options", "build"]

CACHE = Path(".lscbsite", "cache.sqlite")
# What values from a damaged cache bring about.
_UNREADABLE = (msgspec.MsgspecError, LookupError, ValueError)
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
            _open_context(options, cached, problems, progress, closing) as tools,
        ):
            # What is in the output folder is looked at when no other build can change it.
            with _lock_output(options, progress):
                built = _run_build(options, tools)
            # Whatever was built before: with an error there is no success. (A check goes on to
            # tell of some files only.)
            if options.output_dir is not None:
                problems.raise_if_errors()
            return built
    raise AssertionError("a cache that keeps nothing cannot be damaged")


def _lock_output(options: Options, progress: Progress) -> AbstractContextManager[None]:
    if options.output_dir is None:
        return nullcontext()
    return lock_output(options.output_dir, partial(progress.begin, "wait"))


def _run_build(options: Options, tools: BuildContext) -> BuildResult:
    start = _collect_inputs(options, tools)
    if built := _reuse_last_build(options, tools, start):
        return built
    new = sum(one.path not in start.known for one in start.sources.documents)
    if new >= WORTH_PROCESSES:
        tools.workers.start("lscbsite.markup.engine", "lscbsite.parsing.documents")
    # Slow to import, and not needed where nothing changed.
    from lscbsite.making import run_stages

    return run_stages(options, tools, start)


@contextmanager
def _open_context(
    options: Options,
    cached: bool,
    problems: Problems,
    progress: Progress,
    closing: ExitStack,
) -> Iterator[BuildContext]:
    """Give the tools of a build; what was parsed is kept, also if it fails."""
    cache = Store(options.site_dir / CACHE if cached else None)
    workers = Workers(options.jobs, options.executor)
    # What a build makes has no cycles: looking for some would take a good part of its time.
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield BuildContext(cache, workers, problems, progress, closing)
        cache.commit()
    except StoreDamagedError:
        raise
    except _UNREADABLE as error:
        # If it was not the cache's fault, it happens again without one.
        if cache.is_file:
            raise cache.damaged() from error
        raise
    except (Exception, KeyboardInterrupt):
        cache.commit()
        raise
    finally:
        if collecting:
            gc.enable()
        workers.close()
        cache.close()


def _collect_inputs(options: Options, tools: BuildContext) -> BuildInputs:
    """Look at the files of the site and of the output folder."""
    site_dir, output_dir, cache = options.site_dir, options.output_dir, tools.cache
    tools.progress.begin("read")
    clock = cache.clock()
    record = load_state(cache, output_dir, site_dir)
    if options.today is None:
        check_clock(record, output_dir)
    placed = record.placed if record and output_dir else {}
    look = partial(find_changed_outputs, output_dir or Path(), placed)
    worth = len(placed) >= _MANY and options.jobs > 1
    with run_in_background(look, dict[str, OutputStat | None], worth=worth) as looked_at:
        known = load_sources(cache)
        sources = scan(site_dir, known, tools.problems)
        if not cache.is_empty():
            sources = add_missing_digests(site_dir, sources, tools.problems)
        program = digest_program()
        stands = select_intact_outputs(placed, looked_at())
    faults = tools.problems.sorted()
    return BuildInputs(clock, program, known, sources, record, stands, faults)


def _reuse_last_build(
    options: Options, tools: BuildContext, start: BuildInputs
) -> BuildResult | None:
    """Return what the build before did, if this one would do the same and it still stands."""
    record, output_dir = start.record, options.output_dir
    if record is None or not record.is_of(start.given(options, start.sources), options.today):
        return None
    if output_dir is not None:
        if record.placed.keys() != start.placed.keys() or not is_clean(output_dir):
            return None
        if record.placed != start.placed:
            record = replace(record, placed=start.placed)
            save_state(tools.cache, record, output_dir, options.site_dir)
    save_sources(tools.cache, start.sources, start.known, start.clock)
    tools.problems.configure(record.told.rules)
    tools.problems.extend(record.told.problems)
    return BuildResult(record.told, WriteSummary(0, len(record.placed.keys() - {MANIFEST}), 0))
