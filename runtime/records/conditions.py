"""Which rows a list holds and how they are sorted: reach, trash, view, filters, search, parent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    and_,
    exists,
    false,
    literal,
    or_,
    select,
)

from config.specs.entity import ViewSpec
from config.texts.sentence import Sentence
from generator.fields.base import BoundField
from generator.fields.exchange import FieldProblem
from generator.fields.relation import linked_entity
from runtime.records import picks, rules, scope
from runtime.records.errors import ValidationFailed
from runtime.records.paging import SortKey
from runtime.records.selection import Selection, linking
from runtime.records.values import Filter, ListQuery
from runtime.records.work import Work

if TYPE_CHECKING:
    from generator import EntityModel

# Operators that also find rows which link to nothing.
_ALSO_UNLINKED = ("ne", "null", "lacks")
FILTERS_MAX = 20

Condition = ColumnElement[bool]
Test = Callable[[BoundField, FromClause], Condition]


def of_view(work: Work, model: EntityModel, view: ViewSpec, query: ListQuery) -> list[Condition]:
    """Return what narrows the list for everybody who asks alike: reach, trash, the view."""
    table = model.table
    conditions = [scope.reach(work, model.name, "see", table), _trash(work, model, query)]
    expression = work.expression(f"entity/{model.name}/views/{query.view}/where")
    if view.where and expression is not None:
        conditions.append(work.clause(expression, table))
    if view.breaks_rules:
        broken = rules.breaking(work, model, table)
        conditions.append(false() if broken is None else broken)
    return [condition for condition in conditions if condition is not None]


def asked(work: Work, model: EntityModel, view: ViewSpec, query: ListQuery) -> list[Condition]:
    """Return what this request narrows further; ValidationFailed for what cannot be asked.

    What it searches for stands in runtime.records.searching.
    """
    if len(query.filters) > FILTERS_MAX:
        raise ValidationFailed({"filters": [
            Sentence("use at most {max} conditions", max=FILTERS_MAX)
        ]})
    conditions = [_filter(work, model, view, each) for each in query.filters]
    if query.parent is not None:
        conditions.append(_parent(work, model, query.parent))
    return conditions


def _trash(work: Work, model: EntityModel, query: ListQuery) -> Condition | None:
    living = scope.living(work, model.name, model.table)
    if not query.trash:
        return living
    if living is None:
        raise ValidationFailed({"trash": [Sentence("{entity} has no trash", entity=model.name)]})
    if not work.rights(model.name).may_somewhere("delete"):
        return false()
    return model.table.c.deleted_at.is_not(None)


def _filter(work: Work, model: EntityModel, view: ViewSpec, asked: Filter) -> Condition:
    if not _filterable(view, asked.path) and work.actor.is_person:
        raise ValidationFailed({asked.path: [Sentence("this list cannot be filtered by it")]})

    def test(field: BoundField, source: FromClause) -> Condition:
        return field.type.filter(field, asked.op, asked.values, work.formats, source)

    also_unlinked = asked.op in _ALSO_UNLINKED
    try:
        return along(work, model, asked.path, model.table, test, also_unlinked=also_unlinked)
    except FieldProblem as problem:
        raise ValidationFailed({asked.path: [problem.sentence]}) from problem


def _filterable(view: ViewSpec, path: str) -> bool:
    """Say whether a list can be narrowed by a path: staff build conditions of their own.

    They may use every field of the row and of the rows it links to, as far as they see it
    everywhere (`along` asks that); clients use the filters that the view offers.
    """
    return path in view.filters or (view.area == "staff" and path.count(".") <= 1)


def along(
    work: Work, model: EntityModel, path: str, source: FromClause, test: Test, *,
    also_unlinked: bool = False, by_row: bool = False,
) -> Condition:
    """Return `test` of the field at the end of a path, asked of rows the actor may see there.

    The rows at its end are found first and name those of `source`; `by_row` asks it of each
    row of `source` alone, which is quicker for a list that is full after a few rows.
    """
    name, _, rest = path.partition(".")
    field = _asked_field(work, model, name, path)
    if not rest and field.spec.type != "pick":
        return test(_stored(field, path), source)
    link, target = linking(work, model, name)
    alias = target.table.alias()
    inner = test(link, alias) if not rest else (
        along(work, target, rest, alias, test, also_unlinked=also_unlinked, by_row=by_row)
    )
    condition = scope.joined(scope.seen(work, target.name, alias), inner)
    if link.spec.type == "pick":
        return picks.having(
            work, link, source, alias, condition, also_without=also_unlinked, by_row=by_row
        )
    column = source.c[link.columns[0].name]
    if by_row:
        there = select(literal(1)).select_from(alias).where(alias.c.id == column, condition)
        return exists(there.correlate_except(alias))
    linked = column.in_(select(alias.c.id).where(condition))
    return or_(linked, column.is_(None)) if also_unlinked else linked


def _asked_field(work: Work, model: EntityModel, name: str, path: str) -> BoundField:
    if name not in work.rights(model.name).always_visible:
        raise ValidationFailed({path: [Sentence("you may not ask for this")]})
    return model.fields[name]


def _stored(field: BoundField, path: str) -> BoundField:
    if not field.columns:
        raise ValidationFailed({path: [Sentence("it is computed and cannot be asked for")]})
    return field


def ids_along(work: Work, model: EntityModel, path: str, test: Test) -> Select[tuple[int]]:
    """Return the ids of the rows for which `test` holds at the end of a path.

    A chain of joins: the database begins at either end of it and stops when it has enough.
    """
    here, source, joined = model, model.table, model.table
    *links, last = path.split(".")
    for name in links:
        _asked_field(work, here, name, path)
        link, target = linking(work, here, name)
        alias = target.table.alias()
        follows = picks.is_picked(work, link, source.c.id, alias) if (
            link.spec.type == "pick") else alias.c.id == source.c[link.columns[0].name]
        joined = joined.join(alias, scope.joined(follows, scope.seen(work, target.name, alias)))
        here, source = target, alias
    field = _stored(_asked_field(work, here, last, path), path)
    return select(model.table.c.id).select_from(joined).where(test(field, source))


def _parent(work: Work, model: EntityModel, parent: tuple[str, Any]) -> Condition:
    name, value = parent
    field = model.fields.get(name)
    if field is None or field.spec.type != "relation":
        raise ValidationFailed({"parent": [
            Sentence("{entity} has no link {name}", entity=model.name, name=name)
        ]})
    if name not in work.rights(model.name).always_visible:
        raise ValidationFailed({"parent": [Sentence("you may not ask for this")]})
    stored = field.type.to_columns(field, value)
    return and_(*(model.table.c[column] == each for column, each in stored.items()))


# ---------------------------------------------------------------------- order


def sort_of(
    work: Work, model: EntityModel, view: ViewSpec, asked: Sequence[str]
) -> tuple[str, ...]:
    """Return the sort keys of a list: those asked for, else the view's that may be used."""
    if not asked:
        usable = tuple(key for key in view.sort if _sortable(work, model, key.lstrip("-")))
        return usable or ("-id",)
    for key in asked:
        path = key.lstrip("-")
        declared = path == "id" or path in view.sortable or any(
            path == each.lstrip("-") for each in view.sort
        )
        small = model.spec.size == "small" and "." not in path
        if not (declared or small or not work.actor.is_person):
            raise ValidationFailed({"sort": [
                Sentence("this list cannot be sorted by {name}", name=path)
            ]})
        if not _sortable(work, model, path):
            raise ValidationFailed({"sort": [Sentence("you cannot sort by {name}", name=path)]})
    return tuple(asked)


def _sortable(work: Work, model: EntityModel, path: str) -> bool:
    if path == "id":
        return True
    name, _, rest = path.partition(".")
    field = model.fields.get(name)
    if field is None or name not in work.rights(model.name).always_visible:
        return False
    if not rest:
        return bool(field.columns) and field.type.sortable
    target = linked_entity(field)
    return target is not None and _sortable(work, work.model(target), rest)


def sort_keys(work: Work, selection: Selection, sort: Sequence[str]) -> list[SortKey]:
    """Select the sort columns and the id, by which every row has one place."""
    keys: list[SortKey] = []
    for key in sort:
        path, descending = key.lstrip("-"), key.startswith("-")
        if path == "id":
            break
        field, source, linked = selection.field(path)
        column = field.type.sort_column(field, source if linked else None)
        nullable = linked or getattr(column, "nullable", True)
        keys.append(SortKey(column, descending, nullable, selection.place(column, f"sort {path}")))
    direction = keys[0].descending if keys else (sort[0].startswith("-") if sort else False)
    identity = selection.table.c.id
    keys.append(SortKey(identity, direction, False, selection.column("id")))
    return keys
