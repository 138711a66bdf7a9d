"""Problems as text: lines for people, commands for GitHub, JSON and SARIF for programs."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any, Literal
from urllib.parse import quote

import msgspec

from lscbsite import __version__
from lscbsite.problems import (
    UNSEEN_CHARACTERS,
    Problem,
    Problems,
    escape_controls,
)
from lscbsite.rules import RULES, Rule

_SARIF_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
# Problems with a file's path, not its contents: it may be a device, or very large.
_OF_WHOLE_FILES = {"F004", "F005", "F007", "F008", "F055"}

Format = Literal["text", "github", "json", "sarif"]
# Formats that a program reads as a whole, so nothing else may be between, and an empty list counts.
DOCUMENT_FORMATS: tuple[Format, ...] = ("json", "sarif")


def format_problems(
    problems: Problems,
    style: Format,
    *,
    source: Callable[[str], str | None] | None = None,
    prefix: str = "",
) -> str:
    """Return all problems as text.

    ``text`` is one line for each problem, followed, with ``source`` (path -> text or None), by the
    line of the file and a caret. ``github`` is workflow commands, with ``prefix`` (the site's
    folder in the repository) before each path. ``json`` is one array. ``sarif`` is one SARIF log,
    with ``prefix`` as well.
    """
    sorted_problems = problems.list_sorted()
    if style in DOCUMENT_FORMATS:
        import json

        if style == "sarif":
            # In ASCII: the same in each encoding of the stream.
            return json.dumps(_make_sarif(problems, prefix), indent=2) + "\n"
        rows = [
            {
                **msgspec.structs.asdict(problem),
                "severity": problems.get_severity(problem),
                "message": problem.message,
            }
            for problem in sorted_problems
        ]
        encoded = json.dumps(rows, ensure_ascii=False, indent=2) + "\n"
        # JSON escapes the controls of ASCII itself.
        return re.sub(f"(?![\n]){UNSEEN_CHARACTERS}", _escape_for_json, encoded)
    lines: list[str] = []
    path: str | None = None
    text: list[str] = []
    for problem in sorted_problems:
        severity = problems.get_severity(problem)
        if style == "github":
            lines.append(_format_github(problem, severity, prefix))
            continue
        position = f"{escape_controls(problem.path)}:{problem.line}:{problem.column}"
        lines.append(f"{position}: {severity} {problem.code}: {problem.message}")
        if source is not None and not _is_of_whole_file(problem):
            if problem.path != path:
                path, text = problem.path, (source(problem.path) or "").split("\n")
            lines.extend(_format_caret(problem, text))
    return "".join(line + "\n" for line in lines)


def _is_of_whole_file(problem: Problem) -> bool:
    """Return whether a problem has no line to show, as for a file that cannot be read."""
    return problem.code in _OF_WHOLE_FILES or problem.path.startswith("files/")


def _format_github(problem: Problem, severity: str, prefix: str) -> str:
    """Return a workflow command, escaped as GitHub's toolkit does it."""

    def escape_data(text: str) -> str:
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    def escape_property(text: str) -> str:
        return escape_data(text).replace(":", "%3A").replace(",", "%2C")

    title = f"{problem.code} {RULES[problem.code].title}"
    return (
        f"::{severity} file={escape_controls(escape_property(prefix + problem.path))},line={problem.line},"
        f"col={problem.column},title={escape_property(title)}::{escape_data(problem.message)}"
    )


def _make_sarif(problems: Problems, prefix: str) -> dict[str, Any]:
    """Return a SARIF log with one run (SARIF 2.1.0, section 3.13)."""
    found = problems.list_sorted()
    codes = sorted({problem.code for problem in found})
    driver = {
        "name": "lscbsite",
        "semanticVersion": __version__,
        "rules": [_describe_for_sarif(RULES[code]) for code in codes],
    }
    results = [
        {
            "ruleId": problem.code,
            "ruleIndex": codes.index(problem.code),
            "level": problems.get_severity(problem),
            "message": {"text": _escape_for_sarif(problem.message)},
            "locations": [{"physicalLocation": _locate_for_sarif(problem, prefix)}],
        }
        for problem in found
    ]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}


def _describe_for_sarif(rule: Rule) -> dict[str, Any]:
    """Return a rule as a reporting descriptor (section 3.49)."""
    help_text = f"{rule.why}\n\nWrong:\n{rule.wrong}\n\nRight:\n{rule.right}"
    return {
        "id": rule.code,
        "shortDescription": {"text": _escape_for_sarif(rule.title)},
        "fullDescription": {"text": _escape_for_sarif(rule.why)},
        "help": {"text": _escape_for_sarif(help_text)},
        "defaultConfiguration": {"level": rule.severity},
    }


def _locate_for_sarif(problem: Problem, prefix: str) -> dict[str, Any]:
    """Return a physical location (section 3.29), with the path as a URI reference (RFC 3986)."""
    return {
        "artifactLocation": {"uri": quote(prefix + problem.path, errors="surrogateescape")},
        # A problem of a whole file has no line; git hosts need one.
        "region": {"startLine": max(problem.line, 1), "startColumn": max(problem.column, 1)},
    }


def _escape_for_sarif(text: str) -> str:
    """Return a message with its braces doubled: single ones are placeholders (section 3.11.5)."""
    return text.replace("{", "{{").replace("}", "}}")


def _format_caret(problem: Problem, rows: list[str]) -> Iterable[str]:
    if not 1 <= problem.line <= len(rows):
        return
    line = rows[problem.line - 1].rstrip("\r").replace("\t", " ")
    if not line.strip():
        return
    column = max(problem.column - 1, 0)
    start = max(0, column - 60)
    yield "    " + re.sub(UNSEEN_CHARACTERS, "�", line[start : start + 100])
    yield "    " + " " * sum(_measure_width(character) for character in line[start:column]) + "^"


def _measure_width(character: str) -> int:
    """Return how many columns of a terminal a character takes."""
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def _escape_for_json(match: re.Match[str]) -> str:
    """Return a character escaped as in JSON: one or two UTF-16 code units."""
    return re.sub("....", r"\\u\g<0>", match[0].encode("utf-16-be").hex())
