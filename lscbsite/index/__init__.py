"""Index the site: meetings in order, asks and outcomes, topics, references."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec
from msgspec.structs import replace

from lscbsite.dates import format_written
from lscbsite.index.asks import compute_ask_states, list_retractions, match_outcomes
from lscbsite.index.attachments import AttachmentUses, SiteFiles
from lscbsite.index.ledger import apply_ledger
from lscbsite.index.meeting_relations import Visibility, is_agenda, relate_meetings
from lscbsite.index.names import fill_former_ids
from lscbsite.index.redaction import (
    Redactor,
    compute_view_digests,
    fill_text,
    fill_texts,
    make_html_input,
    redact_labels,
)
from lscbsite.index.references import LinkTargets, ResolvedReferences, Resolver
from lscbsite.index.threads import (
    build_threads,
    check_topics,
    group_mentions_by_report,
    list_known_topics,
)
from lscbsite.model import (
    Answer,
    Body,
    Config,
    Documents,
    LinkedPage,
    LinkedReport,
    Page,
    ReportMetadata,
    SiteIndex,
    SiteScope,
    WithheldReport,
    make_report_inputs,
    make_report_url,
)
from lscbsite.problems import Problems

__all__ = [
    "Redactor",
    "SiteFiles",
    "Visibility",
    "build_index",
    "compute_view_digests",
    "explain_withholding",
    "fill_former_ids",
]


def build_index(
    documents: Documents,
    files: SiteFiles,
    config: Config,
    visibility: Visibility,
    list_linkable_urls: Callable[[SiteScope], Iterable[str]],
    problems: Problems,
) -> SiteIndex:
    """Return an index of the site that readers can see.

    Drafts and scheduled reports are in no part of it but ``withheld``, unless ``visibility`` shows
    them. A withdrawn report loses its content (``Redactor``). Of the ``files``, the index has those
    that something in it refers to (``AttachmentUses``). ``list_linkable_urls``
    lists the addresses, below the base URL, that authors may link to, except those of reports.
    """
    today = visibility.today
    withheld = tuple(
        WithheldReport(report.path, reason, report.former_ids)
        for report in documents.reports
        if (reason := explain_withholding(report, visibility))
    )
    hidden = {entry.path: entry.reason for entry in withheld}
    whole = sorted(
        (report for report in documents.reports if report.path not in hidden),
        key=lambda report: report.order,
    )
    redactor = Redactor(config)
    visible = [redactor.redact_metadata(report) for report in whole]
    relations = relate_meetings(documents.reports, whole, visible, config, visibility, problems)
    reports = [report for report in visible if report.id not in relations.agendas]
    topics = list_known_topics(reports, config)
    scope = SiteScope(
        config,
        tuple(sorted({report.date.year for report in reports})),
        tuple(topics),
        tuple(page.url for page in documents.pages),
    )
    urls = list_linkable_urls(scope)
    targets = LinkTargets(documents, visible, hidden, files.attachments, config, urls)
    resolver = Resolver(targets, problems)
    check_topics(documents.reports, config, problems)

    resolved = {report.id: resolver.resolve_report(report) for report in visible}
    uses = _collect_uses(files, targets, resolver, resolved, whole)
    answers = match_outcomes(documents.reports, visible, config.site.boards, problems)
    visible = [_fill_report(report, resolved[report.id]) for report in visible]
    backlinks: dict[str, list[str]] = defaultdict(list)
    for report in visible:
        for target in dict.fromkeys(resolved[report.id].targets):
            if target != report.id:
                backlinks[target].append(report.id)

    withdrawn = {report.id for report in visible if report.front.withdrawn}
    answers_by_asking_report: dict[str, list[Answer]] = defaultdict(list)
    answers_by_recording_report: dict[str, list[Answer]] = defaultdict(list)
    for answer in _fill_answers(answers, resolved):
        if withdrawn & {answer.ask_report, answer.report}:
            continue
        answers_by_asking_report[answer.ask_report].append(answer)
        answers_by_recording_report[answer.report].append(answer)

    reports = [report for report in visible if report.id not in relations.agendas]
    threads = build_threads(reports, topics, relations.first_reports)
    mentions = group_mentions_by_report(threads)
    summaries = _choose_summaries(visible)
    by_id: dict[str, LinkedReport] = {}
    for report in visible:
        before, after = relations.chains[report.board].get_neighbours(report)
        state, *further_states = relations.states.get(report.id) or (None,)
        resolved_references = resolved[report.id]
        people = documents.people.get(report.path)
        overrides = redactor.compute_overrides(
            report, people, resolved_references, summaries.get(report.id, 0)
        )
        view_digests = compute_view_digests(documents.entries[report.path], overrides)
        by_id[report.id] = LinkedReport(
            report,
            overrides,
            redactor.identify_people(report, people, overrides),
            view_digests,
            make_report_inputs(report.path, view_digests),
            before,
            after,
            state,
            relations.announced.get(report.id),
            tuple(compute_ask_states(report, answers_by_asking_report[report.id], today))
            if report.front.feedback
            else (),
            tuple(answers_by_recording_report.get(report.id, ())),
            tuple(backlinks.get(report.id, ())),
            mentions.get(report.id, ()),
            tuple(further_states),
            report.id in relations.first_reports,
            relations.other_reports.get(report.id, ()),
            relations.list_other_chains(report, config),
        )
    pages = []
    for page in documents.pages:
        resolved_references = resolver.resolve_page(page)
        uses.add_published(resolved_references.files)
        pages.append(_link_page(page, resolved_references))
    filled_config = _fill_notice(config, resolver, uses)
    meetings, ledger = apply_ledger(
        relations.meetings,
        visibility.ledger,
        {report.id: report for report in visible},
        config,
        today,
    )
    published_files, unpublished_files = uses.choose(problems)
    return SiteIndex(
        filled_config,
        today,
        tuple([by_id[report.id] for report in reports]),
        tuple([linked for id_, linked in by_id.items() if id_ in relations.agendas]),
        tuple(pages),
        published_files,
        unpublished_files,
        withheld,
        by_id,
        threads,
        meetings,
        relations.undated,
        relations.moved,
        ledger,
        tuple(list_retractions(whole, answers, topics, config)),
        files.form,
    )


def _choose_summaries(visible: Iterable[ReportMetadata]) -> dict[str, int]:
    """Return the numbers of the reports' summaries where it is not the first.

    A paragraph that other reports have, too, does not say what this one is about.
    """
    uses = Counter(summary for report in visible for summary in set(report.summaries))
    numbers = {}
    for report in visible:
        own = (number for number, summary in enumerate(report.summaries) if uses[summary] == 1)
        if number := next(own, 0):
            numbers[report.id] = number
    return numbers


def _collect_uses(
    files: SiteFiles,
    targets: LinkTargets,
    resolver: Resolver,
    resolved: Mapping[str, ResolvedReferences],
    whole: list[ReportMetadata],
) -> AttachmentUses:
    """Return which files the reports refer to; check the references of those that are withheld."""
    uses = AttachmentUses(files, targets.config)
    for report in targets.visible:
        uses.add_report(report, resolved[report.id].files)
    for report in targets.documents.reports:
        if report.path in targets.hidden:
            paths = resolver.resolve_report(report).files
            uses.add_unpublished(report, paths, targets.hidden[report.path])
    uses.add_withdrawn(targets, whole)
    return uses


def _fill_notice(config: Config, resolver: Resolver, uses: AttachmentUses) -> Config:
    """Return the configuration with the links in the site's notice resolved."""
    notice = config.site.notice
    if notice is None or not config.notice_references:
        return config
    positions = {
        f"references.{number}": config.notice_position
        for number in range(len(config.notice_references))
    }
    source = Page(
        "",
        "site.yaml",
        config.site.title,
        nav=False,
        footer=False,
        body=Body(references=config.notice_references),
        encoded_positions=msgspec.msgpack.encode(positions),
    )
    resolved = resolver.resolve_page(source)
    uses.add_published(resolved.files)
    filled = fill_text(notice, tuple(resolved.urls), "")
    return replace(config, site=replace(config.site, notice=filled))


def _fill_report(report: ReportMetadata, resolved: ResolvedReferences) -> ReportMetadata:
    """Return a report with the links in the texts of its front matter resolved."""
    if not resolved.text_urls:
        return report
    return replace(report, front=fill_texts(report.front, tuple(resolved.text_urls), report.url))


def _fill_answers(
    answers: Iterable[Answer], resolved: Mapping[str, ResolvedReferences]
) -> Iterator[Answer]:
    """Yield answers with the links in their texts resolved."""
    for answer in answers:
        if urls := tuple(resolved[answer.report].text_urls):
            outcome = fill_text(answer.outcome, urls, make_report_url(answer.report))
            yield replace(answer, outcome=outcome)
        else:
            yield answer


def _link_page(page: Page, references: ResolvedReferences) -> LinkedPage:
    labels = tuple(references.labels)
    return LinkedPage(
        redact_labels(page, labels), make_html_input(page), tuple(references.urls), labels
    )


def explain_withholding(report: ReportMetadata, visibility: Visibility) -> str:
    """Return why readers cannot see a report, '' if they can."""
    if report.front.draft and not visibility.drafts:
        return "draft"
    front = report.front
    if front.published is None and (is_agenda(report) or front.withdrawn):
        return ""
    if report.published > visibility.today and not visibility.scheduled:
        return f"scheduled for {format_written(report.published)}"
    return ""
