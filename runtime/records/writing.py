"""Creating and changing rows: one transaction step each, undone as a whole when it fails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, update
from sqlalchemy.exc import IntegrityError, OperationalError

from config.texts.sentence import Named, Sentence
from runtime.records import (
    children,
    history,
    links,
    order,
    parts,
    problems,
    reach,
    reading,
    rows,
    rules,
    sequences,
    submission,
    unique,
)
from runtime.records.errors import Conflict, Forbidden, NotFound, ValidationFailed
from runtime.records.submission import Draft
from runtime.records.values import ChildEdit, Decision, Record
from runtime.records.work import Row, Work

if TYPE_CHECKING:
    from generator import EntityModel

Children = Mapping[str, Sequence[ChildEdit]]
NO_VERSION = 0
"""A version that no row ever has: an edit that began with an unknown one meets a conflict."""


def create(
    work: Work, entity: str, values: Mapping[str, Any], children_of: Children | None = None,
    parts_of: Mapping[str, Mapping[str, Any]] | None = None,
) -> Record:
    """Create a row with its inline rows and the parts that are made with it."""
    try:
        with work.atomic():
            row = insert_row(work, entity, values, children_of=children_of)
            if parts_of is not None:
                parts.create(work, work.model(entity), row, parts_of)
            return shown(work, entity, row["id"])
    except ValidationFailed as refused:
        if not children_of and not parts_of:
            raise
        found = problems.of_new(work, entity, values, children_of, parts_of)
        raise problems.with_the_rest(refused, found) from refused


def insert_row(
    work: Work, entity: str, values: Mapping[str, Any], *,
    fixed: Mapping[str, Any] | None = None, children_of: Children | None = None,
) -> Row:
    """Create one row; `fixed` are values that the gate itself gives (a parent, a part's link)."""
    model, rights, fixed = work.model(entity), work.rights(entity), fixed or {}
    reading.require(work, entity, "create")
    values = {name: value for name, value in values.items() if name not in fixed}
    submission.check_writable(work, model, values, rights, "create", rights.all_places)
    draft = submission.created(work, model, values, fixed)
    draft.refuse()
    stored_row(work, draft)
    permits = reach.permits_of(work, entity, draft.row["id"])
    if not rights.allows("create", permits):
        raise Forbidden(rights.decide("create", permits))
    submission.check_writable(work, model, values, rights, "create", permits)
    if children_of:
        children.write(work, model, draft.row, children_of)
    rules.check(work, draft)
    history.note(work, entity, draft.row["id"], "create", after=draft.row,
                 title=title_of(work, entity, draft.row["id"]))
    return draft.row


def stored_row(work: Work, draft: Draft) -> None:
    """Insert a draft: numbers and positions are taken now, in the same transaction."""
    model, row = draft.model, draft.row
    sequences.take(work, draft)
    order.place_new(work, draft)
    order.take_only_one(work, draft)
    stored = stored_columns(draft)
    statement = work.plan(
        ("insert", model.name), lambda: insert(model.table).returning(model.table.c.id)
    )
    row["id"] = guarded(work, draft, lambda: work.run(statement, stored).scalar_one())
    links.attach_files(work, model, row, draft.changed)
    work.forget(model.name, row["id"])


def stored_columns(draft: Draft) -> dict[str, Any]:
    """Return column → what is stored of a new row, the implicit ones too."""
    row, traits = draft.row, draft.model.spec.traits
    stored = draft.columns() | {
        "created_at": row["created_at"], "updated_at": row["updated_at"],
    }
    if "versioned" in traits:
        stored["version"] = row["version"] = 1
    if "trash" in traits:
        row.setdefault("deleted_at", None)
    return stored


def change(
    work: Work, entity: str, id: int, values: Mapping[str, Any], *,  # noqa: A002
    version: int | None = None, children_of: Children | None = None,
) -> Record:
    """Change a row; `version` is the one that was read, where the entity is versioned."""
    try:
        return _changed(work, entity, id, values, version, children_of)
    except ValidationFailed as refused:
        if not children_of:
            raise
        found = problems.of_changed(work, entity, id, values, children_of)
        raise problems.with_the_rest(refused, found) from refused


def _changed(
    work: Work, entity: str, id: int, values: Mapping[str, Any],  # noqa: A002
    version: int | None, children_of: Children | None,
) -> Record:
    model = work.model(entity)
    with work.atomic():
        before = editable(work, entity, id, values)
        if version is not None and before.get("version") not in (None, version):
            raise conflict(work, model, id, values, version)
        draft = submission.edited(work, model, before, values)
        check_frozen(work, draft)
        draft.refuse()
        if children_of and children.write(work, model, draft.row, children_of):
            draft.children = frozenset(children_of)
        if draft.changed or draft.children:
            store_change(work, draft, bump=True)
            _still_reached(work, entity, id, "edit")
            rules.check(work, draft)
            if "audited" in model.spec.traits:
                history.note(work, entity, id, "edit", before=before, after=draft.row,
                             title=title_of(work, entity, id))
        return shown(work, entity, id)


def editable(work: Work, entity: str, id: int, values: Mapping[str, Any]) -> Row:  # noqa: A002
    """Lock a row of which the actor may write these fields, and return it whole."""
    model = work.model(entity)
    before, permits = locked(work, entity, id, values=values)
    check_editable(work, model, values, permits)
    return before


def check_editable(
    work: Work, model: EntityModel, values: Mapping[str, Any], permits: frozenset[int]
) -> None:
    """Raise Forbidden unless the actor may write these fields of a row with these permits."""
    rights = work.rights(model.name)
    if not rights.allows("edit", permits):
        raise Forbidden(rights.decide("edit", permits))
    if "append_only" in model.spec.traits:
        name = Named(model.spec.label, model.name)
        raise Forbidden(Decision(
            False, Sentence("rows of {entity} are only ever added", entity=name)
        ))
    submission.check_writable(work, model, values, rights, "edit", permits)


def store_change(work: Work, draft: Draft, *, bump: bool) -> None:
    """Update the changed columns; `bump` counts the version, which only edits of a form do."""
    model, row, before = draft.model, draft.row, draft.before
    assert before is not None
    order.place_changed(work, draft)
    order.take_only_one(work, draft)
    stored = draft.columns() | {"updated_at": work.now}
    row["updated_at"] = work.now
    if bump and "versioned" in model.spec.traits:
        stored["version"] = row["version"] = before["version"] + 1
    statement = work.plan(
        ("update", model.name),
        lambda: update(model.table).where(model.table.c.id == bindparam("row_id")),
    )
    guarded(work, draft, lambda: work.run(statement, {**stored, "row_id": row["id"]}))
    links.attach_files(work, model, row, draft.changed)
    work.forget(model.name, row["id"])


def guarded(work: Work, draft: Draft, write: Any) -> Any:
    """Run a write; what the database refuses becomes messages on the fields it is about."""
    savepoint = work.connection.begin_nested()
    try:
        result = write()
    except IntegrityError as error:
        savepoint.rollback()
        raise unique.explained(work, draft, error) from error
    except OperationalError as error:
        savepoint.rollback()
        if unique.is_too_long(error):
            raise unique.too_long(draft) from error
        raise
    except BaseException:
        savepoint.rollback()
        raise
    savepoint.commit()
    return result


def locked(
    work: Work, entity: str, id: int, *, trash: bool = False,  # noqa: A002
    values: Mapping[str, Any] | None = None,
) -> tuple[Row, frozenset[int]]:
    """Lock a row that the actor may see; return it whole and the actor's permits for it.

    `values` are those that will be written; None when the row goes away, or comes back.
    """
    if not work.rights(entity).may_somewhere("see"):
        raise NotFound(entity, id)
    order.wait_for_turn(work, work.model(entity), id, values)
    row = rows.need(work, entity, id, lock=True)
    permits = reach.permits_of(work, entity, id)
    if not work.rights(entity).allows("see", permits):
        raise NotFound(entity, id)
    if (row.get("deleted_at") is not None) is not trash:
        raise NotFound(entity, id)
    return row, permits


def conflict(
    work: Work, model: EntityModel, id: int, values: Mapping[str, Any], version: int,  # noqa: A002
) -> Conflict:
    """Return what a person needs to bring two edits together."""
    current = reading.get(work, model.name, id)
    base = {} if version == NO_VERSION else history.changed_since(work, model.name, id, version)
    theirs = frozenset(base) & frozenset(current.values)
    mine = set()
    for name, value in values.items():
        bound = model.fields[name]
        sent = bound.type.json(bound, value)
        was = base[name] if name in base else bound.type.json(bound, current.get(name))
        if sent != was:
            mine.add(name)
    return Conflict(current, dict(values), theirs, frozenset(mine))


def check_frozen(work: Work, draft: Draft) -> None:
    """Note a problem for each field that may no longer change."""
    frozen = draft.model.spec.frozen
    expression = work.expression(f"entity/{draft.model.name}/frozen/when")
    if frozen is None or expression is None or draft.before is None:
        return
    if work.holds(expression, draft.before) is True:
        for name in sorted(draft.changed - set(frozen.except_)):
            draft.problem(name, Sentence("This can no longer be changed."))


def _still_reached(work: Work, entity: str, id: int, action: Any) -> None:  # noqa: A002
    """A row cannot be moved out of one's own reach: nobody could say whose it is then."""
    rights = work.rights(entity)
    permits = reach.permits_of(work, entity, id)
    if not rights.allows(action, permits):
        raise Forbidden(rights.decide(action, permits))


def shown(work: Work, entity: str, id: int) -> Record:  # noqa: A002
    """Return the written row as the actor sees it: of one they may not see, only its id."""
    try:
        return reading.get(work, entity, id, trash=True)
    except NotFound:
        return Record(entity, id, {}, {}, f"#{id}")


def title_of(work: Work, entity: str, id: int) -> str:  # noqa: A002
    """Return what the row is called in the history."""
    from runtime.records import titles

    trusted = work.trusted()
    trusted.titles.pop((entity, id), None)
    title = titles.one(trusted, entity, id)
    return title.text if title else f"#{id}"


__all__ = ["ValidationFailed", "change", "create", "insert_row"]
