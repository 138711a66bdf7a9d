"""Find keys and entries in the wrong place, and show how they should have been written."""

from collections.abc import Collection, Mapping

import msgspec

from lscbsite.parsing.yaml_reader.field_types import FieldType, StructFields, list_fields
from lscbsite.parsing.yaml_reader.key_names import (
    LANGUAGES_OF_KEYS,
    advise_indent,
    find_meant_key,
    is_key_name,
    read_key,
    suggest_key,
)
from lscbsite.parsing.yaml_reader.nodes import Document, ListNode, MappingNode, Node, ScalarNode
from lscbsite.problems import join_words


def _list_struct_fields(declared: FieldType) -> StructFields | None:
    """Return the fields of a declared struct, or None for other types."""
    type_ = declared.type
    if isinstance(type_, type) and issubclass(type_, msgspec.Struct):
        return list_fields(type_)
    return None


def suggest_key_here(
    document: Document,
    word: str,
    known: Collection[str],
    description: str,
    above: Node | None,
) -> str:
    """Return a fix for an unknown key; ``above`` is the value before it."""
    lists = _list_fields_of_entries(known)
    in_entry = any(read_key(word, fields.writable) for _, fields in lists)
    if fix := suggest_key(word, known, near=not in_entry):
        return fix
    for name, fields in lists:
        if not is_key_name(word, fields.writable):
            continue
        if isinstance(above, ListNode) and above.items and read_key(word, fields.writable):
            last = above.items[-1]
            column = document.get_position(last.index).column - 1
            if isinstance(last, MappingNode) and column:
                return advise_indent(column, 0, "question" if name == "feedback" else "entry")
        key = find_meant_key(word, fields.writable)
        return f'write it in an entry of "{name}", as "    {key}: ..."'
    return f"the keys of {description} are {join_words(known, 'and')}"


def _list_fields_of_entries(known: Collection[str]) -> list[tuple[str, StructFields]]:
    """Return the fields of the entries of each known list."""
    result = []
    for name, field in known.items() if isinstance(known, Mapping) else ():
        if isinstance(field, FieldType) and field.type is tuple:
            fields = _list_struct_fields(field.parts[0])
            if fields is not None:
                result.append((name, fields))
    return result


def find_empty_owner(
    document: Document,
    name: str,
    key: ScalarNode,
    node: MappingNode,
    known: Collection[str] | None,
) -> str:
    """Return the empty field in the line above a key that the key could belong to, or ''."""
    keys = [pair[0] for pair in node.pairs]
    number = keys.index(key)
    if not isinstance(known, Mapping) or number == 0:
        return ""
    owner_key, value = node.pairs[number - 1]
    empty = isinstance(value, ScalarNode) and value.empty
    if not empty or not isinstance(owner_key, ScalarNode):
        return ""
    lines = [document.get_position(child.index).line for child in (owner_key, key)]
    owner = read_key(owner_key.value, known, LANGUAGES_OF_KEYS)
    fields = _list_struct_fields(known[owner]) if owner and lines[1] == lines[0] + 1 else None
    return owner if owner and fields and name in fields.writable else ""


def is_split_off(above: tuple[Node, ...], item: Node, declared: FieldType) -> bool:
    """Return whether an entry lacks its main key, while an entry above has it."""
    fields = _list_struct_fields(declared)
    if fields is None or not fields.required or not isinstance(item, MappingNode):
        return False
    return not _has_first_key(item, fields) and any(_has_first_key(node, fields) for node in above)


def _has_first_key(node: Node, fields: StructFields) -> bool:
    if not isinstance(node, MappingNode):
        return False
    keys = [key.value for key, _ in node.pairs if isinstance(key, ScalarNode)]
    return fields.required[0] in {find_meant_key(key, fields.writable) for key in keys}


def is_short(text: str) -> bool:
    """Return whether a text can be shown in a message as YAML, without quotes."""
    return 0 < len(text) <= 60 and not any(sign in text for sign in ("\n", ": ", " #", '"'))


def make_entry(node: Node, declared: FieldType, *, has_own_form: bool) -> str:
    """Return the first entry of a list as its author should have written it.

    ``has_own_form`` is whether a struct can be written in one line, as people are.
    """
    fields = _list_struct_fields(declared)
    if isinstance(node, MappingNode) and node.pairs and fields and not has_own_form:
        key = node.pairs[0][0]
        return f"- {key.value}: ..." if isinstance(key, ScalarNode) else "- ..."
    text = ""
    if isinstance(node, ScalarNode) and is_short(node.value):
        text = node.value.strip()
    if fields and not has_own_form:
        return f"- {fields.required[0]}: {text or '...'}" if len(fields.required) == 1 else "- ..."
    return f"- {text.partition(',')[0] or '...'}"
