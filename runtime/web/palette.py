"""The brand colour in both themes: what stands on it, beside it and under it can be read.

    palettes("#ffd400").light.text   "#876f00", the same yellow dark enough to be read on white
    why_unreadable("#ffffff")        a sentence: no shade of it can be read

The contrasts are those of WCAG 2.2 AA: 4.5 for text, 3 for shapes that say something.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

from config.texts.sentence import Sentence
from config.values.colour import contrast, lightness, luminance, mixed, on, readable

# What the brand stands on, as in panel.css: surfaces, the page, what the pointer is over.
GROUNDS = {
    "light": ("#ffffff", "#f6f7f9", "#f4f6f8"),
    "dark": ("#151a22", "#1b212b", "#1c232d", "#0e1218"),
}
TEXT, SHAPE = 4.5, 3.0
# A button is known by its words; its shape must only not vanish.
SEEN = 1.4
_SOFT = {"light": 0.08, "dark": 0.22}
_HOVER = 0.12
# How far a shade may be from what was chosen, in OKLCH lightness, and still look like it.
MOST = {"light": 0.4, "dark": 0.5}


@dataclass(frozen=True, slots=True)
class Palette:
    """The shades of one theme. `fill`: buttons; `mark`: ticks and lines; `soft`: behind `text`."""

    fill: str
    hover: str
    on_fill: str
    text: str
    soft: str
    mark: str

    def css(self) -> str:
        return (
            f"--pw-brand:{self.fill};--pw-brand-hover:{self.hover};--pw-on-brand:{self.on_fill};"
            f"--pw-brand-text:{self.text};--pw-brand-soft:{self.soft};--pw-brand-mark:{self.mark}"
        )


@dataclass(frozen=True, slots=True)
class Palettes:
    light: Palette
    dark: Palette

    def css(self) -> str:
        return f':root{{{self.light.css()}}}[data-bs-theme="dark"]{{{self.dark.css()}}}'


@functools.lru_cache(maxsize=16)
def palettes(colour: str) -> Palettes:
    """Return the shades of `colour` (#rrggbb) for both themes."""
    return Palettes(_palette(colour, "light"), _palette(colour, "dark"))


def why_unreadable(colour: str) -> Sentence | None:
    """Say why `colour` cannot be the brand's, None when it can.

    A shade that can be read exists of every colour, but that of white is grey: whoever chose
    white would not know it again.
    """
    shades = palettes(colour)
    if lightness(colour) - lightness(shades.light.text) > MOST["light"]:
        ratio = contrast(colour, GROUNDS["light"][0])
        return Sentence(
            "This colour is too light: on white it has a contrast of {ratio}, text needs {needed}, "
            "and darkened that far it would be another colour. Choose a darker one.",
            ratio=f"{ratio:.1f}", needed=TEXT,
        )
    if lightness(shades.dark.text) - lightness(colour) > MOST["dark"]:
        ratio = contrast(colour, GROUNDS["dark"][0])
        return Sentence(
            "This colour is too dark: on the dark theme it has a contrast of {ratio}, text needs "
            "{needed}, and lightened that far it would be another colour. Choose a lighter one.",
            ratio=f"{ratio:.1f}", needed=TEXT,
        )
    return None


def _palette(colour: str, theme: str) -> Palette:
    grounds = GROUNDS[theme]
    fill = readable(colour, grounds[:1], SEEN)
    if contrast(fill, "#ffffff") >= SHAPE:
        # Nearly there: people expect white words on such a colour.
        fill = readable(fill, ("#ffffff",), TEXT)
    on_fill = on(fill)
    # Away from the letters, so that they can only be read better.
    hover = mixed(fill, "#000000" if luminance(on_fill) > 0.5 else "#ffffff", _HOVER)
    soft = mixed(grounds[0], fill, _SOFT[theme])
    text = readable(colour, (*grounds, soft), TEXT)
    return Palette(fill, hover, on_fill, text, soft, _mark(colour, grounds))


def _mark(colour: str, grounds: tuple[str, ...]) -> str:
    """Return a shade seen on the surface, on which a white tick is seen too."""
    mark = readable(colour, grounds, SHAPE)
    return readable(mark, ("#ffffff",), SHAPE)
