"""Commands for the author's day: begin, look, rename."""

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lscbsite.cli.options import FORMAT, JOBS, SITE, TODAY
from lscbsite.cli.output import fail, print_problems, show_progress
from lscbsite.cli.parameters import Day, FolderPath, ask_about_site, get_author_day, read_epoch
from lscbsite.console import (
    print_new_form,
    print_new_site,
    print_next_steps,
    print_rebuilding,
    print_renaming,
    say,
)
from lscbsite.context import Options
from lscbsite.problem_formats import Format
from lscbsite.problems import Problem, Problems, ProblemsFoundError
from lscbsite.scaffold import Answers
from lscbsite.stopping import UNABLE

if TYPE_CHECKING:
    from lscbsite.cms import Cms, NewForm
    from lscbsite.json_schema import Subject


@click.command("init")
@click.argument("folder", metavar="DIR", type=FolderPath(exists=False), is_eager=True)
@ask_about_site
@click.option("--cms", "wants_form", is_flag=True, help="Add the form for writing in a browser.")
def init_command(
    folder: Path, title: str, base_url: str, board: str, host: str, wants_form: bool
) -> None:
    """Begin a site in the folder DIR. Nothing that is there is overwritten."""
    # Slow to import, and not needed by other commands.
    from lscbsite.scaffold.site import FolderRefusedError, make_site

    answers = Answers(title, base_url, board, host, wants_form)
    try:
        result = make_site(folder, answers, get_author_day())
    except FolderRefusedError as error:
        fail(str(error), UNABLE)
    print_new_site(result)
    form = _write_form(folder, None, host, "text") if wants_form else None
    print_next_steps(result, folder, form)


@click.command("cms")
@SITE
@click.option(
    "--use",
    "cms",
    type=click.Choice(["sveltia", "decap"]),
    help="The CMS that shows the form (default: Sveltia CMS, or the one that is there).",
)
@FORMAT
def cms_command(site_dir: Path, cms: "Cms | None", style: Format) -> None:
    """Write the form for writing reports in a browser into admin/, or bring it up to date.

    Your own settings there stay, and so does the page if you changed it.
    """
    _require_site(site_dir)
    print_new_form(_write_form(site_dir, cms, "none", style))


def _write_form(site_dir: Path, cms: "Cms | None", host: str, style: Format) -> "NewForm":
    # Slow to import, and not needed by other commands.
    from lscbsite.cms import FormRefusedError, write_form

    problems = Problems()
    try:
        return write_form(site_dir, cms, host, read_epoch(), problems)
    except FormRefusedError as error:
        fail(str(error), UNABLE)
    except ProblemsFoundError:
        print_problems(problems, style, site_dir)
        if style == "text":
            say(
                "The form was not written. Correct the errors above, then run lscbsite cms.",
                err=True,
            )
        raise


@click.command("rename")
@SITE
@click.option("--dry-run", is_flag=True, help="Print what would change, and change nothing.")
@JOBS
@FORMAT
@click.argument("old")
@click.argument("new")
def rename_command(
    site_dir: Path, dry_run: bool, jobs: int, style: Format, old: str, new: str
) -> None:
    """Rename a report, a board, a topic or a person, and mend what refers to it.

    OLD is a report (2012-11-31 or reports/2012-11-31.md), several in quotes ('2012-*'), the id of a
    board or topic, or a person's name. NEW is the new name, or a folder for reports (2012/). Old
    addresses still work afterwards, and subscribers see nothing twice.
    """
    # Slow to import, and not needed by other commands.
    from lscbsite.rename import RenameError, SiteFaultsError, rename

    _require_site(site_dir)
    try:
        result = rename(site_dir, old, new, dry_run=dry_run, jobs=jobs)
    except RenameError as error:
        fail(str(error), UNABLE)
    except SiteFaultsError as error:
        print_problems(error.problems, style, site_dir)
        if style == "text":
            if error.known:
                say("Nothing was renamed. Correct the errors above, then try again.", err=True)
            else:
                say("Nothing was renamed: the site would have the errors above.", err=True)
        raise ProblemsFoundError from error
    print_renaming(result, dry_run=dry_run)


def _read_day(ctx: click.Context, param: click.Parameter, words: tuple[str, ...]) -> dt.date | None:
    """Return the day that one or several words of the command line name, such as 16 April 2013."""
    return Day().convert(" ".join(words), param, ctx) if words else None


@click.command("new")
@SITE
@click.option("--board", help="The board's folder, if the site has several boards.")
@JOBS
@FORMAT
@click.argument("day", metavar="[DATE]", nargs=-1, callback=_read_day)
def new_command(
    site_dir: Path, board: str | None, jobs: int, style: Format, day: dt.date | None
) -> None:
    """Begin the next report of a board: a draft with what is already known about the meeting.

    DATE is the day of the meeting, if the last report or meetings.yaml does not announce it.
    """
    from lscbsite.scaffold.next_report import ExistsError, NotKnownError, Wanted, begin_report

    problems = Problems()
    try:
        begun = begin_report(site_dir, Wanted(day, board, get_author_day()), jobs, problems)
    except (ExistsError, NotKnownError) as error:
        fail(str(error), UNABLE)
    except ProblemsFoundError:
        print_problems(problems, style, site_dir)
        if style == "text":
            say("Nothing was written. Correct the errors above, then try again.", err=True)
        raise
    say(begun.path)
    if begun.note:
        say(f"lscbsite: {begun.note}", err=True)


@click.command("schema")
@click.option(
    "--for",
    "subject",
    default="report",
    type=click.Choice(["report", "page", "site", "topics", "people", "glossary", "meetings"]),
    help="The kind of file (default: report).",
)
def schema_command(subject: "Subject") -> None:
    """Print a JSON Schema of a kind of file, for hints in editors."""
    from lscbsite.json_schema import format_schema

    click.echo(format_schema(subject), nl=False)


@click.command("serve")
@SITE
@click.option("--host", default="127.0.0.1", show_default=True, help="Serve at this address.")
@click.option(
    "--port",
    default=8000,
    show_default="8000, or the next one that is free",
    type=click.IntRange(0, 65535),
    help="The port to serve at.",
)
@TODAY
@JOBS
@click.option("--poll", is_flag=True, help="For folders that report no changes: look at all files.")
def serve_command(
    site_dir: Path, host: str, port: int, today: dt.date | None, jobs: int, poll: bool
) -> None:
    """Show the site in a browser while you write it, with drafts and scheduled reports.

    Pages follow each change of a file. Nothing is published, and output/ is left as it is.
    """
    _require_site(site_dir)
    # Slow to import, and not needed by other commands.
    from lscbsite.serve import Rebuilt, Settings, serve

    last: tuple[Problem, ...] = ()

    def report(rebuilt: Rebuilt) -> None:
        nonlocal last
        before, last = last, rebuilt.problems.list_sorted()
        if last != before:
            print_problems(rebuilt.problems, "text", site_dir)
        print_rebuilding(rebuilt)

    options = Options(site_dir, None, today=today or read_epoch(), drafts=True, jobs=jobs)
    with show_progress("text") as progress:
        serve(options, Settings(host or "127.0.0.1", port, poll), progress, report, say)


def _require_site(site_dir: Path) -> None:
    """Refuse a folder without a site."""
    if not (site_dir / "site.yaml").exists():
        raise click.UsageError(
            f"there is no site.yaml in {site_dir}; change to the folder of your site, or name it"
            " with --site"
        )


COMMANDS = (init_command, cms_command, rename_command, new_command, schema_command, serve_command)
