"""Read the entries of ``attendees`` and ``apologies``: a person, or a question what is meant."""

import re
from functools import lru_cache
from typing import Any, Literal

import msgspec

from lscbsite.model import Attendee, FrontMatter, turn_name
from lscbsite.parsing.attendee_words import (
    belongs_to_name,
    has_organisation_word,
    is_absence,
    is_given_name,
    is_given_part,
    is_name_shaped,
    is_person,
    is_presence,
    is_role,
    split_presence,
)
from lscbsite.parsing.yaml_reader import (
    ListNode,
    MappingNode,
    Missing,
    Node,
    ScalarNode,
    YamlReader,
    find_meant_key,
    is_key_name,
    is_placeholder,
    read_key,
)
from lscbsite.problems import join_words, quote_value


class Doubt(msgspec.Struct, frozen=True):
    """An entry that can mean several things: what is expected, and how to write it."""

    expected: str
    fix: str


class _Part(msgspec.Struct, frozen=True):
    """A part of an entry, with the sign before it; a part in brackets has "("."""

    sign: Literal["", "(", ",", ";", "-"]
    text: str


_QUOTES = "“”„«» "
_PERSON = "a name and an organisation"
_ONE_PERSON = "one person in each entry"
_ANYHOW = Doubt(
    _PERSON,
    'write "Name (Organisation)", "Name (Organisation), role", "Name from Organisation" or'
    ' "Name, Organisation"',
)
_UNKNOWN = r"(?i)\?+|tb[cad]|unknown|to be confirmed"
# Names on a social network or a code host, such as @ann, are no addresses.
_MAIL = r"[^\s@(<]+@\S*|@(?=\W|$)\S*"
_AND = r"\s+(?:and|&|und|plus|\+)\s+|\s*/\s*"
_DASH = r"\s-{1,2}\s?|-{1,2}\s|\s*[–—]\s*"


def convert_attendee(reader: YamlReader, node: Node, where: str) -> Any:
    """Read 'Name (Organisation)', 'Name from Organisation', 'Name, Organisation' or keys."""
    if isinstance(node, MappingNode):
        return _convert_keys(reader, node, where)
    if isinstance(node, ListNode):
        fix = 'write each person on a line of its own, after one "- "'
        return reader.report(node, "F035", "a list within the list", _ONE_PERSON, fix)
    text = reader.read_text(node, _PERSON)
    if isinstance(text, Missing):
        return text
    flat = " ".join(text.split())
    columns = re.split(r"\t+|[^\S\n]{3,}|\s+[|>=]\s+", text)
    if len(columns) > 1:
        fix = f'write "{columns[0]} ({", ".join(columns[1:])})"'
        return reader.report(node, "F035", quote_value(flat), _PERSON, fix)
    if re.fullmatch(_UNKNOWN, flat):
        return reader.report(node, "F035", quote_value(flat), _PERSON, "take the entry out")
    if is_placeholder(flat):
        whom = "nobody sent apologies" if where.startswith("apologies") else "there is nobody"
        fix = f'if {whom}, take the whole list out, with "{where.partition(".")[0]}"'
        return reader.report(node, "F035", quote_value(flat), _PERSON, fix)
    person = _find_lines(reader, node) or parse_attendee(flat, where.partition(".")[0])
    if isinstance(person, Doubt):
        return reader.report(node, "F035", quote_value(flat), person.expected, person.fix)
    return person


def _convert_keys(reader: YamlReader, node: MappingNode, where: str) -> Any:
    """Read '{name: ..., organisation: ...}', or 'Chair: Ann Bell' (a role, and who had it)."""
    keys = [key.value for key, _ in node.pairs if isinstance(key, ScalarNode)]
    if len(keys) != 1 or (key := read_key(keys[0], ("name", "organisation", "role"))):
        return reader.read_struct(node, Attendee, where, "an attendee")
    key, value = keys[0] or "?", node.pairs[0][1]
    field = where.partition(".")[0]
    fix = "take the entry out" if key == "?" else _ANYHOW.fix
    if isinstance(value, ScalarNode) and (text := value.value.strip()):
        person = parse_attendee(" ".join(text.split()), field)
        if is_role(key) and isinstance(person, Attendee) and not person.role:
            return msgspec.structs.replace(person, role=key)
        if is_key_name(key, FrontMatter.__struct_fields__):
            fix = f'write the name alone, in the list "{find_meant_key(key, _LISTS) or field}": "- {text}"'
        elif "," in text and (isinstance(person, Doubt) or has_organisation_word(key)):
            fix = _advise_lines(f"{name.strip()} ({key})" for name in text.split(","))
        else:
            fix = f'write "{key} ({text})" or "{text} ({key})"'
    elif isinstance(value, ListNode):
        people = [entry.value for entry in value.items if isinstance(entry, ScalarNode)]
        fix = _advise_lines(f"{name} ({key})" for name in people or ["Ann Bell"])
    return reader.report(node, "F035", quote_value(f"{key}: ..."), _PERSON, fix)


_LISTS = ("attendees", "apologies")


def _find_lines(reader: YamlReader, node: Node) -> Doubt | None:
    """Return the doubt about an entry over several lines, which YAML joins into one text."""
    if not isinstance(node, ScalarNode) or not node.plain:
        return None
    first, _, below = reader.document.text[node.index :].partition("\n")
    nested = re.match(r"(?:[ \t]+-[ \t]+[^\n]*(?:\n|$))+", below)
    if nested and " ".join(nested[0].split()) in " ".join(node.value.split()):
        names = re.findall(r"-[ \t]+([^\n]*)", nested[0])
        if is_person(first):
            return Doubt(_ONE_PERSON, _advise_lines([first, *names]))
        lines = _advise_lines(f"{name.strip()} ({first.strip()})" for name in names)
        return Doubt(_ONE_PERSON, f"if these are people of one organisation, {lines}")
    second = below.partition("\n")[0].strip()
    joined = " ".join(node.value.split()).startswith(f"{' '.join(first.split())} {second}".strip())
    complete = first.count("(") == first.count(")") and not re.search(
        r"(?:[,(&-]|\b(?:from|of|and|the|for))\s*$", first
    )
    if second[:1].isupper() and joined and complete and has_organisation_word(second):
        return Doubt(_PERSON, f'write it in one line: "{first.strip()} ({second})"')
    if second[:1].isupper() and joined and complete:
        return Doubt(_ONE_PERSON, f"if these are two people, {_advise_lines([first, second])}")
    return None


def _advise_lines(entries: Any) -> str:
    """Return the advice to write each of several people on a line of its own, with the lines."""
    lines = [f'"- {" ".join(entry.split())}"' for entry in entries]
    more = [*lines[:4], "..."] if len(lines) > 4 else lines
    return f"write each on a line of its own: {join_words(more, 'and')}"


@lru_cache(4096)  # the same people come to many meetings
def parse_attendee(flat: str, field: str) -> Attendee | Doubt:
    """Return the person that an entry of ``field`` names, or why that is in doubt."""
    if mail := re.search(_MAIL, flat):
        fix = f"take {quote_value(mail[0].strip('<>()'))} out: names are shown to everybody"
        return Doubt("a name without an email address", fix)
    parts = _split_parts(flat)
    if parts and flat[-1] in ",;":
        return Doubt(_PERSON, f'take the "{flat[-1]}" at the end out')
    if parts is None or any(not part.text for part in parts):
        return _ANYHOW
    if len(parts) > 1 and is_role(parts[0].text):
        # "Chair - Ann Bell"
        parts = [_Part("", parts[1].text), *parts[2:], _Part(",", parts[0].text)]
    if several := _find_people(parts):
        return _doubt_people(several)
    entry = _Entry(parts, field)
    return entry.doubt or entry.make_attendee()


def _split_parts(flat: str) -> list[_Part] | None:
    """Split an entry at its commas, dashes and brackets; return None if brackets do not match."""
    parts: list[_Part] = []
    sign: Any = ""
    start = depth = 0
    for match in re.finditer(rf"[()\[\],;]|{_DASH}", flat):
        mark = match[0]
        if mark in "([":
            if not depth:
                if flat[start : match.start()].strip() or sign in (",", ";", "-"):
                    text = flat[start : match.start()].strip()
                    # "Ann Bell, (Age UK)": the comma says nothing.
                    parts += [_Part(sign, text)] if text else []
                start = match.end()
            depth += 1
        elif mark in ")]":
            depth -= 1
            if depth < 0:
                return None
            if not depth:
                parts.append(_Part("(", flat[start : match.start()].strip()))
                start, sign = match.end(), ""
        elif not depth:
            text = flat[start : match.start()].strip()
            if text or not parts or parts[-1].sign != "(" or sign:
                parts.append(_Part(sign, text))
            start, sign = match.end(), mark if mark in (",", ";") else "-"
    if depth:
        return None
    if (text := flat[start:].strip()) or sign:
        parts.append(_Part(sign, text))
    return parts


def _find_people(parts: list[_Part]) -> list[str]:
    """Return the entries of several people in one, as they were written; none for one person."""
    people: list[str] = []
    for part in parts:
        names = _split_names(part)
        if len(names) > 1 and (not people or part.sign in (",", ";")):
            people += names
        elif (
            people
            and part.sign in ("", ",")
            and (match := re.fullmatch(r"(?:and|&|und) (.+)", part.text))
        ):
            people.append(match[1])
        elif not people or _begins_person(part, people[0]):
            people.append(part.text)
        else:
            people[-1] += f" ({part.text})" if part.sign == "(" else f"{part.sign} {part.text}"
    if len(people) > 1:
        return people
    names = [part.text for part in parts if part.sign in ("", ",")]
    shaped = all(is_name_shaped(name) and not _is_known(name) for name in names)
    return names if shaped and len(parts) > 2 and len(names) == len(parts) else []


def _begins_person(part: _Part, first: str) -> bool:
    """Return whether a part names one more person; ``first`` is the person before."""
    if part.sign == "":
        return " " in first and is_name_shaped(part.text)
    if part.sign == ",":
        given = " " in first and first[0].isupper() and is_given_name(part.text)
        return given or (not is_role(part.text) and is_person(part.text))
    return part.sign == ";" and not _is_known(part.text)


def _split_names(part: _Part) -> list[str]:
    """Return the names in 'Ann Bell and Bob Cole', or the whole text if it names one person."""
    names = re.split(_AND, part.text)
    if part.sign == "(" or len(names) == 1 or has_organisation_word(part.text):
        return [part.text]
    if not all(name[:1].isupper() for name in names) or re.fullmatch(r"M(?:rs?|s)\.?", names[0]):
        return [part.text]
    certain = any(is_person(name) or is_given_name(name) for name in names)
    long = part.sign != "," and all(" " in name for name in names)
    return names if certain or long else [part.text]


def _doubt_people(people: list[str]) -> Doubt:
    if len(people) == 2 and has_organisation_word(people[0]):
        return _doubt_order(people[1], people[0])
    advice = (
        f"if these are {'two' if len(people) == 2 else 'several'} people, {_advise_lines(people)}"
    )
    if len(people) == 2 and not re.search(r"[()]", "".join(people)):
        advice = f'{advice}; if the second is an organisation, write "{people[0]} ({people[1]})"'
    return Doubt(_ONE_PERSON, advice)


def _doubt_order(person: str, organisation: str) -> Doubt:
    fix = f'write the person first: "{person} ({organisation})"'
    return Doubt("the person, then the organisation", fix)


class _Entry:
    """Sorts the parts of an entry into name, organisation, role and presence."""

    def __init__(self, parts: list[_Part], field: str) -> None:
        self.field = field
        self.name = ""
        self.organisation = ""
        self.roles: list[str] = []
        self.presence: list[str] = []
        self.doubt: Doubt | None = None
        rest = self._take_name(parts)
        for number, part in enumerate(rest):
            self._sort(part, rest[number - 1].sign if number else "")

    def make_attendee(self) -> Attendee:
        """Return the person."""
        return Attendee(
            self.name.strip(_QUOTES),
            self.organisation.strip(_QUOTES) or None,
            ", ".join(self.roles) or None,
            ", ".join(self.presence) or None,
        )

    def _take_name(self, parts: list[_Part]) -> list[_Part]:
        """Take the name from the first parts; return the others."""
        first, *rest = parts
        self.name = first.text
        if first.sign != "(":
            self.name, presence = split_presence(first.text)
            self.presence += [presence] if presence else []
            self._split_organisation()
        if len(rest) > 1 and rest[0].sign == "(" and rest[1].sign == "":
            # "Ann (Nan) Lee"
            tail = rest[1].text
            short = " " not in rest[0].text and not (" " in self.name and " " in tail)
            if short and tail[:1].isupper() and not (is_role(tail) or is_presence(tail)):
                self.name = f"{self.name} ({rest[0].text}) {tail}"
                rest = rest[2:]
        if (
            rest
            and rest[0].sign == ","
            and not self.organisation
            and self._is_inverted(rest[0].text)
        ):
            # "Hallam, Ruth": the register of people says whether it is Ruth Hallam.
            self.name = f"{self.name}, {rest[0].text}"
            rest = rest[1:]
        return rest

    def _split_organisation(self) -> None:
        """Split 'Name from Organisation'."""
        match = re.fullmatch(r"(?i)(\S.*?) (?:from|representing) (\S.*)", self.name)
        if match:
            self.name, self.organisation = match[1], match[2]
        elif re.search(r"(?i)^(?:from|representing)\b|\bfrom$", self.name):
            self.doubt = _ANYHOW

    def _is_inverted(self, text: str) -> bool:
        """Return whether a name, a comma and ``text`` can be 'Surname, Given'."""
        known = is_role(text) or is_presence(text) or is_absence(text) or belongs_to_name(text)
        turned = turn_name(f"{self.name}, {text}")
        return turned is not None and not known and is_given_part(text)

    def _sort(self, part: _Part, before: str) -> None:
        """Sort a part by what it says; ``before`` is the sign of the part before it."""
        pieces = [piece.strip() for piece in re.split("[,;]", part.text)]
        if part.sign != "(" or not any(map(_is_known, pieces)):
            pieces = [part.text]
        for piece in pieces:
            if not piece:
                self.doubt = _ANYHOW
            elif is_absence(piece):
                if self.field != "apologies":
                    fix = f'move the entry to the list "apologies", as "- {self.name}"'
                    self.doubt = Doubt("people who were there", fix)
            elif is_presence(piece):
                self.presence.append(piece)
            elif is_role(piece):
                self.roles.append(piece)
            elif is_placeholder(piece):
                continue
            elif re.fullmatch(_UNKNOWN, piece):
                self.doubt = Doubt(_PERSON, f'take "{piece}" out')
            elif belongs_to_name(piece) or (part.sign == "(" and is_given_name(piece)):
                self.name += f" ({piece})" if part.sign == "(" else f", {piece}"
            else:
                self._add_organisation(_Part(part.sign, piece), before)

    def _add_organisation(self, part: _Part, before: str) -> None:
        text, presence = split_presence(part.text)
        self.presence += [presence] if presence else []
        if match := re.fullmatch(r"(?i)(?:representing|from|of) (\S.*)", text):
            text = match[1]
        if not self.organisation:
            if part.sign == "" or (part.sign == "-" and not text[:1].isupper()):
                self.doubt = _ANYHOW
            elif has_organisation_word(self.name) and is_person(text):
                self.doubt = _doubt_order(text, self.name)
            self.organisation = text
        elif part.sign == "(" and before == ",":
            self.organisation += f" ({text})"
        elif part.sign == "," and before != "(":
            self.organisation += f", {text}"
        elif part.sign in (",", "-"):
            self.roles.append(text)
        else:
            self.doubt = Doubt(_PERSON, 'write one organisation, as "Name (Organisation), role"')


def _is_known(text: str) -> bool:
    return is_role(text) or is_presence(text) or is_absence(text) or belongs_to_name(text)
