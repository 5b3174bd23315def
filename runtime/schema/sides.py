"""Both sides of a comparison: what the configuration wants, and what the database has."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import Table

from runtime.schema.memory import Memory
from runtime.schema.shapes import TableShape

if TYPE_CHECKING:
    from generator import BoundField, EntityModel, Generated
    from generator.schema_objects import SchemaObject


@dataclass(slots=True)
class Sides:
    """All tables. `live` and `memory` already bear the new names of what was renamed."""

    generated: Generated
    dialect: str
    live: dict[str, TableShape]
    memory: Memory
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class TableSides:
    """One table that is on both sides.

    SQLite changes a table by making it anew: `anew` says that it must, and `values` are its
    columns with the SQL of their value in the old one; `filled` are columns that rows get values
    in by a backfill. The differences put them together.
    """

    whole: Sides
    model: EntityModel
    table: Table
    found: TableShape
    extras: list[SchemaObject]
    values: dict[str, str] = field(default_factory=dict)
    anew: bool = False
    filled: set[str] = field(default_factory=set)

    @property
    def name(self) -> str:
        return self.table.name

    @property
    def dialect(self) -> str:
        return self.whole.dialect

    @property
    def lite(self) -> bool:
        return self.whole.dialect == "sqlite"

    @property
    def address(self) -> str:
        return f"entity/{self.model.name}"

    def field_address(self, name: str) -> str:
        return f"entity/{self.model.name}/fields/{name}"


def default_literal(bound: BoundField, column: str) -> str | None:
    """Return the SQL literal of a field's default in one of its columns, None without one."""
    if bound.implicit:
        return "1" if bound.name == "version" else None
    value = bound.type.default(bound)
    if value is None:
        return None
    stored = bound.type.to_columns(bound, value).get(column)
    if isinstance(stored, bool):
        return "true" if stored else "false"
    if isinstance(stored, int):
        return str(stored)
    return "'" + stored.replace("'", "''") + "'" if isinstance(stored, str) else None
