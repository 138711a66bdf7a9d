"""The strict YAML reader: text -> frozen structs, every fault with its place.

YAML is read string-first: a scalar is the text that stands there, and only the declared type
of a field makes it a date or a truth value. Anchors, aliases, tags and directives are refused.
Positions come from libyaml's character indexes, so that they count characters and lines as
an editor does.
"""

from lscbsite.strict.nodes import (
    MISSING,
    Document,
    ListNode,
    MappingNode,
    Missing,
    Node,
    ScalarNode,
    compose,
)
from lscbsite.strict.reader import Convert, YamlReader, require_mapping
from lscbsite.strict.text import CONTROL_CHARACTERS, decode, remove_controls

__all__ = [
    "CONTROL_CHARACTERS",
    "MISSING",
    "Convert",
    "Document",
    "ListNode",
    "MappingNode",
    "Missing",
    "Node",
    "ScalarNode",
    "YamlReader",
    "compose",
    "decode",
    "remove_controls",
    "require_mapping",
]
