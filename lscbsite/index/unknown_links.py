"""Say what an author meant by a link that leads to no report, page or file."""

import posixpath
import re
from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple

from lscbsite.addresses import complete_address
from lscbsite.model import Reference
from lscbsite.problems import ComparisonBudget, KnownNames, ask_whether_meant, quote_value
from lscbsite.source_files import make_name_key

# A name with an ending, such as "photo.jpg".
_FILE_NAME = re.compile(r"\w\.\w{2,5}$")
_MARKDOWN = (".md", ".markdown", ".mdown", ".mkd")


class UnknownLink(NamedTuple):
    """The parts of a problem about a link."""

    code: str
    found: str
    expected: str
    fix: str


class UnknownLinks:
    """Explains links to nothing: ``attachments`` and ``documents`` are the paths of what there is."""

    def __init__(
        self,
        attachments: Collection[str],
        documents: Collection[str],
        comparisons: ComparisonBudget,
    ) -> None:
        self._attachments = KnownNames(attachments, comparisons)
        self._documents = KnownNames(documents, comparisons)
        self._by_key = {make_name_key(path): path for path in (*attachments, *documents)}
        self._by_last_name: dict[str, list[str]] = defaultdict(list)
        for path in attachments:
            self._by_last_name[make_name_key(posixpath.basename(path))].append(path)

    def explain(self, source: str, path: str, reference: Reference) -> UnknownLink:
        """Return the problem of a reference in the file ``source`` to ``path`` in the site."""
        target = reference.target
        found = f"a link to {quote_value(target)}"
        if address := complete_address(target):
            expected = "an address that begins with https:// or mailto:"
            return UnknownLink("L014", found, expected, f"write {address}")
        plain_path = path
        if "\\" in target:
            plain_path = make_site_path(source, target.replace("\\", "/"))
        meant = self.find_meant(source, target)
        key = make_name_key(plain_path)
        if "\\" in target:
            written = posixpath.relpath(meant or plain_path, posixpath.dirname(source))
            code = "L002" if key.endswith(_MARKDOWN) else "L004"
            fix = f'write "/" in place of "\\": {written}'
            return UnknownLink(code, found, 'a path with "/"', fix)
        if key.endswith(_MARKDOWN):
            meant = meant or self._documents.find_near(path)
            fix = _suggest(source, meant) or "look the name up in reports/ or pages/"
            return UnknownLink("L002", found, "a file on this site", fix)
        is_picture = reference.picture and _FILE_NAME.search(key)
        if meant or is_picture or key.startswith("files/"):
            meant = meant or self._attachments.find_near(path)
            fix = _suggest(source, meant) or "put the file into the folder files"
            if not meant and not key.startswith("files/"):
                fix = "put the picture into the folder files, and write ../files/ before its name"
            return UnknownLink("L004", found, "a file in files/", fix)
        expected = "a report or page (.md), a file in files/, or a full address"
        fix = "complete the address; until then, readers see the words without a link"
        return UnknownLink("L005", found, expected, fix)

    def find_meant(self, source: str, target: str) -> str | None:
        """Return what a link means whose capitals, slashes or folder are wrong."""
        key = make_name_key(make_site_path(source, target.replace("\\", "/")))
        if key in self._by_key:
            return self._by_key[key]
        same_name = self._by_last_name.get(posixpath.basename(key), [])
        return same_name[0] if len(same_name) == 1 else None


def make_site_path(source: str, target: str) -> str:
    """Return the path in the site that a link in the file ``source`` leads to."""
    if target.startswith("/"):
        return posixpath.normpath(target).lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(source), target))


def _suggest(source: str, meant: str | None) -> str:
    if meant is None:
        return ""
    return ask_whether_meant(posixpath.relpath(meant, posixpath.dirname(source)))
