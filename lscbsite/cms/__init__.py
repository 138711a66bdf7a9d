"""Write the form for editing in a browser: an edge, which nothing inside the program imports.

``files`` has the scripts of Sveltia CMS, Decap CMS and js-yaml from their npm packages, as
``tools/vendor_cms.py`` took them from there, and form.js, which reads and writes the site's files for
both. ``author_files`` makes what the author may change, index.html and the settings. What is below the line of
config.yml comes from ``outputs.form``, and builds make it again.
"""

import datetime as dt
import shutil
import uuid
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from lscbsite.build import Options, build
from lscbsite.cms.author_files import (
    FILES,
    SCRIPTS,
    Cms,
    FormRefusedError,
    fill_in_repository,
    find_api,
    find_cms,
    list_cms_settings,
    make_page,
    make_settings,
    renew_page,
)
from lscbsite.cms.repository import Repository, find_repository
from lscbsite.form_files import FORM_SCRIPTS, LINE
from lscbsite.model import FORM_FOLDER, FORM_PAGE, FORM_SETTINGS, SiteIndex
from lscbsite.outputs.form.config_file import fill_config
from lscbsite.problems import Problems
from lscbsite.progress import Progress
from lscbsite.source_files import resolve_path

__all__ = ["Cms", "FormRefusedError", "NewForm", "write_form"]


class NewForm(NamedTuple):
    """What was done: paths that were written, those of the author's files that were left, and removed.

    ``named`` tells whether config.yml names a repository. ``take_out`` and ``add`` are lines of its
    settings that the author has to change, as the form was that of another CMS. ``api`` is an origin
    that the author's own page has to let the form ask from now on, '' if there is none.
    """

    written: tuple[str, ...]
    left: tuple[str, ...]
    removed: tuple[str, ...]
    named: bool
    take_out: tuple[str, ...]
    add: tuple[str, ...]
    api: str


def write_form(
    site_dir: Path, wanted: Cms | None, host: str, today: dt.date | None, problems: Problems
) -> NewForm:
    """Write the form of a site into its folder, or bring it up to date; the author's settings stay.

    ``wanted`` is a CMS; None is the one that is there, or Sveltia. ``host`` is the kind of host that
    publishes the site, or "none" if only git and site.yaml know. ``today`` decides which reports are
    published; None is the day in the site's time zone.

    Raises:
        ProblemsFoundError: the site has errors, which are in ``problems``.
        FormRefusedError: the author's index.html loads another CMS; nothing was written.
        OSError: the folder cannot be written.

    """
    options = Options(site_dir, None, today=today, cached=False, keep_index=True)
    site = _load_site(options, problems)
    config, page = site_dir / FORM_SETTINGS, site_dir / FORM_PAGE
    loaded = find_cms(page.read_text("utf-8", "replace")) if page.exists() else None
    cms: Cms = wanted or loaded or "sveltia"
    repository = find_repository(site_dir, host, site.config.site.repository)
    begun = _list_begun(site_dir, cms, repository, site)
    if begun:
        site = _begin_form(options, begun, problems)
    own = config.read_text("utf-8")
    files = {name: (FILES / name).read_bytes() for name in _list_files(cms)}
    files["config.yml"] = fill_config(own, site).encode()
    folder = site_dir / FORM_FOLDER
    changed = {name for name in files if _replace(folder / name, files[name])}
    changed |= {path.name for path in begun}
    removed = _remove_others(folder, cms)
    api = find_api(repository) if config in begun else ""
    take_out, add = list_cms_settings(own, loaded, cms, repository.kind)
    return NewForm(
        tuple(f"{FORM_FOLDER}{name}" for name in sorted(changed)),
        tuple(f"{FORM_FOLDER}{path.name}" for path in (page, config) if path.name not in changed),
        tuple(f"{FORM_FOLDER}{name}" for name in removed),
        site.form is not None and site.form.placeholder is None,
        take_out,
        add,
        "" if f" {api}" in page.read_text("utf-8", "replace") else api,
    )


def _list_begun(
    site_dir: Path, cms: Cms, repository: Repository, site: SiteIndex
) -> dict[Path, str]:
    """Return the texts of the author's files that are not there yet, or cannot stay as they are.

    Raises:
        FormRefusedError: the page loads another CMS, and is not as the program wrote it.

    """
    config, page = site_dir / FORM_SETTINGS, site_dir / FORM_PAGE
    begun = {}
    filled = False
    if not config.exists():
        begun[config] = f"{make_settings(cms, repository, site.config.site.base_url)}{LINE}\n"
    elif site.form and site.form.placeholder and repository.name:
        before = config.read_text("utf-8")
        text = fill_in_repository(before, repository)
        filled = text != before
        begun |= {config: text} if filled else {}
    if not page.exists():
        begun[page] = make_page(cms, find_api(repository))
    else:
        before = page.read_text("utf-8", "replace")
        text = renew_page(before, cms, find_api(repository) if filled else "")
        begun |= {page: text} if text != before else {}
    return begun


def _list_files(cms: Cms) -> list[str]:
    """Return the names of the program's own files of a form."""
    scripts = ("form.js", "js-yaml.js", SCRIPTS[cms])
    return [name for script in scripts for name in (script, *FORM_SCRIPTS[script])]


def _remove_others(folder: Path, cms: Cms) -> list[str]:
    """Remove the program's files of the other CMS; return the names of those that were there."""
    removed = []
    for other, script in SCRIPTS.items():
        for name in (script, *FORM_SCRIPTS[script]) if other != cms else ():
            with suppress(FileNotFoundError):
                (folder / name).unlink()
                removed.append(name)
    return sorted(removed)


def _load_site(options: Options, problems: Problems) -> SiteIndex:
    """Return the index of the site as everybody sees it: no draft may get into the form's choices."""
    result = build(options, problems, Progress())
    problems.raise_if_errors()
    index: SiteIndex = result.index
    return index


def _begin_form(options: Options, begun: dict[Path, str], problems: Problems) -> SiteIndex:
    """Write the author's files as they are from now on, and return the index of a site with a form.

    Only such a site has people in its index, and no page at the form's address. If it has errors, or
    a file cannot be written, the files are as they were before.
    """
    folder = options.site_dir / FORM_FOLDER
    folder.mkdir(exist_ok=True)
    before: dict[Path, bytes | None] = {}
    try:
        for path, text in begun.items():
            data = path.read_bytes() if path.exists() else None
            _write(path, text.encode())
            before[path] = data
        return _load_site(options, problems)
    except BaseException:
        for path, data in before.items():
            with suppress(OSError):  # a disk that is full, for the old file as well
                if data is None:
                    resolve_path(path).unlink()
                else:
                    _write(path, data)
        with suppress(OSError):  # it has other files
            folder.rmdir()
        raise


def _replace(path: Path, data: bytes) -> bool:
    """Write a file of the program's; return whether that changed anything."""
    if path.exists() and path.read_bytes() == data:
        return False
    _write(path, data)
    return True


def _write(path: Path, data: bytes) -> None:
    """Write a file, or the target of a link, in one step: all of it, or nothing; keep its rights."""
    place = resolve_path(path)
    temporary = place.with_name(f".lscbsite-{uuid.uuid4().hex}")
    try:
        with temporary.open("xb") as file:
            file.write(data)
        if place.exists():
            shutil.copymode(place, temporary)
        temporary.replace(place)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
