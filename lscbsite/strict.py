"""The strict YAML reader: text -> frozen structs, every fault with its place.

YAML is read string-first: a scalar is the text that stands there, and only the declared type
of a field makes it a date or a truth value. Anchors, aliases, tags and directives are refused.
Positions come from libyaml's character indexes, so that they count characters and lines as
an editor does.
"""

import codecs
import contextlib
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
from lscbsite.problems import Problem, Problems, did_you_mean, listed, shown, suggestion

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
    save = 'save the file again with the encoding "UTF-8"'
    # Without a mark at the start, UTF-16 shows in that nearly every second byte is a NUL.
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or data.count(0) * 3 > len(data):
        problems.add(Problem(path, 1, 1, "F001", "a UTF-16 file", "UTF-8 text", save))
        return None
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line, column = _place(_with_plain_line_ends(data[: error.start].decode()))
        byte = data[error.start : error.start + 1]
        found = f"the byte 0x{byte.hex().upper()}"
        if meant := byte.decode("cp1252", "ignore"):
            found += f', perhaps "{meant}" as Windows saves it'
        problems.add(Problem(path, line, column, "F001", found, "UTF-8 text", save))
        return None
    text = _with_plain_line_ends(text)
    if "\0" in text:
        line, column = _place(text[: text.index("\0")])
        found = "a NUL, a character that nobody sees"
        problems.add(Problem(path, line, column, "F002", found, "text", "take it out"))
        return None
    if dropped := CONTROL_CHARACTERS.findall(text):
        start = CONTROL_CHARACTERS.search(text)
        line, column = _place(text[: start.start()] if start else "")
        first = f"U+{ord(dropped[0]):04X}"
        # Text that was saved by Windows and read as Latin 1 has its quotation marks here.
        meant = dropped[0].encode("latin-1", "ignore").decode("cp1252", "ignore")
        if meant not in ("", dropped[0]):
            first += f' (perhaps meant as "{meant}")'
        count = f", and {len(dropped) - 1} more like it" if len(dropped) > 1 else ""
        problems.add(
            Problem(
                path,
                line,
                column,
                "F003",
                f"the control character {first}{count}",
                "text without control characters",
                "take it out; it is left out of the page",
            )
        )
        text = CONTROL_CHARACTERS.sub("", text)
    return text


def _with_plain_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _place(before: str) -> tuple[int, int]:
    return before.count("\n") + 1, len(before) - before.rfind("\n")


# --- YAML text -> nodes ------------------------------------------------------------------

# YAML would end a line here, and no editor does.
_LINE_SEPARATORS = {0x2028: " ", 0x2029: " "}


def compose(document: Document) -> Node | Missing | None:
    """Return the tree of a YAML text, None if it holds nothing, MISSING if it has faults."""
    text = document.text.translate(_LINE_SEPARATORS)
    try:
        return _build(document, text)
    except yaml.MarkedYAMLError as error:
        document.fault(*_diagnosis(text, error))
        return MISSING


# Far more than any field needs; libyaml takes minutes for a line of open brackets.
_DEEPEST = 50


def _build(document: Document, yaml_text: str) -> Node | Missing | None:
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

    for event in yaml.parse(yaml_text, Loader=yaml.CSafeLoader):
        index = event.start_mark.index if event.start_mark else 0
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1 or event.version or event.tags:
                found = 'a line "---" below the keys' if documents > 1 else "a YAML directive"
                document.fault(index, "F014", found, "keys and values alone", "take it out")
                faulty = faulty or documents > 1
        elif isinstance(event, yaml.AliasEvent):
            faulty = True
            _refuse(document, index, "an alias")
            place(ScalarNode("", index, plain=False))
        elif isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent)):
            if event.anchor is not None:
                _refuse(document, index, "an anchor")
            if event.tag is not None:
                _refuse(document, index, "a tag")
            if isinstance(event, yaml.ScalarEvent):
                plain = event.style is None or event.style == ""
                if plain:
                    _warn_of_comment(document, event)
                text = CONTROL_CHARACTERS.sub("", event.value)
                place(ScalarNode(text, index, plain))
            else:
                open_nodes.append((index, isinstance(event, yaml.MappingStartEvent), []))
                if len(open_nodes) > _DEEPEST:
                    found = f"more than {_DEEPEST} lists or brackets within each other"
                    expected, fix = "a few", "take out the repeated signs"
                    return document.fault(index, "F013", found, expected, fix)
        elif isinstance(event, yaml.CollectionEndEvent):
            start, is_mapping, nodes = open_nodes.pop()
            if is_mapping:
                pairs = tuple(zip(nodes[::2], nodes[1::2], strict=True))
                place(MappingNode(pairs, start))
            else:
                place(ListNode(tuple(nodes), start))
    return MISSING if faulty else root


def _refuse(document: Document, index: int, kind: str) -> None:
    word = re.match(r"\S*", document.text[index:])
    found = f"{shown(word[0] if word else '')}, which is {kind} in YAML"
    document.fault(index, "F014", found, "plain text", _quote(document.text, index))


def _warn_of_comment(document: Document, event: yaml.ScalarEvent) -> None:
    """A '#' with a blank before and none after it, as in 'Report #3', is seldom a comment."""
    end = event.end_mark.index if event.end_mark else 0
    if comment := re.match(r"[ \t]+(#[^\s#].*)", _rest(document.text, end)):
        document.fault(
            end + comment.start(1),
            "F015",
            f"{shown(comment[1])}, which is not read",
            "no # after a space",
            "put the whole value in quotes, or write a space after the # of a comment",
        )


# --- syntax errors, in an author's words ----------------------------------------------------

_ROW = re.compile(r"(?P<start>[ \t]*(?:- +)*(?:(?P<key>[\w-]+) *:(?: +|$))?)(?P<value>.*?)[ \t]*")
_WORD = re.compile(r"[ \t]*(?:- +)*(?P<key>[\w-]+) *")
_NO_BLANK = re.compile(r"[ \t]*(?:- +)*(?P<key>[\w-]+):(?P<value>[^\s/].*)")
_STARTS_A_TOKEN = re.compile(
    r"scanning an? (alias|anchor|tag|block scalar|directive)|parsing a (tag|node)"
)
_ODD_BLANK = "[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]"
_ODD_AFTER_KEY = re.compile(rf"^[\w-]+:({_ODD_BLANK})", re.MULTILINE)
_ODD_IN_ROW = re.compile(rf"[ \t]*(?:-|(?:- +)*[\w-]+:)?({_ODD_BLANK})")
_LINE_UP = "correct the spaces at the start of the line"

_Diagnosis = tuple[int, str, str, str, str]  # what Document.fault takes


def _diagnosis(text: str, error: yaml.MarkedYAMLError) -> _Diagnosis:
    """Say what an author did where libyaml says what it missed."""
    words, context = error.problem or "", error.context or ""
    at = error.problem_mark.index if error.problem_mark else 0
    start = error.context_mark.index if error.context_mark else at
    if odd := _odd_blank(text, start, at):
        return odd
    if "found a tab" in words or ("any token" in words and text[at : at + 1] == "\t"):
        return at, "F013", "a tab as indentation", "spaces", "replace the tab with spaces"
    if words.startswith("mapping values"):
        return _colon(text, at)
    if "quoted scalar" in context and ("end of stream" in words or "indicator" in words):
        fix = "close it, or put a text that begins with an apostrophe in double quotes"
        expected = "a second one at the end of the text"
        return start, "F013", "a quotation mark that is never closed", expected, fix
    if "escape" in words or "hexdecimal" in words:
        fix = "use single quotes, or write each backslash twice"
        return at, "F013", "a backslash in double quotes", "text without backslashes", fix
    if "expected ':'" in words:
        return _no_colon(text, start)
    quoted, opened = _read_before(text)
    if opened is not None:
        return _flow(text, opened, at)
    if "expected key" in words or "expected '-'" in words:
        in_list = "'-'" in words and _column(text, start) == _column(text, at)
        return _misplaced(text, at, quoted, in_list=in_list)
    if "document start" in words:
        fix = "write every key on its own line, without brackets around them"
        found = f"{shown(_row(text, at))} after the end of the keys and values"
        return at, "F013", found, "nothing more", fix
    if words.startswith("block sequence"):
        fix = 'start a list on a new line, or put a text that starts with "-" in quotes'
        return at, "F013", 'a "-" after a key', "the entries of a list below their key", fix
    index = start if _STARTS_A_TOKEN.search(context) else at
    sign = text[index : index + 1]
    if sign.strip() and not sign.isalnum():
        found = f'a text that starts with "{sign}"'
        return index, "F013", found, "such a text in quotes", _quote(text, index)
    found = f"something that cannot be read ({words})"
    return index, "F013", found, "keys and values", _LINE_UP


def _row(text: str, index: int) -> str:
    """Return the line of a text in which ``index`` is."""
    return text[text.rfind("\n", 0, index) + 1 :].partition("\n")[0]


def _rest(text: str, index: int) -> str:
    """Return a line of a text from ``index`` on."""
    return text[index:].partition("\n")[0]


def _column(text: str, index: int) -> int:
    return index - text.rfind("\n", 0, index) - 1


def _quote(text: str, index: int) -> str:
    """Return the advice to quote the value in a line, as it is to be written if it is short."""
    parts = _ROW.fullmatch(_row(text, index))
    advice = "put the whole value in quotes"
    value = parts["value"] if parts else ""
    if value[:1] in ("'", '"') and (value.endswith(value[0]) or value.count(value[0]) == 1):
        value = value[1:].removesuffix(value[0])
    elif value.endswith('"') and value.count('"') == 1:
        value = value[:-1]
    if not parts or not parts["start"].strip() or not 0 < len(value) <= 60:
        return advice
    single = '"' in value or "\\" in value
    quoted = "'" + value.replace("'", "''") + "'" if single else f'"{value}"'
    return f"{advice}: {parts['start'].strip()} {quoted}"


def _odd_blank(text: str, *places: int) -> _Diagnosis | None:
    """Find a blank that YAML takes for a letter: it looks like the ordinary one.

    It is in the line of one of the places, or after a key further up, which is none therefore.
    """
    end = text.find("\n", max(places))
    found = _ODD_AFTER_KEY.search(text, 0, end if end >= 0 else len(text))
    for place in places:
        found = found or _ODD_IN_ROW.match(text, text.rfind("\n", 0, place) + 1)
    if found is None:
        return None
    what, fix = f"a special space (U+{ord(found[1]):04X})", "replace it with one from the space bar"
    return found.start(1), "F013", what, "an ordinary space", fix


def _colon(text: str, at: int) -> _Diagnosis:
    row, column = _row(text, at), _column(text, at)
    parts = _ROW.fullmatch(row)
    if parts and parts["start"].strip() and parts.end("start") <= column:
        where = f'the value of "{parts["key"]}"' if parts["key"] else "an entry"
        found = f"a colon and a space in {where}"
        return at, "F013", found, "such a value in quotes", _quote(text, at)
    above = text.rfind("\n", 0, at)
    if above >= 0 and _NO_BLANK.fullmatch(_row(text, above)):
        return _no_colon(text, above - len(_row(text, above).lstrip(" -\t")))
    if key := _WORD.fullmatch(row[:column]):
        start = at - len(row[:column].lstrip(" -\t"))
        found = f'the key "{key["key"]}" further to the right than the line above allows'
        fix = "take out the spaces before it; if it belongs to the text above, put that in quotes"
        return start, "F013", found, "all keys in line with each other", fix
    found = "a colon and a space in a text of several lines"
    return at, "F013", found, "such a text in quotes", "put the whole text in quotes"


def _no_colon(text: str, start: int) -> _Diagnosis:
    row = _row(text, start)
    above = _row(text, max(text.rfind("\n", 0, start), 0))
    if re.match(r"[ \t]*-( |$)", above) and above.find("-") == _column(text, start):
        found = f"the line {shown(row)} in a list"
        return start, "F013", found, 'a "-" before each entry', f'write "- {row.strip()[:60]}"'
    if (parts := _NO_BLANK.fullmatch(row)) and len(row) <= 60:
        found = f"{shown(row)}, without a space after the colon"
        fix = f'write "{parts["key"]}: {parts["value"]}"'
        return start, "F013", found, '"key: value"', fix
    expected = '"key: value", or spaces before a line that continues the text above'
    fix = "put a colon and a space after the key, or spaces before the line"
    return start, "F013", f"the line {shown(row)}", expected, fix


def _read_before(text: str) -> tuple[str, int | None]:
    """Return the last text in quotes before a syntax error, and the place of the open bracket."""
    quoted = ""
    opened: list[int | None] = []
    with contextlib.suppress(yaml.YAMLError):
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            start = event.start_mark.index if event.start_mark else 0
            if isinstance(event, yaml.ScalarEvent) and event.end_mark:
                quoted = text[start : event.end_mark.index] if event.style in ("'", '"') else ""
            elif isinstance(event, yaml.CollectionStartEvent):
                opened.append(start if event.flow_style else None)
            elif isinstance(event, yaml.CollectionEndEvent):
                opened.pop()
    return quoted, opened[-1] if opened else None


def _flow(text: str, opened: int, at: int) -> _Diagnosis:
    sign = text[opened]
    partner = "]" if sign == "[" else "}"
    within = _rest(text, opened)
    if at < opened + len(within) and partner in within:
        found = f'{shown(_rest(text, at))} within "{sign}" and "{partner}"'
        fix = "put each entry in quotes as a whole, and a comma between two entries"
        return at, "F013", found, f'a comma or a "{partner}"', fix
    fix = f'write "{partner}" at the end; put an entry with brackets or # in it in quotes'
    return opened, "F013", f'a "{sign}" that is never closed', f'a "{partner}"', fix


def _misplaced(text: str, at: int, quoted: str, *, in_list: bool) -> _Diagnosis:
    row = _row(text, at)
    before = text[text.rfind("\n", 0, at) + 1 : at].rstrip()
    if "\n" in quoted and text[:at].rstrip().endswith(quoted):
        start = len(text[:at].rstrip()) - len(quoted)
        found = "a quotation mark that is not closed on its line"
        return start, "F013", found, "a second one at the end of the text", "close it there"
    if before.endswith(("'", '"', "]", "}")):
        found = f"{shown(_rest(text, at))} after the closing {before[-1]}"
        return at, "F013", found, "nothing there", _quote(text, at)
    if row.lstrip().startswith("-") and not in_list:
        fix = "write the key of the list on the line above, with nothing after its colon"
        return at, "F013", f"{shown(row)} between keys", '"key: value"', fix
    if in_list:
        fix = 'put a "-" before every entry of the list, in line with the others'
        return at, "F013", f"{shown(row)} within a list", 'a line that starts with "-"', fix
    found = f"{shown(row)}, not in line with the lines above"
    return at, "F013", found, "all keys in line with each other", _LINE_UP


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
        fields = {field.name: field for field in msgspec.structs.fields(type_)}
        hints = typing.get_type_hints(type_, include_extras=True)
        writable = [name for name in fields if typing.get_origin(hints[name]) is typing.Annotated]
        required = [name for name, field in fields.items() if field.required]
        if isinstance(node, ScalarNode) and node.empty and not required:
            return type_()
        if not isinstance(node, MappingNode):
            lines = listed((f'"{name}: ..."' for name in required or writable[:1]), "and")
            return self.wrong(node, f"keys and values for {what}", f"write it as {lines}")
        values: dict[str, Any] = dict(stand_in)
        for key, child in self.pairs(node, writable, what):
            if isinstance(child, ScalarNode) and child.empty:
                if fields[key].required or self._switches(hints[key]):
                    fix = "write it after the colon, or take the key out"
                    if fields[key].required:
                        fix = "write it after the colon"
                    self.fault(child, "F022", f'the key "{key}" without a value', "a value", fix)
                continue
            value = self.value(child, hints[key], f"{where}.{key}" if where else key)
            if not isinstance(value, Missing):
                values[key] = value
        given = {key.value for key, _ in node.pairs if isinstance(key, ScalarNode)}
        # A misspelt key is one fault, not two.
        meant = {did_you_mean(key, writable) for key in given.difference(writable)}
        for name in required:
            if name not in given | meant:
                fix = f'write a line "{name}: ..."'
                self.fault(node, "F022", f'no key "{name}"', f'"{name}" in {what}', fix)
        return type_(**values) if all(name in values for name in required) else MISSING

    def _switches(self, hint: Any) -> bool:
        """Whether a field says yes or no to something: then leaving its value out is no answer."""
        type_, _, _ = _bare(hint)
        plain = isinstance(type_, type) and type_ not in self._structs
        return plain and issubclass(type_, (bool, msgspec.Struct))

    def pairs(
        self, node: MappingNode, known: list[str] | None, what: str
    ) -> list[tuple[str, Node]]:
        """Return the keys (checked against ``known``, if given) and their nodes."""
        result: list[tuple[str, Node]] = []
        first: dict[str, ScalarNode] = {}
        for key, child in node.pairs:
            if not isinstance(key, ScalarNode):
                fix = "write it without brackets, or in quotes"
                self.fault(key, "F023", f"{_KINDS[type(key)]} as a key", "a word as a key", fix)
            elif key.value in first:
                line = self.document.mark(first[key.value].index).line
                self.fault(
                    key,
                    "F021",
                    f"the key {shown(key.value)} a second time (first in line {line})",
                    "each key once",
                    "take one of the two out",
                )
            elif known is not None and key.value not in known:
                first[key.value] = key
                fix = suggestion(key.value, known, f"the keys of {what} are {listed(known, 'and')}")
                self.fault(
                    key, "F020", f"the unknown key {shown(key.value)}", f"a key of {what}", fix
                )
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

    def text(self, node: Node, expected: str = "text") -> str | Missing:
        """Return a text without blanks around it, or MISSING."""
        if not isinstance(node, ScalarNode):
            fix = 'write it without "-" and brackets'
            if isinstance(node, MappingNode) and expected == "text":
                fix = "put a text with a colon or braces in quotes"
            return self.wrong(node, expected, fix)
        if node.value.strip():
            return node.value.strip()
        found = "nothing" if node.empty else "an empty text"
        return self.fault(node, "F024", found, expected, "write it, or leave it out")

    def value(self, node: Node, type_: Any, where: str) -> Any:
        """Return a value of ``type_`` (a type as it is declared in the model), or MISSING."""
        self.document.marks[where] = self.document.mark(node.index)
        type_, extra, bounds = _bare(type_)
        origin = typing.get_origin(type_)
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
        text = self.text(node, _EXPECTED[type_])
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
        if isinstance(node, ScalarNode) and (odd := _odd_blank(self.document.text, node.index)):
            return self.document.fault(*odd)
        if not isinstance(node, ListNode):
            return self.wrong(node, "a list", 'write each entry on its own line, as "- ..."')
        items = []
        for place, item in enumerate(node.items):
            if isinstance(item, ScalarNode) and item.empty:
                self.fault(item, "F024", "an empty entry", "some text", "write it, or take it out")
                items.append(MISSING)
            else:
                items.append(self.value(item, item_type, f"{where}.{place}"))
        return MISSING if any(isinstance(item, Missing) for item in items) else tuple(items)

    def mapping(self, node: Node, key_type: Any, value_type: Any, where: str) -> Any:
        """Return a dict of keys to values of ``value_type``, or MISSING."""
        if not isinstance(node, MappingNode):
            return self.wrong(node, "keys and values", 'write each on its own line, as "key: ..."')
        result = {}
        complete = True
        key_nodes = {key.value: key for key, _ in node.pairs if isinstance(key, ScalarNode)}
        for key, child in self.pairs(node, None, _what(where)):
            place = f"{where}.{key}" if where else key
            name = self.value(key_nodes[key], key_type, place)
            if not key.strip():
                continue
            value = self.value(child, value_type, place)
            if isinstance(name, Missing) or isinstance(value, Missing):
                complete = False
            else:
                result[name] = value
        return result if complete else MISSING

    def _choice(self, node: Node, choices: tuple[str, ...]) -> Any:
        text = self.text(node, listed(choices))
        if isinstance(text, Missing) or text.casefold() in choices:
            return text if isinstance(text, Missing) else text.casefold()
        return self.fault(node, "F023", shown(text), listed(choices), suggestion(text, choices))

    def _truth(self, node: Node, text: str) -> bool | Missing:
        words = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
        if text.casefold() in words:
            return words[text.casefold()]
        return self.fault(node, "F036", shown(text), "true or false", "write one of the two")

    def _number(self, node: Node, text: str, bounds: msgspec.Meta | None) -> int | Missing:
        low, high = (bounds.ge, bounds.le) if bounds else (None, None)
        if text.isascii() and text.isdigit() and len(text) < 10:
            number = int(text)
            if (low is None or number >= low) and (high is None or number <= high):
                return number
        expected = f"a whole number from {low} to {high}"
        fix = "" if re.fullmatch(r"-?\d+", text) else "write it in digits"
        return self.fault(node, "F037", shown(text), expected, fix)


_EXPECTED = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    dt.date: "a date",
    dt.time: "a time of day",
}


def _bare(type_: Any) -> tuple[Any, dict[str, Any], msgspec.Meta | None]:
    """Return a declared type without None and annotations; what they say beside; the last one."""
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


def keys_and_values(document: Document, node: Node | None, example: str) -> MappingNode | None:
    """Return the tree of a file if it is keys and values; else report it."""
    if isinstance(node, MappingNode):
        return node
    if node is None or (isinstance(node, ScalarNode) and node.empty):
        found = "nothing"
    else:
        found = "a list" if isinstance(node, ListNode) else f"the text {shown(node.value)}"
        if odd := _odd_blank(document.text, node.index):
            document.fault(*odd)
            return None
    fix = f'write lines like "{example}"'
    document.fault(node.index if node else 0, "F012", found, "keys and values", fix)
    return None


def _what(where: str) -> str:
    """Name a field in a message: feedback.0 -> an entry of "feedback"."""
    name, _, rest = where.partition(".")
    return f'an entry of "{name}"' if rest else f'"{name}"' if name else "the file"


# --- converters for kinds of text ---------------------------------------------------------

_ID = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_LANGUAGE = re.compile(
    r"[a-z]{2,3}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?(?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*", re.I
)
_URL = re.compile(r"https?://[^\s/?#@]+(?:[/?#]\S*)?", re.I)
_PATH = re.compile(r"/(?!/)[^\s?#\\]*")


def _pattern(
    code: str,
    pattern: re.Pattern[str],
    expected: str,
    fix: str,
    corrected: Callable[[str], str],
) -> Convert:
    def convert(reader: Reader, node: Node, where: str) -> Any:
        text = reader.text(node)
        if isinstance(text, Missing) or pattern.fullmatch(text):
            return text
        guess = corrected(text)
        near = f'did you mean "{guess}"?' if pattern.fullmatch(guess) and len(guess) < 60 else fix
        return reader.fault(node, code, shown(text), expected, near)

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
        lambda text: re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-"),
    ),
    "language": _pattern(
        "F038",
        _LANGUAGE,
        "a language tag",
        "write it as en-GB, cy or zh-Hant",
        lambda text: text.replace("_", "-"),
    ),
    "url": _pattern(
        "F042",
        _URL,
        "a web address",
        "write it from https:// on, without spaces",
        lambda text: f"https://{text}" if text.startswith("www.") else text,
    ),
    "path": _earlier_path,
}
