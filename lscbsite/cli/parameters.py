"""Types of the command line's parameters."""

import datetime as dt
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lscbsite import dates
from lscbsite.console import decode_path
from lscbsite.parsing.site_values import BASE_URL_EXPECTED, correct_base_url, normalize_base_url
from lscbsite.scaffold import DEFAULTS, HOST_NAMES
from lscbsite.source_files import resolve_path

if TYPE_CHECKING:
    from concurrent.futures import Executor


class FolderPath(click.Path):
    """A folder whose path is valid UTF-8."""

    def __init__(self, *, exists: bool) -> None:
        super().__init__(exists=exists, file_okay=not exists, path_type=Path)

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        """Return the value, or fail with what is wrong with it."""
        if not value:
            self.fail("write the name of a folder, or . for the one you are in", param, ctx)
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


class Day(click.ParamType[dt.date]):
    """A day, as authors write dates."""

    name = "date"

    def convert(self, value: Any, param: Any, ctx: Any) -> dt.date:
        """Return the value, or fail with what is wrong with it."""
        if isinstance(value, dt.date):
            return value
        try:
            return dates.read_date(value)
        except dates.NotReadError as error:
            fix = error.fix
            if fix == dates.WRITE_ISO:
                today = get_author_day()
                fix = f"write the date as {today} or {dates.format_written(today)}"
            self.fail(f"{error.found}: expected {error.expected}; {fix}", param, ctx)


def read_epoch() -> dt.date | None:
    """Return the date in SOURCE_DATE_EPOCH (reproducible-builds.org: seconds, UTC), if set."""
    text = os.environ.get("SOURCE_DATE_EPOCH")
    if not text:
        return None
    try:
        return dt.datetime.fromtimestamp(int(text), dt.UTC).date()
    except (ValueError, OverflowError, OSError):
        raise click.UsageError(f'SOURCE_DATE_EPOCH is "{text}", not a number of seconds') from None


def get_author_day() -> dt.date:
    """Return SOURCE_DATE_EPOCH, or today where the author is."""
    return read_epoch() or dt.date.today()  # noqa: DTZ011 (the author's day)


class BaseUrl(click.ParamType[str]):
    """The full address of a home page."""

    name = "url"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        """Return the value, or fail with what is wrong with it."""
        address = normalize_base_url(value)
        if address is None:
            self.fail(
                f'"{value}" is not {BASE_URL_EXPECTED}; {correct_base_url(value)}', param, ctx
            )
        return address


class Asked(click.Option):
    """An option of ``init``: asked for at a terminal if it is not given; elsewhere the default.

    With ``is_setting``, its answer goes into ``site.yaml``: where there is one, nobody is asked.
    """

    def __init__(self, *arguments: Any, is_setting: bool = False, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self._is_setting = is_setting

    def prompt_for_value(self, ctx: click.Context) -> Any:
        """Return the answer, or the default."""
        at_terminal = all(stream and stream.isatty() for stream in (sys.stdin, sys.stdout))
        is_known = self._is_setting and (ctx.params["folder"] / "site.yaml").exists()
        return (
            super().prompt_for_value(ctx) if at_terminal and not is_known else self.get_default(ctx)
        )


_QUESTIONS = (
    click.option(
        "--title",
        cls=Asked,
        is_setting=True,
        prompt="The title of the site",
        default=DEFAULTS.title,
        show_default=True,
        help="The title of the site.",
    ),
    click.option(
        "--base-url",
        cls=Asked,
        is_setting=True,
        type=BaseUrl(),
        prompt="Its web address, if you know it yet",
        default=DEFAULTS.base_url,
        show_default=True,
        help="The full address of its home page.",
    ),
    click.option(
        "--board",
        cls=Asked,
        is_setting=True,
        prompt='The board\'s name, with "the" if you say it',
        default=DEFAULTS.board,
        show_default=True,
        help="The usual name of the board.",
    ),
    click.option(
        "--host",
        cls=Asked,
        type=click.Choice(HOST_NAMES, case_sensitive=False),
        prompt="Where it will be published (forgejo: also Codeberg; none: elsewhere)",
        default=DEFAULTS.host,
        show_default=True,
        help="Where the site is published.",
    ),
)


def ask_about_site(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that say what a new site is, in the order of the questions."""
    for option in reversed(_QUESTIONS):
        command = option(command)
    return command


class Cluster(click.ParamType["Callable[[], Executor]"]):
    """The address of a Dask cluster."""

    name = "url"

    def convert(self, value: Any, param: Any, ctx: Any) -> "Callable[[], Executor]":
        """Return the value, or fail with what is wrong with it."""
        # Import Dask only when it is used.
        from lscbsite.dask_executor import AddressError, connect_cluster

        try:
            return connect_cluster(value)
        except AddressError as error:
            self.fail(str(error), param, ctx)
