"""Compute the contrast of colours, and find readable ones (WCAG 2.2, 1.4.3)."""

from bisect import bisect_left

# The backgrounds with the least contrast in the light and in the dark theme.
LIGHT, DARK = "#f3f1ec", "#20262a"
# The contrast required for text by level AA, and by level AAA (1.4.6).
ENOUGH, BETTER = 4.5, 7.0
# The colours of letters on the site's colour. What is too light for the first suits the second.
WHITE, BLACK = "#ffffff", "#000000"
_STEPS = 255


def compute_contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colours ('#1d5b79' or '#abc'), from 1 to 21 (WCAG 2.2, glossary)."""
    light, dark = sorted((_compute_luminance(first), _compute_luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def find_readable_colour(colour: str, background: str, enough: float = ENOUGH) -> str:
    """Return the colour nearest to ``colour`` that is readable on a background.

    It has the same hue, and is darker on a light background and lighter on a dark one. ``enough``
    is the required contrast.
    """
    end = 0 if _compute_luminance(background) > _compute_luminance("#767676") else 255

    def mix(step: int) -> str:
        parts = (round(part + (end - part) * step / _STEPS) for part in split_channels(colour))
        return "#" + "".join(f"{part:02x}" for part in parts)

    steps = range(_STEPS)
    return mix(bisect_left(steps, enough, key=lambda step: compute_contrast(mix(step), background)))


def _compute_luminance(colour: str) -> float:
    """Return the relative luminance, from 0 to 1 (WCAG 2.2, glossary)."""
    red, green, blue = (
        part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4
        for part in split_channels(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def choose_ink(background: str) -> str:
    """Return the colour of letters on a background, white or nearly black: one can always be read."""
    return WHITE if compute_contrast(WHITE, background) >= ENOUGH else BLACK


def split_channels(colour: str) -> tuple[int, int, int]:
    """Return red, green and blue of a colour ('#1d5b79' or '#abc'), from 0 to 255."""
    if len(colour) == 4:
        colour = "#" + "".join(2 * digit for digit in colour[1:])
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
