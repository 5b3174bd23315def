"""What the row itself says to an action that the actor's rights allow, for the tool that explains.

The words are those of the examples in role files; nothing is written, and nothing is decided
that the gate would not decide when the action is done.
"""

from __future__ import annotations

import re

from runtime.records import computed, deleting, moves, reach, rows
from runtime.records.values import Action, Decision
from runtime.records.work import Row, Work

_ANSWER = re.compile(r"\bask\.")


def explain(
    work: Work, action: Action, entity: str, id: int | None, *,  # noqa: A002
    field: str | None = None, move: str | None = None,
) -> Decision:
    """Return the answer for a row that the actor may not even see. NotFound: there is none."""
    row = None if id is None else rows.need(work, entity, id)
    decision = reach.decide(work, action, entity, id, field=field, move=move)
    if not decision:
        return decision
    if action == "move" and move is not None:
        return _of_move(work, entity, move, row, decision)
    if id is None or row is None:
        return decision
    if action in ("delete", "purge"):
        return deleting.decide(work, entity, id, decision, purge=action == "purge")
    if action == "edit" and _is_frozen(work, entity, row, field):
        return Decision(False, "the row is frozen", f"entity/{entity}/frozen/when")
    return decision


def _of_move(
    work: Work, entity: str, name: str, row: Row | None, decision: Decision
) -> Decision:
    found = moves.named(work.model(entity), name)
    if work.actor.is_person and work.actor.kind not in found.spec.by:
        said = f"the move is made by {' or '.join(found.spec.by)} only"
        return Decision(False, said, f"{found.address}/by")
    if row is None:
        return decision
    state = row[found.field]
    if not found.leaves(state):
        said = f"the move starts from {' or '.join(found.spec.from_)}, not from {state}"
        return Decision(False, said, f"{found.address}/from")
    expression = work.expression(f"{found.address}/when")
    # What is answered to the move's questions decides too, and is not known here.
    if expression is not None and not _ANSWER.search(expression.text) and (
        work.holds(expression, row, old=row) is not True
    ):
        said = f"the condition `{expression.text}` does not hold"
        return Decision(False, said, f"{found.address}/when")
    if found.spec.guard_by is not None:
        function = work.panel.extensions.functions[found.spec.guard_by]
        refused = function.call(computed.services(work), entity, row["id"], name)
        if refused:
            said = f"{found.spec.guard_by} refuses it: {refused}"
            return Decision(False, said, f"{found.address}/guard_by")
    return decision


def _is_frozen(work: Work, entity: str, row: Row, field: str | None) -> bool:
    """Say whether nothing that is asked about may change: the field, or all that may be edited."""
    frozen = work.model(entity).spec.frozen
    expression = work.expression(f"entity/{entity}/frozen/when")
    if frozen is None or expression is None or work.holds(expression, row) is not True:
        return False
    permits = reach.permits_of(work, entity, row["id"])
    asked = {field} if field else work.rights(entity).editable("edit", permits)
    return not asked & set(frozen.except_)
