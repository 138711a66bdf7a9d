"""Test how the form for editing in a browser reads and writes reports, without a CMS around it."""

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
import yaml
from browsing import serving
from cms_forms import front, split
from conftest import HUNT, ROOT, Project
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from playwright.sync_api import Browser

from lscbsite.model import FrontMatter
from lscbsite.parsing.front_matter import read_front_matter
from lscbsite.problems import Problems

SITE = """\
title: Test Board
base_url: https://example.org/a/b/
search: false
uid: test
boards:
  lscb: {name: Safeguarding Board}
  health: {name: Health Board}
"""
NEW_TITLE = "Of 'money': \"cuts\" & {more}"
MAKE_FORMAT = """async () => {
    const config = jsyaml.load(await (await fetch("config.yml")).text());
    window.formats = Object.fromEntries(
        lscbsiteForm.shareFields(config.collections).map((one) => [one.name, lscbsiteForm.makeFormat(one)]));
}"""
# A CMS hands values over as JSON would.
TAKE_TRIP = """([name, text, title]) => {
    const format = formats[name];
    const read = () => JSON.parse(JSON.stringify(format.fromFile(text)));
    const forget = (value) => {
        if (value === null || typeof value !== "object") return value;
        delete value.source_of_file;
        for (const part of Object.values(value)) forget(part);
        return value;
    };
    return {
        unchanged: format.toFile(read()),
        anew: format.toFile(forget(read())),
        retitled: format.toFile({...read(), heading: title}),
        ungrouped: format.toFile({...read(), more: null}),
    };
}"""


class Trip(NamedTuple):
    """A report that the form has read, as it writes it.

    First if nobody changes anything, then from nothing but the values of the fields, then with
    another title, then without the group of fields for special cases.
    """

    unchanged: str
    anew: str
    retitled: str
    ungrouped: str


@pytest.fixture(scope="module")
def formats(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Trip]]:
    """What form.js makes of a file: a function that reads and writes it."""
    project = Project(tmp_path_factory.mktemp("formats"))
    project.write("site.yaml", SITE)
    project.report("lscb/2012-11-13", "attendees: [Ada Moss (Open Door)]")
    assert project.run("cms").exit_code == 0
    with serving(project.built()) as served, browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{served.address}admin/")
        page.evaluate(MAKE_FORMAT)

        def make_trip(text: str, name: str = "reports-lscb") -> Trip:
            return Trip(**page.evaluate(TAKE_TRIP, [name, text, NEW_TITLE]))

        yield make_trip


def assert_same(one: str, other: str, **changes: object) -> None:
    """Fail if two reports do not say the same, but for some fields and the ends of lines."""
    one, other = one.replace("\r\n", "\n"), other.replace("\r\n", "\n")
    assert front(one) == replace(front(other), **changes)
    assert split(one).body.strip() == split(other).body.strip()


def is_valid(text: str) -> bool:
    problems = Problems()
    read_front_matter(split(text), "report.md", problems, FrontMatter, {"date": None})
    return not problems.list_sorted()


# What YAML, Markdown or a form could take for something else.
ODD = (
    *(
        "no",
        "~",
        "null",
        "1e3",
        "0123",
        "2012-11-13",
        "12:30",
        "[a]",
        "{a: b}",
        "- a",
        "? a",
        "a: b",
    ),
    *(
        "a #b",
        "# a",
        "'a'",
        '"a"',
        "it's",
        "|",
        ">-",
        "@a",
        "%a",
        "`a`",
        "&a",
        "*a",
        "!a",
        "---",
        "a\\nb",
    ),
    *(
        "a, b",
        "a (b)",
        "a (b), c, until 3pm",
        "July 2013",
        "to be confirmed",
        "true",
        "a \u00a0 b",
        "é\U0001f600",
    ),
)
texts = st.sampled_from(ODD) | st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=20
)


def quote(text: str) -> st.SearchStrategy[str]:
    """A text as YAML on one line: bare or in quotes."""
    return st.sampled_from((text, json.dumps(text), "'" + text.replace("'", "''") + "'"))


def scalars(indent: str) -> st.SearchStrategy[str]:
    """A text on one line, or on several."""
    blocks = st.tuples(st.sampled_from(("|", ">-", "|-")), texts).map(
        lambda block: f"{block[0]}\n{indent}  {block[1]}\n{indent}  and more"
    )
    return texts.flatmap(quote) | blocks


@st.composite
def mappings(draw: st.DrawFn, keys: tuple[str, ...], indent: str) -> str:
    """An entry with some of the keys, on lines of its own or in braces."""
    chosen = draw(st.lists(st.sampled_from(keys), min_size=1, unique=True))
    if draw(st.booleans()):
        return "{" + ", ".join(f"{key}: {json.dumps(draw(texts))}" for key in chosen) + "}"
    return f"\n{indent}".join(f"{key}: {draw(scalars(indent))}" for key in chosen)


@st.composite
def hostile_fronts(draw: st.DrawFn) -> str:
    """Front matter with odd values in every way to write them, which may be wrong."""
    # In a list of the form, braces around a line mean an entry with keys.
    entries = texts.filter(lambda text: not text.startswith("{")).flatmap(quote)
    attendee = entries | mappings(("name", "organisation", "role", "present"), "    ")
    question = mappings(("ask", "id", "audience", "reply_to", "Reply to"), "    ")
    days = (
        "2012-12-13",
        "31ST January 2013",
        "July 2013",
        "to be confirmed (probably July)",
        "none",
    )
    parts = {
        "title": scalars(""),
        "place": scalars(""),
        "Summary": scalars(""),
        "author": scalars(""),
        "topics": st.lists(entries, min_size=1).map(_list_entries),
        "attendees": st.lists(attendee, min_size=1).map(_list_entries),
        "apologies": st.lists(attendee, min_size=1).map(_list_entries),
        "feedback": st.lists(question, min_size=1).map(_list_entries),
        "next_meeting": st.sampled_from(days),
        "draft": st.sampled_from(("yes", "no", "true")),
    }
    lines = ["date: 2012-11-13"]
    for key in draw(st.lists(st.sampled_from(sorted(parts)), unique=True)):
        comment = draw(st.sampled_from(("", "\n# a comment", "\n")))
        lines.append(f"{key}: {draw(parts[key])}{comment}")
    return "\n".join(lines)


def _list_entries(entries: list[str]) -> str:
    return "".join(f"\n  - {entry}" for entry in entries)


def test_reports_that_nobody_changes_stay_as_they_are(formats: Callable[..., Trip]) -> None:
    for path in [*ROOT.glob("tests/site*/reports/**/*.md"), *ROOT.glob("reports/*.md")]:
        text = path.read_bytes().decode().removeprefix("\ufeff")
        trip = formats(text)
        assert trip.unchanged.rstrip() == text.rstrip()
        assert trip.ungrouped == trip.unchanged
        # No field of the form has them.
        assert_same(trip.anew, text, waivers=())
        assert_same(trip.retitled, text, title=NEW_TITLE)


def test_the_ends_of_lines_and_the_fences_stay(formats: Callable[..., Trip]) -> None:
    trip = formats("-----\r\ndate: 2012-11-13\r\n---- \r\nOne.\r\nTwo.\r\n")
    assert trip.unchanged == "-----\r\ndate: 2012-11-13\r\n----\r\nOne.\r\nTwo.\r\n"
    assert trip.retitled.count("\r\n") == trip.retitled.count("\n") == 6


def read_texts(text: str) -> Any:
    """Return what YAML says, in texts alone; a list of one text says what the text says."""

    def simplify(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: simplify(part) for key, part in value.items()}
        return value[0] if isinstance(value, list) and len(value) == 1 else value

    return simplify(yaml.load(text, yaml.BaseLoader))


@pytest.mark.parametrize("name", ["people", "topics", "glossary"])
def test_files_of_names_that_nobody_changes_stay_as_they_are(
    formats: Callable[..., Trip], name: str
) -> None:
    files = [*ROOT.glob(f"{name}.yaml"), *ROOT.glob(f"tests/site*/{name}.yaml")]
    assert files
    for path in files:
        text = path.read_text("utf-8")
        trip = formats(text, f"{name}-file")
        assert trip.unchanged.rstrip() == text.rstrip()
        assert read_texts(trip.anew) == read_texts(text)


def test_pages_that_nobody_changes_stay_as_they_are(formats: Callable[..., Trip]) -> None:
    for path in [*ROOT.glob("pages/*.md"), *ROOT.glob("tests/site*/pages/*.md")]:
        text = path.read_text("utf-8")
        assert formats(text, "pages").unchanged.rstrip() == text.rstrip()


@settings(max_examples=20 * HUNT, suppress_health_check=[HealthCheck.filter_too_much])
@given(hostile_fronts())
def test_no_change_in_the_form_changes_what_another_field_means(
    formats: Callable[..., Trip], front_matter: str
) -> None:
    text = f"---\n{front_matter}\n---\n\nText.\n"
    assume(is_valid(text))
    trip = formats(text)
    assert trip.unchanged == text
    assert_same(trip.anew, text)
    assert_same(trip.retitled, text, title=NEW_TITLE)
