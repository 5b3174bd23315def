"""What the panel keeps about its own database: single texts by key, and what was ever applied."""

from __future__ import annotations

from sqlalchemy import Column, Connection, Integer, MetaData, Table, Text, select
from sqlalchemy.schema import CreateTable

_OWN = MetaData()
STATE = Table(
    "panel_state", _OWN,
    Column("key", Text, primary_key=True), Column("value", Text, nullable=False),
)
# One row per plan that was applied: when, the digest of the configuration, the operations.
HISTORY = Table(
    "panel_history", _OWN,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Text, nullable=False), Column("config", Text, nullable=False),
    Column("operations", Text, nullable=False),
)
# What the fields of the database mean, see runtime.schema.memory.
MEMORY = "memory"


def create(connection: Connection) -> None:
    for table in (STATE, HISTORY):
        connection.execute(CreateTable(table, if_not_exists=True))


def read(connection: Connection, key: str) -> str | None:
    """Return the text kept under `key`, None when there is none."""
    return connection.execute(select(STATE.c.value).where(STATE.c.key == key)).scalar()


def write(connection: Connection, key: str, value: str) -> None:
    connection.execute(STATE.delete().where(STATE.c.key == key))
    connection.execute(STATE.insert().values(key=key, value=value))
