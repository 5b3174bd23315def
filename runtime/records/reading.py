"""Lists and single rows: the rights of the actor decide every column, row and condition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, Select, bindparam, func, select
from sqlalchemy.sql.elements import False_

from config.specs.entity import ViewSpec
from config.texts.sentence import Sentence
from generator.fields.base import BoundField
from generator.fields.relation import linked_entity
from runtime.records import (
    computed,
    conditions,
    cursor,
    history,
    paging,
    scope,
    searching,
    titles,
)
from runtime.records.errors import Forbidden, NotFound, ValidationFailed
from runtime.records.naming import TitleReader
from runtime.records.paging import SortKey
from runtime.records.selection import Reader, Selection
from runtime.records.values import (
    COUNT_CAP,
    PAGE_SIZE_MAX,
    Count,
    Decision,
    Filter,
    ListQuery,
    Page,
    Record,
)
from runtime.records.work import Work

if TYPE_CHECKING:
    from generator import EntityModel

IMPLICIT = ("created_at", "updated_at")


@dataclass(slots=True)
class Shape:
    """A SELECT of an entity and what turns its rows into records."""

    selection: Selection
    readers: dict[str, Reader]
    batched: tuple[str, ...]
    relations: Mapping[str, BoundField]
    title: TitleReader
    permits: Reader
    id_place: int
    version_place: int | None
    deleted_place: int | None


def list_page(work: Work, entity: str, query: ListQuery) -> Page:
    """Return one page of a list; Forbidden when the actor sees no row of the entity at all."""
    model = work.model(entity)
    require(work, entity, "see")
    view = view_of(model, query.view)
    plan = _plan(work, model, view, query)
    size = max(1, min(query.size, PAGE_SIZE_MAX))
    edge = _edge(work, plan, query)
    if any(isinstance(condition, False_) for condition in plan.where):
        # Nothing fits, so nothing is read; what was asked has been checked all the same.
        return Page(entity, view, [], plan.columns, None, None, Count(0), plan.sort)
    rows = _read(work, plan, edge.keys, size + 1, backward=edge.backward)
    if edge.backward and not rows:
        # What stood before is gone: the list begins here.
        edge = cursor.Cursor(())
        rows = _read(work, plan, (), size + 1, backward=False)
    more = len(rows) > size
    rows = rows[:size]
    if edge.backward:
        rows.reverse()
    following, previous = _links(work, plan, rows, edge, more=more)
    return Page(
        entity, view, records_of(work, entity, plan.shape, rows), plan.columns, following,
        previous, _count(work, plan, query, None if more or edge.keys else len(rows)), plan.sort,
    )


def get(work: Work, entity: str, id: int, *, trash: bool = False) -> Record:  # noqa: A002
    """Return one row; NotFound also when it is out of the actor's sight."""
    model = work.model(entity)
    rights = work.rights(entity)
    if not rights.may_somewhere("see") or not isinstance(id, int):
        raise NotFound(entity, id)
    shape, statement = work.plan(("get", entity, rights, trash), lambda: _one(work, model, trash))
    found = work.run(statement, {"row_id": id}).first()
    if found is None:
        raise NotFound(entity, id)
    return records_of(work, entity, shape, [found])[0]


def _one(work: Work, model: EntityModel, trash: bool) -> tuple[Shape, Select[Any]]:
    """Return the statement that shows one row, whose id is its parameter."""
    rights, table = work.rights(model.name), model.table
    shape = shape_of(
        work, model, tuple(name for name in model.fields if name in rights.ever_visible)
    )
    statement = shape.selection.select().where(table.c.id == bindparam("row_id"))
    for condition in (
        scope.reach(work, model.name, "see", table),
        None if trash else scope.living(work, model.name, table),
    ):
        if condition is not None:
            statement = statement.where(condition)
    return shape, statement


def count(
    work: Work, entity: str, view_name: str | None = None, filters: Sequence[Filter] = (),
    parent: tuple[str, Any] | None = None,
) -> Count:
    """Return how many rows of a view the actor sees, up to the cap."""
    require(work, entity, "see")
    model = work.model(entity)
    view = view_of(model, view_name or "staff")
    query = ListQuery(view=view_name or "staff", filters=tuple(filters), parent=parent)
    if not filters and parent is None:
        key = ("count", entity, work.rights(entity), query.view)
        return _read_count(work, work.plan(key, lambda: _capped(select(model.table.c.id).where(
            *conditions.of_view(work, model, view, query)
        ))))
    where = [
        *conditions.of_view(work, model, view, query), *conditions.asked(work, model, view, query)
    ]
    return _counted(work, select(model.table.c.id).where(*where))


def require(work: Work, entity: str, action: Any, move: str | None = None) -> None:
    """Raise Forbidden unless there can be a row for which the actor holds `action`."""
    rights = work.rights(entity)
    if not rights.may_somewhere(action, move):
        raise Forbidden(rights.decide(action, None, move=move))


def view_of(model: EntityModel, name: str) -> ViewSpec:
    view = model.views.get(name)
    if view is None:
        raise ValidationFailed({"view": [
            Sentence("{entity} has no view {name}", entity=model.name, name=name)
        ]})
    return view


# ---------------------------------------------------------------------- one list


@dataclass(frozen=True, slots=True)
class _Plan:
    """Everything about a list but its place: what is read, from where, in which order.

    `where` are the conditions of this request alone; those of actor and view are in `statement`.
    """

    shape: Shape
    statement: Select[Any]
    counting: Select[Any]
    where: tuple[Any, ...]
    keys: tuple[SortKey, ...]
    columns: tuple[str, ...]
    sort: tuple[str, ...]
    fingerprint: str
    ready: dict[Any, Select[Any]] = field(default_factory=dict)


def _plan(work: Work, model: EntityModel, view: ViewSpec, query: ListQuery) -> _Plan:
    sort = conditions.sort_of(work, model, view, query.sort)
    rights = work.rights(model.name)
    key = ("list", model.name, rights, query.view, query.columns, sort, query.trash)
    base: _Plan = work.plan(key, lambda: _base(work, model, view, query, sort))
    listing = cursor.fingerprint(
        model.name, query.view, query.filters, query.search, sort, query.parent, query.trash
    )
    asked = tuple(searching.asked(work, model, view, query))
    if not asked:
        return replace(base, fingerprint=listing)
    return replace(
        base, fingerprint=listing, where=asked,
        statement=base.statement.where(*asked), counting=base.counting.where(*asked),
    )


def _base(
    work: Work, model: EntityModel, view: ViewSpec, query: ListQuery, sort: tuple[str, ...]
) -> _Plan:
    columns = tuple(path for path in query.columns or view.columns if may_show(work, model, path))
    shown = [path for path in view.with_beneath(columns) if may_show(work, model, path)]
    shape = shape_of(work, model, shown)
    keys = tuple(conditions.sort_keys(work, shape.selection, sort))
    where = conditions.of_view(work, model, view, query)
    # Joins only fetch what is shown; every condition stands on the table itself.
    counting = select(model.table.c.id).where(*where)
    return _Plan(
        shape, shape.selection.select().where(*where), counting, (), keys, columns, sort, ""
    )


def _edge(work: Work, plan: _Plan, query: ListQuery) -> cursor.Cursor:
    if query.cursor is None:
        return cursor.Cursor(())
    return cursor.read(work.panel.cursors, query.cursor, plan.fingerprint, len(plan.keys))


def _read(
    work: Work, plan: _Plan, edge: tuple[Any, ...], limit: int, *, backward: bool
) -> list[Any]:
    rows: list[Any] = []
    for segment in paging.segments(plan.keys, edge, backward=backward):
        statement = _ready(plan, segment, backward=backward)
        rows += work.run(statement, {"rows_max": limit - len(rows)}).all()
        if len(rows) >= limit:
            break
    return rows


def _ready(plan: _Plan, segment: paging.Segment, *, backward: bool) -> Select[Any]:
    """Return the statement of a segment; that of a first page is kept with its plan."""
    key = (segment.nulls, backward)
    known = None if segment.edge or plan.where else plan.ready.get(key)
    if known is not None:
        return known
    statement = paging.narrowed(plan.statement, plan.keys, segment, backward=backward)
    statement = statement.limit(bindparam("rows_max", type_=Integer()))
    if not segment.edge and not plan.where:
        plan.ready[key] = statement
    return statement


def _links(
    work: Work, plan: _Plan, rows: list[Any], edge: cursor.Cursor, *, more: bool
) -> tuple[str | None, str | None]:
    if not rows:
        return None, None

    def write(row: Any, backward: bool) -> str:
        keys = tuple(row[key.place] for key in plan.keys)
        return cursor.write(work.panel.cursors, cursor.Cursor(keys, backward), plan.fingerprint)

    has_next = more or edge.backward
    has_previous = bool(edge.keys) and (more or not edge.backward)
    return (
        write(rows[-1], False) if has_next else None,
        write(rows[0], True) if has_previous else None,
    )


def _count(work: Work, plan: _Plan, query: ListQuery, known: int | None) -> Count | None:
    if known is not None:
        return Count(known)
    if not query.count:
        return None
    key = (plan.shape.selection.model.name, plan.fingerprint, work.actor.kind, work.actor.roles,
           str(work.actor.sets))
    if work.panel.recently_capped(key):
        return Count(COUNT_CAP, capped=True)
    counted = _counted(work, plan.counting)
    if counted.capped:
        work.panel.note_capped(key)
    return counted


def _counted(work: Work, counting: Select[Any]) -> Count:
    return _read_count(work, _capped(counting))


def _capped(counting: Select[Any]) -> Select[Any]:
    inner = counting.limit(COUNT_CAP + 1).subquery()
    return select(func.count()).select_from(inner)


def _read_count(work: Work, statement: Select[Any]) -> Count:
    number = work.run(statement).scalar_one()
    return Count(COUNT_CAP, capped=True) if number > COUNT_CAP else Count(number)


# ---------------------------------------------------------------------- records


def may_show(work: Work, model: EntityModel, path: str) -> bool:
    """Say whether a column may stand in the actor's lists; unknown paths are a mistake."""
    name, _, rest = path.partition(".")
    field = model.fields.get(name)
    if field is None:
        if name == "id" and not rest:
            return True
        raise ValidationFailed({"columns": [
            Sentence("{entity} has no field {name}", entity=model.name, name=path)
        ]})
    rights = work.rights(model.name)
    if not rest:
        return name in rights.ever_visible
    entity = linked_entity(field)
    if name not in rights.always_visible or entity is None:
        return False
    target = work.model(entity)
    if "." in rest:
        return may_show(work, target, rest)
    return rest in work.rights(entity).always_visible and _joined(target, rest)


def _joined(model: EntityModel, name: str) -> bool:
    """Say whether a field behind a link comes with the statement: it is stored, or picked."""
    field = model.fields.get(name)
    return field is not None and (bool(field.columns) or field.spec.type == "pick")


def shape_of(work: Work, model: EntityModel, paths: Sequence[str]) -> Shape:
    """Return the SELECT that shows `paths`, and its readers."""
    selection = Selection(work, model.name)
    id_place = selection.column("id")
    readers: dict[str, Reader] = {}
    batched: list[str] = []
    for path in paths:
        field = model.fields.get(path)
        if field is None and "." not in path:
            continue
        if field is None or field.columns or field.spec.type == "pick":
            readers[path] = selection.reader(path)
        elif (reader := computed.reader(work, selection, field)) is not None:
            readers[path] = reader
        elif field.spec.type != "many":
            batched.append(path)
    traits = model.spec.traits
    return Shape(
        selection=selection, readers=readers, batched=tuple(batched),
        relations={path: field for path in readers if (field := _link(work, model, path))},
        title=selection.title(), permits=selection.permits(), id_place=id_place,
        version_place=selection.column("version") if "versioned" in traits else None,
        deleted_place=selection.column("deleted_at") if "trash" in traits else None,
    )


def _link(work: Work, model: EntityModel, path: str) -> BoundField | None:
    """Return the relation or pick at the end of a path, None when it is another field."""
    field = work.panel.generated.field_at(model.name, path)
    return field if field is not None and field.spec.type in ("relation", "pick") else None


def records_of(
    work: Work, entity: str, shape: Shape, rows: Sequence[Sequence[Any]]
) -> list[Record]:
    """Return the rows of a result as records, masked by what the actor sees of each."""
    rights = work.rights(entity)
    values = [{path: read(row) for path, read in shape.readers.items()} for row in rows]
    ids = [row[shape.id_place] for row in rows]
    for name in shape.batched:
        found = computed.batch(work, entity, name, ids)
        for each, number in zip(values, ids, strict=True):
            each[name] = found.get(number)
    if entity == history.ENTITY:
        history.mask(work, values)
    linked = titles.of_rows(work, shape.relations, values)
    hidden: dict[frozenset[int], frozenset[str]] = {}
    records = []
    for row, each, named in zip(rows, values, linked, strict=True):
        permits = shape.permits(row)
        if permits not in hidden:
            visible = rights.visible(permits)
            hidden[permits] = frozenset(
                path for path in each if path.partition(".")[0] not in visible
            )
        unseen = hidden[permits]
        records.append(Record(
            entity=entity, id=row[shape.id_place],
            values=_without(each, unseen), titles=_without(named, unseen),
            title=shape.title(row, work.formats),
            version=None if shape.version_place is None else row[shape.version_place],
            deleted_at=None if shape.deleted_place is None else row[shape.deleted_place],
            permits=permits,
        ))
    return records


def _without(values: Mapping[str, Any], unseen: frozenset[str]) -> Mapping[str, Any]:
    if not unseen:
        return values
    return {path: value for path, value in values.items() if path not in unseen}


__all__ = ["Decision", "count", "get", "list_page", "require"]
