"""Test the wording of the site: complete translations, and pages in one language."""

import ast
import json
import re
import shlex
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from babel.messages import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from conftest import ROOT, SITE_YAML, Project, parsed, text

from lscbsite.i18n import get_translations, list_languages, load_plural_forms, read_catalogue

LOCALE = ROOT / "lscbsite" / "locale"
TRANSLATED = tuple(name for name in list_languages() if name != "en")
MISSING = "run: make words, and translate what is new in lscbsite/locale/*/LC_MESSAGES/*.po"

each_language = pytest.mark.parametrize("language", TRANSLATED)


@cache
def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def template() -> Catalog:
    return read(LOCALE / "lscbsite.pot")


def translation(language: str) -> Catalog:
    return read(LOCALE / language / "LC_MESSAGES" / "lscbsite.po")


def texts(given: str | Sequence[str]) -> tuple[str, ...]:
    """Return one text, or the forms of one that counts something, as a tuple."""
    return (given,) if isinstance(given, str) else tuple(given)


def sentences(catalog: Catalog) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Return the sentences of a catalogue, each with its translation; the header is none."""
    return {texts(message.id): texts(message.string or "") for message in catalog if message.id}


def counting(language: str) -> list[tuple[str, str]]:
    """Return one and many of each sentence that counts something."""
    return [(one[0], one[1]) for one in sentences(translation(language)) if len(one) == 2]


# The catalogues


def test_there_are_words_in_welsh_and_german() -> None:
    assert list_languages() == ("cy", "de", "en")


def test_the_template_has_the_sentences_that_are_used(tmp_path: Path) -> None:
    recipe = (ROOT / "Makefile").read_text("utf-8")
    found = re.search(r"^\t\$\(BIN\)/pybabel (.* extract .*)$", recipe, re.MULTILINE)
    assert found
    options = shlex.split(found[1])
    fresh = tmp_path / "fresh.pot"
    options[options.index("-o") + 1] = str(fresh)
    command = [sys.executable, "-m", "babel.messages.frontend", *options]
    subprocess.run(command, cwd=ROOT, check=True)
    assert sentences(template()).keys() == sentences(read(fresh)).keys(), MISSING


def used_in_code() -> Iterator[str]:
    """Yield the sentences that the code asks the catalogues for, wherever they stand in it."""
    for file in sorted((ROOT / "lscbsite").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_bytes())):
            match node:
                case ast.Call(
                    func=ast.Attribute(attr="gettext" | "ngettext"),
                    args=[ast.Constant(value=str(sentence)), *_],
                ):
                    yield sentence


def test_no_sentence_of_the_code_is_overlooked() -> None:
    # Before Python 3.12 what stands in an f-string is not found.
    assert not set(used_in_code()) - {one for one, *_ in sentences(template())}


@each_language
def test_a_catalogue_has_the_sentences_of_the_template(language: str) -> None:
    assert sentences(translation(language)).keys() == sentences(template()).keys(), MISSING


@each_language
def test_every_sentence_is_translated(language: str) -> None:
    catalog = translation(language)
    assert not [one for one, forms in sentences(catalog).items() if not all(forms)]
    assert not [message.id for message in catalog if message.fuzzy]
    assert not catalog.obsolete


@each_language
def test_what_is_counted_has_all_forms(language: str) -> None:
    catalog = translation(language)
    for one, forms in sentences(catalog).items():
        assert len(forms) == (catalog.num_plurals if len(one) == 2 else 1), one


def placeholders(sentence: str) -> Counter[str]:
    return Counter(re.findall(r"%\(\w+\)s", sentence))


def markup(sentence: str) -> list[str]:
    """Return tags with their attributes, and references to characters."""
    return sorted(re.findall(r"<[^>]*>|&\w+;", sentence))


@each_language
def test_a_translation_has_the_placeholders_and_tags_of_the_sentence(language: str) -> None:
    for originals, forms in sentences(translation(language)).items():
        if len(originals) == 1:
            for part in (placeholders, markup):
                assert part(forms[0]) == part(originals[0]), forms


@each_language
def test_each_form_has_the_placeholders_and_tags_of_the_plural(language: str) -> None:
    for one, many in counting(language):
        for number in range(200):
            form = get_translations(language).ngettext(one, many, number)
            assert markup(form) == markup(many), (form, number)
            if number != 1:
                assert placeholders(form) == placeholders(many), (form, number)
        form = get_translations(language).ngettext(one, many, 1)
        assert placeholders(one) - placeholders("%(count)s") <= placeholders(form), form
        assert placeholders(form) <= placeholders(one), form


@each_language
def test_a_translation_can_be_in_an_attribute(language: str) -> None:
    for forms in sentences(translation(language)).values():
        for form in forms:
            assert '"' not in re.sub(r"<[^>]*>", "", form), form


@each_language
def test_the_compiled_catalogue_is_that_of_the_sentences(language: str) -> None:
    with (LOCALE / language / "LC_MESSAGES" / "lscbsite.mo").open("rb") as file:
        compiled = read_mo(file)
    written = translation(language)
    assert sentences(compiled) == sentences(written), MISSING
    assert compiled.plural_forms == written.plural_forms


@pytest.mark.parametrize(
    ("language", "number", "told"),
    [
        ("en", 1, "1 meeting"),
        ("en", 2, "2 meetings"),
        ("cy", 0, "0 cyfarfod"),
        ("cy", 1, "1 cyfarfod"),
        ("cy", 2, "2 gyfarfod"),
        ("cy", 3, "3 chyfarfod"),
        ("cy", 5, "5 cyfarfod"),
        ("cy", 6, "6 chyfarfod"),
        ("cy", 12, "12 cyfarfod"),
        ("cy", 103, "103 cyfarfod"),
        ("de", 0, "0 Sitzungen"),
        ("de", 1, "1 Sitzung"),
        ("de", 101, "101 Sitzungen"),
    ],
)
def test_meetings_are_counted(language: str, number: int, told: str) -> None:
    words = get_translations(language)
    form = words.ngettext("%(count)s meeting", "%(count)s meetings", number)
    assert form % {"count": number} == told


@pytest.mark.parametrize("language", list_languages())
def test_the_forms_that_scripts_choose_from_are_those_of_the_catalogue(language: str) -> None:
    for one, many in counting(TRANSLATED[0]):
        chosen, forms = load_plural_forms(language, one, many)
        assert len(chosen) == 200
        for number in range(1001):
            form = forms[int(chosen[number if number < 200 else 100 + number % 100])]
            assert form == get_translations(language).ngettext(one, many, number), number


@pytest.mark.parametrize(
    ("tag", "name"), [("cy-GB", "cy"), ("CY", "cy"), ("de_AT", "de"), ("de-Latn-CH", "de")]
)
def test_a_tag_with_more_in_it_finds_its_language(tag: str, name: str) -> None:
    assert read_catalogue(tag) == read_catalogue(name) != b""


@pytest.mark.parametrize("tag", ["en", "en-GB", "fr", "cyx", ""])
def test_where_there_are_no_words_they_are_english(tag: str) -> None:
    assert get_translations(tag).gettext("Next meeting") == "Next meeting"


# A site in another language

NAMES = {
    "cy": {
        "site": "Bwrdd Diogelu Plant",
        "said": "Trafodwyd y gyllideb.",
        "topic": "Cyllideb",
        "other": "Hyfforddiant",
        "ask": "Pa amser sy'n gyfleus?",
        "answer": "Gyda'r nos.",
        "reason": "Eira trwm.",
        "people": "grwpiau gwirfoddol",
        "role": "cadeirydd",
        "term": "Diogelu",
        "place": "Neuadd y Dref",
    },
    "de": {
        "site": "Kinderschutzrat",
        "said": "Es ging um den Haushalt.",
        "topic": "Haushalt",
        "other": "Fortbildung",
        "ask": "Welche Uhrzeit passt?",
        "answer": "Am Abend.",
        "reason": "Starker Schnee.",
        "people": "alle Vereine",
        "role": "Vorsitz",
        "term": "Kinderschutz",
        "place": "Rathaus",
    },
}
DAY = {"cy": "13 Tachwedd 2012", "de": "13. November 2012"}


def write_site(project: Project, language: str, *, boards: bool) -> None:
    """Write a site whose authors write in its language; it shows most parts of all pages."""
    names = NAMES[language]
    config = [
        f"title: {names['site']}",
        "base_url: https://example.org/a/b/",
        f"language: {language}",
        f"notice: {names['reason']}",
        "attendance: true",
        "contact: ada@example.org",
    ]
    if boards:
        config.append("email: ada@example.org")
        config.append("boards: {plant: {name: Plant}, iechyd: {name: Iechyd}}")
    project.write("site.yaml", "\n".join(config))
    project.write(
        "topics.yaml",
        f"one: {{name: {names['topic']}}}\ntwo: {{name: {names['other']}}}\nthree: {{name: Zzz}}\n",
    )
    project.write("glossary.yaml", f"{names['term']}: {names['said']}\n")
    project.write("pages/am.md", f"---\ntitle: Am\nnav: true\n---\n{names['said']}\n")
    folder = "plant/" if boards else ""
    ask = f"ask: {names['ask']}"
    body = f"{names['said']}\n\n## {names['topic']}\n\n{names['said']}\n"
    whole = (body + f"\n## {names['other']}\n\n{names['said']} [[{folder}2012-09-11]]\n").replace(
        names["said"], f"{names['said']} {names['term']}."
    )
    project.report(
        f"{folder}2012-05-15",
        "cancelled: " + names["reason"] + "\nnext_meeting: to be confirmed",
        body,
    )
    project.report(
        f"{folder}2012-09-11",
        f"author: Ada\nnext_meeting: 2012-11-13\nfeedback: [{{id: a, {ask}, deadline: 2012-10-01}}]",
        body,
    )
    project.report(
        f"{folder}2012-11-13",
        f"""
        author: Ada
        time: "18:30"
        place: {names["place"]}
        attendees: [Ada (Refuge), Ben, Cei, {{name: Dai, role: {names["role"]}}}]
        apologies: [Eve]
        feedback:
          - {{id: b, {ask}, deadline: 2012-12-01, audience: {names["people"]}}}
          - {{id: c, {ask}, reply_to: ada@example.org}}
        outcomes: [{{ask: {folder}2012-09-11/a, outcome: {names["answer"]}}}]
        corrections:
          - {{date: 2012-11-20, note: {names["said"]}}}
          - {{date: 2012-11-22, note: {names["said"]}}}
        next_meeting: 2013-01-31
        aliases: [/hen/]
        """,
        whole,
    )
    project.report(
        f"{folder}2013-02-07",
        f"""
        attendees: [Ada (Refuge), Ben]
        feedback: [{{id: d, {ask}, deadline: 2013-03-01}}, {{id: e, {ask}, deadline: 2013-03-03}}]
        next_meeting: {{date: 2013-03-19, url: "https://example.org/x"}}
        """,
        whole,
    )
    project.report(
        f"{'iechyd/' if boards else ''}2012-12-04",
        f"withdrawn: {{date: 2012-12-20, reason: {names['reason']}}}",
        body,
    )


def html_pages(folder: Path) -> Iterator[tuple[str, Element]]:
    for page in sorted(folder.rglob("*.html")):
        yield page.relative_to(folder).as_posix(), parsed(page.read_bytes())


# In these a reader, or a program that reads aloud, finds words; those of a script are filled in.
SAID_IN = ("alt", "aria-label", "content", "data-after", "data-failed", "data-nothing", "title")


def said(root: Element) -> Iterator[str]:
    """Yield what elements say as a whole, each piece of text, and what is said in attributes.

    What is marked as being in another language than the page is left out.
    """
    language = root.get("lang")

    def whole(element: Element) -> Iterator[str]:
        if element.tag in {"script", "style"} or element.get("lang", language) != language:
            return
        pieces = [element.text or ""]
        for child in element:
            inner = list(whole(child))
            yield from inner
            # The last of them is all that the child says.
            pieces += [*inner[-1:], child.tail or ""]
        yield from pieces
        yield from (value for name in SAID_IN if (value := element.get(name)))
        yield "".join(pieces)

    return whole(root)


def bare(sentence: str) -> str:
    """Return a sentence without tags, and without what stands around it."""
    return " ".join(re.sub(r"<[^>]*>", "", sentence).split()).strip(" .,:;()·")


@cache
def originals(language: str) -> frozenset[str]:
    """Return the English sentences that are others in a language."""
    return frozenset(
        bare(one)
        for several, forms in sentences(translation(language)).items()
        for one in several
        if one not in forms
    )


@cache
def filled(language: str) -> re.Pattern[str]:
    """Return what matches English sentences with names in them, except for the shortest."""
    names = re.compile(r"%\(\w+\)s")
    return re.compile(
        "|".join(
            ".{1,60}".join(re.escape(part) for part in names.split(one))
            for one in originals(language)
            if names.search(one) and re.search("[a-z]{4}", names.sub("", one))
        )
    )


def english_in(language: str, pages: Iterable[tuple[str, Element]]) -> list[tuple[str, str]]:
    """Return the English words of the interface in pages, with their paths."""
    return [
        (path, piece)
        for path, root in pages
        for piece in map(bare, said(root))
        if piece in originals(language) or filled(language).fullmatch(piece)
    ]


@each_language
@pytest.mark.parametrize("boards", [False, True], ids=["one board", "boards"])
def test_a_site_in_another_language_has_no_english_words(
    project: Project, language: str, boards: bool
) -> None:
    write_site(project, language, boards=boards)
    pages = list(html_pages(project.built()))
    assert len(pages) > 15
    assert not english_in(language, pages)
    for path, root in pages:
        assert root.get("lang") == language, path
    folder = "plant/" if boards else ""
    report = project.page(f"reports/{folder}2012-11-13")
    assert f"{DAY[language]}</time>" in report
    for word in (
        "About this meeting",
        "Who was there",
        "Last time",
        "Corrections",
    ):
        heading = report.replace("</span></h2>", "</h2>")
        assert f">{get_translations(language).gettext(word)}</h2>" in heading


@each_language
def test_a_site_without_reports_has_no_english_words(project: Project, language: str) -> None:
    project.write(
        "site.yaml",
        f"title: {NAMES[language]['site']}\nbase_url: https://example.org/\nlanguage: {language}\n",
    )
    assert not english_in(language, html_pages(project.built()))


def test_english_words_would_be_found(project: Project) -> None:
    # The same words on an English site: what the tests above look for is there.
    write_site(project, "cy", boards=False)
    config = (project.folder / "site.yaml").read_text("utf-8")
    project.write("site.yaml", config.replace("language: cy", "language: en-GB"))
    found = {piece for _, piece in english_in("cy", html_pages(project.built()))}
    assert {
        "About this meeting",
        "Search the reports",  # a label
        "Site",  # only in an attribute
        "We asked",  # a piece before a colon
        "Report from 13 November 2012 meeting",  # with a name in it
        "4 people attended",  # counted
        "This page has moved",
    } <= found


@each_language
def test_feeds_and_calendar_speak_the_language(project: Project, language: str) -> None:
    write_site(project, language, boards=False)
    project.built()
    words = get_translations(language)
    feed, asks = project.page("feed.xml"), project.page("asks/feed.xml")
    calendar = project.page("calendar.ics").replace("\r\n ", "")
    assert f"({DAY[language]})" in feed
    assert words.gettext("Questions for you") in feed
    assert "Report from" not in feed
    assert words.gettext("Question for you: %(ask)s") % {"ask": NAMES[language]["ask"]} in asks
    assert "Reply" not in feed + asks
    assert "Question" not in asks
    meeting = words.gettext("%(board)s: meeting") % {"board": NAMES[language]["site"]}
    assert f"SUMMARY:{meeting}" in calendar
    assert words.gettext("Cancelled: %(meeting)s") % {"meeting": meeting} in calendar
    assert "Announced" not in calendar


@each_language
def test_the_script_counts_in_the_language(project: Project, language: str) -> None:
    project.report("2012-11-13")
    project.built()
    script = project.page("script.js")
    chosen, forms = load_plural_forms(language, "%(count)s day left", "%(count)s days left")
    assert f'"{language}": ["{chosen}", ' in script
    for form in forms:
        assert json.dumps(form) in script


# A report in another language


def lang_of(root: Element, path: str) -> str | None:
    found = root.find(path)
    assert found is not None, path
    return found.get("lang")


def bilingual(project: Project, language: str) -> Element:
    """Build an English site with a report in another language; return the report's page."""
    project.report("2012-09-11")
    project.report(
        "2012-11-13",
        f"""
        language: {language}
        title: Tztztz
        summary: Xyxyxy
        feedback: [{{id: a, ask: Qqqq?, deadline: 2013-04-01}}]
        """,
        "Wlwlwl.\n",
    )
    project.built()
    return project.parsed("reports/2012-11-13")


def test_the_page_of_a_report_speaks_its_language(project: Project) -> None:
    root = bilingual(project, "cy")
    assert root.get("lang") == "cy"
    assert text(root.find(".//*[@id='part:about']")) == "Am y cyfarfod hwn"
    assert lang_of(root, ".//p[@class='name']") == "en-GB"
    assert lang_of(root, ".//main//h1") is None
    assert "13 Tachwedd 2012" in text(root.find(".//main"))
    home = project.parsed()
    assert home.get("lang") == "en-GB"
    assert text(home.find(".//*[@id='part:asks']")) == "Question for you"
    assert "Tuesday 13 November 2012" in text(home.find(".//section[@class='newest']"))
    assert lang_of(home, ".//section[@class='newest']//h3/a") == "cy"


def test_on_the_page_of_a_report_what_other_reports_say_is_marked(project: Project) -> None:
    root = bilingual(project, "cy")
    assert "Report from 11 September 2012 meeting" in text(root)
    assert not english_in("cy", [("", root)])


def test_the_other_reports_keep_the_language_of_the_site(project: Project) -> None:
    bilingual(project, "cy")
    other = project.parsed("reports/2012-09-11")
    assert other.get("lang") == "en-GB"
    assert text(other.find(".//*[@id='part:about']")) == "About this meeting"


def test_a_report_without_words_in_its_language_has_those_of_the_site(project: Project) -> None:
    root = bilingual(project, "fr")
    assert root.get("lang") == "en-GB"
    assert text(root.find(".//*[@id='part:about']")) == "About this meeting"
    marked = {bare(text(element)) for element in root.iter() if element.get("lang") == "fr"}
    assert {"Tztztz", "Xyxyxy", "Qqqq?", "Wlwlwl"} <= marked
    theirs = [("", element) for element in root.iter() if element.get("lang") == "fr"]
    assert not english_in("cy", theirs)


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "13 November 2012"), ("en-US", "November 13, 2012"), ("en-GB", "13 November 2012")],
)
def test_english_days_are_british_unless_it_is_said(
    project: Project, language: str, told: str
) -> None:
    project.write("site.yaml", f"{SITE_YAML}language: cy\n")
    project.report("2012-11-13", f"language: {language}")
    project.built()
    assert f">{told}</time>" in project.page("reports/2012-11-13")


def test_a_welsh_site_may_have_an_english_report(project: Project) -> None:
    project.write("site.yaml", "title: Bwrdd\nbase_url: https://example.org/a/b/\nlanguage: cy\n")
    project.report("2012-11-13", "language: en-GB")
    project.built()
    root = project.parsed("reports/2012-11-13")
    assert root.get("lang") == "en-GB"
    assert text(root.find(".//h1")) == "Report from 13 November 2012 meeting"
    home = project.parsed()
    assert home.get("lang") == "cy"
    assert lang_of(home, ".//section[@class='newest']//h3/a") == "en-GB"


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("he", "rtl"), ("cy", None)])
def test_a_site_is_written_in_the_direction_of_its_language(
    project: Project, language: str, direction: str | None
) -> None:
    project.write(
        "site.yaml", f"title: T\nbase_url: https://example.org/a/b/\nlanguage: {language}\n"
    )
    project.report("2012-11-13", "aliases: [/old/]")
    for path, root in html_pages(project.built()):
        assert (root.get("lang"), root.get("dir")) == (language, direction), path


def test_the_interface_is_english_where_there_is_no_catalogue(project: Project) -> None:
    project.write(
        "site.yaml",
        "title: T\nbase_url: https://example.org/a/b/\nlanguage: ar\nattendance: true\n",
    )
    front = "attendees: [أحمد, علي]\nfeedback: [{id: q, ask: من؟, deadline: 2013-04-01}]"
    project.report("2012-11-13", front, "نص.\n")
    project.built()
    english = {"lang": "en", "dir": "ltr"}
    for path, root in html_pages(project.output):
        assert "\ufdd0" not in project.page(path)
        skip = root.find(".//a[@class='skip']/span")
        assert skip is not None
        assert skip.attrib == english
        for element in root.iter("time"):
            assert (element.get("lang"), element.get("dir")) == ("ar", "rtl")
        for element in root.iter():
            assert not any("<" in value for value in element.attrib.values())
    report = project.parsed("reports/2012-11-13")
    assert text(report.find(".//dl/div/dd/time")) == "الاثنين، 1 أبريل 2013"
    heading = report.find(".//h1")
    assert heading is not None
    assert heading.attrib == english
    assert project.parsed("attendance").find(".//h1[@lang='en']") is not None
