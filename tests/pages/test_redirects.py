"""Test old addresses: redirect pages, rules for hosts, and what authors must not write."""

import re
from urllib.parse import unquote, urljoin
from xml.etree.ElementTree import Element

import pytest
from browsing import serving
from conftest import Project, parsed
from playwright.sync_api import Browser

BASE = "https://example.org/a/b/"
REPORT = f"{BASE}reports/2012-11-13/"


def attribute(root: Element, path: str, name: str) -> str:
    found = root.find(path)
    assert found is not None, f"no {path}"
    return found.get(name, "")


def target(project: Project, path: str) -> str:
    """Return where a redirect page leads; link, refresh and canonical address must agree."""
    root = parsed(project.page(path))
    address = BASE + path.removesuffix("index.html")
    content = attribute(root, "head/meta[@http-equiv='refresh']", "content")
    wait, _, url = content.partition("; url=")
    assert wait == "0"
    assert not re.match("[a-z]+:|/", url), "it holds below any path"
    canonical = attribute(root, "head/link[@rel='canonical']", "href")
    assert canonical == urljoin(address, url)
    assert canonical == urljoin(address, attribute(root, "body//a", "href"))
    return canonical


def rules(project: Project) -> list[list[str]]:
    """Return the words of each line of _redirects."""
    return [line.split(" ") for line in project.page("_redirects").splitlines()]


# --- pages ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("alias", "path"),
    [
        ("/old/path/", "old/path/index.html"),
        ("/old/path", "old/path/index.html"),
        ("/old.php", "old.php/index.html"),
        ("/old/2012/february.html", "old/2012/february.html"),
        ("/OLD.HTM", "OLD.HTM"),
        ("/old.html/", "old.html/index.html"),
        ("/old/index.html", "old/index.html"),
        ("/old/caf%C3%A9/", "old/café/index.html"),
        ("/old/café/", "old/café/index.html"),
        ("/old/two%20words.html", "old/two words.html"),
        ("/old/100%25/", "old/100%/index.html"),
        ("/a/b/old/", "old/index.html"),
        ("/%61/b/old.html", "old.html"),
        ("/a/bc/", "a/bc/index.html"),
        ("/a/", "a/index.html"),
        ("/" + "x" * 255 + "/", "x" * 255 + "/index.html"),
    ],
)
def test_an_alias_leads_to_its_report(alias: str, path: str, project: Project) -> None:
    project.report("2012-11-13", f'aliases: ["{alias}"]')
    project.built()
    assert target(project, path) == REPORT


def test_a_redirect_is_for_browsers_and_not_for_search(project: Project) -> None:
    project.report("2012-11-13", "title: Adroddiad\nlanguage: cy\naliases: [/old/path/]")
    project.built()
    root = parsed(project.page("old/path"))
    assert root.get("lang") == "en-GB"
    assert attribute(root, "head/meta[@name='robots']", "content") == "noindex"
    assert attribute(root, "head/link[@rel='stylesheet']", "href") == "../../style.css"
    assert root.findtext("head/title") == "This page has moved – Test Board"
    assert attribute(root, "body//a", "lang") == "cy"
    assert root.findtext("body//a") == "Adroddiad"
    assert "old/" not in project.page("sitemap.xml")


def test_a_withdrawn_report_keeps_its_aliases(project: Project) -> None:
    project.report(
        "2012-11-13",
        "title: Secret\naliases: [/old/]\nwithdrawn: {date: 2013-02-01, reason: A mistake.}",
    )
    project.built()
    assert target(project, "old/index.html") == REPORT
    assert "Secret" not in project.page("old")


def test_a_report_that_nobody_can_see_has_no_redirect(project: Project) -> None:
    project.report("2012-11-13", "draft: true\naliases: [/old/]")
    project.report("2013-04-01", "published: 2013-04-02\naliases: [/older/]")
    folder = project.built()
    assert not (folder / "old").exists()
    assert not (folder / "older").exists()
    assert not (folder / "_redirects").exists()


def test_a_former_id_of_a_topic_leads_to_the_topic(project: Project) -> None:
    project.write("topics.yaml", "budget: {name: Budget, formerly: [money, funds, money, budget]}")
    project.report("2012-11-13", "topics: [budget]")
    project.built()
    for old in ("money", "funds"):
        assert target(project, f"topics/{old}/index.html") == f"{BASE}topics/budget/"


# --- rules for hosts --------------------------------------------------------------------------


def test_hosts_get_a_rule_with_and_without_closing_slash(project: Project) -> None:
    project.write("topics.yaml", "budget: {name: Budget, formerly: [money]}")
    project.report("2012-11-13", "aliases: [/old/path/, /a/b/feb.html]")
    project.built()
    assert project.page("_redirects") == (
        "/a/b/feb.html /a/b/reports/2012-11-13/ 301\n"
        "/a/b/old/path /a/b/reports/2012-11-13/ 301\n"
        "/a/b/old/path/ /a/b/reports/2012-11-13/ 301\n"
        "/a/b/topics/money /a/b/topics/budget/ 301\n"
        "/a/b/topics/money/ /a/b/topics/budget/ 301\n"
        "/a/b/topics/money/* /a/b/topics/budget/:splat 301\n"
    )


def test_rules_are_encoded_and_no_alias_is_a_pattern(project: Project) -> None:
    project.write("site.yaml", "title: T\nbase_url: https://example.org/bücher\n")
    aliases = ["/old/*", "/old/:name/", "/%232", "/a%20(b),%20c=d&e", "/café", "/%e2%82%ac.html"]
    quoted = ", ".join(f'"{alias}"' for alias in aliases)
    project.report("2012-11-13", f"aliases: [{quoted}]")
    project.built()
    found = rules(project)
    assert found == sorted(found)
    sources = [source for source, _, _ in found]
    assert all(re.fullmatch(r"[\x21-\x7e]+", source) for source in sources)
    assert not [source for source in sources if re.search("[:*#]", source)]
    expected = {f"/bücher{alias.rstrip('/')}" for alias in map(unquote, aliases)}
    expected |= {f"{source}/" for source in expected if not source.endswith(".html")}
    assert {unquote(source) for source in sources} == expected
    assert {(new, code) for _, new, code in found} == {("/b%C3%BCcher/reports/2012-11-13/", "301")}


def test_patterns_come_after_all_other_rules(project: Project) -> None:
    project.write("topics.yaml", "budget: {name: Budget, formerly: [money]}")
    project.report("2012-11-13", "aliases: [/zebra/, /topics/money/old/]")
    project.built()
    patterns = ["*" in source for source, _, _ in rules(project)]
    assert patterns == sorted(patterns)
    assert sum(patterns) == 1


def test_without_old_addresses_there_are_no_rules(project: Project) -> None:
    project.report("2012-11-13")
    assert not (project.built() / "_redirects").exists()


# --- what cannot be ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "alias",
    [
        "/old%2Fpath/",
        "/old%5Cpath/",
        "/old/%00",
        "/old/%7f",
        "/old/%2e%2e/path",
        "/%2E/",
        "/old//path",
        "/old//",
        "/.lscbsite.json",
        "/.lscbsite-new/x/",
        "/%2ELSCBSITE/",
        "/.well-known/old/",
        "/old/.hidden/page.html",
        "/old/%2egit/",
        "/.htaccess",
        "/old/%2Ehtaccess",
        "/old/%",
        "/old/%zz/",
        "/caf%E9/",
        "/%ED%A0%80/",
        "/" + "x" * 256,
        "/" + "é" * 128,
        "/x" * 500,
    ],
)
def test_what_cannot_be_a_file_is_refused(alias: str, project: Project) -> None:
    project.report("2012-11-13", f'aliases: ["{alias}"]')
    result = project.build()
    assert result.exit_code == 1
    assert "reports/2012-11-13.md:3:11: error F041: " in result.stderr
    assert "Traceback" not in result.stderr


def test_a_page_of_the_author_at_a_former_address_is_reported(project: Project) -> None:
    project.write("topics.yaml", "budget: {name: Budget, formerly: [money]}")
    project.write("pages/topics/money.md", "---\ntitle: Money\n---\nText.\n")
    project.report("2012-11-13", "aliases: [/topics/money]")
    result = project.build()
    assert (
        "pages/topics/money.md:1:1: error O001: found the address /topics/money/" in result.stderr
    )
    assert (
        'reports/2012-11-13.md:3:11: error O001: found the alias "/topics/money/"' in result.stderr
    )


def test_a_clash_is_reported_by_check_and_at_its_place_only(project: Project) -> None:
    project.report("2012-09-11")
    project.report("2012-11-13", "title: T\naliases: [/ok/, /reports/2012-09-11/]")
    result = project.run("check", "--today", "2013-03-01")
    assert result.exit_code == 1
    errors = [line for line in result.stderr.splitlines() if " error " in line]
    assert len(errors) == 1
    assert errors[0].startswith("reports/2012-11-13.md:4:17: error O001: ")


# --- in a browser -----------------------------------------------------------------------------


def test_a_browser_that_opens_an_alias_ends_at_the_report(
    browser: Browser, project: Project
) -> None:
    project.report("2012-11-13", "title: The report\naliases: [/old/caf%C3%A9, /old/feb.html]")
    with serving(project.built()) as served:
        for alias in ("old/caf%C3%A9", "old/caf%C3%A9/", "old/feb.html"):
            for script in (True, False):
                context = browser.new_context(java_script_enabled=script)
                page = context.new_page()
                page.goto(served.address + alias, wait_until="commit")
                page.wait_for_url(f"{served.address}reports/2012-11-13/")
                assert page.title() == "The report (13 November 2012) – Test Board"
                context.close()


def test_an_old_address_leads_to_the_same_part_of_the_page(
    browser: Browser, project: Project
) -> None:
    project.report(
        "2012-11-13",
        "formerly: [2012-11-31]\nfeedback: [{id: venue, ask: Where?, reply_to: A, deadline: 2013-04-01}]",
    )
    with serving(project.built()) as served:
        context = browser.new_context()
        page = context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        for part in ("#ask:venue", ""):
            page.goto(f"{served.address}reports/2012-11-31/{part}", wait_until="commit")
            page.wait_for_url(f"{served.address}reports/2012-11-13/{part}")
        assert faults == []
        context.close()
