"""Saved views: lists as somebody likes them, kept under a name.

Everybody has their own; a shared one is found by all staff, who see through it what their own
roles show. What it asks for is read like any address: it gives no right to anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, bindparam, or_, select, update

from config.texts.sentence import Sentence
from runtime.records import deleting, writing
from runtime.records.errors import NotFound, ValidationFailed
from runtime.records.reading import require
from runtime.records.work import Work

ENTITY = "saved_view"
VIEWS_MAX = 50
PAIRS_MAX = 200

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class SavedView:
    """`pairs` are those of the list's address; `own` ones can be changed by this person."""

    id: int
    name: str
    pairs: tuple[tuple[str, str], ...]
    shared: bool
    opens: bool
    own: bool


def of_list(work: Work, entity: str) -> tuple[SavedView, ...]:
    """Return the actor's own views of an entity's list, then the shared ones of others."""
    if work.actor.kind != "staff" or not work.rights(entity).may_somewhere("see"):
        return ()
    views: tuple[SavedView, ...] | None = work.views.get(entity)
    if views is None:
        statement = work.plan((ENTITY, "of a list"), lambda: _of_list(work))
        rows = work.trusted().run(statement, {"person": work.actor.id, "listed": entity})
        found = [_view(work, row) for row in rows.mappings().all()]
        views = work.views[entity] = tuple(sorted(found, key=lambda view: not view.own))
    return views


def _of_list(work: Work) -> Select[Any]:
    table = work.table(ENTITY)
    mine = table.c.staff_id == bindparam("person")
    return (
        select(table)
        .where(table.c.entity == bindparam("listed"), or_(mine, table.c.shared.is_(True)))
        .order_by(table.c.name, table.c.id)
    )


def own(work: Work, entity: str, id: int) -> SavedView:  # noqa: A002
    """Return one of the actor's own views. Raises NotFound for every other one."""
    for view in of_list(work, entity):
        if view.id == id and view.own:
            return view
    raise NotFound(ENTITY, id)


def keep(
    work: Work, entity: str, values: Mapping[str, Any], pairs: Pairs
) -> int:
    """Keep a new view of the actor and return its id. Raises ValidationFailed.

    `values`: name, shared, opens.
    """
    require(work, entity, "see")
    if work.actor.kind != "staff":
        raise NotFound(ENTITY, "")
    if sum(view.own for view in of_list(work, entity)) >= VIEWS_MAX:
        said = Sentence("You have {max} views of this list; delete one first", max=VIEWS_MAX)
        raise ValidationFailed({"name": [said]})
    given = {**values, "staff": work.actor.id, "entity": entity, "query": _stored(pairs)}
    record = writing.create(work.trusted(), ENTITY, given)
    work.views.clear()
    _opens_alone(work, entity, record.id, values)
    return record.id


def change(
    work: Work, entity: str, id: int, values: Mapping[str, Any], pairs: Pairs | None = None,  # noqa: A002
) -> None:
    """Change name, shared, opens of an own view, and with `pairs` what it shows."""
    own(work, entity, id)
    given = dict(values) if pairs is None else {**values, "query": _stored(pairs)}
    writing.change(work.trusted(), ENTITY, id, given)
    work.views.clear()
    _opens_alone(work, entity, id, values)


def drop(work: Work, entity: str, id: int) -> None:  # noqa: A002
    own(work, entity, id)
    deleting.delete(work.trusted(), ENTITY, id)
    work.views.clear()


def _stored(pairs: Pairs) -> list[list[str]]:
    return [[key, value] for key, value in pairs[:PAIRS_MAX]]


def _opens_alone(work: Work, entity: str, id: int, values: Mapping[str, Any]) -> None:  # noqa: A002
    """A list opens with one view: the last one that was said to."""
    if not values.get("opens"):
        return
    table = work.table(ENTITY)
    others = and_(
        table.c.staff_id == work.actor.id, table.c.entity == entity, table.c.id != id
    )
    work.trusted().run(update(table).where(others).values(opens=False))


def _view(work: Work, row: Mapping[str, Any]) -> SavedView:
    own = row["staff_id"] == work.actor.id
    pairs = tuple(
        (pair[0], pair[1]) for pair in row["query"] or ()
        if isinstance(pair, list) and len(pair) == 2 and all(isinstance(x, str) for x in pair)
    )
    return SavedView(
        row["id"], row["name"], pairs, bool(row["shared"]), bool(row["opens"]) and own, own
    )
