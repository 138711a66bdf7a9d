"""Test the page with what is new: reports, corrections, outcomes, and changes of meetings, by day."""

from xml.etree.ElementTree import Element

from conftest import Project, text

MEETINGS = "boards: {lscb: {name: Safeguarding}, health: {name: Health}}\n"


def read_days(project: Project) -> dict[str, list[str]]:
    """Return what the page has for each day, in order."""
    main = project.parsed("new").find(".//main")
    assert main is not None
    days: dict[str, list[str]] = {}
    heading = ""
    for element in main.iter():
        if element.tag == "h2":
            heading = text(element)
        elif element.tag == "li" and "news" in get_parent_class(main, element):
            days.setdefault(heading, []).append(" | ".join(map(text, element.iter("p"))))
    return days


def get_parent_class(root: Element, element: Element) -> str:
    return next(parent.get("class", "") for parent in root.iter() if element in list(parent))


def test_what_is_new_by_day_the_newest_first(project: Project) -> None:
    project.report(
        "2012-09-11",
        """
        published: 2012-09-18
        summary: The board met.
        feedback: [{id: venue, ask: Where shall we meet?, deadline: 2012-10-12, reply_to: a@example.org}]
        corrections: [{date: 2012-09-20, note: It was a Tuesday.}]
        """,
    )
    project.report(
        "2012-11-13",
        """
        published: 2012-11-20
        outcomes: [{ask: 2012-09-11/venue, outcome: In the *library*.}]
        next_meeting: 2013-01-31
        corrections: [{date: 2012-09-20, note: An early one.}]
        """,
        "Twelve groups came.\n",
    )
    project.built()
    assert read_days(project) == {
        "Tuesday 20 November 2012": [
            "Report: Report from 13 November 2012 meeting | Twelve groups came.",
            "Outcome: Where shall we meet? | In the library.",
        ],
        "Thursday 20 September 2012": [
            "Correction: Report from 13 November 2012 meeting | An early one.",
            "Correction: Report from 11 September 2012 meeting | It was a Tuesday.",
        ],
        "Tuesday 18 September 2012": [
            "Report: Report from 11 September 2012 meeting | The board met.",
        ],
    }
    hrefs = [link.get("href") for link in project.parsed("new").iterfind(".//main//ul//a")]
    assert "../reports/2012-09-11/#part:corrections" in hrefs
    assert "../reports/2012-09-11/#venue" in hrefs


def test_meetings_that_were_cancelled_moved_or_dropped(project: Project) -> None:
    project.report("2012-09-11", "next_meetings: [2012-11-13, 2013-01-15, 2013-02-12, 2013-05-14]")
    project.report(
        "2012-11-13",
        "published: 2012-11-20\nnext_meetings: [2013-01-22, 2013-05-14]",
    )
    project.report("2013-01-22", "published: 2013-01-10\ncancelled: Snow.")
    project.report("2013-02-26", "published: 2013-01-10\ntitle: Visit\ncancelled: Flu.")
    project.built()
    days = read_days(project)
    source = "(Report from 13 November 2012 meeting)"
    assert days["Tuesday 20 November 2012"] == [
        "Report: Report from 13 November 2012 meeting | Text.",
        f"Meeting moved: from Tuesday 15 January 2013 to Tuesday 22 January 2013 {source}",
        f"Meeting cancelled: no longer planned for Tuesday 12 February 2013 {source}",
    ]
    assert days["Thursday 10 January 2013"] == [
        "Meeting cancelled: Visit (26 February 2013) | Flu.",
        "Meeting cancelled: Tuesday 22 January 2013 | Snow.",
    ]


def test_a_meeting_held_on_another_day_and_an_agenda_of_a_moved_one(project: Project) -> None:
    project.report("2012-09-11", "next_meeting: 2012-11-13")
    project.report("2012-11-20", "announced_for: 2012-11-13\nnext_meeting: 2013-03-12")
    agenda = "agenda: true\nannounced_for: 2013-03-12\npublished: 2013-02-20"
    project.report("2013-03-19", agenda)
    project.built()
    days = read_days(project)
    assert days["Tuesday 20 November 2012"] == [
        "Report: Report from 20 November 2012 meeting · moved from 13 November 2012 | Text."
    ]
    moved = "Meeting moved: from Tuesday 12 March 2013 to Tuesday 19 March 2013"
    assert days["Wednesday 20 February 2013"] == [f"{moved} (Agenda for 19 March 2013 meeting)"]


def test_a_plan_does_not_say_when_a_meeting_was_moved(project: Project) -> None:
    project.write("site.yaml", f"title: T\nbase_url: https://example.org/\n{MEETINGS}")
    project.write(
        "meetings.yaml",
        """
        health:
          - {date: 2013-03-19, formerly: 2013-03-12}
          - {date: 2013-02-19, formerly: 2013-02-12}
        """,
    )
    project.report("lscb/2012-11-13")
    project.built(today="2013-03-01")
    days = read_days(project)
    moved = "Meeting moved: from Tuesday 12 March 2013 to Tuesday 19 March 2013 Health"
    assert days["Moved meetings"] == [moved], "the other one is over"
    assert list(days) == ["Moved meetings", "Tuesday 13 November 2012"]
    assert days["Tuesday 13 November 2012"] == [
        "Report: Report from 13 November 2012 meeting Safeguarding | Text."
    ]
    project.built(today="2013-03-20")
    assert "Moved meetings" not in read_days(project)


def test_a_withdrawn_report_leaves_the_day_and_the_reason(project: Project) -> None:
    project.report("2012-09-11", "next_meetings: [2012-11-13, 2013-01-15]")
    front = """
        published: 2012-11-20
        title: XYZZY title
        summary: XYZZY summary
        feedback: [{id: it, ask: XYZZY ask?, deadline: 2012-12-12, reply_to: a@example.org}]
        corrections: [{date: 2012-11-22, note: XYZZY note}]
        next_meetings: [2013-01-22]
        """
    project.report("2012-11-13", front, "XYZZY body\n")
    later = "outcomes: [{ask: 2012-11-13/it, outcome: XYZZY outcome}]"
    project.report("2012-12-11", later)
    project.built()
    assert project.page("new").count("XYZZY") >= 5
    withdrawn = "withdrawn: {date: 2012-12-01, reason: It named a family.}\n"
    project.report("2012-11-13", withdrawn + front.replace("\n        ", "\n"), "XYZZY body\n")
    project.built()
    assert "XYZZY" not in project.page("new")
    days = read_days(project)
    assert days["Saturday 1 December 2012"] == [
        "Report withdrawn: Report from 13 November 2012 meeting | It named a family."
    ]
    assert "Tuesday 20 November 2012" not in days


def test_a_day_that_only_a_withdrawn_report_named_is_left_out(project: Project) -> None:
    project.report(
        "2012-09-11",
        "next_meetings: [2013-03-12]\nwithdrawn: {date: 2012-12-01, reason: It named a family.}",
    )
    project.report("2012-11-13", "next_meetings: [2013-03-19]")
    project.report("2013-01-15", "next_meetings: [2013-03-26]")
    project.built()
    moved = [line for lines in read_days(project).values() for line in lines if "moved" in line]
    days = "from Tuesday 19 March 2013 to Tuesday 26 March 2013"
    assert moved == [f"Meeting moved: {days} (Report from 15 January 2013 meeting)"]


def test_drafts_and_scheduled_reports_are_not_new(project: Project) -> None:
    project.report("2012-11-13", "draft: true\ncorrections: [{date: 2012-12-01, note: XYZZY}]")
    front = "published: 2013-03-02\noutcomes: [{ask: 2012-09-11/it, outcome: XYZZY}]"
    project.report("2013-02-12", front, "XYZZY\n")
    project.report(
        "2012-09-11",
        "feedback: [{id: it, ask: What?, deadline: 2012-12-01, reply_to: a@example.org}]",
    )
    project.report("2013-03-19", "agenda: true\ndraft: true\nannounced_for: none", "XYZZY\n")
    project.built()
    assert list(read_days(project)) == ["Tuesday 11 September 2012"]
    assert "XYZZY" not in project.page("new")
    project.built(today="2013-03-02")
    assert next(iter(read_days(project))) == "Saturday 2 March 2013"


def test_a_long_list_ends_and_leads_to_the_years(project: Project) -> None:
    for year in (2010, 2011, 2012):
        for month in range(1, 13):
            for day in (10, 20):
                project.report(f"{year}-{month:02}-{day}", "published: 2013-01-01")
    project.built()
    days = read_days(project)
    (entries,) = days.values()
    assert len(entries) == 50
    assert "20 December 2012" in entries[0]
    page = project.parsed("new")
    assert "These are the newest entries." in text(page.find(".//main"))
    hrefs = [link.get("href") for link in page.iterfind(".//main//nav[@class='years']//a")]
    assert hrefs == ["../years/2012/", "../years/2011/", "../years/2010/"]


def test_an_empty_site_says_what_will_appear(project: Project) -> None:
    project.built()
    assert "No report has been published yet." in text(project.parsed("new").find(".//main"))


def test_words_in_other_languages_are_marked(project: Project) -> None:
    project.report(
        "2012-11-13",
        "language: cy\ntitle: Cyfarfod\nsummary: Crynodeb\n"
        "corrections: [{date: 2012-11-20, note: Nodyn}]",
    )
    project.built()
    root = project.parsed("new")
    for words in ("Cyfarfod", "Crynodeb", "Nodyn"):
        marked = [one for one in root.iter() if (one.text or "").strip().startswith(words)]
        assert marked, words
        assert all(one.get("lang") == "cy" for one in marked)


def test_each_page_and_the_sitemap_lead_there(project: Project) -> None:
    project.report("2012-11-13")
    project.built()
    assert '<a href="../../new/">What is new</a>' in project.page("reports/2012-11-13")
    assert """<a href="new/">What is new</a>""" in project.page()
    assert 'href="../new/"' in project.page("subscribe")
    assert "<loc>https://example.org/a/b/new/</loc>" in project.page("sitemap.xml")
