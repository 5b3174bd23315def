"""Browsers in which the second proof is not asked again.

A device stands for the second factor alone, never for the password. Its token is 256 random bits,
of which the row keeps a digest, and a new one at each use: an earlier token that comes back was
copied, and the device is forgotten.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, or_, select, update

from generator.fields.user_agent import device_name
from runtime.accounts.sessions import is_token, printable, token_hash
from runtime.actors import SYSTEM
from runtime.database import as_system, transaction

if TYPE_CHECKING:
    from sqlalchemy import Table

    from runtime.accounts.sessions import AccountKind
    from runtime.panel import Panel

COOKIE_NAMES = {"staff": "panel_staff_device", "user": "panel_client_device"}
LIFETIME = timedelta(days=30)
_USER_AGENT_MAX = 400


@dataclass(frozen=True, slots=True)
class Device:
    id: int
    name: str
    user_agent: str
    ip: str
    since: datetime
    last_used_at: datetime


class Devices:
    def __init__(self, panel: Panel) -> None:
        self.panel = panel
        self.table: Table = panel.generated.entities["remembered_device"].table

    def remember(self, kind: AccountKind, account_id: int, *, ip: str, user_agent: str) -> str:
        """Remember a browser for 30 days and return its token."""
        token, now = secrets.token_urlsafe(32), self.panel.clock.now()
        with as_system(self.panel.engine) as connection:
            connection.execute(delete(self.table).where(self.table.c.expires_at <= now))
            connection.execute(insert(self.table).values(
                kind=kind, account_id=account_id, token_hash=token_hash(token), ip=ip or None,
                user_agent=printable(user_agent)[:_USER_AGENT_MAX], last_used_at=now,
                expires_at=now + LIFETIME, created_at=now, updated_at=now,
            ))
        return token

    def recognise(self, kind: AccountKind, account_id: int, token: str, *, ip: str) -> str | None:
        """Return the next token of a remembered browser of this account, None for any other."""
        if not is_token(token):
            return None
        digest, now = token_hash(token), self.panel.clock.now()
        table = self.table
        own = (table.c.kind == kind, table.c.account_id == account_id)
        with as_system(self.panel.engine) as connection:
            row = connection.execute(
                select(table)
                .where(*own, or_(table.c.token_hash == digest, table.c.earlier_hash == digest))
                .with_for_update()
            ).first()
            if row is None:
                return None
            if row.token_hash != digest or row.expires_at <= now:
                # Used before: whoever comes second holds a copy, and nobody knows who that is.
                connection.execute(delete(table).where(table.c.id == row.id))
                return None
            following = secrets.token_urlsafe(32)
            connection.execute(update(table).where(table.c.id == row.id).values(
                token_hash=token_hash(following), earlier_hash=digest, last_used_at=now,
                ip=ip or None, updated_at=now,
            ))
        return following

    def of(self, kind: AccountKind, account_id: int) -> list[Device]:
        """Return the browsers of an account that are remembered, the last used first."""
        table = self.table
        with transaction(self.panel.engine, SYSTEM, write=False) as connection:
            rows = connection.execute(
                select(table)
                .where(*self._own(kind, account_id), table.c.expires_at > self.panel.clock.now())
                .order_by(table.c.last_used_at.desc(), table.c.id)
            ).all()
        return [
            Device(row.id, device_name(row.user_agent), row.user_agent or "", row.ip or "",
                   row.created_at, row.last_used_at)
            for row in rows
        ]

    def forget(self, kind: AccountKind, account_id: int, device_id: int | None = None) -> int:
        """Forget one browser of an account, or all; return how many there were."""
        which = () if device_id is None else (self.table.c.id == device_id,)
        with as_system(self.panel.engine) as connection:
            return connection.execute(
                delete(self.table).where(*self._own(kind, account_id), *which)
            ).rowcount

    def forget_by_token(self, token: str) -> None:
        """Forget the browser that holds `token`: somebody signed out of it in full."""
        if is_token(token):
            with as_system(self.panel.engine) as connection:
                connection.execute(
                    delete(self.table).where(self.table.c.token_hash == token_hash(token))
                )

    def _own(self, kind: AccountKind, account_id: int) -> tuple[Any, ...]:
        return (self.table.c.kind == kind, self.table.c.account_id == account_id)
