"""Which rule lets a person do something, or why not: `panelwright explain`.

    panelwright explain staff:ada@example.org edit client:17 my-panel/
    panelwright explain user:bo@example.org suspend service:4 my-panel/
    panelwright explain staff:ada@example.org edit client.credit_limit my-panel/

The answer is the gate's own: nothing here decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from sqlalchemy import select

from config.errors import suggest
from config.project import Project
from runtime.actors import Actor, load_actor
from runtime.database import as_system
from runtime.records.errors import NotFound
from runtime.records.values import Action, Decision
from runtime.rule_places import rule_place, why_outside
from runtime.settings import StartProblem

if TYPE_CHECKING:
    from runtime.panel import Panel

_TARGET = re.compile(r"([a-z][a-z0-9_]*)(?::(\d{1,18}))?(?:\.([a-z][a-z0-9_]*))?\Z")
_ACTIONS = frozenset(get_args(Action)) - {"move"}


@dataclass(frozen=True, slots=True)
class Answer:
    allowed: bool
    text: str


@dataclass(frozen=True, slots=True)
class _Target:
    entity: str
    id: int | None
    field: str | None


def explain_access(panel: Panel, actor: str, action: str, target: str) -> Answer:
    """Answer whether `actor` (`staff:E-MAIL`, `user:E-MAIL`) may do `action` to `target`.

    `target` is `entity`, `entity:ID`, `entity.field` or `entity:ID.field`; `action` one of the
    gate's or the name of a move. Raises StartProblem for what does not exist.
    """
    wanted = _target(panel, target)
    person = _actor(panel, actor)
    move = _move(panel, wanted.entity, action)
    with panel.reading(person) as records:
        try:
            if move:
                decision = records.explain("move", wanted.entity, wanted.id, move=action)
            else:
                known: Any = action
                decision = records.explain(known, wanted.entity, wanted.id, field=wanted.field)
        except NotFound:
            raise StartProblem(f"there is no {wanted.entity} with the id {wanted.id}") from None
    said = _lines(panel.project, (actor, action, target), decision, row=wanted.id is not None)
    roles = f"roles held: {', '.join(sorted(person.roles)) or 'none'}"
    return Answer(decision.allowed, "\n    ".join([*said, roles]))


def _lines(
    project: Project, asked: tuple[str, str, str], decision: Decision, *, row: bool
) -> Iterator[str]:
    actor, action, target = asked
    rule = decision.rule + rule_place(project, decision)
    if decision:
        yield f"yes: {actor} may {action} {target}"
        yield f"allowed by: {rule}"
        return
    because = why_outside(project, decision) if row else ""
    yield f"no: {actor} may not {action} {target}"
    yield f"because: {because or decision.detail or decision.reason}"
    if rule:
        yield f"nearest rule: {rule}"


def _target(panel: Panel, text: str) -> _Target:
    found = _TARGET.match(text)
    if not found:
        raise StartProblem(f"'{text}' is no target: write entity, entity:ID or entity.field")
    entity, id_text, field = found.groups()
    model = panel.generated.entities.get(entity)
    if model is None:
        raise StartProblem(_unknown("entity", entity, panel.generated.entities))
    if field is not None and field not in model.fields:
        raise StartProblem(_unknown(f"field of {entity}", field, model.fields))
    return _Target(entity, int(id_text) if id_text else None, field)


def _move(panel: Panel, entity: str, action: str) -> bool:
    moves = {
        name for machine in panel.generated.entities[entity].machines.values()
        for name in machine.moves
    }
    if action not in moves | _ACTIONS:
        raise StartProblem(_unknown("action", action, moves | _ACTIONS))
    return action in moves


def _actor(panel: Panel, text: str) -> Actor:
    kind, _, email = text.partition(":")
    if kind not in ("staff", "user") or not email:
        raise StartProblem(f"'{text}' is nobody: write staff:E-MAIL or user:E-MAIL")
    table = panel.generated.entities[kind].table
    with as_system(panel.engine) as connection:
        found = connection.execute(
            select(table.c.id).where(table.c.email == email.strip().lower())
        ).scalar()
    actor = None if found is None else load_actor(panel, kind, found)
    if actor is None:
        raise StartProblem(f"there is no active {kind} account with the e-mail {email}")
    return actor


def _unknown(what: str, name: str, known: Any) -> str:
    hint = suggest(name, known)
    return f"there is no {what} '{name}'" + (f"; {hint}" if hint else "")
