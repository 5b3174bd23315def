"""Whole rows as rules see them: every stored field, whatever the actor may see.

Rules (checks, guards, conditions of fields) must know the truth; nothing from here leaves the
gate except through a Record, which is masked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, bindparam, literal, select

from config.values.money import Money
from generator.fields.money import currency_path
from runtime.records.errors import NotFound
from runtime.records.work import Row, Work

if TYPE_CHECKING:
    from generator import EntityModel


IDS_AT_ONCE = 500


def values_of(model: EntityModel, mapping: Mapping[str, Any]) -> Row:
    """Return field → value of a stored row (column → stored)."""
    return {
        name: field.type.from_columns(field, mapping)
        for name, field in model.fields.items() if field.columns
    }


def whole(work: Work, model: EntityModel, mapping: Mapping[str, Any]) -> Row:
    """Return a stored row with its amounts in their currencies, wherever those stand."""
    row = values_of(model, mapping)
    for name, path in work.panel.remember(("currencies", model.name), lambda: currencies(model)):
        if row[name] is not None:
            code = value_at(work, model.name, row, path)
            row[name] = row[name] if code is None else Money(row[name].micros, code)
    return row


def currencies(model: EntityModel) -> tuple[tuple[str, str], ...]:
    """Return (money field, path of its currency) of the fields that keep none of their own."""
    return tuple(
        (name, path) for name, bound in model.fields.items()
        if bound.spec.type == "money" and (path := currency_path(bound)) is not None
    )


def value_at(work: Work, entity: str, row: Mapping[str, Any], path: str) -> Any:
    """Return the value at a path from a row, following its links; None where one is empty."""
    *links, last = path.split(".")
    for link in links:
        id = row.get(link)  # noqa: A001
        if id is None:
            return None
        entity = work.model(entity).fields[link].spec.to[0]
        following = fetch(work, entity, id)
        if following is None:
            return None
        row = following
    return row.get(last)


def remember(work: Work, entity: str, ids: Iterable[int]) -> None:
    """Read whole rows ahead in few statements, so that `fetch` finds them in the transaction."""
    model = work.model(entity)
    missing = sorted({id for id in ids if (entity, id) not in work.rows})  # noqa: A001
    for start in range(0, len(missing), IDS_AT_ONCE):
        statement = select(model.table).where(
            model.table.c.id.in_(missing[start : start + IDS_AT_ONCE])
        )
        for found in work.run(statement).mappings().all():
            work.rows[entity, found["id"]] = whole(work, model, found)


def fetch(
    work: Work, entity: str, id: int, *, lock: bool = False, fresh: bool = False,  # noqa: A002
) -> Row | None:
    """Return the whole row, None when there is none; `lock` keeps others from changing it."""
    key = (entity, id)
    if not lock and not fresh and key in work.rows:
        return work.rows[key]
    model = work.model(entity)
    statement = work.plan(("row", entity, lock), lambda: _by_id(model, lock=lock))
    found = work.run(statement, {"row_id": id}).mappings().first()
    row = None if found is None else whole(work, model, found)
    work.rows[key] = row
    return row


def _by_id(model: EntityModel, *, lock: bool) -> Select[Any]:
    statement = select(model.table).where(model.table.c.id == bindparam("row_id"))
    return statement.with_for_update() if lock else statement


def need(work: Work, entity: str, id: int, *, lock: bool = False) -> Row:  # noqa: A002
    """Return the whole row or raise NotFound."""
    row = fetch(work, entity, id, lock=lock)
    if row is None:
        raise NotFound(entity, id)
    return row


def related(work: Work, entity: str, id: int) -> Row | None:  # noqa: A002
    """Return a living row that another one links to."""
    row = fetch(work, entity, id)
    return None if row is None or row.get("deleted_at") is not None else row


def children(work: Work, entity: str, field: str, id: int) -> list[Row]:  # noqa: A002
    """Return the rows of a collection or named set of one row, for an expression."""
    resolver = work.panel.resolver
    target = resolver.entity_of(entity, field)
    model = work.model(target)
    source = resolver.table(target)
    statement = select(source).where(resolver.joined(entity, field, literal(id), source))
    return [whole(work, model, found) for found in work.run(statement).mappings()]
