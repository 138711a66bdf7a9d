"""Read how the model declares a field: its type, its kind and its bounds."""

import re
import types
import typing
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

import msgspec

# What values of some kinds must match.
PATTERNS = {"id": "^[a-z0-9]+(?:[-_][a-z0-9]+)*$", "path": "^/"}
_LINK = re.compile(r"\[([^\]]*)\]\(#[^)]*\)")


class FieldType(msgspec.Struct, frozen=True):
    """The declared type of a value; ``type`` is without None and annotations.

    ``parts`` are the types of a tuple's entries, or of a dict's keys and values; ``kind`` is ''
    for plain text.
    """

    type: Any
    parts: tuple["FieldType", ...]
    choices: tuple[str, ...]
    kind: str
    bounds: msgspec.Meta | None


class StructFields(msgspec.Struct, frozen=True):
    """The fields of a struct that authors can write, and those they must write, by their keys.

    ``attributes`` are the names of the struct's fields by their keys, where they differ.
    """

    writable: Mapping[str, FieldType]
    required: tuple[str, ...]
    attributes: Mapping[str, str]


@cache
def list_fields(type_: type) -> StructFields:
    """Return the fields of a struct; fields that authors can write have an annotation."""
    fields = msgspec.structs.fields(type_)
    writable = {
        field.encode_name: read_field_type(field.type)
        for field in fields
        if typing.get_origin(field.type) is typing.Annotated
    }
    required = tuple(field.encode_name for field in fields if field.required)
    attributes = {
        field.encode_name: field.name for field in fields if field.name != field.encode_name
    }
    return StructFields(writable, required, attributes)


def list_keys(type_: type) -> tuple[str, ...]:
    """Return the keys of a struct that authors can write."""
    return tuple(list_fields(type_).writable)


def find_meta(type_: Any) -> msgspec.Meta:
    """Return the title, description and examples of a declared field, empty if it has none."""
    metas = typing.get_args(type_)[1:] if typing.get_origin(type_) is typing.Annotated else ()
    return metas[-1] if metas else msgspec.Meta()


def describe(meta: msgspec.Meta) -> str:
    """Return a description without links to sections of the reference page."""
    return _LINK.sub(r"\1", meta.description or "")


def read_field_type(type_: Any) -> FieldType:
    """Return the FieldType for a declared type."""
    bare, extra, bounds = _unwrap_type(type_)
    origin, arguments = typing.get_origin(bare), typing.get_args(bare)
    parts = arguments[:1] if origin is tuple else arguments if origin is dict else ()
    choices = arguments if origin is Literal else ()
    kind = extra.get("kind", "")
    return FieldType(origin or bare, tuple(map(read_field_type, parts)), choices, kind, bounds)


def _unwrap_type(type_: Any) -> tuple[Any, dict[str, Any], msgspec.Meta | None]:
    """Return a declared type without None and annotations, their ``extra``, and the last one."""
    extra: dict[str, Any] = {}
    last: msgspec.Meta | None = None
    while True:
        origin = typing.get_origin(type_)
        if origin is typing.Annotated:
            type_, *metas = typing.get_args(type_)
            for meta in metas:
                extra.update(meta.extra or {})
                last = meta
        elif origin in (typing.Union, types.UnionType):
            type_ = next(t for t in typing.get_args(type_) if t is not types.NoneType)
        else:
            return type_, extra, last
