"""Test ``lscbsite check --links``: which links are asked, how, and what is reported."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from typing import NamedTuple

import pytest
from conftest import TODAY, Project

from lscbsite import external_links
from lscbsite.external_links import asking
from lscbsite.external_links.asking import (
    ALIVE,
    DEAD,
    UNKNOWN,
    USER_AGENT,
    Answer,
    ask_all,
    is_public_address,
)
from lscbsite.external_links.written import find_links


class Request(NamedTuple):
    """What the other site was asked, and when."""

    method: str
    path: str
    agent: str
    time: float


class Site(NamedTuple):
    """Another site, on this machine."""

    url: str
    requests: list[Request]


@pytest.fixture
def other() -> Iterator[Site]:
    """A site that answers /404 with 404 and so on; /head answers only GET; /to/X redirects to /X."""
    requests: list[Request] = []

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            agent = self.headers["User-Agent"]
            requests.append(Request(self.command, self.path, agent, time.monotonic()))
            name = self.path.rpartition("/")[2]
            if self.path.startswith("/to/"):
                self.send_response(302)
                self.send_header("Location", f"/{name}")
            elif self.path == "/loop":
                self.send_response(302)
                self.send_header("Location", "/loop")
            elif self.path == "/file":
                self.send_response(302)
                self.send_header("Location", "file:///etc/passwd")
            else:
                is_refused = name == "head" and self.command == "HEAD"
                self.send_response(404 if is_refused else int(name) if name.isdigit() else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_HEAD = do_GET = answer  # noqa: N815 (the names that http.server calls)

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield Site(f"http://127.0.0.1:{server.server_port}", requests)
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def local(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a check ask this machine, and without waiting."""

    def ask(addresses: list[str], _: object) -> dict[str, Answer]:
        return ask_all(addresses, lambda _: True, 0)

    monkeypatch.setattr(external_links, "ask_all", ask)


def ask(other: Site, *paths: str) -> list[Answer]:
    """Ask for pages of the other site; return the answers in order."""
    addresses = [other.url + path for path in paths]
    found = ask_all(addresses, lambda _: True, 0)
    return [found[address] for address in addresses]


# --- asking -----------------------------------------------------------------------------------


def test_only_a_page_that_is_gone_is_dead(other: Site) -> None:
    paths = ["/", "/404", "/410", "/403", "/429", "/500", "/head", "/to/page", "/to/404", "/a?b=c"]
    states = [answer.state for answer in ask(other, *paths)]
    assert states == [ALIVE, DEAD, DEAD, UNKNOWN, UNKNOWN, UNKNOWN, ALIVE, ALIVE, DEAD, ALIVE]


def test_a_head_request_comes_first_and_says_who_asks(other: Site) -> None:
    ask(other, "/page", "/head")
    asked = [(request.method, request.path) for request in other.requests]
    assert asked == [("HEAD", "/page"), ("HEAD", "/head"), ("GET", "/head")]
    assert {request.agent for request in other.requests} == {USER_AGENT}


def test_redirects_end(other: Site) -> None:
    loop, file = ask(other, "/loop", "/file")
    assert (loop.state, file.state) == (UNKNOWN, UNKNOWN)
    assert len(other.requests) < 10


def test_a_host_is_asked_once_in_a_while(other: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]

    def sleep(seconds: float) -> None:
        clock[0] += seconds

    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(time, "sleep", sleep)
    ask_all([other.url + path for path in ("/a", "/b", "/head")], lambda _: True, 0.2)
    times = [request.time for request in other.requests]
    assert len(times) == 4
    assert all(later - earlier > 0.15 for earlier, later in pairwise(times))


def test_private_addresses_are_not_asked(other: Site) -> None:
    addresses = [other.url, other.url.replace("127.0.0.1", "localhost")]
    answers = ask_all(addresses, is_public_address, 0)
    assert [answer.state for answer in answers.values()] == [UNKNOWN, UNKNOWN]
    assert other.requests == []


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0"),
        *("100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fd00::1"),
        *("::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1"),
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public_address(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
def test_addresses_that_are_public(address: str) -> None:
    assert is_public_address(address)


def test_nothing_is_dead_where_no_site_answers(
    other: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = socket.getaddrinfo

    def look_up(host: str, *arguments: object, **options: object) -> object:
        if host.endswith(".example"):
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return real(host, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    gone = "https://gone.example/"
    assert ask_all([gone], lambda _: True, 0)[gone].state == UNKNOWN
    assert ask_all([gone, other.url], lambda _: True, 0)[gone].state == DEAD


def test_a_site_that_does_not_answer_is_not_dead() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    address = f"http://127.0.0.1:{port}/"
    assert ask_all([address], lambda _: True, 0)[address].state == UNKNOWN


def test_a_site_that_sends_too_slowly_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "DEADLINE", 0.3)
    ended = threading.Event()

    def drip(server: socket.socket) -> None:
        for _ in range(2):  # HEAD, and perhaps GET
            try:
                connected, _ = server.accept()
            except OSError:
                return
            with contextlib.suppress(OSError):
                connected.sendall(b"HTTP")
                while not ended.wait(0.05):
                    connected.sendall(b"x")
            connected.close()

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drip, args=[server], daemon=True)
        thread.start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        start = time.monotonic()
        assert ask_all([address], lambda _: True, 0)[address].state == UNKNOWN
        assert time.monotonic() - start < 60
        ended.set()


# --- the links that are written ---------------------------------------------------------------


def found(text: str, path: str = "reports/a.md") -> list[tuple[int, int, str]]:
    return [(link.line, link.column, link.address) for link in find_links(path, text)]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("See https://a.example/b.", "https://a.example/b"),
        ("[x](https://a.example/b).", "https://a.example/b"),
        ('[x](https://a.example/b "Title")', "https://a.example/b"),
        ("[x](https://a.example/A_(b))", "https://a.example/A_(b)"),
        ("(https://a.example/b)", "https://a.example/b"),
        ("<https://a.example/b#part>", "https://a.example/b"),
        ("| https://a.example/b|", "https://a.example/b"),
        ("**https://a.example/b**", "https://a.example/b"),
        ("https://a.example/?a=1&amp;b=2", "https://a.example/?a=1&b=2"),
        ('<a href="https://a.example/b">x</a>', "https://a.example/b"),
        ("[1]: https://a.example/b", "https://a.example/b"),
        ("https://a.example/ŷ", "https://a.example/%C5%B7"),
        ("[a](https://a.example)(b)", "https://a.example"),
    ],
)
def test_an_address_ends_where_its_link_ends(text: str, address: str) -> None:
    assert [row[2] for row in found(text)] == [address]


@pytest.mark.parametrize(
    "text",
    [
        "`https://a.example`",
        "``https://a.example` ``",
        "```\nhttps://a.example\n```",
        "~~~\nhttps://a.example",
        "<!-- https://a.example -->",
        "---\ndate: 2012-11-13  # https://a.example\n# https://a.example\n---\n",
        "ftp://a.example mailto:a@a.example //a.example /a",
        "https://",
    ],
)
def test_what_is_no_link_is_not_found(text: str) -> None:
    assert found(text) == []


def test_positions_are_those_of_the_file() -> None:
    text = "---\nurl: 'https://a.example/#x'\n---\n```\ncode\n```\n\nTŷ <https://b.example>\n"
    assert found(text) == [(2, 7, "https://a.example/"), (8, 5, "https://b.example")]
    assert found("# https://x.example\na: {b: https://a.example, c: d}", "people.yaml") == [
        (2, 8, "https://a.example")
    ]


# --- the command ------------------------------------------------------------------------------


@pytest.mark.usefixtures("local")
def test_a_dead_link_is_a_warning_at_its_place(project: Project, other: Site) -> None:
    project.report(
        "2012-11-13", body=f"See [one]({other.url}/404), {other.url}/page, {other.url}/500.\n"
    )
    result = project.run("check", "--links", "--today", TODAY)
    assert result.stderr == (
        f'reports/2012-11-13.md:4:11: warning L060: found a link to "{other.url}/404", which the'
        " site does not have (it answers 404); expected an address that works. Correct it, or take"
        " it out; the page may have a new address.\n"
    )
    assert result.exit_code == 0
    assert result.stdout == (
        "3 links to other sites checked; 1 of them gave no clear answer\n"
        "1 report checked: no errors, 1 warning\n"
    )
    strict = project.run("check", "--links", "--strict", "--today", TODAY)
    assert strict.exit_code == 1


@pytest.mark.usefixtures("local")
def test_answers_are_kept_for_a_day(
    project: Project, other: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.report("2012-11-13", body=f"{other.url}/404 {other.url}/page {other.url}/500\n")
    first = project.run("check", "--links")
    assert "L060" in first.stderr
    other.requests.clear()
    assert project.run("check", "--links").stderr == first.stderr
    # What gave no clear answer is asked again.
    assert {request.path for request in other.requests} == {"/500"}

    other.requests.clear()
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 90_000)
    assert project.run("check", "--links").stderr == first.stderr
    assert len({request.path for request in other.requests}) == 3

    other.requests.clear()
    project.run("check", "--links", "--no-cache")
    assert len({request.path for request in other.requests}) == 3


@pytest.mark.usefixtures("local")
def test_only_links_of_the_files_that_are_checked_are_asked(project: Project, other: Site) -> None:
    project.report("2012-11-13", body=f"{other.url}/one\n")
    project.report("2012-12-11", body=f"{other.url}/two\n")
    project.run("check", "--links", str(project.folder / "reports/2012-12-11.md"))
    assert {request.path for request in other.requests} == {"/two"}


@pytest.mark.usefixtures("local")
def test_links_are_asked_only_when_it_is_wished(project: Project, other: Site) -> None:
    project.report("2012-11-13", body=f"{other.url}/404\n")
    assert project.build().stderr == ""
    assert project.run("check").stderr == ""
    site = (project.folder / "site.yaml").read_text()
    project.write("site.yaml", site + "rules: {L060: off}\n")
    assert project.run("check", "--links").stderr == ""
    assert other.requests == []


def test_a_check_asks_no_machine_of_a_private_network(project: Project, other: Site) -> None:
    project.report("2012-11-13", body=f"{other.url}/404\n")
    result = project.run("check", "--links")
    assert (result.exit_code, result.stderr) == (0, "")
    assert other.requests == []


@pytest.mark.usefixtures("local")
def test_own_addresses_are_not_asked(project: Project, other: Site) -> None:
    project.write(
        "site.yaml",
        f"title: Board\nbase_url: {other.url}/site/\nformerly: [{other.url}/old/]\nsearch: false\n",
    )
    project.report("2012-11-13", body=f"[One]({other.url}/site/reports/2012-11-13/)\n")
    project.run("check", "--links")
    assert other.requests == []
