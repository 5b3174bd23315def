"""Signing in with e-mail and password, the same for both areas.

    limits of the window -> account by e-mail -> password -> account switched on? -> session

Whoever fails learns nothing: text, status and time are the same for an unknown address and a wrong
password, and that an account is switched off is told only after its password was right.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from config.texts.sentence import Sentence
from generator.fields.exchange import NEUTRAL, FieldProblem
from runtime.accounts import rate_limit
from runtime.accounts.credentials import store_hash
from runtime.accounts.events import record_login_event
from runtime.accounts.first_login import make_active
from runtime.accounts.passwords import Passwords, TooBusy
from runtime.accounts.sessions import AccountKind, Sessions
from runtime.actors import SYSTEM
from runtime.database import as_system, transaction

if TYPE_CHECKING:
    from runtime.panel import Panel

logger = logging.getLogger(__name__)

_BUSY_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Visitor:
    """Where a try comes from."""

    ip: str
    user_agent: str
    request_id: str


@dataclass(frozen=True, slots=True)
class Welcome:
    """The person is in; `token` goes into their cookie and nowhere else."""

    token: str
    account_id: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """`text` is for the person; `wait_seconds` above 0 means that the limit was reached."""

    text: str
    wait_seconds: int = 0


@dataclass(frozen=True, slots=True)
class _Account:
    id: int
    name: str
    enabled: bool
    stored: str | None


_ACCOUNT_COLUMNS = ("id", "firstname", "lastname", "enabled")
_WRONG = Sentence("E-mail address or password is wrong.")
_OFF = Sentence("This account is switched off. Please contact us.")
_TOO_MANY = Sentence("Too many tries. Please wait a few minutes.")


class Logins:
    """Signs people of one panel in and out."""

    def __init__(self, panel: Panel, sessions: Sessions, passwords: Passwords) -> None:
        self.panel = panel
        self.sessions = sessions
        self.passwords = passwords

    def sign_in(
        self, kind: AccountKind, email: str, password: str, visitor: Visitor
    ) -> Welcome | Refusal:
        """Check a password and begin a session."""
        address = _folded(self.panel, kind, email)
        own_tries = rate_limit.subject("account", kind, address or email.strip().casefold())
        wait = rate_limit.seconds_to_wait(
            self.panel,
            {
                own_tries: rate_limit.PER_ACCOUNT,
                rate_limit.subject("address", visitor.ip): rate_limit.PER_ADDRESS,
            },
        )
        if wait:
            return Refusal(_TOO_MANY, wait)
        account = self._account(kind, address) if address else None
        try:
            right = self.passwords.verify(account.stored if account else None, password)
        except TooBusy:
            return Refusal(_TOO_MANY, _BUSY_SECONDS)
        if account is None or not right:
            self._record(kind, account, "login_failed", visitor)
            return Refusal(_WRONG)
        if not account.enabled:
            self._record(kind, account, "login_refused", visitor)
            return Refusal(_OFF)
        return self._welcome(kind, account, password, own_tries, visitor)

    def sign_out(
        self, kind: AccountKind, account_id: int, name: str, token: str, visitor: Visitor
    ) -> None:
        """End the session of `token`."""
        self.sessions.end_by_token(token)
        record_login_event(
            self.panel,
            "logout",
            kind,
            account_id,
            name,
            ip=visitor.ip,
            request_id=visitor.request_id,
        )

    def password_fits(self, kind: AccountKind, account_id: int, password: str) -> bool:
        """Say whether `password` is the account's. Raises TooBusy."""
        credential = self.panel.generated.entities["credential"].table
        found = select(credential.c.hash).where(
            credential.c.kind == kind, credential.c.account_id == account_id
        )
        with transaction(self.panel.engine, SYSTEM, write=False) as connection:
            stored = connection.scalar(found)
        return self.passwords.verify(stored, password)

    def seconds_to_wait(self, kind: AccountKind, account_id: int) -> int:
        """Count one try of somebody signed in to prove themselves again; 0 means they may."""
        tries = rate_limit.subject("again", kind, str(account_id))
        return rate_limit.seconds_to_wait(self.panel, {tries: rate_limit.PER_ACCOUNT})

    def forget_tries(self, kind: AccountKind, account_id: int) -> None:
        rate_limit.forget(self.panel, rate_limit.subject("again", kind, str(account_id)))

    def _welcome(
        self, kind: AccountKind, account: _Account, password: str, own_tries: str, visitor: Visitor
    ) -> Welcome:
        rate_limit.forget(self.panel, own_tries)
        if account.stored and self.passwords.is_outdated(account.stored):
            store_hash(self.panel, kind, account.id, self.passwords.hash(password))
        token = self.sessions.start(kind, account.id, ip=visitor.ip, user_agent=visitor.user_agent)
        table = self.panel.generated.entities[kind].table
        with as_system(self.panel.engine) as connection:
            connection.execute(
                update(table)
                .where(table.c.id == account.id)
                .values(last_login_at=self.panel.clock.now())
            )
        self._record(kind, account, "login", visitor)
        make_active(self.panel, kind, account.id)
        return Welcome(token, account.id)

    def _account(self, kind: AccountKind, email: str) -> _Account | None:
        table = self.panel.generated.entities[kind].table
        credential = self.panel.generated.entities["credential"].table
        own = (credential.c.kind == kind) & (credential.c.account_id == table.c.id)
        found = (
            select(*(table.c[name] for name in _ACCOUNT_COLUMNS), credential.c.hash)
            .join_from(table, credential, own, isouter=True)
            .where(table.c.email == email)
        )
        with transaction(self.panel.engine, SYSTEM, write=False) as connection:
            row = connection.execute(found).first()
        if row is None:
            return None
        name = " ".join(part for part in (row.firstname, row.lastname) if part) or email
        return _Account(row.id, name, bool(row.enabled), row.hash)

    def _record(
        self, kind: AccountKind, account: _Account | None, action: str, visitor: Visitor
    ) -> None:
        record_login_event(
            self.panel,
            action,
            kind,
            account.id if account else None,
            account.name if account else "",
            ip=visitor.ip,
            request_id=visitor.request_id,
        )


def _folded(panel: Panel, kind: AccountKind, email: str) -> str | None:
    """Return the address as accounts keep it, None when it is none."""
    field = panel.generated.entities[kind].fields["email"]
    try:
        value: str | None = field.type.parse(field, [email], NEUTRAL)
    except FieldProblem:
        return None
    return value
