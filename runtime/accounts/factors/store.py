"""The factors of an account: added, proven, chosen, dropped; each right code is taken once.

Everything about one factor happens in one transaction that holds its row, so of a thousand who send
the same code at once one is let in, and no wrong code is counted less than once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Connection, delete, insert, select, update

from runtime.accounts.factors import backup_codes, totp
from runtime.accounts.factors.locks import is_off, lock_after
from runtime.actors import SYSTEM
from runtime.database import as_system, transaction

if TYPE_CHECKING:
    from sqlalchemy import Row, Table

    from runtime.accounts.sessions import AccountKind
    from runtime.panel import Panel

FactorType = Literal["totp", "backup"]
FACTORS_MAX = 10
NAME_MAX = 80


@dataclass(frozen=True, slots=True)
class Factor:
    """One way to prove who one is. `is_off`: too many wrong codes; only staff help then."""

    id: int
    type: FactorType
    name: str
    verified_at: datetime | None
    default: bool
    last_used_at: datetime | None
    locked_until: datetime | None
    is_off: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a code. Above 0, `wait_seconds` says how long the factor takes none."""

    right: bool
    wait_seconds: int = 0
    is_off: bool = False


WRONG = Outcome(False)


class Factors:
    """The factors of all accounts of one panel."""

    def __init__(self, panel: Panel) -> None:
        self.panel = panel
        self.model = panel.generated.entities["factor"]
        self.table: Table = self.model.table

    def of(self, kind: AccountKind, account_id: int) -> tuple[Factor, ...]:
        """Return what an account has, also what waits for its first code, oldest first."""
        own = select(self.table).where(*self._own(kind, account_id)).order_by(self.table.c.id)
        with transaction(self.panel.engine, SYSTEM, write=False) as connection:
            return tuple(_factor(row) for row in connection.execute(own))

    def usable(self, kind: AccountKind, account_id: int) -> tuple[Factor, ...]:
        """Return the methods that can be asked for when somebody signs in, the default first."""
        found = (each for each in self.of(kind, account_id)
                 if each.type != "backup" and each.verified_at is not None)
        return tuple(sorted(found, key=lambda each: not each.default))

    # ------------------------------------------------------------------ authenticator apps

    def begin_totp(self, kind: AccountKind, account_id: int, name: str) -> int:
        """Add an app that waits for its first code, in place of one that never got it."""
        now, secret = self.panel.clock.now(), self.model.fields["secret"]
        values = {
            "kind": kind, "account_id": account_id, "type": "totp", "name": name[:NAME_MAX],
            "default": False, "failures": 0, "created_at": now, "updated_at": now,
            **secret.type.to_columns(secret, totp.new_secret()),
        }
        unfinished = (self.table.c.type == "totp", self.table.c.verified_at.is_(None))
        with as_system(self.panel.engine) as connection:
            connection.execute(
                delete(self.table).where(*self._own(kind, account_id), *unfinished)
            )
            made = insert(self.table).values(**values).returning(self.table.c.id)
            return int(connection.execute(made).scalar_one())

    def secret_of(self, kind: AccountKind, account_id: int, factor_id: int) -> str | None:
        """Return the secret of an app that waits for its first code; nobody sees it afterwards."""
        with as_system(self.panel.engine) as connection:
            row = self._row(connection, kind, account_id, factor_id)
            return None if row is None or row.verified_at is not None else self._secret(row)

    def confirm(
        self, kind: AccountKind, account_id: int, factor_id: int, code: str
    ) -> Outcome | None:
        """Take the first code of an app; the first method of an account becomes its default.

        None when there is no such app that waits for one.
        """
        with as_system(self.panel.engine) as connection:
            row = self._row(connection, kind, account_id, factor_id)
            if row is None or row.verified_at is not None:
                return None
            outcome = self._prove(connection, row, code)
            if outcome.right:
                default = self._default_of(connection, kind, account_id) is None
                self._write(connection, factor_id, {
                    "verified_at": self.panel.clock.now(), "default": default,
                })
            return outcome

    # ------------------------------------------------------------------ proof

    def check(
        self, kind: AccountKind, account_id: int, factor_id: int, code: str
    ) -> Outcome:
        """Say whether a code is right now, and use it up. A factor of somebody else: wrong."""
        with as_system(self.panel.engine) as connection:
            row = self._row(connection, kind, account_id, factor_id)
            if row is None or (row.type == "totp" and row.verified_at is None):
                return WRONG
            return self._prove(connection, row, code)

    def _prove(self, connection: Connection, row: Row[Any], code: str) -> Outcome:
        now = self.panel.clock.now()
        if is_off(row.failures):
            return Outcome(False, is_off=True)
        if row.locked_until is not None and row.locked_until > now:
            return Outcome(False, _seconds(row.locked_until, now))
        proofs: Mapping[str, Callable[[], Mapping[str, Any] | None]] = {
            "totp": lambda: self._by_app(row, code, now),
            "backup": lambda: backup_codes.redeem(self.panel, connection, row, code, now),
        }
        used = proofs[row.type]()
        if used is not None:
            self._write(connection, row.id, {
                "failures": 0, "locked_until": None, "last_used_at": now, **used,
            })
            return Outcome(True)
        failures = row.failures + 1
        wait = lock_after(failures)
        self._write(connection, row.id, {
            "failures": failures, "locked_until": now + wait if wait else None,
        })
        return Outcome(False, int(wait.total_seconds()) if wait else 0, is_off(failures))

    def _by_app(self, row: Row[Any], code: str, now: datetime) -> Mapping[str, Any] | None:
        step = totp.matching_step(self._secret(row), totp.typed(code), now)
        if step is None or (row.last_step is not None and step <= row.last_step):
            return None
        return {"last_step": step}

    # ------------------------------------------------------------------ choice and end

    def make_default(self, kind: AccountKind, account_id: int, factor_id: int) -> bool:
        """Ask for this method first from now on; False when the account has no such method."""
        own = self._own(kind, account_id)
        with as_system(self.panel.engine) as connection:
            row = self._row(connection, kind, account_id, factor_id)
            if row is None or row.verified_at is None or row.type == "backup":
                return False
            connection.execute(update(self.table).where(*own).values(default=False))
            self._write(connection, factor_id, {"default": True})
            return True

    def drop(self, kind: AccountKind, account_id: int, factor_id: int, *, last: bool) -> bool:
        """Remove a method; another one becomes the default. `last`: also the only one left."""
        with as_system(self.panel.engine) as connection:
            rows = connection.execute(
                select(self.table.c.id, self.table.c.default)
                .where(*self._own(kind, account_id), self.table.c.type != "backup",
                       self.table.c.verified_at.is_not(None))
                .order_by(self.table.c.id).with_for_update()
            ).all()
            dropped = next((row for row in rows if row.id == factor_id), None)
            if dropped is None or (len(rows) == 1 and not last):
                return False
            connection.execute(delete(self.table).where(self.table.c.id == factor_id))
            others = [row.id for row in rows if row.id != factor_id]
            if dropped.default and others:
                self._write(connection, others[0], {"default": True})
            return True

    def drop_all(self, connection: Connection, kind: AccountKind, account_id: int) -> None:
        """Remove every factor and backup code, in a transaction that is open already."""
        connection.execute(delete(self.table).where(*self._own(kind, account_id)))
        backup_codes.drop(self.panel, connection, kind, account_id)

    def new_backup_codes(self, kind: AccountKind, account_id: int) -> list[str]:
        """Return ten new codes, shown this once; those before are void, and so is their count."""
        now = self.panel.clock.now()
        with as_system(self.panel.engine) as connection:
            connection.execute(delete(self.table).where(
                *self._own(kind, account_id), self.table.c.type == "backup"
            ))
            connection.execute(insert(self.table).values(
                kind=kind, account_id=account_id, type="backup", verified_at=now, default=False,
                failures=0, created_at=now, updated_at=now,
            ))
            return backup_codes.replace(self.panel, connection, kind, account_id, now)

    def drop_backup_codes(self, kind: AccountKind, account_id: int) -> None:
        with as_system(self.panel.engine) as connection:
            connection.execute(delete(self.table).where(
                *self._own(kind, account_id), self.table.c.type == "backup"
            ))
            backup_codes.drop(self.panel, connection, kind, account_id)

    def backup_codes_left(self, kind: AccountKind, account_id: int) -> int:
        with transaction(self.panel.engine, SYSTEM, write=False) as connection:
            return backup_codes.left(self.panel, connection, kind, account_id)

    # ------------------------------------------------------------------ rows

    def _own(self, kind: AccountKind, account_id: int) -> tuple[Any, ...]:
        return (self.table.c.kind == kind, self.table.c.account_id == account_id)

    def _row(
        self, connection: Connection, kind: AccountKind, account_id: int, factor_id: int
    ) -> Row[Any] | None:
        return connection.execute(
            select(self.table)
            .where(self.table.c.id == factor_id, *self._own(kind, account_id))
            .with_for_update()
        ).first()

    def _default_of(
        self, connection: Connection, kind: AccountKind, account_id: int
    ) -> int | None:
        found: int | None = connection.scalar(select(self.table.c.id).where(
            *self._own(kind, account_id), self.table.c.default.is_(True)
        ))
        return found

    def _write(
        self, connection: Connection, factor_id: int, values: Mapping[str, Any]
    ) -> None:
        connection.execute(
            update(self.table).where(self.table.c.id == factor_id)
            .values(updated_at=self.panel.clock.now(), **values)
        )

    def _secret(self, row: Row[Any]) -> str:
        field = self.model.fields["secret"]
        sealed = field.type.from_columns(field, row._mapping)
        opened: str = field.type.reveal(field, sealed)  # type: ignore[attr-defined]
        return opened


def _factor(row: Row[Any]) -> Factor:
    return Factor(
        row.id, row.type, row.name or "", row.verified_at, bool(row.default), row.last_used_at,
        row.locked_until, is_off(row.failures),
    )


def _seconds(until: datetime, now: datetime) -> int:
    return max(1, int((until - now).total_seconds() + 0.999))
