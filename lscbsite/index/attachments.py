"""Decide which files under files/ are published: those that something published refers to."""

import html
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import unquote

import msgspec

from lscbsite.file_names import is_pattern, match_pattern
from lscbsite.index.file_problems import find_faults
from lscbsite.index.references import LinkTargets, Resolver
from lscbsite.model import Attachment, Config, FormFiles, ReportMetadata, UnpublishedFile
from lscbsite.problems import Problems

# Where an address in JSON ends.
_ADDRESS_END = re.compile(r"[\s\"'<>()\[\]{}|\\^`]")
_LONGEST_ADDRESS = 4000


class SiteFiles(NamedTuple):
    """The files under files/, the paths of those that the site's own templates refer to, and the form."""

    attachments: tuple[Attachment, ...]
    in_templates: frozenset[str] = frozenset()
    form: FormFiles | None = None


class AttachmentUses:
    """Collects which files published documents and unpublished reports refer to."""

    def __init__(self, files: SiteFiles, config: Config) -> None:
        self._attachments = files.attachments
        self._paths = {attachment.path for attachment in self._attachments}
        self._patterns = config.site.publish
        self._base = f"{config.site.base_url}files/".encode()
        self._published = {*files.in_templates, *self._find_addresses(config)}
        if config.site.logo is not None:
            self._published.add(config.site.logo)
        if config.site.sharing_picture is not None:
            self._published.add(config.site.sharing_picture.file)
        # The reports that readers cannot see, with the reason, by the files they refer to.
        self._unpublished: dict[str, list[str]] = defaultdict(list)

    def add_published(self, paths: Iterable[str]) -> None:
        """Add files that something published refers to."""
        self._published.update(paths)

    def add_report(self, report: ReportMetadata, paths: Iterable[str]) -> None:
        """Add the files that a published report refers to: ``paths`` are those of its text."""
        self._published.update(paths, self._find_addresses(report.front))

    def add_unpublished(self, report: ReportMetadata, paths: Iterable[str], reason: str) -> None:
        """Add the files that a report which readers cannot see refers to."""
        for path in {*paths, *self._find_addresses(report.front)}:
            self._unpublished[path].append(f"{report.path} ({reason})")

    def add_withdrawn(self, targets: LinkTargets, reports: Iterable[ReportMetadata]) -> None:
        """Add the files that withdrawn reports refer to; ``reports`` still have their contents."""
        withdrawn = [report for report in reports if report.front.withdrawn]
        if withdrawn and self._paths:
            # Nobody has to correct the links of a withdrawn report.
            resolver = Resolver(targets, Problems())
            for report in withdrawn:
                self.add_unpublished(report, resolver.resolve_report(report).files, "withdrawn")

    def choose(
        self, problems: Problems
    ) -> tuple[tuple[Attachment, ...], tuple[UnpublishedFile, ...]]:
        """Return the files that are published, and those that are not; report faults of the first.

        A wildcard in ``publish`` of site.yaml publishes no file of a report that readers cannot
        see: whoever wrote it meant other files.
        """
        exact = {pattern for pattern in self._patterns if not is_pattern(pattern)}
        wildcards = [pattern for pattern in self._patterns if is_pattern(pattern)]
        published, unpublished = [], []
        for attachment in self._attachments:
            path = attachment.path
            reports = self._unpublished.get(path, ())
            if (
                path in self._published
                or path in exact
                or (not reports and any(match_pattern(path, pattern) for pattern in wildcards))
            ):
                published.append(attachment)
                problems.extend(find_faults(attachment))
            else:
                unpublished.append(UnpublishedFile(path, ", ".join(reports)))
        return tuple(published), tuple(unpublished)

    def _find_addresses(self, texts: msgspec.Struct) -> Iterator[str]:
        """Yield the files whose full address on this site is in one of the texts of a struct."""
        if not self._paths:
            return
        data = msgspec.json.encode(texts)
        start = data.find(self._base)
        while start >= 0:
            start += len(self._base)
            rest = data[start : start + _LONGEST_ADDRESS].decode("utf-8", "replace")
            address = _ADDRESS_END.split(rest, maxsplit=1)[0]
            # Punctuation after an address is rarely a part of it.
            for end in (address, re.split("[?#]", address)[0], address.rstrip(".,;:!?")):
                path = f"files/{unquote(html.unescape(end))}"
                if path in self._paths:
                    yield path
            start = data.find(self._base, start)
