"""Moments at the edges of the calendar, on a server whose clocks stand elsewhere."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from runtime.actors import SYSTEM
from runtime.database import as_system
from runtime.panel import Panel
from runtime.records import ListQuery, ValidationFailed
from tests.runtime.records.small import opened_small

EVENT = """entity: event
title: name
fields:
  name: text!
  at: moment
views:
  staff: {columns: [name, at], filters: [at]}
"""
EDGES = (
    ("America/New_York", datetime(1, 1, 1, 3, tzinfo=UTC)),
    ("Asia/Kathmandu", datetime(9999, 12, 31, 23, 59, tzinfo=UTC)),
)


@pytest.fixture(scope="module")
def events(
    module_database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Panel]:
    folder: Path = tmp_path_factory.mktemp("events")
    with opened_small(module_database_url, folder, EVENT) as panel:
        yield panel


@pytest.mark.parametrize(("zone", "at"), EDGES)
def test_a_moment_at_the_edge_of_the_calendar_is_read_whatever_the_zone_of_the_server(
    events, zone, at
):
    with as_system(events.engine) as connection:
        if events.engine.dialect.name == "postgresql":
            name = connection.scalar(text("SELECT current_database()"))
            connection.execute(text(f"ALTER DATABASE {name} SET timezone = '{zone}'"))
    events.engine.dispose()  # the next connection begins with the zone of the database

    table, now = events.generated.entities["event"].table, events.clock.now()
    with as_system(events.engine) as connection:
        row = connection.execute(table.insert().values(
            name="old", at=at, created_at=now, updated_at=now
        ).returning(table.c.id)).scalar_one()
    with events.reading(SYSTEM) as records:
        assert records.get("event", row)["at"] == at
        assert at in [each["at"] for each in records.list("event", ListQuery()).rows]


@pytest.mark.parametrize(
    "at", [datetime(26, 11, 22, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, tzinfo=UTC)]
)
def test_a_moment_beyond_the_years_that_are_kept_is_refused_in_words(events, at):
    with events.records(SYSTEM) as records, pytest.raises(ValidationFailed) as refused:
        records.create("event", {"name": "far", "at": at})

    assert [str(said) for said in refused.value.problems["at"]] == [
        "Enter a year from 1000 to 9998."
    ]
