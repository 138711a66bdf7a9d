"""The command line: the only module that parses arguments, prints and exits."""

import datetime as dt
import gc
import os
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from lscbsite import __version__
from lscbsite.build import Options, build
from lscbsite.cli.authoring import COMMANDS
from lscbsite.cli.options import CACHE, DRAFTS, FORMAT, JOBS, SITE, STRICT, TODAY
from lscbsite.cli.output import PROBLEMS, fail, print_problems, report_problems, show_progress
from lscbsite.cli.parameters import BaseUrl, Cluster, FolderPath, read_epoch
from lscbsite.console import (
    decode_path,
    format_count,
    print_meeting_rules,
    print_summary,
    print_timings,
    say,
)
from lscbsite.incremental.state import ClockError
from lscbsite.problem_formats import Format
from lscbsite.problems import Problems, ProblemsFoundError, is_selected
from lscbsite.source_files import resolve_path
from lscbsite.stopping import INTERRUPTED, UNABLE, raise_on_stop_signals
from lscbsite.workers import WorkersFailedError
from lscbsite.write import OutputRefusedError

if TYPE_CHECKING:
    from concurrent.futures import Executor


class _Program(click.Group):
    """Run a command, and exit with the code for its result.

    Click reports wrong usage itself, and exits with 2 as well.
    """

    def invoke(self, ctx: click.Context) -> Any:
        try:
            with suppress(ProblemsFoundError):
                return super().invoke(ctx)
        except (ClockError, OutputRefusedError, WorkersFailedError) as error:
            fail(str(error), UNABLE)
        except OSError as error:
            prefix = f"cannot use {decode_path(error.filename)}: " if error.filename else ""
            fail(f"{prefix}{error.strerror or error}", UNABLE)
        except MemoryError:
            fail("there is not enough memory; try --jobs 1", UNABLE)
        except KeyboardInterrupt:
            fail("stopped", INTERRUPTED)
        except click.Abort:  # at a question, which does not end its line
            say("", err=True)
            fail("stopped", INTERRUPTED)
        sys.exit(PROBLEMS)


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
@SITE
@click.option(
    "--output",
    type=FolderPath(exists=False),
    help="Where the site is written (default: output/ in the site's folder).",
)
@click.option(
    "--base-url", type=BaseUrl(), help="Use this address instead of base_url in site.yaml."
)
@TODAY
@DRAFTS
@JOBS
@click.option(
    "--executor",
    type=Cluster(),
    help="Build on this Dask cluster: dask://HOST:PORT.",
)
@CACHE
@FORMAT
@STRICT
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
    strict: bool,
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
        today or read_epoch(),
        drafts,
        jobs,
        cached,
        executor,
        allow_removal,
    )
    problems = Problems(strict=strict)
    try:
        with report_problems(problems, style, site_dir), show_progress(style) as progress:
            result = build(options, problems, progress)
    except ProblemsFoundError:
        if style == "text":
            say("Nothing was written. Correct the errors above, then try again.", err=True)
        raise
    seconds = time.monotonic() - start
    print_summary(result, output_dir, seconds)
    if timings:
        print_timings({**progress.end(), "total": seconds})


@main.command("check")
@SITE
@TODAY
@DRAFTS
@JOBS
@CACHE
@FORMAT
@STRICT
@click.option("--links", is_flag=True, help="Ask other sites whether the links to them still work.")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
def check_command(
    site_dir: Path,
    today: dt.date | None,
    drafts: bool,
    jobs: int,
    cached: bool,
    style: Format,
    strict: bool,
    links: bool,
    paths: tuple[Path, ...],
) -> None:
    """Look for problems without building; those in PATHS only, if any are given."""
    options = Options(site_dir, None, None, today or read_epoch(), drafts, jobs, cached)
    problems = Problems(strict=strict)
    wanted = [_make_site_path(path, site_dir) for path in paths]
    result = asked = None
    try:
        with suppress(ProblemsFoundError), show_progress(style, writes=False) as progress:
            result = build(options, problems, progress)
        if links:
            asked = _check_links(site_dir, wanted, problems, cached=cached)
    finally:
        problems = problems.select(wanted) if wanted else problems
        print_problems(problems, style, site_dir)
    if result is None or problems.has_errors():
        raise ProblemsFoundError
    rules = result.summary.meeting_rules
    print_meeting_rules(rule for rule in rules if not wanted or is_selected(rule.path, wanted))
    if asked is not None:
        say(asked)
    count = len(problems.list_sorted())
    say(
        f"{format_count(result.summary.reports, 'report')} checked: no errors,"
        f" {format_count(count, 'warning') if count else 'no warnings'}"
    )


def _check_links(site_dir: Path, wanted: list[str], problems: Problems, *, cached: bool) -> str:
    """Ask other sites for the pages that the site links to; return a summary in words."""
    # Slow to import, and not needed by other commands.
    from lscbsite.external_links import CODE, check_links

    if problems.is_off(CODE):
        return f"links to other sites not checked: {CODE} is off in site.yaml"
    if sys.stderr.isatty():
        say("checking links to other sites, one a second for each site ...", err=True)
    found = check_links(site_dir, wanted, problems, cached=cached)
    unknown = f"; {found.unknown} of them gave no clear answer" if found.unknown else ""
    return f"{format_count(found.addresses, 'link')} to other sites checked{unknown}"


def _make_site_path(path: Path, site_dir: Path) -> str:
    """Return a path relative to the site's folder, as problems name it."""
    try:
        return resolve_path(path).relative_to(resolve_path(site_dir)).as_posix()
    except ValueError:
        raise click.BadParameter(f"{path} is not in the site's folder {site_dir}") from None


for command in COMMANDS:
    main.add_command(command)
