"""The files in the site's folder, as ``scan`` lists them."""

from typing import Literal

import msgspec


class Verdict(msgspec.Struct, frozen=True, array_like=True):
    """The result of searching an attachment for active content: what, '' for nothing, and the fix.

    ``rules`` is the digest of the rules that were applied.
    """

    rules: bytes
    found: str = ""
    fix: str = ""
    line: int = 1
    column: int = 1


class Source(msgspec.Struct, frozen=True, array_like=True):
    """A file of the site: its path in the site, and its status.

    A change of size, times (in nanoseconds) or inode number shows that the file changed.
    ``digest`` is that of its content, empty before it was read. ``verdict`` is the result of
    searching an attachment for active content, None before that.
    """

    path: str
    size: int
    modified: int
    changed: int
    number: int
    digest: bytes = b""
    verdict: Verdict | None = None

    @property
    def kind(self) -> Literal["report", "page"]:
        """Return whether a Markdown file is a report or a page, by its folder."""
        return "report" if self.path.startswith("reports/") else "page"


class Attachment(msgspec.Struct, frozen=True):
    """One file under files/: its path in the site, and its content's digest."""

    path: str
    digest: bytes


class Sources(msgspec.Struct, frozen=True):
    """All files in the site's folder, in order of path.

    ``documents`` are the reports and pages, ``attachments`` the files under files/,
    ``templates`` override the theme's, ``settings`` are site.yaml and the other YAML files.
    """

    documents: tuple[Source, ...]
    attachments: tuple[Source, ...]
    templates: tuple[Source, ...]
    settings: tuple[Source, ...]
