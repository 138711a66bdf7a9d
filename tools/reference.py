"""The reference pages: docs/front-matter.md and docs/problems.md, made from the declarations.

``python -m tools.reference docs`` writes both. A field is described where it is declared, by
its Meta: ``description``, of which a last sentence "Default: ..." says what stands in for it, and
``examples``, each as YAML; that of a list is one of its entries unless it has brackets.
"""

import datetime as dt
import sys
import types
import typing
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Meta

from lscbsite.model import Config, FrontMatter, PageFrontMatter, SiteConfig
from lscbsite.problems import RULES, Rule, join_words

_WORDS = {
    str: "text",
    bool: "[true or false](#true-or-false)",
    dt.date: "a [date](#dates)",
    dt.time: "a [time](#times)",
}
_KINDS = {
    "id": "an [id](#ids)",
    "language": "a language tag",
    "path": "a path, from / on",
    "url": "a web address, from https:// on",
    "base_url": "an absolute address",
    "timezone": "the name of a time zone",
    "colour": "# and six digits, in quotes",
}
# Fields for special occasions: comments in the complete examples.
_SPECIAL: dict[type, str] = {
    FrontMatter: "announced_for cancelled draft withdrawn aliases language waivers",
    SiteConfig: "uid boards rules",
}
_MADE = "<!-- Made by `make docs` from what lscbsite/{} declares: change it there. -->"

_FRONT_MATTER = """\
# Front matter, field by field

{made}

A report is a text file in the folder `reports/`. It begins with its **front matter**: a line
`---`, lines of the form `field: value`, and another line `---`. The text of the report follows.
Fields may stand in any order; those that are not **required** can be left out. A field that is
not on this page is an [error](problems.md), so that a misspelt one does not go unnoticed.

- [How values are written](#how-values-are-written)
{contents}

## How values are written

What stands after the colon is taken as it stands: `time: 18:30` is half past six, and `title: No`
is a word. A field with nothing after its colon counts as left out. A value must be put in quotes
where YAML would take it for something else: if it holds a colon and a space
(`"Training: who comes?"`), a space and a `#` (`"Room #3"`), or starts with one of the characters
`[ {{ > | * & ! % @ # ' "` or with a backtick. A value of several lines follows `>-`, indented:

```yaml
summary: >-
  The board asks which times suit you for training. It will also
  try out shared chronologies.
```

A list has each entry on a line of its own behind a `-`, or all of them in brackets:

```yaml
topics:
  - domestic-violence
  - early-help
```

```yaml
topics: [domestic-violence, early-help]
```

An entry that has fields of its own has them below each other, in line:

```yaml
feedback:
  - ask: Who from your group would come to evening training?
    deadline: 14 December 2012
    reply_to: training@example.org
```

### Dates

{dates} are all read.
The month may be abbreviated, and a weekday must be the right one. `13/11/2012` is read, too,
because there is no thirteenth month. `03/04/2013` is refused: it can be the 3rd of April or the
4th of March.

### Times

{times}. A time without minutes needs am or pm.

### True or false

`true`, `yes` and `on`, or `false`, `no` and `off`.

### Ids

Small letters from a to z, digits and hyphens: `domestic-violence`.
"""
_PAGE = """\
A file of `pages/`, such as `pages/about.md`, is an ordinary page of the site.
"""
_SITE = """\
The file `site.yaml` in the site's folder says what holds for the whole site. Its `rules` take the
codes of [those problems](problems.md) that a site can set.
"""
_COMMENTED = """\
Lines behind a `#` are not read: they are for special occasions.
"""

_PROBLEMS = """\
# Problems, code by code

{made}

Whatever is wrong with what was written for a site is told in a line of this form:

```text
reports/2012-11-13.md:3:11: error F031: found "03/04/2013", which can be ...
```

That is the file, the line, the column (both from 1), and the problem's code, by which this page
explains it. All problems of all files are told at once.

An **error** stops the build: nothing is written, and what was published stays as it is. A
**warning** does not. Where the last column says yes, a site can set what the problem counts as in
its `site.yaml`: `error`, `warning` or `off`.

```yaml
rules:
  {example}: error
```

"""
_GROUPS = {
    "F": "Files and front matter",
    "S": "The site's own files",
    "M": "The text",
    "L": "Links, and what reports say about each other",
    "O": "Addresses",
    "C": "Advice on content",
    "A": "Advice on accessibility",
    "P": "Publication gate",
}


class _Field(msgspec.Struct, frozen=True):
    """A field as it is declared: ``kind`` is what its value is, without ``| None``."""

    name: str
    kind: Any
    meta: Meta
    required: bool
    default: Any

    @property
    def text(self) -> str:
        return self.meta.description or ""

    @property
    def examples(self) -> list[str]:
        return self.meta.examples or []

    @property
    def is_list(self) -> bool:
        return typing.get_origin(self.kind) is tuple

    @property
    def is_mapping(self) -> bool:
        """Whether the keys are free."""
        return typing.get_origin(self.kind) is dict

    @property
    def key(self) -> "_Field":
        """What a key of a mapping is."""
        return _Field("", *_bare(typing.get_args(self.kind)[0]), required=True, default=None)

    @property
    def value(self) -> "_Field":
        """What a value of a mapping is."""
        return _Field("", *_bare(typing.get_args(self.kind)[1]), required=True, default=None)

    @property
    def struct(self) -> type[msgspec.Struct] | None:
        """The struct that the value is, or an entry of the list, or a value of the mapping."""
        inner = typing.get_args(self.kind)[0] if self.is_list else self.kind
        inner = self.value.kind if self.is_mapping else inner
        return inner if isinstance(inner, type) and issubclass(inner, msgspec.Struct) else None


def _bare(type_: Any) -> tuple[Any, Meta]:
    """Return a declared type without its Meta and without ``| None``, and that Meta."""
    meta = Meta()
    while True:
        if typing.get_origin(type_) is typing.Annotated:
            type_, meta = typing.get_args(type_)
        elif typing.get_origin(type_) in (typing.Union, types.UnionType):
            type_ = next(t for t in typing.get_args(type_) if t is not types.NoneType)
        else:
            return type_, meta


def fields(struct: type) -> list[_Field]:
    """Return the fields that an author can write, in the order of their declaration."""
    hints = typing.get_type_hints(struct, include_extras=True)
    return [
        _Field(field.name, *_bare(hints[field.name]), field.required, field.default)
        for field in msgspec.structs.fields(struct)
        if typing.get_origin(hints[field.name]) is typing.Annotated
    ]


# --- tables ---------------------------------------------------------------------------------


def _codes(texts: list[str]) -> list[str]:
    return [f"`{text}`" for text in texts]


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _head(*names: str) -> Iterator[str]:
    yield _row(*names)
    yield _row(*("---" for _ in names))


def _table(struct: type, anchors: dict[type, str]) -> Iterator[str]:
    yield from _head("Field", "What it is", "How it is written", "If left out")
    for field in fields(struct):
        text, _, otherwise = field.text.partition("Default: ")
        written = [_written(field, anchors), ", ".join(_codes(field.examples))]
        yield _row(
            f"`{field.name}`",
            text.strip(),
            ": ".join(filter(None, written)),
            _left_out(field, otherwise),
        )
    yield ""


def _left_out(field: _Field, otherwise: str) -> str:
    if field.required:
        return "**required**"
    if otherwise:
        return otherwise.rstrip(".")
    if isinstance(field.default, bool):
        return f"`{str(field.default).lower()}`"
    return f"`{field.default}`" if isinstance(field.default, int | str) else "–"


def _written(field: _Field, anchors: dict[type, str]) -> str:
    if field.struct:
        own = f"[fields of its own](#{anchors[field.struct]})"
        if field.is_mapping:
            return f"keys, each with {own}"
        if field.is_list:
            return f"a list; each entry {'is one value or ' if field.examples else ''}has {own}"
        return f"one value or {own}" if field.examples else own
    if field.is_mapping:
        return f"keys, and for each {_written(field.value, anchors)}"
    if field.is_list:
        return "a list"
    if field.meta.extra:
        return _KINDS[field.meta.extra["kind"]]
    if typing.get_origin(field.kind) is Literal:
        return join_words(_codes(list(typing.get_args(field.kind))))
    if field.kind is int:
        return f"a whole number from {field.meta.ge} to {field.meta.le}"
    return _WORDS[field.kind]


def _tables(struct: type) -> Iterator[str]:
    """Yield a struct's table, and under headings those of the structs in its fields."""
    nested: dict[type, list[_Field]] = {}
    for field in fields(struct):
        if field.struct:
            nested.setdefault(field.struct, []).append(field)
    anchors = {inner: found[0].name for inner, found in nested.items()}
    yield from _table(struct, anchors)
    for inner, found in nested.items():
        first = found[0]
        yield f"### `{first.name}`\n"
        if first.is_mapping:
            yield f"{_keys(first)} Its fields are:\n"
        else:
            names = join_words(_codes([field.name for field in found]), "and")
            condition = ", where it has fields of its own" if first.examples else ""
            yield f"{'Each entry of' if first.is_list else 'In'} {names}{condition}:\n"
        yield from _table(inner, {})


def _keys(field: _Field) -> str:
    examples = ", ".join(_codes(field.key.examples))
    return f"Each key is {_lower(field.key.text).rstrip('.')}, such as {examples}."


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


# --- complete examples ----------------------------------------------------------------------


def example(struct: type, *, special: bool = False) -> list[str]:
    """Return all fields of a struct in YAML, a line each.

    Those for special occasions are comments unless ``special``.
    """
    lines = []
    for field in fields(struct):
        comment = "" if special or field.name not in _SPECIAL.get(struct, "").split() else "# "
        lines += [comment + line for line in _example(field)]
    return lines


def _example(field: _Field) -> Iterator[str]:
    entries = field.is_list and not any(text.startswith("[") for text in field.examples)
    if not (entries or field.struct):
        yield f"{field.name}: {field.examples[0]}"
        return
    yield f"{field.name}:"
    if field.is_mapping:
        yield from _indented(_entry(field))
    elif entries and field.examples:
        yield from (f"  - {text}" for text in field.examples)
    elif field.struct:
        first, *rest = example(field.struct)
        yield f"  {'- ' if entries else ''}{first}"
        yield from _indented(_indented(rest) if entries else rest)


def _entry(field: _Field) -> Iterator[str]:
    """Yield a key and its value in a mapping with free keys."""
    if field.struct:
        yield f"{field.key.examples[0]}:"
        yield from _indented(example(field.struct))
    else:
        yield f"{field.key.examples[0]}: {field.value.examples[0]}"


def _indented(lines: Iterable[str]) -> Iterator[str]:
    yield from (f"  {line}" for line in lines)


# --- the pages ------------------------------------------------------------------------------


def front_matter_page() -> str:
    """Return docs/front-matter.md: every field that an author can write."""
    fence = ["---"]
    sections = {
        "The front matter of a report": [
            *_tables(FrontMatter),
            "### A complete example\n",
            _COMMENTED,
            *_fenced([*fence, *example(FrontMatter), *fence, "Text of the report."]),
        ],
        "The front matter of an ordinary page": [
            _PAGE,
            *_tables(PageFrontMatter),
            *_fenced([*fence, *example(PageFrontMatter), *fence, "Text of the page."]),
        ],
        "site.yaml": [
            _SITE,
            *_tables(SiteConfig),
            "### A complete site.yaml\n",
            _COMMENTED,
            *_fenced(example(SiteConfig)),
        ],
    }
    for field in fields(Config):
        sections[f"{field.name}.yaml"] = [*_register(field)]
    described = {field.name: field for field in fields(FrontMatter)}
    lines = []
    for title, content in sections.items():
        lines += ["", f"## {title}", "", *content]
    return _FRONT_MATTER.format(
        made=_MADE.format("model/"),
        contents="\n".join(f"- [{title}](#{_anchor(title)})" for title in sections),
        dates=join_words(_codes(described["date"].examples), "and"),
        times=join_words(_codes(described["time"].examples)),
    ) + "".join(f"{line}\n" for line in lines)


def _register(field: _Field) -> Iterator[str]:
    yield f"{field.text} The file can be left out.\n"
    if field.struct:
        yield f"{_keys(field)} Its fields are:\n"
        yield from _table(field.struct, {})
    else:
        yield f"{_keys(field)} What follows it is {_lower(field.value.text)}\n"
    yield from _fenced(_entry(field))


def _fenced(lines: Iterable[str]) -> Iterator[str]:
    yield "```yaml"
    yield from lines
    yield "```"


def _anchor(title: str) -> str:
    """Return the id that git hosts give to one of our headings."""
    return title.lower().replace(".", "").replace(" ", "-")


def problems_page() -> str:
    """Return docs/problems.md: every code of RULES."""
    settable = next(rule.code for rule in RULES.values() if rule.configurable)
    groups: dict[str, list[Rule]] = {}
    for rule in sorted(RULES.values(), key=lambda rule: rule.code):
        groups.setdefault(rule.code[0], []).append(rule)
    lines = []
    for letter in sorted(groups, key=[*_GROUPS, *groups].index):
        lines += [f"## {letter}: {_GROUPS.get(letter, letter)}", ""]
        lines += _head("Code", "What it means", "Severity", "Can be set")
        for rule in groups[letter]:
            setting = "yes" if rule.configurable else "no"
            lines.append(_row(f"`{rule.code}`", _sentence(rule.title), rule.severity, setting))
        lines.append("")
    head = _PROBLEMS.format(made=_MADE.format("problems.py"), example=settable)
    return head + "\n".join(lines)


def _sentence(title: str) -> str:
    """Return a title with a capital letter, unless it starts with the name of a field or file."""
    named = any(mark in title.partition(" ")[0] for mark in "._")
    return title if named else title[0].upper() + title[1:]


PAGES = {"front-matter.md": front_matter_page, "problems.md": problems_page}


def main() -> None:
    """Write the pages into the folder that the command line names (default: docs)."""
    folder = Path(*sys.argv[1:] or ["docs"])
    for name, page in PAGES.items():
        (folder / name).write_text(page(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
