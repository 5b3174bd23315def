"""What each role allows: the one reading of `role` files that all parts share.

    grants = resolve_grants(project)
    grants_for(grants, project, {"support"}, "invoice")  # a grant for each role that has one

Rules. Nothing is allowed that no role says. A person may do what any one of the grants allows
(union; they are never mixed, so the scope of one never meets the fields of another). The
grants of an included role are grants of their own. `"*"` covers every entity that the role does
not name itself. What the program keeps for itself (`internal`) is covered by nothing. In the
client area nobody sees fields of class `staff_only` or `secret`. Nobody makes or edits rows of a
`recorded` entity, nobody edits or deletes those of an `append_only` one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from config.entity_types import implicit_types
from config.expressions import RECORD, SET, Expression, Schema, Scope, check
from config.specs import EntitySpec, MachineSpec, RoleSpec, SiteSpec
from config.specs.fields import FieldSpec
from config.specs.role import FieldsSpec, GrantSpec

Reach = Literal["all", "scope", "none"]
ACTIONS = ("see", "create", "edit", "delete", "purge")
EVERY_ENTITY = "*"
ALL_MOVES = "all"
_NEVER_OF_CLIENTS = {"staff_only", "secret"}
_NEVER_WRITTEN = {"total", "computed", "sequence", "pick"}


@dataclass(frozen=True, slots=True)
class Needs:
    """The actor must hold `right` in the membership row that `path` leads to.

    `path` starts at the record: `client`, `service.client`, or `id` for the row itself; along
    a collection (`members.client`) the right in one of its rows is enough.
    `membership` is the name under `site.memberships`.
    """

    right: str
    membership: str
    path: str


@dataclass(frozen=True, slots=True)
class Grant:
    """What one role allows on one entity.

    `reach`: action → all rows, those in `scope`, none. `moves` reach as far as `see`. `visible`
    and `editable` are names of fields; implicit ones (`id` …) are visible, never editable.
    """

    role: str
    entity: str
    reach: Mapping[str, Reach]
    scope: Expression | None
    needs: Needs | None
    visible: frozenset[str]
    editable: frozenset[str]
    moves: frozenset[str]
    export: bool
    import_: bool
    history: bool
    load_history: bool

    def reaches(self, action: str) -> Reach:
        """Return how far an action or move reaches."""
        if action in self.reach:
            return self.reach[action]
        return self.reach["see"] if action in self.moves else "none"


class RoleWorld(Protocol):
    """The part of a project that roles depend on."""

    @property
    def site(self) -> SiteSpec: ...
    @property
    def entities(self) -> Mapping[str, EntitySpec]: ...
    @property
    def machines(self) -> Mapping[str, MachineSpec]: ...
    @property
    def roles(self) -> Mapping[str, RoleSpec]: ...
    @property
    def expressions(self) -> Mapping[str, Expression]: ...


def resolve_grants(project: RoleWorld) -> Mapping[str, Mapping[str, Grant]]:
    """Return role → entity → the grant that the role itself gives (without included roles)."""
    machines = machine_fields(project.machines.values())
    implicit = {name: _implicit(entity) for name, entity in project.entities.items()}
    moves: dict[str, set[str]] = {}
    for machine in project.machines.values():
        moves.setdefault(machine.entity, set()).update(machine.moves)
    return {
        name: {
            entity: _grant(project, role, entity, spec, machines, implicit[entity],
                           moves.get(entity, set()))
            for entity, spec in _covered(role, project.entities)
        }
        for name, role in project.roles.items()
    }


def included_roles(roles: Mapping[str, RoleSpec], names: Iterable[str]) -> frozenset[str]:
    """Return the names with all roles that they include, however deep; unknown ones left out."""
    found: set[str] = set()
    waiting = [name for name in names if name in roles]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [inner for inner in roles[name].includes if inner in roles]
    return frozenset(found)


def grants_for(
    grants: Mapping[str, Mapping[str, Grant]], project: RoleWorld, roles: Collection[str],
    entity: str,
) -> tuple[Grant, ...]:
    """Return the grants that holders of `roles` have on an entity, one for each role."""
    names = sorted(included_roles(project.roles, roles))
    return tuple(grants[name][entity] for name in names if entity in grants[name])


def machine_fields(machines: Iterable[MachineSpec]) -> frozenset[tuple[str, str]]:
    """Return (entity, field) of the fields that only moves write."""
    return frozenset((machine.entity, machine.field) for machine in machines)


def _covered(
    role: RoleSpec, entities: Mapping[str, EntitySpec]
) -> Iterable[tuple[str, GrantSpec]]:
    for name, entity in entities.items():
        if entity.internal:
            continue
        spec = role.allow.get(name, role.allow.get(EVERY_ENTITY))
        if spec is not None:
            yield name, spec


def _grant(
    project: RoleWorld, role: RoleSpec, entity: str, spec: GrantSpec,
    machines: frozenset[tuple[str, str]], implicit: frozenset[str], moves: set[str],
) -> Grant:
    fields = project.entities[entity].fields
    allowed = {name: field for name, field in fields.items() if _of_area(role, field)}
    limited = _limited(spec.fields, allowed)
    editable = {
        name for name in _limited(spec.edit_fields, allowed) & limited
        if _is_writable(fields[name]) and (entity, name) not in machines
    }
    return Grant(
        role=role.role, entity=entity,
        reach=_reach(project.entities[entity], spec),
        scope=_scope(project, role, entity, spec),
        needs=_needs(project, entity, spec),
        visible=frozenset(limited) | implicit, editable=frozenset(editable),
        moves=frozenset(moves if ALL_MOVES in spec.moves else moves & set(spec.moves)),
        export=spec.export, import_=spec.import_, history=spec.history,
        load_history=spec.load_history,
    )


def _reach(entity: EntitySpec, spec: GrantSpec) -> dict[str, Reach]:
    """Return action → reach; what the panel records is nobody's to make up or to change."""
    reach: dict[str, Reach] = {action: getattr(spec, action) for action in ACTIONS}
    if "recorded" in entity.traits:
        reach |= {"create": "none", "edit": "none"}
    if "append_only" in entity.traits:
        reach |= dict.fromkeys(("edit", "delete", "purge"), "none")
    return reach


def _implicit(entity: EntitySpec) -> frozenset[str]:
    return frozenset(implicit_types(entity))


def _of_area(role: RoleSpec, field: FieldSpec) -> bool:
    """Say whether the role's area may see a field at all, before the role limits it."""
    if role.area == "staff":
        return True
    return field.class_ not in _NEVER_OF_CLIENTS and field.type != "secret"


def _limited(limits: FieldsSpec, fields: Mapping[str, FieldSpec]) -> set[str]:
    """Return the names of `fields` that the limits let through."""
    only = set(fields) if limits.only is None else _named(limits.only, fields)
    return only - _named(limits.except_, fields)


def _named(entries: Iterable[str], fields: Mapping[str, FieldSpec]) -> set[str]:
    found: set[str] = set()
    for entry in entries:
        if entry.startswith("class:"):
            wanted = entry.removeprefix("class:")
            found |= {
                name for name, field in fields.items()
                if field.class_ == wanted or field.type == wanted == "secret"
            }
        elif entry in fields:
            found.add(entry)
    return found


def _is_writable(field: FieldSpec) -> bool:
    """Say whether a person may write the field at all."""
    if field.read_only or field.type in _NEVER_WRITTEN:
        return False
    return field.compute is None and field.compute_by is None


def _scope(
    project: RoleWorld, role: RoleSpec, entity: str, spec: GrantSpec
) -> Expression | None:
    key = f"role/{role.role}/allow/{entity}/scope" if spec.scope is not None else (
        f"role/{role.role}/scope/{entity}"
    )
    return project.expressions.get(key)


def _needs(project: RoleWorld, entity: str, spec: GrantSpec) -> Needs | None:
    if spec.needs is None:
        return None
    for membership, path in needs_paths(project.site, project.entities, entity, spec):
        return Needs(spec.needs, membership, path)
    # Fails closed: nobody is a member of a place that is not there. `check` reports it.
    return Needs(spec.needs, "", "")


def needs_paths(
    site: SiteSpec, entities: Mapping[str, EntitySpec], entity: str, spec: GrantSpec
) -> list[tuple[str, str]]:
    """Return every (membership, path) by which a record may belong to a membership's row."""
    found = []
    for name, membership in site.memberships.items():
        pivot = entities.get(membership.through)
        relation = pivot.fields.get(membership.of) if pivot else None
        target = getattr(relation, "to", ("",))[0]
        if spec.needs_in is not None:
            if _leads_to(entities, entity, spec.needs_in, target):
                found.append((name, spec.needs_in))
        elif entity == target:
            found.append((name, "id"))
        else:
            found += [
                (name, key) for key, field in entities[entity].fields.items()
                if field.type == "relation" and getattr(field, "to", ()) == (target,)
            ]
    return found


def _leads_to(
    entities: Mapping[str, EntitySpec], entity: str, path: str, target: str
) -> bool:
    if path == "id":
        return entity == target
    ends = [end for _, _, end in steps(entities, entity, path)]
    return len(ends) == path.count(".") + 1 and ends[-1] == target


def steps(
    entities: Mapping[str, EntitySpec], entity: str, path: str
) -> list[tuple[str, str, str]]:
    """Return (field, its type, entity that it leads to) of a path, as far as it can be followed.

    The types are relation, pick and many.
    """
    found: list[tuple[str, str, str]] = []
    for part in path.split("."):
        field: Any = entities[entity].fields.get(part) if entity in entities else None
        target = _target(entities[entity], field) if field is not None else None
        if target is None:
            break
        found.append((part, field.type, target))
        entity = target
    return found


def _target(entity: EntitySpec, field: Any) -> str | None:
    if field.type == "pick":
        field = entity.fields.get(field.pick)
    if field is not None and field.type == "many":
        return str(field.many)
    if field is None or field.type != "relation" or field.to_any:
        return None
    return str(field.to[0])


class MemberWorld(Protocol):
    """The part of a project that says whose member one is."""

    @property
    def site(self) -> SiteSpec: ...
    @property
    def entities(self) -> Mapping[str, EntitySpec]: ...
    @property
    def schema(self) -> Schema: ...


def member_test(project: MemberWorld, grant: Grant) -> Expression | None:
    """Return whether a record belongs where the actor is a member: the rows of `me.<membership>`.

    None for a grant without `needs`, and for one whose membership does not exist.
    """
    needs, site = grant.needs, project.site
    if needs is None or needs.membership not in site.memberships:
        return None
    membership = site.memberships[needs.membership]
    relation: Any = project.entities[membership.through].fields[membership.of]
    me = {needs.membership: SET(RECORD(relation.to[0]))}
    types = [kind for _, kind, _ in steps(project.entities, grant.entity, needs.path)]
    text = _member_text(needs.path.split("."), types, needs.membership)
    return check(text, Scope(project.schema, grant.entity, me), None, sql=True)


def _member_text(parts: list[str], types: list[str], membership: str) -> str:
    if "many" not in types:
        return f"{'.'.join(parts) or 'id'} in me.{membership}"
    end = types.index("many") + 1
    inner = _member_text(parts[end:], types[end:], membership)
    return f"{'.'.join(parts[:end])}.any({inner})"
