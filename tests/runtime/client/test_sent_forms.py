"""A form that is sent twice does its work once, whatever happens between."""

import re
import subprocess
import sys
import textwrap
import threading
from datetime import timedelta

import pytest

from runtime.records import sent_forms
from runtime.records.sent_forms import KEPT
from tests.runtime.shop_panel import Shop, sign_in


def values_of(browser, path):
    """Return the token and the key that the form at `path` carries."""
    text = browser.get(path, headers={"Accept": "text/html"}).text
    return {
        name: re.search(rf'name="{name}" value="([^"]+)"', text)[1]
        for name in ("csrf_token", "form_key")
    }


def stored(shop: Shop, entity: str):
    from runtime.database import as_system

    table = shop.panel.generated.entities[entity].table
    with as_system(shop.panel.engine) as connection:
        query = table.select().order_by(table.c.id)
        return [dict(row) for row in connection.execute(query).mappings()]


def signed_in(shop: Shop, name="anna", area="client"):
    browser = shop.browser()
    sign_in(browser, f"{name}@example.com", area=area)
    return browser


@pytest.mark.parametrize(("name", "area", "prefix"), [
    ("anna", "client", ""), ("chief", "staff", "/admin"),
])
def test_a_create_form_sent_twice_makes_one_row_and_leads_to_it(shop, name, area, prefix):
    browser, before = signed_in(shop, name, area), len(stored(shop, "ticket"))
    sent = {**values_of(browser, f"{prefix}/ticket/new"), "company": "1", "subject": "Broken"}

    answers = [browser.post(f"{prefix}/ticket/new", data=sent) for _ in range(3)]

    rows = stored(shop, "ticket")
    assert len(rows) == before + 1
    assert {answer.status_code for answer in answers} == {303}
    assert {each.headers["location"] for each in answers} == {f"{prefix}/ticket/{rows[-1]['id']}"}
    assert "Ticket Broken was created." in browser.get(answers[-1].headers["location"]).text


def test_a_form_sent_again_with_other_words_asks_first(sqlite_shop):
    browser, before = signed_in(sqlite_shop), len(stored(sqlite_shop, "ticket"))
    sent = {**values_of(browser, "/ticket/new"), "company": "1", "subject": "First"}
    browser.post("/ticket/new", data=sent)

    asked = browser.post("/ticket/new", data={**sent, "subject": "Second"})

    assert asked.status_code == 422
    assert "Ticket First was made from this form already." in asked.text
    assert 'value="Second"' in asked.text
    key = re.search(r'name="form_key" value="([^"]+)"', asked.text)[1]
    assert key != sent["form_key"]
    browser.post("/ticket/new", data={**sent, "subject": "Second", "form_key": key})
    subjects = [row["subject"] for row in stored(sqlite_shop, "ticket")[before:]]
    assert subjects == ["First", "Second"]


def test_a_refused_form_is_sent_again_with_its_key(sqlite_shop):
    browser, before = signed_in(sqlite_shop), len(stored(sqlite_shop, "ticket"))
    sent = {**values_of(browser, "/ticket/new"), "company": "1"}

    refused = browser.post("/ticket/new", data={**sent, "subject": ""})
    made = browser.post("/ticket/new", data={**sent, "subject": "Mended"})

    assert refused.status_code == 422
    assert f'value="{sent["form_key"]}"' in refused.text
    assert made.status_code == 303
    assert len(stored(sqlite_shop, "ticket")) == before + 1


def test_the_key_of_another_session_neither_finds_nor_blocks_a_form(sqlite_shop):
    anna, olga = signed_in(sqlite_shop), signed_in(sqlite_shop, "olga")
    before = len(stored(sqlite_shop, "ticket"))
    sent = {**values_of(anna, "/ticket/new"), "company": "1", "subject": "Mine"}
    anna.post("/ticket/new", data=sent)
    own = {**values_of(olga, "/ticket/new"), "form_key": sent["form_key"]}

    answer = olga.post("/ticket/new", data={**own, "company": "2", "subject": "Mine"})

    assert answer.status_code == 303
    assert len(stored(sqlite_shop, "ticket")) == before + 2


def test_an_edit_with_a_new_row_sent_twice_adds_it_once(shop):
    browser, before = signed_in(shop), len(stored(shop, "ticket_line"))
    sent = {
        **values_of(browser, "/ticket/1/edit"), "subject": "Help for acme", "version": "1",
        "lines.5.text": "added",
    }

    answers = [browser.post("/ticket/1/edit", data=sent) for _ in range(2)]

    assert [answer.headers["location"] for answer in answers] == ["/ticket/1", "/ticket/1"]
    assert len(stored(shop, "ticket_line")) == before + 1


def test_a_move_sent_twice_is_made_once_and_told_calmly(shop):
    browser, path = signed_in(shop), "/ticket/1/moves/close"
    sent = {**values_of(browser, path), "expected": "open", "reason": "Done"}

    answers = [browser.post(path, data=sent) for _ in range(2)]

    assert [answer.headers["location"] for answer in answers] == ["/ticket/1", "/ticket/1"]
    moves = [row for row in stored(shop, "activity")
             if row["action"] == "move" and row["record_entity"] == "ticket"]
    assert len(moves) == 1
    assert "this was done already" in browser.get("/ticket/1").text


def test_a_bulk_action_sent_twice_is_done_once(sqlite_shop):
    browser = signed_in(sqlite_shop, "chief", "staff")
    token = values_of(browser, "/admin/ticket/new")["csrf_token"]
    chosen = {"csrf_token": token, "action": "move:park", "id": ["1", "2"]}
    asked = browser.post("/admin/ticket/bulk", data=chosen).text
    key = re.search(r'name="form_key" value="([^"]+)"', asked)[1]

    sent = {**chosen, "confirmed": "1", "form_key": key}
    answers = [browser.post("/admin/ticket/bulk", data=sent) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert "this was done already" in browser.get("/admin/ticket/").text


def test_two_sendings_at_once_make_one_row(shop):
    first = signed_in(shop)
    others = [shop.browser() for _ in range(3)]
    for other in others:
        other.cookies.update(first.cookies)
    before = len(stored(shop, "ticket"))
    sent = {**values_of(first, "/ticket/new"), "company": "1", "subject": "At once"}
    start = threading.Barrier(4)
    found = []

    def send(browser):
        start.wait()
        found.append(browser.post("/ticket/new", data=sent))

    threads = [threading.Thread(target=send, args=(each,)) for each in (first, *others)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    rows = stored(shop, "ticket")
    assert len(rows) == before + 1
    assert [answer.status_code for answer in found] == [303] * 4
    assert {answer.headers["location"] for answer in found} == {f"/ticket/{rows[-1]['id']}"}


_KILLED = textwrap.dedent("""
    import os, sys
    from pathlib import Path
    from runtime.actors import SYSTEM, load_actor
    from runtime.records.sent_forms import SentForm
    from tests.runtime.shop_panel import opened

    url, var, when = sys.argv[1:]
    with opened(url, Path(var), ids={"acme": 1}) as shop:
        form = SentForm("ticket/new", "k" * 22, "said")
        with shop.panel.records(SYSTEM) as records:
            made = records.create("ticket", {"company": 1, "subject": "Killed"})
            records.note_sent(form, made.id)
            if when == "before":
                os._exit(9)
        os._exit(9)
""")


@pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 1)])
def test_a_process_killed_around_the_commit_leaves_row_and_note_or_neither(
    shop, tmp_path, when, made
):
    from runtime.actors import SYSTEM
    from runtime.records.sent_forms import Earlier, SentForm

    before = len(stored(shop, "ticket"))
    url = shop.panel.settings.database_url

    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, url, str(tmp_path), when], timeout=120, check=False
    )

    assert killed.returncode == 9
    rows = stored(shop, "ticket")
    assert len(rows) == before + made
    with shop.panel.records(SYSTEM) as records:
        earlier = records.sent_before(SentForm("ticket/new", "k" * 22, "said"))
    assert earlier == (Earlier(rows[-1]["id"], True) if made else None)


def test_notes_of_old_forms_are_cleared(shop, monkeypatch):
    # Each form, and not only the few that chance has do it.
    monkeypatch.setattr(sent_forms, "_CLEARING", 256)
    browser = signed_in(shop)
    browser.post("/ticket/new", data={
        **values_of(browser, "/ticket/new"), "company": "1", "subject": "Old"})
    [old] = stored(shop, "sent_form")
    shop.clock.advance(KEPT + timedelta(days=1))
    later = signed_in(shop)

    later.post("/ticket/new", data={
        **values_of(later, "/ticket/new"), "company": "1", "subject": "New"})

    [left] = stored(shop, "sent_form")
    assert left["id"] != old["id"]
