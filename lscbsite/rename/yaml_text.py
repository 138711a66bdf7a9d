"""Change single values of YAML, and keep comments, order, quotes and layout.

ruamel.yaml keeps most of that, too, but writes the whole file again: it changes the width of lines,
spaces within brackets, line ends and blank lines. Changes at the places that the parser gives leave
all other bytes alone.
"""

import re
from collections.abc import Iterator

from lscbsite.parsing.fences import split_front_matter
from lscbsite.parsing.yaml_reader import (
    LANGUAGES_OF_KEYS,
    Document,
    ListNode,
    MappingNode,
    Node,
    ScalarNode,
    compose,
    read_key,
)
from lscbsite.problems import Problems
from lscbsite.rename.file_text import Edit, FileText

# What needs no quotes, in brackets neither.
_PLAIN = re.compile(r"[^\W_](?:[\w./' -]*[\w.'])?")


class YamlText:
    """The YAML in a file: all of it, or the front matter of a report or page."""

    def __init__(self, file: FileText) -> None:
        self._file = file
        self._begin, self._text = 0, file.text
        if file.path.endswith(".md"):
            parts = split_front_matter(file.text, file.path, Problems())
            self._text = parts.front if parts else ""
            self._begin = max(file.text.find(self._text, 3), 0)
        node = compose(Document(self._text, file.path, Problems()))
        self.root = node if isinstance(node, MappingNode) else MappingNode((), 0)

    def list_scalars(self, node: Node | None = None) -> Iterator[ScalarNode]:
        """Yield all texts below a node, without keys."""
        node = node or self.root
        if isinstance(node, ScalarNode):
            yield node
        elif isinstance(node, ListNode):
            for item in node.items:
                yield from self.list_scalars(item)
        else:
            for _, value in node.pairs:
                yield from self.list_scalars(value)

    def find_at(self, index: int) -> ScalarNode | None:
        """Return the text that begins at an index of the file."""
        wanted = index - self._begin
        return next((node for node in self.list_scalars() if node.index == wanted), None)

    def get_span(self, node: ScalarNode) -> tuple[int, int]:
        """Return where a text is written: the indexes of its beginning and end in the file."""
        return self._begin + node.index, self._begin + self._find_end(node)

    def find_pair(
        self, mapping: Node | None, name: str, *, own_key: bool = False
    ) -> tuple[ScalarNode, Node] | None:
        """Return the key and value of a field, or with ``own_key`` of a key that authors choose."""
        if not isinstance(mapping, MappingNode):
            return None
        for key, value in mapping.pairs:
            if isinstance(key, ScalarNode) and (
                key.value == name
                or (not own_key and read_key(key.value, (name,), LANGUAGES_OF_KEYS))
            ):
                return key, value
        return None

    def find(self, mapping: Node | None, name: str) -> Node | None:
        """Return the value of a field."""
        pair = self.find_pair(mapping, name)
        return pair[1] if pair else None

    def replace(self, node: ScalarNode, value: str) -> Edit:
        """Return the change that gives a text another value, in the same quotes."""
        start, end = self.get_span(node)
        return Edit(start, end, _write(value, self._text[node.index : node.end]))

    def append(self, mapping: MappingNode, name: str, values: list[str], after: str) -> Edit | None:
        """Return the change that adds the last text to a list that does not have it.

        A list that is new has all ``values``, and is below the field ``after``. Where no field can
        be read, there is no place for it.
        """
        node = self.find(mapping, name)
        if isinstance(node, ListNode) and node.items:
            if any(
                isinstance(item, ScalarNode) and item.value == values[-1] for item in node.items
            ):
                return None
            return self._append_to(node, _write(values[-1]))
        items = ", ".join(map(_write, values))
        if isinstance(node, ListNode):
            return self._insert(node.index + 1, items)
        if isinstance(node, ScalarNode):
            pair = self.find_pair(mapping, name)
            assert pair
            colon = self._text.index(":", pair[0].end)
            return self._insert(colon + 1, f" [{items}]", max(self._find_end(node), colon + 1))
        return self._add_field(mapping, f"{name}: [{items}]", after)

    def fill(self, key: ScalarNode, value: Node, name: str, item: str) -> Edit | None:
        """Return the change that gives a key without a value a mapping with a list."""
        if not isinstance(value, ScalarNode) or not value.empty:
            return None
        colon = self._text.index(":", key.end)
        text = f" {{{name}: [{_write(item)}]}}"
        return self._insert(colon + 1, text, max(value.end, colon + 1))

    def _append_to(self, node: ListNode, item: str) -> Edit:
        if self._text.startswith("[", node.index):
            last = node.items[-1]
            if isinstance(last, ScalarNode):
                return self._insert(last.end, f", {item}")
            return self._insert(node.index + 1, f"{item}, ")
        last = node.items[-1]
        begin = self._text.rfind("\n", 0, last.index) + 1
        prefix = self._text[begin : last.index]
        end = self._find_end(last) if isinstance(last, ScalarNode) else last.index
        return self._insert(self._find_line_end(end), f"\n{prefix}{item}")

    def _add_field(self, mapping: MappingNode, field: str, after: str) -> Edit | None:
        scalars = [
            (key, value)
            for key, value in mapping.pairs
            if isinstance(key, ScalarNode) and isinstance(value, ScalarNode) and value.end > key.end
        ]
        scalars.sort(key=lambda pair: not read_key(pair[0].value, (after,), LANGUAGES_OF_KEYS))
        in_braces = self._text.startswith("{", mapping.index)
        if in_braces:
            if scalars:
                return self._insert(scalars[0][1].end, f", {field}")
            return self._insert(mapping.index + 1, f"{field}, " if mapping.pairs else field)
        if not mapping.pairs:
            return None
        first = mapping.pairs[0][0]
        begin = self._text.rfind("\n", 0, first.index) + 1
        indent = self._text[begin : first.index]
        if not scalars:
            return self._insert(begin, f"{indent}{field}\n")
        return self._insert(
            self._find_line_end(self._find_end(scalars[0][1])), f"\n{indent}{field}"
        )

    def _find_end(self, node: ScalarNode) -> int:
        """Return the index at which a text ends, without the blank lines below it."""
        written = self._text[node.index : node.end]
        return node.index + len(written.rstrip("\n ")) if written[:1] in ("|", ">") else node.end

    def _find_line_end(self, index: int) -> int:
        end = self._text.find("\n", index)
        return len(self._text) if end < 0 else end

    def _insert(self, index: int, text: str, end: int | None = None) -> Edit:
        return Edit(self._begin + index, self._begin + (index if end is None else end), text)


def _write(value: str, like: str = "") -> str:
    """Return a text as YAML, in the same quotes as another one."""
    if like.startswith("'"):
        return "'" + value.replace("'", "''") + "'"
    if value == "." and not like:
        return value
    if like.startswith('"') or not _PLAIN.fullmatch(value) or value.casefold() == "null":
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return value
