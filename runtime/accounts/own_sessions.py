"""Where a person is signed in, and how they end it there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from generator.fields.user_agent import device_name
from runtime.accounts.events import record_login_event
from runtime.actors import SYSTEM
from runtime.records.values import PAGE_SIZE_MAX, Filter, ListQuery

if TYPE_CHECKING:
    from runtime.accounts.sessions import Login, Sessions
    from runtime.panel import Panel
    from runtime.web.visit import Visit

_COLUMNS = ("ip", "user_agent", "created_at", "last_seen_at", "expires_at")


@dataclass(frozen=True, slots=True)
class OwnSession:
    """One device; `here` is the one that asks."""

    id: int
    device: str
    user_agent: str
    ip: str
    since: datetime
    seen: datetime
    here: bool


def living_sessions(panel: Panel, sessions: Sessions, login: Login) -> list[OwnSession]:
    """Return the sessions of a person that still open something, the present one first."""
    now = panel.clock.now()
    asleep = now - sessions.lifetimes[login.kind].idle
    query = ListQuery(
        columns=_COLUMNS, filters=(Filter(login.kind, "eq", (str(login.account_id),)),),
        sort=("-last_seen_at",), size=PAGE_SIZE_MAX, count=False,
    )
    with panel.reading(SYSTEM) as records:
        rows = records.list("session", query).rows
    found = [
        OwnSession(
            row.id, device_name(row["user_agent"]), row["user_agent"] or "", row["ip"] or "",
            row["created_at"], row["last_seen_at"], row.id == login.session_id,
        )
        for row in rows if row["expires_at"] > now and row["last_seen_at"] > asleep
    ]
    return sorted(found, key=lambda one: not one.here)


def end_session(
    panel: Panel, sessions: Sessions, login: Login, session_id: int, visit: Visit
) -> bool:
    """End another session of the same person; say whether there was such a one."""
    own = {one.id for one in living_sessions(panel, sessions, login) if not one.here}
    if session_id not in own:
        return False
    sessions.end(session_id)
    _note(panel, login, visit)
    return True


def end_other_sessions(panel: Panel, sessions: Sessions, login: Login, visit: Visit) -> int:
    """End all but the present session; return how many there were."""
    ended = sessions.end_all(login.kind, login.account_id, but=login.session_id)
    if ended:
        _note(panel, login, visit)
    return ended


def _note(panel: Panel, login: Login, visit: Visit) -> None:
    record_login_event(
        panel, "sessions_ended", login.kind, login.account_id, login.actor.name,
        ip=visit.ip, request_id=visit.request_id,
    )
