"""Test the glossary: its page, and the terms that each page explains where it first uses them."""

import re
from xml.etree.ElementTree import Element

import pytest
from conftest import HUNT, Project, parsed
from hypothesis import given, settings
from hypothesis import strategies as st

from lscbsite.markup import Term, link_terms, make_terms

GLOSSARY = """\
VCS: Voluntary & community "sector"
LSCB: Local Safeguarding Children Board
LSCB Board: The board itself
Section 47: A duty
chronology: A dated list
"""
NO_TERMS = {"h1", "h2", "h3", "h4", "h5", "h6", "a", "code", "pre", "kbd", "samp", "time", "dt"}
NO_TERMS |= {"button", "summary", "nav", "svg"}


def explained(page: str) -> list[str]:
    """Return the terms that a page explains, as written there, in order."""
    return [" ".join("".join(link.itertext()).split()) for link in links(parsed(page))]


def links(root: Element) -> list[Element]:
    return [link for link in root.iter("a") if link.get("class") == "term"]


@pytest.fixture
def site(project: Project) -> Project:
    project.write("glossary.yaml", GLOSSARY)
    return project


def body(site: Project, text: str) -> str:
    """Return the page of a report with a text."""
    site.report("2012-11-13", "summary: What was said.", text)
    site.built()
    return site.page("reports/2012-11-13")


# --- what is explained ------------------------------------------------------------------------


def test_the_first_use_of_a_term_is_explained_and_linked(site: Project) -> None:
    page = body(site, "The VCS met. The VCS left.\n")
    (link,) = links(parsed(page))
    assert link.get("href") == "../../glossary/#vcs"
    (abbr,) = link
    assert (abbr.tag, abbr.text) == ("abbr", "VCS")
    assert abbr.get("title") == 'Voluntary & community "sector"'
    assert page.count("glossary/#vcs") == 1
    assert "</abbr></a> met. The VCS left." in page


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Two LSCBs met; the LSCB's chair left.", ["LSCB"]),
        ("The LSCB’s chair", ["LSCB"]),
        ("XLSCB, LSCBX, LSCBsx and lscb", []),
        ("The LSCB Board of the LSCB", ["LSCB Board", "LSCB"]),
        ("The LSCB\nBoard", ["LSCB Board"]),
        ("The LSCB board", ["LSCB"]),
        ("section\n47 or Section&nbsp;47", ["section 47"]),
        ("A Chronology", ["Chronology"]),
        ("chronologys", []),
        ("VCS&amp;LSCB &quot;chronology&quot;", ["VCS", "LSCB", "chronology"]),
        ("*VCS* and **LSCB**s", ["VCS", "LSCB"]),
        ("- VCS\n- VCS\n\n| a | b |\n|--|--|\n| LSCB | x |", ["VCS", "LSCB"]),
    ],
)
def test_terms_are_found(site: Project, text: str, terms: list[str]) -> None:
    assert explained(body(site, text + "\n")) == terms


@pytest.mark.parametrize(
    "text",
    [
        "## VCS\n\n{}",
        "[VCS](https://example.org/) {}",
        "`VCS` and <kbd>VCS</kbd> {}",
        "    VCS\n\n{}",
        '<abbr>VCS</abbr> <samp title="VCS">VCS</samp> {}',
        "<details><summary>VCS</summary><p>{}</p></details>",
        "<dl><dt>VCS</dt><dd>{}</dd></dl>",
        "<code><code>VCS</code> VCS</code> {}",
        '<span title="VCS > LSCB">x</span> {}',
    ],
)
def test_the_next_use_counts_where_the_first_is_left_alone(site: Project, text: str) -> None:
    assert explained(body(site, text.format("no word") + "\n")) == []
    page = body(site, text.format("The VCS") + "\n")
    assert explained(page) == ["VCS"]
    assert 'The <a class="term"' in page


def test_an_abbreviation_of_the_author_explains_the_term(site: Project) -> None:
    page = body(site, "LSCBs and the VCS met.\n\nLSCB and VCS.\n\n*[VCS]: Our own words\n")
    assert explained(page) == ["LSCB"]
    page = body(site, 'The VCS; <abbr title="Ours">VCSs</abbr>.\n')
    assert explained(page) == []


def test_every_page_explains_but_the_glossary_itself(site: Project) -> None:
    site.report("2012-11-13", "feedback: [{ask: What does the VCS need?}]", "The VCS.\n")
    site.write("pages/about.md", "---\ntitle: About the VCS\n---\nThe VCS.\n")
    site.write("glossary.yaml", GLOSSARY + "CSE: What the LSCB of the VCS says\n")
    output = site.built()
    for page, root in (("", ""), ("reports/2012-11-13", "../../"), ("about", "../")):
        assert [link.get("href") for link in links(parsed(site.page(page)))] == [
            f"{root}glossary/#vcs"
        ]
    assert explained(site.page("glossary")) == []
    assert 'class="term"' not in (output / "feed.xml").read_text("utf-8")


def test_terms_with_signs(project: Project) -> None:
    project.write(
        "glossary.yaml", "'V&A': A museum\n'\"Q\" <x>': A sign\n24/7: Always\nC++: Plus\n"
    )
    page = body(project, 'The V&amp;A; "Q" &lt;x> 24/7 in C++.\n')
    assert explained(page) == ["V&A", '"Q" <x>', "24/7", "C++"]


# --- the page ---------------------------------------------------------------------------------


def test_the_page_lists_the_terms_in_order(site: Project) -> None:
    site.write("glossary.yaml", GLOSSARY + "Éire: An island\nvcs: Small\n")
    site.built()
    root = parsed(site.page("glossary"))
    assert [term.text for term in root.iter("dt")] == [
        *("chronology", "Éire", "LSCB", "LSCB Board", "Section 47", "VCS", "vcs")
    ]
    entries = {entry.get("id"): entry for dl in root.iter("dl") for entry in dl}
    assert list(entries) == [
        *("chronology", "eire", "lscb", "lscb-board", "section-47", "vcs", "vcs-2")
    ]
    meaning = entries["vcs"].find("dd")
    assert meaning is not None
    assert meaning.text == 'Voluntary & community "sector"'
    assert "Letters" not in site.page("glossary")


def test_a_long_glossary_has_links_to_its_letters(project: Project) -> None:
    terms = [*(f"T{number}A" for number in range(24)), "élan", "2nd", "Exit"]
    project.write("glossary.yaml", "".join(f"{term}: It\n" for term in terms))
    project.built()
    root = parsed(project.page("glossary"))
    (nav,) = (nav for nav in root.iter("nav") if nav.get("aria-label") == "Letters")
    assert [(link.text, link.get("href")) for link in nav.iter("a")] == [
        ("0–9", "#2nd"),
        ("E", "#elan"),
        ("T", "#t0a"),
    ]


def test_the_footer_and_the_sitemap_lead_to_the_page(site: Project) -> None:
    site.built()
    assert re.search(r'<footer.*<a href="glossary/">Glossary</a>', site.page(), re.DOTALL)
    assert "<loc>https://example.org/a/b/glossary/</loc>" in site.page("sitemap.xml")


def test_without_terms_there_is_no_page(project: Project) -> None:
    output = project.built()
    assert not (output / "glossary").exists()
    assert "glossary" not in project.page()
    assert "glossary" not in project.page("sitemap.xml")


# --- what holds for any page --------------------------------------------------------------------

WORDS = [
    "VCS",
    "LSCB",
    "LSCBs",
    "Board",
    "section\n47",
    "chronology",
    "V&amp;A",
    "xVCS",
    "word",
    "-",
]
INLINE = ["em", "strong", "span", "a", "code", "kbd", "button", "time", "abbr"]
BLOCK = ["p", "h2", "h3", "pre", "div"]

texts = st.lists(st.sampled_from([*WORDS, " ", "&nbsp;", "&lt;", "&#34;"]), max_size=8).map(
    " ".join
)


def element(name: str, inside: str) -> str:
    return f"<{name}>{inside}</{name}>"


inlines = st.lists(
    st.one_of(
        texts,
        st.builds(element, st.sampled_from(INLINE), texts),
        st.builds(
            element, st.just("a"), st.builds(element, st.sampled_from(["em", "code"]), texts)
        ),
        st.builds("<code>{}<code>{}</code>{}</code>".format, texts, texts, texts),
    ),
    max_size=5,
).map("".join)
blocks = st.lists(st.builds(element, st.sampled_from(BLOCK), inlines), max_size=6).map("\n".join)
TERMS = make_terms(
    (
        ("VCS", "A & <b>"),
        ("LSCB", 'The "LSCB"'),
        ("LSCB Board", "c"),
        ("Section 47", "VCS"),
        ("chronology", "e"),
        ("V&A", "f"),
    )
)


def words(element: Element) -> str:
    return "".join(element.itertext())


@settings(max_examples=200 * HUNT, deadline=None)
@given(blocks, inlines)
def test_the_text_of_a_page_stays_and_each_term_is_linked_once(inside: str, around: str) -> None:
    before = f"<!doctype html><html><head><title>VCS</title></head><body><p>{around}</p>"
    after = f"<footer>{around}</footer></body></html>"
    page = f'{before}<main id="part:main">{inside}</main>{after}'
    result = link_terms(page, TERMS, "../")
    assert result.startswith(before)
    assert result.endswith(after)
    was, now = parsed(page), parsed(result)
    assert words(now) == words(was)
    assert link_terms(result, TERMS, "../") == result
    targets = [link.get("href") for link in links(now)]
    assert len(targets) == len(set(targets))
    for element in now.iter():
        if element.tag in NO_TERMS and element.get("class") != "term":
            assert not links(element), element.tag
    for link in links(now):
        assert [child.tag for child in link] == ["abbr"]


def test_no_term_or_no_main_changes_nothing() -> None:
    page = "<main><p>VCS</p></main>"
    assert link_terms(page, (), "") is page
    assert link_terms("<p>VCS</p>", TERMS, "") == "<p>VCS</p>"
    assert link_terms("<main><p>none</p></main>", TERMS, "") == "<main><p>none</p></main>"
    assert TERMS[0] == Term("VCS", "A & <b>", "vcs")
