"""Test, on random sites and changes, that nothing that subscribers or links know ever breaks."""

import json
import re
from pathlib import Path
from random import Random

import pytest
from conftest import HUNT, Project, tree

SITE = "title: Test Board\nbase_url: https://example.org/a/b/\nsearch: false\n"
FEEDS = ("feed.xml", "feed.atom", "feed.json", "calendar.ics")
DAYS = ["2012-01-10", "2012-03-13", "2012-05-15", "2012-07-10", "2012-09-11", "2012-11-13"]


class Site:
    """A site that is renamed and moved about; each change is one that an author may make.

    ``folders`` are the folders of the boards by id, ``former`` their earlier ids, both empty while there is
    one board; ``names`` are the present names of the reports, by number, ``said`` their ``formerly``.
    """

    def __init__(self, project: Project, chance: Random) -> None:
        self.project, self.chance = project, chance
        self.folders: dict[str, str] = {}
        self.former: dict[str, list[str]] = {}
        self.names: dict[int, str] = {}
        self.said: dict[int, list[str]] = {}
        self.used: set[str] = set()
        self.count = 0
        self.changed_board = False
        for _ in range(chance.randint(2, 4)):
            self.add_report()
        if chance.random() < 0.5:
            self.become_several()

    def add_report(self) -> None:
        """Write a report of any board."""
        board = self.chance.choice([*self.folders] or [""])
        self.count += 1
        name = self.make_name(board, f"{self.chance.choice(DAYS)}")
        if name:
            self.names[self.count], self.said[self.count] = name, []

    def make_name(self, board: str, end: str) -> str:
        """Return a name in a board's folder that no report has or had."""
        for more in ("", "-b", "-c", "-d", "-e", "-f"):
            rest = self.chance.choice(["", "", f"{end[:4]}/"]) + end[:10] + more
            folder = self.folders.get(board, ".")
            name = rest if folder == "." else f"{folder}/{rest}"
            # Names of other times and boards are avoided, too: that would be another's earlier name.
            if rest not in self.used:
                self.used.add(rest)
                return name
        return ""

    def rename_report(self) -> None:
        """Give a report another end of its name, or another folder."""
        number = self.chance.choice([*self.names])
        old = self.names[number]
        board = next(
            (id_ for id_, folder in self.folders.items() if old.startswith(f"{folder}/")),
            next((id_ for id_, folder in self.folders.items() if folder == "."), ""),
        )
        if self.folders and self.chance.random() < 0.2:
            other = self.chance.choice([*self.folders])
            self.changed_board |= other != board
            board = other
        if name := self.make_name(board, re.findall(r"\d{4}-\d\d-\d\d", old)[-1]):
            self.said[number].append(old)
            self.names[number] = name

    def become_several(self) -> None:
        """Add a second board, the reports of the first staying where they are, or moved."""
        if self.folders:
            return
        self.folders, self.former = {"lscb": ".", "health": "health"}, {"lscb": [], "health": []}
        if self.chance.random() < 0.5:
            self.folders["lscb"], self.former["lscb"] = "lscb", ["."]
            self.names = {number: f"lscb/{name}" for number, name in self.names.items()}

    def rename_board(self) -> None:
        """Give a board another id, and its folder as well."""
        if not self.folders:
            return
        old = self.chance.choice([*self.folders])
        free = {"scp", "care", "hwb", "lscb", "health"} - {*self.folders}
        free -= {name for id_, names in self.former.items() if id_ != old for name in names}
        if not free:
            return
        new = self.chance.choice(sorted(free))
        folder = self.folders.pop(old)
        self.former[new] = [*self.former.pop(old), old]
        self.folders[new] = new if folder != "." else "."
        if folder != ".":
            self.names = {
                number: f"{new}/{name.removeprefix(f'{old}/')}"
                if name.startswith(f"{old}/")
                else name
                for number, name in self.names.items()
            }

    def leave_the_root(self) -> None:
        """Move the reports of the board that has reports/ itself into a folder."""
        for id_, folder in self.folders.items():
            if folder == ".":
                others = tuple(f"{other}/" for other in self.folders.values() if other != ".")
                self.names = {
                    number: name if name.startswith(others) else f"{id_}/{name}"
                    for number, name in self.names.items()
                }
                self.folders[id_] = id_
                self.former[id_] = [*self.former[id_], "."]
                return

    def rebuild(self) -> dict[str, bytes]:
        """Write the site and build it; return the output."""
        folder = self.project.folder
        for path in sorted((folder / "reports").rglob("*.md")):
            path.unlink()
        boards = ""
        if self.folders:
            boards = "boards:\n" + "".join(
                f"  {id_}: {{name: {id_}, formerly: [{', '.join(self.former[id_])}]"
                f"{', folder: .' if place == '.' else ''}}}\n"
                for id_, place in self.folders.items()
            )
        self.project.write("site.yaml", SITE + boards)
        for number, name in self.names.items():
            former = f"formerly: [{', '.join(self.said[number])}]\n" if self.said[number] else ""
            day = re.findall(r"\d{4}-\d\d-\d\d", name)[-1]
            following = next((other for other in DAYS if other > day), "none")
            self.project.report(
                name,
                f"date: {day}\ntitle: Number {number}\n{former}next_meeting: {following}\n"
                "topics: [training]\n"
                f"feedback: [{{id: it, ask: 'Question {number}?', deadline: 2013-05-01, reply_to: A}}]",
                f"## Section\n\nText {number}.\n",
            )
        return tree(self.project.built())


def list_identities(files: dict[str, bytes]) -> dict[str, set[str]]:
    """Return the identities in each feed and calendar, by path, but for those of coming meetings."""
    found = {}
    for path, data in files.items():
        text, name = data.decode("utf-8", "replace"), Path(path).name
        if name == "feed.xml":
            found[path] = set(re.findall(r"<guid[^>]*>([^<]*)<", text))
        elif name == "feed.atom":
            found[path] = set(re.findall(r"<id>([^<]*)</id>", text))
        elif name == "feed.json":
            found[path] = {item["id"] for item in json.loads(text)["items"]}
        elif name == "calendar.ics":
            found[path] = set(re.findall(r"^UID:(.*?)\r?$", text, re.MULTILINE))
    return found


@pytest.mark.parametrize("seed", range(12 * HUNT))
def test_ordinary_changes_break_nothing(project: Project, seed: int) -> None:
    chance = Random(seed)
    site = Site(project, chance)
    addresses: set[str] = set()
    identities: dict[str, set[str]] = {}
    for _ in range(5):
        files = site.rebuild()
        after = list_identities(files)
        assert not addresses - files.keys()
        for path, before in identities.items():
            # Feeds of a board change if a report moves from one board to another.
            if not path.startswith("boards/") or path.endswith("feed.atom"):
                assert path in after
            # A meeting of another board is not the one that this board announced.
            if path == "calendar.ics" and site.changed_board:
                continue
            if not path.startswith("boards/"):
                assert after[path] == before, path
        addresses |= {path for path in files if path.endswith((".html", *FEEDS))}
        project.built("--no-cache", "--output", str(project.folder / f"fresh-{len(addresses)}"))
        fresh = tree(project.folder / f"fresh-{len(addresses)}")
        assert fresh == files
        site.changed_board = False
        for change in chance.sample(
            [site.rename_report, site.rename_report, site.become_several, site.rename_board,
             site.leave_the_root], 2,
        ):  # fmt: skip
            change()
        identities = after
