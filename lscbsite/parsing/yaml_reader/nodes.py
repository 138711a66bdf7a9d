"""Parse YAML into nodes, and report problems at positions in their document."""

import re
from bisect import bisect_right
from collections.abc import Mapping
from itertools import accumulate
from typing import Any

import msgspec

from lscbsite.model import Position, RuleDays, TextReference
from lscbsite.problems import Problem, Problems, quote_value
from lscbsite.text import remove_controls


class Missing:
    """The type of MISSING, which stands for a value whose problem has been reported."""


MISSING = Missing()


class FieldValues(msgspec.Struct, frozen=True):
    """What a converter returns for a key that fills several fields of its struct, by their names."""

    values: Mapping[str, Any]


class ScalarNode(msgspec.Struct, frozen=True):
    """A text; ``plain`` if it is written without quotes. It is written up to the character ``end``."""

    value: str
    index: int
    plain: bool
    end: int = 0

    @property
    def empty(self) -> bool:
        """Return whether the value is empty."""
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
    """YAML text that begins at ``first_line`` of a file; ``positions`` are those of its fields.

    ``text_references`` are the references in the texts that were read, ``rules`` the rules for days.
    """

    def __init__(self, text: str, path: str, problems: Problems, first_line: int = 1) -> None:
        self.text, self.path, self.problems, self.first_line = text, path, problems, first_line
        self.positions: dict[str, Position] = {}
        self.text_references: list[TextReference] = []
        self.rules: list[RuleDays] = []
        self._starts = list(accumulate((len(row) + 1 for row in text.split("\n")), initial=0))

    def get_position(self, index: int) -> Position:
        """Return the position of the character at ``index``."""
        line = bisect_right(self._starts, min(index, len(self.text))) - 1
        return Position(self.first_line + line, index - self._starts[line] + 1)

    def report(self, index: int, code: str, found: str, expected: str, fix: str = "") -> Missing:
        """Report a problem at ``index``; return MISSING for the caller to pass on."""
        self.report_at(self.get_position(index), code, found, expected, fix)
        return MISSING

    def report_at(self, position: Position, code: str, found: str, expected: str, fix: str) -> None:
        """Report a problem at a position, such as one in ``positions``."""
        self.problems.add(
            Problem(self.path, position.line, position.column, code, found, expected, fix)
        )


def compose(document: Document) -> Node | Missing | None:
    """Return the root node of a document: None if it is empty, MISSING if it has errors."""
    import yaml

    # YAML ends lines at these characters; editors do not.
    text = document.text.replace("\u2028", " ").replace("\u2029", " ")
    try:
        return _build_tree(document, text)
    except yaml.MarkedYAMLError as error:
        from lscbsite.parsing.yaml_reader.yaml_errors import diagnose

        document.report(*diagnose(text, error))
        return MISSING


# More than any field needs; libyaml takes minutes for a line of open brackets.
_DEEPEST = 50


def _build_tree(document: Document, yaml_text: str) -> Node | Missing | None:
    """Build the nodes from libyaml's events, without recursion, so that no depth overflows."""
    from yaml import (
        AliasEvent,
        CollectionEndEvent,
        CollectionStartEvent,
        CSafeLoader,
        DocumentStartEvent,
        MappingStartEvent,
        ScalarEvent,
    )

    faulty = False
    documents = 0
    commented = "#" in yaml_text
    roots: list[Node] = []
    nodes = roots
    open_nodes: list[tuple[int, bool, list[Node]]] = []
    for event in iter(CSafeLoader(yaml_text).get_event, None):
        index = event.start_mark.index if event.start_mark else 0
        # The most frequent events first.
        if isinstance(event, (ScalarEvent, CollectionStartEvent)):
            if event.anchor is not None:
                _refuse(document, index, "an anchor")
            if event.tag is not None:
                _refuse(document, index, "a tag")
            if isinstance(event, ScalarEvent):
                plain = not event.style
                if plain and commented and event.end_mark:
                    _warn_of_comment(document, event.end_mark.index)
                end = event.end_mark.index if event.end_mark else index
                nodes.append(ScalarNode(remove_controls(event.value), index, plain, end))
            else:
                open_nodes.append((index, isinstance(event, MappingStartEvent), nodes))
                nodes = []
                if len(open_nodes) > _DEEPEST:
                    found = f"more than {_DEEPEST} lists or brackets inside each other"
                    expected, fix = "a few", "take out the repeated signs"
                    return document.report(index, "F013", found, expected, fix)
        elif isinstance(event, CollectionEndEvent):
            start, is_mapping, around = open_nodes.pop()
            if is_mapping:
                pairs = tuple(zip(nodes[::2], nodes[1::2], strict=True))
                around.append(MappingNode(pairs, start))
            else:
                around.append(ListNode(tuple(nodes), start))
            nodes = around
        elif isinstance(event, AliasEvent):
            faulty = True
            _refuse(document, index, "an alias")
            nodes.append(ScalarNode("", index, plain=False))
        elif isinstance(event, DocumentStartEvent):
            documents += 1
            if documents > 1 or event.version or event.tags:
                found = 'a line "---" below the keys' if documents > 1 else "a YAML directive"
                document.report(index, "F014", found, "keys and values alone", "take it out")
                faulty = faulty or documents > 1
    if faulty:
        return MISSING
    return roots[0] if roots else None


def _refuse(document: Document, index: int, kind: str) -> None:
    from lscbsite.parsing.yaml_reader.yaml_errors import suggest_quotes

    word = re.match(r"\S*", document.text[index:])
    found = f"{quote_value(word[0] if word else '')}, which is {kind} in YAML"
    document.report(index, "F014", found, "plain text", suggest_quotes(document.text, index))


def _warn_of_comment(document: Document, end: int) -> None:
    """Warn of a '#' with a space before but not after it ('Report #3'), seldom meant as a comment."""
    if not document.text.startswith((" ", "\t"), end):
        return
    if comment := re.match(r"[ \t]+(#[^\s#].*)", document.text[end:]):
        document.report(
            end + comment.start(1),
            "F015",
            f"{quote_value(comment[1])}, which is taken for a comment and left out",
            "quotes around a value with a # in it",
            "put the whole value in quotes; if it is a comment, put a space after the #",
        )
