"""Find what documents contain that readers are not meant to see: authors, comments, places."""

import html
import re
import zipfile
import zlib
from base64 import b64decode
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import BinaryIO

from lscbsite.pictures import has_place
from lscbsite.problems import escape_controls, join_words

_OFFICE = (".docx", ".docm", ".dotx", ".xlsx", ".xlsm", ".xltx", ".pptx", ".pptm", ".ppsx", ".potx")
_OPEN = (".odt", ".ods", ".odp", ".odg", ".ott", ".ots", ".otp")
# In bytes: what is read of a part of a document, or of a PDF.
_MOST = 30_000_000
_MOST_PICTURES = 50
_NAMES = 3

_PLACE = "the place where a picture in it was taken"
_PICTURE = re.compile(r"(?i)\.(?:jpe?g|png|webp)$")
_RECORDINGS = (".mp4", ".m4v", ".mov", ".m4a", ".3gp")
_RECORDING_END = 4_000_000
_RECORDING_PLACE = re.compile(rb"\xa9xyz|com\.apple\.quicktime\.location|\x00loci")
_SVG_CREATOR = re.compile(rb"<dc:creator>\s*(?:<cc:Agent>\s*<dc:title>)?\s*([^<\s][^<]*)<")
_SVG_PATH = re.compile(
    rb"(?:export-filename|absref|docbase)\s*=\s*\"((?:[A-Za-z]:|/|file:)[^\"]*)\""
)
_SVG_PHOTO = re.compile(rb"data:image/jpe?g;base64,([A-Za-z0-9+/=&#;x\s]+)")
# A photograph within a PDF; its EXIF is at the beginning, and no longer than this.
_PDF_PHOTO = re.compile(rb"\xff\xd8\xff[\xe0-\xef].{2,2000}?Exif\x00\x00", re.DOTALL)
_PHOTO_START = 200_000

_AUTHOR = re.compile(rb'\b(?:w|w15|office):?author="([^"]*)"|\bauthor="([^"]*)"')
_OFFICE_PERSON = re.compile(
    rb"<(?:dc:creator|cp:lastModifiedBy|meta:initial-creator|meta:printed-by|Manager)\b[^>]*>"
    rb"([^<]+)<"
)
_COMPANY = re.compile(rb"<Company\b[^>]*>([^<]+)<")
_COMMENT = re.compile(
    rb"<(?:w:comment|comment|p:cm|threadedComment|p188:cm|office:annotation)[\s/>]"
)
_CHANGE = re.compile(
    rb"<(?:w:ins|w:del|w:moveFrom|w:moveTo|text:changed-region|table:tracked-changes)[\s/>]"
)
_COMMENT_PARTS = re.compile(
    r"word/comments\w*\.xml|xl/(?:comments|threadedComments)/?.*\.xml|"
    r"ppt/comments/.*\.xml|content\.xml"
)
_TEXT_PARTS = re.compile(
    r"word/(?:document|header\d*|footer\d*|footnotes|endnotes)\.xml|content\.xml"
)
_NOTES_TEXT = re.compile(rb"<a:t>([^<]*[^<\s\d][^<]*)</a:t>")

_PDF_AUTHOR = re.compile(
    rb"/Author\s*(\((?:[^()\\]|\\.|\([^()]*\))*\)|<[0-9A-Fa-f\s]*>)", re.DOTALL
)
_PDF_CREATOR = re.compile(rb"<dc:creator>.{0,200}?<rdf:li[^>]*>([^<]+)<", re.DOTALL)
_PDF_NOTE = re.compile(rb"/Subtype\s*/(?:Text|FreeText|Highlight|StrikeOut|Underline|Caret|Ink)\b")
_PDF_STREAM = re.compile(rb"/ObjStm\b.{0,400}?stream\r?\n", re.DOTALL)
_PDF_EMBEDDED = re.compile(rb"/EmbeddedFile\b")


def find_hidden_data(path: str, file: BinaryIO) -> str:
    """Return what a document contains besides its text, '' if nothing was found."""
    name = path.casefold()
    file.seek(0)
    try:
        if name.endswith((*_OFFICE, *_OPEN)):
            with zipfile.ZipFile(file) as document:
                found = list(_search_office(document))
        elif name.endswith(".zip"):
            with zipfile.ZipFile(file) as archive:
                found = list(_search_pictures(archive))
        elif name.endswith(".svg"):
            found = list(_search_svg(file.read(_MOST)))
        elif name.endswith(_RECORDINGS):
            found = list(_search_recording(file))
        elif file.read(5) == b"%PDF-":
            file.seek(0)
            found = list(_search_pdf(file.read(_MOST)))
        else:
            return ""
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError):
        return ""
    return join_words(dict.fromkeys(found), "and") if found else ""


def _search_office(document: zipfile.ZipFile) -> Iterator[str]:
    parts = {name: _read(document, name) for name in document.namelist() if _is_read(name)}
    comments = [data for name, data in parts.items() if _COMMENT_PARTS.fullmatch(name)]
    texts = [data for name, data in parts.items() if _TEXT_PARTS.fullmatch(name)]
    if count := sum(len(_COMMENT.findall(data)) for data in comments):
        noun = "comment" if count == 1 else "comments"
        yield f"{count} {noun}{_by(_list_authors(comments))}"
    if any(_CHANGE.search(data) for data in texts):
        yield f"tracked changes{_by(_list_authors(texts))}"
    if any(b"<w:vanish/>" in data for data in texts):
        yield "hidden text"
    if re.search(rb'\bstate="(?:hidden|veryHidden)"', parts.get("xl/workbook.xml", b"")):
        yield "hidden sheets"
    notes = [data for name, data in parts.items() if name.startswith("ppt/notesSlides/")]
    if any(_NOTES_TEXT.search(data) for data in notes):
        yield "a speaker's notes"
    properties = [
        parts.get(name, b"") for name in ("docProps/core.xml", "docProps/app.xml", "meta.xml")
    ]
    people = [match[1] for data in properties for match in _OFFICE_PERSON.finditer(data)]
    if names := _decode_names(people):
        yield f"the name{'s' if len(names) > 1 else ''} of who wrote it ({join_words(names, 'and')})"
    companies = [match[1] for data in properties for match in _COMPANY.finditer(data)]
    if names := _decode_names(companies):
        yield f"the name of an organisation ({join_words(names, 'and')})"
    yield from _search_pictures(document)


def _search_pictures(archive: zipfile.ZipFile) -> Iterator[str]:
    names = [name for name in archive.namelist() if _PICTURE.search(name)]
    if any(has_place(_read(archive, name)) for name in names[:_MOST_PICTURES]):
        yield _PLACE


def _search_svg(data: bytes) -> Iterator[str]:
    creators = [match[1] for match in _SVG_CREATOR.finditer(data)]
    if names := _decode_names(creators):
        yield f"the name{'s' if len(names) > 1 else ''} of who drew it ({join_words(names, 'and')})"
    if match := _SVG_PATH.search(data):
        yield f"the path of a file on somebody's computer ({_decode_names([match[1]])[0]})"
    for match in islice(_SVG_PHOTO.finditer(data), _MOST_PICTURES):
        if has_place(b64decode(re.sub(rb"&#\w+;|\s", b"", match[1]) + b"==")):
            yield _PLACE


def _search_recording(file: BinaryIO) -> Iterator[str]:
    """Look for a place where players and cameras write it: near one of the ends."""
    end = file.seek(0, 2)
    for start in (0, max(0, end - _RECORDING_END)):
        file.seek(start)
        if _RECORDING_PLACE.search(file.read(_RECORDING_END)):
            yield "the place where it was recorded"


def _is_read(name: str) -> bool:
    return (
        _COMMENT_PARTS.fullmatch(name) is not None
        or _TEXT_PARTS.fullmatch(name) is not None
        or name in ("docProps/core.xml", "docProps/app.xml", "meta.xml", "xl/workbook.xml")
        or (name.startswith("ppt/notesSlides/") and name.endswith(".xml"))
    )


def _read(document: zipfile.ZipFile, name: str) -> bytes:
    with document.open(name) as part:
        return part.read(_MOST)


def _list_authors(parts: Iterable[bytes]) -> list[str]:
    found = [match[1] or match[2] for data in parts for match in _AUTHOR.finditer(data)]
    return _decode_names(found)


def _decode_names(names: Iterable[bytes]) -> list[str]:
    """Return names as text, each once, and no more than a message can hold."""
    texts = (html.unescape(name.decode("utf-8", "replace")).strip() for name in names)
    return [escape_controls(text)[:60] for text in dict.fromkeys(texts) if text][:_NAMES]


def _by(names: list[str]) -> str:
    return f" by {join_words(names, 'and')}" if names else ""


def _search_pdf(data: bytes) -> Iterator[str]:
    is_encrypted = b"/Encrypt" in data[-4096:]
    parts = [data, *_unpack_objects(data)]
    found = [_decode_pdf_text(match[1]) for part in parts for match in _PDF_AUTHOR.finditer(part)]
    found += [match[1] for part in parts for match in _PDF_CREATOR.finditer(part)]
    if (names := _decode_names(found)) and not is_encrypted:
        yield f"the name{'s' if len(names) > 1 else ''} of who wrote it ({join_words(names, 'and')})"
    if count := sum(len(_PDF_NOTE.findall(part)) for part in parts):
        yield "1 comment" if count == 1 else f"{count} comments"
    photos = (match.start() for match in islice(_PDF_PHOTO.finditer(data), _MOST_PICTURES))
    if any(has_place(data[start : start + _PHOTO_START]) for start in photos):
        yield _PLACE
    if any(_PDF_EMBEDDED.search(part) for part in parts):
        yield "other files"


def _unpack_objects(data: bytes) -> Iterator[bytes]:
    """Yield the contents of the object streams of a PDF, in which newer ones keep their properties."""
    left = _MOST
    view = memoryview(data)
    for match in _PDF_STREAM.finditer(data):
        try:
            unpacked = zlib.decompressobj().decompress(view[match.end() :], left)
        except zlib.error:
            continue
        yield unpacked
        left -= len(unpacked)
        if left <= 0:
            return


def _decode_pdf_text(text: bytes) -> bytes:
    """Return a string of a PDF as UTF-8."""
    if text.startswith(b"<"):
        digits = re.sub(rb"\s", b"", text[1:-1])
        raw = bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())
    else:
        octal = re.compile(rb"\\([0-7]{1,3})")
        raw = octal.sub(lambda match: bytes([int(match[1], 8) & 255]), text[1:-1])
        raw = re.sub(rb"\\(.)", rb"\1", raw, flags=re.DOTALL)
    if raw.startswith((b"\xfe\xff", b"\xff\xfe")):
        return raw.decode("utf-16", "replace").encode()
    if raw.startswith(b"\xef\xbb\xbf"):
        return raw[3:]
    return raw.decode("latin-1").encode()
