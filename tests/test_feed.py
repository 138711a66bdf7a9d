"""The feed as a subscriber's reader sees it, read back with feedparser."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urlsplit
from xml.etree import ElementTree

import feedparser
import html5lib
import pytest
from conftest import TESTS, TODAY, Project, tree

BASE = "https://example.org/a/b/"
SITES = ("golden", "golden-boards")

# What identifies an item must never change: feed readers would show every report as new.
# Should a test with these values fail, the code is wrong, not the values.
GUIDS = {
    "golden": {
        "reports/2013-02-20/": "urn:uuid:1a1f55bb-db36-52ef-9cb1-98bd78c5b9bd",
        "reports/2013-02-07/": "urn:uuid:a76c825a-9318-5bd5-83c2-2a163e3d4109",
        "reports/2012-12-04/": "urn:uuid:89af3322-9065-534a-a9da-e9ad6d167cc1",
        "reports/2012-11-13/": "urn:uuid:6918736b-4c3e-5088-b351-b005d48c6212",
        "reports/2012-10-16/": "urn:uuid:f0c20776-34e1-53ef-aaa3-bc69c7d6af80",
        "reports/2012-09-11-evening/": "urn:uuid:1a7b8bec-841d-5873-b2e8-e86cf90d6b4b",
        "reports/2012-09-11-afternoon/": "urn:uuid:38d69d08-fced-54c6-866a-2ea1ce8f6263",
        "reports/budget-conference/": "urn:uuid:f70cbcd5-4489-5bd2-929e-9af4b76fd44e",
        "reports/2012-05-15/": "urn:uuid:c14b1d33-9ba9-5b58-b41f-82d537be69e3",
    },
    "golden-boards": {
        "reports/safeguarding/2013-02-12/": "urn:uuid:00c5221a-dee7-54e7-b6d1-8e99832c4122",
        "reports/health-and-wellbeing/2013-02-05/": "urn:uuid:39cd16c1-fc26-5a3c-93ac-dd66d9d59ed4",
        "reports/health-and-wellbeing/2012-11-13/": "urn:uuid:8544c580-3550-56be-9830-71b88229696f",
        "reports/safeguarding/2012-11-13/": "urn:uuid:1c675ed2-8fea-5e7d-8f9e-635385f0969c",
    },
}


def read(folder: Path) -> Any:
    """Return the feed of an output folder as feedparser has it, nothing made good on the way."""
    data = (folder / "feed.xml").read_bytes()
    feed = feedparser.parse(data, resolve_relative_uris=False, sanitize_html=False)
    assert not feed.bozo, feed.bozo_exception
    assert feed.version == "rss20"
    assert feed.encoding == "utf-8"
    return feed


def content(entry: Any) -> str:
    (only,) = entry.content
    assert only.type == "text/html"
    return str(only.value)


def channel(folder: Path) -> ElementTree.Element:
    found = ElementTree.parse(folder / "feed.xml").getroot().find("channel")
    assert found is not None
    return found


def entry(folder: Path, report: str) -> Any:
    (found,) = [one for one in read(folder).entries if one.link == f"{BASE}reports/{report}/"]
    return found


each_site = pytest.mark.parametrize("site", SITES)


# --- the golden feeds -------------------------------------------------------------------------


@each_site
def test_the_channel(site: str) -> None:
    folder = TESTS / site
    feed = read(folder).feed
    pages = {"golden": "What was said at the board", "golden-boards": "Waimarino reports"}
    assert feed.link == BASE
    assert feed.subtitle.startswith(pages[site])
    assert feed.language == {"golden": "en-GB", "golden-boards": "en-NZ"}[site]
    own = channel(folder).findall("{http://www.w3.org/2005/Atom}link")
    assert [link.attrib for link in own] == [
        {"href": BASE + "feed.xml", "rel": "self", "type": "application/rss+xml"}
    ]


@each_site
def test_the_items_newest_publication_first(site: str) -> None:
    entries = read(TESTS / site).entries
    assert [one.link.removeprefix(BASE) for one in entries] == list(GUIDS[site])
    stamps = [one.published_parsed for one in entries]
    assert stamps == sorted(stamps, reverse=True)


@each_site
def test_guids_never_change(site: str) -> None:
    folder = TESTS / site
    assert {one.link.removeprefix(BASE): one.id for one in read(folder).entries} == GUIDS[site]
    for guid in channel(folder).iterfind("item/guid"):
        assert guid.get("isPermaLink") == "false"


@each_site
def test_items_name_their_authors_without_an_address(site: str) -> None:
    items = list(channel(TESTS / site).iterfind("item"))
    creators = [item.findtext("{http://purl.org/dc/elements/1.1/}creator") for item in items]
    assert not any(item.find("author") is not None for item in items)
    if site == "golden":
        assert creators[0] == "Siân Ŵyn-Ødegård"
        assert creators[2] is None, "a withdrawn report names nobody"


@each_site
def test_every_address_is_absolute_and_leads_somewhere(site: str) -> None:
    folder = TESTS / site
    links = 0
    for one in read(folder).entries:
        tree_of = html5lib.parseFragment(content(one), namespaceHTMLElements=False)
        for element in tree_of.iter():
            for name in ("href", "src"):
                if (url := element.get(name)) is None:
                    continue
                links += 1
                assert urlsplit(url).scheme in ("http", "https", "mailto", "tel"), url
                whole, fragment = urldefrag(url)
                if whole.startswith(BASE):
                    path = unquote(whole.removeprefix(BASE))
                    target = folder / path / "index.html" if path.endswith("/") else folder / path
                    assert target.is_file(), url
                    if fragment:
                        assert f'id="{unquote(fragment)}"' in target.read_text("utf-8"), url
    assert links > 5


def test_footnotes_and_links_within_a_report_lead_to_its_page() -> None:
    page = f"{BASE}reports/2012-11-13/"
    text = content(entry(TESTS / "golden", "2012-11-13"))
    for anchor in ("fn:a", "fnref:a", "fnref2:a", "fn:b", "budget", "ask:hours"):
        assert f'<a href="{page}#{anchor}"' in text


def test_pictures_and_attachments_have_absolute_addresses() -> None:
    text = content(entry(TESTS / "golden", "2012-09-11-evening"))
    assert f'src="{BASE}files/replies.png"' in text
    assert f'href="{BASE}files/Directory%20of%20help%20%E2%80%93%20t%C5%B7.csv"' in text


def test_asks_and_their_deadlines_stand_at_the_head() -> None:
    text = content(entry(TESTS / "golden", "2012-11-13"))
    assert text.startswith("<h2>What is asked of you</h2>\n<ul>\n<li>")
    asks, _, rest = text.partition("</ul>")
    assert "<strong>Reply by 14 December 2012.</strong>" in asks
    assert "<strong>Reply by 15 March 2013.</strong>" in asks
    assert '<a href="mailto:training@example.org">' in asks
    assert "Two decisions affect voluntary groups" in rest


def test_a_cancelled_meeting_says_so() -> None:
    one = entry(TESTS / "golden", "2012-10-16")
    assert one.title == "Meeting of 16 October 2012: cancelled"
    assert content(one).startswith("<p><strong>This meeting did not take place:</strong> The heat")


def test_a_withdrawn_report_keeps_its_item_and_loses_its_text() -> None:
    one = entry(TESTS / "golden", "2012-12-04")
    told = (
        "This report was withdrawn on 18 December 2012: It named a family. The board asked for it"
        " to be taken back, and it should not have been published."
    )
    assert one.summary == told
    assert content(one) == f"<p>{told}</p>"


def test_texts_are_told_as_they_were_written() -> None:
    golden = TESTS / "golden"
    summary = entry(golden, "2012-11-13").summary
    assert '"quotes", &lt;angles&gt; &amp; ampersands' in summary, "the description is HTML"
    evening = content(entry(golden, "2012-09-11-evening"))
    assert "&lt;Not present&gt;" in evening
    assert "<script" not in evening
    assert entry(golden, "2013-02-20").title == "Adroddiad o gyfarfod 20 Chwefror 2013"


@each_site
def test_the_channel_is_as_new_as_its_newest_content(site: str) -> None:
    newest = {
        "golden": "Wed, 27 Feb 2013 00:00:00 +0000",
        "golden-boards": "Tue, 12 Feb 2013 00:00:00 +1300",
    }
    found = channel(TESTS / site)
    assert found.findtext("lastBuildDate") == newest[site]
    assert found.findtext("pubDate") == newest[site]


# --- feeds of small sites ---------------------------------------------------------------------

Write = Callable[[Project], object]


def test_feed_size_keeps_the_reports_published_last(project: Project) -> None:
    project.write("site.yaml", f"title: T\nbase_url: {BASE}\nfeed_size: 2\n")
    project.report("2012-01-10", "published: 2013-01-05")
    project.report("2012-02-10")
    project.report("2012-03-10")
    links = [one.link for one in read(project.built()).entries]
    assert links == [f"{BASE}reports/2012-01-10/", f"{BASE}reports/2012-03-10/"]


def test_of_one_day_of_publication_the_later_meeting_comes_first(project: Project) -> None:
    project.report("2012-01-10", "published: 2012-03-01")
    project.report("2012-02-10-b", 'published: 2012-03-01\ntime: "9:00"')
    project.report("2012-02-10-a", 'published: 2012-03-01\ntime: "19:00"')
    links = [one.link for one in read(project.built()).entries]
    names = ("2012-02-10-a", "2012-02-10-b", "2012-01-10")
    assert links == [f"{BASE}reports/{name}/" for name in names]


def guids(folder: Path) -> list[str]:
    return [one.id for one in read(folder).entries]


CHANGES: dict[str, Write] = {
    "another address and title of the site": lambda project: project.write(
        "site.yaml", "title: New\nbase_url: http://other.example/\nlanguage: cy\n"
    ),
    "the meeting moves": lambda project: project.report("spring", "date: 2012-06-01"),
    "another title": lambda project: project.report(
        "spring", "date: 2012-04-01\ntitle: Another\nauthor: Zoë\npublished: 2012-05-01"
    ),
    "a correction": lambda project: project.report(
        "spring", "date: 2012-04-01\ncorrections: [{date: 2012-05-01, note: N}]"
    ),
    "the withdrawal": lambda project: project.report(
        "spring", "date: 2012-04-01\nwithdrawn: {date: 2012-05-01, reason: R}"
    ),
    "the cancellation": lambda project: project.report(
        "spring", "date: 2012-04-01\ncancelled: Snow"
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_guid_survives(project: Project, change: Write) -> None:
    project.report("spring", "date: 2012-04-01")
    before = guids(project.built())
    assert before == ["urn:uuid:9a3133cd-8e02-5fe2-84e9-a20339c5cbbb"]
    change(project)
    assert guids(project.built()) == before


def test_sites_with_a_uid_of_their_own_have_guids_of_their_own(project: Project) -> None:
    project.report("spring", "date: 2012-04-01")
    without = guids(project.built())
    project.write("site.yaml", f"title: T\nbase_url: {BASE}\nuid: example.org,2012\n")
    assert guids(project.built()) != without


def test_a_correction_makes_the_item_new_but_not_another(project: Project) -> None:
    project.report("2012-04-01", "published: 2012-04-03")
    before = read(project.built())
    project.report(
        "2012-04-01",
        "published: 2012-04-03\ncorrections: [{date: 2012-05-01, note: It was <ten> & not two}]",
    )
    after = read(project.built())
    assert len(after.entries) == 1
    assert after.entries[0].id == before.entries[0].id
    assert after.entries[0].published == before.entries[0].published
    assert "<strong>Corrected on 1 May 2012:</strong> It was &lt;ten&gt; &amp; not two" in content(
        after.entries[0]
    )
    assert after.feed.updated == "Tue, 01 May 2012 00:00:00 +0100"


def test_an_item_is_published_at_midnight_on_the_clock_of_the_site(project: Project) -> None:
    project.write("site.yaml", f"title: T\nbase_url: {BASE}\ntimezone: Pacific/Auckland\n")
    project.report("2012-01-10")
    project.report("2012-07-10")
    stamps = [one.published for one in read(project.built()).entries]
    assert stamps == ["Tue, 10 Jul 2012 00:00:00 +1200", "Tue, 10 Jan 2012 00:00:00 +1300"]


def test_the_clock_is_not_in_the_feed(project: Project) -> None:
    project.report(
        "2012-01-10",
        """
        feedback: [{ask: Who comes?, deadline: 2012-12-31}]
        next_meeting: 2013-02-01
        """,
    )
    project.report("2014-01-10")
    early = tree(project.built(today="2012-02-01"))["feed.xml"]
    late = tree(project.built(today="2013-12-31"))["feed.xml"]
    assert early == late
    assert tree(project.built(today="2014-01-10"))["feed.xml"] != late


def test_a_site_without_reports_has_a_feed_without_dates(project: Project) -> None:
    folder = project.built()
    assert read(folder).entries == []
    found = channel(folder)
    assert found.find("lastBuildDate") is None
    assert found.find("pubDate") is None
    data = (folder / "feed.xml").read_bytes()
    assert (project.built(today="2020-01-01") / "feed.xml").read_bytes() == data


def test_a_scheduled_report_comes_on_its_day(project: Project) -> None:
    project.report("2013-02-20", "published: 2013-03-02")
    assert read(project.built(today=TODAY)).entries == []
    (one,) = read(project.built(today="2013-03-02")).entries
    assert one.published == "Sat, 02 Mar 2013 00:00:00 +0000"


def test_characters_of_every_kind(project: Project) -> None:
    project.write("site.yaml", f'title: "A & B <C> \\"D\\" ]]> é 😀"\nbase_url: {BASE}\n')
    body = "]]> & < > \" ' &amp; é 😀 \x0b\x1b end\n\n```\n]]>\n```\n"
    project.report("2012-01-10", "title: ']]> & <b> 😀'\nauthor: '<A> & B'", body)
    feed = read(project.built())
    assert feed.feed.title == 'A & B <C> "D" ]]> é 😀'
    (one,) = feed.entries
    assert one.title == "]]> & <b> 😀"
    assert one.author == "<A> & B"
    text = "".join(html5lib.parseFragment(content(one), namespaceHTMLElements=False).itertext())
    assert "]]> & < > \" ' & é 😀  end" in text


def test_nothing_in_a_feed_is_relative(project: Project) -> None:
    project.write("files/a b.png", b"png")
    project.report("2012-01-10", "", "# One\n\nText.\n")
    project.write("pages/about.md", "---\ntitle: About\n---\nText.\n")
    project.report(
        "2012-02-10",
        "",
        """
        # Two

        [r](2012-01-10.md) [[2012-01-10#one]] [p](../pages/about.md) [h](#two) [t](#top) [y](/years/2012/)
        [f](<../files/a b.png>) ![p](<../files/a b.png>) ![x](/files/a%20b.png) a[^1] [[#two]]

        | [t](2012-01-10.md#one) |
        |--|
        | ![p](<../files/a b.png>) |

        [^1]: [r](2012-01-10.md)
        """,
    )
    text = content(read(project.built()).entries[0])
    found = re.findall(r'(?:href|src)="([^"]*)"', text)
    assert len(found) >= 14
    assert all(url.startswith(BASE) for url in found), found
