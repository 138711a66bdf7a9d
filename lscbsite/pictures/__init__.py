"""Take what a camera recorded out of pictures, and scale large ones. Only this module uses Pillow.

Segments with metadata (EXIF, XMP, IPTC, comments) are cut out of the file, so the pixels stay as
they are. Only a picture that is too wide, or that is stored on its side, is encoded again.
"""

import struct
from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO

from lscbsite.model import Picture

if TYPE_CHECKING:  # slow to import, and rarely needed
    from PIL.Image import Image

# In bytes: enough to tell the format of any file.
_HEAD = 64
# More pixels take gigabytes of memory when they are decoded.
MOST_PIXELS = 120_000_000
_RASTERS = {"jpeg", "png", "gif", "webp"}
_QUALITY = 85
_MAGIC = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF8", "gif"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"II+\x00", "tiff"),
    (b"MM\x00+", "tiff"),
    (b"BM", "bmp"),
    (b"\x00\x00\x01\x00", "ico"),
    (b"%PDF", "pdf"),
    (b"8BPS", "psd"),
    (b"\x00\x00\x00\x0cjP  ", "jpeg2000"),
    (b"\x00\x00\x00\x0cJXL ", "jpegxl"),
    (b"\xff\x0a", "jpegxl"),
)
# Brands of ISO media files that are pictures.
_HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"}
_AVIF_BRANDS = {b"avif", b"avis"}


class DamagedPictureError(ValueError):
    """A picture cannot be read."""


def read_picture(file: BinaryIO) -> Picture | None:
    """Return the format and size of a picture; None if a file is no picture or PDF.

    The size is 0 if it cannot be read.
    """
    file.seek(0)
    kind = _find_kind(file.read(_HEAD))
    if kind not in _RASTERS:
        private = kind == "avif" and _has_private_items(file)
        return Picture(kind, private=private) if kind else None
    try:
        with _open(file) as image:
            width, height = image.size
            if _get_orientation(image) > 4:
                width, height = height, width
            # A photograph can hold several pictures, too, but only one is shown.
            moves = kind != "jpeg" and getattr(image, "n_frames", 1) > 1
            return Picture(kind, width, height, moves)
    except DamagedPictureError:
        return Picture(kind)


def clean_picture(data: bytes, picture: Picture, most: int) -> bytes:
    """Return a picture without metadata, at most ``most`` pixels wide unless it moves.

    Raises:
        DamagedPictureError: it cannot be read.

    """
    if picture.kind not in _RASTERS:
        return data
    try:
        if not picture.moves:
            with _open(BytesIO(data)) as image:
                if picture.width > most or _get_orientation(image) != 1:
                    data = _encode_again(image, picture, most)
        return _STRIP[picture.kind](data)
    except (IndexError, struct.error, OSError, ValueError) as error:
        raise DamagedPictureError(str(error)) from error


def has_place(data: bytes) -> bool:
    """Return whether a picture says where it was taken."""
    try:
        with _open(BytesIO(data)) as image:
            return bool(image.getexif().get_ifd(0x8825))
    except DamagedPictureError:
        return False


def _find_kind(head: bytes) -> str:
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp":
        brands = {head[8:12], *(head[at : at + 4] for at in range(16, len(head), 4))}
        return "avif" if brands & _AVIF_BRANDS else "heic" if brands & _HEIC_BRANDS else ""
    return next((kind for magic, kind in _MAGIC if head.startswith(magic)), "")


def _has_private_items(file: BinaryIO) -> bool:
    """Return whether an AVIF picture has EXIF or XMP data, which stand apart from its pixels."""
    file.seek(0)
    data = file.read()
    return b"Exif" in data or b"application/rdf+xml" in data


def _open(file: BinaryIO) -> "Image":
    import warnings

    from PIL import Image, WebPImagePlugin  # noqa: F401 (the others are imported with Image)

    # Numbers of pixels are judged by ``MOST_PIXELS``.
    Image.MAX_IMAGE_PIXELS = None
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Image.open(file, formats=("JPEG", "PNG", "GIF", "WEBP"))
    except Exception as error:  # whatever a decoder raises for a damaged file
        raise DamagedPictureError(str(error)) from error


def _get_orientation(image: "Image") -> int:
    """Return how a picture must be turned, as EXIF says it: 1 not at all."""
    try:
        orientation = image.getexif().get(0x0112, 1)
    except Exception:  # EXIF of any kind of damage
        return 1
    return orientation if orientation in range(1, 9) else 1


def _encode_again(image: "Image", picture: Picture, most: int) -> bytes:
    """Return a picture turned upright and scaled, without metadata."""
    from PIL import Image, ImageOps

    settings: dict[str, Any] = {}
    profile = image.info.get("icc_profile")
    scaled = picture.width > most
    is_lossless = picture.kind == "webp" and b"VP8L" in _read_start(image)
    if picture.kind == "jpeg":
        settings = {"quality": _QUALITY, "optimize": True, "progressive": True}
        if not scaled:  # turned only: what is encoded as before loses next to nothing
            from PIL import JpegImagePlugin

            sampling = JpegImagePlugin.get_sampling(image)
            settings = {"qtables": image.quantization, "optimize": True}  # type: ignore[attr-defined]
            settings["subsampling"] = sampling if sampling == 2 else 0
    elif picture.kind == "webp":
        settings = {"lossless": is_lossless, "quality": 90, "method": 4, "exact": True}
    elif picture.kind == "png":
        settings = {"optimize": False, "compress_level": 9}
    if picture.kind == "jpeg" and scaled:
        image.draft(None, (most, most))
    upright = ImageOps.exif_transpose(image)
    if scaled:
        if upright.mode in ("P", "1", "PA") or upright.mode.startswith("I"):
            upright = upright.convert("RGBA" if "transparency" in image.info else "RGB")
        size = picture.compute_size(most)
        upright = upright.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    upright.info = {}
    if profile and picture.kind != "gif":
        settings["icc_profile"] = profile
    buffer = BytesIO()
    upright.save(buffer, picture.kind.upper(), exif=b"", **settings)
    return buffer.getvalue()


def _read_start(image: "Image") -> bytes:
    file = getattr(image, "fp", None)
    if file is None:
        return b""
    at = file.tell()
    file.seek(0)
    start: bytes = file.read(64)
    file.seek(at)
    return start


# --- cutting out metadata -------------------------------------------------------------------


def _strip_jpeg(data: bytes) -> bytes:
    """Return a JPEG file without what is not needed to show it, and without what follows it."""
    out = [data[:2]]
    at = 2
    while True:
        while data[at] != 0xFF:  # fill that some programs leave between segments
            at += 1
        while data[at + 1] == 0xFF:
            at += 1
        marker = data[at + 1]
        if marker == 0xD9:
            out.append(data[at : at + 2])
            return b"".join(out)
        if marker == 0x01 or 0xD0 <= marker <= 0xD8:
            at += 2
            continue
        end = at + 2 + struct.unpack_from(">H", data, at + 2)[0]
        segment = data[at:end]
        if _is_needed(marker, segment[4:]):
            out.append(_drop_thumbnail(segment) if marker == 0xE0 else segment)
        at = end
        if marker == 0xDA:
            end = _find_scan_end(data, at)
            out.append(data[at:end])
            at = end


def _is_needed(marker: int, content: bytes) -> bool:
    if marker == 0xE0:
        return content.startswith(b"JFIF\0")
    if marker == 0xE2:
        return content.startswith(b"ICC_PROFILE\0")
    if marker == 0xEE:
        return content.startswith(b"Adobe")
    # What describes the picture: frames, tables and scans. Others are for anything.
    return 0xC0 <= marker <= 0xCF or 0xDA <= marker <= 0xDF


def _drop_thumbnail(segment: bytes) -> bytes:
    """Return a JFIF header without the small picture, which can show what was cut off."""
    return b"\xff\xe0\x00\x10" + segment[4:16] + b"\x00\x00"


def _find_scan_end(data: bytes, at: int) -> int:
    """Return where the next marker after a scan begins, or the end of a picture that is cut off."""
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        if data[at + 1] != 0 and not 0xD0 <= data[at + 1] <= 0xD7 and data[at + 1] != 0xFF:
            return at
        at += 1 if data[at + 1] == 0xFF else 2
    raise ValueError("no end")


# Chunks of PNG that change what is shown, APNG's included.
_PNG_CHUNKS = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP cICP mDCV cLLI sBIT bKGD pHYs acTL fcTL fdAT".split()
)


def _strip_png(data: bytes) -> bytes:
    out = [data[:8]]
    at = 8
    while True:
        (length,) = struct.unpack_from(">I", data, at)
        kind = data[at + 4 : at + 8]
        end = at + 12 + length
        if end > len(data):
            raise ValueError("cut off")
        if kind in _PNG_CHUNKS:
            out.append(data[at:end])
        if kind == b"IEND":
            return b"".join(out)
        at = end


_WEBP_CHUNKS = frozenset([b"VP8 ", b"VP8L", b"VP8X", b"ANIM", b"ANMF", b"ALPH", b"ICCP"])


def _strip_webp(data: bytes) -> bytes:
    out = []
    end = min(len(data), 8 + struct.unpack_from("<I", data, 4)[0])
    at = 12
    while at + 8 <= end:
        kind, length = data[at : at + 4], struct.unpack_from("<I", data, at + 4)[0]
        after = at + 8 + length + length % 2
        if kind == b"VP8X":  # without the flags that announce EXIF and XMP
            out.append(data[at : at + 8] + bytes([data[at + 8] & ~0x0C]) + data[at + 9 : after])
        elif kind in _WEBP_CHUNKS:
            out.append(data[at:after])
        at = after
    content = b"WEBP" + b"".join(out)
    return b"RIFF" + struct.pack("<I", len(content)) + content


def _strip_gif(data: bytes) -> bytes:
    table = 3 << (data[10] & 7) + 1 if data[10] & 0x80 else 0
    at = 13 + table
    out = [data[:at]]
    while data[at] != 0x3B:
        start = at
        if data[at] == 0x2C:
            flags = data[at + 9]
            at += 11 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
            needed = True
        elif data[at] == 0x21:
            label, name = data[at + 1], data[at + 3 : at + 14]
            needed = label == 0xF9 or (label == 0xFF and name in _GIF_EXTENSIONS)
            at += 2
        else:
            raise ValueError("not a block")
        while data[at]:
            at += data[at] + 1
        at += 1
        if needed:
            out.append(data[start:at])
    return b"".join([*out, b"\x3b"])


_GIF_EXTENSIONS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_STRIP: dict[str, Callable[[bytes], bytes]] = {
    "jpeg": _strip_jpeg,
    "png": _strip_png,
    "webp": _strip_webp,
    "gif": _strip_gif,
}
