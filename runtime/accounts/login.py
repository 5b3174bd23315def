"""Signing in with e-mail and password, the same for both areas.

    limits of the window -> account by e-mail -> password -> account switched on?
        -> a second proof, unless this browser is remembered -> session

Whoever fails learns nothing: text, status and time are the same for an unknown address and a wrong
password, and that an account is switched off is told only after its password was right.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from config.texts.sentence import Sentence
from generator.fields.exchange import NEUTRAL, FieldProblem
from runtime.accounts import rate_limit
from runtime.accounts.credentials import store_hash
from runtime.accounts.events import record_login_event
from runtime.accounts.factors.devices import Devices
from runtime.accounts.factors.pending import PendingLogins
from runtime.accounts.factors.store import Factors
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
    device: str = ""
    """The token of a remembered browser, if it has one."""


@dataclass(frozen=True, slots=True)
class Welcome:
    """The person is in; `token` goes into their cookie and nowhere else."""

    token: str
    account_id: int
    device: str = ""
    """The next token of a remembered browser."""


@dataclass(frozen=True, slots=True)
class SecondStep:
    """The password is right; `token` opens the page that asks for the second proof."""

    token: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """`text` is for the person; `wait_seconds` above 0 means that the limit was reached."""

    text: str
    wait_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Account:
    """Whoever wants in. `stored` is what is kept of the password."""

    id: int
    email: str
    name: str
    enabled: bool
    two_factor: bool
    stored: str | None


_ACCOUNT_COLUMNS = ("id", "email", "firstname", "lastname", "enabled", "two_factor")
_WRONG = Sentence("E-mail address or password is wrong.")
_OFF = Sentence("This account is switched off. Please contact us.")
_TOO_MANY = Sentence("Too many tries. Please wait a few minutes.")


class Logins:
    """Signs people of one panel in and out."""

    def __init__(self, panel: Panel, sessions: Sessions, passwords: Passwords) -> None:
        self.panel = panel
        self.sessions = sessions
        self.passwords = passwords
        self.factors = Factors(panel)
        self.devices = Devices(panel)
        self.pending = PendingLogins(panel)

    def sign_in(
        self, kind: AccountKind, email: str, password: str, visitor: Visitor, *,
        then: str = "", remember: bool = False,
    ) -> Welcome | SecondStep | Refusal:
        """Check a password and begin a session, or ask for the second proof.

        `then` and `remember` are kept for after that.
        """
        address = _folded(self.panel, kind, email)
        own_tries = _tries(kind, address or email.strip().casefold())
        wait = rate_limit.seconds_to_wait(
            self.panel,
            {
                own_tries: rate_limit.PER_ACCOUNT,
                rate_limit.subject("address", visitor.ip): rate_limit.PER_ADDRESS,
            },
        )
        if wait:
            return Refusal(_TOO_MANY, wait)
        account = self._account(kind, email=address) if address else None
        try:
            right = self.passwords.verify(account.stored if account else None, password)
        except TooBusy:
            return Refusal(_TOO_MANY, _BUSY_SECONDS)
        if account is None or not right:
            self.record(kind, account, "login_failed", visitor)
            return Refusal(_WRONG)
        if not account.enabled:
            self.record(kind, account, "login_refused", visitor)
            return Refusal(_OFF)
        if account.stored and self.passwords.is_outdated(account.stored):
            store_hash(self.panel, kind, account.id, self.passwords.hash(password))
        if not account.two_factor:
            return self.welcome(kind, account, visitor)
        device = self.devices.recognise(kind, account.id, visitor.device, ip=visitor.ip)
        if device is None:
            return SecondStep(
                self.pending.start(kind, account.id, then=then, remember=remember)
            )
        return self.welcome(kind, account, visitor, device)

    def sign_out(
        self, kind: AccountKind, account_id: int, name: str, token: str, visitor: Visitor
    ) -> None:
        """End the session of `token`; this browser is asked for everything again."""
        self.sessions.end_by_token(token)
        self.devices.forget_by_token(visitor.device)
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

    def welcome(
        self, kind: AccountKind, account: Account, visitor: Visitor, device: str = ""
    ) -> Welcome:
        """Begin the session of somebody who has proved themselves."""
        rate_limit.forget(self.panel, _tries(kind, account.email))
        token = self.sessions.start(kind, account.id, ip=visitor.ip, user_agent=visitor.user_agent)
        table = self.panel.generated.entities[kind].table
        with as_system(self.panel.engine) as connection:
            connection.execute(
                update(table)
                .where(table.c.id == account.id)
                .values(last_login_at=self.panel.clock.now())
            )
        self.record(kind, account, "login", visitor)
        make_active(self.panel, kind, account.id)
        return Welcome(token, account.id, device)

    def account(self, kind: AccountKind, account_id: int) -> Account | None:
        """Return an account that is switched on."""
        found = self._account(kind, id=account_id)
        return found if found and found.enabled else None

    def _account(self, kind: AccountKind, **by: Any) -> Account | None:
        table = self.panel.generated.entities[kind].table
        credential = self.panel.generated.entities["credential"].table
        own = (credential.c.kind == kind) & (credential.c.account_id == table.c.id)
        found = (
            select(*(table.c[name] for name in _ACCOUNT_COLUMNS), credential.c.hash)
            .join_from(table, credential, own, isouter=True)
            .where(*(table.c[name] == value for name, value in by.items()))
        )
        with transaction(self.panel.engine, SYSTEM, write=False) as connection:
            row = connection.execute(found).first()
        if row is None:
            return None
        name = " ".join(part for part in (row.firstname, row.lastname) if part) or row.email
        return Account(
            row.id, row.email, name, bool(row.enabled), bool(row.two_factor), row.hash
        )

    def record(
        self, kind: AccountKind, account: Account | None, action: str, visitor: Visitor
    ) -> None:
        """Write what somebody did into the activity log."""
        record_login_event(
            self.panel,
            action,
            kind,
            account.id if account else None,
            account.name if account else "",
            ip=visitor.ip,
            request_id=visitor.request_id,
        )


def _tries(kind: AccountKind, address: str) -> str:
    return rate_limit.subject("account", kind, address)


def _folded(panel: Panel, kind: AccountKind, email: str) -> str | None:
    """Return the address as accounts keep it, None when it is none."""
    field = panel.generated.entities[kind].fields["email"]
    try:
        value: str | None = field.type.parse(field, [email], NEUTRAL)
    except FieldProblem:
        return None
    return value
