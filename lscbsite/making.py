"""The pipeline: what an author wrote -> the site. Data flows one way."""

import datetime as dt
from collections.abc import Iterator, Mapping, Set
from functools import partial
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from lscbsite.config import load_config
from lscbsite.context import BuildContext, BuildInputs, BuildResult, Options
from lscbsite.incremental.fingerprint import digest_values
from lscbsite.incremental.plan import (
    Plan,
    PlanGroup,
    RenderJob,
    build_group,
    invalidate_plan,
    list_jobs,
    load_groups,
    load_plan,
    refresh_fingerprints,
    save_plan,
)
from lscbsite.incremental.serialization import encode, unpack_files
from lscbsite.incremental.state import (
    BuildState,
    BuildSummary,
    get_today,
    read_clock_day,
    save_sources,
    save_state,
)
from lscbsite.incremental.store import make_template_cache_dir
from lscbsite.index import Redactor, build_index, compute_view_digests
from lscbsite.lint import lint
from lscbsite.model import (
    BRIEF,
    DIGEST_SIZE,
    HTML,
    WHOLE,
    Attachment,
    Config,
    ParsedFile,
    PublishedOverrides,
    SiteIndex,
    Sources,
)
from lscbsite.outputs import warm_up
from lscbsite.parsing.documents import load_documents, load_encoded_report, load_report, parse
from lscbsite.plan import plan_artifacts
from lscbsite.problems import FaultError, Problems, ProblemsFoundError
from lscbsite.render import InputLoader, Templates, render
from lscbsite.scan import add_digests, read_contents, read_templates, report_active_content
from lscbsite.stopping import finish_first
from lscbsite.write import WriteSummary, publish, stage

# So many outputs are soon rendered.
_FEW = 500


class _ParsedSite(NamedTuple):
    """What is known once every file is parsed: ``entries`` are of all, by path."""

    config: Config
    today: dt.date
    sources: Sources
    entries: dict[str, ParsedFile]
    templates: Templates


def run_stages(options: Options, tools: BuildContext, start: BuildInputs) -> BuildResult:
    """Run the stages; those from linking to planning only where more than texts changed.

    Raises:
        ProblemsFoundError: there are errors in what the author wrote.
        OSError: the output folder cannot be written.

    """
    site_dir, cache, problems = options.site_dir, tools.cache, tools.problems
    config = load_config(site_dir, start.sources, problems)
    report_active_content(start.sources.attachments, config.site.active_files, problems)
    if options.base_url:
        config = replace(config, site=replace(config.site, base_url=options.base_url))
    texts = read_templates(site_dir, start.sources.templates, problems)
    load = partial(read_contents, site_dir, problems=problems)
    entries = parse(
        start.sources, load, config, start.program, cache, problems, tools.workers, tools.progress
    )
    sources = add_digests(start.sources, {path: one.digest for path, one in entries.items()})
    save_sources(cache, sources, start.known, start.clock)
    today = options.today or get_today(config.site.timezone)
    ground = digest_values(start.program, texts)
    templates = Templates(texts, ground, make_template_cache_dir(site_dir, start.program))
    work = _ParsedSite(config, today, sources, entries, templates)
    key = _digest_relations(options, start, work)
    blueprint = load_plan(cache, start.program)
    if blueprint and blueprint.is_of(key, entries):
        problems.extend(blueprint.problems)
        return _render_with_plan(options, tools, start, work, blueprint)
    return _plan_and_render(options, tools, start, work, key, blueprint)


def _digest_relations(options: Options, start: BuildInputs, work: _ParsedSite) -> bytes:
    """Return the digest of all that linking, checking and planning may depend on."""
    beside = [(one.path, one.digest) for one in (*work.sources.attachments, *work.sources.settings)]
    outlines = [(path, entry.outline) for path, entry in work.entries.items()]
    if _needs_people(work.config):
        outlines += [(path, entry.bones) for path, entry in work.entries.items()]
    today = work.today.isoformat()
    return digest_values(start.program, options.base_url, options.drafts, today, beside, outlines)


def _needs_people(config: Config) -> bool:
    """Whether anything but a report's own page depends on who was there."""
    return bool(config.people) or config.site.attendance


def _plan_and_render(
    options: Options,
    tools: BuildContext,
    start: BuildInputs,
    work: _ParsedSite,
    key: bytes,
    before: Plan | None,
) -> BuildResult:
    """Link, check, plan; then render and write what is not there."""
    found = Problems()
    found.configure(work.config.site.rules)
    tools.progress.begin("link")
    templates = work.templates
    tools.workers.prepare(warm_up, templates.texts, templates.cache_dir, work.config.site.language)
    every = load_documents(work.entries, tools.cache, people=_needs_people(work.config))
    attachments = tuple(Attachment(one.path, one.digest) for one in work.sources.attachments)
    site = build_index(every, attachments, work.config, found, work.today, drafts=options.drafts)
    tools.progress.begin("check")
    lint(every, site, found)
    tools.progress.begin("plan")
    forms = {linked.report.path: linked.forms for linked in site.reports}
    shown = {
        linked.report.path: linked.shown
        for linked in site.reports
        if linked.shown != PublishedOverrides()
    }
    ground = work.templates.ground
    sheets = dict(_build_groups(site, forms, ground, before, tools, found))
    advice = found.sorted()
    tools.problems.extend(advice)
    counts = len(site.reports) + len(site.withheld), len(site.pages), site.withheld
    # The largest things in memory, which nobody needs any more. To take them to pieces takes a
    # while; in a cycle, they are left to the collector, and so to the end of the process.
    linked: list[object] = [every, site]
    linked.append(linked)
    del every, site
    told = BuildSummary(*counts, tools.problems.sorted(), work.config.site.rules)
    if options.output_dir is None and tools.problems.has_errors():
        return BuildResult(told, WriteSummary(0, 0, 0))
    tools.problems.raise_if_errors()
    told_of = {
        one.path: work.entries[one.path].digest for one in advice if one.path in work.entries
    }
    blueprint = Plan(start.program, key, ground, *counts, advice, told_of, forms, shown)
    save_plan(tools.cache, blueprint, sheets.keys())
    return _render_and_write(options, tools, start, work, told, sheets, shown, linked)


def _build_groups(
    site: SiteIndex,
    forms: Mapping[str, bytes],
    ground: bytes,
    before: Plan | None,
    tools: BuildContext,
    found: Problems,
) -> Iterator[tuple[bytes, PlanGroup]]:
    """Plan the blocks that can be others than before; yield the sheets of all by key.

    There are none where there are errors already; then it is only looked for more.
    """
    cache = tools.cache
    known = load_groups(cache) if before else {}
    changed = _find_changed_inputs(before.forms, forms) if before else {}
    planned = plan_artifacts(site, {block: sheet.paths for block, sheet in known.items()}, found)
    if tools.problems.has_errors() or found.has_errors():
        for _ in planned:
            pass
        return
    invalidate_plan(cache)
    for block, outputs in planned:
        if outputs is not None:
            yield block, build_group(block, outputs, cache, ground)
        elif before:
            yield (
                block,
                refresh_fingerprints(block, known[block], cache, changed, before.ground, ground),
            )


def _render_with_plan(
    options: Options, tools: BuildContext, start: BuildInputs, work: _ParsedSite, before: Plan
) -> BuildResult:
    """Render and write what changed texts make new."""
    tools.progress.begin("plan")
    counts = before.reports, before.pages, before.withheld
    told = BuildSummary(*counts, tools.problems.sorted(), work.config.site.rules)
    tools.problems.raise_if_errors()
    ground = work.templates.ground
    forms = dict(before.forms)
    for path, digests in before.forms.items():
        entry = work.entries[path]
        if not digests.startswith(entry.own):
            forms[path] = compute_view_digests(entry, before.shown.get(path, PublishedOverrides()))
    changed = _find_changed_inputs(before.forms, forms)
    sheets = load_groups(tools.cache)
    if changed or ground != before.ground:
        invalidate_plan(tools.cache)
        for block, sheet in sheets.items():
            sheets[block] = refresh_fingerprints(
                block, sheet, tools.cache, changed, before.ground, ground
            )
        blueprint = replace(before, ground=ground, forms=forms)
        save_plan(tools.cache, blueprint, sheets.keys())
    return _render_and_write(options, tools, start, work, told, sheets, before.shown, [])


def _find_changed_inputs(
    before: Mapping[str, bytes], forms: Mapping[str, bytes]
) -> dict[bytes, bytes]:
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


def _render_and_write(
    options: Options,
    tools: BuildContext,
    start: BuildInputs,
    work: _ParsedSite,
    told: BuildSummary,
    sheets: Mapping[bytes, PlanGroup],
    shown: Mapping[str, PublishedOverrides],
    linked: list[object],
) -> BuildResult:
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
    standing = _find_intact_files(same, start.placed.keys(), placed_before.keys())
    done = same if options.output_dir is None else set(standing.values())
    fresh = [path for path in prints if path not in done]
    if len(fresh) > _FEW:
        linked.clear()
    tools.progress.begin("render", len(fresh))

    def jobs(wanted: Set[str]) -> Iterator[RenderJob]:
        for block, sheet in sheets.items():
            yield from list_jobs(block, sheet, tools.cache, wanted)

    publisher = Redactor(work.config)

    def published(path: str) -> bytes:
        # Most are as their files say.
        entry, seen = work.entries[path], shown.get(path)
        if seen is None:
            return encode((msgspec.Raw(load_encoded_report(entry, tools.cache)), (), ()))
        return encode(publisher.published(load_report(entry, tools.cache), seen))

    stock = InputLoader(published, lambda path: work.entries[path].number, options.site_dir)
    rendered = render(
        fresh, prints, jobs, work.templates, stock, tools.cache, tools.workers, tools.progress
    )
    try:
        if options.output_dir is None:
            for _ in rendered:
                pass
            return BuildResult(told, WriteSummary(0, 0, 0))
        single = (file for path, data in rendered for file in unpack_files(path, data))
        kept_files = {path: start.placed[path] for path in standing}
        with stage(single, kept_files, options.output_dir, placed_before) as staged:
            # From here on it takes moments, and what is begun must not be left half done: that
            # somebody wants the build to stop has no effect until it has ended.
            tools.closing.enter_context(finish_first())
            files, placed = publish(staged)
            given = start.given(options, work.sources)
            today, timezone = work.today.isoformat(), work.config.site.timezone
            record = BuildState(given, today, timezone, told, prints, placed, read_clock_day())
            save_state(tools.cache, record, options.output_dir, options.site_dir)
    except FaultError as fault:
        tools.problems.add(fault.problem)
        raise ProblemsFoundError from fault
    return BuildResult(told, files)


def _find_intact_files(same: Set[str], placed: Set[str], before: Set[str]) -> dict[str, str]:
    """Return those files of some outputs that stand, with the outputs.

    Those of a folder stand if all do that were put there.
    """
    lost = {_find_artifact_of(path, same) for path in before - placed}
    return {
        path: output
        for path in placed
        if (output := _find_artifact_of(path, same)) and output not in lost
    }


def _find_artifact_of(path: str, outputs: Set[str]) -> str:
    """Return the output that a file is, or whose folder it is in, '' if it is of none."""
    folder = path
    while folder not in outputs:
        above = folder.rstrip("/").rfind("/")
        if above < 0:
            return ""
        folder = folder[: above + 1]
    return folder
