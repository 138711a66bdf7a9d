"""config.yml of the form: the author's part, a line, and what is made from the site below it."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from lscbsite.form_files import LINE, split_settings
from lscbsite.model import NextMeeting, SiteIndex
from lscbsite.outputs.form.choices import Choices, Folder, collect_choices
from lscbsite.outputs.form.fields import (
    Setting,
    make_glossary_fields,
    make_page_fields,
    make_people_fields,
    make_report_fields,
    make_topic_fields,
)
from lscbsite.parsing.yaml_reader.key_names import TRANSLATED

# form.js refuses another version, as it may not know all settings.
VERSION = 2
_ODD_SIGN = re.compile("[^0-9A-Za-z-]")


def fill_config(text: str, site: SiteIndex) -> str:
    """Return config.yml with the part below the line made for the site as it is.

    Without the line, the author keeps the whole form, and the text stays.
    """
    own = split_settings(text)
    return text if own is None else f"{own}{LINE}\n{make_form(site)}"


def make_form(site: SiteIndex) -> str:
    """Return the part of config.yml below the line, as YAML."""
    choices = collect_choices(site)
    spellings = {word: key for words in TRANSLATED.values() for word, key in words.items()}
    collections = [
        *_make_all_reports(choices),
        _make_pages(),
        _make_file("topics", "Topics", make_topic_fields()),
        _make_file("people", "People", make_people_fields()),
        _make_file("glossary", "Glossary", make_glossary_fields()),
    ]
    form = {"version": VERSION, "spellings": spellings}
    return "\n".join(_write_yaml({"collections": collections, "form": form}, "")) + "\n"


def _make_all_reports(choices: Choices) -> Iterator[Setting]:
    """Yield a collection for each folder; those with the same fields have them once."""
    seen: dict[NextMeeting | None, str] = {}
    for folder in choices.folders:
        collection = _make_reports(folder)
        if first := seen.get(folder.meeting):
            yield {**collection, "fields_of": first}
        else:
            seen[folder.meeting] = collection["name"]
            yield {**collection, "fields": make_report_fields(choices, folder.meeting)}


def _make_reports(folder: Folder) -> Setting:
    name = f"reports-{folder.board}" if folder.board else "reports"
    label = f"Reports: {folder.name}" if folder.board else "Reports"
    if folder.part:
        # No id of a board has two hyphens in a row.
        name += f"--{_ODD_SIGN.sub(lambda sign: f'_{ord(sign[0]):x}_', folder.part)}"
        label += f", {folder.part}"
    return {
        "name": name,
        "label": label,
        "label_singular": "report",
        "folder": folder.path,
        "format": "lscbsite-report",
        "create": True,
        # A report that was published is taken back, not deleted: its readers would not be told.
        "delete": False,
        "slug": "{{fields.date}}",
        "identifier_field": "date",
        "summary": "{{date}} {{heading}}",
        # form.js has Sveltia list the newest one first.
        "sortable_fields": ["date"],
        "editor": {"preview": False},
    }


def _make_pages() -> Setting:
    return {
        "name": "pages",
        "label": "Pages",
        "label_singular": "page",
        "folder": "pages",
        "format": "lscbsite-page",
        "create": True,
        "delete": False,
        "slug": "{{slug}}",
        "identifier_field": "title",
        "editor": {"preview": False},
        "fields": make_page_fields(),
    }


def _make_file(name: str, label: str, fields: list[Setting]) -> Setting:
    file = {"name": name, "label": label, "file": f"{name}.yaml", "fields": fields}
    return {
        "name": f"{name}-file",
        "label": label,
        "format": f"lscbsite-{name}",
        "editor": {"preview": False},
        "files": [file],
    }


def _write_yaml(value: Any, indent: str) -> Iterator[str]:
    """Yield the lines of a value; texts are in double quotes, which JSON and YAML have in common."""
    for key, entry in value.items():
        if isinstance(entry, Mapping):
            yield f"{indent}{key}:"
            yield from _write_yaml(entry, f"{indent}  ")
        elif isinstance(entry, list) and entry and isinstance(entry[0], Mapping):
            yield f"{indent}{key}:"
            for item in entry:
                first, *rest = _write_yaml(item, f"{indent}    ")
                yield f"{indent}  - {first.lstrip()}"
                yield from rest
        else:
            yield f"{indent}{key}: {json.dumps(entry, ensure_ascii=False)}"
