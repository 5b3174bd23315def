"""A right password that waits for the second proof.

The browser holds a token as for a session, and it opens nothing but the page that asks for the
proof. It is gone after ten minutes, after a lock, and once the proof was given.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from runtime.accounts.sessions import token_hash
from runtime.actors import SYSTEM
from runtime.database import as_system, transaction

if TYPE_CHECKING:
    from sqlalchemy import Table

    from runtime.accounts.sessions import AccountKind
    from runtime.panel import Panel

LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Pending:
    """Who has given their password; `then` is the page to go on to."""

    id: int
    account_id: int
    then: str
    remember: bool


class PendingLogins:
    def __init__(self, panel: Panel) -> None:
        self.panel = panel
        self.table: Table = panel.generated.entities["pending_login"].table

    def start(
        self, kind: AccountKind, account_id: int, *, then: str = "", remember: bool = False
    ) -> str:
        """Return the token for the browser; those that are over are cleared away."""
        token, now = secrets.token_urlsafe(32), self.panel.clock.now()
        with as_system(self.panel.engine) as connection:
            connection.execute(delete(self.table).where(self.table.c.expires_at <= now))
            connection.execute(insert(self.table).values(
                kind=kind, account_id=account_id, token_hash=token_hash(token), then=then or None,
                remember=remember, expires_at=now + LIFETIME, created_at=now, updated_at=now,
            ))
        return token

    def load(self, kind: AccountKind, token: str) -> Pending | None:
        with transaction(self.panel.engine, SYSTEM, write=False) as connection:
            row = connection.execute(select(self.table).where(
                self.table.c.token_hash == token_hash(token), self.table.c.kind == kind,
                self.table.c.expires_at > self.panel.clock.now(),
            )).first()
        return None if row is None else Pending(
            row.id, row.account_id, row.then or "", bool(row.remember)
        )

    def take(self, pending: Pending) -> bool:
        """End it, once: of two that proved themselves with it at once, one is let in."""
        with as_system(self.panel.engine) as connection:
            return connection.execute(
                delete(self.table).where(self.table.c.id == pending.id)
            ).rowcount == 1

    def end_all(self, kind: AccountKind, account_id: int) -> None:
        """End every one of an account: after a lock, or when its password has changed."""
        with as_system(self.panel.engine) as connection:
            connection.execute(delete(self.table).where(
                self.table.c.kind == kind, self.table.c.account_id == account_id
            ))
