"""Test how people are written in a report: read rightly or asked about, never misnamed."""

import pytest
from conftest import SITE_YAML, Project
from hypothesis import given, settings
from hypothesis import strategies as st

from lscbsite.model import Attendee
from lscbsite.parsing.attendees import Doubt, parse_attendee


@pytest.mark.parametrize(
    ("written", "name", "organisation", "role", "present"),
    [
        ("Ann Bell", "Ann Bell", None, None, None),
        ("Ann Bell (Age UK)", "Ann Bell", "Age UK", None, None),
        ("Ann Bell [Age UK]", "Ann Bell", "Age UK", None, None),
        ("Ann Bell, Age UK", "Ann Bell", "Age UK", None, None),
        ("Ann Bell from Age UK", "Ann Bell", "Age UK", None, None),
        ("Ann Bell, representing Age UK", "Ann Bell", "Age UK", None, None),
        ("Ann Bell - Age UK", "Ann Bell", "Age UK", None, None),
        ("Ann Bell – Age UK", "Ann Bell", "Age UK", None, None),
        ("Ann Bell (Council (Children))", "Ann Bell", "Council (Children)", None, None),
        ("Ann Bell, Age UK (Solihull)", "Ann Bell", "Age UK (Solihull)", None, None),
        ("Ann Bell, Age UK, Solihull", "Ann Bell", "Age UK, Solihull", None, None),
        ("Ann Bell (Bell, Cole and Dean Ltd)", "Ann Bell", "Bell, Cole and Dean Ltd", None, None),
        ("Cara Lund, Open Door Ardenshire", "Cara Lund", "Open Door Ardenshire", None, None),
        # the name itself
        ("(Erik)", "Erik", None, None, None),
        ("Ann (Nan) Lee", "Ann (Nan) Lee", None, None, None),
        ("Ann Lee (Nan)", "Ann Lee (Nan)", None, None, None),
        ("Ann Lee (née Bell)", "Ann Lee (née Bell)", None, None, None),
        ("Ann Lee (she/her)", "Ann Lee (she/her)", None, None, None),
        ("Ann Lee (@ann)", "Ann Lee (@ann)", None, None, None),
        ("Ann Lee (@ann-lee) - TSC", "Ann Lee (@ann-lee)", "TSC", None, None),
        ("Ann Lee @ann (TSC)", "Ann Lee @ann", "TSC", None, None),
        ("Ann Lee, MBE", "Ann Lee, MBE", None, None, None),
        ("Mr and Mrs Cole", "Mr and Mrs Cole", None, None, None),
        ("Health and Care Partnership", "Health and Care Partnership", None, None, None),
        ("Ann Lee (n/a)", "Ann Lee", None, None, None),
        # roles
        ("Ann (chair)", "Ann", None, "chair", None),
        ("Helen Ashdown, chair", "Helen Ashdown", None, "chair", None),
        ("Chair - Helen Ashdown", "Helen Ashdown", None, "Chair", None),
        ("Ann Lee (Tea Co) - voting", "Ann Lee", "Tea Co", "voting", None),
        ("Ann Lee (Tea Co), proud owner", "Ann Lee", "Tea Co", "proud owner", None),
        ("Ann Lee (Tea Co, vice-chair)", "Ann Lee", "Tea Co", "vice-chair", None),
        ("Ann Lee, Tea Co (minutes)", "Ann Lee", "Tea Co", "minutes", None),
        ("Ann Lee, Chief Executive, Tea Co", "Ann Lee", "Tea Co", "Chief Executive", None),
        ("Bob Cole, Director of Care", "Bob Cole", None, "Director of Care", None),
        ("Ann Lee (for Bob Cole)", "Ann Lee", None, "for Bob Cole", None),
        ("Ann Lee (Vorsitz)", "Ann Lee", None, "Vorsitz", None),
        ("Ann Lee (is-gadeirydd)", "Ann Lee", None, "is-gadeirydd", None),
        # when and how they were there
        ("Ann (Tea Co) (left early)", "Ann", "Tea Co", None, "left early"),
        ("Fay Ott (until 3pm)", "Fay Ott", None, None, "until 3pm"),
        ("Ann Bell from 7pm", "Ann Bell", None, None, "from 7pm"),
        ("Ann Bell (Age UK) until 3pm", "Ann Bell", "Age UK", None, "until 3pm"),
        ("Ann Bell, item 4 only", "Ann Bell", None, None, "item 4 only"),
        ("Ann Bell (via Zoom)", "Ann Bell", None, None, "via Zoom"),
        ("Ann Bell (bis 15 Uhr)", "Ann Bell", None, None, "bis 15 Uhr"),
        ("Ann (Tea Co) (until 3pm) - voting", "Ann", "Tea Co", "voting", "until 3pm"),
    ],
)
def test_a_person_is_read(
    written: str, name: str, organisation: str | None, role: str | None, present: str | None
) -> None:
    attendee = Attendee(name, organisation, role, present)
    assert parse_attendee(written, "attendees") == attendee


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        ("Ann Bell, Bob Cole, Cy Dean", '"- Ann Bell", "- Bob Cole" and "- Cy Dean"'),
        ("Zsolt Nagy, Ayla Demir, Xiu Chen", '"- Zsolt Nagy", "- Ayla Demir" and "- Xiu Chen"'),
        ("Ann Bell, Bob Cole", 'if the second is an organisation, write "Ann Bell (Bob Cole)"'),
        ("Ann Bell and Bob Cole", '"- Ann Bell" and "- Bob Cole"'),
        ("Ann Bell / Bob Cole", '"- Ann Bell" and "- Bob Cole"'),
        ("Ann Bell, Bob Cole and Cy Dean", '"- Ann Bell", "- Bob Cole" and "- Cy Dean"'),
        ("ann bell, bob cole", '"- ann bell" and "- bob cole"'),
        ("Rev. T Lyle, M. Okafor (Hub)", '"- Rev. T Lyle" and "- M. Okafor (Hub)"'),
        ("Ann Bell (Mind) and Bob Cole (Scope)", '"- Ann Bell (Mind)" and "- Bob Cole (Scope)"'),
        ("Ann Bell (Mind); Bob Cole (Scope)", '"- Ann Bell (Mind)" and "- Bob Cole (Scope)"'),
        ("Ann Bell (Mind) Bob Cole (Scope)", '"- Ann Bell (Mind)" and "- Bob Cole (Scope)"'),
        ("Age UK (Ann Bell)", 'write the person first: "Ann Bell (Age UK)"'),
        ("Solihull Council, Ann Bell", 'write the person first: "Ann Bell (Solihull Council)"'),
        ("Ann Bell (apologies)", 'move the entry to the list "apologies", as "- Ann Bell"'),
        ("Ann Bell <ann@example.org>", 'take "ann@example.org" out'),
        ("Ann Bell (Tea Co) (Leeds)", "write one organisation"),
        ("Ann Bell (tbc)", 'take "tbc" out'),
        ("Ann Bell - sent a note", 'write "Name (Organisation)"'),
        ("Ann Bell (Age UK", 'write "Name (Organisation)"'),
        ("Ann Bell,", 'take the "," at the end out'),
        ("from Age UK", 'write "Name (Organisation)"'),
    ],
)
def test_a_doubtful_entry_is_asked_about(written: str, advice: str) -> None:
    doubt = parse_attendee(written, "attendees")
    assert isinstance(doubt, Doubt)
    assert advice in doubt.fix


def test_apologies_may_say_so() -> None:
    assert parse_attendee("Ann Bell (apologies)", "apologies") == Attendee("Ann Bell")


_WORDS = st.sampled_from(
    ["Ann", "Bell", "Age UK", "chair", "until 3pm", "(", ")", ",", " - ", ";", "and", "from", "MBE"]
)


@settings(max_examples=500)
@given(st.lists(_WORDS, min_size=1, max_size=8).map(" ".join))
def test_no_word_of_an_entry_is_lost(written: str) -> None:
    flat = " ".join(written.split())
    person = parse_attendee(flat, "attendees")
    if isinstance(person, Doubt):
        return
    parts = (person.name, person.organisation, person.role, person.present)
    shown = " ".join(filter(None, parts)).replace(",", " ").split()
    for word in flat.replace(",", " ").split():
        if word.strip("();-") and word != "from":
            assert word.strip("();") in " ".join(shown)
    assert person.name


PEOPLE = "Ruth Hallam: {organisation: Mill Lane Hub}\n"


def test_a_surname_first_is_read_with_the_register(project: Project) -> None:
    project.write("people.yaml", PEOPLE)
    project.report("2012-11-13", 'attendees: ["Hallam, Ruth", "Ann Bell (chair)"]')
    result = project.build()
    assert result.stderr == ""
    page = project.page("reports/2012-11-13")
    assert "Ruth Hallam (Mill Lane Hub), Ann Bell" in page
    assert "Hallam, Ruth" not in page


def test_a_surname_first_that_nobody_knows_is_asked_about(project: Project) -> None:
    project.report("2012-11-13", 'attendees:\n  - "Hallam, Ruth"')
    assert project.build().exit_code == 1
    project.write("people.yaml", PEOPLE)
    assert project.build().exit_code == 0


def test_pages_show_roles_and_when_people_were_there(project: Project) -> None:
    project.write("site.yaml", SITE_YAML + "attendance: true\n")
    project.report(
        "2012-11-13",
        "attendees:\n  - Fay Ott (Tea Co), chair, until 3pm\n  - {name: Ann Bell, present: online}",
    )
    project.built()
    page = " ".join(project.page("reports/2012-11-13").split())
    assert '<li>Fay Ott, chair, until 3pm <span class="meta">Tea Co</span></li>' in page
    assert "<li>Ann Bell, online</li>" in page
    attendance = project.page("attendance")
    assert "<span>Fay Ott: present (chair, until 3pm), 13 November 2012</span>" in attendance
    assert "<span>Ann Bell: present (online), 13 November 2012</span>" in attendance


def test_names_of_the_other_direction_are_isolated(project: Project) -> None:
    project.report("2012-11-13", "author: أحمد\nattendees: [أحمد علي, נועה לוי, Ann Bell]")
    project.report("2012-12-04", "language: he\nauthor: Ann Bell\nattendees: [נועה לוי, Ann Bell]")
    project.write("site.yaml", SITE_YAML)
    project.built()
    page = project.page("reports/2012-11-13")
    assert "<bdi>أحمد علي</bdi>, <bdi>נועה לוי</bdi>, Ann Bell" in page
    assert "by <bdi>أحمد</bdi>" in page
    assert "<li><bdi>נועה לוי</bdi></li>" in page
