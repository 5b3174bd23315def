"""Who is signed in: rows in the database that a random token leads to.

The browser holds 256 random bits, the row their SHA-256, so a stolen database opens no session.
A session ends when it was idle for too long, when its time is over, when it is revoked, and when
its account is switched off; all of that is asked anew with each request.
"""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.exc import OperationalError

from runtime.actors import SYSTEM, Actor, account_columns, actor_of
from runtime.database import as_system, one_by_one
from runtime.web.branding import stamp_of

if TYPE_CHECKING:
    from sqlalchemy import Column, Select, Table

    from runtime.panel import Panel

logger = logging.getLogger(__name__)

AccountKind = Literal["staff", "user"]
COOKIE_NAMES: dict[AccountKind, str] = {"staff": "panel_staff", "user": "panel_client"}
KINDS: dict[str, AccountKind] = {"staff": "staff", "client": "user"}

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_USER_AGENT_MAX = 400
_SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Lifetime:
    """`idle`: without a request; `absolute`: since signing in."""

    idle: timedelta
    absolute: timedelta


LIFETIMES: dict[AccountKind, Lifetime] = {
    "staff": Lifetime(timedelta(hours=2), timedelta(hours=12)),
    "user": Lifetime(timedelta(hours=24), timedelta(days=14)),
}


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody signed in: their session and who they are now.

    `whole` is the person with all companies, `actor` within the one they chose to look at.
    `settings_stamp` differs once General settings have changed; see runtime.web.branding.
    """

    session_id: int
    kind: AccountKind
    account_id: int
    actor: Actor
    whole: Actor
    settings_stamp: str = ""


class Sessions:
    """The sessions of one panel."""

    def __init__(self, panel: Panel) -> None:
        self.panel = panel
        self.table: Table = panel.generated.entities["session"].table
        self._living = {kind: self._statement(kind) for kind in COOKIE_NAMES}
        security = panel.project.site.security
        self.lifetimes = {
            kind: Lifetime(
                security.session_idle or lifetime.idle,
                security.session_absolute or lifetime.absolute,
            )
            for kind, lifetime in LIFETIMES.items()
        }

    def start(self, kind: AccountKind, account_id: int, *, ip: str, user_agent: str) -> str:
        """Begin a session and return its token, which is kept nowhere else."""
        token = secrets.token_urlsafe(32)
        now = self.panel.clock.now()
        with as_system(self.panel.engine) as connection:
            connection.execute(
                delete(self.table).where(
                    self._account(kind) == account_id, self.table.c.expires_at <= now
                )
            )
            connection.execute(
                insert(self.table).values(
                    kind=kind,
                    token_hash=token_hash(token),
                    ip=ip or None,
                    user_agent=printable(user_agent)[:_USER_AGENT_MAX],
                    created_at=now,
                    updated_at=now,
                    last_seen_at=now,
                    expires_at=now + self.lifetimes[kind].absolute,
                    **{self._account(kind).name: account_id},
                )
            )
        return token

    def load(
        self, kind: AccountKind, token: str, *, ip: str, request_id: str, unattended: bool = False
    ) -> Login | None:
        """Return who the token belongs to, None when it opens nothing (any more).

        An `unattended` request is one that a page made by itself: nobody was seen.
        """
        now = self.panel.clock.now()
        given = {
            "token": token_hash(token), "now": now, "seen": now - self.lifetimes[kind].idle
        }
        with one_by_one(self.panel.engine, SYSTEM) as connection:
            row = connection.execute(self._living[kind], given).first()
            actor = row and actor_of(self.panel, connection, kind, row)
        if row is None or actor is None:
            return None
        session_id, account_id, last_seen_at, stamp = row.session, row.id, row.seen_at, row.stamp
        if now - last_seen_at >= _SEEN_EVERY and not unattended:
            self._saw(session_id, now)
        asking = actor.asking(ip=ip, request_id=request_id, session_id=session_id)
        return Login(session_id, kind, account_id, asking, asking, stamp)

    def end(self, session_id: int) -> None:
        """Revoke one session."""
        with as_system(self.panel.engine) as connection:
            connection.execute(delete(self.table).where(self.table.c.id == session_id))

    def end_by_token(self, token: str) -> None:
        """Revoke the session that `token` opens, if there is one."""
        with as_system(self.panel.engine) as connection:
            connection.execute(
                delete(self.table).where(self.table.c.token_hash == token_hash(token))
            )

    def end_all(self, kind: AccountKind, account_id: int, *, but: int | None = None) -> int:
        """Revoke the sessions of an account, all `but` one; return how many there were."""
        own = self._account(kind) == account_id
        kept = [self.table.c.id != but] if but is not None else []
        with as_system(self.panel.engine) as connection:
            return connection.execute(delete(self.table).where(own, *kept)).rowcount

    def _statement(self, kind: AccountKind) -> Select[Any]:
        """Return the query for a living session and its account: one for each request."""
        table, owner = self.table, self.panel.generated.entities[kind].table
        stamp = stamp_of(self.panel.generated.entities["setting"].table)
        return (
            select(
                table.c.id.label("session"), table.c.last_seen_at.label("seen_at"),
                stamp.label("stamp"), *account_columns(self.panel, kind),
            )
            .join_from(table, owner, self._account(kind) == owner.c.id)
            .where(
                table.c.token_hash == bindparam("token"),
                table.c.kind == kind,
                table.c.expires_at > bindparam("now", type_=table.c.expires_at.type),
                table.c.last_seen_at > bindparam("seen", type_=table.c.last_seen_at.type),
            )
        )

    def _saw(self, session_id: int, now: datetime) -> None:
        old = now - _SEEN_EVERY
        seen = (
            update(self.table)
            .where(self.table.c.id == session_id, self.table.c.last_seen_at <= old)
            .values(last_seen_at=now)
        )
        try:
            with as_system(self.panel.engine) as connection:
                connection.execute(seen)
        except OperationalError:
            # The one writer is busy: a page is worth more than the minute it was seen.
            logger.info("last seen was not written", extra={"session": session_id})

    def _account(self, kind: AccountKind) -> Column[int]:
        return self.table.c.staff_id if kind == "staff" else self.table.c.user_id


def token_hash(token: str) -> str:
    """Return what is stored of a token. It is random, so no slow hash is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_token(value: str) -> bool:
    return _TOKEN.fullmatch(value) is not None


def printable(text: str) -> str:
    """Return `text` without what would break a list or a log line."""
    return "".join(char for char in text if char.isprintable())
