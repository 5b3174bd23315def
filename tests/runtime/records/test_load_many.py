"""Many rows at once mean the same as one after the other."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from config.values.money import Money
from runtime.records import Forbidden, ValidationFailed
from tests.runtime.records.house import NOON, House

OLD = datetime(2024, 5, 1, 8, tzinfo=UTC)


def services(house: House, count: int, **more: object) -> list[dict[str, object]]:
    return [
        {
            "client": house.ids["acme"], "product": house.ids["hosting"], "label": f"old {number}",
            "status": "active", "paid_until": NOON + timedelta(days=number), "created_at": OLD,
            **more,
        }
        for number in range(count)
    ]


def test_rows_keep_their_states_dates_and_order(house: House):
    with house.records() as records:
        ids = records.load_many("service", services(house, 3), "the old panel")

    rows = [row for row in house.stored("service") if row["id"] in ids]
    assert [row["label"] for row in rows] == ["old 0", "old 1", "old 2"]
    assert {row["status"] for row in rows} == {"active"}
    assert [row["id"] for row in rows] == ids
    assert house.get("service", ids[0])["created_at"] == OLD


def test_each_row_gets_the_next_number_of_its_client(house: House):
    with house.records() as records:
        ids = records.load_many("service", services(house, 3))

    numbers = [row["number"] for row in house.stored("service") if row["id"] in ids]
    assert numbers == ["S-0003", "S-0004", "S-0005"]


def test_history_tells_of_each_row_where_it_came_from(house: House):
    with house.records() as records:
        ids = records.load_many("service", services(house, 2), "the old panel")
        told = [records.history("service", row_id) for row_id in ids]

    assert [[change.action for change in one] for one in told] == [["load"], ["load"]]
    assert {one[0].reason for one in told} == {"loaded from the old panel"}


def test_it_takes_few_statements(sqlite_house: House):
    statements: list[str] = []
    event.listen(
        sqlite_house.panel.engine, "before_cursor_execute",
        lambda *call: statements.append(call[2]),
    )
    rows = [{"name": f"Client {number}", "currency": "EUR"} for number in range(200)]

    with sqlite_house.records() as records:
        ids = records.load_many("client", rows)

    assert len(set(ids)) == 200
    assert len(statements) < 20


def test_places_go_on_where_the_group_ends(house: House):
    line = {"service": house.ids["web"], "amount": Money(1, "EUR")}

    with house.records() as records:
        ids = records.load_many(
            "service_line", [{**line, "name": f"line {number}"} for number in range(3)]
        )

    places = [row["position"] for row in house.stored("service_line") if row["id"] in ids]
    assert places == [2, 3, 4]


def test_a_place_in_the_middle_moves_the_others(house: House):
    line = {"service": house.ids["web"], "amount": Money(1, "EUR"), "name": "first"}

    with house.records() as records:
        [row_id] = records.load_many("service_line", [{**line, "position": 1}])

    places = {
        row["id"]: row["position"] for row in house.stored("service_line")
        if row["service_id"] == house.ids["web"]
    }
    assert places == {row_id: 1, house.ids["web_line"]: 2}


def test_the_one_yes_goes_to_the_last_who_says_it(house: House):
    rows = [
        {"client": house.ids["bolt"], "user": house.ids[name], "owner": True}
        for name in ("anna", "mia")
    ]

    with house.records() as records:
        ids = records.load_many("client_user", rows)

    owners = [
        row["id"] for row in house.stored("client_user")
        if row["client_id"] == house.ids["bolt"] and row["owner"]
    ]
    assert owners == [ids[-1]]


def test_what_exists_already_is_told_in_words_and_nothing_is_kept(house: House):
    before = house.stored("service")

    with pytest.raises(ValidationFailed, match="already has a service"):
        with house.records() as records:
            records.load_many("service", [*services(house, 2), *services(house, 1)])

    assert house.stored("service") == before


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"client": 987_654}, "client"),
        ({"label": None}, "label"),
        ({"paid_until": None}, "paid_until"),
        ({"created_at": NOON + timedelta(days=1)}, "created_at"),
    ],
)
def test_every_row_is_checked(house: House, change: dict[str, object], field: str):
    before = house.stored("service")
    good, bad = services(house, 2)

    with pytest.raises(ValidationFailed) as refused:
        with house.records() as records:
            records.load_many("service", [good, {**bad, **change}])

    assert list(refused.value.problems) == [field]
    assert house.stored("service") == before


def test_person_needs_the_right_to_load(house: House):
    before = house.stored("service")

    with pytest.raises(Forbidden), house.records("sam") as records:
        records.load_many("service", services(house, 1))

    assert house.stored("service") == before


def test_person_with_the_right_loads_the_same_rows(house: House):
    with house.records("boss") as records:
        ids = records.load_many("service", services(house, 2))

    labels = [row["label"] for row in house.stored("service") if row["id"] in ids]
    assert labels == ["old 0", "old 1"]
