"""Which of the actor's permits cover one row, asked of the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Label, Select, bindparam, case, literal_column, select

from runtime.records import scope
from runtime.records.values import Action, Decision
from runtime.records.work import Work

_NONE: frozenset[int] = frozenset()


def permits_of(work: Work, entity: str, id: int) -> frozenset[int]:  # noqa: A002
    """Return the places of the limited permits whose condition holds for the row as it is now."""
    rights = work.rights(entity)
    if not rights.limited:
        return _NONE
    statement = work.plan(("permits", entity, rights), lambda: _statement(work, entity))
    found = work.run(statement, {"row_id": id}).first()
    if found is None:
        return _NONE
    return frozenset(place for place, held in zip(rights.limited, found, strict=True) if held)


def permits_of_many(work: Work, entity: str, ids: Sequence[int]) -> dict[int, frozenset[int]]:
    """Return id → the places of the limited permits whose condition holds, for many rows."""
    limited = work.rights(entity).limited
    if not limited:
        return dict.fromkeys(ids, _NONE)
    table = work.table(entity)
    statement = select(*_columns(work, entity), table.c.id).where(table.c.id.in_(ids))
    found = {
        row[-1]: frozenset(place for place, held in zip(limited, row[:-1], strict=True) if held)
        for row in work.run(statement)
    }
    return {id: found.get(id, _NONE) for id in ids}  # noqa: A001


def _statement(work: Work, entity: str) -> Select[Any]:
    table = work.table(entity)
    return select(*_columns(work, entity)).where(table.c.id == bindparam("row_id"))


def _columns(work: Work, entity: str) -> list[Label[int]]:
    table = work.table(entity)
    return [
        case(
            (scope.permit_clause(work, entity, place, table), literal_column("1")),
            else_=literal_column("0"),
        ).label(f"p{place}")
        for place in work.rights(entity).limited
    ]


def decide(
    work: Work,
    action: Action,
    entity: str,
    id: int | None = None,  # noqa: A002
    *,
    field: str | None = None,
    move: str | None = None,
) -> Decision:
    """Answer whether the actor may, by the same rules that the gate enforces."""
    rights = work.rights(entity)
    if id is None:
        return rights.decide(action, _open_somewhere(work, entity), move=move, field=field)
    permits = permits_of(work, entity, id)
    if not rights.everything and action != "create" and not rights.allows("see", permits):
        return rights.decide("see", permits)
    return rights.decide(action, permits, move=move, field=field)


def _open_somewhere(work: Work, entity: str) -> frozenset[int]:
    """Return the permits that can cover some row: a right held nowhere opens none."""
    rights = work.rights(entity)
    if not rights.has_needs:
        return rights.all_places
    return frozenset(
        place
        for place, permit in enumerate(rights.permits)
        if permit.needs is None or work.actor.within(permit.needs.membership, permit.needs.right)
    )
