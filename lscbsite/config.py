"""What is written about the site: site.yaml, topics.yaml, glossary.yaml, people.yaml."""

import re
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from msgspec import Meta

from lscbsite.model import Config, Person, SiteConfig, Topic
from lscbsite.problems import RULES, Problem, Problems, did_you_mean, shown, suggestion
from lscbsite.strict import (
    Document,
    MappingNode,
    Missing,
    Node,
    Reader,
    compose,
    decode,
)

_COLOUR = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)
_GATE = re.compile(r"P\d{3}")
_TopicId = Annotated[str, Meta(extra={"kind": "id"})]


def load_config(site_dir: Path, problems: Problems) -> Config:
    """Read what is written about the site.

    What cannot be read is reported, and a stand-in taken, so that the reports are still looked
    at in the same run.
    """
    site = _load_site(site_dir, problems)
    topics = _load(site_dir, "topics.yaml", Topic, problems)
    glossary = _load(site_dir, "glossary.yaml", str, problems)
    people = _load(site_dir, "people.yaml", Person, problems)
    problems.configure(site.rules)
    return Config(site, topics, glossary, people)


def normal_base_url(text: str) -> str | None:
    """Return an absolute http(s) address with a closing slash, or None if it is none."""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return None
    if not usable or parts.query or parts.fragment or re.search(r"[\s\"'<>\\^`{|}?#]", text):
        return None
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}/"


def _load_site(site_dir: Path, problems: Problems) -> SiteConfig:
    stand_in: dict[str, Any] = {"title": "", "base_url": "http://localhost/"}
    document = _read(site_dir, "site.yaml", problems)
    if document is None:
        if not (site_dir / "site.yaml").exists():
            found, expected = "no site.yaml", "a file site.yaml in the site's folder"
            fix = "make one with at least title and base_url"
            problems.add(Problem("site.yaml", 1, 1, "S001", found, expected, fix))
        return SiteConfig(**stand_in)
    node = compose(document)
    if isinstance(node, Missing):
        return SiteConfig(**stand_in)
    if not isinstance(node, MappingNode):
        fix = 'write lines like "title: ..."'
        found = "nothing" if node is None else "no keys"
        document.fault(0, "F012", found, "keys and values", fix)
        return SiteConfig(**stand_in)
    site: SiteConfig = Reader(document, _KINDS).struct(node, SiteConfig, "", "site.yaml", stand_in)
    _check_rules(site, document)
    if site.logo is not None:
        _check_logo(site.logo, site_dir, document)
    return site


def _check_rules(site: SiteConfig, document: Document) -> None:
    settable = [code for code, rule in RULES.items() if rule.configurable]
    for code in site.rules:
        if code in settable or _GATE.fullmatch(code):
            continue
        mark = document.marks[f"rules.{code}"]
        known = f"{code} is always an error" if code in RULES else "there is no such rule"
        document.problems.add(
            Problem(
                document.path,
                mark.line,
                mark.column,
                "S007",
                f"the rule {shown(code)}",
                f"a rule that a site can set ({known})",
                suggestion(code, settable, "the rules are listed in docs/problems.md"),
            )
        )


def _check_logo(logo: str, site_dir: Path, document: Document) -> None:
    parts = logo.split("/")
    if parts[0] == "files" and ".." not in parts and (site_dir / logo).is_file():
        return
    files = sorted(path.relative_to(site_dir).as_posix() for path in site_dir.glob("files/**/*"))
    mark = document.marks["logo"]
    document.problems.add(
        Problem(
            document.path,
            mark.line,
            mark.column,
            "S005",
            shown(logo),
            "a picture under files/",
            suggestion(logo, files, "put the picture into the folder files"),
        )
    )


def _read(site_dir: Path, name: str, problems: Problems) -> Document | None:
    try:
        data = (site_dir / name).read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        found = f"a file that cannot be read ({error.strerror})"
        problems.add(Problem(name, 1, 1, "F004", found, "a text file"))
        return None
    text = decode(data, name, problems)
    return None if text is None else Document(text, name, problems)


def _load(site_dir: Path, name: str, type_: type, problems: Problems) -> Any:
    """Return the mapping in an optional file; what cannot be read is reported and left out."""
    document = _read(site_dir, name, problems)
    if document is None:
        return {}
    node = compose(document)
    if node is None or isinstance(node, Missing):
        return {}
    if not isinstance(node, MappingNode):
        document.fault(node.index, "F012", "no keys", "keys and values")
        return {}
    key_type = str if type_ is not Topic else _TopicId
    result = Reader(document, _KINDS).mapping(node, key_type, type_, "")
    return {} if isinstance(result, Missing) else result


# --- converters for kinds of text ---------------------------------------------------------


def _base_url(reader: Reader, node: Node, where: str) -> Any:
    text = reader.text(node)
    if isinstance(text, Missing):
        return text
    expected = "an absolute address, http or https, without ? and #"
    fix = "write it as https://example.org/reports/"
    return normal_base_url(text) or reader.fault(node, "S002", shown(text), expected, fix)


def _timezone(reader: Reader, node: Node, where: str) -> Any:
    text = reader.text(node)
    if isinstance(text, Missing):
        return text
    zones = available_timezones()
    if text in zones:
        return text
    near = did_you_mean(text, zones) or next(
        (zone for zone in sorted(zones) if zone.casefold().endswith("/" + text.casefold())), None
    )
    fix = f'did you mean "{near}"?' if near else "write it as Europe/London"
    return reader.fault(node, "S003", shown(text), "the name of a time zone", fix)


def _colour(reader: Reader, node: Node, where: str) -> Any:
    # An unquoted colour is a comment to YAML: the value is empty then and never comes here.
    text = reader.text(node)
    if isinstance(text, Missing) or _COLOUR.fullmatch(text):
        return text
    fix = 'write it in quotes, as "#1d5b79"'
    return reader.fault(node, "S004", shown(text), "a colour as # and six digits", fix)


_KINDS = {"base_url": _base_url, "timezone": _timezone, "colour": _colour}
