"""The pipeline: what an author wrote -> the site. Data flows one way."""

import datetime as dt
import gc
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from lscbsite.cache import Cache, CacheDamagedError
from lscbsite.model import Attachment, Output, Source, Sources
from lscbsite.problems import Problems, ProblemsFoundError, TemplateFaultError
from lscbsite.program import program_digest
from lscbsite.progress import Progress
from lscbsite.read import contents, digested, read, template_texts
from lscbsite.record import (
    Record,
    Told,
    contents_of,
    digest_of,
    known_sources,
    last_record,
    remember,
    remember_sources,
    today_in,
)
from lscbsite.workers import Workers
from lscbsite.write import Placed, Written, check_output_dir, is_clean, standing, write

CACHE = Path(".lscbsite", "cache.sqlite")


class Options(msgspec.Struct, frozen=True):
    """What a build is told: the clock is ``today`` (None: today in the site's time zone).

    Without an output folder, all is done but the writing. ``jobs`` is the number of processes
    that may work; ``executor`` makes what works in their place.
    """

    site_dir: Path
    output_dir: Path | None
    base_url: str | None = None
    today: dt.date | None = None
    drafts: bool = False
    jobs: int = 1
    cached: bool = True
    executor: Callable[[], Executor] | None = None


class Built(msgspec.Struct, frozen=True):
    """What a build said, and what it did to the output folder."""

    told: Told
    files: Written


class _Tools(NamedTuple):
    """What all of a build works with."""

    cache: Cache
    workers: Workers
    problems: Problems
    progress: Progress


class _Start(NamedTuple):
    """What a build finds: the files, and what the one before left.

    ``clock`` is what the disk's showed then (nanoseconds since 1970); ``known`` are the files as
    they were seen before, ``placed`` the outputs that still are as they were written.
    """

    clock: int
    program: bytes
    known: dict[str, Source]
    sources: Sources
    record: Record | None
    placed: dict[str, Placed]


def build(options: Options, problems: Problems, progress: Progress) -> Built:
    """Build the site into the output folder.

    Nothing is written while there is an error: ``problems`` holds all that was found.

    Raises:
        ProblemsFoundError: there are errors in what the author wrote.
        OutputRefusedError: the output folder cannot be used.
        OSError: the output folder cannot be written.

    """
    if options.output_dir is not None:
        check_output_dir(options.output_dir, options.site_dir)
    for cached in (options.cached, options.cached, False):
        with suppress(CacheDamagedError), _tools(options, cached, problems, progress) as tools:
            start = _start(options, tools)
            return _as_before(options, tools, start) or _made(options, tools, start)
    raise AssertionError("a cache that keeps nothing cannot be damaged")


@contextmanager
def _tools(
    options: Options,
    cached: bool,
    problems: Problems,
    progress: Progress,
) -> Iterator[_Tools]:
    """Give the tools of a build; what was parsed is kept, also if it fails."""
    cache = Cache(options.site_dir / CACHE if cached else None)
    workers = Workers(options.jobs, options.executor)
    # What a build makes has no cycles: looking for some would take a good part of its time.
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield _Tools(cache, workers, problems, progress)
        cache.commit()
    except CacheDamagedError:
        raise
    except Exception:
        cache.commit()
        raise
    finally:
        if collecting:
            gc.enable()
        workers.close()
        cache.close()


def _start(options: Options, tools: _Tools) -> _Start:
    """Look at the files of the site and of the output folder."""
    site_dir, output_dir, cache = options.site_dir, options.output_dir, tools.cache
    tools.progress.begin("read")
    clock = cache.clock()
    known = known_sources(cache)
    sources = read(site_dir, known, tools.problems)
    if not cache.is_empty():
        sources = digested(site_dir, sources, tools.problems)
    record = last_record(cache, output_dir, site_dir)
    placed = standing(output_dir, record.placed) if record and output_dir else {}
    return _Start(clock, program_digest(), known, sources, record, placed)


def _given(options: Options, start: _Start, sources: Sources) -> bytes:
    return digest_of(start.program, options.base_url, options.drafts, contents_of(sources))


def _as_before(options: Options, tools: _Tools, start: _Start) -> Built | None:
    """Return what the build before did, if this one would do the same and it still stands."""
    record, output_dir = start.record, options.output_dir
    if record is None or not record.is_of(_given(options, start, start.sources), options.today):
        return None
    if output_dir is not None:
        if record.placed.keys() != start.placed.keys() or not is_clean(output_dir):
            return None
        if record.placed != start.placed:
            record = replace(record, placed=start.placed)
            remember(tools.cache, record, output_dir, options.site_dir)
    remember_sources(tools.cache, start.sources, start.known, start.clock)
    tools.problems.configure(record.told.rules)
    tools.problems.extend(record.told.problems)
    return Built(record.told, Written(0, len(record.prints), 0))


def _made(options: Options, tools: _Tools, start: _Start) -> Built:
    """Run the stages."""
    # Slow to import, and not needed where nothing changed.
    from lscbsite.checks import check
    from lscbsite.config import load_config
    from lscbsite.link import link
    from lscbsite.parse import parse
    from lscbsite.plan import plan

    site_dir, problems, progress = options.site_dir, tools.problems, tools.progress
    config = load_config(site_dir, problems)
    if options.base_url:
        config = replace(config, site=replace(config.site, base_url=options.base_url))
    texts = template_texts(site_dir, start.sources.templates, problems)
    load = partial(contents, site_dir, problems=problems)
    documents = parse(
        start.sources, load, config, start.program, tools.cache, problems, tools.workers, progress
    )
    sources = replace(start.sources, documents=documents.sources)
    remember_sources(tools.cache, sources, start.known, start.clock)
    progress.begin("link")
    today = options.today or today_in(config.site.timezone)
    attachments = tuple(
        Attachment(one.path, str(site_dir / one.path), one.digest) for one in sources.attachments
    )
    site = link(documents, attachments, config, problems, today, drafts=options.drafts)
    progress.begin("check")
    check(documents, site, problems)
    progress.begin("plan")
    outputs = plan(site, problems)
    told = Told(
        len(site.reports) + len(site.withheld),
        len(site.pages),
        site.withheld,
        problems.sorted(),
        config.site.rules,
    )
    if options.output_dir is None and problems.has_errors():
        return Built(told, Written(0, 0, 0))
    problems.raise_if_errors()
    files, prints, placed = _rendered(options, tools, start, outputs, texts, documents.html)
    if options.output_dir is not None:
        given = _given(options, start, sources)
        record = Record(given, today.isoformat(), config.site.timezone, told, prints, placed)
        remember(tools.cache, record, options.output_dir, site_dir)
    return Built(told, files)


def _rendered(
    options: Options,
    tools: _Tools,
    start: _Start,
    outputs: tuple[Output, ...],
    texts: tuple[tuple[str, str], ...],
    html: Mapping[bytes, int],
) -> tuple[Written, dict[str, bytes], dict[str, Placed]]:
    """Render and write what is not there as it should be; return what all outputs are then."""
    from lscbsite.render import Templates, fingerprints, render

    ground = digest_of(start.program, texts)
    prints = dict(zip([one.path for one in outputs], fingerprints(outputs, ground), strict=True))
    before = start.record.prints if start.record else {}
    same = {path for path, mark in prints.items() if before.get(path) == mark}
    kept = {path: place for path, place in start.placed.items() if path in same}
    done = same if options.output_dir is None else kept
    fresh = [output for output in outputs if output.path not in done]
    tools.progress.begin("render", len(fresh))
    templates = Templates(texts, ground)
    rendered = render(fresh, templates, html, tools.cache, tools.workers, tools.progress)
    try:
        if options.output_dir is not None:
            files, placed = write(rendered, kept, options.output_dir)
            return files, prints, placed
        for _ in rendered:
            pass
    except TemplateFaultError as fault:
        tools.problems.add(fault.problem)
        raise ProblemsFoundError from fault
    return Written(0, 0, 0), prints, {}
