"""Frames that are drawn once: filled with what is each request's own, and drawn anew in time."""

import pytest

from runtime.web.shells import SLOTS, Shells


def frame_of(name):
    def draw(marks):
        draw.times += 1
        return f"<title>{marks['title']}</title>{name}{marks['content']}"

    draw.times = 0
    return draw


def values(**given):
    return dict.fromkeys(SLOTS, "") | given


def test_frame_is_drawn_once_and_filled_each_time():
    shells, draw = Shells(), frame_of("menu")

    pages = [
        shells.get("key", draw).filled(values(title=title, content="rows")) for title in ("a", "b")
    ]

    assert pages == ["<title>a</title>menurows", "<title>b</title>menurows"]
    assert draw.times == 1


def test_another_key_has_a_frame_of_its_own():
    shells = Shells()
    ann = shells.get("ann", frame_of("Ann"))
    ben = shells.get("ben", frame_of("Ben"))
    assert "Ann" in ann.filled(values())
    assert "Ben" in ben.filled(values())


def test_what_is_filled_in_is_never_filled_again():
    shells = Shells()
    seen = {}

    def draw(marks):
        seen.update(marks)
        return f"{marks['content']}|{marks['nonce']}"

    page = shells.get("key", draw).filled(values(content=str(seen["nonce"]), nonce="secret"))
    assert page == f"{seen['nonce']}|secret"


def test_marks_differ_from_panel_to_panel():
    marks = []
    for _ in range(2):
        Shells().get("key", lambda given: marks.append(dict(given)) or "")
    assert not set(marks[0].values()) & set(marks[1].values())


def test_old_frames_make_room():
    shells, draw = Shells(shells_max=4), frame_of("menu")
    for number in range(9):
        shells.get(number, draw)
    assert draw.times == 9
    assert len(shells._shells) <= 4
    shells.get(8, draw)
    assert draw.times == 9


@pytest.mark.parametrize("slot", SLOTS)
def test_every_slot_is_filled(slot):
    shell = Shells().get("key", lambda marks: "".join(marks.values()))
    assert shell.filled(values(**{slot: "here"})) == "here"
