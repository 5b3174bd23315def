"""The names of a project that an editor completes, and the keys under which each may stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from config.entity_types import implicit_types
from config.grants import steps
from config.project import Project

# (spec, key) → what its value names. A collection of names counts each of them.
_VALUES: Mapping[tuple[str, str], str] = {
    ("RelationField", "to"): "entity_or_any", ("ManyField", "many"): "entity",
    ("ManyField", "through"): "entity", ("SetSpec", "many"): "entity",
    ("SetSpec", "through"): "entity", ("CreateWithSpec", "entity"): "entity",
    ("TabSpec", "related"): "relation", ("MachineSpec", "machine"): "choice",
    ("RoleSpec", "includes"): "role", ("GrantSpec", "needs"): "right",
    ("MenuItemSpec", "entity"): "entity", ("MenuItemSpec", "create"): "entity",
    ("MenuItemSpec", "each"): "entity", ("MenuItemSpec", "view"): "view",
    ("MenuItemSpec", "settings"): "settings", ("WidgetSpec", "count"): "view",
    ("MessageSpec", "about"): "entity", ("MessageSpec", "layout"): "layout",
    ("RowsSpec", "rows"): "entity", ("SiteSpec", "default_roles"): "role",
    ("MembershipSpec", "through"): "entity",
}
# (spec, key) → what the keys of its map name.
_KEYS: Mapping[tuple[str, str], str] = {
    ("RoleSpec", "allow"): "entity_or_every", ("RoleSpec", "scope"): "entity",
    ("EntitySpec", "allow"): "role", ("EntitySpec", "menu"): "menu",
    ("DetailSpec", "create"): "relation",
}


@dataclass(frozen=True)
class Names:
    """Kind of name → names; `fields`, `paths` and `collections` by entity."""

    kinds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    paths: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    collections: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, kind: str) -> tuple[str, ...]:
        return self.kinds.get(kind, ())

    def value(self, spec: type, key: str) -> tuple[str, ...]:
        """Return the names that may stand as the value of a key, () when any may."""
        return self.of(_VALUES.get((spec.__name__, key), ""))

    def keys(self, spec: type, key: str) -> tuple[str, ...]:
        """Return the names that may be the keys of a map, () when any may."""
        return self.of(_KEYS.get((spec.__name__, key), ""))


def names_in(project: Project | None) -> Names:
    """Return the names of a project, none without one."""
    if project is None:
        return Names()
    entities = tuple(project.entities)
    fields = {
        name: (*spec.fields, *implicit_types(spec)) for name, spec in project.entities.items()
    }
    objects = [
        f"{kind}/{name}" for kind, each in _objects(project).items() for name in each
    ]
    return Names(
        {
            "entity": entities, "entity_or_any": (*entities, "any"),
            "entity_or_every": ("*", *entities), "role": tuple(project.roles),
            "menu": tuple(project.menus), "layout": tuple(project.layouts),
            "settings": tuple(project.settings), "right": tuple(project.site.rights),
            "view": tuple(f"{name}.{view}" for name, spec in project.entities.items()
                          for view in spec.views),
            "relation": _fields_of_type(project, "relation"),
            "choice": _fields_of_type(project, "choice"), "object": tuple(objects),
        },
        fields,
        {name: _paths(project, name, fields) for name in entities},
        {name: tuple(key for key, one in spec.fields.items() if one.type == "many")
         for name, spec in project.entities.items()},
    )


def _objects(project: Project) -> Mapping[str, Mapping[str, Any]]:
    return {
        "site": {project.site.site: project.site}, "entity": project.entities,
        "machine": project.machines, "role": project.roles, "menu": project.menus,
        "dashboard": project.dashboards, "job": project.jobs, "message": project.messages,
        "layout": project.layouts, "tax_preset": project.tax_presets,
        "settings": project.settings, "rows": project.rows, "ack": project.acks,
    }


def _fields_of_type(project: Project, wanted: str) -> tuple[str, ...]:
    return tuple(
        f"{name}.{key}" for name, spec in project.entities.items()
        for key, one in spec.fields.items() if one.type == wanted
    )


def _paths(
    project: Project, entity: str, fields: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """Return the fields of an entity, and those one link further."""
    further = [
        f"{key}.{inner}" for key, one in project.entities[entity].fields.items()
        if one.type in ("relation", "pick")
        for _, _, target in steps(project.entities, entity, key)
        for inner in fields.get(target, ())
    ]
    return (*fields[entity], *further)
