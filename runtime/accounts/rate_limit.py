"""How often may somebody try? A sliding window, kept in the database.

The try is written before the password is looked at, and tries of one subject wait for each other:
a thousand at once count as a thousand.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, func, insert, select

from runtime.database import as_system

if TYPE_CHECKING:
    from sqlalchemy import Table

    from runtime.panel import Panel


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `tries_max` tries within `window`."""

    tries_max: int
    window: timedelta


PER_ACCOUNT = Limit(10, timedelta(minutes=15))
# An office of many people shares one address.
PER_ADDRESS = Limit(50, timedelta(minutes=15))
_KEPT = timedelta(days=1)


def subject(kind: str, *parts: str) -> str:
    """Return what stands for an account or an address: a digest, 64 characters."""
    return hashlib.sha256("\0".join((kind, *parts)).encode()).hexdigest()


def seconds_to_wait(panel: Panel, limits: Mapping[str, Limit]) -> int:
    """Write one try for every subject; return 0 if all may, else the seconds until one may again.

    A refused try does not count, so that whoever keeps trying gets in again at all.
    """
    table, now = _table(panel), panel.clock.now()
    with as_system(panel.engine) as connection:
        _take_turns(connection, limits)
        wait = max(
            (_wait(connection, table, key, limit, now) for key, limit in limits.items()), default=0
        )
        if wait == 0:
            connection.execute(
                insert(table),
                [
                    {"subject": key, "at": now, "created_at": now, "updated_at": now}
                    for key in limits
                ],
            )
        connection.execute(delete(table).where(table.c.at < now - _KEPT))
    return wait


def forget(panel: Panel, key: str) -> None:
    """Take back the tries of a subject that has proved itself."""
    table = _table(panel)
    with as_system(panel.engine) as connection:
        connection.execute(delete(table).where(table.c.subject == key))


def _wait(connection: Connection, table: Table, key: str, limit: Limit, now: datetime) -> int:
    """Return the seconds until the oldest try that still fills the window leaves it."""
    recent = select(table.c.at).where(table.c.subject == key, table.c.at > now - limit.window)
    freeing = connection.scalar(
        recent.order_by(table.c.at.desc()).offset(limit.tries_max - 1).limit(1)
    )
    return 0 if freeing is None else int((freeing + limit.window - now).total_seconds()) + 1


def _take_turns(connection: Connection, keys: Mapping[str, Limit]) -> None:
    # SQLite has one writer anyway. Sorted, so that two tries never wait for each other's lock.
    if connection.dialect.name == "postgresql":
        for key in sorted(keys):
            number = int.from_bytes(bytes.fromhex(key)[:8], signed=True)
            connection.execute(select(func.pg_advisory_xact_lock(number)))


def _table(panel: Panel) -> Table:
    return panel.generated.entities["login_attempt"].table
