"""Search over everything: what a person finds there, and what they do not."""

import re

import pytest
from sqlalchemy import event

from tests.runtime.admin.staff_browser import words


def found(person, text, **headers):
    answer = person.get(f"/admin/search-everything?q={text}", **headers)
    assert answer.status_code == 200
    return answer.text


def hits(text):
    return [words(each) for each in re.findall(r"<a [^>]*data-hit>.*?</a>", text, re.S)]


def test_rows_are_found_by_name_with_what_tells_them_apart(staff):
    text = found(staff("boss"), "acm")

    assert any(hit.startswith("Acme") and "office@acme.example" in hit for hit in hits(text))
    assert 'href="/admin/client/' in text
    assert "Bolt" not in " ".join(hits(text))


def test_the_palette_gets_the_hits_alone(desk):
    text = found(desk("boss"), "acm", **{"X-Panel-Part": "dialog"})

    assert text.lstrip().startswith('<div class="pw-hits">')


def test_places_of_the_menu_and_new_rows_are_found_by_their_words(desk):
    text = found(desk("boss"), "clie")

    assert "New client" in hits(text)
    assert "Dashboard" in hits(found(desk("boss"), ""))


def test_nobody_finds_what_they_may_not_see(desk):
    assert not any("Bolt" in hit for hit in hits(found(desk("pola"), "bolt")))
    assert hits(found(desk("nil"), "acme")) == []
    assert "New client" not in hits(found(desk("rea"), "client"))


def test_all_lists_are_asked_by_one_statement_before_any_is_read(desk, sqlite_house):
    seen = []
    listen = event.listens_for(sqlite_house.panel.engine, "after_cursor_execute")
    listen(lambda c, cursor, sql, *rest: seen.append(sql))

    assert found(desk("boss"), "zzzz")
    assert len([sql for sql in seen if "panel_fold" in sql]) == 1
    seen.clear()
    found(desk("boss"), "acm")
    assert 2 <= len([sql for sql in seen if "panel_fold" in sql]) < 6


STRANGE = ("%00", "%", "_", "'", "<b>", "a" * 5000, "%F0%9F%90%98", "OR 1=1")


@pytest.mark.parametrize("text", STRANGE)
def test_strange_texts_find_nothing_and_break_nothing(desk, text):
    page = found(desk("boss"), text)

    assert "<b>" not in page.partition('id="content"')[2]


def test_many_hits_lead_to_the_list_of_all(desk, sqlite_house):
    for number in range(8):
        sqlite_house.create("client", name=f"Quill {number}")
    text = found(desk("boss"), "quill")

    assert sum(hit.startswith("Quill") for hit in hits(text)) == 5
    assert "/admin/client/?q=quill&amp;saved=0" in text
