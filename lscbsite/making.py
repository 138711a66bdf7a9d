"""The pipeline: what an author wrote -> the site. Data flows one way."""

import datetime as dt
from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from lscbsite.blueprint import Blueprint, Drawing, jobs_of, keep, kept
from lscbsite.checks import check
from lscbsite.codec import encode
from lscbsite.config import load_config
from lscbsite.digests import digest_of
from lscbsite.link import Publisher, link, shared_forms
from lscbsite.model import Attachment, Config, Entry, Shared, Shown, Sources
from lscbsite.order import Built, Options, Start, Tools
from lscbsite.parse import documents, encoded_report, parse, parsed_report
from lscbsite.plan import plan
from lscbsite.problems import Problems, ProblemsFoundError, TemplateFaultError
from lscbsite.read import contents, template_texts, with_digests
from lscbsite.record import Record, Told, remember, remember_sources, today_in
from lscbsite.render import Job, Stock, Templates, jobs, render
from lscbsite.write import Written, write


class _Work(NamedTuple):
    """What is known once every file is parsed: ``entries`` are of all, by path.

    ``texts`` are the names and texts of the site's own templates.
    """

    config: Config
    today: dt.date
    sources: Sources
    entries: dict[str, Entry]
    texts: tuple[tuple[str, str], ...]


def made(options: Options, tools: Tools, start: Start) -> Built:
    """Run the stages; those from linking to planning only where more than texts changed.

    Raises:
        ProblemsFoundError: there are errors in what the author wrote.
        OSError: the output folder cannot be written.

    """
    site_dir, cache, problems = options.site_dir, tools.cache, tools.problems
    config = load_config(site_dir, problems)
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
    work = _Work(config, today, sources, entries, texts)
    key = _key(options, start, work)
    if blueprint := kept(cache, key, entries):
        problems.extend(blueprint.problems)
        return _as_planned(options, tools, start, work, blueprint)
    return _planned(options, tools, start, work, key)


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


def _planned(options: Options, tools: Tools, start: Start, work: _Work, key: bytes) -> Built:
    """Link, check, plan; then render and write what is not there."""
    found = Problems()
    found.configure(work.config.site.rules)
    tools.progress.begin("link")
    every = documents(work.entries, tools.cache, people=_needs_people(work.config))
    attachments = tuple(Attachment(one.path, one.digest) for one in work.sources.attachments)
    site = link(every, attachments, work.config, found, work.today, drafts=options.drafts)
    tools.progress.begin("check")
    check(every, site, found)
    tools.progress.begin("plan")
    outputs = plan(site, found)
    advice = found.sorted()
    tools.problems.extend(advice)
    counts = len(site.reports) + len(site.withheld), len(site.pages), site.withheld
    told = Told(*counts, tools.problems.sorted(), work.config.site.rules)
    if options.output_dir is None and tools.problems.has_errors():
        return Built(told, Written(0, 0, 0))
    tools.problems.raise_if_errors()
    made = list(jobs(outputs))
    shown = {linked.report.path: linked.shown for linked in site.reports}
    drawing = Drawing()
    for job in made:
        drawing.add(job)
    blueprint = Blueprint(
        told.reports,
        told.pages,
        told.withheld,
        advice,
        {one.path: work.entries[one.path].digest for one in advice if one.path in work.entries},
        {path: entry.own for path, entry in work.entries.items()},
        shown,
        drawing.shared,
        drawing.pieces,
        drawing.encoders,
        drawing.outputs,
    )
    keep(tools.cache, key, blueprint, made)
    return _written(options, tools, start, work, told, made, shown)


def _as_planned(
    options: Options, tools: Tools, start: Start, work: _Work, blueprint: Blueprint
) -> Built:
    """Render and write what changed texts make new."""
    tools.progress.begin("plan")
    changed: dict[bytes, Shared[Any]] = {}
    for path, shown in blueprint.shown.items():
        entry = work.entries[path]
        if entry.own != blueprint.own[path]:
            forms = shared_forms(path, entry, shown)
            changed.update((one.name, one) for one in forms if one is not None)
    counts = blueprint.reports, blueprint.pages, blueprint.withheld
    told = Told(*counts, tools.problems.sorted(), work.config.site.rules)
    tools.problems.raise_if_errors()
    made = list(jobs_of(blueprint, tools.cache, changed))
    return _written(options, tools, start, work, told, made, blueprint.shown)


def _written(
    options: Options,
    tools: Tools,
    start: Start,
    work: _Work,
    told: Told,
    made: list[Job],
    shown: Mapping[str, Shown],
) -> Built:
    """Render and write what is not there as it should be, and remember how it is then."""
    ground = digest_of(start.program, work.texts)
    prints = {job.name: job.fingerprint(ground) for job in made}
    before = start.record.prints if start.record else {}
    same = {path for path, mark in prints.items() if before.get(path) == mark}
    kept_files = {path: place for path, place in start.placed.items() if path in same}
    done = same if options.output_dir is None else kept_files
    fresh = [job for job in made if job.name not in done]
    tools.progress.begin("render", len(fresh))
    publisher = Publisher(work.config)

    def published(path: str) -> bytes:
        # Most are as their files say.
        entry, seen = work.entries[path], shown[path]
        if seen == Shown():
            return encode((msgspec.Raw(encoded_report(entry, tools.cache)), (), ()))
        return encode(publisher.published(parsed_report(entry, tools.cache), seen))

    stock = Stock(published, lambda path: work.entries[path].number, options.site_dir)
    templates = Templates(work.texts, ground)
    rendered = render(fresh, prints, templates, stock, tools.cache, tools.workers, tools.progress)
    try:
        if options.output_dir is None:
            for _ in rendered:
                pass
            return Built(told, Written(0, 0, 0))
        files, placed = write(rendered, kept_files, options.output_dir)
    except TemplateFaultError as fault:
        tools.problems.add(fault.problem)
        raise ProblemsFoundError from fault
    given = start.given(options, work.sources)
    today, timezone = work.today.isoformat(), work.config.site.timezone
    record = Record(given, today, timezone, told, prints, placed)
    remember(tools.cache, record, options.output_dir, options.site_dir)
    return Built(told, files)
