"""The types that expressions see: every entity's fields, implicit ones too, and named sets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from config.expressions import (
    BOOLEAN,
    CHOICE,
    CHOICES,
    COLLECTION,
    DATE,
    DECIMAL,
    DURATION,
    INTEGER,
    MOMENT,
    MONEY,
    OPAQUE,
    RATE,
    RECORD,
    TEXT,
    Pick,
    Type,
)
from config.expressions.types import ANY_RECORD
from config.specs import EntitySpec
from config.specs.fields import FieldSpec, PickField

FILE_ENTITY = "file"

_OPAQUE = {"json", "secret", "driver_settings"}
_PLAIN: Mapping[str, Type] = {
    "boolean": BOOLEAN, "integer": INTEGER, "position": INTEGER, "rate": RATE, "date": DATE,
    "moment": MOMENT, "duration": DURATION, "image": RECORD(FILE_ENTITY),
    "file": RECORD(FILE_ENTITY), **dict.fromkeys(_OPAQUE, OPAQUE),
}
_BUILT: Mapping[str, Callable[[Any], Type]] = {
    "decimal": lambda field: DECIMAL(field.scale),
    "money": lambda field: MONEY(field.currency),
    "choice": lambda field: CHOICE(tuple(field.of)),
    "choices": lambda field: CHOICES(tuple(field.of)),
    "relation": lambda field: ANY_RECORD if field.to_any else RECORD(field.to[0]),
    "many": lambda field: COLLECTION(field.many, field.by or ""),
}


def type_of(field: FieldSpec) -> Type:
    """Return the type of a field's value in an expression."""
    if field.type in _BUILT:
        return _BUILT[field.type](field)
    return _PLAIN.get(field.type, TEXT)


def implicit_types(entity: EntitySpec) -> dict[str, Type]:
    """Return the fields that every entity has, and those that its traits give it."""
    types = {"id": RECORD(entity.entity), "created_at": MOMENT, "updated_at": MOMENT}
    if "versioned" in entity.traits:
        types["version"] = INTEGER
    if "trash" in entity.traits:
        types["deleted_at"] = MOMENT
    return types


# These names cannot be declared, whatever the traits.
IMPLICIT_FIELDS = ("id", "created_at", "updated_at", "version", "deleted_at")


def entity_types(
    entity: EntitySpec, by: Callable[[EntitySpec, str], str | None] | None = None
) -> dict[str, Type]:
    """Return field → type for all fields that have a stored value or are collections.

    What is computed has no column to compare and is left out. `by` finds the relation behind
    a collection that does not name it.
    """
    types: dict[str, Type] = {}
    for name, field in entity.fields.items():
        if field.type == "many":
            found = by(entity, name) if by else getattr(field, "by", None)
            types[name] = COLLECTION(getattr(field, "many", ""), found or "")
        elif field.stored and field.type != "computed":
            types[name] = type_of(field)
    return {**types, **implicit_types(entity)}


def entity_picks(entity: EntitySpec) -> dict[str, Pick]:
    """Return field → how its row is picked."""
    return {
        name: Pick(one.pick, one.where, one.order_by)
        for name, one in entity.fields.items() if isinstance(one, PickField)
    }


@dataclass(frozen=True)
class ProjectSchema:
    """What expressions may ask about the entities of a project."""

    types: Mapping[str, Mapping[str, Type]]
    named_sets: Mapping[str, Mapping[str, str]]
    picked: Mapping[str, Mapping[str, Pick]]

    def fields(self, entity: str) -> Mapping[str, Type]:
        """Return field name → type, with the implicit fields; empty for an unknown entity."""
        return self.types.get(entity, {})

    def sets(self, entity: str) -> Mapping[str, str]:
        """Return name of a named set → entity of its members."""
        return self.named_sets.get(entity, {})

    def picks(self, entity: str) -> Mapping[str, Pick]:
        """Return field name → how one row of a collection is picked."""
        return self.picked.get(entity, {})
