"""Report pictures that browsers cannot show, and data in published files that are not for readers."""

from collections.abc import Iterator

from lscbsite.model import Attachment, Picture
from lscbsite.pictures import MOST_PIXELS
from lscbsite.problems import Problem, quote_value
from lscbsite.source_files import make_damaged_problem

# In bytes. What a camera makes is smaller, unless somebody kept all of its pixels.
_LARGE = 10_000_000
_SHOWN = {"jpeg", "png", "gif", "webp", "avif", "bmp", "ico"}
_NAMES = {
    "heic": "HEIC, the format of iPhones",
    "tiff": "TIFF, or the raw format of a camera",
    "pdf": "PDF",
    "psd": "a Photoshop file",
    "jpeg2000": "JPEG 2000",
    "jpegxl": "JPEG XL",
}
# Formats that a camera writes its data into, and from which they cannot be cut out.
_PRIVATE = {"heic", "tiff", "psd", "jpeg2000", "jpegxl"}
_PICTURE_ENDINGS = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".heic", ".tif", ".tiff")
_SAVE = "open it in a program for pictures, and save it as JPEG or PNG"


def make_size_label(picture: Picture | None, most: int) -> str:
    """Return the size in which a picture is published, as 800x600; '' if it is not known."""
    if picture is None or not picture.width:
        return ""
    width, height = picture.compute_size(most)
    return f"{width}x{height}"


def explain_unseen(attachment: Attachment, target: str) -> tuple[str, str, str, str] | None:
    """Return code, found, expected and fix for a file that a page cannot show as a picture."""
    kind = attachment.picture.kind if attachment.picture else ""
    if kind in _SHOWN or (not kind and attachment.path.casefold().endswith(".svg")):
        return None
    name = _NAMES.get(kind, "no picture")
    fix = _SAVE
    if kind == "pdf":
        fix = "save the page as a picture (PNG), or make it a link: take out the ! before the ["
    elif not kind:
        fix = "to link to the file, take out the ! before the ["
    expected = "a picture that every browser shows: JPEG, PNG, GIF, WebP or SVG"
    return "D001", f"a picture {quote_value(target)} that is {name}", expected, fix


def find_faults(attachment: Attachment) -> Iterator[Problem]:
    """Yield the problems of a published file."""
    picture = attachment.picture
    if picture is not None:
        yield from _find_picture_faults(attachment, picture)
    elif attachment.path.casefold().endswith(_PICTURE_ENDINGS):
        yield make_damaged_problem(attachment.path)
    if attachment.hidden:
        yield _make_problem(
            attachment,
            "D003",
            f"a document that contains {attachment.hidden}",
            "a document with nothing in it but what readers are to see",
            "take that out and save it again (in Word: File, Info, Inspect Document), or make a new"
            " PDF without it",
        )


def _find_picture_faults(attachment: Attachment, picture: Picture) -> Iterator[Problem]:
    if picture.kind in _PRIVATE or picture.private:
        name = _NAMES.get(picture.kind, "AVIF with the data of a camera")
        found = f"{name}, from which the place, the owner and the camera cannot be taken out"
        yield _make_problem(attachment, "D001", found, "a picture as JPEG or PNG", _SAVE)
    elif picture.kind in ("jpeg", "png", "gif", "webp") and not picture.width:
        yield make_damaged_problem(attachment.path)
    elif picture.width * picture.height > MOST_PIXELS:
        found = f"a picture of {picture.width:,} by {picture.height:,} pixels"
        expected = f"at most {MOST_PIXELS // 1_000_000} million pixels"
        yield _make_problem(attachment, "D001", found, expected, "make it smaller")
    elif picture.kind in _SHOWN and attachment.size >= _LARGE:
        megabytes = f"{attachment.size / 1_000_000:.0f} MB"
        size = f", {picture.width:,} by {picture.height:,} pixels" if picture.width else ""
        found = f"a picture of {megabytes}{size}"
        fix = "save a smaller copy: the repository keeps this one for ever"
        yield _make_problem(attachment, "D002", found, "at most 10 MB", fix)


def _make_problem(
    attachment: Attachment, code: str, found: str, expected: str, fix: str
) -> Problem:
    return Problem(attachment.path, 1, 1, code, found, expected, fix)
