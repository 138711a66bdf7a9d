"""Load site.yaml, topics.yaml, glossary.yaml, people.yaml and meetings.yaml."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any
from unicodedata import normalize

from msgspec import Meta
from msgspec.structs import replace

from lscbsite.file_names import is_pattern, match_pattern
from lscbsite.i18n import find_catalogue, list_languages
from lscbsite.model import (
    Config,
    MarkedText,
    Person,
    Position,
    SiteConfig,
    Sources,
    Topic,
    make_person_key,
    make_topic_key,
    propose_uid,
)
from lscbsite.parsing.boards import check_boards, guess_boards
from lscbsite.parsing.dated_names import DATED_NAME_KINDS
from lscbsite.parsing.marked_texts import (
    convert_marked_text,
    refer_to_site_in_texts,
    report_marked_title,
)
from lscbsite.parsing.meeting_lists import read_meetings_file
from lscbsite.parsing.site_values import SITE_KINDS
from lscbsite.parsing.yaml_reader import (
    LANGUAGES_OF_KEYS,
    Convert,
    Document,
    Missing,
    ScalarNode,
    YamlReader,
    compose,
    read_key,
    require_mapping,
)
from lscbsite.problems import (
    KnownNames,
    Problem,
    Problems,
    RefusedError,
    quote_value,
    suggest_name,
)
from lscbsite.rules import RULES
from lscbsite.source_files import read_file
from lscbsite.text import decode

_GATE = r"P\d{3}"
# What Facebook, LinkedIn, X and messengers show beside a link.
_SHARED_KINDS, _SHARED_PIXELS = {"png", "jpeg", "webp", "gif"}, 200
_EXAMPLES = {
    "topics.yaml": "domestic-violence: {name: Domestic violence}",
    "glossary.yaml": "VCS: Voluntary and community sector",
    "people.yaml": "Ada Moss: {organisation: Eastmoor Carers}",
}
# The site in the program's own repository.
_SAMPLE_UID = "ardenshire-safeguarding-reports"
_SAMPLE_BASE_URL = "https://lscbsite.github.io/lscbsite/"
_KINDS: Mapping[str, Convert] = {**SITE_KINDS, **DATED_NAME_KINDS}
_STRUCTS: Mapping[type, Convert] = {MarkedText: convert_marked_text}
_TopicId = Annotated[str, Meta(extra={"kind": "id"})]


def load_config(site_dir: Path, sources: Sources, problems: Problems) -> Config:
    """Load the configuration of a site.

    Values that cannot be read are reported and replaced with defaults, so that the reports are
    still checked in the same run.
    """
    config = _load_site(site_dir, sources, problems)
    topics = _load_mapping(site_dir, "topics.yaml", Topic, problems)
    glossary = _load_mapping(site_dir, "glossary.yaml", str, problems)
    languages = (config.site.language,)
    people = _load_mapping(site_dir, "people.yaml", Person, problems, languages)
    problems.configure(config.site.rules)
    config = replace(config, topics=topics, glossary=glossary, people=people)
    return _add_meetings(site_dir, config, problems)


def _load_site(site_dir: Path, sources: Sources, problems: Problems) -> Config:
    stand_in: dict[str, Any] = {"title": "", "base_url": "http://localhost/"}
    document = _read_document(site_dir, "site.yaml", problems)
    if document is None:
        if not os.path.lexists(site_dir / "site.yaml"):
            found, expected = "no site.yaml", "a file site.yaml in the site's folder"
            fix = 'change to the folder of your site, or begin a site there with "lscbsite init ."'
            problems.add(Problem("site.yaml", 1, 1, "S001", found, expected, fix))
        return Config(SiteConfig(**stand_in, boards=guess_boards(sources)))
    node = compose(document)
    if not isinstance(node, Missing):
        node = require_mapping(document, node, "title: ...")
    if node is None or isinstance(node, Missing):
        return Config(SiteConfig(**stand_in, boards=guess_boards(sources)))
    reader = YamlReader(document, _KINDS, _STRUCTS, LANGUAGES_OF_KEYS)
    for key, value in node.pairs:
        boards = isinstance(key, ScalarNode) and read_key(key.value, ("boards",), LANGUAGES_OF_KEYS)
        if boards and not isinstance(value, ScalarNode):
            stand_in["boards"] = guess_boards(sources)
    site: SiteConfig = reader.read_struct(node, SiteConfig, "", "site.yaml", stand_in)
    _check_rules(site, document)
    check_boards(site.boards, document)
    _check_uid(site, document)
    report_marked_title(document, site.title)
    site = _find_files(site, sources, document)
    site = _find_sharing_picture(site, sources, document)
    if not find_catalogue(site.language):
        document.report_at(
            document.positions["language"],
            "S012",
            f"{quote_value(site.language)}, which headings and buttons are not translated into; they are in"
            " English",
            f"a language that has them: {', '.join(list_languages())}",
            "to add a language, see docs/architecture.md",
        )
    site, references = refer_to_site_in_texts(site, tuple(document.text_references), site.formerly)
    return Config(
        site,
        notice_references=tuple(entry.reference for entry in references),
        notice_position=document.positions.get("notice", Position(1, 1)),
        base_url_position=document.positions.get("base_url", Position(1, 1)),
    )


def _check_rules(site: SiteConfig, document: Document) -> None:
    settable = [code for code, rule in RULES.items() if rule.configurable]
    for code in site.rules:
        if code in settable or re.fullmatch(_GATE, code):
            continue
        fix = suggest_name(code, settable, "the rules are listed in docs/rules.md")
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


def _check_uid(site: SiteConfig, document: Document) -> None:
    """Report the ``uid`` of the sample site in a copy of it."""
    if site.uid == _SAMPLE_UID and site.base_url != _SAMPLE_BASE_URL:
        document.report_at(
            document.positions["uid"],
            "S024",
            f"{quote_value(site.uid)}, which is that of the sample site",
            "a uid that no other site has",
            f"write uid: {propose_uid(site)}",
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


def _find_sharing_picture(site: SiteConfig, sources: Sources, document: Document) -> SiteConfig:
    """Return the settings with the picture for sharing as the disk spells it; report an unsuitable one."""
    chosen = site.sharing_picture
    if chosen is None:
        return site
    attachments = {normalize("NFC", source.path): source for source in sources.attachments}
    source = attachments.get(normalize("NFC", chosen.file))
    position = document.positions["sharing_picture.file"]
    if source is None:
        fix = KnownNames(attachments).suggest(chosen.file, "put the picture into the folder files")
        document.report_at(position, "S032", quote_value(chosen.file), "a picture in files/", fix)
        return replace(site, sharing_picture=None)
    picture = source.verdict.picture if source.verdict else None
    if picture is None or picture.kind not in _SHARED_KINDS:
        found = f"{quote_value(chosen.file)}, which social media and messaging apps do not show"
        fix = "open it in an image editor, and save it as PNG or JPEG"
        document.report_at(position, "S033", found, "PNG, JPEG, WebP or GIF", fix)
        return replace(site, sharing_picture=None)
    if picture.width and min(picture.width, picture.height) < _SHARED_PIXELS:
        found = f"a picture of {picture.width} by {picture.height} pixels"
        expected = f"at least {_SHARED_PIXELS} by {_SHARED_PIXELS} pixels: other sites do not show smaller pictures"
        fix = "use a larger picture, ideally 1200 by 630 pixels"
        document.report_at(position, "S033", found, expected, fix)
    return replace(site, sharing_picture=replace(chosen, file=source.path))


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


def _load_mapping(
    site_dir: Path, name: str, type_: type, problems: Problems, languages: Sequence[str] = ()
) -> Any:
    """Return the mapping in an optional file; report and skip values that cannot be read.

    Dates are read in English and ``languages``.
    """
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
    result = YamlReader(document, _KINDS, None, languages).read_mapping(node, key_type, type_, "")
    if isinstance(result, Missing):
        return {}
    if type_ is not str:
        keys = {key.value: key for key, _ in node.pairs if isinstance(key, ScalarNode)}
        positions = {name: document.get_position(key.index) for name, key in keys.items()}
        _check_shared(result, positions, document)
    return result


def _add_meetings(site_dir: Path, config: Config, problems: Problems) -> Config:
    """Return the configuration with the meetings of the optional meetings.yaml."""
    document = _read_document(site_dir, "meetings.yaml", problems)
    if document is None:
        return config
    site = config.site
    return replace(config, **read_meetings_file(document, site.boards, site.language)._asdict())


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
        for number, former_name in enumerate(entry.formerly):
            yield "former name", f"{key}.formerly.{number}", former_name.name
    for number, alias in enumerate(entry.aliases):
        yield "alias", f"{key}.aliases.{number}", alias
