"""Mend the references to what is renamed, in texts of reports, pages and settings."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from unicodedata import normalize
from urllib.parse import quote

from lscbsite.index.unknown_links import make_site_path
from lscbsite.markup.report_names import list_report_ids
from lscbsite.model import Page, Position, Reference, ReportMetadata
from lscbsite.rename.file_text import Edit, FileText
from lscbsite.rename.loaded_site import LoadedSite, make_notice_page
from lscbsite.rename.renaming import Renaming
from lscbsite.rename.yaml_text import YamlText

# What would end an address in Markdown, or mean something else in it.
_UNSAFE = re.compile(r'[\s()<>\[\]#?%"\\|]')
# A label may be long; a link does not go on for ever.
_FARTHEST = 4000


class Unmended(NamedTuple):
    """A reference that could not be found in its file, and what to write there."""

    path: str
    position: Position
    wanted: str


class ReferenceMender:
    """Finds the references that lead to renamed things, or that are in a moved file."""

    def __init__(self, site: LoadedSite, renaming: Renaming) -> None:
        self._site, self._renaming = site, renaming
        self._boards_after = {renaming.get_board(board) for board in site.config.site.boards}
        self._root = renaming.find_root_board(site)
        # The names of reports with their ids, before and after.
        self._names: dict[str, str] = {}
        self._names_after: dict[str, str] = {}
        self._reports = site.reports
        for id_, report in self._reports.items():
            new_id = normalize("NFC", renaming.get_id(report.id))
            self._names[id_], self._names_after[new_id] = id_, new_id
            if self._root and report.board == self._root:
                self._names.setdefault(f"{self._root}/{id_}", id_)
            board = self._find_board_after(report)
            if self._root and board == renaming.get_board(self._root):
                self._names_after.setdefault(f"{board}/{new_id}", new_id)
        self._paths = {
            normalize("NFC", path): path
            for path in (
                *(report.path for report in site.documents.reports),
                *(page.path for page in site.documents.pages),
                *(source.path for source in site.sources.attachments),
            )
        }
        self._by_address = {f"reports/{id_}": report for id_, report in self._reports.items()}
        self._prefix = ("", "")
        if renaming.kind in ("board", "topic"):
            folder = f"{renaming.kind}s"
            self._prefix = (f"{folder}/{renaming.old}", f"{folder}/{renaming.new}")

    def list_edits(self) -> Iterator[tuple[str, Edit] | Unmended]:
        """Yield the changes of references, each with the path of its file (before it is moved)."""
        for report in self._site.documents.reports:
            for number, reference in enumerate(report.references):
                position = report.find_position(f"references.{number}")
                yield from self._mend(report, reference, position)
            yield from self._mend_front_matter(report)
        for page in self._site.documents.pages:
            for number, reference in enumerate(page.references):
                position = page.find_position(f"references.{number}")
                yield from self._mend(page, reference, position)
        notice = make_notice_page(self._site.config)
        texts = [
            (reference, notice.find_position("references.0")) for reference in notice.references
        ]
        yield from self._mend_texts(notice, texts)

    def find_report(self, source: ReportMetadata | Page, name: str) -> ReportMetadata | None:
        """Return the report that a name means in a document, None if there is none."""
        board = source.board if isinstance(source, ReportMetadata) else ""
        name = normalize("NFC", name)
        id_ = _choose(name, board, self._list_languages(source), self._names)
        return self._reports[id_] if id_ else None

    def write_name(
        self, source: ReportMetadata | Page, written: str, target: ReportMetadata
    ) -> str | None:
        """Return how a document must name a report afterwards, None if as it does now."""
        board = self._find_board_after(source)
        new_id = normalize("NFC", self._renaming.get_id(target.id))
        languages = self._list_languages(source)
        if _choose(normalize("NFC", written), board, languages, self._names_after) == new_id:
            return None
        with_root = f"{self._renaming.get_board(self._root)}/{new_id}"
        if written.startswith(f"{self._root}/") and self._names_after.get(with_root) == new_id:
            return with_root
        short = new_id.removeprefix(f"{board}/") if board else new_id
        was_short = f"{target.board}/" in target.id and not written.startswith(f"{target.board}/")
        return short if was_short or short == new_id else new_id

    def _find_board_after(self, source: ReportMetadata | Page) -> str:
        if isinstance(source, Page):
            return ""
        folder = self._renaming.get_id(source.id).partition("/")[0]
        return folder if folder in self._boards_after else self._renaming.get_board(self._root)

    def _list_languages(self, source: ReportMetadata | Page) -> list[str]:
        own = source.front.language if isinstance(source, ReportMetadata) else None
        return [own, self._site.config.site.language] if own else [self._site.config.site.language]

    def _mend(
        self, source: ReportMetadata | Page, reference: Reference, position: Position
    ) -> Iterator[tuple[str, Edit] | Unmended]:
        wanted = self._find_wanted(source, reference)
        if wanted is None:
            return
        file = self._site.read(source.path)
        start = file.find(position)
        if reference.kind == "name":
            span = _find_name(file, start, reference.target)
        else:
            span = _find_address(file.text, start, start + _FARTHEST, reference.target)
        if span is None:
            yield Unmended(source.path, position, wanted)
        else:
            yield source.path, _make_edit(file, span, reference, wanted)

    def _mend_front_matter(self, report: ReportMetadata) -> Iterator[tuple[str, Edit] | Unmended]:
        texts = [
            (entry.reference, report.find_position(entry.field))
            for entry in report.text_references
            if entry
        ]
        yield from self._mend_texts(report, texts)

    def _mend_texts(
        self, source: ReportMetadata | Page, texts: list[tuple[Reference, Position]]
    ) -> Iterator[tuple[str, Edit] | Unmended]:
        """Mend links in texts of YAML, each of which has the position of its text."""
        found = [(self._find_wanted(source, reference), reference, at) for reference, at in texts]
        if not any(wanted is not None for wanted, _, _ in found):
            return
        file = self._site.read(source.path)
        yaml = YamlText(file)
        ends: dict[Position, int] = {}
        for wanted, reference, position in found:
            scalar = yaml.find_at(file.find(position))
            start, end = yaml.get_span(scalar) if scalar else (0, 0)
            start = ends.get(position, start)
            span = _find_address(file.text, start, end, reference.target)
            if span:
                ends[position] = span[1]
            if wanted is not None:
                if span:
                    yield source.path, _make_edit(file, span, reference, wanted)
                else:
                    yield Unmended(source.path, position, wanted)

    def _find_wanted(self, source: ReportMetadata | Page, reference: Reference) -> str | None:
        """Return what a reference must be afterwards, None if it may stay."""
        target = reference.target
        if not target or reference.kind == "address":
            return None
        if reference.kind == "name":
            report = self.find_report(source, target)
            return self.write_name(source, target, report) if report else None
        if target.startswith("/"):
            return self._move_rooted(target)
        path = normalize("NFC", make_site_path(source.path, target))
        if path not in self._paths:
            return None
        new_path = self._renaming.get_path(self._paths[path])
        new_source = self._renaming.get_path(source.path)
        if make_site_path(new_source, target) == normalize("NFC", new_path):
            return None
        relative = posixpath.relpath(new_path, posixpath.dirname(new_source) or ".")
        if target.startswith("./") and not relative.startswith("."):
            relative = f"./{relative}"
        return relative

    def _move_rooted(self, target: str) -> str | None:
        """Return what an address that begins with "/" must be afterwards, None if it may stay."""
        path = normalize("NFC", posixpath.normpath(target).lstrip("/"))
        slash = "/" if target.endswith("/") else ""
        if path in self._paths:
            new_path = self._renaming.get_path(self._paths[path])
            return None if new_path == self._paths[path] else f"/{new_path}"
        if report := self._by_address.get(path):
            new_id = self._renaming.get_id(report.id)
            return None if new_id == report.id else f"/reports/{new_id}{slash}"
        old, new = self._prefix
        if old and f"{path}/".startswith(f"{old}/"):
            return f"/{new}{path[len(old) :]}{slash}"
        return None


def _choose(name: str, board: str, languages: list[str], known: Mapping[str, str]) -> str:
    """Return the id of the first report that a name can mean, '' if there is none."""
    for id_ in list_report_ids(name, languages):
        for candidate in (f"{board}/{id_}" if board else id_, id_):
            if candidate in known:
                return known[candidate]
    return ""


def _make_edit(file: FileText, span: tuple[int, int], reference: Reference, wanted: str) -> Edit:
    """Return the change of a target; the last folders and names that stay are left as written."""
    if reference.kind == "name":
        return Edit(*span, wanted)
    written = file.text[slice(*span)].split("/")
    target, parts = reference.target.split("/"), wanted.split("/")
    same = 0
    if len(written) == len(target):
        for before, after in zip(reversed(target), reversed(parts), strict=False):
            if before != after:
                break
            same += 1
    begin = [_escape(part) for part in parts[: len(parts) - same]]
    return Edit(*span, "/".join([*begin, *written[len(written) - same :]]))


def _escape(path: str) -> str:
    return _UNSAFE.sub(lambda match: quote(match[0], safe=""), path)


def _make_pattern(words: str) -> str:
    """Return a pattern of words as they may be written: with escapes, entities or percent signs."""
    parts = []
    for character in words:
        plain = re.escape(character)
        percent = "".join(f"%{byte:02x}" for byte in character.encode())
        entity = rf"&(?:#0*{ord(character)}|#[xX]0*{ord(character):x}|[a-zA-Z]+);"
        parts.append(rf"(?:\\?{plain}|(?i:{percent})|(?i:{entity}))")
    return "".join(parts)


def _find_name(file: FileText, start: int, name: str) -> tuple[int, int] | None:
    """Return where a name in double brackets is written, at or after ``start`` in its line."""
    pattern = re.compile(rf"\[\[[ \t]*({re.escape(name)})(?=[ \t]*(?:[#|\\]|\]\]))")
    line = file.text.rfind("\n", 0, start) + 1
    end = file.find_line_end(start)
    match = pattern.search(file.text, start, end) or pattern.search(file.text, line, end)
    return match.span(1) if match else None


def _find_address(text: str, start: int, end: int, target: str) -> tuple[int, int] | None:
    """Return where the path of an address is written."""
    begins = r"(?:(?<=[(<\s\"'=:])|(?<=^))"
    pattern = re.compile(rf"{begins}({_make_pattern(target)})(?=[#?)>\s\"']|$)")
    match = pattern.search(text, max(start - 1, 0), min(end, len(text)))
    while match and match.start(1) < start:
        match = pattern.search(text, match.end(), min(end, len(text)))
    return match.span(1) if match else None
