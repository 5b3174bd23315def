"""The actor's reach as SQL: which rows of an entity an action may touch."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, false, or_

from runtime.records.values import Action
from runtime.records.work import Work


def reach(
    work: Work, entity: str, action: Action, source: FromClause, move: str | None = None
) -> ColumnElement[bool] | None:
    """Return the condition on rows of `source` that the actor reaches; None for all rows."""
    rights = work.rights(entity)
    if rights.unlimited(action, move):
        return None
    clauses = [
        permit_clause(work, entity, place, source) for place in rights.holding(action, move)
    ]
    return or_(*clauses) if clauses else false()


def permit_clause(
    work: Work, entity: str, place: int, source: FromClause
) -> ColumnElement[bool]:
    """Return the condition of one permit that is not free."""
    permit = work.rights(entity).permits[place]
    clauses = []
    if permit.scope is not None:
        clauses.append(work.clause(permit.scope, source))
    if permit.needs is not None and permit.member is not None:
        clauses.append(work.clause(permit.member, source, needs=permit.needs.right))
    return and_(*clauses) if clauses else false()


def living(work: Work, entity: str, source: FromClause) -> ColumnElement[bool] | None:
    """Return the condition that a row is not in the trash; None where there is no trash."""
    if "trash" not in work.model(entity).spec.traits:
        return None
    return source.c.deleted_at.is_(None)


def seen(work: Work, entity: str, source: FromClause) -> ColumnElement[bool] | None:
    """Return the condition that the actor may see a row that something links to.

    A row in the trash is still named where it is linked; who may see it decides alone.
    """
    return reach(work, entity, "see", source)


def joined(*conditions: ColumnElement[bool] | None) -> Any:
    """Return all conditions that there are, as one; None without any."""
    present = [condition for condition in conditions if condition is not None]
    return and_(*present) if present else None
