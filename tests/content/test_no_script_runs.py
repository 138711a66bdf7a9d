"""Test that no author's script runs: in pages, with or without their policy, or in feed readers.

Chromium opens everything that is made of hundreds of vectors (``script_vectors``), points at all of it
and clicks all of it. Each vector calls ``trip`` with its number, so that a failure names the vector.
"""

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import msgspec
import pytest
from browsing import PATIENT, Served, serving
from conftest import HUNT, Project
from playwright.sync_api import Browser, BrowserContext, Page
from script_vectors import WORD, Part, Vectors, body_vectors, field_vectors

POLICY = re.compile(rb'<meta http-equiv="Content-Security-Policy" content="[^"]*">\n')
CALL = re.compile(r"trip\((\d+)")
ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
# The kinds of links that authors may write.
SCHEMES = "http https mailto tel sms ftp irc ircs xmpp matrix geo webcal"

# Acts as a reader does who opens, points at and clicks everything. What would lead to another page
# does not: the rest of this one could not be clicked. All that is acted on is in frames of one page.
ACT = """
const SCHEMES = new Set("SCHEMES".split(" ").map((name) => name + ":"));
const LINKS = ["href", "src", "action", "formaction", "data", "poster", "cite", "ping", "background", "xlink:href"];
// What scripts of the site listen to; what else an author's element listens to, it says.
const EVENTS = ["pointerover", "mouseover", "focusin", "focus"];
const LATER = 30;
const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));

function protocolOf(address, base) {
  try { return new URL(address, base).protocol; } catch { return "none"; }
}
function leavesAlone(event) {
  const element = event.composedPath().find((one) => one.href || one.form || one.action);
  const address = event.type === "submit"
    ? event.submitter?.getAttribute("formaction") || event.target.getAttribute("action") || ""
    : element?.getAttribute?.("href") ?? element?.getAttribute?.("xlink:href") ?? "javascript:";
  // Another program's address would end what other links are about to run.
  if (!["javascript:", "data:"].includes(protocolOf(address, event.target.ownerDocument.baseURI))) event.preventDefault();
}
// Returns what Chromium's parser says of each address: those of a kind that is not allowed.
function addresses(document) {
  const wrong = [];
  for (const element of document.querySelectorAll("*")) {
    for (const name of LINKS) {
      const value = element.getAttribute(name);
      if (value === null) continue;
      const protocol = protocolOf(value, document.baseURI);
      if (!SCHEMES.has(protocol) && protocol !== "none") wrong.push(`${protocol} in ${element.outerHTML.slice(0, 300)}`);
    }
    for (const { name } of element.attributes) {
      if (/^on/i.test(name)) wrong.push(`${name} in ${element.outerHTML.slice(0, 300)}`);
    }
  }
  return wrong;
}
async function act(document) {
  for (const type of ["click", "auxclick", "submit"]) document.addEventListener(type, leavesAlone, true);
  for (const element of document.querySelectorAll("*")) {
    if (element.localName === "details") element.open = true;
    const listens = element.getAttributeNames().filter((name) => /^on/i.test(name));
    for (const type of [...EVENTS, ...listens.map((name) => name.slice(2).toLowerCase())]) {
      element.dispatchEvent(new Event(type, { bubbles: true }));
    }
    const acts = LINKS.some((name) => element.hasAttribute(name)) || /^(button|input|summary|label|a)$/i.test(element.localName)
      || element.hasAttribute("onclick");
    if (!acts) continue;
    const options = { bubbles: true, cancelable: true, composed: true };
    element.dispatchEvent(new MouseEvent("click", options));
    element.dispatchEvent(new MouseEvent("auxclick", { ...options, button: 1 }));
    // A form that is sent takes the place of one that was to be sent.
    const sent = element.form && (element.getAttribute("formaction") ?? element.form.getAttribute("action") ?? "");
    if (element.form && !SCHEMES.has(protocolOf(sent, document.baseURI))) await pause(LATER);
  }
}
// What a link runs, it runs later, one after the other: ours is the last.
async function settle(frame) {
  const document = frame.contentDocument;
  if (document?.body && !document.querySelector("meta[http-equiv=Content-Security-Policy]")) {
    const last = document.createElement("a");
    last.href = "javascript:void(window.isLastRun = true)";
    document.body.append(last);
    last.click();
    for (let turn = 0; turn < 20 && !frame.contentWindow?.isLastRun; turn++) await pause(LATER);
  }
  await pause(LATER);
}
async function inFrames(things, show) {
  const wrong = [], waiting = things.map((thing, place) => [thing, place]);
  async function one() {
    while (waiting.length) {
      const [thing] = waiting.shift();
      const frame = document.createElement("iframe");
      // What is not drawn takes less time, and runs all the same.
      frame.style.display = "none";
      document.body.append(frame);
      try {
        await show(frame, thing);
        wrong.push(...addresses(frame.contentDocument).map((found) => [typeof thing === "string" ? thing.slice(0, 80) : thing[0], found]));
        await act(frame.contentDocument);
      } catch (error) {
        wrong.push([String(thing).slice(0, 200), `cannot be acted on: ${error}`]);
      }
      await settle(frame);
      frame.remove();
    }
  }
  await Promise.all(Array.from({ length: 8 }, one));
  return wrong;
}
window.openPages = (addresses) => inFrames(addresses, (frame, address) => new Promise((resolve, reject) => {
  const late = setTimeout(() => reject(new Error("not loaded")), 120000);
  frame.onload = () => { clearTimeout(late); resolve(); };
  frame.src = address;
}));
// As readers of feeds do, some of which have no policy.
window.openContents = (contents, way) => {
  // What is given by innerHTML cannot get out of its element: many share a frame.
  const groups = [];
  const together = way === "innerHTML" ? 20 : 1;
  for (let start = 0; start < contents.length; start += together) groups.push(contents.slice(start, start + together));
  return inFrames(groups, async (frame, group) => {
    const document = frame.contentDocument;
    if (together === 1) { document.open(); document.write(group[0]); document.close(); }
    else for (const html of group) document.body.appendChild(document.createElement("div")).innerHTML = html;
    await pause(10);
  });
};
// The value is no function: that would be called.
undefined;
""".replace('"SCHEMES"', json.dumps(SCHEMES))

# Shows that the tripwire is there, and that what is clicked is clicked: each of these runs.
CONTROL = """\
<!doctype html><meta charset="utf-8"><title>x</title>{policy}
<body><a href="javascript:trip(1)">x</a> <a href="java&Tab;script:trip(2)">x</a>
<img src="nowhere" onerror="trip(3)"> <script>trip(4)</script>
<form action="javascript:trip(5)"><button>x</button></form>
<form action="https://e.example/"><button formaction="javascript:trip(6)">x</button></form>
<details ontoggle="trip(7)"><summary>x</summary></details> <p onmouseover="trip(8)">x</p>
<svg><a xlink:href="javascript:trip(9)"><text y="20">x</text></a></svg>
<button onfocus="trip(10)">x</button> <iframe srcdoc="<script>trip(11)</script>"></iframe>
<a href="http://e.example/" onclick="trip(12)">x</a> <a href="&#1;&nbsp;javascript:trip(13)">x</a>
"""
RUN = {*range(1, 13)}
# Contents are given by innerHTML, which runs no script element; but a frame's.
RUN_AS_CONTENT = {"innerHTML": RUN - {4}, "write": RUN}


class Tripwire:
    """Records what ran, in any frame of any page."""

    def __init__(self, context: BrowserContext) -> None:
        self.numbers: list[int] = []
        self.dialogs: list[str] = []
        context.expose_binding("trip", self._record)
        context.on("page", self._watch)

    def _record(self, _source: object, number: int) -> None:
        self.numbers.append(number)

    def _watch(self, page: Page) -> None:
        page.on("dialog", self._dismiss)

    def _dismiss(self, dialog: Any) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()


@contextmanager
def acting(browser: Browser, site: Served) -> Iterator[tuple[Page, Tripwire]]:
    """Return a page of the site without a policy, whose frames are watched."""
    # Nothing leaves this machine: a proxy that is not there has the rest of the world.
    with browser.new_context(
        proxy={"server": "http://127.0.0.1:9", "bypass": "127.0.0.1"}
    ) as context:
        tripwire = Tripwire(context)
        context.add_init_script(PATIENT)
        page = context.new_page()
        page.goto(f"{site.address}harness.html")
        page.evaluate(ACT)
        yield page, tripwire


def ran(page: Page, tripwire: Tripwire) -> set[int]:
    """Return the numbers that ran, when all calls have come."""
    page.wait_for_timeout(100)
    assert not tripwire.dialogs
    return set(tripwire.numbers)


class Built(msgspec.Struct, frozen=True):
    """A site of the vectors that are not refused, with and without the policy of its pages."""

    vectors: Vectors
    published: set[int]
    guarded: Served
    bare: Served

    def name(self, number: int) -> str:
        """Return what a vector is, for a message."""
        vector = self.vectors.by_number[number]
        return f"{number}, {vector.name}: {vector.text!r}"


def write(project: Project, files: dict[str, list[Part]]) -> None:
    for path, parts in files.items():
        project.write(path, "".join(part.text for part in parts).encode())


def refused(problems: str, files: dict[str, list[Part]]) -> set[int]:
    """Return the vectors that the errors are about, by number or by line."""
    numbers: set[int] = set()
    for problem in json.loads(problems):
        if problem["severity"] != "error":
            continue
        parts = files[problem["path"]]
        inside = {number for part in parts for number in part.numbers}
        named = {int(number) for number in CALL.findall(problem["found"])} & inside
        if not named:
            line = 0
            for part in parts:
                line += part.text.count("\n")
                if problem["line"] <= line:
                    named = set(part.numbers)
                    break
        assert named, f"refused, but no vector: {problem}"
        numbers |= named
    return numbers


def build(project: Project, vectors: Vectors) -> set[int]:
    """Build a site of all vectors that are not refused; return these."""
    files = vectors.files
    for _ in range(8):
        write(project, files)
        result = project.build("--format", "json")
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        if result.exit_code == 0:
            return {number for parts in files.values() for part in parts for number in part.numbers}
        assert result.exit_code == 1, (result.stderr, result.exception)
        dropped = refused(result.stderr, files)
        kept = {}
        for path, parts in files.items():
            rest = [part for part in parts if not dropped.intersection(part.numbers)]
            # A file whose only vector is refused is refused.
            if rest == parts or any(part.numbers for part in rest):
                kept[path] = rest
            else:
                (project.folder / path).unlink()
        files = kept
    pytest.fail("errors come up one after another")


@contextmanager
def built(folder: Path, vectors: Vectors, site_yaml: str = "") -> Iterator[Built]:
    (folder / "site").mkdir()
    project = Project(folder / "site")
    if site_yaml:
        project.write("site.yaml", site_yaml)
    published = build(project, vectors)
    bare = folder / "bare"
    shutil.copytree(project.output, bare)
    for page in bare.rglob("*.html"):
        text, count = POLICY.subn(b"", page.read_bytes())
        assert count == 1, page
        page.write_bytes(text)
    for place in (project.output, bare):
        (place / "harness.html").write_text("<!doctype html><title>x</title><body>", "utf-8")
        policy = POLICY.search((project.output / "index.html").read_bytes())
        assert policy
        for name, given in (("bare", ""), ("guarded", policy[0].decode())):
            (place / f"{name}.html").write_text(CONTROL.format(policy=given), "utf-8")
    with serving(project.output) as guarded, serving(bare) as unguarded:
        yield Built(vectors, published, guarded, unguarded)


BODIES_SITE = """\
title: Test Board
base_url: https://example.org/a/b/
description: What the board said
feed_size: 1000
"""


@pytest.fixture(scope="module")
def bodies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """The site with the vectors in bodies."""
    with built(tmp_path_factory.mktemp("bodies"), body_vectors(), BODIES_SITE) as site:
        yield site


@pytest.fixture(scope="module")
def fields(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """The site with the vectors in fields."""
    with built(tmp_path_factory.mktemp("fields"), field_vectors()) as site:
        yield site


OURS = {"harness.html", "bare.html", "guarded.html"}


def openable(site: Served) -> list[str]:
    """Return the addresses of what a browser shows: pages, redirects, feeds, the site map."""
    kinds = {".html", ".xml", ".svg"}
    files = sorted(file for file in site.folder.rglob("*") if file.suffix in kinds)
    names = [file.relative_to(site.folder).as_posix() for file in files]
    return [site.address + quote(name) for name in names if name not in OURS]


def contents(site: Served) -> dict[str, str]:
    """Return everything in feeds that feed readers show as HTML, each with its feed."""
    paths: dict[str, str] = {}
    for file in sorted(site.folder.rglob("feed.*"), key=lambda file: (len(file.parts), file)):
        for html in in_feed(file):
            paths.setdefault(html, file.relative_to(site.folder).as_posix())
    return paths


def in_feed(file: Path) -> Iterator[str]:
    """Yield what the format says is HTML."""
    data = file.read_bytes()
    if file.suffix == ".json":
        yield from (item["content_html"] for item in json.loads(data)["items"])
        return
    root = ElementTree.fromstring(data)
    for item in root.iter("item"):
        for name in ("description", CONTENT):
            yield item.findtext(name) or ""
    for kind in ("title", "subtitle", "summary", "content", "rights"):
        for element in root.iter(ATOM + kind):
            if element.get("type") == "html":
                yield element.text or ""
            elif element.get("type") == "xhtml":
                yield "".join(ElementTree.tostring(child, "unicode") for child in element)


def open_contents(page: Page, contents: list[str], way: str) -> list[list[str]]:
    """Show each content in a frame of its own, act on it; return what is wrong in it."""
    opened = page.evaluate(
        "given => openContents(given.contents, given.way)", {"contents": contents, "way": way}
    )
    assert isinstance(opened, list)
    return opened


def expect_nothing(site: Built, numbers: set[int], wrong: list[list[str]]) -> None:
    """Fail if a vector ran, or an address or attribute is of a kind that could run one."""
    faults = [f"ran: {site.name(number)}" for number in sorted(numbers)]
    faults += [f"in {where}: {what}" for where, what in wrong]
    if faults:
        pytest.fail(f"{len(numbers)} ran, {len(wrong)} could\n" + "\n".join(faults), pytrace=False)


both = pytest.mark.parametrize("kind", ["bodies", "fields"])


# --- the tripwire itself --------------------------------------------------------------------------


def test_the_tripwire_is_there(bodies: Built, browser: Browser) -> None:
    """A script runs, and is noticed, in a page without a policy, but not in one with it."""
    # On a busy machine, a frame may be gone before all has run: look again.
    for name, expected in (("bare", RUN), ("guarded", set[int]())):
        with acting(browser, bodies.bare) as (page, tripwire):
            for _ in range(10):
                wrong = page.evaluate("openPages", [f"{bodies.bare.address}{name}.html"])
                assert len(wrong) >= len(RUN) - 2
                if ran(page, tripwire) == expected:
                    break
            assert ran(page, tripwire) == expected
    for way, expected in RUN_AS_CONTENT.items():
        with acting(browser, bodies.bare) as (page, tripwire):
            for _ in range(10):
                open_contents(page, [CONTROL.format(policy="")], way)
                if ran(page, tripwire) == expected:
                    break
            assert ran(page, tripwire) == expected, way


# --- what authors write ---------------------------------------------------------------------------


@both
def test_enough_is_published(kind: str, request: pytest.FixtureRequest) -> None:
    site: Built = request.getfixturevalue(kind)
    assert len(site.published) >= {"bodies": 251, "fields": 95}[kind]


# What does not run without the policy does not run with it either: long hunts make sure of that.
POLICIES = ["bare", "guarded"] if HUNT > 1 else ["bare"]


@both
@pytest.mark.parametrize("policy", POLICIES)
def test_no_script_runs_in_pages(
    kind: str, policy: str, browser: Browser, request: pytest.FixtureRequest
) -> None:
    site: Built = request.getfixturevalue(kind)
    served: Served = getattr(site, policy)
    with acting(browser, served) as (page, tripwire):
        wrong = page.evaluate("openPages", openable(served)[:: 3 if HUNT == 1 else 1])
        expect_nothing(site, ran(page, tripwire), wrong)


@both
@pytest.mark.parametrize("way", ["innerHTML"] if HUNT == 1 else ["innerHTML", "write"])
def test_no_script_runs_in_feeds(
    kind: str, way: str, browser: Browser, request: pytest.FixtureRequest
) -> None:
    site: Built = request.getfixturevalue(kind)
    shown = contents(site.bare)
    if way == "write":
        # A frame each: of what is in several feeds, only one, and of text none.
        shown = {html: feed for html, feed in shown.items() if "/" not in feed and "<" in html}
    assert len(shown) > {"bodies": 300, "fields": 60}[kind]
    with acting(browser, site.bare) as (page, tripwire):
        wrong = open_contents(page, list(shown), way)
        expect_nothing(site, ran(page, tripwire), wrong)


def test_no_script_runs_in_the_search(bodies: Built, browser: Browser) -> None:
    """Excerpts show text that looks like HTML."""
    with acting(browser, bodies.bare) as (page, tripwire):
        page.goto(f"{bodies.bare.address}search/?q={WORD}+img")
        page.wait_for_selector(".results li")
        for count in (20, 30):
            page.click(".more")
            page.locator(".results li").nth(count - 1).wait_for(state="attached")
        page.wait_for_timeout(100)
        assert "onerror" in page.inner_text(".results")
        page.evaluate(ACT)
        page.evaluate("act(document)")
        expect_nothing(bodies, ran(page, tripwire), [])


# --- what is no character of HTML -----------------------------------------------------------------

# Controls but tab and line ends, and noncharacters: none may be in HTML or XML.
NONE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")


@pytest.mark.parametrize(
    "body",
    [
        *("[](a%01b)", "[](a%00b)", "[](%000%00)", "[](%005%00)", "[](a%C2%85b)"),
        *("[](a%EF%BF%BEb)", '<a href="java%01script:x"></a>'),
    ],
)
def test_words_made_of_an_address_have_no_controls(project: Project, body: str) -> None:
    """A link without words gets its address, decoded; feeds with a control cannot be made."""
    project.report("2012-11-13", body=f"{body}\n")
    output = project.built()
    kinds = {".html", ".xml", ".atom", ".json", ".ics"}
    texts = {
        file.relative_to(output).as_posix(): file.read_text("utf-8")
        for file in output.rglob("*")
        if file.suffix in kinds
    }
    assert len(texts) > 10
    assert not [path for path, text in texts.items() if NONE.search(text)]
