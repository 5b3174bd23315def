"""What the fields of the database meant when their columns were made.

A column says how a value is stored, not what it stands for: that `status` may be `closed`, that
a number has two decimals. The panel writes that down with each change of its tables, so that the
next plan can tell what a changed configuration would make of the values that are there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from generator import BoundField, Generated

# What of a field's options changes the meaning of what is stored.
_OPTIONS = ("of", "scale", "max", "to", "currency", "translatable", "required")


@dataclass(frozen=True, slots=True)
class FieldMemory:
    """A field as it was: its type, its columns in order, and the options that matter to values."""

    type: str
    columns: tuple[str, ...]
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Memory:
    """Entity → field → what it was. `filling`: columns that not every row has been given yet.

    `consumed` are the once-only words that have done their work: ids of acks, and renames as
    `old address > new address`.
    """

    fields: Mapping[str, Mapping[str, FieldMemory]] = field(default_factory=dict)
    filling: frozenset[str] = frozenset()
    consumed: frozenset[str] = frozenset()

    @classmethod
    def of(cls, generated: Generated) -> Self:
        """Return the memory of a database that was made from `generated` just now."""
        return cls({
            name: {
                key: remembered(bound) for key, bound in model.fields.items() if bound.columns
            }
            for name, model in generated.entities.items()
        })

    def to_json(self) -> str:
        return json.dumps({
            "fields": {
                entity: {name: asdict(each) for name, each in fields.items()}
                for entity, fields in self.fields.items()
            },
            "filling": sorted(self.filling),
            "consumed": sorted(self.consumed),
        })

    @classmethod
    def from_json(cls, written: str) -> Self:
        stored = json.loads(written)
        return cls(
            {
                entity: {
                    name: FieldMemory(each["type"], tuple(each["columns"]), each["options"])
                    for name, each in fields.items()
                }
                for entity, fields in stored["fields"].items()
            },
            frozenset(stored["filling"]),
            frozenset(stored["consumed"]),
        )


def remembered(bound: BoundField) -> FieldMemory:
    columns = tuple(column.name for column in bound.columns)
    options: dict[str, Any] = {}
    for name in _OPTIONS:
        value = getattr(bound.spec, name, None)
        if (name == "of" and isinstance(value, Mapping)) or isinstance(value, tuple):
            value = list(value)
        if value not in (None, (), [], False, ""):
            options[name] = value
    return FieldMemory(bound.spec.type, columns, options)
