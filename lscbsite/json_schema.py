"""Make a JSON Schema of what authors write, for completion and hints in their editors.

It is made from the model, and accepts all that the parser may read; ``lscbsite check`` is stricter.
"""

import json
import re
import typing
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

import msgspec

from lscbsite.model import (
    Attendee,
    Config,
    FrontMatter,
    MeetingRule,
    NextMeeting,
    PageFrontMatter,
    PlannedMeeting,
    SiteConfig,
)
from lscbsite.model.people import DatedName
from lscbsite.parsing.yaml_reader.field_types import (
    PATTERNS,
    FieldType,
    describe,
    find_meta,
    list_fields,
    read_field_type,
)
from lscbsite.parsing.yaml_reader.key_names import TRANSLATED

Subject = Literal["report", "page", "site", "topics", "people", "glossary", "meetings"]
SUBJECTS: tuple[Subject, ...] = typing.get_args(Subject)

_TITLES: dict[Subject, str] = {
    "report": "The front matter of a report",
    "page": "The front matter of a page",
    "site": "site.yaml",
    "topics": "topics.yaml",
    "people": "people.yaml",
    "glossary": "glossary.yaml",
    "meetings": "meetings.yaml",
}
_STRUCTS: dict[Subject, type] = {"report": FrontMatter, "page": PageFrontMatter, "site": SiteConfig}
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
# Numbers are texts, too: a name or a place can be one.
_TEXT = {"type": ["string", "number"]}

_Schema = dict[str, Any]


def make_schema(subject: Subject) -> _Schema:
    """Return the JSON Schema (draft 2020-12) of a kind of file."""
    structs: dict[type, str] = {}
    schema: _Schema = {"$schema": _DIALECT, "title": _TITLES[subject]}
    if struct := _STRUCTS.get(subject):
        schema |= _refer(struct, structs)
    elif subject == "meetings":
        entries = _list_of(_describe_planned(structs))
        boards = {"type": "object", "additionalProperties": entries}
        schema["anyOf"] = [entries, boards, {"type": "null"}]
    else:
        hints = msgspec.structs.fields(Config)
        declared = next(field.type for field in hints if field.name == subject)
        values = _describe(read_field_type(declared).parts[1], structs)
        schema["description"] = find_meta(declared).description
        schema["type"] = ["object", "null"]
        schema["additionalProperties"] = values
    schema["$defs"] = _define(structs)
    return schema


def format_schema(subject: Subject) -> str:
    """Return the JSON Schema of a kind of file as the text of a file."""
    return json.dumps(make_schema(subject), indent=2) + "\n"


def _define(structs: dict[type, str]) -> _Schema:
    """Return the schemas of all structs, those that they refer to included."""
    defined: _Schema = {}
    while missing := [type_ for type_, name in structs.items() if name not in defined]:
        for type_ in missing:
            defined[structs[type_]] = _describe_struct(type_, structs)
    return defined


def _refer(type_: type, structs: dict[type, str]) -> _Schema:
    structs[type_] = type_.__name__
    return {"$ref": f"#/$defs/{type_.__name__}"}


def _describe_struct(type_: type, structs: dict[type, str]) -> _Schema:
    """Return the schema of keys and values; keys may be spelt otherwise, as the parser reads them."""
    fields = list_fields(type_)
    metas = {field.encode_name: find_meta(field.type) for field in msgspec.structs.fields(type_)}
    properties = {}
    spellings = {}
    for key, declared in fields.writable.items():
        value = _describe(declared, structs)
        if key not in fields.required and not _needs_value(declared):
            value = {"anyOf": [value, {"type": "null"}]}
        properties[key] = {**_describe_meta(metas[key], declared), **value}
        spellings[_spell_key(key, fields.writable)] = value
    schema: _Schema = {
        "type": "object",
        "properties": properties,
        "patternProperties": spellings,
        "additionalProperties": False,
    }
    if fields.required:
        schema["allOf"] = [_require(key, fields.writable) for key in fields.required]
    return schema


def _require(key: str, known: Iterable[str]) -> _Schema:
    """Return the schema of an object that has a key, in any spelling."""
    otherwise = {"propertyNames": {"not": {"pattern": _spell_key(key, known)}}}
    return {"anyOf": [{"required": [key]}, {"not": otherwise}]}


def _needs_value(declared: FieldType) -> bool:
    is_struct = isinstance(declared.type, type) and issubclass(declared.type, msgspec.Struct)
    return declared.type is bool or (is_struct and declared.type not in _OWN_FORMS)


def _describe(declared: FieldType, structs: dict[type, str]) -> _Schema:
    """Return the schema of a value, in all forms in which the parser reads it."""
    type_ = declared.type
    if declared.kind in _KINDS:
        return _KINDS[declared.kind](structs)
    if declared.choices:
        words = "|".join(map(_ignore_case, declared.choices))
        return {"anyOf": [{"enum": list(declared.choices)}, {"pattern": f"^(?:{words})$"}]}
    if type_ is tuple:
        return _list_of(_describe(declared.parts[0], structs))
    if type_ is dict:
        return {"type": "object", "additionalProperties": _describe(declared.parts[1], structs)}
    if type_ is bool:
        words = "|".join(map(_ignore_case, ("true", "false", "yes", "no", "on", "off")))
        return {"anyOf": [{"type": "boolean"}, {"type": "string", "pattern": f"^(?:{words})$"}]}
    if type_ is int:
        return _describe_number(declared)
    if type_ in _OWN_FORMS:
        return _OWN_FORMS[type_](structs)
    # A MarkedText is a struct in the model, and a text in the file.
    if (
        isinstance(type_, type)
        and issubclass(type_, msgspec.Struct)
        and list_fields(type_).writable
    ):
        return _refer(type_, structs)
    pattern = PATTERNS.get(declared.kind)
    return {**_TEXT, "pattern": pattern} if pattern else dict(_TEXT)


def _describe_number(declared: FieldType) -> _Schema:
    schema: _Schema = {"type": ["integer", "string"]}
    if declared.bounds and declared.bounds.ge is not None:
        schema["minimum"] = declared.bounds.ge
    if declared.bounds and declared.bounds.le is not None:
        schema["maximum"] = declared.bounds.le
    return schema


def _list_of(entry: _Schema) -> _Schema:
    return {"type": "array", "items": entry}


def _describe_attendee(structs: dict[type, str]) -> _Schema:
    """Return the schema of a person: a text, keys, or a role with the person's name."""
    role = {"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": _TEXT}
    return {"anyOf": [_TEXT, _refer(Attendee, structs), role]}


def _describe_next(structs: dict[type, str]) -> _Schema:
    return {"anyOf": [_TEXT, _refer(NextMeeting, structs)]}


def _describe_planned(structs: dict[type, str]) -> _Schema:
    """Return the schema of an entry in a list of meetings."""
    return {"anyOf": [_TEXT, _refer(PlannedMeeting, structs), _refer(MeetingRule, structs)]}


def _describe_meetings(structs: dict[type, str]) -> _Schema:
    return _list_of(_describe_planned(structs))


def _describe_names(structs: dict[type, str]) -> _Schema:
    """Return the schema of names with their periods: one, or a list."""
    name = {"anyOf": [_TEXT, _refer(DatedName, structs)]}
    return {"anyOf": [*name["anyOf"], _list_of(name)]}


_OWN_FORMS: Mapping[type, Callable[[dict[type, str]], _Schema]] = {
    Attendee: _describe_attendee,
    NextMeeting: _describe_next,
}
_KINDS: Mapping[str, Callable[[dict[type, str]], _Schema]] = {
    "meetings": _describe_meetings,
    "dated_names": _describe_names,
}


def _describe_meta(meta: msgspec.Meta, declared: FieldType) -> _Schema:
    """Return title, description and examples; examples only of what is a text in the file."""
    schema: _Schema = {}
    if meta.title:
        schema["title"] = meta.title
    if meta.description:
        schema["description"] = describe(meta)
    is_text = declared.type not in (bool, int, dict, tuple)
    examples = [str(example) for example in meta.examples or () if is_text]
    texts = [example.strip('"') for example in examples if example[:1] not in "{["]
    if texts:
        schema["examples"] = texts
    return schema


def _spell_key(key: str, known: Iterable[str]) -> str:
    """Return a pattern of all spellings of a key: "Next meeting", and words of other languages."""
    words = {key}
    for translations in TRANSLATED.values():
        words |= {word for word, meant in translations.items() if meant == key and key in known}
    spelt = ("[ _-]+".join(map(_ignore_case, word.split("_"))) for word in sorted(words))
    return f"^[ _-]*(?:{'|'.join(spelt)})[ _-]*$"


def _ignore_case(word: str) -> str:
    """Return a pattern of a word with capitals or without."""
    return "".join(
        f"[{letter.lower()}{letter.upper()}]"
        if len(letter.upper()) == 1 and letter.isalpha()
        else re.escape(letter)
        for letter in word
    )
