"""Indexes and what stands beside tables: triggers, full-text tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from runtime.schema import statements
from runtime.schema.changed_links import twins_of
from runtime.schema.operations import Grade, Operation, Phase
from runtime.schema.shapes import ddl_of, mark, marks_of
from runtime.schema.sides import TableSides


def indexes(side: TableSides) -> Iterator[Operation]:
    """Yield indexes that are to go, to come, or to be made anew."""
    there = {**side.found.indexes, **side.found.objects}
    wanted = {str(index.name): index for index in side.table.indexes}
    kept = {name for extra in side.extras for name in marks_of(extra, side.dialect)}
    for name in sorted(side.found.indexes.keys() - wanted.keys() - kept):
        if side.anew:
            break
        dropped = [statements.drop_index(name, side.dialect)]
        yield _index(side, f"drop index {name}", dropped, Phase.LOOSEN)
    for name, index in sorted(wanted.items()):
        said = mark(ddl_of(index, side.dialect), side.dialect)
        if there.get(name) == said:
            continue
        made = statements.create_index(index, side.dialect, online=not side.lite)
        if side.anew:
            made = []
        elif name in there:
            made.insert(0, statements.drop_index(name, side.dialect))
        yield _index(side, f"{'renew' if name in there else 'add'} index {name}", made,
                     Phase.INDEX, index)


def _index(
    side: TableSides, said: str, made: list[str], phase: Phase, index: Any = None
) -> Operation:
    rows, refused, grade = None, "", Grade.SAFE
    if index is not None and index.unique:
        columns, where = index_parts(ddl_of(index, side.dialect))
        rows = twins_of(side, [column.name for column in index.columns], columns, where)
        refused, grade = "they are the same: mend them first", Grade.LOSSY
    return Operation(
        phase, grade, side.name, side.address, said, tuple(made),
        alone=not side.lite, rebuilds=side.anew, rows=rows, refused=refused,
    )


def objects(side: TableSides) -> Iterator[Operation]:
    """Yield triggers and full-text tables that are to go, to come, or to be made anew."""
    there = {**side.found.indexes, **side.found.objects}
    kept: set[str] = set()
    for extra in side.extras:
        marks = marks_of(extra, side.dialect)
        kept |= marks.keys()
        if all(there.get(name) == said for name, said in marks.items()):
            continue
        known = any(name in there for name in marks)
        if side.anew:
            continue
        yield Operation(
            Phase.GUARD, Grade.SAFE, side.name, side.address,
            f"{'renew' if known else 'add'} {extra.kind.replace('_', ' ')} of {side.name}",
            (*statements.drop_object(extra, side.dialect),
             *statements.create_object(extra, side.table, side.dialect)),
        )
    gone = sorted(side.found.objects.keys() - kept - {str(i.name) for i in side.table.indexes})
    for name in gone:
        made = _drop_found(side, name)
        if made and not (side.anew and "TRIGGER" in made):
            yield Operation(Phase.LOOSEN, Grade.SAFE, side.name, side.address,
                            f"drop {name} of {side.name}", (made,))


def _drop_found(side: TableSides, name: str) -> str:
    if not side.lite:
        if name.endswith("()"):
            return ""
        return f'DROP TRIGGER IF EXISTS "{name}" ON "{side.name}"'
    if side.found.objects[name].startswith("CREATE VIRTUAL"):
        return f'DROP TABLE IF EXISTS "{name}"'
    return f'DROP TRIGGER IF EXISTS "{name}"'


def index_parts(ddl: str) -> tuple[str, str]:
    """Return the columns and the condition of `CREATE INDEX … ON t (columns) WHERE condition`."""
    inside = ddl.split(" ON ", 1)[1].split("(", 1)[1]
    depth, end = 1, 0
    while True:
        depth += (inside[end] == "(") - (inside[end] == ")")
        if depth == 0:
            break
        end += 1
    _, _, where = inside[end + 1:].partition(" WHERE ")
    return inside[:end], where
