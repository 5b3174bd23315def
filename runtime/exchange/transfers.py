"""Imports and exports as rows: what was asked, how far it is, and who works on it.

    reading ─> draft ─> waiting ─> running ─> done ─> undoing ─> undone
       └──────────────────┴────────┴──> stopped (by its person, or by what `problem` says)

A row belongs to whoever began it; for everybody else it is not there. These rows are the panel's
own, so they are read and written by it, never through a role.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from runtime.actors import SYSTEM, Actor
from runtime.database import as_system, transaction
from runtime.exchange import store
from runtime.exchange.kept_texts import of_column
from runtime.records.errors import NotFound

if TYPE_CHECKING:
    from sqlalchemy import Table

    from runtime.panel import Panel

ENTITY = "file_transfer"
LINES = "import_line"
MAPPINGS = "import_mapping"

State = Literal["reading", "draft", "waiting", "running", "done", "stopped", "undoing", "undone"]
WORKING: tuple[State, ...] = ("reading", "waiting", "running", "undoing")
ENDED: tuple[State, ...] = ("done", "stopped", "undone")

KEPT = timedelta(days=7)
"""How long the file of an import or export is kept."""
REMEMBERED = timedelta(days=90)
"""How long the list of imports and exports goes back."""
SILENT = timedelta(seconds=60)
"""After this long without a sign a process is taken for dead, and another goes on."""
OPEN_MAX = 20
"""How many a person may have waiting or running."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """One import or export as it is now."""

    id: int
    kind: str
    owner_kind: str
    owner_id: int
    entity: str
    state: State
    name: str
    options: Mapping[str, Any] = field(default_factory=dict)
    place: str | None = None
    total: int = 0
    lines_done: int = 0
    created: int = 0
    updated: int = 0
    same: int = 0
    refused: int = 0
    taken_back: int = 0
    kept: int = 0
    problem: str | None = None
    cancel: bool = False
    created_at: datetime | None = None
    finished_at: datetime | None = None

    @property
    def is_working(self) -> bool:
        return self.state in WORKING

    @property
    def written(self) -> int:
        """How many rows the import made or changed."""
        return self.created + self.updated

    @property
    def steps(self) -> tuple[int, int]:
        """How far it is, and how far it has to go."""
        if self.state in ("undoing", "undone"):
            return self.taken_back + self.kept, self.written
        done = self.lines_done if self.kind == "export" else (
            self.created + self.updated + self.same + self.refused
        )
        return done, self.total


_NAMES = [each.name for each in fields(Transfer)]


class Transfers:
    """The imports and exports of one panel."""

    def __init__(self, panel: Panel) -> None:
        self.panel = panel
        self.table: Table = panel.generated.entities[ENTITY].table
        self.lines: Table = panel.generated.entities[LINES].table
        self.mappings: Table = panel.generated.entities[MAPPINGS].table

    # ------------------------------------------------------------------ for its person

    def begin(
        self, actor: Actor, kind: Literal["import", "export"], entity: str, name: str,
        **values: Any,
    ) -> int:
        """Write down a new one and return its id."""
        with as_system(self.panel.engine) as connection:
            return self.begin_in(connection.execute, actor, kind, entity, name, **values)

    def begin_in(
        self, run: Any, actor: Actor, kind: Literal["import", "export"], entity: str, name: str,
        **values: Any,
    ) -> int:
        """Write down a new one by `run`, which executes statements in some transaction."""
        now = self.panel.clock.now()
        row = {
            "kind": kind, "owner_kind": actor.kind, "owner_id": actor.id, "entity": entity,
            "state": "draft", "name": name[:255], "created_at": now, "updated_at": now,
            "cancel": False, **dict.fromkeys(_COUNTS, 0), **values,
        }
        statement = insert(self.table).values(**row).returning(self.table.c.id)
        id_: int = run(statement).scalar_one()
        return id_

    def own(self, actor: Actor, id: int) -> Transfer:  # noqa: A002
        """Return one that the actor began. Raises NotFound for every other one."""
        with transaction(self.panel.engine, SYSTEM, write=False) as connection:
            row = connection.execute(
                select(*(self.table.c[name] for name in _NAMES)).where(
                    self.table.c.id == id, *self._owner(actor)
                )
            ).mappings().first()
        if row is None or row["entity"] not in self.panel.generated.entities:
            raise NotFound(ENTITY, id)
        return _transfer(row)

    def of(self, actor: Actor, limit: int = 100) -> list[Transfer]:
        """Return what the actor began, the newest first."""
        with transaction(self.panel.engine, SYSTEM, write=False) as connection:
            rows = connection.execute(
                select(*(self.table.c[name] for name in _NAMES))
                .where(*self._owner(actor)).order_by(self.table.c.id.desc()).limit(limit)
            ).mappings().all()
        known = self.panel.generated.entities
        return [_transfer(row) for row in rows if row["entity"] in known]

    def open_count(self, actor: Actor) -> int:
        """Return how many of the actor's are waiting or running."""
        with transaction(self.panel.engine, SYSTEM, write=False) as connection:
            statement = select(func.count()).select_from(self.table).where(
                *self._owner(actor), self.table.c.state.in_(WORKING)
            )
            count: int = connection.execute(statement).scalar_one()
        return count

    def _owner(self, actor: Actor) -> tuple[Any, Any]:
        return self.table.c.owner_kind == actor.kind, self.table.c.owner_id == actor.id

    def change(self, id: int, *, only: tuple[State, ...] = (), **values: Any) -> bool:  # noqa: A002
        """Write `values`; with `only` in these states. Say whether it was in one of them."""
        with as_system(self.panel.engine) as connection:
            return self.change_in(connection.execute, id, only=only, **values)

    def change_in(
        self, run: Any, id: int, *, only: tuple[State, ...] = (), **values: Any  # noqa: A002
    ) -> bool:
        """Write `values` by `run`, which executes statements in some transaction."""
        statement = update(self.table).where(self.table.c.id == id)
        if only:
            statement = statement.where(self.table.c.state.in_(only))
        values["updated_at"] = self.panel.clock.now()
        changed: int = run(statement.values(**values)).rowcount
        return changed == 1

    def drop(self, transfer: Transfer) -> None:
        """Throw away one that was never begun, with its file."""
        with as_system(self.panel.engine) as connection:
            gone = connection.execute(delete(self.table).where(
                self.table.c.id == transfer.id, self.table.c.state == "draft"
            )).rowcount
        if gone:
            store.remove(self.folder, transfer.place)

    # ------------------------------------------------------------------ mappings

    def remembered(self, actor: Actor, entity: str) -> Mapping[str, Any]:
        """Return the mapping (header → field) and key that the actor used last."""
        with transaction(self.panel.engine, SYSTEM, write=False) as connection:
            found = connection.execute(
                select(self.mappings.c.mapping).where(*self._mapping(actor, entity))
            ).scalar()
        return found or {}

    def remember(self, actor: Actor, entity: str, mapping: Mapping[str, Any]) -> None:
        now = self.panel.clock.now()
        with as_system(self.panel.engine) as connection:
            connection.execute(delete(self.mappings).where(*self._mapping(actor, entity)))
            connection.execute(insert(self.mappings).values(
                owner_kind=actor.kind, owner_id=actor.id, entity=entity, mapping=mapping,
                created_at=now, updated_at=now,
            ))

    def _mapping(self, actor: Actor, entity: str) -> tuple[Any, ...]:
        table = self.mappings
        return (
            table.c.owner_kind == actor.kind, table.c.owner_id == actor.id,
            table.c.entity == entity,
        )

    # ------------------------------------------------------------------ for the worker

    def claim(self, worker: str) -> Transfer | None:
        """Take the next one that waits, or that a dead process left, for `worker`."""
        now = self.panel.clock.now()
        table = self.table
        with as_system(self.panel.engine) as connection:
            waiting = connection.execute(
                select(table.c.id, table.c.worker, table.c.beat_at)
                .where(table.c.state.in_(WORKING)).order_by(table.c.id).limit(50)
            ).all()
            for row in waiting:
                if row.worker == worker or not _is_free(row.worker, row.beat_at, worker, now):
                    continue
                if self._take(connection, row.id, row.worker, worker, now):
                    found = connection.execute(
                        select(*(table.c[name] for name in _NAMES)).where(table.c.id == row.id)
                    ).mappings().one()
                    return _transfer(found)
        return None

    def _take(
        self, connection: Connection, id_: int, before: str | None, worker: str, now: datetime
    ) -> bool:
        table = self.table
        same = table.c.worker.is_(None) if before is None else table.c.worker == before
        changed: int = connection.execute(
            update(table).where(table.c.id == id_, same, table.c.state.in_(WORKING))
            .values(worker=worker, beat_at=now)
        ).rowcount
        return changed == 1

    def any_open(self) -> bool:
        """Say whether anything waits or runs, for whichever process."""
        with transaction(self.panel.engine, SYSTEM, write=False) as connection:
            statement = select(self.table.c.id).where(self.table.c.state.in_(WORKING)).limit(1)
            return connection.execute(statement).first() is not None

    def sweep(self) -> None:
        """Delete the files that are too old, and what is too old to be remembered."""
        now = self.panel.clock.now()
        table = self.table
        idle = or_(table.c.state.in_(ENDED), table.c.state == "draft")
        with as_system(self.panel.engine) as connection:
            old = connection.execute(select(table.c.id, table.c.place).where(
                idle, table.c.place.is_not(None), table.c.updated_at < now - KEPT
            )).all()
            for row in old:
                store.remove(self.folder, row.place)
                connection.execute(
                    update(table).where(table.c.id == row.id).values(place=None)
                )
            gone = select(table.c.id).where(idle, table.c.updated_at < now - REMEMBERED)
            connection.execute(delete(self.lines).where(self.lines.c.transfer_id.in_(gone)))
            connection.execute(
                delete(table).where(idle, table.c.updated_at < now - REMEMBERED)
            )

    @property
    def folder(self) -> Path:
        return self.panel.settings.var / "exchange"


_COUNTS = ("total", "lines_done", "created", "updated", "same", "refused", "taken_back", "kept")


def _transfer(row: Mapping[str, Any]) -> Transfer:
    told = of_column(row["problem"])
    return Transfer(**{**row, "options": row["options"] or {}, "problem": told})


def new_worker() -> str:
    """Return a name for this process that no other has, also after a restart."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(8)}"


def _is_free(worker: str | None, beat_at: datetime | None, asking: str, now: datetime) -> bool:
    """Say whether nobody works on it: never begun, or its process is gone."""
    if worker is None or beat_at is None or now - beat_at > SILENT:
        return True
    host, pid, _ = worker.rsplit(":", 2)
    own_host, own_pid, _ = asking.rsplit(":", 2)
    if host != own_host:
        return False
    # The same number after a restart is another process: its name is not ours.
    return pid == own_pid or not _is_alive(int(pid))


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
