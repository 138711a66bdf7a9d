"""From parsed files to the plan: build the index, lint, plan artifacts; from the store if it can."""

from collections.abc import Iterable, Iterator, Mapping, Set
from itertools import chain
from operator import attrgetter
from typing import NamedTuple

from msgspec.structs import replace

from lscbsite.context import BuildContext, CurrentPlan, Options, ParsedSite
from lscbsite.incremental.artifacts import LoadedView, StoredInput, load_views
from lscbsite.incremental.fingerprint import digest_values
from lscbsite.incremental.ledger import save_ledger
from lscbsite.incremental.plan import (
    Plan,
    PlannedReports,
    PlanUpdate,
    load_plan,
    load_planned_reports,
    save_plan,
)
from lscbsite.incremental.serialization import encode, encode_with_inputs, get_renderer_name
from lscbsite.incremental.state import BuildSummary
from lscbsite.incremental.store import Store
from lscbsite.index import (
    SiteFiles,
    Visibility,
    build_index,
    compute_view_digests,
    explain_withholding,
    fill_former_ids,
)
from lscbsite.ledger_file import decode_ledger, encode_ledger
from lscbsite.lint import lint
from lscbsite.model import (
    DIGEST_SIZE,
    HTML,
    PLACEHOLDER_BASE_URL,
    SUMMARY,
    WHOLE,
    Artifact,
    Attachment,
    PublishedOverrides,
    ReportMetadata,
    RuleDays,
    SiteIndex,
    Source,
    propose_uid,
)
from lscbsite.outputs import list_linkable_urls, plan_singles, plan_some, slice_index, warm_up
from lscbsite.outputs.clashes import has_clash, report_clashes
from lscbsite.outputs.former_paths import keep_former_paths, list_former_paths
from lscbsite.outputs.site_view import build_site_view
from lscbsite.parsing.documents import load_documents
from lscbsite.problems import Problems, ProblemsFoundError
from lscbsite.site_templates import find_files_in_templates

_NO_OVERRIDES = PublishedOverrides()


class Relations(NamedTuple):
    """What a plan is made of; ``digest`` is that of all that it depends on but texts.

    ``last`` is the last plan. Where only texts changed, ``site_index`` is None, and it can be used again.
    Otherwise ``site_index`` relates the documents, ``rules`` are those for meetings in the documents and
    settings, and ``problems`` are what indexing and linting found.
    """

    digest: bytes
    last: Plan | None
    site_index: SiteIndex | None
    rules: tuple[RuleDays, ...]
    problems: Problems


def relate(options: Options, context: BuildContext, site: ParsedSite) -> Relations:
    """Index the site and lint it, unless only texts changed since the last plan."""
    attachments = site.sources.attachments
    in_templates = find_files_in_templates(site.templates.texts, attachments)
    relations = _digest_relations(options, site, in_templates)
    last = load_plan(context.store)
    problems = Problems()
    problems.configure(site.config.site.rules)
    if last and not site.foreign_ledger and last.has_relations(relations, site.files):
        return Relations(relations, last, None, (), problems)
    files = SiteFiles(tuple(map(_make_attachment, attachments)), in_templates, site.form)
    context.progress.begin("index")
    templates, language = site.templates, site.config.site.language
    context.workers.prepare(warm_up, templates.texts, templates.cache_dir, language)
    index, rules = _build_index(options, context, site, files, problems)
    return Relations(relations, last, index, rules, problems)


def load_or_build_plan(
    options: Options, context: BuildContext, site: ParsedSite, relations: Relations
) -> CurrentPlan:
    """Return the plan: the last one where only texts changed, else a new one.

    Its problems are added to ``context.problems``.
    """
    if relations.site_index is None:
        assert relations.last
        return _update_plan(context, site, relations.last)
    return _build_plan(options, context, site, relations, relations.site_index)


def plan_first(store: Store, relations: Relations, paths: Set[str]) -> Iterator[LoadedView]:
    """Yield what some files are rendered from, before everything is planned.

    Those of which other outputs are a part (fragments), and files that are copied, are left out.
    """
    index = relations.site_index
    if index is None:
        views: Iterable[LoadedView] = load_views(store, paths)
    else:
        views = map(_load_view, plan_some(index, build_site_view(index), paths))
    for view in views:
        if view.renderer and not any(value.artifact for value in view.inputs):
            yield view


def _load_view(artifact: Artifact) -> LoadedView:
    view, inputs = encode_with_inputs(artifact.view)
    values = [
        StoredInput(value.name, value.digest, b"", -1)
        if isinstance(value.source, Artifact)
        else StoredInput(
            value.name, value.digest, b"" if value.source is None else encode(value.source)
        )
        for value in inputs.values()
    ]
    return LoadedView(artifact.path, get_renderer_name(artifact.renderer), view, values)


def list_overrides(store: Store, relations: Relations) -> Mapping[str, PublishedOverrides]:
    """Return how readers see the reports that are not shown as their files are, by path."""
    if relations.site_index is None:
        return load_planned_reports(store).overrides
    return _list_planned_reports(relations.site_index).overrides


def _digest_relations(options: Options, site: ParsedSite, in_templates: Set[str]) -> bytes:
    """Return the digest of all that indexing, linting and planning may depend on.

    ``in_templates`` are the attachments that the site's templates refer to.
    """
    sources = (*site.sources.attachments, *site.sources.settings, *site.sources.form)
    contents = [(source.path, source.digest) for source in sources]
    metadata = [(path, parsed.outline) for path, parsed in site.files.items()]
    if site.needs_people:
        metadata += [(path, parsed.summary_digest) for path, parsed in site.files.items()]
    day = site.today.isoformat()
    mentioned = sorted(in_templates)
    return digest_values(
        options.base_url, options.drafts, options.preview, day, contents, metadata, mentioned
    )


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
    relations: Relations,
    index: SiteIndex,
) -> CurrentPlan:
    """Return a new plan, in which the groups that cannot differ are the last plan's."""
    store, config, templates = context.store, site.config, site.templates
    digest, last, _, rules, problems = relations
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
                digest,
                templates.base_digest,
                _summarize(context, site, index, rules),
                problems.list_sorted(),
                _list_file_digests(site, problems),
            )
            plan = save_plan(store, plan, _list_planned_reports(index), update)
            ledger = decode_ledger(site.ledger) if options.drafts else index.ledger
            save_ledger(store, site.ledger_file, encode_ledger(ledger))
    except ProblemsFoundError:
        return CurrentPlan(_summarize(context, site, index, rules), b"", index=index)
    return CurrentPlan(plan.summary, plan.artifacts, update.artifacts, index)


def _build_index(
    options: Options,
    context: BuildContext,
    site: ParsedSite,
    files: SiteFiles,
    problems: Problems,
) -> tuple[SiteIndex, tuple[RuleDays, ...]]:
    """Relate the documents to each other, and lint them; return the rules for meetings as well."""
    documents = load_documents(site.files, context.store, people=site.needs_people)
    reports = fill_former_ids(documents.reports, site.config.site.boards, problems)
    documents = replace(documents, reports=reports)
    visibility = Visibility(site.today, options.drafts, decode_ledger(site.ledger), options.preview)
    index = build_index(documents, files, site.config, visibility, list_linkable_urls, problems)
    context.progress.begin("lint")
    lint(documents, index, problems)
    return index, (*site.config.meeting_rules, *_list_rules(documents.reports))


def _list_rules(reports: Iterable[ReportMetadata]) -> Iterator[RuleDays]:
    """Yield the rules in the last list of meetings that the reports of each board have."""
    latest = {}
    for report in sorted(reports, key=attrgetter("order")):
        if report.front.next_meetings and not report.broken and not report.front.withdrawn:
            latest[report.boards] = report
    for report in sorted(latest.values(), key=attrgetter("path")):
        yield from report.meeting_rules


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
    former_paths = list_former_paths(index.config.site)
    if not former_paths:
        yield b"", singles
    for part in slice_index(index, site_view):
        if part.key in known:
            paths += known[part.key]
            yield part.key, None
        else:
            artifacts = _sort_by_path(part.plan())
            paths += [artifact.path for artifact in artifacts]
            yield part.key, artifacts
    if former_paths:
        yield b"", keep_former_paths(index.config.site, former_paths, singles, paths)
    if has_clash(paths):
        sliced = (part.plan() for part in slice_index(index, site_view))
        report_clashes(_sort_by_path(chain(singles, *sliced)), problems)


def _sort_by_path(artifacts: Iterable[Artifact]) -> tuple[Artifact, ...]:
    return tuple(sorted(artifacts, key=attrgetter("path")))


def _summarize(
    context: BuildContext, site: ParsedSite, index: SiteIndex, rules: tuple[RuleDays, ...]
) -> BuildSummary:
    has_placeholder = site.config.site.base_url == PLACEHOLDER_BASE_URL
    readers = Visibility(site.today, drafts=False)
    previews = {
        id_: reason
        for id_, linked in index.by_id.items()
        if (reason := explain_withholding(linked.report, readers))
    }
    return BuildSummary(
        len(index.by_id) + len(index.withheld),
        len(index.pages),
        index.withheld,
        tuple(id_ for id_ in index.by_id if id_ not in previews),
        index.unpublished,
        context.problems.list_sorted(),
        site.config.site.rules,
        rules,
        "" if site.config.site.uid else propose_uid(site.config.site),
        site.config.base_url_position if has_placeholder else None,
        site.config.site.base_url,
        site.config.site.timezone,
        previews,
        site.form.placeholder if site.form else None,
    )


def _list_file_digests(site: ParsedSite, problems: Problems) -> dict[str, bytes]:
    """Return the digests of the files that problems are in."""
    paths = {problem.path for problem in problems.list_sorted()}
    return {path: site.files[path].digest for path in paths if path in site.files}


def _list_planned_reports(index: SiteIndex) -> PlannedReports:
    overrides = {
        linked.report.path: linked.overrides
        for linked in index.by_id.values()
        if linked.overrides != _NO_OVERRIDES
    }
    return PlannedReports(_list_view_digests(index), overrides)


def _list_view_digests(index: SiteIndex) -> dict[str, bytes]:
    return {linked.report.path: linked.view_digests for linked in index.by_id.values()}


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
