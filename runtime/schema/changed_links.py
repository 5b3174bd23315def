"""Links to other tables and uniques: what rows must hold to."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import ForeignKeyConstraint

from runtime.schema import statements
from runtime.schema.catalogue import NOT_VALID
from runtime.schema.operations import Grade, Operation, Phase, Rows
from runtime.schema.shapes import constraint_text
from runtime.schema.sides import TableSides, default_literal


def links(side: TableSides) -> Iterator[Operation]:
    """Yield what the links and uniques of a table ask for."""
    wanted = {constraint_text(each): each for each in side.table.constraints}
    new = {
        column.name for column in side.table.columns if column.name not in side.found.columns
    }
    for said, name in side.found.constraints.items():
        if said.removesuffix(NOT_VALID) not in wanted:
            yield _unlinked(side, said, name)
    for said, constraint in wanted.items():
        columns = {column.name for column in constraint.columns}  # type: ignore[attr-defined]
        if said in side.found.constraints:
            continue
        if side.lite and columns & new and isinstance(constraint, ForeignKeyConstraint):
            # The link came with its column.
            continue
        yield _linked(side, constraint, said)


def _unlinked(side: TableSides, said: str, name: str) -> Operation:
    side.anew = side.anew or side.lite
    return Operation(
        Phase.LOOSEN, Grade.SAFE, side.name, side.address,
        f"{side.name}: no longer {said}",
        () if side.lite else (statements.drop_constraint(side.name, name),),
        rebuilds=side.lite,
    )


def _linked(side: TableSides, constraint: Any, said: str) -> Operation:
    side.anew = side.anew or side.lite
    made: tuple[str, ...] = ()
    rows = refused = None
    if isinstance(constraint, ForeignKeyConstraint):
        rows, refused = _orphans(side, constraint), "they point to nothing: mend them first"
        if not side.lite and f"{said}{NOT_VALID}" in side.found.constraints:
            made = (statements.validate(side.name, constraint),)
        elif not side.lite:
            made = tuple(statements.add_link(constraint, side.name))
    else:
        columns = ", ".join(f'"{column.name}"' for column in constraint.columns)
        refused = "they are the same: mend them first"
        rows = twins_of(side, [column.name for column in constraint.columns], columns, "")
        made = () if side.lite else (statements.add_constraint(constraint, "postgresql"),)
    return Operation(
        Phase.LINK, Grade.LOSSY, side.name, side.address,
        f"{side.name}: {said}", made, rebuilds=side.lite, rows=rows, refused=refused or "",
    )


def _orphans(side: TableSides, constraint: ForeignKeyConstraint) -> Rows:
    key = next(iter(constraint.elements))
    column, target = f'"{side.name}"."{key.parent.name}"', key.column.table.name
    if key.parent.name not in side.found.columns or target not in side.whole.live:
        return Rows(side.name, "1 = 0")
    return Rows(
        side.name,
        f"{column} IS NOT NULL AND NOT EXISTS "  # noqa: S608 - our names
        f'(SELECT 1 FROM "{target}" far WHERE far.id = {column})',
    )


def twins_of(side: TableSides, names: Collection[str], columns: str, where: str) -> Rows:
    """Return the rows that a new unique finds the same, also where a column is new.

    A new column has the same value in all rows, its default, or none, which is never the same; what
    a backfill gives is looked at when it is tried.
    """
    new = [name for name in names if name not in side.found.columns]
    if not new:
        return twins(side, columns, where)
    if any(name in side.filled or not _default_of(side, name) for name in new):
        return Rows(side.name, "1 = 0")
    old = [f'"{name}"' for name in names if name in side.found.columns]
    if old:
        return twins(side, ", ".join(old), "")
    return Rows(side.name, f'(SELECT count(*) FROM "{side.name}") > 1')  # noqa: S608 - our names


def _default_of(side: TableSides, column: str) -> str | None:
    for bound in side.model.fields.values():
        if column in [each.name for each in bound.columns]:
            return default_literal(bound, column)
    return None


def twins(side: TableSides, columns: str, where: str) -> Rows:
    """Return the rows that are the same in `columns` (SQL) as another one, among those `where`."""
    only = f" WHERE {where}" if where else ""
    same = (
        f"({columns}) IN (SELECT {columns} FROM "  # noqa: S608 - our names
        f'"{side.name}"{only} GROUP BY {columns} HAVING count(*) > 1)'
    )
    return Rows(side.name, f"{same} AND ({where})" if where else same)
