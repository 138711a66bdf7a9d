"""Keep the addresses that a site had in a folder of the present one, such as /reports/.

Pages there lead to the new ones. Feeds, calendars and attachments stay there as well, because
programs that fetch them do not follow a page.
"""

from collections.abc import Iterable, Iterator
from urllib.parse import quote, unquote, urlsplit

from msgspec.structs import replace

from lscbsite.model import Artifact, AttachmentView, SiteConfig
from lscbsite.outputs.calendar.calendars import CalendarView
from lscbsite.outputs.feeds.plans import FeedPlan
from lscbsite.outputs.redirects import (
    RedirectView,
    Rules,
    get_address,
    make_redirect,
    render_rules,
)
from lscbsite.outputs.site_context import Link
from lscbsite.source_files import list_folders, make_name_key

_RULES = "_redirects"


def list_former_paths(config: SiteConfig) -> list[str]:
    """Return the paths of earlier addresses of the home page below the present one."""
    host, base = _split_base_url(config.base_url)
    paths = []
    for former in config.formerly:
        former_host, path = _split_base_url(former)
        if former_host == host and path.startswith(base) and path != base:
            paths.append(path.removeprefix(base))
    return list(dict.fromkeys(paths))


def _split_base_url(base_url: str) -> tuple[str, str]:
    """Return the host, without www., and the path of a base URL."""
    parts = urlsplit(base_url)
    return parts.netloc.casefold().removeprefix("www."), unquote(parts.path)


def keep_former_paths(
    config: SiteConfig, former_paths: Iterable[str], singles: Iterable[Artifact], paths: list[str]
) -> tuple[Artifact, ...]:
    """Return some artifacts with those at former paths of the site.

    ``singles`` are the artifacts that are planned in every build, ``paths`` those of all. Nothing
    takes the place of a present page: where one is, the former address leads to it.
    """
    by_path = {artifact.path: artifact for artifact in singles}
    taken = _Taken(path for path in paths if path)
    rules = by_path[_RULES].view.paths if _RULES in by_path else ()
    for former_path in former_paths:
        for path in paths:
            moved = _move(config, former_path, path, by_path.get(path))
            if moved and taken.add(moved.path):
                by_path[moved.path] = moved
        rules += tuple(_list_rules(config, former_path, paths))
    by_path[_RULES] = Artifact(_RULES, Rules(rules), render_rules)
    return tuple(by_path[path] for path in sorted(by_path))


def _move(
    config: SiteConfig, former_path: str, path: str, artifact: Artifact | None
) -> Artifact | None:
    """Return what stays of an output at its former path, None if nothing does."""
    if artifact is not None and path != _RULES and not path.startswith("admin/"):
        view = artifact.view
        if isinstance(view, FeedPlan):
            view = replace(view, folder=former_path + view.folder)
        if isinstance(view, FeedPlan | CalendarView | AttachmentView):
            return Artifact(former_path + path, view, artifact.renderer, artifact.source)
        if isinstance(view, RedirectView):
            return make_redirect(config, former_path + path, view.target)
    if path != "index.html" and not path.endswith("/index.html"):
        return None
    url = quote(get_address(path))
    return make_redirect(config, former_path + path, Link(url, config.base_url + url))


def _list_rules(
    config: SiteConfig, former_path: str, paths: list[str]
) -> Iterator[tuple[str, str]]:
    """Yield a rule for each folder of the site that no present output has at the former path."""
    base = urlsplit(config.base_url).path
    present = {make_name_key(folder) for path in paths for folder in list_folders(path)}
    folders = {path.partition("/")[0] for path in paths if "/" in path}
    for folder in sorted(folders):
        if make_name_key(former_path + folder) not in present:
            name = quote(folder)
            yield f"{base}{quote(former_path)}{name}/*", f"{base}{name}/:splat"


class _Taken:
    """The files and folders of the site, as systems that ignore capitals see them."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._files: set[str] = set()
        self._folders: set[str] = set()
        for path in paths:
            self._add(path)

    def add(self, path: str) -> bool:
        """Add a file if its place is free; return whether it is."""
        key = make_name_key(path)
        free = not {key, *list_folders(key)} & self._files and key not in self._folders
        if free:
            self._add(path)
        return free

    def _add(self, path: str) -> None:
        key = make_name_key(path).rstrip("/")
        self._files.add(key)
        self._folders.update(list_folders(key))
