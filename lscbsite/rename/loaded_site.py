"""Read a site for a renaming: its documents, settings, and where each reference leads."""

from collections.abc import Collection, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize

import msgspec

from lscbsite.context import BuildContext
from lscbsite.incremental.fingerprint import digest_program
from lscbsite.incremental.store import Store
from lscbsite.index.references import LinkTargets, Resolver
from lscbsite.index.threads import list_known_topics
from lscbsite.model import (
    Attachment,
    Body,
    Config,
    Documents,
    Page,
    ReportMetadata,
    SiteScope,
    Sources,
)
from lscbsite.outputs import list_linkable_urls
from lscbsite.parsing.documents import load_documents, parse
from lscbsite.problems import Problems
from lscbsite.progress import Progress
from lscbsite.rename.file_text import FileText
from lscbsite.scan import read_contents, scan
from lscbsite.source_files import read_file
from lscbsite.workers import Workers


class LoadedSite(NamedTuple):
    """A site's files: ``files`` are the texts that were read, by path.

    ``problems`` are those of the settings.
    """

    folder: Path
    config: Config
    sources: Sources
    documents: Documents
    files: dict[str, FileText]
    problems: Problems

    def read(self, path: str) -> FileText:
        """Return the text of a file; a file is read once.

        Raises:
            RefusedError: it cannot be read, or must not be.

        """
        if path not in self.files:
            self.files[path] = FileText(path, read_file(self.folder, path))
        return self.files[path]

    @property
    def reports(self) -> dict[str, ReportMetadata]:
        """Return the reports by id, as Unicode composes it (NFC)."""
        return {normalize("NFC", report.id): report for report in self.documents.reports}


def load_site(site_dir: Path, cache: Path, jobs: int) -> LoadedSite:
    """Read a site; what cannot be read is left out, as in a build.

    Files that ``cache`` knows are not parsed again, and those that are parsed are added to it.
    """
    from lscbsite.config import load_config

    problems, settings_problems = Problems(), Problems()
    store, workers = Store(cache, digest_program()), Workers(jobs, None)
    with ExitStack() as closing:
        closing.callback(store.close)
        closing.callback(workers.close)
        context = BuildContext(digest_program(), store, workers, problems, Progress(), closing, [])
        sources = scan(site_dir, {}, problems)
        config = load_config(site_dir, sources, settings_problems)
        read = partial(read_contents, site_dir, problems=problems)
        files = parse(context, sources, read, config)
        documents = load_documents(files, store, people=False)
        store.commit()
    return LoadedSite(site_dir, config, sources, documents, {}, settings_problems)


class Resolved(NamedTuple):
    """Where the references of a document lead: addresses below the base URL, None for nowhere.

    ``asks`` are the asks, each with its report's id, that its outcomes are about.
    """

    urls: tuple[str | None, ...]
    asks: tuple[tuple[str, str], ...]


def resolve_all(site: LoadedSite) -> Iterator[tuple[str, Resolved]]:
    """Yield the path of each document with where its references lead, those of drafts included."""
    config, documents = site.config, site.documents
    reports = list(documents.reports)
    scope = SiteScope(
        config,
        tuple(sorted({report.date.year for report in reports})),
        tuple(list_known_topics(reports, config)),
        tuple(page.url for page in documents.pages),
    )
    attachments = tuple(
        Attachment(source.path, source.digest, source.size) for source in site.sources.attachments
    )
    urls = list(list_linkable_urls(scope))
    targets = LinkTargets(documents, reports, {}, attachments, config, urls)
    resolver = Resolver(targets, Problems())
    ids = site.reports.keys()
    for report in reports:
        found = resolver.resolve_report(report)
        leads_to = (*found.urls, *found.text_urls)
        yield report.path, Resolved(leads_to, tuple(_list_asks(report, ids)))
    for page in (*documents.pages, make_notice_page(config)):
        found = resolver.resolve_page(page)
        yield page.path, Resolved(tuple(found.urls), ())


def _list_asks(report: ReportMetadata, ids: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the asks that a report's outcomes are about, with '' for an unknown report."""
    for outcome in report.front.outcomes:
        name, _, ask = outcome.ask.rpartition("/")
        yield next((id_ for id_ in (name, f"{report.board}/{name}") if id_ in ids), ""), ask


def make_notice_page(config: Config) -> Page:
    """Return the site's notice as a page, for its references."""
    positions = {
        f"references.{number}": config.notice_position
        for number in range(len(config.notice_references))
    }
    return Page(
        "",
        "site.yaml",
        config.site.title,
        nav=False,
        footer=False,
        body=Body(references=config.notice_references),
        encoded_positions=msgspec.msgpack.encode(positions),
    )
