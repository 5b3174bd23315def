"""Picked rows asked of the database: of many rows at once, and from the picked row backwards.

Which row is picked is the same for everybody; whether somebody sees it, whoever joins it asks.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, exists, literal, or_, select

from config.expressions import Expression, Scope, check, tree
from generator.fields.base import BoundField
from generator.models import Child
from generator.sql import pick_id, pick_test
from runtime.records import scope
from runtime.records.work import Work


def is_picked(
    work: Work, field: BoundField, owner: ColumnElement[int], row: FromClause
) -> ColumnElement[bool]:
    """Return whether `row` is the one that is picked for the row with the id `owner`.

    It may be asked from either side: the row by its id, or the owner by its link.
    """
    expression, child = _expression(work, field), _child(work, field)
    work.note_givens(expression)
    resolver, env = work.panel.resolver, work.env()
    linked = _linked(work, field, child, owner, row)
    if not _is_only_one(work, field):
        return and_(linked, row.c.id == pick_id(expression, resolver, env, owner))
    fits: ColumnElement[bool] = scope.joined(
        linked, scope.living(work, child.entity, row), pick_test(expression, resolver, env, row)
    )
    return fits


def having(
    work: Work, field: BoundField, source: FromClause, picked: FromClause, condition: Any, *,
    also_without: bool = False, by_row: bool = False,
) -> ColumnElement[bool]:
    """Return which rows of `source` have a picked row, of alias `picked`, that fits `condition`.

    The picked rows are found first, by their own indexes, and name the rows they belong to;
    `by_row` asks it of each row alone. `also_without` holds for the rows for which none is
    picked that the actor may see.
    """
    if by_row:
        here = and_(is_picked(work, field, source.c.id, picked), condition)
        return exists(select(literal(1)).select_from(picked).where(here).correlate_except(picked))
    found: ColumnElement[bool] = source.c.id.in_(_owners(work, field, picked, condition))
    if not also_without:
        return found
    entity = _child(work, field).entity
    other = work.table(entity).alias()
    seen = scope.joined(
        is_picked(work, field, source.c.id, other), scope.seen(work, entity, other)
    )
    some = select(literal(1)).select_from(other).where(seen).correlate_except(other)
    return or_(found, ~exists(some))


def _owners(
    work: Work, field: BoundField, picked: FromClause, condition: Any
) -> Select[tuple[int]]:
    """Return the ids of the rows for which one of the rows of `picked` is the picked one."""
    child = _child(work, field)
    owner = picked.c[work.model(child.entity).fields[child.by].column.name]
    return select(owner).where(condition, is_picked(work, field, owner, picked))


def _linked(
    work: Work, field: BoundField, child: Child, owner: ColumnElement[int], row: FromClause
) -> ColumnElement[bool]:
    """Return whether `row` points to the row `owner` of the entity that picks."""
    by = work.model(child.entity).fields[child.by]
    key = row.c[by.column.name]
    here = key.is_not(None) if owner is key else key == owner
    return and_(row.c[f"{by.name}_entity"] == field.entity, here) if by.spec.to_any else here


def _child(work: Work, field: BoundField) -> Child:
    return work.model(field.entity).children[field.spec.pick]


def _expression(work: Work, field: BoundField) -> Expression:
    found: Expression = work.panel.remember(
        ("pick", field.entity, field.name),
        lambda: check(field.name, Scope(work.panel.project.schema, field.entity), None, sql=True),
    )
    return found


def _is_only_one(work: Work, field: BoundField) -> bool:
    """Say whether the database holds that at most one row fits: then it need not be compared."""
    found: bool = work.panel.remember(
        ("only one", field.entity, field.name), lambda: _at_most_one(work, field)
    )
    return found


def _at_most_one(work: Work, field: BoundField) -> bool:
    child = _child(work, field)
    model, picked = work.model(child.entity), _expression(work, field).tree
    assert isinstance(picked, tree.Picked)
    if model.fields[child.by].spec.unique:
        return True
    test = picked.test
    if isinstance(test, tree.Own) and getattr(
        model.fields[test.field].spec, "only_one", ()
    ) == (child.by,):
        return True
    for name, unique in model.spec.unique.items():
        where = work.expression(f"entity/{child.entity}/unique/{name}/where")
        if unique.fields == (child.by,) and (where is None or where.tree == test):
            return True
    return False
