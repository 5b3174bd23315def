"""Pages by key: where a page begins is said by the sort values of the row before it.

Rows are ordered by the sort keys and then by id, so every row has exactly one place. Nulls come
last in both directions. A first key that can be null splits the list into two segments, rows
with a value and rows without: each is read along its index, which a NULLS LAST could not use on
both databases.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, literal, or_, tuple_


@dataclass(frozen=True, slots=True)
class SortKey:
    """One column to order by. `place` is where it stands in a row of the result."""

    column: ColumnElement[Any]
    descending: bool
    nullable: bool
    place: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the list to read. `nulls`: rows without a first value (None: no such parts).

    `edge`: values of the row after which to begin; empty for the segment's start.
    """

    nulls: bool | None
    edge: tuple[Any, ...] = ()


def segments(
    keys: Sequence[SortKey], edge: tuple[Any, ...], *, backward: bool
) -> list[Segment]:
    """Return the segments to read, in order, after the row `edge` (empty: from the start)."""
    if not keys[0].nullable:
        return [Segment(None, edge)]
    order = [True, False] if backward else [False, True]
    if not edge:
        return [Segment(nulls) for nulls in order]
    within = edge[0] is None
    first = [Segment(within, edge)]
    return first if order[-1] is within else [*first, Segment(order[-1])]


def narrowed(
    statement: Select[Any], keys: Sequence[SortKey], segment: Segment, *, backward: bool
) -> Select[Any]:
    """Return the statement for one segment: its condition and its order."""
    if segment.nulls is None:
        rest, edge = keys, segment.edge
    else:
        lead = keys[0].column
        statement = statement.where(lead.is_(None) if segment.nulls else lead.is_not(None))
        rest = keys[1:] if segment.nulls else [_filled(keys[0]), *keys[1:]]
        edge = segment.edge[1:] if segment.nulls else segment.edge
    if edge:
        statement = statement.where(_after(rest, edge, backward))
    return statement.order_by(*_order(rest, backward))


def _filled(key: SortKey) -> SortKey:
    return SortKey(key.column, key.descending, False, key.place)


def _order(keys: Sequence[SortKey], backward: bool) -> list[ColumnElement[Any]]:
    parts: list[ColumnElement[Any]] = []
    for key in keys:
        descending = key.descending is not backward
        if key.nullable:
            empty = key.column.is_(None)
            parts.append(empty.desc() if backward else empty.asc())
        parts.append(key.column.desc() if descending else key.column.asc())
    return parts


def _after(
    keys: Sequence[SortKey], edge: Sequence[Any], backward: bool
) -> ColumnElement[bool]:
    """Return the condition that a row stands after `edge` in the direction of reading."""
    one_way = len({key.descending for key in keys}) == 1
    if one_way and not any(key.nullable for key in keys):
        columns = tuple_(*(key.column for key in keys))
        values = tuple_(
            *(literal(value, key.column.type) for key, value in zip(keys, edge, strict=True))
        )
        return columns < values if keys[0].descending is not backward else columns > values
    condition: ColumnElement[bool] = false()
    for key, value in zip(reversed(keys), reversed(edge), strict=True):
        condition = or_(_beyond(key, value, backward), and_(_same(key, value), condition))
    lead, value = keys[0], edge[0]
    if not lead.nullable:
        # Says nothing new, but gives the index of the first key a place to begin.
        bound = literal(value, lead.column.type)
        at_least = lead.column <= bound if lead.descending is not backward else lead.column >= bound
        return and_(at_least, condition)
    return condition


def _beyond(key: SortKey, value: Any, backward: bool) -> ColumnElement[bool]:
    if value is None:
        return key.column.is_not(None) if backward else false()
    bound = literal(value, key.column.type)
    further = key.column < bound if key.descending is not backward else key.column > bound
    return or_(further, key.column.is_(None)) if key.nullable and not backward else further


def _same(key: SortKey, value: Any) -> ColumnElement[bool]:
    if value is None:
        return key.column.is_(None)
    return key.column == literal(value, key.column.type)
