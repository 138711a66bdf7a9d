"""The strict YAML reader: text -> frozen structs, every fault with its place.

YAML is read string-first: a scalar is the text that stands there, and only the declared type
of a field makes it a date or a truth value. Anchors, aliases, tags and directives are refused.
Positions come from libyaml's character indexes, so that they count characters and lines as
an editor does.
"""

import datetime as dt
import re
import types
import typing
from bisect import bisect_right
from collections.abc import Callable, Mapping
from typing import Any, Literal

import msgspec
import yaml

from lscbsite import dates
from lscbsite.model import Mark
from lscbsite.problems import Problem, Problems, listed, shown, suggestion

# C0 and C1 controls but tab, LF and CR, and the noncharacters: none may stand in HTML or XML.
CONTROL_CHARACTERS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff"
    + "".join(
        chr(plane * 0x10000 + 0xFFFE) + chr(plane * 0x10000 + 0xFFFF) for plane in range(1, 17)
    )
    + "]"
)


class Missing:
    """The type of MISSING: a value that could not be read, its problem being reported."""


MISSING = Missing()


class ScalarNode(msgspec.Struct, frozen=True):
    """A text; ``plain`` if it stands without quotes."""

    value: str
    index: int
    plain: bool

    @property
    def empty(self) -> bool:
        """Whether the author left the value out."""
        return self.plain and self.value in ("", "~", "null")


class ListNode(msgspec.Struct, frozen=True):
    """A list."""

    items: tuple["Node", ...]
    index: int


class MappingNode(msgspec.Struct, frozen=True):
    """Keys and values, in the author's order, duplicates included."""

    pairs: tuple[tuple["Node", "Node"], ...]
    index: int


Node = ScalarNode | ListNode | MappingNode

_KINDS = {ScalarNode: "text", ListNode: "a list", MappingNode: "keys and values"}


class Document:
    """A text in a file, from ``first_line`` on: places in it, problems with it, marks."""

    def __init__(self, text: str, path: str, problems: Problems, first_line: int = 1) -> None:
        self.text, self.path, self.problems, self.first_line = text, path, problems, first_line
        self.marks: dict[str, Mark] = {}
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def mark(self, index: int) -> Mark:
        """Return the place of the character at ``index``."""
        line = bisect_right(self._starts, min(index, len(self.text))) - 1
        return Mark(self.first_line + line, index - self._starts[line] + 1)

    def fault(self, index: int, code: str, found: str, expected: str, fix: str = "") -> Missing:
        """Report a problem at ``index``; returns MISSING for the caller to pass on."""
        place = self.mark(index)
        self.problems.add(Problem(self.path, place.line, place.column, code, found, expected, fix))
        return MISSING


# --- bytes -> text -----------------------------------------------------------------------


def decode(data: bytes, path: str, problems: Problems) -> str | None:
    """Return a file's text with LF line ends, or None if it is not text.

    A byte order mark is skipped, CRLF and CR become LF. A NUL is an error, other control
    characters are dropped with a warning.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        fix = 'save it again with the encoding "UTF-8"'
        problems.add(Problem(path, 1, 1, "F001", "a UTF-16 file", "UTF-8 text", fix))
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig")
        line, column = _place(before.replace("\r\n", "\n"))
        byte = data[error.start : error.start + 1]
        guess = byte.decode("cp1252", "replace")
        found = f"the byte 0x{byte.hex().upper()}, perhaps a {guess} from Windows"
        fix = 'save the file again with the encoding "UTF-8"'
        problems.add(Problem(path, line, column, "F001", found, "UTF-8 text", fix))
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        line, column = _place(text[: text.index("\0")])
        problems.add(Problem(path, line, column, "F002", "a NUL character", "text", "take it out"))
        return None
    if dropped := CONTROL_CHARACTERS.findall(text):
        start = CONTROL_CHARACTERS.search(text)
        line, column = _place(text[: start.start()] if start else "")
        first = f"U+{ord(dropped[0]):04X}"
        count = f", and {len(dropped) - 1} more like it" if len(dropped) > 1 else ""
        problems.add(
            Problem(
                path,
                line,
                column,
                "F003",
                f"the control character {first}{count}",
                "text",
                "take it out; it is left out of the page",
            )
        )
        text = CONTROL_CHARACTERS.sub("", text)
    return text


def _place(before: str) -> tuple[int, int]:
    return before.count("\n") + 1, len(before) - before.rfind("\n")


# --- YAML text -> nodes ------------------------------------------------------------------


def compose(document: Document) -> Node | Missing | None:
    """Return the tree of a YAML text, None if it holds nothing, MISSING if it has faults."""
    try:
        return _build(document)
    except yaml.MarkedYAMLError as error:
        return _syntax_fault(document, error)


def _build(document: Document) -> Node | Missing | None:
    """Build the tree from libyaml's events; explicit stacks, so that no depth overflows."""
    faulty = False
    root: Node | None = None
    open_nodes: list[tuple[int, bool, list[Node]]] = []
    documents = 0

    def place(node: Node) -> None:
        nonlocal root
        if open_nodes:
            open_nodes[-1][2].append(node)
        elif root is None:
            root = node

    for event in yaml.parse(document.text, Loader=yaml.CSafeLoader):
        index = event.start_mark.index if event.start_mark else 0
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1 or event.version or event.tags:
                found = "a second YAML document" if documents > 1 else "a YAML directive"
                document.fault(index, "F014", found, "plain keys and values", "take it out")
                faulty = faulty or documents > 1
        elif isinstance(event, yaml.AliasEvent):
            faulty = True
            _refuse(document, index, "an alias", f"*{event.anchor}")
            place(ScalarNode("", index, plain=False))
        elif isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent)):
            if event.anchor is not None:
                _refuse(document, index, "an anchor", f"&{event.anchor}")
            if event.tag is not None:
                _refuse(document, index, "a tag", event.tag)
            if isinstance(event, yaml.ScalarEvent):
                plain = event.style is None or event.style == ""
                if plain:
                    _warn_of_comment(document, event)
                text = CONTROL_CHARACTERS.sub("", event.value)
                place(ScalarNode(text, index, plain))
            else:
                open_nodes.append((index, isinstance(event, yaml.MappingStartEvent), []))
        elif isinstance(event, yaml.CollectionEndEvent):
            start, is_mapping, nodes = open_nodes.pop()
            if is_mapping:
                pairs = tuple(zip(nodes[::2], nodes[1::2], strict=True))
                place(MappingNode(pairs, start))
            else:
                place(ListNode(tuple(nodes), start))
    return MISSING if faulty else root


def _refuse(document: Document, index: int, kind: str, text: str) -> None:
    document.fault(
        index,
        "F014",
        f"{kind} ({shown(text)})",
        "plain text",
        "put the value in quotes if it is meant as text",
    )


def _warn_of_comment(document: Document, event: yaml.ScalarEvent) -> None:
    """A '#' with a blank before and none after it, as in 'Report #3', is seldom a comment."""
    end = event.end_mark.index if event.end_mark else 0
    line, _, _ = document.text[end:].partition("\n")
    if comment := re.match(r"[ \t]+(#[^\s#].*)", line):
        document.fault(
            end + comment.start(1),
            "F015",
            f"{shown(comment[1])}, which is not read",
            "no # after a blank",
            "put the whole value in quotes, or write a blank after the # of a comment",
        )


_QUOTES = "put the whole value in quotes"
_SYNTAX: tuple[tuple[str, str, str, str], ...] = (
    # libyaml's words, what is found, what is expected, what to do
    (
        "mapping values are not allowed",
        "a colon that cannot stand here",
        "one key and its value on a line, and all keys in line with each other",
        f"{_QUOTES} if the colon belongs to the text; else correct the indentation",
    ),
    (
        "unexpected end of stream",
        "a quotation mark that is never closed",
        "its partner",
        "close it",
    ),
    (
        "could not find expected ':'",
        "a line that is neither a key with a value nor part of one",
        '"key: value"',
        "write a colon and a blank after the key, or indent a continued text",
    ),
    (
        "did not find expected key",
        "something that is neither a key nor the end of a value",
        "a key in line with the keys above",
        f"correct the indentation, or {_QUOTES}",
    ),
    (
        "did not find expected '-'",
        "a line that is not part of the list above",
        "a line that starts with -",
        "put every entry of the list behind a -, in line with the others",
    ),
    ("expected ',' or ']'", "a list that is never closed", "a ]", "close the list with ]"),
    ("expected ',' or '}'", "a mapping that is never closed", "a }", "close it with }"),
    (
        "unknown escape character",
        "a backslash in double quotes",
        "text without backslashes",
        "use single quotes",
    ),
    (
        "block sequence entries are not allowed",
        "a - that cannot stand here",
        "the list on the lines after its key",
        "start the list on a new line",
    ),
)


def _syntax_fault(document: Document, error: yaml.MarkedYAMLError) -> Missing:
    words = error.problem or ""
    opening = re.match(
        r"while (scanning a (simple|quoted|key)|parsing a flow)", error.context or ""
    )
    mark = error.context_mark if opening and error.context_mark else error.problem_mark
    index = mark.index if mark else 0
    character = document.text[index : index + 1]
    if "cannot start any token" in words and character == "\t":
        return document.fault(
            index, "F013", "a tab as indentation", "blanks", "replace the tab by blanks"
        )
    if "cannot start any token" in words:
        return document.fault(
            index, "F013", f"a value that starts with {character}", "text in quotes", _QUOTES
        )
    for needle, found, expected, fix in _SYNTAX:
        if needle in words:
            return document.fault(index, "F013", found, expected, fix)
    return document.fault(
        index, "F013", f"something that is not YAML ({words})", "keys and values", _QUOTES
    )


# --- nodes -> values ---------------------------------------------------------------------

Convert = Callable[["Reader", Node, str], Any]


class Reader:
    """Makes values of declared types from nodes; remembers where each field stands.

    ``kinds`` are converters for fields that say ``extra={"kind": ...}``, ``structs`` those for
    structs that can be written in more than one way.
    """

    def __init__(
        self,
        document: Document,
        kinds: Mapping[str, Convert] | None = None,
        structs: Mapping[type, Convert] | None = None,
    ) -> None:
        self.document = document
        self._kinds = {**_BASIC_KINDS, **(kinds or {})}
        self._structs = structs or {}

    def fault(self, node: Node, code: str, found: str, expected: str, fix: str = "") -> Missing:
        """Report a problem with ``node``; returns MISSING."""
        return self.document.fault(node.index, code, found, expected, fix)

    def struct(
        self,
        node: Node,
        type_: type,
        where: str,
        what: str,
        stand_in: Mapping[str, Any] = types.MappingProxyType({}),
    ) -> Any:
        """Return a ``type_`` (a msgspec struct) from a mapping.

        ``where`` is the field's dotted place, ``what`` names the mapping in messages. A field
        that cannot be read is reported and left out; the result is MISSING if it was required
        and has no value in ``stand_in``.
        """
        if not isinstance(node, MappingNode):
            return self.wrong(node, f"keys and values ({what})")
        fields = {field.name: field for field in msgspec.structs.fields(type_)}
        hints = typing.get_type_hints(type_, include_extras=True)
        writable = [name for name in fields if typing.get_origin(hints[name]) is typing.Annotated]
        values: dict[str, Any] = dict(stand_in)
        for key, child in self.pairs(node, writable, what):
            if isinstance(child, ScalarNode) and child.empty:
                if fields[key].required:
                    self.fault(child, "F022", f'the key "{key}" without a value', "a value")
                continue
            value = self.value(child, hints[key], f"{where}.{key}" if where else key)
            if not isinstance(value, Missing):
                values[key] = value
        given = {key.value for key, _ in node.pairs if isinstance(key, ScalarNode)}
        required = [name for name, field in fields.items() if field.required]
        for name in required:
            if name not in given:
                fix = f'write a line "{name}: ..."'
                self.fault(node, "F022", f'no key "{name}"', f'"{name}" in {what}', fix)
        return type_(**values) if all(name in values for name in required) else MISSING

    def pairs(
        self, node: MappingNode, known: list[str] | None, what: str
    ) -> list[tuple[str, Node]]:
        """Return the keys (checked against ``known``, if given) and their nodes."""
        result: list[tuple[str, Node]] = []
        first: dict[str, ScalarNode] = {}
        for key, child in node.pairs:
            if not isinstance(key, ScalarNode):
                self.fault(key, "F023", f"{_KINDS[type(key)]} as a key", "a word as a key")
            elif key.value in first:
                line = self.document.mark(first[key.value].index).line
                self.fault(
                    key,
                    "F021",
                    f'the key "{key.value}" a second time (first in line {line})',
                    "each key once",
                    "take one of the two out",
                )
            elif known is not None and key.value not in known:
                first[key.value] = key
                fix = suggestion(key.value, known, f"the keys of {what} are {listed(known, 'and')}")
                self.fault(key, "F020", f'the unknown key "{key.value}"', f"a key of {what}", fix)
            else:
                first[key.value] = key
                result.append((key.value, child))
        return result

    def wrong(self, node: Node, expected: str, fix: str = "") -> Missing:
        """Report a value of the wrong kind."""
        found = _KINDS[type(node)]
        if isinstance(node, ScalarNode):
            found = "nothing" if node.empty else f"the text {shown(node.value)}"
        return self.fault(node, "F023", found, expected, fix)

    def text(self, node: Node) -> str | Missing:
        """Return a text without blanks around it, or MISSING."""
        if not isinstance(node, ScalarNode):
            fix = "put the text in quotes" if isinstance(node, MappingNode) else "write it as text"
            return self.wrong(node, "text", fix)
        if node.value.strip():
            return node.value.strip()
        return self.fault(node, "F024", "an empty text", "some text", "write it, or leave it out")

    def value(self, node: Node, type_: Any, where: str) -> Any:
        """Return a value of ``type_`` (a type as it is declared in the model), or MISSING."""
        self.document.marks[where] = self.document.mark(node.index)
        extra: dict[str, Any] = {}
        bounds: msgspec.Meta | None = None
        while True:
            origin = typing.get_origin(type_)
            if origin is typing.Annotated:
                type_, *metas = typing.get_args(type_)
                for meta in metas:
                    extra.update(meta.extra or {})
                    bounds = meta
            elif origin in (typing.Union, types.UnionType):
                type_ = next(t for t in typing.get_args(type_) if t is not types.NoneType)
            else:
                break
        if "kind" in extra:
            return self._kinds[extra["kind"]](self, node, where)
        if origin is tuple:
            return self._list(node, typing.get_args(type_)[0], where)
        if origin is dict:
            key_type, value_type = typing.get_args(type_)
            return self.mapping(node, key_type, value_type, where)
        if origin is Literal:
            return self._choice(node, typing.get_args(type_))
        if type_ in self._structs:
            return self._structs[type_](self, node, where)
        if issubclass(type_, msgspec.Struct):
            return self.struct(node, type_, where, _what(where))
        text = self.text(node)
        if isinstance(text, Missing) or type_ is str:
            return text
        if type_ is bool:
            return self._truth(node, text)
        if type_ is int:
            return self._number(node, text, bounds)
        try:
            return dates.read_date(text) if type_ is dt.date else dates.read_time(text)
        except dates.NotReadError as error:
            return self.fault(node, error.code, error.found, error.expected, error.fix)

    def _list(self, node: Node, item_type: Any, where: str) -> Any:
        if not isinstance(node, ListNode):
            return self.wrong(node, "a list", "write each entry on a line of its own, behind a -")
        items = []
        for place, item in enumerate(node.items):
            if isinstance(item, ScalarNode) and item.empty:
                self.fault(item, "F024", "an empty entry", "an entry after the -", "take it out")
                items.append(MISSING)
            else:
                items.append(self.value(item, item_type, f"{where}.{place}"))
        return MISSING if any(isinstance(item, Missing) for item in items) else tuple(items)

    def mapping(self, node: Node, key_type: Any, value_type: Any, where: str) -> Any:
        """Return a dict of keys to values of ``value_type``, or MISSING."""
        if not isinstance(node, MappingNode):
            return self.wrong(node, "keys and values")
        result = {}
        complete = True
        key_nodes = {key.value: key for key, _ in node.pairs if isinstance(key, ScalarNode)}
        for key, child in self.pairs(node, None, _what(where)):
            place = f"{where}.{key}" if where else key
            name = self.value(key_nodes[key], key_type, place)
            value = self.value(child, value_type, place)
            if isinstance(name, Missing) or isinstance(value, Missing):
                complete = False
            else:
                result[name] = value
        return result if complete else MISSING

    def _choice(self, node: Node, choices: tuple[str, ...]) -> Any:
        text = self.text(node)
        if isinstance(text, Missing) or text.casefold() in choices:
            return text if isinstance(text, Missing) else text.casefold()
        return self.fault(node, "F023", shown(text), listed(choices))

    def _truth(self, node: Node, text: str) -> bool | Missing:
        words = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
        if text.casefold() in words:
            return words[text.casefold()]
        return self.fault(node, "F036", shown(text), "true or false")

    def _number(self, node: Node, text: str, bounds: msgspec.Meta | None) -> int | Missing:
        low, high = (bounds.ge, bounds.le) if bounds else (None, None)
        if text.isascii() and text.isdigit() and len(text) < 10:
            number = int(text)
            if (low is None or number >= low) and (high is None or number <= high):
                return number
        return self.fault(node, "F037", shown(text), f"a whole number from {low} to {high}")


def _what(where: str) -> str:
    """Name a field in a message: feedback.0 -> an entry of "feedback"."""
    name, _, rest = where.partition(".")
    return f'an entry of "{name}"' if rest else f'"{name}"' if name else "the file"


# --- converters for kinds of text ---------------------------------------------------------

_ID = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?(?:-[a-z0-9]{5,8})*", re.I)
_URL = re.compile(r"https?://[^\s/?#@]+(?:[/?#]\S*)?", re.I)
_PATH = re.compile(r"/[^\s?#\\]*")


def _pattern(
    code: str, pattern: re.Pattern[str], expected: str, fix: str
) -> Callable[[Reader, Node, str], Any]:
    def convert(reader: Reader, node: Node, where: str) -> Any:
        text = reader.text(node)
        if isinstance(text, Missing) or pattern.fullmatch(text):
            return text
        return reader.fault(node, code, shown(text), expected, fix)

    return convert


def _earlier_path(reader: Reader, node: Node, where: str) -> Any:
    text = reader.text(node)
    if isinstance(text, Missing):
        return text
    if _PATH.fullmatch(text) and not {".", ".."} & set(text.split("/")):
        return text
    expected = "the path of an earlier page, from / on, without host, ? and #"
    return reader.fault(node, "F041", shown(text), expected, "write it as /old/path/")


_BASIC_KINDS: dict[str, Convert] = {
    "id": _pattern(
        "F039",
        _ID,
        "an id: small letters a to z, digits and hyphens",
        "write it as in child-protection",
    ),
    "language": _pattern("F038", _LANGUAGE, "a language tag", "write it as en-GB, cy or zh-Hant"),
    "url": _pattern("F042", _URL, "a web address", "write it from https:// on, without blanks"),
    "path": _earlier_path,
}
