"""Mend the fields that name what is renamed: in front matter and in settings."""

import posixpath
import re
from collections.abc import Iterable, Iterator

from lscbsite import dates
from lscbsite.model import ReportMetadata
from lscbsite.parsing.yaml_reader import ListNode, MappingNode, Node, ScalarNode
from lscbsite.rename.file_text import Edit
from lscbsite.rename.loaded_site import LoadedSite
from lscbsite.rename.references import ReferenceMender
from lscbsite.rename.renaming import Renaming
from lscbsite.rename.yaml_text import YamlText

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?!\d)")


class FieldMender:
    """Finds the fields that must change; ``notes`` says what else an author should know."""

    def __init__(self, site: LoadedSite, renaming: Renaming, references: ReferenceMender) -> None:
        self._site, self._renaming, self._references = site, renaming, references
        self.notes: list[str] = []

    def list_edits(self) -> Iterator[tuple[str, Edit]]:
        """Yield the changes, each with the path of its file (before it is moved)."""
        kind, old = self._renaming.kind, self._renaming.old
        words = [posixpath.basename(id_) for id_ in self._renaming.reports]
        words += [old] if kind in ("board", "topic") else []
        for report in self._site.documents.reports:
            moved = report.id in self._renaming.reports
            text = self._site.read(report.path).text
            # Most reports name nothing that is renamed; to compose them would take long.
            if moved or kind == "topic" or report.front.outcomes or any(w in text for w in words):
                yield from ((report.path, edit) for edit in self._mend_report(report, moved=moved))
        if kind == "board":
            yield from self._rename_key("site.yaml", "boards")
            if (self._site.folder / "meetings.yaml").is_file():
                yield from self._rename_key("meetings.yaml", "")
        elif kind == "topic":
            yield from self._rename_key("topics.yaml", "")
        elif kind == "person":
            yield from self._rename_key("people.yaml", "")

    def _mend_report(self, report: ReportMetadata, *, moved: bool) -> Iterator[Edit]:
        yaml = YamlText(self._site.read(report.path))
        for entry in _list_items(yaml.find(yaml.root, "outcomes")):
            ask = yaml.find(entry, "ask") if isinstance(entry, MappingNode) else None
            if isinstance(ask, ScalarNode):
                report_name, slash, ask_id = ask.value.strip().rpartition("/")
                yield from self._replace_name(yaml, report, ask, report_name, slash + ask_id)
        meeting = yaml.find_pair(yaml.root, "meeting")
        if meeting and meeting[0].value.strip() == "meeting":
            for node in _list_items(meeting[1]):
                if isinstance(node, ScalarNode):
                    yield from self._replace_name(yaml, report, node, node.value.strip(), "")
        field = {"board": "boards", "topic": "topics"}.get(self._renaming.kind)
        for node in _list_items(yaml.find(yaml.root, field)) if field else ():
            if isinstance(node, ScalarNode) and node.value.strip() == self._renaming.old:
                yield yaml.replace(node, self._renaming.new)
        # Former names of a board's reports follow from those of the board.
        if moved and self._renaming.kind == "report":
            front = report.front
            # A draft has had no address yet, unless it says what came later.
            is_known = not front.draft or front.formerly or front.withdrawn or front.corrections
            if is_known and (edit := yaml.append(yaml.root, "formerly", [report.id], "date")):
                yield edit
            yield from self._correct_date(yaml, report)

    def _replace_name(
        self, yaml: YamlText, report: ReportMetadata, node: ScalarNode, name: str, rest: str
    ) -> Iterator[Edit]:
        target = self._references.find_report(report, name)
        if target and (new := self._references.write_name(report, name, target)):
            yield yaml.replace(node, new + rest)

    def _correct_date(self, yaml: YamlText, report: ReportMetadata) -> Iterator[Edit]:
        """Correct the date where it is that of the old name, and the new name has another."""
        new_id = self._renaming.get_id(report.id)
        before = _DATE.match(posixpath.basename(report.id))
        after = _DATE.match(posixpath.basename(new_id))
        node = yaml.find(yaml.root, "date")
        if not (before and after and before[0] != after[0] and isinstance(node, ScalarNode)):
            return
        languages = (report.front.language or "", self._site.config.site.language)
        if _read_day(node.value, languages) != before[0]:
            return
        self.notes.append(
            f"reports/{new_id}.md: its date was {node.value.strip()} and is now {after[0]}"
        )
        yield yaml.replace(node, after[0])

    def _rename_key(self, path: str, field: str) -> Iterator[tuple[str, Edit]]:
        """Give an entry of a settings file its new key, and write down the old one."""
        yaml = YamlText(self._site.read(path))
        mapping = yaml.find(yaml.root, field) if field else yaml.root
        pair = yaml.find_pair(mapping, self._renaming.old, own_key=True)
        if pair is None:
            return
        key, value = pair
        yield path, yaml.replace(key, self._renaming.new)
        if path == "meetings.yaml":
            return
        name = "aliases" if self._renaming.kind == "person" else "formerly"
        if isinstance(value, MappingNode):
            after = "organisation" if self._renaming.kind == "person" else "name"
            earlier = [self._renaming.old]
            if (
                self._renaming.kind == "board"
                and self._renaming.find_root_board(self._site) == key.value
            ):
                # The reports' names never began with the old id.
                earlier.insert(0, ".")
            edit = yaml.append(value, name, earlier, after)
        else:
            edit = yaml.fill(key, value, name, self._renaming.old)
        if edit:
            yield path, edit


def _read_day(text: str, languages: Iterable[str]) -> str | None:
    """Return a date as 2012-11-13; for a day that does not exist, its digits; else None."""
    flat = text.strip()
    try:
        return dates.read_date(flat, tuple(filter(None, languages))).isoformat()
    except dates.NotReadError:
        return flat if _DATE.fullmatch(flat) else None


def _list_items(node: Node | None) -> Iterable[Node]:
    if isinstance(node, ListNode):
        return node.items
    return (node,) if node is not None else ()
