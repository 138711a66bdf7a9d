"""Test the feeds as feed readers see them: RSS, Atom and JSON Feed, read back and compared."""

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urldefrag, urlsplit
from xml.etree import ElementTree

import feedparser
import html5lib
import pytest
from click.testing import CliRunner
from conftest import PNG, TESTS, TODAY, Project, tree

from lscbsite.cli import main

BASE = "https://example.org/a/b/"
SITES = {"golden": "site", "golden-boards": "site-boards"}
FORMATS = ("feed.xml", "feed.atom", "feed.json")
ATOM = "{http://www.w3.org/2005/Atom}"
XHTML = "{http://www.w3.org/1999/xhtml}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

# What identifies an item must never change: feed readers would show every report as new.
# Should a test with these values fail, the code is wrong, not the values.
GUIDS = {
    "golden": {
        "reports/2013-02-20/": "urn:uuid:1a1f55bb-db36-52ef-9cb1-98bd78c5b9bd",
        "reports/2013-02-07/": "urn:uuid:a76c825a-9318-5bd5-83c2-2a163e3d4109",
        "reports/2012-12-04/": "urn:uuid:89af3322-9065-534a-a9da-e9ad6d167cc1",
        "reports/2012-11-13/": "urn:uuid:6918736b-4c3e-5088-b351-b005d48c6212",
        "reports/2012-10-16/": "urn:uuid:2df27d68-2677-502d-be99-be3f68e15b82",
        "reports/2012-09-11-evening/": "urn:uuid:1a7b8bec-841d-5873-b2e8-e86cf90d6b4b",
        "reports/2012-09-11-afternoon/": "urn:uuid:38d69d08-fced-54c6-866a-2ea1ce8f6263",
        "reports/budget-conference/": "urn:uuid:f70cbcd5-4489-5bd2-929e-9af4b76fd44e",
        "reports/2012-05-15/": "urn:uuid:c14b1d33-9ba9-5b58-b41f-82d537be69e3",
    },
    "golden-boards": {
        "reports/safeguarding/2013-02-12/": "urn:uuid:00c5221a-dee7-54e7-b6d1-8e99832c4122",
        "reports/health-and-wellbeing/2013-02-05/": "urn:uuid:10f573f1-383b-5b40-a868-d0ec1babfe29",
        "reports/health-and-wellbeing/2012-11-13/": "urn:uuid:8544c580-3550-56be-9830-71b88229696f",
        "reports/safeguarding/2012-11-13/": "urn:uuid:1c675ed2-8fea-5e7d-8f9e-635385f0969c",
    },
}

# The same for the feeds of topics and of asks: identities, and what they stood at.
MORE_GUIDS = {
    "golden": {
        "asks/": {
            "d0827d97-4a6f-55f1-a8ad-2707e41d547c": (
                "reports/2013-02-07/#outcome-2012-11-13-cse-training"
            ),
            "9882f13b-4bea-59d7-ba26-e70352e543e1": "reports/2013-02-07/#strategy",
            "00c2eba3-be97-5989-a29f-3ae1cef75f38": (
                "reports/2013-02-07/#send-us-stories-of-what-went-well"
            ),
            "d1e3eb41-9953-5037-8014-c57a2d8c3c5f": "reports/2012-12-04/",
            "e0a3f9fb-633b-5e30-b66f-d10870b00307": "reports/2012-12-04/",
            "7334a74d-3130-5609-8629-f85758972130": "reports/2012-12-04/",
            "5ea18fcd-fabd-55cf-aa5d-002ce5805ab9": (
                "reports/2012-11-13/#outcome-2012-09-11-afternoon-venue"
            ),
            "dd1f3c43-9555-5ec9-9f24-0eacd73213a3": "reports/2012-11-13/#cse-training",
            "ddbf1250-43fc-5905-a74f-291e0ea9b5c6": "reports/2012-11-13/#hours",
            "d8ec6a94-83e0-5ca8-9741-d1df448cd2a2": "reports/2012-09-11-afternoon/#venue",
            "a648a6ef-a8fa-56a7-984d-9031ceafff52": (
                "reports/2012-02-09/#which-of-your-staff-would-like-a-place-on-the"
            ),
            "21fee0de-4b05-5d17-8cc2-234473a29977": "reports/2012-02-09/#volunteers",
        },
        "topics/budget/": {
            "fe434845-20ec-51e8-9e78-6c617c77fb49": "reports/2013-02-20/#budget",
            "5a7bd6ee-f4a5-5b5f-acdb-1caa81f2741d": "reports/2012-12-04/",
            "a729e104-cab8-57a7-ad69-f60504cae8d7": "reports/2012-11-13/#budget",
            "196eac59-e7fc-5846-b17f-0d4629e17f70": "reports/budget-conference/#budget",
            "52feb30f-9a83-520d-b823-17ccb43a88bc": "reports/2012-05-15/#budget",
            "b9cf73a0-4e50-53e9-af09-26aea574e828": "reports/2012-02-09/#budget",
        },
        "topics/child-sexual-exploitation/": {
            "3956bd70-aeac-5f86-aed4-0cb2efd73415": "reports/2013-02-07/#cse",
            "45276734-2ef1-5f1c-a7a0-8b59ca2f04fb": "reports/2012-11-13/#child-sexual-exploitation",
            "a05622ba-b44a-520d-a0ac-3eb4b1e99123": (
                "reports/2012-09-11-afternoon/#child-sexual-exploitation"
            ),
        },
        "topics/domestic-abuse/": {
            "918b42a9-f93c-57f6-b486-dfd25bd20f85": "reports/2013-02-07/#domestic-abuse",
            "7f481a90-00ad-5b6d-8328-f6df621ffedd": "reports/2012-11-13/#domestic-violence",
            "fe107c51-3c38-54be-aa30-53bd542baf45": "reports/2012-09-11-evening/#dv",
            "7cca3fa2-4c37-57d9-8f58-30d5f320dab8": "reports/2012-05-15/",
            "8097cfc2-c15e-58c3-b00c-cb91a940e0f9": "reports/2012-02-09/#domestic-violence",
        },
    },
    "golden-boards": {
        "asks/": {
            "aa62beed-9756-5f93-ad52-3fdaaad6db78": (
                "reports/safeguarding/2013-02-12/#outcome-safeguarding-2012-11-13-venue"
            ),
            "45bc4e93-2d38-5cbf-96d7-4b5728dc620a": (
                "reports/safeguarding/2013-02-12/#outcome-health-and-wellbeing-2012-11-13-beds"
            ),
            "9c460e34-5b10-5bfa-8560-47465b77f682": (
                "reports/health-and-wellbeing/2012-11-13/#beds"
            ),
            "b99238bc-da9d-5095-80ec-8c49a3208234": "reports/safeguarding/2012-11-13/#venue",
            "391983bd-4978-58bc-9533-a7b27077570b": "reports/safeguarding/2012-11-13/#names",
        },
    },
}


# --- the readers: what a format demands is looked for in every feed that a test reads ---------


class Item(NamedTuple):
    """An entry of a feed in any format; ``author`` is '' if the entry has none."""

    id: str
    url: str
    title: str
    summary: str
    content: str
    author: str
    published: dt.datetime
    updated: dt.datetime | None


class Feed(NamedTuple):
    """A feed in any format; ``address`` is where it is published."""

    title: str
    description: str
    home: str
    address: str
    language: str
    items: list[Item]


def absolute(url: str | None) -> str:
    assert url is not None
    assert re.fullmatch(r"https?://[!-~]+", url), url
    return url


def only(parent: ElementTree.Element, name: str) -> str:
    """Return the text of an element that a parent must have once."""
    (element,) = parent.findall(name)
    assert element.text, name
    return element.text


def at_most_once(parent: ElementTree.Element, *but: str) -> None:
    names = Counter(child.tag for child in parent)
    assert not {name for name, times in names.items() if times > 1 and name not in but}


def rfc822(text: str) -> dt.datetime:
    assert re.fullmatch(r"(\w{3}, )\d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}", text), text
    moment = parsedate_to_datetime(text)
    assert text.startswith(f"{moment:%a}"), "the weekday is that of the day"
    return moment


def rfc3339(text: str) -> dt.datetime:
    pattern = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"
    assert re.fullmatch(pattern, text), text
    return dt.datetime.fromisoformat(text)


def parsed(path: Path, version: str) -> Any:
    """Return a feed as feedparser reads it; check that nothing had to be repaired."""
    data = path.read_bytes()
    feed = feedparser.parse(data, resolve_relative_uris=False, sanitize_html=False)
    assert not feed.bozo, feed.bozo_exception
    assert feed.version == version
    assert feed.encoding == "utf-8"
    return feed


def content(entry: Any) -> str:
    (alternative,) = entry.content
    assert alternative.type == "text/html"
    return str(alternative.value)


def check_note(path: Path, within: ElementTree.Element) -> None:
    """Check that whoever opens a feed in a browser reads what it is, and finds the way on."""
    (note,) = within.findall(f"{XHTML}p")
    assert note.get(XML_LANG)
    (link,) = note
    assert absolute(link.get("href")).endswith("/subscribe/")
    assert link.text
    sheet = re.search(rb'<\?xml-stylesheet type="text/css" href="([^"]+)"\?>\n', path.read_bytes())
    assert sheet
    assert (path.parent / sheet[1].decode()).resolve().name == "feeds.css"
    assert (path.parent / sheet[1].decode()).exists()


def read_rss(path: Path) -> Feed:
    """Return an RSS feed; check that it follows the RSS Best Practices Profile."""
    feed = parsed(path, "rss20")
    top = ElementTree.parse(path).getroot()
    assert top.attrib == {"version": "2.0"}
    (within,) = top
    check_note(path, within)
    at_most_once(within, "item")
    (link,) = within.findall(f"{ATOM}link")
    assert link.attrib == {"href": link.get("href"), "rel": "self", "type": "application/rss+xml"}
    newest = [rfc822(date.text or "") for date in within.findall("lastBuildDate")]
    items = []
    for entry, item in zip(feed.entries, within.findall("item"), strict=True):
        at_most_once(item)
        assert item.find("author") is None, "it would have to be an e-mail address"
        (guid,) = item.findall("guid")
        assert guid.get("isPermaLink") == "false"
        fields = [only(item, name) for name in ("guid", "link", "title", "description")]
        summary = html5lib.parseFragment(fields.pop(), namespaceHTMLElements=False)
        assert not list(summary), "the description is text, as HTML"
        items.append(
            Item(
                fields[0],
                absolute(fields[1]),
                fields[2],
                summary.text,
                content(entry),
                entry.get("author", ""),
                rfc822(only(item, "pubDate")),
                None,
            )
        )
    assert len(newest) == bool(items)
    assert all(item.published <= newest[0] for item in items)
    assert len({item.id for item in items}) == len(items)
    return Feed(
        only(within, "title"),
        only(within, "description"),
        absolute(only(within, "link")),
        absolute(link.get("href")),
        only(within, "language"),
        items,
    )


def atom_link(parent: ElementTree.Element, rel: str) -> str:
    (found,) = [one for one in parent.findall(f"{ATOM}link") if one.get("rel", "alternate") == rel]
    return absolute(found.get("href"))


def read_atom(path: Path) -> Feed:
    """Return an Atom feed; check that it follows RFC 4287."""
    feed = parsed(path, "atom10")
    top = ElementTree.parse(path).getroot()
    check_note(path, top)
    at_most_once(top, f"{ATOM}entry", f"{ATOM}link")
    ids: list[str] = []
    assert urlsplit(only(top, f"{ATOM}id")).scheme in ("urn", "http", "https")
    assert only(top, f"{ATOM}author/{ATOM}name")
    newest = rfc3339(only(top, f"{ATOM}updated"))
    items = []
    for entry, element in zip(feed.entries, top.findall(f"{ATOM}entry"), strict=True):
        at_most_once(element)
        assert only(element, f"{ATOM}content")
        (html,) = element.findall(f"{ATOM}content")
        assert html.get("type") == "html"
        assert [one.attrib for one in element.findall(f"{ATOM}title")] == [{}]
        item = Item(
            only(element, f"{ATOM}id"),
            atom_link(element, "alternate"),
            only(element, f"{ATOM}title"),
            only(element, f"{ATOM}summary"),
            content(entry),
            element.findtext(f"{ATOM}author/{ATOM}name") or "",
            rfc3339(only(element, f"{ATOM}published")),
            rfc3339(only(element, f"{ATOM}updated")),
        )
        assert item.updated is not None
        assert item.published <= item.updated <= newest
        items.append(item)
        ids.append(item.id)
    assert all(re.fullmatch("urn:uuid:[0-9a-f-]{36}", id_) for id_ in ids)
    assert len(set(ids)) == len(ids)
    assert not items or newest in {item.updated for item in items}
    home, address = atom_link(top, "alternate"), atom_link(top, "self")
    language = top.get(XML_LANG) or ""
    return Feed(
        only(top, f"{ATOM}title"), only(top, f"{ATOM}subtitle"), home, address, language, items
    )


def json_authors(value: Any) -> str:
    (author,) = value
    assert set(author) == {"name"}
    assert author["name"]
    return str(author["name"])


def read_json(path: Path) -> Feed:
    """Return a JSON feed; check that it follows JSON Feed 1.1 and uses nothing else."""

    def pairs(members: list[tuple[str, Any]]) -> dict[str, Any]:
        assert len(dict(members)) == len(members), "no member comes twice"
        assert all(value not in (None, "") for _, value in members), "none is empty"
        return dict(members)

    feed = json.loads(path.read_bytes().decode("utf-8"), object_pairs_hook=pairs)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    known = {"version", "title", "description", "home_page_url", "feed_url", "language"}
    assert set(feed) == known | {"authors", "items"}
    assert json_authors(feed["authors"])
    items = []
    for item in feed["items"]:
        needed = {"id", "url", "title", "summary", "content_html", "date_published"}
        assert needed <= set(item) <= needed | {"date_modified", "authors", "language"}
        assert item.get("language") != feed["language"]
        published = rfc3339(item["date_published"])
        updated = rfc3339(item["date_modified"]) if "date_modified" in item else published
        assert ("date_modified" in item) == (updated > published)
        items.append(
            Item(
                item["id"],
                absolute(item["url"]),
                item["title"],
                item["summary"],
                item["content_html"],
                json_authors(item["authors"]) if "authors" in item else "",
                published,
                updated,
            )
        )
    assert len({item.id for item in items}) == len(items)
    return Feed(
        feed["title"],
        feed["description"],
        absolute(feed["home_page_url"]),
        absolute(feed["feed_url"]),
        feed["language"],
        items,
    )


def feeds(folder: Path, below: str = "") -> Feed:
    """Return the feed of a folder; check that all its formats say the same."""
    rss = read_rss(folder / below / "feed.xml")
    if below == "asks/":
        return rss
    atom, json_ = read_atom(folder / below / "feed.atom"), read_json(folder / below / "feed.json")
    assert atom.items == json_.items
    assert [item._replace(updated=None) for item in atom.items] == rss.items
    for name, feed in zip(FORMATS, (rss, atom, json_), strict=True):
        assert feed[:3] == rss[:3]
        assert feed.language.casefold() == rss.language.casefold()
        assert feed.address.endswith(name)
    return atom


def all_feeds(folder: Path) -> dict[str, Feed]:
    """Return every feed of a site by its folder ('' is the site's own)."""
    feed_folders = sorted(path.parent for path in folder.rglob("feed.xml"))
    names = [path.relative_to(folder).as_posix() for path in feed_folders]
    folders = ["" if name == "." else f"{name}/" for name in names]
    return {name: feeds(folder, name) for name in folders}


def items(folder: Path, below: str = "") -> dict[str, Item]:
    """Return the items of a feed by their addresses below the base URL."""
    return {item.url.removeprefix(BASE): item for item in feeds(folder, below).items}


def report_item(folder: Path, report: str) -> Item:
    return items(folder)[f"reports/{report}/"]


def ids(folder: Path, below: str = "") -> list[str]:
    return [item.id for item in feeds(folder, below).items]


def test_the_report_of_a_meeting_that_was_cancelled_ahead_is_new_in_each_feed(
    project: Project,
) -> None:
    cancelled = "published: 2013-02-01\ntopics: [Training]\ncancelled: Snow."
    project.report("2013-02-12", cancelled, "")
    before = [ids(project.built(), below) for below in ("", "topics/training/")]
    project.report("2013-02-12", "topics: [Training]", "It took place after all.\n")
    after = [ids(project.built(), below) for below in ("", "topics/training/")]
    assert [len(entries) for entries in (*before, *after)] == [1, 1, 1, 1]
    assert len({entry for entries in (*before, *after) for entry in entries}) == 4


def channel(folder: Path) -> ElementTree.Element:
    element = ElementTree.parse(folder / "feed.xml").getroot().find("channel")
    assert element is not None
    return element


@pytest.fixture(scope="session")
def golden_outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The output folders of the golden sites, by the name of the golden tree."""
    folders = {}
    for golden, source in SITES.items():
        folders[golden] = tmp_path_factory.mktemp(golden)
        options = ["--site", str(TESTS / source), "--output", str(folders[golden]), "--no-cache"]
        result = CliRunner().invoke(main, ["build", *options, "--today", TODAY])
        assert result.exit_code == 0, result.stderr
    return folders


each_site = pytest.mark.parametrize("site", SITES)


# --- the golden sites -------------------------------------------------------------------------


@each_site
def test_every_feed_is_sound_and_says_the_same_in_every_format(
    golden_outputs: dict[str, Path], site: str
) -> None:
    feeds_by_folder = all_feeds(golden_outputs[site])
    topics = {
        "golden": {"budget", "child-sexual-exploitation", "domestic-abuse", "sexual-exploitation"},
        "golden-boards": set[str](),
    }
    boards = {
        "golden": set[str](),
        "golden-boards": {"safeguarding", "child-protection", "health-and-wellbeing"},
    }
    names = {f"topics/{name}/" for name in topics[site]}
    names |= {f"boards/{name}/" for name in boards[site]}
    assert set(feeds_by_folder) == {"", "asks/"} | names
    formats = {path.name for path in golden_outputs[site].rglob("feed.*")}
    assert formats == set(FORMATS)


@each_site
def test_the_site_in_the_feed(golden_outputs: dict[str, Path], site: str) -> None:
    feed = feeds(golden_outputs[site])
    titles = {
        "golden": "Marlbury & District Safeguarding Board – reports for the voluntary sector",
        "golden-boards": "Waimarino reports",
    }
    about = {"golden": "What was said at the board", "golden-boards": "Waimarino reports"}
    assert feed.title == titles[site]
    assert feed.home == BASE
    assert feed.address == f"{BASE}feed.atom"
    assert feed.description.startswith(about[site])
    assert feed.language.casefold() == {"golden": "en-gb", "golden-boards": "en-nz"}[site]


def test_titles_say_what_the_feeds_are(golden_outputs: dict[str, Path]) -> None:
    title, title_with_boards = (
        "Marlbury & District Safeguarding Board – reports for the voluntary sector",
        ("Waimarino reports"),
    )
    titles = {name: feed.title for name, feed in all_feeds(golden_outputs["golden"]).items()}
    assert titles["topics/domestic-abuse/"] == f"Domestic abuse: {title}"
    assert titles["topics/sexual-exploitation/"] == f"Child sexual exploitation: {title}"
    assert titles["asks/"] == f"Questions and outcomes: {title}"
    titles = {name: feed.title for name, feed in all_feeds(golden_outputs["golden-boards"]).items()}
    assert titles["boards/safeguarding/"] == f"Safeguarding Board: {title_with_boards}"
    assert titles.pop("boards/child-protection/") == titles["boards/safeguarding/"]
    assert len(set(titles.values())) == len(titles)


@each_site
def test_the_items_newest_publication_first(golden_outputs: dict[str, Path], site: str) -> None:
    assert list(items(golden_outputs[site])) == list(GUIDS[site])
    for feed in all_feeds(golden_outputs[site]).values():
        stamps = [item.published for item in feed.items]
        assert stamps == sorted(stamps, reverse=True)


@each_site
def test_guids_never_change(golden_outputs: dict[str, Path], site: str) -> None:
    assert {url: item.id for url, item in items(golden_outputs[site]).items()} == GUIDS[site]


@each_site
def test_guids_of_topics_asks_and_outcomes_never_change(
    golden_outputs: dict[str, Path], site: str
) -> None:
    for below, pinned in MORE_GUIDS[site].items():
        urls = {
            item.id.removeprefix("urn:uuid:"): item.url.removeprefix(BASE)
            for item in feeds(golden_outputs[site], below).items
        }
        assert urls == pinned


def test_no_identity_is_in_the_feeds_of_two_things(golden_outputs: dict[str, Path]) -> None:
    feeds_by_folder = all_feeds(golden_outputs["golden"])
    del feeds_by_folder["topics/sexual-exploitation/"]
    everything = [item.id for feed in feeds_by_folder.values() for item in feed.items]
    assert len(set(everything)) == len(everything)


def test_the_feed_of_a_board_has_its_items_of_the_feed_of_the_site(
    golden_outputs: dict[str, Path],
) -> None:
    folder = golden_outputs["golden-boards"]
    boards = {"safeguarding": 2, "health-and-wellbeing": 2}
    for board, number in boards.items():
        mine = feeds(folder, f"boards/{board}/")
        assert mine.home == f"{BASE}boards/{board}/"
        assert len(mine.items) == number
        everything = items(folder).items()
        assert mine.items == [item for url, item in everything if f"/{board}/" in url]


def test_items_name_their_authors(golden_outputs: dict[str, Path]) -> None:
    authors = [item.author for item in feeds(golden_outputs["golden"]).items]
    assert authors[0] == "Siân Ŵyn-Ødegård"
    assert authors[2] == "", "a withdrawn report names nobody"


def addresses(html: str) -> Iterator[str]:
    for element in html5lib.parseFragment(html, namespaceHTMLElements=False).iter():
        yield from (url for name in ("href", "src") if (url := element.get(name)) is not None)


@each_site
def test_every_address_is_absolute_and_leads_somewhere(
    golden_outputs: dict[str, Path], site: str
) -> None:
    folder = golden_outputs[site]
    links = set()
    for feed in all_feeds(folder).values():
        assert (folder / feed.address.removeprefix(BASE)).is_file()
        assert (folder / feed.home.removeprefix(BASE) / "index.html").is_file()
        for item in feed.items:
            links |= {item.url, *addresses(item.content)}
    for url in links:
        assert urlsplit(url).scheme in ("http", "https", "mailto", "tel"), url
        whole, fragment = urldefrag(url)
        if whole.startswith(BASE):
            path = unquote(whole.removeprefix(BASE))
            target = folder / path / "index.html" if path.endswith("/") else folder / path
            assert target.is_file(), url
            if fragment:
                assert f'id="{unquote(fragment)}"' in target.read_text("utf-8"), url
    assert len(links) > 8


@each_site
def test_pages_tell_programs_of_their_feeds(golden_outputs: dict[str, Path], site: str) -> None:
    def offered(page: Path) -> list[str]:
        root = html5lib.parse(page.read_text("utf-8"), namespaceHTMLElements=False)
        links = [link for link in root.iter("link") if link.get("rel") == "alternate"]
        kinds = {"application/rss+xml", "application/atom+xml", "application/feed+json"}
        assert {link.get("type") for link in links} == kinds
        places = [(page.parent / link.get("href", "")).resolve() for link in links]
        assert all(place.is_file() for place in places)
        return [place.relative_to(folder.resolve()).as_posix() for place in places]

    folder = golden_outputs[site]
    site_feeds = list(FORMATS)
    assert offered(folder / "index.html") == site_feeds
    for page in [*folder.glob("reports/**/index.html"), *folder.glob("years/*/index.html")]:
        if 'http-equiv="refresh"' not in page.read_text("utf-8"):
            assert offered(page) == site_feeds
    for page in [*folder.glob("topics/*/index.html"), *folder.glob("boards/*/index.html")]:
        if 'http-equiv="refresh"' not in page.read_text("utf-8"):
            name = page.parent.relative_to(folder).as_posix()
            assert offered(page) == [f"{name}/{form}" for form in FORMATS] + site_feeds
    assert offered(folder / "asks" / "index.html")[-1] == "asks/feed.xml"


def test_footnotes_and_links_within_a_report_lead_to_its_page(
    golden_outputs: dict[str, Path],
) -> None:
    page = f"{BASE}reports/2012-11-13/"
    text = report_item(golden_outputs["golden"], "2012-11-13").content
    for anchor in ("fn:a", "fnref:a", "fnref2:a", "fn:b", "budget", "hours"):
        assert f'<a href="{page}#{anchor}"' in text


def test_pictures_and_attachments_have_absolute_addresses(golden_outputs: dict[str, Path]) -> None:
    text = report_item(golden_outputs["golden"], "2012-09-11-evening").content
    assert f'src="{BASE}files/replies.png"' in text
    assert f'href="{BASE}files/Directory%20of%20help%20%E2%80%93%20t%C5%B7.csv"' in text


def test_asks_and_their_deadlines_come_first(golden_outputs: dict[str, Path]) -> None:
    text = report_item(golden_outputs["golden"], "2012-11-13").content
    note, _, text = text.partition("\n")
    assert note.startswith("<p><strong>Corrected on 27 November 2012:</strong> The deadline")
    assert text.startswith("<h2>Questions for you</h2>\n<ul>\n<li>")
    asks, _, rest = text.partition("</ul>")
    assert "<strong>Reply by 14 December 2012.</strong>" in asks
    assert "<strong>Reply by 15 March 2013 (extended from 31 January 2013).</strong>" in asks
    assert '<a href="mailto:training@example.org?subject=' in asks
    assert "Two decisions affect voluntary groups" in rest


def test_a_cancelled_meeting_says_so(golden_outputs: dict[str, Path]) -> None:
    item = report_item(golden_outputs["golden"], "2012-10-16")
    assert item.title == "Meeting of 16 October 2012: cancelled"
    assert item.content.startswith("<p><strong>This meeting was cancelled:</strong> The heat")


def test_the_report_of_a_meeting_that_was_cancelled_at_first_is_new(project: Project) -> None:
    ids = []
    for today, fields in (
        ("2013-02-20", "cancelled: Snow"),
        ("2013-02-20", "cancelled: Snow and ice\ncorrections: [{date: 2013-02-20, note: Ice}]"),
        ("2013-02-20", "cancelled: Snow\nwithdrawn: {date: 2013-02-20, reason: Error}"),
        ("2013-02-22", ""),
        ("2013-02-22", "withdrawn: {date: 2013-02-22, reason: Error}"),
    ):
        project.report("2013-02-21", f"published: 2013-02-19\n{fields}", "Words.\n")
        project.built(today=today)
        (item,) = feeds(project.output).items
        ids.append(item.id)
    assert ids == [ids[0]] * 3 + [ids[3]] * 2
    assert ids[0] != ids[3]


TOLD = (
    "This report was withdrawn on 18 December 2012: It named a family. The board asked for it"
    " to be taken back, and it should not have been published."
)


def test_a_withdrawn_report_keeps_its_items_and_loses_their_text(
    golden_outputs: dict[str, Path],
) -> None:
    golden = golden_outputs["golden"]
    withdrawn = [
        item
        for below in ("", "topics/budget/", "asks/")
        for item in feeds(golden, below).items
        if item.url == f"{BASE}reports/2012-12-04/"
    ]
    assert len(withdrawn) == 5, "the report, its topic, its ask, and two outcomes"
    for item in withdrawn:
        assert item.summary == TOLD
        assert item.content == f"<p>{TOLD}</p>"
        assert item.author == ""


def test_texts_are_kept_as_they_were_written(golden_outputs: dict[str, Path]) -> None:
    golden = golden_outputs["golden"]
    item = report_item(golden, "2012-11-13")
    assert '"quotes", <angles> & ampersands' in item.summary
    assert (
        '"quotes", &lt;angles&gt; &amp; ampersands'
        in channel(golden)
        .findall("item[link='https://example.org/a/b/reports/2012-11-13/']/description")[0]
        .text.__str__()
    ), "a description is HTML"
    evening = report_item(golden, "2012-09-11-evening").content
    assert "&lt;Not present&gt;" in evening
    assert "<script" not in evening


def test_a_report_in_another_language_says_which(golden_outputs: dict[str, Path]) -> None:
    golden = golden_outputs["golden"]
    for below in ("", "topics/budget/"):
        item = feeds(golden, below).items[0]
        assert item.title.endswith("Adroddiad o gyfarfod 20 Chwefror 2013")
        assert re.fullmatch(r'<div lang="cy">.*</div>', item.content, re.DOTALL)
        entry = json.loads((golden / below / "feed.json").read_bytes())["items"][0]
        assert entry["language"] == "cy"


@each_site
def test_the_channel_is_as_new_as_its_newest_content(
    golden_outputs: dict[str, Path], site: str
) -> None:
    newest = {
        "golden": "Wed, 27 Feb 2013 00:00:00 +0000",
        "golden-boards": "Tue, 12 Feb 2013 00:00:00 +1300",
    }
    element = channel(golden_outputs[site])
    assert element.findtext("lastBuildDate") == newest[site]
    assert element.findtext("pubDate") == newest[site]


# --- feeds of small sites ---------------------------------------------------------------------

Write = Callable[[Project], object]


def test_feed_size_keeps_the_reports_published_last(project: Project) -> None:
    project.write("site.yaml", f"title: T\nbase_url: {BASE}\nfeed_size: 2\n")
    for name, front in {
        "2012-01-10": "published: 2013-01-05\n",
        "2012-02-10": "",
        "2012-03-10": "",
    }.items():
        asks = "feedback: [{id: a, ask: First?}, {id: b, ask: Second?}]\ntopics: [t]"
        project.report(name, front + asks)
    folder = project.built()
    kept = [f"reports/{name}/" for name in ("2012-01-10", "2012-03-10")]
    assert list(items(folder)) == kept
    assert list(items(folder, "topics/t/")) == kept
    asked = [f"{report}#{ask}" for report in kept for ask in "ab"]
    assert list(items(folder, "asks/")) == asked, "all asks of so many reports"


def test_of_one_day_of_publication_the_later_meeting_comes_first(project: Project) -> None:
    project.report("2012-01-10", "published: 2012-03-01")
    project.report("2012-02-10-b", 'published: 2012-03-01\ntime: "9:00"')
    project.report("2012-02-10-a", 'published: 2012-03-01\ntime: "19:00"')
    names = ("2012-02-10-a", "2012-02-10-b", "2012-01-10")
    assert list(items(project.built())) == [f"reports/{name}/" for name in names]


SPRING = "feedback: [{id: it, ask: Who?}]\ntopics: [budget]\n"
CHANGES: dict[str, Write] = {
    "another address and title of the site": lambda project: project.write(
        "site.yaml", "title: New\nbase_url: http://other.example/\nlanguage: cy\n"
    ),
    "the meeting moves": lambda project: project.report("spring", f"date: 2012-06-01\n{SPRING}"),
    "another title": lambda project: project.report(
        "spring", f"date: 2012-04-01\ntitle: Another\nauthor: Zoë\npublished: 2012-05-01\n{SPRING}"
    ),
    "a correction": lambda project: project.report(
        "spring", f"date: 2012-04-01\ncorrections: [{{date: 2012-05-01, note: N}}]\n{SPRING}"
    ),
    "the withdrawal": lambda project: project.report(
        "spring", f"date: 2012-04-01\nwithdrawn: {{date: 2012-05-01, reason: R}}\n{SPRING}"
    ),
    "the cancellation": lambda project: project.report(
        "spring", f"date: 2012-04-01\ncancelled: Snow\n{SPRING}"
    ),
    "other words of the ask and the topic": lambda project: (
        project.write("topics.yaml", "budget: {name: Money}"),
        project.report("spring", "date: 2012-04-01\n" + SPRING.replace("Who", "Who else")),
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_guid_survives(project: Project, change: Write) -> None:
    project.write("topics.yaml", "budget: {name: Budget}")
    project.report("spring", f"date: 2012-04-01\n{SPRING}")
    folder = project.built()
    before = {below: ids(folder, below) for below in ("", "topics/budget/", "asks/")}
    assert before[""] == ["urn:uuid:9a3133cd-8e02-5fe2-84e9-a20339c5cbbb"]
    atoms = [
        (folder / below / "feed.atom").read_text("utf-8") for below in before if below != "asks/"
    ]
    feed_ids = [re.findall("<id>(.*?)</id>", text)[0] for text in atoms]
    change(project)
    folder = project.built()
    assert {below: ids(folder, below) for below in before} == before
    atoms = [
        (folder / below / "feed.atom").read_text("utf-8") for below in before if below != "asks/"
    ]
    now = [re.findall("<id>(.*?)</id>", text)[0] for text in atoms]
    # Without a uid, only their addresses tell the feeds of two sites apart.
    addressed = "other.example" in now[0]
    assert now == feed_ids or addressed, "the feeds' own ids"


def test_with_a_uid_the_id_of_a_feed_survives_another_address(project: Project) -> None:
    def list_feed_ids() -> list[str]:
        files = [project.built() / below / "feed.atom" for below in ("", "topics/budget/")]
        return [re.findall("<id>(.*?)</id>", file.read_text("utf-8"))[0] for file in files]

    project.report("spring", f"date: 2012-04-01\n{SPRING}")
    project.write("site.yaml", f"title: T\nbase_url: {BASE}\nuid: example.org,2012\n")
    before = list_feed_ids()
    assert all(id_.startswith("urn:uuid:") for id_ in before)
    project.write("site.yaml", "title: T\nbase_url: http://a.example/\nuid: example.org,2012\n")
    assert list_feed_ids() == before


def test_sites_with_a_uid_of_their_own_have_guids_of_their_own(project: Project) -> None:
    project.report("spring", f"date: 2012-04-01\n{SPRING}")
    without = [item.id for feed in all_feeds(project.built()).values() for item in feed.items]
    project.write("site.yaml", f"title: T\nbase_url: {BASE}\nuid: example.org,2012\n")
    others = [item.id for feed in all_feeds(project.built()).values() for item in feed.items]
    assert len(without) == len(others) == 3
    assert not set(without) & set(others)


def test_an_item_is_published_at_midnight_on_the_clock_of_the_site(project: Project) -> None:
    project.write("site.yaml", f"title: T\nbase_url: {BASE}\ntimezone: Pacific/Auckland\n")
    project.report("2012-01-10")
    project.report("2012-07-10")
    stamps = [item.published.isoformat() for item in feeds(project.built()).items]
    assert stamps == ["2012-07-10T00:00:00+12:00", "2012-01-10T00:00:00+13:00"]


def test_the_clock_is_not_in_the_feeds(project: Project) -> None:
    project.report(
        "2012-01-10",
        """
        feedback: [{ask: Who comes?, deadline: 2012-12-31}]
        next_meeting: 2013-02-01
        topics: [budget]
        """,
    )
    project.report("2014-01-10")

    def built(today: str) -> dict[str, bytes]:
        files = tree(project.built(today=today))
        return {path: data for path, data in files.items() if "feed." in path}

    early = built("2012-02-01")
    assert len(early) == 7
    assert early == built("2013-12-31")
    late = built("2014-01-10")
    assert {path for path in late if late[path] != early[path]} == set(FORMATS)


EMPTY: dict[str, Write] = {
    "a site": lambda project: project.write("pages/about.md", "---\ntitle: About\n---\n"),
    "a topic": lambda project: project.write(
        "topics.yaml", "never: {name: Never discussed, formerly: [not-once]}"
    ),
    "a board": lambda project: project.write(
        "site.yaml", f"title: T\nbase_url: {BASE}\nboards: {{lscb: {{name: Children}}}}\n"
    ),
}


@pytest.mark.parametrize("write", EMPTY.values(), ids=EMPTY)
def test_feeds_without_items_are_sound_and_have_no_date_of_the_build(
    project: Project, write: Write
) -> None:
    write(project)
    folder = project.built()
    found = all_feeds(folder)
    assert len(found) >= 2
    assert all(feed.items == [] for feed in found.values())
    found_channel = channel(folder)
    assert found_channel.find("lastBuildDate") is None
    assert found_channel.find("pubDate") is None
    before = tree(folder)
    assert tree(project.built(today="2020-01-01")) == before


def test_a_scheduled_report_comes_on_its_day(project: Project) -> None:
    project.report("2013-02-20", "published: 2013-03-02\ntopics: [t]\nfeedback: [{ask: Who?}]")
    found = all_feeds(project.built(today=TODAY))
    assert all(feed.items == [] for feed in found.values())
    found = all_feeds(project.built(today="2013-03-02"))
    assert set(found) == {"", "topics/t/", "asks/"}
    for feed in found.values():
        (item,) = feed.items
        assert item.published.isoformat() == "2013-03-02T00:00:00+00:00"


def test_characters_of_every_kind(project: Project) -> None:
    title = 'A & B <C> "D" ]]> é 😀'
    project.write(
        "site.yaml", f"title: '{title}'\nbase_url: {BASE}\nboards: {{b: {{name: '{title}'}}}}"
    )
    project.write("topics.yaml", "t: {name: 'T ]]> & <t> é 😀', description: '<d> &amp; ]]>'}")
    body = "]]> & < > \" ' &amp; é 😀 \x0b\x1b\ufffe end\n\n```\n]]>\n```\n\n"
    body += "# T ]]> & <t> é 😀\n\nX ]]> <y\n"
    project.report(
        "b/2012-01-10",
        """
        title: ']]> & <b> 😀'
        author: '<A> & B'
        corrections: [{date: 2012-02-01, note: '<ten> & ]]>'}]
        feedback: [{id: q, ask: '<Who> & ]]> 😀?', audience: '<a>', reply_to: '<r> & s'}]
        """,
        body,
    )
    project.report("b/2012-02-10", "outcomes: [{ask: 2012-01-10/q, outcome: '<No> & ]]> 😀'}]")
    found = all_feeds(project.built())
    assert found[""].title == title
    assert found["topics/t/"].title == f"T ]]> & <t> é 😀: {title}"
    one = found[""].items[1]
    assert one.title == f"]]> & <b> 😀 (10 January 2012, {title})"
    assert one.author == "<A> & B"

    def text(item: Item) -> str:
        fragment = html5lib.parseFragment(item.content, namespaceHTMLElements=False)
        return "".join(fragment.itertext())

    assert "]]> & < > \" ' & é 😀" in text(one)
    assert "<ten> & ]]>" in text(one)
    assert "X ]]> <y" in text(found["topics/t/"].items[0])
    answer, ask = found["asks/"].items
    assert ask.title == "Question for you: <Who> & ]]> 😀?"
    assert ask.summary == "<Who> & ]]> 😀?"
    assert "For: <a>." in text(ask)
    assert answer.title == "Outcome: <Who> & ]]> 😀?"
    assert "<No> & ]]> 😀" in text(answer)


CODES = ["\\x00", "\\x07", "\\x0b", "\\x1b", "\\x7f", "\\x85", "\\u2028", "\\ufffe", "\\uffff"]
CODES += ["\\ufeff", "\\u200b", "\\u202e", "\\U0001fffe", "\\U0010ffff", "e\\u0301", "\\ud800"]


@pytest.mark.parametrize("code", CODES)
def test_no_character_breaks_a_feed(project: Project, code: str) -> None:
    """Characters that a title cannot contain are refused by name; all others come out in every format."""
    word = f'"A{code}Z"'
    files = {
        "site.yaml": f"title: {word}\nbase_url: {BASE}\ndescription: {word}\n"
        f"boards: {{b: {{name: {word}, description: {word}}}}}\n",
        "topics.yaml": f"t: {{name: {word}, description: {word}}}\n",
        "reports/b/2012-01-10.md": f"---\ndate: 2012-01-10\ntitle: {word}\nsummary: {word}\n"
        f"author: {word}\ntopics: [t]\ncancelled: {word}\n"
        f"corrections: [{{date: 2012-01-11, note: {word}}}]\n"
        f"feedback: [{{id: q, ask: {word}, audience: {word}, reply_to: {word}}}]\n---\nText.\n",
        "reports/b/2012-01-11.md": "---\ndate: 2012-01-11\n"
        f"outcomes: [{{ask: 2012-01-10/q, outcome: {word}}}]\n"
        f"withdrawn: {{date: 2012-01-12, reason: {word}}}\n---\nText.\n",
        "reports/b/2012-01-12.md": "---\ndate: 2012-01-12\n"
        f"outcomes: [{{ask: 2012-01-10/q, outcome: {word}}}]\n---\nText.\n",
    }
    for path, text in files.items():
        project.write(path, text)
    result = project.build()
    assert not isinstance(result.exception, Exception), result.exception
    if result.exit_code == 0:
        assert len(all_feeds(project.output)) == 4
    else:
        assert "error" in result.stderr


@pytest.mark.parametrize(
    "character", ["\x00", "\x07", "\x0b", "\x7f", "\x85", "\ufffe", "\uffff", "\U0001fffe"]
)
def test_no_character_of_a_text_breaks_a_feed(project: Project, character: str) -> None:
    body = f"A{character}Z [x](/{character}) `{character}`\n\n# H{character}H\n\nText.\n"
    project.report("2012-01-10", "", f"{body}\n```\n{character}\n```\n&#7; &#65534; &#xFFFF;\n")
    project.write("topics.yaml", "t: {name: HH}")
    result = project.build()
    assert not isinstance(result.exception, Exception), result.exception
    if result.exit_code == 0:
        (item,) = feeds(project.output).items
        assert "A" in item.content


def test_nothing_in_a_feed_is_relative(project: Project) -> None:
    project.write("files/a b.png", PNG)
    project.write("topics.yaml", "two: {name: Two}")
    project.report("2012-01-10", "", "# One\n\nText.\n")
    project.write("pages/about.md", "---\ntitle: About\n---\nText.\n")
    project.report(
        "2012-02-10",
        "",
        """
        ## Two

        [r](2012-01-10.md) [[2012-01-10#one]] [p](../pages/about.md) [h](#two)
        [t](#top) [y](/years/2012/)
        [f](<../files/a b.png>) ![p](<../files/a b.png>) ![x](/files/a%20b.png) a[^1] [[#two]]

        | [t](2012-01-10.md#one) |
        |--|
        | ![p](<../files/a b.png>) |

        [^1]: [r](2012-01-10.md)
        """,
    )
    found = all_feeds(project.built())
    for below, most in {"": 14, "topics/two/": 12}.items():
        links = list(addresses(found[below].items[0].content))
        assert len(links) >= most
        assert all(url.startswith(BASE) for url in links), links


def test_feeds_of_one_name_do_not_repeat_it(project: Project) -> None:
    project.write("site.yaml", f"title: Same\nbase_url: {BASE}\nboards: {{b: {{name: Same}}}}\n")
    assert feeds(project.built(), "boards/b/").title == "Same"


def test_the_language_of_the_site_is_not_declared_again_in_other_capitals(project: Project) -> None:
    project.report("2012-01-10", "language: en-gb")
    folder = project.built()
    assert feeds(folder).items[0].content == "<p>Text.</p>"
    assert "language" not in json.loads((folder / "feed.json").read_bytes())["items"][0]


# --- topics -----------------------------------------------------------------------------------

VIOLENCE = "violence: {name: Domestic violence, aliases: [DV]}\n"


def test_an_entry_of_a_topic_has_the_section_and_not_the_report(project: Project) -> None:
    project.write("topics.yaml", VIOLENCE)
    project.report(
        "2012-01-10",
        "summary: The whole summary.\nfeedback: [{ask: Who?}]",
        """
        Before.

        ## Domestic violence

        The matrix[^1] was [adopted](#after). See [[#domestic-violence]].

        ### What it means

        Within.

        ## After

        After it.

        [^1]: A note.
        """,
    )
    (item,) = feeds(project.built(), "topics/violence/").items
    page = f"{BASE}reports/2012-01-10/"
    assert item.title == "Domestic violence (10 January 2012)"
    assert item.url == f"{page}#domestic-violence"
    assert item.summary.startswith("The matrix")
    assert item.content.startswith('<h2 id="domestic-violence">Domestic violence</h2>')
    for absent in ("Before", "After", "Who?", "whole summary", "A note"):
        assert absent not in item.content
    assert "Within." in item.content
    assert set(addresses(item.content)) == {
        f"{page}#{anchor}" for anchor in ("fn:1", "after", "domestic-violence")
    }


def test_a_topic_of_the_front_matter_gives_the_summary_and_the_report(project: Project) -> None:
    project.write("topics.yaml", VIOLENCE)
    project.report(
        "2012-01-10", "topics: [dv]\nsummary: In <short> & plain.", "## Other\n\nText.\n"
    )
    project.report("2012-02-10", "topics: [DV]", "First words.\n\nMore.\n")
    project.report(
        "2012-03-10",
        "topics: [DV]\nsummary: S\ncancelled: Snow\ncorrections: [{date: 2012-03-11, note: Ice}]",
    )
    cancelled, second, first = feeds(project.built(), "topics/violence/").items
    assert first.url == f"{BASE}reports/2012-01-10/"
    assert first.summary == "In <short> & plain."
    assert first.content == "<p>In &lt;short&gt; &amp; plain.</p>"
    assert second.content == "<p>First words.</p>"
    told = [" ".join(line.split()) for line in cancelled.content.split("\n")]
    assert told == [
        "<p><strong>Corrected on 11 March 2012:</strong> Ice</p>",
        "<p><strong>This meeting was cancelled:</strong> Snow</p>",
        "<p>S</p>",
    ]


def test_two_sections_of_one_report_are_one_entry(project: Project) -> None:
    project.write("topics.yaml", VIOLENCE)
    body = "## DV\n\nOne.\n\n## Other\n\nNo.\n\n## Domestic violence\n\nTwo.\n\n### DV\n\nWithin.\n"
    project.report("2012-01-10", "topics: [DV]", body)
    (item,) = feeds(project.built(), "topics/violence/").items
    assert item.url == f"{BASE}reports/2012-01-10/#dv"
    assert re.findall("One|No|Two|Within", item.content) == ["One", "Two", "Within"]


def test_a_topic_gathers_the_reports_of_all_boards(project: Project) -> None:
    boards = "boards: {a: {name: Alpha}, b: {name: Beta}}"
    project.write("site.yaml", f"title: T\nbase_url: {BASE}\n{boards}\n")
    project.write("topics.yaml", VIOLENCE)
    for name in ("a/2012-01-10", "b/2012-01-10", "b/2012-02-10"):
        project.report(name, "", f"## DV\n\nText of {name}.\n")
    folder = project.built()
    urls = [f"reports/{name}/#dv" for name in ("b/2012-02-10", "b/2012-01-10", "a/2012-01-10")]
    assert list(items(folder, "topics/violence/")) == urls
    assert len(feeds(folder, "boards/b/").items) == 2


def test_a_renamed_topic_makes_no_item_new(project: Project) -> None:
    """After two renames, entries keep their ids, and old addresses of pages and feeds still work."""
    project.report("2012-01-10", "", "## Abuse\n\nText.\n")
    project.write("topics.yaml", "abuse: {name: Abuse}")
    first = feeds(project.built(), "topics/abuse/")
    project.write("topics.yaml", "violence: {name: Violence, aliases: [Abuse], formerly: [abuse]}")
    second = {name: feeds(project.built(), f"topics/{name}/") for name in ("abuse", "violence")}
    project.write(
        "topics.yaml",
        "harm: {name: Harm, aliases: [Abuse, Violence], formerly: [abuse, violence]}",
    )
    folder = project.built()
    names = ("abuse", "violence", "harm")
    third = {name: feeds(folder, f"topics/{name}/") for name in names}
    for feed in (*second.values(), *third.values()):
        assert [item.id for item in feed.items] == [item.id for item in first.items]
        assert [item.published for item in feed.items] == [item.published for item in first.items]
    assert {feed.title for feed in third.values()} == {"Harm: Test Board"}
    # Each says where it is itself, and leads to the topic's page.
    assert [feed.address for feed in third.values()] == [
        f"{BASE}topics/{n}/feed.atom" for n in names
    ]
    assert {feed.home for feed in third.values()} == {f"{BASE}topics/harm/"}
    for form in FORMATS:
        files = {
            (folder / "topics" / name / form).read_text("utf-8").replace(f"{name}/{form}", form)
            for name in names
        }
        assert len(files) == 1
    for name in ("abuse", "violence"):
        page = project.page(f"topics/{name}")
        assert 'http-equiv="refresh"' in page
        assert "../../topics/harm/" in page
    assert not (folder / "topics/harm/feed.xml").is_symlink()


@pytest.mark.parametrize("formerly", ["[a, b]", "[a, a]", "[a, b, a, b]"])
def test_a_topic_that_gets_its_old_id_back_keeps_its_entries(
    project: Project, formerly: str
) -> None:
    project.report("2012-01-10", "", "## Alpha\n\nText.\n")
    project.write("topics.yaml", "a: {name: Alpha}")
    before = ids(project.built(), "topics/a/")
    project.write("topics.yaml", f"a: {{name: Alpha, formerly: {formerly}}}")
    assert ids(project.built(), "topics/a/") == before


# --- asks -------------------------------------------------------------------------------------


def test_an_item_when_an_ask_appears_and_one_when_it_is_answered(project: Project) -> None:
    project.report(
        "2012-01-10",
        "author: Ada\nfeedback: [{id: venue, ask: Where?, audience: All, deadline: 2012-02-01,"
        " reply_to: ada@example.org}, {id: who, ask: Who?}]",
    )
    folder = project.built()
    asked = feeds(folder, "asks/")
    assert [item.title for item in asked.items] == [
        "Question for you: Where?",
        "Question for you: Who?",
    ]
    where = asked.items[0]
    assert where.url == f"{BASE}reports/2012-01-10/#venue"
    assert where.author == "Ada"
    for told in ("Where?", "Reply by 1 February 2012.", "mailto:ada@example.org", "For: All."):
        assert told in where.content

    project.report(
        "2012-02-10", "published: 2012-02-12\noutcomes: [{ask: 2012-01-10/venue, outcome: Here.}]"
    )
    answered = feeds(project.built(), "asks/")
    assert answered.items[1:] == asked.items, "what was there is as it was"
    here = answered.items[0]
    assert here.title == "Outcome: Where?"
    assert here.summary == "Here."
    assert here.url == f"{BASE}reports/2012-02-10/#outcome-2012-01-10-venue"
    assert here.published.isoformat() == "2012-02-12T00:00:00+00:00"
    assert f'<a href="{BASE}reports/2012-01-10/">' in here.content
    anchor = unquote(here.url.partition("#")[2])
    assert f'id="{anchor}"' in project.page("reports/2012-02-10")


def test_a_second_outcome_of_a_report_is_in_the_same_item(project: Project) -> None:
    project.report("2012-01-10", "feedback: [{id: it, ask: Who?}]")
    outcome = "{ask: 2012-01-10/it, outcome: %s}"
    project.report("2012-02-10", f"outcomes: [{outcome % 'Ada.'}]")
    before = feeds(project.built(), "asks/").items
    project.report("2012-02-10", f"outcomes: [{outcome % 'Ada.'}, {outcome % 'Ben.'}]")
    after = feeds(project.built(), "asks/").items
    assert [item.id for item in after] == [item.id for item in before]
    assert re.findall("<p>(Ada|Ben).</p>", after[0].content) == ["Ada", "Ben"]
    project.report("2012-03-10", f"outcomes: [{outcome % 'Cara.'}]")
    last = feeds(project.built(), "asks/").items
    assert last[1:] == after, "that of another report is another item"
    assert last[0].summary == "Cara."


def test_asks_of_the_same_words_are_items_of_their_own(project: Project) -> None:
    for name in ("2012-01-10", "2012-02-10"):
        project.report(name, "feedback: [{id: it, ask: Who?}]")
    assert len(set(ids(project.built(), "asks/"))) == 2


# --- corrections ------------------------------------------------------------------------------


def report_with(project: Project, *corrections: str, more: str = "") -> dict[str, Item]:
    """Write a report with corrections (day and note); return its item in each feed."""
    written = ", ".join(
        f"{{date: {correction[:10]}, note: {correction[11:]!r}}}" for correction in corrections
    )
    project.write("topics.yaml", VIOLENCE)
    project.report(
        "2012-04-01",
        f"published: 2012-04-03\nfeedback: [{{id: it, ask: Who?}}]\n{more}corrections: [{written}]",
        "Text.\n\n## DV\n\nText.\n",
    )
    items = {}
    folder = project.built()
    for below in ("", "topics/violence/", "asks/"):
        (items[below],) = feeds(folder, below).items
    return items


def test_a_correction_changes_the_items_in_place(project: Project) -> None:
    before = report_with(project)
    after = report_with(project, "2012-05-01 It was <ten> & not two")
    note = "<p><strong>Corrected on 1 May 2012:</strong> It was &lt;ten&gt; &amp; not two</p>"
    for below, item in after.items():
        assert item.id == before[below].id
        assert item.published == before[below].published
        assert item.content == f"{note}\n{before[below].content}"
        if below != "asks/":
            assert str(item.updated) == "2012-05-01 00:00:00+01:00"
            assert before[below].updated == before[below].published
    assert channel(project.output).findtext("lastBuildDate") == "Tue, 01 May 2012 00:00:00 +0100"
    assert "2012-05-01</lastmod>" in project.page("sitemap.xml")
    page = project.page("reports/2012-04-01")
    assert '"dateModified":"2012-05-01"' in page
    assert '<a href="#part:corrections">Corrected on' in page
    assert page.count('id="part:corrections"') == 1


LATER: dict[str, list[str]] = {
    "twice on one day": ["2012-05-01 A", "2012-05-01 B"],
    "on the day of publication": ["2012-04-03 A"],
    "on the day of publication, twice": ["2012-04-03 A", "2012-04-03 B"],
    "with a day before the publication": ["2012-04-02 A"],
    "with an older day than the last one": ["2012-05-01 A", "2012-04-20 B"],
    "with an older day, and again with a newer": ["2012-05-01 A", "2012-04-03 B", "2012-05-02 C"],
}


@pytest.mark.parametrize("days", LATER.values(), ids=LATER)
def test_every_correction_makes_the_item_newer(project: Project, days: list[str]) -> None:
    versions = [report_with(project, *days[:number]) for number in range(len(days) + 1)]
    for below in ("", "topics/violence/"):
        moments = [items[below].updated for items in versions]
        assert len(set(moments)) == len(moments)
        assert moments == sorted(moment for moment in moments if moment)


@pytest.mark.parametrize("day", ["2012-05-01", "2012-05-02"])
def test_the_withdrawal_makes_the_item_newer_than_the_corrections(
    project: Project, day: str
) -> None:
    days = ["2012-05-01 A", "2012-05-01 B", "2012-04-20 C"]
    before = report_with(project, *days)
    after = report_with(project, *days, more=f"withdrawn: {{date: {day}, reason: R}}\n")
    for below in ("", "topics/violence/"):
        earlier, later = before[below].updated, after[below].updated
        assert earlier is not None
        assert later is not None
        assert earlier < later


# --- withdrawals ------------------------------------------------------------------------------

SECRETS = {
    "title",
    "summary",
    "place",
    "person",
    "house",
    "absent",
    "ask",
    "askid",
    "audience",
    "reply",
    "outcome",
    "answer",
    "venue",
    "note",
    "heading",
    "topicname",
    "body",
    "author",
    "link",
    "term",
    "table",
    "footnote",
}
WITHDRAWN = "withdrawn: {date: 2013-02-01, reason: It named a family.}\n"


def secret(name: str) -> str:
    return f"Qqsecret{name}qq"


def with_secrets(project: Project, *, withdrawn: bool, register: bool) -> None:
    """Write a site with one report full of words that are nowhere else."""
    boards = "boards: {a: {name: Alpha}, b: {name: Beta}}\nattendance: true\n"
    project.write("site.yaml", f"title: T\nbase_url: {BASE}\n{boards}")
    if register:
        project.write("topics.yaml", VIOLENCE)
    project.report("a/2012-12-01", "feedback: [{id: it, ask: Who?}]\nnext_meeting: 2013-01-10")
    project.report(
        "a/2013-01-10",
        f"""
        title: {secret("title")}
        author: {secret("author")}
        summary: {secret("summary")}
        place: {secret("place")}
        attendees: ['{secret("person")} ({secret("house")})']
        apologies: [{secret("absent")}]
        feedback: [{{id: {secret("askid").lower()}, ask: '{secret("ask")}?',
            audience: {secret("audience")}, deadline: 2013-06-01, reply_to: {secret("reply")}}}]
        outcomes: [{{ask: 2012-12-01/it, outcome: {secret("outcome")}}}]
        next_meeting: {{date: 2013-04-10, place: {secret("venue")}}}
        corrections: [{{date: 2013-01-20, note: {secret("note")}}}]
        topics: [{"DV" if register else secret("topicname")}]
        """
        + (WITHDRAWN if withdrawn else ""),
        f"""
        {secret("body")}, [{secret("link")}](https://example.com/)[^1].

        ## {secret("heading")}

        Text.

        ## DV

        | {secret("table")} |
        |---|
        | `{secret("term")}` |

        [^1]: {secret("footnote")}
        """,
    )
    project.report(
        "b/2013-02-01",
        f"outcomes: [{{ask: a/2013-01-10/{secret('askid').lower()}, outcome: {secret('answer')}}}]",
        "See [[a/2013-01-10]] and [it](../a/2013-01-10.md#dv).\n\n## DV\n\nOpen.\n",
    )


def places(folder: Path, word: str) -> set[str]:
    """Return the files with a word in their name or content, whatever the capitals."""
    return {
        path
        for path, data in tree(folder).items()
        if word.lower() in path.lower() or word.lower().encode() in data.lower()
    }


@pytest.mark.parametrize("register", [True, False], ids=["register", "no register"])
@pytest.mark.parametrize("cached", [True, False], ids=["cached", "uncached"])
def test_nothing_of_a_withdrawn_report_stays_anywhere(
    project: Project, *, cached: bool, register: bool
) -> None:
    options = [] if cached else ["--no-cache"]
    with_secrets(project, withdrawn=False, register=register)
    folder = project.built(*options)
    before = all_feeds(folder)
    hidden = {name for name in SECRETS if not places(folder, secret(name))}
    assert hidden == ({"topicname"} if register else set()), "seen as long as the report stands"

    with_secrets(project, withdrawn=True, register=register)
    folder = project.built(*options)
    assert not places(folder, "qqsecret")
    fresh = project.folder / "fresh"
    assert project.build("--no-cache", "--output", str(fresh)).exit_code == 0
    assert tree(folder) == tree(fresh), "nothing is left over from the build before"
    page = project.page("reports/a/2013-01-10")
    assert "withdrawn on" in page
    assert "It named a family." in page

    after = all_feeds(folder)
    told = "This report was withdrawn on 1 February 2013: It named a family."
    mine = {"": 1, "boards/a/": 1, "asks/": 3} | ({"topics/violence/": 1} if register else {})
    for below, number in mine.items():
        assert {item.id for item in after[below].items} == {item.id for item in before[below].items}
        saying = [item for item in after[below].items if item.summary == told]
        assert len(saying) == number, below
        for item in saying:
            assert item.url == f"{BASE}reports/a/2013-01-10/"
            assert item.content == f"<p>{told}</p>"
        others = [item for item in after[below].items if item not in saying]
        # Their texts name the withdrawn report, whose title went.
        standing = [item._replace(content="", summary="") for item in before[below].items]
        assert all(item._replace(content="", summary="") in standing for item in others)
    (other,) = after["boards/b/"].items
    assert ">Report from 10 January 2013 meeting (Alpha)</a>" in other.content, (
        "a link's text was the title"
    )


def test_two_withdrawn_reports_with_an_outcome_in_common_take_it_back_once(
    project: Project,
) -> None:
    withdrawn = "withdrawn: {date: 2013-02-01, reason: R}\n"
    ask, outcome = (
        "feedback: [{id: it, ask: Who?}]\n",
        "outcomes: [{ask: 2012-01-10/it, outcome: O}]\n",
    )
    project.report("2012-01-10", ask)
    project.report("2012-02-10", outcome)
    before = ids(project.built(), "asks/")
    project.report("2012-01-10", ask + withdrawn)
    project.report("2012-02-10", outcome + withdrawn)
    after = feeds(project.built(), "asks/").items
    assert {item.id for item in after} == set(before)
    assert all(item.title.startswith("Withdrawn: ") for item in after)
