"""Test how readers report a mistake, see a correction, and come to be told of new reports."""

from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree.ElementTree import Element

import pytest
from conftest import Project, parsed, text

BASE = "https://example.org/a/b/"
PAGES = ("", "reports/2012-11-13", "subscribe", "new", "asks", "years/2012")


def configure(project: Project, *lines: str) -> None:
    """Write site.yaml with further lines."""
    settings = ["title: Test Board", f"base_url: {BASE}", "search: false", *lines]
    project.write("site.yaml", "\n".join([*settings, ""]))


def links(root: Element, where: str) -> dict[str, str]:
    """Return the addresses of links in a part of the page, by their texts."""
    return {text(link): link.get("href", "") for link in root.iterfind(f".//{where}//a")}


def read_mail(url: str) -> tuple[str, dict[str, str]]:
    """Return the address and the fields of an email, as a mail program reads them (RFC 6068)."""
    assert url.startswith("mailto:")
    address, _, query = url.removeprefix("mailto:").partition("?")
    assert "+" not in query, "a plus sign is no space here"
    assert " " not in url
    assert "\n" not in url
    fields = parse_qs(query, strict_parsing=bool(query))
    assert all(len(values) == 1 for values in fields.values())
    return unquote(address), {name: values[0] for name, values in fields.items()}


def find_mistake_url(page: str) -> str:
    """Return where a page's foot leads to from the question about mistakes."""
    footer = parsed(page).find(".//footer")
    assert footer is not None
    lines = [line for line in footer.iter("p") if "Something wrong on this page?" in text(line)]
    (link,) = lines[0].findall(".//a")
    return link.get("href", "")


# --- mistakes ---------------------------------------------------------------------------------


def test_each_page_asks_for_mistakes_and_names_itself(project: Project) -> None:
    configure(project, "contact: reports@example.org")
    project.report("2012-11-13", 'title: "Budget & <training> #3 – 100% 🎉"')
    project.built()
    for path in PAGES:
        page = project.page(path)
        title = text(parsed(page).find(".//h1"))
        address, fields = read_mail(find_mistake_url(page))
        assert address == "reports@example.org"
        assert fields.pop("subject").startswith(f"Problem with the page: {title}")
        assert fields == {"body": f"\r\n\r\n{BASE}{path}{'/' if path else ''}"}
        assert "Email reports@example.org" in page, "for those without a mail program"
        # Two taps away on a phone, without scrolling to the end of a long page.
        menu = parsed(page).find(".//header/div/nav/details")
        assert menu is not None
        links = {text(link): link.get("href") for link in menu.iter("a")}
        assert links["Something wrong on this page?"] == find_mistake_url(page)


def test_a_long_title_is_cut_and_a_page_stays_one(project: Project) -> None:
    configure(project, "contact: reports@example.org")
    long = "السلام " * 60
    project.report("2012-11-13", f"title: {long}")
    project.report("2012-12-13", f"title: '{'&?=%#🎉' * 100}'")
    project.built()
    for name in ("2012-11-13", "2012-12-13"):
        url = find_mistake_url(project.page(f"reports/{name}"))
        _, fields = read_mail(url)
        assert set(fields) == {"subject", "body"}
        assert fields["body"] == f"\r\n\r\n{BASE}reports/{name}/"
        # Windows hands no more than about 2,000 characters to a mail program.
        assert len(url) < 2000


def test_the_page_of_an_unknown_address_asks_for_the_address(project: Project) -> None:
    configure(project, "contact: reports@example.org")
    project.built()
    _, fields = read_mail(find_mistake_url(project.page("404.html")))
    assert fields == {"subject": "Page not found", "body": "This address does not work: "}
    assert "404.html" not in find_mistake_url(project.page("404.html"))


def test_a_site_without_a_contact_asks_nothing(project: Project) -> None:
    project.report("2012-11-13")
    project.built()
    assert "Report a problem" not in project.page("reports/2012-11-13")
    assert "mailto:" not in project.page("reports/2012-11-13")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("https://forms.example/wrong", "https://forms.example/wrong"),
        (
            "https://forms.example/wrong?at={page}&x=1",
            "https://forms.example/wrong?at={page}&x=1",
        ),
        ("http://forms.example/{page}", "http://forms.example/{page}"),
    ],
)
def test_a_form_can_get_the_page(written: str, expected: str, project: Project) -> None:
    configure(project, f'contact: "{written}"')
    project.report("2012-11-13")
    project.built()
    address = "https%3A%2F%2Fexample.org%2Fa%2Fb%2Freports%2F2012-11-13%2F"
    found = find_mistake_url(project.page("reports/2012-11-13"))
    assert found == expected.replace("{page}", address)
    assert "{page}" not in project.page("404.html")


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("reports+board@example.org", "reports+board@example.org"),
        ("mailto:reports@example.org", "reports@example.org"),
        ("MAILTO:reports@example.org", "reports@example.org"),
        ("o'brien@example.org", "o'brien@example.org"),
        ("berichte@bücher.example", "berichte@xn--bcher-kva.example"),
        ("a@xn--bcher-kva.xn--p1ai", "a@xn--bcher-kva.xn--p1ai"),
    ],
)
def test_addresses_that_are_read(written: str, address: str, project: Project) -> None:
    configure(project, f'contact: "{written}"')
    project.built()
    assert read_mail(find_mistake_url(project.page()))[0] == address


@pytest.mark.parametrize("field", ["contact", "email"])
@pytest.mark.parametrize(
    "written",
    [
        "javascript:alert(1)",
        "JavaScript://example.org/%0Aalert(1)",
        "data:text/html,<script>",
        "vbscript:x",
        "file:///etc/passwd",
        "//example.org/",
        "/contact/",
        "tel:+441632960178",
        "https://",
        "https://exa mple.org/",
        '\\"><script>alert(1)</script>@example.org',
        "a@example.org?cc=b@example.org",
        "a%0d%0aBcc:b@example.org@example.org",
        "a@example.org%0ABcc:b@example.org",
        "mailto:a@example.org,b@example.org",
        "mailto:a@example.org?bcc=b@example.org",
        "a@b@example.org",
        "https://user:password@example.org/",
    ],
)
def test_addresses_that_are_refused(field: str, written: str, project: Project) -> None:
    configure(project, f'{field}: "{written}"')
    result = project.build()
    assert result.exit_code == 1
    assert "site.yaml:4:" in result.stderr
    assert " error S034: " in result.stderr
    assert "password@" not in result.stderr
    assert not project.output.exists()


def test_mistakes_are_reported_in_the_language_of_the_page(project: Project) -> None:
    configure(project, "contact: reports@example.org", "language: de")
    project.report("2012-11-13", "language: cy")
    project.report("2012-12-13", "language: fr")
    project.built()
    subjects = set()
    for name in ("2012-11-13", "2012-12-13"):
        footer = project.parsed(f"reports/{name}").find(".//footer")
        assert footer is not None
        (url,) = [href for href in links(footer, "p").values() if href.startswith("mailto:")]
        subject = read_mail(url)[1]["subject"]
        subjects.add(subject.partition(":")[0])
    assert len(subjects) == 2, "Welsh, and the site's German where there are no words"
    assert "Problem with the page" not in subjects


# --- corrections ------------------------------------------------------------------------------


def test_a_correction_is_at_the_top_in_words(project: Project) -> None:
    note = "The number of places is *24*, not 42."
    project.report("2012-11-13", f"corrections: [{{date: 2013-01-05, note: '{note}'}}]")
    project.built()
    root = project.parsed("reports/2012-11-13")
    header = root.find(".//article/header")
    assert "Corrected on 5 January 2013: The number of places is 24, not 42." in text(header)
    assert [one.get("id") for one in root.iter() if one.get("id") == "part:corrections"]
    assert text(root.find(".//article")).count("not 42.") == 1, "once is enough"


def test_of_several_corrections_the_newest_is_at_the_top(project: Project) -> None:
    entries = "".join(
        f"  - {{date: 2013-01-0{day}, note: Note {day} of three.}}\n" for day in (2, 4, 3)
    )
    project.report("2012-11-13", f"corrections:\n{entries}")
    project.built()
    root = project.parsed("reports/2012-11-13")
    header = root.find(".//article/header")
    assert header is not None
    assert "Corrected on 4 January 2013: Note 4 of three." in text(header)
    assert "Note 3" not in text(header)
    (link,) = [link for link in header.iter("a") if text(link) == "2 earlier corrections"]
    assert link.get("href") == "#part:corrections"
    section = root.find(".//section[@aria-labelledby='part:corrections']")
    notes = [text(line)[-16:] for line in section.iter("p")] if section is not None else []
    assert notes == [f"Note {day} of three." for day in (4, 3, 2)]


# --- to be told -------------------------------------------------------------------------------

SIGN_UPS = [
    (("email: https://lists.example/board",), "Get told about new reports by email"),
    (("email: join@lists.example",), "Get told about new reports by email"),
    (("contact: a@example.org",), "Ask to be told about new reports by email"),
    (("contact: https://forms.example/",), "Ask to be told about new reports"),
    ((), "Get told about new reports"),
]


@pytest.mark.parametrize(("settings", "words"), SIGN_UPS)
def test_home_and_reports_lead_to_the_shortest_way(
    settings: tuple[str, ...], words: str, project: Project
) -> None:
    configure(project, *settings)
    project.built()
    assert words in links(project.parsed(), "main"), "also before the first report"
    project.report("2012-11-13")
    project.built()
    for path in ("", "reports/2012-11-13", "new"):
        found = links(project.parsed(path), "main")
        assert words in found, path
        if not settings:
            assert found[words].endswith("subscribe/")
    paragraph = list(project.parsed("reports/2012-11-13").iterfind(".//article/p"))[-1]
    assert text(paragraph) == words, "at the end of the report"


def test_the_list_comes_before_the_contact(project: Project) -> None:
    configure(project, "contact: a@example.org", "email: https://lists.example/board?a=1&b=2")
    project.built()
    found = links(project.parsed(), "main")
    assert found["Get told about new reports by email"] == "https://lists.example/board?a=1&b=2"


def test_who_asks_to_be_told_need_not_write_much(project: Project) -> None:
    configure(project, "contact: a@example.org")
    project.built()
    url = links(project.parsed(), "main")["Ask to be told about new reports by email"]
    fields = {"subject": "Please tell me about new reports: Test Board"}
    assert read_mail(url) == ("a@example.org", fields)


@pytest.mark.parametrize(
    ("written", "fields"),
    [
        ("join@lists.example", {"subject": "Please tell me about new reports: Test Board"}),
        ("mailto:join@lists.example", {"subject": "Please tell me about new reports: Test Board"}),
        ("mailto:join@lists.example?subject=subscribe", {"subject": "subscribe"}),
        (
            "mailto:join@lists.example?subject=a+b%26c&body=one%0D%0Atwo",
            {"subject": "a+b&c", "body": "one\r\ntwo"},
        ),
    ],
)
def test_a_list_can_be_joined_by_email(
    written: str, fields: dict[str, str], project: Project
) -> None:
    configure(project, f'email: "{written}"')
    project.built()
    url = links(project.parsed(), "main")["Get told about new reports by email"]
    assert read_mail(url) == ("join@lists.example", fields)
    page = text(project.parsed("subscribe").find(".//main"))
    assert f"with the subject “{fields['subject']}”" in page


def list_headings(project: Project) -> list[str]:
    return [text(heading) for heading in project.parsed("subscribe").iterfind(".//main//h2")]


@pytest.mark.parametrize(
    ("settings", "first"),
    [
        (("email: https://lists.example/board",), ["By email"]),
        (("contact: a@example.org",), ["By email"]),
        (("contact: https://forms.example/",), ["Ask us"]),
        ((), []),
    ],
)
def test_email_comes_first_and_feeds_last(
    settings: tuple[str, ...], first: list[str], project: Project
) -> None:
    configure(project, *settings)
    project.built()
    others = ["In your calendar", "If you would rather not subscribe", "In a feed reader app"]
    assert list_headings(project) == [*first, *others]
    for link in project.parsed("subscribe").iterfind(".//main//div[@class='lead']//a"):
        target = urlsplit(link.get("href", "")).fragment
        assert f'id="{target}"' in project.page("subscribe")


def test_subscribing_and_reporting_a_mistake_are_near(project: Project) -> None:
    configure(project, "contact: a@example.org", "email: https://lists.example/board")
    project.report("2012-11-13")
    project.built()
    for path in PAGES:
        footer = links(project.parsed(path), "footer")
        assert "Subscribe" in footer
        assert "What is new" in footer
        assert find_mistake_url(project.page(path))


# --- feeds in a browser -----------------------------------------------------------------------


def test_visible_links_to_feeds_copy_the_address_or_lead_to_an_explanation(
    project: Project,
) -> None:
    boards = "boards: {lscb: {name: Safeguarding}, health: {name: Health}}"
    configure(project, boards)
    project.write("topics.yaml", "budget: {name: Budget}\n")
    project.report("lscb/2012-11-13", "topics: [budget]")
    output = project.built()
    for file in output.rglob("index.html"):
        for link in parsed(file.read_bytes()).iterfind(".//body//a"):
            url = link.get("href", "")
            if urlsplit(url).path.endswith(("feed.xml", "feed.atom", "feed.json")):
                assert link.get("data-copied"), (file, url)
    for path, part in (
        ("boards/lscb", "boards/lscb/feed"),
        ("topics/budget", "topics/budget/feed"),
        ("asks", "asks/feed"),
    ):
        assert any(
            url.endswith(f"subscribe/#part:{part}")
            for url in links(project.parsed(path), "main").values()
        )
        assert f'id="part:{part}"' in project.page("subscribe")
