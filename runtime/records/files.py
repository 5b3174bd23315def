"""Uploaded files: a file belongs to whoever sent it until it belongs to a row and its field.

Afterwards whoever may see that field of that row may open it, and nobody else. The bytes lie in
`runtime.files.FileStore`; a file that was sent but never saved with a row is swept away later.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from config.texts.sentence import Sentence
from runtime.files import FileStore
from runtime.records import reading
from runtime.records.errors import Forbidden, NotFound
from runtime.records.links import FILE_ENTITY
from runtime.records.values import Decision
from runtime.records.work import Row, Work

if TYPE_CHECKING:
    from generator.fields.base import BoundField


@dataclass(frozen=True, slots=True)
class StoredFile:
    """An uploaded file that may be opened; `media_type` was checked when it came."""

    name: str
    media_type: str
    path: Path


def upload(
    work: Work, entity: str, field: str, name: str, media_type: str, data: bytes
) -> int:
    """Keep `data` for a field that the actor may write somewhere; return the id of its row.

    Raises FieldProblem for what the field does not accept, Forbidden when no role opens the field.
    """
    bound = _writable_field(work, entity, field)
    return keep(work, name, bound.type.check_upload(bound, name, media_type, data), data)


def keep(work: Work, name: str, media_type: str, data: bytes) -> int:
    """Store a checked file that belongs to nothing yet; return the id of its row."""
    kept = _store(work).keep(data)
    actor = work.actor
    row = {
        "name": name, "media_type": media_type, "size": kept.size, "digest": kept.digest,
        "place": kept.place, "public": False, "created_at": work.now, "updated_at": work.now,
        "uploader_kind": "system" if actor.kind == "anonymous" else actor.kind,
        "uploader_id": actor.id,
    }
    statement = insert(work.table(FILE_ENTITY)).values(**row)
    return work.run(statement.returning(work.table(FILE_ENTITY).c.id)).scalar_one()


def open_file(work: Work, id: int) -> StoredFile:  # noqa: A002
    """Return a file that the actor may open. Raises NotFound for every other one."""
    table = work.table(FILE_ENTITY)
    row = work.run(select(table).where(table.c.id == id)).mappings().first()
    if row is None or not _may_open(work, dict(row)):
        raise NotFound(FILE_ENTITY, id)
    try:
        path = _store(work).path(row["place"])
    except FileNotFoundError:
        raise NotFound(FILE_ENTITY, id) from None
    return StoredFile(row["name"], row["media_type"], path)


def _writable_field(work: Work, entity: str, field: str) -> BoundField:
    bound = work.field(entity, field)
    if bound is None or bound.spec.type not in ("file", "image"):
        raise NotFound(entity, field)
    rights = work.rights(entity)
    decisions = [
        rights.decide(action, None, field=field) for action in ("create", "edit")
    ]
    if not any(decision.allowed for decision in decisions):
        raise Forbidden(decisions[-1])
    if bound.spec.read_only and work.actor.is_person:
        raise Forbidden(Decision(
            False, Sentence("nobody writes the field {field}", field=field), ""
        ))
    return bound


def _may_open(work: Work, file: Row) -> bool:
    if work.actor.kind == "system":
        return True
    entity, row_id, field = file["record_entity"], file["record_id"], file["field"]
    if entity is None:
        return (file["uploader_kind"], file["uploader_id"]) == (work.actor.kind, work.actor.id)
    try:
        record = reading.get(work, entity, row_id)
    except (NotFound, Forbidden):
        return False
    # A file that was replaced stays with its row for the history, but the field shows another.
    shown = record.values.get(field)
    return getattr(shown, "id", shown) == file["id"]


def _store(work: Work) -> FileStore:
    return FileStore(work.panel.settings.var / "files")
