"""State machines: states that exist, moves that lead somewhere, no way without an end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from config.errors import suggest
from config.objects import Item, Objects
from config.paths import check_path
from config.references.fields import check_field
from config.source import KeyPath
from config.specs import EntitySpec, MachineSpec

ANY = "any"
RESERVED_MOVES = {"all", "see", "create", "edit", "delete", "purge", "export"}


def check_machines(objects: Objects) -> None:
    names: dict[tuple[str, str], Item] = {}
    for item in objects.checked("machine"):
        machine: MachineSpec = item.spec
        states = _states(objects, item)
        for name in machine.moves:
            first = names.setdefault((machine.entity, name), item)
            if first is not item:
                objects.report(item, ("moves", name),
                               f"{machine.entity} has a move {name} already", "name-collision",
                               "choose another name", on_key=True, also=first.key("moves", name))
        _check_moves(objects, item, states)
        if states:
            _check_states(objects, item, states)
            # One state spelled wrong would make others look as if no move led there.
            if _named(machine) <= {*states, ANY}:
                _check_ways(objects, item, states)


def _states(objects: Objects, item: Item) -> tuple[str, ...]:
    """Return the states, the keys of the choice; empty when that cannot be said."""
    machine: MachineSpec = item.spec
    if not machine.field:
        objects.report(item, ("machine",), "expected entity.field", "bad-value",
                       "write it like service.status")
        return ()
    if not objects.exists(item, ("machine",), "entity", machine.entity):
        return ()
    entity: EntitySpec | None = objects.spec("entity", machine.entity)
    if entity is None:
        return ()
    field: Any = entity.fields.get(machine.field)
    if field is None:
        choices = [name for name, one in entity.fields.items() if one.type == "choice"]
        objects.report(item, ("machine",),
                       f"entity {machine.entity} has no field '{machine.field}'",
                       "unknown-field", suggest(machine.field, choices))
        return ()
    if field.type != "choice":
        objects.report(item, ("machine",), f"{machine.field} is {field.type}, not a choice",
                       "wrong-type", "make it a choice; its keys are the states")
        return ()
    if field.default is not None and field.default != machine.start:
        owner = objects.of("entity")[machine.entity]
        objects.report(owner, ("fields", machine.field, "default"),
                       f"the machine starts at {machine.start}", "machine-default",
                       "leave out the default", also=item.key("start"))
    return tuple(field.of)


def _check_state(
    objects: Objects, item: Item, place: KeyPath, name: str, states: Iterable[str]
) -> None:
    if states and name not in states:
        objects.unknown(item, place, "state", name, states, "unknown-state")


def _listed(item: Item, path: KeyPath, names: Iterable[str]) -> Iterable[tuple[KeyPath, str]]:
    for index, name in enumerate(names):
        source, inner = item.locate((*path, index))
        yield ((*path, index) if inner in source.value_positions else path), name


def _check_states(objects: Objects, item: Item, states: tuple[str, ...]) -> None:
    machine: MachineSpec = item.spec
    _check_state(objects, item, ("start",), machine.start, states)
    for key, names in (("final", machine.final), ("by_force", machine.by_force)):
        for place, name in _listed(item, (key,), names):
            _check_state(objects, item, place, name, states)


def _named(machine: MachineSpec) -> set[str]:
    """Return every state that the machine names."""
    moves = machine.moves.values()
    return {
        machine.start, *machine.final, *machine.by_force,
        *(state for move in moves for state in move.from_), *(move.to for move in moves),
        *(state for move in moves for state in (move.via, move.on_failure) if state is not None),
    }


def _check_moves(objects: Objects, item: Item, states: tuple[str, ...]) -> None:
    for name, move in item.spec.moves.items():
        path: KeyPath = ("moves", name)
        if name in RESERVED_MOVES:
            objects.report(item, path, f"{name} has a meaning in roles", "reserved-name",
                           "choose another name", on_key=True)
        for place, state in _listed(item, (*path, "from"), move.from_):
            _check_state(objects, item, place, state, (*states, ANY) if states else ())
        _check_state(objects, item, (*path, "to"), move.to, (*states, ANY) if states else ())
        for key in ("via", "on_failure"):
            if getattr(move, key) is not None:
                _check_state(objects, item, (*path, key), getattr(move, key), states)
        _check_job(objects, item, path, move)
        _check_set(objects, item, path, move)
        for key, field in move.ask.items():
            check_field(objects, item, (*path, "ask", key), field, None)
        for index, target in enumerate(move.then):
            _check_then(objects, item, (*path, "then", index), target)


def _check_job(objects: Objects, item: Item, path: KeyPath, move: Any) -> None:
    if move.via is not None and move.job is None:
        objects.report(item, (*path, "via"), "there is no job to wait for", "bad-move",
                       "write job, or leave out via", on_key=True)
    if move.on_failure is not None and move.via is None:
        objects.report(item, (*path, "on_failure"), "only a move with via can fail later",
                       "bad-move", "write via, the state while the job runs", on_key=True)
    if move.via is not None and move.job is not None and move.on_failure is None:
        objects.report(item, (*path, "via"), "nothing says what follows when the job fails",
                       "bad-move", "write on_failure", on_key=True)
    if move.say is not None and move.when is None and move.guard_by is None:
        objects.report(item, (*path, "say"), "nothing refuses this move", "bad-move",
                       "write when or guard_by, or leave out say", on_key=True)


def _check_set(objects: Objects, item: Item, path: KeyPath, move: Any) -> None:
    machine: MachineSpec = item.spec
    if objects.spec("entity", machine.entity) is None:
        return
    for name in move.set:
        place = (*path, "set", name)
        found = check_path(objects, item, place, machine.entity, name, on_key=True)
        if found is None:
            continue
        if f"{machine.entity}.{name}" in objects.of("machine"):
            objects.report(item, place, f"only moves of its own machine write {name}", "not-set",
                           "leave it out", on_key=True)
        elif found.spec is None or not found.stored or found.type in ("sequence", "secret"):
            objects.report(item, place, f"{name} cannot be set", "not-set", "leave it out",
                           on_key=True)


def _check_then(objects: Objects, item: Item, place: KeyPath, target: str) -> None:
    kind, _, name = target.partition("/")
    if kind != "message" or not name:
        objects.report(item, place, f"expected an address of a message, got '{target}'",
                       "bad-value", "write it like message/service_suspended")
        return
    objects.exists(item, place, "message", name)


def _check_ways(objects: Objects, item: Item, states: tuple[str, ...]) -> None:
    """Prove on the plain moves: every state can be reached, only final ones are an end."""
    machine: MachineSpec = item.spec
    ways = _ways(machine)
    reached = _reached(machine.start, ways)
    exempt = set(machine.by_force)
    for state in states:
        if state in exempt:
            continue
        if state not in reached:
            objects.report(item, ("moves",), f"no move leads from {machine.start} to {state}",
                           "unreachable-state",
                           f"add a move, or write by_force: [{state}]", on_key=True)
        elif state not in machine.final and not ways.get(state):
            objects.report(item, ("moves",), f"no move leads out of {state}", "dead-end",
                           f"add a move, or write final: [{state}]", on_key=True)
    for name, move in machine.moves.items():
        if move.to in exempt and ANY not in move.from_:
            objects.report(item, ("moves", name, "to"), f"{move.to} is reached by force only",
                           "by-force-reached", "take it out of by_force")


def _ways(machine: MachineSpec) -> dict[str, set[str]]:
    """Return state → states that plain moves lead to; through `via` and `on_failure` too."""
    ways: dict[str, set[str]] = {}
    for move in machine.moves.values():
        if ANY in move.from_ or move.to == ANY:
            continue
        for state in move.from_:
            ways.setdefault(state, set()).update({move.to, move.via or move.to})
        if move.via is not None:
            ways.setdefault(move.via, set()).update({move.to, move.on_failure or move.to})
    return {state: targets - {state} for state, targets in ways.items()}


def _reached(start: str, ways: dict[str, set[str]]) -> set[str]:
    reached, waiting = {start}, [start]
    while waiting:
        for state in ways.get(waiting.pop(), ()):
            if state not in reached:
                reached.add(state)
                waiting.append(state)
    return reached
