"""Test addresses that authors write: the address that is written is the one that was checked."""

import json
from urllib.parse import urlsplit

import pytest
from conftest import Project, parsed

from lscbsite.addresses import SCHEMES, normalize_url
from lscbsite.markup.sections import SectionBuilder
from lscbsite.markup.source import SourceText
from lscbsite.parsing.site_values import normalize_base_url
from lscbsite.problems import Problems

# Each leads to a script, some only after a browser or this program has taken something out.
DISGUISED = [
    "java&#1;script:alert(1)",
    "java&#x81;script:alert(1)",
    "java&#xFDD0;script:alert(1)",
    "java&#x1FFFE;script:alert(1)",
    "java&#x2028;script:alert(1)",
    "java&Tab;script:alert(1)",
    "&nbsp;javascript:alert(1)",
    "&#x3000;javascript:alert(1)",
    "&#xFEFF;javascript:alert(1)",
    "&#127;JavaScript&colon;alert(1)",
    "vb&#2;script:x",
    "data&#3;:text/html,x",
]
PLACES = [
    "[x]({})",
    "[x](<{}>)",
    "[x][ref]\n\n[ref]: {}",
    '<a href="{}">x</a>',
    '<a class="footnote-ref" href="{}">x</a>',
    '[x](http://a){{: href="{}" }}',
]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("address", DISGUISED)
def test_a_disguised_script_is_no_link_and_the_author_is_told(
    address: str, place: str, project: Project
) -> None:
    project.report("2012-11-13", body=place.format(address) + "\n")
    result = project.build()
    assert result.exit_code == 0
    warnings = [line for line in result.stderr.splitlines() if ": warning L00" in line]
    assert warnings, "lost without a word"
    main = parsed(project.page("reports/2012-11-13")).find(".//main")
    assert main is not None
    # Relative ones lead to the pages of this site.
    assert {urlsplit(link.get("href", "")).scheme for link in main.iter("a")} <= {"", "https"}
    contents = json.loads(project.page("feed.json"))["items"][0]["content_html"]
    for text in (project.page("feed.xml"), project.page("feed.atom"), contents):
        assert "script:" not in text
        assert "data:" not in text


@pytest.mark.parametrize(
    ("written", "line", "column"),
    [("[a](java&#1;script:x)", 4, 5), ('word\n<a href="&nbsp;vbscript:x">a</a>', 5, 10)],
)
def test_the_warning_is_where_the_disguised_address_is(
    written: str, line: int, column: int, project: Project
) -> None:
    project.report("2012-11-13", body=written)
    assert f"reports/2012-11-13.md:{line}:{column}: warning L006" in project.build().stderr


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://example.org/a b?q=ä#ö", "https://example.org/a%20b?q=%C3%A4#%C3%B6"),
        ("\u00a0 HTTPS://example.org ", "HTTPS://example.org"),
        ("mailto:ruth@example.org", "mailto:ruth@example.org"),
        ("https://[::1]/[x]", "https://[::1]/[x]"),
        ("https:///x", None),
        ("https://exa%mple.org/", None),
        ("reports/x", None),
        ("javascript:alert(1)", None),
        ("java\x01script:alert(1)", None),
        ("file:///etc/passwd", None),
    ],
)
def test_an_absolute_address_is_written_as_ascii(text: str, url: str | None) -> None:
    assert normalize_url(text) == url


def test_no_scheme_that_runs_or_reads_is_allowed() -> None:
    assert SCHEMES.isdisjoint(
        ["javascript", "vbscript", "data", "file", "blob", "filesystem", "view-source", "about"]
    )


def test_the_address_of_a_meeting_is_encoded_in_calendars(project: Project) -> None:
    front = "next_meeting: {date: 2012-12-05, url: 'https://meet.example/é'}"
    project.report("2012-11-13", front)
    project.built()
    assert "URL:https://meet.example/%C3%A9\n" in project.page("calendar.ics")


def walked(clean: str) -> str:
    """Return the HTML that the walk makes of what a sanitiser returned."""
    rendered = SectionBuilder(SourceText("reports/x.md", 1, Problems()), []).build(clean)
    return "".join(part for section in rendered.html.sections for part in section)


@pytest.mark.parametrize(
    "let_through",
    [
        '<p><a href="https://e.org" title="a><script>alert(1)</script>">x</a></p>',
        "<p><script>alert(1)</script></p>",
        '<p><img src="https://e.org/x.png" onerror="alert(1)" alt="x"></p>',
        '<p><iframe srcdoc="x"></iframe></p>',
        '<p><b onclick="alert(1)">x</b></p>',
        '<p><img src="https://e.org/x.png" alt="<script>alert(1)</script>"></p>',
        '<p class="</p><script>alert(1)</script>">x</p>',
        "<p>x <!-- <script>alert(1)</script> --></p>",
        "<p><svg:script>alert(1)</svg:script></p>",
    ],
)
def test_what_the_sanitiser_lets_through_by_a_fault_becomes_text(let_through: str) -> None:
    html = walked(let_through)
    found = parsed(f"<!doctype html><html lang=en><title>x</title><body>{html}</body></html>")
    for element in found.iter():
        assert element.tag not in ("script", "iframe", "svg")
        assert not [name for name in element.attrib if name.startswith("on") or name == "srcdoc"]


def test_an_id_cannot_end_an_attribute(project: Project) -> None:
    heading = '<h2 id="x&quot;onmouseover=alert(1)//">Rooms</h2>'
    project.report("2012-11-13", body=f"{heading}\n\n| a | b |\n|---|---|\n| 1 | 2 |\n")
    project.built()
    main = project.parsed("reports/2012-11-13").find(".//main")
    assert main is not None
    assert [element for element in main.iter() if "onmouseover" in element.attrib] == []


@pytest.mark.parametrize("target", ["a%01b", "%00", "%000%00", "a%EF%BF%BEb", "a%C2%85b"])
def test_percent_signs_disguise_no_control(target: str, project: Project) -> None:
    """A link without words is named after its target, also in feeds, which allow no controls."""
    project.report("2012-11-13", body=f"[]({target})\n")
    result = project.build()
    assert result.exit_code == 0
    assert "warning L005" in result.stderr
    for path in ("reports/2012-11-13", "feed.xml", "feed.atom", "feed.json"):
        assert project.page(path).replace("\n", "").isprintable()


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("https://example.org", "https://example.org/"),
        ("https://münchen.example/berichte", "https://xn--mnchen-3ya.example/berichte/"),
        ("https://MÜNCHEN.example:8443", "https://xn--mnchen-3ya.example:8443/"),
        # browsers keep an ß (UTS 46, not transitional)
        ("https://straße.example/", "https://xn--strae-oqa.example/"),
        ("https://example.org/säle/", "https://example.org/s%C3%A4le/"),
        ("https://example.org/s%C3%A4le/", "https://example.org/s%C3%A4le/"),
        ("https://tŷ.example/adroddiadau", "https://xn--t-foa.example/adroddiadau/"),
        ("https://例え.example/", "https://xn--r8jz45g.example/"),
        ("https://☃.example/", None),
        ("https://a..ü/", None),
        ("https://example.org/index.html", None),
    ],
)
def test_a_base_url_becomes_ascii_when_it_is_read(written: str, url: str | None) -> None:
    assert normalize_base_url(written) == url


def test_every_address_of_an_international_site_is_in_ascii(project: Project) -> None:
    project.write("site.yaml", "title: Räte\nbase_url: https://räte.example/säle\n")
    project.report("2012-11-13")
    project.built()
    home = "https://xn--rte-qla.example/s%C3%A4le/"
    assert f'<link rel="canonical" href="{home}">' in project.page()
    for path in ("feed.xml", "feed.json", "sitemap.xml", "calendar.ics"):
        assert "räte.example" not in project.page(path)
        assert home in project.page(path).replace("\n ", "")
