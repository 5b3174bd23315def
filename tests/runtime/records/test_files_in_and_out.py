"""Export and import: texts that survive the round, rows that stand alone."""

from datetime import timedelta

import pytest

from config.values.money import Money
from runtime.records import Forbidden, ListQuery, ValidationFailed
from runtime.records.exporting import escape_formula, unescape_formula


def test_an_export_holds_what_the_actor_sees_and_nothing_else(house):
    with house.records("mia") as records:
        rows = list(records.export("client", ListQuery(
            view="staff", columns=("name", "credit", "admin_notes", "country"))))
    with house.records("fin") as records:
        services = list(records.export("service", ListQuery(
            columns=("label", "cost", "password"), sort=("label",))))

    assert rows == [["id", "name", "country"], [str(house.ids["acme"]), "Acme", "PL"]]
    assert services[0] == ["id", "label", "cost", "password"]
    assert [row[1] for row in services[1:]] == ["bolt_web", "mail", "web"]
    assert "hunter" not in str(services)


def test_an_export_that_no_role_allows_is_forbidden_at_once(house):
    with house.records("rea") as records, pytest.raises(Forbidden):
        records.export("service")


def test_a_long_export_goes_on_page_by_page(sqlite_house):
    house = sqlite_house
    with house.records() as records:
        records.load_many("service_line", [
            {"service": house.ids["web"], "name": f"n{number}", "amount": Money(1, "EUR")}
            for number in range(450)
        ])
        rows = list(records.export("service_line"))

    assert len(rows) == 1 + 450 + 3
    assert len({row[0] for row in rows}) == len(rows)


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-x", "@sum", "\tx", "＝1"])
def test_what_a_spreadsheet_would_compute_is_quoted_and_read_back(text):
    assert escape_formula(text) == f"'{text}"
    assert unescape_formula(escape_formula(text)) == text


@pytest.mark.parametrize("text", ["-5", "+48.5", "plain", "", "'quoted"])
def test_numbers_and_plain_texts_stay_as_they_are(text):
    assert escape_formula(text) == text
    assert unescape_formula(escape_formula(text)) == text


LINES = [
    {"Name": "Fine", "Mail": "fine@example.com", "Land": "PL"},
    {"Name": "", "Mail": "other@example.com", "Land": "PL"},
    {"Name": "Taken", "Mail": "office@acme.example", "Land": "XX"},
]
COLUMNS = {"Name": "name", "Mail": "email", "Land": "country"}


@pytest.mark.parametrize("text", ["'=1", "''+1", "'-5", "'@x", "'quoted'", "'"])
def test_a_text_that_looks_escaped_comes_back_as_it_was(text):
    assert unescape_formula(escape_formula(text)) == text


def test_a_dry_run_shows_the_problems_of_each_row_and_writes_nothing(house):
    before = house.stored("client"), house.stored("activity")
    with house.records("boss") as records:
        result = records.import_rows("client", LINES, COLUMNS, dry_run=True)

    assert (result.created, result.updated, result.dry_run) == (1, 0, True)
    assert sorted(result.problems) == [2, 3]
    assert list(result.problems[2]) == ["name"]
    assert "country" in result.problems[3]
    assert (house.stored("client"), house.stored("activity")) == before


def test_an_import_writes_the_rows_that_fit(house):
    with house.records("boss") as records:
        result = records.import_rows("client", LINES, COLUMNS)

    assert result.created == 1
    assert [row["name"] for row in house.stored("client")] == ["Acme", "Bolt", "Fine"]


def test_an_import_by_key_changes_the_row_that_has_it(house):
    with house.records("boss") as records:
        result = records.import_rows(
            "client", [{"Name": "Acme Ltd", "Mail": "OFFICE@acme.example"}], COLUMNS, key="email")

    assert (result.created, result.updated) == (0, 1)
    assert house.get("client", house.ids["acme"]).title == "Acme Ltd"


def test_an_import_is_a_right_of_its_own(house):
    with house.records("sam") as records, pytest.raises(Forbidden):
        records.import_rows("client", LINES, COLUMNS)


def test_exported_rows_can_be_imported_again(house):
    with house.records("boss") as records:
        header, *rows = records.export("client", ListQuery(columns=("name", "country", "vip")))
        lines = [dict(zip(header, row, strict=True)) for row in rows]
        result = records.import_rows(
            "client", lines, {"name": "name", "country": "country", "vip": "vip"})

    assert (result.created, dict(result.problems)) == (2, {})


def test_history_is_loaded_with_its_states_and_dates_by_those_who_may(house):
    long_ago = house.clock.now() - timedelta(days=900)
    values = {"client": house.ids["acme"], "product": house.ids["hosting"], "label": "old",
              "status": "ended", "created_at": long_ago, "number": "S-0900"}
    with house.records("sam") as records, pytest.raises(Forbidden):
        records.load("service", values)
    with house.records("boss") as records:
        record = records.load("service", values, source="the old panel")
        entries = records.history("service", record.id)
        with pytest.raises(ValidationFailed):
            records.load("service", {**values, "label": "x", "status": "nonsense"})
        with pytest.raises(ValidationFailed):
            records.load("service", {
                **values, "label": "y", "created_at": house.clock.now() + timedelta(days=1)})

    assert (record["status"], record["created_at"], record["number"]) == (
        "ended", long_ago, "S-0900")
    assert [(entry.action, entry.reason) for entry in entries] == [
        ("load", "loaded from the old panel")]
