"""YAML text -> nodes, and the document that they and the problems with them belong to."""

import re
from bisect import bisect_right

import msgspec
import yaml

from lscbsite.model import Mark
from lscbsite.problems import Problem, Problems, shown
from lscbsite.strict.faults import diagnosis, quote, rest
from lscbsite.strict.text import CONTROL_CHARACTERS


class Missing:
    """The type of MISSING: a value that could not be read, its problem being reported."""


MISSING = Missing()


class ScalarNode(msgspec.Struct, frozen=True):
    """A text; ``plain`` if it stands without quotes."""

    value: str
    index: int
    plain: bool

    @property
    def empty(self) -> bool:
        """Whether the author left the value out."""
        return self.plain and self.value in ("", "~", "null")


class ListNode(msgspec.Struct, frozen=True):
    """A list."""

    items: tuple["Node", ...]
    index: int


class MappingNode(msgspec.Struct, frozen=True):
    """Keys and values, in the author's order, duplicates included."""

    pairs: tuple[tuple["Node", "Node"], ...]
    index: int


Node = ScalarNode | ListNode | MappingNode


class Document:
    """A text in a file, from ``first_line`` on: places in it, problems with it, marks."""

    def __init__(self, text: str, path: str, problems: Problems, first_line: int = 1) -> None:
        self.text, self.path, self.problems, self.first_line = text, path, problems, first_line
        self.marks: dict[str, Mark] = {}
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def mark(self, index: int) -> Mark:
        """Return the place of the character at ``index``."""
        line = bisect_right(self._starts, min(index, len(self.text))) - 1
        return Mark(self.first_line + line, index - self._starts[line] + 1)

    def fault(self, index: int, code: str, found: str, expected: str, fix: str = "") -> Missing:
        """Report a problem at ``index``; returns MISSING for the caller to pass on."""
        place = self.mark(index)
        self.problems.add(Problem(self.path, place.line, place.column, code, found, expected, fix))
        return MISSING


# YAML would end a line here, and no editor does.
_LINE_SEPARATORS = {0x2028: " ", 0x2029: " "}


def compose(document: Document) -> Node | Missing | None:
    """Return the tree of a YAML text, None if it holds nothing, MISSING if it has faults."""
    text = document.text.translate(_LINE_SEPARATORS)
    try:
        return _build(document, text)
    except yaml.MarkedYAMLError as error:
        document.fault(*diagnosis(text, error))
        return MISSING


# Far more than any field needs; libyaml takes minutes for a line of open brackets.
_DEEPEST = 50


def _build(document: Document, yaml_text: str) -> Node | Missing | None:
    """Build the tree from libyaml's events; explicit stacks, so that no depth overflows."""
    faulty = False
    root: Node | None = None
    open_nodes: list[tuple[int, bool, list[Node]]] = []
    documents = 0

    def place(node: Node) -> None:
        nonlocal root
        if open_nodes:
            open_nodes[-1][2].append(node)
        elif root is None:
            root = node

    for event in yaml.parse(yaml_text, Loader=yaml.CSafeLoader):
        index = event.start_mark.index if event.start_mark else 0
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1 or event.version or event.tags:
                found = 'a line "---" below the keys' if documents > 1 else "a YAML directive"
                document.fault(index, "F014", found, "keys and values alone", "take it out")
                faulty = faulty or documents > 1
        elif isinstance(event, yaml.AliasEvent):
            faulty = True
            _refuse(document, index, "an alias")
            place(ScalarNode("", index, plain=False))
        elif isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent)):
            if event.anchor is not None:
                _refuse(document, index, "an anchor")
            if event.tag is not None:
                _refuse(document, index, "a tag")
            if isinstance(event, yaml.ScalarEvent):
                plain = event.style is None or event.style == ""
                if plain:
                    _warn_of_comment(document, event)
                text = CONTROL_CHARACTERS.sub("", event.value)
                place(ScalarNode(text, index, plain))
            else:
                open_nodes.append((index, isinstance(event, yaml.MappingStartEvent), []))
                if len(open_nodes) > _DEEPEST:
                    found = f"more than {_DEEPEST} lists or brackets within each other"
                    expected, fix = "a few", "take out the repeated signs"
                    return document.fault(index, "F013", found, expected, fix)
        elif isinstance(event, yaml.CollectionEndEvent):
            start, is_mapping, nodes = open_nodes.pop()
            if is_mapping:
                pairs = tuple(zip(nodes[::2], nodes[1::2], strict=True))
                place(MappingNode(pairs, start))
            else:
                place(ListNode(tuple(nodes), start))
    return MISSING if faulty else root


def _refuse(document: Document, index: int, kind: str) -> None:
    word = re.match(r"\S*", document.text[index:])
    found = f"{shown(word[0] if word else '')}, which is {kind} in YAML"
    document.fault(index, "F014", found, "plain text", quote(document.text, index))


def _warn_of_comment(document: Document, event: yaml.ScalarEvent) -> None:
    """A '#' with a blank before and none after it, as in 'Report #3', is seldom a comment."""
    end = event.end_mark.index if event.end_mark else 0
    if comment := re.match(r"[ \t]+(#[^\s#].*)", rest(document.text, end)):
        document.fault(
            end + comment.start(1),
            "F015",
            f"{shown(comment[1])}, which is not read",
            "no # after a space",
            "put the whole value in quotes, or write a space after the # of a comment",
        )
