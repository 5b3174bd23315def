"""The differences between what is wanted and what is there, as operations not yet counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlalchemy import Table

from runtime.schema import statements
from runtime.schema.changed_fields import fields
from runtime.schema.changed_indexes import indexes, objects
from runtime.schema.changed_links import links
from runtime.schema.operations import Grade, Operation, Phase, Rows
from runtime.schema.sides import Sides, TableSides

if TYPE_CHECKING:
    from generator.schema_objects import SchemaObject


def differences(sides: Sides) -> Iterator[Operation]:
    """Yield every difference; `sides.notes` are complete when all were taken."""
    extras: dict[str, list[SchemaObject]] = {}
    for extra in sides.generated.extras:
        extras.setdefault(extra.table, []).append(extra)
    tables = sides.generated.metadata.tables
    for model in sides.generated.entities.values():
        table = tables[model.table.name]
        found = sides.live.get(table.name)
        own = extras.get(table.name, [])
        if found is None:
            yield from _new_table(sides, table, own)
        else:
            yield from _table(TableSides(sides, model, table, found, own))
    yield from _gone_tables(sides)


def _table(side: TableSides) -> Iterator[Operation]:
    yield from fields(side)
    yield from links(side)
    if side.anew:
        yield from _made_anew(side)
    yield from indexes(side)
    yield from objects(side)


def _made_anew(side: TableSides) -> Iterator[Operation]:
    """Yield how SQLite makes a table anew, from what the other differences have put together.

    A backfill reads values as they are meant now: they are converted before it, and what it fills
    may be empty until then.
    """
    plain = {column: f'"{column}"' for column in side.values}
    if not side.filled or side.values != plain:
        made = statements.rebuild(side.table, side.values, side.extras, may_be_empty=side.filled)
        yield Operation(
            Phase.CHANGE, Grade.SAFE, side.name, side.address, f"make table {side.name} anew",
            tuple(made),
        )
    if side.filled:
        made = statements.rebuild(side.table, plain, side.extras)
        yield Operation(
            Phase.REQUIRE, Grade.SAFE, side.name, side.address,
            f"make table {side.name} anew with what was filled in", tuple(made),
        )


def _new_table(
    sides: Sides, table: Table, extras: list[SchemaObject]
) -> Iterator[Operation]:
    address = f"entity/{table.name}"
    made = statements.create_table(table, sides.dialect, extras)
    yield Operation(Phase.CREATE, Grade.SAFE, table.name, address, f"add table {table.name}",
                    tuple(made))
    if sides.dialect == "postgresql":
        for key in table.foreign_key_constraints:
            said = statements.add_constraint(key, sides.dialect)
            yield Operation(Phase.LINK, Grade.SAFE, table.name, address,
                            f"link {table.name} by {key.column_keys[0]}", (said,))


def _gone_tables(sides: Sides) -> Iterator[Operation]:
    for name in sorted(sides.memory.fields.keys() - sides.generated.entities.keys()):
        if name in sides.live:
            yield Operation(
                Phase.DROP, Grade.DESTRUCTIVE, name, f"entity/{name}", f"drop table {name}",
                _drop_table(sides, name), rows=Rows(name, "1 = 1"),
            )
    ours = sides.memory.fields.keys() | sides.generated.entities.keys()
    for name in sorted(sides.live.keys() - ours):
        if not name.startswith("panel_"):
            sides.notes.append(f"table {name} is not the panel's: it is left alone")


def _drop_table(sides: Sides, name: str) -> tuple[str, ...]:
    found = sides.live[name]
    if sides.dialect == "sqlite":
        words = [key for key, said in found.objects.items() if said.startswith("CREATE V")]
        return (*(f'DROP TABLE "{key}"' for key in words), f'DROP TABLE "{name}"')
    functions = [key.removesuffix("()") for key in found.objects if key.endswith("()")]
    return (
        f'DROP TABLE "{name}"', *(f'DROP FUNCTION IF EXISTS "{key}"()' for key in functions),
    )
