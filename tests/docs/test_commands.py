"""Test that each block of commands in README and docs/ does what its page says, by running it.

``make test`` runs the stories with this checkout as the program. ``make test-long`` also runs those
that install it from git, and those of contributors.
"""

import re
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from command_blocks import (
    COMMANDS,
    OTHERS,
    STAND_INS,
    Block,
    Machine,
    clone_program,
    find_blocks,
    read_pages,
)
from command_stories import FIRST_WORDS, NEW_SITE, PIPX, STORIES, Preview, Run, Start, Story
from conftest import HUNT, ROOT

from lscbsite.cli import main
from lscbsite.scaffold import HOST_NAMES


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Block]]:
    """The blocks of each page, and those of the README that ``init`` writes for any host."""
    found = {path: find_blocks(path, text) for path, text in read_pages().items()}
    new: dict[str, Block] = {}
    for host in HOST_NAMES:
        folder = tmp_path_factory.mktemp(host)
        # The day of the stories, 20 April 2026.
        runner = CliRunner(env={"SOURCE_DATE_EPOCH": "1776643200"})
        runner.invoke(main, ["init", str(folder), "--host", host])
        for block in find_blocks(NEW_SITE, (folder / "README.md").read_text("utf-8")):
            assert new.setdefault(block.name, block).text == block.text
    return {**found, NEW_SITE: list(new.values())}


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with this checkout, as the program's own."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no checkout")
    return clone_program(tmp_path_factory.mktemp("program"))


# --- tests ------------------------------------------------------------------------------------


def test_each_block_of_commands_is_run(pages: dict[str, list[Block]]) -> None:
    run = {
        (story.page, step.name)
        for story in STORIES.values()
        for step in story.steps
        if isinstance(step, Run | Preview | Start)
    }
    blocks = [block for page in pages.values() for block in page if block.language in COMMANDS]
    names = Counter((block.page, block.name) for block in blocks)
    assert [name for name, times in names.items() if times > 1] == [], "name them by other lines"
    assert [
        f"{block.page}:{block.line}" for block in blocks if (block.page, block.name) not in run
    ] == []
    assert run - names.keys() == set(), "no page has these any longer"


def test_each_block_says_what_it_is(pages: dict[str, list[Block]]) -> None:
    known = COMMANDS | OTHERS
    for page in pages.values():
        for block in page:
            assert block.language in known, f"{block.page}:{block.line}"
            # What a reader types is not a mere text.
            if block.language == "text":
                assert not re.match(r"\$ |(sudo|git|pip|lscbsite|make) ", block.text), block


def test_stand_ins_are_needed_and_have_reasons() -> None:
    used = {name for story in STORIES.values() for name in story.stand_ins}
    assert used == set(STAND_INS)
    assert all(stand_in.reason for several in STAND_INS.values() for stand_in in several)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(
            name,
            marks=pytest.mark.skipif(
                HUNT == 1 and (story.long or number % 2 == 1), reason="takes long: make test-long"
            ),
        )
        for number, (name, story) in enumerate(STORIES.items())
    ],
)
def test_the_blocks_do_what_the_page_says(
    name: str, pages: dict[str, list[Block]], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    story = STORIES[name]
    blocks = {block.name: block for block in pages[story.page]}
    program = request.getfixturevalue("program") if story.long or story.fetches else None
    with new_machine(tmp_path, story, program) as machine:
        for step in story.steps:
            if isinstance(step, Run):
                machine.run(blocks[step.name], step.exchange)
            elif isinstance(step, Preview):
                assert step.words in machine.look_at_preview(blocks[step.name], step.exchange)
            elif isinstance(step, Start):
                machine.start(blocks[step.name], step.ready, step.exchange)
            else:
                step(machine)


@contextmanager
def new_machine(folder: Path, story: Story, program: Path | None) -> Iterator[Machine]:
    """Give the machine on which a story begins; end what still runs on it."""
    machine = Machine(folder, real=story.real, day=story.day)
    machine.install_stand_ins(story.stand_ins)
    for path in story.repositories:
        machine.make_repository(path)
    if program:
        machine.offer_program(program)
    # A server's folders are the machine's own.
    machine.paths = {path: f"{folder}{path}" for path in ("/opt/lscbsite", "/srv/")}
    try:
        yield machine
    finally:
        machine.stop()


@pytest.mark.skipif(HUNT == 1, reason="installs: make test-long")
def test_an_empty_account_has_a_site_of_its_own(
    pages: dict[str, list[Block]], program: Path, tmp_path: Path
) -> None:
    """Install, begin, look, edit, go on, check, build: by the README and what the program says."""
    [readme] = [block for block in pages["README.md"] if block.name == PIPX]
    install, init, enter, serve = (readme._replace(text=line) for line in readme.text.splitlines())
    sample = re.compile("ardenshire|hallam|fairley|mill lane|civic centre", re.IGNORECASE)
    with new_machine(tmp_path, Story("README.md", (), real=True), program) as machine:
        begun = time.perf_counter()

        def took(step: str) -> None:
            nonlocal begun
            print(f"{step}: {time.perf_counter() - begun:.1f} s")  # noqa: T201 (for pytest -s)
            begun = time.perf_counter()

        machine.run(install)
        took("install")
        said = machine.run(init)
        took("init")
        # The program says what to do next.
        assert said[said.index("Next:") :].split("\n")[1:3] == [
            f"  {enter.text}",
            f"  {serve.text}",
        ]
        machine.run(enter)
        assert FIRST_WORDS in machine.look_at_preview(serve)
        took("serve")
        [report] = (machine.here / "reports").glob("*.md")
        text = report.read_text("utf-8").replace(
            "#next_meeting: The date", "next_meeting: 12 May 2026\n# The date"
        )
        report.write_text(text.replace(FIRST_WORDS, "The board met. This is the report"), "utf-8")
        assert "The board met." in machine.look_at_preview(serve)
        took("edit, and look again")
        said = machine.run(readme._replace(text="lscbsite new"))
        assert "reports/2026-05-12.md" in said
        took("new")
        next_report = machine.here / "reports/2026-05-12.md"
        draft = next_report.read_text("utf-8")
        next_report.write_text(
            f"{draft.replace('draft: true', '')}\nWe agreed on evenings.\n", "utf-8"
        )
        machine.run(readme._replace(text="lscbsite check"))
        took("check")
        machine.run(readme._replace(text="lscbsite build"))
        took("build")
        pages_made = [
            path for path in machine.here.rglob("*") if path.is_file() and ".git" not in path.parts
        ]
        assert machine.here / "output/index.html" in pages_made
        for path in pages_made:
            assert not sample.search(path.read_bytes().decode(errors="replace")), path
    assert shutil.which("lscbsite", path=str(machine.home / ".local/bin"))
