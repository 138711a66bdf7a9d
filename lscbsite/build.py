"""The pipeline: what an author wrote -> the site. Data flows one way."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from lscbsite.cache import Cache
from lscbsite.checks import check
from lscbsite.config import load_config
from lscbsite.dates import zone
from lscbsite.link import link
from lscbsite.model import Output, Site
from lscbsite.parse import parse
from lscbsite.plan import plan
from lscbsite.problems import Problems, ProblemsFoundError
from lscbsite.read import read
from lscbsite.render import render
from lscbsite.theme import TemplateFaultError, Theme
from lscbsite.write import Written, check_output_dir, write

CACHE = Path(".lscbsite", "cache.sqlite")


class Options(msgspec.Struct, frozen=True):
    """What a build is told: the clock is ``today`` (None: today in the site's time zone)."""

    site_dir: Path
    output_dir: Path
    base_url: str | None = None
    today: dt.date | None = None
    drafts: bool = False
    jobs: int = 1
    cached: bool = True


class Built(msgspec.Struct, frozen=True):
    """What a build did."""

    site: Site
    files: Written


def build(options: Options, problems: Problems) -> Built:
    """Build the site into the output folder.

    Nothing is written while there is an error: ``problems`` holds all that was found.

    Raises:
        ProblemsFoundError: there are errors in what the author wrote.
        OutputRefusedError: the output folder cannot be used.
        OSError: the output folder cannot be written.

    """
    check_output_dir(options.output_dir, options.site_dir)
    site, outputs = _planned(options, problems)
    problems.raise_if_errors()
    with _told_to(problems):
        files = write(render(outputs, Theme(options.site_dir)), options.output_dir)
    return Built(site, files)


def examine(options: Options, problems: Problems) -> Site:
    """Do all of a build but the writing; ``problems`` holds all that was found.

    Raises:
        ProblemsFoundError: a template is at fault.
    """
    site, outputs = _planned(options, problems)
    if not problems.has_errors():
        with _told_to(problems):
            for _ in render(outputs, Theme(options.site_dir)):
                pass
    return site


@contextmanager
def _told_to(problems: Problems) -> Iterator[None]:
    """Turn the fault of a template into a problem."""
    try:
        yield
    except TemplateFaultError as fault:
        problems.add(fault.problem)
        raise ProblemsFoundError from fault


def _planned(options: Options, problems: Problems) -> tuple[Site, tuple[Output, ...]]:
    """Return the linked site and the planned outputs."""
    config = load_config(options.site_dir, problems)
    if options.base_url:
        site_config = msgspec.structs.replace(config.site, base_url=options.base_url)
        config = msgspec.structs.replace(config, site=site_config)
    today = options.today or dt.datetime.now(zone(config.site.timezone)).date()
    sources = read(options.site_dir, problems)
    cache = Cache(options.site_dir / CACHE if options.cached else None)
    try:
        documents = parse(sources, config, cache, problems, options.jobs)
    finally:
        cache.close()
    site = link(documents, sources.attachments, config, problems, today, drafts=options.drafts)
    check(documents, site, problems)
    return site, plan(site, problems)
