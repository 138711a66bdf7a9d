"""From parsed files to the plan: build the index, lint, plan artifacts; from the store if it can."""

from collections.abc import Iterable, Iterator, Mapping, Set
from itertools import chain
from operator import attrgetter

from msgspec.structs import replace

from lscbsite.context import BuildContext, CurrentPlan, Options, ParsedSite
from lscbsite.incremental.fingerprint import digest_values
from lscbsite.incremental.plan import (
    Plan,
    PlannedReports,
    PlanUpdate,
    load_plan,
    load_planned_reports,
    save_plan,
)
from lscbsite.incremental.state import BuildSummary
from lscbsite.index import SiteFiles, Visibility, build_index, compute_view_digests
from lscbsite.lint import lint
from lscbsite.model import (
    DIGEST_SIZE,
    HTML,
    SUMMARY,
    WHOLE,
    Artifact,
    Attachment,
    PublishedOverrides,
    SiteIndex,
    Source,
)
from lscbsite.outputs import list_linkable_urls, plan_singles, slice_index, warm_up
from lscbsite.outputs.clashes import has_clash, report_clashes
from lscbsite.outputs.site_view import build_site_view
from lscbsite.parsing.documents import load_documents
from lscbsite.problems import Problems, ProblemsFoundError
from lscbsite.site_templates import find_files_in_templates

_NO_OVERRIDES = PublishedOverrides()


def load_or_build_plan(options: Options, context: BuildContext, site: ParsedSite) -> CurrentPlan:
    """Return the plan: the last one where only texts changed, else a new one.

    Its problems are added to ``context.problems``.
    """
    attachments = site.sources.attachments
    in_templates = find_files_in_templates(site.templates.texts, attachments)
    relations = _digest_relations(options, site, in_templates)
    last = load_plan(context.store)
    if last and last.has_relations(relations, site.files):
        return _update_plan(context, site, last)
    files = SiteFiles(tuple(map(_make_attachment, attachments)), in_templates)
    return _build_plan(options, context, site, files, last, relations)


def _digest_relations(options: Options, site: ParsedSite, in_templates: Set[str]) -> bytes:
    """Return the digest of all that indexing, linting and planning may depend on.

    ``in_templates`` are the attachments that the site's templates refer to.
    """
    sources = (*site.sources.attachments, *site.sources.settings)
    contents = [(source.path, source.digest) for source in sources]
    metadata = [(path, parsed.outline) for path, parsed in site.files.items()]
    if site.needs_people:
        metadata += [(path, parsed.summary_digest) for path, parsed in site.files.items()]
    day = site.today.isoformat()
    mentioned = sorted(in_templates)
    return digest_values(options.base_url, options.drafts, day, contents, metadata, mentioned)


def _update_plan(context: BuildContext, site: ParsedSite, last: Plan) -> CurrentPlan:
    """Return the last plan with the fingerprints that changed texts give its artifacts."""
    store, base_digest = context.store, site.templates.base_digest
    context.progress.begin("plan")
    context.problems.extend(last.problems)
    summary = replace(last.summary, problems=context.problems.list_sorted())
    if context.problems.has_errors():
        return CurrentPlan(summary, b"")
    reports = load_planned_reports(store)
    view_digests = dict(reports.view_digests)
    for path, digests in reports.view_digests.items():
        parsed = site.files[path]
        if not digests.startswith(parsed.report_digest):
            overrides = reports.overrides.get(path, _NO_OVERRIDES)
            view_digests[path] = compute_view_digests(parsed, overrides)
    changed = _find_changed_inputs(reports.view_digests, view_digests)
    plan = replace(last, inputs=site.inputs, base_digest=base_digest, summary=summary)
    with store.all_or_nothing():
        update = PlanUpdate(store, last, base_digest)
        update.change_inputs(changed)
        update.finish(update.list_groups())
        plan = save_plan(store, plan, replace(reports, view_digests=view_digests), update)
    return CurrentPlan(summary, plan.artifacts, update.artifacts)


def _build_plan(
    options: Options,
    context: BuildContext,
    site: ParsedSite,
    files: SiteFiles,
    last: Plan | None,
    relations: bytes,
) -> CurrentPlan:
    """Return a new plan, in which the groups that cannot differ are the last plan's."""
    store, config, templates = context.store, site.config, site.templates
    context.progress.begin("index")
    context.workers.prepare(warm_up, templates.texts, templates.cache_dir, config.site.language)
    problems = Problems()
    problems.configure(config.site.rules)
    index = _build_index(options, context, site, files, problems)
    context.progress.begin("plan")
    try:
        with store.all_or_nothing():
            update = PlanUpdate(store, last, templates.base_digest)
            if last:
                before = load_planned_reports(store).view_digests
                update.change_inputs(_find_changed_inputs(before, _list_view_digests(index)))
            _plan_groups(context, index, update, problems)
            plan = Plan(
                site.inputs,
                site.today.isoformat(),
                config.site.timezone,
                relations,
                templates.base_digest,
                _summarize(context, site, index),
                problems.list_sorted(),
                _list_file_digests(site, problems),
            )
            plan = save_plan(store, plan, _list_planned_reports(index), update)
    except ProblemsFoundError:
        return CurrentPlan(_summarize(context, site, index), b"", index=index)
    return CurrentPlan(plan.summary, plan.artifacts, update.artifacts, index)


def _build_index(
    options: Options,
    context: BuildContext,
    site: ParsedSite,
    files: SiteFiles,
    problems: Problems,
) -> SiteIndex:
    """Relate the documents to each other, and lint them."""
    documents = load_documents(site.files, context.store, people=site.needs_people)
    visibility = Visibility(site.today, options.drafts)
    index = build_index(documents, files, site.config, visibility, list_linkable_urls, problems)
    context.progress.begin("lint")
    lint(documents, index, problems)
    return index


def _make_attachment(source: Source) -> Attachment:
    verdict = source.verdict
    assert verdict is not None
    return Attachment(source.path, source.digest, source.size, verdict.picture, verdict.hidden)


def _plan_groups(
    context: BuildContext, index: SiteIndex, update: PlanUpdate, problems: Problems
) -> None:
    """Plan the groups that the update does not know, and add them to it.

    Where there are errors already, planning only looks for more.

    Raises:
        ProblemsFoundError: there are errors.

    """
    known = update.list_groups()
    broken = context.problems.has_errors() or problems.has_errors()
    keys = set()
    for key, artifacts in plan_artifacts(index, known, problems):
        keys.add(key)
        if artifacts is not None and not broken:
            update.add_group(key, artifacts)
    context.problems.extend(problems.list_sorted())
    context.problems.raise_if_errors()
    update.finish(keys)


def plan_artifacts(
    index: SiteIndex, known: Mapping[bytes, Iterable[str]], problems: Problems
) -> Iterator[tuple[bytes, tuple[Artifact, ...] | None]]:
    """Yield the artifacts of each slice of the index, with its key; b"" for those of all of it.

    ``known`` are slices that need not be planned, by their keys, with the paths of their artifacts:
    None is yielded for them. Clashes are reported (see ``report_clashes``).
    """
    site_view = build_site_view(index)
    singles = _sort_by_path(plan_singles(index, site_view))
    paths = [artifact.path for artifact in singles]
    yield b"", singles
    for part in slice_index(index, site_view):
        if part.key in known:
            paths += known[part.key]
            yield part.key, None
        else:
            artifacts = _sort_by_path(part.plan())
            paths += [artifact.path for artifact in artifacts]
            yield part.key, artifacts
    if has_clash(paths):
        sliced = (part.plan() for part in slice_index(index, site_view))
        report_clashes(_sort_by_path(chain(singles, *sliced)), problems)


def _sort_by_path(artifacts: Iterable[Artifact]) -> tuple[Artifact, ...]:
    return tuple(sorted(artifacts, key=attrgetter("path")))


def _summarize(context: BuildContext, site: ParsedSite, index: SiteIndex) -> BuildSummary:
    return BuildSummary(
        len(index.reports) + len(index.withheld),
        len(index.pages),
        index.withheld,
        tuple(linked.report.id for linked in index.reports if not linked.report.front.draft),
        index.unpublished,
        context.problems.list_sorted(),
        site.config.site.rules,
    )


def _list_file_digests(site: ParsedSite, problems: Problems) -> dict[str, bytes]:
    """Return the digests of the files that problems are in."""
    paths = {problem.path for problem in problems.list_sorted()}
    return {path: site.files[path].digest for path in paths if path in site.files}


def _list_planned_reports(index: SiteIndex) -> PlannedReports:
    overrides = {
        linked.report.path: linked.overrides
        for linked in index.reports
        if linked.overrides != _NO_OVERRIDES
    }
    return PlannedReports(_list_view_digests(index), overrides)


def _list_view_digests(index: SiteIndex) -> dict[str, bytes]:
    return {linked.report.path: linked.view_digests for linked in index.reports}


def _find_changed_inputs(
    before: Mapping[str, bytes], view_digests: Mapping[str, bytes]
) -> dict[bytes, bytes]:
    """Return the digests of the inputs that differ from before, by their names."""
    changed = {}
    for path, digests in view_digests.items():
        known = before.get(path, digests)
        if known == digests:
            continue
        for number, kind in enumerate((WHOLE, SUMMARY, HTML), 1):
            part = slice(number * DIGEST_SIZE, (number + 1) * DIGEST_SIZE)
            if known[part] != digests[part]:
                changed[kind + path.encode()] = digests[part]
    return changed
