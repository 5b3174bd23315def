"""An import reaches what its person reaches, and tells no more than a form would."""

from __future__ import annotations

import pytest

from tests.runtime.exchange.files import begin_import, csv_text, lines_of, run
from tests.runtime.records.house import STAFF, House

CLIENTS = {"Name": "name", "Mail": "email", "Country": "country"}


def brought_in(house: House, entity: str, rows, mapping, **options):
    """Import as Imre, who reaches Polish clients only."""
    text = csv_text(tuple(mapping), rows)
    id_ = begin_import(house, "imre", entity, text, mapping, **options)
    done = run(house, "imre", id_)
    return done, {line: row["problems"] for line, row in lines_of(house, id_).items()}


def test_rows_out_of_reach_are_not_made(house: House):
    done, told = brought_in(house, "client", [
        ("In", "in@x.example", "PL"), ("Out", "out@x.example", "DE"),
    ], CLIENTS)

    assert (done.created, done.refused) == (1, 1)
    assert told[3] == {"": ["your role Polish importer does not reach this row"]}
    assert [row["name"] for row in house.stored("client")] == ["Acme", "Bolt", "In"]


def test_rows_out_of_sight_are_neither_found_nor_changed(house: House):
    before = house.stored("client")
    rows = [(str(house.ids["bolt"]), "Mine"), ("987654", "Mine")]

    done, told = brought_in(house, "client", rows, {"id": "id", "Name": "name"}, key="id")

    assert done.refused == 2
    assert told[2] == told[3] == {"id": ["There is no such row."]}
    assert house.stored("client") == before


def test_row_cannot_be_carried_out_of_reach(house: House):
    before = house.stored("client")

    done, _ = brought_in(
        house, "client", [("office@acme.example", "DE")], {"Mail": "email", "Country": "country"},
        key="email",
    )

    assert done.refused == 1
    assert house.stored("client") == before


def test_links_out_of_sight_look_like_links_to_nothing(house: House):
    before = house.stored("service")
    by_number = {"Client": "client", "Product": "product.key", "Label": "label"}
    by_words = {**by_number, "Client": "client.email"}

    _, numbers = brought_in(house, "service", [
        (str(house.ids["bolt"]), "hosting", "a"), ("987654", "hosting", "b"),
    ], by_number)
    _, words = brought_in(house, "service", [
        ("office@bolt.example", "hosting", "a"), ("office@nowhere.example", "hosting", "b"),
    ], by_words)

    assert numbers[2] == numbers[3] == {"client": ["Choose one that exists."]}
    assert words[2]["client.email"][0].replace("bolt", "nowhere") == words[3]["client.email"][0]
    assert house.stored("service") == before


@pytest.mark.parametrize("field", ["credit", "spent", "score", "created_at", "services", "nothing"])
def test_fields_that_the_role_does_not_open_are_not_written(sqlite_house: House, field: str):
    before = sqlite_house.stored("client")

    done, _ = brought_in(sqlite_house, "client", [("X", "5")], {"Name": "name", "Other": field})

    assert done.state == "stopped"
    assert field in (done.problem or "")
    assert sqlite_house.stored("client") == before


def test_state_is_written_by_moves_alone(sqlite_house: House):
    before = sqlite_house.stored("service")
    mapping = {"Client": "client", "Product": "product.key", "Label": "label", "S": "status"}

    done, _ = brought_in(
        sqlite_house, "service", [(str(sqlite_house.ids["acme"]), "hosting", "x", "active")],
        mapping,
    )

    assert done.state == "stopped"
    assert sqlite_house.stored("service") == before


@pytest.mark.parametrize("name", [name for name in STAFF if name != "gus"])
def test_only_roles_with_the_right_bring_rows_into_any_entity(sqlite_house: House, name: str):
    house = sqlite_house
    rights = {
        entity: house.panel.access.rights(house.actor(name), entity).may_somewhere("import")
        for entity in house.panel.generated.entities
    }
    expected = {"boss": None, "imre": {"client", "service"}}.get(name, set())
    if expected is not None:
        assert {entity for entity, may in rights.items() if may} == expected

    for entity, may in rights.items():
        before = len(house.stored(entity))
        id_ = begin_import(house, name, entity, "nothing\nx\n", {"nothing": "nothing"})
        done = run(house, name, id_)
        assert done.state == "stopped", entity
        assert may or "allows to import" in done.problem or "knows" in done.problem, entity
        if entity not in ("file_transfer", "import_line", "activity"):
            assert len(house.stored(entity)) == before
