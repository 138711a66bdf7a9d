"""The pipeline: what an author wrote -> the site. Data flows one way."""

import datetime as dt
from collections.abc import Iterator, Mapping, Set
from functools import partial
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from lscbsite.blueprint import (
    Blueprint,
    Sheet,
    drawn,
    give_up,
    jobs_of,
    keep,
    kept,
    kept_sheets,
    redrawn,
)
from lscbsite.cache import template_cache_dir
from lscbsite.checks import check
from lscbsite.codec import encode, unpacked
from lscbsite.config import load_config
from lscbsite.digests import DIGEST_SIZE, digest_of
from lscbsite.link import Publisher, forms_of, link
from lscbsite.model import (
    BRIEF,
    HTML,
    WHOLE,
    Attachment,
    Config,
    Entry,
    Shown,
    Site,
    Sources,
)
from lscbsite.order import Built, Options, Start, Tools
from lscbsite.outputs import get_ready
from lscbsite.parse import documents, encoded_report, parse, parsed_report
from lscbsite.plan import plan
from lscbsite.problems import FaultError, Problems, ProblemsFoundError
from lscbsite.read import contents, report_active, template_texts, with_digests
from lscbsite.record import Record, Told, clock_day, remember, remember_sources, today_in
from lscbsite.render import Job, Stock, Templates, render
from lscbsite.stopping import finish_first
from lscbsite.write import Written, publish, stage

# So many outputs are soon rendered.
_FEW = 500


class _Work(NamedTuple):
    """What is known once every file is parsed: ``entries`` are of all, by path."""

    config: Config
    today: dt.date
    sources: Sources
    entries: dict[str, Entry]
    templates: Templates


def made(options: Options, tools: Tools, start: Start) -> Built:
    """Run the stages; those from linking to planning only where more than texts changed.

    Raises:
        ProblemsFoundError: there are errors in what the author wrote.
        OSError: the output folder cannot be written.

    """
    site_dir, cache, problems = options.site_dir, tools.cache, tools.problems
    config = load_config(site_dir, start.sources, problems)
    report_active(start.sources.attachments, config.site.active_files, problems)
    if options.base_url:
        config = replace(config, site=replace(config.site, base_url=options.base_url))
    texts = template_texts(site_dir, start.sources.templates, problems)
    load = partial(contents, site_dir, problems=problems)
    entries = parse(
        start.sources, load, config, start.program, cache, problems, tools.workers, tools.progress
    )
    sources = with_digests(start.sources, {path: one.digest for path, one in entries.items()})
    remember_sources(cache, sources, start.known, start.clock)
    today = options.today or today_in(config.site.timezone)
    ground = digest_of(start.program, texts)
    templates = Templates(texts, ground, template_cache_dir(site_dir, start.program))
    work = _Work(config, today, sources, entries, templates)
    key = _key(options, start, work)
    blueprint = kept(cache, start.program)
    if blueprint and blueprint.is_of(key, entries):
        problems.extend(blueprint.problems)
        return _as_planned(options, tools, start, work, blueprint)
    return _planned(options, tools, start, work, key, blueprint)


def _key(options: Options, start: Start, work: _Work) -> bytes:
    """Return the digest of all that linking, checking and planning may depend on."""
    beside = [(one.path, one.digest) for one in (*work.sources.attachments, *work.sources.settings)]
    outlines = [(path, entry.outline) for path, entry in work.entries.items()]
    if _needs_people(work.config):
        outlines += [(path, entry.bones) for path, entry in work.entries.items()]
    today = work.today.isoformat()
    return digest_of(start.program, options.base_url, options.drafts, today, beside, outlines)


def _needs_people(config: Config) -> bool:
    """Whether anything but a report's own page depends on who was there."""
    return bool(config.people) or config.site.attendance


def _planned(
    options: Options,
    tools: Tools,
    start: Start,
    work: _Work,
    key: bytes,
    before: Blueprint | None,
) -> Built:
    """Link, check, plan; then render and write what is not there."""
    found = Problems()
    found.configure(work.config.site.rules)
    tools.progress.begin("link")
    templates = work.templates
    tools.workers.prepare(
        get_ready, templates.texts, templates.cache_dir, work.config.site.language
    )
    every = documents(work.entries, tools.cache, people=_needs_people(work.config))
    attachments = tuple(Attachment(one.path, one.digest) for one in work.sources.attachments)
    site = link(every, attachments, work.config, found, work.today, drafts=options.drafts)
    tools.progress.begin("check")
    check(every, site, found)
    tools.progress.begin("plan")
    forms = {linked.report.path: linked.forms for linked in site.reports}
    shown = {linked.report.path: linked.shown for linked in site.reports if linked.shown != Shown()}
    ground = work.templates.ground
    sheets = dict(_drawn(site, forms, ground, before, tools, found))
    advice = found.sorted()
    tools.problems.extend(advice)
    counts = len(site.reports) + len(site.withheld), len(site.pages), site.withheld
    # The largest things in memory, which nobody needs any more. To take them to pieces takes a
    # while; in a cycle, they are left to the collector, and so to the end of the process.
    linked: list[object] = [every, site]
    linked.append(linked)
    del every, site
    told = Told(*counts, tools.problems.sorted(), work.config.site.rules)
    if options.output_dir is None and tools.problems.has_errors():
        return Built(told, Written(0, 0, 0))
    tools.problems.raise_if_errors()
    told_of = {
        one.path: work.entries[one.path].digest for one in advice if one.path in work.entries
    }
    blueprint = Blueprint(start.program, key, ground, *counts, advice, told_of, forms, shown)
    keep(tools.cache, blueprint, sheets.keys())
    return _written(options, tools, start, work, told, sheets, shown, linked)


def _drawn(
    site: Site,
    forms: Mapping[str, bytes],
    ground: bytes,
    before: Blueprint | None,
    tools: Tools,
    found: Problems,
) -> Iterator[tuple[bytes, Sheet]]:
    """Plan the blocks that can be others than before; yield the sheets of all by key.

    There are none where there are errors already; then it is only looked for more.
    """
    cache = tools.cache
    known = kept_sheets(cache) if before else {}
    changed = _changed(before.forms, forms) if before else {}
    planned = plan(site, {block: sheet.paths for block, sheet in known.items()}, found)
    if tools.problems.has_errors() or found.has_errors():
        for _ in planned:
            pass
        return
    give_up(cache)
    for block, outputs in planned:
        if outputs is not None:
            yield block, drawn(block, outputs, cache, ground)
        elif before:
            yield block, redrawn(block, known[block], cache, changed, before.ground, ground)


def _as_planned(
    options: Options, tools: Tools, start: Start, work: _Work, before: Blueprint
) -> Built:
    """Render and write what changed texts make new."""
    tools.progress.begin("plan")
    counts = before.reports, before.pages, before.withheld
    told = Told(*counts, tools.problems.sorted(), work.config.site.rules)
    tools.problems.raise_if_errors()
    ground = work.templates.ground
    forms = dict(before.forms)
    for path, digests in before.forms.items():
        entry = work.entries[path]
        if not digests.startswith(entry.own):
            forms[path] = forms_of(entry, before.shown.get(path, Shown()))
    changed = _changed(before.forms, forms)
    sheets = kept_sheets(tools.cache)
    if changed or ground != before.ground:
        give_up(tools.cache)
        for block, sheet in sheets.items():
            sheets[block] = redrawn(block, sheet, tools.cache, changed, before.ground, ground)
        blueprint = replace(before, ground=ground, forms=forms)
        keep(tools.cache, blueprint, sheets.keys())
    return _written(options, tools, start, work, told, sheets, before.shown, [])


def _changed(before: Mapping[str, bytes], forms: Mapping[str, bytes]) -> dict[bytes, bytes]:
    """Return the digests of the values that are others than before, by their names."""
    changed = {}
    for path, digests in forms.items():
        known = before.get(path, digests)
        if known != digests:
            for place, kind in enumerate((WHOLE, BRIEF, HTML), 1):
                own = slice(place * DIGEST_SIZE, (place + 1) * DIGEST_SIZE)
                if known[own] != digests[own]:
                    changed[kind + path.encode()] = digests[own]
    return changed


def _written(
    options: Options,
    tools: Tools,
    start: Start,
    work: _Work,
    told: Told,
    sheets: Mapping[bytes, Sheet],
    shown: Mapping[str, Shown],
    linked: list[object],
) -> Built:
    """Render and write what is not there as it should be, and remember how it is then.

    ``linked`` may be cleared, so that there is memory for much that is to be rendered.
    """
    prints = {
        path: mark
        for sheet in sheets.values()
        for path, mark in zip(sheet.paths, sheet.prints, strict=True)
    }
    before = start.record.prints if start.record else {}
    same = {path for path, mark in prints.items() if before.get(path) == mark}
    placed_before = start.record.placed if start.record else {}
    standing = _standing(same, start.placed.keys(), placed_before.keys())
    done = same if options.output_dir is None else set(standing.values())
    fresh = [path for path in prints if path not in done]
    if len(fresh) > _FEW:
        linked.clear()
    tools.progress.begin("render", len(fresh))

    def jobs(wanted: Set[str]) -> Iterator[Job]:
        for block, sheet in sheets.items():
            yield from jobs_of(block, sheet, tools.cache, wanted)

    publisher = Publisher(work.config)

    def published(path: str) -> bytes:
        # Most are as their files say.
        entry, seen = work.entries[path], shown.get(path)
        if seen is None:
            return encode((msgspec.Raw(encoded_report(entry, tools.cache)), (), ()))
        return encode(publisher.published(parsed_report(entry, tools.cache), seen))

    stock = Stock(published, lambda path: work.entries[path].number, options.site_dir)
    rendered = render(
        fresh, prints, jobs, work.templates, stock, tools.cache, tools.workers, tools.progress
    )
    try:
        if options.output_dir is None:
            for _ in rendered:
                pass
            return Built(told, Written(0, 0, 0))
        single = (file for path, data in rendered for file in unpacked(path, data))
        kept_files = {path: start.placed[path] for path in standing}
        with stage(single, kept_files, options.output_dir, placed_before) as staged:
            # From here on it takes moments, and what is begun must not be left half done: that
            # somebody wants the build to stop has no effect until it has ended.
            tools.closing.enter_context(finish_first())
            files, placed = publish(staged)
            given = start.given(options, work.sources)
            today, timezone = work.today.isoformat(), work.config.site.timezone
            record = Record(given, today, timezone, told, prints, placed, clock_day())
            remember(tools.cache, record, options.output_dir, options.site_dir)
    except FaultError as fault:
        tools.problems.add(fault.problem)
        raise ProblemsFoundError from fault
    return Built(told, files)


def _standing(same: Set[str], placed: Set[str], before: Set[str]) -> dict[str, str]:
    """Return those files of some outputs that stand, with the outputs.

    Those of a folder stand if all do that were put there.
    """
    lost = {_output_of(path, same) for path in before - placed}
    return {
        path: output for path in placed if (output := _output_of(path, same)) and output not in lost
    }


def _output_of(path: str, outputs: Set[str]) -> str:
    """Return the output that a file is, or whose folder it is in, '' if it is of none."""
    folder = path
    while folder not in outputs:
        above = folder.rstrip("/").rfind("/")
        if above < 0:
            return ""
        folder = folder[: above + 1]
    return folder
