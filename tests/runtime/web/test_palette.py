"""Shades of the brand colour: whatever was chosen, what is drawn with it can be read."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.values.colour import contrast, is_colour, luminance, on, readable
from runtime.web.palette import GROUNDS, SHAPE, TEXT, palettes, why_unreadable

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
STYLES = Path(__file__).parents[3] / "runtime/web/static/panel.css"


@given(colours)
@settings(max_examples=150)
def test_every_shade_of_every_colour_can_be_read(colour):
    shades = palettes(colour)

    for theme, shade in (("light", shades.light), ("dark", shades.dark)):
        grounds = GROUNDS[theme]
        assert all(contrast(shade.text, ground) >= TEXT for ground in (*grounds, shade.soft))
        assert contrast(shade.on_fill, shade.fill) >= TEXT
        assert contrast(shade.on_fill, shade.hover) >= TEXT
        assert all(contrast(shade.mark, ground) >= SHAPE for ground in (*grounds, "#ffffff"))


@given(colours)
@settings(max_examples=100)
def test_white_or_black_can_always_be_read_on_a_colour(colour):
    assert contrast(on(colour), colour) >= TEXT


def test_colour_that_can_be_read_stays_as_it_was_chosen():
    assert palettes("#206bc4").light.text == "#206bc4"
    assert palettes("#206bc4").light.fill == "#206bc4"


@pytest.mark.parametrize("colour", ["#206bc4", "#ffd400", "#0f9d76", "#c0392b", "#001a4d"])
def test_usual_colours_are_taken(colour):
    assert why_unreadable(colour) is None


@pytest.mark.parametrize(("colour", "why"), [
    ("#ffffff", "too light"), ("#ffff00", "too light"), ("#000000", "too dark"),
])
def test_colour_without_a_shade_that_looks_like_it_is_refused(colour, why):
    assert why in why_unreadable(colour)


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert luminance("#ff0000") == pytest.approx(0.2126)


def test_readable_changes_the_lightness_and_keeps_the_hue():
    dark = readable("#ffd400", ["#ffffff"], 4.5)
    red, green, blue = (int(dark[start : start + 2], 16) for start in (1, 3, 5))

    assert contrast(dark, "#ffffff") >= 4.5
    assert red > green > blue


@pytest.mark.parametrize("text", ["#fff", "206bc4", "#206bcg", "red", None, "#206bc4;}"])
def test_only_six_digits_are_a_colour(text):
    assert not is_colour(text)


def test_grounds_are_those_of_the_style_sheet():
    said = dict(re.findall(r"--pw-(\w+): light-dark\((#\w+, #\w+)\)", STYLES.read_text()))
    pairs = [said[name].split(", ") for name in ("ground", "surface", "raised", "hover")]

    for place, theme in enumerate(("light", "dark")):
        used = {_six(pair[place]) for pair in pairs}
        assert used == set(GROUNDS[theme])


def _six(colour):
    return colour if len(colour) == 7 else "#" + "".join(2 * digit for digit in colour[1:])
