"""Test that the pages that a preview renders first are those that the whole build makes."""

import datetime as dt
import re
import shutil
from pathlib import Path

import pytest
from conftest import TESTS, TODAY, tree

from lscbsite.build import build
from lscbsite.context import Options
from lscbsite.problems import Problems
from lscbsite.progress import Progress


@pytest.mark.parametrize("name", ["site", "site-boards", "site-meetings"])
def test_pages_that_are_rendered_first_are_those_of_the_whole_build(
    name: str, tmp_path: Path
) -> None:
    site, output = tmp_path / "site", tmp_path / "output"
    shutil.copytree(TESTS / name, site)

    def build_first(paths: frozenset[str]) -> dict[str, bytes]:
        early: dict[str, bytes] = {}
        options = Options(
            site,
            output,
            today=dt.date.fromisoformat(TODAY),
            drafts=True,
            jobs=1,
            allow_removal=True,
            preview=True,
            first=paths,
            on_first=early.update,
        )
        build(options, Problems(), Progress())
        return early

    assert build_first(frozenset()) == {}
    paths = frozenset(tree(output))
    report, settings = min((site / "reports").rglob("*.md")), site / "site.yaml"
    text = re.sub(r"\nauthor:.*", "", report.read_text("utf-8"))
    changes = {
        "a setting": (
            settings,
            settings.read_text("utf-8").replace("\ntitle: ", "\ntitle: New ", 1),
        ),
        "a body": (report, f"{text}\nMore words.\n"),
        "front matter": (report, text.replace("\ndate: ", "\nauthor: Ann Other\ndate: ", 1)),
        "a template": (site / "templates/footer.html", "<footer>Mine.</footer>"),
    }
    for what, (file, new) in changes.items():
        file.parent.mkdir(exist_ok=True)
        file.write_text(new, "utf-8")
        before, early, made = tree(output), build_first(paths), tree(output)
        assert made != before, what
        assert [path for path in early if early[path] != made[path]] == [], what
        pages = [path for path in made if path.endswith(".html") and not path.startswith("files/")]
        assert [path for path in pages if path not in early] == [], what
        assert {"style.css", "script.js"} <= early.keys()
