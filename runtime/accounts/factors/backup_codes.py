"""Ten codes of 80 random bits, each good once, for who has lost their device.

Kept as HMAC-SHA-256 under the secret key: a stolen database alone does not even let anybody try.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, func, insert, select, update

from runtime.crypto import derived_key

if TYPE_CHECKING:
    from sqlalchemy import Row, Table

    from runtime.accounts.sessions import AccountKind
    from runtime.panel import Panel

NUMBER = 10
_RANDOM_BYTES = 10
_PURPOSE = "backup codes"
_CODE = re.compile(r"[a-z2-7]{16}", re.ASCII)


def replace(
    panel: Panel, connection: Connection, kind: AccountKind, account_id: int, now: datetime
) -> list[str]:
    """Return ten new codes of an account, `k7dm-…`; all before them are void."""
    drop(panel, connection, kind, account_id)
    codes = [_new() for _ in range(NUMBER)]
    key = panel.settings.secret_keys[0]
    connection.execute(insert(_table(panel)), [
        {
            "kind": kind, "account_id": account_id, "digest": _digest(key, typed(code)),
            "created_at": now, "updated_at": now,
        }
        for code in codes
    ])
    return codes


def redeem(
    panel: Panel, connection: Connection, factor: Row[Any], code: str, now: datetime
) -> Mapping[str, Any] | None:
    """Use a code up; None for one that is wrong or used. Its row is taken by one alone."""
    text = typed(code)
    if not _CODE.fullmatch(text):
        return None
    table = _table(panel)
    taken = connection.execute(
        update(table)
        .where(
            table.c.kind == factor.kind, table.c.account_id == factor.account_id,
            table.c.digest.in_(_digests(panel.settings.secret_keys, text)),
            table.c.used_at.is_(None),
        )
        .values(used_at=now, updated_at=now)
    )
    return {} if taken.rowcount else None


def left(panel: Panel, connection: Connection, kind: AccountKind, account_id: int) -> int:
    """Return how many codes can still be used."""
    table = _table(panel)
    return int(connection.scalar(
        select(func.count()).select_from(table).where(
            table.c.kind == kind, table.c.account_id == account_id, table.c.used_at.is_(None)
        )
    ) or 0)


def drop(panel: Panel, connection: Connection, kind: AccountKind, account_id: int) -> None:
    table = _table(panel)
    connection.execute(
        delete(table).where(table.c.kind == kind, table.c.account_id == account_id)
    )


def typed(code: str) -> str:
    """Return a code as it is compared, however its groups were typed."""
    return re.sub(r"[\s-]", "", code).lower()


def _new() -> str:
    letters = base64.b32encode(secrets.token_bytes(_RANDOM_BYTES)).decode().lower()
    return "-".join(letters[start : start + 4] for start in range(0, 16, 4))


def _digests(keys: Sequence[str], text: str) -> list[str]:
    return [_digest(key, text) for key in keys]


def _digest(key: str, text: str) -> str:
    return hmac.new(derived_key(key, _PURPOSE), text.encode(), hashlib.sha256).hexdigest()


def _table(panel: Panel) -> Table:
    return panel.generated.entities["backup_code"].table
