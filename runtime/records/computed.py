"""Fields that no column holds: expressions, sums over a collection, functions of extensions.

An expression that the database can compute joins the SELECT of its row. One that only Python
can is worked out from the whole row, and a function gets the ids of a whole page at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from config.expressions import Expression, Scope, check
from generator.fields.base import BoundField
from generator.sql import compile_value
from runtime.api import Services
from runtime.records import rows
from runtime.records.selection import Reader, Selection
from runtime.records.work import Work


def reader(work: Work, selection: Selection, field: BoundField) -> Reader | None:
    """Select a computed field where the database can, and return what reads it."""
    expression = expression_of(work, field)
    if expression is None or not expression.sql:
        return None
    work.note_givens(expression)
    value = compile_value(expression, work.panel.resolver, work.env(), selection.table)
    places = [
        selection.place(column, f"computed {field.name} {index}")
        for index, column in enumerate(value.columns)
    ]
    return lambda row: value.read(*(row[place] for place in places))


def batch(work: Work, entity: str, name: str, ids: Sequence[int]) -> Mapping[int, Any]:
    """Return id → value of a field that Python computes, for all rows of a page."""
    field = work.model(entity).fields[name]
    if not ids:
        return {}
    if field.spec.compute_by:
        function = work.panel.extensions.functions[field.spec.compute_by]
        return function.call(services(work), entity, tuple(ids))
    expression = expression_of(work, field)
    if expression is None:
        return {}
    trusted = work.trusted()
    rows.remember(trusted, entity, ids)
    return {
        id: trusted.holds(expression, row)
        for id in ids if (row := rows.fetch(trusted, entity, id)) is not None  # noqa: A001
    }


def expression_of(work: Work, field: BoundField) -> Expression | None:
    """Return the expression of a computed field or total; None for a function's field."""
    spec = field.spec
    if spec.type == "total":
        return work.panel.remember(
            ("total", field.entity, field.name), lambda: _total(work, field)
        )
    if spec.compute is None:
        return None
    return work.expression(f"entity/{field.entity}/fields/{field.name}/compute")


def _total(work: Work, field: BoundField) -> Expression:
    collection, _, summed = field.spec.total_of.partition(".")
    scope = Scope(work.panel.project.schema, field.entity)
    return check(f"{collection}.sum({summed})", scope, None)


def services(work: Work) -> Services:
    """Return what a function of an extension works with, inside this transaction."""
    from runtime.records.gate import Records

    return Services(Records(work.trusted()), work.clock)
