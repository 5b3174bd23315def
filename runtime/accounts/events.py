"""Writes logins, failures and sign-outs into the activity log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert

from runtime.database import as_system

if TYPE_CHECKING:
    from runtime.accounts.sessions import AccountKind
    from runtime.panel import Panel

_LEVELS = {
    "login_failed": "notice", "login_refused": "warning", "login_code_wrong": "notice",
    "login_locked": "warning", "backup_code_used": "notice", "two_factor_off": "notice",
    "method_removed": "notice",
}
_ADDRESS_MAX = 45


def record_login_event(
    panel: Panel,
    action: str,
    kind: AccountKind,
    account_id: int | None,
    name: str,
    *,
    ip: str,
    request_id: str,
    reason: str = "",
) -> None:
    """Add one row. A try for an address that nobody has is kept without that address."""
    now = panel.clock.now()
    known = account_id is not None
    row = {
        "at": now,
        "level": _LEVELS.get(action, "info"),
        "actor_kind": kind if known else "anonymous",
        "actor_id": account_id,
        "actor_name": name,
        "action": action,
        "record_entity": kind if known else None,
        "record_id": account_id,
        "record_title": name,
        "reason": reason or None,
        "ip": ip[:_ADDRESS_MAX] or None,
        "request_id": request_id,
        "created_at": now,
        "updated_at": now,
    }
    with as_system(panel.engine) as connection:
        connection.execute(insert(panel.generated.entities["activity"].table).values(**row))
