"""Test that README and docs/ are true: examples, links, commands, messages, generated pages."""

import datetime as dt
import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import PNG, ROOT, SITE_YAML, TESTS, TODAY, Project

from lscbsite import __version__
from lscbsite.cli import main
from lscbsite.contrast import BETTER, DARK, LIGHT, compute_contrast, find_readable_colour
from lscbsite.model import FrontMatter, PageFrontMatter, SiteConfig
from lscbsite.scaffold.program import REPOSITORY
from tools import reference

DOCS = sorted(
    [
        *(ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")),
        *(ROOT / "docs").rglob("*.md"),
    ]
)
DECISIONS = sorted((ROOT / "docs" / "adr").glob("0*.md"))
GUIDE = (ROOT / "docs" / "authors-guide.md").read_text("utf-8")

_FENCE = re.compile(
    r"^ *(?P<fence>```+)(?P<language>\w*)\n(?P<text>.*?)^ *(?P=fence)$", re.M | re.S
)
_INLINE_CODE = re.compile(r"`[^`\n]+`")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")

each_page = pytest.mark.parametrize("page", DOCS, ids=lambda page: page.name)


def blocks(text: str, *languages: str) -> list[str]:
    """Return the fenced blocks in any of the languages."""
    return [found["text"] for found in _FENCE.finditer(text) if found["language"] in languages]


def prose(text: str) -> str:
    """Return a Markdown text without its code."""
    return _INLINE_CODE.sub("", _FENCE.sub("", text))


def anchors(text: str) -> set[str]:
    """Return the ids that git hosts give to the headings."""
    seen: Counter[str] = Counter()
    found = set()
    for heading in re.findall(r"^#{1,6} +(.+?) *$", _FENCE.sub("", text), re.M):
        name = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        found.add(f"{name}-{seen[name]}" if seen[name] else name)
        seen[name] += 1
    return found


def commands(text: str) -> list[list[str]]:
    """Return the commands in a page, each as its words: of shell blocks and of inline code."""
    lines = [row for block in blocks(text, "sh", "console", "yaml") for row in block.split("\n")]
    lines += [code.strip("`") for code in _INLINE_CODE.findall(_FENCE.sub("", text))]
    parts = [part for line in lines for part in re.split(r"&&|;|\|", line)]
    return [
        re.sub(r"^\s*(\$ |- run: |run: |- (?=make|lscbsite))", "", part).split() for part in parts
    ]


# --- generated pages ------------------------------------------------------------------------


@pytest.mark.parametrize("name", reference.PAGES)
def test_generated_pages_are_current(name: str) -> None:
    page = (ROOT / "docs" / name).read_bytes().decode()
    assert page == reference.PAGES[name](), "run: make docs"


@pytest.mark.parametrize("struct", [FrontMatter, PageFrontMatter, SiteConfig])
def test_every_field_is_described_with_an_example_that_can_be_read(
    project: Project, struct: type
) -> None:
    declared = reference.fields(struct)
    needed = {field.name: field.examples[0] for field in declared if field.required}
    for field in declared:
        assert field.text.endswith("."), field.name
        assert field.examples or field.struct, field.name
        for example in field.examples:
            entry = field.is_list and not example.startswith("[")
            values = needed | {field.name: f"\n  - {example}" if entry else example}
            lines = [f"{name}: {value}" for name, value in values.items()]
            assert faults(project, struct, lines) == []


@pytest.mark.parametrize("special", [False, True])
@pytest.mark.parametrize("struct", [FrontMatter, PageFrontMatter, SiteConfig])
def test_the_complete_examples_can_be_read(project: Project, struct: type, special: bool) -> None:
    lines = reference.example(struct, special=special)
    names = {line.removeprefix("#").partition(":")[0] for line in lines}
    assert names >= {field.name for field in reference.fields(struct)}
    assert faults(project, struct, lines) == []


# What an example refers to need not be there, nor the time before an end.
_LEFT_OUT = {"C124", "S013", "S014", "F061"}


def faults(project: Project, struct: type, lines: list[str]) -> list[str]:
    """Return what is wrong with the front matter or site.yaml."""
    project.write("files/logo.svg", "<svg/>")
    project.write("files/town-hall.jpg", (TESTS / "golden/sharing.png").read_bytes())
    if struct is SiteConfig:
        project.write("site.yaml", "\n".join(lines))
    else:
        folder = "reports" if struct is FrontMatter else "pages"
        project.write(f"{folder}/example.md", "\n".join(["---", *lines, "---", "Text."]))
    result = project.run("check", "--format", "json", "--today", TODAY, "--no-cache")
    left = [row for row in json.loads(result.stderr) if row["code"] not in _LEFT_OUT]
    return [row["message"] for row in left if row["code"][0] != "L"]


def test_the_examples_of_the_other_files_can_be_read(project: Project) -> None:
    page = reference.front_matter_page()
    for name in ("topics", "glossary", "people", "meetings"):
        _, _, rest = page.partition(f"\n## {name}.yaml\n")
        project.write(f"{name}.yaml", blocks(rest, "yaml")[0])
    assert project.built()
    assert project.build().stderr == ""


# --- links ----------------------------------------------------------------------------------


@each_page
def test_relative_links_lead_to_files_and_headings(page: Path) -> None:
    for target in _LINK.findall(prose(page.read_text("utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, fragment = target.partition("#")
        place = (page.parent / path).resolve() if path else page
        assert place.exists(), target
        assert place.is_relative_to(ROOT), target
        if fragment:
            assert fragment in anchors(place.read_text("utf-8")), target


@each_page
def test_contents_list_every_chapter(page: Path) -> None:
    text = page.read_text("utf-8")
    listed = re.findall(r"^- \[[^\]]+\]\(#([^)]+)\)$", text, re.M)
    chapters = re.findall(r"^## +(.+?) *$", _FENCE.sub("", text), re.M)
    if listed:
        assert listed == [name for chapter in chapters for name in anchors(f"## {chapter}")]


# --- commands -------------------------------------------------------------------------------


@each_page
def test_commands_and_options_exist(page: Path) -> None:
    for words in commands(page.read_text("utf-8")):
        if not words or words[0].rpartition("/")[2] != "lscbsite" or words[0].startswith("/opt"):
            continue
        name = words[1] if len(words) > 1 else ""
        if not re.fullmatch(r"[a-z]+", name):
            continue
        assert name in main.commands, " ".join(words)
        known = {option for parameter in main.commands[name].params for option in parameter.opts}
        given = set(_OPTION.findall(" ".join(words[2:])))
        assert given <= known, " ".join(words)


@each_page
def test_options_by_themselves_exist(page: Path) -> None:
    own = {
        option
        for command in main.commands.values()
        for parameter in command.params
        for option in (*parameter.opts, *parameter.secondary_opts)
    }
    pip = {"--require-hashes", "--no-deps", "--no-build-isolation"}
    hook = {"--now"}
    for code in _INLINE_CODE.findall(_FENCE.sub("", page.read_text("utf-8"))):
        # Those of the style sheet look like options.
        properties = set(_OPTION.findall((ROOT / "templates" / "style.css").read_text("utf-8")))
        if code.startswith("`--") and not set(_OPTION.findall(code)) <= properties:
            assert set(_OPTION.findall(code)) <= own | pip | hook, code


@each_page
def test_make_targets_exist(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([\w./-]+):(?!=)", makefile, re.M))
    for words in commands(page.read_text("utf-8")):
        if words and words[0] == "make":
            for word in options_left_out(words[1:]):
                assert word in targets, " ".join(words)


def options_left_out(words: list[str]) -> Iterator[str]:
    """Yield the targets in the arguments of make."""
    rest = iter(words)
    for word in rest:
        if word == "-C":
            next(rest)
        elif "=" not in word:
            yield word


@each_page
def test_the_repository_has_one_address(page: Path) -> None:
    text = page.read_text("utf-8")
    # A contributor's fork is another one.
    own = {REPOSITORY, "https://github.com/YOU/lscbsite", "https://lscbsite.github.io/lscbsite"}
    assert set(re.findall(r"https?://[\w./-]+/lscbsite\b(?!\.)", text)) <= own
    versions = re.findall(rf"{REPOSITORY}@(\S+)|--branch (\S+) {REPOSITORY}", text)
    assert {"".join(version) for version in versions} <= {f"v{__version__}"}


# --- examples -------------------------------------------------------------------------------


def stubs(project: Project) -> None:
    """Write the files that the examples refer to."""
    project.report("2012-11-13", body="## Domestic violence\n\nText.\n")
    project.report("2013-02-12", "next_meeting: 2013-04-16")
    for name in re.findall(r"\.\./(files/[\w.-]+)", GUIDE):
        project.write(name, PNG if name.endswith((".jpg", ".png")) else b"x")


def test_the_readmes_report_has_ten_lines_and_builds(project: Project) -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    [example] = blocks(text, "markdown")
    assert len(example.splitlines()) == 10
    [name] = re.findall(r"`(reports/[\d-]+\.md)`", text)
    project.write(name, example)
    result = project.build(today="2013-03-20")
    assert result.exit_code == 0
    assert result.stderr == ""
    assert "Which evenings suit your volunteers for training?" in project.page()


def test_the_guides_front_matter_has_no_problems(project: Project) -> None:
    stubs(project)
    examples = [block for block in blocks(GUIDE, "yaml") if block.startswith("---\n")]
    assert len(examples) >= 10
    project.write("topics.yaml", "safeguarding-training: {name: Safeguarding training}")
    for example in examples:
        written = re.findall(r"^date: (.+)$", example, re.M)[0]
        day = written if written.startswith("2013-") else "2013-03-12"  # 12-13 March
        for place in project.folder.glob("reports/2013-0[3-9]*.md"):
            place.unlink()
        if "2013-03-12/" in example:
            ask = "{ask: Which?, id: evenings, deadline: 2013-04-05, reply_to: Ask me}"
            project.report("2013-03-12", f"feedback: [{ask}]")
        name = f"{day}-forum" if "\nmeeting:" in example else day
        if name != day:
            project.report(day)
        boards = "boards: {lscb: {name: L, folder: .}, health: {name: H}}\n"
        # The day of the agenda is over, and the draft is not complete.
        rules = "rules: {C124: off, C125: off}\n"
        project.write("site.yaml", SITE_YAML + rules + (boards if "\nboards:" in example else ""))
        project.write(f"reports/{name}.md", f"{example}Text.\n")
        result = project.build(today="2013-10-01")
        assert result.exit_code == 0, example + result.stderr
        assert result.stderr == "", example


def test_the_guides_lists_of_meetings_have_no_problems(project: Project) -> None:
    one, several = [block for block in blocks(GUIDE, "yaml") if "# meetings.yaml" in block]
    project.write("meetings.yaml", one)
    project.write("reports/2013-03-12.md", "---\ndate: 2013-03-12\n---\nText.\n")
    result = project.run("check", "--today", TODAY)
    assert result.stderr == ""
    assert "12 November 2013\n" in result.stdout

    (project.folder / "reports/2013-03-12.md").unlink()
    project.write(
        "site.yaml",
        SITE_YAML + "boards: {lscb: {name: Safeguarding}, health: {name: Health}}\n",
    )
    project.write("meetings.yaml", several)
    project.write("reports/lscb/2013-03-12.md", "---\ndate: 2013-03-12\n---\nText.\n")
    result = project.run("check", "--today", TODAY)
    assert result.stderr == ""
    assert "2 December 2013\n" in result.stdout


def test_the_guides_markdown_has_no_problems(project: Project) -> None:
    stubs(project)
    examples = blocks(GUIDE, "markdown")
    assert len(examples) >= 4
    for number, example in enumerate(examples):
        if example.startswith("---\n"):
            [written] = re.findall(r"^date: (.+)$", example, re.M)
            day = dt.datetime.strptime(written, "%d %B %Y").replace(tzinfo=dt.UTC).date()
            project.write(f"reports/{day}.md", example)
        else:
            project.report(f"2013-01-{number + 1:02}", body=example)
    result = project.build(today="2026-05-20")
    assert result.exit_code == 0, result.stderr
    assert result.stderr == ""
    assert "\nnot published:" not in result.stdout


def test_the_web_editors_are_given_a_whole_report(project: Project) -> None:
    """The block to copy builds under the name that the steps for each host say."""
    _, _, rest = GUIDE.partition("\n## Write a report in your host's web editor\n")
    chapter = rest.partition("\n## Your next report\n")[0]
    [example] = blocks(chapter, "markdown")
    assert len(re.findall(r"^\*\*On ", chapter, re.M)) == 3
    assert set(re.findall(r"`([\d-]+\.md)`", chapter)) == {"2026-05-12.md"}
    project.write("reports/2026-05-12.md", example)
    result = project.build(today="2026-05-20")
    assert (result.exit_code, result.stderr) == (0, "")
    page = project.page("reports/2026-05-12")
    assert "What would you like to know from your readers?" in page
    assert "Tuesday 14 July 2026" in page


def test_the_guides_sample_of_markdown_shows_what_it_says(project: Project) -> None:
    sample = next(block for block in blocks(GUIDE, "markdown") if "A list can be numbered" in block)
    project.report("2013-01-01", body=sample)
    project.built()
    page = project.page("reports/2013-01-01")
    for tag in (
        "<h2 id=",
        "<strong>",
        "<em>",
        "<li>second entry<ul>",
        "<ol>",
        "<th>",
        "<blockquote>",
    ):
        assert tag in page
    assert 'class="footnote"' in page


MISTAKES = (
    "date: 12/03/2013\n---\n",
    "date: 2013-03-12\ntitle: Budget: an extraordinary meeting\n---\n",
    "date: 2013-03-12\nfeedbak:\n---\n",
    "date: 2013-03-12\n---\nSee [[2012-11-31]].\n",
)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_guides_messages_are_what_the_tool_says(project: Project, mistake: str) -> None:
    stubs(project)
    project.write("reports/2013-03-12.md", f"---\n{mistake}")
    message = project.build().stderr.splitlines()[0]
    assert message in [block.strip() for block in blocks(GUIDE, "text")]


def test_the_guides_message_about_a_web_page_is_what_the_tool_says(project: Project) -> None:
    project.write("files/map.html", "<p>A map</p>")
    message = project.build().stderr.splitlines()[0]
    assert message in [block.strip() for block in blocks(GUIDE, "text")]
    [allowed] = [block for block in blocks(GUIDE, "yaml") if "active_files" in block]
    site = (project.folder / "site.yaml").read_text("utf-8")
    project.write("site.yaml", f"{site}{allowed}")
    assert project.build().stderr == ""


@each_page
def test_quoted_messages_have_the_words_of_the_tool(page: Path, project: Project) -> None:
    """Every message about the ambiguous date that the pages quote."""
    project.write("reports/2013-03-12.md", "---\ndate: 03/04/2013\n---\n")
    message = project.build().stderr.splitlines()[0].partition(" F031: ")[2]
    for quoted in re.findall(r'F031: (found "03/04/2013".*)', page.read_text("utf-8")):
        assert message.startswith(quoted.removesuffix(" ..."))


# --- what must be named ---------------------------------------------------------------------


def test_each_dependency_has_its_reason() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    named = re.findall(r"^\| ([\w-]+) \| \S", text, re.M)
    required = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    for requirement in required:
        assert re.split(r"[^\w-]", requirement)[0] in named


def test_the_module_table_names_every_module() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    modules = {path.stem for path in (ROOT / "lscbsite").glob("*.py") if path.stem[0] != "_"}
    _, _, rest = text.partition("## Modules and the import law")
    table = rest.partition("\n\nSome libraries")[0]
    assert modules <= set(re.findall(r"`(\w+)`", table))


# The site's of this repository.
ACCENT = "#1d5b79"


def test_the_contrasts_of_the_design_are_true() -> None:
    """The colours in the table of docs/design.md are the style sheet's, and as easy to read."""
    links = {
        "light": find_readable_colour(ACCENT, LIGHT, BETTER),
        "dark": find_readable_colour(ACCENT, DARK, BETTER),
    }
    sheet = (ROOT / "templates" / "style.css").read_text("utf-8")
    for own, place in (("view.light", LIGHT), ("view.dark", DARK)):
        sheet = sheet.replace(f"{{{{ {own} }}}}", place)
    pairs = dict(re.findall(r"--(\w+): light-dark\((#\w+, #\w+)\)", sheet))
    rows = re.findall(
        r"\| `--(\w+)` \| (light|dark) \| (#\w+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|",
        (ROOT / "docs" / "design.md").read_text("utf-8"),
    )
    assert len(rows) == 10
    for name, theme, colour, *contrasts in rows:
        at = ("light", "dark").index(theme)
        assert colour == (links[theme] if name == "link" else pairs[name].split(", ")[at])
        for ground, told in zip(("paper", "panel", "mark"), contrasts, strict=True):
            found = compute_contrast(colour, pairs[ground].split(", ")[at])
            assert f"{found:.1f}" == told, (name, theme, ground)
            assert found >= (3 if name == "edge" else 7 if ground != "mark" else 4.5) - 0.05


# --- for contributors -----------------------------------------------------------------------


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_each_decision_has_its_parts_is_listed_and_names_files_that_exist(page: Path) -> None:
    text = page.read_text("utf-8")
    chapters = re.findall(r"^## (.+)$", text, re.M)
    assert chapters == ["Context", "Decision", "Consequences", "Alternatives"]
    assert len(text.split()) < 600  # a page
    title = text.partition("\n")[0].removeprefix("# ")
    assert f"[{title}]({page.name})" in (page.parent / "README.md").read_text("utf-8")


@pytest.mark.parametrize("page", [ROOT / "CONTRIBUTING.md", *DECISIONS], ids=lambda page: page.stem)
def test_paths_that_contributors_are_sent_to_exist(page: Path) -> None:
    text = page.read_text("utf-8")
    paths = re.findall(r"(?<![\w./])(?:lscbsite|tests|templates|tools)/[\w./-]*\w", text)
    for path in paths:
        assert (ROOT / path).exists(), path
    for path, test in re.findall(r"(tests/\S+\.py)::(\w+)", text):
        assert f"def {test}(" in (ROOT / path).read_text("utf-8")


def test_hooks_before_a_commit_run_what_make_lint_runs_and_download_nothing() -> None:
    text = (ROOT / ".pre-commit-config.yaml").read_text("utf-8")
    assert re.findall(r"repo: (.+)", text) == ["local"]
    assert set(re.findall(r"language: (.+)", text)) == {"system"}
    assert "://" not in text
    entries = [entry.split() for entry in re.findall(r"entry: (.+)", text)]
    assert all(entry[0].startswith(".venv/bin/") for entry in entries)
    makefile = (ROOT / "Makefile").read_text("utf-8").replace("$(BIN)", ".venv/bin")
    for entry in entries:
        words = [word for word in entry if word != "--force-exclude"]
        assert f"\t{' '.join(words)}" in makefile, entry
