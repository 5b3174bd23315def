"""Who did what: rows of the system entity `activity`, written with the change they tell of.

Values stand there as JSON, old and new; secrets as marks that say no more than set or not set.
Whoever reads the history sees the fields that they may see of the row itself, and no others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from runtime.records.errors import Forbidden, NotFound
from runtime.records.values import Change
from runtime.records.work import Row, Work

if TYPE_CHECKING:
    from generator import EntityModel
    from generator.fields.base import BoundField

ENTITY = "activity"
REASON_MAX = 1000
# Answers to a move that say why it was made.
REASONS = ("reason", "why")
ROWS_MAX = 500
LEVELS = {"create": "notice", "delete": "warning", "purge": "warning", "reveal": "warning"}
_SEALED = ("secret", "driver_settings")


def note(
    work: Work, entity: str, id: int, action: str, *,  # noqa: A002
    before: Row | None = None, after: Row | None = None, reason: str = "", title: str = "",
    move: str = "", states: tuple[str, str] = ("", ""),
) -> None:
    """Write one entry, in the transaction of the change. Nothing is written when nothing changed.

    Creations, moves and deletions are noted for every entity, edits where it is `audited`.
    """
    if not is_kept(work, entity):
        return
    model = work.model(entity)
    changes = differences(model, before, after)
    audited = "audited" in model.spec.traits
    if action == "edit" and (not audited or not changes):
        return
    work.run(insert(work.table(ENTITY)).values(entry(
        work, entity, id, action, changes=changes if audited and changes else None,
        version=(after or before or {}).get("version"), reason=reason, title=title, move=move,
        states=states,
    )))


def note_list(work: Work, entity: str, action: str, told: str) -> None:
    """Write one entry about many rows at once: they were taken out to a file, or brought in."""
    work.run(insert(work.table(ENTITY)).values(entry(work, entity, None, action, title=told)))


def is_kept(work: Work, entity: str) -> bool:
    """Say whether anything is written down about rows of the entity."""
    return entity != ENTITY and not work.model(entity).spec.internal


def entry(
    work: Work, entity: str, id: int | None, action: str, *,  # noqa: A002
    changes: Mapping[str, Any] | None = None, version: int | None = None, reason: str = "",
    title: str = "", move: str = "", states: tuple[str, str] = ("", ""),
) -> dict[str, Any]:
    """Return the columns of one entry."""
    actor = work.actor
    return {
        "at": work.now, "level": LEVELS.get(action, "info"),
        "actor_kind": actor.kind, "actor_id": actor.id, "actor_name": actor.name[:255] or None,
        "action": action, "record_entity": entity if id is not None else None, "record_id": id,
        "record_title": title[:255] or None,
        "record_version": version, "changes": changes,
        "reason": reason[:REASON_MAX] or None, "move": move or None,
        "from_state": states[0] or None, "to_state": states[1] or None,
        "ip": actor.ip or None, "request_id": actor.request_id[:64] or None,
        "created_at": work.now, "updated_at": work.now,
    }


def differences(
    model: EntityModel, before: Row | None, after: Row | None
) -> dict[str, list[Any]]:
    """Return field → [old, new] as JSON of the stored fields that differ."""
    old, new = before or {}, after or {}
    changes: dict[str, list[Any]] = {}
    for name, field in model.fields.items():
        if field.implicit or not field.columns:
            continue
        one, other = old.get(name), new.get(name)
        if one != other:
            changes[name] = [_plain(field, one, "before"), _plain(field, other, "after")]
    return changes


def is_readable(field: BoundField) -> bool:
    """Say whether an entry holds the values of the field, and not marks in their place."""
    return field.spec.type not in _SEALED and field.spec.class_ != "secret"


def _plain(field: BoundField, value: Any, when: str) -> Any:
    if not is_readable(field):
        return None if value is None else f"••• {when}"
    return field.type.json(field, value)


def entries(work: Work, entity: str, id: int) -> list[Change]:  # noqa: A002
    """Return the history of one row, newest first, as far as the actor may see the row."""
    from runtime.records import reading

    record = reading.get(work, entity, id, trash=True)
    rights = work.rights(entity)
    if not rights.allows("history", record.permits):
        raise Forbidden(rights.decide("history", record.permits))
    visible = rights.visible(record.permits)
    table = work.table(ENTITY)
    statement = (
        select(table)
        .where(table.c.record_entity == entity, table.c.record_id == id)
        .order_by(table.c.at.desc(), table.c.id.desc()).limit(ROWS_MAX)
    )
    return [
        _change(
            row, visible, reason_shown=_may_read_reason(work, entity, row, visible),
            named=_may_read_name(work, row),
        )
        for row in work.run(statement).mappings()
    ]


def _may_read_reason(
    work: Work, entity: str, row: Mapping[str, Any], visible: frozenset[str]
) -> bool:
    """Say whether the reason of an entry is for the actor's eyes.

    What a move asked is shown to whoever sees the fields that it was written to. Where it stands
    in no field, what staff wrote is for staff.
    """
    if row["action"] != "move" or not row["reason"] or not work.actor.is_person:
        return True
    kept = _fields_of_reason(work, entity, row["move"])
    if kept:
        return kept <= visible
    return work.actor.kind == "staff" or row["actor_kind"] != "staff"


def _may_read_name(work: Work, row: Mapping[str, Any]) -> bool:
    """Say whether the actor may know who it was: clients see of the staff that it was staff."""
    return work.actor.kind not in ("user", "anonymous") or row["actor_kind"] == "user"


def _fields_of_reason(work: Work, entity: str, move: str) -> set[str]:
    """Return the fields to which a move writes the reason that it asks for."""
    found = set()
    for machine in work.model(entity).machines.values():
        spec = machine.moves.get(move)
        for name in spec.set if spec is not None else ():
            written = work.expression(f"machine/{machine.machine}/moves/{move}/set/{name}")
            if written is not None and any(f"ask.{each}" in written.text for each in REASONS):
                found.add(name)
    return found


def _change(
    row: Mapping[str, Any], visible: frozenset[str], *, reason_shown: bool, named: bool
) -> Change:
    return Change(
        id=row["id"], at=row["at"], actor_kind=row["actor_kind"],
        actor_id=row["actor_id"] if named else None,
        actor_name=(row["actor_name"] or "") if named else "", action=row["action"],
        fields={
            name: (pair[0], pair[1])
            for name, pair in (row["changes"] or {}).items() if name in visible
        },
        reason=(row["reason"] or "") if reason_shown else "", move=row["move"] or "",
        from_state=row["from_state"] or "", to_state=row["to_state"] or "",
    )


def mask(work: Work, values: Sequence[dict[str, Any]]) -> None:
    """Take out of log rows what the actor may not see of the rows they tell of."""
    if work.rights(ENTITY).everything:
        return
    for each in values:
        target = each.get("record")
        visible = _visible_of(work, target)
        if each.get("changes"):
            each["changes"] = {
                name: pair for name, pair in each["changes"].items() if name in visible
            } or None
        if not visible and target is not None:
            for name in ("record_title", "reason"):
                if name in each:
                    each[name] = None


def _visible_of(work: Work, target: tuple[str, int] | None) -> frozenset[str]:
    """Return the fields that the actor sees of a row, none when they do not see it at all."""
    from runtime.records import reading

    if target is None or target[0] not in work.panel.generated.entities:
        return frozenset()
    entity, id = target  # noqa: A001
    rights = work.rights(entity)
    if rights.unlimited("see") and not rights.limited:
        return rights.always_visible
    try:
        record = reading.get(work, entity, id, trash=True)
    except NotFound:
        return frozenset()
    return rights.visible(record.permits)


def changed_since(work: Work, entity: str, id: int, version: int) -> Mapping[str, Any]:  # noqa: A002
    """Return field → its JSON value at `version`, for the fields edited since then."""
    table = work.table(ENTITY)
    statement = (
        select(table.c.changes)
        .where(
            table.c.record_entity == entity, table.c.record_id == id,
            table.c.action == "edit", table.c.record_version > version,
        )
        .order_by(table.c.id.desc())
    )
    base: dict[str, Any] = {}
    for changes in work.run(statement).scalars():
        # Going back in time: the oldest entry says last what stood there at `version`.
        base.update({name: pair[0] for name, pair in (changes or {}).items()})
    return base
