"""Load site.yaml, topics.yaml, glossary.yaml and people.yaml."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any
from unicodedata import normalize
from urllib.parse import quote, urlsplit

from msgspec import Meta
from msgspec.structs import replace

from lscbsite import dates
from lscbsite.addresses import encode_host
from lscbsite.contrast import ENOUGH, LIGHT, compute_contrast, find_readable_colour
from lscbsite.file_names import is_pattern, match_pattern
from lscbsite.i18n import find_catalogue, list_languages
from lscbsite.model import (
    Board,
    Config,
    MarkedText,
    Person,
    Position,
    SiteConfig,
    Sources,
    Topic,
    make_person_key,
    make_topic_key,
)
from lscbsite.parsing.marked_texts import convert_marked_text, report_marked_title
from lscbsite.parsing.yaml_reader import (
    LANGUAGES_OF_KEYS,
    Convert,
    Document,
    Missing,
    Node,
    ScalarNode,
    YamlReader,
    compose,
    read_key,
    require_mapping,
)
from lscbsite.problems import (
    RULES,
    KnownNames,
    Problem,
    Problems,
    RefusedError,
    find_near_name,
    quote_value,
    suggest_name,
)
from lscbsite.source_files import read_file
from lscbsite.text import decode

_COLOUR = r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})"
_GATE = r"P\d{3}"
_EXAMPLES = {
    "topics.yaml": "domestic-violence: {name: Domestic violence}",
    "glossary.yaml": "VCS: Voluntary and community sector",
    "people.yaml": "Ada Moss: {organisation: Ardenshire Carers}",
}
_TopicId = Annotated[str, Meta(extra={"kind": "id"})]


def load_config(site_dir: Path, sources: Sources, problems: Problems) -> Config:
    """Load the configuration of a site.

    Values that cannot be read are reported and replaced with defaults, so that the reports are
    still checked in the same run.
    """
    config = _load_site(site_dir, sources, problems)
    topics = _load_mapping(site_dir, "topics.yaml", Topic, problems)
    glossary = _load_mapping(site_dir, "glossary.yaml", str, problems)
    people = _load_mapping(site_dir, "people.yaml", Person, problems)
    problems.configure(config.site.rules)
    return replace(config, topics=topics, glossary=glossary, people=people)


def normalize_base_url(text: str) -> str | None:
    """Return an absolute http(s) address in ASCII, with a trailing slash, or None if it is not one.

    International hosts and paths become what browsers send (Punycode, percent-encoding).
    """
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        # A password would be published on every page.
        usable = usable and parts.username is None
    except ValueError:
        return None
    if not usable or parts.query or parts.fragment or re.search(r"[\s\"'<>\\^`{|}?#]", text):
        return None
    host = encode_host(parts.netloc)
    if host is None:
        return None
    if _PAGE_NAME.search(parts.path):
        return None
    path = quote(normalize("NFC", parts.path.rstrip("/")), safe="/:@!$&'()*+,;=~%-._")
    return f"{parts.scheme}://{host}{path}/"


def _load_site(site_dir: Path, sources: Sources, problems: Problems) -> Config:
    stand_in: dict[str, Any] = {"title": "", "base_url": "http://localhost/"}
    document = _read_document(site_dir, "site.yaml", problems)
    if document is None:
        if not os.path.lexists(site_dir / "site.yaml"):
            found, expected = "no site.yaml", "a file site.yaml in the site's folder"
            fix = "create one with at least title and base_url"
            problems.add(Problem("site.yaml", 1, 1, "S001", found, expected, fix))
        return Config(SiteConfig(**stand_in, boards=_guess_boards(sources)))
    node = compose(document)
    if not isinstance(node, Missing):
        node = require_mapping(document, node, "title: ...")
    if node is None or isinstance(node, Missing):
        return Config(SiteConfig(**stand_in, boards=_guess_boards(sources)))
    reader = YamlReader(document, _KINDS, _STRUCTS, LANGUAGES_OF_KEYS)
    for key, value in node.pairs:
        boards = isinstance(key, ScalarNode) and read_key(key.value, ("boards",), LANGUAGES_OF_KEYS)
        if boards and not isinstance(value, ScalarNode):
            stand_in["boards"] = _guess_boards(sources)
    site: SiteConfig = reader.read_struct(node, SiteConfig, "", "site.yaml", stand_in)
    _check_rules(site, document)
    report_marked_title(document, site.title)
    site = _find_files(site, sources, document)
    if not find_catalogue(site.language):
        document.report_at(
            document.positions["language"],
            "S012",
            f"{quote_value(site.language)}, which headings and buttons are not translated into; they are in"
            " English",
            f"a language that has them: {', '.join(list_languages())}",
            "to add a language, see docs/architecture.md",
        )
    references = tuple(reference.reference for reference in document.text_references)
    return Config(
        site,
        notice_references=references,
        notice_position=document.positions.get("notice", Position(1, 1)),
    )


def _guess_boards(sources: Sources) -> dict[str, Board]:
    """Guess the boards from the folders, for a site.yaml whose boards cannot be read."""
    reports = [source.path.split("/") for source in sources.documents if source.kind == "report"]
    if any(len(parts) == 2 for parts in reports):
        return {}
    return {name: Board(name) for name in sorted(parts[1] for parts in reports if len(parts) == 3)}


def _check_rules(site: SiteConfig, document: Document) -> None:
    settable = [code for code, rule in RULES.items() if rule.configurable]
    for code in site.rules:
        if code in settable or re.fullmatch(_GATE, code):
            continue
        fix = suggest_name(code, settable, "the rules are listed in docs/problems.md")
        known = "there is no such rule"
        if code in RULES:
            known, fix = f"{code} is always an error", "take it out"
        document.report_at(
            document.positions[f"rules.{code}"],
            "S007",
            f"the rule {quote_value(code)}",
            f"a rule that a site can set ({known})",
            fix,
        )


def _find_files(site: SiteConfig, sources: Sources, document: Document) -> SiteConfig:
    """Return the settings with the files that they name as the disk spells them; report others.

    A Mac may store the letters of a name in another form (NFD) than the text that names it.
    """
    attachments = {normalize("NFC", source.path): source.path for source in sources.attachments}
    known_names = KnownNames(attachments.values())

    def report(field: str, code: str, name: str, expected: str, otherwise: str) -> None:
        fix = known_names.suggest(name, otherwise)
        if field.startswith("publish") and any(path.startswith(f"{name}/") for path in attachments):
            fix = f'for all files in this folder, write "{name}/"'
        document.report_at(document.positions[field], code, quote_value(name), expected, fix)

    logo = site.logo
    if logo is not None:
        logo = attachments.get(normalize("NFC", logo))
        if logo is None:
            otherwise = "put the picture into the folder files"
            report("logo", "S005", site.logo or "", "a picture in files/", otherwise)
    for field, code, names in (
        ("active_files", "S013", site.active_files),
        ("publish", "S014", site.publish),
    ):
        for number, name in enumerate(names):
            if field == "publish" and is_pattern(name):
                if any(match_pattern(path, name) for path in attachments):
                    continue
                expected = "a pattern of files in files/, such as files/forms/*.pdf"
                otherwise = "correct it, or take it out"
                report(f"{field}.{number}", code, name, expected, otherwise)
            elif normalize("NFC", name) not in attachments:
                expected = (
                    "the path of a file in files/, beginning with files/, with the same capitals"
                )
                report(f"{field}.{number}", code, name, expected, "correct it, or take it out")
    return replace(
        site,
        logo=logo,
        active_files=_spell(site.active_files, attachments),
        publish=_spell(site.publish, attachments),
    )


def _spell(names: Iterable[str], attachments: Mapping[str, str]) -> tuple[str, ...]:
    """Return names as the disk spells them; patterns and unknown names stay."""
    return tuple(attachments.get(normalize("NFC", name), name) for name in names)


def _read_document(site_dir: Path, name: str, problems: Problems) -> Document | None:
    try:
        data = read_file(site_dir, name)
    except RefusedError as error:
        if os.path.lexists(site_dir / name):
            problems.add(error.problem)
        return None
    text = decode(data, name, problems)
    return None if text is None else Document(text, name, problems)


def _load_mapping(site_dir: Path, name: str, type_: type, problems: Problems) -> Any:
    """Return the mapping in an optional file; report and skip values that cannot be read."""
    document = _read_document(site_dir, name, problems)
    if document is None:
        return {}
    node = compose(document)
    if node is None or isinstance(node, Missing):
        return {}
    node = require_mapping(document, node, _EXAMPLES[name])
    if node is None:
        return {}
    key_type = str if type_ is not Topic else _TopicId
    result = YamlReader(document, _KINDS).read_mapping(node, key_type, type_, "")
    if isinstance(result, Missing):
        return {}
    if type_ is not str:
        keys = {key.value: key for key, _ in node.pairs if isinstance(key, ScalarNode)}
        positions = {name: document.get_position(key.index) for name, key in keys.items()}
        _check_shared(result, positions, document)
    return result


def _check_shared(
    entries: dict[str, Topic] | dict[str, Person],
    positions: dict[str, Position],
    document: Document,
) -> None:
    """Report names that two topics (S009) or two people (S010) have in common.

    ``positions`` are those of the entries' keys.
    """
    owners: dict[str, str] = {}
    reported = set()
    for key, entry in entries.items():
        kind_of_entry = "topic" if isinstance(entry, Topic) else "person"
        for kind, field, name in _list_names(key, entry):
            same = make_topic_key(name) if isinstance(entry, Topic) else make_person_key(name)
            owner = owners.setdefault(same, key) if same else key
            if owner == key or (key, same) in reported:
                continue
            reported.add((key, same))
            document.report_at(
                document.positions[field] if field else positions[key],
                "S009" if kind_of_entry == "topic" else "S010",
                f'the {kind} {quote_value(name)}, which the {kind_of_entry} "{owner}" already uses',
                f"names that only one {kind_of_entry} has",
                "take it out of one of the two, or merge the two",
            )


def _list_names(key: str, entry: Topic | Person) -> Iterator[tuple[str, str, str]]:
    """Yield the kind, field ('' for the key) and text of each name of a topic or person."""
    if isinstance(entry, Topic):
        yield "id", "", key
        yield "name", f"{key}.name", entry.name
        for number, former in enumerate(entry.formerly):
            yield "former id", f"{key}.formerly.{number}", former
    else:
        yield "name", "", key
    for number, alias in enumerate(entry.aliases):
        yield "alias", f"{key}.aliases.{number}", alias


# --- converters for kinds of text ---------------------------------------------------------


def _convert_base_url(reader: YamlReader, node: Node, where: str) -> Any:
    text = reader.read_text(node)
    if isinstance(text, Missing):
        return text
    expected = "a full web address (http or https) without a password, ? or #"
    fix = _correct_base_url(text)
    # Do not repeat the password: the log may be public.
    found = quote_value(re.sub("//[^/]*@", "//...@", text))
    if _PAGE_NAME.search(text):
        expected = "the address of the folder, without the name of a page"
    return normalize_base_url(text) or reader.report(node, "S002", found, expected, fix)


_PAGE_NAME = re.compile(r"/[^/]+\.(?:html?|php|aspx?)/?$", re.IGNORECASE)


def _correct_base_url(text: str) -> str:
    """Return how to write a base URL that cannot be used."""
    text = text.strip("“”‘’\"'<> ")
    scheme = re.match(r"(?i)(?:https?|h[tp]{1,4}s?|ttps?)(?::/*|;//|//)", text)
    bare = text[scheme.end() :] if scheme else text.lstrip("/") if text.startswith("//") else text
    secure = "http" if scheme and scheme[0].lower() == "http://" else "https"
    guess = None
    if "." in bare.partition("/")[0] and "@" not in bare:
        guess = normalize_base_url(f"{secure}://{_PAGE_NAME.sub('/', bare)}")
    return f'did you mean "{guess}"?' if guess else "write it as https://example.org/reports/"


# Abbreviations, and the zones that people who write them live in.
_ABBREVIATED_ZONES = {
    **dict.fromkeys(
        ("gmt", "bst", "gb", "uk", "wet", "britain", "england", "wales"), "Europe/London"
    ),
    **dict.fromkeys(("cet", "cest", "met", "mez", "mesz"), "Europe/Berlin"),
    **dict.fromkeys(("eet", "eest"), "Europe/Athens"),
    **dict.fromkeys(("est", "edt", "et", "est5edt"), "America/New_York"),
    **dict.fromkeys(("cst", "cdt", "ct", "cst6cdt"), "America/Chicago"),
    **dict.fromkeys(("mst", "mdt", "mt", "mst7mdt"), "America/Denver"),
    **dict.fromkeys(("pst", "pdt", "pt", "pst8pdt"), "America/Los_Angeles"),
    **dict.fromkeys(("aest", "aedt"), "Australia/Sydney"),
    "ist": "Asia/Kolkata",
    "jst": "Asia/Tokyo",
}


def _convert_timezone(reader: YamlReader, node: Node, where: str) -> Any:
    text = reader.read_text(node)
    if isinstance(text, Missing):
        return text
    if zone := _ABBREVIATED_ZONES.get(text.casefold()):
        fix = f'did you mean "{zone}"?'
        found = f"{quote_value(text)}, which does not know when clocks change"
        return reader.report(node, "S003", found, "the name of a time zone", fix)
    if text in dates.load_packaged_timezones():
        return text
    from zoneinfo import available_timezones

    zones = available_timezones()
    if text in zones:
        return text
    # Abbreviations are similar to many names, but mean none of them.
    city = "/" + text.casefold().replace(" ", "_")
    cities = sorted(zone for zone in zones if not zone.startswith("Etc/"))
    near = next((zone for zone in cities if zone.casefold().endswith(city)), None)
    near = near or (find_near_name(text, zones) if len(text) > 6 else None)
    fix = f'did you mean "{near}"?' if near else "write it as Europe/London"
    return reader.report(node, "S003", quote_value(text), "the name of a time zone", fix)


def _convert_colour(reader: YamlReader, node: Node, where: str) -> Any:
    # YAML reads an unquoted colour as a comment; such an empty value never gets here.
    text = reader.read_text(node)
    if isinstance(text, Missing):
        return text
    if not re.fullmatch(_COLOUR, text):
        fix = 'write it in quotes, with the #, as "#1d5b79"'
        return reader.report(
            node, "S004", quote_value(text), "a colour, written as # and six digits", fix
        )
    if (ratio := compute_contrast(text, LIGHT)) < ENOUGH:
        found = f"{quote_value(text)}, which is hard to read on the page (its contrast is only {ratio:.2f} to 1)"
        expected = f"a contrast of at least {ENOUGH} to 1"
        fix = f'the nearest colour that is easy to read is "{find_readable_colour(text, LIGHT)}"'
        return reader.report(node, "S011", found, expected, fix)
    return text


_KINDS = {"base_url": _convert_base_url, "timezone": _convert_timezone, "colour": _convert_colour}
_STRUCTS: Mapping[type, Convert] = {MarkedText: convert_marked_text}
