"""EntitySpec → EntityModel: the table of an entity and its fields, bound to their types.

Plain SQLAlchemy Core tables: mapping classes for all entities at the start costs five times as
much, so `Generated.model` maps one when somebody first asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    MetaData,
    PrimaryKeyConstraint,
    Table,
)

from config.project import Project
from config.specs.entity import DetailSpec, EntitySpec, SectionSpec, ViewSpec
from config.specs.fields import FieldSpec
from config.specs.machine import MachineSpec
from generator.fields.base import BoundField, FieldType, ProjectFacts
from generator.implicit import ID, id_column, implicit_fields
from generator.naming import named

_ON_DELETE = {"restrict": "RESTRICT", "cascade": "CASCADE", "clear": "SET NULL"}


@dataclass(frozen=True, slots=True)
class Child:
    """The rows behind a collection: of `entity`, found by the relation `by`.

    Through a pivot, `by` is the pivot's relation to the owner and `to` the one to `entity`.
    """

    entity: str
    by: str
    through: str | None = None
    to: str | None = None


@dataclass(frozen=True, slots=True)
class Referrer:
    """A relation of another entity (or the same) that points here."""

    entity: str
    field: str
    on_delete: str


@dataclass(slots=True, eq=False, repr=False)
class EntityModel:
    """Everything generated for one entity. `fields`: declared order, implicit ones after.

    `words` are the fields with a full-text index. `views`, the forms and `detail` have their
    defaults filled in.
    """

    name: str
    spec: EntitySpec
    table: Table
    fields: Mapping[str, BoundField]
    facts: ProjectFacts
    machines: Mapping[str, MachineSpec] = field(default_factory=dict)
    views: Mapping[str, ViewSpec] = field(default_factory=dict)
    form: Mapping[str, SectionSpec] = field(default_factory=dict)
    create_form: Mapping[str, SectionSpec] = field(default_factory=dict)
    detail: DetailSpec | None = None
    children: Mapping[str, Child] = field(default_factory=dict)
    sets: Mapping[str, Child] = field(default_factory=dict)
    referrers: tuple[Referrer, ...] = ()
    words: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"EntityModel({self.name})"

    def has(self, trait: str) -> bool:
        return trait in self.spec.traits

    def columns_of(self, names: tuple[str, ...]) -> list[Column[Any]]:
        """Return the columns of a key over the fields, in their order."""
        fields = (self.fields[name] for name in names)
        return [column for field in fields for column in field.type.key_columns(field)]


def bind(
    name: str,
    spec: FieldSpec,
    types: Mapping[str, FieldType],
    facts: ProjectFacts,
    *,
    entity: str = "",
    machine: MachineSpec | None = None,
) -> BoundField:
    """Return a field bound to its type; without an entity for forms that belong to no row.

    The questions of a move and the settings of the panel are such fields.
    """
    return BoundField(entity, name, spec, types[spec.type], facts, machine)


def facts_of(project: Project) -> ProjectFacts:
    """Return what field types may know about the panel."""
    site, roles = project.site, project.roles

    def of_area(*areas: str) -> dict[str, dict[str, str]]:
        return {name: role.label or {} for name, role in roles.items() if role.area in areas}

    return ProjectFacts(
        locales=tuple(site.locales) or ("en",),
        time_zone=site.time_zone,
        currency=site.currency,
        lists={
            "roles": of_area("staff", "client"),
            "staff_roles": of_area("staff"),
            "client_roles": of_area("client"),
            "locales": {locale: {} for locale in site.locales},
        },
        implicit_labels=project.implicit_labels,
    )


def build_model(
    spec: EntitySpec,
    metadata: MetaData,
    types: Mapping[str, FieldType],
    facts: ProjectFacts,
    machines: Mapping[str, MachineSpec],
) -> EntityModel:
    """Return the model of an entity with its table, still without links to other tables."""
    columns = [id_column()]
    fields: dict[str, BoundField] = {}
    for name, field_spec in spec.fields.items():
        bound = bind(name, field_spec, types, facts, entity=spec.entity, machine=machines.get(name))
        bound.siblings = fields
        if field_spec.stored:
            bound.columns = tuple(bound.type.columns(bound))
            columns += bound.columns
        fields[name] = bound
    fields["id"] = _implicit(spec.entity, "id", ID, columns[0], types, facts)
    for name, field_spec, column in implicit_fields(spec):
        fields[name] = _implicit(spec.entity, name, field_spec, column, types, facts)
        columns.append(column)
    table = Table(
        spec.table,
        metadata,
        *columns,
        PrimaryKeyConstraint("id", name=named("pk", spec.table)),
        sqlite_autoincrement=True,
    )
    return EntityModel(spec.entity, spec, table, fields, facts, machines)


def _implicit(
    entity: str,
    name: str,
    spec: FieldSpec,
    column: Column[Any],
    types: Mapping[str, FieldType],
    facts: ProjectFacts,
) -> BoundField:
    return BoundField(entity, name, spec, types[spec.type], facts, None, (column,), implicit=True)


def find_referrers(models: Mapping[str, EntityModel]) -> None:
    """Tell every entity who points to it."""
    referrers: dict[str, list[Referrer]] = {name: [] for name in models}
    for model in models.values():
        for name, bound in model.fields.items():
            target, on_delete = _link(bound)
            if bound.columns and target in models:
                referrers[target].append(Referrer(model.name, name, on_delete))
    for name, found in referrers.items():
        models[name].referrers = tuple(found)


def add_foreign_keys(models: Mapping[str, EntityModel]) -> None:
    """Give the tables the foreign keys that their links ask for."""
    for model in models.values():
        for referrer in model.referrers:
            column = models[referrer.entity].fields[referrer.field].column
            column.table.append_constraint(
                ForeignKeyConstraint(
                    [column],
                    [model.table.c.id],
                    name=named("fk", referrer.entity, column.name),
                    ondelete=_ON_DELETE[referrer.on_delete],
                )
            )


def _link(bound: BoundField) -> tuple[str, str]:
    """Return the entity that a field links to and what its deletion does, empty for no link."""
    spec = bound.spec
    if spec.type == "relation" and not spec.to_any:
        return spec.to[0], spec.on_delete
    if spec.type in ("file", "image"):
        return "file", "clear" if bound.nullable else "restrict"
    return "", ""


def find_children(models: Mapping[str, EntityModel]) -> None:
    """Resolve which relation each collection and named set goes by."""
    for model in models.values():
        model.children = {
            name: child
            for name, bound in model.fields.items()
            if bound.spec.type == "many"
            and (child := child_of(models, model.name, bound.spec.many, bound.spec.through,
                                   bound.spec.by))
        }
        model.sets = {
            name: child
            for name, spec in model.spec.sets.items()
            if (child := child_of(models, model.name, spec.many, spec.through, None))
        }


def child_of(
    models: Mapping[str, EntityModel],
    owner: str,
    entity: str,
    through: str | None,
    by: str | None,
) -> Child | None:
    """Return how rows of `entity` belong to a row of `owner`, None when no relation says so."""
    if through is None:
        found = by or relation_to(models, entity, owner)
        return Child(entity, found) if found else None
    near = by or relation_to(models, through, owner)
    far = relation_to(models, through, entity, besides=near)
    return Child(entity, near, through, far) if near and far else None


def relation_to(
    models: Mapping[str, EntityModel], entity: str, target: str, besides: str | None = None
) -> str | None:
    """Return the field of `entity` that links to `target`, a link to that one alone first."""
    if entity not in models:
        return None
    relations = {
        name: bound.spec
        for name, bound in models[entity].fields.items()
        if bound.spec.type == "relation" and name != besides and bound.columns
    }
    for name, spec in relations.items():
        if spec.to == (target,):
            return name
    for name, spec in relations.items():
        if spec.to_any and (target in spec.to or spec.to == ("any",)):
            return name
    return None
