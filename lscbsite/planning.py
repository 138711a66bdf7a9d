"""From parsed files to the plan: build the index, lint, plan; only what can differ from last time."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from msgspec.structs import replace

from lscbsite.context import BuildContext, Options
from lscbsite.incremental.fingerprint import digest_values
from lscbsite.incremental.plan import (
    Plan,
    PlanGroup,
    Rebase,
    build_group,
    invalidate_plan,
    load_groups,
    load_plan,
    refresh_fingerprints,
    save_plan,
)
from lscbsite.incremental.state import BuildSummary
from lscbsite.index import Visibility, build_index, compute_view_digests
from lscbsite.lint import lint
from lscbsite.model import (
    DIGEST_SIZE,
    HTML,
    SUMMARY,
    WHOLE,
    Attachment,
    Config,
    Documents,
    ParsedFile,
    PublishedOverrides,
    SiteIndex,
    Sources,
)
from lscbsite.outputs import list_linkable_urls, warm_up
from lscbsite.parsing.documents import load_documents
from lscbsite.plan import plan_artifacts
from lscbsite.problems import Problems
from lscbsite.render import Templates

_NO_OVERRIDES = PublishedOverrides()


class ParsedSite(NamedTuple):
    """What is known once every file is parsed: ``files`` are all of them, by path."""

    config: Config
    today: dt.date
    sources: Sources
    files: dict[str, ParsedFile]
    templates: Templates

    @property
    def needs_people(self) -> bool:
        """Whether anything but a report's own page depends on who was there."""
        return bool(self.config.people) or self.config.site.attendance


class CurrentPlan(NamedTuple):
    """The planned groups of artifacts by key, None if there are errors, and what a build reports.

    ``origin`` is what the plan was made from, if it was not cached. Freeing that is slow: whoever
    has the plan decides when.
    """

    summary: BuildSummary
    groups: Mapping[bytes, PlanGroup] | None
    overrides: Mapping[str, PublishedOverrides]
    origin: "tuple[Documents, SiteIndex] | None" = None


def load_or_build_plan(options: Options, context: BuildContext, site: ParsedSite) -> CurrentPlan:
    """Return the plan: the cached one where only texts changed, else a new one.

    Problems that were found on the way are added to ``context.problems``.
    """
    key = _digest_relations(options, site)
    cached = load_plan(context.store)
    if cached and cached.is_of(key, site.files):
        return _refresh_plan(context, site, cached)
    context.progress.begin("link")
    templates, language = site.templates, site.config.site.language
    context.workers.prepare(warm_up, templates.texts, templates.cache_dir, language)
    documents = load_documents(site.files, context.store, people=site.needs_people)
    problems = Problems()
    problems.configure(site.config.site.rules)
    index = _build_index(options, context, site, documents, problems)
    context.progress.begin("plan")
    groups = dict(_build_groups(context, site, index, cached, problems))
    found = problems.list_sorted()
    context.problems.extend(found)
    counts = len(index.reports) + len(index.withheld), len(index.pages), index.withheld
    summary = BuildSummary(*counts, context.problems.list_sorted(), site.config.site.rules)
    if context.problems.has_errors():
        return CurrentPlan(summary, None, {}, (documents, index))
    base_digest, paths = templates.base_digest, {problem.path for problem in found}
    file_digests = {path: site.files[path].digest for path in paths if path in site.files}
    overrides = {
        linked.report.path: linked.overrides
        for linked in index.reports
        if linked.overrides != _NO_OVERRIDES
    }
    plan = Plan(
        key,
        base_digest,
        *counts,
        found,
        file_digests,
        _list_view_digests(index),
        overrides,
    )
    save_plan(context.store, plan, groups.keys())
    return CurrentPlan(summary, groups, overrides, (documents, index))


def _digest_relations(options: Options, site: ParsedSite) -> bytes:
    """Return the digest of all that indexing, linting and planning may depend on."""
    sources = (*site.sources.attachments, *site.sources.settings)
    contents = [(source.path, source.digest) for source in sources]
    metadata = [(path, parsed.outline) for path, parsed in site.files.items()]
    if site.needs_people:
        metadata += [(path, parsed.summary_digest) for path, parsed in site.files.items()]
    day = site.today.isoformat()
    return digest_values(options.base_url, options.drafts, day, contents, metadata)


def _refresh_plan(context: BuildContext, site: ParsedSite, cached: Plan) -> CurrentPlan:
    """Return the cached plan with the fingerprints of what rests on changed texts."""
    context.progress.begin("plan")
    context.problems.extend(cached.problems)
    counts = cached.reports, cached.pages, cached.withheld
    summary = BuildSummary(*counts, context.problems.list_sorted(), site.config.site.rules)
    if context.problems.has_errors():
        return CurrentPlan(summary, None, {})
    view_digests = dict(cached.view_digests)
    for path, digests in cached.view_digests.items():
        parsed = site.files[path]
        if not digests.startswith(parsed.report_digest):
            overrides = cached.overrides.get(path, _NO_OVERRIDES)
            view_digests[path] = compute_view_digests(parsed, overrides)
    changed = _find_changed_inputs(cached.view_digests, view_digests)
    base_digest = site.templates.base_digest
    groups = load_groups(context.store)
    if changed or base_digest != cached.base_digest:
        invalidate_plan(context.store)
        rebase = Rebase(changed, cached.base_digest, base_digest)
        for key, group in groups.items():
            groups[key] = refresh_fingerprints(key, group, context.store, rebase)
        plan = replace(cached, base_digest=base_digest, view_digests=view_digests)
        save_plan(context.store, plan, groups.keys())
    return CurrentPlan(summary, groups, cached.overrides)


def _build_index(
    options: Options,
    context: BuildContext,
    site: ParsedSite,
    documents: Documents,
    problems: Problems,
) -> SiteIndex:
    """Relate the documents to each other, and lint them."""
    sources = site.sources.attachments
    attachments = tuple(Attachment(source.path, source.digest) for source in sources)
    visibility = Visibility(site.today, options.drafts)
    index = build_index(
        documents, attachments, site.config, visibility, list_linkable_urls, problems
    )
    context.progress.begin("check")
    lint(documents, index, problems)
    return index


def _build_groups(
    context: BuildContext,
    site: ParsedSite,
    index: SiteIndex,
    cached: Plan | None,
    problems: Problems,
) -> Iterator[tuple[bytes, PlanGroup]]:
    """Plan the groups that can differ from before; yield all by key.

    Where there are errors already there are none: then planning only looks for more.
    """
    store, base_digest = context.store, site.templates.base_digest
    known = load_groups(store) if cached else {}
    planned = plan_artifacts(index, {key: group.paths for key, group in known.items()}, problems)
    if context.problems.has_errors() or problems.has_errors():
        for _ in planned:
            pass
        return
    before = cached.view_digests if cached else {}
    changed = _find_changed_inputs(before, _list_view_digests(index)) if cached else {}
    rebase = Rebase(changed, cached.base_digest if cached else b"", base_digest)
    invalidate_plan(store)
    for key, artifacts in planned:
        if artifacts is None:
            yield key, refresh_fingerprints(key, known[key], store, rebase)
        else:
            yield key, build_group(key, artifacts, store, base_digest)


def _list_view_digests(index: SiteIndex) -> dict[str, bytes]:
    return {linked.report.path: linked.view_digests for linked in index.reports}


def _find_changed_inputs(
    before: Mapping[str, bytes], view_digests: Mapping[str, bytes]
) -> dict[bytes, bytes]:
    """Return the digests of the values that differ from before, by their names."""
    changed = {}
    for path, digests in view_digests.items():
        known = before.get(path, digests)
        if known == digests:
            continue
        for place, kind in enumerate((WHOLE, SUMMARY, HTML), 1):
            part = slice(place * DIGEST_SIZE, (place + 1) * DIGEST_SIZE)
            if known[part] != digests[part]:
                changed[kind + path.encode()] = digests[part]
    return changed
