"""Numbers in sequence: one counter for each group, whatever the values of the group look like."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import insert, select

from runtime.actors import SYSTEM
from runtime.panel import Panel
from runtime.records.sequences import counter_name, earlier_name
from tests.runtime.records.small import opened_small

TICKET = """
entity: ticket
fields:
  name: text!
  b: text
  c: {type: text, max: 600}
  number: {type: sequence, within: [b, c]}
  code: {type: sequence, format: "{name}-{year}{month}{day}{number:03}"}
"""


@pytest.fixture
def panel(database_url: str, tmp_path: Path) -> Iterator[Panel]:
    with opened_small(database_url, tmp_path, TICKET) as opened:
        yield opened


def made(panel: Panel, b: str | None, c: str | None) -> str:
    with panel.records(SYSTEM) as records:
        return records.create("ticket", {"name": "x", "b": b, "c": c})["number"]


def counters(panel: Panel) -> dict[str, int]:
    table = panel.generated.entities["sequence_counter"].table
    with panel.engine.connect() as connection:
        rows = connection.execute(select(table.c.name, table.c.number))
        return {row.name: row.number for row in rows}


def kept_before(panel: Panel, name: str, number: int) -> None:
    table = panel.generated.entities["sequence_counter"].table
    with panel.engine.begin() as connection:
        connection.execute(insert(table).values(
            name=name, number=number, created_at=panel.clock.now(), updated_at=panel.clock.now()
        ))


def test_groups_that_look_alike_when_joined_have_counters_of_their_own(panel: Panel) -> None:
    groups = [("x,y", "z"), ("x", "y,z"), (None, "z"), ("None", "z"), ("x,y", "z")]

    assert [made(panel, b, c) for b, c in groups] == ["1", "1", "1", "1", "2"]


def test_a_counter_that_was_named_by_commas_goes_on(panel: Panel) -> None:
    kept_before(panel, "ticket.number:x,y", 7)

    assert [made(panel, "x", "y"), made(panel, "x", "y")] == ["8", "9"]
    assert made(panel, "x", "other") == "1"


def test_groups_that_shared_a_counter_never_give_a_number_twice(panel: Panel) -> None:
    kept_before(panel, "ticket.number:x,y,z", 7)

    assert [made(panel, "x,y", "z"), made(panel, "x", "y,z")] == ["8", "8"]


def test_many_rows_at_once_go_on_from_a_counter_named_by_commas(panel: Panel) -> None:
    kept_before(panel, "ticket.number:x,y", 7)
    rows: list[dict[str, Any]] = [{"name": "x", "b": "x", "c": "y"} for _ in range(3)]
    with panel.records(SYSTEM) as records:
        ids = records.load_many("ticket", rows)
        assert [records.get("ticket", one)["number"] for one in ids] == ["8", "9", "10"]


def test_a_group_of_long_text_has_a_counter_too(panel: Panel) -> None:
    assert [made(panel, "x", "y" * 600), made(panel, "x", "y" * 600)] == ["1", "2"]
    assert all(len(name) <= 255 for name in counters(panel))


def test_the_number_is_found_beside_the_day(panel: Panel) -> None:
    with panel.records(SYSTEM) as records:
        row_id = records.create("ticket", {"name": "A-1"}).id
    table = panel.generated.entities["ticket"].table
    with panel.engine.connect() as connection:
        row = connection.execute(select(table).where(table.c.id == row_id)).one()

    assert re.fullmatch(r"A-1-20\d{6}001", row.code)
    assert row.code_number == 1


def test_a_counter_without_a_group_is_called_by_its_field() -> None:
    bound: Any = SimpleNamespace(
        entity="ticket", name="number", spec=SimpleNamespace(within=())
    )

    assert counter_name(bound, {}) == "ticket.number"
    assert earlier_name(bound, {}) is None
