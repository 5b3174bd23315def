"""A list as a file: short ones at once, long ones in the background, for its maker alone."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from runtime.actors import SYSTEM
from runtime.exchange import exporter
from runtime.pages.serving import exports
from tests.runtime.admin.staff_browser import controls, words

COLUMNS = ["name", "country", "created_at", "credit"]


@pytest.fixture
def later(monkeypatch):
    """Every export counts as a long one."""
    monkeypatch.setattr(exports, "AT_ONCE_MAX", 1)
    monkeypatch.setattr(exporter, "AT_ONCE_MAX", 1)


def lines(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_short_list_is_sent_with_the_columns_chosen(staff, house):
    boss = staff("boss")

    answer = boss.post("/admin/client/export", kind="csv", shown="no", column=COLUMNS)

    assert answer.headers["content-disposition"] == 'attachment; filename="client.csv"'
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert lines(answer) == [
        ["id", *COLUMNS],
        [str(house.ids["acme"]), "Acme", "PL", "2026-03-02T12:00:00Z", "5.00 EUR"],
        [str(house.ids["bolt"]), "Bolt", "DE", "2026-03-02T12:00:00Z", "5.00 EUR"],
    ]
    told = house.stored("activity")[-1]
    assert (told["action"], told["record_title"]) == ("export", "client: 2 rows")
    assert (told["actor_kind"], told["actor_id"]) == ("staff", house.ids["boss"])


def test_texts_are_as_the_list_shows_them_when_asked(desk):
    answer = desk("boss").post(
        "/admin/service/export", kind="csv", shown="yes", column=["client", "status", "price"]
    )

    assert lines(answer)[:2] == [
        ["ID", "Client", "Status", "Price"], ["3", "Bolt", "Active", "€9.90"],
    ]


def test_only_the_rows_of_the_filtered_list_are_in(desk):
    boss = desk("boss")
    page = boss.page("/admin/client/export?f.country=PL&op.country=eq")

    answer = boss.post(
        "/admin/client/export?f.country=PL&op.country=eq", kind="csv", shown="no", column="name"
    )

    assert "1 row, as the list is filtered now" in words(page)
    assert [row[1] for row in lines(answer)[1:]] == ["Acme"]


def test_workbook_has_typed_cells_and_no_formula(desk, sqlite_house):
    with sqlite_house.panel.records(SYSTEM) as records:
        records.create("client", {"name": "=HYPERLINK(1)", "currency": "EUR"})

    answer = desk("boss").post(
        "/admin/client/export", kind="xlsx", shown="no", column=["name", "service_count"]
    )
    sheet = load_workbook(io.BytesIO(answer.content)).active
    rows = {row[1].value: row for row in sheet.iter_rows()}

    assert rows["=HYPERLINK(1)"][1].data_type == "s"
    assert rows["Acme"][2].value == 2


def test_formula_is_escaped_in_csv(desk, sqlite_house):
    with sqlite_house.panel.records(SYSTEM) as records:
        records.create("client", {"name": "=1+1", "currency": "EUR"})

    answer = desk("boss").post("/admin/client/export", kind="csv", shown="no", column="name")

    assert ["'=1+1"] in [row[1:] for row in lines(answer)]


def test_without_columns_it_asks_again(desk):
    answer = desk("boss").post("/admin/client/export", kind="xlsx", shown="yes")

    assert answer.status_code == 422
    assert "Choose at least one column." in words(answer.text)
    assert 'value="xlsx" checked' in answer.text
    assert 'name="shown" value="yes" checked' in answer.text


def test_column_that_the_role_hides_is_not_offered_and_not_sent(desk):
    rea = desk("rea")
    page = rea.page("/admin/client/export")

    answer = rea.post("/admin/client/export", kind="csv", shown="no", column=["name", "credit"])

    assert 'value="credit"' not in page
    assert lines(answer)[0] == ["id", "name"]


def test_role_without_export_finds_none(desk):
    rea = desk("rea")

    assert rea.get("/admin/service/export").status_code == 403
    assert rea.post("/admin/service/export", kind="csv", column="label").status_code == 403
    assert rea.get("/admin/service/export.csv").status_code == 403


def test_long_list_is_written_meanwhile_and_fetched(staff, house, later):
    boss = staff("boss")

    answer = boss.post("/admin/client/export", kind="csv", shown="no", column="name")
    place = answer.headers["location"]
    assert house.panel.background.wait()
    page = boss.page(place)
    file = boss.get(f"{place}/download")

    assert answer.status_code == 303
    assert "2 rows" in words(page)
    assert [row[1] for row in lines(file)] == ["name", "Acme", "Bolt"]
    assert file.headers["content-disposition"] == 'attachment; filename="client.csv"'
    assert file.headers["content-security-policy"].startswith("sandbox")


def test_file_is_for_its_maker_alone(desk, sqlite_house, later):
    place = _exported(desk("boss"), sqlite_house)

    assert desk("sam").get(place).status_code == 404
    assert desk("sam").get(f"{place}/download").status_code == 404


def test_right_is_asked_again_at_the_download(desk, sqlite_house, later):
    boss = desk("boss")
    place = _exported(boss, sqlite_house)
    with sqlite_house.panel.records(SYSTEM) as records:
        records.update("staff_group", sqlite_house.ids["group boss"], {"roles": frozenset()})

    assert boss.get(f"{place}/download").status_code == 403


def test_file_is_gone_after_a_week(desk, sqlite_house, later):
    boss = desk("boss")
    place = _exported(boss, sqlite_house)
    sqlite_house.clock.advance(timedelta(days=8))

    from tests.runtime.admin.staff_browser import StaffBrowser

    again = StaffBrowser(sqlite_house, "boss")
    assert again.get(f"{place}/download").status_code == 404
    assert "The file is no longer kept" in words(again.page(place))
    sqlite_house.panel.background.transfers.sweep()
    assert list((sqlite_house.panel.settings.var / "exchange").glob("*")) == []


def test_export_that_was_cut_off_is_started_again(desk, sqlite_house, later):
    boss = desk("boss")
    place = _exported(boss, sqlite_house)
    background = sqlite_house.panel.background
    background.transfers.change(int(place.rpartition("/")[2]), state="running", worker=None)

    background.run_waiting()
    told = boss.page(place)
    boss.post(f"{place}/again")
    assert background.wait()

    assert "The panel was restarted meanwhile." in words(told)
    assert "Start it again" in words(told)
    assert [row[1] for row in lines(boss.get(f"{place}/download"))] == ["name", "Acme", "Bolt"]


def test_plain_address_leads_to_the_question_when_the_list_is_long(desk, later):
    answer = desk("boss").get("/admin/client/export.csv?f.country=PL&op.country=in")

    assert answer.status_code in (200, 303)
    answer = desk("boss").get("/admin/client/export.csv")
    assert answer.headers["location"] == "/admin/client/export"


def test_too_many_at_once_are_told_and_nothing_chosen_is_lost(desk, later, monkeypatch):
    from runtime.exchange import transfers

    monkeypatch.setattr(transfers, "OPEN_MAX", 0)

    answer = desk("boss").post("/admin/client/export", kind="xlsx", shown="no", column="email")

    assert answer.status_code == 422
    assert "still waiting" in words(answer.text)
    assert controls(answer.text, "action")["kind"] == "xlsx"


def _exported(who, house) -> str:
    answer = who.post("/admin/client/export", kind="csv", shown="no", column="name")
    assert house.panel.background.wait()
    return answer.headers["location"]
