"""Test asks from end to end: which are open or closed, what came of them, how to reply."""

import datetime as dt
import html
import re
import time
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree.ElementTree import Element

import pytest
from browsing import read, reader, serving
from conftest import SITE_YAML, Project, text
from playwright.sync_api import Browser

from lscbsite.model import (
    Ask,
    Body,
    FrontMatter,
    MarkedText,
    Report,
    Section,
    make_ask_anchors,
)

SECTIONS = {
    "open": "Open",
    "closed": "Closed",
    "answered": "We asked, you said: what happened",
}


def listed(project: Project, kind: str, path: str = "asks") -> list[str]:
    """Return what a page of asks says of each ask of a kind, from top to bottom."""
    for section in project.parsed(path).iterfind(".//main/section"):
        if section.find(f"h2[@id='part:{kind}']") is not None:
            assert text(section.find("h2")) == SECTIONS[kind]
            return [
                text(element)
                for element in section
                if element.tag in ("div", "article") and element.get("class") != "empty"
            ]
    return []


def questions(project: Project, kind: str, path: str = "asks") -> list[str]:
    """Return the asks of a kind on a page, up to their question marks."""
    return [
        entry.partition("?")[0].removeprefix("Question for you: ").rpartition(" ")[2]
        for entry in listed(project, kind, path)
    ]


def ask(name: str, **fields: str) -> str:
    more = "".join(f", {key}: {value}" for key, value in fields.items())
    return f"feedback: [{{id: {name}, ask: {name.upper()}?{more}}}]\n"


def the_ask(project: Project, report: str, name: str) -> Element:
    element = project.parsed(f"reports/{report}").find(f".//*[@id='{name}']")
    assert element is not None
    return element


def feed_asks(project: Project) -> list[str]:
    """Return the entries of the feed of asks."""
    feed = project.page("asks/feed.xml")
    return [html.unescape(entry) for entry in re.findall(r"<item>(.*?)</item>", feed, re.DOTALL)]


# --- at a glance --------------------------------------------------------------------------------


def find_parts(project: Project, report: str) -> list[str]:
    article = project.parsed(f"reports/{report}").find(".//article")
    assert article is not None
    return [part.get("aria-labelledby", part.get("class", "")) for part in article]


def test_a_report_begins_with_what_it_asks_and_by_when(project: Project) -> None:
    project.report(
        "2013-01-01",
        """\
        summary: In short.
        feedback:
          - {id: how, ask: How was it?, deadline: 2013-02-01}
          - {id: who, ask: Who will come?}
          - {id: when, ask: Which evenings suit you?, deadline: 2013-03-04, reply_to: here}
        """,
    )
    project.built()
    parts = find_parts(project, "2013-01-01")
    assert parts[:4] == ["lead", "summary", "part:asks", "at-meeting"]
    assert parts.index("part:about") > parts.index("body")
    asks = project.parsed("reports/2013-01-01").find(".//section[@class='asks many']")
    assert asks is not None
    assert text(asks.find("h2")) == "2 questions for you, the first by 4 March 2013"
    # The open ones first; nobody is asked to reply to a closed one.
    when, who, how = map(text, asks.iterfind("div"))
    assert when == (
        "Which evenings suit you? Reply by Monday 4 March 2013 3 days left How to reply here"
        " Share Copy link"
    )
    assert who == "Who will come? No deadline: reply when you can Share Copy link"
    assert how == (
        "Closed. Outcome to follow How was it?"
        " Replies were due by Friday 1 February 2013 Share Copy link"
    )


@pytest.mark.parametrize(
    ("asks", "heading"),
    [
        (["deadline: 2013-03-04"], "Question for you"),
        (["audience: all"], "Question for you"),
        (["audience: all", "audience: all"], "2 questions for you"),
        (["deadline: 2013-03-04", "deadline: 2013-02-04"], "1 question for you"),
        (
            ["deadline: 2013-04-01", "deadline: 2013-03-04"],
            "2 questions for you, the first by 4 March 2013",
        ),
        (["deadline: 2013-02-04", "deadline: 2013-02-05"], "What we asked"),
    ],
)
def test_the_heading_counts_what_is_open(project: Project, asks: list[str], heading: str) -> None:
    entries = "".join(
        f"  - {{id: q{number}, ask: What?, {rest}}}\n" for number, rest in enumerate(asks)
    )
    project.report("2013-01-01", f"feedback:\n{entries}")
    project.built()
    assert text(project.parsed("reports/2013-01-01").find(".//*[@id='part:asks']")) == heading


def test_a_long_summary_comes_after_the_question(project: Project) -> None:
    """Otherwise the way to reply would not be on a phone's first screen."""
    summary = "The board talked about this and that. " * 10
    project.report("2013-01-01", f"summary: {summary}\n{ask('who', deadline='2013-03-04')}")
    project.built()
    assert find_parts(project, "2013-01-01")[:3] == ["lead", "part:asks", "summary"]
    project.built(today="2013-03-05")
    assert find_parts(project, "2013-01-01")[:3] == ["lead", "summary", "part:asks"]


def test_after_a_year_no_outcome_is_expected_any_more(project: Project) -> None:
    project.report("2012-01-10", ask("who", deadline="2012-02-10"))
    for today, state in (
        ("2012-02-10", ""),
        ("2012-02-11", "Closed. Outcome to follow"),
        ("2013-02-09", "Closed. Outcome to follow"),
        ("2013-02-10", "No outcome was published"),
    ):
        project.built(today=today)
        assert text(the_ask(project, "2012-01-10", "who").find("p[@class='state']")) == state


# --- the page of all asks -----------------------------------------------------------------------


def test_open_asks_are_sorted_by_deadline_with_the_days_left(project: Project) -> None:
    project.report("2013-01-01", ask("later", deadline="2013-03-31", audience="all groups"))
    project.report("2013-01-02", ask("old"))
    project.report("2013-01-03", ask("today", deadline="2013-03-01", reply_to="01632 960123"))
    project.report("2013-01-04", ask("tomorrow", deadline="2013-03-02"))
    project.report("2013-01-05", ask("new"))
    project.built()
    said = listed(project, "open")
    assert questions(project, "open") == ["TODAY", "TOMORROW", "LATER", "NEW", "OLD"]
    assert "Friday 1 March 2013 closes today" in said[0]
    assert "Reply to 01632 960123" in said[0]
    assert "Saturday 2 March 2013 1 day left" in said[1]
    assert "Sunday 31 March 2013 30 days left" in said[2]
    assert "all groups" in said[2]
    assert "From Report from 1 January 2013 meeting" in said[2]
    assert "left" not in said[3]
    links = [
        link.get("href") for link in project.parsed("asks").iterfind(".//p[@class='question']/a")
    ]
    assert links[0] == "../reports/2013-01-03/#today"


def test_an_ask_goes_from_open_to_closed_to_answered(project: Project) -> None:
    project.report("2012-11-13", ask("cse", deadline="2012-12-14"))
    project.built(today="2012-12-14")
    assert questions(project, "open") == ["CSE"]
    assert listed(project, "closed") == listed(project, "answered") == []
    assert text(the_ask(project, "2012-11-13", "cse").find("p[@class='state']")) == ""
    project.built(today="2012-12-15")
    assert questions(project, "closed") == ["CSE"]
    assert listed(project, "open") == listed(project, "answered") == []
    (said,) = listed(project, "closed")
    assert "left" not in said
    state = the_ask(project, "2012-11-13", "cse").find("p[@class='state']")
    assert text(state) == "Closed. Outcome to follow"
    project.report("2013-01-31", "outcomes: [{ask: 2012-11-13/cse, outcome: Twelve came.}]")
    project.built(today="2013-01-31")
    assert questions(project, "answered") == ["CSE"]
    assert listed(project, "open") == listed(project, "closed") == []
    answered = text(the_ask(project, "2012-11-13", "cse"))
    assert answered.startswith("Outcome: Twelve came.")
    assert "Reply" not in answered


def test_an_ask_that_is_answered_before_its_deadline_is_answered(project: Project) -> None:
    project.report("2012-11-13", ask("cse", deadline="2014-12-14"))
    project.report("2013-01-31", "outcomes: [{ask: 2012-11-13/cse, outcome: Twelve came.}]")
    project.built()
    assert questions(project, "answered") == ["CSE"]
    assert "left" not in text(the_ask(project, "2012-11-13", "cse"))


def test_closed_asks_are_listed_from_the_last_one_back(project: Project) -> None:
    for day, deadline in (("01", "2012-05-01"), ("02", "2012-12-31"), ("03", "2012-08-01")):
        project.report(f"2012-01-{day}", ask(f"d{day}", deadline=deadline))
    project.built()
    assert questions(project, "closed") == ["D02", "D03", "D01"]


def test_you_said_we_did_tells_who_asked_when_and_where_it_was_answered(
    project: Project,
) -> None:
    project.report("2012-11-13", "author: Ada Moss\npublished: 2012-11-20\n" + ask("cse"))
    project.report("2012-12-04", ask("hall"))
    project.report(
        "2013-01-31",
        "published: 2013-02-05\n"
        "outcomes: [{ask: 2012-11-13/cse, outcome: Twelve came.}, "
        "{ask: 2012-12-04/hall, outcome: Booked.}]",
    )
    project.report("2013-02-20", "outcomes: [{ask: 2012-11-13/cse, outcome: More came.}]")
    project.built()
    cse, hall = listed(project, "answered")
    assert cse.startswith(
        "CSE? Asked by Ada Moss on 20 November 2012, in Report from 13 November 2012 meeting"
    )
    first, second = cse.index("Twelve came."), cse.index("More came.")
    assert first < cse.index("5 February 2013, in Report from 31 January 2013 meeting") < second
    assert "20 February 2013, in Report from 20 February 2013 meeting" in cse
    assert hall.startswith("HALL? Asked on 4 December 2012, in")
    links = [
        unquote(link.get("href", ""))
        for link in project.parsed("asks").iterfind(".//article[@class='you-said']//a")
    ]
    assert links[:4] == [
        "../reports/2012-11-13/#cse",
        "../reports/2012-11-13/",
        "../reports/2013-01-31/#outcome-2012-11-13-cse",
        "../reports/2013-02-20/#outcome-2012-11-13-cse",
    ]


def test_a_site_without_asks_says_so(project: Project) -> None:
    project.report("2012-11-13")
    project.built()
    said = text(project.parsed("asks").find(".//main"))
    assert "There are no questions for you at the moment." in said
    assert "No question has closed yet." in said
    assert "No outcome has been reported yet." in said


def test_each_ask_names_its_board_where_there_are_several(project: Project) -> None:
    site = "boards: {north: {name: North Board}, south: {name: South Board}}\n"
    project.write("site.yaml", (project.folder / "site.yaml").read_text() + site)
    project.report("north/2012-11-13", ask("one"))
    project.report("south/2012-11-13", ask("one"))
    project.report("south/2012-12-13", "outcomes: [{ask: 2012-11-13/one, outcome: South did.}]")
    project.built()
    assert "North Board" in listed(project, "open")[0]
    (answered,) = listed(project, "answered")
    assert "(South Board)" in answered
    assert "South did." not in text(the_ask(project, "north/2012-11-13", "one"))


def test_what_nobody_can_see_asks_and_answers_nothing(project: Project) -> None:
    project.report("2012-01-10", ask("seen"))
    project.report("2012-02-10", "draft: true\n" + ask("drafted"))
    project.report("2012-03-10", "published: 2013-03-02\n" + ask("scheduled"))
    project.report("2012-04-10", "withdrawn: {date: 2012-05-01, reason: x}\n" + ask("gone"))
    answer = "outcomes: [{ask: 2012-01-10/seen, outcome: Not yet said.}]\n"
    project.report("2012-05-10", "draft: true\n" + answer)
    project.report("2012-06-10", "withdrawn: {date: 2012-07-01, reason: x}\n" + answer)
    project.report("2012-07-10", "published: 2013-03-02\n" + answer)
    project.built()
    assert questions(project, "open") == ["SEEN"]
    assert listed(project, "closed") == listed(project, "answered") == []
    for page in project.output.rglob("*.html"):
        assert not re.search("Not yet said|DRAFTED|SCHEDULED|GONE", page.read_text("utf-8"))
    project.built(today="2013-03-02")
    assert questions(project, "open") == ["SCHEDULED"]
    assert questions(project, "answered") == ["SEEN"]


@pytest.mark.parametrize("number", [50, 51, 130])
def test_however_many_there_are_each_ask_is_on_a_page(project: Project, number: int) -> None:
    """If there are many, the page shows the most urgent and the newest, and links to the others."""
    day = dt.date(2011, 1, 1)
    for place in range(number):
        date = day + dt.timedelta(days=5 * place)
        deadline = dt.date(2013, 3, 1) + dt.timedelta(days=(place * 37) % 100 - 20)
        project.report(date.isoformat(), ask(f"q{place:03}", deadline=deadline.isoformat()))
    last = day + dt.timedelta(days=5 * number)
    outcomes = ", ".join(
        f"{{ask: {(day + dt.timedelta(days=5 * place)).isoformat()}/q{place:03}, outcome: Done.}}"
        for place in range(0, number, 4)
    )
    project.report(last.isoformat(), f"outcomes: [{outcomes}]")
    project.built()
    pages = ["asks", *(f"asks/{page.name}" for page in (project.output / "asks").iterdir())]
    pages = [page for page in pages if (project.output / page).is_dir()]
    asks_by_kind = {
        kind: {q for page in pages for q in questions(project, kind, page)} for kind in SECTIONS
    }
    assert sum(map(len, asks_by_kind.values())) == number
    assert len(asks_by_kind["answered"]) == len(range(0, number, 4))
    linked = {
        link.get("href", "").rstrip("/").replace("../", "", 1)
        for link in project.parsed("asks").iterfind(".//nav[@class='years']//a")
    }
    assert linked == set(pages[1:])
    assert bool(linked) == (number > 50)
    deadlines = [
        time.get("datetime", "")
        for time in project.parsed("asks").iterfind(".//div[@class='ask open']//dl/div[1]//time")
    ]
    assert deadlines == sorted(deadlines)
    assert deadlines[0] == min(
        time.get("datetime", "")
        for page in pages
        for time in project.parsed(page).iterfind(".//div[@class='ask open']//dl/div[1]//time")
    )


# --- on the report ------------------------------------------------------------------------------


def test_an_ask_has_a_permalink(project: Project) -> None:
    project.report("2012-11-13", ask("cse"))
    project.built()
    shown = the_ask(project, "2012-11-13", "cse")
    links = [unquote(link.get("href", "")) for link in shown.iter("a")]
    assert links == ["#cse"]


def test_an_ask_without_an_id_has_a_permalink_made_of_its_words(project: Project) -> None:
    project.report("2012-11-13", "feedback: [{ask: Who would come?}]")
    project.built()
    the_ask(project, "2012-11-13", "who-would-come")
    assert 'href="../reports/2012-11-13/#who-would-come"' in project.page("asks")


def list_ids(project: Project, report: str) -> list[str]:
    return [
        found.get("id", "") for found in project.parsed(f"reports/{report}").iterfind(".//*[@id]")
    ]


def test_an_id_in_the_text_stays_that_of_the_text(project: Project) -> None:
    """Headings, anchors, notes, and "top", which browsers take for the beginning of a page."""
    project.report(
        "2012-11-13",
        """\
        feedback:
          - {id: housing, ask: Housing?}
          - {id: anchor, ask: Anchor?}
          - {id: note, ask: Note?}
          - {id: top, ask: Top?}
          - {id: question-housing, ask: Question?}
          - {id: free, ask: Free?}
        """,
        """\
        ## Housing

        Text [a](#question-note), [b](#housing), [c](#free) and [d](#ask:anchor).[^1]

        <p id="anchor">An anchor.</p>

        [^1]: A <span id="note">note</span>.
        """,
    )
    project.report("2012-12-11", "outcomes: [{ask: 2012-11-13/housing, outcome: Done.}]")
    project.built()
    anchors = {
        "Housing?": "question-question-housing",
        "Anchor?": "question-anchor",
        "Note?": "question-note",
        "Top?": "question-top",
        "Question?": "question-housing",
        "Free?": "free",
    }
    root = project.parsed("reports/2012-11-13")
    asks = root.findall(".//div[@class='ask open']") + root.findall(".//div[@class='ask answered']")
    assert {text(it.find("p")): it.get("id") for it in asks} == anchors
    ids = list_ids(project, "2012-11-13")
    assert len(set(ids)) == len(ids)
    assert {f"ask:{name}" for name in ("housing", "anchor", "note", "top", "free")} < set(ids)
    assert text(root.find(".//h2[@id='housing']")) == "Housing"
    links = [it.get("href", "") for it in root.iterfind(".//div[@class='body']/p/a")]
    assert links[:4] == ["#question-note", "#housing", "#free", "#question-anchor"]
    pages = (project.page("asks"), project.page("asks/feed.xml"), project.page("feed.xml"))
    for page in pages:
        for anchor in anchors.values():
            if anchor != "question-question-housing" or page is not pages[1]:
                assert f"reports/2012-11-13/#{anchor}" in page.replace("&#35;", "#")
    later = project.page("reports/2012-12-11")
    assert "../../reports/2012-11-13/#question-question-housing" in later


def test_a_heading_that_takes_an_id_later_changes_all_links(project: Project) -> None:
    project.report("2012-11-13", ask("venue"))
    project.report(
        "2012-12-11",
        "outcomes: [{ask: 2012-11-13/venue, outcome: Done.}]",
        "[[2012-11-13#ask:venue]]",
    )
    pages = ("asks", "asks/feed.xml", "feed.xml", "reports/2012-12-11")
    project.built()
    assert all("2012-11-13/#venue" in project.page(page) for page in pages[:-1])
    assert project.page("reports/2012-12-11").count("2012-11-13/#venue") == 3
    project.report("2012-11-13", ask("venue"), "## Venue\n\nText.\n")
    project.built()
    assert not any("2012-11-13/#venue" in project.page(page) for page in pages[:-1])
    assert project.page("reports/2012-12-11").count("2012-11-13/#question-venue") == 3
    assert all("2012-11-13/#question-venue" in project.page(page) for page in pages)


def test_a_note_alone_keeps_its_ids(project: Project) -> None:
    project.report(
        "2012-11-13", "feedback: [{id: note, ask: Note?}]", '[^1]: A <span id="note">note</span>.\n'
    )
    project.built()
    ids = list_ids(project, "2012-11-13")
    assert len(set(ids)) == len(ids)
    assert {"note", "question-note", "ask:note"} < set(ids)


def test_outcomes_of_asks_with_one_name_have_ids_of_their_own(project: Project) -> None:
    project.write(
        "site.yaml", SITE_YAML + "boards: {a: {name: A}, a-2012: {name: B}, c: {name: C}}\n"
    )
    project.report("a/2012-09-11", ask("venue") + "formerly: [2012-09-12]")
    project.report("a-2012/2012-09-11", ask("venue"))
    project.report("c/2012-10-11", "feedback: [{id: b, ask: B?}, {id: b_c, ask: BC?}]")
    project.report("c/2012-10-11-b", "title: Another\n" + ask("c"))
    outcomes = ["a/2012-09-11/venue", "a-2012/2012-09-11/venue", "c/2012-10-11/b_c"]
    outcomes += ["c/2012-10-11-b/c", "c/2012-10-11/b"]
    listed = "".join(f"  - {{ask: {name}, outcome: Done.}}\n" for name in outcomes)
    project.report("c/2012-12-11", f"outcomes:\n{listed}", "## Outcome c 2012 10 11 b\n\nText.\n")
    project.built()
    found = project.parsed("reports/c/2012-12-11").findall(".//div[@class='outcome']")
    assert [it.get("id") for it in found] == [
        "outcome-2012-09-12-venue",
        "outcome-a-2012-2012-09-11-venue",
        "outcome-c-2012-10-11-b-c",
        "outcome-outcome-c-2012-10-11-b-c",
        "outcome-outcome-c-2012-10-11-b",
    ]
    assert [span.get("id") for it in found for span in it.iterfind("span[1]")] == [
        "outcome:2012-09-12/venue",
        "outcome:a-2012/2012-09-11/venue",
        "outcome:c/2012-10-11/b_c",
        "outcome:c/2012-10-11-b/c",
        "outcome:c/2012-10-11/b",
    ]
    for name in ("a/2012-09-11", "c/2012-10-11", "c/2012-10-11-b"):
        for link in project.parsed(f"reports/{name}").iterfind(".//div[@class='outcome']//a"):
            assert link.get("href", "").partition("#")[2] in [it.get("id") for it in found]


@pytest.mark.parametrize("anchor", ["ask:q", "ask%3Aq", "q", "question-q"])
@pytest.mark.parametrize("heading", ["Q", "Else"])
def test_an_address_of_an_ask_goes_on_working_without_script(
    browser: Browser, project: Project, anchor: str, heading: str
) -> None:
    body = "Text.\n\n" * 99
    project.report("2013-02-20", ask("q", deadline="2013-03-15"), f"{body}## {heading}\n\n{body}")
    project.built()
    with (
        serving(project.output) as served,
        browser.new_context(java_script_enabled=False, reduced_motion="reduce") as context,
    ):
        page = context.new_page()
        page.goto(f"{served.address}reports/2013-02-20/#{anchor}")
        target = page.locator(":target")
        if (anchor == "question-q") != (heading == "Q") and "ask" not in anchor:
            # Without the heading there is no "question-q"; with it, "q" is the heading.
            assert target.all_inner_texts() == (["Q"] if anchor == "q" else [])
        else:
            asked = page.locator(".ask:target, .ask:has(> :target)")
            assert "Q?" in asked.inner_text()
            assert asked.evaluate("shown => getComputedStyle(shown).backgroundColor") == (
                page.locator(":root").evaluate(
                    "root => { const it = document.createElement('i'); it.style.color = 'var(--mark)';"
                    " root.append(it); return getComputedStyle(it).color }"
                )
            )
            # A browser scrolls there when it first draws the page.
            for _ in range(600):
                box = asked.bounding_box()
                if box is not None and box["y"] < 60:
                    break
                page.wait_for_timeout(100)
            assert box is not None
            assert -5 < box["y"] < 60


def test_an_address_of_an_outcome_goes_on_working(browser: Browser, project: Project) -> None:
    project.report("2013-02-20", ask("q", deadline="2013-03-15"))
    project.report(
        "2013-02-25", "outcomes: [{ask: 2013-02-20/q, outcome: Done.}]", "Text.\n\n" * 99
    )
    project.built()
    with (
        serving(project.output) as served,
        browser.new_context(java_script_enabled=False, reduced_motion="reduce") as context,
    ):
        page = context.new_page()
        for anchor in ("outcome:2013-02-20/q", "outcome%3A2013-02-20/q", "outcome-2013-02-20-q"):
            page.goto(f"{served.address}reports/2013-02-25/#{anchor}")
            assert "Done." in page.locator(".outcome:is(:target, :has(> :target))").inner_text()
            for _ in range(600):
                if page.evaluate("scrollY") > 1000:
                    break
                page.wait_for_timeout(100)
            assert page.evaluate("scrollY") > 1000


def test_the_page_that_asked_shows_the_outcome_and_the_later_page_links_back(
    project: Project,
) -> None:
    project.report("2012-11-13", ask("cse", deadline="2012-12-14"))
    project.report(
        "2013-01-31",
        "published: 2013-02-05\noutcomes: [{ask: 2012-11-13/cse, outcome: Twelve came.}]",
    )
    project.built()
    asked = the_ask(project, "2012-11-13", "cse")
    shown = asked.find("div[@class='outcome']")
    assert shown is not None
    assert text(shown) == (
        "Outcome: Twelve came. 5 February 2013, in Report from 31 January 2013 meeting"
    )
    (link,) = shown.iter("a")
    address, _, anchor = unquote(link.get("href", "")).partition("#")
    assert address == "../../reports/2013-01-31/"
    later = project.parsed("reports/2013-01-31").find(f".//*[@id='{anchor}']")
    assert later is not None
    assert "Twelve came." in text(later)
    (back,) = later.iter("a")
    assert unquote(back.get("href", "")) == "../../reports/2012-11-13/#cse"
    assert text(back) == "CSE?"


@pytest.mark.parametrize(
    ("route", "address", "shown"),
    [
        ("training@example.org", "training@example.org", "training@example.org"),
        ("The Board <a+b@example.org>", "a+b@example.org", "The Board <a+b@example.org>"),
        ("o'neil&co@example.org", "o'neil&co@example.org", "o'neil&co@example.org"),
    ],
)
@pytest.mark.parametrize(
    "question",
    [
        "Who would come?",
        "50% or 100% & more; how = why?",
        'A "quoted" #1 – naïve + x?',
        "One\n  two?",
    ],
)
def test_a_mail_has_its_subject_filled_in(
    project: Project, route: str, address: str, shown: str, question: str
) -> None:
    quoted = question.replace("\\", "\\\\").replace('"', '\\"')
    reply = route.replace("'", "''")
    project.report("2012-11-13", f"feedback:\n- id: q\n  ask: \"{quoted}\"\n  reply_to: '{reply}'")
    project.built()
    link = the_ask(project, "2012-11-13", "q").find(".//dd/a")
    assert link is not None
    assert text(link) == shown
    url = urlsplit(link.get("href", ""))
    assert url.scheme == "mailto"
    assert unquote(url.path) == address
    assert re.fullmatch(r"[\x21-\x7e]+", url.query)
    assert "+" not in url.query, "a plus is no blank in a mail's address"
    assert parse_qs(url.query, strict_parsing=True) == {"subject": [" ".join(question.split())]}


def test_a_long_ask_is_cut_for_the_subject(project: Project) -> None:
    project.report(
        "2012-11-13",
        f"feedback: [{{id: q, ask: {'word ' * 60}end?, reply_to: a@example.org}}]",
    )
    project.built()
    link = the_ask(project, "2012-11-13", "q").find(".//dd/a")
    assert link is not None
    (subject,) = parse_qs(urlsplit(link.get("href", "")).query)["subject"]
    assert re.fullmatch(r"(word )+…", subject)
    assert len(subject) <= 102


@pytest.mark.parametrize(
    ("route", "href"),
    [
        ("https://example.org/f?a=1&b=2", "https://example.org/f?a=1&b=2"),
        ("01632 960 123", "tel:01632960123"),
        ("+44 (0)1632 960123", "tel:+441632960123"),
        ("tell me at the meeting", None),
        ("12-14", None),
    ],
)
def test_other_reply_routes_are_links_where_they_can_be(
    project: Project, route: str, href: str | None
) -> None:
    project.report("2012-11-13", f"feedback: [{{id: q, ask: What?, reply_to: '{route}'}}]")
    project.built()
    link = the_ask(project, "2012-11-13", "q").find(".//dd/a")
    assert link is not None
    if href is None:
        assert link.get("href") == "#q"
        assert route in text(the_ask(project, "2012-11-13", "q"))
    else:
        assert (link.get("href"), text(link)) == (href, route)


@pytest.mark.parametrize(
    ("route", "links"),
    [
        ("a@example.org, b@example.org", ["a@example.org", "b@example.org"]),
        ("a@example.org,b@example.org", ["a@example.org", "b@example.org"]),
        ("Ann <a@example.org>, Bob <b@example.org>", ["a@example.org", "b@example.org"]),
        ("Fill in https://example.org/f or write to a@example.org (Ann).", None),
        ("@ann@social.example", []),
    ],
)
def test_each_of_several_addresses_is_a_link(
    project: Project, route: str, links: list[str] | None
) -> None:
    project.report(
        "2012-11-13",
        f"feedback: [{{id: q, ask: What?, deadline: 2013-04-01, reply_to: '{route}'}}]",
    )
    project.built()
    _, shown, *_ = the_ask(project, "2012-11-13", "q").iter("dd")
    assert text(shown) == route
    expected = ["https://example.org/f", "a@example.org"] if links is None else links
    assert [text(link) for link in shown.iter("a")] == expected
    (entry,) = feed_asks(project)
    assert [text for text in expected if f">{text}</a>" not in entry] == []


# --- time passes --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "path"),
    [
        ("America/Los_Angeles", "asks/"),
        ("Europe/London", "reports/2013-02-20/"),
        ("Pacific/Kiritimati", ""),
    ],
)
def test_the_days_left_are_counted_again_in_the_browser(
    browser: Browser, project: Project, zone: str, path: str
) -> None:
    """In days of the site's time zone, also when the clocks change."""
    front = (
        "feedback: [{id: q, ask: What?, deadline: 2013-04-02, reply_to: here}, {id: r, ask: Who?}]"
    )
    project.report("2013-02-20", front)
    project.built()
    expected = {
        "2013-02-25T12:00:00+00:00": ("36 days left", ""),
        "2013-03-01T12:00:00+00:00": ("32 days left", ""),
        "2013-03-30T23:59:00+00:00": ("3 days left", ""),
        "2013-03-31T00:30:00+00:00": ("2 days left", ""),
        "2013-03-31T23:30:00+00:00": ("1 day left", ""),
        "2013-04-02T00:00:00+01:00": ("closes today", ""),
        "2013-04-02T23:59:59+01:00": ("closes today", ""),
        "2013-04-03T00:00:01+01:00": ("", "Closed. Outcome to follow"),
        "2014-04-02T12:00:00+01:00": ("", "Closed. Outcome to follow"),
        "2014-04-03T12:00:00+01:00": ("", "No outcome was published"),
    }
    with serving(project.output) as served, reader(browser, zone) as page:
        for when, (left, state) in expected.items():
            read(page, served.address + path, when)
            dated = page.locator(".ask", has_text="What?")
            undated = page.locator(".ask", has_text="Who?")
            assert dated.locator(".left").all_inner_texts() == ([left] if left else []), when
            assert dated.locator(".state").inner_text() == state, when
            closed = state != ""
            # Nobody is asked to reply any more.
            assert ("Reply by" in dated.inner_text()) != closed
            assert dated.get_by_text("here").count() == (0 if closed or not path else 1)
            assert ("closed" in str(dated.get_attribute("class"))) == closed
            assert undated.locator(".state").count() == 0


def test_what_closes_in_the_browser_goes_below_what_is_open_on_the_home_page(
    browser: Browser, project: Project
) -> None:
    project.report(
        "2013-02-20",
        "feedback: [{id: q, ask: First?, deadline: 2013-03-15}, {id: r, ask: Second?, deadline:"
        " 2013-03-16}, {id: s, ask: Third?, deadline: 2013-05-15}]",
    )
    project.built()
    with serving(project.output) as served, reader(browser, "Europe/London") as page:
        order = page.locator(".lines a")
        read(page, served.address, "2013-03-15T12:00:00+00:00")
        assert order.all_inner_texts() == ["First?", "Second?", "Third?"]
        read(page, served.address, "2013-03-20T12:00:00+00:00")
        assert order.all_inner_texts() == ["Third?", "First?", "Second?"]


def test_what_closes_in_the_browser_moves_to_the_closed_asks(
    browser: Browser, project: Project
) -> None:
    project.report("2013-02-20", ask("q", deadline="2013-03-15"))
    project.built()
    nothing = "There are no questions for you at the moment."
    with serving(project.output) as served, reader(browser, "Europe/London") as page:
        sections = page.locator("section.asks")
        read(page, served.address + "asks/", "2013-03-15T12:00:00+00:00")
        assert [section.locator(".ask").count() for section in sections.all()] == [1, 0, 0]
        assert not sections.nth(0).get_by_text(nothing).is_visible()
        read(page, served.address + "asks/", "2013-03-16T12:00:00+00:00")
        assert [section.locator(".ask").count() for section in sections.all()] == [0, 1, 0]
        assert sections.nth(0).get_by_text(nothing).is_visible()
        assert not sections.nth(1).locator(".empty").is_visible()


def test_without_script_the_days_left_are_those_of_the_build(
    browser: Browser, project: Project
) -> None:
    project.report("2013-02-20", ask("q", deadline="2013-03-15"))
    project.built()
    with (
        serving(project.output) as served,
        browser.new_context(java_script_enabled=False, reduced_motion="reduce") as context,
    ):
        page = context.new_page()
        page.goto(served.address + "asks/")
        assert "Friday 15 March 2013 14 days left" in page.locator(".ask").inner_text()


def test_what_a_report_asked_is_past_when_all_deadlines_are_over(
    browser: Browser, project: Project
) -> None:
    """Both if the page is built later and if an older page is read later."""
    project.report("2013-02-20", ask("q", deadline="2013-03-15"))
    project.report(
        "2013-02-21", "feedback: [{id: a, ask: A?, deadline: 2013-03-05}, {id: b, ask: B?}]"
    )
    project.built()
    headings = {
        "2013-03-15T12:00:00+00:00": "Question for you",
        "2013-03-16T12:00:00+00:00": "What we asked",
    }
    with serving(project.output) as served, reader(browser, "Europe/London") as page:
        for when, heading in headings.items():
            read(page, served.address + "reports/2013-02-20/", when)
            assert page.locator("section.asks h2").inner_text() == heading
            # It can be answered for as long as one has no deadline.
            read(page, served.address + "reports/2013-02-21/", when)
            assert page.locator("section.asks h2").inner_text() == "Questions for you"
    project.built(today="2013-03-16")
    root = project.parsed("reports/2013-02-20")
    assert text(root.find(".//*[@id='part:asks']")) == "What we asked"


def test_a_link_is_copied_where_the_browser_lets_it(browser: Browser, project: Project) -> None:
    project.report("2013-02-20", ask("q", deadline="2013-03-15"))
    project.built()
    with serving(project.output) as served, browser.new_context() as context:
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.new_page()
        page.goto(served.address + "reports/2013-02-20/")
        page.get_by_role("link", name="Copy link").click()
        page.get_by_role("status").get_by_text("Link copied").wait_for()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == served.address + "reports/2013-02-20/#q"
        assert page.url == served.address + "reports/2013-02-20/"


def test_many_asks_that_are_named_as_headings_take_no_long_time() -> None:
    names = [f"q{number}" for number in range(30_000)]
    asks = tuple(Ask(MarkedText("What?"), id=name) for name in names)
    body = Body(tuple(Section(name, name, 2, name, 1, 1) for name in names))
    front = FrontMatter(date=dt.date(2013, 2, 20), feedback=asks)
    report = Report("2013-02-20", "", "reports/2013-02-20.md", "", front, body)
    started = time.process_time()
    assert make_ask_anchors(report)["q29999"] == "question-q29999"
    assert time.process_time() - started < 5


def test_a_permalink_leads_to_its_ask(browser: Browser, project: Project) -> None:
    project.report("2013-02-20", ask("q", deadline="2013-03-15"), "Text.\n\n" * 200)
    project.report(
        "2013-02-25", "outcomes: [{ask: 2013-02-20/q, outcome: Done.}]", "Text.\n\n" * 99
    )
    project.built()
    with serving(project.output) as served, browser.new_context() as context:
        # As where a site is not served by https.
        context.add_init_script("delete Navigator.prototype.clipboard")
        page = context.new_page()
        page.goto(served.address + "reports/2013-02-20/")
        page.get_by_role("link", name="Copy link").click()
        assert page.locator(":target").get_attribute("id") == "q"
        page.locator(".ask .outcome a").click()
        assert "/reports/2013-02-25/" in page.url
        assert "Done." in page.locator(":target").inner_text()
        page.locator(":target a").click()
        assert page.locator(":target").get_attribute("id") == "q"
