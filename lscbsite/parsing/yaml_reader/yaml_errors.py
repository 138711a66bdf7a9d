"""YAML's syntax errors, in an author's words."""

import contextlib
import re

import yaml

from lscbsite.problems import quote_value

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


def diagnose(text: str, error: yaml.MarkedYAMLError) -> _Diagnosis:
    """Say what an author did where libyaml says what it missed."""
    words, context = error.problem or "", error.context or ""
    at = error.problem_mark.index if error.problem_mark else 0
    start = error.context_mark.index if error.context_mark else at
    if odd := find_odd_space(text, start, at):
        return odd
    if "found a tab" in words or ("any token" in words and text[at : at + 1] == "\t"):
        return at, "F013", "a tab as indentation", "spaces", "replace the tab with spaces"
    if words.startswith("mapping values"):
        return _diagnose_colon(text, at)
    if "quoted scalar" in context and ("end of stream" in words or "indicator" in words):
        fix = "close it, or put a text that begins with an apostrophe in double quotes"
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
        fix = "write every key on its own line, without brackets around them"
        found = f"{quote_value(_get_row(text, at))} after the end of the keys and values"
        return at, "F013", found, "nothing more", fix
    if words.startswith("block sequence"):
        fix = 'start a list on a new line, or put a text that starts with "-" in quotes'
        return at, "F013", 'a "-" after a key', "the entries of a list below their key", fix
    index = start if _STARTS_A_TOKEN.search(context) else at
    sign = text[index : index + 1]
    if sign.strip() and not sign.isalnum():
        found = f'a text that starts with "{sign}"'
        return index, "F013", found, "such a text in quotes", suggest_quotes(text, index)
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
    """Return the advice to quote the value in a line, as it is to be written if it is short."""
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


def find_odd_space(text: str, *places: int) -> _Diagnosis | None:
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


def _diagnose_colon(text: str, at: int) -> _Diagnosis:
    row, column = _get_row(text, at), _get_column(text, at)
    parts = _ROW.fullmatch(row)
    if parts and parts["start"].strip() and parts.end("start") <= column:
        where = f'the value of "{parts["key"]}"' if parts["key"] else "an entry"
        found = f"a colon and a space in {where}"
        return at, "F013", found, "such a value in quotes", suggest_quotes(text, at)
    above = text.rfind("\n", 0, at)
    if above >= 0 and _NO_BLANK.fullmatch(_get_row(text, above)):
        return _diagnose_no_colon(text, above - len(_get_row(text, above).lstrip(" -\t")))
    if key := _WORD.fullmatch(row[:column]):
        start = at - len(row[:column].lstrip(" -\t"))
        found = f'the key "{key["key"]}" further to the right than the line above allows'
        fix = "take out the spaces before it; if it belongs to the text above, put that in quotes"
        return start, "F013", found, "all keys in line with each other", fix
    found = "a colon and a space in a text of several lines"
    return at, "F013", found, "such a text in quotes", "put the whole text in quotes"


def _diagnose_no_colon(text: str, start: int) -> _Diagnosis:
    row = _get_row(text, start)
    above = _get_row(text, max(text.rfind("\n", 0, start), 0))
    if re.match(r"[ \t]*-( |$)", above) and above.find("-") == _get_column(text, start):
        found = f"the line {quote_value(row)} in a list"
        return start, "F013", found, 'a "-" before each entry', f'write "- {row.strip()[:60]}"'
    if (parts := _NO_BLANK.fullmatch(row)) and len(row) <= 60:
        found = f"{quote_value(row)}, without a space after the colon"
        fix = f'write "{parts["key"]}: {parts["value"]}"'
        return start, "F013", found, '"key: value"', fix
    expected = '"key: value", or spaces before a line that continues the text above'
    fix = "put a colon and a space after the key, or spaces before the line"
    return start, "F013", f"the line {quote_value(row)}", expected, fix


def _diagnose_earlier_line(text: str) -> tuple[str, int | None]:
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


def _diagnose_flow(text: str, opened: int, at: int) -> _Diagnosis:
    sign = text[opened]
    partner = "]" if sign == "[" else "}"
    within = get_rest(text, opened)
    if at < opened + len(within) and partner in within:
        found = f'{quote_value(get_rest(text, at))} within "{sign}" and "{partner}"'
        fix = "put each entry in quotes as a whole, and a comma between two entries"
        return at, "F013", found, f'a comma or a "{partner}"', fix
    fix = f'write "{partner}" at the end; put an entry with brackets or # in it in quotes'
    return opened, "F013", f'a "{sign}" that is never closed', f'a "{partner}"', fix


def _diagnose_misplaced(text: str, at: int, quoted: str, *, in_list: bool) -> _Diagnosis:
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
        fix = "write the key of the list on the line above, with nothing after its colon"
        return at, "F013", f"{quote_value(row)} between keys", '"key: value"', fix
    if in_list:
        fix = 'put a "-" before every entry of the list, in line with the others'
        return at, "F013", f"{quote_value(row)} within a list", 'a line that starts with "-"', fix
    found = f"{quote_value(row)}, not in line with the lines above"
    return at, "F013", found, "all keys in line with each other", _LINE_UP
