"""Make the form's fields from the model: each field there has its label, its hint and its kind.

The settings are those that Sveltia CMS and Decap CMS have in common. ``written`` and ``key`` are read
by form.js, which takes them out: a field's values are ``lines`` of a list; an object is ``short``, a
text alone where only its first field is filled; or a ``group`` in the form only. ``key`` is the key
that a field is written to, if that is not its name: two fields can share one, so that people can be
chosen or written.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from lscbsite.model import (
    Attendee,
    FrontMatter,
    MarkedText,
    NextMeeting,
    Outcome,
    PageFrontMatter,
    Person,
    PlannedMeeting,
    Topic,
)
from lscbsite.outputs.form.choices import Choices, Option
from lscbsite.parsing.yaml_reader.field_types import (
    PATTERNS,
    FieldType,
    describe,
    find_meta,
    list_fields,
)

Setting = dict[str, Any]

# The fields that most reports have, in order; "" is the text. All others are in a group of their own.
_FIRST = (
    *("date", "time", "place", "draft", "title", "", "feedback", "outcomes", "attendees"),
    *("apologies", "topics", "next_meeting", "summary"),
)
# No field of the form: nothing reads it yet.
_LEFT_OUT = ("waivers",)
_BODY = {"name": "body", "label": "Text", "widget": "text", "required": False}
_BODY_HINT = (
    "What was said, in Markdown. A line that begins with two # signs is a heading; a heading with the name"
    " of a topic is about that topic. [[2012-11-13]] links to the report of that day. Empty lines divide"
    " paragraphs, and a hyphen begins an entry of a list."
)
_PATTERN_MESSAGES = {"id": "Use small letters, digits and hyphens."}
_ONE_PER_LINE = "One per line."
_CHOICE_HINT = "Choose from what the site has already. Write anything else into the field below."


def make_report_fields(choices: Choices, meeting: NextMeeting | None) -> list[Setting]:
    """Return the fields of reports; a new one begins with ``meeting``."""
    fields = dict(_make_fields(FrontMatter, choices))
    fields[""] = [{**_BODY, "hint": _BODY_HINT}]
    # In a field of the name "title", Sveltia's lists show the day again where there is no title.
    fields["title"][0] |= {"name": "heading", "key": "title"}
    if len(choices.boards) < 2:
        del fields["boards"]
    [draft] = fields["draft"]
    draft["default"] = True
    draft["hint"] = (
        "While this is on, the report appears nowhere. Switch it off when the report is ready."
    )
    fields["date"][0]["hint"] = "The day the meeting was held. For several days, see More fields."
    words: Setting = {
        "name": "date_in_words",
        "key": "date",
        "label": "Several days, or the day in words",
        "widget": "string",
        "required": False,
        "hint": "For a meeting of several days: 12-13 March 2013. The day above is then the first one.",
    }
    if meeting:
        _set_defaults(fields, meeting)
    more = [words]
    for key, settings in fields.items():
        if key not in _FIRST:
            more += settings
    first = [setting for key in _FIRST for setting in fields[key]]
    return [*first, _make_group("more", "More fields", more)]


def make_page_fields() -> list[Setting]:
    """Return the fields of an ordinary page."""
    fields = [
        setting for _, settings in _make_fields(PageFrontMatter, None) for setting in settings
    ]
    return [fields[0], {**_BODY, "hint": "The text of the page, in Markdown."}, *fields[1:]]


def make_topic_fields() -> list[Setting]:
    """Return the fields of topics.yaml."""
    settings = [setting for _, settings in _make_fields(Topic, None) for setting in settings]
    key = {
        "name": "id",
        "label": "Id",
        "widget": "string",
        "pattern": [PATTERNS["id"], _PATTERN_MESSAGES["id"]],
        "hint": "A short name, which is in addresses: domestic-violence. Do not change it afterwards.",
    }
    return [_make_entries("topics", "Topics", "topic", [key, *settings])]


def make_people_fields() -> list[Setting]:
    """Return the fields of people.yaml."""
    settings = [setting for _, settings in _make_fields(Person, None) for setting in settings]
    hint = "The name that the site shows. To rename somebody, add the old name under Earlier names."
    key = {"name": "person", "label": "Name", "widget": "string", "hint": hint}
    return [_make_entries("people", "People", "person", [key, *settings])]


def make_glossary_fields() -> list[Setting]:
    """Return the fields of glossary.yaml."""
    hint = "A term or an abbreviation, as reports write it: VCS."
    fields = [
        {"name": "term", "label": "Term", "widget": "string", "hint": hint},
        {"name": "meaning", "label": "What it means", "widget": "string"},
    ]
    return [_make_entries("glossary", "Glossary", "term", fields) | {"written": "short"}]


def _make_entries(name: str, label: str, singular: str, fields: list[Setting]) -> Setting:
    """Return the one field of a file whose keys are names: a list in the form."""
    return {
        "name": name,
        "label": label,
        "label_singular": singular,
        "widget": "list",
        "summary": f"{{{{fields.{fields[0]['name']}}}}}",
        "collapsed": True,
        "required": False,
        "fields": fields,
    }


def _make_group(name: str, label: str, fields: list[Setting]) -> Setting:
    group = {"name": name, "label": label, "widget": "object", "collapsed": True, "required": False}
    return {**group, "written": "group", "fields": fields}


def _set_defaults(fields: dict[str, list[Setting]], meeting: NextMeeting) -> None:
    """Let a new report begin with the meeting that the last one announced."""
    assert meeting.date is not None
    fields["date"][0]["default"] = meeting.date.isoformat()
    if meeting.time:
        end = f" to {meeting.end:%H:%M}" if meeting.end else ""
        fields["time"][0]["default"] = f"{meeting.time:%H:%M}{end}"
    if meeting.place:
        fields["place"][0]["default"] = meeting.place


def _make_fields(type_: type, choices: Choices | None) -> Iterator[tuple[str, list[Setting]]]:
    """Yield the key of each field that authors write, with its fields in the form."""
    fields = list_fields(type_)
    metas = {field.encode_name: find_meta(field.type) for field in msgspec.structs.fields(type_)}
    for key, declared in fields.writable.items():
        if key in _LEFT_OUT:
            continue
        setting: Setting = {"name": key, "label": metas[key].title or key.replace("_", " ").title()}
        setting |= _make_widget(key, declared, choices)
        if hint := _make_hint(metas[key], setting):
            setting["hint"] = hint
        if setting.get("written") == "short":
            # A text alone is written there, so there are the examples of it.
            [written, *_] = msgspec.structs.fields(declared.type)
            setting["fields"][0]["hint"] = (
                f"{_describe(find_meta(written.type))} {_join_examples(metas[key])}"
            )
        setting["required"] = key in fields.required
        offered = _list_options(type_, key, choices)
        yield key, _add_choice(setting, offered) if offered else [setting]


def _make_widget(key: str, declared: FieldType, choices: Choices | None) -> Setting:
    """Return the settings that a field's type decides."""
    type_ = declared.type
    if type_ is bool:
        return {"widget": "boolean", "default": False}
    if type_ is tuple:
        return _make_list(key, declared, choices)
    if type_ is dt.date and declared.kind in ("", "days"):
        day = {"format": "YYYY-MM-DD", "date_format": "YYYY-MM-DD", "time_format": False}
        return {"widget": "datetime", "type": "date", **day}
    if type_ is MarkedText:
        return {"widget": "text"}
    if isinstance(type_, type) and issubclass(type_, msgspec.Struct):
        fields = [setting for _, found in _make_fields(type_, choices) for setting in found]
        # All of an object can be empty, if it is: form.js leaves it out then.
        fields = [{**field, "required": False} for field in fields]
        written = {"written": "short"} if type_ is NextMeeting else {"collapsed": True}
        return {"widget": "object", **written, "fields": fields}
    if pattern := PATTERNS.get(declared.kind):
        return {"widget": "string", "pattern": [pattern, _PATTERN_MESSAGES[declared.kind]]}
    return {"widget": "string"}


def _make_list(key: str, declared: FieldType, choices: Choices | None) -> Setting:
    entry = declared.parts[0].type
    is_struct = isinstance(entry, type) and issubclass(entry, msgspec.Struct)
    if declared.kind or not is_struct or entry in (Attendee, PlannedMeeting):
        return {"widget": "text", "written": "lines"}
    fields = [setting for _, found in _make_fields(entry, choices) for setting in found]
    singular = {"feedback": "question", "outcomes": "outcome", "corrections": "correction"}
    return {
        "widget": "list",
        "label_singular": singular.get(key, key),
        "collapsed": False,
        "fields": fields,
    }


def _make_hint(meta: msgspec.Meta, setting: Setting) -> str:
    """Return what belongs into a field, with examples where something is written."""
    parts = [_describe(meta)]
    if setting.get("written") == "lines":
        parts.append(_ONE_PER_LINE)
    # A picker needs none, and an object's fields have their own.
    if setting["widget"] in ("string", "text"):
        parts.append(_join_examples(meta))
    return " ".join(filter(None, parts))


def _describe(meta: msgspec.Meta) -> str:
    """Return a field's hint, or its description if that has the same words for a form and a file."""
    text: str = (meta.extra or {}).get("hint") or describe(meta).replace("`", "")
    text = text.removeprefix("true: ")
    return text[:1].upper() + text[1:]


def _join_examples(meta: msgspec.Meta) -> str:
    examples = "; ".join(_list_examples(meta))
    return f"For example: {examples}" if examples else ""


def _list_examples(meta: msgspec.Meta) -> Iterator[str]:
    """Yield examples without YAML's signs."""
    for example in meta.examples or ():
        text = str(example).strip('"')
        if text.startswith("["):
            yield text[1:-1].split(", ")[0]
        elif not text.startswith("{"):
            yield text


def _list_options(type_: type, key: str, choices: Choices | None) -> tuple[Option, ...]:
    if choices is None:
        return ()
    if type_ is FrontMatter and key == "boards":
        return choices.boards
    if type_ is FrontMatter and key == "topics":
        return choices.topics
    if type_ is FrontMatter and key in ("attendees", "apologies"):
        return tuple(Option(person, person) for person in choices.people)
    return choices.questions if type_ is Outcome and key == "ask" else ()


def _add_choice(setting: Setting, options: Iterable[Option]) -> list[Setting]:
    """Return a field with one before it, in which values can be chosen; the rest is written."""
    name = setting["name"]
    choice: Setting = {
        "name": f"{name}_chosen",
        "key": name,
        "label": setting["label"],
        "widget": "select",
        "hint": _CHOICE_HINT,
        "required": False,
        "options": [{"label": option.label, "value": option.value} for option in options],
    }
    if setting.get("written") == "lines":
        choice |= {"multiple": True, "written": "lines"}
    other = {**setting, "label": f"{setting['label']}: others", "required": False}
    return [choice, other]
