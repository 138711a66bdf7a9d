"""How commands show problems and progress, and how they fail."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import click

from lscbsite.console import make_printable, say
from lscbsite.problem_formats import DOCUMENT_FORMATS, Format, format_problems
from lscbsite.problems import Problems
from lscbsite.progress import Progress
from lscbsite.progress_bar import create_progress
from lscbsite.source_files import resolve_path

PROBLEMS = 1  # the exit code; the others are in ``stopping``


@contextmanager
def report_problems(problems: Problems, style: Format, site_dir: Path) -> Iterator[None]:
    """Print the problems reported inside the block, even if it raises."""
    try:
        yield
    finally:
        print_problems(problems, style, site_dir)


def print_problems(problems: Problems, style: Format, site_dir: Path) -> None:
    """Print all problems to standard error; on a terminal, show the line and a caret."""
    if not problems.list_sorted() and style not in DOCUMENT_FORMATS:
        return

    def read_source(path: str) -> str | None:
        try:
            text = (site_dir / path).read_bytes().decode("utf-8-sig", "replace")
        except OSError:
            return None
        return text.replace("\r\n", "\n").replace("\r", "\n")

    carets = style == "text" and sys.stderr.isatty()
    prefix = _make_path_prefix(site_dir)
    text = format_problems(problems, style, source=read_source if carets else None, prefix=prefix)
    click.echo(make_printable(text, sys.stderr), nl=False, err=True)


def _make_path_prefix(site_dir: Path) -> str:
    """Return the site's folder, relative to the current one, as a prefix for paths.

    Returns '' for the current folder itself and for folders outside it.
    """
    try:
        folder = resolve_path(site_dir).relative_to(resolve_path(Path())).as_posix()
    except ValueError:
        return ""
    return "" if folder == "." else folder + "/"


@contextmanager
def show_progress(style: Format, *, writes: bool = True) -> Iterator[Progress]:
    """Show progress on standard error inside the block, and clear it afterwards."""
    stream = sys.stderr
    terminal = (
        style == "text"
        and stream is not None
        and stream.isatty()
        and os.environ.get("TERM") not in ("dumb", "unknown")
    )
    progress = create_progress(
        stream, terminal=terminal, silent=style in DOCUMENT_FORMATS, writes=writes
    )
    try:
        yield progress
    finally:
        progress.end()


def fail(message: str, status: int) -> NoReturn:
    """Print why a command cannot go on, and exit with a code."""
    say(f"lscbsite: {message}", err=True)
    sys.exit(status)
