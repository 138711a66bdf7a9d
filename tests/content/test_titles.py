"""Test where a report's title comes from, and what the list of contents has."""

import re

import pytest
from conftest import Project

SECTIONS = (
    "\n\n## Benches\n\nText.\n\n## Trees\n\nText.\n\n### Oaks\n\nText.\n\n## Paths\n\nText.\n"
)


def headings(project: Project, page: str = "reports/2012-11-13/index.html") -> list[str]:
    """Return the headings of a page's title and text, each with its level."""
    found = re.findall(r'<h([1-6])(?: id="(?!part:)[^"]*")?>(.*?)</h', project.page(page))
    return [f"{level} {words}" for level, words in found]


@pytest.mark.parametrize(
    "heading", ["# Minutes of *March*", "Minutes of March\n=====", "<h1>Minutes of March</h1>"]
)
def test_a_lone_heading_at_the_top_is_the_title(heading: str, project: Project) -> None:
    project.report("2012-11-13", body=heading + SECTIONS)
    project.built()
    assert headings(project) == [
        "1 Minutes of March",
        *("2 Benches", "2 Trees", "3 Oaks", "2 Paths"),
    ]
    assert "<title>Minutes of March" in project.page("feed.xml")
    assert "In this report" in project.page("reports/2012-11-13/index.html")


def test_the_title_of_the_front_matter_wins_and_an_equal_heading_is_dropped(
    project: Project,
) -> None:
    project.report("2012-11-13", "title: Parks", "# PARKS" + SECTIONS)
    project.report("2012-12-11", "title: Parks", "# Meeting of December" + SECTIONS)
    project.built()
    rest = ["2 Benches", "2 Trees", "3 Oaks", "2 Paths"]
    assert headings(project) == ["1 Parks", *rest]
    later = headings(project, "reports/2012-12-11/index.html")
    assert later[:6] == ["1 Parks", "2 Meeting of December", *rest]


@pytest.mark.parametrize(
    "body",
    [
        "# One\n\nText.\n\n# Two\n\nText.\n",
        "Text.\n\n# One\n\nText.\n",
        "# [One](https://example.org/)\n\nText.\n",
    ],
)
def test_other_headings_stay_in_the_text(body: str, project: Project) -> None:
    project.report("2012-11-13", body=body)
    project.built()
    first, *others = headings(project)
    assert first.startswith("1 One")
    assert "2 One" in re.sub("<[^>]*>", "", "".join(others))


def test_links_to_the_heading_of_the_title_lead_to_the_text(project: Project) -> None:
    body = "# Plans of March {#top-of-it}\n\nText.\n"
    project.report("2012-11-13", body=body)
    project.report(
        "2012-12-11",
        body="# Plans of May\n\nSee [above](#plans-of-may), [[2012-11-13#top-of-it]].\n",
    )
    project.built()
    assert 'id="top-of-it"' in project.page("reports/2012-11-13/index.html")
    page = project.page("reports/2012-12-11/index.html")
    assert 'href="#top"' in page
    assert "reports/2012-11-13/#top-of-it" in page


def test_a_title_that_names_a_topic_is_about_it(project: Project) -> None:
    project.write("topics.yaml", "training: {name: Training, aliases: [Courses]}")
    project.report("2012-11-13", body="# Courses\n\nThe course begins in May.\n")
    project.built()
    assert "reports/2012-11-13/" in project.page("topics/training/index.html")


def test_the_title_of_a_withdrawn_report_is_gone(project: Project) -> None:
    project.report(
        "2012-11-13", "withdrawn: {date: 2012-12-01, reason: Names}", "# The Lee family\n\nText.\n"
    )
    output = project.built()
    for file in output.rglob("*"):
        assert not file.is_file() or b"Lee family" not in file.read_bytes()


def test_an_ordinary_page_has_its_title_once(project: Project) -> None:
    project.report("2012-11-13")
    project.write("pages/about.md", "---\ntitle: About us\n---\n# About us\n\n## Who\n\nWe.\n")
    project.built()
    assert headings(project, "about/index.html") == ["1 About us", "2 Who"]


def contents(project: Project) -> tuple[list[str], list[str]]:
    """Return the titles in the list of contents: those listed at once, and the rest."""
    page = project.page("reports/2012-11-13/index.html")
    listed = re.search(r'<nav class="contents run-in".*?</nav>', page, re.DOTALL)
    titles = (listed[0] if listed else "").partition("<ul>")[0]
    first, _, more = titles.partition("<details")
    return re.findall('">(.*?)</a>', first), re.findall('">(.*?)</a>', more)


def test_long_contents_begin_with_a_few(project: Project) -> None:
    names = [f"Item {number}" for number in range(1, 31)]
    text = "The committee agreed to write to the county council about the path. " * 5
    project.report("2012-11-13", body="".join(f"## {name}\n\n{text}\n\n" for name in names))
    project.built()
    assert contents(project) == (names[:12], names[12:])
    # The parts after the text follow them.
    after = project.parsed("reports/2012-11-13").findall(".//nav[@class='contents run-in']/ul//a")
    assert [link.get("href") for link in after] == ["#part:about"]
    assert '<a href="#part:contents">Contents</a>' in project.page("reports/2012-11-13/index.html")


def test_a_single_heading_above_all_others_is_not_the_contents(project: Project) -> None:
    body = "## Minutes\n\n### Benches\n\nText.\n\n### Trees\n\nText.\n\n### Paths\n\nText.\n"
    project.report("2012-11-13", body=body)
    project.built()
    assert contents(project) == (["Benches", "Trees", "Paths"], [])
    assert 'href="#part:contents"' not in project.page("reports/2012-11-13/index.html")
