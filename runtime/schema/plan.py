"""Making a plan: compare, count the rows, look for what was acknowledged."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from runtime.schema.catalogue import live
from runtime.schema.comparing import differences
from runtime.schema.memory import Memory
from runtime.schema.operations import Grade, Operation, Phase, Plan, Rows
from runtime.schema.renames import Renaming
from runtime.schema.shapes import TableShape
from runtime.schema.sides import Sides
from runtime.schema.statements import run

if TYPE_CHECKING:
    from config.specs import AckSpec
    from generator import Generated

_FROM = re.compile(r'FROM "(\w+)"')


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, and the memory that renames have already been carried over in."""

    plan: Plan
    memory: Memory


def plan(
    connection: Connection, generated: Generated, memory: Memory | None
) -> Planned:
    """Return what makes the database fit. Reads the catalogue, and counts rows where it must.

    Without a memory, of a database made before there was one, its fields are taken to have meant
    what they mean now.
    """
    dialect = connection.dialect.name
    shapes = live(connection)
    renaming = Renaming(generated, dialect, shapes, memory or _taken_for(generated, shapes))
    renamed = list(renaming.operations())
    sides = Sides(generated, dialect, renaming.live, renaming.memory)
    found = [*renamed, *differences(sides)]
    acks = {key: each for key, each in generated.project.acks.items()
            if key not in renaming.memory.consumed}
    operations = [
        _allowed(_counted(connection, each, renaming.before), acks.values()) for each in found
    ]
    used = {each.allowed for each in operations if each.allowed}
    operations += [_unmatched(ack) for key, ack in acks.items() if key not in used]
    return Planned(Plan.of(dialect, operations, sides.notes), renaming.memory)


def _taken_for(generated: Generated, shapes: Mapping[str, TableShape]) -> Memory:
    """Return the memory of the fields that have all their columns in the database."""
    known = Memory.of(generated)
    return Memory({
        entity: {
            name: each for name, each in fields.items()
            if entity in shapes and set(each.columns) <= shapes[entity].columns.keys()
        }
        for entity, fields in known.fields.items() if entity in shapes
    })


def _counted(
    connection: Connection, operation: Operation, before: Mapping[str, str]
) -> Operation:
    """Return the operation with how many rows it affects; one that affects none is safe.

    `before`: table → the SQL that reads it under its new names while it still has the old ones.
    """
    if operation.rows is None:
        return operation
    affected, ids = count(connection, operation.rows, before)
    counted = operation.counted(affected, ids)
    if affected == 0 and operation.grade is Grade.LOSSY:
        return replace(counted, grade=Grade.SAFE, refused="")
    if affected == 0:
        return replace(counted, refused="")
    return counted


def count(
    connection: Connection, rows: Rows, before: Mapping[str, str] = MappingProxyType({})
) -> tuple[int, tuple[int, ...]]:
    """Return how many rows there are, and the first ids."""
    def asked(statement: str) -> str:
        return _FROM.sub(
            lambda found: f"FROM {before[found[1]]}" if found[1] in before else found[0], statement
        )

    affected = int(run(connection, asked(rows.count_statement())).scalar_one())
    if not affected:
        return 0, ()
    return affected, tuple(run(connection, asked(rows.ids_statement())).scalars())


def _allowed(operation: Operation, acks: Iterable[AckSpec]) -> Operation:
    if operation.grade is Grade.SAFE or operation.refused:
        return operation
    for ack in acks:
        if not ack.names(operation.address, drops=operation.grade is Grade.DESTRUCTIVE):
            continue
        if operation.affected <= ack.rows_max:
            return replace(operation, allowed=ack.ack)
        return replace(
            operation,
            refused=f"{operation.affected} rows are affected, and ack {ack.ack} allows at most "
                    f"{ack.rows_max}",
        )
    return operation


def _unmatched(ack: Any) -> Operation:
    return Operation(
        Phase.RENAME, Grade.LOSSY, "", f"ack/{ack.ack}", f"ack {ack.ack}",
        refused=f"nothing in the plan is about {ack.about}: leave the ack out, or mend its address",
    )


def consumed_words(generated: Generated) -> Iterator[str]:
    """Yield the once-only words that count as done in a database that is what is wanted."""
    project = generated.project
    yield from project.acks
    for name, spec in project.entities.items():
        if spec.renamed_from:
            yield f"entity/{name} < {' '.join(spec.renamed_from)}"
        for key, each in spec.fields.items():
            if each.renamed_from:
                yield f"entity/{name}/fields/{key} < {' '.join(each.renamed_from)}"
