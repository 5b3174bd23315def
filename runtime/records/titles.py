"""What linked rows are called: one lookup per linked entity, within the actor's sight."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Text, bindparam, func, select

from generator.fields.base import BoundField
from generator.fields.exchange import Title
from generator.fields.relation import linked_entity
from runtime.records import scope
from runtime.records.selection import Selection
from runtime.records.work import Work

IDS_AT_ONCE = 500


def of_rows(
    work: Work, links: Mapping[str, BoundField], values: Sequence[Mapping[str, Any]]
) -> list[dict[str, Title | None]]:
    """Return for each row path → Title; None when the target may not be seen.

    `links`: path → the relation or pick at its end.
    """
    ends: list[dict[str, tuple[str, int]]] = []
    wanted: dict[str, set[int]] = {}
    for each in values:
        here = {}
        for path, field in links.items():
            value = each.get(path)
            if value is not None:
                entity = linked_entity(field)
                end = value if entity is None else (entity, value)
                here[path] = end
                wanted.setdefault(end[0], set()).add(end[1])
        ends.append(here)
    for target, ids in wanted.items():
        load(work, target, ids)
    return [{path: work.titles.get(end) for path, end in here.items()} for here in ends]


def load(work: Work, entity: str, ids: Iterable[int]) -> None:
    """Look up the titles of rows and remember them in the transaction."""
    missing = sorted(id for id in ids if (entity, id) not in work.titles)  # noqa: A001
    if not missing:
        return
    for id in missing:  # noqa: A001
        work.titles[entity, id] = None
    if entity not in work.panel.generated.entities or not work.rights(entity).may_somewhere("see"):
        return
    for start in range(0, len(missing), IDS_AT_ONCE):
        _load(work, entity, missing[start : start + IDS_AT_ONCE])


def _load(work: Work, entity: str, ids: list[int]) -> None:
    statement, title, place = work.plan(
        ("titles", entity, work.rights(entity)), lambda: _plan(work, entity)
    )
    for row in work.run(statement, {"ids": listed(work, ids)}):
        work.titles[entity, row[place]] = Title(entity, row[place], title(row, work.formats))


def _plan(work: Work, entity: str) -> tuple[Any, Any, int]:
    selection = Selection(work, entity)
    title, place = selection.title(), selection.column("id")
    statement = selection.select().where(
        one_of(work, selection.table.c.id, "ids")
    )
    reach = scope.reach(work, entity, "see", selection.table)
    return (statement if reach is None else statement.where(reach)), title, place


def one_of(work: Work, column: ColumnElement[int], name: str) -> ColumnElement[bool]:
    """Return the condition that a column is among the ids of a parameter, made by `listed`.

    The ids are one value, so that the statement has the same text for any number of them.
    """
    if work.connection.dialect.name == "postgresql":
        return column == func.any(bindparam(name, type_=ARRAY(BigInteger)))
    each = func.json_each(bindparam(name, type_=Text())).table_valued("value")
    return column.in_(select(each.c.value))


def listed(work: Work, ids: Sequence[int]) -> Any:
    """Return ids as the parameter of `one_of`."""
    return list(ids) if work.connection.dialect.name == "postgresql" else json.dumps(list(ids))


def one(work: Work, entity: str, id: int) -> Title | None:  # noqa: A002
    """Return the title of one row, None when it may not be seen."""
    load(work, entity, (id,))
    return work.titles[entity, id]
