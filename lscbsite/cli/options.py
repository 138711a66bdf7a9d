"""Options that several commands have."""

import os

import click

from lscbsite.cli.parameters import Day, FolderPath

SITE = click.option(
    "--site",
    "site_dir",
    default=".",
    type=FolderPath(exists=True),
    help="The site's folder (default: this one). Paths are printed as they are in it.",
)
TODAY = click.option(
    "--today",
    type=Day(),
    help="The day of the build (default: SOURCE_DATE_EPOCH, or today in the site's time zone).",
)
DRAFTS = click.option("--drafts", is_flag=True, help="Include drafts.")
FORMAT = click.option(
    "--format",
    "style",
    default="text",
    type=click.Choice(["text", "github", "json", "sarif"]),
    help="The format of problems.",
)
STRICT = click.option("--strict", is_flag=True, help="Treat every warning as an error.")
JOBS = click.option(
    "--jobs",
    default=os.cpu_count() or 1,
    show_default="one for each processor",
    type=click.IntRange(min=1),
    help="How many processes to use at the same time.",
)
CACHE = click.option(
    "--no-cache", "cached", flag_value=False, default=True, help="Parse every file again."
)
