"""A picked row is shown and compared like a link, stands in no column and in no form."""

import pytest
from sqlalchemy import select

from generator import generate
from generator.fields.exchange import NEUTRAL, FieldProblem, Title
from generator.fields.relation import linked_entity
from generator.staff_fields import staff_field
from tests.generator.every_type import ROLE

HOUSE = """entity: house
fields:
  name:  text!
  rooms: {many: room, by: house}
  first: {pick: rooms}
  large: {pick: rooms, where: "size > 20", order_by: -size}
"""
ROOM = """entity: room
fields: {house: ->house!, size: integer}
"""


@pytest.fixture
def house(load):
    return generate(load(HOUSE, ROOM, ROLE))


def test_it_has_no_column_and_is_in_no_form(house):
    model = house.entities["house"]

    assert [column.name for column in model.table.c] == ["id", "name", "created_at", "updated_at"]
    assert "first" not in [name for part in model.form.values() for name in part.fields]
    assert staff_field(model.fields["first"]).exclude_from_create
    assert staff_field(model.fields["first"]).exclude_from_edit


def test_it_leads_to_the_rows_of_its_collection(house):
    first = house.entities["house"].fields["first"]

    assert linked_entity(first) == "room"
    assert house.field_at("house", "first.size").spec.type == "integer"
    assert first.type.text(first, Title("room", 3, "The kitchen"), NEUTRAL) == "The kitchen"
    assert first.type.json(first, 3) == 3
    assert first.type.export_text(first, None) == ""


def test_what_it_is_ordered_by_is_indexed_beside_the_link(house):
    indexes = house.metadata.tables["room"].indexes

    assert ["house_id", "size", "id"] in [[c.name for c in index.columns] for index in indexes]


def test_a_filter_compares_the_id_of_the_picked_row(house):
    first = house.entities["house"].fields["first"]
    rooms = house.entities["room"].table.alias("rooms")

    said = str(select(rooms.c.id).where(first.type.filter(first, "eq", ["7"], NEUTRAL, rooms)))

    assert "rooms.id = :id_1" in said
    with pytest.raises(FieldProblem):
        first.type.filter(first, "eq", [""], NEUTRAL, rooms)
    with pytest.raises(FieldProblem):
        first.type.filter(first, "contains", ["7"], NEUTRAL, rooms)
