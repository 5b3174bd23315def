"""Colours, and how well they can be read upon each other.

    contrast("#206bc4", "#ffffff")             5.2, by WCAG 2.2
    readable("#ffd400", ("#ffffff",), 4.5)     the same hue, darkened until it can be read

Lightness is changed in OKLCH, where equal steps look equal and the hue stays what it is.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence

WHITE, BLACK = "#ffffff", "#000000"

_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_STEP = 0.004
_SAME = 1e-4

# Linear sRGB to the cone responses of OKLab, and those to its three axes; Björn Ottosson, 2020.
_TO_CONES = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_TO_LAB = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
_FROM_LAB = (
    (1.0, 0.3963377774, 0.2158037573),
    (1.0, -0.1055613458, -0.0638541728),
    (1.0, -0.0894841775, -1.2914855480),
)
_FROM_CONES = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)

Triple = tuple[float, float, float]
Matrix = tuple[Triple, Triple, Triple]


def is_colour(text: object) -> bool:
    """Say whether `text` is written `#rrggbb`."""
    return isinstance(text, str) and _HEX.fullmatch(text) is not None


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, 1.4.3)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, 0 to 1."""
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def lightness(colour: str) -> float:
    """Return how light a colour looks, 0 (black) to 1 (white)."""
    return _to_lab(_linear(colour))[0]


def on(colour: str) -> str:
    """Return white or black, whichever can be read on `colour`; one of them always can."""
    return WHITE if contrast(WHITE, colour) >= 4.5 else BLACK


def mixed(colour: str, other: str, share: float) -> str:
    """Return `colour` with `share` (0 to 1) of `other` in it."""
    one, two = _to_lab(_linear(colour)), _to_lab(_linear(other))
    first, second, third = (a + (b - a) * share for a, b in zip(one, two, strict=True))
    return _to_hex((first, second, third))


def readable(colour: str, grounds: Iterable[str], ratio: float) -> str:
    """Return the nearest colour of the same hue with that contrast to each of `grounds`.

    It becomes darker where the grounds are light and lighter where they are dark.
    """
    behind = tuple(grounds)
    darker = luminance(behind[0]) > 0.18
    level, *axes = _to_lab(_linear(colour))
    found = colour.lower()
    while any(contrast(found, ground) < ratio for ground in behind):
        level += -_STEP if darker else _STEP
        if not 0 <= level <= 1:
            return BLACK if darker else WHITE
        found = _at(level, axes)
    return found


def _at(level: float, axes: Sequence[float]) -> str:
    """Return the colour of that lightness; what a screen cannot show loses saturation first."""
    low, high = 0.0, 1.0
    whole = (level, axes[0], axes[1])
    if _shown(whole):
        return _to_hex(whole)
    for _ in range(12):
        middle = (low + high) / 2
        if _shown((level, axes[0] * middle, axes[1] * middle)):
            low = middle
        else:
            high = middle
    return _to_hex((level, axes[0] * low, axes[1] * low))


def _shown(lab: Triple) -> bool:
    return all(-_SAME <= part <= 1 + _SAME for part in _from_lab(lab))


def _linear(colour: str) -> Triple:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return red, green, blue


def _to_lab(rgb: Triple) -> Triple:
    cones = _times(_TO_CONES, rgb)
    first, second, third = (math.copysign(abs(one) ** (1 / 3), one) for one in cones)
    return _times(_TO_LAB, (first, second, third))


def _from_lab(lab: Triple) -> Triple:
    first, second, third = (one**3 for one in _times(_FROM_LAB, lab))
    return _times(_FROM_CONES, (first, second, third))


def _to_hex(lab: Triple) -> str:
    parts = []
    for part in _from_lab(lab):
        inside = min(1.0, max(0.0, part))
        coded = 12.92 * inside if inside <= 0.0031308 else 1.055 * inside ** (1 / 2.4) - 0.055
        parts.append(round(coded * 255))
    return "#" + "".join(f"{part:02x}" for part in parts)


def _times(matrix: Matrix, vector: Triple) -> Triple:
    first, second, third = (
        sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix
    )
    return first, second, third
