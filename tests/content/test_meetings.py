"""Test agendas, joint meetings, second reports, meetings ahead, and what became of them."""

import json
import re
from typing import Any

import feedparser
import pytest
from conftest import Project

BOARDS = """\
title: Test Board
base_url: https://example.org/a/b/
boards: {lscb: {name: Safeguarding}, health: {name: Health}}
"""
SECTION = "## Rooms\n\nText.\n"


def text(html: str) -> str:
    """Return the words of a piece of a page."""
    return " ".join(re.sub("<[^>]+>", "", html.replace("</dt>", " ")).split())


def coming(project: Project, page: str = "") -> list[str]:
    """Return the coming meetings on a page, in words."""
    return [
        text(meeting)
        for meeting in re.findall('<p class="meeting">(.*?)</p>', project.page(page), re.DOTALL)
    ]


def glance(project: Project, report: str) -> dict[str, str]:
    """Return what a report says at a glance."""
    html = (
        project.page(f"reports/{report}").partition('class="glance"')[2].partition("</section>")[0]
    )
    return {
        text(name): text(value)
        for name, value in re.findall("<dt>(.*?)</dt><dd>(.*?)</dd>", html, re.DOTALL)
    }


def json_ld(project: Project, page: str) -> list[dict[str, Any]]:
    """Return what a page says in the vocabulary of schema.org."""
    script = project.page(page).partition('<script type="application/ld+json">')[2]
    graph: list[dict[str, Any]] = json.loads(script.partition("</script>")[0])["@graph"]
    return graph


def chain(project: Project, report: str) -> list[str]:
    """Return the links to other meetings at the end of a report."""
    html = (
        project.page(f"reports/{report}").partition('<nav class="chain"')[2].partition("</nav>")[0]
    )
    return [text(link) for link in re.findall("<a.*?</a>", html, re.DOTALL)]


# --- agendas -----------------------------------------------------------------------------------

AGENDA = "agenda: true\ntime: 6.30pm\nplace: Council House"


def test_an_agenda_is_announced_and_becomes_the_report_at_the_same_address(
    project: Project,
) -> None:
    project.report("2013-02-12", "next_meeting: 2013-03-12", SECTION)
    project.report("2013-03-12", AGENDA, "1. Budget\n\n[Papers](../files/papers.pdf)\n")
    project.write("files/papers.pdf", b"%PDF-1.4\n")
    project.built()
    page = project.page("reports/2013-03-12")
    assert "The meeting is still to come." in page
    assert "Papers" in page
    assert (project.output / "files/papers.pdf").is_file()
    assert glance(project, "2013-03-12")["Planned for"].startswith("Tuesday 12 March 2013, 6.30pm")
    (ahead,) = coming(project)
    assert ahead.startswith(
        "Tuesday 12 March 2013, 6.30pm, Council House · Agenda · Add to calendar"
    )
    newest = project.page().partition('id="part:newest"')[2].partition("</section>")[0]
    assert "12 February 2013" in newest
    assert "12 March 2013" not in newest
    assert "2013-03-12" not in project.page("feed.xml")
    assert "12 March 2013" not in text(project.page("years/2013"))
    assert chain(project, "2013-02-12") == ["All meetings in 2013"]
    assert "reports/2013-03-12/" in project.page("sitemap.xml")

    project.report("2013-03-12", "time: 6.30pm", SECTION)
    project.built(today="2013-03-20")
    page = project.page("reports/2013-03-12")
    assert "Agenda" not in page
    assert chain(project, "2013-02-12") == ["Next meeting 12 March 2013"]
    entries = feedparser.parse(project.page("feed.xml")).entries
    assert [entry.link.rpartition("a/b/")[2] for entry in entries] == [
        "reports/2013-03-12/",
        "reports/2013-02-12/",
    ]


def test_an_agenda_leads_to_no_page_of_a_year_without_a_report(project: Project) -> None:
    project.report("2014-03-12", AGENDA)
    output = project.built()
    links = [link.get("href") or "" for link in project.parsed("reports/2014-03-12").iter("a")]
    assert not [link for link in links if "years/" in link]
    assert not (output / "years").exists()


def test_an_agenda_whose_day_is_over_says_that_there_is_no_report_yet(project: Project) -> None:
    project.report("2013-02-12", "next_meeting: 2013-03-12")
    project.report("2013-03-12", AGENDA)
    project.built(today="2013-03-13")
    assert "We have no report of this meeting yet." in project.page("reports/2013-03-12")
    assert coming(project) == []
    assert glance(project, "2013-02-12")["Next meeting"] == (
        "Planned for Tuesday 12 March 2013. We have no report of this meeting. Agenda"
    )
    assert "12 March" not in project.page().partition('id="part:newest"')[2]


def test_a_file_ahead_that_only_says_when_and_where_is_an_agenda(project: Project) -> None:
    project.report("2013-03-12", "time: 6.30pm\nplace: Hall", "")
    project.built()
    assert coming(project) == ["Tuesday 12 March 2013, 6.30pm, Hall · Agenda · Add to calendar"]
    project.report("2013-03-12", "time: 6.30pm\nplace: Hall", "It was said.\n")
    project.built()
    assert not (project.output / "reports/2013-03-12").exists(), "a report that is scheduled"


@pytest.mark.parametrize("note", ["", "corrections: [{date: 2013-02-21, note: It takes place.}]\n"])
def test_a_meeting_that_takes_place_after_all_is_no_report_before(
    project: Project, note: str
) -> None:
    project.report("2013-03-12", "published: 2013-02-20\ncancelled: Snow\ntime: 6.30pm", "")
    project.built()
    project.report("2013-03-12", f"published: 2013-02-20\n{note}time: 6.30pm", "")
    result = project.build()
    assert (result.exit_code, "C101" in result.stderr) == (0, False)
    assert "<item>" not in project.page("feed.xml")


def test_an_agenda_waits_for_its_day_of_publication(project: Project) -> None:
    project.report("2013-03-12", f"{AGENDA}\npublished: 2013-03-05")
    project.built(today="2013-03-04")
    assert not (project.output / "reports/2013-03-12").exists()
    project.built(today="2013-03-05")
    assert (project.output / "reports/2013-03-12").exists()


def test_readers_can_answer_a_question_before_the_meeting(project: Project) -> None:
    ask = "feedback: [{id: raise, ask: What shall we raise?, deadline: 2013-03-08, reply_to: me}]"
    project.report("2013-03-12", f"{AGENDA}\npublished: 2013-02-20\n{ask}")
    project.built()
    assert "What shall we raise?" in project.page()
    assert "What shall we raise?" in project.page("asks")
    (entry,) = feedparser.parse(project.page("asks/feed.xml")).entries
    assert entry.link.endswith("reports/2013-03-12/#raise")


def test_the_topics_of_an_agenda_are_no_meetings_yet(project: Project) -> None:
    project.write("topics.yaml", "rooms: {name: Rooms}\n")
    project.report("2013-02-12", body=SECTION)
    project.report("2013-03-12", AGENDA, SECTION)
    project.built()
    assert "2013-03-12" not in project.page("topics/rooms")


# --- joint meetings and second reports ---------------------------------------------------------


@pytest.fixture
def joint(project: Project) -> Project:
    """A site with two boards that met together on 12 February."""
    project.write("site.yaml", BOARDS)
    project.write("topics.yaml", "rooms: {name: Rooms}\n")
    project.report("lscb/2013-01-08", body=SECTION)
    project.report("health/2013-01-15", body=SECTION)
    project.report("2013-02-12", "boards: [lscb, health]", SECTION)
    project.report("lscb/2013-02-19", body=SECTION)
    project.report("health/2013-02-26", body=SECTION)
    return project


def test_a_joint_meeting_is_in_the_chains_of_both_boards(joint: Project) -> None:
    joint.built()
    assert chain(joint, "2013-02-12") == [
        "Previous meeting 8 January 2013",
        "Next meeting 19 February 2013",
        "Previous meeting (Health) 15 January 2013",
        "Next meeting (Health) 26 February 2013",
    ]
    assert chain(joint, "lscb/2013-02-19")[0] == "Previous meeting 12 February 2013"
    assert chain(joint, "health/2013-01-15") == ["Next meeting 12 February 2013"]


def test_a_joint_meeting_is_shown_with_each_board_and_counted_once(joint: Project) -> None:
    joint.built()
    for board in ("lscb", "health"):
        assert "reports/2013-02-12/" in joint.page(f"boards/{board}")
        assert "reports/2013-02-12/" in joint.page(f"boards/{board}/feed.xml")
    entries = feedparser.parse(joint.page("feed.xml")).entries
    assert len({entry.id for entry in entries}) == len(entries) == 5
    assert joint.page("feed.xml").count("<item>") == 5
    assert "5 meetings" in text(joint.page())
    assert "Meetings 5" in text(joint.page("topics/rooms"))
    assert "3rd meeting on this topic" in text(joint.page("reports/2013-02-12"))
    board = joint.page("reports/2013-02-12")
    assert 'href="../../boards/lscb/"' in board
    assert 'href="../../boards/health/"' in board


def test_a_joint_meeting_resolves_what_either_board_announced(joint: Project) -> None:
    joint.report("health/2013-01-15", "next_meeting: 2013-02-12", SECTION)
    joint.built()
    assert glance(joint, "health/2013-01-15")["Next meeting"] == "Tuesday 12 February 2013"


def test_two_reports_of_a_meeting_lead_to_each_other_and_count_once(project: Project) -> None:
    project.write("topics.yaml", "rooms: {name: Rooms}\n")
    project.report("2013-01-08", "next_meeting: 2013-02-12", SECTION)
    project.report("2013-02-12", "title: First", SECTION)
    project.report("2013-02-12-tom", "title: Second\nmeeting: 2013-02-12", SECTION)
    project.report("2013-02-26", "", SECTION)
    project.built()
    first, second = (project.page(f"reports/2013-02-12{name}") for name in ("", "-tom"))
    assert 'Same meeting: <a href="../../reports/2013-02-12-tom/">Second (12 Feb' in first
    assert 'Same meeting: <a href="../../reports/2013-02-12/">First (12 Feb' in second
    assert chain(project, "2013-01-08") == ["Next meeting 12 February 2013"]
    assert chain(project, "2013-02-26") == ["Previous meeting 12 February 2013"]
    assert chain(project, "2013-02-12-tom") == [
        "Previous meeting 8 January 2013",
        "Next meeting 26 February 2013",
    ]
    assert "Meetings 3" in text(project.page("topics/rooms"))
    assert "3 meetings" in text(project.page())
    assert len(feedparser.parse(project.page("feed.xml")).entries) == 4


def test_a_second_report_stands_for_the_meeting_while_the_first_is_a_draft(
    project: Project,
) -> None:
    project.report("2013-01-08", "next_meeting: 2013-02-12")
    project.report("2013-02-12", "draft: true")
    project.report("2013-02-12-tom", "meeting: 2013-02-12")
    project.built()
    assert chain(project, "2013-01-08") == ["Next meeting 12 February 2013"]
    assert "Same meeting" not in glance(project, "2013-02-12-tom")


# --- what became of announced meetings ---------------------------------------------------------


WORKSHOP = '{date: 2013-03-12, time: "10:00", place: Library, title: Workshop}'
EVENING = '{date: 2013-03-12, time: "18:30", place: Hall}'


def test_a_meeting_is_not_reported_by_the_report_of_another_one_of_its_day(
    project: Project,
) -> None:
    """Who announced the other meeting is of no account: a plan, or a later report."""
    project.report("2013-01-08", f"next_meeting: {EVENING}")
    project.report("2013-03-12-workshop", "time: 10:00\nnext_meeting: 2013-04-09", SECTION)
    ahead = "Tuesday 12 March 2013, 6.30pm, Hall"
    over = "Planned for Tuesday 12 March 2013. We have no report of this meeting."
    project.write("meetings.yaml", f"- {WORKSHOP}\n- {EVENING}\n")
    for _ in range(2):
        for today, said in (("2013-03-12", ahead), ("2013-03-13", over)):
            project.built(today=today)
            shown = glance(project, "2013-01-08")["Next meeting"]
            assert shown.removesuffix(" · Add to calendar").removesuffix(" ·") == said
        (project.folder / "meetings.yaml").unlink(missing_ok=True)
        project.report("2013-02-05", f"next_meeting: {EVENING}\nnext_meetings: [{WORKSHOP}]")
    project.report("2013-03-12", "time: 18:30", SECTION)
    project.built(today="2013-03-13")
    assert chain(project, "2013-01-08") == ["Next meeting 5 February 2013"]
    page = project.page("reports/2013-01-08")
    assert 'href="../../reports/2013-03-12/"' in page
    assert 'href="../../reports/2013-03-12-workshop/"' not in page


def test_a_meeting_at_another_time_than_first_announced_is_still_the_announced_one(
    project: Project,
) -> None:
    project.report("2013-01-08", f"next_meeting: {EVENING}")
    project.report("2013-02-05", "next_meeting: {date: 2013-03-12, time: 7pm}")
    project.report("2013-03-12", "time: 7pm", SECTION)
    project.built(today="2013-03-13")
    assert 'href="../../reports/2013-03-12/"' in project.page("reports/2013-01-08")


def test_an_extra_meeting_takes_no_other_ones_place(project: Project) -> None:
    project.report("2013-01-08", "next_meeting: 2013-02-12")
    project.report("2013-02-20", "announced_for: none")
    project.built()
    said = "Planned for Tuesday 12 February 2013. We have no report of this meeting."
    assert glance(project, "2013-01-08")["Next meeting"] == said
    assert "Moved from" not in project.page("reports/2013-02-20")


def test_two_candidates_are_a_question_and_no_move(project: Project) -> None:
    project.report("2013-01-08", "next_meeting: 2013-02-12")
    project.report("2013-02-19")
    project.report("2013-02-26")
    result = project.build()
    assert result.exit_code == 0
    assert "reports/2013-02-19.md:2:7: warning L035" in result.stderr
    assert "We have no report" in glance(project, "2013-01-08")["Next meeting"]
    project.report("2013-02-19", "announced_for: none")
    assert "L035" not in project.build().stderr
    assert glance(project, "2013-01-08")["Next meeting"].startswith(
        "Tuesday 26 February 2013 (moved"
    )


def test_a_cancelled_meeting_will_not_take_place_until_its_day_is_over(project: Project) -> None:
    project.report("2013-03-12", "published: 2013-02-20\ncancelled: Repairs")
    for today, said in (("2013-03-12", "will not"), ("2013-03-13", "did not")):
        project.built(today=today)
        banner = text(project.page("reports/2013-03-12").partition('class="banner"')[2])
        assert f"This meeting {said} take place. Repairs" in banner
    project.built(today="2013-03-01")
    assert coming(project) == ["Tuesday 12 March 2013 (cancelled)"]


def test_a_deadline_that_was_extended_says_so(project: Project) -> None:
    deadline = "15 March 2013 (extended from 1 March 2013)"
    ask = f"feedback: [{{ask: When?, deadline: '{deadline}', reply_to: me}}]"
    project.report("2013-02-12", ask)
    project.built()
    said = "Friday 15 March 2013 (extended from 1 March 2013)"
    assert said in text(project.page("reports/2013-02-12"))
    assert "(extended from 1 March 2013)" in project.page("feed.xml")


# --- when and where ----------------------------------------------------------------------------


def test_several_days_and_an_end_are_shown(project: Project) -> None:
    project.report("2013-01-30", "date: 30 January to 1 February 2013\ntime: 6.30pm to 8pm")
    project.built()
    held = glance(project, "2013-01-30")["Held"]
    assert held == "Wednesday 30 January to Friday 1 February 2013, 6.30pm to 8pm"
    assert "<title>Report from 30 January to 1 February 2013 meeting" in project.page(
        "reports/2013-01-30"
    )


def test_meetings_ahead_are_in_order_with_those_whose_day_is_not_known(project: Project) -> None:
    project.write(
        "meetings.yaml",
        "- 2013-05-14\n- July 2013\n- {date: 2013-07-09, title: Open evening}\n- autumn 2013\n",
    )
    project.report("2013-02-12", "next_meeting: to be confirmed (probably April)")
    project.built()
    listed = [entry.partition(" · ")[0] for entry in coming(project)]
    assert listed == [
        "to be confirmed (probably April)",
        "Tuesday 14 May 2013",
        "Tuesday 9 July 2013, Open evening",
        "autumn 2013",
    ], "the one in July has its day by now"
    assert "DTSTART;VALUE=DATE:20130514" in project.page("calendar.ics")
    assert project.page("calendar.ics").count("BEGIN:VEVENT") == 3


def test_a_long_list_of_meetings_is_folded(project: Project) -> None:
    project.write("meetings.yaml", "- second Tuesday of each month in 2013\n")
    project.built()
    assert len(coming(project)) == 10
    assert "6 more meetings" in project.page()


def test_where_a_meeting_is_and_how_to_take_part(project: Project) -> None:
    front = (
        "next_meeting:\n  date: 2013-05-14\n  place: Library, https://example.org/lib (room 2)\n"
        "  url: https://meet.example.org/j/7\n  dial_in: 01632 960 123, code 4567\n"
    )
    project.report("2013-02-12", front)
    project.built()
    page = project.page("reports/2013-02-12")
    assert (
        '<a href="https://example.org/lib" class="bare">https://example.org/lib</a> (room 2)'
        in page
    )
    assert '<a href="https://meet.example.org/j/7">Join online</a>' in page
    assert '<a href="tel:01632960123">01632 960 123</a>, code 4567' in page


@pytest.mark.parametrize(
    ("fields", "mode", "places"),
    [
        ("place: Library", "Offline", {"@type": "Place", "name": "Library"}),
        (
            "url: https://meet.example.org/7",
            "Online",
            {"@type": "VirtualLocation", "url": "https://meet.example.org/7"},
        ),
        ("place: Library\nurl: https://meet.example.org/7", "Mixed", None),
    ],
)
def test_search_engines_are_told_of_the_meeting(
    project: Project, fields: str, mode: str, places: dict[str, str] | None
) -> None:
    project.write("topics.yaml", "rooms: {name: Rooms}\n")
    project.report("2013-02-12", f"time: 10pm to 1am\n{fields}", SECTION)
    project.built()
    event, report = json_ld(project, "reports/2013-02-12")
    assert event["startDate"] == "2013-02-12T22:00+00:00"
    assert event["endDate"] == "2013-02-13T01:00+00:00"
    assert event["eventAttendanceMode"] == f"https://schema.org/{mode}EventAttendanceMode"
    assert event["organizer"]["name"] == "Test Board"
    if places:
        assert event["location"] == places
    rooms = {"@type": "Thing", "name": "Rooms", "url": "https://example.org/a/b/topics/rooms/"}
    assert event["about"] == [rooms]
    assert report["about"] == [{"@id": event["@id"]}, rooms]


def test_search_engines_are_told_of_meetings_ahead(project: Project) -> None:
    project.write("meetings.yaml", "- {date: 14-15 May 2013, title: Away days}\n- July 2013\n")
    project.report("2013-03-12", AGENDA)
    project.built()
    site, agenda, away = json_ld(project, "")
    assert site["@type"] == "WebSite"
    assert agenda["url"] == "https://example.org/a/b/reports/2013-03-12/"
    assert (away["name"], away["startDate"], away["endDate"]) == (
        "Away days",
        "2013-05-14",
        "2013-05-15",
    )
    (event,) = json_ld(project, "reports/2013-03-12")
    assert event["@id"] == agenda["@id"]
