"""What a command prints on a terminal."""

import os
import sys
from pathlib import Path
from typing import Any

import click

from lscbsite.context import BuildResult
from lscbsite.model import UnpublishedFile
from lscbsite.problems import escape_controls

# The summary of a build lists no more unpublished files than these.
_LISTED_FILES = 20


def print_timings(seconds: dict[str, float]) -> None:
    """Print the time that each stage took."""
    names = max(map(len, seconds))
    times = {name: f"{time:.2f}" for name, time in seconds.items()}
    width = max(map(len, times.values()))
    say("seconds by stage:")
    for name, stage_seconds in times.items():
        say(f"  {name:{names}}  {stage_seconds:>{width}}")


def say(line: str, *, err: bool = False) -> None:
    """Print a line; escape invisible characters and terminal commands."""
    click.echo(make_printable(escape_controls(line), sys.stderr if err else sys.stdout), err=err)


def make_printable(text: str, stream: Any) -> str:
    """Return a text with the characters escaped that the stream's encoding does not have."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


def decode_path(path: Any) -> str:
    """Return a path as text; replace bytes that are not UTF-8."""
    return os.fsencode(path).decode("utf-8", "replace")


def print_summary(result: BuildResult, output_dir: Path, seconds: float) -> None:
    """Print what a build read and wrote, and what it did not publish."""
    summary, files = result.summary, result.files
    pages = f", {format_count(summary.pages, 'page')}" if summary.pages else ""
    say(f"{format_count(summary.reports, 'report')} read{pages}")
    if summary.withheld:
        say("not published:")
        for report in summary.withheld:
            say(f"  {report.path}: {report.reason}")
    _print_unpublished(summary.unpublished)
    say(
        f"{format_count(files.written, 'file')} written, {files.unchanged} unchanged,"
        f" {files.removed} removed in {seconds:.1f} s: {output_dir}"
    )


def _print_unpublished(files: tuple[UnpublishedFile, ...]) -> None:
    """List the files that are not published, first those that belong to unpublished reports."""
    if not files:
        return
    say("files that are not published:")
    listed = sorted(files, key=lambda file: not file.reason)
    for file in listed[:_LISTED_FILES]:
        reason = f"for {file.reason}" if file.reason else "nothing that is published refers to it"
        say(f"  {file.path}: {reason}")
    if len(listed) > _LISTED_FILES:
        say(f"  and {len(listed) - _LISTED_FILES} more")
    if any(not file.reason for file in files):
        say("  to publish a file that nothing refers to, list it in site.yaml under publish")


def format_count(number: int, noun: str) -> str:
    """Return a number with its noun: "1 report", "2 reports"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
