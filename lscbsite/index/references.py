"""Resolve references to reports, pages, sections and files."""

import posixpath
from collections.abc import Iterable, Mapping
from unicodedata import normalize
from urllib.parse import quote, unquote

import msgspec

from lscbsite.index.anchors import Anchors
from lscbsite.index.file_problems import explain_unseen, make_size_label
from lscbsite.index.names import (
    add_composed,
    index_former_files,
    index_other_names,
    list_former_urls,
)
from lscbsite.index.unknown_links import UnknownLinks, make_site_path
from lscbsite.markup import make_written_name, strip_base_url
from lscbsite.markup.report_names import explain_date, list_report_ids, looks_like_report
from lscbsite.model import (
    Attachment,
    Config,
    Documents,
    Page,
    Reference,
    ReportMetadata,
)
from lscbsite.problems import ComparisonBudget, KnownNames, Problems, quote_value


class ResolvedReferences:
    """The addresses and labels of one document's references, and the reports and files it refers to.

    ``text_urls`` are the addresses of those in texts of its front matter.
    """

    def __init__(self) -> None:
        self.urls: list[str | None] = []
        self.labels: list[str] = []
        self.text_urls: list[str | None] = []
        self.targets: list[str] = []
        self.files: list[str] = []


_NOTHING = ResolvedReferences()


class LinkTargets(msgspec.Struct, frozen=True):
    """Everything that references can lead to.

    ``hidden`` has, by path, the reason why readers cannot see a report. ``urls`` are the other
    addresses that authors may link to.
    """

    documents: Documents
    visible: list[ReportMetadata]
    hidden: Mapping[str, str]
    attachments: tuple[Attachment, ...]
    config: Config
    urls: Iterable[str]


class Resolver:
    """Resolves references, and reports those that lead nowhere."""

    def __init__(self, targets: LinkTargets, problems: Problems) -> None:
        documents, visible, config = targets.documents, targets.visible, targets.config
        self._reports = {report.id: report for report in documents.reports}
        self._by_path = {report.path: report for report in documents.reports}
        self._reports.update((report.id, report) for report in visible)
        self._by_path.update((report.path, report) for report in visible)
        # A Mac may store the letters of a name in another form than the text that names it.
        self._reports |= add_composed(self._reports)
        self._by_path |= add_composed(self._by_path)
        self._by_address = {f"reports/{report.id}": report for report in visible}
        self._language = config.site.language
        self._boards = config.site.boards
        shown = [self._reports[report.id] for report in documents.reports]
        self._by_other_name = index_other_names(shown, self._boards)
        self._by_former_file = index_former_files(shown, self._boards)
        self._former_urls = list_former_urls(config)
        self._base_url = config.site.base_url
        self._former_base_urls = config.site.formerly
        self._picture_width = config.site.picture_width
        self._pages = {page.path: page for page in documents.pages}
        self._pages |= add_composed(self._pages)
        self._hidden = targets.hidden
        self._files = {
            normalize("NFC", attachment.path): attachment for attachment in targets.attachments
        }
        self._urls = {unquote(url).rstrip("/"): url for url in targets.urls}
        self._problems = problems
        self._anchors: dict[int, Anchors] = {}  # by the identity of the document
        self._comparisons = ComparisonBudget()
        # The document that is being resolved, and the names of its references' parts, by identity.
        self._source: ReportMetadata | Page | None = None
        self._parts: dict[int, str] = {}
        # Known names, to suggest one in place of an unknown name.
        self._report_names: dict[tuple[str, str], KnownNames] = {}
        self._unknown_links = UnknownLinks(
            [attachment.path for attachment in targets.attachments],
            [*self._by_path, *self._pages],
            self._comparisons,
        )

    def resolve_report(self, report: ReportMetadata) -> ResolvedReferences:
        """Resolve the references of a report, in their order."""
        return self._resolve(report, report.board)

    def resolve_page(self, page: Page) -> ResolvedReferences:
        """Resolve the references of a page, in their order."""
        return self._resolve(page, "")

    def _resolve(self, source: ReportMetadata | Page, board: str) -> ResolvedReferences:
        in_texts = source.text_references if isinstance(source, ReportMetadata) else ()
        if not source.references and not in_texts:
            return _NOTHING
        result = ResolvedReferences()
        self._source = source
        self._parts = {
            id(reference): f"references.{number}"
            for number, reference in enumerate(source.references)
        }
        self._parts |= {id(entry.reference): entry.field for entry in in_texts if entry}
        for reference in source.references:
            url, label = self._resolve_reference(source, reference, board, result)
            result.urls.append(url)
            result.labels.append(label)
        for entry in in_texts:
            url = None
            if entry:
                url, _ = self._resolve_reference(source, entry.reference, board, result)
            result.text_urls.append(url)
        return result

    def _resolve_reference(
        self,
        source: ReportMetadata | Page,
        reference: Reference,
        board: str,
        result: ResolvedReferences,
    ) -> tuple[str | None, str]:
        """Return the address and the label of a reference; add what it refers to to the result."""
        if reference.kind == "address":
            url = self._resolve_address(source, reference, result)
            return url, reference.target
        if reference.kind == "name":
            return self._resolve_name(source, reference, board, result)
        return self._resolve_path(source, reference, result)

    def _report_problem(
        self,
        reference: Reference,
        code: str,
        found: str,
        expected: str,
        fix: str,
    ) -> None:
        assert self._source is not None
        part = self._parts[id(reference)]
        self._problems.add(self._source.make_problem(part, code, found, expected, fix))

    def _get_anchors(self, document: ReportMetadata | Page) -> Anchors:
        """Return the ids in a report or page, read once for each."""
        known = self._anchors.get(id(document))
        if known is None:
            known = self._anchors[id(document)] = Anchors(document, self._comparisons)
        return known

    def _resolve_name(
        self,
        source: ReportMetadata | Page,
        reference: Reference,
        board: str,
        result: ResolvedReferences,
    ) -> tuple[str | None, str]:
        name = reference.target
        language = source.front.language if isinstance(source, ReportMetadata) else None
        languages = [language, self._language] if language else [self._language]
        if not name and isinstance(source, ReportMetadata):
            name = source.id
        name = normalize("NFC", name)
        candidates = [
            candidate
            for id_ in list_report_ids(name, languages)
            for candidate in (f"{board}/{id_}" if board else id_, id_)
        ]
        target = self._find_report(candidates)
        label = f"{name}#{reference.fragment}" if reference.fragment else name
        if not reference.target and not reference.fragment:
            target, label = None, ""
        if target is not None:
            return self._resolve_report_link(source, reference, target, result)
        if (source.path, board) not in self._report_names:
            known_names = [
                known_report.id
                for known_report in self._reports.values()
                if known_report.path != source.path
            ]
            if board:
                known_names += [
                    known_report.removeprefix(f"{board}/") for known_report in known_names
                ]
            self._report_names = {(source.path, board): KnownNames(known_names, self._comparisons)}
        known_reports = self._report_names[source.path, board]
        written = make_written_name(label)
        if name and not looks_like_report(name, languages, known_reports):
            # Numbers, as in "v = [[1, 2]]", are not words that somebody forgot to link.
            if name[0].isalpha():
                self._report_problem(
                    reference,
                    "L008",
                    f"{quote_value(written)}, shown as it is written",
                    "a reference to a report, such as [[2012-11-13]]",
                    "take the brackets out, or write a link: [words](address)",
                )
            return None, written
        meant = candidates[-1]
        fix = "" if known_reports.find_near(meant) else explain_date(name, languages)
        self._report_problem(
            reference,
            "L001",
            f"a reference to {quote_value(written)}",
            "the name of a report's file without .md",
            fix or known_reports.suggest_nearest(meant, "look the name up in the folder reports/"),
        )
        return None, label

    def _find_report(self, names: Iterable[str]) -> ReportMetadata | None:
        """Find the report with one of these names; what it is called now comes first."""
        for by_name in (self._reports, self._by_other_name):
            for name in names:
                if report := by_name.get(name):
                    return report
        return None

    def _find_report_at(self, path: str, *, page: bool) -> ReportMetadata | None:
        """Find the report whose file is, or was, at a path; with ``page`` its page will do as well."""
        if report := self._by_path.get(path) or (self._by_address.get(path) if page else None):
            return report
        name = path.removeprefix("reports/")
        if name == path or not (page or path.endswith(".md")):
            return None
        return self._by_former_file.get(name.removesuffix(".md"))

    def _find_url(self, path: str) -> str | None:
        """Find an address of this site, which may be one that a board or topic had earlier."""
        kind, _, rest = path.partition("/")
        id_, slash, below = rest.partition("/")
        if current := self._former_urls.get(f"{kind}/{id_}"):
            path = f"{current}{slash}{below}"
        return self._urls.get("" if path == "." else path)

    def _resolve_path(
        self, source: ReportMetadata | Page, reference: Reference, result: ResolvedReferences
    ) -> tuple[str | None, str]:
        target = reference.target
        if not target:
            return self._resolve_anchor(source, reference), ""
        path = normalize("NFC", make_site_path(source.path, target))
        if report := self._find_report_at(path, page=target.startswith("/")):
            return self._resolve_report_link(source, reference, report, result)
        fragment = f"#{quote(reference.fragment)}" if reference.fragment else ""
        if page := self._pages.get(path):
            if not fragment:
                return page.url, page.title
            anchor = self._get_anchors(page).find_anchor(reference.fragment)
            if anchor is None:
                self._report_missing_section(reference, page.path, page)
                return page.url, page.title
            return f"{page.url}#{quote(anchor)}", page.title
        if attachment := self._files.get(path):
            if reference.picture and (problem := explain_unseen(attachment, target)):
                self._report_problem(reference, *problem)
                return None, ""
            result.files.append(attachment.path)
            label = posixpath.basename(path)
            if reference.picture:
                label = make_size_label(attachment.picture, self._picture_width)
            return quote(attachment.path) + fragment, label
        if target.startswith("/") and (url := self._find_url(path)) is not None:
            return url + fragment, target
        unknown = self._unknown_links.explain(source.path, path, reference)
        self._report_problem(reference, *unknown)
        # Nobody corrects the links of a withdrawn report, but the files belong to it all the same.
        meant = self._unknown_links.find_meant(source.path, target)
        result.files += [meant] if meant else []
        return None, target

    def _resolve_address(
        self, source: ReportMetadata | Page, reference: Reference, result: ResolvedReferences
    ) -> str | None:
        """Return a full address, or what it leads to on this site.

        That is a file in files/ or, with an earlier address of the site, also a page.
        """
        address = reference.target
        is_current = address.startswith(self._base_url)
        rest = address.removeprefix(self._base_url) if is_current else None
        if rest and (url := self._find_file(rest, result)):
            return url
        rest = strip_base_url(address, self._former_base_urls)
        if rest is None:
            return address
        if url := self._find_file(rest, result):
            return url
        path, mark, fragment = rest.partition("#")
        path = (
            normalize("NFC", unquote(path.partition("?")[0])).removesuffix("index.html").rstrip("/")
        )
        if report := self._find_report_at(path, page=True):
            there = Reference("path", path, unquote(fragment))
            self._parts[id(there)] = self._parts[id(reference)]
            return self._resolve_report_link(source, there, report, result)[0]
        if (found := self._find_url(path)) is not None:
            return found + mark + fragment
        if not is_current:
            self._report_problem(
                reference,
                "L021",
                f"a link to {quote_value(address)}, an earlier address of this site",
                "the address of a page of this site",
                "correct it, or take it out; until then, it leads to the old address",
            )
        return address

    def _find_file(self, path: str, result: ResolvedReferences) -> str | None:
        """Return the address of a file in files/ at a path below a base URL, with its fragment."""
        path, mark, fragment = path.partition("#")
        if not path.startswith("files/"):
            return None
        attachment = self._files.get(normalize("NFC", unquote(path.partition("?")[0])))
        if attachment is None:
            return None
        result.files.append(attachment.path)
        return quote(attachment.path) + mark + fragment

    def _resolve_anchor(self, source: ReportMetadata | Page, reference: Reference) -> str | None:
        """Resolve a link within the page; '#' and '#top' mean its start (HTML 7.4.6.4)."""
        if reference.fragment.casefold() in ("", "top"):
            return "#top"
        anchors = self._get_anchors(source)
        anchor = anchors.find_anchor(reference.fragment)
        if anchor is None:
            suggestion = anchors.known_ids.suggest(reference.fragment)
            self._report_problem(
                reference,
                "L005",
                f"a link to {quote_value('#' + reference.fragment)}",
                "the id of a heading on this page",
                suggestion or "correct it; until then, readers see the words without a link",
            )
            return None
        return f"#{quote(anchor)}"

    def _resolve_report_link(
        self,
        source: ReportMetadata | Page,
        reference: Reference,
        target: ReportMetadata,
        result: ResolvedReferences,
    ) -> tuple[str | None, str]:
        reason = self._hidden.get(target.path)
        hidden_reason = isinstance(source, ReportMetadata) and self._hidden.get(source.path)
        if reason and not hidden_reason and source.path != target.path:
            self._report_problem(
                reference,
                "L007",
                f'a link to "{target.id}", which is not published ({reason})',
                "a report that readers can see",
                "link to it once it is published",
            )
            return None, target.id
        result.targets.append(target.id)
        url, name = target.url, target.title
        if target.board in self._boards and getattr(source, "board", "") not in target.boards:
            name = f"{name} ({self._boards[target.board].name})"
        if not reference.fragment or target.front.withdrawn:
            return url, name
        anchors = self._get_anchors(target)
        anchor = anchors.find_anchor(reference.fragment)
        if anchor is None:
            if not target.broken:
                self._report_missing_section(reference, target.id, target)
            return url, name
        title = anchors.titles.get(anchor, "")
        if title and source.path == target.path:
            return f"#{quote(anchor)}", title
        return f"{url}#{quote(anchor)}", f"{name}: {title}" if title else name

    def _report_missing_section(
        self, reference: Reference, name: str, target: ReportMetadata | Page
    ) -> None:
        anchors = self._get_anchors(target)
        fix = anchors.known_ids.suggest(reference.fragment) or anchors.headings_text
        found = f'a reference to "#{reference.fragment}" in "{name}"'
        self._report_problem(reference, "L003", found, "the id of a heading there", fix)
