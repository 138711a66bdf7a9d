"""Explain YAML's syntax errors in words that authors understand."""

import contextlib
import re

import yaml

from lscbsite.model import Ask, FrontMatter
from lscbsite.parsing.yaml_reader.key_names import (
    LANGUAGES_OF_KEYS,
    advise_indent,
    read_key,
)
from lscbsite.parsing.yaml_reader.word_processor import (
    Diagnosis,
    find_bullet,
    find_curly_quote,
    find_special_space,
)
from lscbsite.problems import quote_value

_ROW = re.compile(r"(?P<start>[ \t]*(?:- +)*(?:(?P<key>[\w-]+) *:(?: +|$))?)(?P<value>.*?)[ \t]*")
_WORD = re.compile(r"[ \t]*(?:- +)*(?P<key>[\w-]+) *")
_NO_BLANK = re.compile(r"[ \t]*(?:- +)*(?P<key>[\w-]+):(?P<value>[^\s/].*)")
_STARTS_A_TOKEN = re.compile(
    r"scanning an? (alias|anchor|tag|block scalar|directive)|parsing a (tag|node)"
)
_LINE_UP = (
    "correct the spaces at the start of the line, so that it begins where the line above does"
)


def diagnose(text: str, error: yaml.MarkedYAMLError) -> Diagnosis:
    """Return what the author did wrong, given libyaml's error."""
    words, context = error.problem or "", error.context or ""
    at = error.problem_mark.index if error.problem_mark else 0
    start = error.context_mark.index if error.context_mark else at
    mistake = (
        find_special_space(text, start, at)
        or find_bullet(text, at)
        or find_curly_quote(text, at)
        or _find_outdented_key(text, at)
    )
    if mistake:
        return mistake
    if "found a tab" in words or ("any token" in words and text[at : at + 1] == "\t"):
        return at, "F013", "a tab", "spaces", "replace the tab with spaces"
    if words.startswith("mapping values"):
        return _diagnose_colon(text, at)
    if "quoted scalar" in context and ("end of stream" in words or "indicator" in words):
        fix = "add the missing one; if the text begins with an apostrophe, put it in double quotes"
        expected = "a second one at the end of the text"
        return start, "F013", "a quotation mark that is never closed", expected, fix
    if "escape" in words or "hexdecimal" in words:
        fix = "use single quotes, or write each backslash twice"
        return at, "F013", "a backslash in double quotes", "text without backslashes", fix
    if "expected ':'" in words:
        return _diagnose_no_colon(text, start)
    quoted, opened = _diagnose_earlier_line(text)
    if opened is not None:
        return _diagnose_flow(text, opened, at)
    if "expected key" in words or "expected '-'" in words:
        in_list = "'-'" in words and _get_column(text, start) == _get_column(text, at)
        return _diagnose_misplaced(text, at, quoted, in_list=in_list)
    if "document start" in words:
        if indented := _find_indented_start(text, at):
            return indented
        fix = "write each key on its own line, without brackets around them"
        found = f"{quote_value(_get_row(text, at))} after the end of the keys and values"
        return at, "F013", found, "nothing more", fix
    if words.startswith("block sequence"):
        fix = 'start the list on a new line; put a text that starts with "-" in quotes'
        return at, "F013", 'a "-" after a key', "the entries of a list below their key", fix
    index = start if _STARTS_A_TOKEN.search(context) else at
    if bold := re.match(r"\*\*([\w -]+?)(?::\*\*|\*\*:)[ \t]*(.*)", _get_row(text, index)):
        fix = f'write it without stars: "{bold[1]}: {bold[2]}"'
        return index, "F013", quote_value(bold[0]), '"key: value"', fix
    sign = text[index : index + 1]
    if sign.strip() and not sign.isalnum():
        found = f'a text that starts with "{sign}"'
        return index, "F013", found, "the text in quotes", suggest_quotes(text, index)
    found = f"something that cannot be read ({words})"
    return index, "F013", found, "keys and values", _LINE_UP


def _get_row(text: str, index: int) -> str:
    """Return the line of a text in which ``index`` is."""
    return text[text.rfind("\n", 0, index) + 1 :].partition("\n")[0]


def get_rest(text: str, index: int) -> str:
    """Return a line of a text from ``index`` on."""
    return text[index:].partition("\n")[0]


def _get_column(text: str, index: int) -> int:
    return index - text.rfind("\n", 0, index) - 1


def suggest_quotes(text: str, index: int) -> str:
    """Return the advice to quote the value in a line, with the quoted value if it is short."""
    parts = _ROW.fullmatch(_get_row(text, index))
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


def _diagnose_colon(text: str, at: int) -> Diagnosis:
    row, column = _get_row(text, at), _get_column(text, at)
    parts = _ROW.fullmatch(row)
    if parts and parts["start"].strip() and parts.end("start") <= column:
        where = f'the value of "{parts["key"]}"' if parts["key"] else "an entry"
        found = f"a colon and a space in {where}"
        return at, "F013", found, "the value in quotes", suggest_quotes(text, at)
    above = text.rfind("\n", 0, at)
    if above >= 0 and _NO_BLANK.fullmatch(_get_row(text, above)):
        return _diagnose_no_colon(text, above - len(_get_row(text, above).lstrip(" -\t")))
    if key := _WORD.fullmatch(row[:column]):
        if meeting := _find_unfinished_meeting(text, above, row):
            return meeting
        start = at - len(row[:column].lstrip(" -\t"))
        found = f'the key "{key["key"]}" further to the right than the line above'
        fix = "take out the spaces before it; if it is part of the text above, put that text in quotes"
        return start, "F013", found, "all keys in line with each other", fix
    found = "a colon and a space in a text of several lines"
    return at, "F013", found, "the text in quotes", "put the whole text in quotes"


def _find_unfinished_meeting(text: str, above: int, row: str) -> Diagnosis | None:
    """Find a next meeting with the date in the line of its key, and more keys in the next line."""
    date_row = _get_row(text, above) if above >= 0 else ""
    match = re.fullmatch(r"(?i:next[ _-]meeting):[ \t]+(?P<date>\S.*?)[ \t]*", date_row)
    if not match or len(date_row) > 80:
        return None
    indent = " " * (len(row) - len(row.lstrip()))
    found = f'{quote_value(row)} below a date that is on the same line as "next_meeting"'
    fix = f'write it in several lines: "next_meeting:", "{indent}date: {match["date"]}", "{row}"'
    return above - len(date_row), "F013", found, "the date on a line of its own", fix


def _find_outdented_key(text: str, at: int) -> Diagnosis | None:
    """Find a key of a list entry, in the line of ``at`` or the one above, with too little indent.

    YAML reports the next line, which is right.
    """
    rows = text[: at + len(get_rest(text, at))].split("\n")
    last = len(rows) - 1
    for number in (last, last - 1):
        key = (
            re.match(r"(?P<indent> *)(?P<key>[\w-]+):(?: |$)", rows[number]) if number > 0 else None
        )
        entry_column = _find_entry_column(rows[:number]) if key else None
        if not key or entry_column is None:
            continue
        if read_key(key["key"], FrontMatter.__struct_fields__, LANGUAGES_OF_KEYS):
            continue
        indent = len(key["indent"])
        # At the left margin it is a key of the whole report, unless a line follows that belongs
        # to the entry again.
        again = number < last and len(rows[last]) - len(rows[last].lstrip()) == entry_column
        if indent < entry_column and (again or (indent and number == last)):
            start = sum(len(row) + 1 for row in rows[:number]) + indent
            found = f'"{key["key"]}" further to the left than the entry it belongs to'
            expected = "all keys of an entry in line with each other"
            entry = "question" if read_key(key["key"], Ask.__struct_fields__) else "entry"
            return start, "F013", found, expected, advise_indent(entry_column, indent, entry)
    return None


def _find_entry_column(rows: list[str]) -> int | None:
    """Return the column of the keys in the last entry of a list; None if the list has ended."""
    for row in reversed(rows):
        if entry := re.match(r" *- +(?=[\w-]+:(?: |$))", row):
            return entry.end()
        if row.strip() and not row.startswith(" "):
            return None
    return None


def _find_indented_start(text: str, at: int) -> Diagnosis | None:
    """Find a first key with spaces before it, where a line below has none."""
    start = len(text) - len(text.lstrip("\n"))
    indent = len(get_rest(text, start)) - len(get_rest(text, start).lstrip(" "))
    if not indent or _get_column(text, at):
        return None
    spaces = "a space" if indent == 1 else f"{indent} spaces"
    found = f"{spaces} at the start of the line"
    fix = "take it out" if indent == 1 else "take them out"
    return start, "F013", found, "all keys in line with each other", fix


def _diagnose_no_colon(text: str, start: int) -> Diagnosis:
    row = _get_row(text, start)
    above = _get_row(text, max(text.rfind("\n", 0, start), 0))
    if re.match(r"[ \t]*-( |$)", above) and above.find("-") == _get_column(text, start):
        found = f"the line {quote_value(row)} in a list"
        return start, "F013", found, 'a "-" before each entry', f'write "- {row.strip()[:60]}"'
    if (parts := _NO_BLANK.fullmatch(row)) and len(row) <= 60:
        found = f"{quote_value(row)}, without a space after the colon"
        fix = f'write "{parts["key"]}: {parts["value"]}"'
        return start, "F013", found, '"key: value"', fix
    expected = '"key: value"'
    fix = "put a colon and a space after the key; if the line continues the text above, put spaces before it"
    return start, "F013", f"the line {quote_value(row)}", expected, fix


def _diagnose_earlier_line(text: str) -> tuple[str, int | None]:
    """Return the last quoted text before a syntax error, and the index of the open bracket."""
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


def _diagnose_flow(text: str, opened: int, at: int) -> Diagnosis:
    sign = text[opened]
    partner = "]" if sign == "[" else "}"
    within = get_rest(text, opened)
    if at < opened + len(within) and partner in within:
        found = f'{quote_value(get_rest(text, at))} within "{sign}" and "{partner}"'
        fix = "put quotes around each whole entry, and a comma between entries"
        return at, "F013", found, f'a comma or a "{partner}"', fix
    fix = f'write "{partner}" at the end; if an entry contains brackets or #, put it in quotes'
    return opened, "F013", f'a "{sign}" that is never closed', f'a "{partner}"', fix


def _diagnose_misplaced(text: str, at: int, quoted: str, *, in_list: bool) -> Diagnosis:
    row = _get_row(text, at)
    before = text[text.rfind("\n", 0, at) + 1 : at].rstrip()
    if "\n" in quoted and text[:at].rstrip().endswith(quoted):
        start = len(text[:at].rstrip()) - len(quoted)
        found = "a quotation mark that is not closed on its line"
        return start, "F013", found, "a second one at the end of the text", "close it there"
    if before.endswith(("'", '"', "]", "}")):
        found = f"{quote_value(get_rest(text, at))} after the closing {before[-1]}"
        return at, "F013", found, "nothing there", suggest_quotes(text, at)
    if row.lstrip().startswith("-") and not in_list:
        if word := _WORD.match(row):
            key = read_key(word["key"], FrontMatter.__struct_fields__, LANGUAGES_OF_KEYS)
            if key and row.lstrip("- \t").startswith(f"{word['key']}:") and not row.startswith(" "):
                fix = f'write it without "-": "{row.lstrip("- ")}"'
                return at, "F013", f"{quote_value(row)} between keys", '"key: value"', fix
        above = text[: text.rfind("\n", 0, at) + 1].rstrip("\n").rpartition("\n")[2]
        if entry := re.match(r"([ \t]*)-[ \t]+(?=\S)", above):
            found = f"{quote_value(row)}, not in line with the entry above"
            fix = _LINE_UP
            if _get_column(text, at) > len(entry[1]) and re.match(r"\s*-\s+[\w-]+:(?: |$)", row):
                line = " " * entry.end() + row.lstrip("- \t")
                fix = f'if it belongs to the entry above, write it without "-": "{line}"'
            return at, "F013", found, "all entries of a list in line with each other", fix
        fix = 'write the key of the list, such as "attendees:", on the line above'
        return at, "F013", f"{quote_value(row)} between keys", '"key: value"', fix
    if in_list:
        fix = 'put a "-" before each entry, in line with the others'
        return at, "F013", f"{quote_value(row)} within a list", 'a line that starts with "-"', fix
    found = f"{quote_value(row)}, not in line with the lines above"
    return at, "F013", found, "all keys in line with each other", _LINE_UP
