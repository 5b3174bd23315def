"""Stores what an account proves itself with. Only hashes come here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, update

from runtime.database import as_system

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from runtime.accounts.sessions import AccountKind
    from runtime.panel import Panel


def store_hash(panel: Panel, kind: AccountKind, account_id: int, stored: str) -> None:
    """Give the account the password that made `stored`, in place of the one it had."""
    with as_system(panel.engine) as connection:
        write_hash(panel, connection, kind, account_id, stored)


def write_hash(
    panel: Panel, connection: Connection, kind: AccountKind, account_id: int, stored: str
) -> None:
    """Do what `store_hash` does in a transaction of the panel itself that is open already."""
    table, now = panel.generated.entities["credential"].table, panel.clock.now()
    own = (table.c.kind == kind) & (table.c.account_id == account_id)
    values = {"hash": stored, "changed_at": now, "updated_at": now}
    if connection.execute(update(table).where(own).values(**values)).rowcount:
        return
    connection.execute(
        insert(table).values(
            kind=kind, account_id=account_id, created_at=now, failures=0, **values
        )
    )
