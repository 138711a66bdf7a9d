"""Helpers for tests of the form for editing in a browser: each CMS, as somebody uses it."""

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from lscbsite.model import FrontMatter
from lscbsite.parsing.fences import Split, split_front_matter
from lscbsite.parsing.front_matter import read_front_matter
from lscbsite.problems import Problems


class Form(ABC):
    """A CMS that shows the form; ``READ`` is a script that reads one of its files."""

    READ: str
    page: Page

    @abstractmethod
    def open(self, where: str) -> None:
        """Open an entry, or a new one, by its address in the CMS."""

    @abstractmethod
    def fill(self, field: str, text: str) -> None:
        """Write into a field, which is named by its keys."""

    @abstractmethod
    def choose(self, field: str, label: str) -> None:
        """Choose one of several values."""

    @abstractmethod
    def add(self, singular: str) -> None:
        """Add an entry to a list."""

    @abstractmethod
    def expand(self, summary: str) -> None:
        """Show the fields of an entry of a list, which has a summary."""

    @abstractmethod
    def expand_group(self, field: str) -> None:
        """Show the fields of a group, with one press."""

    @abstractmethod
    def find_required(self) -> set[str]:
        """Return the labels of the fields that look as if they had to be filled in."""

    @abstractmethod
    def press_save(self) -> None:
        """Press what saves."""

    @abstractmethod
    def refuse(self) -> str:
        """Press what saves, and return the reason why it is not saved."""

    @abstractmethod
    def duplicate(self) -> bool:
        """Begin a new entry like the one that is open; False if there is nothing to press."""

    @abstractmethod
    def upload(self, file: Path, name: str) -> None:
        """Upload a file; it is then in files/ by a name."""

    def save(self, path: str) -> str:
        """Save, and return what is then in a file."""
        before = self.read(path)
        self.press_save()
        after = self._wait_for_change(path, before)
        self._wait_until_saved()
        return after

    @abstractmethod
    def _wait_until_saved(self) -> None:
        """Wait until the CMS shows that it has saved."""

    def read(self, path: str) -> str:
        """Return what is in a file, '' if it is not there."""
        text: str = self.page.evaluate(self.READ, path)
        return text

    def _wait_for_change(self, path: str, before: str) -> str:
        """Return what is in a file when it is no longer what it was."""
        for _ in range(1200):
            if (text := self.read(path)) not in (before, ""):
                return text
            self.page.wait_for_timeout(50)
        pytest.fail(f"{path} was not saved")


class Sveltia(Form):
    """Sveltia CMS: its files are in the browser's private file system."""

    WRITE = """async files => {
        const root = await (await navigator.storage.getDirectory())
            .getDirectoryHandle("sveltia-cms-test", {create: true});
        for (const [path, text] of Object.entries(files)) {
            const names = path.split("/");
            let folder = root;
            for (const name of names.slice(0, -1))
                folder = await folder.getDirectoryHandle(name, {create: true});
            const file = await folder.getFileHandle(names.at(-1), {create: true});
            const stream = await file.createWritable();
            await stream.write(text);
            await stream.close();
        }
    }"""
    READ = """async path => {
        try {
            let folder = await (await navigator.storage.getDirectory())
                .getDirectoryHandle("sveltia-cms-test");
            const names = path.split("/");
            for (const name of names.slice(0, -1)) folder = await folder.getDirectoryHandle(name);
            const file = await folder.getFileHandle(names.at(-1));
            return await (await file.getFile()).text();
        } catch { return ""; }
    }"""

    def __init__(self, page: Page, address: str, files: Mapping[str, str]) -> None:
        self.page, self._address = page, address
        page.goto(f"{address}form.js")
        page.evaluate(self.WRITE, files)
        page.goto(address)
        page.get_by_role("button", name="Work with Test Repository").click()
        expect(page.get_by_role("searchbox")).to_be_visible()

    def _field(self, field: str) -> Locator:
        return self.page.locator(f'[data-key-path="{field}"]')

    def open(self, where: str) -> None:
        self.page.goto(f"{self._address}#/collections/{where}")
        expect(self.page.get_by_role("button", name="Save", exact=True)).to_be_visible()

    def fill(self, field: str, text: str) -> None:
        self._field(field).locator("input, textarea").last.fill(text)

    def choose(self, field: str, label: str) -> None:
        self._field(field).get_by_label(label).click()

    def add(self, singular: str) -> None:
        self.page.get_by_role("button", name=re.compile(rf"^Add .?{singular}")).click()

    def expand(self, summary: str) -> None:
        entry = self.page.get_by_role("group").filter(has_text=summary).last
        entry.get_by_role("button", name="Expand").click()

    def expand_group(self, field: str) -> None:
        self._field(field).get_by_role("button", name="Expand").first.click()

    def find_required(self) -> set[str]:
        marked = self.page.locator("header:has(> .required:visible) > h4")
        return set(marked.all_inner_texts())

    def press_save(self) -> None:
        self.page.get_by_role("button", name="Save", exact=True).click()

    def refuse(self) -> str:
        with self.page.expect_event("dialog") as said:
            self.page.on("dialog", lambda dialog: dialog.dismiss())
            self.press_save()
        return said.value.message

    def list_entries(self, collection: str, count: int) -> list[str]:
        """Return what the list of a collection shows when it has so many entries."""
        self.page.goto(f"{self._address}#/collections/{collection}")
        cells = self.page.get_by_role("row").locator(".title")
        expect(cells).to_have_count(count)
        return [text.strip() for text in cells.all_inner_texts()]

    def duplicate(self) -> bool:
        self.page.get_by_role("button", name="Show Editor Options").click()
        return self.page.get_by_role("menuitem", name="Duplicate").count() > 0

    def _wait_until_saved(self) -> None:
        # It goes back to the list.
        expect(self.page).to_have_url(re.compile(r"#/collections/[\w-]+$"))
        expect(self.page.get_by_role("button", name="Save", exact=True)).to_be_hidden()

    def upload(self, file: Path, name: str) -> None:
        self.page.goto(f"{self._address}#/assets")
        self.page.locator("input[type=file]").set_input_files(file)
        self.page.get_by_role("button", name="Upload", exact=True).last.click()
        self._wait_for_change(f"files/{name}", "")


class Decap(Form):
    """Decap CMS: its files are in a variable of the page."""

    READ = "path => path.split('/').reduce((node, name) => node?.[name], repoFiles)?.content ?? ''"

    def __init__(self, page: Page, address: str, files: Mapping[str, str]) -> None:
        self.page, self._address = page, address
        tree: dict[str, Any] = {}
        for path, text in files.items():
            *folders, name = path.split("/")
            node = tree
            for folder in folders:
                node = node.setdefault(folder, {})
            node[name] = {"content": text}
        page.add_init_script(f"window.repoFiles = {json.dumps(tree)};")
        page.goto(address)
        page.get_by_role("button", name="Login").click()
        expect(page.get_by_text("Quick add")).to_be_visible()

    def _field(self, field: str) -> Locator:
        # The number in an id is that of the field among all.
        *_, name = field.split(".")
        inside = self.page.locator("body")
        if "." in field:
            inside = self.page.locator(f'[id^="{field.partition(".")[0]}-field-"]').last
        found = inside.locator(f'[id^="{name}-field-"]')
        return found.last if "." in field else found.first

    def open(self, where: str) -> None:
        self.page.evaluate(f"location.hash = '#/collections/{where}'")
        expect(self.page.get_by_role("button", name="Publish").first).to_be_visible()

    def fill(self, field: str, text: str) -> None:
        self._field(field).fill(text)

    def choose(self, field: str, label: str) -> None:
        self._field(field).fill(label)
        self._field(field).press("Enter")

    def add(self, singular: str) -> None:
        self.page.get_by_role("button", name=f"Add {singular}").click()

    def expand(self, summary: str) -> None:
        self.page.get_by_role("button", name="Expand").click()
        expect(self.page.locator(f'input[value="{summary}"]')).to_be_visible()

    def expand_group(self, field: str) -> None:
        self._field(field).get_by_role("button").first.click()

    def find_required(self) -> set[str]:
        labels = self.page.locator("label").all_text_contents()
        return {label for label in labels if "(optional)" not in label}

    def press_save(self) -> None:
        self.page.get_by_role("button", name="Publish").first.click()
        self.page.get_by_role("menuitem", name="Publish now", exact=True).click()

    def refuse(self) -> str:
        self.press_save()
        said = self.page.get_by_text("Failed to persist entry")
        expect(said).to_be_visible()
        return said.inner_text()

    def duplicate(self) -> bool:
        self.page.get_by_role("button", name="Published").click()
        self.page.get_by_role("menuitem", name="Duplicate").click()
        return True

    def _wait_until_saved(self) -> None:
        expect(self.page.get_by_text("Changes saved")).to_be_visible()

    def upload(self, file: Path, name: str) -> None:
        self.page.get_by_role("button", name="Media").click()
        self.page.locator("input[type=file]").set_input_files(file)
        self._wait_for_change(f"files/{name}", "")
        self.page.get_by_role("button", name="Close").click()


CMSS: Mapping[str, type[Sveltia] | type[Decap]] = {"sveltia": Sveltia, "decap": Decap}


def split(text: str) -> Split:
    problems = Problems()
    parts = split_front_matter(text, "report.md", problems)
    assert parts is not None
    return parts


def front(text: str) -> FrontMatter:
    problems = Problems()
    found = read_front_matter(split(text), "report.md", problems, FrontMatter, {"date": None}).front
    assert problems.list_sorted() == ()
    assert isinstance(found, FrontMatter)
    return found
