"""Resolve references to reports, pages, sections and files."""

import posixpath
import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, unquote

import msgspec
from slugify import slugify

from lscbsite.markup import make_written_name
from lscbsite.markup.report_names import explain_date, list_report_ids, looks_like_report
from lscbsite.model import (
    Attachment,
    Config,
    Documents,
    Page,
    Reference,
    ReportMetadata,
)
from lscbsite.problems import ComparisonBudget, KnownNames, Problems, ask_whether_meant, quote_value


class ResolvedReferences:
    """The addresses and labels of one body's references, and the reports it refers to."""

    def __init__(self) -> None:
        self.urls: list[str | None] = []
        self.labels: list[str] = []
        self.targets: list[str] = []


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
        self._by_address = {f"reports/{report.id}": report for report in visible}
        self._language = config.site.language
        self._boards = config.site.boards
        self._pages = {page.path: page for page in documents.pages}
        self._hidden = targets.hidden
        self._files = {attachment.path for attachment in targets.attachments}
        self._urls = {unquote(url).rstrip("/"): url for url in targets.urls}
        self._problems = problems
        self._anchors: dict[int, _Anchors] = {}  # by the identity of the document
        self._comparisons = ComparisonBudget()
        # The document that is being resolved, and the numbers of its references by identity.
        self._source: ReportMetadata | Page | None = None
        self._numbers: dict[int, int] = {}
        # Known names, to suggest one in place of an unknown name.
        self._report_names: dict[tuple[str, str], KnownNames] = {}
        self._markdown_paths = KnownNames([*self._by_path, *self._pages], self._comparisons)
        self._attachment_paths = KnownNames(self._files, self._comparisons)

    def resolve_report(self, report: ReportMetadata) -> ResolvedReferences:
        """Resolve the references of a report, in their order."""
        return self._resolve(report, report.board)

    def resolve_page(self, page: Page) -> ResolvedReferences:
        """Resolve the references of a page, in their order."""
        return self._resolve(page, "")

    def _resolve(self, source: ReportMetadata | Page, board: str) -> ResolvedReferences:
        if not source.references:
            return _NOTHING
        result = ResolvedReferences()
        self._source = source
        self._numbers = {
            id(reference): number for number, reference in enumerate(source.references)
        }
        for reference in source.references:
            if reference.kind == "name":
                url, label = self._resolve_name(source, reference, board, result)
            else:
                url, label = self._resolve_path(source, reference, result)
            result.urls.append(url)
            result.labels.append(label)
        return result

    def _report_problem(
        self,
        reference: Reference,
        code: str,
        found: str,
        expected: str,
        fix: str,
    ) -> None:
        assert self._source is not None
        number = self._numbers[id(reference)]
        self._problems.add(
            self._source.make_problem(f"references.{number}", code, found, expected, fix)
        )

    def _get_anchors(self, document: ReportMetadata | Page) -> "_Anchors":
        """Return the ids in a report or page, read once for each."""
        known = self._anchors.get(id(document))
        if known is None:
            known = self._anchors[id(document)] = _Anchors(document, self._comparisons)
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
        candidates = [
            candidate
            for id_ in list_report_ids(name, languages)
            for candidate in (f"{board}/{id_}" if board else id_, id_)
        ]
        target = next((self._reports[c] for c in candidates if c in self._reports), None)
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

    def _resolve_path(
        self, source: ReportMetadata | Page, reference: Reference, result: ResolvedReferences
    ) -> tuple[str | None, str]:
        target = reference.target
        if not target:
            return self._resolve_anchor(source, reference), ""
        if target.startswith("/"):
            path = posixpath.normpath(target).lstrip("/")
        else:
            path = posixpath.normpath(posixpath.join(posixpath.dirname(source.path), target))
        if report := self._by_path.get(path) or (
            self._by_address.get(path) if target.startswith("/") else None
        ):
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
        if path in self._files:
            return quote(path) + fragment, posixpath.basename(path)
        if target.startswith("/"):
            url = self._urls.get("" if path == "." else path)
            if url is not None:
                return url + fragment, target
        if path.endswith(".md"):
            otherwise = "look the name up in reports/ or pages/"
            fix = _suggest_link(source, path, self._markdown_paths, otherwise)
            self._report_problem(
                reference,
                "L002",
                f"a link to {quote_value(target)}",
                "a file on this site",
                fix,
            )
        elif path.startswith("files/"):
            fix = _suggest_link(
                source, path, self._attachment_paths, "put the file into the folder files"
            )
            self._report_problem(
                reference,
                "L004",
                f"a link to {quote_value(target)}",
                "a file in files/",
                fix,
            )
        else:
            expected = "a report or page (.md), a file in files/, or a full address"
            fix = "complete the address; until then, readers see the words without a link"
            found = f"a {'picture' if reference.picture else 'link'} to {quote_value(target)}"
            self._report_problem(reference, "L005", found, expected, fix)
        return None, target

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
        if target.board in self._boards and target.board != getattr(source, "board", ""):
            name = f"{name} ({self._boards[target.board].name})"
        if not reference.fragment or target.front.withdrawn:
            return url, name
        anchors = self._get_anchors(target)
        if reference.fragment in anchors.asks:
            return f"{url}#{quote(reference.fragment, safe=':')}", name
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


def _suggest_link(
    source: ReportMetadata | Page, path: str, known: KnownNames, otherwise: str
) -> str:
    """Suggest a link to the most similar path, relative to ``source``."""
    nearest_path = known.find_near(path)
    if nearest_path is None:
        return otherwise
    return ask_whether_meant(posixpath.relpath(nearest_path, posixpath.dirname(source.path)))


# More headings than these are not listed in a message.
_LISTED = 20


class _Anchors:
    """The ids in a report or page that links may lead to."""

    def __init__(self, document: ReportMetadata | Page, comparisons: ComparisonBudget) -> None:
        self._sections = document.sections
        self._ids: set[str] = set()
        # The first section with this name at a git host, and the one with this id.
        self._by_name: dict[str, int] = {}
        self._by_id: dict[str, int] = {}
        self.titles: dict[str, str] = {}
        for number, section in enumerate(self._sections):
            self._ids.update((section.id, *section.anchors))
            self.titles.setdefault(section.id, section.title)
            if section.id:
                self._by_name.setdefault(_make_host_slug(section.title), number)
                self._by_id.setdefault(section.id, number)
        known = list(self._by_id)
        self.known_ids = KnownNames(known, comparisons)
        more = f" and {len(known) - _LISTED} more" if len(known) > _LISTED else ""
        listed = ", ".join(known[:_LISTED])
        self.headings_text = f"its headings are {listed}{more}" if known else "it has no headings"
        asks = document.front.feedback if isinstance(document, ReportMetadata) else ()
        self.asks = {f"ask:{ask.id}" for ask in asks}

    def find_anchor(self, fragment: str) -> str | None:
        """Find the id that a fragment means: an id, or a heading as a git host names it."""
        wanted = re.sub(r"^user-content-", "", fragment)
        if wanted in self._ids:
            return wanted
        numbers = (self._by_name.get(wanted.casefold()), self._by_id.get(slugify(wanted)))
        number = min((number for number in numbers if number is not None), default=None)
        return None if number is None else self._sections[number].id


def _make_host_slug(title: str) -> str:
    """Return the id that git hosts give a heading: lower case, without punctuation, '-' for spaces."""
    return re.sub(r"[^\w\- ]", "", title.casefold()).replace(" ", "-")
