"""What staff keep up themselves: their names, their password, their devices."""

import pytest

from generator.fields.user_agent import device_name
from tests.runtime.admin.staff_browser import PASSWORD, controls, words

PATH = "/admin/my/account"
NEW = "a much longer phrase"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def test_everybody_of_the_staff_keeps_their_own_names_whatever_their_role(staff, house):
    nil = staff("nil")

    answer = nil.fill(PATH, firstname="Nelly", lastname="Null", phone="+48 22 123 45 67")

    assert answer.headers["location"] == PATH
    row = house.get("staff", house.ids["nil"])
    assert (row["firstname"], row["lastname"], row["phone"]) == ("Nelly", "Null", "+48221234567")
    assert "Your changes are saved." in words(nil.page(PATH))


def test_the_account_writes_nothing_but_its_own_fields(staff, house):
    boss = staff("boss")
    boss.fill(PATH, email="evil@shop.example", roles="chief", enabled="no", id=house.ids["nil"])

    assert house.get("staff", house.ids["boss"])["email"] == "boss@shop.example"
    assert house.get("staff", house.ids["boss"])["enabled"] is True
    assert house.get("staff", house.ids["nil"])["firstname"] != "boss"


def test_a_refused_account_keeps_what_was_typed(staff):
    answer = staff("boss").fill(PATH, firstname="", phone="not a phone", lastname="x" * 81)

    assert answer.status_code == 422
    assert controls(answer.text)["phone"] == "not a phone"
    assert "This is needed." in words(answer.text) or "Enter" in words(answer.text)


def test_the_chosen_language_holds_from_the_next_page(staff):
    boss = staff("boss")
    boss.fill(PATH, language="pl")

    assert '<html lang="pl"' in boss.page(PATH)


def test_staff_change_their_password_and_are_signed_out_elsewhere(house, staff):
    boss, other = staff("boss"), staff("boss")
    wrong = boss.post("/admin/my/password", old="wrong", new=NEW, again=NEW)
    right = boss.post("/admin/my/password", old=PASSWORD, new=NEW, again=NEW)

    assert (wrong.status_code, right.status_code) == (422, 303)
    assert boss.get(PATH).status_code == 200
    assert other.get(PATH).status_code == 303


def test_devices_are_listed_by_name_and_ended_one_by_one(house, staff):
    boss, other = staff("boss"), staff("boss")
    (there, here) = sorted(house.stored("session"), key=lambda row: row["id"], reverse=True)
    page = boss.page(PATH)
    assert "This device" in words(page)
    assert f'action="{PATH}/sessions/{there["id"]}/end"' in page
    assert f'action="{PATH}/sessions/{here["id"]}/end"' not in page

    answer = boss.post(f"{PATH}/sessions/{there['id']}/end")

    assert answer.headers["location"] == PATH
    assert other.get(PATH).status_code == 303
    assert boss.get(PATH).status_code == 200
    assert boss.post(f"{PATH}/sessions/{there['id']}/end").status_code == 404


def test_nobody_ends_the_session_of_somebody_else(house, staff):
    staff("boss")
    (of_boss,) = house.stored("session")
    pola = staff("pola")

    assert pola.post(f"{PATH}/sessions/{of_boss['id']}/end").status_code == 404
    pola.post(f"{PATH}/sessions/end")
    assert of_boss["id"] in {row["id"] for row in house.stored("session")}


def test_all_other_devices_are_ended_at_once(house, staff):
    boss, other = staff("boss"), staff("boss")

    boss.post(f"{PATH}/sessions/end")

    assert other.get(PATH).status_code == 303
    assert "Sign out all other devices" not in words(boss.page(PATH))


@pytest.mark.parametrize(("header", "name"), [
    (FIREFOX, "Firefox on Linux"),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
     "Chrome/126.0 Safari/537.36 Edg/126.0", "Edge on Windows"),
    ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 "
     "Mobile Safari/537.36", "Chrome on Android"),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
     "Version/17.5 Mobile/15E148 Safari/604.1", "Safari on iPhone"),
    ("curl/8.5.0", "curl"), ("", "Unknown device"), (None, "Unknown device"),
])
def test_a_device_is_called_by_its_browser_and_system(header, name):
    assert device_name(header) == name
