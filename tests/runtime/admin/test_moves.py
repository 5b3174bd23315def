import re

import pytest

from tests.runtime.admin.staff_browser import rows, words


def test_detail_shows_state_facts_and_what_may_be_done(staff, house):
    text = staff("boss").page(f"/admin/service/{house.ids['web']}")

    said = words(text)
    assert '<span class="badge badge-quiet">Active</span>' in text
    assert f'href="/admin/service/{house.ids["web"]}/moves/suspend" data-dialog' in text
    assert f'href="/admin/service/{house.ids["web"]}/edit"' in text
    assert "line of web" in said
    assert f'href="/admin/client/{house.ids["acme"]}">Acme</a>' in text


def test_move_that_mends_a_state_stands_out_and_no_other(desk, sqlite_house):
    path = f"/admin/service/{sqlite_house.ids['web']}"

    assert "btn-primary" not in desk("boss").page(path)


def test_move_asks_first_and_is_made_with_the_answers(staff, house):
    boss, path = staff("boss"), f"/admin/service/{house.ids['web']}/moves/suspend"
    assert "Why" in words(boss.page(path))

    answer = boss.post(path, page=path, expected="active", why="not paid")

    row = house.get("service", house.ids["web"])
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/admin/service/{house.ids['web']}"
    assert (row["status"], row["reason"]) == ("suspended", "not paid")


def test_move_without_its_answer_keeps_the_dialog_open_with_the_reason(staff, house):
    path = f"/admin/service/{house.ids['web']}/moves/suspend"

    answer = staff("boss").post(path, page=path, dialog=True, expected="active", why=" ")

    assert answer.status_code == 422
    assert "<html" not in answer.text
    assert '<a href="#field-why">Why</a>: Enter a value.' in answer.text
    assert house.get("service", house.ids["web"])["status"] == "active"


def test_done_move_tells_the_dialog_where_to_go(desk, sqlite_house):
    path = f"/admin/service/{sqlite_house.ids['web']}/moves/suspend"

    answer = desk("boss").post(path, page=path, dialog=True, why="x")

    assert answer.status_code == 204
    assert answer.headers["X-Panel-Location"] == f"/admin/service/{sqlite_house.ids['web']}"


def test_move_from_a_state_that_is_no_more_is_refused_in_words(staff, house):
    boss, path = staff("boss"), f"/admin/service/{house.ids['web']}/moves/suspend"
    with house.records("boss") as records:
        records.move("service", house.ids["web"], "end")

    answer = boss.post(path, page=path, expected="active", why="late")

    assert answer.status_code == 409
    assert house.get("service", house.ids["web"])["status"] == "ended"


def test_refused_move_says_why_instead_of_a_button(staff, house):
    with house.records("boss") as records:
        records.update("service", house.ids["web"], {"label": "keep"})

    text = staff("boss").page(f"/admin/service/{house.ids['web']}")

    refused = re.search(r'<div class="pw-menu-refused"[^>]*>(.*?)</div>', text, re.S)[1]
    assert words(refused) == "End This one is kept"
    assert "/moves/end" not in text


@pytest.mark.parametrize(("who", "move", "status"), [
    ("sam", "end", 403), ("sam", "nope", 404), ("boss", "deploy", 403), ("rea", "suspend", 403),
    ("pola", "suspend", 404), ("nil", "suspend", 404),
])
def test_move_that_is_not_the_persons_is_refused(staff, house, who, move, status):
    path = f"/admin/service/{house.ids['bolt_web']}/moves/{move}"
    browser = staff(who)

    assert browser.get(path).status_code == status
    assert browser.post(path, why="x").status_code == status
    assert house.get("service", house.ids["bolt_web"])["status"] == "active"


def test_row_menu_names_what_may_be_done_with_this_row(staff, house):
    text = staff("sam").get(f"/admin/service/{house.ids['web']}/menu").text

    assert "<html" not in text
    assert [words(entry) for entry in re.findall(r"<a .*?</a>", text, re.S)] == [
        "Open", "Edit", "Suspend",
    ]


def test_deleted_row_waits_in_the_trash_and_comes_back(staff, house):
    boss, acme = staff("boss"), house.create("client", name="Short lived")

    gone = boss.post(f"/admin/client/{acme}/delete", page=f"/admin/client/{acme}/delete")
    listed = boss.page("/admin/client/")
    trash = boss.page("/admin/client/?trash=1")
    back = boss.post(f"/admin/client/{acme}/restore", page=f"/admin/client/{acme}/restore")

    assert gone.headers["location"] == "/admin/client/"
    assert "Short lived" not in words(str(rows(listed)))
    assert "Short lived" in trash
    assert back.headers["location"] == f"/admin/client/{acme}"
    assert "Short lived" in boss.page("/admin/client/")


def test_row_in_the_trash_can_be_deleted_forever(staff, house):
    boss, client = staff("boss"), house.create("client", name="Short lived")
    boss.post(f"/admin/client/{client}/delete")

    answer = boss.post(f"/admin/client/{client}/purge", page=f"/admin/client/{client}/purge")

    assert answer.headers["location"] == "/admin/client/?trash=1"
    assert client not in {row["id"] for row in house.stored("client")}


def test_living_row_is_not_purged_by_an_address(staff, house):
    answer = staff("boss").post(f"/admin/client/{house.ids['acme']}/purge")

    assert answer.status_code == 404
    assert len(house.stored("client")) == 2


def test_what_keeps_a_row_is_said_before_with_links_and_without_a_button(staff, house):
    boss, ids = staff("boss"), house.ids
    path = f"/admin/client/{ids['acme']}/delete"

    asked = boss.page(path)
    tried = boss.post(path, page=path)

    assert "Acme cannot be deleted now" in words(asked)
    assert "Services: 2 ( web Hosting , mail Hosting )" in words(asked)
    assert f'<a href="/admin/service/{ids["web"]}">web Hosting</a>' in asked
    assert f'<a href="/admin/service/?op.client=eq&amp;f.client={ids["acme"]}">2</a>' in asked
    assert 'class="btn btn-danger"' not in asked
    assert tried.status_code == 409
    assert "Services: 2" in words(tried.text)


def test_a_rule_that_keeps_a_row_is_said_before(desk, sqlite_house):
    client = sqlite_house.create("client", name="Kept", vip=True)

    text = desk("boss").page(f"/admin/client/{client}/delete")

    assert "A VIP is never deleted" in words(text)
    assert 'class="btn btn-danger"' not in text


def test_what_goes_along_is_said_before(desk, sqlite_house):
    service = sqlite_house.ids["web"]
    with sqlite_house.records() as records:
        records.delete("note", sqlite_house.ids["web_note"])
        records.purge("note", sqlite_house.ids["web_note"])

    text = desk("boss").page(f"/admin/service/{service}/delete")

    assert "Goes with it: Service lines (1)" in words(text)
    assert 'class="btn btn-danger"' in text


def test_trash_is_closed_to_who_may_not_delete(staff):
    assert staff("rea").get("/admin/client/?trash=1").status_code == 403


def test_bulk_move_asks_once_and_tells_what_was_refused(staff, house):
    boss, ids = staff("boss"), house.ids
    with house.records("boss") as records:
        records.move("service", ids["mail"], "end")
    chosen = {"action": "move:suspend", "id": [str(ids["web"]), str(ids["mail"])]}

    asked = boss.post("/admin/service/bulk", **chosen)
    answer = boss.post("/admin/service/bulk", **chosen, confirmed="1", why="audit")

    assert "Suspend: 2 rows of Services" in words(asked.text)
    assert asked.text.count('name="id"') == 2
    assert "1 row stays as it is" in words(answer.text)
    assert "mail" in words(answer.text)
    assert house.get("service", ids["web"])["status"] == "suspended"
    assert house.get("service", ids["mail"])["status"] == "ended"


def test_bulk_reaches_no_row_out_of_sight(staff, house):
    pola, bolt = staff("pola"), house.ids["bolt_web"]

    pola.post("/admin/service/bulk", action="move:suspend", id=[str(bolt)], confirmed="1", why="x")

    assert house.get("service", bolt)["status"] == "active"


@pytest.mark.parametrize(("values", "status"), [
    ({"action": "explode", "id": "1"}, 400), ({"action": "", "id": "1"}, 400),
    ({"action": "delete", "id": [str(n) for n in range(600)]}, 400),
    ({"action": "delete"}, 303), ({"action": "delete", "id": "abc"}, 303),
])
def test_bulk_request_made_by_hand_gets_a_clear_answer(desk, values, status):
    assert desk("boss").post("/admin/service/bulk", **values).status_code == status


def test_bulk_leads_back_to_the_list_it_came_from_and_nowhere_else(desk, sqlite_house):
    boss = desk("boss")

    def back(url: str) -> str:
        return boss.post("/admin/service/bulk", action="delete", back=url).headers["location"]

    assert back("/admin/service/?view=active") == "/admin/service/?view=active"
    for url in ("https://evil.example/", "//evil.example", "/admin//evil.example", "/other",
                "/admin/\\evil", "javascript:alert(1)"):
        assert back(url) == "/admin/service/"


def test_secret_is_shown_on_demand_and_that_is_written_down(staff, house):
    boss, path = staff("boss"), f"/admin/service/{house.ids['web']}"
    text = boss.page(path)

    answer = boss.post(f"{path}/reveal/password")

    assert "hunter" not in text
    assert f'data-reveal="{path}/reveal/password"' in text
    assert answer.json() == {"value": "hunter web"}
    assert house.stored("activity")[-1]["action"] == "reveal"


@pytest.mark.parametrize(("who", "field", "status"), [
    ("sam", "password", 403), ("boss", "label", 404), ("boss", "nope", 404),
    ("nil", "password", 404),
])
def test_secret_of_no_concern_stays_one(staff, house, who, field, status):
    answer = staff(who).post(f"/admin/service/{house.ids['web']}/reveal/{field}")

    assert answer.status_code == status
    assert "hunter" not in answer.text


def test_history_tells_who_changed_what_when_and_why(staff, house):
    boss, ids = staff("boss"), house.ids
    boss.fill(f"/admin/service/{ids['web']}/edit", label="renamed")
    boss.post(f"/admin/service/{ids['web']}/moves/suspend", why="not paid")

    said = words(boss.page(f"/admin/service/{ids['web']}?tab=history"))

    assert "Suspend: Active → Suspended Boss" in said
    assert "“not paid”" in said
    assert "Label before: web → now: renamed" in said
    assert "hunter" not in said


def test_history_and_tabs_show_only_what_the_person_may_see(staff, house):
    with house.records("boss") as records:
        records.update("client", house.ids["acme"], {"admin_notes": "x", "name": "Acme two"})

    said = words(staff("fin").page(f"/admin/client/{house.ids['acme']}?tab=history"))

    assert "Acme two" in said
    assert "secret of acme" not in said


def test_rows_are_put_in_another_order_by_buttons_and_by_dragging(staff, house):
    boss = staff("boss")

    def order() -> list[str]:
        rows = sorted(house.stored("product"), key=lambda row: row["position"])
        return [row["key"] for row in rows]

    first, second, *rest = order()
    by_key = {row["key"]: str(row["id"]) for row in house.stored("product")}

    boss.post("/admin/product/place", down=by_key[first])
    assert order() == [second, first, *rest]
    boss.post("/admin/product/place", id=by_key[first], after="")
    assert order() == [first, second, *rest]
    boss.post("/admin/product/place", id=by_key[first], after=by_key[second])
    assert order() == [second, first, *rest]


@pytest.mark.parametrize("values", [{}, {"up": "abc"}, {"id": "1", "after": "x"}, {"up": "4242"}])
def test_place_made_by_hand_gets_a_clear_answer(desk, values):
    assert desk("boss").post("/admin/product/place", **values).status_code in (400, 404)


def test_fact_whose_condition_does_not_hold_is_not_shown(desk, sqlite_house):
    polish = words(desk("boss").page(f"/admin/client/{sqlite_house.ids['acme']}"))
    german = words(desk("boss").page(f"/admin/client/{sqlite_house.ids['bolt']}"))

    assert "VAT ID" in polish
    assert "VAT ID" not in german


def test_view_without_a_condition_is_no_tab_of_the_list(desk, sqlite_house):
    text = desk("boss").page("/admin/client/")

    assert "?view=polish" in text
    assert "?view=mine" not in text


def test_row_in_the_trash_offers_to_restore_it_beside_the_note(staff, house):
    boss, client = staff("boss"), house.create("client", name="Short lived")
    boss.post(f"/admin/client/{client}/delete")

    note = re.search(r'<div class="pw-note.*?</a></div>', boss.page(f"/admin/client/{client}"))

    assert note is not None
    assert words(note[0]) == "This row is in the trash. Restore"
    assert f'href="/admin/client/{client}/restore"' in note[0]


def test_living_row_offers_no_restoring(staff, house):
    acme = f"/admin/client/{house.ids['acme']}"

    assert f"{acme}/restore" not in staff("boss").page(acme)
