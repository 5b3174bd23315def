"""Dotted paths through the fields of entities: `client.email`, `lines.amount`."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Any

from config.entity_types import IMPLICIT_FIELDS, implicit_types
from config.errors import suggest
from config.objects import Item, Objects
from config.source import KeyPath
from config.specs import EntitySpec
from config.specs.fields import FieldSpec

# Fields that every entity has, as field types.
IMPLICIT_TYPES = {"id": "integer", "created_at": "moment", "updated_at": "moment",
                  "version": "integer", "deleted_at": "moment"}


@dataclass(frozen=True, slots=True)
class Found:
    """What a path leads to. `entity` owns the last field; `spec` is None for an implicit one."""

    entity: str
    name: str
    type: str
    spec: Any = None

    @property
    def stored(self) -> bool:
        return self.spec is None or self.spec.stored


class PathProblem(Exception):
    """A path leads nowhere. `doubtful`: its way goes through something that is broken itself."""

    def __init__(self, what: str, hint: str = "", *, doubtful: bool = False) -> None:
        super().__init__(what)
        self.what, self.hint, self.doubtful = what, hint, doubtful


def field_names(entity: EntitySpec) -> list[str]:
    """Return declared and implicit field names."""
    return [*entity.fields, *implicit_types(entity)]


def follow(objects: Objects, entity: str, path: str) -> Found:
    """Return what `path` leads to from a row of `entity`; raises PathProblem."""
    parts = path.split(".")
    here = entity
    for index, part in enumerate(parts):
        found = _field(objects, here, part, parts[:index])
        if index == len(parts) - 1:
            return found
        here = _next_entity(objects, found, parts[: index + 1])
    raise AssertionError(path)


def _field(objects: Objects, entity: str, name: str, before: list[str]) -> Found:
    spec: EntitySpec | None = objects.spec("entity", entity)
    if spec is None:
        raise PathProblem(f"there is no entity '{entity}'", doubtful=True)
    field: FieldSpec | None = spec.fields.get(name)
    if field is not None:
        return Found(entity, name, field.type, field)
    if name in implicit_types(spec):
        return Found(entity, name, IMPLICIT_TYPES[name])
    said = f"entity {entity}" if not before else f"'{'.'.join(before)}' ({entity})"
    hint = suggest(name, field_names(spec))
    if name in IMPLICIT_FIELDS:
        hint = f"trait {'versioned' if name == 'version' else 'trash'} gives it"
    raise PathProblem(f"{said} has no field '{name}'", hint)


def _next_entity(objects: Objects, found: Found, before: list[str]) -> str:
    said = ".".join(before)
    if found.type == "many":
        return str(found.spec.many)
    if found.type in ("file", "image"):
        return "file"
    target = linked_entity(objects, found)
    if target is not None:
        return target
    if found.type == "pick":
        raise PathProblem(f"'{said}' cannot be picked", doubtful=True)
    if found.type != "relation":
        raise PathProblem(f"'{said}' is {found.type} and has no fields")
    raise PathProblem(f"'{said}' may be of any entity and has no fields of its own")


def linked_entity(objects: Objects, found: Found) -> str | None:
    """Return the entity of the one row that a relation or pick leads to; None for all else."""
    if found.type == "relation":
        return None if found.spec.to_any else str(found.spec.to[0])
    if found.type != "pick":
        return None
    owner: EntitySpec = objects.spec("entity", found.entity)
    many: Any = owner.fields.get(found.spec.pick)
    return str(many.many) if many is not None and many.type == "many" else None


def passes(objects: Objects, entity: str, path: str, types: Container[str]) -> bool:
    """Say whether a right path goes through a field of one of `types` on its way."""
    parts = path.split(".")
    return any(
        follow(objects, entity, ".".join(parts[:length])).type in types
        for length in range(1, len(parts))
    )


def check_path(
    objects: Objects, item: Item, place: KeyPath, entity: str, path: str,
    *, code: str = "unknown-field", on_key: bool = False,
) -> Found | None:
    """Return what a path leads to; report and return None when nowhere."""
    try:
        return follow(objects, entity, path)
    except PathProblem as problem:
        if not problem.doubtful:
            objects.report(item, place, problem.what, code, problem.hint, on_key=on_key)
        return None


def check_fields(
    objects: Objects, item: Item, place: KeyPath, entity: str, names: Iterable[str]
) -> None:
    """Report every name of a list at `place` that is no field of `entity`."""
    for index, name in enumerate(names):
        check_path(objects, item, (*place, index), entity, name)
