"""Fields that are new, gone, or mean something else than before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from runtime.schema import statements
from runtime.schema.conversions import SAME, Conversion, conversion
from runtime.schema.memory import FieldMemory, remembered
from runtime.schema.operations import Grade, Operation, Phase, Rows
from runtime.schema.shapes import column_shape, type_text
from runtime.schema.sides import TableSides, default_literal

if TYPE_CHECKING:
    from generator import BoundField


def fields(side: TableSides) -> Iterator[Operation]:
    """Yield what the fields of a table ask for."""
    known = side.whole.memory.fields.get(side.model.name, {})
    side.values = {name: f'"{name}"' for name in side.found.columns if name in side.table.c}
    seen: set[str] = set()
    for name, bound in side.model.fields.items():
        if bound.columns:
            seen |= {column.name for column in bound.columns}
            yield from _one(side, bound, known.get(name))
    yield from _gone_fields(side, known, seen)


def _one(side: TableSides, bound: BoundField, old: FieldMemory | None) -> Iterator[Operation]:
    missing = [column for column in bound.columns if column.name not in side.found.columns]
    present = [column for column in bound.columns if column not in missing]
    carried = _carried(side, bound, old, present)
    if carried.refused and old is not None:
        yield _refused(side, bound, old, carried)
        # Where no row has a value, nothing needs to be carried.
        carried = Conversion("NULL") if not carried.about else SAME
    if missing:
        yield from _added(side, bound, missing, dict(carried.first))
    elif f"{side.model.name}.{bound.name}" in side.whole.memory.filling:
        yield _fill(side, bound)
    for column in present:
        yield from _column(side, bound, column, carried)
    if carried.lost:
        yield _lossy(side, bound, present[0], carried)


def _names(bound: BoundField) -> set[str]:
    return {column.name for column in bound.columns}


def _carried(
    side: TableSides, bound: BoundField, old: FieldMemory | None, present: list[Any]
) -> Conversion:
    now = remembered(bound)
    if old is None or (old.type == now.type and old.options == now.options):
        return SAME
    columns = [*(column.name for column in present), *old.columns]
    return conversion(old, bound, columns[0], side.dialect)


def _refused(
    side: TableSides, bound: BoundField, old: FieldMemory, carried: Conversion
) -> Operation:
    was = next(column for column in old.columns if column in side.found.columns)
    rows = f'"{was}" IS NOT NULL' + (f" AND ({carried.about})" if carried.about else "")
    return Operation(
        Phase.CHANGE, Grade.LOSSY, side.name, side.field_address(bound.name),
        f"change {side.name}.{bound.name} from {old.type} to {bound.spec.type}"
        if old.type != bound.spec.type else f"change {side.name}.{bound.name}",
        rows=Rows(side.name, rows), refused=carried.refused,
        field=(side.model.name, bound.name),
    )


def _added(
    side: TableSides, bound: BoundField, missing: list[Any], first: Mapping[str, str]
) -> Iterator[Operation]:
    filled = bound.spec.backfill is not None and not bound.implicit
    for column in missing:
        shape = column_shape(column, side.dialect)
        literal = None if filled else default_literal(bound, column.name)
        rows, refused = None, ""
        if not column.nullable and literal is None and not filled:
            rows = Rows(side.name, "1 = 1")
            refused = (
                "the rows that are there would have no value: give the field a default: or a "
                "backfill:"
            )
        linked = side.lite and bool(column.foreign_keys) and not column.nullable
        if side.lite and not column.nullable and (literal is None or linked):
            side.anew = True
            side.values[column.name] = (
                f'"{column.name}"' if filled else literal if literal is not None else "NULL"
            )
        if filled:
            shape = replace(shape, nullable=True)
        added = statements.add_column(column, side.dialect, literal, shape)
        if column.name in first:
            other = next(each.name for each in bound.columns if each not in missing)
            added.append(
                f'UPDATE "{side.name}" SET "{column.name}" = '  # noqa: S608 - our names
                f'{first[column.name]} WHERE "{other}" IS NOT NULL'
            )
        inside = side.anew and column.name in side.values and not filled
        yield Operation(
            Phase.ADD, Grade.SAFE, side.name, side.field_address(bound.name),
            f"add column {side.name}.{column.name} ({shape})",
            () if inside else tuple(added), rebuilds=inside, rows=rows, refused=refused,
            field=(side.model.name, bound.name) if filled else None,
        )
        if not inside:
            side.values[column.name] = f'"{column.name}"'
    if filled:
        yield _fill(side, bound)
        for column in missing:
            if not column.nullable and not side.lite:
                yield _alter(
                    side, Phase.REQUIRE, bound, f"{side.name}.{column.name} must have a value",
                    statements.make_required(side.name, column.name),
                )


def _fill(side: TableSides, bound: BoundField) -> Operation:
    side.filled |= _names(bound)
    return Operation(
        Phase.FILL, Grade.SAFE, side.name, side.field_address(bound.name),
        f"fill {side.name}.{bound.name} by {bound.spec.backfill}",
        rows=Rows(side.name, "1 = 1"), field=(side.model.name, bound.name),
    )


def _column(
    side: TableSides, bound: BoundField, column: Any, carried: Conversion
) -> Iterator[Operation]:
    shape = column_shape(column, side.dialect)
    was = side.found.columns[column.name]
    value = carried.value
    if was.type != shape.type or value:
        yield _retyped(side, bound, column, was.type, value)
    if shape.nullable and not was.nullable:
        yield _alter(
            side, Phase.LOOSEN, bound, f"{side.name}.{column.name} may be empty",
            [statements.make_nullable(side.name, column.name)],
        )
    elif was.nullable and not shape.nullable:
        yield from _required(side, bound, column)


def _retyped(side: TableSides, bound: BoundField, column: Any, was: str, value: str) -> Operation:
    type_ = type_text(column, side.dialect)
    if value:
        side.values[column.name] = value
    said = f"change {side.name}.{column.name} from {was} to {type_}"
    if was == type_:
        said = f"convert the values of {side.name}.{column.name}"
    done = _alter(
        side, Phase.CHANGE, bound, said,
        [statements.change_type(side.name, column.name, type_, value)],
    )
    return replace(done, field=(side.model.name, bound.name))


def _required(side: TableSides, bound: BoundField, column: Any) -> Iterator[Operation]:
    literal = default_literal(bound, column.name)
    empty = Rows(side.name, f'"{column.name}" IS NULL')
    if bound.spec.backfill is not None:
        yield _fill(side, bound)
    elif literal is not None:
        side.values[column.name] = f'coalesce("{column.name}", {literal})'
    refused = "" if literal is not None or bound.spec.backfill is not None else (
        "rows are empty: give the field a default: or a backfill:, or fill them in first"
    )
    filled = [] if literal is None else [
        f'UPDATE "{side.name}" SET "{column.name}" = {literal} '  # noqa: S608 - our names
        f'WHERE "{column.name}" IS NULL'
    ]
    done = _alter(
        side, Phase.REQUIRE, bound, f"{side.name}.{column.name} must have a value",
        [*filled, *statements.make_required(side.name, column.name)],
    )
    yield Operation(
        done.phase, Grade.LOSSY if refused else Grade.SAFE, done.table, done.address,
        done.said, done.statements, rebuilds=done.rebuilds, rows=empty, refused=refused,
    )


def _lossy(side: TableSides, bound: BoundField, column: Any, carried: Conversion) -> Operation:
    lost = f'"{column.name}" IS NOT NULL AND ({carried.lost})'
    literal = default_literal(bound, column.name)
    left = carried.instead or ("NULL" if column.nullable else literal)
    cleared = () if left is None else (
        f'UPDATE "{side.name}" SET "{column.name}" = {left} WHERE {lost}',  # noqa: S608 - ours
    )
    return Operation(
        Phase.LOOSEN, Grade.LOSSY, side.name, side.field_address(bound.name),
        f"values of {side.name}.{bound.name} that do not fit "
        + ("go" if carried.instead else f"become {'empty' if left == 'NULL' else left}"),
        cleared, rows=Rows(side.name, lost),
        field=None if carried.value else (side.model.name, bound.name),
        refused="" if cleared else "they must have a value and there is no default: mend them",
    )


def _gone_fields(
    side: TableSides, known: Any, seen: set[str]
) -> Iterator[Operation]:
    for name, old in known.items():
        gone = [c for c in old.columns if c in side.found.columns and c not in seen]
        if not gone:
            continue
        side.anew = side.anew or side.lite
        given = " OR ".join(f'"{column}" IS NOT NULL' for column in gone)
        yield Operation(
            Phase.DROP, Grade.DESTRUCTIVE, side.name, side.field_address(name),
            f"drop {'columns' if len(gone) > 1 else 'column'} "
            f"{', '.join(f'{side.name}.{column}' for column in gone)}",
            () if side.lite else tuple(statements.drop_column(side.name, c) for c in gone),
            rebuilds=side.lite, rows=Rows(side.name, given),
        )
        seen.update(gone)
    for column in sorted(side.found.columns.keys() - seen):
        side.whole.notes.append(
            f"column {side.name}.{column} is not the panel's: "
            + ("it is lost when the table is made anew" if side.anew else "it is left alone")
        )


def _alter(
    side: TableSides, phase: Phase, bound: BoundField, said: str, made: list[str]
) -> Operation:
    if side.lite:
        side.anew = True
    return Operation(phase, Grade.SAFE, side.name, side.field_address(bound.name), said,
                     () if side.lite else tuple(made), rebuilds=side.lite)
