"""What ends when an account is not what it was: a new password, a reset, a report of theft."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.accounts.factors.devices import Devices
from runtime.accounts.factors.pending import PendingLogins
from runtime.accounts.sessions import Sessions

if TYPE_CHECKING:
    from runtime.accounts.sessions import AccountKind
    from runtime.panel import Panel


def end_everything(
    panel: Panel, kind: AccountKind, account_id: int, *, but_session: int | None = None
) -> int:
    """End sessions, remembered browsers and half-done logins; return how many sessions there were.

    `but_session` is the one of whoever asks for it.
    """
    Devices(panel).forget(kind, account_id)
    PendingLogins(panel).end_all(kind, account_id)
    return Sessions(panel).end_all(kind, account_id, but=but_session)
