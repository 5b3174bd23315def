"""A new person becomes an active one by signing in, where the configuration knows such states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.actors import system

if TYPE_CHECKING:
    from runtime.accounts.sessions import AccountKind
    from runtime.panel import Panel

FIELD = "status"
ACTIVE = "active"


def make_active(panel: Panel, kind: AccountKind, account_id: int) -> None:
    """Move the account from its first state to `active`, if its machine has such a move.

    Only from the first state: whoever was put into another one by staff stays there.
    """
    machine = panel.generated.entities[kind].machines.get(FIELD)
    if machine is None:
        return
    start = machine.start
    moves = [
        name
        for name, move in machine.moves.items()
        if move.to == ACTIVE and start in move.from_ and "system" in move.by and not move.ask
    ]
    if not moves:
        return
    actor = system("first login")
    with panel.reading(actor) as records:
        is_new = records.get(kind, account_id)[FIELD] == start
    if is_new:
        with panel.records(actor) as records:
            records.move(kind, account_id, moves[0])
