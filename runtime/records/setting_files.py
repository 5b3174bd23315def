"""Files of General settings: a setting's row holds the id, and the file belongs to that row.

The same rules as for a file of any row hold: it is free until it belongs to something, and until
then only whoever sent it can write its id anywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from generator.fields.exchange import FieldProblem
from runtime.records.errors import Forbidden
from runtime.records.files import keep
from runtime.records.links import FILE_ENTITY
from runtime.records.work import Work

if TYPE_CHECKING:
    from generator.fields.base import BoundField

ENTITY, VALUE = "setting", "value"


def upload(work: Work, field: BoundField, name: str, media_type: str, data: bytes) -> int:
    """Keep `data` for a setting and return the id of the file.

    Raises FieldProblem for what the setting does not accept, Forbidden without the right.
    """
    _require_edit(work)
    return keep(work, name, field.type.check_upload(field, name, media_type, data), data)


def check(work: Work, file_id: int, setting: int | None) -> None:
    """Raise FieldProblem for a file that belongs to something else, or to nobody here.

    `setting` is the row of the setting, None before it has one.
    """
    table = work.table(FILE_ENTITY)
    file = work.run(select(table).where(table.c.id == file_id)).mappings().first()
    if file is None:
        raise FieldProblem("Choose a file that exists.")
    if file["record_entity"] is None:
        free = (file["uploader_kind"], file["uploader_id"]) == (work.actor.kind, work.actor.id)
    else:
        free = setting is not None and (file["record_entity"], file["record_id"]) == (
            ENTITY, setting,
        )
    if not free:
        raise FieldProblem("Choose a file that exists.")


def attach(work: Work, file_id: int, setting: int, *, public: bool) -> None:
    """Give a checked file to the row of a setting. Raises Forbidden without the right."""
    _require_edit(work)
    table = work.table(FILE_ENTITY)
    work.run(update(table).where(table.c.id == file_id).values(
        record_entity=ENTITY, record_id=setting, field=VALUE, public=public,
    ))


def _require_edit(work: Work) -> None:
    decision = work.rights(ENTITY).decide("edit", None)
    if not decision.allowed:
        raise Forbidden(decision)
