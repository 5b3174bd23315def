"""Numbers without gaps: the counter is a row, locked until the row that takes the number is there.

Whoever comes second waits for the first to commit or to give the number back.

A counter is called `invoice.number:["PL",3]`: the field, and the values of the group in JSON, so
that no two groups share one. Before, values were joined by commas (`invoice.number:PL,3`); where
only the old counter is there, the new one goes on from it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from generator.fields.base import BoundField
from runtime.records.submission import Draft
from runtime.records.work import Work

ENTITY = "sequence_counter"
# Longer groups are named by their digest: an index of PostgreSQL holds no longer text.
GROUP_SHOWN_MAX = 200


def take(work: Work, draft: Draft) -> None:
    """Give a new row the next number of each of its sequences."""
    for name in draft.changed:
        bound = draft.model.fields[name]
        if bound.spec.type == "sequence" and draft.row[name] is None:
            number = next_number(work, counter_name(bound, draft.row), bound.spec.start,
                                 earlier=earlier_name(bound, draft.row))
            draft.row[name] = bound.type.written(bound, number, _braces(work, draft))


def take_many(work: Work, drafts: Sequence[Draft]) -> None:
    """Give many new rows of one entity their numbers, in their order; one step per counter."""
    waiting: dict[str, list[tuple[Draft, BoundField]]] = {}
    for draft in drafts:
        for name in draft.changed:
            bound = draft.model.fields[name]
            if bound.spec.type == "sequence" and draft.row[name] is None:
                waiting.setdefault(counter_name(bound, draft.row), []).append((draft, bound))
    for counter in sorted(waiting):
        takers = waiting[counter]
        draft, bound = takers[0]
        last = next_number(work, counter, bound.spec.start, len(takers),
                           earlier_name(bound, draft.row))
        for number, (draft, bound) in enumerate(takers, last - len(takers) + 1):
            draft.row[bound.name] = bound.type.written(bound, number, _braces(work, draft))


def counter_name(bound: BoundField, row: Mapping[str, Any]) -> str:
    """Return the name of the counter: the field, and the values of the group it counts within."""
    field = f"{bound.entity}.{bound.name}"
    if not bound.spec.within:
        return field
    group = json.dumps([row[name] for name in bound.spec.within], default=str,
                       ensure_ascii=False, separators=(",", ":"))
    if len(group) > GROUP_SHOWN_MAX:
        group = f"sha256:{hashlib.sha256(group.encode()).hexdigest()}"
    return f"{field}:{group}"


def earlier_name(bound: BoundField, row: Mapping[str, Any]) -> str | None:
    """Return what the counter was called when values were joined by commas."""
    groups = ",".join(str(row[name]) for name in bound.spec.within)
    return f"{bound.entity}.{bound.name}:{groups}" if groups else None


def next_number(
    work: Work, name: str, start: int, count: int = 1, earlier: str | None = None
) -> int:
    """Take `count` numbers of a counter and return the last; it stays locked until the commit.

    A new counter goes on after `earlier`, if there is one. Groups that shared that one each do:
    a number may be left out then, and none is given twice.
    """
    table = work.table(ENTITY)
    dialect = postgresql if work.connection.dialect.name == "postgresql" else sqlite
    first: Any = start + count - 1
    if earlier is not None:
        last = select(table.c.number).where(table.c.name == earlier).scalar_subquery()
        first = func.coalesce(last + literal(count), first)
    statement = dialect.insert(table).values(
        name=name, number=first, created_at=work.now, updated_at=work.now
    )
    statement = statement.on_conflict_do_update(
        index_elements=[table.c.name],
        set_={"number": table.c.number + literal(count), "updated_at": work.now},
    ).returning(table.c.number)
    return work.run(statement).scalar_one()


def _braces(work: Work, draft: Draft) -> dict[str, Any]:
    today = work.today
    plain = {
        name: value for name, value in draft.row.items() if isinstance(value, (str, int))
    }
    return {"year": today.year, "month": f"{today.month:02}", "day": f"{today.day:02}", **plain}
