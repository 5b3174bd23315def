"""What a row may point to: rows that the actor may see, within the limits of the field.

A submitted id is checked like a page that is opened: what the actor may not see is not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from config.expressions import BOOLEAN, Env, Expression, tree
from config.expressions.python import compile_node
from config.texts.sentence import Sentence
from generator.fields.base import BoundField
from generator.fields.relation import pair_of
from runtime.records import finding, reading, rows, scope
from runtime.records.selection import Selection
from runtime.records.values import Choice
from runtime.records.work import Row, Work

if TYPE_CHECKING:
    from generator import EntityModel

NOT_THERE = Sentence("Choose one that exists.")
_NO_FILE = Sentence("Choose a file that exists.")
FILE_ENTITY = "file"
LOOKUP_MAX = 100


def problem(work: Work, model: EntityModel, bound: BoundField, row: Row) -> str | None:
    """Return what is wrong with a link to a row in sight, or to a file; None when nothing is."""
    if bound.spec.type in ("file", "image"):
        return _file_problem(work, model, bound, row)
    limit = work.expression(f"entity/{model.name}/fields/{bound.name}/limit_where")
    if limit is not None and work.holds(limit, row) is not True:
        return Sentence("This one cannot be chosen here.")
    return None


def is_there(work: Work, bound: BoundField, value: Any) -> bool:
    """Say whether a relation may point there: to a row that the actor may see."""
    if not bound.spec.to_any:
        return visible(work, bound.spec.to[0], value)
    entity, id = pair_of(value)  # noqa: A001
    allowed = bound.spec.to == ("any",) or entity in bound.spec.to
    known = entity in work.panel.generated.entities
    return known and allowed and visible(work, entity, id)


def visible(work: Work, entity: str, id: int) -> bool:  # noqa: A002
    """Say whether there is a living row that the actor may see."""
    if not work.rights(entity).may_somewhere("see"):
        return False
    if not work.actor.is_person:
        # Whole rows are remembered in the transaction, so many links to one row ask once.
        return rows.related(work, entity, id) is not None
    if (entity, id) in work.in_sight:
        return work.in_sight[entity, id]
    return bool(_seen(work, entity, [id]))


def _seen(work: Work, entity: str, ids: Sequence[int]) -> frozenset[int]:
    """Return those of the ids whose rows live and may be seen."""
    table = work.table(entity)
    named = table.c.id == ids[0] if len(ids) == 1 else table.c.id.in_(ids)
    condition = scope.joined(
        named, scope.living(work, entity, table), scope.seen(work, entity, table)
    )
    return frozenset(work.run(select(table.c.id).where(condition)).scalars())


@contextmanager
def seen_ahead(work: Work, linked: Mapping[str, Iterable[int]]) -> Iterator[None]:
    """Ask for many rows at once whether the actor may see them; `visible` knows in the block."""
    if work.actor.is_person:
        for entity, wanted in linked.items():
            ids = sorted(wanted)
            seen: set[int] = set()
            if work.rights(entity).may_somewhere("see"):
                for start in range(0, len(ids), rows.IDS_AT_ONCE):
                    seen |= _seen(work, entity, ids[start : start + rows.IDS_AT_ONCE])
            work.in_sight |= {(entity, id): id in seen for id in ids}  # noqa: A001
    try:
        yield
    finally:
        work.in_sight = {}


def _file_problem(work: Work, model: EntityModel, bound: BoundField, row: Row) -> str | None:
    """A file belongs to whoever uploaded it until it belongs to a row and field."""
    table = work.table(FILE_ENTITY)
    file = work.run(select(table).where(table.c.id == row[bound.name])).mappings().first()
    if file is None:
        return _NO_FILE
    place = (file["record_entity"], file["record_id"], file["field"])
    if place == (model.name, row["id"], bound.name) and row["id"] is not None:
        return None
    if file["record_entity"] is not None:
        return _NO_FILE
    uploader = (file["uploader_kind"], file["uploader_id"])
    mine = uploader == (work.actor.kind, work.actor.id)
    return None if mine or not work.actor.is_person else _NO_FILE


def attach_files(work: Work, model: EntityModel, row: Row, changed: set[str]) -> None:
    """Give the files of a written row to it."""
    table = work.table(FILE_ENTITY)
    for name in changed:
        bound = model.fields[name]
        if bound.spec.type in ("file", "image") and row[name] is not None:
            work.run(update(table).where(table.c.id == row[name]).values(
                record_entity=model.name, record_id=row["id"], field=name,
                public=bool(bound.spec.public),
            ))


# ---------------------------------------------------------------------- lookup


def lookup(
    work: Work, entity: str, text: str, limit: int = 20,
    via: tuple[str, str, Row] | None = None,
) -> list[Choice]:
    """Return rows to choose from, by the words that they show.

    `via` is the entity and relation that asks, and the values typed so far beside it: its
    `lookup` names fields that are searched beside the title, its `limit_where` which rows fit.
    """
    reading.require(work, entity, "see")
    model = work.model(entity)
    # No text of a row holds it, and PostgreSQL cannot be asked about it.
    text = text.replace("\x00", "")
    selection = Selection(work, entity)
    title, place = selection.title(), selection.column("id")
    table = selection.table
    statement = selection.select().where(table.c.id.is_not(None))
    for condition in (scope.reach(work, entity, "see", table), scope.living(work, entity, table)):
        if condition is not None:
            statement = statement.where(condition)
    if via is not None:
        limited = _limit(work, via)
        if limited is not None:
            statement = statement.where(limited)
    if text.strip():
        bound = None if via is None else work.field(via[0], via[1])
        declared = tuple(getattr(bound.spec, "lookup", ())) if bound is not None else ()
        paths = finding.paths_of(work, model, declared)
        statement = statement.where(finding.named(work, model, paths, text))
    statement = statement.order_by(table.c.id.desc()).limit(max(1, min(limit, LOOKUP_MAX)))
    found = [Choice(row[place], title(row, work.formats)) for row in work.run(statement)]
    return sorted(found, key=lambda choice: choice.title.casefold())


def _limit(work: Work, via: tuple[str, str, Row]) -> Any:
    """Return the relation's `limit_where` as a condition on the rows to choose from."""
    entity, name, typed = via
    bound = work.field(entity, name)
    expression = work.expression(f"entity/{entity}/fields/{name}/limit_where")
    if bound is None or expression is None or bound.spec.to_any:
        return None
    fields = work.model(entity).fields
    # What was typed may name any row: one out of sight would be told of by what is offered.
    known = {
        each: value for each, value in typed.items() if value is None
        or fields[each].spec.type != "relation" or is_there(work, fields[each], value)
    }
    row = {**dict.fromkeys(fields), "id": None, **known}
    about_target = _About(name, bound.spec.to[0], row, work.env())
    rewritten = about_target.rewritten(expression.tree)
    target = Expression(expression.text, rewritten, BOOLEAN, frozenset(), True)
    return work.clause(target, work.table(bound.spec.to[0]))


class _About:
    """Turns a condition on a row with a link into one on the row that it may link to.

    What hangs on the link becomes a field of the target; the rest is known and becomes a value.
    """

    def __init__(self, link: str, target: str, row: Row, env: Env) -> None:
        self.link, self.target, self.row, self.env = link, target, row, env

    def rewritten(self, node: tree.Node) -> tree.Node:
        if not self._uses_link(node):
            if isinstance(node, (tree.Own, tree.Through, tree.Picked)):
                return tree.Constant(node.type, compile_node(node)(self.row, self.env))
            if isinstance(node, tree.Constant):
                return node
            if node.type.kind in ("boolean", "text", "integer"):
                return tree.Constant(node.type, compile_node(node)(self.row, self.env))
        if isinstance(node, tree.Own) and node.field == self.link:
            return tree.Own(node.type, self.target, "id")
        if isinstance(node, tree.Through) and _is_own(node.owner, self.link):
            return tree.Own(node.type, self.target, node.field, self._currency(node))
        changes: dict[str, Any] = {}
        for each in fields(node):
            value = getattr(node, each.name)
            if each.name in _ABOUT_OTHERS.get(type(node), ()):
                continue
            if isinstance(value, tree.Node):
                changes[each.name] = self.rewritten(value)
            elif isinstance(value, tuple):
                changes[each.name] = tuple(
                    self.rewritten(item) if isinstance(item, tree.Node) else item
                    for item in value
                )
        return replace(node, **changes)

    def _currency(self, node: tree.Through) -> tree.Node | None:
        return None if node.currency is None else self.rewritten(node.currency)

    def _uses_link(self, node: tree.Node) -> bool:
        if _is_own(node, self.link):
            return True
        others = [getattr(node, name) for name in _ABOUT_OTHERS.get(type(node), ())]
        return any(
            self._uses_link(child) for child in tree.children(node)
            if not any(child is other for other in others)
        )


# Parts that are about the rows of a collection, whose fields only have the same names.
_ABOUT_OTHERS: Mapping[type[tree.Node], tuple[str, ...]] = {
    tree.AnyOf: ("test",), tree.Sum: ("value",), tree.Picked: ("test", "order"),
}


def _is_own(node: tree.Node, name: str) -> bool:
    return isinstance(node, tree.Own) and node.field == name
