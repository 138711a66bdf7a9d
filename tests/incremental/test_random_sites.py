"""Test what must hold for any site: each test builds random sites and checks the pages."""

import html
import re
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import feedparser
import html5lib
from conftest import tree
from hypothesis import example, given
from hypothesis import strategies as st
from random_sites import examples, new_project, says, sites

BASE = "https://example.org/a/b/"


def resolves(output: Path, page: str, link: str) -> bool:
    """Return whether a link on a page, seen under the base URL, leads to a file and an id in it."""
    url = re.sub("^webcal:", "https:", urljoin(BASE + page, html.unescape(link)))
    if not url.startswith(BASE):
        return urlsplit(url).netloc != "example.org"
    path, _, fragment = url.removeprefix(BASE).partition("#")
    file = output / unquote(path)
    file = file / "index.html" if path == "" or path.endswith("/") else file
    if not file.is_file():
        return False
    ids = re.findall(r'\sid="([^"]*)"', file.read_text("utf-8")) if fragment else []
    return not fragment or fragment == "top" or unquote(fragment) in map(html.unescape, ids)


@examples(25)
@given(sites())
def test_any_set_of_valid_reports_builds_and_every_link_leads_somewhere(
    reports: list[tuple[str, str, str]],
) -> None:
    with new_project() as project:
        for name, front, body in reports:
            project.report(name, front, body)
        output = project.built()
        for file in output.rglob("index.html"):
            page = file.relative_to(output).as_posix().removesuffix("index.html")
            for link in re.findall(r'(?:href|src)="([^"]*)"', file.read_text("utf-8")):
                assert resolves(output, page, link), (page, link)
        feed = feedparser.parse((output / "feed.xml").read_bytes())
        assert not feed.bozo
        published = [entry.published_parsed for entry in feed.entries]
        assert published == sorted(published, reverse=True)
        assert len({entry.id for entry in feed.entries}) == len(feed.entries)


@examples(25)
@given(sites())
@example([("2000-01-01", "cancelled: 'withdrawn'", "a"), ("2000-01-02", "", "b")])
def test_previous_and_next_are_one_chain(reports: list[tuple[str, str, str]]) -> None:
    with new_project() as project:
        for name, front, body in reports:
            project.report(name, front, body)
        output = project.built()
        before: dict[str, str] = {}
        after: dict[str, str] = {}
        chained = []
        for name, front, _ in reports:
            if says(front, "draft"):
                assert not (output / "reports" / name).exists()
                continue
            text = (output / "reports" / name / "index.html").read_text("utf-8")
            for relation, links in (("prev", before), ("next", after)):
                for link in re.findall(
                    rf'<link rel="{relation}" href="../../reports/(.*?)/">', text
                ):
                    links[name] = link
            if says(front, "withdrawn"):
                assert name not in before
                assert name not in after
            else:
                chained.append(name)
        assert before == {later: earlier for earlier, later in after.items()}
        assert len(before) == max(len(chained) - 1, 0)
        assert all(earlier[:10] <= later[:10] for later, earlier in before.items())


soup = st.lists(
    st.sampled_from(
        [
            *("word ", "\n", "\n\n", "- ", "    ", "1. ", "> ", "# ", "### ", "**", "*", "_", "`"),
            *("<Not present>", "<b>", "</b>", "<i>", "</div>", "<div>", "<table>", "<td>", "<p>"),
            *("<details>", "<summary>", "</details>", "<br>", "<", ">", "&", "&amp;", "&lt;", "</"),
            *(
                "<script>",
                "</script>",
                "<style>",
                "<textarea>",
                "<!doctype html>",
                "<?php ",
                "<![x",
            ),
            *(
                "| ",
                "|--|--|\n",
                "```\n",
                "~~~\n",
                "<a href='x",
                "<img src=x>",
                "<svg><b>",
                "'",
                '"',
            ),
            *("<span><div>", "<ul><p>", "<li>", "<a name=q>", "</a>", "<h1>", "</h1>", "<h2><p>"),
            *("<pre>", "</pre>", "<code>", "<!-", "-->", "\u00a0", "é", "𝒳", "<TBD>", "x<y", "a>b"),
        ]
    ),
    max_size=40,
)


@examples(40)
@given(soup)
def test_no_word_of_an_author_is_lost_and_the_page_is_well_formed(pieces: list[str]) -> None:
    count = 0
    text = ""
    for piece in pieces:
        text += piece
        if not piece.endswith(("<", "</", "<a href='x", "<!-", "<?php ", "<![x")):
            text += f" zq{count}zq "
            count += 1
    with new_project() as project:
        project.report("2012-11-13", body=text)
        project.built()
        page = project.page("reports/2012-11-13")
        for number in range(count):
            assert f"zq{number}zq" in page, (text, f"zq{number}zq")
        html5lib.HTMLParser(strict=True).parse(page)
        assert len(re.findall(r"<h1[ >]", page)) == 1
        assert len(re.findall("<script", page)) == 2


@examples(50)
@given(st.text(max_size=300))
def test_any_text_as_a_body_builds(text: str) -> None:
    with new_project() as project:
        data = text.encode("utf-8", "replace")
        project.write("reports/a.md", b"---\ndate: 2012-11-13\n---\n" + data)
        result = project.build()
        assert result.exit_code in (0, 1), result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)
        if result.exit_code == 0:
            html5lib.HTMLParser(strict=True).parse(project.page("reports/a"))
            assert not feedparser.parse((project.output / "feed.xml").read_bytes()).bozo


@examples(75)
@given(
    st.one_of(
        st.binary(max_size=200), st.text(max_size=200).map(lambda t: t.encode("utf-8", "replace"))
    )
)
def test_any_bytes_as_front_matter_give_a_site_or_problems(data: bytes) -> None:
    with new_project() as project:
        project.write("reports/a.md", b"---\n" + data + b"\n---\nText.\n")
        project.write("site.yaml", b"title: T\nbase_url: https://example.org/\n" + data)
        result = project.build()
        assert result.exception is None or isinstance(result.exception, SystemExit)
        assert (result.exit_code, project.output.exists()) in ((0, True), (1, False))
        if result.exit_code:
            assert re.search(r"^\S+:\d+:\d+: error [A-Z]\d{3}: ", result.stderr, re.MULTILINE)


@examples(10)
@given(sites())
def test_the_order_of_writing_and_the_cache_change_no_byte(
    reports: list[tuple[str, str, str]],
) -> None:
    with new_project() as one, new_project() as other:
        for name, front, body in reports:
            one.report(name, front, body)
        for name, front, body in reversed(reports):
            other.report(name, front, body)
        first = tree(one.built("--jobs", "1"))
        assert tree(one.built("--jobs", "2")) == first
        assert tree(other.built("--no-cache")) == first
