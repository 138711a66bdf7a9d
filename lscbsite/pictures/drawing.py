"""Draw the pictures that other sites show beside a link, and the icon of a home screen."""

import re
import struct
import unicodedata
import zlib
from bisect import bisect_left
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from lscbsite.contrast import choose_ink, split_channels

if TYPE_CHECKING:  # slow to import, and rarely needed
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

# The size that Facebook, LinkedIn, X and others ask for (ogp.me says only how to name it).
WIDTH, HEIGHT = 1200, 630
_FONT = Path(__file__).parent / "files" / "inter-bold.woff2"
# Letters that the font has and that need no shaping: Latin, Greek and Cyrillic.
_DRAWABLE = re.compile(
    "[ -~\xa0-\xac\xae-\u0148\u014a-\u01c3\u01c5-\u024f\u0386-\u038a\u038c\u038e-\u03a1\u03a3-\u03ce"
    "\u0400-\u0479\u048a-\u049d\u04a0-\u04ff\u1e00-\u1e9b\u1e9e-\u1eff\u2010-\u2027\u2030-\u2055"
    "\u20a0-\u20af\u20b1-\u20b5\u20b8-\u20ba\u2116\u2122\u2190-\u2199\u2212]*"
)
_MARGIN = 80
# Where the title begins, and the lowest line that it may have.
_TOP, _BOTTOM = 170, 450
# The sizes of a title, the largest first, and that of other lines. Few: the font is loaded for each.
_SIZES = (84, 64, 48)
_SMALL = 38
_LINE = 1.18
# More letters than a title or a line can show.
_LONGEST = 300
# Shades between the colours of background and letters: in so many bits.
_BITS = 2
# The part of an icon that its letter's height takes.
_LETTER = 0.62


class Card(NamedTuple):
    """What a picture shows: a name above, a title, and a line below; and its colour."""

    name: str
    title: str
    foot: str
    colour: str


def is_drawable(text: str) -> bool:
    """Return whether ``draw_card`` has all letters of a text."""
    return bool(_DRAWABLE.fullmatch(_compose(text)))


def draw_card(card: Card) -> bytes:
    """Return a picture of 1200 by 630 pixels as PNG; every text must be drawable.

    The same card is always the same bytes.
    """
    image = _new_image(WIDTH, HEIGHT)
    _write(image, _MARGIN, _cut(_compose(card.name), _SMALL), _SMALL)
    size, lines = _fit(_compose(card.title)[:_LONGEST])
    for number, line in enumerate(lines):
        _write(image, _TOP + round(number * size * _LINE), line, size)
    if card.foot:
        image.paste(255, (_MARGIN, 500, _MARGIN + 96, 506))
        _write(image, 528, _cut(_compose(card.foot), _SMALL), _SMALL)
    return _encode_png(image, card.colour)


def draw_letter(letter: str, colour: str, width: int, height: int) -> bytes:
    """Return a PNG with a letter in the middle; without one, or with one that is not drawable, lines."""
    from PIL import ImageDraw

    image = _new_image(width, height)
    draw = ImageDraw.Draw(image)
    side = min(width, height)
    if letter and is_drawable(letter):
        font = _load_font(round(side * _LETTER))
        left, top, right, bottom = font.getbbox(letter)
        at = (width - left - right) / 2, (height - top - bottom) / 2
        draw.text((round(at[0]), round(at[1])), letter, fill=255, font=font)
    else:
        for number, length in enumerate((0.5, 0.5, 0.3)):
            left, top = (width - side / 2) / 2, height / 2 + (number - 1) * side / 5.3 - side / 20
            draw.rectangle((left, top, left + length * side, top + side / 10), fill=255)
    return _encode_png(image, colour)


def _compose(text: str) -> str:
    """Return a text on one line, with composed letters, and without characters that nobody sees."""
    composed = unicodedata.normalize("NFC", text)
    seen = (letter for letter in composed if unicodedata.category(letter) != "Cf")
    return " ".join("".join(seen).split())


def _new_image(width: int, height: int) -> "Image":
    from PIL import Image

    return Image.new("L", (width, height), 0)


@lru_cache
def _load_font(size: int) -> "FreeTypeFont":
    from PIL import ImageFont

    # Other layout engines use libraries of the machine.
    return ImageFont.truetype(_FONT, size, layout_engine=ImageFont.Layout.BASIC)


def _write(image: "Image", top: int, text: str, size: int) -> None:
    from PIL import ImageDraw

    ImageDraw.Draw(image).text((_MARGIN, top), text, fill=255, font=_load_font(size))


def _fit(title: str) -> tuple[int, list[str]]:
    """Return the largest size in which a title fits, and its lines; the last one is cut if need be."""
    for size in _SIZES:
        lines = _wrap(title, size)
        most = int((_BOTTOM - _TOP) / (size * _LINE)) + 1
        if len(lines) <= most:
            return size, lines
    return size, [*lines[: most - 1], _cut(" ".join(lines[most - 1 :]), size)]


def _wrap(text: str, size: int) -> list[str]:
    """Return the lines of a text in a size; a word that is too long for a line is cut."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _is_narrow(longer, size):
            lines[-1] = longer
        else:
            lines.append(_cut(word, size))
    return lines


def _cut(text: str, size: int) -> str:
    """Return a text that fits a line, with an ellipsis if it was cut."""
    if len(text) <= _LONGEST and _is_narrow(text, size):
        return text
    end = bisect_left(range(_LONGEST), True, key=lambda end: not _is_narrow(f"{text[:end]}…", size))
    return f"{text[: end - 1].rstrip(' ,;:')}…"


def _is_narrow(text: str, size: int) -> bool:
    """Return whether a text fits a line, by its width in the largest size."""
    return _load_font(_SIZES[0]).getlength(text) * size / _SIZES[0] <= WIDTH - 2 * _MARGIN


def _encode_png(image: "Image", colour: str) -> bytes:
    """Return a picture with shades between a colour and that of the letters on it, as PNG.

    PNG 3, with zlib of Python: that of Pillow writes other bytes on other processors.
    """
    last = 2**_BITS - 1
    indexes = image.point([(shade * last + 127) // 255 for shade in range(256)])
    indexes.putpalette([0, 0, 0])
    width, height = image.size
    data = indexes.tobytes("raw", f"P;{_BITS}")
    row = (width * _BITS + 7) // 8
    rows = b"".join(b"\0" + data[at : at + row] for at in range(0, len(data), row))
    ground, ink = split_channels(colour), split_channels(choose_ink(colour))
    palette = bytes(
        round(low + (high - low) * shade / last)
        for shade in range(last + 1)
        for low, high in zip(ground, ink, strict=True)
    )
    header = struct.pack(">IIBBBBB", width, height, _BITS, 3, 0, 0, 0)
    chunks = (
        (b"IHDR", header),
        (b"PLTE", palette),
        (b"IDAT", zlib.compress(rows, 4)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    )
