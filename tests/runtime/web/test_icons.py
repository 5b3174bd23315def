import subprocess
import sys
from xml.etree import ElementTree

import pytest
from markupsafe import Markup

from runtime.web.icons import icon, icon_names


def test_icon_is_inline_svg_hidden_from_screen_readers():
    svg = icon("calendar")

    tree = ElementTree.fromstring(svg)
    assert isinstance(svg, Markup)
    assert tree.get("aria-hidden") == "true"
    assert tree.get("class") == "icon"
    assert len(tree) == 4


def test_asked_size_and_classes_are_kept():
    tree = ElementTree.fromstring(icon("home", size=16, classes="text-red"))

    assert (tree.get("width"), tree.get("height"), tree.get("class")) == ("16", "16", "text-red")


def test_icon_that_points_along_the_text_can_be_turned_round():
    for name, turns in (("chevron-left", True), ("calendar", False)):
        assert ("pw-way" in ElementTree.fromstring(icon(name)).get("class").split()) is turns


def test_classes_cannot_break_out_of_their_attribute():
    tree = ElementTree.fromstring(icon("home", classes='"><script>'))

    assert tree.get("class") == 'icon "><script>'


def test_icon_holds_no_style_that_a_strict_policy_would_refuse():
    assert "style=" not in icon("home", size=16)


@pytest.mark.parametrize("name", ["no-such-icon", "", "home\t", "a\nhome", "Home", "-home", "../x"])
def test_unknown_name_is_a_key_error(name):
    with pytest.raises(KeyError):
        icon(name)


def test_every_name_gives_its_own_well_formed_icon():
    names = icon_names()

    assert len(names) > 5000
    assert {"home", "users", "file-invoice", "server", "world", "settings"} <= names
    assert all(len(ElementTree.fromstring(icon.__wrapped__(name))) > 0 for name in names)


def test_first_and_last_icon_are_found():
    for name in (min(icon_names()), max(icon_names())):
        assert icon(name)


def test_importing_reads_no_icons():
    code = "import runtime.web.icons as i; print(i._outlines.cache_info().currsize)"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "0"
