"""Forms beside those of rows, sent twice: saved views, imports, exports, language and time zone."""

from __future__ import annotations

import re

import pytest

from runtime.exchange.transfers import Transfers
from runtime.pages.serving import exports
from tests.runtime.admin.staff_browser import PAGE, StaffBrowser

CSV = "Name,Email\nOne,one@x.example\n"


def key_at(staff: StaffBrowser, path: str) -> str:
    found = re.search(r'name="form_key" value="([^"]+)"', staff.page(path))
    assert found is not None, f"{path} carries no key"
    return found[1]


def sent_file(staff: StaffBrowser, key: str, text: str):
    return staff.client.post(
        "/admin/client/import", headers=PAGE,
        data={"csrf_token": staff.token(), "form_key": key},
        files={"file.upload": ("clients.csv", text.encode(), "text/csv")},
    )


def transfers(house):
    return Transfers(house.panel).of(house.actor("boss"))


def files(house):
    return sorted(path.name for path in Transfers(house.panel).folder.iterdir())


@pytest.fixture
def staff(house):
    return StaffBrowser(house, "boss")


@pytest.fixture
def desk(sqlite_house):
    return StaffBrowser(sqlite_house, "boss")


def test_view_kept_twice_is_one_view_and_nobody_is_told_of_a_clash(staff, house):
    page = "/admin/client/views/new?q=acme"
    sent = {"name": "Mine", "kept": "q=acme", "form_key": key_at(staff, page)}

    answers = [staff.post("/admin/client/views/new", **sent) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert [row["name"] for row in house.stored("saved_view")] == ["Mine"]


def test_refused_view_is_sent_again_with_its_key(desk, sqlite_house):
    key = key_at(desk, "/admin/client/views/new?q=acme")

    refused = desk.post("/admin/client/views/new", name="", kept="q=acme", form_key=key)
    kept = desk.post("/admin/client/views/new", name="Mine", kept="q=acme", form_key=key)

    assert refused.status_code == 422
    assert f'value="{key}"' in refused.text
    assert kept.status_code == 303
    assert len(sqlite_house.stored("saved_view")) == 1


def test_view_deleted_twice_leads_to_the_list_both_times(staff, house):
    staff.post("/admin/client/views/new", name="Mine", kept="q=acme")
    (view,) = house.stored("saved_view")
    path = f"/admin/client/views/{view['id']}"
    key = key_at(staff, path)

    answers = [staff.post(f"{path}/delete", form_key=key) for _ in range(2)]

    assert [answer.headers["location"] for answer in answers] == ["/admin/client/?saved=0"] * 2
    assert house.stored("saved_view") == []


def test_file_sent_twice_begins_one_import_and_is_kept_once(staff, house):
    key = key_at(staff, "/admin/client/import")

    answers = [sent_file(staff, key, CSV) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert len(transfers(house)) == 1
    assert len(files(house)) == 1


def test_mended_file_of_the_same_size_is_another_import(desk, sqlite_house):
    key = key_at(desk, "/admin/client/import")

    sent_file(desk, key, CSV)
    sent_file(desk, key, CSV.replace("One", "Two"))

    assert len(transfers(sqlite_house)) == 2


def test_file_sent_again_after_its_draft_was_thrown_away_begins_anew(desk, sqlite_house):
    key = key_at(desk, "/admin/client/import")
    first = sent_file(desk, key, CSV).headers["location"].removesuffix("/columns")
    desk.post(f"{first}/cancel")

    again = sent_file(desk, key, CSV)

    assert desk.get(again.headers["location"]).status_code == 200
    assert len(transfers(sqlite_house)) == 1


def test_import_started_twice_writes_its_rows_once(staff, house):
    begun = sent_file(staff, key_at(staff, "/admin/client/import"), CSV).headers["location"]
    staff.post(begun, header__0="Name", field__0="name")
    one = begun.removesuffix("/columns")

    answers = [staff.post(f"{one}/run") for _ in range(2)]
    house.panel.background.wait()
    house.panel.background.run_waiting()
    late = staff.post(f"{one}/run")
    house.panel.background.run_waiting()

    assert [answer.headers["location"] for answer in (*answers, late)] == [one] * 3
    assert [row["name"] for row in house.stored("client")].count("One") == 1


def test_undo_sent_twice_takes_back_once(staff, house):
    begun = sent_file(staff, key_at(staff, "/admin/client/import"), CSV).headers["location"]
    staff.post(begun, header__0="Name", field__0="name")
    one = begun.removesuffix("/columns")
    staff.post(f"{one}/run")
    house.panel.background.wait()

    for _ in range(2):
        assert staff.post(f"{one}/undo").headers["location"] == one
        house.panel.background.wait()

    (done,) = transfers(house)
    assert (done.state, done.taken_back) == ("undone", 1)


def test_long_export_sent_twice_is_written_once(staff, house, monkeypatch):
    monkeypatch.setattr(exports, "AT_ONCE_MAX", 1)
    sent = {"column": ["name"], "form_key": key_at(staff, "/admin/client/export")}

    answers = [staff.post("/admin/client/export", **sent) for _ in range(2)]
    house.panel.background.wait()

    assert len({answer.headers["location"] for answer in answers}) == 1
    assert len(transfers(house)) == 1
    assert len(files(house)) == 1


def test_refused_export_keeps_its_key(desk):
    key = key_at(desk, "/admin/client/export")

    refused = desk.post("/admin/client/export", form_key=key)

    assert refused.status_code == 422
    assert f'value="{key}"' in refused.text


def test_language_sent_twice_is_one_change(staff, house):
    sent = {"language": "pl", "time_zone": "Europe/Warsaw"}

    first = staff.post("/admin/my/language", **sent)
    told = len(house.stored("activity"))
    again = staff.post("/admin/my/language", **sent)

    assert [first.status_code, again.status_code] == [303, 303]
    assert len(house.stored("activity")) == told
