"""Which tables, fields and pages follow from a project.

    Project + field types  ->  generate  ->  Generated(metadata, entities, extras, access)

Nothing here reads or writes anything: calling `generate` twice gives two equal results.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Any

from sqlalchemy import MetaData

from config.project import Project
from generator.access_table import AccessTable
from generator.fields.base import BoundField, FieldType, ProjectFacts
from generator.fields.registry import BUILT_IN, built_in
from generator.indexes import build_indexes, field_at, find_words
from generator.models import (
    Child,
    EntityModel,
    Referrer,
    add_foreign_keys,
    bind,
    build_model,
    facts_of,
    find_children,
    find_referrers,
)
from generator.naming import CONVENTION
from generator.resolver import TableResolver
from generator.schema import create_schema
from generator.schema_objects import SchemaObject, schema_objects
from generator.views import resolve_pages

__all__ = [
    "BUILT_IN", "BoundField", "Child", "EntityModel", "FieldType", "Generated", "Referrer",
    "SchemaObject", "TableResolver", "built_in", "create_schema", "generate",
]


@dataclass(eq=False, repr=False)
class Generated:
    """Everything that follows from a project. `extras`: triggers and full-text indexes.

    A server that finds its database in order needs the tables' columns and nothing else, so
    their keys and indexes are added when `metadata` is first asked for.
    """

    project: Project
    entities: Mapping[str, EntityModel]
    facts: ProjectFacts
    field_types: Mapping[str, FieldType]
    resolver: TableResolver
    _tables: MetaData
    _mapped: dict[str, type[Any]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)
    _complete: bool = False

    @property
    def metadata(self) -> MetaData:
        """All tables with their foreign keys, uniques and indexes."""
        with self._lock:
            if not self._complete:
                add_foreign_keys(self.entities)
                build_indexes(self.entities, self.project, self.resolver)
                self._complete = True
        return self._tables

    @cached_property
    def access(self) -> AccessTable:
        return AccessTable(self.project)

    @cached_property
    def extras(self) -> tuple[SchemaObject, ...]:
        return schema_objects(self.entities, self.project, self.resolver)

    def field_at(self, entity: str, path: str) -> BoundField | None:
        """Return the field at the end of `client.country`, None when there is none."""
        found = field_at(self.entities, self.entities[entity], path)
        return found[1] if found else None

    def bind(self, name: str, spec: Any, *, entity: str = "") -> BoundField:
        """Return a field that belongs to no table."""
        return bind(name, spec, self.field_types, self.facts, entity=entity)

    def bind_all(self, specs: Mapping[str, Any], *, entity: str = "") -> dict[str, BoundField]:
        """Return fields of one form that belongs to no table: questions of a move, settings.

        They know each other, as a region knows its country.
        """
        fields = {name: self.bind(name, spec, entity=entity) for name, spec in specs.items()}
        for bound in fields.values():
            bound.siblings = fields
        return fields

    def model(self, name: str) -> type[Any]:
        """Return a class mapped to the entity's table, made on first use.

        For extension authors who prefer objects in code of their own; rows for people go
        through the gate.
        """
        if name not in self._mapped:
            from sqlalchemy.orm import registry

            mapped = type(name.title().replace("_", ""), (), {"__entity__": name})
            registry(metadata=self.metadata).map_imperatively(mapped, self.entities[name].table)
            self._mapped[name] = mapped
        return self._mapped[name]


def generate(project: Project, field_types: Mapping[str, FieldType] = BUILT_IN) -> Generated:
    """Return the tables, fields, lists and forms of a checked project."""
    facts = facts_of(project)
    metadata = MetaData(naming_convention=CONVENTION)
    machines: dict[str, dict[str, Any]] = {}
    for machine in project.machines.values():
        machines.setdefault(machine.entity, {})[machine.field] = machine
    models = {
        name: build_model(spec, metadata, field_types, facts, machines.get(name, {}))
        for name, spec in project.entities.items()
    }
    find_referrers(models)
    find_children(models)
    for model in models.values():
        resolve_pages(model)
    find_words(models)
    resolver = TableResolver(models, project)
    return Generated(project, models, facts, field_types, resolver, metadata)
