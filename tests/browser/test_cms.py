"""Test the form for editing in a browser: write and change reports with both CMSs, and build them.

Each CMS keeps its files in the browser here (its ``test-repo`` backend). The page, its policy and the
scripts are those of the site as it is published, under a path.
"""

import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml
from browsing import Served, serving
from cms_forms import CMSS, Form, Sveltia, front
from conftest import HUNT, PNG, Project
from msgspec.structs import replace
from playwright.sync_api import Browser, ConsoleMessage

SETTINGS = """\
title: Test Board
base_url: https://example.org/a/b/
search: false
uid: test
boards:
  lscb: {name: Safeguarding Board}
  health: {name: Health Board}
"""
TOPICS = """\
domestic-violence: {name: Domestic violence, aliases: [Domestic abuse]}
training: {name: Training}
"""
FIRST = """\
---
date: 2012-11-13
attendees: [Ada Moss (Eastmoor Carers), "Cara Lund, Open Door Eastmoor"]
feedback:
  - ask: Where shall we meet?
    id: venue
    deadline: 2012-12-14
    reply_to: 01632960178
next_meeting: {date: 2013-01-31, time: 18:30, place: Council House}
---

## Training

Staff will be trained.
"""
# Every way to write a value, and what no form has a field for.
RICH = """\
---
# Lines like this are the author's own.
date: 12-13 February 2013
Time: 6.30pm to 8.30pm
title: 'Budget: "cuts" and more'   # as agreed

attendees:
  # in order of arrival
  - Ada Moss (Eastmoor Carers)
  - {name: Dev Shah, organisation: Eastmoor Council, role: chair}
  - Fay Ott (Station Road Hub), treasurer, until 3pm
apologies: [Cara Lund (Open Door Eastmoor)]
feedback:
- id: times
  ask: >-
    Which times suit you,
    and why?
  Reply to: 01632 960178
  deadline: 21 March 2013 (extended from 14 March 2013)
outcomes:
  - ask: lscb/2012-11-13/venue
    outcome: It will be "Council House".
Next meeting: July 2013
next_meetings:
  - 2013-09-10
  - {date: 2013-10-08, time: 18:30}
announced_for: 31st January 2013
aliases: [/old/february/]
waivers:
  - {rule: P104, text: 01632 960178, reason: It is public.}
draft: no
---

## Domestic abuse

As said in [[lscb/2012-11-13]]: *soon*, 1\\. or _later_.

```
  code, kept as it is
```
"""


PEOPLE = """\
# As in the minutes.
Ada Moss: {organisation: Eastmoor Carers}   # chair
Dev Shah:
  organisation:
    - {name: Eastmoor Council, until: 2012-06-30}
    - {name: Open Door Eastmoor, from: 2012-07-01}
"""
BROKEN_PATH = "reports/health/2012/2012-12-04.md"
BROKEN = "---\ndate: 2012-12-04\ntitle: Report: December\n---\n\nText.\n"


class Site(Project):
    """A site with a form that saves in the browser, and the address at which it is served."""

    served: Served
    cms: str

    @property
    def address(self) -> str:
        """Return the address of the form."""
        return f"{self.served.address}admin/"

    def read(self) -> dict[str, str]:
        """Return the texts that the CMS can change."""
        paths = [*self.folder.glob("reports/**/*.md"), *self.folder.glob("[pt]*.yaml")]
        return {BROKEN_PATH: BROKEN} | {
            path.relative_to(self.folder).as_posix(): path.read_text() for path in paths
        }


@pytest.fixture(scope="module", params=[*CMSS][:1] if HUNT == 1 else CMSS)
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    site = Site(folder)
    site.write("site.yaml", SETTINGS)
    site.write("topics.yaml", TOPICS)
    site.write("people.yaml", PEOPLE)
    site.write("reports/lscb/2012-11-13.md", FIRST)
    site.write("reports/lscb/2013-02-12.md", RICH)
    site.report("health/2012/2012-10-02")
    assert site.run("cms", "--use", request.param).exit_code == 0
    config = folder / "admin/config.yml"
    config.write_text(config.read_text().replace("name: github", "name: test-repo"))
    site.cms = request.param
    with serving(site.built()) as served:
        site.served = served
        yield site


def is_complaint(said: ConsoleMessage) -> bool:
    """Whether a CMS prints an error, or a setting that it does not know, but those of other backends."""
    unknown = "is not defined in the" in said.text and "backend." not in said.text
    return said.type == "error" or unknown


@contextmanager
def open_form(browser: Browser, site: Site, *, refuses: bool = False) -> Iterator[Form]:
    """Open the form; nothing may be asked of another host, and nothing be against the policy.

    ``refuses`` tells that it has to refuse something, which both CMSs also print as an error.
    """
    seen = []
    with browser.new_context(locale="en-GB") as context:
        page = context.new_page()
        page.set_viewport_size({"width": 1280, "height": 6000})
        page.on("request", lambda request: seen.append(request.url))
        page.on("console", lambda said: seen.append(said.text) if is_complaint(said) else None)
        page.on("pageerror", lambda error: seen.append(str(error)))
        yield CMSS[site.cms](page, site.address, site.read())
    strange = [said for said in seen if not said.startswith((site.address, "blob:", "data:"))]
    assert refuses or strange == []


def test_a_report_written_in_the_form_is_the_report_that_the_model_wants(
    browser: Browser, site: Site, tmp_path: Path
) -> None:
    picture = tmp_path / "My chart.png"
    picture.write_bytes(PNG)
    with open_form(browser, site) as form:
        form.upload(picture, "my-chart.png")
        form.open("reports-lscb/new")
        form.fill("date", "2013-02-26")
        form.fill("time", "6.30pm to 8.30pm")
        form.fill("heading", 'Budget: "cuts" & more')
        form.fill(
            "body",
            "## Domestic abuse\n\nAs said in [[lscb/2012-11-13]].\n\n- *one*\n- two_three\n\n![The replies](/files/my-chart.png)",
        )
        form.add("question")
        form.fill("feedback.0.ask", "Who: would come?\nAnd when?")
        form.fill("feedback.0.deadline", "14 March 2013")
        form.fill("feedback.0.reply_to", "01632960178")
        form.choose("attendees_chosen", "Ada Moss (Eastmoor Carers)")
        form.fill("attendees", "Dev Shah (Eastmoor Council), chair\n{name: Bo, role: no}")
        form.choose("topics_chosen", "Training")
        form.fill("next_meeting.date", "to be confirmed (probably July)")
        text = form.save("reports/lscb/2013-02-26.md")
    meant = """\
        ---
        date: 2013-02-26
        time: 6.30pm to 8.30pm
        draft: true
        title: 'Budget: "cuts" & more'
        feedback:
          - ask: |-
              Who: would come?
              And when?
            deadline: 2013-03-14
            reply_to: "01632960178"
        attendees: [Ada Moss (Eastmoor Carers), "Dev Shah (Eastmoor Council), chair", {name: Bo, role: "no"}]
        topics: [training]
        next_meeting: to be confirmed (probably July)
        ---

        ## Domestic abuse

        As said in [[lscb/2012-11-13]].

        - *one*
        - two_three

        ![The replies](/files/my-chart.png)
        """
    assert front(text) == front(textwrap.dedent(meant))
    assert text.partition("---\n\n")[2] == textwrap.dedent(meant).partition("---\n\n")[2]
    site.write("files/my-chart.png", PNG)
    place = site.write("reports/lscb/2013-02-26.md", text.encode().replace(b"draft: true\n", b""))
    try:
        site.built("--strict")
        assert "As said in" in site.page("reports/lscb/2013-02-26")
    finally:
        place.unlink()


def test_a_change_of_one_field_changes_its_lines_and_no_others(
    browser: Browser, site: Site
) -> None:
    with open_form(browser, site) as form:
        form.open("reports-lscb/entries/2013-02-12")
        form.fill("heading", "Of money")
        for _ in range(600):
            if form.find_required() >= {"Day of the meeting", "What came of it"}:
                break
            form.page.wait_for_timeout(100)
        assert form.find_required() >= {"Day of the meeting", "What came of it"}
        assert not form.find_required() & {"Title", "Next meeting", "More fields", "Author"}
        form.expand_group("more")
        form.fill("more.author", "Ada Moss")
        once = form.save("reports/lscb/2013-02-12.md")
        retitled = RICH.replace("'Budget: \"cuts\" and more'   # as agreed", "Of money")
        assert once == retitled.replace("draft: no\n", "draft: no\nauthor: Ada Moss\n")
        form.open("reports-lscb/entries/2013-02-12")
        form.choose("topics_chosen", "Domestic violence")
        form.fill("attendees", "Fay Ott (Station Road Hub), treasurer\nNew Person")
        form.fill("feedback.0.audience", "parents")
        twice = form.save("reports/lscb/2013-02-12.md")
        form.open("reports-health--2013/new")
        form.fill("date", "2013-02-26")
        assert "date: 2013-02-26\n" in form.save("reports/health/2013/2013-02-26.md")
    before, after = front(RICH), front(twice)
    assert [person.name for person in after.attendees] == ["Ada Moss", "Fay Ott", "New Person"]
    assert after.topics == ("domestic-violence",)
    changed = {
        "title": after.title,
        "author": "Ada Moss",
        "attendees": after.attendees,
        "topics": after.topics,
    }
    ask = replace(before.feedback[0], audience="parents")
    assert after == replace(before, **changed, feedback=(ask,))
    assert twice.partition("\n---\n")[2] == RICH.partition("\n---\n")[2]
    assert "# in order of arrival" not in twice
    assert "# Lines like this are the author's own.\n" in twice
    assert "\nNext meeting: July 2013\n" in twice
    assert "\nwaivers:\n  - {rule: P104, text: 01632 960178, reason: It is public.}\n" in twice


def test_a_file_of_names_keeps_its_entries_and_comments(browser: Browser, site: Site) -> None:
    with open_form(browser, site) as form:
        form.open("people-file/entries/people")
        form.expand("Dev Shah")
        form.fill("people.1.aliases", "D. Shah\nDevendra Shah")
        people = form.save("people.yaml")
    assert yaml.safe_load(people) == {
        **yaml.safe_load(PEOPLE),
        "Dev Shah": {**yaml.safe_load(PEOPLE)["Dev Shah"], "aliases": ["D. Shah", "Devendra Shah"]},
    }
    assert people.startswith(PEOPLE.partition("Dev Shah")[0])


def test_a_file_that_the_form_cannot_read_is_left_alone(browser: Browser, site: Site) -> None:
    with open_form(browser, site, refuses=True) as form:
        form.open("reports-health--2012/entries/2012-12-04")
        form.fill("heading", "Another title")
        assert 'in "title: Report: December"' in form.refuse()
        assert form.read(BROKEN_PATH) == BROKEN


def test_a_list_has_each_day_once_and_the_newest_report_first(browser: Browser, site: Site) -> None:
    if site.cms == "decap":
        pytest.skip("its test backend lists no folder inside another one")
    with open_form(browser, site) as form:
        assert isinstance(form, Sveltia)
        newest = ['2013-02-12 Budget: "cuts" and more', "2012-11-13"]
        assert form.list_entries("reports-lscb", len(newest)) == newest


def test_a_duplicate_is_a_report_of_its_own(browser: Browser, site: Site) -> None:
    with open_form(browser, site) as form:
        form.open("reports-lscb/entries/2013-02-12")
        if form.duplicate():
            form.fill("date", "2013-02-26")
            form.expand_group("more")
            form.fill("more.author", "Ada Moss")
            text = form.save("reports/lscb/2013-02-26.md")
            assert "title: 'Budget:" in text
            assert "author: Ada Moss\n" in text
            for own in ("aliases", "announced_for", "next_meetings", "waivers", "# Lines", "12-13"):
                assert own not in text
