"""Taking rows away: into the trash, back out of it, and for good.

What other rows need is not taken from them: a link with `restrict` keeps its target, `clear`
loses its value, `cascade` goes along. All of it is one transaction and stands in the history.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete as delete_rows
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from config.texts.sentence import Sentence
from runtime.records import (
    history,
    order,
    reach,
    reading,
    removal,
    rows,
    scope,
    unique,
    writing,
)
from runtime.records.errors import Forbidden, NotFound, StillReferenced, ValidationFailed
from runtime.records.removal import Link, Removal
from runtime.records.submission import Draft
from runtime.records.values import Decision, Record
from runtime.records.work import Row, Work

if TYPE_CHECKING:
    from generator import EntityModel

_ONLY_ADDED = Sentence("Such rows are only ever added.")


def delete(work: Work, entity: str, id: int) -> None:  # noqa: A002
    """Delete a row, or put it into the trash where the entity has one."""
    with work.atomic():
        row, permits = writing.locked(work, entity, id)
        _require(work, entity, "delete", permits)
        _take_away(work, entity, row, for_good="trash" not in work.model(entity).spec.traits)


def purge(work: Work, entity: str, id: int) -> None:  # noqa: A002
    """Delete a row in the trash for good."""
    with work.atomic():
        row, permits = writing.locked(work, entity, id, trash=True)
        _require(work, entity, "purge", permits)
        _take_away(work, entity, row, for_good=True)


def foresee(work: Work, entity: str, id: int, *, purge: bool = False) -> Removal:  # noqa: A002
    """Return what deleting a row that the actor may see would mean; nothing is changed."""
    reading.get(work, entity, id, trash=True)
    for_good = purge or "trash" not in work.model(entity).spec.traits
    return removal.foresee(work, entity, rows.need(work, entity, id), for_good=for_good)


def decide(
    work: Work, entity: str, id: int, allowed: Decision, *, purge: bool = False  # noqa: A002
) -> Decision:
    """Return whether a row may go that the actor has the right to delete."""
    try:
        reading.get(work, entity, id, trash=True)
    except NotFound as absent:
        return Decision(False, str(absent))
    model, row = work.model(entity), rows.need(work, entity, id)
    if "append_only" in model.spec.traits:
        return Decision(False, _ONLY_ADDED, f"entity {entity}, append_only")
    for_good = purge or "trash" not in model.spec.traits
    found = removal.foresee(work, entity, row, for_good=for_good)
    if found.reasons:
        return Decision(False, found.reasons[0], f"entity {entity}, keep")
    if found.references:
        needed = str(StillReferenced(found.references))
        return Decision(False, Sentence("It is {needed}.", needed=needed), f"entity {entity}")
    return allowed


def restore(work: Work, entity: str, id: int) -> Record:  # noqa: A002
    """Take a row out of the trash, with the rows that went in because of it."""
    with work.atomic():
        row, permits = writing.locked(work, entity, id, trash=True)
        _require(work, entity, "restore", permits)
        _bring_back(work, entity, row, row["deleted_at"], 0)
        return writing.shown(work, entity, id)


def _require(work: Work, entity: str, action: Any, permits: frozenset[int]) -> None:
    rights = work.rights(entity)
    if not rights.allows(action, permits):
        raise Forbidden(rights.decide(action, permits))
    if "append_only" in work.model(entity).spec.traits:
        raise Forbidden(Decision(False, _ONLY_ADDED))


def _take_away(work: Work, entity: str, row: Row, *, for_good: bool) -> None:
    """Do what was foreseen, or raise for what forbids it before anything is changed."""
    foreseen = removal.foresee(work, entity, row, for_good=for_good, lock=True)
    if foreseen.reasons:
        raise ValidationFailed({"": foreseen.reasons})
    if foreseen.references:
        raise StillReferenced(foreseen.references)
    for link, pointing in foreseen.clearing:
        _clear(work, link, pointing)
    for model, each in foreseen.leaving:
        _remove(work, model, each, for_good=for_good)


def _remove(work: Work, model: EntityModel, row: Row, *, for_good: bool) -> None:
    entity, table = model.name, model.table
    title = writing.title_of(work, entity, row["id"])
    draft = Draft(model, None, row)
    order.close_gap(work, draft)
    if for_good:
        history.note(work, entity, row["id"], "purge" if "trash" in model.spec.traits else "delete",
                     before=row, title=title)
        writing.guarded(work, draft, lambda: work.run(
            delete_rows(table).where(table.c.id == row["id"])))
    else:
        work.run(update(table).where(table.c.id == row["id"]).values(deleted_at=work.now))
        history.note(work, entity, row["id"], "delete", title=title)
    work.forget()


def _clear(work: Work, link: Link, before: Row) -> None:
    """Take the link to a row that goes away out of one that stays."""
    model = work.model(link.entity)
    draft = Draft(model, before, {**before, link.field: None}, {link.field})
    writing.store_change(work, draft, bump=False)
    history.note(work, link.entity, before["id"], "edit", before=before, after=draft.row,
                 reason="what it pointed to was deleted")


def _bring_back(work: Work, entity: str, row: Row, moment: Any, depth: int) -> None:
    model = work.model(entity)
    back = {**row, "deleted_at": None}
    draft = Draft(model, None, back, set())
    unique.check(work, draft)
    draft.refuse()
    order.place_restored(work, draft)
    stored = draft.columns() | {"deleted_at": None}
    table = model.table
    try:
        with work.connection.begin_nested():
            work.run(update(table).where(table.c.id == row["id"]).values(**stored))
    except IntegrityError as error:
        raise unique.explained(work, draft, error) from error
    work.forget()
    title = writing.title_of(work, entity, row["id"])
    history.note(work, entity, row["id"], "restore", title=title)
    if depth > removal.DEPTH_MAX:
        return
    for link in removal.links_to(work, model):
        other = work.model(link.entity)
        if link.on_delete == "cascade" and "trash" in other.spec.traits:
            condition = scope.joined(
                removal.pointing(work, model, row, link), other.table.c.deleted_at == moment
            )
            for id in work.run(select(other.table.c.id).where(condition)).scalars().all():  # noqa: A001
                child = rows.need(work, link.entity, id, lock=True)
                _bring_back(work, link.entity, child, moment, depth + 1)


__all__ = ["decide", "delete", "foresee", "purge", "reach", "restore"]
