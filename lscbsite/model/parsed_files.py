"""What the cache keeps of parsed files, and all documents together."""

from collections.abc import Mapping

import msgspec

from lscbsite.model.documents import Page, People, ReportMetadata
from lscbsite.problems import Problem


class ParsedFile(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Cache entry of a parsed file.

    ``number`` is the key of the parsed document in the store. The digests are those of the file's
    bytes; of the report or page; of the report's summary; of its metadata without positions (for a
    page, these two are those of the page); and of the HTML, empty if there is none.
    """

    number: int
    digest: bytes
    report_digest: bytes
    summary_digest: bytes
    outline: bytes
    html: bytes
    problems: tuple[Problem, ...] = ()


class Documents(msgspec.Struct, frozen=True):
    """All reports and pages, not yet linked, in order of path.

    ``entries`` are the cache entries of their files, ``people`` those in the reports, both by path.
    ``people`` is empty where nothing depends on it.
    """

    reports: tuple[ReportMetadata, ...]
    pages: tuple[Page, ...]
    entries: Mapping[str, ParsedFile]
    people: Mapping[str, People]
