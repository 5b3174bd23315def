"""An import taken back: rows that it made are deleted, rows that it changed get their old values.

What somebody changed since stays as it is, what somebody hung something on stays with it, and so
does what the gate does not let go: each such row is listed with its reason. The person's rights
count as at any other time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select, update

from config.texts.sentence import Named, Sentence, joined
from generator.fields.secret import Sealed
from runtime.exchange.importer import Stopped, ask_to_stop, give_way, person_of
from runtime.exchange.kept_texts import column_text
from runtime.records import removal, scope
from runtime.records import rows as rows_of
from runtime.records.errors import (
    Forbidden,
    NotFound,
    RecordError,
    StillReferenced,
)

if TYPE_CHECKING:
    from datetime import datetime

    from generator import EntityModel
    from runtime.exchange.transfers import Transfer, Transfers
    from runtime.records import Records
    from runtime.records.work import Row, Work

LINES_AT_ONCE = 50
_WROTE = ("created", "updated")


def run_undo(
    transfers: Transfers, transfer: Transfer, go_on: Callable[[], bool] = lambda: True
) -> bool:
    """Take back what is left to take back, the last line first; say whether it came to its end.

    Raises Stopped.
    """
    while True:
        if not go_on():
            return False
        actor = person_of(transfers, transfer)
        ask_to_stop(transfers, transfer, actor)
        with transfers.panel.records(actor) as records:
            lines = _next(transfers, transfer, records)
            if not lines:
                return True
            kept = 0
            for line in lines:
                why = _take_back(records, transfer.entity, line)
                kept += why is not None
                _note(transfers, records, line["id"], why)
            table = transfers.table
            transfers.change_in(
                records.work.trusted().run, transfer.id, beat_at=records.work.now,
                taken_back=table.c.taken_back + len(lines) - kept, kept=table.c.kept + kept,
            )
        give_way(transfers)


def _next(transfers: Transfers, transfer: Transfer, records: Records) -> list[Mapping[str, Any]]:
    table = transfers.lines
    statement = (
        select(table).where(
            table.c.transfer_id == transfer.id, table.c.done.in_(_WROTE), table.c.undo.is_(None)
        ).order_by(table.c.line.desc()).limit(LINES_AT_ONCE)
    )
    return [dict(row) for row in records.work.trusted().run(statement).mappings()]


def _take_back(records: Records, entity: str, line: Mapping[str, Any]) -> str | None:
    """Undo one line; return why it stays, None when it is undone."""
    work, row_id = records.work, line["row_id"]
    row = rows_of.fetch(work, entity, row_id, lock=True)
    if row is None or row.get("deleted_at") is not None:
        return Sentence("The row was deleted since.")
    if row["updated_at"] != line["written_at"]:
        return Sentence("The row was changed since.")
    try:
        if line["done"] == "created":
            added = _hung_on_since(work.trusted(), work.model(entity), row, line["created_at"])
            if added:
                names = [_called(each) for each in added]
                return Sentence(
                    "Something was added to it since, or changed: {rows}",
                    rows=joined(names, ", "),
                )
            records.delete(entity, row_id)
        else:
            records.update(entity, row_id, _old(work.model(entity), line["before"] or {}))
    except StillReferenced as refused:
        needing = [
            Sentence("{name}: {count}", name=_called(work.model(each.entity)), count=each.count)
            for each in refused.by
        ]
        return Sentence("Other rows need it: {rows}", rows=joined(needing, ", "))
    except NotFound:
        return Sentence("You may no longer see the row.")
    except Forbidden as refused:
        return refused.decision.reason
    except RecordError as refused:
        return Sentence("{problem}", problem=str(refused))
    return None


def _called(model: EntityModel) -> Named:
    return Named(model.spec.plural or model.spec.label, model.name)


def _hung_on_since(
    work: Work, model: EntityModel, row: Row, written_at: datetime, depth: int = 0
) -> list[EntityModel]:
    """Return the entities of what points to the row and is not as the import left it.

    What came with the row has its moment, to the microsecond, in both dates; no other
    transaction has it. What others need (`restrict`) is told by the deletion itself.
    """
    found: dict[str, EntityModel] = {}
    for link in removal.links_to(work, model):
        if link.on_delete == "restrict":
            continue
        other = work.model(link.entity)
        table, made = other.table, other.table.c
        pointing = scope.joined(removal.pointing(work, model, row, link), (
            # What is in the trash goes for good only with a row that goes for good.
            scope.living(work, link.entity, table) if "trash" in model.spec.traits else None
        ))
        later = or_(made.created_at != written_at, made.updated_at != written_at)
        if work.run(select(made.id).where(pointing, later).limit(1)).first() is not None:
            found[other.name] = other
        elif link.on_delete == "cascade" and depth < removal.DEPTH_MAX:
            for id_ in work.run(select(made.id).where(pointing)).scalars().all():
                below = rows_of.need(work, link.entity, id_)
                further = _hung_on_since(work, other, below, written_at, depth + 1)
                found |= {each.name: each for each in further}
    return list(found.values())


def _old(model: EntityModel, before: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that stood in the row, out of their JSON."""
    found: dict[str, Any] = {}
    for name, data in before.items():
        bound = model.fields.get(name)
        if bound is None:
            continue
        if bound.spec.type == "secret" and isinstance(data, dict):
            found[name] = Sealed(data["sealed"])
        elif bound.spec.type == "driver_settings" and data is not None:
            found[name] = bound.type.from_stored(bound, data)
        else:
            found[name] = bound.type.parse_json(bound, data)
    return found


def _note(transfers: Transfers, records: Records, line_id: int, why: str | None) -> None:
    work = records.work.trusted()
    work.run(
        update(transfers.lines).where(transfers.lines.c.id == line_id).values(
            undo="done" if why is None else "kept",
            kept_why=column_text(why, records.work.formats.translate),
            updated_at=work.now,
        )
    )


__all__ = ["Stopped", "run_undo"]
