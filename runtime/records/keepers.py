"""Somebody must stay who may manage staff: the last one neither leaves nor loses the right.

A *keeper* is an active member of staff who may edit every other one, their roles included. Work
asks before the first statement that could take one away, and at the end of the step that did.
The panel itself is not asked: `panelwright staff create` gives a panel a keeper again.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from sqlalchemy import Delete, Executable, Update, func, select

from config.texts.sentence import Sentence
from runtime.actors import Actor
from runtime.records.errors import ValidationFailed

if TYPE_CHECKING:
    from runtime.records.work import Work

STAFF, GROUP = "staff", "staff_group"
MEMBERSHIP, PART = "staff_membership", "staff_group_part"
_ENTITIES = frozenset({STAFF, GROUP, MEMBERSHIP, PART})
_NEEDED = frozenset({"enabled", "roles"})
_LOCK = int.from_bytes(hashlib.sha256(b"keepers of staff").digest()[:8], signed=True)


def may_take_one_away(statement: Executable) -> bool:
    """Say whether a statement changes who works here, or what they may do."""
    return isinstance(statement, Update | Delete) and (
        getattr(statement.table, "name", "") in _ENTITIES
    )


def wait_for_turn(work: Work) -> None:
    """Let one transaction at a time take people away: two could each rely on the other's."""
    if work.connection.dialect.name == "postgresql":
        # SQLite has one writer anyway.
        work.run(select(func.pg_advisory_xact_lock(_LOCK)))


def require(work: Work) -> None:
    """Raise ValidationFailed when nobody is left who may manage staff."""
    if not is_there(work):
        raise ValidationFailed({"": [Sentence("Somebody must stay who may manage staff.")]})


def is_there(work: Work) -> bool:
    """Say whether somebody may manage staff."""
    return any(_manages(work, id, roles) for id, roles in _people(work).items())  # noqa: A001


def _manages(work: Work, id: int, roles: frozenset[str]) -> bool:  # noqa: A002
    rights = work.panel.access.rights(Actor(STAFF, id, roles=roles), STAFF)
    return rights.unlimited("edit") and rights.editable("edit", frozenset()) >= _NEEDED


def _people(work: Work) -> dict[int, frozenset[str]]:
    """Return the active members of staff with all their roles."""
    active = work.table(STAFF).c.enabled.is_(True)
    roles = {
        row["id"]: _roles(work, STAFF, row) for row in _rows(work, STAFF, active)
        if row.get("deleted_at") is None
    }
    groups = group_roles(work)
    for row in _rows(work, MEMBERSHIP):
        if row["staff_id"] in roles:
            roles[row["staff_id"]] |= groups.get(row["staff_group_id"], frozenset())
    return roles


def group_roles(work: Work) -> dict[int, frozenset[str]]:
    """Return group → its roles and those of every group that it takes in."""
    own = {row["id"]: _roles(work, GROUP, row) for row in _rows(work, GROUP)}
    parts: dict[int, set[int]] = {}
    for row in _rows(work, PART):
        parts.setdefault(row["whole_id"], set()).add(row["part_id"])
    return {
        group: frozenset().union(*(own.get(each, frozenset()) for each in _within(group, parts)))
        for group in own
    }


def _within(group: int, parts: dict[int, set[int]]) -> set[int]:
    """Return a group and all that it takes in; groups may take in each other."""
    found, waiting = {group}, [group]
    while waiting:
        new = parts.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found


def _rows(work: Work, entity: str, condition: Any = None) -> Any:
    statement = select(work.table(entity))
    return work.run(statement if condition is None else statement.where(condition)).mappings().all()


def _roles(work: Work, entity: str, row: Any) -> frozenset[str]:
    bound = work.model(entity).fields["roles"]
    roles: frozenset[str] = bound.type.from_columns(bound, row) or frozenset()
    return roles
