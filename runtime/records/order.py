"""What a row takes from its siblings: their place in the order, or the one yes among them.

Who writes rows of a group holds the lock of the group first, before the locks of its rows; who
needs several groups takes them in one order. Otherwise two who write each other's siblings would
wait for each other. (PostgreSQL only: SQLite has one writer.)
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, func, select, true, update

from generator.fields.base import BoundField
from runtime.records import history, rows, scope
from runtime.records.submission import Draft
from runtime.records.work import Row, Work

if TYPE_CHECKING:
    from generator import EntityModel

ALL = ("all",)


def wait_for_turn(
    work: Work, model: EntityModel, id: int, values: Mapping[str, Any] | None  # noqa: A002
) -> None:
    """Lock the groups that a change of a row may touch; None for `values`: the row goes or comes.

    To be called before the row itself is locked.
    """
    if work.connection.dialect.name != "postgresql":
        return
    # Whether the values are other ones shows only when the row is locked: then it is too late.
    groups = [
        (bound, within) for bound, within in _groups(model)
        if values is None or not values.keys().isdisjoint((bound.name, *within))
    ]
    before = rows.fetch(work, model.name, id, fresh=True) if groups else None
    if before is not None:
        _lock(work, [
            _key(bound, within, row)
            for bound, within in groups for row in (before, {**before, **(values or {})})
        ])


def place_new(work: Work, draft: Draft) -> None:
    """Put a new row at the end of its group, or at the place asked for."""
    _lock(work, [_key(bound, bound.spec.within, draft.row) for bound in positions(draft)])
    for bound in positions(draft):
        last = _count(work, draft, bound, draft.row)
        wanted = draft.row[bound.name]
        draft.row[bound.name] = place = _between(wanted or last + 1, 1, last + 1)
        if place <= last:
            _shift(work, draft, bound, draft.row, place, None, 1)


def place_changed(work: Work, draft: Draft) -> None:
    """Move a row within its group, or close the gap in the old group and join the new one."""
    before = draft.before
    assert before is not None
    moved = [
        bound for bound in positions(draft)
        if draft.changed & {bound.name, *bound.spec.within}
    ]
    _lock(work, [
        _key(bound, bound.spec.within, row) for bound in moved for row in (before, draft.row)
    ])
    for bound in moved:
        moved_group = bool(draft.changed & set(bound.spec.within))
        old, wanted = before[bound.name], draft.row[bound.name]
        if moved_group:
            _shift(work, draft, bound, before, old + 1, None, -1)
            last = _count(work, draft, bound, draft.row)
            asked = wanted if bound.name in draft.changed else None
            place = _between(asked or last + 1, 1, last + 1)
            _shift(work, draft, bound, draft.row, place, None, 1)
        else:
            place = _between(wanted or old, 1, max(_count(work, draft, bound, before), 1))
            if place < old:
                _shift(work, draft, bound, before, place, old - 1, 1)
            elif place > old:
                _shift(work, draft, bound, before, old + 1, place, -1)
        draft.row[bound.name] = place
        draft.changed.add(bound.name)


def close_gap(work: Work, draft: Draft) -> None:
    """Move up the rows that stood behind one that goes away."""
    _lock(work, [_key(bound, bound.spec.within, draft.row) for bound in positions(draft)])
    for bound in positions(draft):
        if draft.row[bound.name] is not None:
            _shift(work, draft, bound, draft.row, draft.row[bound.name] + 1, None, -1)


def place_restored(work: Work, draft: Draft) -> None:
    """Put a row that comes out of the trash at the end of its group."""
    _lock(work, [_key(bound, bound.spec.within, draft.row) for bound in positions(draft)])
    for bound in positions(draft):
        draft.row[bound.name] = _count(work, draft, bound, draft.row) + 1
        draft.changed.add(bound.name)


def count_in_group(work: Work, draft: Draft, bound: BoundField) -> int:
    """Return how many rows the group of a new row has; nobody else adds one until the commit."""
    _lock(work, [_key(bound, bound.spec.within, draft.row)])
    return _count(work, draft, bound, draft.row)


def take_only_one(work: Work, draft: Draft) -> None:
    """Say no for the row that had the yes which this one takes."""
    model = draft.model
    taken = [
        (bound, within) for bound, within in _groups(model)
        if bound.spec.type == "boolean" and draft.row[bound.name]
        and draft.changed & {bound.name, *within}
    ]
    _lock(work, [_key(bound, within, draft.row) for bound, within in taken])
    for bound, within in taken:
        column = model.table.c[bound.name]
        condition = and_(column.is_(True), _within(draft, within, draft.row))
        if draft.row.get("id") is not None:
            condition = and_(condition, model.table.c.id != draft.row["id"])
        holders = select(model.table.c.id).where(condition).order_by(model.table.c.id)
        for holder in work.run(holders).scalars().all():
            _take_yes(work, model, bound.name, holder)


def _take_yes(work: Work, model: EntityModel, name: str, holder: int) -> None:
    before = rows.fetch(work, model.name, holder, lock=True)
    if before is None or not before[name]:
        return  # gone, or no more, while its lock was waited for
    work.run(update(model.table).where(model.table.c.id == holder).values(
        {name: False, "updated_at": work.now}
    ))
    work.forget(model.name, holder)
    history.note(work, model.name, holder, "edit", before=before,
                 after={**before, name: False}, reason="taken by another row")


def positions(draft: Draft) -> list[BoundField]:
    """Return the position fields of a draft's entity."""
    return [
        bound for bound in draft.model.fields.values()
        if bound.spec.type == "position" and bound.columns
    ]


def _groups(model: EntityModel) -> list[tuple[BoundField, tuple[str, ...]]]:
    """Return the fields that a row shares with siblings, and what names a group of those."""
    found = []
    for bound in model.fields.values():
        if bound.spec.type == "position" and bound.columns:
            found.append((bound, tuple(bound.spec.within)))
        elif bound.spec.type == "boolean" and bound.spec.only_one:
            within = () if bound.spec.only_one == ALL else tuple(bound.spec.only_one)
            found.append((bound, within))
    return found


def _between(value: int, low: int, high: int) -> int:
    return max(low, min(value, high))


def _within(draft: Draft, groups: Sequence[str], row: Row) -> ColumnElement[bool]:
    """Return the condition that a row is in the same group as `row`."""
    table, conditions = draft.model.table, [true()]
    for name in groups:
        bound = draft.model.fields[name]
        for column, stored in bound.type.to_columns(bound, row[name]).items():
            conditions.append(table.c[column].is_not_distinct_from(stored))
    return and_(*conditions)


def _others(work: Work, draft: Draft, bound: BoundField, row: Row) -> ColumnElement[bool]:
    table = draft.model.table
    condition = _within(draft, bound.spec.within, row)
    if draft.row.get("id") is not None:
        condition = and_(condition, table.c.id != draft.row["id"])
    living = scope.living(work, draft.model.name, table)
    return condition if living is None else and_(condition, living)


def _count(work: Work, draft: Draft, bound: BoundField, row: Row) -> int:
    """Return how many other rows the group has, one more for the row itself when it is in it."""
    table = draft.model.table
    others = work.run(
        select(func.count()).select_from(table).where(_others(work, draft, bound, row))
    ).scalar_one()
    inside = draft.before is not None and row is draft.before
    return others + 1 if inside else others


def _shift(
    work: Work, draft: Draft, bound: BoundField, row: Row, first: int, last: int | None, by: int
) -> None:
    table = draft.model.table
    column = table.c[bound.columns[0].name]
    condition = and_(_others(work, draft, bound, row), column >= first)
    if last is not None:
        condition = and_(condition, column <= last)
    work.run(update(table).where(condition).values({column.name: column + by}))
    work.forget()


def _key(bound: BoundField, within: Iterable[str], row: Mapping[str, Any]) -> int:
    """Return the number of the lock of the group that `row` is in."""
    groups: list[Any] = [row[name] for name in within]
    digest = hashlib.sha256(f"{bound.entity}.{bound.name}:{groups}".encode()).digest()
    return int.from_bytes(digest[:8], signed=True)


def _lock(work: Work, keys: Iterable[int]) -> None:
    """Keep others from placing rows in the same groups until the commit."""
    if work.connection.dialect.name == "postgresql":
        for key in sorted(set(keys)):
            work.run(select(func.pg_advisory_xact_lock(key)))
