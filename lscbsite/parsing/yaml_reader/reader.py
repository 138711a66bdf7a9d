"""Convert YAML nodes into values of declared types."""

import datetime as dt
import re
import types
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Literal

import msgspec

from lscbsite import dates
from lscbsite.parsing.yaml_reader.field_types import FieldType, list_fields, read_field_type
from lscbsite.parsing.yaml_reader.key_names import find_meant_key, read_key
from lscbsite.parsing.yaml_reader.kinds import BASIC_KINDS, is_placeholder, read_boolean
from lscbsite.parsing.yaml_reader.misplaced import (
    find_empty_owner,
    is_short,
    is_split_off,
    make_entry,
    suggest_key_here,
)
from lscbsite.parsing.yaml_reader.nodes import (
    MISSING,
    Document,
    FieldValues,
    ListNode,
    MappingNode,
    Missing,
    Node,
    ScalarNode,
)
from lscbsite.parsing.yaml_reader.word_processor import (
    begins_with_special_space,
    find_bullet,
    find_curly_quote,
    find_special_space,
    remove_curly_quotes,
)
from lscbsite.problems import join_words, quote_value, suggest_name

Convert = Callable[["YamlReader", Node, str], Any]

# The problems of a date, a number or an id that is in curly quotation marks.
_OF_KINDS = {"F030", "F034", "F036", "F037", "F038", "F039", "F042"}

_KINDS = {ScalarNode: "text", ListNode: "a list", MappingNode: "keys and values"}


class YamlReader:
    """Converts nodes into values of declared types, and records the position of each field.

    ``kinds`` are converters for fields that say ``extra={"kind": ...}``, ``structs`` those for
    structs that can be written in more than one way. Dates are read in English and ``languages``.
    ``held`` is the day of the report's meeting, for examples in messages, if it is a report.
    """

    def __init__(
        self,
        document: Document,
        kinds: Mapping[str, Convert] | None = None,
        structs: Mapping[type, Convert] | None = None,
        languages: Sequence[str] = (),
        held: dt.date | None = None,
    ) -> None:
        self.document = document
        self.languages = languages
        self.held = held
        self._kinds = {**BASIC_KINDS, **(kinds or {})}
        self._structs = structs or {}

    def report(self, node: Node, code: str, found: str, expected: str, fix: str = "") -> Missing:
        """Report a problem with ``node``; return MISSING."""
        if code in _OF_KINDS and isinstance(node, ScalarNode) and node.plain:
            bare = remove_curly_quotes(node.value)
            if bare and not node.value.startswith(bare[0]):
                fix = f"take the curly quotation marks out: {bare[:60]}"
        return self.document.report(node.index, code, found, expected, fix)

    def read_struct(
        self,
        node: Node,
        type_: type,
        where: str,
        description: str,
        stand_in: Mapping[str, Any] = types.MappingProxyType({}),
    ) -> Any:
        """Return a ``type_`` (a msgspec struct) from a mapping.

        ``where`` is the dotted name of the field, ``description`` names the mapping in messages.
        Fields that cannot be read are reported and left out; the result is MISSING if one of them
        is required and not in ``stand_in``.
        """
        fields = list_fields(type_)
        writable, required = fields.writable, fields.required
        if isinstance(node, ScalarNode) and node.empty and not required:
            return type_()
        if not isinstance(node, MappingNode):
            lines = join_words((f'"{name}: ..."' for name in required or list(writable)[:1]), "and")
            if len(required) == 1 and isinstance(node, ScalarNode) and is_short(node.value):
                lines = f'"{required[0]}: {node.value}"'
            fix = f"write it as {lines}"
            if isinstance(node, ScalarNode) and node.value and is_placeholder(node.value):
                fix = "if there are none, take the line out, and the key of the list with it"
            return self.report_wrong_kind(node, f"keys and values for {description}", fix)
        values: dict[str, tuple[Any, str]] = {}
        for key, child in self.read_pairs(node, writable, description):
            if isinstance(child, ScalarNode) and child.empty:
                if key in required or self._needs_value(writable[key].type):
                    fix = "write it after the colon, or delete the key"
                    if key in required:
                        fix = "write it after the colon"
                    self.report(child, "F022", f'nothing after "{key}:"', "a value", fix)
                continue
            value = self._read_value(child, writable[key], f"{where}.{key}" if where else key)
            if not isinstance(value, Missing):
                attribute = fields.attributes.get(key, key)
                given = value.values if isinstance(value, FieldValues) else {attribute: value}
                for name, part in given.items():
                    if name in values:
                        self._report_filled(child, name, values[name][1], key)
                    values[name] = part, key
        # Do not report a misspelt required key as missing as well.
        written = [key.value for key, _ in node.pairs if isinstance(key, ScalarNode)]
        meant = {find_meant_key(key, writable) for key in written}
        for name in required:
            if name not in meant:
                fix = f'write a line "{name}: ..."'
                self.report(node, "F022", f'no key "{name}"', f'"{name}" in {description}', fix)
        filled = dict(stand_in) | {name: part for name, (part, _) in values.items()}
        complete = all(fields.attributes.get(name, name) in filled for name in required)
        return type_(**filled) if complete else MISSING

    def _report_filled(self, node: Node, name: str, first: str, second: str) -> None:
        """Report a field that two keys fill, such as an end beside a time with an end."""
        found = f'"{name}" twice, in "{first}" and in "{second}"'
        self.report(node, "F060", found, "it once", "take it out of one of the two")

    def _needs_value(self, type_: Any) -> bool:
        """Return whether a field must not be empty: a boolean or a mapping."""
        plain = isinstance(type_, type) and type_ not in self._structs
        return plain and issubclass(type_, (bool, msgspec.Struct))

    def read_pairs(
        self, node: MappingNode, known: Collection[str] | None, description: str
    ) -> list[tuple[str, Node]]:
        """Return the keys and their nodes; report duplicates, and keys that are not in ``known``."""
        result: list[tuple[str, Node]] = []
        first: dict[str, ScalarNode] = {}
        above: Node | None = None
        for key, child in node.pairs:
            if not isinstance(key, ScalarNode):
                fix = "write it without brackets, or in quotes"
                self.report(key, "F023", f"{_KINDS[type(key)]} as a key", "a word as a key", fix)
                continue
            if begins_with_special_space(key.value) and (
                mistake := find_special_space(self.document.text, key.index)
            ):
                self.document.report(*mistake)
                continue
            name = key.value if known is None else read_key(key.value, known, self.languages)
            if name and (owner := find_empty_owner(self.document, name, key, node, known)):
                self._report_outside(key, owner)
            elif (name or key.value) in first:
                self._report_second(key, first[name or key.value])
            elif name is None and known is not None:
                first[key.value] = key
                fix = suggest_key_here(self.document, key.value, known, description, above)
                self.report(
                    key,
                    "F020",
                    f"the unknown key {quote_value(key.value)}",
                    f"a key of {description}",
                    fix,
                )
            elif name is not None:
                first[name] = key
                result.append((name, child))
            above = child
        return result

    def _report_outside(self, key: ScalarNode, owner: str) -> None:
        """Report a key at the margin below an empty field that it could belong to."""
        self.report(
            key,
            "F021",
            f'the key {quote_value(key.value)} right below "{owner}", which is empty',
            f'the keys of "{owner}" further to the right, or none',
            f'put two spaces before it; if it does not belong there, take the empty "{owner}:" out',
        )

    def _report_second(self, key: ScalarNode, first: ScalarNode) -> None:
        """Report a key that is there already, perhaps in another spelling."""
        line = self.document.get_position(first.index).line
        again = f"the key {quote_value(key.value)} a second time (first on line {line})"
        if key.value != first.value:
            again = f"the key {quote_value(key.value)}, which is {quote_value(first.value)} on line {line}"
        self.report(key, "F021", again, "each key once", "take one of the two out")

    def report_wrong_kind(self, node: Node, expected: str, fix: str = "") -> Missing:
        """Report a value of the wrong kind."""
        found = _KINDS[type(node)]
        if isinstance(node, ScalarNode):
            found = "nothing" if node.empty else f"the text {quote_value(node.value)}"
        return self.report(node, "F023", found, expected, fix)

    def read_text(self, node: Node, expected: str = "text") -> str | Missing:
        """Return a text without surrounding spaces, or MISSING."""
        if not isinstance(node, ScalarNode):
            fix = 'write it without "-" and brackets'
            if isinstance(node, MappingNode) and expected == "text":
                fix = "if the text contains a colon or braces, put it in quotes"
            return self.report_wrong_kind(node, expected, fix)
        if node.value.strip():
            return node.value.strip()
        found = "nothing" if node.empty else "an empty text"
        fix = "write it, or leave it out"
        if not node.plain and self.document.text[node.index : node.index + 1] in (">", "|"):
            fix = "put two spaces before each line of the text below it"
        return self.report(node, "F024", found, expected, fix)

    def _read_value(self, node: Node, declared: FieldType, where: str) -> Any:
        """Return a value of the declared type, or MISSING."""
        self.document.positions[where] = self.document.get_position(node.index)
        type_ = declared.type
        if declared.kind:
            return self._kinds[declared.kind](self, node, where)
        if type_ in _EXPECTED:
            return self._read_scalar(node, declared)
        if type_ is tuple:
            return self._read_list(node, declared.parts[0], where)
        if type_ is dict:
            return self._read_mapping(node, declared.parts, where)
        if type_ is Literal:
            return self._read_choice(node, declared.choices)
        if type_ in self._structs:
            return self._structs[type_](self, node, where)
        return self.read_struct(node, type_, where, _name_field(where))

    def _read_scalar(self, node: Node, declared: FieldType) -> Any:
        type_ = declared.type
        text = self.read_text(node, _EXPECTED[type_])
        if isinstance(text, Missing) or type_ is str:
            return text
        if type_ is bool:
            return self._read_boolean(node, text)
        if type_ is int:
            return self._read_number(node, text, declared.bounds)
        try:
            if type_ is dt.date:
                return dates.read_date(text, self.languages)
            return dates.read_time(text)
        except dates.NotReadError as error:
            return self.report(node, error.code, error.found, error.expected, error.fix)

    def _read_list(self, node: Node, declared: FieldType, where: str) -> Any:
        if not isinstance(node, ListNode):
            return self.report_no_list(node, declared, where)
        items = []
        for number, item in enumerate(node.items):
            if isinstance(item, ScalarNode) and item.empty:
                self.report(item, "F024", "an empty entry", "some text", "write it, or take it out")
                items.append(MISSING)
            elif isinstance(item, MappingNode) and (
                mistake := find_curly_quote(self.document.text, item.index)
            ):
                items.append(self.document.report(*mistake))
            elif is_split_off(node.items[:number], item, declared):
                required = list_fields(declared.type).required[0]
                name = "question" if where == "feedback" else "entry"
                fix = f'if it belongs to the {name} above, write two spaces in place of "- "'
                expected = f'"{required}" in {_name_field(f"{where}.{number}")}'
                items.append(self.report(item, "F022", f'no key "{required}"', expected, fix))
            else:
                items.append(self._read_value(item, declared, f"{where}.{number}"))
        return MISSING if any(isinstance(item, Missing) for item in items) else tuple(items)

    def report_no_list(
        self, node: Node, declared: FieldType, where: str, advice: str = ""
    ) -> Missing:
        """Report anything else than a list of ``declared`` values; ``advice`` is how to write it."""
        text, index = self.document.text, node.index
        if isinstance(node, ScalarNode) and (mistake := find_special_space(text, index)):
            return self.document.report(*mistake)
        if mistake := find_bullet(text, index):
            return self.document.report(*mistake)
        if advice:
            return self.report_wrong_kind(node, "a list", advice)
        example = make_entry(node, declared, has_own_form=declared.type in self._structs)
        fix = f'write each entry on its own line, after a hyphen and a space: "{example}"'
        if isinstance(node, ScalarNode) and is_placeholder(node.value):
            whom = "nobody sent apologies" if where == "apologies" else "there are none"
            fix = f"if {whom}, take the line out"
        return self.report_wrong_kind(node, "a list", fix)

    def read_mapping(self, node: Node, key_type: Any, value_type: Any, where: str) -> Any:
        """Return a dict of ``key_type`` to ``value_type`` (as the model declares), or MISSING."""
        return self._read_mapping(
            node, (read_field_type(key_type), read_field_type(value_type)), where
        )

    def _read_mapping(self, node: Node, parts: tuple[FieldType, ...], where: str) -> Any:
        if not isinstance(node, MappingNode):
            return self.report_wrong_kind(
                node, "keys and values", 'write each on its own line, as "key: ..."'
            )
        result = {}
        complete = True
        key_nodes = {key.value: key for key, _ in node.pairs if isinstance(key, ScalarNode)}
        for key, child in self.read_pairs(node, None, _name_field(where)):
            field = f"{where}.{key}" if where else key
            name = self._read_value(key_nodes[key], parts[0], field)
            if not key.strip():
                continue
            value = self._read_value(child, parts[1], field)
            if isinstance(name, Missing) or isinstance(value, Missing):
                complete = False
            else:
                result[name] = value
        return result if complete else MISSING

    def _read_choice(self, node: Node, choices: tuple[str, ...]) -> Any:
        text = self.read_text(node, join_words(choices))
        if isinstance(text, Missing) or text.casefold() in choices:
            return text if isinstance(text, Missing) else text.casefold()
        return self.report(
            node, "F023", quote_value(text), join_words(choices), suggest_name(text, choices)
        )

    def _read_boolean(self, node: Node, text: str) -> bool | Missing:
        answer = read_boolean(text)
        if answer is not None:
            return answer
        return self.report(
            node, "F036", quote_value(text), "true or false", "write one or the other"
        )

    def _read_number(self, node: Node, text: str, bounds: msgspec.Meta | None) -> int | Missing:
        low, high = (bounds.ge, bounds.le) if bounds else (None, None)
        if text.isascii() and text.isdigit() and len(text) < 10:
            number = int(text)
            if (low is None or number >= low) and (high is None or number <= high):
                return number
        expected = f"a whole number from {low} to {high}"
        fix = "" if re.fullmatch(r"-?\d+", text) else "write it in digits"
        return self.report(node, "F037", quote_value(text), expected, fix)


_EXPECTED = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    dt.date: "a date",
    dt.time: "a time of day",
}


def require_mapping(document: Document, node: Node | None, example: str) -> MappingNode | None:
    """Return the root node of a file if it is a mapping; else report it."""
    if isinstance(node, MappingNode):
        return node
    if node is None or (isinstance(node, ScalarNode) and node.empty):
        found = "nothing"
    else:
        from lscbsite.parsing.yaml_reader.word_processor import find_special_space

        found = "a list" if isinstance(node, ListNode) else f"the text {quote_value(node.value)}"
        if mistake := find_special_space(document.text, node.index):
            document.report(*mistake)
            return None
    fix = f'write lines like "{example}"'
    document.report(node.index if node else 0, "F012", found, "keys and values", fix)
    return None


def _name_field(where: str) -> str:
    """Return the name of a field for messages: feedback.0 -> an entry of "feedback"."""
    name, _, rest = where.partition(".")
    return f'an entry of "{name}"' if rest else f'"{name}"' if name else "the file"
