"""Moves of state machines: the only way a state changes.

    lock the row ─> state fits? ─> may this kind of actor, may this role ─> `when` ─> guard
    ─> answers ─> write state and `set` fields ─> history ─> event after the commit

Two people who move one row at once are put in a line by its lock; the second finds another state.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from config import labels
from config.specs.machine import MachineSpec, MoveSpec
from config.texts.sentence import Sentence
from generator.fields.base import BoundField
from generator.fields.exchange import FieldProblem
from generator.fields.number import BIGINT_MAX
from runtime.access import NOT_ALLOWED
from runtime.records import computed, history, rules, submission, writing
from runtime.records.errors import Forbidden, MoveRefused, NotFound, ValidationFailed
from runtime.records.submission import Draft
from runtime.records.values import AvailableMove, Decision, Event, Record
from runtime.records.work import Row, Work

if TYPE_CHECKING:
    from generator import EntityModel

ANY, SAME, TO = "any", "same", "to"


@dataclass(frozen=True, slots=True)
class _Move:
    """A move of one machine of an entity. `address` is that of its expressions."""

    name: str
    field: str
    machine: MachineSpec
    spec: MoveSpec

    @property
    def address(self) -> str:
        return f"machine/{self.machine.machine}/moves/{self.name}"

    def leaves(self, state: str | None) -> bool:
        return state in self.spec.from_ or ANY in self.spec.from_

    def label(self, locale: str) -> str:
        return labels.text(self.spec.label, self.name, locale)


def move(
    work: Work, entity: str, id: int, name: str, answers: Mapping[str, Any] | None = None,  # noqa: A002
    expected: str | None = None,
) -> Record:
    """Move a row; `expected` is the state that the person saw.

    Raises MoveRefused when state, condition or guard refuse, Forbidden when the actor may not,
    ValidationFailed for the answers.
    """
    model = work.model(entity)
    found = named(model, name)
    with work.atomic():
        before, permits = writing.locked(work, entity, id, values=answers or {})
        _require(work, entity, found, permits)
        state = before[found.field]
        if expected is not None and expected != state:
            raise MoveRefused(Sentence(
                "It is {state} meanwhile.", state=_state(model, found, state, work)
            ))
        given = _answers(work, model, found, answers or {})
        refusal = _refusal(work, model, found, before, given)
        if refusal:
            raise MoveRefused(refusal)
        target = _target(model, found, state, given)
        _write(work, model, found, before, found.spec.via or target, given)
        if found.spec.job is not None:
            work.events.append(Event("job", entity, id, {
                "job": found.spec.job, "move": name, "waits": found.spec.via is not None,
            }))
        return writing.shown(work, entity, id)


def finish(work: Work, entity: str, id: int, name: str, *, succeeded: bool) -> Record:  # noqa: A002
    """End a move that went `via` a state: to its target, or to `on_failure`. The panel only."""
    model = work.model(entity)
    found = named(model, name)
    if work.actor.is_person or found.spec.via is None:
        raise Forbidden(Decision(False, Sentence("only the panel ends the move {name}", name=name)))
    with work.atomic():
        before, _ = writing.locked(work, entity, id, values={})
        if before[found.field] != found.spec.via:
            raise MoveRefused(Sentence(
                "It is {state} meanwhile.", state=_state(model, found, before[found.field], work)
            ))
        target = found.spec.to if succeeded else found.spec.on_failure
        if target is None:
            raise MoveRefused(Sentence("The move says no state for its failure."))
        _write(work, model, found, before, target, {}, ending=True)
        return writing.shown(work, entity, id)


def available(work: Work, entity: str, record: Record) -> list[AvailableMove]:
    """Return the moves that the actor holds for a row in its state; `refused` tells why not now.

    Guards are asked only when the move is made: they may be slow.
    """
    model = work.model(entity)
    if not model.machines:
        return []
    before, permits = _read(work, entity, record.id)
    found = []
    for each in _moves(model):
        if not each.leaves(before[each.field]) or each.spec.via == before[each.field]:
            continue
        if not _decision(work, entity, each, permits):
            continue
        refused = None
        if not each.spec.ask:
            refused = _condition_refuses(work, each, before, {})
        found.append(AvailableMove(each.name, each.spec, each.label(work.actor.locale), refused))
    return found


def questions(work: Work, entity: str, name: str) -> dict[str, BoundField]:
    """Return the fields of the form that a move asks; `to` when the state is to be chosen."""
    model = work.model(entity)
    found = named(model, name)
    return _questions(work, model, found)


def decide(work: Work, entity: str, name: str, permits: frozenset[int]) -> Decision:
    """Answer whether the actor may make the move, whatever the state."""
    return _decision(work, entity, named(work.model(entity), name), permits)


def named(model: EntityModel, name: str) -> _Move:
    """Return a move of an entity; NotFound when there is none."""
    found = next((each for each in _moves(model) if each.name == name), None)
    if found is None:
        raise NotFound(model.name, f"move {name}")
    return found


# ---------------------------------------------------------------------- steps


def _moves(model: EntityModel) -> list[_Move]:
    return [
        _Move(name, field, machine, spec)
        for field, machine in model.machines.items() for name, spec in machine.moves.items()
    ]


def _decision(work: Work, entity: str, found: _Move, permits: frozenset[int]) -> Decision:
    kinds = found.spec.by
    if work.actor.kind not in kinds:
        said = " or ".join(kinds)
        reason = Sentence("{move} is made by {who} only", move=found.name, who=said)
        if work.rights(entity).outside:
            return Decision(False, NOT_ALLOWED, found.address, reason)
        return Decision(False, reason, found.address)
    return work.rights(entity).decide("move", permits, move=found.name)


def _require(work: Work, entity: str, found: _Move, permits: frozenset[int]) -> None:
    decision = _decision(work, entity, found, permits)
    if not decision:
        raise Forbidden(decision)


def _read(work: Work, entity: str, id: int) -> tuple[Row, frozenset[int]]:  # noqa: A002
    from runtime.records import reach, rows

    before = rows.need(work, entity, id)
    permits = reach.permits_of(work, entity, id)
    if not work.rights(entity).allows("see", permits):
        raise NotFound(entity, id)
    return before, permits


def _state(model: EntityModel, found: _Move, state: str | None, work: Work) -> str:
    bound = model.fields[found.field]
    return bound.type.text(bound, state, work.formats)


def _refusal(
    work: Work, model: EntityModel, found: _Move, before: Row, given: Mapping[str, Any]
) -> str | None:
    """Return the sentence that refuses the move, None when nothing does."""
    if not found.leaves(before[found.field]):
        said = _state(model, found, before[found.field], work)
        return Sentence(
            "{move} is not possible while it is {state}.",
            move=found.label(work.actor.locale), state=said,
        )
    refused = _condition_refuses(work, found, before, given)
    if refused is None and found.spec.guard_by is not None:
        function = work.panel.extensions.functions[found.spec.guard_by]
        refused = function.call(computed.services(work), model.name, before["id"], found.name)
    return refused


def _condition_refuses(
    work: Work, found: _Move, before: Row, given: Mapping[str, Any]
) -> str | None:
    expression = work.expression(f"{found.address}/when")
    if expression is None:
        return None
    if work.holds(expression, before, old=before, variables=_variables(given)) is True:
        return None
    label = found.label(work.actor.locale)
    said = labels.text(found.spec.say, "", work.actor.locale)
    return said or Sentence("{move} is not possible now.", move=label)


def _variables(given: Mapping[str, Any]) -> dict[str, Any]:
    return {f"ask.{name}": value for name, value in given.items()}


def _questions(work: Work, model: EntityModel, found: _Move) -> dict[str, BoundField]:
    bind = work.panel.generated.bind
    asked = {name: bind(name, spec) for name, spec in found.spec.ask.items()}
    if found.spec.to == ANY:
        asked = {TO: model.fields[found.field], **asked}
    return asked


def _answers(
    work: Work, model: EntityModel, found: _Move, answers: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a checked answer to every question; ValidationFailed for those that do not fit."""
    asked = _questions(work, model, found)
    problems: dict[str, list[str]] = {
        name: [Sentence("This move does not ask for it.")] for name in answers if name not in asked
    }
    given: dict[str, Any] = {}
    for name, bound in asked.items():
        value = answers.get(name)
        if value is None and name != TO:
            value = bound.type.default(bound)
        given[name] = value
        if value is None or value == "":
            if bound.spec.required or name == TO:
                problems[name] = [rules.MISSING]
            continue
        try:
            bound.type.validate(bound, value)
        except FieldProblem as problem:
            problems[name] = [problem.sentence]
    if problems:
        raise ValidationFailed(problems)
    return given


def _target(
    model: EntityModel, found: _Move, state: str, given: Mapping[str, Any]
) -> str:
    if found.spec.to == SAME:
        return state
    if found.spec.to == ANY:
        if given[TO] == state:
            raise MoveRefused(Sentence("It is in this state already."))
        return given[TO]
    return found.spec.to


def _check_fits(draft: Draft, name: str) -> None:
    """Note a problem for a computed number that its column cannot hold."""
    bound = draft.model.fields[name]
    for stored in bound.type.to_columns(bound, draft.row[name]).values():
        if isinstance(stored, int) and abs(stored) > BIGINT_MAX:
            draft.problem(name, Sentence("The number is too large."))


def _write(
    work: Work, model: EntityModel, found: _Move, before: Row, target: str,
    given: Mapping[str, Any], *, ending: bool = False,
) -> None:
    """Write state and fields, the history, and the event for after the commit."""
    row = {**before, found.field: target}
    draft = Draft(model, before, row, {found.field} if target != before[found.field] else set())
    for name in found.spec.set if not ending else ():
        expression = work.expression(f"{found.address}/set/{name}")
        if expression is not None:
            row[name] = work.holds(expression, before, old=before, variables=_variables(given))
            draft.changed.add(name)
            _check_fits(draft, name)
    submission.moved(work, draft, set(found.spec.set))
    writing.check_frozen(work, draft)
    draft.refuse()
    writing.store_change(work, draft, bump=False)
    rules.check(work, draft)
    states = (before[found.field], target)
    reason = next((str(given[name]) for name in history.REASONS if given.get(name)), "")
    history.note(
        work, model.name, before["id"], "move", before=before, after=row, reason=reason,
        move=found.name, states=states, title=writing.title_of(work, model.name, before["id"]),
    )
    work.events.append(Event("record_moved", model.name, before["id"], {
        "move": found.name, "from_state": states[0], "to_state": target,
    }))
