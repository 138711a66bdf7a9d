"""Read what a new report takes from a site: its settings, its reports, and what is still open."""

import datetime as dt
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from lscbsite.config import load_config
from lscbsite.context import BuildContext
from lscbsite.incremental.fingerprint import digest_program
from lscbsite.incremental.store import Store
from lscbsite.index import SiteFiles, Visibility, build_index, fill_former_ids
from lscbsite.model import Attachment, Config, Documents, ReportMetadata, SiteIndex, Source, Sources
from lscbsite.outputs import list_linkable_urls
from lscbsite.parsing.documents import load_documents, parse
from lscbsite.problems import Problems
from lscbsite.progress import Progress
from lscbsite.scan import read_contents, scan
from lscbsite.workers import Workers


class SiteFacts(NamedTuple):
    """A site with all of its reports, drafts and scheduled ones included."""

    config: Config
    documents: Documents
    site: SiteIndex

    def list_reports(self, board: str) -> list[ReportMetadata]:
        """Return the reports and agendas of a board's meetings, in order of meeting."""
        reports = (report for report in self.documents.reports if board in report.boards)
        return sorted(reports, key=lambda report: report.order)


def load_facts(site_dir: Path, today: dt.date, jobs: int, problems: Problems) -> SiteFacts:
    """Read a site as it is on a day, and change nothing in its folder.

    Raises:
        ProblemsFoundError: the site has errors, which are in ``problems``.

    """
    program = digest_program()
    store, workers = Store(None, program), Workers(jobs, None)
    with ExitStack() as closing:
        closing.callback(store.close)
        closing.callback(workers.close)
        context = BuildContext(program, store, workers, problems, Progress(), closing, [])
        sources = scan(site_dir, {}, problems)
        config = load_config(site_dir, sources, problems)
        read = partial(read_contents, site_dir, problems=problems)
        files = parse(context, sources, read, config)
        documents = load_documents(files, store, people=True)
        reports = fill_former_ids(documents.reports, config.site.boards, problems)
        documents = replace(documents, reports=reports)
        index = _build_index(documents, sources, config, today, problems)
    problems.raise_if_errors()
    return SiteFacts(config, documents, index)


def _build_index(
    documents: Documents, sources: Sources, config: Config, today: dt.date, problems: Problems
) -> SiteIndex:
    """Return an index of all reports, as if the last one were published."""
    days = [report.published for report in documents.reports]
    visibility = Visibility(max([today, *days]), drafts=True)
    files = SiteFiles(tuple(map(_make_attachment, sources.attachments)))
    return build_index(documents, files, config, visibility, list_linkable_urls, problems)


def _make_attachment(source: Source) -> Attachment:
    verdict = source.verdict
    assert verdict is not None
    return Attachment(source.path, source.digest, source.size, verdict.picture, verdict.hidden)
