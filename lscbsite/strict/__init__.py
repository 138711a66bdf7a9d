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
from lscbsite.strict.reader import Convert, Reader, keys_and_values
from lscbsite.strict.text import CONTROL_CHARACTERS, decode, without_controls

__all__ = [
    "CONTROL_CHARACTERS",
    "MISSING",
    "Convert",
    "Document",
    "ListNode",
    "MappingNode",
    "Missing",
    "Node",
    "Reader",
    "ScalarNode",
    "compose",
    "decode",
    "keys_and_values",
    "without_controls",
]
