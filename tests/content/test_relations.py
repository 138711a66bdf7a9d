"""Test relations between reports, as readers see them on the pages."""

import re
from urllib.parse import unquote

import pytest
from conftest import SITE_YAML, Project, text, tree


def next_meeting(project: Project, name: str) -> str:
    """Return what a report's page says about its next meeting, as plain text."""
    match = re.search(
        r"<dt>Next meeting</dt><dd>(.*?)</dd>", project.page(f"reports/{name}"), re.DOTALL
    )
    return " ".join(re.sub("<[^>]*>", "", match[1]).split()) if match else ""


def chain(project: Project, name: str) -> tuple[str, str]:
    """Return the ids of the previous and next meetings, '' if there is none."""
    page = project.page(f"reports/{name}")
    links = [
        re.search(rf'<link rel="{r}" href="(?:\.\./)+reports/(.*?)/"', page)
        for r in ("prev", "next")
    ]
    return (links[0][1] if links[0] else "", links[1][1] if links[1] else "")


# --- the chain ----------------------------------------------------------------------------


def test_the_chain_is_by_date_then_time_then_id(project: Project) -> None:
    project.report("2012-11-13-evening", 'time: "18:30"')
    project.report("2012-11-13-a", 'time: "09:00"')
    project.report("2012-11-13-b", 'time: "09:00"\ntitle: The other one')
    project.report("undated", "date: 2012-01-31")
    project.built()
    assert chain(project, "undated") == ("", "2012-11-13-a")
    assert chain(project, "2012-11-13-a") == ("undated", "2012-11-13-b")
    assert chain(project, "2012-11-13-b") == ("2012-11-13-a", "2012-11-13-evening")
    assert chain(project, "2012-11-13-evening") == ("2012-11-13-b", "")


def test_the_chain_skips_drafts_scheduled_and_withdrawn_but_not_cancelled(
    project: Project,
) -> None:
    project.report("2012-01-10")
    project.report("2012-02-10", "draft: true")
    project.report("2012-03-10", "published: 2013-03-02")
    project.report("2012-04-10", "withdrawn: {date: 2012-05-01, reason: wrong}")
    project.report("2012-05-10", "cancelled: snow")
    project.report("2012-06-10")
    result = project.build()
    assert "reports/2012-02-10.md: draft" in result.stdout
    assert "reports/2012-03-10.md: scheduled for 2 March 2013" in result.stdout
    assert chain(project, "2012-01-10") == ("", "2012-05-10")
    assert chain(project, "2012-04-10") == ("", "")
    assert chain(project, "2012-06-10") == ("2012-05-10", "")
    project.built("--drafts", today="2013-03-02")
    assert chain(project, "2012-03-10") == ("2012-02-10", "2012-05-10")


def test_a_report_added_late_takes_its_place(project: Project) -> None:
    project.report("2012-01-10")
    project.report("2012-06-10")
    project.built()
    project.report("2012-03-10", "published: 2013-02-20")
    project.built()
    assert chain(project, "2012-01-10") == ("", "2012-03-10")
    assert chain(project, "2012-06-10") == ("2012-03-10", "")


def test_boards_have_chains_and_addresses_of_their_own(project: Project) -> None:
    site = "boards: {north: {name: North Board}, south: {name: South Board}}\n"
    project.write("site.yaml", (project.folder / "site.yaml").read_text() + site)
    project.report("north/2012-01-10", "next_meeting: 2012-03-10", body="See [[2012-03-10]].")
    project.report("south/2012-01-10")
    project.report("south/2012-02-10", body="See [[north/2012-01-10]] and [[2012-01-10]].")
    project.report("north/2012-03-10", "outcomes: [{ask: 2012-01-10/x, outcome: y}]")
    project.report("north/2012-01-11", "feedback: [{id: x, ask: What?}]")
    result = project.build()
    assert result.exit_code == 1
    assert "L012" in result.stderr
    project.report("north/2012-03-10", "outcomes: [{ask: north/2012-01-11/x, outcome: y}]")
    project.built()
    assert chain(project, "north/2012-01-10") == ("", "north/2012-01-11")
    assert chain(project, "south/2012-02-10") == ("south/2012-01-10", "")
    page = project.page("reports/south/2012-02-10")
    assert 'href="../../../reports/north/2012-01-10/"' in page
    assert 'href="../../../reports/south/2012-01-10/"' in page
    assert "North Board" in project.page("boards/north")
    assert "South Board" in project.page("")


def test_one_board_leaves_no_trace_of_boards(project: Project) -> None:
    project.report("2012-01-10")
    output = project.built()
    assert not any("board" in path.name for path in output.rglob("*"))
    for page in output.rglob("*.html"):
        assert "boards/" not in page.read_text("utf-8"), page


def test_each_board_has_its_archive_feeds_and_calendar_and_home_shows_all(
    project: Project,
) -> None:
    site = "boards: {north: {name: North Board}, south: {name: South Board}}\n"
    project.write("site.yaml", (project.folder / "site.yaml").read_text() + site)
    project.report("north/2012-01-10", "title: N one\nnext_meeting: 2013-04-09")
    project.report("south/2012-01-10", "title: S one\nnext_meeting: 2013-04-09")
    project.report("south/2012-02-10", "title: S two")
    output = project.built()
    titles = {"north": {"N one"}, "south": {"S one", "S two"}}
    for board, mine in titles.items():
        others = {"N one", "S one", "S two"} - mine
        folder = f"boards/{board}"
        for name in ("index.html", "feed.xml", "feed.atom", "feed.json"):
            text = (output / folder / name).read_text("utf-8")
            assert {title for title in mine | others if title in text} == mine, (board, name)
        for name in ("feed.xml", "feed.atom", "feed.json"):
            assert f'../../{folder}/{name}"' in project.page(folder)
        assert f"{folder}/calendar.ics" in project.page("subscribe")
        calendar = (output / folder / "calendar.ics").read_text("utf-8")
        assert calendar.count("BEGIN:VEVENT") == len(mine) + 1
    home = project.page()
    assert all(title in home for title in ("N one", "S one", "S two"))
    ahead = home.partition("Coming meetings</h2>")[2].partition("</section>")[0]
    assert ahead.count("9 April 2013") == 2, "each board's next meeting, on the same day"
    for name in ("North Board", "South Board"):
        assert f"<strong>{name}:</strong>" in home
    year = project.page("years/2012")
    assert year.index("S two") < min(year.index("S one"), year.index("N one"))


def test_a_meeting_of_one_board_is_not_the_next_of_another_on_the_same_day(
    project: Project,
) -> None:
    site = "boards: {north: {name: North Board}, south: {name: South Board}}\n"
    project.write("site.yaml", (project.folder / "site.yaml").read_text() + site)
    project.report("north/2012-11-13", "next_meeting: 2013-01-31")
    project.report("south/2012-11-13", "next_meeting: 2013-01-31")
    project.report("south/2013-01-31")
    project.built()
    assert next_meeting(project, "south/2012-11-13") == "Thursday 31 January 2013"
    said = "Planned for Thursday 31 January 2013. We have no report of this meeting."
    assert next_meeting(project, "north/2012-11-13") == said
    assert chain(project, "south/2013-01-31") == ("south/2012-11-13", "")
    assert chain(project, "north/2012-11-13") == ("", "")


# --- the next meeting ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "others", "said"),
    [
        ("2012-11-20", {}, "Thursday 31 January 2013, 6.30pm, Town Hall"),
        ("2013-01-31", {}, "Thursday 31 January 2013, 6.30pm, Town Hall"),
        (
            "2013-02-01",
            {},
            "Planned for Thursday 31 January 2013. We have no report of this meeting.",
        ),
        ("2013-03-01", {"2013-01-31": ""}, "Thursday 31 January 2013"),
        (
            "2013-03-01",
            {"2013-02-07": ""},
            "Thursday 7 February 2013 (moved from 31 January 2013)",
        ),
        (
            "2013-03-01",
            {"2013-01-17": ""},
            "Thursday 17 January 2013 (moved from 31 January 2013)",
        ),
        ("2013-01-20", {"2013-01-17": ""}, "Thursday 31 January 2013, 6.30pm, Town Hall"),
        (
            "2013-01-20",
            {"2013-01-17": "announced_for: 2013-01-31"},
            "Thursday 17 January 2013 (moved from 31 January 2013)",
        ),
        (
            "2013-09-01",
            {"2013-08-01": "announced_for: 2013-01-31"},
            "Thursday 1 August 2013 (moved from 31 January 2013)",
        ),
        (
            "2013-09-01",
            {"2013-08-01": ""},
            "Planned for Thursday 31 January 2013. We have no report of this meeting.",
        ),
        # 60 days are near enough, 61 are not
        (
            "2013-09-01",
            {"2013-04-01": ""},
            "Monday 1 April 2013 (moved from 31 January 2013)",
        ),
        (
            "2013-09-01",
            {"2013-04-02": ""},
            "Planned for Thursday 31 January 2013. We have no report of this meeting.",
        ),
        ("2013-03-01", {"2013-01-31": "cancelled: snow"}, "Thursday 31 January 2013 (cancelled)"),
        # an extra meeting that announces the same day again is not the one announced
        (
            "2013-03-01",
            {"2012-12-11": "next_meeting: 2013-01-31", "2013-02-07": ""},
            "Thursday 7 February 2013 (moved from 31 January 2013)",
        ),
        # a report that nobody can see yet says nothing
        (
            "2013-02-01",
            {"2013-01-31": "published: 2013-02-08"},
            "Planned for Thursday 31 January 2013. We have no report of this meeting.",
        ),
        (
            "2013-01-01",
            {"2013-01-31": "draft: true"},
            "Thursday 31 January 2013, 6.30pm, Town Hall",
        ),
    ],
)
def test_the_next_meeting_resolves(
    project: Project, today: str, others: dict[str, str], said: str
) -> None:
    project.report(
        "2012-11-13", "next_meeting: {date: 31ST January 2013, time: 6.30pm, place: Town Hall}"
    )
    for name, front in others.items():
        project.report(name, front)
    project.built(today=today)
    ahead = said == "Thursday 31 January 2013, 6.30pm, Town Hall"
    expected = f"{said} · Add to calendar" if ahead else said
    assert next_meeting(project, "2012-11-13") == expected


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("to be confirmed", "To be confirmed"),
        ("TBC", "To be confirmed"),
        ("{place: Town Hall}", "To be confirmed, Town Hall"),
        ("none", "No further meeting is planned."),
    ],
)
def test_the_next_meeting_without_a_date(project: Project, written: str, said: str) -> None:
    project.report("2012-11-13", f"next_meeting: {written}")
    project.built()
    assert next_meeting(project, "2012-11-13") == said


def test_what_was_to_be_confirmed_is_the_meeting_that_was_held(project: Project) -> None:
    project.report("2012-11-13", "next_meeting: to be confirmed")
    project.report("2013-01-31")
    project.built()
    assert next_meeting(project, "2012-11-13") == "Thursday 31 January 2013"


def test_a_moved_meeting_says_what_it_was_announced_for(project: Project) -> None:
    project.report("2012-11-13", "next_meeting: 2013-01-31")
    project.report("2013-02-07")
    project.built()
    page = project.page("reports/2013-02-07")
    assert 'Moved from <time datetime="2013-01-31">' in page
    assert '"previousStartDate":"2013-01-31"' in page
    assert "https://schema.org/EventRescheduled" in page


@pytest.mark.parametrize("day", ["2012-11-13", "2012-11-12"])
def test_a_next_meeting_that_is_not_after_its_report_is_an_error(
    project: Project, day: str
) -> None:
    project.report("2012-11-13", f"next_meeting: {day}")
    result = project.build()
    assert result.exit_code == 1
    assert "reports/2012-11-13.md:3:15: error L010" in result.stderr


def test_a_meeting_that_was_cancelled_ahead_is_no_earlier_one(project: Project) -> None:
    project.report("2012-09-11")
    project.report("2012-11-13")
    project.report("2013-03-12", "published: 2013-02-20\ncancelled: Repairs")
    for today, listed in (("2013-03-12", 1), ("2013-03-13", 2)):
        project.built(today=today)
        earlier = project.page().partition(">Earlier meetings<")[2].partition("</section>")[0]
        assert earlier.count("<article") == listed, today
        assert "2012-09-11" in earlier


def test_the_home_page_names_each_meeting_ahead_once(project: Project) -> None:
    project.report("2013-01-10", "next_meeting: 2013-04-10")
    project.report("2013-02-10", "next_meeting: 2013-04-10")
    project.built()
    home = project.page().partition("<body>")[2]
    assert home.count("10 April 2013") == 1


# --- references -----------------------------------------------------------------------------


def test_references_lead_to_reports_sections_and_pages_and_back(project: Project) -> None:
    project.report(
        "2012-09-11", "title: The <b> meeting", "## A & B\n\nText.\n\n## Domestic violence\n"
    )
    project.write(
        "pages/about.md",
        "---\ntitle: About us\n---\n## Who\n\nSee [a](../reports/2012-09-11.md).\n",
    )
    project.write("files/plan 1.pdf", "pdf")
    project.report(
        "2012-11-13",
        body="""
        [[2012-09-11]], [[2012-09-11#domestic-violence]], [[2012-09-11#a-b|that *meeting*]],
        [by path](2012-09-11.md#domestic-violence), [host's id](2012-09-11.md#a--b),
        [from the root](/reports/2012-09-11.md), [page](../pages/about.md#who), [here](#below),
        [file](../files/plan%201.pdf), [address](/about/), `[[2012-09-11]]` and \\[[no]].

            [[also no]]

        ## Below
        """,
    )
    project.built()
    page = project.page("reports/2012-11-13")
    to = "../../reports/2012-09-11/"
    assert f'<a href="{to}">The &lt;b&gt; meeting</a>' in page
    assert f'<a href="{to}#domestic-violence">The &lt;b&gt; meeting: Domestic violence</a>' in page
    assert f'<a href="{to}#a-b">that <em>meeting</em></a>' in page
    assert f'<a href="{to}#domestic-violence">by path</a>' in page
    assert f'<a href="{to}#a-b">host\'s id</a>' in page
    assert f'<a href="{to}">from the root</a>' in page
    assert '<a href="../../about/#who">page</a>' in page
    assert '<a href="../../about/">address</a>' in page
    assert '<a href="#below">here</a>' in page
    assert '<a href="../../files/plan%201.pdf">file</a>' in page
    assert "<code>[[2012-09-11]]</code> and [[no]]" in page
    assert "[[also no]]" in page
    target = project.page("reports/2012-09-11")
    assert re.search(r'Mentioned in</h2>\s*<ul>\s*<li><a href="../../reports/2012-11-13/">', target)


@pytest.mark.parametrize(
    "name",
    [
        *("12 May 2012", "May 12th, 2012", "Saturday 12 May 2012", "2012-5-12", "2012/05/12"),
        *("13/05/2012", " 2012-05-12 ", "12 May 2012#budget"),
    ],
)
def test_a_date_in_double_brackets_finds_its_report(name: str, project: Project) -> None:
    for day in ("2012-05-12", "2012-05-13"):
        project.report(day, body="## Budget\n\nText.\n")
    project.report("2012-06-09", body=f"See [[{name}]] and [[{name}|that *meeting*]].\n")
    project.built()
    wanted = "2012-05-13" if name.startswith("13") else "2012-05-12"
    page = project.page("reports/2012-06-09")
    end = "#budget" if "#" in name else ""
    assert f'<a href="../../reports/{wanted}/{end}">that <em>meeting</em></a>' in page


def test_a_date_is_read_in_the_language_of_the_report(project: Project) -> None:
    project.report("2012-05-12")
    project.report("2012-06-09", "language: de", "[[12. Mai 2012|a]] [[12.05.2012|b]]\n")
    project.built()
    page = project.page("reports/2012-06-09")
    assert page.count('<a href="../../reports/2012-05-12/">') >= 2


def test_a_date_finds_the_report_of_its_board(project: Project) -> None:
    site = "boards: {north: {name: North Board}, south: {name: South Board}}\n"
    project.write("site.yaml", (project.folder / "site.yaml").read_text() + site)
    for board in ("north", "south"):
        project.report(f"{board}/2012-05-12")
    project.report("north/2012-06-09", body="[[12 May 2012|a]] [[south/12 May 2012|b]]\n")
    project.built()
    page = project.page("reports/north/2012-06-09")
    assert '<a href="../../../reports/north/2012-05-12/">a</a>' in page
    assert '<a href="../../../reports/south/2012-05-12/">b</a>' in page


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[[Prototype]]", "[[Prototype]]"),
        ("[[citation needed]]", "[[citation needed]]"),
        ("[[Main Page|*our* home]]", "[[Main Page|<em>our</em> home]]"),
        ("[[Account-Info#staff]]", "[[Account-Info#staff]]"),
        ("[[Budget 2012]]", "[[Budget 2012]]"),
        ("v = [[1, 2]]", "v = [[1, 2]]"),
        ("[[R&D]]", "[[R&amp;D]]"),
    ],
)
def test_other_text_in_double_brackets_stays_as_it_is_written(
    text: str, shown: str, project: Project
) -> None:
    project.report("2012-09-11")
    project.report("2012-11-13", "summary: Words", body=f"It said {text} then.\n")
    result = project.build()
    assert result.exit_code == 0
    assert f"It said {shown} then." in project.page("reports/2012-11-13")
    assert result.stderr.count("L008") == (0 if "v =" in text else 1)
    assert shown in project.page("feed.json")


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        ("14 May 2012", "2012-05-13"),
        ("03/04/2012", "Write 2012-04-03 or 2012-03-04"),
        ("31 June 2012", "Correct the day or the month"),
        ("the minutes of 12 May 2012", "look the name up"),
        ("2012-05-13-speciol", 'Did you mean "2012-05-13-special"?'),
        ("springmeeting", 'Did you mean "spring-meeting"?'),
        ("2012-05-13.md", "2012-05-13"),
        ("reports/2012-05-13", "2012-05-13"),
    ],
)
def test_what_looks_like_a_reference_must_lead_somewhere(
    name: str, fix: str, project: Project
) -> None:
    for id_ in ("2012-05-13", "2012-05-13-special"):
        project.report(id_, "date: 2012-05-13\ntime: " + ("10:00" if "s" in id_ else "12:00"))
    project.report("spring-meeting", "date: 2012-03-03")
    project.report("2012-06-09", body=f"See [[{name}]].\n")
    errors = project.build().stderr
    assert "error L001" in errors
    assert fix in errors


def test_a_withdrawn_report_can_still_be_referred_to(project: Project) -> None:
    project.report("2012-09-11", "withdrawn: {date: 2012-10-01, reason: wrong}", "## Gone\n")
    project.report("2012-11-13", body="[[2012-09-11#gone]]")
    project.built()
    assert 'href="../../reports/2012-09-11/"' in project.page("reports/2012-11-13")


def test_a_broken_report_does_not_make_others_look_broken(project: Project) -> None:
    project.report("2012-09-11", "published: someday\nfeedback: [{ask: What?, id: x}]", "## One\n")
    project.report(
        "2012-11-13",
        "outcomes: [{ask: 2012-09-11/x, outcome: this}]\nannounced_for: 2012-11-01",
        "[[2012-09-11#two]] [a](2012-09-11.md)",
    )
    result = project.build()
    assert result.exit_code == 1
    assert result.stderr.count(" error ") == 1
    assert "F030" in result.stderr


def test_every_problem_of_a_file_is_reported_at_once(project: Project) -> None:
    project.report("2012-11-13", "published: someday\nspeaker: x", "[[2012-13]] <TBD> [x](no.md)\n")
    result = project.build()
    assert [line.split()[2] for line in result.stderr.splitlines()[:-1]] == [
        *("F030:", "F020:", "L001:", "M002:", "L002:")
    ]


# --- asks and outcomes -----------------------------------------------------------------------


def test_an_outcome_is_shown_where_it_was_asked_and_where_it_was_recorded(project: Project) -> None:
    ask = (
        "feedback: [{id: cse, ask: Who would come?, deadline: 2012-12-14, reply_to: a@example.org}]"
    )
    project.report("2012-11-13", ask)
    project.built(today="2012-12-14")
    assert "Reply to" in project.page("reports/2012-11-13")
    assert "Who would come?" in project.page()
    project.built(today="2012-12-15")
    assert ">Closed. Outcome to follow<" in project.page("reports/2012-11-13")
    assert "Reply to" not in project.page("reports/2012-11-13")
    assert "Who would come?" not in project.page()
    project.report("2013-01-31", "outcomes: [{ask: 2012-11-13/cse, outcome: Twelve groups.}]")
    project.built()
    asked = project.page("reports/2012-11-13")
    assert asked.index("Twelve groups.") < asked.index("Who would come?")
    assert '<time datetime="2013-01-31">31 January 2013</time>, in <a href=' in asked
    link = re.search(r'href="../../reports/2013-01-31/#([^"]*)">Report from 31', asked)
    assert link
    recorded = project.page("reports/2013-01-31")
    assert 'href="../../reports/2012-11-13/#cse"' in recorded
    assert f'id="{unquote(link[1])}"' in recorded


@pytest.mark.parametrize(
    ("route", "link"),
    [
        (
            "training@example.org",
            '<a href="mailto:training@example.org?subject=What%3F">training@example.org</a>',
        ),
        (
            "https://example.org/f?a=1&b=2",
            '<a href="https://example.org/f?a=1&amp;b=2" class="bare">',
        ),
        ("01632 960 123", '<a href="tel:01632960123">01632 960 123</a>'),
        ("mailto:a@b.org", '<a href="mailto:a@b.org?subject=What%3F">a@b.org</a>'),
        ("tel:01632960178", '<a href="tel:01632960178">01632960178</a>'),
        (
            "www.example.org/a",
            '<a href="https://www.example.org/a" class="bare">www.example.org/a</a>',
        ),
        ("HTTPS://Example.org/a", '<a href="https://Example.org/a" class="bare">'),
        (
            "Write to a@b.org soon.",
            'Write to <a href="mailto:a@b.org?subject=What%3F">a@b.org</a> soon.',
        ),
        ("+44 (0)1632 960123", '<a href="tel:+441632960123">'),
        ("tell me at the meeting", "<dd>tell me at the meeting</dd>"),
    ],
)
def test_reply_routes_are_links_where_they_can_be(project: Project, route: str, link: str) -> None:
    project.report("2012-11-13", f"feedback: [{{ask: What?, reply_to: '{route}'}}]")
    project.built()
    assert link in project.page("reports/2012-11-13")


def test_the_digest_of_the_previous_report_says_what_came_of_its_asks(project: Project) -> None:
    project.report("2012-09-11", "feedback: [{id: x, ask: Who would come?}]")
    project.report("2012-11-13", "outcomes: [{ask: 2012-09-11/x, outcome: Twelve groups.}]")
    project.built()
    page = project.parsed("reports/2012-11-13")
    (asked,) = [text(each) for each in page.iter("p") if each.get("class") == "asked"]
    assert asked == "We asked: Who would come? Outcome: Twelve groups."


def test_the_digest_is_of_the_last_meeting_that_took_place(project: Project) -> None:
    project.report("2012-09-11", "summary: In short.\nfeedback: [{id: x, ask: Who would come?}]")
    project.report("2012-10-09", "cancelled: Snow.")
    project.report("2012-11-13")
    project.built()
    last = project.page("reports/2012-11-13").partition(">Last time<")[2].partition("</section>")[0]
    assert "In short." in last
    assert "Who would come?" in last
    assert "Snow." not in last
    assert "Last time" not in project.page("reports/2012-09-11")
    # The chain leads to all of them.
    chain = project.page("reports/2012-11-13").partition('class="chain"')[2]
    assert "../../reports/2012-10-09/" in chain


@pytest.mark.parametrize(
    ("deadline", "said"),
    [
        ("2013-03-15", "Reply by Friday 15 March 2013"),
        ("2013-02-15", "Closed. Outcome to follow"),
        ("2012-01-15", "No outcome was published"),
    ],
)
def test_the_digest_says_whether_replies_are_wanted(
    project: Project, deadline: str, said: str
) -> None:
    project.report("2012-01-10", f"feedback: [{{id: x, ask: Who?, deadline: {deadline}}}]")
    project.report("2012-11-13")
    project.built()
    page = project.parsed("reports/2012-11-13")
    (asked,) = [text(each) for each in page.iter("p") if each.get("class") == "asked"]
    assert asked.startswith(f"We asked: Who? {said}")


def test_the_digest_of_the_previous_report(project: Project) -> None:
    front = "summary: In short.\nfeedback: [{id: x, ask: Who would come?}]"
    project.report("2012-09-11", front, "## Chronologies\n\n### Detail\n\n## Families\n")
    project.report("2012-11-13")
    project.built()
    digest = project.page("reports/2012-11-13").partition("Last time")[2]
    assert "In short." in digest
    assert 'datetime="2012-09-11"' in digest
    assert '<a href="../../reports/2012-09-11/#chronologies">Chronologies</a>' in digest
    assert "Detail" not in digest
    assert '<a href="../../reports/2012-09-11/#x">Who would come?</a>' in digest


def test_withdrawing_a_report_breaks_no_other(project: Project) -> None:
    front = "next_meeting: 2013-01-31\nfeedback: [{id: x, ask: Who would come?}]\n"
    gone = "withdrawn: {date: 2013-02-20, reason: wrong}"
    project.report("2012-11-13", front + gone, "## One\n")
    answer = "announced_for: 2013-01-31\noutcomes: [{ask: 2012-11-13/x, outcome: Twelve came.}]"
    project.report("2013-02-07", answer, "[[2012-11-13#one]]")
    assert project.build().stderr == ""
    assert "Twelve came." not in "".join(
        page.read_text("utf-8") for page in project.output.rglob("*.html")
    )


def test_the_first_report_of_a_site_may_be_of_a_moved_meeting(project: Project) -> None:
    project.report("2013-02-07", "announced_for: 2013-01-31")
    assert project.build().stderr == ""
    assert "Moved from" in project.page("reports/2013-02-07")


def test_each_unresolved_reference_is_reported_at_its_own_place(project: Project) -> None:
    project.report("2012-09-11")
    body = (
        "no.md `[[2012-01]]` [[2012-01-31]] [[ 2012-01 ]] [a](no.md)\n\n"
        '~~~\n[[2012-01]]\n~~~\n\n<a href="no.md">b</a> [[2012-01|c]] [d]\n\n[d]: no.md\n'
        "\nNot the first: [[2012-01]][[2012-01]]\n"
    )
    project.report("2012-11-13", body=body)
    lines = project.build().stderr.splitlines()[:-1]
    reported = [tuple(line.split(": ")[:2]) for line in lines]
    assert [(place.partition(":")[2], code) for place, code in reported] == [
        ("4:21", "error L001"),
        ("4:36", "error L001"),
        ("4:54", "error L002"),
        ("10:10", "error L002"),
        ("10:23", "error L001"),
        ("12:6", "error L002"),
        ("14:27", "error L001"),
    ]


def test_a_fragment_of_a_link_from_the_root_is_looked_up_too(project: Project) -> None:
    project.report("2012-11-13", body="Text.\n\n## Budget\n\nText.\n")
    project.report("2013-01-31", body="[a](/reports/2012-11-13/#budget)\n")
    assert (
        'href="../../reports/2012-11-13/#budget"'
        in (project.built(), project.page("reports/2013-01-31"))[1]
    )
    project.report("2013-01-31", body="[a](/reports/2012-11-13/#nope)\n")
    assert "error L003" in project.build().stderr


def test_a_link_leads_to_an_ask(project: Project) -> None:
    project.report("2012-11-13", "feedback: [{id: venue, ask: Where?}]")
    project.report(
        "2013-01-31",
        body="[[2012-11-13#venue|asked]], [a](/reports/2012-11-13/#venue),"
        " [[2012-11-13#ask:venue]] and [b](2012-11-13.md#ask:venue)\n",
    )
    project.built()
    links = re.findall(r'href="([^"]*#venue)"', project.page("reports/2013-01-31"))
    assert links.count("../../reports/2012-11-13/#venue") == 5, "and under Last time"


def test_no_link_to_a_withdrawn_report_keeps_its_fragment(project: Project) -> None:
    project.report("2012-11-13", "withdrawn: {date: 2012-12-01, reason: R}", "## Xyzzyhead\n")
    links = ["[[2012-11-13#xyzzyhead]]", "[a](2012-11-13.md#xyzzyhead)"]
    links.append("[b](/reports/2012-11-13/#xyzzyhead)")
    project.report("2013-01-31", body="\n\n".join(links))
    for path, data in tree(project.built()).items():
        assert b"xyzzyhead" not in data.lower(), path


def test_a_default_summary_names_reports_as_the_page_does(project: Project) -> None:
    project.report("2012-11-13")
    project.report("2013-01-31", body="As [[2012-11-13]] said.\n")
    project.built()
    assert "<p>As Report from 13 November 2012 meeting said.</p>" in project.page()


def test_reports_of_two_boards_on_one_day_can_be_told_apart(project: Project) -> None:
    boards = "boards: {one: {name: Board One}, two: {name: Board Two}}\n"
    project.write("site.yaml", SITE_YAML + boards)
    project.report("one/2012-11-13", "feedback: [{id: venue, ask: Where?}]")
    project.report("two/2012-11-13", body="See [[one/2012-11-13]].\n")
    project.report("two/2013-01-31", "outcomes: [{ask: one/2012-11-13/venue, outcome: Here.}]")
    project.built()
    first_page, second_page = (
        project.page(f"reports/{board}/2012-11-13") for board in ("one", "two")
    )
    title = "Report from 13 November 2012 meeting"
    assert f"<title>{title} – Board One – Test Board</title>" in first_page
    assert f"<title>{title} – Board Two – Test Board</title>" in second_page
    assert f"{title} (Board One)</a>" in second_page
    assert "Report from 31 January 2013 meeting (Board Two)</a>" in first_page
    feed = project.page("feed.xml")
    assert f"<title>{title} (Board One)</title>" in feed
    assert f"<title>{title} (Board Two)</title>" in feed
