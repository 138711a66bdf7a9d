"""The files of the form that its author may change: index.html and the settings of config.yml."""

import re
from pathlib import Path
from typing import Literal

from lscbsite.cms.repository import HOMES, Kind, Repository
from lscbsite.form_files import PLACEHOLDER_REPOSITORY
from lscbsite.text import fill_placeholders

Cms = Literal["sveltia", "decap"]

FILES = Path(__file__).parent / "files"
SCRIPTS: dict[Cms, str] = {"sveltia": "sveltia-cms.js", "decap": "decap-cms.js"}
_NAMES: dict[Cms, str] = {"sveltia": "Sveltia CMS", "decap": "Decap CMS"}
_GUIDE = "https://github.com/lscbsite/lscbsite/blob/main/docs/deployment.md#sign-in-to-the-form"
_BRANCH = re.compile(r"^  branch: (.*)$", re.M)
# Without it, Sveltia also shows a button that works only with a service of one host.
_SIGN_IN = (
    "# People sign in with an access token. The guide says how to do without one.",
    "auth_methods: [token]",
)
_DECAP_SIGN_IN: dict[Kind, tuple[str, ...]] = {
    "github": (
        "# People sign in through a small program of yours, as the guide says. Its address:",
        "# base_url: https://sign-in.example.org",
    ),
    "gitlab": (
        "# People sign in through an application in GitLab, as the guide says. Its id:",
        "auth_type: pkce",
        "# app_id: ...",
    ),
    "forgejo": (
        "# People sign in through an OAuth2 application there, as the guide says. Its id:",
        "# app_id: ...",
    ),
}
_LOCALE: dict[Cms, tuple[str, ...]] = {"sveltia": (), "decap": ("locale: en",)}


class FormRefusedError(Exception):
    """The form cannot be written beside the author's own page; the text says why."""


def make_page(cms: Cms, api: str) -> str:
    """Return index.html, whose policy lets the form ask only the origin ``api``."""
    policy = {
        "default-src": "'none'",
        # Decap compiles its checks of the configuration, which is "eval" to a browser.
        "script-src": "'self'" if cms == "sveltia" else "'self' 'unsafe-eval'",
        # Both put their style sheets into the page.
        "style-src": "'self' 'unsafe-inline'",
        "font-src": "'self' data:",
        "img-src": "'self' data: blob:",
        "media-src": "'self' blob:",
        "connect-src": f"'self' blob: data: {api}",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    words = {
        "policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "script": SCRIPTS[cms],
    }
    return _fill("index.html", words)


def find_cms(page: str) -> Cms | None:
    """Return the CMS whose script a page loads, None if it loads neither."""
    return next((cms for cms, script in SCRIPTS.items() if f'"{script}"' in page), None)


def renew_page(page: str, cms: Cms, api: str) -> str:
    """Return a page that loads a CMS; ``api`` is the new origin to ask, '' for the one that is there.

    A page that the author changed stays as it is.

    Raises:
        FormRefusedError: it does, and does not load the CMS.

    """
    loaded = find_cms(page)
    if loaded and (found := _find_own_api(page, loaded)):
        return make_page(cms, api or found)
    if loaded == cms:
        return page
    script, name = SCRIPTS[cms], _NAMES[cms]
    if loaded:
        change = f"load {script} in place of {SCRIPTS[loaded]}"
        policy = {"decap": ", and add 'unsafe-eval' after script-src 'self'", "sveltia": ""}[cms]
        why = f"you changed admin/index.html, and it loads {SCRIPTS[loaded]}"
    else:
        change, policy, why = f"load {script}", "", "admin/index.html loads neither CMS"
    raise FormRefusedError(
        f"{why}, so nothing was written. For {name}, let the page {change}{policy}; or delete it, and"
        " a new one is written. Then run this command again"
    )


def find_api(repository: Repository) -> str:
    """Return the origin that the form asks when it reads and saves."""
    is_github = repository.home == HOMES["github"]
    return "https://api.github.com" if is_github else repository.home


def make_settings(cms: Cms, repository: Repository, site_url: str) -> str:
    """Return the author's part of config.yml."""
    words = {
        "guide": _GUIDE,
        "backend": _make_backend(cms, repository),
        "site_url": site_url,
        "locale": "".join(f"{line}\n" for line in _LOCALE[cms]),
    }
    return _fill("config.yml", words)


def fill_in_repository(config: str, repository: Repository) -> str:
    """Return a config.yml with the repository in place of the one that is made up.

    If the settings of the backend were changed by the author, only the name is filled in, and nothing if
    they are those of another kind of host.
    """
    branch = _BRANCH.search(config)
    repository = repository._replace(branch=branch[1]) if branch else repository
    for cms in SCRIPTS:
        new = _make_backend(cms, repository)
        for kind, home in HOMES.items():
            old = _make_backend(cms, Repository(kind, home, "", repository.branch))
            if old in config:
                return config.replace(old, new, 1)
    if f"  name: {_name_backend(repository.kind)}\n" in config:
        return config.replace(PLACEHOLDER_REPOSITORY, repository.name, 1)
    return config


def list_cms_settings(
    config: str, loaded: Cms | None, cms: Cms, kind: Kind
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which lines of config.yml to take out, and which to add, where another CMS was loaded."""
    if loaded in (None, cms):
        return (), ()
    lines = {line.strip() for line in config.splitlines()}
    before, after = _list_own_settings(loaded, kind), _list_own_settings(cms, kind)
    take_out = (line for line in before if line.strip() in lines)
    add = (line for line in after if line.strip() not in lines)
    return tuple(take_out), tuple(add)


def _list_own_settings(cms: Cms, kind: Kind) -> tuple[str, ...]:
    """Return the lines of settings that only one CMS has."""
    sign_in = _SIGN_IN if cms == "sveltia" else _DECAP_SIGN_IN[kind]
    return (*(f"  {line}" for line in sign_in), *_LOCALE[cms])


def _find_own_api(page: str, cms: Cms) -> str:
    """Return the origin that a page asks if all else in it is as the program wrote it, else ''."""
    before, _, after = make_page(cms, "@").partition(" @;")
    found = re.fullmatch(f'{re.escape(before)} ([^\\s;"]+);{re.escape(after)}', page)
    return found[1] if found else ""


def _make_backend(cms: Cms, repository: Repository) -> str:
    return "\n".join(f"  {line}" for line in _list_backend(cms, repository)) + "\n"


def _name_backend(kind: Kind) -> str:
    return "gitea" if kind == "forgejo" else kind


def _list_backend(cms: Cms, repository: Repository) -> list[str]:
    kind, home, name, branch = repository
    servers = {
        "github": [f"api_root: {home}/api/v3"],
        "gitlab": [f"api_root: {home}/api/v4", f"base_url: {home}"],
        "forgejo": [f"api_root: {home}/api/v1", f"base_url: {home}"],
    }
    return [
        f"name: {_name_backend(kind)}",
        f"repo: {name or PLACEHOLDER_REPOSITORY}",
        f"branch: {branch}",
        *([] if home in (HOMES["github"], HOMES["gitlab"]) else servers[kind]),
        *(_SIGN_IN if cms == "sveltia" else _DECAP_SIGN_IN[kind]),
    ]


def _fill(name: str, words: dict[str, str]) -> str:
    text = (FILES / name).read_text("utf-8")
    return fill_placeholders(text, words)
