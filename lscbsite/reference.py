"""The reference pages: docs/front-matter.md and docs/problems.md, made from the declarations.

``python -m lscbsite.reference docs`` writes both. A field is described where it is declared, by
its Meta: ``description`` (a last sentence "Default: ..." says what stands in for it) and
``examples``, each as YAML; that of a list is an entry of it unless it has brackets.
"""

import datetime as dt
import sys
import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Meta

from lscbsite.model import Config, FrontMatter, PageFrontMatter, SiteConfig
from lscbsite.problems import RULES, Rule, listed

_MADE = "<!-- Made by `make docs` from what lscbsite/{} declares: change it there. -->"

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
_SPECIAL = frozenset(
    [
        "announced_for",
        "cancelled",
        "draft",
        "withdrawn",
        "aliases",
        "language",
        "waivers",
        "uid",
        "boards",
        "attendance",
    ]
)

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

What stands after the colon is taken as it stands: `time: 18:30` is half past six, and `no` is a
word. A value must be put in quotes where YAML would take it for something else: if it holds a
colon and a blank (`"Training: who comes?"`), a blank and a `#` (`"Room #3"`), or starts with one
of the characters `[ {{ > | * & ! % @ # ' "` or with a backtick. A value of several lines follows
`>-`, indented:

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

{dates} are all read; the month may be abbreviated, a weekday must be the right one. So are
`13/11/2012` and `13.11.2012`, because there is no thirteenth month. `03/04/2013` is refused: it
can be the 3rd of April or the 4th of March.

### Times

{times}. A time without minutes needs am or pm.

### True or false

`true`, `yes` and `on`, or `false`, `no` and `off`.

### Ids

Small letters from a to z, digits and hyphens: `domestic-violence`.
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
**warning** does not. Where the last column says yes, a site can set what the problem counts as, in
its `site.yaml`: `error`, `warning` or `off`. An error that is not in a site's hands would leave
readers with a page that is wrong or not there.

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
    """A field as it is declared: ``type`` is what its value is, without ``| None``."""

    name: str
    type: Any
    meta: Meta
    required: bool
    default: Any

    @property
    def extra(self) -> dict[str, Any]:
        return self.meta.extra or {}

    @property
    def item(self) -> Any:
        """What an entry of a list is; what the value is, if it is no list."""
        return typing.get_args(self.type)[0] if _is(self.type, tuple) else self.type

    @property
    def struct(self) -> type[msgspec.Struct] | None:
        """The struct that the value, an entry of it or a value in it is."""
        last = typing.get_args(self.type)[1] if _is(self.type, dict) else self.item
        return last if isinstance(last, type) and issubclass(last, msgspec.Struct) else None


def _is(type_: Any, kind: type) -> bool:
    return typing.get_origin(type_) is kind


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


def _fields(struct: type) -> list[_Field]:
    """Return the fields that an author can write, in the order of their declaration."""
    hints = typing.get_type_hints(struct, include_extras=True)
    return [
        _Field(field.name, *_bare(hints[field.name]), field.required, field.default)
        for field in msgspec.structs.fields(struct)
        if typing.get_origin(hints[field.name]) is typing.Annotated
    ]


# --- tables ---------------------------------------------------------------------------------


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _head(*names: str) -> Iterator[str]:
    yield _row(*names)
    yield _row(*("---" for _ in names))


def _table(struct: type, anchors: dict[type, str]) -> Iterator[str]:
    yield from _head("Field", "What it is", "How it is written", "If left out")
    for field in _fields(struct):
        text, _, otherwise = (field.meta.description or "").partition("Default: ")
        yield _row(
            f"`{field.name}`", text.strip(), _written(field, anchors), _without(field, otherwise)
        )


def _without(field: _Field, otherwise: str) -> str:
    if field.required:
        return "**required**"
    if otherwise:
        return otherwise.rstrip(".")
    if isinstance(field.default, bool):
        return f"`{str(field.default).lower()}`"
    return f"`{field.default}`" if isinstance(field.default, (int, str)) else "–"


def _written(field: _Field, anchors: dict[type, str]) -> str:
    entry = field.item is not field.type
    words = _words(field, anchors)
    examples = list(field.meta.examples or ())
    if _is(field.type, dict):
        key = _bare(typing.get_args(field.type)[0])[1]
        examples = examples or [f"{name}: ..." for name in key.examples or ()]
    elif entry and examples and not examples[0].startswith("["):
        words += "; an entry"
    return ": ".join([words, *filter(None, [", ".join(_code(text) for text in examples)])])


def _code(text: str) -> str:
    return f"`{text}`"


def _words(field: _Field, anchors: dict[type, str]) -> str:
    if "kind" in field.extra:
        return _KINDS[field.extra["kind"]]
    if _is(field.type, dict):
        return f"keys and [values](#{anchors[field.struct]})" if field.struct else "keys and values"
    if field.struct and field.struct in anchors:
        kind = f"[fields of its own](#{anchors[field.struct]})"
        if field.item is not field.type:
            return f"a list; each entry has {kind}"
        return f"one value or {kind}" if field.meta.examples else kind
    if field.item is not field.type:
        return "a list"
    if typing.get_origin(field.type) is Literal:
        return listed([_code(choice) for choice in typing.get_args(field.type)])
    if field.type is int:
        return f"a whole number from {field.meta.ge} to {field.meta.le}"
    return _WORDS[field.type]


def _sections(struct: type, mark: str, prefix: str = "") -> Iterator[str]:
    """Yield a struct's table, and those of the structs in its fields, each under a heading."""
    nested: dict[type, list[_Field]] = {}
    for field in _fields(struct):
        if field.struct:
            nested.setdefault(field.struct, []).append(field)
    anchors = {inner: fields[0].name for inner, fields in nested.items()}
    yield from _table(struct, anchors)
    for inner, fields in nested.items():
        names = listed([_code(prefix + field.name) for field in fields], "and")
        one = "Each entry of" if fields[0].item is not fields[0].type else "In"
        yield f"\n{mark} `{prefix}{fields[0].name}`\n"
        if _is(fields[0].type, dict):
            yield f"Each key: {_key_words(fields[0])} Its value has these fields:\n"
        else:
            yield f"{one} {names}{', if it has fields' if fields[0].meta.examples else ''}:\n"
        yield from _table(inner, {})


def _key_words(field: _Field) -> str:
    meta = _bare(typing.get_args(field.type)[0])[1]
    examples = ", ".join(_code(text) for text in meta.examples or ())
    return f"{(meta.description or '').rstrip('.')}, as in {examples}."


# --- complete examples ----------------------------------------------------------------------


def example(struct: type, *, special: bool = True) -> str:
    """Return all fields of a struct in YAML; those for special occasions commented, or left so.

    With ``special=False`` they are written out like the others.
    """
    lines = []
    for field in _fields(struct):
        rare = special and field.name in _SPECIAL
        lines += [f"# {line}" if rare else line for line in _example_lines(field)]
    return "".join(line + "\n" for line in lines)


def _example_lines(field: _Field) -> Iterator[str]:
    examples = list(field.meta.examples or ())
    struct = field.struct
    if _is(field.type, dict):
        if not examples:
            yield f"{field.name}:"
            yield from _indented(_entry_lines(field))
            return
    elif field.item is not field.type and not (examples and examples[0].startswith("[")):
        yield f"{field.name}:"
        if not examples and struct:
            first, *rest = example(struct, special=False).splitlines()
            yield f"  - {first}"
            yield from (f"    {line}" for line in rest)
        yield from (f"  - {text}" for text in examples)
        return
    elif struct:
        yield f"{field.name}:"
        yield from _indented(example(struct, special=False).splitlines())
        return
    yield f"{field.name}: {examples[0]}"


def _entry_lines(field: _Field) -> Iterator[str]:
    """Yield an example of a key and its value in a mapping with free keys."""
    key_type, value_type = typing.get_args(field.type)
    name = (_bare(key_type)[1].examples or [""])[0]
    if field.struct:
        yield f"{name}:"
        yield from _indented(example(field.struct, special=False).splitlines())
    else:
        yield f"{name}: {(_bare(value_type)[1].examples or [''])[0]}"


def _indented(lines: typing.Iterable[str]) -> Iterator[str]:
    yield from (f"  {line}" for line in lines)


def _fenced(text: str) -> str:
    return f"```yaml\n{text.rstrip()}\n```\n"


# --- the pages ------------------------------------------------------------------------------


def front_matter_page() -> str:
    """Return docs/front-matter.md: every field that an author can write."""
    date, time = (next(f for f in _fields(FrontMatter) if f.name == n) for n in ("date", "time"))
    lines = []
    for struct, title, before, after in (
        (FrontMatter, "The front matter of a report", "", "---\n"),
        (PageFrontMatter, "The front matter of an ordinary page", _PAGES, "---\n"),
        (SiteConfig, "site.yaml", _SITE, ""),
    ):
        lines.append(f"\n## {title}\n")
        lines += [f"{before}\n"] if before else []
        lines += _sections(struct, "###")
        lines.append(f"\n### A complete example{_OF[struct]}\n")
        if any(field.name in _SPECIAL for field in _fields(struct)):
            lines.append("Lines behind a `#` are not read; they are for special occasions.\n")
        text = "Text of the report.\n" if struct is FrontMatter else "Text.\n"
        lines.append(_fenced(after + example(struct) + after + (text if after else "")))
    registers = [field for field in _fields(Config) if field.name != "site"]
    for field in registers:
        lines.append(f"## {field.name}.yaml\n")
        lines.append(f"{field.meta.description} The file can be left out.\n")
        lines.append(f"Each key: {_key_words(field)}")
        if field.struct:
            lines.append("Its value has these fields:\n")
            lines += _table(field.struct, {})
            lines.append("")
        else:
            value = _bare(typing.get_args(field.type)[1])[1]
            lines.append(f"Its value: {value.description}\n")
        lines.append(_fenced("\n".join(_entry_lines(field))))
    titles = [line.strip()[3:] for line in lines if line.strip().startswith("## ")]
    contents = "\n".join(f"- [{title}](#{_anchor(title)})" for title in titles)
    head = _FRONT_MATTER.format(
        made=_MADE.format("model.py"),
        contents=contents,
        dates=listed([_code(text) for text in date.meta.examples or ()], "and"),
        times=listed([_code(text) for text in time.meta.examples or ()]),
    )
    return head + "\n".join(lines)


_PAGES = "A file of `pages/`, such as `pages/about.md`, is an ordinary page of the site."
_SITE = "The file `site.yaml` in the site's folder says what holds for the whole site."
_OF = {FrontMatter: "", PageFrontMatter: " of a page", SiteConfig: " of site.yaml"}


def _anchor(title: str) -> str:
    """Return the id that git hosts give to a heading of ours."""
    return title.lower().replace(".", "").replace(" ", "-")


def problems_page() -> str:
    """Return docs/problems.md: every code of RULES."""
    settable = next(rule.code for rule in RULES.values() if rule.configurable)
    lines = [_PROBLEMS.format(made=_MADE.format("problems.py"), example=settable)]
    groups: dict[str, list[Rule]] = {}
    for rule in sorted(RULES.values(), key=lambda rule: rule.code):
        groups.setdefault(rule.code[0], []).append(rule)
    for letter in sorted(groups, key=[*_GROUPS, *groups].index):
        lines.append(f"## {letter}: {_GROUPS.get(letter, letter)}\n")
        lines += _head("Code", "What it means", "Severity", "Can be set")
        lines += [
            _row(
                f"`{rule.code}`",
                rule.title[0].upper() + rule.title[1:],
                rule.severity,
                "yes" if rule.configurable else "no",
            )
            for rule in groups[letter]
        ]
        lines.append("")
    return "\n".join(lines)


PAGES = {"front-matter.md": front_matter_page, "problems.md": problems_page}


def main() -> None:
    """Write the pages into the folder that the command line names."""
    folder = Path(sys.argv[1])
    for name, page in PAGES.items():
        (folder / name).write_text(page(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
