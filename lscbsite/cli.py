"""The command line: the only module that parses arguments, prints and exits."""

import datetime as dt
import gc
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from lscbsite import __version__, dates
from lscbsite.build import Options, build
from lscbsite.config import normalize_base_url
from lscbsite.console import (
    decode_path,
    format_count,
    make_printable,
    print_summary,
    print_timings,
    say,
)
from lscbsite.incremental.state import ClockError
from lscbsite.problem_formats import Format, format_problems
from lscbsite.problems import Problems, ProblemsFoundError
from lscbsite.progress import Progress
from lscbsite.progress_bar import create_progress
from lscbsite.source_files import resolve_path
from lscbsite.stopping import INTERRUPTED, UNABLE, raise_on_stop_signals
from lscbsite.workers import WorkersFailedError
from lscbsite.write import OutputRefusedError

if TYPE_CHECKING:
    from concurrent.futures import Executor

PROBLEMS = 1  # the exit code; the others are in ``stopping``


class _Program(click.Group):
    """Run a command, and exit with the code for its result.

    Click reports wrong usage itself, and exits with 2 as well.
    """

    def invoke(self, ctx: click.Context) -> Any:
        try:
            with suppress(ProblemsFoundError):
                return super().invoke(ctx)
        except (ClockError, OutputRefusedError, WorkersFailedError) as error:
            _fail(str(error), UNABLE)
        except OSError as error:
            prefix = f"cannot use {decode_path(error.filename)}: " if error.filename else ""
            _fail(f"{prefix}{error.strerror or error}", UNABLE)
        except MemoryError:
            _fail("there is not enough memory; try --jobs 1", UNABLE)
        except KeyboardInterrupt:
            _fail("stopped", INTERRUPTED)
        sys.exit(PROBLEMS)


class _Folder(click.Path):
    """A folder whose path is valid UTF-8."""

    def __init__(self, *, exists: bool) -> None:
        super().__init__(exists=exists, file_okay=not exists, path_type=Path)

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        folder = super().convert(value, param, ctx)
        try:
            str(resolve_path(Path(os.fsdecode(folder)))).encode()
        except UnicodeEncodeError:
            self.fail(
                f'the name of "{decode_path(folder)}" is not UTF-8; choose another', param, ctx
            )
        except OSError:
            self.fail("the current folder no longer exists; change to another", param, ctx)
        return folder


class _Day(click.ParamType[dt.date]):
    name = "date"

    def convert(self, value: Any, param: Any, ctx: Any) -> dt.date:
        if isinstance(value, dt.date):
            return value
        try:
            return dates.read_date(value)
        except dates.NotReadError as error:
            self.fail(f"{error.found}: expected {error.expected}; {error.fix}", param, ctx)


class _Address(click.ParamType[str]):
    name = "url"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        address = normalize_base_url(value)
        if address is None:
            self.fail(f'"{value}" is not an absolute http or https address', param, ctx)
        return address


class _Cluster(click.ParamType["Callable[[], Executor]"]):
    name = "url"

    def convert(self, value: Any, param: Any, ctx: Any) -> "Callable[[], Executor]":
        # Import Dask only when it is used.
        from lscbsite.dask_executor import AddressError, connect_cluster

        try:
            return connect_cluster(value)
        except AddressError as error:
            self.fail(str(error), param, ctx)


_SITE = click.option(
    "--site",
    "site_dir",
    default=".",
    type=_Folder(exists=True),
    help="The site's folder (default: this one).",
)
_TODAY = click.option(
    "--today",
    type=_Day(),
    help="The day of the build (default: SOURCE_DATE_EPOCH, or today in the site's time zone).",
)
_DRAFTS = click.option("--drafts", is_flag=True, help="Include drafts.")
_FORMAT = click.option(
    "--format",
    "style",
    default="text",
    type=click.Choice(["text", "github", "json"]),
    help="The format of problems.",
)
_JOBS = click.option(
    "--jobs",
    default=os.cpu_count() or 1,
    show_default="one for each processor",
    type=click.IntRange(min=1),
    help="How many processes to use at the same time.",
)
_CACHE = click.option(
    "--no-cache", "cached", flag_value=False, default=True, help="Parse every file again."
)


def run() -> NoReturn:
    """Run the command line, and exit without freeing memory.

    All files are closed by then. Freeing every object of a large site would take as long as
    scanning its files; garbage collection would not pay either.
    """
    gc.disable()
    raise_on_stop_signals()
    try:
        main()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 0
    except KeyboardInterrupt:  # outside of a command
        status = INTERRUPTED
    except Exception:
        # A defect of the program, not a problem with an author's file.
        traceback.print_exc()
        status = UNABLE
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except OSError:  # the reader has closed the pipe
            status = status or UNABLE
    os._exit(status)


@click.group(cls=_Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="lscbsite")
def main() -> None:
    """Turn meeting reports into a website and a feed."""


@main.command("build")
@_SITE
@click.option(
    "--output",
    type=_Folder(exists=False),
    help="Where the site is written (default: output/ in the site's folder).",
)
@click.option(
    "--base-url", type=_Address(), help="Use this address instead of base_url in site.yaml."
)
@_TODAY
@_DRAFTS
@_JOBS
@click.option(
    "--executor",
    type=_Cluster(),
    help="Build on this Dask cluster: dask://HOST:PORT.",
)
@_CACHE
@_FORMAT
@click.option(
    "--allow-removal",
    is_flag=True,
    help="Let the build remove more than half of the published reports.",
)
@click.option("--timings", is_flag=True, help="Print the time each stage took.")
def build_command(
    site_dir: Path,
    output: Path | None,
    base_url: str | None,
    today: dt.date | None,
    drafts: bool,
    jobs: int,
    executor: "Callable[[], Executor] | None",
    cached: bool,
    style: Format,
    allow_removal: bool,
    timings: bool,
) -> None:
    """Build the site. Nothing is written while there is an error."""
    start = time.monotonic()
    output_dir = output if output is not None else site_dir / "output"
    options = Options(
        site_dir,
        output_dir,
        base_url,
        today or _read_epoch(),
        drafts,
        jobs,
        cached,
        executor,
        allow_removal,
    )
    problems = Problems()
    try:
        with _report_problems(problems, style, site_dir), _show_progress(style) as progress:
            result = build(options, problems, progress)
    except ProblemsFoundError:
        if style == "text":
            say("Nothing was written: the errors above come first.", err=True)
        raise
    seconds = time.monotonic() - start
    print_summary(result, output_dir, seconds)
    if timings:
        print_timings({**progress.end(), "total": seconds})


@main.command("check")
@_SITE
@_TODAY
@_DRAFTS
@_JOBS
@_CACHE
@_FORMAT
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
def check_command(
    site_dir: Path,
    today: dt.date | None,
    drafts: bool,
    jobs: int,
    cached: bool,
    style: Format,
    paths: tuple[Path, ...],
) -> None:
    """Look for problems without building; those in PATHS only, if any are given."""
    options = Options(site_dir, None, None, today or _read_epoch(), drafts, jobs, cached)
    problems = Problems()
    wanted = [_make_site_path(path, site_dir) for path in paths]
    result = None
    try:
        with suppress(ProblemsFoundError), _show_progress(style, writes=False) as progress:
            result = build(options, problems, progress)
    finally:
        problems = problems.select(wanted) if wanted else problems
        _print_problems(problems, style, site_dir)
    if result is None or problems.has_errors():
        raise ProblemsFoundError
    count = len(problems.list_sorted())
    say(
        f"{format_count(result.summary.reports, 'report')} checked: no errors,"
        f" {format_count(count, 'warning') if count else 'no warnings'}"
    )


def _make_site_path(path: Path, site_dir: Path) -> str:
    """Return a path relative to the site's folder, as problems name it."""
    try:
        return resolve_path(path).relative_to(resolve_path(site_dir)).as_posix()
    except ValueError:
        raise click.BadParameter(f"{path} is not in the site's folder {site_dir}") from None


def _read_epoch() -> dt.date | None:
    """Return the date in SOURCE_DATE_EPOCH (reproducible-builds.org: seconds, UTC), if set."""
    text = os.environ.get("SOURCE_DATE_EPOCH")
    if not text:
        return None
    try:
        return dt.datetime.fromtimestamp(int(text), dt.UTC).date()
    except (ValueError, OverflowError, OSError):
        raise click.UsageError(f'SOURCE_DATE_EPOCH is "{text}", not a number of seconds') from None


@contextmanager
def _report_problems(problems: Problems, style: Format, site_dir: Path) -> Iterator[None]:
    """Print the problems reported inside the block, even if it raises."""
    try:
        yield
    finally:
        _print_problems(problems, style, site_dir)


def _print_problems(problems: Problems, style: Format, site_dir: Path) -> None:
    """Print all problems to standard error; on a terminal, show the line and a caret."""
    if not problems.list_sorted() and style != "json":
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
def _show_progress(style: Format, *, writes: bool = True) -> Iterator[Progress]:
    """Show progress on standard error inside the block, and clear it afterwards."""
    stream = sys.stderr
    terminal = (
        style == "text"
        and stream is not None
        and stream.isatty()
        and os.environ.get("TERM") not in ("dumb", "unknown")
    )
    progress = create_progress(stream, terminal=terminal, silent=style == "json", writes=writes)
    try:
        yield progress
    finally:
        progress.end()


def _fail(message: str, status: int) -> NoReturn:
    say(f"lscbsite: {message}", err=True)
    sys.exit(status)
