"""Redirects from addresses of an earlier site, and from former ones of reports, boards and topics."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

import msgspec
from msgspec.structs import replace

from lscbsite.dates import get_direction
from lscbsite.model import Artifact, Input, Position, SiteConfig, SiteIndex, list_board_folders
from lscbsite.outputs.declaration import OutputKind
from lscbsite.outputs.pages.archives import list_board_years
from lscbsite.outputs.pages.components import (
    get_report_language,
    make_topic_url,
)
from lscbsite.outputs.site_context import Link, SiteView
from lscbsite.source_files import make_name_key

if TYPE_CHECKING:  # slow to import, and not needed to plan
    from lscbsite.theme import Theme

# Characters that browsers do not encode in a path; but ":" and "*" would make patterns of the rules.
_SAFE = "/!$&'()+,;=@"


class RedirectView(msgspec.Struct, frozen=True):
    """A page that redirects to ``target``; ``root`` leads from it to the home page."""

    language: str
    site_title: str
    base_url: str
    root: str
    target: Link

    @property
    def direction(self) -> str:
        """The direction of the language: ltr or rtl."""
        return get_direction(self.language)


class Rules(msgspec.Struct, frozen=True):
    """The old and the new path of each rule, from the host's root on, percent-encoded."""

    paths: tuple[tuple[str, str], ...]


class _Redirect(msgspec.Struct, frozen=True):
    """A page that redirects, and the position of its alias in the author's file.

    With ``below``, every address in the page's folder redirects to the same one in the target's.
    """

    path: str
    target: Link
    source: str = ""
    mark: Position = Position(1, 1)
    below: bool = False


def get_address(path: str) -> str:
    """Return the address below the base URL at which a file of the output is served."""
    return path.removesuffix("index.html") if PurePosixPath(path).name == "index.html" else path


def plan_redirects(site: SiteIndex, site_view: Input[SiteView]) -> Iterator[Artifact]:
    """Plan a page for each old address, and ``_redirects`` for hosts that read it."""
    config = site.config.site
    redirects = [
        *_list_report_redirects(site, site_view),
        *_list_board_redirects(site),
        *_list_topic_redirects(site),
    ]
    for redirect in redirects:
        artifact = make_redirect(config, redirect.path, redirect.target)
        yield replace(artifact, source=redirect.source, mark=redirect.mark)
    if redirects:
        base = urlsplit(config.base_url).path
        yield Artifact("_redirects", Rules(tuple(_list_rules(base, redirects))), render_rules)


def make_redirect(config: SiteConfig, path: str, target: Link) -> Artifact:
    """Return a page that redirects from a path to ``target``."""
    root = "../" * path.count("/") or "./"
    view = RedirectView(config.language, config.title, config.base_url, root, target)
    return Artifact(path, view, render_redirect)


def render_redirect(view: RedirectView, theme: "Theme") -> bytes:
    """Return a page that redirects."""
    return theme.render("redirect.html", view).encode()


def render_rules(view: Rules, theme: "Theme") -> bytes:
    """Return ``_redirects`` as Netlify, Cloudflare Pages and GitLab Pages read it."""
    return "".join(f"{old} {new} 301\n" for old, new in view.paths).encode()


def _list_report_redirects(site: SiteIndex, site_view: Input[SiteView]) -> Iterator[_Redirect]:
    base = unquote(urlsplit(site.config.site.base_url).path)
    for linked_report in (*site.reports, *site.agendas):
        report = linked_report.report
        if not report.front.aliases and not report.former_ids:
            continue
        places = [
            (_make_file_path(alias, base), f"aliases.{number}")
            for number, alias in enumerate(report.front.aliases)
        ]
        given = {make_name_key(path) for path, _ in places} | {
            make_name_key(f"reports/{report.id}/index.html")
        }
        for old in report.former_ids:
            path = f"reports/{old}/index.html"
            if make_name_key(path) not in given:
                number = report.front.formerly.index(old) if old in report.front.formerly else 0
                places.append((path, f"formerly.{number}"))
        link = Link(report.url, report.title, get_report_language(site_view.value, report))
        for path, place in places:
            yield _Redirect(path, link, report.path, report.find_position(place))


def _list_board_redirects(site: SiteIndex) -> Iterator[_Redirect]:
    for id_, board in site.config.site.boards.items():
        *former, folder = list_board_folders(id_, board)
        years = [f"{year}/" for year in list_board_years(site, id_)]
        for old in dict.fromkeys(former):
            if old != folder:
                target = Link(folder, board.name)
                yield _Redirect(f"{old}index.html", target, below=True)
                for year in years:
                    target = Link(folder + year, f"{board.name}: {year.removesuffix('/')}")
                    yield _Redirect(f"{old}{year}index.html", target)


def _list_topic_redirects(site: SiteIndex) -> Iterator[_Redirect]:
    for thread in site.threads:
        target = Link(make_topic_url(thread.id), thread.topic.name)
        for old in dict.fromkeys(thread.topic.formerly):
            if old != thread.id:
                yield _Redirect(f"{make_topic_url(old)}index.html", target, below=True)


def _make_file_path(alias: str, base: str) -> str:
    """Return the file at an alias, without ``base``, the site's path, if the alias begins with it."""
    path = unquote(alias)
    path = path[len(base) :] if f"{path}/".startswith(base) else path[1:]
    if path.casefold().endswith((".html", ".htm")):
        return path
    return f"{path.rstrip('/')}/index.html".lstrip("/")


def _list_rules(base: str, redirects: list[_Redirect]) -> Iterator[tuple[str, str]]:
    """Yield the rules: first those for one path each, then those with patterns.

    Hosts take the first rule that matches, and Cloudflare allows only a hundred after the first
    pattern. A closing slash makes a difference to Cloudflare and GitLab, and none to Netlify.
    """
    exact, patterns = set(), set()
    for redirect in redirects:
        old = quote(unquote(base), _SAFE) + quote(get_address(redirect.path), _SAFE)
        new = quote(unquote(base), _SAFE) + redirect.target.url
        exact |= {(old, new), (old.rstrip("/"), new)}
        if redirect.below:
            patterns.add((f"{old}*", f"{new}:splat"))
    yield from sorted(exact)
    yield from sorted(patterns)


REDIRECTS = OutputKind(
    addresses=("_redirects", "{alias}"),
    renderers=(render_redirect, render_rules),
    plan=plan_redirects,
)
