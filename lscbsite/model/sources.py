"""The files in the site's folder, as ``scan`` lists them."""

from typing import Literal

import msgspec


class Verdict(msgspec.Struct, frozen=True, array_like=True):
    """Whether something in an attachment could be run: what was found ('' for nothing), what to do.

    ``rules`` is the digest of what decided so.
    """

    rules: bytes
    found: str = ""
    fix: str = ""
    line: int = 1
    column: int = 1


class Source(msgspec.Struct, frozen=True, array_like=True):
    """A file that the site is made from: its path in the site, what the system says of it.

    Size, times (in nanoseconds) and number on the disk tell whether the file is still the same;
    ``digest`` is that of its content, empty where nobody has read it yet. ``verdict`` is what was
    found when an attachment was looked through, None before that.
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
        """What a Markdown file is, which its folder says."""
        return "report" if self.path.startswith("reports/") else "page"


class Attachment(msgspec.Struct, frozen=True):
    """One file under files/: its path in the site, and its content's digest."""

    path: str
    digest: bytes


class Sources(msgspec.Struct, frozen=True):
    """Everything that the site's folder holds, in order of path.

    ``documents`` are the reports and pages, ``attachments`` the files under files/,
    ``templates`` the site's own, ``settings`` what is written about the site.
    """

    documents: tuple[Source, ...]
    attachments: tuple[Source, ...]
    templates: tuple[Source, ...]
    settings: tuple[Source, ...]
