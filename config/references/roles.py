"""Roles: what they name exists, what they include fits, and every entity is in somebody's reach."""

from __future__ import annotations

from typing import Any

from config.entity_types import implicit_types
from config.grants import ACTIONS, ALL_MOVES, EVERY_ENTITY, needs_paths, steps
from config.objects import Item, Objects
from config.references.layout import check_page
from config.source import KeyPath
from config.specs import EntitySpec, RoleSpec, SiteSpec
from config.specs.fields import FieldClass

CLASSES: tuple[str, ...] = FieldClass.__args__  # type: ignore[attr-defined]


def check_roles(objects: Objects) -> None:
    moves = _moves(objects)
    entities = {one.name: one.spec for one in objects.whole("entity")}
    for item in objects.checked("role"):
        _check_includes(objects, item)
        for name in item.spec.scope:
            objects.exists(item, ("scope", name), "entity", name, on_key=True)
        for name in item.spec.allow:
            _check_allow(objects, item, name, moves, entities)
        for index, page in enumerate(item.spec.pages):
            check_page(objects, item, _entry(item, ("pages",), index), page, item.spec.area)
    _check_reached(objects)


def _entry(item: Item, path: KeyPath, index: int) -> KeyPath:
    source, inner = item.locate((*path, index))
    return (*path, index) if inner in source.value_positions else path


def _moves(objects: Objects) -> dict[str, dict[str, Any]]:
    """Return entity → move → spec."""
    moves: dict[str, dict[str, Any]] = {}
    for item in objects.whole("machine"):
        moves.setdefault(item.spec.entity, {}).update(item.spec.moves)
    return moves


def _check_includes(objects: Objects, item: Item) -> None:
    role: RoleSpec = item.spec
    for index, name in enumerate(role.includes):
        place = _entry(item, ("includes",), index)
        if not objects.exists(item, place, "role", name):
            continue
        other: RoleSpec | None = objects.spec("role", name)
        if other is not None and other.area != role.area:
            objects.report(item, place, f"role {name} is of the {other.area} area", "wrong-area",
                           f"include roles of the {role.area} area only")
        if _leads_back(objects, name, item.name):
            objects.report(item, place, f"{name} includes {item.name} again", "role-cycle",
                           "take one of them out")


def _leads_back(objects: Objects, name: str, target: str) -> bool:
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        here = waiting.pop()
        if here == target:
            return True
        spec: RoleSpec | None = objects.spec("role", here)
        if here not in seen and spec is not None:
            seen.add(here)
            waiting += spec.includes
    return False


def _check_allow(
    objects: Objects, item: Item, name: str, moves: dict[str, dict[str, Any]],
    entities: dict[str, EntitySpec],
) -> None:
    role: RoleSpec = item.spec
    path: KeyPath = ("allow", name)
    grant = role.allow[name]
    if name == EVERY_ENTITY:
        _check_every(objects, item, path, grant)
        return
    inline = path in item.grafts
    if not inline and not objects.exists(item, path, "entity", name, on_key=True):
        return
    entity: EntitySpec | None = objects.spec("entity", name)
    if entity is None:
        return
    if entity.internal:
        objects.report(item, path, f"{name} is internal; no role reaches it", "internal-entity",
                       "leave it out", on_key=True)
        return
    _check_grant_moves(objects, item, path, grant, moves.get(name, {}))
    for key, limits in (("fields", grant.fields), ("edit_fields", grant.edit_fields)):
        for word, entries in (("only", limits.only or ()), ("except", limits.except_)):
            for index, entry in enumerate(entries):
                _check_field(objects, item, _entry(item, (*path, key, word), index), entry,
                             entity, role)
    _check_scope(objects, item, path, grant, name)
    if grant.needs is not None:
        _check_needs(objects, item, path, name, entities)


def _check_every(objects: Objects, item: Item, path: KeyPath, grant: Any) -> None:
    """`"*"` says nothing that depends on one entity, and is too much for the client area."""
    if item.spec.area == "client":
        objects.report(item, path, "a role of the client area names each entity", "client-star",
                       "write the entities that its holders may see", on_key=True)
    if any(getattr(grant, action) == "scope" for action in ACTIONS) or grant.scope is not None:
        objects.report(item, path, "every entity has no scope in common", "missing-scope",
                       "name the entities", on_key=True)
    if grant.needs is not None:
        objects.report(item, (*path, "needs"), "every entity has no membership in common",
                       "bad-needs", "name the entities", on_key=True)
    if grant.moves not in ((), (ALL_MOVES,)):
        objects.report(item, (*path, "moves"), "every entity has no moves in common",
                       "unknown-move", "write moves: all, or name the entities", on_key=True)


def _check_grant_moves(
    objects: Objects, item: Item, path: KeyPath, grant: Any, moves: dict[str, Any]
) -> None:
    kind = "user" if item.spec.area == "client" else "staff"
    for index, move in enumerate(grant.moves):
        place = _entry(item, (*path, "moves"), index)
        if move == ALL_MOVES:
            continue
        if move not in moves:
            if not _has_broken_machine(objects, str(path[-1])):
                objects.unknown(item, place, "move", move, moves, "unknown-move")
        elif kind not in moves[move].by:
            objects.report(item, place, f"{move} is made by {' or '.join(moves[move].by)} only",
                           "wrong-actor", f"add {kind} to by: of the move")
    if grant.moves and grant.see == "none":
        objects.report(item, (*path, "moves"), "what cannot be seen cannot be moved",
                       "move-unseen", "write see: all or see: scope", on_key=True)


def _has_broken_machine(objects: Objects, entity: str) -> bool:
    """Say whether moves of the entity may stand in a file that is broken itself."""
    return any(
        machine.spec is None and machine.name.partition(".")[0] == entity
        for machine in objects.of("machine").values()
    )


def _check_field(
    objects: Objects, item: Item, place: KeyPath, entry: str, entity: EntitySpec, role: RoleSpec
) -> None:
    if entry.startswith("class:"):
        wanted = entry.removeprefix("class:")
        if wanted not in CLASSES:
            objects.unknown(item, place, "class of fields", wanted, CLASSES, "unknown-class")
        return
    field = entity.fields.get(entry)
    if field is None:
        if entry not in implicit_types(entity):
            objects.unknown(item, place, "field", entry, entity.fields, "unknown-field")
    elif "only" in place and role.area == "client" and (
        field.class_ in ("staff_only", "secret") or field.type == "secret"
    ):
        objects.report(item, place, f"{entry} never leaves the staff area", "hidden-from-clients",
                       "leave it out")


def _check_scope(objects: Objects, item: Item, path: KeyPath, grant: Any, entity: str) -> None:
    if grant.scope is not None or entity in item.spec.scope:
        return
    for action in ACTIONS:
        if getattr(grant, action) == "scope":
            source, inner = item.locate((*path, action))
            place = (*path, action) if inner in source.value_positions else path
            objects.report(item, place, f"the role has no scope for {entity}", "missing-scope",
                           f'write scope: {{{entity}: "…"}}')
            return


def _check_needs(
    objects: Objects, item: Item, path: KeyPath, entity: str, entities: dict[str, EntitySpec]
) -> None:
    grant = item.spec.allow[entity]
    place = (*path, "needs")
    if item.spec.area != "client":
        objects.report(item, place, "rights of members are for the client area", "bad-needs",
                       "leave it out")
        return
    site: SiteSpec | None = next((one.spec for one in objects.whole("site")), None)
    if site is None:
        return
    if grant.needs not in site.rights:
        objects.unknown(item, place, "right", grant.needs, site.rights, "unknown-right")
    found = needs_paths(site, entities, entity, grant)
    if len(found) == 1:
        _check_needs_way(objects, item, path, found[0][1], entities, entity)
        return
    if grant.needs_in is not None:
        objects.report(item, (*path, "needs_in"),
                       f"'{grant.needs_in}' leads to no row that people are members of",
                       "bad-needs", "name relations, picks or collections, ending at the entity of "
                       "a membership")
    elif not found:
        objects.report(item, place, f"nothing says whose member one must be for {entity}",
                       "bad-needs", "write needs_in: the path to it, such as service.client")
    else:
        ways = " and ".join(way for _, way in found)
        objects.report(item, place, f"{entity} leads there by {ways}", "bad-needs",
                       "say which: needs_in: " + found[0][1])


def _check_needs_way(
    objects: Objects, item: Item, path: KeyPath, way: str, entities: dict[str, EntitySpec],
    entity: str,
) -> None:
    """A row along a collection belongs to several: a right in one of them may show it, no more.

    What is made has no rows of its own yet, so nothing of it can be picked either.
    """
    grant = item.spec.allow[entity]
    types = {kind for _, kind, _ in steps(entities, entity, way)}
    changing = [word for word in ("edit", "delete", "purge") if getattr(grant, word) != "none"]
    changing += ["make moves"] if grant.moves else []
    if "many" in types and changing:
        objects.report(item, (*path, "needs_in"), f"'{way}' leads to several rows; a right in one "
                       f"of them is not enough to {', '.join(changing)}", "bad-needs",
                       "only see it so, or go through one of them: a field with pick")
    if types & {"many", "pick"} and grant.create != "none":
        objects.report(item, (*path, "needs_in"), f"'{way}' leads nowhere from a row that is made",
                       "bad-needs", "leave out create, or go through relations only")


def _check_reached(objects: Objects) -> None:
    """Report entities of the project that no role can see: nobody would ever find them."""
    if objects.doubtful or any(item.spec is None for item in objects.of("role").values()):
        return
    roles = [item.spec for item in objects.whole("role")]
    for item in objects.checked("entity"):
        if item.layer.protected or item.spec.internal:
            continue
        grants = (role.allow.get(item.name, role.allow.get(EVERY_ENTITY)) for role in roles)
        if not any(grant is not None and grant.see != "none" for grant in grants):
            objects.report(item, ("entity",), f"no role can see {item.name}",
                           "unreachable-entity",
                           f"add it to a role: allow: {{{item.name}: see}}; or write internal: yes",
                           on_key=True)

