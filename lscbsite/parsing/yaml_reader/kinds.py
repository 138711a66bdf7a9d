"""Converters for kinds of text: ids, language tags, web addresses and paths of pages."""

import re
from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import unquote

from lscbsite import dates
from lscbsite.parsing.yaml_reader.nodes import Missing, Node
from lscbsite.problems import quote_value


class TextReader(Protocol):
    """The interface of a reader that converters use."""

    def read_text(self, node: Node, expected: str = "text") -> str | Missing:
        """Return a text without spaces around it, or MISSING."""
        ...

    def report(self, node: Node, code: str, found: str, expected: str, fix: str = "") -> Missing:
        """Report a problem with ``node``; return MISSING."""
        ...


ConvertText = Callable[[TextReader, Node, str], Any]


_PLACEHOLDERS = {
    "",
    "none",
    "no",
    "nil",
    "nobody",
    "no one",
    "nothing",
    "n/a",
    "not applicable",
} | {
    "no apologies",
    "keine",
    "niemand",
    "dim",
    "neb",
}


def is_placeholder(text: str) -> bool:
    """Return whether a text only says that there is no value, such as "none"."""
    if text == ".":  # in a list of folders, reports/ itself
        return False
    words = " ".join(text.casefold().strip(" .-–—").split())
    return words.removesuffix(" received").removesuffix(" sent") in _PLACEHOLDERS


def read_boolean(text: str) -> bool | None:
    """Return the truth value that a text names, None if it names none."""
    return _BOOLEANS.get(text.strip().casefold())


_BOOLEANS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


# Patterns are compiled on first use: most builds need few of them.
# A longer id could not be the name of a file.
_ID = r"(?!.{101})[a-z0-9]+(?:[-_][a-z0-9]+)*"
_LANGUAGE = (
    r"(?i:[a-z]{2,3}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?"
    r"(?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*)"
)
_URL = r"(?i:https?://[^\s/?#@]+(?:[/?#]\S*)?)"
_PATH = r"/(?!/)[^\s?#\\]*"
# In bytes: what file systems accept, not counting the path of the output folder.
_LONGEST_NAME, _LONGEST_PATH = 255, 800


def _make_pattern_converter(
    code: str,
    pattern: str,
    expected: str,
    fix: str,
    guess_correction: Callable[[str], str],
) -> ConvertText:
    def convert(reader: TextReader, node: Node, where: str) -> Any:
        text = reader.read_text(node)
        if isinstance(text, Missing) or re.fullmatch(pattern, text):
            return text
        guess = guess_correction(text)
        near = (
            f'did you mean "{guess}"?' if re.fullmatch(pattern, guess) and len(guess) < 60 else fix
        )
        return reader.report(node, code, quote_value(text), expected, near)

    return convert


def _convert_alias(reader: TextReader, node: Node, where: str) -> Any:
    text = reader.read_text(node)
    if isinstance(text, Missing):
        return text
    expected = "the path of an old page, starting with / and without a host name, ? or #"
    fix = _explain_bad_path(text)
    return reader.report(node, "F041", quote_value(text), expected, fix) if fix else text


def _explain_bad_path(text: str) -> str:
    """Return how to fix a text that is not the path of a page, or '' if it is one."""
    try:
        path = unquote(text, errors="strict")
    except UnicodeDecodeError:
        path = ""
    if not path or re.search("%(?![0-9a-f]{2})", text, re.IGNORECASE):
        return "write % itself as %25, and letters as letters"
    names = path[1:].removesuffix("/").split("/")
    if not re.fullmatch(_PATH, text) or {".", ".."} & set(names) or (len(path) > 1 and "" in names):
        return "write it as /old/path/"
    if (
        text.count("/") != path.count("/")
        or re.search(r"[\\\x00-\x1f\x7f]", path)
        or max(len(name.encode()) for name in names) > _LONGEST_NAME
        or len(path.encode()) > _LONGEST_PATH
    ):
        return "take it out: no page can have this address"
    if any(name.startswith(".") for name in names):
        return "take it out: a page cannot be in a folder, or have a name, that begins with a dot"
    return ""


def _convert_report_id(reader: TextReader, node: Node, where: str) -> Any:
    text = reader.read_text(node)
    if isinstance(text, Missing) or _is_report_id(text):
        return text
    guess = re.sub(r"\.md$|/index\.html$", "", re.sub(r"^.*\breports/", "", text).strip("/"))
    fix = f'did you mean "{guess}"?' if _is_report_id(guess) else "write it as in 2012-11-13"
    expected = "an earlier name of the report's file: its path below reports/, without .md"
    return reader.report(node, "F070", quote_value(text), expected, fix)


def _is_report_id(text: str) -> bool:
    """Return whether a text can be the path of a report below reports/, without .md."""
    parts = text.split("/")
    return (
        all(part and part[0] != "." and len(part.encode()) <= _LONGEST_NAME for part in parts)
        and not re.search(r"[\\:?#\x00-\x1f\x7f]", text)
        and not text.casefold().endswith((".md", ".html"))
        and len(text.encode()) <= _LONGEST_PATH
    )


def _convert_board_folder(reader: TextReader, node: Node, where: str) -> Any:
    text = reader.read_text(node)
    if isinstance(text, Missing) or text == ".":
        return text
    expected = '".", for a board whose reports are directly in reports/'
    fix = "take the line out: the reports of any other board are in the folder with its id"
    return reader.report(node, "S020", quote_value(text), expected, fix)


def _convert_language(reader: TextReader, node: Node, where: str) -> Any:
    text = reader.read_text(node)
    if isinstance(text, Missing):
        return text
    is_tag = re.fullmatch(_LANGUAGE, text)
    if is_tag and dates.is_language(text) and text.casefold() != "en-uk":
        return text
    expected = "a language tag"
    if is_tag:
        expected = "the code of a language (a country's code may follow it)"
    guess = dates.find_language(text) or text.replace("_", "-")
    fix = "write it as en-GB, cy or zh-Hant"
    if re.fullmatch(_LANGUAGE, guess) and dates.is_language(guess):
        fix = f'did you mean "{guess}"?'
    return reader.report(node, "F038", quote_value(text), expected, fix)


def _convert_duration(reader: TextReader, node: Node, where: str) -> Any:
    text = reader.read_text(node, "how long meetings take")
    if isinstance(text, Missing):
        return text
    try:
        return dates.read_duration(text)
    except dates.NotReadError as error:
        return reader.report(node, error.code, error.found, error.expected, error.fix)


BASIC_KINDS: dict[str, ConvertText] = {
    "id": _make_pattern_converter(
        "F039",
        _ID,
        "an id: small letters a to z, digits and hyphens",
        "write it as in child-protection",
        lambda text: re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-"),
    ),
    "duration": _convert_duration,
    "report_id": _convert_report_id,
    "board_folder": _convert_board_folder,
    "former_board": _make_pattern_converter(
        "F039",
        rf"{_ID}|\.",
        "the earlier id of a board, which is the name of its folder, or . for reports/ itself",
        "write it as in lscb",
        lambda text: text.removeprefix("reports/").strip("/"),
    ),
    "language": _convert_language,
    "url": _make_pattern_converter(
        "F042",
        _URL,
        "a web address",
        "start it with https:// and leave out any spaces",
        lambda text: f"https://{text}" if text.startswith("www.") else text,
    ),
    "path": _convert_alias,
}
