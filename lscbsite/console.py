"""What a command prints on a terminal."""

import datetime as dt
import os
import shlex
import subprocess
import sys
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lscbsite.context import BuildResult
from lscbsite.dates import MONTHS
from lscbsite.model import RuleDays, UnpublishedFile
from lscbsite.problems import escape_controls

if TYPE_CHECKING:  # slow to import, and not needed by other commands
    from lscbsite.cms import NewForm
    from lscbsite.rename import RenameResult
    from lscbsite.scaffold.site import NewSite
    from lscbsite.serve import Rebuilt

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
    if result.is_first and summary.proposed_uid:
        say("site.yaml has no uid, which keeps entries of two sites apart in feeds and calendars.")
        say("  If you never published this site, write there now, and never change it:")
        say(f"  uid: {summary.proposed_uid}")
        say("  If it is published already, leave it out: subscribers would get every report again.")


def print_meeting_rules(rules: Iterable[RuleDays]) -> None:
    """Print each rule for meetings with the days that it gives, so that authors can check them."""
    for rule in rules:
        say(f"{rule.path}:{rule.line}: {rule.words}: {_list_days(rule.days)}")


def _list_days(days: Iterable[dt.date]) -> str:
    """Return days in words, with their year after the last one: '8 January, 12 February 2013'."""
    years = (
        ", ".join(f"{day.day} {MONTHS[day.month - 1].capitalize()}" for day in group) + f" {year}"
        for year, group in groupby(days, attrgetter("year"))
    )
    return "; ".join(years) or "no days, as all were moved"


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


def print_renaming(result: "RenameResult", *, dry_run: bool) -> None:
    """Print which files a renaming moved, and which lines it changed."""
    changes = result.changes
    for old, new in changes.moves:
        say(f"{old} -> {new}")
    for changed in changes.list_lines():
        say(f"{changed.path}:{changed.line}:")
        for sign, lines in (("-", changed.before), ("+", changed.after)):
            for line in lines:
                say(f"  {sign} {line}")
    for note in changes.notes:
        say(f"note: {note}")
    done = f"{format_count(len(changes.contents), 'file')} changed"
    if changes.moves:
        noun = "folder" if result.renaming.kind == "board" else "file"
        done = f"{format_count(len(changes.moves), noun)} moved, {done}"
    if dry_run:
        say(f"{done}, if you leave out --dry-run; nothing was changed")
    elif result.in_git:
        say(f"{done}; to look at it: git diff HEAD, to keep it: git commit -a")
    else:
        say(done)


def print_new_form(form: "NewForm") -> None:
    """Print what was written of the form for editing in a browser, and what to do next."""
    _print_files(form.written, form.left)
    for path in form.removed:
        say(f"removed: {path}")
    _print_about_form(form)


def _print_files(written: Iterable[str], left: Iterable[str]) -> None:
    for path in written:
        say(f"written: {path}")
    for path in left:
        say(f"kept, as it was there already: {path}")


def _print_about_form(form: "NewForm") -> None:
    if form.take_out or form.add:
        say("note: your settings in admin/config.yml were kept, but are those of the other CMS.")
        say("  Change these lines, as the guide named there says:")
        for sign, lines in (("-", form.take_out), ("+", form.add)):
            for line in lines:
                say(f"  {sign} {line}")
    if form.api:
        say(
            "note: you changed admin/index.html. The form can save only if you write into it, after"
        )
        say(f"  connect-src: {form.api}")
    if not form.named:
        say("note: the form needs the name of your repository. Once git has its address, run")
        say("  lscbsite cms again; or write the name into admin/config.yml")


def print_new_site(site: "NewSite") -> None:
    """Print what ``init`` wrote and left alone."""
    _print_files(_group_files(site.written), _group_files(site.left))
    if site.begun:
        say("created: a git repository (branch main)")


def print_next_steps(site: "NewSite", folder: Path, form: "NewForm | None") -> None:
    """Print what ``init`` wrote of the form, and what to do next."""
    if form:
        _print_files(_group_files(form.written), _group_files(form.left))
    for note in site.notes:
        say(f"note: {note}")
    if form:
        _print_about_form(form)
    say("")
    say("Next:")
    if folder.resolve() != Path.cwd():
        say(f"  cd {_quote_argument(folder)}")
    else:
        say("  lscbsite check")
    say("  lscbsite serve")
    if site.begun:
        say("To keep it in git:")
        say("  git add .")
        say("  git commit --message Begin")


_FOLDERS = {
    ".vscode/": "settings for the editor VS Code",
    "admin/": "the form for writing in a browser",
}


def _group_files(paths: Sequence[str]) -> list[str]:
    """Return paths, with one line for each folder of many files that no author opens."""
    folders = (f"{path.partition('/')[0]}/" for path in paths)
    names = (
        f"{folder} ({_FOLDERS[folder]})" if folder in _FOLDERS else path
        for folder, path in zip(folders, paths, strict=True)
    )
    return list(dict.fromkeys(names))


def _quote_argument(folder: Path) -> str:
    """Return a path that a shell reads as it is, after ``cd`` too."""
    text = decode_path(folder)
    if text.startswith(("-", "~")):
        text = f".{os.sep}{text}"
    return subprocess.list2cmdline([text]) if os.name == "nt" else shlex.quote(text)


def print_rebuilding(rebuilt: "Rebuilt") -> None:
    """Print what one build of a preview did, or what the preview shows as it failed."""
    if rebuilt.failure:
        for line in rebuilt.failure.splitlines():
            say(line, err=True)
    if rebuilt.changed is None and rebuilt.has_pages:
        say("The preview still shows the last good pages. Correct the errors above.", err=True)
    elif rebuilt.changed is None:
        say("The preview has no pages to show yet. Correct the errors above.", err=True)
    else:
        say(f"{format_count(rebuilt.changed, 'file')} changed in {rebuilt.seconds:.2f} s")


def format_count(number: int, noun: str) -> str:
    """Return a number with its noun: "1 report", "2 reports"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
