"""Read YAML strictly into frozen structs; report every fault with its position.

A scalar is always a text; only the declared type of its field makes it a date or a boolean.
Anchors, aliases, tags and directives are refused. Positions come from libyaml's character indexes,
so they count lines and characters as an editor does.
"""

from lscbsite.parsing.yaml_reader.field_types import list_keys, read_field_type
from lscbsite.parsing.yaml_reader.key_names import (
    LANGUAGES_OF_KEYS,
    find_meant_key,
    is_key_name,
    normalize_key,
    read_key,
)
from lscbsite.parsing.yaml_reader.kinds import is_placeholder, read_boolean
from lscbsite.parsing.yaml_reader.misplaced import is_short
from lscbsite.parsing.yaml_reader.nodes import (
    MISSING,
    Document,
    FieldValues,
    ListNode,
    MappingNode,
    Missing,
    Node,
    ScalarNode,
    compose,
)
from lscbsite.parsing.yaml_reader.reader import Convert, YamlReader, require_mapping

__all__ = [
    "LANGUAGES_OF_KEYS",
    "MISSING",
    "Convert",
    "Document",
    "FieldValues",
    "ListNode",
    "MappingNode",
    "Missing",
    "Node",
    "ScalarNode",
    "YamlReader",
    "compose",
    "find_meant_key",
    "is_key_name",
    "is_placeholder",
    "is_short",
    "list_keys",
    "normalize_key",
    "read_boolean",
    "read_field_type",
    "read_key",
    "require_mapping",
]
